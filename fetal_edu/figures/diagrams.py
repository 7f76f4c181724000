"""The plan of a U-Net, drawn from its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from fetal_edu.figures.style import COLOURS, LOOK, bare, canvas, describe

__all__ = ["unet_diagram"]

WIDE, TALL = 2.4, 0.8  # a box
STEP, FALL = 1.95, 1.4  # from one level to the next: sideways and down


def unet_diagram(
    channels: Sequence[int], size: tuple[int, int], *, skips: bool = True, ax: Axes | None = None
) -> Axes:
    """Draw the levels of a U-Net with the channels and the size of each feature map.

    Parameters
    ----------
    channels : sequence of int
        Channels at each level, from full size down, as `fetal_edu.nets.UNet` takes them.
    size : (int, int)
        Height and width of the picture.
    skips : bool
        Draw the skip connections.
    ax : Axes, optional

    Returns
    -------
    Axes
        With its description.

    Raises
    ------
    ValueError
        If the size does not divide by two at every level.

    Examples
    --------
    >>> from fetal_edu.figures import alt_text
    >>> alt_text(unet_diagram((8, 16), (64, 96))).splitlines()[0][:58]
    'Plan of a U-Net. Down the left side: 8 channels of 64 x 96'
    """
    depth = len(channels) - 1
    if any(pixels % 2**depth for pixels in size):
        raise ValueError(
            f"{depth} halvings do not divide {size[0]} x {size[1]}: take multiples of {2**depth}"
        )
    if ax is None:
        ax = canvas(width=9.0, height=0.95 * len(channels) + 0.5)[1]
    texts = [_("{n} × {h}×{w}").format(n=n, h=size[0] >> i, w=size[1] >> i) for i, n in enumerate(channels)]
    right = 2 * STEP * depth
    with mpl.rc_context(LOOK):
        for level, text in enumerate(texts):
            x, y = STEP * level, -FALL * level
            _box(ax, x, y, text)
            if level == depth:
                continue
            _box(ax, right - x, y, text)
            below = y - FALL + TALL / 2
            _arrow(ax, (x + 0.3, y - TALL / 2), (x + STEP - 0.3, below), _("halve"), side=-1)
            _arrow(ax, (right - x - STEP + 0.3, below), (right - x - 0.3, y - TALL / 2), _("double"), side=1)
            if skips:
                _skip(ax, x + WIDE / 2, right - x - WIDE / 2, y, _("skip {i}").format(i=level))
        ax.set_xlim(-1.3, right + 1.3)
        ax.set_ylim(-FALL * depth - 0.6, 0.75)
        bare(ax)
    return describe(ax, _sentence(channels, size, skips))


def _box(ax: Axes, x: float, y: float, text: str) -> None:
    ax.add_patch(
        Rectangle(
            (x - WIDE / 2, y - TALL / 2), WIDE, TALL, facecolor="#E8F1F8", edgecolor=COLOURS["line"], lw=1.6
        )
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=12)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], text: str, *, side: int) -> None:
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": COLOURS["quiet"], "lw": 1.8})
    x, y = (start[0] + end[0]) / 2 + 0.25 * side, (start[1] + end[1]) / 2 - 0.18
    ax.text(
        x,
        y,
        text,
        ha="left" if side > 0 else "right",
        va="center",
        fontsize=11,
        color=COLOURS["quiet"],
    )


def _skip(ax: Axes, start: float, end: float, y: float, text: str) -> None:
    style = {"arrowstyle": "-|>", "color": COLOURS["accent"], "lw": 2.2, "linestyle": (0, (5, 2))}
    ax.annotate("", (end, y), (start, y), arrowprops=style)
    ax.text((start + end) / 2, y + 0.12, text, ha="center", va="bottom", fontsize=12, color=COLOURS["accent"])


def _sentence(channels: Sequence[int], size: tuple[int, int], skips: bool) -> str:
    levels = ", ".join(
        _("{n} channels of {h} x {w}").format(n=n, h=size[0] >> i, w=size[1] >> i)
        for i, n in enumerate(channels)
    )
    told = _("Plan of a U-Net. Down the left side: {levels}. Up the right side the sizes come back.").format(
        levels=levels
    )
    if skips:
        told += " " + _(
            "A dashed arrow, the skip connection, joins left and right at each size but the smallest."
        )
    return told
