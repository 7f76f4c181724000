"""Chapter 08 on trial: how exact the outlines must be, and what heads without an outline give."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from fetal_edu.learning import little_data as task
from fetal_edu.learning.little_data import FIGURES, SHAPE, How
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import UNet, count_parameters

__all__ = ["LABELS", "NOISE", "wrong_outlines"]


# --- wrong outlines ----------------------------------------------------------------------------------------


def wrong_outlines(masks: Tensor, *, grown: float = 0.0, wavy: float = 0.0, seed: int = 0) -> Tensor:
    """Return masks as a careless hand would have drawn them.

    Parameters
    ----------
    masks : (n, 1, rows, columns) float tensor
    grown : float
        Pixels that every border lies too far out: the same mistake in each picture.
    wavy : float
        Standard deviation, in pixels, of a smooth error along the border: other bumps in each picture,
        outwards as often as inwards.
    seed : int

    Examples
    --------
    >>> mask = torch.zeros(1, 1, 9, 9); mask[..., 4, 4] = 1
    >>> int(wrong_outlines(mask, grown=1.0).sum()), bool((wrong_outlines(mask) == mask).all())
    (9, True)
    """
    rng = np.random.default_rng(seed)
    drawn = np.stack([_redrawn(mask, grown, wavy, rng) for mask in masks[:, 0].numpy() > 0.5])
    return torch.from_numpy(drawn[:, None].astype(np.float32))


def _redrawn(mask: np.ndarray, grown: float, wavy: float, rng: np.random.Generator) -> np.ndarray:
    inside, outside = (ndimage.distance_transform_edt(part) for part in (mask, ~mask))
    # Half a pixel lies between the last pixel inside and the border; so nothing moves by 0.
    depth = np.where(mask, inside - 0.5, 0.5 - outside)
    smooth = ndimage.gaussian_filter(rng.normal(size=mask.shape), 6)  # bumps some 15 pixels long
    return depth + grown + wavy * smooth / smooth.std() > 0


def learn_wrong(
    seed: int, settings: Mapping[str, Any], *, grown: float = 0.0, wavy: float = 0.0
) -> dict[str, Any]:
    """Train on outlines drawn by a careless hand; test on true ones."""
    images, masks = task.study(settings["heads"], seed)
    net = task.fresh_net(seed)
    drawn = wrong_outlines(masks, grown=grown, wavy=wavy, seed=seed)
    did = task.train(
        net, (images, drawn), how=How(steps=settings["steps"], batch=settings["batch"]), seed=seed
    )
    label_dice = task.dices(drawn[:, 0].numpy(), masks).mean()
    figures = task.examine(net, settings, (images, masks)) | {"label_dice": float(label_dice)}
    return figures | {"parameters": count_parameters(net), "compute": did.pictures}


NOISE = Trial(
    name="label-noise",
    question="How exact must the outlines be?",
    arms={
        "exact": learn_wrong,
        "wavy, 2 pixels": partial(learn_wrong, wavy=2.0),
        "wavy, 4 pixels": partial(learn_wrong, wavy=4.0),
        "too large by 1 pixel": partial(learn_wrong, grown=1.0),
        "too large by 2 pixels": partial(learn_wrong, grown=2.0),
    },
    baseline="exact",
    claims=(
        Claim("Wavy outlines average out (2 pixels)", "wavy, 2 pixels", "exact", "dice", "same", 0.01),
        Claim("Too wavy ones harm (4 pixels)", "wavy, 4 pixels", "exact", "dice", "lower", 0.01),
        Claim("One mistake made always is learned", "too large by 2 pixels", "exact", "dice", "lower", 0.01),
        Claim(
            "It harms HC more than waves of its size",
            "too large by 2 pixels",
            "wavy, 2 pixels",
            "hc_mm",
            "higher",
            2.0,
        ),
    ),
    labels=FIGURES | {"label_dice": "Dice of the labels"},
    settings={
        "quick": {"steps": 50, "batch": 4, "heads": 16, "tested": 16},
        "full": {"steps": 120, "batch": 8, "heads": 32, "tested": 80},
    },
    prepare=task.share,
)


# --- without labels ----------------------------------------------------------------------------------------


def supervised(seed: int, settings: Mapping[str, Any], *, as_long: bool = False) -> dict[str, Any]:
    """Learn from the labelled heads alone; `as_long` takes the steps that the autoencoder takes, too."""
    pictures, net = task.study(settings["labelled"], seed), task.fresh_net(seed)
    steps = settings["steps"] + as_long * settings["unsupervised_steps"]
    did = task.train(net, pictures, how=How(steps=steps, batch=settings["batch"]), seed=seed)
    return task.examine(net, settings, pictures) | _costs(net, did.pictures, did.seconds)


def autoencoder(seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Learn to redraw unlabelled heads through the narrow bottom, then outlines from the labelled ones."""
    net, pictures = task.fresh_net(seed), task.study(settings["labelled"], seed)
    images = task.study(settings["heads"], seed)[0]
    how = How(steps=settings["unsupervised_steps"], batch=settings["batch"])
    redraw = task.train(Narrow(net), (images, images), how=how, seed=seed, loss=_redrawing_loss)
    net.last.reset_parameters()  # it said grey levels; now it must say "head"
    did = task.train(net, pictures, how=How(steps=settings["steps"], batch=settings["batch"]), seed=seed)
    costs = _costs(net, redraw.pictures + did.pictures, redraw.seconds + did.seconds)
    return task.examine(net, settings, pictures) | costs


class Narrow(nn.Module):
    """A U-Net with closed skips: a picture must pass the narrow bottom, so something has to be learned."""

    def __init__(self, net: UNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, images: Tensor) -> Tensor:
        """Return logits of grey levels, (B, 1, rows, columns)."""
        return self.net(images, torch.zeros(self.net.halvings))


def _redrawing_loss(logits: Tensor, images: Tensor) -> Tensor:
    return mse_loss(logits.sigmoid(), images)


def clusters(seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Sort the pixels of unlabelled heads by grey and place; the labelled heads say which groups are head."""
    from sklearn.cluster import KMeans

    start = time.process_time()
    labelled = task.study(settings["labelled"], seed)
    pixels = _features(task.study(settings["heads"], seed)[0]).reshape(-1, 3)
    some = np.random.default_rng(seed).choice(len(pixels), min(20_000, len(pixels)), replace=False)
    sorter = KMeans(settings["clusters"], n_init=3, random_state=seed).fit(pixels[some])

    def groups(images: Tensor) -> np.ndarray:
        return sorter.predict(_features(images).reshape(-1, 3)).reshape(-1, *SHAPE)

    of, head = groups(labelled[0]).ravel(), labelled[1].numpy().ravel()
    counts = np.maximum(np.bincount(of, minlength=settings["clusters"]), 1)
    likely = np.bincount(of, head, settings["clusters"]) / counts  # share of head in each group
    seconds = time.process_time() - start
    return task.examine(lambda images: likely[groups(images)], settings, labelled) | {"seconds": seconds}


def _features(images: Tensor) -> np.ndarray:
    """Return (n, rows, columns, 3): grey (smoothed over speckle), row and column, each with deviation 1."""
    grey = ndimage.gaussian_filter(images[:, 0].numpy(), (0, 1, 1))
    places = np.broadcast_to(np.indices(SHAPE)[:, None], (2, *grey.shape))
    scales = (0.2, SHAPE[0] / 12**0.5, SHAPE[1] / 12**0.5)  # grey levels of heads deviate by about 0.2
    return np.stack([part / s for part, s in zip((grey, *places), scales, strict=True)], axis=-1)


def _costs(net: nn.Module, pictures: int, seconds: float) -> dict[str, float]:
    return {"parameters": count_parameters(net), "compute": pictures, "seconds": seconds}


LABELS = Trial(
    name="without-labels",
    question="Eight outlined heads and 64 without: can the others help?",
    arms={
        "supervised": supervised,
        "supervised, as long": partial(supervised, as_long=True),
        "clusters": clusters,
        "autoencoder first": autoencoder,
    },
    baseline="supervised",
    claims=(
        Claim("Clusters outline worse", "clusters", "supervised", "dice", "lower", 0.05),
        Claim("The autoencoder takes more time", "autoencoder first", "supervised", "seconds", "higher", 1.0),
        Claim("It makes a better outline", "autoencoder first", "supervised", "dice", "higher", 0.01),
        Claim(
            "It is worth its time: as much supervised training gives less",
            "autoencoder first",
            "supervised, as long",
            "dice",
            "higher",
            0.01,
        ),
    ),
    labels=FIGURES | {"seconds": "CPU s to learn"},
    settings={
        "quick": {"steps": 50, "batch": 4, "unsupervised_steps": 50, "heads": 16, "labelled": 8,
                  "tested": 16, "clusters": 12},
        "full": {"steps": 120, "batch": 8, "unsupervised_steps": 120, "heads": 64, "labelled": 8,
                 "tested": 80, "clusters": 12},
    },
    prepare=task.share,
)  # fmt: skip
