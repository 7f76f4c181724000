"""Make the small networks of the dashboard `skips`: one with all skip connections, and its ablations.

An ablation is a network that never had some skip. All are trained alike: the same heads in the same order, as
many passes, weights equal in number to half a percent. A lesion needs no training: it closes a skip of the
first network.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.torch_core import set_seed
from scipy.stats import bootstrap
from torch import Tensor, nn

from fetal_edu.data.frame import Frame
from fetal_edu.data.limits import BadInput
from fetal_edu.learning.export import save_card, save_graph
from fetal_edu.learning.loaders import canvases, head_loaders
from fetal_edu.learning.train import Recipe, head_learner
from fetal_edu.measure import OutlineError, outline_error
from fetal_edu.nets import UNet, count_parameters
from fetal_edu.phantom import draw_head
from fetal_edu.phantom.draw import seeds_of
from fetal_edu.runtime import WEIGHTS
from fetal_edu.sample import Sample

__all__ = ["SKIPS_RECIPE", "ablations", "make_skips", "skip_networks", "summarise_outlines"]

NAME = "skips"
CANVAS = (
    64,
    96,
)  # of the networks; half as fine as the shipped head networks', so that a class can train them
HEADS, TESTED = 600, 120
DATA_SEED, TEST_SEED = 91, 92  # of the simulated heads: the same for each training seed
SKIPS_RECIPE = Recipe(epochs=16, learning_rate=8e-3, without_head=0.0)
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


def make_skips(
    *,
    seed: int = 0,
    out: Path = WEIGHTS,
    recipe: Recipe | None = None,
    heads: int = HEADS,
    tested: int = TESTED,
    card_only: bool = False,
    progress: bool = True,
) -> dict[str, Any]:
    """Train the six networks on simulated heads, test them and the lesions on others, write graphs and card.

    Parameters
    ----------
    seed : int
        Of the trainings. The shipped networks are of seed 0.
    out : Path
        Folder for ``skips-all.onnx`` and its kin, and for the card of all, ``skips.json`` and ``skips.md``.
    recipe : Recipe, optional
    heads, tested : int
        How many heads are learned from and tested on.
    card_only : bool
        Keep the networks that are there and only add this seed's test to the card.
    progress : bool
        Show fastai's progress bars.

    Returns
    -------
    dict
        The card; ``seeds`` has a table for each seed, with a row for each network and each lesion.

    Raises
    ------
    fetal_edu.data.BadInput
        If `card_only` would mix two tests in one card.
    """
    start, recipe = time.process_time(), recipe or SKIPS_RECIPE
    told = _card(seed, recipe, heads, tested)
    old = json.loads((out / f"{NAME}.json").read_text("utf-8")) if card_only else None
    if old and any(old[key] != told[key] for key in ("data", "recipe", "tested_on")):
        raise BadInput(
            "The card there speaks of other heads or another recipe: train once without --card-only."
        )
    test = [draw_head(one) for one in seeds_of(tested, TEST_SEED)]
    maps = canvases((draw_head(one) for one in seeds_of(heads, DATA_SEED)), canvas=CANVAS)
    watched = canvases(test, canvas=CANVAS)  # fill the progress table; nothing is chosen by them
    nets = {
        name: _train(maps, watched, channels, skips, seed=seed, recipe=recipe, progress=progress)
        for name, (channels, skips) in skip_networks().items()
    }
    table = _tested(nets, test)
    minutes = round((time.process_time() - start) / 60, 1)
    if old:
        return _saved(old, seed, table, minutes, out)
    for name, net in nets.items():
        about = {"task": "skips", "title": ablations()[name], "has": list(net.skips), "seed": seed}
        save_graph(net, about, name=name, canvas=CANVAS, folder=out)
    return _saved({**told, "seeds": {}, "minutes": {}}, seed, table, minutes, out)


def _saved(
    card: dict[str, Any], seed: int, table: Mapping[str, Any], minutes: float, out: Path
) -> dict[str, Any]:
    """Put a seed's result into the card, and write it."""
    card["seeds"] = dict(sorted({**card["seeds"], str(seed): table}.items()))
    card["minutes"] = dict(sorted({**card["minutes"], str(seed): minutes}.items()))
    said = ", ".join(f"{value} (seed {one})" for one, value in card["minutes"].items())
    card["cpu_minutes"] = f"{said}; heads, six trainings and tests together"
    save_card(card, name=NAME, folder=out)
    return card


def _train(
    maps: tuple[Tensor, Tensor],
    watched: tuple[Tensor, Tensor],
    channels: Sequence[int],
    skips: Sequence[bool],
    *,
    seed: int,
    recipe: Recipe,
    progress: bool,
) -> UNet:
    set_seed(seed)  # the same order and the same changes of the heads for each network
    net = UNet(channels, skips=skips)
    set_seed(seed)
    loaders = head_loaders(maps, watched, batch_size=recipe.batch_size)
    # So small a network is faster in float32, and then it comes out alike on more machines.
    learner = head_learner(loaders, net, augmentation=recipe.augmentation, bf16=False, progress=progress)
    learner.fit_one_cycle(recipe.epochs, recipe.learning_rate)
    return net.eval()


def _tested(nets: Mapping[str, UNet], test: Sequence[Sample]) -> dict[str, dict[str, float]]:
    opened = _errors(nets["skips-all"], test)
    rows = {"all open": opened}
    for name, gates in lesions().items():
        rows[name] = _errors(nets["skips-all"], test, gates)
    for name, title in ablations().items():
        if name != "skips-all":
            rows[title] = _errors(nets[name], test)
    true = [sample.truth["hc_mm"] for sample in test]
    return {
        name: {**summarise_outlines(errors, true), **_more(errors, opened)} for name, errors in rows.items()
    }


def _errors(
    net: nn.Module, test: Iterable[Sample], gates: Sequence[float] | None = None
) -> list[OutlineError]:
    found = []
    for sample in test:
        frame = Frame.of(sample.shape, sample.spacing, CANVAS)
        image = torch.from_numpy(frame.shrink(sample.image))[None, None]  # (1, 1, rows, columns)
        with torch.inference_mode():
            logits = net(image, None if gates is None else torch.tensor(gates))
        probability = frame.enlarge(logits.sigmoid()[0, 0].numpy())
        found.append(outline_error(probability, sample.mask("head"), sample.spacing))
    return found


def summarise_outlines(errors: Sequence[OutlineError], true_hc: Sequence[float]) -> dict[str, float]:
    """Average errors over heads.

    Parameters
    ----------
    errors : sequence of OutlineError
    true_hc : sequence of float
        The true HC of each head in mm.

    Returns
    -------
    dict
        Means are over the heads that were found, medians over all: there a lost head is the worst one.

    Examples
    --------
    >>> summarise_outlines([OutlineError(0.0, None, None)], [180.0])["lost"]
    1
    """
    hc = [error.hc_error(true) for error, true in zip(errors, true_hc, strict=True)]
    border = np.array([np.inf if error.border is None else error.border for error in errors])
    wrong = np.array([np.inf if one is None else abs(one) for one in hc])
    numbers = {
        "dice": np.mean([error.dice for error in errors]),
        "border_mm": border[np.isfinite(border)].mean() if np.isfinite(border).any() else np.nan,
        "border_median_mm": np.median(border),
        "hc_mae_mm": wrong[np.isfinite(wrong)].mean() if np.isfinite(wrong).any() else np.nan,
        "hc_median_ae_mm": np.median(wrong),
    }
    counts = {"n": len(errors), "lost": sum(error.lost for error in errors)}
    return {**counts, **{name: _rounded(value) for name, value in numbers.items()}}


def _more(errors: Sequence[OutlineError], opened: Sequence[OutlineError]) -> dict[str, float | None]:
    """How much farther off the border is than with all open, on heads found by both; 95 % over heads."""
    pairs = [
        (one.border, other.border)
        for one, other in zip(errors, opened, strict=True)
        if one.border is not None and other.border is not None
    ]
    apart = np.array([one - other for one, other in pairs])
    if len(apart) < 2 or not apart.any():
        return {"more_mm": 0.0 if len(apart) else None, "low_mm": None, "high_mm": None}
    rng = np.random.default_rng(0)
    interval = bootstrap((apart,), np.mean, method="percentile", rng=rng).confidence_interval
    numbers = {"more_mm": apart.mean(), "low_mm": interval.low, "high_mm": interval.high}
    return {name: _rounded(value) for name, value in numbers.items()}


def _rounded(value: float) -> float | None:
    """Round for a card; json knows neither nan nor infinity."""
    return round(float(value), 4) if np.isfinite(value) else None


def _card(seed: int, recipe: Recipe, heads: int, tested: int) -> dict[str, Any]:
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
        "limits": list(LIMITS),
    }
