"""From tissue to echoes: the physics, stage by stage, on arrays of (samples, beams).

The order is that of the sound: attenuation and shadow on the way, mirror-like echoes at borders,
scatterers everywhere, all seen through the probe's blur.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import fft, ndimage

from .probe import Machine, Probe
from .scene import Maps

__all__ = [
    "Echoes",
    "balanced",
    "beam_gain",
    "border_angle",
    "echoes_of",
    "envelope",
    "reflection",
    "responses",
    "scatterers",
    "specular",
    "through_probe",
    "transmission",
]

_MARGIN = 12  # beams on either side
_NEPER = np.log(10) / 20  # dB to the logarithm of an amplitude


def reflection(impedance: np.ndarray) -> np.ndarray:
    """Reflected part of the amplitude at each sample: ``(Z2 - Z1) / (Z2 + Z1)`` along the beam.

    Examples
    --------
    >>> reflection(np.array([[1.6], [3.0]], np.float32)).round(3).ravel().tolist()
    [0.0, 0.30399999022483826]
    """
    out = np.zeros_like(impedance)
    np.divide(impedance[1:] - impedance[:-1], impedance[1:] + impedance[:-1], out=out[1:])
    return out


def transmission(attenuation: np.ndarray, reflected: np.ndarray, probe: Probe) -> np.ndarray:
    """Amplitude that is left on the way there and back, before each sample is entered.

    ``exp(-2 sum(a f dr)) prod(1 - R^2)``, with `attenuation` in dB/cm/MHz one way.
    """
    loss = attenuation * np.float32(2 * _NEPER * probe.f0 * probe.step / 10)
    loss -= np.log1p(-np.minimum(reflected * reflected, np.float32(0.98)))
    path = np.cumsum(loss, axis=0)
    path -= loss
    return np.exp(-path)


def border_angle(impedance: np.ndarray, probe: Probe, where: np.ndarray) -> np.ndarray:
    """Angle in radians between beam and border normal, at the flat indices `where`.

    The border's normal is the gradient of the smoothed impedance.
    """
    smooth = ndimage.uniform_filter(impedance, 5, mode="nearest")
    rows, columns = np.divmod(where, impedance.shape[1])
    flat = smooth.reshape(-1)
    step = _neighbours(rows, columns, impedance.shape)
    along = (flat[step[1]] - flat[step[0]]) / np.float32(2 * probe.step)
    across = (flat[step[3]] - flat[step[2]]) / (2 * probe.beam_gap[rows])
    return np.arctan2(np.abs(across), np.abs(along) + np.float32(1e-9))


def _neighbours(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> list[np.ndarray]:
    n, m = shape
    up, down = np.maximum(rows - 1, 0), np.minimum(rows + 1, n - 1)
    left, right = np.maximum(columns - 1, 0), np.minimum(columns + 1, m - 1)
    return [up * m + columns, down * m + columns, rows * m + left, rows * m + right]


def specular(impedance: np.ndarray, probe: Probe, machine: Machine) -> tuple[np.ndarray, np.ndarray]:
    """Mirror-like echoes of borders, and the reflected part that the sound loses there.

    An echo is strong where the beam meets the border at a right angle and falls off over `lobe`.
    At a grazing angle a strong border bends the beam away, and less sound goes on: the dark edges
    behind the sides of a skull.
    """
    reflected = reflection(impedance)
    where = np.flatnonzero(np.abs(reflected) > 0.002)
    angle = border_angle(impedance, probe, where)
    strength = reflected.reshape(-1)[where]
    echo = np.zeros_like(reflected)
    gain = np.float32(10 ** (machine.specular_gain / 20) / 0.25)
    echo.reshape(-1)[where] = strength * gain * np.exp(-((angle / np.float32(np.deg2rad(machine.lobe))) ** 2))
    bent = np.minimum(12 * np.abs(strength), 1) * (angle / np.float32(np.pi / 2)) ** 3
    lost = np.sqrt(1 - (1 - strength**2) * (1 - np.float32(machine.bending) * np.minimum(bent, 1)))
    reflected.reshape(-1)[where] = lost
    return echo, reflected


def scatterers(echo_db: np.ndarray, rng: np.random.Generator, noise: np.ndarray | None = None) -> np.ndarray:
    """Complex circular Gaussian scatterers whose mean power is ``10^(echo_db / 10)``.

    `noise`, complex with mean power 1, takes the place of a new draw: speckle that stays with the tissue.
    """
    strength = np.exp(echo_db * np.float32(_NEPER))
    if noise is not None:
        return noise * strength
    noise = rng.standard_normal((*echo_db.shape, 2), dtype=np.float32).view(np.complex64)[..., 0]
    noise *= strength * np.float32(np.sqrt(0.5))
    return noise


def reverberate(echo: np.ndarray, probe: Probe, machine: Machine, rng: np.random.Generator) -> np.ndarray:
    """Echoes that bounced more than once.

    Between two borders: the beam's echoes folded with themselves, so that a skull comes back at twice its
    depth. Within the layers that lie before a border: a trail of weak, fading copies behind each strong
    echo, the haze that hides the near half of a brain.
    """
    n = fft.next_fast_len(2 * len(echo), real=True)
    spectrum = fft.rfft(echo, n, axis=0)
    strongest, power = np.abs(echo).max(0), np.square(echo).sum(0) + np.float32(1e-9)
    fold = np.float32(machine.reverberation) * strongest / power
    behind = np.arange(1, len(echo) + 1) * np.float32(probe.step / machine.haze_length)
    trail = rng.standard_normal(len(echo), dtype=np.float32) * np.exp(-behind)
    trail *= np.float32(10 ** (machine.haze / 20))
    tail = fft.rfft(trail, n)[:, None] - fold * spectrum
    return fft.irfft(spectrum * tail, n, axis=0)[: len(echo)]


def axial_response(probe: Probe) -> np.ndarray:
    """Spectrum of the pulse along the beam, 1 at zero, with room for a pulse at the end, (>= samples,)."""
    sigma = probe.axial_sigma() / probe.step
    n = fft.next_fast_len(probe.samples + int(np.ceil(5 * sigma)))
    return np.exp(-2 * (np.pi * sigma * fft.fftfreq(n)) ** 2).astype(np.float32)


def lateral_response(probe: Probe, machine: Machine, n: int) -> np.ndarray:
    """Spectrum of the beam across the beams for each depth and look, (looks, samples, n).

    One look uses one part of the aperture: a shifted part of the spectrum, a little narrower than the whole.
    """
    sigma = (probe.lateral_sigma() / probe.beam_gap)[:, None]
    sigma = np.maximum(sigma, np.float32(0.45))
    frequency = fft.fftfreq(n).astype(np.float32)
    lobes = np.float32(10 ** (machine.side_lobes / 20))
    out = np.empty((machine.looks, len(sigma), n), np.float32)
    for look in range(machine.looks):
        tilt = np.float32((look - (machine.looks - 1) / 2) * 2.2 / max(machine.looks - 1, 1))
        wide = sigma * np.float32(1.0 if machine.looks == 1 else 1.2)
        phase = 2 * np.float32(np.pi) * frequency * wide - tilt
        out[look] = np.exp(-0.5 * phase * phase)
        out[look] += lobes * np.exp(-8 * phase * phase)
    return out / np.float32(1 + lobes)


def envelope(
    maps: Maps,
    probe: Probe,
    machine: Machine,
    rng: np.random.Generator,
    noise: np.ndarray | None = None,
) -> np.ndarray:
    """Echo amplitudes (samples, beams): all the physics, before the machine's gain.

    Generic tissue at the face of the probe has a mean power of 1. `noise` replaces the scatterers' draw.
    """
    echoes = echoes_of(maps, probe, machine, rng, noise)
    axial, lateral = responses(probe, machine)
    field = balanced(echoes.speckle, axial, lateral)
    field += (echoes.mirror + echoes.rough) / np.float32(axial.mean())
    return through_probe(field, axial, lateral) * beam_gain(machine, probe.beams)


class Echoes(NamedTuple):
    """What comes back along each beam before the probe blurs it, (samples, beams) each.

    `speckle` comes from scatterers, `mirror` from borders with the phase of a mirror, `rough` from the same
    borders with the scatterers' phase.
    """

    speckle: np.ndarray
    mirror: np.ndarray
    rough: np.ndarray


def echoes_of(
    maps: Maps,
    probe: Probe,
    machine: Machine,
    rng: np.random.Generator,
    noise: np.ndarray | None = None,
) -> Echoes:
    """Echoes of infinitely thin beams: attenuation, borders, reverberation, scatterers."""
    mirror, reflected = specular(maps.impedance, probe, machine)
    left = transmission(maps.attenuation, reflected, probe)
    mirror *= left
    mirror += reverberate(mirror, probe, machine, rng)
    field = scatterers(maps.echo, rng, noise)
    rough = np.float32(machine.rough) * np.abs(mirror)  # takes its phase from the scatterers' noise
    phases = field / (np.abs(field) + np.float32(1e-12))
    field *= left
    return Echoes(field, (1 - np.float32(machine.rough)) * mirror, rough * phases)


def responses(probe: Probe, machine: Machine) -> tuple[np.ndarray, np.ndarray]:
    """Spectra of pulse and beam, for `through_probe`."""
    return axial_response(probe), lateral_response(
        probe, machine, fft.next_fast_len(probe.beams + 2 * _MARGIN)
    )


def balanced(speckle: np.ndarray, axial: np.ndarray, lateral: np.ndarray) -> np.ndarray:
    """Divide scatterers, in place, by what the blur keeps of their power: 0 dB is 0 dB at any width."""
    power = np.sqrt((axial**2).mean() * (lateral**2).mean(-1))  # (looks, samples)
    speckle /= power.mean(0)[:, None]
    return speckle


def through_probe(field: np.ndarray, axial: np.ndarray, lateral: np.ndarray) -> np.ndarray:
    """Blur echoes by pulse and beam; the envelopes of the looks are averaged.

    A product of spectra folds the ends of a beam into each other, and the outer beams: hence the margins,
    empty along the beam and mirrored across the beams.
    """
    samples, beams = field.shape
    spectrum = fft.fft(field, len(axial), axis=0)
    spectrum *= axial[:, None]
    field = fft.ifft(spectrum, axis=0, overwrite_x=True)[:samples]
    padded = np.pad(field, ((0, 0), (_MARGIN, lateral.shape[-1] - beams - _MARGIN)), mode="reflect")
    spectrum = fft.fft(padded, axis=1, overwrite_x=True)
    total = np.zeros((samples, beams), np.float32)
    for look in lateral:
        seen = fft.ifft(spectrum * look, axis=1, overwrite_x=True)[:, _MARGIN : _MARGIN + beams]
        total += np.abs(seen)
    return total / np.float32(len(lateral))


def beam_gain(machine: Machine, beams: int) -> np.ndarray:
    """Factor of each beam's amplitude: contact, edges and shadows, (beams,)."""
    place = np.linspace(0, 1, beams)
    knots = np.asarray(machine.beam_gain)
    gain = np.interp(place, np.linspace(0, 1, len(knots)), knots)
    for centre, width, depth in machine.shadows:
        gain -= depth * np.exp(-(((place - centre) / max(width, 1e-3)) ** 4))
    first, last = machine.blocked
    if last > first:  # the edge is as soft as a beam is wide
        edge = np.minimum(place - first if first > 0 else 1.0, last - place if last < 1 else 1.0)
        gain -= 50.0 * np.clip(0.5 + edge / 0.03, 0, 1)
    return (10 ** (gain / 20)).astype(np.float32)
