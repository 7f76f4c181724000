"""One picture of a scene with its truth: physics, machine, labels at the pixel centres."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from fetal_edu.measure import fit_ellipse
from fetal_edu.sample import Sample

from .physics import envelope
from .pose import Pose
from .probe import Machine, Probe, View, scan_map
from .scene import Maps, Scene
from .screen import add_noise, auto_tone, calm, finish, log_compress, persist, scan_convert, tgc
from .speckle import tissue_noise

__all__ = ["Tone", "check_seen", "checked_shape", "landmark_truth", "outline_truth", "render", "tone_of"]

Tone = tuple[float, float]  # what is shown white, and the dynamic range, dB


def render(
    scene: Scene,
    probe: Probe,
    machine: Machine,
    *,
    seed: int,
    shape: tuple[int, int] = (256, 256),
    view: View | None = None,
    tone: Tone | None = None,
    moving: bool = False,
) -> Sample:
    """Make one ultrasound picture of a scene, with its truth.

    Parameters
    ----------
    scene : Scene
    probe : Probe
    machine : Machine
    seed : int
        For the scatterers and the noise; the anatomy is the scene's own.
    shape : (rows, columns)
    view : View, optional
        Which part of which plane; the whole sector if not given.
    tone : (white, dynamic range) dB, optional
        The gain that a whole sweep or volume keeps (`tone_of`); set for this picture if not given.
    moving : bool
        Whether the scatterers stay with the tissue, so that speckle moves as tissue and probe do. A still
        picture draws them anew, which is cheaper.

    Returns
    -------
    Sample
        Labels are evaluated at the pixel centres, not resampled.

    Raises
    ------
    ValueError
        If the shape is smaller than 16 x 16, or the probe sees no pixel of the view.
    """
    shape = checked_shape(shape)
    view = view or View.whole(probe, shape)
    check_seen(probe, view, shape)
    decibel, maps = _echoes(scene, probe, machine, view.pose, seed=seed, moving=moving)
    white, dynamic_range = tone or _tone(scene, decibel, maps, machine)
    grey = log_compress(decibel, white, dynamic_range, machine.gamma)
    picture = finish(scan_convert(grey, probe, view, shape), machine)
    labels = scene.labels(view.pose.to_scene(view.points(shape)))
    told = scene.tells(labels, view.pose) if scene.tells else {}
    return Sample(
        picture,
        labels=labels,
        classes=dict(scene.classes),
        spacing=view.spacing,
        plane=scene.plane,
        truth={**scene.truth, **outline_truth(scene, view), **landmark_truth(scene, view), **told},
        origin="phantom",
        group=scene.group,
        seed=int(seed),
        params={**scene.params, "probe": asdict(probe), "machine": asdict(machine), "view": asdict(view)},
    )


def tone_of(
    scene: Scene, probe: Probe, machine: Machine, *, seed: int, pose: Pose | None = None, moving: bool = False
) -> Tone:
    """Choose white and dynamic range in dB on one plane of a scene, for all its pictures."""
    decibel, maps = _echoes(scene, probe, machine, pose or Pose(), seed=seed, moving=moving)
    return _tone(scene, decibel, maps, machine)


def _echoes(
    scene: Scene, probe: Probe, machine: Machine, pose: Pose, *, seed: int, moving: bool
) -> tuple[np.ndarray, Maps]:
    """Echoes in dB with TGC, (samples, beams), and the tissue that they came from."""
    rng = np.random.default_rng([int(seed), 2])
    points = pose.to_scene(probe.points())
    maps = scene.at(points)
    noise = None
    if moving:
        noise = tissue_noise(points if scene.material is None else scene.material(points), seed)
    amplitude = persist(envelope(maps, probe, machine, rng, noise), probe, machine)
    amplitude = add_noise(amplitude, machine, rng)
    return calm(20 * np.log10(amplitude + np.float32(1e-9)), machine) + tgc(probe, machine)[:, None], maps


def _tone(scene: Scene, decibel: np.ndarray, maps: Maps, machine: Machine) -> Tone:
    first, last = (round(part * decibel.shape[1]) for part in machine.blocked)
    shown = np.ones(decibel.shape[1], bool)
    shown[first:last] = False  # a hand on the gain knob looks at what there is to see
    decibel, label = decibel[:, shown], maps.label[:, shown]
    bright = np.isin(label, scene.classes.get(scene.white, ()))
    return auto_tone(decibel, bright, label == 0, machine)


def check_seen(probe: Probe, view: View, shape: tuple[int, int]) -> None:
    """Raise a sentence if no beam of the probe reaches a pixel of the view."""
    if not scan_map(probe, view, shape).pixels.size:
        raise ValueError(
            f"the probe sees nothing of this view: its beams go from {probe.start:g} to {probe.depth:g} mm, "
            f"within {probe.half_angle:g} degrees; move the view or widen the sector"
        )


def checked_shape(shape: tuple[int, int]) -> tuple[int, int]:
    """Return rows and columns as whole numbers of at least 16, or raise a sentence."""
    if len(tuple(shape)) != 2 or min(shape) < 16:
        raise ValueError(f"shape {tuple(shape)}: give two numbers, rows and columns, each at least 16")
    return int(shape[0]), int(shape[1])


def landmark_truth(scene: Scene, view: View) -> dict[str, object]:
    """Where the landmarks lie: (row, column) in mm of the picture, and how far out of its plane."""
    if not scene.landmarks:
        return {}
    points = view.pose.from_scene(np.array(list(scene.landmarks.values()), float))
    places = points - np.array([view.top, view.left, 0.0])
    named = zip(scene.landmarks, places.round(3).tolist(), strict=True)
    return {"landmarks": {name: tuple(place) for name, place in named}}


def outline_truth(scene: Scene, view: View, *, n: int = 128) -> dict[str, object]:
    """Fit an ellipse to the measured border where the plane cuts it; in mm of the picture."""
    if scene.outline is None:
        return {}
    points = _cut(scene, view, n)
    if points is None:
        return {}
    ellipse = fit_ellipse(points - np.array([view.top, view.left]))
    measured = {scene.measured: float(ellipse.circumference)} if scene.measured else {}
    return {**measured, "ellipse": ellipse}


def _cut(scene: Scene, view: View, n: int) -> np.ndarray | None:
    """Points (n, 2) of the border in the plane, mm, along rays from the anatomy's middle.

    Bisection comes near; then each step goes as far as the signed distance says.
    """
    middle = view.pose.from_scene(np.asarray(scene.outline_pose.origin, float))
    angle = np.arange(n) * (2 * np.pi / n)
    ray = np.stack([np.cos(angle), np.sin(angle), np.zeros(n)], -1)
    reach = float(np.max(np.abs(scene.outline.bounds))) * 2
    near, far = np.zeros(n), np.full(n, reach)
    for _ in range(8):
        half = (near + far) / 2
        inside = _from_outline(scene, view, middle, half[:, None] * ray) < 0
        near, far = np.where(inside, half, near), np.where(inside, far, half)
    if near.min() == 0:
        return None
    for _ in range(6):
        near -= _from_outline(scene, view, middle, near[:, None] * ray)
    return middle[:2] + near[:, None] * ray[:, :2]


def _from_outline(scene: Scene, view: View, middle: np.ndarray, steps: np.ndarray) -> np.ndarray:
    points = view.pose.to_scene(np.array([middle[0], middle[1], 0.0]) + steps)
    return scene.outline.distance(*scene.outline_pose.from_scene(points).T)
