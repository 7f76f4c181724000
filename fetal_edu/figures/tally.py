"""How often each answer to a question was chosen."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from gettext import gettext as _
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fetal_edu.figures.style import COLOURS, LOOK, canvas, describe

__all__ = ["Tally", "choices"]

QUESTION, OPTION = 60, 34  # characters in a line
LINE, BAR = 0.24, 0.3  # inches that a line of writing and a bar take


class Tally(NamedTuple):
    """A question, how often each option was chosen, and the right one.

    Examples
    --------
    >>> Tally("1 + 1?", {"2": 12, "11": 3}, right="2").total
    15
    """

    question: str
    counts: Mapping[str, int]
    right: str

    @property
    def total(self) -> int:
        """How many have answered."""
        return sum(self.counts.values())


def choices(tallies: Sequence[Tally]) -> Figure:
    """Draw a panel for each question, a bar for each option; the right one has a tick and another colour.

    Parameters
    ----------
    tallies : sequence of Tally

    Returns
    -------
    Figure
        Each panel with its description.

    Raises
    ------
    ValueError
        If there is no question.

    Examples
    --------
    >>> from fetal_edu.figures import alt_text
    >>> alt_text(choices([Tally("1 + 1?", {"2": 12, "11": 3}, right="2")]))
    '1 + 1? 15 answers. 12 chose 2, which is right; 3 chose 11.'
    """
    if not tallies:
        raise ValueError("choices needs at least one question")
    heights = [_height(one) for one in tallies]
    with mpl.rc_context(LOOK):
        figure, panels = canvas(len(tallies), 1, width=9.0, height=sum(heights) + 0.5)
        panels = list(panels) if len(tallies) > 1 else [panels]
        panels[0].get_gridspec().set_height_ratios(heights)
        most = max(max(one.counts.values(), default=0) for one in tallies) or 1
        for ax, one in zip(panels, tallies, strict=True):
            _draw(ax, one, most)
        for ax in panels[:-1]:  # one scale for all: its numbers stand once
            ax.tick_params(axis="x", labelbottom=False)
        panels[-1].set_xlabel(_("answers"))
    return figure


def _height(tally: Tally) -> float:
    """Inches for a panel: its question, and a row for each option."""
    lines = len(_wrapped(tally.question, QUESTION).split("\n"))
    return 0.45 + LINE * lines + sum(_rows(tally))


def _rows(tally: Tally) -> list[float]:
    return [0.2 + LINE * len(_wrapped(f"✓ {text}", OPTION).split("\n")) for text in tally.counts]


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(text.replace("`", "").replace("$", r"\$"), width)


def _draw(ax: Axes, tally: Tally, most: int) -> None:
    rows, at = _rows(tally), 0.0
    places, told = [], []
    for row, (text, n) in zip(rows, tally.counts.items(), strict=True):
        right = text == tally.right
        colour = COLOURS["second" if right else "mask"]
        ax.barh(at + row / 2, n, height=BAR, color=colour)
        ax.text(n + most * 0.01, at + row / 2, str(n), va="center", fontsize=12)
        says = _("{n} chose {text}, which is right") if right else _("{n} chose {text}")
        told.append(says.format(n=n, text=text.replace("`", "")))
        places.append(at + row / 2)
        at += row
    names = [_wrapped(("✓ " if text == tally.right else "") + text, OPTION) for text in tally.counts]
    ax.set_yticks(places, names)
    ax.set_ylim(at, 0)
    ax.set_xlim(0, most * 1.06)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.tick_params(axis="y", length=0)
    ax.set_title(_wrapped(tally.question, QUESTION), loc="left", fontsize=13)
    says = _("{question} {n} answers. {told}.")
    described = says.format(question=tally.question.replace("`", ""), n=tally.total, told="; ".join(told))
    describe(ax, described)
