import math

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from fetal_edu.data import bundled
from fetal_edu.sample import Sample
from fetal_edu.systems import find_system
from fetal_edu.systems.heart import wang
from fetal_edu.systems.heart.wang import (
    VIEWS,
    Residual,
    ResidualCNN,
    adjusted,
    counts,
    loss_of,
    repeated,
    shares,
)

TINY = {"most": 16, "tested": 2, "steps": 8, "batch": 4, "rate": 5e-3}


@pytest.fixture(scope="module")
def net():
    return wang.trained(91, TINY)


# --- the prior ----------------------------------------------------------------------------------------------


def test_the_adjusted_loss_is_bayes_rule_worked_out_by_hand():
    prior, logits = torch.tensor([0.75, 0.25]), torch.tensor([[math.log(2.0), 0.0]])
    # Scores 2 : 1, shares 3 : 1, so 6 : 1.
    loss = loss_of("in the loss", prior)
    assert loss(logits, torch.tensor([0])).item() == pytest.approx(math.log(7 / 6), abs=1e-6)
    assert loss(logits, torch.tensor([1])).item() == pytest.approx(math.log(7), abs=1e-6)


def test_added_in_training_a_rare_class_weighs_more_than_in_the_plain_loss():
    prior, logits = torch.tensor([0.9, 0.1]), torch.zeros(1, 2, requires_grad=True)
    pulls = {}
    for way in ("plain", "in the loss"):
        for number in (0, 1):
            (slope,) = torch.autograd.grad(loss_of(way, prior)(logits, torch.tensor([number])), logits)
            pulls[way, number] = slope[0, number].item()
    assert pulls["plain", 1] == pytest.approx(-0.5)
    assert pulls["in the loss", 1] == pytest.approx(-0.9)
    assert pulls["in the loss", 0] == pytest.approx(-0.1)


@pytest.mark.parametrize("tau", [0.5, 1.0, 2.0])
def test_what_is_added_is_undone_by_what_is_taken_away(tau):
    torch.manual_seed(0)
    logits, prior = torch.randn(6, 5), torch.rand(5).softmax(dim=0)
    torch.testing.assert_close(adjusted(adjusted(logits, prior, tau), prior, -tau), logits)
    assert torch.equal(adjusted(logits, prior, 0.0), logits)


def test_an_even_prior_changes_no_probability():
    logits = torch.randn(4, 5, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(adjusted(logits, torch.full((5,), 0.2)).softmax(dim=1), logits.softmax(dim=1))


def fit(both, loss):
    """Find the logits (what is seen, class) of the least expected loss, for chances (class, what is seen)."""
    logits = torch.zeros(2, 2, requires_grad=True)
    steps = torch.optim.LBFGS([logits], max_iter=100, line_search_fn="strong_wolfe")

    def expected():
        steps.zero_grad()
        pairs = [(number, seen) for number in (0, 1) for seen in (0, 1)]
        error = sum(both[n, seen] * loss(logits[seen : seen + 1], torch.tensor([n])) for n, seen in pairs)
        error.backward()
        return error

    steps.step(expected)
    return logits.detach()


def test_either_way_the_best_answer_to_a_balanced_test_is_found():
    # One number is seen; it is 0 or 1. The rare class shows a 1 in 80 of 100, the common one in 30.
    prior, shows = torch.tensor([0.9, 0.1]), torch.tensor([[0.7, 0.3], [0.2, 0.8]])  # (class, what is seen)
    both = prior[:, None] * shows
    fitted = {way: fit(both, loss_of(way, prior)) for way in ("plain", "in the loss")}
    assert fitted["plain"].argmax(dim=1).tolist() == [0, 0], "it never says the rare class"
    even = shows.T / shows.sum(dim=0)[:, None]  # what a fair share of both classes would make of it
    torch.testing.assert_close(fitted["in the loss"].softmax(dim=1), even, atol=2e-3, rtol=0)
    after = adjusted(fitted["plain"], prior, -1.0)
    torch.testing.assert_close(after.softmax(dim=1), even, atol=2e-3, rtol=0)
    twice = adjusted(fitted["in the loss"], prior, -1.0)
    assert twice.argmax(dim=1).tolist() == [1, 1], "who does both corrects twice"


def test_a_class_that_is_never_seen_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        adjusted(torch.zeros(1, 2), torch.tensor([1.0, 0.0]))


# --- the rivals ---------------------------------------------------------------------------------------------


def test_reweighting_gives_each_class_the_same_weight_in_all():
    numbers = torch.tensor([0] * 8 + [1] * 4 + [2] * 2 + [3] + [4])
    weight = loss_of("re-weighted", shares(numbers)).keywords["weight"]
    torch.testing.assert_close(
        weight[numbers].new_zeros(5).index_add(0, numbers, weight[numbers]), torch.full((5,), 3.2)
    )
    logits = torch.randn(16, 5, generator=torch.Generator().manual_seed(2))
    own = torch.stack([cross_entropy(logits[numbers == k], numbers[numbers == k]) for k in range(5)]).mean()
    torch.testing.assert_close(loss_of("re-weighted", shares(numbers))(logits, numbers), own)


def test_oversampling_shows_each_class_equally_often_and_each_picture_nearly_so():
    numbers = torch.arange(5).repeat_interleave(torch.tensor(counts(48)))
    shown = repeated(numbers)
    assert torch.bincount(numbers[shown]).tolist() == [48] * 5
    often = torch.bincount(shown)
    assert often.min() >= 1
    for number in range(5):
        own = often[numbers == number]
        assert own.max() - own.min() <= 1


def test_the_rarest_view_is_3v_or_lvot():
    assert dict(zip(VIEWS, counts(192), strict=True))["3V"] == 12
    assert dict(zip(VIEWS, counts(192, hidden=True), strict=True))["LVOT"] == 12
    assert sorted(counts(192)) == sorted(counts(192, hidden=True))


# --- the network --------------------------------------------------------------------------------------------


def test_a_residual_block_adds_what_came_in():
    block = Residual(3, 3).eval()
    maps = torch.rand(2, 3, 5, 6)
    torch.nn.init.zeros_(block.more[-1].weight)
    assert torch.equal(block(maps), maps)
    assert isinstance(Residual(3, 4).around, torch.nn.Sequential)


def test_it_learns_with_all_its_weights_and_can_be_shipped():
    net = ResidualCNN()
    cross_entropy(net(torch.rand(4, 1, 48, 48)), torch.tensor([0, 1, 2, 4])).backward()
    for name, weight in net.named_parameters():
        assert weight.grad.isfinite().all(), name
        assert weight.grad.abs().max() > 0, name
    assert sum(value.numel() for value in net.state_dict().values()) < 140_000


# --- the trial ----------------------------------------------------------------------------------------------


def test_the_arms_give_what_table_and_claims_need():
    given = {name: one(91, TINY) for name, one in wang.TRIAL.arms.items()}
    for claim in wang.TRIAL.claims:
        for name in (claim.arm, claim.baseline):
            assert claim.figure in given[name]
    for figures in given.values():
        assert set(wang.TRIAL.labels) <= set(figures)
        assert [len(figures[key]) for key in ("right", "rare", "other", "pair")] == [10, 2, 2, 4]
        of_view = figures["right"].reshape(5, 2).mean(axis=1)
        assert figures["as trained"] == pytest.approx(of_view @ np.array([16, 8, 4, 2, 1]) / 31)
    hidden = given["look-alike, plain"]
    assert np.array_equal(hidden["rare"], hidden["right"].reshape(5, 2)[VIEWS.index("LVOT")])


def test_taken_away_afterwards_it_is_the_plain_network():
    assert wang.trained(91, TINY, way="plain") is wang.trained(91, TINY, way="plain")
    plain, after = (wang.TRIAL.arms[name](91, TINY) for name in ("plain", "post-hoc"))
    assert plain["other"].sum() >= after["other"].sum(), "less is called by the common name"
    assert plain["parameters"] == after["parameters"]


def test_other_patients_are_tested_and_only_lvot_changes_with_its_root():
    (images, numbers), (others, same) = (wang.tested(TINY, hidden=hidden) for hidden in (False, True))
    assert torch.equal(numbers, same)
    differs = (images != others).flatten(1).any(dim=1)
    assert differs.tolist() == (numbers == VIEWS.index("LVOT")).tolist()
    learned, _numbers = wang.study(91, TINY)
    assert not any(torch.equal(one, other) for one in images for other in learned)


# --- what it says -------------------------------------------------------------------------------------------


def test_it_names_a_bundled_view_and_tells_what_it_takes_for_granted(net):
    sample = bundled.load("4C-24w-premium")
    reading = find_system("wang").analyse(net, sample)
    assert reading.plane in VIEWS
    assert 20 <= reading.values["confidence"].value <= 100
    assert "equally common" in reading.notes[-1]


def test_it_looks_at_the_middle_alone(net):
    image = bundled.load("4C-24w-premium").image.copy()
    top, left, _bottom, _right = (round(edge) for edge in wang.middle(Sample(image)))
    before = wang.analyse(net, Sample(image)).values["confidence"].value
    assert top > 4
    image[: top - 3], image[:, : left - 3] = 1, 1
    assert wang.analyse(net, Sample(image)).values["confidence"].value == pytest.approx(before, abs=1e-3)


def test_noise_is_doubtful(net):
    reading = wang.analyse(net, Sample(np.random.default_rng(0).random((128, 192)).astype(np.float32)))
    assert reading.quality == "doubtful"
    assert any("unlike" in note for note in reading.notes)


def test_a_sweep_is_refused(net):
    with pytest.raises(ValueError, match="one picture"):
        wang.analyse(net, Sample(np.zeros((3, 40, 60), np.float32)))
