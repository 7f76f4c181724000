"""What calipers on a picture measure: lengths, and with the head's outline an estimated weight."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from ..measure import Ellipse, caliper_mm, circumference_from_diameters
from ..sample import Value
from .words import _
from .work import Work

__all__ = [
    "Elsewhere",
    "body_lengths",
    "caliper_length",
    "caliper_tags",
    "lengths_elsewhere",
    "named_lengths",
]

#: Lengths that were measured on other pictures of the same fetus: each with the picture's title.
Elsewhere = Mapping[str, tuple[Value, str]]

#: Diameters of one abdomen that differ by more than this do not belong to one cross-section.
_LEAST_ROUND = 0.6


def caliper_length(caliper: Mapping[str, Any], spacing: tuple[float, float] | None) -> float:
    """Distance between the two ends of a caliper: in mm, or in pixels where the spacing is unknown.

    Examples
    --------
    >>> caliper_length({"name": "", "from": [0, 0], "to": [30, 40]}, None)
    50.0
    """
    return caliper_mm(caliper["from"], caliper["to"], spacing or (1.0, 1.0))


def caliper_tags(calipers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name each caliper in a word: what it measures, or a letter, as the canvas does.

    Examples
    --------
    >>> caliper_tags([{"name": ""}, {"name": "bpd"}, {"name": ""}, {"name": "ac_2"}])
    ['A', 'BPD', 'C', 'AC 2']
    """
    return [
        caliper["name"].upper().replace("_", " ") or chr(ord("A") + place)
        for place, caliper in enumerate(calipers)
    ]


def named_lengths(
    calipers: Sequence[Mapping[str, Any]], spacing: tuple[float, float] | None
) -> dict[str, tuple[float, int]]:
    """Return the mean length of the calipers of each name, and how many there are; unnamed ones are left out.

    Examples
    --------
    >>> two = [{"name": "fl", "from": [0, 0], "to": [0, length]} for length in (100, 104)]
    >>> named_lengths(two, (0.5, 0.5))
    {'fl': (51.0, 2)}
    """
    found: dict[str, list[float]] = {}
    for caliper in calipers:
        if caliper["name"]:
            found.setdefault(caliper["name"], []).append(caliper_length(caliper, spacing))
    return {name: (fmean(lengths), len(lengths)) for name, lengths in found.items()}


def body_lengths(
    calipers: Sequence[Mapping[str, Any]],
    spacing: tuple[float, float] | None,
    *,
    outline: Ellipse | None = None,
) -> dict[str, Value]:
    """Bring calipers and outline together to what charts and formulas take.

    Parameters
    ----------
    calipers : sequence of mappings
        As `Canvas.calipers`.
    spacing : (row, column) in mm, or None
    outline : Ellipse, optional
        Of the head, in mm.

    Returns
    -------
    dict of Value
        In mm: ``bpd``, ``ofd``, ``fl`` where they were measured; ``ac`` where one of its diameters was;
        ``hc`` of the outline, or without one of the calipers BPD and OFD. Empty without a spacing.

    Examples
    --------
    >>> first = {"name": "ac_1", "from": [0, 0], "to": [0, 70]}
    >>> second = {"name": "ac_2", "from": [0, 0], "to": [74, 0]}
    >>> print(body_lengths([first, second], (1.0, 1.0))["ac"])
    226.2 mm
    >>> print(body_lengths([first], (1.0, 1.0))["ac"])
    no value: AC needs two diameters of the abdomen, at right angles to each other
    """
    if spacing is None:
        return {}
    mm = {name: length for name, (length, _count) in named_lengths(calipers, spacing).items()}
    found = {}
    if outline is not None:
        found["hc"] = Value(outline.circumference, "mm")
    elif {"bpd", "ofd"} <= set(mm):
        found["hc"] = Value(circumference_from_diameters(mm["bpd"], mm["ofd"]), "mm")
    for name in ("bpd", "ofd"):
        if name in mm:
            found[name] = Value(mm[name], "mm")
    if {"ac_1", "ac_2"} & set(mm):
        found["ac"] = _abdomen(calipers, mm, spacing)
    if "fl" in mm:
        found["fl"] = Value(mm["fl"], "mm")
    return found


def lengths_elsewhere(others: Iterable[tuple[str, Work]]) -> Elsewhere:
    """Collect what was measured on other pictures of the same fetus; of two, the later one counts.

    Parameters
    ----------
    others : iterable of (title, Work)
    """
    found: dict[str, tuple[Value, str]] = {}
    for name, work in others:
        lengths = body_lengths(work.calipers, work.sample.spacing, outline=work.outline)
        found |= {key: (length, name) for key, length in lengths.items() if length.value is not None}
    return found


def _abdomen(
    calipers: Sequence[Mapping[str, Any]], mm: Mapping[str, float], spacing: tuple[float, float]
) -> Value:
    if not {"ac_1", "ac_2"} <= set(mm):
        why = _("AC needs two diameters of the abdomen, at right angles to each other")
        return Value(None, "mm", reason=why)
    first, second = mm["ac_1"], mm["ac_2"]
    if min(first, second) < _LEAST_ROUND * max(first, second):
        why = _(
            "the two diameters of the abdomen, {:.0f} and {:.0f} mm, differ too much for one cross-section"
        )
        return Value(None, "mm", reason=why.format(first, second))
    turns = [
        _angle(caliper, spacing)
        for name in ("ac_1", "ac_2")
        for caliper in calipers
        if caliper["name"] == name
    ]
    apart = abs(turns[0] - turns[-1]) % 180
    if not 60 <= apart <= 120:
        why = _("the two diameters of the abdomen cross at {:.0f}°: set them at right angles")
        return Value(None, "mm", reason=why.format(min(apart, 180 - apart)))
    return Value(circumference_from_diameters(first, second), "mm")


def _angle(caliper: Mapping[str, Any], spacing: tuple[float, float]) -> float:
    down, across = ((b - a) * mm for a, b, mm in zip(caliper["from"], caliper["to"], spacing, strict=True))
    return math.degrees(math.atan2(down, across))
