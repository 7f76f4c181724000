"""A fetal heart of 16 to 38 weeks in its thorax, beating, cut at its standard planes.

One three-dimensional model serves all planes. They lie above one another, as in a sweep from the diaphragm
towards the neck: 4C lowest, then LVOT, RVOT and 3V, the upper three tilted. The thorax's own axes are u (to
the front), v (to the fetus's left) and w (to its head); 4C is the plane w = 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fetal_edu.measure import circumference

from . import chambers as rooms
from . import great_vessels as vessels
from . import thorax as chest_
from .anatomy import Anatomy
from .chambers import TALL, Heart, chambers, muscle, outline, veins
from .great_vessels import VALVES, great_vessels, infundibulum_wall
from .heart_beat import Beat, contraction
from .heart_sizes import (
    aortic_valve_chart,
    cardiac_circumference_chart,
    pulmonary_valve_chart,
    thoracic_circumference_chart,
)
from .knobs import Knob
from .mother import FLUID, PLACENTA, draw_wall, surroundings
from .pose import Cut, Frame, Pose
from .scene import Scene, Structure, Tissue
from .shapes import Shape, Slab
from .thorax import Thorax, behind_the_heart, chest, upper

__all__ = ["CLASSES", "HEART", "PLANES", "heart"]

# The heart with its great vessels: in 4C, where none is met, all inside its outline.
_INSIDE = (
    *(rooms.MYOCARDIUM, rooms.LV, rooms.RV, rooms.LA, rooms.RA, rooms.SEPTUM, rooms.VALVE, rooms.BAND),
    *(vessels.ROOT, vessels.AORTA, vessels.PULMONARY, vessels.SVC),
)
CLASSES = {
    "background": (0, FLUID, PLACENTA),
    "fluid": (FLUID,),
    "placenta": (PLACENTA,),
    "chest_wall": (chest_.CHEST_WALL,),
    "rib": (chest_.RIB,),
    "spine": (chest_.SPINE,),
    "bone": (chest_.RIB, chest_.SPINE),
    "lung": (chest_.LUNG,),
    "descending_aorta": (chest_.DESCENDING,),
    "liver": (chest_.LIVER,),
    "thymus": (chest_.THYMUS,),
    "trachea": (chest_.TRACHEA,),
    "myocardium": (rooms.MYOCARDIUM,),
    "left_ventricle": (rooms.LV,),
    "right_ventricle": (rooms.RV,),
    "left_atrium": (rooms.LA,),
    "right_atrium": (rooms.RA,),
    "septum": (rooms.SEPTUM,),
    "valve": (rooms.VALVE,),
    "moderator_band": (rooms.BAND,),
    "aorta": (vessels.AORTA, vessels.ROOT),
    "pulmonary_trunk": (vessels.PULMONARY,),
    "superior_vena_cava": (vessels.SVC,),
    "inferior_vena_cava": (vessels.IVC,),
    "pulmonary_vein": (rooms.PULMONARY_VEIN,),
    "heart": _INSIDE,
}

#: Level of the standard planes where they cross the heart's front, as a part of its half length, and their
#: tilt in degrees: how much lower the plane lies in front than behind.
PLANES: Mapping[str, tuple[float, float]] = {
    "4C": (0.0, 0.0),
    "LVOT": (0.29, 4.0),
    "RVOT": (0.50, 20.0),
    "3V": (0.68, 14.0),
}
FRONT = 0.3  # of the heart's half length in front of its middle: where the levels are measured
# How large a circle around the heart, or around the vessels above it, is at some levels; of the half length.
_CIRCLE = ((-0.6, 0.0, 0.29, 0.58, 0.75, 1.4), (0.5, 1.0, 0.95, 0.85, 0.75, 0.65))
KNOBS = {
    "cue": Knob(
        "width of the aortic root, which tells LVOT from 4C: as wide as it really is, down to a seventh",
        "scene",
    )
}


class _Plane(NamedTuple):
    """A plane of the thorax: level and tilt as in `PLANES`; `roll`: degrees down on the left."""

    level: float
    tilt: float
    roll: float = 0.0


@dataclass(frozen=True)
class _Drawn:
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


def heart(
    weeks: float,
    *,
    seed: int,
    plane: str = "4C",
    difficulty: float = 0.5,
    knobs: Mapping[str, float] | None = None,
    phase: float | None = None,
) -> Scene:
    """Draw a heart in its thorax, with the womb around it.

    Parameters
    ----------
    weeks : float
        Gestational age, 16 to 38. Before 16 weeks the heart is smaller than 14 mm and its valves than 2 mm,
        less than the beams here resolve; after 38 the ribs' shadows leave little to see.
    seed : int
        All of the anatomy follows from it: the planes of one seed are planes of one fetus.
    plane : str
        ``"4C"``, ``"LVOT"``, ``"RVOT"``, ``"3V"``, or ``"other"``: below the four chambers, above the three
        vessels, or tilted. Each of these is at least 0.25 of the heart's half length (4 mm at 24 weeks) or
        25 degrees away from every standard plane.
    difficulty : float, 0..1
        Thicker mothers; more often a spine that lies towards the probe and shadows the heart.
    knobs : mapping of name to number, optional
        ``wall``, ``dropout`` (of the heart's border) and ``cue``.
    phase : float, 0..1, optional
        Moment of the heart beat: 0 relaxed and full, 0.21 contracted. Drawn if not given. Another phase
        gives the same fetus at another moment.

    Returns
    -------
    Scene
        ``truth`` has ``rate_bpm``, ``phase``, ``heart_radius_mm`` and ``heart_angle_deg``: the direction from
        base to apex in the picture, from the columns towards larger rows. ``material`` lets speckle follow
        the beat.

    Raises
    ------
    ValueError
        For an age outside 16-38 weeks, an unknown plane, or a phase that is no number.

    Examples
    --------
    >>> scene = heart(24, seed=1, plane="LVOT", phase=0.2)
    >>> scene.plane, "aorta" in scene.classes, 120 <= scene.truth["rate_bpm"] <= 160
    ('LVOT', True, True)
    """
    weeks, plane = _checked(weeks, plane, phase)
    knobs = knobs or {}
    mother, body, inner, extra, moment = (np.random.default_rng([int(seed), 30 + i]) for i in range(5))
    wall = draw_wall(mother, difficulty, knobs.get("wall"))
    rate, drawn_phase = float(np.clip(moment.normal(143, 8), 120, 160)), float(moment.uniform())
    phase = drawn_phase if phase is None else float(phase) % 1.0
    planes = {name: _Plane(*place) for name, place in PLANES.items()} | {"other": _elsewhere(moment)}
    d = _draw(body, weeks, wall, difficulty, phase, planes, plane)
    structures = _around(d, mother, wall, weeks) + _fetus(d, inner, knobs.get("cue", 0.0))
    structures += _dropouts(d.heart, d.thorax.lung, extra, knobs.get("dropout", 0.0))
    own = ("wall", "dropout", "cue")
    return Scene(
        tuple(structures),
        classes=CLASSES,
        plane=plane,
        outline=_Moved(outline(d.heart), d.heart.beat),
        outline_pose=d.heart.pose,
        measured="cc_mm" if plane == "4C" else "",
        frame=_frame(d),
        landmarks=_landmarks(d, plane),
        standard={name: d.thorax.pose.after(d.pose(name).inverse()) for name in PLANES},
        material=_Material(d.heart.pose, d.heart.beat),
        white="bone",
        truth={"ga_weeks": weeks, "rate_bpm": rate, "phase": phase, **_sizes(d, plane)},
        group=f"phantom-{int(seed)}",
        params={
            "scene": "heart",
            "weeks": weeks,
            "scene_seed": int(seed),
            "plane": plane,
            "difficulty": difficulty,
            "phase": phase,
            "scene_knobs": {k: v for k, v in knobs.items() if k in own},
        },
    )


def _checked(weeks: float, plane: str, phase: float | None) -> tuple[float, str]:
    weeks = float(weeks)
    if not 16 <= weeks <= 38:
        raise ValueError(f"{weeks:g} weeks: hearts are drawn from 16 to 38 weeks of gestation")
    if plane not in (*PLANES, "other"):
        raise ValueError(f"no plane {plane!r} of the heart: there are {', '.join(PLANES)} and other")
    if phase is not None and not np.isfinite(float(phase)):
        raise ValueError(f"phase {phase}: give a number from 0 to 1, the part of the beat that has passed")
    return weeks, plane


def _elsewhere(rng: np.random.Generator) -> _Plane:
    """Draw a plane that is none of the standard ones: below, above, or tilted to either side."""
    kind, part, sign = rng.uniform(), rng.uniform(), float(rng.choice([-1, 1]))
    small, steep = rng.normal(0, 4, 2).clip(-8, 8), 28 + 32 * rng.uniform()
    if kind < 0.35:
        return _Plane(-0.35 - 0.5 * part, float(small[0]), float(small[1]))
    if kind < 0.6:
        return _Plane(1.05 + 0.45 * part, 6.0 + float(small[0]), float(small[1]))
    if kind < 0.8:
        return _Plane(0.4 * part, 6.0 + float(small[0]), sign * steep)
    return _Plane(0.4 * part, sign * steep + (20.0 if sign > 0 else 0.0), float(small[1]))


def _draw(
    rng: np.random.Generator,
    weeks: float,
    wall: float,
    difficulty: float,
    phase: float,
    planes: Mapping[str, _Plane],
    shown: str,
) -> _Drawn:
    """Draw the measures of thorax and heart, and how the fetus lies."""
    a, b = _thorax_size(rng, weeks)
    long, wide = _heart_size(rng, weeks)
    aorta, pulmonary = (
        mean + sd * float(np.clip(rng.normal(), -1.8, 1.8))
        for mean, sd in (aortic_valve_chart(weeks), pulmonary_valve_chart(weeks))
    )
    pulmonary = max(pulmonary, 1.04 * aorta)
    axis = np.deg2rad(float(np.clip(rng.normal(45, 6), 35, 60)))
    middle = (float(rng.uniform(0.06, 0.12) * a), float(rng.uniform(0.10, 0.17) * b))
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
    return _Drawn(thorax, heart_, extent, zoom, cuts, lie)


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


def _cut(plane: _Plane, long: float, front: float, side: int) -> Cut:
    """Give the plane in the thorax's coordinates; `side` mirrors it: the fetus lies head up or down."""
    tilt, roll = np.deg2rad(plane.tilt), np.deg2rad(plane.roll)
    level = plane.level * long + np.tan(tilt) * (front + FRONT * long)
    first, normal = np.array([np.cos(tilt), 0.0, -np.sin(tilt)]), np.array([np.sin(tilt), 0.0, np.cos(tilt)])
    second = side * (np.cos(roll) * np.array([0.0, 1.0, 0.0]) - np.sin(roll) * normal)
    return Cut((0.0, 0.0, float(level)), tuple(first.tolist()), tuple(second.tolist()))


def _around(d: _Drawn, rng: np.random.Generator, wall: float, weeks: float) -> list[Structure]:
    (down, across), angle = d.lie
    lies = Pose.turned((down, across, 0.0), angle)
    return surroundings(rng, fetus=lies, extent=d.extent, wall=wall, weeks=weeks)


def _fetus(d: _Drawn, rng: np.random.Generator, cue: float) -> list[Structure]:
    """Paint thorax, heart and vessels."""
    t, h = d.thorax, d.heart
    inside = h.pose.inverse().after(t.pose)
    p, q, _ = inside.to_scene(np.array([*t.aorta, 0.0]))
    return [
        *chest(t, rng),
        *behind_the_heart(t, rng, top=1.24 * h.l),
        *upper(t, rng, half=h.l),
        *veins(h),
        *muscle(h, rng),
        infundibulum_wall(h),
        *chambers(h, rng),
        *great_vessels(h, rng, cue=cue, descending=(float(p), float(q))),
    ]


def _dropouts(h: Heart, lung: float, rng: np.random.Generator, amount: float) -> list[Structure]:
    """Let three pieces of the heart's border fade into the lung: six tenths of `amount` of its length."""
    if amount <= 0:
        return []
    first, parts = rng.uniform(0, 2 * np.pi), []
    for piece in range(3):
        angle = first + piece * 2 * np.pi / 3 + rng.normal(0, 0.2)
        p, q = h.l * np.cos(angle), h.wide * np.sin(angle)
        turn = float(np.arctan2(q / h.wide**2, p / h.l**2))
        half = 0.1 * amount * np.pi * (h.l + h.wide)
        gap = Slab((float(p), float(q), 0.0), (0.15 * h.l + 0.1 * half, float(half), h.l), turn)
        parts.append(h.part(gap, Tissue(1.63, 0.5, lung), edge=0.08 * h.l, opacity=0.9))
    return parts


def _frame(d: _Drawn) -> Frame:
    """Frame the chest, or a little less of it."""
    half = tuple(d.zoom * x for x in d.extent)
    return Frame(d.lie[0], half, 2 * d.zoom * max(d.extent), fill=0.76, spread=0.06)


def _level(d: _Drawn, plane: str) -> tuple[float, np.ndarray]:
    """Find where the line through the middles of heart and vessels meets a plane: level and point."""
    level = np.linspace(-0.7, 1.5, 221)
    part = np.clip(level / 0.8, 0, 1)
    points = np.stack([h * d.heart.l for h in (-0.04 * part, -0.16 * part, level)], -1)
    turn = np.array([[1, -1, 0], [1, 1, 0], [0, 0, np.sqrt(2)]]) / np.sqrt(2)
    own = d.thorax.pose.inverse().after(d.heart.pose).to_scene(points @ turn)
    cut = d.cuts[plane]
    nearest = np.abs((own - np.asarray(cut.point)) @ np.cross(cut.first, cut.second)).argmin()
    return float(level[nearest]), d.thorax.pose.to_scene(own[nearest])


def _landmarks(d: _Drawn, plane: str) -> dict[str, tuple[float, float, float]]:
    """Points in the scene at this moment of the beat; the middle of the heart lies in the plane."""
    h = d.heart
    rest = {
        "apex": h.at(0.98, 0.0),
        "crux": h.at(-0.21, -0.03),
        **{name: h.beside(*place) for name, place in VALVES.items()},
    }
    now = h.pose.to_scene(h.beat.forward(np.array(list(rest.values()))))
    points = {**dict(zip(rest, now, strict=True)), "heart_centre": _level(d, plane)[1]}
    return {name: tuple(point.tolist()) for name, point in points.items()}


def _sizes(d: _Drawn, plane: str) -> dict[str, float]:
    """Give what was drawn, in mm, and where the heart points to in the picture."""
    h, t = d.heart, d.thorax
    apex = np.asarray(h.pose.axes[0])
    return {
        "cardiac_circumference_mm": float(circumference(h.l, h.wide)),
        "thoracic_circumference_mm": float(circumference(max(t.a, t.b), min(t.a, t.b))),
        "aortic_valve_mm": h.aorta,
        "pulmonary_valve_mm": h.pulmonary,
        "heart_length_mm": 2 * h.l,
        "heart_width_mm": 2 * h.wide,
        "heart_radius_mm": float(np.interp(_level(d, plane)[0], *_CIRCLE) * h.l),
        "heart_angle_deg": float(np.degrees(np.arctan2(apex[0], apex[1]))),
        "contraction": h.beat.amount,
    }


@dataclass(frozen=True)
class _Moved(Shape):
    """A shape of the relaxed heart, where it is at this moment of the beat."""

    rest: Shape
    beat: Beat

    def distance(self, u, v, w):
        return self.rest.distance(*self.beat(u, v, w))

    @property
    def bounds(self):
        low, high = (np.array(side) for side in self.rest.bounds)
        return tuple((1.3 * low).tolist()), tuple((1.3 * high).tolist())


@dataclass(frozen=True)
class _Material:
    """From points of the scene to where their tissue lies when the heart is relaxed."""

    pose: Pose
    beat: Beat

    def __call__(self, points: np.ndarray) -> np.ndarray:
        if not self.beat.amount:
            return points
        own = self.pose.from_scene(points)
        moved = np.stack(self.beat(*(own[..., i] for i in range(3))), -1) - own
        return points + moved @ np.asarray(self.pose.axes, points.dtype)


def draw_weeks(rng: np.random.Generator) -> float:
    """Draw an age as clinical sets have them: most hearts are looked at in the scan of 18 to 24 weeks."""
    kind, normal, flat = rng.uniform(), rng.normal(), rng.uniform()
    return float(np.clip(21.5 + 2.0 * normal, 17, 26)) if kind < 0.65 else float(17 + 19 * flat)


HEART = Anatomy(
    heart,
    planes=(*PLANES, "other"),
    weeks=(16, 38),
    draw_weeks=draw_weeks,
    knobs=KNOBS,
    beats=True,
    tolerance=(1.4, 8.0),
)
