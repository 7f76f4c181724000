"""What arrives from a browser: each value passes a check here before it counts.

A browser is not trusted. A check returns the value in the one form that the rest of the package uses, or
raises `Refused` with a sentence for the reader.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from gettext import gettext as _
from typing import Any

import numpy as np
import traitlets

from ..measure import check_strokes

__all__ = [
    "MOST_CALIPERS",
    "Refused",
    "checked_box",
    "checked_calipers",
    "checked_choice",
    "checked_ellipse",
    "checked_strokes",
    "is_number",
]

#: More would hide the picture.
MOST_CALIPERS = 12

_ELLIPSE = ("row", "column", "semi_major", "semi_minor", "angle")
_CALIPER = ("name", "from", "to")
_SMALLEST_BOX = 8  # pixels
_SHORTEST_CALIPER = 0.5  # pixels
_BEYOND = 1.5  # half a pixel is the picture's edge; another one forgives the rounding of a browser


class Refused(traitlets.TraitError):
    """A value was not taken; the message is for the reader."""


def is_number(value: Any) -> bool:
    """Tell whether a value is a number that one can reckon with: no bool, not infinite, below a milliard.

    Examples
    --------
    >>> [is_number(value) for value in (2, 0.5, True, float("nan"), 1e30, "2")]
    [True, True, False, False, False, False]
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating, np.integer)):
        return False
    return abs(value) < 1e9  # False for nan as well


def checked_choice(value: Any, choices: Collection[str]) -> str:
    """Return one of the names that there are."""
    if not isinstance(value, str) or value not in choices:
        raise Refused(_("There is no such tool; there are: {}.").format(", ".join(choices)))
    return value


def checked_strokes(value: Any, shape: tuple[int, int]) -> list[dict[str, Any]]:
    """Return ink as a list of ``{"label", "radius", "points"}``, see `fetal_edu.measure.ink`."""
    try:
        strokes = check_strokes(value, shape)
    except (ValueError, OverflowError) as refusal:
        raise Refused(_("The drawing was not taken: {}.").format(refusal)) from None
    return [
        {"label": int(stroke.label), "radius": stroke.radius, "points": stroke.points.tolist()}
        for stroke in strokes
    ]


def checked_ellipse(
    value: Any, shape: tuple[int, int], spacing: tuple[float, float]
) -> dict[str, float] | None:
    """Return an outline as `Ellipse.to_dict` gives it, or None where there is none."""
    if value is None:
        return None
    if set(value) != set(_ELLIPSE) or not all(is_number(number) for number in value.values()):
        raise Refused(_("An outline needs five finite numbers: {}.").format(", ".join(_ELLIPSE)))
    height, width = (max(n, 1) * mm for n, mm in zip(shape, spacing, strict=True))
    size = math.hypot(height, width)
    if not (abs(value["row"] - height / 2) <= size and abs(value["column"] - width / 2) <= size):
        raise Refused(_("The outline lies far outside the picture; the last one was kept."))
    if not min(spacing) <= value["semi_minor"] <= value["semi_major"] <= 2 * size:
        raise Refused(_("The outline is too small or too large for this picture."))
    if abs(value["angle"]) > 2 * math.pi:
        raise Refused(_("An angle lies within one turn, in radians."))
    return {name: float(value[name]) for name in _ELLIPSE}


def checked_box(value: Any, shape: tuple[int, int]) -> list[float] | None:
    """Return a box as four numbers inside the picture, or None where there is none."""
    if value is None:
        return None
    if not isinstance(value, (list, tuple)) or len(value) != 4 or not all(map(is_number, value)):
        raise Refused(_("A box needs four finite numbers: top, left, bottom, right."))
    top, left, bottom, right = value
    if min(top, left) < 0 or bottom > shape[0] or right > shape[1]:
        raise Refused(_("The box reaches outside the picture; draw it inside."))
    if bottom - top < _SMALLEST_BOX or right - left < _SMALLEST_BOX:
        raise Refused(_("The box is too small: draw it around the whole head."))
    return [float(edge) for edge in value]


def checked_calipers(value: Any, shape: tuple[int, int], names: Collection[str]) -> list[dict[str, Any]]:
    """Return calipers as a list of ``{"name", "from", "to"}``, each point as [row, column] in pixels.

    Examples
    --------
    >>> checked_calipers([{"name": "bpd", "from": [1, 2], "to": (3, 4)}], (9, 9), ["", "bpd"])
    [{'name': 'bpd', 'from': [1.0, 2.0], 'to': [3.0, 4.0]}]
    """
    if not isinstance(value, (list, tuple)):
        raise Refused(_("Calipers are a list."))
    if len(value) > MOST_CALIPERS:
        raise Refused(_("{} calipers are the most: delete one first.").format(MOST_CALIPERS))
    return [_checked_caliper(one, shape, names) for one in value]


def _checked_caliper(one: Any, shape: tuple[int, int], names: Collection[str]) -> dict[str, Any]:
    if not isinstance(one, dict) or set(one) != set(_CALIPER):
        raise Refused(_("A caliper has a name and two points: {}.").format(", ".join(_CALIPER)))
    if not isinstance(one["name"], str) or one["name"] not in names:
        raise Refused(_("There is no measurement of that name."))
    first, second = _checked_point(one["from"], shape), _checked_point(one["to"], shape)
    if math.dist(first, second) < _SHORTEST_CALIPER:
        raise Refused(_("Both ends of the caliper lie on one point: pull them apart."))
    return {"name": one["name"], "from": first, "to": second}


def _checked_point(value: Any, shape: tuple[int, int]) -> list[float]:
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(map(is_number, value)):
        raise Refused(_("A point needs two finite numbers: row and column."))
    if not all(-_BEYOND <= at <= n + _BEYOND - 1 for at, n in zip(value, shape, strict=True)):
        raise Refused(_("A caliper leaves the picture: set both ends inside."))
    return [float(at) for at in value]
