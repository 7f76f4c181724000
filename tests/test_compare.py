"""Methods side by side, what a reader takes home, and the growth chart; without a browser."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from dashboard import Shelf, app_with_head, read, stroke
from hypothesis import given
from hypothesis import strategies as st
from pictures import HEAD, SHAPE, SPACING
from PIL import Image

from fetal_edu.data.limits import BadInput
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample, Value
from fetal_edu.widgets.chart import growth_picture
from fetal_edu.widgets.compare import border_errors
from fetal_edu.widgets.export import COLUMNS, file_stem
from fetal_edu.widgets.pictures import Picture
from fetal_edu.widgets.segment import Segment
from fetal_edu.widgets.typed import parse_weeks


def compared():
    app = app_with_head()
    app.page.compare.click()
    return app


def pick(app, key):
    sent = {"method": "custom", "content": {"kind": "pick", "key": key}}
    app.page.table._handle_msg({"content": {"data": sent}, "buffers": []})


def saved(app, button):
    """What a button hands to the browser: its message and the file."""
    sent = []
    app.canvas.send = lambda content, buffers=None: sent.append((content, buffers))
    button.click()
    return [(content, bytes(buffers[0])) for content, buffers in sent if content["kind"] == "download"]


def table_of(app):
    ((_content, file),) = saved(app, app.page.save_table)
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


# Side by side ----------------------------------------------------------------------------------------


def test_each_method_has_a_row_with_its_number_and_its_error():
    app = compared()
    rows = app.page.table.rows
    assert [row["key"] for row in rows] == list(app.methods)
    for row in rows:
        assert row["state"] == "done"
        assert float(row["data"]["hc"]) == pytest.approx(HEAD.circumference, rel=0.03)
        length, age, error, border, took, _quality = row["cells"]
        assert (length.endswith("mm"), age.endswith("weeks"), took.endswith("ms")) == (True, True, True)
        assert "%" in error
        assert "mm" in border
    assert "6 of 6" in app.canvas.status


def test_the_table_fills_while_the_methods_run():
    app, seen = app_with_head(), []
    app.page.table.observe(lambda change: seen.append([row["state"] for row in change["new"]]), "rows")
    app.page.compare.click()
    assert ["running", *["waiting"] * 5] in seen
    assert [*["done"] * 3, "running", *["waiting"] * 2] in seen
    assert seen[-1] == ["done"] * 6


def test_a_row_brings_its_outline():
    app = compared()
    pick(app, "walker")
    assert (app.work.source, app.page.method.value, app.page.table.chosen) == ("walker", "walker", "walker")
    assert app.work.outline == app.work.compared["walker"].reading.ellipse
    assert app.canvas.ellipse == app.work.outline.to_dict()
    pick(app, "no such method")
    pick(app, ["walker"])
    assert app.work.source == "walker"


def test_refusals_stand_in_their_rows():
    class Dark(Shelf):
        def load(self, name):
            return Sample(np.full(SHAPE, 0.2, np.float32), spacing=SPACING)

    app = Segment(samples=Dark(), read=read)

    def broken(sample, *, strokes, box, quick=False):
        raise RuntimeError("out of cheese")

    app.methods["canny"] = replace(app.methods["canny"], read=broken)
    app.page.compare.click()
    for row in app.page.table.rows:
        assert row["state"] == "refused"
        assert row["note"].endswith(".") or row["key"] == "canny"
    assert app.page.table.rows[4]["note"] == "Out of cheese"
    pick(app, "network")
    assert app.work.outline is None
    assert "0 of 6" in app.canvas.status


def test_a_comparison_lasts_as_long_as_it_holds():
    app = compared()
    app.canvas.set_state({"strokes": [stroke([[80, 120]])], "request": 1})
    assert app.page.table.rows == []
    app.page.compare.click()
    assert "with your strokes" in app.page.table.caption
    app.page.choice.value = "no-scale"
    assert app.page.table.rows == []
    app.page.compare.click()
    assert all("pixels" in row["cells"][0] for row in app.page.table.rows)
    assert all(row["cells"][1:4] == ["—"] * 3 for row in app.page.table.rows)
    app.page.choice.value = "known"
    assert len(app.page.table.rows) == 6


def test_the_table_takes_nothing_from_the_browser():
    app = compared()
    before = app.page.table.rows
    app.page.table.set_state({"rows": [], "chosen": "x", "small": b"x"})
    assert app.page.table.rows == before


def test_the_border_is_off_by_what_it_was_moved():
    app = app_with_head()
    moved = Ellipse(HEAD.row, HEAD.column, HEAD.semi_major + 3, HEAD.semi_minor + 3, HEAD.angle)
    mean, largest = border_errors(app.work, moved)
    assert mean == pytest.approx(3.0, abs=0.2)
    assert mean <= largest < 4.2
    assert border_errors(app.work, Ellipse(-500, -500, 3, 2, 0.0)) is None  # nothing of it in the picture


# Taking home -----------------------------------------------------------------------------------------


def test_the_table_as_csv():
    app = compared()
    rows = table_of(app)
    assert tuple(rows[0]) == COLUMNS
    assert [row["method"] for row in rows] == ["network", *app.methods]
    assert rows[0]["file"] == "known"
    assert float(rows[0]["hc_mm"]) == pytest.approx(HEAD.circumference, rel=0.02)
    assert float(rows[0]["hc_low_mm"]) < float(rows[0]["hc_mm"]) < float(rows[0]["hc_high_mm"])
    assert float(rows[1]["time_ms"]) >= 0
    assert rows[0]["spacing_row_mm"] == "0.6"
    assert float(rows[0]["ellipse_semi_major"]) == pytest.approx(HEAD.semi_major, rel=0.02)


def test_a_hand_has_no_quality_and_a_missing_scale_its_reason():
    app = app_with_head()
    app.page.choice.value = "no-scale"
    app.page.by_hand.click()
    (row,) = table_of(app)
    assert (row["method"], row["quality"], row["hc_mm"], row["ellipse_unit"]) == ("hand", "", "", "px")
    assert float(row["hc_px"]) > 0
    assert "scale" in row["notes"]


def test_the_picture_keeps_its_outline():
    app = app_with_head()
    app.page.show_truth.value = True
    ((content, file),) = saved(app, app.page.save_picture)
    assert content == {"kind": "download", "name": "known-outline.png", "type": "image/png"}
    picture = np.asarray(Image.open(io.BytesIO(file)).convert("RGB")).astype(int)
    factor = picture.shape[1] // SHAPE[1]
    yellow = (abs(picture - [240, 228, 66]).sum(axis=2) < 30).nonzero()
    assert len(yellow[0]) > 200
    highest = yellow[0].min() / factor * SPACING[0]
    assert highest == pytest.approx(app.work.outline.points(500)[:, 0].min(), abs=1.5)
    assert "known-outline.png" in app.canvas.status


def test_without_an_outline_there_is_no_table_but_a_sentence():
    app = Segment(samples=Shelf(), read=read)
    assert saved(app, app.page.save_table) == []
    assert app.canvas.alarm


def test_a_file_name_is_no_formula():
    app = app_with_head()
    app.desk.shelf.opened["=cmd()"] = Picture.of(app.work.sample, "network")
    app.desk.show("=cmd()")
    app.outline_automatically()
    assert table_of(app)[0]["file"] == "'=cmd()"


@given(st.text())
def test_any_name_makes_a_file_name(name):
    stem = file_stem(name)
    assert 0 < len(stem) <= 80
    assert not set(stem) & set('/\\:*?"<>| ')
    assert stem[0] != "."


# The chart -------------------------------------------------------------------------------------------


def test_the_chart_shows_the_centile_where_the_age_is_known():
    app = app_with_head()
    assert "data-centile=" in app.page.chart.value  # the sample knows its age
    app.page.choice.value = "no-scale"
    assert "nothing to place" in app.page.chart.value
    app.page.scale.value = "0.6"
    assert "Dated by its own size" in app.page.chart.value
    app.page.age.value = "27+0"
    centile = float(app.page.chart.value.split("data-centile='")[1].split("'")[0])
    assert 0 < centile < 100
    app.page.choice.value = "known"
    assert app.page.age.value == ""
    app.page.choice.value = "no-scale"
    assert app.page.age.value == "27+0"


@pytest.mark.parametrize("text", ["13+6", "41", "20+7", "-3", "a", "1e9", "nan", "20 4", "²"])
def test_a_bad_age_gets_a_sentence(text):
    app = app_with_head()
    app.page.age.value = text
    assert app.canvas.alarm
    assert "20+4" in app.canvas.status
    assert app.page.age.value == ""


@given(st.text())
def test_any_age_is_weeks_or_a_sentence(text):
    try:
        weeks = parse_weeks(text)
    except BadInput:
        return
    assert weeks is None or 14 <= weeks <= 40


@given(
    hc=st.none() | st.floats(1, 900),
    ga=st.none() | st.floats(5, 45),
    weeks=st.none() | st.floats(5, 45),
)
def test_the_chart_is_drawn_for_any_head(hc, ga, weeks):
    length = Value(hc, "mm", reason="" if hc else "none")
    age = Value(ga, "weeks", low=ga and ga - 1, high=ga and ga + 1, reason="" if ga else "none")
    drawn = growth_picture(length, age, weeks=weeks)
    assert "nan" not in drawn
    assert ("<circle" in drawn) == (hc is not None and (14 <= weeks <= 40 if weeks else ga is not None))
    assert len(drawn) < 4000
