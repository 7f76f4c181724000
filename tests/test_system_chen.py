"""[16] Chen: a network with a part for each organ, and looking again at the box around the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from fetal_edu.data.bundled import load as load_sample
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample
from fetal_edu.systems import find_system
from fetal_edu.systems.head import chen, chen_looks
from fetal_edu.systems.head.chen import DOMAINS, MultiDomainFCN, analyse
from fetal_edu.systems.head.chen_looks import enlarged_box, figures_of, jittered, looks, second_observer


@pytest.fixture(scope="module")
def net() -> MultiDomainFCN:
    """Train a little, on few heads and organs."""
    torch.set_num_threads(1)
    return chen.learned(90, 12, 2, 40, 6, 8e-3)


# --- the network -------------------------------------------------------------------------------------------


def test_channels_are_domains_and_each_goes_through_its_own_layers() -> None:
    net, images = MultiDomainFCN().eval(), torch.rand(2, 3, 32, 48)
    made = net(images)
    assert made.shape == (2, 3, 32, 48)
    for number, domain in enumerate(DOMAINS):
        alone = net.outline(images[:, number : number + 1], domain)
        assert torch.allclose(made[:, number : number + 1], alone, atol=1e-5)


def test_an_organ_teaches_the_trunk_and_its_own_layers_only() -> None:
    net = MultiDomainFCN()
    net.outline(torch.rand(2, 1, 32, 48), "abdomen").sum().backward()
    assert all(weight.grad is not None for weight in net.first.parameters())
    assert all(weight.grad is not None for weight in net.own["abdomen"].parameters())
    assert all(weight.grad is None for weight in net.own["head"].parameters())


def test_heads_begin_with_the_same_weights_with_and_without_organs() -> None:
    made = []
    for domains in (["head"], list(DOMAINS)):
        torch.manual_seed(3)
        made.append(MultiDomainFCN(domains).eval().outline(torch.ones(1, 1, 32, 48), "head"))
    assert torch.equal(*made)


def test_the_loss_asks_each_outline_for_itself() -> None:
    masks = torch.zeros(1, 2, 8, 8)
    masks[0, 0, :4], masks[0, 1, 2:3, 2:3] = 1, 1
    right, small_missed = 20 * masks - 10, 20 * masks - 10
    small_missed[0, 1] = -10
    assert chen_looks.each_loss(small_missed, masks) - chen_looks.each_loss(right, masks) > 0.2


# --- looking again -----------------------------------------------------------------------------------------


def test_a_box_is_that_of_the_largest_piece() -> None:
    rng = np.random.default_rng(2)
    for _number in range(20):
        low, size = rng.integers(5, 15, 2), rng.integers(4, 20, 2)
        mask = np.zeros((40, 50), bool)
        mask[low[0] : low[0] + size[0], low[1] : low[1] + size[1]] = True
        mask[1:3, 1:3] = True  # a smaller piece
        row0, column0, row1, column1 = enlarged_box(mask, margin=1.0)
        assert (row0, column0, row1 - row0, column1 - column0) == (*low, *size)
        wide = enlarged_box(mask, margin=1.5)
        assert np.allclose((wide[2] - wide[0], wide[3] - wide[1]), 1.5 * size)
        assert np.allclose((wide[0] + wide[2], wide[1] + wide[3]), (row0 + row1, column0 + column1))
    assert enlarged_box(np.zeros((4, 5), bool)) is None


def test_jitter_stays_in_its_limits() -> None:
    rng, box = np.random.default_rng(0), (10.0, 20.0, 30.0, 60.0)
    made = np.array([jittered(box, rng, shift=0.1, zoom=1.2) for _number in range(300)])
    middles = (made[:, :2] + made[:, 2:]) / 2 - (20, 40)
    sizes = (made[:, 2:] - made[:, :2]) / (20, 40)
    assert (np.abs(middles) <= (2 + 1e-9, 4 + 1e-9)).all()
    assert np.abs(middles).max() > 3
    assert sizes.min() > 1 / 1.2 - 1e-9
    assert sizes.max() < 1.2 + 1e-9
    assert np.ptp(sizes) > 0.3


def test_a_second_look_gives_a_coarse_eye_more_pixels() -> None:
    """The eye sees grey levels; shrunk by eight, a small disc is a blot, in the box it is a disc."""
    shape = (128, 192)
    disc = Ellipse(40, 50, 12, 9, 0.4).mask(shape, (1.0, 1.0))
    sample = Sample(disc.astype(np.float32), spacing=(1.0, 1.0))
    first, second = looks(lambda canvas: canvas, sample, again=1, canvas=(16, 24))
    wrong = [int(((look.whole >= 0.5) != disc).sum()) for look in (first, second)]
    assert wrong[1] < wrong[0] / 2
    assert (second.whole[:20] == 0).all()  # outside the box


def test_who_finds_nothing_keeps_the_answer_before() -> None:
    sample = Sample(np.zeros((32, 48), np.float32))
    nothing = looks(lambda canvas: 0 * canvas, sample, again=2, canvas=(16, 24))
    assert len(nothing) == 3
    assert all(look is nothing[0] for look in nothing)
    calls = []

    def once(canvas: np.ndarray) -> np.ndarray:
        calls.append(1)
        found = np.zeros_like(canvas)
        found[4:8, 4:8] = len(calls) == 1
        return found

    first, second = looks(once, sample, again=1, canvas=(16, 24))
    assert second is first
    assert len(calls) == 2


# --- the trial's figures -----------------------------------------------------------------------------------


def test_figures_count_what_is_missed() -> None:
    heads = chen_looks.patients("head", 90, 6)
    true = [(head.mask("head"), head.truth["hc_mm"]) for head in heads]
    right = figures_of(true, heads)
    assert right["missed"] == 0
    assert right["hc_mm"] == 0
    assert right["within"].all()
    assert right["gap"] == 0
    blind = figures_of([(None, None), *true[1:]], heads)
    assert blind["missed"] == pytest.approx(1 / 6)
    assert blind["dice"][0] == 0
    assert not blind["within"][0]


def test_an_observer_is_off_in_size_and_place() -> None:
    truth, rng = Ellipse(40.0, 60.0, 30.0, 29.8, 0.3), np.random.default_rng(0)
    made = [second_observer(truth, rng) for _number in range(500)]  # nearly round: axes may swap
    assert 0.2 < np.std([one.row for one in made]) < 1
    assert abs(np.mean([one.row for one in made]) - 40) < 0.1
    assert abs(np.mean([one.circumference for one in made]) / truth.circumference - 1) < 0.003


def test_heads_to_learn_from_are_none_of_those_to_test_on() -> None:
    tests = {head.group for head in chen_looks.heads_to_test({"tested": 4})}
    assert not tests & {head.group for head in chen_looks.patients("head", 90, 4)}


# --- use ---------------------------------------------------------------------------------------------------


def test_a_bundled_head_is_measured(net: MultiDomainFCN) -> None:
    sample = load_sample("head-20w")
    reading = analyse(net, sample)
    assert reading.mask.shape == sample.shape
    assert abs(reading.values["hc"].value / sample.truth["hc_mm"] - 1) < 0.15
    assert reading.values["ga"].value is not None


def test_without_spacing_it_counts_pixels(net: MultiDomainFCN) -> None:
    reading = analyse(net, replace(load_sample("head-20w"), spacing=None))
    assert reading.values["hc"].value is None
    assert reading.values["hc_px"].value > 50


def test_noise_is_no_head(net: MultiDomainFCN) -> None:
    noise = np.random.default_rng(0).uniform(size=(128, 192)).astype(np.float32)
    assert analyse(net, Sample(noise, spacing=(1.0, 1.0))).quality != "good"
    assert analyse(net, Sample(0 * noise, spacing=(1.0, 1.0))).quality != "good"


def test_what_is_round_is_no_head(net: MultiDomainFCN, monkeypatch: pytest.MonkeyPatch) -> None:
    disc = Ellipse(24, 36, 15, 15, 0.0).mask((48, 72), (1.0, 1.0)).astype(np.float32)
    monkeypatch.setattr(chen, "find_with", lambda net: lambda canvas: (canvas > 0.5).astype(float))
    reading = analyse(net, Sample(disc, spacing=(2.0, 2.0)))
    assert reading.quality == "doubtful"
    assert any("rounder" in note for note in reading.notes)


def test_looks_that_disagree_are_doubtful(net: MultiDomainFCN, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chen, "AGREE", 1.01)
    reading = analyse(net, load_sample("head-20w"))
    assert reading.quality == "doubtful"
    assert any("second look" in note for note in reading.notes)


def test_a_volume_is_refused(net: MultiDomainFCN) -> None:
    with pytest.raises(ValueError, match="one picture"):
        analyse(net, Sample(np.zeros((4, 32, 48), np.float32), spacing=(1.0, 1.0, 1.0)))


def test_the_system_stands_in_the_catalogue() -> None:
    system = find_system("chen")
    assert system.card.cites.startswith("[16]")
    assert sum(weight.numel() for weight in system.build().state_dict().values()) < 140_000
