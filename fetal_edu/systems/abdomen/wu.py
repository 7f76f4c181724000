"""[17] Wu and colleagues, 2017: FUIQA, a checklist for the plane of the abdominal circumference.

**The paper.** L. Wu, J.-Z. Cheng, S. Li, B. Lei, T. Wang, D. Ni, FUIQA: fetal ultrasound image quality
assessment with deep convolutional networks, IEEE Trans. Cybern. 47 (2017) 1336-1349, doi
10.1109/TCYB.2017.2671898. We read its summary, not the layers' sizes: one network (L-CNN) finds the abdomen,
another (C-CNN) judges how well stomach bubble and umbilical vein are shown; the input is enriched by local
phase features; it is said to judge about as three doctors do.

**The idea.** Quality control as a checklist: find the abdomen, look into it, tick what is seen. So that gain
and contrast don't matter to the finder, it also gets two maps that know neither: where the picture is
symmetric (lines, spots) and where antisymmetric (edges). They are made by hand, in `wu_phase`.

**This small version.** The paper's finder is an AlexNet; ours has five convolutions and looks at 48 × 72
pixels. The judge, four convolutions, looks at a square around the box, cut from a picture twice as fine. Both
ticks make a standard plane. Sizes, wavelengths and thresholds are ours.

**The trial.** Do the maps find the box better: at home, and where the same test patients are shown too
bright (11 dB of gain) or at half the grey? Better than a network that met other gains in training, which
costs nothing? Two more finders say where the maps would help: one sees them alone, a pair learns from a
quarter of the patients. Does looking into the box judge better than a network that spends as many weights and
operations on the whole picture? And does it agree with three readers as they do with each other? The readers
are simulated: each errs on one picture in twenty, so two of them agree on 90.5 %, as did the two experts of
J. Jang and colleagues (arXiv 1702.02741). How they agree is thus set by us; that they err by chance alone,
too. Rehearsals on other patients set steps and rates, for the networks without maps and without box; a judge
of whole pictures twice as fine did no better.

**What came out.** The maps did not help: overlap 0.783 with both, 0.792 with the image alone. They keep what
was promised of them: under another gain the overlap falls by 0.046 with the image, by 0.017 with the maps
alone. But they start lower, and a network that met other gains in training falls by 0.011. A quarter of the
patients changed nothing (0.737 with and without maps). Inside the box 83 % of the ticks are right, 74 % in
whole pictures: large enough to matter, but with 80 test patients it can be chance. Kappa with the readers is
0.46, between them 0.80. A look at one seed: the true box gives no more right ticks than the found one, and
ticks of the vein are 93 % right on the patients that were learned from, 76 % on others. So the judge lacks
patients, not boxes. It also takes for granted that there is an abdomen, and ticks some heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from gettext import gettext as _
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import count_parameters
from fetal_edu.sample import Reading, Sample, Value
from fetal_edu.systems.abdomen import wu_nets as nets
from fetal_edu.systems.abdomen.readers import agreement, agreement_between, readers
from fetal_edu.systems.abdomen.wu_nets import CHECKLIST, SEEN, TEST_SEED, pictures_of
from fetal_edu.systems.kit import Known, logits_of, macs, on_canvas
from fetal_edu.systems.system import System

__all__ = ["FUIQA", "SYSTEM"]

READERS, FLIP = 3, 0.05
HIT = 0.75  # a box that overlaps the true one this far is a hit
DIM = 0.5  # what grey levels are multiplied by
UNSURE = 0.3  # between this and its complement a tick is doubtful


class FUIQA(nn.Module):
    """Find the abdomen, cut it out, tick what it shows.

    Parameters
    ----------
    sees : sequence of str
        What the finder sees: some of ``image``, ``symmetry``, ``asymmetry``.

    Examples
    --------
    >>> boxes, ticks = FUIQA()(torch.zeros(2, 1, 96, 144))
    >>> boxes.shape, ticks.shape
    (torch.Size([2, 4]), torch.Size([2, 2]))
    """

    def __init__(self, sees: Sequence[str] = SEEN) -> None:
        super().__init__()
        self.sees, self.known = tuple(sees), Known()
        self.finder, self.judge = nets.Finder(len(sees)), nets.Judge()

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return boxes (B, 4), see `boxes_of`, and logits of the checklist (B, 2) for (B, 1, 96, 144)."""
        boxes = self.finder(nets.seen(avg_pool2d(images, 2), self.sees))
        return boxes, self.judge(nets.cut_out(images, boxes, nets.CUT))


def trained(seed: int, settings: Mapping[str, Any], *, sees: Sequence[str] = SEEN, **options: Any) -> FUIQA:
    """Train finder and judge on the patients of a seed; see `wu_nets.taught_finder` for the options."""
    torch.manual_seed(seed)
    net = FUIQA(sees)
    nets.taught_finder(seed, settings, net.finder, sees=sees, **options)
    net.judge.load_state_dict(nets.shared_judge(seed, tuple(sorted(settings.items()))))
    net.known.learn(avg_pool2d(pictures_of(nets.STUDY_SEED + seed, settings["patients"])[0], 2))
    return net.eval()


def judged(ticks: Tensor, shows: Tensor, seed: int) -> dict[str, Any]:
    """Hold ticks against the truth, and the standard plane (both ticks) against three readers."""
    said, standard = ticks.all(dim=1).numpy(), shows.all(dim=1).numpy()
    kappa = agreement(said, readers(standard, READERS, FLIP, seed))
    same = (ticks == shows.bool()).float().mean(dim=1).numpy()
    return {"right": (said == standard).astype(float), "ticks": same, "kappa": kappa}


def found_arm(seed: int, settings: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """Train a finder; find boxes at home and under another gain; look into those found at home."""
    net, n = trained(seed, settings, **options), settings["tested"]
    (images, masks, shows), (bright, *_same) = (
        pictures_of(TEST_SEED, n),
        pictures_of(TEST_SEED, n, bright=True),
    )
    true = nets.boxes_of(masks)
    with torch.inference_mode():
        home, ticks = net(images)
        shifted = torch.stack([nets.overlap(net(other)[0], true) for other in (bright, DIM * images)])
    at_home = nets.overlap(home, true)
    return {
        **judged(ticks > 0, shows, seed),
        "overlap": at_home.numpy(),
        "shifted": shifted.mean(dim=0).numpy(),
        "hit": (at_home >= HIT).float().numpy(),
        "hit_shifted": (shifted >= HIT).float().mean(dim=0).numpy(),
        "parameters": count_parameters(net),
        "compute": macs(net.finder, (len(net.sees), *nets.SHAPE)) + macs(net.judge, (1, nets.CUT, nets.CUT)),
    }


def whole_arm(seed: int, settings: Mapping[str, Any], *, channels: Sequence[int]) -> dict[str, Any]:
    """Judge whole pictures, by a network as large as finder and judge together."""
    images, _masks, shows = pictures_of(TEST_SEED, settings["tested"])
    torch.manual_seed(seed)
    judge = nets.taught_judge(seed, settings, nets.Judge(channels), whole=True)
    ticks = logits_of(judge, avg_pool2d(images, 2)) > 0
    costs = {"parameters": count_parameters(judge), "compute": macs(judge, (1, *nets.SHAPE))}
    return judged(ticks, shows, seed) | costs


def readers_arm(seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Let three simulated readers judge the test patients."""
    standard = pictures_of(TEST_SEED, settings["tested"])[2].all(dim=1).numpy()
    said = readers(standard, READERS, FLIP, seed)
    return {"right": (said == standard).mean(axis=0), "kappa": agreement_between(said)}


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Make what all arms of a seed use, before their time is taken: pictures, and the judge of boxes."""
    pictures_of(TEST_SEED, settings["tested"]), pictures_of(TEST_SEED, settings["tested"], bright=True)
    nets.shared_judge(seed, tuple(sorted(settings.items())))


@torch.inference_mode()
def analyse(net: FUIQA, sample: Sample) -> Reading:
    """Go through the checklist for one picture: where the abdomen is, what it shows, standard or not."""
    image, frame = on_canvas(sample, nets.FINE)
    (box,), (logits,) = net.eval()(image)
    ellipse, chances = (
        nets.outline_of(box, frame),
        dict(zip(CHECKLIST, logits.sigmoid().tolist(), strict=True)),
    )
    doubts = [net.known.doubt(avg_pool2d(image, 2).numpy())]
    doubts += [
        _("Is the {} seen? The network is unsure: look again.").format(_(CHECKLIST[name]))
        for name, chance in chances.items()
        if UNSURE < chance < 1 - UNSURE
    ]
    missing = [_(CHECKLIST[name]) for name, chance in chances.items() if chance < 0.5]
    verdict = _("A standard plane: stomach bubble and umbilical vein are seen.")
    if missing:
        verdict = _("Not a standard plane: no {} seen.").format(_(" and no ").join(missing))
    return Reading(
        plane="other" if missing else "abdomen",
        mask=ellipse.mask(sample.shape, sample.spacing or (1.0, 1.0)),
        ellipse=ellipse,
        values={name: Value(100 * chance, "%") for name, chance in chances.items()},
        quality="doubtful" if any(doubts) else "good",
        notes=(verdict, _("It takes for granted that the picture shows an abdomen."), *filter(None, doubts)),
    )


TRIAL = Trial(
    name="wu",
    question="Do symmetry maps find the abdomen better, and is it judged better inside its box?",
    arms={
        "image": partial(found_arm, sees=("image",)),
        "image + symmetry": partial(found_arm, sees=("image", "symmetry")),
        "image + asymmetry": partial(found_arm, sees=("image", "asymmetry")),
        "image + both maps": partial(found_arm, sees=SEEN),
        "both maps alone": partial(found_arm, sees=("symmetry", "asymmetry")),
        "image, gains changed": partial(found_arm, sees=("image",), changes=nets.GAINS),
        "image, a quarter": partial(found_arm, sees=("image",), every=4),
        "both maps, a quarter": partial(found_arm, sees=SEEN, every=4),
        "no box, as large": partial(whole_arm, channels=(10, 22, 42, 60)),
        "three readers": readers_arm,
    },
    baseline="image",
    claims=(
        Claim("Both maps find the box better", "image + both maps", "image", "overlap", "higher", 0.02),
        Claim("And more so under another gain", "image + both maps", "image", "shifted", "higher", 0.03),
        Claim(
            "There they also beat other gains in training",
            "image + both maps", "image, gains changed", "shifted", "higher", 0.02,
        ),
        Claim(
            "Inside the box more ticks are right than in the whole picture",
            "image + both maps", "no box, as large", "ticks", "higher", 0.05,
        ),
        Claim(
            "It agrees with readers as they do with each other",
            "image + both maps", "three readers", "kappa", "same", 0.1,
        ),
    ),
    labels={
        "right": "standard or not, right", "ticks": "ticks right", "kappa": "kappa with readers",
        "overlap": "overlap (IoU)", "shifted": "overlap, other gain",
        "hit": "hits", "hit_shifted": "hits, other gain",
    },
    settings={
        "quick": {"patients": 10, "tested": 6, "steps": 50, "batch": 16, "rate": 5e-3, "judge_rate": 1e-2},
        "full": {"patients": 100, "tested": 40, "steps": 500, "batch": 16, "rate": 5e-3, "judge_rate": 1e-2},
    },
    only={"quick": ("image", "image + both maps", "no box, as large", "three readers")},
    prepare=share,
)  # fmt: skip

SYSTEM = System(
    key="wu",
    cites="[17] Wu L, Cheng JZ, Li S, Lei B, Wang T, Ni D. IEEE Trans Cybern 2017",
    idea="A checklist: one network finds the abdomen, helped by maps of symmetry that know no gain; "
    "another looks into its box and ticks stomach bubble and umbilical vein.",
    claim="With local symmetry and asymmetry beside the image a CNN finds the abdomen; a second one judges "
    "the plane by stomach bubble and umbilical vein about as three doctors do.",
    task="find the abdomen, and judge whether its plane is the standard one",
    answers="where the abdomen is, whether stomach bubble and umbilical vein are seen, standard or not",
    build=FUIQA,
    train=lambda budget, seed: trained(seed, TRIAL.settings[budget]),
    analyse=analyse,
    trial=TRIAL,
    part="abdomen",
)
