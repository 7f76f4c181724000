"""Huang's system: attention, scales, Canny to HC, and what it says of pictures."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, scaled_dot_product_attention
from torch.testing import assert_close

from fetal_edu.data.bundled import load
from fetal_edu.measure import Ellipse, circumference
from fetal_edu.nets import UNet, count_parameters
from fetal_edu.sample import Sample
from fetal_edu.systems import find_system
from fetal_edu.systems.head import huang
from fetal_edu.systems.head.huang_parts import (
    AttentionUNet,
    MultiScale,
    SelfAttention,
    attend,
    circumference_by_canny,
    contour_length,
    edge_points,
    measured,
)

SYSTEM = find_system("huang")


# --- the network -------------------------------------------------------------------------------------------


def test_attention_is_torchs():
    torch.manual_seed(0)
    queries, keys, values = torch.randn(2, 7, 5), torch.randn(2, 7, 5), torch.randn(2, 7, 3)
    answers, weights = attend(queries, keys, values)
    assert_close(answers, scaled_dot_product_attention(queries, keys, values))
    assert_close(weights.sum(dim=2), torch.ones(2, 7))


def test_attention_reaches_every_place_and_convolution_does_not():
    torch.manual_seed(0)
    maps = torch.randn(1, 6, 9, 12, requires_grad=True)
    SelfAttention(6)(maps)[0, :, 0, 0].sum().backward()
    assert (maps.grad[0].abs().sum(dim=0) > 0).all()
    scales, maps = MultiScale(6).eval(), torch.randn(1, 6, 9, 12, requires_grad=True)
    scales(maps)[0, :, 0, 0].sum().backward()
    touched = maps.grad[0].abs().sum(dim=0) > 0
    assert set(zip(*(axis.tolist() for axis in touched.nonzero(as_tuple=True)), strict=True)) == {
        (r * d, c * d) for d in (1, 2, 4) for r in (0, 1) for c in (0, 1)
    }


def test_attention_knows_where_a_place_lies():
    torch.manual_seed(0)
    weights = SelfAttention(6).weights(torch.ones(1, 6, 4, 5))[0]  # all places look alike
    assert weights.std(dim=1).min() > 1e-3
    assert_close(weights.sum(dim=1), torch.ones(20))


def test_dilated_branch_by_brute_force():
    torch.manual_seed(0)
    layer, maps = MultiScale(3, dilations=(2,)), torch.randn(1, 3, 6, 7)
    kernel = layer.branches[0].weight
    spread = torch.zeros(3, 3, 5, 5)
    spread[:, :, ::2, ::2] = kernel.detach()
    assert_close(layer.branches[0](maps), conv2d(maps, spread, padding=2))


def test_without_parts_it_is_the_plain_unet():
    torch.manual_seed(0)
    ours = AttentionUNet((4, 6), attention=False, scales=False).eval()
    torch.manual_seed(0)
    theirs, image = UNet((4, 6)).eval(), torch.rand(1, 1, 16, 24)
    assert_close(ours(image), theirs(image))


def test_every_weight_learns():
    net = SYSTEM.build()
    net(torch.rand(2, 1, 64, 96)).square().mean().backward()
    assert [name for name, weight in net.named_parameters() if weight.grad is None] == []


@pytest.mark.parametrize(
    "depth", [("plain", "attention", "scales", "both"), ("shallow, plain", "shallow, both")]
)
def test_networks_of_a_depth_have_equal_weights(depth):
    weights = [count_parameters(huang.built(name)) for name in depth]
    assert max(weights) < 1.03 * min(weights)
    assert max(weights) < 140_000


def test_parts_are_built_where_they_are_named():
    for name in huang.CHANNELS:
        kinds = {type(part) for part in huang.built(name).modules()} & {SelfAttention, MultiScale}
        wanted = {"attention": {SelfAttention}, "scales": {MultiScale}, "both": {SelfAttention, MultiScale}}
        assert kinds == wanted.get(name.split(", ")[-1], set())


# --- the measurement ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("spacing", [(0.5, 0.5), (0.4, 0.8)])
def test_canny_measures_heads_of_known_size(spacing):
    rng = np.random.default_rng(0)
    for _ in range(5):
        head = Ellipse(50 + rng.normal(), 70 + rng.normal(), rng.uniform(30, 45), 28.0, rng.uniform(0, 3))
        mask = head.mask((int(100 / spacing[0]), int(140 / spacing[1])), spacing)
        assert circumference_by_canny(mask, spacing) == pytest.approx(head.circumference, rel=0.006)
        assert len(edge_points(mask, spacing)) > 100


def test_edge_lies_on_the_masks_border():
    mask = np.zeros((20, 30), bool)
    mask[5:15, 8:24] = True
    points = edge_points(mask, (1.0, 1.0)).astype(int)
    inside = np.pad(mask, 1)
    around = [inside[r : r + 3, c : c + 3] for r, c in points]
    assert all(part.any() and not part.all() for part in around)


def test_speck_and_hole_have_no_say():
    head = Ellipse(50, 70, 40.0, 30.0, 0.3)
    mask = head.mask((200, 280), (0.5, 0.5))
    spoiled = mask.copy()
    spoiled[95:105, 135:145], spoiled[2:8, 2:8] = False, True
    assert circumference_by_canny(spoiled, (0.5, 0.5)) == circumference_by_canny(mask, (0.5, 0.5))


def test_contour_of_a_disc_and_of_a_dented_one():
    rows, columns = np.mgrid[:80, :100]
    far = np.hypot(rows - 40, columns - 50)
    disc = 1 / (1 + np.exp(far - 25))
    assert contour_length(disc, (2.0, 2.0)) == pytest.approx(circumference(50, 50), rel=0.01)
    dented = np.where((rows > 37) & (rows < 43) & (columns > 60), 0.0, disc)  # a slit, 15 pixels deep
    assert contour_length(dented, (2.0, 2.0)) > circumference(50, 50) + 40


@pytest.mark.parametrize("measure", [circumference_by_canny, contour_length])
def test_nothing_is_not_measured(measure):
    with pytest.raises(ValueError, match="empty"):
        measure(np.zeros((20, 30)), (1.0, 1.0))


# --- trial and use -----------------------------------------------------------------------------------------


class Found(nn.Module):
    """Stands in for a network: finds where the picture is bright, and knows every picture."""

    def __init__(self, *, doubt: str = "") -> None:
        super().__init__()
        self.known = type("Knows", (), {"doubt": lambda _self, _image: doubt})()

    def forward(self, images):
        return 20 * (images - 0.5)


def bright(head, *, shape=(192, 288), spacing=(0.6, 0.6)):
    return Sample(head.mask(shape, spacing).astype(np.float32), spacing=spacing)


def test_hc_and_weeks_of_a_head_that_was_found():
    head = Ellipse(55, 85, 45.0, 36.0, 0.3)
    reading = huang.analyse(Found(), bright(head))
    assert reading.quality == "good"
    assert reading.values["hc"].value == pytest.approx(head.circumference, rel=0.02)
    assert reading.values["ga"].unit == "weeks"
    assert reading.mask.shape == (192, 288)


def test_dents_and_strangers_are_doubtful_and_nothing_is_none():
    sample = bright(Ellipse(55, 85, 45.0, 36.0, 0.3))
    image = sample.image.copy()
    image[:, 120:160] *= np.linspace(0, 1, 192)[:, None] > 0.4  # a wide notch from above
    assert any(
        "no ellipse" in note for note in huang.analyse(Found(), Sample(image, spacing=(0.6, 0.6))).notes
    )
    assert huang.analyse(Found(doubt="Strange."), sample).quality == "doubtful"
    assert huang.analyse(Found(), Sample(np.zeros((64, 96), np.float32))).quality == "none"
    assert huang.analyse(Found(), Sample(np.ones((64, 96), np.float32))).quality == "none"


def test_without_spacing_hc_is_in_pixels():
    sample = bright(Ellipse(55, 85, 45.0, 36.0, 0.3))
    values = huang.analyse(Found(), Sample(sample.image)).values
    assert values["hc"].value is None
    assert values["hc"].reason
    assert values["hc_px"].value == pytest.approx(Ellipse(0, 0, 75, 60, 0).circumference, rel=0.02)


def test_sweep_is_refused():
    with pytest.raises(ValueError, match="one picture"):
        huang.analyse(Found(), Sample(np.zeros((3, 64, 96), np.float32)))


def test_a_failed_outline_counts_as_all_of_hc():
    sample = bright(Ellipse(55, 85, 45.0, 36.0, 0.3), shape=(64, 96), spacing=(1.8, 1.8))
    assert measured(np.zeros((64, 96), np.float32), sample.spacing) == 0
    assert measured(sample.image, sample.spacing) == pytest.approx(255, rel=0.03)
    assert measured(sample.image, sample.spacing, by="contour") > 255


def test_trained_a_little_it_measures_and_doubts_noise():
    settings = {"patients": 8, "tested": 2, "steps": 3, "batch": 4, "rate": 8e-3}
    net = huang.trained("both", 99, settings)
    assert net is huang.trained("both", 99, settings)
    noise = Sample(np.random.default_rng(0).uniform(size=(64, 96)).astype(np.float32), spacing=(1.5, 1.5))
    assert huang.analyse(net, noise).quality in ("doubtful", "none")
    figures = huang.arm(99, settings, name="both")
    assert all(figures[key].shape == (2,) for key in ("hc", "hc_gaps", "dice", "dice_gaps"))
    assert figures["parameters"] == count_parameters(SYSTEM.build())


def test_one_patient_one_picture():
    heads = huang.study(99, 8)
    assert len({sample.truth["hc_mm"] for sample in heads}) == 8


def test_head_of_the_samples_is_measured():
    sample = load("head-20w")
    reading = huang.analyse(Found(), Sample(sample.mask("head").astype(np.float32), spacing=sample.spacing))
    assert reading.values["hc"].value == pytest.approx(sample.truth["hc_mm"], rel=0.02)
    assert reading.values["ga"].value == pytest.approx(sample.truth["ga_weeks"], abs=1.5)
