"""Ink on the segment dashboard in a real browser: mouse, keys, finger, pen."""

import pytest
from pictures import HEAD
from playwright.sync_api import expect


def brush(dashboard, name):
    dashboard.after(lambda: dashboard.page.get_by_role("button", name=name, exact=True).click())


def colour_at(dashboard, row, column):
    """The canvas's own pixel, without waiting for Python."""
    return dashboard.page.evaluate(
        """async ([row, column]) => {
          for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
          const paper = document.querySelector(".fe-stage > canvas"), pen = paper.getContext("2d");
          return [...pen.getImageData(column * paper.width, row * paper.height, 1, 1).data];
        }""",
        [row, column],
    )


def test_a_stroke_is_drawn_at_once_and_changes_the_number(dashboard):
    before, bare = dashboard.number(), colour_at(dashboard, 0.3, 0.45)
    brush(dashboard, "Brush: not head")
    dashboard.page.get_by_label("Brush size").fill("60")
    mouse = dashboard.page.mouse
    mouse.move(*dashboard.at(0.3, 0.1))
    mouse.down()
    mouse.move(*dashboard.at(0.3, 0.9), steps=12)
    assert colour_at(dashboard, 0.3, 0.45) != bare  # the pen is still down
    dashboard.after(mouse.up)
    expect(dashboard.root).to_have_attribute("data-strokes", "1")
    expect(dashboard.status).to_contain_text("with your strokes")
    assert dashboard.number() < 0.97 * before
    dashboard.after(lambda: dashboard.page.keyboard.press("z"))
    expect(dashboard.root).to_have_attribute("data-strokes", "0")
    assert dashboard.number() == before
    assert colour_at(dashboard, 0.3, 0.45) == bare


def test_two_strokes_are_undone_one_by_one_and_cleared_at_once(dashboard):
    before = dashboard.number()
    brush(dashboard, "Brush: head")
    for row in (0.5, 0.6):
        dashboard.drag(dashboard.at(row, 0.45), dashboard.at(row, 0.55))
    brush(dashboard, "Eraser")
    dashboard.drag(dashboard.at(0.5, 0.45), dashboard.at(0.5, 0.5))
    expect(dashboard.root).to_have_attribute("data-strokes", "3")
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Undo").click())
    expect(dashboard.root).to_have_attribute("data-strokes", "2")
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Clear drawing").click())
    expect(dashboard.root).to_have_attribute("data-strokes", "0")
    dashboard.stage.focus()
    for left in ("2", "1", "0"):
        dashboard.after(lambda: dashboard.page.keyboard.press("z"))
        expect(dashboard.root).to_have_attribute("data-strokes", left)
    assert dashboard.number() == before


def test_the_brush_works_by_keys(dashboard):
    keyboard = dashboard.page.keyboard
    dashboard.stage.focus()
    dashboard.after(lambda: keyboard.press("2"))
    keyboard.press("Space")
    for _ in range(5):
        keyboard.press("Shift+ArrowRight")
    dashboard.after(lambda: keyboard.press("Space"))
    expect(dashboard.root).to_have_attribute("data-strokes", "1")
    expect(dashboard.status).to_contain_text("with your strokes")
    dashboard.after(lambda: keyboard.press("c"))
    expect(dashboard.root).to_have_attribute("data-strokes", "0")


def test_a_finger_draws_and_a_second_one_takes_the_stroke_back(dashboard):
    brush(dashboard, "Brush: head")
    wire = dashboard.page.context.new_cdp_session(dashboard.page)

    def touch(kind, *points):
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    first, second = dashboard.at(0.4, 0.4), dashboard.at(0.5, 0.5)
    touch("touchStart", first)
    touch("touchMove", second)
    dashboard.after(lambda: touch("touchEnd"))
    expect(dashboard.root).to_have_attribute("data-strokes", "1")
    touch("touchStart", first)
    touch("touchMove", second)
    touch("touchStart", second, first)
    touch("touchEnd")
    expect(dashboard.root).to_have_attribute("data-strokes", "1")
    dashboard.wait()


METHODS = ["Threshold", "Random walker", "Watershed", "Edges and ellipse", "Hough vote", "Network"]


def test_with_each_method_one_draws_undoes_switches_and_reads_the_number(dashboard):
    for method in METHODS:
        dashboard.after(lambda method=method: dashboard.page.get_by_label(method, exact=True).check())
        before = dashboard.number()
        assert before == pytest.approx(HEAD.circumference, rel=0.03)
        brush(dashboard, "Brush: head")
        dashboard.drag(dashboard.at(0.45, 0.45), dashboard.at(0.55, 0.55))
        expect(dashboard.root).to_have_attribute("data-strokes", "1")
        expect(dashboard.status).to_contain_text("with your strokes")
        assert dashboard.number() == pytest.approx(HEAD.circumference, rel=0.05)
        dashboard.after(lambda: dashboard.page.get_by_role("button", name="Undo").click())
        expect(dashboard.root).to_have_attribute("data-strokes", "0")
        expect(dashboard.status).not_to_contain_text("with your strokes")
        assert dashboard.number() == before
    expect(dashboard.status).to_contain_text("Outline found by the network")


def test_undo_brings_back_the_ink_that_an_automatic_outline_took(dashboard):
    brush(dashboard, "Brush: not head")
    dashboard.page.get_by_label("Brush size").fill("60")
    dashboard.drag(dashboard.at(0.3, 0.1), dashboard.at(0.3, 0.9))
    drawn = dashboard.number()
    automatic = dashboard.page.get_by_role("button", name="Automatic outline")
    dashboard.after(automatic.click)
    expect(dashboard.root).to_have_attribute("data-strokes", "0")
    assert dashboard.number() != drawn
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Undo").click())
    expect(dashboard.root).to_have_attribute("data-strokes", "1")
    expect(dashboard.status).to_contain_text("with your strokes")
    assert dashboard.number() == drawn
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Undo").click())
    expect(dashboard.root).to_have_attribute("data-strokes", "0")


def test_undo_brings_back_the_outline_that_a_switch_of_method_took(dashboard):
    x, y = dashboard.handle("major+")
    dashboard.drag((x, y), (x + 30, y))
    drawn = dashboard.number()
    dashboard.after(lambda: dashboard.page.get_by_label("Watershed", exact=True).check())
    expect(dashboard.panel).to_contain_text("found by the watershed")
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Undo").click())
    expect(dashboard.panel).to_contain_text("Outline drawn by hand")
    expect(dashboard.page.get_by_label("Network", exact=True)).to_be_checked()
    assert dashboard.number() == drawn


class Hand:
    """A pen and the hand that holds it, as a screen reports them."""

    def __init__(self, page):
        self.wire = page.context.new_cdp_session(page)

    def pen(self, kind, at, down=True):
        self.wire.send(
            "Input.dispatchMouseEvent",
            {
                "type": kind,
                "x": at[0],
                "y": at[1],
                "pointerType": "pen",
                "button": "left" if kind != "mouseMoved" else "none",
                "buttons": int(down),
                "clickCount": 1,
            },
        )

    def touch(self, kind, *points):
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


def test_a_palm_beside_the_pen_draws_nothing(dashboard):
    brush(dashboard, "Brush: head")
    hand, palm = Hand(dashboard.page), dashboard.at(0.9, 0.9)
    start, end = dashboard.at(0.4, 0.4), dashboard.at(0.5, 0.5)
    hand.pen("mousePressed", start)
    hand.touch("touchStart", palm)  # rests while the pen draws
    hand.touch("touchMove", dashboard.at(0.8, 0.8))
    hand.pen("mouseMoved", end)
    dashboard.after(lambda: hand.pen("mouseReleased", end, down=False))
    expect(dashboard.root).to_have_attribute("data-strokes", "1")
    hand.touch("touchEnd")
    hand.pen("mouseMoved", start, down=False)  # hovers
    hand.touch("touchStart", palm)
    hand.touch("touchMove", start)
    hand.touch("touchEnd")
    expect(dashboard.root).to_have_attribute("data-strokes", "1")
    dashboard.wait()


def test_a_palm_that_lay_there_first_is_lifted_by_the_pen(dashboard):
    brush(dashboard, "Brush: head")
    hand = Hand(dashboard.page)
    start, end = dashboard.at(0.4, 0.4), dashboard.at(0.5, 0.5)
    hand.touch("touchStart", dashboard.at(0.9, 0.9))
    hand.touch("touchMove", dashboard.at(0.85, 0.85))
    hand.pen("mousePressed", start)
    hand.pen("mouseMoved", end)
    dashboard.after(lambda: hand.pen("mouseReleased", end, down=False))
    hand.touch("touchMove", dashboard.at(0.7, 0.7))
    hand.touch("touchEnd")
    dashboard.wait()
    expect(dashboard.root).to_have_attribute("data-strokes", "1")
    drawn = dashboard.page.evaluate("() => document.querySelector('.fe-canvas').dataset.strokes")
    assert drawn == "1"


def test_a_finger_draws_again_when_the_pen_is_gone(dashboard):
    brush(dashboard, "Brush: head")
    hand = Hand(dashboard.page)
    start, end = dashboard.at(0.4, 0.4), dashboard.at(0.5, 0.5)
    hand.pen("mouseMoved", start, down=False)
    hand.pen("mouseMoved", (5, 5), down=False)  # away from the picture
    dashboard.page.wait_for_timeout(700)
    hand.touch("touchStart", start)
    hand.touch("touchMove", end)
    dashboard.after(lambda: hand.touch("touchEnd"))
    expect(dashboard.root).to_have_attribute("data-strokes", "1")


def test_a_straight_line_travels_as_few_points_and_a_curve_stays_a_curve(dashboard):
    brush(dashboard, "Brush: head")
    dashboard.page.evaluate(
        """() => {
          const send = WebSocket.prototype.send;
          window.sent = [];
          WebSocket.prototype.send = function (data) {
            const text = typeof data === "string" ? data : new TextDecoder().decode(data);
            const found = text.match(/"points": ?(\\[\\[.*?\\]\\])/g);
            if (found) window.sent = found;
            return send.call(this, data);
          };
        }"""
    )
    dashboard.drag(dashboard.at(0.5, 0.3), dashboard.at(0.5, 0.7), steps=30)
    sent = dashboard.page.evaluate("() => window.sent.map((one) => JSON.parse(one.slice(one.indexOf('['))))")
    assert len(sent[-1]) == 2
    assert abs(sent[-1][0][1] - 0.3 * 240) < 2
    assert abs(sent[-1][1][1] - 0.7 * 240) < 2
    mouse = dashboard.page.mouse
    mouse.move(*dashboard.at(0.3, 0.3))
    mouse.down()
    for at in (0.4, 0.5, 0.6, 0.7):
        mouse.move(*dashboard.at(0.3 + 4 * (at - 0.3) ** 2, at), steps=4)
    dashboard.after(mouse.up)
    sent = dashboard.page.evaluate("() => window.sent.map((one) => JSON.parse(one.slice(one.indexOf('['))))")
    assert 4 <= len(sent[-1]) <= 14
