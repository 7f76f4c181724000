"""Interpolation by a whole factor as loops that one can read aloud.

Arrays have shape (..., h, w); leading axes, such as batch and channels, pass through.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fetal_edu.ops.window import checked, whole

__all__ = ["upsample_bilinear", "upsample_nearest"]


def upsample_nearest(x: Any, scale: int) -> np.ndarray:
    """Repeat each pixel scale × scale times.

    Parameters
    ----------
    x : (..., h, w) array
    scale : int

    Returns
    -------
    (..., h scale, w scale) array

    Raises
    ------
    ValueError
        If scale is no whole number from 1 on.

    Examples
    --------
    >>> upsample_nearest([[1, 2]], 2)
    array([[1., 1., 2., 2.],
           [1., 1., 2., 2.]])
    """
    x, scale = checked(x), whole(scale, "scale")
    out = np.empty((*x.shape[:-2], x.shape[-2] * scale, x.shape[-1] * scale))
    for row in range(out.shape[-2]):
        for column in range(out.shape[-1]):
            out[..., row, column] = x[..., row // scale, column // scale]
    return out


def upsample_bilinear(x: Any, scale: int) -> np.ndarray:
    """Mix the four nearest pixels, the nearer one the more.

    A pixel's value belongs to its centre, half a pixel from its corner. That is torch's
    `align_corners=False`. Beyond the outermost centres the border's value stays.

    Parameters
    ----------
    x : (..., h, w) array
    scale : int

    Returns
    -------
    (..., h scale, w scale) array

    Raises
    ------
    ValueError
        If scale is no whole number from 1 on.

    Examples
    --------
    >>> upsample_bilinear([[0, 8]], 2)
    array([[0., 2., 6., 8.],
           [0., 2., 6., 8.]])
    """
    x, scale = checked(x), whole(scale, "scale")
    out = np.empty((*x.shape[:-2], x.shape[-2] * scale, x.shape[-1] * scale))
    for row in range(out.shape[-2]):
        above, below, down = _neighbours(row, scale, x.shape[-2])
        for column in range(out.shape[-1]):
            left, right, across = _neighbours(column, scale, x.shape[-1])
            upper = (1 - across) * x[..., above, left] + across * x[..., above, right]
            lower = (1 - across) * x[..., below, left] + across * x[..., below, right]
            out[..., row, column] = (1 - down) * upper + down * lower
    return out


def _neighbours(place: int, scale: int, length: int) -> tuple[int, int, float]:
    """Return the two old pixels around a new pixel's centre, and how far it lies towards the second."""
    centre = (place + 0.5) / scale - 0.5
    centre = min(max(centre, 0.0), length - 1.0)
    first = int(centre)
    return first, min(first + 1, length - 1), centre - first
