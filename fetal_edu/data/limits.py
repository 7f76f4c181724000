"""What a file may be: its limits, and the one kind of error that a reader of files raises."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

__all__ = [
    "EXTENT_MM",
    "FPS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_STACK",
    "MIN_CONTRAST",
    "MIN_SIDE",
    "SPACING_MM",
    "BadInput",
    "check_extent",
    "check_pixels",
    "check_spacing",
    "check_stack",
    "choose_frame",
]

#: A larger file is refused before it is read.
MAX_BYTES = 64_000_000
#: A larger picture is refused before it is decoded.
MAX_PIXELS = 16_000_000
#: A clip or a volume of more pixels is refused before it is decoded: as float32 it would fill 256 MB.
MAX_STACK = 64_000_000
#: Fewer rows or columns than this can't show a head.
MIN_SIDE = 32
#: Smallest difference between the brightest and the darkest pixel, as a part of the full range.
MIN_CONTRAST = 0.02
#: Smallest and largest distance between pixels that an ultrasound picture can have.
SPACING_MM = (0.005, 5.0)
#: Smallest and largest side of a whole picture. A scan reaches 300 mm deep; menus lie beside it.
EXTENT_MM = (10.0, 1000.0)
#: Frames per second that a machine or a player can have.
FPS = (0.1, 10_000.0)


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


def check_stack(name: str, count: int, rows: int, columns: int, *, word: str = "frame") -> None:
    """Refuse a clip or a volume that would fill the memory, before anything is decoded.

    Raises
    ------
    BadInput
        If all its frames have more than `MAX_STACK` pixels together.

    Examples
    --------
    >>> check_stack("clip.dcm", 60, 540, 800)
    """
    if count * rows * columns > MAX_STACK:
        raise BadInput(
            f"{name} holds {count} {word}s of {columns} x {rows} pixels, more than can be read at once "
            f"({MAX_STACK / 1e6:.0f} megapixels): read one {word} at a time."
        )


def choose_frame(
    name: str, count: int, frame: int | Literal["all"] | None, notes: list[str], *, word: str = "frame"
) -> int | None:
    """Choose which frame of a file is read; `notes` grows where the reader did not choose.

    Parameters
    ----------
    name : str
        The file's, used in sentences only.
    count : int
        How many frames it holds.
    frame : int, "all" or None
        Counted from 1, as DICOM does. None is the middle one.
    notes : list of str
    word : str
        What one is called: frame, slice.

    Returns
    -------
    int or None
        The frame's index, counted from 0; None for all.

    Raises
    ------
    BadInput
        If there is no such frame.

    Examples
    --------
    >>> notes = []
    >>> choose_frame("clip.dcm", 30, None, notes), notes
    (14, ['clip.dcm holds 30 frames; frame 15, the middle one, was read.'])
    """
    if isinstance(frame, str) and frame == "all":
        return None
    if frame is None:
        frame = (count + 1) // 2
        if count > 1:
            notes.append(f"{name} holds {count} {word}s; {word} {frame}, the middle one, was read.")
    if isinstance(frame, bool) or not hasattr(frame, "__index__") or not 1 <= frame <= count:
        held = f"{count} {word}s: give one from 1 to {count}, or all" if count > 1 else "one picture"
        raise BadInput(f"There is no {word} {frame} in {name}, which holds {held}.")
    return int(frame) - 1


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
