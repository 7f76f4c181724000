"""The page of the board of knobs: a picture, its numbers, and all that can be turned, as one widget.

The part in the browser is plain JavaScript beside this file. All that browser and Python share is a synced
trait. While a picture is being drawn the browser waits, and then asks for the last place of a slider: what
lay between is never drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

import traitlets

from .answering import AnsweringWidget
from .arriving import Refused
from .board_choices import board_choices, board_labels, head_networks
from .request import Request, checked_request

__all__ = ["LAYERS", "BoardPage"]

#: What can be shown on the picture.
LAYERS = ("truth", "network", "labels")

_HERE = Path(__file__).parent
_SCRIPTS = ("dom.js", "sender.js", "board_parts.js", "board_picture.js", "board_knobs.js", "board.js")


class BoardPage(AnsweringWidget):
    """The page; `KnobBoard` gives it its life.

    Parameters
    ----------
    models : sequence of str, optional
        The networks to choose from; default those that are installed and outline heads.

    Attributes
    ----------
    asked : dict
        What the reader asked for, as `Request.to_dict` gives it.
    shown : list of str
        Which of `LAYERS` lie on the picture.
    image, layer, mask : bytes
        The picture (JPEG), its labels and the network's mask (PNG); empty where there are none.
    size : (height, width) in mm
    truth, found : list of float or None
        Ellipses, see `encode.as_svg_ellipse`.
    legend : list of dict
        What the labels' colours mean.
    panel, alt : str
        The numbers as HTML; the picture in words.
    search : dict
        ``{"running", "part", "says"}``: how far a search is.
    marks : dict of knob to number or None
        Where each knob breaks the network, None = nowhere.
    can_go_back : bool
        Whether a search turned a knob that can be set back.

    Examples
    --------
    >>> page = BoardPage(models=["head"])
    >>> page.set_state({"asked": {**page.asked, "weeks": 90}})
    >>> page.status
    'Age in weeks: give a number from 11 to 40; the last one was kept.'
    >>> page.asked["weeks"]
    22.0
    """

    _esm = "\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS)
    _css = (_HERE / "board.css").read_text("utf-8")
    sent = ("asked", "shown")

    # From Python to the browser.
    choices = traitlets.Dict().tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    image = traitlets.Bytes().tag(sync=True)
    layer = traitlets.Bytes().tag(sync=True)
    mask = traitlets.Bytes().tag(sync=True)
    size = traitlets.Tuple(traitlets.Float(), traitlets.Float(), default_value=(2.0, 3.0)).tag(sync=True)
    truth = traitlets.List(allow_none=True, default_value=None).tag(sync=True)
    found = traitlets.List(allow_none=True, default_value=None).tag(sync=True)
    legend = traitlets.List().tag(sync=True)
    panel = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    search = traitlets.Dict().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    can_go_back = traitlets.Bool(False).tag(sync=True)

    # Both ways, without an echo: it would pull a slider back to where the hand was.
    asked = traitlets.Dict().tag(sync=True, echo_update=False)
    shown = traitlets.List().tag(sync=True, echo_update=False)

    def __init__(self, *, models: Sequence[str] | None = None) -> None:
        self.models = tuple(models or head_networks())
        self._callbacks: dict[str, Callable[[], None]] = {}
        super().__init__(
            choices=board_choices(self.models),
            labels=board_labels(),
            asked=Request(model=self.models[0]).to_dict(),
            shown=["truth", "network"],
            search={"running": False, "part": 0.0, "says": ""},
        )

    @property
    def request_now(self) -> Request:
        """What is asked for now."""
        return checked_request(self.asked, self.models)

    def on(self, what: str, callback: Callable[[], None]) -> None:
        """Call ``callback()`` when the reader does something.

        Parameters
        ----------
        what : str
            ``"asked"``, ``"shown"``, ``"ready"`` (the page stands), or a button: ``"find"``, ``"stop"``,
            ``"back"``; ``"step"`` comes as long as a search is running.
        callback : callable
        """
        self._callbacks[what] = callback

    def has_taken(self, taken: set[str], refused: set[str]) -> None:
        """Tell of what the reader turned."""
        for name in self.sent:
            if name in taken:
                self._tell(name)

    def take_message(self, content: Mapping[str, Any], buffers: Sequence) -> None:
        """Take what is no value: buttons, that the page stands, and that a search may go on."""
        kind = content.get("kind")
        self._answering = True
        try:
            if kind in ("ready", "find", "stop", "step", "back"):
                self._tell(kind)
        finally:
            self._answer(content.get("request"))

    def _tell(self, what: str) -> None:
        if what in self._callbacks:
            self._callbacks[what]()

    @traitlets.validate("asked")
    def _check_asked(self, proposal: dict) -> dict[str, Any]:
        return checked_request(proposal["value"], self.models).to_dict()

    @traitlets.validate("shown")
    def _check_shown(self, proposal: dict) -> list[str]:
        value = proposal["value"]
        if not all(isinstance(name, str) and name in LAYERS for name in value):
            raise Refused(_("There is no such layer; there are: {}.").format(", ".join(LAYERS)))
        return [name for name in LAYERS if name in value]
