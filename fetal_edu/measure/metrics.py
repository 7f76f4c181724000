"""How far an outline is from the truth: overlap, and millimetres of circumference."""

from __future__ import annotations

import numpy as np
from scipy.spatial import KDTree

from fetal_edu.measure.checks import checked_length, checked_mask, checked_number, checked_spacing
from fetal_edu.measure.contour import border_points

__all__ = ["dice", "hausdorff_95", "hc_error", "surface_distances"]


def dice(first: np.ndarray, second: np.ndarray) -> float:
    """Overlap of two masks: twice the shared area over the sum of both areas.

    Parameters
    ----------
    first, second : arrays of one shape
        All that is not 0 is inside.

    Returns
    -------
    float
        1 for equal masks, 0 for masks that do not touch. Two empty masks agree: 1.

    Raises
    ------
    ValueError
        If the shapes differ, or a mask holds something that is no finite number.

    References
    ----------
    L. R. Dice, Measures of the amount of ecologic association between species, Ecology 26 (1945) 297-302.

    Examples
    --------
    >>> round(dice(np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0])), 3)
    0.667
    """
    first, second = _inside(first), _inside(second)
    if first.shape != second.shape:
        raise ValueError(f"masks of shapes {first.shape} and {second.shape}: bring them to one grid first")
    total = first.sum() + second.sum()
    return 1.0 if total == 0 else float(2 * (first & second).sum() / total)


def hc_error(measured_mm: float, true_mm: float) -> tuple[float, float]:
    """Error of a head circumference, in mm and as a fraction of the truth.

    Returns
    -------
    (mm, fraction) : floats
        Positive where the measurement is too large. Two readings by one observer differ by up to
        3 % in 95 of 100 heads (Sarris et al., Ultrasound Obstet Gynecol 39 (2012) 266-273).

    Examples
    --------
    >>> mm, fraction = hc_error(176.0, 172.5)
    >>> print(f"{mm:+.1f} mm, {fraction:+.1%}")
    +3.5 mm, +2.0%
    """
    measured_mm = checked_number(measured_mm, "a measured circumference")
    true_mm = checked_length(true_mm, "a true circumference")
    error = measured_mm - true_mm
    return error, checked_number(error / true_mm, "a relative error")


def surface_distances(
    first: np.ndarray, second: np.ndarray, spacing: tuple[float, float]
) -> tuple[float, float]:
    """Distances between the borders of two masks, in mm: the largest and the mean.

    Dice hides a thin spike and a small island; the largest distance (Hausdorff) shows them. The mean is
    what a hand that redraws the outline would feel.

    Parameters
    ----------
    first, second : (rows, columns) bool arrays of one shape
    spacing : (row, column) spacing in mm

    Returns
    -------
    (hausdorff, mean) : floats, mm
        Both directions count: from each border point to the other border and back.

    Raises
    ------
    ValueError
        If a mask is empty (there is no border), or the shapes differ.

    References
    ----------
    D. Huttenlocher, G. Klanderman, W. Rucklidge, Comparing images using the Hausdorff distance,
    IEEE PAMI 15 (1993) 850-863.

    Examples
    --------
    >>> first, second = np.zeros((2, 20, 20), bool)
    >>> first[4:12, 4:12] = second[6:14, 4:12] = True
    >>> hausdorff, mean = surface_distances(first, second, (0.5, 0.5))
    >>> f"{hausdorff:.1f} mm"
    '1.0 mm'
    """
    there, back = _both_ways(first, second, spacing)
    return float(max(there.max(), back.max())), float((there.mean() + back.mean()) / 2)


def hausdorff_95(first: np.ndarray, second: np.ndarray, spacing: tuple[float, float]) -> float:
    """Distance between two borders that 95 % of the border stays below, in mm.

    The largest distance of all hangs on one pixel. This one forgives a spike, and still shows a bulge.

    Parameters
    ----------
    first, second : (rows, columns) bool arrays of one shape
    spacing : (row, column) spacing in mm

    Returns
    -------
    float, mm
        The larger one of both directions.

    Raises
    ------
    ValueError
        As `surface_distances`.

    Examples
    --------
    >>> first, second = np.zeros((2, 60, 60), bool)
    >>> first[10:50, 10:50] = second[10:50, 10:50] = True
    >>> second[30, 50:53] = True  # a spike, one pixel wide
    >>> print(f"{surface_distances(first, second, (1, 1))[0]:.1f} {hausdorff_95(first, second, (1, 1)):.1f}")
    3.0 0.0
    """
    there, back = _both_ways(first, second, spacing)
    return float(max(np.percentile(there, 95), np.percentile(back, 95)))


def _both_ways(
    first: np.ndarray, second: np.ndarray, spacing: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the distances of the first mask's border points to the other border, and back, in mm."""
    first, second, spacing = checked_mask(first), checked_mask(second), checked_spacing(spacing)
    if first.shape != second.shape:
        raise ValueError(f"masks of shapes {first.shape} and {second.shape}: bring them to one grid first")
    borders = [_border_mm(mask, spacing) for mask in (first, second)]
    return KDTree(borders[1]).query(borders[0])[0], KDTree(borders[0]).query(borders[1])[0]


def _inside(mask: np.ndarray) -> np.ndarray:
    """Return a mask of any number of axes as bool."""
    mask = np.asarray(mask)
    if mask.dtype.kind not in "buif" or not np.isfinite(mask).all():
        raise ValueError("a mask holds something that is no finite number")
    return mask != 0


def _border_mm(mask: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    """Return all border points of a mask, (n, 2), in mm; the picture's edge closes what it cuts."""
    if not mask.any():
        raise ValueError("an empty mask has no border: its distance to another is not defined")
    return (border_points(np.pad(mask, 1).astype(float), 0.5) - 1) * spacing
