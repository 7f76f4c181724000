"""Which points each structure of a scene may touch: found for all structures at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .pose import Pose
from .shapes import Both, Shape, Shell

if TYPE_CHECKING:
    from .scene import Structure

__all__ = ["Box", "has_reach", "margin_of", "meeting", "rooms"]

Box = tuple[slice, slice]
Extents = Sequence[tuple[np.ndarray, np.ndarray]]


def has_reach(shape: Shape) -> bool:
    """Whether the shape's own reach takes the place of a margin: shells of one surface share their points."""
    return isinstance(shape, Shell) or (isinstance(shape, Both) and isinstance(shape.first, Shell))


def margin_of(structure: Structure) -> float:
    """How far from its border a structure still changes anything, mm: its soft edge and its ripple."""
    return structure.edge + (4 * structure.ripple.height if structure.ripple else 0.0)


def rooms(structures: Sequence[Structure]) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest coordinates of each structure along the scene's axes, mm, two arrays (n, 3).

    The scene's axes tell more than the shape's own: a row runs through all coordinates of a turned shape.

    Examples
    --------
    >>> from fetal_edu.phantom import Ellipsoid, Structure, Tissue
    >>> low, high = rooms([Structure(Ellipsoid((30, 0, 0), (5, 4, 3)), Tissue(1.5, 0, 0), edge=0.5)])
    >>> low.tolist(), high.tolist()
    ([[24.5, -4.5, -3.5]], [[35.5, 4.5, 3.5]])
    """
    bounds = np.array([structure.shape.bounds for structure in structures], float).reshape(-1, 2, 3)
    poses = [structure.pose or Pose() for structure in structures]
    axes = np.array([pose.axes for pose in poses], float).reshape(-1, 3, 3)
    origins = np.array([pose.origin for pose in poses], float).reshape(-1, 3)
    margins = [0.0 if has_reach(s.shape) else margin_of(s) for s in structures]
    more = np.array(margins) + [getattr(s.warp, "reach", 0.0) for s in structures]
    middle, half = bounds.mean(1), (bounds[:, 1] - bounds[:, 0]) / 2 + more[:, None]
    middle = np.einsum("ni,nij->nj", middle, axes) + origins
    half = np.einsum("ni,nij->nj", half, np.abs(axes))
    return middle - half, middle + half


def meeting(low: np.ndarray, high: np.ndarray, extents: Extents) -> list[Box | None]:
    """Rows and columns with a point between the corners of each room; None where there is none.

    Parameters
    ----------
    low, high : arrays (n, 3), mm
    extents : for rows, then for columns
        Lowest and highest of each coordinate, two arrays (3, m).

    Examples
    --------
    >>> down = np.array([[0.0, 1, 2, 3], [0, 0, 0, 0], [0, 0, 0, 0]])  # four rows, 1 mm apart along u
    >>> rows, columns = (down, down), (down[:, :1], down[:, -1:])  # and one column that holds them all
    >>> meeting(np.array([[1.0, -1, -1]]), np.array([[2.0, 1, 1]]), [rows, columns])
    [(slice(1, 3, None), slice(0, 1, None))]
    """
    found, starts, stops = np.ones(len(low), bool), [], []
    for first, last in extents:
        hit = np.ones((len(low), first.shape[1]), bool)
        for axis in range(3):
            hit &= last[axis] >= low[:, axis, None]
            hit &= first[axis] <= high[:, axis, None]
        found &= hit.any(1)
        starts.append(hit.argmax(1).tolist())
        stops.append((hit.shape[1] - hit[:, ::-1].argmax(1)).tolist())
    ends = zip(found.tolist(), *starts, *stops, strict=True)
    return [(slice(r0, r1), slice(c0, c1)) if there else None for there, r0, c0, r1, c1 in ends]
