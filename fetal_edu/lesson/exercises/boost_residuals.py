"""Chapter 10: one round of boosting."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(x, y, answer, threshold, rate):
    """Ask one question of what is left, answer each side by its mean, and add a share of that."""
    low, high = [], []
    for i in range(len(x)):
        side = low if x[i] <= threshold else high
        side.append(y[i] - answer[i])
    improved = np.zeros(len(x))
    for i in range(len(x)):
        side = low if x[i] <= threshold else high
        improved[i] = answer[i] + rate * sum(side) / len(side)
    return improved


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw an answer that is still one number for all, and answers of later rounds."""
    x, y = np.array([1.0, 2.0, 4.0, 7.0]), np.array([3.0, 5.0, 9.0, 8.0])
    yield Case(
        (x, y, np.full(4, 6.0), 3.0, 1.0),
        _("At rate 1, after a first answer of one number for all, each side gets the mean of its `y`."),
    )
    for n, rate, holds in (
        (5, 0.5, _("Samples on one side move by the same amount.")),
        (6, 0.1, _("At a small rate the answer moves a small part of the way.")),
        (8, 0.3, _("A sample whose `x` equals the threshold counts to the low side.")),
        (9, 0.7, _("Where the answers so far are too large, they come down.")),
    ):
        x = np.round(rng.uniform(0, 10, n), 1)
        y, answer = np.round(rng.uniform(0, 9, n), 1), np.round(rng.uniform(2, 7, n), 1)
        yield Case((x, y, answer, float(np.sort(x)[n // 2 - 1]), rate), holds)


def _stump(x, what, threshold, middle=np.mean) -> np.ndarray:
    low = x <= threshold
    return np.where(low, middle(what[low]), middle(what[~low]))


def _fits_y(x, y, answer, threshold, rate):
    return answer + rate * _stump(x, y, threshold)


def _replaces(x, y, answer, threshold, rate):
    return rate * _stump(x, y - answer, threshold)


def _whole(x, y, answer, threshold, rate):
    return answer + _stump(x, y - answer, threshold)


def _away(x, y, answer, threshold, rate):
    return answer + rate * _stump(x, answer - y, threshold)


def _one_mean(x, y, answer, threshold, rate):
    return answer + rate * (y - answer).mean()


def _median(x, y, answer, threshold, rate):
    return answer + rate * _stump(x, y - answer, threshold, np.median)


def _sides_swapped(x, y, answer, threshold, rate):
    low, left = x <= threshold, y - answer
    return answer + rate * np.where(low, left[~low].mean(), left[low].mean())


def _sum(x, y, answer, threshold, rate):
    return answer + rate * _stump(x, y - answer, threshold, np.sum)


def _each_itself(x, y, answer, threshold, rate):
    return answer + rate * (y - answer)


def _low_only(x, y, answer, threshold, rate):
    return answer + rate * np.where(x <= threshold, _stump(x, y - answer, threshold), 0.0)


EXERCISE = Exercise(
    key="boost-residuals",
    chapter="10",
    name="boost_residuals",
    title=_("One round of boosting"),
    task=_(
        "`x` holds one feature of each sample, `y` what is true, `answer` what was said so far. What is "
        "left is true minus said. Ask one question: is `x` at most the `threshold`? On each side, take the "
        "mean of what is left. Add `rate` times its side's mean to each answer. Return the new "
        "answers as an array."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "fits the truth anew",
            _fits_y,
            _("You take the mean of `y` itself. The rounds before have said part of it: fit what is left."),
        ),
        Mutant(
            "forgets the answer",
            _replaces,
            _("You return the step alone. It is added to what was said before."),
        ),
        Mutant("whole step", _whole, _("You go the whole step. `rate` says which share of it is taken.")),
        Mutant(
            "away",
            _away,
            _("Your answers move away from the truth. What is left is true minus said, in that order."),
        ),
        Mutant(
            "no question",
            _one_mean,
            _("You take one mean for all samples. The question parts them: each side has a mean of its own."),
        ),
        Mutant("median", _median, _("You take the median of each side. Squared errors want the mean.")),
        Mutant(
            "sides swapped",
            _sides_swapped,
            _("Each of your sides gets the other side's mean."),
        ),
        Mutant(
            "sum",
            _sum,
            _("You add up what is left of a side. The more samples, the larger the step: take the mean."),
        ),
        Mutant(
            "each its own",
            _each_itself,
            _(
                "Each of your samples gets its own rest, which a new picture would not have. All samples of "
                "a side share one number."
            ),
        ),
        Mutant(
            "low side only",
            _low_only,
            _("Your high side stays as it is. It has a rest too, and a mean of it."),
        ),
    ),
    hints=(
        _("First, for each sample: how much is still missing?"),
        _("Make two lists of that, one for each answer to the question. What is the mean of each?"),
        _("An array of True and False picks samples: `left[x <= threshold]`. `np.where` puts the two back."),
    ),
)
