"""Two guards: what goes wrong in a callback becomes a sentence, and a browser changes only what it may."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import wraps
from gettext import gettext as _
from typing import Any, Protocol

import anywidget
import ipywidgets
import traitlets

from ..data.limits import BadInput

__all__ = ["CarefulWidget", "Speaker", "guarded", "shield"]

_LOG = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())  # a line on stderr would stand on the page as a red block

#: What a reader's hand changes on the widgets of ipywidgets that the dashboards use.
_BY_HAND: Mapping[type, tuple[str, ...]] = {
    ipywidgets.Dropdown: ("index",),
    ipywidgets.RadioButtons: ("index",),
    ipywidgets.Text: ("value",),
    ipywidgets.Checkbox: ("value",),
}
_LONGEST_TEXT = 200


class Speaker(Protocol):
    """Whoever has a status line."""

    def say(self, sentence: str, *, alarm: bool = False) -> None: ...  # noqa: D102


def guarded(run: Callable) -> Callable:
    """Turn what goes wrong in a method into a sentence of its object's ``canvas``."""

    @wraps(run)
    def guard(self: Any, *args: Any) -> None:
        try:
            run(self, *args)
        except (BadInput, traitlets.TraitError) as refusal:
            self.canvas.say(str(refusal), alarm=True)
        except Exception as error:
            _LOG.exception("in %s", run.__name__)
            said = _("That did not work ({kind}: {error}). What you had is still there.")
            self.canvas.say(said.format(kind=type(error).__name__, error=error), alarm=True)

    return guard


class CarefulWidget(anywidget.AnyWidget):
    """A widget of our own: whatever a browser sends it, no traceback ends on the page.

    ipywidgets prints one for each message that it can't deal with.
    """

    def take_message(self, content: Mapping[str, Any], buffers: Sequence) -> None:
        """Take what is no value of a trait."""

    def refuse(self, error: Exception) -> None:
        """Tell the reader what went wrong with a message."""

    def _handle_msg(self, msg: Any) -> None:
        data = _data(msg)
        method, state, content = (data.get(name) for name in ("method", "state", "content"))
        try:
            if method == "request_state":
                self.send_state()
            elif method == "update" and isinstance(state, Mapping):
                self.set_state(state)
            elif method == "custom" and isinstance(content, Mapping):
                self.take_message(content, msg.get("buffers") or ())
        except Exception as error:
            _LOG.exception("in a message from the browser")
            self.refuse(error)


def shield(page: ipywidgets.Widget, speaker: Speaker) -> None:
    """Let a browser change on a whole page only what a reader's hand can change.

    A widget of ipywidgets takes any of its traits from the browser, and prints a traceback onto the page
    where a value does not fit. Here it takes the value of a field, the place in a menu, and the click on a
    button; all else is dropped, and a value that does not fit gets a sentence. Widgets with a check of their
    own, such as the canvas, stay as they are.

    Parameters
    ----------
    page : ipywidgets.Widget
        With all that it contains.
    speaker : Speaker
        Says the sentence.

    Examples
    --------
    >>> from fetal_edu.widgets.canvas import Canvas
    >>> field, canvas = ipywidgets.Text("0.2"), Canvas()
    >>> shield(field, canvas)
    >>> update = {"method": "update", "state": {"value": 7, "disabled": True}}
    >>> field.comm.handle_msg({"content": {"data": update}})
    >>> field.value, field.disabled, canvas.alarm
    ('0.2', False, True)
    """
    for widget in _all_of(page):
        if type(widget).__module__.startswith("ipywidgets."):
            widget.comm.on_msg(_receiver(widget, speaker))


def _all_of(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    yield widget
    for name in ("children", "layout", "style"):
        inner = getattr(widget, name, ())
        for one in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(one, ipywidgets.Widget):
                yield from _all_of(one)


def _receiver(widget: ipywidgets.Widget, speaker: Speaker) -> Callable[[Any], None]:
    allowed = _BY_HAND.get(type(widget), ())

    def receive(message: Any) -> None:
        data = _data(message)
        if data.get("method") == "request_state":
            widget.send_state()
        elif data.get("method") == "custom" and isinstance(widget, ipywidgets.Button):
            if isinstance(data.get("content"), Mapping):
                widget._handle_button_msg(widget, data["content"], [])
        elif data.get("method") == "update" and isinstance(data.get("state"), Mapping):
            _update(widget, _only(data["state"], allowed), speaker)

    return receive


def _data(message: Any) -> Mapping[str, Any]:
    content = message.get("content") if isinstance(message, Mapping) else None
    data = content.get("data") if isinstance(content, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _only(state: Mapping[str, Any], allowed: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name in allowed}


def _update(widget: ipywidgets.Widget, state: dict[str, Any], speaker: Speaker) -> None:
    try:
        if any(isinstance(value, str) and len(value) > _LONGEST_TEXT for value in state.values()):
            raise traitlets.TraitError(_("More than {} characters").format(_LONGEST_TEXT))
        if state:
            widget.set_state(state)
    except Exception:  # of the value's check; what a callback does has a guard of its own
        widget.send_state(list(state))  # the browser goes back to the last good value
        speaker.say(_("That value does not fit here; the last one was kept."), alarm=True)
