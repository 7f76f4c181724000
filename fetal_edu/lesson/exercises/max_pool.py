"""Chapter 03: max pooling, window by window."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(picture, size, stride):
    """Go through the windows that fit in whole, and through the pixels of each."""
    rows = (picture.shape[0] - size) // stride + 1
    columns = (picture.shape[1] - size) // stride + 1
    pooled = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            best = -np.inf
            for down in range(size):
                for across in range(size):
                    best = max(best, picture[row * stride + down, column * stride + across])
            pooled[row, column] = best
    return pooled


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw whole and odd sizes, overlapping windows and gaps between them, pictures of negatives only."""
    yield Case(
        (np.array([[1.0, 3.0, -2.0, 0.5], [2.0, -4.0, -1.0, -3.0]]), 2, 2),
        _("Two windows lie side by side here."),
    )
    yield Case(
        (np.array([[-5.0, -2.0], [-3.0, -4.0]]), 2, 2), _("The largest of negative numbers is negative.")
    )
    yield Case(
        (np.round(rng.normal(size=(3, 5)), 2), 2, 2), _("A window that does not fit in whole is left out.")
    )
    yield Case(
        (np.round(rng.normal(size=(5, 4)), 2), 3, 1), _("With a stride of 1, each window overlaps the next.")
    )
    yield Case((np.round(rng.normal(size=(7, 9)), 2), 3, 2), _("Windows of 3 that move by 2 share a row."))
    yield Case(
        (np.round(rng.normal(size=(8, 8)), 2), 2, 3), _("A stride larger than the window leaves pixels out.")
    )
    yield Case((np.round(-1 - rng.random((9, 6)), 2), 2, 2), _("All of these numbers are negative."))
    yield Case((np.round(rng.normal(-1, 1, (11, 12)), 2), 4, 3), _("Size and stride are two things."))


def _each(picture, size, stride, keep):
    rows, columns = ((side - size) // stride + 1 for side in picture.shape)
    return np.array(
        [
            [keep(picture[r * stride :, c * stride :][:size, :size]) for c in range(columns)]
            for r in range(rows)
        ]
    )


def _stride_is_size(picture, size, stride):
    return _each(picture, size, size, np.max)


def _stride_one(picture, size, stride):
    return _each(picture, size, 1, np.max)


def _size_is_stride(picture, size, stride):
    return _each(picture, stride, stride, np.max)


def _filled(picture, size, stride, filler):
    """Complete the last windows with a filler."""
    wanted = [-(-max(side - size, 0) // stride) * stride + size for side in picture.shape]
    room = [(0, want - side) for want, side in zip(wanted, picture.shape, strict=True)]
    return _each(np.pad(picture, room, constant_values=filler), size, stride, np.max)


def _cut_windows(picture, size, stride):
    return _filled(picture, size, stride, -np.inf)


def _zero_padding(picture, size, stride):
    return _filled(picture, size, stride, 0.0)


def _from_zero(picture, size, stride):
    return np.maximum(spec(picture, size, stride), 0)


def _loudest(picture, size, stride):
    return _each(picture, size, stride, lambda window: max(window.flat, key=abs))


def _mean(picture, size, stride):
    return _each(picture, size, stride, np.mean)


def _first(picture, size, stride):
    return _each(picture, size, stride, lambda window: window[0, 0])


def _one_too_few(picture, size, stride):
    rows, columns = ((side - size) // stride for side in picture.shape)
    return spec(picture, size, stride)[:rows, :columns]


EXERCISE = Exercise(
    key="max-pool",
    chapter="03",
    name="max_pool",
    title=_("Max pooling"),
    task=_(
        "`picture` is an array of rows and columns, of any sign. A square window, `size` pixels high and "
        "wide, begins in the upper left and moves by `stride` pixels, right and down. Return an array with "
        "the largest number of each window. A window that does not fit in whole is left out."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "stride is size",
            _stride_is_size,
            _(
                "Your windows always lie side by side. How far they move is an argument of its own: they may "
                "overlap, or leave gaps."
            ),
        ),
        Mutant(
            "stride one",
            _stride_one,
            _("Your window stops at every pixel, so the map hardly shrinks. It has to jump by `stride`."),
        ),
        Mutant(
            "size is stride",
            _size_is_stride,
            _("Your windows are as large as their stride. `size` says how many pixels a window has a side."),
        ),
        Mutant(
            "cut windows",
            _cut_windows,
            _(
                "You keep windows that are cut off at the border. That can be asked for (PyTorch calls it "
                "ceil_mode), but here only whole windows count."
            ),
        ),
        Mutant(
            "zero padding",
            _zero_padding,
            _(
                "You complete the windows at the border with zeros. A zero wins against all negative "
                "numbers, although no pixel has it. Leave such windows out."
            ),
        ),
        Mutant(
            "from zero",
            _from_zero,
            _(
                "Nothing negative is left in your map. Do you begin the search for the largest at 0? In a "
                "window of negative numbers that 0 wins, and it is no pixel."
            ),
        ),
        Mutant(
            "loudest",
            _loudest,
            _(
                "You look for the number that is farthest from zero. Largest means furthest up: -5 is "
                "smaller than 1."
            ),
        ),
        Mutant("mean", _mean, _("Your map holds the mean of each window: that is mean pooling.")),
        Mutant(
            "first",
            _first,
            _("You keep the corner of each window, whatever else is in it: that is stride alone."),
        ),
        Mutant(
            "one too few",
            _one_too_few,
            _(
                "Your map lacks its last row and column. How many windows fit into a picture that is as "
                "large as one window?"
            ),
        ),
    ),
    hints=(
        _("First count: how many windows fit below each other, and how many side by side?"),
        _(
            "The first window takes `size` rows. Each further one needs `stride` rows more; what is left "
            "over at the end does not count. `//` divides and rounds down."
        ),
        _(
            "Two loops, over the rows and the columns of the map. Multiply their counters by `stride` to "
            "find a window's upper left corner, slice `size` rows and columns from there, and take its "
            "`.max()`."
        ),
    ),
)
