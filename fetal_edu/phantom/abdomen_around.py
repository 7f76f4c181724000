"""What makes a trunk hard to outline: no fluid, a faint border, limbs before it, round things beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .abdomen_trunk import BLOOD, CORD, Trunk
from .mother import FLUID
from .scene import Structure, Tissue
from .shapes import Capsule, Ellipsoid, Shell, Slab
from .texture import Ripple, Texture

__all__ = ["cord", "fluid", "gaps", "limbs", "lookalikes", "sheath"]

Middle = tuple[float, float]  # down and across, mm


def fluid(
    structures: list[Structure], t: Trunk, rng: np.random.Generator, lack: float | None
) -> list[Structure]:
    """Settle how wide the dark rim of fluid around the trunk is: half of its half width down to nothing.

    None leaves the womb as it was drawn.
    """
    if lack is None:
        return structures
    dry = Tissue(1.61, 0.4, rng.uniform(-5, 0))
    grain = (Texture.drawn(rng, (2.0, 9.0, 8.0), echo=2.5, impedance=0.01),)
    ripple = Ripple.drawn(rng, size=0.6 * t.a, height=0.06 * (1 - lack) * t.a)
    parts = [
        replace(s, tissue=dry, label=None, textures=grain) if s.label == FLUID else s for s in structures
    ]
    rim = 0.5 * (1 - lack) * t.a
    if rim < 0.3:
        return parts
    wet = Tissue(1.52, 0.03, rng.uniform(-38, -26))
    shell = Shell(t.surface, -1.0, rim, reach=rim + 2.0 + 0.25 * t.a)
    return [*parts, t.part(shell, wet, FLUID, edge=0.8, ripple=ripple)]


def sheath(t: Trunk, faint: float) -> list[Structure]:
    """Lay tissue as bright as the trunk's edge around it: where a border fades, the womb touches the skin."""
    if faint < 0.15:
        return []
    tissue = Tissue(1.63, 0.5, 0.0)
    shell = Shell(t.surface, -1.0, 0.3 * faint * t.a, reach=4.0 + 0.3 * t.a)
    return [t.part(shell, tissue, 0 if faint > 0.5 else None, edge=2.0, opacity=faint)]


def cord(t: Trunk) -> list[Structure]:
    """Paint the cord where it leaves the trunk, 0.75 below the standard plane, and its three vessels."""
    start, end = (0.0, -0.85, -0.75), (0.25, -1.7, -0.85)
    jelly = t.tube((start, end), 1.5 * t.vein)
    parts = [t.part(jelly, Tissue(1.60, 0.3, -6.0), CORD, edge=0.6)]
    for beside, radius in [(0.0, 0.5), (-0.09, 0.25), (0.09, 0.25)]:
        shift = np.array([beside, 0.0, 0.0])
        vessel = t.tube((start + shift, end + shift), radius * t.vein)
        parts.append(t.part(vessel, BLOOD, CORD))
    return parts


def limbs(t: Trunk, rng: np.random.Generator, middle: Middle, shadow: float) -> list[Structure]:
    """Lay up to three limbs between probe and trunk; the bone in each casts a shadow."""
    parts = []
    for _ in range(round(3 * shadow)):
        angle, thick = rng.uniform(-0.9, 0.9), rng.uniform(0.10, 0.16) * t.a
        far = max(t.a, t.b) + thick
        place = (middle[0] - far * np.cos(angle), middle[1] + far * np.sin(angle))
        parts += _limb(rng, place, thick, 6 + 10 * shadow)
    return parts


def _limb(rng: np.random.Generator, place: Middle, thick: float, attenuation: float) -> list[Structure]:
    """One limb cut across, running out of the picture for 5 of its half widths on either side."""
    lean, long = rng.normal(0, 0.3, 2) * thick, 5 * thick
    start, end = (tuple(np.array([*place, 0.0]) + s * np.array([*lean, long])) for s in (-1, 1))
    flesh = Tissue(1.65, 0.6, rng.uniform(-4, 2))
    bone = Tissue(rng.uniform(2.0, 2.4), attenuation, rng.uniform(8, 14))
    return [
        Structure(Capsule(start, end, thick), flesh, 0, edge=0.6),
        Structure(Capsule(start, end, 0.3 * thick), bone, edge=0.5),
    ]


def lookalikes(t: Trunk, rng: np.random.Generator, middle: Middle, amount: float) -> list[Structure]:
    """Paint one to three round things beside the trunk: a head, a thigh cut across, a lake in the placenta.

    They are 0.4 to 0.9 of its width, and nearly as deep as wide along the body.
    """
    kinds, first = rng.permutation([_head, _thigh, _lake]), rng.choice([-1, 1])
    parts = []
    for i, kind in enumerate(kinds[: int(np.ceil(3 * amount))]):
        size = (0.35 + 0.5 * amount) * t.a * rng.uniform(0.85, 1.1)
        side, far = first * (-1) ** i, max(t.a, t.b) + 1.05 * size + rng.uniform(0, 2)
        angle = rng.uniform(-0.3, 0.5) if i < 2 else rng.uniform(0.9, 1.2)
        place = (middle[0] + far * np.sin(angle), middle[1] + side * far * np.cos(angle))
        parts += kind(rng, place, float(size))
    return parts


def _head(rng: np.random.Generator, place: Middle, size: float) -> list[Structure]:
    ball = Ellipsoid((*place, 0.0), (0.85 * size, size, 0.9 * size), rng.uniform(0, np.pi))
    brain = Tissue(1.60, 0.4, rng.uniform(-10, -4))
    skull = Tissue(2.2, 1.5, 12.0)
    line = Slab((*place, 0.0), (0.8 * size, 0.4, 0.5 * size), ball.turn)
    return [
        Structure(ball, brain, 0, edge=0.5),
        Structure(Shell(ball, -0.04 * size - 0.4, 0.0), skull, edge=0.4),
        Structure(line, Tissue(1.72, 0.5, 2.0), edge=0.4, opacity=0.6),
    ]


def _thigh(rng: np.random.Generator, place: Middle, size: float) -> list[Structure]:
    ball = Ellipsoid((*place, 0.0), (size, 0.9 * size, 2.0 * size), rng.uniform(0, np.pi))
    flesh = Tissue(1.65, 0.6, rng.uniform(-6, 0))
    grain = (Texture.drawn(rng, (2.0, 4.0, 6.0), echo=2.0, impedance=0.015),)
    inner = Ellipsoid(ball.centre, (0.16 * size, 0.14 * size, 1.5 * size))
    return [
        Structure(ball, flesh, 0, edge=0.5, textures=grain),
        Structure(Shell(ball, -0.8, 0.0), Tissue(1.72, 0.8, 4.0), edge=0.4),
        Structure(inner, Tissue(2.3, 8.0, 12.0), edge=0.5),
    ]


def _lake(rng: np.random.Generator, place: Middle, size: float) -> list[Structure]:
    cake = Ellipsoid((*place, 0.0), (1.25 * size, 1.15 * size, 1.2 * size), rng.uniform(0, np.pi))
    grain = (Texture.drawn(rng, (4.0, 5.0, 5.0), echo=1.5),)
    ripple = Ripple.drawn(rng, size=0.6 * size, height=0.06 * size)
    pool = Ellipsoid(cake.centre, (0.7 * size, 0.6 * size, 0.6 * size), cake.turn)
    return [
        Structure(cake, Tissue(1.64, 0.5, rng.uniform(0, 4)), 0, edge=1.0, textures=grain, ripple=ripple),
        Structure(pool, Tissue(1.55, 0.1, rng.uniform(-22, -14)), edge=0.8, ripple=ripple),
    ]


def gaps(t: Trunk, rng: np.random.Generator, amount: float) -> list[Structure]:
    """Take the skin's echo away over six tenths of `amount` of its length, in three pieces."""
    if amount <= 0:
        return []
    first, parts = rng.uniform(0, 2 * np.pi), []
    for piece in range(3):
        angle = first + piece * 2 * np.pi / 3 + rng.normal(0, 0.2)
        u, v = t.a * np.cos(angle), t.b * np.sin(angle)
        turn = float(np.arctan2(v / t.b**2, u / t.a**2))
        half = 0.5 * (t.a + t.b) * np.sin(0.2 * np.pi * amount)  # a straight plate before a round border
        gap = Slab((float(u), float(v), 0.0), (0.2 * half + 1.5 * t.wall, float(half), t.c), turn)
        parts.append(t.part(gap, Tissue(1.63, 0.5, 0.0), edge=1.0))
    return parts
