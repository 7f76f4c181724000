"""What is known of a drawn head: the sizes of its parts, and the points where callipers go."""

from __future__ import annotations

import numpy as np

from .brain import Head
from .brain_deep import atrium_walls
from .fossa import tcd_ends
from .inner import Inner
from .shapes import Shape, WavyEllipsoid

__all__ = ["head_landmarks", "head_sizes"]


def head_sizes(h: Head, inner: Inner, surface: WavyEllipsoid) -> dict[str, float]:
    """Sizes in mm that the fetus was drawn with, whether a plane shows them or not.

    BPD and OFD are those of the outline at its widest; the atrium has a width from 15 weeks on.
    """
    length, width = np.ptp(surface.outline(), axis=0).tolist()
    sizes = {"bpd_mm": width, "ofd_mm": length, "tcd_mm": inner.tcd, "cisterna_magna_mm": inner.cisterna}
    return sizes if h.weeks < 15 else {**sizes, "atrium_mm": inner.atrium}


def head_landmarks(h: Head, inner: Inner, csp: Shape | None) -> dict[str, tuple[float, float, float]]:
    """Where callipers go, and the middle of the cavum septi pellucidi, in mm of the scene."""
    points = dict(zip(("tcd_first", "tcd_second"), tcd_ends(inner), strict=True))
    points |= {"cisterna_front": inner.at(inner.vermis[0]), "cisterna_back": inner.at(inner.skull_back)}
    if h.weeks >= 15:
        points |= dict(zip(("atrium_inner", "atrium_outer"), atrium_walls(h, inner), strict=True))
    if csp is not None:
        points["csp"] = np.mean(csp.bounds, axis=0)
    return {name: tuple(h.pose.to_scene(np.asarray(p, float)).tolist()) for name, p in points.items()}
