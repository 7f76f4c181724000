"""Planes through a fetal trunk: the standard one, those that miss it, and how each lies in the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from .abdomen_trunk import Trunk
from .pose import Cut, Pose

__all__ = ["Place", "Plane", "draw_plane", "place_trunk", "standard_poses"]


class Plane(NamedTuple):
    """A plane through the trunk: where it meets the trunk's axis, and how it leans.

    Parameters
    ----------
    off : float
        Height above the standard plane, in half widths.
    tilt, about : float, radians
        By how much it leans, and about which direction: 0 = the axis across.
    facing : +1 or -1
        Whether the fetus's head lies on the viewer's side.
    """

    off: float
    tilt: float
    about: float
    facing: int

    def cut(self, t: Trunk, shift: tuple[float, float] = (0.0, 0.0)) -> Cut:
        """Give the plane as a cut, centred `shift` mm from the axis along its own two directions."""
        c, s, flat, lean = np.cos(self.about), np.sin(self.about), np.cos(self.tilt), np.sin(self.tilt)
        first = np.array([c, s, 0.0])
        second = self.facing * np.array([-s * flat, c * flat, lean])
        point = np.array([0, 0, self.off * t.a]) + shift[0] * first + shift[1] * second
        return Cut(*(tuple(float(x) for x in vector) for vector in (point, first, second)))


class Place(NamedTuple):
    """Where a trunk's cut lies in the picture.

    Parameters
    ----------
    middle, half : (down, across) mm
        Its middle, and half the room that it takes.
    longest : float, mm
        Half of its longest extent.
    angle : float, radians
        The cut's first direction, from the columns towards larger rows.
    """

    middle: tuple[float, float]
    half: tuple[float, float]
    longest: float
    angle: float


def draw_plane(rng: np.random.Generator, plane: str) -> Plane:
    """Draw a plane: near the standard one, or one that is clearly too high, too low or oblique."""
    facing, kind, amount, off = int(rng.choice([-1, 1])), rng.uniform(), rng.uniform(), rng.uniform(-1, 1)
    lean, about = rng.normal(0, np.deg2rad(1.5)), rng.uniform(0, np.pi)
    if plane == "abdomen":
        return Plane(0.02 * off, float(np.clip(lean, -0.052, 0.052)), float(about), facing)
    if kind < 0.35:
        return Plane(float(0.36 + 0.85 * amount), float(lean), float(about), facing)
    if kind < 0.45:  # where the cord leaves the trunk
        return Plane(float(-0.70 - 0.12 * amount), float(lean), float(about), facing)
    if kind < 0.70:
        return Plane(float(-0.36 - 0.80 * amount), float(lean), float(about), facing)
    # Higher in front than at the back: a plane that sinks towards the front would run along the vein.
    return Plane(0.25 * off, -float(np.deg2rad(28 + 22 * amount)), float(rng.normal(0, 0.25)), facing)


def place_trunk(
    t: Trunk, plane: Plane, rng: np.random.Generator, *, wall: float, lifted: float
) -> tuple[Trunk, Place]:
    """Place a trunk under the mother's wall, its back in any direction; `lifted` half widths deeper."""
    shift, spread = _section(t, plane)
    angle = float(rng.uniform(0, 2 * np.pi))
    s, c = np.sin(angle), np.cos(angle)
    down, across = (float(np.sqrt(g @ spread @ g)) for g in (np.array([s, c]), np.array([c, -s])))
    depth = wall + 1.05 * down + 2.0 + lifted * t.a
    beside = float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)) * t.a
    pose = Pose.cutting(plane.cut(t, shift), (depth, beside), angle)
    longest = float(np.sqrt(np.linalg.eigvalsh(spread)[-1]))
    return replace(t, pose=pose), Place((depth, beside), (down, across), longest, angle)


def _section(t: Trunk, plane: Plane) -> tuple[tuple[float, float], np.ndarray]:
    """Where the middle of the cut lies, from the trunk's axis along the cut's directions; and its spread.

    For an ellipsoid ``x D x = 1`` and a plane ``p + E y`` the cut is an ellipse around ``-(E'DE)^-1 E'D p``;
    half its extent along a unit direction g is ``sqrt(g S g)`` with the spread S.
    """
    cut = plane.cut(t)
    basis, point = np.stack([cut.first, cut.second], 1), np.array(cut.point)
    weight = np.diag(1 / np.array([t.a, t.b, t.c]) ** 2)
    inverse = np.linalg.inv(basis.T @ weight @ basis)
    pull = basis.T @ weight @ point
    size = 1 - point @ weight @ point + pull @ inverse @ pull
    return tuple((-inverse @ pull).tolist()), size * inverse


def standard_poses(t: Trunk, plane: Plane, place: Place) -> dict[str, Pose]:
    """Give the pose of a view that shows the standard plane, turned as the picture of `plane` is."""
    level = plane._replace(off=0.0, tilt=0.0)
    return {"abdomen": t.pose.after(Pose.cutting(level.cut(t), place.middle, place.angle).inverse())}
