"""A picture that one draws on: an outline with handles, a box, a brush, calipers, zoom, keys, touch.

The part in the browser is plain JavaScript beside this file, read as it is: no build step. Everything that
the browser and Python share is a synced trait, so that a page shows what was computed before it opened.
The browser is not trusted: what it sends passes a check, and a refused value changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from ..measure import Ellipse
from . import arriving
from .answering import AnsweringWidget
from .arriving import Refused
from .dropped import FILE_LIMIT, dropped_file
from .encode import as_bits, as_png
from .labels import CALIPER_NAMES, canvas_labels

__all__ = ["FILE_LIMIT", "MODES", "Canvas"]

#: What a drag on the canvas does.
MODES = ("ellipse", "box", "head", "not_head", "erase", "caliper")

_HERE = Path(__file__).parent
_SCRIPTS = (
    *("dom.js", "sender.js", "geometry.js", "ink.js", "calipers.js", "parts.js", "caliper_list.js"),
    *("view.js", "pointers.js", "files.js", "actions.js", "canvas.js"),
)
_LONGEST_SIDE = 1600  # of the picture as it is sent; coordinates stay those of the full picture


class Canvas(AnsweringWidget):
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
    calipers : list of dict
        ``{"name", "from", "to"}`` of each: what it measures, one of `labels.CALIPER_NAMES`, and its two ends
        as [row, column] in pixels. The browser shows the length.
    calibrated : bool
        Whether lengths are in mm.
    frames, frame : int
        How many frames the open file has, and which one is shown, counted from 0.
    drawing : bool
        Whether the pen is down, so that a rough answer now is better than a fine one later.
    mode : one of `MODES`
        What a drag does: pull the outline, draw a box, paint, or measure.
    step : int
        Grows with each thing done here that the reader can take back; see `on_undo`.

    Examples
    --------
    >>> canvas = Canvas()
    >>> canvas.show_picture(np.zeros((40, 60), np.float32), spacing=(0.5, 0.5), name="empty")
    >>> canvas.outline = Ellipse(10, 15, 6, 5, 0.0)
    >>> canvas.set_state({"ellipse": {"row": float("nan")}})  # as a browser might
    >>> canvas.outline.semi_major, canvas.alarm
    (6.0, True)
    """

    _esm = "\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS)
    _css = (_HERE / "canvas.css").read_text("utf-8")
    sent = ("mode", "drawing", "strokes", "ellipse", "box", "calipers", "frame")

    # From Python to the browser.
    image = traitlets.Bytes().tag(sync=True)  # PNG
    name = traitlets.Unicode().tag(sync=True)
    shape = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)
    spacing = traitlets.Tuple(traitlets.Float(), traitlets.Float(), default_value=(1.0, 1.0)).tag(sync=True)
    calibrated = traitlets.Bool(False).tag(sync=True)
    frames = traitlets.Int(1).tag(sync=True)
    mask = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)  # {"shape", "bits"}
    truth = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    file_limit = traitlets.Int(FILE_LIMIT).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    # Both ways. An echo would pull the reader's hand back to where it was, so there is none.
    ellipse = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True, echo_update=False)
    box = traitlets.Any(None).tag(sync=True, echo_update=False)
    strokes = traitlets.List().tag(sync=True, echo_update=False)
    calipers = traitlets.List().tag(sync=True, echo_update=False)
    frame = traitlets.Int(0).tag(sync=True, echo_update=False)
    drawing = traitlets.Bool(False).tag(sync=True, echo_update=False)
    mode = traitlets.Unicode("ellipse").tag(sync=True, echo_update=False)

    def __init__(self, *, file_limit: int = FILE_LIMIT) -> None:
        super().__init__(labels=canvas_labels(), file_limit=file_limit)
        self._file_callback: Callable[[bytes, str], None] | None = None
        self._ready_callback: Callable[[], None] | None = None
        self._ink_callback: Callable[[], None] | None = None
        self._undo_callback: Callable[[int], None] | None = None

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

    def on_undo(self, callback: Callable[[int], None]) -> None:
        """Call ``callback(step)`` when the reader takes back what `step` counted up to that number."""
        self._undo_callback = callback

    def download(self, content: bytes, name: str, kind: str) -> None:
        """Hand a file to the browser, which saves it as any download; no file is made here."""
        self.send({"kind": "download", "name": name, "type": kind}, buffers=[content])
        self.say(_("{} was handed to your browser: look among its downloads.").format(name))

    def show_picture(
        self,
        image: np.ndarray,
        *,
        spacing: tuple[float, float] | None = None,
        name: str = "",
        frame: int = 0,
        frames: int = 1,
    ) -> None:
        """Show another picture; outline, box, ink, calipers, mask and truth go.

        Parameters
        ----------
        image : (rows, columns) array
            Grey levels in 0..1.
        spacing : (row, column) spacing in mm, optional
            Without it all lengths on the canvas are in pixels.
        name : str
            Spoken by screen readers.
        frame, frames : int
            Which one of how many frames of a file it is, counted from 0.
        """
        with self.hold_sync():
            self.ellipse = self.truth = self.box = self.mask = None
            self.strokes, self.calipers, self.drawing = [], [], False
            self.shape = image.shape
            self.show_scale(spacing)
            self.frames, self.frame = frames, frame
            self.image, self.name = as_png(image, longest_side=_LONGEST_SIDE), name

    def show_scale(self, spacing: tuple[float, float] | None) -> None:
        """Take another spacing in mm, or pixels where there is none; an outline in the old unit goes."""
        with self.hold_sync():
            if self.spacing != (spacing or (1.0, 1.0)):
                self.ellipse, self.spacing = None, spacing or (1.0, 1.0)
            self.calibrated = spacing is not None

    def show_mask(self, mask: np.ndarray | None) -> None:
        """Lay a mask over the picture, as bits and at most 192 pixels wide; None takes it away."""
        self.mask = None if mask is None else as_bits(mask)

    # What comes from the browser -----------------------------------------------------------------

    def has_taken(self, taken: set[str], refused: set[str]) -> None:
        """Tell of ink once for each message."""
        if taken & {"strokes", "drawing"} and "strokes" not in refused and self._ink_callback:
            self._ink_callback()

    def take_message(self, content: Mapping[str, Any], buffers: Sequence) -> None:
        """Take what is no value: that the page stands, a file, and what shall be undone."""
        kind, number = content.get("kind"), content.get("step")
        try:
            if kind == "ready" and self._ready_callback:
                self._ready_callback()
            elif kind == "file":
                self._take_file(content.get("name"), buffers)
            elif kind == "undo" and type(number) is int and self._undo_callback:
                self._undo_callback(number)
        finally:
            self._answer(content.get("request"))

    def _take_file(self, name: Any, buffers: Sequence) -> None:
        try:
            content, name = dropped_file(name, buffers, limit=self.file_limit)
        except Refused as refusal:
            return self.say(str(refusal), alarm=True)
        if self._file_callback:
            self._file_callback(content, name)

    @traitlets.validate("mode")
    def _check_mode(self, proposal: dict) -> str:
        return arriving.checked_choice(proposal["value"], MODES)

    @traitlets.validate("strokes")
    def _check_strokes(self, proposal: dict) -> list[dict[str, Any]]:
        return arriving.checked_strokes(proposal["value"], self.shape)

    @traitlets.validate("ellipse")
    def _check_ellipse(self, proposal: dict) -> dict | None:
        return arriving.checked_ellipse(proposal["value"], self.shape, self.spacing)

    @traitlets.validate("box")
    def _check_box(self, proposal: dict) -> list[float] | None:
        return arriving.checked_box(proposal["value"], self.shape)

    @traitlets.validate("calipers")
    def _check_calipers(self, proposal: dict) -> list[dict[str, Any]]:
        return arriving.checked_calipers(proposal["value"], self.shape, CALIPER_NAMES)

    @traitlets.validate("frame")
    def _check_frame(self, proposal: dict) -> int:
        if not 0 <= proposal["value"] < self.frames:
            raise Refused(_("There are {} frames, counted from 0.").format(self.frames))
        return proposal["value"]
