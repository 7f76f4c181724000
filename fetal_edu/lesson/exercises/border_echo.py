"""Chapter 01: how loud the echo of a border is, behind other borders."""

from __future__ import annotations

import math
from collections.abc import Iterator
from gettext import gettext as _
from itertools import pairwise

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(impedances):
    """Each border on the way costs, there and back; the last one sends back its part of what is left."""
    left = 1.0
    part = 0.0
    for before, behind in pairwise(impedances):
        left = left * (1 - part**2)
        part = (behind - before) / (behind + before)
    return 20 * math.log10(left * abs(part))


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw one border, up and down; a border behind bone; borders that are none; many layers."""
    yield Case(([1.0, 3.0],), _("Half of the amplitude comes back."))
    yield Case(([3.0, 1.0],), _("A border is equally loud from both sides."))
    yield Case(([1.6, 3.0, 1.6],), _("The far side of the bone is fainter than the near one."))
    yield Case(([1.6, 1.6, 1.7],), _("Where the impedance stays the same, nothing is lost."))
    yield Case(([1.7, 1.5, 1.6, 1.5],), _("Sound that comes back is fainter than the pulse."))
    for n in (3, 4, 6):
        layers = [round(float(z), 2) for z in rng.uniform(1.3, 3.5, n)]
        layers.append(round(layers[-1] + float(rng.choice([-0.6, 0.7])), 2))
        yield Case((layers,), _("Each border on the way is passed twice."))


def _parts(impedances) -> np.ndarray:
    z = np.asarray(impedances, float)
    return (z[1:] - z[:-1]) / (z[1:] + z[:-1])


def _decibel(amplitude) -> float:
    return float(20 * np.log10(amplitude))


def _power(impedances):
    return spec(impedances) / 2


def _not_on_the_way(impedances):
    return _decibel(abs(_parts(impedances)[-1]))


def _linear(impedances):
    parts = np.abs(_parts(impedances))
    return _decibel(parts[-1] * np.prod(1 - parts[:-1]))


def _linear_twice(impedances):
    parts = np.abs(_parts(impedances))
    return _decibel(parts[-1] * np.prod((1 - parts[:-1]) ** 2))


def _itself(impedances):
    parts = _parts(impedances)
    return _decibel(abs(parts[-1]) * np.prod(1 - parts**2))


def _with_sign(impedances):
    parts = _parts(impedances)
    return _decibel(parts[-1] * np.prod(1 - parts[:-1] ** 2))


def _amplitude(impedances):
    return float(10 ** (spec(impedances) / 20))


def _upside_down(impedances):
    return -spec(impedances)


def _natural(impedances):
    return spec(impedances) * math.log(10)


def _first(impedances):
    return _decibel(abs(_parts(impedances)[0]))


EXERCISE = Exercise(
    key="border-echo",
    chapter="01",
    name="border_echo_db",
    title=_("An echo behind borders"),
    task=_(
        "`impedances` lists the layers from the probe on, in MRayl, at least two. Return the level in dB of "
        "the echo of the last border, beside the pulse that was sent. A border reflects R of the amplitude, "
        "the difference of both impedances over their sum. Passing it there and back leaves 1 - R². Nothing "
        "is lost within a layer."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "power",
            _power,
            _(
                "Your dB are half of what they should be. A level is 10 times the logarithm of a power; for "
                "an amplitude it is twice that."
            ),
        ),
        Mutant(
            "not on the way",
            _not_on_the_way,
            _(
                "You take the last border alone. But the sound has to pass the others, and again on the way "
                "back."
            ),
        ),
        Mutant(
            "one minus R",
            _linear,
            _(
                "You let 1 - R through at each border. Amplitudes don't add up like that, energy does: what "
                "is left after going and coming back has a square in it."
            ),
        ),
        Mutant(
            "one minus R, twice",
            _linear_twice,
            _(
                "You take 1 - R away on the way there, and again on the way back. The passage there is not "
                "the passage back: 1 + R one way, 1 - R the other. What is their product?"
            ),
        ),
        Mutant(
            "itself",
            _itself,
            _(
                "You also let the sound pass the last border. There it turns back: only those before it "
                "count."
            ),
        ),
        Mutant(
            "with its sign",
            _with_sign,
            _(
                "Some of your answers are no number. R is negative where the impedance falls: the wave comes "
                "back upside down, equally loud. A logarithm wants its size."
            ),
        ),
        Mutant("amplitude", _amplitude, _("You have the amplitude. One step is missing: its level in dB.")),
        Mutant(
            "upside down",
            _upside_down,
            _(
                "Your levels have the wrong sign. An echo is fainter than the pulse, so its level lies below "
                "that of the pulse."
            ),
        ),
        Mutant(
            "natural logarithm",
            _natural,
            _("Your logarithm has the base e. Decibels are made with the base 10."),
        ),
        Mutant(
            "first border",
            _first,
            _("You give the echo of the first border. Asked is the last one, behind all others."),
        ),
    ),
    hints=(
        _("Go from border to border. What is left of the pulse when it has come through, and back?"),
        _("Keep one number that starts at 1 and shrinks at each border before the last."),
        _("At the end, take the size of the last R times what is left, and turn this amplitude into dB."),
    ),
)
