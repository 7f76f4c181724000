"""A fetal trunk of 12 to 40 weeks: the plane of the abdominal circumference, and planes that miss it.

The trunk's own axes are u (towards the fetus's left), v (towards its back) and w (towards its head). Its
standard plane is ``w = 0``: stomach, umbilical vein and spine in one round cut. The trunk is an ellipsoid,
2.7 times as long as wide; how far each organ reaches along w is ours to choose and is stated where the
organ is drawn (`fetal_edu.phantom.abdomen_organs`).

What it is not: head, arms and legs are missing, so that a sweep beyond heart and bladder leaves the body; the
heart is a plain one that does not beat; vessels are smooth tubes, ribs regular.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from .abdomen_around import cord, fluid, gaps, limbs, lookalikes, sheath
from .abdomen_organs import contents
from .abdomen_planes import draw_plane, place_trunk, standard_poses
from .abdomen_trunk import CLASSES, Trunk, abdomen_shows, draw_trunk, ribs, walls
from .anatomy import Anatomy
from .knobs import Knob
from .mother import draw_wall, surroundings
from .pose import Frame, Pose
from .scene import Scene

__all__ = ["ABDOMEN", "abdomen", "draw_weeks"]

_KNOBS = {
    "deformation": Knob(
        "how far the trunk is pressed out of its ellipse: a flat, dented, lopsided one", "scene"
    ),
    "fluid_lack": Knob("the dark rim of fluid around the trunk: half its half width down to none", "scene"),
    "faint_outline": Knob("how far the skin's echo fades into that of a womb that touches it", "scene"),
    "rib_shadow": Knob(
        "how dense the ribs are, and limbs before the trunk: up to three that shadow", "scene"
    ),
    "lookalikes": Knob("round things beside the trunk (head, thigh, lake): none to three, larger", "scene"),
}
_SCENE_KNOBS = ("wall", "dropout", *_KNOBS)


def abdomen(
    weeks: float,
    *,
    seed: int,
    plane: str = "abdomen",
    difficulty: float = 0.5,
    knobs: Mapping[str, float] | None = None,
) -> Scene:
    """Draw a fetal trunk with the womb around it.

    Parameters
    ----------
    weeks : float
        Gestational age, 12 to 40. The circumference is drawn around the INTERGROWTH-21st mean; below 14
        weeks that chart's polynomial is extrapolated (58 and 69 mm at 12 and 13 weeks).
    seed : int
        All of the anatomy follows from it.
    plane : str
        ``"abdomen"``: within 0.02 half widths (0.5 mm at 20 weeks) and 3 degrees of the standard plane.
        ``"other"``: 0.36 to 1.2 half widths higher (8.5 to 29 mm at 20 weeks) or lower, without stomach and
        umbilical vein; or leaning by 28 to 50 degrees, an oval without the vein's length.
    difficulty : float, 0..1
        Thicker mothers, more deformation, denser ribs.
    knobs : mapping of name to number, optional
        ``wall`` and ``dropout`` of `fetal_edu.phantom.KNOBS` and those of this anatomy.

    Returns
    -------
    Scene
        A picture's ``truth["visible"]`` says which structures it shows; ``off_mm`` (up is positive) and
        ``tilt_deg`` how far its plane passes from the middle of the standard plane, and how it leans;
        ``spine_deg`` where the back lies, from the columns towards larger rows.

    Raises
    ------
    ValueError
        For an age outside 12-40 weeks or an unknown plane.

    Examples
    --------
    >>> scene = abdomen(24, seed=1)
    >>> round(scene.truth["ga_weeks"]), "stomach" in scene.classes
    (24, True)
    """
    weeks = _checked(weeks, plane)
    knobs = knobs or {}
    # One generator for the trunk, one for its place, one for each knob: turning one leaves all else alone.
    rng, where, *extra = (np.random.default_rng([int(seed), k]) for k in range(20, 26))
    deep = draw_wall(rng, difficulty, knobs.get("wall"))
    bent = _settled(knobs, "deformation", 0.4 * difficulty * rng.uniform())
    faint = _settled(knobs, "faint_outline", 0.5 * difficulty * rng.uniform())
    shadow = _settled(knobs, "rib_shadow", 0.3 * difficulty * rng.uniform())
    before = knobs.get("rib_shadow", 0.0)  # limbs before the trunk take room
    cut = draw_plane(where, plane)
    t, place = place_trunk(draw_trunk(rng, weeks, bent), cut, where, wall=deep, lifted=0.35 * before)
    middle, alike = place.middle, knobs.get("lookalikes", 0.0)
    at = Pose((*middle, 0.0))
    structures = surroundings(rng, fetus=at, extent=place.half, wall=deep, weeks=weeks)
    structures = fluid(structures, t, extra[0], knobs.get("fluid_lack"))
    structures += lookalikes(t, extra[1], middle, alike) + sheath(t, faint) + cord(t)
    structures += limbs(t, extra[3], middle, before)
    structures += walls(t, rng, faint) + ribs(t, rng, shadow, faint) + contents(t, rng)
    structures += gaps(t, extra[2], knobs.get("dropout", 0.0))
    return Scene(
        tuple(structures),
        classes=CLASSES,
        plane=plane,
        outline=t.surface,
        outline_pose=t.pose,
        measured="ac_mm" if plane == "abdomen" else "",
        frame=Frame(middle, place.half, 2 * place.longest, fill=0.54 - 0.12 * alike),
        white="wall",
        landmarks=_landmarks(t),
        standard={"abdomen": Pose()} if plane == "abdomen" else standard_poses(t, cut, place),
        truth=_truth(t),
        tells=partial(_tells, t),
        group=f"phantom-{int(seed)}",
        params={
            "scene": "abdomen",
            "weeks": weeks,
            "scene_seed": int(seed),
            "plane": plane,
            "difficulty": difficulty,
            "scene_knobs": {k: v for k, v in knobs.items() if k in _SCENE_KNOBS},
        },
    )


def _checked(weeks: float, plane: str) -> float:
    weeks = float(weeks)
    if not 12 <= weeks <= 40:
        raise ValueError(f"{weeks:g} weeks: the abdomen is drawn from 12 to 40 weeks of gestation")
    if plane not in ("abdomen", "other"):
        raise ValueError(f"no plane {plane!r} of the abdomen: there are 'abdomen' and 'other'")
    return weeks


def _settled(knobs: Mapping[str, float], name: str, drawn: float) -> float:
    return float(knobs.get(name, drawn))


def _landmarks(t: Trunk) -> dict[str, tuple[float, float, float]]:
    places = {"spine": (0.0, 0.61, 0.0), "cord": (0.0, -1.0, -0.75), "middle": (0.0, 0.0, 0.0)}
    return {name: tuple(t.pose.to_scene(np.array(t.at(place))).tolist()) for name, place in places.items()}


def _truth(t: Trunk) -> dict[str, float]:
    return {
        "ga_weeks": t.weeks,
        "transverse_mm": 2 * t.a,
        "depth_mm": 2 * t.b,
        "vein_mm": t.vein,
        "kidney_mm": t.kidney,
    }


def _tells(t: Trunk, labels: np.ndarray, pose: Pose) -> dict[str, object]:
    """Say of a picture which organs it shows, and how its plane lies in the trunk."""
    axes = np.asarray(pose.axes) @ np.asarray(t.pose.axes).T  # the picture's, in the trunk's coordinates
    normal = axes[2] if axes[2, 2] >= 0 else -axes[2]
    off = normal @ t.pose.from_scene(np.asarray(pose.origin, float))
    back = axes[:2, 1]
    return {
        "visible": abdomen_shows(labels),
        "off_mm": float(off),
        "tilt_deg": float(np.degrees(np.arccos(min(normal[2], 1.0)))),
        "spine_deg": float(np.degrees(np.arctan2(back[0], back[1]))),
    }


def draw_weeks(rng: np.random.Generator) -> float:
    """Draw an age as clinical sets have them: half around the 20-week scan, the rest from 12 to 40."""
    kind, normal, flat = rng.uniform(), rng.normal(), rng.uniform()
    return float(np.clip(20.5 + 1.8 * normal, 16, 26)) if kind < 0.5 else float(12 + 28 * flat)


ABDOMEN = Anatomy(
    abdomen,
    planes=("abdomen", "other"),
    weeks=(12, 40),
    draw_weeks=draw_weeks,
    knobs=_KNOBS,
    tolerance=(1.0, 5.0),  # farther off, the vein, 3 to 4 mm wide at 20 weeks, leaves the picture
)
