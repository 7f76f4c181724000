"""[12] Shu and colleagues, 2021: a bilinear CNN names transverse planes of the fetal head.

**The paper.** Shu X., Chang F., Zhang X., Du R., Yu Z., in Chinese, Computer Science (Jisuanji Kexue) 48(4),
2021, 151-156, doi 10.11896/jsjkx.200500049. Its abstract: two parallel networks, fused, then a linear
classifier; 88.95 % of the authors' own planes and 89.48 % of HC18's named rightly, better than GoogLeNet,
DenseNet and SENet. Bilinear pooling is from T.-Y. Lin, A. RoyChowdhury, S. Maji, Bilinear CNN models for
fine-grained visual recognition, ICCV 2015, arXiv 1504.07889.

**The idea.** Two networks look at the same picture. At each place every map of the one is multiplied with
every map of the other, and the products are averaged over the picture. So the classifier sees what comes
together at a place, where a plain network gives it only how much there is of each.

**This small version.** Two trunks of four convolutions on pictures of 48 × 72 pixels. We read the abstract,
not the layers' sizes, so those are ours. The plain network has one wider trunk and as many weights.

**The trial.** Three planes share falx, cavum and ventricles, at 20 to 30 weeks. Does the bilinear network
name more of them, at home and on an old machine that it never saw, where the same test patients are looked
at again? Is the activated area of its Grad-CAM larger? Each picture is a patient of its own. Two more arms
take the mechanism apart: both trunks with their means side by side; and means that get the root and the
length of the bilinear vector, but no product.

**The condition.** Where the answer lies in what comes together in a picture, too far apart for one place to
see both, plain means can tell three of four at most. Made-up stripes test that: is the outer product needed
there, or does the root do?

**Before the full run.** Rehearsals on seed 90 made the task easier: with the transthalamic plane in place of
the coronal one, as in the paper, both networks named one half rightly, where chance is a third. And they made
the stripes stand out from the grain; in fainter ones no network found anything.

**What came out.** No claim about heads did. At home 77 % were named rightly against 74 %, on the old machine
62 % against 62 %; the intervals are wide, and five seeds can't rule a gain of 3 points out. Both trunks with
means alone got as much (77 %), so the product isn't what a gain would come from. The activated area was
smaller, 3 % of the picture against 17 %. A look at seed 0 puts this figure in doubt as a measure of what the
network uses: one map in five was empty, and of the others' area 15 % lay on the head (means: 84 %). One
reason: a vector that always has the same length doesn't change when all maps double. So slopes times maps add
up to nothing, what speaks for a class cancels what speaks against it, and Grad-CAM is left with scraps. The
stripes were told by the bilinear network (87 % against 54 %), but as well by means with a root (94 %): the
root and the length can do it, without a product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fetal_edu.learning.explain import activated_area, grad_cam
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import count_parameters
from fetal_edu.sample import Reading, Sample
from fetal_edu.systems.head.shu_parts import PLANES, BilinearCNN, bilinear_pool, rooted, stripes
from fetal_edu.systems.kit import How, logits_of, macs, per_plane, plane_reading, teach_planes
from fetal_edu.systems.system import System

__all__ = ["PLANES", "SYSTEM", "BilinearCNN", "bilinear_pool", "rooted", "stripes"]

WEEKS = (20.0, 22.5, 25.0, 27.5, 30.0)
SHAPE = (48, 72)
STUDY_SEED, TEST_SEED = 12_000, 12_999
EASY, AWAY = 0.1, "old"  # difficulty of the pictures; the machine that is not learned from


def pictures(seed: int, n: int, **how: Any) -> tuple[Tensor, Tensor]:
    """Draw `n` patients of each plane, equally many of each age in `WEEKS`."""
    parts = [
        per_plane(PLANES, 10 * seed + k, n // len(WEEKS), shape=SHAPE, anatomy="head", difficulty=EASY,
                  weeks=weeks, **how)
        for k, weeks in enumerate(WEEKS)
    ]  # fmt: skip
    return torch.cat([images for images, _numbers in parts]), torch.cat(
        [numbers for _images, numbers in parts]
    )


def trained(seed: int, settings: Mapping[str, Any], **options: Any) -> BilinearCNN:
    """Train one network on the patients of a seed."""
    torch.manual_seed(seed)
    how = How(steps=settings["steps"], batch=settings["batch"], rate=settings["rate"])
    shown = pictures(STUDY_SEED + seed, settings["patients"])
    return teach_planes(BilinearCNN(**options), shown, how=how, seed=seed)


def areas(net: BilinearCNN, images: Tensor, numbers: Tensor) -> np.ndarray:
    """Share of each picture where more than half of Grad-CAM's maximum speaks for the true plane."""
    batches = zip(images.split(30), numbers.split(30), strict=True)
    return torch.cat([activated_area(grad_cam(net, net.maps, i, n)) for i, n in batches]).numpy()


def stripes_told(seed: int, settings: Mapping[str, Any], **options: Any) -> np.ndarray:
    """Train a shallow network on made-up stripes, and let it tell 400 new pictures."""
    torch.manual_seed(seed)
    net = BilinearCNN(classes=2, **options)
    how = How(steps=settings["stripe_steps"], batch=16, rate=1e-2)
    teach_planes(net, stripes(STUDY_SEED + seed, settings["stripes"]), how=how, seed=seed)
    images, classes = stripes(TEST_SEED, 400)
    return (logits_of(net, images).argmax(dim=1) == classes).numpy().astype(float)


def arm(
    seed: int, settings: Mapping[str, Any], *, channels: Sequence[int], shallow: Sequence[int], **options: Any
) -> dict[str, Any]:
    """Train one network on heads and one of its kind on stripes, and look at what they say."""
    net = trained(seed, settings, channels=channels, **options)
    images, numbers = pictures(TEST_SEED, settings["tested"])
    others, _numbers = pictures(TEST_SEED, settings["tested"], machine=AWAY)
    return {
        "right": (logits_of(net, images).argmax(dim=1) == numbers).numpy().astype(float),
        "away": (logits_of(net, others).argmax(dim=1) == numbers).numpy().astype(float),
        "area": areas(net, images, numbers),
        "stripes": stripes_told(seed, settings, channels=shallow, **options),
        "compute": macs(net, (1, *SHAPE)),
        "parameters": count_parameters(net),
    }


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    pictures(STUDY_SEED + seed, settings["patients"])
    pictures(TEST_SEED, settings["tested"]), pictures(TEST_SEED, settings["tested"], machine=AWAY)


def analyse(net: BilinearCNN, sample: Sample) -> Reading:
    """Name the plane, and say which there are: a network that knows three calls any other one of these."""
    reading = plane_reading(net, sample, PLANES, shape=SHAPE)
    known = _("It knows three planes ({}) and calls any other plane one of them.").format(", ".join(PLANES))
    return replace(reading, notes=(*reading.notes, known))


ONE = {"trunks": 1, "channels": (12, 24, 36, 34), "shallow": (12, 16)}
TWO = {"trunks": 2, "channels": (8, 16, 24, 24), "shallow": (8, 12)}

TRIAL = Trial(
    name="shu",
    question="Does the outer product of two networks' maps name more planes that share parts than means do?",
    arms={
        "means, one trunk": partial(arm, fuse="means", **ONE),
        "bilinear": partial(arm, fuse="outer", **TWO),
        "means, two trunks": partial(arm, fuse="means", **TWO),
        "means, rooted": partial(arm, fuse="rooted", **ONE),
    },
    baseline="means, one trunk",
    claims=(
        Claim("It names more planes at home", "bilinear", "means, one trunk", "right", "higher", 0.03),
        Claim("It names more on another machine", "bilinear", "means, one trunk", "away", "higher", 0.03),
        Claim("Its activated area is larger", "bilinear", "means, one trunk", "area", "higher", 0.03),
        Claim("It tells which stripes meet", "bilinear", "means, one trunk", "stripes", "higher", 0.1),
        Claim("That takes the product, not the root", "bilinear", "means, rooted", "stripes", "higher", 0.1),
    ),
    labels={
        "right": "named rightly", "away": "old machine", "area": "activated area", "stripes": "stripes told",
    },
    settings={
        "quick": {"patients": 10, "tested": 10, "steps": 60, "batch": 16, "rate": 5e-3, "stripes": 100,
                  "stripe_steps": 60},
        "full": {"patients": 90, "tested": 40, "steps": 400, "batch": 16, "rate": 5e-3, "stripes": 300,
                 "stripe_steps": 300},
    },
    only={"quick": ("means, one trunk", "bilinear")},
    prepare=share,
)  # fmt: skip

SYSTEM = System(
    key="shu",
    cites="[12] Shu X, Chang F, Zhang X, Du R, Yu Z. Computer Science (Jisuanji Kexue) 2021",
    idea="Multiply the maps of two networks place by place: the classifier sees what comes together.",
    claim="Fusing two parallel networks enlarges the activated area, gives features that tell more, and "
    "generalises better.",
    task="name the plane of a fetal head among three that share parts",
    answers="which of three planes of the head it is, with the network's confidence",
    build=BilinearCNN,
    train=lambda budget, seed: trained(seed, TRIAL.settings[budget]),
    analyse=analyse,
    trial=TRIAL,
    part="head",
)
