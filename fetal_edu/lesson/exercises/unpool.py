"""Chapter 04: put pooled values back where their maxima stood."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from fetal_edu import ops

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(values, indices, shape):
    """Begin with zeros; go through the pooled pixels, and let each index say where its value belongs."""
    height, width = shape
    image = np.zeros((height, width))
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            row = indices[i, j] // width
            column = indices[i, j] % width
            image[row, column] = values[i, j]
    return image


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw one window, both signs, odd sizes, ties, and windows that overlap and share a maximum."""
    sizes = (
        ((2, 2), 2, 2, _("One window, one value, at the place that its index says.")),
        ((4, 4), 2, 2, _("As many pixels carry a value as there were windows; the others are 0.")),
        ((4, 6), 2, 2, _("The map is wider than high: an index counts along its rows.")),
        ((7, 5), 2, 2, _("The last row and column were in no window, so nothing comes back to them.")),
        ((6, 9), 3, 3, _("The size of the window does not matter: an index says it all.")),
        (
            (4, 5),
            2,
            1,
            _("Here windows overlapped and share a maximum: it comes back once, as large as it was."),
        ),
    )
    for shape, size, stride, holds in sizes:
        image = rng.normal(size=shape).round(2)
        image.flat[image.size // 2] = image.max() + 0.5  # a maximum that no corner of the map holds
        if shape == (4, 6):
            image -= image.max() + 1  # all below 0
        if stride < size:
            image[1:3, 2] = image.max() + 0.5  # a peak that every window around it finds
            image -= 3
        values, indices = ops.max_pool2d(image, size, stride=stride)
        yield Case((values, indices, shape), holds)


def _placed(values, places, shape) -> np.ndarray:
    image = np.zeros(shape)
    image.flat[np.asarray(places).ravel()] = values.ravel()
    return image


def _down_columns(values, indices, shape):
    return _placed(values, indices, shape[::-1]).T


def _one_based(values, indices, shape):
    return _placed(values, indices - 1, shape)  # -1 is the last pixel


def _window(values, shape) -> tuple[int, int]:
    return shape[0] // values.shape[0], shape[1] // values.shape[1]


def _upper_left(values, indices, shape):
    down, across = _window(values, shape)
    image = np.zeros(shape)
    for (i, j), value in np.ndenumerate(values):
        image[i * down, j * across] = value
    return image


def _repeated(values, indices, shape):
    down, across = _window(values, shape)
    image = np.zeros(shape)
    for (i, j), value in np.ndenumerate(values):
        image[i * down : (i + 1) * down, j * across : (j + 1) * across] = value
    return image


def _added(values, indices, shape):
    image = np.zeros(shape)
    np.add.at(image.reshape(-1), indices.ravel(), values.ravel())
    return image


def _kept_larger(values, indices, shape):
    image = np.zeros(shape)
    np.maximum.at(image.reshape(-1), indices.ravel(), values.ravel())
    return image


def _rest_is_smallest(values, indices, shape):
    image = np.full(shape, values.min())
    image.flat[indices.ravel()] = values.ravel()
    return image


EXERCISE = Exercise(
    key="unpool",
    chapter="04",
    name="unpool",
    title=_("Unpooling"),
    task=_(
        "`values` and `indices` are arrays of one shape, as max pooling gives them. An index counts the "
        "pixels of the large map along its rows, from 0. `shape` is the large map's (height, width). "
        "Return the large map: each value where its index says, all else 0."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "down the columns",
            _down_columns,
            _(
                "You count down the columns. An index counts as one reads: along the first row to its end, "
                "then along the next one."
            ),
        ),
        Mutant(
            "from one",
            _one_based,
            _("Every value stands one pixel too early. Which index does the very first pixel have?"),
        ),
        Mutant(
            "upper left",
            _upper_left,
            _(
                "You put each value into the upper left corner of its window and leave the indices unused. "
                "Then a maximum comes back in the wrong place: the indices remember the right one."
            ),
        ),
        Mutant(
            "repeated",
            _repeated,
            _(
                "You fill the whole window with its value: that is nearest-neighbour upsampling. Unpooling "
                "knows where the maximum stood, and knows nothing about the other pixels."
            ),
        ),
        Mutant(
            "added",
            _added,
            _(
                "Right, as long as windows don't overlap. Where two windows share a maximum, you add it "
                "twice. It is one pixel, and it comes back as large as it was."
            ),
        ),
        Mutant(
            "negatives lost",
            _kept_larger,
            _(
                "Where a maximum was negative, you leave 0. A window of negative numbers has a maximum "
                "too, and it is below 0. Don't compare it with what stands there."
            ),
        ),
        Mutant(
            "rest is smallest",
            _rest_is_smallest,
            _(
                "You fill what is unknown with the smallest value. It was only the smallest of the maxima, "
                "so that is a guess too. The task wants 0 there."
            ),
        ),
    ),
    hints=(
        _("Begin with a map of zeros, as large as `shape` says. Then handle one pooled pixel at a time."),
        _(
            "From an index to its row and column: how many whole rows have been counted, and how many "
            "pixels are left over? `divmod` gives both."
        ),
        _("How long is one row of the large map? That is the number to divide by. Then assign, don't add."),
    ),
)
