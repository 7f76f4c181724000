"""Radio buttons with letters, as predictions and quizzes use them."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

__all__ = ["LETTERS", "STYLE", "Choices", "one_letter"]

LETTERS = "abcdefgh"
#: Long choices wrap; ipywidgets gives each one line of fixed height.
STYLE = """<style>
.fe-choices, .fe-choices .widget-radio-box {
  width: auto !important; max-width: 46em; height: auto !important; margin-bottom: 0.2em !important }
.fe-choices label {
  display: flex !important; align-items: flex-start; gap: 0.5em; white-space: normal !important;
  height: auto !important; font-size: var(--jp-content-font-size1, 14px); line-height: 1.5 !important;
  margin: 0.2em 0 !important }
.fe-choices label input { order: -1; flex: none; margin: 0 !important; height: 1.5em !important }
.fe-said { max-width: 46em; font-size: var(--jp-content-font-size1, 14px); line-height: 1.5 }
</style>"""


class Choices(ipywidgets.RadioButtons):
    """Radio buttons ``(a) ... (b) ...``; nothing is chosen at first.

    By keyboard, Tab goes to the next and Space chooses it; JupyterLab keeps the arrow keys for its cells.

    Examples
    --------
    >>> choices = Choices(["one", "two"], letter="b")
    >>> choices.letter
    'b'
    """

    def __init__(self, texts: Sequence[str], *, letter: str | None = None) -> None:
        letters = LETTERS[: len(texts)]
        options = [(f"({at}) {text}".replace("`", ""), at) for at, text in zip(letters, texts, strict=True)]
        super().__init__(options=options, value=letter if letter and letter in letters else None)
        self.add_class("fe-choices")

    @property
    def letter(self) -> str | None:
        """The letter that is chosen."""
        return self.value


def one_letter(value: object, choices: Sequence[str]) -> str | None:
    """Read a letter from a record that somebody may have edited; None if it is not one of the choices'.

    Examples
    --------
    >>> one_letter("b", ["one", "two"]), one_letter("c", ["one", "two"])
    ('b', None)
    """
    good = isinstance(value, str) and len(value) == 1 and value in LETTERS[: len(choices)]
    return value if good else None
