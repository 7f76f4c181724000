"""What a reader types into a field: the scale of a picture, and an age by dates."""

from __future__ import annotations

import re
from gettext import gettext as _

from ..data.limits import BadInput, check_extent, check_spacing
from ..measure.growth import CHART_WEEKS
from .work import Work

__all__ = ["parse_scale", "parse_weeks"]

_LONGEST = 40


def parse_scale(text: str, work: Work) -> tuple[float, ...] | None:
    """Turn what was typed into a spacing; nothing means: what the file says.

    Parameters
    ----------
    text : str
        ``"0.12"``, ``"0,12"``, or two numbers for rows and columns: ``"0.2 0.1"``.
    work : Work

    Raises
    ------
    BadInput
        If it is no possible scale for this picture.
    """
    text = _short(text)
    if not text:
        return work.own_spacing
    if re.fullmatch(r"\d+,\d+", text):  # a decimal comma
        text = text.replace(",", ".")
    parts = re.split(r"[\s,;]+", text)
    spacing = check_spacing(parts[0] if len(parts) == 1 else parts)
    check_extent(_("this picture"), work.sample.shape, spacing)
    return spacing


def parse_weeks(text: str) -> float | None:
    """Turn an age that was typed, ``"20+4"`` or ``"20.5"``, into weeks; nothing means: not known.

    Raises
    ------
    BadInput
        If it is no age on the chart.

    Examples
    --------
    >>> round(parse_weeks("20+4"), 2), parse_weeks(" ")
    (20.57, None)
    """
    text = _short(text).replace(",", ".")
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})(?:\+([0-6])|(\.\d+))?", text)
    first, last = CHART_WEEKS
    weeks = 0.0 if found is None else int(found[1]) + int(found[2] or 0) / 7 + float(found[3] or 0)
    if not first <= weeks <= last:
        said = _("“{text}” is no age from {first:.0f}+0 to {last:.0f}+0 weeks: type for example 20+4.")
        raise BadInput(said.format(text=text[:20], first=first, last=last))
    return weeks


def _short(text: str) -> str:
    text = text.strip()
    if len(text) > _LONGEST:
        raise BadInput(_("“{}…” is too long for this field.").format(text[:20]))
    return text
