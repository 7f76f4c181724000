"""The table of the skips dashboard: what each lesion and each ablation costs over all heads at hand."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .skip_heads import Numbers
from .skip_ways import OPEN, SKIPS, STANDARD
from .words import _

__all__ = ["WAYS", "answer_in_words", "median_interval", "table"]

#: The rows of the table.
WAYS = {"open": OPEN, **STANDARD}
_CARD_ROWS = {
    "open": "all open",
    **{f"closed-{n}": f"skip {n} closed" for n in range(SKIPS)},
    "closed-all": "all closed",
    **{f"without-{n}": f"trained without skip {n}" for n in range(SKIPS)},
    "without-all": "trained without any",
}
_CONFIDENCE = 0.95

Rows = Sequence[Mapping[str, Numbers]]


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Return an interval that holds the median of what the values were drawn from, 95 times of 100.

    It runs from one of the sorted values to another, so that it assumes nothing of their distribution: each
    value falls below the median with probability one half. Values may be infinite.

    Returns
    -------
    (low, high), or None
        None for fewer than six values: no two of them are sure enough.

    References
    ----------
    W. R. Thompson, On confidence ranges for the median and other expectation distributions for populations
    of unknown distribution form, Annals of Mathematical Statistics 7 (1936) 122-128.

    Examples
    --------
    >>> median_interval([1, 2, 3, 4, 5, 6]), median_interval([1, 2, 3])
    ((1, 6), None)
    """
    ordered, n = sorted(values), len(values)
    below, outside = 0, 0.0
    while outside + math.comb(n, below) / 2**n <= (1 - _CONFIDENCE) / 2:
        outside += math.comb(n, below) / 2**n
        below += 1
    return (ordered[below - 1], ordered[n - below]) if below else None


def table(rows: Rows, card: Mapping[str, Any]) -> str:
    """Write the table as HTML.

    Parameters
    ----------
    rows : sequence of mapping
        For each head with known truth, what each of `WAYS` gave.
    card : mapping
        The networks' card: what three trainings gave on other heads. May be empty.
    """
    if not rows:
        return f"<p>{_('No head with known truth has been measured yet.')}</p>"
    numbers = {key: [_border(row[key]) for row in rows] for key in WAYS}
    medians = [_median(values) for values in numbers.values()]
    largest = max([1.0, *filter(math.isfinite, medians)])
    heads = (
        *(_("what was done"), _("border off by: median, 95 % interval"), ""),
        *(_("HC off by, median"), _("Dice, median"), _("lost")),
    )
    titles = (
        [*heads, _("border off by in three trainings, {} other heads").format(_tested(card))]
        if card
        else heads
    )
    head = "".join(f"<th scope='col'>{html.escape(title)}</th>" for title in titles)
    body = "".join(_row(key, rows, numbers[key], largest, card) for key in WAYS)
    inner = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f"<table class='fe-table' data-heads='{len(rows)}'>{inner}</table>"


def answer_in_words(rows: Rows) -> str:
    """Say what the table shows, by the medians of the border's error.

    Examples
    --------
    >>> good, bad = Numbers(1.0, 180.0, 0.0, 1.0), Numbers(4.0, 180.0, 0.0, 0.9)
    >>> row = {key: bad if key in ("closed-2", "closed-all") else good for key in WAYS}
    >>> answer_in_words([row] * 6).split(". ")[0]
    'Over 6 heads, with all skips open, the border is off by 1.00 mm (median)'
    """
    if not rows:
        return ""
    medians = {key: _median([_border(row[key]) for row in rows]) for key in WAYS}
    order = sorted(range(SKIPS), key=lambda level: medians[f"closed-{level}"])
    said = _(
        "Over {n} heads, with all skips open, the border is off by {opened} (median). "
        "Closed after training, skip {most} costs most: {closed}; skip {least} least: {little}; "
        "all four: {all}. Trained without skip {most}: {without}; without any: {none}."
    ).format(
        n=len(rows),
        most=order[-1],
        least=order[0],
        opened=_mm(medians["open"]),
        closed=_mm(medians[f"closed-{order[-1]}"]),
        little=_mm(medians[f"closed-{order[0]}"]),
        all=_mm(medians["closed-all"]),
        without=_mm(medians[f"without-{order[-1]}"]),
        none=_mm(medians["without-all"]),
    )
    if not _surely_more(rows, f"closed-{order[-1]}", f"closed-{order[0]}"):
        said += " " + _("Head by head these are too few to settle which skip costs most.")
    if medians["without-all"] < medians["closed-all"]:
        said += " " + _("So this network leans on its skips more than the task needs them.")
    return said


def _surely_more(rows: Rows, more: str, less: str) -> bool:
    """Tell whether, head by head, one way is farther off than another by more than chance."""
    pairs = [(_border(row[more]), _border(row[less])) for row in rows]
    interval = median_interval([0.0 if one == other else one - other for one, other in pairs])
    return interval is not None and interval[0] > 0


def _row(key: str, rows: Rows, border: Sequence[float], largest: float, card: Mapping[str, Any]) -> str:
    way, interval = WAYS[key], median_interval(border)
    median = _median(border)
    said = _mm(median)
    if interval is not None:
        said += " ({})".format(_("{} to {}").format(_number(interval[0]), _number(interval[1])))
    hc = _median([math.inf if row[key].hc_error is None else abs(row[key].hc_error) for row in rows])
    overlap = float(np.median([row[key].dice for row in rows]))
    lost = sum(row[key].hc_error is None for row in rows)
    hc_said = f"{hc:.1f} mm" if math.isfinite(hc) else _("lost")
    cells = [said, _bar(median, interval, largest), hc_said, f"{overlap:.3f}", str(lost)]
    if card:
        cells.append(_trainings(key, card))
    cells = "".join(f"<td>{cell}</td>" for cell in cells)
    name = f"<b>{html.escape(way.name)}</b> {html.escape(way.title)}"
    data = "" if not math.isfinite(median) else f"{median:.3f}"
    attributes = f"class='fe-{way.kind}' data-key='{key}' data-border='{data}'"
    return f"<tr {attributes}><th scope='row'>{name}</th>{cells}</tr>"


def _bar(median: float, interval: tuple[float, float] | None, largest: float) -> str:
    """Draw a median with its interval; what a line beside it says in numbers."""

    def x(value: float) -> float:
        return 150 * min(value / (1.15 * largest), 1.0)

    width = x(median)
    drawn = f"<rect class='fe-bar' x='0' y='4' width='{width:.1f}' height='12'/>"
    if interval is not None:
        low, high = map(x, interval)
        drawn += f"<line x1='{low:.1f}' x2='{high:.1f}' y1='10' y2='10' stroke='#1a1a1a' stroke-width='2'/>"
    return f"<svg viewBox='0 0 152 20' width='152' height='20' aria-hidden='true'>{drawn}</svg>"


def _trainings(key: str, card: Mapping[str, Any]) -> str:
    tables = card["seeds"].values()
    medians = [table[_CARD_ROWS[key]]["border_median_mm"] for table in tables]
    return " · ".join(_("lost") if value is None else f"{value:.2f}" for value in medians) + " mm"


def _tested(card: Mapping[str, Any]) -> int:
    return next(iter(card["seeds"].values()))["all open"]["n"]


def _border(numbers: Numbers) -> float:
    return math.inf if numbers.border is None else numbers.border


def _median(values: Sequence[float]) -> float:
    """Return the median; of an even count where the middle is infinite, infinity."""
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def _number(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else _("lost")


def _mm(value: float) -> str:
    return f"{value:.2f} mm" if math.isfinite(value) else _("lost")
