"""Build the notebooks of the course from their sources.

``notebooks/src/NN_topic.py`` (jupytext percent format) becomes ``notebooks/NN_topic.ipynb`` for students and
``notebooks/solutions/NN_topic.ipynb`` with the solutions. Edit the source, never a built file::

    python notebooks/build.py            build every chapter
    python notebooks/build.py 06_unet    build one
    python notebooks/build.py --check    write nothing; exit 1 where a built file is stale or breaks a rule

A source may hold
    key="why"               in a cell's header: names the cell, and is its id in both notebooks
    tags=["hide-input"]     folds the cell's code away; such a cell may be long
    tags=["setup"]          imports that exercises need; "exercise", "check", "real": see tests/notebooks
    predict("06-coarse")    asks a question of fetal_edu/lesson/questions; reveal("06-coarse") in a later cell
                            answers it. No cell holds the answer
    # <solution> ... # </solution>
                            what students write; they get ``...`` instead, or the lines that
                            begin with ``# stub:`` inside the marks
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from fetal_edu.lesson.item import prediction_items

HERE = Path(__file__).resolve().parent
CHAPTER = re.compile(r"(\d\d)_[a-z0-9_]+")
KEPT_TAGS = ("hide-input", "setup", "exercise", "check", "real")
LONGEST_VISIBLE, CELLS, LOOPS = 15, (25, 40), (3, 5)
WORDS = (1200, 2200)  # up to 1800 to read, and 400 that ask: predictions, tasks, the word on each answer
BUDGET_S, BUDGET_MB = 120, 900
MARK = re.compile(r"^(\s*)# <(/?)solution>\s*$")
STUB = re.compile(r"^(\s*)# stub: ?(.*)$")


class SourceError(ValueError):
    """A source that cannot be built; the message names the file and the cell."""


# ------------------------------------------------------------------------------------------------ building
def read_source(path: Path) -> NotebookNode:
    """Return a source as a notebook with stable ids and nothing else in its metadata than is kept."""
    raw = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells, seen = [], Counter()
    for cell in raw.cells:
        key = cell.metadata.get("key")
        if key is None:  # the same text keeps its id wherever it moves
            digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
            key = digest if not seen[digest] else f"{digest}-{seen[digest]}"
            seen[digest] += 1
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(key)):
            raise SourceError(f"{path.name}: key {key!r} is no cell id: use letters, digits, - and _")
        make = nbformat.v4.new_markdown_cell if cell.cell_type == "markdown" else nbformat.v4.new_code_cell
        cells.append(make(cell.source.strip("\n"), id=str(key), metadata=_kept(cell.metadata, path, key)))
    twice = [key for key, n in Counter(cell.id for cell in cells).items() if n > 1]
    if twice:
        raise SourceError(f"{path.name}: two cells have the key {twice[0]!r}: give each its own")
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def _kept(metadata: NotebookNode, path: Path, key: str) -> dict:
    tags = list(metadata.get("tags", []))
    unknown = [tag for tag in tags if tag not in KEPT_TAGS]
    if unknown:
        raise SourceError(
            f"{path.name}, cell {key}: unknown tag {unknown[0]!r}; known are {', '.join(KEPT_TAGS)}"
        )
    kept: dict = {"tags": tags} if tags else {}
    if "hide-input" in tags:
        kept["jupyter"] = {"source_hidden": True}
    return kept


def student(source: NotebookNode, name: str = "") -> NotebookNode:
    """Return the notebook that students open: stubs in place of the solutions."""
    return _with_code(source, lambda cell: _without_solution(cell, name))


def solution(source: NotebookNode, name: str = "") -> NotebookNode:
    """Return the notebook with the solutions in place."""

    def marks_removed(cell: NotebookNode) -> str:
        _without_solution(cell, name)  # complains of broken marks
        lines = (line for line in cell.source.split("\n") if not MARK.match(line) and not STUB.match(line))
        return "\n".join(lines)

    return _with_code(source, marks_removed)


def _with_code(source: NotebookNode, change: Callable[[NotebookNode], str]) -> NotebookNode:
    built = nbformat.from_dict(source)
    for cell in built.cells:
        if cell.cell_type == "code":
            cell.source = change(cell)
    nbformat.validate(built)
    return built


def _without_solution(cell: NotebookNode, name: str) -> str:
    kept: list[str] = []
    stub: list[str] | None = None  # a list while inside the marks
    indent = ""
    for line in cell.source.split("\n"):
        mark = MARK.match(line)
        if mark and (mark[2] == "/") != (stub is not None):
            raise SourceError(f"{name}, cell {cell.id}: <solution> marks don't pair: {line.strip()!r}")
        if mark and stub is None:
            indent, stub = mark[1], []
        elif mark:
            kept.extend(stub or [f"{indent}...  # your code here"])
            stub = None
        elif stub is None:
            kept.append(line)
        elif STUB.match(line):
            stub.append(STUB.sub(r"\1\2", line))
    if stub is not None:
        raise SourceError(f"{name}, cell {cell.id}: a <solution> is opened and not closed")
    return "\n".join(kept)


def render(notebook: NotebookNode) -> str:
    """Return the bytes of the file as text: the same for the same notebook, on every machine."""
    return nbformat.writes(notebook, version=4) + "\n"


# ------------------------------------------------------------------------------------------------- linting
def lint(built: NotebookNode, stem: str) -> list[str]:
    """Return what breaks the rules for a chapter, one sentence for each; 01 to 12 keep all of them.

    00 shows how a chapter works: one question of each kind, so neither loops nor parts nor words count.
    """
    number = int(stem[:2])
    faults = [*_lint_code(built), *_lint_pictures(built)]
    if number <= 12:
        faults += [
            *_lint_opening(built, number),
            *_lint_predictions(built, number),
            *_lint_asked(built, number),
        ]
    if 1 <= number <= 12:
        faults += [*_lint_parts(built), *_lint_size(built)]
    return [f"{stem}: {fault}" for fault in faults]


def _markdown(built: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in built.cells if cell.cell_type == "markdown")


def _lint_code(built: NotebookNode) -> Iterator[str]:
    for cell in built.cells:
        if cell.cell_type != "code":
            continue
        lines = cell.source.count("\n") + 1
        if lines > LONGEST_VISIBLE and "hide-input" not in cell.metadata.get("tags", []):
            yield f"cell {cell.id} shows {lines} lines, {LONGEST_VISIBLE} at most: split or hide-input"
        try:
            compile(cell.source, f"<{cell.id}>", "exec")
        except SyntaxError as error:
            yield f"cell {cell.id} is no Python: {error.msg}, line {error.lineno}"
        if re.search(r"^\s*from \S+ import \*", cell.source, re.MULTILINE):
            yield f"cell {cell.id} imports *: a reader can't tell where a name comes from"


def _lint_pictures(built: NotebookNode) -> Iterator[str]:
    for cell in built.cells:
        if cell.cell_type == "markdown":
            pictures = re.findall(r"!\[([^\]]*)\]\(", cell.source)
            pictures += [_alt_of(tag) for tag in re.findall(r"<img\b[^>]*>", cell.source)]
            if any(not alt.strip() for alt in pictures):
                yield f"cell {cell.id} has a picture without alt text"
        elif re.search(r"\bpyplot\b|\bplt\.", cell.source):
            yield f"cell {cell.id} draws with pyplot, which has no alt text: use fetal_edu.figures and show()"


def _alt_of(tag: str) -> str:
    found = re.search(r"""\balt=(["'])(.*?)\1""", tag)
    return found[2] if found else ""


def _lint_opening(built: NotebookNode, number: int) -> Iterator[str]:
    first = built.cells[0].source if built.cells and built.cells[0].cell_type == "markdown" else ""
    title, _, promise = first.partition("\n")
    if not re.match(rf"# {number:02d}\b", title):
        yield f"the first cell is no title '# {number:02d} ...'"
    if len(re.findall(r"[.!?](?=[\s*_]|$)", promise.strip())) != 1:
        yield "under the title stands no promise of exactly one sentence"
    cost = next((cell.source for cell in built.cells if cell.id == "cost"), "")
    seconds, memory = re.search(r"(\d+) s\b", cost), re.search(r"(\d+) MB\b", cost)
    if not (seconds and memory):
        yield "no cell with key 'cost' that gives the measured cost in s and MB"
    elif int(seconds[1]) > BUDGET_S or int(memory[1]) > BUDGET_MB:
        yield f"the cost {seconds[0]}, {memory[0]} is over the budget of {BUDGET_S} s, {BUDGET_MB} MB"


def _lint_parts(built: NotebookNode) -> Iterator[str]:
    parts = _parts(built)
    for heading in ("You will be able to", "Why a sonographer cares", "Summary", "Limits", "Further reading"):
        if heading not in parts:
            yield f"no part '## {heading}'"
    for heading, low, high in (("You will be able to", 3, 3), ("Summary", 5, 5), ("Further reading", 2, 3)):
        items = re.findall(r"^(?:[-*]|\d\.) ", parts.get(heading, ""), re.MULTILINE)
        if heading in parts and not low <= len(items) <= high:
            yield f"'{heading}' has {len(items)} items, {low} to {high} are due"
    if parts.get("Further reading", "").count("doi.org/") < 2:
        yield "'Further reading' needs a DOI link for each text"
    if "not a medical device" not in parts.get("Limits", "").lower():
        yield "'Limits' must say that this is not a medical device"
    for step in ("Explain", "Change"):
        n = len(re.findall(rf"\*\*{step}\.\*\*", _markdown(built)))
        if not LOOPS[0] <= n <= LOOPS[1]:
            yield f"{n} times '**{step}.**', {LOOPS[0]} to {LOOPS[1]} loops are due"


def _lint_predictions(built: NotebookNode, number: int) -> Iterator[str]:
    """A prediction is asked for, and kept, in a cell before the one that shows the result.

    No call holds more than the key: question, choices and answer stand in ``fetal_edu/lesson/questions``.
    """
    asked, shown = _keys(built, "predict"), dict(_keys(built, "reveal"))
    known = [item.key for item in prediction_items() if item.key.startswith(f"{number:02d}-")]
    if [key for key, _at in asked] != known:
        yield f"asks {[key for key, _at in asked]}, but in fetal_edu/lesson/questions stand {known}"
    for name in ("predict", "reveal"):
        if any(len(call.args) + len(call.keywords) > 1 for call in _named(built, name)):
            yield f"{name}(...) takes its key alone: else a reader of the cell finds the answer"
    if number and not LOOPS[0] <= len(asked) <= LOOPS[1]:
        yield f"{len(asked)} times predict(...), {LOOPS[0]} to {LOOPS[1]} loops are due"
    for key, at in asked:
        if not key.startswith(f"{number:02d}-"):
            yield f"predict({key!r}): the key begins with the chapter, {number:02d}-"
        if key not in shown:
            yield f"predict({key!r}) is never answered by a reveal"
        elif shown[key] <= at:
            yield f"reveal({key!r}) does not stand in a later cell than its prediction: nobody could choose"
    for key in shown.keys() - dict(asked).keys():
        yield f"reveal({key!r}) has no prediction"


def _lint_asked(built: NotebookNode, number: int) -> Iterator[str]:
    """Two exercises and one or two to stretch, the quiz, and the predictions shown back."""
    checks = _keys(built, "check")
    if number and not 3 <= len(checks) <= 4:
        yield f"{len(checks)} times check(...): two exercises and one or two to stretch are due"
    for key, at in checks:
        if not {"exercise", "check"} <= set(built.cells[at].metadata.get("tags", [])):
            yield f"check({key!r}) stands in a cell without the tags exercise and check"
    for name in ("quiz", "predictions"):
        if [key for key, _at in _keys(built, name)] != [f"{number:02d}"]:
            yield f"{name}({f'{number:02d}'!r}) is due, once"


def _keys(built: NotebookNode, name: str) -> list[tuple[str, int]]:
    """Return the first argument of each call of a function, and the number of its cell."""
    return [
        (str(call.args[0].value), at)
        for at, call in _calls(built)
        if isinstance(call.func, ast.Name) and call.func.id == name
        if call.args and isinstance(call.args[0], ast.Constant)
    ]


def _named(built: NotebookNode, name: str) -> list[ast.Call]:
    """Return the calls of a function."""
    calls = (call for _at, call in _calls(built))
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def _calls(built: NotebookNode) -> Iterator[tuple[int, ast.Call]]:
    for at, cell in enumerate(built.cells):
        if cell.cell_type == "code":
            yield from ((at, node) for node in ast.walk(_tree(cell)) if isinstance(node, ast.Call))


def _tree(cell: NotebookNode) -> ast.Module:
    try:
        return ast.parse(cell.source)
    except SyntaxError:  # named elsewhere
        return ast.Module([], [])


def _texts(built: NotebookNode) -> str:
    """Return what a reader reads besides the prose: predictions, the word on each answer, tasks."""
    known = {item.key: item for item in prediction_items()}
    items = [known[key] for key, _at in _keys(built, "predict") if key in known]
    found = [item.question for item in items]
    found += [f"{option.text} {option.feedback}" for item in items for option in item.options]
    for cell in built.cells:
        if "exercise" in cell.metadata.get("tags", []):
            functions = [node for node in _tree(cell).body if isinstance(node, ast.FunctionDef)]
            found += [ast.get_docstring(function) or "" for function in functions]
    return "\n".join(found)


def _parts(built: NotebookNode) -> dict[str, str]:
    """Return the text under each second-level heading."""
    pieces = re.split(r"^## (.+)$", _markdown(built), flags=re.MULTILINE)
    return {heading.strip(): text for heading, text in zip(pieces[1::2], pieces[2::2], strict=True)}


def _lint_size(built: NotebookNode) -> Iterator[str]:
    if not CELLS[0] <= len(built.cells) <= CELLS[1]:
        yield f"{len(built.cells)} cells, {CELLS[0]} to {CELLS[1]} are due"
    prose = re.sub(r"\(https?://\S+\)|```.*?```", "", _markdown(built), flags=re.S)
    words = len(re.findall(r"[^\W\d_][\w'’-]*", f"{prose}\n{_texts(built)}"))
    if not WORDS[0] <= words <= WORDS[1]:
        yield f"{words} words, {WORDS[0]} to {WORDS[1]} are due"


# ------------------------------------------------------------------------------------------------- command
def built_files(folder: Path, source: Path) -> tuple[dict[Path, str], list[str]]:
    """Return path and content of the two notebooks that a source becomes, and the rules that it breaks."""
    notebook = read_source(source)
    solved = solution(notebook, source.name)
    name = source.stem + ".ipynb"
    files = {folder / name: student(notebook, source.name), folder / "solutions" / name: solved}
    return {path: render(built) for path, built in files.items()}, lint(solved, source.stem)


def stale(folder: Path, files: dict[Path, str]) -> list[str]:
    """Return a sentence for each built file that differs from what its source becomes."""
    faults = []
    for path, text in files.items():
        if not path.is_file():
            faults.append(f"{path.relative_to(folder)} is missing: run python notebooks/build.py")
        elif path.read_bytes() != text.encode("utf-8"):
            faults.append(
                f"{path.relative_to(folder)} is stale: edit its source and run python notebooks/build.py"
            )
    return faults


def orphans(folder: Path) -> list[str]:
    """Return a sentence for each built chapter whose source is gone."""
    built = [*folder.glob("[0-9][0-9]_*.ipynb"), *(folder / "solutions").glob("*.ipynb")]
    sources = {path.stem for path in (folder / "src").glob("*.py")}
    return [
        f"{path.relative_to(folder)} has no source in src/: delete it"
        for path in sorted(built)
        if path.stem not in sources
    ]


def main(arguments: list[str] | None = None, *, folder: Path = HERE) -> int:
    """Build or check; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("chapter", nargs="*", help="for example 06_unet; without it, every chapter")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 where a built file is stale"
    )
    options = parser.parse_args(arguments)
    sources = sorted((folder / "src").glob("*.py"))
    if unknown := set(options.chapter) - {path.stem for path in sources}:
        parser.error(f"no source {unknown.pop()}.py in src/")
    faults = [
        f"src/{path.name}: the name is no NN_topic.py" for path in sources if not CHAPTER.fullmatch(path.stem)
    ]
    for source in sources if not faults else []:
        if options.chapter and source.stem not in options.chapter:
            continue
        try:
            files, broken = built_files(folder, source)
        except SourceError as error:
            faults.append(str(error))
            continue
        faults += broken
        if options.check:
            faults += stale(folder, files)
            continue
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
            print(f"built {path.relative_to(folder)}")
    faults += orphans(folder)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
