"""The heads that the yardsticks look at: real ones, simulated ones, naive ones, all on one footing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy.optimize import linear_sum_assignment

from fetal_edu import phantom
from fetal_edu.data import hc18
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample

COLUMNS = 384
POOL_SEED = 181  # of the simulated heads that are judged; none of them trains a network


class Look(NamedTuple):
    """A picture of a head, 384 pixels wide, with its outline in mm.

    ``group`` names the examination, or for a simulated head the one that it is paired with.
    """

    image: np.ndarray
    ellipse: Ellipse
    spacing: float
    group: str


def looked_at(sample: Sample) -> Look:
    """Bring a sample to 384 columns: real images have twice the pixels, and must not be known by that."""
    rows, columns = sample.shape
    size = COLUMNS, round(rows * COLUMNS / columns)
    grey = Image.fromarray(np.round(sample.image * 255).astype(np.uint8))
    small = np.asarray(grey if grey.size == size else grey.resize(size, Image.Resampling.BOX), np.float32)
    factor = columns / COLUMNS
    # The first pixel's centre moves by half the difference of the pixels' sizes; the ellipse counts from it.
    shift = sample.spacing[0] * (factor - 1) / 2
    e = sample.truth["ellipse"]
    ellipse = Ellipse(e.row - shift, e.column - shift, e.semi_major, e.semi_minor, e.angle)
    return Look(small / 255, ellipse, sample.spacing[0] * factor, sample.group)


def real(*, seen: bool, most: int) -> list[Look]:
    """HC18: the images that may shape the simulator, or `most` of those that may not, evenly spread."""
    data = hc18()
    names = set(files("fetal_edu.learning").joinpath("hc18_seen.txt").read_text("utf-8").split())
    groups = {name.partition("_")[0] for name in names}
    if seen:
        chosen = [i for i, name in enumerate(data.names) if name in names]
    else:
        chosen = [i for i, group in enumerate(data.groups) if group not in groups]
        chosen = [chosen[i] for i in np.unique(np.linspace(0, len(chosen) - 1, most).astype(int))]
    samples = (data[i] for i in chosen)
    return [looked_at(sample) for sample in samples if not sample.params["cut"]]


def pool_seeds(n: int) -> list[int]:
    return [int(np.random.SeedSequence([POOL_SEED, i]).generate_state(1)[0]) for i in range(n)]


def simulated(n: int) -> list[Look]:
    return [looked_at(phantom.draw_head(seed)) for seed in pool_seeds(n)]


def naive(n: int) -> list[Look]:
    return [looked_at(phantom.draw_naive_head(seed)) for seed in pool_seeds(n)]


def save(looks: Sequence[Look], file: Path) -> None:
    """Keep heads that another version of the simulator drew."""
    shape = (max(len(x.image) for x in looks), COLUMNS)
    images = np.zeros((len(looks), *shape), np.uint8)
    for kept, look in zip(images, looks, strict=True):
        kept[: len(look.image)] = np.round(look.image * 255)
    ellipses = [[*x.ellipse.to_dict().values(), x.spacing, len(x.image)] for x in looks]
    np.savez_compressed(file, images=images, ellipses=ellipses, groups=[x.group for x in looks])


def load(file: Path) -> list[Look]:
    kept = np.load(file)
    return [
        Look(image[: int(rows)].astype(np.float32) / 255, Ellipse(*five), float(mm), str(group))
        for image, (*five, mm, rows), group in zip(
            kept["images"], kept["ellipses"], kept["groups"], strict=True
        )
    ]


def paired(looks: Sequence[Look], pool: Iterable[Look]) -> list[Look]:
    """Choose for each real head a simulated one of nearly its circumference: size must not give it away.

    A pair bears the real head's group, so that a split keeps both on one side.
    """
    pool = list(pool)
    wanted = np.log([x.ellipse.circumference for x in looks])
    there = np.log([x.ellipse.circumference for x in pool])
    rows, columns = linear_sum_assignment(np.abs(wanted[:, None] - there))
    return [pool[j]._replace(group=looks[i].group) for i, j in zip(rows, columns, strict=True)]
