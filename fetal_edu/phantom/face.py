"""A fetal face of 16 to 38 weeks: the axial plane through both eyes, and planes around it.

The face's own axes are u (forwards), v (across) and w (up), with w = 0 through the middle of both orbits and
(0, 0, 0) in the middle of the skull there. Sizes of orbits and lenses follow charts; how far all the rest
reaches along w is a choice, stated at each structure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fetal_edu.measure import bpd_chart, ofd_chart

from .anatomy import Anatomy
from .face_front import eyes, fingers, jaws, nose
from .face_parts import (
    BONE,
    BRAIN,
    EYELID,
    JAW,
    LENS,
    NASAL_BONE,
    ORBIT,
    SKIN,
    SKULL,
    SOFT,
    TONGUE,
    ZYGOMA,
    Face,
    brain,
    mask,
)
from .face_sizes import binocular_chart, interocular_chart, lens_chart, orbit_chart
from .knobs import Knob
from .mother import FLUID, PLACENTA, draw_wall, surroundings
from .pose import Cut, Frame, Pose
from .scene import Scene, Structure, Tissue
from .shapes import Shell, Slab, WavyEllipsoid
from .texture import Texture

__all__ = ["FACE", "draw_weeks", "face"]

CLASSES = {
    "background": (0, FLUID, PLACENTA),
    "fluid": (FLUID,),
    "placenta": (PLACENTA,),
    "skin": (SKIN,),
    "soft_tissue": (SOFT, EYELID),
    "eyelid": (EYELID,),
    "skull": (SKULL,),
    "brain": (BRAIN,),
    "orbit": (ORBIT, LENS),
    "lens": (LENS,),
    "nasal_bone": (NASAL_BONE,),
    "zygoma": (ZYGOMA,),
    "jaw": (JAW,),
    "tongue": (TONGUE,),
    "bone": (SKULL, NASAL_BONE, ZYGOMA, BONE, JAW),
    "face": (SKIN, SKULL, BRAIN, ORBIT, LENS, NASAL_BONE, ZYGOMA, BONE, SOFT, EYELID, JAW, TONGUE),
    "head": (SKULL, BRAIN, ORBIT, LENS, NASAL_BONE, ZYGOMA, BONE, SOFT, EYELID, JAW, TONGUE),
}
#: What the planes around the standard one show.
OTHERS = ("forehead", "upper jaw", "lower jaw", "one eye")


def face(
    weeks: float,
    *,
    seed: int,
    plane: str = "face",
    difficulty: float = 0.5,
    knobs: Mapping[str, float] | None = None,
) -> Scene:
    """Draw a face with the womb around it.

    Parameters
    ----------
    weeks : float
        Gestational age, 16 to 38. The head is drawn around the INTERGROWTH-21st means of BPD and OFD, the
        orbits around `fetal_edu.phantom.face_sizes`.
    seed : int
        All of the anatomy follows from it.
    plane : ``"face"`` or ``"other"``
        ``"other"`` is a plane through the forehead, the upper or the lower jaw, or one that is tilted and
        cuts only one eye: it misses at least one orbit by 2 mm or more. ``truth["shows"]`` says which.
    difficulty : float, 0..1
        Thicker mothers.
    knobs : mapping of name to number, optional
        ``wall`` and ``dropout`` of `fetal_edu.phantom.KNOBS`; ``hand``.

    Returns
    -------
    Scene
        ``truth`` has ``interocular_mm``, ``binocular_mm``, ``orbit_mm``, ``lens_mm``, ``bpd_mm`` and
        ``ofd_mm`` of the fetus, also where the plane does not show them. The landmarks are the orbits'
        centres and margins.

    Raises
    ------
    ValueError
        For an age outside 16-38 weeks or an unknown plane.

    Examples
    --------
    >>> scene = face(24, seed=1)
    >>> sorted(scene.landmarks)[:2], round(scene.truth["binocular_mm"])
    (['inner_margin_left', 'inner_margin_right'], 38)
    """
    weeks = float(weeks)
    if not 16 <= weeks <= 38:
        raise ValueError(f"{weeks:g} weeks: faces are drawn from 16 to 38 weeks of gestation")
    if plane not in ("face", "other"):
        raise ValueError(f"no plane {plane!r} of a face: there are 'face' and 'other'")
    knobs = knobs or {}
    streams = [np.random.default_rng([int(seed), 40 + i]) for i in range(4)]
    sizes, place, womb, extra = streams
    wall = draw_wall(place, difficulty, knobs.get("wall"))
    drawn, waves = _sizes(sizes, weeks)
    shows, cut = _cut(extra, drawn, plane)
    extent, centre, angle = _place(place, drawn, cut, wall)
    pose, usual = (Pose.cutting(c, centre, angle) for c in (cut, Cut()))
    drawn = drawn.placed(pose)
    middle = Pose((*centre, 0.0), pose.axes)
    structures = surroundings(womb, fetus=middle, extent=extent, wall=wall, weeks=weeks)
    structures += _anatomy(drawn, waves, sizes)
    structures += _dropouts(drawn, extra, knobs.get("dropout", 0.0))
    hand = fingers(drawn, extra, knobs.get("hand", 0.0))
    room = 0.12 * drawn.a if hand else 0.0  # a hand is brought into the picture too
    own = ("wall", "dropout", "hand")
    return Scene(
        (*structures, *hand),
        classes=CLASSES,
        plane=plane,
        frame=Frame((centre[0] - room, centre[1]), (extent[0] + room, extent[1]), 2 * max(extent), fill=0.60),
        landmarks=drawn.landmarks(),
        standard={"face": pose.after(usual.inverse()), plane: Pose()},
        white="bone",
        truth={"ga_weeks": weeks, "shows": shows, **drawn.truth()},
        group=f"phantom-{int(seed)}",
        params={
            "scene": "face",
            "weeks": weeks,
            "scene_seed": int(seed),
            "plane": plane,
            "difficulty": difficulty,
            "scene_knobs": {k: v for k, v in knobs.items() if k in own},
        },
    )


def _sizes(rng: np.random.Generator, weeks: float) -> tuple[Face, tuple[tuple[float, float], ...]]:
    """Draw the measures: a large fetus is large in all of them, and each has a part of its spread alone."""
    whole = np.clip(rng.normal(), -2, 2)

    def draw(chart: tuple[float, float]) -> float:
        mean, sd = chart
        return float(mean + sd * (0.8 * whole + 0.6 * np.clip(rng.normal(), -2, 2)))

    ofd, bpd = draw(ofd_chart(weeks)), draw(bpd_chart(weeks))
    inner, lens = draw(interocular_chart(weeks)), draw(lens_chart(weeks))
    # Two orbits and what lies between them make up the outer distance; all three keep to their charts.
    mean, sd = orbit_chart(weeks)
    between = (binocular_chart(weeks)[0] - interocular_chart(weeks)[0]) / 2
    orbit = float((mean + between) / 2 + 0.7 * sd * (0.8 * whole + 0.6 * np.clip(rng.normal(), -1.5, 1.5)))
    lens = float(np.clip(lens, 0.28 * orbit, 0.5 * orbit))
    skull = (0.7 + 0.03 * (weeks - 16)) * rng.uniform(0.7, 1.4)
    size = rng.uniform(0, 0.010, 8) * np.array([0, 0.8, 1.3, 1.0, 0.7, 0.5, 0.4, 0.3])
    phase = rng.uniform(0, 2 * np.pi, 8)
    waves = tuple((float(s * np.cos(p)), float(s * np.sin(p))) for s, p in zip(size, phase, strict=True))
    echo = float(rng.uniform(-9, -2))
    return Face(weeks, ofd / 2, bpd / 2, inner, orbit, lens, skull, echo, Pose()), waves


def _cut(rng: np.random.Generator, f: Face, plane: str) -> tuple[str, Cut]:
    """Choose the plane, in the face's coordinates."""
    kind, height, tilt, side = rng.integers(4), rng.uniform(), rng.normal(), float(rng.choice([-1, 1]))
    if plane == "face":
        return "both eyes", Cut()
    shows, clear = OTHERS[kind], f.orbit / 2 + 2.5
    if shows == "one eye":  # tilted about the line through one eye, so that the other lies outside
        angle = np.arcsin(min((clear + height * 0.5 * f.orbit) / (f.inner + f.orbit), 0.7)) * side
        c, s = float(np.cos(angle)), float(np.sin(angle))
        eye = f.eye(side)
        return shows, Cut((0.0, eye[1] * (1 - c), -eye[1] * s), (1.0, 0.0, 0.0), (0.0, c, s))
    up = {"forehead": (0.35, 0.60), "upper jaw": (-0.50, -0.40), "lower jaw": (-0.80, -0.66)}[shows]
    w = f.a * (up[0] + (up[1] - up[0]) * height)
    w = float(np.sign(w) * max(abs(w), clear + 0.2 * f.a))
    lean = float(np.clip(0.05 * tilt, -0.1, 0.1))
    middle = {"forehead": 0.0, "upper jaw": 0.15, "lower jaw": 0.2}[shows] * f.a
    first = (float(np.cos(lean)), 0.0, float(np.sin(lean)))
    return shows, Cut((middle, 0.0, w), first, (0.0, 1.0, 0.0))


def _place(
    rng: np.random.Generator, f: Face, cut: Cut, wall: float
) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Half the room that the cut takes (down, across), its centre, and where the face looks.

    Most often the face looks up to the probe, sometimes to the side; one that looks down lies in the
    shadow of its own skull.
    """
    angle = -np.pi / 2 + np.clip(rng.normal(0, 0.5), -1.2, 1.2)
    if rng.random() < 0.3:
        angle = rng.choice([0.0, np.pi]) + rng.normal(0, 0.25)
    long, wide = f.extent(cut)
    s, c = np.sin(angle), np.cos(angle)
    down, across = float(np.hypot(long * s, wide * c)), float(np.hypot(long * c, wide * s))
    beside = float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)) * long
    return (down, across), (wall + 1.08 * down + 2.0, beside), float(angle)


def _anatomy(f: Face, waves: tuple[tuple[float, float], ...], rng: np.random.Generator) -> list[Structure]:
    """Paint from the outside in: scalp, skull and brain, then the face over its front and base."""
    surface = WavyEllipsoid((f.a, f.b, f.c), waves)
    skin = Tissue(1.65, 0.6, rng.uniform(-4, 3))
    scalp = Shell(surface, -1.0, f.skin, reach=5.0)
    bone = Tissue(rng.uniform(2.3, 2.8), rng.uniform(1.0, 1.8), rng.uniform(8, 16))
    plates = (Texture.drawn(rng, (0.4 * f.a,) * 3, echo=3.0, impedance=0.2),)
    s = f.a / 45
    grey = (Texture.drawn(rng, (6.0 * s, 4.5 * s, 6.0 * s), echo=rng.uniform(2, 3.5), impedance=0.006),)
    head = [
        f.above(scalp, skin, SKIN),
        f.above(Shell(surface, -f.skull, 0.0, reach=5.0), bone, SKULL, textures=plates),
        f.above(
            Shell(surface, -np.inf, -f.skull, reach=5.0),
            Tissue(1.60, 0.35, f.echo),
            BRAIN,
            edge=0.5,
            textures=grey,
        ),
    ]
    return head + brain(f, rng) + mask(f, rng) + jaws(f, rng) + nose(f, rng) + eyes(f, rng)


def _dropouts(f: Face, rng: np.random.Generator, amount: float) -> list[Structure]:
    """Take the skull's echo away over six tenths of `amount` of its length, in three pieces."""
    if amount <= 0:
        return []
    first, parts = rng.uniform(0, 2 * np.pi), []
    for piece in range(3):
        angle = first + piece * 2 * np.pi / 3 + rng.normal(0, 0.2)
        u, v = f.a0 * np.cos(angle), f.b0 * np.sin(angle)
        turn = float(np.arctan2(v / f.b0**2, u / f.a0**2))
        half = 0.1 * amount * np.pi * (f.a0 + f.b0)
        gap = Slab((float(u), float(v), 0.0), (0.2 * half + 3 * f.skull, float(half), 2 * f.a), turn)
        parts.append(f.part(gap, Tissue(1.62, 0.5, f.echo), edge=2.0))
    return parts


def draw_weeks(rng: np.random.Generator) -> float:
    """Draw an age: most faces are looked at in the 20-week scan."""
    kind, normal, flat = rng.uniform(), rng.normal(), rng.uniform()
    return float(np.clip(21 + 2 * normal, 16, 30) if kind < 0.7 else 16 + 22 * flat)


FACE = Anatomy(
    face,
    planes=("face", "other"),
    weeks=(16, 38),
    draw_weeks=draw_weeks,
    knobs={"hand": Knob("a hand between probe and face, whose bones shadow: none to four fingers", "scene")},
)
