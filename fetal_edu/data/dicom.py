"""Single-frame DICOM: pixels to grey levels, and the scale from ultrasound's own calibration tags."""

from __future__ import annotations

import io
import math
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pydicom
from pydicom.pixels import pixel_array

from fetal_edu.data.files import scale_grey
from fetal_edu.data.limits import BadInput, check_pixels

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["decode"]

_DEFLATED = b"1.2.840.10008.1.2.1.99"
_CENTIMETRES = 3  # PS3.3 C.8.5.5.1.15: physical units 3 are cm
_TWO_DIMENSIONAL = 1  # PS3.3 C.8.5.5.1.1: region spatial format 1 is a 2-D picture


def decode(content: bytes, name: str) -> tuple[np.ndarray, dict]:
    """Decode a DICOM file that holds one picture.

    Parameters
    ----------
    content : bytes
        All of the file.
    name : str
        Its name, used in sentences only.

    Returns
    -------
    image : float32 array, (rows, columns)
        Grey levels in 0..1, bright echoes bright also where the file stores them inverted.
    params : dict
        ``notes``; ``spacing`` in mm (rows, columns) where the file states it; ``region``, the pixels
        (row0, column0, row1, column1) of the ultrasound region that the scale belongs to.
        Nothing that names a patient is kept.

    Raises
    ------
    BadInput
        With one sentence that says what is wrong and what to do.
    """
    # A few bytes can unpack to gigabytes, and pydicom unpacks before it looks: this rare form is refused.
    if _DEFLATED in content[:2048]:
        raise BadInput(f"{name} is a DICOM file in the deflated form: save it uncompressed or as PNG.")
    # pydicom warns of every deviation from the standard; ultrasound machines have many.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _decode(content, name)
        except BadInput:
            raise
        except Exception:  # damaged elements raise errors of many types
            raise BadInput(
                f"{name} is a DICOM file whose picture can't be decoded (damaged, cut short or in a rare "
                "compression): export it again, uncompressed or as PNG."
            ) from None


def _decode(content: bytes, name: str) -> tuple[np.ndarray, dict]:
    file = pydicom.dcmread(io.BytesIO(content), force=True)
    if "PixelData" not in file or "Rows" not in file or "Columns" not in file:
        raise BadInput(f"{name} is a DICOM file without a picture (a report or a list): export the picture.")
    frames = int(file.get("NumberOfFrames") or 1)
    if frames > 1:
        raise BadInput(
            f"{name} holds {frames} frames; this version reads single frames: stop the clip at the wanted "
            "frame on the machine or in a DICOM viewer and export that frame as DICOM or PNG."
        )
    check_pixels(name, int(file.Rows), int(file.Columns))
    if "TransferSyntaxUID" not in file.file_meta:  # files without a header are little endian, implicit types
        file.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    notes: list[str] = []
    image = _grey(file, name, notes)
    params: dict = {"notes": notes}
    spacing, region = _scale(file, image.shape, notes)
    if spacing is not None:
        params["spacing"] = spacing
    if region is not None:
        params["region"] = region
    return image, params


def _grey(file: Dataset, name: str, notes: list[str]) -> np.ndarray:
    """Decode the pixels; colours become their brightness."""
    kind = str(file.get("PhotometricInterpretation", "MONOCHROME2")).strip()
    levels = np.asarray(pixel_array(file))
    stored = file.BitsAllocated // 8 * file.Rows * file.Columns * file.get("SamplesPerPixel", 1)
    if not file.file_meta.TransferSyntaxUID.is_encapsulated and len(file.PixelData) > stored + 1:
        notes.append("The file holds more pixels than its stated size: check that the picture looks right.")
    if levels.ndim == 3 and levels.shape[-1] == 3 and (kind == "RGB" or kind.startswith("YBR")):
        full = float(2 ** int(file.BitsStored) - 1)
        # pydicom has turned YBR into RGB; the weights of brightness are those of ITU-R BT.601.
        return np.clip(levels @ np.array([0.299, 0.587, 0.114]) / full, 0, 1).astype(np.float32)
    if levels.ndim != 2 or not kind.startswith("MONOCHROME"):
        raise BadInput(f"{name} stores its colours as {kind}, which this version can't read: save it as PNG.")
    depth = int(file.BitsStored)
    if depth > 8:
        image = scale_grey(levels, notes)
    else:
        image = np.clip(levels.astype(np.float32) / (2**depth - 1), 0, 1)
    return 1 - image if kind == "MONOCHROME1" else image


def _scale(
    file: Dataset, shape: tuple[int, int], notes: list[str]
) -> tuple[tuple[float, float] | None, tuple[int, int, int, int] | None]:
    """Find mm between rows and columns: from the ultrasound regions, else from PixelSpacing."""
    items = file.get("SequenceOfUltrasoundRegions") or ()
    regions = [found for item in items if (found := _region(item, shape))]
    if regions:
        regions.sort(key=lambda found: -_area(found[1]))
        spacing, box = regions[0]
        if any(not np.allclose(spacing, other, rtol=0.02) for other, _ in regions[1:]):
            notes.append("The file holds scans with different scales; that of the largest was used.")
        return spacing, box
    try:
        rows, columns = (float(mm) for mm in file.PixelSpacing)
        return (rows, columns), None
    except (AttributeError, TypeError, ValueError):
        notes.append("The DICOM file states no scale in mm.")
        return None, None


def _region(
    item: Dataset, shape: tuple[int, int]
) -> tuple[tuple[float, float], tuple[int, int, int, int]] | None:
    """Read one ultrasound region: its scale in mm and its pixels; None where it is uncalibrated."""
    try:
        if (
            int(item.PhysicalUnitsXDirection) != _CENTIMETRES
            or int(item.PhysicalUnitsYDirection) != _CENTIMETRES
        ):
            return None
        if int(item.get("RegionSpatialFormat", _TWO_DIMENSIONAL)) != _TWO_DIMENSIONAL:
            return None
        # Centimetres per pixel; some machines write a sign for the direction.
        across, down = abs(float(item.PhysicalDeltaX)) * 10, abs(float(item.PhysicalDeltaY)) * 10
        if not (math.isfinite(across) and math.isfinite(down) and across > 0 and down > 0):
            return None
        box = (
            max(0, int(item.get("RegionLocationMinY0", 0))),
            max(0, int(item.get("RegionLocationMinX0", 0))),
            min(shape[0], int(item.get("RegionLocationMaxY1", shape[0] - 1)) + 1),
            min(shape[1], int(item.get("RegionLocationMaxX1", shape[1] - 1)) + 1),
        )
    except (AttributeError, TypeError, ValueError):
        return None
    if box[2] <= box[0] or box[3] <= box[1]:
        box = (0, 0, *shape)
    return (down, across), box


def _area(box: tuple[int, int, int, int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])
