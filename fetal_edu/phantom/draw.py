"""Heads drawn at random, as a network shall meet them: anatomy, probe, machine and framing from one seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed

from fetal_edu.sample import Sample

from .head import checked_weeks, head
from .probe import Machine, Probe, View
from .render import checked_shape, render
from .scene import Scene

__all__ = ["draw_head", "draw_heads", "redraw"]


def draw_head(
    seed: int,
    *,
    weeks: float | None = None,
    difficulty: float | None = None,
    shape: tuple[int, int] = (256, 384),
) -> Sample:
    """Draw one simulated head, everything from the seed.

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
    shape, seed = checked_shape(shape), checked_seed(seed)
    rng = np.random.default_rng([seed, 1])
    drawn = draw_weeks(rng)
    weeks = drawn if weeks is None else checked_weeks(weeks)
    drawn = float(rng.uniform())
    difficulty = drawn if difficulty is None else float(difficulty)
    if not 0 <= difficulty <= 1:
        raise ValueError(f"difficulty {difficulty:g}: give a number from 0 (clear) to 1 (hard)")
    scene = head(weeks, seed=seed, difficulty=difficulty)
    view = draw_view(rng, scene, shape)
    probe = draw_probe(rng, view, shape, difficulty)
    machine = draw_machine(rng, shape[1], weeks, difficulty)
    sample = render(scene, probe, machine, seed=seed, shape=shape, view=view)
    request = {"draw": "head", "seed": seed, "weeks": weeks, "difficulty": difficulty, "shape": list(shape)}
    return replace(sample, params={**sample.params, **request})


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
    shape, seed = checked_shape(shape), checked_seed(seed)
    seeds = [int(np.random.SeedSequence([seed, i]).generate_state(1)[0]) for i in range(int(n))]
    return Parallel(n_jobs=jobs)(delayed(draw_head)(s, shape=shape) for s in seeds)


def redraw(params: Mapping[str, object]) -> Sample:
    """Draw the same picture again, from a sample's ``params``.

    Examples
    --------
    >>> sample = draw_head(3, shape=(32, 48))
    >>> bool((redraw(sample.params).image == sample.image).all())
    True
    """
    if params.get("draw") != "head":
        raise ValueError("these parameters were not written by draw_head: 'draw' is not 'head'")
    return draw_head(
        params["seed"], weeks=params["weeks"], difficulty=params["difficulty"], shape=tuple(params["shape"])
    )


def checked_seed(seed: int) -> int:
    if int(seed) != seed or seed < 0:
        raise ValueError(f"seed {seed}: a whole number from 0 on is needed")
    return int(seed)


def draw_weeks(rng: np.random.Generator) -> float:
    """Draw an age as clinical sets have them: 11-14 weeks, the 20-week scan, and later."""
    kind, normal, flat = rng.uniform(), rng.normal(), rng.uniform()
    if kind < 0.2:
        return float(11 + 4 * flat)
    if kind < 0.75:
        return float(np.clip(20.3 + 1.8 * normal, 15, 26))
    return float(15 + 24 * flat)


def draw_view(rng: np.random.Generator, scene: Scene, shape: tuple[int, int]) -> View:
    """Framing as in HC18: the head fills about 0.57 of the width, near the middle."""
    semi_a, semi_b = scene.outline.semi[:2]
    s, c = scene.outline_pose.axes[0][:2]
    down, across = np.hypot(semi_a * s, semi_b * c), np.hypot(semi_a * c, semi_b * s)
    ratio = shape[0] / shape[1]
    usual, spread = (0.46, 0.11) if scene.truth["ga_weeks"] < 15 else (0.60, 0.11)
    part = float(np.clip(rng.normal(usual, spread), 0.28, 0.80))
    width = max(2 * semi_a / part, 2.08 * down / ratio, 2.08 * across)
    height = width * ratio
    slack = max(height / 2 - 1.04 * down, 0), max(width / 2 - 1.04 * across, 0)
    depth, beside, _ = scene.outline_pose.origin
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
