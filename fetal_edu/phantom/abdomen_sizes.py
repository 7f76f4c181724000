"""How large the organs of a fetal trunk are at an age: mean and standard deviation in mm.

Below 20 weeks, where the sources have no data, both follow the abdominal circumference in proportion. The
standard deviations are rounded from the sources' figures; they are made for drawing, not for judging.
"""

from __future__ import annotations

from fetal_edu.measure import ac_chart

__all__ = ["kidney_chart", "vein_chart"]


def vein_chart(weeks: float) -> tuple[float, float]:
    """Diameter of the umbilical vein inside the abdomen: mean and standard deviation, mm.

    The line from 3.3 mm at 20 weeks to 7.0 mm at 39 weeks, with a standard deviation of 12 % (ours).

    References
    ----------
    Z-score reference ranges for umbilical vein diameter and blood flow volume in normal fetuses, J
    Ultrasound Med 41 (2022) 907-916: 858 fetuses of 20 to 39 weeks.

    Examples
    --------
    >>> mean, sd = vein_chart(30)
    >>> print(f"{mean:.1f} mm, sd {sd:.1f} mm")
    5.2 mm, sd 0.6 mm
    """
    mean = _from_20_weeks(weeks, 3.3, (7.0 - 3.3) / 19)
    return mean, 0.12 * mean


def kidney_chart(weeks: float) -> tuple[float, float]:
    """Length of a kidney: mean and standard deviation, mm.

    The line from 20.9 mm at 20 weeks to 41.4 mm at 41 weeks, with a standard deviation of 4 % (ours).

    References
    ----------
    J. Edevbie, Niger J Clin Pract 21 (2018) 960-966: 400 women, 20 to 41 weeks.

    Examples
    --------
    >>> mean, sd = kidney_chart(30)
    >>> print(f"{mean:.1f} mm, sd {sd:.1f} mm")
    30.7 mm, sd 1.2 mm
    """
    mean = _from_20_weeks(weeks, 20.9, (41.4 - 20.9) / 21)
    return mean, 0.04 * mean


def _from_20_weeks(weeks: float, at_20: float, per_week: float) -> float:
    if weeks >= 20:
        return at_20 + per_week * (weeks - 20)
    return at_20 * ac_chart(weeks, extrapolate=True)[0] / ac_chart(20)[0]
