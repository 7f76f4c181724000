"""Both charts side by side: what they say of one measurement, and how far they are apart.

INTERGROWTH-21st and Hadlock were made from different women, thirty years apart. Where they disagree, neither
is wrong: an age from one measurement is not known better than the charts agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext

from fetal_edu.measure.dating import format_weeks, weeks_from
from fetal_edu.measure.diameters import hadlock_bpd
from fetal_edu.measure.weight import estimated_weight
from fetal_edu.sample import Value

__all__ = ["Disagreement", "both_charts", "both_weights"]


@dataclass(frozen=True)
class Disagreement:
    """Two readings of one measurement.

    Parameters
    ----------
    intergrowth, hadlock : Value
        What each chart says.
    difference : Value
        Hadlock less INTERGROWTH-21st: ages in days, weights in grams. No value, and the reason, where one
        of the charts has nothing to say.
    sentence : str
        The same for a reader, in one sentence.
    """

    intergrowth: Value
    hadlock: Value
    difference: Value
    sentence: str


def both_charts(mm: float, *, length: str = "hc") -> Disagreement:
    """Date one measurement by both charts, and say how far they are apart.

    Parameters
    ----------
    mm : float
        In mm. BPD from outer to outer border, as `Ellipse.bpd` gives it; for Hadlock, who measured from
        outer to inner, it is turned into that.
    length : ``"hc"``, ``"ac"``, ``"bpd"`` or ``"fl"``

    Returns
    -------
    Disagreement
        Ages in weeks, their difference in whole days, as the ages are written.

    Raises
    ------
    ValueError
        As `weeks_from`.

    Examples
    --------
    >>> both = both_charts(172.5)
    >>> both.difference.value
    -1.0
    >>> both.sentence
    'Hadlock says 1 day less than INTERGROWTH-21st: 19+6 against 20+0 weeks, inside its interval.'
    >>> both_charts(61).sentence
    'The charts cannot be compared: HC 61 mm lies below the INTERGROWTH-21st chart, which begins at 14 weeks.'
    """
    intergrowth = weeks_from(mm, length=length)
    for_hadlock = hadlock_bpd(mm) if length == "bpd" else mm
    hadlock = weeks_from(for_hadlock, length=length, chart="hadlock")
    if intergrowth.value is None or hadlock.value is None:
        return _one_missing(intergrowth, hadlock, "days")
    days = round(hadlock.value * 7 + 1e-9) - round(intergrowth.value * 7 + 1e-9)
    if days > 0:
        said = _("Hadlock says {days} more than INTERGROWTH-21st: {hadlock} against {other} weeks, {inside}.")
    elif days < 0:
        said = _("Hadlock says {days} less than INTERGROWTH-21st: {hadlock} against {other} weeks, {inside}.")
    else:
        said = _("Both charts say the same: {other} weeks.")
    inside = intergrowth.low <= hadlock.value <= intergrowth.high
    said = said.format(
        days=ngettext("{} day", "{} days", abs(days)).format(abs(days)),
        hadlock=format_weeks(hadlock.value),
        other=format_weeks(intergrowth.value),
        inside=_("inside its interval") if inside else _("outside its interval"),
    )
    return Disagreement(intergrowth, hadlock, Value(float(days), "days"), said)


def both_weights(*, hc_mm: float, ac_mm: float, fl_mm: float, bpd_mm: float | None = None) -> Disagreement:
    """Estimate the weight by both formulas, and say how far they are apart.

    Parameters
    ----------
    hc_mm, ac_mm, fl_mm, bpd_mm : float
        In mm; BPD from outer to outer border.

    Returns
    -------
    Disagreement
        Weights in grams, their difference in grams.

    Raises
    ------
    ValueError
        As `estimated_weight`.

    Examples
    --------
    >>> both_weights(hc_mm=260.4, ac_mm=233.3, fl_mm=51.3).sentence
    'Hadlock says 33 g more than INTERGROWTH-21st (3 %): 1114 and 1081 g.'
    """
    intergrowth = estimated_weight(hc_mm=hc_mm, ac_mm=ac_mm, chart="intergrowth")
    hadlock = estimated_weight(hc_mm=hc_mm, ac_mm=ac_mm, fl_mm=fl_mm, bpd_mm=bpd_mm)
    if intergrowth.value is None or hadlock.value is None:
        return _one_missing(intergrowth, hadlock, "g")
    grams = round(hadlock.value) - round(intergrowth.value)
    if grams > 0:
        said = _(
            "Hadlock says {grams} g more than INTERGROWTH-21st ({percent:.0f} %): {hadlock} and {other} g."
        )
    elif grams < 0:
        said = _(
            "Hadlock says {grams} g less than INTERGROWTH-21st ({percent:.0f} %): {hadlock} and {other} g."
        )
    else:
        said = _("Both formulas say the same: {other} g.")
    percent = 100 * abs(grams) / intergrowth.value
    said = said.format(
        grams=abs(grams), percent=percent, hadlock=round(hadlock.value), other=round(intergrowth.value)
    )
    return Disagreement(intergrowth, hadlock, Value(float(grams), "g"), said)


def _one_missing(intergrowth: Value, hadlock: Value, unit: str) -> Disagreement:
    reason = intergrowth.reason or hadlock.reason
    said = _("The charts cannot be compared: {}.").format(reason)
    return Disagreement(intergrowth, hadlock, Value(None, unit, reason=reason), said)
