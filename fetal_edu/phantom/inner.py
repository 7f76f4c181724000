"""The measures of what lies above and below the transthalamic plane of one head."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fetal_edu.measure import circumference, hc_chart

from .brain import Head
from .pose import Pose
from .shapes import WavyEllipsoid
from .sizes import atrium_chart, cisterna_chart, tcd_chart

__all__ = ["Inner"]

CSP_PLACE = 0.41  # of the half length: where the transcerebellar plane meets the transthalamic one
_VERMIS = 0.19  # half of the vermis from front to back, parts of the TCD


@dataclass(frozen=True)
class Inner:
    """Sizes in mm and places in the head's own coordinates.

    Parameters
    ----------
    tcd, atrium, cisterna : float, mm
        Width of the cerebellum and of the lateral ventricle at its atrium, depth of the cisterna magna.
    height : float, mm
        How far the transventricular plane lies above the transthalamic one.
    tilt : float, radians
        How far the transcerebellar plane is tilted, the back downwards.
    meet : float, mm
        The u at which it meets the transthalamic plane: within the cavum septi pellucidi.
    skull_back : float, mm
        Along that plane, from there to the inner border of the skull at the back; negative.
    ahead : float, mm
        How far the hemispheres of the cerebellum lie before the middle of the vermis: they need room.
    """

    tcd: float
    atrium: float
    cisterna: float
    height: float
    tilt: float
    meet: float
    skull_back: float
    ahead: float = 0.0

    @classmethod
    def drawn(cls, h: Head, surface: WavyEllipsoid, rng: np.random.Generator) -> Inner:
        """Draw sizes around their charts: a large head has a large cerebellum (correlation 0.6).

        The transventricular plane lies 0.30 of the half height up (6.6 mm at 20 weeks), or as far as a wide
        ventricle needs; the transcerebellar plane is tilted by 22 to 28 degrees.
        """
        mean, sd = hc_chart(h.weeks, extrapolate=True)
        large = (circumference(h.a, h.b) - mean) / sd
        scores = np.clip(rng.normal(size=3), -2, 2)
        mean, sd = tcd_chart(h.weeks)
        tcd = mean + sd * float(np.clip(0.6 * large + 0.8 * scores[0], -2, 2))
        mean, sd = atrium_chart(h.weeks)
        atrium = mean + sd * float(scores[1])
        mean, sd = cisterna_chart(h.weeks)
        cisterna = float(np.exp(mean + sd * scores[2]))
        tilt, meet = float(np.deg2rad(rng.uniform(22, 28))), CSP_PLACE * h.a
        back = _skull_along(surface, (meet, 0.0), tilt, h)
        height = 0.30 * h.c if h.weeks < 15 else max(0.30 * h.c, atrium / 2 + 1.2)
        inner = cls(tcd, atrium, cisterna, height, tilt, meet, back)
        return replace(inner, ahead=_room(inner, surface, h))

    @property
    def fossa(self) -> Pose:
        """Coordinates of the posterior fossa: forwards along the transcerebellar plane, across, up."""
        c, s = float(np.cos(self.tilt)), float(np.sin(self.tilt))
        return Pose((self.meet, 0.0, 0.0), ((c, 0.0, s), (0.0, 1.0, 0.0), (-s, 0.0, c)))

    @property
    def vermis(self) -> tuple[float, float]:
        """Back end and middle of the vermis along the transcerebellar plane, mm from `meet`."""
        back = self.skull_back + self.cisterna
        return back, back + _VERMIS * self.tcd

    def at(self, along: float, across: float = 0.0, up: float = 0.0) -> np.ndarray:
        """Place in the head of a point of the posterior fossa, mm."""
        return self.fossa.to_scene(np.array([along, across, up]))


def _skull_along(surface: WavyEllipsoid, meet: tuple[float, float], tilt: float, h: Head) -> float:
    """Find the inner border of the skull behind `meet`, along a line tilted downwards, mm."""
    along = -np.linspace(0.3, 2.2, 400) * h.a
    points = meet[0] + along * np.cos(tilt), np.zeros_like(along), meet[1] + along * np.sin(tilt)
    return float(np.interp(0.0, surface.distance(*points) + h.skull, along))


def _room(inner: Inner, surface: WavyEllipsoid, h: Head) -> float:
    """Find how far forwards the cerebellum's ends have to lie to be inside the skull, mm."""
    ahead = np.linspace(0, 0.18, 19) * inner.tcd
    ends = inner.fossa.to_scene(np.stack([inner.vermis[1] + ahead, 0 * ahead + inner.tcd / 2, 0 * ahead], -1))
    mirrored = ends * [1, -1, 1]
    outside = np.maximum(*(surface.distance(*side.T) for side in (ends, mirrored))) + h.skull
    return float(ahead[np.argmax(outside < -1.0)] if (outside < -1.0).any() else ahead[-1])
