"""What lies on the table of the segment dashboard: the open picture, and the page that shows it.

`Desk` brings the page in line with the work; what a reader does to either is in `segment`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import gettext as _

from ..sample import Reading, Sample
from .calipers import Elsewhere, lengths_elsewhere
from .canvas import Canvas
from .export import file_stem
from .methods import COARSE_WHILE_DRAWING, all_methods
from .page import Page
from .shelf import Samples, Shelf, title
from .telling import show_layers, tell, tell_lengths
from .work import Work

__all__ = ["Desk"]


class Desk:
    """The canvas, the page around it, and what is open.

    Parameters
    ----------
    samples : Samples, optional
        Default: the samples that come with the course.
    read_network : callable
        ``read(sample, box=None, strokes=()) -> Reading``.

    Attributes
    ----------
    canvas : Canvas
    page : Page
    shelf : Shelf
    methods : dict of key to Method
    key : str
        Of the picture that is shown; empty without one.
    quiet : bool
        Whether widgets change by the program and not by the reader's hand.
    """

    def __init__(self, samples: Samples | None, read_network: Callable[..., Reading]) -> None:
        self.shelf, self.methods = Shelf(samples), all_methods(read_network)
        self.canvas = Canvas()
        self.page = Page(self.canvas, self.methods)
        self.key, self.quiet = "", False
        self._asked_quickly: tuple | None = None

    @property
    def work(self) -> Work | None:
        """The frame that is shown, with what was made of it."""
        return self.shelf.opened[self.key].work if self.key else None

    @property
    def name(self) -> str:
        """What a reader calls what is shown: the picture, and of several frames which one."""
        picture = self.shelf.opened[self.key]
        frame = _(", frame {at} of {all}").format(at=picture.at + 1, all=picture.count)
        return self.key.strip() + (frame if picture.count > 1 else "")

    @property
    def stem(self) -> str:
        """How a file is named that is made of what is shown; without an ending."""
        picture = self.shelf.opened[self.key]
        return file_stem(self.key.strip()) + (f"-frame-{picture.at + 1}" if picture.count > 1 else "")

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Set widgets without taking it for the reader's hand, and send them in one message."""
        was, self.quiet = self.quiet, True
        try:
            with self.canvas.hold_sync():
                yield
        finally:
            self.quiet = was

    @contextmanager
    def undoable(self) -> Iterator[None]:
        """Let the reader take back what happens inside, where something was there before."""
        work, moment = self.work, self.work.moment()
        something = bool(work.outline or work.box or work.strokes)
        yield
        if something and not work.looks_as(moment):
            work.remember(self.canvas.step + 1, moment)
            self.canvas.step += 1

    def show(self, key: str) -> None:
        """Bring a picture onto the canvas, as it was left."""
        picture = self.shelf.take(key, self.page.method.value)
        self.key, work = key, picture.work
        with self.quietly():
            image, spacing = work.sample.image, work.sample.spacing
            frames = {"frame": picture.at, "frames": picture.count}
            self.canvas.show_picture(image, spacing=spacing, name=title(key.strip()), **frames)
            self.canvas.strokes, self.canvas.calipers = work.strokes, work.calipers
            self.canvas.outline, self.canvas.box = work.outline, work.box
            self.show_layers()
            self.page.table.show_picture(image)
        self.fill_choice(key)
        self.tell()

    def fill_choice(self, selected: str) -> None:
        """Bring the menu of pictures up to date."""
        options = tuple(self.shelf.menu())
        with self.quietly(), self.page.choice.hold_sync():
            if options != self.page.choice.options:
                self.page.choice.options = options
            self.page.choice.value = selected

    def turn(self, at: int) -> None:
        """Show another frame of the picture."""
        picture = self.shelf.opened[self.key]
        try:
            picture.go(at, lambda work, sample: self.read(work, work.reader, sample))
        except Exception:
            with self.quietly():
                self.canvas.frame = picture.at
                self.canvas.send_state("frame")
            raise
        self.show(self.key)

    def read(self, work: Work, key: str, sample: Sample, *, quick: bool = False) -> Reading:
        """Let one method read a picture by the ink and the box of a work."""
        return self.methods[key].read(sample, strokes=work.strokes, box=work.area, quick=quick)

    def ask(self, *, quick: bool = False, keep: bool = True) -> None:
        """Let the chosen method read the open picture by its box and ink; see `Work.take`."""
        work = self.work
        asked = (work.method, work.sample, work.box, work.strokes)
        last, self._asked_quickly = self._asked_quickly, asked if quick else None
        if quick or work.method in COARSE_WHILE_DRAWING or last != asked or work.source != work.method:
            work.take(self.read(work, work.method, work.sample, quick=quick), keep=keep)
        self.draw()

    def ask_first(self) -> None:
        """Ask the chosen method where nobody has said anything yet."""
        if self.work.reading is None and self.work.outline is None:
            self.ask()

    def draw(self) -> None:
        """Bring the canvas in line with the work: first what a hand waits for, then what is read."""
        with self.quietly():
            self.canvas.show_scale(self.work.sample.spacing)
            self.canvas.outline, self.canvas.box = self.work.outline, self.work.box
            self.canvas.strokes = self.work.strokes
            self.show_layers()
        self.tell()

    def tell(self) -> None:
        """Say on the page what the work says."""
        with self.quietly():
            self.page.method.value = self.work.method
            tell(self.canvas, self.page, self.work)
            self.tell_lengths()

    def tell_lengths(self) -> None:
        """Write the table of lengths only."""
        several = len(self.shelf.opened) > 1
        tell_lengths(self.page, self.work, self._elsewhere(), several=several)

    def show_layers(self) -> None:
        """Show or hide the mask and the true outline."""
        show_layers(self.canvas, self.page, self.work)

    def _elsewhere(self) -> Elsewhere:
        if not self.page.together.value:
            return {}
        others = [(title(key.strip()), one.work) for key, one in self.shelf.opened.items() if key != self.key]
        return lengths_elsewhere(others)
