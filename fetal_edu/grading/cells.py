"""Reads a notebook that somebody handed in: its code cells as statements, without running any."""

from __future__ import annotations

import ast
import json
import re
import stat
import warnings
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path
from typing import Any

from fetal_edu.data.limits import BadInput

from .names import Names

__all__ = ["Broken", "Notebook", "Placed", "read_notebook"]

MOST_BYTES = 32_000_000  # outputs with many pictures included
MOST_CODE = 400_000  # characters of code; a chapter has about 15,000
MOST_CELLS, MOST_STATEMENTS = 2000, 5000
#: Cell magics whose cell is Python all the same.
PYTHON_MAGICS = ("time", "timeit", "capture", "prun", "python", "python3")
_LINE_MAGIC = re.compile(r"^([ \t]*)(?:[%!].*|\?{1,2}[\w.]+.*|[\w.]+\?{1,2})[ \t]*$", re.MULTILINE)
_ASKED_SHELL = re.compile(r"^([ \t]*\w[\w, ]*=[ \t]*)[%!].*$", re.MULTILINE)


@dataclass(frozen=True)
class Placed:
    """A statement at the top of a cell.

    Parameters
    ----------
    node : ast.stmt
    cell : int
        The cell's number among the code cells, from 1.
    lines : tuple of str
        Its text, decorators included.
    """

    node: ast.stmt
    cell: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """A cell that Python can't read."""

    cell: int
    text: str
    said: str


@dataclass
class Notebook:
    """What is in a notebook, as far as grading cares.

    Parameters
    ----------
    statements : list of Placed
        Of all code cells that can be read, from top to bottom.
    broken : list of Broken
    heading : str
        The first line of its first text cell.
    names : list of Names
        Of each statement; filled when first needed.
    """

    statements: list[Placed] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    heading: str = ""
    names: list[Names] = field(default_factory=list, repr=False)


def read_notebook(path: Path) -> Notebook:
    """Read a notebook file.

    Parameters
    ----------
    path : Path
        Format 4, as Jupyter has written it since 2015.

    Returns
    -------
    Notebook

    Raises
    ------
    BadInput
        If it is no notebook, of another format or language, or too large; the message does not name the file.
    """
    found = _json(path)
    cells = found.get("cells") if isinstance(found, dict) else None
    if isinstance(found, dict) and ("worksheets" in found or found.get("nbformat") in (1, 2, 3)):
        raise BadInput(_("It is in an old notebook format: open it in JupyterLab, save it, and grade again."))
    if not isinstance(cells, list):
        raise BadInput(_("It is no notebook: it has no list of cells."))
    if found.get("nbformat", 4) != 4:
        raise BadInput(_("Its notebook format {n} is not known: 4 is.").format(n=str(found["nbformat"])[:20]))
    language = _language(found.get("metadata"))
    if language not in ("", "python"):
        raise BadInput(_("It is written in {language}, not in Python.").format(language=language[:20]))
    texts = [(kind, text) for kind, text in map(_cell, cells[:MOST_CELLS]) if text]
    if sum(len(text) for kind, text in texts if kind == "code") > MOST_CODE:
        raise BadInput(_("It holds more than {n} characters of code: shorten it.").format(n=f"{MOST_CODE:,}"))
    notebook = Notebook(heading=next((text for kind, text in texts if kind == "markdown"), "").split("\n")[0])
    for number, text in enumerate((text for kind, text in texts if kind == "code"), start=1):
        _add_cell(notebook, number, text)
    return notebook


def _json(path: Path) -> Any:
    try:
        known = path.stat()
        if not stat.S_ISREG(known.st_mode):  # to open a pipe would wait for ever
            raise BadInput(_("It is no ordinary file."))
        if known.st_size > MOST_BYTES:
            says = _("It has {n:.0f} MB, {most:.0f} are the limit: clear its outputs and save it.")
            raise BadInput(says.format(n=known.st_size / 1e6, most=MOST_BYTES / 1e6))
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BadInput(_("It can't be opened: {reason}.").format(reason=error.strerror or error)) from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(_("It is damaged or no notebook: its text is not JSON.")) from None


def _language(metadata: Any) -> str:
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language") if isinstance(kernel, dict) else None
    return language.lower() if isinstance(language, str) else ""


def _cell(cell: Any) -> tuple[str, str]:
    """Return kind and text of a cell; a cell that is none has no text."""
    if not isinstance(cell, dict):
        return "", ""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return str(cell.get("cell_type")), source if isinstance(source, str) else ""


def _add_cell(notebook: Notebook, number: int, text: str) -> None:
    text = _without_magic(text)
    try:
        tree = _parsed(text)
    except SyntaxError as error:
        try:
            plain = _ASKED_SHELL.sub(r"\1None", _LINE_MAGIC.sub(r"\1pass", text))
            tree = _parsed(plain)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            notebook.broken.append(Broken(number, text, f"{error.msg}, line {error.lineno}"))
            return
    except (ValueError, RecursionError, MemoryError) as error:  # a null character; brackets without end
        notebook.broken.append(Broken(number, text, str(error)[:100] or type(error).__name__))
        return
    lines = text.splitlines()
    for node in tree.body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        notebook.statements.append(Placed(node, number, tuple(lines[first - 1 : node.end_lineno])))
    if len(notebook.statements) > MOST_STATEMENTS:
        raise BadInput(_("It has more than {n} statements: shorten it.").format(n=f"{MOST_STATEMENTS:,}"))


def _without_magic(text: str) -> str:
    """Take the line of a cell magic from Python, and all of a cell in another language."""
    stripped = text.lstrip()
    if not stripped.startswith("%%"):
        return text
    first, _newline, rest = stripped.partition("\n")
    known = first[2:].split()[:1]
    return "\n" + rest if known and known[0] in PYTHON_MAGICS else ""


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a backslash in somebody's text is not the reader's business
        return ast.parse(text)
