"""What the systems share: pictures of one patient each, training, naming planes, counting costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from gettext import gettext as _
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from fetal_edu.data.frame import Frame
from fetal_edu.learning.augment import Augmentation
from fetal_edu.learning.little_data import How, train
from fetal_edu.learning.sweeps import SHAKE, Shaken
from fetal_edu.phantom import draw
from fetal_edu.phantom.draw import seeds_of
from fetal_edu.sample import Reading, Sample, Value
from fetal_edu.systems.known import Known

__all__ = [
    "How",
    "Known",
    "box_around",
    "drawn",
    "head_box",
    "logits_of",
    "macs",
    "on_canvas",
    "per_plane",
    "plane_reading",
    "teach_planes",
    "train",
]


@lru_cache(maxsize=4096)
def _drawn(plane: str, seed: int, number: int, shape: tuple[int, int], how: tuple) -> Sample:
    own = seeds_of(number + 1, seed)[number]
    return draw(plane, own, shape=shape, **{key: dict(one) if key == "knobs" else one for key, one in how})


def drawn(
    plane: str,
    seed: int,
    n: int,
    *,
    shape: tuple[int, int],
    knobs: Mapping[str, float] | None = None,
    **how: Any,
) -> list[Sample]:
    """Draw `n` simulated patients in one plane, one picture each; each is drawn once in a process.

    Parameters
    ----------
    plane : str
    seed : int
        Another seed, other patients.
    n : int
    shape : (rows, columns)
        Of the picture, and of the canvas where a network takes it as it is.
    knobs, how
        Options of `fetal_edu.phantom.draw`.

    Examples
    --------
    >>> [sample.plane for sample in drawn("abdomen", 5, 2, shape=(32, 48))]
    ['abdomen', 'abdomen']
    """
    told = dict(how) | ({} if knobs is None else {"knobs": tuple(sorted(knobs.items()))})
    return [_drawn(plane, seed, i, shape, tuple(sorted(told.items()))) for i in range(n)]


def per_plane(
    planes: Sequence[str],
    seed: int,
    n: int,
    *,
    shape: tuple[int, int],
    anatomy: str | None = None,
    **how: Any,
) -> tuple[Tensor, Tensor]:
    """Draw `n` pictures of each plane; each picture is a patient of its own.

    Returns
    -------
    images : (n * planes, 1, rows, columns) float32 tensor in 0..1
    numbers : (n * planes,) int64 tensor
        The place of its plane in `planes`.

    Examples
    --------
    >>> images, numbers = per_plane(("abdomen", "face"), 1, 2, shape=(32, 48))
    >>> images.shape, numbers
    (torch.Size([4, 1, 32, 48]), tensor([0, 0, 1, 1]))
    """
    samples = [
        drawn(plane, 1000 * seed + place, n, shape=shape, anatomy=anatomy, **how)
        for place, plane in enumerate(planes)
    ]
    images = torch.from_numpy(np.stack([one.image for some in samples for one in some]))[:, None]
    return images, torch.arange(len(planes)).repeat_interleave(n)


def box_around(mask: np.ndarray, *, margin: float = 0.08) -> tuple[float, float, float, float]:
    """Return the box (row0, column0, row1, column1) around a mask, wider by a part of its longer side.

    Examples
    --------
    >>> mask = np.zeros((9, 9), bool); mask[2:4, 1:6] = True
    >>> box_around(mask, margin=0.2)
    (1.0, 0.0, 5.0, 7.0)
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    row0, row1, column0, column1 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    more = margin * max(row1 - row0, column1 - column0)
    return float(row0 - more), float(column0 - more), float(row1 + more), float(column1 + more)


def head_box(sample: Sample) -> tuple[float, float, float, float] | None:
    """Return a box around the head that the shipped network finds, or None where it finds none."""
    from fetal_edu.runtime import read_head

    if sample.image.ndim != 2:
        return None  # `on_canvas` says what is wrong
    found = read_head(sample)
    return None if found.mask is None or not found.mask.any() else box_around(found.mask)


def on_canvas(
    sample: Sample, shape: tuple[int, int], *, box: tuple[float, float, float, float] | None = None
) -> tuple[Tensor, Frame]:
    """Bring one picture, or a box of it, to a network's canvas.

    Returns
    -------
    image : (1, 1, rows, columns) float32 tensor
    frame : Frame
        The way back.

    Raises
    ------
    ValueError
        If the sample is a sweep or a volume.
    """
    if sample.image.ndim != 2:
        raise ValueError(f"the sample has shape {sample.shape}: give one picture, not a sweep or a volume")
    frame = Frame.of(sample.shape, sample.spacing, shape, box=box)
    return torch.from_numpy(frame.shrink(sample.image))[None, None], frame


def teach_planes(
    net: nn.Module,
    pictures: tuple[Tensor, Tensor],
    *,
    how: How,
    seed: int,
    changes: Augmentation = SHAKE,
) -> nn.Module:
    """Train a network to name planes, and let it remember what its pictures look like; returns it ready.

    Each time a picture is shown it is changed: by default turned, shifted and zoomed a little, and mirrored
    or not.

    Parameters
    ----------
    net : nn.Module
        Gives (B, classes) logits for (B, 1, rows, columns) images.
    pictures : (images, numbers)
        As `per_plane` gives them.
    how : How
    seed : int
        Order of the pictures.
    changes : Augmentation
        How far a picture may be changed.
    """
    torch.manual_seed(seed)  # how pictures are changed; the first weights are drawn before
    net.to(memory_format=torch.channels_last)
    train(Shaken(net, changes), pictures, how=how, seed=seed, loss=cross_entropy)
    if isinstance(getattr(net, "known", None), Known):
        net.known.learn(pictures[0])
    return net.eval()


@torch.inference_mode()
def logits_of(net: nn.Module, images: Tensor, *, batch: int = 64) -> Tensor:
    """Return what a network gives for many images, in evaluation mode."""
    net.eval()
    return torch.cat([net(part) for part in images.split(batch)])


def plane_reading(
    net: nn.Module,
    sample: Sample,
    planes: Sequence[str],
    *,
    shape: tuple[int, int],
    sure: float = 0.6,
    box: tuple[float, float, float, float] | None = None,
) -> Reading:
    """Name the plane of one picture, and say how sure the network is.

    Parameters
    ----------
    net : nn.Module
        Gives logits; `net.known` tells whether the picture is like those that it learned from.
    sample : Sample
    planes : sequence of str
    shape : (rows, columns)
        Of the network's canvas.
    sure : float
        Below this probability the reading is doubtful.
    box : (row0, column0, row1, column1), optional
        Look only here.

    Returns
    -------
    Reading
        ``values["confidence"]`` in percent: the probability of the named plane. A network is sure of a
        picture of anything; so an unlike picture is doubtful however sure it is.
    """
    image, _frame = on_canvas(sample, shape, box=box)
    likely = logits_of(net, image).softmax(dim=1)[0]
    best = int(likely.argmax())
    confidence, notes = float(likely[best]), []
    if doubt := net.known.doubt(image.numpy()):
        notes.append(doubt)
    if confidence < sure:
        second = planes[int(likely.argsort()[-2])]
        unsure = _("The network is unsure: {plane} {confidence:.0%}, then {second}.")
        notes.append(unsure.format(plane=planes[best], confidence=confidence, second=second))
    values = {"confidence": Value(100 * confidence, "%")}
    return Reading(
        plane=planes[best], values=values, quality="doubtful" if notes else "good", notes=tuple(notes)
    )


@torch.inference_mode()
def macs(net: nn.Module, shape: tuple[int, ...]) -> float:
    """Count the multiplications that a network makes for one picture, in millions.

    Counted are convolutions and dense layers, which make nearly all of them.

    Parameters
    ----------
    net : nn.Module
    shape : tuple of int
        Of one input without the batch: (channels, rows, columns).

    Examples
    --------
    >>> macs(nn.Conv2d(1, 10, 3, padding=1), (1, 100, 100))
    0.9
    """
    total, hooks = 0.0, []

    def count(layer: nn.Module, _given: Any, made: Tensor) -> None:
        nonlocal total
        if isinstance(layer, nn.ConvTranspose2d):
            total += _given[0][0].numel() * layer.weight[0].numel()
        else:
            total += made[0].numel() * layer.weight[0].numel()

    for layer in net.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear, nn.ConvTranspose2d)):
            hooks.append(layer.register_forward_hook(count))
    modes = [(layer, layer.training) for layer in net.modules()]  # a wrapper's may differ from its network's
    net.eval()(torch.zeros(1, *shape))
    for layer, mode in modes:
        layer.training = mode
    for hook in hooks:
        hook.remove()
    return total / 1e6
