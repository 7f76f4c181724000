"""Picture files to Samples: PNG, JPEG, DICOM and NIfTI, recognised by content, never by name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from fetal_edu.data import pictures
from fetal_edu.data.limits import (
    MAX_BYTES,
    MIN_CONTRAST,
    BadInput,
    check_extent,
    check_spacing,
    choose_frame,
)
from fetal_edu.data.nifti import is_nifti
from fetal_edu.sample import Sample

__all__ = ["BadInput", "read_bytes", "read_image", "stem"]

#: File-name endings that fit each kind of content.
_ENDINGS = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "DICOM": (".dcm", ".dicom", ".ima", ".img"),
    "NIfTI": (".nii", ".nii.gz"),
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
    (b"\x5c\x01\0\0", "an ANALYZE header"),
    (b"NRRD000", "an NRRD volume"),
    (b"ObjectType = Image", "a MetaImage volume"),
)


def read_image(
    path: str | os.PathLike,
    *,
    spacing: float | Sequence[float] | None = None,
    frame: int | Literal["all"] | None = None,
) -> Sample:
    """Read one picture from a file, or all frames of a clip or volume.

    Parameters
    ----------
    path : str or path
        PNG (8 or 16 bits, grey, colour, palette, transparent), JPEG, DICOM (a picture or a clip) or NIfTI
        (a picture, a volume or a sweep, ``.nii`` or ``.nii.gz``).
    spacing : float or (float, float), optional
        Millimetres per pixel, or between rows and between columns. It wins over what the file says.
    frame : int, "all" or None
        Which frame of a clip or slice of a volume, counted from 1. Without it the middle one is read, and
        a note says so. "all" gives a Sample with a leading axis, time or depth, of any file.

    Returns
    -------
    Sample
        Grey levels in 0..1. ``spacing`` is None where neither the caller nor the file knows it; a volume
        has three, depth first. ``params["notes"]`` holds sentences for the reader: what was unusual and
        how it was read. ``params["region"]`` (row0, column0, row1, column1) are the pixels that a DICOM
        calls ultrasound: the picture stays whole, and what looks for a head takes them as its box.

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
            raise BadInput(f"{path} is no ordinary file: save the picture as PNG, JPEG, DICOM or NIfTI.")
        _check_size(name, path.stat().st_size)
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{path} can't be opened ({reason}): check its name and rights.") from None
    return read_bytes(content, name, spacing=spacing, frame=frame)


def read_bytes(
    content: bytes,
    name: str,
    *,
    spacing: float | Sequence[float] | None = None,
    frame: int | Literal["all"] | None = None,
) -> Sample:
    """Read the bytes of a file as `read_image` does, for example one that was dropped on a dashboard.

    Parameters
    ----------
    content : bytes
        All of the file.
    name : str
        Its name, used in sentences only.
    spacing, frame
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
    >>> import io
    >>> from PIL import Image
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
    image, params = _decode(content, name, kind, frame)
    row0, column0, row1, column1 = params.get("region", (0, 0, *image.shape[-2:]))
    _check_contrast(image[..., row0:row1, column0:column1], name)
    notes = list(params.pop("notes", ()))
    if Path(name).suffix and not name.lower().endswith(_ENDINGS[kind]):
        ending = Path(name).suffix.lower()
        notes.insert(0, f"{name} holds {kind} although its name ends in {ending}; it was read as {kind}.")
    fps, own = params.pop("fps", None), params.pop("spacing", None)
    if own is not None:
        own = own[-image.ndim :]  # of a volume's slice the two that lie in it
    used = _choose_spacing(name, image.shape[-2:], given, own, notes)
    return Sample(
        image,
        spacing=used,
        fps=fps if image.ndim == 3 else None,
        origin=name,
        group=stem(name),
        params=params | {"kind": kind, "notes": tuple(notes)},
    )


def stem(name: str) -> str:
    """Return a file's name without its folder and its ending.

    Examples
    --------
    >>> stem("scans/volume.nii.gz"), stem("head.v2.png")
    ('volume', 'head.v2')
    """
    last = Path(name).name
    return last[: -len(".nii.gz")] if last.lower().endswith(".nii.gz") else Path(last).stem


def _decode(
    content: bytes, name: str, kind: str, frame: int | Literal["all"] | None
) -> tuple[np.ndarray, dict[str, Any]]:
    if kind == "DICOM":
        from fetal_edu.data import dicom  # pydicom takes a while to import

        return dicom.decode(content, name, frame=frame)
    if kind == "NIfTI":
        from fetal_edu.data import nifti

        return nifti.decode(content, name, frame=frame)
    index = choose_frame(name, 1, frame, [])
    image, params = pictures.decode(content, name)
    return (image[None] if index is None else image), params


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
    if is_nifti(content):
        return "NIfTI"
    for first, said in _OTHER_KINDS:
        if content.startswith(first):
            raise BadInput(f"{name} is {said}: save it as PNG, JPEG, DICOM or NIfTI.")
    raise BadInput(f"{name} is no picture that can be read: give PNG, JPEG, DICOM or NIfTI.")


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
    own: tuple[float, ...] | None,
    notes: list[str],
) -> tuple[float, ...] | None:
    """Take the caller's spacing, else the file's own where it is possible; `notes` grows.

    A volume's own has the depth first; the caller's is of rows and columns, and the depth stays the file's.
    """
    if own is not None:
        try:
            check_spacing((own[0], own[0]))
            check_extent(name, shape, check_spacing(own[-2:]))
        except BadInput:
            stated = " x ".join(f"{mm:g}" for mm in own)
            notes.append(f"The file states {stated} mm per pixel: not possible, so ignored.")
            own = None
    if given is None:
        return own
    check_extent(name, shape, given)
    if own is not None and max(abs(a / b - 1) for a, b in zip(given, own[-2:], strict=True)) > 0.02:
        notes.append(
            f"The spacing given, {given[0]:g} x {given[1]:g} mm per pixel, was used; "
            f"the file itself states {own[-2]:g} x {own[-1]:g}."
        )
    return given if own is None else (*own[:-2], *given)
