"""More of the painter's shapes: a bent tube, what lies outside of a shape, a shape in its own place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from .pose import Pose
from .shapes import Shape

__all__ = ["Chain", "Outside", "Placed"]

_HUGE = 1e9


@dataclass(frozen=True)
class Chain(Shape):
    """A bent tube: straight pieces from node to node, each as thick as its nodes are.

    Parameters
    ----------
    nodes : tuple of (u, v, w, radius) mm
        At least two.
    wide : float
        How many times as wide as thick the tube is along v: 1 is round, 10 is a band. Beside a band, the
        distance is measured on its thickness' scale.

    Examples
    --------
    >>> arc = Chain(((0, 0, 0, 2), (10, 0, 5, 2), (20, 0, 0, 2)))
    >>> at = np.array([[10.0]]), np.array([[3.0]]), np.array([[5.0]])
    >>> float(arc.distance(*at)[0, 0])
    1.0
    """

    nodes: tuple[tuple[float, float, float, float], ...]
    wide: float = 1.0

    def distance(self, u, v, w):  # noqa: D102
        v, nearest = v / np.float32(self.wide), None
        nodes = np.array(self.nodes, np.float32) / np.array([1, self.wide, 1, 1], np.float32)
        for start, end in pairwise(nodes):
            line = end - start
            p, q, r = (x - s for x, s in zip((u, v, w), start[:3], strict=True))
            along = (p * line[0] + q * line[1] + r * line[2]) / max(line[:3] @ line[:3], np.float32(1e-9))
            along = np.clip(along, 0, 1)
            p, q, r = (x - along * d for x, d in zip((p, q, r), line[:3], strict=True))
            away = np.sqrt(p * p + q * q + r * r) - (start[3] + along * line[3])
            nearest = away if nearest is None else np.minimum(nearest, away, out=away)
        return nearest

    @property
    def bounds(self):  # noqa: D102
        reach = (1.0, self.wide, 1.0)
        low = (min(node[i] - node[3] * part for node in self.nodes) for i, part in enumerate(reach))
        high = (max(node[i] + node[3] * part for node in self.nodes) for i, part in enumerate(reach))
        return tuple(map(float, low)), tuple(map(float, high))


@dataclass(frozen=True)
class Outside(Shape):
    """All that lies outside of a shape: `Both` of it and another cuts a hole into that one.

    Examples
    --------
    >>> from fetal_edu.phantom import Ellipsoid
    >>> at = np.array([[8.0]]), np.zeros((1, 1)), np.zeros((1, 1))
    >>> bool(Outside(Ellipsoid((0, 0, 0), (5, 5, 5))).distance(*at) < 0)
    True
    """

    shape: Shape

    def distance(self, u, v, w):  # noqa: D102
        return -self.shape.distance(u, v, w)

    @property
    def bounds(self):  # noqa: D102
        return (-_HUGE,) * 3, (_HUGE,) * 3


@dataclass(frozen=True)
class Placed(Shape):
    """A shape that is drawn in coordinates of its own: it is turned in all directions.

    Parameters
    ----------
    shape : Shape
        With bounds; its box is turned with it.
    pose : Pose
        Where its coordinates lie.

    Examples
    --------
    >>> from fetal_edu.phantom import Ellipsoid
    >>> ball = Placed(Ellipsoid((9, 0, 0), (2, 2, 2)), Pose((-9.0, 0.0, 0.0)))
    >>> bool(ball.distance(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1))) < 0)
    True
    >>> ball.bounds[0]
    (-2.0, -2.0, -2.0)
    """

    shape: Shape
    pose: Pose

    def distance(self, u, v, w):  # noqa: D102
        origin = np.asarray(self.pose.origin, np.float32)
        u, v, w = u - origin[0], v - origin[1], w - origin[2]
        own = []
        for axis in np.asarray(self.pose.axes, np.float32):
            total = np.float32(0)
            for x, part in zip((u, v, w), axis, strict=True):
                if part:
                    total = total + x * part
            own.append(total)
        return self.shape.distance(*own)

    @property
    def bounds(self):  # noqa: D102
        corners = self.pose.to_scene(np.array(list(product(*zip(*self.shape.bounds, strict=True)))))
        return tuple(corners.min(0).tolist()), tuple(corners.max(0).tolist())
