"""What every method begins with, a grid with the picture and the ink on it, and what it ends with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

import numpy as np
from scipy import ndimage

from fetal_edu.measure.ellipse import border_points, fit_ellipse, largest_piece
from fetal_edu.measure.grid import Grid
from fetal_edu.measure.ink import HEAD, NOT_HEAD, UNKNOWN, seeds
from fetal_edu.measure.plausible import no_head
from fetal_edu.measure.skull import read_outline
from fetal_edu.sample import Reading, Sample

__all__ = ["Start", "from_middle", "reading_of"]

Box = tuple[float, float, float, float]

FLAT = 0.02  # difference of grey levels: below, a picture shows nothing
FEWEST_CELLS = 8
SMALLEST_HEAD = 0.01  # of the grid
ELLIPTIC = 0.85  # overlap of what a method found with the ellipse through it: below, it is no head

# Automatic seeds, as distances from the middle: 1 touches the nearest points of the border.
MIDDLE, MIDDLE_OF_BOX = 0.25, 0.6  # head within
CORNER_OF_BOX = 1.15  # not head beyond: a head fills its box, but not the corners


@dataclass(frozen=True, eq=False)
class Start:
    """A picture on a grid, with what a person pointed at.

    Parameters
    ----------
    grid : Grid
    picture : float32 array of the grid's shape
    ink : int8 array of the grid's shape
        1 head, 0 not head, -1 unknown.
    boxed : bool
        Whether the grid lies over a box that a person drew.
    """

    grid: Grid
    picture: np.ndarray
    ink: np.ndarray
    boxed: bool

    @classmethod
    def over(cls, sample: Sample, cells: int, strokes: Iterable[Any], box: Box | None) -> Start:
        """Lay at most that many cells along the longer side of the picture, or of the box."""
        grid = Grid.over(sample, cells, box=box)
        ink = seeds(strokes, grid.shape, grid.frame_shape, box=grid.box)
        return cls(grid, grid.shrink(sample.image), ink, box is not None)

    @property
    def guided(self) -> bool:
        """Whether a person pointed at the head, by a box or by ink."""
        return self.boxed or bool((self.ink != UNKNOWN).any())

    @property
    def middle(self) -> np.ndarray:
        """The cell to begin at, (2,): the middle of what is painted head, else of the grid."""
        painted = np.argwhere(self.ink == HEAD)
        return painted.mean(axis=0) if len(painted) else (np.array(self.ink.shape) - 1) / 2

    def shows_nothing(self, picture: np.ndarray | None = None) -> bool:
        """Tell whether a picture, by default that of the grid, is too small or too flat to look at."""
        picture = self.picture if picture is None else picture
        return min(picture.shape) < FEWEST_CELLS or float(np.ptp(picture)) < FLAT

    def markers(self) -> np.ndarray | None:
        """Return seeds, 1 head, 0 not head, -1 unknown; None where one of the two kinds is missing.

        Painted head takes the place of the automatic middle. The border is not head unless painted over.
        """
        radius = from_middle(self.ink.shape)
        markers = np.full(self.ink.shape, UNKNOWN, np.int8)
        markers[[0, -1]] = markers[:, [0, -1]] = NOT_HEAD
        if self.boxed:
            markers[radius > CORNER_OF_BOX] = NOT_HEAD
        if not (self.ink == HEAD).any():
            markers[radius < (MIDDLE_OF_BOX if self.boxed else MIDDLE)] = HEAD
        markers = np.where(self.ink == UNKNOWN, markers, self.ink)
        return markers if (markers == HEAD).any() and (markers == NOT_HEAD).any() else None


def from_middle(shape: tuple[int, ...]) -> np.ndarray:
    """Return each cell's distance from the middle, 1 at the middle of each side, as an array of `shape`."""
    rows, columns = (np.linspace(-1, 1, n) for n in shape)
    return np.hypot(rows[:, None], columns[None, :])


def reading_of(sample: Sample, start: Start, mask: np.ndarray, *, near: np.ndarray | None = None) -> Reading:
    """Make a reading of the cells that a method took for the head.

    Parameters
    ----------
    sample : Sample
    start : Start
    mask : bool array of the grid's shape
    near : bool array of the grid's shape, optional
        Seeds: only those pieces count that one of them lies in.
    """
    if near is not None:
        pieces, _count = ndimage.label(mask)
        mask = np.isin(pieces, np.unique(pieces[near & mask]))
    if not SMALLEST_HEAD < mask.mean() < 1:
        return no_head(_("nothing like a head found. Draw a box around the head, or paint a part of it."))
    mask = largest_piece(mask)
    try:
        rough = fit_ellipse(start.grid.millimetres(border_points(mask.astype(float), 0.5)))
    except ValueError:
        return no_head(_("what was found has no outline of a head. Draw a box around the head."))
    smooth = start.grid.inside(rough)
    overlap = 2 * (smooth & mask).sum() / (smooth.sum() + mask.sum())
    said = _("what was found is no ellipse: paint what is head and what is not.")
    doubts = (said,) if overlap < ELLIPTIC else ()
    return read_outline(sample, rough, start.grid.enlarge(mask), guided=start.guided, doubts=doubts)
