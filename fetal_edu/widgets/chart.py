"""The growth chart beside the picture, as a small drawing that needs no plotting library."""

from __future__ import annotations

import html
from functools import cache

from ..measure import centile, hc_chart, weeks_from_hc
from ..measure.growth import CHART_WEEKS
from ..sample import Value
from .words import _, ordinal, weeks_in_words

__all__ = ["growth_picture"]

_Z_90 = 1.645  # the 5th and the 95th centile lie this many standard deviations from the mean
_LEFT, _TOP, _WIDE, _HIGH = 40, 8, 326, 168  # of the field, in the drawing's units
_LEAST_MM, _MOST_MM = 60.0, 380.0


def growth_picture(hc: Value | None, ga: Value | None, *, weeks: float | None = None) -> str:
    """Draw the INTERGROWTH-21st chart of head circumference with this head on it.

    Parameters
    ----------
    hc, ga : Value, optional
        What was measured, in mm and weeks.
    weeks : float, optional
        The age that is known without the measurement. Only with it the place on the chart says anything: an
        age from HC itself puts each head on the mean.

    Returns
    -------
    str
        HTML with a description for screen readers.

    Examples
    --------
    >>> "13th centile" in growth_picture(Value(164.0, "mm"), Value(19.2, "weeks"), weeks=20.0)
    True
    """
    measured = hc is not None and hc.value is not None
    known = weeks is not None and CHART_WEEKS[0] <= weeks <= CHART_WEEKS[1]
    at = weeks if known else ga.value if weeks is None and ga is not None else None
    data = ""
    if not measured:
        said = _("No head circumference in mm yet: nothing to place on the chart.")
    elif known:
        place = centile(hc.value, *hc_chart(weeks))
        data = f" data-centile='{place:.1f}'"
        said = _("HC {hc:.1f} mm at {age}: the {centile} centile.")
        said = said.format(hc=hc.value, age=weeks_in_words(weeks), centile=ordinal(place))
    elif at is None:
        said = _("This head lies beyond the chart, which goes from 14 to 40 weeks.")
    else:
        said = _("Dated by its own size, a head lies on the mean. Type its age by dates to see its centile.")
    mark = _mark(hc, ga, at, known) if measured and at is not None else ""
    title = f"<figcaption><b>{_('Growth chart')}</b></figcaption>"
    note = f"<p class='fe-note'>{html.escape(said)}</p>"
    return f"<figure class='fe-growth'{data}>{title}{_drawing(said, mark)}{note}</figure>"


def _x(weeks: float) -> float:
    first, last = CHART_WEEKS
    return _LEFT + _WIDE * (min(max(weeks, first), last) - first) / (last - first)


def _y(mm: float) -> float:
    part = (min(max(mm, _LEAST_MM), _MOST_MM) - _LEAST_MM) / (_MOST_MM - _LEAST_MM)
    return _TOP + _HIGH * (1 - part)


def _curve(z: float) -> list[str]:
    ages = [CHART_WEEKS[0] + 2 * step for step in range(14)]
    return [f"{_x(week):.0f},{_y(hc_chart(week)[0] + z * hc_chart(week)[1]):.0f}" for week in ages]


def _hadlock() -> list[str]:
    """Return the line on which Hadlock dates a head, as far as his table goes."""
    ages = ((mm, weeks_from_hc(mm, chart="hadlock").value) for mm in range(90, 361, 15))
    return [f"{_x(age):.0f},{_y(mm):.0f}" for mm, age in ages if age and age <= CHART_WEEKS[1]]


def _drawing(said: str, mark: str) -> str:
    told = _("Growth chart of head circumference, 5th to 95th centile, INTERGROWTH-21st. {}").format(said)
    return (
        f"<svg role='img' aria-label='{html.escape(told, quote=True)}' viewBox='0 0 372 216' font-size='14'>"
        f"{_field()}{mark}</svg>"
    )


@cache
def _field() -> str:
    """Draw what is the same for each head: axes, the band of one chart, the line of the other."""
    bottom, right = _TOP + _HIGH, _LEFT + _WIDE
    across = "".join(
        f"<path d='M{_x(week):.0f} {bottom}v5' stroke='#1a1a1a'/>"
        f"<text x='{_x(week):.0f}' y='{bottom + 19}' text-anchor='middle'>{week}</text>"
        for week in (14, 20, 26, 32, 38)
    )
    up = "".join(
        f"<path d='M{_LEFT} {_y(mm):.0f}H{right}' stroke='#ddd'/>"
        f"<text x='{_LEFT - 5}' y='{_y(mm) + 5:.0f}' text-anchor='end'>{mm}</text>"
        for mm in (100, 200, 300)
    )
    band = " ".join(_curve(_Z_90) + _curve(-_Z_90)[::-1])
    dashes = "stroke='#1a1a1a' stroke-width='1.5' stroke-dasharray='5 4'"
    return (
        f"{up}<polygon points='{band}' fill='#bfdff2' opacity='.8'/>"
        f"<polyline points='{' '.join(_curve(0))}' fill='none' stroke='#004c75' stroke-width='2'/>"
        f"<polyline points='{' '.join(_hadlock())}' fill='none' {dashes}/>"
        f"<path d='M{_LEFT} {_TOP}V{bottom}H{right}' fill='none' stroke='#1a1a1a'/>{across}"
        f"<text x='{_LEFT + 6}' y='{_TOP + 14}'>{_('HC, mm')}</text>"
        f"<text x='{(_LEFT + right) // 2}' y='{bottom + 36}' text-anchor='middle'>{_('weeks')}</text>"
        f"<path d='M168 {bottom - 37}h24' stroke='#bfdff2' stroke-width='11'/>"
        f"<path d='M168 {bottom - 37}h24' stroke='#004c75' stroke-width='2'/>"
        f"<text x='198' y='{bottom - 32}'>{_('INTERGROWTH, 5–95 %')}</text>"
        f"<path d='M168 {bottom - 15}h24' {dashes}/><text x='198' y='{bottom - 10}'>Hadlock</text>"
    )


def _mark(hc: Value, ga: Value | None, at: float, known: bool) -> str:
    x, y = _x(at), _y(hc.value)
    bars = ""
    if not known and ga is not None and ga.low is not None and ga.high is not None:
        bars += f"<path d='M{_x(ga.low):.0f} {y:.1f}H{_x(ga.high):.0f}' stroke='#d55e00' stroke-width='3'/>"
    if hc.low is not None and hc.high is not None:
        bars += f"<path d='M{x:.1f} {_y(hc.low):.1f}V{_y(hc.high):.1f}' stroke='#d55e00' stroke-width='3'/>"
    fill = "#d55e00" if known else "#fff"
    return bars + f"<circle cx='{x:.1f}' cy='{y:.1f}' r='6' fill='{fill}' stroke='#d55e00' stroke-width='3'/>"
