"""[19]: boosting by hand against scikit-learn, what a pixel looks like, trees as arrays, its answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from safetensors.torch import load, save
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier

from fetal_edu.data import bundled
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample
from fetal_edu.systems.abdomen import ravishankar
from fetal_edu.systems.abdomen.ravishankar_boost import best_stump, boost
from fetal_edu.systems.abdomen.ravishankar_trees import (
    FEATURES,
    NEVER,
    Trees,
    features,
    fuse,
    opinion,
    shaken,
)

FEW = {"pictures": 16, "steps": 40, "rate": 8e-3, "pixels": 200}


@pytest.fixture
def rng():
    return np.random.default_rng(19)


@pytest.fixture(scope="module")
def net():
    """A network of short training, on patients that no trial has."""
    return ravishankar.trained(95, FEW)


# --- boosting by hand --------------------------------------------------------------------------------------


def test_a_stump_is_the_best_of_all(rng):
    x, residuals = rng.integers(0, 6, (15, 3)).astype(float), rng.normal(size=15)
    left = []
    for feature, cut in product(range(3), np.arange(0.5, 6)):
        below = x[:, feature] <= cut
        if below.any() and not below.all():
            sides = residuals[below], residuals[~below]
            left.append(sum(np.square(side - side.mean()).sum() for side in sides))
    stump = best_stump(x, residuals)
    assert np.square(residuals - stump(x)).sum() == pytest.approx(min(left))


def test_nothing_to_ask_is_said():
    with pytest.raises(ValueError, match="no question parts them"):
        best_stump(np.ones((4, 2)), np.arange(4.0))


@pytest.mark.parametrize("rounds", [1, 5, 40])
def test_boosting_agrees_with_scikit_learn(rng, rounds):
    x = rng.normal(size=(120, 4))
    y = np.sin(2 * x[:, 0]) + (x[:, 2] > 0.3) + 0.1 * rng.normal(size=120)
    theirs = GradientBoostingRegressor(n_estimators=rounds, learning_rate=0.3, max_depth=1).fit(x, y)
    ours = boost(x, y, rounds=rounds, rate=0.3)
    new = rng.normal(size=(50, 4))
    np.testing.assert_allclose(ours(new), theirs.predict(new), atol=1e-6)


def test_each_round_leaves_less_and_fewer_rounds_are_the_first_ones(rng):
    x = rng.normal(size=(80, 2))
    y = x[:, 0] * x[:, 1] + x[:, 0]
    model = boost(x, y, rounds=20, rate=0.5)
    left = [np.square(model(x, rounds) - y).mean() for rounds in range(21)]
    assert (np.diff(left) < 0).all()
    assert left[0] == pytest.approx(y.var())
    np.testing.assert_allclose(model(x, 7), boost(x, y, rounds=7, rate=0.5)(x))


# --- what a pixel looks like -------------------------------------------------------------------------------


def test_features_of_a_bright_disc():
    row, column = np.mgrid[:48, :72]
    disc = (np.hypot(row - 20, column - 40) <= 12).astype(float)
    table = features(disc, Ellipse(20, 40, 12, 12, 0.0)).reshape(48, 72, -1)
    named = dict(zip(FEATURES, np.moveaxis(table, -1, 0), strict=True))
    assert len(FEATURES) == table.shape[-1]
    np.testing.assert_array_equal(named["grey"], disc)
    assert named["distance from the middle"][20, 52] == pytest.approx(1.0)
    assert named["distance from the middle"][20, 40] == pytest.approx(0.0)
    # Out of the disc it gets darker, in each direction alike.
    assert (named["edge outwards, 2 px"][[8, 32, 20, 20], [40, 40, 28, 52]] < -0.2).all()
    np.testing.assert_allclose(named["spread of 5 × 5"][18:23, 38:43], 0, atol=1e-4)


def test_a_mirrored_picture_has_the_same_features(rng):
    image, roi = rng.uniform(size=(24, 36)), Ellipse(10, 15, 8, 6, 0.4)
    mirrored = Ellipse(10, 35 - 15, 8, 6, -0.4)
    plain = features(image, roi).reshape(24, 36, -1)
    other = features(image[:, ::-1], mirrored).reshape(24, 36, -1)
    np.testing.assert_allclose(plain, other[:, ::-1], atol=1e-5)


def test_a_shaken_ellipse_is_off_by_a_tenth(rng):
    true = Ellipse(20, 30, 16, 12, 0.3)
    some = [shaken(true, rng) for _time in range(400)]
    assert np.std([one.row for one in some]) / 16 == pytest.approx(0.1, abs=0.02)
    assert np.std(np.log([one.circumference for one in some])) == pytest.approx(0.07, abs=0.02)


# --- trees as arrays ---------------------------------------------------------------------------------------


def test_the_arrays_answer_as_scikit_learn_does(rng):
    x = rng.normal(size=(600, 5)).astype(np.float32)
    inside = (x[:, 0] ** 2 + x[:, 3] > 0.5) ^ (rng.uniform(size=600) < 0.1)
    model = HistGradientBoostingClassifier(
        max_iter=30, max_leaf_nodes=8, early_stopping=False, random_state=0
    )
    trees = Trees(30, 8).learn(x, inside)
    new = rng.normal(size=(300, 5)).astype(np.float32)
    np.testing.assert_allclose(trees.logits(new), model.fit(x, inside).decision_function(new), atol=1e-4)
    saved = Trees(30, 8)
    saved.load_state_dict(load(save(trees.state_dict())))
    np.testing.assert_array_equal(saved.logits(new), trees.logits(new))
    again = trees.learn(x, ~inside)  # nothing is left of what was learned before
    np.testing.assert_allclose(again.logits(new), Trees(30, 8).learn(x, ~inside).logits(new))


def test_opinions_are_fused_by_their_mean_log_odds():
    assert fuse(np.array(3.0), np.array(-1.0)) == pytest.approx(1 / (1 + np.exp(-1.0)))


def test_outside_the_roi_nothing_is_abdomen(net):
    image = torch.rand(1, 1, *ravishankar.SHAPE, generator=torch.Generator().manual_seed(0))[0, 0].numpy()
    row, column = np.mgrid[:48, :72]
    logits = 8 - np.hypot(row - 24, column - 20)
    found = opinion(net.trees, image, logits)
    assert (found[:, 40:] == NEVER).all()
    assert (found[24, 14:27] != NEVER).all()
    assert (opinion(net.trees, image, np.full((48, 72), -3.0)) == 0).all()


# --- the whole ---------------------------------------------------------------------------------------------


def test_the_trees_learn_without_the_cnn():
    samples = ravishankar.study(95, 4)
    one = Trees(10, 4).study(samples, seed=3, pixels=100, in_roi=True)
    two = Trees(10, 4).study(samples, seed=3, pixels=100, in_roi=True)
    assert torch.equal(one.value, two.value)
    assert one.value.abs().sum() > 0


def test_every_weight_of_the_cnn_learns():
    net = ravishankar.Hybrid()
    net(torch.rand(2, 1, 48, 72)).square().mean().backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in net.cnn.last.parameters())
    assert all(weight.grad is not None for weight in net.parameters())


def test_it_outlines_a_sample_and_reads_ac_and_weeks(net):
    sample = bundled.load("abdomen-22w-premium")
    reading = ravishankar.analyse(net, sample)
    assert reading.quality in ("good", "doubtful")
    assert reading.values["ac"].value == pytest.approx(sample.truth["ac_mm"], rel=0.35)
    assert reading.values["ga"].unit == "weeks"
    assert reading.mask.shape == sample.shape
    without = ravishankar.analyse(net, replace(sample, spacing=None))
    assert without.values["ac"].value is None
    assert without.values["ac_px"].value > 0


def test_noise_is_no_abdomen(net, rng):
    noise = Sample(rng.uniform(size=(96, 144)).astype(np.float32), spacing=(1.0, 1.0))
    reading = ravishankar.analyse(net, noise)
    assert reading.quality != "good"
    assert reading.notes


def test_a_sweep_is_refused(net):
    with pytest.raises(ValueError, match="one picture"):
        ravishankar.analyse(net, Sample(np.zeros((3, 48, 72), np.float32), fps=10.0))


def test_figures_are_held_against_the_truth():
    samples = ravishankar.tested(3)
    masks = ravishankar.pictures(samples)[1][:, 0].numpy()
    true = ravishankar.judged(masks, samples)
    assert (true["dice"] == 1).all()
    assert (true["ac"] < 2.5).all()
    none = ravishankar.judged(0 * masks, samples)
    assert (none["dice"] == 0).all()
    assert (none["ac"] == 100).all()
    assert none["days"] == pytest.approx([7 * (s.truth["ga_weeks"] - 14) for s in samples], abs=0.1)


def test_the_same_cnn_stands_in_both_arms():
    settings = {"pictures": 4, "steps": 3, "rate": 8e-3, "pixels": 50}
    alone, both = ravishankar.trained_cnn(96, settings), ravishankar.trained(96, settings)
    pairs = zip(alone.cnn.parameters(), both.cnn.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_pictures_for_use_are_drawn_in_full_and_brought_to_the_canvas():
    small = ravishankar.study_in_full(97, 1)[0]
    assert small.shape == ravishankar.SHAPE
    true = small.truth["ellipse"].mask(small.shape, small.spacing)
    both = true & small.mask("abdomen")
    assert 2 * both.sum() / (true.sum() + small.mask("abdomen").sum()) > 0.95
    assert np.abs(np.diff(small.image, axis=1)).mean() > 0


def test_a_narrow_and_a_disputed_outline_are_doubtful():
    row, column = np.mgrid[:48, :72]
    clear = 20 * (1 - np.hypot((row - 24) / 15, (column - 36) / 16))
    assert ravishankar.doubts_of(clear, clear) == []
    narrow = 20 * (1 - np.hypot((row - 24) / 10, (column - 36) / 20))
    assert any("narrow" in said for said in ravishankar.doubts_of(narrow, narrow))
    moved = 20 * (1 - np.hypot((row - 24) / 15, (column - 44) / 16))
    assert any("disagree" in said for said in ravishankar.doubts_of(clear, moved))
    assert any("uncertain" in said for said in ravishankar.doubts_of(clear / 8, clear / 8))
