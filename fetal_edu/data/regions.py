"""Where in a DICOM picture the ultrasound lies, and its scale: the ultrasound's own calibration tags."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fetal_edu.data.limits import MIN_SIDE

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["Box", "Region", "find_scale"]

_CENTIMETRES = 3  # PS3.3 C.8.5.5.1.15: physical units 3 are cm
_TWO_DIMENSIONAL = 1  # PS3.3 C.8.5.5.1.1: region spatial format 1 is a 2-D picture
_TISSUE = 1  # PS3.3 C.8.5.5.1.2: region data type 1 is tissue, 2 colour flow drawn on it
#: Machines count the last pixel differently; a region that reaches further out belongs to another picture.
_SLACK = 2
#: A second scan of at least this part of the largest one's area is a second view, not an inset.
_SECOND_VIEW = 0.5

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Region:
    """One ultrasound region of a picture.

    Parameters
    ----------
    box : (row0, column0, row1, column1)
        Its pixels, the last ones excluded.
    spacing : (rows, columns) in mm, or None where it is not calibrated in cm
    tissue : bool
        Whether it shows tissue, and not colour flow.
    fits : bool
        Whether it lies inside the picture.
    """

    box: Box
    spacing: tuple[float, float] | None
    tissue: bool
    fits: bool

    @property
    def area(self) -> int:
        """Pixels of the box."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


def find_scale(
    file: Dataset, shape: tuple[int, int], notes: list[str]
) -> tuple[tuple[float, float] | None, Box | None]:
    """Find the scale of a picture and the pixels that are ultrasound.

    Of the 2-D regions the calibrated ones come first, then tissue, then the largest, then the left one.
    Without regions the scale is PixelSpacing's.

    Parameters
    ----------
    file : pydicom.Dataset
    shape : (rows, columns)
    notes : list of str
        It grows by sentences on what is doubtful.

    Returns
    -------
    spacing : (rows, columns) in mm, or None
    box : (row0, column0, row1, column1), or None
        Without the writing around the scan. None where the file does not say it, or says a mere strip.
    """
    found = [_region(item, shape) for item in file.get("SequenceOfUltrasoundRegions") or ()]
    regions = [region for region in found if region is not None]
    if any(region.spacing and not region.fits for region in regions):
        # The picture was cut or made smaller after the scan, and these tags were left as they were.
        notes.append(
            "The file's ultrasound region reaches beyond its picture: the picture was cut or resized after "
            "the scan, so the file's scale can't be trusted and was left out."
        )
        return None, None
    regions = [region for region in regions if region.fits]
    if not regions:
        return _pixel_spacing(file, notes), None
    regions.sort(key=lambda one: (one.spacing is None, not one.tissue, -one.area, one.box[1], one.box[0]))
    chosen = regions[0]
    _tell_others(chosen, regions[1:], notes)
    spacing = chosen.spacing or _pixel_spacing(file, notes)
    high, wide = chosen.box[2] - chosen.box[0], chosen.box[3] - chosen.box[1]
    return spacing, chosen.box if min(high, wide) >= MIN_SIDE else None


def _tell_others(chosen: Region, others: list[Region], notes: list[str]) -> None:
    rivals = [one for one in others if one.tissue and one.spacing and _overlap(one.box, chosen.box) < 0.5]
    views = [one for one in rivals if one.area >= _SECOND_VIEW * chosen.area]
    if views:
        place = _place(chosen.box, [one.box for one in views])
        notes.append(
            f"The picture holds {len(views) + 1} scans side by side; the {place} one was taken. "
            "To measure another, crop the picture to it."
        )
    elif any(not np.allclose(chosen.spacing, one.spacing, rtol=0.02) for one in rivals):
        notes.append("The file holds scans with different scales; that of the largest was used.")


def _place(box: Box, others: list[Box]) -> str:
    """Name where a scan lies among the others, as a person sees it."""
    across, down = box[1] + box[3], box[0] + box[2]
    if all(abs(across - other[1] - other[3]) >= abs(down - other[0] - other[2]) for other in others):
        return "left" if all(across < other[1] + other[3] for other in others) else "largest"
    return "upper" if all(down < other[0] + other[2] for other in others) else "largest"


def _overlap(one: Box, other: Box) -> float:
    """Return the common part of two boxes, as a part of the smaller one."""
    high = min(one[2], other[2]) - max(one[0], other[0])
    wide = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return max(0, high) * max(0, wide) / smaller


def _region(item: Dataset, shape: tuple[int, int]) -> Region | None:
    """Read one ultrasound region; None where it is no 2-D picture or is damaged."""
    try:
        if int(item.get("RegionSpatialFormat", _TWO_DIMENSIONAL)) != _TWO_DIMENSIONAL:
            return None
        stated = (
            int(item.get("RegionLocationMinY0", 0)),
            int(item.get("RegionLocationMinX0", 0)),
            int(item.get("RegionLocationMaxY1", shape[0] - 1)) + 1,
            int(item.get("RegionLocationMaxX1", shape[1] - 1)) + 1,
        )
        tissue = int(item.get("RegionDataType", _TISSUE)) == _TISSUE
        spacing = _calibration(item)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None
    box = (max(0, stated[0]), max(0, stated[1]), min(shape[0], stated[2]), min(shape[1], stated[3]))
    if stated == (0, 0, 1, 1):
        box, fits = (0, 0, *shape), True  # no place was filled in: it is the whole picture
    elif stated[2] <= stated[0] or stated[3] <= stated[1]:
        return None
    else:
        beyond = max(abs(a - b) for a, b in zip(stated, box, strict=True))
        fits = beyond <= _SLACK and box[2] > box[0] and box[3] > box[1]
    return Region(box, spacing, tissue, fits)


def _calibration(item: Dataset) -> tuple[float, float] | None:
    """Read mm per pixel between rows and between columns, where the region is calibrated in cm."""
    units = item.get("PhysicalUnitsXDirection"), item.get("PhysicalUnitsYDirection")
    if units != (_CENTIMETRES, _CENTIMETRES):
        return None
    # Centimetres per pixel; some machines write a sign for the direction.
    across, down = abs(float(item.PhysicalDeltaX)) * 10, abs(float(item.PhysicalDeltaY)) * 10
    if math.isfinite(across) and math.isfinite(down) and across > 0 and down > 0:
        return down, across
    return None


def _pixel_spacing(file: Dataset, notes: list[str]) -> tuple[float, float] | None:
    try:
        rows, columns = (float(mm) for mm in file.PixelSpacing)
        return rows, columns
    except (AttributeError, TypeError, ValueError):
        notes.append("The DICOM file states no scale in mm.")
        return None
