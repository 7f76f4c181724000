"""What the simulator's physics comes to: each function measures one thing, for one seed.

Predictions are typed out here and not asked of the simulator, so that a slip there can't agree with itself.
All at 1024 samples per beam.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fetal_edu.phantom import Machine, Probe
from fetal_edu.phantom.physics import envelope
from fetal_edu.phantom.scene import Maps

SPEED = 1.54  # mm per microsecond
SAMPLES = 1024
PROBE = Probe(samples=SAMPLES, depth=110)
#: Nothing but the stages that theory speaks of.
PLAIN = Machine(looks=1, reverberation=0.0, haze=-200.0, calm=0.0, side_lobes=-200.0, rough=0.0)
INNER = np.s_[40:-40, 12:-12]  # away from the ends of the beams and from the outer beams


def flat_maps(probe, *, impedance=1.6, attenuation=0.0, echo=0.0):
    """Uniform tissue."""
    shape = (probe.samples, probe.beams)
    values = (np.full(shape, x, np.float32) for x in (impedance, attenuation, echo))
    return Maps(*values, np.zeros(shape, np.uint8))


def speckle(seed, probe=PROBE, machine=PLAIN, **tissue):
    """Echo amplitudes of uniform tissue."""
    return envelope(flat_maps(probe, **tissue), probe, machine, np.random.default_rng([seed, 77]))


def decibel(ratio):
    return 10 * float(np.log10(ratio))


# Speckle ---------------------------------------------------------------------------------------------


def signal_to_noise(seed, *, looks=1):
    """Mean over standard deviation of the amplitude: 1.913 where many scatterers share a cell."""
    amplitude = speckle(seed, machine=replace(PLAIN, looks=looks))[INNER]
    return amplitude.mean() / amplitude.std()


def spread_of_power(seed):
    """Standard deviation over mean of the power: 1, for it is exponential."""
    power = speckle(seed)[INNER] ** 2
    return power.std() / power.mean()


def mean_power(seed):
    """Mean power of generic tissue: 1 by definition."""
    return float((speckle(seed)[INNER] ** 2).mean())


def power_over_frequency(seed):
    """Power of the same tissue at 7 MHz over that at 2 MHz, dB."""
    high, low = (speckle([seed, f0], replace(PROBE, f0=f0))[INNER] for f0 in (7, 2))
    return decibel((high**2).mean() / (low**2).mean())


def power_over_focus(seed):
    """Power at 80 to 105 mm with the focus at 100 mm over that with the focus at 30 mm, dB."""
    deep = np.s_[SAMPLES * 8 // 11 : -40, 12:-12]
    far, near = (speckle([seed, f], replace(PROBE, focus=f))[deep] for f in (100, 30))
    return decibel((far**2).mean() / (near**2).mean())


def border_over_frequency(seed):
    """Echo of a flat border at 7 MHz over that at 2 MHz, dB."""
    peaks = []
    for f0 in (7.0, 2.0):
        probe = replace(PROBE, f0=f0)
        maps = flat_maps(probe, echo=-200.0)
        maps.impedance[SAMPLES // 2 :] = 1.7
        peaks.append(envelope(maps, probe, PLAIN, np.random.default_rng(seed))[:, 12:-12].max(0).mean() ** 2)
    return decibel(peaks[0] / peaks[1])


# Resolution ------------------------------------------------------------------------------------------


def beam_width(probe, depth):
    """Full width at half maximum that theory gives the beam's amplitude, mm."""
    wave = SPEED / probe.f0
    receive = wave * max(probe.f_number, depth / probe.aperture)
    sending = 0.8 * probe.aperture
    blur = 0.35 * sending * abs(depth - probe.focus) / probe.focus
    transmit = np.hypot(wave * depth / sending, blur)
    return 1.1 / np.sqrt(1 / receive**2 + 1 / transmit**2)


def half_width(correlation, step):
    """Full width at half maximum of an autocorrelation (lags,), as of a Gaussian between two lags."""
    logarithm = np.log(np.maximum(correlation / correlation[0], 1e-3))
    first = int(np.argmax(logarithm < np.log(0.5)))
    squares = np.interp(-np.log(0.5), -logarithm[first - 1 : first + 1], [(first - 1) ** 2, first**2])
    return 2 * float(np.sqrt(squares)) * step


def lateral_cell(seed, *, depth):
    """Lateral resolution cell at a depth, over the predicted one.

    The autocorrelation of the power of speckle is as wide as the beam's amplitude.
    """
    row = int(np.argmin(np.abs(PROBE.ranges - depth)))
    power = speckle(seed)[row - 60 : row + 61] ** 2
    power -= power.mean()
    lags = np.array([(power[:, : power.shape[1] - lag] * power[:, lag:]).mean() for lag in range(12)])
    gap = (PROBE.radius + depth) * 2 * np.deg2rad(PROBE.half_angle) / (PROBE.beams - 1)
    return half_width(lags, gap) / beam_width(PROBE, depth)


def axial_cell(seed, *, f0):
    """Axial resolution cell over the predicted one: half the pulse, for sound goes there and back."""
    depth, cycles = 80.0, 2.5  # deeper, 1024 samples don't carry a pulse of 5 MHz: Probe.axial_sigma says so
    power = speckle(seed, replace(PROBE, f0=f0, cycles=cycles, depth=depth))[INNER] ** 2
    power -= power.mean()
    lags = np.array([(power[: len(power) - lag] * power[lag:]).mean() for lag in range(24)])
    return half_width(lags, depth / (SAMPLES - 1)) / (cycles * SPEED / f0 / 2)


# Attenuation and shadow ------------------------------------------------------------------------------


def attenuation_slope(seed, *, attenuation):
    """Loss of power per centimetre, over the predicted one: there and back."""
    probe = Probe(f0=3.5, depth=80, samples=SAMPLES)
    power = (speckle(seed, probe, attenuation=attenuation) ** 2).mean(1)
    rows = slice(60, -60)
    slope = -np.polyfit(probe.ranges[rows] / 10, 10 * np.log10(power[rows]), 1)[0]
    return slope / (2 * attenuation * 3.5)


def shadow(seed, change):
    """Power behind a layer over that without it, dB; `change(maps, probe)` paints the layer at 20-23 mm."""
    probe = Probe(f0=3.5, depth=60, samples=SAMPLES)
    power = []
    for number, paint in enumerate((change, lambda maps, probe: None)):
        maps = flat_maps(probe)
        paint(maps, probe)
        amplitude = envelope(maps, probe, PLAIN, np.random.default_rng([seed, number]))
        power.append((amplitude[probe.ranges > 26][:-40, 12:-12] ** 2).mean())
    return decibel(power[0] / power[1])


def bone(maps, probe):
    """Attenuate by 10 dB/cm/MHz: 2 x 10 x 3.5 x 0.3 = 21 dB."""
    maps.attenuation[(probe.ranges > 20) & (probe.ranges <= 23)] = 10.0


def two_borders(maps, probe):
    """From 1.6 to 3.0 MRayl and back: each lets 1 - R^2 through, there and back."""
    maps.impedance[(probe.ranges > 20) & (probe.ranges <= 23)] = 3.0


BONE_DB = -2 * 10 * 3.5 * 0.3
BORDERS_DB = 40 * float(np.log10(1 - ((3.0 - 1.6) / (3.0 + 1.6)) ** 2))
