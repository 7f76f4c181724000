"""The table of a class: as a CSV file that spreadsheets open, and as text for a terminal."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path

from fetal_edu.data.limits import BadInput

from .grades import MISCONCEPTION, PASSED, Grade

__all__ = ["COLUMNS", "check_target", "class_table", "frequent_misconceptions", "save", "to_csv"]

COLUMNS = (
    *("student", "file", "chapter", "exercise", "verdict"),
    *("cases right", "of", "misconception", "feedback", "seed"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
WIDEST = 28  # of a student's name on a terminal


def to_csv(rows: Iterable[Grade]) -> bytes:
    """Return the table as a CSV file.

    It begins with a mark that makes spreadsheets read it as UTF-8. A text that a spreadsheet would take for a
    formula gets an apostrophe before it.

    Examples
    --------
    >>> data = to_csv([Grade("=cmd|calc", "a.ipynb", "06", "dice", "passed", 9, 9, seed=3)])
    >>> data.decode("utf-8-sig").splitlines()[1]
    "'=cmd|calc,a.ipynb,06,dice,passed,9,9,,,3"
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        counts = (row.right, row.of) if row.of else ("", "")
        words = (row.student, row.file, row.chapter, row.exercise, row.verdict)
        writer.writerow(
            [*map(plain, words), *counts, plain(row.misconception), plain(row.feedback), row.seed]
        )
    return text.getvalue().encode("utf-8-sig", "replace")


def plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula.

    Examples
    --------
    >>> plain("-2+3"), plain("Anna")
    ("'-2+3", 'Anna')
    """
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def check_target(path: str | os.PathLike) -> Path:
    """Find out before the work whether a file can be written.

    Raises
    ------
    BadInput
        If not.
    """
    target = Path(path)
    if target.is_dir():
        raise BadInput(_("{target} is a folder: name a file in it.").format(target=target))
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            return target
    except OSError as error:
        says = _("{target} can't be written ({reason}): name a file in a folder that you may write to.")
        raise BadInput(says.format(target=target, reason=error.strerror or error)) from None


def save(data: bytes, target: Path) -> Path:
    """Write a file whole or not at all, and return where it lies.

    Where the old one can't be replaced, as one that is open in a spreadsheet on Windows, the new one is kept
    beside it: hours of work are not lost.
    """
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=target.stem, suffix=".new", delete=False
    ) as part:
        beside = Path(part.name)
        try:
            part.write(data)
        except OSError:
            part.close()
            beside.unlink()
            raise
    with suppress(OSError):
        beside.chmod(0o644 & ~_umask())
    try:
        beside.replace(target)
    except OSError:
        kept = beside.with_suffix(target.suffix)
        beside.replace(kept)
        return kept
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


# --------------------------------------------------------------------------------------------- for a terminal
def class_table(rows: Sequence[Grade]) -> list[str]:
    """Return a table with a line for each student: right cases of each exercise, one table for each chapter.

    Of several files of one student the best counts.
    """
    lines: list[str] = []
    for chapter in sorted({row.chapter for row in rows if row.chapter}):
        mine = [row for row in rows if row.chapter == chapter]
        exercises = sorted({row.exercise for row in mine})
        students = list(dict.fromkeys(row.student for row in mine))
        best: dict[tuple[str, str], Grade] = {}
        for row in mine:
            known = best.get((row.student, row.exercise))
            if known is None or _rank(row) > _rank(known):
                best[row.student, row.exercise] = row
        head = [_("chapter {chapter}").format(chapter=chapter), *exercises]
        body = [[shortened(one), *(_cell(best.get((one, key))) for key in exercises)] for one in students]
        passed = [sum(best[one, key].verdict == PASSED for one in students) for key in exercises]
        foot = [_("passed"), *(f"{n} of {len(students)}" for n in passed)]
        lines += [*_aligned([head, *body, foot]), ""]
    return lines[:-1]


def _rank(row: Grade) -> tuple[bool, bool, int]:
    return row.verdict == PASSED, row.attempted, row.right


def _cell(row: Grade | None) -> str:
    if row is None:
        return ""
    if not row.attempted:
        return "-" if row.verdict == "untouched" else row.verdict
    share = f"{row.right}/{row.of}"
    return share if row.verdict == PASSED else f"{share} {row.misconception or row.verdict}"


def shortened(text: str, widest: int = WIDEST) -> str:
    """Cut a long text, with a sign that it was cut."""
    return text if len(text) <= widest else text[: widest - 1] + "…"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Count places on a terminal: Chinese characters take two, accents of their own none."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) != 0 for one in text)


def frequent_misconceptions(rows: Iterable[Grade]) -> list[tuple[str, str, int]]:
    """Return exercise, misconception and number of students, the most frequent first."""
    held = {(row.exercise, row.misconception, row.student) for row in rows if row.verdict == MISCONCEPTION}
    counts = Counter((exercise, name) for exercise, name, _student in held)
    found = [(exercise, name, n) for (exercise, name), n in counts.items()]
    return sorted(found, key=lambda one: (-one[2], one[0], one[1]))
