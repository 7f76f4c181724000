"""What a browser may send to the phantom dashboard: what does not fit gets a sentence and changes nothing."""

import json
import math

import pytest
from boards import ask, board, draw
from dashboard import send
from hypothesis import given
from hypothesis import strategies as st

from fetal_edu.phantom import KNOBS
from fetal_edu.widgets.request import checked_request


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weeks": 90}, "Age in weeks: give a number from 11 to 40"),
        ({"weeks": "20"}, "Age in weeks"),
        ({"seed": "abc"}, "Fetus “abc”: give a whole number from 0 to 99999"),
        ({"seed": -3}, "Fetus “-3”"),
        ({"seed": 2.5}, "Fetus “2.5”"),
        ({"plane": "sagittal"}, "There is no “sagittal” here"),
        ({"anatomy": "foot"}, "There is no “foot” here; there are: head"),
        ({"machine": "new"}, "there are: a mixture, premium"),
        ({"model": "../head"}, "There is no “../head” here"),
        ({"difficulty": math.nan}, "Overall difficulty: give a number from 0 to 1"),
        ({"knobs": {"shadow": 1.2}}, "Knob shadow: give a number from 0 to 1"),
        ({"knobs": {"volume": 0.5}}, "There is no “volume” here"),
        ({"knobs": [0.5]}, "The knobs came in a form that does not fit"),
        ({"extra": 1}, "in a form that does not fit"),
    ],
)
def test_what_does_not_fit_gets_a_sentence_and_changes_nothing(change, says):
    made = board()
    before = made.page.asked, made.page.image, made.page.panel
    ask(made, **change)
    assert made.page.alarm
    assert says in made.page.status
    assert (made.page.asked, made.page.image, made.page.panel) == before


def test_a_picture_that_cannot_be_drawn_leaves_the_last_one():
    def fragile(request):
        if request.seed == 13:
            raise ValueError("nothing to see")
        return draw(request)

    made = board(draw=fragile)
    before = made.page.asked, made.page.image
    ask(made, seed=13)
    assert made.page.status == "nothing to see. The last picture stays."
    assert (made.page.asked, made.page.image) == before


def test_a_network_that_fails_gets_a_sentence():
    def failing(sample, *, model):
        raise RuntimeError("no session")

    made = board(read=failing)
    assert made.page.alarm
    assert "RuntimeError: no session" in made.page.status


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
asked = st.fixed_dictionaries(
    {
        "anatomy": st.just("head") | json_like,
        "plane": st.just("transthalamic") | json_like,
        "weeks": st.floats(11, 40) | json_like,
        "seed": st.integers(0, 9) | json_like,
        "machine": st.sampled_from(["", "old"]) | json_like,
        "model": st.just("head") | json_like,
        "difficulty": st.floats(0, 1) | json_like,
        "knobs": st.dictionaries(st.sampled_from(list(KNOBS)), st.floats(0, 1), max_size=3) | json_like,
    }
)
FUZZED = board()


@given(value=asked | json_like, kind=st.sampled_from(["find", "step", "stop", "back", "ready", "x"]))
def test_whatever_comes_is_answered_and_the_state_stays_whole(value, kind):
    page, before = FUZZED.page, FUZZED.page.rev
    send(page, {"asked": value, "shown": value, "status": value, "request": 5})
    send(page, content={"kind": kind, "request": 6})
    assert page.rev > before
    assert page.done == 6
    assert checked_request(page.asked, page.models) == FUZZED.request
    assert page.status
    json.dumps([page.asked, page.search, page.marks, page.found, page.truth], allow_nan=False)
