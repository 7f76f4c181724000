"""The words that the canvas shows, in the reader's language."""

from __future__ import annotations

from gettext import gettext as _

from .arriving import MOST_CALIPERS
from .dropped import file_labels

__all__ = ["CALIPER_NAMES", "caliper_names", "canvas_labels"]

#: What a caliper can measure: any length, the head across and along, two diameters of the abdomen, the thigh.
CALIPER_NAMES = ("", "bpd", "ofd", "ac_1", "ac_2", "fl")


def caliper_names() -> dict[str, str]:
    """Return what stands in the menu of a caliper, by its name.

    Examples
    --------
    >>> tuple(caliper_names()) == CALIPER_NAMES
    True
    """
    words = (
        _("any length"),
        _("BPD: head, across"),
        _("OFD: head, along"),
        _("AC: abdomen, 1st"),
        _("AC: abdomen, 2nd"),
        _("FL: thigh bone"),
    )
    return dict(zip(CALIPER_NAMES, words, strict=True))


def canvas_labels() -> dict[str, str | dict[str, str]]:
    """Return all words of the canvas by their key."""
    return {**_tools(), **_calipers(), **_sentences(), **file_labels()}


def _tools() -> dict[str, str]:
    return {
        "tools": _("Tools"),
        "open": _("Open a file…"),
        "ellipse": _("Outline"),
        "box": _("Box"),
        "head": _("Brush: head"),
        "not_head": _("Brush: not head"),
        "erase": _("Eraser"),
        "caliper": _("Calipers"),
        "size": _("Brush size"),
        "clear": _("Clear drawing"),
        "undo": _("Undo"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "fit": _("Whole picture"),
        "picture": _("Picture with outline"),
        "frame": _("Frame {at} of {all}"),
    }


def _calipers() -> dict[str, str | dict[str, str]]:
    return {
        "calipers": _("Calipers: lengths on the picture"),
        "caliper_names": caliper_names(),
        "caliper_tags": {"bpd": "BPD", "ofd": "OFD", "ac_1": "AC 1", "ac_2": "AC 2", "fl": "FL"},
        "caliper_means": _("Caliper {tag} measures"),
        "caliper_delete": _("Delete caliper {tag}"),
        "caliper_first": _("First end is set. Now set the second one."),
        "caliper_held": _("The end is held: the arrows move it, the space bar lets it go."),
        "caliper_said": _("{tag}: {length}"),
        "caliper_deleted": _("Caliper {tag} was deleted; Undo brings it back."),
        "calipers_full": _("{} calipers are the most: delete one first.").format(MOST_CALIPERS),
        "calipers_hint": _(
            "Drag from one end to the other, or click both. Then say what it measures: BPD and OFD from the "
            "outer border of the skull to the outer border."
        ),
        "mm": _("{} mm"),
        "pixels": _("{} pixels"),
    }


def _sentences() -> dict[str, str]:
    return {
        "pen_down": _("The brush is down: the arrows draw, the space bar lifts it."),
        "pen_up": _("The brush is lifted."),
        "ink_full": _("No more ink fits: clear the drawing, or undo some strokes."),
        "no_answer": _("No answer for 15 seconds. If it stays like this, reload the page."),
        "help_title": _("Keys and gestures"),
        "help": _(
            "Drop a PNG, JPEG, DICOM or NIfTI file on the picture. Wheel or two fingers zoom; a drag beside "
            "the handles moves the picture. Keys on the picture: z undoes, 0 shows the whole picture, "
            ", and . turn to the frame before and after."
        ),
        "help_outline": _(
            "Outline (o): drag the yellow handles; the blue one turns. Arrows move (Shift: ten pixels), "
            "+ and − size, l s longer or shorter, w n wider or narrower, [ ] turn."
        ),
        "help_box": _("Box (b): arrows move it, + and − size, Enter looks in it."),
        "help_brush": _(
            "Brush (1 head, 2 not head, 3 eraser): arrows move it, the space bar sets it down or lifts it, "
            "[ ] size, c clears the drawing."
        ),
        "help_caliper": _(
            "Calipers (m): arrows move the cross, the space bar sets an end or takes it up, "
            "n jumps to the next end, Delete deletes the caliper there."
        ),
    }
