"""The page of the skips dashboard: two pictures, the gates, a strip of all ways, a table; as one widget.

The part in the browser is plain JavaScript beside this file. All that browser and Python share is a synced
trait. The networks' answers travel as coarse maps of probability; the browser draws their outlines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import traitlets

from .answering import AnsweringWidget
from .canvas import FILE_LIMIT
from .skip_asked import WEEKS, Asked, checked_asked
from .skip_words import level_choices, network_choices, skip_labels
from .words import _

__all__ = ["SkipPage"]

_HERE = Path(__file__).parent
_SCRIPTS = (
    *("dom.js", "sender.js", "skip_outline.js", "skip_parts.js", "skip_strip.js"),
    *("skip_controls.js", "skips.js"),
)


class SkipPage(AnsweringWidget):
    """The page; `SkipBoard` gives it its life.

    Attributes
    ----------
    heads : sequence of str
        What can be asked for; `SkipBoard` keeps it up to date.
    asked : dict
        What the reader asked for, as `Asked.to_dict` gives it.
    menu : list of dict
        The heads to choose from.
    image : bytes
        The picture (JPEG).
    size : (height, width)
        Of the picture in mm, or in pixels where the scale is unknown.
    grid : (rows, columns)
        Of the maps: probabilities times 255, row by row.
    truth, map_open, map_now : bytes
        The true head, and what is found with all open and as asked; `truth` is empty where it is unknown.
    now : dict
        What was done, for the banner; see `skip_words.banner`.
    panel_open, panel_now, alt_open, alt_now : str
        The numbers as HTML; the pictures in words.
    levels : list of str
        How wide one value of each skip's map is.
    strip : dict
        For each way its ``map`` and words; empty until all are there.
    table : str
        The table over all heads as HTML.
    answer : list of str
        What it shows, in sentences.
    work : dict
        ``{"running", "done", "all"}``: how many heads of the table are measured.

    Examples
    --------
    >>> page = SkipPage(["head-20w"])
    >>> page.set_state({"asked": {**page.asked, "gates": [0, 1, 1, 2]}})
    >>> page.status
    'Gates: give 4 numbers from 0 (closed) to 1 (open); they stay as they were.'
    """

    _esm = "\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS)
    _css = (_HERE / "skips.css").read_text("utf-8")
    sent = ("asked",)

    # From Python to the browser.
    labels = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    menu = traitlets.List().tag(sync=True)
    image = traitlets.Bytes().tag(sync=True)
    size = traitlets.Tuple(traitlets.Float(), traitlets.Float(), default_value=(2.0, 3.0)).tag(sync=True)
    grid = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)
    truth = traitlets.Bytes().tag(sync=True)
    map_open = traitlets.Bytes().tag(sync=True)
    map_now = traitlets.Bytes().tag(sync=True)
    now = traitlets.Dict().tag(sync=True)
    reference = traitlets.Dict().tag(sync=True)
    panel_open = traitlets.Unicode().tag(sync=True)
    panel_now = traitlets.Unicode().tag(sync=True)
    alt_open = traitlets.Unicode().tag(sync=True)
    alt_now = traitlets.Unicode().tag(sync=True)
    levels = traitlets.List().tag(sync=True)
    own = traitlets.Unicode().tag(sync=True)
    strip = traitlets.Dict().tag(sync=True)
    table = traitlets.Unicode().tag(sync=True)
    answer = traitlets.List().tag(sync=True)
    work = traitlets.Dict().tag(sync=True)
    file_limit = traitlets.Int(FILE_LIMIT).tag(sync=True)

    # Both ways, without an echo: it would pull a slider back to where the hand was.
    asked = traitlets.Dict().tag(sync=True, echo_update=False)

    def __init__(self, heads: Sequence[str]) -> None:
        self.heads = tuple(heads)
        self._callbacks: dict[str, Callable[..., None]] = {}
        super().__init__(
            labels=skip_labels(),
            choices={"networks": network_choices(), "levels": level_choices(), "weeks": list(WEEKS)},
            asked=Asked(self.heads[0]).to_dict(),
            work={"running": False, "done": 0, "all": 0},
        )

    @property
    def asked_now(self) -> Asked:
        """What is asked for now."""
        return checked_asked(self.asked, self.heads)

    def on(self, what: str, callback: Callable[..., None]) -> None:
        """Call ``callback()`` when the reader does something.

        Parameters
        ----------
        what : str
            ``"asked"``, ``"ready"`` (the page stands), ``"more"`` (heads for the table), ``"step"`` (comes as
            long as heads are being measured), or ``"file"``, which gets its content and its name.
        callback : callable
        """
        self._callbacks[what] = callback

    def has_taken(self, taken: set[str], refused: set[str]) -> None:
        """Tell of what the reader turned."""
        if "asked" in taken:
            self._tell("asked")

    def take_message(self, content: Mapping[str, Any], buffers: Sequence) -> None:
        """Take what is no value: buttons, files, that the page stands, and that measuring may go on."""
        kind = content.get("kind")
        self._answering = True
        try:
            if kind in ("ready", "step", "more"):
                self._tell(kind)
            elif kind == "file":
                self._take_file(content.get("name"), buffers)
        finally:
            self._answer(content.get("request"))

    def _take_file(self, name: Any, buffers: Sequence) -> None:
        name = name[-120:] if isinstance(name, str) and name else "file"
        if len(buffers) != 1:
            return self.say(_("{} did not arrive: drop it again.").format(name), alarm=True)
        size = memoryview(buffers[0]).nbytes
        if size > self.file_limit:
            sizes = {"size": f"{size / 1e6:.1f}", "limit": f"{self.file_limit / 1e6:.1f}"}
            return self.say(self.labels["too_large"].format(name=name, **sizes), alarm=True)
        self._tell("file", bytes(buffers[0]), name)

    def _tell(self, what: str, *arguments: Any) -> None:
        if what in self._callbacks:
            self._callbacks[what](*arguments)

    @traitlets.validate("asked")
    def _check_asked(self, proposal: dict) -> dict[str, Any]:
        return checked_asked(proposal["value"], self.heads).to_dict()
