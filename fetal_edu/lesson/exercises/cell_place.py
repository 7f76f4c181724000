"""Chapter 05: where in the picture, in mm, a cell of a coarse map lies."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(layers, cell, spacing):
    """Walk back from the last layer: the middle of a cell's window, in numbers of the map before."""
    place = cell
    for kernel, stride, padding in reversed(layers):
        first = place * stride - padding  # the window's first number
        place = first + (kernel - 1) / 2
    return place * spacing


CONV, SAME, POOL = (3, 1, 0), (3, 1, 1), (2, 2, 0)
FINDER = [(5, 1, 0), POOL, CONV, POOL, CONV, (4, 1, 0)]


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw no layer, one layer, poolings, padding, strided convolutions, the finder, random towers."""
    cell = [int(n) for n in rng.integers(1, 9, 12)]
    mm = [float(n) for n in rng.uniform(0.2, 0.9, 12).round(2)]
    yield Case(([], 3, 0.5), _("Without a layer, a cell is a pixel."))
    yield Case(([CONV], 0, 0.7), _("The first window of 3 lies on the first three rows of the picture."))
    yield Case(([SAME], cell[0], mm[0]), _("With one row of padding, a window of 3 stays over its pixel."))
    yield Case(([POOL], cell[1], mm[1]), _("The middle of two pixels lies between them."))
    yield Case(([POOL, CONV], cell[2], mm[2]), _("After a pooling, a step is two pixels long."))
    yield Case(([POOL, SAME, POOL, SAME], cell[3], mm[3]), _("Padding by one keeps every window centred."))
    yield Case(
        ([(7, 2, 3), POOL], cell[4], mm[4]), _("The first window begins three pixels above the picture.")
    )
    yield Case(([(5, 3, 1)], cell[5], mm[5]), _("A convolution may have a stride, too."))
    yield Case(
        (FINDER, cell[6], mm[6]), _("The finder's cells lie 4 pixels apart, and the first is no corner.")
    )
    yield Case(([*FINDER, POOL], cell[7], mm[7]), _("One more pooling: twice as far from cell to cell."))
    for at in (8, 9):
        tower = [(int(k), int(s), int(p)) for k, s, p in rng.integers((1, 1, 0), (8, 4, 3), (4, 3))]
        yield Case((tower, cell[at], mm[at]), _("Each layer counts with the step that its own input has."))


def _no_offset(layers, cell, spacing):
    return cell * np.prod([stride for _k, stride, _p in layers]) * spacing


def _padding_ignored(layers, cell, spacing):
    return spec([(kernel, stride, 0) for kernel, stride, _padding in layers], cell, spacing)


def _first_pixel(layers, cell, spacing):
    return spec([(1, stride, padding) for _kernel, stride, padding in layers], cell, spacing)


def _half_kernel(layers, cell, spacing):
    return spec([(kernel + 1, stride, padding) for kernel, stride, padding in layers], cell, spacing)


def _tiles(layers, cell, spacing):
    step = np.prod([stride for _k, stride, _p in layers])
    return (cell * step + (step - 1) / 2) * spacing


def _offsets_unscaled(layers, cell, spacing):
    step = np.prod([stride for _k, stride, _p in layers])
    return (cell * step + sum((kernel - 1) / 2 - padding for kernel, _s, padding in layers)) * spacing


def _from_the_front(layers, cell, spacing):
    return spec(layers[::-1], cell, spacing)


def _strides_added(layers, cell, spacing):
    place, step = 0.0, 1
    for kernel, stride, padding in layers:
        place += ((kernel - 1) / 2 - padding) * step
        step += stride - 1
    return (place + cell * step) * spacing


def _in_pixels(layers, cell, spacing):
    return spec(layers, cell, 1)


EXERCISE = Exercise(
    key="cell-place",
    chapter="05",
    name="cell_place",
    title=_("The place of a cell"),
    task=_(
        "`layers` is a list of (kernel, stride, padding), from the picture on; a pooling of 2 × 2 is "
        "(2, 2, 0). `cell` is a row of the last map, counted from 0, `spacing` the mm from one row of the "
        "picture to the next. Return how many mm lie between the centre of the picture's first row and the "
        "middle of the rows that the cell sees, rows of padding included."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "no offset",
            _no_offset,
            _(
                "You multiply the cell by the stride, and that is the distance from cell to cell. But cell 0 "
                "does not lie on the first row: it speaks for a whole window."
            ),
        ),
        Mutant(
            "padding ignored",
            _padding_ignored,
            _("You leave out the padding. With it, the first window begins above the picture."),
        ),
        Mutant(
            "first row",
            _first_pixel,
            _("You give the first row that the cell sees. Asked for is the middle of all of them."),
        ),
        Mutant(
            "half kernel",
            _half_kernel,
            _(
                "You go half a kernel into the window, and that is half a row too far. Rows 0, 1 and 2: "
                "their middle is row 1, not one and a half."
            ),
        ),
        Mutant(
            "tiles",
            _tiles,
            _(
                "You lay the cells over the picture like tiles. Kernels see beyond their tile, and without "
                "padding the first cell begins further in."
            ),
        ),
        Mutant(
            "unscaled",
            _offsets_unscaled,
            _(
                "You add up how far each layer reaches, in its own numbers. After a pooling, one number is "
                "two rows of the picture, after two poolings four."
            ),
        ),
        Mutant(
            "from the front",
            _from_the_front,
            _(
                "You walk from the picture on, but the cell is known in the last map. Which layer has to be "
                "undone first?"
            ),
        ),
        Mutant(
            "strides added",
            _strides_added,
            _("You add the strides up. Two halvings make a step of 2 × 2: strides multiply."),
        ),
        Mutant(
            "in pixels",
            _in_pixels,
            _("That is the place in rows of the picture. Multiply by the spacing, and it is in mm."),
        ),
    ),
    hints=(
        _(
            "Walk back, from the last layer to the first: for which place of the map before does the cell "
            "speak?"
        ),
        _(
            "A window's first number is the cell times the stride, less the padding. How far from there is "
            "the middle of `kernel` numbers?"
        ),
        _(
            "That middle may lie between two numbers; it is the place with which you go on to the layer "
            "before. At the end turn rows into mm."
        ),
    ),
)
