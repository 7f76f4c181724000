"""Make the small networks of the dashboard `skips`: one with all skip connections, and its ablations.

An ablation is a network that never had some skip. All are trained alike: the same heads in the same order, as
many passes, weights equal in number to half a percent. A lesion needs no training: it closes a skip of the
first network.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.torch_core import set_seed
from scipy.stats import bootstrap
from torch import Tensor, nn

from fetal_edu.data.frame import Frame
from fetal_edu.learning.export import save_card, save_graph
from fetal_edu.learning.loaders import canvases, head_loaders
from fetal_edu.learning.skip_cards import (
    CANVAS,
    DATA_SEED,
    NAME,
    TEST_SEED,
    ablations,
    about,
    add_to_cards,
    card_of_all,
    check_alike,
    lesions,
    skip_networks,
)
from fetal_edu.learning.train import Recipe, head_learner
from fetal_edu.measure import OutlineError, outline_error
from fetal_edu.nets import UNet
from fetal_edu.phantom import draw_head
from fetal_edu.phantom.draw import seeds_of
from fetal_edu.runtime import WEIGHTS
from fetal_edu.sample import Sample

__all__ = ["SKIPS_RECIPE", "make_skips", "summarise_outlines"]

HEADS, TESTED = 600, 120
SKIPS_RECIPE = Recipe(epochs=16, learning_rate=8e-3, without_head=0.0)


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
    told = card_of_all(seed, recipe, heads, tested)
    if card_only:
        check_alike(json.loads((out / f"{NAME}.json").read_text("utf-8")), told)
    test = [draw_head(one) for one in seeds_of(tested, TEST_SEED)]
    maps = canvases((draw_head(one) for one in seeds_of(heads, DATA_SEED)), canvas=CANVAS)
    watched = canvases(test, canvas=CANVAS)  # fill the progress table; nothing is chosen by them
    nets = {
        name: _train(maps, watched, channels, skips, seed=seed, recipe=recipe, progress=progress)
        for name, (channels, skips) in skip_networks().items()
    }
    table = _tested(nets, test)
    minutes = round((time.process_time() - start) / 60, 1)
    if not card_only:
        for name, net in nets.items():
            save_graph(net, {**told, **about(name)}, name=name, canvas=CANVAS, folder=out)
        save_card(told, name=NAME, folder=out)
    return add_to_cards(seed, table, minutes, out)


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
