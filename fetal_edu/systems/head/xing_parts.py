"""The parts of [15]: levels fused, the network, an edge thinned, judged and made an ellipse."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn
from torch.nn.functional import interpolate, logsigmoid, max_pool2d

from fetal_edu.measure import Ellipse, fit_ellipse
from fetal_edu.measure.skull import offsets
from fetal_edu.nets import Up
from fetal_edu.systems.known import Known

__all__ = [
    "FUSIONS", "EdgeNet", "Residual", "balanced_loss", "best_cut", "crest_of", "edge_ellipse", "edge_f",
    "edges_in", "fuse", "thin",
]  # fmt: skip

FUSIONS = ("product", "gated product", "sum", "concat")
DROPS = (4.0, 2.5, 2.0)  # pixels: points farther from the ellipse are left out of the next fit
CUTS = np.arange(0.1, 0.95, 0.1)  # thresholds to choose from
BENT = 0.06  # per square pixel: the least bend of a crest, as a share of its height
REACH = 3  # pixels: so far outside the region an edge may still lie


def fuse(levels: Sequence[Tensor], how: str) -> Tensor:
    """Bring maps of several levels to the first one's size, and make one of them.

    A product is large only where all levels are: fine and coarse must agree. It also vanishes where one of
    them is near 0, and then the others learn nothing there. A gated product multiplies the finest level by
    factors from 0 to 2, twice the sigmoid of each coarser one: at 0 a level lets the others pass.

    Parameters
    ----------
    levels : sequence of (B, C, h, w) float tensors
        From full size down.
    how : str
        One of `FUSIONS`.

    Returns
    -------
    (B, C, H, W) float tensor
        With ``concat``: (B, C * levels, H, W).

    Examples
    --------
    >>> fine, coarse = torch.tensor([[[[0.0, 0.5], [2.0, 2.0]]]]), torch.tensor([[[[3.0]]]])
    >>> fuse([fine, coarse], "product").flatten().tolist()
    [0.0, 1.5, 6.0, 6.0]
    >>> fuse([fine, 0 * coarse], "product").flatten().tolist()
    [0.0, 0.0, 0.0, 0.0]
    >>> fuse([fine, 0 * coarse], "gated product").flatten().tolist()
    [0.0, 0.5, 2.0, 2.0]
    """
    if how not in FUSIONS:
        raise ValueError(f"how {how!r}: levels are fused by {', '.join(FUSIONS)}")
    size = levels[0].shape[-2:]
    same = [interpolate(maps, size=size, mode="bilinear", align_corners=False) for maps in levels]
    if how == "concat":
        return torch.cat(same, dim=1)
    if how == "sum":
        return reduce(torch.add, same)
    if how == "gated product":
        same = [same[0], *(2 * maps.sigmoid() for maps in same[1:])]
    return reduce(torch.mul, same)


class Residual(nn.Module):
    """Two convolutions that learn what to add to their input.

    Examples
    --------
    >>> Residual(8, 16)(torch.zeros(2, 8, 16, 24)).shape
    torch.Size([2, 16, 16, 24])
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.added = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.passed = nn.Conv2d(in_channels, out_channels, 1, bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, out_channels, H, W)."""
        return (self.passed(maps) + self.added(maps)).relu()


class EdgeNet(nn.Module):
    """A residual U-Net with two answers: the edge, from the fused levels of its encoder; and the region.

    Parameters
    ----------
    how : str
        How levels are fused, see `fuse`.
    channels : sequence of int
        Of each level, from full size down.

    Examples
    --------
    >>> net = EdgeNet()
    >>> net(torch.zeros(2, 1, 48, 72)).shape, net.eval()(torch.zeros(2, 1, 48, 72)).shape
    (torch.Size([2, 6, 48, 72]), torch.Size([2, 2, 48, 72]))
    """

    def __init__(self, how: str = "gated product", *, channels: Sequence[int] = (8, 16, 32, 48)) -> None:
        super().__init__()
        self.how, self.known = how, Known()
        self.register_buffer("cut", torch.tensor(0.5))
        self.levels = nn.ModuleList(Residual(a, b) for a, b in pairwise((1, *channels)))
        self.ups = nn.ModuleList(Up(a, b, b) for a, b in pairwise(channels[::-1]))
        self.region = nn.Conv2d(channels[0], 1, 1)
        self.asked = nn.ModuleList(nn.Conv2d(n, 1, 1) for n in channels)  # head or not?
        fused = 4 if how == "concat" else 8  # so that all have nearly as many weights
        self.equal = nn.ModuleList(
            nn.Sequential(nn.Conv2d(n, fused, 1, bias=False), nn.BatchNorm2d(fused)) for n in channels
        )
        given = fused * (len(channels) if how == "concat" else 1)
        self.edge = nn.Sequential(
            nn.BatchNorm2d(given), nn.Conv2d(given, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8),
            nn.ReLU(), nn.Conv2d(8, 1, 1),
        )  # fmt: skip

    def forward(self, image: Tensor) -> Tensor:
        """Return (B, 2, H, W) logits, edge and region; in training also each level's answer, head or not."""
        found = [self.levels[0](image)]
        for level in self.levels[1:]:
            found.append(level(max_pool2d(found[-1], 2)))  # (B, C_i, H / 2**i, W / 2**i)
        edge = self.edge(fuse([equal(maps) for equal, maps in zip(self.equal, found, strict=True)], self.how))
        above = found[-1]
        for up, skip in zip(self.ups, found[-2::-1], strict=True):
            above = up(above, skip)
        answers = [edge, self.region(above)]
        if self.training:
            said = [ask(maps) for ask, maps in zip(self.asked, found, strict=True)]
            answers += [
                interpolate(maps, image.shape[-2:], mode="bilinear", align_corners=False) for maps in said
            ]
        return torch.cat(answers, dim=1)


def balanced_loss(logits: Tensor, line: Tensor) -> Tensor:
    """Cross-entropy in which all edge pixels together count as much as all others together.

    One pixel in twenty or fewer is edge: unbalanced, "no edge anywhere" is a good answer.

    Parameters
    ----------
    logits, line : float tensors of one shape
        `line` is 0..1.

    References
    ----------
    S. Xie, Z. Tu, Holistically-nested edge detection, ICCV 2015, section 2.1.

    Examples
    --------
    >>> line = torch.zeros(1, 1, 10, 10); line[..., 4, :] = 1
    >>> nothing, everything = (balanced_loss(torch.full_like(line, x), line) for x in (-9.0, 9.0))
    >>> torch.isclose(nothing, everything).item()
    True
    """
    miss = (-logsigmoid(logits) * line).sum() / line.sum().clamp(min=1)
    false = (-logsigmoid(-logits) * (1 - line)).sum() / (1 - line).sum().clamp(min=1)
    return (miss + false) / 2


def thin(edge: np.ndarray) -> np.ndarray:
    """Keep only the crest of each ridge: what is at least as high as both neighbours across it.

    The direction across a ridge is the one in which the map bends down most: an eigenvector of its second
    derivatives. (Canny's suppression asks the same of a gradient.) A flank bends down too little to count.

    Parameters
    ----------
    edge : (rows, columns) float array

    Returns
    -------
    (rows, columns) float array
        `edge` on the crests, 0 elsewhere.

    Examples
    --------
    >>> thick = np.zeros((5, 7)); thick[1:4] = [[0.4], [0.9], [0.4]]
    >>> (thin(thick) > 0).astype(int)[:, 3]
    array([0, 0, 1, 0, 0])
    """
    smooth = ndimage.gaussian_filter(np.asarray(edge, float), 1.0)
    down, across, mixed = (
        ndimage.gaussian_filter(np.asarray(edge, float), 1.0, order=order)
        for order in ((2, 0), (0, 2), (1, 1))
    )
    angle = 0.5 * np.arctan2(2 * mixed, down - across) + np.pi / 2  # across the ridge, from the row axis
    bend = (down + across) / 2 - np.hypot((down - across) / 2, mixed)  # the smaller eigenvalue
    step = np.stack([np.cos(angle), np.sin(angle)])  # (2, rows, columns)
    places = np.indices(smooth.shape)
    sides = [ndimage.map_coordinates(smooth, places + way * step, order=1, mode="nearest") for way in (1, -1)]
    crest = (smooth >= sides[0]) & (smooth >= sides[1]) & (bend < -BENT * smooth)
    return np.where(crest, edge, 0.0)


def edge_f(found: np.ndarray, true: np.ndarray, tolerance: float = 2.0) -> float:
    """F-measure of an edge: an edge pixel counts if it lies near enough to one of the other picture.

    Precision is the share of found pixels with a true one within `tolerance`; recall the share of true ones
    with a found one; F is their harmonic mean. (Berkeley's benchmark also pairs pixels one to one.)

    Parameters
    ----------
    found, true : (rows, columns) bool arrays
    tolerance : float
        Pixels.

    Returns
    -------
    float
        0..1; 1 where both are empty.

    Examples
    --------
    >>> true = np.zeros((9, 9), bool); true[4] = True
    >>> edge_f(np.roll(true, 2, axis=0), true), edge_f(np.roll(true, 3, axis=0), true)
    (1.0, 0.0)
    """
    found, true = np.asarray(found, bool), np.asarray(true, bool)
    if not found.any() or not true.any():
        return float(found.any() == true.any())
    near_true, near_found = (ndimage.distance_transform_edt(~line) <= tolerance for line in (true, found))
    precision, recall = near_true[found].mean(), near_found[true].mean()
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def edges_in(region: np.ndarray) -> np.ndarray:
    """Return where an edge may lie, given a region: its largest piece and `REACH` pixels around it."""
    pieces, count = ndimage.label(region)
    if not count:
        return np.zeros(np.shape(region), bool)
    largest = pieces == 1 + np.argmax(ndimage.sum_labels(region, pieces, range(1, count + 1)))
    return ndimage.distance_transform_edt(~largest) <= REACH


def crest_of(logits: Tensor, *, region: bool = True) -> np.ndarray:
    """Return the thinned edge (H, W), 0..1, of logits (2, H, W), in the region or everywhere."""
    edge, head = logits.sigmoid().numpy()
    return thin(edge) * (edges_in(head > 0.5) if region else 1)


def best_cut(logits: Tensor, lines: np.ndarray) -> float:
    """Return the threshold at which F is best over these pictures."""
    crests = [crest_of(one) for one in logits]
    scores = [np.mean([edge_f(a >= cut, b) for a, b in zip(crests, lines, strict=True)]) for cut in CUTS]
    return float(CUTS[int(np.argmax(scores))])


def edge_ellipse(found: np.ndarray) -> Ellipse | None:
    """Fit an ellipse to edge pixels, then again without those that lie off it.

    Parameters
    ----------
    found : (rows, columns) bool array

    Returns
    -------
    Ellipse or None
        In pixels. None where the pixels make no ellipse.

    Examples
    --------
    >>> rows, columns = np.indices((64, 96))
    >>> ring = np.abs(np.hypot(rows - 30, columns - 40) - 20) < 0.7
    >>> ring[5, 80:90] = True  # something else
    >>> round(edge_ellipse(ring).semi_major)
    20
    """
    points, ellipse = np.argwhere(found).astype(float), None
    try:
        for farthest in (np.inf, *DROPS):
            if ellipse is not None:
                away = np.abs(offsets(ellipse, points)) * ellipse.semi_minor
                points = points[away <= farthest]
            ellipse = fit_ellipse(points)
    except ValueError:
        return None
    return ellipse
