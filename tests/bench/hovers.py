"""The dashboard of layers as a reader has it: a hover from map to map, at 60 frames a second.

What a frame costs is CPU time of the page's main thread: the handler, the drawing of outlines, words and
numbers, and the page's own style, layout and paint. Chromium fills pixels on other threads.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from lines import Effort, Line
from pages import TIMEOUT_MS, memory, on_page

WHAT, BUDGET_MS = "layers: a hover on 64 x 64, handler, drawing and paint, CPU", 16.7  # 60 frames a second
FRAMES, WARM_PAGES = 240, 3
READY = """() => {
  const [tower, page] = [".fe-tower", ".fe-layers-page"].map((name) => document.querySelector(name)?.dataset);
  return tower?.ready === "true" && page?.busy === "false";
}"""
#: Moves the mouse to another pixel of a map, and waits for the frame that shows it and for its paint.
FRAME = """async ([number, moves]) => {
  const stages = document.querySelectorAll(".fe-tower-stage"), stage = stages[number % stages.length];
  const box = stage.getBoundingClientRect(), words = document.querySelector(".fe-tower-words");
  const clientX = box.left + box.width * (0.05 + 0.9 * (number * 0.137 % 1));
  const clientY = box.top + box.height * (0.05 + 0.9 * (number * 0.071 % 1)), before = words.textContent;
  if (moves) stage.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true }));
  await new Promise(requestAnimationFrame);
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  return words.textContent !== before;
}"""
#: The time between frames, in ms, while the mouse moves in each of them.
RUN = """(frames) => new Promise((resolve) => {
  const stage = document.querySelector(".fe-tower-stage"), box = stage.getBoundingClientRect(), times = [];
  const step = (now) => {
    times.push(now);
    if (times.length > frames) return resolve(times.slice(1).map((time, i) => time - times[i]));
    const clientX = box.left + box.width * (times.length * 0.037 % 0.9 + 0.05);
    const clientY = box.top + box.height / 2;
    stage.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def layers(effort: Effort) -> Iterator[Line]:
    """Open the dashboard of layers, hover, weigh its kernel."""
    yield from on_page("layers", _lines, effort, what=WHAT, budget=BUDGET_MS)


def _lines(browser, address: str, effort: Effort) -> Iterator[Line]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    seconds = []
    for left in range(effort.times(WARM_PAGES), -1, -1):
        page, begun = context.new_page(), time.monotonic()
        page.goto(address)
        page.wait_for_function(READY, timeout=TIMEOUT_MS)
        seconds.append(time.monotonic() - begun)
        if left:
            page.close(run_before_unload=True)
    page.get_by_label("Operation").select_option("chain")
    page.wait_for_function("() => document.querySelectorAll('.fe-tower-stage').length === 4")
    page.wait_for_function(READY)
    yield _hovers(page, effort)
    between = tuple(page.evaluate(RUN, effort.times(FRAMES)))
    yield Line(
        "layers: from frame to frame while hovering, wall", None, "ms", between, "60 a second are 16.7"
    )
    yield Line("layers dashboard ready, warm, wall", 3, "s", tuple(seconds[1:]), "no kernel preheated")
    yield memory("layers dashboard's kernel, PSS")


def _hovers(page, effort: Effort) -> Line:
    clock = page.context.new_cdp_session(page)
    clock.send("Performance.enable")

    def spent() -> float:
        found = {one["name"]: one["value"] for one in clock.send("Performance.getMetrics")["metrics"]}
        return 1e3 * found["ThreadTime"]

    def frame(number: int, *, moves: bool) -> float:
        begun = spent()
        changed = page.evaluate(FRAME, [number, moves])
        if changed != moves:
            raise ValueError("a hover changed nothing" if moves else "the page changed by itself")
        return spent() - begun

    times = effort.times(FRAMES)
    for number in range(10):
        frame(number, moves=True)
    idle = statistics.median(frame(number, moves=False) for number in range(times))  # what asking costs
    taken = tuple(max(0.0, frame(number, moves=True) - idle) for number in range(10, 10 + times))
    worst = sorted(taken)[int(0.95 * (len(taken) - 1))]
    return Line(WHAT, BUDGET_MS, "ms", taken, f"95 % within {worst:.1f} ms; four maps")
