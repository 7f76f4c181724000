"""The segment dashboard: outline a head by any method, correct it, read off millimetres and weeks.

The whole application is Python that runs without a browser: `Segment` answers to the same values that a
page sends, so that tests can play the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from gettext import ngettext

from ..data.limits import BadInput
from ..sample import Reading
from .canvas import Canvas
from .compare import run_method
from .desk import Desk
from .export import as_picture, as_table
from .guard import guarded
from .lengths import about_caliper
from .page import Page
from .shelf import Samples
from .telling import show_table, write_fields
from .typed import parse_scale, parse_weeks
from .work import Work, read_head

__all__ = ["Segment"]


class Segment:
    """The dashboard's application: what happens when a reader does something.

    Parameters
    ----------
    samples : Samples, optional
        Default: the samples that come with the course.
    read : callable, optional
        The network: ``read(sample, box=None, strokes=()) -> Reading``; default
        `fetal_edu.runtime.read_head`.

    Attributes
    ----------
    desk : Desk
        The open picture, and the page that shows it.
    methods : dict of key to Method
        What one can choose from.
    """

    def __init__(self, *, samples: Samples | None = None, read: Callable[..., Reading] | None = None) -> None:
        self.desk = Desk(samples, read or read_head)
        self.methods, self._begun = self.desk.methods, False
        self._listen()
        self._open_first()

    @property
    def canvas(self) -> Canvas:
        """The picture that one draws on."""
        return self.desk.canvas

    @property
    def page(self) -> Page:
        """The widgets; ``page.all`` is what to display."""
        return self.desk.page

    @property
    def work(self) -> Work | None:
        """The frame that is shown, with what was made of it."""
        return self.desk.work

    def _listen(self) -> None:
        canvas, page = self.canvas, self.page
        canvas.on_file(self.open_file)
        canvas.on_ready(self.begin)
        canvas.on_ink(self._inked)
        canvas.on_undo(self._undone)
        heard = (self._corrected, "ellipse"), (self._boxed, "box"), (self._measured, "calipers")
        for callback, trait in (*heard, (self._turned, "frame")):
            canvas.observe(callback, trait)
        for widget, callback in (
            (page.choice, self._chosen),
            (page.method, self._switched),
            (page.scale, self._rescaled),
            (page.age, self._dated),
            (page.show_mask, self._relayered),
            (page.show_truth, self._relayered),
            (page.together, self._relayered),
        ):
            widget.observe(callback, "value")
        for button, run in (
            (page.automatic, self.outline_automatically),
            (page.by_hand, self.place_outline),
            (page.compare, self.compare),
            (page.save_table, self.save_table),
            (page.save_picture, self.save_picture),
        ):
            button.on_click(lambda _button, run=run: run())
        page.table.on_pick(self._picked)

    # Opening -------------------------------------------------------------------------------------

    @guarded
    def _open_first(self) -> None:
        self.canvas.say(_("Drop a PNG, JPEG, DICOM or NIfTI file on the picture, or open one."))
        usual = self.desk.shelf.look()
        if usual:
            self.desk.show(usual)
            self.canvas.say(_("The network is being loaded…"))

    def begin(self) -> None:
        """Run the network on the first picture, once, as soon as the page stands."""
        if not self._begun:
            self._begun = True
            if self.work is not None and self.work.outline is None:
                self.outline_automatically()

    @guarded
    def open_file(self, content: bytes, name: str) -> None:
        """Open a file that was dropped; a bad one leaves everything as it is."""
        key = self.desk.shelf.add(content, name, self.page.method.value)
        self._begun = True
        self.desk.show(key)
        self.desk.ask()

    @guarded
    def _chosen(self, change: dict) -> None:
        if self.desk.quiet or change["new"] is None:
            return
        try:
            self.desk.show(change["new"])
        except Exception:
            self.desk.fill_choice(change["old"])
            raise
        self.desk.ask_first()

    @guarded
    def _turned(self, change: dict) -> None:
        if self.desk.quiet or self.work is None:
            return
        self.desk.turn(change["new"])
        self.desk.ask_first()

    # Outlining -----------------------------------------------------------------------------------

    def _need_work(self) -> Work:
        if self.work is None:
            raise BadInput(_("There is no picture yet: choose one, or drop a file."))
        return self.work

    @guarded
    def outline_automatically(self) -> None:
        """Let the chosen method outline the whole picture; corrections, box and ink go, until undone."""
        work = self._need_work()
        before = work.box, work.strokes, work.by_hand
        with self.desk.undoable():
            work.forget_hints()
            try:
                self.desk.ask()
            except Exception:
                work.box, work.strokes, work.by_hand = before
                raise

    @guarded
    def place_outline(self) -> None:
        """Put an outline of a head's shape into the middle, to be dragged where it belongs."""
        self._need_work()
        with self.desk.undoable():
            self.work.place()
        self.desk.draw()

    @guarded
    def _switched(self, change: dict) -> None:
        self.page.explain(self.methods[change["new"]])
        if self.desk.quiet or self.work is None:
            return
        with self.desk.undoable():
            self.work.method, self.work.by_hand = change["new"], None
            self.desk.ask(keep=self.work.source == "hand")

    @guarded
    def _corrected(self, _change: dict) -> None:
        if not self.desk.quiet and self.work is not None:
            self.work.correct(self.canvas.outline)
            self.desk.tell()

    @guarded
    def _inked(self) -> None:
        if self.desk.quiet or self.work is None:
            return
        brought_back = self.work.ink(self.canvas.strokes)
        if brought_back and not self.canvas.drawing:
            self.desk.draw()
        else:
            self.desk.ask(quick=self.canvas.drawing)

    @guarded
    def _boxed(self, change: dict) -> None:
        work = self.work
        if self.desk.quiet or work is None or change["new"] is None:
            return
        before = work.box
        try:
            with self.desk.undoable():
                work.box = tuple(change["new"])
                self.desk.ask()
        except Exception:
            work.box = before
            with self.desk.quietly():
                self.canvas.box = before
            raise

    @guarded
    def _measured(self, change: dict) -> None:
        if self.desk.quiet or self.work is None:
            return
        self.work.calipers = change["new"]
        self.desk.tell_lengths()
        moved = [place for place, one in enumerate(change["new"]) if one not in change["old"]]
        left = ngettext("{} caliper is left.", "{} calipers are left.", len(change["new"]))
        self.canvas.say(about_caliper(self.work, moved[-1]) if moved else left.format(len(change["new"])))

    @guarded
    def _undone(self, step: int) -> None:
        work = self._need_work()
        work.recall(step)
        self.desk.draw()

    # Scale and age -------------------------------------------------------------------------------

    @guarded
    def _rescaled(self, change: dict) -> None:
        if self.desk.quiet or self.work is None:
            return
        work = self.work
        try:
            work.rescale(parse_scale(change["new"], work), lambda one: self.desk.read(work, work.reader, one))
            self.desk.draw()
        except Exception:
            with self.desk.quietly():
                write_fields(self.page, work)
            raise

    @guarded
    def _dated(self, change: dict) -> None:
        if self.desk.quiet or self.work is None:
            return
        try:
            self.work.weeks = parse_weeks(change["new"])
        except BadInput:
            with self.desk.quietly():
                write_fields(self.page, self.work)
            raise
        self.desk.tell()

    # Side by side, and taking home ---------------------------------------------------------------

    @guarded
    def compare(self) -> None:
        """Let each method read the open picture; the table fills while they work."""
        work = self._need_work()
        rows = work.compare()
        for number, (key, method) in enumerate(self.methods.items()):
            show_table(self.page, work, running=key)
            said = _("Comparing: {method} ({number} of {all})…")
            self.canvas.say(said.format(method=method.label, number=number + 1, all=len(self.methods)))
            rows[key] = run_method(method, work)
        show_table(self.page, work)
        found = sum(row.reading is not None and row.reading.ellipse is not None for row in rows.values())
        said = _("{found} of {all} methods found an outline; the table below the picture shows them.")
        self.canvas.say(said.format(found=found, all=len(rows)))

    @guarded
    def _picked(self, key: str) -> None:
        work, row = self._need_work(), self.work.compared[key]
        with self.desk.undoable():
            work.method, work.by_hand = key, None
            work.take(row.reading)
        self.desk.draw()

    @guarded
    def save_table(self) -> None:
        """Hand the numbers to the browser as CSV."""
        work = self._need_work()
        rows = [(row.key, row.reading, row.ms, row.why) for row in work.compared.values()]
        if work.outline is None and not rows and not work.calipers:
            raise BadInput(_("There is nothing to save yet: outline the head, or set calipers."))
        self.canvas.download(as_table(self.desk.name, work, rows), f"{self.desk.stem}.csv", "text/csv")

    @guarded
    def save_picture(self) -> None:
        """Hand the picture with its outline and its calipers to the browser as PNG."""
        work = self._need_work()
        content = as_picture(self.desk.name, work, with_truth=self.page.show_truth.value)
        self.canvas.download(content, f"{self.desk.stem}-outline.png", "image/png")

    @guarded
    def _relayered(self, _change: dict) -> None:
        if self.work is not None:
            self.desk.show_layers()
            self.desk.tell_lengths()
            self.canvas.rev += 1
