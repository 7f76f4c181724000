"""The two things that flow through the package: a `Sample` goes in, a `Reading` comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

__all__ = ["Quality", "Reading", "Sample", "Value"]

Quality = Literal["good", "doubtful", "none"]


@dataclass(frozen=True, eq=False)
class Sample:
    """One ultrasound picture with everything that is known about it.

    Files, the simulator, public data sets and dashboards all make Samples.

    Parameters
    ----------
    image : float32 array, (rows, columns)
        Grey levels in 0..1. A sweep has a leading time axis, a volume a leading depth axis.
    labels : uint8 array of the same shape, optional
        The structure that each pixel belongs to.
    classes : mapping of name to label values
        ``{"brain": (3,), "head": (2, 3)}``: a class is a union of labels.
    spacing : mm per step along each spatial axis, in axis order, or None where unknown
        ``(0.2, 0.1)``: rows are 0.2 mm apart, columns 0.1 mm.
    plane : str, optional
        The standard plane, for example ``"transthalamic"``. A sweep has one for each frame.
    truth : mapping
        What is known exactly, in mm and weeks: ``{"hc_mm": 176.3, "ga_weeks": 20.4}``.
    origin : str
        Where the picture came from: a file name, ``"phantom"``, ``"hc18"``.
    group : str
        The patient or examination. A split keeps a group together.
    seed : int, optional
        The seed that a simulated picture was drawn from.
    fps : float, optional
        Frames per second of a sweep.
    params : mapping
        What is needed to draw a simulated picture again, or what a file said of itself.

    Raises
    ------
    ValueError
        Where the parts contradict each other: shapes, spacing, grey levels.

    Examples
    --------
    >>> sample = Sample(np.zeros((4, 6), np.float32), spacing=(0.2, 0.1))
    >>> sample.shape, sample.extent_mm
    ((4, 6), (0.8, 0.6))
    """

    image: np.ndarray
    labels: np.ndarray | None = None
    classes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    spacing: tuple[float, ...] | None = None
    plane: str | tuple[str, ...] | None = None
    truth: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    group: str = ""
    seed: int | None = None
    fps: float | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        image = np.asarray(self.image)
        if image.dtype != np.float32:
            raise ValueError(f"image is {image.dtype}: a Sample holds float32 in 0..1")
        if image.ndim not in (2, 3) or image.size == 0:
            raise ValueError(f"image has shape {image.shape}: rows and columns are needed")
        if not (np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1):
            raise ValueError("image has values outside 0..1: divide by the largest grey level")
        if self.labels is not None and self.labels.shape != image.shape:
            raise ValueError(f"labels have shape {self.labels.shape}, the image has {image.shape}")
        if self.spacing is not None:
            object.__setattr__(self, "spacing", _checked_spacing(self.spacing, image.ndim))

    @property
    def shape(self) -> tuple[int, ...]:
        """Pixels along each axis of the image."""
        return self.image.shape

    @property
    def extent_mm(self) -> tuple[float, ...] | None:
        """Size of the picture in mm along each spatial axis, or None where the spacing is unknown."""
        if self.spacing is None:
            return None
        steps = self.image.shape[-len(self.spacing) :]
        return tuple(round(n * mm, 9) for n, mm in zip(steps, self.spacing, strict=True))

    def mask(self, name: str) -> np.ndarray:
        """Pixels of one named class.

        Parameters
        ----------
        name : str
            A key of `classes`, for example ``"head"``: all that lies inside the outer border of the skull.

        Returns
        -------
        bool array of the image's shape

        Raises
        ------
        KeyError
            If the sample has no labels or no class of that name; the message lists those it has.
        """
        if self.labels is None:
            raise KeyError(f"this sample ({self.origin or 'no origin'}) has no labels, so no mask {name!r}")
        if name not in self.classes:
            raise KeyError(f"no class {name!r}; this sample has {', '.join(sorted(self.classes)) or 'none'}")
        return np.isin(self.labels, self.classes[name])


def _checked_spacing(spacing: tuple[float, ...], ndim: int) -> tuple[float, ...]:
    values = tuple(float(mm) for mm in spacing)
    if len(values) not in (2, ndim):
        raise ValueError(f"spacing has {len(values)} numbers for {ndim} axes: give one for each axis")
    if not all(np.isfinite(mm) and mm > 0 for mm in values):
        raise ValueError(f"spacing {values} is not possible: mm between pixel centres are above 0")
    return values


@dataclass(frozen=True)
class Value:
    """One measured number with its unit and interval, or no number and the reason why.

    Examples
    --------
    >>> print(Value(176.3, "mm", low=171.0, high=181.6))
    176.3 mm (171.0 to 181.6)
    >>> print(Value(None, "mm", reason="no scale: give --spacing"))
    no value: no scale: give --spacing
    """

    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError("a value that is absent needs its reason")

    def __str__(self) -> str:
        if self.value is None:
            return f"no value: {self.reason}"
        interval = "" if self.low is None or self.high is None else f" ({self.low:.1f} to {self.high:.1f})"
        return f"{self.value:.1f} {self.unit}{interval}"


@dataclass(frozen=True, eq=False)
class Reading:
    """What an analysis says about a `Sample`.

    Parameters
    ----------
    plane : str, optional
        The plane that was recognised.
    mask : bool array of the image's shape, optional
        The structure that was outlined.
    ellipse : `fetal_edu.measure.Ellipse`, optional
        The fitted outline, in mm, or in pixels where the spacing is unknown.
    values : mapping of name to `Value`
        ``hc`` (mm), ``hc_px`` (pixels), ``ga`` (weeks), ``ga_hadlock`` (weeks).
    quality : ``"good"``, ``"doubtful"`` or ``"none"``
        Whether the reading can be used; `notes` say why not.
    notes : tuple of str
        Sentences for the reader: what is wrong and what to do.
    """

    plane: str | None = None
    mask: np.ndarray | None = None
    ellipse: Any = None
    values: Mapping[str, Value] = field(default_factory=dict)
    quality: Quality = "none"
    notes: tuple[str, ...] = ()
