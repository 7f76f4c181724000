"""HC18 in its published layout: a made-up copy on every machine, the real one where it is."""

import json
import shutil

import numpy as np
import pytest
from pictures import HEAD, SHAPE, bright_head
from PIL import Image

from fetal_edu.data import BadInput, data_folder, hc18
from fetal_edu.data.public import add_folder, registered
from fetal_edu.measure import Ellipse, dice, fit_mask

TABLE = "training_set_pixel_size_and_HC.csv"
CUT = Ellipse(row=20.0, column=72.0, semi_major=43.0, semi_minor=34.0, angle=0.0)


def draw(folder, name, ellipse, spacing=0.6):
    """Write an image and the thin outline beside it, as HC18 has them."""
    Image.fromarray(bright_head(ellipses=(ellipse,))).save(folder / f"{name}.png")
    line = np.zeros(SHAPE, np.uint8)
    pixels = np.round(ellipse.points(4000) / spacing).astype(int)
    pixels = pixels[((pixels >= 0) & (pixels < SHAPE)).all(axis=1)]
    line[tuple(pixels.T)] = 255
    Image.fromarray(line).save(folder / f"{name}_Annotation.png")


@pytest.fixture
def copy(tmp_path):
    """A partial copy: 3 of 5 images of the table are there with their outlines."""
    folder = tmp_path / "sets" / "hc18"
    (folder / "training_set").mkdir(parents=True)
    for name, ellipse in (("001_HC", HEAD), ("010_HC", HEAD), ("010_2HC", CUT)):
        draw(folder / "training_set", name, ellipse)
    Image.fromarray(bright_head()).save(folder / "training_set" / "011_HC.png")  # its outline is missing
    rows = [
        f"{name}.png,0.6,{HEAD.circumference:.2f}"
        for name in ("001_HC", "010_HC", "010_2HC", "011_HC", "9_HC")
    ]
    header = "filename,pixel size(mm),head circumference (mm)"
    (folder / TABLE).write_text("\n".join([header, *rows]) + "\n")
    return folder


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch, tmp_path, request):
    """Neither this machine's settings nor its data play a part, unless a test asks for real images."""
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / "settings" / name)
    if "real_data" not in request.fixturenames:
        monkeypatch.delenv("FETAL_EDU_DATA", raising=False)


def test_what_is_there_is_read(copy):
    images = hc18(copy)
    assert images.names == ("001_HC.png", "010_HC.png", "010_2HC.png")
    assert images.groups == ("001", "010", "010")
    assert images.hc_mm == (pytest.approx(HEAD.circumference, abs=0.01),) * 3
    assert [sample.origin for sample in images] == [f"hc18/{name}" for name in images.names]
    assert images[-1].group == "010"
    with pytest.raises(IndexError):
        images[3]


def test_truth_is_the_ellipse_in_mm(copy):
    sample = hc18(copy)[0]
    ellipse = sample.truth["ellipse"]
    assert ellipse.circumference == pytest.approx(HEAD.circumference, rel=0.003)
    assert ellipse.angle == pytest.approx(HEAD.angle, abs=0.02)
    assert sample.spacing == (0.6, 0.6)
    assert sample.truth["hc_mm"] == round(HEAD.circumference, 2)
    assert dice(sample.mask("head"), HEAD.mask(SHAPE, (0.6, 0.6))) > 0.99


def test_an_outline_at_the_border_is_marked(copy):
    assert [sample.params["cut"] for sample in hc18(copy)] == [False, False, True]


def test_one_level_too_high_or_too_low(copy):
    assert hc18(copy.parent).folder == copy
    assert hc18(copy / "training_set").folder == copy


def test_found_by_the_environment_or_the_settings(copy, monkeypatch, tmp_path):
    assert data_folder("hc18") is None
    add_folder("hc18", copy)
    assert data_folder("hc18") == copy.resolve()
    assert len(hc18()) == 3
    elsewhere = tmp_path / "more" / "hc18"
    shutil.copytree(copy, elsewhere)
    monkeypatch.setenv("FETAL_EDU_DATA", str(elsewhere.parent))
    assert hc18().folder == elsewhere
    monkeypatch.delenv("FETAL_EDU_DATA")
    shutil.rmtree(copy)
    assert data_folder("hc18") is None


def test_a_damaged_list_of_folders_counts_as_empty(copy, tmp_path):
    add_folder("hc18", copy)
    file = tmp_path / "settings" / "fetal_edu" / "data.json"
    assert json.loads(file.read_text()) == {"hc18": str(copy.resolve())}
    for text in ("{", "[]", '{"hc18": 5}', ""):
        file.write_text(text)
        assert registered() == {}
    add_folder("hc18", copy)
    assert registered() == {"hc18": copy.resolve()}


def refused(call, *arguments):
    with pytest.raises(BadInput) as error:
        call(*arguments)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_not_on_this_machine():
    said = refused(hc18)
    assert "fetal-edu data add hc18 FOLDER" in said
    assert "FETAL_EDU_DATA" in said


def test_wrong_folders(copy, tmp_path):
    assert "There is no folder" in refused(hc18, tmp_path / "none")
    assert "training_set/ and training_set_pixel_size_and_HC.csv missing" in refused(hc18, tmp_path)
    (copy / TABLE).rename(copy / "kept.csv")
    assert f": {TABLE} missing" in refused(hc18, copy)
    assert "no data set 'hc19'; known are: hc18" in refused(add_folder, "hc19", copy)


def test_damaged_tables(copy):
    sound = (copy / TABLE).read_text()
    for text, expected in (
        (sound.replace("0.6,", "wide,"), "damaged near '001_HC.png'"),
        (sound.replace("001_HC.png", "../001_HC.png"), "unknown file"),
        (sound.replace("010_2HC", "010_HC"), "damaged near '010_HC.png'"),
        (sound.replace(",242", ",nan"), "damaged near '001_HC.png'"),
        (sound.replace(",242", ",-242"), "damaged near '001_HC.png'"),
        (sound.replace("0.6,", "inf,"), "damaged near '001_HC.png'"),
        ("filename,pixel size(mm),head circumference (mm)\n", "no image with its annotation"),
        ("", "has no lines"),
    ):
        (copy / TABLE).write_text(text)
        assert expected in refused(hc18, copy)


def test_an_annotation_that_is_no_ellipse(copy):
    line = np.zeros(SHAPE, np.uint8)
    line[80, 20:200] = 255
    Image.fromarray(line).save(copy / "training_set" / "001_HC_Annotation.png")
    assert "001_HC_Annotation.png holds no ellipse" in refused(lambda: hc18(copy)[0])


def test_an_annotation_of_another_size(copy):
    Image.fromarray(np.eye(50, dtype=np.uint8) * 255).save(copy / "training_set" / "001_HC_Annotation.png")
    assert "another size" in refused(lambda: hc18(copy)[0])


def test_settings_that_cannot_be_written(copy, tmp_path):
    (tmp_path / "settings").write_text("a file where a folder should be")
    assert "set FETAL_EDU_DATA" in refused(add_folder, "hc18", copy)


@pytest.mark.real_data
def test_real_outlines_give_the_published_circumference(real_data):
    images = hc18(real_data / "hc18")
    assert len(images) >= 100
    picked = [images[i] for i in range(0, len(images), len(images) // 25)]
    errors = [s.truth["ellipse"].circumference - s.truth["hc_mm"] for s in picked]
    assert np.abs(errors).mean() < 0.02
    assert np.abs(errors).max() < 0.06


@pytest.mark.real_data
def test_real_masks_give_the_published_circumference(real_data):
    images = hc18(real_data / "hc18")
    for index in range(0, len(images), len(images) // 5):
        sample = images[index]
        measured = fit_mask(sample.mask("head"), sample.spacing).circumference
        assert measured == pytest.approx(sample.truth["hc_mm"], rel=0.005)
        assert sample.params["notes"] == ()
