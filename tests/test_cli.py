"""The command line, as a person and as a script use it."""

import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from pictures import HEAD, SHAPE, SPACING, Brightness, bright_head, dicom, encode, noise, region
from PIL import Image

from fetal_edu import cli, runtime
from fetal_edu.data import bundled, hc18
from fetal_edu.measure import Ellipse, dice

KEYS = {"file", "hc_mm", "hc_interval_mm", "ga_weeks", "ga_interval_weeks", "ellipse"}
KEYS |= {"quality", "model", "notes"}
HC = HEAD.circumference


@pytest.fixture
def fake(monkeypatch):
    """A network that takes bright for head; all around it is the real thing."""

    def load(name="head"):
        if name != "head":
            raise runtime.ModelNotFoundError(f"no network {name!r}; there is: head")
        return Brightness()

    monkeypatch.setattr(runtime, "load", load)


@pytest.fixture
def scans(tmp_path):
    """A folder with a good picture, a DICOM with its own scale, and a broken file."""
    (tmp_path / "good.png").write_bytes(encode(bright_head()))
    (tmp_path / "scan.dcm").write_bytes(dicom(bright_head(), regions=[region(0.06, 0.06, (0, 0, *SHAPE))]))
    (tmp_path / "broken.png").write_bytes(encode(bright_head())[:200])
    return tmp_path


def run(capsys, *words):
    """Run one command; return its exit code, its results and its messages."""
    code = cli.main([str(word) for word in words])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return code, printed.out, printed.err


def records(capsys, *words):
    code, out, err = run(capsys, "measure", *words, "--json")
    said = [json.loads(line) for line in out.splitlines()]
    for record in said:
        assert record.keys() >= KEYS
        absent = [key for key, value in record.items() if value is None]
        assert bool(absent) <= bool(record["notes"]), f"{absent} have no reason"
    return code, said, err


# ------------------------------------------------------------------------------------ measure


def test_text_for_people(fake, scans, capsys):
    code, out, err = run(capsys, "measure", scans / "good.png", "--spacing", 0.6)
    assert (code, err) == (0, "")
    assert "HC       243." in out or "HC       242." in out
    assert "weeks (" in out
    assert "INTERGROWTH-21st" in out
    assert "Hadlock" in out
    assert "quality  good" in out
    assert "Not a medical device" in out


def test_json_for_scripts(fake, scans, capsys):
    code, (record,), err = records(capsys, scans / "good.png", "--spacing", "0.6")
    assert (code, err) == (0, "")
    assert record["file"] == str(scans / "good.png")
    assert record["hc_mm"] == pytest.approx(HC, rel=0.005)
    assert record["hc_interval_mm"] == pytest.approx(
        [0.95 * record["hc_mm"], 1.05 * record["hc_mm"]], abs=0.1
    )
    assert record["hc_px"] == pytest.approx(HC / 0.6, rel=0.005)
    low, high = record["ga_interval_weeks"]
    assert low < record["ga_weeks"] < high
    assert record["ga_hadlock_weeks"] == pytest.approx(record["ga_weeks"], abs=1.5)
    assert Ellipse(**record["ellipse"]).circumference == pytest.approx(record["hc_mm"], abs=0.01)
    assert (record["quality"], record["model"], record["notes"]) == ("good", "head", [])


def test_two_spacings_are_rows_then_columns(fake, tmp_path, capsys):
    spacing = (0.9, 0.6)
    (tmp_path / "a.png").write_bytes(encode(bright_head(shape=(107, 240), spacing=spacing)))
    code, (record,), _ = records(capsys, tmp_path / "a.png", "--spacing", "0.9,0.6")
    assert code == 0
    assert record["hc_mm"] == pytest.approx(HC, rel=0.01)
    assert record["hc_px"] == pytest.approx(HEAD.rescaled((1 / 0.9, 1 / 0.6)).circumference, rel=0.01)
    swapped = records(capsys, tmp_path / "a.png", "--spacing", "0.6,0.9")[1][0]
    assert abs(swapped["hc_mm"] / HC - 1) > 0.02


def test_the_files_own_scale(fake, scans, capsys):
    code, (record,), _ = records(capsys, scans / "scan.dcm")
    assert code == 0
    assert record["hc_mm"] == pytest.approx(HC, rel=0.005)
    assert record["spacing_mm"] == pytest.approx([0.6, 0.6])


def test_unknown_scale_gives_pixels_and_says_how_to_give_it(fake, scans, capsys):
    code, (record,), _ = records(capsys, scans / "good.png")
    assert code == 2
    assert (record["hc_mm"], record["ga_weeks"], record["hc_interval_mm"]) == (None, None, None)
    assert record["hc_px"] == pytest.approx(HC / 0.6, rel=0.005)
    assert record["ellipse_unit"] == "px"
    assert "--spacing 0.12" in " ".join(record["notes"])
    code, out, _ = run(capsys, "measure", scans / "good.png")
    assert code == 2
    assert "pixels" in out
    assert " mm (" not in out


def test_a_table_of_scales(fake, scans, capsys):
    table = scans / "table.csv"
    table.write_text("filename,pixel size(mm),head circumference (mm)\ngood.png,0.6,240\n")
    (scans / "other.png").write_bytes(encode(bright_head()))
    code, said, _ = records(
        capsys, scans / "good.png", scans / "other.png", scans / "scan.dcm", "--spacing", table
    )
    assert code == 2
    assert said[0]["hc_mm"] == pytest.approx(HC, rel=0.005)
    assert said[1]["hc_mm"] is None
    assert "other.png is not in table.csv: add a line" in " ".join(said[1]["notes"])
    assert said[2]["hc_mm"] == pytest.approx(HC, rel=0.005)


def test_a_bad_scale_in_a_table_stops_only_its_file(fake, scans, capsys):
    table = scans / "table.csv"
    table.write_text("broken.png,0.6\ngood.png,0\nscan.dcm,0.6\n")
    code, said, err = records(capsys, scans / "good.png", scans / "scan.dcm", "--spacing", table)
    assert code == 2
    assert "0 mm per pixel is not possible" in err
    assert [record["hc_mm"] is None for record in said] == [True, False]


def test_one_bad_file_does_not_stop_the_rest(fake, scans, capsys):
    files = [scans / "broken.png", scans / "none.png", scans, scans / "good.png"]
    code, said, err = records(capsys, *files, "--spacing", "0.6")
    assert code == 2
    assert [record["hc_mm"] is None for record in said] == [True, True, True, False]
    assert [record["quality"] for record in said] == ["none", "none", "none", "good"]
    for expected in ("damaged or cut short", "There is no file", "is a folder"):
        assert expected in err
    code, out, err = run(capsys, "measure", *files, "--spacing", "0.6")
    assert code == 2
    assert out.count("quality") == 1
    assert err.count("\n") == 3


def test_an_unexpected_error_stops_only_its_file(fake, scans, capsys, monkeypatch):
    sound = runtime.read_head

    def fails_once(sample, *, model, box):
        if sample.origin == "good.png":
            raise RuntimeError("surprise")
        return sound(sample, model=model, box=box)

    monkeypatch.setattr(runtime, "read_head", fails_once)
    code, said, err = records(capsys, scans / "good.png", scans / "scan.dcm")
    assert code == 2
    assert "RuntimeError: surprise" in err
    assert said[1]["hc_mm"] is not None


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (noise((160, 240)) // 4, "No head found"),
        (
            bright_head(ellipses=[Ellipse(48, 36, 30, 25, 0), Ellipse(48, 105, 30, 25, 0)]),
            "Two heads found: crop the picture",
        ),
        (bright_head(ellipses=[Ellipse(48, 0, 43, 34, 0)]), "lies outside the picture"),
    ],
)
def test_pictures_that_hold_no_whole_head(fake, tmp_path, capsys, picture, expected):
    (tmp_path / "a.png").write_bytes(encode(picture))
    code, (record,), _ = records(capsys, tmp_path / "a.png", "--spacing", "0.6")
    assert (code, record["hc_mm"], record["quality"]) == (2, None, "none")
    assert expected in " ".join(record["notes"])


def test_a_head_below_the_chart_has_mm_and_no_weeks(fake, tmp_path, capsys):
    (tmp_path / "a.png").write_bytes(encode(bright_head()))
    code, (record,), _ = records(capsys, tmp_path / "a.png", "--spacing", "0.15")
    assert code == 0
    assert record["hc_mm"] == pytest.approx(HC / 4, rel=0.005)
    assert record["ga_weeks"] is None
    assert "lies below the INTERGROWTH-21st chart" in " ".join(record["notes"])


def test_notes_on_the_file_are_passed_on(fake, tmp_path, capsys):
    (tmp_path / "a.jpg").write_bytes(encode(bright_head()))
    _, (record,), _ = records(capsys, tmp_path / "a.jpg", "--spacing", "0.6")
    assert record["notes"] == ["a.jpg holds PNG although its name ends in .jpg; it was read as PNG."]


def test_outlines_are_saved(fake, scans, capsys):
    (scans / "more").mkdir()
    (scans / "more" / "good.png").write_bytes(encode(bright_head()))
    files = [scans / "good.png", scans / "more" / "good.png", scans / "broken.png"]
    out = scans / "new" / "results"
    assert run(capsys, "measure", *files, "--spacing", "0.6", "--save", out)[0] == 2
    names = ["good_2_mask.png", "good_2_overlay.png", "good_mask.png", "good_overlay.png"]
    assert sorted(file.name for file in out.iterdir()) == names
    mask = np.asarray(Image.open(out / "good_mask.png"))
    assert set(np.unique(mask)) == {0, 255}
    assert dice(mask > 0, HEAD.mask(SHAPE, SPACING)) > 0.98
    overlay = np.asarray(Image.open(out / "good_overlay.png").convert("RGB")).astype(int)
    assert overlay.shape[0] > 300
    assert (np.ptp(overlay, axis=2) > 60).sum() > 500, "nothing coloured was drawn on the grey picture"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--spacing", "0"], "0 mm per pixel is not possible"),
        (["--spacing", "-0.2"], "-0.2 mm per pixel is not possible"),
        (["--spacing", "nan"], "nan mm per pixel"),
        (["--spacing", "50"], "50 mm per pixel"),
        (["--spacing", "0.1,0"], "0 mm per pixel"),
        (["--spacing", "0.1,0.1,0.1"], "3 numbers"),
        (["--spacing", "table.csv"], "can't be read"),
        (["--spacing", ""], "can't be read"),
        (["--model", "elbow"], "no network 'elbow'; there is: head"),
        (["--save", "good.png"], "Nothing can be saved in good.png"),
        (["--save", "good.png/below"], "Nothing can be saved"),
    ],
)
def test_what_is_refused_before_the_first_picture(fake, scans, capsys, monkeypatch, words, expected):
    monkeypatch.chdir(scans)
    code, out, err = run(capsys, "measure", "good.png", *words)
    assert (code, out) == (2, "")
    assert expected in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words", [[], ["measure"], ["dance"], ["data"], ["data", "add", "hc18"], ["train", "foot"]]
)
def test_words_that_make_no_command(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["measure", "--help"], ["data", "add", "--help"]])
def test_help_says_what_this_is_not(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 0
    assert "Not a medical device" in " ".join(capsys.readouterr().out.split())


def test_damaged_weights(scans, capsys, monkeypatch):
    (scans / "head.onnx").write_bytes(b"no network" * 20)
    (scans / "head.json").write_text("{}")
    monkeypatch.setattr(runtime, "WEIGHTS", scans)
    runtime.load.cache_clear()
    code, out, err = run(capsys, "measure", scans / "good.png")
    runtime.load.cache_clear()
    assert (code, out) == (2, "")
    assert "The network head can't be loaded" in err
    assert err.count("\n") == 1


def test_a_missing_package_sends_to_the_doctor(scans, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "fetal_edu.batch", None)
    monkeypatch.delattr("fetal_edu.batch", raising=False)
    code, _, err = run(capsys, "measure", scans / "good.png")
    assert code == 2
    assert "fetal-edu doctor" in err


def test_progress_shows_on_a_terminal_only(fake, scans, capsys, monkeypatch):
    files = [scans / "good.png"] * 4
    assert run(capsys, "measure", *files, "--spacing", "0.6")[2] == ""
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", screen)
    cli.main(["measure", *map(str, files), "--spacing", "0.6"])
    assert "3/4 " in screen.getvalue()


def test_a_reader_that_leaves(fake, scans, capfd, monkeypatch):
    """`fetal-edu measure ... | head -1` ends without a complaint."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert cli.main(["measure", str(scans / "good.png"), "--spacing", "0.6"]) == 2
    monkeypatch.undo()
    assert capfd.readouterr().err == ""


def test_a_full_disk(fake, scans, capsys, monkeypatch):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

        def fileno(self):
            raise io.UnsupportedOperation("no file")

    monkeypatch.setattr(sys, "stdout", Full())
    assert cli.main(["measure", str(scans / "good.png"), "--spacing", "0.6"]) == 2
    assert "No space left" in capsys.readouterr().err


def test_stopped_by_a_person(fake, scans, capsys, monkeypatch):
    def stop(sample, *, model, box):
        raise KeyboardInterrupt

    monkeypatch.setattr(runtime, "read_head", stop)
    code, _, err = run(capsys, "measure", scans / "good.png")
    assert (code, err) == (130, "fetal-edu: Stopped.\n")


def test_names_that_the_terminal_cannot_show(scans, tmp_path):
    """File names of any bytes come through, also where the terminal only knows ASCII."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "fetal_edu.cli", "data", "add", "hc18", tmp_path / "kopf größe"],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert b"There is no folder" in done.stderr
    assert b"Traceback" not in done.stderr


# ------------------------------------------------------------------------------------ data and train


@pytest.fixture
def settings(monkeypatch, tmp_path):
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / "settings" / name)
    monkeypatch.delenv("FETAL_EDU_DATA", raising=False)


def test_data_list_says_where_to_get_it(settings, capsys):
    code, out, _ = run(capsys, "data", "list")
    assert code == 0
    assert "fetal-edu data add hc18 FOLDER" in out
    assert "zenodo" in out


def test_data_add_refuses_a_wrong_folder(settings, tmp_path, capsys):
    code, out, err = run(capsys, "data", "add", "hc18", tmp_path)
    assert (code, out) == (2, "")
    assert "is no copy of HC18" in err


@pytest.mark.real_data
def test_data_add_shows_licence_and_citation(real_data, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / "settings" / name)
    code, out, _ = run(capsys, "data", "add", "hc18", real_data / "hc18")
    assert code == 0
    assert "CC BY 4.0" in out
    assert "PLoS ONE" in out
    monkeypatch.delenv("FETAL_EDU_DATA")
    assert str((real_data / "hc18").resolve()) in run(capsys, "data", "list")[1]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--epochs", "0"], "train nothing"),
        (["--seed", "-1"], "negative"),
        (["--out", "file/below"], "Nothing can be saved"),
        (["--card-only", "--out", "."], "There is no card"),
        (["--out", "new"], "fetal-edu data add hc18 FOLDER"),
        (["--out", "new", "--data", "nowhere"], "There is no folder nowhere"),
    ],
)
def test_train_is_refused_before_it_starts(settings, tmp_path, capsys, monkeypatch, words, expected):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    code, out, err = run(capsys, "train", "head", *words)
    assert (code, out) == (2, "")
    assert expected in err


@pytest.mark.parametrize(
    ("name", "maker"),
    [("head", "ship.make_head"), ("head-phantom", "ship_phantom.make_head_phantom")],
)
def test_train_passes_on_what_it_is_told(name, maker, tmp_path, capsys, monkeypatch):
    told = {}
    table = {"7": {"all": {"n": 5, "dice": 0.97, "hc_mae_mm": 2.5, "within_3_percent": 0.88}}}
    floor = {"floor": table, "above_floor": {"7": {"mean": 0.05, "low": 0.04, "high": 0.06}}}

    def make(**options):
        told.update(options)
        return {"seeds": table} | (floor if name == "head-phantom" else {})

    monkeypatch.setattr(f"fetal_edu.learning.{maker}", make)
    monkeypatch.setattr("fetal_edu.data.public.HC18", lambda folder: SimpleNamespace(folder=folder))
    words = ("--seed", 7, "--epochs", 2, "--data", "hc18", "--out", tmp_path)
    code, out, _ = run(capsys, "train", name, *words)
    assert code == 0
    assert (told["seed"], told["recipe"].epochs, told["out"], told["data"]) == (7, 2, tmp_path, "hc18")
    assert "Dice 0.970" in out
    assert "within 3 %: 88%" in out
    assert ("Dice above the floor: 0.050 (0.040 to 0.060)" in out) == (name == "head-phantom")


def test_simulated_heads_train_without_a_real_image(tmp_path, capsys, settings, monkeypatch):
    told = {}

    def make(**options):
        told.update(options)
        return {"seeds": {"0": {}}}

    monkeypatch.setattr("fetal_edu.learning.ship_phantom.make_head_phantom", make)
    code, _, _ = run(capsys, "train", "head-phantom", "--out", tmp_path)
    assert (code, told["data"]) == (0, None)


def test_skips_train_on_simulated_heads_alone_and_lesions_are_printed(tmp_path, capsys, monkeypatch):
    told = {}
    row = {"n": 5, "lost": 2, "dice": 0.9, "hc_mae_mm": 2.5}
    table = {"all open": row, "all closed": {**row, "lost": 5, "hc_mae_mm": None}}

    def make(**options):
        told.update(options)
        return {"seeds": {"7": table}}

    monkeypatch.setattr("fetal_edu.learning.ship_skips.make_skips", make)
    code, out, _ = run(capsys, "train", "skips", "--seed", 7, "--epochs", 2, "--out", tmp_path)
    assert code == 0
    assert (told["seed"], told["recipe"].epochs, told["out"], "data" in told) == (7, 2, tmp_path, False)
    assert "all open      5 heads, Dice 0.900, mean HC error 2.50 mm, lost 2" in out
    assert "all closed    5 heads, Dice 0.900, mean HC error unknown, lost 5" in out


def test_training_without_torch_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "fetal_edu.learning.train", None)
    monkeypatch.setattr("fetal_edu.data.public.HC18", lambda folder: SimpleNamespace(folder=folder))
    code, _, err = run(capsys, "train", "head", "--data", "hc18", "--out", tmp_path)
    assert code == 2
    assert "pip install 'fetal_edu[train]'" in err


# ------------------------------------------------------------------------------------ the real thing


def command(*words):
    """Run the installed command as a shell does."""
    return subprocess.run(
        [sys.executable, "-m", "fetal_edu.cli", *map(str, words)], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_shipped_network_measures_a_bundled_head():
    assert "head" in runtime.models(), "the weights are part of the project"
    truth = bundled.load("head-20w")
    file = bundled.folder() / "head-20w.png"
    done = command("measure", file, "--spacing", ",".join(map(str, truth.spacing)), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert record["hc_mm"] == pytest.approx(truth.truth["hc_mm"], rel=0.05)
    low, high = record["hc_interval_mm"]
    assert low < record["hc_mm"] < high
    assert record["ga_weeks"] == pytest.approx(truth.truth["ga_weeks"], abs=2)


@pytest.mark.slow
@pytest.mark.real_data
def test_the_shipped_network_reads_hc18_with_its_own_table(real_data, tmp_path):
    folder = real_data / "hc18"
    images = hc18(folder)
    picked = range(0, len(images), len(images) // 6)
    files = [folder / "training_set" / images.names[i] for i in picked]
    table = folder / "training_set_pixel_size_and_HC.csv"
    done = command("measure", *files, "--spacing", table, "--json", "--save", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    errors = [record["hc_mm"] / images.hc_mm[i] - 1 for record, i in zip(said, picked, strict=True)]
    assert np.median(np.abs(errors)) < 0.03
    assert len(list((tmp_path / "out").glob("*_overlay.png"))) == len(files)
