"""The three blocks that a U-Net is made of."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["Down", "TwoConv", "Up"]


class TwoConv(nn.Sequential):
    """Two 3x3 convolutions, each followed by batch normalisation and ReLU.

    Two small kernels see as far as one of 5x5, with fewer weights and one more non-linearity.

    Parameters
    ----------
    in_channels, out_channels : int
        The padding of 1 keeps height and width.

    Examples
    --------
    >>> TwoConv(1, 8)(torch.zeros(2, 1, 16, 24)).shape
    torch.Size([2, 8, 16, 24])
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(
            # The bias would be undone by the normalisation that follows.
            nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )


class Down(nn.Sequential):
    """One step down the encoder: halve height and width, then `TwoConv`.

    Examples
    --------
    >>> Down(8, 16)(torch.zeros(2, 8, 16, 24)).shape
    torch.Size([2, 16, 8, 12])
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(nn.MaxPool2d(2), TwoConv(in_channels, out_channels))


class Up(nn.Module):
    """One step up the decoder: double height and width, put the skip beside it, then `TwoConv`.

    Parameters
    ----------
    in_channels : int
        Channels that come from below.
    skip_channels : int
        Channels that come over the skip connection; 0 builds a step without one.
    out_channels : int

    Examples
    --------
    >>> below, skip = torch.zeros(2, 16, 8, 12), torch.zeros(2, 8, 16, 24)
    >>> Up(16, 8, 8)(below, skip).shape
    torch.Size([2, 8, 16, 24])
    """

    def __init__(self, in_channels: int, skip_channels: int, out_channels: int) -> None:
        super().__init__()
        self.enlarge = nn.ConvTranspose2d(in_channels, out_channels, kernel_size=2, stride=2)
        self.convs = TwoConv(out_channels + skip_channels, out_channels)

    def forward(self, below: Tensor, skip: Tensor | None) -> Tensor:
        """Return (B, out_channels, 2H, 2W) for `below` (B, in_channels, H, W)."""
        larger = self.enlarge(below)  # (B, out_channels, 2H, 2W)
        if skip is not None:
            larger = torch.cat([skip, larger], dim=1)  # (B, skip_channels + out_channels, 2H, 2W)
        return self.convs(larger)
