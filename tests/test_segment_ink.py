"""The segment dashboard without a browser: methods, and the ink that helps them."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from dashboard import Shelf, app_with_head, ink, moved, read, stroke
from hypothesis import given
from hypothesis import strategies as st
from pictures import HEAD, SHAPE, SPACING, bright_head

from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample
from fetal_edu.widgets.methods import all_methods, found_by
from fetal_edu.widgets.segment import Segment


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
