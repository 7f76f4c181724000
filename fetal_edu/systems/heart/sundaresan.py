"""[23] Sundaresan and colleagues, 2017: one fully convolutional network finds the heart and names its view.

**The paper.** V. Sundaresan, C. P. Bridge, C. Ioannou, J. A. Noble, Automated characterization of the fetal
heart in ultrasound images using fully convolutional networks, ISBI 2017, 671-674. We know it from the review:
three views (4C, LVOT, 3V), scores at every 32nd, 16th and 8th pixel brought back to full size by transposed
convolutions; a stride of 16 was best, and LVOT was the hardest, since it differs from 4C in small structures
alone. We read neither its layers' sizes nor how it was trained.

**The idea.** Each pixel is called background, 4C, LVOT or 3V. So where the heart lies and which view it is
are one answer: the largest class names the picture. A coarse grid of scores sees much of the heart at once, a
fine one keeps its border.

**This small version.** The FCN of chapter 05 with four classes, on the middle of a picture in 96 × 128
pixels: 3 × 4 scores with stride 32, 6 × 8 with 16, 12 × 16 with 8. What is labelled is the heart of a drawn
picture; in 3V, where three vessels lie apart, all between them too (the convex hull), since a coarse grid
can't follow a vessel of few pixels. All strides start with the same encoder and have as many weights, to one
in a hundred; each is trained at once, where Long and colleagues trained one after the other.

**The trial.** Does 16 name more views than 32, does it outline better, is it better than 8, is LVOT named
less often than the other two? And is it the small structure? Then LVOT with an aortic root a seventh as wide
must be named less often still. A picture to learn from is a patient of its own; a patient to test on shows
all three views, and is the same for all seeds. Follow-up: fewer patients, where a fine grid might learn the
grain.

Rehearsals with seed 90 changed the pictures. On whole ones of 64 × 96 pixels a heart was smaller than one
place of stride 32, which named 3V in 1 of 15: no fair baseline. So the middle is cut out, at twice as many
pixels. The patients to test on were drawn anew after that.

**What came out** (full run, five seeds). With stride 32 the right view is named in 0.91 of the pictures, with
16 in 0.90, with 8 in 0.86: no gain of 16 over 32 shows, and its lead over 8 may be chance. In Dice the finer
grid wins: 0.84, 0.87, 0.88. So 16 beats 32 in the outline alone, and which stride is best depends on what is
asked. LVOT was the lowest with all three (0.84, 0.84, 0.79), below the other two by 0.10, but among 40
patients this may be chance. A root a seventh as wide cost 0.03, which may be chance too: what told this
network LVOT from 4C need not have been the root. Two cuts of a drawn heart differ in more than that.

With a quarter of the patients (follow-up) 16 names 0.86 and 8 names 0.85: no condition was found under which
16 leads for certain. One look afterwards, at seed 0: of 40 LVOTs 6 were called 4C and 3 were called 3V.

**What it can't.** RVOT, or a plane beside the standard ones, it calls one of its three. Where a heart comes
near the border of what the network sees, its outline can grow a tail there: beyond the border no stamp adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from fetal_edu.learning.augment import Augmentation
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import FCN, count_parameters
from fetal_edu.systems.heart.sundaresan_parts import DRAWN, SHAPE, VIEWS, analyse, pictures, view_of
from fetal_edu.systems.kit import How, Known, drawn, logits_of, macs, train
from fetal_edu.systems.system import System

__all__ = ["SYSTEM", "HeartFCN", "pixel_loss"]

CHANNELS = (4, 8, 16, 32, 48, 64)
STUDY_SEED, TEST_SEED = 23_000, 23_999_000
NARROW = {"cue": 1.0}  # the aortic root is a seventh as wide as it really is
SHAKE = Augmentation(
    rotation=20, zoom=(0.9, 1.1), shift=0.05, gamma=0.3, gain=0.2, unevenness=0.2, noise=0.02, blur=0, hide=0
)


class HeartFCN(FCN):
    """The FCN of chapter 05 with four scores a pixel: background, 4C, LVOT, 3V.

    Examples
    --------
    >>> net = HeartFCN(16).eval()
    >>> net(torch.zeros(2, 1, 64, 96)).shape, net.coarse(torch.zeros(2, 1, 64, 96)).shape
    (torch.Size([2, 4, 64, 96]), torch.Size([2, 4, 4, 6]))
    """

    def __init__(self, stride: int = 16) -> None:
        super().__init__(CHANNELS, stride=stride, classes=1 + len(VIEWS))
        self.known = Known()


def pixel_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Return the mean cross-entropy of all pixels; what no view's mask covers is background.

    Parameters
    ----------
    logits : (B, 4, H, W) float tensor
    masks : (B, 3, H, W) float tensor
        Covered shares of each pixel: a turned mask's border lies between 0 and 1.
    """
    background = (1 - masks.sum(dim=1, keepdim=True)).clamp(min=0)
    return cross_entropy(logits, torch.cat([background, masks], dim=1))


def study(seed: int, patients: int) -> tuple[Tensor, Tensor]:
    """Draw the patients of a seed to learn from; each shows one view."""
    samples = [
        drawn(view, 1000 * (STUDY_SEED + seed) + place, patients, shape=DRAWN, anatomy="heart")
        for place, view in enumerate(VIEWS)
    ]
    numbers = np.repeat(range(len(VIEWS)), patients)
    return pictures([one for some in samples for one in some], numbers)


def tested(view: str, patients: int, knobs: Mapping[str, float] | None) -> tuple[Tensor, Tensor]:
    """Draw one view of the patients to test on: the same patients in all views and for all seeds."""
    samples = drawn(view, TEST_SEED, patients, shape=DRAWN, anatomy="heart", knobs=knobs)
    return pictures(samples, [VIEWS.index(view)] * patients)


tested.__test__ = False  # not a test of pytest's


@lru_cache(maxsize=4)
def _trained(stride: int, seed: int, patients: int, steps: int, batch: int, rate: float) -> HeartFCN:
    torch.manual_seed(seed)
    net = HeartFCN(stride).to(memory_format=torch.channels_last)
    images, masks = study(seed, patients)
    how = How(steps=steps, rate=rate, batch=batch, augmentation=SHAKE)
    torch.manual_seed(seed)  # from here on, nothing depends on how many scores were drawn
    train(net, (images, masks), how=how, seed=seed, loss=pixel_loss)
    net.known.learn(images)
    return net.eval()


def trained(stride: int, seed: int, settings: Mapping[str, Any]) -> HeartFCN:
    """Train a network on the patients of a seed, once in a process."""
    return _trained(stride, seed, *(settings[key] for key in ("patients", "steps", "batch", "rate")))


def arm(
    seed: int,
    settings: Mapping[str, Any],
    *,
    stride: int,
    views: Sequence[str] = VIEWS,
    knobs: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Train one network, and let it label some views of the test patients: one mean for each patient."""
    net, figures = trained(stride, seed, settings), {}
    for view in views:
        images, masks = tested(view, settings["tested"], knobs)
        logits = logits_of(net, images)
        found, true = logits.argmax(dim=1) > 0, masks.sum(dim=1) > 0.5  # (n, rows, columns)
        both = (found & true).sum(dim=(1, 2))
        overlap = 2 * both / (found.sum(dim=(1, 2)) + true.sum(dim=(1, 2))).clamp(min=1)
        figures[view] = (view_of(logits) == VIEWS.index(view)).double().numpy()
        figures[f"dice {view}"] = overlap.double().numpy()
    return figures | {
        "right": np.mean([figures[view] for view in views], axis=0),
        "dice": np.mean([figures[f"dice {view}"] for view in views], axis=0),
        "parameters": count_parameters(net),
        "compute": macs(net, (1, *SHAPE)),
    }


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    study(seed, settings["patients"])
    for view in VIEWS:
        tested(view, settings["tested"], None)


TRIAL = Trial(
    name="sundaresan",
    question="Is a stride of 16 best to find the heart and name its view, and is LVOT the hardest view?",
    arms={
        "stride 32": partial(arm, stride=32),
        "stride 16": partial(arm, stride=16),
        "stride 8": partial(arm, stride=8),
        "16, LVOT alone": partial(arm, stride=16, views=("LVOT",)),
        "16, 4C and 3V": partial(arm, stride=16, views=("4C", "3V")),
        "16, LVOT, narrow root": partial(arm, stride=16, views=("LVOT",), knobs=NARROW),
    },
    baseline="stride 32",
    claims=(
        Claim("16 names more views than 32", "stride 16", "stride 32", "right", "higher", 0.03),
        Claim("16 outlines the heart better than 32", "stride 16", "stride 32", "dice", "higher", 0.02),
        Claim("16 names more views than 8, too", "stride 16", "stride 8", "right", "higher", 0.03),
        Claim(
            "LVOT is named less often than the other two",
            "16, LVOT alone", "16, 4C and 3V", "right", "lower", 0.05,
        ),
        Claim(
            "With a narrow aortic root it is named less often still",
            "16, LVOT, narrow root", "16, LVOT alone", "right", "lower", 0.05,
        ),
    ),
    labels={"right": "view right", "dice": "heart Dice", "4C": "4C", "LVOT": "LVOT", "3V": "3V"},
    settings={
        "quick": {"patients": 12, "tested": 6, "steps": 30, "batch": 16, "rate": 8e-3},
        "full": {"patients": 80, "tested": 40, "steps": 240, "batch": 16, "rate": 8e-3},
    },
    only={"quick": ("stride 32", "stride 16", "16, LVOT alone", "16, 4C and 3V")},
    prepare=share,
)  # fmt: skip

FOLLOW_UP = Trial(
    name="sundaresan-follow-up",
    question="With a quarter of the patients, does a stride of 16 name more views than 8?",
    arms={f"stride {stride}": partial(arm, stride=stride) for stride in (8, 16)},
    baseline="stride 8",
    claims=(
        Claim("16 names more views than 8", "stride 16", "stride 8", "right", "higher", 0.03),
        Claim("8 outlines no better than 16", "stride 8", "stride 16", "dice", "same", 0.02),
    ),
    labels=TRIAL.labels,
    settings={
        "quick": TRIAL.settings["quick"] | {"patients": 6},
        "full": TRIAL.settings["full"] | {"patients": 20},
    },
    prepare=share,
)


SYSTEM = System(
    key="sundaresan",
    cites="[23] Sundaresan V, Bridge CP, Ioannou C, Noble JA. ISBI 2017",
    idea="Call each pixel background, 4C, LVOT or 3V: one answer says where the heart lies and which view "
    "it is.",
    claim="Scores at every 16th pixel are best, before those at every 32nd and 8th; LVOT is the hardest "
    "view, since it differs from 4C in small structures alone.",
    task="label the heart's pixels with their view",
    answers="the view of the heart with the network's confidence, and the heart's outline in mm",
    build=HeartFCN,
    train=lambda budget, seed: trained(16, seed, TRIAL.settings[budget]),
    analyse=analyse,
    trial=TRIAL,
    part="heart",
    follow_up=FOLLOW_UP,
)
