"""One open picture in the segment dashboard, and where pictures and readings come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from typing import Any

from ..data.limits import BadInput
from ..measure import Ellipse, head_values
from ..sample import Reading, Sample, Value
from .methods import NETWORK
from .words import capital

__all__ = ["Found", "Work", "read_head"]

Spacing = tuple[float, ...]

_SEEN = ("method", "outline", "source", "box", "strokes")  # what a reader sees of a picture's state
_UNDONE = (*_SEEN, "reading", "reader", "hint", "by_hand")  # and what lies behind it
_MOST_PAST = 12  # each one may hold a mask


@dataclass(frozen=True)
class Found:
    """An outline, who drew it, and what a method had said: all that an undone stroke brings back."""

    outline: Ellipse | None = None
    source: str = ""
    reading: Reading | None = None
    reader: str = ""
    hint: str = ""


@dataclass
class Work:
    """One open picture and what was made of it; switching to another one loses nothing.

    Parameters
    ----------
    sample : Sample
        The picture, with the spacing that holds now.
    own_spacing : (float, float) or None
        The spacing that the file itself states.
    method : str
        The key of the method that answers on this picture.
    reading : Reading, optional
        A method's last word on it.
    reader : str
        The key of the method that gave the reading.
    hint : ``"box"``, ``"ink"``, ``"both"`` or empty
        What the reading had to go by.
    outline : Ellipse, optional
        What is drawn now: in mm, or in pixels where the spacing is unknown.
    source : str
        Who drew it: a method's key, ``"hand"``, or empty.
    box : tuple, optional
        The box that was drawn, in pixels.
    strokes, calipers : list of dict
        The ink and the calipers, as `Canvas` has them.
    weeks : float, optional
        The age by dates that the reader typed.
    past : dict
        What `recall` brings back, by number; the oldest are forgotten.
    """

    sample: Sample
    own_spacing: Spacing | None
    method: str = NETWORK
    reading: Reading | None = None
    reader: str = ""
    hint: str = ""
    outline: Ellipse | None = None
    source: str = ""
    box: tuple[float, ...] | None = None
    strokes: list[dict[str, Any]] = field(default_factory=list)
    calipers: list[dict[str, Any]] = field(default_factory=list)
    weeks: float | None = None
    rows: dict[str, Any] = field(default_factory=dict)  # of a comparison, and what it went by
    rows_by: tuple = ()
    by_hand: tuple[list[dict[str, Any]], Found] | None = None  # what the hand had drawn, and under which ink
    past: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def step(self) -> Spacing:
        """Units per pixel: mm, or 1 where the spacing is unknown."""
        return self.sample.spacing or (1.0, 1.0)

    @property
    def area(self) -> tuple[float, ...] | None:
        """Where a method looks, in pixels: in the box, or in the part that the file calls ultrasound."""
        return self.box or self.sample.params.get("region")

    @property
    def read_now(self) -> bool:
        """Whether the outline is a method's own, so that its quality and its interval hold."""
        return self.reading is not None and self.outline is not None and self.source == self.reader

    @property
    def values(self) -> dict[str, Value]:
        """What the outline measures; empty without one."""
        if self.outline is None:
            return {}
        if self.read_now:
            return dict(self.reading.values)
        return head_values(self.outline, calibrated=self.sample.spacing is not None)

    @property
    def hints(self) -> str:
        """What the methods have to go by: ``"box"``, ``"ink"``, ``"both"`` or nothing."""
        return (
            (("both" if self.strokes else "box") if self.box else "ink") if self.box or self.strokes else ""
        )

    @property
    def age(self) -> float | None:
        """The age in weeks that is known without a measurement: typed, or the truth."""
        return self.weeks if self.weeks is not None else self.sample.truth.get("ga_weeks")

    @property
    def compared(self) -> dict[str, Any]:
        """The rows of the last comparison, while they hold for this ink, box and scale."""
        return self.rows if self.rows_by == (self.box, self.strokes, self.sample.spacing) else {}

    def compare(self) -> dict[str, Any]:
        """Begin a comparison; returns the rows to be filled."""
        self.rows, self.rows_by = {}, (self.box, self.strokes, self.sample.spacing)
        return self.rows

    def take(self, reading: Reading, *, keep: bool = True) -> None:
        """Take the chosen method's word.

        Raises
        ------
        BadInput
            If it found no head, and an outline is there to `keep`; nothing changes then.
        """
        if reading.ellipse is None and self.outline is not None and keep:
            why = " ".join(capital(note) for note in reading.notes)
            raise BadInput(_("{} The outline that was there stays.").format(why))
        self.reading, self.reader, self.outline = reading, self.method, reading.ellipse
        self.source = "" if reading.ellipse is None else self.method
        self.hint = self.hints

    def correct(self, outline: Ellipse | None) -> None:
        """Take an outline from the reader's hand; by "undo" it may be the method's own again."""
        self.outline = outline
        found = None if self.reading is None else self.reading.ellipse
        same = found is not None and outline is not None and outline.to_dict() == found.to_dict()
        self.source = self.reader if same else "hand"

    def ink(self, strokes: list[dict[str, Any]]) -> bool:
        """Take the ink; returns whether that brought back what a hand had drawn before it."""
        if self.source == "hand" and strokes != self.strokes:
            found = Found(self.outline, self.source, self.reading, self.reader, self.hint)
            self.by_hand = (self.strokes, found)
        self.strokes = strokes
        if self.by_hand is None or self.by_hand[0] != strokes:
            return False
        for name, value in vars(self.by_hand[1]).items():
            setattr(self, name, value)
        return True

    @property
    def touched(self) -> bool:
        """Whether a hand made something here that can't be computed again."""
        return bool(self.source == "hand" or self.box or self.strokes or self.calipers or self.past)

    def moment(self) -> dict[str, Any]:
        """Return what `recall` needs to bring this state back."""
        return {name: getattr(self, name) for name in _UNDONE}

    def looks_as(self, moment: dict[str, Any]) -> bool:
        """Tell whether a reader would see no difference to a moment."""
        return all(getattr(self, name) == moment[name] for name in _SEEN)

    def remember(self, step: int, moment: dict[str, Any]) -> None:
        """Keep a moment under a number."""
        self.past[step] = moment
        for old in list(self.past)[:-_MOST_PAST]:
            del self.past[old]

    def recall(self, step: int) -> None:
        """Bring back what was remembered under a number, and forget all later ones.

        Raises
        ------
        BadInput
            If nothing is remembered under it any more.
        """
        if step not in self.past:
            raise BadInput(_("That can't be taken back any more."))
        for name, value in self.past[step].items():
            setattr(self, name, value)
        self.past = {old: moment for old, moment in self.past.items() if old < step}

    def forget_hints(self) -> None:
        """Drop box and ink."""
        self.box, self.strokes, self.by_hand = None, [], None

    def place(self) -> None:
        """Put an outline of a head's shape into the middle."""
        height, width = (n * mm for n, mm in zip(self.sample.shape, self.step, strict=True))
        size = 0.3 * min(height / 0.8, width)
        self.outline, self.source = Ellipse(height / 2, width / 2, size, 0.8 * size, 0.0), "hand"

    def rescale(self, spacing: Spacing | None, read: Callable[[Sample], Reading]) -> None:
        """Take another spacing; what `read` then says replaces a method's outline, a hand's moves along."""
        own, before = self.read_now or self.outline is None, self.step
        sample = replace(self.sample, spacing=spacing)
        reading = None if self.reading is None else read(sample)
        if reading is not None and own:
            self.outline, self.source = reading.ellipse, "" if reading.ellipse is None else self.reader
        elif self.outline is not None:
            new = spacing or (1.0, 1.0)
            self.outline = self.outline.rescaled((new[0] / before[0], new[1] / before[1]))
        self.sample, self.reading = sample, reading
        self.by_hand, self.past = None, {}  # their outlines are in the old unit

    def truth(self) -> Ellipse | None:
        """Return the true outline on the scale that holds now, where it is known."""
        truth = self.sample.truth.get("ellipse")
        if truth is None or self.own_spacing is None:
            return truth
        return truth.rescaled((self.step[0] / self.own_spacing[0], self.step[1] / self.own_spacing[1]))


def read_head(
    sample: Sample, *, box: tuple[float, ...] | None = None, strokes: Iterable[Any] = ()
) -> Reading:
    """Read a picture with the shipped network.

    Raises
    ------
    BadInput
        If the network is not installed; the sentence says how to go on by hand.
    """
    from .. import runtime  # onnxruntime and the weights, when the first picture is read

    try:
        return runtime.read_head(sample, box=box, strokes=strokes)
    except runtime.ModelNotFoundError as missing:
        advice = _("The network is not installed ({}). Press “Place an outline by hand” to go on.")
        raise BadInput(advice.format(str(missing).rstrip("."))) from None
