"""Chapter 02: slide a kernel over a picture."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(image, kernel):
    """For each place where the kernel fits: multiply number by number, and add up."""
    height, width = kernel.shape
    rows = image.shape[0] - height + 1
    columns = image.shape[1] - width + 1
    result = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            for down in range(height):
                for across in range(width):
                    result[row, column] += image[row + down, column + across] * kernel[down, across]
    return result


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw one place only, a single pixel, odd and even kernels, and kernels that are wider than high."""
    sizes = (
        ((2, 2), (2, 2), _("The kernel fits in one place only.")),
        ((2, 3), (1, 1), _("A kernel of one number multiplies each pixel by it.")),
        ((3, 4), (2, 2), _("Each number of the kernel meets the pixel that lies beneath it, unturned.")),
        ((5, 5), (3, 3), _("The result is smaller than the picture: the kernel never hangs over its rim.")),
        ((4, 7), (2, 3), _("Picture and kernel need not be square.")),
        ((6, 5), (3, 2), _("Sums may be negative, and stay so.")),
        ((8, 9), (4, 4), _("The window moves on by one pixel at a time.")),
    )
    for shape, size, holds in sizes:
        image, kernel = rng.normal(size=shape).round(2), rng.normal(size=size).round(2)
        image.flat[0], kernel.flat[0] = abs(image.flat[0]) + 0.5, -abs(kernel.flat[0]) - 0.5
        yield Case((image, kernel), holds)


def _slid(image: np.ndarray, kernel: np.ndarray, *, step: tuple[int, int] = (1, 1)) -> np.ndarray:
    """Return the sums of products of all windows; the kernel fits inside the image."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)[:: step[0], :: step[1]]
    return np.einsum("ijkl,kl->ij", windows, kernel)


def _flipped(image, kernel):
    return _slid(image, kernel[::-1, ::-1])


def _transposed(image, kernel):
    if kernel.shape[0] != kernel.shape[1]:
        raise ValueError("the shapes differ")
    return _slid(image, kernel.T)


def _padded(image, kernel):
    down, across = kernel.shape[0] // 2, kernel.shape[1] // 2
    return _slid(np.pad(image, ((down, down), (across, across))), kernel)


def _rim_of_zeros(image, kernel):
    result, inner = np.zeros(image.shape), _slid(image, kernel)
    top, left = kernel.shape[0] // 2, kernel.shape[1] // 2
    result[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return result


def _one_too_few(image, kernel):
    return _slid(image, kernel)[:-1, :-1]


def _mean(image, kernel):
    return _slid(image, kernel) / kernel.size


def _normalised(image, kernel):
    return _slid(image, kernel) / kernel.sum()


def _matrix_product(image, kernel):
    if kernel.shape[0] != kernel.shape[1]:
        raise ValueError("the shapes differ")
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return (windows @ kernel).sum(axis=(2, 3))


def _side_by_side(image, kernel):
    return _slid(image, kernel, step=kernel.shape)


def _cut(image, kernel):
    return np.maximum(_slid(image, kernel), 0)


EXERCISE = Exercise(
    key="convolve",
    chapter="02",
    name="convolve",
    title=_("Convolution"),
    task=_(
        "`image` and `kernel` are arrays of (rows, columns); the kernel is not larger. Lay the kernel on "
        "each place where it fits wholly, multiply number by number and add up. The kernel is not turned. "
        "Return the array of all sums."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "flipped",
            _flipped,
            _(
                "You turn the kernel upside down and left to right. Mathematicians do, and call that a "
                "convolution. Networks don't: they learn the kernel, so a turn would change nothing. Lay it "
                "down as it is."
            ),
        ),
        Mutant(
            "transposed",
            _transposed,
            _("Your kernel's rows lie along the picture's columns. Which index of the kernel goes down?"),
        ),
        Mutant(
            "padded",
            _padded,
            _(
                "You lay zeros around the picture, so that it keeps its size. Many networks do, but here the "
                "kernel shall only lie where it fits wholly."
            ),
        ),
        Mutant(
            "rim of zeros",
            _rim_of_zeros,
            _(
                "Inside all is right, but you keep the picture's size and leave 0 at the rim. Those zeros "
                "look like results. Return only the places where the kernel fits."
            ),
        ),
        Mutant(
            "one too few",
            _one_too_few,
            _(
                "The last row and the last column are missing. Count the places of a kernel that is as wide "
                "as the picture: there is one, not none."
            ),
        ),
        Mutant(
            "mean",
            _mean,
            _(
                "You take the mean of the products. A kernel that shall average brings small weights along; "
                "the convolution itself adds up."
            ),
        ),
        Mutant(
            "normalised",
            _normalised,
            _(
                "You divide by the sum of the kernel. That suits a blur, but an edge kernel's sum is zero. "
                "Use the weights as they are."
            ),
        ),
        Mutant(
            "matrix product",
            _matrix_product,
            _(
                "You multiply window and kernel as matrices, with `@` or `dot`. Here each number meets only "
                "the one that lies beneath it: that is `*`."
            ),
        ),
        Mutant(
            "side by side",
            _side_by_side,
            _(
                "Your windows lie side by side. The kernel moves by one pixel, so neighbouring windows "
                "share most of their pixels."
            ),
        ),
        Mutant(
            "negatives cut",
            _cut,
            _(
                "You set negative sums to 0. That is ReLU, a layer of its own. Here the sign tells whether "
                "it gets brighter or darker."
            ),
        ),
    ),
    hints=(
        _("How many places are there along a row, if the kernel may not hang over? So large is the result."),
        _(
            "Two loops go through the places of the result. In each, cut a window as large as the kernel out "
            "of the picture; it begins at the same row and column."
        ),
        _("Window times kernel, number by number, is again an array. What is left is to add up its numbers."),
    ),
)
