"""NIfTI: a picture, a volume or a sweep, packed or not, to grey levels and millimetres."""

from __future__ import annotations

import gzip
import io
import math
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fetal_edu.data.grey import brightness, coloured_part, fraction, scale_grey, tell_colours
from fetal_edu.data.limits import FPS, MAX_STACK, BadInput, check_pixels, check_stack, choose_frame

if TYPE_CHECKING:
    from nibabel.nifti1 import Nifti1Header

__all__ = ["decode", "is_nifti"]

_GZIP = b"\x1f\x8b"
_HEADER = 540  # bytes: the longer of the two headers, NIfTI-2's
_MILLIMETRES = {"mm": 1.0, "meter": 1000.0, "micron": 0.001}
_SECONDS = {"sec": 1.0, "msec": 0.001, "usec": 1e-6}
#: Bytes that a file may unpack to: a volume of `MAX_STACK` voxels in float32.
_MOST = 4 * MAX_STACK


def is_nifti(content: bytes) -> bool:
    """Tell whether a file's first bytes are a NIfTI header, packed by gzip or not.

    Examples
    --------
    >>> is_nifti(b"Dear colleague")
    False
    """
    head = _unpack(content, _HEADER) if content.startswith(_GZIP) else content[:_HEADER]
    return head[344:347] in (b"n+1", b"ni1") or head[4:7] in (b"n+2", b"ni2")


def decode(
    content: bytes, name: str, *, frame: int | Literal["all"] | None = None
) -> tuple[np.ndarray, dict[str, Any]]:
    """Decode a NIfTI file that holds a picture, a volume or a sweep.

    Parameters
    ----------
    content : bytes
        All of the file; ``.nii`` or ``.nii.gz``, NIfTI-1 or NIfTI-2.
    name : str
        Its name, used in sentences only.
    frame : int, "all" or None
        Which slice of a volume or frame of a sweep; see `fetal_edu.data.limits.choose_frame`.

    Returns
    -------
    image : float32 array, (rows, columns), or (slices or frames, rows, columns) for "all"
        Grey levels in 0..1.
    params : dict
        ``notes``; ``spacing`` in mm, one for each spatial axis, where the header states a unit; ``frames``,
        ``frame``, ``fps`` as for DICOM; ``orientation``, the direction in the body of each spatial axis,
        as ``"SPL"``: slices towards superior, rows towards posterior, columns towards left.

    Raises
    ------
    BadInput
        With one sentence that says what is wrong and what to do.

    Notes
    -----
    NIfTI's axes are i, j, k, t, and i varies fastest. Here the columns of a picture are i, its rows are j,
    the slices of a volume are k: they are read in the order in which they are stored. The header's rotation
    is not applied, for a probe knows no patient's axes; a viewer that applies it can show the picture
    mirrored. Lengths are the same.
    """
    with np.errstate(all="ignore"):
        try:
            return _decode(content, name, frame)
        except BadInput:
            raise
        except Exception:  # a damaged header or a damaged gzip raises errors of many types
            raise BadInput(f"{name} is a NIfTI file that is damaged or cut short: export it again.") from None


def _decode(content: bytes, name: str, frame: int | Literal["all"] | None) -> tuple[np.ndarray, dict]:
    from nibabel.nifti1 import Nifti1Header  # takes half a second to import
    from nibabel.nifti2 import Nifti2Header

    packed = content.startswith(_GZIP)
    head = _unpack(content, _HEADER) if packed else content
    kind = Nifti1Header if head[344:347] in (b"n+1", b"ni1") else Nifti2Header
    size = kind.template_dtype.itemsize
    header = kind(head[:size], check=False)  # its own check would print
    if b"+" not in bytes(header["magic"]):
        raise BadInput(f"{name} is one half of a NIfTI pair (.hdr and .img): save it as one .nii file.")
    shape, kinds = _axes(header, name)
    word = "frame" if kinds == "t" else "slice"
    columns, rows, count = shape
    check_pixels(name, rows, columns)
    stored, start = header.get_data_dtype(), int(header["vox_offset"]) or size + 4
    length = stored.itemsize * math.prod(shape)
    if start < size:
        raise ValueError("pixels inside the header")
    if start + length > _MOST:
        raise BadInput(
            f"{name} would fill {(start + length) / 1e6:.0f} MB of memory; the limit is {_MOST / 1e6:.0f}: "
            "save a part of it, or its grey levels as 8 bits."
        )
    notes: list[str] = []
    index = choose_frame(name, count, frame, notes, word=word)
    if index is None:
        check_stack(name, count, rows, columns, word=word)
    # One byte more than needed, so that gzip comes to its end and compares its checksum.
    content = _unpack(content, start + length + 1) if packed else content
    levels = np.frombuffer(content, stored, math.prod(shape), start).reshape(count, rows, columns)
    image = _grey(levels, index, header, name, notes)
    params: dict[str, Any] = {"notes": notes, **_geometry(header, kinds, notes)}
    if count > 1:
        params["frames"] = count
        if index is not None:
            params["frame"] = index + 1
    return (image if index is None else image[0]), params


def _unpack(content: bytes, length: int) -> bytes:
    """Unpack the first bytes of a gzip, and never more; nothing where it is damaged."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            return packed.read(length)
    except (OSError, EOFError, zlib.error):
        return b""


def _axes(header: Nifti1Header, name: str) -> tuple[tuple[int, int, int], str]:
    """Return the lengths of columns, rows and slices or frames, and what the last axis is: z, t or none."""
    shape = tuple(int(n) for n in header.get_data_shape())
    if len(shape) < 2 or min(shape) < 1:
        raise BadInput(f"{name} is a NIfTI file without a picture: its header states the size {shape}.")
    shape += (1, 1)
    across, down, deep, long = shape[:4]
    if math.prod(shape[4:]) > 1 or (deep > 1 and long > 1):
        raise BadInput(
            f"{name} holds a volume that moves, {' x '.join(map(str, shape[:-2]))}, which this version can't "
            "read: save one volume, or one plane over time."
        )
    return (across, down, deep * long), "z" if deep > 1 else "t" if long > 1 else ""


def _grey(
    levels: np.ndarray, index: int | None, header: Nifti1Header, name: str, notes: list[str]
) -> np.ndarray:
    """Scale stored levels to 0..1: all slices alike, also where only one of them is asked for."""
    chosen = levels if index is None else levels[index : index + 1]
    if levels.dtype.fields is not None:
        frames = [np.stack([frame[colour] for colour in "RGB"], axis=-1) for frame in chosen]
        tell_colours(float(np.mean([coloured_part(frame, 255) for frame in frames])), notes)
        return np.stack([brightness(frame, 255) for frame in frames])
    if levels.dtype.kind not in "uif":
        raise BadInput(f"{name} holds values that are no grey levels (complex numbers): save it as 16 bits.")
    slope, offset = float(header["scl_slope"]), float(header["scl_inter"])
    if not (math.isfinite(slope) and math.isfinite(offset) and slope != 0):
        slope, offset = 1.0, 0.0
    whole = levels.dtype.kind in "ui" and (slope, offset) == (1, 0)
    if whole and levels.dtype.itemsize == 1 and levels.dtype.kind == "u":
        return fraction(chosen, 255)
    low, high = _ends(levels, name)
    if whole:
        return scale_grey(chosen, notes, ends=(low, high))
    ends = sorted((low * slope + offset, high * slope + offset))
    return _stretch((part * slope + offset for part in chosen), ends, notes)


def _ends(levels: np.ndarray, name: str) -> tuple[float, float]:
    """Return the smallest and the largest number, slice by slice so that no second volume is made."""
    numbers = (part[np.isfinite(part)] for part in levels) if levels.dtype.kind == "f" else levels
    ends = [(float(part.min()), float(part.max())) for part in numbers if part.size]
    if not ends:
        raise BadInput(f"{name} holds no numbers, only NaN: check what it was saved from.")
    return min(low for low, _ in ends), max(high for _, high in ends)


def _stretch(slices: Iterator[np.ndarray], ends: list[float], notes: list[str]) -> np.ndarray:
    """Scale real values: 0..1 and 0..255 stay what they are, all else is stretched to its range."""
    low, high = ends
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    else:
        notes.append(f"The values reach from {low:.4g} to {high:.4g}; they were scaled to that.")
    scaled, sound = [], True
    for values in slices:
        finite = np.isfinite(values)
        sound = sound and bool(finite.all())
        scaled.append(fraction(np.where(finite, values, low), max(high - low, 1e-300), lowest=low))
    if not sound:
        notes.append("Some values are no numbers (NaN or infinite); they were read as black.")
    return np.stack(scaled)


def _geometry(header: Nifti1Header, kinds: str, notes: list[str]) -> dict[str, Any]:
    """Read mm per step, frames per second and directions from the header."""
    from nibabel.orientations import aff2axcodes
    from nibabel.spatialimages import HeaderDataError

    steps = [abs(float(step)) for step in header["pixdim"][1:5]]
    try:
        length, time = header.get_xyzt_units()
    except KeyError:  # of a number that stands for no unit
        length = time = "unknown"
    found: dict[str, Any] = {}
    spacing = steps[:3] if kinds == "z" else steps[:2]
    if not all(math.isfinite(step) and step > 0 for step in spacing):
        notes.append("The NIfTI header states no scale in mm.")
    elif length not in _MILLIMETRES:
        notes.append(
            f"The NIfTI header states steps of {spacing[1]:.4g} x {spacing[0]:.4g} without their unit, so "
            "they were not used: if they are mm, give them as the spacing."
        )
    else:
        found["spacing"] = tuple(step * _MILLIMETRES[length] for step in reversed(spacing))
    if kinds == "t" and time in _SECONDS and math.isfinite(steps[3]) and steps[3] > 0:
        fps = 1 / (steps[3] * _SECONDS[time])
        found |= {"fps": round(fps, 3)} if FPS[0] <= fps <= FPS[1] else {}
    with suppress(ValueError, HeaderDataError):  # of a rotation that is none
        axes = aff2axcodes(header.get_best_affine())[: len(spacing)]
        if all(axes):
            found["orientation"] = "".join(reversed(axes))
    return found
