"""The two networks of FUIQA, and how they learn: one finds the abdomen's box, the other looks into it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import (
    affine_grid,
    avg_pool2d,
    binary_cross_entropy_with_logits,
    grid_sample,
    smooth_l1_loss,
)

from fetal_edu.data.frame import Frame
from fetal_edu.learning.augment import Augmentation, augment_batch
from fetal_edu.measure import Ellipse, fit_ellipse
from fetal_edu.nets import pooled_head
from fetal_edu.systems.abdomen.wu_phase import symmetry_and_asymmetry
from fetal_edu.systems.kit import How, drawn, train

__all__ = [
    "CHECKLIST",
    "SEEN",
    "Finder",
    "Judge",
    "box_loss",
    "boxes_of",
    "cut_out",
    "outline_of",
    "overlap",
    "pictures_of",
    "seen",
    "shared_judge",
    "taught_finder",
    "taught_judge",
]

#: What the finder may look at.
SEEN = ("image", "symmetry", "asymmetry")
#: What the judge ticks, and in words.
CHECKLIST = {"stomach": "stomach bubble", "umbilical_vein": "umbilical vein"}
FINE, SHAPE, CUT = (96, 144), (48, 72), 48  # what the box is cut from; what the finder sees; what is cut out
STUDY_SEED, TEST_SEED = 17_000, 17_999
BRIGHT = {"gain": 0.6}
_AS_IS = {"gamma": 0, "gain": 0, "unevenness": 0, "noise": 0, "blur": 0, "hide": 0}
MOVED = Augmentation(rotation=20, zoom=(0.8, 1.25), shift=0.08, **_AS_IS)
TURNED, GAINS = replace(MOVED, rotation=180), replace(MOVED, gamma=0.5, gain=0.35)


def _convs(channels: Sequence[int], *, pools: int) -> nn.Sequential:
    layers = []
    for number, (a, b) in enumerate(pairwise(channels)):
        layers += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        layers += [nn.MaxPool2d(2)] * (number < pools)
    return nn.Sequential(*layers)


def seen(images: Tensor, sees: Sequence[str]) -> Tensor:
    """Return (B, channels, H, W): of images (B, 1, H, W) and their maps those that a finder sees.

    Examples
    --------
    >>> seen(torch.rand(2, 1, 48, 72), ("image", "symmetry")).shape
    torch.Size([2, 2, 48, 72])
    """
    if tuple(sees) == ("image",):
        return images
    maps = dict(zip(SEEN, (images, *symmetry_and_asymmetry(images)), strict=True))
    return torch.cat([maps[name] for name in sees], dim=1)


class Finder(nn.Module):
    """Find the abdomen: its middle as the mean place of a heat map, its size from what is seen there.

    Parameters
    ----------
    channels : int
        That come in, see `seen`.

    References
    ----------
    A. Nibali and colleagues, Numerical coordinate regression with CNNs, arXiv 1801.07372: the mean place.

    Examples
    --------
    >>> Finder(2)(torch.zeros(5, 2, 48, 72)).shape
    torch.Size([5, 4])
    """

    def __init__(self, channels: int = len(SEEN)) -> None:
        super().__init__()
        self.body = _convs((channels, 8, 16, 24, 32, 32), pools=3)
        self.heat = nn.Conv2d(32, 1, 1)
        self.size = nn.Linear(64, 2)

    def forward(self, image: Tensor) -> Tensor:
        """Return (B, 4): middle row and column, height and width in shares of the picture."""
        maps = self.body(image)  # (B, 32, h, w)
        heat = self.heat(maps).flatten(1).softmax(dim=1).view(len(maps), 1, *maps.shape[2:])
        rows, columns = ((torch.arange(n) + 0.5) / n for n in maps.shape[2:])
        middle = torch.stack([(heat.sum(3)[:, 0] * rows).sum(1), (heat.sum(2)[:, 0] * columns).sum(1)], dim=1)
        there = torch.cat([(heat * maps).sum(dim=(2, 3)), maps.mean(dim=(2, 3))], dim=1)  # (B, 64)
        return torch.cat([middle, 0.6 * self.size(there).clamp(-3, 0.5).exp()], dim=1)


class Judge(nn.Module):
    """Tick what a picture shows: one logit for each thing to see.

    Examples
    --------
    >>> Judge()(torch.zeros(2, 1, 48, 48)).shape
    torch.Size([2, 2])
    """

    def __init__(self, channels: Sequence[int] = (8, 16, 24, 32), ticks: int = 2) -> None:
        super().__init__()
        self.body = _convs((1, *channels), pools=len(channels) - 1)
        self.head = pooled_head(channels[-1], ticks)

    def forward(self, image: Tensor) -> Tensor:
        """Return (B, ticks) logits for (B, 1, H, W) images."""
        return self.head(self.body(image))


def boxes_of(masks: Tensor) -> Tensor:
    """Return (B, 4): middle row and column, height and width of masks (B, 1, H, W), in shares of the picture.

    An empty mask has a box of size 0.

    Examples
    --------
    >>> mask = torch.zeros(1, 1, 4, 8); mask[..., 1:3, 2:8] = 1
    >>> boxes_of(mask)
    tensor([[0.5000, 0.6250, 0.5000, 0.7500]])
    """
    inside, sides = masks[:, 0] > 0.5, []
    for axis in (2, 1):  # which rows hold anything, then which columns
        held = inside.any(dim=axis).float()
        places = torch.arange(held.shape[1])
        first = torch.where(held > 0, places, held.shape[1]).amin(dim=1)
        last = torch.where(held > 0, places + 1, 0).amax(dim=1)
        sides.append(((first + last) / 2 / held.shape[1], (last - first).clamp(min=0) / held.shape[1]))
    (row, height), (column, width) = sides
    return torch.stack([row, column, height, width], dim=1)


def box_loss(found: Tensor, masks: Tensor) -> Tensor:
    """Loss of the finder: how far the middle is off, and by what factor the size is.

    Parameters
    ----------
    found : (B, 4) tensor
        As `Finder` gives it.
    masks : (B, 1, H, W) tensor
        What the abdomen fills; not empty.
    """
    boxes = boxes_of(masks)
    off = smooth_l1_loss(found[:, :2], boxes[:, :2], beta=0.05)
    return 5 * off + smooth_l1_loss(found[:, 2:].log(), boxes[:, 2:].clamp(min=0.02).log(), beta=0.1)


def overlap(one: Tensor, other: Tensor) -> Tensor:
    """Return (B,): intersection over union of boxes (B, 4) as `boxes_of` gives them.

    Examples
    --------
    >>> overlap(torch.tensor([[0.5, 0.5, 1.0, 1.0]]), torch.tensor([[0.5, 0.25, 1.0, 0.5]]))
    tensor([0.5000])
    """
    low = torch.maximum(one[:, :2] - one[:, 2:] / 2, other[:, :2] - other[:, 2:] / 2)
    high = torch.minimum(one[:, :2] + one[:, 2:] / 2, other[:, :2] + other[:, 2:] / 2)
    both = (high - low).clamp(min=0).prod(dim=1)
    return both / (one[:, 2:].prod(dim=1) + other[:, 2:].prod(dim=1) - both).clamp(min=1e-9)


def cut_out(images: Tensor, boxes: Tensor, size: int, *, turns: Tensor | None = None) -> Tensor:
    """Cut a square around each box, a tenth wider than its longer side, and bring it to one size.

    Parameters
    ----------
    images : (B, 1, H, W) tensor
    boxes : (B, 4) tensor
        See `boxes_of`.
    size : int
        Rows and columns of what is cut out. Beyond the picture it is black.
    turns : (B,) tensor, optional
        Radians.

    Examples
    --------
    >>> cut_out(torch.ones(1, 1, 96, 144), torch.tensor([[0.5, 0.5, 0.4, 0.3]]), 48).mean()
    tensor(1.)
    """
    rows, columns = images.shape[2:]
    half = 1.1 * torch.maximum(boxes[:, 2] * rows, boxes[:, 3] * columns) / 2  # pixels
    turns = torch.zeros(len(images)) if turns is None else turns
    cos, sin = half * turns.cos(), half * turns.sin()
    across = torch.stack([cos, -sin, (boxes[:, 1] - 0.5) * columns], dim=1) / (columns / 2)
    down = torch.stack([sin, cos, (boxes[:, 0] - 0.5) * rows], dim=1) / (rows / 2)
    theta = torch.stack([across, down], dim=1)  # (B, 2, 3): from the square's -1..1 to the picture's
    grid = affine_grid(theta, [len(images), 1, size, size], align_corners=False)
    return grid_sample(images, grid, align_corners=False)


def outline_of(box: Tensor, frame: Frame) -> Ellipse:
    """Bring a box (4,) to the picture, as the ellipse in it; in mm where the spacing is known."""
    angle = torch.linspace(0, 2 * math.pi, 73)[:-1]
    outline = box[:2] + torch.stack([angle.cos(), angle.sin()], dim=1) * box[2:] / 2
    points = frame.points_to_image((outline * torch.tensor(FINE) - 0.5).numpy())
    return fit_ellipse(points * np.asarray(frame.spacing or (1.0, 1.0)))


@lru_cache(maxsize=8)
def pictures_of(seed: int, n: int, bright: bool = False) -> tuple[Tensor, Tensor, Tensor]:
    """Draw patients, `n` in the standard plane and `n` in others.

    Returns
    -------
    images, masks : (2 n, 1, 96, 144) float32 tensors
        The mask is what the abdomen fills.
    shows : (2 n, 2) float32 tensor
        1 where stomach bubble and umbilical vein are seen.
    """
    knobs = BRIGHT if bright else None
    planes = (
        drawn(plane, 1000 * seed + place, n, shape=FINE, anatomy="abdomen", knobs=knobs)
        for place, plane in enumerate(("abdomen", "other"))
    )
    samples = [sample for some in planes for sample in some]
    images = np.stack([sample.image for sample in samples])[:, None]
    masks = np.stack([sample.mask("abdomen") for sample in samples])[:, None].astype(np.float32)
    shows = [[float(sample.truth["visible"][name]) for name in CHECKLIST] for sample in samples]
    return torch.from_numpy(images), torch.from_numpy(masks), torch.tensor(shows)


class _Learner(nn.Module):
    """A judge that learns from pictures with the abdomen's mask behind them, each time changed by chance."""

    def __init__(self, judge: Judge, *, whole: bool) -> None:
        super().__init__()
        self.judge, self.whole = judge, whole

    def forward(self, pictures: Tensor) -> Tensor:
        images, n = pictures[:, :1], len(pictures)
        if self.whole:
            coarse = avg_pool2d(images, 2)
            return self.judge(augment_batch(coarse, coarse, TURNED)[0])
        boxes = boxes_of(pictures[:, 1:])  # the true box, then a little off, as a finder's box is
        middle = boxes[:, :2] + 0.04 * torch.randn(n, 2)
        boxes = torch.cat([middle, boxes[:, 2:] * (0.12 * torch.randn(n, 2)).exp()], dim=1)
        return self.judge(cut_out(images, boxes, CUT, turns=2 * math.pi * torch.rand(n)))


def taught_judge(seed: int, settings: Mapping[str, Any], judge: Judge, *, whole: bool) -> Judge:
    """Teach a judge the checklist on the patients of a seed: on cut-out abdomens or on whole pictures."""
    images, masks, shows = pictures_of(STUDY_SEED + seed, settings["patients"])
    how = How(settings["steps"], settings["judge_rate"], batch=settings["batch"])
    torch.manual_seed(seed)  # how pictures are changed
    learner = _Learner(judge.to(memory_format=torch.channels_last), whole=whole)
    pictures = torch.cat([images, masks], dim=1), shows
    train(learner, pictures, how=how, seed=seed, loss=binary_cross_entropy_with_logits)
    return judge.eval()


@lru_cache(maxsize=2)
def shared_judge(seed: int, settings: tuple[tuple[str, Any], ...]) -> Mapping[str, Tensor]:
    """Return the weights of the judge that all finders of a seed share: it learned from true boxes."""
    torch.manual_seed(seed)
    return taught_judge(seed, dict(settings), Judge(), whole=False).state_dict()


def taught_finder(
    seed: int,
    settings: Mapping[str, Any],
    finder: Finder,
    *,
    sees: Sequence[str],
    changes: Augmentation = MOVED,
    every: int = 1,
) -> Finder:
    """Teach a finder the abdomen's box on the patients of a seed, or on every fourth of them, say."""
    images, masks, _shows = pictures_of(STUDY_SEED + seed, settings["patients"])
    how = How(settings["steps"], settings["rate"], batch=settings["batch"], augmentation=changes)
    torch.manual_seed(seed)  # how pictures are changed
    finder.to(memory_format=torch.channels_last)
    # The maps are made once and move with the image; so `changes` may change gains only of the image alone.
    pictures = seen(avg_pool2d(images[::every], 2), sees), avg_pool2d(masks[::every], 2)
    train(finder, pictures, how=how, seed=seed, loss=box_loss)
    return finder.eval()
