"""A file that a reader drops on a page: what the browser sends, and what is said where it can't be taken."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

from .arriving import Refused

__all__ = ["FILE_LIMIT", "dropped_file", "file_labels"]

#: A larger file is refused in the browser and again here. Jupyter's own limit for one message is 10 MB.
FILE_LIMIT = 8_000_000
_LONGEST_NAME = 120


def file_labels() -> dict[str, str]:
    """Return what `files.js` says of files that it does not send."""
    return {
        "too_large": _(
            "{name} has {size} MB; the limit here is {limit} MB. Save it smaller, or use the command line."
        ),
        "one_file": _("Drop one file at a time."),
        "unreadable": _("{name} can't be read by the browser: drop a file, not a folder."),
    }


def dropped_file(name: Any, buffers: Sequence, *, limit: int) -> tuple[bytes, str]:
    """Return content and name of a file that arrived.

    Raises
    ------
    Refused
        If it did not arrive whole, or is larger than `limit` bytes.

    Examples
    --------
    >>> dropped_file("a.png", [b"1234"], limit=4)
    (b'1234', 'a.png')
    >>> dropped_file("a.png", [], limit=4)
    Traceback (most recent call last):
    fetal_edu.widgets.arriving.Refused: a.png did not arrive: drop it again.
    """
    name = name[-_LONGEST_NAME:] if isinstance(name, str) and name else "file"
    if len(buffers) != 1:
        raise Refused(_("{} did not arrive: drop it again.").format(name))
    size = memoryview(buffers[0]).nbytes
    if size > limit:
        said = file_labels()["too_large"]
        raise Refused(said.format(name=name, size=f"{size / 1e6:.1f}", limit=f"{limit / 1e6:.1f}"))
    return bytes(buffers[0]), name
