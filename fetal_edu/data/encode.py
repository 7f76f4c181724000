"""A sample as bytes: a picture as PNG, a sweep or a volume as NIfTI, and what the registry says of it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from fetal_edu.sample import Sample

from .folder import REGISTRY, sha256
from .volumes import nifti_files

__all__ = ["Encoded", "encode", "kind_of", "line"]

_GREYS = 32  # of a GIF to look at: more than an eye tells apart in speckle, and half the bytes


class Encoded(NamedTuple):
    """A sample as it goes to the disk.

    Parameters
    ----------
    name : str
    files : mapping of file name to bytes
    entry : dict
        What the registry says of it.
    """

    name: str
    files: Mapping[str, bytes]
    entry: dict[str, Any]


def kind_of(sample: Sample) -> str:
    """Tell a picture from a sweep and a volume.

    Examples
    --------
    >>> kind_of(Sample(np.zeros((2, 40, 60), np.float32), fps=30.0))
    'sweep'
    """
    if sample.image.ndim == 2:
        return "picture"
    return "volume" if sample.fps is None else "sweep"


def encode(
    name: str, sample: Sample, *, shows: str = "", request: Mapping[str, Any] | None = None
) -> Encoded:
    """Turn a simulated sample into the bytes of its files and its entry in the registry.

    Parameters
    ----------
    name : str
        The files are called ``NAME.png`` and ``NAME-labels.png``; of a sweep or a volume ``NAME.nii.gz`` and
        ``NAME-labels.nii.gz``, with ``NAME.gif`` to look at.
    sample : Sample
        With labels, spacing, truth, group and seed.
    shows : str
        A line for readers.
    request : mapping, optional
        What was asked for, so that the same can be drawn again.

    Returns
    -------
    Encoded

    Examples
    --------
    >>> still = Sample(np.zeros((40, 60), np.float32), labels=np.zeros((40, 60), np.uint8), spacing=(1, 1))
    >>> sorted(encode("empty", still).files)
    ['empty-labels.png', 'empty.png']
    """
    kind, grey = kind_of(sample), np.round(sample.image * 255).astype(np.uint8)
    if kind == "picture":
        parts = {
            "image": (f"{name}.png", _png(grey)),
            "labels": (f"{name}-labels.png", _png(sample.labels)),
        }
    else:
        written = (
            (path.name, content) for path, content in nifti_files(sample, Path(f"{name}.nii.gz")).items()
        )
        parts = dict(zip(("image", "labels"), written, strict=True))
        parts["preview"] = (f"{name}.gif", _gif(grey, sample.fps or 8.0))
    entry = {
        "kind": kind,
        **{key: {"file": file, "sha256": sha256(content)} for key, (file, content) in parts.items()},
        **({"shows": shows} if shows else {}),
        "plane": sample.plane,
        "spacing": sample.spacing,
        **({"fps": sample.fps} if sample.fps is not None else {}),
        "truth": sample.truth,
        "group": sample.group,
        "seed": sample.seed,
        "classes": sample.classes,
        "params": sample.params,
        **({"request": request} if request else {}),
    }
    return Encoded(name, dict(parts.values()), json.loads(line(entry)))


def _png(levels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG", optimize=True)
    return file.getvalue()


def _gif(levels: np.ndarray, fps: float) -> bytes:
    """Frames to look at; the values stand in the NIfTI file."""
    step = 256 // _GREYS
    frames = [Image.fromarray(frame // step) for frame in levels]
    shades = [round(level * 255 / (_GREYS - 1)) for level in range(_GREYS) for _ in "RGB"]
    for frame in frames:
        frame.putpalette(shades)
    file = io.BytesIO()
    first, *rest = frames
    first.save(file, "GIF", save_all=True, append_images=rest, duration=round(1000 / fps), loop=0)
    return file.getvalue()


def line(entry: object) -> str:
    """Write JSON in one line, also of ellipses and numpy's numbers and arrays.

    Examples
    --------
    >>> line({"spacing": (0.2, np.float32(0.5))})
    '{"spacing":[0.2,0.5]}'
    """
    return json.dumps(entry, default=_plain, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Of what JSON does not know: an ellipse, numpy's numbers and arrays."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} can't be kept in {REGISTRY}")
