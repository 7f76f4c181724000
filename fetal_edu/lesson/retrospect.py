"""What a reader is shown afterwards: one prediction beside the result, and a chapter's as a table."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .store import Store
from .words import GREEN, GREY, ORANGE, boxed, inline

if TYPE_CHECKING:
    from .share import Exported

__all__ = ["Predictions", "Revelation", "Row"]


class Revelation:
    """What was predicted, what it is, and the thought behind it."""

    def __init__(self, sentences: Sequence[str], *, right: bool | None) -> None:
        self.sentences, self.right = [text for text in sentences if text], right

    def __repr__(self) -> str:
        return " ".join(self.sentences).replace("`", "")

    def _repr_html_(self) -> str:
        colour = GREY if self.right is None else GREEN if self.right else ORANGE
        return boxed(" ".join(inline(text) for text in self.sentences), colour)


class Row(NamedTuple):
    """A prediction beside the result; empty where none was made, or the result was not shown yet."""

    question: str
    yours: str
    truth: str
    right: bool | None


class Predictions:
    """A chapter's predictions and how they came out, as a table.

    Parameters
    ----------
    rows : sequence of Row
    lost : int
        Records that can't be read.
    again : str
        How to start afresh.
    chapter : str
        Two digits.
    store : Store, optional
        Where they are kept.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        lost: int = 0,
        again: str = "",
        chapter: str = "",
        store: Store | None = None,
    ) -> None:
        self.rows, self.lost, self.again = list(rows), lost, again
        self.chapter, self.store = chapter, store

    def export(self, *, name: str = "", folder: str | Path = ".") -> Exported:
        """Write them into a file for a teacher, see `fetal_edu.lesson.export_predictions`."""
        from .share import export_predictions

        return export_predictions(self.chapter, name=name, folder=folder, store=self.store)

    def _summary(self) -> str:
        said = [self._outcome()]
        if self.lost:
            said.append(_("{n} can't be read: the file is damaged.").format(n=self.lost))
        if any(row.truth and not row.yours for row in self.rows):
            said.append(self.again)
        if self.chapter and any(row.right is not None for row in self.rows):
            says = _('For a teacher who collects them, `predictions("{chapter}").export()` writes a file.')
            said.append(says.format(chapter=self.chapter))
        return " ".join(said)

    def _outcome(self) -> str:
        if not self.rows:
            return _("No prediction is kept for this chapter.")
        made = [row.right for row in self.rows if row.right is not None]
        if not made and any(row.truth for row in self.rows):
            return _("No prediction was made before its result was shown.")
        if not made:
            return _("You have not seen how it comes out yet: run the cell after each question.")
        says = _("{right} of {made} predictions came out.").format(right=sum(made), made=len(made))
        if all(made):
            return says
        others = _("The others show where an idea of yours met the facts.")
        return f"{says} {others if any(made) else _('Each shows where an idea of yours met the facts.')}"

    def _cells(self, row: Row) -> tuple[str, str, str]:
        sign = "" if row.right is None else _("yes") if row.right else _("no")
        return row.yours or _("no prediction"), row.truth or _("not shown yet"), sign

    def __repr__(self) -> str:
        lines = []
        for row in self.rows:
            yours, truth, sign = self._cells(row)
            says = _("{question} You: {yours}. It is: {truth}. {sign}")
            lines.append(says.format(question=row.question, yours=yours, truth=truth, sign=sign).rstrip())
        return "\n".join([*lines, self._summary()]).replace("`", "")

    def _repr_html_(self) -> str:
        cell = "style='text-align:left;vertical-align:top;padding:.3em .8em;white-space:normal'"
        names = (_("Question"), _("You predicted"), _("It is"), _("Came out"))
        head = "".join(f"<th scope='col' {cell}>{name}</th>" for name in names)
        body = "".join(
            f"<tr><th scope='row' {cell[:-1]};font-weight:normal'>{inline(row.question)}</th>"
            + "".join(f"<td {cell}>{inline(text)}</td>" for text in self._cells(row))
            + "</tr>"
            for row in self.rows
        )
        table = f"<table><caption {cell}>{_('Your predictions')}</caption><tr>{head}</tr>{body}</table>"
        return (table if self.rows else "") + f"<p>{inline(self._summary())}</p>"
