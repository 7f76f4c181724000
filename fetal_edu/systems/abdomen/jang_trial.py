"""The trial of Jang's system: its patients, how errors are counted, and its rivals, a U-Net and a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from fetal_edu.learning.little_data import predict
from fetal_edu.learning.sweeps import SHAKE
from fetal_edu.learning.train import bce_dice_loss
from fetal_edu.measure import Ellipse, fit_probability
from fetal_edu.nets import UNet, count_parameters
from fetal_edu.sample import Sample
from fetal_edu.systems.abdomen.jang_patches import CLASSES, EVERY, SHAPE, classes_of, outline
from fetal_edu.systems.abdomen.readers import agreement, readers
from fetal_edu.systems.kit import How, drawn, macs, on_canvas, train

__all__ = [
    "CLEAR",
    "CONDITIONS",
    "SHADOWS",
    "errors",
    "judged",
    "mixed",
    "named_rightly",
    "places_in",
    "reader",
    "segmented",
    "share",
    "study",
    "tested",
    "words",
]

STUDY_SEED, TEST_SEED = 18_000, 18_999
POINTS = {"fluid": 40, "stomach": 20, "vein": 20, "shadow": 40, "tissue": 80}  # places of each picture
UNET = (8, 12, 16, 18)  # as many weights as the patch network and a few more
FARTHEST, LOST = 30.0, 8.8  # % of AC
FLIP, SPREAD = 0.05, LOST / 1.96 / 2**0.5  # a reader's errors: share of wrong words, and % of AC
SHADOWS = {"shadow": 0.7, "rib_shadow": 0.5}
CLEAR = {"deformation": 0.0, "fluid_lack": 0.3, "rib_shadow": 0.0, "shadow": 0.0}
STUDIED = (
    {}, {}, {"shadow": 0.5, "rib_shadow": 0.3}, {"fluid_lack": 0.3}, {"fluid_lack": 0.7},
    {"deformation": 0.5},
)  # fmt: skip
CONDITIONS: dict[str, dict[str, float]] = {
    "undisturbed": {},
    "shadows, no limbs": {"shadow": 0.7},
    "shadows": SHADOWS,
    "deformed": {"deformation": 0.8},
    "scant fluid": {"fluid_lack": 0.8},
}


def study(seed: int, settings: Mapping[str, Any]) -> list[Sample]:
    """Draw the patients of a seed to learn from: standard planes, easy and hard, and a quarter of others."""
    n, first = settings["patients"], 1000 * (STUDY_SEED + seed)
    some = (drawn("abdomen", first + i, n, shape=SHAPE, knobs=knobs) for i, knobs in enumerate(STUDIED))
    other = drawn("other", first + len(STUDIED), 2 * n, shape=SHAPE, anatomy="abdomen")
    return [sample for part in (*some, other) for sample in part]


def tested(settings: Mapping[str, Any], **knobs: float) -> list[Sample]:
    """Draw the patients to test on, undisturbed but for `knobs`."""
    return drawn("abdomen", 1000 * TEST_SEED, settings["tested"], shape=SHAPE, knobs=CLEAR | knobs)


tested.__test__ = False  # not a test of pytest's


def judged(settings: Mapping[str, Any]) -> list[Sample]:
    """Draw standard planes and others, as difficult as they come."""
    planes = (("abdomen", 1), ("other", 2))
    return [
        sample
        for plane, i in planes
        for sample in drawn(plane, 1000 * TEST_SEED + i, settings["judged"], shape=SHAPE, anatomy="abdomen")
    ]


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    study(seed, settings), judged(settings)
    for knobs in CONDITIONS.values():
        tested(settings, **knobs)


def places_in(samples: list[Sample], seed: int) -> tuple[Tensor, Tensor]:
    """Draw places, (n, 3), and their classes, (n,): near borders between classes three times as often."""
    rng, found = np.random.default_rng(seed), []
    for number, sample in enumerate(samples):
        kinds = classes_of(sample)
        border = ndimage.maximum_filter(kinds, 5) != ndimage.minimum_filter(kinds, 5)
        for kind, name in enumerate(CLASSES):
            at = np.argwhere(kinds == kind)
            if len(at):
                weight = 1.0 + 2.0 * border[tuple(at.T)]
                at = at[rng.choice(len(at), POINTS[name], p=weight / weight.sum())]
                found.append(np.column_stack([np.full(len(at), number), at, np.full(len(at), kind)]))
    table = torch.from_numpy(np.concatenate(found))
    return table[:, :3], table[:, 3]


def errors(found: list[Ellipse | None], samples: list[Sample]) -> dict[str, np.ndarray]:
    """Return the errors of AC in percent, and which of them are lost."""
    off = [
        FARTHEST
        if one is None
        else 100 * abs(one.circumference * sample.spacing[0] / sample.truth["ac_mm"] - 1)
        for one, sample in zip(found, samples, strict=True)
    ]
    off = np.minimum(off, FARTHEST)
    return {"off": off, "lost": (off > LOST).astype(float)}


def mixed(likely: np.ndarray, sample: Sample) -> float:
    """Return how often shadow and fluid are taken for each other, around the trunk: mean of both shares."""
    trunk = sample.truth["ellipse"]
    near = replace(trunk, semi_major=1.5 * trunk.semi_major, semi_minor=1.5 * trunk.semi_minor)
    every = np.s_[::EVERY, ::EVERY]
    kinds, named = classes_of(sample)[every], likely.argmax(axis=0)
    near, shares = near.mask(sample.shape, sample.spacing)[every], []
    for one, other in ((0, 3), (3, 0)):
        true = near & (kinds == one)
        shares.append((named[true] == other).mean() if true.any() else 0.0)
    return float(np.mean(shares))


def words(seed: int, settings: Mapping[str, Any]) -> np.ndarray:
    """Let four simulated readers accept the pictures or not: (4, pictures)."""
    seen = [one.truth["visible"] for one in judged(settings)]
    return readers([one["stomach"] and one["umbilical_vein"] for one in seen], 4, FLIP, seed)


def reader(seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Let one reader be held against the other three; he measures as observers do."""
    said, rng = words(seed, settings), np.random.default_rng([seed, 18])
    off, drawn = (abs(rng.normal(0, SPREAD, settings[part])) for part in ("tested", "judged"))
    lost = (off > LOST).astype(float)
    return {"off": off, "lost": lost, "drawn": drawn, "kappa": agreement(said[0], said[1:])}


@lru_cache(maxsize=2)
def _rival(seed: int, told: tuple) -> UNet:
    settings = dict(told)
    samples = study(seed, settings)
    torch.manual_seed(seed)
    net = UNet(UNET).to(memory_format=torch.channels_last)
    images = torch.from_numpy(np.stack([one.image for one in samples]))[:, None]
    masks = torch.from_numpy(np.stack([one.mask("abdomen") for one in samples]))[:, None].float()
    how = How(steps=settings["unet_steps"], batch=16, rate=settings["unet_rate"], augmentation=SHAKE)
    train(net, (images, masks), how=how, seed=seed, loss=bce_dice_loss)
    return net.eval()


def segmented(seed: int, settings: Mapping[str, Any], *, knobs: Mapping[str, float]) -> dict[str, Any]:
    """Outline the test pictures with the U-Net, and fit an ellipse."""
    net, samples = _rival(seed, tuple(settings.items())), tested(settings, **knobs)
    found: list[Ellipse | None] = []
    for sample in samples:
        try:
            found.append(fit_probability(predict(net, on_canvas(sample, SHAPE)[0])[0], (1.0, 1.0)))
        except ValueError:
            found.append(None)
    cost = {"parameters": count_parameters(net), "compute": macs(net, (1, *SHAPE))}
    return errors(found, samples) | cost


def named_rightly(seed: int, settings: Mapping[str, Any], *, knobs: Mapping[str, float]) -> dict[str, Any]:
    """Vote for the outlines of the test pictures as if each place had been named rightly."""
    samples = tested(settings, **knobs)
    truths = (classes_of(sample)[::EVERY, ::EVERY] for sample in samples)
    return errors([outline(np.eye(len(CLASSES))[one].transpose(2, 0, 1)) for one in truths], samples)
