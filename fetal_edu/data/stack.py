"""A clip or a volume, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fetal_edu.sample import Sample

__all__ = ["split_frames"]


def split_frames(sample: Sample) -> Iterator[Sample]:
    """Yield each frame of a sweep, or slice of a volume, as a picture of its own.

    Parameters
    ----------
    sample : Sample
        With a leading axis, time or depth.

    Yields
    ------
    Sample
        One picture; ``params["frame"]`` counts from 1. Plane and truth of a sweep are not passed on.

    Raises
    ------
    ValueError
        If the sample is one picture already.

    Examples
    --------
    >>> import numpy as np
    >>> sweep = Sample(np.zeros((2, 40, 60), np.float32), spacing=(0.2, 0.1), fps=30.0)
    >>> [(one.shape, one.spacing, one.params["frame"]) for one in split_frames(sweep)]
    [((40, 60), (0.2, 0.1), 1), ((40, 60), (0.2, 0.1), 2)]
    """
    if sample.image.ndim != 3:
        raise ValueError(f"the sample has shape {sample.shape}: it is one picture already")
    spacing = None if sample.spacing is None else sample.spacing[-2:]
    for number, image in enumerate(sample.image, start=1):
        yield replace(
            sample,
            image=image,
            labels=None if sample.labels is None else sample.labels[number - 1],
            spacing=spacing,
            plane=None,
            truth={},
            fps=None,
            params={**sample.params, "frame": number},
        )
