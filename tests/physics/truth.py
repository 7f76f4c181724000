"""How true the simulator's truth is, and how repeatable its pictures: one number for each seed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from functools import cache

import numpy as np

from fetal_edu.data import bundled
from fetal_edu.measure import fit_mask
from fetal_edu.phantom import draw_head, draw_heads, head, redraw

SMALL = (64, 96)
KEPT = bundled.names(kind="picture")[::6]  # each plane's youngest, and a few hard ones
AGES = (11, 12, 13, 15, 16, 18, 20, 22, 24, 28, 32, 40)  # weeks, one for each seed


def circumference(seed):
    """HC of the ellipse through the mask's border, over the truth."""
    sample = draw_head(seed, weeks=AGES[seed % len(AGES)])
    return fit_mask(sample.mask("head"), sample.spacing).circumference / sample.truth["hc_mm"]


def wrong_labels(seed):
    """Pixels whose label is not that of the anatomy at the pixel's centre."""
    sample = draw_head(seed, shape=SMALL)
    scene = head(sample.truth["ga_weeks"], seed=seed, difficulty=sample.params["difficulty"])
    view = sample.params["view"]
    down, across = (
        start + np.arange(n) * mm
        for start, n, mm in zip((view["top"], view["left"]), SMALL, sample.spacing, strict=True)
    )
    points = np.stack([*np.meshgrid(down, across, indexing="ij"), np.zeros(SMALL)], -1)
    distance = scene.outline.distance(*np.moveaxis(scene.outline_pose.from_scene(points), -1, 0))
    clear = np.abs(distance) > 1e-3  # mm; float32 decides closer ones either way
    off = (sample.labels != scene.at(points).label) | ((sample.mask("head") != (distance < 0)) & clear)
    return int(off.sum())


def changed_bytes(first, second):
    """Bytes of image and labels that differ between two samples."""
    pairs = ((first.image, second.image), (first.labels, second.labels))
    return sum(int((a.view(np.uint8) != b.view(np.uint8)).sum()) for a, b in pairs)


def same_seed(seed):
    """Bytes that differ between two pictures of one seed."""
    return changed_bytes(draw_head(seed, shape=SMALL), draw_head(seed, shape=SMALL))


def more_workers(seed):
    """Bytes that differ between three pictures drawn in one process and in two."""
    one, two = (draw_heads(3, seed=seed, shape=SMALL, jobs=jobs) for jobs in (1, 2))
    return sum(map(changed_bytes, one, two))


def drawn_again(seed):
    """Bytes that differ when a picture is drawn again from its parameters, through JSON."""
    sample = draw_head(seed, shape=SMALL)
    return changed_bytes(sample, redraw(json.loads(json.dumps(sample.params))))


def off_the_kept_one(seed):
    """Grey levels between a bundled sample and the same drawn now: the kept one may be of another machine."""
    sample = bundled.load(KEPT[seed])
    again = redraw(sample.params)
    if not np.array_equal(again.labels, sample.labels):
        return 255.0
    return float(np.abs(again.image - sample.image).max() * 255)


def off_another_processor(seed):
    """Grey levels between a picture and the same with numpy's code for an older processor."""
    now = draw_head(seed, shape=SMALL)
    image, labels = _on_an_older_processor()[seed]
    if not np.array_equal(now.labels, labels):
        return 255.0
    return float(np.abs(now.image - image).max() * 255)


def processor_features():
    """What numpy's code uses of this processor, beyond what every processor of its kind has."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]


_DRAW = """
import sys, numpy as np
from fetal_edu.phantom import draw_head
drawn = [draw_head(seed, shape={shape}) for seed in range({n})]
np.savez(sys.stdout.buffer, image=[s.image for s in drawn], labels=[s.labels for s in drawn])
"""
PROCESSOR_SEEDS = 6


@cache
def _on_an_older_processor():
    code = _DRAW.format(shape=SMALL, n=PROCESSOR_SEEDS)
    without = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(processor_features())}
    done = subprocess.run([sys.executable, "-c", code], env=without, capture_output=True, check=True)
    with np.load(io.BytesIO(done.stdout)) as file:
        return list(zip(file["image"], file["labels"], strict=True))
