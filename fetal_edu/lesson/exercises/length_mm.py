"""Chapter 00: how many millimetres lie between two pixels."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(start, end, spacing):
    """Walk along each axis in millimetres; the straight line is the root of the summed squares."""
    squares = 0.0
    for first, last, step in zip(start, end, spacing, strict=True):
        squares = squares + ((last - first) * step) ** 2
    return squares**0.5


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw pixels apart along one axis, along both, and not at all; even and uneven spacing."""
    yield Case(((4, 7), (4, 7), (0.5, 0.25)), _("From a pixel to itself there is no way to go."))
    yield Case(((2, 3), (2, 13), (0.2, 0.2)), _("Along one row, only the column spacing counts."))
    yield Case(((9, 3), (1, 3), (0.5, 0.25)), _("A length is above 0, also where the end lies higher up."))
    yield Case(((0, 0), (30, 40), (0.2, 0.2)), _("The straight line is shorter than down plus across."))
    for _number in range(4):
        start, end = (tuple(int(n) for n in rng.integers(-20, 90, 2)) for _end in "12")
        spacing = tuple(round(float(step), 3) for step in rng.uniform(0.05, 0.6, 2))
        yield Case((start, end, spacing), _("Each axis is counted with its own spacing."))


def _steps(start, end) -> tuple[int, int]:
    return end[0] - start[0], end[1] - start[1]


def _in_pixels(start, end, spacing):
    down, right = _steps(start, end)
    return (down**2 + right**2) ** 0.5


def _mean_scale(start, end, spacing):
    return _in_pixels(start, end, spacing) * (spacing[0] + spacing[1]) / 2


def _swapped(start, end, spacing):
    return spec(start, end, (spacing[1], spacing[0]))


def _first_scale(start, end, spacing):
    return spec(start, end, (spacing[0], spacing[0]))


def _round_the_corner(start, end, spacing):
    down, right = _steps(start, end)
    return abs(down * spacing[0]) + abs(right * spacing[1])


def _fence_posts(start, end, spacing):
    down, right = _steps(start, end)
    return (((abs(down) + 1) * spacing[0]) ** 2 + ((abs(right) + 1) * spacing[1]) ** 2) ** 0.5


def _no_root(start, end, spacing):
    return spec(start, end, spacing) ** 2


EXERCISE = Exercise(
    key="length-mm",
    chapter="00",
    name="length_mm",
    title=_("From pixels to millimetres"),
    task=_(
        "`start` and `end` are pixels, each as (row, column). `spacing` is the size of a pixel in mm, as "
        "(mm per row, mm per column). Return the length in mm of the straight line from `start` to `end`."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "in pixels",
            _in_pixels,
            _("Your length is in pixels. Where does `spacing` turn it into millimetres?"),
        ),
        Mutant(
            "mean scale",
            _mean_scale,
            _(
                "You scale the whole line by the mean spacing. That is right only where rows and columns are "
                "spaced alike. Go to millimetres on each axis first, and take the line then."
            ),
        ),
        Mutant(
            "swapped",
            _swapped,
            _("The two spacings have changed places. A step down costs mm per row: `spacing[0]`."),
        ),
        Mutant(
            "one spacing",
            _first_scale,
            _("You use the row spacing for both axes. Steps across cost `spacing[1]` each."),
        ),
        Mutant(
            "round the corner",
            _round_the_corner,
            _("You go down and then across, like a car round a block of houses. The line goes straight."),
        ),
        Mutant(
            "fence posts",
            _fence_posts,
            _(
                "You count pixels, as one counts fence posts. The way from post 2 to post 5 has three gaps: "
                "a length counts the gaps."
            ),
        ),
        Mutant(
            "no root",
            _no_root,
            _("You have the square of the length, in mm². One step is missing."),
        ),
    ),
    hints=(
        _("How many millimetres do you go down, and how many across? Those are two numbers."),
        _("Down: difference of the rows times mm per row. Across: the same with columns."),
        _("Down and across are the short sides of a right triangle. Pythagoras gives the long one."),
    ),
)
