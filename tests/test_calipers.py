"""Calipers without a browser: lengths, ages by two charts, centiles, a weight, and what one takes home."""

import csv
import io
import math

import numpy as np
import pytest
from dashboard import Shelf, app_with_head, caliper, read, send
from hypothesis import given
from hypothesis import strategies as st
from pictures import HEAD, SHAPE, SPACING, bright_head
from PIL import Image

from fetal_edu.measure import both_charts, both_weights, centile_at, circumference, weight_centile
from fetal_edu.sample import Sample, Value
from fetal_edu.widgets.biometry import biometry_table
from fetal_edu.widgets.calipers import body_lengths, caliper_tags, named_lengths
from fetal_edu.widgets.labels import CALIPER_NAMES
from fetal_edu.widgets.segment import Segment


def across(mm, name, *, row=20):
    """A caliper of a length along the columns."""
    return caliper((row, 10), (row, 10 + mm / SPACING[1]), name)


def down(mm, name, *, column=20):
    return caliper((10, column), (10 + mm / SPACING[0], column), name)


FETUS = [across(70, "ac_1"), down(74, "ac_2"), across(48, "fl", row=30), down(60, "bpd", column=30)]


def measured(*calipers):
    app = app_with_head()
    send(app.canvas, {"calipers": list(calipers), "request": 1})
    assert not app.canvas.alarm, app.canvas.status
    return app


def cells(app, name):
    """The cells of one row of the table, as text."""
    row = app.page.lengths.value.split(f"data-length='{name}'")[1].split("</tr>")[0]
    return [text.split("<")[0] for text in row.split("<td>")[1:]]


def test_a_length_is_told_in_mm_and_in_pixels():
    app = measured(caliper((10, 20), (40, 60)))
    assert app.canvas.status == "A: 30.0 mm."
    app.page.choice.value = "no-scale"
    assert app.canvas.calipers == []
    send(app.canvas, {"calipers": [caliper((10, 20), (40, 60))]})
    assert "A: 50 pixels" in app.canvas.status
    assert app.page.lengths.value == ""
    app.page.choice.value = "known"
    assert len(app.canvas.calipers) == 1  # a caliper belongs to its picture


def test_rows_of_other_spacing_than_columns():
    app = measured(down(60, "bpd"))
    before = named_lengths(app.work.calipers, app.work.sample.spacing)["bpd"][0]
    app.page.scale.value = "0.3 0.6"
    after = named_lengths(app.work.calipers, app.work.sample.spacing)["bpd"][0]
    assert (before, after) == (pytest.approx(60), pytest.approx(30))
    assert cells(app, "bpd")[0] == "30.0"


@pytest.mark.parametrize(("name", "mm"), [("bpd", 60.0), ("fl", 48.0)])
def test_a_named_length_is_dated_by_both_charts(name, mm):
    app = measured(across(mm, name))
    both = both_charts(mm, length=name)
    assert f"{name.upper()}: {mm:.1f} mm." in app.canvas.status
    assert both.sentence in app.canvas.status
    shown = cells(app, name)
    assert shown[0] == f"{mm:.1f}"
    assert [text.split()[0] for text in shown[1:3]] == [
        f"{round(age.value * 7) // 7}+{round(age.value * 7) % 7}" for age in (both.intergrowth, both.hadlock)
    ]


def test_a_centile_only_where_the_age_is_known():
    app = measured(across(48, "fl"))
    centile = centile_at(48, 27.0, length="fl").value  # the sample's own age
    assert cells(app, "fl")[-1].startswith(str(round(centile)))
    app.page.age.value = "30+0"
    assert cells(app, "fl")[-1].startswith("lowest")
    app.page.choice.value = "no-scale"
    app.page.scale.value = "0.6"
    send(app.canvas, {"calipers": [across(48, "fl")]})
    assert cells(app, "fl")[-1] == "—"
    assert "Type the age" in app.page.lengths.value


def test_an_ofd_has_a_centile_and_no_age():
    app = measured(across(80, "ofd"))
    assert app.canvas.status == "OFD: 80.0 mm."
    assert cells(app, "ofd")[1] == "no chart dates it"
    assert "mm" not in cells(app, "ofd")[-1]


def test_two_diameters_make_an_abdomen():
    app = measured(across(70, "ac_1"))
    assert "AC needs two diameters" in app.canvas.status
    assert "AC needs two diameters" in app.page.lengths.value
    send(app.canvas, {"calipers": [across(70, "ac_1"), down(74, "ac_2")]})
    ac = float(cells(app, "ac")[0])
    assert ac == pytest.approx(math.pi * (70 + 74) / 2, rel=0.001)
    assert ac == pytest.approx(circumference(37, 35), abs=0.06)
    assert f"AC {ac:.1f} mm" in app.canvas.status


@pytest.mark.parametrize(
    ("second", "why"), [(down(30, "ac_2"), "differ too much"), (across(74, "ac_2", row=50), "cross at 0°")]
)
def test_diameters_of_no_abdomen_get_a_sentence(second, why):
    app = measured(across(70, "ac_1"), second)
    assert why in app.canvas.status
    assert why in app.page.lengths.value


def test_several_of_one_name_give_their_mean():
    app = measured(across(46, "fl"), across(50, "fl", row=40))
    assert cells(app, "fl")[0] == "48.0"
    assert "mean of 2" in app.page.lengths.value


def test_outline_abdomen_and_thigh_give_a_weight():
    app = measured(*FETUS[:3])
    hc, ac = app.work.outline.circumference, circumference(37, 35)
    both = both_weights(hc_mm=hc, ac_mm=ac, fl_mm=48.0)
    panel = app.page.lengths.value
    assert f"data-grams='{both.hadlock.value:.0f}'" in panel
    assert both.sentence in panel
    assert "about 10 %" in panel
    assert f"{round(weight_centile(both.hadlock.value, 27.0))}th" in panel
    send(app.canvas, {"calipers": FETUS})
    with_bpd = both_weights(hc_mm=hc, ac_mm=ac, fl_mm=48.0, bpd_mm=60.0)
    assert f"data-grams='{with_bpd.hadlock.value:.0f}'" in app.page.lengths.value


def test_what_a_weight_lacks_is_said():
    app = measured(across(48, "fl"))
    assert "still missing: AC" in app.page.lengths.value
    assert "data-grams" not in app.page.lengths.value


def test_bpd_and_ofd_make_a_head_where_no_outline_is():
    found = body_lengths([down(60, "bpd"), across(80, "ofd")], SPACING)
    assert found["hc"].value == pytest.approx(circumference(40, 30))
    assert body_lengths([down(60, "bpd"), across(80, "ofd")], SPACING, outline=HEAD)["hc"].value == (
        HEAD.circumference
    )


def test_lengths_of_other_pictures_count_only_when_the_reader_says_it_is_one_fetus():
    class Two(Shelf):
        def names(self):
            return ("head", "abdomen")

        def load(self, name):
            picture = bright_head() if name == "head" else np.full(SHAPE, 50, np.uint8)
            return Sample((picture / 255).astype(np.float32), spacing=SPACING, origin=name)

    app = Segment(samples=Two(), read=read)
    app.begin()
    assert app.page.together.layout.display == "none"
    app.page.choice.value = "abdomen"
    send(app.canvas, {"calipers": FETUS[:3]})
    assert app.page.together.layout.display is None
    assert "still missing: HC" in app.page.lengths.value
    send(app.page.together, {"value": True})
    hc = app.desk.shelf.opened["head"].work.outline.circumference
    weight = both_weights(hc_mm=hc, ac_mm=circumference(37, 35), fl_mm=48.0).hadlock.value
    assert f"data-grams='{weight:.0f}'" in app.page.lengths.value
    assert "HC was measured on “head”" in app.page.lengths.value
    send(app.page.together, {"value": False})
    assert "still missing: HC" in app.page.lengths.value


def test_deleting_is_told():
    app = measured(across(70, ""), across(48, "fl"))
    send(app.canvas, {"calipers": app.canvas.calipers[:1]})
    assert app.canvas.status == "1 caliper is left."
    assert app.page.lengths.value == ""


@pytest.mark.parametrize(
    "value",
    [
        [caliper((5, 5), (5, 5.2))],
        [caliper((5, 5), (5, 300))],
        [caliper((5, 5), (5, float("nan")))],
        [caliper((5, 5), (5, 10**400))],
        [caliper((5, 5), (5, True))],
        [caliper((5, 5), (5, 50), "head")],
        [caliper((5, 5), (5, 50), ["bpd"])],
        [{**caliper((5, 5), (5, 50)), "more": 1}],
        [caliper((5, 5), (5, 50))] * 13,
        [None],
        "calipers",
    ],
)
def test_a_refused_caliper_changes_nothing_and_says_why(value):
    app = measured(across(48, "fl"))
    before = app.canvas.calipers, app.page.lengths.value
    send(app.canvas, {"calipers": value, "request": 5})
    assert (app.canvas.calipers, app.page.lengths.value) == before
    assert app.canvas.alarm
    assert len(app.canvas.status) > 15
    assert app.canvas.done == 5


# Taking home -----------------------------------------------------------------------------------------


def downloaded(app, button):
    sent = []
    app.canvas.send = lambda content, buffers=None: sent.append(bytes(buffers[0]))
    button.click()
    return sent[-1]


def test_calipers_stand_in_the_table():
    app = measured(*FETUS, across(20, ""))
    file = downloaded(app, app.page.save_table).decode()
    rows = {row["measures"]: row for row in csv.DictReader(io.StringIO(file, newline=""))}
    assert list(rows) == ["HC", "AC 1", "AC 2", "FL", "BPD", "E", "AC", "EFW"]
    femur = rows["FL"]
    both = both_charts(48, length="fl")
    assert (femur["method"], femur["length_mm"], femur["length_px"]) == ("caliper", "48.00", "")
    assert float(femur["ga_weeks"]) == pytest.approx(both.intergrowth.value, abs=0.01)
    assert float(femur["ga_hadlock_weeks"]) == pytest.approx(both.hadlock.value, abs=0.01)
    assert float(femur["centile"]) == pytest.approx(centile_at(48, 27.0, length="fl").value, abs=0.1)
    assert [femur[end] for end in ("from_row", "from_column", "to_row", "to_column")] == [
        "30.0",
        "10.0",
        "30.0",
        "90.0",
    ]
    assert rows["E"]["ga_weeks"] == ""
    assert float(rows["AC"]["length_mm"]) == pytest.approx(circumference(37, 35), abs=0.01)
    assert float(rows["EFW"]["weight_hadlock_g"]) > 0
    assert float(rows["EFW"]["weight_intergrowth_g"]) > 0


def test_calipers_without_scale_and_outline_can_be_saved():
    app = Segment(samples=Shelf(), read=read)
    app.page.choice.value = "no-scale"
    send(app.canvas, {"ellipse": None, "calipers": [caliper((10, 20), (40, 60), "fl")]})
    app.work.outline = None
    file = downloaded(app, app.page.save_table).decode()
    (row,) = csv.DictReader(io.StringIO(file, newline=""))
    assert (row["measures"], row["length_px"], row["length_mm"], row["ga_weeks"]) == ("FL", "50.00", "", "")


def test_calipers_are_drawn_into_the_picture():
    bare = app_with_head()
    app = measured(across(48, "fl", row=150))
    pictures = [
        np.asarray(Image.open(io.BytesIO(downloaded(one, one.page.save_picture))).convert("L"))
        for one in (bare, app)
    ]
    assert pictures[1].shape[0] > pictures[0].shape[0]  # one more line of writing
    factor = pictures[1].shape[1] / SHAPE[1]
    row, columns = round(150.5 * factor), [round(at * factor) for at in (20, 50, 80)]
    assert (pictures[0][row, columns] < 100).all()
    assert (pictures[1][row, columns] > 200).all()


# Words -----------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(CALIPER_NAMES), max_size=12))
def test_each_caliper_has_a_tag(names):
    tags = caliper_tags([{"name": name} for name in names])
    assert len(tags) == len(names)
    assert all(tags)
    free = [tag for tag, name in zip(tags, names, strict=True) if not name]
    assert len(set(free)) == len(free)


@given(
    lengths=st.dictionaries(st.sampled_from(["hc", "bpd", "ofd", "ac", "fl"]), st.floats(0.2, 2000)),
    weeks=st.none() | st.floats(14, 40),
)
def test_any_lengths_make_a_table_or_none(lengths, weeks):
    table = biometry_table({name: Value(mm, "mm") for name, mm in lengths.items()}, weeks=weeks)
    assert bool(table) == bool(lengths)
    assert "nan" not in table
    assert all(f"data-length='{name}'" in table for name in lengths)


def test_the_table_escapes_what_it_did_not_write():
    table = biometry_table({"fl": Value(48.0, "mm")}, elsewhere={"fl": "<script>"})
    assert "<script>" not in table
