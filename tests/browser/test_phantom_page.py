"""The phantom dashboard in a real browser: turn a knob, find a failure, type nonsense."""

import re

import pytest
from boards import HEAD
from playwright.sync_api import expect

SETTLED = """before => {
  const data = document.querySelector(".fe-board").dataset;
  return Number(data.rev) > before && data.busy === "false" && data.ready === "true";
}"""
#: Pulls a slider through many places faster than any of them can be drawn.
PULL = """slider => {
  for (let place = 1; place <= 40; place += 1) {
    slider.value = place / 100;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
#: A part of the picture's pixels, as they stand on the page.
PIXELS = """() => {
  const paper = document.querySelector(".fe-stage canvas");
  return [...paper.getContext("2d").getImageData(0, 0, paper.width, 1).data];
}"""


class Board:
    """What a reader sees and does."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".fe-board")
        self.status, self.panel = page.locator(".fe-status"), page.locator(".fe-numbers")
        self.stage = page.locator(".fe-stage")

    def slider(self, name):
        return self.page.get_by_role("slider", name=name, exact=True)

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def value(self, knob):
        return self.page.locator(f"[data-knob='{knob}'] output")

    def count(self, name):
        return int(self.root.get_attribute(f"data-{name}"))

    def after(self, action):
        """Do something and wait until its picture stands there."""
        before = self.count("rev")
        action()
        self.page.wait_for_function(SETTLED, arg=before)

    def error(self):
        return float(self.panel.get_attribute("data-error"))

    def outline(self):
        return float(self.page.locator(".fe-found").get_attribute("rx"))


def opened(page, address):
    page.goto(address)
    shown = Board(page)
    expect(shown.root).to_have_attribute("data-ready", "true", timeout=60_000)
    expect(shown.status).to_contain_text(re.compile(r"HC \d+\.\d mm"))
    expect(shown.root).to_have_attribute("data-busy", "false")
    return shown


@pytest.fixture
def board(watched, voila):
    return opened(watched, f"{voila}/voila/render/board.ipynb")


def test_the_shipped_page_opens_and_follows_a_knob(watched, voila):
    board = opened(watched, f"{voila}/voila/render/phantom.ipynb")
    expect(watched.locator("body")).to_contain_text("Not a medical device")
    before = watched.evaluate(PIXELS), board.status.inner_text()
    board.slider("Too much gain").focus()
    board.after(lambda: watched.keyboard.press("End"))
    expect(board.status).to_contain_text("Too much gain 1.00.")
    assert watched.evaluate(PIXELS) != before[0]
    board.after(lambda: watched.get_by_label("Network", exact=True).select_option("head-phantom"))
    expect(board.status).to_contain_text("Network: head-phantom.")
    expect(watched.locator(".fe-meaning")).to_contain_text("learned from simulated heads only")


def test_a_knob_turned_by_mouse_changes_picture_outline_and_words(board):
    page, pixels, outline = board.page, board.page.evaluate(PIXELS), board.outline()
    assert board.error() == pytest.approx(0, abs=0.01)
    box = board.slider("Too much gain").bounding_box()
    board.after(lambda: page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2))
    assert board.error() > 0.05 * HEAD.circumference
    assert board.outline() > 1.05 * outline
    assert page.evaluate(PIXELS) != pixels
    expect(board.status).to_have_attribute("role", "status")
    expect(board.status).to_contain_text(
        re.compile(r"Too much gain 0\.\d\d\. HC .* Broken: HC is off by \+[67]")
    )
    expect(board.stage).to_have_attribute(
        "aria-label", re.compile("True outline: 70 by 56 mm.*network's outline: 7")
    )
    board.after(lambda: board.button("Too much gain: leave it as drawn").click())
    expect(board.value("gain")).to_have_text("as drawn")
    assert board.outline() == outline
    assert page.evaluate(PIXELS) == pixels


def test_the_keyboard_alone_is_enough(board):
    page, keyboard = board.page, board.page.keyboard
    board.slider("Side lobes").focus()
    keyboard.press("Tab")
    expect(board.slider("Too much gain")).to_be_focused()
    expect(page.locator(".fe-meaning")).to_contain_text("gain above what a sonographer would choose")
    for count in range(1, 4):
        board.after(lambda: keyboard.press("ArrowRight"))
        expect(board.value("gain")).to_have_text(f"0.0{count}")
    board.after(lambda: keyboard.press("End"))
    expect(board.slider("Too much gain")).to_have_attribute("aria-valuetext", "1.00")
    expect(board.status).to_contain_text("Broken")
    keyboard.press("Tab")  # the button beside the slider
    board.after(lambda: keyboard.press("Enter"))
    expect(board.value("gain")).to_have_text("as drawn")
    expect(board.slider("Too much gain")).to_be_focused()
    board.slider("Age").focus()
    board.after(lambda: keyboard.press("ArrowRight"))
    expect(board.status).to_contain_text("23 weeks 0 days. HC")


def test_while_a_picture_is_drawn_only_the_last_wish_counts(board):
    before = board.count("done")
    board.after(lambda: board.slider("Too much gain").evaluate(PULL))
    expect(board.value("gain")).to_have_text("0.40")
    expect(board.status).to_contain_text("Too much gain 0.40.")
    assert board.count("done") - before == 2  # the first place, and the last one


def test_a_failure_is_found_shown_and_set_back(board):
    expect(board.button("Set back")).to_be_disabled()
    board.button("Find a failure").click()
    expect(board.button("Stop")).to_be_visible()
    expect(board.page.get_by_role("progressbar", name="Progress of the search")).to_be_visible()
    expect(board.status).to_contain_text("Found: “Too much gain” at 0.51 is enough", timeout=60_000)
    expect(board.button("Find a failure")).to_be_focused()
    expect(board.value("gain")).to_have_text("0.51")
    assert board.error() > 0.05 * HEAD.circumference
    expect(board.panel).to_contain_text("Broken: HC is off by +5.1 %")
    expect(board.page.locator("[data-knob='shadow'] .fe-mark")).to_have_text("✗ 0.64")
    expect(board.page.locator("[data-knob='wall'] .fe-mark")).to_have_text("✓")
    expect(board.slider("Shadow")).to_have_attribute(
        "aria-valuetext", re.compile("breaks the network at 0.64")
    )
    board.after(board.button("Set back").click)
    expect(board.status).to_contain_text("Set back. HC")
    expect(board.value("gain")).to_have_text("as drawn")
    assert board.error() == pytest.approx(0, abs=0.01)


def test_a_search_is_stopped_by_a_key(board):
    board.button("Find a failure").focus()
    board.page.keyboard.press("Enter")
    expect(board.button("Stop")).to_be_focused()
    expect(board.page.locator(".fe-tried")).to_contain_text("Gaps in the outline at", timeout=20_000)
    board.page.keyboard.press("Enter")
    expect(board.status).to_contain_text(
        re.compile(r"Stopped after [1-4] of \d+ knobs\. So far: “Shadow” at 0\.64")
    )
    expect(board.button("Find a failure")).to_be_focused()
    board.after(lambda: board.button("Another fetus").click())
    expect(board.status).to_contain_text("Fetus 8. HC")


def test_labels_are_shown_named_and_singled_out(board):
    page, pixels = board.page, board.page.evaluate(PIXELS)
    board.after(lambda: page.get_by_label("true labels (colours)").check())
    entry = page.locator(".fe-legend").get_by_role("button", name="head")
    expect(entry).to_have_attribute("aria-pressed", "false")
    box = board.stage.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".fe-here")).to_have_text("head")
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "true")
    expect(board.stage).to_have_attribute("aria-label", re.compile(r"Labelled: head\.$"))
    board.after(lambda: page.get_by_role("checkbox", name="true outline").uncheck())
    expect(page.locator(".fe-truth")).to_be_hidden()
    board.after(lambda: page.get_by_label("true labels (colours)").uncheck())
    assert page.evaluate(PIXELS) == pixels


def test_nonsense_leaves_what_was_there(board):
    page, before = board.page, (board.page.evaluate(PIXELS), board.panel.inner_text())
    seed = page.get_by_label("Fetus number")
    for typed in ("-3", "Ann", "1e9", "123456"):
        seed.fill(typed)
        board.after(lambda: seed.press("Enter"))
        expect(board.status).to_contain_text(f"Fetus “{typed}”: give a whole number from 0 to 99999")
        expect(board.status).to_have_class(re.compile("fe-alarm"))
        expect(seed).to_have_value("7")
        assert (page.evaluate(PIXELS), board.panel.inner_text()) == before
    seed.fill("12")
    board.after(lambda: seed.press("Enter"))
    expect(board.status).to_contain_text("Fetus 12. HC")
    expect(board.status).not_to_have_class(re.compile("fe-alarm"))
    errors = ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
    assert page.locator(errors).count() == 0
