"""Finds a function in a notebook and what it leans on, by reading, so that no other cell need run.

A chapter trains networks for a minute; a student's cells may crash, or never end. None of that matters to a
function that counts pixels. So the function is cut out: its last definition, and from there backwards every
statement that gives a value to a name it uses: imports, helpers, constants, and what those use in turn.

For each name, that is its last plain assignment before the end of the function's cell, and what changes it
after that: ``table[3] = 1``, ``names.append("x")``, a loop. A name that is only defined further down is taken
from there. From an import of several names only those that are used remain. Not seen is what no reading can
see: a name inside a text given to ``eval``, or a list that another function changes.
"""

from __future__ import annotations

import ast
import bisect
import builtins
import copy
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from .cells import Broken, Notebook, Placed
from .names import Names

__all__ = ["Cut", "checked_keys", "cut_out", "given_names"]

MOST_STEPS = 20_000  # the longest of the course's own takes a few hundred
#: What chapters take from the lesson: a call of these in a wrong place asks for no answer.
HARMLESS = ("check", "forget", "hint", "predict", "predictions", "quiz", "reveal")
LESSON = "fetal_edu.lesson"


@dataclass(frozen=True)
class Cut:
    """A function with what it leans on, or why there is none.

    Parameters
    ----------
    state : str
        ``found``, ``untouched`` (a stub), ``broken`` (its cell can't be read), ``missing``.
    name : str
        Under which the student defined it.
    statements : tuple of Placed
        In the notebook's order; the lines are those of the notebook, also where an import was shortened.
    lines : tuple of str
        Of the function itself.
    said : str
        Where it is broken: what is wrong.
    """

    state: str
    name: str = ""
    statements: tuple[Placed, ...] = ()
    lines: tuple[str, ...] = ()
    said: str = ""


def cut_out(notebook: Notebook, *, name: str, key: str = "") -> Cut:
    r"""Cut a function out of a notebook.

    Parameters
    ----------
    notebook : Notebook
    name : str
        The function's name. The last definition counts that is more than a stub.
    key : str
        The exercise: where no function of that name was written, the one that is given to ``check`` under
        this key is taken.

    Returns
    -------
    Cut

    Examples
    --------
    >>> tree = ast.parse("import numpy as np\nTWO = 2\nnet = train()\ndef twice(a): return TWO * a")
    >>> cut = cut_out(Notebook([Placed(node, 1) for node in tree.body]), name="twice")
    >>> [ast.unparse(placed.node).splitlines()[0] for placed in cut.statements]
    ['TWO = 2', 'def twice(a):']
    """
    named = _cut(notebook, name)
    if named.state in ("found", "broken"):
        return named
    for other in reversed(_given_to_check(notebook, key)):
        found = _cut(notebook, other)
        if other != name and found.state == "found":
            return found
    return named


def given_names(notebook: Notebook) -> set[str]:
    """Return all names that get a value at the top of a cell."""
    return set().union(*(found.gives | found.may_give for found in _names_of(notebook)))


def checked_keys(notebook: Notebook) -> list[str]:
    """Return the exercises for which the notebook calls ``check``, in order."""
    return [key for key, _name in _checks(notebook)]


def _checks(notebook: Notebook) -> Iterator[tuple[str, str]]:
    for placed in notebook.statements:
        for node in ast.walk(placed.node):
            if isinstance(node, ast.Call) and _called(node.func) == "check" and node.args:
                first, *others = node.args
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, others[0].id if others and isinstance(others[0], ast.Name) else ""


def _called(function: ast.expr) -> str:
    return getattr(function, "attr", None) or getattr(function, "id", "")


def _given_to_check(notebook: Notebook, key: str) -> list[str]:
    return [name for found, name in _checks(notebook) if found == key and name]


def _cut(notebook: Notebook, name: str) -> Cut:
    names = _names_of(notebook)
    defined = [at for at, found in enumerate(names) if name in found.gives or name in found.may_give]
    written = [at for at in defined if not _is_stub(notebook.statements[at].node)]
    if written:
        at = written[-1]
        chosen, wanted = _Slicer(notebook.statements, names).backwards(at, name)
        kept = (_only(notebook.statements[n], wanted) for n in sorted(chosen))
        statements = tuple(placed for placed in kept if placed is not None)
        return Cut("found", name, statements, notebook.statements[at].lines)
    broken = _broken(notebook, name)
    if broken:
        says = _("The cell with {name} can't be read: {said}.").format(name=name, said=broken.said)
        return Cut("broken", name, said=says)
    return Cut("untouched" if defined else "missing", name)


def _names_of(notebook: Notebook) -> list[Names]:
    """Read the names once for all functions of a notebook."""
    if len(notebook.names) != len(notebook.statements):
        notebook.names = [Names(placed.node) for placed in notebook.statements]
    return notebook.names


def _broken(notebook: Notebook, name: str) -> Broken | None:
    found = [one for one in notebook.broken if f"def {name}" in one.text]
    return found[-1] if found else None


def _is_stub(node: ast.stmt) -> bool:
    """Tell whether a function has no body yet: dots, pass, or an error that says so, and a docstring."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return all(
        isinstance(one, ast.Pass)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        or (isinstance(one, ast.Raise) and one.exc and "NotImplementedError" in ast.dump(one.exc))
        for one in node.body
    )


# ------------------------------------------------------------------------------------------------- backwards
class _Slicer:
    """Walks from a function back to what gives its names their values."""

    def __init__(self, statements: Sequence[Placed], names: Sequence[Names]) -> None:
        self.statements, self.names = statements, names
        self.chosen: set[int] = set()
        self.wanted: set[str] = set()
        self._todo: list[tuple[int, int]] = []  # a statement, and until when it can be called
        self._seen: set[tuple] = set()
        self.end = 0
        self._places: dict[str, list[int]] = defaultdict(list)
        self._stars = [n for n, found in enumerate(names) if found.star]
        for n, found in enumerate(names):
            for name in found.gives | found.may_give | found.changes:
                self._places[name].append(n)

    def backwards(self, at: int, name: str) -> tuple[set[int], set[str]]:
        """Return the numbers of the statements that belong to a function, and the names they ask for."""
        cell = self.statements[at].cell
        self.end = 1 + max(n for n, placed in enumerate(self.statements) if placed.cell == cell)
        self._seen.add((name, self.end))  # a function that calls itself means this definition
        self._take(at, self.end)
        while self._todo:
            if len(self._seen) > MOST_STEPS:
                raise RecursionError(_("too many names lean on each other"))
            n, until = self._todo.pop()
            found = self.names[n]
            for needed in found.needs:
                self._want(needed, n)
            for needed in found.needs_later:
                self._want(needed, until)
                self._want(needed, self.end)
        return self.chosen, self.wanted | {name}

    def _take(self, n: int, until: int) -> None:
        if (n, until) not in self._seen:
            self._seen.add((n, until))
            self.chosen.add(n)
            self._todo.append((n, until))

    def _want(self, name: str, before: int) -> None:
        if (name, before) in self._seen:
            return
        self._seen.add((name, before))
        self.wanted.add(name)
        places = self._places.get(name, [])
        middle = bisect.bisect_left(places, before)
        giving, further = places[:middle], places[middle:]
        sure = [n for n in giving if name in self.names[n].gives]
        if giving:
            self._take_from(sure[-1] if sure else giving[0], giving, name, before)
        elif further and before >= self.end:  # written further down
            self._take_from(further[0], further, name, before)
        elif not hasattr(builtins, name):
            for n in self._stars:
                self._take(n, before)

    def _take_from(self, first: int, giving: Sequence[int], name: str, before: int) -> None:
        """Take a name's last certain value, and what changed it since; nobody's call changes a module."""
        binds_only = self.names[first].is_import
        for n in giving:
            if n >= first and (not binds_only or self._binds(n, name)):
                self._take(n, before)

    def _binds(self, n: int, name: str) -> bool:
        return name in self.names[n].gives or name in self.names[n].may_give


def _only(placed: Placed, wanted: set[str]) -> Placed | None:
    """Shorten an import to the names that are wanted; those of the lesson become empty stand-ins."""
    node = placed.node
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return placed
    if isinstance(node, ast.ImportFrom) and node.module == LESSON:
        return _without_lesson(placed, node, wanted)
    if any(one.name == "*" for one in node.names):
        return placed
    kept = copy.copy(node)
    kept.names = [one for one in node.names if (one.asname or one.name.split(".")[0]) in wanted]
    return Placed(kept, placed.cell, placed.lines)


def _without_lesson(placed: Placed, node: ast.ImportFrom, wanted: set[str]) -> Placed | None:
    if any(one.name == "*" for one in node.names):
        return None
    asked = [one for one in node.names if (one.asname or one.name) in wanted]
    harmless = [one.asname or one.name for one in asked if one.name in HARMLESS]
    kept = copy.copy(node)
    kept.names = [one for one in asked if one.name not in HARMLESS]
    if not harmless:
        return Placed(kept, placed.cell, placed.lines) if kept.names else None
    stand_in = " = ".join(harmless) + " = lambda *given, **named: None"
    body = [ast.copy_location(one, node) for one in ast.parse(stand_in).body]
    both = ast.If(ast.Constant(True), [*body, *([kept] if kept.names else [])], [])
    return Placed(ast.fix_missing_locations(ast.copy_location(both, node)), placed.cell, placed.lines)
