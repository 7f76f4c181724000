"""A coarse grid over a picture or over a box in it, for methods that would take too long on every pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fetal_edu.measure.checks import checked_spacing, shown
from fetal_edu.measure.ellipse import Ellipse
from fetal_edu.sample import Sample

__all__ = ["Grid"]

_SMALLEST_BOX = 8  # pixels


@dataclass(frozen=True)
class Grid:
    """Cells over a picture, about as high as wide in millimetres. Make one with `Grid.over`.

    Parameters
    ----------
    frame_shape : (int, int)
        Rows and columns of the picture.
    box : (int, int, int, int)
        What the cells cover, in pixels: row0, column0, row1, column1; the last ones excluded.
    shape : (int, int)
        Rows and columns of cells.
    spacing : (float, float)
        Of the picture in mm; (1, 1) where it is unknown, and all lengths are in pixels then.

    Examples
    --------
    >>> sample = Sample(np.zeros((100, 400), np.float32), spacing=(0.2, 0.1))
    >>> grid = Grid.over(sample, 100)
    >>> grid.shape, grid.step, grid.shrink(sample.image).shape
    ((50, 100), (0.4, 0.4), (50, 100))
    """

    frame_shape: tuple[int, int]
    box: tuple[int, int, int, int]
    shape: tuple[int, int]
    spacing: tuple[float, float]

    @classmethod
    def over(
        cls, sample: Sample, longest: int, *, box: tuple[float, float, float, float] | None = None
    ) -> Grid:
        """Lay at most `longest` cells along the longer side; never more cells than pixels.

        Raises
        ------
        ValueError
            If the sample is no single picture, or the box is empty or lies outside it.
        """
        if sample.image.ndim != 2:
            raise ValueError(
                f"the sample has shape {sample.shape}: give one picture, not a sweep or a volume"
            )
        if longest < 1:
            raise ValueError(f"a grid of {longest} cells: give 1 or more")
        rows, columns = sample.shape
        pixels = (0, 0, rows, columns) if box is None else _whole_pixels(box, rows, columns)
        spacing = tuple(checked_spacing(sample.spacing or (1.0, 1.0)).tolist())
        size = np.array([pixels[2] - pixels[0], pixels[3] - pixels[1]])
        millimetres = size * spacing
        cells = np.clip(np.round(millimetres / millimetres.max() * longest), 1, size).astype(int)
        return cls((rows, columns), pixels, (int(cells[0]), int(cells[1])), (spacing[0], spacing[1]))

    @property
    def cell(self) -> tuple[float, float]:
        """Height and width of a cell in pixels."""
        row0, column0, row1, column1 = self.box
        return (row1 - row0) / self.shape[0], (column1 - column0) / self.shape[1]

    @property
    def step(self) -> tuple[float, float]:
        """Height and width of a cell in mm."""
        return self.cell[0] * self.spacing[0], self.cell[1] * self.spacing[1]

    @property
    def origin(self) -> tuple[float, float]:
        """Centre of the first cell in mm, from the centre of the picture's first pixel."""
        first = ((start + (n - 1) / 2) for start, n in zip(self.box[:2], self.cell, strict=True))
        row, column = (pixels * mm for pixels, mm in zip(first, self.spacing, strict=True))
        return row, column

    def shrink(self, image: np.ndarray) -> np.ndarray:
        """Average the picture over each cell, float32; averaging is what calms speckle."""
        row0, column0, row1, column1 = self.box
        down = _shares(self.shape[0], row1 - row0)
        across = _shares(self.shape[1], column1 - column0)
        return down @ np.asarray(image[row0:row1, column0:column1], np.float32) @ across.T

    def enlarge(self, mask: np.ndarray) -> np.ndarray:
        """Bring a mask of cells to the picture's pixels with a smooth border; False outside the box."""
        row0, column0, row1, column1 = self.box
        down = _between(row1 - row0, self.shape[0])
        across = _between(column1 - column0, self.shape[1])
        full = np.zeros(self.frame_shape, bool)
        full[row0:row1, column0:column1] = down @ mask.astype(np.float32) @ across.T > 0.5
        return full

    def millimetres(self, cells: np.ndarray) -> np.ndarray:
        """Move (row, column) points from cells, counted from the first cell's centre, to mm."""
        return np.asarray(cells, float) * self.step + self.origin

    def inside(self, ellipse: Ellipse) -> np.ndarray:
        """Return the cells whose centre lies in an ellipse, bool; the ellipse is in mm of the picture."""
        rows = self.origin[0] + np.arange(self.shape[0])[:, None] * self.step[0]
        columns = self.origin[1] + np.arange(self.shape[1])[None, :] * self.step[1]
        return ellipse.contains(rows, columns)


def _shares(cells: int, pixels: int) -> np.ndarray:
    """Return how much each pixel counts for each cell, (cells, pixels); each row sums to 1."""
    edges = np.arange(cells + 1) * (pixels / cells)
    first = np.arange(pixels)
    overlap = np.minimum(edges[1:, None], first + 1) - np.maximum(edges[:-1, None], first)
    return (np.maximum(overlap, 0) * (cells / pixels)).astype(np.float32)


def _between(pixels: int, cells: int) -> np.ndarray:
    """Return the weights of linear interpolation from cells to pixels, (pixels, cells)."""
    at = np.clip((np.arange(pixels) + 0.5) * (cells / pixels) - 0.5, 0, cells - 1)
    return np.maximum(1 - np.abs(at[:, None] - np.arange(cells)), 0).astype(np.float32)


def _whole_pixels(
    box: tuple[float, float, float, float], rows: int, columns: int
) -> tuple[int, int, int, int]:
    try:
        values = np.asarray(box, float)
    except (TypeError, ValueError):
        values = np.zeros(0)
    if values.shape != (4,) or not np.isfinite(values).all():
        raise ValueError(f"box {shown(box)} is not possible: give row0, column0, row1, column1 in pixels")
    row0, column0 = (int(v) for v in np.maximum(np.floor(values[:2]), 0))
    row1, column1 = (int(v) for v in np.minimum(np.ceil(values[2:]), (rows, columns)))
    if row1 - row0 < _SMALLEST_BOX or column1 - column0 < _SMALLEST_BOX:
        raise ValueError(
            f"box {shown(box)} covers too little of a picture of {rows} x {columns} pixels: "
            f"draw it around the whole head, at least {_SMALLEST_BOX} pixels wide"
        )
    return row0, column0, row1, column1
