"""The segment dashboard without a browser: opening, correcting, scale, files, panel."""

import sys
import warnings

import numpy as np
import pytest
from dashboard import GOOD, Shelf, app_with_head, moved, read, send_file
from dashboard_costs import process_pss_mb
from hypothesis import given
from hypothesis import strategies as st
from pictures import HEAD, SHAPE, SPACING, bright_head, dicom, encode, region

from fetal_edu import runtime
from fetal_edu.data.limits import BadInput
from fetal_edu.measure import Ellipse, head_values
from fetal_edu.sample import Reading, Sample
from fetal_edu.widgets.readout import error_picture, readout
from fetal_edu.widgets.segment import Segment


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
