"""What students of chapter 08 type: see `student_code`. And each exercise solved in another way."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import shift

ROLL = "a, b = np.roll(image, (down, right), (0, 1)), np.roll(mask, (down, right), (0, 1))\n"
GO = (
    "h, w = image.shape\na, b = {start}\nfor i in range(h):\n    for j in range(w):\n        "
    "y, x = {source}\n        if 0 <= y < h and 0 <= x < w:\n            {copy}\nreturn np.dstack((a, b))"
)
ZEROS, SOURCE = "np.zeros((h, w)), np.zeros((h, w))", "i - down, j - right"
COPY = "a[i, j], b[i, j] = image[y, x], mask[y, x]"


def go(start=ZEROS, source=SOURCE, copy=COPY) -> str:
    return GO.format(start=start, source=source, copy=copy)


CYCLE = (
    "low = highest / 25\nq = steps / 4\nif step < q:\n    t = step / q\n    return {up}\n"
    "t = (step - q) / (steps - q)\nreturn {fall}"
)
UP, FALL = (
    "low + (highest - low) * (1 - math.cos(math.pi * t)) / 2",
    "highest * (1 + math.cos(math.pi * t)) / 2",
)


def cycle(up=UP, fall=FALL) -> str:
    return CYCLE.format(up=up, fall=fall)


MEANS = "means = [(arm[row] - baseline[row]).mean() for row in draws]\n"
ENDS = "return np.quantile(means, 0.025), np.quantile(means, 0.975)"

LITTLE_DATA: dict[str, dict[str, tuple[str, ...]]] = {
    "move-pair": {
        "wraps around": (ROLL + "return np.dstack((a, b))",),
        "mask stays": (
            go(copy="a[i, j] = image[y, x]").replace(
                "return np.dstack((a, b))", "return np.dstack((a, mask))"
            ),
        ),
        "image stays": (
            go(copy="b[i, j] = mask[y, x]").replace(
                "return np.dstack((a, b))", "return np.dstack((image, b))"
            ),
        ),
        "other way": (go(source="i + down, j + right"),),
        "up for down": (go(source="i + down, j - right"),),
        "axes swapped": (go(source="i - right, j - down"),),
        "apart": (
            go(
                copy="a[i, j] = image[y, x]\n        y, x = i + down, j + right\n"
                "        if 0 <= y < h and 0 <= x < w:\n            b[i, j] = mask[y, x]"
            ),
        ),
        "border repeated": (
            "h, w = image.shape\na, b = np.zeros((h, w)), np.zeros((h, w))\nfor i in range(h):\n"
            "    for j in range(w):\n        y = max(0, min(h - 1, i - down))\n"
            "        x = max(0, min(w - 1, j - right))\n        a[i, j], b[i, j] = image[y, x], mask[y, x]\n"
            "return np.dstack((a, b))",
        ),
        "old pixels stay": (go(start="image.copy(), mask.copy()"),),
    },
    "one-cycle": {
        "straight": (
            cycle(up="low + (highest - low) * t", fall="highest * (1 - t)"),
            "return np.interp(step, [0, steps / 4, steps], [highest / 25, highest, 0])",
        ),
        "from zero": (cycle(up="highest * (1 - math.cos(math.pi * t)) / 2"),),
        "no rise": ("return highest / 2 * (1 + math.cos(math.pi * step / steps))",),
        "top in the middle": (cycle().replace("steps / 4", "steps / 2"),),
        "falls to the start": (cycle(fall="low + (highest - low) * (1 + math.cos(math.pi * t)) / 2"),),
        "quarter wave": (
            cycle(
                up="low + (highest - low) * (1 - math.cos(math.pi / 2 * t))",
                fall="highest * math.cos(math.pi / 2 * t)",
            ),
        ),
        "stays up": (cycle(fall="highest"),),
        "degrees": (cycle().replace("math.pi", "180"),),
        "start added": (cycle(up="low + highest * (1 - math.cos(math.pi * t)) / 2"),),
    },
    "bootstrap-interval": {
        "other way round": (MEANS.replace("arm[row] - baseline[row]", "baseline[row] - arm[row]") + ENDS,),
        "pairs torn": (MEANS.replace("baseline[row]", "baseline.mean()") + ENDS,),
        "two intervals": (
            "a, b = arm[draws].mean(axis=1), baseline[draws].mean(axis=1)\n"
            "return tuple(np.quantile(a, q) - np.quantile(b, q) for q in (0.025, 0.975))",
        ),
        "single seeds": ("means = (arm - baseline)[draws]\n" + ENDS,),
        "no draws": ("means = arm - baseline\n" + ENDS,),
        "ninety": (MEANS + "return np.quantile(means, 0.05), np.quantile(means, 0.95)",),
        "whole range": (MEANS + "return min(means), max(means)",),
        "medians": (
            MEANS.replace("(arm[row] - baseline[row]).mean()", "np.median(arm[row] - baseline[row])") + ENDS,
        ),
        "counted from one": (MEANS.replace("[row]", "[row - 1]") + ENDS,),
    },
}


# ------------------------------------------------------ right answers, written another way than the spec
def _move_pair(image, mask, down, right):
    return shift(np.dstack((image, mask)), (down, right, 0), order=0)


def _one_cycle(step, steps, highest):
    turns = np.interp(step / steps, [0, 0.25, 1], [-np.pi, 0, np.pi])
    risen = (1 + np.cos(turns)) / 2
    return highest * (risen if turns >= 0 else (1 + 24 * risen) / 25)


def _bootstrap_interval(arm, baseline, draws):
    return tuple(np.percentile((arm - baseline)[draws].mean(axis=1), [2.5, 97.5]))


OTHERWISE = {
    "move-pair": _move_pair,
    "one-cycle": _one_cycle,
    "bootstrap-interval": _bootstrap_interval,
}
