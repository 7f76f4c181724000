"""A layer of the explorer, and its geometry: which numbers each of its outputs is made of.

The geometry goes one axis at a time: row i of a layer's map is made of certain rows of the map before, and
its columns likewise, so that every window is a set of rows times a set of columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .words import _

if TYPE_CHECKING:
    from .layer_tower import Tower

__all__ = [
    "ONE",
    "Axis",
    "Layer",
    "Taps",
    "as_kernel",
    "check_whole",
    "padding_title",
    "stride_title",
    "turned",
    "windows",
]

#: Of one output row: from which input row, and by which row of the table of weights.
Axis = list[list[tuple[int, int]]]
#: The weight of a number that goes on as it is.
ONE = np.ones((1, 1))
_LONGEST = 16  # of a kernel's side, a window's, a stride


@dataclass(frozen=True, eq=False)
class Taps:
    """Which numbers of the map before each output pixel is made of, and with which weights.

    Parameters
    ----------
    rows, columns : list of list of (int, int)
        For each row (column) of the output: from which row (column) of the map before, and which row
        (column) of `table` weighs it. One outside the map before is padding and counts as 0.
    table : (n, m) array
        The weights.

    Examples
    --------
    >>> rows = windows(4, size=2, stride=2, padding=0)
    >>> Taps(rows, rows[:1], np.ones((2, 2))).shape
    (2, 1)
    """

    rows: Axis
    columns: Axis
    table: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Of the layer's map."""
        return len(self.rows), len(self.columns)


class Layer:
    """What all layers share. A layer of its own is a frozen dataclass with `title`, `apply` and `taps`."""

    kind: ClassVar[str] = ""

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        raise NotImplementedError

    @property
    def step(self) -> float:
        """How far apart two neighbours of the output lie, in pixels of the map before."""
        return 1.0

    @property
    def zeros_around(self) -> int:
        """How many rows of zeros the layer puts around the map before."""
        return 0

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, np.ndarray | None]:
        """Compute the map, and where each of its numbers was taken from if that is a choice.

        Parameters
        ----------
        x : (h, w) array
            The map before.
        tower : Tower
            The layers so far.
        """
        raise NotImplementedError

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return the windows on a map of a certain shape."""
        raise NotImplementedError


def windows(n: int, *, size: int, stride: int, padding: int) -> Axis:
    """Return where a moving window of a certain size stands, along an axis of n numbers.

    Examples
    --------
    >>> windows(4, size=2, stride=2, padding=0)
    [[(0, 0), (1, 1)], [(2, 0), (3, 1)]]
    """
    count = (n + 2 * padding - size) // stride + 1
    return [[(place * stride - padding + k, k) for k in range(size)] for place in range(max(count, 0))]


def turned(axis: Axis, n: int) -> Axis:
    """Turn windows round: for each input, which outputs it is in."""
    found: Axis = [[] for _at in range(n)]
    for place, window in enumerate(axis):
        for at, _tap in window:
            found[at].append((place, 0))
    return found


def as_kernel(kernel: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], ...]:
    """Return a kernel as rows of numbers."""
    try:
        weights = np.asarray(kernel, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(_("A kernel is a table of numbers, for example [[-1, 0, 1]].")) from None
    if weights.ndim != 2 or not 0 < max(weights.shape) <= _LONGEST or 0 in weights.shape:
        said = _("A kernel has rows and columns, at most {n} of each; this one has shape {shape}.")
        raise ValueError(said.format(n=_LONGEST, shape=weights.shape))
    if not (np.abs(weights) < 1e6).all():
        raise ValueError(_("A kernel holds finite numbers below a million."))
    return tuple(map(tuple, weights.tolist()))


def check_whole(name: str, value: int, least: int) -> None:
    """Refuse what is no whole number of a sensible size."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= _LONGEST:
        said = _("{name} is {value!r}: give a whole number from {least} to {most}.")
        raise ValueError(said.format(name=name, value=value, least=least, most=_LONGEST))


def stride_title(stride: int | None, usual: int | None) -> str:
    """Name a stride, unless it is the usual one."""
    return "" if stride == usual else _(", stride {n}").format(n=stride)


def padding_title(padding: int) -> str:
    """Name a padding, if there is one."""
    return _(", padding {n}").format(n=padding) if padding else ""
