"""What students of chapter 10 type: see `student_code`. And each exercise solved in another way."""

from __future__ import annotations

import numpy as np

RING = (
    "votes = np.zeros(shape)\nfor p, s in zip(points, strengths):\n    for i in range(shape[0]):\n"
    "        for j in range(shape[1]):\n            dy, dx = i - p[0], j - p[1]\n"
    "            if {rule}:\n                {add}\nreturn votes"
)
NEAR, ADD = "abs(math.hypot(dy, dx) - radius) <= 0.5", "votes[i, j] += s"


def ring(rule=NEAR, add=ADD) -> str:
    return RING.format(rule=rule, add=add)


LEFT = "left = y - answer\nlow = x <= threshold\n"
STEP = "return answer + rate * np.where(low, left[low].mean(), left[~low].mean())"
MAPS = (
    "top, bottom = 0, 0\nfor e, o in zip(even, odd):\n    energy = np.sqrt(e**2 + o**2)\n"
    "    t = noise * energy.mean()\n    top = top + {part}\n    bottom = bottom + {under}\nreturn {end}"
)
PART, UNDER, END = "np.clip(abs(e) - o - t, 0, None)", "energy", "top / bottom"


def maps(part=PART, under=UNDER, end=END) -> str:
    return MAPS.format(part=part, under=under, end=end)


ABDOMEN: dict[str, dict[str, tuple[str, ...]]] = {
    "hough-vote": {
        "disc": (ring(rule="math.hypot(dy, dx) <= radius + 0.5"),),
        "square": (ring(rule="abs(max(abs(dy), abs(dx)) - radius) <= 0.5"),),
        "city blocks": (ring(rule="abs(abs(dy) + abs(dx) - radius) <= 0.5"),),
        "swapped": (ring().replace("i - p[0], j - p[1]", "i - p[1], j - p[0]"),),
        "last only": (ring(add="votes[i, j] = s"),),
        "all alike": (ring(add="votes[i, j] += 1"),),
        "diameter": (ring(rule="abs(2 * math.hypot(dy, dx) - radius) <= 1"),),
        "at the points": (
            "votes = np.zeros(shape)\nfor (r, c), s in zip(points, strengths):\n    votes[r, c] += s\n"
            "return votes",
        ),
        "no tolerance": (ring(rule="math.hypot(dy, dx) == radius"),),
    },
    "boost-residuals": {
        "fits the truth anew": (LEFT + STEP.replace("left[", "y["),),
        "forgets the answer": (LEFT + STEP.replace("answer + ", ""),),
        "whole step": (LEFT + STEP.replace("rate * ", ""),),
        "away": (
            LEFT.replace("y - answer", "answer - y") + STEP,
            LEFT + STEP.replace("answer +", "answer -"),
        ),
        "no question": ("return answer + rate * np.mean(y - answer)",),
        "median": (
            LEFT + "return answer + rate * np.where(low, np.median(left[low]), np.median(left[~low]))",
        ),
        "sides swapped": (LEFT + STEP.replace("np.where(low", "np.where(~low"),),
        "sum": (LEFT + STEP.replace("mean()", "sum()"),),
        "each its own": ("return answer + rate * (y - answer)",),
        "low side only": (LEFT + "new = answer.copy()\nnew[low] += rate * left[low].mean()\nreturn new",),
    },
    "phase-symmetry": {
        "bright only": (maps(part="np.clip(e - o - t, 0, None)"),),
        "asymmetry": (maps(part="np.clip(o - abs(e) - t, 0, None)"),),
        "no floor": (maps(part="abs(e) - o - t"),),
        "no threshold": (maps(part="np.clip(abs(e) - o, 0, None)"),),
        "floor too late": (maps(part="abs(e) - o - t", end="np.maximum(top / bottom, 0)"),),
        "not divided": (maps(end="top"),),
        "sum of sizes": (maps(under="abs(e) + o"),),
        "mean of ratios": (maps(part="np.clip(abs(e) - o - t, 0, None) / energy", under="1"),),
        "odd part kept": (maps(part="np.clip(abs(e) - t, 0, None)"),),
        "no root": (maps().replace("np.sqrt(e**2 + o**2)", "e**2 + o**2"),),
    },
}


# ------------------------------------------------------ right answers, written another way than the spec
def _hough_vote(points, strengths, radius, shape):
    r, c = np.indices(shape)
    away = np.hypot(r - points[:, 0, None, None], c - points[:, 1, None, None])
    return np.tensordot(strengths, np.abs(away - radius) <= 0.5, 1)


def _boost_residuals(x, y, answer, threshold, rate):
    side = (x > threshold).astype(int)
    means = np.bincount(side, y - answer) / np.bincount(side)
    return answer + rate * means[side]


def _phase_symmetry(even, odd, noise):
    energy = np.abs(even + 1j * odd)
    noisy = noise * energy.mean(axis=(1, 2), keepdims=True)
    return np.einsum("wrc->rc", (np.abs(even) - odd - noisy).clip(0)) / energy.sum(axis=0)


OTHERWISE = {
    "hough-vote": _hough_vote,
    "boost-residuals": _boost_residuals,
    "phase-symmetry": _phase_symmetry,
}
