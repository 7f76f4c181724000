"""The controls of the dashboard of layers: picture, operation, kernel, stride, padding, and a status line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import traitlets

from .answering import AnsweringWidget
from .arriving import Refused, is_number
from .dropped import FILE_LIMIT, dropped_file
from .layer_choices import PADDINGS, STRIDES, kernels, layer_choices, layer_labels, plans
from .layer_numbers import trimmed
from .words import _

__all__ = ["LayerPage", "first_wish"]

_HERE = Path(__file__).parent
_LARGEST_WEIGHT = 100
_SIZE = 3


class LayerPage(AnsweringWidget):
    """The controls; `LayerBoard` gives them their life.

    Attributes
    ----------
    asked : dict
        ``{"picture", "plan", "kernel", "stride", "padding"}``: what the reader chose. The kernel is three
        rows of three numbers.
    choices, labels : dict
        Menus and words; a reader's own pictures are added to ``choices["pictures"]``.

    Examples
    --------
    >>> page = LayerPage()
    >>> page.set_state({"asked": {**page.asked, "kernel": [["1", "x", "0"]] * 3}})
    >>> page.status
    'Weight in row 0, column 1: “x” is no number from −100 to 100; the last one was kept.'
    """

    _esm = "\n".join(
        (_HERE / name).read_text("utf-8") for name in ("dom.js", "sender.js", "files.js", "layer_page.js")
    )
    _css = (_HERE / "layer_page.css").read_text("utf-8")
    sent = ("asked",)

    # From Python to the browser.
    choices = traitlets.Dict().tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    file_limit = traitlets.Int(FILE_LIMIT).tag(sync=True)

    # Both ways, without an echo: it would pull a field back to where the hand was.
    asked = traitlets.Dict().tag(sync=True, echo_update=False)

    def __init__(self) -> None:
        self._callbacks: dict[str, Callable[..., None]] = {}
        self._plans = plans()
        super().__init__(choices=layer_choices(), labels=layer_labels(), asked=first_wish())

    @property
    def wish(self) -> dict[str, Any]:
        """What is asked for now, checked: a value that equals the last one is never checked by its trait."""
        return self._checked(self.asked)

    def on(self, what: str, callback: Callable[..., None]) -> None:
        """Call ``callback()`` when ``"asked"`` has changed, ``callback(content, name)`` for a ``"file"``."""
        self._callbacks[what] = callback

    def offer(self, key: str, title: str, *, in_place_of: str = "") -> None:
        """Offer a picture of the reader's, in place of another one if that has gone."""
        kept = [one for one in self.choices["pictures"] if one["key"] not in (key, in_place_of)]
        self.choices = {**self.choices, "pictures": [*kept, {"key": key, "title": title}]}

    def has_taken(self, taken: set[str], refused: set[str]) -> None:
        """Tell of what the reader chose."""
        if "asked" in taken and "asked" in self._callbacks:
            self._callbacks["asked"]()

    def take_message(self, content: Mapping[str, Any], buffers: Sequence) -> None:
        """Take a file."""
        self._answering = True
        try:
            if content.get("kind") == "file" and "file" in self._callbacks:
                self._callbacks["file"](*dropped_file(content.get("name"), buffers, limit=self.file_limit))
        except Refused as refusal:
            self.say(str(refusal), alarm=True)
        finally:
            self._answer(content.get("request"))

    @traitlets.validate("asked")
    def _check_asked(self, proposal: dict) -> dict[str, Any]:
        return self._checked(proposal["value"])

    def _checked(self, value: dict[str, Any]) -> dict[str, Any]:
        if set(value) != set(first_wish()):
            raise Refused(_("The page sent a wish that is not whole; the last one was kept."))
        known = {one["key"] for one in self.choices["pictures"]}
        return {
            "picture": _chosen(value["picture"], known, _("picture")),
            "plan": _chosen(value["plan"], self._plans, _("operation")),
            "kernel": _weights(value["kernel"]),
            "stride": _chosen(value["stride"], STRIDES, _("stride")),
            "padding": _chosen(value["padding"], PADDINGS, _("padding")),
        }


def first_wish() -> dict[str, Any]:
    """Return what the page begins with."""
    _title, weights = kernels()["upright"]
    return {"picture": "csp", "plan": "conv", "kernel": weights, "stride": 1, "padding": 1}


def _chosen(value: Any, known: Any, name: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value not in known:
        raise Refused(_("There is no such {name} to choose; the last one was kept.").format(name=name))
    return value


def _weights(value: Any) -> list[list[float]]:
    rows = value if isinstance(value, (list, tuple)) else ()
    if len(rows) != _SIZE or any(not isinstance(row, (list, tuple)) or len(row) != _SIZE for row in rows):
        raise Refused(_("A kernel here has three rows of three weights; the last one was kept."))
    return [[_weight(one, i, j) for j, one in enumerate(row)] for i, row in enumerate(rows)]


def _weight(value: Any, row: int, column: int) -> float:
    found = _read(value) if isinstance(value, str) else value
    if not is_number(found) or abs(found) > _LARGEST_WEIGHT:
        field = layer_labels()["weight"].format(row=row, column=column)
        said = _("{field}: “{value}” is no number from −{most} to {most}; the last one was kept.")
        raise Refused(said.format(field=field, value=str(value)[:20], most=trimmed(_LARGEST_WEIGHT)))
    return found


def _read(text: str) -> float | None:
    """Read a typed number; a comma and a true minus count as they are meant."""
    try:
        return float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
