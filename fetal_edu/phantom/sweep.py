"""Sweeps: a probe led through an anatomy, frame by frame, with plane, visibility and pose of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np

from fetal_edu.sample import Sample

from .anatomies import ANATOMIES, anatomy_of
from .anatomy import Anatomy
from .draw import Setup, set_up
from .path import Hand, lead, nearest_plane
from .pose import Pose
from .render import render, tone_of
from .scene import Scene

__all__ = ["draw_sweep"]


def draw_sweep(
    anatomy: str,
    seed: int,
    *,
    waypoints: Sequence[str] | None = None,
    weeks: float | None = None,
    frames: int = 60,
    fps: float = 30.0,
    difficulty: float | None = None,
    knobs: Mapping[str, float] | None = None,
    machine: str | None = None,
    hand: Hand | None = None,
    shape: tuple[int, int] = (128, 192),
    on_frame: Callable[[int], None] | None = None,
) -> Sample:
    """Draw a sweep: a moving picture in which standard planes are moments.

    Parameters
    ----------
    anatomy : str
        A key of `fetal_edu.phantom.ANATOMIES`.
    seed : int
        Anatomy, machine and hand follow from it.
    waypoints : sequence of str, optional
        Planes to visit, in order; all of the anatomy's if not given. The sweep begins before the first and
        ends behind the last.
    weeks, difficulty, knobs, machine : optional
        As in `draw`.
    frames : int
        At least 2.
    fps : float
        Frames per second. A heart beats by this clock.
    hand : Hand, optional
        How steadily the probe is led.
    shape : (rows, columns)
    on_frame : callable, optional
        Called with the number of each finished frame, from 1: for a progress bar.

    Returns
    -------
    Sample
        Image and labels (frames, rows, columns). ``plane`` names each frame's plane, ``"other"`` between
        standard ones. ``truth["frames"]`` has for each frame its time in seconds, the pose of its plane, the
        visibility (pixels of the anatomy, as a part of those where most of it is seen) and what a picture's
        truth has. Speckle moves with the tissue; gain and dynamic range stay as they are.

    Raises
    ------
    ValueError
        For an unknown anatomy or plane, fewer than 2 frames, or no speed.

    Examples
    --------
    >>> sweep = draw_sweep("head", 3, weeks=22, waypoints=["transthalamic"], frames=3, shape=(32, 48))
    >>> sweep.shape, sweep.plane
    ((3, 32, 48), ('transventricular', 'transthalamic', 'other'))
    """
    if anatomy not in ANATOMIES:
        raise ValueError(f"there is no anatomy {anatomy!r}: there are {', '.join(ANATOMIES)}")
    kind = ANATOMIES[anatomy]
    visited = tuple(waypoints or (plane for plane in kind.planes if plane != "other"))
    for plane in visited:
        anatomy_of(plane, anatomy)
    if int(frames) != frames or frames < 2 or not 0 < fps < 1000:
        raise ValueError(f"{frames} frames at {fps} per second: give 2 frames or more, and a speed above 0")
    setup = set_up(
        visited[0],
        seed,
        anatomy=anatomy,
        weeks=weeks,
        difficulty=difficulty,
        knobs=knobs,
        machine=machine,
        shape=shape,
    )
    poses = lead(
        [setup.scene.standard[plane] for plane in visited],
        setup.scene.frame.centre,
        frames=int(frames),
        fps=fps,
        rng=np.random.default_rng([setup.request["seed"], 7]),
        hand=hand,
    )
    pictures = _pictures(setup, kind, poses, fps, on_frame)
    seen, told = _visibility(pictures, anatomy), []
    for number, (picture, pose, share) in enumerate(zip(pictures, poses, seen, strict=True)):
        moment = {"time_s": round(number / fps, 4), "visibility": share, "pose": asdict(pose)}
        told.append({**moment, **picture.truth})
    standard, centre = setup.scene.standard, setup.scene.frame.centre
    led = asdict(hand or Hand())
    sweep = {"waypoints": list(visited), "frames": int(frames), "fps": float(fps), "hand": led}
    return replace(
        pictures[0],
        image=np.stack([picture.image for picture in pictures]),
        labels=np.stack([picture.labels for picture in pictures]),
        plane=tuple(nearest_plane(pose, standard, centre, kind.tolerance) for pose in poses),
        truth={**setup.scene.truth, "frames": tuple(told)},
        fps=float(fps),
        params={**pictures[0].params, **setup.request, "sweep": sweep},
    )


def _pictures(
    setup: Setup, kind: Anatomy, poses: Sequence[Pose], fps: float, on_frame: Callable[[int], None] | None
) -> list[Sample]:
    scene, view, probe, machine, request = setup
    seed, shape = request["seed"], tuple(request["shape"])
    tone = tone_of(scene, probe, machine, seed=seed, moving=True)
    pictures = []
    for number, pose in enumerate(poses):
        now = _at(scene, kind, request, number / fps) if kind.beats else scene
        there = replace(view, pose=pose)
        pictures.append(
            render(now, probe, machine, seed=seed, shape=shape, view=there, tone=tone, moving=True)
        )
        if on_frame is not None:
            on_frame(number + 1)
    return pictures


def _at(scene: Scene, kind: Anatomy, request: Mapping[str, object], seconds: float) -> Scene:
    """Give the same scene at another moment of its beat."""
    asked = {key: request[key] for key in ("seed", "plane", "difficulty", "knobs")}
    beats = seconds * scene.truth["rate_bpm"] / 60
    return kind.scene(request["weeks"], **asked, phase=float((scene.truth.get("phase", 0.0) + beats) % 1))


def _visibility(pictures: Sequence[Sample], anatomy: str) -> list[float]:
    """Pixels of the anatomy in each frame, as a part of the frame that has most."""
    name = anatomy if anatomy in pictures[0].classes else None
    counts = np.array([(p.mask(name) if name else p.labels > 0).sum() for p in pictures], float)
    return (counts / max(counts.max(), 1.0)).round(3).tolist()
