"""What a call came to, as plain data that has passed from one process to another."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Outcome", "Run"]

#: What an answer of a kind is made of. A function that writes into the line itself gets no further.
PLAIN: dict[str, Callable[[Any], Any]] = {
    "number": float,
    "bool": bool,
    "text": str,
    "tuple": lambda values: [float(value) for value in values],
}


@dataclass(frozen=True)
class Outcome:
    """What one call came to.

    Parameters
    ----------
    kind : str
        ``number``, ``bool``, ``text``, ``tuple``, ``array``, the name of another type, or ``error``.
    value : object
        The answer, None where its type can't travel.
    shape : tuple of int
        Of an array, also of one too large to travel.
    error, said : str
        Type and message of an error.
    line : int, optional
        Line of the function in which it arose, from 1.
    changed : bool
        The call has changed its own arguments.
    """

    kind: str
    value: Any = None
    shape: tuple[int, ...] = ()
    error: str = ""
    said: str = ""
    line: int | None = None
    changed: bool = False

    @classmethod
    def of(cls, message: dict[str, Any]) -> Outcome:
        """Read what the process wrote.

        Examples
        --------
        >>> Outcome.of({"kind": "number", "value": 2.0}).value
        2.0
        """
        if "error" in message:
            line = message["line"]
            line = line if isinstance(line, int) else None
            return cls("error", error=str(message["error"]), said=str(message["said"]), line=line)
        kind, shape = str(message["kind"]), tuple(map(int, message.get("shape", ())))
        if kind == "array":
            data = message.get("data")
            value = None if data is None else np.frombuffer(base64.b64decode(data), "<f8").reshape(shape)
        else:
            value = PLAIN[kind](message["value"]) if kind in PLAIN else None
        return cls(kind, value, shape, changed=message.get("changed", False) is True)


@dataclass
class Run:
    """What came of all calls.

    Parameters
    ----------
    outcomes : list of Outcome
        One for each case, fewer if the run was stopped.
    stopped : str
        Empty, or why it ended early: ``time``, ``memory``, ``ended``, ``unsent``; in grading also ``misfit``
        and ``asked``.
    said : str
        With ``unsent``: what stood in the way. With ``asked``: what of the lesson it asked for.
    printed : int
        Characters that the function printed.
    loaded : bool
        What the function leans on has been run.
    wall : str
        In grading: what keeps the process from files, see `fetal_edu.grading`.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    stopped: str = ""
    said: str = ""
    printed: int = 0
    loaded: bool = True
    wall: str = ""
