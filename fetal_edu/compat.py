"""Let fastai's vision modules import beside a CPU build of torch.

The torchvision wheels of the Python package index are built for CUDA. Beside a CPU torch their operators
can't load, torchvision goes on without them, and then stops at its own description of two operators that
nobody declared: ``nms`` and ``qnms``. Declaring the two is enough. The operators themselves stay absent
(detection models need them, this course does not), and torchvision says so where one is called.

Where torchvision's own operators load, nothing is done.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Literal

import torch

__all__ = ["prepare_torchvision"]

SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


@cache
def prepare_torchvision() -> Literal["native", "declared", "absent"]:
    """Make ``import torchvision`` work; call it before the first such import.

    Returns
    -------
    ``"native"``
        torchvision's own operators loaded, nothing was changed.
    ``"declared"``
        They can't load here: the two operators that stop its import are now declared.
    ``"absent"``
        torchvision is not installed.

    Examples
    --------
    >>> prepare_torchvision() in ("native", "declared", "absent")
    True
    """
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return "absent"
    _load_own_operators(Path(spec.origin).parent)
    if _declared("nms"):
        return "native"
    # torch keeps the declaration for as long as the library object lives, so it must not be collected.
    prepare_torchvision.schemas = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        if not _declared(name):
            prepare_torchvision.schemas.define(name + SIGNATURE)
    return "declared"


def _load_own_operators(folder: Path) -> None:
    for file in sorted(folder.glob("_C*")):
        if file.suffix in (".so", ".pyd", ".dylib"):
            try:
                torch.ops.load_library(str(file))
            except OSError:
                continue  # built for another torch, or for CUDA: this is the case that we mend


def _declared(name: str) -> bool:
    return hasattr(torch.ops.torchvision, name)


prepare_torchvision()  # so that `import fetal_edu.compat` before `from fastai.vision.all import *` is enough
