"""Sweeps through a beating heart as chapter 07's networks see them: cut out, named, with a window."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from fetal_edu.phantom import draw_sweep
from fetal_edu.phantom.draw import seeds_of
from fetal_edu.sample import Sample

__all__ = [
    "FPS", "FRAMES", "NAMES", "SHAPE", "WINDOW", "Frames", "around_heart", "draw_frames", "shown", "study",
    "tested",
]  # fmt: skip

SHAPE = (48, 48)  # cut out around the heart
NAMES = ("other", "4C", "LVOT", "3V")
FRAMES, WINDOW, FPS = 24, 18, 12.0  # drawn; shown; per second
WEEKS = (20.0, 32.0)
STUDY_SEED, TEST_SEED = 17_000, 17_999


class Frames(NamedTuple):
    """A sweep as the networks see it.

    Parameters
    ----------
    images : (frames, rows, columns) float32 array, 0..1
    names : (frames,) int array
        The place of each frame's plane in `NAMES`.
    start : int
        The first of the `WINDOW` frames that are shown when the sweep is tested.
    """

    images: np.ndarray
    names: np.ndarray
    start: int


@cache
def draw_frames(seed: int, number: int = 0) -> Frames:
    """Draw the sweep of one simulated patient. The way of the probe and the start of the window are drawn.

    RVOT, which the probe passes between LVOT and 3V, counts as "other".

    Examples
    --------
    >>> sweep = draw_frames(17_999)
    >>> sweep.images.shape, sweep.names[sweep.start : sweep.start + 9].tolist()
    ((24, 48, 48), [0, 1, 1, 1, 1, 0, 2, 2, 0])
    """
    own = seeds_of(number + 1, seed)[number]
    rng = np.random.default_rng([own, 71])
    way = ("4C", "LVOT", "3V")[:: int(rng.choice([-1, 1]))]
    weeks, difficulty = float(rng.uniform(*WEEKS)), float(rng.uniform(0, 0.5))
    sweep = draw_sweep(
        "heart",
        own,
        waypoints=way,
        frames=FRAMES,
        fps=FPS,
        shape=(96, 144),
        weeks=weeks,
        difficulty=difficulty,
    )
    names = [NAMES.index(plane) if plane in NAMES else 0 for plane in sweep.plane]
    return Frames(around_heart(sweep), np.array(names), int(rng.integers(FRAMES - WINDOW + 1)))


def around_heart(sweep: Sample) -> np.ndarray:
    """Cut a square out of each frame: the same for all frames, 1.8 times as wide as the heart is long.

    Its middle and size are the true ones, as a perfect detector would give them.

    Returns
    -------
    (frames, rows, columns) float32 array
    """
    told = sweep.truth["frames"]
    corner = sweep.params["view"]["top"], sweep.params["view"]["left"]
    centre = np.median([one["heart_centre_mm"] for one in told], axis=0) - corner  # mm from the first pixel
    reach = 0.9 * told[0]["heart_length_mm"]
    steps = (np.arange(SHAPE[0]) + 0.5) / SHAPE[0] * 2 - 1  # -1..1 across the square
    down, across = ((centre[i] + reach * steps) / sweep.spacing[i] for i in (0, 1))
    places = np.stack(np.meshgrid(down, across, indexing="ij"))
    cut = [ndimage.map_coordinates(frame, places, order=1) for frame in sweep.image]
    return np.stack(cut).astype(np.float32)


def study(n: int, seed: int) -> list[Frames]:
    """Return `n` sweeps to learn from; another seed, other patients."""
    return [draw_frames(STUDY_SEED + seed, i) for i in range(n)]


def tested(n: int) -> list[Frames]:
    """Return `n` sweeps to test on: the same for all seeds, none of them in any `study`."""
    return [draw_frames(TEST_SEED, i) for i in range(n)]


tested.__test__ = False  # not a test of pytest's


def shown(values: np.ndarray, sweep: Frames) -> np.ndarray:
    """Return the part of a sweep's values that is shown when it is tested."""
    return values[sweep.start : sweep.start + WINDOW]
