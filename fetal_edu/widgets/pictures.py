"""What is open in the segment dashboard: single pictures, and files of many frames, one shown at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..sample import Reading, Sample
from .work import Work

__all__ = ["Picture", "frame_of", "open_bytes"]

_KEPT = 8  # frames whose outline is kept although no hand touched them: each holds a mask


class Picture:
    """One open file, and what was made of each of its frames.

    Parameters
    ----------
    load : callable
        ``load(at)`` gives frame `at`, counted from 0, as a two-dimensional Sample.
    count : int
        How many frames there are.
    at : int
        The one shown first.
    method : str
        The key of the method that answers on it.

    Examples
    --------
    >>> import numpy as np
    >>> sweep = Sample(np.zeros((5, 20, 30), np.float32), spacing=(0.5, 0.5))
    >>> picture = Picture.of(sweep, "network")
    >>> picture.count, picture.go(3, print).sample.shape, picture.at
    (5, (20, 30), 3)
    """

    def __init__(self, load: Callable[[int], Sample], *, count: int = 1, at: int = 0, method: str) -> None:
        self._load, self.count, self.at = load, count, at
        self.works: dict[int, Work] = {}
        self.work = self._begin(at, method)

    @classmethod
    def of(cls, sample: Sample, method: str) -> Picture:
        """Open a Sample; a sweep begins with its first frame, a volume with its first slice."""
        count = sample.image.shape[0] if sample.image.ndim == 3 else 1
        return cls(lambda at: frame_of(sample, at), count=count, method=method)

    def go(self, at: int, read: Callable[[Work, Sample], Reading]) -> Work:
        """Turn to another frame; the scale, the age and the method go along.

        Parameters
        ----------
        at : int
            Counted from 0.
        read : callable
            ``read(work, sample) -> Reading``: asked where the scale was changed since the frame was left.

        Raises
        ------
        BadInput
            If the frame can't be read; nothing changes then.
        """
        before = self.work
        kept = self.works.get(at)
        if kept is not None and (kept.touched or kept.method == before.method):
            work = kept
        else:
            work = self._begin(at, before.method)
        work.weeks = before.weeks
        typed = before.sample.spacing != before.own_spacing
        spacing = before.sample.spacing if typed else work.own_spacing
        if work.sample.spacing != spacing:
            work.rescale(spacing, lambda sample: read(work, sample))
        self.at, self.work = at, work
        self._forget()
        return work

    def _begin(self, at: int, method: str) -> Work:
        sample = self._load(at)
        work = self.works[at] = Work(sample, sample.spacing, method)
        return work

    def _forget(self) -> None:
        plain = [at for at, work in self.works.items() if at != self.at and not work.touched]
        for at in plain[: max(0, len(plain) - _KEPT)]:
            del self.works[at]


def frame_of(sample: Sample, at: int) -> Sample:
    """Take one frame of a sweep, or one slice of a volume; a single picture is its own frame.

    Parameters
    ----------
    sample : Sample
        ``image`` (rows, columns), or (frames, rows, columns).
    at : int
        Counted from 0.

    Examples
    --------
    >>> import numpy as np
    >>> truth = {"hc_mm": (170.0, 171.0), "ga_weeks": 20.0}
    >>> sweep = Sample(np.zeros((2, 20, 30), np.float32), truth=truth, plane=("", "transthalamic"))
    >>> one = frame_of(sweep, 1)
    >>> one.shape, one.plane, dict(one.truth)
    ((20, 30), 'transthalamic', {'hc_mm': 171.0, 'ga_weeks': 20.0})
    """
    if sample.image.ndim == 2:
        return sample
    count = sample.image.shape[0]
    return replace(
        sample,
        image=sample.image[at],
        labels=None if sample.labels is None else sample.labels[at],
        spacing=None if sample.spacing is None else sample.spacing[-2:],
        plane=sample.plane[at] if _per_frame(sample.plane, count) else sample.plane,
        truth={key: one[at] if _per_frame(one, count) else one for key, one in sample.truth.items()},
        fps=None,
    )


def open_bytes(content: bytes, name: str, method: str) -> Picture:
    """Open a file that was dropped; of a clip or a volume one frame at a time is decoded.

    Raises
    ------
    BadInput
        If it is no picture, with a sentence that says what to do.
    """
    from ..data.files import read_bytes  # pillow and pydicom only when they are needed

    first = read_bytes(content, name)
    count = first.params.get("frames", 1)
    if count == 1:
        return Picture.of(first, method)
    start = first.params["frame"] - 1  # there they are counted from 1
    return Picture(lambda at: read_bytes(content, name, frame=at + 1), count=count, at=start, method=method)


def _per_frame(value: Any, count: int) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) == count
