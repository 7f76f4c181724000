"""What system [12] is made of, and what it is tried on: bilinear pooling, two trunks, made-up stripes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from fetal_edu.systems.kit import Known

__all__ = ["PLANES", "BilinearCNN", "bilinear_pool", "rooted", "stripes"]

PLANES = ("transventricular", "transcerebellar", "coronal")
LENGTH = 8.0  # of the vector that goes to the classifier: at 1 its logits could hardly differ
PERIOD, RADIUS = 4.0, 9.0  # pixels


def rooted(numbers: Tensor, *, tiny: float = 1e-4) -> Tensor:
    """Take the root of each number's size, keep its sign, and make each row's length 1.

    Parameters
    ----------
    numbers : (B, N) float tensor
    tiny : float
        Keeps the slope finite at zero, where a root's has no bound.

    Examples
    --------
    >>> rooted(torch.tensor([[9.0, -16.0, 0.0]])).round(decimals=2)
    tensor([[ 0.6000, -0.8000,  0.0000]])
    """
    return normalize(numbers / (numbers.abs() + tiny).sqrt(), dim=1)


def bilinear_pool(a: Tensor, b: Tensor, *, tiny: float = 1e-4) -> Tensor:
    """Multiply each map of `a` with each of `b`, place by place; average over places; root and length 1.

    Parameters
    ----------
    a : (B, C, H, W) float tensor
    b : (B, D, H, W) float tensor
    tiny : float
        As in `rooted`.

    Returns
    -------
    (B, C D) float tensor
        Number ``c * D + d`` says how much map ``c`` of `a` and map ``d`` of `b` come together.

    Raises
    ------
    ValueError
        If the maps differ in size.

    Examples
    --------
    The first map of `a` is bright where `b` is, the second where it is dark.

    >>> a = torch.tensor([[[[1.0, 0.0]], [[0.0, 1.0]]]])
    >>> bilinear_pool(a, torch.tensor([[[[3.0, 0.0]]]]))
    tensor([[1., 0.]])
    """
    if a.ndim != 4 or b.ndim != 4 or a.shape[0] != b.shape[0] or a.shape[2:] != b.shape[2:]:
        raise ValueError(
            f"maps of shape {tuple(a.shape)} and {tuple(b.shape)}: give (B, C, H, W) and (B, D, H, W), "
            "so that each place of the one has its place in the other"
        )
    together = a.flatten(2) @ b.flatten(2).mT / a[0, 0].numel()  # (B, C, D)
    return rooted(together.flatten(1), tiny=tiny)


def _trunk(channels: Sequence[int]) -> nn.Sequential:
    """Convolutions, each halved by a pooling but the last."""
    parts: list[nn.Module] = []
    for a, b in pairwise((1, *channels)):
        parts += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*parts[:-1])


class _SideBySide(nn.ModuleList):
    """Several trunks that look at the same picture; their maps are stacked."""

    def forward(self, image: Tensor) -> Tensor:
        return torch.cat([trunk(image) for trunk in self], dim=1)


class BilinearCNN(nn.Module):
    """Two trunks that look at the same picture, fused.

    Parameters
    ----------
    fuse : "outer", "means" or "rooted"
        The outer product; the mean of each map; or these means with the root and the length that the outer
        product gets.
    classes : int
    channels : sequence of int
        Maps of each convolution of a trunk.
    trunks : int
        The outer product takes two.

    Examples
    --------
    >>> BilinearCNN()(torch.zeros(2, 1, 48, 72)).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        fuse: str = "outer",
        *,
        classes: int = len(PLANES),
        channels: Sequence[int] = (8, 16, 24, 24),
        trunks: int = 2,
    ) -> None:
        super().__init__()
        if fuse == "outer" and trunks != 2:
            raise ValueError(f"{trunks} trunks: the outer product takes two")
        self.fuse, self.known = fuse, Known()
        self.maps = _SideBySide(_trunk(channels) for _ in range(trunks))
        self.head = nn.Linear(channels[-1] ** 2 if fuse == "outer" else trunks * channels[-1], classes)

    def forward(self, image: Tensor) -> Tensor:
        """Return (B, classes) logits for (B, 1, H, W) images."""
        maps = self.maps(image)
        if self.fuse == "outer":
            return self.head(LENGTH * bilinear_pool(*maps.chunk(2, dim=1)))
        means = maps.mean(dim=(2, 3))
        return self.head(LENGTH * rooted(means) if self.fuse == "rooted" else means)


def stripes(seed: int, n: int, *, shape: tuple[int, int] = (32, 48)) -> tuple[Tensor, Tensor]:
    """Draw `n` pictures with a patch of stripes on the left and one on the right.

    The stripes of a patch lie or stand. Class 1: one patch lies and one stands. Class 0: both lie, or both
    stand, half of the time each. So lying stripes are as frequent in both classes, and standing ones too; the
    answer is in what comes together. Places, contrasts and grain are drawn for each picture.

    Parameters
    ----------
    seed : int
    n : int
        Half of them of each class.
    shape : (rows, columns)
        At least 16 by 32.

    Returns
    -------
    images : (n, 1, rows, columns) float32 tensor in 0..1
    classes : (n,) int64 tensor

    Examples
    --------
    >>> images, classes = stripes(3, 4)
    >>> images.shape, classes
    (torch.Size([4, 1, 32, 48]), tensor([0, 1, 0, 1]))
    """
    rng = np.random.default_rng(seed)
    row, column = np.mgrid[: shape[0], : shape[1]]
    images = np.empty((n, 1, *shape), np.float32)
    for number, image in enumerate(images[:, 0]):
        left_lies = bool(rng.integers(2))
        right_lies = left_lies ^ bool(number % 2)
        image[:] = 0.4 + 0.06 * rng.standard_normal(shape)
        for lies, (first, last) in ((left_lies, (0.15, 0.3)), (right_lies, (0.7, 0.85))):
            middle = rng.uniform(0.3, 0.7) * shape[0], rng.uniform(first, last) * shape[1]
            patch = np.hypot(row - middle[0], column - middle[1]) < RADIUS
            wave = np.cos(2 * np.pi * ((row if lies else column) / PERIOD + rng.uniform()))
            image += rng.uniform(0.25, 0.4) * wave * patch
    return torch.from_numpy(images.clip(0, 1)), torch.arange(n) % 2
