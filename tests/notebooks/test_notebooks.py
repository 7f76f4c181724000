"""Every chapter and dashboard runs, is quiet, keeps to its memory, and answers at its widgets' extremes."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from harness import Run, only_tagged, run, stated_cost

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
CHAPTERS = sorted((NOTEBOOKS / "solutions").glob("*.ipynb"))
STUDENTS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
DASHBOARDS = sorted((NOTEBOOKS / "dashboards").glob("*.ipynb"))

pytestmark = [pytest.mark.notebook, pytest.mark.slow]


def _name(path: Path) -> str:
    return str(path.relative_to(NOTEBOOKS).with_suffix(""))


def _said(cell: nbformat.NotebookNode) -> str:
    """Return what a cell that ends in `check` says, as text."""
    return next(
        output.data["text/plain"] for output in cell.outputs if output.output_type == "execute_result"
    )


@pytest.fixture
def record(request, record_property):
    """Keep a run's figures in pytest's cache and in the test's report, and fail on its faults."""

    def keep(result: Run, *, stated: str = "") -> None:
        result.save(request.config.cache.mkdir("notebooks"))
        record_property(
            "notebook", f"{result.name}: {result.cpu_s:.0f} s CPU, {result.memory_mb:.0f} MB" + stated
        )
        assert not result.faults, "\n".join(
            [f"{result.name} has {len(result.faults)} faults:", *result.faults]
        )

    return keep


@pytest.mark.parametrize("path", CHAPTERS, ids=_name)
def test_chapter_runs_in_its_solution_build(path, record, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    stated = stated_cost(notebook)
    result = run(notebook, name=_name(path), cwd=path.parent, scratch=tmp_path)
    record(result, stated=f" (it says {stated})" if stated else "")
    for cell in only_tagged(notebook, "check").cells:
        assert _said(cell).startswith("Right."), (cell.id, _said(cell))


@pytest.mark.parametrize("path", STUDENTS, ids=_name)
def test_student_build_greets_untouched_exercises_kindly(path, record, tmp_path):
    notebook = only_tagged(nbformat.read(path, as_version=4), "setup", "exercise", "check")
    if not only_tagged(notebook, "exercise", "check").cells:
        pytest.skip(f"{path.name} has no exercise or check cell")
    record(run(notebook, name=_name(path), cwd=path.parent, scratch=tmp_path))
    for cell in only_tagged(notebook, "check").cells:
        assert "gives nothing back yet" in _said(cell), (cell.id, _said(cell))
        assert "hint(" in _said(cell)


@pytest.mark.real_data
@pytest.mark.parametrize("path", CHAPTERS, ids=_name)
def test_chapter_ends_on_real_images_where_they_are_at_hand(path, record, tmp_path, real_data):
    notebook = nbformat.read(path, as_version=4)
    if not only_tagged(notebook, "real").cells:
        pytest.skip(f"{path.name} uses no real image")
    part = only_tagged(notebook, "setup", "real")
    record(
        run(part, name=f"{_name(path)} (real images)", cwd=path.parent, scratch=tmp_path, data=str(real_data))
    )


@pytest.mark.parametrize("path", DASHBOARDS, ids=_name)
def test_dashboard_runs_and_answers(path, record, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    record(run(notebook, name=_name(path), cwd=path.parent, scratch=tmp_path))
