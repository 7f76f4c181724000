"""A folder that simulated samples are written to, and its one registry.

A file is written under another name and then renamed, so that nobody ever meets half of one. What is done is
kept in a journal until the registry is written: a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from .encode import Encoded, line
from .folder import REGISTRY, read_registry, sha256
from .limits import BadInput

__all__ = ["JOURNAL", "Keeper", "write_whole"]

JOURNAL = "registry.journal"
_PART = ".part"


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
        self._changed = fresh or self._journal.seek(0, os.SEEK_END) > 0

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
        for said in lines:
            with suppress(ValueError, AttributeError):
                entries |= json.loads(said)
        return entries

    def holds(self, name: str) -> bool:
        """Tell whether a sample is there, with all its files as they were written."""
        entry = self.entries.get(name)
        return entry is not None and all(
            (self.folder / part["file"]).is_file()
            and sha256((self.folder / part["file"]).read_bytes()) == part.get("sha256")
            for part in _parts(entry)
        )

    def put(self, encoded: Encoded) -> None:
        """Write one sample: its files, then its line in the journal.

        Raises
        ------
        OSError
            If the disk is full; no file of this sample is left then.
        """
        self._changed, end = True, self._journal.seek(0, os.SEEK_END)
        try:
            for file, content in encoded.files.items():
                write_whole(self.folder / file, content)
            said = f"{line({encoded.name: encoded.entry})}\n".encode()
            if self._journal.write(said) != len(said):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except BaseException:
            self._journal.truncate(end)
            for file in encoded.files:
                with suppress(OSError):
                    (self.folder / file).unlink(missing_ok=True)
            self.entries.pop(encoded.name, None)
            raise
        self.entries[encoded.name] = encoded.entry

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
            if self.entries and self._changed:
                lines = [f"{json.dumps(name)}: {line(self.entries[name])}" for name in order(self.entries)]
                text = '{"format": 1, "samples": {\n' + ",\n".join(lines) + "\n}}\n"
                write_whole(self.folder / REGISTRY, text.encode())
                self._drop_replaced()
            unlinked = _unlink(self.folder / JOURNAL)
        if not unlinked:  # Windows: not while it is open
            _unlink(self.folder / JOURNAL)
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


def _unlink(path: Path) -> bool:
    try:
        path.unlink()
    except PermissionError:
        return False
    return True


def _parts(entry: Mapping[str, Any]) -> list[dict[str, str]]:
    parts = (entry.get(key) for key in ("image", "labels", "preview"))
    return [part for part in parts if isinstance(part, dict) and isinstance(part.get("file"), str)]


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
