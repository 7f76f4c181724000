"""Chapter 01: from echo amplitudes to grey levels, by log compression."""

from __future__ import annotations

import math
from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(amplitude, white, dynamic_range):
    """Pixel by pixel: how far below white, in dB, as a part of the dynamic range."""
    grey = np.zeros(amplitude.shape)
    for index in np.ndindex(amplitude.shape):
        if amplitude[index] > 0:
            below = 20 * math.log10(white / amplitude[index])
            grey[index] = min(max(1 - below / dynamic_range, 0), 1)
    return grey


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw amplitudes above white and below black, silence, odd shapes; the largest is not always white."""
    yield Case((np.array([1.0, 0.1, 0.01]), 1.0, 60.0), _("Each tenth of the amplitude is 20 dB darker."))
    yield Case((np.array([5.0, 2.0, 0.5]), 2.5, 40.0), _("Nothing is whiter than 1."))
    yield Case((np.array([1.0, 0.3, 1e-6]), 2.0, 60.0), _("What lies below the dynamic range is black."))
    yield Case((np.array([0.5, 0.2, 0.0]), 1.0, 50.0), _("Where no echo comes back, the picture is black."))
    for shape in ((3, 5), (7,), (2, 3, 3)):
        white = round(float(rng.uniform(0.5, 4)), 2)
        decibel = round(float(rng.uniform(35, 80)))
        amplitude = np.round(white * 10 ** (rng.uniform(-110, 15, shape) / 20), 6)
        amplitude.flat[amplitude.size // 2] = round(0.3 * white, 4)  # neither white nor black
        amplitude.flat[0], amplitude.flat[-1] = 2 * white, 0.0
        yield Case((amplitude, white, float(decibel)), _("Equal steps of dB are equal steps of grey."))


def _level(amplitude, white) -> np.ndarray:
    return 20 * np.log10(np.asarray(amplitude, float) / white)


def _power(amplitude, white, dynamic_range):
    return np.clip(1 + _level(amplitude, white) / 2 / dynamic_range, 0, 1)


def _uncut(amplitude, white, dynamic_range):
    return 1 + _level(amplitude, white) / dynamic_range


def _no_floor(amplitude, white, dynamic_range):
    return np.minimum(1 + _level(amplitude, white) / dynamic_range, 1)


def _no_ceiling(amplitude, white, dynamic_range):
    return np.maximum(1 + _level(amplitude, white) / dynamic_range, 0)


def _own_white(amplitude, white, dynamic_range):
    return np.clip(1 + _level(amplitude, np.max(amplitude)) / dynamic_range, 0, 1)


def _no_white(amplitude, white, dynamic_range):
    return np.clip(1 + _level(amplitude, 1.0) / dynamic_range, 0, 1)


def _linear(amplitude, white, dynamic_range):
    return np.clip(np.asarray(amplitude) / white, 0, 1)


def _negative(amplitude, white, dynamic_range):
    return np.clip(-_level(amplitude, white) / dynamic_range, 0, 1)


def _natural(amplitude, white, dynamic_range):
    return np.clip(1 + _level(amplitude, white) * math.log(10) / dynamic_range, 0, 1)


def _white_in_db(amplitude, white, dynamic_range):
    return np.clip(1 + (_level(amplitude, 1.0) - white) / dynamic_range, 0, 1)


EXERCISE = Exercise(
    key="grey-levels",
    chapter="01",
    name="grey_levels",
    title=_("Log compression"),
    task=_(
        "`amplitude` is an array of echo amplitudes, 0 or more. Return an array of the same shape with grey "
        "levels, 0 to 1. The amplitude `white` and all above become 1. What lies `dynamic_range` dB or more "
        "below `white` becomes 0, also an amplitude of 0. Between them, equal steps of dB are equal steps of "
        "grey."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "power",
            _power,
            _(
                "Your steps are half as large as they should be. The factor 10 belongs to a power; these are "
                "amplitudes."
            ),
        ),
        Mutant(
            "uncut",
            _uncut,
            _(
                "Your grey levels leave the scale on both sides. A screen has nothing whiter than 1, or "
                "below 0."
            ),
        ),
        Mutant(
            "no floor",
            _no_floor,
            _("White is right, black is not: some of your grey levels are negative. Cut them off."),
        ),
        Mutant(
            "no ceiling",
            _no_ceiling,
            _("Black is right, white is not: echoes above `white` exceed the scale. Cut them off."),
        ),
        Mutant(
            "own white",
            _own_white,
            _(
                "You make the loudest echo of each picture white. Then one bright bone darkens all the rest; "
                "the argument `white` says what is white."
            ),
        ),
        Mutant(
            "no white",
            _no_white,
            _(
                "`white` plays no part in your answer. A level needs a reference: how far is each echo below "
                "it?"
            ),
        ),
        Mutant(
            "linear",
            _linear,
            _("Your grey follows the amplitude itself. Most echoes are then almost black: go to dB first."),
        ),
        Mutant(
            "negative",
            _negative,
            _("Your picture is a negative: loud echoes are dark in it."),
        ),
        Mutant(
            "natural logarithm",
            _natural,
            _("Your logarithm has the base e. Decibels are made with the base 10."),
        ),
        Mutant(
            "white in dB",
            _white_in_db,
            _("You subtract `white` as if it were in dB. It is an amplitude, like the echoes."),
        ),
    ),
    hints=(
        _("Divide by `white` first: 1 is then white, and a tenth lies 20 dB below."),
        _("In dB, white is 0 and black is minus the dynamic range. Stretch this range to 0..1."),
        _(
            "Add 1 to the level over the dynamic range, and cut off what leaves the scale; `np.clip` does "
            "both sides. A logarithm of 0 is minus infinity, which is cut off, too."
        ),
    ),
)
