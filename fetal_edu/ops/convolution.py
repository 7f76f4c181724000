"""Convolution, and its reverse that stamps, as loops that one can read aloud."""

from __future__ import annotations

from typing import Any

import numpy as np

from fetal_edu.ops.window import checked, part, steps, whole

__all__ = ["conv2d", "conv_transpose2d"]

MAPS = "(batch, n_in, h, w)"


def conv2d(x: Any, weight: Any, *, bias: Any = None, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Slide a kernel over a map; each output pixel is a sum of products.

    The kernel is not flipped: mathematics calls this a correlation, deep learning a convolution.

    Parameters
    ----------
    x : (batch, n_in, h, w) array
    weight : (n_out, n_in, kh, kw) array
        One kernel for each pair of an output and an input channel.
    bias : (n_out,) array, optional
    stride : int
        Step of the window, in pixels.
    padding : int
        Rings of zeros around the map.

    Returns
    -------
    (batch, n_out, rows, columns) array, with rows = (h + 2 padding - kh) // stride + 1

    Raises
    ------
    ValueError
        If the shapes do not fit, or stride or padding is no such number.

    References
    ----------
    V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning (2016), arXiv:1603.07285.

    Examples
    --------
    >>> step = np.array([[[[0, 0, 5, 5]]]])
    >>> conv2d(step, [[[[-1, 1]]]])  # right minus left: an edge
    array([[[[0., 5., 0.]]]])
    """
    x, weight = checked(x, shape=MAPS), checked(weight, "weight", shape="(n_out, n_in, kh, kw)")
    n_out, n_in, kh, kw = weight.shape
    bias = _checked_channels(x, n_in, n_out, bias)
    stride, padding = whole(stride, "stride"), whole(padding, "padding", least=0)
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows, columns = steps(x, (kh, kw), stride)
    out = np.empty((len(x), n_out, rows, columns))
    for row in range(rows):
        for column in range(columns):
            window = part(x, row, column, (kh, kw), stride)
            for k in range(n_out):
                out[:, k, row, column] = (window * weight[k]).sum(axis=(1, 2, 3)) + bias[k]
    return out


def conv_transpose2d(
    x: Any, weight: Any, *, bias: Any = None, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Stamp the kernel once for each input pixel, as strong as the pixel; where stamps overlap, they add.

    Parameters
    ----------
    x : (batch, n_in, h, w) array
    weight : (n_in, n_out, kh, kw) array
        The first two axes the other way round than in `conv2d`, as in torch.
    bias : (n_out,) array, optional
    stride : int
        Step from one stamp to the next, in pixels of the output.
    padding : int
        Rings that are cut off the output.

    Returns
    -------
    (batch, n_out, rows, columns) array, with rows = (h - 1) stride + kh - 2 padding

    Raises
    ------
    ValueError
        If the shapes do not fit, or padding cuts everything off.

    References
    ----------
    V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning (2016), arXiv:1603.07285.

    Examples
    --------
    >>> conv_transpose2d([[[[1, 10]]]], [[[[1, 1, 1]]]], stride=2)
    array([[[[ 1.,  1., 11., 10., 10.]]]])
    """
    x, weight = checked(x, shape=MAPS), checked(weight, "weight", shape="(n_in, n_out, kh, kw)")
    n_in, n_out, kh, kw = weight.shape
    bias = _checked_channels(x, n_in, n_out, bias)
    stride, padding = whole(stride, "stride"), whole(padding, "padding", least=0)
    height, width = (x.shape[2] - 1) * stride + kh, (x.shape[3] - 1) * stride + kw
    if min(height, width) <= 2 * padding:
        raise ValueError(f"padding {padding} cuts off all of the {height} × {width} output: take less")
    out = np.zeros((len(x), n_out, height, width))
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            stamp = np.tensordot(x[:, :, row, column], weight, axes=1)  # (batch, n_out, kh, kw)
            part(out, row, column, (kh, kw), stride)[...] += stamp
    out = out + bias[:, None, None]
    return out[:, :, padding : height - padding, padding : width - padding]


def _checked_channels(x: np.ndarray, n_in: int, n_out: int, bias: Any) -> np.ndarray:
    """Return the bias, zeros where there is none; channels have to fit."""
    if x.shape[1] != n_in:
        raise ValueError(f"the map has {x.shape[1]} channels and the weight takes {n_in}: make them equal")
    bias = np.zeros(n_out) if bias is None else np.asarray(bias, dtype=float)
    if bias.shape != (n_out,):
        raise ValueError(f"a bias of shape {bias.shape} for {n_out} output channels: give {n_out} numbers")
    return bias
