"""Layers that keep a map's size or make it smaller: convolution, ReLU, and three kinds of pooling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import ops
from .layer_taps import ONE, Axis, Layer, Taps, as_kernel, check_whole, padding_title, stride_title, windows
from .words import _

if TYPE_CHECKING:
    from .layer_tower import Tower

__all__ = ["BlurPool", "Conv", "MaxPool", "MeanPool", "Relu"]

_HALVES = np.array([1.0, 2.0, 1.0]) / 4


@dataclass(frozen=True)
class Conv(Layer):
    """A convolution of one channel: the kernel moves over the map, and at each place products are added.

    Parameters
    ----------
    kernel : (kh, kw) array-like
    stride : int
    padding : int
        Rows and columns of zeros around the map.

    Examples
    --------
    >>> Conv([[-1, 0, 1]], padding=1).title
    'convolution 1 × 3, padding 1'
    """

    kernel: Sequence[Sequence[float]]
    stride: int = 1
    padding: int = 0
    kind: ClassVar[str] = "conv"

    def __post_init__(self) -> None:
        object.__setattr__(self, "kernel", as_kernel(self.kernel))
        check_whole("stride", self.stride, 1)
        check_whole("padding", self.padding, 0)

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        name = _("convolution {high} × {wide}").format(high=len(self.kernel), wide=len(self.kernel[0]))
        return name + stride_title(self.stride, 1) + padding_title(self.padding)

    @property
    def step(self) -> float:
        """The stride."""
        return float(self.stride)

    @property
    def zeros_around(self) -> int:
        """The padding."""
        return self.padding

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, None]:
        """Add up products."""
        weight = np.array(self.kernel)[None, None]
        return ops.conv2d(x[None, None], weight, stride=self.stride, padding=self.padding)[0, 0], None

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return windows of the kernel's size."""
        table = np.array(self.kernel)
        rows, columns = (
            windows(n, size=size, stride=self.stride, padding=self.padding)
            for n, size in zip(shape, table.shape, strict=True)
        )
        return Taps(rows, columns, table)


@dataclass(frozen=True)
class Relu(Layer):
    """ReLU: what is below 0 becomes 0."""

    kind: ClassVar[str] = "relu"

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        return _("ReLU")

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, None]:
        """Cut off at 0."""
        return np.maximum(x, 0), None

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return windows of one number."""
        rows, columns = ([[(at, 0)] for at in range(n)] for n in shape)
        return Taps(rows, columns, ONE)


@dataclass(frozen=True)
class _Pool(Layer):
    size: int = 2
    stride: int | None = None

    def __post_init__(self) -> None:
        check_whole("size", self.size, 1)
        if self.stride is not None:
            check_whole("stride", self.stride, 1)

    @property
    def step(self) -> float:
        """The stride: the window's own size where none is given."""
        return float(self.stride or self.size)

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return windows of the pooling's size."""
        rows, columns = (
            windows(n, size=self.size, stride=self.stride or self.size, padding=0) for n in shape
        )
        return Taps(rows, columns, np.full((self.size, self.size), self._weight))

    @property
    def _weight(self) -> float:
        return 1.0


@dataclass(frozen=True)
class MaxPool(_Pool):
    """Max pooling: of each window the largest number.

    Parameters
    ----------
    size : int
    stride : int, optional
        Default: the size, so that windows do not overlap.
    """

    kind: ClassVar[str] = "max"

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        return _("max pooling {n} × {n}").format(n=self.size) + stride_title(self.stride, None)

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, np.ndarray]:
        """Take the largest, and note where it stood."""
        return ops.max_pool2d(x, self.size, stride=self.stride)


@dataclass(frozen=True)
class MeanPool(_Pool):
    """Mean pooling: of each window the mean.

    Parameters
    ----------
    size : int
    stride : int, optional
        Default: the size, so that windows do not overlap.
    """

    kind: ClassVar[str] = "mean"

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        return _("mean pooling {n} × {n}").format(n=self.size) + stride_title(self.stride, None)

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, None]:
        """Add up and divide."""
        return ops.avg_pool2d(x, self.size, stride=self.stride), None

    @property
    def _weight(self) -> float:
        return 1 / self.size**2


@dataclass(frozen=True)
class BlurPool(Layer):
    """Blur pooling: blur with the weights 1 2 1 along both axes, then keep every second number (Zhang 2019).

    Parameters
    ----------
    stride : int
        Every how many-th is kept. At the border the map is mirrored.
    """

    stride: int = 2
    kind: ClassVar[str] = "blur"

    def __post_init__(self) -> None:
        check_whole("stride", self.stride, 1)

    @property
    def title(self) -> str:
        """The layer's name for a reader."""
        return _("blur pooling 3 × 3, stride {n}").format(n=self.stride)

    @property
    def step(self) -> float:
        """The stride."""
        return float(self.stride)

    def apply(self, x: np.ndarray, tower: Tower) -> tuple[np.ndarray, None]:
        """Blur and keep some."""
        return ops.blur_pool2d(x, stride=self.stride), None

    def taps(self, shape: tuple[int, int], tower: Tower | None = None) -> Taps:
        """Return windows of 3 × 3, mirrored at the border."""
        rows, columns = (self._axis(n) for n in shape)
        return Taps(rows, columns, np.outer(_HALVES, _HALVES))

    def _axis(self, n: int) -> Axis:
        def mirrored(at: int) -> int:
            return n - 1 - abs(n - 1 - abs(at))

        return [[(mirrored(at + k - 1), k) for k in range(3)] for at in range(0, n, self.stride)]
