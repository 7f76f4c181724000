"""A picture and the layers above it: all maps, and which pixels of one map belong to a pixel of another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .layer_down import MaxPool
from .layer_taps import Layer, Taps
from .layer_up import Unpool
from .words import _

__all__ = ["LARGEST_SIDE", "MOST_LAYERS", "Tower"]

#: Of a map, in pixels: a larger one can't be shown with its single pixels.
LARGEST_SIDE = 256
MOST_LAYERS = 16
_LARGEST_NUMBER = 1e6


class Tower:
    """A picture of one channel and the maps that layers make of it, one from another.

    Parameters
    ----------
    image : (h, w) array of float
    layers : sequence of Layer
        From the image on.
    spacing : (row, column) in mm per pixel, optional

    Attributes
    ----------
    maps : list of (h, w) float32 arrays
        The image first; map k is what layer k − 1 made.
    taps : list of Taps
        Of each layer.
    places : list of (h, w) arrays or None
        Of each layer that chooses (`MaxPool`, `Unpool`): from which number of the map before each of its
        numbers came, counted row by row; −1 where none did.
    steps : list of (float, float)
        Of each map: how far apart its pixels lie, in pixels of the image.

    Raises
    ------
    ValueError
        If the image is no table of finite numbers, or a layer does not fit the map before it.

    Examples
    --------
    >>> from fetal_edu.widgets import Conv, MaxPool
    >>> tower = Tower(np.eye(8), [Conv(np.ones((3, 3))), MaxPool(2)], spacing=(0.5, 0.5))
    >>> [one.shape for one in tower.maps], tower.steps[-1]
    ([(8, 8), (6, 6), (3, 3)], (2.0, 2.0))
    >>> int(tower.behind(2, 0, 0)[0].sum())  # two neighbours of a 3 × 3 window, along both axes: 4 × 4
    16
    """

    def __init__(
        self,
        image: np.ndarray,
        layers: Sequence[Layer] = (),
        *,
        spacing: tuple[float, float] | None = None,
    ) -> None:
        self.spacing = _checked_spacing(spacing)
        self.maps = [_checked_image(image)]
        self.steps: list[tuple[float, float]] = [(1.0, 1.0)]
        self.layers: list[Layer] = []
        self.taps: list[Taps] = []
        self.places: list[np.ndarray | None] = []
        if len(layers) > MOST_LAYERS:
            raise ValueError(_("{n} layers: show at most {most}.").format(n=len(layers), most=MOST_LAYERS))
        for layer in layers:
            self._add(layer)

    def _add(self, layer: Layer) -> None:
        number, before = len(self.layers), self.maps[-1]
        if not isinstance(layer, Layer):
            said = _("Layer {n} is {layer!r}: give layers such as Conv(kernel) or MaxPool(2).")
            raise ValueError(said.format(n=number, layer=layer))
        if isinstance(layer, Unpool):
            self.places_of(layer.of, before.shape)
        taps = layer.taps(before.shape, self)
        self._check_shape(number, layer, taps.shape)
        made, places = layer.apply(before.astype(float), self)
        self.maps.append(_checked_numbers(np.asarray(made), _("The map of layer {n}").format(n=number)))
        self.taps.append(taps)
        self.places.append(None if places is None else np.asarray(places, np.int32))
        self.steps.append(self._step_after(layer))
        self.layers.append(layer)

    def _check_shape(self, number: int, layer: Layer, shape: tuple[int, int]) -> None:
        high, wide = self.maps[-1].shape
        about = {"n": number, "title": layer.title, "high": high, "wide": wide, "most": LARGEST_SIDE}
        if min(shape) < 1:
            said = _("Layer {n} ({title}) does not fit on a map of {high} × {wide}: nothing would be left.")
            raise ValueError(said.format(**about))
        if max(shape) > LARGEST_SIDE:
            said = _(
                "Layer {n} ({title}) makes a map of more than {most} pixels a side: take a smaller image."
            )
            raise ValueError(said.format(**about))

    def _step_after(self, layer: Layer) -> tuple[float, float]:
        if isinstance(layer, Unpool):
            return self.steps[layer.of]
        return tuple(step * layer.step for step in self.steps[-1])

    def places_of(self, number: int, shape: tuple[int, int]) -> np.ndarray:
        """Return where the maxima of a pooling stood, for a map of a certain shape.

        Raises
        ------
        ValueError
            If that layer does not pool by the maximum, or its map has another shape.
        """
        known = isinstance(number, int) and 0 <= number < len(self.layers)
        if not known or not isinstance(self.layers[number], MaxPool):
            said = _("Unpool({n!r}): give the number of a MaxPool before it, counted from 0.")
            raise ValueError(said.format(n=number))
        places = self.places[number]
        if places.shape != tuple(shape):
            said = _("Unpool({n}): that layer made {a} × {b} maxima, the map before this one is {c} × {d}.")
            raise ValueError(
                said.format(n=number, a=places.shape[0], b=places.shape[1], c=shape[0], d=shape[1])
            )
        return places

    def mm(self, number: int) -> tuple[float, float] | None:
        """Return how far apart the pixels of a map lie, in mm, or None where that is unknown."""
        if self.spacing is None:
            return None
        return tuple(step * mm for step, mm in zip(self.steps[number], self.spacing, strict=True))

    def window(self, number: int, row: int, column: int) -> list[list[tuple[int, int, float]]]:
        """Return what a pixel is made of: rows of (row, column, weight) in the map before.

        Parameters
        ----------
        number : int
            Of the map; 1 or more.
        row, column : int
            A row or column outside the map before is padding.
        """
        taps = self.taps[number - 1]
        return [[(r, c, float(taps.table[i, j])) for c, j in taps.columns[column]] for r, i in taps.rows[row]]

    def behind(self, number: int, row: int, column: int) -> list[np.ndarray]:
        """Return the receptive field of a pixel in each map up to its own, as masks.

        Everything that could change the pixel counts: all of a pooling's window, and for an unpooling also
        what decides where the maximum stands.
        """
        masks = [np.zeros(one.shape, bool) for one in self.maps[: number + 1]]
        masks[number][row, column] = True
        for at in range(number, 0, -1):
            layer, taps, found = self.layers[at - 1], self.taps[at - 1], masks[at]
            if isinstance(layer, Unpool):
                sources = self.places[at - 1][found]
                masks[at - 1].ravel()[sources[sources >= 0]] = True
                could = _gather(found, taps, self.maps[layer.of + 1].shape)
                masks[layer.of] |= _gather(could, self.taps[layer.of], self.maps[layer.of].shape)
            else:
                masks[at - 1] |= _gather(found, taps, self.maps[at - 1].shape)
        return masks

    def sees_padding(self, masks: list[np.ndarray]) -> bool:
        """Tell whether zeros of a padding are among what made a pixel, from what `behind` returned."""
        return any(
            _reaches_out(taps, mask, before.shape)
            for taps, mask, before in zip(self.taps, masks[1:], self.maps, strict=False)
        )

    def ahead(self, number: int, row: int, column: int) -> list[np.ndarray]:
        """Return which pixels a pixel reaches, in its own map and each later one, as masks."""
        masks = [np.zeros(one.shape, bool) for one in self.maps]
        masks[number][row, column] = True
        for at in range(number + 1, len(self.maps)):
            layer, taps, before = self.layers[at - 1], self.taps[at - 1], masks[at - 1]
            if isinstance(layer, Unpool):
                sources = self.places[at - 1]
                masks[at] = (sources >= 0) & before.ravel()[sources]
                if number <= layer.of:  # it may also decide where a maximum stands
                    masks[at] |= _spread(masks[layer.of + 1], taps)
            else:
                masks[at] = _spread(before, taps)
        return masks[number:]


def _incidence(axis: list[list[tuple[int, int]]], n: int) -> np.ndarray:
    """Return which of n inputs (columns) each output (row) sees."""
    seen = np.zeros((len(axis), n), bool)
    for place, window in enumerate(axis):
        for at, _tap in window:
            if 0 <= at < n:
                seen[place, at] = True
    return seen


def _gather(mask: np.ndarray, taps: Taps, shape: tuple[int, int]) -> np.ndarray:
    rows, columns = _incidence(taps.rows, shape[0]), _incidence(taps.columns, shape[1])
    return rows.T.astype(int) @ mask.astype(int) @ columns.astype(int) > 0


def _spread(mask: np.ndarray, taps: Taps) -> np.ndarray:
    rows, columns = _incidence(taps.rows, mask.shape[0]), _incidence(taps.columns, mask.shape[1])
    return rows.astype(int) @ mask.astype(int) @ columns.T.astype(int) > 0


def _reaches_out(taps: Taps, mask: np.ndarray, shape: tuple[int, int]) -> bool:
    """Tell whether a window of one of the masked pixels leaves the map before."""
    out = [
        [any(not 0 <= at < n for at, _tap in window) for window in axis]
        for axis, n in zip((taps.rows, taps.columns), shape, strict=True)
    ]
    return bool(mask[out[0]].any() or mask[:, out[1]].any())


def _checked_image(image: np.ndarray) -> np.ndarray:
    try:
        found = np.asarray(image, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(_("The image is no table of numbers.")) from None
    if found.ndim != 2 or min(found.shape, default=0) < 1:
        said = _("The image has shape {shape}: give rows × columns, one channel.")
        raise ValueError(said.format(shape=found.shape))
    if max(found.shape) > LARGEST_SIDE:
        said = _("The image is {high} × {wide}: cut out at most {most} pixels a side, 64 show best.")
        raise ValueError(said.format(high=found.shape[0], wide=found.shape[1], most=LARGEST_SIDE))
    return _checked_numbers(found, _("The image"))


def _checked_numbers(found: np.ndarray, name: str) -> np.ndarray:
    if not (np.abs(found) < _LARGEST_NUMBER).all():  # also false for nan
        said = _("{name} holds numbers that are not finite, or a million and more: scale it.")
        raise ValueError(said.format(name=name))
    return found.astype(np.float32)


def _checked_spacing(spacing: tuple[float, float] | None) -> tuple[float, float] | None:
    if spacing is None:
        return None
    try:
        steps = tuple(map(float, spacing))
    except (TypeError, ValueError):
        steps = ()
    if len(steps) != 2 or not all(0 < step < math.inf for step in steps):
        said = _("spacing is {spacing!r}: give mm per pixel along rows and columns, for example (0.5, 0.5).")
        raise ValueError(said.format(spacing=spacing))
    return steps
