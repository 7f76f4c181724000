"""Chapter 02: how large a map is after a convolution."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(size, kernel, stride, padding):
    """Count the places at which the window still fits."""
    places = 0
    start = -padding
    while start + kernel <= size + padding:
        places = places + 1
        start = start + stride
    return places


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw plain, padded and strided convolutions, left-over pixels, even kernels, one place only."""
    fixed = (
        ((5, 5, 1, 0), _("A kernel as wide as the picture fits once.")),
        ((64, 3, 1, 0), _("Without padding, a map loses a rim.")),
        ((64, 3, 1, 1), _("Padding on both sides can make up for the rim.")),
        ((96, 2, 2, 0), _("Windows that lie side by side halve the map.")),
        ((7, 2, 2, 0), _("A window that would hang over the end is left out.")),
        ((10, 3, 3, 1), _("A window that would hang over the end is left out, also over padding.")),
        ((11, 4, 3, 0), _("Whatever is left over after the last whole step is lost.")),
        ((224, 7, 2, 3), _("This is how many networks begin.")),
    )
    for args, holds in fixed:
        yield Case(args, holds)
    for left_over in (0, 1, 2, 3):
        kernel, padding = (int(n) for n in rng.integers((2, 1), (8, 4)))
        size = kernel - 2 * padding + 4 * int(rng.integers(4, 12)) + left_over
        yield Case((size, kernel, 4, padding), _("The first window begins in the padding."))


def _rest(size, kernel, padding) -> int:
    return size + 2 * padding - kernel


def _no_plus_one(size, kernel, stride, padding):
    return _rest(size, kernel, padding) // stride


def _rounded_up(size, kernel, stride, padding):
    return -(-_rest(size, kernel, padding) // stride) + 1


def _not_rounded(size, kernel, stride, padding):
    return _rest(size, kernel, padding) / stride + 1


def _padding_once(size, kernel, stride, padding):
    return (size + padding - kernel) // stride + 1


def _no_padding(size, kernel, stride, padding):
    return (size - kernel) // stride + 1


def _no_stride(size, kernel, stride, padding):
    return _rest(size, kernel, padding) + 1


def _plus_one_first(size, kernel, stride, padding):
    return (_rest(size, kernel, padding) + 1) // stride


def _no_kernel(size, kernel, stride, padding):
    return size // stride


EXERCISE = Exercise(
    key="output-size",
    chapter="02",
    name="output_size",
    title=_("Size of the output"),
    task=_(
        "`size` pixels lie in a row, and `padding` zeros are laid on either side. A window of `kernel` "
        "pixels begins at the first of them and moves on by `stride`. Return how many windows fit."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "no plus one",
            _no_plus_one,
            _("You count the steps between windows. The first window stands before any step."),
        ),
        Mutant(
            "rounded up",
            _rounded_up,
            _("You count a window that hangs over the end. It has to fit wholly."),
        ),
        Mutant(
            "not rounded",
            _not_rounded,
            _("You get parts of a window. Only whole ones count: `//` divides and drops the rest."),
        ),
        Mutant(
            "padding once",
            _padding_once,
            _("You count the padding once. It lies on both sides."),
        ),
        Mutant(
            "no padding",
            _no_padding,
            _("You leave the padding out. To the window, its zeros are pixels like others."),
        ),
        Mutant(
            "no stride",
            _no_stride,
            _("You let the window move by one pixel. It moves on by `stride`, so fewer windows fit."),
        ),
        Mutant(
            "plus one first",
            _plus_one_first,
            _(
                "With a stride of 1 you are right. Else you divide the first window, too: it is there "
                "whatever the stride. Mind the order of division and plus one."
            ),
        ),
        Mutant(
            "no kernel",
            _no_kernel,
            _(
                "You only divide by the stride. That holds if the padding happens to make up for the rim "
                "that the kernel costs. Here it may be more or less."
            ),
        ),
    ),
    hints=(
        _("Draw a row of 7 boxes and a window of 3. Move it by 2. How often does it fit?"),
        _("How far can the window's first pixel move, from its first place to its last? Mind both paddings."),
        _("That way holds so many whole strides. The first window comes on top."),
    ),
)
