"""The far side of `running`: a process of its own, in which a notebook's statements meet an exercise's cases.

It is started as a plain script and never holds the definition, an expected answer or the seed. First it loads
the well-known packages that the statements ask for, then it builds its walls, then it runs the statements
and calls the function, with limits. It writes a line of JSON for each case.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pickle
import sys
import types
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LESSON = HERE.parent / "lesson"

sys.path[:0] = [str(HERE), str(LESSON)]
import _child  # noqa: E402
import _wall  # noqa: E402

del sys.path[:2], sys.modules["_child"], sys.modules["_wall"]

Send = Callable[[dict[str, Any]], None]


def _wire() -> Send:
    """Keep the way to the grader, and send all that is printed to nowhere."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)

    def send(line: dict[str, Any], write: Callable[[int, bytes], int] = os.write) -> None:
        left = (json.dumps(line) + "\n").encode()
        while left:
            left = left[write(answers, left) :]

    return send


def _build_walls(order: dict[str, Any], send: Send) -> str:
    """Close everything but Python itself; return what holds."""
    readable = _wall.installed(str(HERE.parent))
    secret = [str(LESSON), *(os.path.realpath(path) for path in order["secret"])]
    kernel = _wall.landlock(readable, secret=secret)
    own = Path(_child.__file__).name
    sys.addaudithook(_wall.guard(readable, secret=secret, own=own, tell=lambda what: send({"asked": what})))
    sys.addaudithook(_child._refuse)
    return "kernel" if kernel else "python"


def _import(names: list[str]) -> None:
    """Load packages before the limits begin to count; one that fails does so again where it is used.

    Some of our own lead to the lesson. It must not be in memory when the walls stand.
    """
    sys.meta_path.insert(0, _child._NoChecker())
    for name in names:
        with suppress(BaseException):
            importlib.import_module(name)
    del sys.meta_path[0]
    if any(name.startswith("fetal_edu.lesson") for name in sys.modules):
        raise SystemExit("the lesson has been loaded")


def _run(order: dict[str, Any]) -> Any:
    """Run the statements as a notebook would, and return the function."""
    space = types.ModuleType("__main__")
    sys.modules["__main__"] = space
    for cell, tree in order["statements"]:
        exec(compile(tree, f"<cell {cell}>", "exec"), vars(space))  # noqa: S102
    return vars(space)[order["name"]]


def _misfit(function: Any, n: int) -> bool:
    if not callable(function):
        return True
    try:
        inspect.signature(function).bind(*range(n))
    except TypeError:
        return True
    except ValueError:  # some functions of C modules don't tell their arguments
        return False
    return False


def _place(error: BaseException) -> str:
    """Name the cell in which an error arose."""
    trace, found = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        found = name.strip("<>") if name.startswith("<cell ") else found
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell "):
        found = str(error.filename).strip("<>")
    return found


def main() -> None:
    """Read the order, build the walls, run the statements, call the function on each case."""
    order = pickle.loads(sys.stdin.buffer.read())  # noqa: S301
    send = _wire()
    sys.stdout = sys.stderr = hidden = _child._Hidden()
    sys.dont_write_bytecode = True
    sys.path[:] = order["path"]
    _import(order["imports"])
    send({"wall": _build_walls(order, send)})
    _child._limit(order["memory_mb"], order["seconds"])
    send({"ready": False})
    try:
        function = _run(order)
    except BaseException as error:  # whatever a cell does
        failure = _child._failure(error)
        return send({"unsent": failure | {"said": f"{failure['said']} ({_place(error)})".strip()}})
    if _misfit(function, order["arguments"]):
        return send({"misfit": True})
    send({"loaded": True})
    for stored in order["cases"]:
        send(_child._call(function, stored))
    send({"done": True, "printed": hidden.characters})


if __name__ == "__main__":
    main()
