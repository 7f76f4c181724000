"""One look for every figure, and a description of it for those who do not see it."""

from __future__ import annotations

import base64
import html
import io
from gettext import gettext as _
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["COLOURS", "LOOK", "MAPS", "alt_text", "canvas", "describe", "png", "show"]

#: Okabe and Ito's colours: told apart also by colour-blind readers. Lines differ in style as well.
COLOURS = {
    "reading": "#F0E442",  # yellow: readable on a dark picture
    "truth": "#56B4E9",  # sky blue
    "mask": "#E69F00",  # orange
    "line": "#0072B2",  # blue: readable on white
    "accent": "#D55E00",  # vermilion
    "second": "#009E73",  # green
    "quiet": "#6B6B6B",  # grey, 5.3:1 on white
}

#: Colour maps that grow evenly in lightness, for positive values and for values with a sign.
MAPS = {"positive": "cividis", "signed": "PuOr_r"}

#: Large enough for the last row of a lecture room.
LOOK = {
    "font.size": 13,
    "axes.titlesize": 14,
    "axes.labelsize": 13,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "legend.fontsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "lines.linewidth": 2.2,
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}

SHOWN_DPI = 144  # twice the 72 pixels per inch of the page: sharp on a projector and on a laptop


def canvas(rows: int = 1, columns: int = 1, *, width: float = 9.0, height: float = 4.0) -> tuple[Figure, Any]:
    """Open an empty figure in the course's look.

    It is not known to pyplot: nothing has to be closed, and no notebook shows it twice.

    Parameters
    ----------
    rows, columns : int
        Panels.
    width, height : float
        Inches of the whole figure.

    Returns
    -------
    (Figure, Axes or array of Axes)
        One Axes for a single panel; otherwise an array, ``(columns,)`` for one row, else ``(rows, columns)``.

    Examples
    --------
    >>> figure, (left, right) = canvas(1, 2)
    >>> len(figure.axes)
    2
    """
    with mpl.rc_context(LOOK):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.subplots(rows, columns)


def describe(ax: Axes, text: str) -> Axes:
    """Attach to a panel the sentence that a screen reader says.

    Parameters
    ----------
    ax : Axes
    text : str
        What one would tell somebody on the telephone: what is drawn, and what there is to see.

    Returns
    -------
    Axes
        The same panel.

    Raises
    ------
    ValueError
        If the sentence is empty.
    """
    if not text.strip():
        raise ValueError("an empty description helps nobody: say what the panel shows")
    ax.set_label(text.strip())
    return ax


def alt_text(drawn: Figure | Axes) -> str:
    """Return the description of a figure: those of its panels, joined.

    Examples
    --------
    >>> figure, ax = canvas()
    >>> alt_text(describe(ax, "A circle."))
    'A circle.'
    """
    figure = drawn.figure if isinstance(drawn, Axes) else drawn
    texts = [str(ax.get_label()) for ax in figure.axes]
    return " ".join(text for text in texts if text and text[0] not in "<_")


def png(drawn: Figure | Axes, *, dpi: int = SHOWN_DPI) -> bytes:
    """Return a figure as the bytes of a PNG file."""
    figure = drawn.figure if isinstance(drawn, Axes) else drawn
    buffer = io.BytesIO()
    with mpl.rc_context(LOOK):
        figure.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


def show(drawn: Figure | Axes, alt: str | None = None) -> None:
    """Show a figure in a notebook with its description.

    JupyterLab and Voila give a plain picture output no alternative text, so this writes an HTML image.

    Parameters
    ----------
    drawn : Figure or Axes
    alt : str, optional
        The description. Without it, those that the panels brought along are used.

    Raises
    ------
    ValueError
        If there is no description.

    Examples
    --------
    >>> figure, ax = canvas()
    >>> show(figure)
    Traceback (most recent call last):
        ...
    ValueError: this figure has no description: write show(figure, alt="what there is to see")
    """
    text = alt_text(drawn) if alt is None else alt.strip()
    if not text:
        raise ValueError('this figure has no description: write show(figure, alt="what there is to see")')
    from IPython.display import display  # only notebooks have it

    figure = drawn.figure if isinstance(drawn, Axes) else drawn
    width = round(figure.get_size_inches()[0] * 96)
    data = base64.b64encode(png(figure)).decode()
    image = (
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(text, quote=True)}" '
        f'style="width:{width}px;max-width:100%;height:auto">'
    )
    display({"text/html": image, "text/plain": _("Figure: {text}").format(text=text)}, raw=True)


def bare(ax: Axes) -> None:
    """Take the ticks and the frame from a panel that holds a picture."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)


def round_length(longest: float) -> float:
    """Return the longest of 1, 2, 5, 10, 20 ... that is not longer than `longest`.

    Examples
    --------
    >>> round_length(34.0), round_length(0.7)
    (20.0, 0.5)
    """
    power = 10.0 ** np.floor(np.log10(longest))
    return float(next(step for step in (5 * power, 2 * power, power) if step <= longest))
