"""What a reader is shown afterwards: one prediction beside the result, and a chapter's as a table."""

from __future__ import annotations

import html
from collections.abc import Sequence
from gettext import gettext as _

from .checks import GREEN, ORANGE, inline

__all__ = ["Predictions", "Revelation"]


class Revelation:
    """What was predicted, what it is, and the thought behind it."""

    def __init__(self, sentences: Sequence[str], *, right: bool | None) -> None:
        self.sentences, self.right = [text for text in sentences if text], right

    def __repr__(self) -> str:
        return " ".join(self.sentences).replace("`", "")

    def _repr_html_(self) -> str:
        colour = GREEN if self.right else ORANGE
        return (
            f"<div role='status' style='border-left:5px solid {colour};padding:.4em .9em;max-width:46em'>"
            + " ".join(inline(text) for text in self.sentences)
            + "</div>"
        )


class Predictions:
    """A chapter's predictions and how they came out, as a table."""

    def __init__(self, rows: Sequence[tuple[str, str, str, bool | None]]) -> None:
        self.rows = list(rows)

    def _summary(self) -> str:
        if not self.rows:
            return _("No prediction is kept for this chapter.")
        made = [right for *_rest, right in self.rows if right is not None]
        if not made:
            return _("You have not predicted yet. Go back, choose, and see how it comes out.")
        says = _(
            "{right} of {made} predictions came out. The others show where an idea of yours met the facts."
        )
        if not any(made):
            says = _(
                "{right} of {made} predictions came out. Each shows where an idea of yours met the facts."
            )
        if all(made):
            says = _("{right} of {made} predictions came out.")
        return says.format(right=sum(made), made=len(made))

    def __repr__(self) -> str:
        lines = [
            _("{question} You: {yours}. It is: {truth}. {sign}")
            .format(question=question, yours=yours, truth=truth, sign=_sign(right))
            .rstrip()
            for question, yours, truth, right in self.rows
        ]
        return "\n".join([*lines, self._summary()]).replace("`", "")

    def _repr_html_(self) -> str:
        cell = "style='text-align:left;vertical-align:top;padding:.3em .8em;white-space:normal'"
        names = (_("Question"), _("You predicted"), _("It is"), _("Came out"))
        head = "".join(f"<th scope='col' {cell}>{name}</th>" for name in names)
        body = "".join(
            f"<tr><th scope='row' {cell[:-1]};font-weight:normal'>{inline(question)}</th>"
            + "".join(f"<td {cell}>{inline(text)}</td>" for text in (yours, truth, _sign(right)))
            + "</tr>"
            for question, yours, truth, right in self.rows
        )
        table = f"<table><caption {cell}>{_('Your predictions')}</caption><tr>{head}</tr>{body}</table>"
        return (table if self.rows else "") + f"<p>{html.escape(self._summary())}</p>"


def _sign(right: bool | None) -> str:
    return "" if right is None else _("yes") if right else _("no")
