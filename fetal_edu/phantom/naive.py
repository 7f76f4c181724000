"""Heads without physics: a bright ellipse and speckle in a sector. The floor that the simulator has to beat.

A network that learns from these alone tells how much of a result comes from the shape and from
augmentation, and how much from the simulator's physics and anatomy.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from fetal_edu.sample import Sample

from .draw import checked_seed, draw_probe, draw_view
from .head import draw_weeks, head
from .probe import View, scan_map
from .render import checked_shape, outline_truth

__all__ = ["draw_naive_head"]

BACKGROUND, HEAD = 0, 1


def draw_naive_head(seed: int, *, shape: tuple[int, int] = (256, 384)) -> Sample:
    """Draw a bright ellipse on speckle: no tissue, no beam, no shadow, no anatomy.

    Age, size, place and sector are those of `draw_head` with the same seed: only the look differs.

    Parameters
    ----------
    seed : int
    shape : (rows, columns)
        At least 16 each.

    Returns
    -------
    Sample
        With ``truth["hc_mm"]`` and ``truth["ellipse"]``; its one class is ``head``.

    Raises
    ------
    ValueError
        For a negative seed or a shape that is too small.

    Examples
    --------
    >>> sample = draw_naive_head(7, shape=(64, 96))
    >>> sample.shape, bool(sample.mask("head").any())
    ((64, 96), True)
    """
    shape, seed = checked_shape(shape), checked_seed(seed)
    rng = np.random.default_rng([seed, 1])
    weeks, difficulty = draw_weeks(rng), float(rng.uniform())
    scene = head(weeks, seed=seed, difficulty=difficulty)
    view = draw_view(rng, scene, shape)
    probe = draw_probe(rng, view, shape, difficulty)
    truth = outline_truth(scene, view)
    mask = truth["ellipse"].mask(shape, view.spacing)
    sector = np.zeros(shape, bool)
    sector.reshape(-1)[scan_map(probe, view, shape).pixels] = True
    picture = _speckled(mask, view, rng) * sector
    return Sample(
        np.round(picture * 255).astype(np.float32) / np.float32(255),
        labels=mask.astype(np.uint8),
        classes={"background": (BACKGROUND,), "head": (HEAD,)},
        spacing=view.spacing,
        plane=scene.plane,
        truth={**scene.truth, **truth},
        origin="naive",
        group=f"naive-{seed}",
        seed=seed,
        params={"draw": "naive head", "seed": seed, "shape": list(shape)},
    )


def _speckled(mask: np.ndarray, view: View, rng: np.random.Generator) -> np.ndarray:
    """Rayleigh speckle at one level inside the head and one outside; a bright rim, soft at its edges."""
    inward = ndimage.distance_transform_edt(mask, sampling=view.spacing)  # mm, 0 outside
    outward = ndimage.distance_transform_edt(~mask, sampling=view.spacing)
    thick = rng.uniform(1.0, 3.5)  # mm; the rim ends at the head's border
    rim = np.exp(-(((inward - outward - thick / 2) / (thick / 2)) ** 2)) * rng.uniform(0.4, 1.0)
    level = np.where(mask, rng.uniform(0.02, 0.25), rng.uniform(0.02, 0.35))
    grain = ndimage.gaussian_filter(rng.standard_normal((2, *mask.shape)), (0, *rng.uniform(0.5, 2.0, 2)))
    speckle = np.hypot(*grain) / np.sqrt((grain**2).mean() * np.pi / 2)  # mean 1
    return np.clip((level + rim) * (0.5 + 0.5 * speckle) ** rng.uniform(0.5, 2.0), 0, 1)
