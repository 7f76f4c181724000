"""Speckle that belongs to the tissue: scatterers that stay where they are while probe or fetus moves."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import fft
from scipy.interpolate import RectBivariateSpline

from .probe import Probe

__all__ = ["tissue_gain", "tissue_noise"]

# Cells of the noise along (down, across, out of the picture), mm. Down: finer than a pulse. Across: as far
# apart as the beams are, or the beams would pick other cells with each small step. Out: a beam is thick.
CELL = (0.3, 0.8, 1.2)
_TILE = (256, 64, 16)


def tissue_noise(material_mm: np.ndarray, seed: int) -> np.ndarray:
    """Complex circular Gaussian noise with mean power 1, the same wherever the same tissue is met.

    Parameters
    ----------
    material_mm : array (..., 3)
        Where the tissue lies at rest: down, across, out of the picture.
    seed : int

    Returns
    -------
    complex64 array (...)

    Notes
    -----
    Neighbouring cells are mixed with weights whose squares sum to 1, across and out of the plane: the power
    is the same everywhere, and speckle changes over 1 to 2 mm where a probe slides out of the plane.

    Examples
    --------
    >>> points = np.random.default_rng(0).uniform(0, 400, (20000, 3)).astype(np.float32)
    >>> noise = tissue_noise(points, seed=3)
    >>> print(f"{np.mean(np.abs(noise) ** 2):.1f}")
    1.0
    >>> near = tissue_noise(points + np.float32([0, 0.04, 0.04]), seed=3)
    >>> print(f"{np.abs(np.vdot(near, noise)) / 20000:.1f}")
    1.0
    """
    down, across, out = (
        np.asarray(material_mm[..., i], np.float32) * np.float32(1 / cell) for i, cell in enumerate(CELL)
    )
    # The other two drift with the first, so that the tile does not come back at the same place.
    across = across + down * np.float32(0.037)
    out = out + across * np.float32(0.053)
    row = np.floor(down).astype(np.int32) & (_TILE[0] - 1)
    row *= _TILE[1]
    columns, beside = _neighbours(across, _TILE[1])
    layers, above = _neighbours(out, _TILE[2])
    table, total = _table(int(seed)), np.zeros(down.shape, np.complex64)
    for column, share in zip(columns, beside, strict=True):
        place = (row + column) * _TILE[2]
        for layer, part in zip(layers, above, strict=True):
            total += table.take(place + layer) * (share * part)
    return total


def tissue_gain(probe: Probe, axial: np.ndarray, lateral: np.ndarray) -> np.ndarray:
    """How much more power `tissue_noise` keeps behind the probe's blur than white noise does.

    Its cells are wider than the steps of a beam, so neighbouring samples share a part of their noise, and the
    blur averages less of it away: 2 to 8 dB. Divide the power by this, and tissue is as bright as when each
    sample has a scatterer of its own.

    Parameters
    ----------
    probe : Probe
    axial, lateral : arrays (n,) and (looks, samples, m)
        Spectra of pulse and beam.

    Returns
    -------
    float32 array (samples, beams)

    Notes
    -----
    The sum, over all steps along and across the beams, of the noise's correlation times those of pulse and
    beam; at twelve depths and seven beams, and smooth between them. It is that of tissue at rest: tissue
    that has turned stays as bright within 0.1 dB, tissue that is stretched to 1.3 of its length within 0.7.

    Examples
    --------
    Without a blur nothing is averaged, and there is nothing to make up for:

    >>> probe = Probe(samples=64, beams=32)
    >>> bool(np.allclose(tissue_gain(probe, np.ones(64), np.ones((1, 64, 60))), 1))
    True
    """
    rows = np.unique(np.linspace(0, probe.samples - 1, 12).round().astype(int))
    beams = np.unique(np.linspace(0, probe.beams - 1, 7).round().astype(int))
    angle = probe.angles[beams].astype(float)[:, None, None]
    reach = CELL[0] + 2 * CELL[1] * float(np.abs(np.sin(probe.angles)).max())
    long = min(int(reach / probe.step) + 1, len(axial) // 2 - 1)
    along = np.arange(-long, long + 1)
    pulse = fft.ifft(axial.astype(float) ** 2).real
    gains = np.empty((len(rows), len(beams)))
    for place, row in enumerate(rows):
        gap = float(probe.beam_gap[row])
        wide = min(int(2 * CELL[1] / gap) + 2, lateral.shape[-1] // 2 - 1)
        across = np.arange(-wide, wide + 1)
        beam = fft.ifft(lateral[:, row].astype(float) ** 2).real.mean(0)
        p, q = along[:, None] * probe.step, across * gap
        down, beside = p * np.cos(angle) - q * np.sin(angle), p * np.sin(angle) + q * np.cos(angle)
        shared = np.maximum(1 - np.abs(down) / CELL[0], 0) * _shared(np.abs(beside) / CELL[1])
        weight = (pulse[along] / pulse[0])[:, None] * (beam[across] / beam[0])
        gains[place] = (shared * weight).sum((1, 2))
    spline = RectBivariateSpline(rows, beams, gains, kx=1, ky=2)
    return spline(np.arange(probe.samples), np.arange(probe.beams)).astype(np.float32)


def _shared(lag: np.ndarray) -> np.ndarray:
    """Correlation of the noise between two places, for how many cells they lie apart: 1 at 0, 0 from 2 on."""
    near = (1 - lag / 2) * np.cos(np.pi * lag / 2) + np.sin(np.pi * lag / 2) / np.pi
    far = lag - 1
    far = np.cos(np.pi * far / 2) / np.pi - (1 - far) * np.sin(np.pi * far / 2) / 2
    return np.where(lag < 1, near, np.where(lag < 2, far, 0.0))


def _neighbours(place: np.ndarray, n: int) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Give the two cells that a place lies between, and their weights: cosine and sine."""
    first = np.floor(place)
    angle = (place - first) * np.float32(np.pi / 2)
    first = first.astype(np.int32)
    return (first & (n - 1), (first + 1) & (n - 1)), (np.cos(angle), np.sin(angle))


@lru_cache(maxsize=4)
def _table(seed: int) -> np.ndarray:
    rng = np.random.default_rng([seed, 4])
    noise = rng.standard_normal((int(np.prod(_TILE)), 2), dtype=np.float32).view(np.complex64)[:, 0]
    return noise * np.float32(np.sqrt(0.5))
