"""What takes minutes: chapters and test suite. Read from the last run's record, or run anew in full."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lines import Effort, Line

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
BY_TESTS = ROOT / ".pytest_cache" / "d"
BY_BENCH = ROOT / ".cache" / "bench"
#: Chapters that a budget counts together, and it in CPU seconds.
TOGETHER = {"chapters 00-08 together": (range(9), 540), "all chapters together": (range(99), 900)}
#: Before the first cell: the budget is for processors without bfloat16.
WITHOUT_BF16 = "import torch\ntorch.cpu._is_amx_tile_supported = torch.cpu._is_avx512_bf16_supported = bool"


def chapters(effort: Effort) -> Iterator[Line]:
    """Each chapter in its solution build, from top to bottom, widgets driven."""
    costs = {}
    for path in sorted((NOTEBOOKS / "solutions").glob("*.ipynb")):
        cost = _run_chapter(path) if effort.full else _recorded(path)
        cpu, memory = (("cpu_s",), ("memory_mb",)) if cost else ((), ())
        note = cost["note"] if cost else "no record: `make test`, or `make bench FULL=1`"
        costs[int(path.name[:2])] = cost
        yield Line(f"chapter {path.stem}, CPU", 120, "s", tuple(cost[key] for key in cpu), note)
        yield Line(f"chapter {path.stem}, peak memory", 900, "MB", tuple(cost[key] for key in memory))
    for what, (numbers, budget) in TOGETHER.items():
        found = [cost for number, cost in costs.items() if number in numbers]
        total = (sum(cost["cpu_s"] for cost in found),) if all(found) else ()
        yield Line(f"{what}, CPU", budget, "s", total, f"{len(found)} so far")


def _run_chapter(path: Path) -> dict[str, object]:
    sys.path.insert(0, str(ROOT / "tests" / "notebooks"))
    import nbformat
    from harness import run

    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(WITHOUT_BF16, id="without-bf16"))
    with tempfile.TemporaryDirectory() as scratch:
        result = run(notebook, name=path.stem, cwd=path.parent, scratch=Path(scratch))
    faults = [fault for fault in result.faults if "are the limit" not in fault]
    note = "bf16 off" + (f"; it FAILED: {faults[0]}" if faults else "")
    cost = {"cpu_s": result.cpu_s, "memory_mb": result.memory_mb, "note": note}
    BY_BENCH.mkdir(parents=True, exist_ok=True)
    (BY_BENCH / f"{path.stem}.json").write_text(json.dumps(cost), "utf-8")
    return cost


def _recorded(path: Path) -> dict[str, object] | None:
    """The newer one of the records by the bench and by the tests, if the chapter hasn't changed since."""
    own, tests = BY_BENCH / f"{path.stem}.json", BY_TESTS / "notebooks" / f"solutions.{path.stem}.json"
    if _newer(own, path):
        cost = json.loads(own.read_text("utf-8"))
        return cost | {"note": f"{cost['note']}, record of {_when(own)}"}
    if _newer(tests, path):
        told = f"record of the tests, {_when(tests)}, with bf16 where there is"
        return json.loads(tests.read_text("utf-8")) | {"note": told}
    return None


def suite(effort: Effort) -> Iterator[Line]:
    """The whole test suite; in full it runs here, and takes a quarter of an hour."""
    record = BY_TESTS / "cost" / "suite.json"
    if effort.full:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
        subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    what = "whole test suite, CPU"
    if not record.is_file():
        return (yield Line(what, 20, "min", (), "no record: `make test` writes one"))
    cost = json.loads(record.read_text("utf-8"))
    counts = ", ".join(f"{cost[name]} {name}" for name in ("passed", "failed", "skipped"))
    note = f"{counts}; record of {_when(record)}"
    yield Line(what, 20, "min", (cost["cpu_s"] / 60,), note)


def _newer(record: Path, source: Path) -> bool:
    return record.is_file() and record.stat().st_mtime > source.stat().st_mtime


def _when(path: Path) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(path.stat().st_mtime))
