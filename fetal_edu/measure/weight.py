"""Estimated fetal weight: head, abdomen and thigh in, grams out, by two published formulas that disagree.

The abdomen counts most: an AC that is 5 % too large makes the fetus 6 to 8 % too heavy. The formulas
themselves are off by about 10 % (one standard deviation) in a single fetus.

References
----------
F. Hadlock et al., Am J Obstet Gynecol 151 (1985) 333-337, and Radiology 181 (1991) 129-133.
J. Stirnemann et al., Ultrasound Obstet Gynecol 49 (2017) 478-486.
"""

from __future__ import annotations

from gettext import gettext as _
from math import exp, log

from scipy.special import ndtr

from fetal_edu.measure.checks import checked_number, shown
from fetal_edu.measure.dating import Chart, weeks_from
from fetal_edu.measure.diameters import hadlock_bpd
from fetal_edu.sample import Value

__all__ = ["efw_hadlock", "efw_intergrowth", "efw_median_hadlock", "estimated_weight", "weight_centile"]

WEIGHT_WEEKS = (22.0, 40.0)  # INTERGROWTH-21st weight chart
# Wide limits against slips, such as centimetres: far outside them the formulas turn back or explode.
POSSIBLE_MM = {"hc_mm": (50.0, 420.0), "ac_mm": (35.0, 400.0), "fl_mm": (4.0, 90.0), "bpd_mm": (12.0, 120.0)}


def estimated_weight(
    *,
    hc_mm: float,
    ac_mm: float,
    fl_mm: float | None = None,
    bpd_mm: float | None = None,
    chart: Chart = "hadlock",
) -> Value:
    """Weight with the limits of its formula: no number where the formula was not made for such a fetus.

    Parameters
    ----------
    hc_mm, ac_mm, fl_mm, bpd_mm : float
        In mm; BPD from outer to outer border. Hadlock needs FL; INTERGROWTH-21st uses neither FL nor BPD.
    chart : ``"hadlock"`` or ``"intergrowth"``

    Returns
    -------
    Value
        Grams. No value, and the reason, where a length is off the chart, or for INTERGROWTH-21st the head
        is of less than 22 weeks.

    Raises
    ------
    ValueError
        If one of them is no length, one that is needed is missing, or the chart's name is unknown.

    Examples
    --------
    >>> print(estimated_weight(hc_mm=260.4, ac_mm=233.3, fl_mm=51.3))
    1113.9 g
    >>> print(estimated_weight(hc_mm=172.5, ac_mm=147.7, chart="intergrowth"))
    no value: INTERGROWTH-21st weighs from 22 weeks on, and this head is of 20.0 weeks
    """
    if chart == "hadlock" and fl_mm is None:
        raise ValueError("Hadlock's weight needs the femur length: give fl_mm, or take chart='intergrowth'")
    bpd_mm = None if bpd_mm is None else hadlock_bpd(bpd_mm)
    lengths = {"hc": hc_mm, "ac": ac_mm}
    if chart == "hadlock":
        lengths |= {"fl": fl_mm} | ({} if bpd_mm is None else {"bpd": bpd_mm})
    ages = {name: weeks_from(mm, length=name, chart=chart) for name, mm in lengths.items()}
    for age in ages.values():
        if age.value is None:
            return Value(None, "g", reason=age.reason)
    if chart == "hadlock":
        return Value(efw_hadlock(hc_mm=hc_mm, ac_mm=ac_mm, fl_mm=fl_mm, bpd_mm=bpd_mm), "g")
    if ages["hc"].value < WEIGHT_WEEKS[0]:
        said = _("INTERGROWTH-21st weighs from {first:g} weeks on, and this head is of {weeks:.1f} weeks")
        reason = said.format(first=WEIGHT_WEEKS[0], weeks=ages["hc"].value)
        return Value(None, "g", reason=reason)
    return Value(efw_intergrowth(hc_mm=hc_mm, ac_mm=ac_mm), "g")


def efw_hadlock(
    *, hc_mm: float | None = None, ac_mm: float, fl_mm: float, bpd_mm: float | None = None
) -> float:
    """Weight in grams by Hadlock's formulas of 1985.

    Parameters
    ----------
    hc_mm, ac_mm, fl_mm, bpd_mm : float
        In mm; the paper is in cm, the conversion happens here. AC and FL are needed. With HC the formula
        of three is taken, with BPD too the one of four; its BPD ends at the inner border of the far skull
        wall, which changes the weight by less than 1 %.

    Returns
    -------
    float, grams

    Examples
    --------
    The means of 28 weeks:

    >>> round(efw_hadlock(hc_mm=260.4, ac_mm=233.3, fl_mm=51.3))
    1114
    """
    needed = ("ac_mm", "fl_mm")
    lengths = _centimetres(needed=needed, hc_mm=hc_mm, ac_mm=ac_mm, fl_mm=fl_mm, bpd_mm=bpd_mm)
    hc, ac, fl, bpd = (lengths[name] for name in ("hc_mm", "ac_mm", "fl_mm", "bpd_mm"))
    if hc is not None and bpd is not None:
        power = 1.3596 - 0.00386 * ac * fl + 0.0064 * hc + 0.00061 * bpd * ac + 0.0424 * ac + 0.174 * fl
    elif hc is not None:
        power = 1.326 - 0.00326 * ac * fl + 0.0107 * hc + 0.0438 * ac + 0.158 * fl
    elif bpd is None:
        power = 1.304 + 0.05281 * ac + 0.1938 * fl - 0.004 * ac * fl
    else:
        raise ValueError("Hadlock's formula with BPD needs HC too: give hc_mm, or leave out bpd_mm")
    return 10**power


def efw_intergrowth(*, hc_mm: float, ac_mm: float) -> float:
    """Weight in grams by the INTERGROWTH-21st formula, from 22 weeks on.

    Parameters
    ----------
    hc_mm, ac_mm : float
        In mm.

    Returns
    -------
    float, grams

    Examples
    --------
    >>> round(efw_intergrowth(hc_mm=260.4, ac_mm=233.3))
    1081
    """
    lengths = _centimetres(needed=("hc_mm", "ac_mm"), hc_mm=hc_mm, ac_mm=ac_mm)
    hc, ac = lengths["hc_mm"] / 100, lengths["ac_mm"] / 100
    return exp(5.084820 - 54.06633 * ac**3 - 95.80076 * ac**3 * log(ac) + 3.136370 * hc)


def efw_median_hadlock(weeks: float) -> float:
    """Median weight in grams at a gestational age, Hadlock 1991; one standard deviation is 12.7 % of it.

    Examples
    --------
    >>> round(efw_median_hadlock(28))
    1210
    """
    weeks = checked_number(weeks, "an age in weeks")
    if not 10 <= weeks <= 40:
        raise ValueError(f"{weeks} weeks lies outside the chart, 10 to 40 weeks")
    return exp(0.578 + 0.332 * weeks - 0.00354 * weeks**2)


def weight_centile(grams: float, weeks: float) -> float:
    """Centile of a weight on the INTERGROWTH-21st chart, in percent.

    The chart describes the logarithm of the weight by three curves: its median, its spread and its skew.

    Raises
    ------
    ValueError
        If the age lies outside the chart, 22 to 40 weeks, or the weight is none.

    Examples
    --------
    >>> f"{weight_centile(1081, 28):.0f}"
    '45'
    """
    weeks, grams = checked_number(weeks, "an age in weeks"), checked_number(grams, "a weight in grams")
    first, last = WEIGHT_WEEKS
    if not first <= weeks <= last:
        raise ValueError(f"{weeks} weeks lies outside the weight chart, {first:g} to {last:g} weeks")
    if not grams > 1:
        raise ValueError(f"a weight of {grams} g: give grams")
    w, ln = weeks, log(weeks)
    skew = -4.257629 - 2162.234 * w**-2 + 0.0002301829 * w**3
    median = 4.956737 + 0.0005019687 * w**3 - 0.0001227065 * w**3 * ln
    spread = 1e-4 * (-6.997171 + 0.057559 * w**3 - 0.01493946 * w**3 * ln)
    z = ((log(grams) / median) ** skew - 1) / (spread * skew)
    return float(100 * ndtr(z))


def _centimetres(*, needed: tuple[str, ...], **lengths_mm: float | None) -> dict[str, float | None]:
    """Return lengths in cm; None stays None where a length is not needed."""
    found = {}
    for name, value in lengths_mm.items():
        low, high = POSSIBLE_MM[name]
        if value is None and name not in needed:
            found[name] = None
            continue
        mm = checked_number(value, name)
        if not low <= mm <= high:
            raise ValueError(f"{name} is {shown(value)}: give mm, between {low:g} and {high:g}")
        found[name] = mm / 10
    return found
