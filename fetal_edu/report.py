"""What the command line says of one picture: a record for machines and lines for people."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from fetal_edu.measure import format_weeks
from fetal_edu.sample import Reading, Sample, Value

__all__ = ["describe", "failure", "record"]

_ABSENT = {"hc": "no HC in mm", "ga": "no age by INTERGROWTH-21st", "ga_hadlock": "no age by Hadlock"}


def record(file: str, sample: Sample, reading: Reading, *, model: str) -> dict[str, Any]:
    """Put a reading into plain numbers and sentences, ready for JSON.

    Parameters
    ----------
    file : str
        The name that the user gave.
    sample : Sample
        The picture that was read; its notes on the file go first.
    reading : Reading
        What the network found in it.
    model : str
        The network's name.

    Returns
    -------
    dict
        Lengths in mm, ages in weeks. A value that is absent is None, and ``notes`` say why.

    Examples
    --------
    >>> none = Reading(values={"hc": Value(None, "mm", reason="no head was found")})
    >>> said = record("a.png", Sample(np.zeros((40, 40), np.float32)), none, model="head")
    >>> said["hc_mm"], said["notes"]
    (None, ['No HC in mm: no head was found.'])
    """
    values = reading.values
    notes = [*sample.params.get("notes", ()), *map(_sentence, reading.notes)]
    reasons: dict[str, list[str]] = {}
    for key, said in _ABSENT.items():
        if key in values and values[key].value is None and values[key].reason not in reading.notes:
            reasons.setdefault(values[key].reason, []).append(said)
    notes += [_sentence(f"{', '.join(said)}: {reason}") for reason, said in reasons.items()]
    hc = values.get("hc")
    if hc is not None and hc.value is not None and hc.low is None and reading.quality == "good":
        notes.append("HC has no interval: this network's card states no error.")
    return {
        "file": file,
        "hc_mm": _number(hc),
        "hc_interval_mm": _interval(hc),
        "hc_px": _pixels(sample, reading),
        "ga_weeks": _number(values.get("ga"), 3),
        "ga_interval_weeks": _interval(values.get("ga"), 3),
        "ga_hadlock_weeks": _number(values.get("ga_hadlock"), 3),
        "ga_hadlock_interval_weeks": _interval(values.get("ga_hadlock"), 3),
        "ellipse": None if reading.ellipse is None else reading.ellipse.to_dict(),
        "ellipse_unit": None if reading.ellipse is None else ("px" if sample.spacing is None else "mm"),
        "spacing_mm": None if sample.spacing is None else [float(mm) for mm in sample.spacing],
        "quality": reading.quality,
        "model": model,
        "notes": list(dict.fromkeys(notes)),
    }


def failure(file: str, sentence: str, *, model: str) -> dict[str, Any]:
    """Make the record of a picture that could not be measured: no values, and the sentence as its note."""
    unread = Sample(np.zeros((1, 1), np.float32))
    return record(file, unread, Reading(notes=()), model=model) | {"notes": [sentence]}


def describe(said: dict[str, Any]) -> list[str]:
    """Turn a record into lines for a person.

    Parameters
    ----------
    said : dict
        From `record`.

    Returns
    -------
    list of str
        The file's name first, then indented lines.
    """
    which = f", frame {said['frame']} of {said['frames']}" if "frame" in said else ""
    lines = [said["file"] + which]
    if said["hc_mm"] is not None:
        interval = said["hc_interval_mm"]
        between = "" if interval is None else f" ({interval[0]:.1f} to {interval[1]:.1f})"
        lines.append(_line("HC", f"{said['hc_mm']:.1f} mm{between}"))
    elif said["hc_px"] is not None:
        lines.append(_line("HC", f"{said['hc_px']:.0f} pixels"))
    for label, key in (("INTERGROWTH-21st", "ga"), ("Hadlock", "ga_hadlock")):
        if said[f"{key}_weeks"] is not None:
            lines.append(_line("age", f"{_age(said, key)}, {label}"))
    lines.append(_line("quality", said["quality"]))
    lines += [_line("note", note) for note in said["notes"]]
    return lines


def _age(said: dict[str, Any], key: str) -> str:
    interval = said[f"{key}_interval_weeks"]
    between = "" if interval is None else f" ({format_weeks(interval[0])} to {format_weeks(interval[1])})"
    return f"{format_weeks(said[f'{key}_weeks'])} weeks{between}"


def _sentence(text: str) -> str:
    """Begin with a capital and end with a full stop, unless it is a question."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _line(label: str, text: str) -> str:
    return textwrap.fill(text, 100, initial_indent=f"  {label:<8} ", subsequent_indent=" " * 11)


def _number(value: Value | None, digits: int = 2) -> float | None:
    return None if value is None or value.value is None else round(float(value.value), digits)


def _interval(value: Value | None, digits: int = 2) -> list[float] | None:
    if value is None or value.value is None or value.low is None or value.high is None:
        return None
    return [round(float(value.low), digits), round(float(value.high), digits)]


def _pixels(sample: Sample, reading: Reading) -> float | None:
    """Circumference in pixels of the picture; where a scale is known it is only a check."""
    if reading.ellipse is None:
        return None
    if sample.spacing is None:
        return round(reading.ellipse.circumference, 2)
    return round(reading.ellipse.rescaled(tuple(1 / mm for mm in sample.spacing)).circumference, 2)
