"""The heart itself: muscle, four chambers, septa and valves between them, in the order of painting.

Its own axes are p (from the base to the apex), q (towards the left ventricle) and w (towards the head), with
the middle of the heart at (0, 0, 0) in the four-chamber plane. Numbers are parts of the heart's half length
`l` along p and w, and of its half width `wide` along q.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .heart_beat import Beat, inflow
from .pose import Pose
from .scene import Structure, Tissue
from .shapes import Capsule, Ellipsoid, Shape, Shell, Slab
from .texture import Ripple, Texture

__all__ = ["Heart", "chambers", "muscle", "outline", "veins"]

MYOCARDIUM, LV, RV, LA, RA, SEPTUM, VALVE, BAND = 12, 13, 14, 15, 16, 17, 18, 19
PULMONARY_VEIN = 25
MITRAL, TRICUSPID = -0.25, -0.17  # where the valves sit along p: the tricuspid nearer to the apex
TALL = 0.62  # half height of the heart, of its half length

# Middle (p, q) and half lengths (p, q, w) of the chambers.
ROOMS = {
    LV: ((0.28, 0.36), (0.55, 0.31, 0.46)),
    RV: ((0.19, -0.43), (0.50, 0.37, 0.44)),
    LA: ((-0.52, 0.335), (0.28, 0.37, 0.38)),
    RA: ((-0.48, -0.385), (0.29, 0.36, 0.40)),
}


@dataclass(frozen=True)
class Heart:
    """The measures of one heart, in mm: what its structures are drawn from.

    Parameters
    ----------
    l, wide : float
        Half length and half width, to the outer border.
    aorta, pulmonary : float
        Diameters of the two valves.
    echo : float, dB
        Brightness of the muscle.
    blood : Tissue
    phase : float, 0..1
        Moment of the beat; 0 is its beginning, the heart relaxed and full.
    beat : Beat
        Where the tissue lies at rest.
    pose : Pose
    """

    l: float  # noqa: E741
    wide: float
    aorta: float
    pulmonary: float
    echo: float
    blood: Tissue
    phase: float
    beat: Beat
    pose: Pose

    def at(self, p: float, q: float, w: float = 0.0) -> tuple[float, float, float]:
        """Give the point in mm from parts of the half length (p, w) and of the half width (q)."""
        return p * self.l, q * self.wide, w * self.l

    def beside(self, u: float, v: float, w: float) -> tuple[float, float, float]:
        """Give the point from parts of the half length along the thorax's axes, for an axis of 45 degrees."""
        s = self.l / np.sqrt(2)
        return float((u + v) * s), float((v - u) * s), w * self.l

    def part(
        self,
        shape: Shape,
        tissue: Tissue,
        label: int | None = None,
        *,
        edge: float = 0.3,
        opacity: float = 1.0,
        textures: tuple[Texture, ...] = (),
        ripple: Ripple | None = None,
    ) -> Structure:
        """Make a structure that is drawn in the relaxed heart and moves with the beat."""
        return Structure(shape, tissue, label, edge, opacity, textures, ripple, self.pose, self.beat)

    def room(self, label: int) -> Ellipsoid:
        """Give the ellipsoid of a chamber."""
        (p, q), (long, broad, tall) = ROOMS[label]
        return Ellipsoid(self.at(p, q), (long * self.l, broad * self.wide, tall * self.l))

    def sheet(self, ends: Sequence[Sequence[float]], *, thick: float, tall: float, bend: float = 0.0) -> Slab:
        """Give a plate seen edge-on between two points (p, q) in mm; `tall` is its half height in mm."""
        start, end = np.asarray(ends, float)
        middle, along = (start + end) / 2, end - start
        half = (float(np.hypot(*along)) / 2, thick / 2, tall)
        return Slab((*middle.tolist(), 0.0), half, float(np.arctan2(along[1], along[0])), bend)


def muscle(h: Heart, rng: np.random.Generator) -> list[Structure]:
    """Draw the pericardium, a thin bright line, and the muscle; half height 0.62."""
    outer = outline(h)
    grain = (
        Texture.drawn(rng, (1.2, 1.6, 2.5), echo=1.3, impedance=0.008),
        Texture.drawn(rng, (0.35 * h.l,) * 3, echo=1.5),
    )
    line = Tissue(1.70, 0.6, h.echo + rng.uniform(6, 12))
    return [
        h.part(Shell(outer, -0.1, 0.5, reach=1.5), line, edge=0.4, opacity=rng.uniform(0.5, 0.9)),
        h.part(
            Shell(outer, -np.inf, 0.0, reach=1.5),
            Tissue(1.655, 0.6, h.echo),
            MYOCARDIUM,
            edge=0.4,
            textures=grain,
        ),
    ]


def outline(h: Heart) -> Ellipsoid:
    """Give the outer border of the relaxed heart."""
    return Ellipsoid((0.0, 0.0, 0.0), (h.l, h.wide, TALL * h.l))


def chambers(h: Heart, rng: np.random.Generator) -> list[Structure]:
    """Draw the chambers, what divides them and what moves in them; half heights 0.40 to 0.46."""
    smooth = Ripple.drawn(rng, size=0.25 * h.l, height=0.012 * h.l)
    rough = Ripple.drawn(rng, size=0.12 * h.l, height=0.011 * h.l)
    parts = [h.part(h.room(side), h.blood, side, edge=0.5, ripple=smooth) for side in (LA, RA)]
    parts += _mouths(h)
    parts.append(h.part(h.room(LV), h.blood, LV, edge=0.6, ripple=smooth))
    parts += _right_ventricle(h, rng, rough)
    parts += _atrial_septum(h, rng) + _ventricular_septum(h, rng) + _valves(h, rng) + _mouths_of_veins(h)
    return parts


def _mouths(h: Heart) -> list[Structure]:
    """Draw the openings between atria and ventricles; what lies behind the valve belongs to the ventricle."""
    parts = []
    for label, valve, q in ((LV, MITRAL, 0.36), (RV, TRICUSPID, -0.43)):
        broad = 0.26 if label == LV else 0.30
        mouth = Ellipsoid(h.at(valve + 0.10, q), (0.15 * h.l, broad * h.wide, 0.28 * h.l))
        parts.append(h.part(mouth, h.blood, label))
    return parts


def _right_ventricle(h: Heart, rng: np.random.Generator, rough: Ripple) -> list[Structure]:
    """Draw the right ventricle: trabeculae make its wall uneven and fill its apex; a band crosses it."""
    uneven = Texture.drawn(rng, (0.09 * h.l, 0.07 * h.l, 0.15 * h.l), echo=3.0, impedance=0.01)
    blood = h.blood._replace(echo=h.blood.echo + 2.0)
    parts = [h.part(h.room(RV), blood, RV, edge=0.6, ripple=rough, textures=(uneven,))]
    apex = Ellipsoid(h.at(0.57, -0.40), (0.19 * h.l, 0.27 * h.wide, 0.3 * h.l), 0.3)
    flesh = Tissue(1.64, 0.5, h.echo - 3.0)
    web = (Texture.drawn(rng, (0.08 * h.l, 0.06 * h.l, 0.1 * h.l), echo=3.5, impedance=0.015),)
    parts.append(h.part(apex, flesh, edge=0.05 * h.l, opacity=rng.uniform(0.35, 0.7), textures=web))
    where = rng.uniform(0.34, 0.44)
    # It is thinner than the beam is thick, and runs obliquely through the plane.
    band = Capsule(h.at(where + 0.05, -0.08, 0.05), h.at(where - 0.05, -0.78, -0.05), float(0.045 * h.l))
    parts.append(h.part(band, Tissue(1.67, 0.6, h.echo + 3.0), BAND, edge=0.5))
    return parts


def _atrial_septum(h: Heart, rng: np.random.Generator) -> list[Structure]:
    """Draw the thin wall between the atria with the oval gap in it, and the flap that bulges to the left."""
    thick, wall = max(0.055 * h.l, 0.5), Tissue(1.68, 0.6, h.echo + rng.uniform(2, 6))
    gap = (-0.67 + rng.uniform(-0.04, 0.04), -0.46 + rng.uniform(-0.04, 0.04))
    pieces = ((-0.88, gap[0]), (gap[1], -0.15))
    parts = []
    for first, last in pieces:
        sheet = h.sheet((h.at(first, -0.03)[:2], h.at(last, -0.03)[:2]), thick=thick, tall=0.45 * h.l)
        parts.append(h.part(sheet, wall, SEPTUM, edge=0.4))
    middle = 0.5 * (gap[0] + gap[1])
    open_ = 0.08 + 0.05 * inflow(h.phase)
    ends = (h.at(gap[0] - 0.03, open_)[:2], h.at(gap[1] + 0.03, open_ + 0.02)[:2])
    flap = h.sheet(ends, thick=0.45, tall=0.22 * h.l, bend=-0.05 * h.l)
    parts.append(h.part(flap, wall, VALVE, edge=0.35, opacity=0.8))
    if middle > -0.52:  # the flap's free edge is seen where the cut meets it
        parts.append(h.part(Capsule(h.at(gap[1], 0.0), h.at(gap[1] + 0.02, open_), 0.3), wall, edge=0.3))
    return parts


def _ventricular_septum(h: Heart, rng: np.random.Generator) -> list[Structure]:
    """Draw the wall between the ventricles, which tapers towards the crux, and the crux itself."""
    tissue = Tissue(1.67, 0.6, h.echo + rng.uniform(0, 4))
    tall = 0.40 * h.l
    body = Ellipsoid(h.at(0.29, -0.01), (0.55 * h.l, 0.105 * h.wide, 1.2 * tall), 0.03)
    grain = (Texture.drawn(rng, (2.5, 0.8, 2.5), echo=1.5, impedance=0.01),)
    root = h.sheet((h.at(-0.26, -0.03)[:2], h.at(0.0, -0.02)[:2]), thick=0.075 * h.l, tall=tall)
    crux = Ellipsoid(h.at(-0.21, -0.03), (0.06 * h.l, 0.09 * h.wide, 0.16 * h.l))
    bright = Tissue(1.71, 0.7, h.echo + rng.uniform(6, 11))
    return [
        h.part(body, tissue, SEPTUM, textures=grain),
        h.part(root, tissue, SEPTUM),
        h.part(crux, bright, SEPTUM, edge=0.6),
    ]


def _valves(h: Heart, rng: np.random.Generator) -> list[Structure]:
    """Draw two leaflets in each mouth: across it when closed, towards the apex when open."""
    turn = np.deg2rad(14 + 58 * inflow(h.phase))
    leaf = Tissue(1.70, 0.6, h.echo + rng.uniform(5, 10))
    parts = []
    for p, q, broad in ((MITRAL, 0.35, 0.25), (TRICUSPID, -0.43, 0.28)):
        for side in (-1, 1):
            hinge = np.array([p * h.l, (q + side * broad) * h.wide])
            length = broad * h.wide
            tip = hinge + length * np.array([np.sin(turn), -side * np.cos(turn)])
            sheet = h.sheet((hinge, tip), thick=max(0.04 * h.l, 0.45), tall=0.24 * h.l)
            parts.append(h.part(sheet, leaf, VALVE, edge=0.35))
    return parts


def veins(h: Heart) -> list[Structure]:
    """Draw two pulmonary veins behind the left atrium; radius 0.045. They go on inside, as parts of it."""
    return [_vein(h, start, end, PULMONARY_VEIN) for start, end in zip(_STARTS, _ENDS, strict=True)]


def _mouths_of_veins(h: Heart) -> list[Structure]:
    middles = ((-0.75, 0.545), (-0.87, 0.17))
    return [_vein(h, start, middle, LA) for start, middle in zip(_STARTS, middles, strict=True)]


_STARTS = ((-0.70, 0.52), (-0.76, 0.25))
_ENDS = ((-0.92, 0.66), (-1.08, 0.06))


def _vein(h: Heart, start: tuple[float, float], end: tuple[float, float], label: int) -> Structure:
    line = Capsule(h.at(*start), h.at(*end), float(0.045 * h.l))
    return h.part(line, h.blood, label, edge=0.6, opacity=0.6)
