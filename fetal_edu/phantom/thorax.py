"""The thorax around a fetal heart: chest wall, ribs, spine, lungs, and what runs through them.

Its own axes are u (towards the breast bone), v (towards the fetus's left) and w (towards its head). The
middle lies in the four-chamber plane.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .heart_sizes import aortic_valve_chart
from .pose import Pose
from .scene import Structure, Tissue
from .shapes import Both, Capsule, Ellipsoid, Shape, Shell, Slab, WavyEllipsoid
from .texture import Ripple, Texture

__all__ = ["Rings", "Thorax", "behind_the_heart", "chest", "upper"]

CHEST_WALL, RIB, SPINE, LUNG, DESCENDING, LIVER, THYMUS, TRACHEA = 1, 2, 3, 4, 5, 6, 7, 8


@dataclass(frozen=True)
class Rings(Shape):
    """Flat rings around w, one over the other: what they share with a shell are ribs.

    Parameters
    ----------
    half, pitch : float, mm
        Half height of a ring, and how far they lie apart.
    slope : float
        How far a ring falls along w for each mm towards the front.
    start : float, mm
        Level of one ring at the middle.
    back, front : float, mm
        Between which u there is bone: cartilage in front does not shine.
    reach : (v, w) mm
        Half the box that they stay in.

    Examples
    --------
    >>> rings = Rings(half=1, pitch=6, slope=0, start=0, back=-18, front=12, reach=(20, 40))
    >>> at = np.zeros((1, 2)), np.full((1, 2), 20.0), np.array([[0.0, 3.0]])
    >>> (rings.distance(*at) < 0).tolist()
    [[True, False]]
    """

    half: float
    pitch: float
    slope: float
    start: float
    back: float
    front: float
    reach: tuple[float, float]

    def distance(self, u, v, w):  # noqa: D102
        turns = (w + u * np.float32(self.slope)) * np.float32(1 / self.pitch)
        turns = turns - np.float32(self.start / self.pitch)
        beside = np.abs(turns - np.round(turns)) * np.float32(self.pitch) - np.float32(self.half)
        middle, half = np.float32((self.front + self.back) / 2), np.float32((self.front - self.back) / 2)
        return np.maximum(beside, np.abs(u - middle) - half)

    @property
    def bounds(self):  # noqa: D102
        v, w = self.reach
        return (self.back, -v, -w), (self.front, v, w)


@dataclass(frozen=True)
class Thorax:
    """The measures of one thorax, in mm: what its structures are drawn from.

    Parameters
    ----------
    weeks : float
    a, b : float
        Half depth (spine to breast bone) and half width, to the skin.
    wall : float
        Thickness of the chest wall.
    lung : float, dB
        Brightness of the lungs.
    pose : Pose
    """

    weeks: float
    a: float
    b: float
    wall: float
    lung: float
    pose: Pose

    @property
    def c(self) -> float:
        """Half height of the ellipsoid that the thorax is a part of, mm."""
        return 2.2 * self.b

    @property
    def aorta(self) -> tuple[float, float]:
        """Where (u, v) the descending aorta runs: before the spine, a little to the left."""
        return -0.50 * self.a, 0.13 * self.b

    def part(
        self,
        shape: Shape,
        tissue: Tissue,
        label: int | None = None,
        *,
        edge: float = 0.35,
        opacity: float = 1.0,
        textures: tuple[Texture, ...] = (),
        ripple: Ripple | None = None,
    ) -> Structure:
        """Make a structure in the thorax's own coordinates."""
        return Structure(shape, tissue, label, edge, opacity, textures, ripple, self.pose)


def chest(t: Thorax, rng: np.random.Generator) -> list[Structure]:
    """Draw skin, chest wall, lungs and ribs; the half height of all is 2.2 times the half width."""
    waves = tuple(tuple(pair) for pair in (rng.normal(0, 1, (4, 2)) * [[0], [0], [0.012], [0.009]]).tolist())
    surface = WavyEllipsoid((t.a, t.b, t.c), waves)
    scale = t.b / 28
    muscle = (
        Texture.drawn(rng, (1.0 * scale, 5.0 * scale, 5.0), echo=2.0, impedance=0.015),
        Texture.drawn(rng, (9.0 * scale,) * 3, echo=2.5),
    )
    wall = Tissue(1.66, 0.6, t.lung - rng.uniform(3, 10))
    ripple = Ripple.drawn(rng, size=0.4 * t.a, height=0.06 * t.wall)
    parts = [
        t.part(Shell(surface, -1.3 * t.wall, 0.0), wall, CHEST_WALL, edge=0.5, textures=muscle),
        t.part(Shell(surface, -0.25 * t.wall, 0.0), Tissue(1.67, 0.9, t.lung + rng.uniform(2, 9)), edge=0.6),
        t.part(
            Shell(surface, -np.inf, -t.wall),
            Tissue(1.63, 0.5, t.lung),
            LUNG,
            edge=0.5,
            textures=_lung(rng, scale),
            ripple=ripple,
        ),
    ]
    return [*parts, _ribs(t, surface, rng)]


def _lung(rng: np.random.Generator, scale: float) -> tuple[Texture, ...]:
    """Fetal lungs hold fluid and look like a grainy liver: branches and lobes."""
    return (
        Texture.drawn(rng, (1.8 * scale, 2.2 * scale, 3.0), echo=rng.uniform(1.5, 2.5), impedance=0.006),
        Texture.drawn(rng, (7.0 * scale, 10.0 * scale, 8.0), echo=rng.uniform(1.2, 2.2)),
    )


def _ribs(t: Thorax, surface: WavyEllipsoid, rng: np.random.Generator) -> Structure:
    """Draw ribs, twice as high as thick, 0.30 of the half depth apart."""
    young = float(np.clip((t.weeks - 14) / 20, 0, 1))
    half, pitch = float((0.6 + 0.5 * young) * rng.uniform(0.85, 1.2)), 0.30 * t.a
    rings = Rings(
        half=2 * half,
        pitch=float(pitch),
        slope=float(rng.uniform(0.09, 0.20)),
        start=float(rng.uniform(0, pitch)),
        back=-0.9 * t.a,
        front=float(rng.uniform(0.45, 0.75) * t.a),
        reach=(t.b, t.c),
    )
    bone = Tissue(rng.uniform(1.85, 2.15), rng.uniform(2.0, 4.5) + 1.5 * young, rng.uniform(18, 24))
    deep = 0.72 * t.wall
    return t.part(Both(Shell(surface, -deep - half, -deep + half), rings), bone, RIB, edge=0.4)


def behind_the_heart(t: Thorax, rng: np.random.Generator, *, top: float) -> list[Structure]:
    """Draw the spine, the descending aorta before it and the liver's dome below the heart.

    The spine runs along w through the whole thorax, the aorta up to the level `top` in mm; the dome ends
    0.45 of the half depth below the four-chamber plane.
    """
    return [*_spine(t, rng), *_aorta(t, rng, top), _liver(t, rng)]


def _spine(t: Thorax, rng: np.random.Generator) -> list[Structure]:
    """Three centres of bone: the vertebra's body, and its arch on both sides of the canal."""
    bone = Tissue(rng.uniform(1.95, 2.3), rng.uniform(3.5, 7), rng.uniform(18, 24))
    soft = Tissue(1.64, 0.8, t.lung + rng.uniform(-3, 4))
    body, arch, wide = rng.uniform(0.085, 0.11), rng.uniform(0.05, 0.065), rng.uniform(0.11, 0.15)
    middle, back = -rng.uniform(0.70, 0.74), -rng.uniform(0.90, 0.94)
    tall = 0.8 * t.c
    around = Ellipsoid((-0.82 * t.a, 0.0, 0.0), (0.2 * t.a, 0.26 * t.b, 2 * t.c))
    parts = [t.part(around, soft, CHEST_WALL, edge=1.0, opacity=0.9)]
    ripple = Ripple.drawn(rng, size=0.12 * t.a, height=0.012 * t.a)
    for u, v, radius in ((middle, 0.0, body), (back, wide, arch), (back, -wide, arch)):
        line = Capsule((u * t.a, v * t.b, -tall), (u * t.a, v * t.b, tall), radius * t.a)
        parts.append(t.part(line, bone, SPINE, edge=0.5, ripple=ripple))
    return parts


def _aorta(t: Thorax, rng: np.random.Generator, top: float) -> list[Structure]:
    u, v = t.aorta
    radius = 0.5 * aortic_valve_chart(t.weeks)[0] * rng.uniform(0.8, 0.95)
    line = Capsule((u, v, -0.9 * t.c), (u, v, top), float(radius))
    wall = Tissue(1.68, 0.6, t.lung + rng.uniform(2, 7))
    return [
        t.part(Shell(line, 0.0, 0.5, reach=1.2), wall, edge=0.4, opacity=0.8),
        t.part(Shell(line, -np.inf, 0.0, reach=1.2), Tissue(1.56, 0.12, -30.0), DESCENDING, edge=0.3),
    ]


def _liver(t: Thorax, rng: np.random.Generator) -> Structure:
    half = 1.1 * t.b
    dome = Ellipsoid((0.02 * t.a, -0.12 * t.b, -0.45 * t.a - half), (0.86 * t.a, 0.84 * t.b, half))
    grain = (
        Texture.drawn(rng, (2.2, 2.5, 3.0), echo=1.2),
        Texture.drawn(rng, (12.0, 14.0, 12.0), echo=1.5),
    )
    ripple = Ripple.drawn(rng, size=0.5 * t.a, height=0.02 * t.a)
    liver = Tissue(1.645, 0.5, t.lung - rng.uniform(2, 6))
    return t.part(dome, liver, LIVER, edge=0.8, textures=grain, ripple=ripple)


def upper(t: Thorax, rng: np.random.Generator, *, half: float) -> list[Structure]:
    """Draw what lies above the heart: the soft middle of the chest, the thymus in front, the windpipe.

    All begin 0.35 of the heart's half length `half` above the four-chamber plane.
    """
    ripple = Ripple.drawn(rng, size=0.35 * t.a, height=0.02 * t.a)
    soft = Tissue(1.64, 0.5, t.lung + rng.uniform(-1, 3))
    middle = Ellipsoid((0.0, 0.0, 1.45 * half), (0.72 * t.a, 0.42 * t.b, 1.1 * half))
    thymus = Slab((0.60 * t.a, 0.0, 1.65 * half), (0.17 * t.a, 0.38 * t.b, 0.98 * half), bend=-0.12 * t.a)
    pipe = Capsule((-0.34 * t.a, -0.06 * t.b, 0.62 * half), (-0.34 * t.a, -0.06 * t.b, 4 * half), 0.055 * t.a)
    return [
        t.part(middle, soft, edge=2.0, opacity=0.8),
        t.part(thymus, Tissue(1.63, 0.5, t.lung - rng.uniform(1, 5)), THYMUS, edge=1.0, ripple=ripple),
        t.part(Shell(pipe, 0.0, 0.6, reach=1.5), Tissue(1.70, 0.6, t.lung + 6), edge=0.4, opacity=0.8),
        t.part(Shell(pipe, -np.inf, 0.0, reach=1.5), Tissue(1.58, 0.2, -22.0), TRACHEA, edge=0.4),
    ]
