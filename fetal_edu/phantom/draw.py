"""Pictures drawn at random, as a network shall meet them: all that they show from one seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed

from fetal_edu.sample import Sample

from .anatomies import anatomy_of, checked_age
from .knobs import checked_knobs, turn_machine, turn_probe
from .machines import fit_to_kind
from .probe import Machine, Probe, View
from .render import checked_shape, render
from .scene import Scene

__all__ = ["Setup", "draw", "draw_head", "draw_heads", "seeds_of", "set_up"]


class Setup(NamedTuple):
    """All that a picture is made from, but the scene's plane: what `draw` settles from a request."""

    scene: Scene
    view: View
    probe: Probe
    machine: Machine
    request: Mapping[str, object]


def draw(
    plane: str,
    seed: int,
    *,
    anatomy: str | None = None,
    weeks: float | None = None,
    difficulty: float | None = None,
    knobs: Mapping[str, float] | None = None,
    machine: str | None = None,
    shape: tuple[int, int] = (256, 384),
) -> Sample:
    """Draw one simulated picture of a plane, everything from the seed.

    Parameters
    ----------
    plane : str
        One of `fetal_edu.phantom.PLANES`.
    seed : int
    anatomy : str, optional
        Needed where several anatomies have the plane, as for ``"other"``; the head by default.
    weeks : float, optional
        Gestational age; drawn if not given.
    difficulty : float, optional
        0 (clear) to 1 (thick wall, shadows, gaps, noise); drawn if not given.
    knobs : mapping of name to number, optional
        Single difficulties from 0 to 1, over what `difficulty` draws: see `fetal_edu.phantom.KNOBS`.
    machine : str, optional
        A kind of machine, a key of `fetal_edu.phantom.MACHINES`; a mixture if not given.
    shape : (rows, columns)
        At least 16 each. The picture is 1.5 times as wide as high in HC18.

    Returns
    -------
    Sample
        ``truth`` has what is known in mm and weeks; ``params`` is what `redraw` needs.

    Raises
    ------
    ValueError
        For an unknown plane, knob or machine, an age that is not drawn, or a shape that is too small.

    Examples
    --------
    >>> sample = draw("transthalamic", 7, weeks=22, knobs={"shadow": 0.8}, machine="old", shape=(64, 96))
    >>> sample.shape, sample.plane, bool(sample.mask("head").any())
    ((64, 96), 'transthalamic', True)
    """
    setup = set_up(
        plane,
        seed,
        anatomy=anatomy,
        weeks=weeks,
        difficulty=difficulty,
        knobs=knobs,
        machine=machine,
        shape=shape,
    )
    scene, view, probe, settings, request = setup
    sample = render(scene, probe, settings, seed=request["seed"], shape=tuple(request["shape"]), view=view)
    return replace(sample, params={**sample.params, **request})


def set_up(
    plane: str,
    seed: int,
    *,
    anatomy: str | None = None,
    weeks: float | None = None,
    difficulty: float | None = None,
    knobs: Mapping[str, float] | None = None,
    machine: str | None = None,
    shape: tuple[int, int] = (256, 384),
) -> Setup:
    """Settle scene, view, probe and machine of one picture; the parameters are those of `draw`."""
    shape, seed = checked_shape(shape), checked_seed(seed)
    name, kind = anatomy_of(plane, anatomy)
    rng, extra = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 5])
    drawn = kind.draw_weeks(rng)
    weeks = drawn if weeks is None else checked_age(weeks, name)
    drawn = float(rng.uniform())
    difficulty = drawn if difficulty is None else float(difficulty)
    if not 0 <= difficulty <= 1:
        raise ValueError(f"difficulty {difficulty:g}: give a number from 0 (clear) to 1 (hard)")
    turned = checked_knobs(knobs, kind.knobs)
    scene = kind.scene(weeks, seed=seed, plane=plane, difficulty=difficulty, knobs=turned)
    view = draw_view(rng, scene, shape)
    probe = draw_probe(rng, view, shape, difficulty)
    settings = draw_machine(rng, shape[1], weeks, difficulty)
    if scene.white != "skull":
        settings = _without_skull(settings)
    if machine is not None:
        probe, settings = fit_to_kind(probe, settings, machine, extra, columns=shape[1])
    probe, settings = turn_probe(probe, turned), turn_machine(settings, turned, extra)
    request = {
        "draw": name,
        "plane": plane,
        "seed": seed,
        "weeks": weeks,
        "difficulty": difficulty,
        "knobs": turned,
        "kind": machine,
        "shape": list(shape),
    }
    return Setup(scene, view, probe, settings, request)


def draw_head(
    seed: int,
    *,
    weeks: float | None = None,
    difficulty: float | None = None,
    shape: tuple[int, int] = (256, 384),
) -> Sample:
    """Draw one simulated head in the transthalamic plane, everything from the seed.

    Parameters
    ----------
    seed : int
    weeks : float, optional
        Gestational age, 11 to 40; drawn if not given, most often the second trimester.
    difficulty : float, optional
        0 (clear) to 1 (thick wall, shadows, gaps, noise); drawn if not given.
    shape : (rows, columns)
        At least 16 each. The picture is 1.5 times as wide as high in HC18.

    Returns
    -------
    Sample
        ``truth`` holds ``hc_mm``, ``ga_weeks`` and the ``ellipse``; ``params`` is what `redraw` needs.

    Raises
    ------
    ValueError
        For an age outside 11-40 weeks, a difficulty outside 0..1 or a shape that is too small.

    Examples
    --------
    >>> sample = draw_head(7, weeks=22, shape=(64, 96))
    >>> sample.shape, sample.plane, bool(sample.mask("head").any())
    ((64, 96), 'transthalamic', True)
    """
    return draw("transthalamic", seed, weeks=weeks, difficulty=difficulty, shape=shape)


def draw_heads(n: int, *, seed: int = 0, shape: tuple[int, int] = (256, 384), jobs: int = 1) -> list[Sample]:
    """Draw several simulated heads; head ``i`` depends on ``seed`` and ``i`` alone.

    Parameters
    ----------
    n : int
        How many, at least 1.
    seed : int
    shape : (rows, columns)
    jobs : int
        Processes to share the work (joblib); the pictures are the same for any number.

    Raises
    ------
    ValueError
        If `n` is below 1.

    Examples
    --------
    >>> first, second = draw_heads(2, seed=5, shape=(32, 48))
    >>> first.group == second.group
    False
    """
    if int(n) < 1:
        raise ValueError(f"{n} heads asked for: ask for at least 1")
    shape = checked_shape(shape)
    return Parallel(n_jobs=jobs)(delayed(draw_head)(s, shape=shape) for s in seeds_of(int(n), seed))


def seeds_of(n: int, seed: int) -> list[int]:
    """Give the seeds of `n` pictures; picture ``i``'s depends on ``seed`` and ``i`` alone."""
    seed = checked_seed(seed)
    return [int(np.random.SeedSequence([seed, i]).generate_state(1)[0]) for i in range(n)]


def checked_seed(seed: int) -> int:
    """Return a seed as a whole number from 0 on, or raise a sentence."""
    if int(seed) != seed or seed < 0:
        raise ValueError(f"seed {seed}: a whole number from 0 on is needed")
    return int(seed)


def draw_view(rng: np.random.Generator, scene: Scene, shape: tuple[int, int]) -> View:
    """Frame a scene as sonographers do: what is looked at fills a good part of the width, near the middle."""
    (depth, beside), (down, across), length, usual, spread = scene.frame
    ratio = shape[0] / shape[1]
    part = float(np.clip(rng.normal(usual, spread), 0.28, 0.80))
    width = max(length / part, 2.08 * down / ratio, 2.08 * across)
    height = width * ratio
    slack = max(height / 2 - 1.04 * down, 0), max(width / 2 - 1.04 * across, 0)
    row = height / 2 + float(np.clip(rng.normal(0, 0.06) * height, -slack[0], slack[0]))
    column = width / 2 + float(np.clip(beside + rng.normal(0, 0.03) * width, -slack[1], slack[1]))
    mm = width / shape[1]
    return View(float(depth - row), float(beside - column), (mm, mm))


def draw_probe(rng: np.random.Generator, view: View, shape: tuple[int, int], difficulty: float) -> Probe:
    """Draw a convex probe whose beams cover the view."""
    height, width = shape[0] * view.spacing[0], shape[1] * view.spacing[1]
    radius = rng.uniform(38, 62)
    middle = radius + view.top + height / 2
    half = np.degrees(np.arcsin(min(rng.uniform(0.75, 1.35) * width / 2 / middle, 0.64)))
    start = max(view.top - 2.0, 0.0)
    depth = view.top + height * rng.uniform(0.97, 1.2)
    reach = max(-view.left, view.left + width)
    seen = np.degrees(np.arctan2(reach, max(radius + view.top, radius * 0.7))) + 2
    deepest = 10 * rng.uniform(55, 85) * (1.1 - 0.4 * difficulty)
    f0 = min(rng.uniform(2.8, 6) + (1.0 if depth < 70 else 0), deepest / depth)
    return Probe(
        f0=float(np.clip(f0, 2.0, 8.0)),
        cycles=float(rng.uniform(1.5, 3)),
        radius=float(radius),
        half_angle=float(np.clip(half, 24, 40) if seen > 24 else seen),
        start=float(start),
        depth=float(depth),
        focus=float(depth * rng.uniform(0.45, 0.75)),
        aperture=float(rng.uniform(24, 44)),
        f_number=float(rng.uniform(1.5, 2.8)),
    )


def _without_skull(machine: Machine) -> Machine:
    """Let borders stand out where the gain has no skull to follow: else all tissue would be white."""
    return replace(machine, specular_gain=machine.specular_gain + 4.0, white=1.28 * machine.white)


def draw_machine(rng: np.random.Generator, columns: int, weeks: float, difficulty: float) -> Machine:
    """Draw the settings and troubles of one examination."""
    early = np.clip((15 - weeks) / 3, 0, 1)  # little bone yet: the gain follows the tissue, not the skull
    knots = rng.normal(0, rng.uniform(0.3, 1.0 + 2.0 * difficulty), 9)
    edge = rng.uniform(0, 12)
    knots -= edge * np.abs(np.linspace(-1, 1, 9)) ** 4
    shadows = tuple(
        (float(rng.uniform()), float(rng.uniform(0.02, 0.12)), float(rng.uniform(3, 6 + 12 * difficulty)))
        for _ in range(rng.integers(0, 3))
    )
    boxes = []
    if rng.random() < 0.8:
        boxes.append((1 - rng.uniform(0.1, 0.2), 1 - rng.uniform(0.15, 0.28), 0.3, 0.3))
    if rng.random() < 0.25:
        boxes.append((0.0, 1 - rng.uniform(0.06, 0.12), rng.uniform(0.08, 0.2), 0.2))
    return Machine(
        specular_gain=float(rng.uniform(34, 46)),
        lobe=float(rng.uniform(15, 38)),
        rough=float(rng.uniform(0.35, 0.8)),
        looks=int(rng.choice([1, 3, 3, 5, 5])),
        side_lobes=float(rng.uniform(-38, -26)),
        bending=float(rng.uniform(0.05, 0.35)),
        reverberation=float(rng.uniform(0, 0.04) if rng.random() < 0.35 else 0),
        haze=float(rng.uniform(-72, -52)),
        haze_length=float(rng.uniform(5, 18)),
        noise=float(rng.uniform(-95, -80 + 8 * difficulty)),
        tgc=float(rng.uniform(0.33, 0.5)),
        tgc_stop=float(rng.uniform(0.6, 0.92)),
        beam_gain=tuple(float(k) for k in knots),
        shadows=shadows,
        white=float(rng.uniform(0.75, 1.4) * (1 + early * rng.uniform(0.5, 5))),
        dark=float(rng.uniform(0.05, 0.18)),
        calm=float(rng.uniform(0.6, 1.0)),
        gamma=float(rng.uniform(1.0, 1.7)),
        blur=float(rng.uniform(0.5, 1.3)) * columns / 384,
        blend=float(rng.uniform(0.5, 1.0)),
        bar=bool(rng.random() < 0.8),
        boxes=tuple(tuple(float(x) for x in box) for box in boxes),
    )
