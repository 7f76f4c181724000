"""How a picture of any size fits the canvas that a network looks at, and how to come back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

__all__ = ["CANVAS", "Frame"]

#: Rows and columns that the shipped networks look at.
CANVAS = (128, 192)


@dataclass(frozen=True)
class Frame:
    """The mapping between a picture and a network's canvas: shrink, centre, pad with black.

    The shape of things is kept in millimetres: a circle in the body is a circle on the canvas, also
    where rows and columns of the picture have different spacings. Make one with `Frame.of`.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the picture.
    box : (int, int, int, int)
        The part of the picture that is looked at: row0, column0, row1, column1; the last ones excluded.
    canvas : (int, int)
        Rows and columns of the canvas.
    inner : (int, int)
        Rows and columns that the box fills on the canvas.
    spacing : (float, float), optional
        Millimetres between the rows and between the columns of the picture.

    Notes
    -----
    Pixel (0, 0) has its centre at (0, 0) and its outer corner at (-0.5, -0.5). Resizing maps edges on
    edges, so ``row_canvas = (row - row0 + 0.5) * scale + offset - 0.5``: the half pixels matter. To leave
    them out moves an outline by half a pixel of the canvas, 2 pixels in an 800 x 540 picture.

    Examples
    --------
    >>> frame = Frame.of((540, 800))
    >>> frame.inner, frame.offset
    ((128, 190), (0, 1))
    >>> frame.shrink(np.ones((540, 800), np.float32)).shape
    (128, 192)
    >>> there = frame.points_to_canvas(np.array([[100.0, 250.0]]))
    >>> frame.points_to_image(there).round(9)
    array([[100., 250.]])
    """

    shape: tuple[int, int]
    box: tuple[int, int, int, int]
    canvas: tuple[int, int]
    inner: tuple[int, int]
    spacing: tuple[float, float] | None = None

    @classmethod
    def of(
        cls,
        shape: tuple[int, int],
        spacing: tuple[float, float] | None = None,
        canvas: tuple[int, int] = CANVAS,
        *,
        box: tuple[float, float, float, float] | None = None,
    ) -> Frame:
        """Fit a picture, or a box in it, into the middle of the canvas.

        Parameters
        ----------
        shape : (int, int)
            Rows and columns of the picture.
        spacing : (float, float), optional
            Millimetres between rows and between columns. Without it pixels are taken as square.
        canvas : (int, int)
            Rows and columns of the canvas.
        box : (row0, column0, row1, column1), optional
            Look only here, in pixels. It is rounded outwards and cut at the border of the picture.

        Returns
        -------
        Frame

        Raises
        ------
        ValueError
            If the box lies outside the picture or is empty.
        """
        rows, columns = int(shape[0]), int(shape[1])
        whole = (0, 0, rows, columns) if box is None else _pixel_box(box, rows, columns)
        per_row, per_column = (1.0, 1.0) if spacing is None else (float(spacing[0]), float(spacing[1]))
        height, width = (whole[2] - whole[0]) * per_row, (whole[3] - whole[1]) * per_column
        scale = min(canvas[0] / height, canvas[1] / width)
        inner = (
            min(canvas[0], max(1, round(height * scale))),
            min(canvas[1], max(1, round(width * scale))),
        )
        kept = None if spacing is None else (per_row, per_column)
        return cls((rows, columns), whole, (int(canvas[0]), int(canvas[1])), inner, kept)

    @property
    def scale(self) -> tuple[float, float]:
        """Canvas pixels per picture pixel, along rows and along columns."""
        row0, column0, row1, column1 = self.box
        return self.inner[0] / (row1 - row0), self.inner[1] / (column1 - column0)

    @property
    def offset(self) -> tuple[int, int]:
        """Black rows above and black columns left of the picture on the canvas."""
        return (self.canvas[0] - self.inner[0]) // 2, (self.canvas[1] - self.inner[1]) // 2

    @property
    def canvas_spacing(self) -> tuple[float, float] | None:
        """Millimetres per canvas pixel, along rows and along columns; None where the scale is unknown."""
        if self.spacing is None:
            return None
        return self.spacing[0] / self.scale[0], self.spacing[1] / self.scale[1]

    def shrink(self, image: np.ndarray) -> np.ndarray:
        """Draw the picture on the canvas, anti-aliased.

        Parameters
        ----------
        image : array, (rows, columns)
            Grey levels, or a mask: a mask's edge then holds the covered part of each canvas pixel.

        Returns
        -------
        float32 array of the canvas's shape

        Raises
        ------
        ValueError
            If the image has another shape than the frame was made for.
        """
        if image.shape != self.shape:
            raise ValueError(f"the image has shape {image.shape}, this frame was made for {self.shape}")
        row0, column0, row1, column1 = self.box
        part = np.ascontiguousarray(image[row0:row1, column0:column1], dtype=np.float32)
        drawn = np.zeros(self.canvas, np.float32)
        drawn[self._window] = _resize(part, self.inner)
        return drawn

    def enlarge(self, probability: np.ndarray) -> np.ndarray:
        """Bring a map on the canvas back to the picture's pixels; zero outside the box.

        Parameters
        ----------
        probability : array of the canvas's shape

        Returns
        -------
        float32 array of the picture's shape

        Raises
        ------
        ValueError
            If the map has another shape than the canvas.
        """
        if probability.shape != self.canvas:
            raise ValueError(f"the map has shape {probability.shape}, the canvas has {self.canvas}")
        row0, column0, row1, column1 = self.box
        part = np.ascontiguousarray(probability[self._window], dtype=np.float32)
        full = np.zeros(self.shape, np.float32)
        full[row0:row1, column0:column1] = _resize(part, (row1 - row0, column1 - column0))
        return full

    def points_to_canvas(self, points: np.ndarray) -> np.ndarray:
        """Move (row, column) points from the picture to the canvas; ``(..., 2)`` in and out."""
        return (np.asarray(points, float) - self.box[:2] + 0.5) * self.scale + self.offset - 0.5

    def points_to_image(self, points: np.ndarray) -> np.ndarray:
        """Move (row, column) points from the canvas to the picture; ``(..., 2)`` in and out."""
        return (np.asarray(points, float) - self.offset + 0.5) / self.scale + self.box[:2] - 0.5

    @property
    def _window(self) -> tuple[slice, slice]:
        """The part of the canvas that the picture covers."""
        (top, left), (high, wide) = self.offset, self.inner
        return slice(top, top + high), slice(left, left + wide)


def _pixel_box(box: tuple[float, float, float, float], rows: int, columns: int) -> tuple[int, int, int, int]:
    """Round a box outwards to whole pixels inside the picture."""
    values = [float(edge) for edge in box]
    if len(values) != 4 or not np.isfinite(values).all():
        raise ValueError(f"box {tuple(box)} is not possible: give row0, column0, row1, column1 in pixels")
    row0, column0 = max(0, int(np.floor(values[0]))), max(0, int(np.floor(values[1])))
    row1, column1 = min(rows, int(np.ceil(values[2]))), min(columns, int(np.ceil(values[3])))
    if row1 <= row0 or column1 <= column0:
        raise ValueError(f"box {tuple(box)} is empty or lies outside a picture of {rows} x {columns} pixels")
    return row0, column0, row1, column1


def _resize(image: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Resize with a triangle filter that widens as the picture shrinks, so that speckle can't alias."""
    if image.shape == shape:
        return image
    picture = Image.fromarray(image)
    return np.asarray(picture.resize((shape[1], shape[0]), Image.Resampling.BILINEAR), np.float32)
