"""The phantom dashboard: turn physics against a trained network, and watch millimetres and weeks go wrong.

The whole application is Python that runs without a browser: `KnobBoard` answers to the same values that a
page sends, so that tests can play the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from gettext import gettext as _

from ..data.limits import BadInput
from ..sample import Reading, Sample
from .board_choices import knob_title
from .board_page import BoardPage
from .board_words import alt_text, changes, panel, sentence
from .colours import label_layer
from .drawing import Drawer
from .encode import as_jpeg, as_layer, as_svg_ellipse
from .guard import guarded
from .judge import Judgement, judge, rule, true_length
from .request import Request, knobs_of
from .search import Breaking, Search

__all__ = ["KnobBoard"]

SHAPE = (256, 384)
_MASK = ("#e69f00",)


class KnobBoard:
    """The dashboard's application: what happens when a reader does something.

    Parameters
    ----------
    draw : callable, optional
        ``draw(request) -> Sample``; default the simulator, 256 x 384 pixels.
    read : callable, optional
        ``read(sample, model=name) -> Reading``; default `fetal_edu.runtime.read_head`.

    Attributes
    ----------
    page : BoardPage
        What to display.
    request, sample, reading, judged
        What is shown: asked for, drawn, found, and how far off that is. ``reading`` is None until the page
        stands, see `begin`.

    Examples
    --------
    >>> from fetal_edu.sample import Reading
    >>> board = KnobBoard(draw=lambda request: request.draw((48, 72)), read=lambda sample, model: Reading())
    >>> board.begin()
    >>> board.turn(gain=0.5)
    >>> board.page.status.startswith("Too much gain 0.50. The true HC is")
    True
    """

    def __init__(
        self,
        *,
        draw: Callable[[Request], Sample] | None = None,
        read: Callable[..., Reading] | None = None,
    ) -> None:
        self.page = BoardPage()
        self._draw = draw or Drawer(SHAPE)
        self._read = read or _read_head
        self.request: Request | None = None
        self.sample: Sample | None = None
        self.reading: Reading | None = None
        self.judged = Judgement()
        self._begun = self._searching = False
        self._search: Search | None = None  # the last one
        self._start: Request | None = None  # and where it began
        for what, run in (
            ("ready", self.begin),
            ("asked", self._asked),
            ("shown", self._relayered),
            ("find", self.find),
            ("step", self._step),
            ("stop", self.stop),
            ("back", self.set_back),
        ):
            self.page.on(what, run)
        self._open()

    @property
    def canvas(self) -> BoardPage:
        """Whoever says what went wrong."""
        return self.page

    # Turning -------------------------------------------------------------------------------------

    @guarded
    def _open(self) -> None:
        self._show(self.page.request_now)

    @guarded
    def begin(self) -> None:
        """Run the network on the first picture, once, as soon as the page stands."""
        if not self._begun:
            self._begun = True
            self._show(self.page.request_now)

    @guarded
    def _asked(self) -> None:
        self._begun, self._searching = True, False
        try:
            self._show(self.page.request_now)
        except Exception:
            if self.request is not None:
                self.page.asked = self.request.to_dict()
                self.page.send_state("asked")  # else the browser keeps what could not be drawn
            raise

    @guarded
    def _relayered(self) -> None:
        self._show_layers()

    def turn(self, **knobs: float | None) -> None:
        """Set knobs without a browser; None leaves one as it is drawn."""
        kept = {**self.page.asked["knobs"], **knobs}
        kept = {name: value for name, value in kept.items() if value is not None}
        self.page.set_state({"asked": {**self.page.asked, "knobs": kept}})

    def _drawn(self, request: Request) -> Sample:
        try:
            return self._draw(request)
        except ValueError as refusal:
            raise BadInput(_("{}. The last picture stays.").format(str(refusal).rstrip("."))) from refusal

    def _show(self, request: Request, said: str = "", *, verdict: bool = True) -> None:
        sample = self._drawn(request)
        reading = self._read(sample, model=request.model) if self._begun else None
        said = said or changes(self.request, request)
        new_anatomy = self.request is None or self.request.anatomy != request.anatomy
        self.request, self.sample, self.reading = request, sample, reading
        self.judged = Judgement() if reading is None else judge(sample, reading)
        with self.page.hold_sync():
            self.page.image = as_jpeg(sample.image)
            self.page.size = sample.extent_mm
            if new_anatomy:  # labels are what there is to see where no outline is measured
                self.page.shown = ["truth", "network", *([] if _has_head(sample) else ["labels"])]
            self._show_layers()
            self._show_search()
            self.page.panel = panel(sample, self.judged, reading)
        self.page.say(f"{said} {sentence(self.judged, reading, verdict=verdict)}".strip())

    def _show_layers(self) -> None:
        page, sample, reading = self.page, self.sample, self.reading
        if sample is None:
            return
        spacing, shown = sample.spacing, page.shown
        true, found = sample.truth.get("ellipse"), None if reading is None else reading.ellipse
        mask = None if reading is None or "network" not in shown else reading.mask
        with page.hold_sync():
            page.truth = as_svg_ellipse(true, spacing) if true is not None and "truth" in shown else None
            page.found = as_svg_ellipse(found, spacing) if found is not None and "network" in shown else None
            page.mask = b"" if mask is None else as_layer(mask.astype("uint8"), _MASK)
            page.layer, page.legend = label_layer(sample) if "labels" in shown else (b"", [])
            page.alt = alt_text(self.request, sample, reading, shown, page.legend)

    # Finding a failure ---------------------------------------------------------------------------

    @guarded
    def find(self) -> None:
        """Begin to search the knobs for the smallest turn that breaks the network."""
        if self.request is None or self.reading is None:
            raise BadInput(_("There is no picture with an answer yet: wait a moment."))
        if self.judged.true_mm is None:
            raise BadInput(_("This plane shows no whole head, so nothing can break: choose one that does."))
        if self.judged.broken:
            said = _("It is broken already: {}. Turn something back, or take another fetus.")
            raise BadInput(said.format(self.judged.broken))
        start = self._start = self.request

        def broken(name: str, value: float) -> str:
            sample = self._drawn(_with_knob(start, name, value))
            return judge(sample, self._read(sample, model=start.model)).broken

        self._search = Search({name: start.knobs.get(name) for name in knobs_of(start.anatomy)}, broken)
        self._searching = True
        self._show_search()
        self.page.say(_("Searching: each knob is turned alone, up to 1. {}").format(rule()))

    @guarded
    def _step(self) -> None:
        if not self._searching:
            return
        try:
            more = self._search.step()
        except Exception:
            self._end_search()
            raise
        if more:
            self._show_search()
        else:
            self._end_search()
            self._tell_found()

    @guarded
    def stop(self) -> None:
        """Stop the search; what it found so far stays marked at the knobs."""
        if not self._searching:
            return
        self._end_search()
        search = self._search
        said = _("Stopped after {done} of {all} knobs.").format(done=len(search.found), all=len(search.knobs))
        least = "" if search.least is None else _("So far: {}.").format(_in_words(*search.least))
        self.page.say(f"{said} {least}".strip())

    @guarded
    def set_back(self) -> None:
        """Return to what stood there before the search."""
        if not self.page.can_go_back:
            raise BadInput(_("There is nothing to set back: no search has turned a knob."))
        self._end_search()
        self.page.can_go_back = False
        self._turn_to(self._start, _("Set back."))

    def _tell_found(self) -> None:
        least = self._search.least
        if least is None:
            said = _(
                "No single knob breaks it, not even at 1. Try another fetus or age, or two knobs at once."
            )
            return self.page.say(said)
        name, breaking = least
        self.page.can_go_back = True
        found = _("Found: {}.").format(_in_words(name, breaking))
        self._turn_to(_with_knob(self._start, name, breaking.value), found, verdict=False)

    def _turn_to(self, request: Request, said: str, *, verdict: bool = True) -> None:
        self.page.asked = request.to_dict()
        self._show(request, said, verdict=verdict)

    def _end_search(self) -> None:
        self._searching = False
        self._show_search()

    def _show_search(self) -> None:
        """Show how far a search is, and mark each knob where it broke the network, as long as that holds."""
        search, holds = self._search, self._start is not None and _at_most_one_knob(self._start, self.request)
        self.page.marks = {
            name: None if one is None else one.value for name, one in (search.found if holds else {}).items()
        }
        says = ""
        if self._searching:
            name, value = search.now
            says = _("{knob} at {value:.2f}").format(knob=knob_title(name), value=value) if name else "…"
        part = search.part if self._searching else 0.0
        self.page.search = {"running": self._searching, "part": round(part, 3), "says": says}


def _has_head(sample: Sample) -> bool:
    return true_length(sample)[0] is not None


def _with_knob(request: Request, name: str, value: float) -> Request:
    return replace(request, knobs={**request.knobs, name: value})


def _at_most_one_knob(first: Request, second: Request) -> bool:
    """Tell whether two requests differ in one knob or in nothing."""
    names = {*first.knobs, *second.knobs}
    turned = sum(first.knobs.get(name) != second.knobs.get(name) for name in names)
    return turned <= 1 and replace(first, knobs={}) == replace(second, knobs={})


def _in_words(name: str, breaking: Breaking) -> str:
    said = _("“{knob}” at {value:.2f} is enough ({why})")
    return said.format(knob=knob_title(name), value=breaking.value, why=breaking.why)


def _read_head(sample: Sample, *, model: str) -> Reading:
    from ..runtime import read_head  # onnxruntime only when the page stands

    return read_head(sample, model=model)
