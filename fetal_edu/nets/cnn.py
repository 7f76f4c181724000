"""A small network that names a picture, with two ways to get from maps to names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from fetal_edu.nets.blocks import Down, TwoConv

__all__ = ["PlaneCNN", "dense_head", "pooled_head"]


def dense_head(channels: int, size: tuple[int, int], classes: int) -> nn.Sequential:
    """Lay all numbers of the maps in one row, and weight each of them for each class.

    Each place of each map has weights of its own. So the maps must always be of one size.

    Parameters
    ----------
    channels : int
        Maps that come in.
    size : (rows, columns)
        Of each map.
    classes : int

    Examples
    --------
    >>> dense_head(32, (8, 12), 5)(torch.zeros(2, 32, 8, 12)).shape
    torch.Size([2, 5])
    """
    return nn.Sequential(nn.Flatten(), nn.Linear(channels * size[0] * size[1], classes))


def pooled_head(channels: int, classes: int) -> nn.Sequential:
    """Keep of each map its mean over all places, and weight the means for each class.

    Maps of any size may come in.

    Parameters
    ----------
    channels : int
        Maps that come in.
    classes : int

    References
    ----------
    M. Lin, Q. Chen, S. Yan, Network in network, ICLR 2014, arXiv 1312.4400: global average pooling.

    Examples
    --------
    >>> pooled_head(32, 5)(torch.zeros(2, 32, 9, 7)).shape
    torch.Size([2, 5])
    """
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


class PlaneCNN(nn.Module):
    """A convolutional network that names the plane of a picture.

    `features` makes maps that say how strongly some pattern is present at each place, ever smaller and more
    of them. `head` makes one number for each class out of the last maps.

    Parameters
    ----------
    classes : int
        How many names there are, at least 2.
    size : (rows, columns)
        Of the pictures; each divisible by ``2 ** halvings``.
    channels : sequence of int
        Maps at each level, from full size down. Four levels mean three halvings.
    head : "pooled" or "dense"
        See `pooled_head` and `dense_head`.

    Raises
    ------
    ValueError
        If there are less than two classes, a size does not divide, or the head is none of the two.

    Examples
    --------
    >>> net = PlaneCNN(5, size=(64, 96)).eval()
    >>> net.features(torch.zeros(2, 1, 64, 96)).shape
    torch.Size([2, 32, 8, 12])
    >>> net(torch.zeros(2, 1, 64, 96)).shape
    torch.Size([2, 5])
    """

    def __init__(
        self,
        classes: int,
        *,
        size: tuple[int, int] = (64, 96),
        channels: Sequence[int] = (8, 16, 32, 32),
        head: Literal["pooled", "dense"] = "pooled",
    ) -> None:
        super().__init__()
        if classes < 2:
            raise ValueError(f"{classes} classes: to tell apart, there must be at least 2")
        if head not in ("pooled", "dense"):
            raise ValueError(f"there is no head {head!r}: there are 'pooled' and 'dense'")
        self.size, self.channels, self.kind = tuple(size), tuple(channels), head
        self._check_divides(self.size)
        self.features = nn.Sequential(TwoConv(1, channels[0]), *(Down(a, b) for a, b in pairwise(channels)))
        last = (size[0] >> self.halvings, size[1] >> self.halvings)
        self.head = (
            pooled_head(channels[-1], classes)
            if head == "pooled"
            else dense_head(channels[-1], last, classes)
        )

    @property
    def halvings(self) -> int:
        """How often the picture is halved."""
        return len(self.channels) - 1

    def forward(self, image: Tensor) -> Tensor:
        """Return one number for each class; softmax turns them into probabilities.

        Parameters
        ----------
        image : (B, 1, H, W) float tensor
            With the dense head, of the size that the network was built for. With the pooled one, of any size
            that can be halved so often.

        Returns
        -------
        (B, classes) float tensor

        Raises
        ------
        ValueError
            If the picture has another shape; the message says which one is needed.
        """
        self._check(image)
        maps = self.features(image)  # (B, C, H / 2**halvings, W / 2**halvings)
        return self.head(maps)  # (B, classes)

    def _check(self, image: Tensor) -> None:
        if torch.jit.is_tracing():
            return  # an exported graph has one size, checked when it was exported
        if image.ndim != 4 or image.shape[1] != 1:
            raise ValueError(f"image has shape {tuple(image.shape)}: give (batch, 1, height, width)")
        size = tuple(image.shape[2:])
        if self.kind == "dense" and size != self.size:
            raise ValueError(
                f"the picture has {size[0]} × {size[1]} pixels, but the dense head was built for "
                f"{self.size[0]} × {self.size[1]}: each of its weights belongs to one place. Bring the "
                "picture to that size, or build the network with head='pooled'"
            )
        self._check_divides(size)

    def _check_divides(self, size: tuple[int, int]) -> None:
        step = 2**self.halvings
        for name, pixels in zip(("height", "width"), size, strict=True):
            if pixels % step or pixels == 0:
                raise ValueError(
                    f"{name} {pixels} is not divisible by {step}: {self.halvings} poolings halve it "
                    f"{self.halvings} times; pad to {max(-(-pixels // step), 1) * step}"
                )
