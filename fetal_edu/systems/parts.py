"""Which part of the fetus a picture shows: asked before a system is believed.

A network that learned from heads alone calls a heart a head, and is sure of it: it knows nothing else. So a
small network that has seen all parts looks first. It shares nothing with the systems and is on no trial.
"""

from __future__ import annotations

import time
from functools import lru_cache
from gettext import gettext as _
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fetal_edu.data.limits import BadInput
from fetal_edu.learning.augment import Augmentation
from fetal_edu.nets import PlaneCNN, count_parameters
from fetal_edu.phantom import ANATOMIES
from fetal_edu.sample import Sample
from fetal_edu.systems.kit import How, drawn, logits_of, on_canvas, teach_planes
from fetal_edu.systems.ship import SHELF, read_weights, write_weights

__all__ = ["PARTS", "doubt_about_part", "make_parts", "part_probabilities", "train_parts"]

PARTS = ("head", "abdomen", "heart", "face", "first_trimester")
SHAPE = (64, 96)
STUDY_SEED, TEST_SEED = 9_000, 9_999
PATIENTS, TESTED = 120, 40
HOW = How(steps=1000, batch=16, rate=8e-3)
CHANGES = Augmentation(hide=0)  # gain, contrast, grain: real machines differ more than simulated ones
NOT_IT = 0.2  # below this probability of its own part a system is doubted
FILE = SHELF / "parts.safetensors"


def pictures(seed: int, patients: int) -> tuple[Tensor, Tensor]:
    """Draw as many patients of each part, each in one of its planes by turns.

    Returns
    -------
    images : (parts * patients, 1, 64, 96) float32 tensor
    numbers : (parts * patients,) int64 tensor
        The place of the part in `PARTS`.
    """
    images: list[np.ndarray] = []
    for place, part in enumerate(PARTS):
        planes = ANATOMIES[part].planes
        for turn, plane in enumerate(planes):
            n = (patients - turn - 1) // len(planes) + 1
            own = 1000 * seed + 100 * place + turn
            images += [one.image for one in drawn(plane, own, n, shape=SHAPE, anatomy=part)]
    return torch.from_numpy(np.stack(images))[:, None], torch.arange(len(PARTS)).repeat_interleave(patients)


def train_parts(seed: int, *, patients: int = PATIENTS, how: How = HOW) -> PlaneCNN:
    """Train the network on simulated patients of all parts."""
    torch.manual_seed(seed)
    net = PlaneCNN(len(PARTS), size=SHAPE)
    return teach_planes(net, pictures(STUDY_SEED + seed, patients), how=how, seed=seed, changes=CHANGES)


def make_parts(*, seed: int = 0, out: Path = SHELF) -> dict[str, Any]:
    """Train it, try it on other patients, and write weights and card.

    Returns
    -------
    dict
        The card, with the share of pictures of each part that it named rightly.
    """
    start = time.process_time()
    net = train_parts(seed)
    minutes = (time.process_time() - start) / 60
    images, numbers = pictures(TEST_SEED, TESTED)
    right = (logits_of(net, images).argmax(dim=1) == numbers).view(len(PARTS), -1).float().mean(dim=1)
    card = {
        "name": "parts",
        "cites": "The project's own; not a system of the review.",
        "idea": "A small CNN of four levels that has seen all parts of the fetus that the simulator draws.",
        "task": "name the part of the fetus",
        "answers": "whether a picture shows the part that a system learned from",
        "data": "simulated patients of this project, one picture each, all planes by turns; no real image",
        "split": "patients to learn from and patients to test on have other seeds",
        "command": f"fetal-edu train parts --seed {seed}",
        "seed": seed,
        "budget": "full",
        "settings": {"patients": PATIENTS, "steps": HOW.steps, "batch": HOW.batch, "rate": HOW.rate},
        "parameters": count_parameters(net),
        "cpu_minutes": round(minutes, 2),
        "versions": f"torch {torch.__version__}",
        "trial": "\n".join(
            f"{part:<16} {share:.3f} of {TESTED} test patients named rightly"
            for part, share in zip(PARTS, right.tolist(), strict=True)
        ),
        "limits": "Trained on simulated pictures alone. It names a picture of anything as one of five parts. "
        "For teaching. Not a medical device.",
    }
    write_weights(net, card, out=out)
    return card


@lru_cache(maxsize=1)
def _shipped(file: Path = FILE) -> PlaneCNN:
    if not file.exists():
        raise BadInput(f"There are no weights in {file.parent}: `fetal-edu train parts` makes them.")
    return read_weights(PlaneCNN(len(PARTS), size=SHAPE), file)


def part_probabilities(sample: Sample) -> dict[str, float]:
    """Return how likely the picture shows each part; the five add up to 1.

    Examples
    --------
    >>> from fetal_edu.phantom import draw
    >>> likely = part_probabilities(draw("transthalamic", 5, shape=(128, 192)))
    >>> max(likely, key=likely.get)
    'head'
    """
    image, _frame = on_canvas(sample, SHAPE)
    likely = logits_of(_shipped(), image).softmax(dim=1)[0]
    return dict(zip(PARTS, likely.tolist(), strict=True))


def doubt_about_part(sample: Sample, part: str) -> str:
    """Return a sentence where a picture seems to show another part, or nothing.

    Parameters
    ----------
    sample : Sample
    part : str
        One of `PARTS`.

    Raises
    ------
    ValueError
        If there is no such part.
    """
    if part not in PARTS:
        raise ValueError(f"part {part!r}: there are {', '.join(PARTS)}")
    likely = part_probabilities(sample)
    if likely[part] >= NOT_IT:
        return ""
    seems = max(likely, key=likely.get)  # not `part`: the largest of five is a fifth or more
    return _("This looks like the {} ({:.0%}) and not like the {}: don't trust what is said.").format(
        _(seems.replace("_", " ")), likely[seems], _(part.replace("_", " "))
    )
