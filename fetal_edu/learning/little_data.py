"""The task of chapter 08: a small U-Net outlines heads of which it has seen few; and the one way to train it.

Every experiment of the chapter changes one thing here and leaves the rest: the pictures of a seed, the first
weights, the order of the pictures, the number of steps.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from fetal_edu.data import hc18
from fetal_edu.learning.augment import Augmentation, augment_batch
from fetal_edu.learning.loaders import canvases
from fetal_edu.learning.train import bce_dice_loss
from fetal_edu.measure import fit_probability
from fetal_edu.nets import UNet
from fetal_edu.phantom import draw_head
from fetal_edu.phantom.draw import seeds_of

__all__ = [
    "CHANNELS", "FIGURES", "SHAPE", "How", "Training", "dices", "examine", "fresh_net", "hc_errors",
    "predict", "rate_at", "real_heads", "share", "study", "test_heads", "train",
]  # fmt: skip

SHAPE = (48, 72)  # rows, columns; one pixel is about 1.5 to 3 mm
CHANNELS = (8, 16, 32, 48)  # the U-Net of chapter 06
STUDY_SEED, TEST_SEED = 8_000, 8_999  # other heads in each seed to learn from, the same heads to test on

#: What the tables show: Dice first; ``lost`` is the share of heads with Dice below one half.
FIGURES = {"dice": "Dice", "hc_mm": "HC error (mm)", "lost": "lost", "real": "real Dice"}

Pictures = tuple[Tensor, Tensor]  # images and masks, each (n, 1, rows, columns) float32 in 0..1


# --- pictures ----------------------------------------------------------------------------------------------


@cache
def _head(seed: int, number: int) -> tuple[Tensor, Tensor, tuple[float, float], float]:
    """Draw one head once: image, mask (1, rows, columns) as bytes; spacing; true HC in mm."""
    sample = draw_head(seeds_of(number + 1, seed)[number], shape=SHAPE)
    image, mask = canvases([sample], canvas=SHAPE)
    return image[0], mask[0], sample.spacing, float(sample.truth["hc_mm"])


def study(n: int, seed: int) -> Pictures:
    """Return `n` simulated heads to learn from; another seed, other patients.

    Examples
    --------
    >>> images, masks = study(2, seed=0)
    >>> images.shape, torch.equal(study(1, seed=0)[0], images[:1])
    (torch.Size([2, 1, 48, 72]), True)
    """
    return _floats([_head(STUDY_SEED + seed, i)[:2] for i in range(n)])


def test_heads(n: int) -> Pictures:
    """Return `n` simulated heads to test on: the same for all seeds, none of them in any `study`."""
    return _floats([_head(TEST_SEED, i)[:2] for i in range(n)])


test_heads.__test__ = False  # not a test of pytest's


def _floats(pairs: list[tuple[Tensor, Tensor]]) -> Pictures:
    images, masks = (torch.stack(part).float() / 255 for part in zip(*pairs, strict=True))
    return images, masks


@lru_cache(maxsize=1)
def real_heads(n: int) -> Pictures:
    """Return `n` real heads of HC18 on the same small canvas, one for each examination."""
    from fetal_edu.learning.ship_phantom import untouched_hc18

    data = untouched_hc18(hc18())
    groups = [data.dataset.groups[i] for i in data.indices]
    first = [i for i, group in enumerate(groups) if group not in groups[:i]]
    chosen = np.linspace(0, len(first) - 1, min(n, len(first))).astype(int)
    images, masks = canvases((data[first[i]] for i in chosen), canvas=SHAPE)
    return images.float() / 255, masks.float() / 255


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    study(settings["heads"], seed)
    test_heads(settings["tested"])
    if settings.get("real"):
        real_heads(settings["real"])


# --- training ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class How:
    """How a network is trained.

    Parameters
    ----------
    steps : int
        Batches; not passes, so that eight heads and eighty get the same work.
    rate : float
        Learning rate: the only one, or the highest.
    schedule : {"one-cycle", "cosine", "constant"}
    decay : float
        Weight decay, as AdamW takes it.
    augmentation : Augmentation, optional
    batch : int
    """

    steps: int = 120
    rate: float = 8e-3
    schedule: str = "one-cycle"
    decay: float = 0.01
    augmentation: Augmentation | None = None
    batch: int = 8


@dataclass(frozen=True)
class Training:
    """What a training leaves behind: the loss of each step, CPU seconds, and how many pictures it used."""

    losses: np.ndarray
    seconds: float
    pictures: int


def rate_at(how: How, done: float) -> float:
    """Learning rate when a share `done` of the steps is over.

    One-cycle rises from a 25th of the highest rate over the first quarter and falls to nearly nothing, both
    along a cosine (L. Smith 2018, arXiv 1803.09820, in the form that fastai gives it).

    Examples
    --------
    >>> [round(rate_at(How(rate=1.0, schedule=s), 0.25), 2) for s in ("one-cycle", "cosine", "constant")]
    [1.0, 0.85, 1.0]
    """
    if how.schedule == "constant":
        return how.rate
    if how.schedule == "cosine":
        return how.rate * (1 + math.cos(math.pi * done)) / 2
    if how.schedule != "one-cycle":
        raise ValueError(f"schedule {how.schedule!r}: one-cycle, cosine or constant")
    if done < 0.25:
        return how.rate * (0.04 + 0.96 * (1 - math.cos(math.pi * done / 0.25)) / 2)
    return how.rate * (1 + math.cos(math.pi * (done - 0.25) / 0.75)) / 2


def train(
    net: nn.Module,
    pictures: Pictures,
    *,
    how: How,
    seed: int,
    watch: Callable[[int], None] | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] = bce_dice_loss,
) -> Training:
    """Train a network, in as few lines as it takes.

    Parameters
    ----------
    net : nn.Module
        Changed in place. Weights with ``requires_grad=False`` stay as they are.
    pictures : (images, masks)
    how : How
    seed : int
        Order of the pictures and their changes.
    watch : callable, optional
        Called after each step with its number; early stopping looks from there.
    loss : callable
    """
    start = time.process_time()
    images, masks = pictures
    generator = torch.Generator().manual_seed(seed)
    weights = [weight for weight in net.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=how.rate, weight_decay=how.decay)
    losses, waiting = [], []
    for step in range(how.steps):
        optimiser.param_groups[0]["lr"] = rate_at(how, step / how.steps)
        while len(waiting) < how.batch:  # every picture once before any comes again
            waiting += torch.randperm(len(images), generator=generator).tolist()
        now, waiting = waiting[: how.batch], waiting[how.batch :]
        batch = images[now], masks[now]
        if how.augmentation is not None:
            batch = augment_batch(*batch, how.augmentation, generator=generator)
        error = loss(net(batch[0]), batch[1])
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        losses.append(float(error.detach()))
        if watch is not None:
            watch(step)
    return Training(np.array(losses), time.process_time() - start, how.steps * how.batch)


def fresh_net(seed: int) -> UNet:
    """Return the small U-Net with the first weights of a seed."""
    torch.manual_seed(seed)
    return UNet(CHANNELS).to(memory_format=torch.channels_last)


# --- figures -----------------------------------------------------------------------------------------------


def predict(net: nn.Module, images: Tensor) -> np.ndarray:
    """Return (n, rows, columns) probabilities."""
    modes = [(part, part.training) for part in net.modules()]
    net.eval()
    with torch.inference_mode():
        found = net(images).sigmoid()[:, 0].numpy()
    for part, mode in modes:  # frozen layers stay in evaluation mode while the others train
        part.training = mode
    return np.nan_to_num(found)  # a network that has burst outlines nothing


def dices(found: np.ndarray, masks: Tensor) -> np.ndarray:
    """Return (n,): Dice of each picture on the canvas, at probability one half.

    Examples
    --------
    >>> mask = torch.zeros(1, 1, 2, 4); mask[..., :2] = 1
    >>> dices(np.array([[[0.9, 0.1, 0.1, 0.1]] * 2]), mask).round(2)
    array([0.67])
    """
    found, true = found > 0.5, masks[:, 0].numpy() > 0.5
    total = found.sum((1, 2)) + true.sum((1, 2))
    return 2 * (found & true).sum((1, 2)) / np.maximum(total, 1)


def hc_errors(found: np.ndarray) -> np.ndarray:
    """Return (n,): error of HC in mm on the first `n` test heads; without an outline all of HC is missed."""
    errors = []
    for number, probability in enumerate(found):
        _image, _mask, spacing, hc = _head(TEST_SEED, number)
        try:
            errors.append(abs(fit_probability(probability, spacing).circumference - hc))
        except ValueError:
            errors.append(hc)
    return np.array(errors)


def examine(
    find: nn.Module | Callable[[Tensor], np.ndarray], settings: Mapping[str, Any], learned: Pictures
) -> dict[str, Any]:
    """Return the figures of a network, or of any function from images to probabilities.

    Returns
    -------
    dict
        ``dice`` and ``hc_mm`` of each test head, ``lost`` (share of test heads with Dice below one half),
        ``gap`` (Dice on the heads it learned from, minus on the test heads); ``real`` (Dice of each real
        head) where the settings ask for real ones.
    """
    look = (lambda images: predict(find, images)) if isinstance(find, nn.Module) else find
    images, masks = test_heads(settings["tested"])
    found = look(images)
    dice = dices(found, masks)
    figures = {
        "dice": dice,
        "hc_mm": hc_errors(found),
        "lost": float(np.mean(dice < 0.5)),
        "gap": float(dices(look(learned[0]), learned[1]).mean() - dice.mean()),
    }
    if settings.get("real"):
        real, outlines = real_heads(settings["real"])
        figures["real"] = dices(look(real), outlines)
    return figures
