"""The measures of a fetal face, and what lies behind it: brain, base of the skull, soft tissue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .pose import Cut, Pose
from .scene import Structure, Tissue
from .shapes import Capsule, Ellipsoid, Shape, Shell, Slab
from .texture import Ripple, Texture

__all__ = ["Face", "brain", "mask"]

SKIN, SKULL, BRAIN, SOFT, ORBIT, LENS, NASAL_BONE, ZYGOMA, BONE = range(1, 10)
JAW, TONGUE, EYELID = 12, 13, 14
Point = Sequence[float]


@dataclass(frozen=True)
class Face:
    """The measures of one face, in mm: what its structures are drawn from.

    Parameters
    ----------
    weeks : float
    a, b : float
        Half of OFD and BPD; the skull is an ellipsoid with these and the half height ``0.92 b``.
    inner, orbit, lens : float
        Between the inner margins of the orbits; diameter of an orbit; diameter of a lens.
    skull : float
        Thickness of the skull.
    echo : float, dB
        Brightness of the brain.
    pose : Pose
    """

    weeks: float
    a: float
    b: float
    inner: float
    orbit: float
    lens: float
    skull: float
    echo: float
    pose: Pose

    @property
    def c(self) -> float:
        """Half height of the skull."""
        return 0.92 * self.b

    @property
    def rise(self) -> float:
        """How far the skull's middle lies above the orbits: 0.36 of its half height."""
        return 0.36 * self.c

    @property
    def a0(self) -> float:
        """Half length of the skull at the orbits."""
        return self.a * float(np.sqrt(1 - 0.36**2))

    @property
    def b0(self) -> float:
        """Half width of the skull at the orbits."""
        return self.b * float(np.sqrt(1 - 0.36**2))

    @property
    def skin(self) -> float:
        """Thickness of the skin."""
        return 0.8 + 0.06 * (self.weeks - 13)

    def eye(self, side: float) -> tuple[float, float, float]:
        """Middle of an orbit: its front is a lid's thickness behind the skull's curve."""
        v = (self.inner + self.orbit) / 2
        u = self.a0 * np.sqrt(1 - (v / self.b0) ** 2) - self.orbit / 2 - 0.3 - 0.02 * self.weeks
        return float(u), float(side * v), 0.0

    def extent(self, cut: Cut) -> tuple[float, float]:
        """Half length and half width of what a cut shows, about its point."""
        away = float(cut.point[2]) - self.rise
        part = float(np.sqrt(max(1 - (away / self.c) ** 2, 0.2)))
        return (
            (self.a * part + self.skin, self.b * part + self.skin)
            if away > -0.9 * self.c
            else (
                0.72 * self.a,
                0.70 * self.b,
            )
        )

    def placed(self, pose: Pose) -> Face:
        """Give the same face at another place."""
        return replace(self, pose=pose)

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
        """Make a structure in the face's own coordinates."""
        return Structure(shape, tissue, label, edge, opacity, textures, ripple, self.pose)

    def above(
        self,
        shape: Shape,
        tissue: Tissue,
        label: int | None = None,
        *,
        edge: float = 0.35,
        textures: tuple[Texture, ...] = (),
    ) -> Structure:
        """Make a structure in the coordinates of the skull, whose middle lies above the orbits."""
        pose = self.pose.after(Pose((0.0, 0.0, self.rise)))
        return Structure(shape, tissue, label, edge, 1.0, textures, None, pose)

    def bone(
        self,
        start: Point,
        end: Point,
        *,
        label: int = BONE,
        radius: float = 0.5,
        impedance: float = 2.2,
        echo: float = 8.0,
        opacity: float = 1.0,
    ) -> Structure:
        """Make a rod of bone between two points (u, v, w)."""
        rod = Capsule(tuple(map(float, start)), tuple(map(float, end)), float(radius))
        return self.part(rod, Tissue(impedance, 3.0, echo), label, opacity=opacity)

    def plate(
        self,
        start: Point,
        end: Point,
        height: tuple[float, float],
        *,
        label: int | None = BONE,
        thick: float = 0.9,
        tissue: Tissue = Tissue(2.1, 2.5, 6.0),  # noqa: B008 - a tuple, never changed
        bend: float = 0.0,
        opacity: float = 1.0,
    ) -> Structure:
        """Make an upright plate between two points (u, v), from one height w to another."""
        first, last = np.asarray(start, float), np.asarray(end, float)
        middle, along = (first + last) / 2, last - first
        half = (float(np.hypot(*along)) / 2, thick / 2, (height[1] - height[0]) / 2)
        centre = (*middle.tolist(), (height[0] + height[1]) / 2)
        slab = Slab(centre, half, float(np.arctan2(along[1], along[0])), bend)
        return self.part(slab, tissue, label, opacity=opacity)

    def landmarks(self) -> dict[str, tuple[float, float, float]]:
        """Give the centres and margins of the orbits, in the scene; left is the fetus's own."""
        named = {}
        for side, name in ((1.0, "left"), (-1.0, "right")):
            u, v, w = self.eye(side)
            named[f"orbit_{name}"] = (u, v, w)
            named[f"inner_margin_{name}"] = (u, v - side * self.orbit / 2, w)
            named[f"outer_margin_{name}"] = (u, v + side * self.orbit / 2, w)
        return {name: tuple(self.pose.to_scene(np.array(p)).tolist()) for name, p in named.items()}

    def truth(self) -> dict[str, float]:
        """Give the measures, mm."""
        return {
            "interocular_mm": self.inner,
            "binocular_mm": self.inner + 2 * self.orbit,
            "orbit_mm": self.orbit,
            "lens_mm": self.lens,
            "bpd_mm": 2 * self.b,
            "ofd_mm": 2 * self.a,
        }


def brain(f: Face, rng: np.random.Generator) -> list[Structure]:
    """Paint what lies behind the face: falx, base of the skull, brainstem, cerebellum."""
    a, b = f.a, f.b
    bright = Tissue(1.72, 0.5, f.echo + rng.uniform(9, 14))
    parts = [  # the falx begins 0.15 a above the orbits
        f.plate((-0.9 * a, 0), (0.9 * a, 0), (0.15 * a, 1.4 * a), label=None, tissue=bright, opacity=0.8)
    ]
    dark = Tissue(1.54, 0.05, f.echo - 14)
    cistern = Ellipsoid((-0.84 * f.a0, 0, -0.15 * a), (0.09 * a, 0.42 * b, 0.28 * a))
    parts.append(f.part(cistern, dark, edge=0.6))
    grain = (Texture.drawn(rng, (1.2, 4.0, 4.0), echo=3.0, impedance=0.02),)
    echo = f.echo + rng.uniform(2, 6)
    for side in (-1, 1):  # 0.25 a high, from 0.35 a below to 0.15 a above the orbits
        lobe = Ellipsoid((-0.55 * a, side * 0.25 * b, -0.1 * a), (0.2 * a, 0.3 * b, 0.25 * a), side * 0.25)
        rim = Shell(lobe, -0.4, 0.5, reach=2.0)
        parts.append(f.part(rim, bright, opacity=0.6))
        parts.append(
            f.part(Shell(lobe, -np.inf, 0.0, reach=2.0), Tissue(1.63, 0.4, echo), edge=0.6, textures=grain)
        )
    stem = Ellipsoid((-0.22 * a, 0, -0.1 * a), (0.15 * a, 0.2 * b, 0.4 * a))
    parts.append(f.part(Shell(stem, -0.2, 0.9, reach=2.5), bright, opacity=0.7))
    parts.append(f.part(Shell(stem, -np.inf, 0.0, reach=2.5), Tissue(1.61, 0.4, f.echo - 3), edge=0.6))
    for side in (-1, 1):
        parts += [_ridge(f, rng, side), *_temporal(f, rng, side)]
        parts += _above(f, rng, side)
    return parts


def _above(f: Face, rng: np.random.Generator, side: int) -> list[Structure]:
    """Draw the wall of the lateral ventricle and furrows of the forebrain, 0.2 to 0.9 a above the orbits."""
    tissue, height = Tissue(1.69, 0.5, f.echo + 9), (0.2 * f.a, 0.9 * f.a)
    v = side * rng.uniform(0.28, 0.38) * f.b
    ends = (rng.uniform(-0.6, -0.4) * f.a, 1.2 * v), (rng.uniform(0.2, 0.4) * f.a, 0.7 * v)
    bend = side * rng.uniform(0, 0.05) * f.a
    parts = [f.plate(*ends, height, label=None, thick=0.8, tissue=tissue, bend=bend, opacity=0.6)]
    for _ in range(rng.integers(3, 7)):
        start = np.array([rng.uniform(-0.6, 0.5) * f.a, side * rng.uniform(0.45, 0.7) * f.b])
        turn = rng.normal(0, 0.6)
        end = start + rng.uniform(0.05, 0.12) * f.a * np.array([np.cos(turn), np.sin(turn)])
        seen = float(rng.uniform(0.3, 0.8))
        parts.append(f.plate(start, end, height, label=None, thick=0.8, tissue=tissue, opacity=seen))
    return parts


def _ridge(f: Face, rng: np.random.Generator, side: int) -> Structure:
    """Draw the petrous ridge, hind half of the bright X of the skull's base, to 0.05 a above the orbits."""
    a, b = f.a, f.b
    bone = Tissue(rng.uniform(1.95, 2.25), 1.6, rng.uniform(3, 9))
    bend = side * 0.03 * a
    return f.plate(
        (-0.02 * a, side * 0.16 * b),
        (-0.36 * a, side * 0.84 * f.b0),
        (-0.4 * a, 0.05 * a),
        tissue=bone,
        thick=0.7 + 0.02 * f.weeks,
        bend=bend,
    )


def _temporal(f: Face, rng: np.random.Generator, side: int) -> list[Structure]:
    """Draw short bright lines in the temporal lobe, 0.3 a high."""
    parts, tissue = [], Tissue(1.68, 0.5, f.echo + 8)
    for _ in range(rng.integers(1, 4)):
        start = np.array([rng.uniform(-0.25, 0.15) * f.a, side * rng.uniform(0.4, 0.75) * f.b])
        turn = rng.normal(0, 0.5)
        end = start + rng.uniform(0.05, 0.14) * f.a * np.array([np.cos(turn), np.sin(turn)])
        line = f.plate(
            start,
            end,
            (-0.3 * f.a, 0.3 * f.a),
            label=None,
            thick=0.8,
            tissue=tissue,
            bend=rng.normal(0, 0.5),
        )
        parts.append(replace(line, opacity=float(rng.uniform(0.4, 0.9))))
    return parts


def mask(f: Face, rng: np.random.Generator) -> list[Structure]:
    """Paint the soft tissue of the face over the front and the base of the skull, and the neck.

    What lies between the eyes reaches from 0.16 a above the orbits to 0.56 a below them, the cheeks from
    0.02 a to 1.1 a below them; the neck goes on downwards.
    """
    a, b = f.a, f.b
    grain = (Texture.drawn(rng, (3.0, 4.0, 4.0), echo=3.0, impedance=0.012),)
    tissue = Tissue(1.64, 0.6, rng.uniform(-6, 0))
    neck = Capsule((-0.32 * a, 0, -0.62 * a), (-0.38 * a, 0, -1.8 * a), 0.52 * b)
    cheeks = Ellipsoid((0.36 * a, 0, -0.56 * a), (0.56 * a, 0.72 * b, 0.54 * a))
    between = Ellipsoid((0.62 * a, 0, -0.2 * a), (0.38 * a, 0.78 * b, 0.36 * a))
    return [f.part(shape, tissue, SOFT, edge=0.6, textures=grain) for shape in (neck, cheeks, between)]
