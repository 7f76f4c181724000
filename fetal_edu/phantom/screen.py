"""From echoes to a picture: what the machine does, stage by stage."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .probe import Machine, Probe, View, scan_map

__all__ = ["add_noise", "auto_tone", "calm", "finish", "log_compress", "persist", "scan_convert", "tgc"]

HARD = 30.0  # dB: the narrowest dynamic range


def add_noise(amplitude: np.ndarray, machine: Machine, rng: np.random.Generator) -> np.ndarray:
    """Electronic noise, equal at all depths: what is left to see where no echo returns."""
    level = np.float32(10 ** (machine.noise / 20))
    noise = level * np.abs(rng.standard_normal(amplitude.shape, dtype=np.float32))
    return np.sqrt(amplitude * amplitude + noise * noise)


def persist(amplitude: np.ndarray, probe: Probe, machine: Machine) -> np.ndarray:
    """Average three frames while the tissue slides across the beams: what moves is seen double.

    The middle frame is where the truth is.
    """
    if not machine.motion:
        return amplitude
    columns = np.arange(probe.beams, dtype=np.float32)
    total = amplitude.copy()
    for step in (-0.5, 0.5):
        shift = np.float32(step * machine.motion) / probe.beam_gap[:, None]  # beams
        place = np.clip(columns + shift, 0, probe.beams - 1)
        left = np.minimum(place.astype(np.int32), probe.beams - 2)
        part = place - left
        first = np.take_along_axis(amplitude, left, 1)
        total += first + part * (np.take_along_axis(amplitude, left + 1, 1) - first)
    return total / np.float32(3)


def calm(decibel: np.ndarray, machine: Machine) -> np.ndarray:
    """Speckle reduction: each echo is drawn towards the mean of its neighbours.

    In dB, after compression: a mean of amplitudes would make a bright border as wide as the window.
    """
    if not machine.calm:
        return decibel
    near = ndimage.uniform_filter(decibel, (3, 3), mode="nearest")
    return decibel + np.float32(machine.calm) * (near - decibel)


def tgc(probe: Probe, machine: Machine) -> np.ndarray:
    """Time-gain compensation in dB for each sample, (samples,)."""
    depth = np.minimum(probe.ranges, machine.tgc_stop * probe.depth)
    return (2 * machine.tgc * probe.f0 / 10 * depth).astype(np.float32)


def auto_tone(
    decibel: np.ndarray, bright: np.ndarray, outside: np.ndarray, machine: Machine
) -> tuple[float, float]:
    """Choose gain and dynamic range as a sonographer would: the skull white, the rest dark.

    Parameters
    ----------
    decibel : array
    bright, outside : bool arrays
        The structure that shall be white, and the surroundings that shall be dark.
    machine : Machine

    Returns
    -------
    white, dynamic_range : float, dB
    """
    shown = decibel[bright] if bright.any() else decibel[::4, ::4]
    white = float(np.percentile(shown, 93)) + 20 * np.log10(machine.white)
    if machine.dynamic_range is not None:
        return white, machine.dynamic_range
    around = decibel[::3, ::3][outside[::3, ::3]]
    middle = float(np.median(around)) if around.size else white - 40.0
    dark = machine.dark ** (1 / machine.gamma)
    full = float(np.clip((white - middle) / (1 - dark), 36, 85))
    return white, full + machine.contrast * (HARD - full)


def log_compress(decibel: np.ndarray, white: float, dynamic_range: float, gamma: float = 1.0) -> np.ndarray:
    """Grey levels 0..1 from dB: `white` becomes 1, `dynamic_range` below it 0.

    Examples
    --------
    >>> log_compress(np.array([0.0, -30.0, -90.0]), 0.0, 60.0).tolist()
    [1.0, 0.5, 0.0]
    """
    grey = np.clip((decibel - white) / dynamic_range + 1, 0, 1)
    return grey if gamma == 1 else grey**gamma


def scan_convert(polar: np.ndarray, probe: Probe, view: View, shape: tuple[int, int]) -> np.ndarray:
    """From beams to pixels, bilinear; 0 outside the sector."""
    where = scan_map(probe, view, tuple(shape))
    flat, m = polar.reshape(-1), polar.shape[1]
    top, right, down = flat.take(where.corner), where.right, where.down
    top += right * (flat.take(where.corner + 1) - top)
    low = flat.take(where.corner + m)
    low += right * (flat.take(where.corner + m + 1) - low)
    picture = np.zeros(shape, np.float32)
    picture.reshape(-1)[where.pixels] = top + down * (low - top)
    return picture


def finish(picture: np.ndarray, machine: Machine) -> np.ndarray:
    """Smoothing, grey bar and black boxes; 256 grey levels, as a machine stores them."""
    if machine.blur and machine.blend:
        smooth = ndimage.gaussian_filter(picture, machine.blur, truncate=3)
        sector = picture > 0
        picture = picture + np.float32(machine.blend) * (smooth - picture) * sector
    rows, columns = picture.shape
    if machine.bar:
        tall = rows // 3
        picture[rows // 25 : rows // 25 + tall, : max(columns // 130, 1)] = np.linspace(1, 0, tall)[:, None]
    for row, column, height, width in machine.boxes:
        top, left = int(row * rows), int(column * columns)
        picture[top : top + int(height * rows) + 1, left : left + int(width * columns) + 1] = 0
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.float32) / np.float32(255)
