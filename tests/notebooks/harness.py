"""Runs a notebook as a class would, and finds what a reader would trip over.

`run` executes the cells in a fresh kernel with the network cut, then drives every widget. It collects faults
instead of stopping at the first: errors (also those that end in an Output widget), anything on stderr,
attempts to reach the network, pictures without alternative text, memory over the limit.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
MEMORY_MB = 900
CELL_TIMEOUT_S = 400  # a hanging cell ends the test; no measure of speed
POLL_S = 0.05
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass
class Run:
    """What came of one notebook."""

    name: str
    faults: list[str] = field(default_factory=list)
    cpu_s: float = 0.0
    memory_mb: float = 0.0
    wall_s: float = 0.0
    widget_moves: int = 0

    def save(self, folder: Path) -> None:
        """Keep the figures as JSON, one file for each notebook, so that two workers don't meet."""
        path = folder / f"{self.name.replace('/', '.')}.json"
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


class _Client(NotebookClient):
    """nbclient that hears every message, also those that end in an Output widget."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heard: list[tuple[str, str]] = []

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        content, where = msg["content"], f"cell {cell.get('id', cell_index)}"
        if msg["msg_type"] == "error":
            self.heard.append((where, f"{content['ename']}: {content['evalue']}"))
        elif msg["msg_type"] == "stream" and content["name"] == "stderr":
            self.heard.append((where, f"stderr: {content['text'].strip()[-600:]}"))
        elif msg["msg_type"] in ("display_data", "execute_result", "update_display_data"):
            self.heard.extend((where, fault) for fault in picture_faults(content["data"]))
        return super().process_message(msg, cell, cell_index)


def picture_faults(data: dict[str, Any]) -> list[str]:
    """Return a fault for each picture of an output that a screen reader can't tell about."""
    page = data.get("text/html", "")
    page = "".join(page) if isinstance(page, list) else page
    tags = re.findall(r"<img\b[^>]*>", page)
    faults = [
        "a picture without alt text" for tag in tags if not re.search(r"""\balt=(["'])\s*[^\s"']""", tag)
    ]
    if not tags and any(kind.startswith("image/") for kind in data):
        faults.append("a picture without alt text: use fetal_edu.figures.show")
    return faults


class _Meter(threading.Thread):
    """Watches memory and CPU of a kernel and of all that it started."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.kernel, self.done = psutil.Process(pid), threading.Event()
        self.peak_mb, self.cpu_s = 0.0, 0.0

    def run(self) -> None:
        while not self.done.wait(POLL_S):
            self.look()

    def look(self) -> None:
        """Take one reading; a process that ended meanwhile is left out."""
        try:
            family = [self.kernel, *self.kernel.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        memory = cpu = 0.0
        for process in family:
            try:
                memory += _memory_mb(process)
                times = process.cpu_times()
            except (psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError):
                continue
            cpu += times.user + times.system
            if process == self.kernel:  # helpers that have ended are counted here
                cpu += times.children_user + times.children_system
        self.peak_mb = max(self.peak_mb, memory, _high_water_mb(self.kernel.pid))
        self.cpu_s = max(self.cpu_s, cpu)


def _memory_mb(process: psutil.Process) -> float:
    """Proportional set size: pages shared with other processes count once. RSS where the system has none."""
    info = process.memory_full_info()
    return getattr(info, "pss", info.rss) / 2**20


def _high_water_mb(pid: int) -> float:
    """Highest resident memory that the system noted, so that no short peak slips between two readings."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def environment(scratch: Path, log: Path, *, data: str | None = None) -> dict[str, str]:
    """Return the kernel's environment: one thread, no network, no real data unless a folder is named."""
    # A proxy's address would hide from the guard who was called.
    hidden = {"fetal_edu_data", "fetal_edu_home", "http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    kept = {key: value for key, value in os.environ.items() if key.lower() not in hidden}
    path = os.pathsep.join(part for part in (str(HERE / "startup"), kept.get("PYTHONPATH")) if part)
    kept |= dict.fromkeys(THREADS, "1")
    kept |= {
        "PYTHONPATH": path,
        "FETAL_EDU_NETWORK_LOG": str(log),
        "IPYTHONDIR": str(scratch / "ipython"),
        "XDG_CONFIG_HOME": str(scratch / "config"),  # what this user told `fetal-edu data add` stays out
        "XDG_DATA_HOME": str(scratch / "share"),
    }
    return kept | ({} if data is None else {"FETAL_EDU_DATA": data})


def run(
    notebook: NotebookNode,
    *,
    name: str,
    cwd: Path,
    scratch: Path,
    memory_mb: float = MEMORY_MB,
    data: str | None = None,
) -> Run:
    """Execute a notebook and drive its widgets.

    Parameters
    ----------
    notebook : NotebookNode
        It is executed in place, so its outputs can be looked at afterwards.
    name : str
        For the record.
    cwd : Path
        Folder that the kernel starts in, as Jupyter does: the notebook's own.
    scratch : Path
        An empty folder for the kernel's own files.
    memory_mb : float
        More is a fault.
    data : str, optional
        Value of FETAL_EDU_DATA in the kernel; without it the notebook sees no real image.

    Returns
    -------
    Run
        `faults` is empty if all is well.
    """
    result, log = Run(name), scratch / "network.log"
    drive = (HERE / "driver.py").read_text(encoding="utf-8") + "\nprint('driven:', await drive_all())"
    driver = nbformat.v4.new_code_cell(drive, id="driver")
    notebook.cells.append(driver)
    client = _Client(notebook, timeout=CELL_TIMEOUT_S, kernel_name="python3", allow_errors=True)
    client.resources = {"metadata": {"path": str(cwd)}}
    began = time.monotonic()
    with client.setup_kernel(env=environment(scratch, log, data=data)):
        meter = _Meter(client.km.provisioner.pid)
        meter.start()
        try:
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            result.faults.append(f"{type(error).__name__}: {str(error)[-800:]}")
        meter.look()
        meter.done.set()
        meter.join()
    notebook.cells.pop()
    result.wall_s, result.cpu_s = round(time.monotonic() - began, 1), round(meter.cpu_s, 1)
    result.memory_mb = round(meter.peak_mb)
    result.widget_moves = _moves(driver)
    result.faults += [f"{where}: {fault}" for where, fault in client.heard]
    if log.is_file():
        reached = sorted(set(log.read_text(encoding="utf-8").splitlines()))
        result.faults += [f"reached for the network: {target}" for target in reached]
    if result.memory_mb > memory_mb:
        result.faults.append(f"took {result.memory_mb:.0f} MB, {memory_mb:.0f} MB are the limit")
    return result


def _moves(driver: NotebookNode) -> int:
    texts = [output.get("text", "") for output in driver.get("outputs", [])]
    found = re.search(r"driven: (\d+)", "".join(texts))
    return int(found[1]) if found else 0


def only_tagged(notebook: NotebookNode, *tags: str) -> NotebookNode:
    """Return a copy with the code cells that carry one of the tags."""
    kept = nbformat.from_dict(notebook)
    kept.cells = [
        cell
        for cell in kept.cells
        if cell.cell_type == "code" and set(tags) & set(cell.metadata.get("tags", []))
    ]
    return kept


def stated_cost(notebook: NotebookNode) -> str:
    """Return what the chapter says of its own cost: ``80 s, 700 MB``; empty where it says nothing."""
    text = next((cell.source for cell in notebook.cells if cell.get("id") == "cost"), "")
    return ", ".join(
        found[0] for found in (re.search(r"\d+ s\b", text), re.search(r"\d+ MB\b", text)) if found
    )
