"""One arm of a trial with one seed: run it, and keep what it gave where a stopped run finds it again."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fetal_edu.data.keep import write_whole
from fetal_edu.data.limits import BadInput

__all__ = ["Arm", "Job", "job_of", "run_job"]

#: Called with a seed and a budget's settings; gives figures by name.
Arm = Callable[[int, Mapping[str, Any]], Mapping[str, Any]]

COSTS = ("parameters", "compute")  # figures by these names are an arm's cost
WHOLE = {"date", "cpu_seconds", "prepare_seconds", "costs", "figures"}  # what a record must have


@dataclass(frozen=True)
class Job:
    """One arm with one seed."""

    arm: str
    seed: int
    function: Arm
    settings: Mapping[str, Any]
    prepare: Callable[[int, Mapping[str, Any]], None] | None
    fingerprint: str
    path: Path | None

    def read(self) -> dict[str, Any] | None:
        """Return what an earlier run has written; None where there is nothing whole of these settings."""
        if self.path is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError):
            record = json.loads(self.path.read_text("utf-8"))
            if record["fingerprint"] == self.fingerprint and set(record) >= WHOLE:
                return record
        return None


def job_of(
    arm: str,
    seed: int,
    function: Arm,
    *,
    settings: Mapping[str, Any],
    prepare: Callable[[int, Mapping[str, Any]], None] | None,
    said: Sequence,
    folder: Path | None,
) -> Job:
    """Make a job whose fingerprint tells it from any with other settings, options or edition."""
    told = json.dumps([arm, seed, *said, dict(settings), _identity(function)], sort_keys=True, default=_plain)
    fingerprint = hashlib.sha256(told.encode()).hexdigest()[:12]
    word = re.sub(r"[^a-z0-9]+", "-", arm.lower()).strip("-")[:40]
    path = None if folder is None else folder / f"{word}-seed{seed}-{fingerprint}.json"
    return Job(arm, seed, function, settings, prepare, fingerprint, path)


def run_job(job: Job) -> tuple[str, int, dict[str, Any]]:
    """Run one arm with one seed, and write it; also in a process of its own."""
    begin = start = time.process_time()
    try:
        if job.prepare is not None:
            job.prepare(job.seed, job.settings)
        start = time.process_time()
        given = job.function(job.seed, job.settings)
        figures = {str(key): _numbers(key, value) for key, value in dict(given).items()}
    except Exception as error:
        error.add_note(f"This was arm {job.arm!r} with seed {job.seed}; what was done before is kept.")
        raise
    record = {
        "arm": job.arm,
        "seed": job.seed,
        "fingerprint": job.fingerprint,
        "date": datetime.now(UTC).date().isoformat(),
        "cpu_seconds": round(time.process_time() - start, 3),
        "prepare_seconds": round(start - begin, 3),
        "costs": {key: figures.pop(key) for key in COSTS if key in figures},
        "figures": figures,
    }
    if job.path is not None:
        try:
            job.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(job.path, json.dumps(record).encode())
        except OSError as error:
            raise BadInput(
                f"Nothing can be written in {job.path.parent} ({error.strerror}): give another folder."
            ) from None
    return job.arm, job.seed, record


def _numbers(name: str, value: Any) -> float | list[float]:
    """Return a figure as plain numbers of five digits after the point."""
    array = np.asarray(value, dtype=float)
    if array.ndim > 1 or array.size == 0:
        raise ValueError(
            f"figure {name!r} has shape {array.shape}: give a number, or one for each examination"
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"figure {name!r} is not finite: give a run that failed the figure that failing deserves "
            "(Dice 0, say), so that it counts"
        )
    return np.round(array, 5).tolist()


def _identity(function: Callable) -> list:
    """Name an arm's function and options; what the body does can't be told."""
    if isinstance(function, partial):
        return [_identity(function.func), list(function.args), function.keywords]
    return [getattr(function, "__module__", ""), getattr(function, "__qualname__", type(function).__name__)]


def _plain(value: Any) -> Any:
    return _identity(value) if callable(value) else repr(value)
