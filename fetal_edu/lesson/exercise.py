"""What an exercise is: a definition as a loop, cases to try, and the mistakes that people make.

The *spec* is the definition, a loop that one can read aloud. A *mutant* is the spec with one misconception in
it. A reader's function whose answers equal a mutant's on every case has that misconception, and is told so.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

import numpy as np

from . import exercises

__all__ = ["Case", "Exercise", "Mutant", "find", "keys"]


@dataclass(frozen=True)
class Case:
    """One call of the reader's function.

    Parameters
    ----------
    args : tuple
        The arguments.
    holds : str
        A sentence that is true of the right answer to these arguments, without giving it. It is shown where
        the reader's answer differs.

    Examples
    --------
    >>> Case((3.0, 4.0), "The longest side of a right triangle is shorter than the other two together.").args
    (3.0, 4.0)
    """

    args: tuple
    holds: str


@dataclass(frozen=True)
class Mutant:
    """A misconception: what it computes, and what to say to somebody who has it.

    Parameters
    ----------
    name : str
        A short key, for a teacher's table.
    function : callable
        Takes the arguments of a case.
    feedback : str
        Names the misconception and points the way. It does not give the answer.

    Examples
    --------
    >>> Mutant("half", lambda a: a / 2, "Your answer is half of what it should be.").function(4)
    2.0
    """

    name: str
    function: Callable[..., Any]
    feedback: str


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """A named function that a reader writes, and all that is needed to check it.

    Parameters
    ----------
    key : str
        As in ``check("dice", dice)``; the file is ``exercises/<key>.py`` with ``_`` for ``-``.
    chapter : str
        Two digits.
    name : str
        The function's name.
    title, task : str
        The task says what goes in, in which units, and what comes out.
    spec : callable
        The definition, as a loop. Its signature is the reader's.
    cases : callable
        Takes a `numpy.random.Generator`, gives `Case` objects, the smallest first.
    mutants : tuple of Mutant
    hints : tuple of three str
        Each says more than the one before; none is the solution.
    rtol, atol : float
        An answer is right within ``atol + rtol * |expected|``.

    Examples
    --------
    >>> print(find("dice").stub)
    def dice(first, second):
        ...  # your code here
    """

    key: str
    chapter: str
    name: str
    title: str
    task: str
    spec: Callable[..., Any]
    cases: Callable[[np.random.Generator], Iterable[Case]]
    mutants: tuple[Mutant, ...]
    hints: tuple[str, str, str]
    rtol: float = 1e-6
    atol: float = 1e-9

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the function's arguments."""
        return tuple(inspect.signature(self.spec).parameters)

    @property
    def stub(self) -> str:
        """The function as the reader finds it."""
        return f"def {self.name}({', '.join(self.parameters)}):\n    ...  # your code here"

    def draw(self, seed: int) -> list[Case]:
        """Return the cases of a seed: always the same for the same seed.

        Examples
        --------
        >>> len(find("dice").draw(0)) == len(find("dice").draw(1))
        True
        """
        return list(self.cases(np.random.default_rng(seed)))


def keys() -> list[str]:
    """Return the keys of all exercises.

    Examples
    --------
    >>> "dice" in keys()
    True
    """
    return sorted(name.replace("_", "-") for name in exercises.__all__)


def find(key: str) -> Exercise:
    """Return an exercise by its key.

    Raises
    ------
    LookupError
        If there is none; the message names the nearest key.

    Examples
    --------
    >>> find("dise")
    Traceback (most recent call last):
        ...
    LookupError: There is no exercise 'dise'. Did you mean 'dice'?
    """
    known = keys()
    if not isinstance(key, str) or key not in known:
        near = difflib.get_close_matches(str(key).lower(), known, n=1) or known
        raise LookupError(
            _("There is no exercise {key!r}. Did you mean {near!r}?").format(key=key, near=near[0])
        )
    return getattr(exercises, key.replace("-", "_")).EXERCISE
