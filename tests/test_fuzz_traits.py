"""Whatever a browser sends to the segment dashboard: it answers, keeps its values whole, and says why.

Hypothesis draws values of any JSON form for each synced trait, messages without the form of messages, and
floods of both. They go in where a browser's messages go in, through the widget's comm.
"""

import json
import logging
import math
import warnings

import ipywidgets
import pytest
from dashboard import app_with_head, caliper, send, stroke
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pictures import HEAD, SHAPE

from fetal_edu.widgets.arriving import MOST_CALIPERS
from fetal_edu.widgets.canvas import MODES, Canvas
from fetal_edu.widgets.labels import CALIPER_NAMES

GOOD = HEAD.to_dict()
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, -(2**63), 10**400, 1e308, -0.0, 5e-324])
    | st.floats()
    | st.text(max_size=30)
)
json_like = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5),
    max_leaves=10,
)
near = st.floats(-5, 250) | st.integers(-5, 250)
points = st.lists(near | scalars, min_size=2, max_size=2)
strokes = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.integers(-2, 2) | scalars,
            "radius": st.floats(-1, 210) | scalars,
            "points": st.lists(points, max_size=5),
        }
    ),
    max_size=4,
)
calipers = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from([*CALIPER_NAMES, "x"]) | scalars, "from": points, "to": points},
        optional={"more": scalars},
    ),
    max_size=MOST_CALIPERS + 1,
)
boxes = st.lists(near | scalars, min_size=3, max_size=5)
ellipses = st.fixed_dictionaries(dict.fromkeys(GOOD, near | scalars))
VALUES = {
    "ellipse": ellipses,
    "box": boxes,
    "strokes": strokes,
    "calipers": calipers,
    "frame": st.integers(-2, 3),
    "drawing": st.booleans(),
    "mode": st.sampled_from([*MODES, "pen"]),
    "request": st.integers(-3, 2**60),
}
states = st.fixed_dictionaries({}, optional={name: good | json_like for name, good in VALUES.items()})


class Heard(logging.Handler):
    """Keeps what is logged as wrong; ipywidgets logs there what in a kernel is a traceback on the page."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        self.records.append(record.getMessage())


HEARD = Heard()
APP = app_with_head()


@pytest.fixture(autouse=True)
def _nothing_is_logged_as_wrong():
    HEARD.records.clear()
    loggers = [logging.getLogger(name) for name in ("", "traitlets", "fetal_edu")]
    for logger in loggers:
        logger.addHandler(HEARD)
    yield
    for logger in loggers:
        logger.removeHandler(HEARD)
    assert HEARD.records == []


def check_whole(app):
    """All values are of the form that the page expects, and the page is not stuck."""
    canvas = app.canvas
    sent = [canvas.ellipse, canvas.box, canvas.strokes, canvas.calipers, canvas.frame, canvas.mode]
    json.dumps([*sent, canvas.drawing, canvas.done, canvas.status], allow_nan=False)
    assert canvas.ellipse is None or 0 < canvas.outline.circumference < 10_000
    assert canvas.mode in MODES
    assert 0 <= canvas.frame < canvas.frames
    assert len(canvas.calipers) <= MOST_CALIPERS
    for one in canvas.calipers:
        assert one["name"] in CALIPER_NAMES
        assert math.dist(one["from"], one["to"]) > 0
        for row, column in (one["from"], one["to"]):
            assert -2 <= row <= SHAPE[0] + 1
            assert -2 <= column <= SHAPE[1] + 1
    assert 0 < len(canvas.status) < 1500
    assert "did not work" not in canvas.status
    assert "could not be done" not in canvas.status
    assert "nan" not in app.page.panel.value + app.page.lengths.value + app.page.chart.value
    number = canvas.done % 2**40 + 1
    send(canvas, {"request": number})
    assert canvas.done == number


def whole(send_something):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        send_something()
    check_whole(APP)


@given(states)
def test_any_values_of_the_canvas(state):
    whole(lambda: send(APP.canvas, state))


@pytest.mark.parametrize("name", VALUES)
@given(value=json_like)
def test_any_value_of_one_trait(name, value):
    whole(lambda: send(APP.canvas, {name: value}))


@given(st.lists(states, min_size=5, max_size=20), st.sampled_from(list(APP.methods)))
@settings(max_examples=4)
def test_a_flood_is_answered(flood, method):
    def pour():
        APP.page.method.value = method
        for number, state in enumerate(flood):
            send(APP.canvas, {**state, "request": number + 1})

    whole(pour)


@given(
    st.text(max_size=12) | st.sampled_from([name for name in Canvas().keys if name not in VALUES]),
    json_like,
)
def test_what_belongs_to_python_stays_as_it_is(name, value):
    before = {own: getattr(APP.canvas, own) for own in ("image", "shape", "spacing", "truth", "labels")}
    whole(lambda: send(APP.canvas, {name: value} if name not in VALUES else {}))
    assert before == {own: getattr(APP.canvas, own) for own in before}


messages = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["ready", "file", "undo", "pick", "download"]) | scalars,
        "name": json_like,
        "step": st.integers(-2, 30) | json_like,
        "key": st.sampled_from(list(APP.methods)) | json_like,
        "request": json_like,
        "event": st.just("click") | json_like,
    },
)


@given(messages | json_like, st.lists(st.binary(max_size=40), max_size=2))
def test_any_message(content, buffers):
    def post():
        for widget in (APP.canvas, APP.page.table):
            send(widget, content=content, buffers=buffers)

    whole(post)


@given(
    json_like
    | st.fixed_dictionaries(
        {"content": json_like | st.fixed_dictionaries({"data": json_like | st.fixed_dictionaries({})})}
    )
    | st.builds(
        lambda method, state: {
            "content": {"data": {"method": method, "state": state, "buffer_paths": [["x"]]}}
        },
        st.sampled_from(["update", "custom", "request_state", "echo_update"]) | scalars,
        json_like,
    )
)
def test_no_envelope_breaks_a_widget(envelope):
    def post():
        for widget in (APP.canvas, APP.page.table, APP.page.scale, APP.page.automatic, APP.page.all):
            if isinstance(envelope, dict):  # what has no fields at all does not leave the kernel's own code
                widget.comm.handle_msg({"buffers": [], **envelope})

    whole(post)


def widgets_of(widget):
    yield widget
    for name in ("children", "layout", "style"):
        inner = getattr(widget, name, ())
        for one in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(one, ipywidgets.Widget):
                yield from widgets_of(one)


ALL = [widget for widget in widgets_of(APP.page.all) if type(widget).__module__.startswith("ipywidgets")]
REST = {id(w): {key: w.trait_values().get(key) for key in w.keys} for w in ALL}
MOVED = {"index", "value", "display", "options", "_options_labels"}


@given(st.data())
@settings(max_examples=150)
def test_any_value_of_any_other_widget(data):
    widget = data.draw(st.sampled_from(ALL))
    name = data.draw(st.sampled_from([*widget.keys, "index", "value"]))
    value = data.draw(
        json_like | st.integers(-2, 9) | st.sampled_from(["0.3", "20+4", "0.2 0.1", "9" * 5000])
    )
    whole(lambda: send(widget, {name: value}))
    for key, before in REST[id(widget)].items():
        if key not in MOVED:
            assert getattr(widget, key) == before, f"a browser changed {key} of {widget}"


@given(messages | json_like)
def test_any_message_to_a_button(content):
    buttons = [widget for widget in ALL if isinstance(widget, ipywidgets.Button)]
    sent = content if not isinstance(content, dict) or content.get("event") != "click" else {}
    whole(lambda: [send(button, content=sent) for button in buttons])


class Reader(RuleBasedStateMachine):
    """A reader who does in any order what the page offers: nothing is lost, nothing sticks."""

    def __init__(self):
        super().__init__()
        self.app = app_with_head()

    @rule(
        start=st.tuples(st.floats(0, 159), st.floats(0, 239)),
        end=st.tuples(st.floats(0, 159), st.floats(0, 239)),
        name=st.sampled_from(CALIPER_NAMES),
    )
    def measure(self, start, end, name):
        if math.dist(start, end) > 0.5 and len(self.app.canvas.calipers) < MOST_CALIPERS:
            drawn = [*self.app.canvas.calipers, caliper(start, end, name)]
            send(self.app.canvas, {"calipers": drawn})
            assert self.app.canvas.calipers == drawn

    @rule(place=st.integers(0, 11))
    def delete_caliper(self, place):
        left = [one for number, one in enumerate(self.app.canvas.calipers) if number != place]
        send(self.app.canvas, {"calipers": left})

    @rule(row=st.floats(20, 140), column=st.floats(20, 220), label=st.sampled_from([1, 0, -1]))
    def draw(self, row, column, label):
        drawn = [*self.app.canvas.strokes, stroke([[row, column]], label=label)]
        send(self.app.canvas, {"strokes": drawn, "drawing": True})
        send(self.app.canvas, {"drawing": False})
        assert len(self.app.canvas.strokes) == len(drawn)

    @rule(up=st.floats(-3, 3))
    def pull(self, up):
        if self.app.canvas.ellipse:
            moved = {**self.app.canvas.ellipse, "row": self.app.canvas.ellipse["row"] + up}
            send(self.app.canvas, {"ellipse": moved})

    @rule(top=st.integers(0, 60))
    def box(self, top):
        send(self.app.canvas, {"box": [top, 0, 160, 240]})

    @rule(name=st.sampled_from(["automatic", "by_hand", "compare", "save_table", "save_picture"]))
    def press(self, name):
        send(getattr(self.app.page, name), content={"event": "click"})

    @rule(number=st.integers(0, 5))
    def choose_method(self, number):
        send(self.app.page.method, {"index": number})

    @rule(number=st.integers(0, 1))
    def choose_picture(self, number):
        send(self.app.page.choice, {"index": number})

    @rule(text=st.sampled_from(["", "0.3", "0.6", "0.2 0.4", "x"]))
    def type_scale(self, text):
        send(self.app.page.scale, {"value": text})

    @rule(text=st.sampled_from(["", "27+0", "soon"]))
    def type_age(self, text):
        send(self.app.page.age, {"value": text})

    @rule(name=st.sampled_from(["show_mask", "show_truth", "together"]), on=st.booleans())
    def tick(self, name, on):
        send(getattr(self.app.page, name), {"value": on})

    @rule(back=st.integers(0, 4))
    def undo(self, back):
        before = self.app.work.past.get(self.app.canvas.step - back)
        send(self.app.canvas, content={"kind": "undo", "step": self.app.canvas.step - back})
        if before is not None:
            assert self.app.work.looks_as(before)
            assert self.app.canvas.alarm == (self.app.work.outline is None)

    @invariant()
    def shows_what_it_holds(self):
        check_whole(self.app)
        work, canvas = self.app.work, self.app.canvas
        assert canvas.ellipse == (work.outline and pytest.approx(work.outline.to_dict(), abs=1e-5))
        assert (canvas.strokes, canvas.calipers) == (work.strokes, work.calipers)
        assert (canvas.box and tuple(canvas.box)) == work.box
        assert canvas.calibrated == (work.sample.spacing is not None)
        assert self.app.page.method.value == work.method


# To shrink a failing story would take minutes; it is short enough to be read as it is.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
Reader.TestCase.settings = settings(max_examples=12, stateful_step_count=12, phases=PHASES)
TestReader = Reader.TestCase
