"""The segment dashboard: outline a head by any method, correct it, read off millimetres and weeks.

The whole application is Python that runs without a browser: `Segment` answers to the same values that a
page sends, so that tests can play the reader.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from gettext import gettext as _
from typing import Any

import traitlets

from ..data.limits import BadInput
from ..measure import format_weeks
from ..sample import Reading, Sample
from .canvas import Canvas
from .chart import parse_weeks
from .compare import run_method
from .export import as_picture, as_table, file_stem
from .methods import COARSE_WHILE_DRAWING, all_methods
from .page import Page
from .telling import show_layers, show_table, tell, write_scale
from .work import Samples, Work, bundled_samples, parse_scale, read_head

__all__ = ["Segment"]

_LOG = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())  # a line on stderr would stand on the page as a red block
_KEPT = 6  # own files that stay open


def _guarded(run: Callable) -> Callable:
    """Turn what goes wrong in a callback into a sentence on the page."""

    @wraps(run)
    def guard(self: Segment, *args: Any) -> None:
        try:
            run(self, *args)
        except (BadInput, traitlets.TraitError) as refusal:
            self.canvas.say(str(refusal), alarm=True)
        except Exception as error:
            _LOG.exception("in %s", run.__name__)
            said = _("That did not work ({kind}: {error}). What you had is still there.")
            self.canvas.say(said.format(kind=type(error).__name__, error=error), alarm=True)

    return guard


class Segment:
    """The dashboard's application.

    Parameters
    ----------
    samples : Samples, optional
        Default: the samples that come with the course.
    read : callable, optional
        The network: ``read(sample, box=None, strokes=()) -> Reading``; default
        `fetal_edu.runtime.read_head`.

    Attributes
    ----------
    page : Page
        Its widgets; ``page.all`` is what to display.
    canvas : Canvas
    work : Work or None
        The open picture.
    methods : dict of key to Method
        What one can choose from.
    """

    def __init__(self, *, samples: Samples | None = None, read: Callable[..., Reading] | None = None) -> None:
        self._samples, self.methods = samples or bundled_samples(), all_methods(read or read_head)
        self._names: tuple[str, ...] = ()
        self._open: dict[str, Work] = {}
        self._begun = self._quiet = False
        self._name = ""
        self._asked_quickly: tuple | None = None
        self.work: Work | None = None
        self.canvas = Canvas()
        self.page = Page(self.canvas, self.methods)
        self._listen()
        self._open_first()

    def _listen(self) -> None:
        self.canvas.on_file(self.open_file)
        self.canvas.on_ready(self.begin)
        self.canvas.on_ink(self._inked)
        self.canvas.observe(self._corrected, "ellipse")
        self.canvas.observe(self._boxed, "box")
        self.page.choice.observe(self._chosen, "value")
        self.page.method.observe(self._switched, "value")
        self.page.automatic.on_click(lambda _button: self.outline_automatically())
        self.page.by_hand.on_click(lambda _button: self.place_outline())
        self.page.compare.on_click(lambda _button: self.compare())
        self.page.table.on_pick(self._picked)
        self.page.save_table.on_click(lambda _button: self.save_table())
        self.page.save_picture.on_click(lambda _button: self.save_picture())
        self.page.scale.observe(self._rescaled, "value")
        self.page.age.observe(self._dated, "value")
        self.page.show_mask.observe(self._relayered, "value")
        self.page.show_truth.observe(self._relayered, "value")

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Set widgets without taking it for the reader's hand, and send them in one message."""
        was, self._quiet = self._quiet, True
        try:
            with self.canvas.hold_sync():
                yield
        finally:
            self._quiet = was

    # Opening -------------------------------------------------------------------------------------

    @_guarded
    def _open_first(self) -> None:
        self.canvas.say(_("Drop a PNG, JPEG or DICOM file on the picture, or open one."))
        self._names = tuple(self._samples.names())
        if not self._names:
            return
        self._load(
            self._names[(len(self._names) - 1) // 2]
        )  # the usual one: neither the smallest nor the hardest
        self.canvas.say(_("The network is being loaded…"))

    def begin(self) -> None:
        """Run the network on the first picture, once, as soon as the page stands."""
        if not self._begun:
            self._begun = True
            if self.work is not None and self.work.outline is None:
                self.outline_automatically()

    @_guarded
    def open_file(self, content: bytes, name: str) -> None:
        """Open a file that was dropped; a bad one leaves everything as it is."""
        from ..data.files import read_bytes  # pillow and pydicom only when they are needed

        sample = read_bytes(content, name)
        self._begun = True
        key = name if name not in self._names else f"{name} "
        own = [old for old in self._open if old not in self._names and old != key]
        for old in own[: max(0, len(own) - _KEPT + 1)]:
            del self._open[old]
        self._open[key] = Work(sample, sample.spacing, self.page.method.value)
        self._show(key)
        self._ask()

    @_guarded
    def _chosen(self, change: dict) -> None:
        name = change["new"]
        if self._quiet or name is None:
            return
        try:
            self._show(name) if name in self._open else self._load(name)
        except Exception:
            self._fill_choice(change["old"])
            raise
        if self.work.reading is None and self.work.outline is None:
            self._ask()

    def _load(self, name: str) -> None:
        sample = self._samples.load(name)
        self._open[name] = Work(sample, sample.spacing, self.page.method.value)
        self._show(name)

    def _show(self, name: str) -> None:
        """Bring an open picture onto the canvas, as it was left."""
        work = self.work = self._open[name]
        self._name = name.strip()
        with self._quietly():
            spacing = work.sample.spacing
            self.canvas.show_picture(work.sample.image, spacing=spacing, name=_title(name))
            self.canvas.strokes = work.strokes
            self.canvas.outline, self.canvas.box = work.outline, work.box
            self.page.method.value = work.method
            self.page.age.value = "" if work.weeks is None else format_weeks(work.weeks)
            self.page.table.show_picture(work.sample.image)
        self._fill_choice(name)
        self._tell()

    def _fill_choice(self, selected: str) -> None:
        options = [(_title(name), name) for name in self._names]
        options += [(_("your file: {}").format(name), name) for name in self._open if name not in self._names]
        with self._quietly(), self.page.choice.hold_sync():
            if tuple(options) != self.page.choice.options:
                self.page.choice.options = options
            self.page.choice.value = selected

    # Outlining -----------------------------------------------------------------------------------

    def _need_work(self) -> Work:
        if self.work is None:
            raise BadInput(_("There is no picture yet: choose one, or drop a file."))
        return self.work

    @_guarded
    def outline_automatically(self) -> None:
        """Let the chosen method outline the whole picture; corrections, box and ink go."""
        work = self._need_work()
        before = work.box, work.strokes, work.by_hand
        work.forget_hints()
        try:
            self._ask()
        except Exception:
            work.box, work.strokes, work.by_hand = before
            raise

    def _ask(self, *, quick: bool = False, keep: bool = True) -> None:
        """Let the chosen method read the open picture by its box and ink; see `Work.take`."""
        work = self.work
        asked = (work.method, work.sample, work.box, work.strokes)
        last, self._asked_quickly = self._asked_quickly, asked if quick else None
        if quick or work.method in COARSE_WHILE_DRAWING or last != asked or work.source != work.method:
            work.take(self._read(work.method, work.sample, quick=quick), keep=keep)
        self._draw()

    def _read(self, key: str, sample: Sample, *, quick: bool = False) -> Reading:
        work = self.work
        return self.methods[key].read(sample, strokes=work.strokes, box=work.box, quick=quick)

    def _draw(self) -> None:
        """Bring the canvas in line with the work."""
        with self._quietly():
            self.canvas.ellipse = None  # its limits depend on the spacing, so it comes last
            self.canvas.spacing = self.work.step
            self.canvas.outline, self.canvas.box = self.work.outline, self.work.box
            self.canvas.strokes = self.work.strokes
        self._tell()

    @_guarded
    def place_outline(self) -> None:
        """Put an outline of a head's shape into the middle, to be dragged where it belongs."""
        self._need_work().place()
        self._draw()

    @_guarded
    def _switched(self, change: dict) -> None:
        self.page.explain(self.methods[change["new"]])
        if self._quiet or self.work is None:
            return
        self.work.method, self.work.by_hand = change["new"], None
        self._ask(keep=self.work.source == "hand")

    @_guarded
    def _corrected(self, _change: dict) -> None:
        if not self._quiet and self.work is not None:
            self.work.correct(self.canvas.outline)
            self._tell()

    @_guarded
    def _inked(self) -> None:
        if self._quiet or self.work is None:
            return
        brought_back = self.work.ink(self.canvas.strokes)
        if brought_back and not self.canvas.drawing:
            self._draw()
        else:
            self._ask(quick=self.canvas.drawing)

    @_guarded
    def _boxed(self, change: dict) -> None:
        work = self.work
        if self._quiet or work is None or change["new"] is None:
            return
        before, work.box = work.box, tuple(change["new"])
        try:
            self._ask()
        except Exception:
            work.box = before
            with self._quietly():
                self.canvas.box = before
            raise

    # Scale ---------------------------------------------------------------------------------------

    @_guarded
    def _rescaled(self, change: dict) -> None:
        if self._quiet or self.work is None:
            return
        try:
            work, spacing = self.work, parse_scale(change["new"], self.work)
            work.rescale(spacing, lambda sample: self._read(work.reader, sample))
            self._draw()
        except Exception:
            with self._quietly():
                write_scale(self.page, self.work)
            raise

    @_guarded
    def _dated(self, change: dict) -> None:
        if self._quiet or self.work is None:
            return
        try:
            self.work.weeks = parse_weeks(change["new"])
        except BadInput:
            with self._quietly():
                self.page.age.value = change["old"]
            raise
        self._tell()

    # Side by side --------------------------------------------------------------------------------

    @_guarded
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

    @_guarded
    def _picked(self, key: str) -> None:
        work, row = self._need_work(), self.work.compared[key]
        work.method, work.by_hand = key, None
        work.take(row.reading)
        with self._quietly():
            self.page.method.value = key
        self._draw()

    # Taking home ---------------------------------------------------------------------------------

    @_guarded
    def save_table(self) -> None:
        """Hand the numbers to the browser as CSV."""
        work = self._need_work()
        rows = [(row.key, row.reading, row.ms, row.why) for row in work.compared.values()]
        if work.outline is None and not rows:
            raise BadInput(_("There is nothing to save yet: outline the head first."))
        self.canvas.download(as_table(self._name, work, rows), f"{file_stem(self._name)}.csv", "text/csv")

    @_guarded
    def save_picture(self) -> None:
        """Hand the picture with its outline to the browser as PNG."""
        work = self._need_work()
        content = as_picture(self._name, work, with_truth=self.page.show_truth.value)
        self.canvas.download(content, f"{file_stem(self._name)}-outline.png", "image/png")

    # Telling -------------------------------------------------------------------------------------

    def _tell(self) -> None:
        with self._quietly():
            tell(self.canvas, self.page, self.work)

    @_guarded
    def _relayered(self, _change: dict) -> None:
        if self.work is not None:
            show_layers(self.canvas, self.page, self.work)
            self.canvas.rev += 1


def _title(name: str) -> str:
    return name.replace("_", " ") if "." not in name else name
