"""The beat of a heart: when it contracts, how its tissue moves, when its valves stand open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Beat", "contraction", "inflow", "outflow"]

SYSTOLE = 0.42  # part of the beat
SHIFT = 0.14  # of the heart's half length: how far the valves move towards the apex
SQUEEZE = 0.30  # at rest the free walls lie so much farther from the septum than at the height of systole
FLATTEN = 0.10  # the same for the height
OUTER = 1.25  # of the heart's radius: nothing moves beyond
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
    systole the valves move towards the apex, so that the atria fill, and the free walls of the ventricles
    move towards the septum and thicken. The motion dies out smoothly from 0.9 to 1.25 of the heart's radius:
    its outline moves a little, the lungs beside it less.

    Parameters
    ----------
    amount : float, 0..1
        `contraction`.
    semi : three floats, mm
        Half length, half width and half height of the heart.

    Examples
    --------
    >>> beat = Beat(1.0, (15.0, 12.0, 9.0))
    >>> p, q, w = beat(*np.float32([[4.0], [6.0], [0.0]]))
    >>> bool(q[0] > 7), bool(p[0] < 3), float(w[0])
    (True, True, 0.0)
    """

    amount: float
    semi: Vector

    @property
    def reach(self) -> float:
        """No tissue is farther from its place at rest, mm."""
        return self.amount * float(np.linalg.norm(np.array([SHIFT, SQUEEZE, FLATTEN]) * self.semi))

    def __call__(self, p: np.ndarray, q: np.ndarray, w: np.ndarray) -> list[np.ndarray]:
        """Coordinates at rest, three arrays of the common shape."""
        if not self.amount:
            return [p, q, w]
        shape = np.broadcast_shapes(p.shape, q.shape, w.shape)
        out = [np.array(np.broadcast_to(x, shape)) for x in (p, q, w)]
        units = [x.reshape(-1) * np.float32(1 / s) for x, s in zip(out, self.semi, strict=True)]
        inside = np.flatnonzero(sum(x * x for x in units) < OUTER**2)
        units = [x[inside] for x in units]
        for whole, step, s in zip(out, self._steps(*units), self.semi, strict=True):
            whole.reshape(-1)[inside] += step * np.float32(self.amount * s)
        return out

    def forward(self, rest: np.ndarray) -> np.ndarray:
        """Where points (n, 3) of the relaxed heart are now, to 0.01 mm, by fixed-point iteration."""
        rest = np.asarray(rest, float)
        now, left = rest, np.inf
        for _ in range(60):
            back = np.stack(self(*now.T), -1)
            now, left = now + (rest - back), float(np.abs(rest - back).max())
            if left < 0.01:
                break
        return now

    def _steps(self, p: np.ndarray, q: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, ...]:
        """From now back to rest at full contraction; all in parts of the half length, width and height."""
        radius = np.sqrt(p * p + q * q + w * w)
        fade = _smooth((np.float32(OUTER) - radius) * np.float32(1 / (OUTER - 0.9)))
        along = -np.float32(SHIFT) * fade * _hill(p)
        fade = fade * _smooth((p + np.float32(0.25)) * np.float32(1 / 0.5))  # the ventricles alone
        across, up = (
            x * np.float32(part) * fade * _smooth((np.float32(1.15) - np.abs(x)) * np.float32(1 / 0.6))
            for x, part in ((q, SQUEEZE), (w, FLATTEN))
        )
        return along, across, up


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
