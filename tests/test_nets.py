"""The U-Net: sizes, parameters, gates, and what it says where a size does not divide."""

import pytest
import torch
from torch import nn

from fetal_edu.nets import Down, TwoConv, UNet, Up, count_parameters


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return UNet((4, 8, 12)).eval()


def test_shipped_size_has_at_most_a_million_parameters():
    assert 0.5e6 < count_parameters(UNet()) <= 1e6


def test_blocks_keep_halve_and_double():
    image = torch.zeros(2, 3, 16, 24)
    assert TwoConv(3, 5)(image).shape == (2, 5, 16, 24)
    assert Down(3, 5)(image).shape == (2, 5, 8, 12)
    assert Up(3, 7, 5)(image, torch.zeros(2, 7, 32, 48)).shape == (2, 5, 32, 48)
    assert Up(3, 0, 5)(image, None).shape == (2, 5, 32, 48)


@pytest.mark.parametrize("size", [(16, 16), (32, 48), (128, 192)])
def test_output_has_the_size_of_the_input(net, size):
    assert net(torch.zeros(1, 1, *size)).shape == (1, 1, *size)


def test_a_size_that_does_not_divide_gets_a_sentence():
    with pytest.raises(
        ValueError, match=r"height 135 is not divisible by 8: 3 poolings halve it 3 times; pad to 136"
    ):
        UNet((2, 2, 2, 2))(torch.zeros(1, 1, 135, 192))
    with pytest.raises(ValueError, match=r"width 190 .* pad to 192"):
        UNet((2, 2, 2, 2))(torch.zeros(1, 1, 136, 190))


@pytest.mark.parametrize("shape", [(16, 16), (1, 16, 16), (1, 3, 16, 16)])
def test_other_shapes_get_a_sentence(net, shape):
    with pytest.raises(ValueError, match="batch, 1, height, width"):
        net(torch.zeros(shape))


def test_open_gates_change_nothing(net):
    image = torch.rand(2, 1, 16, 24)
    assert torch.allclose(net(image), net(image, torch.ones(2)))


def test_each_closed_gate_changes_the_answer_and_half_lies_between(net):
    image = torch.rand(1, 1, 32, 32)
    for gates in ([0.0, 1.0], [1.0, 0.0]):
        assert not torch.allclose(net(image), net(image, torch.tensor(gates)))


def test_a_closed_gate_equals_a_skip_of_zeros(net):
    """The lesion is what its name says: exactly the map of that level is missing, nothing else."""
    image = torch.rand(1, 1, 16, 16)
    fine = net.first(image)
    middle = net.downs[0](fine)
    below = net.downs[1](middle)
    by_hand = net.last(net.ups[1](net.ups[0](below, middle), torch.zeros_like(fine)))
    assert torch.allclose(net(image, torch.tensor([0.0, 1.0])), by_hand, atol=1e-6)


def test_gates_may_differ_within_a_batch(net):
    image = torch.rand(1, 1, 16, 16).repeat(2, 1, 1, 1)
    gates = torch.tensor([[1.0, 1.0], [0.0, 1.0]])
    both = net(image, gates)
    assert torch.allclose(both[0], net(image[:1])[0], atol=1e-6)
    assert torch.allclose(both[1], net(image[:1], gates[1])[0], atol=1e-6)


def test_a_wrong_number_of_gates_gets_a_sentence(net):
    with pytest.raises(ValueError, match="3 gates for 2 skip connections"):
        net(torch.zeros(1, 1, 16, 16), torch.ones(3))


def test_without_skips_nothing_crosses():
    net = UNet((4, 8, 12), skips=False).eval()
    image = torch.rand(1, 1, 16, 16)
    assert torch.equal(net(image), net(image, torch.zeros(2)))
    assert count_parameters(net) < count_parameters(UNet((4, 8, 12)))


def test_one_level_is_no_u_net():
    with pytest.raises(ValueError, match="two levels"):
        UNet((8,))


def test_it_can_learn_one_picture():
    torch.manual_seed(0)
    net, target = UNet((4, 8)), torch.zeros(1, 1, 16, 16)
    target[..., 4:12, 4:12] = 1
    image, optimiser = target + 0.1 * torch.randn_like(target), torch.optim.Adam(net.parameters(), 0.02)
    losses = []
    for _ in range(30):
        loss = nn.functional.binary_cross_entropy_with_logits(net(image), target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]
