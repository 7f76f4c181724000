"""What students type: each misconception in a student's own words, not in those of the exercise's file.

``TYPED[key][name]`` is the body of a function; `numpy` is at hand as ``np`` and ``math`` is imported, as in a
notebook. A misconception may be typed in several ways.
"""

from __future__ import annotations

from student_abdomen import ABDOMEN
from student_convolution import CONVOLUTION
from student_fcn import FCN
from student_head import HEAD
from student_little_data import LITTLE_DATA
from student_pooling import POOLING
from student_recurrence import RECURRENCE
from student_upsampling import UPSAMPLING

STEPS = "down = end[0] - start[0]\nacross = end[1] - start[1]\n"
MIDDLE = (
    "_, h, w = decoder.shape\ntop = (encoder.shape[1] - h) // 2\nleft = (encoder.shape[2] - w) // 2\n"
    "middle = encoder[:, top:top + h, left:left + w]\n"
)
AXES = "a = height * spacing[0] / 2\nb = width * spacing[1] / 2\n"
RAMANUJAN = "h = ((a - b) / (a + b))**2\nreturn math.pi * (a + b) * (1 + 3*h / (10 + math.sqrt(4 - 3*h)))"
GO = "for k, s in layers:\n    "
BORDERS = "z = np.array(impedances)\nr = (z[1:] - z[:-1]) / (z[1:] + z[:-1])\n"
LEVEL = "db = 20 * np.log10(amplitude / white)\n"
ARC = (
    "x, y = across, radius + down\ndepth = math.hypot(x, y) - radius\n"
    "angle = math.degrees(math.atan2(x, y))\n"
)

TYPED: dict[str, dict[str, tuple[str, ...]]] = {
    "length-mm": {
        "in pixels": (
            STEPS + "return (down**2 + across**2) ** 0.5",
            "return math.dist(start, end)",
        ),
        "mean scale": (
            STEPS + "return math.sqrt(down**2 + across**2) * (spacing[0] + spacing[1]) / 2",
            "return math.dist(start, end) * np.mean(spacing)",
        ),
        "swapped": (
            STEPS + "return math.sqrt((down * spacing[1])**2 + (across * spacing[0])**2)",
            "dx = (end[0] - start[0]) * spacing[1]\ndy = (end[1] - start[1]) * spacing[0]\n"
            "return math.hypot(dx, dy)",
        ),
        "one spacing": (STEPS + "return math.sqrt(down**2 + across**2) * spacing[0]",),
        "round the corner": (
            STEPS + "return abs(down) * spacing[0] + abs(across) * spacing[1]",
            "return sum(abs(b - a) * s for a, b, s in zip(start, end, spacing))",
        ),
        "fence posts": (
            "rows = abs(end[0] - start[0]) + 1\ncolumns = abs(end[1] - start[1]) + 1\n"
            "return math.hypot(rows * spacing[0], columns * spacing[1])",
        ),
        "no root": (STEPS + "return (down * spacing[0])**2 + (across * spacing[1])**2",),
    },
    "border-echo": {
        "power": (
            BORDERS + "return 10 * np.log10(abs(r[-1]) * np.prod(1 - r[:-1]**2))",
            "left = 1\nfor a, b, c in zip(impedances, impedances[1:], impedances[2:]):\n"
            "    left *= 1 - ((b - a) / (b + a))**2\na, b = impedances[-2:]\n"
            "return 10 * math.log10(left * abs(b - a) / (b + a))",
        ),
        "not on the way": (
            "a, b = impedances[-2], impedances[-1]\nreturn 20 * math.log10(abs(b - a) / (a + b))",
        ),
        "one minus R": (
            BORDERS + "r = abs(r)\nreturn 20 * np.log10(r[-1] * np.prod(1 - r[:-1]))",
            "wave = 1\nfor a, b in zip(impedances, impedances[1:]):\n    r = abs(b - a) / (b + a)\n"
            "    back = wave * r\n    wave -= back\nreturn 20 * math.log10(back)",
        ),
        "one minus R, twice": (
            BORDERS + "t = 1 - abs(r[:-1])\nreturn 20 * np.log10(abs(r[-1]) * np.prod(t) * np.prod(t))",
        ),
        "itself": (BORDERS + "return 20 * np.log10(abs(r[-1]) * (1 - r**2).prod())",),
        "with its sign": (BORDERS + "return 20 * np.log10(r[-1] * (1 - r[:-1]**2).prod())",),
        "amplitude": (BORDERS + "return abs(r[-1]) * (1 - r[:-1]**2).prod()",),
        "upside down": (
            BORDERS + "return -20 * np.log10(abs(r[-1]) * (1 - r[:-1]**2).prod())",
            BORDERS + "return 20 * np.log10(1 / (abs(r[-1]) * (1 - r[:-1]**2).prod()))",
        ),
        "natural logarithm": (BORDERS + "return 20 * np.log(abs(r[-1]) * (1 - r[:-1]**2).prod())",),
        "first border": (BORDERS + "return 20 * np.log10(abs(r[0]))",),
    },
    "grey-levels": {
        "power": (
            "db = 10 * np.log10(amplitude / white)\n"
            "return np.clip((db + dynamic_range) / dynamic_range, 0, 1)",
        ),
        "uncut": (
            LEVEL + "return (db + dynamic_range) / dynamic_range",
            LEVEL + "return 1 + db / dynamic_range",
        ),
        "no floor": (LEVEL + "grey = 1 + db / dynamic_range\ngrey[grey > 1] = 1\nreturn grey",),
        "no ceiling": (LEVEL + "grey = 1 + db / dynamic_range\ngrey[grey < 0] = 0\nreturn grey",),
        "own white": (
            "db = 20 * np.log10(amplitude)\nreturn np.clip(1 + (db - db.max()) / dynamic_range, 0, 1)",
            "db = 20 * np.log10(amplitude / amplitude.max())\nreturn np.clip(db / dynamic_range + 1, 0, 1)",
        ),
        "no white": ("db = 20 * np.log10(amplitude)\nreturn np.clip(1 + db / dynamic_range, 0, 1)",),
        "linear": ("return np.minimum(amplitude / white, 1)",),
        "negative": (LEVEL + "return np.clip(-db / dynamic_range, 0, 1)",),
        "natural logarithm": (
            "db = 20 * np.log(amplitude / white)\nreturn np.clip(1 + db / dynamic_range, 0, 1)",
        ),
        "white in dB": (
            "db = 20 * np.log10(amplitude)\n"
            "return np.clip((db - white + dynamic_range) / dynamic_range, 0, 1)",
        ),
    },
    "beam-place": {
        "radians": ("return math.hypot(radius + down, across) - radius, math.atan2(across, radius + down)",),
        "no radius": (
            "return math.sqrt(down**2 + across**2), math.degrees(math.atan2(across, down))",
            "return np.hypot(down, across), np.rad2deg(np.arctan2(across, down))",
        ),
        "from the centre": (ARC + "return math.hypot(x, y), angle",),
        "straight down": (ARC + "return down, angle",),
        "other order": (ARC + "return angle, depth",),
        "from the side": (ARC + "return depth, math.degrees(math.atan2(y, x))",),
        "no sign": (ARC + "return depth, abs(angle)",),
        "slope": (ARC + "return depth, math.degrees(x / y)",),
        "depth from the middle of the face": (ARC + "return math.hypot(down, across), angle",),
        "angle from the middle of the face": (ARC + "return depth, math.degrees(math.atan2(across, down))",),
    },
    "crop-concat": {
        "corner": (
            "h, w = decoder.shape[1:]\nreturn np.concatenate([encoder[:, :h, :w], decoder], axis=0)",
            "return np.vstack([encoder[:, :decoder.shape[1], :decoder.shape[2]], decoder])",
        ),
        "round up": (
            "_, h, w = decoder.shape\ntop = math.ceil((encoder.shape[1] - h) / 2)\n"
            "left = math.ceil((encoder.shape[2] - w) / 2)\n"
            "return np.concatenate([encoder[:, top:top + h, left:left + w], decoder])",
            "_, h, w = decoder.shape\ntop = encoder.shape[1] - h - (encoder.shape[1] - h) // 2\n"
            "left = encoder.shape[2] - w - (encoder.shape[2] - w) // 2\n"
            "return np.concatenate([encoder[:, top:top + h, left:left + w], decoder])",
        ),
        "minus top": (
            "top = (encoder.shape[1] - decoder.shape[1]) // 2\n"
            "left = (encoder.shape[2] - decoder.shape[2]) // 2\n"
            "return np.concatenate([encoder[:, top:-top, left:-left], decoder])",
        ),
        "decoder first": (MIDDLE + "return np.concatenate([decoder, middle])",),
        "added": (MIDDLE + "return middle + decoder",),
        "one under the other": (MIDDLE + "return np.concatenate([middle, decoder], axis=1)",),
        "along the width": (
            MIDDLE + "return np.concatenate([middle, decoder], axis=2)",
            MIDDLE + "return np.concatenate((middle, decoder), -1)",
            MIDDLE + "return np.dstack([middle, decoder])",
        ),
        "new axis": (
            MIDDLE + "return np.stack([middle, decoder])",
            MIDDLE + "return np.array([middle, decoder])",
        ),
        "padded": (
            "_, H, W = encoder.shape\nbig = np.zeros((decoder.shape[0], H, W))\n"
            "top = (H - decoder.shape[1]) // 2\nleft = (W - decoder.shape[2]) // 2\n"
            "big[:, top:top + decoder.shape[1], left:left + decoder.shape[2]] = decoder\n"
            "return np.concatenate([encoder, big])",
        ),
        "rows only": (
            "h = decoder.shape[1]\ntop = (encoder.shape[1] - h) // 2\n"
            "return np.concatenate([encoder[:, top:top + h], decoder])",
        ),
        "squeezed": (
            "c, H, W = encoder.shape\n_, h, w = decoder.shape\nsmall = np.zeros((c, h, w))\n"
            "for i in range(h):\n    for j in range(w):\n"
            "        small[:, i, j] = encoder[:, i * H // h, j * W // w]\n"
            "return np.concatenate([small, decoder])",
        ),
    },
    "dice": {
        "nothing by nothing": (
            "return 2 * (first & second).sum() / (first.sum() + second.sum())",
            "return 2 * int((first & second).sum()) / int(first.sum() + second.sum())",
        ),
        "empty is zero": (
            "total = first.sum() + second.sum()\nif total == 0:\n    return 0\n"
            "return 2 * np.sum(first * second) / total",
            "return 2 * (first & second).sum() / max(first.sum() + second.sum(), 1)",
        ),
        "intersection over union": (
            "both = (first & second).sum()\neither = (first | second).sum()\n"
            "return both / either if either else 1.0",
            "return (first & second).sum() / (first | second).sum()",
            "shared = (first & second).sum()\nreturn shared / (first.sum() + second.sum() - shared)",
        ),
        "no factor two": (
            "total = first.sum() + second.sum()\nif total == 0:\n    return 1\n"
            "return (first & second).sum() / total",
            "return (first & second).sum() / (first.sum() + second.sum())",
        ),
        "booleans added": (
            "total = (first + second).sum()\nif total == 0:\n    return 1.0\n"
            "return 2 * (first & second).sum() / total",
        ),
        "accuracy": (
            "return (first == second).mean()",
            "return np.count_nonzero(first == second) / first.size",
        ),
        "share of the first": (
            "if not first.any():\n    return 0.0 if second.any() else 1.0\n"
            "return (first & second).sum() / first.sum()",
            "return (first & second).sum() / first.sum()",
        ),
        "share of the second": (
            "if not second.any():\n    return 0.0 if first.any() else 1.0\n"
            "return (first & second).sum() / second.sum()",
            "return (first & second).sum() / second.sum()",
        ),
        "smoothed": (
            "return (2 * (first & second).sum() + 1) / (first.sum() + second.sum() + 1)",
            "smooth = 1.0\nshared = np.logical_and(first, second).sum()\n"
            "return (2 * shared + smooth) / (first.sum() + second.sum() + smooth)",
        ),
    },
    "receptive-field": {
        "no step": (
            "field = 1\n" + GO + "field += k - 1\nreturn field",
            "return 1 + sum(k - 1 for k, s in layers)",
        ),
        "stride first": ("field = step = 1\n" + GO + "step *= s\n    field += (k - 1) * step\nreturn field",),
        "whole kernel": ("field = step = 1\n" + GO + "field += k * step\n    step *= s\nreturn field",),
        "from zero": ("field, step = 0, 1\n" + GO + "field += (k - 1) * step\n    step *= s\nreturn field",),
        "strides added": (
            "field = step = 1\n" + GO + "field += (k - 1) * step\n    step += s - 1\nreturn field",
        ),
        "up ignored": (
            "field = step = 1\n"
            + GO
            + "field += (k - 1) * step\n    if s > 1:\n        step *= s\nreturn field",
            "field = step = 1\n" + GO + "field += (k - 1) * step\n    step *= max(1, s)\nreturn field",
        ),
        "last stride": ("field, step = 1, 1\n" + GO + "field += (k - 1) * step\n    step = s\nreturn field",),
        "strides only": (
            "field = 1\n" + GO + "field *= s\nreturn field",
            "return math.prod(s for k, s in layers)",
        ),
    },
    "circumference": {
        "pi times the sum": (
            AXES + "return math.pi * (a + b)",
            AXES + "return 2 * np.pi * (a + b) / 2",
        ),
        "root mean square": (
            AXES + "return 2 * math.pi * math.sqrt((a**2 + b**2) / 2)",
            AXES + "return math.pi * math.sqrt(2 * (a**2 + b**2))",
        ),
        "diameters for radii": ("a = height * spacing[0]\nb = width * spacing[1]\n" + RAMANUJAN,),
        "mean scale": (
            "a, b = height / 2, width / 2\nh = ((a - b) / (a + b))**2\n"
            "pixels = math.pi * (a + b) * (1 + 3*h / (10 + math.sqrt(4 - 3*h)))\n"
            "return pixels * (spacing[0] + spacing[1]) / 2",
        ),
        "in pixels": ("a, b = height / 2, width / 2\n" + RAMANUJAN,),
        "swapped": ("a = height * spacing[1] / 2\nb = width * spacing[0] / 2\n" + RAMANUJAN,),
        "area": (AXES + "return math.pi * a * b",),
        "h without square": (
            AXES
            + "h = abs(a - b) / (a + b)\n"
            + "return math.pi * (a + b) * (1 + 3*h / (10 + math.sqrt(4 - 3*h)))",
        ),
    },
}
TYPED |= CONVOLUTION
TYPED |= FCN
TYPED |= POOLING
TYPED |= RECURRENCE
TYPED |= UPSAMPLING
TYPED |= LITTLE_DATA
TYPED |= HEAD
TYPED |= ABDOMEN
