"""[12]: two networks' maps, multiplied place by place."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from fetal_edu.data import bundled
from fetal_edu.learning import activated_area, grad_cam
from fetal_edu.nets import count_parameters
from fetal_edu.sample import Sample
from fetal_edu.systems.head.shu import (
    ONE,
    PLANES,
    SHAPE,
    SYSTEM,
    TWO,
    BilinearCNN,
    bilinear_pool,
    pictures,
    rooted,
    stripes,
)


def by_hand(a: np.ndarray, b: np.ndarray, tiny: float) -> np.ndarray:
    batch, rows, columns = a.shape[0], a.shape[2], a.shape[3]
    made = np.zeros((batch, a.shape[1], b.shape[1]))
    for row in range(rows):
        for column in range(columns):
            for n in range(batch):
                made[n] += np.outer(a[n, :, row, column], b[n, :, row, column]) / (rows * columns)
    made = made.reshape(batch, -1)
    made = np.sign(made) * np.abs(made) / np.sqrt(np.abs(made) + tiny)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.mark.parametrize(("c", "d"), [(3, 5), (1, 1), (4, 2)])
def test_pooling_is_that_of_a_loop(c, d):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, c, 4, 3)), rng.normal(size=(2, d, 4, 3))
    pooled = bilinear_pool(torch.from_numpy(a), torch.from_numpy(b), tiny=1e-3).numpy()
    np.testing.assert_allclose(pooled, by_hand(a, b, 1e-3))


def test_with_nothing_tiny_it_is_the_signed_root_of_einsum():
    a, b = torch.randn(2, 3, 4, 5), torch.randn(2, 6, 4, 5)
    mean = torch.einsum("bcxy,bdxy->bcd", a, b).flatten(1) / 20
    root = mean.sign() * mean.abs().sqrt()
    torch.testing.assert_close(bilinear_pool(a, b, tiny=0), root / root.norm(dim=1, keepdim=True))


def test_it_sees_what_comes_together_where_means_do_not():
    here, there = torch.eye(2).reshape(1, 1, 2, 2), torch.eye(2).flip(0).reshape(1, 1, 2, 2)
    assert here.mean() == there.mean()
    assert bilinear_pool(here, here).item() == pytest.approx(1)
    assert bilinear_pool(here, there).item() == 0


def test_places_may_be_shuffled_but_only_in_both():
    a, b, order = torch.rand(1, 3, 4, 5), torch.rand(1, 2, 4, 5), torch.randperm(20)
    mixed_a, mixed_b = (maps.flatten(2)[..., order].reshape(maps.shape) for maps in (a, b))
    torch.testing.assert_close(bilinear_pool(mixed_a, mixed_b), bilinear_pool(a, b))
    assert not torch.allclose(bilinear_pool(mixed_a, b), bilinear_pool(a, b))


def test_the_slope_is_finite_even_where_nothing_is():
    numbers = torch.zeros(2, 4, requires_grad=True)
    rooted(numbers).sum().backward()
    assert numbers.grad.isfinite().all()


def test_maps_of_two_sizes_are_refused():
    with pytest.raises(ValueError, match="each place"):
        bilinear_pool(torch.rand(1, 2, 4, 5), torch.rand(1, 2, 4, 6))
    with pytest.raises(ValueError, match="takes two"):
        BilinearCNN(trunks=1)


def test_networks_compared_have_equal_weights():
    def weights(fuse, options):
        return count_parameters(BilinearCNN(fuse, trunks=options["trunks"], channels=options["channels"]))

    plain = weights("means", ONE)
    assert weights("outer", TWO) == pytest.approx(plain, rel=0.02)
    assert weights("means", TWO) == pytest.approx(plain, rel=0.1)
    assert plain < 140_000


@pytest.mark.parametrize("fuse", ["outer", "means", "rooted"])
def test_gradients_reach_every_weight(fuse):
    torch.manual_seed(0)
    net = BilinearCNN(fuse)
    net(torch.rand(4, 1, *SHAPE)).logsumexp(dim=1).sum().backward()
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in net.parameters())


def test_grad_cam_looks_at_both_trunks():
    net = BilinearCNN()
    cam = grad_cam(net, net.maps, torch.rand(2, 1, *SHAPE), torch.tensor([0, 2]))
    assert cam.shape == (2, *SHAPE)
    assert ((activated_area(cam) >= 0) & (activated_area(cam) <= 1)).all()


@pytest.mark.parametrize(("fuse", "cancels"), [("outer", True), ("rooted", True), ("means", False)])
def test_with_a_fixed_length_slopes_times_maps_cancel_out(fuse, cancels):
    # Euler: a logit that doesn't change when all maps double has slopes that stand at right angles to them.
    torch.manual_seed(0)
    net = BilinearCNN(fuse).eval()
    maps = net.maps(torch.rand(1, 1, *SHAPE)).detach().mul(1000).requires_grad_()  # far above the tiny number
    net.maps = torch.nn.Identity()
    (slope,) = torch.autograd.grad(net(maps)[0, 0], maps)
    parts = slope * maps
    assert (abs(parts.sum() / parts.abs().sum()) < 1e-3) == cancels


def test_stripes_are_as_frequent_in_both_classes():
    images, classes = stripes(5, 400)
    lie = (images.diff(dim=2) ** 2).mean(dim=(1, 2, 3))
    stand = (images.diff(dim=3) ** 2).mean(dim=(1, 2, 3))
    for amount in (lie, stand):
        assert amount[classes == 0].mean().item() == pytest.approx(
            amount[classes == 1].mean().item(), rel=0.15
        )
    spread = (lie - stand).abs()
    assert spread[classes == 0].mean() > 2 * spread[classes == 1].mean()  # but not what comes together
    assert torch.equal(images, stripes(5, 400)[0])


def test_patients_of_other_seeds_are_others_and_a_machine_changes_pictures_of_the_same():
    (images, numbers), (others, _), (old, _) = pictures(1, 5), pictures(2, 5), pictures(1, 5, machine="old")
    assert images.shape == (5 * len(PLANES), 1, *SHAPE)
    assert numbers.bincount().tolist() == [5] * len(PLANES)
    assert not torch.equal(images, others)
    assert not torch.equal(images, old)


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    net = BilinearCNN().eval()
    net.known.learn(pictures(3, 10)[0])
    return net


def test_a_sample_gets_a_plane_and_a_confidence_also_without_spacing(net):
    sample = bundled.load("transcerebellar-20w-premium")
    reading = SYSTEM.analyse(net, sample)
    assert reading.plane in PLANES
    assert 100 / len(PLANES) <= reading.values["confidence"].value <= 100
    assert "three planes" in reading.notes[-1]
    assert SYSTEM.analyse(net, replace(sample, spacing=None)).plane in PLANES


def test_noise_is_doubtful_and_a_volume_refused(net):
    noise = np.random.default_rng(0).uniform(size=(64, 96)).astype(np.float32)
    reading = SYSTEM.analyse(net, Sample(noise))
    assert reading.quality == "doubtful"
    assert "unlike" in reading.notes[0]
    with pytest.raises(ValueError, match="one picture"):
        SYSTEM.analyse(net, Sample(np.zeros((4, 64, 96), np.float32)))
