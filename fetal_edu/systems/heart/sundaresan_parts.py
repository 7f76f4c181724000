"""What Sundaresan's system [23] labels, how labels name a view, and what a person reads of it."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _

import numpy as np
import torch
from skimage.morphology import convex_hull_image
from torch import Tensor, nn

from fetal_edu.measure import Ellipse, fit_probability
from fetal_edu.measure.head import NO_SCALE
from fetal_edu.measure.plausible import CUT_DOUBTFUL, share_outside
from fetal_edu.sample import Reading, Sample, Value
from fetal_edu.systems.kit import logits_of, on_canvas

__all__ = ["DRAWN", "SHAPE", "VIEWS", "analyse", "heart_region", "middle_of", "pictures", "view_of"]

VIEWS = ("4C", "LVOT", "3V")
DRAWN, SHAPE = (128, 192), (96, 128)  # a picture, and the middle of it that the network sees
SMALLEST = 0.01  # of what the network sees: a class on fewer pixels names no view
SURE = 0.6


def middle_of(shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    """Return the box (row0, column0, row1, column1) of a picture's middle.

    It has three quarters of the rows and two thirds of the columns.

    Examples
    --------
    >>> middle_of((128, 192))
    (16.0, 32.0, 112.0, 160.0)
    """
    rows, columns = shape[:2]
    return rows / 8, columns / 6, 7 * rows / 8, 5 * columns / 6


def heart_region(sample: Sample) -> np.ndarray:
    """Return the heart's pixels of a drawn picture, with all that lies between its parts.

    Returns
    -------
    bool array of the picture's shape
        The convex hull: 4C and LVOT hardly change, and in 3V it joins three vessels.
    """
    mask = sample.mask("heart")
    return convex_hull_image(mask) if mask.any() else mask


def pictures(samples: Sequence[Sample], numbers: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Return images (n, 1, rows, columns), and masks (n, 3, rows, columns): the heart in its view's map."""
    box, images = middle_of(DRAWN), []
    masks = torch.zeros(len(samples), len(VIEWS), *SHAPE)
    for mask, sample, number in zip(masks, samples, numbers, strict=True):
        image, frame = on_canvas(sample, SHAPE, box=box)
        mask[number] = torch.from_numpy(frame.shrink(heart_region(sample).astype(np.float32)))
        images.append(image)
    return torch.cat(images), masks


def view_of(logits: Tensor) -> Tensor:
    """Name each picture by its largest class.

    Parameters
    ----------
    logits : (B, 4, H, W) float tensor

    Returns
    -------
    (B,) int64 tensor
        Place in `VIEWS`; -1 where no view's class covers a hundredth of the picture.

    Examples
    --------
    >>> logits = torch.zeros(2, 4, 10, 10); logits[:, 0] = 1; logits[0, 2, :3] = 2; logits[0, 3, 3:5] = 2
    >>> view_of(logits)
    tensor([ 1, -1])
    """
    called = logits.argmax(dim=1).flatten(1)  # (B, H * W)
    share = torch.stack([(called == 1 + place).float().mean(dim=1) for place in range(len(VIEWS))], dim=1)
    most, view = share.max(dim=1)
    return torch.where(most >= SMALLEST, view, -1)


def lengths(ellipse: Ellipse, view: str, scaled: bool) -> dict[str, Value]:
    """Return what is read off the heart's outline: its diameter, and in 4C its circumference."""
    if not scaled:
        across = Value(ellipse.semi_major + ellipse.semi_minor, "pixels")
        return {"heart_diameter_px": across, "cc": Value(None, "mm", reason=NO_SCALE)}
    across = Value(ellipse.semi_major + ellipse.semi_minor, "mm")
    other = _("the heart's circumference is measured in 4C, and this seems to be {}.").format(view)
    round_mm = Value(ellipse.circumference, "mm") if view == VIEWS[0] else Value(None, "mm", reason=other)
    return {"heart_diameter": across, "cc": round_mm}


def nothing(reason: str) -> Reading:
    """Return a reading without a heart, and the sentence that says why."""
    values = {name: Value(None, unit, reason=reason) for name, unit in (("confidence", "%"), ("cc", "mm"))}
    return Reading(values=values, quality="none", notes=(reason,))


def analyse(net: nn.Module, sample: Sample) -> Reading:
    """Find the heart in one picture, name its view, and measure it.

    Returns
    -------
    Reading
        ``confidence`` in percent: the named view's share of the heart's pixels, weighted by probability.
        ``heart_diameter`` in mm, the mean of the ellipse's axes; in 4C ``cc``, the heart's circumference.
    """
    image, frame = on_canvas(sample, SHAPE, box=middle_of(sample.shape))
    logits = logits_of(net, image)
    likely = logits.softmax(dim=1)[0]  # (4, rows, columns)
    place, heart = int(view_of(logits)[0]), frame.enlarge((1 - likely[0]).numpy())
    try:
        ellipse = fit_probability(heart, sample.spacing or (1.0, 1.0))
    except ValueError:
        place = -1
    if place < 0:
        return nothing(_("no heart found in the middle of the picture."))
    of_views = likely[1:, likely[0] < 0.5].sum(dim=1)  # how likely each view is, over the heart's pixels
    confidence, view = float(of_views[place] / of_views.sum()), VIEWS[place]
    notes = [doubt] if (doubt := net.known.doubt(image.numpy())) else []
    if confidence < SURE:
        second = VIEWS[next(i for i in of_views.argsort(descending=True).tolist() if i != place)]
        notes.append(
            _("The network is unsure: {} by {:.0%} of the heart, then {}.").format(view, confidence, second)
        )
    if (cut := share_outside(ellipse, sample)) > CUT_DOUBTFUL:
        notes.append(_("{:.0%} of the heart's outline lies outside the picture.").format(cut))
    return Reading(
        plane=view,
        mask=heart >= 0.5,
        ellipse=ellipse,
        values={
            "confidence": Value(100 * confidence, "%"),
            **lengths(ellipse, view, sample.spacing is not None),
        },
        quality="doubtful" if notes else "good",
        notes=tuple(notes),
    )
