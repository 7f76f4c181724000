"""From Samples to batches: onto the network's canvas, split by examination, loaded by fastai."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from fastai.data.core import DataLoaders
from fastai.data.load import DataLoader
from torch import Tensor

from fetal_edu.data.frame import CANVAS, Frame
from fetal_edu.sample import Sample

__all__ = ["canvases", "grouped_split", "head_loaders", "pictures_without_head"]


def canvases(
    samples: Iterable[Sample], *, name: str = "head", canvas: tuple[int, int] = CANVAS
) -> tuple[Tensor, Tensor]:
    """Bring samples onto the network's canvas.

    Parameters
    ----------
    samples : iterable of Sample
        Each with a class `name`. They are taken one by one: only their canvases stay in memory.
    name : str
        The structure to learn.
    canvas : (rows, columns)

    Returns
    -------
    (images, masks) : (N, 1, rows, columns) uint8 tensors, 0..255
        A mask's border pixels hold the share of the pixel that the structure covers.

    Examples
    --------
    >>> flat = np.full((30, 40), 0.5, np.float32)
    >>> sample = Sample(flat, labels=np.ones((30, 40), np.uint8), classes={"head": (1,)})
    >>> images, masks = canvases([sample], canvas=(16, 32))
    >>> images.shape, int(masks.max())
    (torch.Size([1, 1, 16, 32]), 255)
    """
    images, masks = [], []
    for sample in samples:
        frame = Frame.of(sample.shape, sample.spacing, canvas)
        images.append(_bytes(frame.shrink(sample.image)))
        masks.append(_bytes(frame.shrink(sample.mask(name).astype(np.float32))))
    if not images:
        raise ValueError("no samples: there is nothing to learn from")
    return torch.stack(images)[:, None], torch.stack(masks)[:, None]  # (N, 1, rows, columns) each


def _bytes(image: np.ndarray) -> Tensor:
    return torch.from_numpy(np.round(np.clip(image, 0, 1) * 255).astype(np.uint8))


def grouped_split(
    groups: Sequence[str], *, share: float = 0.2, salt: str = ""
) -> tuple[list[int], list[int]]:
    """Split by patient or examination: all pictures of a group go to the same side.

    A group's side follows from its name alone. So a picture that was held out today is held out tomorrow,
    also when more pictures are at hand.

    Parameters
    ----------
    groups : sequence of str
        The group of each picture.
    share : float
        Share of groups that is held out.
    salt : str
        Another salt gives another split.

    Returns
    -------
    (train, held_out) : lists of indices

    Examples
    --------
    >>> train, held_out = grouped_split([f"patient {i // 3}" for i in range(300)])
    >>> {i // 3 for i in train} & {i // 3 for i in held_out}
    set()
    """
    if not 0 < share < 1:
        raise ValueError(f"share {share}: hold out more than none and less than all")
    held_out_groups = {g for g in set(groups) if _number_of(f"{salt}/{g}") < share}
    train = [i for i, g in enumerate(groups) if g not in held_out_groups]
    return train, [i for i, g in enumerate(groups) if g in held_out_groups]


def _number_of(text: str) -> float:
    """Return a number in 0..1 that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


class _Pairs:
    """A data set of (image, mask) pairs, kept as bytes and handed out as floats."""

    def __init__(self, images: Tensor, masks: Tensor) -> None:
        self.images, self.masks = images, masks

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.images[index].float() / 255, self.masks[index].float() / 255  # (1, rows, columns) each


def head_loaders(
    train: tuple[Tensor, Tensor], held_out: tuple[Tensor, Tensor], *, batch_size: int = 16
) -> DataLoaders:
    """Make fastai's DataLoaders from two sets of canvases.

    Parameters
    ----------
    train, held_out : (images, masks) as `canvases` returns them
    batch_size : int

    Returns
    -------
    fastai DataLoaders
        Batches of (images, masks), each (B, 1, rows, columns) float32 in 0..1.

    Examples
    --------
    >>> pair = (torch.zeros(8, 1, 16, 24, dtype=torch.uint8),) * 2
    >>> images, masks = head_loaders(pair, pair, batch_size=4).one_batch()
    >>> images.shape
    torch.Size([4, 1, 16, 24])
    """
    first = DataLoader(_Pairs(*train), bs=batch_size, shuffle=True, drop_last=len(train[0]) >= batch_size)
    second = DataLoader(_Pairs(*held_out), bs=batch_size)
    return DataLoaders(first, second, device=torch.device("cpu"))


def pictures_without_head(
    images: Tensor, masks: Tensor, count: int, *, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Make pictures that hold no head, so that a network learns to find nothing.

    Half are parts of the given pictures beside their head, enlarged; half are plain speckle with a few
    bright and dark patches.

    Parameters
    ----------
    images, masks : (N, 1, rows, columns) uint8 tensors, as `canvases` returns them
    count : int
    generator : torch.Generator

    Returns
    -------
    (images, masks) : (count, 1, rows, columns) uint8 tensors, all masks empty

    Examples
    --------
    >>> images, masks = torch.rand(2, 1, 16, 24).mul(255).byte(), torch.zeros(2, 1, 16, 24).byte()
    >>> pictures_without_head(images, masks, 4, generator=torch.Generator())[0].shape
    torch.Size([4, 1, 16, 24])
    """
    made = []
    while len(made) < count:
        if len(made) % 2:
            made.append(_speckle(images.shape[2:], generator))
            continue
        which = int(torch.randint(len(images), (1,), generator=generator))
        made.append(_beside_the_head(images[which], masks[which, 0]))
    pictures = torch.stack(made).clamp(0, 255).byte()  # (count, 1, rows, columns)
    return pictures, torch.zeros_like(pictures)


def _beside_the_head(image: Tensor, mask: Tensor) -> Tensor:
    """Return the largest strip above, below, left or right of the head, enlarged to the whole canvas."""
    height, width = mask.shape
    rows, columns = torch.nonzero(mask.any(dim=1))[:, 0], torch.nonzero(mask.any(dim=0))[:, 0]
    if len(rows) == 0:
        return image.float()
    strips = [
        image[:, : rows[0]],
        image[:, rows[-1] + 1 :],
        image[:, :, : columns[0]],
        image[:, :, columns[-1] + 1 :],
    ]
    strip = max(strips, key=lambda part: part.numel())
    if min(strip.shape[1:]) < 4:
        return torch.zeros_like(image, dtype=torch.float32)
    return torch.nn.functional.interpolate(
        strip[None].float(), size=(height, width), mode="bilinear", align_corners=False
    )[0]


def _speckle(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Return speckle (Rayleigh noise) with smooth bright and dark patches; no anatomy."""
    real, imaginary = torch.randn(2, 1, *shape, generator=generator)
    coarse = torch.randn(1, 1, 5, 7, generator=generator)
    patches = torch.nn.functional.interpolate(coarse, size=list(shape), mode="bicubic", align_corners=False)
    level = 20 + 60 * torch.rand(1, generator=generator)
    return torch.hypot(real, imaginary) * level * torch.exp(0.7 * patches[0])
