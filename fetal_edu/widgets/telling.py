"""What the segment dashboard says about an open picture: numbers, layers, chart, table, status line."""

from __future__ import annotations

from ..measure import format_weeks
from .biometry import biometry_table
from .calipers import Elsewhere, body_lengths, named_lengths
from .canvas import Canvas
from .chart import growth_picture
from .compare import table_rows
from .methods import found_by
from .page import Page
from .readout import readout, short_sentence
from .words import _, capital
from .work import Work

__all__ = ["Elsewhere", "show_layers", "show_table", "tell", "tell_lengths", "write_fields"]


def tell(canvas: Canvas, page: Page, work: Work) -> None:
    """Bring the whole page in line with the work; while the pen is down, only what changes with a stroke."""
    source = found_by(work.source, work.hint)
    page.panel.value = readout(
        work.outline,
        work.values,
        source=source,
        truth=work.sample.truth,
        quality=work.reading.quality if work.read_now else "",
        notes=_notes(work) + list(work.sample.params.get("notes", ())),
    )
    if not canvas.drawing:
        write_fields(page, work)
        page.chart.value = growth_picture(work.values.get("hc"), work.values.get("ga"), weeks=work.age)
        show_table(page, work)
    said, alarm = _status(work, source)
    canvas.say(said, alarm=alarm)


def tell_lengths(page: Page, work: Work, elsewhere: Elsewhere, *, several: bool) -> None:
    """Write the table of lengths, where a caliper has a name or another picture has lengths to add.

    Parameters
    ----------
    several : bool
        Whether other pictures are open, so that the reader is asked whether they show the same fetus.
    """
    spacing = work.sample.spacing
    here = body_lengths(work.calipers, spacing, outline=work.outline)
    counts = {name: count for name, (_length, count) in named_lengths(work.calipers, spacing).items()}
    known = {name for name, length in here.items() if length.value is not None}
    away = {name: one for name, one in elsewhere.items() if name not in known}
    shown = bool(counts) or bool(away)
    page.lengths.value = biometry_table(
        {**here, **{name: value for name, (value, _where) in away.items()}} if shown else {},
        weeks=work.age,
        counts=counts,
        elsewhere={name: where for name, (_value, where) in away.items()},
    )
    page.together.layout.display = None if several and (shown or page.together.value) else "none"


def write_fields(page: Page, work: Work) -> None:
    """Write the spacing and the age that hold into their fields."""
    spacing = work.sample.spacing
    numbers = () if spacing is None else spacing[:1] if spacing[0] == spacing[1] else spacing
    page.scale.value = "  ".join(f"{mm:.6g}" for mm in numbers)
    page.age.value = "" if work.weeks is None else format_weeks(work.weeks)


def show_layers(canvas: Canvas, page: Page, work: Work) -> None:
    """Show or hide the mask and the true outline."""
    truth = work.truth()
    page.show_truth.layout.display = "none" if truth is None else None
    canvas.show_mask(work.reading.mask if work.reading is not None and page.show_mask.value else None)
    canvas.truth = truth.to_dict() if truth is not None and page.show_truth.value else None


def show_table(page: Page, work: Work, *, running: str = "") -> None:
    """Show what the methods said, as long as it holds for the ink, the box and the scale that are there."""
    rows, table = work.compared, page.table
    with table.hold_sync():
        table.rows = table_rows(work, page.methods, rows, running=running) if rows or running else []
        table.chosen = work.source
        table.caption = _CAPTIONS[work.hints]()


def _notes(work: Work) -> list[str]:
    reading = work.reading
    return list(reading.notes) if reading is not None and (work.read_now or work.outline is None) else []


def _status(work: Work, source: str) -> tuple[str, bool]:
    if work.outline is not None:
        doubted = work.read_now and work.reading.quality != "good" and _notes(work)
        doubt = _("Doubtful: {}").format(_notes(work)[0]) if doubted else ""
        return f"{source}: {short_sentence(work.values)} {doubt}".rstrip(), False
    if work.reading is not None:
        advice = _("Press “Place an outline by hand” to measure it yourself.")
        return " ".join([*map(capital, _notes(work)), advice]), True
    return _("No outline yet. Press “Automatic outline”, or place one by hand."), False


_CAPTIONS = {
    "": lambda: _("All methods on the whole picture. Choose a row to see its outline."),
    "box": lambda: _("All methods in your box. Choose a row to see its outline."),
    "ink": lambda: _("All methods with your strokes. Choose a row to see its outline."),
    "both": lambda: _("All methods in your box, with your strokes. Choose a row to see its outline."),
}
