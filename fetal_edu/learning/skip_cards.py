"""The networks of the dashboard `skips`, by name, and what their cards say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fetal_edu.data.limits import BadInput
from fetal_edu.learning.export import save_card
from fetal_edu.learning.train import Recipe
from fetal_edu.nets import UNet, count_parameters

__all__ = ["ablations", "about", "add_to_cards", "card_of_all", "check_alike", "lesions", "skip_networks"]

NAME = "skips"
CANVAS = (64, 96)  # half as fine as the shipped head networks look, so that a class can train these
DATA_SEED, TEST_SEED = 91, 92  # of the simulated heads: the same for each training seed
LEVELS = 4

LIMITS = (
    "Not a medical device: for teaching and exploration, never for a decision about a patient.",
    "Made to be damaged: to measure, use `head`.",
    "Trained and tested on simulated heads alone, each picture with one head; real ones are harder.",
    "A head is large and smooth: what a skip is worth for thin structures can't be seen here.",
    "The canvas is small: one of its pixels is 0.6 to 1.8 mm wide, by the size of the head.",
    "Channels were widened where a skip is missing, so that the weights agree in number; how they are spread "
    "over the levels differs a little.",
    "The intervals are over heads. Between trainings differences can be larger: compare the seeds.",
)


def skip_networks() -> dict[str, tuple[tuple[int, ...], tuple[bool, ...]]]:
    """Return the networks by name: channels of each level, and whether each skip is there.

    Examples
    --------
    >>> counts = [count_parameters(UNet(c, skips=s)) for c, s in skip_networks().values()]
    >>> f"{max(counts) / min(counts) - 1:.1%}"
    '0.5%'
    """
    every = (True,) * LEVELS
    return {
        "skips-all": ((8, 16, 24, 32, 48), every),
        "skips-no-0": ((8, 16, 24, 32, 48), (False, True, True, True)),
        "skips-no-1": ((8, 16, 25, 32, 48), (True, False, True, True)),
        "skips-no-2": ((8, 16, 25, 33, 48), (True, True, False, True)),
        "skips-no-3": ((8, 16, 25, 34, 49), (True, True, True, False)),
        "skips-none": ((9, 18, 26, 34, 51), (False,) * LEVELS),
    }


def ablations() -> dict[str, str]:
    """Name the row of each network in the card.

    Examples
    --------
    >>> ablations()["skips-no-2"]
    'trained without skip 2'
    """
    without = {f"skips-no-{level}": f"trained without skip {level}" for level in range(LEVELS)}
    return {"skips-all": "all open", **without, "skips-none": "trained without any"}


def lesions() -> dict[str, tuple[float, ...]]:
    """Return the gates of each lesion of the network with all skips, by the name of its row in the card."""
    one = {f"skip {n} closed": tuple(float(n != m) for m in range(LEVELS)) for n in range(LEVELS)}
    return {**one, "all closed": (0.0,) * LEVELS}


def check_alike(old: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    """Refuse to mix two tests in one card."""
    if any(old[key] != told[key] for key in ("data", "recipe", "tested_on")):
        raise BadInput("The card there has other heads or another recipe: train once without --card-only.")


def add_to_cards(seed: int, table: Mapping[str, Any], minutes: float, out: Path) -> dict[str, Any]:
    """Add a seed's test to the card of each network and to that of all together; return the latter."""
    for name in (*skip_networks(), NAME):
        card = json.loads((out / f"{name}.json").read_text("utf-8"))
        rows = {title: row for title, row in table.items() if name == NAME or title in _rows_of(name)}
        card["seeds"] = dict(sorted({**card["seeds"], str(seed): rows}.items()))
        card["minutes"] = dict(sorted({**card["minutes"], str(seed): minutes}.items()))
        said = ", ".join(f"{value} (seed {one})" for one, value in card["minutes"].items())
        card["cpu_minutes"] = f"{said}: heads, all six trainings and tests together"
        save_card(card, name=name, folder=out)
    return card


def _rows_of(name: str) -> tuple[str, ...]:
    """Name the rows that a network's own card has: itself, beside all skips open."""
    return ("all open", *lesions()) if name == "skips-all" else ("all open", ablations()[name])


def about(name: str) -> dict[str, Any]:
    """Return what a network's own card says in other words than that of all."""
    channels, skips = skip_networks()[name]
    how = "with all four skip connections" if name == "skips-all" else ablations()[name]
    return {
        "title": f"a small U-Net {how}",
        "purpose": f"A U-Net {how}: one of six for the dashboard `skips`; skip 0 is the one at full size. "
        f"Card of all: [{NAME}.md]({NAME}.md).",
        "parameters": count_parameters(UNet(channels, skips=skips)),
        "has": list(skips),
    }


def card_of_all(seed: int, recipe: Recipe, heads: int, tested: int) -> dict[str, Any]:
    """Return the card of all networks together, still without a test."""
    packages = ("torch", "fastai", "numpy", "scikit-image")
    counts = [count_parameters(UNet(c, skips=s)) for c, s in skip_networks().values()]
    return {
        "name": NAME,
        "task": NAME,
        "title": "U-Nets with and without their skip connections",
        "purpose": "Six small networks for the dashboard `skips`: one with all four skip connections, four "
        "that never had one of them, and one that never had any. Their graphs are `skips-all.onnx`, "
        "`skips-no-0.onnx` to `skips-no-3.onnx` and `skips-none.onnx`; skip 0 is the one at full size.",
        "data": f"{heads} simulated heads (seed {DATA_SEED}) on {CANVAS[0]} × {CANVAS[1]} pixels; "
        "no real image",
        "split": "trained on some simulated heads, tested on others",
        "command": f"fetal-edu train {NAME} --seed {seed}",
        "seed": seed,
        "parameters": f"{min(counts)} to {max(counts)} in each",
        "cpu_minutes": "",
        "recipe": f"{recipe.epochs} epochs, one-cycle to {recipe.learning_rate}, batches of "
        f"{recipe.batch_size}, last epoch taken; the same for all six",
        "versions": ", ".join(f"{name} {version(name)}" for name in packages),
        "licence": "this project's; no real image was used",
        "tested_on": f"{tested} simulated heads (seed {TEST_SEED}). `border_mm` is the mean distance between "
        "the found border and the true one, there and back. A lost head is one without an outline; means are "
        "over the heads that were found, in medians a lost one counts as the worst. `more_mm` is how much "
        "farther off the border is than with all skips open, on the same heads, with its 95 % interval over "
        "heads. “Closed” is a lesion of the network with all skips, “trained without” an ablation.",
        "rows": "network",
        "seeds": {},
        "minutes": {},
        "limits": list(LIMITS),
    }
