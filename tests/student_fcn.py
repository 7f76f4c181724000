"""Chapter 05's exercises as students type them: see `student_code`. And each solved in another way."""

from __future__ import annotations

import numpy as np
from scipy.signal import correlate

SIZES = "c, h, w = maps.shape\nr, s = size\nn = weights.shape[0]\nout = np.zeros((n, h - r + 1, w - s + 1))\n"
LOOPS = (
    "for k in range(n):\n    for i in range(out.shape[1]):\n"
    "        for j in range(out.shape[2]):\n            "
)
WINDOW = "maps[:, i:i + r, j:j + s]"
DONE = "\nreturn out"
TENT = "n = 2*stride\nrow = 1 - abs(np.arange(n) - (n - 1)/2) / stride\n"
BACK = "place = cell\nfor k, s, p in layers[::-1]:\n    "

FCN: dict[str, dict[str, tuple[str, ...]]] = {
    "slide-dense": {
        "channels last": (
            SIZES + LOOPS + f"row = np.moveaxis({WINDOW}, 0, 2).ravel()\n"
            "            out[k, i, j] = (row * weights[k]).sum()" + DONE,
            SIZES
            + "kernels = weights.reshape(n, r, s, c)\n"
            + LOOPS
            + f"out[k, i, j] = sum((kernels[k][:, :, m] * {WINDOW}[m]).sum() for m in range(c))"
            + DONE,
        ),
        "columns first": (
            SIZES + LOOPS + f"row = np.concatenate([m.T.ravel() for m in {WINDOW}])\n"
            "            out[k, i, j] = row @ weights[k]" + DONE,
            SIZES + LOOPS + f"row = np.concatenate([m.flatten(order='F') for m in {WINDOW}])\n"
            "            out[k, i, j] = row @ weights[k]" + DONE,
        ),
        "flipped": (
            SIZES
            + "kernels = weights.reshape(n, c, r, s)[:, :, ::-1, ::-1]\n"
            + LOOPS
            + f"out[k, i, j] = (kernels[k] * {WINDOW}).sum()"
            + DONE,
        ),
        "tiles": (
            "c, h, w = maps.shape\nr, s = size\nscores = []\nfor row in weights:\n    table = []\n"
            "    for i in range(0, h - r + 1, r):\n        line = []\n"
            "        for j in range(0, w - s + 1, s):\n"
            "            line.append(maps[:, i:i + r, j:j + s].ravel() @ row)\n        table.append(line)\n"
            "    scores.append(table)\nreturn np.array(scores)",
        ),
        "upper left": ("r, s = size\nrow = maps[:, :r, :s].ravel()\nreturn (weights @ row)[:, None, None]",),
        "one too few": (
            SIZES.replace(" + 1", "") + LOOPS + f"out[k, i, j] = {WINDOW}.ravel() @ weights[k]" + DONE,
        ),
        "last map": (
            SIZES + "kernels = weights.reshape(n, c, r, s)\n" + LOOPS + "for m in range(c):\n"
            "                out[k, i, j] = (kernels[k, m] * maps[m, i:i + r, j:j + s]).sum()" + DONE,
        ),
        "averaged": (SIZES + LOOPS + f"out[k, i, j] = np.mean({WINDOW}.ravel() * weights[k])" + DONE,),
        "zeros around": (
            "c, h, w = maps.shape\nr, s = size\nn = len(weights)\nbig = np.zeros((c, h + r - 1, w + s - 1))\n"
            "big[:, (r - 1)//2:(r - 1)//2 + h, (s - 1)//2:(s - 1)//2 + w] = maps\nout = np.zeros((n, h, w))\n"
            + LOOPS
            + "out[k, i, j] = big[:, i:i + r, j:j + s].ravel() @ weights[k]"
            + DONE,
        ),
    },
    "bilinear-kernel": {
        "repeats": ("return np.ones((stride, stride))",),
        "sum one": (TENT + "kernel = np.outer(row, row)\nreturn kernel / np.sum(kernel)",),
        "pyramid": (TENT + "return np.array([[min(a, b) for b in row] for a in row])",),
        "cone": (
            "n = 2*stride\nc = (n - 1)/2\nout = np.zeros((n, n))\nfor i in range(n):\n"
            "    for j in range(n):\n        far = math.hypot(i - c, j - c)\n"
            "        out[i, j] = max(0, 1 - far/stride)\nreturn out",
        ),
        "added": (TENT + "return (row[:, None] + row[None, :]) / 2",),
        "off by half": (
            TENT.replace("(n - 1)/2", "n//2") + "return np.outer(row, row)",
            "n = 2*stride\nout = np.zeros((n, n))\nfor i in range(n):\n    for j in range(n):\n"
            "        out[i, j] = (1 - abs(i - n//2)/stride) * (1 - abs(j - n//2)/stride)\nreturn out",
        ),
        "corners": (
            "up = np.linspace(0, 1, stride)\nrow = np.append(up, up[::-1])\nreturn np.outer(row, row)",
        ),
        "one row": (TENT + "return row",),
    },
    "cell-place": {
        "no offset": ("step = 1\nfor k, s, p in layers:\n    step *= s\nreturn cell * step * spacing",),
        "padding ignored": (BACK + "place = place*s + (k - 1)/2\nreturn place * spacing",),
        "first row": (BACK + "place = place*s - p\nreturn place * spacing",),
        "half kernel": (BACK + "place = place*s - p + k/2\nreturn place * spacing",),
        "tiles": (
            "step = 1\nfor k, s, p in layers:\n    step *= s\nreturn ((cell + 0.5)*step - 0.5) * spacing",
        ),
        "unscaled": (
            "step, shift = 1, 0\nfor k, s, p in layers:\n    shift += (k - 1)/2 - p\n    step *= s\n"
            "return (shift + cell*step) * spacing",
        ),
        "from the front": (
            "place = cell\nfor k, s, p in layers:\n    place = place*s - p + (k - 1)/2\n"
            "return place * spacing",
        ),
        "strides added": (
            "step, shift = 1, 0\nfor k, s, p in layers:\n    shift += ((k - 1)/2 - p) * step\n"
            "    step += s - 1\nreturn (shift + cell*step) * spacing",
        ),
        "in pixels": (BACK + "place = place*s - p + (k - 1)/2\nreturn place",),
    },
}


# ----------------------------------------------------------- right answers, written another way than the spec
def _slide_dense(maps, weights, size):
    kernels = weights.reshape(len(weights), len(maps), *size)
    return np.concatenate([correlate(maps, kernel, mode="valid") for kernel in kernels])


def _bilinear_kernel(stride):
    row = np.convolve(np.ones(stride), np.ones(stride)) / stride  # a tent whose peak stands on a pixel
    row = (np.append(row, 0) + np.append(0, row)) / 2  # moved by half a pixel
    return np.outer(row, row)


def _cell_place(layers, cell, spacing):
    first, last = cell, cell
    for kernel, stride, padding in reversed(layers):
        first, last = first * stride - padding, last * stride - padding + kernel - 1
    return (first + last) / 2 * spacing


OTHERWISE = {"slide-dense": _slide_dense, "bilinear-kernel": _bilinear_kernel, "cell-place": _cell_place}
