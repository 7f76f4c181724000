"""A fully convolutional network: scores at each place of coarse maps, and bilinear stamps back up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from fetal_edu.nets.blocks import Down, TwoConv

__all__ = ["FCN", "UpBilinear", "as_convolution", "bilinear_kernel"]


def as_convolution(dense: nn.Linear, size: tuple[int, int]) -> nn.Conv2d:
    """Turn a dense layer over flattened maps into the convolution that it is.

    Parameters
    ----------
    dense : nn.Linear
        It weights all numbers of some maps, laid in one row by `nn.Flatten`: map by map, row by row.
    size : (rows, columns)
        Of each map that it was made for. ``(1, 1)`` makes a 1 x 1 convolution.

    Returns
    -------
    nn.Conv2d
        With copies of the weights, and a kernel as large as the maps. On maps of that size it gives one
        number for each class, the dense layer's own. On larger ones it gives that number at each place.

    Raises
    ------
    ValueError
        If the layer's inputs can't be maps of that size.

    References
    ----------
    J. Long, E. Shelhamer, T. Darrell, Fully convolutional networks for semantic segmentation, CVPR 2015,
    section 3.1, doi 10.1109/CVPR.2015.7298965.

    Examples
    --------
    >>> dense, maps = nn.Linear(8 * 3 * 4, 2), torch.rand(1, 8, 3, 4)
    >>> slides = as_convolution(dense, (3, 4))
    >>> bool((slides(maps)[..., 0, 0] - dense(maps.flatten(1))).abs().max() < 1e-6)
    True
    >>> slides(torch.rand(1, 8, 5, 9)).shape
    torch.Size([1, 2, 3, 6])
    """
    rows, columns = size
    channels, left = divmod(dense.in_features, rows * columns)
    if left or not channels:
        raise ValueError(
            f"{dense.in_features} inputs are no whole number of maps of {rows} × {columns}: give the size "
            "that the maps had before they were flattened"
        )
    made = nn.Conv2d(channels, dense.out_features, kernel_size=size, bias=dense.bias is not None)
    with torch.no_grad():
        made.weight.copy_(dense.weight.reshape(made.weight.shape))  # (classes, channels, rows, columns)
        if made.bias is not None:
            made.bias.copy_(dense.bias)
    return made


def bilinear_kernel(stride: int) -> np.ndarray:
    """Return the stamp with which a transposed convolution of this stride interpolates bilinearly.

    A tent: it falls in a straight line from the middle, and is 0 one stride away from it. The tents of
    neighbours overlap, and add up to 1 at each place.

    Parameters
    ----------
    stride : int
        From 1 on.

    Returns
    -------
    (2 * stride - stride % 2,) * 2 float array

    Raises
    ------
    ValueError
        If the stride is no whole number from 1 on.

    Examples
    --------
    >>> bilinear_kernel(2)[1]
    array([0.1875, 0.5625, 0.5625, 0.1875])
    """
    if stride != int(stride) or stride < 1:
        raise ValueError(f"stride {stride}: how many new pixels for one, a whole number from 1 on")
    size = 2 * stride - stride % 2
    row = 1 - np.abs(np.arange(size) - (size - 1) / 2) / stride
    return np.outer(row, row)


class UpBilinear(nn.ConvTranspose2d):
    """A transposed convolution that starts as bilinear interpolation; each map is enlarged by itself.

    Within half a stride of the border it differs from interpolation: beyond the border it stamps nothing,
    where interpolation repeats the outermost value.

    Parameters
    ----------
    channels : int
    stride : int
        Height and width grow by this factor.
    learn : bool
        False keeps the kernel as it is.

    Examples
    --------
    >>> UpBilinear(2, 4)(torch.zeros(1, 2, 3, 5)).shape
    torch.Size([1, 2, 12, 20])
    """

    def __init__(self, channels: int, stride: int, *, learn: bool = True) -> None:
        kernel = torch.from_numpy(bilinear_kernel(stride)).float()
        super().__init__(
            channels,
            channels,
            kernel_size=len(kernel),
            stride=stride,
            padding=(len(kernel) - stride) // 2,
            groups=channels,
            bias=False,
        )
        with torch.no_grad():
            self.weight.copy_(kernel.expand_as(self.weight))  # (channels, 1, size, size)
        self.weight.requires_grad_(learn)


class FCN(nn.Module):
    """A network that scores each place of its coarse maps, and enlarges the scores to the picture's size.

    The encoder halves the picture until one number stands for 32 x 32 pixels. A 1 x 1 convolution, a dense
    layer at each place, makes a score of all maps. With stride 32 these scores are enlarged at once. With
    stride 16 they are doubled first, and the scores of the maps before the last halving are added; with
    stride 8, once more. The added scores start at zero, so that at first all strides answer alike.

    Parameters
    ----------
    channels : sequence of int
        Maps at each level, from full size down. Six levels mean five halvings, down to stride 32.
    stride : int
        Of the finest scores: a power of 2, at most that of the last level.
    classes : int
        Scores at each pixel.
    learn_last : bool
        Let training change the last, large kernel, too. Long et al. fixed it.

    Raises
    ------
    ValueError
        If there are less than two levels, or no level has that stride.

    References
    ----------
    J. Long, E. Shelhamer, T. Darrell, Fully convolutional networks for semantic segmentation, CVPR 2015,
    doi 10.1109/CVPR.2015.7298965. Theirs is built on VGG-16, and trains stride 32 first, then 16, then 8.

    Examples
    --------
    >>> net = FCN((2, 4, 4, 8, 8, 8), stride=8).eval()
    >>> net(torch.zeros(1, 1, 64, 96)).shape
    torch.Size([1, 1, 64, 96])
    """

    def __init__(
        self,
        channels: Sequence[int] = (8, 16, 32, 48, 64, 64),
        *,
        stride: int = 8,
        classes: int = 1,
        learn_last: bool = False,
    ) -> None:
        super().__init__()
        if len(channels) < 2:
            raise ValueError(f"channels {tuple(channels)}: an FCN has at least two levels")
        self.channels, self.stride = tuple(channels), stride
        strides = [2**level for level in range(len(channels))]
        if stride not in strides:
            raise ValueError(f"stride {stride}: {len(channels)} levels have the strides {strides}")
        scored = channels[strides.index(stride) :][::-1]  # from the coarsest level to the finest asked for
        self.first = TwoConv(1, channels[0])
        self.downs = nn.ModuleList(Down(a, b) for a, b in pairwise(channels))
        self.scores = nn.ModuleList(nn.Conv2d(maps, classes, kernel_size=1) for maps in scored)
        for score in self.scores[1:]:
            nn.init.zeros_(score.weight)
            nn.init.zeros_(score.bias)
        self.doubles = nn.ModuleList(UpBilinear(classes, 2) for _score in self.scores[1:])
        self.enlarge = UpBilinear(classes, stride, learn=learn_last)

    @property
    def halvings(self) -> int:
        """How often the encoder halves the picture."""
        return len(self.downs)

    def coarse(self, image: Tensor) -> Tensor:
        """Return the scores before they are enlarged, (B, classes, H / stride, W / stride)."""
        self._check(image)
        maps = [self.first(image)]  # (B, C0, H, W)
        for down in self.downs:
            maps.append(down(maps[-1]))  # (B, C_i, H / 2**i, W / 2**i)
        score = self.scores[0](maps.pop())  # (B, classes, H / 32, W / 32), with six levels
        for double, finer in zip(self.doubles, self.scores[1:], strict=True):
            score = double(score) + finer(maps.pop())  # (B, classes, H / 16, W / 16), then H / 8
        return score

    def forward(self, image: Tensor) -> Tensor:
        """Return the logit of each pixel for each class.

        Parameters
        ----------
        image : (B, 1, H, W) float tensor
            Height and width are divisible by ``2 ** halvings``, 32 with six levels.

        Returns
        -------
        (B, classes, H, W) float tensor

        Raises
        ------
        ValueError
            If a size does not divide; the message names the next size that does.
        """
        return self.enlarge(self.coarse(image))  # (B, classes, H, W)

    def _check(self, image: Tensor) -> None:
        if torch.jit.is_tracing():
            return  # an exported graph has one size, checked when it was exported
        if image.ndim != 4 or image.shape[1] != 1:
            raise ValueError(f"image has shape {tuple(image.shape)}: give (batch, 1, height, width)")
        step = 2**self.halvings
        for name, size in zip(("height", "width"), image.shape[2:], strict=True):
            if size % step or size == 0:
                raise ValueError(
                    f"{name} {size} is not divisible by {step}: {self.halvings} poolings halve it "
                    f"{self.halvings} times; pad to {max(-(-size // step), 1) * step}"
                )
