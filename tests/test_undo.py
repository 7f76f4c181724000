"""Taking back what the dashboard did at a reader's wish, without a browser."""

import pytest
from dashboard import app_with_head, ink, moved, send, stroke
from pictures import HEAD

DOT = stroke([[80.0, 120.0], [85.0, 125.0]])


def undo(app, step=None):
    send(
        app.canvas, content={"kind": "undo", "step": app.canvas.step if step is None else step, "request": 3}
    )


def test_the_first_outline_of_a_picture_is_no_step():
    assert app_with_head().canvas.step == 0


@pytest.mark.parametrize("hand", [True, False], ids=["with a hand's outline", "without"])
def test_an_automatic_outline_gives_the_ink_back(hand):
    app = app_with_head()
    send(app.canvas, {"box": [10, 10, 150, 230]})
    ink(app, DOT)
    if hand:
        send(app.canvas, {"ellipse": moved(row=4.0)})
    before = (app.canvas.strokes, app.canvas.box, app.canvas.ellipse, app.work.source, app.page.panel.value)
    app.page.automatic.click()
    assert (app.canvas.strokes, app.canvas.box) == ([], None)
    undo(app)
    after = (app.canvas.strokes, app.canvas.box, app.canvas.ellipse, app.work.source, app.page.panel.value)
    assert after == before
    assert app.canvas.done == 3


def test_each_thing_done_is_taken_back_in_turn():
    app = app_with_head()
    ink(app, DOT)
    send(app.page.method, {"index": 1})
    app.page.by_hand.click()
    app.page.compare.click()
    send(app.page.table, content={"kind": "pick", "key": "walker"})
    seen = []
    assert len(app.work.past) == 3
    for _ in range(3):
        undo(app, max(app.work.past))
        seen.append((app.work.source, app.page.method.value, len(app.canvas.strokes)))
    assert seen == [("hand", "threshold", 1), ("threshold", "threshold", 1), ("network", "network", 1)]


def test_what_is_long_past_is_told():
    app = app_with_head()
    for step in (99, -1, 0):
        before = app.canvas.ellipse
        undo(app, step)
        assert "can't be taken back" in app.canvas.status
        assert app.canvas.ellipse == before
    app.page.by_hand.click()
    for _ in range(20):
        app.page.automatic.click()
        app.page.by_hand.click()
    assert len(app.work.past) <= 12


def test_a_new_scale_ends_what_can_be_taken_back():
    app = app_with_head()
    app.page.by_hand.click()
    send(app.page.scale, {"value": "0.3"})
    undo(app)
    assert app.canvas.alarm
    assert app.work.source == "hand"


def test_a_scale_that_makes_a_method_refuse_takes_its_outline_away_and_a_good_one_brings_it_back():
    app = app_with_head()
    send(app.page.scale, {"value": "0.06"})  # a head of 2.4 cm
    assert app.work.outline is None or app.work.values["hc"].value is not None
    send(app.page.scale, {"value": "0.6"})
    assert app.work.source == "network"
    assert app.work.outline.circumference == pytest.approx(HEAD.circumference, rel=0.02)
