"""Runs a function that was cut out of a notebook, in a process that can't reach the answers.

What the process gets: the statements, the arguments of the cases, and the packages of this Python. What it
never gets: the definition, the expected answers, the seed, the environment's variables, the folder with the
other students' work. Its answers come back as plain numbers and are compared here.

`lesson.contain` guards a student's own machine against accidents. Here the code is a stranger's, so walls
are added, see `_wall`. Still, no wall inside one machine is a promise: to grade strangers, use a container.
"""

from __future__ import annotations

import ast
import os
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

from fetal_edu.lesson.contain import MOST_BYTES, THREADS, run_order
from fetal_edu.lesson.exercise import Case
from fetal_edu.lesson.outcome import Run

from . import _wall
from .cells import Placed
from .slices import Cut

__all__ = ["run_cut"]

SCRIPT = Path(__file__).with_name("_graded.py")
PACKAGE = Path(__file__).resolve().parents[1]
#: Loaded before the limits count: large, and no harm in loading them.
KNOWN = ("fetal_edu", "matplotlib", "numpy", "pandas", "PIL", "scipy", "skimage", "sklearn", "torch")
#: Of the environment only what a Python needs to start.
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")


def run_cut(
    cut: Cut,
    cases: Sequence[Case],
    *,
    arguments: int,
    seconds: float = 10.0,
    patience_s: float = 30.0,
    memory_mb: float = 1024.0,
) -> Run:
    """Run a function and what it leans on, and call it with the arguments of each case.

    Parameters
    ----------
    cut : Cut
        Of state ``found``.
    cases : sequence of Case
    arguments : int
        How many the function should take.
    seconds, patience_s, memory_mb : float
        CPU time, waiting time and memory for all of it; loading well-known packages does not count.

    Returns
    -------
    Run
        It never raises on account of the student's code.
    """
    try:
        statements = [(placed.cell, _module(placed)) for placed in cut.statements]
        order = {
            "statements": statements,
            "imports": _imports(cut.statements),
            "name": cut.name,
            "arguments": arguments,
            "cases": [pickle.dumps(case.args) for case in cases],
            "path": _path(),
            "secret": [str(folder) for folder in _other_copies()],
            "seconds": seconds,
            "memory_mb": memory_mb,
        }
        too_large = len(pickle.dumps(statements)) > MOST_BYTES
    except RecursionError:
        too_large = True
    if too_large:
        return Run(stopped="unsent", said="RecursionError: the code is nested too deeply")
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return run_order(
        order, script=SCRIPT, environment=kept | dict.fromkeys(THREADS, "1"), patience_s=patience_s
    )


def _module(placed: Placed) -> ast.Module:
    return ast.Module([placed.node], type_ignores=[])


def _imports(statements: Sequence[Placed]) -> list[str]:
    """Name the well-known modules that statements import, for loading them before the limits count."""
    names = ["fetal_edu"]
    for placed in statements:
        for node in ast.walk(placed.node):
            if isinstance(node, ast.Import):
                names += [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.append(node.module)
    known = [name for name in dict.fromkeys(names) if name.split(".")[0] in KNOWN]
    return [name for name in known if not name.startswith("fetal_edu.lesson")]


def _path() -> list[str]:
    """Return where Python looks for modules: what is installed, and where this package lies."""
    folders = _wall.installed(str(PACKAGE))
    found = [one for one in sys.path if one and any(_wall.within(os.path.realpath(one), f) for f in folders)]
    zipped = [one for one in sys.path if one.endswith(".zip")]
    return [*zipped, *found, str(PACKAGE.parent)]


def _other_copies() -> list[Path]:
    """Return the lessons of other copies of this package that Python could find."""
    found = (Path(one) / "fetal_edu" / "lesson" for one in sys.path if one)
    return [folder for folder in found if folder.is_dir()]
