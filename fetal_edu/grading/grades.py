"""Grades what a class has handed in: each exercise by the name of its function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from fetal_edu.data.limits import BadInput
from fetal_edu.lesson.exercise import Case, Exercise, find, keys
from fetal_edu.lesson.outcome import Run
from fetal_edu.lesson.verdict import judge, right_cases

from .cells import Notebook, read_notebook
from .hand_ins import HandIn, readable
from .running import run_cut
from .slices import checked_keys, cut_out, given_names

__all__ = ["ASKED", "MISCONCEPTION", "PASSED", "SEEN_SEED", "Bench", "Grade", "grade"]

SEEN_SEED = 0  # `check` draws its cases with it
PASSED, MISCONCEPTION, ASKED = "passed", "misconception", "reads the checker"
SEEN_ONLY, NOT_RUN, ARGUMENTS = "seen cases only", "can't be run", "wrong arguments"
ABSENT, EMPTY, UNREADABLE = "not handed in", "no exercise", "unreadable"
#: What `judge` says, in a teacher's words.
WORDS = {
    "passed": PASSED,
    "stub": "returns nothing",
    "slow": "does not end",
    "memory": "too much memory",
    "ended": "ends Python",
    "changed": "changes its input",
    "crash": "crashes",
    "type": "wrong type",
    "shape": "wrong shape",
    "value": "wrong value",
}
STATES = {"untouched": "untouched", "missing": "not found", "broken": "syntax error"}
NO_ATTEMPT = ("untouched", "not found", ABSENT, EMPTY, UNREADABLE)


@dataclass(frozen=True)
class Grade:
    """One row of the table: a student's function, and how it did.

    Parameters
    ----------
    student, file : str
    chapter : str
        Two digits; empty where a file has no exercise or can't be read.
    exercise : str
        Its key, or empty.
    verdict : str
        A value of `WORDS` or `STATES`, or one of the words beside them.
    right, of : int
        Cases answered rightly, and all.
    misconception : str
        Its name, where it is a known one.
    feedback : str
        What to say to the student.
    seed : int
        Of the cases.
    """

    student: str
    file: str
    chapter: str = ""
    exercise: str = ""
    verdict: str = ""
    right: int = 0
    of: int = 0
    misconception: str = ""
    feedback: str = ""
    seed: int = 0

    @property
    def attempted(self) -> bool:
        """Whether there was a function to grade."""
        return self.verdict not in NO_ATTEMPT


@dataclass(frozen=True)
class _Found:
    """A verdict before it has a student."""

    verdict: str
    right: int = 0
    misconception: str = ""
    feedback: str = ""


def grade(found: Sequence[HandIn], *, bench: Bench) -> Iterator[list[Grade]]:
    """Grade files one by one.

    Parameters
    ----------
    found : sequence of HandIn
    bench : Bench

    Yields
    ------
    list of Grade
        For each file, in order. At the end follow the chapters that a student did not hand in while others
        did.
    """
    handed: dict[str, set[str]] = {}
    for hand_in in found:
        rows = bench.grade(hand_in)
        # Of somebody with a file that can't be read nobody knows what is missing.
        handed.setdefault(hand_in.student, set()).update(row.chapter or UNREADABLE for row in rows)
        yield rows
    everybodys = set().union(*handed.values()) - {UNREADABLE}
    for student, chapters in handed.items():
        if UNREADABLE not in chapters:
            yield bench.absent(student, everybodys - chapters)


class Bench:
    """Where all functions of a class are tried on the same cases.

    Parameters
    ----------
    seed : int
        Of the cases. 0 is what students see, so it is refused.
    seconds : float
        CPU time for a function with all its cases.

    Attributes
    ----------
    walls : set of str
        What kept the functions from files: ``kernel`` or ``python``.

    Raises
    ------
    BadInput
        If the seed can't be used.
    """

    def __init__(self, seed: int, *, seconds: float = 10.0) -> None:
        if seed <= SEEN_SEED:
            says = _("The seed {seed} can't be used: 0 is the one that students see. Give 1 or more.")
            raise BadInput(says.format(seed=seed))
        if not 0.1 <= seconds <= 3600:
            raise BadInput(_("{n:g} seconds for a function: give 0.1 to 3600.").format(n=seconds))
        self.seed, self.seconds = seed, seconds
        self.walls: set[str] = set()
        self._cases: dict[str, tuple[list[Case], list[Case]]] = {}

    def grade(self, hand_in: HandIn) -> list[Grade]:
        """Grade all exercises of one file; a file that can't be read gets one row that says why."""
        try:
            return self._graded(hand_in)
        except BadInput as refused:
            said = str(refused)
        except Exception as error:  # one file must not stop the others, whatever it met
            says = _("It could not be graded ({kind}: {error}): please report this.")
            said = says.format(kind=type(error).__name__, error=error)
        return [self._row(hand_in, None, _Found(UNREADABLE, feedback=said))]

    def _graded(self, hand_in: HandIn) -> list[Grade]:
        if hand_in.problem:
            raise BadInput(hand_in.problem)
        notebook = read_notebook(hand_in.path)
        asked = _asked(notebook, hand_in.path.name)
        if not asked:
            found = _Found(EMPTY, feedback=_("No exercise of the course was found in it."))
            return [self._row(hand_in, None, found)]
        return [self._row(hand_in, one, self._tried(notebook, one)) for one in asked]

    def absent(self, student: str, chapters: set[str]) -> list[Grade]:
        """Return the rows of chapters that somebody has not handed in."""
        nothing = HandIn(Path(), student, "")
        missing = _of_chapters(chapters)
        return [self._row(nothing, exercise, _Found(ABSENT)) for exercise in missing]

    def _row(self, hand_in: HandIn, exercise: Exercise | None, found: _Found) -> Grade:
        return Grade(
            hand_in.student,
            hand_in.file,
            exercise.chapter if exercise else "",
            exercise.key if exercise else "",
            found.verdict,
            found.right,
            len(self._drawn(exercise)[0]) if exercise else 0,
            found.misconception,
            readable(found.feedback),
            self.seed,
        )

    def _drawn(self, exercise: Exercise) -> tuple[list[Case], list[Case]]:
        """Draw the cases of an exercise once: those that count, and those that students have seen."""
        if exercise.key not in self._cases:
            self._cases[exercise.key] = exercise.draw(self.seed), exercise.draw(SEEN_SEED)
        return self._cases[exercise.key]

    def _tried(self, notebook: Notebook, exercise: Exercise) -> _Found:
        """Cut one function out, run it and judge it; no student's code may stop the others' grading."""
        try:
            cut = cut_out(notebook, name=exercise.name, key=exercise.key)
            if cut.state != "found":
                return _Found(STATES[cut.state], feedback=cut.said)
            fresh, seen = self._drawn(exercise)
            run = run_cut(cut, [*fresh, *seen], arguments=len(exercise.parameters), seconds=self.seconds)
            self.walls.update({run.wall} - {""})
            return _not_run(exercise, run) or _judged(exercise, fresh, seen, run, cut.lines)
        except (RecursionError, MemoryError) as error:
            return _Found(NOT_RUN, feedback=_("It can't be taken apart: {error}.").format(error=error))


# ------------------------------------------------------------------------------------------- which exercises
def _asked(notebook: Notebook, file: str) -> list[Exercise]:
    """Return the exercises of the chapters that a notebook belongs to.

    Its heading and the checks in it tell; without them its file name, without that the names in it.
    """
    known = [find(key) for key in keys()]
    checked, names = set(checked_keys(notebook)), given_names(notebook)
    evidence = (
        [
            *re.findall(r"^#\s*(\d\d)\b", notebook.heading),
            *(one.chapter for one in known if one.key in checked),
        ],
        re.findall(r"(?<!\d)(\d\d)_[a-z]", file),
        [one.chapter for one in known if one.name in names],
    )
    found = (_of_chapters(set(chapters)) for chapters in evidence)
    return next((exercises for exercises in found if exercises), [])


def _of_chapters(chapters: set[str]) -> list[Exercise]:
    found = [one for one in map(find, keys()) if one.chapter in chapters]
    return sorted(found, key=lambda one: (one.chapter, one.key))


# -------------------------------------------------------------------------------------------------- verdicts
def _not_run(exercise: Exercise, run: Run) -> _Found | None:
    """Return what is to say where the function was not even called, or asked for what is not its own."""
    if run.stopped == "asked":
        says = _(
            "While it ran, it asked for the lesson's own files ({what}). They are closed in grading, and no "
            "case counts. Write the function with its arguments alone."
        )
        return _Found(ASKED, feedback=says.format(what=_last(run.said)))
    if run.stopped == "misfit":
        says = _("Your function should take {n} arguments, in this order: {names}.")
        names = ", ".join(exercise.parameters)
        return _Found(ARGUMENTS, feedback=says.format(n=len(exercise.parameters), names=names))
    if run.stopped == "unsent":
        says = _("The function, or what it leans on, can't be run: {said}.")
        return _Found(NOT_RUN, feedback=says.format(said=run.said))
    if run.stopped and not run.loaded:
        says = _("What the function leans on in other cells was stopped before the function began: {why}.")
        why = {"time": _("it takes too long"), "memory": _("it takes too much memory")}
        return _Found(NOT_RUN, feedback=says.format(why=why.get(run.stopped, _("it ends Python"))))
    return None


def _last(asked: str) -> str:
    """Shorten a path to what tells: a teacher's folders are nobody's business.

    Examples
    --------
    >>> _last("/a/fetal_edu/lesson/exercises/__pycache__/dice.cpython-311.pyc")
    'lesson/exercises/dice.py'
    """
    inside = asked.replace("\\", "/").rpartition("fetal_edu/")[2] or asked
    return re.sub(r"__pycache__/(\w+)\..*", r"\1.py", inside)


def _judged(
    exercise: Exercise, fresh: Sequence[Case], seen: Sequence[Case], run: Run, lines: Sequence[str]
) -> _Found:
    n = len(fresh)
    counted = Run(run.outcomes[:n], run.stopped if len(run.outcomes) < n else "", run.said)
    verdict = judge(exercise, fresh, counted, source=lines)
    right = sum(right_cases(exercise, fresh, counted.outcomes))
    if verdict.name.startswith("mutant: "):
        name = verdict.name.removeprefix("mutant: ")
        return _Found(MISCONCEPTION, right, name, verdict.message)
    before = right_cases(exercise, seen, run.outcomes[n:])
    if right < n and len(before) == len(seen) and all(before):
        says = _("All {seen} cases that the notebook shows come out right, and {right} of {n} others. {more}")
        said = says.format(seen=len(seen), right=right, n=n, more=verdict.message)
        return _Found(SEEN_ONLY, right, feedback=said)
    return _Found(WORDS[verdict.name], right, feedback="" if verdict.name == "passed" else verdict.message)
