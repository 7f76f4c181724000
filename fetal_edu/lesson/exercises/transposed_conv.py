"""Chapter 04: a transposed convolution in the plane, one stamp for each pixel."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(image, kernel, stride):
    """Stamp the kernel once for each pixel, as strong as the pixel; where stamps overlap, add."""
    height, width = image.shape
    rows, columns = kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns))
    for i in range(height):
        for j in range(width):
            for a in range(rows):
                for b in range(columns):
                    larger[i * stride + a, j * stride + b] += image[i, j] * kernel[a, b]
    return larger


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw one pixel, overlap, touching stamps, gaps, kernels that are not square, negatives."""
    yield Case(
        (np.array([[1.0, 10.0]]), np.array([[1.0, 2.0, 4.0]]), 2),
        _("The two stamps share one pixel, and there both count."),
    )
    sizes = (
        ((1, 1), (2, 3), 2, _("One pixel is one stamp: the kernel, as strong as the pixel.")),
        ((2, 2), (3, 3), 2, _("The middle pixel gets four stamps.")),
        ((2, 3), (2, 2), 2, _("Here stamps touch and none overlaps.")),
        ((3, 2), (2, 2), 3, _("Between these stamps lie rows and columns of zeros.")),
        ((3, 4), (3, 2), 1, _("With a stride of 1, each stamp lies one pixel further than the last.")),
        ((2, 3), (4, 3), 2, _("The kernel is higher than wide, so stamps overlap more down than across.")),
    )
    for shape, kernel, stride, holds in sizes:
        yield Case((rng.normal(size=shape).round(2), rng.normal(size=kernel).round(2), stride), holds)


def _stamped(image, kernel, stride, put) -> np.ndarray:
    (height, width), (rows, columns) = image.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns))
    for (i, j), value in np.ndenumerate(image):
        part = larger[i * stride : i * stride + rows, j * stride : j * stride + columns]
        part[...] = put(part, value * kernel)
    return larger


def _sum(image, kernel, stride) -> np.ndarray:
    return _stamped(image, kernel, stride, np.add)


def _overwritten(image, kernel, stride):
    return _stamped(image, kernel, stride, lambda _old, new: new)


def _larger_wins(image, kernel, stride):
    return _stamped(image, kernel, stride, np.maximum)


def _flipped(image, kernel, stride):
    return _sum(image, kernel[::-1, ::-1], stride)


def _averaged(image, kernel, stride):
    stamps = _sum(np.ones_like(image), np.ones_like(kernel), stride)
    return _sum(image, kernel, stride) / np.maximum(stamps, 1)


def _cut(image, kernel, stride):
    larger = _sum(image, kernel, stride)
    wanted = image.shape[0] * stride, image.shape[1] * stride
    grown = np.pad(larger, [(0, max(want - has, 0)) for want, has in zip(wanted, larger.shape, strict=True)])
    return grown[: wanted[0], : wanted[1]]


def _step_of_one(image, kernel, stride):
    return _sum(image, kernel, 1)


def _side_by_side(image, kernel, stride):
    return np.kron(image, kernel)


def _one_strength(image, kernel, stride):
    return _sum(np.ones_like(image), kernel, stride)


EXERCISE = Exercise(
    key="transposed-conv",
    chapter="04",
    name="transposed_conv",
    title=_("Transposed convolution"),
    task=_(
        "`image` and `kernel` are arrays of (rows, columns), `stride` is a whole number. Each pixel of the "
        "image stamps the kernel, multiplied by the pixel's value. From one pixel to the next, the stamp "
        "moves by `stride` pixels of the output. Where stamps overlap, they add. Return the output, just "
        "large enough for all stamps."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "overwritten",
            _overwritten,
            _("Where stamps overlap, the later one covers the earlier. They should add."),
        ),
        Mutant(
            "larger wins",
            _larger_wins,
            _("Where stamps overlap, you keep the larger value. They should add, as sums of products do."),
        ),
        Mutant(
            "flipped",
            _flipped,
            _(
                "Your stamps are turned by half a turn. Whoever spreads the pixels with zeros and slides "
                "the kernel over them has to turn it first; a stamp is the kernel as it is."
            ),
        ),
        Mutant(
            "averaged",
            _averaged,
            _(
                "You divide by the number of stamps. That would avoid checkerboards, but a transposed "
                "convolution only adds."
            ),
        ),
        Mutant(
            "cut",
            _cut,
            _(
                "Your output has the input's size times the stride. Where the kernel is not as long as the "
                "stride, the last stamp ends elsewhere: count how many pixels it needs."
            ),
        ),
        Mutant(
            "step of one",
            _step_of_one,
            _("Your stamps move by one pixel, whatever the stride is."),
        ),
        Mutant(
            "side by side",
            _side_by_side,
            _(
                "You lay the stamps side by side. That is so only where the stride is as long as the "
                "kernel; the stride alone says how far apart they begin."
            ),
        ),
        Mutant(
            "one strength",
            _one_strength,
            _("All your stamps are equally strong. Each one is multiplied by the value of its pixel."),
        ),
    ),
    hints=(
        _("First find the output's size: where does the last stamp begin, and how long is it?"),
        _("Then loop over the pixels of the image, not over those of the output. Each one stamps once."),
        _(
            "A stamp is a slice of the output as large as the kernel. It begins at row and column times the "
            "stride. Add the kernel, times the pixel, to what is there."
        ),
    ),
)
