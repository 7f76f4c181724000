"""How far an outline stands out from what lies beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fetal_edu.measure.ellipse import Ellipse
from fetal_edu.sample import Sample

__all__ = ["outline_contrast"]

LINE = np.arange(0.0, -3.01, -0.25)  # mm from the outline, negative inside: where the skull lies
BESIDE = (2.0, 3.0, 4.0, 5.0, -5.0, -6.0, -7.0, -8.0)  # mm: soft tissue on both sides of it


def outline_contrast(sample: Sample, ellipse: Ellipse, *, n: int = 360) -> np.ndarray:
    """Grey by which a skull stands out, in `n` directions around its outer border.

    It is the brightest grey within 3 mm inside the outline, less the mean grey of what lies 2 to 5 mm outside
    and 5 to 8 mm inside.

    Parameters
    ----------
    sample : Sample
        One picture with spacing.
    ellipse : Ellipse
        The outer border, in mm.
    n : int
        Directions.

    Returns
    -------
    array (n,)
        Grey levels, -1..1. Near 0 or below, the skull can't be told from its surroundings.

    Raises
    ------
    ValueError
        If the spacing is unknown, or the ellipse is too small to have an inside of 8 mm.

    Examples
    --------
    >>> ring = Ellipse(20.0, 20.0, 15.0, 12.0, 0.0)
    >>> inside = replace(ring, semi_major=13.0, semi_minor=10.0)
    >>> line = ring.mask((80, 80), (0.5, 0.5)) & ~inside.mask((80, 80), (0.5, 0.5))
    >>> sample = Sample(line.astype(np.float32), spacing=(0.5, 0.5))
    >>> round(float(outline_contrast(sample, ring).mean()), 2)
    1.0
    """
    if sample.spacing is None:
        raise ValueError("this sample has no spacing, so nothing is known in mm: give it one")
    if ellipse.semi_minor <= -min(BESIDE):
        raise ValueError(
            f"the ellipse is {ellipse.bpd:.1f} mm wide: to look 8 mm inside it, more than 16 are needed"
        )
    line = [_grey_at(sample, ellipse, far, n) for far in LINE]
    beside = [_grey_at(sample, ellipse, far, n) for far in BESIDE]
    return np.max(line, axis=0) - np.mean(beside, axis=0)


def _grey_at(sample: Sample, ellipse: Ellipse, far: float, n: int) -> np.ndarray:
    """Grey of the nearest pixels along the outline moved outwards by `far` mm; the edge where it leaves."""
    moved = replace(ellipse, semi_major=ellipse.semi_major + far, semi_minor=ellipse.semi_minor + far)
    at = np.round(moved.points(n) / sample.spacing).astype(int)
    rows, columns = np.clip(at, 0, np.array(sample.shape) - 1).T
    return sample.image[rows, columns]
