"""Chapters as a student meets them: in JupyterLab, with mouse and keyboard, answering wrong and right."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

NOTEBOOK = "window.jupyterapp?.shell?.currentWidget"
FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # what is open behind it has cells of the same names
READY = (
    f"() => {NOTEBOOK}?.context?.isReady && {NOTEBOOK}.sessionContext.isReady"
    f" && {NOTEBOOK}.sessionContext.session.kernel.status"
)


class Book:
    """The notebook in front in a JupyterLab; its cells are known by their ids."""

    def __init__(self, page, address: str) -> None:
        self.page, self.wrong = page, []
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("console", self._hear)
        page.on("request", self._look)
        page.set_default_timeout(60_000)
        page.goto(address)
        self._wait()

    def _wait(self) -> None:
        self.page.wait_for_function(f"() => ({READY})() === 'idle'")
        label = "content.widgets.forEach(one => one.node.dataset.key = one.model.id)"
        self.page.evaluate(f"() => {NOTEBOOK}.{label}")

    def turn_to(self, path: str) -> None:
        """Open another notebook in the same JupyterLab, which takes seconds less than a new page."""
        self.page.evaluate(
            "path => { void window.jupyterapp.commands.execute('docmanager:open', { path }) }", path
        )
        self.page.wait_for_function(f"path => {NOTEBOOK}?.context?.path === path", arg=path)
        self._wait()

    def _hear(self, said) -> None:
        if said.type == "error" and "404" not in said.text:  # JupyterLab asks for settings that may not be
            self.wrong.append(f"console: {said.text}")

    def _look(self, request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.wrong.append(f"foreign: {request.url}")

    def go(self, key: str):
        """Bring a cell onto the screen and make it the current one."""
        self.page.evaluate(
            f"""async key => {{
                const book = {NOTEBOOK}.content;
                book.activeCellIndex = book.widgets.findIndex(one => one.model.id === key);
                await book.scrollToItem(book.activeCellIndex, 'start');
            }}""",
            key,
        )
        return self.page.locator(f"{FRONT} [data-key='{key}']")

    def run(self, key: str):
        """Run a cell to its end; return its output."""
        cell = self.go(key)
        # Not awaited in the page: Playwright sets no limit to that, but to a wait it does.
        self.page.evaluate(
            f"""() => {{
                window.ran = {NOTEBOOK}.content.activeCell.model;
                window.ran.executionCount = null;
                void window.jupyterapp.commands.execute('notebook:run-cell');
            }}"""
        )
        self.page.wait_for_function("() => window.ran.executionCount !== null")
        return cell.locator(".jp-Cell-outputWrapper")

    def restart(self) -> None:
        """Restart the kernel, as from the menu."""
        self.page.evaluate(
            f"""() => {{
                window.restarted = false;
                {NOTEBOOK}.sessionContext.session.kernel.restart().then(() => window.restarted = true);
            }}"""
        )
        self.page.wait_for_function(f"() => window.restarted && ({READY})() === 'idle'")

    def write(self, key: str, text: str) -> None:
        """Replace what stands in a cell."""
        self.go(key)
        self.page.evaluate(
            f"text => {NOTEBOOK}.content.activeCell.model.sharedModel.setSource(text)",
            text,
        )

    def source(self, key: str) -> str:
        self.go(key)
        return self.page.evaluate(f"() => {NOTEBOOK}.content.activeCell.model.sharedModel.getSource()")

    def new_cell(self, text: str):
        """Add a cell as a student does, type, and run it; return its output."""
        self.page.get_by_role("button", name=re.compile("Insert a cell below")).first.click()
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Control+Enter")
        return self.page.locator(f"{FRONT} .jp-Cell.jp-mod-active .jp-Cell-outputWrapper")


@pytest.fixture(scope="module")
def chapter(browser, lab):
    """Chapter 00, opened once for all tests of this file."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    # A workspace of its own: else JupyterLab opens what another test has open.
    book = Book(page, f"{lab}/lab/workspaces/chapters/tree/00_start.ipynb")
    yield book
    page.close()
    assert book.wrong == []


def test_chapter_00_runs_whole_at_shift_enter(chapter):
    page = chapter.page
    chapter.go("title")
    cells = page.evaluate(f"() => {NOTEBOOK}.content.widgets.length")
    page.keyboard.press("Escape")
    for _cell in range(cells - 1):
        page.keyboard.press("Shift+Enter")
    last = chapter.go("predictions").locator(".jp-Cell-outputWrapper")
    expect(last).to_contain_text("Your predictions", timeout=60_000)  # all cells have to run first
    outputs = page.evaluate(
        f"() => {NOTEBOOK}.content.widgets.flatMap(one => one.model.outputs?.toJSON() ?? [])"
    )
    kinds = [output["output_type"] for output in outputs]
    assert "error" not in kinds
    assert not [output for output in outputs if output.get("name") == "stderr"]
    pictures = re.findall(r"<img [^>]*alt=\"([^\"]*)\"", str(outputs))
    assert len(pictures) == 2
    assert all("Ultrasound picture" in alt for alt in pictures)
    expect(chapter.go("length-mm")).to_contain_text("length_mm gives nothing back yet.")


def test_who_comes_too_late_is_told_how_to_start_afresh(chapter):
    said = chapter.run("half")
    expect(said).to_contain_text("You made no prediction. It is (b)")
    asked = chapter.run("predict")
    expect(asked.get_by_role("radio").first).to_be_disabled()
    expect(asked.get_by_role("status")).to_contain_text('run forget("00")')
    expect(chapter.new_cell('forget("00")')).to_contain_text("No prediction is kept for this chapter.")


def test_a_prediction_is_made_with_one_click_and_answered_by_the_next_cell(chapter):
    chapter.run("setup")
    chapter.run("first-head")
    asked = chapter.run("predict")
    expect(asked.get_by_role("status")).to_have_text("Choose before you run the next cell.")
    assert "because" not in chapter.source("half")
    assert chapter.source("half").endswith('reveal("00-half")')
    chapter.go("predict")
    asked.get_by_role("radio", name=re.compile(r"^\(a\)")).check()
    expect(asked.get_by_role("status")).to_have_text("Kept: (a).")
    said = chapter.run("half")
    expect(said).to_contain_text(
        "You predicted (a) half as many pixels, half as many millimetres. The picture"
    )
    expect(said).to_contain_text("It is (b) half as many pixels, as many millimetres as before. Each pixel")
    chapter.go("predict")
    asked.get_by_role("radio", name=re.compile(r"^\(b\)")).click()  # too late
    expect(asked.get_by_role("status")).to_have_text("The result has been shown. Your prediction stays (a).")
    expect(asked.get_by_role("radio", name=re.compile(r"^\(a\)"))).to_be_checked()
    expect(chapter.run("predictions").get_by_role("row").nth(1)).to_contain_text("no")
    expect(chapter.run("predictions")).to_contain_text("0 of 1 predictions came out.")


def test_a_prediction_is_made_by_keyboard_and_outlives_the_kernel(chapter):
    chapter.go("predict")
    chapter.new_cell('forget("00")')
    asked = chapter.run("predict")
    asked.get_by_role("radio").first.focus()
    chapter.page.keyboard.press("Tab")
    chapter.page.keyboard.press("Space")
    expect(asked.get_by_role("status")).to_have_text("Kept: (b).")
    chapter.restart()
    chapter.run("setup")
    chapter.run("first-head")
    asked = chapter.run("predict")
    expect(asked.get_by_role("status")).to_have_text("Kept: (b).")
    expect(asked.get_by_role("radio", name=re.compile(r"^\(b\)"))).to_be_checked()
    expect(chapter.run("half")).to_contain_text("You predicted (b) half as many pixels, as many millimetres")
    expect(chapter.run("half")).to_contain_text("and so it is.")
    expect(chapter.run("predictions")).to_contain_text("1 of 1 predictions came out.")


def test_an_exercise_answers_what_is_wrong_and_what_is_right(chapter):
    stub = chapter.source("length-mm")
    assert "..." in stub
    tries = {
        "return 1 / 0": "in its line 6, return 1 / 0: ZeroDivisionError",
        "return sum(abs(b - a) * s for a, b, s in zip(start, end, spacing))": "like a car round a block",
        "import math\n    a, b = ((q - p) * s for p, q, s in zip(start, end, spacing))\n"
        "    return math.hypot(a, b)": "Right. From pixels to millimetres: your function agrees",
    }
    for body, says in tries.items():
        chapter.write("length-mm", stub.replace("...  # your code here", body))
        said = chapter.run("length-mm")
        expect(said).to_contain_text(says)
        expect(said).not_to_contain_text("Traceback")
    chapter.write("length-mm", stub)
    for n in (1, 2):
        chapter.go("length-mm")
        expect(chapter.new_cell('hint("length-mm")')).to_contain_text(f"Hint {n} of 3:")


def test_a_quiz_gives_each_answer_its_word(chapter):
    asked = chapter.run("quiz")
    button = asked.get_by_role("button", name="Answer")
    button.click()
    expect(asked.get_by_role("status")).to_have_text(re.compile("Choose an answer first."))
    words = set()
    for at, heading in zip("bcda", ("Not quite.",) * 3 + ("Right.",), strict=True):
        asked.get_by_role("radio", name=re.compile(rf"^\({at}\)")).check()
        button.click()
        expect(asked.get_by_role("status")).not_to_have_text(re.compile("|".join(words) or "Choose"))
        expect(asked.get_by_role("status")).to_contain_text(heading)
        words.add(re.escape(asked.get_by_role("status").inner_text()))
    assert len(words) == 4
    expect(asked).to_contain_text("1 of 1 answered rightly, 0 at the first try.")


def test_the_gates_move_by_mouse_and_keyboard_and_say_what_they_show(chapter):
    chapter.turn_to("gates.ipynb")
    shown = chapter.run("all")
    said, picture = shown.get_by_role("status"), shown.locator("img")
    expect(said).to_contain_text("Head 1 of 2, gates 0 and 1: no outline found")
    before = picture.get_attribute("src")
    track = shown.locator(".noUi-target").nth(1).bounding_box()
    chapter.page.mouse.click(track["x"] + track["width"] - 2, track["y"] + track["height"] / 2)
    expect(said).to_contain_text("Head 1 of 2, gates 1 and 1: HC ")
    assert picture.get_attribute("src") != before
    knobs = shown.locator(".noUi-handle")
    knobs.nth(0).focus()
    chapter.page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Head 2 of 2, gates 1 and 1: HC ")
    knobs.nth(2).focus()
    chapter.page.keyboard.press("Home")
    expect(said).to_contain_text("Head 2 of 2, gates 1 and 0: no outline found")
    assert said.inner_text() in picture.get_attribute("alt")
    told = chapter.new_cell("print(explorer.describe())")
    expect(told).to_have_text(said.inner_text())


def test_the_physics_is_turned_by_mouse_and_keyboard_and_says_what_it_shows(chapter):
    chapter.turn_to("echoes.ipynb")
    shown = chapter.run("all")
    said, picture = shown.get_by_role("status"), shown.locator("img")
    expect(said).to_contain_text("3.5 MHz, gain 0 dB, head turned by 0°, 0 mm of bone: the skull stands out")
    before = picture.get_attribute("src")
    track = shown.locator(".noUi-target").nth(3).bounding_box()
    chapter.page.mouse.click(track["x"] + track["width"] / 2, track["y"] + track["height"] / 2)
    expect(said).to_contain_text("3.5 MHz, gain 0 dB, head turned by 0°, 3 mm of bone:")
    expect(picture).not_to_have_attribute("src", before)  # the words arrive first
    knobs = shown.locator(".noUi-handle")
    knobs.nth(0).focus()
    chapter.page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("4 MHz, gain 0 dB")
    knobs.nth(1).focus()
    chapter.page.keyboard.press("End")
    expect(said).to_contain_text("gain 30 dB, head turned by 0°, 3 mm of bone:")
    knobs.nth(2).focus()
    chapter.page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("head turned by 15°")
    expect(picture).to_have_attribute("alt", re.compile(re.escape(said.inner_text())))
    told = chapter.new_cell("print(explorer.describe())")
    expect(told).to_have_text(said.inner_text())
