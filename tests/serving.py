"""Servers that tests and the benchmark start and stop: Voila, JupyterLab."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
DASHBOARDS = ROOT / "notebooks" / "dashboards"
SHARE = ROOT / "fetal_edu" / "widgets" / "share"  # the page's template, and the setting that chooses it
SERVER_SECONDS = 60

#: The dashboard on two small pictures with a stand-in for the network, see `dashboard.py`.
STAND_IN = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from dashboard import Clip, read
from fetal_edu.widgets import Segment
Segment(samples=Clip(), read=read).page.all
"""

#: The board of knobs on pictures that cost nothing, see `boards.py`; each takes as long as a real one.
BOARD = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from boards import draw, read
from fetal_edu.widgets import KnobBoard
def slowly(request):
    time.sleep(0.06)
    return draw(request)
KnobBoard(draw=slowly, read=read).page
"""

#: The skips dashboard on heads and networks that cost nothing, see `skip_boards.py`.
SKIPS = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from skip_boards import Heads, answer, card, draw
from fetal_edu.widgets import SkipBoard
SkipBoard(samples=Heads(), answer=answer, draw=draw, card=card()).page
"""


def notebook(source: str) -> str:
    cell = {"cell_type": "code", "id": "all", "metadata": {}, "outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    whole = {"cells": [{**cell, "source": source}], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole)


def chromium() -> str:
    """Path of the system's Chromium; a continuous-integration run without one fails."""
    import pytest

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        said = "no Chromium found: install it, for example with `apt-get install chromium`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    return found


@contextmanager
def serving_voila(
    folder: Path, more: Mapping[str, str] | None = None, options: tuple[str, ...] = ()
) -> Iterator[str]:
    """Show the dashboards, and more notebooks by name, until the block ends; gives the server's address.

    It runs in the project's folder, where `voila.json` is, and not in the notebooks': a file there named as
    a module would be imported in its place.
    """
    shown = folder / "dashboards"
    shown.mkdir()
    for file in DASHBOARDS.glob("*.ipynb"):
        shutil.copy(file, shown)
    for name, content in (more or {}).items():
        (shown / name).write_text(content)
    command = ["-m", "voila", str(shown), "--no-browser", "--Voila.ip=127.0.0.1", "--Voila.log_level=WARN"]
    paths = {"JUPYTER_PATH": str(SHARE), "JUPYTER_CONFIG_PATH": str(SHARE)}
    with serving([*command, *options], folder / "voila.log", "/voila/tree", paths=paths) as address:
        yield address


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(
    arguments: list[str], log: Path, path: str, *, cwd: Path = ROOT, paths: dict[str, str] | None = None
) -> Iterator[str]:
    """Run a server until the block ends; gives its address."""
    port = free_port()
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, *arguments, f"--port={port}"],
            cwd=cwd,
            env={**os.environ, **(paths or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address + path, server, log)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    """Return when the server answers; raise its own words when it doesn't."""
    end = time.monotonic() + SERVER_SECONDS
    open_direct = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    while time.monotonic() < end and server.poll() is None:
        try:
            with open_direct(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-3000:]}")
