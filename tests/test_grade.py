"""A class is graded: what each made-up student gets, and what no student can do."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import made_up_class
import nbformat
import numpy as np
import pytest
from made_up_class import LESSON, RIGHT, function, hand_in

from fetal_edu import cli
from fetal_edu.data.limits import BadInput
from fetal_edu.grading import Bench, Grade, cells, find_hand_ins, grade, hand_ins, running, table
from fetal_edu.grading import _wall as wall
from fetal_edu.grading.slices import cut_out
from fetal_edu.lesson import find
from fetal_edu.lesson.exercise import keys

SEED, SECONDS = 7, 1.5


def written(path: Path, *texts: str, heading: str = "# 06 U-Net") -> Path:
    """Write a notebook of code cells under a heading."""
    cells_ = [nbformat.v4.new_markdown_cell(heading), *map(nbformat.v4.new_code_cell, texts)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells_), path)
    return path


def rows_of(folder: Path, *, seconds: float = SECONDS) -> list[Grade]:
    bench = Bench(SEED, seconds=seconds)
    return [row for graded in grade(find_hand_ins(folder), bench=bench) for row in graded]


def dice_of(folder: Path, *texts: str, seconds: float = SECONDS) -> Grade:
    """Grade one student's `dice`, made of some cells."""
    written(folder / "mia.ipynb", *texts, heading="# My own")
    (row,) = [row for row in rows_of(folder, seconds=seconds) if row.exercise == "dice"]
    return row


# ------------------------------------------------------------------------------------------ the made-up class
@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> dict[tuple[str, str], Grade]:
    folder = tmp_path_factory.mktemp("class")
    hand_in(folder)
    return {(row.student, row.exercise): row for row in rows_of(folder)}


MISCONCEPTIONS = made_up_class.MISCONCEPTIONS
VERDICTS = {
    "Anna Ångström": ("passed",) * 4,
    "Ben": ("misconception",) * 4,
    "陈伟": ("wrong shape", "crashes", "syntax error", "can't be run"),
    "Dora": ("passed", "does not end", "passed", "can't be run"),
    "=Emil()": ("reads the checker",) * 3 + ("seen cases only",),
    "Fay": ("untouched",) * 4,
    "Gus": ("misconception", "passed", "misconception", "misconception"),
    "Hana": ("passed",) * 4,
    "Joy": ("passed",) * 4,
}


@pytest.mark.slow
@pytest.mark.parametrize("student", VERDICTS)
def test_each_of_the_class_gets_the_verdict_that_fits(graded, student):
    keys = ("crop-concat", "dice", "receptive-field", "circumference")
    found = [graded[student, key] for key in keys]
    assert tuple(row.verdict for row in found) == VERDICTS[student]
    for row in found:
        assert (row.chapter, row.seed) == ("06", SEED)
        assert row.of == len(find(row.exercise).draw(SEED))
        assert (row.right == row.of) == (row.verdict == "passed")
        assert (row.misconception == MISCONCEPTIONS[row.exercise]) == (row.verdict == "misconception")
        assert bool(row.feedback) == (row.verdict not in ("passed", "untouched"))


def test_feedback_is_that_of_the_misconception_or_names_the_cell(graded):
    dice = find("dice")
    (known,) = [one for one in dice.mutants if one.name == "intersection over union"]
    assert graded["Ben", "dice"].feedback == known.feedback
    assert 0 < graded["Ben", "dice"].right < len(dice.draw(SEED))
    assert "No module named 'unknown_package' (cell 25)" in graded["陈伟", "circumference"].feedback
    assert "expected ':', line 3" in graded["陈伟", "receptive-field"].feedback
    assert "in its line 2, `return first.total()" in graded["陈伟", "dice"].feedback
    assert "(lesson/exercises/dice.py)" in graded["=Emil()", "dice"].feedback
    assert "All 9 cases that the notebook shows come out right" in graded["=Emil()", "circumference"].feedback
    assert graded["Ivo", ""].verdict == "unreadable"
    assert "its text is not JSON" in graded["Ivo", ""].feedback


def test_the_class_as_a_table_on_the_terminal(graded):
    lines = table.class_table(list(graded.values()))
    assert len(lines) == len(VERDICTS) + 2  # a head and a foot; of Ivo nothing could be read
    assert lines[-1].split() == ["passed", "3", "of", "9", "4", "of", "9", "4", "of", "9", "4", "of", "9"]
    (ben,) = [line for line in lines if line.startswith("Ben")]
    assert "4/9 intersection over union" in ben
    starts = {table._width(line[: line.index("0/7 wrong shape")]) for line in lines if "陈" in line}
    assert starts == {lines[0].index("crop-concat")}  # a Chinese character takes two places
    found = table.frequent_misconceptions(graded.values())
    assert found[0] == ("circumference", "in pixels", 2)
    assert ("dice", "intersection over union", 1) in found


def test_the_table_is_safe_in_a_spreadsheet(graded):
    data = table.to_csv([*graded.values(), Grade("@x", "-1.ipynb", feedback="+1")])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == list(table.COLUMNS)
    assert {len(row) for row in rows} == {10}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert {"'=Emil()", "陈伟", "Anna Ångström", "'@x"} <= {row[0] for row in rows}
    assert next(row[5:7] for row in rows if row[0] == "Ivo") == ["", ""]


# ------------------------------------------------------------------------------------------------ the command
def test_the_command_grades_and_writes_a_table(tmp_path, capsys):
    written(tmp_path / "class" / "Zoë" / "b.ipynb", function("dice", RIGHT["dice"]), "import numpy as np")
    written(tmp_path / "class" / "Zoë" / "a.ipynb", function("dice", "return 0.0"))
    (tmp_path / "class" / "Zoë" / "c.ipynb").write_text("no notebook")
    out = tmp_path / "grades.csv"
    words = ["grade", str(tmp_path / "class"), "--out", str(out), "--seed", "3"]
    assert cli.main(words) == 2  # one file could not be read
    said = capsys.readouterr()
    assert said.err == "fetal-edu: Zoë/c.ipynb: It is damaged or no notebook: its text is not JSON.\n"
    assert "Zoë handed in chapter 06 2 times: the table above shows the best." in said.out
    assert "Seed of the cases: 3" in said.out
    first = out.read_text("utf-8-sig").splitlines()
    assert [row[4] for row in csv.reader(first)].count("unreadable") == 1
    (tmp_path / "class" / "Zoë" / "c.ipynb").unlink()
    assert cli.main(words) == 0
    rest = [line for line in first if "unreadable" not in line]
    assert out.read_text("utf-8-sig").splitlines() == rest  # the same rows in the same order
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class", "grades.csv"]


def test_without_a_seed_one_is_drawn_and_told(tmp_path, capsys):
    written(tmp_path / "mia.ipynb", "1")
    assert cli.main(["grade", str(tmp_path)]) == 0
    first = capsys.readouterr().out
    cli.main(["grade", str(tmp_path)])
    assert "Seed of the cases: " in first
    assert first != capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere"], "There is no folder nowhere."),
        (["."], "There is no .ipynb file in . or in the folders below."),
        ([".", "--seed", "0"], "0 is the one that students see"),
        ([".", "--seed", "-4"], "Give 1 or more"),
        ([".", "--seconds", "0"], "give 0.1 to 3600"),
        ([".", "--out", "grades.xlsx"], "name a file that ends in .csv"),
        ([".", "--out", "no/folder/grades.csv"], "can't be written (No such file or directory)"),
        ([".", "--out", "."], "is a folder: name a file in it"),
        ([".", "--predictions"], "There is no .json file"),
        ([".", "--predictions", "--out", "a.pdf"], "ends in .csv for a table or in .png for a picture"),
    ],
)
def test_what_the_command_cannot_use_gets_a_sentence(words, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["grade", *words]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_packed_class_is_to_be_unpacked(tmp_path):
    (tmp_path / "all.zip").write_bytes(b"PK")
    with pytest.raises(BadInput, match=r"but all\.zip: unpack it first"):
        find_hand_ins(tmp_path)


def test_a_table_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "grades.csv"
    target.write_text("old")
    assert table.save(b"new", target) == target
    assert target.read_bytes() == b"new"
    replace = Path.replace

    def open_elsewhere(self, other):
        if other == target:
            raise PermissionError("open in a spreadsheet")
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", open_elsewhere)
    kept = table.save(b"newer", target)
    assert (kept.suffix, kept.read_bytes(), target.read_bytes()) == (".csv", b"newer", b"new")
    assert len(list(tmp_path.iterdir())) == 2


# ------------------------------------------------------------------------------------------ what is handed in
NAMES = {
    "anna/06_unet.ipynb": "anna",
    "anna/part/06_unet.ipynb": "anna",
    "06_unet.ipynb": "class",
    "06_unet_anna.ipynb": "anna",
    "08_little_data_anna.ipynb": "anna",
    "Anna Müller - 06_unet (2).ipynb": "Anna Müller",
    "Copy of 06_unet.ipynb": "class",
    "王小明.ipynb": "王小明",
    "Anna Müller_123456_assignsubmission_file_/06_unet.ipynb": "Anna Müller",
    "Anna Müller_12_assignsubmission_file_06_unet.ipynb": "Anna Müller",
    "muelleranna_LATE_12345_67890_06_unet-1.ipynb": "muelleranna",
    "Unit 6_amueller_attempt_2024-01-01-12-00-00_06_unet.ipynb": "amueller",
    "12345-67890 - Anna Müller - Jan 1, 2024 1200 PM/06_unet.ipynb": "Anna Müller",
}


@pytest.mark.parametrize("file", NAMES)
def test_names_come_from_folders_and_platforms(file, tmp_path):
    written(tmp_path / "class" / file)
    (found,) = find_hand_ins(tmp_path / "class")
    assert (found.student, found.file) == (NAMES[file], file)


def test_nbgraders_folder_and_a_wrapping_folder_are_found(tmp_path):
    for part in ("submitted/anna/unit6", "submitted/ben/unit6", "source/unit6", "release/unit6"):
        written(tmp_path / "course" / part / "06_unet.ipynb")
    assert [one.student for one in find_hand_ins(tmp_path / "course")] == ["anna", "ben"]
    for name in ("ben", "anna", "anna/.ipynb_checkpoints", "__MACOSX/ben"):
        written(tmp_path / "download" / "class" / name / "06_unet.ipynb")
    assert [one.student for one in find_hand_ins(tmp_path / "download")] == ["anna", "ben"]


def test_links_pipes_and_giants_get_a_sentence_and_the_rest_goes_on(tmp_path, monkeypatch):
    folder = tmp_path / "class"
    written(tmp_path / "elsewhere.ipynb", function("dice", RIGHT["dice"]))
    written(folder / "huge" / "06_unet.ipynb", "x = '" + "x" * 3000 + "'")
    for name in ("linked", "far", "pipe"):
        (folder / name).mkdir()
    (folder / "linked" / "06_unet.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    (folder / "far" / "all").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe" / "06_unet.ipynb")
    monkeypatch.setattr(cells, "MOST_BYTES", 2500)
    found = {row.student: row.feedback for row in rows_of(folder)}
    assert "leads out of the folder" in found["linked"]
    assert "no ordinary file" in found["pipe"]
    assert "clear its outputs" in found["huge"]
    assert set(found) == {"linked", "pipe", "huge"}


DAMAGED = {
    "": "not JSON",
    "[" * 100_000: "not JSON",
    "[1]": "has no list of cells",
    '{"cells": 3}': "has no list of cells",
    '{"nbformat": 3, "worksheets": []}': "old notebook format",
    '{"nbformat": 5, "cells": []}': "format 5 is not known",
    '{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}': "in r, not in Python",
    '{"cells": [3, {"cell_type": "code", "source": 3}, {"source": [4]}]}': "",
}


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_what_is_no_notebook_gets_a_sentence(text, tmp_path):
    (tmp_path / "mia.ipynb").write_text(text)
    (row,) = rows_of(tmp_path)
    assert DAMAGED[text] in row.feedback
    assert row.verdict == ("unreadable" if DAMAGED[text] else "no exercise")
    (tmp_path / "mia.ipynb").write_bytes(b"\xff\xfe{}")
    assert rows_of(tmp_path)[0].verdict == "unreadable"


def test_a_fault_of_the_grader_costs_one_file(tmp_path, monkeypatch):
    for name in ("a", "b"):
        written(tmp_path / f"{name}.ipynb", heading="# 00 Start")
    read = cells.read_notebook

    def fails(path):
        if path.stem == "a":
            raise ZeroDivisionError("strange")
        return read(path)

    monkeypatch.setattr("fetal_edu.grading.grades.read_notebook", fails)
    first, second = rows_of(tmp_path)
    assert first.feedback == "It could not be graded (ZeroDivisionError: strange): please report this."
    assert (second.student, second.verdict) == ("b", "not found")


CHAPTERS = {
    ("# 06 U-Net", "01_x.ipynb", "1"): {"06"},
    ("My work", "s12.ipynb", "check('length-mm', f)"): {"00"},
    ("# 06 and 01", "all.ipynb", "check('border-echo', f)"): {"01", "06"},
    ("My work", "anna_06_unet.ipynb", "1"): {"06"},
    ("My work", "anna.ipynb", "dice = 3"): {"06"},
    ("# 2024 term", "anna.ipynb", "check('unknown', f)"): {""},
}


@pytest.mark.parametrize(("heading", "file", "text"), CHAPTERS)
def test_the_chapter_is_told_by_heading_checks_file_or_names(heading, file, text, tmp_path):
    written(tmp_path / file, text, heading=heading)
    assert {row.chapter for row in rows_of(tmp_path)} == CHAPTERS[heading, file, text]


def test_endless_code_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "MOST_STATEMENTS", 10)
    assert "more than 10 statements" in rows_of(written(tmp_path / "a.ipynb", "1\n" * 11).parent)[0].feedback
    monkeypatch.setattr(cells, "MOST_CODE", 10)
    assert "more than 10 characters" in rows_of(tmp_path)[0].feedback


def test_a_chapter_that_others_handed_in_is_missed(tmp_path):
    for student, number in (("anna", "00"), ("anna", "06"), ("ben", "06")):
        written(tmp_path / student / f"{number}_x.ipynb", heading=f"# {number} ...")
    found = [(row.student, row.chapter, row.verdict) for row in rows_of(tmp_path)]
    assert found.count(("ben", "00", "not handed in")) == 1
    assert found.count(("anna", "00", "not found")) == 1
    assert len(found) == 10


# ------------------------------------------------------------------------------------- cutting a function out
def cut(*texts: str, name: str = "f", key: str = ""):
    """Return what is cut out of some cells, one line for each statement."""
    book = cells.Notebook()
    for number, text in enumerate(texts, start=1):
        cells._add_cell(book, number, text)
    found = cut_out(book, name=name, key=key)
    return found.state, [ast.unparse(placed.node).splitlines()[0] for placed in found.statements]


USE = "def f(a):\n    return a + K"
CUTS = {
    "last value before": (("K = 1", "K = 2", USE, "K = 3"), ["K = 2", "def f(a):"]),
    "further down": ((USE, "K = 3"), ["def f(a):", "K = 3"]),
    "changed since": (("K = []", "K.append(1)", "print(K)", USE), ["K = []", "K.append(1)", "def f(a):"]),
    "an index": (("K = {}", "K['a'] = 1", USE), ["K = {}", "K['a'] = 1", "def f(a):"]),
    "added to": (("K = 1", "K += 1", USE), ["K = 1", "K += 1", "def f(a):"]),
    "in a loop": (("K = 0", "for n in (1, 2): K = n", USE), ["K = 0", "for n in (1, 2):", "def f(a):"]),
    "on a condition": (
        ("try:\n    import K\nexcept ImportError:\n    K = None", USE),
        ["try:", "def f(a):"],
    ),
    "of several": (("from math import pi, e as K, tau", USE), ["from math import e as K", "def f(a):"]),
    "all": (("from math import *", USE), ["from math import *", "def f(a):"]),
    "no call of a module": (("import K", "K.seed(0)", USE), ["import K", "def f(a):"]),
    "what a helper needs": (
        ("import numpy as np\nimport torch", "N = 2", "def g(): return np.ones(N)", "K = g()", USE),
        ["import numpy as np", "N = 2", "def g():", "K = g()", "def f(a):"],
    ),
    "a helper's old value": (
        ("N = 2", "def g(): return N", "K = g()", "N = 3", USE),
        ["N = 2", "def g():", "K = g()", "N = 3", "def f(a):"],
    ),
    "decorated": (
        ("import functools", "@functools.cache\ndef f(a): return a"),
        ["import functools", "@functools.cache"],
    ),
    "wrapped": (("def f(a): return a", "f = g(f)"), ["def f(a):", "f = g(f)"]),
    "lambda": (("K = 1\nf = lambda a: a + K",), ["K = 1", "f = lambda a: a + K"]),
    "stub below": ((USE, "K = 1", "def f(a):\n    '''Say.'''\n    ..."), ["def f(a):", "K = 1"]),
    "itself": (("def f(a): return f(a - 1) if a else 0",), ["def f(a):"]),
    "magic": (
        ("%matplotlib inline\nfiles = !ls\nK = 2\nhelp?", "%%time\n" + USE, "%%bash\ndef f("),
        ["K = 2", "def f(a):"],
    ),
    "of the lesson": (
        ("from fetal_edu.lesson import check, find", "def f(a):\n    return a\n    check('x', f)"),
        ["if True:", "def f(a):"],
    ),
}


@pytest.mark.parametrize("how", CUTS)
def test_a_function_comes_with_what_it_leans_on(how):
    texts, expected = CUTS[how]
    assert cut(*texts) == ("found", expected)


@pytest.mark.parametrize(
    ("texts", "state"),
    [
        (("def f(a):\n    ...  # your code here",), "untouched"),
        (("def f(a):\n    raise NotImplementedError",), "untouched"),
        (("def f(a):\n    pass",), "untouched"),
        (("def f(a)\n    return a",), "broken"),
        (("def f(a):\n    ...", "def f(a):\nreturn a"), "broken"),
        (("def f(a): return a", "def f(a):\nreturn"), "found"),
        (("def g(a): return a",), "missing"),
        (("return 3", "x = '\0'", "-" * 300_000 + "1", "f" + "()" * 50_000), "missing"),
    ],
)
def test_where_there_is_nothing_to_cut(texts, state):
    assert cut(*texts)[0] == state


def test_a_function_of_another_name_is_found_by_its_check():
    texts = ("def f(a):\n    ...", "def mine(a): return a", "check('dice', mine)")
    assert cut(*texts, key="dice") == ("found", ["def mine(a):"])
    assert cut(*texts, key="circumference")[0] == "untouched"


# ---------------------------------------------------------------------------------- what no student can reach
HEAD = "import numpy as np\ndef dice(first, second):\n    "
FAIR = RIGHT["dice"].replace("\n", "\n    ")
READS = {
    "import": "from fetal_edu.lesson.exercises import dice\n    return dice.EXERCISE.spec(first, second)",
    "text": "return __import__('fetal_' + 'edu.les' + 'son', fromlist=['find']).find('dice').spec()",
    "by way of the grader": "from fetal_edu.grading import grades\n    return grades.find('dice').spec()",
    "and falls back": f"try: open({str(LESSON)!r})\n    except BaseException: pass\n    {FAIR}",
    "bytes": f"import os\n    os.open({os.fsencode(LESSON)!r}, os.O_RDONLY)\n    {FAIR}",
    "by a way round": f"open({str(LESSON.parent)!r} + '/../exercises/dice.py')\n    {FAIR}",
    "no finder left": "import sys\n    del sys.meta_path[:-1]\n    import fetal_edu.lesson.verdict",
}
FAILS = {
    "ctypes": f"import ctypes\n    return ctypes.CDLL(None).open({os.fsencode(LESSON)!r}, 0)",
    "gc": "import gc\n    return [one for one in gc.get_objects() if hasattr(one, 'spec')][0].spec()",
    "grader": "import os\n    return len(open(f'/proc/{os.getppid()}/mem', 'rb').read(1))",
    "others": "import os\n    return len(open('other.ipynb').read())",
    "variables": "import os\n    return float(os.environ['SECRET_OF_THE_TEACHER'])",
    "modules": "import sys\n    return [m for m in sys.modules.values() if hasattr(m, 'judge')][0]",
    "program": "import subprocess\n    return len(subprocess.run(['cat', '/etc/passwd']).stdout)",
    "network": "import socket\n    socket.create_connection(('127.0.0.1', 9))",
}


WIRE = 3  # where the process writes its answers


@pytest.mark.parametrize("how", READS)
def test_asking_for_the_lesson_is_named_and_gives_nothing(how, tmp_path):
    row = dice_of(tmp_path, HEAD + READS[how])
    assert (row.verdict, row.right) == ("reads the checker", 0)
    assert "it asked for the lesson's own files (" in row.feedback
    assert str(LESSON.parents[2]) not in row.feedback


@pytest.mark.parametrize("how", FAILS)
def test_other_ways_to_the_answers_lead_nowhere(how, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_TEACHER", "1.0")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.ipynb").write_text('{"cells": []}')
    row = dice_of(tmp_path, HEAD + FAILS[how])
    assert (row.verdict, row.right) == ("crashes", 0)


def test_what_is_imported_above_the_function_brings_no_lesson_along(tmp_path):
    row = dice_of(
        tmp_path, "from fetal_edu.grading import grades as g", HEAD + "return g.find('dice').spec(1)"
    )
    assert (row.verdict, row.right) == ("reads the checker", 0)


def test_looking_at_ones_own_surroundings_is_no_cheating(tmp_path):
    looks = "import inspect, traceback\n    inspect.stack()\n    traceback.format_stack()\n    "
    assert dice_of(tmp_path, HEAD + looks + FAIR).verdict == "passed"
    late = HEAD + FAIR + "\n    check('dice', dice)"  # a line that slipped into the function
    assert dice_of(tmp_path, "from fetal_edu.lesson import check, hint", late).verdict == "passed"
    used = "from fetal_edu import measure\n" + HEAD + "return measure.dice(first, second)"
    assert dice_of(tmp_path, used).verdict == "passed"


def test_a_patched_check_changes_nothing(tmp_path):
    patch = (
        "import fetal_edu.lesson.checks as c, numpy as np\nc.check = lambda *a: True\n"
        "np.allclose = np.isclose = lambda *a, **k: True"
    )
    own = "class Yes(float):\n    def __eq__(self, other): return True\n    __float__ = lambda self: 9.0"
    row = dice_of(tmp_path, patch, own, HEAD + "np.allclose = lambda *a, **k: True\n    return Yes(0)")
    assert (row.verdict, row.right < row.of) == ("wrong value", True)


@pytest.mark.parametrize(
    "line",
    ["[1]", '{"kind": "number", "value": "x"}', '{"kind": "array", "shape": [2], "data": "AA"}', "1" * 99],
)
def test_what_is_written_into_the_line_harms_nobody(line, tmp_path):
    forged = f"import os\n    for n in range(3, 12):\n        try: os.write(n, {line!r}.encode() + b'\\n')\n"
    row = dice_of(tmp_path, HEAD + forged + "        except OSError: pass\n    return 1.0")
    assert row.verdict in ("ends Python", "wrong value")


def test_no_line_makes_the_limits_begin_anew(tmp_path):
    again = b'{"ready": false}\n{"wall": "none"}\n'
    loop = f"import os, time\n    while True:\n        time.sleep(0.01)\n        os.write({WIRE}, {again!r})"
    bench = Bench(SEED, seconds=0.4)
    written(tmp_path / "mia.ipynb", HEAD + loop)
    found = [row for graded in grade(find_hand_ins(tmp_path), bench=bench) for row in graded]
    assert {row.verdict for row in found if row.exercise == "dice"} == {"ends Python"}
    assert bench.walls <= {"kernel", "python"}


def test_more_answers_than_cases_are_refused(tmp_path):
    answers = (json.dumps({"kind": "number", "value": 1.0}) + "\n").encode() * 500
    many = f"import os\n    for n in range(3, 12):\n        try: os.write(n, {answers!r})\n"
    row = dice_of(tmp_path, HEAD + many + "        except OSError: pass\n    return 1.0")
    assert (row.verdict, row.of) == ("wrong value", 9)


def test_arguments_and_types_are_told(tmp_path):
    assert dice_of(tmp_path, "def dice(first): return 1.0").verdict == "wrong arguments"
    assert dice_of(tmp_path, HEAD + "print(1)").verdict == "returns nothing"
    assert dice_of(tmp_path, HEAD + "first[:] = 0\n    return 1.0").verdict == "changes its input"
    assert dice_of(tmp_path, "dice = 3").verdict == "wrong arguments"
    assert dice_of(tmp_path, "dice = lambda first, second: 'much'").verdict == "wrong type"


def test_the_process_gets_no_answer(monkeypatch):
    """The order holds the statements and the arguments, and that is all."""
    sent = []
    monkeypatch.setattr(running, "run_order", lambda order, **rest: sent.append((order, rest)))
    book = cells.Notebook()
    cells._add_cell(book, 1, HEAD + FAIR)
    monkeypatch.setenv("SECRET_OF_THE_TEACHER", "1.0")
    running.run_cut(cut_out(book, name="dice"), find("dice").draw(SEED), arguments=2)
    ((order, rest),) = sent
    assert all(set(map(type, pickle.loads(case))) == {np.ndarray} for case in order["cases"])
    others = {key: value for key, value in order.items() if key not in ("cases", "statements")}
    assert set(others) == {"imports", "name", "arguments", "path", "secret", "seconds", "memory_mb"}
    assert str(SEED) not in repr([others["name"], others["arguments"], others["imports"]])
    assert "SECRET_OF_THE_TEACHER" not in rest["environment"]
    assert str(Path.cwd()) not in order["path"] or Path.cwd() == running.PACKAGE.parent


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_the_kernels_wall_stands_against_compiled_code(tmp_path):
    code = (
        "import ctypes, sys; sys.path.insert(0, sys.argv[1]); import _wall\n"
        "libc, secret = ctypes.CDLL(None), sys.argv[2].encode()\n"
        "before = libc.open(secret, 0)\n"
        "held = _wall.landlock(_wall.installed(sys.argv[3]), secret=[sys.argv[4]])\n"
        "print(held, before >= 0, libc.open(secret, 0), libc.open(sys.argv[5].encode(), 0) >= 0,"
        " libc.creat(b'made', 0o600))"
    )
    package = LESSON.parents[2]
    words = [package / "grading", LESSON, package, LESSON.parents[1], package / "sample.py"]
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    if done.stdout.startswith("False"):
        pytest.skip("this kernel has no Landlock")
    assert done.stdout.split() == ["True", "True", "-1", "True", "-1"]


def test_pythons_own_wall_stands_alone_where_the_kernel_has_none(tmp_path):
    told, ended = [], []
    hook = wall.guard([str(tmp_path)], secret=[str(tmp_path / "lesson")], own="_child.py", tell=told.append)
    (tmp_path / "link").symlink_to(tmp_path / "lesson")
    for path in ("lesson/a.py", "LESSON/a.py", "link/a.py", "x/../lesson/a.py"):
        hook("open", (str(tmp_path / path), "r", 0), ended.append)
    hook("import", ("fetal_edu.lesson.exercises", None), ended.append)
    assert len(told) == len(ended) == 5
    hook("open", (str(tmp_path / "fine.py"), "r", 0), ended.append)
    hook("open", (3, "r", 0), ended.append)
    hook("import", ("fetal_edu.measure", None), ended.append)
    for event, details in (
        ("open", ("/etc/passwd", "r", 0)),
        ("open", (str(tmp_path / "lesson" / "_child.py"), "r", 0)),
        ("ctypes.dlopen", ("libc.so",)),
        ("gc.get_objects", (-1,)),
    ):
        with pytest.raises(PermissionError, match="needs its arguments only"):
            hook(event, details, ended.append)
    assert len(ended) == 5


def test_names_that_could_disturb_are_cleaned():
    assert hand_ins.readable("a\x1b[2J\u202eb\udce4\n c") == "a[2Jb? c"
    assert table.shortened("x" * 99, 10) == "x" * 9 + "…"


def test_every_chapter_is_known_by_its_file():
    stems = sorted(path.stem for path in (made_up_class.ROOT / "notebooks" / "src").glob("*.py"))
    assert list(hand_ins.CHAPTERS) == stems


def test_the_solutions_of_every_chapter_pass(tmp_path):
    """What the course itself calls right is right in grading as well."""
    for path in sorted((made_up_class.ROOT / "notebooks" / "solutions").glob("*.ipynb")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    rows = rows_of(tmp_path, seconds=10)
    assert {row.verdict for row in rows} == {"passed"}
    chapters = {path.name[:2] for path in tmp_path.iterdir()}
    assert {row.exercise for row in rows} == {key for key in keys() if find(key).chapter in chapters}
    for path in sorted((made_up_class.ROOT / "notebooks").glob("*.ipynb")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert {row.verdict for row in rows_of(tmp_path)} == {"untouched"}
