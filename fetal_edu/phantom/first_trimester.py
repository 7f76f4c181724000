"""A womb of 10 to 14 weeks: fetus, amniotic fluid, placenta and uterine wall, in three dimensions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .anatomy import Anatomy
from .early_fetus import (
    CORD,
    HEAD,
    LIMBS,
    LONG_BONES,
    SKULL,
    SPINE,
    TRUNK,
    EarlyFetus,
    contents,
)
from .knobs import Knob
from .mother import FLUID, PLACENTA, draw_wall, surroundings
from .pose import Cut, Frame, Pose
from .scene import Scene, Structure, Tissue
from .shapes import Capsule, Shell, Slab
from .texture import Ripple, Texture
from .womb import Womb, draw_womb, womb_truth

__all__ = ["FIRST_TRIMESTER", "draw_weeks", "first_trimester"]

UTERUS = 5
_FETUS = (TRUNK, SPINE, HEAD, SKULL, LIMBS, LONG_BONES)
CLASSES = {
    "background": (0,),
    "fetus": _FETUS,
    "trunk": (TRUNK, SPINE),
    "head": (HEAD, SKULL),
    "limbs": (LIMBS, LONG_BONES),
    "soft_tissue": (TRUNK, HEAD, LIMBS),
    "bone": (SPINE, SKULL, LONG_BONES),
    "cord": (CORD,),
    "fluid": (FLUID,),
    "sac": (FLUID, CORD, *_FETUS),
    "placenta": (PLACENTA,),
    "uterus": (UTERUS,),
}
OTHERS = ("across the head", "across the belly", "beside the middle")


def first_trimester(
    weeks: float,
    *,
    seed: int,
    plane: str = "first_trimester",
    difficulty: float = 0.5,
    knobs: Mapping[str, float] | None = None,
) -> Scene:
    """Draw a whole womb, cut along the middle of the fetus from crown to rump.

    Parameters
    ----------
    weeks : float
        Gestational age, 10 to 14. The crown-rump length is drawn around the INTERGROWTH-21st mean; the
        volumes of sac and placenta around the means of `fetal_edu.phantom.early_sizes`.
    seed : int
        All of the anatomy follows from it, the place of the placenta included.
    plane : ``"first_trimester"`` or ``"other"``
        ``"other"`` cuts across the head or the belly, at a right angle to the first, or runs beside it, by
        0.17 of the crown-rump length or more. ``truth["shows"]`` says which.
    difficulty : float, 0..1
        Thicker mothers.
    knobs : mapping of name to number, optional
        ``wall`` and ``dropout`` (of the sac's border) of `fetal_edu.phantom.KNOBS`; ``placenta_free``.

    Returns
    -------
    Scene
        ``truth`` has ``crl_mm``, ``fetus_ml`` (head and trunk), ``sac_ml`` (fluid and fetus),
        ``placenta_ml``, and where the placenta lies. The volumes are those of the smooth shapes, before their
        borders are made uneven: a count of voxels agrees to some percent. The landmarks are crown and rump.

    Raises
    ------
    ValueError
        For an age outside 10-14 weeks or an unknown plane.

    Examples
    --------
    >>> scene = first_trimester(12, seed=1)
    >>> 40 < scene.truth["crl_mm"] < 70, sorted(scene.landmarks)
    (True, ['crown', 'rump'])
    """
    weeks = float(weeks)
    if not 10 <= weeks <= 14:
        raise ValueError(f"{weeks:g} weeks: first trimesters are drawn from 10 to 14 weeks of gestation")
    if plane not in ("first_trimester", "other"):
        raise ValueError(f"no plane {plane!r}: there are 'first_trimester' and 'other'")
    knobs = knobs or {}
    streams = [np.random.default_rng([int(seed), 50 + i]) for i in range(4)]
    sizes, place, around, extra = streams
    depth = draw_wall(place, difficulty, knobs.get("wall"))
    womb = draw_womb(sizes, weeks, knobs.get("placenta_free", 1.0))
    shows, cut = _cut(extra, womb.fetus, plane)
    where = depth, float(np.clip(place.normal(0, 0.15), -0.4, 0.4)), float(place.normal(0, 4))
    pose, frame = _placed(womb, cut, *where)
    usual, _ = _placed(womb, Cut(womb.fetus.pose.origin), *where)
    middle = Pose((*frame.centre, 0.0))
    structures = surroundings(around, fetus=middle, extent=frame.half, wall=depth, weeks=weeks, womb=False)
    structures += _inside(womb, pose, around)
    structures += _lost_border(womb, pose, extra, knobs.get("dropout", 0.0))
    own = ("wall", "dropout", "placenta_free")
    return Scene(
        tuple(structures),
        classes=CLASSES,
        plane=plane,
        frame=frame,
        landmarks=womb.fetus.placed(pose.after(womb.fetus.pose)).landmarks(),
        standard={"first_trimester": pose.after(usual.inverse()), plane: Pose()},
        white="soft_tissue",
        truth={"ga_weeks": weeks, "shows": shows, **womb_truth(womb)},
        group=f"phantom-{int(seed)}",
        params={
            "scene": "first_trimester",
            "weeks": weeks,
            "scene_seed": int(seed),
            "plane": plane,
            "difficulty": difficulty,
            "scene_knobs": {k: v for k, v in knobs.items() if k in own},
        },
    )


def _cut(rng: np.random.Generator, fetus: EarlyFetus, plane: str) -> tuple[str, Cut]:
    """Choose the plane, in the womb's coordinates."""
    kind, away, side = rng.integers(3), float(rng.uniform(0.17, 0.24)), float(rng.choice([-1, 1]))
    _, front, beside = np.array(fetus.pose.axes)
    if plane == "first_trimester":
        return "crown to rump", Cut(fetus.pose.origin)
    if OTHERS[kind] == "beside the middle":
        point = np.array(fetus.pose.origin) + side * away * fetus.length * beside
        return OTHERS[kind], Cut(tuple(point.tolist()))
    own = fetus.head.centre if OTHERS[kind] == "across the head" else fetus.at(-0.14, 0.02, 0.0)
    point = fetus.pose.to_scene(np.array(own))
    down = front if front[1] > 0 else -front
    return OTHERS[kind], Cut(*(tuple(x.tolist()) for x in (point, side * beside, down)))


def _placed(womb: Womb, cut: Cut, depth: float, angle: float, beside: float) -> tuple[Pose, Frame]:
    """Place the womb so that its wall begins at `depth` under the probe."""
    flat = Pose.cutting(cut, (0.0, 0.0), angle)
    semi, middle = np.array(womb.cavity.semi), flat.to_scene(np.zeros(3))
    down, across = (float(np.linalg.norm(semi * np.array(flat.axes)[:, i])) for i in range(2))
    top = depth + womb.wall + down
    pose = Pose.cutting(cut, (top - float(middle[0]), beside - float(middle[1])), angle)
    half = down + 0.4 * womb.wall, across + 0.4 * womb.wall
    return pose, Frame((top, beside), half, womb.fetus.length, fill=0.60)


def _inside(womb: Womb, pose: Pose, rng: np.random.Generator) -> list[Structure]:
    """Muscle, placenta, fluid, cord and fetus, in painting order."""
    size = womb.cavity.semi[0]
    ripple = Ripple.drawn(rng, size=0.4 * size, height=rng.uniform(0.01, 0.022) * size)
    under = -1.0 - 4 * ripple.height  # the muscle begins below whatever the border does
    streaks = (
        Texture.drawn(rng, (9.0, 1.6, 9.0), echo=rng.uniform(1.5, 3), impedance=0.014),
        Texture.drawn(rng, (22.0, 12.0, 22.0), echo=2.5),
    )
    cake = (
        Texture.drawn(rng, (3.0, 3.0, 3.0), echo=1.2),
        Texture.drawn(rng, (12.0, 12.0, 12.0), echo=1.5),
    )
    muscle = Tissue(1.65, 0.6, rng.uniform(-9, -3))
    villi = Tissue(1.64, 0.5, rng.uniform(2, 7))
    water = Tissue(1.52, 0.03, rng.uniform(-42, -26))
    reach = womb.wall + 5.0  # the same for all, so that they share their distances
    shell = Shell(womb.cavity, under, womb.wall, reach)
    cavity, sac = Shell(womb.cavity, -np.inf, 0.0, reach), Shell(womb.sac, -np.inf, 0.0, reach)
    parts = [
        Structure(shell, muscle, UTERUS, 1.2, 1.0, streaks, ripple, pose),
        Structure(cavity, villi, PLACENTA, 0.8, 1.0, cake, ripple, pose),
        Structure(sac, water, FLUID, 0.6, 1.0, (), ripple, pose),
    ]
    inward = rng.uniform(1.5, 3.5)
    if womb.fetus.weeks < 13.3:  # the amnion has not yet met the wall
        skin = Shell(womb.sac, -inward - 0.35, -inward, reach)
        parts.append(Structure(skin, Tissue(1.62, 0.3, -16.0), None, 0.3, 0.6, (), ripple, pose))
    fetus = womb.fetus.placed(pose.after(womb.fetus.pose))
    return parts + _cord(womb, pose, rng) + contents(fetus, rng)


def _cord(womb: Womb, pose: Pose, rng: np.random.Generator) -> list[Structure]:
    """Draw the cord, from the belly to the placenta in a loose bow."""
    fetus, ball = womb.fetus, womb.sac.ball
    start = fetus.pose.to_scene(np.array(fetus.at(-0.18, 0.17, 0.0)))
    semi = np.array(womb.cavity.semi)
    end = np.array(ball.centre) + np.array(ball.semi) * womb.towards
    slack = rng.normal(0, 0.12, 3) * semi + 0.15 * fetus.length * np.array(fetus.pose.axes[1])
    t = np.linspace(0, 1, 6)[:, None]
    path = (1 - t) * start + t * end + 4 * t * (1 - t) * slack
    tissue = Tissue(1.64, 0.4, rng.uniform(-6, 0))
    coils = (Texture.drawn(rng, (2.5, 2.5, 2.5), echo=5.0, impedance=0.02),)
    radius = 0.028 * fetus.length
    return [
        Structure(Capsule(tuple(a), tuple(b), radius), tissue, CORD, 0.5, 1.0, coils, None, pose)
        for a, b in zip(path[:-1].tolist(), path[1:].tolist(), strict=True)
    ]


def _lost_border(womb: Womb, pose: Pose, rng: np.random.Generator, amount: float) -> list[Structure]:
    """Take the sac's border away over six tenths of `amount` of its length, in three pieces."""
    first, parts = rng.uniform(0, 2 * np.pi), []
    if amount <= 0:
        return []
    a, b, c = womb.cavity.semi
    for piece in range(3):
        angle = first + piece * 2 * np.pi / 3
        u, v = a * np.cos(angle), b * np.sin(angle)
        turn = float(np.arctan2(v / b**2, u / a**2))
        half = 0.1 * amount * np.pi * (a + b)
        veil = Slab((float(u), float(v), 0.0), (6.0, float(half), 0.8 * c), turn)
        parts.append(Structure(veil, Tissue(1.63, 0.5, -6.0), None, 4.0, 0.9, (), None, pose))
    return parts


def draw_weeks(rng: np.random.Generator) -> float:
    """Draw an age: most are examined between 11 and 14 weeks."""
    return float(np.clip(rng.normal(12.4, 0.8), 10, 14))


FIRST_TRIMESTER = Anatomy(
    first_trimester,
    planes=("first_trimester", "other"),
    weeks=(10, 14),
    draw_weeks=draw_weeks,
    knobs={
        "placenta_free": Knob(
            "how far from the back wall the placenta may lie: 0 always on it, 1 anywhere", "scene"
        )
    },
)
