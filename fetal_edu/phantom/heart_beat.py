"""The beat of a heart: when it contracts, how its tissue moves, when its valves stand open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Beat", "contraction", "inflow", "outflow"]

SYSTOLE = 0.42  # part of the beat
SHIFT = 0.14  # of the heart's half length: how far the valves move towards the apex
SQUEEZE = 0.30  # a ventricle's width at rest is so much more than at the height of systole
Vector = tuple[float, float, float]


def contraction(phase: float) -> float:
    """How far the ventricles are contracted, 0..1: a raised cosine over the first 42 % of a beat.

    Examples
    --------
    >>> [round(contraction(phase), 2) for phase in (0.0, 0.105, 0.21, 0.42, 0.7)]
    [0.0, 0.5, 1.0, 0.0, 0.0]
    """
    phase = float(phase) % 1.0
    return float(0.5 - 0.5 * np.cos(2 * np.pi * phase / SYSTOLE)) if phase < SYSTOLE else 0.0


def inflow(phase: float) -> float:
    """How far the valves between atria and ventricles stand open, 0..1: in diastole.

    Examples
    --------
    >>> inflow(0.2), inflow(0.6)
    (0.0, 1.0)
    """
    phase = float(phase) % 1.0
    return _step((phase - SYSTOLE) / 0.06) * _step((1.0 - phase) / 0.06)


def outflow(phase: float) -> float:
    """How far the valves of aorta and pulmonary trunk stand open, 0..1: in systole.

    Examples
    --------
    >>> outflow(0.2), outflow(0.6)
    (1.0, 0.0)
    """
    phase = float(phase) % 1.0
    return _step((phase - 0.02) / 0.05) * _step((SYSTOLE - 0.02 - phase) / 0.05)


@dataclass(frozen=True)
class Beat:
    """Where the tissue that now is at a point lies when the heart is relaxed.

    A heart's own axes are p (from its base to its apex), q (towards its left ventricle) and w (up). In
    systole the valves move towards the apex, so that the atria fill, and each ventricle narrows around its
    own axis while its wall thickens. The motion dies out smoothly around the heart, from 0.9 to 1.25 of its
    radius.

    Parameters
    ----------
    amount : float, 0..1
        `contraction`.
    semi : three floats, mm
        Half length, half width and half height of the heart.
    left, right : (q, w, half width, half height) mm
        Axes and cavities of the two ventricles.

    Examples
    --------
    >>> beat = Beat(1.0, (15.0, 12.0, 9.0), (4.3, 0.0, 3.6, 7.0), (-5.1, 0.0, 4.0, 6.7))
    >>> at = [np.full((1, 1), x, np.float32) for x in (4.0, 7.0, 0.0)]
    >>> p, q, w = beat(*at)
    >>> bool(q > at[1]), bool(p < at[0])
    (True, True)
    """

    amount: float
    semi: Vector
    left: tuple[float, float, float, float]
    right: tuple[float, float, float, float]

    @property
    def reach(self) -> float:
        """No tissue is farther from its place at rest, mm."""
        wide = max(self.left[2], self.right[2], self.left[3], self.right[3])
        return self.amount * (SHIFT * self.semi[0] + SQUEEZE * 1.75 * wide)

    def __call__(self, p: np.ndarray, q: np.ndarray, w: np.ndarray) -> list[np.ndarray]:
        """Coordinates at rest, three float32 arrays of the common shape."""
        shape = np.broadcast_shapes(p.shape, q.shape, w.shape)
        full = [np.broadcast_to(np.asarray(x, np.float32), shape) for x in (p, q, w)]
        if not self.amount:
            return [p, q, w]
        out = [x.copy() for x in full]
        inside = np.flatnonzero(self._radius(*full) < 1.25**2)
        moved = self._rest(*(x.reshape(-1)[inside] for x in full))
        for whole, part in zip(out, moved, strict=True):
            whole.reshape(-1)[inside] = part
        return out

    def forward(self, rest: np.ndarray) -> np.ndarray:
        """Where points (n, 3) of the relaxed heart are now, to 0.01 mm, by fixed-point iteration."""
        rest = np.asarray(rest, float)
        now, left = rest, np.inf
        for _ in range(60):
            back = np.stack(self(*now.T), -1)
            now, last, left = now + 0.8 * (rest - back), left, float(np.abs(rest - back).max())
            if left < 0.01 or left > last:
                break
        return now

    def _radius(self, p, q, w):
        a, b, c = (np.float32(1 / s) for s in self.semi)
        return (p * a) ** 2 + (q * b) ** 2 + (w * c) ** 2

    def _rest(self, p, q, w):
        # Up to 0.9 of the heart's radius all of the motion, none from 1.25 on.
        fade = _smooth((np.float32(1.25) - np.sqrt(self._radius(p, q, w))) * np.float32(1 / 0.35))
        fade *= np.float32(self.amount)
        along = p * np.float32(1 / self.semi[0])
        p = p - np.float32(SHIFT * self.semi[0]) * fade * _hill(along)
        reach = np.float32(SQUEEZE) * fade * _smooth((along + np.float32(0.35)) * np.float32(1 / 0.4))
        for middle, level, wide, high in (self.left, self.right):
            y, z = q - np.float32(middle), w - np.float32(level)
            radius = np.sqrt((y * np.float32(1 / wide)) ** 2 + (z * np.float32(1 / high)) ** 2)
            grow = reach * _smooth((np.float32(1.75) - radius) * np.float32(1 / 0.75))
            q, w = q + grow * y, w + grow * z
        return p, q, w


def _smooth(x: np.ndarray) -> np.ndarray:
    """From 0 at 0 to 1 at 1 without a kink."""
    x = np.clip(x, 0, 1)
    return x * x * (np.float32(3) - np.float32(2) * x)


def _hill(along: np.ndarray) -> np.ndarray:
    """1 at the valves (-0.23), 0 at the back wall of the atria (-0.86) and near the apex (0.95)."""
    x = along + np.float32(0.23)
    x = np.where(x < 0, x * np.float32(1 / 0.63), x * np.float32(1 / 1.18))
    return _smooth(np.float32(1) - np.abs(x))


def _step(x: float) -> float:
    return float(_smooth(np.float64(x)))
