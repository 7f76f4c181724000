"""How large the parts of a brain are at an age: mean and standard deviation of the INTERGROWTH-21st charts.

Each takes gestational age in exact weeks. The charts begin at 14 to 15 weeks; the simulator follows their
equations down to 11.

References
----------
R. Napolitano et al., Ultrasound Obstet. Gynecol. 56 (2020) 359-370: ventricles, cisterna magna, fissures.
M. J. Rodriguez-Sibaja et al., Ultrasound Obstet. Gynecol. 57 (2021) 614-623: cerebellum.
"""

from __future__ import annotations

from math import log, sqrt

__all__ = ["atrium_chart", "cisterna_chart", "occipital_depth", "sylvian_depth", "tcd_chart"]


def tcd_chart(weeks: float) -> tuple[float, float]:
    """Width of the cerebellum, the transcerebellar diameter: mean and standard deviation in mm.

    Examples
    --------
    >>> mean, sd = tcd_chart(20)
    >>> print(f"{mean:.1f} mm, sd {sd:.1f} mm")
    20.5 mm, sd 0.9 mm
    """
    cube = (weeks / 10) ** 3
    return -13.10907 + 20.8941 * sqrt(weeks / 10) + 0.5035914 * cube, 0.4719837 + 0.0500382 * cube


def atrium_chart(weeks: float) -> tuple[float, float]:
    """Width of the lateral ventricle at its atrium: mean and standard deviation in mm.

    Examples
    --------
    >>> mean, sd = atrium_chart(20)
    >>> print(f"{mean:.1f} mm, sd {sd:.1f} mm")
    6.9 mm, sd 1.2 mm
    """
    return 6.396214 + 0.00006205 * weeks**3, 1.204454


def cisterna_chart(weeks: float) -> tuple[float, float]:
    """Depth of the cisterna magna: mean and standard deviation of its logarithm, ``log(mm)``.

    Examples
    --------
    >>> from math import exp
    >>> mean, sd = cisterna_chart(20)
    >>> print(f"{exp(mean):.1f} mm, {exp(mean - sd):.1f} to {exp(mean + sd):.1f} mm")
    4.5 mm, 3.5 to 5.8 mm
    """
    mean = 2.098095 - 239.0659 / weeks**2 - 1.547e-7 * weeks**3
    return mean, 0.2297936 + 8.1872 / weeks**2


def sylvian_depth(weeks: float) -> float:
    """Mean depth of the Sylvian fissure in mm, 0 before it can be seen.

    Examples
    --------
    >>> round(sylvian_depth(20), 1)
    5.8
    """
    return max(80.27012 - (32.7877 + 100.1593 * log(weeks)) / sqrt(weeks), 0.0)


def occipital_depth(weeks: float) -> float:
    """Mean depth of the parieto-occipital fissure in mm, 0 before it can be seen.

    Examples
    --------
    >>> round(occipital_depth(20), 1)
    4.2
    """
    return max(10.29428 - 122.8447 / weeks + 0.00001038 * weeks**3, 0.0)
