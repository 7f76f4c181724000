"""Looking again for [16] Chen: the box around an answer, enlarged, the answer laid back; and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from fetal_edu.data.frame import Frame
from fetal_edu.learning.train import bce_dice_loss
from fetal_edu.measure import Ellipse, dice
from fetal_edu.measure.ellipse import largest_piece
from fetal_edu.sample import Sample
from fetal_edu.systems.kit import drawn

__all__ = [
    "BOXES", "DOMAINS", "Box", "Look", "Some", "beside", "each_loss", "enlarged_box", "figures_of",
    "find_with", "heads_to_test", "jittered", "looks", "observer", "patients",
    "second_observer", "share", "studied",
]  # fmt: skip

#: Each domain, and the plane that its pictures are drawn in.
DOMAINS = {"head": "transthalamic", "abdomen": "abdomen", "heart": "4C"}
FULL = (128, 192)  # rows and columns of a picture
STUDY_SEED, TEST_SEED = 16_000, 16_999
BOXES = 4  # boxes of each picture to learn from
MISSED = 0.5  # a head is missed where Dice is lower

Box = tuple[float, float, float, float]  # row0, column0, row1, column1 in pixels; the last ones excluded

#: One observer who measures the same head twice: 95 % of the differences lie within this, in percent of HC.
#: I. Sarris and colleagues, Ultrasound Obstet Gynecol 39 (2012) 266-273, from the abstract.
REPEATED = 3.0


class Look(NamedTuple):
    """One look: where on the canvas the looked-at part lies, and the probability of each canvas pixel."""

    frame: Frame
    probability: np.ndarray

    @property
    def whole(self) -> np.ndarray:
        """The probabilities in the picture's own pixels; 0 outside the part that was looked at."""
        return self.frame.enlarge(self.probability)


def enlarged_box(mask: np.ndarray, *, margin: float = 1.5) -> Box | None:
    """Return the box around a mask's largest piece, enlarged about its middle; None where there is nothing.

    Parameters
    ----------
    mask : (rows, columns) bool array
    margin : float
        1.5: half as long again. The box may reach over the picture's border.

    Examples
    --------
    >>> mask = np.zeros((40, 60), bool); mask[10:20, 20:40] = True
    >>> enlarged_box(mask)
    (7.5, 15.0, 22.5, 45.0)
    """
    if not mask.any():
        return None
    piece = largest_piece(mask)
    ends = [(float(np.argmax(line)), float(len(line) - np.argmax(line[::-1]))) for line in
            (piece.any(axis=1), piece.any(axis=0))]  # fmt: skip
    (row0, row1), (column0, column1) = [
        ((a + b) / 2 - margin * (b - a) / 2, (a + b) / 2 + margin * (b - a) / 2) for a, b in ends
    ]
    return row0, column0, row1, column1


def jittered(box: Box, rng: np.random.Generator, *, shift: float = 0.12, zoom: float = 1.25) -> Box:
    """Move and resize a box by chance: a first answer is never as good as the truth.

    Parameters
    ----------
    box : Box
    rng : numpy Generator
    shift : float
        Largest move, in parts of the box's height and width.
    zoom : float
        Largest factor on height and width, each for itself; the smallest is its inverse.

    Examples
    --------
    >>> jittered((0, 0, 10, 20), np.random.default_rng(0), shift=0, zoom=1)
    (0.0, 0.0, 10.0, 20.0)
    """
    low, high = np.array(box[:2], float), np.array(box[2:], float)
    middle = (low + high) / 2 + (high - low) * rng.uniform(-shift, shift, 2)
    half = (high - low) / 2 * zoom ** rng.uniform(-1, 1, 2)
    return tuple(float(edge) for edge in (*(middle - half), *(middle + half)))


def looks(
    find: Callable[[np.ndarray], np.ndarray], sample: Sample, *, again: int, canvas: tuple[int, int]
) -> list[Look]:
    """Look at the whole picture, then `again` times at the box around the answer before.

    Each look fills the same canvas, so the later ones see the structure larger. Where a look finds nothing,
    the answer before it stays: who has missed the structure has no box to look into.

    Parameters
    ----------
    find : callable
        From a (rows, columns) canvas in 0..1 to the probability of each of its pixels.
    sample : Sample
    again : int
        0: one look.
    canvas : (rows, columns)

    Returns
    -------
    list of `again` + 1 looks

    Examples
    --------
    A square, found by its grey level: on the canvas it has 16 pixels, then 480.

    >>> image = np.zeros((64, 64), np.float32); image[20:28, 30:38] = 1
    >>> made = looks(lambda canvas: canvas, Sample(image), again=1, canvas=(32, 32))
    >>> [int((look.probability >= 0.5).sum()) for look in made]
    [16, 480]
    """
    frame = Frame.of(sample.shape, sample.spacing, canvas)
    made = [Look(frame, find(frame.shrink(sample.image)))]
    for _number in range(again):
        box = enlarged_box(made[-1].whole >= 0.5)
        if box is None:
            made.append(made[-1])
            continue
        frame = Frame.of(sample.shape, sample.spacing, canvas, box=box)
        look = Look(frame, find(frame.shrink(sample.image)))
        made.append(look if (look.probability >= 0.5).any() else made[-1])
    return made


def find_with(net: nn.Module, domain: str = "head") -> Callable[[np.ndarray], np.ndarray]:
    """Return the function from a canvas to probabilities that `looks` takes."""

    @torch.inference_mode()
    def find(canvas: np.ndarray) -> np.ndarray:
        return net.outline(torch.from_numpy(canvas)[None, None], domain).sigmoid()[0, 0].numpy()

    return find


def second_observer(ellipse: Ellipse, rng: np.random.Generator, *, repeated: float = REPEATED) -> Ellipse:
    """Lay an ellipse over a head as an observer might who sets four callipers, each a little off.

    The ends of both axes move along them, each by its own chance. How far they move is
    chosen so that the circumferences of two such ellipses differ by less than `repeated` percent 95 times
    in 100.

    Parameters
    ----------
    ellipse : Ellipse
        The truth, in mm.
    rng : numpy Generator
    repeated : float
        Limit of agreement, in percent of HC.

    Examples
    --------
    >>> truth, rng = Ellipse(40.0, 60.0, 30.0, 24.0, 0.3), np.random.default_rng(0)
    >>> rounds = np.array([second_observer(truth, rng).circumference for _ in range(4000)])
    >>> apart = 100 * (rounds[::2] - rounds[1::2]) / truth.circumference
    >>> bool(abs(np.quantile(abs(apart), 0.95) - 3.0) < 0.2)
    True
    """
    long, short = ellipse.semi_major, ellipse.semi_minor
    one = repeated / 100 / 1.96 / sqrt(2)  # spread of one reading; two of them differ by sqrt(2) times that
    # HC is near pi (long + short), and a half axis gets the mean of its two ends' errors.
    (front, back), (left, right) = rng.normal(0, one * (long + short), (2, 2))
    along, across = (front - back) / 2, (left - right) / 2
    cos, sin = np.cos(ellipse.angle), np.sin(ellipse.angle)
    row, column = ellipse.row + along * sin + across * cos, ellipse.column + along * cos - across * sin
    long, short, angle = long + (front + back) / 2, short + (left + right) / 2, ellipse.angle
    if long < short:  # a head that is nearly round
        long, short, angle = short, long, angle + np.pi / 2
    return Ellipse(row, column, long, short, angle)


# --- pictures ----------------------------------------------------------------------------------------------


def patients(domain: str, seed: int, n: int) -> list[Sample]:
    """Draw `n` simulated patients of a domain, one picture each."""
    place = list(DOMAINS).index(domain)
    return drawn(DOMAINS[domain], 1000 * (STUDY_SEED + seed) + place, n, shape=FULL)


def heads_to_test(settings: Mapping[str, Any]) -> list[Sample]:
    """Draw the heads to test on: the same for all seeds."""
    return patients("head", TEST_SEED - STUDY_SEED, settings["tested"])


@lru_cache(maxsize=8)
def studied(domain: str, seed: int, n: int, *, boxes: int, canvas: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Return canvases and masks (N, H, W) of `n` patients: each whole, and `boxes` boxes around the truth.

    Whole pictures are repeated, so that half of all are boxes.
    """
    rng, images, masks = np.random.default_rng([STUDY_SEED, seed, n]), [], []
    for sample in patients(domain, seed, n):
        mask = sample.mask(domain)
        near = [jittered(enlarged_box(mask), rng) for _number in range(boxes)]
        for box in [None] * max(boxes, 1) + near:
            frame = Frame.of(sample.shape, sample.spacing, canvas, box=box)
            images.append(frame.shrink(sample.image))
            masks.append(frame.shrink(mask))
    return torch.from_numpy(np.stack(images)), torch.from_numpy(np.stack(masks))


def beside(parts: Sequence[Tensor]) -> Tensor:
    """Lay domains beside each other as channels (N, D, H, W); one that is shorter begins anew.

    Examples
    --------
    >>> beside([torch.arange(3.0)[:, None, None], 10 * torch.ones(1, 1, 1)])[:, :, 0, 0]
    tensor([[ 0., 10.],
            [ 1., 10.],
            [ 2., 10.]])
    """
    return torch.stack([part[torch.arange(len(parts[0])) % len(part)] for part in parts], dim=1)


class Some(nn.Module):
    """A network that is trained on some of its domains."""

    def __init__(self, net: nn.Module, domains: Sequence[str]) -> None:
        super().__init__()
        self.net, self.domains = net, domains

    def forward(self, images: Tensor) -> Tensor:
        """Return (B, D, H, W) logits of these domains."""
        return self.net(images, self.domains)


def each_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Return the loss of outlines (B, D, H, W), each for itself."""
    return bce_dice_loss(logits.flatten(0, 1)[:, None], masks.flatten(0, 1)[:, None])


# --- figures -----------------------------------------------------------------------------------------------


def figures_of(
    outlines: Sequence[tuple[np.ndarray | None, float | None]], heads: Sequence[Sample]
) -> dict[str, Any]:
    """Return Dice and HC errors of outlines of the test heads.

    Parameters
    ----------
    outlines : sequence of (mask, HC in mm)
        None, None where none was found.
    heads : sequence of Sample
    """
    true, found = [head.mask("head") for head in heads], [mask for mask, _hc in outlines]
    dices = np.array([0.0 if a is None else dice(a, b) for a, b in zip(found, true, strict=True)])
    sizes = np.array([mask.mean() for mask in true])
    small = sizes <= np.quantile(sizes, 1 / 3)
    due = np.array([head.truth["hc_mm"] for head in heads])
    errors = np.abs(np.array([hc or 0.0 for _mask, hc in outlines]) - due)
    return {
        "dice": dices,
        "gap": float(dices[~small].mean() - dices[small].mean()),
        "hc_mm": float(np.median(errors)),
        "within": (errors <= REPEATED / 100 * due).astype(float),
        "missed": float(np.mean(dices < MISSED)),
    }


def observer(seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Let a simulated observer lay ellipses over the test heads."""
    samples, rng = heads_to_test(settings), np.random.default_rng([STUDY_SEED, seed, 9])
    laid = [second_observer(sample.truth["ellipse"], rng) for sample in samples]
    masks = [one.mask(sample.shape, sample.spacing) for one, sample in zip(laid, samples, strict=True)]
    return figures_of([(mask, one.circumference) for mask, one in zip(masks, laid, strict=True)], samples)


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    heads_to_test(settings)
    for domain in DOMAINS:
        patients(domain, seed, settings["heads" if domain == "head" else "organs"])
