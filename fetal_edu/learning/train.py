"""Train a network with fastai: one Learner, one schedule, a progress bar."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from fastai.callback.core import Callback
from fastai.callback.progress import ProgressCallback
from fastai.callback.schedule import Learner  # this module adds fit_one_cycle and lr_find to it
from fastai.data.core import DataLoaders
from fastai.optimizer import Adam
from fastai.torch_core import noop, set_seed
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from fetal_edu.learning.augment import Augmentation, augment_batch
from fetal_edu.learning.loaders import canvases, head_loaders, pictures_without_head
from fetal_edu.nets import UNet
from fetal_edu.sample import Sample

__all__ = [
    "BF16",
    "Recipe",
    "bce_dice_loss",
    "cpu_has_bf16",
    "dice_on_canvas",
    "head_learner",
    "learner_of",
    "train_head",
]


def cpu_has_bf16() -> bool:
    """Tell whether this processor multiplies bfloat16 numbers in hardware (AMX or AVX512-BF16)."""
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, name, bool)() for name in checks)


class BF16(Callback):
    """Run the network in bfloat16 on the CPU: half the digits, less than half the time.

    fastai's own mixed precision speaks to CUDA only. The weights and the loss stay in float32.
    """

    order = 10

    def before_batch(self) -> None:
        """Enter bfloat16 before the network runs."""
        self.autocast = torch.autocast("cpu", dtype=torch.bfloat16)
        self.autocast.__enter__()

    def after_pred(self) -> None:
        """Leave it after, so that the loss is computed in float32."""
        self.autocast.__exit__(None, None, None)
        self.learn.pred = self.learn.pred.float()


class Augment(Callback):
    """Change each training batch by chance; leave the held-out pictures as they are."""

    def __init__(self, how: Augmentation) -> None:
        self.how = how

    def before_batch(self) -> None:
        if self.training:
            images, masks = augment_batch(self.x, self.y, self.how)
            self.learn.xb, self.learn.yb = (images,), (masks,)


def bce_dice_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Loss of an outline: cross-entropy of each pixel plus one minus the soft Dice of each picture.

    Cross-entropy asks each pixel alone. Dice asks for the overlap as a whole and does not care how large
    the structure is.

    Parameters
    ----------
    logits, masks : (B, 1, H, W) float tensors
        Masks are 0..1.

    Returns
    -------
    scalar tensor

    Examples
    --------
    >>> masks = torch.zeros(2, 1, 8, 8); masks[:, :, 2:6, 2:6] = 1
    >>> bool(bce_dice_loss(20 * masks - 10, masks) < bce_dice_loss(0 * masks, masks))
    True
    """
    entropy = binary_cross_entropy_with_logits(logits, masks)
    probability = logits.sigmoid()
    shared = (probability * masks).sum(dim=(1, 2, 3))  # (B,)
    total = probability.sum(dim=(1, 2, 3)) + masks.sum(dim=(1, 2, 3))  # (B,)
    # The 1 keeps a picture without the structure from dividing nothing by nothing.
    return entropy + (1 - (2 * shared + 1) / (total + 1)).mean()


def dice_on_canvas(logits: Tensor, masks: Tensor) -> Tensor:
    """Mean Dice of a batch on the network's canvas, at probability one half; for the progress table."""
    found, true = logits > 0, masks > 0.5
    shared = (found & true).sum(dim=(1, 2, 3))
    return ((2 * shared + 1) / (found.sum(dim=(1, 2, 3)) + true.sum(dim=(1, 2, 3)) + 1)).mean()


def head_learner(
    loaders: DataLoaders,
    net: nn.Module,
    *,
    augmentation: Augmentation | None = None,
    bf16: bool | None = None,
    progress: bool = True,
) -> Learner:
    """Put loaders, network and loss together into fastai's Learner.

    Parameters
    ----------
    loaders : DataLoaders
        As `head_loaders` makes them.
    net : nn.Module
        Gives logits (B, 1, H, W) for images (B, 1, H, W).
    augmentation : Augmentation, optional
        How training pictures may be changed; None leaves them as they are.
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
    >>> pair = (torch.zeros(8, 1, 16, 16, dtype=torch.uint8),) * 2
    >>> learner = head_learner(head_loaders(pair, pair, batch_size=4), UNet((4, 8)), progress=False)
    >>> learner.fit_one_cycle(1, 1e-3)
    """
    callbacks = () if augmentation is None else (Augment(augmentation),)
    return learner_of(
        loaders,
        net,
        loss=bce_dice_loss,
        metric=dice_on_canvas,
        callbacks=callbacks,
        bf16=bf16,
        progress=progress,
    )


def learner_of(
    loaders: DataLoaders,
    net: nn.Module,
    *,
    loss: Callable[[Tensor, Tensor], Tensor],
    metric: Callable[[Tensor, Tensor], Tensor],
    callbacks: Sequence[Callback] = (),
    bf16: bool | None = None,
    progress: bool = True,
) -> Learner:
    """Make a Learner as all tasks here want it: Adam, a little weight decay, channels last.

    Parameters
    ----------
    loaders : DataLoaders
    net : nn.Module
    loss, metric : callable
        Take the network's output and the truth of a batch; the metric fills a column of the progress table.
    callbacks : sequence of Callback
    bf16 : bool, optional
        Compute in bfloat16. Default: where the processor can.
    progress : bool
        Show a progress bar and a table of losses.
    """
    callbacks = list(callbacks)
    if cpu_has_bf16() if bf16 is None else bf16:
        callbacks.append(BF16())
    # oneDNN's convolutions run fastest when a pixel's channels lie side by side in memory.
    net = net.to(memory_format=torch.channels_last)
    learner = Learner(loaders, net, loss_func=loss, opt_func=Adam, wd=0.01, metrics=[metric], cbs=callbacks)
    if not progress:
        learner.remove_cb(ProgressCallback)
        learner.logger = noop
    return learner


@dataclass(frozen=True)
class Recipe:
    """How the shipped head network is trained.

    Parameters
    ----------
    epochs : int
        Passes over the training pictures.
    learning_rate : float
        Peak of the one-cycle schedule.
    batch_size : int
    without_head : float
        Pictures without a head, as a share of the training pictures.
    """

    epochs: int = 20
    learning_rate: float = 4e-3
    batch_size: int = 16
    without_head: float = 0.08
    augmentation: Augmentation = field(default_factory=Augmentation)


def train_head(
    train: Sequence[Sample],
    held_out: Sequence[Sample],
    *,
    seed: int,
    recipe: Recipe | None = None,
    net: nn.Module | None = None,
    progress: bool = True,
) -> tuple[nn.Module, float]:
    """Train a network to outline the head.

    Parameters
    ----------
    train, held_out : sequences of Sample with a class ``head``
        The held-out ones only fill the progress table: nothing is chosen by them.
    seed : int
        Sets the first weights, the order of the pictures and their changes.
    recipe : Recipe, optional
    net : nn.Module, optional
        Default: a fresh `UNet` of the shipped size.
    progress : bool

    Returns
    -------
    (net, cpu_seconds)
        The network of the last epoch, in evaluation mode, and the processor time that training took.
    """
    recipe = recipe or Recipe()
    start = time.process_time()
    set_seed(seed)
    net = UNet() if net is None else net
    images, masks = canvases(train)
    count = int(recipe.without_head * len(images))
    if count:
        empty = pictures_without_head(images, masks, count, generator=torch.Generator().manual_seed(seed))
        images, masks = torch.cat([images, empty[0]]), torch.cat([masks, empty[1]])
    loaders = head_loaders((images, masks), canvases(held_out), batch_size=recipe.batch_size)
    learner = head_learner(loaders, net, augmentation=recipe.augmentation, progress=progress)
    learner.fit_one_cycle(recipe.epochs, recipe.learning_rate)
    return net.eval(), time.process_time() - start
