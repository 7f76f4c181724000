"""The far side of `contain`: a process of its own, in which a reader's function meets its cases.

It is started as a plain script and loads nothing of fetal_edu. It reads one message from its input, and
writes one line of JSON for each case: what came back, as plain numbers. The expected answers are never here.
"""

from __future__ import annotations

import base64
import importlib.abc
import io
import json
import numbers
import os
import pickle
import sys
from types import FunctionType, TracebackType
from typing import Any

import numpy as np

__all__ = ["encode"]

LARGEST = 1_000_000  # numbers in an answer; of a larger one only the shape travels
#: What no exercise needs: other programs, the network, and changes to files.
REFUSED = (
    *("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"),
    *("os.startfile", "os.kill", "os.killpg", "socket.connect", "socket.bind", "socket.getaddrinfo"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink", "os.chmod"),
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


# ------------------------------------------------------------------------------------ an answer as plain data
def encode(value: Any) -> dict[str, Any]:
    """Turn an answer into what JSON can hold; of other types only the name is kept.

    Examples
    --------
    >>> encode(2.5), encode(None), encode({1, 2})
    ({'kind': 'number', 'value': 2.5}, {'kind': 'None'}, {'kind': 'set'})
    """
    if hasattr(value, "detach"):  # a torch tensor
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray | np.generic):
        return _encode_array(np.asarray(value))
    if value is None:
        return {"kind": "None"}
    if isinstance(value, bool):
        return {"kind": "bool", "value": value}
    if isinstance(value, numbers.Real):
        return {"kind": "number", "value": float(value)}
    if isinstance(value, str):
        return {"kind": "text", "value": _writable(value[:200])}
    if isinstance(value, tuple | list) and len(value) <= LARGEST:
        parts = [encode(one) for one in value]
        if all(part["kind"] in ("number", "bool") for part in parts):
            return {"kind": "tuple", "value": [float(part["value"]) for part in parts]}
        return {"kind": type(value).__name__}
    return {"kind": type(value).__name__}


def _writable(text: str) -> str:
    """Replace halves of characters, which no file and no notebook can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _encode_array(array: np.ndarray) -> dict[str, Any]:
    if array.dtype.kind not in "biuf":
        return {"kind": f"array of {array.dtype}"}
    if array.ndim == 0:
        return {"kind": "bool" if array.dtype.kind == "b" else "number", "value": array.item()}
    found = {"kind": "array", "shape": list(array.shape)}
    if array.size <= LARGEST:
        found["data"] = base64.b64encode(np.ascontiguousarray(array, "<f8").tobytes()).decode()
    return found


def _same(first: Any, second: Any) -> bool:
    """Tell whether the arguments are still what they were."""
    if hasattr(first, "detach"):
        first, second = first.detach().numpy(), second.detach().numpy()
    if isinstance(first, np.ndarray):
        return first.shape == second.shape and first.tobytes() == second.tobytes()
    if isinstance(first, tuple | list):
        return len(first) == len(second) and all(map(_same, first, second))
    return bool(first == second)


# -------------------------------------------------------------------------------------- walls around the call
class _Hidden(io.TextIOBase):
    """Takes what the function prints, and only counts it."""

    characters = 0

    def write(self, text: str) -> int:
        self.characters += len(text)
        return len(text)

    def writable(self) -> bool:
        return True


class _NoChecker(importlib.abc.MetaPathFinder):
    """Refuses the checker itself to the function that is checked."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "fetal_edu.lesson" or name.startswith("fetal_edu.lesson."):
            raise ImportError("an exercise is solved without fetal_edu.lesson")


def _refuse(event: str, details: tuple) -> None:
    """Stop what an exercise has no need for: a guard against accidents, not against an attacker."""
    writes = event == "open" and details[2] & WRITING and details[0] != os.devnull
    if event in REFUSED or event.startswith("shutil.") or writes:
        what = "writing a file" if writes else event
        raise PermissionError(f"an exercise needs its arguments only; {what} is closed to it")


def _limit(memory_mb: float, seconds: float) -> None:
    """Ask the system for limits as well, where it knows them: they hold even if the parent is gone."""
    try:
        import resource

        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123  (few imports here)
            used_kb = next(int(line.split()[1]) for line in status if line.startswith("VmData"))
        most = (used_kb << 10) + int(memory_mb * 2**20)
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))
        cpu = resource.getrusage(resource.RUSAGE_SELF).ru_utime + 2 * seconds + 2
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), resource.getrlimit(resource.RLIMIT_CPU)[1]))
    except (ImportError, OSError, ValueError, StopIteration):
        return  # macOS and Windows: the parent watches from outside


# -------------------------------------------------------------------------------------------------- the calls
def _line(function: Any, trace: TracebackType | None) -> int | None:
    """Return the line of the function, counted from its `def`, where an error arose."""
    code, found = getattr(function, "__code__", None), None
    while trace is not None:
        if trace.tb_frame.f_code is code:
            found = trace.tb_lineno - code.co_firstlineno + 1
        trace = trace.tb_next
    return found


def _failure(error: BaseException, function: Any = None) -> dict[str, Any]:
    try:
        said = _writable(" ".join(str(error).split())[:200])
    except Exception:  # an own error class may fail at that as well
        said = ""
    return {"error": type(error).__name__, "said": said, "line": _line(function, error.__traceback__)}


def _call(function: Any, stored: bytes) -> dict[str, Any]:
    args = pickle.loads(stored)  # noqa: S301  (from the parent, which made it)
    try:
        found = encode(function(*args))
    except BaseException as error:  # also SystemExit: nothing that a function does may end the lesson
        memory = isinstance(error, MemoryError)
        return {"error": "MemoryError", "said": "", "line": None} if memory else _failure(error, function)
    try:
        found["changed"] = not _same(args, pickle.loads(stored))  # noqa: S301
    except NameError as error:  # it has deleted what Python itself needs
        return _failure(error)
    except Exception:  # an argument can't even be compared with what it was
        found["changed"] = True
    return found


def _load(order: dict[str, Any]) -> FunctionType:
    sys.dont_write_bytecode = True
    sys.path[:] = order["path"]
    sys.meta_path.insert(0, _NoChecker())
    return pickle.loads(order["function"])  # noqa: S301


def main() -> None:
    """Read the order, call the function on each case, answer line by line."""
    order = pickle.loads(sys.stdin.buffer.read())  # noqa: S301
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.stdout = sys.stderr = hidden = _Hidden()

    def send(line: dict[str, Any]) -> None:
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    try:
        function = _load(order)
    except BaseException as error:
        return send({"unsent": _failure(error)})
    send({"ready": True})
    sys.addaudithook(_refuse)
    _limit(order["memory_mb"], order["seconds"])
    for stored in order["cases"]:
        send(_call(function, stored))
    send({"done": True, "printed": hidden.characters})


if __name__ == "__main__":
    main()
