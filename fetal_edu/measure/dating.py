"""Dating: how old a fetus is whose head, abdomen or thigh bone measures this much.

Two equations stand side by side. They were made from different women with different machines, and they
disagree: by up to four days for heads, by more than two weeks for a thigh bone near term. See
`fetal_edu.measure.both_charts`. Neither is a diagnosis.

References
----------
INTERGROWTH-21st: A. Papageorghiou et al., Ultrasound Obstet Gynecol 48 (2016) 719-726 (dating), and
Lancet 384 (2014) 869-879 (growth).
Hadlock: F. Hadlock et al., Radiology 152 (1984) 497-501.
"""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from itertools import pairwise
from math import exp, log
from typing import Literal

from scipy.optimize import brentq

from fetal_edu.measure.checks import checked_length, checked_number
from fetal_edu.measure.growth import CHART_WEEKS, chart_of
from fetal_edu.sample import Value

__all__ = ["format_weeks", "weeks_from", "weeks_from_hc", "weeks_from_hc_ac", "weeks_from_hc_fl"]

Z_90 = 1.6448536269514722  # the 5th and 95th centile lie this many standard deviations from the mean

# Hadlock 1984: two standard deviations of the age, in weeks, by HC in mm. The table has gaps
# (144 to 151 mm); a value in a gap takes the wider of the two intervals beside it.
HADLOCK_RANGE_MM = (68.0, 360.0)
HADLOCK_TWO_SD = ((144.0, 1.19), (219.0, 1.48), (280.0, 2.06), (325.0, 2.98), (360.0, 3.2))
HADLOCK_WEEKS = (14.0, 42.0)  # the ages of the women that his equations were made from

# Hadlock's equations take cm and give weeks.
_HADLOCK = {
    "ac": lambda cm: 8.14 + 0.753 * cm + 0.0036 * cm**2,
    "bpd": lambda cm: 9.54 + 1.482 * cm + 0.1676 * cm**2,
    "fl": lambda cm: 10.35 + 2.460 * cm + 0.170 * cm**2,
}

_NAMES = {
    "hc": "a head circumference",
    "ac": "an abdominal circumference",
    "bpd": "a biparietal diameter",
    "fl": "a femur length",
}
_INTERGROWTH = "INTERGROWTH-21st"

Chart = Literal["intergrowth", "hadlock"]


def weeks_from(mm: float, *, length: str = "hc", chart: Chart = "intergrowth") -> Value:
    """Gestational age for one measurement.

    Parameters
    ----------
    mm : float
        In mm. Hadlock's paper is in cm: the conversion happens here.
    length : ``"hc"``, ``"ac"``, ``"bpd"`` or ``"fl"``
        What was measured. BPD differs: INTERGROWTH-21st measures from outer to outer border, Hadlock from
        outer to inner. Give each chart its own; `fetal_edu.measure.bpd_outer_to_inner` turns one into the
        other.
    chart : ``"intergrowth"`` or ``"hadlock"``
        INTERGROWTH-21st: for HC the published dating equation; the others have none, so the age is the one
        whose mean on the growth chart is this length. The interval holds the ages at which this length lies
        between the 5th and the 95th centile. Hadlock: his equations; for HC with two standard deviations of
        his table, for the others without an interval.

    Returns
    -------
    Value
        Weeks; no value, and the reason, where the chart has no data.

    Raises
    ------
    ValueError
        If `mm` is no length, or the name of the length or chart is unknown.

    Examples
    --------
    >>> print(weeks_from(233.3, length="ac"))
    28.0 weeks (26.3 to 30.0)
    >>> print(weeks_from(233.3, length="ac", chart="hadlock"))
    27.7 weeks
    >>> print(weeks_from(5, length="fl"))
    no value: FL 5 mm lies below the INTERGROWTH-21st chart, which begins at 14 weeks
    """
    if length not in _NAMES:
        raise ValueError(f"no dating by {length!r}: take {', '.join(map(repr, _NAMES))}")
    mm = checked_length(mm, _NAMES[length])
    if chart == "intergrowth":
        return _intergrowth(mm, length)
    if chart == "hadlock":
        return _hadlock_hc(mm) if length == "hc" else _hadlock(mm, length)
    raise ValueError(f"no chart {chart!r}: take 'intergrowth' or 'hadlock'")


def weeks_from_hc(hc_mm: float, *, chart: Chart = "intergrowth") -> Value:
    """Gestational age for a head circumference in mm, as `weeks_from`.

    Examples
    --------
    >>> print(weeks_from_hc(172.5))
    20.0 weeks (19.0 to 21.1)
    >>> print(weeks_from_hc(172.5, chart="hadlock"))
    19.8 weeks (18.3 to 21.3)
    >>> print(weeks_from_hc(61))
    no value: HC 61 mm lies below the INTERGROWTH-21st chart, which begins at 14 weeks
    """
    return weeks_from(hc_mm, length="hc", chart=chart)


def weeks_from_hc_fl(hc_mm: float, fl_mm: float) -> Value:
    """Gestational age for head and thigh together, by INTERGROWTH-21st: the dating it prefers.

    Parameters
    ----------
    hc_mm, fl_mm : float
        Head circumference and femur length, in mm.

    Returns
    -------
    Value
        Weeks, without an interval; no value, and the reason, where one of the two is off its chart.

    Raises
    ------
    ValueError
        If one of the two is no length.

    Examples
    --------
    >>> print(weeks_from_hc_fl(260.4, 51.3))
    28.2 weeks
    """
    for alone in (weeks_from(hc_mm, length="hc"), weeks_from(fl_mm, length="fl")):
        if alone.value is None:
            return alone
    days = exp(0.03243 * log(hc_mm) ** 2 + 0.001644 * fl_mm * log(hc_mm) + 3.813)
    return Value(days / 7, "weeks")


def weeks_from_hc_ac(hc_mm: float, ac_mm: float) -> Value:
    """Gestational age for head and abdomen together, by Hadlock.

    Parameters
    ----------
    hc_mm, ac_mm : float
        Head and abdominal circumference, in mm.

    Returns
    -------
    Value
        Weeks, without an interval; no value, and the reason, where one of the two is off Hadlock's chart.

    Raises
    ------
    ValueError
        If one of the two is no length.

    Examples
    --------
    >>> print(weeks_from_hc_ac(260.4, 233.3))
    27.4 weeks
    """
    for length, mm in (("hc", hc_mm), ("ac", ac_mm)):
        alone = weeks_from(mm, length=length, chart="hadlock")
        if alone.value is None:
            return alone
    return Value(10.31 + 0.012 * (hc_mm / 10) ** 2 + 0.3850 * ac_mm / 10, "weeks")


def format_weeks(weeks: float) -> str:
    """Write an age as obstetrics does: completed weeks + days.

    Raises
    ------
    ValueError
        If the age is negative or no number.

    Examples
    --------
    >>> format_weeks(20.5), format_weeks(19.99)
    ('20+4', '20+0')
    """
    weeks = checked_number(weeks, "an age in weeks")
    if weeks < 0:
        raise ValueError(f"an age of {weeks} weeks: give a number, 0 or above")
    days = round(weeks * 7 + 1e-9)
    return f"{days // 7}+{days % 7}"


def _intergrowth(mm: float, length: str) -> Value:
    first, last = CHART_WEEKS
    curve = _mean_of(length, 0.0)
    if length == "hc":
        # The equation is for heads of about 100 to 350 mm. Far beyond, its cubic term would overflow; below
        # 1 mm its square of a logarithm grows again.
        near = min(max(mm, 10.0), 500.0)
        weeks = exp(0.05970 * log(near) ** 2 + 6.409e-9 * near**3 + 3.3258) / 7
    elif curve(first) <= mm <= curve(last):
        weeks = float(brentq(lambda w: curve(w) - mm, first, last))
    else:
        weeks = 0.0 if mm < curve(first) else float("inf")
    if weeks < first:
        begins = _("{name} {mm:.0f} mm lies below the {chart} chart, which begins at {first:g} weeks")
        return _none(begins.format(name=length.upper(), mm=mm, chart=_INTERGROWTH, first=first))
    if weeks > last:
        ends = _("{name} {mm:.0f} mm lies above the {chart} chart, which ends at {last:g} weeks")
        return _none(ends.format(name=length.upper(), mm=mm, chart=_INTERGROWTH, last=last))
    low, high = (_age_on_curve(mm, _mean_of(length, z)) for z in (+Z_90, -Z_90))
    # Near 38 weeks the dating equation and the chart part by a few days: keep the value inside.
    return Value(weeks, "weeks", low=min(low, weeks), high=max(high, weeks))


def _mean_of(length: str, z: float) -> Callable[[float], float]:
    """Return the curve of a chart that lies `z` standard deviations above its mean, in mm by weeks."""
    chart = chart_of(length)

    def curve(weeks: float) -> float:
        mean, sd = chart(weeks)
        return mean + z * sd

    return curve


def _age_on_curve(mm: float, curve: Callable[[float], float]) -> float:
    """Return the age at which a centile curve passes through `mm`, or the chart's end on that side."""
    first, last = CHART_WEEKS
    if mm <= curve(first):
        return first
    # The 5th centile flattens and turns down before 40 weeks: past its highest point there is no age.
    steps = [first + 0.25 * i for i in range(int((last - first) / 0.25) + 1)]
    for left, right in pairwise(steps):
        if curve(left) <= mm <= curve(right):
            return float(brentq(lambda w: curve(w) - mm, left, right))
    return last


def _hadlock_hc(hc_mm: float) -> Value:
    smallest, largest = HADLOCK_RANGE_MM
    if hc_mm < smallest:
        said = _("HC {hc:.0f} mm lies below Hadlock's table, which begins at {end:g} mm")
        return _none(said.format(hc=hc_mm, end=smallest))
    if hc_mm > largest:
        said = _("HC {hc:.0f} mm lies above Hadlock's table, which ends at {end:g} mm")
        return _none(said.format(hc=hc_mm, end=largest))
    hc_cm = hc_mm / 10
    weeks = 8.96 + 0.540 * hc_cm + 0.0003 * hc_cm**3
    two_sd = next(sd for upper, sd in HADLOCK_TWO_SD if hc_mm <= upper)
    return Value(weeks, "weeks", low=weeks - two_sd, high=weeks + two_sd)


def _hadlock(mm: float, length: str) -> Value:
    first, last = HADLOCK_WEEKS
    # No such length exceeds a metre: beyond, a square could overflow.
    weeks = _HADLOCK[length](min(mm, 1000.0) / 10)
    if weeks < first:
        said = _("{name} {mm:.0f} mm lies below Hadlock's equation, which begins at {first:g} weeks")
        return _none(said.format(name=length.upper(), mm=mm, first=first))
    if weeks > last:
        said = _("{name} {mm:.0f} mm lies above Hadlock's equation, which ends at {last:g} weeks")
        return _none(said.format(name=length.upper(), mm=mm, last=last))
    return Value(weeks, "weeks")


def _none(reason: str) -> Value:
    return Value(None, "weeks", reason=reason)
