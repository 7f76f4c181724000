"""An ellipse through an outline, and its circumference.

Everything here is in millimetres. Pixel (r, c) has its centre at ``(r * spacing[0], c * spacing[1])`` mm.
Fit in mm, never in pixels: where rows and columns are spaced differently, an ellipse in pixels has another
axis ratio than the ellipse in the patient, and one mean scale cannot mend that.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from numbers import Integral

import numpy as np
from scipy import ndimage

from fetal_edu.measure.checks import (
    LARGEST,
    checked_factors,
    checked_field,
    checked_length,
    checked_mask,
    checked_number,
    checked_spacing,
    shown,
)
from fetal_edu.measure.conic import axes_of_conic, circumference, direct_least_squares
from fetal_edu.measure.contour import border_points, largest_piece

__all__ = ["Ellipse", "circumference", "fit_ellipse", "fit_mask", "fit_outline", "fit_probability"]

ENOUGH_POINTS = 6


@dataclass(frozen=True)
class Ellipse:
    """An ellipse in the picture's plane.

    Parameters
    ----------
    row, column : float
        The centre, in mm from the centre of the first pixel.
    semi_major, semi_minor : float
        The half axes, in mm; ``semi_major >= semi_minor``.
    angle : float
        Direction of the major axis, in radians, from the column axis towards larger rows.

    Examples
    --------
    >>> head = Ellipse(row=50, column=60, semi_major=45, semi_minor=36, angle=0.0)
    >>> print(f"{head.circumference:.1f} mm, BPD {head.bpd:.0f} mm, OFD {head.ofd:.0f} mm")
    255.3 mm, BPD 72 mm, OFD 90 mm
    """

    row: float
    column: float
    semi_major: float
    semi_minor: float
    angle: float

    def __post_init__(self) -> None:
        values = asdict(self).values()
        try:
            [checked_number(value, "a number") for value in values]
            checked_length(self.semi_minor, "a half axis")
        except ValueError:
            said = "centre and angle are finite numbers, half axes above 0"
            raise ValueError(f"not an ellipse: {shown(tuple(values))}; {said}") from None
        if self.semi_major < self.semi_minor:
            raise ValueError(f"semi_major {self.semi_major} < semi_minor {self.semi_minor}: swap them")

    @property
    def circumference(self) -> float:
        """Length of the outline in mm: the head circumference, if this is a head."""
        return circumference(self.semi_major, self.semi_minor)

    @property
    def bpd(self) -> float:
        """The short diameter in mm, outer to outer border; Hadlock's is `bpd_outer_to_inner` of it."""
        return 2 * self.semi_minor

    @property
    def ofd(self) -> float:
        """The long diameter, outer to outer border, in mm."""
        return 2 * self.semi_major

    def points(self, n: int = 128) -> np.ndarray:
        """Return `n` points on the outline, (n, 2), as (row, column) in mm; at least one."""
        if not (isinstance(n, Integral) and n >= 1):
            raise ValueError(f"{shown(n)} points: give a whole number, 1 or more")
        t = np.linspace(0, 2 * np.pi, n, endpoint=False)
        u, v = self.semi_major * np.cos(t), self.semi_minor * np.sin(t)
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.stack([self.row + u * sin + v * cos, self.column + u * cos - v * sin], axis=1)  # (n, 2)

    def contains(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Tell which points, in mm, lie inside; `rows` and `columns` broadcast against each other."""
        down, right = np.asarray(rows) - self.row, np.asarray(columns) - self.column
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        u, v = right * cos + down * sin, down * cos - right * sin
        return (u / self.semi_major) ** 2 + (v / self.semi_minor) ** 2 <= 1

    def mask(self, shape: tuple[int, int], spacing: tuple[float, float]) -> np.ndarray:
        """Return the filled ellipse as a bool array, decided at each pixel's centre."""
        spacing = checked_spacing(spacing)
        rows = np.arange(shape[0])[:, None] * spacing[0]
        columns = np.arange(shape[1])[None, :] * spacing[1]
        return self.contains(rows, columns)  # (rows, columns)

    def rescaled(self, factors: tuple[float, float]) -> Ellipse:
        """Return the ellipse in another spacing: rows times ``factors[0]``, columns times ``factors[1]``.

        An ellipse stays an ellipse when its two directions are stretched differently, but its axes turn.
        """
        factors = checked_factors(factors).tolist()
        if factors[0] == factors[1]:
            row, column, semi_major, semi_minor = (
                factors[0] * v for v in (self.row, self.column, self.semi_major, self.semi_minor)
            )
            return Ellipse(row, column, semi_major, semi_minor, self.angle)
        return fit_ellipse(self.points(64) * np.asarray(factors))

    def to_dict(self) -> dict[str, float]:
        """Return the five numbers as a plain dict, rounded to a micrometre."""
        return {name: round(float(value), 6) for name, value in asdict(self).items()}


def fit_ellipse(points: np.ndarray) -> Ellipse:
    """Fit an ellipse to points by direct least squares.

    Among all conics ``A x² + B xy + C y² + D x + E y + F = 0`` it finds the *ellipse* with the smallest
    squared algebraic distance, in one step, by an eigenvalue problem of size 3.

    Parameters
    ----------
    points : (n, 2) array
        Points on the outline as (row, column), in mm; at least 6.

    Returns
    -------
    Ellipse

    Raises
    ------
    ValueError
        If there are too few points, or they lie on a line, or no ellipse passes near them.

    References
    ----------
    A. Fitzgibbon, M. Pilu, R. Fisher, Direct least square fitting of ellipses, IEEE PAMI 21 (1999) 476-480,
    in the numerically stable form of R. Halíř and J. Flusser, WSCG 1998.

    Examples
    --------
    >>> head = Ellipse(row=50, column=60, semi_major=45, semi_minor=36, angle=0.3)
    >>> fitted = fit_ellipse(head.points(40))
    >>> print(f"{fitted.semi_major:.3f} {fitted.semi_minor:.3f} {fitted.angle:.3f}")
    45.000 36.000 0.300
    """
    try:
        points = np.asarray(points, float)
    except (TypeError, ValueError):
        raise ValueError("points hold something that is no number: give row and column of each") from None
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points have shape {points.shape}: give (n, 2), row and column of each")
    if len(points) < ENOUGH_POINTS or not (np.abs(points) <= LARGEST).all():
        raise ValueError(f"{len(points)} points: an ellipse needs at least {ENOUGH_POINTS} finite ones")
    # Centre and scale first: squares of large coordinates would swallow the small differences.
    centre = points.mean(axis=0)
    scale = np.abs(points - centre).max()
    if scale == 0:
        raise ValueError("all points coincide: no ellipse passes through one point")
    y, x = ((points - centre) / scale).T  # (n,), (n,)
    row, column, semi_major, semi_minor, angle = axes_of_conic(direct_least_squares(x, y))
    return Ellipse(
        row=float(row * scale + centre[0]),
        column=float(column * scale + centre[1]),
        semi_major=float(semi_major * scale),
        semi_minor=float(semi_minor * scale),
        angle=float(angle),
    )


def fit_outline(outline: np.ndarray, spacing: tuple[float, float]) -> Ellipse:
    """Fit an ellipse to a drawn line, one or a few pixels thin, such as HC18's annotations.

    Parameters
    ----------
    outline : (rows, columns) array
        Pixels above half of the largest value belong to the line.
    spacing : (row, column) spacing in mm

    Returns
    -------
    Ellipse

    Examples
    --------
    >>> line = np.zeros((40, 40)); line[10, 12:28] = line[30, 12:28] = line[14:27, 8] = line[14:27, 32] = 255
    >>> print(f"{fit_outline(line, (0.5, 0.5)).row:.1f}")
    10.0
    """
    outline, spacing = checked_field(outline, name="outline"), checked_spacing(spacing)
    drawn = outline > outline.max() / 2
    if not 0 < drawn.sum() < drawn.size or outline.max() <= 0:
        raise ValueError(f"an outline of shape {outline.shape} with {drawn.sum()} drawn pixels is no line")
    return fit_ellipse(np.argwhere(drawn) * spacing)


def fit_mask(mask: np.ndarray, spacing: tuple[float, float]) -> Ellipse:
    """Fit an ellipse to the border of a filled mask.

    The border runs half-way between the last pixel inside and the first one outside. The largest connected
    piece counts and its holes are filled.

    Parameters
    ----------
    mask : (rows, columns) bool array
    spacing : (row, column) spacing in mm

    Returns
    -------
    Ellipse

    Raises
    ------
    ValueError
        If the mask is empty, full, or too small to carry an ellipse.

    Examples
    --------
    >>> head = Ellipse(row=50, column=60, semi_major=45, semi_minor=36, angle=0.3)
    >>> print(f"{fit_mask(head.mask((200, 240), (0.5, 0.5)), (0.5, 0.5)).circumference:.0f}")
    255
    """
    mask, spacing = checked_mask(mask), checked_spacing(spacing)
    return fit_ellipse(border_points(largest_piece(mask).astype(float), 0.5) * spacing)


def fit_probability(probability: np.ndarray, spacing: tuple[float, float], *, level: float = 0.5) -> Ellipse:
    """Fit an ellipse to the line on which a probability map crosses `level`, found between the pixels.

    A network says 0.9 on one pixel and 0.2 on the next: the border lies between them, nearer to the second.
    That is why a coarse map can be measured more finely than its pixels.

    Parameters
    ----------
    probability : (rows, columns) array, 0..1
    spacing : (row, column) spacing in mm
    level : float
        The probability that counts as the border.

    Returns
    -------
    Ellipse

    Raises
    ------
    ValueError
        If no pixel reaches `level`, or the outline is too short.

    Examples
    --------
    >>> rows, columns = np.mgrid[:40, :60]
    >>> distance = 15 - np.hypot(rows - 20, columns - 30)
    >>> print(f"{fit_probability(1 / (1 + np.exp(-distance)), (1, 1)).semi_major:.1f}")
    15.0
    """
    probability, spacing = checked_field(probability), checked_spacing(spacing)
    if not 0.001 <= level <= 1:
        raise ValueError(f"a level of {shown(level)}: give a probability, 0.001 to 1")
    piece = largest_piece(probability >= level)
    # Outside the largest piece the map is cut off just below the level, so that only one outline is left
    # and its sub-pixel course does not change.
    near = ndimage.binary_dilation(piece, np.ones((3, 3)))
    field = np.where(near, np.minimum(probability, np.where(piece, 1, level - 1e-6)), 0.0)
    field[piece] = np.maximum(field[piece], level)
    return fit_ellipse(border_points(field, level - 1e-9) * spacing)
