"""Make the head network that the package ships: data, training, test, files and card, in one call."""

from __future__ import annotations

import json
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from torch.utils.data import ConcatDataset, Subset

from fetal_edu.data.public import HC18, hc18
from fetal_edu.learning.evaluate import LARGEST_HC_MM, evaluate_heads, summarise
from fetal_edu.learning.export import save_card, save_network
from fetal_edu.learning.loaders import grouped_split
from fetal_edu.learning.train import Recipe, train_head
from fetal_edu.nets import UNet, count_parameters
from fetal_edu.phantom import draw_heads
from fetal_edu.runtime import WEIGHTS

__all__ = ["LIMITS", "READ_THE_TABLE", "common_card", "make_head", "split_hc18"]

SIMULATED = 240
SIMULATED_SEED = 18  # the simulated heads are the same for each training seed
HELD_OUT = 0.2

READ_THE_TABLE = (
    "A head that was not found counts with Dice 0 and outside 3 %. `dice` is the network's mask, "
    "`dice_ellipse` the fitted ellipse; errors of HC are in mm, `relative_error_95` is the 95 % quantile of "
    "their size."
)
LIMITS = (
    "Not a medical device: for teaching and exploration, never for a decision about a patient.",
    "HC18 comes from one hospital and two kinds of ultrasound machine; other machines look different.",
    "Trained on axial head planes. It does not check the plane: an abdomen may be outlined.",
    "HC18 names examinations, not women: one woman can have several, so the split may leak a little.",
    "HC18's csv gives HC but no ages: trimesters here are by head size (INTERGROWTH-21st dating).",
    "The simulator's look was set beside 141 HC18 images, some of them held out here.",
    "Simulated heads of 11 to 13 weeks extrapolate the HC chart below its data (61, 73, 86 mm).",
)


def split_hc18(data: HC18) -> tuple[Subset, Subset]:
    """Split HC18 by examination as the shipped network was: (train, held out).

    The held-out fifth is fixed by the names of the examinations. Use it to test the shipped network.
    """
    train, held_out = grouped_split(data.groups, share=HELD_OUT, salt="hc18")
    return Subset(data, train), Subset(data, held_out)


def make_head(
    *,
    seed: int = 0,
    out: Path = WEIGHTS,
    data: Path | None = None,
    recipe: Recipe | None = None,
    simulated: int = SIMULATED,
    card_only: bool = False,
    progress: bool = True,
) -> dict[str, Any]:
    """Train on HC18 and simulated heads, test on held-out examinations, write weights and card.

    Parameters
    ----------
    seed : int
        Of the training. The shipped weights are of seed 0.
    out : Path
        Folder for ``head.safetensors``, ``head.onnx``, ``head.json`` and ``head.md``.
    data : Path, optional
        HC18's folder. Default: where `fetal-edu data add` or ``FETAL_EDU_DATA`` point.
    recipe : Recipe, optional
    simulated : int
        How many simulated heads join the real ones.
    card_only : bool
        Keep the weights that are there and only add this seed's test to their card.
    progress : bool
        Show fastai's progress bar.

    Returns
    -------
    dict
        The card.

    Raises
    ------
    fetal_edu.data.BadInput
        If HC18 is not at hand; the message says what to do.
    """
    start = time.process_time()
    recipe = recipe or Recipe()
    train, held_out = split_hc18(hc18(data))
    phantoms = draw_heads(simulated, seed=SIMULATED_SEED) if simulated else []
    pictures = ConcatDataset([train, phantoms]) if phantoms else train
    net, _ = train_head(pictures, held_out, seed=seed, recipe=recipe, progress=progress)
    table = summarise(evaluate_heads(net, held_out))
    minutes = round((time.process_time() - start) / 60, 1)
    if card_only:
        card = json.loads((out / "head.json").read_text("utf-8"))
        card["seeds"] = dict(sorted({**card["seeds"], str(seed): table}.items()))
        save_card(card, name="head", folder=out)
        return card
    card = {
        **common_card(net, table, name="head", seed=seed, recipe=recipe, minutes=minutes),
        "title": "outline of the fetal head",
        "purpose": "A U-Net that outlines the fetal head in an axial plane. Its ellipse gives HC in mm.",
        "data": f"{len(train)} HC18 images and {len(phantoms)} simulated heads (seed {SIMULATED_SEED})",
        "split": f"by examination: {len(held_out)} of {len(train) + len(held_out)} HC18 images held out",
        "licence": "HC18 is CC BY 4.0 (van den Heuvel et al. 2018, doi 10.5281/zenodo.1327317); "
        "the weights are under this project's licence, with that attribution",
        "tested_on": "Held-out HC18 images, at their own resolution. No weights were chosen by them; "
        "one rule of the reading (a bright crescent is no second head) was added after one of them. "
        f"{READ_THE_TABLE}",
        "limits": list(LIMITS),
    }
    save_network(net, card, name="head", folder=out)
    return json.loads((out / "head.json").read_text("utf-8"))


def common_card(
    net: UNet, table: dict[str, Any], *, name: str, seed: int, recipe: Recipe, minutes: float
) -> dict[str, Any]:
    """Return what every card of a head network says: how it was trained, and how far off it is."""
    packages = ("torch", "fastai", "numpy", "scikit-image")
    return {
        "task": "head",
        "seed": seed,
        "command": f"fetal-edu train {name} --seed {seed}",
        "parameters": count_parameters(net),
        "recipe": f"{recipe.epochs} epochs, one-cycle to {recipe.learning_rate}, "
        f"batches of {recipe.batch_size}, "
        f"{recipe.without_head:.0%} pictures without a head, last epoch taken",
        "cpu_minutes": minutes,
        "versions": ", ".join(f"{name} {version(name)}" for name in packages),
        "hc_relative_error_95": table["all"]["relative_error_95"],
        "hc_relative_error_95_by_size": [
            [LARGEST_HC_MM.get(part), table[part]["relative_error_95"]]
            for part in ("first", "second", "third")
            if part in table
        ],
        "seeds": {str(seed): table},
    }
