"""Chapter 04: its exercises tell the truth."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from fetal_edu import ops
from fetal_edu.lesson import find


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
