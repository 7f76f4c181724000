"""The probe (how it looks), the machine (how it shows) and the view (which part is shown)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from .pose import Pose

__all__ = ["Machine", "Probe", "View"]

SPEED = 1.54  # mm per microsecond, everywhere


@dataclass(frozen=True)
class Probe:
    """A convex probe.

    Parameters
    ----------
    f0 : float, MHz
        Centre frequency.
    cycles : float
        Length of the pulse.
    radius : float, mm
        Radius of the probe's face.
    half_angle : float, degrees
        The sector spans twice this.
    start, depth : float, mm
        First and last depth that is shown, from the face.
    focus : float, mm
    aperture : float, mm
        Width of the active elements.
    f_number : float
        Smallest ratio of depth to aperture on receive.
    beams, samples : int

    Examples
    --------
    >>> probe = Probe(f0=3.5, depth=120)
    >>> probe.points().shape
    (512, 192, 3)
    """

    f0: float = 3.5
    cycles: float = 2.0
    radius: float = 50.0
    half_angle: float = 33.0
    start: float = 0.0
    depth: float = 120.0
    focus: float = 70.0
    aperture: float = 22.0
    f_number: float = 2.4
    beams: int = 192
    samples: int = 512

    def __post_init__(self) -> None:
        if min(self.beams, self.samples) < 16:
            raise ValueError(f"{self.beams} beams of {self.samples} samples: at least 16 of each are needed")
        if not 0 <= self.start < self.depth:
            raise ValueError(f"depth {self.start} to {self.depth} mm: the first has to lie above the last")
        if not (0.5 <= self.f0 <= 20 and 1 <= self.half_angle <= 85 and self.radius > 0 and self.cycles > 0):
            raise ValueError("use 0.5-20 MHz, a half angle of 1-85 degrees, a radius and a pulse above 0")

    @property
    def wavelength(self) -> float:
        """Wavelength in mm."""
        return SPEED / self.f0

    @cached_property
    def ranges(self) -> np.ndarray:
        """Depth of each sample, mm, float32 (samples,)."""
        return np.linspace(self.start, self.depth, self.samples, dtype=np.float32)

    @cached_property
    def angles(self) -> np.ndarray:
        """Angle of each beam, radians, float32 (beams,)."""
        return np.linspace(-1, 1, self.beams, dtype=np.float32) * np.float32(np.deg2rad(self.half_angle))

    @property
    def step(self) -> float:
        """Mm from one sample to the next."""
        return (self.depth - self.start) / (self.samples - 1)

    @property
    def beam_gap(self) -> np.ndarray:
        """Mm from one beam to the next at each depth, (samples,)."""
        return (self.radius + self.ranges) * np.float32(2 * np.deg2rad(self.half_angle) / (self.beams - 1))

    def points(self) -> np.ndarray:
        """Where the samples lie: (samples, beams, 3) mm in the picture's plane (down, across, 0)."""
        reach = (self.radius + self.ranges)[:, None]
        out = np.zeros((self.samples, self.beams, 3), np.float32)
        np.multiply(reach, np.cos(self.angles), out=out[..., 0])
        out[..., 0] -= np.float32(self.radius)
        np.multiply(reach, np.sin(self.angles), out=out[..., 1])
        return out

    def axial_sigma(self) -> float:
        """Length of the pulse, as a standard deviation in mm; at least what the samples can carry."""
        return max(self.cycles * self.wavelength / 2 / 2.355, self.step / 0.9)

    def lateral_sigma(self) -> np.ndarray:
        """Width of the beam at each depth, as a standard deviation in mm, (samples,).

        Receive focusing follows the depth down to `f_number`; the transmitted beam is narrow at `focus`
        and widens on both sides of it. Both act together, so the narrower one decides.
        """
        depth = np.maximum(self.ranges, 1.0)
        transmit = 0.8 * self.aperture
        receive = self.wavelength * np.maximum(self.f_number, depth / self.aperture)
        defocus = 0.35 * transmit * np.abs(depth - self.focus) / self.focus
        sent = np.hypot(self.wavelength * depth / transmit, defocus)
        return (1.1 / np.sqrt(1 / receive**2 + 1 / sent**2) / 2.355).astype(np.float32)


@dataclass(frozen=True)
class Machine:
    """What the machine does with the echoes, and what goes wrong on the way.

    Parameters
    ----------
    specular_gain : float, dB
        Strength of mirror-like echoes against speckle.
    lobe : float, degrees
        How far from a right angle a border may lie and still shine.
    rough : float, 0..1
        Part of the mirror-like echo that comes back with random phase.
    looks : int
        Angles that are compounded; more of them make a smoother picture.
    side_lobes : float, dB
    bending : float, 0..1
        Part of the sound that a strong border turns away at a grazing angle.
    reverberation : float, 0..1
        Strength of echoes that bounce between two borders, against the beam's strongest echo.
    haze, haze_length : float, dB and mm
        Strength and length of the trail behind each mirror-like echo.
    noise : float, dB
        Electronic noise relative to generic tissue at the face, before TGC.
    tgc : float, dB/cm/MHz
        Attenuation that time-gain compensation assumes; it stops at `tgc_stop` of the depth.
    beam_gain : tuple of float, dB
        Loss of contact and of the outer beams, as knots from the first beam to the last.
    shadows : tuple of (centre, width, dB)
        Gas or poor contact: beams around `centre` (0..1) over a fraction `width` lose so many dB.
    blocked : (first, last)
        Beams, from 0 to 1, that bone stops before they reach the picture: they lose 50 dB.
    dynamic_range : float, dB, or None
        None: chosen with the gain so that the outside of the head gets the grey level `dark`.
    contrast : float, 0..1
        How far the dynamic range is narrowed towards 30 dB: hard black and white.
    motion : float, mm
        Three frames are averaged while the fetus slides this far across the beams (persistence).
    white : float
        Auto gain: the amplitude that is shown white, as a part of the bright structure's.
    dark : float
        Grey level, 0..1, that the median of the surroundings is given.
    calm : float, 0..1
        Speckle reduction.
    gamma, blur, blend : float
        Grey curve; smoothing in pixels and how much of the smoothed picture is mixed in.
    bar : bool
        A grey scale at the left edge, as machines draw it.
    boxes : tuple of (row, column, height, width)
        Black boxes over burnt-in text, as fractions of the picture.
    """

    specular_gain: float = 40.0
    lobe: float = 30.0
    rough: float = 0.4
    looks: int = 3
    side_lobes: float = -32.0
    bending: float = 0.3
    reverberation: float = 0.05
    haze: float = -52.0
    haze_length: float = 10.0
    noise: float = -85.0
    tgc: float = 0.5
    tgc_stop: float = 0.8
    beam_gain: tuple[float, ...] = (0.0, 0.0)
    shadows: tuple[tuple[float, float, float], ...] = ()
    blocked: tuple[float, float] = (0.0, 0.0)
    dynamic_range: float | None = None
    contrast: float = 0.0
    motion: float = 0.0
    white: float = 0.7
    dark: float = 0.06
    calm: float = 0.6
    gamma: float = 1.2
    blur: float = 0.6
    blend: float = 0.8
    bar: bool = False
    boxes: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True)
class View:
    """The part of the plane that the picture shows.

    Parameters
    ----------
    top, left : float, mm
        Where the centre of the first pixel lies in the plane: down from the probe's face, across from
        the middle beam.
    spacing : (row, column) mm
    pose : Pose
        Where the plane lies in the scene.
    """

    top: float
    left: float
    spacing: tuple[float, float]
    pose: Pose = field(default_factory=Pose)

    @classmethod
    def whole(cls, probe: Probe, shape: tuple[int, int], pose: Pose | None = None) -> View:
        """Show the whole sector in the middle of the picture, with square pixels."""
        half = np.deg2rad(probe.half_angle)
        top = (probe.radius + probe.start) * np.cos(half) - probe.radius
        width = 2 * (probe.radius + probe.depth) * np.sin(half)
        mm = float(max((probe.depth - top) / (shape[0] - 1), width / (shape[1] - 1)))
        spare = mm * (shape[0] - 1) - (probe.depth - top)
        return cls(float(top - spare / 2), -mm * (shape[1] - 1) / 2, (mm, mm), pose or Pose())

    def points(self, shape: tuple[int, int]) -> np.ndarray:
        """Pixel centres (rows, columns, 3), mm in the picture's plane (down, across, 0)."""
        out = np.zeros((*shape, 3), np.float32)
        out[..., 0] = (self.top + np.arange(shape[0]) * self.spacing[0])[:, None]
        out[..., 1] = self.left + np.arange(shape[1]) * self.spacing[1]
        return out


class ScanMap(NamedTuple):
    """For each pixel in the sector: the sample above and left of it, and how far it lies beyond."""

    pixels: np.ndarray
    corner: np.ndarray
    down: np.ndarray
    right: np.ndarray


@lru_cache(maxsize=2)
def scan_map(probe: Probe, view: View, shape: tuple[int, int]) -> ScanMap:
    """Where each pixel of a picture lies among the beams; computed once for a probe."""
    steps = [
        np.arange(n, dtype=np.float32) * np.float32(mm) for n, mm in zip(shape, view.spacing, strict=True)
    ]
    down, across = np.float32(probe.radius + view.top) + steps[0], np.float32(view.left) + steps[1]
    row = (np.hypot(down[:, None], across) - np.float32(probe.radius + probe.start)) / np.float32(probe.step)
    per_radian = np.float32((probe.beams - 1) / 2 / np.deg2rad(probe.half_angle))
    column = np.arctan2(across, down[:, None]) * per_radian + np.float32((probe.beams - 1) / 2)
    inside = (row >= 0) & (row < probe.samples - 1) & (column >= 0) & (column < probe.beams - 1)
    pixels = np.flatnonzero(inside)
    row, column = row.reshape(-1)[pixels], column.reshape(-1)[pixels]
    first, left = row.astype(np.int32), column.astype(np.int32)
    return ScanMap(pixels, first * np.int32(probe.beams) + left, row - first, column - left)
