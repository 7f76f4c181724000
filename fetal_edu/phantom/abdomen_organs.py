"""What lies inside a fetal trunk, in the order in which it is painted.

Places are given as in `fetal_edu.phantom.abdomen_trunk`: (across, back, up) in half measures of the trunk.
"""

from __future__ import annotations

import numpy as np

from .abdomen_shapes import Row, Tube
from .abdomen_trunk import (
    ADRENAL,
    AORTA,
    BLADDER,
    BLOOD,
    BOWEL,
    CAVA,
    CLEAR,
    GALL_BLADDER,
    HEART,
    KIDNEY,
    LIVER,
    LUNG,
    SOFT,
    SPINE,
    SPLEEN,
    STOMACH,
    VEIN,
    Trunk,
)
from .scene import Structure, Tissue
from .shapes import Capsule, Shell, Slab
from .texture import Ripple, Texture

__all__ = ["contents"]


def contents(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Draw what lies under the wall, from the lungs to the bladder."""
    return [
        *_filling(t, rng),
        *_heart(t, rng),
        *_bowel(t, rng),
        *_kidneys(t, rng),
        *_spleen(t, rng),
        *_spine(t, rng),
        *_vessels(t, rng),
        *_vein(t, rng),
        *_gall_bladder(t, rng),
        *_stomach(t, rng),
    ]


def _filling(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Soft tissue; lungs from 0.35 up; over both the liver, 0.8 high, whose dome rises between the lungs."""
    s = t.a / 25
    fine = Texture.drawn(rng, (1.8 * s, 1.8 * s, 3.0 * s), echo=rng.uniform(1.5, 3.0), impedance=0.008)
    patchy = Texture.drawn(rng, (9.0 * s,) * 3, echo=rng.uniform(1.0, 2.0))
    soft = Tissue(1.63, 0.5, t.echo + rng.uniform(-1, 3))
    liver = Tissue(1.64, rng.uniform(0.35, 0.55), t.echo)
    lung = Tissue(1.625, 0.45, t.echo + rng.uniform(3, 6))
    above = Slab(t.at((0, 0, 1.85)), t.at((2, 2, 1.5)))
    place = (rng.uniform(-0.3, -0.2), rng.uniform(-0.15, -0.05), 0.05)
    dome = t.ball(place, (rng.uniform(0.85, 1.0), rng.uniform(0.85, 1.0), rng.uniform(0.7, 0.8)))
    everything = Shell(t.surface, -np.inf, -t.wall)
    return [
        t.part(everything, soft, SOFT, edge=0.6, textures=(fine,)),
        t.part(t.inside(above), lung, LUNG, edge=0.8, textures=(patchy,)),
        t.part(t.inside(dome), liver, LIVER, edge=0.8, textures=(fine, patchy)),
        *_branches(t, rng),
    ]


def _branches(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Thin vessels of the liver, seen as short dark lines; within 0.2 above and below the standard plane."""
    parts = []
    for _ in range(rng.integers(4, 8)):
        angle, far = rng.uniform(0.5, 1.3) * np.pi, rng.uniform(0.2, 0.6)
        place = np.array([-0.12 + far * np.cos(angle), -0.1 + far * np.sin(angle), rng.normal(0, 0.06)])
        step = 0.5 * rng.uniform(0.08, 0.22) * np.array([np.cos(angle), np.sin(angle), rng.normal(0, 0.4)])
        dark = Tissue(1.60, 0.3, t.echo - rng.uniform(8, 16))
        vessel = t.tube((place - step, place + step), rng.uniform(0.025, 0.05) * t.a)
        if rng.random() < 0.3:  # a portal branch has bright walls, a hepatic vein has none
            rim = Capsule(vessel.start, vessel.end, vessel.radius + 0.4)
            parts.append(t.part(rim, Tissue(1.66, 0.5, t.echo + rng.uniform(3, 8)), edge=0.4, opacity=0.7))
        parts.append(t.part(vessel, dark, edge=0.3, opacity=rng.uniform(0.6, 1)))
    return parts


def _heart(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Left of the middle, 0.62 to 1.34 up, with four chambers that reach 0.2 above and below its middle."""
    size, turn = rng.uniform(0.9, 1.05), -0.8 + rng.normal(0, 0.1)
    middle = np.array([0.17, -0.18, 0.98])
    muscle = Tissue(1.66, 0.6, t.echo - rng.uniform(3, 6))
    parts = [t.part(t.ball(middle, np.array([0.44, 0.36, 0.36]) * size, turn), muscle, HEART, edge=0.5)]
    c, s = np.cos(turn), np.sin(turn)
    for along, beside, semi in [
        (0.13, -0.12, (0.20, 0.085, 0.2)),
        (0.10, 0.12, (0.18, 0.095, 0.2)),
        (-0.22, -0.11, (0.11, 0.09, 0.2)),
        (-0.21, 0.11, (0.11, 0.09, 0.2)),
    ]:
        place = middle + size * np.array([along * c - beside * s, along * s + beside * c, 0.0])
        parts.append(t.part(t.ball(place, np.array(semi) * size, turn), BLOOD, edge=0.4))
    return parts


def _bowel(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Mottled and brighter, from 0.3 down to 2 down; the bladder below it, 1.5 to 1.9 down."""
    s = t.a / 25
    loops = (
        Texture.drawn(rng, (2.5 * s, 2.5 * s, 3.0 * s), echo=3.0, impedance=0.02),
        Texture.drawn(rng, (5.5 * s, 5.5 * s, 5.0 * s), echo=3.5),
    )
    place = (rng.uniform(0.0, 0.15), rng.uniform(-0.3, -0.15), -1.2)
    bowel = t.ball(place, (0.72, 0.55, 0.9))
    bright = Tissue(1.64, 0.55, t.echo + rng.uniform(-1, 4))
    full = t.ball((0.0, -0.35, -1.7), (rng.uniform(0.12, 0.25), 0.2, 0.2))
    return [
        t.part(bowel, bright, BOWEL, edge=1.0, textures=loops, ripple=_uneven(t, rng, 0.3, 0.02)),
        t.part(full, CLEAR, BLADDER),
    ]


def _kidneys(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Beside the spine from 0.36 down; over each, from there up to 0.06 down, the slim adrenal gland.

    A dark cortex in a bright capsule, with a bright middle around the slit of the renal pelvis.
    """
    long, parts = t.kidney / 2 / t.a, []
    bright, dark = t.echo + rng.uniform(3, 8), t.echo - rng.uniform(4, 9)
    for side in (-1, 1):
        up = -0.36 - long - (0.06 if side < 0 else 0.0)  # the right one lies lower, under the liver
        place = np.array([side * rng.uniform(0.38, 0.43), rng.uniform(0.42, 0.48), up])
        semi, turn = long * np.array([0.54, 0.5 * t.a / t.b, 1.0]), side * 0.5
        kidney, uneven = t.ball(place, semi, turn), _uneven(t, rng, 0.12, 0.01)
        rim = Shell(kidney, -0.2, 0.03 * t.a, reach=1.5 + 0.08 * t.a)
        inner = place - (side * 0.15 * long, 0, 0)
        middle = t.ball(inner, semi * (0.5, 0.45, 0.6), turn)
        pelvis = t.ball(inner, semi * (rng.uniform(0.12, 0.25), 0.3, 0.4), turn)
        gland = t.ball((side * 0.30, 0.5, -0.21), (0.13, 0.035, 0.15), side * rng.uniform(0.5, 0.9))
        parts += [
            t.part(rim, Tissue(1.66, 0.5, bright), opacity=0.7, ripple=uneven),
            t.part(kidney, Tissue(1.62, 0.5, dark), KIDNEY, ripple=uneven),
            t.part(middle, Tissue(1.64, 0.5, t.echo), edge=0.6, opacity=0.8),
            t.part(pelvis, Tissue(1.54, 0.1, dark - 14)),
            t.part(gland, Tissue(1.62, 0.4, t.echo - rng.uniform(4, 8)), ADRENAL, edge=0.4),
        ]
    return parts


def _spleen(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Behind the stomach, 0.25 up and down, nearly as bright as the liver."""
    shape = t.ball((rng.uniform(0.46, 0.5), rng.uniform(0.36, 0.42), 0.05), (0.24, 0.18, 0.25), 0.7)
    tissue = Tissue(1.635, 0.5, t.echo + rng.uniform(-3, 1))
    return [t.part(shape, tissue, SPLEEN, edge=0.6)]


def _spine(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Three rows of bone centres around the canal, 0.16 from one to the next, along the whole trunk."""
    grown = float(np.clip((t.weeks - 10) / 6, 0.35, 1))
    gristle, muscle = Tissue(1.64, 0.7, t.echo - rng.uniform(2, 6)), Tissue(1.64, 0.7, t.echo - 3)
    bone = Tissue(1.68 + 0.7 * grown, 3 + rng.uniform(3, 7) * grown, 8 + 8 * grown)
    ends, phase = int(2.2 / 0.16), rng.uniform(-0.02, 0.02)
    body = Row(t.ball((0, 0.61, phase), (0.085, 0.07, 0.072)), 0.16 * t.a, -ends, ends)
    arch = t.ball((0.10, 0.80, phase), (0.055, 0.032, 0.07), -0.5)
    return [
        *(t.part(t.ball((side * 0.28, 0.71, 0), (0.2, 0.14, 2.4)), muscle, edge=0.8) for side in (-1, 1)),
        t.part(t.ball((0, 0.70, 0), (0.21, 0.2, 2.4)), gristle, SPINE, edge=0.5),
        t.part(t.tube(((0, 0.735, -2.2), (0, 0.735, 2.2)), 0.05 * t.a), BLOOD),
        t.part(body, bone, edge=0.3),
        t.part(Row(arch, 0.16 * t.a, -ends, ends, pair=True), bone, edge=0.3),
    ]


def _vessels(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Aorta left of and before the spine; vena cava on the right, nearer to the front, up to the heart."""
    aorta = t.tube(((0.11, 0.46, -1.7), (0.11, 0.46, 1.5)), rng.uniform(0.05, 0.068) * t.a)
    low, high = (-0.14, 0.42, -1.7), (-0.2, 0.12, 0.8)
    cava = t.tube((low, high), rng.uniform(0.045, 0.065) * t.a)
    wall = Tissue(1.68, 0.5, t.echo + rng.uniform(3, 8))
    return [
        t.part(Shell(aorta, 0.0, 0.35, reach=1.0), wall, edge=0.3, opacity=0.7),
        t.part(Shell(aorta, -np.inf, 0.0, reach=1.0), BLOOD, AORTA),
        t.part(cava, BLOOD, CAVA),
    ]


def _vein(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Paint the umbilical vein: up along the front wall from 0.75 down, then back in the standard plane.

    In that plane it ends in the portal sinus, which bends to the right like the blade of a hockey stick.
    """
    radius, bend, deep = t.vein / 2, rng.uniform(-0.06, 0.06), rng.uniform(-0.06, 0.06)
    front, corner = np.array([0.0, -0.66, -0.07]), np.array([-0.02 + bend, -0.05 + deep, 0.0])
    right = np.array([-0.44, 0.04 + 2 * deep, 0.0])
    steps = np.linspace(0, 1, 5)[:, None]
    course = (1 - steps) ** 2 * front + 2 * steps * (1 - steps) * corner + steps**2 * right
    left = course[2] + (0.2, 0.05, rng.uniform(-0.05, 0.1))
    echo = t.echo + rng.uniform(4, 10)
    bent = Tube(tuple(t.at(place) for place in course), (radius, radius, 0.9 * radius, 0.7 * radius))
    rim, blood = Shell(bent, 0.0, 0.5, reach=1.5), Shell(bent, -np.inf, 0.0, reach=1.5)
    below = (((0.0, -0.93, -0.75), front), radius), ((course[2], left), 0.4 * radius)
    return [
        t.part(rim, Tissue(1.68, 0.5, echo), edge=0.5, opacity=0.6),
        *(t.part(t.tube(*piece), BLOOD, VEIN) for piece in below),
        t.part(blood, BLOOD, VEIN),
    ]


def _gall_bladder(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Right of the middle, just below the standard plane: 0.11 up and down around 0.16 to 0.35 down."""
    place = (rng.uniform(-0.38, -0.28), rng.uniform(-0.4, -0.28), rng.uniform(-0.35, -0.16))
    shape = t.ball(place, (rng.uniform(0.06, 0.09), rng.uniform(0.15, 0.25), 0.11), rng.normal(-0.4, 0.2))
    return [t.part(shape, CLEAR, GALL_BLADDER)]


def _stomach(t: Trunk, rng: np.random.Generator) -> list[Structure]:
    """Left, fluid-filled and of very different sizes; up to 0.3 above and below its middle."""
    place = (rng.uniform(0.38, 0.46), rng.uniform(0.0, 0.14), rng.uniform(-0.03, 0.03))
    semi = (rng.uniform(0.17, 0.33), rng.uniform(0.10, 0.20), rng.uniform(0.25, 0.30))
    bubble, uneven = t.ball(place, semi, rng.normal(0.5, 0.25)), _uneven(t, rng, 0.2, 0.012)
    lining = Tissue(1.66, 0.5, t.echo + rng.uniform(0, 4))
    return [
        t.part(Shell(bubble, 0.0, 0.5, reach=1.5 + 0.05 * t.a), lining, opacity=0.6, ripple=uneven),
        t.part(bubble, CLEAR, STOMACH, ripple=uneven),
    ]


def _uneven(t: Trunk, rng: np.random.Generator, size: float, height: float) -> Ripple:
    return Ripple.drawn(rng, size=size * t.a, height=height * t.a)
