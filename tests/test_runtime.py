"""From a picture to a reading: geometry exact, refusals and doubts in sentences."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from fetal_edu import Sample, runtime
from fetal_edu.data import bundled
from fetal_edu.learning import load_weights
from fetal_edu.measure import Ellipse, dice
from fetal_edu.runtime import ModelNotFoundError, load, models, read_head


class Bright:
    """A network for tests: what is bright belongs to the head."""

    card = {"hc_relative_error_95": 0.04}  # noqa: RUF012

    def probability(self, canvas):
        return (1 / (1 + np.exp(-20 * (canvas - 0.5)))).astype(np.float32)


def picture(*ellipses, shape=(540, 800), spacing=(0.2, 0.2), known=True):
    mask = np.zeros(shape, bool)
    for ellipse in ellipses:
        mask |= ellipse.mask(shape, spacing)
    return Sample(mask.astype(np.float32), spacing=spacing if known else None), mask


HEAD = Ellipse(row=55.0, column=80.0, semi_major=42.0, semi_minor=33.0, angle=0.3)


@pytest.mark.parametrize(
    ("shape", "spacing"),
    [
        ((540, 800), (0.2, 0.2)),
        ((600, 600), (0.2, 0.3)),
        ((1100, 500), (0.1, 0.35)),
        ((200, 300), (0.55, 0.55)),
    ],
)
def test_hc_survives_any_shape_and_uneven_spacing(shape, spacing):
    sample, mask = picture(HEAD, shape=shape, spacing=spacing)
    reading = read_head(sample, model=Bright())
    assert reading.quality == "good", reading.notes
    assert reading.values["hc"].value == pytest.approx(HEAD.circumference, rel=0.006)
    assert (reading.ellipse.row, reading.ellipse.column) == pytest.approx((55, 80), abs=0.3)
    assert dice(reading.mask, mask) > 0.98
    assert dice(reading.ellipse.mask(shape, spacing), mask) > 0.985


def test_interval_is_the_cards():
    hc = read_head(picture(HEAD)[0], model=Bright()).values["hc"]
    assert hc.high / hc.value == pytest.approx(1.04)


def test_interval_follows_the_size_where_the_card_does():
    class Careful(Bright):
        card = {"hc_relative_error_95": 0.04, "hc_relative_error_95_by_size": [[100, 0.1], [None, 0.02]]}  # noqa: RUF012

    hc = read_head(picture(HEAD)[0], model=Careful()).values["hc"]
    assert hc.high / hc.value == pytest.approx(1.02)
    small = read_head(picture(HEAD, known=False)[0], model=Careful())
    assert small.values["hc_px"].high / small.values["hc_px"].value == pytest.approx(1.04)


def test_unknown_scale_is_measured_in_pixels():
    reading = read_head(picture(HEAD, known=False)[0], model=Bright())
    assert reading.values["hc"].value is None
    assert "mm per pixel" in reading.values["hc"].reason
    assert reading.values["hc_px"].value == pytest.approx(HEAD.circumference / 0.2, rel=0.006)


def test_nothing_to_see_is_refused():
    for sample in (picture()[0], picture(Ellipse(50, 80, 2, 1.5, 0))[0]):
        reading = read_head(sample, model=Bright())
        assert reading.quality == "none"
        assert reading.ellipse is None
        assert reading.values["hc"].value is None
        assert "no head found" in reading.notes[0]


def test_head_everywhere_has_no_outline():
    reading = read_head(Sample(np.ones((300, 450), np.float32), spacing=(0.2, 0.2)), model=Bright())
    assert reading.quality == "none"
    assert "no outline" in reading.notes[0]


def test_two_heads_are_refused_and_a_box_chooses_one():
    left, right = Ellipse(55, 40, 30, 24, 0.1), Ellipse(50, 115, 28, 22, -0.4)
    sample, _ = picture(left, right)
    assert "two heads" in read_head(sample, model=Bright()).notes[0]
    chosen = read_head(sample, model=Bright(), box=(100, 400, 450, 800))
    assert chosen.values["hc"].value == pytest.approx(right.circumference, rel=0.006)
    assert (chosen.ellipse.row, chosen.ellipse.column) == pytest.approx((50, 115), abs=0.3)


def test_a_bright_crescent_is_no_second_head():
    """The rim of a fluid sac may light up beside a small head: large, but no ellipse."""
    ring, hole = (Ellipse(55, 120, 34, 30, 0.0), Ellipse(55, 112, 30, 28, 0.0))
    sample, _ = picture(Ellipse(55, 45, 28, 22, 0.1))
    crescent = ring.mask(sample.shape, sample.spacing) & ~hole.mask(sample.shape, sample.spacing)
    assert crescent.sum() > 0.35 * (sample.image > 0).sum()
    reading = read_head(Sample(np.maximum(sample.image, crescent), spacing=sample.spacing), model=Bright())
    assert reading.values["hc"].value == pytest.approx(Ellipse(0, 0, 28, 22, 0).circumference, rel=0.01)


def test_a_cut_head_is_doubted_and_one_cut_in_half_refused():
    slightly, _ = picture(Ellipse(30, 80, 42, 33, 0.0))
    reading = read_head(slightly, model=Bright())
    assert reading.quality == "doubtful"
    assert "cut by the picture's border" in reading.notes[0]
    assert reading.values["hc"].low is None, "the card's interval is not this head's"
    assert any("no interval" in note for note in reading.notes)
    assert reading.values["hc"].value == pytest.approx(HEAD.circumference, rel=0.02)
    half = read_head(picture(Ellipse(5, 80, 42, 33, 0.0))[0], model=Bright())
    assert half.quality == "none"
    assert "outside the picture" in half.notes[0]


def test_what_is_no_ellipse_is_doubted():
    sample = picture(HEAD)[0]
    image = sample.image.copy()
    image[:, 400:420] = image[300:, 350:] = 0
    reading = read_head(Sample(image, spacing=sample.spacing), model=Bright())
    assert reading.quality in ("doubtful", "none")
    assert reading.notes


@pytest.mark.parametrize(("minor", "word"), [(15.0, "longer"), (41.8, "rounder")])
def test_shapes_that_heads_do_not_have_are_doubted(minor, word):
    reading = read_head(picture(Ellipse(55, 80, 42, minor, 0.0))[0], model=Bright())
    assert any(word in note for note in reading.notes)


def test_an_absurd_scale_is_doubted():
    sample = Sample(picture(HEAD)[0].image, spacing=(2.0, 2.0))
    assert any("check the mm per pixel" in note for note in read_head(sample, model=Bright()).notes)


def test_a_hesitant_network_is_doubted():
    class Hesitant(Bright):
        def probability(self, canvas):
            return np.where(canvas > 0.5, 0.6, 0.3).astype(np.float32)

    assert any("unsure" in note for note in read_head(picture(HEAD)[0], model=Hesitant()).notes)


def test_a_sweep_is_no_single_picture():
    with pytest.raises(ValueError, match="one picture"):
        read_head(Sample(np.zeros((3, 20, 20), np.float32)), model=Bright())


def test_an_unknown_model_gets_a_sentence():
    with pytest.raises(ModelNotFoundError, match=r"no network 'other'; there is: .*head"):
        load("other")


# --- the shipped network -----------------------------------------------------------------------------------


def test_shipped_files_agree_with_each_other():
    """The graph of the dashboards and the weights of the chapters are one network, also with closed gates."""
    network, net = load("head"), load_weights("head")
    canvas = np.random.default_rng(0).random((128, 192), np.float32)
    for gates in (np.ones(4), np.array([0, 1, 1, 1]), np.array([1, 1, 0.5, 0])):
        image, gate = torch.from_numpy(canvas)[None, None], torch.tensor(gates, dtype=torch.float32)
        with torch.inference_mode():
            theirs = net(image, gate).sigmoid()[0, 0].numpy()
        assert np.abs(network.probability(canvas, gates) - theirs).max() < 1e-4


def test_shipped_network_measures_the_bundled_heads():
    for name in bundled.names()[:6]:
        sample = bundled.load(name)
        reading = read_head(sample)
        assert reading.ellipse is not None, (name, reading.notes)
        assert dice(reading.ellipse.mask(sample.shape, sample.spacing), sample.mask("head")) > 0.93, name


def test_every_network_has_its_card():
    for name in models():
        card = json.loads((runtime.WEIGHTS / f"{name}.json").read_text("utf-8"))
        assert {"data", "split", "seed", "command", "licence", "limits", "seeds"} <= card.keys()
        assert (runtime.WEIGHTS / f"{name}.md").read_text("utf-8").startswith(f"# {name}")
        assert len(card["seeds"]) >= 3, "metrics over three seeds"


@pytest.mark.parametrize("kind", ["noise", "flat", "stripes", "gradient"])
def test_shipped_network_finds_no_head_where_there_is_none(kind):
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[:300, :450].astype(np.float32)
    image = {
        "noise": rng.random((300, 450), np.float32),
        "flat": np.full((300, 450), 0.4, np.float32),
        "stripes": (0.5 + 0.5 * np.sin(rows / 7)).astype(np.float32),
        "gradient": columns / columns.max(),
    }[kind]
    assert read_head(Sample(image, spacing=(0.2, 0.2))).quality == "none"


def test_measuring_never_loads_torch():
    code = (
        "import sys, numpy as np; from fetal_edu import Sample; from fetal_edu.runtime import read_head; "
        "read_head(Sample(np.zeros((64, 96), np.float32))); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_ink_takes_the_place_of_the_networks_word():
    sample = picture(HEAD)[0]
    found = read_head(sample, model=Bright())
    rows, columns = sample.shape
    everything = (0, 200.0, [[row, column] for row in range(0, rows, 60) for column in range(0, columns, 60)])
    assert read_head(sample, model=Bright(), strokes=[everything]).quality == "none"
    again = read_head(sample, model=Bright(), strokes=[everything, (-1, 200.0, everything[2])])
    assert again.ellipse == found.ellipse
    line = (1, 0.5, [[rows - 1, 0], [rows - 1, columns - 1]])
    strip = read_head(sample, model=Bright(), strokes=[everything, line])
    assert strip.ellipse is None
    assert len(strip.notes) == 1
