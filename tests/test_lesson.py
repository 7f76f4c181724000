"""What a chapter asks: student code runs contained, answers are kept, every choice gets its word."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest
from nbclient import NotebookClient

from fetal_edu.lesson import Store, check, find, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.lesson.contain import run_contained
from fetal_edu.lesson.question import Item, Option, items
from fetal_edu.lesson.store import local_store
from fetal_edu.lesson.verdict import fits


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """Keep every record of a test in its own folder."""
    monkeypatch.setenv("FETAL_EDU_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "lesson"


def in_notebook(body: str, *, before: str = "", key: str = "dice"):
    """Return the exercise's function as a notebook would hold it: in `__main__`, without a file."""
    exercise = find(key)
    space: dict = {"__name__": "__main__", "np": np}
    head = f"def {exercise.name}({', '.join(exercise.parameters)}):\n    "
    exec(before + "\n" + head + body.replace("\n", "\n    "), space)
    return space[exercise.name]


RIGHT = "total = first.sum() + second.sum()\nreturn 2 * (first & second).sum() / total if total else 1.0"


# ----------------------------------------------------------------------------------------- what may go wrong
BROKEN = {
    "crash": ("\nreturn first.size / second.nothing", "stops with an error, in its line 3: AttributeError"),
    "type": ("return 'half'", "should return a number, but here it returns a text"),
    "list": ("return [1.0]", "should return a number, but here it returns a list or tuple of numbers"),
    "other": ("return {1: 2}", "returns something of type dict"),
    "array": ("return first & second", "returns a numpy array of numbers"),
    "generator": ("yield 1.0", "returns something of type generator"),
    "none": (
        "if first.any() or second.any():\n    " + RIGHT.replace("\n", "\n    "),
        "does each branch end with return",
    ),
    "nan": ("return float('nan')", "nan, no number"),
    "huge": ("return 10**400", "stops with an error"),
    "recursion": ("return dice(first, second)", "stops with an error, in its line 2: RecursionError"),
    "exit": ("import sys\nsys.exit(0)", "stops with an error, in its line 3: SystemExit"),
    "abrupt": ("import os\nos._exit(0)", "ended the whole Python process"),
    "input": ("return float(input('Dice? '))", "stops with an error, in its line 2: EOFError"),
    "evil error": (
        "class Evil(Exception):\n    def __str__(self): return 1 / 0\nraise Evil",
        "stops with an error, in its line 4: Evil.",
    ),
    "changed": ("first &= second\nreturn first.mean()", "changes its own input"),
    "file": ("open('dice.txt', 'w')", "needs its arguments only"),
    "program": ("import subprocess\nsubprocess.run(['true'])", "needs its arguments only"),
    "network": ("import socket\nsocket.create_connection(('127.0.0.1', 9))", "needs its arguments only"),
    "checker": (
        "from fetal_edu.lesson import find\nreturn find('dice').spec(first, second)",
        "is solved without",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_gets_one_sentence_and_no_traceback(fault, capfd):
    body, says = BROKEN[fault]
    result = check("dice", in_notebook(body))
    assert not result.passed
    assert says in repr(result)
    for shown in (repr(result), result._repr_html_()):
        assert "Traceback" not in shown
        assert "File " not in shown
        assert "\n" not in shown
    assert result.message.endswith("For help, run `hint('dice')`.")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("body", "limits", "verdict"),
    [
        ("while True: pass", {"seconds": 0.4}, "slow"),
        ("return 10**10**9", {"seconds": 0.4}, "slow"),  # one instruction, inside C
        ("import time\nwhile True: time.sleep(9)", {"patience_s": 0.5}, "slow"),
        ("while True:\n    try: 1 / 0\n    except BaseException: pass", {"seconds": 0.4}, "slow"),
        ("kept = []\nwhile True: kept.append(np.ones(10**6))", {"memory_mb": 80}, "memory"),
        (
            # Where the system has no such limit, the parent's own watch must do.
            "import resource\nresource.setrlimit(resource.RLIMIT_DATA, (-1, -1))\nkept = []\n"
            "while True: kept.append(np.ones(10**6))",
            {"memory_mb": 80},
            "memory",
        ),
        ("return [0] * 10**11", {"memory_mb": 80}, "memory"),
        ("return np.ones((10**6, 10**6))", {"memory_mb": 80}, "memory"),
    ],
)
def test_what_never_ends_is_ended(body, limits, verdict):
    before = {child.pid for child in psutil.Process().children()}
    result = check("dice", in_notebook(body), **limits)
    assert result.verdict == verdict
    assert "was stopped" in result.message
    assert "Traceback" not in repr(result)
    assert {child.pid for child in psutil.Process().children()} <= before


def test_a_wrong_shape_is_named_by_its_shape():
    result = check("crop-concat", in_notebook("return decoder", key="crop-concat"))
    assert result.verdict == "shape"
    assert "should be (2, 2, 2), but it is (1, 2, 2)" in result.message


def test_what_does_not_fit_is_told_before_it_runs():
    assert "without brackets: check('dice', dice)" in check("dice", 0.5).message
    assert "2 arguments, in this order: first, second" in check("dice", lambda mask: 1.0).message
    assert "Did you mean 'dice'?" in check("Dise", len).message
    assert "Did you mean" in check(None, len).message
    assert hint("Dise").verdict == "unknown"
    assert fits(find("dice"), print) == ""


def test_a_function_that_cannot_travel_gets_a_sentence():
    lock = threading.Lock()
    result = check("dice", lambda first, second: lock.locked())
    assert result.verdict == "unsent"
    assert "can't be run by itself" in result.message
    large = np.zeros(10**7)
    assert "brings 76 MB" in check("dice", lambda first, second: large[0]).message


# ----------------------------------------------------------------------------------------- what may go right
def test_a_flood_of_prints_is_hidden_and_told(capfd):
    flood = "import os\nfor n in range(20000): print(n, 'x' * 50)\nos.write(1, b'raw')\nos.write(2, b'raw')\n"
    result = check("dice", in_notebook(flood + RIGHT))
    assert result.passed, result
    assert "What your function prints is hidden here" in result.message
    assert capfd.readouterr() == ("", "")


def test_helpers_constants_and_modules_of_the_notebook_come_along():
    before = "TWO = 2\ndef area(mask): return np.count_nonzero(mask)\nclass Box:\n    none = 1.0"
    body = "both = area(first) + area(second)\nreturn TWO * area(first & second) / both if both else Box.none"
    assert check("dice", in_notebook(body, before=before)).passed


def test_closures_partials_and_methods_pass():
    class Solver:
        def dice(self, first, second):
            total = first.sum() + second.sum()
            return 2 * (first & second).sum() / total if total else 1.0

    assert check("dice", Solver().dice).passed
    assert check("dice", np.vectorize(lambda a, b: 1.0, signature="(n),(m)->()")).verdict != "unknown"


def test_the_number_types_of_numpy_and_torch_count():
    assert check("dice", in_notebook(RIGHT.replace("return ", "return np.float32(") + ")")).passed
    assert check("dice", in_notebook(RIGHT.replace("return ", "return np.array(") + ")")).passed


@pytest.mark.slow
def test_a_tensor_is_an_answer_too():
    torch = pytest.importorskip("torch")

    def crop_and_concatenate(encoder, decoder):
        one, other = torch.tensor(encoder), torch.tensor(decoder)
        top, left = ((a - b) // 2 for a, b in zip(one.shape[1:], other.shape[1:], strict=True))
        return torch.cat([one[:, top : top + other.shape[1], left : left + other.shape[2]], other])

    result = check("crop-concat", crop_and_concatenate)
    assert result.passed, result


def test_the_notebook_keeps_its_own_state():
    seen: list = []

    def dice(first, second):
        seen.append(first)
        np.random.seed(0)  # noqa: NPY002
        total = first.sum() + second.sum()
        return 2 * (first & second).sum() / total if total else 1.0

    before = np.random.get_state()[1].copy()  # noqa: NPY002
    assert check("dice", dice).passed
    assert seen == []
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_an_interrupt_leaves_no_process_behind(monkeypatch):
    class Stop(KeyboardInterrupt):
        pass

    def stop(self):
        raise Stop

    monkeypatch.setattr("fetal_edu.lesson.contain._Watch.run", stop)
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(Stop):
        run_contained(time.sleep, [(60,)])
    assert {child.pid for child in psutil.Process().children()} <= before


def test_without_another_process_there_is_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "executable", os.devnull)
    assert check("dice", in_notebook(RIGHT)).verdict == "unsent"


def test_what_the_process_writes_is_data_and_never_code():
    forged = "import os, gc, io\nfor one in gc.get_objects():\n    if isinstance(one, io.TextIOWrapper):\n"
    forged += (
        "        try: one.write('cos\\nsystem\\n'); one.flush()\n        except Exception: pass\nreturn 1.0"
    )
    result = check("dice", in_notebook(forged))
    assert not result.passed
    assert result.verdict == "ended"


# ------------------------------------------------------------------------------------------- tries and hints
def test_tries_are_counted_and_verdicts_kept(home):
    check("dice", in_notebook("..."))
    check("dice", in_notebook("return 0.0"))
    second = check("dice", in_notebook(RIGHT))
    assert (second.passed, second.attempts) == (True, 2)
    record = json.loads((home / "exercise.dice.json").read_text("utf-8"))
    assert record == {"attempts": 2, "verdicts": ["value", "passed"], "passed": True}
    assert check("dice", in_notebook("return 0.0")).attempts == 3
    assert local_store().read("exercise", "dice")["passed"] is True  # once right stays known


def test_results_are_safe_to_show():
    result = check("dice", in_notebook("raise ValueError('<script>alert(1)</script>')"))
    assert "<script" not in result._repr_html_()
    assert "role='status'" in result._repr_html_()
    assert repr(result).startswith("Not yet. Your function stops")


# -------------------------------------------------------------------------------------------------- the store
def test_a_damaged_file_costs_one_record(home):
    store = local_store()
    assert store.write("prediction", "06-one", {"choice": "a"})
    for damage in (b"", b"{", b"[1, 2]", b"\xff\xfe", b'"text"', b"[" * 100_000):
        (home / "prediction.06-one.json").write_bytes(damage)
        assert store.read("prediction", "06-one") == {}
        assert predict("06-one", "Which?", ["one", "two"]).choice is None
        assert repr(reveal("06-one", "a")).startswith("You made no prediction.")
        assert quiz("06").describe()
    (home / "exercise.dice.json").write_text('{"attempts": "many", "hints": -4, "verdicts": 7}')
    assert check("dice", in_notebook("return 0.0")).attempts == 1
    assert repr(hint("dice")).startswith("Hint 1 of 3")
    (home / "quiz.06-skip.json").write_text('{"tries": [1, null, "z"]}')
    (home / "prediction.06-two.json").write_text(
        '{"choices": ["a"], "question": "Q", "choice": 5, "asked": 1}'
    )
    (home / "prediction.06-three.x.json").write_text("{}")
    assert "no prediction" in repr(predictions("06"))
    assert quiz("06").describe()


def test_a_record_is_written_whole_or_not_at_all(home, monkeypatch):
    store = local_store()
    store.write("quiz", "06-skip", {"tries": ["a"]})

    def full(self, target):
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", full)
    assert store.write("quiz", "06-skip", {"tries": ["a", "b"]}) is False
    assert store.read("quiz", "06-skip") == {"tries": ["a"]}
    assert [path.name for path in home.iterdir()] == ["quiz.06-skip.json"]


def test_a_lesson_goes_on_where_nothing_can_be_written(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("FETAL_EDU_HOME", str(tmp_path / "file"))
    asked = predict("06-one", "Which?", ["one", "two"])
    asked.choose("b")
    assert "can't be written. Set FETAL_EDU_HOME" in asked._status.value
    assert check("dice", in_notebook(RIGHT)).passed
    assert repr(hint("dice")).startswith("Hint 1")
    assert quiz("00").answer(1, "b").startswith("Not quite.")
    assert repr(predictions("06")) == "No prediction is kept for this chapter."


def test_records_are_kept_apart_from_other_files():
    for key in ("../up", "a/b", "", "A", "a" * 65, "a.b"):
        with pytest.raises(ValueError, match="no name for a record"):
            Store().write("quiz", key, {})


def test_the_folder_is_the_users_own(monkeypatch, tmp_path):
    monkeypatch.delenv("FETAL_EDU_HOME")
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / "share" / name)
    assert local_store().folder == tmp_path / "share" / "fetal_edu" / "lesson"


# ----------------------------------------------------------------------------------------------- predictions
CHOICES = ["as much", "three times", "eight times"]
BECAUSE = {"a": "A halving widens it.", "b": "Halvings multiply.", "c": "2 × 2 × 2 is 8."}


def ask(key="06-coarse", question="How much does one unit cover?"):
    return predict(key, question, CHOICES)


def test_a_prediction_is_kept_and_named_when_it_fails():
    ask().choose("b")
    assert ask().choice == "b"  # a restarted kernel
    said = reveal("06-coarse", "c", BECAUSE)
    assert repr(said) == (
        "You predicted (b) three times. It is (c) eight times. Halvings multiply. 2 × 2 × 2 is 8."
    )
    assert "Halvings" in said._repr_html_()


def test_a_right_prediction_is_not_told_about_other_mistakes():
    ask().choose("c")
    said = repr(reveal("06-coarse", "c", BECAUSE))
    assert said == "You predicted (c) eight times, and so it is. 2 × 2 × 2 is 8."


def test_nobody_answers_and_the_lesson_goes_on():
    assert repr(reveal("06-never", "c", BECAUSE)) == "You made no prediction. It is (c). 2 × 2 × 2 is 8."
    ask()
    assert "It is (c) eight times." in repr(reveal("06-coarse", "c", BECAUSE))
    assert "You have not predicted yet" in repr(predictions("06"))


def test_after_the_result_the_prediction_stays():
    asked = ask()
    asked.choose("a")
    reveal("06-coarse", "c", BECAUSE)
    asked.choose("c")
    assert asked.choice == "a"
    assert "Your prediction stays (a)" in asked._status.value
    asked = ask("06-late")
    reveal("06-late", "c", BECAUSE)
    asked.choose("c")
    assert asked.choice is None
    assert "not kept" in asked._status.value


def test_a_question_that_has_changed_is_asked_anew():
    ask().choose("b")
    assert ask(question="How much does one pixel cover?").choice is None


def test_a_chapter_shows_its_predictions_as_a_table():
    for key, letter in (("06-z-first", "c"), ("06-second", "b"), ("06-third", None), ("07-other", "a")):
        asked = ask(key, f"Question `{key}`?")
        if letter:
            asked.choose(letter)
        if key != "06-third":
            reveal(key, "c")
    table = predictions("06")
    assert [row[0] for row in table.rows] == [
        "Question `06-z-first`?",
        "Question `06-second`?",
        "Question `06-third`?",
    ]
    assert [row[3] for row in table.rows] == [True, False, None]
    page = table._repr_html_()
    assert page.count("<tr>") == 4
    assert "<caption" in page
    assert page.count("scope='col'") == 4
    assert page.count("scope='row'") == 3
    assert "1 of 2 predictions came out." in repr(table)
    assert "Question 06-second? You: (b) three times. It is: (c) eight times. no" in repr(table)
    forget("06")
    assert predictions("06").rows == []
    assert len(predictions("07").rows) == 1


def test_what_an_author_gets_wrong_is_told():
    with pytest.raises(ValueError, match="1 choices"):
        predict("06-one", "Which?", ["one"])
    ask()
    with pytest.raises(ValueError, match="give letters of the choices"):
        reveal("06-coarse", "d")
    with pytest.raises(ValueError, match="give letters of the choices"):
        reveal("06-coarse", "c", {"cc": "no letter"})
    with pytest.raises(ValueError, match="'d' is no choice"):
        ask().choose("d")
    with pytest.raises(ValueError, match="exactly one of them right"):
        Item("06-x", "?", (Option("1", "a"), Option("2", "b")))
    with pytest.raises(LookupError, match="Chapters with a quiz: 00, 06"):
        quiz("99")
    for number, letter in ((0, "a"), (5, "a"), (1, "x"), (1, "")):
        with pytest.raises(ValueError, match=r"no item|no option"):
            quiz("06").answer(number, letter)


def test_questions_are_shown_as_text():
    asked = predict("06-safe", "Is <b> a `tag`?", ["<i>yes</i>", "no"])
    assert "&lt;b&gt;" in asked.widget.children[0].value
    assert "<code>tag</code>" in asked.widget.children[0].value
    shown = asked._repr_mimebundle_()
    assert "(a) <i>yes</i>" in shown["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in shown


# --------------------------------------------------------------------------------------------------- quizzes
@pytest.mark.parametrize("item", items(), ids=lambda item: item.key)
def test_every_option_of_a_quiz_has_its_own_word(item):
    feedback = [option.feedback for option in item.options]
    assert len(set(feedback)) == len({option.text for option in item.options}) == len(item.options) >= 3
    assert all(text.endswith((".", "?")) and len(text) > 20 for text in feedback)
    assert re.fullmatch(r"\d\d-[a-z0-9-]+", item.key)
    lengths = [len(option.text) for option in item.options]
    assert lengths[[option.right for option in item.options].index(True)] < 2 * np.median(lengths)


def test_chapters_have_their_quizzes():
    keys = [item.key for item in items()]
    assert len(set(keys)) == len(keys)
    assert sum(key.startswith("06-") for key in keys) == 4
    assert sum(key.startswith("00-") for key in keys) == 1
    assert len({item.answer for item in items()}) == 4  # no letter is the safe bet


@pytest.mark.parametrize("chapter", ["00", "06"])
def test_every_question_answered_wrong_once_and_right_once(chapter):
    asked = quiz(chapter)
    for n, item in enumerate(asked.items, 1):
        wrong = next(at for at in "abcd" if at != item.answer)
        assert asked.answer(n, wrong) == f"Not quite. {item.options['abcd'.index(wrong)].feedback}".replace(
            "`", ""
        )
        assert asked.answer(n, item.answer).startswith("Right.")
    n = len(asked.items)
    assert asked.describe().endswith(f"{n} of {n} answered rightly, 0 at the first try.")
    assert asked.describe() == quiz(chapter).describe()  # kept


def test_a_quiz_answers_at_its_button():
    asked = quiz("06-skip")
    button = next(child for child in asked.widget.children if hasattr(child, "click"))
    button.click()
    assert "Choose an answer first." in asked._feedback[0].value
    assert local_store().read("quiz", "06-skip") == {}
    asked._radios[0].value = "d"
    button.click()
    assert "ResNet" in asked._feedback[0].value
    assert local_store().read("quiz", "06-skip") == {"tries": ["d"], "right": False}
    assert button.tooltip == "Answer question 1"


# ------------------------------------------------------------------------------------------ the surroundings
def test_a_lesson_loads_neither_torch_nor_fastai():
    code = (
        "import sys, pkgutil, importlib, fetal_edu.lesson as lesson\n"
        "for found in pkgutil.walk_packages(lesson.__path__, 'fetal_edu.lesson.'):\n"
        "    importlib.import_module(found.name)\n"
        "assert callable(lesson.check) and callable(lesson.quiz) and callable(lesson.predict)\n"
        "print(sorted({'torch', 'fastai', 'torchvision', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_notebook_asks_checks_and_shows(home):
    cells = [
        "import numpy as np\nfrom fetal_edu.lesson import *\nHALF = 2",
        "def dice(first, second):\n    ...  # your code here",
        "check('dice', dice)",
        "def total(a, b):\n    return np.sum(a) + np.sum(b)\n"
        "def dice(first, second):\n    n = total(first, second)\n"
        "    return HALF * (first & second).sum() / n if n else 1",
        "check('dice', dice)",
        "def dice(first, second):\n    return 1 / 0",
        "check('dice', dice)",
        "hint('dice')",
        "predict('06-x', 'Which?', ['one', 'two'])",
        "reveal('06-x', 'b', {'b': 'So it is.'})",
        "predictions('06')",
        "quiz('06')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    outputs = [cell.outputs for cell in notebook.cells]
    assert [output.output_type for found in outputs for output in found] == ["execute_result"] * 8
    said = [found[0].data["text/plain"] if found else "" for found in outputs]
    assert said[2].startswith("Not yet. dice gives nothing back yet.")
    assert said[4].startswith("Right. Dice by hand")
    assert "in its line 2: ZeroDivisionError" in said[6]
    assert said[7].startswith("Hint 1 of 3")
    assert said[9] == "You made no prediction. It is (b) two. So it is."
    assert said[11].startswith("1. What does a skip")
    assert (home / "exercise.dice.json").is_file()
