"""Chapter 08 on trial: augmentation and regularisation."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from torch import nn

from fetal_edu.learning import little_data as task
from fetal_edu.learning.augment import Augmentation
from fetal_edu.learning.little_data import FIGURES, How, Pictures
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import UNet, count_parameters

__all__ = ["AUGMENTATION", "REGULARISATION"]

GAP = FIGURES | {"gap": "train - test"}


def learn(
    seed: int,
    settings: Mapping[str, Any],
    *,
    how: How,
    net: UNet | None = None,
    watch: Callable[[int], None] | None = None,
    pictures: Pictures | None = None,
) -> dict[str, Any]:
    """Train on the heads of a seed and test: what all arms here have in common."""
    net = task.fresh_net(seed) if net is None else net
    pictures = task.study(settings["heads"], seed) if pictures is None else pictures
    did = task.train(net, pictures, how=how, seed=seed, watch=watch)
    cost = {"parameters": count_parameters(net), "compute": did.pictures}
    return cost | {"net": net, "losses": did.losses, "learned": pictures}


def figures_of(did: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Test the network that `learn` returned."""
    cost = {key: did[key] for key in ("parameters", "compute")}
    return task.examine(did["net"], settings, did["learned"]) | cost


# --- augmentation ------------------------------------------------------------------------------------------

STILL = Augmentation(
    rotation=0, zoom=(1, 1), shift=0, gamma=0, gain=0, unevenness=0, noise=0, blur=0, hide=0, flip=0
)
TURN, SHIFT, ZOOM = {"rotation": 30.0}, {"shift": 0.1}, {"zoom": (0.75, 1.3)}


def augmented(
    seed: int, settings: Mapping[str, Any], *, change: Mapping[str, Any], longer: int = 1
) -> dict[str, Any]:
    """Train on heads that are moved a little, otherwise each time they come."""
    steps = settings["steps"] * longer
    how = How(steps=steps, batch=settings["batch"], augmentation=replace(STILL, **change) if change else None)
    return figures_of(learn(seed, settings, how=how), settings)


AUGMENTATION = Trial(
    name="augmentation",
    question="Does it help to rotate, translate and scale eight heads?",
    arms={
        "none": partial(augmented, change={}),
        "rotate": partial(augmented, change=TURN),
        "translate": partial(augmented, change=SHIFT),
        "scale": partial(augmented, change=ZOOM),
        "all three": partial(augmented, change=TURN | SHIFT | ZOOM),
        "none, twice as long": partial(augmented, change={}, longer=2),
        "all three, twice as long": partial(augmented, change=TURN | SHIFT | ZOOM, longer=2),
    },
    baseline="none",
    claims=(
        Claim("Rotating helps", "rotate", "none", "dice", "higher", 0.01),
        Claim("Translating helps", "translate", "none", "dice", "higher", 0.01),
        Claim("Scaling helps", "scale", "none", "dice", "higher", 0.01),
        Claim("All three help", "all three", "none", "dice", "higher", 0.01),
        Claim(
            "All three help when training is twice as long",
            "all three, twice as long",
            "none, twice as long",
            "dice",
            "higher",
            0.01,
        ),
        Claim("All three narrow the gap between train and test", "all three", "none", "gap", "lower", 0.01),
    ),
    labels=GAP,
    settings={
        "quick": {"steps": 50, "batch": 4, "heads": 8, "tested": 16},
        "full": {"steps": 120, "batch": 8, "heads": 8, "tested": 80},
    },
    only={"quick": ("none", "rotate", "translate", "scale", "all three")},
    prepare=task.share,
)


# --- regularisation ----------------------------------------------------------------------------------------


def regularised(
    seed: int, settings: Mapping[str, Any], *, decay: float = 0.0, dropout: float = 0.0, stop: bool = False
) -> dict[str, Any]:
    """Train long at one rate, with what should keep a network from learning its pictures by heart."""
    steps, batch, rate = (settings[key] for key in ("steps", "batch", "rate"))
    how = How(steps=steps, batch=batch, rate=rate, schedule="constant", decay=decay)
    net = task.fresh_net(seed)
    if dropout:
        _add_dropout(net, dropout)
    if not stop:
        return figures_of(learn(seed, settings, how=how, net=net), settings)
    images, masks = task.study(settings["heads"], seed)
    n = len(images) * 3 // 4  # the rest of the few heads must watch, and can't teach
    best = Best(net, (images[n:], masks[n:]), every=settings["look_every"])
    did = learn(seed, settings, how=how, net=net, pictures=(images[:n], masks[:n]), watch=best)
    net.load_state_dict(best.weights)
    return figures_of(did, settings) | {"stopped_at": best.step}


def _add_dropout(net: UNet, share: float) -> None:
    """Drop whole maps, by chance, behind each block but the first."""
    for block in [down[1] for down in net.downs] + [up.convs for up in net.ups]:
        block.append(nn.Dropout2d(share))


class Best:
    """Early stopping: look now and then at heads held out, and remember the best weights."""

    def __init__(self, net: nn.Module, held_out: Pictures, *, every: int) -> None:
        self.net, self.held_out, self.every = net, held_out, every
        self.score, self.step, self.weights = -1.0, 0, copy.deepcopy(net.state_dict())

    def __call__(self, step: int) -> None:
        """Look, if it is time."""
        if (step + 1) % self.every:
            return
        images, masks = self.held_out
        score = float(task.dices(task.predict(self.net, images), masks).mean())
        if score > self.score:
            self.score, self.step, self.weights = score, step + 1, copy.deepcopy(self.net.state_dict())


REGULARISATION = Trial(
    name="regularisation",
    question="Do weight decay, dropout and early stopping help sixteen heads?",
    arms={
        "none": regularised,
        "weight decay 0.1": partial(regularised, decay=0.1),
        "weight decay 1": partial(regularised, decay=1.0),
        "dropout": partial(regularised, dropout=0.2),
        "early stopping": partial(regularised, stop=True),
    },
    baseline="none",
    claims=(
        Claim("Weight decay helps", "weight decay 1", "none", "dice", "higher", 0.01),
        Claim("Dropout helps", "dropout", "none", "dice", "higher", 0.01),
        Claim("Early stopping helps", "early stopping", "none", "dice", "higher", 0.01),
        Claim("Dropout narrows the gap between train and test", "dropout", "none", "gap", "lower", 0.01),
    ),
    labels=GAP,
    settings={
        "quick": {"steps": 50, "batch": 4, "rate": 3e-3, "heads": 16, "tested": 16, "look_every": 5},
        "full": {"steps": 120, "batch": 8, "rate": 3e-3, "heads": 16, "tested": 80, "look_every": 10},
    },
    prepare=task.share,
)
