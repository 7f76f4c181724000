"""[23]: one fully convolutional network finds the heart and names its view."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from fetal_edu.data import bundled
from fetal_edu.nets import count_parameters
from fetal_edu.phantom import draw
from fetal_edu.sample import Sample
from fetal_edu.systems.heart import sundaresan
from fetal_edu.systems.heart.sundaresan import NARROW, TEST_SEED, HeartFCN, pixel_loss
from fetal_edu.systems.heart.sundaresan_parts import (
    DRAWN,
    SHAPE,
    VIEWS,
    analyse,
    heart_region,
    middle_of,
    pictures,
    view_of,
)
from fetal_edu.systems.kit import Known, drawn

SETTINGS = {"patients": 2, "tested": 2, "steps": 8, "batch": 4, "rate": 8e-3}


@pytest.fixture(scope="module")
def taught():
    """Train a network on a few patients, for a few steps."""
    return sundaresan.trained(16, 92, SETTINGS)


class Told(nn.Module):
    """It answers with the masks that it was given; nothing surprises it."""

    def __init__(self, masks, sure=1.0):
        super().__init__()
        self.logits = torch.cat([0.5 - masks.sum(dim=1, keepdim=True), sure * (2 * masks - 1)], dim=1) * 8
        self.known = Known()
        self.known.doubt = lambda _image: ""

    def forward(self, images):
        return self.logits.expand(len(images), -1, -1, -1)


def test_the_largest_class_names_the_view_as_counting_does():
    rng = np.random.default_rng(0)
    logits = torch.from_numpy(rng.normal(size=(30, 4, 9, 12)))
    logits[:, 0] += torch.from_numpy(rng.uniform(-2, 4, (30, 1, 1)))
    for one, named in zip(logits.numpy(), view_of(logits).tolist(), strict=True):
        called = one.argmax(axis=0).ravel().tolist()
        counts = [called.count(number) for number in (1, 2, 3)]
        assert named == (int(np.argmax(counts)) if max(counts) >= 0.01 * len(called) else -1)


def test_background_alone_names_nothing():
    logits = torch.zeros(1, 4, *SHAPE)
    logits[:, 0] = 1
    assert view_of(logits).tolist() == [-1]


def test_a_pixels_loss_is_the_cross_entropy_of_its_class():
    logits, masks = torch.randn(2, 4, 5, 6), torch.zeros(2, 3, 5, 6)
    masks[0, 1, 2:4, 1:5] = 1
    masks[1, 2, 0, 0] = 0.25  # a border: a quarter 3V, the rest background
    likely = logits.log_softmax(dim=1)
    total = 0.0
    for picture in range(2):
        for row in range(5):
            for column in range(6):
                weights = [1 - float(masks[picture, :, row, column].sum()), *masks[picture, :, row, column]]
                total -= sum(float(w) * float(likely[picture, k, row, column]) for k, w in enumerate(weights))
    assert float(pixel_loss(logits, masks)) == pytest.approx(total / 60, rel=1e-5)


@pytest.mark.parametrize("view", VIEWS)
def test_the_region_holds_the_heart_and_all_that_lies_between(view):
    sample = draw(view, 4, shape=DRAWN)
    mask, region = sample.mask("heart"), heart_region(sample)
    assert (region | ~mask).all()
    places = np.argwhere(region)
    a, b = (places[np.random.default_rng(seed).integers(len(places), size=400)] for seed in (0, 1))
    even = ((a + b) % 2 == 0).all(axis=1)
    assert region[tuple(((a + b) // 2)[even].T)].all(), "the middle of two places inside is inside"
    grown = region.sum() / mask.sum()
    assert (grown > 1.3) if view == "3V" else (grown < 1.15)


def test_masks_lie_in_the_map_of_their_view_over_the_middle_of_the_picture():
    samples = [draw(view, 4, shape=DRAWN) for view in VIEWS]
    images, masks = pictures(samples, range(3))
    assert images.shape == (3, 1, *SHAPE)
    assert masks.shape == (3, 3, *SHAPE)
    row0, column0, row1, column1 = (int(edge) for edge in middle_of(DRAWN))
    for number, sample in enumerate(samples):
        part = sample.image[row0:row1, column0:column1]
        np.testing.assert_array_equal(images[number, 0].numpy(), part)
        inside = heart_region(sample)[row0:row1, column0:column1]
        np.testing.assert_array_equal(masks[number, number].numpy(), inside)
        assert masks[number].sum() == masks[number, number].sum()


def test_all_strides_start_alike_and_have_as_many_weights():
    nets = []
    for stride in (32, 16, 8):
        torch.manual_seed(3)
        nets.append(HeartFCN(stride).eval())
    counts = [count_parameters(net) for net in nets]
    assert max(counts) / min(counts) < 1.01
    image = torch.rand(1, 1, *SHAPE)
    encoders = [[*net.first.parameters(), *net.downs.parameters()] for net in nets]
    for other in encoders[1:]:
        assert all(torch.equal(a, b) for a, b in zip(encoders[0], other, strict=True))
    assert [tuple(net.coarse(image).shape[2:]) for net in nets] == [(3, 4), (6, 8), (12, 16)]
    assert all(net(image).shape == (1, 4, *SHAPE) for net in nets)


@pytest.mark.parametrize("stride", [32, 16, 8])
def test_gradients_reach_every_weight_that_is_trained(stride):
    net = HeartFCN(stride)
    for score in net.scores[1:]:  # as after the first step; at zero they pass nothing to what lies below
        nn.init.normal_(score.weight)
    masks = torch.zeros(2, 3, *SHAPE)
    masks[0, 1, 30:60, 40:80] = masks[1, 2, 20:50, 40:70] = 1
    pixel_loss(net(torch.rand(2, 1, *SHAPE)), masks).backward()
    assert all(bool((w.grad != 0).any()) for w in net.parameters() if w.requires_grad)


def test_the_patients_to_test_on_are_the_same_in_all_views_and_may_have_narrow_roots():
    views = [drawn(view, TEST_SEED, 1, shape=DRAWN, anatomy="heart")[0] for view in VIEWS]
    assert len({one.group for one in views}) == 1
    (narrow,) = drawn("LVOT", TEST_SEED, 1, shape=DRAWN, anatomy="heart", knobs=NARROW)
    assert narrow.group == views[1].group
    assert narrow.mask("aorta").sum() < 0.6 * views[1].mask("aorta").sum()


def test_an_arm_gives_one_mean_for_each_patient(taught):
    whole = sundaresan.arm(92, SETTINGS, stride=16)
    alone = sundaresan.arm(92, SETTINGS, stride=16, views=("LVOT",))
    assert whole["right"] == pytest.approx(np.mean([whole[view] for view in VIEWS], axis=0))
    assert alone["right"] == pytest.approx(whole["LVOT"])
    assert alone["dice"] == pytest.approx(whole["dice LVOT"])
    assert len(whole["right"]) == SETTINGS["tested"]


def test_the_figures_of_an_arm_that_knows_the_truth_are_one(monkeypatch):
    _images, masks = sundaresan.tested("4C", 1, None)
    monkeypatch.setattr(sundaresan, "trained", lambda *_told: Told(masks))
    monkeypatch.setattr(sundaresan, "macs", lambda *_told: 0.0)
    got = sundaresan.arm(0, SETTINGS | {"tested": 1}, stride=16, views=("4C",))
    assert (got["right"], got["dice"]) == ([1.0], [1.0])
    wrong = sundaresan.arm(0, SETTINGS | {"tested": 1}, stride=16, views=("LVOT",))
    assert wrong["right"] == [0.0]


def test_it_learns_where_the_heart_lies():
    settings = SETTINGS | {"patients": 4, "steps": 40, "batch": 8}
    net = sundaresan.trained(16, 93, settings)
    images, masks = sundaresan.study(93, 4)
    with torch.inference_mode():
        heart = 1 - net(images).softmax(dim=1)[:, 0]
    inside = masks.sum(dim=1) > 0.5
    assert heart[inside].mean() > 2 * heart[~inside].mean()


def test_what_is_labelled_rightly_is_measured_rightly():
    sample = draw("4C", 6, shape=DRAWN)
    reading = analyse(Told(pictures([sample], [0])[1]), sample)
    assert reading.plane == "4C"
    assert reading.quality == "good"
    assert reading.values["cc"].value == pytest.approx(sample.truth["cc_mm"], rel=0.05)
    across = sample.truth["cc_mm"] / np.pi
    assert reading.values["heart_diameter"].value == pytest.approx(across, rel=0.05)
    assert reading.mask.shape == sample.shape
    other = analyse(Told(pictures([sample], [1])[1]), sample)
    assert other.plane == "LVOT"
    assert "measured in 4C" in other.values["cc"].reason


def test_a_heart_that_is_two_views_at_once_is_doubtful():
    sample = draw("4C", 6, shape=DRAWN)
    masks = pictures([sample], [0])[1]
    masks[:, 1] = 0.98 * masks[:, 0]
    reading = analyse(Told(masks), sample)
    assert reading.quality == "doubtful"
    assert any("unsure" in note for note in reading.notes)


def test_no_heart_is_said_in_a_sentence():
    sample = draw("4C", 6, shape=DRAWN)
    reading = analyse(Told(torch.zeros(1, 3, *SHAPE)), sample)
    assert reading.quality == "none"
    assert "no heart" in reading.notes[0]
    assert reading.values["confidence"].value is None


@pytest.mark.parametrize("scale", [True, False])
def test_it_reads_a_sample_of_any_size(taught, scale):
    sample = bundled.load("4C-24w-premium")
    sample = sample if scale else replace(sample, spacing=None)
    reading = analyse(taught, sample)
    assert reading.quality in ("good", "doubtful", "none")
    assert {"confidence", "cc"} <= set(reading.values)
    masks = torch.zeros(1, 3, *SHAPE)
    masks[:, 0, 30:70, 40:90] = 1
    told = analyse(Told(masks), sample)
    assert told.mask.shape == sample.shape
    assert ("heart_diameter" if scale else "heart_diameter_px") in told.values
    assert (told.values["cc"].value is not None) == scale


def test_noise_is_doubtful_or_nothing(taught):
    noise = Sample(np.random.default_rng(0).random(DRAWN).astype(np.float32), spacing=(1.0, 1.0))
    reading = analyse(taught, noise)
    assert reading.quality in ("doubtful", "none")
    assert reading.notes


def test_a_sweep_is_refused_in_a_sentence(taught):
    with pytest.raises(ValueError, match="one picture"):
        analyse(taught, Sample(np.zeros((3, 64, 96), np.float32)))
