"""All systems. Listing them reads the head of each file; only asking for one loads torch."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from fetal_edu.data.limits import BadInput
from fetal_edu.systems.system import TOLD, Card, System

if TYPE_CHECKING:
    from fetal_edu.learning.trial import Trial

__all__ = ["SYSTEMS", "card_in", "cards", "find_system", "find_system_trial", "keys"]

#: The file of each system below this folder, in the review's order. A new system is its file and one line.
SYSTEMS = (
    "head/shu", "head/qu", "head/huang", "head/xing", "head/chen",
    "abdomen/wu", "abdomen/jang", "abdomen/ravishankar",
    "heart/sundaresan", "heart/wang",
)  # fmt: skip


def keys() -> tuple[str, ...]:
    """Return the systems' keys, which name their files, in the review's order; this opens no file.

    Examples
    --------
    >>> keys()[:2]
    ('shu', 'qu')
    """
    return tuple(name.rpartition("/")[2] for name in SYSTEMS)


def card_in(source: str) -> Card:
    """Read what a system's file tells in plain strings, without running it.

    Parameters
    ----------
    source : str
        The text of the file. It holds one call ``System(...)`` with keyword arguments.

    Raises
    ------
    ValueError
        If a word is missing or is no plain string; the message says which.

    Examples
    --------
    >>> card_in('System(key="made", cites="[0]", idea="i", claim="c", task="t", answers="a", build=None)').key
    'made'
    >>> card_in('System(key="made", cites=MADE)')
    Traceback (most recent call last):
        ...
    ValueError: write cites, idea, claim, task, answers of System(...) as plain strings
    """
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    found = [call for call in calls if getattr(call.func, "id", "") == "System"]
    if len(found) != 1:
        raise ValueError(f"{len(found)} calls of System(...) in one file: there is one for each system")
    told = {
        word.arg: word.value.value
        for word in found[0].keywords
        if word.arg in TOLD and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str)
    }
    if missing := [name for name in TOLD if name not in told]:
        raise ValueError(f"write {', '.join(missing)} of System(...) as plain strings")
    return Card(*(told[name] for name in TOLD))


@cache
def cards() -> tuple[Card, ...]:
    """Return what each system tells of itself, in the review's order; this doesn't load torch.

    Examples
    --------
    >>> [card.cites[:4] for card in cards() if card.key == "qu"]
    ['[13]']
    """
    here = Path(__file__).parent
    return tuple(card_in((here / f"{name}.py").read_text("utf-8")) for name in SYSTEMS)


def find_system(key: str) -> System:
    """Return a system by its key; this loads torch.

    Raises
    ------
    BadInput
        If there is none of that key; the message lists them.

    Examples
    --------
    >>> find_system("qu").trial.name
    'qu'
    """
    if key not in keys():
        raise BadInput(f"No system {key!r}: there are {', '.join(keys())}.")
    name = SYSTEMS[keys().index(key)]
    return import_module(f"fetal_edu.systems.{name.replace('/', '.')}").SYSTEM


def find_system_trial(name: str) -> Trial | None:
    """Return the trial of a system, or its follow-up, by name; None where no system has it. It loads torch.

    Examples
    --------
    >>> find_system_trial("qu-follow-up").name, find_system_trial("augmentation")
    ('qu-follow-up', None)
    """
    key = name.removesuffix("-follow-up")
    if key not in keys():
        return None
    system = find_system(key)
    return system.trial if name == key else system.follow_up
