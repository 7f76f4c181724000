"""A volume: parallel planes of one scene, seen through a beam that has a thickness.

A picture is a slice without thickness only on paper. Sound spreads out of the picture too, and what lies a
millimetre before or behind the plane is heard with it. Neighbouring planes of a volume therefore share part
of their speckle, and small structures fade into both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace

import numpy as np

from fetal_edu.sample import Sample

from .draw import checked_seed, set_up
from .physics import Echoes, balanced, beam_gain, echoes_of, responses, through_probe
from .pose import Pose
from .probe import Machine, Probe, View
from .render import Tone, check_seen, outline_truth, tone_of
from .scene import Scene
from .screen import add_noise, calm, finish, log_compress, persist, scan_convert, tgc

__all__ = ["draw_volume", "elevation_sigma", "plane_amplitudes", "render_volume"]

HEIGHT, LENS = 13.0, 65.0  # mm: height of a convex probe's elements, and the focus of the lens before them
_REACH = 3.0  # standard deviations of the beam's thickness that are heard
_STEPS = (0.1, 5.0)  # mm from plane to plane
Progress = Callable[[int, int], object]


def draw_volume(
    plane: str,
    seed: int,
    *,
    anatomy: str | None = None,
    weeks: float | None = None,
    difficulty: float | None = None,
    knobs: Mapping[str, float] | None = None,
    machine: str | None = None,
    size: tuple[int, int, int] = (64, 128, 128),
    step_mm: float | None = None,
    progress: Progress | None = None,
) -> Sample:
    """Draw one simulated volume around a plane, everything from the seed.

    Parameters
    ----------
    plane : str
        The plane in the middle, one of `fetal_edu.phantom.PLANES`; the name of an anatomy stands for its
        usual one.
    seed : int
    anatomy, weeks, difficulty, knobs, machine
        As in `fetal_edu.phantom.draw`: the same anatomy in the same place, with the same seed.
    size : (planes, rows, columns)
        At least 2 planes of 16 x 16.
    step_mm : float, optional
        From plane to plane, 0.1 to 5 mm. If not given, the planes reach as far as the rows do, or
        lie 5 mm apart.
    progress : callable, optional
        ``progress(done, planes)`` is called after each plane.

    Returns
    -------
    Sample
        Depth first. Plane number ``truth["middle_plane"]`` is the plane that was asked for. The landmarks are
        (depth, row, column) in mm from the first voxel. Labels are evaluated at the voxels' centres.

    Raises
    ------
    ValueError
        As `draw`; and for a size or a step that is not possible.

    Examples
    --------
    >>> volume = draw_volume("transthalamic", 7, weeks=22, size=(4, 32, 48), step_mm=3)
    >>> volume.shape, volume.spacing[0], volume.truth["middle_plane"]
    ((4, 32, 48), 3.0, 2)
    """
    size = _checked_size(size)
    plane, anatomy = _plane_of(plane, anatomy)
    scene, view, probe, settings, request = set_up(
        plane,
        seed,
        anatomy=anatomy,
        weeks=weeks,
        difficulty=difficulty,
        knobs=knobs,
        machine=machine,
        shape=size[1:],
    )
    step = min(view.spacing[0] * size[1] / size[0], _STEPS[1]) if step_mm is None else step_mm
    sample = render_volume(
        scene,
        _coarse(probe, view, size),
        settings,
        seed=request["seed"],
        view=view,
        size=size,
        step_mm=step,
        progress=progress,
    )
    asked = {**request, "volume": {"size": list(size), "step_mm": step_mm}}
    return replace(sample, params={**sample.params, **asked})


def render_volume(
    scene: Scene,
    probe: Probe,
    machine: Machine,
    *,
    seed: int,
    view: View,
    size: tuple[int, int, int],
    step_mm: float,
    progress: Progress | None = None,
    tone: Tone | None = None,
) -> Sample:
    """Make a volume of a scene: parallel planes, `step_mm` apart, with one gain for all.

    Parameters
    ----------
    scene : Scene
    probe : Probe
    machine : Machine
        Its grey bar and black boxes belong to a screen and are left out.
    seed : int
        For the scatterers and the noise.
    view : View
        What the plane in the middle, number ``planes // 2``, shows.
    size : (planes, rows, columns)
    step_mm : float
    progress : callable, optional
        ``progress(done, planes)`` after each plane.
    tone : (white, dynamic range) dB, optional
        Set on the middle plane if not given.

    Returns
    -------
    Sample
        See `draw_volume`.

    Notes
    -----
    Moving the probe by itself keeps the planes parallel, as a motor or a steady hand does. A probe that is
    tilted instead fans its planes; that is not drawn here.

    Raises
    ------
    ValueError
        For a size, a step or a seed that is not possible, or a view that the probe does not see.
    """
    size, seed = _checked_size(size), checked_seed(seed)
    count, shape = size[0], size[1:]
    step = _checked_step(step_mm)
    flat = replace(view, pose=Pose())
    check_seen(probe, flat, shape)
    machine = replace(machine, bar=False, boxes=())
    tone = tone or tone_of(scene, probe, machine, seed=seed, pose=view.pose)
    poses = [view.pose.after(Pose((0.0, 0.0, (k - count // 2) * step))) for k in range(count)]
    image, labels = np.empty(size, np.float32), np.empty(size, np.uint8)
    planes = plane_amplitudes(scene, probe, machine, seed=seed, pose=view.pose, count=count, step_mm=step)
    points = view.points(shape)
    for k, amplitude in enumerate(planes):
        amplitude = add_noise(
            persist(amplitude, probe, machine), machine, np.random.default_rng([seed, 8, k])
        )
        decibel = calm(20 * np.log10(amplitude + np.float32(1e-9)), machine) + tgc(probe, machine)[:, None]
        grey = log_compress(decibel, *tone, machine.gamma)
        image[k] = finish(scan_convert(grey, probe, flat, shape), machine)
        labels[k] = scene.labels(poses[k].to_scene(points))
        if progress is not None:
            progress(k + 1, count)
    return Sample(
        image,
        labels=labels,
        classes=dict(scene.classes),
        spacing=(step, *view.spacing),
        plane=scene.plane,
        truth=_truth(scene, view, count, step),
        origin="phantom",
        group=scene.group,
        seed=seed,
        params={**scene.params, "probe": asdict(probe), "machine": asdict(machine), "view": asdict(view)},
    )


def elevation_sigma(probe: Probe) -> np.ndarray:
    """Thickness of the beam at each depth, out of the picture, as a standard deviation in mm, (samples,).

    The elements are 13 mm high with a fixed lens of 65 mm focus: the beam is thinnest near there, 1.5 mm at
    3.5 MHz (full width at half of the amplitude), and widens on both sides. Sent and received beam act
    together.

    Examples
    --------
    >>> thick = 2.355 * elevation_sigma(Probe(f0=3.5, start=5, depth=125))
    >>> f"{thick[0]:.1f} mm at 5 mm, {thick.min():.1f} mm at best, {thick[-1]:.1f} mm at 125 mm"
    '3.3 mm at 5 mm, 1.5 mm at best, 4.6 mm at 125 mm'
    """
    depth = np.maximum(probe.ranges, 1.0)
    spread = probe.wavelength * depth / HEIGHT
    defocus = 0.35 * HEIGHT * np.abs(depth - LENS) / LENS
    return (1.1 * np.hypot(spread, defocus) / np.sqrt(2) / 2.355).astype(np.float32)


def plane_amplitudes(
    scene: Scene,
    probe: Probe,
    machine: Machine,
    *,
    seed: int,
    pose: Pose,
    count: int,
    step_mm: float,
) -> Iterator[np.ndarray]:
    """Yield the echo amplitudes (samples, beams) of each plane, heard through the beam's thickness.

    Notes
    -----
    Each plane has scatterers of its own. The beam adds those of the planes about it with Gaussian weights
    of standard deviation sigma, so that the fields of two planes d apart correlate by exp(-d^2/(4 sigma^2))
    and their intensities by its square. Scatterers add in power (weights whose squares sum to 1), the
    echoes of borders in amplitude (weights that sum to 1).
    """
    weights = _weights(elevation_sigma(probe), step_mm)
    reach, (axial, lateral) = len(weights) // 2, responses(probe, machine)
    in_power = weights / np.sqrt(np.square(weights).sum(0))
    in_amplitude = weights / weights.sum(0)
    gain, heard = beam_gain(machine, probe.beams), deque(maxlen=len(weights))
    for k in range(-reach, count + reach):
        place = pose.after(Pose((0.0, 0.0, (k - count // 2) * step_mm)))
        echoes = _thin(scene, probe, machine, place, seed=seed, plane=k + reach)
        speckle = balanced(echoes.speckle, axial, lateral) + echoes.rough / np.float32(axial.mean())
        heard.append((speckle, echoes.mirror / np.float32(axial.mean())))
        if k < reach:
            continue
        field = np.zeros_like(speckle)
        for (speckle, mirror), power, amplitude in zip(heard, in_power, in_amplitude, strict=True):
            field += power[:, None] * speckle + amplitude[:, None] * mirror
        yield through_probe(field, axial, lateral) * gain


def _thin(scene: Scene, probe: Probe, machine: Machine, pose: Pose, *, seed: int, plane: int) -> Echoes:
    """Echoes of one plane without thickness, with scatterers of its own."""
    maps = scene.at(pose.to_scene(probe.points()))
    drawn = np.random.default_rng([seed, 7, plane]).standard_normal((*maps.echo.shape, 2), dtype=np.float32)
    noise = drawn.view(np.complex64)[..., 0] * np.float32(np.sqrt(0.5))
    # The haze behind borders goes on from plane to plane: one draw for all.
    return echoes_of(maps, probe, machine, np.random.default_rng([seed, 2]), noise)


def _weights(sigma: np.ndarray, step_mm: float) -> np.ndarray:
    """Gaussian weights of the planes from one side to the other, (odd number of planes, samples)."""
    reach = int(np.ceil(_REACH * float(sigma.max()) / step_mm))
    away = np.arange(-reach, reach + 1)[:, None] * np.float32(step_mm)
    return np.exp(-0.5 * (away / sigma) ** 2).astype(np.float32)


def _coarse(probe: Probe, view: View, size: tuple[int, int, int]) -> Probe:
    """Give a probe no more beams and samples than the voxels can show: twice as fine as they are."""
    samples = int(np.clip(2 * (probe.depth - probe.start) / view.spacing[0], 160, probe.samples))
    return replace(probe, beams=min(probe.beams, max(96, size[2])), samples=samples)


def _truth(scene: Scene, view: View, count: int, step: float) -> dict[str, object]:
    """Scene's and middle plane's truth, with the landmarks in mm of the volume."""
    truth = {**scene.truth, **outline_truth(scene, view), "middle_plane": count // 2}
    if scene.landmarks:
        corner = np.array([view.top, view.left, -(count // 2) * step])
        places = view.pose.from_scene(np.array(list(scene.landmarks.values()), float)) - corner
        named = zip(scene.landmarks, places[:, [2, 0, 1]].round(3).tolist(), strict=True)
        truth["landmarks"] = {name: tuple(place) for name, place in named}
    return truth


def _plane_of(plane: str, anatomy: str | None) -> tuple[str, str | None]:
    """Take the name of an anatomy as its usual plane."""
    from .anatomies import ANATOMIES, PLANES

    if anatomy is None and plane in ANATOMIES and plane not in PLANES:
        return ANATOMIES[plane].planes[0], plane
    return plane, anatomy


def _checked_size(size: tuple[int, int, int]) -> tuple[int, int, int]:
    numbers = tuple(int(n) for n in size)
    if len(numbers) != 3 or numbers[0] < 2 or min(numbers[1:]) < 16:
        raise ValueError(f"size {tuple(size)}: give planes, rows and columns, at least 2 planes of 16 x 16")
    if np.prod(numbers, dtype=float) > 64e6:
        raise ValueError(f"{np.prod(numbers) / 1e6:.0f} million voxels: the limit is 64 million")
    return numbers


def _checked_step(step_mm: float) -> float:
    step, (low, high) = float(step_mm), _STEPS
    if not low <= step <= high:
        raise ValueError(f"{step:g} mm from plane to plane: give {low:g} to {high:g} mm")
    return step
