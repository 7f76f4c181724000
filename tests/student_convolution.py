"""Chapter 02's exercises as students type them: see `student_code`. And each solved in another way."""

from __future__ import annotations

import numpy as np
from scipy.signal import correlate, correlate2d

SIZES = "(h, w), (kh, kw) = image.shape, kernel.shape\n"
EMPTY = SIZES + "out = np.zeros((h - kh + 1, w - kw + 1))\n"
GO = "for i in range(h - kh + 1):\n    for j in range(w - kw + 1):\n        "
WINDOW = "image[i:i + kh, j:j + kw]"

LAYER = (
    "m, n, kh, kw = kernels.shape\nh, w = maps.shape[1] - kh + 1, maps.shape[2] - kw + 1\n"
    "out = np.zeros((m, h, w))\n"
)
GO_ALL = "for o in range(m):\n    for i in range(h):\n        for j in range(w):\n            "
ALL_IN = "maps[:, i:i + kh, j:j + kw]"

TYPED: dict[str, dict[str, tuple[str, ...]]] = {
    "convolve": {
        "flipped": (
            EMPTY + GO + f"out[i, j] = ({WINDOW} * kernel[::-1, ::-1]).sum()\nreturn out",
            "from scipy.signal import convolve2d\nreturn convolve2d(image, kernel, mode='valid')",
            EMPTY + GO + "for a in range(kh):\n            for b in range(kw):\n"
            "                out[i, j] += image[i + a, j + b] * kernel[kh - 1 - a, kw - 1 - b]\nreturn out",
        ),
        "transposed": (
            EMPTY + GO + f"out[i, j] = np.sum({WINDOW} * kernel.T)\nreturn out",
            EMPTY + GO + "for a in range(kh):\n            for b in range(kw):\n"
            "                out[i, j] += image[i + a, j + b] * kernel[b, a]\nreturn out",
        ),
        "padded": (
            SIZES + "image = np.pad(image, ((kh // 2, kh // 2), (kw // 2, kw // 2)))\nh, w = image.shape\n"
            "out = np.zeros((h - kh + 1, w - kw + 1))\n" + GO + f"out[i, j] = ({WINDOW} * kernel).sum()\n"
            "return out",
        ),
        "rim of zeros": (
            SIZES + "out = np.zeros_like(image)\n" + GO + f"out[i + kh // 2, j + kw // 2] = ({WINDOW} * "
            "kernel).sum()\nreturn out",
        ),
        "one too few": (
            SIZES + "out = np.zeros((h - kh, w - kw))\nfor i in range(h - kh):\n    for j in range(w - kw):\n"
            f"        out[i, j] = ({WINDOW} * kernel).sum()\nreturn out",
        ),
        "mean": (
            EMPTY + GO + f"out[i, j] = ({WINDOW} * kernel).mean()\nreturn out",
            EMPTY + GO + f"out[i, j] = ({WINDOW} * kernel).sum() / (kh * kw)\nreturn out",
        ),
        "normalised": (EMPTY + GO + f"out[i, j] = ({WINDOW} * kernel).sum() / np.sum(kernel)\nreturn out",),
        "matrix product": (
            EMPTY + GO + f"out[i, j] = ({WINDOW} @ kernel).sum()\nreturn out",
            EMPTY + GO + f"out[i, j] = np.dot({WINDOW}, kernel).sum()\nreturn out",
        ),
        "side by side": (
            SIZES + "out = np.zeros(((h - kh) // kh + 1, (w - kw) // kw + 1))\n"
            "for i in range(out.shape[0]):\n    for j in range(out.shape[1]):\n"
            "        part = image[i * kh:(i + 1) * kh, j * kw:(j + 1) * kw]\n"
            "        out[i, j] = (part * kernel).sum()\nreturn out",
        ),
        "negatives cut": (
            EMPTY + GO + f"out[i, j] = max(0, ({WINDOW} * kernel).sum())\nreturn out",
            EMPTY + GO + f"out[i, j] = ({WINDOW} * kernel).sum()\nreturn np.clip(out, 0, None)",
        ),
    },
    "output-size": {
        "no plus one": (
            "return (size - kernel + 2 * padding) // stride",
            "return int((size + 2 * padding - kernel) / stride)",
        ),
        "rounded up": (
            "return math.ceil((size - kernel + 2 * padding) / stride) + 1",
            "return int(np.ceil((size + 2 * padding - kernel) / stride + 1))",
        ),
        "not rounded": ("return (size - kernel + 2 * padding) / stride + 1",),
        "padding once": (
            "return (size - kernel + padding) // stride + 1",
            "return len(range(0, size + padding - kernel + 1, stride))",
        ),
        "no padding": (
            "return (size - kernel) // stride + 1",
            "return len(range(0, size - kernel + 1, stride))",
        ),
        "no stride": ("return size - kernel + 2 * padding + 1",),
        "plus one first": ("return (size - kernel + 2 * padding + 1) // stride",),
        "no kernel": ("return size // stride", "return int(size / stride)"),
    },
    "convolve-channels": {
        "no bias": (
            LAYER + GO_ALL + f"out[o, i, j] = ({ALL_IN} * kernels[o]).sum()\nreturn out",
            LAYER + GO_ALL + f"out[o, i, j] = np.sum({ALL_IN} * kernels[o])\nreturn out",
        ),
        "bias each time": (
            LAYER + GO_ALL + "for c in range(n):\n                "
            "out[o, i, j] += (maps[c, i:i + kh, j:j + kw] * kernels[o, c]).sum() + bias[o]\nreturn out",
        ),
        "one bias": (LAYER + GO_ALL + f"out[o, i, j] = ({ALL_IN} * kernels[o]).sum() + bias[0]\nreturn out",),
        "kept apart": (
            LAYER + "out = np.zeros((m, n, h, w))\n" + GO_ALL + "for c in range(n):\n                "
            "out[o, c, i, j] = (maps[c, i:i + kh, j:j + kw] * kernels[o, c]).sum() + bias[o]\nreturn out",
        ),
        "mean": (LAYER + GO_ALL + f"out[o, i, j] = ({ALL_IN} * kernels[o]).sum() / n + bias[o]\nreturn out",),
        "one kernel": (
            LAYER + GO_ALL + f"out[o, i, j] = ({ALL_IN} * kernels[o, 0]).sum() + bias[o]\nreturn out",
        ),
        "first map": (
            LAYER + GO_ALL + "out[o, i, j] = (maps[0, i:i + kh, j:j + kw] * kernels[o, 0]).sum() + bias[o]\n"
            "return out",
        ),
        "swapped": (
            LAYER + GO_ALL + "out[o, i, j] = bias[o]\n            for c in range(n):\n                "
            "out[o, i, j] += (maps[c, i:i + kh, j:j + kw] * kernels[c, o]).sum()\nreturn out",
        ),
        "flipped": (
            LAYER + GO_ALL + f"out[o, i, j] = ({ALL_IN} * kernels[o, :, ::-1, ::-1]).sum() + bias[o]\n"
            "return out",
        ),
    },
}


# ------------------------------------------------------ right answers, written another way than the spec
def _convolve(image, kernel):
    return correlate2d(image, kernel, mode="valid")


def _output_size(size, kernel, stride, padding):
    return len(range(-padding, size + padding - kernel + 1, stride))


def _convolve_channels(maps, kernels, bias):
    return np.stack(
        [correlate(maps, kernel, mode="valid")[0] + b for kernel, b in zip(kernels, bias, strict=True)]
    )


OTHERWISE = {"convolve": _convolve, "output-size": _output_size, "convolve-channels": _convolve_channels}
