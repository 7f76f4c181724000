"""The canvas without a browser: the tests play the page."""

import io

import numpy as np
import pytest
import traitlets
from dashboard import GOOD, grey, moved, send_file, stroke
from pictures import HEAD, SHAPE, SPACING
from PIL import Image

from fetal_edu.widgets.canvas import FILE_LIMIT, Canvas


def canvas_with_head():
    canvas = Canvas()
    canvas.show_picture(grey(), spacing=SPACING, name="head")
    canvas.outline = HEAD
    canvas.box = (10, 20, 100, 120)
    return canvas


def test_what_the_browser_sends_is_taken_and_answered():
    canvas = canvas_with_head()
    before = canvas.rev
    canvas.set_state({"ellipse": moved(row=2.0), "request": 7})
    assert canvas.outline.row == pytest.approx(50.0)
    assert (canvas.done, canvas.alarm) == (7, False)
    assert canvas.rev > before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ellipse", moved(row=1e6)),
        ("ellipse", moved(semi_major=1e5)),
        ("ellipse", moved(semi_minor=30.0)),  # longer than the long axis
        ("ellipse", {**GOOD, "semi_minor": -1.0}),
        ("ellipse", {**GOOD, "angle": float("nan")}),
        ("ellipse", {**GOOD, "row": True}),
        ("ellipse", {**GOOD, "more": 1.0}),
        ("ellipse", "circle"),
        ("box", [100, 20, 10, 120]),
        ("box", [10, 20, 12, 22]),
        ("box", [-1, 0, 50, 50]),
        ("box", [0, 0, 161, 240]),
        ("box", [0, 0, float("inf"), 240]),
        ("box", {"row": 1}),
        ("strokes", [stroke([[5, 300]])]),  # outside the picture
        ("strokes", [stroke([[5, 5]], label=2)]),
        ("strokes", [stroke([[5, 5]], radius=0)]),
        ("strokes", [stroke([[5, float("nan")]])]),
        ("strokes", [stroke([[5, 10**400]])]),
        ("strokes", [stroke([])]),
        ("strokes", [stroke([[5, 5]])] * 201),
        ("strokes", [stroke([[5, 5]] * 20_001)]),
        ("strokes", [{"label": 1}]),
        ("strokes", "ink"),
        ("drawing", "yes"),
        ("mode", "eraser"),
        ("mode", 3),
    ],
)
def test_a_refused_value_changes_nothing_and_says_why(name, value):
    canvas = canvas_with_head()
    before = getattr(canvas, name)
    canvas.set_state({name: value, "request": 3})
    assert getattr(canvas, name) == before
    assert canvas.alarm
    assert len(canvas.status) > 15
    assert canvas.done == 3  # or the browser would wait for ever


def test_ink_is_taken_in_one_form_and_told_once_for_each_message():
    canvas, told = canvas_with_head(), []
    canvas.on_ink(lambda: told.append((canvas.drawing, len(canvas.strokes))))
    canvas.set_state({"strokes": [stroke([[5, 6]], radius=3)], "drawing": True, "request": 1})
    assert canvas.strokes == [{"label": 1, "radius": 3.0, "points": [[5.0, 6.0]]}]
    canvas.set_state({"drawing": False, "request": 2})
    canvas.set_state({"strokes": ["x"], "drawing": True, "request": 3})  # refused: the word stays
    assert told == [(True, 1), (False, 1)]
    assert canvas.alarm
    canvas.show_picture(grey())
    assert canvas.strokes == []


def test_python_is_told_at_once():
    with pytest.raises(traitlets.TraitError, match="outside the picture"):
        canvas_with_head().box = (0, 0, 1000, 1000)


@pytest.mark.parametrize(
    "name", ["image", "shape", "spacing", "mask", "status", "labels", "_esm", "layout", "x"]
)
def test_what_belongs_to_python_cannot_be_sent(name):
    canvas = canvas_with_head()
    before = getattr(canvas, name, None)
    canvas.set_state({name: "<script>"})
    assert getattr(canvas, name, None) == before


def test_the_picture_travels_as_png_and_keeps_its_size():
    canvas = Canvas()
    canvas.show_picture(np.zeros((2000, 3000), np.float32))
    assert canvas.shape == (2000, 3000)
    assert max(Image.open(io.BytesIO(canvas.image)).size) <= 1600


def test_a_mask_travels_as_bits():
    canvas = canvas_with_head()
    mask = HEAD.mask(SHAPE, SPACING)[:128, :192]
    canvas.show_mask(mask)
    rows, columns = canvas.mask["shape"]
    bits = np.unpackbits(np.frombuffer(canvas.mask["bits"], np.uint8))[: rows * columns].reshape(
        rows, columns
    )
    assert (bits == mask).all()
    canvas.show_mask(np.ones((4000, 4000), bool))
    assert len(canvas.mask["bits"]) <= 4608


def test_a_file_too_large_is_refused_unread():
    canvas, seen = canvas_with_head(), []
    canvas.on_file(lambda content, name: seen.append(name))
    send_file(canvas, memoryview(bytes(FILE_LIMIT + 1)))
    assert seen == []
    assert "MB" in canvas.status
    assert canvas.done == 9
    send_file(canvas, memoryview(b"small"), name="../" * 60 + "x.png")
    assert len(seen[0]) <= 120
