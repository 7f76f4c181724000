"""A picture that one draws on: an outline with handles, a box, a brush, zoom, keys, touch.

The part in the browser is plain JavaScript beside this file, read as it is: no build step. Everything that
the browser and Python share is a synced trait, so that a page shows what was computed before it opened.
The browser is not trusted: what it sends passes a check here, and a refused value changes nothing.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from PIL import Image

from ..measure import Ellipse, check_strokes

__all__ = ["FILE_LIMIT", "MODES", "Canvas"]

#: A larger file is refused in the browser and again here. Jupyter's own limit for one message is 10 MB.
FILE_LIMIT = 8_000_000
#: What a drag on the canvas does.
MODES = ("ellipse", "box", "head", "not_head", "erase")

_HERE = Path(__file__).parent
_FILES = ("geometry.js", "ink.js", "actions.js", "canvas.js")
_SENT_BY_BROWSER = ("mode", "drawing", "strokes", "ellipse", "box")
_ELLIPSE = ("row", "column", "semi_major", "semi_minor", "angle")
_LONGEST_SIDE = 1600  # of the picture as it is sent; coordinates stay those of the full picture
_MASK_SIDE = 256
_SMALLEST_BOX = 8


class Canvas(anywidget.AnyWidget):
    """A picture with an outline that can be corrected by hand.

    Parameters
    ----------
    file_limit : int
        Largest file in bytes that may be dropped.

    Attributes
    ----------
    ellipse, truth : dict or None
        The outline, and the true one, as `Ellipse.to_dict` gives them: in mm, or in pixels where the
        spacing is unknown. `outline` gives the first one as an `Ellipse`.
    box : (row0, column0, row1, column1) or None
        In pixels; the last row and column are excluded.
    strokes : list of dict
        The ink: ``{"label", "radius", "points"}`` of each stroke, see `fetal_edu.measure.ink`. The browser
        draws it; `on_ink` tells of it.
    drawing : bool
        Whether the pen is down, so that a rough answer now is better than a fine one later.
    mode : one of `MODES`
        What a drag does: pull the outline, draw a box, or paint.
    status, alarm : str, bool
        The sentence below the picture, and whether it says that something was refused.
    rev : int
        Grows each time that something from the browser or from Python has been dealt with.

    Examples
    --------
    >>> canvas = Canvas()
    >>> canvas.show_picture(np.zeros((40, 60), np.float32), spacing=(0.5, 0.5), name="empty")
    >>> canvas.outline = Ellipse(10, 15, 6, 5, 0.0)
    >>> canvas.set_state({"ellipse": {"row": float("nan")}})  # as a browser might
    >>> canvas.outline.semi_major, canvas.alarm
    (6.0, True)
    """

    _esm = "\n".join((_HERE / name).read_text("utf-8") for name in _FILES)
    _css = (_HERE / "canvas.css").read_text("utf-8")

    # From Python to the browser.
    image = traitlets.Bytes().tag(sync=True)  # PNG
    name = traitlets.Unicode().tag(sync=True)
    shape = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)
    spacing = traitlets.Tuple(traitlets.Float(), traitlets.Float(), default_value=(1.0, 1.0)).tag(sync=True)
    mask = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)  # {"shape", "bits"}
    truth = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    alarm = traitlets.Bool(False).tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    file_limit = traitlets.Int(FILE_LIMIT).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)  # the last request that was answered
    rev = traitlets.Int(0).tag(sync=True)

    # Both ways. An echo would pull the reader's hand back to where it was, so there is none.
    ellipse = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True, echo_update=False)
    box = traitlets.Any(None).tag(sync=True, echo_update=False)
    strokes = traitlets.List().tag(sync=True, echo_update=False)
    drawing = traitlets.Bool(False).tag(sync=True, echo_update=False)
    mode = traitlets.Unicode("ellipse").tag(sync=True, echo_update=False)
    request = traitlets.Int(0).tag(sync=True, echo_update=False)

    def __init__(self, *, file_limit: int = FILE_LIMIT) -> None:
        super().__init__(labels=_labels(), file_limit=file_limit)
        self._file_callback: Callable[[bytes, str], None] | None = None
        self._ready_callback: Callable[[], None] | None = None
        self._ink_callback: Callable[[], None] | None = None
        self.on_msg(self._take_message)

    @property
    def outline(self) -> Ellipse | None:
        """The outline as an `Ellipse`, or None."""
        return None if self.ellipse is None else Ellipse(**self.ellipse)

    @outline.setter
    def outline(self, value: Ellipse | None) -> None:
        self.ellipse = None if value is None else value.to_dict()

    def on_file(self, callback: Callable[[bytes, str], None]) -> None:
        """Call ``callback(content, name)`` for a file that was chosen or dropped."""
        self._file_callback = callback

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Call ``callback()`` when the canvas stands on a page."""
        self._ready_callback = callback

    def on_ink(self, callback: Callable[[], None]) -> None:
        """Call ``callback()`` while ink is drawn, when the pen is lifted, and when ink is taken back."""
        self._ink_callback = callback

    def say(self, sentence: str, *, alarm: bool = False) -> None:
        """Show a sentence below the picture; screen readers speak it."""
        with self.hold_sync():
            self.status, self.alarm = sentence, alarm
            self.rev += 1

    def download(self, content: bytes, name: str, kind: str) -> None:
        """Hand a file to the browser, which saves it as any download; no file is made here."""
        self.send({"kind": "download", "name": name, "type": kind}, buffers=[content])
        self.say(_("{} was handed to your browser: look among its downloads.").format(name))

    def show_picture(
        self, image: np.ndarray, *, spacing: tuple[float, float] | None = None, name: str = ""
    ) -> None:
        """Show another picture; outline, box, ink, mask and truth go.

        Parameters
        ----------
        image : (rows, columns) array
            Grey levels in 0..1.
        spacing : (row, column) spacing in mm, optional
            Without it all lengths on the canvas are in pixels.
        name : str
            Spoken by screen readers.
        """
        with self.hold_sync():
            self.ellipse = self.truth = self.box = self.mask = None
            self.strokes, self.drawing = [], False
            self.shape, self.spacing = image.shape, spacing or (1.0, 1.0)
            self.image, self.name = _png(image), name

    def show_mask(self, mask: np.ndarray | None) -> None:
        """Lay a mask over the picture, as bits and at most 256 pixels wide; None takes it away."""
        self.mask = None if mask is None else _bits(mask)

    # What comes from the browser -----------------------------------------------------------------

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Take what the browser sends, each value only after its check."""
        taken = {name for name in _SENT_BY_BROWSER if name in sync_data and self._take(name, sync_data[name])}
        refused_ink = "strokes" in sync_data and "strokes" not in taken
        if taken & {"strokes", "drawing"} and not refused_ink and self._ink_callback:
            self._ink_callback()
        self._answer(sync_data.get("request"))

    def _take(self, name: str, value: Any) -> bool:
        try:
            super().set_state({name: value})
        except traitlets.TraitError as refusal:
            self.say(str(refusal), alarm=True)
            self.send_state(name)  # the browser goes back to the last good value
            return False
        return True

    def _answer(self, request: Any) -> None:
        with self.hold_sync():
            if isinstance(request, int) and 0 < request < 2**53:
                self.done = request
            self.rev += 1

    def _handle_msg(self, msg: dict) -> None:
        try:
            super()._handle_msg(msg)
        except Exception as error:  # nothing that a browser sends may end in a traceback
            self.say(_("That could not be done ({}). What you had is still there.").format(error), alarm=True)

    def _take_message(self, _widget: Canvas, content: Any, buffers: Sequence | None) -> None:
        content = content if isinstance(content, Mapping) else {}
        kind = content.get("kind")
        if kind == "ready" and self._ready_callback:
            self._ready_callback()
        elif kind == "file":
            self._take_file(content.get("name"), buffers)
        self._answer(content.get("request"))

    def _take_file(self, name: Any, buffers: Sequence | None) -> None:
        name = name[-120:] if isinstance(name, str) and name else "file"
        if not buffers or len(buffers) != 1:
            return self.say(_("{} did not arrive: drop it again.").format(name), alarm=True)
        size = memoryview(buffers[0]).nbytes
        if size > self.file_limit:
            text = self.labels["too_large"]
            return self.say(
                text.format(name=name, size=f"{size / 1e6:.1f}", limit=f"{self.file_limit / 1e6:.1f}"),
                alarm=True,
            )
        if self._file_callback:
            self._file_callback(bytes(buffers[0]), name)

    @traitlets.validate("mode")
    def _check_mode(self, proposal: dict) -> str:
        if proposal["value"] not in MODES:
            raise traitlets.TraitError(_("There is no such tool; there are: {}.").format(", ".join(MODES)))
        return proposal["value"]

    @traitlets.validate("strokes")
    def _check_strokes(self, proposal: dict) -> list[dict[str, Any]]:
        try:
            strokes = check_strokes(proposal["value"], self.shape)
        except (ValueError, OverflowError) as refusal:
            raise traitlets.TraitError(_("The drawing was not taken: {}.").format(refusal)) from None
        return [
            {"label": int(stroke.label), "radius": stroke.radius, "points": stroke.points.tolist()}
            for stroke in strokes
        ]

    @traitlets.validate("ellipse")
    def _check_ellipse(self, proposal: dict) -> dict | None:
        value = proposal["value"]
        if value is None:
            return None
        if set(value) != set(_ELLIPSE) or not all(_is_number(number) for number in value.values()):
            raise traitlets.TraitError(
                _("An outline needs five finite numbers: {}.").format(", ".join(_ELLIPSE))
            )
        height, width = (max(n, 1) * mm for n, mm in zip(self.shape, self.spacing, strict=True))
        size = math.hypot(height, width)
        if not (abs(value["row"] - height / 2) <= size and abs(value["column"] - width / 2) <= size):
            raise traitlets.TraitError(_("The outline lies far outside the picture; the last one was kept."))
        if not min(self.spacing) <= value["semi_minor"] <= value["semi_major"] <= 2 * size:
            raise traitlets.TraitError(_("The outline is too small or too large for this picture."))
        if abs(value["angle"]) > 2 * math.pi:
            raise traitlets.TraitError(_("An angle lies within one turn, in radians."))
        return {name: float(value[name]) for name in _ELLIPSE}

    @traitlets.validate("box")
    def _check_box(self, proposal: dict) -> list[float] | None:
        value = proposal["value"]
        if value is None:
            return None
        if not isinstance(value, (list, tuple)) or len(value) != 4 or not all(map(_is_number, value)):
            raise traitlets.TraitError(_("A box needs four finite numbers: top, left, bottom, right."))
        top, left, bottom, right = value
        if min(top, left) < 0 or bottom > self.shape[0] or right > self.shape[1]:
            raise traitlets.TraitError(_("The box reaches outside the picture; draw it inside."))
        if bottom - top < _SMALLEST_BOX or right - left < _SMALLEST_BOX:
            raise traitlets.TraitError(_("The box is too small: draw it around the whole head."))
        return [float(edge) for edge in value]


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating, np.integer)):
        return False
    return abs(value) < 1e9  # False for nan as well


def _png(image: np.ndarray) -> bytes:
    """Encode grey levels in 0..1 as PNG, made smaller where nobody could see the difference."""
    picture = Image.fromarray((np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8))
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=3)
    return file.getvalue()


def _bits(mask: np.ndarray) -> dict[str, Any]:
    """Pack a mask to one bit per pixel: 256 x 171 pixels are 5.5 kB."""
    factor = max(1.0, max(mask.shape) / _MASK_SIDE)
    rows, columns = (max(1, round(n / factor)) for n in mask.shape)
    small = Image.fromarray(mask.astype(np.uint8) * 255).resize((columns, rows), Image.Resampling.BOX)
    return {"shape": [rows, columns], "bits": np.packbits(np.asarray(small) >= 128).tobytes()}


def _labels() -> dict[str, str]:
    """Return the words that the browser shows, in the reader's language."""
    return {
        "tools": _("Tools"),
        "open": _("Open a file…"),
        "ellipse": _("Outline"),
        "box": _("Box"),
        "head": _("Brush: head"),
        "not_head": _("Brush: not head"),
        "erase": _("Eraser"),
        "size": _("Brush size"),
        "clear": _("Clear drawing"),
        "pen_down": _("The brush is down: the arrows draw, the space bar lifts it."),
        "pen_up": _("The brush is lifted."),
        "ink_full": _("No more ink fits: clear the drawing, or undo some strokes."),
        "undo": _("Undo"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "fit": _("Whole picture"),
        "picture": _("Picture with outline"),
        "help": _(
            "Drop a PNG, JPEG or DICOM file on the picture. Drag the yellow handles; the blue one turns. "
            "Keys: arrows move (Shift: ten pixels), + and − size, l s longer or shorter, "
            "w n wider or narrower, [ ] turn, z undo, b box (Enter looks there), o outline, 0 whole picture. "
            "Brush: 1 head, 2 not head, 3 eraser; arrows move it, the space bar sets it down or lifts it, "
            "[ ] size, c clear. Wheel or two fingers zoom, a drag beside the handles moves the picture."
        ),
        "too_large": _(
            "{name} has {size} MB; the limit here is {limit} MB. Save it smaller, or use the command line."
        ),
        "one_file": _("Drop one file at a time."),
        "unreadable": _("{name} can't be read by the browser: drop a file, not a folder."),
        "no_answer": _("No answer for 15 seconds. If it stays like this, reload the page."),
    }
