"""The parts of Huang's system: attention and scales in the network, Canny and a contour's length after it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from skimage.feature import canny
from skimage.measure import find_contours
from torch import Tensor, nn
from torch.nn.functional import interpolate

from fetal_edu.measure import fit_ellipse
from fetal_edu.measure.checks import checked_field, checked_mask, checked_spacing
from fetal_edu.measure.contour import largest_piece
from fetal_edu.nets import UNet
from fetal_edu.sample import Sample
from fetal_edu.systems.known import Known

__all__ = [
    "AttentionUNet", "MultiScale", "SelfAttention", "attend", "circumference_by_canny", "contour_length",
    "edge_points", "measured", "pictures",
]  # fmt: skip


FINER = 4  # times that a map on the canvas is enlarged before it is measured


def attend(queries: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Let each place ask all others, and take the mean of their answers.

    Parameters
    ----------
    queries, keys : (B, N, d) float tensors
        What each of N places asks for, and what each has to offer.
    values : (B, N, e) float tensor
        What each hands over.

    Returns
    -------
    answers : (B, N, e) tensor
    weights : (B, N, N) tensor
        Row i: how much place i listens to each place; its sum is 1. Equation 1 of A. Vaswani and
        colleagues, Attention is all you need, NeurIPS 2017, arXiv 1706.03762.

    Examples
    --------
    The first place asks for what the second offers, and gets most of its answer there:

    >>> queries = torch.tensor([[[4.0, 0.0], [0.0, 0.0]]])
    >>> keys, values = torch.tensor([[[0.0, 1.0], [1.0, 0.0]]]), torch.tensor([[[10.0], [20.0]]])
    >>> answers, weights = attend(queries, keys, values)
    >>> weights[0].round(decimals=2), answers[0, :, 0].round(decimals=1)
    (tensor([[0.0600, 0.9400],
            [0.5000, 0.5000]]), tensor([19.4000, 15.0000]))
    """
    alike = queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5  # (B, N, N)
    weights = alike.softmax(dim=2)
    return weights @ values, weights


class SelfAttention(nn.Module):
    """Add to each place of a map what it learns from all places, however far away.

    A place is known by its channels and by where it lies: row and column, from -1 to 1. Without them, two
    pieces of bone that look alike would be one to those who listen.

    Parameters
    ----------
    channels : int
    inner : int
        Length of queries, keys and values.

    Examples
    --------
    >>> layer = SelfAttention(6, inner=4)
    >>> layer(torch.zeros(2, 6, 4, 5)).shape, layer.weights(torch.zeros(2, 6, 4, 5)).shape
    (torch.Size([2, 6, 4, 5]), torch.Size([2, 20, 20]))
    """

    def __init__(self, channels: int, *, inner: int = 24) -> None:
        super().__init__()
        self.ask, self.offer = nn.Linear(channels + 2, inner), nn.Linear(channels + 2, inner)
        self.give, self.take = nn.Linear(channels, inner), nn.Linear(inner, channels)

    def _mixed(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        tokens = maps.flatten(2).transpose(1, 2)  # (B, H W, C)
        rows, columns = (torch.linspace(-1, 1, n) for n in maps.shape[2:])
        places = torch.cartesian_prod(rows, columns).expand(len(maps), -1, -1)  # (B, H W, 2)
        placed = torch.cat([tokens, places], dim=2)
        return attend(self.ask(placed), self.offer(placed), self.give(tokens))

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, C, H, W) for maps of this shape."""
        answers, _weights = self._mixed(maps)
        return maps + self.take(answers).transpose(1, 2).unflatten(2, maps.shape[2:])

    @torch.inference_mode()
    def weights(self, maps: Tensor) -> Tensor:
        """Return (B, H W, H W): how much each place listens to each, row by row of the map."""
        return self._mixed(maps)[1]


class MultiScale(nn.Module):
    """Look at a map with three convolutions of nine weights each: dense, spread, and spread wide.

    Parameters
    ----------
    channels : int
        Divisible by the number of dilations.
    dilations : sequence of int
        Distance between the weights, in pixels of the map; 4 sees 9 pixels across. See F. Yu, V. Koltun,
        Multi-scale context aggregation by dilated convolutions, ICLR 2016, arXiv 1511.07122.

    Examples
    --------
    >>> MultiScale(6)(torch.zeros(2, 6, 4, 5)).shape
    torch.Size([2, 6, 4, 5])
    """

    def __init__(self, channels: int, *, dilations: Sequence[int] = (1, 2, 4)) -> None:
        super().__init__()
        part = channels // len(dilations)
        self.branches = nn.ModuleList(
            nn.Conv2d(channels, part, 3, padding=d, dilation=d, bias=False) for d in dilations
        )
        self.fuse = nn.Sequential(
            nn.BatchNorm2d(part * len(dilations)), nn.ReLU(), nn.Conv2d(part * len(dilations), channels, 1)
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, C, H, W) for maps of this shape."""
        return maps + self.fuse(torch.cat([branch(maps) for branch in self.branches], dim=1))


class AttentionUNet(UNet):
    """A U-Net whose coarsest maps pass through three scales, then through attention.

    Parameters
    ----------
    channels : sequence of int
        As for `fetal_edu.nets.UNet`.
    attention, scales : bool
        Build the part, or leave it out.

    Examples
    --------
    >>> AttentionUNet((4, 6))(torch.zeros(1, 1, 16, 24)).shape
    torch.Size([1, 1, 16, 24])
    """

    def __init__(self, channels: Sequence[int], *, attention: bool = True, scales: bool = True) -> None:
        super().__init__(channels)
        self.known = Known()
        if scales:
            self.downs[-1].append(MultiScale(channels[-1]))
        if attention:
            self.downs[-1].append(SelfAttention(channels[-1]))


def edge_points(mask: np.ndarray, spacing: tuple[float, float], *, sigma: float = 1.0) -> np.ndarray:
    """Find the edge of a mask with Canny's operator: one closed edge, and no other thing has a say.

    Parameters
    ----------
    mask : (rows, columns) bool array
        Its largest piece counts, with holes filled.
    spacing : (row, column) spacing in mm
    sigma : float
        Smoothing before, in pixels.

    Returns
    -------
    (n, 2) array
        Row and column of the edge's pixels, in mm; empty where the mask fills the picture. The operator
        is of J. Canny, A computational approach to edge detection, IEEE PAMI 8 (1986) 679-698.

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    mask, spacing = checked_mask(mask), checked_spacing(spacing)
    return np.argwhere(canny(largest_piece(mask).astype(float), sigma=sigma)) * spacing


def circumference_by_canny(mask: np.ndarray, spacing: tuple[float, float]) -> float:
    """Measure the head circumference on a mask, in mm: Canny, ellipse, Ramanujan's formula.

    On coarse pixels the result is about one pixel's width too short: enlarge the mask before.

    Parameters
    ----------
    mask : (rows, columns) bool array
    spacing : (row, column) spacing in mm

    Examples
    --------
    >>> from fetal_edu.measure import Ellipse
    >>> mask = Ellipse(50, 60, semi_major=45, semi_minor=36, angle=0.3).mask((200, 240), (0.5, 0.5))
    >>> f"{circumference_by_canny(mask, (0.5, 0.5)):.0f}"
    '255'
    """
    return fit_ellipse(edge_points(mask, spacing)).circumference


def contour_length(probability: np.ndarray, spacing: tuple[float, float]) -> float:
    """Measure the contour itself, dents and all: the line on which a map crosses one half, in mm.

    Parameters
    ----------
    probability : (rows, columns) array, 0..1
        Its largest piece counts, with holes filled. The line runs between the pixels: where the map is
        smooth it has no stairs, which would make it longer.
    spacing : (row, column) spacing in mm

    Examples
    --------
    >>> rows, columns = np.mgrid[:60, :80]
    >>> disc = 1 / (1 + np.exp(np.hypot(rows - 30, columns - 40) - 20))
    >>> f"{contour_length(disc, (1.0, 1.0)) / (2 * np.pi * 20):.2f}"
    '1.00'
    """
    probability, spacing = checked_field(probability), checked_spacing(spacing)
    piece = largest_piece(probability >= 0.5)
    field = np.where(piece, np.maximum(probability, 0.5), np.minimum(probability, 0.5 - 1e-6))
    steps = [np.diff(line * spacing, axis=0) for line in find_contours(field, 0.5 - 1e-9)]
    return float(sum(np.hypot(*step.T).sum() for step in steps))


def measured(probability: np.ndarray, spacing: tuple[float, float], *, by: str = "ellipse") -> float:
    """Measure HC in mm on a small float32 map; 0 where there is nothing that can be measured.

    By the contour it is `contour_length`; by the ellipse the map is enlarged first, then cut at one half.
    """
    try:
        if by == "contour":
            return contour_length(probability, spacing)
        finer = interpolate(torch.from_numpy(probability)[None, None], scale_factor=FINER, mode="bilinear")
        return circumference_by_canny(finer[0, 0].numpy() >= 0.5, (spacing[0] / FINER, spacing[1] / FINER))
    except ValueError:
        return 0.0


def pictures(samples: Sequence[Sample]) -> tuple[Tensor, Tensor]:
    """Return images and masks, each (n, 1, rows, columns) float32."""
    images = np.stack([sample.image for sample in samples])[:, None]
    masks = np.stack([sample.mask("head") for sample in samples])[:, None].astype(np.float32)
    return torch.from_numpy(images), torch.from_numpy(masks)
