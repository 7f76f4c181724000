"""Pools the predictions of a class: which ideas are common before the result is seen."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import gettext as _
from typing import Any

from fetal_edu.data.limits import BadInput
from fetal_edu.figures.tally import Tally
from fetal_edu.lesson.choices import LETTERS, one_letter
from fetal_edu.lesson.item import Item, prediction_items
from fetal_edu.lesson.share import FORMAT, WHAT

from .hand_ins import HandIn
from .table import plain

__all__ = ["Pool", "pool"]

MOST_BYTES = 1_000_000
COLUMNS = ("item", "question", "option", "text", "right", "chosen", "of", "what lies behind it")


@dataclass
class Pool:
    """What a class has predicted.

    Parameters
    ----------
    counts : dict of str to Counter
        For each question's key how often each letter was chosen.
    files, readers : int
        Files that were read, and readers that they belong to.
    again : int
        Predictions that were left out because the same reader's was counted already.
    other_words : int
        Predictions for questions that this version of the course does not ask in these words.
    problems : list of str
        A sentence for each file that can't be used.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    files: int = 0
    readers: int = 0
    again: int = 0
    other_words: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """The questions that somebody answered, in the course's order."""
        return [item for item in prediction_items() if item.key in self.counts]

    def tallies(self) -> list[Tally]:
        """Return what a figure needs."""
        return [
            Tally(item.question, self._chosen(item), item.texts[LETTERS.index(item.answer)])
            for item in self.items
        ]

    def _chosen(self, item: Item) -> dict[str, int]:
        return {text: self.counts[item.key][at] for at, text in zip(LETTERS, item.texts, strict=False)}

    def lines(self) -> list[str]:
        """Return the table as text: for each question its options, and the idea behind a wrong one."""
        lines = []
        for item in self.items:
            counts = self.counts[item.key]
            says = _("{key}  {question} ({n} answers)")
            lines += [says.format(key=item.key, question=_plain(item.question), n=counts.total())]
            for letter in LETTERS[: len(item.options)]:
                mark = "✓" if letter == item.answer else " "
                idea = "" if letter == item.answer else f" - {_plain(item.feedback(letter))}"
                lines.append(f"{counts[letter]:>6} {mark} {_plain(item.named(letter))}{idea}")
            lines.append("")
        return lines

    def csv(self) -> bytes:
        """Return the table as a CSV file for spreadsheets."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for item in self.items:
            counts = self.counts[item.key]
            for letter, option in zip(LETTERS, item.options, strict=False):
                words = (item.key, _plain(item.question), letter, _plain(option.text))
                right = "yes" if option.right else "no"
                numbers = (counts[letter], counts.total())
                writer.writerow([*map(plain, words), right, *numbers, plain(_plain(option.feedback))])
        return text.getvalue().encode("utf-8-sig")


def pool(found: Sequence[HandIn]) -> Pool:
    """Read files that readers have exported, and count each reader once.

    Files are one reader's if they bear the same random number, or lie in one student's folder. Of each
    question the reader's newest file counts.

    Parameters
    ----------
    found : sequence of HandIn

    Returns
    -------
    Pool
    """
    pooled, read = Pool(), []
    for hand_in in found:
        try:
            read.append((hand_in, _record(hand_in)))
        except BadInput as refused:
            pooled.problems.append(f"{hand_in.file}: {refused}")
    pooled.files = len(read)
    readers = _readers(read)
    pooled.readers = len(set(readers))
    known = {item.key: item for item in prediction_items()}
    counted: set[tuple[str, str]] = set()
    order = sorted(range(len(read)), key=lambda n: (-_copy(read[n][1]), read[n][0].file))
    for n in order:
        for made in read[n][1]["predictions"]:
            _count(pooled, made, known, reader=readers[n], counted=counted)
    return pooled


def _count(
    pooled: Pool, made: Any, known: dict[str, Item], *, reader: str, counted: set[tuple[str, str]]
) -> None:
    key = made.get("key") if isinstance(made, dict) else None
    item = known.get(key) if isinstance(key, str) else None
    letter = one_letter(made.get("choice"), item.texts) if item else None
    if item is None or letter is None or made.get("question") != item.question:
        pooled.other_words += 1
    elif (reader, key) in counted:
        pooled.again += 1
    else:
        counted.add((reader, key))
        pooled.counts.setdefault(key, Counter())[letter] += 1


def _record(hand_in: HandIn) -> dict[str, Any]:
    """Read one file; refuse one that the course has not written."""
    if hand_in.problem:
        raise BadInput(hand_in.problem)
    try:
        known = hand_in.path.stat()
        if not stat.S_ISREG(known.st_mode) or known.st_size > MOST_BYTES:
            raise BadInput(_("It is no file of predictions."))
        found = json.loads(hand_in.path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BadInput(_("It can't be opened: {reason}.").format(reason=error.strerror or error)) from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(_("It is damaged: its text is not JSON.")) from None
    if not isinstance(found, dict) or found.get("what") != WHAT:
        raise BadInput(_("It is no file of predictions."))
    if found.get("format") != FORMAT:
        raise BadInput(_("It was written by another version of the course, in a format not known here."))
    if not isinstance(found.get("number"), str) or not isinstance(found.get("predictions"), list):
        raise BadInput(_("It is damaged: its number or its predictions are missing."))
    return found


def _copy(record: dict[str, Any]) -> int:
    copy = record.get("copy")
    return copy if isinstance(copy, int) else 0


def _readers(read: Sequence[tuple[HandIn, dict[str, Any]]]) -> list[str]:
    """Name the reader of each file: by number, and where a student has a folder, by that."""
    known: dict[str, str] = {}
    for hand_in, record in read:
        number = "number " + record["number"]
        folder = "folder " + hand_in.student if hand_in.own_folder else number
        first, second = _root(known, number), _root(known, folder)
        known[first] = second
    return [_root(known, "number " + record["number"]) for _hand_in, record in read]


def _root(known: dict[str, str], name: str) -> str:
    while known.get(name, name) != name:
        name = known[name]
    return name


def _plain(text: str) -> str:
    return text.replace("`", "")
