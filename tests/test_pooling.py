"""Predictions leave a reader's machine only when asked to, and each reader counts once in the pool."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pytest
from PIL import Image

from fetal_edu import cli
from fetal_edu.figures import alt_text, choices
from fetal_edu.figures.tally import Tally
from fetal_edu.grading import find_hand_ins, pool
from fetal_edu.lesson import Store, export_predictions, predict, predictions, reveal
from fetal_edu.lesson.item import find_prediction, prediction_items


def reader(folder, letters: dict[str, str], *, name: str = "", store: Store | None = None):
    """Let a reader predict and export; return the file."""
    store = store or Store()
    for key, letter in letters.items():
        predict(key, store=store).choose(letter)
    folder.mkdir(parents=True, exist_ok=True)
    return export_predictions(folder=folder, name=name, store=store).file


def pooled(folder):
    return pool(find_hand_ins(folder, suffix=".json"))


# ------------------------------------------------------------------------------------------ the reader's part
def test_the_file_holds_what_it_says_and_no_more(tmp_path):
    store = Store()
    predict("06-join", store=store).choose("a")
    reveal("06-join", store=store)
    predict("06-coarse", store=store)  # asked, and not answered
    predict("00-half", store=store).choose("b")
    written = export_predictions("06", folder=tmp_path, store=store)
    record = json.loads(written.file.read_text("utf-8"))
    question = find_prediction("06-join").question
    made = [{"key": "06-join", "question": question, "choice": "a", "shown": True}]
    assert record.pop("predictions") == made
    assert set(record) == {"what", "format", "version", "number", "copy", "name"}
    assert record["name"] == ""
    assert "Your name is not in it. Nothing was sent" in repr(written)
    assert "`" not in repr(written)
    assert "role='status'" in written._repr_html_()
    assert [path.name for path in tmp_path.iterdir()] == [written.file.name]


def test_a_name_is_in_it_only_as_typed(tmp_path):
    store = Store()
    predict("06-join", store=store).choose("a")
    written = export_predictions("06", folder=tmp_path, name=" Zoë\n 陈 ", store=store)
    assert json.loads(written.file.read_text("utf-8"))["name"] == "Zoë 陈"
    assert "as you typed it: Zoë 陈." in repr(written)


def test_the_table_of_predictions_offers_it_once_there_is_something_to_give(tmp_path):
    store = Store()
    predict("06-join", store=store).choose("a")
    assert "export" not in repr(predictions("06", store=store))
    reveal("06-join", store=store)
    table = predictions("06", store=store)
    assert repr(table).endswith('predictions("06").export() writes a file.')
    assert table.export(folder=tmp_path).file.is_file()


def test_nothing_to_write_and_nowhere_to_write_get_a_sentence(tmp_path):
    store = Store()
    assert "none was made here" in repr(export_predictions("06", folder=tmp_path, store=store))
    predict("06-join", store=store).choose("a")
    refused = export_predictions("06", folder=tmp_path / "missing", store=store)
    assert refused.file is None
    assert "Name another folder" in refused._repr_html_()
    (tmp_path / "file").write_text("")
    store.folder = tmp_path / "file"
    kept_nowhere = export_predictions("06", folder=tmp_path, store=store)
    assert "none was made" in repr(kept_nowhere)


def test_a_damaged_number_is_drawn_anew(tmp_path):
    store = Store()
    for damage in (
        {"number": 7, "copies": "x"},
        {"number": "../../x" * 5},
        {"number": "a" * 32, "copies": -1},
    ):
        store.write("share", "number", damage)
        record = json.loads(reader(tmp_path, {"06-join": "a"}, store=store).read_text("utf-8"))
        assert len(record["number"]) == 32
        assert record["copy"] == 1


# ------------------------------------------------------------------------------------------- the class's pool
def test_each_reader_counts_once_and_with_the_newest(tmp_path):
    store = Store()
    first = reader(tmp_path / "anna", {"06-join": "a", "06-coarse": "b"}, store=store)
    shutil.copy(first, tmp_path / "anna" / "copy of it.json")
    store.erase("prediction", "06-join")
    reader(tmp_path / "anna2", {"06-join": "c"}, store=store)
    reader(tmp_path / "ben", {"06-join": "a"}, name="Ben")
    reader(tmp_path / "ben" / "other machine", {"06-join": "b", "06-hc": "a"}, name="Ben")
    found = pooled(tmp_path)
    assert (found.files, found.readers, found.again) == (5, 2, 5)
    assert found.counts["06-join"].total() == 2
    assert found.counts["06-join"]["c"] == 1  # Anna's newest
    assert found.counts["06-coarse"] == {"b": 1}
    assert found.counts["06-hc"] == {"a": 1}
    assert [item.key for item in found.items] == ["06-coarse", "06-join", "06-hc"]


def test_files_side_by_side_are_told_apart_by_their_number(tmp_path):
    for letter in "aabc":
        reader(tmp_path, {"06-join": letter})
    assert pooled(tmp_path).counts["06-join"] == {"a": 2, "b": 1, "c": 1}


def test_what_is_no_export_gets_a_sentence_and_the_rest_goes_on(tmp_path):
    good = reader(tmp_path, {"06-join": "a"})
    record = json.loads(good.read_text("utf-8"))
    made = record["predictions"][0]
    bad = {
        "a": "no json",
        "b": "[1]",
        "c": "[" * 100_000,
        "d": json.dumps(record | {"format": 9}),
        "e": json.dumps(record | {"number": 3}),
        "f": json.dumps(record | {"predictions": {}}),
    }
    for name, text in bad.items():
        (tmp_path / f"{name}.json").write_text(text)
    strange = [
        made | {"question": "2 + 2?"},
        made | {"choice": "z"},
        made | {"key": ["x"]},
        7,
        {"choice": "a"},
    ]
    (tmp_path / "g.json").write_text(json.dumps(record | {"number": "0" * 32, "predictions": strange}))
    found = pooled(tmp_path)
    assert [problem[:6] for problem in found.problems] == [f"{name}.json" for name in bad]
    assert (found.files, found.other_words) == (2, 5)
    assert found.counts == {"06-join": {"a": 1}}


def test_the_command_prints_and_draws_what_the_class_believed(tmp_path, capsys):
    for letter in "aaab":
        reader(tmp_path / "class", {"06-join": letter, "06-coarse": letter})
    picture, sheet = tmp_path / "pool.png", tmp_path / "pool.csv"
    assert cli.main(["grade", "--predictions", str(tmp_path / "class"), "--out", str(picture)]) == 0
    said = capsys.readouterr().out
    assert "06-join  32 channels come from below" in said
    assert "     3   (a) 16 - You added the maps. They lie side by side." in said
    assert "     1 ✓ (b) 32\n" in said
    assert "4 students, 4 files" in said
    assert "4 answers. 3 chose 16; 1 chose 32, which is right; 0 chose 48." in said
    with Image.open(picture) as drawn:
        assert drawn.width > 800
    assert cli.main(["grade", "--predictions", str(tmp_path / "class"), "--out", str(sheet)]) == 0
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig"))))
    assert [
        (row["option"], row["right"], row["chosen"], row["of"]) for row in rows if row["item"] == "06-join"
    ] == [
        ("a", "no", "3", "4"),
        ("b", "yes", "1", "4"),
        ("c", "no", "0", "4"),
    ]


def test_a_pool_of_nothing_is_told(tmp_path, capsys):
    (tmp_path / "other.json").write_text("{}")
    assert cli.main(["grade", "--predictions", str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "fetal-edu: other.json: It is no file of predictions.",
        f"fetal-edu: No predictions were found in {tmp_path}.",
    ]


def test_every_question_of_the_course_can_be_drawn():
    tallies = [
        Tally(item.question, dict.fromkeys(item.texts, 0) | {item.texts[0]: 3}, item.options[0].text)
        for item in prediction_items()
    ]
    figure = choices(tallies)
    assert len(figure.axes) == len(tallies)
    assert alt_text(figure).count("which is right") == len(tallies)
    with pytest.raises(ValueError, match="at least one question"):
        choices([])
