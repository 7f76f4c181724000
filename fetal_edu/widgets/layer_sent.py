"""A tower in the form in which it travels to a browser: maps as bytes, windows as lists."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .layer_numbers import digits_of, trimmed
from .layer_tower import Tower
from .layer_up import Unpool
from .words import _

__all__ = ["map_bytes", "place_bytes", "tower_state"]


def map_bytes(tower: Tower) -> bytes:
    """Return all maps, one after another, as little-endian float32."""
    return b"".join(one.astype("<f4").tobytes() for one in tower.maps)


def place_bytes(tower: Tower) -> bytes:
    """Return where the numbers of choosing layers came from, one after another, as little-endian int32."""
    return b"".join(one.astype("<i4").tobytes() for one in tower.places if one is not None)


def tower_state(tower: Tower) -> dict[str, Any]:
    r"""Return all that a page needs beside the numbers of the maps.

    Examples
    --------
    >>> from fetal_edu.widgets import MaxPool
    >>> state = tower_state(Tower(np.eye(4), [MaxPool(2)], spacing=(0.5, 0.5)))
    >>> state["maps"][1]["title"], state["maps"][1]["scale"], state["layers"][0]["kind"]
    ('Layer 0 (max pooling 2 × 2)', '1\xa0mm\xa0per\xa0pixel', 'max')
    """
    maps = [_map(tower, number) for number in range(len(tower.maps))]
    return {"maps": maps, "layers": [_layer(tower, number, maps) for number in range(len(tower.layers))]}


def _map(tower: Tower, number: int) -> dict[str, Any]:
    values, mm = tower.maps[number], tower.mm(number)
    if number:
        about = {"n": number - 1, "title": tower.layers[number - 1].title}
        name, heading = _("layer {n}").format(**about), _("Layer {n}: {title}").format(**about)
        heading = re.sub(r" (?=[\d×])", "\u00a0", heading)  # so that no number stands alone on a line
        title = _("Layer {n} ({title})").format(**about)
    else:
        name, heading, title = _("the image"), _("Image"), _("Image")
    return {
        "name": name,
        "title": title,
        "heading": heading,
        "size": _("{high}\u00a0×\u00a0{wide}\u00a0pixels").format(high=values.shape[0], wide=values.shape[1]),
        "scale": _scale(tower.steps[number], mm),
        "shape": list(values.shape),
        "mm": None if mm is None else list(mm),
        "digits": digits_of(values),
        "lowest": float(values.min()),
        "highest": float(values.max()),
        "strongest": float(_without_rim(values)),
    }


def _without_rim(values: np.ndarray) -> float:
    """Largest absolute value off the border: zeros of a padding make false edges there, which outshine all."""
    rim = min(values.shape) // 16
    high, wide = values.shape
    return np.abs(values[rim : high - rim, rim : wide - rim]).max()


def _scale(step: tuple[float, float], mm: tuple[float, float] | None) -> str:
    """Write how far apart the pixels of a map lie."""
    if mm is None:
        return "" if step == (1.0, 1.0) else _("1 pixel = {n} of the image").format(n=trimmed(step[0]))
    high, wide = map(trimmed, mm)
    if high == wide:
        return _("{mm}\u00a0mm\u00a0per\u00a0pixel").format(mm=high)
    return _("{high}\u00a0×\u00a0{wide}\u00a0mm\u00a0per\u00a0pixel").format(high=high, wide=wide)


def _layer(tower: Tower, number: int, maps: list[dict[str, Any]]) -> dict[str, Any]:
    layer, taps = tower.layers[number], tower.taps[number]
    digits, before = digits_of(taps.table, exact=4), maps[number]["digits"]
    return {
        "kind": layer.kind,
        "of": layer.of if isinstance(layer, Unpool) else -1,
        "rows": taps.rows,
        "columns": taps.columns,
        "table": np.asarray(taps.table, dtype=float).tolist(),
        "digits": digits,
        "product_digits": max(2, before) if digits else before,
        "zeros": layer.zeros_around,
        "chooses": tower.places[number] is not None,
    }
