"""`fetal-edu measure` on clips, volumes, and scans among their writing."""

import io
import json

import nibabel
import numpy as np
import pytest
from pictures import HEAD, SHAPE, Brightness, bright_head, dicom, encode, region
from PIL import Image

from fetal_edu import batch, cli, runtime
from fetal_edu.measure import Ellipse, dice

SMALL = Ellipse(row=48.0, column=72.0, semi_major=33.0, semi_minor=26.0, angle=0.3)
BAND = 60  # rows of bright writing above the scan


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    """A network that takes bright for head; all around it is the real thing."""
    monkeypatch.setattr(runtime, "load", lambda name="head": Brightness())


@pytest.fixture
def clip(tmp_path):
    """Three frames: a head, a smaller one, and nothing."""
    frames = np.stack([bright_head(), bright_head(ellipses=(SMALL,)), bright_head() // 11])
    file = tmp_path / "clip.dcm"
    file.write_bytes(
        dicom(
            frames[0],
            regions=[region(0.06, 0.06, (0, 0, *SHAPE))],
            NumberOfFrames=3,
            PixelData=frames.tobytes(),
            FrameTime="40",
        )
    )
    return file


def run(capsys, *words):
    code = cli.main([str(word) for word in words])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return code, printed.out, printed.err


def records(capsys, *words):
    code, out, err = run(capsys, "measure", *words, "--json")
    return code, [json.loads(line) for line in out.splitlines()], err


def test_the_middle_frame_is_measured_and_how_to_choose_is_said(clip, capsys):
    code, (said,), err = records(capsys, clip)
    assert (code, err) == (0, "")
    assert said["hc_mm"] == pytest.approx(SMALL.circumference, rel=0.005)
    assert (said["frame"], said["frames"]) == (2, 3)
    notes = " ".join(said["notes"])
    assert "clip.dcm holds 3 frames; frame 2, the middle one, was read." in notes
    assert "--frame all" in notes
    out = run(capsys, "measure", clip)[1]
    assert out.startswith(f"{clip}, frame 2 of 3\n")


def test_a_frame_that_is_chosen(clip, capsys):
    code, (said,), _ = records(capsys, clip, "--frame", 1)
    assert (code, said["frame"]) == (0, 1)
    assert said["hc_mm"] == pytest.approx(HEAD.circumference, rel=0.005)
    assert said["notes"] == []


def test_all_frames_one_record_each(clip, tmp_path, capsys):
    code, said, err = records(capsys, clip, "--frame", "all", "--save", tmp_path / "out")
    assert (code, err) == (2, ""), "the third frame holds no head"
    assert [one["frame"] for one in said] == [1, 2, 3]
    assert [one["frames"] for one in said] == [3, 3, 3]
    expected = [HEAD.circumference, SMALL.circumference]
    assert [one["hc_mm"] for one in said[:2]] == pytest.approx(expected, rel=0.005)
    assert said[2]["hc_mm"] is None
    assert "No head found" in " ".join(said[2]["notes"])
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == [f"clip_frame{n}_{kind}.png" for n in (1, 2) for kind in ("mask", "overlay")]


def test_all_of_a_single_picture(tmp_path, capsys):
    (tmp_path / "a.png").write_bytes(encode(bright_head()))
    code, (said,), _ = records(capsys, tmp_path / "a.png", "--frame", "all", "--spacing", "0.6")
    assert code == 0
    assert "frame" not in said
    assert said["notes"] == []


def test_a_frame_that_is_not_there_stops_only_its_file(clip, tmp_path, capsys):
    (tmp_path / "a.png").write_bytes(encode(bright_head()))
    code, said, err = records(capsys, tmp_path / "a.png", clip, "--frame", 3, "--spacing", "0.6")
    assert code == 2
    assert "There is no frame 3 in a.png, which holds one picture." in err
    assert said[1]["frame"] == 3


@pytest.mark.parametrize("frame", ["0", "-1", "first", "1.5", ""])
def test_frames_that_are_none(clip, capsys, frame):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["measure", str(clip), "--frame", frame])
    assert stopped.value.code == 2
    assert "--frame" in capsys.readouterr().err


def test_an_error_in_one_frame_stops_only_that_frame(clip, capsys, monkeypatch):
    sound = runtime.read_head

    def fails_once(sample, *, model, box):
        if sample.params["frame"] == 1:
            raise RuntimeError("surprise")
        return sound(sample, model=model, box=box)

    monkeypatch.setattr(runtime, "read_head", fails_once)
    _, said, err = records(capsys, clip, "--frame", "all")
    assert [(one["frame"], one["hc_mm"] is None) for one in said] == [(1, True), (2, False), (3, True)]
    assert "RuntimeError: surprise" in err


def test_progress_counts_files_and_not_frames(clip, capsys, monkeypatch):
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", screen)
    cli.main(["measure", *[str(clip)] * 4, "--frame", "all", "--json"])
    assert screen.getvalue().count("4/4 ") == 3
    assert "5/4" not in screen.getvalue()
    assert [one.last for one in batch.measure_files([str(clip)], frame="all")] == [False, False, True]


def test_a_volume_slice_by_slice(tmp_path, capsys):
    volume = np.stack([bright_head(ellipses=(SMALL,)), bright_head(), bright_head(ellipses=(SMALL,))])
    made = nibabel.Nifti1Image(volume.T, np.diag([0.6, 0.6, 2.0, 1.0]))
    made.header.set_xyzt_units("mm")
    nibabel.save(made, tmp_path / "volume.nii.gz")
    code, (said,), _ = records(capsys, tmp_path / "volume.nii.gz")
    assert (code, said["frame"], said["frames"]) == (0, 2, 3)
    assert said["hc_mm"] == pytest.approx(HEAD.circumference, rel=0.005)
    code, said, _ = records(capsys, tmp_path / "volume.nii.gz", "--frame", "all", "--save", tmp_path / "out")
    assert (code, len(said)) == (0, 3)
    assert said[0]["hc_mm"] == pytest.approx(SMALL.circumference, rel=0.005)
    assert (tmp_path / "out" / "volume_frame3_mask.png").is_file()


@pytest.fixture
def written_on(tmp_path):
    """A head below a band as bright as it, with and without the region that leaves the band out."""
    picture = np.vstack([np.full((BAND, SHAPE[1]), 220, np.uint8), bright_head()])
    files = {}
    for name, box in (("whole", (0, 0, *picture.shape)), ("scan", (BAND, 0, *picture.shape))):
        files[name] = tmp_path / f"{name}.dcm"
        files[name].write_bytes(dicom(picture, regions=[region(0.06, 0.06, box)]))
    return files


def test_writing_around_the_scan_is_not_seen(written_on, tmp_path, capsys):
    blind, seen = records(capsys, written_on["scan"], written_on["whole"], "--save", tmp_path / "out")[1]
    assert blind["hc_mm"] == pytest.approx(HEAD.circumference, rel=0.005)
    assert (blind["quality"], blind["notes"]) == ("good", [])
    assert seen["hc_mm"] is None or abs(seen["hc_mm"] / HEAD.circumference - 1) > 0.05
    # What is given back is in the whole picture's pixels.
    assert blind["ellipse"]["row"] == pytest.approx(HEAD.row + 0.6 * BAND, abs=0.3)
    mask = np.asarray(Image.open(tmp_path / "out" / "scan_mask.png")) > 0
    assert mask.shape == (SHAPE[0] + BAND, SHAPE[1])
    assert dice(mask[BAND:], HEAD.mask(SHAPE, (0.6, 0.6))) > 0.98
    assert not mask[:BAND].any()
