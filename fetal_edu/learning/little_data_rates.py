"""Chapter 08 on trial: the first weights, and the learning rate."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from fetal_edu.learning import little_data as task
from fetal_edu.learning.little_data import FIGURES, How
from fetal_edu.learning.little_data_remedies import figures_of, learn
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import UNet

__all__ = ["FIRST_WEIGHTS", "RATES", "set_weights", "without_batch_norm"]


# --- first weights -----------------------------------------------------------------------------------------


def without_batch_norm(net: UNet) -> UNet:
    """Take batch normalisation out; each convolution before it gets the bias that it did without."""
    for block in [part for part in net.modules() if isinstance(part, nn.Sequential)]:
        for number, part in enumerate(block):
            if isinstance(part, nn.BatchNorm2d):
                block[number - 1].bias = nn.Parameter(torch.zeros(part.num_features))
                block[number] = nn.Identity()
    return net


FIRST = {
    "He": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
    "Xavier": nn.init.xavier_normal_,
    "too small": lambda weight: nn.init.normal_(weight, std=0.01),
    "too large": lambda weight: nn.init.normal_(weight, std=0.5),
}


def set_weights(net: UNet, how: str) -> UNet:
    """Draw the weights of all convolutions anew.

    ``He``: deviation sqrt(2 / inputs) (He et al. 2015, arXiv 1502.01852); ``Xavier``: sqrt(2 / (inputs +
    outputs)) (Glorot and Bengio 2010); ``too small``: 0.01; ``too large``: 0.5. Biases start at zero.

    Examples
    --------
    >>> net = set_weights(UNet((4, 8)), "too small")
    >>> bool(net.downs[0][1][0].weight.std() < 0.015)
    True
    """
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            FIRST[how](part.weight)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


def started(seed: int, settings: Mapping[str, Any], *, how: str, norm: bool) -> dict[str, Any]:
    """Train from weights drawn in one of four ways, with or without batch normalisation."""
    net = task.fresh_net(seed)
    net = set_weights(net if norm else without_batch_norm(net), how)
    did = learn(
        seed,
        settings,
        how=How(steps=settings["steps"], batch=settings["batch"], rate=settings["rate"]),
        net=net,
    )
    # The loss starts near 1.2 (nothing known) and must halve; a run that never halves it counts all steps.
    smooth = np.convolve(np.nan_to_num(did["losses"], nan=9.0), np.ones(5) / 5, mode="valid")
    below = np.flatnonzero(smooth < 0.6)
    halved = float(below[0] + 5) if len(below) else float(settings["steps"])
    return figures_of(did, settings) | {"halved": halved}


FIRST_WEIGHTS = Trial(
    name="first-weights",
    question="Do the first weights matter, with and without batch normalisation?",
    arms={
        f"{how}, {'with' if norm else 'no'} batch norm": partial(started, how=how, norm=norm)
        for norm in (False, True)
        for how in FIRST
        if not (norm and how == "Xavier")  # batch normalisation divides what He and Xavier differ in out
    },
    baseline="He, no batch norm",
    claims=(
        Claim(
            "Too small: it does not learn",
            "too small, no batch norm",
            "He, no batch norm",
            "dice",
            "lower",
            0.05,
        ),
        Claim("Too large: it bursts", "too large, no batch norm", "He, no batch norm", "dice", "lower", 0.05),
        Claim(
            "He suits ReLU better than Xavier",
            "Xavier, no batch norm",
            "He, no batch norm",
            "dice",
            "lower",
            0.01,
        ),
        Claim(
            "Batch norm mends too small",
            "too small, with batch norm",
            "He, with batch norm",
            "dice",
            "same",
            0.02,
        ),
        Claim(
            "Batch norm mends too large",
            "too large, with batch norm",
            "He, with batch norm",
            "dice",
            "same",
            0.02,
        ),
    ),
    labels=FIGURES | {"halved": "steps to loss 0.6"},
    settings={
        "quick": {"steps": 40, "batch": 4, "rate": 3e-3, "heads": 16, "tested": 16},
        "full": {"steps": 80, "batch": 8, "rate": 3e-3, "heads": 16, "tested": 80},
    },
    prepare=task.share,
)


# --- learning rates ----------------------------------------------------------------------------------------


def rated(seed: int, settings: Mapping[str, Any], *, schedule: str, rate: float | None) -> dict[str, Any]:
    """Train with a schedule and a highest rate; None asks the rate finder, whose steps count as compute."""
    found, extra = rate, 0
    if found is None:
        found = find_rate(seed, settings)
        extra = settings["finder_steps"] * settings["batch"]
    how = How(steps=settings["steps"], batch=settings["batch"], rate=found, schedule=schedule)
    did = learn(seed, settings, how=how)
    did["compute"] += extra
    return figures_of(did, settings) | {"rate": found}


def find_rate(seed: int, settings: Mapping[str, Any]) -> float:
    """Ask fastai's rate finder (its "valley": the steepest long fall of the loss) on the heads of a seed."""
    from fastai.torch_core import set_seed

    from fetal_edu.learning.loaders import head_loaders
    from fetal_edu.learning.train import head_learner

    set_seed(seed)
    pair = tuple((part * 255).byte() for part in task.study(settings["heads"], seed))
    net = task.fresh_net(seed)
    learner = head_learner(
        head_loaders(pair, pair, batch_size=settings["batch"]), net, bf16=False, progress=False
    )
    with tempfile.TemporaryDirectory() as folder:  # the finder keeps the first weights in a file
        learner.path = type(learner.path)(folder)
        return float(learner.lr_find(num_it=settings["finder_steps"], show_plot=False).valley)


RATES = Trial(
    name="learning-rates",
    question="Constant, cosine or one-cycle, and how high?",
    arms={
        "constant 0.0001": partial(rated, schedule="constant", rate=1e-4),
        "constant 0.003": partial(rated, schedule="constant", rate=3e-3),
        "constant 0.1": partial(rated, schedule="constant", rate=1e-1),
        "cosine 0.008": partial(rated, schedule="cosine", rate=8e-3),
        "one-cycle 0.008": partial(rated, schedule="one-cycle", rate=8e-3),
        "one-cycle 0.1": partial(rated, schedule="one-cycle", rate=1e-1),
        "one-cycle, finder's rate": partial(rated, schedule="one-cycle", rate=None),
    },
    baseline="constant 0.003",
    claims=(
        Claim("Too low a rate learns too little", "constant 0.0001", "constant 0.003", "dice", "lower", 0.05),
        Claim("Too high a rate fails", "constant 0.1", "constant 0.003", "dice", "lower", 0.05),
        Claim("One-cycle beats constant", "one-cycle 0.008", "constant 0.003", "dice", "higher", 0.01),
        Claim("Cosine beats constant", "cosine 0.008", "constant 0.003", "dice", "higher", 0.01),
        Claim(
            "One-cycle bears a rate that is too high", "one-cycle 0.1", "constant 0.1", "dice", "higher", 0.05
        ),
        Claim(
            "The finder's rate is as good as one chosen by hand",
            "one-cycle, finder's rate",
            "one-cycle 0.008",
            "dice",
            "same",
            0.01,
        ),
    ),
    labels=FIGURES | {"rate": "highest rate"},
    settings={
        "quick": {"steps": 40, "batch": 4, "finder_steps": 20, "heads": 16, "tested": 16},
        "full": {"steps": 80, "batch": 8, "finder_steps": 50, "heads": 16, "tested": 80},
    },
    prepare=task.share,
)
