"""A whole fetus of 10 to 14 weeks, in the order in which it is painted.

Its own axes are u (towards the crown), v (towards the belly) and w (to one side), with (0, 0, 0) half-way
between crown and rump. All lengths are parts of the crown-rump length but the head's, which follow a chart of
their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from .pose import Pose
from .scene import Structure, Tissue
from .shapes import Capsule, Ellipsoid, Shape, Shell, Slab
from .texture import Texture

__all__ = [
    "CORD",
    "HEAD",
    "LIMBS",
    "LONG_BONES",
    "SKULL",
    "SPINE",
    "TRUNK",
    "EarlyFetus",
    "contents",
    "outside",
    "trunk",
]

TRUNK, HEAD, LIMBS, CORD = 1, 2, 3, 4
SKULL, SPINE, LONG_BONES = 6, 7, 8
Point = tuple[float, float, float]
#: Arms (shoulder, elbow, hand) and legs (hip, knee, heel, toes), with the radii of their parts.
_ARM = ((0.13, 0.03, 0.13), (0.01, 0.15, 0.18), (0.12, 0.22, 0.10)), (0.036, 0.030)
_LEG = (
    ((-0.36, 0.05, 0.08), (-0.20, 0.22, 0.13), (-0.37, 0.25, 0.07), (-0.38, 0.34, 0.08)),
    (0.052, 0.037, 0.026),
)


@dataclass(frozen=True)
class EarlyFetus:
    """The measures of one small fetus, in mm.

    Parameters
    ----------
    weeks : float
    length : float
        From crown to rump along u.
    long, wide : float
        Length (OFD) and width (BPD) of the head, which is 0.95 as high as it is wide.
    tilt : float, radians
        How far the head nods: its length from v towards -u.
    echo : float, dB
        Brightness of the soft parts.
    pose : Pose
    """

    weeks: float
    length: float
    long: float
    wide: float
    tilt: float
    echo: float
    pose: Pose

    @property
    def head(self) -> Ellipsoid:
        """The head to the outer border of its skin; its crown is at half the length."""
        high = 0.95 * self.wide
        reach = float(np.hypot(high / 2 * np.cos(self.tilt), self.long / 2 * np.sin(self.tilt)))
        centre = (self.length / 2 - reach, 0.015 * self.length, 0.0)
        return Ellipsoid(centre, (high / 2, self.long / 2, self.wide / 2), self.tilt)

    @property
    def crown(self) -> Point:
        """The head's highest point."""
        head, (c, s) = self.head, (np.cos(self.tilt), np.sin(self.tilt))
        a, b = head.semi[:2]
        reach = np.hypot(a * c, b * s)
        return (self.length / 2, float(head.centre[1] + (a * a - b * b) * c * s / reach), 0.0)

    @property
    def rump(self) -> Point:
        """The lowest point of the trunk."""
        return (-self.length / 2, 0.02 * self.length, 0.0)

    def at(self, *point: float) -> Point:
        """From parts of the length to mm."""
        return tuple(float(x) * self.length for x in point)

    def placed(self, pose: Pose) -> EarlyFetus:
        """Give the same fetus at another place."""
        return replace(self, pose=pose)

    def ball(self, centre: Point, semi: Point, turn: float = 0.0) -> Ellipsoid:
        """Make an ellipsoid from parts of the length."""
        return Ellipsoid(self.at(*centre), self.at(*semi), turn)

    def part(
        self,
        shape: Shape,
        tissue: Tissue,
        label: int | None = None,
        *,
        edge: float = 0.4,
        opacity: float = 1.0,
        textures: tuple[Texture, ...] = (),
    ) -> Structure:
        """Make a structure in the fetus's own coordinates."""
        return Structure(shape, tissue, label, edge, opacity, textures, None, self.pose)

    def landmarks(self) -> dict[str, Point]:
        """Give crown and rump in the scene."""
        named = {"crown": self.crown, "rump": self.rump}
        return {name: tuple(self.pose.to_scene(np.array(p)).tolist()) for name, p in named.items()}


def trunk(f: EarlyFetus) -> tuple[Ellipsoid, ...]:
    """Give chest, belly, rump, and the nape under which fluid gathers."""
    return (
        f.ball((0.03, 0.00, 0.0), (0.20, 0.155, 0.145)),
        f.ball((-0.16, 0.025, 0.0), (0.19, 0.160, 0.150)),
        f.ball((-0.36, 0.02, 0.0), (0.14, 0.122, 0.126)),
        f.ball((0.17, -0.045, 0.0), (0.17, 0.080, 0.090), 0.10),
    )


def outside(f: EarlyFetus) -> list[tuple[Shape, int]]:
    """Give the shapes that bound the fetus, with their labels, in painting order."""
    shapes: list[tuple[Shape, int]] = []
    for side in (-1, 1):
        for joints, radii in (_ARM, _LEG):
            ends = [f.at(u, v, side * w) for u, v, w in joints]
            shapes += [
                (Capsule(a, b, r * f.length), LIMBS)
                for a, b, r in zip(ends[:-1], ends[1:], radii, strict=True)
            ]
    shapes += [(shape, TRUNK) for shape in trunk(f)]
    u, v, _ = f.head.centre
    n = f.length
    front = v + f.long / 2
    face = (
        Ellipsoid((u - 0.10 * n, v + 0.09 * n, 0.0), (0.11 * n, 0.115 * n, 0.095 * n)),
        Ellipsoid((u - 0.07 * n, front - 0.005 * n, 0.0), (0.032 * n, 0.030 * n, 0.030 * n)),
        Ellipsoid((u - 0.175 * n, v + 0.145 * n, 0.0), (0.032 * n, 0.055 * n, 0.055 * n)),
    )
    return [*shapes, *((shape, HEAD) for shape in face), (f.head, HEAD)]


def contents(f: EarlyFetus, rng: np.random.Generator) -> list[Structure]:
    """Paint the whole fetus."""
    s = f.length / 55
    grain = (Texture.drawn(rng, (2.0 * s, 3.0 * s, 3.0 * s), echo=2.5, impedance=0.012),)
    soft = Tissue(1.64, 0.5, f.echo)
    skin = [
        f.part(shape, soft, label, edge=0.5, textures=grain)
        for shape, label in outside(f)
        if shape is not f.head
    ]
    return skin + _organs(f, rng) + _spine(f, rng) + _nape(f, rng) + _long_bones(f, rng) + _skull(f, rng)


def _organs(f: EarlyFetus, rng: np.random.Generator) -> list[Structure]:
    """Heart (0.05 of the length from side to side), liver, gut, and the dark stomach and bladder."""
    lung, dark = Tissue(1.63, 0.5, f.echo + 3), Tissue(1.53, 0.05, f.echo - 24)
    parts = [
        f.part(f.ball((0.05, 0.0, 0.0), (0.13, 0.115, 0.12)), lung, edge=0.8),
        f.part(f.ball((0.04, 0.05, -0.02), (0.065, 0.055, 0.05)), Tissue(1.58, 0.2, f.echo - 8), edge=0.6),
        f.part(f.ball((-0.10, 0.035, -0.02), (0.085, 0.12, 0.12)), Tissue(1.64, 0.5, f.echo - 3), edge=0.8),
    ]
    for side in (-1, 1):  # ventricles, that the septum between them parts
        parts.append(f.part(f.ball((0.035, 0.05 + 0.018 * side, -0.02), (0.035, 0.011, 0.03)), dark))
    gut = (Texture.drawn(rng, (2.0, 2.0, 2.0), echo=3.5, impedance=0.02),)
    bowel = Tissue(1.66, 0.6, f.echo + rng.uniform(3, 7))
    parts.append(f.part(f.ball((-0.24, 0.05, 0.0), (0.075, 0.09, 0.10)), bowel, edge=0.8, textures=gut))
    parts.append(f.part(f.ball((-0.12, 0.0, 0.07), (0.03, 0.04, 0.035)), dark))
    size = rng.uniform(0.015, 0.035)
    parts.append(f.part(f.ball((-0.34, 0.055, 0.0), (1.2 * size, size, size)), dark))
    return parts


def _spine(f: EarlyFetus, rng: np.random.Generator) -> list[Structure]:
    """Draw a dotted bright line along the back, 0.04 of the length from side to side."""
    places = [(0.26, -0.015), (0.16, -0.055), (0.02, -0.105), (-0.14, -0.10), (-0.28, -0.075), (-0.40, -0.03)]
    dots = (
        Texture.drawn(rng, (0.022 * f.length,) * 3, echo=5.0, impedance=0.22),
        Texture.drawn(rng, (0.3 * f.length,) * 3, echo=2.0),
    )
    bone = Tissue(rng.uniform(1.95, 2.2), 1.5, f.echo + rng.uniform(10, 15))
    canal = Tissue(1.56, 0.1, f.echo - 9)
    parts = []
    for first, last in pairwise(places):
        behind = [f.at(u, v - 0.028, 0.0) for u, v in (first, last)]
        parts.append(f.part(Capsule(*behind, 0.016 * f.length), canal, edge=0.5))
        ends = [f.at(u, v, 0.0) for u, v in (first, last)]
        parts.append(f.part(Capsule(*ends, 0.017 * f.length), bone, SPINE, edge=0.4, textures=dots))
    return parts


def _nape(f: EarlyFetus, rng: np.random.Generator) -> list[Structure]:
    """Draw the clear fluid under the skin of the nape, 1.2 to 2.2 mm thick and 0.14 of the length wide."""
    thick = float(rng.uniform(0.6, 1.1)) * f.length / 60
    slab = Slab(f.at(0.15, -0.104, 0.0), (0.10 * f.length, thick, 0.07 * f.length), 0.10, -0.012 * f.length)
    skin = Slab(
        (slab.centre[0], slab.centre[1] - thick - 0.4, 0.0),
        (0.10 * f.length, 0.35, 0.07 * f.length),
        0.10,
        slab.bend,
    )
    return [
        f.part(slab, Tissue(1.53, 0.05, f.echo - 26), TRUNK, edge=0.3),
        f.part(skin, Tissue(1.70, 0.6, f.echo + 5), TRUNK, edge=0.3),
    ]


def _long_bones(f: EarlyFetus, rng: np.random.Generator) -> list[Structure]:
    """Draw thin bright rods in arms and legs."""
    bone, parts = Tissue(2.1, 2.5, f.echo + rng.uniform(9, 14)), []
    for side in (-1, 1):
        for joints, _ in (_ARM, _LEG):
            ends = [np.array(f.at(u, v, side * w)) for u, v, w in joints[:3]]
            for start, end in pairwise(ends):
                rod = Capsule(
                    tuple(start * 0.85 + end * 0.15), tuple(start * 0.15 + end * 0.85), 0.011 * f.length
                )
                parts.append(f.part(rod, bone, LONG_BONES, edge=0.4))
    return parts


def _skull(f: EarlyFetus, rng: np.random.Generator) -> list[Structure]:
    """Draw skin, a thin skull, dark brain with plexus and thalami, and the bones of nose and jaws."""
    head, n = f.head, f.length
    u, v, _ = head.centre
    young = float(np.clip((f.weeks - 10) / 4, 0, 1))
    plates = (Texture.drawn(rng, (0.25 * n,) * 3, echo=3.0, impedance=0.12),)
    bone = Tissue(1.85 + 0.35 * young, 0.8 + 0.5 * young, f.echo + 7 + 5 * young)
    grain = (Texture.drawn(rng, (2.0, 2.5, 2.5), echo=2.0, impedance=0.008),)
    brain = Tissue(1.58, 0.2, f.echo - rng.uniform(9, 13))
    parts = [
        f.part(Shell(head, -np.inf, 0.0), Tissue(1.65, 0.5, f.echo), HEAD, edge=0.4),
        f.part(Shell(head, -0.7 - 0.5 * young, -0.4), bone, SKULL, edge=0.3, textures=plates),
        f.part(Shell(head, -np.inf, -0.8 - 0.5 * young), brain, edge=0.4, textures=grain),
    ]
    plexus, rim = Tissue(1.64, 0.5, f.echo + rng.uniform(0, 5)), Tissue(1.70, 0.5, f.echo + 4)
    for side in (-1, 1):
        wing = Ellipsoid(
            (u + 0.03 * n, v - 0.02 * n, side * 0.24 * f.wide),
            (0.2 * f.wide, 0.32 * f.long, 0.15 * f.wide),
            f.tilt,
        )
        parts.append(f.part(wing, plexus, edge=0.6, textures=grain))
    middle = Ellipsoid(
        (u - 0.05 * n, v - 0.01 * n, 0.0), (0.20 * f.wide, 0.17 * f.long, 0.16 * f.wide), f.tilt
    )
    parts.append(f.part(Shell(middle, -0.3, 0.3, reach=2.0), rim, opacity=0.7))
    parts.append(f.part(middle, Tissue(1.61, 0.3, f.echo - 4), edge=0.5))
    stem = Ellipsoid((u - 0.11 * n, v - 0.10 * n, 0.0), (0.05 * n, 0.03 * n, 0.05 * n), 0.5)
    parts.append(f.part(stem, Tissue(1.54, 0.05, f.echo - 18), edge=0.4))
    front = v + f.long / 2
    nasal = Capsule(
        (u - 0.055 * n, front - 0.012 * n, 0.0), (u - 0.085 * n, front + 0.004 * n, 0.0), 0.006 * n + 0.2
    )
    jaw = Capsule((u - 0.16 * n, v + 0.09 * n, 0.0), (u - 0.175 * n, v + 0.16 * n, 0.0), 0.008 * n)
    upper = Capsule((u - 0.125 * n, v + 0.10 * n, 0.0), (u - 0.13 * n, front - 0.035 * n, 0.0), 0.008 * n)
    hard = Tissue(2.05, 1.5, f.echo + 11)
    return [*parts, *(f.part(shape, hard, SKULL, edge=0.3) for shape in (nasal, jaw, upper))]
