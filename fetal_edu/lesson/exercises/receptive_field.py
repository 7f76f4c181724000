"""Chapter 06: how many pixels of the picture one output pixel sees."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]

CONV, POOL, UP = (3, 1), (2, 2), (1, 0.5)


def spec(layers):
    """Each layer widens the view by (kernel - 1) steps; then its stride changes the length of a step."""
    field = 1
    step = 1
    for kernel, stride in layers:
        field = field + (kernel - 1) * step
        step = step * stride
    return field


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw no layer, single layers, encoders, whole U-Nets and random towers."""
    yield Case(([],), _("Without a layer, a pixel sees itself."))
    yield Case(([CONV],), _("One convolution of this kind sees a pixel and its neighbours."))
    yield Case(([CONV, CONV],), _("The second convolution adds one pixel on each side."))
    yield Case(
        ([POOL, CONV],), _("After a pooling, one step of the convolution is two pixels of the picture.")
    )
    yield Case(([(1, 1), POOL],), _("A 1 × 1 convolution looks at no neighbour."))
    yield Case(([POOL, CONV, UP, CONV],), _("After an up-sampling, a step is short again."))
    yield Case((_unet(2),), _("The lowest level widens the view most: its steps are longest."))
    for depth in (3, 4):
        kernels = [int(k) for k in rng.choice([1, 3, 5, 7], depth + 1)]
        tower = [layer for kernel in kernels for layer in ((kernel, 1), POOL)]
        yield Case(([*tower, (5, 1), UP, CONV],), _("A wide kernel counts more the deeper it stands."))
    yield Case(
        ([(7, 2), (3, 2), (3, 2), (5, 1)],), _("A convolution with a stride also lengthens the steps.")
    )
    yield Case((_unet(3),), _("Up and down, each layer counts with the step at its own level."))


def _unet(levels: int) -> list[tuple[int, float]]:
    encoder = [CONV, CONV, *[POOL, CONV, CONV] * levels]
    return [*encoder, *[UP, CONV, CONV] * levels]


def _no_step(layers):
    return 1 + sum(kernel - 1 for kernel, _stride in layers)


def _stride_first(layers):
    field = step = 1
    for kernel, stride in layers:
        step *= stride
        field += (kernel - 1) * step
    return field


def _whole_kernel(layers):
    field = step = 1
    for kernel, stride in layers:
        field += kernel * step
        step *= stride
    return field


def _from_zero(layers):
    return spec(layers) - 1


def _strides_added(layers):
    field = step = 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step += stride - 1
    return field


def _up_ignored(layers):
    return spec([(kernel, max(stride, 1)) for kernel, stride in layers])


def _last_stride(layers):
    field = step = 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step = stride
    return field


def _step_only(layers):
    field = 1
    for _kernel, stride in layers:
        field *= stride
    return field


EXERCISE = Exercise(
    key="receptive-field",
    chapter="06",
    name="receptive_field",
    title=_("A U-Net's receptive field"),
    task=_(
        "`layers` is a list of (kernel, stride), from the picture on. A 3 × 3 convolution is (3, 1), a 2 × "
        "2 pooling is (2, 2). An up-sampling by 2 is (1, 0.5): each new pixel comes from one old pixel, "
        "and steps become half as long. Return the receptive field along one row: how many pixels of the "
        "picture one output pixel sees. After an up-sampling that depends on the pixel; return the mean "
        "over all of them."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "no step",
            _no_step,
            _(
                "You count each kernel in its own pixels. After a pooling, neighbours lie two pixels of the "
                "picture apart, after two poolings four. Carry that step along."
            ),
        ),
        Mutant(
            "stride first",
            _stride_first,
            _(
                "You let a layer's stride count for its own kernel. But the kernel looks at the map that "
                "goes in; only the next layer meets the longer steps. Mind the order of two lines."
            ),
        ),
        Mutant(
            "whole kernel",
            _whole_kernel,
            _(
                "Each layer adds one step too many. A kernel of 3 stands on a pixel that has been counted "
                "already. How many are new?"
            ),
        ),
        Mutant(
            "from zero",
            _from_zero,
            _(
                "Your answer is one pixel short, always. What does a pixel see where there is no layer at "
                "all?"
            ),
        ),
        Mutant(
            "strides added",
            _strides_added,
            _("You add the strides up. Two halvings make a step of 2 × 2: strides multiply."),
        ),
        Mutant(
            "up ignored",
            _up_ignored,
            _(
                "Down is right, up is not: after an up-sampling your steps stay long. A stride of 0.5 makes "
                "them half as long again."
            ),
        ),
        Mutant(
            "last stride",
            _last_stride,
            _(
                "You keep only the stride of the layer before. A convolution with stride 1 after a pooling "
                "does not make the steps short again: they come from all layers so far."
            ),
        ),
        Mutant(
            "strides only",
            _step_only,
            _(
                "You multiply the strides: that is how far apart two neighbours of the last map lie. How "
                "wide one of them sees is another number, and for that the kernels count."
            ),
        ),
    ),
    hints=(
        _("Keep two numbers as you go through the layers: how wide one sees, and how long one step is."),
        _(
            "At the start both are 1. A kernel of 3 looks two steps beyond the pixel it has, a kernel of 1 "
            "none."
        ),
        _("In each layer, first widen the view with the step as it is; then let the stride change the step."),
    ),
)
