"""A fetal trunk of 12 to 40 weeks: the plane of the abdominal circumference, and planes that miss it.

The trunk's own axes are u (towards the fetus's left), v (towards its back) and w (towards its head). Its
standard plane is ``w = 0``: stomach, umbilical vein and spine in one round cut. The trunk is an ellipsoid,
2.7 times as long as wide; how far each organ reaches along w is ours to choose and is stated where the
organ is drawn (`fetal_edu.phantom.abdomen_organs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from fetal_edu.measure import ac_chart, circumference

from .abdomen_around import cord, fluid, gaps, limbs, lookalikes, sheath
from .abdomen_organs import (
    ADRENAL,
    AORTA,
    BLADDER,
    BOWEL,
    CAVA,
    CORD,
    GALL_BLADDER,
    HEART,
    KIDNEY,
    LIVER,
    LUNG,
    RIB,
    SOFT,
    SPINE,
    SPLEEN,
    STOMACH,
    VEIN,
    WALL,
    Trunk,
    contents,
    ribs,
    walls,
)
from .abdomen_sizes import kidney_chart, vein_chart
from .anatomy import Anatomy
from .knobs import Knob
from .mother import FLUID, PLACENTA, draw_wall, surroundings
from .pose import Cut, Frame, Pose
from .scene import Scene
from .shapes import WavyEllipsoid

__all__ = ["ABDOMEN", "CLASSES", "abdomen", "abdomen_shows", "draw_weeks"]

_ORGANS = {
    "liver": LIVER,
    "stomach": STOMACH,
    "umbilical_vein": VEIN,
    "spine": SPINE,
    "rib": RIB,
    "aorta": AORTA,
    "vena_cava": CAVA,
    "gall_bladder": GALL_BLADDER,
    "kidney": KIDNEY,
    "heart": HEART,
    "lung": LUNG,
    "bladder": BLADDER,
    "spleen": SPLEEN,
    "adrenal": ADRENAL,
    "bowel": BOWEL,
}
CLASSES = {
    "background": (0, FLUID, PLACENTA, CORD),
    "fluid": (FLUID,),
    "placenta": (PLACENTA,),
    "cord": (CORD,),
    "wall": (WALL,),
    "soft_tissue": (SOFT,),
    **{name: (value,) for name, value in _ORGANS.items()},
    "abdomen": (WALL, SOFT, *_ORGANS.values()),
}
# How much of the cut a structure has to fill to count as shown. For the vein that is a piece at least twice
# as long as wide: where it only crosses the plane, as it does lower down, it fills about 0.5 %.
_SHOWN = {"stomach": 0.008, "umbilical_vein": 0.013, "liver": 0.05, "lung": 0.02, "heart": 0.01}
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


class _Plane(NamedTuple):
    """A plane through the trunk: where it meets the trunk's axis, and how it leans.

    Parameters
    ----------
    off : float
        Height above the standard plane, in half widths.
    tilt, about : float, radians
        By how much it leans, and about which direction: 0 = the axis across.
    facing : +1 or -1
        Whether the fetus's head lies on the viewer's side.
    """

    off: float
    tilt: float
    about: float
    facing: int

    def cut(self, t: Trunk, shift: tuple[float, float] = (0.0, 0.0)) -> Cut:
        """Give the plane as a cut, centred `shift` mm from the axis along its own two directions."""
        c, s, flat, lean = np.cos(self.about), np.sin(self.about), np.cos(self.tilt), np.sin(self.tilt)
        first = np.array([c, s, 0.0])
        second = self.facing * np.array([-s * flat, c * flat, lean])
        point = np.array([0, 0, self.off * t.a]) + shift[0] * first + shift[1] * second
        return Cut(*(tuple(float(x) for x in vector) for vector in (point, first, second)))


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
    rng, extra = np.random.default_rng([int(seed), 20]), np.random.default_rng([int(seed), 21])
    where = np.random.default_rng([int(seed), 22])
    deep = draw_wall(rng, difficulty, knobs.get("wall"))
    bent = _settled(knobs, "deformation", 0.4 * difficulty * rng.uniform())
    faint = _settled(knobs, "faint_outline", 0.5 * difficulty * rng.uniform())
    shadow = _settled(knobs, "rib_shadow", 0.3 * difficulty * rng.uniform())
    t = _trunk(rng, weeks, bent)
    cut = _draw_plane(where, plane)
    t, section, angle, middle, extent = _placed(t, cut, where, deep, knobs.get("rib_shadow", 0.0))
    at = Pose((*middle, 0.0))
    structures = surroundings(rng, fetus=at, extent=extent, wall=deep, weeks=weeks)
    structures = fluid(structures, t, extra, knobs.get("fluid_lack"))
    structures += lookalikes(t, extra, middle, knobs.get("lookalikes", 0.0)) + sheath(t, faint) + cord(t)
    structures += walls(t, rng, faint) + ribs(t, rng, shadow, faint) + contents(t, rng)
    structures += gaps(t, extra, knobs.get("dropout", 0.0))
    structures += limbs(t, extra, middle, knobs.get("rib_shadow", 0.0))
    return Scene(
        tuple(structures),
        classes=CLASSES,
        plane=plane,
        outline=t.surface,
        outline_pose=t.pose,
        measured="ac_mm" if plane == "abdomen" else "",
        frame=Frame(middle, extent, 2 * max(section), fill=0.54 - 0.12 * knobs.get("lookalikes", 0.0)),
        white="wall",
        landmarks=_landmarks(t),
        standard=_standard(t, cut, plane, middle, angle),
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


def abdomen_shows(labels: np.ndarray) -> dict[str, bool]:
    """Tell which structures a cut through a trunk shows.

    Parameters
    ----------
    labels : array of int
        Labels of a picture with square pixels, with the values of ``CLASSES``.

    Returns
    -------
    mapping of name to bool
        True where the structure fills enough of the cut: 0.8 % for the stomach (a spot as wide as a tenth
        of the trunk), 1.3 % for the umbilical vein (it has to be seen lengthwise), 5 % for the liver, 2 % for
        lungs, 1 % for the heart, 0.15 % for all others.

    Examples
    --------
    >>> shows = abdomen_shows(np.full((4, 4), STOMACH))
    >>> shows["stomach"], shows["heart"]
    (True, False)
    """
    counts = np.bincount(np.asarray(labels, np.uint8).reshape(-1), minlength=256)
    whole = max(int(counts[list(CLASSES["abdomen"])].sum()), 1)
    return {name: bool(counts[value] > _SHOWN.get(name, 0.0015) * whole) for name, value in _ORGANS.items()}


def _checked(weeks: float, plane: str) -> float:
    weeks = float(weeks)
    if not 12 <= weeks <= 40:
        raise ValueError(f"{weeks:g} weeks: the abdomen is drawn from 12 to 40 weeks of gestation")
    if plane not in ("abdomen", "other"):
        raise ValueError(f"no plane {plane!r} of the abdomen: there are 'abdomen' and 'other'")
    return weeks


def _settled(knobs: Mapping[str, float], name: str, drawn: float) -> float:
    return float(knobs.get(name, drawn))


def _trunk(rng: np.random.Generator, weeks: float, bent: float) -> Trunk:
    """Draw the measures: AC from the INTERGROWTH-21st standard, depth to width 0.96 +- 0.05, less if bent."""
    mean, sd = ac_chart(weeks, extrapolate=True)
    ac = mean + sd * np.clip(rng.normal(), -2.5, 2.5)
    ratio = float(np.clip(rng.normal(0.96, 0.05), 0.86, 1.06)) * (1 - 0.22 * bent)
    a = float(ac) / circumference(1.0, ratio)
    size, phase = rng.uniform(0.2, 1, 5), rng.uniform(0, 2 * np.pi, 5)
    size *= np.array([0, 0.006, 0.014, 0.010, 0.007]) + bent * np.array([0, 0, 0.05, 0.035, 0.02])
    waves = tuple((float(s * np.cos(p)), float(s * np.sin(p))) for s, p in zip(size, phase, strict=True))
    surface = WavyEllipsoid((a, ratio * a, 2.7 * a), waves)
    skin = (0.35 + 0.034 * a) * rng.uniform(0.75, 1.2)
    fat = 0.03 * np.clip((weeks - 28) / 10, 0, 1)
    wall = skin + (rng.uniform(0.07, 0.12) + fat) * a
    vein, kidney = (
        mean + sd * np.clip(rng.normal(), -2, 2) for mean, sd in (vein_chart(weeks), kidney_chart(weeks))
    )
    echo = rng.uniform(-6, 0)
    measures = (a, ratio * a, 2.7 * a, skin, wall, vein, kidney, echo)
    return Trunk(weeks, *(float(x) for x in measures), surface, Pose())


def _draw_plane(rng: np.random.Generator, plane: str) -> _Plane:
    """Draw a plane: near the standard one, or one that is clearly too high, too low or oblique."""
    facing, kind, amount, off = int(rng.choice([-1, 1])), rng.uniform(), rng.uniform(), rng.uniform(-1, 1)
    lean, about = rng.normal(0, np.deg2rad(1.5)), rng.uniform(0, np.pi)
    if plane == "abdomen":
        return _Plane(0.02 * off, float(np.clip(lean, -0.052, 0.052)), float(about), facing)
    if kind < 0.35:
        return _Plane(float(0.36 + 0.85 * amount), float(lean), float(about), facing)
    if kind < 0.45:  # where the cord leaves the trunk
        return _Plane(float(-0.70 - 0.12 * amount), float(lean), float(about), facing)
    if kind < 0.70:
        return _Plane(float(-0.36 - 0.80 * amount), float(lean), float(about), facing)
    # Higher in front than at the back: a plane that sinks towards the front would run along the vein.
    return _Plane(0.25 * off, -float(np.deg2rad(28 + 22 * amount)), float(rng.normal(0, 0.25)), facing)


def _placed(
    t: Trunk, plane: _Plane, rng: np.random.Generator, wall: float, lifted: float
) -> tuple[Trunk, tuple[float, float], float, tuple[float, float], tuple[float, float]]:
    """Place the trunk under the wall, its spine in any direction.

    Gives the trunk, the half lengths of the cut, its angle, its middle and half the room that it takes.
    """
    shift, spread = _section(t, plane)
    angle = float(rng.uniform(0, 2 * np.pi))
    s, c = np.sin(angle), np.cos(angle)
    down, across = (float(np.sqrt(g @ spread @ g)) for g in (np.array([s, c]), np.array([c, -s])))
    # Limbs before the trunk take room.
    depth = wall + 1.05 * down + 2.0 + 0.35 * lifted * t.a
    beside = float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)) * t.a
    pose = Pose.cutting(plane.cut(t, shift), (depth, beside), angle)
    section = tuple(np.sqrt(np.linalg.eigvalsh(spread)).tolist())
    return replace(t, pose=pose), section, angle, (depth, beside), (down, across)


def _section(t: Trunk, plane: _Plane) -> tuple[tuple[float, float], np.ndarray]:
    """Where the middle of the cut lies, from the trunk's axis along the cut's directions; and its spread.

    For an ellipsoid ``x D x = 1`` and a plane ``p + E y`` the cut is an ellipse around ``-(E'DE)^-1 E'D p``;
    half its extent along a unit direction g is ``sqrt(g S g)`` with the spread S.
    """
    cut = plane.cut(t)
    basis, point = np.stack([cut.first, cut.second], 1), np.array(cut.point)
    weight = np.diag(1 / np.array([t.a, t.b, t.c]) ** 2)
    inverse = np.linalg.inv(basis.T @ weight @ basis)
    pull = basis.T @ weight @ point
    size = 1 - point @ weight @ point + pull @ inverse @ pull
    return tuple((-inverse @ pull).tolist()), size * inverse


def _standard(
    t: Trunk, this: _Plane, plane: str, middle: tuple[float, float], angle: float
) -> dict[str, Pose]:
    """Give the pose of a view that shows the standard plane."""
    if plane == "abdomen":
        return {"abdomen": Pose()}
    there = Pose.cutting(_Plane(0.0, 0.0, this.about, this.facing).cut(t), middle, angle)
    return {"abdomen": t.pose.after(there.inverse())}


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


ABDOMEN = Anatomy(abdomen, planes=("abdomen", "other"), weeks=(12, 40), draw_weeks=draw_weeks, knobs=_KNOBS)
