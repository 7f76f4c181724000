"""Chapter 02's exercises tell the truth: their definitions are those of torch and of `fetal_edu.ops`."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from fetal_edu import ops
from fetal_edu.lesson import find

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_exercise_convolve_is_torchs_and_ours(seed):
    for case in find("convolve").draw(seed):
        image, kernel = case.args
        theirs = F.conv2d(*(torch.from_numpy(one)[None, None] for one in (image, kernel)))[0, 0].numpy()
        np.testing.assert_allclose(find("convolve").spec(image, kernel), theirs, atol=1e-12)
        np.testing.assert_allclose(ops.conv2d(image[None, None], kernel[None, None])[0, 0], theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_exercise_convolve_channels_is_torchs(seed):
    for case in find("convolve-channels").draw(seed):
        maps, kernels, bias = (torch.from_numpy(one) for one in case.args)
        theirs = F.conv2d(maps[None], kernels, bias)[0].numpy()
        np.testing.assert_allclose(find("convolve-channels").spec(*case.args), theirs, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_exercise_output_size_is_the_size_of_torchs_map(seed):
    for case in find("output-size").draw(seed):
        size, kernel, stride, padding = case.args
        theirs = F.conv1d(torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), stride=stride, padding=padding)
        assert find("output-size").spec(*case.args) == theirs.shape[-1]
