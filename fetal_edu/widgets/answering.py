"""A widget that answers: the browser sends one request at a time, and each gets a sentence and a number."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import gettext as _
from typing import Any, ClassVar

import traitlets

from .arriving import Refused
from .guard import CarefulWidget

__all__ = ["AnsweringWidget"]


class AnsweringWidget(CarefulWidget):
    """What the dashboards' own widgets share: a status line, and an answer to each request.

    The browser is not trusted. It may set the traits that `sent` names, each only after its check; a refused
    value changes nothing, and the reader is told.

    Attributes
    ----------
    status, alarm : str, bool
        The sentence that is shown and spoken, and whether it says that something was refused.
    done : int
        The last request that was answered; `sender.js` sends the next one then.
    rev : int
        Grows each time that something from the browser or from Python has been dealt with.

    Examples
    --------
    >>> widget = AnsweringWidget()
    >>> widget.say("Ready.")
    >>> widget.set_state({"request": 3, "status": "a browser can't write this"})
    >>> widget.status, widget.done
    ('Ready.', 3)
    """

    sent: ClassVar[tuple[str, ...]] = ()

    status = traitlets.Unicode().tag(sync=True)
    alarm = traitlets.Bool(False).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)
    rev = traitlets.Int(0).tag(sync=True)
    request = traitlets.Int(0).tag(sync=True, echo_update=False)

    _esm = "export default {};"
    _answering, _said = False, ("", False)

    def say(self, sentence: str, *, alarm: bool = False) -> None:
        """Show a sentence; screen readers speak it."""
        self._said = sentence, alarm
        if not self._answering:
            self._answer(None)

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Take what the browser sends, each value only after its check."""
        self._answering = True  # what is said meanwhile travels with the answer, in one message
        try:
            asked = {name for name in self.sent if name in sync_data}
            taken = {name for name in self.sent if name in asked and self._take(name, sync_data[name])}
            self.has_taken(taken, asked - taken)
        finally:
            self._answer(sync_data.get("request"))

    def has_taken(self, taken: set[str], refused: set[str]) -> None:
        """Hear which values of one message were taken, and which were refused."""

    def refuse(self, error: Exception) -> None:
        """Say that something could not be done."""
        self.say(_("That could not be done ({}). What you had is still there.").format(error), alarm=True)

    def _take(self, name: str, value: Any) -> bool:
        try:
            super().set_state({name: value})
        except traitlets.TraitError as refusal:
            unfit = _("The page sent something for “{}” that does not fit; the last value was kept.")
            self.say(str(refusal) if isinstance(refusal, Refused) else unfit.format(name), alarm=True)
            self.send_state(name)  # the browser goes back to the last good value
            return False
        return True

    def _answer(self, request: Any) -> None:
        """Let the browser go on: it waits for one answer at a time."""
        self._answering = False
        with self.hold_sync():
            self.status, self.alarm = self._said
            if type(request) is int and 0 < request < 2**53:
                self.done = request
            self.rev += 1
