"""How large a fetal heart and its thorax are, how the fetus lies, and where the planes cut it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fetal_edu.measure import circumference

from .chambers import TALL, Heart
from .heart_beat import Beat, contraction
from .heart_sizes import (
    aortic_valve_chart,
    cardiac_circumference_chart,
    pulmonary_valve_chart,
    thoracic_circumference_chart,
)
from .pose import Cut, Pose
from .scene import Tissue
from .thorax import Thorax

__all__ = ["PLANES", "Drawn", "Plane", "draw_fetus", "elsewhere"]

#: Level of the standard planes where they cross the heart's front, as a part of its half length, and their
#: tilt in degrees: how much lower the plane lies in front than behind.
PLANES: Mapping[str, tuple[float, float]] = {
    "4C": (0.0, 0.0),
    "LVOT": (0.29, 4.0),
    "RVOT": (0.50, 20.0),
    "3V": (0.68, 14.0),
}
FRONT = 0.3  # of the heart's half length in front of its middle: where the levels are measured


class Plane(NamedTuple):
    """A plane of the thorax: level and tilt as in `PLANES`; `roll`: degrees down on the left."""

    level: float
    tilt: float
    roll: float = 0.0


@dataclass(frozen=True)
class Drawn:
    """Thorax and heart of one fetus, and what room it takes in the picture."""

    thorax: Thorax
    heart: Heart
    extent: tuple[float, float]
    zoom: float
    cuts: Mapping[str, Cut]
    lie: tuple[tuple[float, float], float]  # middle of the thorax (down, across) mm, angle

    def pose(self, plane: str) -> Pose:
        """Place the thorax so that a plane lies in the picture."""
        return Pose.cutting(self.cuts[plane], *self.lie)


def elsewhere(rng: np.random.Generator) -> Plane:
    """Draw a plane that is none of the standard ones: below, above, or tilted to either side."""
    kind, part, sign = rng.uniform(), rng.uniform(), float(rng.choice([-1, 1]))
    small, steep = rng.normal(0, 4, 2).clip(-8, 8), 28 + 32 * rng.uniform()
    if kind < 0.35:
        return Plane(-0.35 - 0.5 * part, float(small[0]), float(small[1]))
    if kind < 0.6:
        return Plane(1.05 + 0.45 * part, 6.0 + float(small[0]), float(small[1]))
    if kind < 0.8:
        return Plane(0.4 * part, 6.0 + float(small[0]), sign * steep)
    return Plane(0.4 * part, sign * steep + (20.0 if sign > 0 else 0.0), float(small[1]))


def draw_fetus(
    rng: np.random.Generator,
    weeks: float,
    wall: float,
    difficulty: float,
    phase: float,
    planes: Mapping[str, Plane],
    shown: str,
) -> Drawn:
    """Draw the measures of thorax and heart, and how the fetus lies."""
    a, b = _thorax_size(rng, weeks)
    long, wide = _heart_size(rng, weeks)
    aorta, pulmonary = (
        mean + sd * float(np.clip(rng.normal(), -1.8, 1.8))
        for mean, sd in (aortic_valve_chart(weeks), pulmonary_valve_chart(weeks))
    )
    pulmonary = max(pulmonary, 1.04 * aorta)
    axis = np.deg2rad(float(np.clip(rng.normal(45, 6), 35, 60)))
    middle = (float(rng.uniform(0.13, 0.21) * a), float(rng.uniform(0.08, 0.15) * b))
    angle = _lie(rng, difficulty)
    s, c = np.sin(angle), np.cos(angle)
    extent = float(np.hypot(a * s, b * c)), float(np.hypot(a * c, b * s))
    lie = (wall + 1.05 * extent[0] + 2.0, float(np.clip(rng.normal(0, 0.1), -0.25, 0.25)) * b), angle
    side, zoom = int(rng.choice([-1, 1])), float(rng.uniform(0.72, 1.0))
    cuts = {name: _cut(plane, long, middle[0], side) for name, plane in planes.items()}
    pose = Pose.cutting(cuts[shown], *lie)
    lung, echo = float(rng.uniform(-1, 5)), float(rng.uniform(-9, -3))
    thorax = Thorax(weeks, a, b, wall=0.11 * a * float(rng.uniform(0.85, 1.2)), lung=lung, pose=pose)
    turned = Pose(
        (*middle, 0.0), ((np.cos(axis), np.sin(axis), 0.0), (-np.sin(axis), np.cos(axis), 0.0), (0, 0, 1))
    )
    blood = Tissue(1.56, 0.12, float(rng.uniform(-26, -16)))
    beat = Beat(contraction(phase), (long, wide, TALL * long))
    heart_ = Heart(long, wide, aorta, pulmonary, lung + echo, blood, phase, beat, pose.after(turned))
    return Drawn(thorax, heart_, extent, zoom, cuts, lie)


def _thorax_size(rng: np.random.Generator, weeks: float) -> tuple[float, float]:
    """Half depth and half width: 0.92 of the abdomen's circumference, depth to width 0.92 +- 0.05."""
    mean, sd = thoracic_circumference_chart(weeks)
    around = mean + sd * float(np.clip(rng.normal(), -2, 2))
    ratio = float(np.clip(rng.normal(0.92, 0.05), 0.82, 1.04))
    b = around / circumference(1.0, ratio)
    return ratio * b, b


def _heart_size(rng: np.random.Generator, weeks: float) -> tuple[float, float]:
    """Half length and half width: circumference from the chart, width to length 0.80 +- 0.03."""
    mean, sd = cardiac_circumference_chart(weeks)
    around = mean + sd * float(np.clip(rng.normal(), -1.8, 1.8))
    ratio = float(np.clip(rng.normal(0.80, 0.03), 0.74, 0.86))
    long = around / circumference(1.0, ratio)
    return long, ratio * long


def _lie(rng: np.random.Generator, difficulty: float) -> float:
    """Draw the direction of the front, radians from the columns towards larger rows.

    A sonographer waits until the spine does not lie between probe and heart: within 50 degrees of the
    probe's side it is only seen in hard pictures, and then in half of them.
    """
    angle, again, accepts = rng.uniform(-np.pi, np.pi), rng.uniform(0.87, 5.41), rng.uniform()
    spine_up = abs(angle - np.pi / 2) < 0.87
    return float(np.pi / 2 + again if spine_up and accepts > 0.5 * difficulty else angle)


def _cut(plane: Plane, long: float, front: float, side: int) -> Cut:
    """Give the plane in the thorax's coordinates; `side` mirrors it: the fetus lies head up or down."""
    tilt, roll = np.deg2rad(plane.tilt), np.deg2rad(plane.roll)
    level = plane.level * long + np.tan(tilt) * (front + FRONT * long)
    first, normal = np.array([np.cos(tilt), 0.0, -np.sin(tilt)]), np.array([np.sin(tilt), 0.0, np.cos(tilt)])
    second = side * (np.cos(roll) * np.array([0.0, 1.0, 0.0]) - np.sin(roll) * normal)
    return Cut((0.0, 0.0, float(level)), tuple(first.tolist()), tuple(second.tolist()))
