"""[13] Qu and colleagues, 2020: a CNN that also sees differences names planes of the fetal head.

**The paper.** R. Qu, G. Xu, C. Ding, W. Jia, M. Sun, Standard plane identification in fetal brain ultrasound
scans using a differential CNN, IEEE Access 8 (2020), doi 10.1109/ACCESS.2020.2991845. Its abstract: six
planes of the brain against all others, 30,000 pictures of 155 fetuses of 16 to 34 weeks, 92.93 % named
rightly, without additional convolution layers or parameters. The differences come from M. Sarıgül, B. M.
Ozyildirim, M. Avci, Differential convolutional neural network, Neural Networks 116 (2019) 279-287.

**The idea.** After a convolution, the next layer also gets the differences between neighbours, in four
directions. Edges and corners are there without a layer that has to learn them.

**This small version.** Four convolutions on the head, cut out of its picture to 64 × 96 pixels. We read
the abstract, not the sizes of the layers, so those are ours. "No additional parameters" can only hold where
the differences are added up (`mix="add"`); where they are stacked, the next layer has five times as many
weights (`mix="stack"`). Both are tried, each against a plain network of as many weights.

**The trial.** Does it name more planes rightly than the plain network of equal weights, than HOG with a
support vector machine, and as many as a plain network with one layer more? A picture is a simulated patient
of its own; the patients to test on are the same for all seeds.

**What came out** (full run, five seeds). Added differences name 7 in 100 more planes than the plain network
of as many weights, at 2.8 times its time; a layer more does as much in the plain network's time. Stacked,
they are hardly better than a wide plain network. HOG with a support vector machine beats all of them, with
60 patients a plane and, in the follow-up, with 120 and twice the training: we found no number at which the
network leads. Before any full run, a rehearsal on seed 90 led to cutting out the head, since on whole
pictures the plain network named 35 in 100.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from skimage.feature import hog
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from torch import Tensor, nn
from torch.nn.functional import pad

from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import count_parameters, pooled_head
from fetal_edu.systems.kit import (
    How,
    Known,
    box_around,
    drawn,
    head_box,
    logits_of,
    macs,
    on_canvas,
    plane_reading,
    teach_planes,
)
from fetal_edu.systems.system import System

__all__ = ["PLANES", "SYSTEM", "DifferentialCNN", "differences"]

PLANES = (
    "transthalamic",
    "transventricular",
    "transcerebellar",
    "midsagittal",
    "parasagittal",
    "coronal",
    "other",
)
SHAPE = (64, 96)
STUDY_SEED, TEST_SEED = 13_000, 13_999


def to_neighbours(maps: Tensor) -> tuple[Tensor, ...]:
    """Return four differences of (B, C, H, W) maps, see `differences`."""
    wider = pad(maps, (0, 1, 0, 1), mode="replicate")  # (B, C, H + 1, W + 1)
    below, right, corner = wider[..., 1:, :-1], wider[..., :-1, 1:], wider[..., 1:, 1:]
    return maps - below, maps - right, maps - corner, below - right


def differences(maps: Tensor) -> Tensor:
    """Return four maps for each map: how far a place differs from its neighbours.

    Parameters
    ----------
    maps : (B, C, H, W) float tensor

    Returns
    -------
    (B, 4 C, H, W) float tensor
        Minus the one below; minus the one to the right; minus the one below to the right; and the one below
        minus the one to the right. At the border the last row and column are repeated, so that the
        picture's end makes no edge.

    Examples
    --------
    >>> differences(torch.tensor([[[[1.0, 2.0], [4.0, 8.0]]]]))[0, :, 0, 0]
    tensor([-3., -1., -7.,  2.])
    """
    return torch.cat(to_neighbours(maps), dim=1)


class DifferentialCNN(nn.Module):
    """A small CNN; each convolution's maps go on with their differences.

    Parameters
    ----------
    mix : "none", "add" or "stack"
        Leave differences out; add a quarter of the sum of their sizes to each map, which takes no weights;
        or hand them on as maps of their own.
    channels : sequence of int
        Maps of each convolution. All but the last are followed by a pooling.
    extra : int
        More convolutions after the last.

    Examples
    --------
    >>> DifferentialCNN("stack")(torch.zeros(2, 1, 64, 96)).shape
    torch.Size([2, 7])
    """

    def __init__(
        self, mix: str = "add", *, channels: Sequence[int] = (8, 16, 24, 32), extra: int = 0
    ) -> None:
        super().__init__()
        self.mix, self.known = mix, Known()
        sizes = [1, *channels, *[channels[-1]] * extra]
        more = 5 if mix == "stack" else 1
        self.convs = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a if i == 0 else more * a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b)
            )
            for i, (a, b) in enumerate(pairwise(sizes))
        )
        self.pool, self.pooled = nn.MaxPool2d(2), len(channels) - 1
        self.head = pooled_head(more * sizes[-1], len(PLANES))

    def forward(self, image: Tensor) -> Tensor:
        """Return (B, 7) logits for (B, 1, H, W) images."""
        maps = image
        for number, conv in enumerate(self.convs):
            maps = conv(maps)  # (B, C, H, W); differences are taken here, before negative numbers are cut
            if self.mix == "add":
                maps = maps.relu() + sum(part.abs() for part in to_neighbours(maps)) / 4
            else:
                maps = (torch.cat([maps, differences(maps)], dim=1) if self.mix == "stack" else maps).relu()
            if number < self.pooled:
                maps = self.pool(maps)
        return self.head(maps)


def pictures(seed: int, patients: int) -> tuple[Tensor, Tensor]:
    """Draw patients, one picture each, cut out around the head; numbers say which plane."""
    drawings = [
        drawn(plane, 1000 * seed + place, patients, shape=(128, 192), anatomy="head")
        for place, plane in enumerate(PLANES)
    ]
    images = [on_canvas(one, SHAPE, box=box_around(one.mask("head")))[0] for some in drawings for one in some]
    return torch.cat(images), torch.arange(len(PLANES)).repeat_interleave(patients)


@lru_cache(maxsize=2)
def study(seed: int, patients: int) -> tuple[Tensor, Tensor]:
    """Return the patients of a seed to learn from; drawn once in a process."""
    return pictures(STUDY_SEED + seed, patients)


@lru_cache(maxsize=1)
def tested(patients: int) -> tuple[Tensor, Tensor]:
    """Return the patients to test on, the same for all seeds."""
    return pictures(TEST_SEED, patients)


tested.__test__ = False  # not a test of pytest's


def trained(seed: int, settings: Mapping[str, Any], **options: Any) -> DifferentialCNN:
    """Train one network on the patients of a seed."""
    torch.manual_seed(seed)
    how = How(steps=settings["steps"], batch=settings["batch"], rate=settings["rate"])
    return teach_planes(DifferentialCNN(**options), study(seed, settings["patients"]), how=how, seed=seed)


def arm(seed: int, settings: Mapping[str, Any], *, mix: str, **options: Any) -> dict[str, Any]:
    """Train one network, and let it name the test patients."""
    net, (images, numbers) = trained(seed, settings, mix=mix, **options), tested(settings["tested"])
    start = time.process_time()
    named = logits_of(net, images).argmax(dim=1)
    spent = 1000 * (time.process_time() - start) / len(images)
    right = (named == numbers).numpy().astype(float)
    return {
        "right": right,
        "ms": spent,
        "compute": macs(net, (1, *SHAPE)),
        "parameters": count_parameters(net),
    }


def classical(seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Name planes by histograms of oriented gradients and a support vector machine."""
    (images, numbers), (others, truth) = study(seed, settings["patients"]), tested(settings["tested"])

    def described(some: Tensor) -> np.ndarray:
        return np.stack(
            [hog(one[0].numpy(), 9, pixels_per_cell=(8, 8), cells_per_block=(2, 2)) for one in some]
        )

    machine = make_pipeline(StandardScaler(), SVC(C=3.0)).fit(described(images), numbers.numpy())
    start = time.process_time()
    named = machine.predict(described(others))
    spent = 1000 * (time.process_time() - start) / len(others)
    return {"right": (named == truth.numpy()).astype(float), "ms": spent}


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    study(seed, settings["patients"]), tested(settings["tested"])


TRIAL = Trial(
    name="qu",
    question="Do differences between neighbours name more head planes than plain layers of equal size?",
    arms={
        "plain": partial(arm, mix="none"),
        "differences added": partial(arm, mix="add"),
        "differences stacked": partial(arm, mix="stack"),
        "plain, wide": partial(arm, mix="none", channels=(18, 36, 54, 70)),
        "plain, a layer more": partial(arm, mix="none", extra=1),
        "HOG + SVM": classical,
    },
    baseline="plain",
    claims=(
        Claim(
            "Added differences name more planes, at no weights",
            "differences added", "plain", "right", "higher", 0.03,
        ),
        Claim(
            "Stacked ones name more than a plain network of as many weights",
            "differences stacked", "plain, wide", "right", "higher", 0.03,
        ),
        Claim(
            "Added differences do as well as a layer more",
            "differences added", "plain, a layer more", "right", "same", 0.03,
        ),
        Claim("They name more than HOG + SVM", "differences added", "HOG + SVM", "right", "higher", 0.03),
    ),
    labels={"right": "named rightly", "ms": "ms a picture"},
    settings={
        "quick": {"patients": 8, "tested": 8, "steps": 80, "batch": 16, "rate": 1e-2},
        "full": {"patients": 60, "tested": 40, "steps": 500, "batch": 16, "rate": 1e-2},
    },
    only={"quick": ("plain", "differences added", "HOG + SVM")},
    prepare=share,
)  # fmt: skip

FOLLOW_UP = Trial(
    name="qu-follow-up",
    question="With twice the patients and training, does the network name more than HOG + SVM?",
    arms={"differences added": partial(arm, mix="add"), "HOG + SVM": classical},
    baseline="HOG + SVM",
    claims=(
        Claim("It names more than HOG + SVM", "differences added", "HOG + SVM", "right", "higher", 0.03),
    ),
    labels={"right": "named rightly"},
    settings={
        "quick": TRIAL.settings["quick"],
        "full": {"patients": 120, "tested": 40, "steps": 1000, "batch": 16, "rate": 1e-2},
    },
    prepare=share,
)

SYSTEM = System(
    key="qu",
    cites="[13] Qu R, Xu G, Ding C, Jia W, Sun M. IEEE Access 2020",
    idea="Hand the next layer the differences between neighbours too: edges need no layers of their own.",
    claim="A differential CNN names six planes of the head better than classical methods and other CNNs, and "
    "computes less than a network with more layers.",
    task="name the plane of a fetal head",
    answers="the plane of the head, with the network's confidence",
    build=DifferentialCNN,
    train=lambda budget, seed: trained(seed, TRIAL.settings[budget]),
    analyse=lambda net, sample: plane_reading(net, sample, PLANES, shape=SHAPE, box=head_box(sample)),
    trial=TRIAL,
    part="head",
    follow_up=FOLLOW_UP,
)
