"""Compares a reader's answers with the definition's, and finds one sentence that helps.

The answer itself is never in that sentence.
"""

from __future__ import annotations

import copy
import inspect
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

import numpy as np

from ._child import encode
from .contain import Outcome, Run
from .exercise import Case, Exercise, Mutant

__all__ = ["Verdict", "answers", "fits", "judge", "lines_of", "right_cases", "same"]

SHOWN = 16  # values of an array that fit into a sentence


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Parameters
    ----------
    name : str
        ``passed``, ``stub``, ``slow``, ``memory``, ``ended``, ``unsent``, ``changed``, ``crash``, ``type``,
        ``shape``, ``value``, ``signature``, or ``mutant: `` and the misconception's name.
    message : str
    """

    name: str
    message: str


def answers(function: Callable[..., Any], cases: Sequence[Case]) -> list[Outcome]:
    """Call a function of ours, here and without limits, on each case."""
    outcomes = []
    for case in cases:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                outcomes.append(Outcome.of(encode(function(*copy.deepcopy(case.args)))))
            except Exception as error:
                outcomes.append(Outcome("error", error=type(error).__name__))
    return outcomes


def same(first: Outcome, second: Outcome, *, rtol: float, atol: float) -> bool:
    """Tell whether two outcomes agree: type, shape and every value within the tolerance.

    A division by zero that raises and one that gives nan count as the same outcome, for numpy and plain
    Python differ there. All other errors are alike.

    Examples
    --------
    >>> one, near, other = (Outcome("number", value) for value in (1.0, 1.0000001, 1.1))
    >>> same(one, near, rtol=1e-6, atol=0.0), same(one, other, rtol=1e-6, atol=0.0)
    (True, False)
    """
    first, second = _no_number(first), _no_number(second)
    if first.kind != second.kind or first.shape != second.shape:
        return False
    if first.kind == "text":
        return first.value == second.value
    if first.value is None or second.value is None:
        return first.kind == "error"
    one, other = np.asarray(first.value), np.asarray(second.value)
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=rtol, atol=atol, equal_nan=True))


def _no_number(outcome: Outcome) -> Outcome:
    return Outcome("number", float("nan")) if outcome.error == "ZeroDivisionError" else outcome


def judge(exercise: Exercise, cases: Sequence[Case], run: Run, *, source: Sequence[str] = ()) -> Verdict:
    """Return what a run shows: a stub, a stop, a side effect, a misconception or a difference.

    `source` are the function's lines, so that the one that fails can be named.
    """
    early = _not_begun(exercise, run) or _stopped(exercise, cases, run)
    if early:
        return early
    if any(outcome.changed for outcome in run.outcomes):
        says = _(
            "Your function changes its own input. Whoever called it still needs the original: work on a "
            "copy, for example {name} = {name}.copy(), or write the result into a new array."
        )
        return Verdict("changed", says.format(name=exercise.parameters[0]))
    expected = answers(exercise.spec, cases)
    right = _equal(exercise, run.outcomes, expected)
    if all(right):
        says = _("{title}: your function agrees with the definition in all {n} cases.")
        return Verdict("passed", says.format(title=exercise.title, n=len(cases)))
    mutant = _misconception(exercise, cases, run.outcomes, right)
    if mutant is not None:
        return Verdict(f"mutant: {mutant.name}", mutant.feedback)
    where = right.index(False)
    if run.outcomes[where].kind == "error":
        return _crash(exercise, cases[where], run.outcomes[where], source)
    return _difference(exercise, cases[where], run.outcomes[where], expected[where])


def right_cases(exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> list[bool]:
    """Tell for each case that was run whether its answer is right, and its arguments are what they were.

    Examples
    --------
    >>> from fetal_edu.lesson import find
    >>> cases = find("dice").draw(0)
    >>> right_cases(find("dice"), cases, [Outcome("number", 1.0), Outcome("number", 1.0)])
    [True, False]
    """
    expected = answers(exercise.spec, cases[: len(outcomes)])
    right = _equal(exercise, outcomes, expected)
    return [fine and not found.changed for fine, found in zip(right, outcomes, strict=True)]


def _equal(exercise: Exercise, some: Sequence[Outcome], others: Sequence[Outcome]) -> list[bool]:
    pairs = zip(some, others, strict=True)
    return [same(one, other, rtol=exercise.rtol, atol=exercise.atol) for one, other in pairs]


def _misconception(
    exercise: Exercise, cases: Sequence[Case], found: Sequence[Outcome], right: Sequence[bool]
) -> Mutant | None:
    """Return the mutant that answers alike: in all cases, or in all but a few in which there is no number."""
    failed = [one.kind == "error" or (one.kind == "number" and np.isnan(one.value)) for one in found]
    nearly = None
    for mutant in exercise.mutants:
        alike = _equal(exercise, found, answers(mutant.function, cases))
        if all(alike):
            return mutant
        # A second mistake, such as a division by nothing, must not hide the first. The mutant has to explain
        # each wrong number, and most of the cases.
        wrong = [not fine and not no for fine, no in zip(right, failed, strict=True)]
        explained = all(fine or no for fine, no in zip(alike, failed, strict=True))
        if nearly is None and explained and any(wrong) and sum(alike) > len(cases) / 2:
            nearly = mutant
    return nearly


# ---------------------------------------------------------------------------------- before there is an answer
def lines_of(function: Callable[..., Any]) -> list[str]:
    """Return a function's source, where it is known; a notebook keeps that of its cells.

    Examples
    --------
    >>> lines_of(lines_of)[0].split("(")[0], lines_of(len)
    ('def lines_of', [])
    """
    try:
        return inspect.getsourcelines(function)[0]
    except (OSError, TypeError):
        return []


def fits(exercise: Exercise, function: object) -> str:
    """Return a sentence if this is no function with the exercise's arguments; empty if it is."""
    if not callable(function):
        says = _("Give check the function itself, without brackets: check({key!r}, {name}).")
        return says.format(key=exercise.key, name=exercise.name)
    try:
        inspect.signature(function).bind(*exercise.parameters)
    except TypeError:
        says = _("Your function should take {n} arguments, in this order: {names}.")
        return says.format(n=len(exercise.parameters), names=", ".join(exercise.parameters))
    except ValueError:  # some functions of C modules don't tell their arguments
        return ""
    return ""


def _not_begun(exercise: Exercise, run: Run) -> Verdict | None:
    kinds = {outcome.error or outcome.kind for outcome in run.outcomes}
    if kinds == {"NotImplementedError"} or (kinds == {"None"} and not run.stopped):
        says = _(
            "{name} gives nothing back yet. Write its body in place of the dots, and end it with return and "
            "what you found."
        )
        return Verdict("stub", says.format(name=exercise.name))
    return None


def _stopped(exercise: Exercise, cases: Sequence[Case], run: Run) -> Verdict | None:
    at = _case(exercise, cases[min(len(run.outcomes), len(cases) - 1)])
    if run.stopped == "unsent":
        says = _(
            "Your function can't be run by itself ({said}). It is checked in a separate process. Use its "
            "arguments, modules such as numpy, and functions of your own; no widgets, open files or "
            "fetal_edu.lesson."
        )
        return Verdict("unsent", says.format(said=run.said))
    if run.stopped == "time":
        says = _(
            "Your function did not come to an end and was stopped. Is there a loop that never stops? {case}"
        )
        return Verdict("slow", says.format(case=at))
    if run.stopped == "memory" or any(outcome.error == "MemoryError" for outcome in run.outcomes):
        says = _(
            "Your function took more memory than an exercise may, and was stopped. Does a list grow for ever?"
        )
        return Verdict("memory", says)
    exits = [at for at, outcome in enumerate(run.outcomes) if outcome.error == "SystemExit"]
    if run.stopped or exits or len(run.outcomes) < len(cases):
        at = _case(exercise, cases[exits[0]]) if exits else at
        says = _("Your function ends the whole Python process. Leave out exit() and its like. {case}")
        return Verdict("ended", says.format(case=at))
    return None


# --------------------------------------------------------------------------------------- where answers differ
def _crash(exercise: Exercise, case: Case, found: Outcome, source: Sequence[str]) -> Verdict:
    where, at = "", _case(exercise, case)
    if found.line:
        where = _(", in its line {line}").format(line=found.line)
        text = source[found.line - 1].strip() if found.line <= len(source) else ""
        where += f", `{text[:80]}`" if text and "`" not in text else ""
    error = f"{found.error}: {found.said}" if found.said else found.error
    says = _("Your function stops with an error{where}: {error}. {case}")
    return Verdict("crash", says.format(where=where, error=error.rstrip("."), case=at))


def _difference(exercise: Exercise, case: Case, found: Outcome, expected: Outcome) -> Verdict:
    at = _case(exercise, case)
    if found.kind != expected.kind:
        says = _("Your function should return {due}, but here it returns {kind}. {case}")
        return Verdict("type", says.format(due=_kind(expected.kind), kind=_kind(found.kind), case=at))
    if found.shape != expected.shape:
        says = _("The shape of your answer should be {due}, but it is {shape}. {case} {holds}")
        return Verdict("shape", says.format(due=expected.shape, shape=found.shape, case=at, holds=case.holds))
    says = _("{case} {differs} What must hold: {holds}")
    differs = _differs(exercise, found, expected)
    return Verdict("value", says.format(case=at, differs=differs, holds=case.holds))


def _kind(kind: str) -> str:
    names = {
        "None": _("None, that is nothing (does each branch end with return?)"),
        "number": _("a number"),
        "bool": _("True or False"),
        "text": _("a text"),
        "tuple": _("a list or tuple of numbers"),
        "array": _("a numpy array of numbers"),
    }
    return names.get(kind) or _("something of type {kind}").format(kind=kind)


def _differs(exercise: Exercise, found: Outcome, expected: Outcome) -> str:
    """Say how far an answer is off, without what it should be."""
    one, other = np.asarray(found.value), np.asarray(expected.value)
    if found.kind == "number":
        if np.isnan(one):
            return _("Your answer is nan, no number: something was divided by nothing.")
        size = _("too large") if one > other else _("too small")
        return _("Your answer, {value:.7g}, is {size}.").format(value=float(one), size=size)
    if one.shape != other.shape:
        return _("Your answer has {n} values, {due} are due.").format(n=one.size, due=other.size)
    if found.kind in ("bool", "text"):
        return _("Your answer, {value}, is not right.").format(value=found.value)
    wrong = ~np.isclose(one, other, rtol=exercise.rtol, atol=exercise.atol, equal_nan=True)
    first = tuple(int(index) for index in np.argwhere(wrong)[0])
    says = _("{n} of {total} values differ, the first at index {first}: yours is {value:.7g}.")
    return says.format(n=int(wrong.sum()), total=one.size, first=list(first), value=float(one[first]))


def _case(exercise: Exercise, case: Case) -> str:
    """Tell the arguments of a case in one line."""
    pairs = zip(exercise.parameters, case.args, strict=True)
    return _("The case: {given}.").format(
        given=", ".join(f"{name} = {_brief(value)}" for name, value in pairs)
    )


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        if value.size > SHOWN:
            return _("an array of shape {shape}").format(shape=value.shape)
        plain = value.astype(int) if value.dtype == bool else value
        return re.sub(r"\s+", " ", np.array2string(plain, separator=", ")).replace("[ ", "[")
    said = repr(value)
    return said if len(said) <= 160 else said[:150] + " ..."
