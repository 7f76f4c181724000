"""The points that a scene is asked at, in the coordinates of one structure."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from .boxes import Box
from .pose import Pose
from .shapes import Both, Shape, Shell

__all__ = ["Grid"]


class Grid:
    """The points in one structure's coordinates, with the extent of each row and column."""

    def __init__(self, axes: list[np.ndarray], pose: Pose | None, warp: Callable | None) -> None:
        self.shape = axes[0].shape
        local = axes if pose is None else [_along(axes, pose, i) for i in range(3)]
        local = local if warp is None else warp(*local)
        self.axes = [_thin(x) for x in local]
        self.memo: dict[object, list[tuple[Box, np.ndarray]]] = {}

    @cached_property
    def extents(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """For rows, then for columns: lowest and highest of each coordinate, two arrays (3, n)."""
        both = []
        for axis, n in zip((1, 0), self.shape, strict=True):
            ends = [[np.broadcast_to(end(x, axis), n) for x in self.axes] for end in (np.min, np.max)]
            both.append((np.stack(ends[0]), np.stack(ends[1])))
        return both

    def local(self, box: Box) -> list[np.ndarray]:
        """Coordinates of the points in a box, mm."""
        return [x if x.size == 1 else x[box] for x in self.axes]

    def distance(self, shape: Shape, box: Box) -> np.ndarray:
        """Signed distance to a shape at the points in a box, mm; shells of one surface share the work."""
        if isinstance(shape, Both):
            return np.maximum(self.distance(shape.first, box), self.distance(shape.second, box))
        if not isinstance(shape, Shell):
            return shape.distance(*self.local(box))
        return shape.from_surface(self.once(shape.surface, shape.surface.distance, box))

    def once(self, key: object, compute: Callable[..., np.ndarray], box: Box) -> np.ndarray:
        """Compute once what several structures ask for on the same points, or on some of them."""
        known = self.memo.setdefault(key, [])
        for (rows, columns), values in known:
            if _within(box[0], rows) and _within(box[1], columns):
                return values[_beyond(box[0], rows), _beyond(box[1], columns)]
        known.append((box, compute(*self.local(box))))
        return known[-1][1]


def _within(part: slice, whole: slice) -> bool:
    return whole.start <= part.start and part.stop <= whole.stop


def _beyond(part: slice, whole: slice) -> slice:
    return slice(part.start - whole.start, part.stop - whole.start)


def _along(axes: list[np.ndarray], pose: Pose, i: int) -> np.ndarray:
    """Give the i-th coordinate of `pose.from_scene`, without the products that are zero."""
    total = np.float32(-np.dot(pose.origin, pose.axes[i]))
    for x, part in zip(axes, pose.axes[i], strict=True):
        if part:
            total = total + x * np.float32(part)
    return total


def _thin(x: np.ndarray) -> np.ndarray:
    """One number where a coordinate is the same everywhere, as one is in a flat plane."""
    if not x.size or not x[0, 0] == x[0, -1] == x[-1, 0]:
        return x
    return x[:1, :1] if x.min() == x.max() else x
