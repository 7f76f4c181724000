"""`check` tells a reader what is right or wrong with a function, `hint` helps one step further."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

from .contain import run_contained
from .exercise import Exercise, find
from .store import Store, local_store, unkept
from .verdict import Verdict, fits, judge, lines_of
from .words import GREEN, ORANGE, boxed, inline

__all__ = ["Hints", "Result", "check", "hint"]

KEPT = 50  # verdicts that a record remembers
NO_ATTEMPT = ("stub", "signature", "unsent")


@dataclass(frozen=True)
class Result:
    """What `check` found: a sentence in a notebook and at a prompt.

    Parameters
    ----------
    key : str
        The exercise.
    passed : bool
    message : str
        What a reader sees.
    verdict : str
        For programs, see `verdict.Verdict`.
    attempts : int
        Tries so far, this one included; a stub is no try.
    """

    key: str
    passed: bool
    message: str
    verdict: str
    attempts: int = 0

    @property
    def heading(self) -> str:
        """One word or two: how it stands."""
        return _("Right.") if self.passed else _("Not yet.")

    def __repr__(self) -> str:
        return f"{self.heading} {self.message}".replace("`", "")

    def _repr_html_(self) -> str:
        colour, sign = (GREEN, "✓") if self.passed else (ORANGE, "○")
        heading = f"<b><span aria-hidden='true'>{sign} </span>{html.escape(self.heading)}</b>"
        return boxed(f"{heading} {inline(self.message)}", colour)


@dataclass(frozen=True)
class Hints:
    """The hints given so far, the newest last."""

    texts: tuple[str, ...]
    total: int
    trouble: str = ""

    def _lines(self) -> list[str]:
        said = _("Hint {n} of {total}: {text}")
        lines = [said.format(n=n, total=self.total, text=text) for n, text in enumerate(self.texts, 1)]
        return [*lines, self.trouble] if self.trouble else lines

    def __repr__(self) -> str:
        return "\n".join(self._lines()).replace("`", "")

    def _repr_html_(self) -> str:
        return "".join(f"<p style='max-width:46em'>{inline(line)}</p>" for line in self._lines())


def check(
    key: str,
    function: Callable[..., Any],
    *,
    seed: int = 0,
    seconds: float = 3.0,
    patience_s: float = 20.0,
    memory_mb: float = 512.0,
    store: Store | None = None,
) -> Result:
    """Run a function on the cases of an exercise, and say in a sentence how it does.

    Parameters
    ----------
    key : str
        The exercise.
    function : callable
        The reader's. It runs in a process of its own with limits, see `contain`. It may use numpy, torch, and
        other functions of the notebook. What it prints is hidden.
    seed : int
        Of the cases. The same seed, the same cases; a teacher grades with another.
    seconds, patience_s, memory_mb : float
        The limits: CPU time, waiting time, memory.
    store : Store, optional
        Where tries are counted; the user's own if none is given.

    Returns
    -------
    Result
        Always: no function makes `check` raise.

    Examples
    --------
    >>> def receptive_field(layers):
    ...     field = 1
    ...     for kernel, stride in layers:
    ...         field += kernel - 1
    ...     return field
    >>> result = check("receptive-field", receptive_field, store=Store())
    >>> result.passed, result.verdict
    (False, 'mutant: no step')
    """
    try:
        exercise = find(key)
    except LookupError as error:
        return Result(str(key), False, str(error.args[0]), "unknown")
    misfit = fits(exercise, function)
    if misfit:
        return Result(key, False, misfit, "signature", _attempts(key, store))
    cases = exercise.draw(seed)
    run = run_contained(
        function,
        [case.args for case in cases],
        seconds=seconds,
        patience_s=patience_s,
        memory_mb=memory_mb,
    )
    verdict = judge(exercise, cases, run, source=lines_of(function))
    attempts = _note(key, verdict, store)
    message = verdict.message
    if run.printed:
        message += " " + _("What your function prints is hidden here.")
    if verdict.name != "passed":
        message += " " + _('For help, run `hint("{key}")`.').format(key=key)
    return Result(key, verdict.name == "passed", message, verdict.name, attempts)


def hint(key: str, *, store: Store | None = None) -> Hints | Result:
    """Give the next hint for an exercise; those before it are shown again.

    Parameters
    ----------
    key : str
        The exercise.
    store : Store, optional
        Where it is noted; the user's own if none is given.

    Returns
    -------
    Hints
        Or a `Result` that says so, if there is no such exercise.

    Examples
    --------
    >>> hint("dice", store=Store())
    Hint 1 of 3: Three counts are enough: pixels in the first mask, in the second, and in both.
    """
    try:
        exercise: Exercise = find(key)
    except LookupError as error:
        return Result(str(key), False, str(error.args[0]), "unknown")
    store = store or local_store()
    record = store.read("exercise", key)
    given = min(_whole(record.get("hints")) + 1, len(exercise.hints))
    written = store.write("exercise", key, record | {"hints": given})
    return Hints(exercise.hints[:given], len(exercise.hints), "" if written else unkept(store))


def _attempts(key: str, store: Store | None) -> int:
    return _whole((store or local_store()).read("exercise", key).get("attempts"))


def _note(key: str, verdict: Verdict, store: Store | None) -> int:
    """Count a try and keep its verdict; return the number of tries."""
    store = store or local_store()
    record = store.read("exercise", key)
    attempts = _whole(record.get("attempts"))
    if verdict.name in NO_ATTEMPT:
        return attempts
    seen = record.get("verdicts")
    seen = [*(seen if isinstance(seen, list) else []), verdict.name][-KEPT:]
    news = {
        "attempts": attempts + 1,
        "verdicts": seen,
        "passed": verdict.name == "passed" or record.get("passed") is True,
    }
    store.write("exercise", key, record | news)
    return attempts + 1


def _whole(value: object) -> int:
    """Read a count from a file that somebody may have edited."""
    return value if isinstance(value, int) and value >= 0 else 0
