"""Shapes that only a trunk needs: the row of bone centres in a spine, the ribs, a bent vessel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise

import numpy as np

from .shapes import Capsule, Ellipsoid, Shape, Vector

__all__ = ["Ribs", "Row", "Tube"]


@dataclass(frozen=True)
class Row(Shape):
    """One ellipsoid, repeated along w, and if wanted mirrored to the other side of ``u = 0``.

    Parameters
    ----------
    bead : Ellipsoid
    pitch : float, mm
        From one to the next.
    first, last : int
        Numbers of the outermost; the bead itself is number 0.
    pair : bool
        Whether there is a second row on the other side.

    Examples
    --------
    >>> row = Row(Ellipsoid((0, 0, 0), (2, 2, 1)), pitch=4.0, first=-3, last=3)
    >>> w = np.array([[0.0], [2.0], [12.0], [16.0]])
    >>> (row.distance(np.zeros((1, 1)), np.zeros((1, 1)), w) < 0).ravel().tolist()
    [True, False, True, False]
    """

    bead: Ellipsoid
    pitch: float
    first: int
    last: int
    pair: bool = False

    def distance(self, u, v, w):  # noqa: D102
        u = np.abs(u) if self.pair else u
        w = np.asarray(w, np.float32)
        number = np.round((w - np.float32(self.bead.centre[2])) / np.float32(self.pitch))
        return self.bead.distance(u, v, w - np.clip(number, self.first, self.last) * np.float32(self.pitch))

    @property
    def bounds(self):  # noqa: D102
        low, high = self.bead.bounds
        ends = low[2] + self.first * self.pitch, high[2] + self.last * self.pitch
        least = -high[0] if self.pair else low[0]
        return (least, low[1], ends[0]), (high[0], high[1], ends[1])


@dataclass(frozen=True)
class Ribs(Shape):
    """Where ribs run, in a trunk with u across, v to the back and w to the head; a shell gives their depth.

    Parameters
    ----------
    pitch, half : float, mm
        From rib to rib along w, and half the height of one.
    phase : float, mm
        Height w of one rib at ``v = 0``.
    sink : float
        How much a rib sinks towards the feet per mm towards the front.
    beside : float, mm
        Ribs begin this far beside the spine.
    front : float, mm
        Height v at which ribs end in front, at ``w = 0``; further back below (the costal arch).
    arch : float
        How much further back, per mm towards the feet.

    Examples
    --------
    >>> ribs = Ribs(pitch=4.0, half=1.0, phase=0.0, sink=0.0, beside=3.0, front=-10.0, arch=1.0)
    >>> w = np.array([[0.0], [2.0], [4.0]])
    >>> (ribs.distance(np.full((1, 1), 20.0), np.zeros((1, 1)), w) < 0).ravel().tolist()
    [True, False, True]
    """

    pitch: float
    half: float
    phase: float
    sink: float
    beside: float
    front: float
    arch: float

    def distance(self, u, v, w):  # noqa: D102
        height = w - np.float32(self.phase) - np.float32(self.sink) * v
        height = np.abs(height - np.float32(self.pitch) * np.round(height / np.float32(self.pitch)))
        ends = np.float32(self.front) - np.float32(self.arch) * w - v
        far = np.maximum(height - np.float32(self.half), ends)
        return np.maximum(far, np.float32(self.beside) - np.abs(u))

    @property
    def bounds(self):  # noqa: D102
        return (-1e9, -1e9, -1e9), (1e9, 1e9, 1e9)


@dataclass(frozen=True)
class Tube(Shape):
    """A vessel through several points, each stretch with a radius of its own.

    Parameters
    ----------
    points : tuple of three floats, mm
    radii : tuple of float, mm
        One fewer than points.

    Examples
    --------
    >>> bend = Tube(((0, 0, 0), (10, 0, 0), (10, 10, 0)), (2.0, 1.0))
    >>> u, v = np.array([[5.0, 10.0]]), np.array([[3.0, 5.0]])
    >>> bend.distance(u, v, np.zeros((1, 1))).tolist()
    [[1.0, -1.0]]
    """

    points: tuple[Vector, ...]
    radii: tuple[float, ...]

    @cached_property
    def stretches(self) -> list[Capsule]:
        """The straight parts."""
        return [Capsule(*ends, r) for ends, r in zip(pairwise(self.points), self.radii, strict=True)]

    def distance(self, u, v, w):  # noqa: D102
        return reduce(np.minimum, (stretch.distance(u, v, w) for stretch in self.stretches))

    @property
    def bounds(self):  # noqa: D102
        low, high = zip(*(stretch.bounds for stretch in self.stretches), strict=True)
        return tuple(np.min(low, 0).tolist()), tuple(np.max(high, 0).tolist())
