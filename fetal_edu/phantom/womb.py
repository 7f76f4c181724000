"""The womb of the first trimester: how fetus, sac and placenta share its cavity.

The womb's own axes are u (along it), v (from front to back) and w (from side to side). Its cavity is an
ellipsoid. A second one, moved away from the placenta, bounds the sac; what the cavity has beyond is placenta.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fetal_edu.measure import circumference, hc_chart

from .early_fetus import LIMBS, EarlyFetus, outside, trunk
from .early_sizes import crl_chart, placenta_ml, sac_ml
from .pose import Pose
from .shapes import Ellipsoid, Shape

__all__ = ["Sac", "Womb", "draw_womb", "womb_truth"]

ENOUGH = 1.0  # mm of fluid that the fetus has around it before the borders are made uneven

#: Where the placenta lies, as a direction from the middle of the womb, and how often.
POSITIONS = {
    "posterior": ((0.0, 1.0, 0.0), 0.34),
    "anterior": ((0.0, -1.0, 0.0), 0.34),
    "left": ((0.0, 0.3, 1.0), 0.11),
    "right": ((0.0, 0.3, -1.0), 0.11),
    "fundal": ((-1.0, 0.3, 0.0), 0.10),
}


@dataclass(frozen=True)
class Sac(Shape):
    """What cavity and ball share, with its rim rounded: fluid and fetus.

    Parameters
    ----------
    cavity, ball : Ellipsoid
    round_ : float, mm
        How soon the rim begins to bend.
    """

    cavity: Ellipsoid
    ball: Ellipsoid
    round_: float

    def distance(self, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
        """Signed distance in mm, negative inside; a little too large near the rounded rim."""
        first, second = self.cavity.distance(u, v, w), self.ball.distance(u, v, w)
        near = np.maximum(np.float32(self.round_) - np.abs(first - second), np.float32(0))
        return np.maximum(first, second) + near * near * np.float32(0.25 / self.round_)

    @property
    def bounds(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Those of the cavity, so that both are asked at the same points."""
        return self.cavity.bounds


@dataclass(frozen=True)
class Womb:
    """Cavity, sac and fetus in the womb's own coordinates.

    Parameters
    ----------
    cavity : Ellipsoid
    sac : Sac
        The rest of the cavity is placenta.
    wall : float, mm
        Thickness of the muscle.
    fetus : EarlyFetus
        Its pose leads from its own coordinates to the womb's.
    position : str
        Where the placenta lies.
    towards : array (3,)
        Its direction from the middle, in semi-axes of the cavity.
    """

    cavity: Ellipsoid
    sac: Sac
    wall: float
    fetus: EarlyFetus
    position: str
    towards: np.ndarray


def draw_womb(rng: np.random.Generator, weeks: float, free: float) -> Womb:
    """Draw fetus, sac and placenta; the cavity grows until the fetus has room."""
    fetus = _fetus(rng, weeks)
    spread = np.exp(np.clip(rng.normal(0, 0.13, 2), -0.26, 0.26))
    sac, placenta = sac_ml(weeks) * spread[0], placenta_ml(weeks) * spread[1]
    slim = 0.05 * (weeks - 12)  # a longer fetus stretches its sac
    ratio = np.array([1.0, rng.uniform(0.70, 0.82) - slim, rng.uniform(0.64, 0.78) - slim])
    position, towards = _direction(rng, free)
    flat, wall, lie = rng.uniform(1.05, 1.3), float(rng.uniform(8, 13)), _lie(rng)
    for _ in range(12):
        semi = ratio * (750 * (sac + placenta) / np.pi / ratio.prod()) ** (1 / 3)
        away = _moved(placenta / (sac + placenta), flat)
        cavity = Ellipsoid((0.0, 0.0, 0.0), tuple(semi.tolist()))
        ball = Ellipsoid(tuple((-away * semi * towards).tolist()), tuple((flat * semi).tolist()))
        inner = Sac(cavity, ball, 0.25 * float(semi[0]))
        margin, pose = _room(fetus, inner, lie)
        if margin > ENOUGH:
            break
        sac *= 1.08
    return Womb(cavity, inner, wall, fetus.placed(pose), position, towards)


def _fetus(rng: np.random.Generator, weeks: float) -> EarlyFetus:
    """Draw the length by its chart; the head grows with its power 0.8 from the mean of the age."""
    whole, own = np.clip(rng.normal(0, 1, 2), -2, 2)
    mean, sd = crl_chart(weeks)
    length = float(mean + sd * whole)
    ratio = float(rng.uniform(0.80, 0.90))
    head = hc_chart(weeks, extrapolate=True)[0] * (length / mean) ** 0.8 * (1 + 0.03 * own)
    half = float(head) / circumference(1.0, ratio)
    tilt = float(np.clip(rng.normal(0.05, 0.12), -0.15, 0.3))
    return EarlyFetus(weeks, length, 2 * half, 2 * half * ratio, tilt, float(rng.uniform(-6, 1)), Pose())


def _direction(rng: np.random.Generator, free: float) -> tuple[str, np.ndarray]:
    """Where the placenta lies: turned from the back wall by the part `free` of what is drawn."""
    named = rng.choice(list(POSITIONS), p=[share for _, share in POSITIONS.values()])
    drawn = np.array(POSITIONS[str(named)][0]) + rng.normal(0, 0.2, 3)
    drawn /= np.linalg.norm(drawn)
    back = np.array([0.0, 1.0, 0.0])
    side = drawn - drawn[1] * back
    side /= np.linalg.norm(side)
    angle = free * np.arccos(np.clip(drawn[1], -1, 1))
    towards = np.cos(angle) * back + np.sin(angle) * side
    nearest = max(
        POSITIONS, key=lambda name: towards @ POSITIONS[name][0] / np.linalg.norm(POSITIONS[name][0])
    )
    return nearest, towards


def _moved(part: float, flat: float) -> float:
    """How far a ball of radius `flat` is moved so that it leaves `part` of a ball of radius 1 uncovered.

    The volume that two balls share: Weisstein, "Sphere-Sphere Intersection", MathWorld.
    """
    low, high = flat - 1.0, flat + 1.0
    for _ in range(40):
        d = (low + high) / 2
        shared = (flat + 1 - d) ** 2 * (d * d + 2 * d * (1 + flat) - 3 * (1 - flat) ** 2) / (16 * d)
        low, high = (d, high) if 1 - shared < part else (low, d)
    return low


def _lie(rng: np.random.Generator) -> tuple[np.ndarray, float, float, np.ndarray]:
    """Angles to try, which way head and belly look, and a taste for places."""
    angles = float(np.clip(rng.normal(0, 0.2), -0.4, 0.4)) + np.array([0.0, -0.2, 0.2, -0.45, 0.45])
    return (
        angles,
        float(rng.choice([-1, 1])),
        float(rng.choice([-1, 1], p=[0.75, 0.25])),
        rng.normal(0, 0.3, 2),
    )


def _room(
    fetus: EarlyFetus, sac: Sac, lie: tuple[np.ndarray, float, float, np.ndarray]
) -> tuple[float, Pose]:
    """Find a place in the sac where the fetus lies freely, rather low: least margin in mm, and pose."""
    angles, crown, belly, taste = lie
    points, best = _extremes(fetus), (-np.inf, -np.inf, Pose())
    semi = np.array(sac.cavity.semi)
    u, v = (np.linspace(-0.5, 0.5, 9) * s for s in semi[:2])
    grid = np.stack(np.meshgrid(u, v, [0.4 * sac.ball.centre[2]], indexing="ij"), -1).reshape(-1, 1, 3)
    place = grid[:, 0, :2] / semi[:2]
    for angle in angles:
        along = np.array([crown * np.cos(angle), np.sin(angle), 0.0])
        front = np.array([-along[1], along[0], 0.0])
        front *= belly * np.sign(front[1])
        axes = np.stack([along, front, np.cross(along, front)])
        at = np.moveaxis(grid + points @ axes, -1, 0).astype(np.float32)
        margin = -sac.distance(*at).max(1)
        score = np.minimum(margin, 3.0) + 0.5 * place[:, 1] + place @ taste
        first = int(np.argmax(np.where(margin > ENOUGH, score + 100, margin)))
        found = min(float(margin[first]), ENOUGH + 0.01), float(score[first]) - 0.5 * abs(angle)
        if found > best[:2]:
            best = (*found, Pose(tuple(grid[first, 0].tolist()), tuple(map(tuple, axes.tolist()))))
        if best[0] > ENOUGH:
            break  # the angles come in the order in which they are liked
    return best[0], best[2]


def _extremes(fetus: EarlyFetus) -> np.ndarray:
    """Points (n, 3) on the outside of the fetus: its ends, its sides, hands, knees and toes."""
    points = []
    for shape in (fetus.head, *trunk(fetus)[:3]):
        low, high = np.array(shape.bounds)
        corners = np.concatenate([np.eye(3), -np.eye(3)])
        points.append((low + high) / 2 + corners * (high - low) / 2)
    limbs = [shape for shape, label in outside(fetus) if label == LIMBS]
    return np.concatenate([*points, [shape.end for shape in limbs]])


def _counted(shapes: list[Shape], box: list[tuple[float, float]], n: int = 22) -> float:
    """Count the points of a grid inside any of the shapes, mL."""
    steps = [(high - low) / n for low, high in box]
    axes = [
        low + (np.arange(n, dtype=np.float32) + 0.5) * step for (low, _), step in zip(box, steps, strict=True)
    ]
    points = np.meshgrid(*(axis.astype(np.float32) for axis in axes), indexing="ij", sparse=True)
    inside = np.zeros((n, n, n), bool)
    for shape in shapes:
        inside |= shape.distance(*points) < 0
    return float(inside.mean() * np.prod([high - low for low, high in box]) / 1000)


def womb_truth(womb: Womb) -> dict[str, object]:
    """Give lengths, volumes and the placenta's place."""
    f, semi = womb.fetus, womb.cavity.semi
    sac = _counted([womb.sac], [(-s, s) for s in semi])
    n = f.length
    box = [(-0.51 * n, 0.51 * n), (-0.35 * n, 0.45 * n), (-0.25 * n, 0.25 * n)]
    return {
        "crl_mm": float(np.linalg.norm(np.subtract(f.crown, f.rump))),
        "bpd_mm": f.wide,
        "fetus_ml": _counted([shape for shape, label in outside(f) if label != LIMBS], box),
        "sac_ml": sac,
        "placenta_ml": float(4 / 3 * np.pi * np.prod(semi) / 1000) - sac,
        "placenta": womb.position,
    }
