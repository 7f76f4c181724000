"""Make a few hundred heads look like many: turn, zoom, shift, change gain and contrast, hide parts."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, avg_pool2d, grid_sample, interpolate

__all__ = ["Augmentation", "augment_batch"]


@dataclass(frozen=True)
class Augmentation:
    """How far a training picture may be changed; each change is drawn evenly up to its limit.

    Parameters
    ----------
    rotation : float
        Degrees to either side.
    zoom : (float, float)
        Smallest and largest magnification.
    shift : float
        Fraction of the picture's size, to either side.
    gamma, gain : float
        Largest change of contrast and of brightness, as a natural logarithm: 0.6 allows factors 0.55 to 1.8.
    unevenness : float
        Standard deviation of a smooth gain field, as a natural logarithm: shadows and bright zones.
    noise : float
        Largest standard deviation of added grey-level noise.
    blur, hide, flip : float
        Share of pictures that are blurred, that have a dark rectangle laid over them, and that are mirrored.

    Examples
    --------
    >>> Augmentation(rotation=0, zoom=(1, 1)).shift
    0.08
    """

    rotation: float = 25.0
    zoom: tuple[float, float] = (0.75, 1.3)
    shift: float = 0.08
    gamma: float = 0.5
    gain: float = 0.35
    unevenness: float = 0.3
    noise: float = 0.04
    blur: float = 0.3
    hide: float = 0.3
    flip: float = 0.5


def augment_batch(
    images: Tensor, masks: Tensor, how: Augmentation, *, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Change each picture of a batch by its own random amounts; the mask moves with its picture.

    Parameters
    ----------
    images, masks : (B, 1, H, W) float tensors, 0..1
    how : Augmentation
    generator : torch.Generator, optional
        Where the random numbers come from.

    Returns
    -------
    (images, masks) : tensors of the same shapes

    Examples
    --------
    >>> images = masks = torch.rand(4, 1, 16, 24)
    >>> changed, moved = augment_batch(images, masks, Augmentation())
    >>> changed.shape == images.shape and bool((changed >= 0).all())
    True
    """
    draw = _Draw(len(images), generator)
    grid = affine_grid(_transforms(draw, how, images.shape), list(images.shape), align_corners=False)
    images = grid_sample(images, grid, align_corners=False)  # (B, 1, H, W)
    masks = grid_sample(masks, grid, align_corners=False)  # (B, 1, H, W)
    images = _tones(images, draw, how)
    return _hidden(images, draw, how), masks


class _Draw:
    """Random numbers for a batch: one of each for every picture, shaped to multiply pictures."""

    def __init__(self, size: int, generator: torch.Generator | None) -> None:
        self.size, self.generator = size, generator

    def even(self, low: float, high: float, *shape: int) -> Tensor:
        shape = shape or (1, 1, 1)
        return low + (high - low) * torch.rand(self.size, *shape, generator=self.generator)

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(self.size, *shape, generator=self.generator)

    def chance(self, share: float) -> Tensor:
        return self.even(0, 1) < share


def _transforms(draw: _Draw, how: Augmentation, shape: torch.Size) -> Tensor:
    """Return (B, 2, 3) matrices from new to old positions, in the half-widths that affine_grid counts in."""
    height, width = shape[2:]
    aspect = width / height
    turn = draw.even(-how.rotation, how.rotation, 1)[:, 0] * pi / 180
    # Zooming in looks at a smaller part of the old picture, so the matrix divides.
    log_zoom = draw.even(torch.tensor(how.zoom[0]).log().item(), torch.tensor(how.zoom[1]).log().item(), 1)
    scale = torch.exp(-log_zoom[:, 0])
    flip = torch.where(draw.chance(how.flip)[:, 0, 0, 0], -1.0, 1.0)
    cos, sin = torch.cos(turn) * scale, torch.sin(turn) * scale
    x_row = torch.stack([cos * flip, -sin / aspect, draw.even(-1, 1, 1)[:, 0] * 2 * how.shift], dim=1)
    y_row = torch.stack([sin * aspect * flip, cos, draw.even(-1, 1, 1)[:, 0] * 2 * how.shift], dim=1)
    return torch.stack([x_row, y_row], dim=1)  # (B, 2, 3)


def _tones(images: Tensor, draw: _Draw, how: Augmentation) -> Tensor:
    """Change contrast, brightness, evenness, sharpness and noise."""
    images = images.clamp(1e-4, 1) ** torch.exp(draw.even(-how.gamma, how.gamma))
    coarse = draw.normal(1, 4, 6) * how.unevenness
    field = interpolate(coarse, size=list(images.shape[2:]), mode="bicubic", align_corners=False)
    images = images * torch.exp(draw.even(-how.gain, how.gain) + field)
    smooth = avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)
    images = torch.where(draw.chance(how.blur), smooth, images)
    noise = draw.even(0, how.noise) * draw.normal(*images.shape[1:])
    # Where the picture is black it stays black: outside the fan there is no echo to be noisy.
    return (images + noise * (images > 0.01)).clamp(0, 1)


def _hidden(images: Tensor, draw: _Draw, how: Augmentation) -> Tensor:
    """Darken a rectangle in some pictures, as a shadow or a missing piece of skull would."""
    height, width = images.shape[2:]
    rows = torch.arange(height)[None, None, :, None] / height
    columns = torch.arange(width)[None, None, None, :] / width
    top, left = draw.even(0, 0.8), draw.even(0, 0.8)
    inside = (rows > top) & (rows < top + draw.even(0.05, 0.35))
    inside = inside & (columns > left) & (columns < left + draw.even(0.05, 0.35))
    return torch.where(inside & draw.chance(how.hide), images * draw.even(0, 0.4), images)
