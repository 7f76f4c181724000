"""Find a failure: which knob, turned alone, breaks a network first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

__all__ = ["Breaking", "Search"]

#: A knob goes up by this many hundredths until the network breaks; then the last step is halved.
STEP = 10


class Breaking(NamedTuple):
    """Where one knob broke the network.

    Parameters
    ----------
    value : float
        The lowest value of the knob that broke it, to a hundredth.
    turned : float
        How far that is from where the knob stood; from 0 where it was not set.
    why : str
    """

    value: float
    turned: float
    why: str


class Search:
    """A search that does one picture at a time, so that it can show how far it is and be stopped.

    Each knob is turned alone, in steps of a tenth from where it stands up to 1, all else as it is. At the
    first step that breaks the network, halving narrows the place down to a hundredth. What breaks only
    between two steps that hold is overlooked. The same start finds the same.

    Parameters
    ----------
    knobs : mapping of name to number or None
        Where each knob stands; None where it is not set: then 0 is tried too.
    broken : callable
        ``broken(name, value)`` says why the network is broken with that knob there, or gives ``""``.

    Attributes
    ----------
    found : dict of name to Breaking or None
        Of the knobs that are done; None where the network holds up to 1.
    now : (name, value)
        What was tried last.
    part : float
        How much is done, 0..1; it never falls.

    Examples
    --------
    >>> search = Search({"shadow": None, "gain": 0.5}, lambda name, value: "off" if value > 0.43 else "")
    >>> while search.step():
    ...     pass
    >>> search.found["shadow"].value, search.least
    (0.44, ('gain', Breaking(value=0.51, turned=0.01, why='off')))
    """

    def __init__(self, knobs: Mapping[str, float | None], broken: Callable[[str, float], str]) -> None:
        self.knobs, self.broken = dict(knobs), broken
        self.found: dict[str, Breaking | None] = {}
        self.now: tuple[str, float] = ("", 0.0)
        self.part = 0.0
        self._steps = self._run()

    @property
    def least(self) -> tuple[str, Breaking] | None:
        """The knob that needed the smallest turn, the first of several; None where nothing broke."""
        broke = [(name, one) for name, one in self.found.items() if one is not None]
        return min(broke, key=lambda pair: pair[1].turned, default=None)

    def step(self) -> bool:
        """Try one more picture; returns whether there was one left to try."""
        return next(self._steps, None) is not None

    def _run(self) -> Iterator[bool]:
        for name, start in self.knobs.items():
            first = round(100 * (start or 0.0))
            values = [first] if start is None else []
            values += [min(value, 100) for value in range(first + STEP, 100 + STEP, STEP) if first < 100]
            low, why = first, ""
            for high in values:
                why = self._try(name, high)
                yield True
                if why:
                    break
                low = high
            if why:
                while high - low > 1:
                    middle = (low + high) // 2
                    so = self._try(name, middle)
                    yield True
                    low, high, why = (low, middle, so) if so else (middle, high, why)
            self.found[name] = Breaking(high / 100, (high - first) / 100, why) if why else None

    def _try(self, name: str, hundredths: int) -> str:
        self.now = name, hundredths / 100
        self.part = max(self.part, (len(self.found) + hundredths / 100) / len(self.knobs))
        return self.broken(name, hundredths / 100)
