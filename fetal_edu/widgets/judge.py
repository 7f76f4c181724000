"""How far a network is off the truth on one picture, and whether that counts as broken."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import gettext as _

from ..measure import dice, hc_error, weeks_from_hc
from ..sample import Reading, Sample

__all__ = ["HC_LIMIT", "OVERLAP_LIMIT", "Judgement", "judge", "rule", "true_length"]

#: Beyond this part of the true HC an outline counts as broken.
HC_LIMIT = 0.05
#: Below this Dice it counts as broken, whatever its circumference.
OVERLAP_LIMIT = 0.85
#: A measured border that agrees with the head's labels to this Dice is the head's: others may be the heart's.
WHOLE = 0.95


@dataclass(frozen=True)
class Judgement:
    """A reading beside the truth.

    Parameters
    ----------
    true_mm : float or None
        The true length of the head's outline; None where no such outline is known: nothing is judged then.
    is_hc : bool
        Whether that length is the head circumference: in other planes of the head it is not.
    error_mm, error : float or None
        Of the length, in mm and as a part of the truth; None without an outline.
    overlap : float
        Dice of the network's mask and the true head.
    days : float or None
        The age from the outline less the age that the true HC gives; None without HC, or where a chart ends.
    broken : str
        Why it counts as broken, in a few words; empty where it holds.
    """

    true_mm: float | None = None
    is_hc: bool = False
    error_mm: float | None = None
    error: float | None = None
    overlap: float = 0.0
    days: float | None = None
    broken: str = ""


def judge(sample: Sample, reading: Reading) -> Judgement:
    """Compare a reading with a sample's truth.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> from fetal_edu.sample import Value
    >>> sample = draw_head(7, weeks=21, shape=(48, 72))
    >>> outline, mask = sample.truth["ellipse"], sample.mask("head")
    >>> values = {"hc": Value(outline.circumference, "mm"), "ga": Value(21.0, "weeks")}
    >>> judge(sample, Reading(mask=mask, ellipse=outline, values=values)).broken
    ''
    >>> judge(sample, Reading()).broken
    'no outline'
    """
    true, is_hc = true_length(sample)
    if true is None:
        return Judgement()
    found = reading.values["hc"].value if reading.ellipse is not None else None
    if found is None or reading.mask is None:
        return Judgement(true, is_hc, broken=_("no outline"))
    error_mm, error = hc_error(found, true)
    overlap = dice(reading.mask, sample.mask("head"))
    days = _days(reading, true) if is_hc else None
    return Judgement(true, is_hc, error_mm, error, overlap, days, _why(error, overlap, is_hc))


def true_length(sample: Sample) -> tuple[float | None, bool]:
    """Return the length of the head's outline in mm, and whether it is HC; None where no outline is known.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> length, is_hc = true_length(draw_head(7, weeks=21, shape=(48, 72)))
    >>> round(length, 1), is_hc
    (182.5, True)
    """
    ellipse = sample.truth.get("ellipse")
    if sample.truth.get("hc_mm"):
        return sample.truth["hc_mm"], True
    if ellipse is None or "head" not in sample.classes:
        return None, False
    whole = dice(ellipse.mask(sample.shape, sample.spacing), sample.mask("head")) >= WHOLE
    return (ellipse.circumference if whole else None), False


def rule() -> str:
    """Say what counts as broken.

    Examples
    --------
    >>> rule()
    'Broken: HC off by over 5 %, Dice below 0.85, or no outline.'
    """
    said = _("Broken: HC off by over {hc:.0f} %, Dice below {dice:.2f}, or no outline.")
    return said.format(hc=100 * HC_LIMIT, dice=OVERLAP_LIMIT)


def _why(error: float, overlap: float, is_hc: bool) -> str:
    if abs(error) > HC_LIMIT:
        # A hundredth more where a tenth would say that it is at the limit.
        part = f"{100 * error:+.1f}" if round(100 * abs(error), 1) > 100 * HC_LIMIT else f"{100 * error:+.2f}"
        return (_("HC is off by {} %") if is_hc else _("its length is off by {} %")).format(part)
    if overlap < OVERLAP_LIMIT:
        return _("Dice is {:.2f}").format(overlap)
    return ""


def _days(reading: Reading, true_mm: float) -> float | None:
    found, by_truth = reading.values["ga"].value, weeks_from_hc(true_mm).value
    return None if found is None or by_truth is None else 7 * (found - by_truth)
