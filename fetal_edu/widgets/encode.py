"""Pictures and masks in the form in which they travel to a browser."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

__all__ = ["as_bits", "as_grey", "as_png"]

_MASK_SIDE = 192  # as wide as the network's own canvas


def as_grey(image: np.ndarray) -> Image.Image:
    """Turn grey levels in 0..1 into a picture of 8 bits."""
    return Image.fromarray((np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8))


def as_png(image: np.ndarray, *, longest_side: int) -> bytes:
    """Encode grey levels in 0..1 as PNG, made smaller where its longer side exceeds `longest_side` pixels.

    Examples
    --------
    >>> as_png(np.zeros((20, 30)), longest_side=10)[1:4]
    b'PNG'
    """
    picture = as_grey(image)
    picture.thumbnail((longest_side, longest_side))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=3)
    return file.getvalue()


def as_bits(mask: np.ndarray) -> dict[str, Any]:
    r"""Pack a mask to one bit per pixel, at most 192 pixels wide: 192 x 128 pixels are 3 kB.

    Examples
    --------
    >>> as_bits(np.eye(3, dtype=bool))
    {'shape': [3, 3], 'bits': b'\x88\x80'}
    """
    factor = max(1.0, max(mask.shape) / _MASK_SIDE)
    rows, columns = (max(1, round(n / factor)) for n in mask.shape)
    small = Image.fromarray(mask.astype(np.uint8) * 255).resize((columns, rows), Image.Resampling.BOX)
    return {"shape": [rows, columns], "bits": np.packbits(np.asarray(small) >= 128).tobytes()}
