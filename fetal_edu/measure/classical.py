"""Outlines of the head without a trained network: threshold, random walker, watershed, edges.

Each method is one function: a picture in, a `Reading` out. It works alone on an automatic guess, and it
listens to strokes (this is head, this is not) and to a box. All end with the same step, the move to the outer
border of the skull, see `fetal_edu.measure.skull`. The mask of a reading shows what the method itself took
for the head, before that step. A picture without a head gives a reading without an outline, never an
exception. What they reach on real and simulated heads stands in `fetal_edu.measure.methods`.
"""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _
from typing import Any

import numpy as np
from scipy import ndimage
from skimage.segmentation import random_walker, watershed

from fetal_edu.measure.ellipse import fit_ellipse
from fetal_edu.measure.hough import find_edges
from fetal_edu.measure.ink import HEAD, NOT_HEAD, UNKNOWN
from fetal_edu.measure.plausible import no_head
from fetal_edu.measure.rings import agreeing, bone_level, largest_ring, ring_of_edges
from fetal_edu.measure.skull import read_outline
from fetal_edu.measure.start import CORNER_OF_BOX, FLAT, Box, Start, from_middle, reading_of
from fetal_edu.sample import Reading, Sample

__all__ = ["canny_ellipse", "threshold", "walker", "watershed_head"]

BETA = 200  # how much a walker avoids edges
SHORT_WAYS = 0.0005  # how much the water prefers them


def threshold(
    sample: Sample,
    *,
    strokes: Iterable[Any] = (),
    box: Box | None = None,
    quick: bool = False,
    level: float | None = None,
) -> Reading:
    """Take what is brighter than a level, and fill the largest ring that it forms.

    Parameters
    ----------
    sample : Sample
        One picture.
    strokes : iterable of strokes, see `fetal_edu.measure.ink`
        What is painted head counts as bright: close a gap in the skull with it. What is painted not head
        counts as dark, and not at all for the level: cut the ring off tissue that touches it.
    box : (row0, column0, row1, column1), optional
        Look for the head only here, in pixels.
    quick : bool
        Without effect: this is fast enough while one draws.
    level : float, optional
        Grey level, 0..1; default: found by Otsu's method, see `fetal_edu.measure.rings.bone_level`.

    Returns
    -------
    Reading

    Notes
    -----
    The skull is the brightest ring in the picture, but seldom a closed one: sound that runs along the bone
    comes back weakly. Gaps up to a tenth of the picture are closed; where the ring is still open, an ellipse
    is laid through the arcs that there are. Bright tissue that touches the skull is taken for bone: this
    method needs a box or ink most. The filled ring ends where its outer slope crosses the level, and that
    depends on the gain, so the outline then moves to the outer border.

    References
    ----------
    N. Otsu, A threshold selection method from gray-level histograms, IEEE Trans. SMC 9 (1979) 62-66.
    """
    start = Start.over(sample, 128, strokes, box)
    ink, smooth = start.ink, ndimage.gaussian_filter(start.picture, 1.0)
    if start.shows_nothing(smooth):
        return _nothing_seen()
    counted = smooth[ink != NOT_HEAD]
    if level is None:
        level = bone_level(counted) if counted.size and np.ptp(counted) > FLAT else 1.0
    bright = smooth > level
    if box is not None:
        bright &= from_middle(ink.shape) < CORNER_OF_BOX
    bright = (bright | (ink == HEAD)) & (ink != NOT_HEAD)
    if not bright.any():
        return _nothing_seen()
    filled = largest_ring(bright, start.middle)
    return reading_of(sample, start, filled & (ink != NOT_HEAD))


def walker(
    sample: Sample, *, strokes: Iterable[Any] = (), box: Box | None = None, quick: bool = False
) -> Reading:
    """Ask of each pixel where a walker who avoids edges comes first: to a head seed or to another.

    Parameters
    ----------
    sample : Sample
        One picture.
    strokes : iterable of strokes, see `fetal_edu.measure.ink`
        Seeds. Without any, the middle of the picture or box is head, and its border is not.
    box : (row0, column0, row1, column1), optional
        Look for the head only here, in pixels.
    quick : bool
        64 cells along the longer side in place of 112: for use while a person draws.

    Returns
    -------
    Reading

    Notes
    -----
    The probability falls from 1 to 0 across the two slopes of the skull, so the place where it crosses one
    half is somewhere in the bone: on a simulated head it read 302 mm for 292. The last step mends that.
    Where the sides of the skull lie in shadow nothing stops the walker, and the line runs half-way between
    the seeds, through the brain. The last step mends that as far as it can see; paint the sides for the rest.
    Averaging to 112 cells is not only for speed: at full size each grain of speckle is a wall.

    References
    ----------
    L. Grady, Random walks for image segmentation, IEEE PAMI 28 (2006) 1768-1783.
    """
    start = Start.over(sample, 64 if quick else 112, strokes, box)
    if start.shows_nothing():
        return _nothing_seen()
    markers = start.markers()
    if markers is None:
        return _one_kind_of_seed()
    smooth = ndimage.gaussian_filter(start.picture, 1.0)
    # The library counts from 1, and 0 is unknown. Labels are what is asked for: 1 not head, 2 head.
    # "bf" solves the equations exactly; on so few cells that is also faster than to approximate ("cg_j").
    labels = markers + 1
    if (markers == UNKNOWN).any():
        labels = random_walker(smooth / smooth.std(), markers + 1, beta=BETA, mode="bf")
    return reading_of(sample, start, labels == HEAD + 1, near=markers == HEAD)


def watershed_head(
    sample: Sample, *, strokes: Iterable[Any] = (), box: Box | None = None, quick: bool = False
) -> Reading:
    """Flood the picture's slopes from two springs, head and not head; where the waters meet is the outline.

    Parameters
    ----------
    sample : Sample
        One picture.
    strokes : iterable of strokes, see `fetal_edu.measure.ink`
        Springs. Without any, the middle of the picture or box is head, and its border is not.
    box : (row0, column0, row1, column1), optional
        Look for the head only here, in pixels.
    quick : bool
        Without effect: this is fast enough while one draws.

    Returns
    -------
    Reading

    Notes
    -----
    The waters meet on the highest crest of the gradient between the springs: the inner or the outer slope of
    the skull, whichever is steeper, often one here and the other there. The last step mends that. A gap in
    the skull lets water through; a preference for short ways holds most of it back.

    References
    ----------
    S. Beucher, F. Meyer, The morphological approach to segmentation: the watershed transformation, in:
    Mathematical Morphology in Image Processing, Dekker 1993.
    """
    start = Start.over(sample, 160, strokes, box)
    if start.shows_nothing():
        return _nothing_seen()
    markers = start.markers()
    if markers is None:
        return _one_kind_of_seed()
    slopes = ndimage.gaussian_gradient_magnitude(start.picture, 2.0)
    basins = watershed(slopes / slopes.max(), markers + 1, compactness=SHORT_WAYS)
    return reading_of(sample, start, basins == HEAD + 1, near=markers == HEAD)


def canny_ellipse(
    sample: Sample, *, strokes: Iterable[Any] = (), box: Box | None = None, quick: bool = False
) -> Reading:
    """Look from the middle in all directions for the strongest edge that ends a bright ring; fit an ellipse.

    Parameters
    ----------
    sample : Sample
        One picture.
    strokes : iterable of strokes, see `fetal_edu.measure.ink`
        The look goes out from the middle of what is painted head, and ends at what is painted not head.
        Painted edges don't count.
    box : (row0, column0, row1, column1), optional
        Look for the head only here, in pixels.
    quick : bool
        Without effect: this is fast enough while one draws.

    Returns
    -------
    Reading

    Notes
    -----
    Canny's edges lie on both slopes of the skull. Only those count that are bright towards the middle: the
    outer slope. Those that disagree with the ellipse through all of them are left out, and the fit repeated.

    References
    ----------
    J. Canny, A computational approach to edge detection, IEEE PAMI 8 (1986) 679-698.
    """
    start = Start.over(sample, 160, strokes, box)
    points = ring_of_edges(find_edges(start.picture), start.middle, start.ink)
    if len(points) < 12:
        return no_head(_("no ring of edges found around the middle. Draw a box around the head."))
    try:
        found = fit_ellipse(start.grid.millimetres(agreeing(points)))
    except ValueError:
        return no_head(_("the edges around the middle form no ellipse. Draw a box around the head."))
    return read_outline(sample, found, guided=start.guided)


def _nothing_seen() -> Reading:
    return no_head(_("there is nothing to see here. Raise the gain, move the box, or take another picture."))


def _one_kind_of_seed() -> Reading:
    return no_head(_("paint both: some of the head, and some of what is not head."))
