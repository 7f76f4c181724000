"""Chapter 08: move a picture and its mask alike."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(image, mask, down, right):
    """Take each pixel to its new place, if that lies in the picture."""
    moved = np.zeros((*image.shape, 2))
    rows, columns = image.shape
    for row in range(rows):
        for column in range(columns):
            there = row + down, column + right
            if 0 <= there[0] < rows and 0 <= there[1] < columns:
                moved[there] = image[row, column], mask[row, column]
    return moved


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw steps in all directions, also none and both at once; pictures that are no squares."""
    picture = np.array([[0.4, 0.7, 0.2], [0.9, 0.3, 0.6]])
    yield Case((picture, np.array([[0, 1, 1], [0, 1, 0]]), 1, 0), _("All of it goes down, the mask with it."))
    yield Case((picture, np.array([[0, 1, 1], [1, 0, 0]]), 0, -2), _("What comes in on the right is black."))
    for shape, down, right, holds in (
        ((3, 4), -1, 0, _("A negative step goes up.")),
        ((4, 3), 0, -1, _("A negative step goes to the left.")),
        ((5, 4), 2, 1, _("Both steps at once.")),
        ((5, 6), -2, 3, _("Up and to the right.")),
        ((3, 2), 0, 0, _("No step leaves all as it is.")),
    ):
        grey = np.round(rng.uniform(0.1, 1, shape), 2)
        yield Case((grey, (rng.random(shape) < 0.5).astype(int), down, right), holds)


def _wraps(image, mask, down, right):
    return np.roll(np.dstack((image, mask)), (down, right), (0, 1))


def _mask_stays(image, mask, down, right):
    return np.dstack((spec(image, mask, down, right)[..., 0], mask))


def _image_stays(image, mask, down, right):
    return np.dstack((image, spec(image, mask, down, right)[..., 1]))


def _other_way(image, mask, down, right):
    return spec(image, mask, -down, -right)


def _up(image, mask, down, right):
    return spec(image, mask, -down, right)


def _swapped(image, mask, down, right):
    return spec(image, mask, right, down)


def _apart(image, mask, down, right):
    return np.dstack((spec(image, mask, down, right)[..., 0], spec(image, mask, -down, -right)[..., 1]))


def _border_repeated(image, mask, down, right):
    rows = np.clip(np.arange(image.shape[0]) - down, 0, image.shape[0] - 1)
    columns = np.clip(np.arange(image.shape[1]) - right, 0, image.shape[1] - 1)
    return np.dstack((image, mask))[rows][:, columns]


def _rest_stays(image, mask, down, right):
    there = spec(np.ones(image.shape), mask, down, right)[..., :1] > 0
    return np.where(there, spec(image, mask, down, right), np.dstack((image, mask)))


EXERCISE = Exercise(
    key="move-pair",
    chapter="08",
    name="move_pair",
    title=_("Move a picture and its mask"),
    task=_(
        "`image` and `mask` have one size. Move both by `down` rows and `right` columns, whole "
        "numbers that may be negative. What leaves is lost, what comes in is 0. Return both in one "
        "array, picture first: `np.dstack((image, mask))`, moved."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "wraps around",
            _wraps,
            _(
                "What leaves on one side comes in on the other, as with `np.roll`. A skull cut in two is no "
                "picture of a head: let what comes in be black."
            ),
        ),
        Mutant(
            "mask stays",
            _mask_stays,
            _("Your picture moves and its mask stays: each moved head would be taught with a wrong outline."),
        ),
        Mutant(
            "image stays", _image_stays, _("Your mask moves and its picture stays: move both, by the same.")
        ),
        Mutant(
            "other way",
            _other_way,
            _(
                "You move both the other way, up and to the left. To fill row 5 of a picture that goes "
                "down by 2, look at row 3 of the old one."
            ),
        ),
        Mutant(
            "up for down",
            _up,
            _("You move up where you should move down. Rows are counted from the top, not from the bottom."),
        ),
        Mutant(
            "axes swapped",
            _swapped,
            _("You take rows for columns. The first index of an array counts rows, from the top."),
        ),
        Mutant(
            "apart",
            _apart,
            _("Picture and mask move in opposite directions. Do the same to both."),
        ),
        Mutant(
            "border repeated",
            _border_repeated,
            _("You fill the gap with the row or column at the border, so there is tissue that nobody saw."),
        ),
        Mutant(
            "old pixels stay",
            _rest_stays,
            _("In the gap the old pixels still stand. Begin with empty arrays, not with copies."),
        ),
    ),
    hints=(
        _("Begin with one picture, one step down. Which rows of the old one are still there, and where?"),
        _("Begin with two arrays of zeros. Then copy a part of the old one to a part of the new one."),
        _(
            "Go through all rows and columns. A pixel's new place is its row plus `down`, its column plus "
            "`right`. Is that inside? Then copy both numbers. Beware: an index of -1 means the last one."
        ),
    ),
)
