"""Networks with a memory: along the rows and columns of a picture, and along the frames of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from torch import Tensor, nn

from fetal_edu.nets.blocks import TwoConv

__all__ = ["FrameReader", "LineNet", "RowsAndColumns"]

DILATIONS = {"near": (1, 1, 1, 1), "far": (1, 2, 4, 8)}


class RowsAndColumns(nn.Module):
    """Read maps along their rows in both directions, then the result along its columns in both directions.

    After the rows, each place knows of its row. After the columns it knows of all rows: of the whole map.

    Parameters
    ----------
    n_in : int
        Channels that come in.
    units : int
        Numbers in the state of each direction; twice as many channels come out.

    References
    ----------
    F. Visin et al., ReNet: a recurrent neural network based alternative to convolutional networks, 2015,
    arXiv 1505.00393. Theirs reads patches that don't overlap; this one reads every place of its maps.

    Examples
    --------
    >>> import torch
    >>> RowsAndColumns(12, 5)(torch.zeros(2, 12, 16, 24)).shape
    torch.Size([2, 10, 16, 24])
    """

    def __init__(self, n_in: int, units: int) -> None:
        super().__init__()
        self.rows = nn.GRU(n_in, units, batch_first=True, bidirectional=True)
        self.columns = nn.GRU(2 * units, units, batch_first=True, bidirectional=True)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (B, 2 * units, H, W) for `maps` (B, n_in, H, W)."""
        b, c, h, w = maps.shape
        rows = maps.permute(0, 2, 3, 1).reshape(b * h, w, c)  # each row is a sequence of its own
        rows = self.rows(rows)[0].reshape(b, h, w, -1)  # (B, H, W, 2 * units)
        columns = rows.transpose(1, 2).reshape(b * w, h, -1)  # each column is one
        columns = self.columns(columns)[0].reshape(b, w, h, -1)  # (B, W, H, 2 * units)
        return columns.permute(0, 3, 2, 1)


class LineNet(nn.Module):
    """A network that draws a line, with three ways to look around.

    Two convolutions at the start, one 1x1 at the end, and between them the ``middle``:

    - ``"near"``: four 3x3 convolutions. Each number of the end has seen 13 x 13 pixels.
    - ``"far"``: the same four with gaps between their weights (dilation 1, 2, 4, 8): 35 x 35 pixels.
    - ``"rows and columns"``: `RowsAndColumns`, which has seen the whole picture.

    With the sizes given here, the three have as many weights as each other, within one per cent.

    Parameters
    ----------
    middle : {"near", "far", "rows and columns"}
    channels : int
    units : int
        State of each direction of the recurrent middle.

    Raises
    ------
    ValueError
        If there is no such middle.

    Examples
    --------
    >>> import torch
    >>> net = LineNet("far")
    >>> net(torch.zeros(2, 1, 48, 72)).shape, net.receptive_field
    (torch.Size([2, 1, 48, 72]), 35)
    """

    def __init__(
        self, middle: Literal["near", "far", "rows and columns"], *, channels: int = 12, units: int = 13
    ) -> None:
        super().__init__()
        self.kind = middle
        self.start = TwoConv(1, channels)
        if middle == "rows and columns":
            self.middle: nn.Module = RowsAndColumns(channels, units)
        elif middle in DILATIONS:
            self.middle = _dilated(channels, DILATIONS[middle])
        else:
            raise ValueError(f"there is no middle {middle!r}: there are near, far, rows and columns")
        self.last = nn.Conv2d(2 * units if middle == "rows and columns" else channels, 1, kernel_size=1)

    @property
    def receptive_field(self) -> int | None:
        """Side of the square that one number of the end has seen, in pixels; None: the whole picture."""
        if self.kind not in DILATIONS:
            return None
        return 1 + 2 * 2 + 2 * sum(DILATIONS[self.kind])

    def forward(self, image: Tensor) -> Tensor:
        """Return logits (B, 1, H, W) for `image` (B, 1, H, W)."""
        return self.last(self.middle(self.start(image)))


def _dilated(channels: int, dilations: Sequence[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for dilation in dilations:
        conv = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False)
        layers += [conv, nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class FrameReader(nn.Module):
    """Name each frame of a sweep from its features: with an LSTM's memory, or without.

    Parameters
    ----------
    n_in : int
        Features of one frame.
    classes : int
    memory : {"none", "back", "both"}
        ``"back"`` knows the frames so far: it can run while the sweep is taken. ``"both"`` reads the finished
        sweep from both ends. ``"none"`` reads each frame alone through two layers.
    units : int, optional
        By default 76, 32 and 20: three readers with as many weights as each other, within 3 per cent, for 32
        features and 4 classes.
    dropout : float
        Share of a frame's features that is set to zero in training.

    References
    ----------
    S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 1997, 9: 1735,
    doi 10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> import torch
    >>> FrameReader(32, 4, memory="back")(torch.zeros(2, 18, 32)).shape
    torch.Size([2, 18, 4])
    """

    def __init__(
        self,
        n_in: int,
        classes: int,
        *,
        memory: Literal["none", "back", "both"],
        units: int | None = None,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        usual = {"none": 76, "back": 32, "both": 20}
        if memory not in usual:
            raise ValueError(f"there is no memory {memory!r}: there are none, back and both")
        units = usual[memory] if units is None else units
        self.dropout = nn.Dropout(dropout)
        self.memory = (
            None
            if memory == "none"
            else nn.LSTM(n_in, units, batch_first=True, bidirectional=memory == "both")
        )
        self.layers = None
        if self.memory is None:
            self.layers = nn.Sequential(nn.Linear(n_in, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU())
        self.last = nn.Linear(2 * units if memory == "both" else units, classes)

    def forward(self, features: Tensor) -> Tensor:
        """Return logits (B, frames, classes) for `features` (B, frames, n_in)."""
        features = self.dropout(features)
        read = self.layers(features) if self.memory is None else self.memory(features)[0]
        return self.last(read)  # (B, frames, classes)
