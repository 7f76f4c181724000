"""Grey levels: from whatever depth or colour a file stores to 0..1, the same for every kind of file."""

from __future__ import annotations

import numpy as np

__all__ = ["brightness", "coloured_part", "fraction", "scale_grey", "tell_colours"]

#: The weights of red, green and blue in the brightness that an eye sees.
_BT601 = np.array([0.299, 0.587, 0.114], np.float32)
#: Channels that differ by more than this part of the range are a colour; less can be a JPEG's rounding.
_SATURATED = 0.2
#: A smaller coloured part of a picture is not worth a sentence.
_COLOURED_PART = 0.0005


def brightness(colours: np.ndarray, full: float) -> np.ndarray:
    """Turn colours into grey levels in 0..1 by their brightness.

    Parameters
    ----------
    colours : (..., 3) array
        Red, green and blue.
    full : float
        The largest value that a channel can have.

    Returns
    -------
    (...) float32 array

    References
    ----------
    ITU-R BT.601, section 2.5.1.

    Examples
    --------
    >>> brightness(np.array([[255, 255, 255], [255, 0, 0]], np.uint8), 255)
    array([1.   , 0.299], dtype=float32)
    """
    return np.clip(colours.astype(np.float32) @ (_BT601 / np.float32(full)), 0, 1)


def coloured_part(colours: np.ndarray, full: float) -> float:
    """Return which part of a picture is in colour, 0..1: calipers, writing, Doppler.

    Examples
    --------
    >>> picture = np.full((40, 40, 3), 90, np.uint8)
    >>> picture[:4, :4] = 255, 255, 0
    >>> coloured_part(picture, 255)
    0.01
    """
    red, green, blue = (colours[..., i] for i in range(3))
    highest = np.maximum(np.maximum(red, green), blue)
    spread = highest - np.minimum(np.minimum(red, green), blue)  # never negative, so no type wraps round
    return float((spread > _SATURATED * full).mean())


def tell_colours(part: float, notes: list[str]) -> None:
    """Add a sentence to `notes` if that part of a picture is worth one.

    Examples
    --------
    >>> notes = []
    >>> tell_colours(0.01, notes)
    >>> notes
    ['1.0 % of the picture is in colour (calipers, writing or Doppler); it was read by its brightness.']
    """
    if part > _COLOURED_PART:
        notes.append(
            f"{100 * part:.1f} % of the picture is in colour (calipers, writing or Doppler); "
            "it was read by its brightness."
        )


def scale_grey(
    levels: np.ndarray, notes: list[str], *, ends: tuple[float, float] | None = None
) -> np.ndarray:
    """Scale integer grey levels of more than 8 bits to 0..1.

    Machines keep 10 or 12 bits in words of 16. The depth is the smallest usual one that holds the
    brightest pixel; where it is not the full word a note says so. `ends` are the darkest and the brightest
    level where they are those of a whole clip, of which `levels` are one frame.

    Examples
    --------
    >>> scale_grey(np.array([[0, 65535]], np.uint16), [])
    array([[0., 1.]], dtype=float32)
    >>> notes = []
    >>> scale_grey(np.array([[0, 4095]], np.uint16), notes), notes
    (array([[0., 1.]], dtype=float32), ['The grey levels fill 12 of 16 bits; they were scaled to that.'])
    """
    darkest, brightest = ends or (float(levels.min()), float(levels.max()))
    lowest = min(0.0, darkest)
    highest = brightest - lowest
    depth = next((bits for bits in (8, 10, 12, 16) if highest < 2**bits), None)
    if depth is None:
        notes.append("The grey levels need more than 16 bits; they were scaled to the brightest.")
    elif depth < 16:
        notes.append(f"The grey levels fill {depth} of 16 bits; they were scaled to that.")
    full = highest if depth is None else 2.0**depth - 1
    return fraction(levels, full, lowest=lowest)


def fraction(levels: np.ndarray, full: float, *, lowest: float = 0.0) -> np.ndarray:
    """Return which part of the way from `lowest` to the full range a level is, 0..1, as float32.

    Examples
    --------
    >>> fraction(np.array([-5, 20], np.int16), 50, lowest=-5)
    array([0. , 0.5], dtype=float32)
    """
    # float32 has no room for 32 bits; in place, for a clip can have 64 million pixels.
    values = levels.astype(np.float64 if levels.dtype.itemsize > 2 else np.float32)
    values -= lowest
    values /= full
    return np.clip(values, 0, 1, out=values).astype(np.float32, copy=False)
