"""The heads that the table of the skips dashboard is made from, measured a little at a time."""

from __future__ import annotations

from collections.abc import Callable

from .skip_heads import Head, Numbers
from .skip_shelf import HeadShelf
from .skip_table import WAYS

__all__ = ["MOST", "Measuring"]

#: Heads that may be simulated for the table.
MOST = 100


class Measuring:
    """Measures each head of a list under each way.

    Parameters
    ----------
    shelf : HeadShelf
        Its samples are the first heads.

    Attributes
    ----------
    rows : list of dict
        For each measured head with known truth, the `Numbers` of each way.
    done, count : int
        How many heads are measured, and how many there are.
    """

    def __init__(self, shelf: HeadShelf) -> None:
        self._shelf = shelf
        self._left: list[Callable[[], Head]] = [lambda name=name: shelf.sample(name) for name in shelf.names]
        self._head: Head | None = None
        self._simulated = 0
        self.rows: list[dict[str, Numbers]] = []
        self.done, self.count = 0, len(self._left)

    def add(self, number: int) -> bool:
        """Put simulated heads onto the list; False where it is full."""
        if self._simulated + number > MOST:
            return False
        first = self._simulated
        self._left += [lambda n=n: self._shelf.drawn(n) for n in range(first, first + number)]
        self._simulated += number
        self.count += number
        return True

    @property
    def busy(self) -> bool:
        """Whether heads are left."""
        return bool(self._left) or self._head is not None

    def step(self) -> bool:
        """Do a part of the work; tell whether a head is finished."""
        if self._head is None:
            if not self._left:
                return False
            self.done += 1  # also where it can't be read: then the others follow
            self._head = self._left.pop(0)()
            if not self._head.known:
                return self._finish()
        if self._head.find_some(WAYS.values()):
            return False
        self.rows.append({key: self._head.find(way).numbers for key, way in WAYS.items()})
        return self._finish()

    def _finish(self) -> bool:
        self._head = None
        return True
