"""[16] Chen and colleagues, 2016: a network that learns from other organs too, and looks again.

**The paper.** H. Chen, Y. Zheng, J.-H. Park, P.-A. Heng, S. K. Zhou, Iterative multi-domain regularized deep
learning for anatomical structure detection and segmentation from ultrasound images, MICCAI 2016, arXiv
1607.01855. Its abstract: features grow better by what they learn across domains, results by iterative
refinement, "competitive even compared with human performance". The review: on fetal heads it came up to two
experts.

**The idea.** Edges and speckle look alike in all organs, so the first layers learn from all of them (here
head, abdomen and heart, each a *domain*), and only the last layers belong to one. Then look again: the box
around the first answer, half as large again, fills the canvas, and is outlined anew.

**This small version.** The network's canvas has 32 × 48 pixels, of a picture of 128 × 192. Eight times
coarser is the trunk's end; one step up and the last layers, which belong to a domain, answer for each fourth
pixel. We read the abstract and the review, not the layers' sizes, so those are ours. The same weights serve
all looks: half of the training pictures are boxes around the truth, moved and resized by chance. A mini-batch
holds pictures of all domains: if they took turns, batch normalisation would train with the averages of one
and be used with those of three.

**The trial.** Each part for itself, on answers laid back at full resolution. *Looking again*: against the
first look, and against one look on a canvas of twice the pixels, so at least as much to compute. *Other
organs*: with 8 heads, against as many steps without organs, and against thrice as many, which is as much to
compute; and, as a follow-up, organs before the heads in place of beside them, at the same compute. *A second
observer*: calipers that are off as much as one observer's who measures a head twice (two people differ by
more, so this is strict). He is set against two looks that have learned from heads alone. A head is missed
where Dice stays below one half; misses are counted apart, and the error of HC is the median's.

After rehearsals on other seeds the canvas became smaller (at 48 × 72 a second look could gain but 0.003 of
Dice), the heads fewer (16 did nearly as well as 96) and the steps more.

**What came out** (full run, five seeds). A second look gains 0.004 of Dice in all. It gains all of that on
the third of the heads that is smallest in its picture, 0.012 there, and 0.0004 or less on the others: what
fills the canvas can't be enlarged. A third look adds nothing. One look on the larger canvas does better than
two, also on small heads. Organs beside 8 heads cost 0.020 of Dice, and with two seeds heads are missed;
before the heads they make no clear difference. Eight simulated heads, turned and mirrored, lead to 0.962,
64 to 0.972: there was little left for other organs to teach. Within 3 % of HC, two looks measure seven of
eight heads; the observer 99 of 100.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from gettext import gettext as _
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from fetal_edu.learning.sweeps import SHAKE
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.measure import dice
from fetal_edu.measure.plausible import doubts_about
from fetal_edu.nets import Down, TwoConv, Up, count_parameters
from fetal_edu.sample import Reading, Sample
from fetal_edu.systems.head.chen_looks import (
    BOXES,
    DOMAINS,
    Some,
    beside,
    each_loss,
    figures_of,
    find_with,
    heads_to_test,
    looks,
    observer,
    share,
    studied,
)
from fetal_edu.systems.kit import How, Known, macs, on_canvas, train
from fetal_edu.systems.outline import probability_reading
from fetal_edu.systems.system import System

__all__ = ["DOMAINS", "SYSTEM", "MultiDomainFCN"]

SHAPE, LARGER = (32, 48), (48, 72)  # a network's canvas; one of 2.25 times the pixels
AGREE = 0.85  # looks whose Dice with each other is lower are doubtful


class MultiDomainFCN(nn.Module):
    """A fully convolutional network with one trunk for all domains, and last layers for each.

    Parameters
    ----------
    domains : sequence of str
    channels : sequence of int
        Of the four levels of the trunk's encoder.

    Examples
    --------
    >>> net = MultiDomainFCN().eval()
    >>> net(torch.zeros(2, 3, 48, 72)).shape, net.outline(torch.zeros(2, 1, 48, 72), "heart").shape
    (torch.Size([2, 3, 48, 72]), torch.Size([2, 1, 48, 72]))
    """

    def __init__(
        self, domains: Sequence[str] = tuple(DOMAINS), *, channels: Sequence[int] = (8, 16, 32, 48)
    ) -> None:
        super().__init__()
        self.known = Known()
        self.first = TwoConv(1, channels[0])
        self.downs = nn.ModuleList(Down(a, b) for a, b in pairwise(channels))
        self.up = Up(channels[3], channels[2], channels[2])
        self.own = nn.ModuleDict()
        for name in domains:
            conv = nn.Conv2d(channels[2], channels[2], 3, padding=1, bias=False)
            norm, last = nn.BatchNorm2d(channels[2]), nn.Conv2d(channels[2], 1, 1)
            self.own[name] = nn.Sequential(conv, norm, nn.ReLU(), last)

    def trunk(self, images: Tensor) -> Tensor:
        """Return what is shared: (B, C, H / 4, W / 4) maps for (B, 1, H, W) images."""
        maps = [self.first(images)]
        for down in self.downs:
            maps.append(down(maps[-1]))  # (B, C_i, H / 2**i, W / 2**i)
        return self.up(maps[3], maps[2])

    def specific(self, maps: Tensor, domain: str) -> Tensor:
        """Return (B, 1, H, W) logits: what a domain's own layers make of the trunk's maps."""
        return interpolate(self.own[domain](maps), scale_factor=4.0, mode="bilinear", align_corners=False)

    def outline(self, images: Tensor, domain: str) -> Tensor:
        """Return (B, 1, H, W) logits for images of one domain."""
        return self.specific(self.trunk(images), domain)

    def forward(self, images: Tensor, domains: Sequence[str] | None = None) -> Tensor:
        """Return (B, D, H, W) logits: channel d is a picture of the d-th domain (of all), and its outline."""
        size = images.shape[:2]
        maps = self.trunk(images.flatten(0, 1)[:, None]).unflatten(0, size)  # (B, D, C, H / 4, W / 4)
        made = [self.specific(maps[:, d], name) for d, name in enumerate(domains or self.own)]
        return torch.cat(made, dim=1)


@lru_cache(maxsize=4)
def learned(
    seed: int, heads: int, organs: int, steps: int, batch: int, rate: float, *,
    boxes: int = BOXES, canvas: tuple[int, int] = SHAPE, before: bool = False,
) -> MultiDomainFCN:  # fmt: skip
    """Train one network on the patients of a seed: heads alone, organs beside them, or organs before them."""
    domains = list(DOMAINS) if organs else ["head"]
    torch.manual_seed(seed)
    net = MultiDomainFCN(domains).to(memory_format=torch.channels_last)
    for names in (domains[1:], domains[:1]) if before else (domains,):
        parts = [
            studied(name, seed, heads if name == "head" else organs, boxes=boxes, canvas=canvas)
            for name in names
        ]
        images, masks = (beside(some) for some in zip(*parts, strict=True))
        turns = len(names)  # as many heads are seen with organs as without
        how = How(steps=steps * turns, batch=batch // turns, rate=rate, augmentation=SHAKE)
        train(Some(net, names), (images, masks), how=how, seed=seed, loss=each_loss)
    net.known.learn(images[:: 2 * boxes or 1, 0])  # each whole head once
    return net.eval()


def analyse(net: MultiDomainFCN, sample: Sample, *, again: int = 1) -> Reading:
    """Measure a head: look at the whole picture, then at the box around the first answer."""
    image, _frame = on_canvas(sample, SHAPE)
    made = looks(find_with(net), sample, again=again, canvas=SHAPE)
    doubts = [net.known.doubt(image.numpy())]
    if again and dice(made[-2].whole >= 0.5, made[-1].whole >= 0.5) < AGREE:
        doubts.append(_("the second look outlines something else than the first: look at the outline."))
    reading = probability_reading(made[-1].probability, made[-1].frame, sample, part="head")
    if reading.ellipse is None:
        return reading
    notes = tuple(filter(None, doubts + doubts_about(reading.ellipse, sample)))
    return replace(reading, notes=notes, quality="doubtful" if notes else "good")


# --- the trial ---------------------------------------------------------------------------------------------


def arm(
    seed: int, settings: Mapping[str, Any], *, again: int, heads: str = "heads", organs: bool = False,
    before: bool = False, longer: int = 1, canvas: tuple[int, int] = SHAPE,
) -> dict[str, Any]:  # fmt: skip
    """Train one network, or take it from the arm before, and let it outline the test heads."""
    boxes = BOXES if canvas == SHAPE else 0  # the larger canvas is looked at once: it needs no boxes
    net = learned(
        seed, settings[heads], settings["organs"] * organs, settings["steps"] * longer, settings["batch"],
        settings["rate"], boxes=boxes, canvas=canvas, before=before,
    )  # fmt: skip
    samples, find = heads_to_test(settings), find_with(net)
    made = [looks(find, sample, again=again, canvas=canvas)[-1] for sample in samples]
    said = [
        probability_reading(a.probability, a.frame, b, part="head")
        for a, b in zip(made, samples, strict=True)
    ]
    used = sum(count_parameters(part) for name, part in net.named_children() if name != "own")
    return figures_of([(one.mask, one.values["hc"].value) for one in said], samples) | {
        "parameters": used + count_parameters(net.own["head"]),
        "compute": macs(MultiDomainFCN(["head"]), (1, *canvas)) * (again + 1),
    }


TRIAL = Trial(
    name="chen",
    question="Does looking again, and learning from other organs, outline heads better?",
    arms={
        "one look": partial(arm, again=0),
        "two looks": partial(arm, again=1),
        "three looks": partial(arm, again=2),
        "one look, larger": partial(arm, again=0, canvas=LARGER),
        "few heads": partial(arm, again=1, heads="few"),
        "few heads, thrice as long": partial(arm, again=1, heads="few", longer=3),
        "few heads and organs": partial(arm, again=1, heads="few", organs=True),
        "few heads after organs": partial(arm, again=1, heads="few", organs=True, before=True),
        "second observer": observer,
    },
    baseline="one look",
    claims=(
        Claim("A second look outlines better", "two looks", "one look", "dice", "higher", 0.01),
        Claim("It measures HC better", "two looks", "one look", "hc_mm", "lower", 0.5),
        Claim("Small heads gain most: the gap narrows", "two looks", "one look", "gap", "lower", 0.01),
        Claim(
            "It is better than one look at twice the pixels",
            "two looks", "one look, larger", "dice", "higher", 0.01,
        ),
        Claim("Organs beside few heads help", "few heads and organs", "few heads", "dice", "higher", 0.01),
        Claim(
            "They help more than training thrice as long",
            "few heads and organs", "few heads, thrice as long", "dice", "higher", 0.01,
        ),
        Claim(
            "Organs before few heads help, which is transfer",
            "few heads after organs", "few heads", "dice", "higher", 0.01,
        ),
        Claim(
            "HC comes as near as an observer's who measures twice",
            "two looks", "second observer", "within", "same", 0.1,
        ),
    ),
    labels={
        "dice": "Dice", "hc_mm": "HC error (mm)", "within": "within 3 %", "gap": "large - small",
        "missed": "missed",
    },
    settings={
        "quick": {"heads": 16, "few": 4, "organs": 4, "tested": 12, "steps": 80, "batch": 6, "rate": 8e-3},
        "full": {"heads": 64, "few": 8, "organs": 32, "tested": 80, "steps": 400, "batch": 6, "rate": 8e-3},
    },
    only={"quick": ("one look", "two looks", "second observer")},
    prepare=share,
)  # fmt: skip


def trained(budget: str, seed: int) -> MultiDomainFCN:
    """Train the whole system, for use: organs beside all heads, thrice as long as the trial can afford."""
    how = TRIAL.settings[budget]
    steps = how["steps"] * (3 if budget == "full" else 1)
    return learned(seed, how["heads"], how["organs"], steps, how["batch"], how["rate"])


SYSTEM = System(
    key="chen",
    cites="[16] Chen H, Zheng Y, Park J-H, Heng P-A, Zhou SK. MICCAI 2016",
    idea="Let all organs teach the first layers and each organ the last; then look again at the box around "
    "the answer.",
    claim="First layers that organs share, and a second look at the enlarged target, give more precise "
    "outlines; on fetal heads they come up to two experts.",
    task="outline head, abdomen and heart",
    answers="the outline of the head, HC in mm and weeks, and whether two looks agree",
    build=MultiDomainFCN,
    train=trained,
    analyse=analyse,
    trial=TRIAL,
    part="head",
)
