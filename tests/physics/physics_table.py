"""The simulator's physics against theory, PyMUST and itself: ``make physics`` prints the table.

`test_physics.py` runs these same checks, and proves for each that it fails where the physics is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import against_pymust
import measured
import numpy as np
import truth
from scipy import stats


@dataclass(frozen=True)
class Check:
    """One thing that has to hold.

    Parameters
    ----------
    name, required : str
        For readers.
    low, high : float
        The value has to lie between them.
    measure : callable
        ``measure(seed)`` gives one value.
    seeds : sequence of int
    each : bool
        Whether each single value has to lie there, or the mean with its whole 95 % interval.
    digits : int
        After the point.
    """

    name: str
    required: str
    low: float
    high: float
    measure: Callable[[int], float]
    seeds: Sequence[int] = range(8)
    each: bool = False
    digits: int = 3

    def run(self, seeds: Iterable[int] | None = None) -> Result:
        return Result(self, tuple(float(self.measure(seed)) for seed in seeds or self.seeds))


@dataclass(frozen=True)
class Result:
    """What a check measured, one value for each seed."""

    check: Check
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(np.mean(self.values))

    @property
    def half(self) -> float:
        """Half of the mean's 95 % interval, by Student's t over the seeds."""
        n = len(self.values)
        return float(stats.t.ppf(0.975, n - 1) * np.std(self.values, ddof=1) / np.sqrt(n))

    @property
    def interval(self) -> tuple[float, float]:
        """Lowest and highest that count: of all values, or of the mean."""
        if self.check.each:
            return min(self.values), max(self.values)
        return self.mean - self.half, self.mean + self.half

    @property
    def passed(self) -> bool:
        low, high = self.interval
        return self.check.low <= low and high <= self.check.high

    def __str__(self) -> str:
        n, check = self.check.digits, self.check
        if not check.each:
            return f"{self.mean:.{n}f} ± {self.half:.{n}f}"
        low, high = self.interval
        return f"{low:.{n}f}" if low == high else f"{low:.{n}f} to {high:.{n}f}"


def near(value: float, off: float) -> tuple[float, float]:
    return value - off, value + off


CHECKS = (
    Check("speckle: mean over sd of amplitude", "1.91 ± 0.03", *near(1.91, 0.03), measured.signal_to_noise),
    Check("speckle: sd over mean of power", "1 ± 0.03", *near(1, 0.03), measured.spread_of_power),
    Check("generic tissue: mean power", "1 ± 0.03", *near(1, 0.03), measured.mean_power),
    Check("tissue: power at 7 MHz over 2 MHz, dB", "0 ± 0.2", *near(0, 0.2), measured.power_over_frequency),
    Check("tissue: focus 100 mm over 30 mm, dB", "0 ± 0.2", *near(0, 0.2), measured.power_over_focus),
    Check(
        "border: echo at 7 MHz over 2 MHz, dB",
        "0 ± 0.2",
        *near(0, 0.2),
        measured.border_over_frequency,
        range(2),
    ),
    *(
        Check(
            f"lateral cell at {depth} mm over predicted",
            "1 ± 0.08",
            *near(1, 0.08),
            partial(measured.lateral_cell, depth=depth),
        )
        for depth in (25, 50, 70, 100)
    ),
    *(
        Check(
            f"axial cell at {f0:g} MHz over predicted",
            "1 ± 0.08",
            *near(1, 0.08),
            partial(measured.axial_cell, f0=f0),
        )
        for f0 in (2.5, 3.5, 5)
    ),
    *(
        Check(
            f"slope at {a} dB/cm/MHz over predicted",
            "1 ± 0.03",
            *near(1, 0.03),
            partial(measured.attenuation_slope, attenuation=a),
        )
        for a in (0.3, 0.5, 0.7)
    ),
    Check(
        "shadow of 3 mm of bone, dB",
        f"{measured.BONE_DB:.2f} ± 0.5",
        *near(measured.BONE_DB, 0.5),
        partial(measured.shadow, change=measured.bone),
    ),
    Check(
        "shadow of two borders, dB",
        f"{measured.BORDERS_DB:.2f} ± 0.5",
        *near(measured.BORDERS_DB, 0.5),
        partial(measured.shadow, change=measured.two_borders),
    ),
    Check("correlation with PyMUST's speckle", "at least 0.85", 0.85, 1, against_pymust.correlation),
    Check(
        "head: HC of the mask over the truth",
        "each 1 ± 0.01",
        *near(1, 0.01),
        truth.circumference,
        range(len(truth.AGES)),
        each=True,
        digits=4,
    ),
    Check("labels that are not the anatomy's", "0", 0, 0, truth.wrong_labels, range(4), each=True, digits=0),
    Check("same seed: bytes that differ", "0", 0, 0, truth.same_seed, range(4), each=True, digits=0),
    Check("1 or 2 workers: bytes that differ", "0", 0, 0, truth.more_workers, range(2), each=True, digits=0),
    Check("redrawn: bytes that differ", "0", 0, 0, truth.drawn_again, range(4), each=True, digits=0),
    Check(
        "kept picture: grey levels off",
        "at most 1",
        0,
        1.01,
        truth.off_the_kept_one,
        range(len(truth.KEPT)),
        each=True,
        digits=0,
    ),
    Check(
        "older processor: grey levels off",
        "at most 1",
        0,
        1.01,
        truth.off_another_processor,
        range(truth.PROCESSOR_SEEDS),
        each=True,
        digits=0,
    ),
)


def main() -> int:
    """Print the table; 1 if a check failed."""
    print(f"{'':<42}{'required':>16}{'measured':>20}{'n':>4}")
    failed = 0
    for check in CHECKS:
        result = check.run()
        failed += not result.passed
        verdict = "" if result.passed else "  FAILED"
        print(f"{check.name:<42}{check.required:>16}{result!s:>20}{len(result.values):>4}{verdict}")
    print("\n± is half of the mean's 95 % interval over n seeds; all of it has to lie inside.")
    print("Against PyMUST, n counts tiles of one scene. test_physics.py shows that each check can fail.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
