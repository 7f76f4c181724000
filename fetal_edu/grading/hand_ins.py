"""Finds what a class has handed in: which files are notebooks, and whose they are."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from fetal_edu.data.limits import BadInput

__all__ = ["HandIn", "find_hand_ins", "readable"]

MOST_FILES = 20_000
SKIPPED = (".ipynb_checkpoints", "__MACOSX", "__pycache__")
#: nbgrader's folders beside `submitted`, which hold the teacher's own.
NBGRADER = ("source", "release", "autograded", "feedback")
#: How the chapters' files are called, to tell them from the name behind: 08_little_data_ana.
CHAPTERS = (
    "00_start",
    "01_ultrasound",
    "02_convolution",
    "03_pooling",
    "04_upsampling",
    "05_fcn",
    "06_unet",
    "07_recurrence",
    "08_little_data",
    "09_head",
    "10_abdomen",
)
CHAPTER = re.compile("|".join((*CHAPTERS, r"\d\d_[a-z]+", r"\d\d(?!\d)")))
#: How learning platforms name what they let a teacher download, folder or file.
PLATFORMS = (
    re.compile(r"(?P<who>.+?)_\d+_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)"),  # Moodle
    re.compile(r"\d+-\d+ ?- ?(?P<who>.+?) ?- ?\w+ \d+, ?\d{4} .*(?P<rest>)"),  # Brightspace
    re.compile(r".+?_(?P<who>[^_]+)_attempt_\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d_?(?P<rest>.*)"),  # Blackboard
    re.compile(r"(?P<who>[^_\W]+)_(?:LATE_)?\d+_\d+_(?P<rest>.+)"),  # Canvas
)
CONTROL = ("Cc", "Cs", "Co", "Cn")
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they let text read as another


@dataclass(frozen=True)
class HandIn:
    """A file that somebody handed in.

    Parameters
    ----------
    path : Path
    student : str
        As far as folder and file name tell.
    file : str
        Its place in the folder, with ``/``.
    problem : str
        Empty, or why it can't be read, as a sentence.
    own_folder : bool
        The student has a folder of their own.
    """

    path: Path
    student: str
    file: str
    problem: str = ""
    own_folder: bool = False


def find_hand_ins(folder: str | os.PathLike, *, suffix: str = ".ipynb") -> list[HandIn]:
    """Find all files of a kind below a folder, sorted by student and file.

    Students' names come from the folders in it, one for each student, or from the file names where the files
    lie side by side. Those that nbgrader, Moodle, Canvas, Blackboard and Brightspace give are taken apart.

    Parameters
    ----------
    folder : str or path
    suffix : str

    Returns
    -------
    list of HandIn
        Links that lead out of the folder are listed with their problem, and not followed.

    Raises
    ------
    BadInput
        If there is no such folder, or no such file in it.
    """
    root = Path(folder)
    if not root.is_dir():
        raise BadInput(_("There is no folder {folder}.").format(folder=readable(str(folder))))
    root = _class_folder(root)
    found = [_hand_in(root, path) for path in _files(root, suffix.lower())]
    if not found:
        raise BadInput(_none(root, suffix))
    return sorted(found, key=lambda one: (one.student.casefold(), one.student, one.file))


def readable(text: str) -> str:
    r"""Return a text in one line, without what could disturb a terminal or a table.

    Examples
    --------
    >>> readable("Zoë\x1b[31m\nMüller")
    'Zoë[31m Müller'
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(
        one if unicodedata.category(one) not in CONTROL else "?" if unicodedata.category(one) == "Cs" else ""
        for one in text
        if one not in TURNING
    )


def _class_folder(root: Path) -> Path:
    """Go down into nbgrader's folder of what was handed in, and through a folder that only wraps others."""
    try:
        inner = [path for path in root.iterdir() if path.is_dir() and path.name not in SKIPPED]
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput(
            _("The folder {folder} can't be read: {reason}.").format(folder=root, reason=reason)
        ) from None
    submitted = root / "submitted"
    if submitted in inner and any(path.name in NBGRADER for path in inner):
        return submitted
    if len(inner) == 1 and not inner[0].is_symlink() and not any(root.glob("*.*")):
        below = [path for path in inner[0].iterdir() if path.is_dir() and path.name not in SKIPPED]
        return inner[0] if len(below) > 1 else root
    return root


def _files(root: Path, suffix: str) -> Iterator[Path]:
    n = 0
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(names):
            n += 1
            if n > MOST_FILES:
                raise BadInput(
                    _("{folder} holds more than {n:,} files: name the folder of one class.").format(
                        folder=root, n=MOST_FILES
                    )
                )
            if name.lower().endswith(suffix) and not name.startswith("."):
                yield Path(folder) / name


def _hand_in(root: Path, path: Path) -> HandIn:
    inside = path.relative_to(root)
    file = readable(inside.as_posix())
    own_folder = len(inside.parts) > 1
    student = _student(inside, root)
    problem = ""
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        problem = _("It is a link that leads out of the folder: put the file itself there.")
    return HandIn(path, student, file, problem, own_folder)


def _student(inside: Path, root: Path) -> str:
    """Read a name from the folder, else from the file, else from what the folder as a whole is called."""
    name = inside.parts[0] if len(inside.parts) > 1 else inside.stem
    for platform in PLATFORMS:
        found = platform.fullmatch(name)
        if found:
            return readable(found["who"])
    if len(inside.parts) > 1:
        return readable(name)
    plain = CHAPTER.sub(" ", re.sub(r"(?i)^copy of |\(\d+\)$|[ _-]copy$", "", name))
    return readable(plain.replace("_", " ")).strip(" -.") or readable(root.resolve().name) or readable(name)


def _none(root: Path, suffix: str) -> str:
    packed = sorted(
        path.name for path in root.rglob("*") if path.suffix.lower() in (".zip", ".tar", ".gz", ".7z")
    )
    if packed:
        says = _("There is no {suffix} file in {folder}, but {packed}: unpack it first.")
        return says.format(suffix=suffix, folder=root, packed=readable(packed[0]))
    return _("There is no {suffix} file in {folder} or in the folders below.").format(
        suffix=suffix, folder=root
    )
