"""Names over time: what each frame of a sweep was called, one row for each who called it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from itertools import groupby

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from fetal_edu.figures.style import LOOK, canvas, describe

__all__ = ["timelines"]

#: Light enough for black letters; told apart also by their letters.
BOXES = ("#EEEEEE", "#8CC6EC", "#F0B95A", "#7CCBB0", "#E8A6C8", "#F3EA8B")
MOST_ROWS = 8


def timelines(
    rows: Mapping[str, Sequence[int]],
    names: Sequence[str],
    *,
    fps: float,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what each frame was called, the truth first; a red mark under each frame that differs from it.

    Parameters
    ----------
    rows : mapping of str to sequence of int
        For each row the number of each frame's name. The first row is the truth.
    names : sequence of str
        At most six; the first stands for "none of the others" and is left without letters.
    fps : float
        Frames per second.
    title : str, optional
    ax : Axes, optional
        A panel to draw on; without it, a new figure is made.

    Returns
    -------
    Axes
        With its description, which tells each row.

    Raises
    ------
    ValueError
        If there is no row or more than eight, or rows differ in length.

    Examples
    --------
    >>> from fetal_edu.figures import alt_text
    >>> rows = {"truth": [0, 1, 1, 0], "alone": [0, 1, 0, 0]}
    >>> print(alt_text(timelines(rows, ["other", "4C"], fps=2)))
    Names of 4 frames, 2.0 s. truth: other, 4C 2 frames, other. alone: other, 4C, other 2 frames; 1 wrong.
    """
    if not 1 <= len(rows) <= MOST_ROWS or len(names) > len(BOXES):
        raise ValueError(
            f"{len(rows)} rows, {len(names)} names: up to {MOST_ROWS} rows and {len(BOXES)} names"
        )
    said = {row: np.asarray(values, int) for row, values in rows.items()}
    truth = next(iter(said.values()))
    for row, values in said.items():
        if values.shape != truth.shape or not values.size:
            raise ValueError(f"{row!r} has {values.size} frames, the first row {truth.size}: give the same")
    if ax is None:
        ax = canvas(width=9.0, height=0.9 + 0.5 * len(rows))[1]
    told = [_("Names of {n} frames, {s:.1f} s.").format(n=truth.size, s=truth.size / fps)]
    with mpl.rc_context(LOOK):
        for at, (row, values) in enumerate(said.items()):
            _draw_row(ax, at, values, names, values != truth, fps)
            told.append(f"{row}: {_in_words(values, truth, names)}.")
        ax.set_yticks(range(len(said)), list(said))
        ax.set_ylim(len(said) - 0.5, -0.5)
        ax.set_xlim(0, truth.size / fps)
        ax.set_xlabel(_("time (s)"))
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
        if title:
            ax.set_title(title)
    return describe(ax, " ".join(told))


def _runs(values: np.ndarray) -> list[tuple[int, int, int]]:
    """Return (name, first frame, number of frames) of each stretch of equal names."""
    found, start = [], 0
    for name, group in groupby(values.tolist()):
        n = len(list(group))
        found.append((name, start, n))
        start += n
    return found


def _draw_row(
    ax: Axes, at: int, values: np.ndarray, names: Sequence[str], wrong: np.ndarray, fps: float
) -> None:
    for name, start, n in _runs(values):
        ax.barh(at, n / fps, left=start / fps, height=0.72, color=BOXES[name], edgecolor="white", lw=1.5)
        if name:
            ax.text(
                (start + n / 2) / fps, at, names[name], ha="center", va="center", fontsize=10 if n > 1 else 7
            )
    for frame in np.flatnonzero(wrong):
        ax.plot([(frame + 0.15) / fps, (frame + 0.85) / fps], [at + 0.41] * 2, color="#C00000", lw=3)


def _in_words(values: np.ndarray, truth: np.ndarray, names: Sequence[str]) -> str:
    stretches = [names[name] if n == 1 else _("{name} {n} frames").format(name=names[name], n=n)
                 for name, _start, n in _runs(values)]  # fmt: skip
    wrong = int(np.count_nonzero(values != truth))
    return ", ".join(stretches) + (_("; {n} wrong").format(n=wrong) if wrong else "")
