"""``fetal-edu grade``: a class's notebooks into a table, or a class's predictions into a picture."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fetal_edu.data.limits import BadInput

if TYPE_CHECKING:
    from fetal_edu.grading import Bench, Grade, Pool
    from fetal_edu.grading.hand_ins import HandIn

__all__ = ["add"]

DONE, REFUSED = 0, 2
_SAID = "Grade the notebooks of a class, exercise by exercise, or pool its predictions."
_MORE = (
    "FOLDER has a folder for each student, or files with names. Each function is cut out of its notebook "
    "with what it leans on and runs by itself, with limits. Strangers' code belongs in a container all the "
    "same."
)
#: A teacher sees which wall stood; what it means is in the README.
_WALLS = {
    "kernel": "The functions could read nothing but Python itself; the system held them (Landlock).",
    "python": "Here only Python kept the functions from other files (no Landlock): use a container.",
}


def add(commands: argparse._SubParsersAction, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the others; `command` makes a parser as all of them have it."""
    made = command(commands, "grade", _SAID)
    made.description = f"{_SAID} {_MORE}"
    made.add_argument("folder", metavar="FOLDER", help="what the class has handed in, unpacked")
    made.add_argument(
        "--out",
        metavar="FILE",
        help="write the table to FILE.csv; of predictions also a picture, FILE.png",
    )
    made.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="of the cases, 1 or more, the same for all (default: drawn, and printed)",
    )
    made.add_argument(
        "--seconds",
        type=float,
        default=10.0,
        metavar="S",
        help="CPU time for one function with all its cases (default: 10)",
    )
    made.add_argument(
        "--predictions",
        action="store_true",
        help="pool the files that students wrote with predictions(...).export()",
    )
    made.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from fetal_edu.grading import table

    target = None if arguments.out is None else table.check_target(arguments.out)
    if arguments.predictions:
        return _pool(arguments.folder, target)
    return _grade(arguments, target)


def _say(sentence: str) -> None:
    print(f"fetal-edu: {sentence}", file=sys.stderr)


# ---------------------------------------------------------------------------------------------------- grading
def _grade(arguments: argparse.Namespace, target: Path | None) -> int:
    from fetal_edu.grading import Bench, find_hand_ins, table

    if target is not None and target.suffix.lower() != ".csv":
        raise BadInput(f"{target} is no table: name a file that ends in .csv.")
    seed = 1 + secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    bench = Bench(seed, seconds=arguments.seconds)
    found = find_hand_ins(arguments.folder)
    rows = _with_progress(found, bench)
    for row in rows:
        if row.verdict == "unreadable":
            _say(f"{row.file}: {row.feedback}")
    for line in table.class_table(rows):
        print(line)
    _print_misconceptions(rows)
    _print_notes(rows, bench)
    if target is not None:
        _print_saved(table.save(table.to_csv(rows), target), target, f"{len(rows)} rows")
    return REFUSED if any(row.verdict == "unreadable" for row in rows) else DONE


def _with_progress(found: Sequence[HandIn], bench: Bench) -> list[Grade]:
    """Grade all, and show how far it is where a person looks at the terminal."""
    from fetal_edu.grading import grade, table

    visible = sys.stderr is not None and sys.stderr.isatty()
    rows: list[Grade] = []
    graded = grade(found, bench=bench)
    for n in range(len(found)):
        if visible:
            name = table.shortened(found[n].file, 50)
            print(f"\r\033[K{n + 1}/{len(found)} {name}", end="", file=sys.stderr, flush=True)
        rows += next(graded)
    rows += [row for missing in graded for row in missing]
    if visible:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return sorted(rows, key=lambda row: (row.student.casefold(), row.student, row.chapter, row.file))


def _print_misconceptions(rows: Sequence[Grade]) -> None:
    from fetal_edu.grading.table import frequent_misconceptions

    found = frequent_misconceptions(rows)
    if found:
        print("\nMisconceptions, the most frequent first:")
    for exercise, name, n in found[:10]:
        print(f"{n:>5}  {exercise}: {name}")


def _print_notes(rows: Sequence[Grade], bench: Bench) -> None:
    print(f"\nSeed of the cases: {bench.seed} (--seed {bench.seed} gives the same again)")
    asked = sum(row.verdict == "reads the checker" for row in rows)
    if asked:
        print(f"Functions that asked for the lesson's own files and did not get them: {asked}")
    for line in _twice(rows):
        print(line)
    for wall in sorted(bench.walls & _WALLS.keys()):
        print(_WALLS[wall])


def _twice(rows: Sequence[Grade]) -> Iterator[str]:
    files: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.chapter and row.file:
            files.setdefault((row.student, row.chapter), set()).add(row.file)
    for (student, chapter), names in files.items():
        if len(names) > 1:
            yield f"{student} handed in chapter {chapter} {len(names)} times: the table above shows the best."


def _print_saved(kept: Path, target: Path, what: str) -> None:
    if kept != target:
        _say(f"{target} can't be replaced (is it open in another program?), so the new one lies beside it.")
    print(f"Saved in {kept}: {what}")


# ---------------------------------------------------------------------------------------------- predictions
def _pool(folder: str, target: Path | None) -> int:
    from fetal_edu.grading import find_hand_ins, pool

    if target is not None and target.suffix.lower() not in (".csv", ".png"):
        raise BadInput(f"{target}: name a file that ends in .csv for a table or in .png for a picture.")
    pooled = pool(find_hand_ins(folder, suffix=".json"))
    for problem in pooled.problems:
        _say(problem)
    if not pooled.counts:
        raise BadInput(f"No predictions were found in {folder}.")
    for line in pooled.lines():
        print(line)
    for line in _counted(pooled):
        print(line)
    if target is not None:
        _save_pool(pooled, target)
    return REFUSED if pooled.problems else DONE


def _counted(pooled: Pool) -> Iterator[str]:
    yield f"{pooled.readers} students, {pooled.files} files"
    if pooled.again:
        yield f"{pooled.again} predictions were left out: the same student's were counted already."
    if pooled.other_words:
        yield f"{pooled.other_words} were left out: this version does not ask those questions in those words."


def _save_pool(pooled: Pool, target: Path) -> None:
    from fetal_edu.grading import table

    if target.suffix.lower() == ".csv":
        _print_saved(table.save(pooled.csv(), target), target, f"{len(pooled.items)} questions")
        return
    from fetal_edu.figures import alt_text, choices
    from fetal_edu.figures.style import png

    figure = choices(pooled.tallies())
    _print_saved(table.save(png(figure), target), target, f"{len(pooled.items)} questions")
    print(f"Its description, for those who do not see it: {alt_text(figure)}")
