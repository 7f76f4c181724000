"""What students of chapter 04 type: see `student_code`. And each exercise solved in another way."""

from __future__ import annotations

import numpy as np
from scipy.signal import convolve2d

PLACES = "big = np.zeros(shape)\nh, w = shape\nfor v, k in zip(values.ravel(), indices.ravel()):\n    "
GO_IJ = "for i in range(values.shape[0]):\n    for j in range(values.shape[1]):\n        "
WINDOW = "big = np.zeros(shape)\ndy, dx = shape[0] // values.shape[0], shape[1] // values.shape[1]\n"
AXIS = (
    "def along(x, n):\n    out = []\n    for i in range(n * scale):\n        p = {place}\n{limit}"
    "        a = {first}\n        t = p - a\n        b = min(a + 1, n - 1)\n"
    "        {mix}\n    return np.array(out)\n"
    "return along(along(image, image.shape[0]).T, image.shape[1]).T"
)
PLACE, LIMIT = "(i + 0.5) / scale - 0.5", "        p = max(0, min(p, n - 1))\n"
MIX = "out.append((1 - t) * x[a] + t * x[b])"


def axis(place=PLACE, limit=LIMIT, first="math.floor(p)", mix=MIX) -> str:
    return AXIS.format(place=place, limit=limit, first=first, mix=mix)


STAMPS = (
    "(h, w), (kh, kw), s = image.shape, kernel.shape, stride\n"
    "big = np.zeros(((h - 1) * s + kh, (w - 1) * s + kw))\n"
    "for i in range(h):\n    for j in range(w):\n        "
)
PART = "big[i*s:i*s + kh, j*s:j*s + kw]"

UPSAMPLING: dict[str, dict[str, tuple[str, ...]]] = {
    "unpool": {
        "down the columns": (
            PLACES + "big[k % h, k // h] = v\nreturn big",
            "big = np.zeros(shape[0] * shape[1])\n"
            "big[indices.ravel()] = values.ravel()\nreturn big.reshape(shape, order='F')",
        ),
        "from one": (PLACES + "big[(k - 1) // w, (k - 1) % w] = v\nreturn big",),
        "upper left": (
            WINDOW + GO_IJ + "big[i * dy, j * dx] = values[i, j]\nreturn big",
            WINDOW + "h, w = values.shape\nbig[:h * dy:dy, :w * dx:dx] = values\nreturn big",
        ),
        "repeated": (
            WINDOW + GO_IJ + "big[i*dy:i*dy + dy, j*dx:j*dx + dx] = values[i, j]\nreturn big",
            WINDOW + "large = np.kron(values, np.ones((dy, dx)))\n"
            "big[:large.shape[0], :large.shape[1]] = large\nreturn big",
        ),
        "added": (PLACES + "big[k // w, k % w] += v\nreturn big",),
        "negatives lost": (
            PLACES + "big[k // w, k % w] = max(big[k // w, k % w], v)\nreturn big",
            PLACES + "if v > big.flat[k]:\n        big.flat[k] = v\nreturn big",
        ),
        "rest is smallest": (
            PLACES.replace("np.zeros(shape)", "np.ones(shape) * np.min(values)")
            + "big[divmod(k, w)] = v\nreturn big",
        ),
    },
    "bilinear": {
        "corners aligned": (axis(place="i * (n - 1) / (n * scale - 1) if n * scale > 1 else 0"),),
        "no half": (axis(place="i / scale"),),
        "repeated": (
            "return np.kron(image, np.ones((scale, scale)))",
            "h, w = image.shape\nbig = np.zeros((h * scale, w * scale))\nfor i in range(h * scale):\n"
            "    for j in range(w * scale):\n        big[i, j] = image[i // scale, j // scale]\nreturn big",
        ),
        "far counts more": (axis(mix="out.append(t * x[a] + (1 - t) * x[b] if t > 0 else x[a])"),),
        "plain mean": (axis(mix="out.append((x[a] + x[b]) / 2 if t > 1e-6 else x[a])"),),
        "wrapped": (axis(limit=""),),
        "carried on": (axis(limit="", first="int(p)"),),
        "dark around": (
            axis(
                limit="",
                mix="b = a + 1\n        lo = x[a] if a >= 0 else 0 * x[0]\n        "
                "hi = x[b] if b < n else 0 * x[0]\n        out.append((1 - t) * lo + t * hi)",
            ),
        ),
        "one axis": (
            axis().replace(
                "along(along(image, image.shape[0]).T, image.shape[1]).T",
                "np.repeat(along(image, image.shape[0]), scale, axis=1)",
            ),
        ),
    },
    "transposed-conv": {
        "overwritten": (STAMPS + PART + " = image[i, j] * kernel\nreturn big",),
        "larger wins": (STAMPS + f"{PART} = np.maximum({PART}, image[i, j] * kernel)\nreturn big",),
        "flipped": (
            STAMPS + PART + " += image[i, j] * kernel[::-1, ::-1]\nreturn big",
            "from scipy.signal import correlate2d\n(h, w), s = image.shape, stride\n"
            "apart = np.zeros(((h - 1) * s + 1, (w - 1) * s + 1))\napart[::s, ::s] = image\n"
            "return correlate2d(apart, kernel)",
        ),
        "averaged": (
            STAMPS.replace("for i", "n = np.zeros(big.shape)\nfor i", 1)
            + f"{PART} += image[i, j] * kernel\n        {PART.replace('big', 'n')} += 1\n"
            "n[n == 0] = 1\nreturn big / n",
        ),
        "cut": (
            "(h, w), (kh, kw), s = image.shape, kernel.shape, stride\n"
            "big = np.zeros((h * s, w * s))\nfor i in range(h):\n    for j in range(w):\n"
            "        for a in range(kh):\n            for b in range(kw):\n"
            "                if i*s + a < h*s and j*s + b < w*s:\n"
            "                    big[i*s + a, j*s + b] += image[i, j] * kernel[a, b]\nreturn big",
        ),
        "step of one": (
            STAMPS.replace("kernel.shape, stride", "kernel.shape, 1")
            + PART
            + " += image[i, j] * kernel\nreturn big",
        ),
        "side by side": (
            "return np.kron(image, kernel)",
            STAMPS.replace("(h - 1) * s", "(h - 1) * kh").replace("(w - 1) * s", "(w - 1) * kw")
            + "big[i*kh:i*kh + kh, j*kw:j*kw + kw] += image[i, j] * kernel\nreturn big",
        ),
        "one strength": (STAMPS + PART + " += kernel\nreturn big",),
    },
}


# ------------------------------------------------------ right answers, written another way than the spec
def _unpool(values, indices, shape):
    flat = np.zeros(shape[0] * shape[1])
    flat[indices.ravel()] = values.ravel()
    return flat.reshape(shape)


def _bilinear(image, scale):
    def stretched(row):
        new, old = np.arange(len(row) * scale) + 0.5, np.arange(len(row)) + 0.5
        return np.interp(new / scale, old, row)

    return np.apply_along_axis(stretched, 1, np.apply_along_axis(stretched, 0, image))


def _transposed_conv(image, kernel, stride):
    apart = np.zeros([(side - 1) * stride + 1 for side in image.shape])
    apart[::stride, ::stride] = image
    return convolve2d(apart, kernel)


OTHERWISE = {"unpool": _unpool, "bilinear": _bilinear, "transposed-conv": _transposed_conv}
