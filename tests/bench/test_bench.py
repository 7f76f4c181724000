"""The bench runs and tells; what it measures is never asserted, for no test depends on a clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import records
import this_machine
from cost import is_whole
from lines import Effort, Line, spread, table, written
from serving import chromium

from fetal_edu.phantom import ANATOMIES

BENCH = Path(__file__).parent


def bench(*arguments):
    return subprocess.run(
        [sys.executable, str(BENCH), *arguments], capture_output=True, text=True, check=False
    )


def test_the_bench_prints_its_table():
    done = bench("sizes", "suite")
    assert done.returncode == 0, done.stderr
    processor, packages, load, *lines = done.stdout.splitlines()
    assert "cores" in processor
    assert "numpy" in packages
    assert load.startswith("load")
    text = "\n".join(lines)
    for what in ("data_samples/", "fetal_edu/weights/", "largest weights", "whole test suite"):
        assert what in text
    assert "one simulated frame" not in text
    assert "sizes …" in done.stderr


def test_the_bench_prints_json():
    done = bench("sizes", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert {"processor", "cores", "bf16", "memory_gib", "python", "packages", "load"} <= set(said["machine"])
    (samples,) = [line for line in said["lines"] if line["what"] == "data_samples/"]
    assert samples["verdict"] == "within"
    assert 0 < samples["median"] < samples["budget"] == 10


def test_a_row_that_is_not_there_is_named():
    done = bench("frames")
    assert done.returncode == 2
    assert "no rows frames; there are frame, planes" in done.stderr


@pytest.mark.browser
@pytest.mark.slow
def test_every_budget_of_the_design_has_its_line():
    chromium()  # skips, or fails under CI, where there is none
    done = bench("--repeats", "1", "--json")
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)["lines"]
    budgets = Counter((line["budget"], line["unit"]) for line in lines if line["budget"] is not None)
    pictures = sum(len(anatomy.planes) + 1 for anatomy in ANATOMIES.values())  # and a sweep through each
    design = Counter(
        {(60, "ms"): 2 + pictures, (100, "ms"): 2, (1000, "ms"): 3, (3, "s"): 2, (5, "s"): 1, (200, "MB"): 3}
    )
    design |= {(12, "kB"): 1, (0.3, "s"): 1, (2, "s"): 1, (10, "MB"): 1, (15, "MB"): 1, (0.3, "MB"): 1}
    design |= {(16.7, "ms"): 1, (250, "ms"): 1, (540, "s"): 1, (900, "s"): 1, (20, "min"): 1}
    chapters = len(list(records.NOTEBOOKS.glob("solutions/*.ipynb")))
    assert budgets == design | {(120, "s"): chapters, (900, "MB"): chapters}
    # What needs no record of an earlier run was measured.
    missing = [line["what"] for line in lines if not line["values"] and "record" not in line["note"]]
    assert not [what for what in missing if "chapter" not in what]


def test_a_line_judges_by_the_median():
    over = Line("x", 2, "s", (1.0, 2.5, 90.0))
    assert (over.median, over.verdict) == (2.5, "OVER")
    assert Line("x", 2, "s", (1.0, 1.5, 90.0)).verdict == "within"
    assert Line("x", None, "s", (1.0,)).verdict == ""
    text = list(table([over, Line("y", 3, "MB", (), "no Chromium found")]))
    assert text[1].split() == ["x", "2.00", "s", "2.50", "s", "1.00", "-", "90.0,", "n", "=", "3", "OVER"]
    assert text[2].endswith("not measured; no Chromium found")
    assert spread(Line("x", 2, "s", (1.0,))) == ""
    assert "BUSY" in Line("page, wall", 2, "s", (9.0,)).doubted().note
    assert Line("frame, CPU", 2, "s", (9.0,)).doubted().note == ""


@pytest.mark.parametrize(
    ("value", "unit", "text"), [(120, "s", "120 s"), (83.21, "s", "83.2 s"), (0.0042, "s", "0.00 s")]
)
def test_digits(value, unit, text):
    assert written(value, unit) == text


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Two chapters without a record."""
    monkeypatch.setattr(records, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(records, "BY_TESTS", tmp_path / "tests")
    monkeypatch.setattr(records, "BY_BENCH", tmp_path / "bench")
    for folder in ("notebooks/solutions", "tests/notebooks", "tests/cost", "bench"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("00_start", "09_head"):
        (tmp_path / f"notebooks/solutions/{name}.ipynb").write_text("{}")
        os.utime(tmp_path / f"notebooks/solutions/{name}.ipynb", (1000, 1000))
    return tmp_path


def keep(path, *, when, **cost):
    path.write_text(json.dumps(cost))
    os.utime(path, (when, when))


def test_chapters_without_a_record_are_not_made_up(course):
    lines = list(records.chapters(Effort()))
    assert {line.verdict for line in lines} == {"not measured"}
    assert "make test" in lines[0].note


def test_chapters_are_read_from_the_newest_record_that_still_holds(course):
    keep(course / "tests/notebooks/solutions.00_start.json", when=2000, cpu_s=5.0, memory_mb=300)
    keep(course / "tests/notebooks/solutions.09_head.json", when=900, cpu_s=7.0, memory_mb=300)
    lines = {line.what: line for line in records.chapters(Effort())}
    assert lines["chapter 00_start, CPU"].values == (5.0,)
    assert lines["chapter 00_start, peak memory"].values == (300,)
    assert lines["chapter 09_head, CPU"].values == ()  # the chapter was changed after it
    assert lines["chapters 00-08 together, CPU"].values == (5.0,)
    assert lines["all chapters together, CPU"].values == ()
    keep(course / "bench/00_start.json", when=2000, cpu_s=6.0, memory_mb=300, note="bf16 off")
    keep(course / "bench/09_head.json", when=2000, cpu_s=130.0, memory_mb=950, note="bf16 off")
    lines = {line.what: line for line in records.chapters(Effort())}
    assert lines["chapter 00_start, CPU"].values == (6.0,)
    assert lines["chapter 09_head, CPU"].verdict == "OVER"
    assert lines["chapter 09_head, peak memory"].verdict == "OVER"
    assert lines["all chapters together, CPU"].values == (136.0,)


@pytest.mark.notebook
def test_a_chapter_runs_in_full_without_bf16_and_is_kept(course):
    import nbformat

    (course / "notebooks/solutions/09_head.ipynb").unlink()
    sources = ("import torch\nassert not torch.cpu._is_avx512_bf16_supported(), 'bf16 is on'", "1 / 0")
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), course / "notebooks/solutions/00_start.ipynb")
    first, memory, *_ = records.chapters(Effort(full=True))
    assert first.note.startswith("bf16 off; it FAILED")
    assert "ZeroDivisionError" in first.note  # the first fault, so the assertion held
    assert first.values[0] > 0
    assert memory.values[0] > 50
    kept = json.loads((course / "bench/00_start.json").read_text())
    assert kept["note"] == first.note


def test_the_suite_is_read_from_its_record(course):
    assert next(records.suite(Effort())).verdict == "not measured"
    keep(course / "tests/cost/suite.json", when=2000, cpu_s=1500.0, passed=900, failed=1, skipped=0)
    line = next(records.suite(Effort()))
    assert line.values == (25.0,)
    assert line.verdict == "OVER"
    assert "1 failed" in line.note


@pytest.mark.parametrize(
    ("args", "option", "whole"),
    [
        (["tests", "fetal_edu"], None, True),
        (["tests/test_cli.py"], None, False),
        (["tests", "fetal_edu"], "lf", False),
    ],
)
def test_only_a_whole_run_of_the_suite_is_kept(args, option, whole):
    config = SimpleNamespace(
        args=args, getini=lambda name: ["tests", "fetal_edu"], getoption=lambda name, default: name == option
    )
    assert is_whole(config) == whole


def test_a_busy_machine_is_told():
    machine = this_machine.describe()
    quiet = machine | {"load": 0.1, "share": 0.99}
    assert "BUSY" not in "".join(this_machine.sentences(quiet))
    assert "BUSY" in "".join(this_machine.sentences(quiet | {"share": 0.5}))
    assert "BUSY" in "".join(this_machine.sentences(quiet | {"load": 99.0}))
    assert 0 < this_machine.share_of_a_core(0.01) <= 1
