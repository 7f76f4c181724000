"""From tissue to picture: the physics, stage by stage, on beams of (samples, beams).

The order is that of the sound: attenuation and shadow on the way, mirror-like echoes at borders,
scatterers everywhere, all seen through the probe's blur; then what the machine does with the echoes.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from scipy import fft, ndimage

from fetal_edu.sample import Sample

from .probe import Machine, Probe, View, scan_map
from .scene import Maps, Scene

__all__ = [
    "border_angle",
    "envelope",
    "log_compress",
    "reflection",
    "render",
    "scan_convert",
    "scatterers",
    "specular",
    "tgc",
    "transmission",
]

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


def transmission(attenuation: np.ndarray, reflected: np.ndarray, probe: Probe) -> np.ndarray:
    """Amplitude that is left on the way there and back, before each sample is entered.

    ``exp(-2 sum(a f dr)) prod(1 - R^2)``, with `attenuation` in dB/cm/MHz one way.
    """
    loss = attenuation * np.float32(2 * _NEPER * probe.f0 * probe.step / 10)
    loss -= np.log1p(-np.minimum(reflected * reflected, np.float32(0.98)))
    path = np.cumsum(loss, axis=0)
    path -= loss
    return np.exp(-path)


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


def scatterers(echo_db: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Complex circular Gaussian scatterers whose mean power is ``10^(echo_db / 10)``."""
    noise = rng.standard_normal((*echo_db.shape, 2), dtype=np.float32).view(np.complex64)[..., 0]
    noise *= np.exp(echo_db * np.float32(_NEPER)) * np.float32(np.sqrt(0.5))
    return noise


def reverberate(echo: np.ndarray, probe: Probe, machine: Machine, rng: np.random.Generator) -> np.ndarray:
    """Echoes that bounced more than once.

    Between two borders: the beam's echoes folded with themselves, so that a skull comes back at twice its
    depth. Within the layers that lie before a border: a trail of weak, fading copies behind each strong
    echo, the haze that hides the near half of a brain.
    """
    n = fft.next_fast_len(2 * len(echo), real=True)
    spectrum = fft.rfft(echo, n, axis=0)
    fold = np.float32(machine.reverberation) * np.abs(echo).max(0) / (np.square(echo).sum(0) + np.float32(1e-9))
    behind = np.arange(1, len(echo) + 1) * np.float32(probe.step)
    trail = rng.standard_normal(len(echo), dtype=np.float32) * np.exp(-behind / np.float32(machine.haze_length))
    trail *= np.float32(10 ** (machine.haze / 20))
    tail = fft.rfft(trail, n)[:, None] - fold * spectrum
    return fft.irfft(spectrum * tail, n, axis=0)[: len(echo)]


def axial_response(probe: Probe) -> np.ndarray:
    """The pulse's spectrum along the beam, 1 at zero, (samples,)."""
    frequency = fft.fftfreq(probe.samples).astype(np.float32)
    return np.exp(-2 * (np.pi * probe.axial_sigma() / probe.step * frequency) ** 2).astype(np.float32)


def lateral_response(probe: Probe, machine: Machine, n: int) -> np.ndarray:
    """The beam's spectrum across the beams for each depth and look, (looks, samples, n).

    A look is one part of the aperture: a shifted part of the spectrum, a little narrower than the whole.
    """
    sigma = (probe.lateral_sigma() / probe.beam_gap)[:, None]
    sigma = np.maximum(sigma, np.float32(0.45))
    frequency = fft.fftfreq(n).astype(np.float32)
    lobes = np.float32(10 ** (machine.side_lobes / 20))
    out = np.empty((machine.looks, len(sigma), n), np.float32)
    for look in range(machine.looks):
        tilt = np.float32((look - (machine.looks - 1) / 2) * 0.9 / max(machine.looks - 1, 1))
        wide = sigma * np.float32(1.0 if machine.looks == 1 else 1.2)
        phase = 2 * np.float32(np.pi) * frequency * wide - tilt
        out[look] = np.exp(-0.5 * phase * phase)
        out[look] += lobes * np.exp(-8 * phase * phase)
    return out / np.float32(1 + lobes)


def envelope(maps: Maps, probe: Probe, machine: Machine, rng: np.random.Generator) -> np.ndarray:
    """Echo amplitudes (samples, beams): all the physics, before the machine's gain.

    Generic tissue at the face of the probe has a mean power of 1.
    """
    mirror, reflected = specular(maps.impedance, probe, machine)
    left = transmission(maps.attenuation, reflected, probe)
    mirror *= left
    mirror += reverberate(mirror, probe, machine, rng)
    field = scatterers(maps.echo, rng)
    rough = np.float32(machine.rough) * np.abs(mirror)
    # The same noise gives the rough part its phase: it is circular, and no second draw is needed.
    margin = 12
    n = fft.next_fast_len(probe.beams + 2 * margin)
    lateral = lateral_response(probe, machine, n)
    axial = axial_response(probe)
    power = np.sqrt((axial**2).mean() * (lateral**2).mean(-1))  # (looks, samples)
    field *= left
    field /= power.mean(0)[:, None]
    peak = np.float32(axial.mean())
    field += ((1 - np.float32(machine.rough)) * mirror + rough * _phases(field)) / peak
    return _through_probe(field, axial, lateral, margin) * _beam_gain(machine, probe.beams)


def _phases(field: np.ndarray) -> np.ndarray:
    return field / (np.abs(field) + np.float32(1e-12))


def _through_probe(field: np.ndarray, axial: np.ndarray, lateral: np.ndarray, margin: int) -> np.ndarray:
    """Blur by pulse and beam; the looks' envelopes are averaged."""
    beams = field.shape[1]
    field = fft.ifft(fft.fft(field, axis=0) * axial[:, None], axis=0, overwrite_x=True)
    padded = np.pad(field, ((0, 0), (margin, lateral.shape[-1] - beams - margin)), mode="reflect")
    spectrum = fft.fft(padded, axis=1, overwrite_x=True)
    total = np.zeros(field.shape, np.float32)
    for look in lateral:
        seen = fft.ifft(spectrum * look, axis=1, overwrite_x=True)[:, margin : margin + beams]
        total += np.abs(seen)
    return total / np.float32(len(lateral))


def _beam_gain(machine: Machine, beams: int) -> np.ndarray:
    place = np.linspace(0, 1, beams)
    knots = np.asarray(machine.beam_gain)
    gain = np.interp(place, np.linspace(0, 1, len(knots)), knots)
    for centre, width, depth in machine.shadows:
        gain -= depth * np.exp(-(((place - centre) / max(width, 1e-3)) ** 4))
    return (10 ** (gain / 20)).astype(np.float32)


def add_noise(amplitude: np.ndarray, machine: Machine, rng: np.random.Generator) -> np.ndarray:
    """Electronic noise, equal at all depths: what is left to see where no echo returns."""
    level = np.float32(10 ** (machine.noise / 20))
    noise = level * np.abs(rng.standard_normal(amplitude.shape, dtype=np.float32))
    return np.sqrt(amplitude * amplitude + noise * noise)


def calm(amplitude: np.ndarray, machine: Machine) -> np.ndarray:
    """Speckle reduction: each echo is drawn towards the mean of its neighbours."""
    if not machine.calm:
        return amplitude
    near = ndimage.uniform_filter(amplitude, (5, 3), mode="nearest")
    return amplitude + np.float32(machine.calm) * (near - amplitude)


def tgc(probe: Probe, machine: Machine) -> np.ndarray:
    """Time-gain compensation in dB for each sample, (samples,)."""
    depth = np.minimum(probe.ranges, machine.tgc_stop * probe.depth)
    return (2 * machine.tgc * probe.f0 / 10 * depth).astype(np.float32)


def log_compress(decibel: np.ndarray, white: float, dynamic_range: float, gamma: float = 1.0) -> np.ndarray:
    """Grey levels 0..1 from dB: `white` becomes 1, `dynamic_range` below it 0.

    Examples
    --------
    >>> log_compress(np.array([0.0, -30.0, -90.0]), 0.0, 60.0).tolist()
    [1.0, 0.5, 0.0]
    """
    grey = np.clip((decibel - white) / dynamic_range + 1, 0, 1)
    return grey if gamma == 1 else grey**gamma


def auto_tone(decibel: np.ndarray, bright: np.ndarray, outside: np.ndarray, machine: Machine) -> tuple[float, float]:
    """Gain and dynamic range that a sonographer would choose: the skull white, the rest dark.

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
    return white, float(np.clip((white - middle) / (1 - dark), 36, 85))


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


def render(
    scene: Scene,
    probe: Probe,
    machine: Machine,
    *,
    seed: int,
    shape: tuple[int, int] = (256, 256),
    view: View | None = None,
) -> Sample:
    """One ultrasound picture of a scene, with its truth.

    Parameters
    ----------
    scene : Scene
    probe : Probe
    machine : Machine
    seed : int
        For the scatterers and the noise; the anatomy is the scene's own.
    shape : (rows, columns)
    view : View, optional
        Which part of which plane; the whole sector if not given.

    Returns
    -------
    Sample
        Labels are evaluated at the pixel centres, not resampled.

    Raises
    ------
    ValueError
        If the shape is smaller than 16 x 16.
    """
    shape = checked_shape(shape)
    view = view or View.whole(probe, shape)
    rng = np.random.default_rng([int(seed), 2])
    maps = scene.at(view.pose.to_scene(probe.points()))
    amplitude = add_noise(envelope(maps, probe, machine, rng), machine, rng)
    amplitude = calm(amplitude, machine)
    decibel = 20 * np.log10(amplitude + np.float32(1e-9)) + tgc(probe, machine)[:, None]
    bright = np.isin(maps.label, scene.classes.get(scene.white, ()))
    outside = maps.label == 0
    white, dynamic_range = auto_tone(decibel, bright, outside, machine)
    grey = log_compress(decibel, white, dynamic_range, machine.gamma)
    picture = finish(scan_convert(grey, probe, view, shape), machine)
    labels = scene.labels(view.pose.to_scene(view.points(shape)))
    return Sample(
        picture,
        labels=labels,
        classes=dict(scene.classes),
        spacing=view.spacing,
        plane=scene.plane,
        truth={**scene.truth, **outline_truth(scene, view)},
        origin="phantom",
        group=scene.group,
        seed=int(seed),
        params={**scene.params, "probe": asdict(probe), "machine": asdict(machine), "view": asdict(view)},
    )


def checked_shape(shape: tuple[int, int]) -> tuple[int, int]:
    """Two whole numbers of at least 16, or a sentence."""
    if len(tuple(shape)) != 2 or min(shape) < 16:
        raise ValueError(f"shape {tuple(shape)}: a picture needs two numbers, rows and columns, each at least 16")
    return int(shape[0]), int(shape[1])


def outline_truth(scene: Scene, view: View, *, n: int = 128) -> dict[str, object]:
    """The measured border where the plane cuts it: its best-fit ellipse and circumference, in picture mm."""
    if scene.outline is None:
        return {}
    from fetal_edu.measure import fit_ellipse

    points = _cut(scene, view, n)
    if points is None:
        return {}
    ellipse = fit_ellipse(points - np.array([view.top, view.left]))
    return {"hc_mm": float(ellipse.circumference), "ellipse": ellipse}


def _cut(scene: Scene, view: View, n: int) -> np.ndarray | None:
    """Points (n, 2) of the border in the plane, mm, along rays from the anatomy's middle.

    Bisection comes near; then each step goes as far as the signed distance says.
    """
    middle = view.pose.from_scene(np.asarray(scene.outline_pose.origin, float))
    angle = np.arange(n) * (2 * np.pi / n)
    ray = np.stack([np.cos(angle), np.sin(angle), np.zeros(n)], -1)
    reach = float(np.max(np.abs(scene.outline.bounds))) * 2
    near, far = np.zeros(n), np.full(n, reach)
    for _ in range(8):
        half = (near + far) / 2
        inside = _from_outline(scene, view, middle, half[:, None] * ray) < 0
        near, far = np.where(inside, half, near), np.where(inside, far, half)
    if near.min() == 0:
        return None
    for _ in range(6):
        near -= _from_outline(scene, view, middle, near[:, None] * ray)
    return middle[:2] + near[:, None] * ray[:, :2]


def _from_outline(scene: Scene, view: View, middle: np.ndarray, steps: np.ndarray) -> np.ndarray:
    points = view.pose.to_scene(np.array([middle[0], middle[1], 0.0]) + steps)
    return scene.outline.distance(*scene.outline_pose.from_scene(points).T)
