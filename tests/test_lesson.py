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
from fetal_edu.lesson.item import Item, Option, find_prediction, prediction_items, quiz_items
from fetal_edu.lesson.prediction import Prediction
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
    "exit": ("import sys\nsys.exit(0)", "ends the whole Python process. Leave out exit()"),
    "abrupt": ("import os\nos._exit(0)", "ends the whole Python process. Leave out exit()"),
    "no argument left": ("del first\nreturn first.mean()", "in its line 3: UnboundLocalError"),
    "no function left": ("global dice\ndel dice\nreturn 1.0", "in its line 3: NameError"),
    "no builtin left": (
        "import builtins\ndel builtins.len\nreturn 1.0",
        "NameError: name 'len' is not defined",
    ),
    "half a character": ("raise ValueError('\\ud800')", "in its line 2: ValueError: ?."),
    "interrupt": ("raise KeyboardInterrupt", "in its line 2: KeyboardInterrupt"),
    "coroutine": ("import asyncio\nreturn asyncio.sleep(0)", "returns something of type coroutine"),
    "itself": ("a = []\na.append(a)\nreturn a", "RecursionError"),
    "input": ("return float(input('Dice? '))", "stops with an error, in its line 2: EOFError"),
    "evil error": (
        "class Evil(Exception):\n    def __str__(self): return 1 / 0\nraise Evil",
        "stops with an error, in its line 4: Evil.",
    ),
    "changed": ("first &= second\nreturn first.mean()", "changes its own input"),
    "file": ("open('dice.txt', 'w')", "needs its arguments only; writing a file is closed to it"),
    "file by the back door": ("import os\nos.open('dice.txt', os.O_CREAT)", "writing a file is closed to it"),
    "a file put away": ("import os\nos.remove('dice.txt')", "needs its arguments only; os.remove is closed"),
    "other processes": ("import multiprocessing as mp\nmp.Pool(2)", "needs its arguments only"),
    "program": ("import subprocess\nsubprocess.run(['true'])", "needs its arguments only"),
    "network": ("import socket\nsocket.create_connection(('127.0.0.1', 9))", "needs its arguments only"),
    "checker": (
        "from fetal_edu.lesson import find\nreturn find('dice').spec(first, second)",
        "is solved without",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_gets_one_sentence_and_no_traceback(fault, capfd, monkeypatch, tmp_path):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    body, says = BROKEN[fault]
    result = check("dice", in_notebook(body))
    assert not result.passed
    assert says in repr(result)
    for shown in (repr(result), result._repr_html_()):
        assert "Traceback" not in shown
        assert "File " not in shown
        assert "\n" not in shown
    assert result.message.endswith('For help, run `hint("dice")`.')
    assert result.message.encode("utf-8")
    assert capfd.readouterr() == ("", "")
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize(
    ("body", "limits", "verdict"),
    [
        ("while True: pass", {"seconds": 0.4}, "slow"),
        ("return 10**10**9", {"seconds": 0.4}, "slow"),  # one instruction, inside C
        ("import time\nwhile True: time.sleep(9)", {"patience_s": 0.5}, "slow"),
        ("while True:\n    try: 1 / 0\n    except BaseException: pass", {"seconds": 0.4}, "slow"),
        ("while True: print('x' * 1000)", {"seconds": 0.4}, "slow"),
        ("import os\nwhile True: os.write(1, b'x' * 1000)", {"seconds": 0.4}, "slow"),
        ("import signal\nsignal.signal(15, signal.SIG_IGN)\nwhile True: pass", {"seconds": 0.4}, "slow"),
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
    fraction = "from fractions import Fraction\nreturn Fraction(" + RIGHT.split("return ")[1] + ")"
    assert check("dice", in_notebook(RIGHT.split("return ")[0] + fraction)).passed


def test_looking_around_is_allowed():
    assert check("dice", in_notebook("import os\nos.getcwd()\nos.listdir()\n" + RIGHT)).passed


@pytest.mark.slow
def test_a_tensor_is_an_answer_too():
    import torch

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
DAMAGE = (b"", b"{", b"[1, 2]", b"\xff\xfe", b'"text"', b"[" * 100_000, b"\x00" * 50)


@pytest.mark.parametrize("damage", DAMAGE, ids=range(len(DAMAGE)))
def test_a_damaged_file_gets_a_sentence_and_costs_one_record(home, damage):
    store = local_store()
    for key in ("06-coarse", "06-join"):
        predict(key).choose("a")
    quiz("06").answer(1, "a")
    (home / "prediction.06-coarse.json").write_bytes(damage)
    (home / "quiz.06-skip.json").write_bytes(damage)
    (home / "exercise.dice.json").write_bytes(damage)
    assert (store.read("prediction", "06-coarse"), store.damaged("prediction", "06-coarse")) == ({}, True)
    assert repr(reveal("06-coarse")).startswith("What you predicted can't be read. It is (c) eight pixels")
    assert "1 can't be read: the file is damaged." in repr(predictions("06"))
    assert [row.yours for row in predictions("06").rows] == ["(a) 16"]
    assert quiz("06").describe().endswith("1 can't be read: the file is damaged.")
    asked = predict("06-coarse")
    assert "What you chose here before can't be read. Choose again." in asked._status.value
    asked.choose("b")
    assert asked.choice == "b"
    assert quiz("06").answer(1, "c").startswith("Right.")
    assert "can't be read" not in repr(predictions("06")) + quiz("06").describe()
    assert repr(hint("dice")).startswith("Hint 1 of 3")
    assert check("dice", in_notebook("return 0.0")).attempts == 1


def test_what_somebody_has_written_into_a_record_is_not_believed(home):
    home.mkdir(parents=True)
    (home / "exercise.dice.json").write_text('{"attempts": "many", "hints": -4, "verdicts": 7}')
    assert check("dice", in_notebook("return 0.0")).attempts == 1
    assert repr(hint("dice")).startswith("Hint 1 of 3")
    (home / "quiz.06-skip.json").write_text('{"tries": [1, null, "z"]}')
    predict("06-join")
    record = json.loads((home / "prediction.06-join.json").read_text("utf-8"))
    for choice in (5, "z", "ab", None, ["a"]):
        (home / "prediction.06-join.json").write_text(json.dumps(record | {"choice": choice, "revealed": 7}))
        assert predict("06-join").choice is None
        assert "no prediction" in repr(predictions("06"))
    (home / "prediction.06-gone.json").write_text("{}")  # a question that the chapter no longer asks
    (home / "prediction.06-three.x.json").write_text("{}")
    assert len(predictions("06").rows) == 1
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
    asked = predict("06-join")
    asked.choose("b")
    assert "This can't be kept: the folder" in asked._status.value
    assert check("dice", in_notebook(RIGHT)).passed
    for _time in "12":
        assert repr(hint("dice")).startswith("Hint 1")
        assert "Set FETAL_EDU_HOME to one that can." in repr(hint("dice"))
    assert "This can't be kept" in quiz("00").answer(1, "b")
    assert repr(reveal("06-join")).startswith("You made no prediction. It is (b) 32.")
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
def test_a_prediction_is_kept_and_named_when_it_fails():
    predict("06-coarse").choose("b")
    assert predict("06-coarse").choice == "b"  # a restarted kernel
    said = reveal("06-coarse")
    assert repr(said) == (
        "You predicted (b) three pixels, about 4 mm. You counted the halvings, but they multiply. It is (c) "
        "eight pixels, about 11 mm. Each halving doubles the width, and 2 × 2 × 2 is 8."
    )
    assert said.right is False
    assert "they multiply" in said._repr_html_()


def test_a_right_prediction_is_not_told_about_other_mistakes():
    predict("06-coarse").choose("c")
    said = reveal("06-coarse")
    assert repr(said).startswith("You predicted (c) eight pixels, about 11 mm, and so it is. Each halving")
    assert "they multiply" not in repr(said)
    assert said.right is True


def test_nobody_predicts_and_the_lesson_goes_on():
    assert repr(predictions("06")) == "No prediction is kept for this chapter."
    asked = predict("06-coarse")
    assert "Choose before you run the next cell." in asked._status.value
    assert "run the cell after each question" in repr(predictions("06"))
    said = reveal("06-coarse")
    assert repr(said).startswith("You made no prediction. It is (c) eight pixels, about 11 mm.")
    assert said.right is None
    assert "#6B6B6B" in said._repr_html_()  # neither right nor wrong
    assert "No prediction was made before its result was shown. For a fresh" in repr(predictions("06"))
    assert 'forget("06")' in repr(predictions("06"))
    assert repr(reveal("06-join")).startswith("You made no prediction.")  # never even asked
    assert len(predictions("06").rows) == 2


def test_after_the_result_a_prediction_stays():
    asked = predict("06-coarse")
    asked.choose("a")
    reveal("06-coarse")
    asked.choose("c")  # in the widget that is still on the page
    assert (asked.choice, asked._radio.value, asked._radio.disabled) == ("a", "a", True)
    assert "Your prediction stays (a)" in asked._status.value
    again = predict("06-coarse")  # the cell, run once more
    assert (again._radio.value, again._radio.disabled) == ("a", True)
    late = predict("06-join")
    reveal("06-join")
    late.choose("c")
    assert (late.choice, late._radio.value, late._radio.disabled) == (None, None, True)
    assert "too late to predict" in late._status.value
    assert repr(forget("06")) == "No prediction is kept for this chapter."
    fresh = predict("06-join")
    fresh.choose("b")
    assert repr(reveal("06-join")).startswith("You predicted (b) 32, and so it is.")


def test_a_question_that_has_changed_is_asked_anew():
    item = find_prediction("06-coarse")
    predict("06-coarse").choose("b")
    other = Item(item.key, "How much does one pixel cover?", item.options)
    assert Prediction(other, store=local_store()).choice is None
    assert predict("06-coarse").choice is None


def test_what_is_stored_holds_no_answer(home):
    for item in prediction_items():
        predict(item.key)
        record = json.loads((home / f"prediction.{item.key}.json").read_text("utf-8"))
        assert set(record) == {"question", "choices", "choice", "revealed"}
        asked = predict(item.key)
        sent = json.dumps([widget.get_state() for widget in asked.widget.children], default=str)
        for option in item.options:
            assert option.feedback not in sent + asked.describe()


def test_a_chapter_shows_its_predictions_as_a_table():
    for key, letter in (("06-join", "a"), ("06-coarse", "c"), ("06-hc", None), ("00-half", "a")):
        asked = predict(key)
        if letter:
            asked.choose(letter)
        if key != "06-hc":
            reveal(key)
    table = predictions("06")
    keys = [item.key for item in prediction_items() for row in table.rows if row.question == item.question]
    assert keys == ["06-coarse", "06-join", "06-hc"]  # as in the chapter
    assert [row.right for row in table.rows] == [True, False, None]
    page = table._repr_html_()
    assert page.count("<tr>") == 4
    assert "<caption" in page
    assert page.count("scope='col'") == 4
    assert page.count("scope='row'") == 3
    assert "<code>n_out</code>" in page
    assert "1 of 2 predictions came out. The others show" in repr(table)
    assert "How many enter two_conv? You: (a) 16. It is: (b) 32. no" in repr(table)
    assert "You: no prediction. It is: not shown yet." in repr(table)
    assert forget("06").rows == []
    assert len(predictions("00").rows) == 1


def test_what_an_author_gets_wrong_is_told():
    with pytest.raises(LookupError, match=r"no prediction '06-coars'\. Did you mean '06-coarse'"):
        predict("06-coars")
    with pytest.raises(LookupError, match="no prediction 'x'"):
        reveal("x")
    with pytest.raises(ValueError, match="'d' is no choice"):
        predict("06-coarse").choose("d")
    with pytest.raises(ValueError, match="exactly one of them right"):
        Item("06-x", "?", (Option("1", "a"), Option("2", "b")))
    with pytest.raises(ValueError, match="give 2 to 8 options"):
        Item("06-x", "?", (Option("1", "a", right=True),))
    asking = ", ".join(sorted({item.key[:2] for item in quiz_items()}))
    assert asking.startswith("00, 01, ")
    with pytest.raises(LookupError, match=rf"Chapters with a quiz: {asking}\."):
        quiz("99")
    for number, letter in ((0, "a"), (5, "a"), (1, "x"), (1, "")):
        with pytest.raises(ValueError, match=r"no item|no option"):
            quiz("06").answer(number, letter)


def test_questions_are_shown_as_text():
    options = (Option("<i>yes</i>", "It is.", right=True), Option("no", "It is not."))
    asked = Prediction(Item("06-safe", "Is <b> a `tag`?", options), store=Store())
    assert "&lt;b&gt;" in asked.widget.children[0].value
    assert "<code>tag</code>" in asked.widget.children[0].value
    shown = asked._repr_mimebundle_()
    assert "(a) <i>yes</i>" in shown["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in shown


# --------------------------------------------------------------------------------------------------- quizzes
ASKED = [*prediction_items(), *quiz_items()]


@pytest.mark.parametrize("item", ASKED, ids=lambda item: item.key)
def test_every_option_of_a_question_has_its_own_word(item):
    feedback = [option.feedback for option in item.options]
    assert len(set(feedback)) == len({option.text for option in item.options}) == len(item.options) >= 3
    assert all(text.endswith((".", "?")) and len(text) > 20 for text in feedback)
    assert re.fullmatch(r"\d\d-[a-z0-9-]+", item.key)
    lengths = [len(option.text) for option in item.options]
    assert lengths[[option.right for option in item.options].index(True)] < 2 * np.median(lengths)


def test_chapters_have_their_questions():
    for found, n, letters in ((quiz_items(), 4, 4), (prediction_items(), 5, 3)):
        keys = [item.key for item in found]
        assert len(set(keys)) == len(keys)
        for chapter in sorted({key[:3] for key in keys} - {"00-"}):
            assert sum(key.startswith(chapter) for key in keys) == n
            answers = {item.answer for item in found if item.key.startswith(chapter)}
            assert len(answers) == letters  # no letter is the safe bet
        assert sum(key.startswith("00-") for key in keys) == 1


@pytest.mark.parametrize("chapter", sorted({item.key[:2] for item in quiz_items()}))
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
        "predict('06-join')",
        "reveal('06-join')",
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
    assert "in its line 2, return 1 / 0: ZeroDivisionError" in said[6]
    assert said[7].startswith("Hint 1 of 3")
    assert said[9].startswith("You made no prediction. It is (b) 32.")
    assert said[11].startswith("1. What does a skip")
    assert (home / "exercise.dice.json").is_file()
