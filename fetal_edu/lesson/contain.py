"""Runs a reader's function where it can do no harm: in a process of its own, with limits.

Why a fresh process, and not something lighter:

- A *thread* with a trace function can't stop ``10**10**9`` or a sort inside numpy, has no limit on memory,
  and leaves the notebook's own state open to accidents.
- A *forked* kernel inherits the locks of threads that are not copied (Jupyter's, torch's): it can hang for
  ever. Windows has no fork.
- The function's *source* alone loses what it leans on: a helper from the cell above, ``np``, a constant.

So cloudpickle sends the function by value, with the names that it uses; it need not be in a file. A new
interpreter (0.2 to 0.3 s of CPU time; the same on Linux, macOS and Windows) calls it and answers with plain
numbers in JSON: nothing that comes back is unpickled. The expected answers stay here.

Limits: CPU seconds, so that a busy machine fails nobody; seconds of waiting, for a function that sleeps;
memory. The parent looks every 20 ms and ends the process; on Linux the system's own limits hold too. Printing
goes nowhere. Other programs, the network and changes to files are refused.

This guards against accidents. It is no wall against somebody who means harm: who grades strangers' code
should do so in a container.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import queue
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path
from types import FunctionType
from typing import Any

import cloudpickle
import numpy as np
import psutil

__all__ = ["Outcome", "Run", "run_contained"]

CHILD = Path(__file__).with_name("_child.py")
LOOK_S = 0.02
START_S = 60.0  # a cold disk and a first import of torch
MOST_BYTES = 64 * 2**20
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True)
class Outcome:
    """What one call came to.

    Parameters
    ----------
    kind : str
        ``number``, ``bool``, ``text``, ``tuple``, ``array``, the name of another type, or ``error``.
    value : object
        The answer, None where its type can't travel.
    shape : tuple of int
        Of an array, also of one too large to travel.
    error, said : str
        Type and message of an error.
    line : int, optional
        Line of the function in which it arose, from 1.
    changed : bool
        The call has changed its own arguments.
    """

    kind: str
    value: Any = None
    shape: tuple[int, ...] = ()
    error: str = ""
    said: str = ""
    line: int | None = None
    changed: bool = False

    @classmethod
    def of(cls, message: dict[str, Any]) -> Outcome:
        """Read what the process wrote.

        Examples
        --------
        >>> Outcome.of({"kind": "number", "value": 2.0}).value
        2.0
        """
        if "error" in message:
            return cls("error", error=message["error"], said=message["said"], line=message["line"])
        value, shape = message.get("value"), tuple(message.get("shape", ()))
        if "data" in message:
            value = np.frombuffer(base64.b64decode(message["data"]), "<f8").reshape(shape)
        return cls(message["kind"], value, shape, changed=message.get("changed", False))


@dataclass
class Run:
    """What came of all calls.

    Parameters
    ----------
    outcomes : list of Outcome
        One for each case, fewer if the run was stopped.
    stopped : str
        Empty, or why it ended early: ``time``, ``memory``, ``ended``, ``unsent``.
    said : str
        With ``unsent``: what stood in the way.
    printed : int
        Characters that the function printed.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    stopped: str = ""
    said: str = ""
    printed: int = 0


def run_contained(
    function: Callable[..., Any],
    cases: Sequence[tuple],
    *,
    seconds: float = 3.0,
    patience_s: float = 20.0,
    memory_mb: float = 512.0,
) -> Run:
    """Call a function with each tuple of arguments, in a process with limits.

    Parameters
    ----------
    function : callable
        It may use modules and other functions of the notebook.
    cases : sequence of tuples
        The arguments; the function gets copies.
    seconds : float
        CPU time for all cases together. Loading what the function uses does not count.
    patience_s : float
        Wall time for all cases, against a function that waits.
    memory_mb : float
        What the calls may take in addition to what the interpreter holds.

    Returns
    -------
    Run
        It never raises on account of the function.

    Examples
    --------
    >>> run = run_contained(lambda a, b: a / b, [(6, 3), (1, 0)])
    >>> run.outcomes[0].value, run.outcomes[1].error
    (2.0, 'ZeroDivisionError')
    """
    try:
        with _by_value(function):
            sent = cloudpickle.dumps(function)
    except Exception as error:  # a widget, an open file, a lock
        return Run(stopped="unsent", said=f"{type(error).__name__}: {error}"[:200])
    if len(sent) > MOST_BYTES:
        return Run(
            stopped="unsent", said=_("it brings {n} MB of the notebook along").format(n=len(sent) >> 20)
        )
    order = {
        "path": list(sys.path),
        "function": sent,
        "cases": [pickle.dumps(tuple(args)) for args in cases],
        "seconds": seconds,
        "memory_mb": memory_mb,
    }
    environment = os.environ | dict.fromkeys(THREADS, "1")
    command = [sys.executable, "-P", "-W", "ignore", str(CHILD)]  # -P: this folder is not on its path
    quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open a black window
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    try:
        process = subprocess.Popen(command, env=environment, creationflags=quiet, **pipes)  # noqa: S603
    except OSError as error:
        return Run(stopped="unsent", said=str(error))
    with process:
        try:
            with suppress(OSError):  # it ended before it had read all: seen below
                process.stdin.write(pickle.dumps(order))
            with suppress(OSError):
                process.stdin.close()
            return _Watch(process, seconds, patience_s, memory_mb * 2**20).run()
        finally:
            process.kill()


@contextmanager
def _by_value(function: Callable[..., Any]) -> Iterator[None]:
    """Send a function from a reader's own file by value too: the file may have changed since."""
    module = sys.modules.get(getattr(function, "__module__", None) or "__main__")
    file = getattr(module, "__file__", None)
    installed = tuple(sysconfig.get_paths()[part] for part in ("stdlib", "purelib", "platlib"))
    own = file and (not str(file).startswith(installed) or module.__name__.startswith("fetal_edu.lesson"))
    own = own and isinstance(function, FunctionType) and module.__name__ != "__main__"
    if not own or module.__name__ in cloudpickle.list_registry_pickle_by_value():
        yield
        return
    cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        cloudpickle.unregister_pickle_by_value(module)


class _Watch:
    """Listens to the process, and ends it when it takes too much."""

    def __init__(self, process: subprocess.Popen, seconds: float, patience_s: float, memory: float) -> None:
        self.process, self.seconds, self.patience_s, self.memory = process, seconds, patience_s, memory
        self.run_, self.lines = Run(), queue.SimpleQueue()
        self.began, self.cpu_0, self.memory_0 = time.monotonic(), None, 0

    def run(self) -> Run:
        """Return when the process is done, has ended, or was ended."""
        ear = threading.Thread(target=self._listen, daemon=True)
        ear.start()
        while not (self._hear() or self._too_much()):
            pass
        self.process.kill()
        ear.join(timeout=5.0)
        return self.run_

    def _listen(self) -> None:
        with suppress(OSError, ValueError):
            for line in self.process.stdout:
                self.lines.put(line)
        self.lines.put(None)

    def _hear(self) -> bool:
        """Take the next line if there is one; True at the end."""
        try:
            line = self.lines.get(timeout=LOOK_S)
        except queue.Empty:
            return False
        if line is None:
            self.run_.stopped = self._why_ended()
            return True
        try:
            message = json.loads(line)
            return self._take(message)
        except (ValueError, KeyError, TypeError):  # the function has written into the line
            self.run_.stopped = "ended"
            return True

    def _take(self, message: dict[str, Any]) -> bool:
        if "unsent" in message:
            failure = message["unsent"]
            self.run_.stopped, self.run_.said = "unsent", f"{failure['error']}: {failure['said']}"
        elif "ready" in message:
            self.began = time.monotonic()
            self.cpu_0, self.memory_0 = self._use() or (0.0, 0)
        elif "done" in message:
            self.run_.printed = int(message["printed"])
        else:
            self.run_.outcomes.append(Outcome.of(message))
        return "unsent" in message or "done" in message

    def _use(self) -> tuple[float, int] | None:
        """CPU seconds and bytes of the process; None if it has just ended."""
        try:
            watched = psutil.Process(self.process.pid)
            times = watched.cpu_times()
            return times.user + times.system, watched.memory_info().rss
        except psutil.Error:
            return None

    def _too_much(self) -> bool:
        waited = time.monotonic() - self.began
        if self.cpu_0 is None:  # still loading
            self.run_.stopped = "time" if waited > START_S else ""
            return bool(self.run_.stopped)
        cpu, memory = self._use() or (self.cpu_0, self.memory_0)
        if memory - self.memory_0 > self.memory:
            self.run_.stopped = "memory"
        elif cpu - self.cpu_0 > self.seconds or waited > self.patience_s:
            self.run_.stopped = "time"
        return bool(self.run_.stopped)

    def _why_ended(self) -> str:
        code = self.process.wait()
        names = {-24: "time", -9: "memory"}  # the system's limits: CPU time, out of memory
        return names.get(code, "ended") if os.name == "posix" else "ended"
