"""Can a classifier tell simulated heads from real ones? The less it can, the better they look alike.

Pairs have nearly one circumference, an examination and its pair stay on one side of each split, and nothing
beyond the head's near surroundings is shown, so that neither size nor black boxes nor the frame give it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from heads_at_hand import Look
from look import ZONES, measures, shown, zones
from scipy import ndimage
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

FOLDS = 5
SIDE = 96  # pixels of the crop that the network sees; the head fills two thirds of it
BANDS = (1.0, 2.0, 4.0, 8.0)  # pixels


def textures(look: Look) -> dict[str, float]:
    """Log energy in four bands of size, and edges by their direction (6 bins), in each zone."""
    image = look.image
    levels = [image, *(ndimage.gaussian_filter(image, s) for s in BANDS)]
    bands = [a - b for a, b in pairwise(levels)]
    down, right = np.gradient(levels[1])
    strength, turn = np.hypot(down, right), np.mod(np.arctan2(down, right), np.pi)
    out = {}
    for name, mask in zones(look).items():
        if mask.sum() < 50:
            out |= {f"{name}/band{i}": np.nan for i in range(len(bands))}
            out |= {f"{name}/edge{i}": np.nan for i in range(6)}
            continue
        mean = image[mask].mean() + 0.01
        for i, band in enumerate(bands):
            out[f"{name}/band{i}"] = float(np.log(band[mask].std() / mean + 1e-3))
        share = np.histogram(turn[mask], 6, (0, np.pi), weights=strength[mask])[0]
        out |= {f"{name}/edge{i}": float(x) for i, x in enumerate(share / (share.sum() + 1e-6))}
    return out


def table(looks: Sequence[Look]) -> tuple[np.ndarray, list[str]]:
    """All features of each picture, (n, features), and their names; NaN where a zone is not shown."""
    rows = [measures(look) | textures(look) for look in looks]
    return np.array([list(row.values()) for row in rows]), list(rows[0])


def framing(looks: Sequence[Look]) -> np.ndarray:
    """Size, place and shape alone: what a classifier could cheat by. A control, not a yardstick."""
    return np.array(
        [
            [
                x.spacing,
                x.ellipse.semi_major / x.spacing,
                x.ellipse.semi_minor / x.ellipse.semi_major,
                np.cos(2 * x.ellipse.angle),
            ]
            for x in looks
        ]
    )


def by_statistics(real: np.ndarray, false: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """Whether a logistic regression names each picture rightly, (2 n,), real ones first, unseen groups."""
    # What can't be measured gets the median of its kind of picture, so that a gap tells nothing.
    x = np.concatenate([np.where(np.isnan(t), np.nanmedian(t, 0), t) for t in (real, false)])
    y = np.repeat([1, 0], [len(real), len(false)])
    both = [*groups, *groups]
    right = np.zeros(len(x), bool)
    for train, held_out in GroupKFold(FOLDS).split(x, y, both):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
        right[held_out] = model.fit(x[train], y[train]).predict(x[held_out]) == y[held_out]
    return right


def crop(look: Look) -> np.ndarray:
    """Cut the head out, of one size, with a quarter of its width around; black beyond, in all pictures."""
    e = look.ellipse
    step = e.semi_major / look.spacing / (SIDE / 3)  # pixels of the picture for one of the crop
    place = (np.arange(SIDE) - (SIDE - 1) / 2) * step
    rows, columns = place[:, None] + e.row / look.spacing, place + e.column / look.spacing
    image = np.where(shown(look), look.image, 0)
    smooth = ndimage.gaussian_filter(image, 0.5 * max(step - 1, 0)) if step > 1 else image
    at = np.broadcast_arrays(rows, columns)
    out = ndimage.map_coordinates(smooth, at, order=1, mode="constant")
    wider = type(e)(e.row, e.column, 1.25 * e.semi_major, 1.25 * e.semi_minor, e.angle)
    return (out * wider.contains(rows * look.spacing, columns * look.spacing)).astype(np.float32)


def small_network() -> nn.Module:
    """Four convolutions and a mean: 15 000 weights."""
    layers, below = [], 1
    for width in (8, 16, 24, 32):
        layers += [nn.Conv2d(below, width, 3, stride=2, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
        below = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.3), nn.Linear(below, 1))


def by_network(
    real: np.ndarray, false: np.ndarray, groups: Sequence[str], *, steps: int = 240, seed: int = 0
) -> np.ndarray:
    """Whether a small network names each crop rightly, (2 n,), real ones first."""
    x = torch.from_numpy(np.concatenate([real, false]))[:, None]
    y = torch.tensor([1.0, 0.0]).repeat_interleave(torch.tensor([len(real), len(false)]))
    right = np.zeros(len(x), bool)
    for train, held_out in GroupKFold(FOLDS).split(x, y, [*groups, *groups]):
        net = _fitted(x[train], y[train], steps, seed)
        with torch.inference_mode():
            right[held_out] = ((net(x[held_out])[:, 0] > 0) == (y[held_out] > 0.5)).numpy()
    return right


def _fitted(x: torch.Tensor, y: torch.Tensor, steps: int, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    net, batch = small_network().train(), 32
    adam = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01)
    once = -(-len(x) // batch)
    passes = -(-steps // once)
    slope = torch.optim.lr_scheduler.OneCycleLR(adam, 6e-3, total_steps=passes * once)
    for _ in range(passes):
        for part in torch.randperm(len(x), generator=draw).split(batch):
            images = x[part]
            if torch.rand((), generator=draw) < 0.5:
                images = images.flip(-1)
            # Gain and contrast differ from machine to machine: a difference of these alone is no help.
            tone = torch.exp(0.3 * torch.randn(2, len(part), 1, 1, 1, generator=draw))
            loss = nn.functional.binary_cross_entropy_with_logits(
                net(tone[0] * images ** tone[1])[:, 0], y[part]
            )
            adam.zero_grad()
            loss.backward()
            adam.step()
            slope.step()
    return net.eval()


def interval(right: np.ndarray, groups: Sequence[str], *, draws: int = 2000) -> tuple[float, float, float]:
    """Accuracy with its 95 % interval, bootstrapped over groups."""
    index = np.unique(groups, return_inverse=True)[1]
    index = np.concatenate([index, index])
    sums, counts = np.bincount(index, right), np.bincount(index)
    chosen = np.random.default_rng(0).integers(0, len(sums), (draws, len(sums)))
    low, high = np.quantile(sums[chosen].sum(1) / counts[chosen].sum(1), (0.025, 0.975))
    return float(right.mean()), float(low), float(high)


def by_zone(names: Sequence[str]) -> dict[str, np.ndarray]:
    """Which features belong to which part of the picture."""
    first = np.array([name.partition("/")[0] for name in names])
    parts = {zone: first == zone for zone in ZONES}
    parts["on"] |= first == "skull"
    return {"all": np.ones(len(names), bool), **parts}
