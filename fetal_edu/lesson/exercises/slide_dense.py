"""Chapter 05: a dense layer that slides over larger maps."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(maps, weights, size):
    """Lay the window on each place where it fits in, read it map by map and row by row, weight and add."""
    channels, height, width = maps.shape
    rows, columns = size
    scores = np.zeros((len(weights), height - rows + 1, width - columns + 1))
    for at in range(len(weights)):
        for top in range(scores.shape[1]):
            for left in range(scores.shape[2]):
                number = 0
                for c in range(channels):
                    for i in range(rows):
                        for j in range(columns):
                            weight = weights[at, (c * rows + i) * columns + j]
                            number += weight * maps[c, top + i, left + j]
                scores[at, top, left] = number
    return scores


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw maps of the window's size, one map, windows that are not square, odd sizes, one pixel."""
    yield Case(
        (np.array([[[1.0, 2.0, 4.0]]]), np.array([[1.0, 10.0]]), (1, 2)),
        _("A window of two numbers fits into a row of three at two places."),
    )
    sizes = (
        (
            (2, 3, 2),
            2,
            (3, 2),
            _("On maps as large as the window there is one place, as in the dense layer."),
        ),
        ((1, 4, 5), 1, (2, 3), _("With a single map, the weights are one small table, read row by row.")),
        ((3, 4, 6), 2, (2, 3), _("All maps count towards each score.")),
        ((2, 5, 4), 3, (3, 1), _("The window is higher than wide, and so are the places it looks at.")),
        ((4, 3, 3), 2, (1, 1), _("A window of one pixel weights each place by itself.")),
        ((2, 7, 6), 1, (2, 2), _("The window moves by one place at a time.")),
    )
    for shape, classes, size, holds in sizes:
        weights = rng.normal(size=(classes, shape[0] * size[0] * size[1]))
        yield Case((rng.normal(size=shape).round(2), weights.round(2), size), holds)


def _kernels(maps, weights, size) -> np.ndarray:
    return weights.reshape(len(weights), len(maps), *size)


def _slid(maps, kernels, step=(1, 1)) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(maps, kernels.shape[2:], axis=(1, 2))
    return np.einsum("cyxij,kcij->kyx", windows[:, :: step[0], :: step[1]], kernels)


def _channels_last(maps, weights, size):
    kernels = weights.reshape(len(weights), *size, len(maps))
    return _slid(maps, np.moveaxis(kernels, 3, 1))


def _columns_first(maps, weights, size):
    kernels = weights.reshape(len(weights), len(maps), size[1], size[0])
    return _slid(maps, kernels.swapaxes(2, 3))


def _flipped(maps, weights, size):
    return _slid(maps, _kernels(maps, weights, size)[..., ::-1, ::-1])


def _tiles(maps, weights, size):
    return _slid(maps, _kernels(maps, weights, size), step=size)


def _upper_left(maps, weights, size):
    return _slid(maps, _kernels(maps, weights, size))[:, :1, :1]


def _one_too_few(maps, weights, size):
    return _slid(maps, _kernels(maps, weights, size))[:, :-1, :-1]


def _last_map(maps, weights, size):
    return _slid(maps[-1:], _kernels(maps, weights, size)[:, -1:])


def _averaged(maps, weights, size):
    return _slid(maps, _kernels(maps, weights, size)) / weights.shape[1]


def _zeros_around(maps, weights, size):
    rows, columns = size
    margins = ((0, 0), ((rows - 1) // 2, rows // 2), ((columns - 1) // 2, columns // 2))
    return _slid(np.pad(maps, margins), _kernels(maps, weights, size))


EXERCISE = Exercise(
    key="slide-dense",
    chapter="05",
    name="slide_dense",
    title=_("A dense layer that slides"),
    task=_(
        "A dense layer was made for maps of `size`, (rows, columns): `weights` is (classes, channels × rows "
        "× columns), and belongs to numbers that are laid in one row map by map, and in each map row by row. "
        "`maps` is (channels, height, width), as large or larger. Return the layer's scores at each place "
        "where it fits in wholly: (classes, height - rows + 1, width - columns + 1). No bias is added."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "channels last",
            _channels_last,
            _(
                "Your weights go to the wrong numbers: you read them place by place, all maps of a place "
                "side by side. Here a whole map comes first, then the next map."
            ),
        ),
        Mutant(
            "columns first",
            _columns_first,
            _(
                "Within a map you read the weights down the columns. They were laid out row by row. With a "
                "square window you would hardly have noticed."
            ),
        ),
        Mutant(
            "flipped",
            _flipped,
            _(
                "Your kernel is turned by 180 degrees, as convolution is defined in mathematics. Networks, "
                "and dense layers, weight the first number by the first weight."
            ),
        ),
        Mutant(
            "tiles",
            _tiles,
            _(
                "Your window jumps by its own size, as in pooling. A convolution visits every place: two "
                "neighbouring windows share all but one row or column."
            ),
        ),
        Mutant(
            "upper left",
            _upper_left,
            _(
                "You answer for the upper left corner alone. That is what the dense layer would see there; "
                "but the window fits in at more places."
            ),
        ),
        Mutant(
            "one too few",
            _one_too_few,
            _(
                "The last row and column of places are missing. In how many ways can a window of 3 lie in a "
                "row of 3? Not in 0."
            ),
        ),
        Mutant(
            "last map",
            _last_map,
            _("Only the last map counts: each map overwrites the score of the one before. Add them up."),
        ),
        Mutant(
            "averaged",
            _averaged,
            _("You divide by the number of weights. A dense layer adds up, and no more."),
        ),
        Mutant(
            "zeros around",
            _zeros_around,
            _(
                "You lay zeros around the maps, so that the answer gets their size. The dense layer was "
                "never asked about zeros: keep to places where its window fits in wholly."
            ),
        ),
    ),
    hints=(
        _("Begin with one class and maps as large as the window: which weight belongs to which number?"),
        _("Cut the row of weights into one table for each map, each with the window's rows and columns."),
        _(
            "For each place cut the window out of all maps at once, multiply it by the tables and add up "
            "everything; then do so for each class."
        ),
    ),
)
