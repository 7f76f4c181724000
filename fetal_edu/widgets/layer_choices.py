"""What one can choose in the dashboard of layers: ready towers, kernels, stride and padding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .dropped import file_labels
from .layer_down import BlurPool, Conv, MaxPool, MeanPool, Relu
from .layer_pictures import picture_titles
from .layer_taps import Layer
from .layer_up import Bilinear, Nearest, TransposedConv, Unpool
from .words import _

__all__ = ["PADDINGS", "STRIDES", "Plan", "kernels", "layer_choices", "layer_labels", "plans"]

STRIDES, PADDINGS = (1, 2, 3), (0, 1, 2)
Kernel = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Plan:
    """A ready tower, as the menu offers it.

    Parameters
    ----------
    title, says : str
        What it is called, and one sentence on what to look for.
    build : callable
        ``build(kernel, stride, padding)`` gives its layers.
    kernel : str
        Key of the kernel that it begins with; empty where it has none to set.
    stride, padding : int or None
        What it begins with; None where it is not to be set.
    """

    title: str
    says: str
    build: Callable[[Kernel, int, int], list[Layer]]
    kernel: str = ""
    stride: int | None = None
    padding: int | None = None


def plans() -> dict[str, Plan]:
    """Return the ready towers by their key, in the order of the menu.

    Examples
    --------
    >>> [layer.title for layer in plans()["unpool"].build((), 1, 0)]
    ['max pooling 2 × 2', 'unpooling of layer 0']
    """
    return {**_downward(), **_upward()}


def _downward() -> dict[str, Plan]:
    return {
        "conv": Plan(
            _("convolution"),
            _("A kernel moves over the picture. At each place, numbers times weights are added up."),
            lambda kernel, stride, padding: [Conv(kernel, stride=stride, padding=padding)],
            "upright",
            1,
            1,
        ),
        "chain": Plan(
            _("convolution, ReLU, max pooling"),
            _("Find edges, keep what is above 0, keep the strongest of each 2 × 2."),
            lambda kernel, stride, padding: [
                Conv(kernel, stride=stride, padding=padding),
                Relu(),
                MaxPool(2),
            ],
            "upright",
            1,
            1,
        ),
        "deep": Plan(
            _("convolution and pooling × 3"),
            _("Point at the last map: each step doubles what one pixel sees, and more."),
            lambda kernel, _stride, padding: [Conv(kernel, padding=padding), MaxPool(2)] * 3,
            "blur",
            None,
            1,
        ),
        "strided": Plan(
            _("stride in place of pooling"),
            _("With a stride of 2, every second place is computed, and the others never are."),
            lambda kernel, stride, padding: [Conv(kernel, stride=stride, padding=padding)] * 2,
            "blur",
            2,
            1,
        ),
        "max": Plan(
            _("max pooling, twice"),
            _("Only the largest number of each window goes on."),
            lambda *_set: [MaxPool(2), MaxPool(2)],
        ),
        "mean": Plan(
            _("mean pooling, twice"),
            _("All numbers of a window count alike; a thin bright line fades."),
            lambda *_set: [MeanPool(2), MeanPool(2)],
        ),
        "blur_pool": Plan(
            _("blur pooling, twice"),
            _("Windows overlap and the middle weighs most: a shift by one pixel changes less."),
            lambda *_set: [BlurPool(2), BlurPool(2)],
        ),
    }


def _upward() -> dict[str, Plan]:
    quarter = np.full((4, 4), 0.25)
    return {
        "nearest": Plan(
            _("down and up: nearest neighbour"),
            _("Each number is copied into a block of 2 × 2."),
            lambda *_set: [MeanPool(2), Nearest(2)],
        ),
        "bilinear": Plan(
            _("down and up: bilinear"),
            _("Each new number is mixed of its nearest neighbours, by how near they lie."),
            lambda *_set: [MeanPool(2), Bilinear(2)],
        ),
        "unpool": Plan(
            _("down and up: max unpooling"),
            _("Each maximum goes back to where it stood; all else stays 0."),
            lambda *_set: [MaxPool(2), Unpool(0)],
        ),
        "transposed_3": Plan(
            _("down and up: transposed convolution 3 × 3"),
            _("Stamps of 3 at steps of 2 overlap in 1, 2 or 4: with equal weights, a checkerboard."),
            lambda kernel, _stride, padding: [MeanPool(2), TransposedConv(kernel, padding=padding)],
            "ones",
            None,
            1,
        ),
        "transposed_4": Plan(
            _("down and up: transposed convolution 4 × 4"),
            _("Stamps of 4 at steps of 2 overlap in 4 everywhere but at the border: no checkerboard."),
            lambda *_set: [MeanPool(2), TransposedConv(quarter, padding=1)],
        ),
    }


def kernels() -> dict[str, tuple[str, list[list[float]]]]:
    """Return title and weights of the ready kernels by their key."""
    return {
        "upright": (_("upright edges"), [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
        "flat": (_("flat edges"), [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
        "spot": (_("spots"), [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        "sharper": (_("sharper"), [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
        "blur": (_("blur"), [[0.0625, 0.125, 0.0625], [0.125, 0.25, 0.125], [0.0625, 0.125, 0.0625]]),
        "ones": (_("all 1"), [[1, 1, 1], [1, 1, 1], [1, 1, 1]]),
        "same": (_("no change"), [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    }


def layer_choices() -> dict[str, Any]:
    """Return all menus, as they travel to the browser."""
    return {
        "pictures": [{"key": key, "title": title} for key, title in picture_titles().items()],
        "plans": [
            {
                "key": key,
                "title": plan.title,
                "says": plan.says,
                "kernel": plan.kernel,
                "stride": plan.stride,
                "padding": plan.padding,
            }
            for key, plan in plans().items()
        ],
        "kernels": [
            {"key": key, "title": title, "weights": weights} for key, (title, weights) in kernels().items()
        ],
        "strides": list(STRIDES),
        "paddings": list(PADDINGS),
    }


def layer_labels() -> dict[str, str]:
    """Return the words of the page that Python writes once."""
    return {
        **file_labels(),
        "title": _("Look into a layer"),
        "lead": _("Choose a picture and an operation, then point at a pixel: what is it made of?"),
        "warning": _("For teaching and exploration. Not a medical device: no number here is a diagnosis."),
        "picture": _("Picture"),
        "open": _("Open a file…"),
        "plan": _("Operation"),
        "kernel": _("Kernel"),
        "preset": _("Ready kernels"),
        "own_kernel": _("own weights"),
        "weight": _("Weight in row {row}, column {column}"),
        "stride": _("Stride"),
        "padding": _("Padding"),
        "no_answer": _("No answer for 15 seconds. If it stays like this, reload the page."),
    }
