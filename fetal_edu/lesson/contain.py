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

import json
import os
import pickle
import queue
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from gettext import gettext as _
from pathlib import Path
from types import FunctionType
from typing import Any

import cloudpickle
import psutil

from .outcome import Outcome, Run

__all__ = ["MOST_BYTES", "Outcome", "Run", "run_contained", "run_order"]

CHILD = Path(__file__).with_name("_child.py")
LOOK_S = 0.02
START_S = 60.0  # a cold disk and a first import of torch
MOST_BYTES = 64 * 2**20
MOST_ANSWER = 16 * 2**20  # bytes of one line that comes back
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


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
    return run_order(order, script=CHILD, environment=environment, patience_s=patience_s)


def run_order(
    order: dict[str, Any], *, script: Path, environment: Mapping[str, str], patience_s: float
) -> Run:
    """Start a process, give it an order, and listen until it is done or takes too much.

    Parameters
    ----------
    order : dict
        With ``cases``, ``seconds``, ``memory_mb`` and what the script needs besides.
    script : Path
        What the process runs.
    environment : mapping of str to str
    patience_s : float

    Returns
    -------
    Run
    """
    command = [sys.executable, "-P", "-W", "ignore", str(script)]  # -P: this folder is not on its path
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
            return _Watch(process, order, patience_s).run()
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

    def __init__(self, process: subprocess.Popen, order: dict[str, Any], patience_s: float) -> None:
        self.process, self.cases, self.patience_s = process, len(order["cases"]), patience_s
        self.seconds, self.memory = order["seconds"], order["memory_mb"] * 2**20
        self.run_, self.lines = Run(), queue.Queue(maxsize=64)
        self.began, self.cpu_0, self.memory_0 = time.monotonic(), None, 0

    def run(self) -> Run:
        """Return when the process is done, has ended, or was ended."""
        ear = threading.Thread(target=self._listen, daemon=True)
        ear.start()
        while not (self._hear() or self._too_much()):
            pass
        self.process.kill()
        last = time.monotonic() + 5.0
        while ear.is_alive() and time.monotonic() < last:
            with suppress(queue.Empty):
                self.lines.get(timeout=LOOK_S)
        return self.run_

    def _listen(self) -> None:
        with suppress(OSError, ValueError):
            while line := self.process.stdout.readline(MOST_ANSWER):
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
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            # The function has written into the line.
            self.run_.stopped = "ended"
            return True

    def _take(self, message: dict[str, Any]) -> bool:
        if "unsent" in message:
            failure = message["unsent"]
            self.run_.stopped, self.run_.said = "unsent", f"{failure['error']}: {failure['said']}"
        elif "ready" in message and self.cpu_0 is None:  # once: a second one would start the limits anew
            self.began = time.monotonic()
            self.cpu_0, self.memory_0 = self._use() or (0.0, 0)
            self.run_.loaded = message["ready"] is True
        elif "loaded" in message:
            self.run_.loaded = True
        elif "wall" in message and self.cpu_0 is None:
            self.run_.wall = str(message["wall"])
        elif "misfit" in message:
            self.run_.stopped = "misfit"
        elif "asked" in message:
            self.run_.stopped, self.run_.said = "asked", str(message["asked"])[:200]
        elif "done" in message:
            self.run_.printed = int(message["printed"])
        else:
            if len(self.run_.outcomes) == self.cases:
                raise ValueError("more answers than cases")
            self.run_.outcomes.append(Outcome.of(message))
        return any(last in message for last in ("unsent", "misfit", "asked", "done"))

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
