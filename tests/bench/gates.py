"""The skips dashboard as a reader has it: from a gate to the new outline, and what the page waits for."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from costs import own_ms
from lines import Effort, Line
from pages import TIMEOUT_MS, WARM_PAGES, Wire, memory, on_page

WHAT, BUDGET_MS = "gate -> new outline with its error, wall", 100
TURNS = 40

#: From a gate's event to the frame that shows the outline and the numbers that belong to it.
WATCH = """() => {
  const root = document.querySelector(".fe-skips");
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
  const data = document.querySelector(".fe-skips")?.dataset;
  return data && data.ready === "true" && document.querySelector(".fe-figure-now .fe-numbers");
}"""
IDLE = """() => {
  const data = document.querySelector(".fe-skips").dataset;
  return data.busy === "false" && data.working === "false";
}"""
TURN = """([number, value]) => {
  window.answered = null;
  const sliders = document.querySelectorAll(".fe-gate input");
  const slider = sliders[number % sliders.length];
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def gates(effort: Effort) -> Iterator[Line]:
    """Turn gates without a browser; then open the page, turn, measure all heads, weigh the kernel."""
    yield _python_alone(effort)
    yield from on_page("skips", _lines, effort, what=WHAT, budget=BUDGET_MS)


def _python_alone(effort: Effort) -> Line:
    from fetal_edu.widgets import SkipBoard

    board = SkipBoard()
    board.begin()

    def turn(number: int) -> None:
        board.turn(gates=[_place(number), 1, 1, _place(number + 3)])

    what = "gate answered by Python alone, CPU"
    return Line(what, None, "ms", own_ms(turn, effort.times(TURNS)), "the rest is browser and wire")


def _place(number: int) -> float:
    """Where a gate is turned to; never where it stands at first."""
    return round(0.05 * (number % 19), 2)


def _lines(browser, address: str, effort: Effort) -> Iterator[Line]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    seconds, pages = [], 1 + effort.times(WARM_PAGES)
    for _ in range(pages):
        page = context.new_page()
        wire, begun = Wire(page), time.monotonic()
        page.goto(address)
        page.wait_for_function(READY, timeout=TIMEOUT_MS)
        seconds.append(time.monotonic() - begun)
        if len(seconds) < pages:
            page.close(run_before_unload=True)
    page.wait_for_function(IDLE, timeout=TIMEOUT_MS)
    measured = time.monotonic() - begun
    page.evaluate(WATCH)
    taken, sizes = [], []
    for number in range(effort.times(TURNS)):
        wire.bytes = 0
        page.evaluate(TURN, [number, _place(number)])
        page.wait_for_function("() => window.answered", timeout=TIMEOUT_MS)
        taken.append(page.evaluate("() => window.answered"))
        page.wait_for_function(IDLE, timeout=TIMEOUT_MS)
        sizes.append(wire.bytes / 1e3)
    yield Line(WHAT, BUDGET_MS, "ms", tuple(taken))
    yield Line("skips dashboard ready, warm, wall", 3, "s", tuple(seconds[1:]), "no kernel preheated")
    yield Line(
        "skips dashboard: all heads measured, wall", None, "s", (measured,), "from the page's first byte"
    )
    yield memory(f"skips dashboard's kernel after {len(taken)} outlines and all heads, PSS")
    most = f"both ways, {max(sizes):.0f} kB at most"
    yield Line("bytes for a new outline", None, "kB", (statistics.median(sizes),), most)
