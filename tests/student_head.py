"""What students of chapter 09 type: see `student_code`. And each exercise solved in another way."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_fill_holes, correlate

PAIRS = (
    "A, B = a.shape[0], b.shape[0]\nout = np.zeros((A, B))\nfor i in range(A):\n    for j in range(B):\n"
    "        m = {one}\n        out[i, j] = {root}\nreturn out"
)
MEAN, ROOT = "(a[i] * b[j]).mean()", "math.copysign(math.sqrt(abs(m)), m)"


def pairs(one=MEAN, root=ROOT) -> str:
    return PAIRS.format(one=one, root=root)


EDGE = "p = np.pad(picture, ((0, 1), (0, 1)), mode='edge')\n"
NEAR = "below, right, corner = p[1:, :-1], p[:-1, 1:], p[1:, 1:]\n"
FOUR = "return np.array([picture - below, picture - right, picture - corner, below - right])"
OUTER = (
    "seen = np.zeros(edges.shape, bool)\nfor r in range(edges.shape[0]):\n    c = np.flatnonzero(edges[r])\n"
    "    if len(c):\n        seen[r, c[0]] = seen[r, c[-1]] = True\nfor c in range(edges.shape[1]):\n"
    "    r = np.flatnonzero(edges[:, c])\n    if len(r):\n        seen[r[0], c] = seen[r[-1], c] = True\n"
)
FIT = "from fetal_edu.measure import fit_ellipse\n"
PLACES = FIT + OUTER + "points = np.argwhere(seen)\n"
IN_MM = PLACES + "e = fit_ellipse(points * np.array(spacing))\n"

HEAD: dict[str, dict[str, tuple[str, ...]]] = {
    "outer-product": {
        "means first": (
            pairs(one="a[i].mean() * b[j].mean()"),
            "x = np.outer(a.mean(axis=(1, 2)), b.mean(axis=(1, 2)))\nreturn np.sign(x) * abs(x) ** 0.5",
        ),
        "sum": (
            pairs(one="np.sum(a[i] * b[j])"),
            "x = np.einsum('irc,jrc->ij', a, b)\nreturn np.sign(x) * np.sqrt(np.abs(x))",
        ),
        "no root": (pairs(root="m"),),
        "sign lost": (pairs(root="abs(m) ** 0.5"),),
        "cut at zero": (pairs(root="math.sqrt(max(m, 0))"), pairs(root="math.sqrt(m) if m > 0 else 0")),
        "turned": (pairs().replace("return out", "return out.transpose()"),),
        "largest": (pairs(one="(a[i] * b[j]).max()"),),
        "root of each place": (
            pairs(root="(np.sign(a[i] * b[j]) * np.sqrt(np.abs(a[i] * b[j]))).mean()"),
        ),
    },
    "difference-maps": {
        "other sign": (
            EDGE + NEAR + FOUR.replace("np.array(", "-np.array("),
            EDGE + NEAR + "a = np.array([below, right, corner]) - picture\n"
            "return np.concatenate([a, (right - below)[None]])",
        ),
        "border is an edge": (EDGE.replace(", mode='edge'", "") + NEAR + FOUR,),
        "wraps around": (
            "below = np.roll(picture, -1, axis=0)\nright = np.roll(picture, -1, axis=1)\n"
            "corner = np.roll(below, -1, axis=1)\n" + FOUR,
        ),
        "above and left": (
            EDGE.replace("((0, 1), (0, 1))", "((1, 0), (1, 0))")
            + "below, right, corner = p[:-1, 1:], p[1:, :-1], p[:-1, :-1]\n"
            + FOUR,
        ),
        "sizes only": (EDGE + NEAR + FOUR.replace("np.array(", "np.abs("),),
        "down for right": (EDGE + "below, right, corner = p[1:, :-1], p[:-1, 1:], p[1:, 1:]\n"
            "return np.array([picture - right, picture - below, picture - corner, below - right])",),
        "fourth from the pixel": (
            EDGE + NEAR + "q = np.pad(picture, 1, mode='edge')\n"
            + FOUR.replace("below - right", "picture - q[2:, :-2]"),
        ),
        "squares": (EDGE + NEAR + FOUR + " ** 2",),
    },
    "canny-to-ellipse": {
        "in pixels": (PLACES + "return fit_ellipse(points).circumference",),
        "mean scale": (PLACES + "return fit_ellipse(points).circumference * np.mean(spacing)",),
        "swapped": (PLACES + "return fit_ellipse(points * [spacing[1], spacing[0]]).circumference",),
        "both edges": (FIT + "return fit_ellipse(np.argwhere(edges) * spacing).circumference",),
        "inner edge": (
            FIT + OUTER + "return fit_ellipse(np.argwhere(edges & ~seen) * spacing).circumference",
        ),
        "pixels counted": (OUTER + "return seen.sum() * np.mean(spacing)",),
        "upright box": (
            "from fetal_edu.measure import circumference\nr, c = np.nonzero(edges)\n"
            "h, w = (r.max() - r.min()) * spacing[0], (c.max() - c.min()) * spacing[1]\n"
            "return circumference(max(h, w) / 2, min(h, w) / 2)",
        ),
        "pi times the mean": (IN_MM + "return math.pi * (e.semi_major + e.semi_minor)",),
        "area": (IN_MM + "return math.pi * e.semi_major * e.semi_minor",),
    },
}  # fmt: skip


# ------------------------------------------------------ right answers, written another way than the spec
def _outer_product(a, b):
    mean = a.reshape(len(a), -1) @ b.reshape(len(b), -1).T / a[0].size
    return np.copysign(np.sqrt(np.abs(mean)), mean)


def _difference_maps(picture):
    kernels = np.zeros((4, 3, 3))
    kernels[:3, 1, 1] = 1
    kernels[0, 2, 1] = kernels[1, 1, 2] = kernels[2, 2, 2] = kernels[3, 1, 2] = -1
    kernels[3, 2, 1] = 1
    return np.stack([correlate(picture, kernel, mode="nearest") for kernel in kernels])


def _canny_to_ellipse(edges, spacing):
    """Fill the ring, take its border, fit a conic by plain least squares."""
    filled = np.pad(binary_fill_holes(edges), 1)
    near = filled[:-2, 1:-1] & filled[2:, 1:-1] & filled[1:-1, :-2] & filled[1:-1, 2:]
    y, x = (np.argwhere(edges & ~near) * spacing).T
    y, x = y - y.mean(), x - x.mean()
    a, b, c, d, e = np.linalg.lstsq(np.stack([x * x, x * y, y * y, x, y], 1), np.ones(len(x)), rcond=None)[0]
    matrix = np.array([[a, b / 2], [b / 2, c]])
    middle = np.linalg.solve(2 * matrix, [-d, -e])
    axes = np.sqrt((1 + middle @ matrix @ middle) / np.linalg.eigvalsh(matrix))
    t = np.linspace(0, 2 * np.pi, 4001)
    return np.hypot(*np.diff([axes[0] * np.cos(t), axes[1] * np.sin(t)])).sum()


OTHERWISE = {
    "outer-product": _outer_product,
    "difference-maps": _difference_maps,
    "canny-to-ellipse": _canny_to_ellipse,
}
