"""The segment dashboard as a reader has it: Voila, a kernel, Chromium, a mouse. Wall times.

`cold` is the first page that a fresh server shows, to a browser that has seen none. `warm` are later pages of
the same browser; each still starts a kernel of its own, for the course preheats none.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from lines import Effort, Line

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where `serving` lies
WARM_PAGES = 3
STROKES = 20  # by each method; the budget of the kernel's memory speaks of 60
METHODS = {"Threshold": 60, "Random walker": 100, "Network": 100}  # ms
MOVES, MOVE_MS = 6, 30  # of a hand
TIMEOUT_MS = 60_000

#: From the moment that the pen is lifted to the frame that shows the answer to it.
WATCH = """() => {
  const root = document.querySelector(".fe-canvas");
  let lifted = 0, before = 0;
  root.addEventListener("pointerup", () => {
    lifted = performance.now(); before = Number(root.dataset.rev); window.answered = null;
  }, true);
  new MutationObserver(() => {
    if (!lifted || root.dataset.busy !== "false" || Number(root.dataset.rev) <= before) return;
    const begun = lifted; lifted = 0;
    requestAnimationFrame(() => {  // the canvas asked for this frame before; a message follows its paint
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { window.answered = [performance.now() - begun, Number(root.dataset.rev)]; };
      port2.postMessage(0);
    });
  }).observe(root, { attributes: true });
}"""
READY = """() => {
  const data = document.querySelector(".fe-canvas")?.dataset;
  return data && data.ready === "true" && data.busy === "false"
    && document.querySelector(".fe-readout [data-hc], .fe-readout[data-hc]");
}"""


def dashboard(effort: Effort) -> Iterator[Line]:
    """Open the dashboard, draw on it, weigh its kernel."""
    yield from on_page("segment", _lines, effort, what="dashboard: strokes, pages, memory")


def on_page(
    dashboard: str,
    lines: Callable[..., Iterator[Line]],
    effort: Effort,
    *,
    what: str,
    budget: float | None = None,
) -> Iterator[Line]:
    """Open a dashboard and measure on it; where it does not open, a line about `what` says why."""
    import pytest
    from playwright.sync_api import Error

    try:
        with opened(dashboard) as (browser, address):
            yield from lines(browser, address, effort)
    except (pytest.skip.Exception, pytest.fail.Exception, Error) as reason:
        yield Line(what, budget, "ms", (), str(reason).splitlines()[0])


def _lines(browser, address: str, effort: Effort) -> Iterator[Line]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    seconds = []
    pages, strokes = 1 + effort.times(WARM_PAGES), effort.times(STROKES)
    for _ in range(pages):
        page = context.new_page()
        wire = Wire(page)
        begun = time.monotonic()
        page.goto(address)
        page.wait_for_function(READY, timeout=TIMEOUT_MS)
        seconds.append(time.monotonic() - begun)
        if len(seconds) < pages:
            page.close(run_before_unload=True)
    answers, sizes = {}, []
    page.evaluate(WATCH)
    for label in METHODS:
        page.get_by_label(label, exact=True).check()
        page.get_by_role("button", name="Brush: head", exact=True).click()
        page.wait_for_function(READY)
        answers[label] = [_stroke(page, wire, number, sizes) for number in range(strokes)]
    for label, budget in METHODS.items():
        yield Line(f"stroke -> overlay, {label.lower()}, wall", budget, "ms", tuple(answers[label]))
    yield Line("dashboard page ready, warm, wall", 3, "s", tuple(seconds[1:]), "no kernel preheated")
    yield Line("dashboard page ready, cold, wall", 5, "s", (seconds[0],), "first page of a fresh server")
    yield memory(f"dashboard kernel after {len(METHODS) * strokes} strokes, PSS", "aim 155")
    most = f"both ways, {max(sizes):.1f} kB at most"
    yield Line("bytes per update", 12, "kB", (statistics.median(sizes),), most)


def _stroke(page, wire: Wire, number: int, sizes: list[float]) -> float:
    """Draw a short stroke; returns ms from lifting the pen to the picture of the answer."""
    box = page.locator(".fe-stage").bounding_box()
    x, y = box["x"] + box["width"] * (0.42 + 0.008 * number), box["y"] + box["height"] * 0.5
    rev = int(page.locator(".fe-canvas").get_attribute("data-rev"))
    wire.bytes = 0
    page.evaluate("() => { window.answered = null; }")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, MOVES + 1):
        page.wait_for_timeout(MOVE_MS)
        page.mouse.move(x + 2 * step, y + 4 * step)
    page.wait_for_timeout(MOVE_MS)
    page.mouse.up()
    page.wait_for_function("() => window.answered", timeout=TIMEOUT_MS)
    ms, now = page.evaluate("() => window.answered")
    page.wait_for_function(READY)
    sizes.append(wire.bytes / 1e3 / max(now - rev, 1))
    return ms


class Wire:
    """Counts what goes through a page's websockets."""

    def __init__(self, page) -> None:
        self.bytes = 0
        page.on("websocket", self._listen)

    def _listen(self, socket) -> None:
        for event in ("framesent", "framereceived"):
            socket.on(event, self._count)

    def _count(self, payload: str | bytes) -> None:
        self.bytes += len(payload.encode() if isinstance(payload, str) else payload)


def memory(what: str, note: str = "") -> Line:
    """Weigh the newest kernel."""
    kernels = [
        process
        for process in psutil.Process().children(recursive=True)
        if any("ipykernel" in part for part in process.cmdline())
    ]
    newest = max(kernels, key=psutil.Process.create_time)
    info = newest.memory_full_info()
    if not hasattr(info, "pss"):
        return Line(what, 200, "MB", (), "this system doesn't tell a process's own share of memory")
    return Line(what, 200, "MB", (info.pss / 1e6,), note)


@contextmanager
def opened(dashboard: str) -> Iterator[tuple[object, str]]:
    """Give a browser and the address of a dashboard on a server of its own."""
    from playwright.sync_api import sync_playwright
    from serving import chromium, serving_voila

    path = chromium()
    with (
        tempfile.TemporaryDirectory() as scratch,
        serving_voila(Path(scratch)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser, f"{address}/voila/render/{dashboard}.ipynb"
        finally:
            browser.close()
