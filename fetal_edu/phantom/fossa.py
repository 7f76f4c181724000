"""What lies below the transthalamic plane: cerebellum, cisterna magna, brainstem, skull base, and the face.

The cerebellum is drawn in coordinates of its own, along and across the transcerebellar plane, so that its
width and the depth of the cisterna magna are exact there.
"""

from __future__ import annotations

import numpy as np

from .brain import Head
from .brain_deep import scaled
from .curves import Chain, Placed
from .inner import Inner
from .scene import Structure, Tissue
from .shapes import Both, Capsule, Ellipsoid, Shape, Shell, Slab, WavyEllipsoid
from .texture import Texture

__all__ = [
    "BASE",
    "CEREBELLUM",
    "CISTERNA",
    "FACE",
    "FOURTH",
    "STEM",
    "VERMIS",
    "fontanelle",
    "lower_brain",
    "outside",
    "tcd_ends",
]

CEREBELLUM, VERMIS, CISTERNA, FOURTH, STEM, BASE, FACE = range(13, 20)
_TURN = 0.35  # radians: the hemispheres' fronts point outwards


def lower_brain(h: Head, inner: Inner, surface: WavyEllipsoid, rng: np.random.Generator) -> list[Structure]:
    """Draw the posterior fossa and the base of the skull, from the outside inwards."""
    parts = [_cisterna(h, inner, surface, rng), *_base(h, surface, rng), *_stem(h, inner, rng)]
    return [*parts, _tentorium(h, rng), *_cerebellum(h, inner, surface, rng), _fourth(h, inner)]


def hemisphere(inner: Inner, side: int) -> Ellipsoid:
    """One hemisphere of the cerebellum in the fossa's coordinates, mm: the two are as wide as the TCD."""
    along, across = 0.185 * inner.tcd, 0.275 * inner.tcd
    reach = float(np.hypot(along * np.sin(_TURN), across * np.cos(_TURN)))
    up = _half_height(inner)
    middle = inner.vermis[1]
    return Ellipsoid(
        (middle + inner.ahead, side * (inner.tcd / 2 - reach), 0.0),
        (along, across, up),
        side * _TURN,
    )


def tcd_ends(inner: Inner) -> tuple[np.ndarray, np.ndarray]:
    """Where callipers go on the cerebellum: its ends across, mm in the head's coordinates."""
    ends = []
    for side in (-1, 1):
        lobe = hemisphere(inner, side)
        c, s = np.cos(lobe.turn), np.sin(lobe.turn)
        first, second = lobe.semi[0] ** 2 * s, lobe.semi[1] ** 2 * c
        reach = np.hypot(lobe.semi[0] * s, lobe.semi[1] * c)
        shift = (c * first - s * second) / reach
        ends.append(inner.at(lobe.centre[0] + side * shift, side * inner.tcd / 2, lobe.centre[2]))
    return ends[0], ends[1]


def _half_height(inner: Inner) -> float:
    """Half the height of the cerebellum: 0.25 of its width, or as much as lies under the thalami."""
    room = -(inner.vermis[1] + inner.ahead) * np.sin(inner.tilt) - _rim(inner) - 0.7
    flat = 0.20 * inner.tcd * np.sin(inner.tilt)
    most = np.sqrt(max(room**2 - flat**2, 0.25)) / np.cos(inner.tilt)
    return float(min(0.25 * inner.tcd, most))


def _rim(inner: Inner) -> float:
    """Thickness of the bright border around the cerebellum, mm."""
    return min(0.7, 0.04 * inner.tcd)


def _cerebellum(h: Head, inner: Inner, surface: WavyEllipsoid, rng: np.random.Generator) -> list[Structure]:
    """Two hemispheres with a bright rim, and the brighter vermis between them.

    Where they would meet the bone, as those of late heads do, they end half a millimetre before it.
    """
    grey = Tissue(1.61, 0.5, h.echo - rng.uniform(2, 5) + 5 * np.clip((h.weeks - 24) / 10, 0, 1))
    rim = Tissue(1.68, 0.6, h.echo + rng.uniform(8, 12))
    lines = rng.uniform(1.0, 2.0) + 1.5 * np.clip((h.weeks - 20) / 12, 0, 1)
    folia = (Texture.drawn(rng, (1.4, 6.0, 2.0), echo=lines, impedance=0.012),)
    middle = inner.vermis[1]
    vermis = Ellipsoid((middle, 0.0, 0.0), (0.19 * inner.tcd, 0.085 * inner.tcd, 0.95 * _half_height(inner)))
    bright = Tissue(1.65, 0.6, h.echo + rng.uniform(6, 10))
    parts = []
    for side in (-1, 1):
        lobe = _inside(h, inner, surface, hemisphere(inner, side))
        seen = rng.uniform(0.6, 0.95) if side == h.far else rng.uniform(0.4, 0.8)
        shell, whole = Shell(lobe, -0.3, _rim(inner), reach=1.4), Shell(lobe, -np.inf, 0.0, reach=1.4)
        parts.append(h.part(whole, grey, CEREBELLUM, edge=0.3, textures=folia))
        parts.append(h.part(shell, rim, edge=0.3, opacity=seen))
    return [*parts, h.part(Placed(vermis, inner.fossa), bright, VERMIS, edge=0.4, textures=folia)]


def _inside(h: Head, inner: Inner, surface: WavyEllipsoid, lobe: Ellipsoid) -> Shape:
    """Cut a hemisphere where it comes near the bone; the points asked are its outermost along each axis."""
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    c, s = np.cos(lobe.turn), np.sin(lobe.turn)
    along, across = lobe.semi[0] * np.cos(angle), lobe.semi[1] * np.sin(angle)
    ring = np.stack([along * c - across * s, along * s + across * c, 0 * angle], -1) + lobe.centre
    if (surface.distance(*inner.fossa.to_scene(ring).T) + h.skull).max() < -0.7:
        return Placed(lobe, inner.fossa)
    return Both(Placed(lobe, inner.fossa), Shell(surface, -np.inf, -h.skull - 0.5))


def _cisterna(h: Head, inner: Inner, surface: WavyEllipsoid, rng: np.random.Generator) -> Structure:
    """Fluid between cerebellum and occipital bone, half as wide as the cerebellum to either side."""
    back = 0.6 * inner.cisterna
    place = inner.at(inner.vermis[0] - back, 0.0, -0.06 * inner.tcd)
    size, up = back + 0.2 * inner.tcd, min(back + 0.22 * inner.tcd, -place[2] - 1.0)
    pool = Ellipsoid(tuple(place.tolist()), (size, rng.uniform(0.42, 0.5) * inner.tcd, up))
    inside = Shell(surface, -np.inf, -h.skull)
    return h.part(Both(pool, inside), Tissue(1.53, 0.05, h.echo - 16), CISTERNA, edge=0.35)


def _fourth(h: Head, inner: Inner) -> Structure:
    """Draw the fourth ventricle, before the vermis: a tenth of the cerebellum's width each way."""
    half = 0.045 * inner.tcd + 0.35
    front = inner.vermis[1] + 0.19 * inner.tcd + 0.6 * half
    shape = Ellipsoid((front, 0.0, -0.02 * inner.tcd), (half, 0.08 * inner.tcd, 0.14 * inner.tcd))
    return h.part(Placed(shape, inner.fossa), Tissue(1.54, 0.05, h.echo - 12), FOURTH, edge=0.35)


def _stem(h: Head, inner: Inner, rng: np.random.Generator) -> list[Structure]:
    """Midbrain, pons and medulla, from 0.2 of the half height below the middle down to the neck."""
    back = inner.at(inner.vermis[1] + 0.26 * inner.tcd)
    thick = 0.15 * h.b
    u, w = (back[0] + 1.05 * thick) / h.a, back[2] / h.c
    nodes = (u + 0.10, 0.0, min(w + 0.16, -0.24), 0.8 * thick), (u + 0.02, 0.0, w - 0.05, thick)
    nodes += (u, 0.0, w - 0.15, 0.95 * thick), (u - 0.1, 0.0, -0.85, 0.5 * thick)
    tissue = Tissue(1.615, 0.5, h.echo + rng.uniform(-1, 2))
    rim = Tissue(1.67, 0.5, h.echo + rng.uniform(6, 10))
    tube = Chain(scaled(h, *nodes), wide=1.3)
    shell, whole = Shell(tube, -0.1, 0.7, reach=1.2), Shell(tube, -np.inf, 0.0, reach=1.2)
    parts = [h.part(shell, rim, edge=0.3, opacity=0.6), h.part(whole, tissue, STEM, edge=0.4)]
    low = min(w + 0.10, -0.17 - 1.8 / h.c)
    legs = (0.22, -0.24, 0.09 * h.b), (0.10, -0.13, 0.11 * h.b), (0.02, 0.0, 0.09 * h.b)
    legs += (0.10, 0.13, 0.11 * h.b), (0.22, 0.24, 0.09 * h.b)
    fork = Chain(scaled(h, *((u + du, v, low, radius) for du, v, radius in legs)))
    shell, whole = Shell(fork, -0.1, 0.7, reach=1.2), Shell(fork, -np.inf, 0.0, reach=1.2)
    return [
        *parts,
        h.part(shell, rim, edge=0.3, opacity=0.8),
        h.part(whole, tissue, STEM, edge=0.4),
    ]


def _tentorium(h: Head, rng: np.random.Generator) -> Structure:
    """Draw the roof of the posterior fossa: from 0.06 of the half height below the middle, backwards."""
    ends = scaled(h, (-0.30, 0.0, -0.08, 0.5), (-0.86, 0.0, -0.34, 0.5))
    return h.part(Chain(ends, wide=0.4 * h.b), Tissue(1.70, 0.6, h.echo + rng.uniform(7, 11)), edge=0.3)


def _base(h: Head, surface: WavyEllipsoid, rng: np.random.Generator) -> list[Structure]:
    """Draw the skull base: orbital roofs, clivus, sphenoid wings and petrous ridges, 0.3 and more down.

    What lies under the orbital roofs within the outline belongs to the face, and carries its label.
    """
    early = np.clip((15 - h.weeks) / 4, 0, 1)
    bone = Tissue(2.0 - 0.2 * early, 1.5, 10.0 - 3 * early)
    soft = Tissue(1.64, 0.6, h.echo + rng.uniform(2, 6))
    grain = (Texture.drawn(rng, (4.0, 3.0, 4.0), echo=3.0, impedance=0.01),)
    thick = 0.3 + 0.015 * h.weeks
    below = Ellipsoid((0.75 * h.a, 0.0, -0.92 * h.c), (0.72 * h.a, 0.9 * h.b, 0.55 * h.c))
    parts = [h.part(Both(below, Shell(surface, -np.inf, -h.skull)), soft, BASE, edge=0.5, textures=grain)]
    floor = scaled(h, (0.94, 0.0, -0.22, thick), (0.6, 0.0, -0.36, thick), (0.3, 0.0, -0.41, thick))
    floor += scaled(h, (0.16, 0.0, -0.52, thick))
    clivus = scaled(h, (0.14, 0.0, -0.52, 1.4 * thick), (-0.08, 0.0, -0.9, 1.4 * thick))
    parts.append(h.part(Chain(floor, wide=0.12 * h.b / thick), bone, BASE, edge=0.4, opacity=0.8))
    parts.append(h.part(Chain(clivus, wide=2.5), bone, BASE, edge=0.4))
    for side in (-1, 1):
        wing = scaled(h, (0.16, side * 0.12, -0.5, thick), (0.38, side * 0.7, -0.44, 1.2 * thick))
        ridge = scaled(h, (-0.04, side * 0.16, -0.64, thick), (-0.36, side * 0.62, -0.64, 1.6 * thick))
        parts += _orbit(h, side, bone, thick)
        parts += [h.part(Chain(line), bone, BASE, edge=0.4) for line in (wing, ridge)]
    return parts


def _orbit(h: Head, side: int, bone: Tissue, thick: float) -> list[Structure]:
    """One orbit, and the bony roof over it and behind it: 0.4 of the half height down and more."""
    inside = Ellipsoid((0.0, 0.0, 0.0), (h.a - h.skull, h.b - h.skull, h.c - h.skull))
    vault = Ellipsoid((0.62 * h.a, side * 0.40 * h.b, -0.72 * h.c), (0.42 * h.a, 0.36 * h.b, 0.32 * h.c))
    upper = Slab((0.0, 0.0, -0.3 * h.c), (2 * h.a, 2 * h.b, 0.36 * h.c))
    roof = Both(Both(Shell(vault, -thick, thick, reach=2.0), upper), inside)
    fat = Both(
        Ellipsoid((0.74 * h.a, side * 0.34 * h.b, -0.56 * h.c), (0.2 * h.a, 0.2 * h.b, 0.18 * h.c)), inside
    )
    return [
        h.part(fat, Tissue(1.58, 0.5, h.echo - 5), BASE, edge=0.5),
        h.part(roof, bone, BASE, edge=0.4, opacity=0.7),
    ]


def outside(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw face and neck outside of the skull, the profile of a sagittal plane."""
    flesh = Tissue(1.64, 0.6, rng.uniform(-4, 2))
    grain = (Texture.drawn(rng, (3.0, 3.0, 3.0), echo=2.5, impedance=0.015),)
    bone = Tissue(2.1, 2.0, 10.0)
    face = scaled(h, (0.62, 0.0, -0.75, 0.34 * h.b), (0.5, 0.0, -1.15, 0.3 * h.b))
    neck = scaled(h, (-0.3, 0.0, -0.9, 0.4 * h.b), (-0.5, 0.0, -2.4, 0.45 * h.b))
    nose = scaled(
        h, (0.92, 0.0, -0.5, 0.08 * h.b), (1.04, 0.0, -0.78, 0.1 * h.b), (0.9, 0.0, -0.84, 0.1 * h.b)
    )
    chin = scaled(h, (0.86, 0.0, -1.02, 0.12 * h.b), (0.76, 0.0, -1.28, 0.14 * h.b))
    parts = [h.part(Chain(neck, wide=1.2), flesh, FACE, edge=0.6, textures=grain)]
    parts.append(h.part(Chain(face, wide=1.8), flesh, FACE, edge=0.6, textures=grain))
    parts += [h.part(Chain(tip, wide=1.4), flesh, FACE, edge=0.5) for tip in (nose, chin)]
    lines = ((0.92, -0.5), (1.0, -0.64)), ((0.62, -0.92), (0.88, -0.92)), ((0.6, -1.3), (0.78, -1.22))
    parts += [_bone(h, ends, bone) for ends in lines]
    spine = [(-0.3 - 0.045 * k, -1.02 - 0.16 * k) for k in range(6)]
    return parts + [_bone(h, ((u, w), (u + 0.04, w - 0.02)), bone) for u, w in spine]


def _bone(h: Head, ends: tuple[tuple[float, float], ...], tissue: Tissue) -> Structure:
    (u0, w0), (u1, w1) = ends
    line = Capsule((u0 * h.a, 0.0, w0 * h.c), (u1 * h.a, 0.0, w1 * h.c), 0.3 + 0.02 * h.weeks)
    return h.part(line, tissue, FACE, edge=0.5)


def fontanelle(h: Head, rng: np.random.Generator) -> Structure:
    """Open the anterior fontanelle: soft tissue in the vault, 0.7 of the half height up and more."""
    size = rng.uniform(0.12, 0.2) * h.a
    gap = Ellipsoid((0.28 * h.a, 0.0, 0.93 * h.c), (1.2 * size, size, 0.22 * h.c))
    return h.part(gap, Tissue(1.62, 0.5, h.echo), edge=1.0, opacity=rng.uniform(0.6, 0.95))
