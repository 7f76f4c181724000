"""How large a fetal heart and its great vessels are at an age: mean and standard deviation, in mm.

References
----------
The cardiac circumference is that of a cross-section of 678 fetuses of 14 to 40 weeks; aortic and pulmonary
valve are of 606. All three were measured in volumes that follow the beat (STIC). They are reference values
of healthy fetuses: a place on them is no diagnosis.
"""

from __future__ import annotations

from fetal_edu.measure import ac_chart

__all__ = [
    "aortic_valve_chart",
    "cardiac_circumference_chart",
    "pulmonary_valve_chart",
    "thoracic_circumference_chart",
]

THORAX_TO_ABDOMEN = 0.92


def cardiac_circumference_chart(weeks: float) -> tuple[float, float]:
    """Circumference of the heart in the four-chamber plane.

    Examples
    --------
    >>> mean, sd = cardiac_circumference_chart(24)
    >>> print(f"{mean:.1f} mm, sd {sd:.1f} mm")
    84.2 mm, sd 5.0 mm
    """
    w = float(weeks)
    return -53.11 + 6.56 * w - 0.035 * w**2, 0.67 + 0.18 * w


def aortic_valve_chart(weeks: float) -> tuple[float, float]:
    """Diameter of the aortic valve.

    Examples
    --------
    >>> round(aortic_valve_chart(24)[0], 1)
    4.0
    """
    return -2.4838 + 0.2702 * float(weeks), 0.1482 + 0.0156 * float(weeks)


def pulmonary_valve_chart(weeks: float) -> tuple[float, float]:
    """Diameter of the pulmonary valve, always a little more than the aortic one.

    Examples
    --------
    >>> round(pulmonary_valve_chart(24)[0], 1)
    4.5
    """
    return -2.5924 + 0.2935 * float(weeks), 0.2317 + 0.01524 * float(weeks)


def thoracic_circumference_chart(weeks: float) -> tuple[float, float]:
    """Circumference of the thorax in the four-chamber plane: 0.92 of the abdomen's (INTERGROWTH-21st).

    Examples
    --------
    >>> round(thoracic_circumference_chart(24)[0])
    176
    """
    mean, sd = ac_chart(weeks)
    return THORAX_TO_ABDOMEN * mean, THORAX_TO_ABDOMEN * sd
