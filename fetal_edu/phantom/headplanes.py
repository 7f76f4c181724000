"""Where the planes of a head lie, and how a head is placed so that one of them is the picture.

| plane | where |
|---|---|
| transthalamic | across the middle of the head, w = 0 |
| transventricular | parallel, 0.30 of the half height up: 6.6 mm at 20 weeks |
| transcerebellar | through the cavum septi pellucidi, the back 22 to 28 degrees down |
| midsagittal | v = 0 |
| parasagittal | upright, along one lateral ventricle: 0.26 of the half width beside the middle |
| coronal | upright, through the anterior horns: 0.38 of the half length before the middle |
| other | at least 0.2 of the half height (4.4 mm at 20 weeks) or 18 degrees away from each of these |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from .brain import Head
from .inner import Inner
from .pose import Cut, Frame, Pose

__all__ = ["AXIAL", "HEAD_PLANES", "Layout", "apart", "lay_out", "section", "standard_cuts"]

AXIAL = ("transthalamic", "transventricular", "transcerebellar")
HEAD_PLANES = (*AXIAL, "midsagittal", "parasagittal", "coronal", "other")
FAR, TURNED = 0.20, 18.0  # what makes a plane another one: parts of the half height, degrees
_ALIKE = {"transventricular": 0.25, "transcerebellar": 0.28, "parasagittal": 0.2}


@dataclass(frozen=True)
class Section:
    """The ellipse in which a plane cuts the head, in the picture: (down, across) mm.

    Parameters
    ----------
    centre : (down, across) mm
    spread : array (2, 2), mm^2
        The border is where ``x @ inv(spread) @ x`` is 1, with x from the centre.
    """

    centre: tuple[float, float]
    spread: np.ndarray

    @property
    def half(self) -> tuple[float, float]:
        """How far it reaches down and across, mm."""
        return tuple(np.sqrt(np.diag(self.spread)).tolist())

    @property
    def axes(self) -> tuple[float, float]:
        """Its short and its long half axis, mm."""
        return tuple(np.sqrt(np.linalg.eigvalsh(self.spread)).tolist())

    def border(self, angle: float) -> np.ndarray:
        """Point of the border whose outward normal has this angle, from down towards across."""
        normal = np.array([np.cos(angle), np.sin(angle)])
        step = self.spread @ normal
        return np.array(self.centre) + step / np.sqrt(normal @ step)


@dataclass(frozen=True)
class Layout:
    """A head in its place.

    Parameters
    ----------
    head : Head
    reach : (down, across) mm
        Half the room that it takes, seen along the picture's normal.
    frame : Frame
    standard : mapping of plane to Pose
        Where its standard planes lie in the scene.
    away : (mm, degrees)
        How far the plane lies from the nearest standard plane.
    """

    head: Head
    reach: tuple[float, float]
    frame: Frame
    standard: Mapping[str, Pose]
    away: tuple[float, float] = (0.0, 0.0)


def lay_out(
    h: Head,
    inner: Inner,
    plane: str,
    *,
    reach: tuple[float, float],
    wall: float,
    likeness: float,
    rng: np.random.Generator,
) -> Layout:
    """Place a head so that a plane of it is the picture.

    Parameters
    ----------
    h : Head
        As it lies for the transthalamic plane, which needs no more.
    inner : Inner
    plane : str
        One of `HEAD_PLANES`.
    reach : (down, across) mm
        Half the room of the head in the transthalamic picture.
    wall : float, mm
        Depth of the mother's wall: the head lies under it.
    likeness : float, 0..1
        How much alike adjacent planes look. At 1 the transventricular plane lies 25 % nearer to the
        transthalamic one (5.0 mm instead of 6.6 mm at 20 weeks), the transcerebellar plane is tilted 28 %
        less (18 instead of 25 degrees), the parasagittal plane lies 20 % nearer to the middle, and other
        planes lie just beyond what makes them another plane.
    rng : Generator

    Returns
    -------
    Layout
    """
    upright, facing = float(rng.normal(0, 0.2)), float(rng.choice([-1, 1]))
    cuts = standard_cuts(h, inner, likeness=likeness, facing=facing)
    angle, away = float(np.arctan2(*h.pose.axes[0][:2])), (0.0, 0.0)
    if plane == "other":
        cut, base = _other(h, cuts, likeness, rng)
        away = nearest(h, cut, cuts)
    else:
        cut, base = cuts[plane], plane
    turned = angle if base in AXIAL else upright
    if plane != "transthalamic":
        h, reach = _placed(h, cut, turned, wall)
    at = h.pose.to_scene(np.asarray(cut.point, float))[:2]
    standard = {
        name: h.pose.after(Pose.cutting(other, tuple(at), angle if name in AXIAL else upright).inverse())
        for name, other in cuts.items()
    }
    if plane != "other":
        standard[plane] = Pose()
    return Layout(h, reach, _framed(h, plane, reach), standard, away)


def _placed(h: Head, cut: Cut, angle: float, wall: float) -> tuple[Head, tuple[float, float]]:
    """Put the head under the wall, as far beside the middle beam as it was."""
    pose = Pose.cutting(cut, (0.0, 0.0), angle)
    down, across = (
        float(np.hypot.reduce(np.array([h.a, h.b, h.c]) * np.array(pose.axes)[:, i])) for i in (0, 1)
    )
    place = (wall + 1.05 * down + 2.0, h.pose.origin[1], pose.origin[2])
    return replace(h, pose=Pose(place, pose.axes)), (down, across)


def _framed(h: Head, plane: str, reach: tuple[float, float]) -> Frame:
    fill = 0.46 if h.weeks < 15 else 0.60
    if plane == "transthalamic":
        return Frame(h.pose.origin[:2], reach, 2 * h.a, fill=fill)
    cut = section(h)
    fill *= 1.0 if plane in AXIAL or plane == "other" else 0.9
    return Frame(cut.centre, cut.half, 2 * cut.axes[1], fill=fill)


def section(h: Head) -> Section:
    """Find the ellipse in which the picture's plane cuts the head's ellipsoid.

    Examples
    --------
    >>> h = Head(20, 40.0, 30.0, 20.0, 1.0, 1, 0.0, Pose((50.0, 3.0, 12.0)))
    >>> cut = section(h)
    >>> [round(x, 1) for x in (*cut.centre, *cut.axes)]
    [50.0, 3.0, 24.0, 32.0]
    """
    axes, semi = np.array(h.pose.axes), np.array([h.a, h.b, h.c])
    plane = axes[:, :2] / semi[:, None]  # what one mm down and across mean on the unit ball
    start = h.pose.from_scene(np.zeros(3)) / semi
    form = plane.T @ plane
    centre = -np.linalg.solve(form, plane.T @ start)
    left = 1 - start @ start + centre @ form @ centre
    if left <= 0:
        raise ValueError("the plane passes beside the head")
    return Section(tuple(centre.tolist()), left * np.linalg.inv(form))


def standard_cuts(h: Head, inner: Inner, *, likeness: float = 0.0, facing: float = 1.0) -> dict[str, Cut]:
    """Give the standard planes in the head's own coordinates.

    Parameters
    ----------
    h : Head
    inner : Inner
    likeness : float, 0..1
        See `lay_out`.
    facing : +1 or -1
        Upright planes are seen with the forehead, or the left side, to the right (+1).
    """
    less = {name: 1 - part * likeness for name, part in _ALIKE.items()}
    tilt = inner.tilt * less["transcerebellar"]
    forward = (float(np.cos(tilt)), 0.0, float(np.sin(tilt)))
    along = np.array([0.84 * h.a, -0.27 * h.far * h.b, 0.0])
    along = facing * along / np.hypot(*along[:2])
    down = (0.0, 0.0, -1.0)
    beside = 0.26 * h.far * h.b * less["parasagittal"]
    return {
        "transthalamic": Cut(),
        "transventricular": Cut((0.0, 0.0, inner.height * less["transventricular"])),
        "transcerebellar": Cut((0.0, 0.0, -inner.meet * float(np.tan(tilt))), forward),
        "midsagittal": Cut((0.0, 0.0, 0.0), (facing, 0.0, 0.0), down),
        "parasagittal": Cut((0.0, beside, 0.0), tuple(along.tolist()), down),
        "coronal": Cut((0.38 * h.a, 0.0, 0.0), (0.0, facing, 0.0), down),
    }


def apart(first: Cut, second: Cut) -> tuple[float, float]:
    """Tell how far two planes are apart: mm from the second's point to the first, degrees between both."""
    normals = [np.cross(cut.first, cut.second) for cut in (first, second)]
    mm = abs(float(normals[0] @ np.subtract(second.point, first.point)))
    return mm, float(np.degrees(np.arccos(np.clip(abs(normals[0] @ normals[1]), 0, 1))))


def nearest(h: Head, cut: Cut, cuts: Mapping[str, Cut]) -> tuple[float, float]:
    """Tell how far a plane is from the standard plane that is most like it: mm and degrees."""
    return min((apart(cut, other) for other in cuts.values()), key=lambda d: _unlike(h, d))


def _unlike(h: Head, distance: tuple[float, float]) -> float:
    """Give 1 for a plane that is just another one."""
    return max(distance[0] / (FAR * h.c), distance[1] / TURNED)


def _other(h: Head, cuts: Mapping[str, Cut], likeness: float, rng: np.random.Generator) -> tuple[Cut, str]:
    """Move or turn away from one of the standard planes until the plane is none of them any more."""
    most = 3.0 - 1.8 * likeness
    for _ in range(200):
        base, way = str(rng.choice(list(cuts))), rng.normal(size=3)
        steps = way / np.abs(way).max() * rng.uniform(1.05, most)
        cut = _moved(cuts[base], steps[0] * FAR * h.c, *np.deg2rad(TURNED * steps[1:]))
        if _unlike(h, nearest(h, cut, cuts)) > 1 and _off_middle(h, cut) < 0.7:
            return cut, base
    return Cut((0.0, 0.0, 0.6 * h.c)), "transventricular"


def _off_middle(h: Head, cut: Cut) -> float:
    """Tell how far from the head's middle a plane passes: 1 where it only touches the head."""
    normal = np.cross(cut.first, cut.second)
    return float(abs(normal @ cut.point) / np.linalg.norm(normal * [h.a, h.b, h.c]))


def _moved(cut: Cut, shift: float, turn: float, roll: float) -> Cut:
    """Shift a plane along its normal, and turn it about its second and its first direction."""
    first, second = np.array(cut.first), np.array(cut.second)
    normal = np.cross(first, second)
    first, normal = first * np.cos(turn) + normal * np.sin(turn), normal * np.cos(turn) - first * np.sin(turn)
    second, normal = (
        second * np.cos(roll) + normal * np.sin(roll),
        normal * np.cos(roll) - second * np.sin(roll),
    )
    point = np.array(cut.point) + shift * normal
    return Cut(tuple(point.tolist()), tuple(first.tolist()), tuple(second.tolist()))
