"""What a hand draws on a picture, as seeds for a method: this is head, this is not.

A stroke is a line that a round brush of some radius was drawn along. Strokes are kept in pixels of the full
picture, so that the same ink can be read on any grid, coarse while one draws and finer on release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

__all__ = ["ERASE", "HEAD", "NOT_HEAD", "UNKNOWN", "Stroke", "check_strokes", "seeds"]

NOT_HEAD, HEAD = 0, 1
UNKNOWN = ERASE = -1  # to erase is to know nothing again

MOST_STROKES = 200
MOST_POINTS = 20_000  # of all strokes together
LARGEST_RADIUS = 200.0


@dataclass(frozen=True, eq=False)
class Stroke:
    """One line of a brush.

    Parameters
    ----------
    label : int
        `HEAD` (1), `NOT_HEAD` (0) or `ERASE` (-1).
    radius : float
        Of the brush, in pixels of the picture; above 0, at most 200.
    points : (n, 2) array
        Where the brush went, as (row, column) in pixels. One point makes a dot.

    Raises
    ------
    ValueError
        If the label is unknown, or a number is not finite or not possible.

    Examples
    --------
    >>> Stroke(HEAD, 4, [[10, 20], [10, 30]]).points.shape
    (2, 2)
    """

    label: int
    radius: float
    points: np.ndarray

    def __post_init__(self) -> None:
        if isinstance(self.label, bool) or self.label not in (HEAD, NOT_HEAD, ERASE):
            raise ValueError(f"a stroke has the label {self.label!r}: 1 is head, 0 is not head, -1 erases")
        try:
            radius, points = float(self.radius), np.asarray(self.points, dtype=float)
        except (TypeError, ValueError):
            raise ValueError("a stroke holds something that is no number: give radius and points") from None
        if not 0 < radius <= LARGEST_RADIUS:
            raise ValueError(
                f"a brush of radius {radius}: it lies above 0 and up to {LARGEST_RADIUS:g} pixels"
            )
        if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
            raise ValueError(
                f"a stroke has points of shape {points.shape}: give (n, 2), row and column of each"
            )
        if not np.isfinite(points).all():
            raise ValueError("a stroke has a point that is not finite: draw it again")
        object.__setattr__(self, "radius", radius)
        object.__setattr__(self, "points", points)


def check_strokes(strokes: Iterable[Any], frame_shape: tuple[int, int]) -> tuple[Stroke, ...]:
    """Take strokes from anywhere, a browser for example, and refuse what can't be drawn on this picture.

    Parameters
    ----------
    strokes : iterable of `Stroke`, or of (label, radius, points), or of mappings with these keys
    frame_shape : (int, int)
        Rows and columns of the full picture.

    Returns
    -------
    tuple of Stroke

    Raises
    ------
    ValueError
        With a sentence: a stroke of another form, outside the picture, or too many of them.

    Examples
    --------
    >>> len(check_strokes([{"label": 1, "radius": 3, "points": [[5, 5], [8, 9]]}], (20, 20)))
    1
    >>> check_strokes([(1, 3, [[5, 25]])], (20, 20))
    Traceback (most recent call last):
    ...
    ValueError: a stroke leaves the picture of 20 x 20 pixels at row 5, column 25: draw inside it
    """
    try:
        raw = list(strokes)
    except TypeError:
        raise ValueError(f"strokes are a list, not {type(strokes).__name__}") from None
    if len(raw) > MOST_STROKES:
        raise ValueError(f"{len(raw)} strokes: at most {MOST_STROKES} are kept; undo some, or start again")
    drawn = tuple(_stroke(one) for one in raw)
    n_points = sum(len(stroke.points) for stroke in drawn)
    if n_points > MOST_POINTS:
        raise ValueError(f"the strokes have {n_points} points: at most {MOST_POINTS} are kept; undo some")
    rows, columns = frame_shape
    for stroke in drawn:
        # Half a pixel is the picture's edge; another one forgives the rounding of a browser.
        outside = ((stroke.points < -1.5) | (stroke.points > np.array([rows, columns]) + 0.5)).any(axis=1)
        if outside.any():
            row, column = stroke.points[outside][0]
            raise ValueError(
                f"a stroke leaves the picture of {rows} x {columns} pixels at row {row:g}, "
                f"column {column:g}: draw inside it"
            )
    return drawn


def seeds(
    strokes: Iterable[Any],
    shape: tuple[int, int],
    frame_shape: tuple[int, int],
    *,
    box: tuple[int, int, int, int] | None = None,
) -> np.ndarray:
    """Draw strokes on a grid of any fineness.

    Parameters
    ----------
    strokes : iterable of strokes
        As `check_strokes` takes them. Where two lie on each other, the later one counts.
    shape : (int, int)
        Rows and columns of the grid.
    frame_shape : (int, int)
        Rows and columns of the picture that the strokes were drawn on.
    box : (row0, column0, row1, column1), optional
        The part of the picture, in whole pixels, that the grid covers; default all of it.

    Returns
    -------
    int8 array of `shape`
        1 head, 0 not head, -1 unknown. A line leaves a mark also on a grid whose cells are wider than it.

    Raises
    ------
    ValueError
        As `check_strokes`.

    Examples
    --------
    >>> print(seeds([(1, 4, [[10, 10], [10, 30]])], (4, 8), (16, 32)))
    [[-1 -1 -1 -1 -1 -1 -1 -1]
     [-1 -1  1  1  1  1  1  1]
     [-1  1  1  1  1  1  1  1]
     [-1 -1  1  1  1  1  1  1]]
    """
    row0, column0, row1, column1 = box or (0, 0, *frame_shape)
    cell = np.array([(row1 - row0) / shape[0], (column1 - column0) / shape[1]])  # pixels per cell
    drawn = np.full(shape, UNKNOWN, np.int8)
    for stroke in check_strokes(strokes, frame_shape):
        where = (stroke.points - (row0, column0) + 0.5) / cell  # in cells from the grid's corner
        _paint(drawn, where, stroke.radius, cell, stroke.label)
    return drawn


def _stroke(one: Any) -> Stroke:
    if isinstance(one, Stroke):
        return one
    if isinstance(one, Mapping):
        if set(one) != {"label", "radius", "points"}:
            raise ValueError(f"a stroke has {', '.join(map(str, one))}: it needs label, radius and points")
        return Stroke(one["label"], one["radius"], one["points"])
    try:
        label, radius, points = one
    except (TypeError, ValueError):
        raise ValueError("a stroke is (label, radius, points)") from None
    return Stroke(label, radius, points)


def _paint(drawn: np.ndarray, where: np.ndarray, radius: float, cell: np.ndarray, label: int) -> None:
    """Give each cell whose centre the brush passed its label; `where` is in cells, `radius` in pixels."""
    path = np.floor(_resampled(where)).astype(int)  # (m, 2)
    reach = np.ceil(radius / cell).astype(int)
    corner = path.min(axis=0) - reach
    size = path.max(axis=0) + reach + 1 - corner
    off_path = np.ones(size, bool)
    off_path[tuple((path - corner).T)] = False
    touched = ndimage.distance_transform_edt(off_path, sampling=cell) <= radius
    # The brush may reach over the border of the grid: paint what lies inside.
    low, high = np.maximum(corner, 0), np.minimum(corner + size, drawn.shape)
    if (high > low).all():
        here = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        there = tuple(slice(a, b) for a, b in zip(low - corner, high - corner, strict=True))
        drawn[here][touched[there]] = label


def _resampled(points: np.ndarray) -> np.ndarray:
    """Return points along a line, at most half a step apart, so that it has no holes."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])  # (n,)
    at = np.linspace(0, along[-1], int(np.ceil(2 * along[-1])) + 1)
    return np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)
