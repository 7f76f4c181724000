"""Chapter 06: the overlap of two masks, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(first, second):
    """Count the pixels of each mask and those of both; two empty masks agree."""
    shared = in_first = in_second = 0
    for index in np.ndindex(first.shape):
        in_first = in_first + bool(first[index])
        in_second = in_second + bool(second[index])
        shared = shared + bool(first[index] and second[index])
    if in_first + in_second == 0:
        return 1.0
    return 2 * shared / (in_first + in_second)


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw equal, disjoint, half-shared, nested, empty and random masks of odd shapes."""
    line = np.array([[1, 1, 0, 0, 0]], bool)
    yield Case((line, line.copy()), _("A mask overlaps fully with itself."))
    yield Case((line, ~line), _("Masks that share no pixel do not overlap."))
    yield Case((line, np.array([[0, 1, 1, 0, 0]], bool)), _("Half of each mask is shared."))
    yield Case((line, np.array([[1, 1, 1, 1, 0]], bool)), _("Which mask comes first makes no difference."))
    yield Case((line, np.zeros((1, 5), bool)), _("An empty mask shares nothing with a mask that is not."))
    yield Case((np.zeros((2, 2), bool), np.zeros((2, 2), bool)), _("Two empty masks agree completely."))
    for shape in ((3, 3), (5, 7), (3, 4, 5)):
        first, second = rng.random((2, *shape)) < rng.uniform(0.3, 0.7)
        first.flat[0] = second.flat[0] = True  # never empty by luck
        second.flat[1] = not first.flat[1]  # never equal by luck
        yield Case((first, second), _("Pixels that lie in neither mask play no part."))


def _ratio(above: float, below: float) -> float:
    return float(np.divide(above, below))  # nan where nothing is divided by nothing


def _without_guard(first, second):
    return _ratio(2 * (first & second).sum(), first.sum() + second.sum())


def _empty_is_zero(first, second):
    return _without_guard(first, second) if first.any() or second.any() else 0.0


def _union(first, second):
    return _ratio((first & second).sum(), (first | second).sum()) if first.any() or second.any() else 1.0


def _no_two(first, second):
    total = first.sum() + second.sum()
    return (first & second).sum() / total if total else 1.0


def _booleans_added(first, second):
    total = (first + second).sum()
    return 2 * (first & second).sum() / total if total else 1.0


def _accuracy(first, second):
    return float((first == second).mean())


def _of_first(first, second):
    return _ratio((first & second).sum(), first.sum()) if first.any() else float(not second.any())


def _of_second(first, second):
    return _of_first(second, first)


def _smoothed(first, second):
    return (2 * (first & second).sum() + 1) / (first.sum() + second.sum() + 1)


EXERCISE = Exercise(
    key="dice",
    chapter="06",
    name="dice",
    title=_("Dice by hand"),
    task=_(
        "`first` and `second` are masks: bool arrays of one shape. Return their Dice overlap: twice the "
        "shared pixels over the pixels of both masks together. Two empty masks agree: their overlap is "
        "complete."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "nothing by nothing",
            _without_guard,
            _(
                "All is right but two empty masks. There you divide nothing by nothing. Ask first whether "
                "any pixel is set, and decide what two empty masks are worth."
            ),
        ),
        Mutant(
            "empty is zero",
            _empty_is_zero,
            _(
                "All is right but two empty masks. You call that no overlap at all. But where there is no "
                "head, a network that marks nothing has done its work perfectly."
            ),
        ),
        Mutant(
            "intersection over union",
            _union,
            _(
                "That is intersection over union, also called Jaccard. It divides by the pixels in either "
                "mask and counts shared ones once. Dice divides by the sum of both areas."
            ),
        ),
        Mutant(
            "no factor two",
            _no_two,
            _(
                "Two equal masks should overlap fully, yours get half. Shared pixels lie in both masks: "
                "count both."
            ),
        ),
        Mutant(
            "booleans added",
            _booleans_added,
            _(
                "`first + second` of bool arrays is no sum: True + True is True. So shared pixels count once "
                "below the line. Count each mask by itself, then add the two counts."
            ),
        ),
        Mutant(
            "accuracy",
            _accuracy,
            _(
                "That is accuracy: the share of pixels that are equal. It rewards empty background, and a "
                "picture is mostly background. Dice looks at the masks only."
            ),
        ),
        Mutant(
            "share of the first",
            _of_first,
            _(
                "You divide by the area of the first mask only. Then a second mask that fills the whole "
                "picture looks perfect. Both areas belong below the line."
            ),
        ),
        Mutant(
            "share of the second",
            _of_second,
            _(
                "You divide by the area of the second mask only. Then a first mask that fills the whole "
                "picture looks perfect. Both areas belong below the line."
            ),
        ),
        Mutant(
            "smoothed",
            _smoothed,
            _(
                "You add 1 above and below, as a loss function does to stay smooth. In a small mask that "
                "changes the number. A measurement has to be exact."
            ),
        ),
    ),
    hints=(
        _("Three counts are enough: pixels in the first mask, in the second, and in both."),
        _("`first & second` is True where both are. `.sum()` counts the True ones."),
        _(
            "Before you divide, look at what you divide by: when both masks are empty it is 0. Return "
            "early there."
        ),
    ),
    rtol=1e-4,
    atol=1e-5,  # lets a tiny number pass that some add below the line against dividing by 0
)
