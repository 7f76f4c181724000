"""What can be asked of the simulator from outside: an order, and a numbered series of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np

import fetal_edu
from fetal_edu.phantom import ANATOMIES, MACHINES, anatomy_of, draw, draw_sweep, draw_volume
from fetal_edu.phantom.anatomies import checked_age
from fetal_edu.phantom.draw import checked_seed, seeds_of
from fetal_edu.phantom.knobs import checked_knobs
from fetal_edu.sample import Sample

from .folder import KINDS
from .limits import MAX_STACK, MIN_SIDE, BadInput

__all__ = ["Order", "series"]

#: A simulated picture of more pixels would need gigabytes while it is drawn.
MOST_PIXELS = 4_000_000


#: A folder with more files than this is no pleasure on any disk.
MOST_SAMPLES = 100_000
_SIZES = {"picture": (1, 256, 384), "sweep": (60, 128, 192), "volume": (64, 128, 128)}


@dataclass(frozen=True)
class Order:
    """One sample that the simulator shall draw: all of it follows from these values.

    Parameters
    ----------
    plane : str
        A plane; for a sweep or a volume the name of an anatomy serves too.
    seed : int
    kind : ``"picture"``, ``"sweep"`` or ``"volume"``
    anatomy : str, optional
        Where several anatomies have the plane, as for ``"other"``.
    weeks, difficulty : float, optional
        Drawn if not given.
    knobs : mapping of name to number
    machine : str, optional
    shape : (rows, columns), optional
        If not given, 256 x 384; of a sweep 128 x 192, of a volume 128 x 128.
    frames : int, optional
        Frames of a sweep (60 if not given), planes of a volume (64).
    stops : tuple of str
        Planes that a sweep visits; the anatomy's own if not given.

    Examples
    --------
    >>> sample = Order("transthalamic", 3, weeks=20, shape=(32, 48)).draw()
    >>> sample.plane, sample.truth["ga_weeks"]
    ('transthalamic', 20.0)
    """

    plane: str
    seed: int
    kind: str = "picture"
    anatomy: str | None = None
    weeks: float | None = None
    difficulty: float | None = None
    knobs: Mapping[str, float] = field(default_factory=dict)
    machine: str | None = None
    shape: tuple[int, int] | None = None
    frames: int | None = None
    stops: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int, int]:
        """Frames or planes, rows, columns; a picture is one frame."""
        frames, rows, columns = _SIZES[self.kind]
        return (self.frames or frames, *(self.shape or (rows, columns)))

    @property
    def part(self) -> str:
        """Name of the anatomy."""
        if self.anatomy is None and self.kind != "picture" and self.plane in ANATOMIES:
            return self.plane
        return anatomy_of(self.plane, self.anatomy)[0]

    def check(self) -> None:
        """Look whether it can be drawn, before anything is.

        Raises
        ------
        BadInput
            With a sentence that says what is wrong and what there is.

        Examples
        --------
        >>> Order("transthalamic", 3, weeks=60).check()
        Traceback (most recent call last):
        fetal_edu.data.limits.BadInput: 60 weeks: the head is drawn from 11 to 40 weeks of gestation.
        """
        try:
            self._check()
        except ValueError as error:
            raise BadInput(_sentence(str(error))) from None

    def _check(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no kind {self.kind!r}: there are {', '.join(KINDS)}")
        checked_seed(self.seed)
        self._check_stops()
        if self.weeks is not None:
            checked_age(self.weeks, self.part)
        if self.difficulty is not None and not 0 <= self.difficulty <= 1:
            raise ValueError(f"difficulty {self.difficulty:g}: give a number from 0 (clear) to 1 (hard)")
        checked_knobs(self.knobs, ANATOMIES[self.part].knobs)
        if self.machine is not None and self.machine not in MACHINES:
            raise ValueError(f"there is no machine {self.machine!r}: there are {', '.join(MACHINES)}")
        self._check_size()

    def _check_stops(self) -> None:
        if self.stops and self.kind != "sweep":
            raise ValueError("only a sweep has planes to visit: ask for a sweep")
        for stop in self.stops or ((self.plane,) if self.kind == "sweep" else ()):
            if stop == "other":
                raise ValueError("a sweep can't visit 'other': name standard planes, or an anatomy")
            if stop not in ANATOMIES or self.stops:
                anatomy_of(stop, self.part)

    def _check_size(self) -> None:
        frames, rows, columns = self.size
        if min(rows, columns) < MIN_SIDE or rows * columns > MOST_PIXELS:
            raise ValueError(
                f"{rows} x {columns} pixels can't be drawn: give at least {MIN_SIDE} x {MIN_SIDE} and at "
                f"most {MOST_PIXELS / 1e6:.0f} megapixels, for example 256x384"
            )
        if self.kind == "picture" and self.frames is not None:
            raise ValueError("a picture has no number of frames: ask for a sweep or a volume")
        most = MAX_STACK // (rows * columns)
        if self.kind != "picture" and not 2 <= frames <= most:
            raise ValueError(
                f"a {self.kind} of {frames} x {rows} x {columns} can't be kept: give 2 to {most} frames"
            )

    def draw(self) -> Sample:
        """Draw it.

        Raises
        ------
        ValueError
            If it can't be drawn; see `check`.
        """
        frames, *shape = self.size
        asked = {
            "weeks": self.weeks,
            "difficulty": self.difficulty,
            "knobs": self.knobs,
            "machine": self.machine,
        }
        if self.kind == "sweep":
            stops = self.stops or (None if self.plane in ANATOMIES else (self.plane,))
            return draw_sweep(
                self.part, self.seed, waypoints=stops, frames=frames, shape=tuple(shape), **asked
            )
        if self.kind == "volume":
            return draw_volume(self.plane, self.seed, anatomy=self.anatomy, size=self.size, **asked)
        return draw(self.plane, self.seed, anatomy=self.anatomy, shape=tuple(shape), **asked)

    def request(self) -> dict[str, object]:
        """Give the order as it is kept beside the sample; two orders that agree in it draw the same bytes."""
        asked = {**asdict(self), "frames": self.size[0], "shape": self.size[1:], "stops": list(self.stops)}
        return {**asked, "shape": list(asked["shape"]), "version": fetal_edu.__version__}


def series(
    order: Order,
    n: int,
    *,
    seed: int = 0,
    ages: Sequence[float] | tuple[float, float] | None = None,
    between: bool = False,
) -> dict[str, Order]:
    """Make a numbered series of an order: `n` samples that differ in seed and age.

    Parameters
    ----------
    order : Order
        What they have in common; its seed and its weeks are replaced.
    n : int
        How many, at least 1.
    seed : int
        Sample ``i`` depends on `seed` and ``i`` alone: a longer series begins with the shorter one.
    ages : sequence of float, optional
        Weeks, taken in turn; as clinical sets have them if not given.
    between : bool
        Take `ages` as first and last, and draw each age evenly between them.

    Returns
    -------
    dict of name to Order
        Named ``PLANE-WEEKSw-sSEED-NUMBER``, by completed weeks.

    Raises
    ------
    BadInput
        If one of them can't be drawn.

    Examples
    --------
    >>> [*series(Order("transthalamic", 0), 3, seed=4, ages=(20, 24))]
    ['transthalamic-20w-s4-0000', 'transthalamic-24w-s4-0001', 'transthalamic-20w-s4-0002']
    """
    if not 1 <= n <= MOST_SAMPLES:
        raise BadInput(f"{n} samples can't be drawn: ask for 1 to {MOST_SAMPLES}.")
    for weeks in ages or (None,):
        replace(order, weeks=weeks, seed=max(seed, 0)).check()
    if between and (len(ages or ()) != 2 or ages[0] > ages[1]):
        raise BadInput("A range of ages has two ends, the first not above the last: for example 18-24.")
    try:
        seeds = seeds_of(n, seed)
    except ValueError as error:
        raise BadInput(_sentence(str(error))) from None
    common, orders = _title(order), {}
    for i, own in enumerate(seeds):
        weeks = _age(order, own, i, ages, between)
        orders[f"{common}-{int(weeks)}w-s{seed}-{i:04d}"] = replace(order, seed=own, weeks=weeks)
    return orders


def _title(order: Order) -> str:
    plane = f"{order.part}-other" if order.plane == "other" else order.plane
    return plane if order.kind == "picture" else f"{plane}-{order.kind}"


def _age(order: Order, own: int, i: int, ages: Sequence[float] | None, between: bool) -> float:
    if not ages:
        # The stream that `draw` takes its ages from, so that both draw the same picture from a seed.
        return ANATOMIES[order.part].draw_weeks(np.random.default_rng([own, 1]))
    if between:
        return float(np.random.default_rng([own, 90]).uniform(*ages))
    return float(ages[i % len(ages)])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
