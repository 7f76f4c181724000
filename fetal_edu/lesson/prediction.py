"""Ask before the result is seen, keep what was said, and show it back.

    predict("06-dice", "What is the Dice of two empty masks?", ["0", "1"])
    ...                                                       # the cell that computes it
    reveal("06-dice", "b", {"a": "That would punish ..."})
    predictions("06")                                         # at the end of the chapter

A key begins with the chapter. Choices go by letters, in the order given.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from gettext import gettext as _
from typing import Any

import ipywidgets

from .checks import inline
from .choices import LETTERS, STYLE, Choices, one_letter
from .retrospect import Predictions, Revelation
from .store import Store, local_store

__all__ = ["Prediction", "forget", "predict", "predictions", "reveal"]


class Prediction:
    """A question with choices; what is chosen is stored at once.

    Parameters
    ----------
    key : str
    question : str
    choices : sequence of str
    store : Store

    Attributes
    ----------
    widget : ipywidgets.VBox
    """

    def __init__(self, key: str, question: str, choices: Sequence[str], *, store: Store) -> None:
        self.key, self.question, self.choices, self.store = key, question, list(choices), store
        asked = {"question": question, "choices": self.choices}
        record = store.read("prediction", key)
        if {name: record.get(name) for name in asked} != asked:  # new, or the question has changed
            record = asked | {"asked": datetime.now(UTC).isoformat(), "choice": None, "revealed": False}
            store.write("prediction", key, record)
        self._radio = Choices(self.choices, letter=one_letter(record.get("choice"), self.choices))
        self._status = ipywidgets.HTML()
        text = ipywidgets.HTML(f"{STYLE}<p class='fe-said'><b>{_('Predict.')}</b> {inline(question)}</p>")
        self.widget = ipywidgets.VBox([text, self._radio, self._status])
        self._radio.observe(lambda change: self._keep(change["new"]), names="value")
        chosen = _("Kept: ({letter}).").format(letter=self._radio.value)
        self._say(chosen if self._radio.value else _("Choose before you run the next cell."))

    @property
    def choice(self) -> str | None:
        """The letter that is stored, or None."""
        return one_letter(self.store.read("prediction", self.key).get("choice"), self.choices)

    def choose(self, letter: str) -> None:
        """Choose without the mouse or the widget."""
        if letter not in LETTERS[: len(self.choices)] or len(letter) != 1:
            raise ValueError(
                f"{letter!r} is no choice: take one of {', '.join(LETTERS[: len(self.choices)])}"
            )
        self._radio.value = letter

    def describe(self) -> str:
        """Return question, choices and what is chosen as text."""
        lines = [self.question, *(f"({at}) {text}" for at, text in zip(LETTERS, self.choices, strict=False))]
        chosen = (
            _("You chose ({letter}).").format(letter=self.choice)
            if self.choice
            else _("Nothing is chosen yet.")
        )
        return "\n".join([*lines, chosen]).replace("`", "")

    def _keep(self, letter: str | None) -> None:
        if letter is None:
            return
        record = self.store.read("prediction", self.key)
        if record.get("revealed"):
            first = record.get("choice")
            says = (
                _("The result has been shown. Your prediction stays ({letter}).")
                if first
                else _("The result has been shown before you chose. This is not kept.")
            )
            return self._say(says.format(letter=first))
        kept = self.store.write("prediction", self.key, record | {"choice": letter})
        says = (
            _("Kept: ({letter}).")
            if kept
            else _(
                "({letter}) can't be kept: the folder {folder} can't be written. Set FETAL_EDU_HOME to one "
                "that can."
            )
        )
        self._say(says.format(letter=letter, folder=self.store.folder))

    def _say(self, text: str) -> None:
        self._status.value = f"<p role='status' class='fe-said'>{html.escape(text, quote=False)}</p>"

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return self.widget._repr_mimebundle_(**options) | {"text/plain": self.describe()}


def predict(key: str, question: str, choices: Sequence[str], *, store: Store | None = None) -> Prediction:
    """Ask for a prediction; make it the last line of a cell.

    Parameters
    ----------
    key : str
        Begins with the chapter: ``"06-coarse"``.
    question : str
    choices : sequence of 2 to 8 str
        They get the letters a, b, c ...
    store : Store, optional
        Where it is kept; the user's own if none is given.

    Returns
    -------
    Prediction
        Shows radio buttons in a notebook. An earlier choice is still there.

    Examples
    --------
    >>> asked = predict("06-empty", "Dice of two empty masks?", ["0", "1"], store=Store())
    >>> asked.choose("b")
    >>> print(asked.describe())
    Dice of two empty masks?
    (a) 0
    (b) 1
    You chose (b).
    """
    if not 2 <= len(choices) <= len(LETTERS):
        raise ValueError(f"{len(choices)} choices: give 2 to {len(LETTERS)}")
    return Prediction(key, question, choices, store=store or local_store())


def reveal(
    key: str, answer: str, because: Mapping[str, str] | None = None, *, store: Store | None = None
) -> Revelation:
    """Compare the prediction with what came out, and say what lay behind it.

    Parameters
    ----------
    key : str
        As in `predict`.
    answer : str
        The right letter.
    because : mapping of letter to str, optional
        For a wrong letter, the misconception that leads there; for the right one, why it is so.
    store : Store, optional
        The user's own if none is given.

    Returns
    -------
    Revelation
        Also if nobody has predicted.

    Examples
    --------
    >>> store = Store()
    >>> predict("06-empty", "Dice of two empty masks?", ["0", "1"], store=store).choose("a")
    >>> reveal("06-empty", "b", {"a": "No pixel is shared, but none is missed."}, store=store)
    You predicted (a) 0. It is (b) 1. No pixel is shared, but none is missed.
    """
    store, because = store or local_store(), because or {}
    record = store.read("prediction", key)
    choices = record.get("choices") if isinstance(record.get("choices"), list) else []
    if not set(because) <= set(LETTERS) or answer not in LETTERS[: len(choices) or None]:
        raise ValueError(f"answer {answer!r}, reasons for {sorted(because)}: give letters of the choices")
    choice = one_letter(record.get("choice"), choices)
    if record:
        store.write("prediction", key, record | {"revealed": True, "answer": answer})
    named = {at: f"({at}) {text}" for at, text in zip(LETTERS, choices, strict=False)}
    truth = named.get(answer, f"({answer})")
    if choice is None:
        said = [_("You made no prediction."), _("It is {truth}.").format(truth=truth)]
    elif choice == answer:
        said = [_("You predicted {truth}, and so it is.").format(truth=truth)]
    else:
        said = [_("You predicted {choice}. It is {truth}.").format(choice=named[choice], truth=truth)]
        said.append(because.get(choice, ""))
    return Revelation([*said, because.get(answer, "")], right=None if choice is None else choice == answer)


def predictions(chapter: str, *, store: Store | None = None) -> Predictions:
    """Show what a reader has predicted in a chapter, and how it came out.

    Parameters
    ----------
    chapter : str
        Two digits.
    store : Store, optional
        The user's own if none is given.

    Returns
    -------
    Predictions
        A table, in the order in which the questions were first asked.

    Examples
    --------
    >>> store = Store()
    >>> predict("06-empty", "Dice of two empty masks?", ["0", "1"], store=store).choose("a")
    >>> print(predictions("06", store=store))
    Dice of two empty masks? You: (a) 0. It is: not shown yet.
    You have not predicted yet. Go back, choose, and see how it comes out.
    """
    store = store or local_store()
    records = [store.read("prediction", key) for key in _keys_of(chapter, store)]
    whole = [
        record for record in records if isinstance(record.get("choices"), list) and record.get("question")
    ]
    return Predictions(
        [_row(record) for record in sorted(whole, key=lambda record: str(record.get("asked")))]
    )


def forget(chapter: str, *, store: Store | None = None) -> None:
    """Forget the predictions of a chapter, for a fresh start.

    Examples
    --------
    >>> store = Store()
    >>> asked = predict("06-empty", "Dice of two empty masks?", ["0", "1"], store=store)
    >>> forget("06", store=store)
    >>> predictions("06", store=store)
    No prediction is kept for this chapter.
    """
    store = store or local_store()
    for key in _keys_of(chapter, store):
        store.erase("prediction", key)


def _keys_of(chapter: str, store: Store) -> list[str]:
    return [key for key in store.keys("prediction") if key.startswith(f"{chapter}-")]


def _row(record: Mapping[str, Any]) -> tuple[str, str, str, bool | None]:
    choices = [str(text) for text in record["choices"]]
    named = {at: f"({at}) {text}" for at, text in zip(LETTERS, choices, strict=False)}
    choice, answer = one_letter(record.get("choice"), choices), one_letter(record.get("answer"), choices)
    right = choice == answer if choice and answer else None
    return (
        str(record["question"]),
        named.get(choice, _("no prediction")),
        named.get(answer, _("not shown yet")),
        right,
    )
