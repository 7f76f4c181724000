"""Lines of the bench's table: a budget of the course beside what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple


class Effort(NamedTuple):
    """How much is done: `full` runs anew what takes minutes, `most` is the largest number of repeats."""

    full: bool = False
    most: int = 99

    def times(self, usual: int) -> int:
        return min(usual, self.most)


@dataclass(frozen=True)
class Line:
    """One budget and what was measured, all repeats of it.

    Parameters
    ----------
    what : str
    budget : float or None
        The most it may be, in `unit`; None where there is no budget.
    unit : str
        ``"ms"``, ``"s"``, ``"min"``, ``"MB"`` or ``"kB"``.
    values : sequence of float
        Each repeat, in `unit`; empty where it could not be measured, and `note` says why.
    note : str

    Examples
    --------
    >>> line = Line("one frame", 60, "ms", (38.0, 41.0, 52.0))
    >>> line.median, line.verdict
    (41.0, 'within')
    >>> Line("one frame", 60, "ms", (), "no Chromium found").verdict
    'not measured'
    """

    what: str
    budget: float | None
    unit: str
    values: Sequence[float]
    note: str = ""

    @property
    def median(self) -> float | None:
        return statistics.median(self.values) if self.values else None

    @property
    def verdict(self) -> str:
        if not self.values:
            return "not measured"
        if self.budget is None:
            return ""
        return "within" if self.median <= self.budget else "OVER"

    def doubted(self) -> Line:
        """The same with a word of caution, if it is a wall time on a busy machine."""
        if not (self.what.endswith("wall") and self.values):
            return self
        return replace(self, note="; ".join(filter(None, [self.note, "BUSY machine, so it says little"])))

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"median": self.median, "verdict": self.verdict}


def written(value: float | None, unit: str) -> str:
    """Write a quantity with as many digits as it deserves.

    Examples
    --------
    >>> written(0.1234, "s"), written(41.26, "ms"), written(None, "MB")
    ('0.12 s', '41 ms', '-')
    """
    if value is None:
        return "-"
    digits = max(0, 2 - len(str(int(abs(value)))) + (unit in {"s", "min", "MB"}))
    return f"{value:.{digits}f} {unit}"


def spread(line: Line) -> str:
    """Lowest and highest of the repeats."""
    if len(line.values) < 2:
        return ""
    ends = (written(end, line.unit).split()[0] for end in (min(line.values), max(line.values)))
    return "{} - {}, n = {}".format(*ends, len(line.values))


def table(lines: Sequence[Line]) -> Iterator[str]:
    """The table as lines of text."""
    wide = max(len(line.what) for line in lines) + 2
    yield f"{'':<{wide}}{'budget':>10}{'measured':>12}  {'lowest - highest':<24}"
    for line in lines:
        cells = written(line.budget, line.unit), written(line.median, line.unit)
        told = "; ".join(part for part in (line.verdict, line.note) if part)
        yield f"{line.what:<{wide}}{cells[0]:>10}{cells[1]:>12}  {spread(line):<24}{told}".rstrip()
