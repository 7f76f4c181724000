"""Samples to NIfTI files, and back: grey levels with millimetres, and the labels beside them."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from fetal_edu.data.files import BadInput, read_image, stem
from fetal_edu.sample import Sample

__all__ = ["labels_path", "nifti_files", "read_nifti", "write_nifti"]

_COMMENT = 6  # NIfTI's code of an extension that holds plain text


def write_nifti(sample: Sample, path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write a picture, a sweep or a volume as NIfTI, and its labels as a second file beside it.

    Parameters
    ----------
    sample : Sample
        With a spacing. Grey levels are stored in 8 bits.
    path : path
        Ends in ``.nii`` or ``.nii.gz``. The labels of ``scan.nii.gz`` go to ``scan-labels.nii.gz``, with the
        names of the classes in the header's comment.

    Returns
    -------
    tuple of Path
        The files that were written. One that was there before is replaced.

    Raises
    ------
    BadInput
        If the name has another ending, the sample no spacing, or the folder can't be written to. Neither
        file is left half-written: each is written under a temporary name and then renamed.

    Notes
    -----
    NIfTI's i runs along the columns, j along the rows, k through the depth, t through the time. The
    rotation says no more than the spacing does, for a probe knows no patient's axes.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> volume = Sample(np.zeros((3, 40, 50), np.float32), spacing=(1.5, 0.4, 0.4))
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in write_nifti(volume, f"{folder}/empty.nii.gz")]
    ['empty.nii.gz']
    """
    path = Path(path)
    if not path.name.lower().endswith((".nii", ".nii.gz")):
        raise BadInput(f"{path.name} is no name for a NIfTI file: let it end in .nii or .nii.gz.")
    if sample.spacing is None:
        raise BadInput(f"{path.name} was not written: the sample has no scale in mm, which NIfTI needs.")
    files = nifti_files(sample, path)
    _write_all(files)
    return tuple(files)


def nifti_files(sample: Sample, path: Path) -> dict[Path, bytes]:
    """Give what `write_nifti` writes: the bytes of the picture's file, and of its labels' if it has any.

    Parameters
    ----------
    sample : Sample
        With a spacing.
    path : Path
        Ends in ``.nii`` or ``.nii.gz``.

    Examples
    --------
    >>> sample = Sample(np.zeros((40, 50), np.float32), spacing=(0.4, 0.4))
    >>> [file.name for file in nifti_files(sample, Path("empty.nii"))]
    ['empty.nii']
    """
    files = {path: _packed(np.round(sample.image * 255).astype(np.uint8), sample, path, {})}
    if sample.labels is not None:
        about = {"classes": {name: list(values) for name, values in sample.classes.items()}}
        beside = labels_path(path)
        # Last here, first renamed: where the picture is complete, so are its labels.
        files[beside] = _packed(sample.labels.astype(np.uint8), sample, beside, about)
    return files


def read_nifti(path: str | os.PathLike[str]) -> Sample:
    """Read a file that `write_nifti` wrote, all frames or slices, with the labels beside it if there are any.

    Raises
    ------
    BadInput
        If a file can't be read, or the labels belong to another picture.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> labels = np.eye(40, dtype=np.uint8)
    >>> sample = Sample(labels.astype(np.float32), labels=labels, classes={"line": (1,)}, spacing=(0.4, 0.4))
    >>> with TemporaryDirectory() as folder:
    ...     int(read_nifti(write_nifti(sample, f"{folder}/line.nii")[0]).mask("line").sum())
    40
    """
    path, beside = Path(path), labels_path(path)
    sample = read_image(path, frame="all")
    sample = replace(sample, image=sample.image[0]) if len(sample.image) == 1 else sample
    if not beside.exists():
        return sample
    labels, classes = _labels(beside)
    if labels.size != sample.image.size:
        raise BadInput(f"{beside.name} has another size than {path.name}: they do not belong together.")
    return replace(sample, labels=labels.reshape(sample.shape), classes=classes)


def labels_path(path: str | os.PathLike[str]) -> Path:
    """Give the name of the labels' file that stands beside a NIfTI file.

    Examples
    --------
    >>> labels_path("scans/head.nii.gz").name
    'head-labels.nii.gz'
    """
    path = Path(path)
    return path.with_name(f"{stem(path.name)}-labels{path.name[len(stem(path.name)) :]}")


def _packed(levels: np.ndarray, sample: Sample, path: Path, about: dict[str, object]) -> bytes:
    """Make the bytes of one file; the same sample gives the same bytes."""
    from nibabel.nifti1 import Nifti1Extension, Nifti1Image  # takes half a second to import

    # A sweep has a time and no depth: its depth is one slice, as thick as a pixel is high.
    steps = sample.spacing[::-1]
    stored = levels[:, None] if levels.ndim == 3 and len(steps) == 2 else levels
    made = Nifti1Image(stored.T, np.diag([*(*steps, steps[-1])[:3], 1.0]))
    zooms = (*steps, steps[-1], 1 / (sample.fps or 1.0))[: stored.ndim] if len(steps) == 2 else steps
    made.header.set_zooms(zooms)
    made.header.set_xyzt_units("mm", "sec" if stored.ndim == 4 and sample.fps else None)
    if about:
        text = json.dumps(about, sort_keys=True).encode()
        made.header.extensions.append(Nifti1Extension(_COMMENT, text))
    content = made.to_bytes()
    return gzip.compress(content, 6, mtime=0) if path.name.lower().endswith(".gz") else content


def _labels(path: Path) -> tuple[np.ndarray, dict[str, tuple[int, ...]]]:
    import nibabel

    try:
        file = nibabel.load(path)
        labels = np.ascontiguousarray(np.asarray(file.dataobj).T.astype(np.uint8))
        notes = [ext.get_content() for ext in file.header.extensions if ext.get_code() == _COMMENT]
        named = json.loads(notes[0])["classes"] if notes else {}
    except Exception:  # a damaged file raises errors of many types
        raise BadInput(f"{path.name} is damaged or no file of labels: write it again.") from None
    return labels, {name: tuple(values) for name, values in named.items()}


def _write_all(files: dict[Path, bytes]) -> None:
    """Write all under temporary names in the same folder, then rename, the last first."""
    waiting: list[tuple[str, Path]] = []
    try:
        for path, content in files.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
            waiting.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)  # mkstemp's files are for their owner alone
        while waiting:
            name, path = waiting[-1]
            Path(name).replace(path)
            waiting.pop()
    except OSError as trouble:
        where = next(iter(files))
        reason = (trouble.strerror or str(trouble)).lower()
        raise BadInput(f"{where} was not written ({reason}): choose another folder or make room.") from None
    finally:
        for name, _ in waiting:
            with suppress(OSError):
                Path(name).unlink()
