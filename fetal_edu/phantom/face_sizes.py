"""How large a fetus's orbits and lenses are at an age.

Each chart gives a mean and a standard deviation in mm. Where a source gives no standard deviation but r or
R^2 of its straight line, it is what they leave unexplained for ages spread evenly over the study:
``slope * (last - first) / sqrt(12) * sqrt((1 - R^2) / R^2)``.
"""

from __future__ import annotations

__all__ = ["binocular_chart", "interocular_chart", "lens_chart", "orbit_chart"]


def interocular_chart(weeks: float) -> tuple[float, float]:
    """Distance between the inner margins of the orbits: mean and standard deviation, mm.

    References
    ----------
    K. Sukonpan and V. Phupong, J Med Assoc Thai 91 (2008) 1318-1322: 595 fetuses, 15-40 weeks, R^2 0.887.

    Examples
    --------
    >>> round(interocular_chart(20)[0], 1)
    12.5
    """
    return 2.304 + 0.510 * weeks, 1.3


def binocular_chart(weeks: float) -> tuple[float, float]:
    """Distance between the outer margins of the orbits: mean and standard deviation, mm.

    References
    ----------
    As `interocular_chart`; R^2 0.953.

    Examples
    --------
    >>> round(binocular_chart(20)[0], 1)
    31.0
    """
    return 2.590 + 1.420 * weeks, 2.3


def orbit_chart(weeks: float) -> tuple[float, float]:
    """Diameter of an orbit: mean and standard deviation, mm; followed from 36 to 38 weeks beyond its data.

    References
    ----------
    I. Goldstein et al., Ultrasound Obstet Gynecol 12 (1998) 175-179: 349 fetuses, 14-36 weeks, r 0.94.
    Another chart (Suh 2006: 0.654 weeks - 0.856) is up to 5 mm above it and leaves no room between the
    inner and outer margins of the two charts above.

    Examples
    --------
    >>> mean = orbit_chart(20)[0]
    >>> between = (binocular_chart(20)[0] - interocular_chart(20)[0]) / 2
    >>> f"{mean:.1f} mm; between the margins {between:.1f} mm"
    '9.3 mm; between the margins 9.2 mm'
    """
    return 0.5 * weeks - 0.66, 1.15


def lens_chart(weeks: float) -> tuple[float, float]:
    """Diameter of a lens: mean and standard deviation, mm; from the circumference of the same study.

    References
    ----------
    As `orbit_chart`: circumference 2.78 + 0.4 weeks, r 0.89.

    Examples
    --------
    >>> round(lens_chart(20)[0], 1)
    3.4
    """
    return (2.78 + 0.4 * weeks) / 3.1416, 0.4
