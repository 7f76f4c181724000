"""The FCN: a dense layer as a convolution, bilinear stamps, scores of three strides, and the exercises."""

import numpy as np
import pytest
import torch
from fastai.torch_core import set_seed
from torch import nn
from torch.nn import functional as F

from fetal_edu import ops
from fetal_edu.learning import head_learner, head_loaders
from fetal_edu.lesson import find
from fetal_edu.nets import FCN, Down, PlaneCNN, TwoConv, UpBilinear, as_convolution, bilinear_kernel

SEEDS = range(5)
CHANNELS = (2, 4, 4, 6, 6, 8)


def fcn(stride, *, seed=0, **options):
    torch.manual_seed(seed)
    return FCN(CHANNELS, stride=stride, **options).eval()


# --- a dense layer is a convolution ------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1, 1), (3, 4), (4, 3), (5, 1)])
def test_a_dense_layer_and_its_convolution_agree(size):
    torch.manual_seed(1)
    dense, maps = nn.Linear(6 * size[0] * size[1], 3).double(), torch.randn(2, 6, *size).double()
    slides = as_convolution(dense, size).double()
    assert (slides(maps)[..., 0, 0] - dense(maps.flatten(1))).abs().max() < 1e-6


def test_on_larger_maps_it_gives_the_dense_layers_answer_for_each_window():
    torch.manual_seed(2)
    dense, maps = nn.Linear(5 * 2 * 3, 4), torch.randn(1, 5, 4, 6)
    answers = as_convolution(dense, (2, 3))(maps)  # (1, 4, 3, 4)
    assert answers.shape == (1, 4, 3, 4)
    for row, column in np.ndindex(3, 4):
        window = maps[:, :, row : row + 2, column : column + 3]
        torch.testing.assert_close(answers[:, :, row, column], dense(window.flatten(1)))


def test_the_weights_are_copies_and_a_missing_bias_stays_missing():
    dense = nn.Linear(2 * 2 * 2, 1, bias=False)
    made, before = as_convolution(dense, (2, 2)), dense.weight.detach().clone()
    assert made.bias is None
    made.weight.data += 1
    assert torch.equal(dense.weight, before)


def test_a_wrong_size_gets_a_sentence():
    with pytest.raises(ValueError, match="30 inputs are no whole number of maps of 4 × 4"):
        as_convolution(nn.Linear(30, 2), (4, 4))
    with pytest.raises(ValueError, match="6 inputs"):
        as_convolution(nn.Linear(6, 2), (3, 4))


def test_the_network_of_chapter_02_answers_a_larger_picture_with_a_map():
    torch.manual_seed(3)
    net = PlaneCNN(5, size=(32, 48), channels=(4, 8, 8), head="dense").eval()
    slides, picture = as_convolution(net.head[1], (8, 12)), torch.rand(1, 1, 40, 64)
    torch.testing.assert_close(
        slides(net.features(picture[..., :32, :48]))[..., 0, 0], net(picture[..., :32, :48])
    )
    assert slides(net.features(picture)).shape == (1, 5, 3, 5)


def test_a_heat_map_is_the_sliding_window_where_nothing_is_padded():
    torch.manual_seed(4)
    features = nn.Sequential(
        nn.Conv2d(1, 4, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3), nn.MaxPool2d(2)
    )
    dense = nn.Linear(6 * 2 * 2, 3)
    features, dense, picture = features.double(), dense.double(), torch.rand(1, 1, 32, 40).double()
    heat = as_convolution(dense, (2, 2)).double()(features(picture))  # (1, 3, 5, 7)
    for row, column in np.ndindex(heat.shape[2:]):
        crop = picture[..., 4 * row : 4 * row + 16, 4 * column : 4 * column + 16]
        torch.testing.assert_close(dense(features(crop).flatten(1)), heat[..., row, column])


def test_padding_spoils_that_agreement():
    torch.manual_seed(5)
    layer, picture = nn.Conv2d(1, 1, 3, padding=1), torch.rand(1, 1, 12, 12)
    whole, crop = layer(picture)[..., 2:8, 2:8], layer(picture[..., 2:8, 2:8])
    apart = (whole - crop).abs()[0, 0]
    assert apart[1:-1, 1:-1].max() < 1e-6
    assert apart.max() > 1e-3


# --- bilinear stamps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stride", range(1, 9))
def test_the_stamp_is_what_a_single_one_becomes(stride):
    single = np.zeros((5, 5))
    single[2, 2] = 1
    stamp, wide = ops.upsample_bilinear(single, stride), bilinear_kernel(stride)
    rows = np.flatnonzero(stamp.sum(axis=1) > 1e-12)
    np.testing.assert_allclose(stamp[rows[0] : rows[-1] + 1, rows[0] : rows[-1] + 1], wide, atol=1e-12)


@pytest.mark.parametrize("stride", [2, 3, 4, 8])
def test_it_is_bilinear_inside_the_border_and_not_at_it(stride):
    scores = np.random.default_rng(0).normal(size=(5, 7))
    up = UpBilinear(1, stride).double()
    theirs = up(torch.from_numpy(scores)[None, None])[0, 0].detach().numpy()
    wanted, rim = ops.upsample_bilinear(scores, stride), stride // 2
    inside = slice(rim, -rim)
    assert theirs.shape == wanted.shape
    np.testing.assert_allclose(theirs[inside, inside], wanted[inside, inside], atol=1e-7)
    assert abs(theirs - wanted).max() > 0.05
    kernel = bilinear_kernel(stride)
    by_loops = ops.conv_transpose2d(
        scores[None, None], kernel[None, None], stride=stride, padding=(len(kernel) - stride) // 2
    )
    np.testing.assert_allclose(theirs, by_loops[0, 0], atol=1e-7)


def test_each_map_is_enlarged_by_itself():
    maps = torch.zeros(1, 3, 4, 5)
    maps[:, 1] = 1
    out = UpBilinear(3, 4)(maps).detach()
    assert out[:, 1].max() == pytest.approx(1)
    assert out[:, [0, 2]].abs().max() == 0


@pytest.mark.parametrize("stride", [0, -2, 1.5])
def test_no_stamp_for_such_a_stride(stride):
    with pytest.raises(ValueError, match="a whole number from 1 on"):
        bilinear_kernel(stride)


# --- the network -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stride", [32, 16, 8, 1])
@pytest.mark.parametrize("size", [(32, 32), (64, 96)])
def test_output_has_the_size_of_the_input(stride, size):
    net = fcn(stride, classes=3)
    assert net(torch.zeros(2, 1, *size)).shape == (2, 3, *size)
    assert net.coarse(torch.zeros(2, 1, *size)).shape == (2, 3, size[0] // stride, size[1] // stride)


def test_the_same_seed_gives_all_strides_one_encoder():
    nets = [fcn(stride) for stride in (32, 16, 8)]
    for net in nets[1:]:
        for name, weights in nets[0].state_dict().items():
            if name.startswith(("first", "downs", "scores.0")):
                assert torch.equal(weights, net.state_dict()[name]), name
    assert sum(isinstance(part, Down) for part in nets[0].modules()) == 5
    assert isinstance(nets[0].first, TwoConv)


def test_added_scores_begin_at_zero_so_that_the_coarse_ones_decide():
    image, net = torch.rand(1, 1, 64, 96), fcn(8)
    deep = net.first(image)
    for down in net.downs:
        deep = down(deep)
    alone = F.conv2d(deep, net.scores[0].weight, net.scores[0].bias)
    for double in net.doubles:
        alone = double(alone)
    torch.testing.assert_close(net(image), net.enlarge(alone))
    nn.init.constant_(net.scores[2].weight, 10)
    assert (net(image) - net.enlarge(alone)).abs().max() > 1e-3


def test_the_last_stamp_learns_only_if_asked():
    for learn in (False, True):
        net = fcn(16, learn_last=learn)
        net(torch.rand(1, 1, 32, 32)).sum().backward()
        assert (net.enlarge.weight.grad is not None) == learn
        assert net.doubles[0].weight.grad is not None


def test_sizes_and_shapes_that_do_not_fit_get_a_sentence():
    with pytest.raises(ValueError, match=r"height 100 is not divisible by 32: 5 poolings .* pad to 128"):
        fcn(8)(torch.zeros(1, 1, 100, 96))
    with pytest.raises(ValueError, match="batch, 1, height, width"):
        fcn(8)(torch.zeros(1, 3, 64, 96))
    with pytest.raises(ValueError, match=r"stride 64: 6 levels have the strides \[1, 2, 4, 8, 16, 32\]"):
        FCN(CHANNELS, stride=64)
    with pytest.raises(ValueError, match="at least two levels"):
        FCN((4,), stride=1)


def blobs(n, *, seed):
    """Noise with a bright disc at a random place, and its mask."""
    rng, (rows, columns) = np.random.default_rng(seed), np.indices((32, 64))
    masks = np.stack([np.hypot(rows - a, columns - b) < 9 for a, b in rng.integers((9, 9), (23, 55), (n, 2))])
    images = rng.integers(0, 80, masks.shape) + 150 * masks
    return tuple(torch.from_numpy(one.astype(np.uint8))[:, None] for one in (images, 255 * masks))


@pytest.mark.parametrize("stride", [8, 4])
def test_it_learns_where_a_disc_is(stride):
    study, test = blobs(48, seed=0), blobs(16, seed=1)
    set_seed(0)
    net = FCN((4, 8, 8, 16, 16, 16), stride=stride)
    head_learner(head_loaders(study, test, batch_size=8), net, bf16=False, progress=False).fit_one_cycle(
        8, 2e-2
    )
    with torch.inference_mode():
        found, true = net.eval()(test[0] / 255) > 0, test[1] > 127
    overlap = 2 * (found & true).sum() / (found.sum() + true.sum())
    assert overlap > 0.8


# --- the exercises tell the truth --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_exercise_slide_dense_is_the_dense_layer_as_a_convolution(seed):
    for case in find("slide-dense").draw(seed):
        maps, weights, size = case.args
        dense = nn.Linear(weights.shape[1], len(weights), bias=False).double()
        dense.weight.data = torch.from_numpy(weights)
        theirs = as_convolution(dense, size).double()(torch.from_numpy(maps)[None])[0].detach().numpy()
        np.testing.assert_allclose(find("slide-dense").spec(*case.args), theirs, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_exercise_bilinear_kernel_is_the_librarys(seed):
    for case in find("bilinear-kernel").draw(seed):
        np.testing.assert_allclose(find("bilinear-kernel").spec(*case.args), bilinear_kernel(*case.args))


@pytest.mark.parametrize("seed", SEEDS)
def test_exercise_cell_place_is_the_mean_place_of_the_pixels_that_reach_a_cell(seed):
    """Layers of ones: the gradient of a cell counts on how many paths each pixel reaches it."""
    for case in find("cell-place").draw(seed):
        layers, cell, spacing = case.args
        row = torch.zeros(1, 1, 4000, dtype=torch.double, requires_grad=True)
        out = row
        for kernel, stride, _padding in layers:
            out = F.conv1d(out, torch.ones(1, 1, kernel, dtype=torch.double), stride=stride)
        out[0, 0, cell].backward()
        paths = row.grad[0, 0].numpy()
        middle = (paths * np.arange(len(paths))).sum() / paths.sum()
        assert find("cell-place").spec(*case.args) == pytest.approx((middle - _offset(layers)) * spacing)


def _offset(layers) -> int:
    """Return by how many pixels the padding of all layers moves the first window out of the picture."""
    moved, step = 0, 1
    for _kernel, stride, padding in layers:
        moved, step = moved + padding * step, step * stride
    return moved
