"""CPU time of single steps, and what the repository weighs."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lines import Effort, Line

ROOT = Path(__file__).resolve().parents[2]
REPEATS = 9
MEGABYTE = 1e6


def own_ms(work: Callable[[int], object], repeats: int) -> tuple[float, ...]:
    """CPU milliseconds of some work, after one round that warms up."""
    work(0)
    taken = []
    for number in range(1, repeats + 1):
        start = time.process_time()
        work(number)
        taken.append(1e3 * (time.process_time() - start))
    return tuple(taken)


def child_seconds(*command: str) -> float:
    """CPU seconds of a command, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def frame(effort: Effort) -> Iterator[Line]:
    """One simulated head with all that belongs to it: anatomy, painting, physics, labels."""
    from fetal_edu.phantom import draw_head

    taken = own_ms(lambda seed: draw_head(seed, shape=(256, 256)), effort.times(25))
    yield Line("one simulated frame, 192 x 512 -> 256 x 256, CPU", 60, "ms", taken, "as many heads")


def planes(effort: Effort) -> Iterator[Line]:
    """One picture of each plane of each anatomy, and one frame of a sweep through it."""
    from fetal_edu.phantom import ANATOMIES, draw, draw_sweep

    for name, anatomy in ANATOMIES.items():
        for plane in anatomy.planes:
            asked = {"anatomy": name, "shape": (256, 256)}
            taken = own_ms(
                lambda seed, plane=plane, asked=asked: draw(plane, seed, **asked), effort.times(15)
            )
            yield Line(f"{name}: {plane}, 256 x 256, CPU", 60, "ms", taken)
        frames = 12
        asked = {"frames": frames, "shape": (256, 256)}
        taken = own_ms(lambda seed, name=name, asked=asked: draw_sweep(name, seed, **asked), effort.times(3))
        yield Line(f"{name}: a frame of a sweep, CPU", 60, "ms", tuple(ms / frames for ms in taken))


def answers(effort: Effort) -> Iterator[Line]:
    """The dashboard's own part of answering a stroke: while it is drawn, and when the pen is lifted."""
    from fetal_edu.widgets import Segment

    app = Segment()
    app.begin()
    rows, columns = app.canvas.shape

    def stroke(number: int) -> None:
        points = [[rows * 0.5, columns * (0.42 + 0.008 * number)], [rows * 0.55, columns * 0.45]]
        drawn = [*app.canvas.strokes, {"label": 1, "radius": 4.0, "points": points}]
        app.canvas.set_state({"strokes": drawn, "drawing": True, "request": 1})
        app.canvas.set_state({"drawing": False, "request": 2})

    for key in ("threshold", "walker", "network"):
        app.page.method.value = key
        what = f"stroke answered by Python alone, {key}, CPU"
        yield Line(what, None, "ms", own_ms(stroke, effort.times(20)), "the rest is browser and wire")
        if app.canvas.alarm:
            raise ValueError(f"{key}: {app.canvas.status}")


def buttons(effort: Effort) -> Iterator[Line]:
    """The methods that answer to a button, on a bundled sample."""
    from fetal_edu.data import bundled
    from fetal_edu.measure import METHODS

    sample = bundled.load("head-20w")
    for method in METHODS:
        if method.key in {"hough", "canny", "watershed"}:
            taken = own_ms(lambda _, read=method.read: read(sample), effort.times(REPEATS))
            yield Line(f"{method.label} on a button, CPU", 1000, "ms", taken)


def commands(effort: Effort) -> Iterator[Line]:
    """What it costs to begin."""
    times = range(effort.times(REPEATS))
    bare = statistics.median(child_seconds(sys.executable, "-c", "pass") for _ in times)
    full = [child_seconds(sys.executable, "-c", "import fetal_edu") for _ in times]
    added = tuple(max(0.0, each - bare) for each in full)
    yield Line("import fetal_edu, CPU", 0.3, "s", added, "beyond a bare Python")
    command = (sys.executable, "-m", "fetal_edu.cli", "measure", *_picture())
    measured = tuple(child_seconds(*command) for _ in range(effort.times(5)))
    yield Line("fetal-edu measure, one image, CPU", 2, "s", measured, "the start of Python included")


def _picture() -> tuple[str, str, str]:
    from fetal_edu.data import bundled

    sample = bundled.load("head-20w")
    spacing = ",".join(str(step) for step in sample.spacing)
    return str(bundled.folder().parent / sample.origin), "--spacing", spacing


def sizes(_effort: Effort) -> Iterator[Line]:
    """What is committed, or could be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    weight = {name: (ROOT / name).stat().st_size for name in listed.split("\0") if (ROOT / name).is_file()}
    for folder, budget in (("data_samples", 10), ("fetal_edu/weights", 15)):
        total = sum(size for name, size in weight.items() if name.startswith(folder + "/"))
        yield Line(f"{folder}/", budget, "MB", (total / MEGABYTE,))
    shipped = [name for name in weight if name.endswith(".safetensors")]
    name = max(shipped, key=weight.get)
    yield Line(
        "largest weights of one network",
        0.3,
        "MB",
        (weight[name] / MEGABYTE,),
        f"{Path(name).name}; the budget is for one system",
    )
    name = max(weight, key=weight.get)
    yield Line("largest file of all", None, "MB", (weight[name] / MEGABYTE,), name)
