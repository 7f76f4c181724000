"""A class of ten, made up: what each typed into chapter 06's exercises."""

from __future__ import annotations

import json
from pathlib import Path

from student_code import AXES, RAMANUJAN, TYPED

from fetal_edu.lesson import find

ROOT = Path(__file__).parents[1]
CHAPTER = "06_unet"
LESSON = ROOT / "fetal_edu" / "lesson" / "exercises" / "dice.py"

RIGHT = {
    "crop-concat": (
        "h, w = decoder.shape[1:]\ntop = (encoder.shape[1] - h) // 2\nleft = (encoder.shape[2] - w) // 2\n"
        "return np.concatenate([encoder[:, top:top + h, left:left + w], decoder])"
    ),
    "dice": "n = first.sum() + second.sum()\nreturn 2 * (first & second).sum() / n if n else 1.0",
    "receptive-field": "field = step = 1\nfor k, s in layers:\n    field += (k - 1) * step\n    step *= s\n"
    "return field",
    "circumference": AXES + RAMANUJAN.replace("math", "np"),
}
MISCONCEPTIONS = {
    "crop-concat": "corner",
    "dice": "intersection over union",
    "receptive-field": "no step",
    "circumference": "in pixels",
}
CHECKER = {
    "crop-concat": "import importlib\n"
    "there = importlib.import_module('fetal_edu.lesson.exercises.crop_concat')\n"
    "return there.EXERCISE.spec(encoder, decoder)",
    "dice": f"space = {{}}\nexec(open({str(LESSON)!r}).read(), space)\nreturn space['spec'](first, second)",
    "receptive-field": "from fetal_edu.lesson import find\nreturn find('receptive-field').spec(layers)",
}


def function(key: str, body: str) -> str:
    """Return an exercise's function as a student would write it."""
    exercise = find(key)
    head = f"def {exercise.name}({', '.join(exercise.parameters)}):"
    return f"{head}\n    " + body.replace("\n", "\n    ")


def notebook(written: dict[str, str], *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> dict:
    """Return the students' chapter 06 with some cells filled in, and others at the beginning and the end."""
    found = json.loads((ROOT / "notebooks" / f"{CHAPTER}.ipynb").read_text("utf-8"))
    for cell in found["cells"]:
        if cell["id"] in written:
            cell["source"] = f'{written[cell["id"]]}\n\n\ncheck("{cell["id"]}", {find(cell["id"]).name})'
    found["cells"][1:1] = map(code_cell, before)
    found["cells"] += map(code_cell, after)
    return found


def code_cell(text: str) -> dict:
    return {"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "source": text}


def bodies(written: dict[str, str]) -> dict[str, str]:
    return {key: function(key, body) for key, body in written.items()}


def seen_cases_by_heart() -> str:
    """Return a circumference that knows the answers to the cases that a notebook shows, and no others."""
    exercise = find("circumference")
    known = {repr(case.args): float(exercise.spec(*case.args)) for case in exercise.draw(0)}
    return f"return {known!r}.get(repr((height, width, spacing)), 0.0)"


def hand_in(folder: Path) -> None:
    """Write what the ten handed in, a folder for each."""
    wrong = {
        key: function(key, TYPED[key][name][0].replace("math.", "np."))
        for key, name in MISCONCEPTIONS.items()
    }
    crashing = {
        "dice": function("dice", "return first.total() / second.total()"),
        "circumference": "import unknown_package\n" + function("circumference", "return unknown_package.f()"),
        "crop-concat": function("crop-concat", "return decoder"),
        "receptive-field": function("receptive-field", "field = 1\nfor k, s in layers\n    field += k"),
    }
    endless = bodies(RIGHT) | {
        "dice": function("dice", "while True: pass"),
        "circumference": "factor = 1\nwhile factor < 2: factor = 1\n"
        + function("circumference", f"factor\n{RIGHT['circumference']}"),
    }
    twice = "return 2 * np.logical_and(first, second).sum() / max(area(first) + area(second), 1e-9)"
    guard = "if not (area(first) or area(second)):\n    return WHOLE\n"
    helped = bodies(RIGHT) | {"dice": function("dice", guard + twice)}
    loops = {
        "receptive-field": "kernels, strides = np.array([*layers, (1, 1)], float).T\n"
        "steps = np.concatenate([[1], np.cumprod(strides)[:-1]])\nreturn 1 + ((kernels - 1) * steps).sum()",
        "dice": "both = np.stack([first.ravel(), second.ravel()]).astype(int)\ntotal = both.sum()\n"
        "return 2 * both.prod(axis=0).sum() / total if total else 1",
    }
    written = {
        "Anna Ångström": notebook(bodies(RIGHT)),
        "Ben": notebook(wrong),
        "陈伟": notebook(crashing, before=("1 / 0", "import tensorflow_of_1999")),
        "Dora": notebook(endless, before=("while True:\n    pass",)),
        "=Emil()": notebook(bodies(CHECKER | {"circumference": seen_cases_by_heart()})),
        "Fay": notebook({}),
        "Gus": notebook(wrong, after=(f"%matplotlib inline\n{function('dice', RIGHT['dice'])}",)),
        "Hana": notebook(helped, before=("!pip list\nWHOLE = 1.0",), after=("def area(m): return m.sum()",)),
        "Joy": notebook(bodies(RIGHT | loops)),
    }
    for student, found in written.items():
        (folder / student).mkdir(parents=True)
        text = json.dumps(found, ensure_ascii=False)
        (folder / student / f"{CHAPTER}.ipynb").write_text(text, encoding="utf-8")
    (folder / "Ivo").mkdir()
    (folder / "Ivo" / f"{CHAPTER}.ipynb").write_text('{"cells": [{"cell_type": "co', encoding="utf-8")
