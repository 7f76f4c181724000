"""Ask before the result is seen, keep what was said, and show it back.

    predict("06-coarse")
    ...                          # the next cell computes it
    reveal("06-coarse")
    predictions("06")            # at the end of the chapter

Question, choices, the right one and the word on each stand in ``questions/c06.py``: the cells of a chapter
hold no answer.
"""

from __future__ import annotations

from gettext import gettext as _
from typing import Any

import ipywidgets

from .choices import STYLE, Choices, one_letter
from .item import Item, find_prediction, prediction_items
from .retrospect import Predictions, Revelation, Row
from .store import Store, local_store, unkept
from .words import inline

__all__ = ["Prediction", "chosen", "forget", "predict", "predictions", "reveal"]


class Prediction:
    """A question with choices; what is chosen is stored at once.

    Parameters
    ----------
    item : Item
    store : Store

    Attributes
    ----------
    widget : ipywidgets.VBox
    """

    def __init__(self, item: Item, *, store: Store) -> None:
        self.item, self.store = item, store
        lost = store.damaged("prediction", item.key)
        record = _kept(item, store)
        if not record:  # new, or unreadable, or the question has changed
            record = _asked(item) | {"choice": None, "revealed": False}
            store.write("prediction", item.key, record)
        self._radio = Choices(item.texts, letter=_choice(item, record))
        self._status = ipywidgets.HTML()
        text = ipywidgets.HTML(
            f"{STYLE}<p class='fe-said'><b>{_('Predict.')}</b> {inline(item.question)}</p>"
        )
        self.widget = ipywidgets.VBox([text, self._radio, self._status])
        self._radio.observe(lambda change: self._keep(change["new"]), names="value")
        if record["revealed"]:
            self._close(record)
        elif self._radio.value:
            self._say(_("Kept: ({letter}).").format(letter=self._radio.value))
        else:
            early = _("Choose before you run the next cell.")
            self._say(_("What you chose here before can't be read. Choose again.") if lost else early)

    @property
    def choice(self) -> str | None:
        """The letter that is stored, or None."""
        return _choice(self.item, _kept(self.item, self.store))

    def choose(self, letter: str) -> None:
        """Choose without the mouse or the widget."""
        letters = [at for _text, at in self._radio.options]
        if letter not in letters:
            raise ValueError(f"{letter!r} is no choice: take one of {', '.join(letters)}")
        self._radio.value = letter

    def describe(self) -> str:
        """Return question, choices and what is chosen as text."""
        chosen = _("You chose ({letter}).").format(letter=self.choice)
        said = chosen if self.choice else _("Nothing is chosen yet.")
        options = [text for text, _at in self._radio.options]
        return "\n".join([self.item.question.replace("`", ""), *options, said])

    def _keep(self, letter: str | None) -> None:
        if letter is None:
            return
        record = _kept(self.item, self.store)
        if record.get("revealed"):
            return self._close(record)
        written = self.store.write(
            "prediction", self.item.key, _asked(self.item) | record | {"choice": letter}
        )
        self._say(_("Kept: ({letter}).").format(letter=letter) if written else unkept(self.store))

    def _close(self, record: dict[str, Any]) -> None:
        """Once the result has been shown, a prediction stays what it was."""
        first = _choice(self.item, record)
        self._radio.disabled, self._radio.value = True, first
        stays = _("The result has been shown. Your prediction stays ({letter}).").format(letter=first)
        late = _("The result has been shown, so it is too late to predict. {again}")
        self._say(stays if first else late.format(again=_again(self.item.key[:2])))

    def _say(self, text: str) -> None:
        self._status.value = f"<p role='status' class='fe-said'>{inline(text)}</p>"

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return self.widget._repr_mimebundle_(**options) | {"text/plain": self.describe()}


def predict(key: str, *, store: Store | None = None) -> Prediction:
    """Ask for a prediction; make it the last line of a cell.

    Parameters
    ----------
    key : str
        Of a question in ``questions/``.
    store : Store, optional
        Where it is kept; the user's own if none is given.

    Returns
    -------
    Prediction
        Shows radio buttons in a notebook. An earlier choice is still there.

    Raises
    ------
    LookupError
        If there is no such question.

    Examples
    --------
    >>> asked = predict("06-join", store=Store())
    >>> asked.choose("a")
    >>> print(asked.describe())
    32 channels come from below, 16 over the skip, and n_out is 16. How many enter two_conv?
    (a) 16
    (b) 32
    (c) 48
    You chose (a).
    """
    return Prediction(find_prediction(key), store=store or local_store())


def reveal(key: str, *, store: Store | None = None) -> Revelation:
    """Compare the prediction with what came out, and say what lay behind it.

    Parameters
    ----------
    key : str
        As in `predict`.
    store : Store, optional
        The user's own if none is given.

    Returns
    -------
    Revelation
        Also if nobody has predicted.

    Raises
    ------
    LookupError
        If there is no such question.

    Examples
    --------
    >>> store = Store()
    >>> predict("06-join", store=store).choose("a")
    >>> for sentence in reveal("06-join", store=store).sentences:
    ...     print(sentence)
    You predicted (a) 16.
    You added the maps. They lie side by side.
    It is (b) 32.
    16 come over the skip and 16 from below.
    """
    item, store = find_prediction(key), store or local_store()
    record, lost = _kept(item, store), store.damaged("prediction", key)
    choice = _choice(item, record)
    if not lost:
        store.write("prediction", key, _asked(item) | {"choice": None} | record | {"revealed": True})
    truth = item.named(item.answer)
    if choice == item.answer:
        said = [_("You predicted {truth}, and so it is.").format(truth=truth)]
    elif choice:
        yours = _("You predicted {choice}.").format(choice=item.named(choice))
        said = [yours, item.feedback(choice), _("It is {truth}.").format(truth=truth)]
    else:
        none = _("What you predicted can't be read.") if lost else _("You made no prediction.")
        said = [none, _("It is {truth}.").format(truth=truth)]
    return Revelation(
        [*said, item.feedback(item.answer)], right=None if choice is None else choice == item.answer
    )


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
        A table of the questions asked so far, in the chapter's order.

    Examples
    --------
    >>> store = Store()
    >>> predict("06-join", store=store).choose("a")
    >>> print(predictions("06", store=store))  # doctest: +ELLIPSIS
    32 channels ... How many enter two_conv? You: (a) 16. It is: not shown yet.
    You have not seen how it comes out yet: run the cell after each question.
    """
    store = store or local_store()
    items = [item for item in prediction_items() if item.key.startswith(f"{chapter}-")]
    records = [(item, _kept(item, store)) for item in items]
    return Predictions(
        [_row(item, record) for item, record in records if record],
        lost=sum(store.damaged("prediction", item.key) for item in items),
        again=_again(chapter),
        chapter=chapter,
        store=store,
    )


def chosen(item: Item, store: Store) -> tuple[str | None, bool]:
    """Return the letter that was chosen for a question, if one was, and whether its result has been shown."""
    record = _kept(item, store)
    return _choice(item, record), record.get("revealed") is True


def forget(chapter: str, *, store: Store | None = None) -> Predictions:
    """Forget the predictions of a chapter, for a fresh start.

    Returns
    -------
    Predictions
        None is left, and it says so.

    Examples
    --------
    >>> store = Store()
    >>> asked = predict("06-join", store=store)
    >>> forget("06", store=store)
    No prediction is kept for this chapter.
    """
    store = store or local_store()
    for key in store.keys("prediction"):
        if key.startswith(f"{chapter}-"):
            store.erase("prediction", key)
    return predictions(chapter, store=store)


def _asked(item: Item) -> dict[str, Any]:
    return {"question": item.question, "choices": list(item.texts)}


def _kept(item: Item, store: Store) -> dict[str, Any]:
    """Return what is kept of a question; nothing if it was asked with other words."""
    record, asked = store.read("prediction", item.key), _asked(item)
    return record if {name: record.get(name) for name in asked} == asked else {}


def _choice(item: Item, record: dict[str, Any]) -> str | None:
    return one_letter(record.get("choice"), item.texts)


def _row(item: Item, record: dict[str, Any]) -> Row:
    choice = _choice(item, record)
    shown = record.get("revealed") is True
    return Row(
        item.question,
        item.named(choice) if choice else "",
        item.named(item.answer) if shown else "",
        choice == item.answer if choice and shown else None,
    )


def _again(chapter: str) -> str:
    says = _('For a fresh start run `forget("{chapter}")`, then begin the chapter again.')
    return says.format(chapter=chapter)
