"""Keeps what a run of the whole test suite cost, for `make bench`; a part of the suite leaves no record."""

from __future__ import annotations

import json
import resource
import time

import pytest


class SuiteCost:
    """Adds up the CPU time of this process, of pytest-xdist's workers and of all that they started.

    A browser or a kernel counts from the moment that it has ended and its parent took note.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.is_worker = hasattr(config, "workeroutput")
        self.of_workers: list[float] = []

    def pytest_sessionfinish(self) -> None:
        if self.is_worker:
            self.config.workeroutput["cpu_s"] = _own_seconds() + _children_seconds()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        self.of_workers.append(getattr(node, "workeroutput", {}).get("cpu_s", 0.0))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        counts = {name: len(terminalreporter.getreports(name)) for name in ("passed", "failed", "skipped")}
        counts["failed"] += len(terminalreporter.getreports("error"))
        cpu_s = _own_seconds() + (sum(self.of_workers) if self.of_workers else _children_seconds())
        if not self.is_worker and is_whole(self.config) and sum(counts.values()):
            record = {"cpu_s": round(cpu_s, 1), **counts}
            path = self.config.cache.mkdir("cost") / "suite.json"
            path.write_text(json.dumps(record), encoding="utf-8")


def is_whole(config: pytest.Config) -> bool:
    """Whether this run has all tests: none chosen by file, name, mark or an earlier failure."""
    chosen = ("keyword", "markexpr", "lf", "failedfirst", "deselect", "maxfail", "collectonly", "stepwise")
    return config.args == config.getini("testpaths") and not any(config.getoption(n, None) for n in chosen)


def _own_seconds() -> float:
    return time.process_time()


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
