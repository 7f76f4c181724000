"""Layers that make a map larger: nearest, bilinear, transposed convolution, unpooling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import ops
from .layer_taps import ONE, Axis, Layer, Taps, as_kernel, check_whole, padding_title, stride_title, turned
from .words import _

if TYPE_CHECKING:
    from .layer_tower import Tower

__all__ = ["Bilinear", "Nearest", "TransposedConv", "Unpool"]


@dataclass(frozen=True)
class Nearest(Layer):
    """Nearest-neighbour upsampling: each number is copied into a block.

    Parameters
    ----------
    scale : int
        Side of the block.
    """

    scale: int = 2
    kind: ClassVar[str] = "nearest"

    def __post_init__(self) -> None:
        check_whole("scale", self.scale, 1)

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        return _("nearest neighbour × {n}").format(n=self.scale)

    @property
    def step(self) -> float:
        """One over the scale."""
        return 1 / self.scale

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, None]:
        """Copy."""
        return ops.upsample_nearest(x, self.scale), None

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return windows of one number."""
        rows, columns = ([[(at // self.scale, 0)] for at in range(n * self.scale)] for n in shape)
        return Taps(rows, columns, ONE)


@dataclass(frozen=True)
class Bilinear(Layer):
    """Bilinear upsampling: each new number is mixed of its nearest neighbours, by how near they are.

    Parameters
    ----------
    scale : int

    Examples
    --------
    >>> taps = Bilinear(2).taps((2, 2))
    >>> taps.rows[1], float(taps.table[1, 0])
    ([(0, 1), (1, 0)], 0.1875)
    """

    scale: int = 2
    kind: ClassVar[str] = "bilinear"

    def __post_init__(self) -> None:
        check_whole("scale", self.scale, 1)

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        return _("bilinear × {n}").format(n=self.scale)

    @property
    def step(self) -> float:
        """One over the scale."""
        return 1 / self.scale

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, None]:
        """Mix neighbours."""
        return ops.upsample_bilinear(x, self.scale), None

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return windows of one, two or four neighbours."""
        whole = 2 * self.scale  # weights are whole parts of this
        rows, columns = (self._axis(n, whole) for n in shape)
        used = sorted({part for axis in (rows, columns) for place in axis for _at, part in place})
        order = {part: place for place, part in enumerate(used)}
        weights = np.array(used) / whole
        rows, columns = (
            [[(at, order[part]) for at, part in place] for place in axis] for axis in (rows, columns)
        )
        return Taps(rows, columns, np.outer(weights, weights))

    def _axis(self, n: int, whole: int) -> Axis:
        places = []
        for at in range(n * self.scale):
            below, part = divmod(max(2 * at + 1 - self.scale, 0), whole)
            if part == 0 or below + 1 >= n:
                places.append([(below, whole)])
            else:
                places.append([(below, whole - part), (below + 1, part)])
        return places


@dataclass(frozen=True)
class TransposedConv(Layer):
    """A transposed convolution: each number stamps the kernel, times itself; where stamps overlap they add.

    Parameters
    ----------
    kernel : (kh, kw) array-like
    stride : int
        How far one stamp is from the next.
    padding : int
        How many rows and columns are cut off all around.
    """

    kernel: Sequence[Sequence[float]]
    stride: int = 2
    padding: int = 0
    kind: ClassVar[str] = "transposed"

    def __post_init__(self) -> None:
        object.__setattr__(self, "kernel", as_kernel(self.kernel))
        check_whole("stride", self.stride, 1)
        check_whole("padding", self.padding, 0)

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        high, wide = len(self.kernel), len(self.kernel[0])
        name = _("transposed convolution {high} × {wide}").format(high=high, wide=wide)
        return name + stride_title(self.stride, None) + padding_title(self.padding)

    @property
    def step(self) -> float:
        """One over the stride."""
        return 1 / self.stride

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, None]:
        """Stamp and add."""
        weight = np.array(self.kernel)[None, None]
        y = ops.conv_transpose2d(x[None, None], weight, stride=self.stride, padding=self.padding)
        return y[0, 0], None

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return, for each place, the numbers whose stamps reach it."""
        table = np.array(self.kernel)
        rows, columns = (self._axis(n, size) for n, size in zip(shape, table.shape, strict=True))
        return Taps(rows, columns, table)

    def _axis(self, n: int, size: int) -> Axis:
        places = range(self.padding, (n - 1) * self.stride + size - self.padding)
        return [
            [(at, place - at * self.stride) for at in range(n) if 0 <= place - at * self.stride < size]
            for place in places
        ]


@dataclass(frozen=True)
class Unpool(Layer):
    """Max unpooling: each number goes back to where its maximum stood; all else is 0.

    Parameters
    ----------
    of : int
        Number of the `MaxPool` whose places are used, counted from 0.
    """

    of: int
    kind: ClassVar[str] = "unpool"

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        return _("unpooling of layer {n}").format(n=self.of)

    @property
    def step(self) -> float:
        """Not known alone: it undoes the step of another layer, see `Tower`."""
        return math.nan

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, np.ndarray]:
        """Put each number back."""
        indices, shape = tower.places_of(self.of, x.shape), tower.maps[self.of].shape
        source = np.full(math.prod(shape), -1)
        source[indices.ravel()] = np.arange(indices.size)  # where two share a place, the last one stays
        return ops.max_unpool2d(x, indices, shape), source.reshape(shape)

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return, for each place, the numbers that could be put there."""
        pooled = tower.taps[self.of]
        high, wide = tower.maps[self.of].shape
        return Taps(turned(pooled.rows, high), turned(pooled.columns, wide), ONE)
