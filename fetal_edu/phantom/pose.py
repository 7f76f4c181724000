"""Where things lie: poses, cuts through an anatomy, and what a picture is centred on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

__all__ = ["Cut", "Frame", "Pose"]

Vector = tuple[float, float, float]


class Cut(NamedTuple):
    """A plane through an anatomy, in the anatomy's own coordinates.

    Parameters
    ----------
    point : three floats, mm
        A point of the plane: what a picture of it is centred on.
    first, second : three floats
        Two unit vectors in the plane, at a right angle.
    """

    point: Vector = (0.0, 0.0, 0.0)
    first: Vector = (1.0, 0.0, 0.0)
    second: Vector = (0.0, 1.0, 0.0)


class Frame(NamedTuple):
    """What a sonographer brings into the middle of the picture.

    Parameters
    ----------
    centre, half : (down, across) mm
        Where it lies in the scene's plane, and half the room that it takes.
    length : float, mm
        Its longest extent in the plane.
    fill, spread : float
        Mean and standard deviation of the part of the picture's width that `length` fills.
    """

    centre: tuple[float, float]
    half: tuple[float, float]
    length: float
    fill: float = 0.60
    spread: float = 0.11


@dataclass(frozen=True)
class Pose:
    """Where a thing is and which way it looks.

    Parameters
    ----------
    origin : three floats, mm
        The thing's own (0, 0, 0), in the scene.
    axes : three rows of three floats
        Unit vectors of the thing's axes, in the scene.

    Examples
    --------
    >>> Pose((10.0, 0.0, 0.0)).to_scene(np.array([1.0, 2.0, 0.0])).tolist()
    [11.0, 2.0, 0.0]
    """

    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    axes: tuple[tuple[float, float, float], ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

    @classmethod
    def turned(cls, origin: tuple[float, float, float], angle: float) -> Pose:
        """Place a thing at `origin`, its first axis `angle` radians from the columns towards larger rows."""
        c, s = float(np.cos(angle)), float(np.sin(angle))
        return cls(origin, ((s, c, 0.0), (c, -s, 0.0), (0.0, 0.0, -1.0)))

    @classmethod
    def cutting(cls, cut: Cut, centre: tuple[float, float], angle: float) -> Pose:
        """Place a thing so that one of its planes lies in the picture.

        Parameters
        ----------
        cut : Cut
            The plane, in the thing's own coordinates.
        centre : (down, across) mm
            Where the cut's point comes to lie in the picture.
        angle : float, radians
            The cut's first direction, from the columns towards larger rows.

        Examples
        --------
        >>> coronal = Cut(point=(12.0, 0.0, 0.0), first=(0.0, 1.0, 0.0), second=(0.0, 0.0, 1.0))
        >>> pose = Pose.cutting(coronal, (60.0, 0.0), 0.0)
        >>> pose.to_scene(np.array([12.0, 5.0, 0.0])).round(6).tolist()
        [60.0, 5.0, 0.0]
        """
        basis = np.stack([cut.first, cut.second, np.cross(cut.first, cut.second)])
        axes = basis.T @ np.asarray(cls.turned((0.0, 0.0, 0.0), angle).axes)
        axes[np.abs(axes) < 1e-12] = 0.0
        origin = np.array([*centre, 0.0]) - np.asarray(cut.point) @ axes
        return cls(tuple(origin.tolist()), tuple(map(tuple, axes.tolist())))

    def after(self, first: Pose) -> Pose:
        """Give the pose that goes through `first` and then through this one.

        Examples
        --------
        >>> there = Pose.turned((40.0, 3.0, 0.0), 0.7)
        >>> np.allclose(there.after(there.inverse()).origin, 0)
        True
        """
        origin = self.to_scene(np.asarray(first.origin, float))
        axes = np.asarray(first.axes) @ np.asarray(self.axes)
        return Pose(tuple(origin.tolist()), tuple(map(tuple, axes.tolist())))

    def inverse(self) -> Pose:
        """Give the pose that leads back."""
        axes = np.asarray(self.axes).T
        return Pose(tuple((-np.asarray(self.origin) @ axes).tolist()), tuple(map(tuple, axes.tolist())))

    def to_scene(self, points: np.ndarray) -> np.ndarray:
        """From the thing's coordinates (..., 3) to the scene's, mm."""
        if self == Pose():
            return points
        return points @ np.asarray(self.axes, points.dtype) + np.asarray(self.origin, points.dtype)

    def from_scene(self, points: np.ndarray) -> np.ndarray:
        """From the scene's coordinates (..., 3) to the thing's, mm."""
        return (points - np.asarray(self.origin, points.dtype)) @ np.asarray(self.axes, points.dtype).T
