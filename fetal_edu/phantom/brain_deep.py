"""What lies above the transthalamic plane: corpus callosum, falx, ventricles, plexus and fissures.

All of it stays clear of the transthalamic plane itself, whose structures `brain` draws. Places are parts of
the half length a, half width b and half height c. Depths along w are choices, stated at each structure.
"""

from __future__ import annotations

import numpy as np

from .brain import CSP, FALX, PLEXUS, THALAMUS, THIRD, VENTRICLE, Head
from .curves import Chain, Outside
from .inner import Inner
from .scene import Structure, Tissue
from .shapes import Both, Ellipsoid, Shape, Shell, Slab
from .sizes import occipital_depth, sylvian_depth
from .texture import Texture

__all__ = ["CALLOSUM", "atrium_walls", "upper_brain"]

CALLOSUM = 12
_CLEAR = 0.4  # mm: how far the falx keeps from the transthalamic plane, where `brain` draws it
Node = tuple[float, float, float, float]


def upper_brain(
    h: Head, inner: Inner, csp: Shape | None, rng: np.random.Generator, *, along_falx: bool
) -> list[Structure]:
    """Draw what a head of this age has above its transthalamic plane.

    Parameters
    ----------
    h : Head
    inner : Inner
    csp : Shape or None
        The cavum septi pellucidi in the transthalamic plane; None before it is seen, at 16 weeks.
    rng : Generator
    along_falx : bool
        Whether the picture lies in the falx, which then is seen from the side.
    """
    if h.weeks < 15:
        return _early_thalami(h, rng) + _falx(h, rng, along_falx)
    parts = [part for side in (-h.far, h.far) for part in _ventricle(h, inner, side, rng)]
    parts += _convexity(h, rng) + _sylvian(h, rng) + _occipital(h, rng) + _falx(h, rng, along_falx)
    parts += _third(h, rng)
    if csp is not None:
        parts += _cavum(h, csp, rng, along_falx) + _callosum(h, rng)
    return parts


def scaled(h: Head, *nodes: Node) -> tuple[Node, ...]:
    """Turn places in parts of (a, b, c) into mm, clear of the transthalamic plane; the radius is in mm."""
    return tuple(
        (u * h.a, v * h.b, float(np.copysign(max(abs(w * h.c), radius + 1.2), w)), radius)
        for u, v, w, radius in nodes
    )


def _early_thalami(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Two ovals under the wide ventricles of an early brain, 0.15 to 0.55 of the half height down."""
    tissue = Tissue(1.61, 0.4, h.echo + rng.uniform(0, 4))
    semi = (0.24 * h.a, 0.16 * h.b, 0.2 * h.c)
    ovals = [Ellipsoid((-0.02 * h.a, side * 0.17 * h.b, -0.35 * h.c), semi) for side in (-1, 1)]
    return [h.part(oval, tissue, THALAMUS, edge=0.6) for oval in ovals]


def _falx(h: Head, rng: np.random.Generator, along: bool) -> list[Structure]:
    """Draw the falx from vault to corpus callosum, and down to 0.25 of the half height below the middle.

    A sheet shines where it is met edge-on. The painter knows no direction, so the falx is drawn dimmer for a
    picture that lies along it.
    """
    bend, thick = rng.uniform(-0.01, 0.01) * h.a, rng.uniform(0.7, 1.0)
    tissue = Tissue(1.74, 0.5, h.echo + rng.uniform(12, 17) - 11 * along)
    inside = Ellipsoid((0.0, 0.0, 0.0), (h.a - h.skull, h.b, h.c - h.skull))
    if h.weeks < 15:
        hole = Ellipsoid((-0.05 * h.a, 0.0, -0.3 * h.c), (0.45 * h.a, 2 * h.b, 0.42 * h.c))
    else:
        hole = Ellipsoid((0.21 * h.a, 0.0, 0.12 * h.c), (0.43 * h.a, 2 * h.b, 0.47 * h.c))
    parts = []
    clear = 0.0 if along else _CLEAR
    for low, high in ((clear, h.c), (-0.25 * h.c, -clear)):
        slab = Slab((0.0, 0.0, (low + high) / 2), (h.a, thick / 2, (high - low) / 2), 0.0, bend)
        sheet = Both(Both(slab, inside), Outside(hole))
        parts.append(h.part(sheet, tissue, FALX, edge=0.3, opacity=0.9))
    return parts


def _cavum(h: Head, csp: Shape, rng: np.random.Generator, along: bool) -> list[Structure]:
    """Continue the cavum septi pellucidi upwards, to 0.42 of the half height."""
    low, high = csp.bounds
    wide, clear = (high[1] - low[1]) / 2, -0.06 * h.c if along else 0.6
    oval = Ellipsoid((0.36 * h.a, 0.0, max(0.26 * h.c, 0.16 * h.c + 1.2)), (0.18 * h.a, wide, 0.16 * h.c))
    joint = Ellipsoid(
        (0.39 * h.a, 0.0, (clear + 0.27 * h.c) / 2),
        (0.65 * (high[0] - low[0]), 0.7 * wide, (0.27 * h.c - clear) / 2),
    )
    wall = Tissue(1.70, 0.5, h.echo + rng.uniform(5, 12))
    dark = Tissue(1.53, 0.05, h.echo - 18)
    shells = Shell(oval, -0.2, 0.7, reach=1.2), Shell(oval, -np.inf, 0.0, reach=1.2)
    return [
        h.part(shells[0], wall, edge=0.3, opacity=rng.uniform(0.4, 0.9)),
        h.part(shells[1], dark, CSP, edge=0.3),
        h.part(joint, dark, CSP, edge=0.5),
    ]


def _third(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Continue the third ventricle downwards, to 0.3 of the half height, with the echo of its walls."""
    slit = Ellipsoid((-0.04 * h.a, 0.0, -0.14 * h.c - 1.5), (0.14 * h.a, 0.5 + 0.012 * h.weeks, 0.14 * h.c))
    wall = Tissue(1.67, 0.5, h.echo + rng.uniform(6, 10))
    shells = Shell(slit, -0.1, 0.5, reach=1.0), Shell(slit, -np.inf, 0.0, reach=1.0)
    dark = Tissue(1.55, 0.1, h.echo - 9)
    return [
        h.part(shells[0], wall, edge=0.3, opacity=rng.uniform(0.5, 0.9)),
        h.part(shells[1], dark, THIRD, edge=0.3, opacity=0.8),
    ]


def _callosum(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the corpus callosum, a dark arc between two bright lines: 0.70 of the half length long.

    Its top lies 0.5 of the half height up; it is three times as wide, across, as thick.
    """
    thick = (0.55 + 0.025 * h.weeks) * rng.uniform(0.85, 1.15)
    shape = (0.51, 0.15, 0.9), (0.57, 0.29, 1.2), (0.47, 0.44, 1.0), (0.27, 0.53, 0.9), (0.06, 0.53, 0.9)
    shape += (-0.08, 0.45, 1.1), (-0.13, 0.34, 1.3)
    arc = Chain(scaled(h, *((u, 0.0, w, part * thick) for u, w, part in shape)), wide=3.0)
    lines = Tissue(1.68, 0.5, h.echo + rng.uniform(7, 11))
    dark = Tissue(1.605, 0.4, h.echo - rng.uniform(3, 6))
    outer, whole = Shell(arc, -0.1, 0.7, reach=1.4), Shell(arc, -np.inf, 0.0, reach=1.4)
    velum = Chain(scaled(h, (0.16, 0.0, 0.2, 0.4), (0.0, 0.0, 0.2, 0.7), (-0.14, 0.0, 0.15, 0.5)), wide=2.0)
    plexus = Tissue(1.64, 0.5, h.echo + rng.uniform(6, 10))
    return [
        h.part(outer, lines, edge=0.3, opacity=rng.uniform(0.5, 0.9)),
        h.part(whole, dark, CALLOSUM, edge=0.3),
        h.part(velum, plexus, edge=0.4),
        *_cingulate(h, rng),
    ]


def _cingulate(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the sulcus above the corpus callosum, from 24 weeks on; a tenth of the half width across."""
    if h.weeks < 24:
        return []
    top = rng.uniform(0.68, 0.74)
    nodes = (0.74, 0.15), (0.66, 0.5), (0.42, top - 0.02), (0.1, top), (-0.15, 0.62)
    arc = Chain(scaled(h, *((u, 0.0, w, 0.45) for u, w in nodes)), wide=0.1 * h.b / 0.45)
    bright = Tissue(1.68, 0.5, h.echo + rng.uniform(6, 10))
    return [h.part(arc, bright, edge=0.3, opacity=rng.uniform(0.5, 1))]


def atrium_middle(h: Head, inner: Inner, side: int) -> np.ndarray:
    """Middle of the atrium on one side, mm in the head's coordinates."""
    return np.array([-0.40 * h.a, side * 0.40 * h.b, inner.height])


def atrium_walls(h: Head, inner: Inner) -> tuple[np.ndarray, np.ndarray]:
    """Where callipers go: the inner borders of the far atrium, at a right angle to the ventricle."""
    along = np.array([-0.12 * h.a, h.far * 0.04 * h.b])
    across = np.array([-along[1], along[0], 0.0]) / np.hypot(*along)
    middle, step = atrium_middle(h, inner, h.far), across * inner.atrium / 2
    near, far = sorted((middle - step, middle + step), key=lambda p: h.far * p[1])
    return near, far


def _ventricle(h: Head, inner: Inner, side: int, rng: np.random.Generator) -> list[Structure]:
    """Draw one lateral ventricle: frontal horn, body, atrium and occipital horn, with its plexus.

    Horns and atrium lie at the height of the transventricular plane; the body arches above it, to 0.42 of
    the half height. Sections are round.
    """
    up, wide = inner.height / h.c, inner.atrium / 2
    young = np.clip((30 - h.weeks) / 12, 0, 1)
    front, body = wide * rng.uniform(0.42, 0.5 + 0.2 * young), wide * rng.uniform(0.42, 0.55)
    top = max(0.42, up + 0.08)
    nodes = (0.50, 0.24, up, 0.7 * front), (0.36, 0.19, up + 0.02, front), (0.12, 0.20, top, body)
    nodes += (-0.16, 0.30, top, 1.1 * body), (-0.34, 0.38, up, wide), (-0.46, 0.42, up, wide)
    nodes += ((-0.46 - rng.uniform(0.12, 0.22), 0.43, up, 0.45 * wide),)
    horn = Chain(scaled(h, *((u, side * v, w, radius) for u, v, w, radius in nodes)))
    roof = (0.52, 0.30, up + 0.05, 0.5 * front), (0.38, 0.28, up + 0.08, 0.6 * front), (0.24, 0.24, top, body)
    roof = Chain(scaled(h, *((u, side * v, w, radius) for u, v, w, radius in roof)), wide=2.0)
    seen = 1.0 if side == h.far else rng.uniform(0.35, 0.8)
    wall = Tissue(1.68, 0.5, h.echo + rng.uniform(5, 10))
    fluid = Tissue(1.53, 0.05, h.echo - 16)
    shells = Shell(horn, -0.2, 0.7, reach=1.2), Shell(horn, -np.inf, 0.0, reach=1.2)
    lining = h.part(shells[0], wall, edge=0.35, opacity=0.7 * seen)
    dark = h.part(shells[1], fluid, VENTRICLE, edge=0.35, opacity=seen)
    tip = h.part(roof, fluid, VENTRICLE, edge=0.4, opacity=seen)
    return [lining, tip, dark, _plexus(h, inner, side, seen, rng)]


def _plexus(h: Head, inner: Inner, side: int, seen: float, rng: np.random.Generator) -> Structure:
    """Draw the plexus on the ventricle's floor: it fills most of the atrium early, half of it at term."""
    up, wide = inner.height / h.c, inner.atrium / 2
    part = rng.uniform(0.62, 0.78) - 0.2 * np.clip((h.weeks - 22) / 16, 0, 1)
    sink = (1 - part) * 0.85 * wide * h.far / h.b  # it hangs down
    nodes = (0.02, 0.24, max(0.40, up + 0.06), 0.22 * wide), (-0.2, 0.32, max(0.38, up + 0.04), 0.36 * wide)
    nodes += (-0.35, 0.385, up, 0.9 * part * wide), (-0.40 - rng.uniform(0.0, 0.06), 0.40, up, part * wide)
    places = ((u, side * v + sink * (u < -0.3), w, radius) for u, v, w, radius in nodes)
    grain = (Texture.drawn(rng, (2.5, 2.0, 3.0), echo=2.0, impedance=0.01),)
    bright = Tissue(1.63, 0.5, h.echo + rng.uniform(8, 14))
    return h.part(Chain(scaled(h, *places)), bright, PLEXUS, edge=0.5, opacity=seen, textures=grain)


def _sylvian(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the Sylvian fissures as deep as the chart says, 0.15 to 0.45 of the half height up and down."""
    parts, deep = [], sylvian_depth(h.weeks)
    for side in (h.far, -h.far):
        seen = rng.uniform(0.6, 1) if side == h.far else rng.uniform(0.2, 0.6)
        u, half, dim = rng.uniform(0.05, 0.2), rng.uniform(0.12, 0.18) * h.a, rng.uniform(0.3, 0.8) * seen
        dark, bright = Tissue(1.55, 0.1, h.echo - 9), h.echo + rng.uniform(4, 9)
        border = h.b * np.sqrt(1 - u * u - 0.09) - h.skull
        ends = h.along(u * h.a, half, side * (border - deep - 0.5))
        for up in (0.30, -0.30):
            notch = Ellipsoid((u * h.a, side * (border - deep / 2), up * h.c), (half, deep / 2, 0.12 * h.c))
            parts.append(h.part(notch, dark, edge=0.6, opacity=dim))
            parts.append(h.line(ends, bright, thick=1.0, opacity=0.8 * seen, height=0.12, up=up))
    return parts


def _occipital(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the parieto-occipital fissures, as deep as the chart says: 0.12 to 0.5 of the half height."""
    deep, parts = occipital_depth(h.weeks), []
    if deep < 2:
        return []
    u = -rng.uniform(0.52, 0.6) * h.a
    for side in (-1, 1):
        ends = (u, side * 0.6), (u - 0.2 * deep, side * (0.6 + deep))
        seen = 0.9 if side == h.far else 0.5
        parts.append(h.line(ends, h.echo + rng.uniform(6, 11), thick=0.9, opacity=seen, height=0.19, up=0.31))
    return parts


def _convexity(h: Head, rng: np.random.Generator) -> list[Structure]:
    """Draw the sulci of the convexity, more and deeper with age: 0.15 to 0.55 of the half height."""
    parts = []
    for side in (h.far, -h.far):
        seen = 1.0 if side == h.far else 0.45
        for angle in np.linspace(0.5, 2.7, 1 + int(max(h.weeks - 20, 0) / 2.2)) + rng.normal(0, 0.08):
            depth = rng.uniform(0.06, 0.12) * h.b * np.clip((h.weeks - 16) / 14, 0.3, 1)
            edge = (0.93 * np.array([h.a, h.b]) - h.skull) * (np.cos(angle), side * np.sin(angle))
            start = edge * (1 - 0.8 / np.hypot(*edge))
            end = start * (1 - depth / np.hypot(*edge))
            shown = seen * rng.uniform(0.4, 1)
            bright = h.echo + rng.uniform(4, 10)
            parts.append(h.line((start, end), bright, thick=0.8, opacity=shown, height=0.2, up=0.35))
        parts += [_stroke(h, rng, side, seen) for _ in range(rng.integers(3, 8))]
    return parts


def _stroke(h: Head, rng: np.random.Generator, side: int, seen: float) -> Structure:
    """Draw one short bright line along the midline's direction, 0.07 of the half height each way."""
    place, up = rng.uniform(0.1, 0.8), rng.uniform(0.12, 0.6) * rng.choice([-0.8, 1, 1])
    reach = np.sqrt(1 - place**2 - up**2) if place**2 + up**2 < 0.9 else 0.2
    middle = np.array([rng.uniform(-0.75, 0.75) * h.a * reach, side * place * h.b * np.sqrt(1 - up**2)])
    turn = rng.normal(0, 0.25)
    step = rng.uniform(2, 7) * h.a / 45 * np.array([np.cos(turn), np.sin(turn)])
    echo, thick = h.echo + rng.uniform(4, 12), rng.uniform(0.5, 1.1)
    opacity = seen * rng.uniform(0.4, 1)
    return h.line((middle - step, middle + step), echo, thick=thick, opacity=opacity, height=0.07, up=up)
