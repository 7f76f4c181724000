"""What is known of a drawn heart: landmarks, sizes, what a picture's truth says, where tissue rests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fetal_edu.measure import circumference

from .great_vessels import VALVES
from .heart_beat import Beat
from .heart_lie import Drawn
from .pose import Pose
from .shapes import Shape

__all__ = ["Material", "Moved", "landmarks", "sizes", "tells"]

# How large a circle around the heart, or around the vessels above it, is at some levels; of the half length.
_CIRCLE = ((-0.6, 0.0, 0.29, 0.58, 0.75, 1.4), (0.5, 1.0, 0.95, 0.85, 0.75, 0.65))
_TOP = 0.8  # level of the vessels' middle, as a part of the half length


def middle(d: Drawn, level: np.ndarray) -> np.ndarray:
    """Points (n, 3) of the scene on the line from the heart's middle up to that of the vessels, mm."""
    part = np.clip(level / _TOP, 0, 1)
    top = np.array(d.heart.beside(-0.04, -0.16, 0.0))
    return d.heart.pose.to_scene(part[:, None] * top + level[:, None] * [0.0, 0.0, d.heart.l])


def tells(d: Drawn, labels: np.ndarray, pose: Pose) -> dict[str, object]:
    """Say where the heart lies in one picture.

    Returns
    -------
    dict
        ``heart_level``, how far above the four-chamber plane the picture cuts it, as a part of its half
        length; ``heart_centre_mm``, (down, across) from the probe's face; ``heart_radius_mm`` of the circle
        around heart or vessels; ``heart_angle_deg``, from base to apex, from the columns towards larger rows.
    """
    level = np.linspace(-1.2, 2.0, 161)
    points = pose.from_scene(middle(d, level))
    nearest = int(np.abs(points[:, 2]).argmin())
    apex = np.asarray(pose.axes) @ np.asarray(d.heart.pose.axes[0])
    return {
        "heart_level": round(float(level[nearest]), 3),
        "heart_centre_mm": tuple(points[nearest, :2].round(3).tolist()),
        "heart_radius_mm": float(np.interp(level[nearest], *_CIRCLE) * d.heart.l),
        "heart_angle_deg": float(np.degrees(np.arctan2(apex[0], apex[1]))),
    }


def landmarks(d: Drawn) -> dict[str, tuple[float, float, float]]:
    """Points in the scene at this moment of the beat.

    ``heart_centre`` is where the line from the heart's middle to the vessels' meets the scene's plane.
    """
    h = d.heart
    rest = {
        "apex": h.at(0.98, 0.0),
        "crux": h.at(-0.21, -0.03),
        **{name: h.beside(*place) for name, place in VALVES.items()},
    }
    now = h.pose.to_scene(h.beat.forward(np.array(list(rest.values()))))
    level = np.linspace(-1.2, 2.0, 321)
    line = middle(d, level)
    points = {**dict(zip(rest, now, strict=True)), "heart_centre": line[np.abs(line[:, 2]).argmin()]}
    return {name: tuple(point.tolist()) for name, point in points.items()}


def sizes(d: Drawn) -> dict[str, float]:
    """Give what was drawn, in mm."""
    h, t = d.heart, d.thorax
    return {
        "cardiac_circumference_mm": float(circumference(h.l, h.wide)),
        "thoracic_circumference_mm": float(circumference(max(t.a, t.b), min(t.a, t.b))),
        "aortic_valve_mm": h.aorta,
        "pulmonary_valve_mm": h.pulmonary,
        "heart_length_mm": 2 * h.l,
        "heart_width_mm": 2 * h.wide,
        "contraction": h.beat.amount,
    }


@dataclass(frozen=True)
class Moved(Shape):
    """A shape of the relaxed heart, where it is at this moment of the beat."""

    rest: Shape
    beat: Beat

    def distance(self, u, v, w):  # noqa: D102
        return self.rest.distance(*self.beat(u, v, w))

    @property
    def bounds(self):  # noqa: D102
        low, high = (np.array(side) for side in self.rest.bounds)
        return tuple((1.3 * low).tolist()), tuple((1.3 * high).tolist())


@dataclass(frozen=True)
class Material:
    """From points of the scene to where their tissue lies when the heart is relaxed."""

    pose: Pose
    beat: Beat

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Points (..., 3) mm, at rest."""
        if not self.beat.amount:
            return points
        own = self.pose.from_scene(points)
        moved = np.stack(self.beat(*(own[..., i] for i in range(3))), -1) - own
        return points + moved @ np.asarray(self.pose.axes, points.dtype)
