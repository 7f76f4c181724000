"""Growth charts: how large a head, an abdomen and a thigh bone are at an age, and how much they vary.

Each chart gives a mean and a standard deviation in mm. They are those of INTERGROWTH-21st, made from healthy
women in eight countries. A place on a chart is no diagnosis.

References
----------
A. Papageorghiou et al., Lancet 384 (2014) 869-879.
"""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from math import exp, log

from scipy.special import ndtr

from fetal_edu.measure.checks import checked_length, checked_number
from fetal_edu.sample import Value

__all__ = [
    "CHARTS",
    "CHART_WEEKS",
    "ac_chart",
    "bpd_chart",
    "centile",
    "centile_at",
    "fl_chart",
    "hc_chart",
    "ofd_chart",
]

CHART_WEEKS = (14.0, 40.0)  # INTERGROWTH-21st fetal charts


def hc_chart(weeks: float, *, extrapolate: bool = False) -> tuple[float, float]:
    """Head circumference at a gestational age: mean and standard deviation in mm.

    Parameters
    ----------
    weeks : float
        Gestational age in exact weeks; 20.5 is 20 weeks and 3.5 days.
    extrapolate : bool
        Follow the polynomial below 14 weeks, where the chart has no data. The simulator does.

    Returns
    -------
    (mean, sd) : floats, mm

    Raises
    ------
    ValueError
        If the age lies outside the chart, 14 to 40 weeks.

    References
    ----------
    INTERGROWTH-21st, Lancet 384 (2014) 869-879.

    Examples
    --------
    >>> mean, sd = hc_chart(20)
    >>> print(f"{mean:.1f} mm, sd {sd:.2f} mm")
    172.5 mm, sd 7.44 mm
    """
    w = _age(weeks, extrapolate)
    ln = log(w)
    mean = -28.2849 + 1.69267 * w**2 - 0.397485 * w**2 * ln
    sd = 1.98735 + 0.0136772 * w**3 - 0.00726264 * w**3 * ln + 0.000976253 * w**3 * ln**2
    return mean, sd


def bpd_chart(weeks: float, *, extrapolate: bool = False) -> tuple[float, float]:
    """Biparietal diameter at a gestational age, as `hc_chart`.

    Examples
    --------
    >>> round(bpd_chart(20)[0], 1)
    48.4
    """
    w = _age(weeks, extrapolate)
    ln = log(w)
    mean = 5.60878 + 0.158369 * w**2 - 0.00256379 * w**3
    sd = exp(0.101242 + 0.00150557 * w**3 - 0.000771535 * w**3 * ln + 0.0000999638 * w**3 * ln**2)
    return mean, sd


def ofd_chart(weeks: float, *, extrapolate: bool = False) -> tuple[float, float]:
    """Occipitofrontal diameter at a gestational age, as `hc_chart`.

    Examples
    --------
    >>> round(ofd_chart(20)[0], 1)
    60.7
    """
    w = _age(weeks, extrapolate)
    ln = log(w)
    mean = -12.4097 + 0.626342 * w**2 - 0.148075 * w**2 * ln
    sd = exp(-0.880034 + 0.0631165 * w**2 - 0.0317136 * w**2 * ln + 0.00408302 * w**2 * ln**2)
    return mean, sd


def ac_chart(weeks: float, *, extrapolate: bool = False) -> tuple[float, float]:
    """Abdominal circumference at a gestational age, as `hc_chart`.

    Examples
    --------
    >>> round(ac_chart(20)[0], 1)
    147.7
    """
    w = _age(weeks, extrapolate)
    ln = log(w)
    mean = -81.3243 + 11.6772 * w - 0.000561865 * w**3
    sd = -4.36302 + 0.121445 * w**2 - 0.0130256 * w**3 + 0.00282143 * w**3 * ln
    return mean, sd


def fl_chart(weeks: float, *, extrapolate: bool = False) -> tuple[float, float]:
    """Femur length at a gestational age, as `hc_chart`.

    Examples
    --------
    >>> round(fl_chart(20)[0], 1)
    31.3
    """
    w = _age(weeks, extrapolate)
    mean = -39.9616 + 4.32298 * w - 0.0380156 * w**2
    sd = exp(0.605843 - 42.0014 * w**-2 + 0.00000917972 * w**3)
    return mean, sd


def centile(value: float, mean: float, sd: float) -> float:
    """Tell which share of healthy fetuses of that age is smaller, in percent.

    Parameters
    ----------
    value : float
        A measurement, in the chart's unit.
    mean, sd : float
        As a chart gives them for the age.

    Returns
    -------
    float
        0 to 100. The charts take the measurements of one age as normally distributed.

    Examples
    --------
    >>> f"{centile(160.2, *hc_chart(20)):.0f}th centile"
    '5th centile'
    """
    value, mean = checked_number(value, "a measurement"), checked_number(mean, "a mean")
    sd = checked_number(sd, "a standard deviation")
    if sd <= 0:
        raise ValueError(f"a standard deviation of {sd}: it must be above 0")
    return float(100 * ndtr((value - mean) / sd))


#: The chart of each length, by its short name.
CHARTS = {"hc": hc_chart, "ac": ac_chart, "bpd": bpd_chart, "ofd": ofd_chart, "fl": fl_chart}


def centile_at(mm: float, weeks: float, *, length: str = "hc") -> Value:
    """Place a measurement on the chart of its age.

    Parameters
    ----------
    mm : float
        What was measured, in mm.
    weeks : float
        The age that is known without this measurement, in exact weeks. An age that comes from the
        measurement itself puts every fetus near the mean.
    length : ``"hc"``, ``"ac"``, ``"bpd"``, ``"ofd"`` or ``"fl"``
        What it is. BPD is taken from outer to outer border, as the chart does.

    Returns
    -------
    Value
        The centile; no value, and the reason, where the chart has no data for the age.

    Raises
    ------
    ValueError
        If `mm` is no length, the age no number, or the name of the length unknown.

    Examples
    --------
    >>> print(centile_at(247, 28))
    6.7 centile
    >>> print(centile_at(61, 11.0))
    no value: the chart goes from 14 to 40 weeks: 11 weeks have no place on it
    """
    chart = chart_of(length)
    mm, weeks = checked_length(mm, f"{length.upper()}"), checked_number(weeks, "an age in weeks")
    first, last = CHART_WEEKS
    if not first <= weeks <= last:
        said = _("the chart goes from {first:g} to {last:g} weeks: {weeks:g} weeks have no place on it")
        return Value(None, "centile", reason=said.format(first=first, last=last, weeks=round(weeks, 2)))
    return Value(centile(mm, *chart(weeks)), "centile")


def chart_of(length: str) -> Callable[..., tuple[float, float]]:
    """Return the chart of a length, or say which there are."""
    if length not in CHARTS:
        raise ValueError(f"no chart for {length!r}: there is one for {', '.join(map(repr, CHARTS))}")
    return CHARTS[length]


def _age(weeks: float, extrapolate: bool) -> float:
    lowest, weeks = 10.0 if extrapolate else CHART_WEEKS[0], checked_number(weeks, "an age in weeks")
    if not lowest <= weeks <= CHART_WEEKS[1]:
        raise ValueError(f"{weeks} weeks lies outside the chart, {lowest:g} to {CHART_WEEKS[1]:g} weeks")
    return weeks
