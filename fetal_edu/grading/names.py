"""The names that a statement gives a value to, and those that it needs."""

from __future__ import annotations

import ast
import symtable
import warnings
from collections.abc import Iterator

__all__ = ["Names"]

COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
CERTAIN = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, *DEFINITIONS)


class Names:
    """What a statement gives a value to, changes, and needs: at once, or when what it defines is called.

    Parameters
    ----------
    node : ast.stmt
        At the top of a cell.

    Examples
    --------
    >>> def names(text):
    ...     return Names(ast.parse(text).body[0])
    >>> sorted(names("total = sum(parts)").gives), sorted(names("total = sum(parts)").needs)
    (['total'], ['parts', 'sum'])
    >>> sorted(names("def area(mask): return np.sum(mask) * SCALE").needs_later)
    ['SCALE', 'np']
    >>> sorted(names("table[3] = 1").changes), sorted(names("for n in few: last = n").may_give)
    (['table'], ['last', 'n'])
    """

    def __init__(self, node: ast.stmt) -> None:
        self.gives: set[str] = set()  # for certain: what stood there before is gone
        self.may_give: set[str] = set()
        self.changes: set[str] = set()  # in place
        self.needs: set[str] = set()
        self.needs_later: set[str] = set()
        self.star = isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names)
        self.is_import = isinstance(node, ast.Import | ast.ImportFrom)
        if self.star:
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
            self.changes = set(_changed(node))
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # `return` outside of a function
            return
        self._read(node, table)

    def _read(self, node: ast.stmt, table: symtable.SymbolTable) -> None:
        given = set()
        for symbol in table.get_symbols():
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                given.add(symbol.get_name())
            if symbol.is_referenced():
                self.needs.add(symbol.get_name())
        self._look_inside(table, later=False)
        (self.gives if isinstance(node, CERTAIN) else self.may_give).update(given)
        if isinstance(node, ast.AugAssign):
            self.needs |= given
        if not isinstance(node, DEFINITIONS):  # a lambda may be called right here
            self.needs |= self.needs_later

    def _look_inside(self, table: symtable.SymbolTable, *, later: bool) -> None:
        for inner in table.get_children():
            at_once = inner.get_type() == "class" or inner.get_name() in COMPREHENSIONS
            after = later or not at_once
            found = {one.get_name() for one in inner.get_symbols() if one.is_global()}
            (self.needs_later if after else self.needs).update(found)
            self._look_inside(inner, later=after)


def _changed(node: ast.stmt) -> Iterator[str]:
    """Give the names whose objects a statement changes in place, as far as one can read it."""
    if isinstance(node, DEFINITIONS):
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Subscript | ast.Attribute) and not isinstance(inner.ctx, ast.Load):
            yield _base(inner)
        elif isinstance(inner, ast.Expr) and isinstance(getattr(inner.value, "func", None), ast.Attribute):
            yield _base(inner.value.func)


def _base(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
