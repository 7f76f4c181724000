"""What the layers share: the window that an output pixel looks at, and what may go in."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["checked", "part", "size_of", "steps", "whole"]


def part(x: np.ndarray, row: int, column: int, size: tuple[int, int], stride: int) -> np.ndarray:
    """Return the part of a map that output pixel (row, column) looks at."""
    top, left = row * stride, column * stride
    return x[..., top : top + size[0], left : left + size[1]]


def steps(x: np.ndarray, size: tuple[int, int], stride: int) -> tuple[int, int]:
    """Return how often a window fits down and across."""
    if size[0] > x.shape[-2] or size[1] > x.shape[-1]:
        raise ValueError(
            f"a window of {size[0]} × {size[1]} does not fit into a map of {size_of(x)}: "
            "take a smaller window or pad the map"
        )
    return (x.shape[-2] - size[0]) // stride + 1, (x.shape[-1] - size[1]) // stride + 1


def size_of(x: np.ndarray) -> str:
    """Return the size of a map in words."""
    return f"{x.shape[-2]} × {x.shape[-1]}"


def checked(x: Any, name: str = "map", *, shape: str = "(..., h, w)") -> np.ndarray:
    """Return an array of floats with the axes that `shape` names, or say what is wrong with it."""
    try:
        x = np.asarray(x)
        x = x.astype(float, casting="same_kind" if x.dtype.kind == "c" else "unsafe", copy=False)
    except (TypeError, ValueError):
        raise ValueError(f"the {name} holds something that is no number, or rows of unlike length") from None
    axes = shape.count(",") + 1
    if x.size == 0 or x.ndim < 2 or ("..." not in shape and x.ndim != axes):
        raise ValueError(f"the {name} has shape {x.shape}: give {shape}, none of them 0")
    if not np.isfinite(x).all():
        raise ValueError(f"the {name} has values that are not finite: replace them first")
    return x


def whole(number: Any, name: str, *, least: int = 1) -> int:
    """Return a whole number that is not too small."""
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
        raise ValueError(f"{name} is {number!r}: give a whole number from {least} on")
    return int(number)
