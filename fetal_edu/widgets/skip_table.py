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
    ends = [end for values in numbers.values() for end in median_interval(values) or (_median(values),)]
    largest = max([1.0, *filter(math.isfinite, ends)])
    heads = (
        *(_("what was done"), _("border off by: median, 95 % interval"), ""),
        *(_("HC off by, median"), _("Dice, median"), _("lost")),
    )
    titles = (
        [*heads, _("border off by in {} trainings, {} other heads").format(len(card["seeds"]), _tested(card))]
        if card
        else heads
    )
    head = "".join(f"<th scope='col'>{html.escape(title)}</th>" for title in titles)
    body = "".join(_row(key, rows, numbers[key], largest, card) for key in WAYS)
    inner = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f"<table class='fe-table' data-heads='{len(rows)}'>{inner}</table>"


def answer_in_words(rows: Rows, card: Mapping[str, Any]) -> list[str]:
    """Say what the table shows, by the medians of the border's error.

    Returns
    -------
    list of str
        On the reference, on lesions, on ablations, and on other trainings.

    Examples
    --------
    >>> good, bad = Numbers(1.0, 180.0, 0.0, 1.0), Numbers(4.0, 180.0, 0.0, 0.9)
    >>> row = {key: bad if key in ("closed-2", "closed-all") else good for key in WAYS}
    >>> answer_in_words([row] * 6, {})[2].split(". ")[0]
    'Ablation: trained without skip 2, 1.00 mm; without any, 1.00 mm'
    """
    if not rows:
        return []
    medians = {key: _median([_border(row[key]) for row in rows]) for key in WAYS}
    order = sorted(range(SKIPS), key=lambda level: medians[f"closed-{level}"])
    most, least = order[-1], order[0]
    opened = _("Over {n} heads the border is off by {opened} with all skips open (medians here and below).")
    lesion = _(
        "Lesion: skip {most} costs most when it is closed, {closed}; skip {least} least, {little}; "
        "all four, {all}."
    )
    lesion = lesion.format(
        most=most,
        least=least,
        closed=_mm(medians[f"closed-{most}"]),
        little=_mm(medians[f"closed-{least}"]),
        all=_mm(medians["closed-all"]),
    )
    if not _surely_more(rows, f"closed-{most}", f"closed-{least}"):
        lesion += " " + _("Head by head these are too few to settle which skip costs most.")
    ablation = _("Ablation: trained without skip {most}, {without}; without any, {none}.")
    ablation = ablation.format(
        most=most, without=_mm(medians[f"without-{most}"]), none=_mm(medians["without-all"])
    )
    if medians["without-all"] < medians["closed-all"]:
        ablation += " " + _("This network leans on its skips more than the task needs them.")
    said = [opened.format(n=len(rows), opened=_mm(medians["open"])), lesion, ablation]
    return [*said, _other_trainings(card)] if card and len(card["seeds"]) > 1 else said


def _other_trainings(card: Mapping[str, Any]) -> str:
    """Set the lesion that differs most between trainings beside the network without any skip."""
    lesions = {n: _medians(f"closed-{n}", card) for n in range(SKIPS)}
    level = max(lesions, key=lambda n: max(lesions[n]) - min(lesions[n]))
    said = _(
        "Trained {times} times, on {tested} other heads: skip {level} closed, {closed}; without any, {none}."
    ).format(
        times=len(card["seeds"]),
        tested=_tested(card),
        level=level,
        closed=_listed(lesions[level]),
        none=_listed(_medians("without-all", card)),
    )
    apart = [max(values) - min(values) for values in (lesions[level], _medians("without-all", card))]
    if apart[0] > apart[1]:
        said += " " + _("A lesion tells of one network: the next training gives another number.")
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
        cells.append(_listed(_medians(key, card)))
    cells = "".join(f"<td>{cell}</td>" for cell in cells)
    name = f"<b>{html.escape(way.name)}</b> {html.escape(way.title)}"
    data = "" if not math.isfinite(median) else f"{median:.3f}"
    attributes = f"class='fe-{way.kind}' data-key='{key}' data-border='{data}'"
    return f"<tr {attributes}><th scope='row'>{name}</th>{cells}</tr>"


def _bar(median: float, interval: tuple[float, float] | None, largest: float) -> str:
    """Draw a median with its interval; what a line beside it says in numbers."""

    def x(value: float) -> float:
        return 150 * min(value / largest, 1.0)

    width = x(median)
    drawn = f"<rect class='fe-bar' x='0' y='4' width='{width:.1f}' height='12'/>"
    if interval is not None:
        low, high = map(x, interval)
        drawn += f"<line x1='{low:.1f}' x2='{high:.1f}' y1='10' y2='10' stroke='#1a1a1a' stroke-width='2'/>"
    return f"<svg viewBox='0 0 152 20' width='152' height='20' aria-hidden='true'>{drawn}</svg>"


def _medians(key: str, card: Mapping[str, Any]) -> list[float]:
    """Return what each training gave; infinity where more than half of the heads were lost."""
    values = [table[_CARD_ROWS[key]]["border_median_mm"] for table in card["seeds"].values()]
    return [math.inf if value is None else value for value in values]


def _listed(values: Sequence[float]) -> str:
    return " · ".join(map(_mm, values))


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
