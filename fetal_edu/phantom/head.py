"""A fetal head of 11 to 40 weeks, cut at the transthalamic plane.

The head's own axes are u (towards the forehead), v (across, the BPD) and w (up, out of the plane). Sizes
within the plane follow the anatomy; the extent along w is a choice, stated at each structure as a part
of the head's half height, which is 0.92 of its half width.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .mother import FLUID, PLACENTA, surroundings, texture
from .scene import Pose, Scene, Structure, Texture, Tissue
from .shapes import Capsule, Ellipsoid, HeadSurface, Shell, Slab

__all__ = ["CLASSES", "Head", "head"]

SCALP, SKULL, BRAIN, FALX, CSP, THALAMUS, THIRD, VENTRICLE, PLEXUS = range(1, 10)
_INSIDE = (BRAIN, FALX, CSP, THALAMUS, THIRD, VENTRICLE, PLEXUS)
CLASSES = {
    "background": (0, FLUID, PLACENTA),
    "fluid": (FLUID,),
    "placenta": (PLACENTA,),
    "scalp": (SCALP,),
    "skull": (SKULL,),
    "brain": _INSIDE,
    "falx": (FALX,),
    "csp": (CSP,),
    "thalamus": (THALAMUS,),
    "third_ventricle": (THIRD,),
    "ventricle": (VENTRICLE, PLEXUS),
    "choroid_plexus": (PLEXUS,),
    "head": (SKULL, *_INSIDE),
}
_FLUID = Tissue(1.52, 0.03, -34.0)


@dataclass(frozen=True)
class Head:
    """The measures of one head, in mm: what its structures are drawn from.

    Parameters
    ----------
    weeks : float
    a, b, c : float
        Half length, half width and half height, to the outer border of the skull.
    skull : float
        Thickness of the skull.
    far : +1 or -1
        Which side of the midline is away from the probe.
    echo : float, dB
        Brightness of the brain.
    pose : Pose
    """

    weeks: float
    a: float
    b: float
    c: float
    skull: float
    far: int
    echo: float
    pose: Pose

    def part(self, shape, tissue, label=None, *, edge=0.35, opacity=1.0, textures=()) -> Structure:
        """A structure of this head."""
        return Structure(shape, tissue, label, edge, opacity, tuple(textures), self.pose)

    def line(self, start, end, thick, echo, *, label=None, opacity=1.0, bend=0.0, impedance=1.72) -> Structure:
        """A bright sheet seen edge-on, between two points (u, v); it extends over half the head's height."""
        start, end = np.asarray(start, float), np.asarray(end, float)
        middle, along = (start + end) / 2, end - start
        half = (float(np.hypot(*along)) / 2, thick / 2, 0.5 * self.c)
        plate = Slab((*middle.tolist(), 0.0), half, float(np.arctan2(along[1], along[0])), bend)
        start = tuple((4096 + 37.0 * np.array([*middle, bend])).tolist())
        wave = Texture((0.16 * self.a,) * 3, start, border=0.25)
        return self.part(plate, Tissue(impedance, 0.5, echo), label, edge=0.3, opacity=opacity, textures=(wave,))


def head(weeks: float, *, seed: int, plane: str = "transthalamic", difficulty: float = 0.5) -> Scene:
    """A head with the womb around it.

    Parameters
    ----------
    weeks : float
        Gestational age, 11 to 40. The circumference is drawn around the INTERGROWTH-21st mean; below 14
        weeks that chart's polynomial is extrapolated (61, 73 and 86 mm at 11, 12 and 13 weeks).
    seed : int
        All of the anatomy follows from it.
    plane : str
        Only ``"transthalamic"`` so far.
    difficulty : float, 0..1
        Thicker mothers, wider gaps in the skull, fainter structures.

    Returns
    -------
    Scene

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
    weeks = checked_weeks(weeks)
    if plane != "transthalamic":
        raise ValueError(f"no plane {plane!r}: this version draws 'transthalamic'")
    rng = np.random.default_rng([int(seed), 0])
    a, b = _size(rng, weeks)
    angle = float(np.clip(rng.normal(0, 0.22), -0.7, 0.7) if rng.random() < 0.85 else rng.uniform(-1.6, 1.6))
    extent = float(np.hypot(a * np.sin(angle), b * np.cos(angle))), float(np.hypot(a * np.cos(angle), b * np.sin(angle)))
    wall = float(rng.uniform(14, 32) + rng.uniform(0, 28) * difficulty**1.5)
    facing = int(rng.random() < 0.5)
    beside = float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)) * a
    pose = Pose.turned((wall + extent[0] * 1.05 + 2.0, beside, 0.0), angle + np.pi * facing)
    skull = float((1.0 + 0.07 * max(weeks - 12, 0)) * rng.uniform(0.8, 1.5))
    measures = Head(weeks, a, b, 0.92 * b, skull, -1 if facing else 1, float(rng.uniform(-8, -1)), pose)
    surface = HeadSurface((a, b, 0.92 * b), _waves(rng))
    structures = surroundings(rng, head=pose, extent=extent, wall=wall, weeks=weeks)
    structures += _scalp(measures, surface, rng) + _brain(measures, surface, rng)
    structures += _skull(measures, surface, rng, difficulty)
    return Scene(
        tuple(structures),
        classes=CLASSES,
        plane=plane,
        outline=surface,
        outline_pose=pose,
        white="skull",
        truth={"ga_weeks": weeks},
        group=f"phantom-{int(seed)}",
        params={"scene": "head", "weeks": weeks, "scene_seed": int(seed), "plane": plane, "difficulty": difficulty},
    )


def checked_weeks(weeks: float) -> float:
    """An age that can be drawn, or a sentence."""
    weeks = float(weeks)
    if not 11 <= weeks <= 40:
        raise ValueError(f"{weeks:g} weeks: heads are drawn from 11 to 40 weeks of gestation")
    return weeks


def _size(rng: np.random.Generator, weeks: float) -> tuple[float, float]:
    """Half length and half width: HC from the INTERGROWTH-21st standard (Papageorghiou, Lancet 2014)."""
    g, log = weeks, np.log(weeks)
    mean = -28.2849 + 1.69267 * g**2 - 0.397485 * g**2 * log
    sd = 1.98735 + 0.0136772 * g**3 - 0.00726264 * g**3 * log + 0.000976253 * g**3 * log**2
    hc = mean + sd * np.clip(rng.normal(), -2.5, 2.5)
    ratio = np.clip(rng.normal(0.79, 0.045), 0.68, 0.90)
    h = ((1 - ratio) / (1 + ratio)) ** 2
    around = np.pi * (1 + ratio) * (1 + 3 * h / (10 + np.sqrt(4 - 3 * h)))
    return float(hc / around), float(ratio * hc / around)


def _waves(rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
    """Deviations from the ellipse: an egg's (one end wider) and 2 to 5 waves around."""
    size = rng.uniform(0, 0.012, 5) * np.array([0, 0.8, 1.3, 0.9, 0.6])
    phase = rng.uniform(0, 2 * np.pi, 5)
    return tuple((float(s * np.cos(p)), float(s * np.sin(p))) for s, p in zip(size, phase, strict=True))


def _scalp(h: Head, surface: HeadSurface, rng: np.random.Generator) -> list[Structure]:
    thick = rng.uniform(0.5, 1.5) + 1.5 * h.weeks / 40
    tissue = Tissue(1.63, 0.6, rng.uniform(-7, 2))
    return [h.part(Shell(surface, -1.0, thick), tissue, SCALP, edge=0.5)]


def _skull(h: Head, surface: HeadSurface, rng: np.random.Generator, difficulty: float) -> list[Structure]:
    """The bone, brighter and fainter in places, and the gaps in it (sutures)."""
    young = np.clip((h.weeks - 11) / 7, 0, 1)
    bone = Tissue(rng.uniform(2.1, 2.6) + 0.5 * young, rng.uniform(0.8, 1.6) + 1.2 * young, rng.uniform(8, 17))
    s = h.a / 45
    plates = (
        texture(rng, (18.0 * s,) * 3, 2.5, 0.25),
        texture(rng, (50.0 * s,) * 3, rng.uniform(1, 5), rng.uniform(0.05, 0.3)),
    )
    parts = [h.part(Shell(surface, -h.skull, 0.0), bone, SKULL, edge=0.5, textures=plates)]
    for _ in range(rng.integers(0, 2 + round(3 * difficulty))):
        angle, width = rng.uniform(0, 2 * np.pi), rng.uniform(1, 6) * (0.4 + difficulty) * h.a / 45
        u, v = h.a * np.cos(angle), h.b * np.sin(angle)
        turn = float(np.arctan2(v / h.b**2, u / h.a**2))
        gap = Slab((u, v, 0.0), (h.skull * 1.6, width / 2, h.c), turn)
        parts.append(h.part(gap, Tissue(1.62, 0.5, h.echo), edge=0.8, opacity=rng.uniform(0.5, 0.95)))
    return parts


def _brain(h: Head, surface: HeadSurface, rng: np.random.Generator) -> list[Structure]:
    s = h.a / 45
    tissue = Tissue(1.60, rng.uniform(0.25, 0.55), h.echo + (3 if h.weeks < 16 else 0))
    waves = (
        texture(rng, (5.0 * s, 3.5 * s, 6.0 * s), rng.uniform(1.5, 3.5), 0.006),
        texture(rng, (13.0 * s, 7.0 * s, 10.0 * s), rng.uniform(1.0, 2.5)),
        texture(rng, (26.0 * s, 18.0 * s, 20.0 * s), 2.0),
    )
    parts = [h.part(Shell(surface, -np.inf, -h.skull + 0.3), tissue, BRAIN, edge=0.5, textures=waves)]
    parts += _butterfly(h, rng) if h.weeks < 15 else [*_ventricles(h, rng), *_thalami(h, rng)]
    if h.weeks >= 15:
        parts += _sulci(h, rng)
    parts += _falx(h, rng)
    if h.weeks >= 16:
        parts += _csp(h, rng)
    return parts


def _butterfly(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Before 15 weeks two wide ventricles fill the brain and the plexus fills them like wings."""
    parts = []
    for side in (-1, 1):
        wide = rng.uniform(0.26, 0.36)
        centre = (rng.uniform(-0.15, 0.05) * h.a, side * rng.uniform(0.40, 0.48) * h.b, 0.0)
        horn = Ellipsoid(centre, (rng.uniform(0.55, 0.68) * h.a, wide * h.b, 0.5 * h.c), rng.normal(0, 0.1))
        plexus = Ellipsoid(
            (centre[0] - 0.12 * h.a, centre[1], 0.0),
            (rng.uniform(0.32, 0.48) * h.a, 0.8 * wide * h.b, 0.4 * h.c),
            rng.normal(0, 0.15),
        )
        grain = (texture(rng, (2.5, 2.0, 3.0), 2.5, 0.01),)
        parts.append(h.part(horn, Tissue(1.55, 0.1, h.echo - 10), VENTRICLE, edge=0.5, opacity=0.9))
        parts.append(h.part(plexus, Tissue(1.63, 0.5, h.echo + rng.uniform(4, 9)), PLEXUS, edge=0.5, textures=grain))
    return parts


def _falx(h: Head, rng: np.random.Generator) -> list[Structure]:
    """The midline: one piece in front of the CSP, one behind the thalami; half the head's height."""
    thick, bend = rng.uniform(0.5, 1.0), rng.uniform(-0.02, 0.02) * h.a
    echo, strength = h.echo + rng.uniform(10, 17), rng.uniform(0.5, 1)
    front = 0.2 if h.weeks < 16 else rng.uniform(0.55, 0.66)
    back = rng.uniform(0.22, 0.40)
    pieces = [(front, 0.95), (-0.95, -back)]
    return [
        h.line((u0 * h.a, 0), (u1 * h.a, 0), thick, echo, label=FALX, opacity=strength * rng.uniform(0.5, 1), bend=bend, impedance=1.75)
        for u0, u1 in pieces
    ]


def _csp(h: Head, rng: np.random.Generator) -> list[Structure]:
    """The cavum septi pellucidi: a dark box with two bright walls; 0.3 of the half height."""
    u, half = rng.uniform(0.36, 0.46) * h.a, rng.uniform(0.09, 0.14) * h.a
    wide = rng.uniform(1.3, 2.4) * (0.5 + h.weeks / 40)
    echo, strength = h.echo + rng.uniform(5, 12), rng.uniform(0.5, 1)
    dark = h.part(Slab((u, 0.0, 0.0), (half, wide, 0.3 * h.c)), Tissue(1.53, 0.05, h.echo - 18), CSP)
    walls = [
        h.line((u - half, v), (u + half, v), 0.8, echo, opacity=strength * rng.uniform(0.4, 1), impedance=1.70)
        for v in (-wide, wide)
    ]
    return [dark, *walls]


def _thalami(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Two darker ovals beside the third ventricle; 0.35 of the half height."""
    u, v = -rng.uniform(0.02, 0.10) * h.a, rng.uniform(0.16, 0.20) * h.b
    semi = (rng.uniform(0.17, 0.24) * h.a, rng.uniform(0.13, 0.17) * h.b, 0.35 * h.c)
    tissue = Tissue(1.605, 0.4, h.echo - rng.uniform(0, 4))
    tilt = rng.uniform(0, 0.35)
    parts = []
    for side in (-1, 1):
        oval = Ellipsoid((u, side * v, 0.0), semi, -side * tilt)
        rim = Tissue(1.63, 0.4, h.echo + rng.uniform(1, 5))
        rag = (texture(rng, (0.2 * h.a,) * 3, border=0.02 * h.a),)
        parts.append(h.part(Shell(oval, -0.2, 1.0), rim, opacity=0.7, textures=rag))
        parts.append(h.part(oval, tissue, THALAMUS, edge=0.6, textures=rag))
    gap = rng.uniform(0.4, 0.8) + 0.015 * h.weeks
    echo = h.echo + rng.uniform(6, 12)
    parts.append(h.part(Slab((u, 0.0, 0.0), (0.8 * semi[0], gap, 0.25 * h.c)), Tissue(1.54, 0.05, h.echo - 12), THIRD))
    parts += [
        h.line((u - 0.8 * semi[0], y), (u + 0.8 * semi[0], y), 0.6, echo, opacity=rng.uniform(0.1, 0.7), impedance=1.66)
        for y in (-gap, gap)
    ]
    return parts


def _ventricles(h: Head, rng: np.random.Generator) -> list[Structure]:
    """The lateral ventricle with its plexus: clear on the far side, hidden on the near one by the skull's echoes."""
    parts = []
    for side in (h.far, -h.far):
        seen = rng.uniform(0.7, 1) if side == h.far else rng.uniform(0.0, 0.6)
        if seen < 0.15:
            continue
        young = np.clip((24 - h.weeks) / 8, 0, 1)
        centre = (-rng.uniform(0.28, 0.48) * h.a, side * rng.uniform(0.34, 0.46) * h.b, 0.0)
        semi = (rng.uniform(0.22, 0.34) * h.a, rng.uniform(0.08, 0.13 + 0.06 * young) * h.b, 0.35 * h.c)
        tilt = -side * rng.uniform(-0.1, 0.35)
        horn = Ellipsoid(centre, semi, tilt)
        wall = Tissue(1.68, 0.5, h.echo + rng.uniform(5, 10))
        rag = (texture(rng, (0.2 * h.a,) * 3, border=0.02 * h.a),)
        dark = Tissue(1.53, 0.05, h.echo - 16)
        parts.append(h.part(Shell(horn, -0.3, 0.7), wall, opacity=0.8 * seen, textures=rag))
        parts.append(h.part(horn, dark, VENTRICLE, edge=0.5, opacity=seen, textures=rag))
        part = rng.uniform(0.45, 0.75)
        inner = (centre[0] - rng.uniform(0.0, 0.35) * semi[0], centre[1] + side * 0.2 * semi[1], 0.0)
        plexus = Ellipsoid(inner, (part * semi[0], rng.uniform(0.6, 0.95) * semi[1], 0.3 * h.c), tilt)
        rag = texture(rng, (0.15 * h.a,) * 3, border=0.025 * h.a)
        grain = (rag, texture(rng, (2.5, 2.0, 3.0), 2.0, 0.01))
        tissue = Tissue(1.63, 0.5, h.echo + rng.uniform(5, 12))
        parts.append(h.part(plexus, tissue, PLEXUS, edge=0.6, opacity=seen, textures=grain))
    return parts


def _sulci(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Frontal horns, the Sylvian fissure, and lines along the midline and under the skull."""
    parts = []
    for side in (h.far, -h.far):
        seen = rng.uniform(0.6, 1) if side == h.far else rng.uniform(0.1, 0.6)
        horn = np.array([[0.3, 0.12], [0.52, 0.26]]) * [h.a, side * h.b]
        parts.append(h.line(*horn, 0.9, h.echo + rng.uniform(5, 12), opacity=seen, bend=-side * 0.02 * h.a))
        parts += _sylvian(h, rng, side, seen)
        for _ in range(rng.integers(2, 6)):
            parts.append(_stroke(h, rng, side, seen))
    return parts


def _sylvian(h: Head, rng: np.random.Generator, side: int, seen: float) -> list[Structure]:
    """A notch in the side of the brain, open before 28 weeks, with the bright insula at its bottom."""
    u, v = rng.uniform(0.0, 0.25) * h.a, side * rng.uniform(0.62, 0.72) * h.b
    half = rng.uniform(0.10, 0.2) * h.a
    floor = h.line((u - half, v), (u + half, v), 1.0, h.echo + rng.uniform(3, 9), opacity=0.7 * seen, bend=side * rng.uniform(0, 1.5))
    open_part = np.clip((30 - h.weeks) / 12, 0.15, 1)
    notch = Ellipsoid((u, v + side * 0.09 * h.b, 0.0), (half, 0.08 * h.b * open_part + 0.4, 0.3 * h.c))
    dark = h.part(notch, Tissue(1.55, 0.1, h.echo - 9), edge=0.6, opacity=rng.uniform(0.2, 0.8) * seen)
    return [dark, floor]


def _stroke(h: Head, rng: np.random.Generator, side: int, seen: float) -> Structure:
    """One short bright line: most lie along the midline, as the sound comes from the side."""
    place = rng.uniform(0.1, 0.8)
    u = rng.uniform(-0.75, 0.75) * h.a * np.sqrt(1 - place**2)
    v = side * place * h.b
    length = rng.uniform(2, 7) * h.a / 45
    turn = rng.normal(0, 0.25) if rng.random() < 0.85 else rng.uniform(0, np.pi)
    step = length * np.array([np.cos(turn), np.sin(turn)])
    echo = h.echo + rng.uniform(4, 12)
    start, end = np.array([u, v]) - step, np.array([u, v]) + step
    return h.line(start, end, rng.uniform(0.5, 1.1), echo, opacity=seen * rng.uniform(0.4, 1), bend=rng.normal(0, 0.6))
