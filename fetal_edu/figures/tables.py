"""Numbers in boxes, coloured by their size: a kernel, a window, a table of what was taken for what."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from fetal_edu.figures.style import LOOK, MAPS, canvas, describe

__all__ = ["number_table"]

LARGEST = 12  # rows or columns, that the numbers can be read in the last row of a lecture room
BRIGHT = 0.55  # of the lightness: black numbers on lighter boxes, white ones on darker


def number_table(
    values: np.ndarray,
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    down: str = "",
    across: str = "",
    digits: int = 0,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a small table of numbers as coloured boxes.

    Numbers with a sign run from violet over white (zero) to brown; the others from dark blue to yellow.

    Parameters
    ----------
    values : (rows, columns) array
        At most 12 rows and columns.
    rows, columns : sequence of str, optional
        A name for each row and each column.
    down, across : str, optional
        What the rows and the columns are.
    digits : int
        Digits after the point.
    title : str, optional
    ax : Axes, optional
        A panel to draw on; without it, a new figure is made.

    Returns
    -------
    Axes
        With its description, which holds all the numbers.

    Raises
    ------
    ValueError
        If the table is no table, is too large to be read, or names are missing.

    Examples
    --------
    >>> from fetal_edu.figures import alt_text
    >>> alt_text(number_table([[9, 1], [0, 10]], rows=["a", "b"], columns=["a", "b"], down="true"))
    'Table of numbers, rows: true. a: a 9, b 1. b: a 0, b 10.'
    """
    values = np.asarray(values, float)
    _check(values, rows, columns)
    if ax is None:
        ax = canvas(width=2.2 + 1.0 * values.shape[1], height=1.6 + 0.62 * values.shape[0])[1]
    signed = bool(values.min() < 0)
    top = max(float(np.abs(values).max()), 1e-12)
    with mpl.rc_context(LOOK):
        cmap = mpl.colormaps[MAPS["signed" if signed else "positive"]]
        ax.imshow(values, cmap=cmap, vmin=-top if signed else 0.0, vmax=top, aspect="auto")
        for (row, column), value in np.ndenumerate(values):
            red, green, blue, _alpha = cmap((value / top + signed) / (1 + signed))
            dark = 0.3 * red + 0.59 * green + 0.11 * blue < BRIGHT
            text = _written(value, digits)
            ax.text(
                column, row, text, ha="center", va="center", fontsize=13, color="white" if dark else "black"
            )
        ax.set_xticks(range(len(columns)), list(columns), rotation=20 if columns else 0, ha="right")
        ax.set_yticks(range(len(rows)), list(rows))
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel(across)
        ax.set_ylabel(down)
        if title:
            ax.set_title(title)
    return describe(ax, _in_words(values, rows, columns, down, across, digits, title))


def _check(values: np.ndarray, rows: Sequence[str], columns: Sequence[str]) -> None:
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"values have shape {values.shape}: a table has rows and columns")
    if max(values.shape) > LARGEST:
        raise ValueError(
            f"{values.shape[0]} × {values.shape[1]} numbers can't be read in one picture: show at most "
            f"{LARGEST} × {LARGEST}"
        )
    for what, names, n in zip(("rows", "columns"), (rows, columns), values.shape, strict=True):
        if len(names) not in (0, n):
            raise ValueError(f"{len(names)} names for {n} {what}: give one for each")


def _written(value: float, digits: int) -> str:
    """Return a number as text, with a true minus and without a minus zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def _in_words(
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    down: str,
    across: str,
    digits: int,
    title: str | None,
) -> str:
    """Say all numbers, row by row."""
    told = [f"{title}:" if title else "", _("Table of numbers")]
    told[-1] += _(", rows: {what}").format(what=down) if down else ""
    told[-1] += _(", columns: {what}").format(what=across) if across else ""
    told[-1] += "."
    for number, row in enumerate(values):
        name = f"{rows[number]}: " if rows else ""
        said = [_written(value, digits) for value in row]
        if columns:
            said = [f"{column} {value}" for column, value in zip(columns, said, strict=True)]
        told.append(f"{name}{', '.join(said)}.")
    return " ".join(part for part in told if part)
