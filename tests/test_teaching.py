"""Notes for teachers: each belongs to a chapter, has all its parts, and names only what the chapter has."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from fetal_edu.lesson.exercise import find, keys
from fetal_edu.lesson.item import prediction_items

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
sys.path.insert(0, str(NOTEBOOKS))
import build  # noqa: E402

NOTES = sorted((NOTEBOOKS / "teaching").glob("*.md"))
PARTS = (
    *("Timing", "In 50 minutes", "Project this"),
    *("Misconceptions", "Ask the class", "What the changes show"),
)
WORDS = (300, 750)  # half a page to a page and a half, tables included
SHORT = 50  # minutes of the short lesson


def parts_of(path: Path) -> dict[str, str]:
    pieces = re.split(r"^## (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def chapter_of(path: Path):
    return build.solution(build.read_source(NOTEBOOKS / "src" / f"{path.stem}.py"))


def sections_of(chapter) -> dict[str, str]:
    """Return what stands under each heading; what stands before the first one, under the chapter's title."""
    title = chapter.cells[0].source.splitlines()[0].partition(" · ")[2]
    before, *pieces = re.split(r"^## (.+)$", build._markdown(chapter), flags=re.MULTILINE)
    return {title: before} | dict(zip(pieces[0::2], pieces[1::2], strict=True))


def named_parts(chapter) -> dict[str, str]:
    """Return the numbered parts as "Part 1" and so on; of a short chapter without any, all sections."""
    sections = sections_of(chapter)
    numbered = {f"Part {name[0]}": text for name, text in sections.items() if name[0].isdigit()}
    return numbered or sections


def rows_of(table: str) -> list[list[str]]:
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def faults_of_names(text: str, chapter, number: str) -> list[str]:
    """Return the names in backticks that look like keys and are none of this chapter."""
    cells = {cell.id for cell in chapter.cells}
    asked = {item.key for item in prediction_items() if item.key.startswith(number)}
    exercises = {key for key in keys() if find(key).chapter == number}
    named = set(re.findall(r"`([a-z0-9-]+)`", text))
    return sorted(named - cells - asked - exercises)


def test_there_are_notes():
    assert NOTES


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_notes_have_their_parts_and_name_their_chapter(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    title = chapter_of(path).cells[0].source.splitlines()[0]
    number, name = re.fullmatch(r"# (\d\d) · (.+)", title).groups()
    assert first == f"# Teaching chapter {number}: {name}"
    assert f"(../{path.stem}.ipynb)" in path.read_text(encoding="utf-8")
    assert tuple(parts_of(path)) == PARTS
    words = len(re.findall(r"[^\W\d_][\w'’-]*", path.read_text(encoding="utf-8")))
    assert WORDS[0] <= words <= WORDS[1]


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_notes_name_only_what_the_chapter_has(path):
    text, chapter, number = path.read_text(encoding="utf-8"), chapter_of(path), path.stem[:2]
    assert faults_of_names(text, chapter, number) == []
    assert faults_of_names("`03-slot` and `no-such-cell`", chapter, number) == ["03-slot", "no-such-cell"]
    mutants = {m.name for key in keys() if find(key).chapter == number for m in find(key).mutants}
    told = set(re.findall(r"mutant \"([^\"]+)\"", text))
    assert told
    assert told <= mutants


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_notes_time_every_part_and_every_prediction(path):
    *rows, total = rows_of(parts_of(path)["Timing"])
    assert sum(int(row[1]) for row in rows) == int(total[1])
    sections = [name for name in sections_of(chapter_of(path)) if name != "Limits"]
    numbered = [name for name in sections if name[0].isdigit()]
    assert (int(total[1]) > SHORT) == bool(numbered)  # a chapter without numbered parts fits in whole
    headings = numbered or sections
    timed = [row[0] for row in rows]
    for heading in headings:
        assert any(heading.startswith(part) for part in timed), heading
    asked = [item.key for item in prediction_items() if item.key.startswith(path.stem[:2])]
    assert re.findall(r"prediction `([^`]+)`", parts_of(path)["Timing"]) == asked


@pytest.mark.parametrize("path", NOTES, ids=lambda path: path.stem)
def test_notes_tell_what_each_change_shows(path):
    parts = named_parts(chapter_of(path))
    bullets = re.findall(r"^- ([^,:\n]+)", parts_of(path)["What the changes show"], re.MULTILINE)
    told = [name for name in bullets if name in parts or name.startswith("Part")]
    assert told == [name for name, text in parts.items() if "**Change.**" in text]
