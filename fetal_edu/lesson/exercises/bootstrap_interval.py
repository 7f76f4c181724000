"""Chapter 08: the bootstrap interval of a paired difference."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(arm, baseline, draws):
    """Take the mean difference of each draw, sort, and leave out 2.5 % at each end."""
    means = []
    for drawn in draws:
        total = 0.0
        for seed in drawn:
            total += arm[seed] - baseline[seed]
        means.append(total / len(drawn))
    return np.quantile(means, 0.025), np.quantile(means, 0.975)


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw three to eight seeds, arms that are better, worse, and hardly different."""
    for seeds, draws, shift, holds in (
        (3, 41, 0.1, _("Of 41 means, sorted, one is left out at each end.")),
        (4, 41, -0.05, _("A worse arm has an interval below zero.")),
        (5, 81, 0.02, _("A draw may hold one seed twice, and another not at all.")),
        (5, 121, 0.0, _("The ends are two of the means, in whole: here no seed's own difference counts.")),
        (8, 81, 0.03, _("What makes a seed hard for both arms falls out of a difference.")),
    ):
        hard = rng.normal(0.8, 0.08, seeds)
        arm = np.round(hard + shift + rng.normal(0, 0.04, seeds), 3)
        yield Case((arm, np.round(hard, 3), rng.integers(seeds, size=(draws, seeds))), holds)


def _ends(values, tail=0.025):
    return np.quantile(values, tail), np.quantile(values, 1 - tail)


def _other_way(arm, baseline, draws):
    return spec(baseline, arm, draws)


def _torn(arm, baseline, draws):
    return _ends(arm[draws].mean(axis=1) - baseline.mean())


def _two_intervals(arm, baseline, draws):
    (low, high), (least, most) = (_ends(some[draws].mean(axis=1)) for some in (arm, baseline))
    return low - least, high - most


def _single(arm, baseline, draws):
    return _ends((arm - baseline)[draws].ravel())


def _no_draws(arm, baseline, draws):
    return _ends(arm - baseline)


def _ninety(arm, baseline, draws):
    return _ends((arm - baseline)[draws].mean(axis=1), 0.05)


def _whole_range(arm, baseline, draws):
    return _ends((arm - baseline)[draws].mean(axis=1), 0.0)


def _medians(arm, baseline, draws):
    return _ends(np.median((arm - baseline)[draws], axis=1))


def _from_one(arm, baseline, draws):
    return spec(arm, baseline, draws - 1)


EXERCISE = Exercise(
    key="bootstrap-interval",
    chapter="08",
    name="bootstrap_interval",
    title=_("A bootstrap interval"),
    task=_(
        "`arm` and `baseline` hold one figure for each seed, in the same order. Each row of `draws` holds as "
        "many numbers of seeds, counted from 0, drawn with replacement. Take the mean paired difference, arm "
        "minus baseline, of each row. Return the quantiles 0.025 and 0.975 of these means."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant("other way round", _other_way, _("You take arm from baseline, so a better arm gets a minus.")),
        Mutant(
            "pairs torn",
            _torn,
            _(
                "You draw seeds of the arm, and always take all of the baseline. Pairs are torn: what makes "
                "a seed hard for both no longer falls out. Draw the same seeds of both."
            ),
        ),
        Mutant(
            "two intervals",
            _two_intervals,
            _(
                "You make an interval for each arm and take their ends from each other. The ends come from "
                "different draws. Take the difference first, then its interval."
            ),
        ),
        Mutant(
            "single seeds",
            _single,
            _(
                "Your interval says where single seeds lie. The question is how far their mean can be "
                "trusted: take the mean of each row first."
            ),
        ),
        Mutant(
            "no draws",
            _no_draws,
            _("You don't use `draws`: these are quantiles of the seeds' own differences, not of means."),
        ),
        Mutant(
            "ninety",
            _ninety,
            _("You leave out 5 % at each end, and so keep 90 %. It should be 95 % in the middle."),
        ),
        Mutant(
            "whole range",
            _whole_range,
            _("You give the smallest and the largest mean. The more draws, the wider that gets."),
        ),
        Mutant("medians", _medians, _("You take the median of each row. The question is about the mean.")),
        Mutant(
            "counted from one",
            _from_one,
            _("You count seeds from 1. Here the first seed has the number 0, as an index in Python."),
        ),
    ),
    hints=(
        _("First without draws: which number for each seed tells how much better the arm is?"),
        _("Now one row of `draws`. Which seeds does it name? Some twice: then they count twice."),
        _(
            "An array in square brackets picks several at once: `values[drawn]`. Collect one mean for each "
            "row of `draws`, and give the list to `np.quantile`, once for each end."
        ),
    ),
)
