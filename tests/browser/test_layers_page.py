"""The explorer of layers in a real browser: like Python, by mouse, by keyboard, as a dashboard."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from test_lab import run_all
from test_layers import ALL, image

from fetal_edu.widgets import Conv, LayerExplorer, MaxPool, Unpool

WIDGETS = Path(__file__).resolve().parents[2] / "fetal_edu" / "widgets"
DIGITS = np.array([[1, 2, 3, 4], [8, 7, 6, 5], [0, 0, 9, 0], [0, 1, 0, 0]], float)
CROSS = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
#: Runs the explorer's own geometry and words on every pixel of a tower.
EVERY_PIXEL = """({ script, state, patterns, maps, places }) => {
  const inner = new Function(script + "; return { readTower, behind, ahead, makeTelling };")();
  const bytes = (list) => new DataView(Uint8Array.from([0, ...list]).buffer, 1);  // as in a message
  const given = { state, patterns, maps: bytes(maps), places: bytes(places) };
  const tower = inner.readTower({ get: (name) => given[name] }), telling = inner.makeTelling(tower, patterns);
  const set = (mask) => mask && [...mask.bits].flatMap((one, i) => (one ? [i] : []));
  const found = [];
  tower.maps.forEach(({ high, wide }, number) => {
    for (let row = 0; row < high; row += 1) {
      for (let column = 0; column < wide; column += 1) {
        const at = [number, row, column];
        const masks = { behind: inner.behind(tower, at), ahead: inner.ahead(tower, at) };
        const text = [telling.words(at, masks).join(" "), telling.numbers(at)].filter(Boolean).join("\\n");
        const [before, after] = [masks.behind, masks.ahead.slice(number)];
        found.push({ at, text, behind: before.map(set), ahead: after.map(set) });
      }
    }
  });
  return found;
}"""
#: The box around what an overlay shows, in pixels of its map (top, left, bottom, right), or null.
OVERLAY = """([number, side]) => {
  const stage = document.querySelectorAll(".fe-tower-stage")[number];
  const [base, over] = stage.querySelectorAll("canvas"), bleed = (over.width - base.width) / 2;
  const { data, width, height } = over.getContext("2d").getImageData(0, 0, over.width, over.height);
  const rows = [], columns = [], cell = base.width / side;
  for (let i = 3; i < data.length; i += 4) {
    if (!data[i]) continue;
    rows.push(Math.floor((i - 3) / 4 / width));
    columns.push((i - 3) / 4 % width);
  }
  if (!rows.length) return null;
  const line = 4, first = [rows, columns].map((all) => Math.min(...all));
  const ends = [...first, ...[rows, columns].map((all) => Math.max(...all) + 1)];
  return ends.map((at, i) => Math.round((at - bleed + (i < 2 ? line : -line)) / cell));
}"""


def as_python_tells(explorer):
    """The same as `EVERY_PIXEL`, by Python."""
    tower = explorer.tower
    for number, one in enumerate(tower.maps):
        for row, column in np.ndindex(one.shape):
            masks = tower.behind(number, row, column), tower.ahead(number, row, column)
            behind, ahead = ([np.flatnonzero(mask).tolist() for mask in both] for both in masks)
            text = explorer.describe("image" if number == 0 else number - 1, row, column)
            yield {"at": [number, row, column], "text": text, "behind": behind, "ahead": ahead}


@pytest.mark.parametrize("name", ALL)
def test_browser_and_python_agree_on_every_pixel_of_every_kind(page, name):
    explorer = LayerExplorer(image(), ALL[name], spacing=(0.5, 0.3))
    scripts = [(WIDGETS / f"layer_{part}.js").read_text("utf-8") for part in ("geometry", "words")]
    given = {"script": "\n".join(scripts), "state": explorer.state, "patterns": explorer.patterns}
    given |= {"maps": list(explorer.maps), "places": list(explorer.places)}
    for said, wanted in zip(page.evaluate(EVERY_PIXEL, given), as_python_tells(explorer), strict=True):
        assert said == wanted


class Tower:
    """What a reader sees and does."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".fe-tower")
        self.words, self.sum = page.locator(".fe-tower-words"), page.locator(".fe-tower-sum")
        self.live, self.table = page.locator(".fe-tower-live"), page.locator(".fe-tower-table")
        self.pin = page.locator(".fe-tower-pin")

    def stage(self, number):
        return self.page.locator(".fe-tower-stage").nth(number)

    def point(self, number, row, column, shape=(4, 4), zeros=0):
        """Return where a pixel lies on the page."""
        box = self.stage(number).bounding_box()
        high, wide = (n + 2 * zeros for n in shape)
        return (
            box["x"] + (column + zeros + 0.5) / wide * box["width"],
            box["y"] + (row + zeros + 0.5) / high * box["height"],
        )

    def says(self, text):
        """Wait until the page says all that Python says."""
        words, *numbers = text.split("\n")
        expect(self.words).to_have_text(words)
        expect(self.sum).to_have_text(numbers[0] if numbers else "")

    def grid(self, name):
        return self.page.locator(f".fe-tower-grid-{name} td").all_inner_texts()

    def overlay(self, number, side=4):
        return self.page.evaluate(OVERLAY, [number, side])


def opened(page, address):
    page.goto(address)
    shown = Tower(page)
    expect(shown.root).to_have_attribute("data-ready", "true", timeout=60_000)
    return shown


@pytest.fixture
def explorer():
    """What the page shows, in Python."""
    return LayerExplorer(DIGITS, [Conv(CROSS, padding=1), MaxPool(2), Unpool(1)], spacing=(0.5, 0.5))


@pytest.fixture
def tower(watched, voila):
    return opened(watched, f"{voila}/voila/render/tower.ipynb")


def test_the_first_pixel_stands_there_before_anybody_moves(tower, explorer):
    tower.says(explorer.describe())
    expect(tower.stage(0)).to_have_attribute(
        "aria-label", "Image, 4\u00a0×\u00a04\u00a0pixels · 0.5\u00a0mm\u00a0per\u00a0pixel"
    )
    expect(tower.page.locator(".fe-tower-map").nth(2)).to_contain_text("1\u00a0mm\u00a0per\u00a0pixel")


def test_the_mouse_shows_window_numbers_field_and_reach(tower, explorer):
    tower.page.mouse.move(*tower.point(1, 1, 2))
    tower.says(explorer.describe(0, 1, 2))
    assert tower.grid("window") == ["2", "3", "4", "7", "6", "5", "0", "9", "0"]
    assert tower.grid("weights") == ["0", "1", "0", "1", "−4", "1", "0", "1", "0"]
    assert tower.grid("products") == ["0", "3", "0", "7", "−24", "5", "0", "9", "0"]
    expect(tower.table).to_contain_text("sum 0")
    assert tower.overlay(0, 6) == [1, 2, 4, 5]  # in pixels of the map with its padding
    assert tower.overlay(1) == [1, 2, 2, 3]
    assert tower.overlay(2, 2) == [0, 1, 1, 2]
    assert tower.overlay(3) == [0, 2, 2, 4]


def test_at_the_border_the_window_reaches_into_the_padding(tower, explorer):
    tower.page.mouse.move(*tower.point(1, 0, 0))
    tower.says(explorer.describe(0, 0, 0))
    assert tower.overlay(0, 6) == [0, 0, 3, 3]
    assert tower.page.locator(".fe-tower-grid-window .fe-tower-out").count() == 5
    expect(tower.page.locator(".fe-tower-key")).to_contain_text("zeros of the padding")


def test_a_maximum_is_marked_and_an_unpooled_zero_says_why(tower, explorer):
    tower.page.mouse.move(*tower.point(2, 0, 1, (2, 2)))
    tower.says(explorer.describe(1, 0, 1))
    won = tower.page.locator(".fe-tower-won")
    expect(won).to_have_count(1)
    expect(tower.table).to_contain_text(f"largest {won.inner_text()}")
    row, column = divmod(int(explorer.tower.places[1][0, 1]), 4)
    tower.page.mouse.move(*tower.point(3, row, column))
    tower.says(explorer.describe(2, row, column))
    expect(tower.words).to_contain_text("Put here from row 0, column 1 of layer 1")
    assert tower.overlay(2, 2) == [0, 1, 1, 2]
    tower.page.mouse.move(*tower.point(3, 1 - row, 5 - column))
    expect(tower.words).to_contain_text("Zero: no maximum fell here.")
    assert tower.overlay(2, 2) is None
    assert tower.grid("window") == []


def test_a_click_pins_and_escape_or_another_click_lets_go(tower, explorer):
    page, mouse = tower.page, tower.page.mouse
    expect(tower.pin).to_be_hidden()
    mouse.click(*tower.point(1, 2, 2))
    expect(tower.pin).to_be_visible()
    mouse.move(*tower.point(1, 0, 0))
    page.wait_for_timeout(100)
    tower.says(explorer.describe(0, 2, 2))
    mouse.click(*tower.point(1, 2, 2))
    expect(tower.pin).to_be_hidden()
    mouse.move(*tower.point(1, 0, 1))
    tower.says(explorer.describe(0, 0, 1))
    mouse.click(*tower.point(1, 0, 1))
    expect(tower.pin).to_be_visible()
    page.keyboard.press("Escape")
    expect(tower.pin).to_be_hidden()


def test_the_keyboard_alone_is_enough(tower, explorer):
    page, keyboard = tower.page, tower.page.keyboard
    tower.stage(0).focus()
    keyboard.press("Tab")
    expect(tower.stage(1)).to_be_focused()
    tower.says(explorer.describe(0, 2, 2))
    for key, place in (
        ("ArrowUp", (1, 2)),
        ("ArrowLeft", (1, 1)),
        ("Home", (1, 0)),
        ("ArrowLeft", (1, 0)),
        ("End", (1, 3)),
        ("ArrowDown", (2, 3)),
        ("Control+Home", (0, 0)),
        ("Control+End", (3, 3)),
        ("ArrowRight", (3, 3)),
    ):
        keyboard.press(key)
        tower.says(explorer.describe(0, *place))
    for key, number, place in (
        ("PageDown", 2, (1, 1)),
        ("]", 3, (3, 3)),
        ("PageDown", 3, (3, 3)),
        ("[", 2, (1, 1)),
        ("PageUp", 1, (3, 3)),
        ("PageUp", 0, (3, 3)),
    ):
        keyboard.press(key)
        expect(tower.stage(number)).to_be_focused()
        tower.says(explorer.describe("image" if number == 0 else number - 1, *place))
    keyboard.press("Enter")
    expect(tower.pin).to_be_visible()
    page.mouse.move(*tower.point(1, 0, 0))
    tower.says(explorer.describe("image", 3, 3))
    keyboard.press("Escape")
    expect(tower.pin).to_be_hidden()
    outline = tower.stage(0).evaluate("stage => getComputedStyle(stage).outlineWidth")
    assert float(outline.removesuffix("px")) >= 3


def test_a_screen_reader_hears_where_the_hand_rests(tower, explorer):
    expect(tower.live).to_have_attribute("role", "status")
    heard = tower.page.evaluate_handle(
        """() => {
          const heard = [], live = document.querySelector(".fe-tower-live");
          new MutationObserver(() => heard.push(live.textContent)).observe(live, { childList: true });
          return heard;
        }"""
    )
    tower.stage(1).focus()
    for _ in range(2):
        for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
            tower.page.keyboard.press(key)
    tower.page.keyboard.press("Home")
    expect(tower.live).to_contain_text(", column 0:")
    said = tower.words.inner_text()
    expect(tower.live).to_have_text(said)
    assert len(heard.json_value()) <= 2  # the place at the start may be heard as well
    expect(tower.stage(0)).to_have_attribute("aria-describedby", re.compile("-help$"))


def overlapping(page):
    """Which boxes of the explorer overlap, and by how much the page is too wide."""
    return page.evaluate(
        """() => {
          const names = ["map", "below", "key", "help"].map((name) => `.fe-tower-${name}`);
          const parts = [...document.querySelectorAll(names.join())];
          parts.at(-1).scrollIntoView();  // what is said stays on the screen until its own place comes
          const boxes = parts.map((one) => one.getBoundingClientRect()), found = [];
          boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 1 && high > 1) found.push([parts[i].className, parts[i + 1 + j].className]);
          }));
          for (const one of document.querySelectorAll(".fe-tower-map *, .fe-tower-below *")) {
            const { right } = one.getBoundingClientRect();
            if (right > innerWidth + 1) found.push([one.className, right]);
          }
          return found;
        }"""
    )


@pytest.mark.parametrize("width", [700, 1100, 1920])
def test_nothing_overlaps_at_any_width(watched, voila, width):
    watched.set_viewport_size({"width": width, "height": 900})
    tower = opened(watched, f"{voila}/voila/render/tower.ipynb")
    watched.mouse.move(*tower.point(1, 1, 2))
    expect(tower.words).to_contain_text("row 1, column 2")
    assert overlapping(watched) == []


# The dashboard ---------------------------------------------------------------------------------------


@pytest.fixture
def board(watched, voila):
    shown = opened(watched, f"{voila}/voila/render/layers.ipynb")
    expect(watched.locator(".fe-layers-page")).to_have_attribute("data-busy", "false")
    return shown


def status(board):
    return board.page.locator(".fe-layers-status")


def test_picture_and_operation_are_chosen(board):
    page = board.page
    expect(page.locator("body")).to_contain_text("Not a medical device")
    expect(status(board)).to_contain_text(
        "Brain: cavum septi pellucidi, 20 weeks: 64 × 64 pixels of 0.22 mm."
    )
    page.get_by_label("Picture").select_option("digits")
    expect(status(board)).to_contain_text("Small numbers")
    for plan in page.get_by_label("Operation").locator("option").all():
        page.get_by_label("Operation").select_option(plan.get_attribute("value"))
        expect(status(board)).not_to_have_class(re.compile("fe-alarm"))
        expect(page.locator(".fe-layers-page")).to_have_attribute("data-busy", "false")
    page.get_by_label("Operation").select_option("unpool")
    expect(page.locator(".fe-tower-heading")).to_have_text(
        ["Image", "Layer\u00a00: max pooling\u00a02\u00a0×\u00a02", "Layer\u00a01: unpooling of layer\u00a00"]
    )
    expect(page.get_by_label("Stride")).to_be_disabled()
    expect(page.get_by_label("Weight in row 1, column 1")).to_be_disabled()


def test_a_weight_is_set_by_keyboard_and_nonsense_gets_a_sentence(board):
    page = board.page
    page.get_by_label("Picture").select_option("digits")
    page.get_by_label("Ready kernels").select_option("same")
    expect(board.words).to_contain_text("row 4, column 4: 3. ")
    board.stage(1).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    expect(board.words).to_contain_text("row 1, column 0: 0.")
    weight = page.get_by_label("Weight in row 1, column 2")
    expect(weight).to_have_value("0")
    weight.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("2,5")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Weight in row 2, column 0")).to_be_focused()
    expect(page.get_by_label("Ready kernels")).to_have_value("")
    expect(board.words).to_contain_text("row 1, column 0: 0.0.")  # the same pixel of the new map
    assert board.grid("weights")[5] == "2.5"
    for typed in ("abc", "", "1e9", "nan"):
        weight.fill(typed)
        weight.press("Enter")
        expect(status(board)).to_contain_text(
            f"Weight in row 1, column 2: “{typed}” is no number from −100 to 100"
        )
        expect(status(board)).to_have_class(re.compile("fe-alarm"))
        expect(weight).to_have_value("2.5")
    assert board.grid("weights")[5] == "2.5"
    page.get_by_label("Stride").select_option("3")
    expect(status(board)).not_to_have_class(re.compile("fe-alarm"))
    expect(page.locator(".fe-tower-heading").nth(1)).to_contain_text("stride\u00a03")


def picture_file():
    file = io.BytesIO()
    grey = (np.indices((120, 200)).sum(axis=0) % 256).astype(np.uint8)
    Image.fromarray(grey).save(file, "PNG")
    return file.getvalue()


def test_a_file_of_ones_own_is_shown_small_and_a_wrong_one_gets_a_sentence(board):
    page, picker = board.page, board.page.locator(".fe-layers-page input[type=file]")
    picker.set_input_files({"name": "scan.png", "mimeType": "image/png", "buffer": picture_file()})
    expect(status(board)).to_contain_text("Your file: scan.png: 38 × 64 pixels.")
    expect(page.get_by_label("Picture").locator("option:checked")).to_have_text("your file: scan.png")
    expect(page.locator(".fe-tower-size").first).to_have_text("38\u00a0×\u00a064\u00a0pixels")
    picker.set_input_files({"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(status(board)).to_have_class(re.compile("fe-alarm"))
    expect(status(board)).to_contain_text("notes.png")
    expect(page.get_by_label("Picture").locator("option:checked")).to_have_text("your file: scan.png")


# In JupyterLab ---------------------------------------------------------------------------------------


def test_in_a_notebook_keys_spare_the_cells_and_a_dark_theme_is_readable(watched, lab, explorer):
    watched.goto(f"{lab}/lab/workspaces/tower/tree/tower.ipynb")
    cells = watched.locator(".jp-Notebook .jp-CodeCell")
    expect(cells).to_have_count(1, timeout=60_000)
    tower = Tower(watched)
    run_all(watched, tower.root)
    tower.says(explorer.describe())
    tower.stage(1).click()
    expect(tower.stage(1)).to_be_focused()
    expect(tower.pin).to_be_visible()
    for key in ("x", "d", "d", "a", "b", "0", "0", "Control+Home", "Enter"):
        watched.keyboard.press(key)
    tower.says(explorer.describe(0, 0, 0))
    expect(tower.pin).to_be_hidden()
    expect(cells).to_have_count(1)
    watched.evaluate(
        "theme => { void window.jupyterapp.commands.execute('apputils:change-theme', { theme }); }",
        "JupyterLab Dark",
    )
    expect(watched.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    for part in (
        ".fe-tower-words",
        ".fe-tower-heading >> nth=0",
        ".fe-tower-grid td >> nth=0",
        ".fe-tower-help",
    ):
        expect(watched.locator(part)).to_be_visible()
        watched.wait_for_function(READABLE, arg=watched.locator(part).element_handle())


#: Whether text stands out from its ground by at least 4.5 to 1, as WCAG wants it.
READABLE = """(part) => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const linear = (one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((one) => linear(one / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let ground = part;
  const colourOf = (one) => numbers(getComputedStyle(one).backgroundColor);
  while (ground.parentElement && (colourOf(ground)[3] ?? 1) === 0) ground = ground.parentElement;
  const both = [numbers(getComputedStyle(part).color), colourOf(ground)];
  const [low, high] = both.map((one) => light(one.slice(0, 3))).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05) >= 4.5;
}"""
