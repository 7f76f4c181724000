"""Chapter 03: to which pixels max pooling hands back what it learns."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(picture, gradient, size, stride):
    """Find the first largest pixel of each window, and add the window's gradient there."""
    back = np.zeros(picture.shape)
    for row in range(gradient.shape[0]):
        for column in range(gradient.shape[1]):
            best = -np.inf
            for down in range(row * stride, row * stride + size):
                for across in range(column * stride, column * stride + size):
                    if picture[down, across] > best:
                        best = picture[down, across]
                        winner = down, across
            back[winner] += gradient[row, column]
    return back


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw single windows, ties, overlaps in which one pixel wins twice, odd sizes, negatives."""
    yield Case(
        (np.array([[1.0, 2.0], [4.0, 3.0]]), np.array([[10.0]]), 2, 2),
        _("The other three pixels did not count: had they been a little larger, the map would be the same."),
    )
    yield Case(
        (np.array([[1.0, 2.0], [5.0, 5.0]]), np.array([[6.0]]), 2, 2),
        _("Of equal pixels, the first wins, row by row."),
    )
    yield Case(
        (np.array([[1.0, 2.0], [0.0, 7.0], [3.0, 4.0]]), np.array([[2.0], [3.0]]), 2, 1),
        _("One pixel can win in two windows."),
    )
    for shape, size, stride in (
        ((4, 6), 2, 2),
        ((5, 7), 3, 2),
        ((7, 5), 2, 2),
        ((5, 5), 3, 1),
        ((8, 8), 2, 3),
    ):
        rows, columns = ((side - size) // stride + 1 for side in shape)
        picture = rng.integers(-4, 3, shape).astype(float)
        picture[:2, :2] = 3.0  # a tie in the first window
        picture.flat[picture.size // 2] = 5.0  # who wins wherever it is seen
        gradient = np.round(rng.normal(size=(rows, columns)), 2)
        yield Case((picture, gradient, size, stride), _("The gradients of all windows arrive somewhere."))


def _share(picture, gradient, size, stride, weigh):
    """Spread each window's gradient by weights that `weigh` makes of the window."""
    back = np.zeros(picture.shape)
    for row, column in np.ndindex(gradient.shape):
        here = (
            slice(row * stride, row * stride + size),
            slice(column * stride, column * stride + size),
        )
        back[here] += weigh(picture[here]) * gradient[row, column]
    return back


def _one(window, at):
    out = np.zeros(window.shape)
    out.flat[at] = 1.0
    return out


def _all_ties(picture, gradient, size, stride):
    return _share(picture, gradient, size, stride, lambda window: 1.0 * (window == window.max()))


def _ties_share(picture, gradient, size, stride):
    def weigh(window):
        won = window == window.max()
        return won / won.sum()

    return _share(picture, gradient, size, stride, weigh)


def _last_tie(picture, gradient, size, stride):
    def weigh(window):
        return _one(window, window.size - 1 - window.ravel()[::-1].argmax())

    return _share(picture, gradient, size, stride, weigh)


def _evenly(picture, gradient, size, stride):
    return _share(picture, gradient, size, stride, lambda window: np.full(window.shape, 1 / window.size))


def _to_all(picture, gradient, size, stride):
    return _share(picture, gradient, size, stride, lambda window: np.ones(window.shape))


def _times_value(picture, gradient, size, stride):
    return _share(
        picture, gradient, size, stride, lambda window: _one(window, window.argmax()) * window.max()
    )


def _to_corner(picture, gradient, size, stride):
    return _share(picture, gradient, size, stride, lambda window: _one(window, 0))


def _overwritten(picture, gradient, size, stride):
    back = np.zeros(picture.shape)
    for row, column in np.ndindex(gradient.shape):
        top, left = row * stride, column * stride
        window = picture[top : top + size, left : left + size]
        down, across = divmod(int(window.argmax()), window.shape[1])
        back[top + down, left + across] = gradient[row, column]
    return back


def _values_back(picture, gradient, size, stride):
    back = np.zeros(picture.shape)
    for row, column in np.ndindex(gradient.shape):
        top, left = row * stride, column * stride
        window = picture[top : top + size, left : left + size]
        down, across = divmod(int(window.argmax()), window.shape[1])
        back[top + down, left + across] = window.max()
    return back


EXERCISE = Exercise(
    key="pool-gradient",
    chapter="03",
    name="pool_gradient",
    title=_("The gradient of max pooling"),
    task=_(
        "`picture` was max-pooled with windows of `size` pixels a side and a `stride`. `gradient` has the "
        "shape of the pooled map: how much the loss grows with each of its numbers. Return how much the loss "
        "grows with each pixel, in the shape of `picture`. A pixel that wins in several windows gets the "
        "sum; of equal pixels, the first one wins, row by row; who wins nowhere gets 0."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "all ties",
            _all_ties,
            _(
                "Where pixels are equal, each of yours gets the whole gradient. Then more comes back than "
                "went in. Only the first one wins."
            ),
        ),
        Mutant(
            "ties share",
            _ties_share,
            _(
                "Equal pixels share the gradient in your answer. That would be fair, and some libraries do "
                "it; here, as in PyTorch, the first takes all."
            ),
        ),
        Mutant(
            "last tie",
            _last_tie,
            _(
                "Of equal pixels, your last one wins. Do you let a pixel win that is as large as the best so "
                "far?"
            ),
        ),
        Mutant(
            "evenly",
            _evenly,
            _("You spread each gradient over its window: that is what mean pooling does. Who won here?"),
        ),
        Mutant(
            "to all",
            _to_all,
            _(
                "You give every pixel of a window the whole gradient. But a pixel that did not win could be "
                "a little larger, and the map would be the same."
            ),
        ),
        Mutant(
            "times the value",
            _times_value,
            _(
                "You multiply by the pixel. If the winner grows by 1, the pooled number grows by 1, however "
                "large the pixel is."
            ),
        ),
        Mutant(
            "to the corner",
            _to_corner,
            _("Your gradients go to the corner of each window. That would be right for stride alone."),
        ),
        Mutant(
            "overwritten",
            _overwritten,
            _("Where windows overlap, a pixel may win twice. You keep only the later gradient; both count."),
        ),
        Mutant(
            "values back",
            _values_back,
            _(
                "You put the largest numbers back to their places: that is unpooling, of the next chapter. "
                "Here the gradients go there."
            ),
        ),
    ),
    hints=(
        _("Ask for each pixel: if it were a little larger, which numbers of the pooled map would grow?"),
        _("Begin with zeros in the shape of `picture`, and go through the windows as in max pooling."),
        _(
            "`window.argmax()` gives the first largest pixel, counted row by row; `divmod` by the window's "
            "width makes row and column of it. Add the gradient there, with `+=`."
        ),
    ),
)
