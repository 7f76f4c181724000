"""What the simulator has to know of one part of the fetus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from .knobs import Knob
from .scene import Scene

__all__ = ["Anatomy"]


class Anatomy(NamedTuple):
    """One part of the fetus: how to draw it, and what can be asked for.

    Parameters
    ----------
    scene : callable
        ``scene(weeks, *, seed, plane, difficulty, knobs) -> Scene`` with the plane at ``out = 0``. One that
        beats takes ``phase`` too, 0..1 of a heart beat.
    planes : tuple of str
        The planes that it shows; the first is the usual one, ``"other"`` stands for those around them.
    weeks : (first, last)
        Ages that can be drawn, in weeks.
    draw_weeks : callable
        ``draw_weeks(rng) -> weeks``, as clinical sets have them.
    knobs : mapping of name to Knob
        Difficulties that only this anatomy has.
    beats : bool
        Whether it moves by itself: the scene then takes a ``phase``, and its truth has ``rate_bpm``.
    tolerance : (mm, degrees)
        How far from a standard plane a frame of a sweep still shows it.
    """

    scene: Callable[..., Scene]
    planes: tuple[str, ...]
    weeks: tuple[float, float]
    draw_weeks: Callable[[np.random.Generator], float]
    knobs: Mapping[str, Knob]
    beats: bool = False
    tolerance: tuple[float, float] = (2.0, 8.0)
