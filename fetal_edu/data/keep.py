"""Samples to files: a picture as PNG, a sweep or a volume as NIfTI, and one registry for a folder.

A file is written under another name and then renamed, so that nobody ever meets half of one. What is done is
kept in a journal until the registry is written: a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from fetal_edu.sample import Sample

from .folder import REGISTRY, read_registry, sha256
from .limits import BadInput

__all__ = ["JOURNAL", "Keeper", "Packed", "kind_of", "pack", "write_whole"]

JOURNAL = "registry.journal"
_PART = ".part"
_GREYS = 32  # of a GIF to look at: more than an eye tells apart in speckle, and half the bytes


class Packed(NamedTuple):
    """A sample as it goes to the disk.

    Parameters
    ----------
    name : str
    files : mapping of file name to bytes
    entry : dict
        What the registry says of it.
    """

    name: str
    files: Mapping[str, bytes]
    entry: dict[str, Any]


def kind_of(sample: Sample) -> str:
    """Tell a picture from a sweep and a volume.

    Examples
    --------
    >>> kind_of(Sample(np.zeros((2, 40, 60), np.float32), fps=30.0))
    'sweep'
    """
    if sample.image.ndim == 2:
        return "picture"
    return "volume" if sample.fps is None else "sweep"


def pack(name: str, sample: Sample, *, shows: str = "", request: Mapping[str, Any] | None = None) -> Packed:
    """Turn a simulated sample into the bytes of its files and its entry in the registry.

    Parameters
    ----------
    name : str
        The files are called ``NAME.png`` and ``NAME-labels.png``; of a sweep or a volume ``NAME.nii.gz`` and
        ``NAME-labels.nii.gz``, with ``NAME.gif`` to look at.
    sample : Sample
        With labels, spacing, truth, group and seed.
    shows : str
        A line for readers.
    request : mapping, optional
        What was asked for, so that the same can be drawn again.

    Returns
    -------
    Packed

    Examples
    --------
    >>> still = Sample(np.zeros((40, 60), np.float32), labels=np.zeros((40, 60), np.uint8), spacing=(1, 1))
    >>> sorted(pack("empty", still).files)
    ['empty-labels.png', 'empty.png']
    """
    kind, grey = kind_of(sample), np.round(sample.image * 255).astype(np.uint8)
    if kind == "picture":
        parts = {
            "image": (f"{name}.png", _png(grey)),
            "labels": (f"{name}-labels.png", _png(sample.labels)),
        }
    else:
        parts = {
            "image": (f"{name}.nii.gz", _nifti(grey, sample)),
            "labels": (f"{name}-labels.nii.gz", _nifti(sample.labels, sample)),
            "preview": (f"{name}.gif", _gif(grey, sample.fps or 8.0)),
        }
    entry = {
        "kind": kind,
        **{key: {"file": file, "sha256": sha256(content)} for key, (file, content) in parts.items()},
        **({"shows": shows} if shows else {}),
        "plane": sample.plane,
        "spacing": sample.spacing,
        **({"fps": sample.fps} if sample.fps is not None else {}),
        "truth": sample.truth,
        "group": sample.group,
        "seed": sample.seed,
        "classes": sample.classes,
        "params": sample.params,
        **({"request": request} if request else {}),
    }
    return Packed(name, dict(parts.values()), json.loads(_line(entry)))


def _png(levels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG", optimize=True)
    return file.getvalue()


def _gif(levels: np.ndarray, fps: float) -> bytes:
    """Frames to look at; the values stand in the NIfTI file."""
    step = 256 // _GREYS
    frames = [Image.fromarray(frame // step) for frame in levels]
    shades = [round(level * 255 / (_GREYS - 1)) for level in range(_GREYS) for _ in "RGB"]
    for frame in frames:
        frame.putpalette(shades)
    file = io.BytesIO()
    first, *rest = frames
    first.save(file, "GIF", save_all=True, append_images=rest, duration=round(1000 / fps), loop=0)
    return file.getvalue()


def _nifti(levels: np.ndarray, sample: Sample) -> bytes:
    """NIfTI as `fetal_edu.data.nifti` reads it: columns, rows, then depth or time; packed, without a date."""
    from nibabel import Nifti1Image  # takes half a second to import

    turned, spacing = levels.T, tuple(reversed(sample.spacing))
    if sample.fps is not None:
        turned, spacing = turned[:, :, None, :], (*spacing, 1.0, 1 / sample.fps)
    image = Nifti1Image(turned, np.diag([*(*spacing, 1.0)[:3], 1.0]))
    image.header.set_zooms(spacing)
    image.header.set_xyzt_units("mm", "sec")
    return gzip.compress(image.to_bytes(), mtime=0)


def _line(entry: object) -> str:
    return json.dumps(entry, default=_plain, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Of what JSON does not know: an ellipse, numpy's numbers and arrays."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} can't be kept in {REGISTRY}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there wholly or not at all.

    Raises
    ------
    OSError
        If the disk is full, or may not be written to; nothing is left behind.
    """
    part = path.with_name(f".{path.name}{_PART}")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


class Keeper:
    """A folder that samples are written to, one by one; the registry follows at the end.

    Use it in a ``with`` statement. One run at a time can hold a folder.

    Parameters
    ----------
    folder : path
        Made where it is missing. It may hold simulated samples, and nothing else.
    fresh : bool
        Replace all samples that are there.

    Attributes
    ----------
    entries : dict of name to entry
        What is in the folder.

    Raises
    ------
    BadInput
        If it is a file, can't be written to, holds other things, or another run is writing there.
    """

    def __init__(self, folder: str | os.PathLike, *, fresh: bool = False) -> None:
        self.folder = Path(folder)
        try:
            self._refuse_other_content()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._journal = _locked(self.folder / JOURNAL)
        except OSError as error:
            raise BadInput(
                f"Nothing can be written in {self.folder} ({error.strerror or error}): "
                "give a folder that you may write to."
            ) from None
        try:
            self._old = self._found()
        except BaseException:
            self._journal.close()
            raise
        self.entries = {} if fresh else dict(self._old)

    def _refuse_other_content(self) -> None:
        if not self.folder.exists():
            return
        held = {path.name for path in self.folder.iterdir()}  # NotADirectoryError, where it is a file
        held = {name for name in held if not name.startswith(".")}
        if held and not held & {REGISTRY, JOURNAL}:
            raise BadInput(
                f"{self.folder} holds other files, for example {min(held)}: give a new folder, or one that "
                "fetal-edu simulate has made."
            )

    def _found(self) -> dict[str, dict[str, Any]]:
        """Read what earlier runs have finished, and clear away what the last one left half-written."""
        for part in self.folder.glob(f".*{_PART}"):
            part.unlink()
        entries = read_registry(self.folder) if (self.folder / REGISTRY).exists() else {}
        self._journal.seek(0)
        lines = self._journal.read().splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n"):  # cut off while it was written: drawn again
            self._journal.truncate(sum(map(len, lines[:-1])))
            del lines[-1]
        for line in lines:
            with suppress(ValueError, AttributeError):
                entries |= json.loads(line)
        return entries

    def holds(self, name: str) -> bool:
        """Tell whether a sample is there, with all its files as they were written."""
        entry = self.entries.get(name)
        return entry is not None and all(
            (self.folder / part["file"]).is_file()
            and sha256((self.folder / part["file"]).read_bytes()) == part["sha256"]
            for part in _parts(entry)
        )

    def put(self, packed: Packed) -> None:
        """Write one sample: its files, then its line in the journal.

        Raises
        ------
        OSError
            If the disk is full; no file of this sample is left then.
        """
        end = self._journal.seek(0, os.SEEK_END)
        try:
            for file, content in packed.files.items():
                write_whole(self.folder / file, content)
            line = f"{_line({packed.name: packed.entry})}\n".encode()
            if self._journal.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except BaseException:
            self._journal.truncate(end)
            for file in packed.files:
                with suppress(OSError):
                    (self.folder / file).unlink(missing_ok=True)
            self.entries.pop(packed.name, None)
            raise
        self.entries[packed.name] = packed.entry

    def __enter__(self) -> Keeper:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self, order: Callable[[Iterable[str]], Iterable[str]] = sorted) -> None:
        """Write the registry, its names in order, and give the folder free.

        Raises
        ------
        OSError
            If the registry can't be written; the journal then keeps all that is done.
        """
        with self._journal:
            if self.entries:
                lines = [f"{json.dumps(name)}: {_line(self.entries[name])}" for name in order(self.entries)]
                text = '{"format": 1, "samples": {\n' + ",\n".join(lines) + "\n}}\n"
                write_whole(self.folder / REGISTRY, text.encode())
                self._drop_replaced()
            (self.folder / JOURNAL).unlink()
        if not self.entries and not any(self.folder.iterdir()):
            self.folder.rmdir()  # nothing came of it

    def abandon(self) -> None:
        """Give the folder free as it was found."""
        self.entries = dict(self._old)
        self.close(order=list)

    def _drop_replaced(self) -> None:
        kept = {part["file"] for entry in self.entries.values() for part in _parts(entry)}
        for entry in self._old.values():
            for part in _parts(entry):
                if part["file"] not in kept:
                    (self.folder / Path(part["file"]).name).unlink(missing_ok=True)


def _parts(entry: Mapping[str, Any]) -> list[dict[str, str]]:
    parts = (entry.get(key) for key in ("image", "labels", "preview"))
    return [part for part in parts if isinstance(part, dict) and {"file", "sha256"} <= part.keys()]


def _locked(path: Path) -> io.FileIO:
    """Open the journal, to append, so that no second run can, where the system knows locks."""
    journal = path.open("ab+", buffering=0)
    try:
        import fcntl

        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:  # Windows
        pass
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            journal.close()
            raise BadInput(f"Another run is writing in {path.parent}: wait for it, or stop it.") from None
    return journal
