"""What a dashboard says about one outline: millimetres, weeks, error against truth, quality."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from ..measure import Ellipse, both_charts, format_weeks
from ..sample import Value
from .words import _, capital, weeks_in_words

__all__ = ["OBSERVER_PERCENT", "error_picture", "readout", "short_sentence"]

#: One trained observer who measures the same head twice: 95 % of the pairs lie within this.
#: I. Sarris et al., Ultrasound Obstet Gynecol 39 (2012) 266-273.
OBSERVER_PERCENT = 3.0
_SCALE_PERCENT = 10.0  # half width of the error picture


def readout(
    outline: Ellipse | None,
    values: Mapping[str, Value],
    *,
    source: str,
    truth: Mapping[str, float] | None = None,
    quality: str = "",
    notes: Sequence[str] = (),
) -> str:
    """Write the panel beside the canvas as HTML.

    Parameters
    ----------
    outline : Ellipse or None
        In mm; in pixels where `values` hold ``hc_px``.
    values : mapping of name to Value
        As `fetal_edu.measure.head_values` gives them.
    source : str
        Who drew the outline, in words.
    truth : mapping, optional
        ``hc_mm`` and ``ga_weeks`` where they are known.
    quality : ``"good"``, ``"doubtful"``, ``"none"`` or empty
        Empty where a person drew the outline: then there is nothing to judge by.
    notes : sequence of str
        Why the quality is what it is.

    Returns
    -------
    str
        HTML; numbers also stand in ``data-`` attributes, where tests and scripts find them.
    """
    if outline is None:
        why = "".join(f"<li>{_sentence(note)}</li>" for note in notes)
        return _section({}, f"<p class='fe-what'>{_('No outline yet')}</p>", f"<ul>{why}</ul>" if why else "")
    hc = values["hc"]
    parts = [
        f"<p class='fe-what'>{html.escape(source)}</p>",
        _circumference(values, by_hand=not quality),
        _diameters(outline, hc),
    ]
    if hc.value is not None:
        parts.append(_ages(values))
    data = {"hc": _number(hc.value), "source": source, "quality": quality}
    data["hc-px"] = _number(values["hc_px"].value) if "hc_px" in values else ""
    if hc.value is not None and truth and truth.get("hc_mm"):
        error = hc.value - truth["hc_mm"]
        data["error"] = f"{error:.2f}"
        parts.append(_error(error, truth))
    parts.append(_quality(quality, notes))
    return _section(data, *parts)


def short_sentence(values: Mapping[str, Value]) -> str:
    """Say the result in one sentence, for the status line.

    Examples
    --------
    >>> from fetal_edu.measure import head_values
    >>> short_sentence(head_values(Ellipse(50, 60, 30, 24, 0.0), calibrated=True))
    'HC 170.2 mm, 19 weeks 6 days.'
    """
    hc, age = values["hc"], values["ga"]
    if hc.value is None:
        return _("HC {:.0f} pixels.").format(values["hc_px"].value) if "hc_px" in values else ""
    weeks = _("no age: {}").format(age.reason) if age.value is None else weeks_in_words(age.value)
    return _("HC {hc:.1f} mm, {weeks}.").format(hc=hc.value, weeks=weeks)


def error_picture(percent: float) -> str:
    """Draw an error in percent on a scale with the band in which an observer repeats a measurement.

    Examples
    --------
    >>> "outside" in error_picture(4.2), "inside" in error_picture(-1.0)
    (True, True)
    """

    def x(value: float) -> float:
        return 160 + 140 * max(-1.0, min(1.0, value / _SCALE_PERCENT))

    inside = abs(percent) <= OBSERVER_PERCENT
    said = _("error {error:+.1f} %, {where} the observer's ±{limit:.0f} %").format(
        error=percent, where=_("inside") if inside else _("outside"), limit=OBSERVER_PERCENT
    )
    low, high = x(-OBSERVER_PERCENT), x(OBSERVER_PERCENT)
    # A circle inside the band, a diamond outside: shape and colour say the same.
    mark = (
        f"<circle cx='{x(percent):.1f}' cy='24' r='9' fill='#0072b2' stroke='#fff' stroke-width='2'/>"
        if inside
        else f"<rect x='-8' y='-8' width='16' height='16' fill='#d55e00' stroke='#fff' stroke-width='2' "
        f"transform='translate({x(percent):.1f} 24) rotate(45)'/>"
    )
    ticks = "".join(
        f"<line x1='{x(t):.1f}' x2='{x(t):.1f}' y1='38' y2='43' stroke='#1a1a1a'/>"
        f"<text x='{x(t):.1f}' y='58'>{t:+d}</text>".replace("+0", "0 %")
        for t in (-10, -3, 0, 3, 10)
    )
    return (
        f"<svg class='fe-error' viewBox='0 0 320 62' role='img' aria-label='{html.escape(said)}'>"
        f"<rect x='20' y='10' width='280' height='28' fill='#e6e6e6'/>"
        f"<rect x='{low:.1f}' y='10' width='{high - low:.1f}' height='28' fill='#bfe0f2'/>"
        f"<line x1='160' x2='160' y1='6' y2='42' stroke='#1a1a1a' stroke-width='2'/>"
        f"<g font-size='13' text-anchor='middle' fill='#1a1a1a'>{ticks}</g>{mark}</svg>"
    )


def _circumference(values: Mapping[str, Value], *, by_hand: bool) -> str:
    hc = values["hc"]
    if hc.value is None:
        pixels = values["hc_px"]
        return (
            f"<p class='fe-big'>HC {pixels.value:.0f} {_('pixels')}</p>"
            f"<p class='fe-note'>{_('The scale is not known: type it into “mm per pixel”.')}</p>"
        )
    if hc.low is None or hc.high is None:
        said = _("Drawn by hand: one observer repeats it within about ±3 %.")
        said = said if by_hand else _("This method does not say how far off it usually is.")
    else:
        said = _("{low:.0f} to {high:.0f} mm for 95 of 100 heads").format(low=hc.low, high=hc.high)
    return f"<p class='fe-big'>HC {hc.value:.1f} mm</p><p class='fe-note'>{said}</p>"


def _diameters(outline: Ellipse, hc: Value) -> str:
    unit = "mm" if hc.value is not None else _("pixels")
    said = f"BPD {outline.bpd:.1f} · OFD {outline.ofd:.1f} {unit}"
    return f"<p class='fe-note' title='{_('Short and long diameter, outer to outer border')}'>{said}</p>"


def _ages(values: Mapping[str, Value]) -> str:
    """Write what both charts say beside each other, and how far they are apart."""
    charts = (("INTERGROWTH-21st", values["ga"]), ("Hadlock", values["ga_hadlock"]))
    cells = "".join(f"<div><b>{name}</b>{_age(age)}</div>" for name, age in charts)
    both = both_charts(values["hc"].value)
    apart = "" if both.difference.value is None else f" data-apart='{both.difference.value:.0f}'"
    why = _("The two were made from different women, thirty years apart: neither is wrong.")
    said = f"{both.sentence} {why}" if both.difference.value else both.sentence
    return f"<div class='fe-charts'{apart}>{cells}</div><p class='fe-note'>{html.escape(said)}</p>"


def _age(age: Value) -> str:
    if age.value is None:
        return f"<p class='fe-note'>{_sentence(age.reason)}.</p>"
    big = _("{} weeks").format(format_weeks(age.value))
    small = "".join(f"<p class='fe-note'>{said}</p>" for said in (weeks_in_words(age.value), _range(age)))
    return f"<p class='fe-big'>{big}</p>{small}"


def _range(age: Value) -> str:
    if age.low is None or age.high is None:
        return ""
    return _("{low} to {high} weeks").format(low=format_weeks(age.low), high=format_weeks(age.high))


def _error(error: float, truth: Mapping[str, float]) -> str:
    percent = 100 * error / truth["hc_mm"]
    inside = abs(percent) <= OBSERVER_PERCENT
    said = _("{error:+.1f} mm ({percent:+.1f} %): {where} the ±3 % within which an observer repeats it.")
    said = said.format(error=error, percent=percent, where=_("inside") if inside else _("outside"))
    true = _("True HC {:.1f} mm").format(truth["hc_mm"])
    if truth.get("ga_weeks"):
        true += _(", true age {}").format(weeks_in_words(truth["ga_weeks"]))
    return (
        f"<h3>{_('Error against the truth')}</h3>{error_picture(percent)}"
        f"<p class='fe-note'><b>{said}</b></p><p class='fe-note'>{true}</p>"
    )


def _quality(quality: str, notes: Sequence[str]) -> str:
    words = {
        "good": ("✓", _("Quality: good")),
        "doubtful": ("?", _("Quality: doubtful")),
        "none": ("✗", _("Quality: none")),
    }
    why = "".join(f"<li>{_sentence(note)}</li>" for note in notes)
    listed = f"<ul>{why}</ul>" if why else ""
    if quality not in words:
        return listed
    sign, said = words[quality]
    return f"<p class='fe-quality fe-{quality}'><span aria-hidden='true'>{sign}</span> {said}</p>{listed}"


def _section(data: Mapping[str, str], *parts: str) -> str:
    attributes = "".join(f" data-{name}='{html.escape(value, quote=True)}'" for name, value in data.items())
    return f"<section class='fe-readout'{attributes}>{''.join(parts)}</section>"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _sentence(text: str) -> str:
    return html.escape(capital(text))
