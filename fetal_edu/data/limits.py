"""What a file may be: its limits, and the one kind of error that a reader of files raises."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = [
    "EXTENT_MM",
    "MAX_BYTES",
    "MAX_PIXELS",
    "MIN_CONTRAST",
    "MIN_SIDE",
    "SPACING_MM",
    "BadInput",
    "check_extent",
    "check_pixels",
    "check_spacing",
]

#: A larger file is refused before it is read.
MAX_BYTES = 64_000_000
#: A larger picture is refused before it is decoded.
MAX_PIXELS = 16_000_000
#: Fewer rows or columns than this can't show a head.
MIN_SIDE = 32
#: Smallest difference between the brightest and the darkest pixel, as a part of the full range.
MIN_CONTRAST = 0.02
#: Smallest and largest distance between pixels that an ultrasound picture can have.
SPACING_MM = (0.005, 5.0)
#: Smallest and largest side of a whole picture. A scan reaches 300 mm deep; menus lie beside it.
EXTENT_MM = (10.0, 1000.0)


class BadInput(ValueError):  # noqa: N818 - the name that a reader of a sentence would give it
    """Something that the user gave can't be used; the message says what is wrong and what to do.

    It is shown as it is: in a dashboard's status line, and by the command line, which then exits with 2.
    """


def check_pixels(name: str, rows: int, columns: int) -> None:
    """Refuse a picture that is too large or too small, before anything is decoded.

    Raises
    ------
    BadInput
        If it has more than `MAX_PIXELS` pixels or a side below `MIN_SIDE`.

    Examples
    --------
    >>> check_pixels("scan.png", 540, 800)
    """
    if rows * columns > MAX_PIXELS:
        raise BadInput(
            f"{name} has {columns} x {rows} pixels ({rows * columns / 1e6:.0f} megapixels); the limit is "
            f"{MAX_PIXELS / 1e6:.0f}: crop it to the scan or save it smaller."
        )
    if min(rows, columns) < MIN_SIDE:
        raise BadInput(
            f"{name} has only {columns} x {rows} pixels: at least {MIN_SIDE} x {MIN_SIDE} are needed."
        )


def check_spacing(spacing: float | Sequence[float]) -> tuple[float, float]:
    """Turn a scale that a user typed into mm between rows and mm between columns.

    Parameters
    ----------
    spacing : float or (float, float)
        Millimetres per pixel; two numbers are rows first, then columns.

    Returns
    -------
    (float, float)

    Raises
    ------
    BadInput
        If it is no number, zero, negative, or outside `SPACING_MM`.

    Examples
    --------
    >>> check_spacing(0.2), check_spacing((0.2, 0.1))
    ((0.2, 0.2), (0.2, 0.1))
    >>> check_spacing(0)
    Traceback (most recent call last):
    fetal_edu.data.limits.BadInput: A spacing of 0 mm per pixel is not possible: give 0.005 to 5.
    """
    try:
        if isinstance(spacing, bool):
            raise TypeError
        values = [float(spacing)] * 2 if _is_number(spacing) else [float(mm) for mm in spacing]
    except (TypeError, ValueError, OverflowError):
        raise BadInput(f"The spacing {spacing!r} is no number: give mm per pixel, as 0.12.") from None
    if len(values) != 2:
        raise BadInput(
            f"The spacing has {len(values)} numbers: give one, or two (between rows, between columns)."
        )
    low, high = SPACING_MM
    for mm in values:
        if not (math.isfinite(mm) and low <= mm <= high):
            raise BadInput(f"A spacing of {mm:g} mm per pixel is not possible: give {low:g} to {high:g}.")
    return values[0], values[1]


def check_extent(name: str, shape: tuple[int, int], spacing: tuple[float, float]) -> None:
    """Refuse a scale that makes the whole picture smaller than a thumb or larger than a person's trunk.

    Raises
    ------
    BadInput
        If a side of the picture is outside `EXTENT_MM`.

    Examples
    --------
    >>> check_extent("scan.png", (540, 800), (0.2, 0.2))
    """
    height, width = shape[0] * spacing[0], shape[1] * spacing[1]
    if min(height, width) < EXTENT_MM[0] or max(height, width) > EXTENT_MM[1]:
        raise BadInput(
            f"At {spacing[0]:g} x {spacing[1]:g} mm per pixel {name} would be {width:.4g} x {height:.4g} mm; "
            f"a scan has {EXTENT_MM[0]:g} to {EXTENT_MM[1]:g} mm: check the spacing."
        )


def _is_number(spacing: object) -> bool:
    return isinstance(spacing, str) or not hasattr(spacing, "__len__")
