"""What a browser may send to the skips dashboard: what does not fit gets a sentence and changes nothing."""

import json
import math

import pytest
from dashboard import send
from hypothesis import given
from hypothesis import strategies as st
from skip_boards import ask, board, press

from fetal_edu.widgets.canvas import FILE_LIMIT
from fetal_edu.widgets.skip_asked import checked_asked


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"head": "head-99"}, "There is no head “head-99” here"),
        ({"head": ["head-1"]}, "There is no head"),
        ({"weeks": 90}, "Age in weeks: give a number from 12 to 40"),
        ({"seed": "abc"}, "Fetus “abc”: give a whole number from 0 to 99999"),
        ({"seed": 2.5}, "Fetus “2.5”"),
        ({"network": "../head"}, "There is no such network; there are: skips-all"),
        ({"network": ["skips-all"]}, "There is no such network"),
        ({"gates": [1, 1, 1]}, "Gates: give 4 numbers from 0 (closed) to 1 (open)"),
        ({"gates": [1, 1, 1, 1.2]}, "Gates"),
        ({"gates": [1, 1, 1, math.nan]}, "Gates"),
        ({"gates": "1111"}, "Gates"),
        ({"scale": 0.2}, "The scale is too long for its field"),
        ({"scale": "1" * 99}, "The scale is too long for its field"),
        ({"extra": 1}, "in a form that does not fit"),
    ],
)
def test_what_does_not_fit_gets_a_sentence_and_changes_nothing(change, says):
    made = board()
    before = made.page.asked, made.page.image, made.page.panel_now
    ask(made, **change)
    assert made.page.alarm
    assert says in made.page.status
    assert (made.page.asked, made.page.image, made.page.panel_now) == before


def test_a_network_that_fails_gets_a_sentence():
    def failing(network, canvas, gates):
        raise RuntimeError("no session")

    made = board(answer=failing)
    assert made.page.alarm
    assert "RuntimeError: no session" in made.page.status


@pytest.mark.parametrize(
    ("buffers", "more", "says"),
    [
        ([], {"name": "a.png"}, "a.png did not arrive"),
        ([b"1", b"2"], {"name": 7}, "file did not arrive"),
        ([b"0" * (FILE_LIMIT + 1)], {"name": "a.png"}, "a.png has 8.0 MB; up to 8.0 MB"),
    ],
)
def test_files_that_do_not_fit_get_a_sentence(buffers, more, says):
    made = board()
    before = made.page.asked
    press(made, "file", buffers, **more)
    assert says in made.page.status
    assert made.page.alarm
    assert made.page.asked == before


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
asked = st.fixed_dictionaries(
    {
        "head": st.sampled_from(["head-1", "simulated"]) | json_like,
        "weeks": st.floats(12, 40) | json_like,
        "seed": st.integers(0, 9) | json_like,
        "network": st.sampled_from(["skips-all", "skips-none"]) | json_like,
        "gates": st.lists(st.floats(0, 1), min_size=4, max_size=4) | json_like,
        "scale": st.just("") | json_like,
    }
)
FUZZED = board()


@given(value=asked | json_like, kind=st.sampled_from(["more", "step", "file", "ready", "x"]))
def test_whatever_comes_is_answered_and_the_state_stays_whole(value, kind):
    page, before = FUZZED.page, FUZZED.page.rev
    send(page, {"asked": value, "heads": value, "status": value, "request": 5})
    send(page, content={"kind": kind, "request": 6})
    assert page.rev > before
    assert page.done == 6
    assert checked_asked(page.asked, page.heads) == FUZZED.asked
    assert page.status
    json.dumps([page.asked, page.work, page.now, page.levels, page.menu], allow_nan=False)
