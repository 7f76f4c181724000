"""Chapter 03: blur with weights 1 2 1, then keep every second row and column."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]

ONE_TWO_ONE = np.array([1.0, 2.0, 1.0])


def spec(picture):
    """Stop at every second pixel, and add up its nine neighbours with their weights."""
    rows, columns = picture.shape
    pooled = np.zeros(((rows + 1) // 2, (columns + 1) // 2))
    for row in range(0, rows, 2):
        for column in range(0, columns, 2):
            for down in (-1, 0, 1):
                for across in (-1, 0, 1):
                    weight = (2 - abs(down)) * (2 - abs(across)) / 16
                    here = _mirrored(row + down, rows), _mirrored(column + across, columns)
                    pooled[row // 2, column // 2] += weight * picture[here]
    return pooled


def _mirrored(at: int, n: int) -> int:
    return 2 * (n - 1) - at if at >= n else abs(at)


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw an even grey, single bright pixels, even and odd sizes, negatives."""
    yield Case((np.full((3, 4), 2.6),), _("Where all pixels are equal, a blur changes none."))
    dot = np.full((4, 4), 1.25)
    dot[2, 2] = 17.0
    yield Case((dot,), _("A blur gives most to the place itself."))
    dot = np.full((4, 4), 1.25)
    dot[0, 1] = 17.0
    yield Case((dot,), _("At the border, the row next to it counts on both sides."))
    yield Case((np.round(rng.normal(size=(2, 3)), 2),), _("The first row and column stay."))
    yield Case((np.round(rng.normal(size=(5, 6)), 2),), _("Of 5 rows stay 3, of 6 columns as well."))
    yield Case((np.round(rng.normal(3, 2, (8, 7)), 2),), _("The weights of the nine pixels add up to 1."))
    yield Case((np.round(rng.normal(size=(9, 12)), 2),), _("What counts is what lay around a kept pixel."))


def _blurred(picture, kernel, mode="reflect"):
    padded = np.pad(picture, 1, mode=mode)
    rows, columns = picture.shape
    parts = (kernel[i, j] * padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3))
    return sum(parts)


_KERNEL = np.outer(ONE_TWO_ONE, ONE_TWO_ONE) / 16


def _thin_first(picture):
    return _blurred(picture[::2, ::2], _KERNEL)


def _box(picture):
    return _blurred(picture, np.full((3, 3), 1 / 9))[::2, ::2]


def _not_divided(picture):
    return 16 * spec(picture)


def _divided_once(picture):
    return 4 * spec(picture)


def _down_only(picture):
    return _blurred(picture, np.outer(ONE_TWO_ONE, [0, 1, 0]) / 4)[::2, ::2]


def _across_only(picture):
    return _blurred(picture, np.outer([0, 1, 0], ONE_TWO_ONE) / 4)[::2, ::2]


def _zeros_around(picture):
    return _blurred(picture, _KERNEL, "constant")[::2, ::2]


def _border_repeated(picture):
    return _blurred(picture, _KERNEL, "edge")[::2, ::2]


def _from_the_second(picture):
    return _blurred(picture, _KERNEL)[1::2, 1::2]


def _not_thinned(picture):
    return _blurred(picture, _KERNEL)


def _no_blur(picture):
    return picture[::2, ::2]


EXERCISE = Exercise(
    key="blur-pool",
    chapter="03",
    name="blur_pool",
    title=_("Blur pooling"),
    task=_(
        "`picture` is an array of at least 2 rows and 2 columns. Blur it with weights 1/4, 1/2, 1/4 down and "
        "the same across. Beyond the border the picture is mirrored: the row above the first is the second. "
        "Of the result, return every second row and column, from the first on."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "thinned first",
            _thin_first,
            _(
                "You leave out rows and columns first and blur what is left. Then what lay between them is "
                "lost before the blur could hand it on. Mind the order."
            ),
        ),
        Mutant(
            "box",
            _box,
            _("All nine weights are equal in your blur. The place itself counts most, the corners least."),
        ),
        Mutant(
            "not divided",
            _not_divided,
            _(
                "Your map is far too bright: an even picture must stay as it is. What do the weights add up "
                "to?"
            ),
        ),
        Mutant(
            "divided once",
            _divided_once,
            _("You divide for one direction only. The blur goes down and across, and both add up to 1."),
        ),
        Mutant(
            "down only",
            _down_only,
            _("You blur down, but not across. A column that is left out leaves no trace then."),
        ),
        Mutant(
            "across only",
            _across_only,
            _("You blur across, but not down. A row that is left out leaves no trace then."),
        ),
        Mutant(
            "zeros around",
            _zeros_around,
            _(
                "Your map gets darker at its border: you take zeros for what lies beyond. Mirror the picture "
                "there."
            ),
        ),
        Mutant(
            "border repeated",
            _border_repeated,
            _(
                "At the border you use the outermost row twice. In a mirror that stands on this row, the "
                "next thing to see is the row before it."
            ),
        ),
        Mutant(
            "from the second",
            _from_the_second,
            _("You keep the second, the fourth, and so on. Begin with the first row and column."),
        ),
        Mutant(
            "not thinned",
            _not_thinned,
            _("You blur and stop: your map is as large as the picture. Half of its rows and columns go."),
        ),
        Mutant(
            "no blur",
            _no_blur,
            _("Your map is stride alone: what lay between the kept pixels is lost. The blur is missing."),
        ),
    ),
    hints=(
        _(
            "Three steps: enlarge the picture by a mirrored border, blur, leave out every second row and "
            "column."
        ),
        _(
            '`np.pad` with `mode="reflect"` makes the border. A blur down is a sum of three pictures: the '
            "row above, twice the row itself, and the row below."
        ),
        _(
            "With slices such as `padded[:-2]`, `padded[1:-1]` and `padded[2:]` you need no loop. Blur down, "
            "then blur the result across; a step of 2 in the last slices does the rest."
        ),
    ),
)
