"""Chapter 08 on trial: transfer from a related and an unrelated source, and how it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fetal_edu.learning import little_data as task
from fetal_edu.learning.little_data import FIGURES, SHAPE, How, Pictures
from fetal_edu.learning.loaders import canvases
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import UNet, count_parameters
from fetal_edu.phantom import draw

__all__ = ["TRANSFER", "abdomens", "striped_triangles"]


# --- sources -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def abdomens(n: int, seed: int) -> Pictures:
    """Return simulated abdomens with their outline: the same machines and speckle, another body part."""
    numbers = np.random.SeedSequence([8_100, seed]).generate_state(n)
    samples = (draw("abdomen", int(number), shape=SHAPE) for number in numbers)
    images, masks = canvases(samples, name="abdomen", canvas=SHAPE)
    return images.float() / 255, masks.float() / 255


@lru_cache(maxsize=2)
def striped_triangles(n: int, seed: int) -> Pictures:
    """Return triangles that differ from their ground in the direction of stripes: nothing of ultrasound.

    Examples
    --------
    >>> images, masks = striped_triangles(2, seed=0)
    >>> images.shape, bool(0.02 < masks.mean() < 0.5)
    (torch.Size([2, 1, 48, 72]), True)
    """
    rng = np.random.default_rng([8_200, seed])
    pairs = [_triangle(rng) for _number in range(n)]
    images, masks = (torch.from_numpy(np.stack(part)[:, None]).float() for part in zip(*pairs, strict=True))
    return images, masks


def _triangle(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.indices(SHAPE)
    middle = rng.uniform((16, 24), (32, 48))
    angles = rng.uniform(0, 2 * np.pi) + 2 * np.pi / 3 * np.arange(3)
    size, inside = rng.uniform(7, 11), np.ones(SHAPE, bool)
    for angle in angles:  # inside all three sides
        inside &= (rows - middle[0]) * np.sin(angle) + (columns - middle[1]) * np.cos(angle) < size
    first = rng.uniform(0, np.pi)
    stripes = [
        np.sin((rows * np.sin(a) + columns * np.cos(a)) * rng.uniform(0.8, 1.6) + rng.uniform(0, 6))
        for a in (first, first + rng.uniform(np.pi / 4, 3 * np.pi / 4))
    ]
    grey = 0.5 + 0.3 * np.where(inside, *stripes) + rng.normal(0, 0.05, SHAPE)
    return grey.clip(0, 1), inside


SOURCES = {"abdomen": abdomens, "triangles": striped_triangles}


@dataclass(frozen=True)
class Source:
    """A network that has learned a source task, and what that cost."""

    weights: Mapping[str, Tensor]
    seconds: float
    pictures: int


@lru_cache(maxsize=4)
def learn_source(name: str, seed: int, steps: int, batch: int, n: int) -> Source:
    """Train on a source once for all arms of a seed."""
    net = task.fresh_net(seed)
    did = task.train(net, SOURCES[name](n, seed), how=How(steps=steps, batch=batch), seed=seed)
    return Source({k: v.clone() for k, v in net.state_dict().items()}, did.seconds, did.pictures)


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, and learn both sources; the arms add that time themselves."""
    task.share(seed, settings)
    for name in SOURCES:
        learn_source(name, seed, settings["source_steps"], settings["batch"], settings["source"])


# --- arms --------------------------------------------------------------------------------------------------


def transferred(
    seed: int,
    settings: Mapping[str, Any],
    *,
    source: str | None,
    frozen: bool = False,
    rate: float = 8e-3,
    train: bool = True,
    as_long: bool = False,
) -> dict[str, Any]:
    """Start from a source's weights (None: from chance), then learn the few heads."""
    net, seconds, seen = task.fresh_net(seed), 0.0, 0
    if source is not None:
        learned = learn_source(source, seed, settings["source_steps"], settings["batch"], settings["source"])
        net.load_state_dict(learned.weights)
        seconds, seen = learned.seconds, learned.pictures
    parameters = count_parameters(net)
    if frozen:
        _freeze_encoder(net)
    pictures = task.study(settings["heads"], seed)
    if train:
        steps = settings["steps"] + as_long * settings["source_steps"]
        did = task.train(net, pictures, how=How(steps=steps, rate=rate, batch=settings["batch"]), seed=seed)
        seconds, seen = seconds + did.seconds, seen + did.pictures
    figures = task.examine(net, settings, pictures) | {"seconds": seconds}
    return figures | {"parameters": parameters, "compute": seen}


def _freeze_encoder(net: UNet) -> None:
    """Leave the encoder as it is: its weights, and what its batch normalisation has stored."""
    for part in (net.first, *net.downs):
        part.requires_grad_(False).eval()


TRANSFER = Trial(
    name="transfer",
    question="Does learning something else first help eight heads, when training is short?",
    arms={
        "from chance": partial(transferred, source=None),
        "from chance, as long": partial(transferred, source=None, as_long=True),
        "abdomen": partial(transferred, source="abdomen"),
        "abdomen, frozen": partial(transferred, source="abdomen", frozen=True),
        "abdomen, not trained on": partial(transferred, source="abdomen", train=False),
        "abdomen, rate too high": partial(transferred, source="abdomen", rate=0.1),
        "triangles": partial(transferred, source="triangles"),
        "triangles, frozen": partial(transferred, source="triangles", frozen=True),
        "chance, frozen": partial(transferred, source=None, frozen=True),
    },
    baseline="from chance",
    claims=(
        Claim("A related source helps", "abdomen", "from chance", "dice", "higher", 0.01),
        Claim("An unrelated source helps", "triangles", "from chance", "dice", "higher", 0.01),
        Claim("Related helps more than unrelated", "abdomen", "triangles", "dice", "higher", 0.01),
        Claim(
            "Without training on heads it does not do",
            "abdomen, not trained on",
            "from chance",
            "dice",
            "lower",
            0.05,
        ),
        Claim("Frozen unrelated layers fail", "triangles, frozen", "from chance", "dice", "lower", 0.05),
        Claim(
            "Frozen related layers do as well as free ones",
            "abdomen, frozen",
            "abdomen",
            "dice",
            "same",
            0.01,
        ),
        Claim(
            "Too high a rate destroys what was learned",
            "abdomen, rate too high",
            "abdomen",
            "dice",
            "lower",
            0.05,
        ),
        Claim(
            "It saves heads, not work: training as long from chance is as good",
            "from chance, as long",
            "abdomen",
            "dice",
            "same",
            0.01,
        ),
    ),
    labels=FIGURES | {"seconds": "CPU s with source"},
    settings={
        "quick": {"steps": 24, "batch": 4, "source_steps": 48, "source": 16, "heads": 8, "tested": 16},
        "full": {"steps": 40, "batch": 8, "source_steps": 80, "source": 32, "heads": 8, "tested": 80},
    },
    prepare=share,
)
