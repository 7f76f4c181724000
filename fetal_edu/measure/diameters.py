"""Diameters and calipers: two points on a picture, two diameters of a head or an abdomen, in mm."""

from __future__ import annotations

import numpy as np

from fetal_edu.measure.checks import checked_length, checked_spacing, shown
from fetal_edu.measure.ellipse import circumference

__all__ = ["bpd_outer_to_inner", "bpd_outer_to_outer", "caliper_mm", "circumference_from_diameters"]

FARTHEST = 1e9  # pixels: no picture is as large


def caliper_mm(
    first: tuple[float, float], second: tuple[float, float], spacing: tuple[float, float]
) -> float:
    """Distance between two points of a picture, in mm.

    Parameters
    ----------
    first, second : (row, column) in pixels
    spacing : (row, column) spacing in mm

    Returns
    -------
    float, mm
        A femur from end to end, or one diameter of a head.

    Raises
    ------
    ValueError
        If a point is not finite, or the spacing not above 0.

    Examples
    --------
    >>> round(caliper_mm((0, 0), (30, 40), (0.2, 0.1)), 2)
    7.21
    """
    try:
        points = np.asarray([first, second], float)
    except (TypeError, ValueError):
        points = np.zeros(0)
    if points.shape != (2, 2) or not (np.abs(points) < FARTHEST).all():
        raise ValueError(f"points {shown(first)} and {shown(second)}: give row and column of each, in pixels")
    return float(np.hypot(*((points[1] - points[0]) * checked_spacing(spacing))))


def circumference_from_diameters(first_mm: float, second_mm: float) -> float:
    """Circumference of the ellipse that has these two diameters: HC from BPD and OFD, AC from two calipers.

    Parameters
    ----------
    first_mm, second_mm : float
        At right angles to each other, both from outer to outer border, in mm. For an abdomen these are the
        anteroposterior and the transverse diameter.

    Returns
    -------
    float, mm

    Raises
    ------
    ValueError
        If one of the two is no length.

    Notes
    -----
    With a BPD from outer to inner border the head comes out short by the thickness of one skull wall:
    lengthen it with `bpd_outer_to_outer` first.

    Examples
    --------
    The means of 20 weeks; the chart of HC itself has 172.5 mm:

    >>> print(f"{circumference_from_diameters(48.4, 60.7):.1f} mm")
    171.9 mm
    """
    first, second = (checked_length(mm, "a diameter") for mm in (first_mm, second_mm))
    return circumference(first / 2, second / 2)


def bpd_outer_to_inner(bpd_mm: float) -> float:
    """Turn a BPD from outer to outer border into one that ends at the inner border of the far skull wall.

    INTERGROWTH-21st takes the first, Hadlock the second. `Ellipse.bpd` is the first.

    Parameters
    ----------
    bpd_mm : float
        From outer to outer border, in mm.

    Returns
    -------
    float, mm

    References
    ----------
    L. Wong et al., Australas J Ultrasound Med 21 (2018) 161-168: regression on 543 fetuses of 14 to 40 weeks.

    Examples
    --------
    >>> print(f"{bpd_outer_to_inner(48.4):.1f} mm")
    46.6 mm
    """
    return _turned(bpd_mm, -0.403458, 0.9714153)


def bpd_outer_to_outer(bpd_mm: float) -> float:
    """Turn a BPD from outer to inner border into one from outer to outer, as `bpd_outer_to_inner` back.

    The two regressions are not exact inverses: there and back moves a BPD by up to 0.3 mm.

    Examples
    --------
    >>> print(f"{bpd_outer_to_outer(46.6):.1f} mm")
    48.4 mm
    """
    return _turned(bpd_mm, 0.555934, 1.027318)


def hadlock_bpd(bpd_mm: float) -> float:
    """Turn a BPD into Hadlock's, outer to inner; one of at most 2 mm stays, far below any chart as it is."""
    return bpd_outer_to_inner(bpd_mm) if checked_length(bpd_mm, "a biparietal diameter") > 2 else bpd_mm


def _turned(bpd_mm: float, offset: float, factor: float) -> float:
    turned = offset + factor * checked_length(bpd_mm, "a biparietal diameter")
    if turned <= 0:
        raise ValueError(f"a biparietal diameter of {bpd_mm} mm: give a length above 0.5 mm")
    return turned
