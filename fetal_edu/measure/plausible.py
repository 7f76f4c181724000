"""Whether an outline can be a head's: the sentences that every method shares, network or not."""

from __future__ import annotations

from gettext import gettext as _

import numpy as np

from fetal_edu.measure.ellipse import Ellipse
from fetal_edu.sample import Reading, Sample, Value

__all__ = ["doubts_about", "no_head", "share_outside", "too_little_seen"]

CUT_DOUBTFUL, CUT_REFUSED = 0.02, 0.25  # share of the outline that lies outside the picture
# BPD / OFD, three standard deviations around the mean of 0.783 (F. Hadlock et al., AJR 137 (1981) 83-85; one
# reaches from 0.74 to 0.83). Of 751 heads of HC18, two lie outside.
HEAD_RATIO = (0.65, 0.92)
POSSIBLE_HC_MM = (30.0, 420.0)


def no_head(reason: str) -> Reading:
    """Return a reading without an outline, and the sentence that says why and what to do.

    Examples
    --------
    >>> no_head("no head found.").values["hc"].reason
    'no head found.'
    """
    absent = {"hc": "mm", "ga": "weeks", "ga_hadlock": "weeks"}
    values = {name: Value(None, unit, reason=reason) for name, unit in absent.items()}
    return Reading(values=values, quality="none", notes=(reason,))


def share_outside(ellipse: Ellipse, sample: Sample) -> float:
    """Tell which share of an outline lies outside the picture, 0..1.

    Examples
    --------
    >>> sample = Sample(np.zeros((40, 60), np.float32))
    >>> [share_outside(Ellipse(row, 30, 15, 12, 0.0), sample) for row in (20, 0)]
    [0.0, 0.475]
    """
    rows, columns = (ellipse.points(360) / np.asarray(sample.spacing or (1.0, 1.0))).T
    high, wide = sample.shape
    inside = (rows >= -1) & (rows <= high) & (columns >= -1) & (columns <= wide)
    return round(float(1 - inside.mean()), 6)


def too_little_seen(outside: float) -> str:
    """Return why an outline that lies outside the picture for this share can't be measured, or nothing."""
    if outside <= CUT_REFUSED:
        return ""
    return _(
        "{:.0%} of the head's outline lies outside the picture: too little is seen to measure it. "
        "Take a picture with the whole head, or draw a box around the head."
    ).format(outside)


def doubts_about(ellipse: Ellipse, sample: Sample) -> list[str]:
    """Return a sentence for each reason to doubt that an outline is a head's.

    Parameters
    ----------
    ellipse : Ellipse
        In mm, or in pixels where the spacing is unknown.
    sample : Sample

    Examples
    --------
    >>> sample = Sample(np.zeros((400, 600), np.float32), spacing=(0.2, 0.2))
    >>> doubts_about(Ellipse(40, 60, 35, 18, 0.0), sample)
    ['the outline is longer than heads are (BPD/OFD 0.51): is this a head, seen axially?']
    """
    doubts, cut = [], share_outside(ellipse, sample)
    if cut > CUT_DOUBTFUL:
        said = _("the head is cut by the picture's border: {:.0%} of its outline is extrapolated.")
        doubts.append(said.format(cut))
    ratio, (low, high) = ellipse.bpd / ellipse.ofd, HEAD_RATIO
    if not low <= ratio <= high:
        shape = _("longer") if ratio < low else _("rounder")
        said = _("the outline is {} than heads are (BPD/OFD {:.2f}): is this a head, seen axially?")
        doubts.append(said.format(shape, ratio))
    smallest, largest = POSSIBLE_HC_MM
    if sample.spacing is not None and not smallest <= ellipse.circumference <= largest:
        said = _("HC {:.0f} mm is no fetal head's: check the mm per pixel, {} and {}.")
        doubts.append(said.format(ellipse.circumference, *sample.spacing))
    return doubts
