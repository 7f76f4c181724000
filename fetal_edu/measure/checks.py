"""What goes in: masks, spacings and lengths, or one sentence that says what is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "checked_factors",
    "checked_field",
    "checked_length",
    "checked_mask",
    "checked_number",
    "checked_spacing",
    "shown",
]

LARGEST, SMALLEST = 1e50, 1e-50  # so that the square of a ratio is finite
SPACING_MM = (1e-6, 1e4)  # beyond, nothing is a picture and arithmetic begins to overflow


def checked_field(field: Any, *, name: str = "map") -> np.ndarray:
    """Return a picture or map as a (rows, columns) float array, or say what is wrong with it.

    Raises
    ------
    ValueError
        If it has no pixels, not two axes, or something in it is no finite number.

    Examples
    --------
    >>> checked_field([[0, 1]]).dtype
    dtype('float64')
    >>> checked_field(np.zeros(3))
    Traceback (most recent call last):
    ...
    ValueError: the map has shape (3,): give rows and columns
    """
    try:
        values = np.asarray(field)
        values = values.astype(float, copy=False) if values.dtype.kind in "buif" else np.asarray(field, float)
    except (TypeError, ValueError):
        raise ValueError(f"the {name} holds something that is no number") from None
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"the {name} has shape {values.shape}: give rows and columns")
    if not np.isfinite(values).all():
        raise ValueError(f"the {name} has values that are not finite: replace them first")
    return values


def checked_mask(mask: Any) -> np.ndarray:
    """Return a mask as a (rows, columns) bool array; all that is not 0 is inside.

    Raises
    ------
    ValueError
        As `checked_field`.

    Examples
    --------
    >>> checked_mask(np.array([[0, 255]], np.uint8))
    array([[False,  True]])
    """
    array = np.asarray(mask) if not isinstance(mask, np.ndarray) else mask
    if array.dtype == bool and array.ndim == 2 and array.size:
        return array
    return checked_field(array, name="mask") != 0


def checked_spacing(spacing: Any) -> np.ndarray:
    """Return (row, column) spacing in mm as an array of two numbers from 1e-6 to 1e4.

    Raises
    ------
    ValueError
        If it is anything else.

    Examples
    --------
    >>> checked_spacing((0.2, 0.1))
    array([0.2, 0.1])
    """
    values, (low, high) = _two(spacing), SPACING_MM
    if not ((values >= low) & (values <= high)).all():
        raise ValueError(
            f"spacing {shown(spacing)}: give the mm between rows and columns, each {low:g} to {high:g}"
        )
    return values


def checked_factors(factors: Any) -> np.ndarray:
    """Return factors for rows and columns as an array of two numbers above 0.

    Raises
    ------
    ValueError
        If it is anything else.

    Examples
    --------
    >>> checked_factors((2, 0.5))
    array([2. , 0.5])
    """
    values = _two(factors)
    if not ((values > 0) & (values <= LARGEST)).all():
        raise ValueError(f"factors {shown(factors)}: give one for rows and one for columns, both above 0")
    return values


def _two(values: Any) -> np.ndarray:
    """Return two numbers; two times not-a-number if it is anything else."""
    try:
        two = np.asarray(values, float)
    except (TypeError, ValueError):
        two = np.zeros(0)
    return two if two.shape == (2,) else np.full(2, np.nan)


def checked_length(mm: Any, name: str) -> float:
    """Return a length as a float above 0, finite; `name` is with its article, "a head circumference".

    Raises
    ------
    ValueError
        If it is anything else.

    Examples
    --------
    >>> checked_length(0, "a femur length")
    Traceback (most recent call last):
    ...
    ValueError: a femur length of 0 mm: give a length above 0
    """
    value = checked_number(mm, name)
    if value < SMALLEST:
        raise ValueError(f"{name} of {value:g} mm: give a length above 0")
    return value


def checked_number(value: Any, name: str) -> float:
    """Return a finite float of common size, at most 1e50.

    Raises
    ------
    ValueError
        If it is anything else, also if it is a number written as text.

    Examples
    --------
    >>> checked_number("20", "an age in weeks")
    Traceback (most recent call last):
    ...
    ValueError: an age in weeks of '20': give a finite number of common size
    """
    try:
        number = float("nan") if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not abs(number) <= LARGEST:
        raise ValueError(f"{name} of {shown(value)}: give a finite number of common size")
    return number


def shown(value: Any) -> str:
    """Write what was given into one line of a message, cut where it is long.

    Examples
    --------
    >>> shown(np.float64(0.5)), shown((1.0, np.float64(2.0))), shown(None)
    ('0.5', '(1, 2)', 'None')
    """
    if isinstance(value, tuple | list) and len(value) <= 6:
        return f"({', '.join(map(shown, value))})"
    if isinstance(value, float | np.floating):
        return f"{value:g}"
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
