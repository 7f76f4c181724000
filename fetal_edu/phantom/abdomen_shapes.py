"""Two shapes that repeat along the body: the row of bone centres in a spine, and the ribs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .shapes import Ellipsoid, Shape

__all__ = ["Ribs", "Row"]


@dataclass(frozen=True)
class Row(Shape):
    """One ellipsoid, repeated along w.

    Parameters
    ----------
    bead : Ellipsoid
    pitch : float, mm
        From one to the next.
    first, last : int
        Numbers of the outermost; the bead itself is number 0.

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

    def distance(self, u, v, w):  # noqa: D102
        w = np.asarray(w, np.float32)
        number = np.round((w - np.float32(self.bead.centre[2])) / np.float32(self.pitch))
        return self.bead.distance(u, v, w - np.clip(number, self.first, self.last) * np.float32(self.pitch))

    @property
    def bounds(self):  # noqa: D102
        low, high = self.bead.bounds
        ends = low[2] + self.first * self.pitch, high[2] + self.last * self.pitch
        return (*low[:2], ends[0]), (*high[:2], ends[1])


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
