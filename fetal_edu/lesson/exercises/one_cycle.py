"""Chapter 08: the learning rate that rises and falls once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(step, steps, highest):
    """Climb along half a wave for a quarter of the steps, then go down along another."""
    lowest = highest / 25
    top = steps / 4
    if step < top:
        return lowest + (highest - lowest) * _half_wave(step / top)
    return highest * (1 - _half_wave((step - top) / (steps - top)))


def _half_wave(share: float) -> float:
    """Go from 0 to 1, slowly at both ends."""
    return (1 - math.cos(math.pi * share)) / 2


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw the first step, the top, the middle of both slopes, the end, and others."""
    yield Case((0, 80, 0.5), _("The first step is a careful one, but no standstill."))
    yield Case((10, 80, 0.5), _("This is the middle of the rise."))
    yield Case((20, 80, 0.5), _("After a quarter of the steps it is as high as it gets."))
    yield Case((50, 80, 0.5), _("This is the middle of the fall."))
    yield Case((79, 80, 0.5), _("At the end it falls to nearly nothing."))
    for quarter in range(4):
        steps = int(rng.integers(40, 200))
        step = int((quarter + rng.uniform(0.15, 0.85)) * steps / 4)
        highest = float(np.round(rng.uniform(0.002, 0.02), 4))
        yield Case((step, steps, highest), _("Three quarters of the steps are spent on the way down."))


def _cycle(step, steps, highest, *, part=0.25, low=1 / 25, end=0.0, wave: Callable = _half_wave):
    done = step / steps
    if done < part:
        return highest * (low + (1 - low) * wave(done / part))
    return highest * (1 - (1 - end) * wave((done - part) / (1 - part)))


def _straight(step, steps, highest):
    return _cycle(step, steps, highest, wave=lambda share: share)


def _from_zero(step, steps, highest):
    return _cycle(step, steps, highest, low=0.0)


def _no_rise(step, steps, highest):
    return highest * (1 - _half_wave(step / steps))


def _middle(step, steps, highest):
    return _cycle(step, steps, highest, part=0.5)


def _falls_to_low(step, steps, highest):
    return _cycle(step, steps, highest, end=1 / 25)


def _quarter_wave(step, steps, highest):
    return _cycle(step, steps, highest, wave=lambda share: 1 - math.cos(math.pi * share / 2))


def _stays_up(step, steps, highest):
    return _cycle(step, steps, highest, end=1.0)


def _degrees(step, steps, highest):
    return _cycle(step, steps, highest, wave=lambda share: (1 - math.cos(180 * share)) / 2)


def _low_not_left_out(step, steps, highest):
    if step / steps < 0.25:
        return highest * (1 / 25 + _half_wave(4 * step / steps))
    return spec(step, steps, highest)


EXERCISE = Exercise(
    key="one-cycle",
    chapter="08",
    name="one_cycle",
    title=_("One-cycle"),
    task=_(
        "`step` counts from 0, `steps` is their number, `highest` the highest learning rate. Over the first "
        "quarter the rate rises from `highest` / 25 to `highest`, then it falls to 0, both along half a "
        "cosine wave: slowly at both ends. Return the rate at this step."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "straight",
            _straight,
            _("Your rate runs along straight lines. Let it start and arrive slowly: half a cosine wave."),
        ),
        Mutant(
            "from zero",
            _from_zero,
            _("Your rate starts at 0, so the first step changes nothing. Begin at a 25th of the highest."),
        ),
        Mutant(
            "no rise",
            _no_rise,
            _("Your rate only falls: that is the cosine schedule. One-cycle rises first."),
        ),
        Mutant(
            "top in the middle",
            _middle,
            _("Your rate is highest in mid-training. Here the rise takes only a quarter of the steps."),
        ),
        Mutant(
            "falls to the start",
            _falls_to_low,
            _("Your rate ends where it began. It should end at 0, lower than it started."),
        ),
        Mutant(
            "quarter wave",
            _quarter_wave,
            _("You go a quarter of a wave: the rate meets its top with a kink. Half a wave ends level."),
        ),
        Mutant(
            "stays up", _stays_up, _("Your rate stays at its top. From there on it has to fall, down to 0.")
        ),
        Mutant(
            "degrees",
            _degrees,
            _("You give the cosine degrees. It counts in radians: half a circle is π, not 180."),
        ),
        Mutant(
            "start added",
            _low_not_left_out,
            _(
                "Your rise begins rightly, but overshoots the top: you add the whole height to where you "
                "began."
            ),
        ),
    ),
    hints=(
        _("Draw it first. Two pieces: which steps belong to the rise, and which to the fall?"),
        _(
            "For each piece, find the share of it that is done, from 0 to 1. For the fall, take off the "
            "quarter first, then divide by the three quarters."
        ),
        _(
            "The cosine goes from 1 at 0 to -1 at π. So one minus the cosine of π times the share, halved, "
            "goes from 0 to 1, and slowly at both ends. Stretch it between the two rates of each piece."
        ),
    ),
)
