"""DICOM: one frame or a clip to grey levels; grey, palette or colour, compressed or not."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.pixels import apply_color_lut, apply_rescale, apply_windowing, iter_pixels, pixel_array
from pydicom.pixels.utils import get_expected_length

from fetal_edu.data.grey import brightness, coloured_part, fraction, scale_grey, tell_colours
from fetal_edu.data.limits import FPS, BadInput, check_pixels, check_stack, choose_frame
from fetal_edu.data.packed import check_packed, check_palette
from fetal_edu.data.regions import Box, find_scale

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["decode"]

_DEFLATED = b"1.2.840.10008.1.2.1.99"
_TOLD = 0.01  # a smaller change of the grey levels is not worth a sentence
_VOLUME = "1.2.840.10008.5.1.4.1.1.6.2"  # Enhanced US Volume Storage

#: What is read of a file. All else, a patient's name above all, never reaches the memory.
_ELEMENTS = (
    *("SOPClassUID", "PixelData", "ExtendedOffsetTable", "ExtendedOffsetTableLengths"),
    *("Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PlanarConfiguration"),
    *("PhotometricInterpretation", "PixelRepresentation", "BitsAllocated", "BitsStored", "HighBit"),
    *("RescaleSlope", "RescaleIntercept", "WindowCenter", "WindowWidth", "VOILUTFunction"),
    *("ModalityLUTSequence", "VOILUTSequence", "BurnedInAnnotation"),
    *(f"{name}PaletteColorLookupTableDescriptor" for name in ("Red", "Green", "Blue")),
    *(f"{name}PaletteColorLookupTableData" for name in ("Red", "Green", "Blue")),
    *(f"Segmented{name}PaletteColorLookupTableData" for name in ("Red", "Green", "Blue")),
    *("PixelSpacing", "SequenceOfUltrasoundRegions"),
    *("FrameTime", "FrameTimeVector", "CineRate", "RecommendedDisplayFrameRate"),
)
_OVERLAYS = tuple(0x60003000 + (2 * n << 16) for n in range(16))  # PS3.3 C.9.2: groups 6000 to 601E
_TAGS = [*(tag_for_keyword(name) for name in _ELEMENTS), *_OVERLAYS]


def decode(
    content: bytes, name: str, *, frame: int | Literal["all"] | None = None
) -> tuple[np.ndarray, dict[str, Any]]:
    """Decode a DICOM file that holds a picture or a clip.

    Parameters
    ----------
    content : bytes
        All of the file.
    name : str
        Its name, used in sentences only.
    frame : int, "all" or None
        See `fetal_edu.data.limits.choose_frame`.

    Returns
    -------
    image : float32 array, (rows, columns), or (frames, rows, columns) for "all"
        Grey levels in 0..1, bright echoes bright also where the file stores them inverted.
    params : dict
        ``notes``; ``spacing`` in mm (rows, columns) where the file states it; ``region``, the pixels
        (row0, column0, row1, column1) that are ultrasound, without the writing around it; of a clip
        ``frames`` (how many), ``frame`` (which, from 1) and ``fps`` where the file states it.
        Nothing that names a patient is kept.

    Raises
    ------
    BadInput
        With one sentence that says what is wrong and what to do.
    """
    # A few bytes can unpack to gigabytes, and pydicom unpacks before it looks: this rare form is refused.
    if _DEFLATED in content:
        raise BadInput(f"{name} is a DICOM file in the deflated form: save it uncompressed or as PNG.")
    # pydicom warns of every deviation from the standard; ultrasound machines have many.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return _decode(content, name, frame)
        except BadInput:
            raise
        except Exception:  # damaged elements raise errors of many types
            raise BadInput(
                f"{name} is a DICOM file whose picture can't be decoded (damaged, cut short or in a rare "
                "compression): export it again, uncompressed or as PNG."
            ) from None


def _decode(content: bytes, name: str, frame: int | Literal["all"] | None) -> tuple[np.ndarray, dict]:
    file = pydicom.dcmread(io.BytesIO(content), force=True, specific_tags=_TAGS)
    if "PixelData" not in file or "Rows" not in file or "Columns" not in file:
        raise BadInput(f"{name} is a DICOM file without a picture (a report or a list): export the picture.")
    if str(file.get("SOPClassUID", "")) == _VOLUME:
        raise BadInput(f"{name} is a DICOM volume, which this version can't read: save it as NIfTI (.nii).")
    if "TransferSyntaxUID" not in file.file_meta:  # files without a header are little endian, implicit types
        file.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    notes: list[str] = []
    rows, columns = int(file.Rows), int(file.Columns)
    count = int(file.get("NumberOfFrames") or 1)
    check_pixels(name, rows, columns)
    if count < 1:
        raise ValueError("a negative number of frames")
    index = choose_frame(name, count, frame, notes)
    # Of more than 8 bits the whole clip is read, so that all its frames are scaled alike.
    wanted = index if int(file.BitsStored) <= 8 else None
    if wanted is None:
        check_stack(name, count, rows, columns)
    check_packed(file, name, wanted, count)
    params: dict[str, Any] = {"notes": notes}
    spacing, region = find_scale(file, (rows, columns), notes)
    expected = count if wanted is None else 1
    if _kind(file).startswith("MONOCHROME"):
        image = _monochrome(file, _levels(file, wanted, (expected, rows, columns), notes), notes)
    else:
        image = _colours(file, name, wanted, (expected, rows, columns), region, notes)
    _tell_writing(file, notes)
    found = {"spacing": spacing, "region": region, "fps": _fps(file) if count > 1 else None}
    params |= {key: value for key, value in found.items() if value is not None}
    if count > 1:
        params["frames"] = count
        if index is not None:
            params["frame"] = index + 1
    return (image if index is None else image[index if wanted is None else 0]), params


def _frames(file: Dataset, index: int | None, notes: list[str]) -> Iterator[np.ndarray]:
    """Decode one frame or, one after the other, all of them."""
    native = not file.file_meta.TransferSyntaxUID.is_encapsulated
    if native and _kind(file) == "YBR_FULL_422" and len(file.PixelData) >= get_expected_length(file) * 3 // 2:
        # Some machines name the form that they would compress to, and write all of the colours.
        file.PhotometricInterpretation = "YBR_FULL"
    if native and len(file.PixelData) > get_expected_length(file) + 1:
        notes.append("The file holds more pixels than its stated size: check that the picture looks right.")
    if index is None:
        yield from iter_pixels(file)
    else:
        yield np.asarray(pixel_array(file, index=index))


def _levels(file: Dataset, index: int | None, shape: tuple[int, int, int], notes: list[str]) -> np.ndarray:
    """Decode grey levels as they are stored, (frames, rows, columns)."""
    levels = None
    for number, frame in enumerate(islice(_frames(file, index, notes), shape[0])):
        levels = np.zeros(shape, frame.dtype) if levels is None else levels
        levels[number] = frame
    if levels is None or number + 1 != len(levels):
        raise ValueError("fewer frames than stated")
    return levels


def _colours(
    file: Dataset,
    name: str,
    index: int | None,
    shape: tuple[int, int, int],
    region: Box | None,
    notes: list[str],
) -> np.ndarray:
    """Decode colours to grey levels in 0..1 frame by frame: as colours a clip would fill the memory."""
    kind = _kind(file)
    if kind not in _KNOWN_COLOURS:
        raise BadInput(f"{name} stores its colours as {kind}, which this version can't read: save it as PNG.")
    if kind == "PALETTE COLOR":
        check_palette(file, name)
    row0, column0, row1, column1 = region or (0, 0, *shape[1:])
    image, parts = np.zeros(shape, np.float32), []
    for number, frame in enumerate(islice(_frames(file, index, notes), shape[0])):
        # pydicom turns YBR_FULL into RGB, and the decoder of JPEG 2000 the two forms that only it has.
        colours = apply_color_lut(frame, file)[..., :3] if kind == "PALETTE COLOR" else frame
        bits = 8 * colours.dtype.itemsize if kind == "PALETTE COLOR" else int(file.BitsStored)
        parts.append(coloured_part(colours[row0:row1, column0:column1], 2.0**bits - 1))
        image[number] = brightness(colours, 2.0**bits - 1)
    if len(parts) != len(image):
        raise ValueError("fewer frames than stated")
    tell_colours(float(np.mean(parts)), notes)
    return image


_KNOWN_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "PALETTE COLOR")


def _kind(file: Dataset) -> str:
    return str(file.get("PhotometricInterpretation", "MONOCHROME2")).strip()


def _monochrome(file: Dataset, levels: np.ndarray, notes: list[str]) -> np.ndarray:
    if "ModalityLUTSequence" in file or "VOILUTSequence" in file:
        notes.append(
            "The file's own lookup table was not used: the picture can look darker than in a viewer."
        )
    depth = int(file.BitsStored)
    windowed = _windowed(file, levels, notes)
    if windowed is not None:
        image = windowed
    elif depth > 8:
        image = scale_grey(levels, notes)
    else:
        image = fraction(levels, 2**depth - 1, lowest=min(0, int(levels.min())))
    if windowed is None and float(file.get("RescaleSlope") or 1) < 0:
        image = 1 - image
    return 1 - image if _kind(file) == "MONOCHROME1" else image


def _windowed(file: Dataset, levels: np.ndarray, notes: list[str]) -> np.ndarray | None:
    """Apply the file's window, as a viewer does; None where it has none that can be used."""
    if "ModalityLUTSequence" in file:
        return None
    try:
        wide = file["WindowWidth"].value
        if float(wide if isinstance(wide, float) else wide[0]) < 1:
            return None
        # pydicom maps black and white to the ends of the stored range.
        signed = int(file.PixelRepresentation) << (int(file.BitsStored) - 1)
        ends = np.array([-signed, 2 ** int(file.BitsStored) - 1 - signed])
        black, white = apply_rescale(ends, file).astype(float)
        shown = (apply_windowing(apply_rescale(frame, file), file) for frame in levels)
        image = np.stack([fraction(frame, white - black, lowest=black) for frame in shown])
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None
    if not np.isfinite(image).all():
        return None
    plain = fraction(levels[0], white - black, lowest=-signed)
    if np.abs(image[0] - plain).max() > _TOLD:  # the usual window of 8 bits changes nothing
        notes.append("The file's window (brightness and contrast) was applied, as a viewer does.")
    return image


def _tell_writing(file: Dataset, notes: list[str]) -> None:
    if str(file.get("BurnedInAnnotation", "")).strip().upper() == "YES":
        notes.append("The file says that writing is burnt into its picture: check the outline against it.")
    if any(tag in file for tag in _OVERLAYS):
        notes.append("The file keeps a drawing beside its picture, an overlay; it was left out.")


def _fps(file: Dataset) -> float | None:
    """Frames per second of a clip, PS3.3 C.7.6.5: from the time of a frame, else from the player's speed."""
    for element in ("FrameTime", "FrameTimeVector", "CineRate", "RecommendedDisplayFrameRate"):
        try:
            value = file[element].value
            if element == "FrameTimeVector":  # ms since the frame before; the first has none before it
                value = np.mean([float(ms) for ms in value][1:])
            value = float(value)
        except (KeyError, TypeError, ValueError):
            continue
        fps = 1000 / value if element.startswith("FrameTime") and value else value
        if FPS[0] <= fps <= FPS[1]:
            return round(float(fps), 3)
    return None
