"""Chapter 09: the differences between neighbours in a map."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(picture):
    """Take each pixel and its three neighbours below and to the right; beyond the border, the last again."""
    rows, columns = picture.shape
    maps = np.zeros((4, rows, columns))
    for row in range(rows):
        for column in range(columns):
            down, across = min(row + 1, rows - 1), min(column + 1, columns - 1)
            here, below = picture[row, column], picture[down, column]
            right, corner = picture[row, across], picture[down, across]
            maps[:, row, column] = here - below, here - right, here - corner, below - right
    return maps


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw a step down, a step across, even tissue, and noise in shapes that are no squares."""
    yield Case(
        (np.array([[2.0, 2.0], [7.0, 7.0]]),), _("To the right nothing changes, so that map is all zero.")
    )
    yield Case(
        (np.array([[2.0, 7.0], [2.0, 7.0]]),), _("Downwards nothing changes, so that map is all zero.")
    )
    even = np.array([[4.1, 4.1], [4.1, 6.4], [4.1, 4.1]])
    yield Case((even,), _("Where tissue is even there is no difference, also not at the picture's border."))
    for shape, holds in (
        ((2, 3), _("Where the one below is brighter, the first map is below zero.")),
        ((4, 3), _("All four maps are as large as the picture.")),
        ((3, 5), _("The fourth map does not ask the pixel itself, only two of its neighbours.")),
        ((1, 4), _("A picture of one row has nothing below.")),
        ((5, 4), _("In the last row and the last column, what lies beyond is the border pixel again.")),
    ):
        yield Case((np.round(rng.uniform(1, 9, shape), 1),), holds)


def _wider(picture, **how) -> np.ndarray:
    return np.pad(picture, 1, **({"mode": "edge"} | how))


def _stacked(wide: np.ndarray, step: int = 1) -> np.ndarray:
    """Take a picture with a margin of one pixel all around; step -1 asks above and to the left."""
    rows, columns = wide.shape[0] - 2, wide.shape[1] - 2
    here = wide[1 : 1 + rows, 1 : 1 + columns]
    below = wide[1 + step : 1 + step + rows, 1 : 1 + columns]
    right = wide[1 : 1 + rows, 1 + step : 1 + step + columns]
    corner = wide[1 + step : 1 + step + rows, 1 + step : 1 + step + columns]
    return np.stack([here - below, here - right, here - corner, below - right])


def _other_sign(picture):
    return -spec(picture)


def _zero_border(picture):
    return _stacked(_wider(picture, mode="constant"))


def _wraps(picture):
    return _stacked(np.pad(picture, 1, mode="wrap"))


def _above(picture):
    return _stacked(_wider(picture), step=-1)


def _sizes(picture):
    return np.abs(spec(picture))


def _swapped(picture):
    return spec(picture)[[1, 0, 2, 3]]


def _fourth_from_here(picture):
    maps = spec(picture)
    wide = _wider(picture)
    maps[3] = picture - wide[2:, :-2]  # the pixel below to the left
    return maps


def _squares(picture):
    return spec(picture) ** 2


EXERCISE = Exercise(
    key="difference-maps",
    chapter="09",
    name="difference_maps",
    title=_("Differences between neighbours"),
    task=_(
        "`picture` is one map, (rows, columns). Return four maps in one array (4, rows, columns): the pixel "
        "minus the one below it; minus the one to the right; minus the one below to the right; and the one "
        "below minus the one to the right. Beyond the border lies the border pixel again."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "other sign",
            _other_sign,
            _("All your signs are turned: take the neighbour from the pixel, not the other way round."),
        ),
        Mutant(
            "border is an edge",
            _zero_border,
            _(
                "Beyond the border you find 0. So the end of the picture looks like the edge of a bone. Let "
                "the border pixel be there again."
            ),
        ),
        Mutant(
            "wraps around",
            _wraps,
            _("Below the last row you find the first, as `np.roll` does. Left and right are no neighbours."),
        ),
        Mutant(
            "above and left",
            _above,
            _("You ask the neighbours above and to the left. A row further down has a larger number."),
        ),
        Mutant(
            "sizes only",
            _sizes,
            _("You give sizes without signs. Then dark to bright and bright to dark look the same."),
        ),
        Mutant(
            "down for right",
            _swapped,
            _("Your first two maps have changed places. The first index counts rows: one further is below."),
        ),
        Mutant(
            "fourth from the pixel",
            _fourth_from_here,
            _("Your fourth map begins at the pixel itself. It should compare its two neighbours."),
        ),
        Mutant("squares", _squares, _("You square the differences: signs are gone, and large ones rule.")),
    ),
    hints=(
        _("Take a picture of two rows on paper. Which number has each pixel below it? And in the last row?"),
        _("`np.pad` with mode `edge` adds a row below and a column to the right that repeat the last ones."),
        _(
            "In the picture with a row and a column more, all but the first row is what lies below, all "
            "but the first column what lies to the right. Cut each to the picture's size, then `np.stack`."
        ),
    ),
)
