"""The layers as loops: equal to torch's, and one sentence where something does not fit."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from fetal_edu import ops

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 9)
STRIDES = st.integers(1, 5)


def drawn(seed: int, *shape: int, ties: bool = False) -> np.ndarray:
    """Numbers of both signs; with ties, only a few different ones."""
    rng = np.random.default_rng(seed)
    return rng.integers(-2, 2, shape).astype(float) if ties else rng.normal(size=shape)


def tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(array))


def agree(ours: np.ndarray, theirs: torch.Tensor) -> None:
    assert ours.shape == tuple(theirs.shape)
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-12, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    seed=SEEDS,
    h=SIZES,
    w=SIZES,
    kh=SIZES,
    kw=SIZES,
    stride=STRIDES,
    padding=st.integers(0, 3),
    data=st.data(),
)
def test_conv2d_is_torchs(seed, h, w, kh, kw, stride, padding, data):
    kh, kw = min(kh, h + 2 * padding), min(kw, w + 2 * padding)
    batch, n_in, n_out = (data.draw(st.integers(1, 3)) for _ in range(3))
    x, weight, bias = (
        drawn(seed, batch, n_in, h, w),
        drawn(seed + 1, n_out, n_in, kh, kw),
        drawn(seed + 2, n_out),
    )
    ours = ops.conv2d(x, weight, bias=bias, stride=stride, padding=padding)
    agree(ours, F.conv2d(*map(tensor, (x, weight, bias)), stride=stride, padding=padding))
    plain = ops.conv2d(x, weight, stride=stride, padding=padding)
    agree(plain, F.conv2d(tensor(x), tensor(weight), stride=stride, padding=padding))


@settings(max_examples=60, deadline=None)
@given(
    seed=SEEDS,
    h=SIZES,
    w=SIZES,
    kh=SIZES,
    kw=SIZES,
    stride=STRIDES,
    padding=st.integers(0, 3),
    data=st.data(),
)
def test_conv_transpose2d_is_torchs(seed, h, w, kh, kw, stride, padding, data):
    room = min((h - 1) * stride + kh, (w - 1) * stride + kw)
    padding = min(padding, (room - 1) // 2)
    batch, n_in, n_out = (data.draw(st.integers(1, 3)) for _ in range(3))
    x, weight, bias = (
        drawn(seed, batch, n_in, h, w),
        drawn(seed + 1, n_in, n_out, kh, kw),
        drawn(seed + 2, n_out),
    )
    ours = ops.conv_transpose2d(x, weight, bias=bias, stride=stride, padding=padding)
    agree(ours, F.conv_transpose2d(*map(tensor, (x, weight, bias)), stride=stride, padding=padding))
    plain = ops.conv_transpose2d(x, weight, stride=stride, padding=padding)
    agree(plain, F.conv_transpose2d(tensor(x), tensor(weight), stride=stride, padding=padding))


def test_stamping_is_convolution_read_backwards():
    """<conv(x), y> = <x, conv_transpose(y)>: what makes one the transpose of the other."""
    x, weight = drawn(0, 1, 2, 7, 9), drawn(1, 3, 2, 3, 5)
    y = drawn(2, 1, 3, 3, 3)
    forward = (ops.conv2d(x, weight, stride=2) * y).sum()
    assert forward == pytest.approx((x * ops.conv_transpose2d(y, weight, stride=2)).sum())


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, h=SIZES, w=SIZES, size=SIZES, stride=st.none() | STRIDES, ties=st.booleans())
def test_pooling_is_torchs_with_its_indices(seed, h, w, size, stride, ties):
    size = min(size, h, w)
    x = drawn(seed, 2, 3, h, w, ties=ties)
    values, indices = ops.max_pool2d(x, size, stride=stride)
    theirs, places = F.max_pool2d(tensor(x), size, stride, return_indices=True)
    agree(values, theirs)
    assert (indices == places.numpy()).all()
    agree(ops.avg_pool2d(x, size, stride=stride), F.avg_pool2d(tensor(x), size, stride))


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, h=SIZES, w=SIZES, size=SIZES, ties=st.booleans())
def test_max_unpool2d_is_torchs(seed, h, w, size, ties):
    size = min(size, h, w)
    x = drawn(seed, 2, 3, h, w, ties=ties)
    values, indices = ops.max_pool2d(x, size)
    theirs = F.max_unpool2d(tensor(values), tensor(indices), size, output_size=[h, w])
    agree(ops.max_unpool2d(values, indices, (h, w)), theirs)


def test_overlapping_windows_put_a_shared_maximum_back_once():
    x = np.array([[0.0, 0, 0], [0, 9, 0], [0, 0, 0]])
    values, indices = ops.max_pool2d(x, 2, stride=1)
    assert (indices == 4).all()
    assert (ops.max_unpool2d(values, indices, (3, 3)) == x).all()
    later = ops.max_unpool2d([[1, 2], [3, 4]], indices, (3, 3))
    assert later[1, 1] == later.sum() == 4


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, h=st.integers(2, 9), w=st.integers(2, 9), stride=STRIDES)
def test_blur_pool2d_is_a_mirrored_convolution_of_torch(seed, h, w, stride):
    x = drawn(seed, 2, 1, h, w)
    kernel = torch.tensor([1.0, 2, 1], dtype=torch.float64)
    kernel = (kernel[:, None] * kernel)[None, None] / 16
    agree(
        ops.blur_pool2d(x, stride=stride),
        F.conv2d(F.pad(tensor(x), (1, 1, 1, 1), mode="reflect"), kernel, stride=stride),
    )


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, h=SIZES, w=SIZES, scale=st.integers(1, 5))
def test_upsampling_is_torchs(seed, h, w, scale):
    x = drawn(seed, 2, 3, h, w)
    agree(ops.upsample_nearest(x, scale), F.interpolate(tensor(x), scale_factor=scale, mode="nearest"))
    agree(
        ops.upsample_bilinear(x, scale),
        F.interpolate(tensor(x), scale_factor=scale, mode="bilinear", align_corners=False),
    )


@pytest.mark.parametrize(
    "layer",
    [
        lambda x: ops.max_pool2d(x, 2)[0],
        lambda x: ops.max_pool2d(x, 2)[1],
        lambda x: ops.avg_pool2d(x, 3, stride=1),
        ops.blur_pool2d,
        lambda x: ops.upsample_nearest(x, 2),
        lambda x: ops.upsample_bilinear(x, 2),
        lambda x: ops.max_unpool2d(*ops.max_pool2d(x, 2), x.shape[-2:]),
    ],
)
def test_leading_axes_pass_through(layer):
    x = drawn(0, 2, 3, 2, 5, 4)
    one_by_one = np.array([layer(one) for one in x.reshape(-1, 5, 4)])
    whole = layer(x)
    assert whole.shape[:-2] == (2, 3, 2)
    np.testing.assert_allclose(whole.reshape(one_by_one.shape), one_by_one, rtol=1e-14)


def test_what_goes_in_is_left_as_it_was():
    x, weight = drawn(0, 1, 1, 4, 4), drawn(1, 1, 1, 3, 3)
    before = x.copy()
    values, indices = ops.max_pool2d(x, 2)
    for out in (
        ops.conv2d(x, weight),
        ops.conv_transpose2d(x, weight, padding=1),
        values,
        ops.upsample_nearest(x, 1),
        ops.max_unpool2d(values, indices, (4, 4)),
    ):
        out[...] = 99
    assert (x == before).all()


ONE = np.ones((1, 1, 4, 4))
KERNEL = np.ones((1, 1, 3, 3))
WRONG = [
    (lambda: ops.conv2d(ONE[0], KERNEL), r"the map has shape \(1, 4, 4\): give \(batch, n_in, h, w\)"),
    (lambda: ops.conv2d(ONE, KERNEL[0]), r"the weight has shape \(1, 3, 3\): give \(n_out, n_in, kh, kw\)"),
    (
        lambda: ops.conv_transpose2d(ONE, KERNEL[0]),
        r"the weight has shape \(1, 3, 3\): give \(n_in, n_out, kh, kw\)",
    ),
    (
        lambda: ops.conv2d(ONE, np.ones((1, 2, 3, 3))),
        "has 1 channels and the weight takes 2: make them equal",
    ),
    (lambda: ops.conv2d(ONE, KERNEL, bias=[1, 2]), r"bias of shape \(2,\) for 1 output channels"),
    (
        lambda: ops.conv2d(ONE, np.ones((1, 1, 5, 3))),
        "5 × 3 does not fit into a map of 4 × 4: .* pad the map",
    ),
    (lambda: ops.conv2d(ONE, KERNEL, stride=0), "stride is 0: give a whole number from 1 on"),
    (lambda: ops.conv2d(ONE, KERNEL, padding=-1), "padding is -1: give a whole number from 0 on"),
    (lambda: ops.conv_transpose2d(ONE, KERNEL, padding=3), "cuts off all of the 6 × 6 output: take less"),
    (lambda: ops.max_pool2d([[1, 2], [3]], 2), "rows of unlike length"),
    (lambda: ops.max_pool2d([1, 2], 2), r"shape \(2,\): give \(..., h, w\)"),
    (lambda: ops.max_pool2d(np.ones((0, 3)), 2), "none of them 0"),
    (lambda: ops.max_pool2d([[1, np.nan]], 1), "not finite: replace them first"),
    (lambda: ops.max_pool2d([["a"]], 1), "no number"),
    (lambda: ops.max_pool2d([[1j]], 1), "no number"),
    (lambda: ops.max_unpool2d([[1.0]], [[0]], 2), "shape is 2: give the height and the width"),
    (lambda: ops.avg_pool2d(ONE, 5), "a window of 5 × 5 does not fit"),
    (lambda: ops.avg_pool2d(ONE, 2, stride=1.5), "stride is 1.5: give a whole number"),
    (lambda: ops.avg_pool2d(ONE, True), "size is True: give a whole number"),
    (lambda: ops.blur_pool2d(np.ones((1, 5))), "1 × 5 can't be mirrored at its border: give at least 2 × 2"),
    (lambda: ops.upsample_nearest(ONE, 0.5), "scale is 0.5: give a whole number"),
    (lambda: ops.upsample_bilinear(ONE, "2"), "scale is '2': give a whole number"),
    (lambda: ops.max_unpool2d([[1.0]], [[4]], (2, 2)), "an index lies outside the map: 2 × 2 ends at 3"),
    (lambda: ops.max_unpool2d([[1.0]], [[-1]], (2, 2)), "an index lies outside the map"),
    (lambda: ops.max_unpool2d([[1.0]], [[0.0]], (2, 2)), "one whole number for each value"),
    (lambda: ops.max_unpool2d([[1.0]], [0], (2, 2)), r"indices of shape \(1,\)"),
]


@pytest.mark.parametrize(("call", "sentence"), WRONG)
def test_what_does_not_fit_gets_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
