"""What a head looks like, in numbers: grey levels and speckle inside, on and outside the skull."""

from __future__ import annotations

import numpy as np
from heads_at_hand import Look
from scipy import fft, ndimage

ZONES = ("inside", "on", "outside")
# Parts of the skull by the direction in which its border faces; the probe is above.
FACES = ("near", "side", "far")
# From row to row and how far from each side, as parts of the picture: where HC18 is covered.
CORNERS = ((0, 0.22, 0.13), (0.22, 0.78, 0.02), (0.78, 1, 0.3))
DETREND = 8.0  # pixels; what is larger than this is anatomy, not speckle
WINDOW = 9  # pixels
_SECTORS = 72


def depth_map(look: Look) -> np.ndarray:
    """Distance in mm from the outline, negative inside, good to first order."""
    e, (rows, columns) = look.ellipse, look.image.shape
    down = np.arange(rows)[:, None] * look.spacing - e.row
    right = np.arange(columns) * look.spacing - e.column
    c, s = np.cos(e.angle), np.sin(e.angle)
    u, v = (right * c + down * s) / e.semi_major, (down * c - right * s) / e.semi_minor
    slope = np.hypot(u / e.semi_major, v / e.semi_minor) + 1e-9
    return (u * u + v * v - 1) / (2 * slope)


def shown(look: Look) -> np.ndarray:
    """Where there is a picture at all: black boxes, large black regions and the sector's outside are not.

    Fluid that is black to the last grey level is lost with them, in real and simulated pictures alike. So
    are the corners and the edge where HC18 has its boxes and its grey bar, also where there are none.
    """
    black = ndimage.binary_opening(look.image <= 1 / 255, np.ones((9, 9)))
    there = ~ndimage.binary_dilation(black, iterations=2)
    rows, columns = look.image.shape
    for top, bottom, side in CORNERS:
        band = there[int(top * rows) : int(bottom * rows)]
        band[:, : int(side * columns)] = False
        band[:, columns - int(side * columns) :] = False
    return there


def zones(look: Look) -> dict[str, np.ndarray]:
    """Masks of the brain, of the skull, and of what lies up to a third of the head's width outside."""
    depth, there, b = depth_map(look), shown(look), look.ellipse.semi_minor
    return {
        "inside": (depth < -0.16 * b) & there,
        "on": (depth > -0.10 * b) & (depth < 0.02 * b) & there,
        "outside": (depth > 0.10 * b) & (depth < 0.70 * b) & there,
    }


def grey_levels(look: Look, mask: np.ndarray) -> dict[str, float]:
    """Mean and percentiles, 0..255, and how the zone varies at large: 20 % of the head's width."""
    values = look.image[mask] * 255
    if len(values) < 50:
        return dict.fromkeys(("mean", "p10", "p50", "p90", "unevenness"), np.nan)
    coarse = _smooth(look.image * 255, mask, 0.1 * look.ellipse.semi_minor / look.spacing)[mask]
    low, middle, high = np.percentile(values, (10, 50, 90))
    return {
        "mean": float(values.mean()),
        "p10": float(low),
        "p50": float(middle),
        "p90": float(high),
        "unevenness": float(coarse.std() / (coarse.mean() + 1)),
    }


def speckle(look: Look, mask: np.ndarray) -> dict[str, float]:
    """Local signal to noise, and the size of a speckle along and across the beam.

    The local signal to noise is the median over the zone of mean over sd in a window of 9 x 9 pixels of the
    picture as shown (so after log compression), with slow changes taken away. The size is the full width at
    half maximum of the autocorrelation; beams run from top to bottom, nearly.
    """
    names = ("snr", "axial_px", "lateral_px", "axial_mm", "lateral_mm")
    solid = ndimage.binary_erosion(mask, iterations=WINDOW // 2)
    if solid.sum() < 150:
        return dict.fromkeys(names, np.nan)
    image = look.image * 255
    fine = np.where(mask, image - _smooth(image, mask, DETREND), 0)
    spread = np.sqrt(np.maximum(ndimage.uniform_filter(fine * fine, WINDOW), 0))
    mean = ndimage.uniform_filter(image, WINDOW)
    axial, lateral = correlation_lengths(fine, mask)
    snr = float(np.median(mean[solid] / (spread[solid] + 0.5)))
    return dict(zip(names, (snr, axial, lateral, axial * look.spacing, lateral * look.spacing), strict=True))


def correlation_lengths(fine: np.ndarray, mask: np.ndarray) -> tuple[float, float]:
    """Full width at half maximum of the autocorrelation within a mask, along rows and along columns, px."""
    shape = [fft.next_fast_len(2 * n, real=True) for n in fine.shape]

    def folded(x: np.ndarray) -> np.ndarray:
        spectrum = fft.rfft2(x, shape)
        return fft.irfft2(spectrum * spectrum.conj(), shape)[:16, :16]

    product, count = folded(fine * mask), folded(mask.astype(np.float32))
    normal = product / np.maximum(count, 1)
    return _half_width(normal[:, 0]), _half_width(normal[0])


def _half_width(curve: np.ndarray) -> float:
    curve = curve / curve[0]
    below = int(np.argmax(curve < 0.5))
    if not below:
        return float(2 * len(curve))
    over, under = curve[below - 1], curve[below]
    return 2 * float(below - 1 + (over - 0.5) / (over - under))


def skull(look: Look) -> dict[str, float]:
    """The skull's echo along the outline: how bright above, beside and below, how thick, how uneven.

    ``seen`` is the part of the outline whose echo stands 25 grey levels above the brain; ``ragged`` is how
    far in mm the brightest line leaves the ellipse.
    """
    depth = np.arange(-6.0, 3.0, 0.25)  # mm; inside first
    profile, facing = _profiles(look, depth)  # (sectors, depths)
    peak, where = profile.max(1), depth[profile.argmax(1)]
    brain = float(np.median(look.image[depth_map(look) < -0.16 * look.ellipse.semi_minor]) * 255)
    half = (profile > (peak[:, None] + brain) / 2).sum(1) * 0.25
    seen = peak > brain + 25
    parts = {name: peak[facing == i] for i, name in enumerate(FACES)}
    return {
        **{name: float(part.mean()) for name, part in parts.items()},
        "thickness": float(np.median(half[seen])) if seen.any() else np.nan,
        "seen": float(seen.mean()),
        "uneven": float(peak.std() / (peak.mean() + 1)),
        "ragged": float(where[seen].std()) if seen.sum() > 5 else np.nan,
    }


def _profiles(look: Look, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    e = look.ellipse
    points = e.points(_SECTORS)
    from_middle = points - [e.row, e.column]
    c, s = np.cos(e.angle), np.sin(e.angle)
    u, v = from_middle @ [s, c] / e.semi_major**2, from_middle @ [c, -s] / e.semi_minor**2
    normal = np.stack([u * s + v * c, u * c - v * s], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    at = (points[:, None] + depth[:, None] * normal[:, None]) / look.spacing
    smooth = ndimage.gaussian_filter(look.image * 255, 0.7)
    profile = ndimage.map_coordinates(smooth, at.transpose(2, 0, 1), order=1, mode="constant")
    return profile, np.select([normal[:, 0] < -0.7, normal[:, 0] > 0.7], [0, 2], 1)


def _smooth(image: np.ndarray, mask: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian mean over the mask alone."""
    weight = ndimage.gaussian_filter(mask.astype(np.float32), sigma)
    return ndimage.gaussian_filter(np.where(mask, image, 0), sigma) / np.maximum(weight, 1e-3)


def measures(look: Look) -> dict[str, float]:
    """All numbers of one picture, named ``zone/what``."""
    out = {}
    for name, mask in zones(look).items():
        found = grey_levels(look, mask)
        if name != "on":
            found |= speckle(look, mask)
        out |= {f"{name}/{what}": value for what, value in found.items()}
    return out | {f"skull/{what}": value for what, value in skull(look).items()}
