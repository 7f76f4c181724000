"""Three kinds of machine, as far apart as real ones: a premium, a portable and an old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .probe import Machine, Probe

__all__ = ["MACHINES", "Kind", "fit_to_kind"]

Range = tuple[float, float]


class Kind(NamedTuple):
    """What machines of one kind have in common: ranges to draw from.

    Parameters
    ----------
    says : str
        The kind in a sentence.
    cycles, aperture, f_number : (low, high)
        Pulse in cycles; aperture in mm.
    beams : int
    looks : tuple of int
        Angles that are compounded; one of these is drawn.
    side_lobes, noise : (low, high) dB
    calm, gamma, blur : (low, high)
        Speckle reduction; grey curve; smoothing, pixels of a picture 384 wide.
    contrast : (low, high)
        How far the dynamic range is narrowed towards 30 dB.
    """

    says: str
    cycles: Range
    aperture: Range
    f_number: Range
    beams: int
    looks: tuple[int, ...]
    side_lobes: Range
    noise: Range
    calm: Range
    gamma: Range
    blur: Range
    contrast: Range


MACHINES: Mapping[str, Kind] = {
    "premium": Kind(
        "a wide aperture, short pulses, many compounded angles, strong speckle reduction",
        cycles=(1.2, 1.8),
        aperture=(28, 36),
        f_number=(1.6, 2.2),
        beams=192,
        looks=(5, 7),
        side_lobes=(-40, -34),
        noise=(-98, -90),
        calm=(0.75, 1.0),
        gamma=(1.1, 1.5),
        blur=(0.5, 0.9),
        contrast=(0.0, 0.1),
    ),
    "portable": Kind(
        "a small aperture and fewer beams: wider echoes, more noise in the depth, a soft picture",
        cycles=(2.0, 3.0),
        aperture=(13, 18),
        f_number=(2.6, 3.4),
        beams=128,
        looks=(1, 3),
        side_lobes=(-30, -24),
        noise=(-82, -74),
        calm=(0.4, 0.7),
        gamma=(1.0, 1.3),
        blur=(0.9, 1.5),
        contrast=(0.05, 0.25),
    ),
    "old": Kind(
        "long pulses, few beams, no compounding: coarse speckle and hard contrast",
        cycles=(2.8, 4.0),
        aperture=(15, 20),
        f_number=(2.8, 3.6),
        beams=96,
        looks=(1,),
        side_lobes=(-28, -22),
        noise=(-84, -78),
        calm=(0.0, 0.15),
        gamma=(0.9, 1.1),
        blur=(0.0, 0.3),
        contrast=(0.35, 0.6),
    ),
}


def fit_to_kind(
    probe: Probe, machine: Machine, kind: str, rng: np.random.Generator, *, columns: int
) -> tuple[Probe, Machine]:
    """Give probe and machine the properties of one kind; all else stays as it was drawn.

    Parameters
    ----------
    probe : Probe
    machine : Machine
    kind : str
        A key of `MACHINES`.
    rng : Generator
    columns : int
        Width of the picture in pixels, which the smoothing follows.

    Raises
    ------
    ValueError
        For an unknown kind; the message lists those there are.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> probe, machine = fit_to_kind(Probe(), Machine(), "old", rng, columns=384)
    >>> probe.beams, machine.looks
    (96, 1)
    """
    if kind not in MACHINES:
        raise ValueError(f"there is no machine {kind!r}: there are {', '.join(MACHINES)}")
    ranges = MACHINES[kind]

    def draw(pair: Range) -> float:
        return float(rng.uniform(*pair))

    probe = replace(
        probe,
        cycles=draw(ranges.cycles),
        aperture=draw(ranges.aperture),
        f_number=draw(ranges.f_number),
        beams=ranges.beams,
    )
    machine = replace(
        machine,
        looks=int(rng.choice(ranges.looks)),
        side_lobes=draw(ranges.side_lobes),
        noise=draw(ranges.noise),
        calm=draw(ranges.calm),
        gamma=draw(ranges.gamma),
        blur=draw(ranges.blur) * columns / 384,
        contrast=draw(ranges.contrast),
    )
    return probe, machine
