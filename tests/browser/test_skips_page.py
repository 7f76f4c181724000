"""The skips dashboard in a real browser: close a gate, take an ablation, press the strip, drop a picture."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from skip_boards import COSTS, PIXEL, sample

SETTLED = """before => {
  const data = document.querySelector(".fe-skips").dataset;
  return Number(data.rev) > before && data.busy === "false" && data.ready === "true";
}"""
#: Pulls a slider through many places faster than any of them can be answered.
PULL = """slider => {
  for (let place = 19; place >= 5; place -= 1) {
    slider.value = place / 20;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
#: How far the outline of a colour reaches across a picture's middle, as a part of its width. Over several
#: rows, for dashes have gaps.
REACH = """([paper, red, green, blue]) => {
  const { width, height } = paper;
  const high = Math.max(4, Math.round(0.1 * height));
  const rows = paper.getContext("2d").getImageData(0, Math.round((height - high) / 2), width, high).data;
  const near = (at, wanted) => Math.abs(rows[at] - wanted) < 40;
  const is = (at) => near(4 * at, red) && near(4 * at + 1, green) && near(4 * at + 2, blue);
  const hits = [...Array(width * high).keys()].filter(is).map((at) => at % width).sort((a, b) => a - b);
  return hits.length ? (hits.at(-1) - hits[0]) / width : 0;
}"""
YELLOW, ORANGE, PINK, BLUE = (0xF0, 0xE4, 0x42), (0xFF, 0x9B, 0x29), (0xF5, 0xA3, 0xD3), (0x56, 0xB4, 0xE9)
DROP = """([text, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  for (const kind of ["dragover", "drop"]) {
    window.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


class Skips:
    """What a reader sees and does."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".fe-skips")
        self.status = page.locator(".fe-status")
        self.now, self.open = page.locator(".fe-figure-now"), page.locator(".fe-figure-open")

    def gate(self, level):
        return self.page.get_by_role("slider", name=re.compile(f"^skip {level}, "))

    def value(self, level):
        return self.page.locator(f".fe-gate[data-level='{level}'] output")

    def cell(self, key):
        return self.page.locator(f".fe-cell[data-key='{key}']")

    def network(self, name):
        return self.page.get_by_role("radio", name=name)

    def after(self, action):
        """Do something and wait until its answer stands there."""
        before = int(self.root.get_attribute("data-rev"))
        action()
        self.page.wait_for_function(SETTLED, arg=before)

    def finish(self):
        expect(self.root).to_have_attribute("data-working", "false", timeout=60_000)
        expect(self.root).to_have_attribute("data-busy", "false")

    def border(self, figure):
        return float(figure.locator(".fe-numbers").get_attribute("data-border"))

    def reach(self, figure, colour):
        paper = figure.locator("canvas").element_handle()
        return self.page.evaluate(REACH, [paper, *colour])


def opened(page, address):
    page.goto(address)
    shown = Skips(page)
    expect(shown.root).to_have_attribute("data-ready", "true", timeout=60_000)
    expect(shown.status).to_contain_text("The border is off by")
    shown.finish()
    return shown


@pytest.fixture
def skips(watched, voila):
    return opened(watched, f"{voila}/voila/render/gates.ipynb")


def test_the_shipped_page_opens_and_closes_a_gate(watched, voila):
    skips = opened(watched, f"{voila}/voila/render/skips.ipynb")
    expect(watched.locator("body")).to_contain_text("Not a medical device")
    skips.after(lambda: watched.get_by_role("button", name="Close all").click())
    expect(skips.now.locator(".fe-banner")).to_contain_text("LESION all skips closed")
    expect(skips.status).to_contain_text("Lesion: all skips closed, after training.")
    skips.after(lambda: skips.network("Ablation: trained without any skip.").check())
    expect(skips.now.locator(".fe-banner")).to_contain_text("ABLATION trained without any skip")
    expect(watched.locator(".fe-table tbody tr")).to_have_count(11)


def test_a_gate_closed_by_mouse_changes_picture_numbers_and_words(skips):
    page = skips.page
    whole = skips.reach(skips.now, YELLOW)
    assert whole == pytest.approx(skips.reach(skips.open, YELLOW), abs=0.01)
    box = skips.gate(3).bounding_box()
    skips.after(lambda: page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2))
    expect(skips.value(3)).to_have_text("closed")
    expect(skips.now.locator(".fe-banner")).to_contain_text("LESION skip 3 closed")
    expect(skips.open.locator(".fe-banner")).to_contain_text("REFERENCE all skips open")
    assert skips.border(skips.now) == pytest.approx(COSTS[3] * PIXEL, abs=0.5)
    assert skips.border(skips.open) < 1
    # Both sides of the head move outwards by that many millimetres of a picture that is 192 mm wide.
    grown = skips.reach(skips.now, ORANGE) - whole
    assert grown == pytest.approx(2 * COSTS[3] * PIXEL / 192, abs=0.012)
    assert skips.reach(skips.open, YELLOW) == pytest.approx(whole, abs=0.005)
    assert skips.reach(skips.now, BLUE) == pytest.approx(whole, abs=0.03), "the truth stays"
    expect(skips.status).to_have_attribute("role", "status")
    expect(skips.status).to_contain_text(
        re.compile(r"^Lesion: skip 3 closed, after training\. .* With all open: 0")
    )
    expect(skips.now.locator(".fe-stage")).to_have_attribute(
        "aria-label", re.compile("Lesion, skip 3 closed: ")
    )
    skips.after(lambda: page.get_by_role("button", name="Open all").click())
    expect(skips.value(3)).to_have_text("open")
    assert skips.reach(skips.now, YELLOW) == pytest.approx(whole, abs=0.005)


def test_the_keyboard_alone_is_enough(skips):
    keyboard = skips.page.keyboard
    skips.gate(1).focus()
    keyboard.press("Tab")
    expect(skips.gate(2)).to_be_focused()
    skips.after(lambda: keyboard.press("ArrowLeft"))
    expect(skips.value(2)).to_have_text("0.95")
    skips.after(lambda: keyboard.press("Home"))
    expect(skips.gate(2)).to_have_attribute("aria-valuetext", "closed")
    expect(skips.status).to_contain_text("Lesion: skip 2 closed")
    skips.network("The network that was trained with all skips").focus()
    skips.after(lambda: keyboard.press("ArrowDown"))
    expect(skips.network("Ablation: trained without skip 0.")).to_be_focused()
    expect(skips.status).to_contain_text("Ablation: trained without skip 0.")
    expect(skips.value(0)).to_have_text("never there")
    expect(skips.gate(0)).to_be_disabled()
    assert skips.reach(skips.now, PINK) > 0
    skips.after(lambda: keyboard.press("ArrowUp"))
    expect(skips.status).to_contain_text("Lesion: skip 2 closed"), "the gates are as they were left"
    skips.cell("without-3").focus()
    skips.after(lambda: keyboard.press("Enter"))
    expect(skips.status).to_contain_text("Ablation: trained without skip 3.")
    expect(skips.network("Ablation: trained without skip 3.")).to_be_checked()


def test_while_an_answer_is_made_only_the_last_wish_counts(skips):
    before = int(skips.root.get_attribute("data-done"))
    skips.after(lambda: skips.gate(2).evaluate(PULL))
    expect(skips.status).to_contain_text("Lesion: skip 2 at 0.25, after training.")
    expect(skips.value(2)).to_have_text("0.25")
    assert int(skips.root.get_attribute("data-done")) - before == 2  # the first place, and the last one


def test_the_strip_shows_all_ways_and_leads_to_each(skips):
    numbers = [skips.cell(f"closed-{level}").inner_text() for level in range(4)]
    assert all(re.fullmatch(r"\d\.\d\d mm", number.strip()) for number in numbers)
    assert sorted(numbers) == numbers, "each costs more than the one before"
    expect(skips.cell("without-all")).to_contain_text("lost")
    assert skips.reach(skips.cell("closed-3"), ORANGE) > skips.reach(skips.cell("without-3"), PINK) > 0.3
    assert skips.reach(skips.cell("without-all"), PINK) == 0
    expect(skips.cell("closed-2")).to_have_attribute(
        "aria-label", re.compile(r"Lesion, skip 2 closed: border off by 4\.\d\d mm")
    )
    skips.after(lambda: skips.cell("closed-2").click())
    expect(skips.cell("closed-2")).to_have_attribute("aria-pressed", "true")
    expect(skips.value(2)).to_have_text("closed")
    expect(skips.now.locator(".fe-banner")).to_contain_text("LESION skip 2 closed")
    skips.after(lambda: skips.cell("without-all").click())
    expect(skips.status).to_contain_text("No outline is found: the whole HC of")
    expect(skips.cell("closed-2")).to_have_attribute("aria-pressed", "false")


def test_another_head_brings_its_own_strip(skips):
    page = skips.page
    small = skips.reach(skips.open, YELLOW)
    skips.after(lambda: page.get_by_label("Head", exact=True).select_option("head-0"))
    skips.finish()
    assert skips.reach(skips.open, YELLOW) < small
    assert skips.reach(skips.cell("closed-0"), ORANGE) < small
    expect(page.get_by_label("Fetus number")).to_be_hidden()
    skips.after(lambda: page.get_by_label("Head", exact=True).select_option("simulated"))
    expect(page.get_by_label("Fetus number")).to_have_value("7")
    skips.after(lambda: page.get_by_role("button", name="Another head").click())
    expect(page.get_by_label("Fetus number")).to_have_value("8")
    age = page.get_by_role("slider", name="Age")
    age.focus()
    skips.after(lambda: page.keyboard.press("ArrowRight"))
    expect(skips.open.locator(".fe-stage")).to_have_attribute(
        "aria-label", re.compile("simulated head 8, 23 weeks")
    )
    skips.finish()
    expect(skips.cell("closed-0")).to_contain_text("mm")


def test_the_table_grows_by_simulated_heads(skips):
    rows = skips.page.locator(".fe-table tbody tr")
    expect(rows).to_have_count(11)
    expect(skips.page.locator(".fe-answer")).to_contain_text("skip 3 costs most")
    skips.page.get_by_role("button", name="Simulate 10 more heads").click()
    expect(skips.page.locator(".fe-table")).to_have_attribute("data-heads", "17", timeout=60_000)
    expect(skips.page.locator(".fe-work")).to_contain_text("17 of 17 heads measured")
    skips.finish()


def test_an_own_picture_is_set_beside_all_open(skips):
    page, file = skips.page, io.BytesIO()
    Image.fromarray((sample().image * 255).astype(np.uint8)).save(file, "PNG")
    content = base64.b64encode(file.getvalue()).decode()
    skips.after(lambda: page.evaluate(DROP, [content, "scan.png"]))
    expect(skips.status).to_contain_text("No truth is known here")
    expect(page.get_by_label("Head", exact=True)).to_have_value("scan.png")
    assert skips.reach(skips.open, BLUE) == 0
    skips.finish()
    skips.after(lambda: skips.cell("closed-3").click())
    expect(skips.status).to_contain_text("pixels from that with all open")
    assert skips.reach(skips.now, ORANGE) > skips.reach(skips.now, YELLOW) > 0.3, "all open lies beside it"
    scale = page.get_by_label("mm per pixel")
    scale.fill("0.5")
    skips.after(lambda: scale.press("Enter"))
    expect(skips.status).to_contain_text("mm from that with all open")
    skips.after(lambda: page.evaluate(DROP, [base64.b64encode(b"no picture").decode(), "notes.txt"]))
    expect(skips.status).to_have_class(re.compile("fe-alarm"))
    expect(page.get_by_label("Head", exact=True)).to_have_value("scan.png")


def test_nonsense_leaves_what_was_there(skips):
    page = skips.page
    skips.after(lambda: page.get_by_label("Head", exact=True).select_option("simulated"))
    skips.finish()
    before, seed = skips.now.inner_text(), page.get_by_label("Fetus number")
    for typed in ("-3", "Ann", "123456"):
        seed.fill(typed)
        skips.after(lambda: seed.press("Enter"))
        expect(skips.status).to_contain_text(f"Fetus “{typed}”: give a whole number from 0 to 99999")
        expect(skips.status).to_have_class(re.compile("fe-alarm"))
        expect(seed).to_have_value("7")
        assert skips.now.inner_text() == before
    errors = ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
    assert page.locator(errors).count() == 0


@pytest.mark.parametrize("width", [700, 1100, 1920])
def test_nothing_reaches_beyond_the_page_at_any_width(watched, voila, width):
    watched.set_viewport_size({"width": width, "height": 1000})
    skips = opened(watched, f"{voila}/voila/render/gates.ipynb")
    wide = watched.evaluate(
        "() => [...document.querySelectorAll('.fe-skips *')].filter((one) => !one.closest('.fe-scroll')"
        " && one.getBoundingClientRect().right > window.innerWidth + 1).map((one) => one.className)"
    )
    assert wide == []
    first, second = skips.open.bounding_box(), skips.now.bounding_box()
    assert first["x"] + first["width"] <= second["x"]
    assert first["y"] == second["y"]
