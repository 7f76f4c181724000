"""Teach a network to name planes: from Samples to batches, a Learner, and a table of what it confuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from fastai.callback.schedule import Learner
from fastai.data.core import DataLoaders
from fastai.data.load import DataLoader
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from fetal_edu.data.frame import CANVAS, Frame
from fetal_edu.learning.train import learner_of
from fetal_edu.sample import Sample

__all__ = [
    "confusion",
    "named_canvases",
    "plane_learner",
    "plane_loaders",
    "plane_probabilities",
    "share_right",
]


def named_canvases(
    samples: Iterable[Sample], planes: Sequence[str], *, canvas: tuple[int, int] = CANVAS
) -> tuple[Tensor, Tensor]:
    """Bring samples onto the network's canvas, each with the number of its plane.

    Parameters
    ----------
    samples : iterable of Sample
        Each shows one of `planes`.
    planes : sequence of str
        The names; a plane's number is its place here.
    canvas : (rows, columns)

    Returns
    -------
    images : (N, 1, rows, columns) uint8 tensor, 0..255
    numbers : (N,) int64 tensor

    Raises
    ------
    ValueError
        If there are no samples, or one shows a plane that is not in the list.

    Examples
    --------
    >>> sample = Sample(np.full((30, 40), 0.5, np.float32), plane="face")
    >>> images, numbers = named_canvases([sample], ["abdomen", "face"], canvas=(16, 32))
    >>> images.shape, numbers
    (torch.Size([1, 1, 16, 32]), tensor([1]))
    """
    images, numbers = [], []
    for sample in samples:
        if sample.plane not in planes:
            raise ValueError(
                f"a sample shows the plane {sample.plane!r}, which has no number: the planes are "
                f"{', '.join(planes)}"
            )
        shrunk = Frame.of(sample.shape, sample.spacing, canvas).shrink(sample.image)
        images.append(torch.from_numpy(np.round(np.clip(shrunk, 0, 1) * 255).astype(np.uint8)))
        numbers.append(planes.index(sample.plane))
    if not images:
        raise ValueError("no samples: there is nothing to learn from")
    return torch.stack(images)[:, None], torch.tensor(numbers)  # (N, 1, rows, columns), (N,)


class _Named:
    """A data set of (image, number) pairs, kept as bytes and handed out as floats."""

    def __init__(self, images: Tensor, numbers: Tensor) -> None:
        self.images, self.numbers = images, numbers

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.images[index].float() / 255, self.numbers[index]  # (1, rows, columns), ()


def plane_loaders(
    train: tuple[Tensor, Tensor], held_out: tuple[Tensor, Tensor], *, batch_size: int = 16
) -> DataLoaders:
    """Make fastai's DataLoaders from two sets of named canvases.

    Split the samples by patient first, with `grouped_split`: two planes of one patient are drawn by one
    machine, and would give away what should be learned.

    Parameters
    ----------
    train, held_out : (images, numbers) as `named_canvases` returns them
    batch_size : int

    Returns
    -------
    fastai DataLoaders
        Batches of images (B, 1, rows, columns) float32 in 0..1 and numbers (B,) int64.

    Examples
    --------
    >>> some = torch.zeros(8, 1, 16, 24, dtype=torch.uint8), torch.arange(8) % 2
    >>> images, numbers = plane_loaders(some, some, batch_size=4).one_batch()
    >>> images.shape, numbers.shape
    (torch.Size([4, 1, 16, 24]), torch.Size([4]))
    """
    first = DataLoader(_Named(*train), bs=batch_size, shuffle=True, drop_last=len(train[0]) >= batch_size)
    second = DataLoader(_Named(*held_out), bs=batch_size)
    return DataLoaders(first, second, device=torch.device("cpu"))


def share_right(logits: Tensor, numbers: Tensor) -> Tensor:
    """Share of a batch that is named rightly; for the progress table.

    Examples
    --------
    >>> float(share_right(torch.eye(4), torch.tensor([0, 1, 2, 0])))
    0.75
    """
    return (logits.argmax(dim=1) == numbers).float().mean()


def plane_learner(
    loaders: DataLoaders, net: nn.Module, *, bf16: bool | None = None, progress: bool = True
) -> Learner:
    """Put loaders, network and loss together into fastai's Learner.

    The loss is cross-entropy: minus the logarithm of the probability that the network gives to the true
    name.

    Parameters
    ----------
    loaders : DataLoaders
        As `plane_loaders` makes them.
    net : nn.Module
        Gives logits (B, classes) for images (B, 1, H, W).
    bf16 : bool, optional
        Compute in bfloat16. Default: where the processor can.
    progress : bool
        Show a progress bar and a table of losses.

    Returns
    -------
    fastai Learner
        Call ``.fit_one_cycle(epochs, lr)`` on it.

    Examples
    --------
    >>> from fetal_edu.nets import PlaneCNN
    >>> some = torch.zeros(8, 1, 16, 24, dtype=torch.uint8), torch.arange(8) % 2
    >>> net = PlaneCNN(2, size=(16, 24), channels=(4, 4))
    >>> learner = plane_learner(plane_loaders(some, some, batch_size=4), net, progress=False)
    >>> learner.fit_one_cycle(1, 1e-3)
    """
    return learner_of(loaders, net, loss=cross_entropy, metric=share_right, bf16=bf16, progress=progress)


def plane_probabilities(net: nn.Module, images: Tensor, *, batch_size: int = 64) -> np.ndarray:
    """Ask a network for the probability of each name.

    Parameters
    ----------
    net : nn.Module
        In evaluation mode.
    images : (N, 1, rows, columns) uint8 tensor, 0..255
    batch_size : int

    Returns
    -------
    (N, classes) float array
        Each row sums to 1.

    Examples
    --------
    >>> from fetal_edu.nets import PlaneCNN
    >>> net = PlaneCNN(2, size=(16, 24), channels=(4, 4)).eval()
    >>> plane_probabilities(net, torch.zeros(3, 1, 16, 24, dtype=torch.uint8)).shape
    (3, 2)
    """
    with torch.inference_mode():
        parts = [net(part.float() / 255).softmax(dim=1) for part in images.split(batch_size)]
    return torch.cat(parts).numpy()


def confusion(true: Sequence[int], named: Sequence[int], classes: int) -> np.ndarray:
    """Count what was taken for what.

    Parameters
    ----------
    true, named : sequences of int
        The true number of each picture and the one that it was given, 0 to ``classes - 1``.
    classes : int

    Returns
    -------
    (classes, classes) int array
        Rows are true, columns are named: what is right stands on the diagonal.

    Raises
    ------
    ValueError
        If there are not as many names as pictures.

    Examples
    --------
    >>> confusion([0, 0, 1], [0, 1, 1], 2)
    array([[1, 1],
           [0, 1]])
    """
    if len(true) != len(named):
        raise ValueError(f"{len(named)} names for {len(true)} pictures: give one for each")
    table = np.zeros((classes, classes), int)
    np.add.at(table, (np.asarray(true, int), np.asarray(named, int)), 1)
    return table
