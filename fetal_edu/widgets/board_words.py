"""What the board of knobs says: status line, numbers, and the picture in words."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping, Sequence
from gettext import ngettext

from ..measure import Ellipse, format_weeks, weeks_from_hc
from ..sample import Reading, Sample
from .board_choices import DIFFICULTY, knob_title, plane_title
from .judge import Judgement
from .readout import error_picture
from .request import Request
from .words import _, capital, weeks_in_words

__all__ = ["alt_text", "changes", "panel", "sentence"]


def changes(before: Request | None, now: Request) -> str:
    """Say what a reader changed.

    Examples
    --------
    >>> changes(Request(), Request(knobs={"shadow": 0.5}, seed=8))
    'Fetus 8. Shadow 0.50.'
    """
    if before is None or before.anatomy != now.anatomy:
        return f"{capital(_plane(now))}."
    said = [write(now) for name, write in _CHANGED.items() if getattr(before, name) != getattr(now, name)]
    for name in sorted({*before.knobs, *now.knobs}):
        if before.knobs.get(name) != now.knobs.get(name):
            value = now.knobs.get(name)
            written = _("as drawn") if value is None else f"{value:.2f}"
            said.append(f"{knob_title(name)} {written}")
    return " ".join(f"{part}." for part in said)


def sentence(judged: Judgement, reading: Reading | None, *, verdict: bool = True) -> str:
    """Say what the network found, in a few sentences, the last one on whether it is broken.

    Examples
    --------
    >>> sentence(Judgement(180.0, True, 3.6, 0.02, 0.97), Reading(quality="good"))
    'HC 183.6 mm, true 180.0 mm: +3.6 mm, +2.0 %. Dice 0.97. Quality: good. It holds.'
    """
    if reading is None:
        return _("The network is being loaded…")
    if judged.true_mm is None:
        return f"{_('No outline of a head is known here.')} {_of_a_head(reading)}"
    if judged.error_mm is None:
        found = _("The true {name} is {true:.1f} mm. The network finds no outline.")
        found = found.format(name=_name(judged), true=judged.true_mm)
        why = " ".join(capital(note) for note in reading.notes)
        return f"{found} {why}"
    found = _("{name} {found:.1f} mm, true {true:.1f} mm: {error:+.1f} mm, {part:+.1f} %. Dice {dice:.2f}.")
    found = found.format(
        name=capital(_name(judged)),
        found=judged.true_mm + judged.error_mm,
        true=judged.true_mm,
        error=_tenth(judged.error_mm),
        part=_tenth(100 * judged.error),
        dice=judged.overlap,
    )
    quality = _("Quality: {}.").format(_quality(reading))
    said = _("Broken: {}.").format(judged.broken) if judged.broken else _("It holds.")
    return f"{found} {quality} {said if verdict else ''}".rstrip()


def alt_text(
    request: Request,
    sample: Sample,
    reading: Reading | None,
    shown: Collection[str],
    legend: Sequence[Mapping],
) -> str:
    """Describe the picture and what is drawn on it, for those who don't see it."""
    said = [
        _("Simulated ultrasound picture: {plane}, {weeks}, fetus {seed}.").format(
            plane=_plane(request), weeks=weeks_in_words(request.weeks), seed=request.seed
        )
    ]
    true, found = sample.truth.get("ellipse"), None if reading is None else reading.ellipse
    if "truth" in shown and true is not None:
        said.append(_("True outline: {}.").format(_where(true, sample)))
    if "network" in shown and found is not None:
        said.append(_("The network's outline: {}.").format(_where(found, sample)))
    if "labels" in shown and legend:
        said.append(_("Labelled: {}.").format(", ".join(entry["name"] for entry in legend)))
    return " ".join(said)


def panel(sample: Sample, judged: Judgement, reading: Reading | None) -> str:
    """Write the numbers below the picture as HTML; some also stand in ``data-`` attributes.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> sample = draw_head(7, weeks=22, shape=(32, 48))
    >>> "being loaded" in panel(sample, Judgement(true_mm=190.0), None)
    True
    """
    if reading is None:
        return _section({}, f"<p class='fe-verdict'>{_('The network is being loaded…')}</p>")
    if judged.true_mm is None:
        return _of_no_head(reading)
    data = {"true": f"{judged.true_mm:.2f}", "broken": judged.broken, "quality": reading.quality}
    data["error"] = "" if judged.error_mm is None else f"{judged.error_mm:.2f}"
    data["dice"] = f"{judged.overlap:.4f}"
    tiles = [_hc(judged), _age(sample, judged, reading), _overlap(judged), _trust(reading)]
    return _section(data, _verdict(judged), f"<div class='fe-tiles'>{''.join(tiles)}</div>")


# The parts -------------------------------------------------------------------------------------------


def _plane(request: Request) -> str:
    anatomy = _(request.anatomy.replace("_", " "))
    title = plane_title(request.plane)
    return anatomy if title == anatomy else f"{anatomy}, {title}"


def _tenth(value: float) -> float:
    """Round to a tenth; never to -0.0."""
    return round(value, 1) + 0.0


def _name(judged: Judgement) -> str:
    return "HC" if judged.is_hc else _("length")


def _verdict(judged: Judgement) -> str:
    sign, word = ("✗", _("Broken: {}").format(judged.broken)) if judged.broken else ("✓", _("It holds"))
    kind = "broken" if judged.broken else "holds"
    said = f"<span aria-hidden='true'>{sign}</span> {html.escape(word)}"
    return f"<p class='fe-verdict fe-{kind}'><b>{said}</b></p>"


def _hc(judged: Judgement) -> str:
    true = _("true: {:.1f} mm").format(judged.true_mm)
    title = _("Head circumference") if judged.is_hc else _("Length of the outline")
    if judged.error_mm is None:
        return _tile(title, "—", true)
    found = judged.true_mm + judged.error_mm
    error = _("{:+.1f} mm, {:+.1f} %").format(_tenth(judged.error_mm), _tenth(100 * judged.error))
    picture = error_picture(100 * judged.error)
    return _tile(title, f"{found:.1f} mm", f"<b>{error}</b>", true, picture)


def _age(sample: Sample, judged: Judgement, reading: Reading) -> str:
    if not judged.is_hc:
        said = _("HC is measured in other planes: no age follows from this one.")
        return _tile(_("Age by HC"), "—", html.escape(said))
    by_truth, drawn = weeks_from_hc(judged.true_mm), sample.truth.get("ga_weeks")
    notes = []
    if by_truth.value is not None:
        notes.append(_("the true HC gives {}").format(format_weeks(by_truth.value)))
    if drawn:
        notes.append(_("drawn at {} weeks").format(format_weeks(drawn)))
    age = reading.values.get("ga")
    if reading.ellipse is None or age is None or age.value is None:
        why = [] if age is None or reading.ellipse is None else [html.escape(capital(age.reason))]
        return _tile(_("Age by HC"), "—", *why, *notes)
    days = "" if judged.days is None else f"<b>{_days(judged.days)}</b>"
    return _tile(_("Age by HC"), _("{} weeks").format(format_weeks(age.value)), days, *notes)


def _days(days: float) -> str:
    number = round(abs(days))
    if not number:
        return _("as the true HC says, to the day")
    older = ngettext("{} day too old", "{} days too old", number)
    younger = ngettext("{} day too young", "{} days too young", number)
    return (older if days > 0 else younger).format(number)


def _overlap(judged: Judgement) -> str:
    return _tile(_("Dice"), f"{judged.overlap:.3f}", _("overlap with the true head: 1 is all, 0 is none"))


def _trust(reading: Reading) -> str:
    sign = {"good": "✓", "doubtful": "?", "none": "✗"}[reading.quality]
    notes = [html.escape(capital(note)) for note in reading.notes[:2]]
    said = f"<span class='fe-{reading.quality}'>{sign} {html.escape(_quality(reading))}</span>"
    return _tile(_("What it says of itself"), said, *notes)


def _quality(reading: Reading) -> str:
    return {"good": _("good"), "doubtful": _("doubtful"), "none": _("no outline")}[reading.quality]


def _of_no_head(reading: Reading) -> str:
    said = _(
        "These networks learned one thing: the outline of a head. A network answers to whatever it is shown. "
        "No outline of a head is known in this picture, so nothing is judged here."
    )
    found = f"<p class='fe-verdict'><b>{html.escape(_of_a_head(reading))}</b></p>"
    return _section({"quality": reading.quality, "broken": ""}, found, f"<p>{html.escape(said)}</p>")


def _of_a_head(reading: Reading) -> str:
    if reading.ellipse is None:
        return _("The network finds no outline either.")
    said = _("All the same the network outlines a “head” of {hc:.0f} mm and calls it {quality}.")
    return said.format(hc=reading.values["hc"].value, quality=_quality(reading))


def _where(ellipse: Ellipse, sample: Sample) -> str:
    high, wide = sample.extent_mm
    across, down = (min(1.0, max(0.0, part)) for part in (ellipse.column / wide, ellipse.row / high))
    said = _(
        "{long:.0f} by {short:.0f} mm, its middle at {across:.0%} of the width, {down:.0%} of the height"
    )
    return said.format(long=ellipse.ofd, short=ellipse.bpd, across=across, down=down)


def _tile(name: str, big: str, *notes: str) -> str:
    small = "".join(note if note.startswith("<svg") else f"<p>{note}</p>" for note in notes if note)
    return f"<div class='fe-tile'><h3>{html.escape(name)}</h3><p class='fe-big'>{big}</p>{small}</div>"


def _section(data: Mapping[str, str], *parts: str) -> str:
    attributes = "".join(f" data-{name}='{html.escape(value, quote=True)}'" for name, value in data.items())
    return f"<section class='fe-numbers'{attributes}>{''.join(parts)}</section>"


_CHANGED = {
    "plane": lambda now: capital(plane_title(now.plane)),
    "weeks": lambda now: weeks_in_words(now.weeks),
    "seed": lambda now: _("Fetus {}").format(now.seed),
    "machine": lambda now: _("Machine: {}").format(_(now.machine or "a mixture")),
    "model": lambda now: _("Network: {}").format(now.model),
    "difficulty": lambda now: f"{knob_title(DIFFICULTY)} {now.difficulty:.2f}",
}
