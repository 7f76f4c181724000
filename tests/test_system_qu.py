"""[13]: a CNN that also sees differences."""

import numpy as np
import pytest
import torch

from fetal_edu.nets import count_parameters
from fetal_edu.systems.head.qu import PLANES, SYSTEM, DifferentialCNN, differences, pictures


def by_hand(maps: np.ndarray) -> np.ndarray:
    batch, channels, height, width = maps.shape
    made = np.zeros((batch, 4 * channels, height, width))
    for row in range(height):
        for column in range(width):
            low, right = min(row + 1, height - 1), min(column + 1, width - 1)
            here, below = maps[:, :, row, column], maps[:, :, low, column]
            beside, corner = maps[:, :, row, right], maps[:, :, low, right]
            parts = (here - below, here - beside, here - corner, below - beside)
            made[:, :, row, column] = np.concatenate(parts, axis=1)
    return made


@pytest.mark.parametrize("shape", [(2, 3, 5, 7), (1, 1, 1, 4), (1, 2, 3, 1)])
def test_differences_are_those_of_a_loop(shape):
    maps = np.random.default_rng(0).normal(size=shape)
    np.testing.assert_allclose(differences(torch.from_numpy(maps)).numpy(), by_hand(maps))


def test_a_flat_map_has_no_differences_not_even_at_the_border():
    assert not differences(torch.full((1, 2, 4, 6), 3.0)).any()


def test_adding_takes_no_weights_and_stacking_is_met_by_the_wide_network():
    plain, added, stacked = (count_parameters(DifferentialCNN(mix)) for mix in ("none", "add", "stack"))
    wide = count_parameters(DifferentialCNN("none", channels=(18, 36, 54, 70)))
    assert plain == added
    assert stacked / plain > 4
    assert wide == pytest.approx(stacked, rel=0.05)


@pytest.mark.parametrize("mix", ["none", "add", "stack"])
def test_gradients_reach_every_weight(mix):
    net = DifferentialCNN(mix, extra=1)
    net(torch.rand(4, 1, 32, 48)).logsumexp(dim=1).sum().backward()
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in net.parameters())


def test_patients_are_cut_out_around_the_head_and_other_seeds_are_others():
    (images, numbers), (others, _same) = pictures(1, 1), pictures(2, 1)
    assert images.shape == (len(PLANES), 1, 64, 96)
    assert numbers.tolist() == list(range(len(PLANES)))
    assert not torch.equal(images, others)


def test_a_shipped_sample_gets_a_plane_and_a_confidence():
    from fetal_edu.data import bundled
    from fetal_edu.systems.ship import load_system

    _system, net = load_system("qu")
    reading = SYSTEM.analyse(net, bundled.load(next(n for n in bundled.names() if "transventricular" in n)))
    assert reading.plane in PLANES
    assert 100 / len(PLANES) <= reading.values["confidence"].value <= 100
