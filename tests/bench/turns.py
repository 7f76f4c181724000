"""The phantom dashboard as a reader has it: from a knob to the new picture and the network's answer to it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from costs import own_ms
from lines import Effort, Line
from pages import TIMEOUT_MS, Wire, memory, on_page

WHAT, BUDGET_MS = "knob -> new picture with the network's answer, wall", 250
TURNS = 24  # of all knobs in turn; then a slider is pulled
PLACES = 40  # a slider comes through when it is pulled

#: From a slider's event to the frame that shows the picture, the outline and the numbers that belong to it.
WATCH = """() => {
  const root = document.querySelector(".fe-board");
  let turned = 0, before = 0;
  root.addEventListener("input", () => {
    if (turned) return;
    turned = performance.now(); before = Number(root.dataset.rev); window.answered = null;
  }, true);
  new MutationObserver(() => {
    if (!turned || root.dataset.busy !== "false" || Number(root.dataset.rev) <= before) return;
    const begun = turned; turned = 0;
    requestAnimationFrame(() => {  // a message follows this frame's paint
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { window.answered = performance.now() - begun; };
      port2.postMessage(0);
    });
  }).observe(root, { attributes: true });
}"""
READY = """() => {
  const data = document.querySelector(".fe-board")?.dataset;
  return data && data.ready === "true" && data.busy === "false"
    && document.querySelector(".fe-numbers[data-error]");
}"""
TURN = """([number, value]) => {
  const sliders = document.querySelectorAll(".fe-knob input");
  const slider = sliders[number % sliders.length];
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""
PULL = """places => {
  const slider = document.querySelector(".fe-knob input");
  for (let place = 1; place <= places; place += 1) {
    slider.value = place / places;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


def knobs(effort: Effort) -> Iterator[Line]:
    """Turn knobs without a browser; then open the page, turn, pull a slider through, weigh the kernel."""
    yield _python_alone(effort)
    yield from on_page("phantom", _lines, effort, what=WHAT, budget=BUDGET_MS)


def _python_alone(effort: Effort) -> Line:
    from fetal_edu.widgets import KnobBoard

    board = KnobBoard()
    board.begin()
    names = [knob["key"] for knob in board.page.choices["anatomies"][0]["knobs"]]

    def turn(number: int) -> None:
        board.turn(**{names[number % len(names)]: _place(number)})

    what = "knob answered by Python alone, CPU"
    return Line(what, None, "ms", own_ms(turn, effort.times(TURNS)), "the rest is browser and wire")


def _place(number: int) -> float:
    """Where a knob is turned to; never where it stands at first."""
    return round(0.25 + 0.5 * (number % 7) / 7, 2)


def _lines(browser, address: str, effort: Effort) -> Iterator[Line]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    wire, begun = Wire(page), time.monotonic()
    page.goto(address)
    page.wait_for_function(READY, timeout=TIMEOUT_MS)
    seconds = time.monotonic() - begun
    page.evaluate(WATCH)
    taken, sizes = [], []
    for number in range(effort.times(TURNS)):
        wire.bytes = 0
        taken.append(_answered(page, TURN, [number, _place(number)]))
        sizes.append(wire.bytes / 1e3)
    yield Line(WHAT, BUDGET_MS, "ms", tuple(taken))
    pulled = tuple(_answered(page, PULL, PLACES) for _ in range(effort.times(5)))
    what = f"slider pulled through {PLACES} places -> last picture, wall"
    yield Line(what, None, "ms", pulled, "two are drawn")
    yield Line("phantom dashboard ready, cold, wall", None, "s", (seconds,), "first page of a fresh server")
    yield memory(f"phantom dashboard's kernel after {len(taken) + 2 * len(pulled)} pictures, PSS")
    most = f"both ways, {max(sizes):.0f} kB at most"
    yield Line("bytes for a new picture", None, "kB", (statistics.median(sizes),), most)


def _answered(page, script: str, argument: object) -> float:
    page.evaluate("() => { window.answered = null; }")
    page.evaluate(script, argument)
    page.wait_for_function("() => window.answered", timeout=TIMEOUT_MS)
    ms = page.evaluate("() => window.answered")
    page.wait_for_function(READY)
    return ms
