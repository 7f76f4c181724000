"""How far a network is off the truth on one picture, and whether that counts as broken."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import gettext as _

from ..measure import dice, hc_error, weeks_from_hc
from ..sample import Reading, Sample

__all__ = ["HC_LIMIT", "OVERLAP_LIMIT", "Judgement", "judge", "rule"]

#: Beyond this part of the true HC an outline counts as broken.
HC_LIMIT = 0.05
#: Below this Dice it counts as broken, whatever its circumference.
OVERLAP_LIMIT = 0.85


@dataclass(frozen=True)
class Judgement:
    """A reading beside the truth.

    Parameters
    ----------
    true_mm : float or None
        The true HC; None where the plane shows no whole head, and then nothing can be judged.
    error_mm, error : float or None
        Of HC, in mm and as a part of the truth; None without an outline.
    overlap : float
        Dice of the network's mask and the true head.
    days : float or None
        The age from the outline less the age that the true HC gives; None where a chart ends.
    broken : str
        Why it counts as broken, in a few words; empty where it holds.
    """

    true_mm: float | None = None
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
    true = sample.truth.get("hc_mm")
    if not true:
        return Judgement()
    hc = reading.values["hc"].value if reading.ellipse is not None else None
    if hc is None or reading.mask is None:
        return Judgement(true, broken=_("no outline"))
    error_mm, error = hc_error(hc, true)
    overlap = dice(reading.mask, sample.mask("head"))
    return Judgement(true, error_mm, error, overlap, _days(reading, true), _why(error, overlap))


def rule() -> str:
    """Say what counts as broken.

    Examples
    --------
    >>> rule()
    'Broken: HC off by more than 5 %, Dice below 0.85, or no outline.'
    """
    said = _("Broken: HC off by more than {hc:.0f} %, Dice below {dice:.2f}, or no outline.")
    return said.format(hc=100 * HC_LIMIT, dice=OVERLAP_LIMIT)


def _why(error: float, overlap: float) -> str:
    if abs(error) > HC_LIMIT:
        return _("HC is off by {:+.1f} %").format(100 * error)
    if overlap < OVERLAP_LIMIT:
        return _("Dice is {:.2f}").format(overlap)
    return ""


def _days(reading: Reading, true_mm: float) -> float | None:
    found, by_truth = reading.values["ga"].value, weeks_from_hc(true_mm).value
    return None if found is None or by_truth is None else 7 * (found - by_truth)
