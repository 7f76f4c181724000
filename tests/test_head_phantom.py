"""The network that never saw a real image: its data, its floor, its card, and how it does on real heads."""

import json

import numpy as np
import pytest
from torch.utils.data import Subset

from fetal_edu import runtime
from fetal_edu.data import BadInput, hc18
from fetal_edu.learning import evaluate_heads, make_head_phantom, summarise, untouched_hc18
from fetal_edu.learning.evaluate import HeadScore
from fetal_edu.learning.ship_phantom import above
from fetal_edu.learning.train import Recipe
from fetal_edu.phantom import draw_head, draw_naive_head
from fetal_edu.runtime import load

TINY = {"recipe": Recipe(epochs=1), "heads": 16, "progress": False}


def scored(dice):
    return HeadScore("an image", 200.0, 200.0, dice, dice, "good")


# --- the naive generator -----------------------------------------------------------------------------------


def test_a_naive_head_has_the_size_and_place_of_the_simulated_one():
    for seed in range(5):
        naive, full = draw_naive_head(seed, shape=(64, 96)), draw_head(seed, shape=(64, 96))
        assert naive.truth["hc_mm"] == full.truth["hc_mm"]
        assert naive.spacing == full.spacing
        assert np.mean(naive.mask("head") != full.mask("head")) < 0.02  # an egg against its ellipse


def test_a_naive_head_is_bright_at_its_rim_and_follows_its_seed():
    first, again, other = draw_naive_head(3), draw_naive_head(3), draw_naive_head(4)
    np.testing.assert_array_equal(first.image, again.image)
    assert not np.array_equal(first.image, other.image)
    inside = first.truth["ellipse"].rescaled((1, 1)).mask(first.shape, first.spacing)
    rim = inside & ~first.truth["ellipse"].mask(first.shape, tuple(1.06 * s for s in first.spacing))
    seen = first.image > 0
    assert first.image[rim & seen].mean() > first.image[~inside & seen].mean()


def test_a_naive_head_refuses_bad_requests():
    with pytest.raises(ValueError, match="seed -1"):
        draw_naive_head(-1)
    with pytest.raises(ValueError, match="at least 16"):
        draw_naive_head(1, shape=(4, 4))


# --- the test set ------------------------------------------------------------------------------------------


@pytest.mark.real_data
def test_no_image_that_shaped_the_simulator_is_tested(real_data):
    data = hc18(real_data / "hc18")
    kept = {data.names[i] for i in untouched_hc18(data).indices}
    listed = (runtime.WEIGHTS.parent / "learning" / "hc18_seen.txt").read_text("utf-8").split()
    assert len(listed) == len(set(listed)) == 141
    groups = {name.partition("_")[0] for name in listed}
    assert not {name.partition("_")[0] for name in kept} & groups
    assert all(n in kept or n.partition("_")[0] in groups for n in data.names), "nothing else is left out"
    assert len(kept) >= 600 or len(data) < 811


# --- training and card -------------------------------------------------------------------------------------


@pytest.fixture
def no_real_data(monkeypatch, tmp_path):
    monkeypatch.delenv("FETAL_EDU_DATA", raising=False)
    monkeypatch.setattr("fetal_edu.learning.ship_phantom.data_folder", lambda name: None)
    monkeypatch.setattr("fetal_edu.learning.ship_phantom.TESTED_ON_SIMULATED", 4)


def test_without_real_images_the_card_says_what_it_was_tested_on(no_real_data, tmp_path):
    card = make_head_phantom(seed=0, out=tmp_path, **TINY)
    assert "HC18 was not at hand" in card["tested_on"]
    assert card["seeds"]["0"]["all"]["n"] == card["floor"]["0"]["all"]["n"] == 4
    again = make_head_phantom(seed=1, out=tmp_path, card_only=True, **TINY)
    assert list(again["seeds"]) == list(again["floor"]) == list(again["above_floor"]) == ["0", "1"]
    assert again["seeds"]["0"] == card["seeds"]["0"]
    text = (tmp_path / "head-phantom.md").read_text("utf-8")
    assert text.count("The floor, seed") == text.count("Dice above the floor") == 2


def test_two_tests_are_not_mixed_in_one_card(no_real_data, tmp_path):
    (tmp_path / "head-phantom.json").write_text(json.dumps({"tested_on": "something else"}))
    with pytest.raises(BadInput, match="tested on other images"):
        make_head_phantom(seed=1, out=tmp_path, card_only=True, **TINY)


def test_the_gain_over_the_floor_has_an_interval_over_examinations():
    rng = np.random.default_rng(0)
    gains = np.repeat(rng.normal(0.05, 0.02, 40), 2)  # both images of an examination gain alike
    groups = [f"{i // 2:03}" for i in range(80)]
    result = above([scored(0.9 + g) for g in gains], [scored(0.9)] * 80, groups)
    assert result["mean"] == pytest.approx(gains.mean(), abs=1e-4)
    assert result["low"] < result["mean"] < result["high"]
    # 40 examinations, not 80 images: the interval has to be as wide as that of 40 numbers.
    assert result["high"] - result["low"] == pytest.approx(2 * 1.96 * 0.02 / np.sqrt(40), rel=0.35)


# --- on real heads -----------------------------------------------------------------------------------------


@pytest.mark.real_data
@pytest.mark.slow
def test_it_outlines_real_heads_as_its_card_says(real_data):
    whole = untouched_hc18(hc18(real_data / "hc18"))
    part = Subset(whole, range(0, len(whole), 5))
    card = json.loads((runtime.WEIGHTS / "head-phantom.json").read_text("utf-8"))
    table = summarise(evaluate_heads(load("head-phantom"), part))
    assert table["all"]["dice"] >= 0.91
    stated = card["seeds"][str(card["seed"])]["all"]
    # A fifth of the images: their mean may differ by two standard errors from that of all.
    assert table["all"]["dice"] == pytest.approx(stated["dice"], abs=0.02)


def test_every_seed_is_clearly_above_its_floor():
    card = json.loads((runtime.WEIGHTS / "head-phantom.json").read_text("utf-8"))
    assert len(card["seeds"]) >= 3
    for seed, gain in card["above_floor"].items():
        assert card["seeds"][seed]["all"]["dice"] >= 0.91
        assert gain["low"] > 0
