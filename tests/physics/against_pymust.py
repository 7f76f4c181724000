"""The simulator's pulse and beam on the very scatterers that PyMUST was given: the speckle must be the same.

Compared are amplitudes, not their logarithm, and only where speckle is: the cyst, the points and the border
would lift the correlation without saying anything of pulse and beam (it is 0.97 with them). Before that,
both are evened out along the depth by a smooth curve, as a time-gain control does, for this simulator keeps
the power of tissue the same at all depths and PyMUST doesn't. Nothing is fitted: frequency, apertures and
focus are those that PyMUST got, and the pulse's length is that of PyMUST's pulse.

Two things of PyMUST's picture are not in ours, for our beam is a Gaussian: what the edges of an aperture do
to the phase, and the side lobes that reach into the cyst. Where the focus lies hardly shows here, because
the receiving aperture, focused at each depth, is the larger one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy import fft

from fetal_edu.phantom import Machine, Probe
from fetal_edu.phantom.physics import axial_response, lateral_response, through_probe

FILE = Path(__file__).with_name("pymust_scene.npz")
SPEED = 1.54  # mm per microsecond
TILES = (4, 2)  # in depth and across: each gives one correlation
OUTER = 6  # beams on either side that are left out, and twice as many samples at either end


@dataclass(frozen=True)
class Frozen:
    """What `make_pymust.py` saved: amplitudes (rows, beams), one row for every so many samples."""

    probe: Probe
    scatterers: np.ndarray  # (n, 3): down and across in mm, strength
    amplitude: np.ndarray
    every: int


@cache
def frozen() -> Frozen:
    with np.load(FILE) as file:
        scatterers = np.stack([file[name].astype(float) for name in ("down", "across", "strength")], -1)
        probe = Probe(**json.loads(str(file["probe"])))
        return Frozen(probe, scatterers, file["envelope"].astype(np.float32), int(file["every"]))


def ours(probe: Probe, scatterers: np.ndarray) -> np.ndarray:
    """Amplitudes (samples, beams) of point scatterers, by the simulator's own pulse and beam."""
    down, across, strength = scatterers.T
    reach = np.hypot(down + probe.radius, across) - probe.radius
    turn = np.arctan2(across, down + probe.radius)
    # The simulator leaves the carrier out: an echo is turned by its way there and back.
    echo = strength * np.exp(-4j * np.pi * reach * probe.f0 / SPEED)
    row = (reach - probe.start) / probe.step
    column = (turn / np.deg2rad(probe.half_angle) + 1) * (probe.beams - 1) / 2
    field = np.zeros((probe.samples, probe.beams), np.complex64)
    top, left = np.floor(row).astype(int), np.floor(column).astype(int)
    for i, j in ((top, left), (top + 1, left), (top, left + 1), (top + 1, left + 1)):
        part = (1 - np.abs(row - i)) * (1 - np.abs(column - j))
        inside = (i >= 0) & (i < probe.samples) & (j >= 0) & (j < probe.beams)
        np.add.at(field, (i[inside], j[inside]), (part * echo)[inside])
    machine = Machine(looks=1, side_lobes=-200.0)
    lateral = lateral_response(probe, machine, fft.next_fast_len(probe.beams + 24))
    return through_probe(field, axial_response(probe), lateral)


def evened(amplitude: np.ndarray) -> np.ndarray:
    """Take out how the amplitude changes with depth: a parabola in dB."""
    level = np.log(amplitude.mean(1) + 1e-6)
    place = np.linspace(-1, 1, len(level))
    return amplitude * np.exp(-np.polyval(np.polyfit(place, level, 2), place))[:, None]


def only_speckle(scene: Frozen) -> np.ndarray:
    """Where neither cyst, points nor border are: bool (rows, beams)."""
    points = scene.probe.points()[:: scene.every]
    down, across = points[..., 0], points[..., 1]
    away = [
        np.hypot(down - d, across - a) > mm
        for d, a, mm in ((72, 8, 6), (52, -9, 4), (65, -8, 4), (78, -11, 4))
    ]
    border = (np.abs(down - 56) < 4) & (across > -3) & (across < 17)
    inner = np.zeros(down.shape, bool)
    inner[2 * OUTER : -2 * OUTER, OUTER:-OUTER] = True
    return np.logical_and.reduce(away) & ~border & inner


def correlation(tile: int, **other: float) -> float:
    """Correlation of the two amplitudes in one tile of the scene.

    Parameters
    ----------
    tile : int
        0 to 7.
    **other
        Fields of the probe that shall differ from those PyMUST got, as a factor: the wrong answers.
    """
    scene = frozen()
    probe = Probe(**(fields := asdict(scene.probe)) | {name: fields[name] * by for name, by in other.items()})
    mine = evened(ours(probe, scene.scatterers)[:: scene.every])
    where = only_speckle(scene)
    rows, columns = (np.array_split(np.arange(n), parts) for n, parts in zip(where.shape, TILES, strict=True))
    part = np.ix_(rows[tile // TILES[1]], columns[tile % TILES[1]])
    return float(np.corrcoef(mine[part][where[part]], evened(scene.amplitude)[part][where[part]])[0, 1])
