"""A question with its options: what predictions and quizzes are made of.

All questions of a chapter stand in one file, ``questions/c06.py``, each with its options, the right one, and
a word on every option. A chapter calls a question by its key alone: ``predict("06-coarse")``. So no cell that
a reader sees holds an answer.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from gettext import gettext as _

from . import questions
from .choices import LETTERS

__all__ = ["Item", "Option", "find_prediction", "prediction_items", "quiz_items"]


@dataclass(frozen=True)
class Option:
    """An answer that can be chosen, and what to say to whoever chose it."""

    text: str
    feedback: str
    right: bool = False


@dataclass(frozen=True)
class Item:
    """A question with its options, exactly one of them right.

    Parameters
    ----------
    key : str
        Begins with the chapter: ``"06-lesion"``.
    question : str
    options : tuple of Option

    Examples
    --------
    >>> item = Item("00-sum", "1 + 1?", (Option("2", "Yes.", right=True), Option("11", "That is text.")))
    >>> item.answer, item.texts, item.feedback("b")
    ('a', ('2', '11'), 'That is text.')
    """

    key: str
    question: str
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        if sum(option.right for option in self.options) != 1 or not 2 <= len(self.options) <= len(LETTERS):
            raise ValueError(
                f"question {self.key}: give 2 to {len(LETTERS)} options, exactly one of them right"
            )

    @property
    def answer(self) -> str:
        """The letter of the right option."""
        return LETTERS[[option.right for option in self.options].index(True)]

    @property
    def texts(self) -> tuple[str, ...]:
        """The options as they are read."""
        return tuple(option.text for option in self.options)

    def feedback(self, letter: str) -> str:
        """Return the word on an option."""
        return self.options[LETTERS.index(letter)].feedback

    def named(self, letter: str) -> str:
        """Return an option with its letter, for example ``(b) two``."""
        return f"({letter}) {self.texts[LETTERS.index(letter)]}"


def _of_all_chapters(what: str) -> Iterator[Item]:
    for name in sorted(questions.__all__):
        yield from getattr(getattr(questions, name), what)


def quiz_items() -> tuple[Item, ...]:
    """Return the quiz items of all chapters, in the order in which they are asked.

    Examples
    --------
    >>> len({item.key for item in quiz_items()}) == len(quiz_items())
    True
    """
    return tuple(_of_all_chapters("QUIZ"))


def prediction_items() -> tuple[Item, ...]:
    """Return the questions that ask for a prediction, of all chapters, in the order in which they are asked.

    Examples
    --------
    >>> prediction_items()[0].key
    '00-half'
    """
    return tuple(_of_all_chapters("PREDICTIONS"))


def find_prediction(key: str) -> Item:
    """Return the question of a prediction by its key.

    Raises
    ------
    LookupError
        If there is none; the message names the nearest key.

    Examples
    --------
    >>> find_prediction("00-haff")
    Traceback (most recent call last):
        ...
    LookupError: There is no prediction '00-haff'. Did you mean '00-half'?
    """
    known = {item.key: item for item in prediction_items()}
    if key not in known:
        near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.0)
        raise LookupError(
            _("There is no prediction {key!r}. Did you mean {near!r}?").format(key=key, near=near[0])
        )
    return known[key]
