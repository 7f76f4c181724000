"""How a hand leads a probe: from standard plane to standard plane, drifting, rocking, with bumps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation, Slerp

from .pose import Pose

__all__ = ["Hand", "lead", "nearest_plane", "plane_distance"]

Point = tuple[float, float]


@dataclass(frozen=True)
class Hand:
    """How steadily a probe is led.

    Parameters
    ----------
    dwell : float, 0..1
        Part of the time that is spent at the standard planes.
    margin : float, mm
        How far before the first plane the sweep begins, and how far behind the last one it ends.
    drift : float, mm
        Slow wandering, as a standard deviation: across, and out of the plane.
    rocking : float, degrees
        Slow tilting about the probe's face, as a standard deviation.
    jitter : float, mm
        Trembling, as a standard deviation.
    bumps : int
        Sudden knocks, as by a kick or a breath, that fade within a third of a second.
    bump : float, mm
        Size of a knock.

    Examples
    --------
    >>> Hand(jitter=0.0).drift
    0.8
    """

    dwell: float = 0.4
    margin: float = 7.0
    drift: float = 0.8
    rocking: float = 1.2
    jitter: float = 0.06
    bumps: int = 1
    bump: float = 2.5


STEADY = Hand(drift=0.0, rocking=0.0, jitter=0.0, bumps=0)


def lead(
    standard: Sequence[Pose],
    centre: Point,
    *,
    frames: int,
    fps: float,
    rng: np.random.Generator,
    hand: Hand | None = None,
) -> list[Pose]:
    """Lead the probe along standard planes.

    Parameters
    ----------
    standard : sequence of Pose
        The planes to visit, in order; at least one.
    centre : (down, across) mm
        The point of the picture about which planes turn: what the sonographer keeps in the middle.
    frames : int
    fps : float
        Frames per second; knocks and trembling follow the clock, not the frames.
    rng : Generator
    hand : Hand, optional

    Returns
    -------
    list of Pose
        One for each frame: where the picture's plane lies in the scene.

    Raises
    ------
    ValueError
        If there is no plane to visit.

    Examples
    --------
    >>> there = Pose((0.0, 0.0, 10.0))
    >>> poses = lead([Pose(), there], (60, 0), frames=7, fps=10, rng=np.random.default_rng(0), hand=STEADY)
    >>> [round(pose.origin[2], 1) for pose in poses]
    [-7.0, -3.5, 0.0, 5.0, 10.0, 13.5, 17.0]
    """
    if not standard:
        raise ValueError("a sweep needs at least one plane to visit")
    hand = hand or Hand()
    middle = np.array([*centre, 0.0])
    stops = [_beyond(standard[0], -hand.margin), *standard, _beyond(standard[-1], hand.margin)]
    stops = _from_below(stops)
    places = np.array([pose.to_scene(middle) for pose in stops])
    turns = Slerp(np.arange(len(stops)), Rotation.from_matrix([pose.axes for pose in stops]))
    way = _pace(frames, len(stops), hand.dwell)
    shift, tilt = _unsteady(frames, fps, rng, hand)
    poses = []
    for step, moved, tilted in zip(way, shift, tilt, strict=True):
        axes = turns(step).as_matrix()
        place = np.array([np.interp(step, np.arange(len(stops)), places[:, i]) for i in range(3)])
        held = Rotation.from_rotvec(tilted).as_matrix()
        poses.append(_pose(place - middle @ axes, axes).after(_pose(moved, held)))
    return poses


def _pose(origin: np.ndarray, axes: np.ndarray) -> Pose:
    return Pose(tuple(origin.tolist()), tuple(map(tuple, axes.tolist())))


def plane_distance(pose: Pose, other: Pose, centre: Point) -> tuple[float, float]:
    """How far apart two planes are: mm at the picture's middle, and degrees between them.

    Examples
    --------
    >>> plane_distance(Pose(), Pose((5.0, 0.0, 3.0)), (60, 0))
    (3.0, 0.0)
    """
    normal, other_normal = np.asarray(pose.axes[2]), np.asarray(other.axes[2])
    offset = (pose.to_scene(np.array([*centre, 0.0])) - np.asarray(other.origin)) @ other_normal
    turn = np.degrees(np.arccos(np.clip(abs(normal @ other_normal), 0, 1)))
    return float(abs(offset)), float(turn)


def nearest_plane(
    pose: Pose, standard: Mapping[str, Pose], centre: Point, tolerance: tuple[float, float]
) -> str:
    """Name the standard plane that a picture shows, or ``"other"``.

    Parameters
    ----------
    pose : Pose
        Of the picture.
    standard : mapping of plane to Pose
    centre : (down, across) mm
    tolerance : (mm, degrees)
        A picture shows a standard plane where both distances are below these.

    Examples
    --------
    >>> planes = {"transthalamic": Pose()}
    >>> [nearest_plane(Pose((0, 0, z)), planes, (60, 0), (2.0, 8.0)) for z in (1.0, 3.0)]
    ['transthalamic', 'other']
    """
    best, name = 1.0, "other"
    for plane, there in standard.items():
        offset, turn = plane_distance(pose, there, centre)
        far = max(offset / tolerance[0], turn / tolerance[1])
        if far < best:
            best, name = far, plane
    return name


def _beyond(pose: Pose, mm: float) -> Pose:
    """Give the parallel plane, so many mm out of the picture."""
    return pose.after(Pose((0.0, 0.0, mm)))


def _from_below(stops: list[Pose]) -> list[Pose]:
    """Begin and end on the far sides: where the way leads along the normal's other side, so do its ends."""
    if len(stops) < 4:
        return stops
    way = np.subtract(stops[2].origin, stops[1].origin) @ np.asarray(stops[1].axes[2])
    if way >= 0:
        return stops
    margin = float(np.linalg.norm(np.subtract(stops[0].origin, stops[1].origin)))
    return [_beyond(stops[1], margin), *stops[1:-1], _beyond(stops[-2], -margin)]


def _pace(frames: int, stops: int, dwell: float) -> np.ndarray:
    """Where each frame stands between the stops, 0 to ``stops - 1``: slow at each, never quite still."""
    place = np.linspace(0, stops - 1, frames)
    return place - dwell * np.sin(2 * np.pi * place) / (2 * np.pi)


def _unsteady(frames: int, fps: float, rng: np.random.Generator, hand: Hand) -> tuple[np.ndarray, np.ndarray]:
    """Shift (mm) and turn (radians) of the hand for each frame, two arrays (frames, 3)."""

    def wander(seconds: float, sd: float) -> np.ndarray:
        sigma = seconds * fps
        noise = rng.standard_normal((frames + 2 * int(4 * sigma) + 2, 3))
        smooth = ndimage.gaussian_filter1d(noise, sigma, axis=0) * np.sqrt(2 * np.sqrt(np.pi) * sigma)
        start = int(4 * sigma) + 1
        return sd * smooth[start : start + frames]

    # The probe stays on the skin: hardly a shift along the first axis.
    shift = wander(0.7, hand.drift) * [0.2, 1.0, 0.7] + rng.standard_normal((frames, 3)) * hand.jitter
    tilt = wander(0.9, np.deg2rad(hand.rocking))
    time = np.arange(frames) / fps
    for _ in range(hand.bumps):
        start, way = rng.uniform(0.1, 0.9) * frames / fps, rng.standard_normal(3) * [0.2, 1.0, 1.0]
        after = np.maximum(time - start, 0) / 0.1  # the knock is at its largest after 0.1 s
        shift += (hand.bump * way / np.linalg.norm(way)) * (after * np.exp(1 - after))[:, None]
    return shift, tilt
