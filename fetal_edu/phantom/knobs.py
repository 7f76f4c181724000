"""What makes a picture hard: one small vocabulary for all anatomies, each knob from 0 (clear) to 1 (hard).

A knob that is not given stays as the picture's overall difficulty draws it. Each anatomy may add knobs of
its own (`fetal_edu.phantom.anatomies`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .probe import Machine, Probe

__all__ = ["KNOBS", "Knob", "checked_knobs", "turn_machine", "turn_probe"]


class Knob(NamedTuple):
    """One difficulty.

    Parameters
    ----------
    meaning : str
        What it does to the sound or to the picture, from 0 to 1.
    acts_on : str
        ``"scene"``, ``"probe"`` or ``"machine"``.
    """

    meaning: str
    acts_on: str


KNOBS: Mapping[str, Knob] = {
    "shadow": Knob("two gaps in the contact: behind each the sound is weaker, by 0 to 30 dB", "machine"),
    "dropout": Knob("part of the outline that returns no echo: none to six tenths of it", "scene"),
    "gain": Knob("gain above what a sonographer would choose: 0 to 18 dB", "machine"),
    "dynamic_range": Knob("from the full range of echoes down to the strongest 30 dB", "machine"),
    "frequency": Knob("from the highest frequency that reaches the depth down to 2 MHz: coarser", "probe"),
    "wall": Knob("depth of the mother's wall before the womb: 14 to 60 mm", "scene"),
    "occlusion": Knob(
        "the mother's pelvic bone before the beams of one side: before none to half of them", "machine"
    ),
    "motion": Knob(
        "three frames are averaged while the fetus slides: 0 to 5 mm between the outer two", "machine"
    ),
    "side_lobes": Knob("level of the echoes from beside the beam: -38 to -14 dB", "machine"),
    "compounding": Knob("from seven compounded angles and a calm picture to a single, grainy one", "machine"),
}


def checked_knobs(
    knobs: Mapping[str, float] | None, own: Mapping[str, Knob] | None = None
) -> dict[str, float]:
    """Return the knobs as numbers from 0 to 1, or raise a sentence.

    Parameters
    ----------
    knobs : mapping of name to number, optional
    own : mapping of name to Knob, optional
        The knobs that only this anatomy has.

    Raises
    ------
    ValueError
        For an unknown name or a value outside 0..1.

    Examples
    --------
    >>> checked_knobs({"shadow": 1})
    {'shadow': 1.0}
    """
    known, settled = {**KNOBS, **(own or {})}, {}
    for name, value in (knobs or {}).items():
        if name not in known:
            raise ValueError(f"there is no knob {name!r} here: there are {', '.join(known)}")
        try:
            settled[name] = float(value)
        except (TypeError, ValueError):
            raise ValueError(f"the knob {name} takes a number from 0 to 1, not {value!r}") from None
        if not 0 <= settled[name] <= 1:
            raise ValueError(f"the knob {name} is {value}: give a number from 0 (clear) to 1 (hard)")
    return settled


def turn_probe(probe: Probe, knobs: Mapping[str, float]) -> Probe:
    """Give the probe that the knobs ask for.

    Examples
    --------
    >>> turn_probe(Probe(f0=5.0), {"frequency": 1.0}).f0
    2.0
    """
    low = knobs.get("frequency")
    return probe if low is None else replace(probe, f0=min(probe.f0, 2.0) * low + probe.f0 * (1 - low))


def turn_machine(machine: Machine, knobs: Mapping[str, float], rng: np.random.Generator) -> Machine:
    """Give the machine that the knobs ask for; `rng` draws where the shadows fall.

    Examples
    --------
    >>> turn_machine(Machine(), {"motion": 0.5}, np.random.default_rng(0)).motion
    2.5
    """
    places, change = rng.uniform((0.2, 0.55), (0.45, 0.8)), {}
    left = rng.random() < 0.5
    if "shadow" in knobs:
        deep, wide = 30 * knobs["shadow"], 0.04 + 0.06 * knobs["shadow"]
        change["shadows"] = tuple((float(place), wide, deep) for place in places) if deep else ()
    if "occlusion" in knobs:
        wide = 0.5 * knobs["occlusion"]
        change["blocked"] = (0.0, wide) if left else (1.0 - wide, 1.0)
    if "gain" in knobs:
        change["white"] = machine.white * 10 ** (-18 * knobs["gain"] / 20)
    if "dynamic_range" in knobs:
        change["contrast"] = knobs["dynamic_range"]
    if "motion" in knobs:
        change["motion"] = 5.0 * knobs["motion"]
    if "side_lobes" in knobs:
        change["side_lobes"] = -38.0 + 24.0 * knobs["side_lobes"]
    if "compounding" in knobs:
        change["looks"], change["calm"] = (
            1 + 2 * round(3 * (1 - knobs["compounding"])),
            1 - knobs["compounding"],
        )
    return replace(machine, **change)
