"""The canvas and the segment dashboard without a browser: the tests play the page."""

import io
import json
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
import traitlets
from dashboard import Shelf, app_with_head, grey, read, stroke
from dashboard_costs import process_pss_mb
from hypothesis import given
from hypothesis import strategies as st
from pictures import HEAD, SHAPE, SPACING, bright_head, dicom, encode, region
from PIL import Image

from fetal_edu import runtime
from fetal_edu.data.limits import BadInput
from fetal_edu.measure import Ellipse, head_values
from fetal_edu.sample import Reading, Sample
from fetal_edu.widgets.canvas import FILE_LIMIT, MODES, Canvas
from fetal_edu.widgets.methods import all_methods, found_by
from fetal_edu.widgets.readout import error_picture, readout
from fetal_edu.widgets.segment import Segment

GOOD = HEAD.to_dict()
numbers = (
    st.floats(allow_nan=True, allow_infinity=True) | st.integers() | st.booleans() | st.none() | st.text()
)
json_like = st.recursive(
    numbers,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=6),
    max_leaves=8,
)
coordinates = st.integers(-3, 243) | st.floats(-3, 243) | numbers
stroke_like = st.fixed_dictionaries(
    {
        "label": st.integers(-2, 2) | numbers,
        "radius": st.floats(-1, 210) | numbers,
        "points": st.lists(st.tuples(coordinates, coordinates).map(list), max_size=6) | json_like,
    }
)
ellipse_like = st.fixed_dictionaries(dict.fromkeys(GOOD, numbers))


def canvas_with_head():
    canvas = Canvas()
    canvas.show_picture(grey(), spacing=SPACING, name="head")
    canvas.outline = HEAD
    canvas.box = (10, 20, 100, 120)
    return canvas


def moved(**changes):
    return {**GOOD, **{name: GOOD[name] + change for name, change in changes.items()}}


# The canvas ------------------------------------------------------------------------------------------


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


@given(
    st.dictionaries(
        st.sampled_from(["ellipse", "box", "mode", "strokes", "drawing", "request", "done", "image"]),
        json_like | ellipse_like | st.lists(stroke_like, max_size=4),
    )
)
def test_nothing_that_a_browser_sends_breaks_the_canvas(state):
    canvas = CANVAS
    canvas._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    outline, box = canvas.outline, canvas.box
    assert outline is None or (np.isfinite(outline.circumference) and outline.circumference < 10_000)
    assert box is None or (0 <= box[0] < box[2] <= SHAPE[0] and 0 <= box[1] < box[3] <= SHAPE[1])
    assert canvas.mode in MODES
    for one in canvas.strokes:
        points = np.array(one["points"])
        assert (points >= -1.5).all()
        assert (points <= np.array(SHAPE) + 0.5).all()
        assert one["label"] in (-1, 0, 1)
    json.dumps([canvas.ellipse, canvas.box, canvas.strokes, canvas.drawing, canvas.done], allow_nan=False)


@given(json_like, st.lists(st.binary(max_size=20), max_size=3))
def test_no_message_breaks_the_canvas(content, buffers):
    CANVAS._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": buffers})
    assert CANVAS.shape == SHAPE


CANVAS = canvas_with_head()


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


def send_file(canvas, content, name="scan.png", **more):
    message = {"kind": "file", "name": name, "request": 9, **more}
    canvas._handle_msg({"content": {"data": {"method": "custom", "content": message}}, "buffers": [content]})


def test_a_file_too_large_is_refused_unread():
    canvas, seen = canvas_with_head(), []
    canvas.on_file(lambda content, name: seen.append(name))
    send_file(canvas, memoryview(bytes(FILE_LIMIT + 1)))
    assert seen == []
    assert "MB" in canvas.status
    assert canvas.done == 9
    send_file(canvas, memoryview(b"small"), name="../" * 60 + "x.png")
    assert len(seen[0]) <= 120


# The application -------------------------------------------------------------------------------------


def test_the_first_picture_is_read_when_the_page_stands():
    app = Segment(samples=Shelf(), read=read)
    assert app.work.outline is None
    assert "loaded" in app.canvas.status
    app.canvas._handle_msg(
        {"content": {"data": {"method": "custom", "content": {"kind": "ready"}}}, "buffers": []}
    )
    assert app.work.outline.circumference == pytest.approx(HEAD.circumference, rel=0.02)
    assert "Outline found by the network" in app.canvas.status
    assert "inside" in app.page.panel.value
    assert app.canvas.mask is not None


def test_a_handle_changes_the_number_and_the_source():
    app = app_with_head()
    found = app.work.outline
    app.canvas.set_state({"ellipse": {**found.to_dict(), "semi_major": found.semi_major * 1.2}, "request": 1})
    assert app.work.source == "hand"
    assert app.work.values["hc"].value > 1.08 * found.circumference
    assert f"data-hc='{app.work.outline.circumference:.2f}'" in app.page.panel.value
    assert "outside" in app.page.panel.value
    app.canvas.set_state({"ellipse": found.to_dict(), "request": 2})  # undone
    assert app.work.source == "network"


def test_back_to_automatic():
    app = app_with_head()
    found = app.work.outline
    app.canvas.set_state({"ellipse": moved(row=4.0)})
    app.page.automatic.click()
    assert app.work.outline == found
    assert app.canvas.ellipse == found.to_dict()


def test_the_network_looks_only_in_the_box():
    other = Ellipse(row=48.0, column=30.0, semi_major=18.0, semi_minor=15.0, angle=0.0)
    far = Ellipse(row=48.0, column=105.0, semi_major=24.0, semi_minor=20.0, angle=0.0)
    two = (bright_head(ellipses=(other, far)) / 255).astype(np.float32)

    class Two(Shelf):
        def load(self, name):
            return Sample(two, spacing=SPACING)

    app = Segment(samples=Two(), read=read)
    app.begin()
    assert app.work.outline is None
    assert "wo heads" in app.canvas.status
    assert app.canvas.alarm
    app.canvas.set_state({"box": [45, 15, 115, 90], "request": 1})
    assert (app.work.source, app.work.hint) == ("network", "box")
    assert app.work.outline.circumference == pytest.approx(other.circumference, rel=0.05)
    app.canvas.set_state({"box": [0, 0, 20, 20], "request": 2})  # nothing there
    assert app.canvas.alarm
    assert app.work.outline.circumference == pytest.approx(other.circumference, rel=0.05)
    assert list(app.canvas.box) == [45, 15, 115, 90]


def test_without_a_scale_pixels_until_one_is_given():
    app = app_with_head()
    app.page.choice.value = "no-scale"
    assert "pixels" in app.page.panel.value
    assert "mm per pixel" in app.page.panel.value
    app.page.scale.value = "0.6"
    assert app.work.values["hc"].value == pytest.approx(HEAD.circumference, rel=0.02)
    app.page.scale.value = ""
    assert app.work.values["hc"].value is None
    app.page.scale.value = "0,6"
    assert app.work.sample.spacing == (0.6, 0.6)


@pytest.mark.parametrize(
    "text", ["0", "-1", "a", "nan", "1e9", "0.1 0.2 0.3", "4.9", "0.00000001", "inf", ";"]
)
def test_a_bad_scale_gets_a_sentence(text):
    app = app_with_head()
    outline, shown = app.work.outline, app.page.scale.value
    app.page.scale.value = text
    assert app.canvas.alarm
    assert "pacing" in app.canvas.status or "mm per pixel" in app.canvas.status
    assert (app.work.outline, app.page.scale.value, app.work.sample.spacing) == (outline, shown, SPACING)


def test_a_new_scale_moves_a_hand_drawn_outline_along():
    app = app_with_head()
    app.canvas.set_state({"ellipse": moved(row=2.0)})
    app.page.scale.value = "0.6 0.3"
    drawn = app.work.outline.rescaled((1.0, 2.0))
    assert app.work.source == "hand"
    assert drawn.row == pytest.approx(50.0, abs=0.01)
    assert drawn.semi_minor == pytest.approx(HEAD.semi_minor, abs=0.01)


# Methods and ink -------------------------------------------------------------------------------------


def ink(app, *strokes, drawing=False):
    app.canvas.set_state({"strokes": list(strokes), "drawing": drawing, "request": 1})


def two_heads():
    """An application on two heads, so that the network wants a hint; and the smaller head."""
    left = Ellipse(row=48.0, column=30.0, semi_major=18.0, semi_minor=15.0, angle=0.0)
    right = Ellipse(row=48.0, column=105.0, semi_major=24.0, semi_minor=20.0, angle=0.0)
    picture = (bright_head(ellipses=(left, right)) / 255).astype(np.float32)

    class Two(Shelf):
        def load(self, name):
            return Sample(picture, spacing=SPACING)

    app = Segment(samples=Two(), read=read)
    app.begin()
    return app, left


def test_ink_helps_the_network():
    app, left = two_heads()
    assert app.work.outline is None
    over_the_right = [[80, 140 + 5 * step] for step in range(15)]
    ink(app, stroke(over_the_right, label=0, radius=45.0))
    assert app.work.outline.circumference == pytest.approx(left.circumference, rel=0.05)
    assert "with your strokes" in app.canvas.status
    ink(app)
    assert app.work.strokes == []
    assert app.canvas.alarm  # the network finds two heads again, and the outline stays
    assert app.work.outline.circumference == pytest.approx(left.circumference, rel=0.05)


@pytest.mark.parametrize("key", [key for key in all_methods(read) if key != "network"])
def test_each_method_answers_when_it_is_chosen(key):
    app = app_with_head()
    app.page.method.value = key
    assert app.work.source == key
    assert app.work.values["hc"].value == pytest.approx(HEAD.circumference, rel=0.03)
    assert found_by(key, "") in app.canvas.status
    assert app.methods[key].idea[:20] in app.page.idea.value
    ink(app, stroke([[80, 120], [85, 125]]), drawing=True)
    ink(app, stroke([[80, 120], [85, 125]]))
    assert app.work.values["hc"].value == pytest.approx(HEAD.circumference, rel=0.03)
    assert "with your strokes" in app.canvas.status


@pytest.mark.parametrize(
    ("key", "after_the_stroke"), [("walker", [(1, True), (1, False)]), ("threshold", [(1, True)])]
)
def test_while_one_draws_the_quick_answer_is_asked_for_and_then_the_full_one(key, after_the_stroke):
    app, asked = app_with_head(), []
    method = app.methods[key]

    def watched(sample, *, strokes, box, quick):
        asked.append((len(strokes), quick))
        return method.read(sample, strokes=strokes, box=box, quick=quick)

    app.methods[key] = replace(method, read=watched)
    app.page.method.value = key
    first = stroke([[80, 120]])
    ink(app, first, drawing=True)
    ink(app, first)
    assert asked == [(0, False), *after_the_stroke]
    assert "with your strokes" in app.page.panel.value
    ink(app, first, stroke([[80, 100]]))  # a dot that was never asked about
    assert asked[-1] == (2, False)


def test_an_undone_stroke_brings_back_what_the_hand_had_drawn():
    app = app_with_head()
    app.canvas.set_state({"ellipse": moved(row=4.0), "request": 1})
    drawn = app.work.outline
    ink(app, stroke([[80, 120]]), drawing=True)
    ink(app, stroke([[80, 120]]))
    assert app.work.source == "network"
    ink(app)
    assert (app.work.outline, app.work.source) == (drawn, "hand")
    assert app.canvas.outline == drawn


def test_ink_belongs_to_its_picture():
    app = app_with_head()
    ink(app, stroke([[80, 120]]))
    app.page.method.value = "threshold"
    app.page.choice.value = "no-scale"
    assert app.canvas.strokes == []
    assert app.work.source == "threshold"  # the chosen one answers on a new picture
    app.page.method.value = "canny"
    app.page.choice.value = "known"
    assert len(app.canvas.strokes) == 1
    assert (app.page.method.value, app.work.source) == ("threshold", "threshold")
    app.page.automatic.click()
    assert app.canvas.strokes == []


def test_a_method_that_finds_nothing_says_so():
    class Dark(Shelf):
        def load(self, name):
            return Sample(np.full(SHAPE, 0.2, np.float32), spacing=SPACING)

    app = Segment(samples=Dark(), read=read)
    for key in app.methods:
        app.page.method.value = key
        app.page.automatic.click()
        assert app.work.outline is None
        assert app.canvas.alarm
        assert "did not work" not in app.canvas.status
        assert "by hand" in app.canvas.status
    app.page.by_hand.click()
    app.page.method.value = "walker"
    assert (app.work.source, app.canvas.alarm) == ("hand", True)
    assert "stays" in app.canvas.status


@given(
    strokes=st.lists(
        st.builds(
            stroke,
            st.lists(st.tuples(st.floats(-1, 160), st.floats(-1, 240)).map(list), min_size=1, max_size=5),
            label=st.sampled_from([-1, 0, 1]),
            radius=st.floats(0.1, 200),
        ),
        max_size=4,
    ),
    key=st.sampled_from(list(all_methods(read))),
    drawing=st.booleans(),
)
def test_any_ink_ends_in_a_number_or_a_sentence(strokes, key, drawing):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        INKED.page.method.value = key
        ink(INKED, *strokes, drawing=drawing)
    assert INKED.canvas.status
    assert "did not work" not in INKED.canvas.status
    assert INKED.work.outline is None or np.isfinite(INKED.work.outline.circumference)


INKED = app_with_head()


def test_own_files_png_and_dicom():
    app = app_with_head()
    send_file(app.canvas, encode(bright_head()), "mine.png")
    assert app.canvas.shape == SHAPE
    assert app.work.sample.spacing is None
    assert "HC" in app.canvas.status
    assert "pixels" in app.canvas.status
    send_file(app.canvas, dicom(bright_head(), regions=[region(0.06, 0.06, (0, 0, *SHAPE))]), "mine.dcm")
    assert app.work.values["hc"].value == pytest.approx(HEAD.circumference, rel=0.02)
    assert [name for _, name in app.page.choice.options] == ["known", "no-scale", "mine.png", "mine.dcm"]


def test_switching_pictures_loses_nothing():
    app = app_with_head()
    app.canvas.set_state({"ellipse": moved(row=3.0)})
    send_file(app.canvas, encode(bright_head()), "mine.png")
    app.page.choice.value = "known"
    assert app.work.outline.row == pytest.approx(51.0)
    assert app.work.source == "hand"
    app.page.choice.value = "mine.png"
    assert app.work.sample.origin == "mine.png"


@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", encode(bright_head())[:300], encode(np.zeros((64, 64), np.uint8)), b"DICM" * 50],
    ids=["empty", "text", "truncated", "black", "nonsense"],
)
def test_a_bad_file_leaves_everything_as_it_was(content):
    app = app_with_head()
    app.canvas.set_state({"ellipse": moved(row=3.0), "request": 1})
    before = (app.canvas.ellipse, app.canvas.image, app.page.panel.value, app.work, app.page.choice.value)
    send_file(app.canvas, content, "bad.png")
    assert app.canvas.alarm
    assert "bad.png" in app.canvas.status
    assert (
        app.canvas.ellipse,
        app.canvas.image,
        app.page.panel.value,
        app.work,
        app.page.choice.value,
    ) == before


def test_without_a_network_one_measures_by_hand(monkeypatch):
    monkeypatch.setattr(runtime, "models", lambda: ())
    runtime.load.cache_clear()
    app = Segment(samples=Shelf())
    app.begin()
    assert "by hand" in app.canvas.status
    assert app.canvas.alarm
    app.page.by_hand.click()
    assert app.work.values["hc"].value > 0
    app.canvas.set_state({"ellipse": GOOD})
    assert f"data-hc='{HEAD.circumference:.2f}'" in app.page.panel.value


def test_an_error_in_a_callback_becomes_a_sentence(capfd):
    def broken(sample, box=None, strokes=()):
        raise RuntimeError("out of cheese")

    app = Segment(samples=Shelf(), read=broken)
    app.begin()
    app.page.automatic.click()
    app.canvas.set_state({"box": [0, 0, 90, 90]})
    assert "out of cheese" in app.canvas.status
    assert app.canvas.box is None
    assert capfd.readouterr() == ("", "")


def test_without_samples_a_file_can_still_be_opened():
    class Nothing:
        def names(self):
            raise BadInput("the folder data_samples/ was not found")

    app = Segment(samples=Nothing(), read=read)
    app.begin()
    for button in (app.page.automatic, app.page.by_hand):
        button.click()
        assert app.canvas.alarm
    app.page.scale.value = "0.3"
    send_file(app.canvas, encode(bright_head()), "mine.png")
    assert app.work.outline is not None


def test_layers_can_be_hidden_and_truth_follows_the_scale():
    app = app_with_head()
    app.page.show_truth.value = True
    assert app.canvas.truth == pytest.approx(HEAD.to_dict())
    app.page.scale.value = "0.3"
    assert app.canvas.truth["semi_major"] == pytest.approx(HEAD.semi_major / 2)
    app.page.show_mask.value = False
    assert app.canvas.mask is None


def test_many_own_files_do_not_fill_the_memory():
    app = app_with_head()
    for number in range(9):
        send_file(app.canvas, encode(bright_head()), f"{number}.png")
    assert [name for _, name in app.page.choice.options][2:] == [f"{number}.png" for number in range(3, 9)]


@given(row=st.floats(-200, 300), size=st.floats(0.1, 1000), turn=st.floats(-10, 10))
def test_any_drag_ends_in_a_number_or_a_sentence(row, size, turn):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sent = {**GOOD, "row": row, "semi_major": size, "semi_minor": 0.8 * size, "angle": turn}
        APP.canvas.set_state({"ellipse": sent, "request": 1})
    assert APP.canvas.status
    assert "did not work" not in APP.canvas.status
    assert "data-hc='" in APP.page.panel.value


APP = app_with_head()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's own share of memory (PSS)")
def test_a_dashboard_needs_little_memory():
    """The budget of a kernel is 200 MB; ipykernel itself takes about 30 of them."""
    assert process_pss_mb() < 165


# The panel -------------------------------------------------------------------------------------------


def test_the_panel_escapes_what_it_did_not_write():
    values = head_values(HEAD, calibrated=True)
    shown = readout(HEAD, values, source="<b>x</b>", notes=["<script>alert(1)</script>"], quality="doubtful")
    assert "<script>" not in shown
    assert "<b>x</b>" not in shown


def test_the_panel_says_why_there_is_nothing():
    refused = Reading(notes=("no head found.",))
    shown = readout(None, refused.values, source="", notes=refused.notes)
    assert "No head found." in shown


@pytest.mark.parametrize(("percent", "where"), [(2.99, "inside"), (-3.01, "outside"), (80.0, "outside")])
def test_the_error_picture_says_in_words_what_it_shows(percent, where):
    assert where in error_picture(percent)
