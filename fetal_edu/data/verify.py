"""Whether images of HC18 are, byte for byte, those that this version was tested with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from fetal_edu.data.public import HC18, TABLE, annotation
from fetal_edu.data.table import read_rows

__all__ = ["Verdict", "listed", "verify"]

_LIST = "hc18.sha256"


@dataclass(frozen=True)
class Verdict:
    """What a comparison with the list found.

    Parameters
    ----------
    same : int
        Images that are on the list and, with their outlines, equal it.
    differ : tuple of str
        Names of images that are on the list and differ from it, themselves or their outlines.
    unlisted : int
        Images that the list does not have, so that nothing can be said of them.
    table : bool or None
        Whether the table gives the listed images the scale and the HC that the list knows; None where the
        copy lacks some of them.
    """

    same: int
    differ: tuple[str, ...]
    unlisted: int
    table: bool | None

    @property
    def sound(self) -> bool:
        """Whether nothing differs."""
        return not self.differ and self.table is not False

    def __str__(self) -> str:
        total = self.same + len(self.differ) + self.unlisted
        said = f"{self.same} of {total} images and their outlines are those that this version was tested with"
        said += ", by SHA-256" + (", and so are their rows of the table" if self.table else "")
        if self.differ:
            said += f"; {len(self.differ)} differ from them ({', '.join(self.differ[:3])}"
            said += ", ...)" if len(self.differ) > 3 else ")"
        if self.unlisted:
            said += f"; {self.unlisted} are not on its list and were not compared"
        if self.table is False:
            said += f"; {TABLE} differs"
        return said + "."


@cache
def listed() -> tuple[str, dict[str, tuple[str, str]]]:
    """Read the list: SHA-256 of the rows of the table, and of each image and its outline.

    Returns
    -------
    rows : str
        Of the lines ``name,mm per pixel,HC`` of the listed images, each ended by a line feed.
    images : dict
        File name -> (SHA-256 of the image, SHA-256 of its outline), in the order of `rows`.
    """
    text = (files("fetal_edu.data") / _LIST).read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    (_, rows), *images = lines
    return rows, {f"{stem}.png": (image, outline) for stem, image, outline in images}


def verify(opened: HC18) -> Verdict:
    """Compare a copy of HC18 with the list.

    Parameters
    ----------
    opened : HC18

    Returns
    -------
    Verdict

    Raises
    ------
    BadInput
        If the table can't be read.
    """
    rows, images = listed()
    inside = opened.folder / "training_set"
    known = [name for name in opened.names if name in images]
    differ = tuple(name for name in known if _hashes(inside, name) != images[name])
    said = {
        row[0].strip(): ",".join(cell.strip() for cell in row[:3]) for row in read_rows(opened.folder / TABLE)
    }
    table = None
    if images.keys() <= said.keys():
        table = hashlib.sha256("".join(f"{said[name]}\n" for name in images).encode()).hexdigest() == rows
    return Verdict(len(known) - len(differ), differ, len(opened) - len(known), table)


def _hashes(folder: Path, name: str) -> tuple[str, str]:
    try:
        image, outline = ((folder / part).read_bytes() for part in (name, annotation(name)))
    except OSError:  # a file that can't be read is not the one that is known
        return "", ""
    return hashlib.sha256(image).hexdigest(), hashlib.sha256(outline).hexdigest()
