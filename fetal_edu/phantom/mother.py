"""What lies around a fetal head: the mother's layers, the womb, fluid, placenta and other fetal parts."""

from __future__ import annotations

import numpy as np

from .scene import Pose, Structure, Texture, Tissue
from .shapes import Both, Capsule, Ellipsoid, Everywhere, Layer, Shell, Slab

__all__ = ["FLUID", "PLACENTA", "surroundings", "texture"]

FLUID, PLACENTA = 10, 11  # label values; those of the head are in head.py


def texture(
    rng: np.random.Generator,
    grain: tuple[float, float, float],
    echo: float = 0.0,
    impedance: float = 0.0,
    *,
    border: float = 0.0,
) -> Texture:
    """A texture that starts at a random place of the field."""
    return Texture(grain, tuple(rng.uniform(4096, 8192, 3).tolist()), echo, impedance, border)


def surroundings(
    rng: np.random.Generator, *, head: Pose, extent: tuple[float, float], wall: float, weeks: float
) -> list[Structure]:
    """Everything but the head, in painting order.

    Parameters
    ----------
    rng : Generator
    head : Pose
        Where the head lies.
    extent : (down, across) mm
        Half the room that the head takes.
    wall : float, mm
        Depth at which the womb begins: thick in a thick mother.
    weeks : float
        Early heads float in a sac of fluid, late ones fill the womb.
    """
    base = Structure(Everywhere(), Tissue(1.63, rng.uniform(0.4, 0.6), 0.0), textures=_tissue_textures(rng))
    return [
        base,
        *_bands(rng, head, extent),
        *_womb(rng, head, extent, weeks),
        *_layers(rng, wall),
    ]


def _tissue_textures(rng: np.random.Generator) -> tuple[Texture, ...]:
    return (
        texture(rng, (26.0, 50.0, 40.0), rng.uniform(2.0, 5.0)),
        texture(rng, (6.0, 18.0, 12.0), rng.uniform(1.0, 3.0)),
        texture(rng, (1.6, rng.uniform(6, 16), 10.0), rng.uniform(1.0, 3.0), 0.012),
    )


def _bands(rng: np.random.Generator, head: Pose, extent: tuple[float, float]) -> list[Structure]:
    """Behind and beside the womb: muscle, fat and vessels lie in bands that follow its curve."""
    bands = []
    size = float(np.mean(extent))
    around = rng.uniform(1.2, 3.0)
    centre = (head.origin[0] - rng.uniform(0, 0.6) * extent[0], head.origin[1] + rng.normal(0, 0.15) * size, 0.0)
    curve = Ellipsoid(centre, (extent[0] * 1.1, extent[1] * around, 2 * size), rng.normal(0, 0.15))
    depth = rng.uniform(0.0, 0.3) * size
    for _ in range(rng.integers(2, 7)):
        thick = rng.uniform(0.03, 0.25) * size
        tissue = Tissue(rng.uniform(1.58, 1.68), rng.uniform(0.4, 0.8), rng.uniform(-8, 6))
        rag = texture(rng, (0.5 * size, 0.8 * size, size), border=0.05 * size)
        grain = (rag, texture(rng, (1.5, 14.0, 10.0), rng.uniform(1, 4), 0.015))
        shell = Shell(curve, depth, depth + thick, reach=3.0 * size)
        bands.append(Structure(shell, tissue, edge=rng.uniform(0.5, 2), opacity=rng.uniform(0.4, 1), textures=grain))
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
    layers = [
        (0.0, skin, Tissue(1.70, 1.2, 4.0), texture(rng, (0.8, 12.0, 9.0), 2.0, 0.02)),
        (skin, fat, Tissue(1.42, 0.6, rng.uniform(-9, -3)), texture(rng, fine, rng.uniform(4, 8), fascia)),
        (fat, muscle, Tissue(1.66, 0.8, rng.uniform(-5, 1)), texture(rng, fine, rng.uniform(3, 6), fascia)),
    ]
    return [
        Structure(Layer(top, bottom, radius), tissue, edge=0.5, textures=(wave,)) for top, bottom, tissue, wave in layers
    ]


def _womb(rng: np.random.Generator, head: Pose, extent: tuple[float, float], weeks: float) -> list[Structure]:
    """The cavity around the head with its lining, and what it holds."""
    early = weeks < 15
    down, across = extent
    room = rng.uniform(1.3, 2.2) if early else rng.uniform(0.92, 1.1)
    side = rng.uniform(1.4, 2.6) if early else rng.uniform(1.05, 1.7)
    semi = (down * room + 1.0, across * side + 2.0, across * 1.5)
    shift = (rng.normal(0, 0.12) * down, rng.uniform(-0.9, 0.9) * (semi[1] - across))
    centre = (head.origin[0] + shift[0], head.origin[1] + shift[1], 0.0)
    cavity = Ellipsoid(centre, semi, rng.normal(0, 0.3))
    lining = Shell(cavity, -0.5, rng.uniform(3, 9), reach=12.0)
    far_wall = Tissue(1.66, 0.5, rng.uniform(-3, 4))
    wet = early or rng.random() < 0.65
    size = (down + across) / 2
    rag = texture(rng, (0.7 * size, 0.9 * size, size), border=rng.uniform(0.02, 0.10) * size)
    filling = Tissue(1.52, 0.03, rng.uniform(-40, -26)) if wet else Tissue(1.61, 0.4, rng.uniform(-8, 0))
    grain = (texture(rng, (2.0, 12.0, 10.0), 2.5, 0.01),)
    structures = [
        Structure(lining, far_wall, edge=1.5, opacity=rng.uniform(0.3, 1), textures=(rag, *grain)),
        Structure(cavity, filling, label=FLUID if wet else None, edge=1.0, textures=(rag,) if wet else (rag, *grain)),
    ]
    if rng.random() < 0.55:
        structures.append(_placenta(rng, cavity))
    structures += _parts(rng, head, extent, cavity)
    return structures


def _placenta(rng: np.random.Generator, cavity: Ellipsoid) -> Structure:
    """A thick cake on one side of the cavity: near, far, left or right."""
    angle = rng.choice([0.0, np.pi, np.pi / 2, -np.pi / 2]) + rng.normal(0, 0.4)
    reach = np.array([np.cos(angle) * cavity.semi[0], np.sin(angle) * cavity.semi[1]])
    centre = np.array(cavity.centre[:2]) + reach * rng.uniform(0.95, 1.15)
    thick = rng.uniform(0.25, 0.5) * np.hypot(*reach)
    disc = Slab((*centre, 0.0), (max(thick, 8.0), max(cavity.semi) * 0.8, 60.0), turn=angle)
    tissue = Tissue(1.64, 0.5, rng.uniform(-1, 4))
    rag = texture(rng, (20.0, 20.0, 20.0), border=0.12 * thick)
    grain = (rag, texture(rng, (4.0, 5.0, 5.0), 1.2), texture(rng, (14.0, 18.0, 14.0), 1.5))
    return Structure(Both(disc, cavity), tissue, label=PLACENTA, edge=1.0, textures=grain)


def _parts(
    rng: np.random.Generator, head: Pose, extent: tuple[float, float], cavity: Ellipsoid
) -> list[Structure]:
    """Shoulder, limbs and cord beside the head; some with a bone that shines and shadows."""
    structures = []
    size = float(np.mean(extent))
    for _ in range(rng.integers(0, 4)):
        angle = rng.choice([0.0, np.pi]) + rng.normal(0, 0.55)
        place = np.array([np.sin(angle) * (extent[0] + 0.3 * size), np.cos(angle) * (extent[1] + 0.3 * size)])
        place = place * rng.uniform(0.9, 1.25) + np.array(head.origin[:2])
        semi = tuple((rng.uniform(0.12, 0.45, 2) * size).tolist())
        blob = Ellipsoid((*place, 0.0), (*semi, size), rng.uniform(0, np.pi))
        tissue = Tissue(1.65, 0.6, rng.uniform(-5, 5))
        rag = texture(rng, (0.4 * size,) * 3, border=0.06 * size)
        grain = (rag, texture(rng, (2.5, 5.0, 4.0), 2.5, 0.02), texture(rng, (9.0, 9.0, 9.0), 2.5))
        structures.append(Structure(blob, tissue, edge=0.8, textures=grain))
        if rng.random() < 0.45:
            structures.append(_bone(rng, place, size))
    return structures


def _bone(rng: np.random.Generator, place: np.ndarray, size: float) -> Structure:
    turn, half = rng.uniform(0, np.pi), rng.uniform(0.05, 0.2) * size
    step = half * np.array([np.sin(turn), np.cos(turn)])
    thick = rng.uniform(0.6, 1.6)
    line = Capsule((*(place - step), 0.0), (*(place + step), 0.0), thick)
    return Structure(line, Tissue(2.4, 6.0, rng.uniform(8, 16)), edge=0.4)
