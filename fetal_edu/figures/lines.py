"""Curves over a shared axis: an echo over depth, a level over an angle."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from gettext import gettext as _

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from fetal_edu.figures.style import COLOURS, LOOK, canvas, describe

__all__ = ["curves"]

#: Colour, style of the line and marker: told apart also in grey.
LOOKS = (("line", "-", "o"), ("accent", "--", "s"), ("second", "-.", "D"), ("quiet", ":", "^"))


def curves(
    named: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    x: str,
    y: str,
    title: str | None = None,
    dots: Collection[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw up to four curves with their names.

    Parameters
    ----------
    named : mapping of name to (x, y)
        Two arrays of one length each.
    x, y : str
        What the axes show, with the unit.
    title : str, optional
    dots : collection of str
        Names of the curves that are drawn as single points: what was measured, beside what is predicted.
    ax : Axes, optional
        A panel to draw on; without it, a new figure is made.

    Returns
    -------
    Axes
        With its description.

    Raises
    ------
    ValueError
        If there is no curve or there are more than four, or one has x and y of different lengths.

    Examples
    --------
    >>> at = np.arange(5)
    >>> from fetal_edu.figures import alt_text
    >>> alt_text(curves({"loss": (at, -2 * at)}, x="depth (cm)", y="level (dB)"))
    'level (dB) over depth (cm). loss: 0 at 0, -8 at 4.'
    """
    if not 1 <= len(named) <= len(LOOKS):
        raise ValueError(f"{len(named)} curves: draw one to four, more can't be told apart")
    uneven = [name for name, (across, up) in named.items() if len(across) != len(up) or not len(up)]
    if uneven:
        raise ValueError(f"{uneven[0]!r} needs as many y as x, and at least one")
    if ax is None:
        ax = canvas(width=7.5, height=3.4)[1]
    told = [f"{title}:" if title else "", _("{y} over {x}.").format(x=x, y=y)]
    with mpl.rc_context(LOOK):
        for (name, (across, up)), (colour, style, marker) in zip(named.items(), LOOKS, strict=False):
            drawn = (
                {"linestyle": "", "marker": marker, "ms": 7}
                if name in dots
                else {"linestyle": style, "lw": 2.2}
            )
            ax.plot(across, up, color=COLOURS[colour], label=name, **drawn)
            told.append(_in_words(name, np.asarray(across, float), np.asarray(up, float)))
        ax.set_xlabel(x)
        ax.set_ylabel(y)
        ax.grid(color="0.92")
        ax.set_axisbelow(True)
        if title:
            ax.set_title(title)
        ax.legend(frameon=True, framealpha=0.9, edgecolor="none")
    return describe(ax, " ".join(part for part in told if part))


def _in_words(name: str, across: np.ndarray, up: np.ndarray) -> str:
    """Say where a curve begins and ends, and its peak or dip where one lies between."""
    fine = 2 - int(np.floor(np.log10(max(np.abs(up).max(), 1e-12))))  # three digits of the largest value
    up = np.round(up, fine) + 0.0  # and no minus zero
    ends = {0, len(up) - 1}
    low, high = min(up[0], up[-1]), max(up[0], up[-1])
    if up.max() > high:
        ends.add(int(up.argmax()))
    if up.min() < low:
        ends.add(int(up.argmin()))
    said = _("{value:.3g} at {at:.3g}")
    return f"{name}: {', '.join(said.format(value=up[i], at=across[i]) for i in sorted(ends))}."
