"""`notebooks/build.py`: the same source gives the same bytes, solutions stay out, rules are kept."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path

import nbformat
import pytest

from fetal_edu.lesson import Store, check, predict, predictions, reveal
from fetal_edu.lesson.exercise import find
from fetal_edu.lesson.exercise import keys as exercise_keys
from fetal_edu.lesson.item import prediction_items

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
_spec = importlib.util.spec_from_file_location("build", NOTEBOOKS / "build.py")
build = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(build)

EXERCISE = '''# %% [markdown] key="title"
# # 13 · Real images
#
# *You will run one cell.*

# %% key="mean" tags=["exercise"]
def mean(values):
    """Mean of some values."""
    # <solution>
    return sum(values) / len(values)
    # </solution>


# %% key="stub" tags=["exercise"]
# <solution>
# stub: area = None
area = 12.5
# </solution>
print(area)

# %%
print("no key")

# %%
print("no key")
'''


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "13_real.py").write_text(EXERCISE, encoding="utf-8")
    return tmp_path


def _cells(path: Path) -> dict[str, nbformat.NotebookNode]:
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def test_built_files_are_fresh_and_keep_the_rules():
    assert build.main(["--check"]) == 0


def test_student_gets_stubs_and_the_teacher_solutions(folder):
    assert build.main([], folder=folder) == 0
    student, solution = _cells(folder / "13_real.ipynb"), _cells(folder / "solutions" / "13_real.ipynb")
    assert "sum(values)" not in student["mean"].source
    assert student["mean"].source.endswith("    ...  # your code here")
    assert student["stub"].source == "area = None\nprint(area)"
    assert solution["mean"].source.endswith("    return sum(values) / len(values)")
    assert solution["stub"].source == "area = 12.5\nprint(area)"
    assert "solution>" not in "".join(cell.source for cell in [*student.values(), *solution.values()])


def test_run_all_continues_over_the_stubs(folder):
    build.main([], folder=folder)
    cells = _cells(folder / "13_real.ipynb")
    names: dict = {}
    for cell in cells.values():
        if cell.cell_type == "code":
            exec(cell.source, names)
    assert names["mean"]([1, 2]) is None
    assert names["area"] is None


def test_ids_are_keys_or_follow_from_the_text(folder):
    build.main([], folder=folder)
    before = list(_cells(folder / "13_real.ipynb"))
    assert before[:3] == ["title", "mean", "stub"]
    assert before[4] == f"{before[3]}-1"  # the same text twice
    source = folder / "src" / "13_real.py"
    source.write_text(EXERCISE.replace("# %%\nprint", '# %% key="new"\nnew = 1\n\n# %%\nprint', 1), "utf-8")
    build.main([], folder=folder)
    assert set(before) <= set(_cells(folder / "13_real.ipynb"))


def test_nothing_but_the_kernel_and_known_tags_is_kept_as_metadata(folder):
    source = folder / "src" / "13_real.py"
    source.write_text(
        EXERCISE.replace('key="stub" tags=["exercise"]', 'key="stub" tags=["hide-input"]'), "utf-8"
    )
    build.main([], folder=folder)
    notebook = nbformat.read(folder / "13_real.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert [dict(cell.metadata) for cell in notebook.cells[:3]] == [
        {},
        {"tags": ["exercise"]},
        {"tags": ["hide-input"], "jupyter": {"source_hidden": True}},
    ]
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)


def test_two_builds_give_the_same_bytes(folder):
    build.main([], folder=folder)
    first = (folder / "13_real.ipynb").read_bytes()
    build.main([], folder=folder)
    assert (folder / "13_real.ipynb").read_bytes() == first
    assert build.main(["--check"], folder=folder) == 0


@pytest.mark.parametrize("which", ["13_real.ipynb", "solutions/13_real.ipynb"])
def test_check_names_a_file_that_was_edited_or_is_missing(folder, which, capsys):
    build.main([], folder=folder)
    built = folder / which
    built.write_text(built.read_text("utf-8").replace("no key", "edited by hand", 1), "utf-8")
    before = built.read_bytes()
    assert build.main(["--check"], folder=folder) == 1
    assert f"{which} is stale" in capsys.readouterr().err
    assert built.read_bytes() == before
    built.unlink()
    assert build.main(["--check"], folder=folder) == 1
    assert f"{which} is missing" in capsys.readouterr().err


def test_check_names_a_built_file_without_a_source(folder, capsys):
    build.main([], folder=folder)
    (folder / "solutions" / "99_gone.ipynb").write_text("{}")
    assert build.main(["--check"], folder=folder) == 1
    assert "solutions/99_gone.ipynb has no source" in capsys.readouterr().err.replace("\\", "/")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    # </solution>\n\n\n", "\n\n", "cell mean: a <solution> is opened and not closed"),
        ("    # <solution>\n    return", "    return", "cell mean: <solution> marks don't pair"),
        ('key="stub"', 'key="mean"', "two cells have the key 'mean'"),
        ('key="stub"', 'key="stub one"', "key 'stub one' is no cell id"),
        ('tags=["exercise"]', 'tags=["exercize"]', "unknown tag 'exercize'"),
    ],
)
def test_a_source_that_cannot_be_built_is_named(folder, capsys, old, new, says):
    assert old in EXERCISE
    (folder / "src" / "13_real.py").write_text(EXERCISE.replace(old, new, 1), "utf-8")
    assert build.main([], folder=folder) == 1
    error = capsys.readouterr().err
    assert "13_real.py" in error
    assert says in error


# ------------------------------------------------------------------------------------- rules for a chapter
@pytest.fixture(scope="module")
def chapter():
    return build.solution(build.read_source(NOTEBOOKS / "src" / "06_unet.py"))


def _changed(chapter, key: str, old: str, new: str) -> nbformat.NotebookNode:
    copy = nbformat.from_dict(chapter)
    cell = next(cell for cell in copy.cells if cell.id == key)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    return copy


def test_the_chapter_keeps_every_rule(chapter):
    assert build.lint(chapter, "06_unet") == []


@pytest.mark.parametrize(
    ("key", "old", "new", "says"),
    [
        ("title", "# 06", "# Six", "no title"),
        ("title", "*You", "*This is good. You", "no promise of exactly one sentence"),
        ("cost", " MB", " megabytes", "no cell with key 'cost'"),
        ("cost", " MB", "0 MB", "over the budget"),
        ("cost", "## You will be able to", "## Goals", "no part '## You will be able to'"),
        ("cost", "- **build**", "**build**", "'You will be able to' has 2 items"),
        ("why", "## Why a sonographer cares", "## Why", "no part '## Why a sonographer cares'"),
        ("summary", "5. ", "", "'Summary' has 4 items"),
        ("summary", "not a medical device", "a medical device", "not a medical device"),
        ("summary", "https://doi.org/", "https://example.org/", "needs a DOI link"),
        ("explain-1", "**Explain.**", "", "1 times '**Explain.**'"),
        ("small-head", "predict(", "asked(", "reveal('06-coarse') has no prediction"),
        ("small-head", "06-coarse", "05-coarse", "the key begins with the chapter, 06-"),
        ("small-head", "06-coarse", "06-course", "in fetal_edu/lesson/questions stand ['06-coarse', "),
        ("small-head", '"06-coarse"', '"06-coarse", ["a", "b"]', "predict(...) takes its key alone"),
        ("coarse", 'reveal("06-coarse")', 'reveal("06-coarse", "c")', "reveal(...) takes its key alone"),
        ("coarse", "reveal(", "shown(", "predict('06-coarse') is never answered"),
        (
            "coarse",
            "reveal(",
            'predict("06-late")\nreveal("06-late")\nreveal(',
            "nobody could choose",
        ),
        ("dice", "check(", "checks(", "1 times check(...)"),
        ("quiz", 'quiz("06")', 'quiz("06-skip")', "quiz('06') is due, once"),
        ("predictions", "predictions(", "print(", "predictions('06') is due, once"),
        ("setup", "import torch", "import torch\n" * 20, "lines, 15 at most"),
        ("setup", "import torch", "import torch as", "is no Python"),
        ("setup", "import torch", "from torch import *", "imports *"),
        ("setup", "import torch", "import matplotlib.pyplot as plt", "no alt text"),
        ("loop-1", "## 1", "![](head.png)\n\n## 1", "picture without alt text"),
        ("loop-1", "## 1", '<img src="head.png" alt="">\n\n## 1', "picture without alt text"),
        ("loop-1", "## 1", "word " * 700 + "\n\n## 1", "words, 1200 to 2200 are due"),
    ],
)
def test_a_broken_rule_is_named(chapter, key, old, new, says):
    if "Explain" in says:  # three loops are enough: break three more
        for other in ("explain-2", "explain-3", "explain-4"):
            chapter = _changed(chapter, other, "**Explain.**", "")
    if "check(" in says:  # three exercises are enough
        for other in ("crop-concat", "circumference"):
            chapter = _changed(chapter, other, "check(", "checks(")
    faults = build.lint(_changed(chapter, key, old, new), "06_unet")
    assert any(says in fault for fault in faults), faults


def test_a_chapter_of_24_or_41_cells_is_named(chapter):
    short, long = nbformat.from_dict(chapter), nbformat.from_dict(chapter)
    short.cells = short.cells[:20] + short.cells[-4:]
    long.cells = (long.cells * 2)[:41]
    assert any("24 cells" in fault for fault in build.lint(short, "06_unet"))
    assert any("41 cells" in fault for fault in build.lint(long, "06_unet"))


@pytest.mark.parametrize(
    "stem",
    [
        "00_start",
        "01_ultrasound",
        "02_convolution",
        "03_pooling",
        "04_upsampling",
        "06_unet",
        "08_little_data",
    ],
)
def test_each_check_asks_for_the_function_that_its_exercise_names(stem):
    built = build.student(build.read_source(NOTEBOOKS / "src" / f"{stem}.py"))
    keys = [key for key, _at in build._keys(built, "check")]
    assert sorted(keys) == sorted(key for key in exercise_keys() if find(key).chapter == stem[:2])
    for key, at in build._keys(built, "check"):
        names: dict = {"check": lambda key, function: None}
        exec(built.cells[at].source, names)
        function, exercise = names[find(key).name], find(key)
        assert list(inspect.signature(function).parameters) == list(exercise.parameters)
        assert function(*exercise.draw(0)[0].args) is None  # a stub
        assert f"check({key!r}, {exercise.name})".replace("'", '"') in built.cells[at].source


def test_chapter_00_is_lighter_than_the_others_and_keeps_what_holds_for_all():
    chapter = build.solution(build.read_source(NOTEBOOKS / "src" / "00_start.py"))
    assert build.lint(chapter, "00_start") == []
    assert any(
        "budget" in fault for fault in build.lint(_changed(chapter, "cost", " MB", "0 MB"), "00_start")
    )
    assert any(
        "quiz('00')" in fault for fault in build.lint(_changed(chapter, "quiz", "00", "06"), "00_start")
    )
    assert "torch" not in "".join(cell.source for cell in chapter.cells if cell.cell_type == "code")


@pytest.mark.parametrize("page", ["notebooks/index.md", "README.md"])
def test_pages_list_every_chapter_that_is_there(page):
    text = (NOTEBOOKS.parent / page).read_text(encoding="utf-8")
    for source in (NOTEBOOKS / "src").glob("*.py"):
        assert f"{source.stem}.ipynb)" in text


@pytest.mark.parametrize(
    "stem",
    [
        "00_start",
        "01_ultrasound",
        "02_convolution",
        "03_pooling",
        "04_upsampling",
        "06_unet",
        "08_little_data",
    ],
)
def test_what_an_answer_tells_a_student_to_run_is_imported(stem):
    built = build.student(build.read_source(NOTEBOOKS / "src" / f"{stem}.py"))
    names: dict = {}
    exec(next(cell.source for cell in built.cells if cell.id == "setup"), names)
    store = Store()
    said = repr(check("dice", lambda first, second: 0.0, store=store))
    reveal("06-join", store=store)
    said += repr(predictions("06", store=store))
    told = set(re.findall(r"run ([a-z]+)\(", said))
    assert told == {"hint", "forget"}
    assert told <= set(names)


@pytest.mark.parametrize(
    "stem",
    [
        "00_start",
        "01_ultrasound",
        "02_convolution",
        "03_pooling",
        "04_upsampling",
        "06_unet",
        "08_little_data",
    ],
)
def test_no_cell_of_a_student_holds_the_answer_to_a_prediction(stem):
    built = build.student(build.read_source(NOTEBOOKS / "src" / f"{stem}.py"))
    code = "\n".join(cell.source for cell in built.cells if cell.cell_type == "code")
    items = [item for item in prediction_items() if item.key.startswith(stem[:2])]
    assert items
    for item in items:
        assert f'predict("{item.key}")' in code
        assert f'reveal("{item.key}")' in code
        for option in item.options:
            assert option.feedback not in code
            assert len(option.text) < 4 or option.text not in code


@pytest.mark.parametrize("item", prediction_items(), ids=lambda item: item.key)
def test_every_prediction_made_wrong_and_right_gets_its_word(item):
    for letter in "abcdefgh"[: len(item.options)]:
        store = Store()
        predict(item.key, store=store).choose(letter)
        said = repr(reveal(item.key, store=store))
        right = letter == item.answer
        assert said.startswith(f"You predicted {item.named(letter)}" + (", and so it is." if right else "."))
        assert right or f"It is {item.named(item.answer)}." in said
        assert item.feedback(letter).replace("`", "") in said
        assert said.endswith(item.feedback(item.answer).replace("`", ""))
        assert predictions(item.key[:2], store=store).rows[0].right is right
