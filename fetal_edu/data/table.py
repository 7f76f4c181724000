"""A table of scales: one line for each picture, with its file name and its mm per pixel."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Sequence
from pathlib import Path

from fetal_edu.data.limits import BadInput

__all__ = ["read_rows", "read_spacings"]

_MAX_BYTES = 10_000_000
_NAME_WORDS = ("file", "name", "image")
_SCALE_WORDS = ("pixel", "spacing", "mm/px", "mm per")


def read_spacings(path: str | os.PathLike) -> dict[str, float]:
    """Read file name -> mm per pixel from a csv table; HC18's own table works as it is.

    Parameters
    ----------
    path : str or path
        Comma, semicolon or tab between the columns. A header that names them may come first; without one
        the first column is the file name and the second the number.

    Returns
    -------
    dict
        Keys are file names without a folder. Whether a number is possible is checked where it is used.

    Raises
    ------
    BadInput
        If the table can't be read, has no such columns, holds text in place of a number, or gives two
        different scales for one file.
    """
    path = Path(path)
    rows = read_rows(path)
    name_column, scale_column, first = _columns(rows, path.name)
    spacings: dict[str, float] = {}
    for line, row in enumerate(rows[first:], start=first + 1):
        if len(row) <= max(name_column, scale_column):
            raise BadInput(f"{path.name}, line {line} has too few columns: give file name and mm per pixel.")
        name, text = Path(row[name_column].strip().replace("\\", "/")).name, row[scale_column].strip()
        number = _number(text)
        if number is None:
            raise BadInput(f"{path.name}, line {line}: {text!r} is no number: give mm per pixel, as 0.12.")
        if spacings.setdefault(name, number) != number:
            raise BadInput(f"{path.name} gives two different scales for {name}: keep one line for each file.")
    return spacings


def read_rows(path: Path) -> list[list[str]]:
    """Read a csv file into rows of text; empty lines are left out.

    Raises
    ------
    BadInput
        If the file is missing, too large, no text, or has no rows.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadInput(f"{path.name} is larger than {_MAX_BYTES / 1e6:.0f} MB: is it really a csv table?")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is no text: save the table as csv (UTF-8).") from None
    except (OSError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"The table {path} can't be read ({reason}): check its name and folder.") from None
    first_line = text.partition("\n")[0]
    separator = max(";\t,", key=first_line.count)
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [row for row in read if any(cell.strip() for cell in row)]
    except csv.Error:
        raise BadInput(f"{path.name} is no csv table: save it as csv (UTF-8).") from None
    if not rows:
        raise BadInput(f"{path.name} has no lines: give file name and mm per pixel on each.")
    return rows


def _columns(rows: list[list[str]], table: str) -> tuple[int, int, int]:
    """Find the columns of name and scale, and the first line that holds data."""
    header = [cell.strip().lower() for cell in rows[0]]
    if len(header) >= 2 and _number(header[1]) is not None:
        return 0, 1, 0
    scale = _find(header, _SCALE_WORDS)
    name = _find(header, _NAME_WORDS)
    if name is None or scale is None or name == scale:
        raise BadInput(
            f"{table} lacks columns for file name and mm per pixel: begin it with filename,mm per pixel."
        )
    return name, scale, 1


def _find(header: Sequence[str], words: Sequence[str]) -> int | None:
    return next((i for i, cell in enumerate(header) if any(word in cell for word in words)), None)


def _number(text: str) -> float | None:
    """Read a number; a decimal comma, which a semicolon table may hold, counts as a point."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if "_" in text:  # Python's own way to group digits: 0_1 would be 1
        return None
    return number if math.isfinite(number) else None
