"""What the segment dashboard costs: CPU of a stroke, bytes, memory, and what a browser waits for.

Each function gives figures that `bench.py` can set beside a budget. CPU seconds mean the same on a busy
machine; what a browser waits for does not, so say the load beside it.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from dashboard import stroke
from serving import serving_voila

METHODS = ("threshold", "walker", "network", "watershed", "canny", "hough")

#: Draws 60 strokes and more on the shipped dashboard in a fresh process; prints its memory in MB.
MEASURED = """
import sys
sys.path.insert(0, {tests!r})
from fetal_edu.widgets import Segment
app = Segment()
app.begin()
assert app.work.outline is not None, app.canvas.status
for step in range(60):
    ellipse = {{**app.canvas.ellipse, "row": app.canvas.ellipse["row"] + 0.1}}
    app.canvas.set_state({{"ellipse": ellipse, "request": step + 1}})
for step in range(10):
    app.canvas.set_state({{"box": [step, 0, *app.canvas.shape], "request": step + 100}})
from dashboard import caliper, stroke
for number, key in enumerate(3 * list(app.methods)):
    app.page.method.value = key
    for step in range(4):
        drawn = app.canvas.strokes + [stroke([[120 + step, 150], [120 + step, 180 + number]])]
        app.canvas.set_state({{"strokes": drawn, "drawing": True, "request": 1}})
        app.canvas.set_state({{"drawing": False, "request": 2}})
assert len(app.canvas.strokes) == 72, app.canvas.status
for name in ("bpd", "ofd", "ac_1", "fl"):
    app.canvas.set_state({{"calipers": [*app.canvas.calipers, caliper((10, 10), (60, 90), name)]}})
app.compare()
assert not {{"torch", "fastai", "matplotlib"}} & set(sys.modules)
import psutil
print(psutil.Process().memory_full_info().pss / 1e6)
"""


def process_pss_mb() -> float:
    """Memory (PSS) in MB of a process that did all that a reader does, without ipykernel's about 30 MB."""
    code = MEASURED.format(tests=str(Path(__file__).parent))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if run.returncode or run.stderr:
        raise RuntimeError(run.stderr)
    return float(run.stdout)


def stroke_cpu_ms(method: str, *, count: int = 15) -> tuple[float, float]:
    """Median CPU in ms of the messages of one stroke on the shipped sample: while drawing, and on release."""
    from fetal_edu.widgets import Segment

    app = Segment()
    app.begin()
    app.page.method.value = method
    rows, columns = app.canvas.shape
    taken = []
    for number in range(count + 1):
        line = [[0.45 * rows + number, 0.4 * columns + 3 * step] for step in range(20)]
        drawn = [stroke(line, radius=0.014 * columns)]
        taken.append(
            [
                _cpu(lambda drawn=drawn: app.canvas.set_state({"strokes": drawn, "drawing": True})),
                _cpu(lambda: app.canvas.set_state({"drawing": False})),
            ]
        )
        if "with your strokes" not in app.canvas.status:
            raise RuntimeError(app.canvas.status)
    drawing, release = zip(*taken[1:], strict=True)  # the first one warms up
    return 1000 * statistics.median(drawing), 1000 * statistics.median(release)


def box_cpu_ms(*, count: int = 15) -> float:
    """Median CPU in ms of a box, answered by the network."""
    from fetal_edu.widgets import Segment

    app = Segment()
    app.begin()
    rows, columns = app.canvas.shape
    boxes = [[number % 5, 0, rows, columns - number] for number in range(count + 1)]
    return 1000 * statistics.median(
        [_cpu(lambda box=box: app.canvas.set_state({"box": box})) for box in boxes][1:]
    )


def browser_figures(chromium: str, *, strokes: int = 60) -> dict[str, float]:
    """What a reader waits for in Chromium, and what travels.

    Parameters
    ----------
    chromium : str
        Path of the browser.
    strokes : int
        How many are drawn, in turn by each method.

    Returns
    -------
    dict
        ``ready_cold_s`` and ``ready_warm_s``, until the picture stands on the page; ``METHOD_ms``, median
        from the pen's touch until overlay and numbers stand there; ``box_ms``; ``bytes_median`` and
        ``bytes_largest`` of one update, both ways together; ``kernel_pss_mb`` after all strokes.
    """
    from playwright.sync_api import sync_playwright

    found: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            with tempfile.TemporaryDirectory() as folder, serving_voila(Path(folder)) as address:
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                wire = Wire(page)
                found["ready_cold_s"] = _ready(page, address)
                found |= _draw(page, wire, strokes)
                found["kernel_pss_mb"] = max(_kernels())
                page.close()
            warm = ("--preheat_kernel=True", "--pool_size=1")
            with (
                tempfile.TemporaryDirectory() as folder,
                serving_voila(Path(folder), options=warm) as address,
            ):
                _wait_for_warmth()
                found["ready_warm_s"] = _ready(browser.new_page(), address)
        finally:
            browser.close()
    return found


class Wire:
    """Counts the bytes of a page's websockets."""

    def __init__(self, page):
        self.bytes = 0
        page.on("websocket", self._listen)

    def _listen(self, socket):
        for event in ("framesent", "framereceived"):
            socket.on(event, self._count)

    def _count(self, payload):
        self.bytes += len(payload.encode() if isinstance(payload, str) else payload)


#: Notes when a pen comes down, when the next overlay is drawn, and when all is answered.
WATCH = """() => {
  const root = document.querySelector(".fe-canvas"), stage = document.querySelector(".fe-stage");
  const times = window.times = { down: 0, first: 0 };
  const note = (name) => (() => Object.assign(times, { [name]: performance.now(), first: 0 }));
  stage.addEventListener("pointerdown", note("down"), true);
  let rev = root.dataset.rev;
  new MutationObserver(() => {
    if (rev === root.dataset.rev) return;  // written again, and nothing came
    rev = root.dataset.rev;
    requestAnimationFrame(() => { times.first ||= performance.now(); });
  }).observe(root, { attributeFilter: ["data-rev"] });
}"""
SETTLED = ".fe-canvas[data-ready=true][data-busy=false]"


def _ready(page, address: str) -> float:
    page.set_default_timeout(60_000)
    start = time.monotonic()
    page.goto(f"{address}/voila/render/segment.ipynb", wait_until="commit")
    page.wait_for_selector(".fe-canvas[data-ready=true]")
    taken = time.monotonic() - start
    page.wait_for_function("() => document.querySelector('.fe-status').textContent.includes('HC')")
    return taken


def _draw(page, wire: Wire, strokes: int) -> dict[str, float]:
    page.evaluate(WATCH)
    labels = {"Threshold": "threshold", "Random walker": "walker", "Network": "network"}
    taken: dict[str, list[float]] = {key: [] for key in labels.values()}
    sizes = []
    page.get_by_role("button", name="Brush: head").click()
    for number in range(strokes):
        label = list(labels)[number * len(labels) // strokes]
        page.get_by_label(label, exact=True).check()
        page.wait_for_selector(SETTLED)
        page.wait_for_timeout(150)
        before = wire.bytes
        at = 0.4 + 0.2 * (number % 10) / 10, 0.4 + 0.2 * (number // 10) / 10
        messages = _line(page, at)
        sizes.append((wire.bytes - before) / messages)
        taken[labels[label]].append(page.evaluate("() => times.first - times.down"))
    found = {f"{key}_ms": statistics.median(all_) for key, all_ in taken.items()}
    found |= {"bytes_median": statistics.median(sizes), "bytes_largest": max(sizes)}
    return found | {"box_ms": _boxes(page)}


def _line(page, at: tuple[float, float]) -> int:
    """Draw a short curve; returns how many messages the browser sent."""
    box = page.locator(".fe-stage").bounding_box()
    x, y = box["x"] + at[1] * box["width"], box["y"] + at[0] * box["height"]
    before = int(page.locator(".fe-canvas").get_attribute("data-done"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.wait_for_timeout(20)
    page.wait_for_selector(SETTLED)
    for step in range(1, 5):
        page.mouse.move(x + 8 * step, y + 3 * step**2)
    page.mouse.up()
    page.wait_for_selector(SETTLED)
    page.wait_for_timeout(150)
    return int(page.locator(".fe-canvas").get_attribute("data-done")) - before


def _boxes(page) -> float:
    page.get_by_role("button", name="Clear drawing").click()
    page.get_by_role("button", name="Box", exact=True).click()
    box = page.locator(".fe-stage").bounding_box()
    taken = []
    for number in range(10):
        page.mouse.move(box["x"] + 10 + number, box["y"] + 4)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 10, box["y"] + box["height"] - 4, steps=3)
        page.evaluate("() => Object.assign(times, { down: performance.now(), first: 0 })")
        page.mouse.up()
        page.wait_for_timeout(50)
        page.wait_for_selector(SETTLED)
        page.wait_for_timeout(100)
        taken.append(page.evaluate("() => times.first - times.down"))
    return statistics.median(taken)


def _kernels() -> list[float]:
    """Memory (PSS) in MB of each kernel that this process's servers started."""
    children = psutil.Process().children(recursive=True)
    kernels = [child for child in children if any("ipykernel" in part for part in child.cmdline())]
    return [kernel.memory_full_info().pss / 1e6 for kernel in kernels]


def _wait_for_warmth() -> None:
    """Wait until the preheated kernels are idle: their CPU time stands still."""
    before, still = -1.0, 0
    while still < 4:
        time.sleep(0.5)
        now = sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children(recursive=True))
        before, still = now, still + 1 if now - before < 0.02 else 0


def _cpu(work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print all figures: ``python tests/dashboard_costs.py /usr/bin/chromium``."""
    for method in METHODS:
        drawing, release = stroke_cpu_ms(method)
        print(f"{method:<12}{drawing:.0f} ms CPU, on release {release:.0f} ms")
    print(f"{'box':<12}{box_cpu_ms():.0f} ms CPU")
    print(f"{'memory':<12}{process_pss_mb():.0f} MB PSS without ipykernel")
    if len(sys.argv) > 1:
        print(f"load {psutil.getloadavg()[0]:.1f}")
        for name, value in browser_figures(sys.argv[1]).items():
            print(f"{name:<16}{value:.1f}")


if __name__ == "__main__":
    main()
