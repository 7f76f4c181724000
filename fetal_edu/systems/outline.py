"""From what a system outlined to what a person reads: HC or AC in mm, weeks, doubts."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _

import numpy as np

from fetal_edu.data.frame import Frame
from fetal_edu.measure import Ellipse, fit_ellipse, fit_probability
from fetal_edu.measure.dating import weeks_from
from fetal_edu.measure.head import NO_SCALE
from fetal_edu.measure.plausible import CUT_DOUBTFUL, share_outside
from fetal_edu.sample import Reading, Sample, Value

__all__ = ["ellipse_reading", "no_reading", "probability_reading", "to_picture"]

#: What is measured of each part: its name among a reading's values, and in words.
LENGTHS = {"head": ("hc", "HC"), "abdomen": ("ac", "AC")}


def no_reading(part: str, reason: str) -> Reading:
    """Return a reading without an outline, and the sentence that says why.

    Examples
    --------
    >>> no_reading("abdomen", "no abdomen found.").values["ac"].reason
    'no abdomen found.'
    """
    short = LENGTHS[part][0]
    values = {short: Value(None, "mm", reason=reason), "ga": Value(None, "weeks", reason=reason)}
    return Reading(values=values, quality="none", notes=(reason,))


def to_picture(ellipse: Ellipse, frame: Frame) -> Ellipse:
    """Bring an ellipse on the canvas, in canvas pixels, to the picture; in mm where the spacing is known."""
    # Edges map onto edges, see Frame: half a pixel each way.
    points = frame.points_to_image(ellipse.points(72))
    return fit_ellipse(points * np.asarray(frame.spacing or (1.0, 1.0)))


def probability_reading(
    probability: np.ndarray, frame: Frame, sample: Sample, *, part: str, doubts: Sequence[str] = ()
) -> Reading:
    """Fit an ellipse to what a network found, and read off circumference and weeks.

    Parameters
    ----------
    probability : (rows, columns) array
        On the network's canvas, 0..1.
    frame : Frame
        How the picture lies on the canvas.
    sample : Sample
    part : "head" or "abdomen"
    doubts : sequence of str
        What is already doubtful, empty sentences left out.

    Returns
    -------
    Reading
        ``hc`` or ``ac`` in mm and ``ga`` in weeks; without a scale ``hc_px`` or ``ac_px``.
    """
    (top, left), (high, wide) = frame.offset, frame.inner
    inner = probability[top : top + high, left : left + wide]
    try:
        fitted = fit_probability(inner, (1.0, 1.0))
    except ValueError:
        return no_reading(part, _("no {} found.").format(_(part)))
    moved = Ellipse(
        fitted.row + top, fitted.column + left, fitted.semi_major, fitted.semi_minor, fitted.angle
    )
    return ellipse_reading(
        to_picture(moved, frame), sample, part=part, doubts=doubts, mask=frame.enlarge(probability) >= 0.5
    )


def ellipse_reading(
    ellipse: Ellipse,
    sample: Sample,
    *,
    part: str,
    doubts: Sequence[str] = (),
    mask: np.ndarray | None = None,
) -> Reading:
    """Read circumference and weeks off an ellipse in the picture.

    Parameters
    ----------
    ellipse : Ellipse
        In mm; in pixels where the sample has no spacing.
    sample : Sample
    part : "head" or "abdomen"
    doubts : sequence of str
        Empty ones are left out.
    mask : bool array of the picture's shape, optional
        Default: the ellipse, filled.

    Examples
    --------
    >>> sample = Sample(np.zeros((80, 120), np.float32), spacing=(1.0, 1.0))
    >>> reading = ellipse_reading(Ellipse(40, 60, 27.0, 24.0, 0.0), sample, part="abdomen")
    >>> print(reading.quality, reading.values["ac"], reading.values["ga"])
    good 160.4 mm 21.2 weeks (20.0 to 22.5)
    """
    short, name = LENGTHS[part]
    round_mm, notes = ellipse.circumference, [doubt for doubt in doubts if doubt]
    if (cut := share_outside(ellipse, sample)) > CUT_DOUBTFUL:
        notes.append(_("{:.0%} of the outline lies outside the picture: {} is a guess.").format(cut, name))
    if sample.spacing is None:
        values = {
            short: Value(None, "mm", reason=NO_SCALE),
            f"{short}_px": Value(round_mm, "pixels"),
            "ga": Value(None, "weeks", reason=NO_SCALE),
        }
    else:
        values = {short: Value(round_mm, "mm"), "ga": weeks_from(round_mm, length=short)}
    mask = ellipse.mask(sample.shape, sample.spacing or (1.0, 1.0)) if mask is None else mask
    quality = "doubtful" if notes else "good"
    return Reading(mask=mask, ellipse=ellipse, values=values, quality=quality, notes=tuple(notes))
