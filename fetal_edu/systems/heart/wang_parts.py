"""[24]'s parts: a prior in the logits, two rivals of it, and a small residual network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from fetal_edu.nets import pooled_head
from fetal_edu.systems.kit import Known

__all__ = ["VIEWS", "Residual", "ResidualCNN", "adjusted", "counts", "loss_of", "repeated", "shares"]

VIEWS = ("other", "4C", "LVOT", "RVOT", "3V")


# --- the prior ----------------------------------------------------------------------------------------------


def adjusted(logits: Tensor, prior: Tensor, tau: float = 1.0) -> Tensor:
    """Add to each logit how common its class is: ``logits + tau * log(prior)``.

    **Mind the sign.** In training it is added, and nothing is done when the network names a picture.
    Afterwards, to the logits of a plainly trained network, it is taken away: give ``-tau``. Whoever does both
    corrects twice.

    Parameters
    ----------
    logits : (B, classes) float tensor
    prior : (classes,) float tensor
        Share of each class in the training pictures, above 0.
    tau : float
        How much of it.

    Raises
    ------
    ValueError
        If a share is not above 0: the logarithm of 0 would keep its class from ever being learned.

    References
    ----------
    A. K. Menon et al., Long-tail learning via logit adjustment, ICLR 2021, arXiv 2007.07314.

    Examples
    --------
    Equal logits are named by the prior; a prior taken away names the rare one.

    >>> prior = torch.tensor([0.9, 0.1])
    >>> adjusted(torch.zeros(1, 2), prior).softmax(dim=1)
    tensor([[0.9000, 0.1000]])
    >>> adjusted(torch.zeros(1, 2), prior, -1).softmax(dim=1)
    tensor([[0.1000, 0.9000]])
    """
    if not bool((prior > 0).all()):
        raise ValueError(
            f"prior {prior.tolist()}: each class needs a share above 0; leave out what is never seen"
        )
    return logits + tau * prior.log()


def counts(most: int, *, hidden: bool = False) -> tuple[int, ...]:
    """How many pictures of each of `VIEWS` there are to learn from: ever half as many.

    Parameters
    ----------
    most : int
        Of "other".
    hidden : bool
        LVOT is the rarest, in place of 3V.

    Examples
    --------
    >>> counts(192), counts(192, hidden=True)
    ((192, 96, 48, 24, 12), (192, 96, 12, 24, 48))
    """
    falling = [most >> halvings for halvings in range(len(VIEWS))]
    return tuple(falling[place] for place in ((0, 1, 4, 3, 2) if hidden else range(len(VIEWS))))


def shares(numbers: Tensor) -> Tensor:
    """Return the share of each view among training pictures (n,) of class numbers."""
    return torch.bincount(numbers, minlength=len(VIEWS)) / len(numbers)


def repeated(numbers: Tensor) -> Tensor:
    """Return which pictures to show, so that each class comes as often as the most common one.

    Examples
    --------
    >>> repeated(torch.tensor([0, 0, 0, 1, 1]))
    tensor([0, 1, 2, 3, 4, 3])
    """
    most = int(torch.bincount(numbers).max())
    own = [torch.nonzero(numbers == number)[:, 0] for number in numbers.unique()]
    return torch.cat([one.repeat(-(-most // len(one)))[:most] for one in own])


def loss_of(way: str, prior: Tensor) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the loss of a way to train."""
    if way == "re-weighted":
        return partial(cross_entropy, weight=1 / (prior * len(prior)))
    if way == "in the loss":
        return lambda logits, numbers: cross_entropy(adjusted(logits, prior), numbers)
    return cross_entropy


# --- the network --------------------------------------------------------------------------------------------


class Residual(nn.Module):
    """Two convolutions whose result is added to what came in.

    Where more maps go out than come in, a 1x1 convolution brings what came in to their number.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition, CVPR 2016, arXiv
    1512.03385.

    Examples
    --------
    >>> Residual(4, 8)(torch.zeros(2, 4, 6, 6)).shape
    torch.Size([2, 8, 6, 6])
    """

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.more = nn.Sequential(
            nn.Conv2d(n_in, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU(),
            nn.Conv2d(n_out, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out),
        )  # fmt: skip
        around = nn.Sequential(nn.Conv2d(n_in, n_out, 1, bias=False), nn.BatchNorm2d(n_out))
        self.around = nn.Identity() if n_in == n_out else around

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, n_out, H, W) for (B, n_in, H, W)."""
        return (self.around(maps) + self.more(maps)).relu()


class ResidualCNN(nn.Module):
    """A convolution, then residual blocks with a pooling before each; the means of the maps name the view.

    Examples
    --------
    >>> ResidualCNN()(torch.zeros(2, 1, 48, 48)).shape
    torch.Size([2, 5])
    """

    def __init__(self, channels: Sequence[int] = (16, 16, 32, 64)) -> None:
        super().__init__()
        self.known = Known()
        first = nn.Sequential(
            nn.Conv2d(1, channels[0], 3, padding=1, bias=False), nn.BatchNorm2d(channels[0]), nn.ReLU()
        )
        blocks = [nn.Sequential(nn.MaxPool2d(2), Residual(a, b)) for a, b in pairwise(channels)]
        self.maps = nn.Sequential(first, *blocks)
        self.head = pooled_head(channels[-1], len(VIEWS))

    def forward(self, image: Tensor) -> Tensor:
        """Return (B, 5) logits for (B, 1, H, W) images."""
        return self.head(self.maps(image))
