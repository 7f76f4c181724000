"""``fetal-edu simulate``: any number, on any number of workers, interrupted, and with bad input."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from fetal_edu import cli
from fetal_edu.data import BadInput, SampleFolder, read_image, simulated
from fetal_edu.data import keep as keeping
from fetal_edu.data.orders import Order, series
from fetal_edu.data.produce import Production
from fetal_edu.phantom import KNOBS, MACHINES, PLANES, draw

SMALL = ("--shape", "32x48", "--jobs", "1")


def run(capsys, *words):
    code = cli.main(["simulate", *map(str, words)])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return code, printed.out, printed.err


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def orders(n=3, *, shape=(32, 48), seed=0, **common):
    return series(Order("transthalamic", 0, shape=shape, **common), n, seed=seed)


def produce(made, folder, **how):
    with Production(made, folder) as production:
        return [*production.run(**({"jobs": 1} | how))]


# ------------------------------------------------------------------------------------ what comes out


def test_pictures_with_labels_and_registry(capsys, tmp_path):
    words = ("transthalamic", "--ga", "20,24", "--n", 3, "--machine", "old", "--knob", "shadow=0.7", "wall=0")
    code, out, err = run(capsys, *words, *SMALL, "--out", tmp_path / "set")
    assert (code, err) == (0, "")
    assert "3 simulated samples" in out
    samples = simulated(tmp_path / "set")
    assert samples.names() == (
        "transthalamic-20w-s0-0000",
        "transthalamic-20w-s0-0002",
        "transthalamic-24w-s0-0001",
    )
    assert len(samples) == 3
    assert "transthalamic-20w-s0-0000" in samples
    for sample in samples:
        drawn = draw(
            "transthalamic",
            sample.seed,
            weeks=sample.truth["ga_weeks"],
            machine="old",
            knobs={"shadow": 0.7, "wall": 0.0},
            shape=(32, 48),
        )
        assert np.array_equal(sample.image, drawn.image)
        assert np.array_equal(sample.labels, drawn.labels)
        assert sample.truth == drawn.truth | {"ellipse": sample.truth["ellipse"]}
        assert sample.truth["ellipse"].to_dict() == drawn.truth["ellipse"].to_dict()
        assert (sample.plane, sample.spacing, sample.group) == (drawn.plane, drawn.spacing, drawn.group)
        assert dict(sample.classes) == dict(drawn.classes)
    assert {path.suffix for path in (tmp_path / "set").iterdir()} == {".png", ".json"}
    assert samples[-1].truth["ga_weeks"] == 24


def test_a_sample_without_an_age_is_what_draw_makes_of_the_seed(tmp_path):
    produce(orders(1), tmp_path)
    (sample,) = simulated(tmp_path)
    assert np.array_equal(sample.image, draw("transthalamic", sample.seed, shape=(32, 48)).image)


def test_a_sample_depends_on_seed_and_number_alone():
    long, short = orders(5, seed=3), orders(2, seed=3)
    assert {name: long[name] for name in short} == short
    assert len({order.seed for order in long.values()}) == 5
    assert not {order.seed for order in long.values()} & {order.seed for order in orders(5, seed=4).values()}


def test_ages_of_a_range_lie_in_it():
    made = series(Order("transthalamic", 0), 30, ages=(18, 24), between=True).values()
    weeks = [order.weeks for order in made]
    assert 18 <= min(weeks) < 19.5
    assert 22.5 < max(weeks) <= 24


def test_a_sweep_is_looked_at_as_gif_and_read_as_nifti(capsys, tmp_path):
    words = ("head", "--sweep", "--stops", "transthalamic", "--frames", 3, "--ga", 22)
    assert run(capsys, *words, *SMALL, "--out", tmp_path)[0] == 0
    (sample,) = simulated(tmp_path)
    assert sample.shape == (3, 32, 48)
    assert len(sample.plane) == len(sample.truth["frames"]) == 3
    assert "transthalamic" in sample.plane
    read = read_image(tmp_path / "head-sweep-22w-s0-0000.nii.gz", frame="all")
    assert np.array_equal(read.image, sample.image)
    assert read.spacing == pytest.approx(sample.spacing)
    assert read.fps == sample.fps == 30
    assert (tmp_path / "head-sweep-22w-s0-0000.gif").read_bytes().startswith(b"GIF8")


def test_a_volume_keeps_its_three_spacings(capsys, tmp_path):
    words = ("transthalamic", "--volume", "--frames", 3, "--ga", 22)
    assert run(capsys, *words, *SMALL, "--out", tmp_path)[0] == 0
    (sample,) = simulated(tmp_path)
    assert sample.shape == (3, 32, 48)
    read = read_image(tmp_path / "transthalamic-volume-22w-s0-0000.nii.gz", frame="all")
    assert np.array_equal(read.image, sample.image)
    assert read.spacing == pytest.approx(sample.spacing, rel=1e-6)
    assert len(read.spacing) == 3
    assert set(np.unique(sample.labels)) <= {label for values in sample.classes.values() for label in values}


def test_the_list_names_planes_machines_and_knobs(capsys):
    for words in (("list",), ("--list",)):
        code, out, _ = run(capsys, *words)
        assert code == 0
        for name in (*PLANES, *MACHINES, *KNOBS):
            assert name in out
        assert KNOBS["shadow"].meaning in out
        assert "11 to 40 weeks" in out


def test_torch_stays_out(tmp_path):
    code = (
        "import sys; from fetal_edu import cli\n"
        "words = ['simulate', 'transthalamic', '--shape', '32x48', '--jobs', '1', '--out']\n"
        f"assert cli.main([*words, {str(tmp_path)!r}]) == 0\n"
        "assert not {'torch', 'fastai', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


# ------------------------------------------------------------------------------------ workers


@pytest.mark.slow
def test_bytes_are_the_same_for_any_number_of_workers(tmp_path):
    for jobs in (1, 2):
        produce(orders(5), tmp_path / str(jobs), jobs=jobs)
    assert content(tmp_path / "1") == content(tmp_path / "2")


@pytest.mark.slow
def test_bytes_are_the_same_on_a_dask_cluster_of_two(tmp_path):
    pytest.importorskip("distributed", reason="needs dask: pip install 'fetal_edu[cluster]'")
    script = (
        "import sys\nfrom distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    here = dict(dashboard_address=None, host='127.0.0.1')\n"
        "    with LocalCluster(n_workers=2, threads_per_worker=1, **here) as cluster:\n"
        "        print(cluster.scheduler_address, flush=True)\n"
        "        sys.stdin.read()\n"
    )
    (tmp_path / "cluster.py").write_text(script)
    cluster = subprocess.Popen(
        [sys.executable, tmp_path / "cluster.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        address = cluster.stdout.readline().strip()
        words = ["simulate", "transthalamic", "--n", "4", "--shape", "32x48", "--dask", address]
        command = [sys.executable, "-m", "fetal_edu.cli", *words, "--out", tmp_path / "dask"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        assert (done.returncode, done.stderr) == (0, "")
    finally:
        cluster.communicate(timeout=60)
    produce(orders(4), tmp_path / "here")
    assert content(tmp_path / "dask") == content(tmp_path / "here")


def test_dask_that_is_absent_or_does_not_answer(capsys, tmp_path, monkeypatch):
    words = ("transthalamic", *SMALL, "--out", tmp_path / "set", "--dask", "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    code, _, err = run(capsys, *words)
    assert code == 2
    assert "pip install 'fetal_edu[cluster]'" in err
    assert not (tmp_path / "set").exists()


# ------------------------------------------------------------------------------------ going on


def test_what_is_there_is_not_drawn_again(capsys, tmp_path):
    produce(orders(2), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.png")}
    code, out, _ = run(capsys, "transthalamic", "--n", 3, *SMALL, "--out", tmp_path)
    assert code == 0
    assert "(2 of them were there)" in out
    assert {path: path.stat().st_mtime_ns for path in before} == before
    produce(orders(3), tmp_path / "at once")
    assert content(tmp_path / "at once") == content(tmp_path)


def test_half_a_file_is_drawn_again(tmp_path):
    produce(orders(2), tmp_path)
    whole = content(tmp_path)
    name = next(iter(orders(2)))
    (tmp_path / f"{name}.png").write_bytes(whole[f"{name}.png"][:100])
    (tmp_path / f".{name}.png.part").write_bytes(b"half")
    assert produce(orders(2), tmp_path) == [name]
    assert content(tmp_path) == whole


def test_a_run_that_was_killed_goes_on(tmp_path):
    whole = tmp_path / "whole"
    produce(orders(4), whole)
    production = Production(orders(4), tmp_path / "cut")
    made = production.run(jobs=1)
    names = [next(made), next(made)]
    made.close()
    production._keeper._journal.write(b'{"half a line')  # as a kill leaves it: no registry, a torn journal
    production._keeper._journal.close()
    assert not (tmp_path / "cut" / "registry.json").exists()
    assert produce(orders(4), tmp_path / "cut") == [name for name in orders(4) if name not in names]
    assert content(tmp_path / "cut") == content(whole)


def test_another_request_of_the_same_names_is_refused(capsys, tmp_path):
    produce(orders(1), tmp_path)
    before = content(tmp_path)
    code, _, err = run(capsys, "transthalamic", "--machine", "old", *SMALL, "--out", tmp_path)
    assert code == 2
    assert "differs in machine" in err
    assert content(tmp_path) == before


def test_a_folder_where_nothing_is_to_do_keeps_its_registry(tmp_path):
    produce(orders(2), tmp_path)
    registry = tmp_path / "registry.json"
    registry.write_text(json.dumps(json.loads(registry.read_text()), indent=1))
    before = content(tmp_path)
    assert produce(orders(2), tmp_path) == []
    assert content(tmp_path) == before


def test_another_seed_joins_the_folder(tmp_path):
    produce(orders(1), tmp_path)
    produce(orders(1, seed=1), tmp_path)
    assert len(simulated(tmp_path)) == 2


def test_ctrl_c_leaves_whole_samples_and_says_how_to_go_on(capsys, tmp_path, monkeypatch):
    write, written = keeping.write_whole, []

    def interrupted(path, content):
        if len(written) == 3:  # between a picture and its labels
            raise KeyboardInterrupt
        written.append(path)
        write(path, content)

    monkeypatch.setattr(keeping, "write_whole", interrupted)
    monkeypatch.setattr(keeping.Keeper, "close", _closing_with(write, keeping.Keeper.close, monkeypatch))
    code, _, err = run(capsys, "transthalamic", "--n", 3, *SMALL, "--out", tmp_path)
    assert code == 130
    assert "1 of 3 samples are in" in err
    assert "same command" in err
    (name,) = simulated(tmp_path).names()
    assert set(content(tmp_path)) == {f"{name}.png", f"{name}-labels.png", "registry.json"}
    monkeypatch.undo()
    code, out, _ = run(capsys, "transthalamic", "--n", 3, *SMALL, "--out", tmp_path)
    assert code == 0
    assert "(1 of them were there)" in out


def _closing_with(write, close, monkeypatch):
    def closing(self, **how):
        monkeypatch.setattr(keeping, "write_whole", write)
        close(self, **how)

    return closing


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a group of processes")
def test_ctrl_c_in_a_terminal_reaches_all_workers(tmp_path):
    words = ["simulate", "transthalamic", "--n", "300", "--shape", "64x96", "--jobs", "2", "--out", tmp_path]
    process = subprocess.Popen(
        [sys.executable, "-m", "fetal_edu.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    limit = time.monotonic() + 120
    while len([*tmp_path.glob("*-labels.png")]) < 3 and time.monotonic() < limit:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "of 300 samples are in" in err
    left = {path.name for path in tmp_path.iterdir()}
    names = simulated(tmp_path).names()
    assert left == {f"{n}{end}.png" for n in names for end in ("", "-labels")} | {"registry.json"}


# ------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name a plane"),
        (("sideways",), "there are transthalamic"),
        (("transthalamic", "--ga", "50"), "11 to 40 weeks"),
        (("transthalamic", "--ga", "5-20"), "11 to 40 weeks"),
        (("transthalamic", "--ga", "24-18"), "first not above the last"),
        (("transthalamic", "--n", "0"), "ask for 1 to"),
        (("transthalamic", "--n", "-3"), "ask for 1 to"),
        (("transthalamic", "--n", "1000000000"), "ask for 1 to"),
        (("transthalamic", "--seed", "-1"), "Seed -1"),
        (("transthalamic", "--shape", "20x48"), "at least 32 x 32"),
        (("transthalamic", "--shape", "90000x90000"), "4 megapixels"),
        (("transthalamic", "--machine", "new"), "premium, portable, old"),
        (("transthalamic", "--difficulty", "2"), "0 (clear) to 1 (hard)"),
        (("transthalamic", "--difficulty", "nan"), "0 (clear) to 1 (hard)"),
        (("transthalamic", "--knob", "shade=1"), "there are shadow"),
        (("transthalamic", "--knob", "shadow=7"), "0 (clear) to 1 (hard)"),
        (("transthalamic", "--anatomy", "leg"), "there are head"),
        (("transthalamic", "--frames", "3"), "ask for a sweep"),
        (("transthalamic", "--stops", "transthalamic"), "Only a sweep"),
        (("head", "--sweep", "--frames", "1"), "2 to"),
        (("head", "--sweep", "--stops", "other"), "can't visit 'other'"),
        (("transthalamic", "--jobs", "0"), "1 or more"),
    ],
)
def test_bad_words_get_a_sentence(capsys, tmp_path, words, said):
    code, out, err = run(capsys, *words, "--out", tmp_path / "set")
    assert (code, out) == (2, "")
    assert said.lower() in err.lower()
    assert err.count("\n") == 1
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--ga", "soon"), "20, a range as 18-24"),
        (("--ga", "18-20-22"), "20, a range as 18-24"),
        (("--knob", "shadow"), "NAME=VALUE"),
        (("--knob", "shadow=much"), "NAME=VALUE"),
        (("--shape", "big"), "for example 256x384"),
        (("--sweep", "--volume"), "not allowed with"),
    ],
)
def test_words_that_cannot_be_read_get_the_usage(capsys, words, said):
    with pytest.raises(SystemExit) as stop:
        cli.main(["simulate", "transthalamic", *words])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_a_folder_with_other_content_is_left_alone(capsys, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    code, _, err = run(capsys, "transthalamic", *SMALL, "--out", tmp_path)
    assert code == 2
    assert "holds other files, for example thesis.txt" in err
    assert set(content(tmp_path)) == {"thesis.txt"}


def test_a_registry_of_something_else_is_left_alone(capsys, tmp_path):
    (tmp_path / "registry.json").write_text('{"name": "mine"}')
    code, _, err = run(capsys, "transthalamic", *SMALL, "--out", tmp_path)
    assert code == 2
    assert "registry.json can't be read" in err
    assert (tmp_path / "registry.json").read_text() == '{"name": "mine"}'


def test_a_file_is_no_folder(capsys, tmp_path):
    (tmp_path / "set").write_text("x")
    code, _, err = run(capsys, "transthalamic", *SMALL, "--out", tmp_path / "set")
    assert code == 2
    assert "Nothing can be written" in err


def test_a_folder_that_may_not_be_written_to(capsys, tmp_path, monkeypatch):
    def refused(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(keeping, "_locked", refused)
    code, _, err = run(capsys, "transthalamic", *SMALL, "--out", tmp_path)
    assert code == 2
    assert "Nothing can be written" in err
    assert "Permission denied" in err


@pytest.mark.parametrize("full_at", [0, 1, 3])
def test_a_disk_that_fills_up_loses_nothing(capsys, tmp_path, monkeypatch, full_at):
    write, count = Path.write_bytes, 0

    def filling(path, content):
        nonlocal count
        count += 1
        if count > full_at:
            write(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", filling)
    code, _, err = run(capsys, "transthalamic", "--n", 3, *SMALL, "--out", tmp_path)
    monkeypatch.undo()
    assert code == 2
    assert "No space left on device" in err
    assert f"{full_at // 2} of 3 samples are there" in err
    assert not [*tmp_path.glob(".*")]
    assert len([*tmp_path.glob("*.png")]) == 2 * (full_at // 2)
    assert run(capsys, "transthalamic", "--n", 3, *SMALL, "--out", tmp_path)[0] == 0
    produce(orders(3), tmp_path / "at once")
    assert content(tmp_path / "at once") == content(tmp_path)


def test_too_little_room_is_said_before(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(BadInput, match="take about 0 MB"):
        Production(orders(2), tmp_path / "set")
    assert not (tmp_path / "set").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_two_runs_do_not_write_into_one_folder(tmp_path):
    with (
        Production(orders(1), tmp_path),
        pytest.raises(BadInput, match="Another run"),
    ):
        Production(orders(1, seed=2), tmp_path)


def test_a_sample_that_cannot_be_drawn_is_named(tmp_path, monkeypatch):
    for error, said in (
        (ValueError("the probe sees nothing"), r"s0-0000 can't be drawn: the probe sees nothing\."),
        (MemoryError(), r"s0-0000 does not fit into the memory"),
        (TypeError("oh"), r"s0-0000 could not be drawn \(TypeError: oh\): please report"),
    ):

        def fails(self, error=error):
            raise error

        monkeypatch.setattr(Order, "draw", fails)
        with pytest.raises(BadInput, match=said):
            produce(orders(1), tmp_path / "set")
        assert not (tmp_path / "set").exists()


@pytest.mark.slow
def test_a_worker_that_dies_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("fetal_edu.data.produce._made", lambda name, order: os._exit(1))
    with pytest.raises(BadInput, match="The workers stopped"):
        produce(orders(4), tmp_path / "set", jobs=2)
    assert not (tmp_path / "set").exists()


def test_a_folder_without_samples_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"there is none.*fetal-edu simulate"):
        simulated(tmp_path)


def test_an_unknown_name_lists_twenty(tmp_path):
    entry = {"plane": "4C"}
    (tmp_path / "registry.json").write_text(json.dumps({"samples": {f"a{i}": entry for i in range(30)}}))
    with pytest.raises(BadInput, match="and 10 more"):
        SampleFolder(tmp_path).load("b")


def test_a_bar_for_whoever_looks(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    _, _, err = run(capsys, "transthalamic", "--n", 2, *SMALL, "--out", tmp_path)
    assert "[########################] 2/2" in err
