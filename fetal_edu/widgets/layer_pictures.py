"""Small pictures for the dashboard of layers: parts of samples, a table of digits, a reader's own image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image

from ..sample import Sample
from .words import _

__all__ = ["SIDE", "Cut", "Pictures", "cut_out", "made_small", "picture_titles"]

#: Of a picture, in pixels: large enough for a structure, small enough for single pixels to be seen.
SIDE = 64
_KEPT = 4  # own pictures that stay open
#: Sample and class: the picture is cut out around it.
_PARTS = {
    "csp": ("head-20w", "csp"),
    "lens": ("face-24w-premium", "lens"),
    "valve": ("4C-24w-premium", "valve"),
    "aorta": ("abdomen-22w-premium", "aorta"),
}
_DIGITS = """
0 0 0 0 0 0 0 0
0 0 2 5 5 2 0 0
0 2 7 9 9 7 2 0
0 5 9 3 3 9 5 0
0 5 9 3 3 9 5 0
0 2 7 9 9 7 2 0
0 0 2 5 5 2 0 0
0 0 0 0 0 0 0 1
"""


@dataclass(frozen=True, eq=False)
class Cut:
    """A small picture.

    Parameters
    ----------
    image : (h, w) array
    spacing : (row, column) in mm per pixel, or None
    """

    image: np.ndarray
    spacing: tuple[float, float] | None = None


class Samples(Protocol):
    """Where samples come from."""

    def load(self, name: str) -> Sample: ...


class Pictures:
    """The pictures by their key; each is cut out once.

    Parameters
    ----------
    samples : Samples, optional
        Default: those that come with the course.

    Examples
    --------
    >>> pictures = Pictures()
    >>> pictures.take("digits").image.shape, pictures.take("csp").image.shape
    ((8, 8), (64, 64))
    """

    def __init__(self, samples: Samples | None = None) -> None:
        self._samples = samples
        self._cut: dict[str, Cut] = {}

    def take(self, key: str) -> Cut:
        """Return a picture.

        Raises
        ------
        BadInput
            If the samples are missing.
        """
        if key not in self._cut:
            self._cut[key] = self._make(key)
        return self._cut[key]

    def add(self, key: str, sample: Sample) -> str:
        """Keep a reader's own picture, made small; return the key of the oldest where there are too many."""
        self._cut[key] = made_small(sample)
        own = [old for old in self._cut if old not in picture_titles() and old != key]
        oldest = own[0] if len(own) >= _KEPT else ""
        self._cut.pop(oldest, None)
        return oldest

    def _make(self, key: str) -> Cut:
        if key == "digits":
            return Cut(np.array([line.split() for line in _DIGITS.split("\n") if line], dtype=float))
        name, part = _PARTS[key]
        return cut_out(self._load(name), part)

    def _load(self, name: str) -> Sample:
        if self._samples is not None:
            return self._samples.load(name)
        from ..data import bundled

        return bundled.load(name)


def picture_titles() -> dict[str, str]:
    """Return the names of the pictures by their key, in the order of the menu."""
    return {
        "csp": _("brain: cavum septi pellucidi, 20 weeks"),
        "lens": _("face: lens of an eye, 24 weeks"),
        "valve": _("heart: valves, 24 weeks"),
        "aorta": _("abdomen: aorta, 22 weeks"),
        "digits": _("small numbers, 8 × 8"),
    }


def cut_out(sample: Sample, part: str, *, side: int = SIDE) -> Cut:
    """Cut a square out of a sample, around the middle of a class, as far as the border allows.

    Examples
    --------
    >>> labels = np.zeros((100, 100), np.uint8)
    >>> labels[5, 60] = 1
    >>> sample = Sample(np.eye(100, dtype=np.float32), labels, {"dot": (1,)}, (0.5, 0.5))
    >>> cut_out(sample, "dot", side=20).image.shape
    (20, 20)
    """
    rows, columns = np.nonzero(sample.mask(part))
    places = []
    for at, n in ((rows.mean(), sample.shape[0]), (columns.mean(), sample.shape[1])):
        first = int(np.clip(round(at) - side // 2, 0, max(0, n - side)))
        places.append(slice(first, first + side))
    return Cut(sample.image[tuple(places)].astype(float), sample.spacing)


def made_small(sample: Sample, *, longest: int = SIDE) -> Cut:
    """Make a whole picture small, by the mean of what lies in each new pixel; the millimetres go along.

    Examples
    --------
    >>> sample = Sample(np.zeros((128, 256), np.float32), spacing=(0.2, 0.2))
    >>> small = made_small(sample)
    >>> small.image.shape, [float(round(mm, 3)) for mm in small.spacing]
    ((32, 64), [0.8, 0.8])
    """
    image = sample.image
    if "region" in sample.params:  # of a DICOM the ultrasound alone, without the writing around it
        top, left, bottom, right = sample.params["region"]
        image = image[top:bottom, left:right]
    factor = max(1.0, max(image.shape) / longest)
    rows, columns = (max(1, round(n / factor)) for n in image.shape)
    small = Image.fromarray(image.astype(np.float32)).resize((columns, rows), Image.Resampling.BOX)
    grown = image.shape[0] / rows, image.shape[1] / columns
    spacing = None if sample.spacing is None else tuple(np.multiply(sample.spacing, grown).tolist())
    return Cut(np.asarray(small, dtype=float), spacing)
