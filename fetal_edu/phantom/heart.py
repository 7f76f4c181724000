"""A fetal heart of 16 to 38 weeks in its thorax, beating, cut at its standard planes.

One three-dimensional model serves all planes. They lie above one another, as in a sweep from the diaphragm
towards the neck: 4C lowest, then LVOT, RVOT and 3V, the upper three tilted. The thorax's own axes are u (to
the front), v (to the fetus's left) and w (to its head); 4C is the plane w = 0.

What an expert would notice: all hearts are normal and of one build. Vessels are straight pieces with
corners, valves flat sheets; papillary muscles, the left lung artery, the azygos vein and the bronchi are
missing. Spine and ribs have no joints: each plane cuts three round centres. Chambers are darker and have
smoother edges than most real ones. Ventricles squeeze all at once, without a wave or a twist, and blood does
not flow. RVOT and 3V lie close together: 1.5 to 2 mm and 6 degrees at 24 weeks. A drawn heart says nothing
about a real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from . import chambers as rooms
from . import great_vessels as vessels
from . import thorax as chest_
from .anatomy import Anatomy
from .chambers import Heart, chambers, muscle, outline, veins
from .great_vessels import great_vessels, infundibulum_wall
from .heart_lie import PLANES, Drawn, Plane, draw_fetus, elsewhere
from .heart_truth import Material, Moved, landmarks, sizes, tells
from .knobs import Knob
from .mother import FLUID, PLACENTA, draw_wall, surroundings
from .pose import Frame, Pose
from .scene import Scene, Structure, Tissue
from .shapes import Slab
from .thorax import behind_the_heart, chest, upper

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

KNOBS = {
    "cue": Knob(
        "width of the aortic root, which tells LVOT from 4C: as wide as it really is, down to a seventh",
        "scene",
    )
}


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
        Gestational age, 16 to 38. Before 16 weeks its valves are narrower than 2 mm, less than a beam is
        wide; after 38 weeks hearts are hardly examined.
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
        ``truth`` has ``rate_bpm``, ``phase`` and all sizes in mm; a picture's truth has ``heart_level``,
        ``heart_centre_mm``, ``heart_radius_mm`` and ``heart_angle_deg`` besides, as its plane cuts the heart
        (`fetal_edu.phantom.heart_truth.tells`). ``material`` lets speckle follow the beat.

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
    planes = {name: Plane(*place) for name, place in PLANES.items()} | {"other": elsewhere(moment)}
    d = draw_fetus(body, weeks, wall, difficulty, phase, planes, plane)
    structures = _around(d, mother, wall, weeks) + _fetus(d, inner, knobs.get("cue", 0.0))
    structures += _dropouts(d.heart, d.thorax.lung, extra, knobs.get("dropout", 0.0))
    own = ("wall", "dropout", "cue")
    return Scene(
        tuple(structures),
        classes=CLASSES,
        plane=plane,
        outline=Moved(outline(d.heart), d.heart.beat),
        outline_pose=d.heart.pose,
        measured="cc_mm" if plane == "4C" else "",
        frame=_frame(d),
        landmarks=landmarks(d),
        standard={name: d.thorax.pose.after(d.pose(name).inverse()) for name in PLANES},
        material=Material(d.heart.pose, d.heart.beat),
        white="bone",
        truth={"ga_weeks": weeks, "rate_bpm": rate, "phase": phase, **sizes(d)},
        tells=partial(tells, d),
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


def _around(d: Drawn, rng: np.random.Generator, wall: float, weeks: float) -> list[Structure]:
    (down, across), angle = d.lie
    lies = Pose.turned((down, across, 0.0), angle)
    return surroundings(rng, fetus=lies, extent=d.extent, wall=wall, weeks=weeks)


def _fetus(d: Drawn, rng: np.random.Generator, cue: float) -> list[Structure]:
    """Paint thorax, heart and vessels."""
    t, h = d.thorax, d.heart
    inside = h.pose.inverse().after(t.pose)
    p, q, _ = inside.to_scene(np.array([*t.aorta, 0.0]))
    return [
        *chest(t, rng),
        *behind_the_heart(t, rng, top=1.32 * h.l),
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


def _frame(d: Drawn) -> Frame:
    """Frame the chest, or a little less of it."""
    half = tuple(d.zoom * x for x in d.extent)
    return Frame(d.lie[0], half, 2 * d.zoom * max(d.extent), fill=0.76, spread=0.06)


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
