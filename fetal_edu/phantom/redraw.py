"""Draw again what was drawn before, from the parameters that a sample keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fetal_edu.sample import Sample

from .draw import draw
from .path import Hand
from .sweep import draw_sweep
from .volume import draw_volume

__all__ = ["redraw"]


def redraw(params: Mapping[str, Any]) -> Sample:
    """Draw the same picture, sweep or volume again, from a sample's ``params``.

    Raises
    ------
    ValueError
        If these are not the parameters of something drawn.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> sample = draw_head(3, shape=(32, 48))
    >>> bool((redraw(sample.params).image == sample.image).all())
    True
    """
    if not {"draw", "plane", "seed", "weeks", "difficulty", "shape"} <= set(params):
        raise ValueError("these parameters were not written by draw, draw_head, draw_sweep or draw_volume")
    asked = {
        "weeks": params["weeks"],
        "difficulty": params["difficulty"],
        "knobs": params.get("knobs"),
        "machine": params.get("kind"),
        "shape": tuple(params["shape"]),
    }
    if "sweep" in params:
        led = dict(params["sweep"])
        return draw_sweep(params["draw"], params["seed"], **{**led, "hand": Hand(**led["hand"])}, **asked)
    if "volume" in params:
        del asked["shape"]  # the volume's own size has it
        asked |= {"size": tuple(params["volume"]["size"]), "step_mm": params["volume"]["step_mm"]}
        return draw_volume(params["plane"], params["seed"], anatomy=params["draw"], **asked)
    return draw(params["plane"], params["seed"], anatomy=params["draw"], **asked)
