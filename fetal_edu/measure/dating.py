"""Dating: how old a fetus is whose head has this circumference.

Two equations stand side by side. They were made from different women with different machines, and they
disagree by days, near term by weeks. Neither is a diagnosis.

References
----------
INTERGROWTH-21st: A. Papageorghiou et al., Ultrasound Obstet Gynecol 48 (2016) 719-726.
Hadlock: F. Hadlock et al., Radiology 152 (1984) 497-501.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import exp, log
from typing import Literal

from scipy.optimize import brentq

from fetal_edu.measure.growth import CHART_WEEKS, hc_chart
from fetal_edu.sample import Value

__all__ = ["format_weeks", "weeks_from_hc"]

Z_90 = 1.6448536269514722  # the 5th and 95th centile lie this many standard deviations from the mean

# Hadlock 1984: two standard deviations of the age, in weeks, by HC in mm. The table has gaps
# (144 to 151 mm); a value in a gap takes the wider of the two intervals beside it.
HADLOCK_RANGE_MM = (68.0, 360.0)
HADLOCK_TWO_SD = ((144.0, 1.19), (219.0, 1.48), (280.0, 2.06), (325.0, 2.98), (360.0, 3.2))

Chart = Literal["intergrowth", "hadlock"]


def weeks_from_hc(hc_mm: float, *, chart: Chart = "intergrowth") -> Value:
    """Gestational age for a head circumference.

    Parameters
    ----------
    hc_mm : float
        Head circumference in mm. Hadlock's paper is in cm: the conversion happens here.
    chart : ``"intergrowth"`` or ``"hadlock"``
        INTERGROWTH-21st: the published dating equation; the interval holds the ages at which this
        circumference lies between the 5th and the 95th centile. Hadlock: his equation, with two standard
        deviations of his table.

    Returns
    -------
    Value
        Weeks with low and high; no value, and the reason, where the chart has no data.

    Raises
    ------
    ValueError
        If the circumference is not a length, or the chart's name is unknown.

    Examples
    --------
    >>> print(weeks_from_hc(172.5))
    20.0 weeks (19.0 to 21.1)
    >>> print(weeks_from_hc(172.5, chart="hadlock"))
    19.8 weeks (18.3 to 21.3)
    >>> print(weeks_from_hc(61))
    no value: HC 61 mm lies below the INTERGROWTH-21st chart, which begins at 14 weeks
    """
    if not 0 < hc_mm < float("inf"):
        raise ValueError(f"a head circumference of {hc_mm} mm: give a length above 0")
    if chart == "intergrowth":
        return _intergrowth(hc_mm)
    if chart == "hadlock":
        return _hadlock(hc_mm)
    raise ValueError(f"no chart {chart!r}: take 'intergrowth' or 'hadlock'")


def format_weeks(weeks: float) -> str:
    """Write an age as obstetrics does: completed weeks + days.

    Examples
    --------
    >>> format_weeks(20.5), format_weeks(19.99)
    ('20+4', '20+0')
    """
    days = round(weeks * 7 + 1e-9)
    return f"{days // 7}+{days % 7}"


def _intergrowth(hc_mm: float) -> Value:
    name, first, last = "INTERGROWTH-21st chart", *CHART_WEEKS
    # The equation is for heads up to about 350 mm; far beyond, its cubic term would overflow.
    days = exp(0.05970 * log(hc_mm) ** 2 + 6.409e-9 * min(hc_mm, 500.0) ** 3 + 3.3258)
    weeks = days / 7
    if weeks < first:
        return _none(f"HC {hc_mm:.0f} mm lies below the {name}, which begins at {first:g} weeks")
    if weeks > last:
        return _none(f"HC {hc_mm:.0f} mm lies above the {name}, which ends at {last:g} weeks")
    low = _age_on_centile(hc_mm, lambda w: _centile(w, +Z_90))
    high = _age_on_centile(hc_mm, lambda w: _centile(w, -Z_90))
    # Near 38 weeks the dating equation and the chart part by a few days: keep the value inside.
    return Value(weeks, "weeks", low=min(low, weeks), high=max(high, weeks))


def _centile(weeks: float, z: float) -> float:
    mean, sd = hc_chart(weeks)
    return mean + z * sd


def _age_on_centile(hc_mm: float, curve: Callable[[float], float]) -> float:
    """Return the age at which a centile curve passes through `hc_mm`, or the chart's end on that side."""
    first, last = CHART_WEEKS
    if hc_mm <= curve(first):
        return first
    # The 5th centile flattens and turns down before 40 weeks: past its highest point there is no age.
    steps = [first + 0.25 * i for i in range(int((last - first) / 0.25) + 1)]
    for left, right in pairwise(steps):
        if curve(left) <= hc_mm <= curve(right):
            return float(brentq(lambda w: curve(w) - hc_mm, left, right))
    return last


def _hadlock(hc_mm: float) -> Value:
    smallest, largest = HADLOCK_RANGE_MM
    if hc_mm < smallest:
        return _none(f"HC {hc_mm:.0f} mm lies below Hadlock's table, which begins at {smallest:g} mm")
    if hc_mm > largest:
        return _none(f"HC {hc_mm:.0f} mm lies above Hadlock's table, which ends at {largest:g} mm")
    hc_cm = hc_mm / 10
    weeks = 8.96 + 0.540 * hc_cm + 0.0003 * hc_cm**3
    two_sd = next(sd for upper, sd in HADLOCK_TWO_SD if hc_mm <= upper)
    return Value(weeks, "weeks", low=weeks - two_sd, high=weeks + two_sd)


def _none(reason: str) -> Value:
    return Value(None, "weeks", reason=reason)
