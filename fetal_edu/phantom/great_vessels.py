"""The vessels that leave and reach a fetal heart, which tell LVOT, RVOT and 3V from the four chambers.

Points are given as parts of the heart's half length along the thorax's axes (front, left, up) from the middle
of the heart, for a heart whose axis points 45 degrees to the left; another axis turns them with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from .chambers import MYOCARDIUM, RV, VALVE, Heart
from .heart_beat import outflow
from .scene import Structure, Tissue
from .shapes import Capsule, Ellipsoid, Shell

__all__ = ["VALVES", "great_vessels", "infundibulum_wall"]

Vector = tuple[float, float, float]
AORTA, PULMONARY, SVC, ROOT, IVC = 20, 21, 22, 23, 24
VALVES = {"aortic_valve": (-0.08, 0.06, 0.285), "pulmonary_valve": (0.42, 0.05, 0.50)}
# The left ventricle's way out, its valve, and up to the arch.
OUTFLOW = ((0.01, 0.29, 0.22), (-0.08, 0.06, 0.285), (-0.13, -0.14, 0.37), (-0.12, -0.24, 0.55))
ASCENDING = ((-0.12, -0.24, 0.55), (-0.12, -0.24, 1.08), (-0.22, -0.16, 1.28), (-0.45, 0.0, 1.36))
# From the right ventricle backwards over the aorta; the duct leads on to the descending aorta, and the right
# branch behind the aorta, below 3V.
TRUNK = ((0.42, 0.05, 0.50), (0.15, 0.11, 0.70), (-0.28, 0.21, 0.84))
DUCT = ((-0.28, 0.21, 0.84), (-0.52, 0.24, 1.02))
BRANCH = ((-0.24, 0.20, 0.78), (-0.38, -0.10, 0.73), (-0.40, -0.62, 0.73))
SUPERIOR = ((-0.34, -0.55, 0.30), (-0.34, -0.56, 2.2))
INFERIOR = ((-0.22, -0.45, -0.30), (-0.34, -0.36, -0.9), (-0.36, -0.30, -2.2))


def great_vessels(
    h: Heart, rng: np.random.Generator, *, cue: float, descending: tuple[float, float]
) -> list[Structure]:
    """Draw the vessels, walls first.

    Parameters
    ----------
    h : Heart
    rng : Generator
    cue : float, 0..1
        0: the aortic root is as wide as it really is. 1: a seventh of that, so that LVOT looks like 4C.
    descending : (p, q) mm
        Where, in the heart's coordinates, the descending aorta runs: duct and arch end there.
    """
    root = 0.5 * h.aorta * (1 - 0.86 * cue)
    trunk, cava = 0.5 * h.pulmonary, 0.5 * h.aorta * float(rng.uniform(0.62, 0.76))
    arch, duct = (*descending, 1.32 * h.l), (*descending, 0.84 * h.l)
    way_out = _tube(_points(h, OUTFLOW), root, ROOT)
    first = [
        *_tube(_points(h, SUPERIOR), cava, SVC),
        *_tube(_points(h, INFERIOR), 0.9 * cava, IVC),
        *_tube((*_points(h, ASCENDING), arch), 0.5 * h.aorta, AORTA),
        *way_out[1:],
    ]
    second = [
        *_tube(_begun(_points(h, TRUNK), 0.6 * trunk), trunk, PULMONARY),
        *_tube((*_points(h, DUCT), duct), 0.75 * trunk, PULMONARY),
        *_tube(_points(h, BRANCH), 0.46 * trunk, PULMONARY),
    ]
    wall = Tissue(1.69, 0.6, h.echo + float(rng.uniform(6, 11)))
    left, right = h.part(way_out[0][0], h.blood, ROOT), h.part(_infundibulum(h), h.blood, RV)
    return _painted(h, first, wall, left) + _painted(h, second, wall, right) + _cusps(h, wall, root, trunk)


def infundibulum_wall(h: Heart) -> Structure:
    """Draw the muscle around the right ventricle's way out: in front of the aorta, above the chambers."""
    return h.part(Shell(_infundibulum(h), 0.0, 0.07 * h.l), Tissue(1.655, 0.6, h.echo), MYOCARDIUM, edge=0.4)


def _infundibulum(h: Heart) -> Ellipsoid:
    semi = (0.25 * h.l, 0.40 * h.l, 0.20 * h.l)
    return Ellipsoid(h.beside(0.44, -0.15, 0.33), semi, float(np.pi / 4))


def _points(h: Heart, parts: Sequence[Vector]) -> list[Vector]:
    return [h.beside(*part) for part in parts]


def _tube(points: Sequence[Vector], radius: float, label: int) -> list[tuple[Capsule, int]]:
    """Give a vessel with corners, as straight pieces: most of them lie far from any one plane."""
    return [(Capsule(*ends, radius), label) for ends in pairwise(points)]


def _begun(points: Sequence[Vector], later: float) -> list[Vector]:
    """Let a vessel begin so many mm later, or its round end would reach back into the chamber."""
    start, beyond = np.array(points[0]), np.array(points[1])
    start = start + later * (beyond - start) / np.linalg.norm(beyond - start)
    return [tuple(start.tolist()), *points[1:]]


def _painted(
    h: Heart, pieces: list[tuple[Capsule, int]], wall: Tissue, *origin: Structure
) -> list[Structure]:
    """All walls, then the chamber of origin and all lumina, so that no wall closes a branch."""
    walls = [h.part(Shell(piece, 0.0, 0.5, reach=1.2), wall, edge=0.4, opacity=0.85) for piece, _ in pieces]
    lumina = [
        h.part(Shell(piece, -np.inf, 0.0, reach=1.2), h.blood, label, edge=0.3) for piece, label in pieces
    ]
    return [*walls, *origin, *lumina]


def _cusps(h: Heart, wall: Tissue, root: float, trunk: float) -> list[Structure]:
    """Draw the closed cusps as a line in the middle of the vessel; open ones lie along its wall."""
    closed = 1.0 - outflow(h.phase)
    if closed < 0.05:
        return []
    parts = []
    for name, beyond, radius in (("aortic_valve", OUTFLOW[2], root), ("pulmonary_valve", TRUNK[1], trunk)):
        at, next_ = (np.array(h.beside(*point)) for point in (VALVES[name], beyond))
        along = (next_ - at) / np.linalg.norm(next_ - at)
        end = at + 0.7 * radius * along
        cusp = Capsule(tuple(at.tolist()), tuple(end.tolist()), 0.22)
        parts.append(h.part(cusp, wall, VALVE, edge=0.35, opacity=closed))
    return parts
