"""The front of a fetal face: nose, eyes and jaws, in the order in which they are painted."""

from __future__ import annotations

import numpy as np

from .face_parts import BONE, EYELID, JAW, LENS, NASAL_BONE, ORBIT, SOFT, TONGUE, ZYGOMA, Face
from .scene import Structure, Tissue
from .shapes import Both, Capsule, Ellipsoid, Shell, Slab

__all__ = ["eyes", "fingers", "jaws", "nose"]


def nose(f: Face, rng: np.random.Generator) -> list[Structure]:
    """Draw the nose with its two bones and the septum.

    The bridge begins 0.08 a above the orbits; the tip lies 0.3 a below them, 0.14 a before the face.
    """
    a = f.a
    front = 0.97 * f.a0
    soft = Tissue(1.64, 0.6, rng.uniform(-5, 2))
    root, tip = (front - 0.02 * a, 0, 0.08 * a), (front + 0.12 * a, 0, -0.30 * a)
    parts = [f.part(Capsule(root, tip, 0.085 * a), soft, SOFT, edge=0.5)]
    septum = Tissue(1.8, 1.0, rng.uniform(2, 7))
    parts.append(
        f.plate((0.40 * a, 0), (front - 0.05 * a, 0), (-0.36 * a, 0.03 * a), tissue=septum, opacity=0.8)
    )
    wide, back = 0.26 * f.inner, front - 0.07 * a
    for side in (-1, 1):
        start, end = (back, side * wide, 0.0), (front + 0.012 * a, side * 0.02 * a, 0.0)
        low = (end[0] + 0.05 * a, end[1], -0.14 * a)
        for first, last in ((start, end), (end, low)):
            parts.append(
                f.bone(first, last, label=NASAL_BONE, radius=0.35 + 0.008 * f.weeks, impedance=2.3, echo=12)
            )
    return parts


def eyes(f: Face, rng: np.random.Generator) -> list[Structure]:
    """Draw both orbits with their rims and walls, lids and lenses."""
    strength, parts = rng.uniform(0.7, 1), []
    for side in (-1, 1):
        parts += _orbit(f, rng, side, strength) + _lens(f, rng, side)
    return parts


def _orbit(f: Face, rng: np.random.Generator, side: int, strength: float) -> list[Structure]:
    """Draw a ball of clear fluid in a cone of fat and bone; it is as high as it is wide."""
    u, v, _ = f.eye(side)
    r, thick = f.orbit / 2, 0.5 + 0.015 * f.weeks
    apex = (u - 2.3 * r, side * 0.42 * f.inner, -0.05 * f.a)
    fat = Tissue(1.60, 0.5, rng.uniform(-3, 3))
    ball = Ellipsoid((u, v, 0.0), (1.04 * r, r, r))
    bone = Tissue(rng.uniform(2.0, 2.4), 2.2, rng.uniform(6, 12))
    parts = [f.part(Capsule((u - 0.8 * r, v, 0), apex, 0.45 * r), fat, SOFT, edge=0.6)]
    height = (-1.1 * r, 1.1 * r)
    rim = (u + 0.35 * r, v + side * (r + 0.4 * thick))
    parts.append(
        f.plate(rim, apex[:2], height, tissue=bone, thick=thick, bend=-side * 0.35 * r, opacity=strength)
    )
    wing = ((apex[0] + 0.2 * r, apex[1] + side * 0.3 * r), (0.20 * f.a0, side * 0.93 * f.b0))
    parts.append(f.plate(*wing, (-0.4 * f.a, 1.2 * r), tissue=bone, thick=thick, bend=-side * 0.05 * f.a))
    ring = Shell(ball, -0.1, thick, reach=3.0)
    parts.append(f.part(ring, Tissue(1.85, 0.8, rng.uniform(0, 6)), BONE, opacity=0.85))
    lid = Ellipsoid((u + 0.72 * r, v, 0.0), (0.5 * r + 0.6 + 0.02 * f.weeks, 0.78 * r, 0.7 * r))
    parts.append(f.part(lid, Tissue(1.63, 0.5, rng.uniform(-4, 2)), EYELID, edge=0.5))
    low = (u + 0.35 * r, v + side * (r + thick), -0.4 * r)
    arch = (u - 1.8 * r, side * 0.93 * f.b0, -0.30 * f.a)
    high = (u + 0.1 * r, v + side * (r + thick), 0.8 * r)
    cheek = (u + 0.3 * r, v + side * 0.5 * r, -1.35 * r)
    for start, end in ((low, high), (low, arch), (low, cheek)):
        parts.append(f.bone(start, end, label=ZYGOMA, radius=0.6 + 0.02 * f.weeks, impedance=2.4, echo=11))
    within = Shell(ball, -np.inf, 0.0, reach=3.0)
    parts.append(f.part(within, Tissue(1.53, 0.05, rng.uniform(-34, -26)), ORBIT, edge=0.4))
    return parts


def _lens(f: Face, rng: np.random.Generator, side: int) -> list[Structure]:
    """Draw a ring near the front of the eye: bright where the sound meets it squarely, dark within."""
    u, v, _ = f.eye(side)
    half = f.lens / 2
    place = (u + f.orbit / 2 - 0.72 * half - 0.1 * f.orbit, v, 0.0)
    lens = Ellipsoid(place, (0.72 * half, half, half))
    wall = Tissue(1.75, 0.5, rng.uniform(2, 7))
    core = Shell(lens, -np.inf, -0.3 - 0.012 * f.weeks, reach=3.0)
    return [
        f.part(Shell(lens, -np.inf, 0.0, reach=3.0), wall, LENS, edge=0.3),
        f.part(core, Tissue(1.56, 0.1, -24.0), LENS, edge=0.3),
    ]


def jaws(f: Face, rng: np.random.Generator) -> list[Structure]:
    """Draw the upper jaw with palate and tooth buds, tongue, lower jaw, and the spine in the neck.

    The upper jaw's arch lies 0.45 a below the orbits, the lower one's 0.72 a.
    """
    a, b = f.a, f.b
    parts = [
        f.part(
            Ellipsoid((0.32 * a, 0, -0.60 * a), (0.34 * a, 0.30 * b, 0.12 * a)),
            Tissue(1.64, 0.6, 1.0),
            TONGUE,
        )
    ]
    palate = Slab((0.45 * a, 0.0, -0.40 * a), (0.30 * a, 0.26 * b, 0.5))
    parts.append(f.part(palate, Tissue(2.1, 2.0, 6.0), BONE))
    for height, long, wide, middle in ((-0.45, 0.46, 0.44, 0.40), (-0.72, 0.50, 0.50, 0.30)):
        parts += _arch(f, rng, np.array([middle * a, long * a, wide * b]), height * a)
    return parts + _spine(f)


def _arch(f: Face, rng: np.random.Generator, shape: np.ndarray, w: float) -> list[Structure]:
    """Draw a horseshoe of bone, open to the back and 0.16 a high, with the buds of teeth in it."""
    a, (middle, long, wide) = f.a, shape.tolist()
    ring = Ellipsoid((middle, 0.0, w), (long, wide, 2 * a))
    last = 0.62 * np.pi
    front, back = middle + long + 0.1 * a, middle + long * float(np.cos(last))
    block = Slab(((front + back) / 2, 0.0, w), ((front - back) / 2, wide + 0.1 * a, 0.08 * a))
    horseshoe = Both(Shell(ring, -0.03 * a, 0.03 * a, reach=0.1 * a), block)
    parts = [f.part(horseshoe, Tissue(2.2, 3.0, rng.uniform(9, 14)), JAW)]
    for angle in np.linspace(-0.7, 0.7, 6) * last:
        place = (float(middle + long * np.cos(angle)), float(wide * np.sin(angle)), w)
        bud = Ellipsoid(place, (0.022 * a, 0.022 * a, 0.06 * a))
        parts.append(f.part(bud, Tissue(1.6, 0.4, -12.0), JAW, edge=0.3))
    return parts


def _spine(f: Face) -> list[Structure]:
    """Draw three centres of bone, as rods down the neck from 0.45 a below the orbits."""
    a, parts = f.a, []
    for u, v in ((-0.26, 0.0), (-0.44, 0.12), (-0.44, -0.12)):
        start, end = (u * a, v * a, -0.50 * a), (u * a - 0.08 * a, v * a, -1.6 * a)
        parts.append(f.bone(start, end, radius=0.05 * a, impedance=2.3, echo=11))
    return parts


def fingers(f: Face, rng: np.random.Generator, amount: float) -> list[Structure]:
    """Draw up to four fingers between probe and face, each with a bone that shadows; they run along w."""
    count, parts = round(4 * amount), []
    up = np.asarray(f.pose.axes) @ np.array([-1.0, 0.0, 0.0])
    first = np.arctan2(up[1] / f.b0, up[0] / f.a0) + rng.normal(0, 0.15)
    wide = 0.05 * f.a + 0.6
    for finger in range(count):
        angle = first + 0.32 * (finger - (count - 1) / 2) + rng.normal(0, 0.03)
        away = 1.8 * wide + 0.05 * f.a
        u, v = (f.a0 + away) * np.cos(angle), (f.b0 + away) * np.sin(angle)
        ends = (float(u), float(v), -0.4 * f.a), (float(u), float(v), 0.5 * f.a)
        parts.append(f.part(Capsule(*ends, 1.7 * wide), Tissue(1.65, 0.6, 0.0), None, edge=0.5))
        parts.append(f.part(Capsule(*ends, 0.8 * wide), Tissue(2.5, 14.0, 12.0), None, edge=0.4))
    return parts
