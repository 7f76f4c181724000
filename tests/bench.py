"""What the course costs on this machine, beside its budgets: ``make bench``.

CPU seconds, not wall time: they mean the same on a busy machine. One thread each.
"""

from __future__ import annotations

import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

REPEATS = 7


def child_seconds(*command: str) -> float:
    """CPU seconds of a command, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def own_seconds(work: Callable[[int], object]) -> float:
    """Median CPU seconds of some work, after one round that warms up."""
    work(0)
    taken = []
    for number in range(1, REPEATS + 1):
        start = time.process_time()
        work(number)
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def import_package() -> float:
    """Seconds that `import fetal_edu` adds to an interpreter that starts and ends."""
    bare = [child_seconds(sys.executable, "-c", "pass") for _ in range(REPEATS)]
    full = [child_seconds(sys.executable, "-c", "import fetal_edu") for _ in range(REPEATS)]
    return max(0.0, statistics.median(full) - statistics.median(bare))


def measure_one_image() -> float:
    """Seconds of `fetal-edu measure` on one bundled sample, the start of Python included."""
    from fetal_edu.data import bundled

    sample = bundled.load("head-20w")
    picture = str(bundled.folder().parent / sample.origin)
    spacing = ",".join(str(step) for step in sample.spacing)
    command = (sys.executable, "-m", "fetal_edu.cli", "measure", picture, "--spacing", spacing)
    return statistics.median(child_seconds(*command) for _ in range(3))


def simulate_one_frame() -> float:
    """Seconds of one simulated head, painting included."""
    from fetal_edu import phantom

    return own_seconds(lambda seed: phantom.draw_head(seed, shape=(256, 256)))


def run_network() -> float:
    """Seconds of the shipped network on one canvas."""
    import numpy as np

    from fetal_edu import runtime

    network = runtime.load("head")
    canvas = np.random.default_rng(0).random((128, 192), np.float32)
    return own_seconds(lambda _: network.probability(canvas))


ROWS = (
    ("import fetal_edu", 0.3, import_package),
    ("fetal-edu measure, one image", 2.0, measure_one_image),
    ("one simulated head, 256 x 256", 0.060, simulate_one_frame),
    ("network, 128 x 192", 0.100, run_network),
)


def seconds(value: float) -> str:
    """Write a time with a unit that suits it."""
    return f"{value:.2f} s" if value >= 0.3 else f"{1000 * value:.0f} ms"


def machine() -> str:
    """Describe the machine in one line."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    name = models[0].split(":")[1].strip() if models else platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{name}, {psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, load {psutil.getloadavg()[0]:.1f}"
    )


def main() -> None:
    print(machine())
    print(f"\n{'CPU time of':<32}{'here':>10}{'budget':>10}")
    for title, budget, measure in ROWS:
        try:
            taken = measure()
        except (ImportError, AttributeError, OSError, ValueError, subprocess.CalledProcessError) as reason:
            said = str(getattr(reason, "stderr", None) or reason).strip()
            print(f"{title:<32}{'-':>10}{seconds(budget):>10}  not there: {said}")
        else:
            verdict = "" if taken <= budget else "  over"
            print(f"{title:<32}{seconds(taken):>10}{seconds(budget):>10}{verdict}")


if __name__ == "__main__":
    main()
