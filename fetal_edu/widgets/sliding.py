"""What explorers with sliders share: the slider, and a picture below a sentence that says the same."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

import ipywidgets
from matplotlib.axes import Axes

from ..figures import describe
from ..figures.style import png

__all__ = ["picture_of", "sentence", "slider"]

DPI = 96
STYLE = {"description_width": "11em"}
WIDE = {"width": "34em"}
TEXT = "font-size:var(--jp-content-font-size1,14px);line-height:1.5"


def slider(label: str, options: Sequence[int]) -> ipywidgets.SelectionSlider:
    """Make a slider over some numbers, which acts when it is let go."""
    return ipywidgets.SelectionSlider(
        options=options, description=label, continuous_update=False, style=STYLE, layout=WIDE
    )


def sentence(words: str) -> str:
    """Write a sentence that a screen reader says when it changes."""
    return f"<p role='status' style='{TEXT}'>{html.escape(words)}</p>"


def picture_of(ax: Axes, told: str, words: str, *, width: int) -> str:
    """Write the figure of an axes as an image of at most `width` pixels.

    Parameters
    ----------
    ax : Axes
    told : str
        What the picture shows.
    words : str
        What it shows now.
    width : int
    """
    data = base64.b64encode(png(describe(ax, words), dpi=DPI)).decode()
    alt = html.escape(f"{told} {words}", quote=True)
    return (
        f"<img src='data:image/png;base64,{data}' alt='{alt}' "
        f"style='width:{width}px;max-width:100%;height:auto'>"
    )
