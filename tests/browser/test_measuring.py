"""Calipers and frames on the segment dashboard in a real browser: mouse, keys, finger."""

import csv
import io
import json
from pathlib import Path

import pytest
from pictures import HEAD, SHAPE, SPACING
from playwright.sync_api import expect

WIDTH_MM = SHAPE[1] * SPACING[1]


@pytest.fixture
def measuring(dashboard):
    """The dashboard with the calipers in hand."""
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Calipers", exact=True).click())
    return dashboard


def rows(dashboard):
    return dashboard.page.locator(".fe-length:visible")


def length(dashboard, place=0):
    return float(rows(dashboard).nth(place).get_attribute("data-length"))


def lay(dashboard, start, end, name=None):
    """Drag a caliper across the picture, and say what it measures."""
    place = rows(dashboard).count()
    dashboard.drag(dashboard.at(*start), dashboard.at(*end))
    expect(rows(dashboard)).to_have_count(place + 1)
    if name:
        menu = rows(dashboard).nth(place).get_by_role("combobox")
        dashboard.after(lambda: menu.select_option(name))


def test_a_caliper_tells_its_length_while_it_is_drawn(measuring):
    mouse = measuring.page.mouse
    mouse.move(*measuring.at(0.5, 0.2))
    mouse.down()
    mouse.move(*measuring.at(0.5, 0.5), steps=4)
    shown = measuring.page.locator(".fe-tape-text")
    expect(shown).to_have_text(f"A {0.3 * WIDTH_MM:.1f} mm")  # the mouse is still down
    mouse.move(*measuring.at(0.5, 0.7), steps=4)
    expect(shown).to_have_text(f"A {0.5 * WIDTH_MM:.1f} mm")
    measuring.after(mouse.up)
    assert length(measuring) == pytest.approx(0.5 * WIDTH_MM, abs=0.6)
    expect(measuring.status).to_have_text(f"A: {length(measuring):.1f} mm.")


def test_calipers_get_names_ages_and_a_weight(measuring):
    lay(measuring, (0.1, 0.3), (0.1, 0.7), "ac_1")
    lay(measuring, (0.05, 0.6), (0.68, 0.6), "ac_2")
    lay(measuring, (0.9, 0.2), (0.9, 0.53), "fl")
    lay(measuring, (0.15, 0.1), (0.75, 0.1), "bpd")
    expect(rows(measuring).nth(3).locator("b")).to_have_text("BPD")
    table = measuring.page.locator(".fe-biometry")
    for name in ("hc", "bpd", "ac", "fl"):
        expect(table.locator(f"[data-length={name}]")).to_contain_text("weeks")
    expect(table.locator("[data-length=fl]")).to_have_attribute("data-mm", f"{length(measuring, 2):.2f}")
    expect(table).to_contain_text("Estimated weight")
    assert 300 < float(table.locator("[data-grams]").get_attribute("data-grams")) < 3000
    with measuring.page.expect_download() as saved:
        measuring.page.get_by_role("button", name="Save numbers (CSV)").click()
    lines = csv.DictReader(io.StringIO(Path(saved.value.path()).read_text("utf-8")))
    found = {line["measures"]: line["length_mm"] for line in lines}
    assert set(found) == {"HC", "AC 1", "AC 2", "FL", "BPD", "AC", "EFW"}
    assert float(found["FL"]) == pytest.approx(length(measuring, 2), abs=0.01)


def test_an_end_is_pulled_a_caliper_deleted_and_both_undone(measuring):
    lay(measuring, (0.5, 0.2), (0.5, 0.5), "fl")
    lay(measuring, (0.8, 0.2), (0.8, 0.6))
    first = length(measuring)
    measuring.drag(measuring.at(0.5, 0.5), measuring.at(0.5, 0.65))
    assert rows(measuring).count() == 2
    assert length(measuring) == pytest.approx(first + 0.15 * WIDTH_MM, abs=0.6)
    measuring.after(lambda: measuring.page.get_by_role("button", name="Delete caliper FL").click())
    expect(rows(measuring)).to_have_count(1)
    expect(rows(measuring).first.locator("b")).to_have_text("A")
    undo = measuring.page.get_by_role("button", name="Undo")
    measuring.after(undo.click)
    expect(rows(measuring)).to_have_count(2)
    measuring.after(undo.click)
    assert length(measuring) == first
    for left in (2, 1, 1, 0):  # the second one, its name, the first one
        if rows(measuring).count() > left:
            measuring.after(undo.click)
    for _ in range(3):
        if rows(measuring).count():
            measuring.after(undo.click)
    expect(rows(measuring)).to_have_count(0)


def test_two_clicks_set_two_ends(measuring):
    mouse = measuring.page.mouse
    mouse.click(*measuring.at(0.5, 0.2))
    expect(measuring.status).to_contain_text("First end is set")
    expect(rows(measuring)).to_have_count(0)
    measuring.after(lambda: mouse.click(*measuring.at(0.5, 0.5)))
    assert length(measuring) == pytest.approx(0.3 * WIDTH_MM, abs=0.6)


def test_the_keyboard_alone_measures(dashboard):
    keyboard = dashboard.page.keyboard
    dashboard.stage.focus()
    dashboard.after(lambda: keyboard.press("m"))
    keyboard.press("Space")
    expect(dashboard.status).to_contain_text("First end is set")
    for _ in range(5):
        keyboard.press("Shift+ArrowRight")
    dashboard.after(lambda: keyboard.press("Space"))
    dashboard.wait()
    assert length(dashboard) == pytest.approx(50 * SPACING[1], abs=0.01)
    expect(dashboard.status).to_have_text("A: 30.0 mm.")
    keyboard.press("n")  # to the first end
    keyboard.press("Space")
    expect(dashboard.status).to_contain_text("held")
    dashboard.after(lambda: keyboard.press("ArrowLeft"))
    keyboard.press("Space")
    assert length(dashboard) == pytest.approx(51 * SPACING[1], abs=0.01)
    dashboard.after(lambda: keyboard.press("Delete"))
    expect(rows(dashboard)).to_have_count(0)
    dashboard.after(lambda: keyboard.press("z"))
    expect(rows(dashboard)).to_have_count(1)
    keyboard.press("Tab")
    expect(dashboard.page.get_by_label("Caliper A measures")).to_be_focused()
    dashboard.after(lambda: keyboard.press("B"))  # BPD
    expect(rows(dashboard).first.locator("b")).to_have_text("BPD")
    keyboard.press("Tab")
    dashboard.after(lambda: keyboard.press("Enter"))
    expect(rows(dashboard)).to_have_count(0)
    expect(dashboard.stage).to_be_focused()


def test_escape_gives_up_the_first_end(measuring):
    keyboard = measuring.page.keyboard
    measuring.stage.focus()
    keyboard.press("Space")
    keyboard.press("Escape")
    expect(measuring.root).to_have_attribute("data-mode", "caliper")
    measuring.after(lambda: keyboard.press("Escape"))
    expect(measuring.root).to_have_attribute("data-mode", "ellipse")


def test_a_finger_measures_and_two_fingers_do_not(measuring):
    wire = measuring.page.context.new_cdp_session(measuring.page)

    def touch(kind, *points):
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    start, end = measuring.at(0.5, 0.2), measuring.at(0.5, 0.6)
    touch("touchStart", start)
    touch("touchMove", end)
    measuring.after(lambda: touch("touchEnd"))
    assert length(measuring) == pytest.approx(0.4 * WIDTH_MM, abs=0.6)
    other = measuring.at(0.8, 0.3)
    touch("touchStart", other)
    touch("touchMove", measuring.at(0.85, 0.5))
    touch("touchStart", measuring.at(0.85, 0.5), measuring.at(0.2, 0.8))
    touch("touchEnd")
    measuring.wait()
    expect(rows(measuring)).to_have_count(1)


def test_without_a_scale_a_caliper_is_in_pixels(measuring):
    measuring.after(lambda: measuring.page.get_by_label("Picture", exact=True).select_option("no-scale"))
    measuring.wait()
    lay(measuring, (0.5, 0.2), (0.5, 0.7))
    expect(rows(measuring).first).to_contain_text(f"{0.5 * SHAPE[1]:.0f} pixels")
    expect(measuring.status).to_contain_text("Give the mm per pixel")
    scale = measuring.page.get_by_label("mm per pixel")
    scale.fill("0.6")
    measuring.after(lambda: scale.press("Enter"))
    expect(rows(measuring).first).to_contain_text(f"{length(measuring):.1f} mm")
    assert length(measuring) == pytest.approx(0.5 * WIDTH_MM, abs=0.6)


def test_frames_are_turned_by_slider_and_keys_and_keep_the_zoom(dashboard):
    slider = dashboard.page.get_by_label("Frame 1 of 4")
    expect(slider).to_have_count(0)
    choose = dashboard.page.get_by_label("Picture", exact=True)
    dashboard.after(lambda: choose.select_option("clip"))
    dashboard.wait()
    expect(slider).to_be_visible()
    expect(dashboard.status).to_contain_text("Outline found by the network")
    small = dashboard.number()
    dashboard.page.get_by_role("button", name="Zoom in").click()
    zoomed = dashboard.handle("centre")
    dashboard.after(lambda: slider.fill("4"))
    expect(dashboard.page.get_by_label("Frame 4 of 4")).to_be_visible()
    dashboard.wait()
    expect(dashboard.status).to_contain_text("Outline found by the network")
    assert dashboard.number() == pytest.approx(HEAD.circumference, rel=0.03)
    assert dashboard.number() > 1.15 * small
    assert dashboard.handle("centre") == pytest.approx(zoomed, abs=6)
    dashboard.stage.focus()
    dashboard.after(lambda: dashboard.page.keyboard.press(","))
    expect(dashboard.page.get_by_label("Frame 3 of 4")).to_be_visible()
    expect(dashboard.page.get_by_role("button", name="Save numbers (CSV)")).to_be_visible()


SMALLEST_TEXT = 14
PARTS = [".fe-left", ".fe-controls", ".fe-settings", ".fe-readout"]
PARTS += [".fe-compare-frame", ".fe-biometry", ".fe-growth"]
LAYOUT = """() => {
  const app = document.querySelector(".fe-app"), wrong = [];
  const name = (one) => `${one.tagName} ${one.className} “${one.textContent.slice(0, 40)}”`;
  for (const one of app.querySelectorAll("*")) {
    if (!one.checkVisibility() || one.closest("svg, style")) continue;
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(one), cut = style.overflowX !== "visible" && one.clientWidth;
    if (own && parseFloat(style.fontSize) < SMALLEST) wrong.push(`small: ${name(one)} ${style.fontSize}`);
    if (own && cut && one.scrollWidth > one.clientWidth + 1) wrong.push(`cut: ${name(one)}`);
    const box = one.getBoundingClientRect();
    if (box.width && (box.left < -1 || box.right > innerWidth + 1)) wrong.push(`outside: ${name(one)}`);
  }
  const boxes = PARTS.map((part) => [part, app.querySelector(part).getBoundingClientRect()]);
  for (const [a, one] of boxes) for (const [b, two] of boxes) {
    const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
    const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
    if (a < b && across > 1 && down > 1) wrong.push(`overlap: ${a} and ${b}`);
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) wrong.push(`the page is ${wide} wide`);
  return wrong;
}""".replace("SMALLEST", str(SMALLEST_TEXT)).replace("PARTS", json.dumps(PARTS))


@pytest.mark.parametrize("width", [768, 1280, 1920])
def test_at_any_width_nothing_is_cut_covered_or_tiny(measuring, width):
    page = measuring.page
    page.set_viewport_size({"width": width, "height": 900})
    measuring.wait()
    for place, name in enumerate(("ac_1", "ac_2", "fl", "bpd", "ofd", "")):
        lay(measuring, (0.1 + place / 10, 0.2), (0.15 + place / 10, 0.7), name)
    page.get_by_role("button", name="Compare all methods").click()
    expect(page.locator("tr[data-key][data-state='done']")).to_have_count(6)
    page.locator(".fe-help summary").click()
    wrong = page.evaluate(LAYOUT)
    assert wrong == [], "\n".join(wrong)
