"""Make ``head-phantom``: the head network that never saw a real image, and the floor that it has to beat.

Two networks are trained alike, one on simulated heads, one on bright ellipses with speckle. Both are tested
on real images that shaped nothing in the simulator. What the first has over the second is what physics and
anatomy are worth; what the second has alone comes from the shape and from augmentation.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import bootstrap
from torch.utils.data import Subset

from fetal_edu.data.limits import BadInput
from fetal_edu.data.public import HC18, data_folder, hc18
from fetal_edu.learning.evaluate import HeadScore, evaluate_heads, summarise
from fetal_edu.learning.export import save_card, save_network
from fetal_edu.learning.ship import READ_THE_TABLE, common_card
from fetal_edu.learning.train import Recipe, train_head
from fetal_edu.phantom import draw_heads, draw_naive_head
from fetal_edu.runtime import WEIGHTS
from fetal_edu.sample import Sample

__all__ = ["PHANTOM_RECIPE", "make_head_phantom", "untouched_hc18"]

NAME = "head-phantom"
HEADS = 1600
DATA_SEED, TEST_SEED = 77, 78  # of the simulated heads: the same for each training seed
TESTED_ON_SIMULATED = 100  # heads, where no real image is at hand
PHANTOM_RECIPE = Recipe(epochs=6)
PHANTOM_LIMITS = (
    "Not a medical device: for teaching and exploration, never for a decision about a patient.",
    "Made to show what simulation gives and what it lacks; to measure, use `head`.",
    "The simulator knows how HC18 was taken: its framing, sizes and looks were set beside such images.",
    "HC18 names examinations, not women: one woman can have several among the images set beside and tested.",
    "HC18's csv gives HC but no ages: trimesters here are by head size (INTERGROWTH-21st dating).",
    "Simulated heads of 11 to 13 weeks extrapolate the HC chart below its data (61, 73, 86 mm).",
)


def untouched_hc18(data: HC18) -> Subset:
    """Return the HC18 images that shaped nothing in the simulator.

    The simulator's grey levels, skull and early heads were set beside 141 images, named in
    ``hc18_seen.txt``. They are left out, and with them all images of the same examinations.
    """
    seen = files("fetal_edu.learning").joinpath("hc18_seen.txt").read_text("utf-8").split()
    groups = {name.partition("_")[0] for name in seen}
    return Subset(data, [i for i, group in enumerate(data.groups) if group not in groups])


def make_head_phantom(
    *,
    seed: int = 0,
    out: Path = WEIGHTS,
    data: Path | None = None,
    recipe: Recipe | None = None,
    heads: int = HEADS,
    card_only: bool = False,
    progress: bool = True,
) -> dict[str, Any]:
    """Train on simulated heads alone, and beside it on naive ones; test both; write weights and card.

    Parameters
    ----------
    seed : int
        Of the training. The shipped weights are of seed 0.
    out : Path
        Folder for ``head-phantom.safetensors``, ``.onnx``, ``.json`` and ``.md``.
    data : Path, optional
        HC18's folder, for the test. Without HC18 the test is on 100 other simulated heads, and the card
        says so.
    recipe : Recipe, optional
    heads : int
        How many simulated heads, and how many naive ones.
    card_only : bool
        Keep the weights that are there and only add this seed's test to their card.
    progress : bool
        Show fastai's progress bar.

    Returns
    -------
    dict
        The card. ``seeds`` has the simulated heads' tables, ``floor`` the naive ones', ``above_floor`` the
        mean difference of Dice with its 95 % interval.

    Raises
    ------
    fetal_edu.data.BadInput
        If HC18 was named but is not there, or if `card_only` would mix two tests in one card.
    """
    start = time.process_time()
    recipe = recipe or PHANTOM_RECIPE
    test, groups, tested_on = _test_set(data)
    old = json.loads((out / f"{NAME}.json").read_text("utf-8")) if card_only else None
    if old and old["tested_on"] != tested_on:
        raise BadInput("The card there was tested on other images: train once without --card-only.")
    watched = draw_heads(32, seed=TEST_SEED)  # fill the progress table; nothing is chosen by them
    learn = {"seed": seed, "recipe": recipe, "progress": progress}
    net, _ = train_head(draw_heads(heads, seed=DATA_SEED), watched, **learn)
    naive, _ = train_head(_naive_heads(heads), watched, **learn)
    minutes = round((time.process_time() - start) / 60, 1)
    scores, floor = evaluate_heads(net, test), evaluate_heads(naive, test)
    result = {
        "seeds": {str(seed): summarise(scores)},
        "floor": {str(seed): summarise(floor)},
        "above_floor": {str(seed): above(scores, floor, groups)},
    }
    if old:
        for key, entry in result.items():
            old[key] = dict(sorted({**old[key], **entry}.items()))
        save_card(old, name=NAME, folder=out)
        return old
    card = {
        **common_card(net, result["seeds"][str(seed)], name=NAME, seed=seed, recipe=recipe, minutes=minutes),
        **result,
        "title": "outline of the fetal head, learned without a real image",
        "purpose": "The U-Net of `head`, trained on simulated heads alone: what the simulator is worth.",
        "data": f"{heads} simulated heads (seed {DATA_SEED}); the floor: {heads} naive ones",
        "split": "trained on no real image; all tested images are new",
        "licence": "this project's; no real image was used",
        "tested_on": tested_on,
        "limits": list(PHANTOM_LIMITS),
    }
    save_network(net, card, name=NAME, folder=out)
    return json.loads((out / f"{NAME}.json").read_text("utf-8"))


def _test_set(data: Path | None) -> tuple[Sequence[Sample], list[str], str]:
    if data is None and data_folder("hc18") is None:
        heads = draw_heads(TESTED_ON_SIMULATED, seed=TEST_SEED)
        said = f"{len(heads)} simulated heads (seed {TEST_SEED}): HC18 was not at hand. {READ_THE_TABLE}"
        return heads, [head.group for head in heads], said
    real = untouched_hc18(hc18(data))
    return (
        real,
        [real.dataset.groups[i] for i in real.indices],
        f"{len(real)} real HC18 images, none of which trained this network or shaped the simulator: the 141 "
        "images beside which its grey levels, skull and early heads were set are left out, with their "
        f"examinations. {READ_THE_TABLE} The floor is the same network, trained as long on bright ellipses "
        "with speckle.",
    )


def _naive_heads(count: int) -> list[Sample]:
    seeds = (int(np.random.SeedSequence([DATA_SEED, i]).generate_state(1)[0]) for i in range(count))
    return [draw_naive_head(s) for s in seeds]


def above(scores: Sequence[HeadScore], floor: Sequence[HeadScore], groups: Sequence[str]) -> dict[str, float]:
    """Mean difference of Dice on the same images, with its bootstrapped 95 % interval over groups.

    Parameters
    ----------
    scores, floor : sequences of HeadScore
        Of the same images, in the same order.
    groups : sequence of str
        The examination or patient of each image; the bootstrap draws these, not images.

    Examples
    --------
    >>> def scored(dice):
    ...     return [HeadScore("", 200.0, 200.0, dice, dice, "good")] * 3
    >>> gain = above(scored(0.95), scored(0.90), ["001", "001", "002"])
    >>> round(gain["mean"], 2), gain["low"] <= gain["mean"] <= gain["high"]
    (0.05, True)
    """
    gains = np.array([s.dice - f.dice for s, f in zip(scores, floor, strict=True)])
    index = np.unique(groups, return_inverse=True)[1]
    sums, counts = np.bincount(index, gains), np.bincount(index)
    # All images of the drawn groups together: a group with more images weighs more, as in the mean.
    interval = bootstrap(
        (sums, counts),
        lambda s, n, axis: s.sum(axis) / n.sum(axis),
        paired=True,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    numbers = {"mean": gains.mean(), "low": interval.low, "high": interval.high}
    return {name: round(float(value), 4) for name, value in numbers.items()}
