"""Find a failure: the search of the phantom dashboard, without a browser."""

import pytest
from boards import ask, board, draw, press, read

from fetal_edu.widgets.request import Request, knobs_of
from fetal_edu.widgets.search import Search


def search_through(made, most=300):
    press(made, "find")
    parts = []
    while made.page.search["running"]:
        parts.append(made.page.search["part"])
        press(made, "step")
        assert len(parts) < most
    return parts


def test_the_knob_that_needs_the_least_is_found_and_shown():
    made = board()
    before = made.page.asked
    parts = search_through(made)
    assert parts == sorted(parts)
    assert made.page.marks == {name: {"gain": 0.51, "shadow": 0.64}.get(name) for name in knobs_of("head")}
    assert made.page.asked["knobs"] == {"gain": 0.51}
    assert made.page.status.startswith("Found: “Too much gain” at 0.51 is enough (HC is off by +5.1 %).")
    assert made.judged.broken
    assert made.page.can_go_back
    press(made, "back")
    assert made.page.asked == before
    assert made.page.status.startswith("Set back.")
    assert not made.page.can_go_back
    assert not made.judged.broken


def test_the_same_start_finds_the_same_and_a_turned_knob_counts_from_where_it_stands():
    found = []
    for _ in range(2):
        made = board()
        ask(made, knobs={"shadow": 0.5})
        search_through(made)
        found.append((made.page.marks, made.page.asked))
    assert found[0] == found[1]
    assert found[0][1]["knobs"] == {"shadow": 0.64}  # 0.14 further; the gain needs 0.51


def test_it_says_so_when_nothing_breaks():
    made = board(read=lambda sample, model: read(draw(Request(weeks=sample.truth["ga_weeks"]))))
    before = made.page.asked
    search_through(made)
    assert made.page.status.startswith("No single knob breaks it, not even at 1.")
    assert set(made.page.marks.values()) == {None}
    assert made.page.asked == before
    assert not made.page.can_go_back


def test_a_broken_picture_is_not_searched():
    made = board()
    ask(made, knobs={"gain": 0.9})
    press(made, "find")
    assert made.page.alarm
    assert made.page.status.startswith("It is broken already: HC is off by +9.0 %.")
    assert not made.page.search["running"]


def test_a_search_can_be_stopped_and_keeps_what_it_found():
    made = board()
    press(made, "find")
    while "gain" not in made.page.marks:
        press(made, "step")
    press(made, "stop")
    done = len(made.page.marks)
    assert made.page.status.startswith(f"Stopped after {done} of {len(knobs_of('head'))} knobs. So far: ")
    assert not made.page.search["running"]
    before = made.page.marks
    press(made, "step")  # one that was under way
    press(made, "stop")
    assert made.page.marks == before
    assert made.page.asked["knobs"] == {}


def test_who_turns_something_ends_the_search_and_old_marks_go():
    made = board()
    search_through(made)
    assert made.page.marks
    press(made, "back")
    ask(made, knobs={"shadow": 0.3})
    assert made.page.marks  # one knob turned alone: they still hold
    ask(made, knobs={"shadow": 0.3, "gain": 0.2})
    assert not made.page.marks
    ask(made, knobs={})
    assert made.page.marks
    ask(made, seed=9)
    assert not made.page.marks
    press(made, "find")
    press(made, "step")
    ask(made, seed=10)
    assert not made.page.search["running"]
    assert "Fetus 10." in made.page.status


def test_a_picture_that_cannot_be_drawn_ends_the_search_with_a_sentence():
    def fragile(request):
        if request.knobs.get("wall", 0) > 0.4:
            raise ValueError("the wall is thicker than the picture")
        return draw(request)

    made = board(draw=fragile)
    press(made, "find")
    while made.page.search["running"]:
        press(made, "step")
    assert made.page.alarm
    assert made.page.status == "the wall is thicker than the picture. The last picture stays."
    ask(made, knobs={"gain": 0.2})
    assert not made.page.alarm


def test_nothing_to_set_back_is_said():
    made = board()
    press(made, "back")
    assert made.page.alarm
    assert "nothing to set back" in made.page.status


def test_the_search_narrows_to_a_hundredth_and_starts_at_zero_where_a_knob_is_not_set():
    tried = []

    def broken(name, value):
        tried.append((name, value))
        return "yes" if value >= {"a": 0.37, "b": 0.0, "c": 1.0}.get(name, 2) else ""

    search = Search({"a": None, "b": None, "c": 0.95, "d": 0.5, "e": 1.0}, broken)
    steps = 0
    while search.step():
        steps += 1
        assert 0 <= search.part <= 1
    assert steps == len(tried)
    assert {name: one and one.value for name, one in search.found.items()} == {
        "a": 0.37,
        "b": 0.0,
        "c": 1.0,
        "d": None,
        "e": None,
    }
    assert search.least[0] == "b"
    assert search.found["c"].turned == pytest.approx(0.05)
    assert tried[0] == ("a", 0.0)
    assert ("e", 1.0) not in tried  # it stands there already
    assert len([name for name, _ in tried if name == "a"]) <= 9
