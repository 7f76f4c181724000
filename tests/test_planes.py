"""Naming planes: the network with its two heads, what each of them knows of place, loaders and training."""

import numpy as np
import pytest
import torch
from fastai.torch_core import set_seed

from fetal_edu import Sample
from fetal_edu.learning import (
    confusion,
    grouped_split,
    named_canvases,
    plane_learner,
    plane_loaders,
    plane_probabilities,
)
from fetal_edu.learning.planes import share_right
from fetal_edu.nets import PlaneCNN, count_parameters
from fetal_edu.phantom import draw

SIZE, CHANNELS = (32, 48), (4, 8, 8)


def net_with(head, *, classes=3):
    torch.manual_seed(0)
    return PlaneCNN(classes, size=SIZE, channels=CHANNELS, head=head).eval()


@pytest.fixture(params=["pooled", "dense"])
def net(request):
    return net_with(request.param)


# --- the network -------------------------------------------------------------------------------------------


def test_one_number_for_each_class(net):
    assert net.features(torch.rand(2, 1, *SIZE)).shape == (2, 8, 8, 12)
    assert net(torch.rand(2, 1, *SIZE)).shape == (2, 3)


def test_the_dense_head_has_weights_for_each_place_and_the_pooled_one_for_each_map():
    pooled, dense = net_with("pooled"), net_with("dense")
    assert count_parameters(pooled.head) == 8 * 3 + 3
    assert count_parameters(dense.head) == 8 * 8 * 12 * 3 + 3
    assert count_parameters(pooled.features) == count_parameters(dense.features)


def test_only_the_pooled_head_takes_other_sizes():
    larger = torch.rand(1, 1, 40, 64)
    assert net_with("pooled")(larger).shape == (1, 3)
    with pytest.raises(ValueError, match=r"40 × 64 pixels, but the dense head was built for 32 × 48"):
        net_with("dense")(larger)


def test_a_size_that_does_not_divide_gets_a_sentence():
    with pytest.raises(
        ValueError, match=r"height 30 is not divisible by 4: 2 poolings halve it 2 times; pad to 32"
    ):
        net_with("pooled")(torch.rand(1, 1, 30, 48))
    with pytest.raises(ValueError, match=r"width 50 .* pad to 52"):
        PlaneCNN(3, size=(32, 50), channels=CHANNELS)
    with pytest.raises(ValueError, match=r"height 0 .* pad to 4"):
        PlaneCNN(3, size=(0, 48), channels=CHANNELS)


@pytest.mark.parametrize("shape", [SIZE, (1, *SIZE), (1, 3, *SIZE)])
def test_other_shapes_get_a_sentence(net, shape):
    with pytest.raises(ValueError, match="batch, 1, height, width"):
        net(torch.zeros(shape))


def test_what_cannot_be_built_gets_a_sentence():
    with pytest.raises(ValueError, match="at least 2"):
        PlaneCNN(1)
    with pytest.raises(ValueError, match="no head 'dens'"):
        PlaneCNN(3, head="dens")


# --- what the heads know of place --------------------------------------------------------------------------


def shuffled(maps, seed=0):
    order = torch.from_numpy(np.random.default_rng(seed).permutation(maps.shape[2] * maps.shape[3]))
    return maps.flatten(2)[:, :, order].reshape(maps.shape), order


def test_the_pooled_head_does_not_notice_that_all_places_were_shuffled():
    net = net_with("pooled")
    maps = torch.rand(4, 8, 8, 12)
    assert torch.allclose(net.head(shuffled(maps)[0]), net.head(maps), atol=1e-6)


def test_the_dense_head_notices_until_its_weights_are_shuffled_alike():
    net = net_with("dense")
    maps = torch.rand(4, 8, 8, 12)
    before, (mixed, order) = net.head(maps), shuffled(maps)
    assert (net.head(mixed) - before).abs().max() > 0.01
    weight = net.head[1].weight.data  # (classes, channels * places)
    weight.copy_(weight.reshape(3, 8, -1)[:, :, order].reshape(3, -1))
    assert torch.allclose(net.head(mixed), before, atol=1e-5)


# --- loaders and training ----------------------------------------------------------------------------------


def test_a_plane_becomes_its_number_and_another_is_refused():
    flat = np.full((32, 48), 0.25, np.float32)
    samples = [Sample(flat, plane=plane) for plane in ("b", "a", "b")]
    images, numbers = named_canvases(samples, ("a", "b"), canvas=SIZE)
    assert images.shape == (3, 1, *SIZE)
    assert images.unique().tolist() == [64]
    assert numbers.tolist() == [1, 0, 1]
    with pytest.raises(ValueError, match=r"plane 'b'.*the planes are a, c"):
        named_canvases(samples, ("a", "c"), canvas=SIZE)
    with pytest.raises(ValueError, match="no samples"):
        named_canvases([], ("a",))


def test_planes_of_one_patient_stay_on_one_side():
    samples = [
        draw(plane, seed, weeks=21, shape=(16, 24)) for seed in range(6) for plane in ("abdomen", "face")
    ]
    train, held_out = grouped_split([sample.group for sample in samples], share=0.4, salt="planes")
    assert train
    assert held_out
    assert not {samples[i].group for i in train} & {samples[i].group for i in held_out}


def test_loaders_shuffle_for_training_only():
    some = torch.arange(8, dtype=torch.uint8)[:, None, None, None].expand(8, 1, 16, 24), torch.arange(8)
    loaders = plane_loaders(some, some, batch_size=4)
    torch.manual_seed(0)
    seen = torch.cat([numbers for _images, numbers in loaders.train])
    assert sorted(seen.tolist()) == list(range(8))
    assert seen.tolist() != list(range(8))
    kept = torch.cat([numbers for _images, numbers in loaders.valid])
    assert kept.tolist() == list(range(8))
    images, numbers = next(iter(loaders.train))
    assert torch.allclose(images[:, 0, 0, 0] * 255, numbers.float())


def bars(n, *, seed):
    """Pictures of noise with a bright bar at a random place: lying or standing."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 90, (n, 1, *SIZE)).astype(np.uint8)
    for i, image in enumerate(images):
        row, column = rng.integers(2, 20), rng.integers(2, 36)
        height, width = (3, 10) if i % 2 else (10, 3)
        image[0, row : row + height, column : column + width] = 230
    return torch.from_numpy(images), torch.arange(n) % 2


def test_it_learns_lying_from_standing_bars_and_a_seed_repeats_itself():
    train, held_out = bars(96, seed=0), bars(60, seed=1)
    nets = []
    for _time in range(2):
        net = net_with("pooled", classes=2)
        set_seed(3)  # before the loaders: they draw the order of the pictures from it
        learner = plane_learner(plane_loaders(train, held_out), net, bf16=False, progress=False)
        learner.fit_one_cycle(8, 2e-2)
        nets.append(net.eval())
    chances = plane_probabilities(nets[0], held_out[0], batch_size=7)
    assert chances.shape == (60, 2)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert (chances.argmax(axis=1) == held_out[1].numpy()).mean() > 0.9
    first, second = (torch.cat([p.flatten() for p in net.parameters()]) for net in nets)
    assert torch.equal(first, second)


def test_share_right_counts_the_largest_number():
    logits = torch.tensor([[0.0, 2.0, 1.0], [5.0, 4.0, 3.0]])
    assert share_right(logits, torch.tensor([1, 2])) == 0.5


def test_confusion_has_the_truth_in_rows():
    table = confusion([0, 0, 1, 2], [0, 2, 1, 1], 3)
    assert table.tolist() == [[1, 0, 1], [0, 1, 0], [0, 1, 0]]
    with pytest.raises(ValueError, match="2 names for 1 pictures"):
        confusion([0], [0, 1], 2)
