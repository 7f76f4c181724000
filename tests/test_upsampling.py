"""Chapter 04: its exercises tell the truth, and so does what it says of outlines and stamps."""

import numpy as np
import pytest
import torch
from scipy.spatial import KDTree
from torch.nn import functional as F

from fetal_edu import ops
from fetal_edu.lesson import find
from fetal_edu.measure import Ellipse, fit_ellipse
from fetal_edu.measure.contour import border_points


def maps(*arrays: np.ndarray) -> list[torch.Tensor]:
    return [torch.from_numpy(np.array(array))[None, None] for array in arrays]


BY_TORCH = {
    "unpool": lambda values, indices, shape: F.max_unpool2d(
        *maps(values, indices), [long - short + 1 for long, short in zip(shape, values.shape, strict=True)], 1
    ),
    "bilinear": lambda image, scale: F.interpolate(*maps(image), scale_factor=scale, mode="bilinear"),
    "transposed-conv": lambda image, kernel, stride: F.conv_transpose2d(*maps(image, kernel), stride=stride),
}
BY_OPS = {
    "unpool": ops.max_unpool2d,
    "bilinear": ops.upsample_bilinear,
    "transposed-conv": lambda image, kernel, stride: ops.conv_transpose2d(
        image[None, None], kernel[None, None], stride=stride
    )[0, 0],
}


@pytest.mark.parametrize("key", BY_TORCH)
@pytest.mark.parametrize("seed", range(5))
def test_exercise_specs_agree_with_torch_and_with_ops(key, seed):
    exercise = find(key)
    for case in exercise.draw(seed):
        mine = exercise.spec(*case.args)
        np.testing.assert_allclose(mine, BY_TORCH[key](*case.args)[0, 0].numpy(), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(mine, BY_OPS[key](*case.args), rtol=1e-12, atol=1e-12)


# ---------------------------------------------------------------------- what the chapter says of outlines
MM, SHAPE = 0.25, (320, 384)


def read_back(enlarge, n: int, *, seeds=range(6)) -> np.ndarray:
    """Bring an ellipse's shares of n × n fine pixels back: (seeds, 2), mean distance in mm and HC error."""
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        ellipse = Ellipse(*rng.uniform((38, 46), (42, 50)), 33, 25, rng.uniform(0, np.pi))
        share = ops.avg_pool2d(ellipse.mask(SHAPE, (MM, MM)), n)
        points = border_points(enlarge(share, n), 0.5) * MM
        distance = KDTree(ellipse.points(4000)).query(points)[0]
        rows.append((distance.mean(), fit_ellipse(points).circumference - ellipse.circumference))
    return np.array(rows)


def by_torch(share: np.ndarray, n: int, *, mode: str = "bilinear", corners: bool | None = None) -> np.ndarray:
    return F.interpolate(*maps(share), scale_factor=n, mode=mode, align_corners=corners)[0, 0].numpy()


def nearest(share: np.ndarray, n: int) -> np.ndarray:
    return by_torch(share, n, mode="nearest")


@pytest.mark.parametrize("n", [8, 16, 32])
def test_bilinear_keeps_an_outline_to_a_twentieth_of_a_pixel_and_nearest_to_a_fifth(n):
    pixel = n * MM
    assert 0.035 < read_back(by_torch, n)[:, 0].mean() / pixel < 0.065
    assert 0.17 < read_back(nearest, n)[:, 0].mean() / pixel < 0.26


def test_rounded_shares_are_hardly_better_than_nearest():
    rounded = read_back(lambda share, n: by_torch((share > 0.5) * 1.0, n), 32)[:, 0].mean()
    assert read_back(by_torch, 32)[:, 0].mean() * 2.5 < rounded < read_back(nearest, 32)[:, 0].mean()


def test_bilinear_makes_a_head_too_small_by_what_its_blur_predicts():
    """A level of one half moves inwards by variance / (2 R): squares give d²/12, the mixing d²/6."""
    d, mean_radius = 32 * MM, 29
    _distance, hc = read_back(by_torch, 32).T
    assert hc.mean() == pytest.approx(-np.pi * d**2 / (4 * mean_radius), rel=0.25)
    assert hc.std() < 0.5
    assert read_back(nearest, 32)[:, 1].std() > 1.5


def test_aligned_corners_cost_more_than_nearest():
    corners = read_back(lambda share, n: by_torch(share, n, corners=True), 32)
    assert corners[:, 0].mean() > read_back(nearest, 32)[:, 0].mean()
    assert corners[:, 1].mean() > 10


# -------------------------------------------------------------------------------- and what it says of stamps
@pytest.mark.parametrize("seed", range(3))
def test_stamps_of_1_3_3_1_are_bilinear_interpolation_but_for_the_rim(seed):
    x = np.random.default_rng(seed).normal(size=(5, 7))
    tent = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 16
    stamped = ops.conv_transpose2d(x[None, None], tent[None, None], stride=2, padding=1)[0, 0]
    np.testing.assert_allclose(stamped[1:-1, 1:-1], ops.upsample_bilinear(x, 2)[1:-1, 1:-1], atol=1e-12)


def test_counts_do_not_decide_about_sums():
    """Even counts with uneven sums, and uneven counts with even ones."""
    ones = np.ones((1, 1, 4, 4))
    uneven = np.array([1.0, 3, 0, 0])
    half = np.array([1.0, 2, 1]) / 2
    sums = {
        len(row): ops.conv_transpose2d(ones, np.outer(row, row)[None, None], stride=2)[0, 0, 3:-3, 3:-3]
        for row in (uneven, half)
    }
    assert np.ptp(sums[4]) > 1
    assert np.ptp(sums[3]) == pytest.approx(0)
