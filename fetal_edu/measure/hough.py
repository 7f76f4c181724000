"""Randomised Hough transform: let a few edge points propose an ellipse, and let all the others vote on it.

An ellipse has five numbers. A table of votes for all of them (the Hough transform of textbooks) would be too
large to fill. But six points already fix an ellipse. So: draw a few points by lot, fit, count how many edge
points lie on the result, keep the best, repeat some hundred times. Nothing is learnt and nothing is needed
from the reader; half of the skull may be missing.

References
----------
L. Xu, E. Oja, P. Kultanen, A new curve detection method: randomized Hough transform, Pattern Recognition
Letters 11 (1990) 331-338.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

import numpy as np
from scipy import ndimage
from skimage.feature import canny

from fetal_edu.measure.ellipse import Ellipse, fit_ellipse
from fetal_edu.measure.ink import HEAD, NOT_HEAD
from fetal_edu.measure.plausible import no_head
from fetal_edu.measure.skull import read_outline
from fetal_edu.measure.start import Start
from fetal_edu.sample import Reading, Sample

__all__ = ["Edges", "find_edges", "hough", "vote"]

CELLS = 160  # along the longer side of the picture
POINTS_PER_DRAW = 6
RATIO = (0.6, 1.0)  # short over long half axis: rounder and longer ellipses are no heads
SIZE = (0.18, 1.1)  # long axis: at least this share of the shorter side, at most this of the longer
ON_LINE = 1.5  # cells: an edge point this near to an ellipse votes for it
SAME_WAY = 0.7  # cosine between the bright side of an edge and the way to the inside
ENOUGH_VOTES = 0.25


@dataclass(frozen=True, eq=False)
class Edges:
    """Places where the brightness changes fast, each with its bright side.

    Parameters
    ----------
    points : (n, 2) array
        Row and column in cells of the grid.
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

    def only(self, chosen: np.ndarray) -> Edges:
        """Return some of the edges."""
        return Edges(self.points[chosen], self.bright[chosen], self.strength[chosen])


def find_edges(picture: np.ndarray, *, blur: float = 1.5) -> Edges:
    """Find edges with Canny's detector, and look up which side of each is bright.

    Parameters
    ----------
    picture : (rows, columns) array, 0..1
    blur : float
        Standard deviation of the Gaussian in front, in cells: more gives fewer edges from speckle.

    Returns
    -------
    Edges
        None at all in a flat picture.

    References
    ----------
    J. Canny, A computational approach to edge detection, IEEE PAMI 8 (1986) 679-698.

    Examples
    --------
    >>> picture = np.zeros((20, 20), np.float32); picture[:, 10:] = 1
    >>> edges = find_edges(picture)
    >>> print(edges.points[:, 1].min(), edges.bright[0])
    9.0 [0. 1.]
    """
    down, across = (ndimage.gaussian_filter(picture, blur, order=order) for order in ((1, 0), (0, 1)))
    steep = np.hypot(down, across)
    thin = np.zeros(picture.shape, bool)
    if min(picture.shape) >= 8 and steep.max() > 1e-4:
        thin = canny(
            picture, blur, low_threshold=0.75, high_threshold=0.9, use_quantiles=True, mode="nearest"
        )
    at = np.nonzero(thin & (steep > 0))
    bright = np.stack([down[at], across[at]], axis=1) / steep[at][:, None]
    return Edges(np.argwhere(thin & (steep > 0)).astype(float), bright, steep[at] / max(steep.max(), 1e-9))


def hough(
    sample: Sample,
    *,
    strokes: Iterable[Any] = (),
    box: tuple[float, float, float, float] | None = None,
    quick: bool = False,
    seed: int = 0,
) -> Reading:
    """Find the head as the ellipse that most edge points agree on.

    Parameters
    ----------
    sample : Sample
        One picture.
    strokes : iterable of strokes, see `fetal_edu.measure.ink`
        Ellipses must hold all that is painted head; edges on what is painted not head don't count.
    box : (row0, column0, row1, column1), optional
        Look for the head only here, in pixels.
    quick : bool
        A third of the draws, for use while a person draws.
    seed : int
        Of the lot. The same seed gives the same answer.

    Returns
    -------
    Reading
        The mask is the filled ellipse.

    Notes
    -----
    Only edges with their bright side inwards vote. That takes the outer border of the skull and leaves out
    the inner one, which is bright towards the outside.

    Raises
    ------
    ValueError
        If the sample is no single picture, or box or strokes don't fit it.

    Examples
    --------
    >>> rows, columns = np.mgrid[:120, :160]
    >>> ring = np.abs(np.hypot((rows - 60) / 40, (columns - 80) / 50) - 0.95) < 0.05
    >>> sample = Sample(0.7 * ring.astype(np.float32), spacing=(1.0, 1.0))
    >>> print(f"{hough(sample).values['hc'].value:.0f} mm; true: 284 mm")
    281 mm; true: 284 mm
    """
    start = Start.over(sample, CELLS, strokes, box)
    edges = find_edges(start.picture)
    at = tuple(edges.points.astype(int).T)
    edges = edges.only(start.ink[at] != NOT_HEAD)
    held = np.argwhere(start.ink == HEAD).astype(float)
    rng, draws = np.random.default_rng(seed), 200 if quick else 600
    found, votes = vote(edges, start.ink.shape, rng, draws=draws, held=held)
    if found is None or votes < ENOUGH_VOTES:
        return no_head(_("no ellipse of edges found. Draw a box around the head, or take another method."))
    in_mm = fit_ellipse(start.grid.millimetres(found.points(64)))
    return read_outline(sample, in_mm, guided=start.guided)


def vote(
    edges: Edges,
    shape: tuple[int, int],
    rng: np.random.Generator,
    *,
    draws: int = 600,
    held: np.ndarray | None = None,
) -> tuple[Ellipse | None, float]:
    """Draw points by lot, fit an ellipse, count votes; return the ellipse with the best score.

    Parameters
    ----------
    edges : Edges
    shape : (int, int)
        Of the grid.
    rng : Generator
    draws : int
    held : (m, 2) array, optional
        Points that the ellipse must hold.

    Returns
    -------
    (ellipse, share)
        In cells, with the share of its outline that has votes; None and 0 where there is none.
    """
    best, best_score, best_share = None, 0.0, 0.0
    for _draw in range(draws if len(edges) >= POINTS_PER_DRAW else 0):
        chosen = _draw_points(edges, rng)
        candidate = _try_fit(edges.points[chosen]) if len(chosen) == POINTS_PER_DRAW else None
        if candidate is None or not _possible(candidate, shape, held):
            continue
        share = _share_with_votes(candidate, edges)[0]
        score = share * np.sqrt(candidate.circumference)
        if score > best_score:
            best, best_score, best_share = candidate, score, share
    return _polished(best, edges, shape, held) if best else (None, best_share)


def _draw_points(edges: Edges, rng: np.random.Generator) -> np.ndarray:
    """Draw strong edges rather than weak ones, and such that each lies on the bright side of the first."""
    n = len(edges)
    first = rng.choice(n, p=edges.strength / edges.strength.sum())
    way = edges.points - edges.points[first]  # (n, 2), from the first to each
    # On the outer border of a convex shape each point lies on the inner side of every other's tangent.
    facing = (way @ edges.bright[first] > 0) & ((way * edges.bright).sum(axis=1) < 0)
    if facing.sum() < POINTS_PER_DRAW:
        return np.zeros(0, int)
    weight = edges.strength * facing
    others = rng.choice(n, POINTS_PER_DRAW - 1, replace=False, p=weight / weight.sum())
    return np.append(others, first)


def _try_fit(points: np.ndarray) -> Ellipse | None:
    try:
        return fit_ellipse(points)
    except ValueError:
        return None


def _possible(ellipse: Ellipse, shape: tuple[int, int], held: np.ndarray | None) -> bool:
    high, wide = shape
    if not (0 <= ellipse.row < high and 0 <= ellipse.column < wide):
        return False
    if not RATIO[0] <= ellipse.semi_minor / ellipse.semi_major <= RATIO[1]:
        return False
    if not SIZE[0] * min(shape) <= ellipse.ofd <= SIZE[1] * max(shape):
        return False
    return held is None or len(held) == 0 or bool(ellipse.contains(*held.T).all())


def _share_with_votes(ellipse: Ellipse, edges: Edges) -> tuple[float, np.ndarray]:
    """Return the share of the outline that has votes, and which edge points voted, (n,) bool."""
    down, right = (edges.points - (ellipse.row, ellipse.column)).T
    cos, sin = np.cos(ellipse.angle), np.sin(ellipse.angle)
    u = (right * cos + down * sin) / ellipse.semi_major
    v = (down * cos - right * sin) / ellipse.semi_minor
    slope_u, slope_v = u / ellipse.semi_major, v / ellipse.semi_minor  # of (u² + v²) / 2
    slope = np.hypot(slope_u, slope_v) + 1e-12
    distance = np.abs(u * u + v * v - 1) / (2 * slope)  # in cells, to first order
    out = np.stack([slope_u * sin + slope_v * cos, slope_u * cos - slope_v * sin], axis=1) / slope[:, None]
    voted = (distance < ON_LINE) & (-(out * edges.bright).sum(axis=1) > SAME_WAY)
    # Count places, not points: 60 along the outline, so that a thick arc can't outvote a thin ring.
    places = np.floor(np.arctan2(v[voted], u[voted]) / (2 * np.pi) * 60).astype(int) % 60
    return len(np.unique(places)) / 60, voted


def _polished(
    ellipse: Ellipse, edges: Edges, shape: tuple[int, int], held: np.ndarray | None
) -> tuple[Ellipse, float]:
    """Fit again to all that voted, as long as that gains votes."""
    share, voted = _share_with_votes(ellipse, edges)
    for _again in range(5):
        better = _try_fit(edges.points[voted])
        if better is None or not _possible(better, shape, held):
            break
        new_share, new_voted = _share_with_votes(better, edges)
        if new_share < share:
            break
        ellipse, share, voted = better, new_share, new_voted
    return ellipse, share
