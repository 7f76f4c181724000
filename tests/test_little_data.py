"""Chapter 08's task and experiments: what is shared, what one arm changes, and that every arm runs."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from fastai.callback.schedule import combined_cos
from torch import nn

from fetal_edu.learning import TRIALS, find_trial
from fetal_edu.learning import little_data as task
from fetal_edu.learning import little_data_labels as labels
from fetal_edu.learning.little_data import How
from fetal_edu.learning.little_data_curve import curve_of, fit_power_law
from fetal_edu.learning.little_data_rates import set_weights, without_batch_norm
from fetal_edu.learning.little_data_remedies import STILL, Best
from fetal_edu.learning.little_data_transfer import _freeze_encoder, abdomens, striped_triangles
from fetal_edu.nets import UNet

#: So little that every arm runs in a moment; what an experiment needs beyond is its own "quick".
TINY = {"steps": 2, "batch": 2, "heads": 4, "tested": 2, "labelled": 2, "unsupervised_steps": 2}
TINY |= {"source_steps": 2, "source": 2, "look_every": 1, "finder_steps": 4}


def test_seeds_have_their_own_patients_and_all_share_the_test_heads():
    first, second = task.study(3, 0)[0], task.study(3, 1)[0]
    assert torch.equal(first, task.study(4, 0)[0][:3])
    test = task.test_heads(3)[0]
    pictures = torch.cat([first, second, test]).flatten(1)
    assert len(torch.unique(pictures, dim=0)) == 9


def test_one_cycle_is_fastais():
    schedule = combined_cos(0.25, 8e-3 / 25, 8e-3, 8e-3 / 1e5)
    for done in np.linspace(0, 0.99, 23):
        assert task.rate_at(How(), done) == pytest.approx(float(schedule(done)), abs=1e-6)
    with pytest.raises(ValueError, match="one-cycle, cosine or constant"):
        task.rate_at(How(schedule="step"), 0.5)


def test_training_repeats_itself_and_uses_every_picture_before_any_comes_again():
    pictures, seen = task.study(4, 0), []
    nets = [task.fresh_net(3) for _ in range(2)]
    nets[0].register_forward_pre_hook(lambda _net, given: seen.append(given[0]))
    runs = [task.train(net, pictures, how=How(steps=4, batch=2), seed=3) for net in nets]
    assert np.array_equal(runs[0].losses, runs[1].losses)
    assert runs[0].pictures == 8
    assert len(torch.unique(torch.cat(seen[:2]).flatten(1), dim=0)) == 4
    assert not np.array_equal(runs[0].losses, task.train(nets[0], pictures, how=How(steps=4), seed=3).losses)


def test_a_network_that_bursts_gets_finite_figures():
    net = task.fresh_net(0)
    nn.init.constant_(net.last.weight, float("nan"))
    figures = task.examine(net, TINY, task.study(2, 0))
    assert list(figures["dice"]) == [0, 0]
    assert figures["lost"] == 1
    assert (figures["hc_mm"] > 50).all()


def test_dice_counts_as_the_measure_does():
    from fetal_edu.measure import dice

    rng = np.random.default_rng(0)
    found, masks = rng.random((5, 6, 7)), torch.from_numpy(rng.random((5, 1, 6, 7)))
    theirs = [dice(f > 0.5, m[0].numpy() > 0.5) for f, m in zip(found, masks, strict=True)]
    assert task.dices(found, masks) == pytest.approx(theirs)


# --- what one arm changes ----------------------------------------------------------------------------------


def test_power_law_is_found_again_through_noise():
    counts = np.array([4, 8, 16, 32, 64, 128])
    noise = np.random.default_rng(1).normal(0, 0.002, 6)
    law = fit_power_law(counts, 0.97 - 0.6 * counts**-0.8 + noise)
    assert law.best == pytest.approx(0.97, abs=0.01)
    assert law.speed == pytest.approx(0.8, abs=0.15)
    assert law.at(law.enough(0.99)) == pytest.approx(0.99 * law.best)
    with pytest.raises(ValueError, match="at least 3"):
        fit_power_law(counts[:2], counts[:2])


def test_wavy_outlines_err_both_ways_and_grown_ones_outwards():
    masks = task.study(8, 0)[1]
    true = (masks > 0.5).sum()
    waves = [labels.wrong_outlines(masks, wavy=2.0, seed=seed) for seed in range(12)]
    wavy = waves[1]
    grown = labels.wrong_outlines(masks, grown=2.0)
    # A round border that moves out gains more than it loses when it moves in: a little is left.
    assert abs(sum(wave.sum() for wave in waves) / (12 * true) - 1) < 0.05
    assert grown.sum() / true > 1.15
    assert ((grown > 0) | (masks <= 0.5)).all()
    assert not torch.equal(wavy, labels.wrong_outlines(masks, wavy=2.0, seed=2))
    # Nothing moves by more than the wave can: a pixel deep inside stays inside.
    assert task.dices(wavy[:, 0].numpy(), masks).min() > 0.8


def test_frozen_layers_stay_also_what_they_have_stored():
    net = task.fresh_net(0)
    _freeze_encoder(net)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    task.predict(net, task.study(2, 0)[0])
    task.train(net, task.study(2, 0), how=How(steps=2, batch=2), seed=0)
    moved = {key for key, value in net.state_dict().items() if not torch.equal(value, before[key])}
    assert moved
    assert {key.split(".")[0] for key in moved} == {"ups", "last"}


def test_without_batch_norm_nothing_is_normalised_and_every_convolution_has_a_bias():
    net = without_batch_norm(UNet((4, 8)))
    assert not any(isinstance(part, nn.BatchNorm2d) for part in net.modules())
    assert all(part.bias is not None for part in net.modules() if isinstance(part, nn.Conv2d))
    assert net(torch.zeros(1, 1, 8, 8)).shape == (1, 1, 8, 8)


def test_first_weights_have_the_deviations_they_are_named_for():
    for how, deviation in {"He": (2 / 432) ** 0.5, "Xavier": (2 / 864) ** 0.5, "too large": 0.5}.items():
        net = set_weights(UNet((8, 48, 48)), how)
        weight = net.downs[1][1][3].weight  # (48, 48, 3, 3): 432 inputs, 432 outputs
        assert float(weight.detach().std()) == pytest.approx(deviation, rel=0.05)


def test_early_stopping_keeps_the_best_weights_not_the_last():
    net = task.fresh_net(0)
    best = Best(net, task.study(2, 0), every=2)
    best(0)
    assert best.step == 0
    scores = iter([0.5, 0.9, 0.7])
    dices, task.dices = task.dices, lambda *_: np.array([next(scores)])
    try:
        for step in (1, 3, 5):
            with torch.no_grad():
                net.last.bias.fill_(step)
            best(step)
    finally:
        task.dices = dices
    assert (best.score, best.step) == (0.9, 4)
    assert float(best.weights["last.bias"]) == 3


def test_still_changes_nothing():
    from fetal_edu.learning import augment_batch

    images, masks = task.study(3, 0)
    same, kept = augment_batch(images, masks, STILL)
    assert torch.allclose(same, images.clamp(1e-4, 1), atol=1e-3)
    assert torch.allclose(kept, masks, atol=1e-4)


def test_sources_differ_in_what_they_show():
    for source in (abdomens, striped_triangles):
        images, masks = source(3, 0)
        assert images.shape == masks.shape == (3, 1, *task.SHAPE)
        assert ((masks > 0.5).float().mean(dim=(1, 2, 3)) > 0.02).all()
        assert not torch.equal(source(3, 1)[0], images)


# --- the trials --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRIALS)
def test_every_arm_of_every_trial_runs_and_gives_what_its_claims_need(name):
    trial = find_trial(name)
    assert trial.name == name
    for settings in trial.settings.values():
        assert set(trial.settings["quick"]) == set(settings)
    tiny = replace(trial, settings={"full": trial.settings["full"] | TINY})
    result = tiny.run("full", seeds=[7], progress=False)
    assert result.arms == tuple(trial.arms)
    assert len(result.verdicts) == len(trial.claims) >= 3
    assert str(result)


def test_arms_of_one_seed_are_paired():
    """The same arm under two names gives the same figures: nothing random is left between arms."""
    trial = find_trial("augmentation")
    arm = trial.arms["rotate"]
    twice = replace(
        trial,
        arms={"none": arm, "rotate": arm},
        claims=(),
        only={},
        settings={"quick": trial.settings["quick"] | TINY},
    )
    result = twice.run("quick", progress=False)
    assert np.array_equal(result.figures["none"]["dice"], result.figures["rotate"]["dice"])


def test_a_learning_curve_can_be_drawn_from_its_result():
    trial = find_trial("learning-curve")
    tiny = replace(trial, settings={"quick": trial.settings["quick"] | TINY})
    counts, dice = curve_of(tiny.run("quick", seeds=[0, 1], progress=False))
    assert list(counts) == [8, 16, 32]
    assert dice.shape == (2, 3)


def test_the_finder_gives_a_rate_that_can_be_used():
    arm = find_trial("learning-rates").arms["one-cycle, finder's rate"]
    settings = find_trial("learning-rates").settings["quick"] | TINY | {"finder_steps": 30}
    assert isinstance(arm, partial)
    figures = arm(0, settings)
    assert 1e-6 < figures["rate"] < 1
    again = arm(0, settings)
    assert again["rate"] == figures["rate"]
    assert np.array_equal(again["hc_mm"], figures["hc_mm"])
