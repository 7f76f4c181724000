"""Smooth random fields: what makes a tissue uneven and a border irregular.

Both give the same value at the same point however the points are laid out, so that a label at one pixel
is the label of the tissue that was painted there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import fft

__all__ = ["Ripple", "Texture"]

Vector = tuple[float, float, float]
_TILE = 64
_MASK = np.int32(_TILE - 1)
_BLOTCH = 8.0  # cells from one blotch to the next: full width of the tile's correlation
_WAVES = 4


@dataclass(frozen=True)
class Texture:
    """A field of blotches that varies a tissue from place to place.

    Parameters
    ----------
    grain : three floats, mm
        Size of the blotches along the three axes of the structure's own coordinates.
    offset : three floats
        Where in the random field this texture starts: drawn, so that no two look alike.
    echo, impedance : float
        Standard deviation of what it adds, in dB and MRayl.
    folds : bool
        Bright winding lines on a darker ground instead of blotches: the folds of a brain, the fibres of
        a muscle where `grain` is flat. They lie where the field of blotches passes through zero.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> points = rng.uniform(0, 200, (3, 5000)).astype(np.float32)
    >>> field = Texture.drawn(rng, (5, 5, 5), echo=2).field(*points)
    >>> print(f"{field.mean():.0f} {field.std():.0f}")
    0 1
    """

    grain: Vector
    offset: Vector
    echo: float = 0.0
    impedance: float = 0.0
    folds: bool = False

    @classmethod
    def drawn(
        cls,
        rng: np.random.Generator,
        grain: Vector,
        *,
        echo: float,
        impedance: float = 0.0,
        folds: bool = False,
    ) -> Texture:
        """Start at a random place of the field."""
        return cls(grain, tuple(rng.uniform(4096, 8192, 3).tolist()), echo, impedance, folds)

    def field(self, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
        """Look the field up: mean 0, standard deviation 1."""
        i, j, k = (
            x * np.float32(_BLOTCH / grain) + np.float32(start)
            for x, grain, start in zip((u, v, w), self.grain, self.offset, strict=True)
        )
        # The third index drifts with the first two, so that a plane does not meet its own pattern again.
        k = k + i * np.float32(0.31)
        k += j * np.float32(0.17)
        index = i.astype(np.int32)
        for x in (j, k):
            index &= _MASK
            index *= _TILE
            index = index + (x.astype(np.int32) & _MASK)
        return (_folded() if self.folds else _tile()).take(index, mode="wrap")


@dataclass(frozen=True)
class Ripple:
    """A few plane waves that bend a border: smooth, so that the border has no steps.

    Parameters
    ----------
    height : float, mm
        Standard deviation of how far the border moves.
    waves : tuple of (u, v, w, phase)
        Wave numbers in radians per mm, and where each wave starts.

    Examples
    --------
    >>> ripple = Ripple.drawn(np.random.default_rng(1), size=10, height=0.5)
    >>> u, v = np.random.default_rng(2).uniform(0, 500, (2, 5000)).astype(np.float32)
    >>> print(f"{ripple.field(u, v, np.zeros(1, np.float32)).std():.1f} mm")
    0.5 mm
    """

    height: float
    waves: tuple[tuple[float, float, float, float], ...]

    @classmethod
    def drawn(cls, rng: np.random.Generator, *, size: float, height: float) -> Ripple:
        """Draw waves about `size` mm from crest to trough, in all directions of the plane."""
        angle = rng.uniform(0, np.pi) + np.arange(_WAVES) * (np.pi / _WAVES)
        number = np.pi / (size * rng.uniform(0.7, 1.6, _WAVES))
        out = 0.3 * number * rng.choice([-1, 1], _WAVES)
        phase = rng.uniform(0, 2 * np.pi, _WAVES)
        columns = (number * np.cos(angle), number * np.sin(angle), out, phase)
        return cls(float(height), tuple(tuple(row) for row in np.stack(columns, -1).tolist()))

    def field(self, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
        """How far the border is moved at each point, mm."""
        total = np.float32(0)
        for ku, kv, kw, phase in self.waves:
            wave = u * np.float32(ku) + v * np.float32(kv)
            wave = wave + (w * np.float32(kw) + np.float32(phase))
            total += np.sin(wave, out=wave)
        total *= np.float32(self.height * np.sqrt(2 / len(self.waves)))
        return total


@lru_cache(maxsize=1)
def _tile() -> np.ndarray:
    """Make a periodic cube of smooth noise, mean 0 and standard deviation 1, flattened."""
    noise = np.random.default_rng(2718).standard_normal((_TILE,) * 3, dtype=np.float32)
    frequency = fft.fftfreq(_TILE)
    squared = frequency[:, None, None] ** 2 + frequency[:, None] ** 2 + frequency**2
    sigma = 2.4
    smooth = fft.ifftn(fft.fftn(noise) * np.exp(-2 * (np.pi * sigma) ** 2 * squared)).real
    smooth = (smooth - smooth.mean()) / smooth.std()
    return np.ascontiguousarray(smooth, np.float32).reshape(-1)


@lru_cache(maxsize=1)
def _folded() -> np.ndarray:
    """Make of the cube the lines along which it passes through zero, mean 0 and standard deviation 1."""
    lines = np.exp(-((_tile() / np.float32(0.35)) ** 2))
    return (lines - lines.mean()) / lines.std()
