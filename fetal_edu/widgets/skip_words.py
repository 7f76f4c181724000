"""What the skips dashboard says: status line, numbers below the pictures, and the pictures in words."""

from __future__ import annotations

import html

from ..measure import Ellipse
from .skip_heads import Found, Head, Numbers
from .skip_ways import NETWORKS, OPEN, SKIPS, Way, level_title
from .words import _, capital

__all__ = ["alt_text", "banner", "level_sizes", "panel", "sentence", "skip_labels", "tile"]


def banner(way: Way) -> dict[str, str]:
    """Return the words over a picture: what was done, and when.

    Examples
    --------
    >>> banner(Way("skips-none"))["name"], banner(Way("skips-none"))["title"]
    ('ABLATION', 'trained without any skip')
    """
    when = {
        "reference": _("The network as it was trained."),
        "lesion": _("Closed after training: what does THIS network lean on?"),
        "ablation": _("Never there while it learned: what does the TASK need?"),
    }
    return {"kind": way.kind, "name": way.name.upper(), "title": way.title, "says": when[way.kind]}


def sentence(way: Way, head: Head, now: Found, opened: Found) -> str:
    """Say what was done and what became of the outline, for the status line."""
    if not head.known:
        return f"{way.sentence} {_beside_open(way, head, now)}"
    if now.error.lost:
        said = _("No outline is found: the whole HC of {:.1f} mm is missed.").format(head.true_hc)
        return f"{way.sentence} {said}"
    said = _("The border is off by {border} on average, HC by {hc}, Dice {dice:.2f}.")
    said = said.format(
        border=_border(now.numbers.border, "mm"), hc=_signed(now.numbers), dice=now.numbers.dice
    )
    if way == OPEN:
        return f"{way.sentence} {said}"
    if opened.error.lost:
        return f"{way.sentence} {said} {_('With all open no outline is found.')}"
    beside = _("With all open: {border}, {hc}, {dice:.2f}.")
    beside = beside.format(
        border=_border(opened.numbers.border, "mm"), hc=_signed(opened.numbers), dice=opened.numbers.dice
    )
    return f"{way.sentence} {said} {beside}"


def panel(way: Way, head: Head, found: Found, opened: Found) -> str:
    """Write the numbers below a picture as HTML; they also stand in ``data-`` attributes."""
    numbers, unit = found.numbers, _short(head)
    of_open = way == OPEN
    data = {"kind": way.kind, "dice": f"{numbers.dice:.4f}"}
    data["border"] = "" if numbers.border is None else f"{numbers.border:.3f}"
    data["hc"] = "" if numbers.hc is None else f"{numbers.hc:.2f}"
    if head.known:
        tiles = [
            _tile(_("Border off by"), _border(numbers.border, unit), _("mean distance to the true border")),
            _tile(_("HC off by"), _signed(numbers), _hc_note(head, numbers)),
            _tile(_("Dice"), f"{numbers.dice:.3f}", _("overlap with the true head")),
        ]
    elif of_open:
        tiles = [
            _tile(_("HC"), _length(numbers.hc, unit), _("No truth is known here, so there is no error."))
        ]
    else:
        border = _("mean distance to the border with all open")
        tiles = [
            _tile(_("Border moved by"), _border(numbers.border, unit), border),
            _tile(
                _("HC changed by"), _change(numbers, opened, unit), _("against all open; no truth is known")
            ),
            _tile(_("Dice"), f"{numbers.dice:.3f}", _("overlap with all open")),
        ]
    attributes = "".join(f" data-{name}='{html.escape(value, quote=True)}'" for name, value in data.items())
    return f"<section class='fe-numbers'{attributes}>{''.join(tiles)}</section>"


def alt_text(name: str, way: Way, head: Head, found: Found) -> str:
    """Describe a picture and the outlines on it, for those who don't see it.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> sample = draw_head(7, weeks=21, shape=(64, 96))
    >>> head = Head(sample, lambda network, canvas, gates: sample.mask("head") * 1.0)
    >>> alt_text("head 7", OPEN, head, head.find(OPEN)).split(". ")[0]
    'Ultrasound picture, head 7'
    """
    said = [_("Ultrasound picture, {}.").format(name)]
    ellipse = head.sample.truth.get("ellipse")
    if head.known and ellipse is not None:
        said.append(_("True outline: {}.").format(_where(ellipse, head)))
    said.append(f"{way.name}, {way.title}:")
    said.append(_("no outline.") if found.error.lost else f"{_where(found.error.ellipse, head)}.")
    return " ".join(said)


def tile(way: Way, head: Head, found: Found) -> dict[str, str]:
    """Return what stands below a small picture of the strip, and its words."""
    unit = _short(head)
    says = _("lost") if found.error.lost else _border(found.numbers.border, unit)
    off = _("border off by") if head.known else _("border moved by")
    return {"says": says, "alt": f"{capital(way.name)}, {way.title}: {off} {says}"}


def level_sizes(head: Head) -> list[str]:
    """Say how wide one value of each skip's map is.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> level_sizes(Head(draw_head(7, weeks=21, shape=(64, 96)), print))[:2]
    ['1.0 mm', '2.0 mm']
    """
    unit = _short(head)
    return [_length(head.pixel * 2**level, unit) for level in range(SKIPS)]


def _beside_open(way: Way, head: Head, now: Found) -> str:
    unit = _unit(head)
    if way == OPEN:
        hc = (
            _("No outline is found.")
            if now.numbers.hc is None
            else _("HC {}.").format(_length(now.numbers.hc, unit))
        )
        return f"{hc} {_('No truth is known here, so all else is set beside this outline.')}"
    if now.error.lost:
        return _("No outline is found.")
    said = _("The border lies {border} from that with all open. Dice of both {dice:.2f}. No truth is known.")
    return said.format(border=_border(now.numbers.border, unit), dice=now.numbers.dice)


def _unit(head: Head) -> str:
    return "mm" if head.sample.spacing is not None else _("pixels")


def _short(head: Head) -> str:
    return "mm" if head.sample.spacing is not None else _("px")


def _length(value: float | None, unit: str) -> str:
    return "—" if value is None else f"{value:.1f} {unit}"


def _border(value: float | None, unit: str) -> str:
    """Write a distance of borders: it is a mean over hundreds of places, so that hundredths of a mm count."""
    return "—" if value is None else f"{value:.2f} {unit}"


def _signed(numbers: Numbers) -> str:
    return "—" if numbers.hc_error is None else f"{round(numbers.hc_error, 1) + 0.0:+.1f} mm"


def _change(numbers: Numbers, opened: Found, unit: str) -> str:
    if numbers.hc is None or opened.numbers.hc is None:
        return "—"
    return f"{round(numbers.hc - opened.numbers.hc, 1) + 0.0:+.1f} {unit}"


def _hc_note(head: Head, numbers: Numbers) -> str:
    if head.true_hc is None:
        return ""
    true = _("true: {:.1f} mm").format(head.true_hc)
    if numbers.hc_error is None:
        return _("no outline; {}").format(true)
    percent = round(100 * numbers.hc_error / head.true_hc, 1) + 0.0
    return f"{percent:+.1f} %; {true}"


def _where(ellipse: Ellipse, head: Head) -> str:
    high, wide = (n * step for n, step in zip(head.sample.shape, head.step, strict=True))
    across, down = (min(1.0, max(0.0, part)) for part in (ellipse.column / wide, ellipse.row / high))
    said = _(
        "{long:.0f} by {short:.0f} {unit}, its middle at {across:.0%} of the width, {down:.0%} of the height"
    )
    return said.format(long=ellipse.ofd, short=ellipse.bpd, unit=_unit(head), across=across, down=down)


def _tile(name: str, big: str, note: str) -> str:
    big = f"<p class='fe-big'>{big}</p>"
    return f"<div class='fe-tile'><h3>{html.escape(name)}</h3>{big}<p>{html.escape(note)}</p></div>"


def skip_labels() -> dict[str, str]:
    """Return the words of the page that Python writes once."""
    return {
        "title": _("What is each skip for?"),
        "lead": _(
            "A U-Net shrinks the picture four times, then enlarges it again. At each size a skip connection "
            "hands the finer map over. Close one, and see what becomes of the outline."
        ),
        "warning": _("For teaching and exploration. Not a medical device: no number here is a diagnosis."),
        "head": _("Head"),
        "age": _("Age"),
        "weeks": _("{} weeks"),
        "fetus": _("Fetus number"),
        "another": _("Another head"),
        "open": _("Open your picture"),
        "scale": _("mm per pixel"),
        "network": _("Which network looks"),
        "lesion": _("LESION"),
        "lesion_says": _("the one with all skips: close its gates"),
        "ablation": _("ABLATION"),
        "ablation_says": _("another one, trained without skip"),
        "gates": _("Gates"),
        "gates_off": _("Gates: not of this network"),
        "skip": _("skip {}"),
        "gate": _("skip {level}, {size}"),
        "never": _("never there"),
        "opened": _("open"),
        "closed": _("closed"),
        "all_open": _("Open all"),
        "all_closed": _("Close all"),
        "one_value": _("one value per {}"),
        "found": _("found"),
        "truth": _("true outline"),
        "reference": _("with all open"),
        "strip": _("Each skip in turn, on this head"),
        "strip_says": _("Number: how far the border is off. Press a picture to see it large."),
        "strip_says_own": _(
            "Number: how far the border moved against all open. Press a picture to see it large."
        ),
        "lesion_row": _("LESION: closed after training"),
        "ablation_row": _("ABLATION: trained without"),
        "all_four": _("all four"),
        "table": _("Over all heads at hand"),
        "more": _("Simulate 10 more heads"),
        "working": _("{done} of {all} heads measured"),
        "one_file": _("One file at a time, please."),
        "too_large": _("{name} has {size} MB; up to {limit} MB can be opened here."),
        "unreadable": _("{name} can't be read."),
        "no_answer": _("No answer for 15 seconds. If it stays like this, reload the page."),
    }


def network_choices() -> list[dict[str, str]]:
    """Return the networks that one can choose, as they travel to the browser."""
    return [{"key": name, "title": _brief(name), "says": _long(name)} for name in NETWORKS]


def _long(name: str) -> str:
    return Way(name).sentence if NETWORKS[name] else _("The network that was trained with all skips")


def _brief(name: str) -> str:
    missing = NETWORKS[name]
    if not missing:
        return _("the one with all skips")
    return str(missing[0]) if len(missing) == 1 else _("any")


def level_choices() -> list[str]:
    """Return the size of each skip's map in words, from full size down."""
    return [level_title(level) for level in range(SKIPS)]
