"""A fetal head of 11 to 40 weeks, cut at the transthalamic plane.

The head's own axes are u (towards the forehead), v (across, the BPD) and w (up, out of the plane). Sizes
within the plane follow the anatomy; the extent along w is a choice, stated at each structure as a part
of the head's half height, which is 0.92 of its half width.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fetal_edu.measure import circumference, hc_chart

from .anatomy import Anatomy
from .brain import CSP, FALX, PLEXUS, THALAMUS, THIRD, VENTRICLE, Head, contents
from .mother import FLUID, PLACENTA, draw_wall, surroundings
from .pose import Frame, Pose
from .scene import Scene, Structure, Tissue
from .shapes import Shell, Slab, WavyEllipsoid
from .texture import Ripple, Texture

__all__ = ["CLASSES", "HEAD", "draw_weeks", "head"]

SCALP, SKULL, BRAIN = 1, 2, 3
# The bone's echo begins a little under the border that readers draw: measured on 141 HC18 images.
PERIOSTEUM = 0.4  # mm
_INSIDE = (BRAIN, FALX, CSP, THALAMUS, THIRD, VENTRICLE, PLEXUS)
CLASSES = {
    "background": (0, FLUID, PLACENTA),
    "fluid": (FLUID,),
    "placenta": (PLACENTA,),
    "scalp": (SCALP,),
    "skull": (SKULL,),
    "brain": _INSIDE,
    "falx": (FALX,),
    "csp": (CSP,),
    "thalamus": (THALAMUS,),
    "third_ventricle": (THIRD,),
    "ventricle": (VENTRICLE, PLEXUS),
    "choroid_plexus": (PLEXUS,),
    "head": (SKULL, *_INSIDE),
}


def head(
    weeks: float,
    *,
    seed: int,
    plane: str = "transthalamic",
    difficulty: float = 0.5,
    knobs: Mapping[str, float] | None = None,
) -> Scene:
    """Draw a head with the womb around it.

    Parameters
    ----------
    weeks : float
        Gestational age, 11 to 40. The circumference is drawn around the INTERGROWTH-21st mean; below 14
        weeks that chart's polynomial is extrapolated (61, 73 and 86 mm at 11, 12 and 13 weeks).
    seed : int
        All of the anatomy follows from it.
    plane : str
        Only ``"transthalamic"`` so far.
    difficulty : float, 0..1
        Thicker mothers, more and wider gaps in the skull.
    knobs : mapping of name to number, optional
        ``wall`` and ``dropout`` of `fetal_edu.phantom.KNOBS`, over what `difficulty` draws.

    Returns
    -------
    Scene

    Raises
    ------
    ValueError
        For an age outside 11-40 weeks or an unknown plane.

    Examples
    --------
    >>> scene = head(24, seed=1)
    >>> round(scene.truth["ga_weeks"]), "csp" in scene.classes
    (24, True)
    """
    weeks = checked_weeks(weeks)
    if plane != "transthalamic":
        raise ValueError(f"no plane {plane!r}: this version draws 'transthalamic'")
    knobs = knobs or {}
    rng, extra = np.random.default_rng([int(seed), 0]), np.random.default_rng([int(seed), 6])
    wall = draw_wall(rng, difficulty, knobs.get("wall"))
    drawn, extent = _measures(rng, weeks, wall)
    surface = WavyEllipsoid((drawn.a, drawn.b, drawn.c), _waves(rng))
    structures = surroundings(rng, fetus=drawn.pose, extent=extent, wall=wall, weeks=weeks)
    structures += [*_scalp(drawn, surface, rng), _skull(drawn, surface, rng), _brain(drawn, surface, rng)]
    structures += contents(drawn, rng) + _gaps(drawn, rng, difficulty)
    structures += _dropouts(drawn, extra, knobs.get("dropout", 0.0))
    params = {
        "scene": "head",
        "weeks": weeks,
        "scene_seed": int(seed),
        "plane": plane,
        "difficulty": difficulty,
        "scene_knobs": {k: v for k, v in knobs.items() if k in ("wall", "dropout")},
    }
    return Scene(
        tuple(structures),
        classes=CLASSES,
        plane=plane,
        outline=surface,
        outline_pose=drawn.pose,
        frame=Frame(
            drawn.pose.origin[:2],
            extent,
            2 * drawn.a,
            fill=0.46 if weeks < 15 else 0.60,
        ),
        standard={plane: Pose()},
        white="skull",
        truth={"ga_weeks": weeks},
        group=f"phantom-{int(seed)}",
        params=params,
    )


def checked_weeks(weeks: float) -> float:
    """Return an age that can be drawn, or raise a sentence."""
    weeks = float(weeks)
    if not 11 <= weeks <= 40:
        raise ValueError(f"{weeks:g} weeks: heads are drawn from 11 to 40 weeks of gestation")
    return weeks


def _measures(rng: np.random.Generator, weeks: float, wall: float) -> tuple[Head, tuple[float, float]]:
    """Draw the head's measures and place, and half the room that it takes (down, across), mm."""
    a, b = _size(rng, weeks)
    angle = np.clip(rng.normal(0, 0.22), -0.7, 0.7) if rng.random() < 0.85 else rng.uniform(-1.6, 1.6)
    s, c = np.sin(angle), np.cos(angle)
    down, across = float(np.hypot(a * s, b * c)), float(np.hypot(a * c, b * s))
    facing = int(rng.random() < 0.5)
    beside = float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)) * a
    pose = Pose.turned((wall + down * 1.05 + 2.0, beside, 0.0), float(angle) + np.pi * facing)
    bone = (0.3 + 0.06 * min(weeks - 11, 5) + 0.025 * max(weeks - 16, 0)) * rng.uniform(0.7, 1.5)
    skull, far, echo = PERIOSTEUM + float(bone), -1 if facing else 1, float(rng.uniform(-8, 1))
    return Head(weeks, a, b, 0.92 * b, skull, far, echo, pose), (down, across)


def _size(rng: np.random.Generator, weeks: float) -> tuple[float, float]:
    """Half length and half width: HC from the INTERGROWTH-21st standard, width to length 0.79 +- 0.045."""
    mean, sd = hc_chart(weeks, extrapolate=True)
    hc = mean + sd * np.clip(rng.normal(), -2.5, 2.5)
    round_ = 0.05 * np.clip((15 - weeks) / 2, 0, 1)  # an early head is rounder
    ratio = float(np.clip(rng.normal(0.79 + round_, 0.045 + round_ / 3), 0.68, 0.95))
    a = float(hc) / circumference(1.0, ratio)
    return a, ratio * a


def _waves(rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
    """Draw deviations from the ellipse: an egg's (3 waves around) and the plates' own curves (up to 8)."""
    size = rng.uniform(0, 0.012, 8) * np.array([0, 0.8, 1.3, 1.0, 0.7, 0.5, 0.4, 0.3])
    phase = rng.uniform(0, 2 * np.pi, 8)
    return tuple((float(s * np.cos(p)), float(s * np.sin(p))) for s, p in zip(size, phase, strict=True))


def _scalp(h: Head, surface: WavyEllipsoid, rng: np.random.Generator) -> list[Structure]:
    """Scalp, and as soft as it the periosteum, which belongs to the skull."""
    thick = rng.uniform(0.1, 0.4) + 0.06 * max(h.weeks - 13, 0)
    tissue = Tissue(1.63, 0.6, rng.uniform(-9, 0))
    scalp, under = Shell(surface, -1.0, thick), Shell(surface, -2.5 * h.skull, 0.0)
    return [h.part(scalp, tissue, SCALP, edge=0.3), h.part(under, tissue, SKULL, edge=0.3)]


def _skull(h: Head, surface: WavyEllipsoid, rng: np.random.Generator) -> Structure:
    """Bone, brighter and fainter in places; the brain is painted over its inside."""
    young, s = np.clip((h.weeks - 11) / 7, 0, 1), h.a / 45
    # Before 14 weeks there is little bone: it shines here and there, where the sound meets it squarely.
    early = np.clip((15 - h.weeks) / 3, 0, 1)
    impedance, attenuation = rng.uniform(2.1, 2.6) + 0.5 * young, rng.uniform(0.6, 1.2) + 0.9 * young
    impedance -= early * rng.uniform(0, 0.45)
    far = rng.uniform(0.05, 0.3)
    plates = (
        Texture.drawn(rng, (18.0 * s,) * 3, echo=2.5, impedance=0.25),
        Texture.drawn(rng, (50.0 * s,) * 3, echo=rng.uniform(1, 5), impedance=far),
    )
    bone = Tissue(impedance, attenuation, rng.uniform(5, 17) - 8 * early)
    return h.part(Shell(surface, -2.5 * h.skull, -PERIOSTEUM), bone, SKULL, edge=0.3, textures=plates)


def _brain(h: Head, surface: WavyEllipsoid, rng: np.random.Generator) -> Structure:
    """Paint all that is inside the skull; the skull's inner border is uneven."""
    s = h.a / 45
    tissue = Tissue(1.60, rng.uniform(0.25, 0.55), h.echo + (rng.uniform(2, 8) if h.weeks < 15 else 0))
    uneven_echo = rng.uniform(1.5, 3.5) + 2.0 * np.clip((15 - h.weeks) / 2, 0, 1)  # an early brain is mottled
    waves = (
        Texture.drawn(rng, (5.0 * s, 3.5 * s, 6.0 * s), echo=uneven_echo, impedance=0.006),
        Texture.drawn(rng, (13.0 * s, 7.0 * s, 10.0 * s), echo=rng.uniform(1.0, 2.5)),
        Texture.drawn(rng, (26.0 * s, 18.0 * s, 20.0 * s), echo=2.0),
    )
    uneven = Ripple.drawn(rng, size=12.0 * s, height=rng.uniform(0.05, 0.22) * h.skull)
    inside = Shell(surface, -np.inf, -h.skull)
    return h.part(inside, tissue, BRAIN, edge=0.5, textures=waves, ripple=uneven)


def _gaps(h: Head, rng: np.random.Generator, difficulty: float) -> list[Structure]:
    """Sutures, and bone that is not there yet: narrow in a grown head, wide in an early one."""
    early = h.weeks < 15
    parts = []
    most = 0.5 * h.a if early else 0.13 * h.a  # mm
    for _ in range(rng.integers(2 if early else 0, (6 if early else 2) + round(3 * difficulty))):
        angle = rng.uniform(0, 2 * np.pi)
        width = rng.uniform(0.15, 1) * most * (0.4 + difficulty)
        u, v = h.a * np.cos(angle), h.b * np.sin(angle)
        turn = float(np.arctan2(v / h.b**2, u / h.a**2))
        gap = Slab((float(u), float(v), 0.0), (h.skull * 1.8, width / 2, h.c), turn)
        soft, edge, opacity = Tissue(1.62, 0.5, h.echo), 0.4 + 0.3 * width, rng.uniform(0.4, 0.95)
        parts.append(h.part(gap, soft, edge=edge, opacity=opacity))
    return parts


def _dropouts(h: Head, rng: np.random.Generator, amount: float) -> list[Structure]:
    """Take the skull's echo away over six tenths of `amount` of its length, in three pieces."""
    if amount <= 0:
        return []
    first, parts = rng.uniform(0, 2 * np.pi), []
    for piece in range(3):
        angle = first + piece * 2 * np.pi / 3 + rng.normal(0, 0.2)
        u, v = h.a * np.cos(angle), h.b * np.sin(angle)
        turn = float(np.arctan2(v / h.b**2, u / h.a**2))
        half = 0.1 * amount * np.pi * (h.a + h.b)
        gap = Slab((float(u), float(v), 0.0), (0.2 * half + 3 * h.skull, float(half), h.c), turn)
        parts.append(h.part(gap, Tissue(1.62, 0.5, h.echo), edge=2.0))
    return parts


def draw_weeks(rng: np.random.Generator) -> float:
    """Draw an age as clinical sets have them: 11-14 weeks, the 20-week scan, and later."""
    kind, normal, flat = rng.uniform(), rng.normal(), rng.uniform()
    if kind < 0.2:
        return float(11 + 4 * flat)
    if kind < 0.75:
        return float(np.clip(20.3 + 1.8 * normal, 15, 26))
    return float(15 + 24 * flat)


HEAD = Anatomy(head, planes=("transthalamic",), weeks=(11, 40), draw_weeks=draw_weeks, knobs={})
