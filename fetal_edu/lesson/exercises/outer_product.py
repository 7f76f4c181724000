"""Chapter 09: pool two networks' maps by the outer product."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(a, b):
    """Multiply each map of `a` with each of `b`, place by place; the mean; its root, sign kept."""
    pooled = np.zeros((len(a), len(b)))
    rows, columns = a.shape[1:]
    for i in range(len(a)):
        for j in range(len(b)):
            total = 0.0
            for row in range(rows):
                for column in range(columns):
                    total += a[i, row, column] * b[j, row, column]
            mean = total / (rows * columns)
            pooled[i, j] = np.sign(mean) * np.sqrt(abs(mean))
    return pooled


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw maps that meet, that never meet, negative ones; more maps in the one than in the other."""
    here, there = np.array([[[1.5, 0.0], [0.0, 0.0]]]), np.array([[[0.0, 0.0], [0.0, 4.0]]])
    yield Case((here, 4 * here), _("Both maps answer at one place of four, so their product is not nothing."))
    yield Case(
        (here, np.concatenate([there, here])), _("Two maps that never answer at the same place give 0.")
    )
    yield Case((-here, 4 * here), _("Where the one is below zero and the other above, a minus comes out."))
    for shape, other, holds in (
        ((2, 2, 3), 2, _("Entry (i, j) is about map i of `a` and map j of `b`.")),
        ((3, 3, 2), 2, _("There are as many rows as maps in `a`, as many columns as maps in `b`.")),
        ((2, 4, 3), 4, _("Each pair of maps gets its own number, also of different channels.")),
        ((4, 3, 5), 3, _("All places count alike.")),
    ):
        _maps, rows, columns = shape
        yield Case((rng.normal(size=shape).round(2), rng.normal(size=(other, rows, columns)).round(2)), holds)
    shape = (3, 4, 4)
    yield Case(
        (rng.normal(0.3, 1, shape).round(2), rng.normal(0.3, 1, shape).round(2)),
        _("Maps move places together: a place of `a` meets the same place of `b` only."),
    )


def _products(a, b) -> np.ndarray:
    return np.einsum("irc,jrc->ij", a, b)


def _rooted(x: np.ndarray) -> np.ndarray:
    return np.sign(x) * np.sqrt(np.abs(x))


def _places(a) -> int:
    return a.shape[1] * a.shape[2]


def _means_first(a, b):
    return _rooted(np.outer(a.mean(axis=(1, 2)), b.mean(axis=(1, 2))))


def _sum(a, b):
    return _rooted(_products(a, b))


def _no_root(a, b):
    return _products(a, b) / _places(a)


def _no_sign(a, b):
    return np.sqrt(np.abs(_products(a, b) / _places(a)))


def _cut(a, b):
    return np.sqrt(np.maximum(_products(a, b) / _places(a), 0))


def _turned(a, b):
    return spec(a, b).T


def _largest(a, b):
    return _rooted(np.einsum("irc,jrc->ijrc", a, b).max(axis=(2, 3)))


def _root_first(a, b):
    return _rooted(np.einsum("irc,jrc->ijrc", a, b)).mean(axis=(2, 3))


EXERCISE = Exercise(
    key="outer-product",
    chapter="09",
    name="outer_product",
    title=_("The outer product of two networks"),
    task=_(
        "`a` has shape (A, rows, columns), `b` has (B, rows, columns): the maps of two networks for one "
        "picture. Return an array (A, B): entry (i, j) is the mean, over all places, of map i of `a` times "
        "map j of `b`; of this mean the square root, with the sign kept: -0.25 becomes -0.5."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "means first",
            _means_first,
            _(
                "You take the mean of each map and then multiply. What then counts is how much there is of "
                "each, no longer whether they meet at one place. Multiply first."
            ),
        ),
        Mutant(
            "sum", _sum, _("You add up all places. A larger picture would get larger numbers: take the mean.")
        ),
        Mutant(
            "no root",
            _no_root,
            _("You leave out the root. It keeps one strong pair of maps from drowning all others."),
        ),
        Mutant(
            "sign lost",
            _no_sign,
            _("You take the root of the size and lose the sign: what excludes each other looks alike."),
        ),
        Mutant(
            "cut at zero",
            _cut,
            _("Your negative entries have become 0. Take the root of the size; the sign comes back after."),
        ),
        Mutant(
            "turned",
            _turned,
            _("Rows and columns have changed places: the first index should count maps of `a`."),
        ),
        Mutant(
            "largest",
            _largest,
            _("You keep the largest product. Here pooling takes the mean of all places."),
        ),
        Mutant(
            "root of each place",
            _root_first,
            _("You take roots place by place, and then the mean. The root comes last, once for each pair."),
        ),
    ),
    hints=(
        _("Begin with one pair: `a[0] * b[0]` is a map again. Which one number of it do you need?"),
        _("Two loops, one over the maps of `a`, one over those of `b`, fill an array of zeros."),
        _(
            "The root of a negative number is nan. So take it of the size, `abs`, and multiply by "
            "`np.sign` of what it was."
        ),
    ),
)
