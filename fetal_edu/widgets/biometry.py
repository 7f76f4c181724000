"""The table of lengths below the read-out: each with its age by both charts and its centile, and a weight."""

from __future__ import annotations

import html
from collections.abc import Mapping
from gettext import ngettext

from ..measure import both_charts, both_weights, centile_at, format_weeks, weight_centile
from ..measure.weight import WEIGHT_WEEKS
from ..sample import Value
from .lengths import DATED
from .words import _, capital, ordinal

__all__ = ["biometry_table"]

_ORDER = ("hc", "bpd", "ofd", "ac", "fl")
_WEIGHED = ("hc", "ac", "fl")


def biometry_table(
    lengths: Mapping[str, Value],
    *,
    weeks: float | None = None,
    counts: Mapping[str, int] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> str:
    """Write what calipers and outline measure, as HTML.

    Parameters
    ----------
    lengths : mapping of name to Value
        In mm, as `calipers.body_lengths` gives them.
    weeks : float, optional
        The age that is known without a measurement; only with it there are centiles.
    counts : mapping of name to int, optional
        How many calipers a length is the mean of.
    elsewhere : mapping of name to str, optional
        The picture that a length was measured on, where that is another one.

    Returns
    -------
    str
        Empty without lengths.

    Examples
    --------
    >>> "26+4 weeks" in biometry_table({"fl": Value(48.0, "mm")})
    True
    """
    if not lengths:
        return ""
    rows = "".join(_row(name, lengths[name], weeks, counts or {}) for name in _ORDER if name in lengths)
    notes = [_note(name, where) for name, where in (elsewhere or {}).items()]
    if weeks is None:
        notes.append(_("Type the age by dates to see centiles."))
    if "<b>" in rows:
        notes.append(_("Bold: the charts are a week or more apart."))
    return (
        "<figure class='fe-biometry'>"
        f"<figcaption><b>{_('Lengths and their age by two charts')}</b></figcaption>"
        f"<table>{_head()}<tbody>{rows}</tbody></table>"
        + "".join(f"<p class='fe-note'>{html.escape(note)}</p>" for note in notes)
        + _weight(lengths, weeks)
        + "</figure>"
    )


def _head() -> str:
    names = ("", _("mm"), "INTER&shy;GROWTH-21st", "Hadlock", _("apart"), _("centile"))
    return "<thead><tr>" + "".join(f"<th scope='col'>{name}</th>" for name in names) + "</tr></thead>"


def _row(name: str, length: Value, weeks: float | None, counts: Mapping[str, int]) -> str:
    head = f"<th scope='row'>{name.upper()}</th>"
    if length.value is None:
        return (
            f"<tr data-length='{name}'>{head}<td colspan='5'>{html.escape(capital(length.reason))}.</td></tr>"
        )
    count = counts.get(name, 1)
    many = "" if count == 1 else f"<small>{_('mean of {}').format(count)}</small>"
    cells = [f"{length.value:.1f}{many}", *_ages(name, length.value), _centile(name, length.value, weeks)]
    return (
        f"<tr data-length='{name}' data-mm='{length.value:.2f}'>{head}"
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def _ages(name: str, mm: float) -> list[str]:
    if name not in DATED:
        return [_("no chart dates it"), "", ""]
    both = both_charts(mm, length=name)
    ages = [_age(both.intergrowth), _age(both.hadlock)]
    if both.difference.value is None:
        return [*ages, "—"]
    days = round(both.difference.value)
    apart = ngettext("{} day", "{} days", abs(days)).format(abs(days))
    said = html.escape(both.sentence, quote=True)
    return [*ages, f"<span title='{said}'>{f'<b>{apart}</b>' if abs(days) >= 7 else apart}</span>"]


def _age(age: Value) -> str:
    if age.value is None:
        return f"<small>{html.escape(capital(age.reason))}</small>"
    ends = "" if age.low is None else f"<small>{format_weeks(age.low)} – {format_weeks(age.high)}</small>"
    return _("{} weeks").format(format_weeks(age.value)) + ends


def _centile(name: str, mm: float, weeks: float | None) -> str:
    if weeks is None:
        return "—"
    place = centile_at(mm, weeks, length=name)
    return "—" if place.value is None else ordinal(place.value)


def _note(name: str, where: str) -> str:
    return _("{length} was measured on “{picture}”.").format(length=name.upper(), picture=where)


def _weight(lengths: Mapping[str, Value], weeks: float | None) -> str:
    if not {"ac", "fl"} & set(lengths):
        return ""
    mm = {name: value.value for name, value in lengths.items() if value.value is not None}
    missing = [name.upper() for name in _WEIGHED if name not in mm]
    title = f"<h3>{_('Estimated weight')}</h3>"
    if missing:
        said = _("It needs HC, AC and FL of one fetus; still missing: {}.").format(", ".join(missing))
        return f"{title}<p class='fe-note'>{said}</p>"
    both = both_weights(hc_mm=mm["hc"], ac_mm=mm["ac"], fl_mm=mm["fl"], bpd_mm=mm.get("bpd"))
    shown = both.hadlock if both.hadlock.value is not None else both.intergrowth
    said = [both.sentence]
    if shown.value is None:
        return f"{title}<p class='fe-note'>{html.escape(both.sentence)}</p>"
    if weeks is not None and WEIGHT_WEEKS[0] <= weeks <= WEIGHT_WEEKS[1]:
        place = ordinal(weight_centile(shown.value, weeks))
        said.append(_("Centile at this age, INTERGROWTH-21st: {}.").format(place))
    said.append(_("Such formulas are off by about 10 % in a single fetus."))
    return (
        f"{title}<p class='fe-big' data-grams='{shown.value:.0f}'>{shown.value:.0f} g</p>"
        f"<p class='fe-note'>{html.escape(' '.join(said))}</p>"
    )
