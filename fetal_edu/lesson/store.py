"""Where a reader's answers are kept: small JSON files on the reader's own machine, nowhere else.

The folder is ``lesson`` in the user's data folder (``~/.local/share/fetal_edu`` on Linux), or in the folder
that the environment variable ``FETAL_EDU_HOME`` names. Each record is a file of its own, so that two open
chapters don't overwrite each other's, and one damaged file costs one answer.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path
from typing import Any

import platformdirs

__all__ = ["Store", "local_store", "unkept"]

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Store:
    """Keeps records, each known by its kind and its key.

    Parameters
    ----------
    folder : Path, optional
        Made when first written. Without it, records live in memory only.

    Examples
    --------
    >>> store = Store()
    >>> store.write("exercise", "dice", {"attempts": 2})
    True
    >>> store.read("exercise", "dice"), store.read("exercise", "other")
    ({'attempts': 2}, {})
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._memory: dict[str, str] = {}

    def read(self, kind: str, key: str) -> dict[str, Any]:
        """Return a record; an empty one if there is none, or if it can't be read."""
        return self._look(kind, key) or {}

    def damaged(self, kind: str, key: str) -> bool:
        """Tell whether there is a record that can't be read.

        Examples
        --------
        >>> Store().damaged("exercise", "dice")
        False
        """
        return self._look(kind, key) is None

    def _look(self, kind: str, key: str) -> dict[str, Any] | None:
        """Return a record, an empty one if there is none, and None for one that can't be read."""
        name = _name(kind, key)
        try:
            text = self._memory[name] if self.folder is None else (self.folder / name).read_text("utf-8")
            found = json.loads(text)
        except (KeyError, FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def write(self, kind: str, key: str, record: dict[str, Any]) -> bool:
        """Keep a record; False if the folder can't be written. A crash never leaves half a file."""
        name, text = _name(kind, key), json.dumps(record, ensure_ascii=False, indent=1)
        if self.folder is None:
            self._memory[name] = text
            return True
        beside = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self.folder, suffix=".new", delete=False
            ) as file:
                beside = Path(file.name)
                file.write(text)
            beside.replace(self.folder / name)
        except OSError:
            if beside is not None:
                with suppress(OSError):
                    beside.unlink()
            return False
        return True

    def keys(self, kind: str) -> list[str]:
        """Return the keys of all records of a kind, in alphabetical order."""
        names = list(self._memory)
        if self.folder is not None:
            with suppress(OSError):
                names = [path.name for path in self.folder.glob(f"{kind}.*.json")]
        parts = [name.split(".") for name in names]
        return sorted(part[1] for part in parts if len(part) == 3 and part[0] == kind)

    def erase(self, kind: str, key: str) -> None:
        """Forget a record, if there is one."""
        self._memory.pop(_name(kind, key), None)
        if self.folder is not None:
            with suppress(OSError):
                (self.folder / _name(kind, key)).unlink()


def local_store() -> Store:
    """Return the store of this machine's user."""
    home = os.environ.get("FETAL_EDU_HOME")
    return Store((Path(home) if home else platformdirs.user_data_path("fetal_edu")) / "lesson")


def unkept(store: Store) -> str:
    """Say that an answer could not be written, and what helps.

    Examples
    --------
    >>> unkept(Store(Path("/nowhere")))
    "This can't be kept: the folder /nowhere can't be written. Set FETAL_EDU_HOME to one that can."
    """
    says = _("This can't be kept: the folder {folder} can't be written. Set FETAL_EDU_HOME to one that can.")
    return says.format(folder=store.folder)


def _name(kind: str, key: str) -> str:
    for part in (kind, key):
        if not NAME.fullmatch(part):
            raise ValueError(f"{part!r} is no name for a record: use small letters, digits and -")
    return f"{kind}.{key}.json"
