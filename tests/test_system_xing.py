"""[15]: levels fused, edges thinned and judged, and what the system says of one picture."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.feature import canny
from torch.nn.functional import interpolate

from fetal_edu.data import read_image
from fetal_edu.learning.gaps import line_of
from fetal_edu.nets import count_parameters
from fetal_edu.sample import Sample
from fetal_edu.systems import find_system
from fetal_edu.systems.head import xing
from fetal_edu.systems.head.xing_parts import (
    FUSIONS,
    EdgeNet,
    balanced_loss,
    edge_ellipse,
    edge_f,
    edges_in,
    fuse,
    thin,
)

SAMPLES = Path(__file__).parents[1] / "data_samples"


@pytest.fixture
def rng():
    return np.random.default_rng(15)


@pytest.fixture(scope="module")
def net():
    """A network that has learned for a few seconds."""
    settings = {"patients": 16, "steps": 60, "batch": 4, "rate": 5e-3}
    return xing.trained(91, settings)


# --- the mechanism -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", FUSIONS)
def test_levels_are_fused_as_the_formula_says(how, rng):
    levels = [torch.from_numpy(rng.normal(size=(2, 3, 8 // n, 12 // n))) for n in (1, 2, 4)]
    a, b, c = (interpolate(m, (8, 12), mode="bilinear", align_corners=False).numpy() for m in levels)
    wanted = {
        "product": a * b * c,
        "gated product": a * 4 / (1 + np.exp(-b)) / (1 + np.exp(-c)),
        "sum": a + b + c,
        "concat": np.concatenate([a, b, c], axis=1),
    }
    np.testing.assert_allclose(fuse(levels, how).numpy(), wanted[how], atol=1e-12)


def test_a_coarse_level_of_zeros_stops_what_the_fine_one_learns_from_a_bare_product_alone():
    for how, learns in (("product", False), ("gated product", True), ("sum", True)):
        fine, coarse = torch.ones(1, 1, 4, 6, requires_grad=True), torch.zeros(1, 1, 2, 3)
        fuse([fine, coarse], how).sum().backward()
        assert bool(fine.grad.any()) == learns, how


def test_an_unknown_fusion_is_named():
    with pytest.raises(ValueError, match="product, gated product, sum, concat"):
        fuse([torch.zeros(1, 1, 2, 2)], "mean")


def test_the_balanced_loss_is_the_mean_of_two_means(rng):
    logits, line = rng.normal(size=(2, 1, 6, 7)), rng.random((2, 1, 6, 7)) < 0.1
    likely = 1 / (1 + np.exp(-logits))
    wanted = (-np.log(likely[line]).mean() - np.log(1 - likely[~line]).mean()) / 2
    found = balanced_loss(torch.from_numpy(logits), torch.from_numpy(line.astype(float)))
    assert float(found) == pytest.approx(wanted)
    assert torch.isfinite(balanced_loss(torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)))


# --- edges -------------------------------------------------------------------------------------------------


def f_by_hand(found, true, tolerance):
    """Every pixel against every other."""
    one, other = np.argwhere(found), np.argwhere(true)
    near = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)) <= tolerance  # (found, true)
    precision, recall = near.any(axis=1).mean(), near.any(axis=0).mean()
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@pytest.mark.parametrize("tolerance", [0, 1, 2, 3.5])
def test_f_is_the_one_of_all_pairs(tolerance, rng):
    found, true = rng.random((2, 20, 30)) < 0.03
    assert edge_f(found, true, tolerance) == pytest.approx(f_by_hand(found, true, tolerance))


def test_f_of_nothing():
    nothing, something = np.zeros((5, 5), bool), np.eye(5, dtype=bool)
    assert [edge_f(*pair) for pair in product((nothing, something), repeat=2)] == [1, 0, 0, 1]


def test_thinning_leaves_a_line_in_every_direction():
    rows, columns = np.indices((64, 96))
    away = np.abs(np.hypot(rows - 31, columns - 47) - 22)  # all directions of a ridge
    crest = thin(np.exp(-((away / 2.5) ** 2))) > 0.5
    assert away[crest].max() < 1
    assert np.unique(np.round(np.arctan2(*(np.argwhere(crest) - (31, 47)).T), 1)).size > 55  # no gap
    library = canny((np.hypot(rows - 31, columns - 47) < 22).astype(float), 1.0)
    assert edge_f(crest, library, 1.5) == 1


def test_the_region_is_the_largest_piece_and_a_little_more():
    region = np.zeros((20, 30), bool)
    region[5:10, 5:12] = region[15, 25] = True
    near = edges_in(region)
    assert near[7, 14]
    assert not near[7, 15]
    assert not near[15, 25]
    assert not edges_in(np.zeros((4, 4), bool)).any()


def test_the_ellipse_is_none_where_there_is_none():
    assert edge_ellipse(np.zeros((20, 30), bool)) is None
    assert edge_ellipse(np.eye(20, dtype=bool)) is None


def test_a_true_edge_gives_the_true_hc():
    (sample,) = xing.heads(90, 1)
    figures = xing.examined([thin(line_of(sample.mask("head"))) > 0], [sample])
    assert figures["f"] == 1
    assert figures["stray"] == 0
    assert figures["hc_mm"] < 3


# --- network and system ------------------------------------------------------------------------------------


def test_fusions_cost_the_same():
    sizes = [count_parameters(EdgeNet(how)) for how in FUSIONS]
    assert max(sizes) < 1.01 * min(sizes)
    assert max(sizes) < 140_000


def test_every_weight_learns():
    net = EdgeNet("sum")
    wanted = torch.zeros(2, 2, 48, 72)
    wanted[:, 0, 20] = wanted[:, 1, 20:40] = 1
    xing.loss_of(net(torch.rand(2, 1, 48, 72)), wanted, supervise=0.3).backward()
    assert [name for name, w in net.named_parameters() if w.grad is None or not w.grad.any()] == []


def test_without_supervision_the_levels_answers_count_nothing():
    logits, wanted = torch.randn(1, 6, 8, 8), torch.ones(1, 2, 8, 8)
    other = torch.cat([logits[:, :2], -logits[:, 2:]], dim=1)
    assert xing.loss_of(logits, wanted, supervise=0) == xing.loss_of(other, wanted, supervise=0)
    assert xing.loss_of(logits, wanted, supervise=0.3) != xing.loss_of(other, wanted, supervise=0.3)


def test_it_measures_a_simulated_head(net):
    (sample,) = xing.heads(92, 1)
    reading = find_system("xing").analyse(net, sample)
    assert reading.values["hc"].value == pytest.approx(sample.truth["hc_mm"], rel=0.2)
    assert reading.mask.shape == sample.shape


def test_it_reads_a_sample_with_and_without_a_scale(net):
    image = read_image(SAMPLES / "transthalamic-20w-premium.png").image
    with_scale = xing.analyse(net, Sample(image, spacing=(0.3, 0.3)))
    without = xing.analyse(net, Sample(image))
    assert with_scale.quality in ("good", "doubtful")
    assert without.values["hc"].value is None
    assert without.values["hc_px"].value == pytest.approx(with_scale.values["hc"].value / 0.3, rel=0.03)


def test_noise_and_black_are_not_believed(net, rng):
    for image in (rng.random((60, 90), np.float32), np.zeros((60, 90), np.float32)):
        assert xing.analyse(net, Sample(image, spacing=(1, 1))).quality in ("doubtful", "none")


def test_a_sweep_is_refused(net):
    with pytest.raises(ValueError, match="one picture"):
        xing.analyse(net, Sample(np.zeros((3, 48, 72), np.float32)))
