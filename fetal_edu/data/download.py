"""Getting a public data set from its published record, all of it or nothing."""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
import pooch
import requests

from fetal_edu.data.limits import BadInput
from fetal_edu.data.public import HC18, TABLE, add_folder, data_folder, known_set
from fetal_edu.data.verify import verify

__all__ = ["FILES", "Remote", "get", "target_folder", "what_is_there"]

Progress = Callable[[str, int, int], None]

_RECORD = "https://zenodo.org/records/1327317/files"
_ARCHIVE = "training_set.zip"
#: An archive that holds anything else is not the published one.
_MEMBER = re.compile(r"training_set/(\d+_\w+\.png)")
_SECONDS = 60  # without a byte; then the connection counts as lost


@dataclass(frozen=True)
class Remote:
    """A file of a published record.

    Parameters
    ----------
    name : str
    address : str
    size : int
        About how many bytes, for the room on the disk.
    known_hash : str, optional
        ``"sha256:..."``, only where a source that can be named publishes it.
    """

    name: str
    address: str
    size: int
    known_hash: str | None = None


#: What is downloaded for each data set. HC18's test images have no outline, so they are left out.
FILES = {
    "hc18": (
        # No source at hand publishes the table's checksum; `verify` compares its rows with the list.
        Remote(TABLE, f"{_RECORD}/{TABLE}?download=1", 34_000),
        Remote(
            _ARCHIVE,
            f"{_RECORD}/{_ARCHIVE}?download=1",
            133_000_000,
            # As published in torch-em (github.com/constantinpape/torch-em, commit 65f1278,
            # torch_em/data/datasets/medical/hc18.py).
            "sha256:fd20d7909df892cfbdc0850de18072dbdad4dc3bc0a57202d4cc818d4715de36",
        ),
    )
}


def target_folder(name: str, folder: str | os.PathLike | None = None) -> Path:
    """Return where a data set is put: in `folder`, else in ``FETAL_EDU_DATA``, else among the user's data."""
    around = folder or os.environ.get("FETAL_EDU_DATA") or platformdirs.user_data_path("fetal_edu")
    return Path(around) / name


def what_is_there(name: str, folder: str | os.PathLike | None = None) -> HC18 | None:
    """Open the data set if it is on this machine already; in `folder`, if one is given.

    Raises
    ------
    BadInput
        If no set has this name.
    """
    known_set(name)
    found = data_folder(name) if folder is None else target_folder(name, folder)
    try:
        return None if found is None else HC18(found)
    except BadInput:
        return None


def get(
    name: str,
    folder: str | os.PathLike | None = None,
    *,
    agreed: bool,
    progress: Progress | None = None,
    files: Sequence[Remote] | None = None,
) -> HC18:
    """Download a data set, verify it, and remember where it lies.

    It is put together in a folder of its own, which takes its place and name only when all is verified. What
    goes wrong before leaves nothing behind, and a second call starts afresh.

    Parameters
    ----------
    name : str
        A key of `fetal_edu.data.public.KNOWN`.
    folder : path, optional
        The folder that gets ``name/``; see `target_folder`.
    agreed : bool
        Whether the person has seen the licence and the citation and agrees.
    progress : callable (file name, bytes that are here, bytes in all), optional
    files : sequence of Remote, optional
        Where to get it; by default `FILES`.

    Returns
    -------
    HC18
        Opened. One that is there already is not downloaded again.

    Raises
    ------
    BadInput
        Without the agreement, the network, room on the disk, or where what arrived is not what was published.
    """
    known = known_set(name)
    there = what_is_there(name, folder)
    if there is not None:
        return there
    if not agreed:
        raise BadInput(
            f"{name} has the licence {known.licence}; cite {known.citation} Say that you agree, then it is "
            "downloaded."
        )
    target = target_folder(name, folder)
    files = FILES[name] if files is None else files
    with _sentences(target, name):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BadInput(
                f"{target} is in the way: it is no copy of {name} and not empty; give another folder."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        _check_room(target.parent, files)
        with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=target.parent) as beside:
            _put_together(Path(beside), files, progress)
            if target.exists():
                target.rmdir()
            (Path(beside) / "whole").rename(target)
    if data_folder(name) != target:
        return add_folder(name, target)
    return HC18(target)


def _put_together(beside: Path, files: Sequence[Remote], progress: Progress | None) -> None:
    """Download, unpack and verify, all in a folder that nobody else sees."""
    whole = beside / "whole"
    whole.mkdir()
    for remote in files:
        _download(remote, whole if remote.name == TABLE else beside, progress)
    count = _unpack(beside / _ARCHIVE, whole)
    try:
        opened = HC18(whole)
    except BadInput:  # its sentence would name a folder that is about to go
        raise BadInput("What arrived is no copy of HC18: try again later. Nothing was kept.") from None
    if len(opened) != count:
        raise BadInput(
            f"{TABLE} knows {len(opened)} of {count} images: it arrived damaged, try again later. "
            "Nothing was kept."
        )
    verdict = verify(opened)
    if not verdict.sound:
        raise BadInput(f"What was downloaded is not what was published: {verdict} Nothing was kept.")


def _download(remote: Remote, folder: Path, progress: Progress | None) -> None:
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # it would print
    try:
        pooch.retrieve(
            remote.address,
            remote.known_hash,
            fname=remote.name,
            path=folder,
            downloader=lambda address, file, _: _fetch(address, file, remote, progress),
        )
    except requests.HTTPError as error:
        raise BadInput(
            f"{_host(remote)} does not give {remote.name} (it answers {error.response.status_code}): "
            "try again later."
        ) from None
    except requests.RequestException:
        raise BadInput(
            f"The connection to {_host(remote)} failed: check the network, then try again (or get "
            f"{remote.name} with a browser, and tell of it by fetal-edu data add). Nothing was kept."
        ) from None
    except ValueError:  # pooch: the hash differs
        raise BadInput(
            f"{remote.name} arrived damaged, or was changed at its source: its SHA-256 is not the published "
            "one. Nothing was kept; try again later."
        ) from None
    finally:
        logger.setLevel(level)


def _fetch(address: str, file: str, remote: Remote, progress: Progress | None) -> None:
    """Write what an address gives into a file. pooch's own way leaves the connection open where it fails."""
    with requests.get(address, stream=True, timeout=_SECONDS) as answer:
        answer.raise_for_status()
        total, done = int(answer.headers.get("Content-Length") or remote.size), 0
        with Path(file).open("wb") as target:
            for part in answer.iter_content(1 << 16):
                done += target.write(part)
                if progress is not None:
                    progress(remote.name, min(done, total), total)


def _host(remote: Remote) -> str:
    return urlsplit(remote.address).hostname or remote.address


def _unpack(archive: Path, folder: Path) -> int:
    """Unpack the images, and return how many have an outline."""
    (folder / "training_set").mkdir()
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            for member in members:
                if _MEMBER.fullmatch(member.filename) is None:  # ../ for example, or an absolute path
                    raise BadInput(
                        f"{archive.name} holds {member.filename!r}, which is no image of HC18. "
                        "Nothing was kept."
                    )
            _check_room(folder, [Remote(archive.name, "", sum(member.file_size for member in members))])
            for member in members:
                with packed.open(member) as source, (folder / member.filename).open("wb") as file:
                    shutil.copyfileobj(source, file)
    except BadInput:
        raise
    except Exception as error:  # of a damaged archive zipfile raises errors of many types
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # EINVAL: it points before its start
            raise
        raise BadInput(f"{archive.name} is damaged: try again later. Nothing was kept.") from None
    names = {member.filename for member in members}
    return sum(f"{name[:-4]}_Annotation.png" in names for name in names)


def _check_room(folder: Path, files: Sequence[Remote]) -> None:
    """Refuse where the disk can't hold the packed and the unpacked files."""
    needed, free = 2.2 * sum(remote.size for remote in files), shutil.disk_usage(folder).free
    if free < needed:
        raise BadInput(
            f"{needed / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB are free on the disk of {folder}: "
            "make room, or give a folder on another disk."
        )


@contextmanager
def _sentences(target: Path, name: str) -> Iterator[None]:
    """Turn what a disk can throw into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            said = (
                f"The disk of {target.parent} is full; nothing was kept: make room, or give another folder."
            )
        else:
            reason = error.strerror or str(error)
            said = f"{name} can't be put in {target.parent} ({reason}): give a folder that you may write to."
        raise BadInput(said) from None
