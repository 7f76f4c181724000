"""A fetal trunk: its measures, its names, its skin and ribs.

Places are given as (across, back, up): parts of the trunk's half width, half depth and half width. Across is
towards the fetus's own left, where the stomach lies; up is towards its head, and 0 is the height of the
standard plane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fetal_edu.measure import ac_chart, circumference

from .abdomen_shapes import Ribs
from .abdomen_sizes import kidney_chart, vein_chart
from .mother import FLUID, PLACENTA
from .pose import Pose
from .scene import Structure, Tissue
from .shapes import Both, Capsule, Ellipsoid, Shape, Shell, Vector, WavyEllipsoid
from .texture import Ripple, Texture

__all__ = ["CLASSES", "Trunk", "abdomen_shows", "draw_trunk", "ribs", "walls"]

(WALL, LIVER, SOFT, STOMACH, VEIN, SPINE, RIB, AORTA, CAVA) = range(1, 10)
(GALL_BLADDER, KIDNEY, HEART, LUNG, CORD, BLADDER, SPLEEN, ADRENAL, BOWEL) = range(12, 21)
CLEAR = Tissue(1.52, 0.03, -38.0)
BLOOD = Tissue(1.55, 0.12, -26.0)


ORGANS = {
    "liver": LIVER,
    "stomach": STOMACH,
    "umbilical_vein": VEIN,
    "spine": SPINE,
    "rib": RIB,
    "aorta": AORTA,
    "vena_cava": CAVA,
    "gall_bladder": GALL_BLADDER,
    "kidney": KIDNEY,
    "heart": HEART,
    "lung": LUNG,
    "bladder": BLADDER,
    "spleen": SPLEEN,
    "adrenal": ADRENAL,
    "bowel": BOWEL,
}
CLASSES = {
    "background": (0, FLUID, PLACENTA, CORD),
    "fluid": (FLUID,),
    "placenta": (PLACENTA,),
    "cord": (CORD,),
    "wall": (WALL,),
    "soft_tissue": (SOFT,),
    **{name: (value,) for name, value in ORGANS.items()},
    "abdomen": (WALL, SOFT, *ORGANS.values()),
}
# How much of the cut a structure has to fill to count as shown. For the vein that is a piece at least twice
# as long as wide: where it only crosses the plane, as it does lower down, it fills about 0.5 %.
_SHOWN = {"stomach": 0.008, "umbilical_vein": 0.013, "liver": 0.05, "lung": 0.02, "heart": 0.01}


@dataclass(frozen=True)
class Trunk:
    """The measures of one trunk, in mm: what its structures are drawn from.

    Parameters
    ----------
    weeks : float
    a, b, c : float
        Half width, half depth (front to back) and half length, to the skin.
    skin, wall : float
        Thickness of the skin, and of skin and muscle together.
    vein, kidney : float
        Diameter of the umbilical vein, length of a kidney.
    echo : float, dB
        Brightness of the liver.
    surface : WavyEllipsoid
    pose : Pose
    """

    weeks: float
    a: float
    b: float
    c: float
    skin: float
    wall: float
    vein: float
    kidney: float
    echo: float
    surface: WavyEllipsoid
    pose: Pose

    def at(self, place: Sequence[float]) -> Vector:
        """Give the point in mm at (across, back, up), parts of the half measures."""
        return float(place[0] * self.a), float(place[1] * self.b), float(place[2] * self.a)

    def ball(self, place: Sequence[float], semi: Sequence[float], turn: float = 0.0) -> Ellipsoid:
        """Make an ellipsoid; the semi-axes are parts of the half width, half depth and half width."""
        return Ellipsoid(self.at(place), self.at(semi), turn)

    def tube(self, ends: Sequence[Sequence[float]], radius: float) -> Capsule:
        """Make a straight vessel between two places; radius in mm."""
        return Capsule(self.at(ends[0]), self.at(ends[1]), float(radius))

    def inside(self, shape: Shape) -> Both:
        """Keep what lies under the wall."""
        return Both(Shell(self.surface, -np.inf, -self.wall), shape)

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
        """Make a structure in the trunk's own coordinates."""
        return Structure(shape, tissue, label, edge, opacity, textures, ripple, self.pose)


def draw_trunk(rng: np.random.Generator, weeks: float, bent: float) -> Trunk:
    """Draw the measures: AC from the INTERGROWTH-21st standard, depth to width 0.96 +- 0.05, less if bent."""
    mean, sd = ac_chart(weeks, extrapolate=True)
    ac = mean + sd * np.clip(rng.normal(), -2.5, 2.5)
    ratio = float(np.clip(rng.normal(0.96, 0.05), 0.86, 1.06)) * (1 - 0.22 * bent)
    a = float(ac) / circumference(1.0, ratio)
    size, phase = rng.uniform(0.2, 1, 5), rng.uniform(0, 2 * np.pi, 5)
    size *= np.array([0, 0.006, 0.014, 0.010, 0.007]) + bent * np.array([0, 0, 0.05, 0.035, 0.02])
    waves = tuple((float(s * np.cos(p)), float(s * np.sin(p))) for s, p in zip(size, phase, strict=True))
    surface = WavyEllipsoid((a, ratio * a, 2.7 * a), waves)
    skin = (0.35 + 0.034 * a) * rng.uniform(0.75, 1.2)
    fat = 0.03 * np.clip((weeks - 28) / 10, 0, 1)
    wall = skin + (rng.uniform(0.07, 0.12) + fat) * a
    vein, kidney = (
        mean + sd * np.clip(rng.normal(), -2, 2) for mean, sd in (vein_chart(weeks), kidney_chart(weeks))
    )
    echo = rng.uniform(-6, 0)
    measures = (a, ratio * a, 2.7 * a, skin, wall, vein, kidney, echo)
    return Trunk(weeks, *(float(x) for x in measures), surface, Pose())


def walls(t: Trunk, rng: np.random.Generator, faint: float) -> list[Structure]:
    """Paint the skin, a bright line, and the darker muscle under it; `faint` makes both like the womb."""
    shine, deep = rng.uniform(4, 10), t.echo - rng.uniform(5, 11)
    skin = Tissue(1.63 + (1 - faint) * rng.uniform(0.03, 0.07), 0.8, (1 - faint) * shine)
    muscle = Tissue(1.63 - (1 - faint) * rng.uniform(0.0, 0.03), 0.6, (1 - faint) * deep)
    grain = Texture.drawn(rng, (2.0, 2.0, 6.0), echo=2.0, impedance=0.012)
    patches = Texture.drawn(rng, (0.7 * t.a,) * 3, echo=3.0 * (1 - faint))
    return [
        t.part(Shell(t.surface, -t.wall - 2.0, 0.0), muscle, WALL, edge=0.4 + 2 * faint, textures=(grain,)),
        t.part(Shell(t.surface, -t.skin, 0.0), skin, edge=0.4 + 2 * faint, textures=(patches,)),
    ]


def ribs(t: Trunk, rng: np.random.Generator, shadow: float, faint: float) -> list[Structure]:
    """Paint the ribs, arcs in the muscle: long where the plane runs along one. `shadow` makes them denser."""
    thick = min(0.045 * t.a * rng.uniform(0.8, 1.2) + 0.3 * shadow, 0.5 * (t.wall - t.skin))
    deep = t.skin + 0.6 * (t.wall - t.skin)
    grown = float(np.clip((t.weeks - 11) / 5, 0.4, 1))
    where = Ribs(
        pitch=0.19 * t.a,
        half=0.065 * t.a,
        phase=rng.uniform(0, 0.19) * t.a,
        sink=rng.uniform(0.04, 0.16),
        beside=0.22 * t.a,
        front=-rng.uniform(0.15, 0.4) * t.b,
        arch=rng.uniform(0.8, 1.3),
    )
    bone = Tissue(1.66 + grown * rng.uniform(0.25, 0.6), 1.5 + 1.5 * grown + 16 * shadow, 6 + 8 * grown)
    shape = Both(Shell(t.surface, -deep - thick / 2, thick / 2 - deep), where)
    return [t.part(shape, bone, RIB, edge=0.3, opacity=1 - 0.6 * faint)]


def abdomen_shows(labels: np.ndarray) -> dict[str, bool]:
    """Tell which structures a cut through a trunk shows.

    Parameters
    ----------
    labels : array of int
        Labels of a picture with square pixels, with the values of ``CLASSES``.

    Returns
    -------
    mapping of name to bool
        True where the structure fills enough of the cut: 0.8 % for the stomach (a spot as wide as a tenth
        of the trunk), 1.3 % for the umbilical vein (it has to be seen lengthwise), 5 % for the liver, 2 % for
        lungs, 1 % for the heart, 0.15 % for all others.

    Examples
    --------
    >>> shows = abdomen_shows(np.full((4, 4), STOMACH))
    >>> shows["stomach"], shows["heart"]
    (True, False)
    """
    counts = np.bincount(np.asarray(labels, np.uint8).reshape(-1), minlength=256)
    whole = max(int(counts[list(CLASSES["abdomen"])].sum()), 1)
    return {name: bool(counts[value] > _SHOWN.get(name, 0.0015) * whole) for name, value in ORGANS.items()}
