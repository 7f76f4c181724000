"""Compressed pixels of a DICOM file: what would unpack to another size than stated is refused before."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image
from pydicom.encaps import generate_frames, get_frame
from pydicom.pixels import get_decoder
from pydicom.uid import UID, JPEG2000TransferSyntaxes, JPEGBaseline8Bit, JPEGExtended12Bit, RLELossless

from fetal_edu.data.limits import BadInput

if TYPE_CHECKING:
    from pydicom import Dataset

__all__ = ["check_packed", "check_palette"]

_JPEG = (JPEGBaseline8Bit, JPEGExtended12Bit, *JPEG2000TransferSyntaxes)
_LUT_ENTRIES = 65_536  # PS3.3 C.7.6.3.1.5: a palette has at most as many
_PADDING = 256  # bytes that some machines append


def check_packed(file: Dataset, name: str, index: int | None, count: int) -> None:
    """Refuse compressed pixels that can't be unpacked, or that unpack to another size than the file states.

    Parameters
    ----------
    file : pydicom.Dataset
    name : str
        The file's, used in sentences only.
    index : int or None
        The frame that will be read, from 0; None for all.
    count : int
        How many frames the file states.

    Raises
    ------
    BadInput
    """
    kind = UID(file.file_meta.TransferSyntaxUID)
    if not kind.is_transfer_syntax or kind.is_private:
        raise BadInput(
            f"{name} is a DICOM file in a form of its maker's own: export it uncompressed or as PNG."
        )
    if not kind.is_encapsulated:
        return
    if not _can_unpack(kind, int(file.BitsStored)):
        raise BadInput(
            f"{name} is compressed as {kind.name}, and no decoder for that is installed: "
            "export it uncompressed, as JPEG or as PNG."
        )
    rows, columns = int(file.Rows), int(file.Columns)
    for frame in _frames(file, index, count):
        if kind == RLELossless:
            _check_rle(frame, rows * columns)
        elif kind in _JPEG:
            with Image.open(io.BytesIO(frame), formats=("JPEG", "JPEG2000")) as inside:
                if inside.size != (columns, rows):
                    raise BadInput(
                        f"{name} states {columns} x {rows} pixels and holds "
                        f"{inside.width} x {inside.height}: it is damaged, export it again."
                    )


def _can_unpack(kind: UID, bits: int) -> bool:
    try:
        plugins = set(get_decoder(kind).available_plugins)
    except NotImplementedError:  # a video, or a form that the library does not know
        return False
    if kind == JPEGExtended12Bit and bits > 8:
        plugins.discard("pillow")  # it takes that form with 8 bits only
    return bool(plugins)


def _frames(file: Dataset, index: int | None, count: int) -> Iterator[bytes]:
    tables = file.get("ExtendedOffsetTable"), file.get("ExtendedOffsetTableLengths")
    offsets = tables if all(tables) else None
    if index is None:
        yield from generate_frames(file.PixelData, number_of_frames=count, extended_offsets=offsets)
    else:
        yield get_frame(file.PixelData, index, number_of_frames=count, extended_offsets=offsets)


def _check_rle(frame: bytes, pixels: int) -> None:
    """Walk through run lengths, PS3.5 annex G, without unpacking them."""
    (segments,) = struct.unpack("<L", frame[:4])
    if segments > 15:
        raise ValueError("more than 15 segments")
    offsets = [*struct.unpack(f"<{segments}L", frame[4 : 4 + 4 * segments]), len(frame)]
    for start, stop in pairwise(offsets):
        segment, place, unpacked = frame[start:stop], 0, 0
        if len(segment) > 2 * pixels + _PADDING:  # one byte for each byte is the worst that can be packed
            raise ValueError("a segment that is longer than its picture")
        while place < len(segment):
            head = segment[place]
            unpacked += head + 1 if head < 128 else 257 - head if head > 128 else 0
            place += head + 2 if head < 128 else 2 if head > 128 else 1
            if unpacked > pixels + _PADDING:
                raise ValueError("a segment that unpacks to more than its picture")


def check_palette(file: Dataset, name: str) -> None:
    """Refuse a palette in segments that unpacks to more than a palette can hold, PS3.3 C.7.9.2.

    Raises
    ------
    BadInput
        Also without a palette, and for segments that repeat earlier ones: few bytes of those can fill any
        memory.
    """
    if "RedPaletteColorLookupTableDescriptor" not in file:
        raise BadInput(f"{name} says that it has a colour palette and brings none: save it as PNG.")
    wide = int(file["RedPaletteColorLookupTableDescriptor"].value[2])
    if wide not in (8, 16):
        raise ValueError("a palette of neither 8 nor 16 bits")
    for colour in ("Red", "Green", "Blue"):
        content = file.get(f"Segmented{colour}PaletteColorLookupTableData") or b""
        step = wide // 8
        words = struct.unpack(
            f"<{len(content) // step}{'B' if step == 1 else 'H'}", content[: len(content) // step * step]
        )
        place = entries = 0
        while place + 1 < len(words):
            kind, length = words[place], words[place + 1]
            entries += length
            place += 2 + (length if kind == 0 else 1)
            if kind > 1 or entries > _LUT_ENTRIES:
                raise BadInput(f"{name} has a palette in a rare form: save it as PNG.")
