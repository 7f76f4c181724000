"""A reader's predictions as a small file for a teacher: only when the reader asks, and without a name."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path
from typing import Any

import fetal_edu

from .item import prediction_items
from .prediction import chosen
from .store import Store, local_store, unkept
from .words import GREEN, ORANGE, boxed, inline

__all__ = ["FORMAT", "WHAT", "Exported", "export_predictions"]

WHAT, FORMAT = "predictions of fetal_edu", 1
LONGEST_NAME = 80


class Exported:
    """What was written, and what is in it, for whoever is about to give it away.

    Parameters
    ----------
    sentences : list of str
    file : Path, optional
        None where nothing was written.
    """

    def __init__(self, sentences: list[str], file: Path | None = None) -> None:
        self.sentences, self.file = sentences, file

    def __repr__(self) -> str:
        return " ".join(self.sentences).replace("`", "")

    def _repr_html_(self) -> str:
        return boxed(" ".join(map(inline, self.sentences)), GREEN if self.file else ORANGE)


def export_predictions(
    chapter: str = "", *, name: str = "", folder: str | os.PathLike = ".", store: Store | None = None
) -> Exported:
    """Write the predictions of a chapter into a file that a teacher can pool with those of a class.

    Nothing is sent. The file holds each question with the letter that was chosen, whether its result was
    seen, the version of the course, and a random number by which two files of one reader count once.

    Parameters
    ----------
    chapter : str
        Two digits; all chapters without it.
    name : str
        Goes into the file as it is typed; without it, no name does.
    folder : str or path
        Where the file goes.
    store : Store, optional
        The user's own if none is given.

    Returns
    -------
    Exported
        Says what is in the file. It never raises because of a folder that can't be written.

    Examples
    --------
    >>> from fetal_edu.lesson import predict
    >>> store = Store()
    >>> predict("06-join", store=store).choose("a")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = export_predictions("06", folder=folder, store=store)
    ...     found = json.loads(written.file.read_text("utf-8"))
    >>> found["predictions"][0]["choice"], found["name"]
    ('a', '')
    >>> written.sentences[1]
    'It holds 1 question with what you chose, the version of the course, and a random number.'
    """
    store = store or local_store()
    made = [
        {"key": item.key, "question": item.question, "choice": letter, "shown": shown}
        for item in prediction_items()
        if item.key.startswith(f"{chapter}-" if chapter else "")
        for letter, shown in [chosen(item, store)]
        if letter
    ]
    if not made:
        return Exported([_("There is no prediction to write: none was made here.")])
    number, copy, kept = _number(store)
    record = {
        "what": WHAT,
        "format": FORMAT,
        "version": fetal_edu.__version__,
        "number": number,
        "copy": copy,
        "name": " ".join(name.split())[:LONGEST_NAME],
        "predictions": made,
    }
    file = Path(folder) / f"predictions-{chapter or 'all'}-{number[:6]}.json"
    try:
        _write(file, json.dumps(record, ensure_ascii=False, indent=1))
    except OSError as error:
        says = _("Nothing was written: {file} can't be ({reason}). Name another folder.")
        return Exported([says.format(file=file, reason=error.strerror or error)])
    return Exported(_said(file, record) + ([] if kept else [unkept(store)]), file)


def _said(file: Path, record: dict[str, Any]) -> list[str]:
    n = len(record["predictions"])
    holds = _("It holds {n} questions with what you chose, the version of the course, and a random number.")
    if n == 1:
        holds = _("It holds 1 question with what you chose, the version of the course, and a random number.")
    named = _("Your name is in it as you typed it: {name}.").format(name=record["name"])
    return [
        _("Written: `{file}`.").format(file=file.name),
        holds.format(n=n),
        _("The number is there so that two files of yours count once; it says nothing about you."),
        named if record["name"] else _("Your name is not in it."),
        _("Nothing was sent: give the file to your teacher yourself, or delete it."),
    ]


def _number(store: Store) -> tuple[str, int, bool]:
    """Return this reader's random number, how many files were written so far, and whether that is kept."""
    record = store.read("share", "number")
    number, copies = record.get("number"), record.get("copies")
    good = isinstance(number, str) and len(number) == 32 and number.isalnum()
    number = number if good else secrets.token_hex(16)
    copies = copies + 1 if good and isinstance(copies, int) and copies >= 0 else 1
    return number, copies, store.write("share", "number", {"number": number, "copies": copies})


def _write(file: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=file.parent, suffix=".new", delete=False
    ) as part:
        beside = Path(part.name)
        part.write(text)
    try:
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
