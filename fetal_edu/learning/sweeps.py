"""Put chapter 07 on trial: does memory along a sweep name its frames better than an average.

A sweep leads the probe through a beating fetal heart, from 4C over LVOT to 3V or the other way. A small CNN
learns to name single frames. What it makes of a frame just before it names it, 32 features, is then read by
three readers of equal size: one without memory, one that remembers the frames so far, one that reads the
finished sweep from both ends. The plain alternative averages the CNN's probabilities over frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from fetal_edu.learning import little_data as task
from fetal_edu.learning.augment import Augmentation, augment_batch
from fetal_edu.learning.little_data import How
from fetal_edu.learning.sweep_frames import FRAMES, NAMES, SHAPE, WINDOW, Frames, shown, study, tested
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.nets import FrameReader, PlaneCNN, count_parameters

__all__ = ["LSTMS", "SHAKE", "SWEEPS", "averaged", "changes", "examine", "timelines_of"]

READER_KEYS = ("sweeps", "steps", "batch", "rate")
LSTMS = {"LSTM, back": "back", "LSTM, both ways": "both"}
#: What a training frame may be changed by: little enough to leave the plane what it is.
SHAKE = Augmentation(
    rotation=20, zoom=(0.9, 1.1), shift=0.05, gamma=0, gain=0, unevenness=0, noise=0, blur=0, hide=0
)


# --- figures and plain alternatives ------------------------------------------------------------------------


def averaged(probabilities: np.ndarray, *, before: int, after: int) -> np.ndarray:
    """Average each frame's probabilities with those of its neighbours; at the ends there are fewer.

    Parameters
    ----------
    probabilities : (frames, classes) array
    before, after : int
        How many frames to take on each side. With `after` 0 it can run while the sweep is taken.

    Examples
    --------
    >>> averaged(np.array([[0.0], [3.0], [6.0]]), before=1, after=0)[:, 0]
    array([0. , 1.5, 4.5])
    """
    n = len(probabilities)
    return np.stack([probabilities[max(i - before, 0) : i + after + 1].mean(axis=0) for i in range(n)])


def changes(names: np.ndarray) -> int:
    """Count how often the name changes from one frame to the next.

    Examples
    --------
    >>> changes(np.array([0, 0, 1, 0, 2, 2]))
    3
    """
    return int(np.count_nonzero(np.diff(names)))


def examine(named: list[np.ndarray], sweeps: list[Frames]) -> dict[str, Any]:
    """Return the figures of names given to the shown frames of each sweep.

    Returns
    -------
    dict
        ``right`` (share of frames) and ``flips`` (changes of the name) of each sweep, ``true_flips``, and
        ``balanced``: recall of each name, averaged over the names.
    """
    true = [shown(sweep.names, sweep) for sweep in sweeps]
    said, due = np.concatenate(named), np.concatenate(true)
    recall = [np.mean(said[due == name] == name) for name in np.unique(due)]
    return {
        "right": np.array([np.mean(a == b) for a, b in zip(named, true, strict=True)]),
        "flips": np.array([changes(a) for a in named]),
        "true_flips": np.array([changes(b) for b in true]),
        "balanced": float(np.mean(recall)),
    }


# --- networks ----------------------------------------------------------------------------------------------


class Shaken(nn.Module):
    """A network whose pictures are changed by chance while it trains."""

    def __init__(self, net: nn.Module, how: Augmentation = SHAKE) -> None:
        super().__init__()
        self.net, self.how = net, how

    def forward(self, images: Tensor) -> Tensor:
        """Return what the network makes of `images`."""
        return self.net(augment_batch(images, images, self.how)[0] if self.training else images)


@lru_cache(maxsize=2)
def _frame_net(seed: int, sweeps: int, steps: int, batch: int, rate: float) -> PlaneCNN:
    learned = study(sweeps, seed)
    images = torch.from_numpy(np.concatenate([sweep.images for sweep in learned]))[:, None]
    names = torch.from_numpy(np.concatenate([sweep.names for sweep in learned]))
    torch.manual_seed(seed)
    net = PlaneCNN(len(NAMES), size=SHAPE)
    how = How(steps=steps, batch=batch, rate=rate)
    task.train(Shaken(net), (images, names), how=how, seed=seed, loss=cross_entropy)
    return net.eval()


def frame_net(seed: int, settings: Mapping[str, Any]) -> PlaneCNN:
    """Return the CNN that all arms of a seed share."""
    keys = {"sweeps": "sweeps", "steps": "cnn_steps", "batch": "cnn_batch", "rate": "cnn_rate"}
    return _frame_net(seed, **{key: settings[name] for key, name in keys.items()})


def features_of(net: PlaneCNN, images: np.ndarray) -> Tensor:
    """Return (frames, 32): the mean of each of the last maps, which the CNN's head would weight."""
    with torch.inference_mode():
        return net.features(torch.from_numpy(images)[:, None]).mean(dim=(2, 3))


def probabilities_of(net: PlaneCNN, images: np.ndarray) -> np.ndarray:
    """Return (frames, classes)."""
    with torch.inference_mode():
        return net(torch.from_numpy(images)[:, None]).softmax(dim=1).numpy()


def windows(net: PlaneCNN, sweeps: list[Frames]) -> tuple[Tensor, Tensor]:
    """Return every window of every sweep: features (n, WINDOW, 32) and names (n, WINDOW).

    So a reader can't learn where in a clip a plane comes; the window of a test sweep starts anywhere, too.
    """
    pairs = [(features_of(net, sweep.images).clone(), torch.from_numpy(sweep.names)) for sweep in sweeps]
    cuts = [slice(start, start + WINDOW) for start in range(FRAMES - WINDOW + 1)]
    return tuple(torch.stack([pair[i][cut] for pair in pairs for cut in cuts]) for i in (0, 1))


@lru_cache(maxsize=6)
def _reader(
    memory: str, seed: int, sweeps: int, steps: int, batch: int, rate: float, net: PlaneCNN
) -> FrameReader:
    torch.manual_seed(seed)
    reader = FrameReader(net.channels[-1], len(NAMES), memory=memory)
    how = How(steps=steps, batch=batch, rate=rate)
    task.train(reader, windows(net, study(sweeps, seed)), how=how, seed=seed, loss=_frame_loss)
    return reader.eval()


def named_by(memory: str, seed: int, settings: Mapping[str, Any]) -> list[np.ndarray]:
    """Train a reader on the sweeps that the CNN has learned from; return its names of the test sweeps."""
    net = frame_net(seed, settings)
    reader = _reader(memory, seed, **{key: settings[key] for key in READER_KEYS}, net=net)
    named = []
    for sweep in tested(settings["tested"]):
        with torch.inference_mode():
            logits = reader(features_of(net, shown(sweep.images, sweep))[None])[0]
        named.append(logits.argmax(dim=1).numpy())
    return named


def _frame_loss(logits: Tensor, names: Tensor) -> Tensor:
    return cross_entropy(logits.flatten(0, 1), names.flatten())


# --- arms --------------------------------------------------------------------------------------------------


def read(seed: int, settings: Mapping[str, Any], *, memory: str) -> dict[str, Any]:
    """Let a reader name the frames of each test sweep."""
    named, net = named_by(memory, seed, settings), frame_net(seed, settings)
    weights = count_parameters(net) + count_parameters(
        FrameReader(net.channels[-1], len(NAMES), memory=memory)
    )
    return examine(named, tested(settings["tested"])) | {"parameters": weights}


def plain(
    seed: int, settings: Mapping[str, Any], *, smooth: Callable[..., np.ndarray] | None = None
) -> dict[str, Any]:
    """Name the frames by the CNN's probabilities, as they are or averaged."""
    net, sweeps = frame_net(seed, settings), tested(settings["tested"])
    each = [probabilities_of(net, shown(sweep.images, sweep)) for sweep in sweeps]
    named = [(p if smooth is None else smooth(p)).argmax(axis=1) for p in each]
    return examine(named, sweeps) | {"parameters": count_parameters(net)}


def clock(seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Name each frame by its number alone: the commonest name at that place of all training windows."""
    cuts = [slice(start, start + WINDOW) for start in range(FRAMES - WINDOW + 1)]
    names = np.stack([s.names[cut] for s in study(settings["sweeps"], seed) for cut in cuts])  # (n, WINDOW)
    commonest = np.array([np.bincount(at, minlength=len(NAMES)).argmax() for at in names.T])
    sweeps = tested(settings["tested"])
    return examine([commonest] * len(sweeps), sweeps) | {"parameters": 0}


def timelines_of(seed: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `fetal_edu.widgets.TimelineExplorer` shows: truth, probabilities, and the LSTMs' names."""
    net, sweeps = frame_net(seed, settings), tested(settings["tested"])
    readers = {name: named_by(memory, seed, settings) for name, memory in LSTMS.items()}
    return {
        "true": [shown(sweep.names, sweep) for sweep in sweeps],
        "probabilities": [probabilities_of(net, shown(sweep.images, sweep)) for sweep in sweeps],
        "readers": readers,
    }


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw the sweeps and train the CNN that all arms of a seed use, before their time is taken."""
    tested(settings["tested"])
    frame_net(seed, settings)


SWEEPS = Trial(
    name="frames-of-a-sweep",
    question="Does memory name the frames of a heart sweep better than an average of neighbours?",
    arms={
        "single frames": plain,
        "average, 3 back": partial(plain, smooth=partial(averaged, before=2, after=0)),
        "average, 5 around": partial(plain, smooth=partial(averaged, before=2, after=2)),
        "reader without memory": partial(read, memory="none"),
        "LSTM, back": partial(read, memory="back"),
        "LSTM, both ways": partial(read, memory="both"),
        "clock": clock,
    },
    baseline="single frames",
    claims=(
        Claim(
            "Memory names more frames than single frames do",
            "LSTM, back", "single frames", "right", "higher", 0.02,
        ),
        Claim(
            "It is the memory: more than a reader of equal size without it",
            "LSTM, back", "reader without memory", "right", "higher", 0.02,
        ),
        Claim(
            "More than an average that looks back",
            "LSTM, back", "average, 3 back", "right", "higher", 0.02,
        ),
        Claim(
            "Both ways: more than an average of frames around",
            "LSTM, both ways", "average, 5 around", "right", "higher", 0.02,
        ),
        Claim("Memory flips less", "LSTM, back", "single frames", "flips", "lower", 1.0),
    ),
    labels={
        "right": "frames right",
        "balanced": "mean recall",
        "flips": "flips",
        "true_flips": "true flips",
    },
    settings={
        "quick": {
            "sweeps": 6, "tested": 6, "cnn_steps": 160, "cnn_batch": 24, "cnn_rate": 1e-2,
            "steps": 100, "batch": 16, "rate": 5e-3,
        },
        "full": {
            "sweeps": 16, "tested": 12, "cnn_steps": 320, "cnn_batch": 32, "cnn_rate": 1e-2,
            "steps": 200, "batch": 32, "rate": 5e-3,
        },
    },
    seeds={"quick": (0,), "full": range(3)},
    prepare=share,
)  # fmt: skip
