"""One head under the networks of the skips dashboard: what each finds on it, and how far off that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from ..data.frame import Frame
from ..data.limits import BadInput
from ..measure import OutlineError, outline_error
from ..sample import Sample
from .skip_ways import OPEN, Way
from .words import _

__all__ = ["CANVAS", "Answer", "Found", "Head", "Numbers", "scaled", "smaller"]

#: Rows and columns that the networks look at.
CANVAS = (64, 96)
#: An own picture with a longer side is made smaller: the networks see far less anyway.
LONGEST_SIDE = 400
_AT_A_TIME = 3

#: ``answer(network, canvas, gates)`` gives a probability for each pixel of the canvas.
Answer = Callable[[str, np.ndarray, tuple[float, ...]], np.ndarray]


@dataclass(frozen=True)
class Numbers:
    """How far an outline is off, without its picture.

    Parameters
    ----------
    border : float or None
        Mean distance of the borders; None where nothing was found.
    hc, hc_error : float or None
        The circumference, and what it is more than the true one; None where the head is lost.
    dice : float
    """

    border: float | None
    hc: float | None
    hc_error: float | None
    dice: float


@dataclass(frozen=True)
class Found:
    """What one network found on one head.

    Parameters
    ----------
    map : (rows, columns) uint8 array
        Probabilities times 255 over the whole picture, as coarse as the network sees it.
    error : OutlineError
        Against the truth; where none is known, against the network with all skips open.
    numbers : Numbers
    """

    map: np.ndarray
    error: OutlineError
    numbers: Numbers


class Head:
    """A picture of a head, ready for the networks.

    Parameters
    ----------
    sample : Sample
        One picture, with labels and ``hc_mm`` where the truth is known.
    answer : callable
        See `Answer`.
    per_pixel : (float, float)
        Pixels of the reader's file for one row and one column of the sample: what lengths are in where the
        scale is unknown.

    Attributes
    ----------
    known : bool
        Whether the truth is known.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> sample = draw_head(7, weeks=21, shape=(64, 96))
    >>> head = Head(sample, lambda network, canvas, gates: sample.mask("head") * gates[0])
    >>> round(head.find(OPEN).numbers.dice, 2), head.find(Way(gates=(0.0, 1.0, 1.0, 1.0))).numbers.border
    (1.0, None)
    """

    def __init__(
        self, sample: Sample, answer: Answer, *, per_pixel: tuple[float, float] = (1.0, 1.0)
    ) -> None:
        self.sample, self._answer, self._per_pixel = sample, answer, per_pixel
        self.known = "head" in sample.classes and bool(sample.mask("head").any())
        self._frame = Frame.of(sample.shape, sample.spacing, CANVAS)
        self._canvas = self._frame.shrink(sample.image)
        self._kept: dict[Way, Found] = {}

    @property
    def step(self) -> tuple[float, float]:
        """Millimetres from row to row and from column to column, or pixels of the file."""
        return self.sample.spacing or self._per_pixel

    @property
    def pixel(self) -> float:
        """The side of one pixel of the network's canvas, in mm, or in pixels of the picture."""
        return float(
            np.mean([step / scale for step, scale in zip(self.step, self._frame.scale, strict=True)])
        )

    @property
    def true_hc(self) -> float | None:
        """The true circumference in mm, where it is known."""
        return self.sample.truth.get("hc_mm") if self.known else None

    @property
    def truth_map(self) -> np.ndarray | None:
        """The true head as a map, as coarse as those of the networks; None where it is unknown."""
        if not self.known:
            return None
        return self._inner(self._frame.shrink(self.sample.mask("head").astype(np.float32)))

    def find(self, way: Way, *, keep: bool = False) -> Found:
        """Let a network look, and compare; with `keep` the answer is remembered.

        Raises
        ------
        BadInput
            If neither the truth is known nor a head is found with all skips open.
        """
        if way in self._kept:
            return self._kept[way]
        canvas = self._answer(way.network, self._canvas, way.gates)
        error = outline_error(self._frame.enlarge(canvas), self._other(way, canvas), self.step)
        found = Found(self._inner(canvas), error, self._numbers(error))
        if keep or way == OPEN:
            self._kept[way] = found
        return found

    def find_some(self, ways: Iterable[Way]) -> bool:
        """Find some of the ways that are not known yet, and keep them; tell whether there were any.

        A few at a time, so that a reader's hand never waits long.
        """
        left = [way for way in ways if way not in self._kept][:_AT_A_TIME]
        for way in left:
            self.find(way, keep=True)
        return bool(left)

    def _other(self, way: Way, canvas: np.ndarray) -> np.ndarray:
        """Return the mask to compare with: the true one, or what is found with all skips open."""
        if self.known:
            return self.sample.mask("head")
        opened = canvas if way == OPEN else self._answer(OPEN.network, self._canvas, OPEN.gates)
        mask = self._frame.enlarge(opened) >= 0.5
        if not mask.any():
            raise BadInput(
                _("With all skips open no head is found in this picture: there is nothing to compare with.")
            )
        return mask

    def _numbers(self, error: OutlineError) -> Numbers:
        hc = None if error.lost else error.ellipse.circumference
        return Numbers(error.border, hc, error.hc_error(self.true_hc) if self.true_hc else None, error.dice)

    def _inner(self, canvas: np.ndarray) -> np.ndarray:
        (top, left), (high, wide) = self._frame.offset, self._frame.inner
        return np.round(np.clip(canvas[top : top + high, left : left + wide], 0, 1) * 255).astype(np.uint8)


def smaller(sample: Sample) -> tuple[Sample, tuple[float, float]]:
    """Make an own picture no larger than the dashboard needs; its millimetres stay right.

    Returns
    -------
    (sample, per_pixel) : Sample, (float, float)
        Without labels and truth; and how many of the old rows and columns one of the new ones spans.

    Examples
    --------
    >>> sample, per_pixel = smaller(Sample(np.zeros((600, 800), np.float32), spacing=(0.1, 0.1)))
    >>> sample.shape, sample.spacing, per_pixel
    ((300, 400), (0.2, 0.2), (2.0, 2.0))
    """
    factor = max(1.0, max(sample.shape) / LONGEST_SIDE)
    rows, columns = (max(1, round(n / factor)) for n in sample.shape)
    picture = Image.fromarray(sample.image).resize((columns, rows), Image.Resampling.BILINEAR)
    image = np.clip(np.asarray(picture, np.float32), 0, 1)
    per_pixel = sample.shape[0] / rows, sample.shape[1] / columns
    small = replace(sample, image=image, labels=None, classes={}, truth={}, spacing=None)
    return scaled(small, sample.spacing, per_pixel), per_pixel


def scaled(sample: Sample, spacing: tuple[float, float] | None, per_pixel: tuple[float, float]) -> Sample:
    """Give a smaller sample the spacing that its file had."""
    if spacing is None:
        return replace(sample, spacing=None)
    return replace(sample, spacing=(spacing[0] * per_pixel[0], spacing[1] * per_pixel[1]))
