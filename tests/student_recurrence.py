"""What students of chapter 07 type: see `student_code`. And each exercise solved in another way."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

SIGMOID = "s = lambda v: 1 / (1 + np.exp(-v))\n"
PARTS = SIGMOID + "a, b = np.split(weight_x @ x + bias, 3), np.split(weight_state @ state, 3)\n"
GATES = "r, k = s(a[0] + b[0]), s(a[1] + b[1])\n"
NEW = "p = np.tanh(a[2] + r * b[2])\n"
MIX = "return k * state + (1 - k) * p"
UPDATE = "state = np.tanh(weight * state + x)\n    "
ROWS = "h, w = picture.shape\nout = np.zeros((2, h, w))\n"
LOOP = (
    "for i in range(h):\n    state = 0\n    for j in range(w):\n"
    "        state = keep * state + (1 - keep) * picture[i, j]\n        out[0, i, j] = state\n"
)
BACK = (
    "    state = 0\n    for j in range(w - 1, -1, -1):\n"
    "        state = keep * state + (1 - keep) * picture[i, j]\n        out[1, i, j] = state\n"
)
WALK = (
    "def walk(p):\n    out, state = [], np.zeros(len(p))\n    for column in p.T:\n"
    "        state = keep * state + (1 - keep) * column\n        out.append(state)\n"
    "    return np.array(out).T\n"
)
STEPS = "state, factor = first, 1\nfor x in inputs:\n    "

RECURRENCE: dict[str, dict[str, tuple[str, ...]]] = {
    "gru-step": {
        "keep flipped": (PARTS + GATES + NEW + "return (1 - k) * state + k * p",),
        "no reset": (
            PARTS + GATES + "p = np.tanh(a[2] + b[2])\n" + MIX,
            SIGMOID + "n = len(state)\nz = weight_x @ x + bias + weight_state @ state\n"
            "k, p = s(z[n:2*n]), np.tanh(z[2*n:])\nreturn p + k * (state - p)",
        ),
        "reset all": (PARTS + GATES + "p = np.tanh(r * (a[2] + b[2]))\n" + MIX,),
        "order": (PARTS + "k, r = s(a[0] + b[0]), s(a[1] + b[1])\n" + NEW + MIX,),
        "sigmoid proposal": (PARTS + GATES + "p = s(a[2] + r * b[2])\n" + MIX,),
        "tanh gates": (
            PARTS + "r, k = np.tanh(a[0] + b[0]), np.tanh(a[1] + b[1])\n" + NEW + MIX,
        ),
        "added": (PARTS + GATES + NEW + "return k * state + p",),
        "proposal alone": (PARTS + GATES + NEW + "return p",),
    },
    "scan-rows": {
        "one way": (WALK + "return np.stack([walk(picture), walk(picture)])",),
        "not turned back": (
            WALK + "return np.array([walk(picture), walk(picture[:, ::-1])])",
            ROWS + LOOP + BACK.replace("out[1, i, j]", "out[1, i, w - 1 - j]") + "return out",
        ),
        "goes on": (
            ROWS + "state = 0\n" + LOOP.replace("    state = 0\n", "") + "state = 0\nfor i in range(h):\n"
            + BACK.replace("    state = 0\n", "") + "return out",
        ),
        "columns": (
            WALK + "p = picture.T\nreturn np.stack([walk(p).T, walk(p[:, ::-1])[:, ::-1].T])",
        ),
        "first pixel": (
            ROWS + (LOOP + BACK).replace("state = 0", "state = picture[i, 0]", 1).replace(
                "state = 0", "state = picture[i, -1]"
            ) + "return out",
        ),
        "before the pixel": (
            ROWS + "for i in range(h):\n    for d, way in enumerate([range(w), range(w - 1, -1, -1)]):\n"
            "        state = 0\n        for j in way:\n            out[d, i, j] = state\n"
            "            state = keep * state + (1 - keep) * picture[i, j]\nreturn out",
        ),
        "keep flipped": (
            ROWS + (LOOP + BACK).replace("keep * state + (1 - keep)", "(1 - keep) * state + keep")
            + "return out",
        ),
        "summed": (ROWS + (LOOP + BACK).replace("(1 - keep) * picture", "picture") + "return out",),
        "both added": (WALK + "return walk(picture) + walk(picture[:, ::-1])[:, ::-1]",),
        "twice": (WALK + "there = walk(picture)\nreturn np.stack([there, walk(there[:, ::-1])[:, ::-1]])",),
    },
    "memory-factor": {
        "weight alone": ("return float(weight ** len(inputs))", STEPS + "factor *= weight\nreturn factor"),
        "slopes alone": (
            STEPS + UPDATE + "factor *= 1 - state**2\nreturn float(factor)",
        ),
        "slope before": (
            STEPS + "factor *= weight * (1 - state**2)\n    state = np.tanh(weight * state + x)\n"
            "return float(factor)",
        ),
        "no square": (
            STEPS + UPDATE + "factor *= weight * (1 - state)\nreturn float(factor)",
        ),
        "sum": (
            STEPS.replace("1\n", "0\n") + "state = np.tanh(weight * state + x)\n"
            "    factor += weight * (1 - state**2)\nreturn float(factor)",
        ),
        "last step": (
            STEPS + UPDATE + "factor = weight * (1 - state**2)\nreturn float(factor)",
        ),
        "one too many": (
            "state = first\nfactor = weight * (1 - state**2)\nfor x in inputs:\n"
            "    " + UPDATE + "factor *= weight * (1 - state**2)\nreturn float(factor)",
        ),
        "last state": (
            "state = first\nfor x in inputs:\n    state = np.tanh(weight * state + x)\nreturn float(state)",
        ),
    },
}  # fmt: skip


def gru_step(x, state, weight_x, weight_state, bias):
    n = len(state)
    both = np.hstack([weight_x, weight_state]) @ np.concatenate([x, state]) + bias
    reset, keep = 0.5 + 0.5 * np.tanh(both[: 2 * n].reshape(2, n) / 2)
    asked = weight_state[2 * n :] @ state
    proposal = np.tanh(both[2 * n :] - (1 - reset) * asked)
    return proposal + keep * (state - proposal)


def scan_rows(picture, keep):
    def walk(rows):
        return lfilter([1 - keep], [1, -keep], rows, axis=1)

    return np.stack([walk(picture), walk(picture[:, ::-1])[:, ::-1]])


def memory_factor(inputs, weight, first):
    def last(state):
        for x in inputs:
            state = np.tanh(weight * state + x)
        return state

    step = 1e-20  # a complex step: no rounding
    return float(np.imag(last(complex(first, step))) / step)


OTHERWISE = {"gru-step": gru_step, "scan-rows": scan_rows, "memory-factor": memory_factor}
