"""From a mask or a map to its outline: the largest piece, and the points where a field crosses a level."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.measure import find_contours

__all__ = ["border_points", "largest_piece"]


def largest_piece(mask: np.ndarray) -> np.ndarray:
    """Keep the largest connected piece of a mask, with its holes filled."""
    pieces, count = ndimage.label(mask)
    if count == 0:
        raise ValueError("the mask is empty: there is nothing to fit")
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return ndimage.binary_fill_holes(pieces == sizes.argmax())


def border_points(field: np.ndarray, level: float) -> np.ndarray:
    """Return where a field crosses `level`, (n, 2), in fractions of pixels.

    A line that ends at the picture's border stays open there: the border of the picture is not a border
    of the head. A head that is cut above and below leaves two lines, and both count. A closed line gives
    each point once: its first one twice would pull a fit to wherever the line happens to begin.
    """
    lines = find_contours(field, level) if min(np.shape(field), default=0) > 1 else []
    if not lines:
        raise ValueError(f"the field never crosses {level}: there is no outline to fit")
    return np.concatenate([line[:-1] if (line[0] == line[-1]).all() else line for line in lines])
