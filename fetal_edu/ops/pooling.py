"""Pooling as loops that one can read aloud, and the way back with indices.

Arrays have shape (..., h, w); leading axes, such as batch and channels, pass through.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fetal_edu.ops.window import checked, part, size_of, steps, whole

__all__ = ["avg_pool2d", "blur_pool2d", "max_pool2d", "max_unpool2d"]


def max_pool2d(x: Any, size: int, *, stride: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Keep the largest value of each window, and remember where it stood.

    Parameters
    ----------
    x : (..., h, w) array
    size : int
        Side of the square window. Rows and columns that no whole window covers are left out.
    stride : int, optional
        Step of the window; as long as the window where not given.

    Returns
    -------
    (values, indices) : arrays (..., rows, columns), with rows = (h - size) // stride + 1
        An index counts the pixels of its (h, w) map row by row from 0. Of equal values the first counts.

    Raises
    ------
    ValueError
        If the window is larger than the map, or size or stride is no such number.

    Examples
    --------
    >>> values, indices = max_pool2d([[1, 7, 2, 0], [3, 4, 2, 2]], 2)
    >>> print(values, indices)
    [[7. 2.]] [[1 2]]
    """
    x, size = checked(x), whole(size, "size")
    stride = size if stride is None else whole(stride, "stride")
    rows, columns = steps(x, (size, size), stride)
    values = np.empty((*x.shape[:-2], rows, columns))
    indices = np.empty(values.shape, dtype=np.int64)
    for row in range(rows):
        for column in range(columns):
            window = part(x, row, column, (size, size), stride)
            window = window.reshape(*x.shape[:-2], size * size)
            down, right = np.divmod(window.argmax(axis=-1), size)
            values[..., row, column] = window.max(axis=-1)
            indices[..., row, column] = (row * stride + down) * x.shape[-1] + column * stride + right
    return values, indices


def avg_pool2d(x: Any, size: int, *, stride: int | None = None) -> np.ndarray:
    """Keep the mean of each window.

    Parameters
    ----------
    x : (..., h, w) array
    size, stride : int
        As in `max_pool2d`.

    Returns
    -------
    (..., rows, columns) array

    Raises
    ------
    ValueError
        As `max_pool2d`.

    Examples
    --------
    >>> avg_pool2d([[1, 7, 2, 0], [3, 5, 2, 0]], 2)
    array([[4., 1.]])
    """
    x, size = checked(x), whole(size, "size")
    stride = size if stride is None else whole(stride, "stride")
    rows, columns = steps(x, (size, size), stride)
    out = np.empty((*x.shape[:-2], rows, columns))
    for row in range(rows):
        for column in range(columns):
            out[..., row, column] = part(x, row, column, (size, size), stride).mean(axis=(-2, -1))
    return out


def blur_pool2d(x: Any, *, stride: int = 2) -> np.ndarray:
    """Blur with the 3 × 3 binomial kernel (1 2 1), then keep every stride-th pixel.

    The blur takes away what is too fine for the coarser grid, so that a shifted picture gives nearly a
    shifted answer. At the border the picture is mirrored, the outermost pixel not repeated.

    Parameters
    ----------
    x : (..., h, w) array, h and w at least 2
    stride : int

    Returns
    -------
    (..., rows, columns) array, with rows = h / stride, rounded up

    Raises
    ------
    ValueError
        If the map is too small to be mirrored, or stride is no such number.

    References
    ----------
    R. Zhang, Making convolutional networks shift-invariant again, ICML (2019), arXiv:1904.11486.

    Examples
    --------
    >>> blur_pool2d([[0, 0, 16, 0, 0], [0, 0, 16, 0, 0]])
    array([[0., 8., 0.]])
    """
    x, stride = checked(x), whole(stride, "stride")
    if min(x.shape[-2:]) < 2:
        raise ValueError(f"a map of {size_of(x)} can't be mirrored at its border: give at least 2 × 2 pixels")
    kernel = np.outer([1, 2, 1], [1, 2, 1]) / 16
    x = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(1, 1), (1, 1)], mode="reflect")
    rows, columns = steps(x, (3, 3), stride)
    out = np.empty((*x.shape[:-2], rows, columns))
    for row in range(rows):
        for column in range(columns):
            out[..., row, column] = (part(x, row, column, (3, 3), stride) * kernel).sum(axis=(-2, -1))
    return out


def max_unpool2d(x: Any, indices: Any, shape: tuple[int, int]) -> np.ndarray:
    """Put each value back where its maximum stood, zeros elsewhere.

    Parameters
    ----------
    x : (..., rows, columns) array
    indices : int array of the same shape
        From `max_pool2d`. Where one index stands twice, the later value stays.
    shape : (h, w)
        Size of the map that had been pooled.

    Returns
    -------
    (..., h, w) array

    Raises
    ------
    ValueError
        If x and indices differ in shape, or an index lies outside the map.

    References
    ----------
    M. D. Zeiler, R. Fergus, Visualizing and understanding convolutional networks, ECCV (2014),
    doi 10.1007/978-3-319-10590-1_53.

    Examples
    --------
    >>> max_unpool2d([[7, 2]], [[1, 2]], (2, 4))
    array([[0., 7., 2., 0.],
           [0., 0., 0., 0.]])
    """
    x, indices = checked(x), np.asarray(indices)
    if np.shape(shape) != (2,):
        raise ValueError(f"shape is {shape!r}: give the height and the width of the map")
    height, width = (whole(side, "shape") for side in shape)
    if indices.dtype.kind not in "iu" or indices.shape != x.shape:
        raise ValueError(
            f"indices of shape {indices.shape} and type {indices.dtype} for values of shape {x.shape}: "
            "give one whole number for each value, as max_pool2d does"
        )
    if indices.min() < 0 or indices.max() >= height * width:
        raise ValueError(f"an index lies outside the map: {height} × {width} ends at {height * width - 1}")
    out = np.zeros((*x.shape[:-2], height, width))
    for place in np.ndindex(x.shape):
        row, column = divmod(int(indices[place]), width)
        out[(*place[:-2], row, column)] = x[place]
    return out
