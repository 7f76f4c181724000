"""What Jang's network looks at, what it makes of a picture, and how the outline of a trunk is voted for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, pad

from fetal_edu.measure import Ellipse
from fetal_edu.measure.contour import border_points
from fetal_edu.measure.hough import Edges
from fetal_edu.measure.hough import vote as vote_by_lot
from fetal_edu.sample import Sample
from fetal_edu.systems.kit import Known, on_canvas

__all__ = [
    "CLASSES", "SURE_VOTES", "PatchNet", "Rows", "apex_of", "best_threshold", "classes_of", "edges_of",
    "look", "outline", "outline_and_votes", "patches", "pieces", "thresholds", "vote",
]  # fmt: skip

SHAPE, EVERY = (64, 96), 2  # the canvas; the network looks at every second row and column

CLASSES = ("fluid", "stomach", "vein", "shadow", "tissue")
LOCAL, STEP, UP = 17, 3, 49  # pixels: width of the near patch; step of the far one; length of the strip
ENOUGH_VOTES, SURE_VOTES = 0.25, 0.5  # shares of the outline; below the second most are wrong
DARK = 0.12  # mean grey of 3 x 3 pixels: below it, what holds no fluid counts as shadow


def apex_of(sample: Sample) -> tuple[float, float]:
    """Return where the beams of a picture come from: (row, column) in pixels, above the picture.

    A simulated picture knows its probe. Elsewhere the beams are taken as running straight down: their
    common point lies a million pixels above.
    """
    probe, view = sample.params.get("probe"), sample.params.get("view")
    if not (probe and view):
        return -1e6, (sample.shape[1] - 1) / 2
    down, across = view["spacing"]
    return -(probe["radius"] + view["top"]) / down, -view["left"] / across


def classes_of(sample: Sample) -> np.ndarray:
    """Tell of each pixel which of `CLASSES` it is: (rows, columns) integers.

    Shadow has no label of its own, since it is no tissue. What is dark in the picture and is neither fluid
    nor stomach nor vein counts as shadow; a heart's chamber and the black beside the sector too.
    """
    dark = ndimage.uniform_filter(sample.image, 3, mode="nearest") < DARK
    found = np.where(dark, CLASSES.index("shadow"), CLASSES.index("tissue"))
    for name, number in (("fluid", 0), ("stomach", 1), ("umbilical_vein", 2)):
        found[sample.mask(name)] = number
    return found


def patches(
    images: Tensor, places: Tensor, apexes: Tensor | None = None, *, along: str = "beam"
) -> tuple[Tensor, Tensor, Tensor]:
    """Cut out what lies around each place, and what lies above it along the beam.

    Parameters
    ----------
    images : (P, rows, columns) float tensor
        Or one picture (rows, columns).
    places : (n, 3) integer tensor
        Picture, row, column; for one picture (n, 2): row, column.
    apexes : (P, 2) float tensor, optional
        Where each picture's beams come from: row and column in pixels. Default: straight from above.
    along : "beam" or "across"
        ``"across"`` lays the strip at a right angle to the beam: as many numbers, but none from above.

    Returns
    -------
    near : (n, 17, 17)
        The pixels around the place.
    far : (n, 17, 17)
        49 x 49 pixels around it: every third one of the picture's 3 x 3 means.
    strip : (n, 49)
        The 3 x 3 means from the place up the beam, pixel by pixel. Beyond the picture all is black.

    Examples
    --------
    >>> image = torch.arange(12.0).expand(20, 12).T
    >>> near, far, strip = patches(image, torch.tensor([[5, 9]]))
    >>> near.shape, near[0, 8, 8].item(), strip[0, :5]
    (torch.Size([1, 17, 17]), 5.0, tensor([5., 4., 3., 2., 1.]))
    """
    if images.ndim == 2:
        images, places = images[None], pad(places, (1, 0))
    wide = pad(images, (UP,) * 4)  # (P, rows + 98, columns + 98)
    means = avg_pool2d(wide[:, None], 3, stride=1, padding=1)[:, 0]
    picture, at = places[:, 0], places[:, 1:]  # (n,), (n, 2)

    def looked(source: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        high, long = source.shape[1:]
        here = picture.reshape(-1, *[1] * (rows.ndim - 1)) * high * long
        return source.flatten()[here + (rows + UP) * long + columns + UP]

    around = torch.arange(LOCAL) - LOCAL // 2
    rows, columns = at[:, 0, None, None], at[:, 1, None, None]
    near = looked(wide, rows + around[:, None], columns + around)
    far = looked(means, rows + STEP * around[:, None], columns + STEP * around)
    way = torch.tensor([-1.0, 0.0]).expand(len(at), 2) if apexes is None else apexes[picture] - at
    way = way / way.norm(dim=1, keepdim=True)
    if along == "across":
        way = torch.stack([-way[:, 1], way[:, 0]], dim=1)
    steps = (at[:, :, None] + way[:, :, None] * torch.arange(UP)).round().long()  # (n, 2, 49)
    return near, far, looked(means, steps[:, 0], steps[:, 1])


class PatchNet(nn.Module):
    """Three small convolutional branches, one for each thing that `patches` cuts out, and one answer.

    Parameters
    ----------
    along : "beam" or "across"
        Where the strip lies, see `patches`.
    far : bool
        False gives the far branch the near patch again: as many weights, but nothing from afar.

    Examples
    --------
    >>> net = PatchNet().eval()
    >>> net.at(torch.rand(1, 64, 96), torch.tensor([[0, 30, 40]])).shape
    torch.Size([1, 5])
    """

    def __init__(self, along: str = "beam", *, far: bool = True) -> None:
        super().__init__()
        self.along, self.far, self.known = along, far, Known()
        self.near_branch, self.far_branch = (_branch((3, 3), (2, 2), 256) for _ in range(2))
        self.strip_branch = _branch((5, 1), (4, 1), 48)
        self.head = nn.Sequential(nn.Linear(96, 32), nn.ReLU(), nn.Linear(32, len(CLASSES)))
        #: Share of the canvas that stomach and vein fill at least where they count as found; learned.
        self.register_buffer("enough", torch.tensor([0.002, 0.003]))

    def forward(self, near: Tensor, far: Tensor, strip: Tensor) -> Tensor:
        """Return (n, 5) logits for what `patches` gives."""
        seen = self.near_branch(near[:, None]), self.far_branch((far if self.far else near)[:, None])
        return self.head(torch.cat([*seen, self.strip_branch(strip[:, None, :, None])], dim=1))

    def at(self, images: Tensor, places: Tensor, apexes: Tensor | None = None) -> Tensor:
        """Return (n, 5) logits at places (n, 3) of pictures (P, rows, columns)."""
        return self(*patches(images, places, apexes, along=self.along))


def _branch(size: tuple[int, int], pool: tuple[int, int], left: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in ((1, 8), (8, 16)):
        half = (size[0] // 2, size[1] // 2)
        layers += [nn.Conv2d(before, after, size, padding=half, bias=False), nn.BatchNorm2d(after)]
        layers += [nn.ReLU(), nn.MaxPool2d(pool)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(left, 32), nn.ReLU())


class Rows(nn.Module):
    """Take what `patches` gives as rows of 627 numbers; change gain and contrast of each while it trains."""

    def __init__(self, net: PatchNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, rows: Tensor) -> Tensor:
        """Return (n, 5) logits."""
        if self.training:
            gamma, gain = (torch.empty(len(rows), 1).uniform_(-most, most).exp() for most in (0.4, 0.3))
            rows = (gain * rows**gamma).clamp(0, 1)
        near, far, strip = rows.split((289, 289, 49), dim=1)
        return self.net(near.unflatten(1, (17, 17)), far.unflatten(1, (17, 17)), strip)


@torch.inference_mode()
def look(net: PatchNet, sample: Sample) -> np.ndarray:
    """Return how likely each class is at every second pixel of the canvas: (5, 32, 48)."""
    net.eval()
    image, frame = on_canvas(sample, SHAPE)
    rows, columns = (torch.arange(0, n, EVERY) for n in SHAPE)
    grid = torch.cartesian_prod(torch.zeros(1, dtype=torch.long), rows, columns)
    apex = torch.from_numpy(frame.points_to_canvas(np.array(apex_of(sample))[None])).float()
    likely = net.at(image[0], grid, apex).softmax(dim=1)  # (1536, 5)
    return likely.T.reshape(len(CLASSES), len(rows), len(columns)).numpy()


def pieces(likely: np.ndarray) -> np.ndarray:
    """Return which share of the canvas the largest piece of stomach fills, and of vein: (2,)."""
    best, shares = likely.argmax(axis=0), []
    for name in ("stomach", "vein"):
        numbered, _count = ndimage.label(best == CLASSES.index(name), np.ones((3, 3)))
        shares.append(np.bincount(numbered.ravel(), minlength=2)[1:].max() / best.size)
    return np.array(shares)


def thresholds(net: PatchNet, samples: list[Sample]) -> list[float]:
    """Learn how large pieces of stomach and vein are where they are visible: (2,) shares of the canvas."""
    sizes = np.array([pieces(look(net, sample)) for sample in samples])
    seen = [[s.truth["visible"][name] for s in samples] for name in ("stomach", "umbilical_vein")]
    return [best_threshold(sizes[:, i], np.array(one)) for i, one in enumerate(seen)]


def best_threshold(sizes: np.ndarray, seen: np.ndarray) -> float:
    """Return the size from which on to say "seen", so that both words are right as often as can be.

    Examples
    --------
    >>> best_threshold(np.array([0.0, 2.0, 3.0, 4.0]), np.array([False, False, True, True]))
    3.0
    """
    tried = np.unique(sizes)
    said = (sizes >= tried[:, None]).astype(float)  # (tried, pictures)
    hits, passed = said @ seen / max(seen.sum(), 1), (1 - said) @ ~seen / max((~seen).sum(), 1)
    return float(tried[np.argmax(hits + passed)])


def edges_of(likely: np.ndarray) -> Edges:
    """Return the places where fluid meets tissue, in pixels of the canvas.

    Where fluid meets shadow there is no border of the body, only the edge of what the sound reached.

    Parameters
    ----------
    likely : (5, rows, columns) array
        As `look` gives it.
    """
    fluid, tissue = (likely[CLASSES.index(name)] for name in ("fluid", "tissue"))
    try:
        points = border_points(fluid, 0.5)
    except ValueError:  # no fluid at all
        points = np.zeros((0, 2))
    slopes = [ndimage.gaussian_filter(fluid, 1.0, order=order) for order in ((1, 0), (0, 1))]
    away = -np.stack([ndimage.map_coordinates(slope, points.T, order=1) for slope in slopes], axis=1)
    steep = np.linalg.norm(away, axis=1) + 1e-9
    away = away / steep[:, None]  # (n, 2), out of the fluid
    beyond = ndimage.map_coordinates(tissue, (points + 1.5 * away).T, order=1, mode="nearest")
    met = beyond > 0.3
    return Edges(EVERY * points[met], away[met], (steep * beyond)[met])


def outline(likely: np.ndarray) -> Ellipse | None:
    """Return the ellipse on which most edges agree, in pixels of the canvas; None where too few do."""
    found, share = outline_and_votes(likely)
    return found if share >= ENOUGH_VOTES else None


def outline_and_votes(likely: np.ndarray, *, draws: int = 200) -> tuple[Ellipse | None, float]:
    """Return the ellipse with the most votes, and the share of its length that has any."""
    return vote_by_lot(edges_of(likely), SHAPE, np.random.default_rng(0), draws=draws)


def vote(points: Any, radii: Sequence[float], shape: tuple[int, int]) -> np.ndarray:
    """Let each point vote for all centres of circles on which it would lie.

    Parameters
    ----------
    points : (n, 2) array
        Row and column of each edge point.
    radii : sequence of float
        The circles' radii in pixels.
    shape : (rows, columns)
        Of the centres.

    Returns
    -------
    (radii, rows, columns) integer array
        How many points lie within half a pixel of the circle with this radius and centre.

    Notes
    -----
    An ellipse would need five axes in place of three, some 10 ** 8 cells: so it is measured by lot, by
    `fetal_edu.measure.hough.vote`.

    Examples
    --------
    >>> votes = vote([(5, 2), (5, 8), (2, 5), (8, 5)], [2, 3], (11, 11))
    >>> votes[1, 5, 5], votes.argmax() == np.ravel_multi_index((1, 5, 5), votes.shape)
    (np.int64(4), np.True_)
    """
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    votes = np.zeros((len(radii), *shape), int)
    for row, column in np.asarray(points, float):
        away = np.hypot(rows - row, columns - column)  # (rows, columns)
        votes += np.abs(away - np.asarray(radii, float)[:, None, None]) <= 0.5
    return votes
