"""U-Net: an encoder, a decoder, and skip connections between their equals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from fetal_edu.nets.blocks import Down, TwoConv, Up

__all__ = ["UNet", "count_parameters"]

SHIPPED_CHANNELS = (16, 32, 64, 96, 128)


class UNet(nn.Module):
    """A network that says of each pixel how likely it belongs to the structure.

    The encoder halves the picture several times and learns *what* is there. The decoder doubles it again
    and must say *where*. A skip connection hands each step of the decoder the encoder's map of the same
    size, where fine position is still known.

    Parameters
    ----------
    channels : sequence of int
        Channels at each level, from full size down. Five levels mean four halvings.
    skips : bool or sequence of bool
        False builds the decoder without skip connections (an *ablation*; it has fewer weights). A sequence
        says it of each skip, from full size down.

    References
    ----------
    O. Ronneberger, P. Fischer, T. Brox, U-Net: convolutional networks for biomedical image segmentation,
    MICCAI 2015, doi 10.1007/978-3-319-24574-4_28.

    Examples
    --------
    >>> net = UNet((8, 16, 32)).eval()
    >>> net(torch.zeros(1, 1, 32, 48)).shape
    torch.Size([1, 1, 32, 48])

    Close the skip at full size in this very network (a *lesion*), leave the other open:

    >>> net(torch.zeros(1, 1, 32, 48), gates=torch.tensor([0.0, 1.0])).shape
    torch.Size([1, 1, 32, 48])

    Or build a network that never has the first one (an ablation):

    >>> UNet((8, 16, 32), skips=(False, True)).skips
    (False, True)
    """

    def __init__(
        self, channels: Sequence[int] = SHIPPED_CHANNELS, *, skips: bool | Sequence[bool] = True
    ) -> None:
        super().__init__()
        if len(channels) < 2:
            raise ValueError(f"channels {tuple(channels)}: a U-Net has at least two levels")
        self.channels, self.skips = tuple(channels), _each(skips, len(channels) - 1)
        self.first = TwoConv(1, channels[0])
        self.downs = nn.ModuleList(Down(a, b) for a, b in pairwise(channels))
        self.ups = nn.ModuleList(
            Up(below, level if skip else 0, level)
            for level, below, skip in zip(channels[-2::-1], channels[:0:-1], self.skips[::-1], strict=True)
        )
        self.last = nn.Conv2d(channels[0], 1, kernel_size=1)

    @property
    def halvings(self) -> int:
        """How often the encoder halves the picture; also the number of its skip connections, or gates."""
        return len(self.downs)

    def forward(self, image: Tensor, gates: Tensor | None = None) -> Tensor:
        """Return the logit of each pixel: above 0 means "belongs to the structure".

        Parameters
        ----------
        image : (B, 1, H, W) float tensor
            Height and width are divisible by ``2 ** halvings``.
        gates : (halvings,) or (B, halvings) float tensor, optional
            Factor on each skip connection, from full size down: 1 open, 0 closed. Default: all open. The
            gate of a skip that was never built does nothing.

        Returns
        -------
        (B, 1, H, W) float tensor

        Raises
        ------
        ValueError
            If a size does not divide; the message names the next size that does.
        """
        self._check(image, gates)
        maps = [self.first(image)]  # (B, C0, H, W)
        for down in self.downs:
            maps.append(down(maps[-1]))  # (B, C_i, H / 2**i, W / 2**i)
        above = maps.pop()
        for level, up in zip(reversed(range(self.halvings)), self.ups, strict=True):
            above = up(above, self._gated(maps[level], gates, level) if self.skips[level] else None)
        return self.last(above)  # (B, 1, H, W)

    @staticmethod
    def _gated(skip: Tensor, gates: Tensor | None, level: int) -> Tensor:
        if gates is None:
            return skip
        return skip * gates[..., level].reshape(-1, 1, 1, 1)  # (B, C, h, w)

    def _check(self, image: Tensor, gates: Tensor | None) -> None:
        if torch.jit.is_tracing():
            return  # an exported graph has one size, checked when it was exported
        if image.ndim != 4 or image.shape[1] != 1:
            raise ValueError(f"image has shape {tuple(image.shape)}: give (batch, 1, height, width)")
        step = 2**self.halvings
        for name, size in zip(("height", "width"), image.shape[2:], strict=True):
            if size % step:
                raise ValueError(
                    f"{name} {size} is not divisible by {step}: {self.halvings} poolings halve it "
                    f"{self.halvings} times; pad to {-(-size // step) * step}"
                )
        if gates is not None and gates.shape[-1] != self.halvings:
            raise ValueError(
                f"{gates.shape[-1]} gates for {self.halvings} skip connections: give one for each"
            )


def _each(skips: bool | Sequence[bool], levels: int) -> tuple[bool, ...]:
    """Say of each level whether it has a skip connection."""
    each = (skips,) * levels if isinstance(skips, bool) else tuple(bool(skip) for skip in skips)
    if len(each) != levels:
        raise ValueError(f"skips {each}: {levels} halvings have {levels} skip connections, say it of each")
    return each


def count_parameters(net: nn.Module) -> int:
    """Count the weights that training changes.

    Examples
    --------
    >>> count_parameters(nn.Conv2d(1, 2, kernel_size=3))
    20
    """
    return sum(weights.numel() for weights in net.parameters() if weights.requires_grad)
