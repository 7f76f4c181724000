"""Which structures a picture's plane does not touch: most of an anatomy lies in other planes."""

from __future__ import annotations

import numpy as np

from .pose import Pose

__all__ = ["Box", "Flat"]

Box = tuple[tuple[float, ...], tuple[float, ...]]


class Flat:
    """The plane that a picture's points lie in.

    Parameters
    ----------
    normal : array (3,)
        A unit vector in the scene.
    offset : float, mm
        The plane is where ``normal @ x == offset``.
    """

    def __init__(self, normal: np.ndarray, offset: float) -> None:
        self.normal, self.offset = normal, offset
        self.turned: dict[Pose | None, tuple[list[float], float]] = {}

    @classmethod
    def through(cls, axes: list[np.ndarray]) -> Flat | None:
        """Find the plane of points, given as three arrays (rows, columns); None if they fill space.

        Examples
        --------
        >>> down, across = np.meshgrid(np.arange(4.0), np.arange(5.0), indexing="ij")
        >>> Flat.through([down, across, down + 2]).normal.round(2).tolist()
        [-0.71, 0.0, 0.71]
        >>> Flat.through([down, across, down * across]) is None
        True
        """
        if not axes[0].size:
            return None
        first, right, down = (np.array([x[at] for x in axes], float) for at in ((0, 0), (0, -1), (-1, 0)))
        normal = np.cross(down - first, right - first)
        length = float(np.linalg.norm(normal))
        if length < 1e-6:
            return None
        normal = normal / length
        offset, total = float(normal @ first), np.zeros((1, 1), np.float32)
        for x, part in zip(axes, normal, strict=True):
            if abs(part) > 1e-9:
                total = total + x * np.float32(part)
        return cls(normal, offset) if max(total.max() - offset, offset - total.min()) < 1e-3 else None

    def beside(self, box: Box, pose: Pose | None, margin: float) -> bool:
        """Tell whether the plane passes beside a box with a margin, in the coordinates of `pose`."""
        if pose not in self.turned:
            normal, offset = self.normal, self.offset
            if pose is not None:
                offset -= float(np.dot(pose.origin, normal))
                normal = np.asarray(pose.axes) @ normal
            self.turned[pose] = normal.tolist(), offset
        normal, offset = self.turned[pose]
        sides = [(n, low, high) for n, low, high in zip(normal, *box, strict=True)]
        middle = sum(n * (low + high) for n, low, high in sides) / 2
        return (
            abs(middle - offset) > sum(abs(n) * ((high - low) / 2 + margin) for n, low, high in sides) + 0.01
        )
