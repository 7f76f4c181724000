"""From a rough outline of the head to the outer border of its skull, and how far to trust it.

The classical methods find a head in different ways, and each stops somewhere else in the skull's ring: at
its inner border, in its middle, on tissue that touches it. HC is the outer border. So each method ends with
the same step: go along the rough outline, take the edges there that are bright on the inner side and dark on
the outer side, and fit the ellipse again to those.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.feature import canny

from fetal_edu.measure.ellipse import Ellipse, fit_ellipse
from fetal_edu.measure.grid import Grid
from fetal_edu.measure.head import head_values
from fetal_edu.sample import Quality, Reading, Sample, Value

__all__ = ["Edges", "find_edges"]

ANGLES = 72  # directions around the centre, 5 degrees each
SAME_DIRECTION = 0.7  # cosine between an edge's bright side and the way to the inside


@dataclass(frozen=True, eq=False)
class Edges:
    """Places where the brightness changes fast, each with its bright side.

    Parameters
    ----------
    points : (n, 2) array
        Row and column in mm.
    bright : (n, 2) array
        Unit vectors, row and column, from each point to its bright side.
    strength : (n,) array
        The change of brightness, as a fraction of the largest.
    """

    points: np.ndarray
    bright: np.ndarray
    strength: np.ndarray

    def __len__(self) -> int:
        return len(self.points)


def find_edges(picture: np.ndarray, grid: Grid, *, blur: float = 1.5) -> Edges:
    """Find edges with Canny's detector, and look up which side of each is bright.

    Parameters
    ----------
    picture : array of the grid's shape
    grid : Grid
    blur : float
        Standard deviation of the Gaussian in front, in cells: more gives fewer edges from speckle.

    Returns
    -------
    Edges
        None at all in a flat picture.

    References
    ----------
    J. Canny, A computational approach to edge detection, IEEE PAMI 8 (1986) 679-698.
    """
    down, across = (ndimage.gaussian_filter(picture, blur, order=order) for order in ((1, 0), (0, 1)))
    steep = np.hypot(down, across)
    if min(picture.shape) < 8 or steep.max() < 1e-4:
        return Edges(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0))
    thin = canny(picture, blur, low_threshold=0.75, high_threshold=0.9, use_quantiles=True, mode="nearest")
    where = np.argwhere(thin & (steep > 0))  # (n, 2)
    at = tuple(where.T)
    bright = np.stack([down[at], across[at]], axis=1) / steep[at][:, None]
    return Edges(grid.millimetres(where), bright, steep[at] / steep.max())
