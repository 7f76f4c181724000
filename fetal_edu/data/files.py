"""Picture files to Samples: PNG, JPEG and single-frame DICOM, recognised by content, never by name."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from fetal_edu.data.limits import (
    MAX_BYTES,
    MAX_PIXELS,
    MIN_CONTRAST,
    BadInput,
    check_extent,
    check_pixels,
    check_spacing,
)
from fetal_edu.sample import Sample

__all__ = ["BadInput", "read_bytes", "read_image"]

#: File-name endings that fit each kind of content.
_ENDINGS = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "DICOM": (".dcm", ".dicom", ".ima", ".img"),
}

#: First bytes of kinds that people do drop in, so that the sentence can name them.
_OTHER_KINDS = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"RIFF", "a WebP picture or an AVI video"),
    (b"\x5c\x01\0\0", "a NIfTI volume"),
)


def read_image(path: str | os.PathLike, *, spacing: float | Sequence[float] | None = None) -> Sample:
    """Read one picture from a file.

    Parameters
    ----------
    path : str or path
        PNG (8 or 16 bits, grey, colour, palette, transparent), JPEG, or DICOM with one frame.
    spacing : float or (float, float), optional
        Millimetres per pixel, or between rows and between columns. It wins over what the file says.

    Returns
    -------
    Sample
        Grey levels in 0..1. ``spacing`` is None where neither the caller nor the file knows it.
        ``params["notes"]`` holds sentences for the reader: what was unusual and how it was read.

    Raises
    ------
    BadInput
        With one sentence that says what is wrong and what to do.

    Examples
    --------
    >>> read_image("no_such_scan.png")
    Traceback (most recent call last):
    fetal_edu.data.limits.BadInput: There is no file no_such_scan.png: check its name and folder.
    """
    path = Path(path)
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder: give the pictures in it, for example {name}/*.png.")
        if not path.exists():
            raise BadInput(f"There is no file {path}: check its name and folder.")
        if not path.is_file():
            raise BadInput(f"{path} is no ordinary file: save the picture as PNG, JPEG or DICOM.")
        _check_size(name, path.stat().st_size)
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{path} can't be opened ({reason}): check its name and rights.") from None
    return read_bytes(content, name, spacing=spacing)


def read_bytes(content: bytes, name: str, *, spacing: float | Sequence[float] | None = None) -> Sample:
    """Read one picture from the bytes of a file, for example one that was dropped on a dashboard.

    Parameters
    ----------
    content : bytes
        All of the file.
    name : str
        Its name, used in sentences only.
    spacing : float or (float, float), optional
        As for `read_image`.

    Returns
    -------
    Sample

    Raises
    ------
    BadInput
        With one sentence that says what is wrong and what to do.

    Examples
    --------
    >>> grey = Image.fromarray(np.tile(np.arange(64, dtype=np.uint8), (48, 1)))
    >>> file = io.BytesIO()
    >>> grey.save(file, "PNG")
    >>> sample = read_bytes(file.getvalue(), "ramp.png", spacing=0.25)
    >>> sample.shape, sample.spacing
    ((48, 64), (0.25, 0.25))
    """
    content = bytes(content)
    given = None if spacing is None else check_spacing(spacing)
    _check_size(name, len(content))
    kind = _kind(content, name)
    if kind == "DICOM":
        from fetal_edu.data import dicom  # pydicom takes a while to import

        image, params = dicom.decode(content, name)
    else:
        image, params = _decode_picture(content, name)
    _check_contrast(image, name)
    notes = list(params.pop("notes", ()))
    ending = Path(name).suffix.lower()
    if ending and ending not in _ENDINGS[kind]:
        notes.insert(0, f"{name} holds {kind} although its name ends in {ending}; it was read as {kind}.")
    used = _choose_spacing(name, image.shape, given, params.pop("spacing", None), notes)
    params |= {"kind": kind, "notes": tuple(notes)}
    return Sample(image, spacing=used, origin=name, group=Path(name).stem, params=params)


def _check_size(name: str, size: int) -> None:
    if size == 0:
        raise BadInput(f"{name} is empty (0 bytes): export it again from its source.")
    if size > MAX_BYTES:
        raise BadInput(
            f"{name} has {size / 1e6:.0f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB: save one picture as PNG."
        )


def _kind(content: bytes, name: str) -> str:
    """Recognise the kind of file by its first bytes."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    # Some old machines leave out the preamble and begin with the first element, of group 0002 or 0008.
    if content[128:132] == b"DICM" or (content[:2] in (b"\x02\0", b"\x08\0") and content[3:4] == b"\0"):
        return "DICOM"
    for first, said in _OTHER_KINDS:
        if content.startswith(first):
            raise BadInput(f"{name} is {said}: save it as PNG, JPEG or single-frame DICOM.")
    raise BadInput(f"{name} is no picture that can be read: give PNG, JPEG or single-frame DICOM.")


def _decode_picture(content: bytes, name: str) -> tuple[np.ndarray, dict]:
    """Decode PNG or JPEG to grey levels in 0..1, with notes on what was unusual."""
    notes: list[str] = []
    # Pillow warns of damaged metadata and of large pictures; both are answered here, in a sentence.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            check_pixels(name, picture.height, picture.width)
            if getattr(picture, "n_frames", 1) > 1:
                notes.append(f"{name} holds {picture.n_frames} pictures; the first was read.")
            upright = ImageOps.exif_transpose(picture)
            if upright.size != picture.size:
                notes.append("The picture was turned upright, as the file asks for.")
            return _grey(upright, notes), {"notes": notes}
        except BadInput:
            raise
        except Image.DecompressionBombError:
            limit = f"{MAX_PIXELS / 1e6:.0f} megapixels"
            raise BadInput(f"{name} has far more than {limit}, the limit: crop it to the scan.") from None
        except Exception:  # a decoder's complaint about damaged bytes can be of any type
            raise BadInput(
                f"{name} is damaged or cut short and can't be decoded: export or copy it again."
            ) from None


def _grey(picture: Image.Image, notes: list[str]) -> np.ndarray:
    """Turn a picture of any mode into float32 grey levels in 0..1."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return scale_grey(np.asarray(picture), notes)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        if picture.getchannel("A").getextrema()[0] < 255:
            black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
            picture = Image.alpha_composite(black, picture)
            notes.append("Transparent parts of the picture were read as black.")
        picture = picture.convert("RGB")
    elif picture.mode in ("P", "CMYK", "YCbCr", "LAB", "HSV"):
        picture = picture.convert("RGB")
    return np.asarray(picture.convert("L"), np.float32) / 255


def scale_grey(levels: np.ndarray, notes: list[str]) -> np.ndarray:
    """Scale integer grey levels of more than 8 bits to 0..1.

    Machines keep 10 or 12 bits in words of 16. The depth is the smallest usual one that holds the
    brightest pixel; where it is not the full word a note says so.

    Examples
    --------
    >>> scale_grey(np.array([[0, 65535]], np.uint16), [])
    array([[0., 1.]], dtype=float32)
    >>> notes = []
    >>> scale_grey(np.array([[0, 4095]], np.uint16), notes), notes
    (array([[0., 1.]], dtype=float32), ['The grey levels fill 12 of 16 bits; they were scaled to that.'])
    """
    values = np.asarray(levels, np.float64)
    values = values - min(0.0, float(values.min()))
    depth = next((bits for bits in (8, 10, 12, 16) if values.max() < 2**bits), 32)
    if depth < 16:
        notes.append(f"The grey levels fill {depth} of 16 bits; they were scaled to that.")
    return np.clip(values / (2.0**depth - 1), 0, 1).astype(np.float32)


def _check_contrast(image: np.ndarray, name: str) -> None:
    darkest, brightest = float(image.min()), float(image.max())
    if brightest - darkest >= MIN_CONTRAST:
        return
    said = "black all over" if brightest < MIN_CONTRAST else "of one grey level all over"
    raise BadInput(f"{name} is {said} and shows nothing: check that the right picture was exported.")


def _choose_spacing(
    name: str,
    shape: tuple[int, int],
    given: tuple[float, float] | None,
    own: tuple[float, float] | None,
    notes: list[str],
) -> tuple[float, float] | None:
    """Take the caller's spacing, else the file's own where it is possible; `notes` grows."""
    if own is not None:
        try:
            own = check_spacing(own)
            check_extent(name, shape, own)
        except BadInput:
            notes.append(f"The file states {own[0]:g} x {own[1]:g} mm per pixel: not possible, so ignored.")
            own = None
    if given is None:
        return own
    check_extent(name, shape, given)
    if own is not None and max(abs(a / b - 1) for a, b in zip(given, own, strict=True)) > 0.02:
        notes.append(
            f"The spacing given, {given[0]:g} x {given[1]:g} mm per pixel, was used; "
            f"the file itself states {own[0]:g} x {own[1]:g}."
        )
    return given
