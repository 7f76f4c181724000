"""[14] Huang: a U-Net with attention, several scales and two losses; then Canny, an ellipse, and HC.

**The source.** A dissertation in Chinese by Huang Jiawei, which the review cites. We found no record of it
and know only what the review says: attention for what belongs together over long distances, features of
several scales for a larger receptive field, two loss functions, and for the head Canny's operator, an ellipse
and its circumference.

**The idea.** A skull comes in pieces. A network that relates pieces far apart may find the head between them.
Millimetres come from geometry, never from the network: each step can be looked at and checked.

**This small version.** A U-Net on pictures of 64 × 96 pixels, with three halvings; see `huang_parts`. Its
coarsest map of 8 × 12 places passes through three dilated convolutions side by side, then through
self-attention. Sizes are ours, and so are the two losses, which the review doesn't name: the cross-entropy of
each pixel and the Dice of the whole. Canny looks at the mask, four times enlarged, and never at the picture.

**The trial.** Each part alone and both, against a plain U-Net of as many weights; two losses against one; the
ellipse against the length of the contour that it is fitted to. Half of the patients to learn from have lost
the echo of four tenths of the skull. The patients to test on are shown with the whole skull and with gaps,
and are the same for all seeds. Before the decoder, a pixel of this U-Net has seen 68 pixels of the picture's
width of 96: far enough without help. So one pair has a halving less and sees 32, a third of the width, as in
the U-Net of 2015 (188 of 572). There the parts have the best chance.

Rehearsals with seeds 90 and 91 changed the design: the main network got its third halving, which helped the
plain U-Net most; pictures are changed less; the learning rate is the plain U-Net's best of three.

**What came out.** With three halvings no help shows, though five seeds can't rule out 1 mm: where skull is
missing, plain is 6.2 mm off, attention 6.7, scales 5.7, both 6.1. With two, both took 18.5 mm to 6.2: so far
as a plain halving more, which multiplies less (44 million times against 51, attention's own not counted).
What they bring seems to be sight over a distance, which a deep enough U-Net has. The second loss gained 0.014
in Dice, which may be chance. The ellipse was 3.7 mm nearer than its contour. In all networks but one, two of
the 40 patients bear a fifth of the error or more.

**What it can't.** A face or a midsagittal head has an outline too: the system gives its length as HC.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from gettext import gettext as _
from typing import Any

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from fetal_edu.learning.augment import Augmentation
from fetal_edu.learning.little_data import dices
from fetal_edu.learning.train import bce_dice_loss
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.measure import dice, fit_ellipse
from fetal_edu.measure.contour import largest_piece
from fetal_edu.nets import UNet, count_parameters
from fetal_edu.sample import Reading, Sample
from fetal_edu.systems.head import huang_parts as parts
from fetal_edu.systems.kit import How, drawn, logits_of, macs, on_canvas, train
from fetal_edu.systems.outline import ellipse_reading, no_reading
from fetal_edu.systems.system import System

__all__ = ["CHANNELS", "SYSTEM", "analyse"]

SHAPE = (64, 96)
#: Channels of each level. The last is chosen so that all networks of a depth have as many weights, to 3 %.
CHANNELS = {
    "plain": (8, 16, 24, 43), "attention": (8, 16, 24, 39),
    "scales": (8, 16, 24, 33), "both": (8, 16, 24, 30),
    "shallow, plain": (8, 16, 66), "shallow, both": (8, 16, 45),
}  # fmt: skip
STUDY_SEED, GAPS_TOO, TEST_SEED = 14_000, 500, 14_999
WHOLE, GAPS = {"dropout": 0.0}, {"dropout": 2 / 3}  # six tenths of 2/3: four tenths of the skull are gone
ROUND = 0.9  # Dice of an outline and its ellipse; below, it is no ellipse
SHAKE = Augmentation(
    rotation=15, zoom=(0.9, 1.1), shift=0.05, gamma=0.3, gain=0.2, unevenness=0.2, noise=0.02, blur=0, hide=0
)


def patients(seed: int, n: int, knobs: Mapping[str, float]) -> list[Sample]:
    """Draw the heads of `n` patients, in the plane in which HC is measured."""
    return drawn("transthalamic", seed, n, shape=SHAPE, knobs=knobs)


def study(seed: int, n: int) -> list[Sample]:
    """Draw the patients of a seed to learn from: half with whole skulls, half with gaps."""
    half, seed = n // 2, STUDY_SEED + seed
    return [*patients(seed, half, WHOLE), *patients(seed + GAPS_TOO, n - half, GAPS)]


def built(name: str = "both") -> parts.AttentionUNet:
    """Build one of the networks with fresh weights."""
    with_parts = {
        "attention": name.endswith(("attention", "both")),
        "scales": name.endswith(("scales", "both")),
    }
    return parts.AttentionUNet(CHANNELS[name], **with_parts)


@lru_cache(maxsize=len(CHANNELS))
def _trained(name: str, losses: int, seed: int, n: int, steps: int, batch: int, rate: float) -> UNet:
    torch.manual_seed(seed)
    net = built(name).to(memory_format=torch.channels_last)
    images, masks = parts.pictures(study(seed, n))
    how = How(steps=steps, rate=rate, batch=batch, augmentation=SHAKE)
    loss = bce_dice_loss if losses == 2 else binary_cross_entropy_with_logits
    train(net, (images, masks), how=how, seed=seed, loss=loss)
    net.known.learn(images)
    return net.eval()


def trained(name: str, seed: int, settings: Mapping[str, Any], *, losses: int = 2) -> parts.AttentionUNet:
    """Train a network on the patients of a seed, or return the one that was trained with these settings."""
    how = (settings[key] for key in ("patients", "steps", "batch", "rate"))
    return _trained(name, losses, seed, *how)


def arm(
    seed: int, settings: Mapping[str, Any], *, name: str, losses: int = 2, by: str = "ellipse"
) -> dict[str, Any]:
    """Train one network, and measure the test patients, with whole skulls and with gaps."""
    net, figures = trained(name, seed, settings, losses=losses), {}
    for end, knobs in (("", WHOLE), ("_gaps", GAPS)):
        samples = patients(TEST_SEED, settings["tested"], knobs)
        images, masks = parts.pictures(samples)
        found = logits_of(net, images).sigmoid()[:, 0].numpy()
        figures["dice" + end] = dices(found, masks)
        figures["hc" + end] = np.array([
            abs(parts.measured(one, sample.spacing, by=by) - sample.truth["hc_mm"])
            for one, sample in zip(found, samples, strict=True)
        ])  # fmt: skip
    return figures | {"parameters": count_parameters(net), "compute": macs(net, (1, *SHAPE))}


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    study(seed, settings["patients"])
    for knobs in (WHOLE, GAPS):
        patients(TEST_SEED, settings["tested"], knobs)


TRIAL = Trial(
    name="huang",
    question="Do attention, several scales and two losses measure HC better where skull is missing?",
    arms={name: partial(arm, name=name) for name in CHANNELS}
    | {
        "both, contour": partial(arm, name="both", by="contour"),
        "both, one loss": partial(arm, name="both", losses=1),
    },
    baseline="plain",
    claims=(
        Claim("Attention errs less where skull is missing", "attention", "plain", "hc_gaps", "lower", 1.0),
        Claim("So do several scales", "scales", "plain", "hc_gaps", "lower", 1.0),
        Claim("Two losses outline better than one", "both", "both, one loss", "dice_gaps", "higher", 0.01),
        Claim("The ellipse errs less than its contour", "both", "both, contour", "hc_gaps", "lower", 1.0),
        Claim(
            "Both parts help a U-Net that sees only a third of the picture's width",
            "shallow, both", "shallow, plain", "hc_gaps", "lower", 1.0,
        ),
    ),
    labels={"hc_gaps": "HC error, gaps", "hc": "HC error (mm)", "dice_gaps": "Dice, gaps", "dice": "Dice"},
    settings={
        "quick": {"patients": 24, "tested": 8, "steps": 48, "batch": 8, "rate": 8e-3},
        "full": {"patients": 120, "tested": 40, "steps": 200, "batch": 8, "rate": 4e-3},
    },
    only={"quick": ("plain", "both", "both, contour")},
    prepare=share,
)  # fmt: skip

SHIPPED = TRIAL.settings | {"full": TRIAL.settings["full"] | {"patients": 240, "steps": 800}}


def analyse(net: parts.AttentionUNet, sample: Sample) -> Reading:
    """Outline the head of one picture, and read HC and weeks off the ellipse."""
    image, frame = on_canvas(sample, SHAPE)
    found = logits_of(net, image).sigmoid()[0, 0].numpy()
    mask, spacing = frame.enlarge(found) >= 0.5, sample.spacing or (1.0, 1.0)
    try:
        mask = largest_piece(mask)
        ellipse = fit_ellipse(parts.edge_points(mask, spacing))
    except ValueError:
        return no_reading("head", _("no head found."))
    doubts = [net.known.doubt(image.numpy())]
    if (alike := dice(mask, ellipse.mask(sample.shape, spacing))) < ROUND:
        doubts.append(_("The outline is no ellipse (Dice {:.2f}): look at it.").format(alike))
    return ellipse_reading(ellipse, sample, part="head", doubts=doubts, mask=mask)


SYSTEM = System(
    key="huang",
    cites="[14] Huang J. Dissertation (Chinese), as the review describes it",
    idea="Relate far pieces of the skull, look at several scales, train with two losses; leave the length to "
    "geometry: Canny, an ellipse, its circumference.",
    claim="Attention and features of several scales improve the outline of the head, two losses too; with "
    "Canny and an ellipse the head circumference is measured automatically and accurately.",
    task="outline the head and measure its circumference",
    answers="HC in mm with weeks, and the outline that it was measured on",
    build=built,
    train=lambda budget, seed: trained("both", seed, SHIPPED[budget]),
    analyse=analyse,
    trial=TRIAL,
    part="head",
)
