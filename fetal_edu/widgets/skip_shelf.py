"""The heads at hand on the skips dashboard: samples, simulated ones, and an own picture."""

from __future__ import annotations

from collections.abc import Callable

from ..data.limits import BadInput, check_extent, check_spacing
from ..sample import Sample
from .pictures import open_bytes
from .shelf import Samples, Shelf, title
from .skip_asked import SIMULATED, Asked
from .skip_heads import Answer, Head, scaled, smaller
from .skip_ways import OPEN
from .words import _

__all__ = ["HeadShelf"]

_KEPT = 6  # heads that stay open, with what was found on them
SHAPE = (256, 384)
#: Heads that are simulated for the table have numbers of their own, so that no reader meets them by chance.
_FIRST_OF_TABLE = 200_000


class HeadShelf:
    """Heads by key; what was opened last stays open.

    Parameters
    ----------
    answer : callable
        See `skip_heads.Answer`.
    samples : Samples, optional
        Default: the heads that come with the course.
    draw : callable, optional
        ``draw(seed, weeks=None) -> Sample``; default the simulator.

    Attributes
    ----------
    names : tuple of str
        Of the samples.
    own : str
        The name of the own picture; empty without one.
    """

    def __init__(
        self, answer: Answer, samples: Samples | None = None, draw: Callable[..., Sample] | None = None
    ) -> None:
        self._answer, self._draw = answer, draw or _draw
        self._shelf = Shelf(samples)
        self._opened: dict[tuple, Head] = {}
        self._file: Sample | None = None
        self._small: Sample | None = None
        self._per_pixel = (1.0, 1.0)
        self.own = ""
        self.usual = self._shelf.look()
        self.names = self._shelf.names

    @property
    def keys(self) -> tuple[str, ...]:
        """All that can be asked for."""
        return (*self.names, SIMULATED, *([self.own] if self.own else []))

    def menu(self) -> list[dict[str, str]]:
        """Return the menu of heads as it travels to the browser."""
        samples = [{"key": name, "title": title(name)} for name in self.names]
        drawn = {"key": SIMULATED, "title": _("simulate one now")}
        own = [{"key": self.own, "title": _("your file: {}").format(self.own)}] if self.own else []
        return [*samples, drawn, *own]

    def name(self, asked: Asked) -> str:
        """Name a head in a sentence."""
        if asked.head == SIMULATED:
            return _("simulated head {seed}, {weeks:.0f} weeks").format(seed=asked.seed, weeks=asked.weeks)
        return title(asked.head)

    def take(self, asked: Asked) -> Head:
        """Return the head that is asked for.

        Raises
        ------
        BadInput
            If its file is missing, or the scale that was typed is not possible.
        """
        if asked.head == SIMULATED:
            key = (SIMULATED, asked.seed, asked.weeks)
            return self._kept(key, lambda: self._draw(asked.seed, weeks=asked.weeks))
        if asked.head == self.own:
            return self._own_head(asked.scale)
        return self._kept((asked.head,), lambda: self._sample(asked.head))

    def sample(self, name: str) -> Head:
        """Return the head of a sample for the table; one that is not open already is not kept."""
        return self._opened.get((name,)) or Head(self._sample(name), self._answer)

    def _sample(self, name: str) -> Sample:
        self._shelf.take(name, "")
        return self._shelf.opened.pop(name).work.sample  # what stays open is kept here, as heads

    def drawn(self, number: int) -> Head:
        """Simulate a head for the table; it is not kept."""
        return Head(self._draw(_FIRST_OF_TABLE + number), self._answer)

    def add(self, content: bytes, name: str) -> str:
        """Open an own picture; returns its key.

        Raises
        ------
        BadInput
            If it is no picture, or no network finds a head in it; nothing changes then.
        """
        file = open_bytes(content, name, "").work.sample
        small, per_pixel = smaller(file)
        Head(small, self._answer, per_pixel=per_pixel).find(OPEN)
        taken = name in self.names or name == SIMULATED
        self._opened = {key: head for key, head in self._opened.items() if key[0] != self.own}
        self._file, self._small, self._per_pixel = file, small, per_pixel
        self.own = f"{name} " if taken else name
        return self.own

    def _own_head(self, scale: str) -> Head:
        """Return the own picture; the scale is that of its file, not of the smaller picture."""
        spacing = _scale(scale, self._file)
        return self._kept(
            (self.own, spacing),
            lambda: scaled(self._small, spacing, self._per_pixel),
            per_pixel=self._per_pixel,
        )

    def _kept(
        self, key: tuple, load: Callable[[], Sample], *, per_pixel: tuple[float, float] = (1.0, 1.0)
    ) -> Head:
        head = self._opened.pop(key, None) or Head(load(), self._answer, per_pixel=per_pixel)
        self._opened[key] = head
        for old in list(self._opened)[:-_KEPT]:
            del self._opened[old]
        return head


def _scale(text: str, sample: Sample) -> tuple[float, float] | None:
    if not text:
        return sample.spacing
    typed = text.replace(",", ".")
    try:
        number = float(typed)
    except ValueError:
        raise BadInput(_("“{}” is no scale: give mm per pixel, as 0.12.").format(text)) from None
    spacing = check_spacing(number)
    check_extent(_("this picture"), sample.shape, spacing)
    return spacing


def _draw(seed: int, *, weeks: float | None = None) -> Sample:
    from ..phantom import draw_head  # the simulator, when it is asked

    return draw_head(seed, weeks=weeks, shape=SHAPE)
