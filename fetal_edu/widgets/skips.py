"""The skips dashboard: close the skip connections of a trained U-Net, or take one trained without them.

The whole application is Python that runs without a browser: `SkipBoard` answers to the same values that a
page sends, so that tests can play the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..data.limits import BadInput
from ..sample import Sample
from .encode import as_jpeg
from .guard import guarded
from .shelf import Samples
from .skip_asked import Asked
from .skip_heads import Answer, Found, Head
from .skip_measuring import Measuring
from .skip_page import SkipPage
from .skip_shelf import HeadShelf
from .skip_table import answer_in_words, table
from .skip_ways import OPEN, STANDARD
from .skip_words import alt_text, banner, level_sizes, panel, sentence, tile
from .words import _

__all__ = ["SkipBoard"]

_AT_ONCE = 10  # heads that a press simulates


class SkipBoard:
    """The dashboard's application: what happens when a reader does something.

    Parameters
    ----------
    samples : Samples, optional
        Default: the heads that come with the course.
    answer : callable, optional
        ``answer(network, canvas, gates) -> probability``; default the shipped networks.
    draw : callable, optional
        ``draw(seed, weeks=None) -> Sample``; default the simulator.
    card : mapping, optional
        The networks' card; default the shipped one.

    Attributes
    ----------
    page : SkipPage
        What to display.
    asked, head, opened, found
        What is shown: asked for, its head, and what was found with all open and as asked; None until the
        page stands, see `begin`.
    measuring : Measuring
        The heads of the table.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> def draw(seed, weeks=None): return draw_head(seed, weeks=weeks, shape=(64, 96))
    >>> board = SkipBoard(draw=draw, answer=lambda network, canvas, gates: (canvas > 0.2) * gates[0], card={})
    >>> board.begin()
    >>> board.turn(gates=[0, 1, 1, 1])
    >>> board.page.status.split(".")[0]
    'Lesion: skip 0 closed, after training'
    """

    def __init__(
        self,
        *,
        samples: Samples | None = None,
        answer: Answer | None = None,
        draw: Callable[..., Sample] | None = None,
        card: Mapping[str, Any] | None = None,
    ) -> None:
        self._shelf = HeadShelf(answer or _answer, samples, draw)
        self._card = _shipped_card() if card is None else card
        self.page = SkipPage(self._shelf.keys)
        self.measuring = Measuring(self._shelf)
        self.asked: Asked | None = None
        self.head: Head | None = None
        self.opened: Found | None = None
        self.found: Found | None = None
        self._begun = self._stuck = False
        for what, run in (
            ("ready", self.begin),
            ("asked", self._asked),
            ("step", self._step),
            ("more", self.simulate_more),
            ("file", self.open_file),
        ):
            self.page.on(what, run)
        self._open_first()

    @property
    def canvas(self) -> SkipPage:
        """Whoever says what went wrong."""
        return self.page

    @guarded
    def _open_first(self) -> None:
        self.page.menu = self._shelf.menu()
        self.page.asked = Asked(self._shelf.usual or self._shelf.keys[0]).to_dict()
        self._show(self.page.asked_now)

    @guarded
    def begin(self) -> None:
        """Run the networks on the first head, once, as soon as the page stands."""
        if not self._begun:
            self._begun = True
            self._show(self.page.asked_now)
            self._show_table()

    @guarded
    def _asked(self) -> None:
        self._begun = True
        self._go(self.page.asked_now)

    @guarded
    def open_file(self, content: bytes, name: str) -> None:
        """Open an own picture; a bad one leaves everything as it is."""
        key = self._shelf.add(content, name)
        self._begun = True
        with self.page.hold_sync():
            self.page.heads, self.page.menu, self.page.own = self._shelf.keys, self._shelf.menu(), key
            asked = replace(self.page.asked_now, head=key, scale="")
            self.page.asked = asked.to_dict()
        self._go(asked)

    def turn(self, **change: Any) -> None:
        """Ask for something without a browser: ``head``, ``gates``, ``network``, ``weeks``, ``seed``."""
        self.page.set_state({"asked": {**self.page.asked, **change}})

    @guarded
    def simulate_more(self) -> None:
        """Put more simulated heads onto the table's list."""
        if not self.measuring.add(_AT_ONCE):
            raise BadInput(_("Enough heads for this page: the table holds no more."))
        self._show_work()
        self.page.say(_("Simulating {} more heads for the table.").format(_AT_ONCE))

    @guarded
    def _step(self) -> None:
        """Do a part of what is left: first the strip of the shown head, then the heads of the table."""
        if not self._begun:
            return
        try:
            if not self._fill_strip() and self.measuring.step():
                self._show_table()
        except Exception:
            self._stuck = True  # else the page would ask for the same again and again
            raise
        finally:
            self._show_work()

    def _go(self, asked: Asked) -> None:
        try:
            self._show(asked)
        except Exception:
            if self.asked is not None:
                self.page.asked = self.asked.to_dict()
                self.page.send_state("asked")  # else the browser keeps what could not be shown
            raise

    def _show(self, asked: Asked) -> None:
        head = self._taken(asked)
        with self.page.hold_sync():
            if not self._begun:
                self._show_picture(head)
                return self.page.say(_("The networks are being loaded…"))
            opened, found = head.find(OPEN), head.find(asked.way)
            if head is not self.head or not self.page.map_open:
                self._show_picture(head)
                self._show_open(asked, head, opened)
            self.asked, self.head, self.opened, self.found, self._stuck = asked, head, opened, found, False
            self._show_found()
            self._show_work()

    def _taken(self, asked: Asked) -> Head:
        try:
            return self._shelf.take(asked)
        except BadInput:
            raise
        except ValueError as refusal:
            raise BadInput(_("{}. The last picture stays.").format(str(refusal).rstrip("."))) from refusal

    def _show_picture(self, head: Head) -> None:
        page, truth = self.page, head.truth_map
        page.image = as_jpeg(head.sample.image)
        page.size = tuple(float(n * step) for n, step in zip(head.sample.shape, head.step, strict=True))
        page.truth = b"" if truth is None else truth.tobytes()
        page.grid = page.grid if truth is None else truth.shape
        page.levels, page.reference, page.now = level_sizes(head), banner(OPEN), banner(OPEN)
        page.strip = {}

    def _show_open(self, asked: Asked, head: Head, opened: Found) -> None:
        page, name = self.page, self._shelf.name(asked)
        page.grid, page.map_open = opened.map.shape, opened.map.tobytes()
        page.panel_open = panel(OPEN, head, opened, opened)
        page.alt_open = alt_text(name, OPEN, head, opened)

    def _show_found(self) -> None:
        page, way = self.page, self.asked.way
        page.map_now, page.now = self.found.map.tobytes(), banner(way)
        page.panel_now = panel(way, self.head, self.found, self.opened)
        page.alt_now = alt_text(self._shelf.name(self.asked), way, self.head, self.found)
        page.say(sentence(way, self.head, self.found, self.opened))

    def _fill_strip(self) -> bool:
        """Measure the ways of the strip on the shown head, some at a time; tell whether some were left."""
        if self.page.strip or self.head is None:
            return False
        if self.head.find_some(STANDARD.values()):
            return True
        cells = {}
        for key, way in STANDARD.items():
            found = self.head.find(way)
            cells[key] = {**tile(way, self.head, found), "map": found.map.tobytes()}
        self.page.strip = cells
        return True

    def _show_table(self) -> None:
        rows = self.measuring.rows
        with self.page.hold_sync():
            self.page.table, self.page.answer = table(rows, self._card), answer_in_words(rows, self._card)

    def _show_work(self) -> None:
        done, count = self.measuring.done, self.measuring.count
        running = not self._stuck and (self.measuring.busy or not self.page.strip)
        self.page.work = {"running": running, "done": done, "all": count}


def _answer(network: str, canvas: np.ndarray, gates: tuple[float, ...]) -> np.ndarray:
    from .. import runtime  # onnxruntime and the weights, when the page stands

    try:
        return runtime.load(network).probability(canvas, np.asarray(gates, np.float32))
    except runtime.ModelNotFoundError:
        said = _("The network “{}” is not installed: `fetal-edu train skips` makes it.")
        raise BadInput(said.format(network)) from None


def _shipped_card() -> dict[str, Any]:
    import json

    from .. import runtime

    file = runtime.WEIGHTS / "skips.json"
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}
