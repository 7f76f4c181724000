"""Open the course in JupyterLab: ``python notebooks/lab.py``.

Options are JupyterLab's own: ``python notebooks/lab.py --port=9000 --no-browser``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def options() -> list[str]:
    """What JupyterLab needs to know of the course and of this machine."""
    given = [
        f"--notebook-dir={PROJECT / 'notebooks'}",
        "--LabApp.default_url=/lab/tree/index.md",
        f"--LabApp.app_settings_dir={PROJECT / 'binder'}",  # Markdown opens as a page, no news are fetched
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        given.append("--allow-root")
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        given.append("--no-browser")
    return given


def main() -> None:
    os.chdir(PROJECT)  # Voila reads voila.json from here
    templates = str(PROJECT / "fetal_edu" / "widgets" / "share")
    # The dashboards' template lies there, and the setting that chooses it: it fetches nothing from outside.
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):
        os.environ[name] = os.pathsep.join(filter(None, [templates, os.environ.get(name)]))
    # Many threads on small matrices are slower than one; torch keeps its own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from jupyterlab.labapp import main as open_lab

    open_lab([*options(), *sys.argv[1:]])


if __name__ == "__main__":
    main()
