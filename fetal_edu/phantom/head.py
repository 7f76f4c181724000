"""A fetal head of 11 to 40 weeks, cut at any of its planes.

The head's own axes are u (towards the forehead), v (across, the BPD) and w (up, out of the plane). Sizes
within a plane follow the anatomy; the extent along w is a choice, stated at each structure as a part
of the head's half height, which is 0.92 of its half width.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fetal_edu.measure import circumference, hc_chart

from .anatomy import Anatomy
from .brain import CSP, FALX, PLEXUS, THALAMUS, THIRD, VENTRICLE, Head, contents
from .brain_deep import CALLOSUM, upper_brain
from .fossa import (
    BASE,
    CEREBELLUM,
    CISTERNA,
    FACE,
    FOURTH,
    STEM,
    VERMIS,
    fontanelle,
    lower_brain,
    outside,
)
from .head_truth import head_landmarks, head_sizes
from .headplanes import HEAD_PLANES, Layout, lay_out, section
from .inner import Inner
from .knobs import Knob
from .mother import FLUID, PLACENTA, draw_wall, surroundings
from .pose import Pose
from .scene import Scene, Structure, Tissue
from .shapes import Shell, Slab, WavyEllipsoid
from .texture import Ripple, Texture

__all__ = ["CLASSES", "HEAD", "draw_weeks", "head"]

SCALP, SKULL, BRAIN = 1, 2, 3
# The bone's echo begins a little under the border that readers draw: measured on 141 HC18 images.
PERIOSTEUM = 0.4  # mm
_INSIDE = (BRAIN, FALX, CSP, THALAMUS, THIRD, VENTRICLE, PLEXUS)
_DEEP = (CALLOSUM, CEREBELLUM, VERMIS, CISTERNA, FOURTH, STEM)
CLASSES = {
    "background": (0, FLUID, PLACENTA),
    "fluid": (FLUID,),
    "placenta": (PLACENTA,),
    "scalp": (SCALP,),
    "skull": (SKULL,),
    "brain": (*_INSIDE, *_DEEP),
    "falx": (FALX,),
    "csp": (CSP,),
    "thalamus": (THALAMUS,),
    "third_ventricle": (THIRD,),
    "ventricle": (VENTRICLE, PLEXUS),
    "choroid_plexus": (PLEXUS,),
    "corpus_callosum": (CALLOSUM,),
    "cerebellum": (CEREBELLUM, VERMIS),
    "vermis": (VERMIS,),
    "cisterna_magna": (CISTERNA,),
    "fourth_ventricle": (FOURTH,),
    "brainstem": (STEM,),
    "skull_base": (BASE,),
    "face_and_neck": (FACE,),
    "head": (SKULL, *_INSIDE, *_DEEP, BASE),
}


def head(
    weeks: float,
    *,
    seed: int,
    plane: str = "transthalamic",
    difficulty: float = 0.5,
    knobs: Mapping[str, float] | None = None,
) -> Scene:
    """Draw a head with the womb around it.

    Parameters
    ----------
    weeks : float
        Gestational age, 11 to 40. The circumference is drawn around the INTERGROWTH-21st mean; below 14
        weeks that chart's polynomial is extrapolated (61, 73 and 86 mm at 11, 12 and 13 weeks).
    seed : int
        All of the anatomy follows from it.
    plane : str
        One of ``HEAD.planes``; `headplanes` says where they lie. ``"other"`` is none of the standard ones. A
        seed's fetus is the same in all of them.
    difficulty : float, 0..1
        Thicker mothers, more and wider gaps in the skull.
    knobs : mapping of name to number, optional
        ``wall`` and ``dropout`` of `fetal_edu.phantom.KNOBS`, over what `difficulty` draws, and ``likeness``.

    Returns
    -------
    Scene
        ``truth`` holds the fetus' BPD, OFD, cerebellum (TCD), atrium (from 15 weeks on) and cisterna magna in
        mm, whether the plane shows them or not; ``landmarks`` are where callipers go.

    Raises
    ------
    ValueError
        For an age outside 11-40 weeks or an unknown plane.

    Examples
    --------
    >>> scene = head(24, seed=1)
    >>> round(scene.truth["ga_weeks"]), "csp" in scene.classes
    (24, True)
    """
    weeks, knobs = checked_weeks(weeks), knobs or {}
    if plane not in HEAD_PLANES:
        raise ValueError(f"no plane {plane!r}: the head has {', '.join(HEAD_PLANES)}")
    # The first stream is that of the transthalamic plane; what other planes need has its own.
    rng, extra, more = (np.random.default_rng([int(seed), key]) for key in (0, 6, 10))
    wall = draw_wall(rng, difficulty, knobs.get("wall"))
    drawn, extent = _measures(rng, weeks, wall)
    surface = WavyEllipsoid((drawn.a, drawn.b, drawn.c), _waves(rng, weeks))
    inner = Inner.drawn(drawn, surface, more)
    likeness = knobs.get("likeness", 0.0)
    place = lay_out(drawn, inner, plane, reach=extent, wall=wall, likeness=likeness, rng=more)
    drawn, extent = place.head, place.reach
    structures = surroundings(rng, fetus=drawn.pose, extent=extent, wall=wall, weeks=weeks)
    structures += outside(drawn, more)
    structures += [*_scalp(drawn, surface, rng), _skull(drawn, surface, rng), _brain(drawn, surface, rng)]
    middle = contents(drawn, rng)
    cavum = next((part.shape for part in middle if part.label == CSP), None)
    upright = plane == "midsagittal"
    # What lies beside the midline bulges, and may reach a plane that runs along it.
    aside = (FALX, CSP, THIRD, VENTRICLE, PLEXUS) if upright else ()
    structures += [part for part in middle if part.label not in aside]
    structures += upper_brain(drawn, inner, cavum, more, along_falx=upright)
    structures += lower_brain(drawn, inner, surface, more)
    structures += [*_gaps(drawn, rng, difficulty), fontanelle(drawn, more)]
    structures += _dropouts(drawn, extra, knobs.get("dropout", 0.0), plane)
    params = {
        "scene": "head",
        "weeks": weeks,
        "scene_seed": int(seed),
        "plane": plane,
        "difficulty": difficulty,
        "scene_knobs": {k: v for k, v in knobs.items() if k in ("wall", "dropout", "likeness")},
    }
    return Scene(
        tuple(structures),
        classes=CLASSES,
        plane=plane,
        outline=surface,
        outline_pose=drawn.pose,
        measured="hc_mm" if plane in ("transthalamic", "transventricular") else "",
        frame=place.frame,
        landmarks=head_landmarks(drawn, inner, cavum),
        standard=place.standard,
        white="skull",
        truth={"ga_weeks": weeks, **head_sizes(drawn, inner, surface), **_away(place)},
        group=f"phantom-{int(seed)}",
        params=params,
    )


def _away(place: Layout) -> dict[str, float]:
    """How far a plane that is none of the standard ones lies from the nearest of them."""
    return dict(zip(("off_mm", "off_degrees"), place.away, strict=True)) if any(place.away) else {}


def checked_weeks(weeks: float) -> float:
    """Return an age that can be drawn, or raise a sentence."""
    weeks = float(weeks)
    if not 11 <= weeks <= 40:
        raise ValueError(f"{weeks:g} weeks: heads are drawn from 11 to 40 weeks of gestation")
    return weeks


def _measures(rng: np.random.Generator, weeks: float, wall: float) -> tuple[Head, tuple[float, float]]:
    """Draw the head's measures and place, and half the room that it takes (down, across), mm."""
    a, b = _size(rng, weeks)
    # A grown head is scanned across its midline; an early one lies as it likes.
    usual = 0.8 if weeks < 15 else 0.14
    angle = np.clip(rng.normal(0, usual), -1.6, 1.6) if rng.random() < 0.88 else rng.uniform(-1.6, 1.6)
    s, c = np.sin(angle), np.cos(angle)
    down, across = float(np.hypot(a * s, b * c)), float(np.hypot(a * c, b * s))
    facing = int(rng.random() < 0.5)
    beside = float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)) * a
    pose = Pose.turned((wall + down * 1.05 + 2.0, beside, 0.0), float(angle) + np.pi * facing)
    bone = (0.3 + 0.06 * min(weeks - 11, 5) + 0.03 * max(weeks - 16, 0)) * rng.uniform(0.8, 1.7)
    skull, far, echo = PERIOSTEUM + float(bone), -1 if facing else 1, float(rng.uniform(-11, -1))
    return Head(weeks, a, b, 0.92 * b, skull, far, echo, pose), (down, across)


def _size(rng: np.random.Generator, weeks: float) -> tuple[float, float]:
    """Half length and half width: HC from the INTERGROWTH-21st standard, width to length 0.79 +- 0.045."""
    mean, sd = hc_chart(weeks, extrapolate=True)
    hc = mean + sd * np.clip(rng.normal(), -2.5, 2.5)
    round_ = 0.05 * np.clip((15 - weeks) / 2, 0, 1)  # an early head is rounder
    ratio = float(np.clip(rng.normal(0.79 + round_, 0.045 + round_ / 3), 0.68, 0.95))
    a = float(hc) / circumference(1.0, ratio)
    return a, ratio * a


def _waves(rng: np.random.Generator, weeks: float) -> tuple[tuple[float, float], ...]:
    """Draw deviations from the ellipse: an egg's (3 waves around) and the plates' own curves (up to 8)."""
    most = 0.012 if weeks >= 15 else 0.02  # the plates of an early head are not joined yet
    size = rng.uniform(0, most, 8) * np.array([0, 0.8, 1.3, 1.0, 0.7, 0.5, 0.4, 0.3])
    phase = rng.uniform(0, 2 * np.pi, 8)
    return tuple((float(s * np.cos(p)), float(s * np.sin(p))) for s, p in zip(size, phase, strict=True))


def _scalp(h: Head, surface: WavyEllipsoid, rng: np.random.Generator) -> list[Structure]:
    """Scalp, and as soft as it the periosteum, which belongs to the skull."""
    thick = rng.uniform(0.1, 0.4) + 0.06 * max(h.weeks - 13, 0)
    tissue = Tissue(1.63, 0.6, rng.uniform(-9, 0))
    scalp, under = Shell(surface, -1.0, thick), Shell(surface, -2.5 * h.skull, 0.0)
    return [h.part(scalp, tissue, SCALP, edge=0.3), h.part(under, tissue, SKULL, edge=0.3)]


def _skull(h: Head, surface: WavyEllipsoid, rng: np.random.Generator) -> Structure:
    """Bone, brighter and fainter in places; the brain is painted over its inside."""
    young, s = np.clip((h.weeks - 11) / 7, 0, 1), h.a / 45
    # Before 14 weeks there is little bone: it shines here and there, where the sound meets it squarely.
    early = np.clip((15 - h.weeks) / 3, 0, 1)
    impedance, attenuation = rng.uniform(2.1, 2.6) + 0.5 * young, rng.uniform(0.6, 1.2) + 0.9 * young
    impedance -= early * rng.uniform(0, 0.45)
    far = rng.uniform(0.05, 0.3) + 0.25 * early
    plates = (
        Texture.drawn(rng, (18.0 * s,) * 3, echo=3.0 + 3.0 * early, impedance=0.25),
        Texture.drawn(rng, (50.0 * s,) * 3, echo=rng.uniform(1, 5) + 4 * early, impedance=far),
    )
    bone = Tissue(impedance, attenuation, rng.uniform(5, 17) - 8 * early)
    return h.part(Shell(surface, -2.5 * h.skull, -PERIOSTEUM), bone, SKULL, edge=0.3, textures=plates)


def _brain(h: Head, surface: WavyEllipsoid, rng: np.random.Generator) -> Structure:
    """Paint all that is inside the skull; the skull's inner border is uneven."""
    s = h.a / 45
    tissue = Tissue(1.60, rng.uniform(0.25, 0.55), h.echo + (rng.uniform(2, 8) if h.weeks < 15 else 0))
    uneven_echo = rng.uniform(1.0, 2.5) + 2.0 * np.clip((15 - h.weeks) / 2, 0, 1)  # an early brain is mottled
    folded = rng.uniform(0.8, 2.5)
    waves = (
        Texture.drawn(rng, (4.5 * s, 4.5 * s, 6.0 * s), echo=uneven_echo),
        Texture.drawn(rng, (10.0 * s, 9.0 * s, 10.0 * s), echo=folded, folds=True),
        Texture.drawn(rng, (26.0 * s, 20.0 * s, 20.0 * s), echo=rng.uniform(2.0, 3.5)),
    )
    uneven = Ripple.drawn(rng, size=12.0 * s, height=rng.uniform(0.05, 0.22) * h.skull)
    inside = Shell(surface, -np.inf, -h.skull)
    return h.part(inside, tissue, BRAIN, edge=0.5, textures=waves, ripple=uneven)


def _gaps(h: Head, rng: np.random.Generator, difficulty: float) -> list[Structure]:
    """Sutures, and bone that is not there yet: narrow in a grown head, wide in an early one."""
    early = h.weeks < 15
    parts = []
    most = 0.6 * h.a if early else 0.13 * h.a  # mm
    for _ in range(rng.integers(3 if early else 0, (8 if early else 2) + round(3 * difficulty))):
        angle = rng.uniform(0, 2 * np.pi)
        width = rng.uniform(0.15, 1) * most * (0.4 + difficulty)
        u, v = h.a * np.cos(angle), h.b * np.sin(angle)
        turn = float(np.arctan2(v / h.b**2, u / h.a**2))
        gap = Slab((float(u), float(v), 0.0), (h.skull * 1.8, width / 2, 0.35 * h.c), turn)
        soft, edge, opacity = Tissue(1.62, 0.5, h.echo), 0.4 + 0.3 * width, rng.uniform(0.4, 0.95)
        parts.append(h.part(gap, soft, edge=edge, opacity=opacity))
    return parts


def _dropouts(h: Head, rng: np.random.Generator, amount: float, plane: str) -> list[Structure]:
    """Take the skull's echo away over six tenths of `amount` of its length, in three pieces."""
    if amount <= 0:
        return []
    cut = section(h)
    first, half = rng.uniform(0, 2 * np.pi), float(0.1 * amount * np.pi * sum(cut.axes))
    parts = []
    for piece in range(3):
        angle = first + piece * 2 * np.pi / 3 + rng.normal(0, 0.2)
        if plane == "transthalamic":
            u, v = h.a * np.cos(angle), h.b * np.sin(angle)
            turn, pose = float(np.arctan2(v / h.b**2, u / h.a**2)), h.pose
        else:
            (u, v), turn, pose = cut.border(angle), float(angle), None
        gap = Slab((float(u), float(v), 0.0), (0.2 * half + 3 * h.skull, half, 0.5 * h.c), turn)
        parts.append(Structure(gap, Tissue(1.62, 0.5, h.echo), edge=2.0, pose=pose))
    return parts


def draw_weeks(rng: np.random.Generator) -> float:
    """Draw an age as clinical sets have them: 11-14 weeks, the 20-week scan, and later."""
    kind, normal, flat = rng.uniform(), rng.normal(), rng.uniform()
    if kind < 0.2:
        return float(11 + 4 * flat)
    if kind < 0.75:
        return float(np.clip(20.3 + 1.8 * normal, 15, 26))
    return float(15 + 24 * flat)


LIKENESS = Knob("how much alike adjacent planes look: their distance shrinks by 20 to 28 %", "scene")
HEAD = Anatomy(head, HEAD_PLANES, weeks=(11, 40), draw_weeks=draw_weeks, knobs={"likeness": LIKENESS})
