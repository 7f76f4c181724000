"""What lies around a fetus: the mother's layers, the womb, fluid, placenta and other fetal parts."""

from __future__ import annotations

import numpy as np

from .pose import Pose
from .scene import Structure, Tissue
from .shapes import Both, Capsule, Ellipsoid, Everywhere, Layer, Shell, Slab
from .texture import Ripple, Texture

__all__ = ["FLUID", "PLACENTA", "draw_wall", "surroundings"]

FLUID, PLACENTA = 10, 11  # label values that every anatomy keeps free


def surroundings(
    rng: np.random.Generator,
    *,
    fetus: Pose,
    extent: tuple[float, float],
    wall: float,
    weeks: float,
    womb: bool = True,
) -> list[Structure]:
    """Paint everything but the part of the fetus that is looked at, in painting order.

    Parameters
    ----------
    rng : Generator
    fetus : Pose
        Where that part of the fetus lies; its origin is the middle.
    extent : (down, across) mm
        Half the room that it takes.
    wall : float, mm
        Depth at which the womb begins: thick in a thick mother.
    weeks : float
        An early fetus floats in a sac of fluid, a late one fills the womb.
    womb : bool
        Whether to paint the womb; an anatomy that has one of its own does not need it.
    """
    base = Structure(Everywhere(), Tissue(1.63, rng.uniform(0.4, 0.6), 0.0), textures=_tissue_textures(rng))
    return [
        base,
        *_bands(rng, fetus, extent),
        *(_womb(rng, fetus, extent, weeks) if womb else []),
        *_layers(rng, wall),
    ]


def draw_wall(rng: np.random.Generator, difficulty: float, thick: float | None) -> float:
    """Draw the depth in mm at which the womb begins; `thick` from 0 (14 mm) to 1 (60 mm) settles it."""
    drawn = float(rng.uniform(14, 32) + rng.uniform(0, 28) * difficulty**1.5)
    return drawn if thick is None else 14.0 + 46.0 * thick


def _tissue_textures(rng: np.random.Generator) -> tuple[Texture, ...]:
    return (
        Texture.drawn(rng, (26.0, 50.0, 40.0), echo=rng.uniform(2.0, 5.0)),
        Texture.drawn(rng, (1.6, rng.uniform(6, 16), 10.0), echo=rng.uniform(1.0, 3.0), impedance=0.012),
    )


def _bands(rng: np.random.Generator, fetus: Pose, extent: tuple[float, float]) -> list[Structure]:
    """Behind and beside the womb: muscle, fat and vessels lie in bands that follow its curve."""
    bands = []
    size = float(np.mean(extent))
    around = rng.uniform(1.2, 3.0)
    centre = (
        fetus.origin[0] - rng.uniform(0, 0.6) * extent[0],
        fetus.origin[1] + rng.normal(0, 0.15) * size,
        0.0,
    )
    curve = Ellipsoid(centre, (extent[0] * 1.1, extent[1] * around, 2 * size), rng.normal(0, 0.15))
    depth = rng.uniform(0.0, 0.3) * size
    ripple = Ripple.drawn(rng, size=0.7 * size, height=0.05 * size)
    for _ in range(rng.integers(1, 6)):
        thick = rng.uniform(0.03, 0.25) * size
        tissue = Tissue(rng.uniform(1.58, 1.68), rng.uniform(0.4, 0.8), rng.uniform(-8, 6))
        grain = (Texture.drawn(rng, (1.5, 14.0, 10.0), echo=rng.uniform(1, 4), impedance=0.015),)
        shell = Shell(curve, depth, depth + thick, reach=3.0 * size)
        edge, opacity = rng.uniform(0.5, 2), rng.uniform(0.4, 1)
        bands.append(Structure(shell, tissue, edge=edge, opacity=opacity, textures=grain, ripple=ripple))
        depth += thick + rng.uniform(0.0, 0.25) * size
    return bands


def _layers(rng: np.random.Generator, wall: float) -> list[Structure]:
    """Skin, fat, muscle and the wall of the womb, as caps under the probe."""
    radius = rng.uniform(45, 110)
    skin = rng.uniform(1, 3)
    fat = skin + rng.uniform(0.2, 0.5) * wall
    muscle = min(fat + rng.uniform(0.15, 0.4) * wall, wall - 1.0)
    fascia = rng.uniform(0.015, 0.045)
    fine = (rng.uniform(0.9, 1.8), rng.uniform(7, 22), 9.0)
    streaks = [
        Texture.drawn(rng, (0.8, 12.0, 9.0), echo=2.0, impedance=0.02),
        Texture.drawn(rng, fine, echo=rng.uniform(4, 8), impedance=fascia),
        Texture.drawn(rng, fine, echo=rng.uniform(3, 6), impedance=fascia),
    ]
    tissues = (
        Tissue(1.70, 1.2, 4.0),
        Tissue(1.42, 0.6, rng.uniform(-9, -3)),
        Tissue(1.66, 0.8, rng.uniform(-5, 1)),
    )
    depths = (0.0, skin), (skin, fat), (fat, muscle)
    return [
        Structure(Layer(top, bottom, radius), tissue, edge=0.5, textures=(streak,))
        for (top, bottom), tissue, streak in zip(depths, tissues, streaks, strict=True)
    ]


def _womb(
    rng: np.random.Generator, fetus: Pose, extent: tuple[float, float], weeks: float
) -> list[Structure]:
    """Paint the cavity around the fetus with its lining, and what it holds."""
    early = weeks < 15
    down, across = extent
    room = rng.uniform(1.1, 2.2) if early else rng.uniform(0.92, 1.1)
    side = rng.uniform(1.4, 2.6) if early else rng.uniform(1.05, 1.7)
    semi = (down * room + 1.0, across * side + 2.0, across * 1.5)
    # An early head floats, or lies on the near or the far wall of its sac.
    resting = float(rng.choice([-1, 0, 1]) * rng.uniform(0.7, 1.05)) if early else 0.0
    deep = rng.normal(0, 0.12) * down + resting * (semi[0] - down)
    beside = rng.uniform(-0.9, 0.9) * (semi[1] - across) * (0.4 if resting else 1)
    centre = (fetus.origin[0] + deep, fetus.origin[1] + beside, 0.0)
    cavity = Ellipsoid(centre, semi, rng.normal(0, 0.3))
    size = (down + across) / 2
    lining = Shell(cavity, -0.5, rng.uniform(3, 9), reach=12.0 + 0.4 * size)
    far_wall = Tissue(1.66, 0.5, rng.uniform(-3, 4))
    wet = early or rng.random() < 0.65
    ripple = Ripple.drawn(rng, size=0.6 * size, height=rng.uniform(0.02, 0.18 if early else 0.10) * size)
    if wet:
        filling = Tissue(1.52, 0.03, rng.uniform(-40, -20 if early else -26))
    else:
        filling = Tissue(1.61, 0.4, rng.uniform(-8, 0))
    grain = (Texture.drawn(rng, (2.0, 12.0, 10.0), echo=2.5, impedance=0.01),)
    label, inner = (FLUID, ()) if wet else (None, grain)
    structures = [
        Structure(lining, far_wall, edge=1.5, opacity=rng.uniform(0.3, 1), textures=grain, ripple=ripple),
        Structure(cavity, filling, label=label, edge=1.0, textures=inner, ripple=ripple),
    ]
    if rng.random() < 0.55:
        structures.append(_placenta(rng, cavity))
    if early and rng.random() < 0.6:
        structures.append(_trunk(rng, fetus, extent))
    return structures + _parts(rng, fetus, extent)


def _placenta(rng: np.random.Generator, cavity: Ellipsoid) -> Structure:
    """Paint a thick cake on one side of the cavity: near, far, left or right."""
    angle = rng.choice([0.0, np.pi, np.pi / 2, -np.pi / 2]) + rng.normal(0, 0.4)
    reach = np.array([np.cos(angle) * cavity.semi[0], np.sin(angle) * cavity.semi[1]])
    centre = np.array(cavity.centre[:2]) + reach * rng.uniform(0.95, 1.15)
    thick = rng.uniform(0.25, 0.5) * np.hypot(*reach)
    disc = Slab((*centre, 0.0), (max(thick, 8.0), max(cavity.semi) * 0.8, 60.0), turn=angle)
    tissue = Tissue(1.64, 0.5, rng.uniform(-1, 4))
    grain = (
        Texture.drawn(rng, (4.0, 5.0, 5.0), echo=1.2),
        Texture.drawn(rng, (14.0, 18.0, 14.0), echo=1.5),
    )
    ripple = Ripple.drawn(rng, size=16.0, height=0.12 * thick)
    return Structure(Both(disc, cavity), tissue, label=PLACENTA, edge=1.0, textures=grain, ripple=ripple)


def _trunk(rng: np.random.Generator, fetus: Pose, extent: tuple[float, float]) -> Structure:
    """Paint the body: as large as an early head, and in the same picture."""
    size = float(np.mean(extent))
    semi = rng.uniform(0.6, 0.9) * size, rng.uniform(0.9, 1.4) * size
    side, deep = rng.choice([-1, 1]), rng.normal(0, 0.3) * size
    place = (fetus.origin[0] + deep, fetus.origin[1] + side * (extent[1] + 0.85 * semi[1]), 0.0)
    grain = (
        Texture.drawn(rng, (2.0, 4.0, 4.0), echo=2.0, impedance=0.015),
        Texture.drawn(rng, (8.0, 10.0, 8.0), echo=4.0),
    )
    ripple = Ripple.drawn(rng, size=0.5 * size, height=0.08 * size)
    blob = Ellipsoid(place, (*semi, size), rng.normal(0, 0.4))
    return Structure(blob, Tissue(1.64, 0.5, rng.uniform(-7, 3)), edge=0.8, textures=grain, ripple=ripple)


def _parts(rng: np.random.Generator, fetus: Pose, extent: tuple[float, float]) -> list[Structure]:
    """Shoulder, limbs and cord beside the head; some with a bone that shines and shadows."""
    structures = []
    size = float(np.mean(extent))
    for _ in range(rng.integers(0, 4)):
        angle = rng.choice([0.0, np.pi]) + rng.normal(0, 0.55)
        place = np.array([np.sin(angle) * (extent[0] + 0.3 * size), np.cos(angle) * (extent[1] + 0.3 * size)])
        place = place * rng.uniform(0.9, 1.25) + np.array(fetus.origin[:2])
        semi = tuple((rng.uniform(0.12, 0.45, 2) * size).tolist())
        blob = Ellipsoid((*place, 0.0), (*semi, size), rng.uniform(0, np.pi))
        tissue = Tissue(1.65, 0.6, rng.uniform(-5, 5))
        grain = (
            Texture.drawn(rng, (2.5, 5.0, 4.0), echo=2.5, impedance=0.02),
            Texture.drawn(rng, (9.0, 9.0, 9.0), echo=2.5),
        )
        ripple = Ripple.drawn(rng, size=0.3 * size, height=0.06 * size)
        structures.append(Structure(blob, tissue, edge=0.8, textures=grain, ripple=ripple))
        if rng.random() < 0.45:
            structures.append(_bone(rng, place, size))
    return structures


def _bone(rng: np.random.Generator, place: np.ndarray, size: float) -> Structure:
    turn, half = rng.uniform(0, np.pi), rng.uniform(0.05, 0.2) * size
    step = half * np.array([np.sin(turn), np.cos(turn)])
    thick = rng.uniform(0.6, 1.8)
    line = Capsule((*(place - step), 0.0), (*(place + step), 0.0), thick)
    return Structure(line, Tissue(rng.uniform(1.8, 2.2), 5.0, rng.uniform(4, 12)), edge=1.0)
