"""A trial's result as one table: for a terminal, and for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from fetal_edu.learning.trial_stats import digits_of

if TYPE_CHECKING:
    from fetal_edu.learning.trial_claim import Claim, Verdict
    from fetal_edu.learning.trial_result import TrialResult

__all__ = ["as_html", "as_text"]


def as_text(result: TrialResult) -> str:
    """Write the table, the claims with their verdicts, and what the numbers are, for a terminal."""
    rows = _rows(result)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    lines.insert(1, "-" * len(lines[0]))
    verdicts = [f"{_(v.word)}: {c.says}\n    {v.reason}" for c, v in _judged(result)]
    return "\n".join([_title(result), "", *(line.rstrip() for line in lines), "", *verdicts, _note(result)])


def as_html(result: TrialResult) -> str:
    """Write the same as a table with headings for a screen reader."""
    head, *body = _rows(result)
    cell = "style='text-align:right;padding:.2em .5em;white-space:nowrap'"
    left = cell.replace("right", "left")
    # Long headings wrap: else the last columns are out of sight in a notebook.
    wraps = cell.replace("nowrap", "normal;vertical-align:bottom")
    top = "".join(
        f"<th scope='col' {wraps if i else left}>{escape(text)}</th>" for i, text in enumerate(head)
    )
    rows = "".join(
        f"<tr><th scope='row' {left[:-1]};font-weight:normal'>{escape(row[0])}</th>"
        + "".join(f"<td {cell}>{escape(text)}</td>" for text in row[1:])
        + "</tr>"
        for row in body
    )
    caption = f"<caption style='text-align:left;padding:.4em .5em'>{escape(_title(result))}</caption>"
    note = _note(result) + (" " + _("A click on a statement shows its reason.") if result.claims else "")
    claims = "".join(_foldable(result, claim, verdict) for claim, verdict in _judged(result))
    return f"<table>{caption}<tr>{top}</tr>{rows}</table>{claims}<p>{escape(note)}</p>"


def _foldable(result: TrialResult, claim: Claim, verdict: Verdict) -> str:
    """Write a claim with its verdict and difference in a line; the reason shows at a click."""
    found = result.difference(claim.arm, claim.figure, baseline=claim.baseline).text()
    line = f"<b>{escape(_(verdict.word))}</b>: {escape(claim.says)}: {escape(found)}"
    return f"<details><summary>{line}</summary><p>{escape(verdict.reason)}</p></details>"


def _judged(result: TrialResult) -> list[tuple]:
    return list(zip(result.claims, result.verdicts, strict=True))


def _title(result: TrialResult) -> str:
    says = _("{question} ({name}, {budget} run, {n} seeds, {seconds:.0f} CPU s)")
    if len(result.seeds) == 1:
        says = _("{question} ({name}, {budget} run, 1 seed, {seconds:.0f} CPU s)")
    return says.format(
        question=result.question,
        name=result.name,
        budget=result.budget,
        n=len(result.seeds),
        seconds=result.cpu_seconds,
    )


def _rows(result: TrialResult) -> list[list[str]]:
    main = next(iter(result.labels))
    shown = [figure for figure in result.labels if any(figure in row for row in result.figures.values())]
    against = _("{label}, minus {baseline!r}").format(label=result.labels[main], baseline=result.baseline)
    head = ["", *(result.labels[figure] for figure in shown), against, _("CPU s")]
    weights = {float(n) for cost in result.costs.values() for n in cost.get("parameters", [-1.0])}
    sizes = len(weights) > 1 and min(weights) > 0  # a column of one number says nothing
    rows = [head + ([_("weights")] if sizes else [])]
    for arm in result.arms:
        difference = "" if arm == result.baseline else result.difference(arm, main).text()
        row = [arm, *(_spread(result, arm, figure) for figure in shown), difference]
        row.append(f"{np.median(result.costs[arm]['cpu_seconds']):.1f}")
        rows.append(row + ([f"{np.median(result.costs[arm]['parameters']):,.0f}"] if sizes else []))
    return rows


def _spread(result: TrialResult, arm: str, figure: str) -> str:
    if figure not in result.figures[arm]:
        return "–"
    column = [result.by_seed(other, figure) for other in result.arms if figure in result.figures[other]]
    values = result.by_seed(arm, figure)
    # One number of digits for a column; only what would vanish (a rate of 0.0001) is written in full.
    vanishes = 0 < np.abs(values).max() < 0.01
    form = ".2g" if vanishes else f".{digits_of(*np.concatenate(column))}f"
    mean = f"{values.mean():{form}}"
    return mean if len(values) == 1 else f"{mean} ± {values.std(ddof=1):{form}}"


def _note(result: TrialResult) -> str:
    main = next(iter(result.labels))
    others: Sequence[str] = [arm for arm in result.arms if arm != result.baseline]
    if len(result.seeds) == 1 or not others:
        return _("One seed: the figures of one run each, without interval.")
    return _(
        "± is the standard deviation of seeds. In brackets: 95 % bootstrap interval of the paired "
        "difference, over {over}. CPU s: median of one arm and seed."
    ).format(over=result.difference(others[0], main).over)
