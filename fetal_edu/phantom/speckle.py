"""Speckle that belongs to the tissue: scatterers that stay where they are while probe or fetus moves."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

__all__ = ["tissue_noise"]

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
