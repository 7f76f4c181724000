"""Grad-CAM: where in a picture a network found what speaks for a class."""

import pytest
import torch
from torch import nn

from fetal_edu.learning import activated_area, grad_cam


class Bright(nn.Module):
    """One class for light, one for dark; the maps are the picture and its negative."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Conv2d(1, 2, 1, bias=False)
        self.drop = nn.Dropout(0.5)
        with torch.no_grad():
            self.maps.weight.copy_(torch.tensor([1.0, -1.0]).reshape(2, 1, 1, 1))

    def forward(self, image):
        return self.drop(self.maps(image)).mean(dim=(2, 3))


@pytest.fixture
def picture():
    image = torch.full((1, 1, 8, 12), -0.5)
    image[..., 2:4, 6:9] = 2.0
    return image


def test_a_class_is_found_where_it_is(picture):
    net = Bright()
    light, dark = (grad_cam(net, net.maps, picture, class_) for class_ in (0, 1))
    assert torch.equal(light[0] > 0, picture[0, 0] > 0)
    assert torch.equal(dark[0] > 0, picture[0, 0] < 0)
    assert light.max() == dark.max() == 1


@pytest.mark.parametrize("class_", [0, 1, 2])
def test_the_weights_are_slopes_averaged_over_places(class_):
    torch.manual_seed(0)
    conv, dense = nn.Conv2d(1, 5, 3, padding=1), nn.Linear(5, 3)
    net = nn.Sequential(conv, nn.AdaptiveAvgPool2d(1), nn.Flatten(), dense)
    image = torch.randn(2, 1, 6, 7)
    with torch.no_grad():
        by_hand = torch.einsum("c,bcxy->bxy", dense.weight[class_] / 42, conv(image)).relu()
        assert (by_hand.amax(dim=(1, 2)) > 0).all()
        by_hand /= by_hand.amax(dim=(1, 2), keepdim=True)
    torch.testing.assert_close(grad_cam(net, conv, image, class_), by_hand)


def test_each_image_can_be_asked_for_its_own_class(picture):
    net, both = Bright(), picture.repeat(2, 1, 1, 1)
    cams = grad_cam(net, net.maps, both, torch.tensor([0, 1]))
    torch.testing.assert_close(cams[0], grad_cam(net, net.maps, picture, 0)[0])
    torch.testing.assert_close(cams[1], grad_cam(net, net.maps, picture, 1)[0])


def test_nothing_speaks_for_light_in_the_dark():
    net = Bright()
    cam = grad_cam(net, net.maps, torch.full((1, 1, 4, 4), -1.0), 0)
    assert not cam.any()
    assert activated_area(cam).tolist() == [0]


def test_the_network_is_left_as_it_was(picture):
    net = Bright().train().requires_grad_(False)
    with torch.no_grad():
        first, second = (grad_cam(net, net.maps, picture, 0) for _ in range(2))
    assert torch.equal(first, second)  # asked without dropout
    assert net.training
    assert not net.maps._forward_hooks
    assert not first.requires_grad
    assert all(weight.grad is None for weight in net.parameters())


def test_a_coarse_map_is_enlarged_to_the_picture():
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.MaxPool2d(4), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    assert grad_cam(net, net[1], torch.rand(1, 1, 32, 48), 0).shape == (1, 32, 48)


def test_errors_say_what_to_give(picture):
    net = Bright()
    with pytest.raises(ValueError, match="no part of this network"):
        grad_cam(net, nn.ReLU(), picture, 0)
    with pytest.raises(ValueError, match="classes 0 to 1"):
        grad_cam(net, net.maps, picture, 2)
    with pytest.raises(ValueError, match="gives no maps"):
        grad_cam(net, net, picture, 0)
    assert not net._forward_hooks
    assert not net.maps._forward_hooks
