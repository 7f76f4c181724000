"""What students of chapter 03 type: see `student_code`."""

from __future__ import annotations

COUNT = "h, w = picture.shape\nrows = (h - size) // stride + 1\ncolumns = (w - size) // stride + 1\n"
WINDOWS = (
    COUNT + "out = np.zeros((rows, columns))\nfor i in range(rows):\n    for j in range(columns):\n"
    "        window = picture[i*stride:i*stride + size, j*stride:j*stride + size]\n        "
)
STOPS = (
    "out = []\nfor top in range(0, picture.shape[0] - size + 1, {step}):\n    row = []\n"
    "    for left in range(0, picture.shape[1] - size + 1, {step}):\n"
    "        row.append({keep})\n    out.append(row)\nreturn np.array(out)"
)
WHOLE = "picture[top:top + size, left:left + size].max()"
MIRROR = "p = np.pad(picture, 1, mode='reflect')\n"
DOWN_ACROSS = "p = (p[:-2] + 2*p[1:-1] + p[2:]) / 4\np = (p[:, :-2] + 2*p[:, 1:-1] + p[:, 2:]) / 4\n"
BACK = (
    "back = np.zeros(picture.shape)\nfor i in range(gradient.shape[0]):\n"
    "    for j in range(gradient.shape[1]):\n        t, l = i*stride, j*stride\n"
    "        window = picture[t:t + size, l:l + size]\n        "
)
WINNER = "r, c = np.unravel_index(window.argmax(), window.shape)\n        "

POOLING: dict[str, dict[str, tuple[str, ...]]] = {
    "max-pool": {
        "stride is size": (
            STOPS.format(step="size", keep=WHOLE),
            "h, w = picture.shape[0] // size, picture.shape[1] // size\n"
            "return picture[:h*size, :w*size].reshape(h, size, w, size).max(axis=(1, 3))",
        ),
        "stride one": (
            STOPS.format(step="1", keep=WHOLE),
            "from numpy.lib.stride_tricks import sliding_window_view\n"
            "return sliding_window_view(picture, (size, size)).max(axis=(2, 3))",
        ),
        "size is stride": (
            "rows, columns = picture.shape[0] // stride, picture.shape[1] // stride\n"
            "out = np.empty((rows, columns))\nfor i in range(rows):\n    for j in range(columns):\n"
            "        out[i, j] = picture[i*stride:(i + 1)*stride, j*stride:(j + 1)*stride].max()\nreturn out",
        ),
        "cut windows": (
            "h, w = picture.shape\nrows = math.ceil((h - size) / stride) + 1\n"
            "columns = math.ceil((w - size) / stride) + 1\nout = np.zeros((rows, columns))\n"
            "for i in range(rows):\n    for j in range(columns):\n"
            "        window = picture[i*stride:i*stride + size, j*stride:j*stride + size]\n"
            "        out[i, j] = window.max() if window.size else -np.inf\nreturn out",
        ),
        "zero padding": (
            "h, w = picture.shape\nrows = math.ceil((h - size) / stride) + 1\n"
            "columns = math.ceil((w - size) / stride) + 1\n"
            "big = np.zeros(((rows - 1)*stride + size, (columns - 1)*stride + size))\n"
            "n, m = min(h, big.shape[0]), min(w, big.shape[1])\nbig[:n, :m] = picture[:n, :m]\n"
            "return np.array([[big[i*stride:i*stride + size, j*stride:j*stride + size].max()\n"
            "                  for j in range(columns)] for i in range(rows)])",
        ),
        "from zero": (
            WINDOWS + "best = 0\n        for value in window.flat:\n            if value > best:\n"
            "                best = value\n        out[i, j] = best\nreturn out",
            WINDOWS + "out[i, j] = max(0, window.max())\nreturn out",
            COUNT + "out = np.zeros((rows, columns))\nfor i in range(rows):\n    for j in range(columns):\n"
            "        for y in range(size):\n            for x in range(size):\n"
            "                out[i, j] = max(out[i, j], picture[i*stride + y, j*stride + x])\nreturn out",
        ),
        "loudest": (
            WINDOWS + "flat = window.ravel()\n        out[i, j] = flat[np.abs(flat).argmax()]\nreturn out",
        ),
        "mean": (WINDOWS + "out[i, j] = window.mean()\nreturn out",),
        "first": (
            COUNT + "return picture[::stride, ::stride][:rows, :columns]",
            WINDOWS + "out[i, j] = window[0, 0]\nreturn out",
        ),
        "one too few": (
            WINDOWS.replace(" + 1\n", "\n") + "out[i, j] = window.max()\nreturn out",
            STOPS.format(step="stride", keep=WHOLE)
            .replace("- size + 1", "- size - (picture.shape[0] - size) % stride", 1)
            .replace("- size + 1", "- size - (picture.shape[1] - size) % stride", 1)
            .replace("return np.array(out)", COUNT + "return np.reshape(out, (rows - 1, columns - 1))"),
        ),
    },
    "blur-pool": {
        "thinned first": (
            "p = picture[::2, ::2]\np = np.pad(p, 1, mode='reflect')\n" + DOWN_ACROSS + "return p",
        ),
        "box": (
            MIRROR + "h, w = picture.shape\nout = np.zeros(((h + 1)//2, (w + 1)//2))\n"
            "for i in range(out.shape[0]):\n    for j in range(out.shape[1]):\n"
            "        out[i, j] = p[2*i:2*i + 3, 2*j:2*j + 3].mean()\nreturn out",
        ),
        "not divided": (
            MIRROR + DOWN_ACROSS.replace(" / 4", "") + "return p[::2, ::2]",
            MIRROR + "k = np.outer([1, 2, 1], [1, 2, 1])\nh, w = picture.shape\n"
            "out = np.zeros((h, w))\nfor i in range(h):\n    for j in range(w):\n"
            "        out[i, j] = (k * p[i:i + 3, j:j + 3]).sum()\nreturn out[::2, ::2]",
        ),
        "divided once": (MIRROR + DOWN_ACROSS.replace(" / 4", "", 1) + "return p[::2, ::2]",),
        "down only": (MIRROR + "p = (p[:-2] + 2*p[1:-1] + p[2:]) / 4\nreturn p[::2, 1:-1:2]",),
        "across only": (MIRROR + "p = (p[:, :-2] + 2*p[:, 1:-1] + p[:, 2:]) / 4\nreturn p[1:-1:2, ::2]",),
        "zeros around": ("p = np.pad(picture, 1)\n" + DOWN_ACROSS + "return p[::2, ::2]",),
        "border repeated": (
            "p = np.pad(picture, 1, mode='edge')\n" + DOWN_ACROSS + "return p[::2, ::2]",
            "p = np.pad(picture, 1, mode='symmetric')\n" + DOWN_ACROSS + "return p[::2, ::2]",
        ),
        "from the second": (MIRROR + DOWN_ACROSS + "return p[1::2, 1::2]",),
        "not thinned": (MIRROR + DOWN_ACROSS + "return p",),
        "no blur": ("return picture[::2, ::2]",),
    },
    "pool-gradient": {
        "all ties": (
            BACK + "back[t:t + size, l:l + size] += (window == window.max()) * gradient[i, j]\nreturn back",
            BACK + "for r in range(size):\n            for c in range(size):\n"
            "                if window[r, c] == window.max():\n"
            "                    back[t + r, l + c] += gradient[i, j]\nreturn back",
        ),
        "ties share": (
            BACK + "won = window == window.max()\n"
            "        back[t:t + size, l:l + size] += won * gradient[i, j] / won.sum()\nreturn back",
        ),
        "last tie": (
            BACK + "best = -math.inf\n        for r in range(size):\n            for c in range(size):\n"
            "                if window[r, c] >= best:\n                    best, at = window[r, c], (r, c)\n"
            "        back[t + at[0], l + at[1]] += gradient[i, j]\nreturn back",
        ),
        "evenly": (BACK + "back[t:t + size, l:l + size] += gradient[i, j] / size**2\nreturn back",),
        "to all": (BACK + "back[t:t + size, l:l + size] += gradient[i, j]\nreturn back",),
        "times the value": (
            BACK + WINNER + "back[t + r, l + c] += gradient[i, j] * window.max()\nreturn back",
        ),
        "to the corner": (BACK + "back[t, l] += gradient[i, j]\nreturn back",),
        "overwritten": (BACK + WINNER + "back[t + r, l + c] = gradient[i, j]\nreturn back",),
        "values back": (BACK + WINNER + "back[t + r, l + c] = window[r, c]\nreturn back",),
    },
}
