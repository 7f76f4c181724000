"""Chapter 02: a whole convolution layer, with many maps in, many maps out, and a bias."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(maps, kernels, bias):
    """Each output map begins with its bias; then every input map adds what its own kernel finds in it."""
    n_out, n_in, height, width = kernels.shape
    rows = maps.shape[1] - height + 1
    columns = maps.shape[2] - width + 1
    result = np.zeros((n_out, rows, columns))
    for out in range(n_out):
        for row in range(rows):
            for column in range(columns):
                total = bias[out]
                for into in range(n_in):
                    window = maps[into, row : row + height, column : column + width]
                    total = total + (window * kernels[out, into]).sum()
                result[out, row, column] = total
    return result


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw one map in and out, many to one, one to many, as many as come in, 1 × 1 kernels, odd sizes."""
    sizes = (
        ((1, 2, 2), (1, 1, 1, 1), _("One map, one number as kernel: a product and a bias.")),
        ((2, 2, 2), (1, 2, 2, 2), _("What the input maps contribute is added up to one map.")),
        ((1, 3, 4), (3, 1, 2, 2), _("Each output map has a kernel and a bias of its own.")),
        ((3, 4, 4), (3, 3, 3, 3), _("The kernels lie as (output map, input map, rows, columns).")),
        ((4, 3, 5), (2, 4, 1, 1), _("A kernel of one number only mixes the maps.")),
        ((2, 5, 6), (3, 2, 3, 2), _("Maps and kernels need not be square.")),
    )
    for shape, size, holds in sizes:
        maps, kernels = rng.normal(size=shape).round(2), rng.normal(size=size).round(2)
        bias = rng.uniform(0.3, 2.0, size[0]).round(2) * rng.choice([-1, 1], size[0])
        bias[:1] += 0.05  # no two alike
        yield Case((maps, kernels, bias), holds)


def _each(maps, kernels) -> np.ndarray:
    """Return what each input map gives to each output map: (n_out, n_in, rows, columns)."""
    windows = np.lib.stride_tricks.sliding_window_view(maps, kernels.shape[2:], axis=(1, 2))
    return np.einsum("irchw,oihw->oirc", windows, kernels)


def _with(bias, summed) -> np.ndarray:
    return summed + np.asarray(bias)[:, None, None]


def _no_bias(maps, kernels, bias):
    return _each(maps, kernels).sum(axis=1)


def _bias_each_time(maps, kernels, bias):
    return _with(np.multiply(bias, len(maps)), _each(maps, kernels).sum(axis=1))


def _one_bias(maps, kernels, bias):
    return _each(maps, kernels).sum(axis=1) + bias[0]


def _kept_apart(maps, kernels, bias):
    return _each(maps, kernels) + np.asarray(bias)[:, None, None, None]


def _mean(maps, kernels, bias):
    return _with(bias, _each(maps, kernels).mean(axis=1))


def _one_kernel(maps, kernels, bias):
    first = np.repeat(kernels[:, :1], len(maps), axis=1)
    return _with(bias, _each(maps, first).sum(axis=1))


def _first_map(maps, kernels, bias):
    return _with(bias, _each(maps, kernels)[:, 0])


def _swapped(maps, kernels, bias):
    return _with(bias, _each(maps, kernels.transpose(1, 0, 2, 3)).sum(axis=1))


def _flipped(maps, kernels, bias):
    return _with(bias, _each(maps, kernels[:, :, ::-1, ::-1]).sum(axis=1))


EXERCISE = Exercise(
    key="convolve-channels",
    chapter="02",
    name="convolve_channels",
    title=_("A convolution layer"),
    task=_(
        "`maps` is (n_in, rows, columns), `kernels` is (n_out, n_in, height, width), `bias` has n_out "
        "numbers. Each output map adds up what its own kernels find in all input maps, without padding and "
        "unturned, and adds its bias once. Return (n_out, rows - height + 1, columns - width + 1)."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant("no bias", _no_bias, _("All is right but for a constant in each map: the bias is missing.")),
        Mutant(
            "bias each time",
            _bias_each_time,
            _(
                "You add the bias with every input map. It belongs to the output map, once. Mind in which "
                "loop it stands."
            ),
        ),
        Mutant("one bias", _one_bias, _("All your output maps get the first bias. Each has its own.")),
        Mutant(
            "kept apart",
            _kept_apart,
            _(
                "You keep what each input map gives apart: four axes come out. A layer adds them up, so that "
                "an output map draws on all input maps."
            ),
        ),
        Mutant(
            "mean",
            _mean,
            _("You take the mean over the input maps. A layer adds up; the weights take care of the size."),
        ),
        Mutant(
            "one kernel",
            _one_kernel,
            _(
                "You lay the same kernel on all input maps. An output map has one kernel for each of them: "
                "it may want edges of one and gaps of another."
            ),
        ),
        Mutant(
            "first map",
            _first_map,
            _("You use the first input map only. Go through all of them and add up."),
        ),
        Mutant(
            "swapped",
            _swapped,
            _("You take output for input. The kernels' first axis counts output maps, the second input."),
        ),
        Mutant(
            "flipped",
            _flipped,
            _("You turn the kernels. Networks lay them down as they are."),
        ),
    ),
    hints=(
        _("You have written `convolve` for one map and one kernel. This is that, many times, and sums."),
        _("For one output map: go through the input maps, each with its kernel, and add up the results."),
        _("Begin each output map with an array full of its bias, then add. The kernel wants two indices."),
    ),
)
