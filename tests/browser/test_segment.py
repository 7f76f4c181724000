"""The segment dashboard in a real browser: files, handles, box, keys."""

import base64
import csv
import io
import re
from pathlib import Path

import pytest
from pictures import HEAD, SHAPE, bright_head, dicom, encode, region
from PIL import Image
from playwright.sync_api import expect
from reader import DROP, Dashboard


def test_the_shipped_page_opens_and_measures(watched, voila):
    watched.goto(f"{voila}/voila/render/segment.ipynb")
    shown = Dashboard(watched)
    shown.wait()
    expect(shown.status).to_contain_text(re.compile(r"HC \d+\.\d mm"))
    expect(shown.panel).to_contain_text("True HC")
    expect(watched.locator("body")).to_contain_text("Not a medical device")
    assert 50 < shown.number() < 400


def test_a_dropped_png_and_dicom_are_measured(dashboard):
    dashboard.drop(("mine.png", encode(bright_head())))
    expect(dashboard.status).to_contain_text("pixels")
    assert dashboard.number("hc-px") == pytest.approx(HEAD.circumference / 0.6, rel=0.02)
    scale = dashboard.page.get_by_label("mm per pixel")
    scale.fill("0.3")
    dashboard.after(lambda: scale.press("Enter"))
    assert dashboard.number() == pytest.approx(HEAD.circumference / 2, rel=0.02)
    calibrated = dicom(bright_head(), regions=[region(0.06, 0.06, (0, 0, *SHAPE))])
    dashboard.drop(("mine.dcm", calibrated))
    expect(dashboard.panel).to_contain_text(re.compile(r"HC \d+\.\d mm"))
    assert dashboard.number() == pytest.approx(HEAD.circumference, rel=0.02)


def test_a_chosen_file_is_measured(dashboard):
    file = {"name": "chosen.png", "mimeType": "image/png", "buffer": encode(bright_head())}
    dashboard.after(lambda: dashboard.page.locator("input[type=file]").set_input_files(file))
    expect(dashboard.page.get_by_label("Picture", exact=True)).to_have_value("your file: chosen.png")
    expect(dashboard.status).to_contain_text("pixels")


def test_dragging_a_handle_changes_the_number(dashboard):
    before = dashboard.number()
    assert before == pytest.approx(HEAD.circumference, rel=0.02)
    x, y = dashboard.handle("major+")
    centre = dashboard.handle("centre")
    dashboard.drag((x, y), (x + 0.3 * (x - centre[0]), y + 0.3 * (y - centre[1])))
    expect(dashboard.panel).to_contain_text("Outline drawn by hand")
    assert dashboard.number() > 1.05 * before
    expect(dashboard.panel).to_contain_text("outside")
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Undo").click())
    expect(dashboard.panel).to_contain_text("Outline found by the network")
    assert dashboard.number() == before


def test_turning_and_moving_keep_the_circumference(dashboard):
    before = dashboard.number()
    x, y = dashboard.handle("turn")
    dashboard.drag((x, y), (x - 40, y + 60))
    x, y = dashboard.handle("centre")
    dashboard.drag((x, y), (x + 30, y + 20))
    assert dashboard.handle("centre") == pytest.approx((x + 30, y + 20), abs=1.5)
    assert dashboard.number() == pytest.approx(before, abs=0.02)


def test_the_network_looks_in_the_box(dashboard):
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Box").click())
    dashboard.drag(dashboard.at(0.05, 0.1), dashboard.at(0.95, 0.9))
    expect(dashboard.panel).to_contain_text("in your box")
    assert dashboard.number() == pytest.approx(HEAD.circumference, rel=0.03)
    dashboard.drag(dashboard.at(0.01, 0.01), dashboard.at(0.12, 0.12))
    expect(dashboard.status).to_contain_text("stays")
    expect(dashboard.panel).to_contain_text("in your box")
    dashboard.after(lambda: dashboard.page.get_by_role("button", name="Automatic outline").click())
    expect(dashboard.panel).to_contain_text("Outline found by the network")


def test_a_bad_file_leaves_what_was_there(dashboard):
    dashboard.stage.focus()
    dashboard.after(lambda: dashboard.page.keyboard.press("Shift+ArrowRight"))
    before = dashboard.handle("centre"), dashboard.number(), dashboard.panel.inner_text()
    for name, content in (("bad.png", encode(bright_head())[:200]), ("text.dcm", b"no picture")):
        dashboard.drop((name, content))
        expect(dashboard.status).to_contain_text(name)
        assert (dashboard.handle("centre"), dashboard.number(), dashboard.panel.inner_text()) == before
    large = [["large.png", base64.b64encode(bytes(8_100_000)).decode()]]
    dashboard.page.evaluate(DROP, [dashboard.stage.element_handle(), large])
    expect(dashboard.status).to_contain_text("large.png has 8.1 MB; the limit here is 8.0 MB")
    two = [["a.png", ""], ["b.png", ""]]
    dashboard.page.evaluate(DROP, [dashboard.stage.element_handle(), two])
    expect(dashboard.status).to_contain_text("one file at a time")
    assert (dashboard.handle("centre"), dashboard.number(), dashboard.panel.inner_text()) == before
    assert (
        dashboard.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count()
        == 0
    )


def test_the_keyboard_alone_is_enough(dashboard):
    keyboard, before = dashboard.page.keyboard, dashboard.number()
    dashboard.page.get_by_role("button", name="Whole picture").focus()
    keyboard.press("Tab")
    expect(dashboard.stage).to_be_focused()
    left = dashboard.handle("centre")[0]
    dashboard.after(lambda: keyboard.press("Shift+ArrowRight"))
    assert dashboard.handle("centre")[0] > left + 10
    for key, compare in (("+", 1.01), ("-", 1.0), ("l", 1.005), ("w", 1.01)):
        dashboard.after(lambda key=key: keyboard.press(key))
        assert dashboard.number() == pytest.approx(before * compare, rel=0.003)
    dashboard.after(lambda: keyboard.press("]"))
    for _ in range(6):
        dashboard.after(lambda: keyboard.press("z"))
    assert dashboard.number() == before
    dashboard.after(lambda: keyboard.press("b"))
    keyboard.press("+")
    dashboard.after(lambda: keyboard.press("Enter"))
    expect(dashboard.panel).to_contain_text("in your box")


def test_all_methods_side_by_side(dashboard):
    page = dashboard.page
    page.get_by_role("button", name="Compare all methods").click()
    expect(page.locator("tr[data-key][data-state='done']")).to_have_count(6)
    for row in page.locator("tr[data-key]").all():
        assert float(row.get_attribute("data-hc")) == pytest.approx(HEAD.circumference, rel=0.03)
    row = page.locator("tr[data-key='walker']")
    hc = float(row.get_attribute("data-hc"))
    dashboard.after(lambda: row.locator("td").last.click())
    expect(dashboard.status).to_contain_text("Outline found by the random walker")
    expect(page.get_by_label("Random walker", exact=True)).to_be_checked()
    assert dashboard.number() == pytest.approx(hc, abs=0.02)
    button = page.get_by_role("button", name="Watershed")
    button.focus()
    dashboard.after(lambda: page.keyboard.press("Enter"))
    expect(dashboard.status).to_contain_text("watershed")
    expect(button).to_be_focused()


def test_numbers_and_picture_are_saved_by_the_browser(dashboard):
    page = dashboard.page
    with page.expect_download() as table:
        page.get_by_role("button", name="Save numbers (CSV)").click()
    assert table.value.suggested_filename == "known.csv"
    (row,) = csv.DictReader(io.StringIO(Path(table.value.path()).read_text("utf-8")))
    assert float(row["hc_mm"]) == pytest.approx(dashboard.number(), abs=0.01)
    with page.expect_download() as picture:
        page.get_by_role("button", name="Save picture (PNG)").click()
    assert picture.value.suggested_filename == "known-outline.png"
    with Image.open(picture.value.path()) as opened:
        assert opened.width >= 900


def test_the_growth_chart_takes_an_age(dashboard):
    chart = dashboard.page.locator(".fe-growth")
    expect(chart).to_contain_text("centile")
    age = dashboard.page.get_by_label("Age by dates")
    age.fill("30+0")
    dashboard.after(lambda: age.press("Enter"))
    expect(chart).to_contain_text("at 30 weeks 0 days")
    age.fill("soon")
    dashboard.after(lambda: age.press("Enter"))
    expect(dashboard.status).to_contain_text("no age")
    expect(age).to_have_value("30+0")


def test_zoom_keeps_the_picture_in_the_hand(dashboard):
    centre = dashboard.handle("centre")
    dashboard.page.get_by_role("button", name="Zoom in").click()
    dashboard.stage.focus()
    dashboard.page.mouse.move(*centre)
    wide = dashboard.handle("major+")[0] - dashboard.handle("major-")[0]
    dashboard.page.mouse.wheel(0, -300)
    dashboard.page.wait_for_function(
        "wide => { const at = (n) => document.querySelector(`[data-handle='${n}']`).getAttribute('cx');"
        " return at('major+') - at('major-') > 1.5 * wide; }",
        arg=wide,
    )
    number = dashboard.number()
    x, y = dashboard.handle("centre")
    dashboard.drag((x, y), (x + 20, y))
    assert dashboard.number() == pytest.approx(number, abs=0.02)
    dashboard.page.get_by_role("button", name="Whole picture").click()


def test_a_bad_scale_says_why(dashboard):
    scale = dashboard.page.get_by_label("mm per pixel")
    scale.fill("-3")
    dashboard.after(lambda: scale.press("Enter"))
    expect(dashboard.status).to_contain_text("not possible")
    expect(scale).to_have_value("0.6")
