"""Rings in a picture: bright ones with gaps, and rings of edges. What `fetal_edu.measure.classical` needs."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.morphology import convex_hull_image

from fetal_edu.measure.ellipse import fit_ellipse, largest_piece
from fetal_edu.measure.hough import Edges
from fetal_edu.measure.ink import NOT_HEAD, UNKNOWN
from fetal_edu.measure.skull import offsets

__all__ = ["agreeing", "bone_level", "largest_ring", "ring_of_edges"]

BONE = 0.75  # the level for bone, from Otsu's for the picture (0) to Otsu's for its bright part (1)
GAPS = (0.02, 0.05, 0.09)  # in the skull, as fractions of the longer side: closed, the smallest first
SMALLEST_RING = 0.03  # of the grid
BRIDGE = 0.15  # of the root of a ring's area: what hangs on it by less than twice this is cut off
RAYS = 90
NEAREST = 0.12  # of the shorter side: edges nearer to the middle are brain


def bone_level(smooth: np.ndarray) -> float:
    """Find a grey level that parts bone from tissue.

    Parameters
    ----------
    smooth : (rows, columns) array
        Grey levels without speckle.

    Returns
    -------
    float
        Otsu's level parts dark from bright; Otsu's once more among the bright parts tissue from bone. Bone
        that lies along the beam is weaker, so the level is taken a little below the second.

    References
    ----------
    N. Otsu, A threshold selection method from gray-level histograms, IEEE Trans. SMC 9 (1979) 62-66.

    Examples
    --------
    >>> picture = np.repeat([0.0, 0.3, 0.9], 100).reshape(20, 15)
    >>> 0.3 <= bone_level(picture) < 0.9
    True
    """
    first = threshold_otsu(smooth)
    bright = smooth[smooth > first]
    second = threshold_otsu(bright) if np.ptp(bright) > 0 else first
    return float(first + BONE * (second - first))


def largest_ring(bright: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Fill the ring around the middle, after closing its gaps.

    Parameters
    ----------
    bright : (rows, columns) bool array
        What may be bone; at least one pixel of it is.
    middle : (2,) array
        Row and column that the ring should enclose.

    Returns
    -------
    (rows, columns) bool array
        Gaps are closed wider and wider until the middle is enclosed. If that never happens: the ellipse
        through the outer borders of the large pieces.

    Examples
    --------
    >>> rows, columns = np.mgrid[:40, :40]
    >>> radius = np.hypot(rows - 20, columns - 20)
    >>> ring = (radius < 15) & (radius > 12) & (columns != 20)  # cut in two places
    >>> int(largest_ring(ring, np.array([20, 20])).sum()), int((radius < 15).sum())
    (695, 697)
    """
    around = tuple(np.round(middle).astype(int))
    for gap in GAPS:
        reach = max(1, round(gap * max(bright.shape) / 2))
        # To close is to grow by the reach and to shrink by it again; room at the border lets it.
        grown = ndimage.distance_transform_edt(~np.pad(bright, reach + 1)) <= reach
        filled = ndimage.distance_transform_edt(ndimage.binary_fill_holes(grown)) > reach
        filled = filled[reach + 1 : -reach - 1, reach + 1 : -reach - 1]
        pieces, _count = ndimage.label(filled)
        piece = pieces == pieces[around]
        if pieces[around] and (piece & ~bright).sum() > 0.4 * piece.sum() and piece.mean() > SMALLEST_RING:
            return _without_bridges(piece)
    return _through_arcs(bright)


def _through_arcs(bright: np.ndarray) -> np.ndarray:
    """Fill the ellipse through those borders of the large pieces that lie on their common hull."""
    pieces, _count = ndimage.label(bright, np.ones((3, 3)))
    sizes = np.bincount(pieces.ravel())[1:]
    large = np.isin(pieces, 1 + np.flatnonzero(sizes > 0.2 * sizes.max()))
    hull = convex_hull_image(large)
    # Where the hull spans a gap there is no border: a chord would cut the head short.
    arcs = hull & ~ndimage.binary_erosion(hull) & ndimage.binary_dilation(large)
    try:
        return fit_ellipse(np.argwhere(arcs)).mask(bright.shape, (1.0, 1.0))
    except ValueError:
        return hull


def _without_bridges(filled: np.ndarray) -> np.ndarray:
    """Cut off what hangs on a filled ring by a bridge thinner than the opening."""
    radius = BRIDGE * np.sqrt(filled.sum())
    core = ndimage.distance_transform_edt(np.pad(filled, 1))[1:-1, 1:-1] > radius
    if not core.any():
        return filled
    return (ndimage.distance_transform_edt(~largest_piece(core)) <= radius) & filled


def ring_of_edges(edges: Edges, middle: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """Return in each direction from the middle the strongest edge that is bright towards it, (n, 2).

    The strongest of all comes first. Edges that are painted, near to the middle,
    or behind paint that says not head, don't count.
    """
    way = middle - edges.points  # (n, 2)
    far = np.hypot(*way.T) + 1e-9
    inwards = (way * edges.bright).sum(axis=1) / far
    at = tuple(edges.points.astype(int).T)
    direction = _direction(way)
    wall = np.full(RAYS, np.inf)  # distance of the nearest paint that says: not head
    painted = middle - np.argwhere(ink == NOT_HEAD)
    np.minimum.at(wall, _direction(painted), np.hypot(*painted.T))
    usable = (
        (inwards > 0.7) & (far > NEAREST * min(ink.shape)) & (ink[at] == UNKNOWN) & (far < wall[direction])
    )
    order = np.flatnonzero(usable)[np.argsort(-edges.strength[usable], kind="stable")]
    _each, first = np.unique(direction[order], return_index=True)
    return edges.points[order[np.sort(first)]]


def _direction(way: np.ndarray) -> np.ndarray:
    """Return in which of the rays around the middle each vector points, (n,) int."""
    return np.floor(np.arctan2(*way.T) / (2 * np.pi) * RAYS).astype(int) % RAYS


def agreeing(points: np.ndarray) -> np.ndarray:
    """Leave out the points that lie farthest from the ellipse through the others, a few at a time."""
    kept = points[: len(points) // 2 + 6]  # the strongest come first
    for share in (0.9, 0.8, 0.7, 0.6):
        far = np.abs(offsets(fit_ellipse(kept), points))
        kept = points[far <= np.quantile(far, share)]
    return kept
