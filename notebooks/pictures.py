"""Draw the pictures of the README: ``python notebooks/pictures.py``.

They come from the simulator, the bundled samples and the shipped network, as everyone has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from fetal_edu import figures, phantom, runtime
from fetal_edu.data import bundled
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample

FOLDER = Path(__file__).with_name("pictures")
WEEKS = (14, 20, 26, 34)
SAMPLES = ("head-12w", "head-20w", "head-28w", "head-36w-hard")


def row(samples: Sequence[Sample], found: Sequence[Ellipse | None], titles: Sequence[str]) -> Figure:
    """Draw samples side by side, as wide as a page; the text below them says what the lines are."""
    figure = Figure(figsize=(10, 2.1), layout="constrained")
    panels = figure.subplots(1, len(samples))
    for sample, ellipse, title, ax in zip(samples, found, titles, panels, strict=True):
        truth = sample.truth["ellipse"]
        figures.overlay(sample.image, ellipse=ellipse, truth=truth, spacing=sample.spacing, ax=ax)
        ax.set_title(title, fontsize=11)
        ax.get_legend().remove()
    return figure


def simulated() -> Figure:
    """One head at each of four ages, with its true outline."""
    samples = [phantom.draw_head(seed=weeks, weeks=weeks) for weeks in WEEKS]
    titles = [f"{s.truth['ga_weeks']:.0f} weeks, HC {s.truth['hc_mm']:.0f} mm" for s in samples]
    return row(samples, [None] * len(samples), titles)


def measured() -> Figure:
    """What the shipped network finds on bundled samples, beside the truth."""
    samples = [bundled.load(name) for name in SAMPLES]
    readings = [runtime.read_head(sample) for sample in samples]
    titles = [
        f"HC {reading.values['hc'].value:.0f} mm, true {sample.truth['hc_mm']:.0f} mm"
        for sample, reading in zip(samples, readings, strict=True)
    ]
    return row(samples, [reading.ellipse for reading in readings], titles)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for draw in (simulated, measured):
        file = FOLDER / f"{draw.__name__}.png"
        draw().savefig(file, dpi=100)
        print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
