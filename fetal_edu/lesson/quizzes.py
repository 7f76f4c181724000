"""The quiz of a chapter: options to choose from, and a word on each answer."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

import ipywidgets

from .choices import LETTERS, STYLE, Choices
from .item import Item, quiz_items
from .store import Store, local_store, unkept
from .words import GREEN, GREY, ORANGE, boxed, inline

__all__ = ["Quiz", "quiz"]


class Quiz:
    """Items with radio buttons and a button to answer; each answer gets its own feedback.

    Parameters
    ----------
    items : sequence of Item
    store : Store

    Attributes
    ----------
    widget : ipywidgets.VBox
    """

    def __init__(self, items: Sequence[Item], *, store: Store) -> None:
        self.items, self.store = tuple(items), store
        self._radios = [Choices(item.texts) for item in self.items]
        self._feedback = [ipywidgets.HTML() for _item in self.items]
        self._status = ipywidgets.HTML()
        parts = [ipywidgets.HTML(STYLE)]
        for n, (item, radio, feedback) in enumerate(
            zip(self.items, self._radios, self._feedback, strict=True), 1
        ):
            text = f"<p class='fe-said'><b>{n}.</b> {inline(item.question)}</p>"
            button = ipywidgets.Button(description=_("Answer"), tooltip=_("Answer question {n}").format(n=n))
            button.on_click(lambda _button, n=n: self._clicked(n))
            parts += [ipywidgets.HTML(text), radio, button, feedback]
        self.widget = ipywidgets.VBox([*parts, self._status])
        self._tell()

    def answer(self, number: int, letter: str) -> str:
        """Answer an item without the widget.

        Parameters
        ----------
        number : int
            From 1.
        letter : str

        Returns
        -------
        str
            The feedback.
        """
        if not 1 <= number <= len(self.items):
            raise ValueError(f"there is no item {number}: take 1 to {len(self.items)}")
        item = self.items[number - 1]
        if len(letter) != 1 or letter not in LETTERS[: len(item.options)]:
            raise ValueError(f"{letter!r} is no option of item {number}")
        self._radios[number - 1].value = letter
        return self._answered(number)

    def describe(self) -> str:
        """Return all items and their state as text."""
        blocks = []
        for n, item in enumerate(self.items, 1):
            options = [item.named(at) for at in LETTERS[: len(item.options)]]
            blocks.append("\n".join([f"{n}. {item.question}", *options]))
        return "\n\n".join([*blocks, self._summary()]).replace("`", "")

    def _clicked(self, number: int) -> None:
        if self._radios[number - 1].value is None:
            return self._show(number, GREY, "", _("Choose an answer first."))
        self._answered(number)

    def _answered(self, number: int) -> str:
        item, letter = self.items[number - 1], self._radios[number - 1].value
        right, tries = letter == item.answer, self._tries(item)
        record = {"tries": [*tries, letter], "right": right or item.answer in tries}
        written = self.store.write("quiz", item.key, record)
        heading = _("Right.") if right else _("Not quite.")
        said = item.feedback(letter) + ("" if written else " " + unkept(self.store))
        self._show(number, GREEN if right else ORANGE, heading, said)
        self._tell()
        return f"{heading} {said}".replace("`", "")

    def _show(self, number: int, colour: str, heading: str, text: str) -> None:
        self._feedback[number - 1].value = boxed(f"<b>{heading}</b> {inline(text)}", colour)

    def _tries(self, item: Item) -> list[str]:
        tries = self.store.read("quiz", item.key).get("tries")
        return [one for one in tries if isinstance(one, str)] if isinstance(tries, list) else []

    def _summary(self) -> str:
        tried = [self._tries(item) for item in self.items]
        right = sum(item.answer in tries for item, tries in zip(self.items, tried, strict=True))
        at_once = sum(tries[:1] == [item.answer] for item, tries in zip(self.items, tried, strict=True))
        says = _("{right} of {n} answered rightly, {at_once} at the first try.")
        said = says.format(right=right, n=len(self.items), at_once=at_once)
        lost = sum(self.store.damaged("quiz", item.key) for item in self.items)
        return said + (" " + _("{n} can't be read: the file is damaged.").format(n=lost) if lost else "")

    def _tell(self) -> None:
        self._status.value = f"<p class='fe-said'>{self._summary()}</p>"

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return self.widget._repr_mimebundle_(**options) | {"text/plain": self.describe()}


def quiz(key: str, *, store: Store | None = None) -> Quiz:
    """Show quiz items; make it the last line of a cell.

    Parameters
    ----------
    key : str
        A chapter, ``"06"``, for all of its items, or one item's key.
    store : Store, optional
        Where answers are kept; the user's own if none is given.

    Returns
    -------
    Quiz

    Raises
    ------
    LookupError
        If there is no such item.

    Examples
    --------
    >>> short = quiz("00", store=Store())
    >>> short.answer(1, short.items[0].answer).split()[0]
    'Right.'
    >>> print(short.describe().splitlines()[-1])
    1 of 1 answered rightly, 1 at the first try.
    """
    found = [item for item in quiz_items() if item.key == key or item.key.startswith(f"{key}-")]
    if not found:
        known = sorted({item.key[:2] for item in quiz_items()})
        raise LookupError(
            _("There is no quiz {key!r}. Chapters with a quiz: {known}.").format(
                key=key, known=", ".join(known)
            )
        )
    return Quiz(found, store=store or local_store())
