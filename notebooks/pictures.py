"""Draw the pictures of the README: ``python notebooks/pictures.py``.

They come from the simulator, the bundled samples and the shipped network, as everyone has them.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from fetal_edu import figures, phantom, runtime
from fetal_edu.data import bundled
from fetal_edu.sample import Sample

FOLDER = Path(__file__).with_name("pictures")
WEEKS = (14, 20, 26, 34)
DOTS_PER_INCH = 100


def row(panels: int) -> tuple[Figure, list]:
    """Make a row of panels as wide as a page."""
    figure = Figure(figsize=(10, 2.6), layout="constrained", dpi=DOTS_PER_INCH)
    return figure, list(figure.subplots(1, panels))


def simulated() -> Figure:
    """Draw one head at four ages, with its true outline."""
    figure, axes = row(len(WEEKS))
    for weeks, ax in zip(WEEKS, axes, strict=True):
        sample = phantom.draw_head(seed=weeks, weeks=weeks)
        title = f"{weeks} weeks, HC {sample.truth['hc_mm']:.0f} mm"
        figures.overlay(sample.image, truth=sample.truth["ellipse"], spacing=sample.spacing, title=title, ax=ax)
    return figure


def measured() -> Figure:
    """Draw what the shipped network finds on bundled samples, beside the truth."""
    samples = [sample for sample in map(bundled.load, bundled.names()) if "hc_mm" in sample.truth]
    samples.sort(key=lambda sample: sample.truth["hc_mm"])
    picked = [samples[round(n * (len(samples) - 1) / 2)] for n in range(3)]
    figure, axes = row(len(picked))
    for sample, ax in zip(picked, axes, strict=True):
        _measured(sample, ax)
    return figure


def _measured(sample: Sample, ax: mpl.axes.Axes) -> None:
    reading = runtime.read_head(sample)
    found = reading.values["hc"].value
    figures.overlay(
        sample.image,
        ellipse=reading.ellipse,
        truth=sample.truth["ellipse"],
        spacing=sample.spacing,
        title=f"HC {found:.0f} mm, true {sample.truth['hc_mm']:.0f} mm",
        ax=ax,
    )


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for draw in (simulated, measured):
        file = FOLDER / f"{draw.__name__}.png"
        draw().savefig(file)
        print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
