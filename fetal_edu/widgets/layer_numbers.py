"""How the explorer writes numbers: the same digits in Python and in the browser.

Both round half away from zero on the same doubles, so that what a page shows and what Python says agree to
the letter. `layer_words.js` has the same in JavaScript.
"""

from __future__ import annotations

import math

import numpy as np

__all__ = ["digits_of", "trimmed", "written"]

_EXACT = 1e-9


def written(value: float, digits: int) -> str:
    """Write a number with a fixed count of digits after the point.

    Examples
    --------
    >>> written(-0.125, 2), written(-0.001, 2), written(41.0, 0)
    ('−0.13', '0.00', '41')
    """
    scale = 10**digits
    whole, part = divmod(math.floor(abs(value) * scale + 0.5), scale)
    said = f"{whole}.{part:0{digits}d}" if digits else f"{whole}"
    return f"−{said}" if value < 0 and (whole or part) else said


def trimmed(value: float, digits: int = 2) -> str:
    """Write a number with at most so many digits after the point.

    Examples
    --------
    >>> trimmed(3.5), trimmed(2.0), trimmed(0.444)
    ('3.5', '2', '0.44')
    """
    said = written(value, digits)
    return said.rstrip("0").rstrip(".") if "." in said else said


def digits_of(values: np.ndarray, *, exact: int = 2) -> int:
    """Return how many digits after the point a table of numbers deserves.

    Parameters
    ----------
    values : array of float
    exact : int
        As many at most where that writes each number in full.

    Examples
    --------
    >>> digits_of(np.array([3.0, 7])), digits_of(np.array([0.25, 0.5])), digits_of(np.array([1 / 3, 0.001]))
    (0, 2, 2)
    >>> digits_of(np.array([0.001234]))
    5
    """
    values = np.asarray(values, dtype=float)
    for digits in range(exact + 1):
        if (np.abs(values - np.round(values, digits)) < _EXACT).all():
            return digits
    largest = float(np.abs(values).max())
    if largest >= 100:
        return 1
    return 2 if largest >= 0.1 else min(6, 2 - math.floor(math.log10(largest)))
