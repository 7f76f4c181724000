"""Chapter 05: the stamp with which a transposed convolution interpolates."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(stride):
    """Each weight falls with the distance from the middle, down and across; one stride away it is 0."""
    size = 2 * stride
    middle = (size - 1) / 2
    kernel = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            down = 1 - abs(i - middle) / stride
            across = 1 - abs(j - middle) / stride
            kernel[i, j] = down * across
    return kernel


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw even strides, the smallest first and the others in another order for each seed."""
    yield Case((2,), _("The stamp's middle lies between pixels, so no weight is as large as a whole."))
    holds = {
        4: _("All weights add up to the stride times the stride."),
        6: _("Each row is the middle row, made weaker."),
        8: _("From the rim to the middle of a row, the weights grow by equal steps."),
        10: _("Upside down, the stamp is the same."),
        12: _("Turned on its side, the stamp is the same."),
        16: _("No weight is zero."),
    }
    for stride in rng.permutation(list(holds)):
        yield Case((int(stride),), holds[int(stride)])


def _row(stride, shift=0.0) -> np.ndarray:
    return 1 - abs(np.arange(2 * stride) - (stride - 0.5) - shift) / stride


def _repeats(stride):
    return np.ones((stride, stride))


def _sum_one(stride):
    kernel = np.outer(_row(stride), _row(stride))
    return kernel / kernel.sum()


def _pyramid(stride):
    return np.minimum.outer(_row(stride), _row(stride))


def _cone(stride):
    places = np.arange(2 * stride) - (stride - 0.5)
    return np.maximum(0, 1 - np.hypot.outer(places, places) / stride)


def _added(stride):
    return np.add.outer(_row(stride), _row(stride)) / 2


def _off_by_half(stride):
    row = _row(stride, shift=0.5)
    return np.outer(row, row)


def _corners(stride):
    rise = np.linspace(0, 1, stride)
    row = np.concatenate([rise, rise[::-1]])
    return np.outer(row, row)


def _one_row(stride):
    return _row(stride)


EXERCISE = Exercise(
    key="bilinear-kernel",
    chapter="05",
    name="bilinear_kernel",
    title=_("The bilinear stamp"),
    task=_(
        "`stride` is an even number. Return the kernel with which a transposed convolution of this stride "
        "interpolates bilinearly, an array of (2 × stride, 2 × stride). Each weight is a product of two: one "
        "falls in equal steps from the kernel's middle upwards and downwards, the other to both sides. Each "
        "would be 1 in the middle itself, and 0 one stride away from it."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "repeats",
            _repeats,
            _(
                "Your stamps lie side by side and each repeats its pixel: that is nearest-neighbour. "
                "Bilinear stamps are twice as wide, and overlap."
            ),
        ),
        Mutant(
            "sum one",
            _sum_one,
            _(
                "You divide by the sum, as for a blur. But here one old pixel becomes many new ones: with "
                "your stamp the enlarged map gets dark."
            ),
        ),
        Mutant(
            "pyramid",
            _pyramid,
            _("You take the smaller of the two weights: a pyramid. Bilinear takes their product."),
        ),
        Mutant(
            "cone",
            _cone,
            _(
                "Your weight falls with the straight distance: a cone. Neighbouring cones don't add up to 1. "
                "Bilinear goes down and across, one after the other, and multiplies."
            ),
        ),
        Mutant(
            "added",
            _added,
            _("You take the mean of the two weights. Mixing twice, down and then across, multiplies them."),
        ),
        Mutant(
            "off by half",
            _off_by_half,
            _(
                "Your kernel peaks on a pixel, and is lopsided. With an even size the middle lies between "
                "two pixels: yours moves every picture by half a pixel."
            ),
        ),
        Mutant(
            "corners",
            _corners,
            _(
                "Your row runs from 0 to 1 and reaches both. A pixel's centre lies half a pixel from its "
                "corner, so your row should reach neither. And weights of 0 at the rim do no work."
            ),
        ),
        Mutant(
            "one row",
            _one_row,
            _("That is one row, along one axis. The stamp lies in the plane: it needs both axes."),
        ),
    ),
    hints=(
        _("Make one row first: 2 × stride weights, the largest in the middle, the same from both ends."),
        _(
            "Number the pixels from 0. The middle of 4 pixels is not number 2: it lies "
            "between number 1 and number 2."
        ),
        _(
            "How many strides is a pixel away from the middle? Take that from 1. Then multiply each weight "
            "of such a column by each weight of such a row."
        ),
    ),
)
