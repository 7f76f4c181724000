"""What lies inside a fetal skull, in the order in which it is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .pose import Pose
from .scene import Structure, Tissue
from .shapes import Ellipsoid, Shape, Shell, Slab
from .texture import Ripple, Texture

__all__ = ["Head", "contents"]

FALX, CSP, THALAMUS, THIRD, VENTRICLE, PLEXUS = range(4, 10)


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
        """Make a structure in the head's own coordinates."""
        return Structure(shape, tissue, label, edge, opacity, textures, ripple, self.pose)

    def line(
        self,
        ends: Sequence[Sequence[float]],
        echo: float,
        *,
        thick: float = 0.8,
        label: int | None = None,
        opacity: float = 1.0,
        bend: float = 0.0,
        impedance: float = 1.70,
        ripple: Ripple | None = None,
        height: float = 0.12,
        up: float = 0.0,
    ) -> Structure:
        """Make a bright sheet seen edge-on, between two points (u, v).

        It extends along w from `up` by `height` each way, both as parts of the half height.
        """
        start, end = np.asarray(ends, float)
        middle, along = (start + end) / 2, end - start
        half = (float(np.hypot(*along)) / 2, thick / 2, height * self.c)
        plate = Slab((*middle.tolist(), up * self.c), half, float(np.arctan2(along[1], along[0])), bend)
        return self.part(plate, Tissue(impedance, 0.5, echo), label, edge=0.3, opacity=opacity, ripple=ripple)

    def along(self, u: float, half: float, v: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Give the ends of a line of half length `half` beside the midline, centred at (u, v)."""
        return (u - half, v), (u + half, v)


def contents(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the structures of the transthalamic plane that a head of this age has.

    Before 15 weeks wide ventricles fill the brain. The cavum septi pellucidi is seen from 16 weeks on.
    """
    if h.weeks < 15:
        return _butterfly(h, rng) + _falx(h, rng)
    parts = _ventricles(h, rng) + _thalami(h, rng) + _third_ventricle(h, rng) + _sulci(h, rng) + _falx(h, rng)
    return parts + (_csp(h, rng) if h.weeks >= 16 else [])


def _butterfly(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Two wide ventricles that the plexus fills like wings; 0.6 and 0.5 of the half height."""
    parts = []
    for side in (-1, 1):
        wide = rng.uniform(0.28, 0.40)
        u, v = rng.uniform(-0.15, 0.05) * h.a, side * rng.uniform(0.40, 0.48) * h.b
        long = rng.uniform(0.55, 0.68) * h.a
        horn = Ellipsoid((u, v, 0.0), (long, wide * h.b, 0.6 * h.c), rng.normal(0, 0.1))
        semi = (rng.uniform(0.34, 0.52) * h.a, rng.uniform(0.7, 0.95) * wide * h.b, 0.5 * h.c)
        plexus = Ellipsoid((u - 0.12 * h.a, v, 0.0), semi, rng.normal(0, 0.25))
        fronds = (0.3 * h.a, 0.25 * h.a, 0.3 * h.a)
        grain = (
            Texture.drawn(rng, (2.5, 2.0, 3.0), echo=1.5, impedance=0.01),
            Texture.drawn(rng, fronds, echo=rng.uniform(1.5, 4), impedance=0.01, folds=True),
        )
        bright = Tissue(1.63, 0.5, h.echo + rng.uniform(6, 12))
        ripple = Ripple.drawn(rng, size=0.18 * h.a, height=0.03 * h.a)
        dark = Tissue(1.57, 0.1, h.echo - rng.uniform(4, 10))
        parts.append(h.part(horn, dark, VENTRICLE, edge=0.5, opacity=0.9, ripple=ripple))
        ripple = Ripple.drawn(rng, size=0.12 * h.a, height=0.045 * h.a)
        parts.append(h.part(plexus, bright, PLEXUS, edge=0.5, textures=grain, ripple=ripple))
    return parts


def _falx(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the midline: one piece in front of the CSP, one behind the thalami; 0.12 of the half height."""
    thick, bend = rng.uniform(0.5, 1.0), rng.uniform(-0.02, 0.02) * h.a
    echo, strength = h.echo + rng.uniform(10, 17), rng.uniform(0.5, 1)
    if h.weeks < 15:
        thick, echo, strength = 0.6 * thick, echo - 6, rng.uniform(0.1, 0.9)
    front = 0.2 if h.weeks < 16 else rng.uniform(0.55, 0.66)
    back = rng.uniform(0.22, 0.40)
    ripple = Ripple.drawn(rng, size=0.25 * h.a, height=0.3)
    parts = []
    for u0, u1 in [(front, 0.95), (-0.95, -back)]:
        seen = strength * rng.uniform(0.5, 1)
        ends = h.along((u0 + u1) / 2 * h.a, (u1 - u0) / 2 * h.a, 0.0)
        sheet = h.line(
            ends, echo, thick=thick, label=FALX, opacity=seen, bend=bend, impedance=1.75, ripple=ripple
        )
        parts.append(sheet)
    return parts


def _csp(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the cavum septi pellucidi, a dark box between two bright walls; 0.05 of the half height."""
    u, half = rng.uniform(0.36, 0.46) * h.a, rng.uniform(0.09, 0.14) * h.a
    wide = rng.uniform(1.3, 2.4) * (0.5 + h.weeks / 40)
    echo, strength = h.echo + rng.uniform(5, 12), rng.uniform(0.5, 1)
    # Wider in front than behind, and round at its ends.
    box = Ellipsoid((u, 0.0, 0.0), (1.25 * half, 1.1 * wide, 0.05 * h.c))
    clear = rng.uniform(0.5, 1)
    dark = h.part(box, Tissue(1.56, 0.1, h.echo - rng.uniform(5, 18)), CSP, edge=1.0, opacity=clear)
    seen, spread = strength * rng.uniform(0.4, 1, 2), rng.uniform(-0.1, 0.5)
    walls = [
        h.line([(u - half, 0.9 * v), (u + half, (0.9 + spread) * v)], echo, opacity=opacity, impedance=1.72)
        for v, opacity in zip((-wide, wide), seen, strict=True)
    ]
    return [dark, *walls]


def _thalami(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Two ovals beside the midline, a little darker than the brain; 0.35 of the half height."""
    u, v = -rng.uniform(0.02, 0.10) * h.a, rng.uniform(0.16, 0.20) * h.b
    semi = (rng.uniform(0.17, 0.24) * h.a, rng.uniform(0.13, 0.17) * h.b, 0.35 * h.c)
    tissue, tilt = Tissue(1.605, 0.4, h.echo - rng.uniform(0, 4)), rng.uniform(0, 0.35)
    parts = []
    for side in (-1, 1):
        oval = Ellipsoid((u, side * v, 0.0), semi, -side * tilt)
        rim = Tissue(1.63, 0.4, h.echo + rng.uniform(1, 5))
        ripple = Ripple.drawn(rng, size=0.2 * h.a, height=0.02 * h.a)
        parts.append(h.part(Shell(oval, -0.2, 1.0, reach=1.5 + 0.08 * h.a), rim, opacity=0.7, ripple=ripple))
        parts.append(h.part(oval, tissue, THALAMUS, edge=0.6, ripple=ripple))
    return parts


def _third_ventricle(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the slit between the thalami with two faint walls; 0.05 of the half height."""
    u, half = -rng.uniform(0.02, 0.10) * h.a, rng.uniform(0.13, 0.2) * h.a
    gap = rng.uniform(0.4, 0.8) + 0.015 * h.weeks
    echo = h.echo + rng.uniform(6, 12)
    slit = Slab((u, 0.0, 0.0), (half, gap, 0.05 * h.c))
    seen = rng.uniform(0.1, 0.7, 2)
    walls = [
        h.line(h.along(u, half, v), echo, thick=0.6, opacity=opacity, impedance=1.66)
        for v, opacity in zip((-gap, gap), seen, strict=True)
    ]
    return [h.part(slit, Tissue(1.54, 0.05, h.echo - 12), THIRD), *walls]


def _ventricles(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the lateral ventricles: clear on the far side, on the near one hidden by the skull's echoes."""
    far, near = rng.uniform(0.7, 1), rng.uniform(0.0, 0.6)
    parts = _ventricle(h, rng, h.far, far)
    return parts + (_ventricle(h, rng, -h.far, near) if near > 0.15 else [])


def _ventricle(h: Head, rng: np.random.Generator, side: int, seen: float) -> list[Structure]:
    """One lateral ventricle (0.16 of the half height) and the bright plexus in it (0.12)."""
    young = np.clip((24 - h.weeks) / 8, 0, 1)
    u, v = -rng.uniform(0.28, 0.48) * h.a, side * rng.uniform(0.34, 0.46) * h.b
    semi = (rng.uniform(0.20, 0.34) * h.a, rng.uniform(0.10, 0.16 + 0.06 * young) * h.b, 0.16 * h.c)
    horn = Ellipsoid((u, v, 0.0), semi, -side * rng.uniform(-0.1, 0.35))
    wall = Tissue(1.68, 0.5, h.echo + rng.uniform(5, 10))
    ripple = Ripple.drawn(rng, size=0.2 * h.a, height=0.02 * h.a)
    parts = [h.part(Shell(horn, -0.3, 0.7, reach=1.2 + 0.08 * h.a), wall, opacity=0.8 * seen, ripple=ripple)]
    dark = Tissue(1.53, 0.05, h.echo - 16)
    parts.append(h.part(horn, dark, VENTRICLE, edge=0.5, opacity=seen, ripple=ripple))
    inner = (u - rng.uniform(0.0, 0.35) * semi[0], v + side * 0.2 * semi[1], 0.0)
    part, wide = rng.uniform(0.45, 0.8), rng.uniform(0.75, 1.2)
    plexus = Ellipsoid(inner, (part * semi[0], wide * semi[1], 0.12 * h.c), horn.turn)
    grain = (Texture.drawn(rng, (3.5, 3.0, 3.0), echo=2.0, impedance=0.01),)
    tissue = Tissue(1.63, 0.5, h.echo + rng.uniform(9, 17))
    ripple = Ripple.drawn(rng, size=0.12 * h.a, height=0.025 * h.a)
    parts.append(h.part(plexus, tissue, PLEXUS, edge=0.6, opacity=seen, textures=grain, ripple=ripple))
    return parts


def _sulci(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the frontal horns, the Sylvian fissures and short lines; all fainter on the near side."""
    parts = []
    for side in (h.far, -h.far):
        seen = rng.uniform(0.6, 1) if side == h.far else rng.uniform(0.1, 0.6)
        horn = np.array([[0.3, 0.12], [0.52, 0.26]]) * [h.a, side * h.b]
        bend = -side * 0.02 * h.a
        parts.append(h.line(horn, h.echo + rng.uniform(5, 12), thick=0.9, opacity=seen, bend=bend))
        parts += _sylvian(h, rng, side, seen)
        parts += [_stroke(h, rng, side, seen) for _ in range(rng.integers(2, 6))]
    return parts


def _sylvian(h: Head, rng: np.random.Generator, side: int, seen: float) -> list[Structure]:
    """Draw the notch in the side of the brain, open before 28 weeks, with the bright insula at its bottom."""
    u, v = rng.uniform(0.0, 0.25) * h.a, side * rng.uniform(0.62, 0.72) * h.b
    half, bend = rng.uniform(0.10, 0.2) * h.a, side * rng.uniform(0, 1.5)
    floor = h.line(h.along(u, half, v), h.echo + rng.uniform(3, 9), thick=1.0, opacity=0.7 * seen, bend=bend)
    wide = 0.08 * h.b * np.clip((30 - h.weeks) / 12, 0.15, 1) + 0.4
    notch = Ellipsoid((u, v + side * 0.09 * h.b, 0.0), (half, wide, 0.15 * h.c))
    dark = Tissue(1.55, 0.1, h.echo - 9)
    return [h.part(notch, dark, edge=0.6, opacity=rng.uniform(0.2, 0.8) * seen), floor]


def _stroke(h: Head, rng: np.random.Generator, side: int, seen: float) -> Structure:
    """Draw one short bright line: most lie along the midline, as the sound comes from the side."""
    place = rng.uniform(0.1, 0.8)
    middle = np.array([rng.uniform(-0.75, 0.75) * h.a * np.sqrt(1 - place**2), side * place * h.b])
    turn = rng.normal(0, 0.35) if rng.random() < 0.7 else rng.uniform(0, np.pi)
    step = rng.uniform(1.5, 5) * h.a / 45 * np.array([np.cos(turn), np.sin(turn)])
    echo, thick, bend = h.echo + rng.uniform(4, 13), rng.uniform(0.7, 1.8), rng.normal(0, 0.8)
    opacity = seen * rng.uniform(0.4, 1)
    ends = middle - step, middle + step
    return h.line(ends, echo, thick=thick, opacity=opacity, bend=bend, impedance=rng.uniform(1.62, 1.70))
