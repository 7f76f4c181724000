"""The pictures that the segment dashboard has open, and those that it can open."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _
from typing import Protocol

from ..sample import Sample
from .pictures import Picture, open_bytes

__all__ = ["Samples", "Shelf", "title"]

_KEPT = 6  # own files that stay open
_USUAL = "head-20w"  # neither the smallest nor the hardest


class Samples(Protocol):
    """Where samples come from."""

    def names(self) -> tuple[str, ...]: ...  # noqa: D102

    def load(self, name: str) -> Sample: ...  # noqa: D102


class _BundledHeads:
    """The bundled pictures of the plane that heads are measured in: the networks here know no other."""

    def names(self) -> tuple[str, ...]:
        from ..data import bundled

        return bundled.names(plane="transthalamic", kind="picture")

    def load(self, name: str) -> Sample:
        from ..data import bundled

        return bundled.load(name)


class Shelf:
    """Samples by name, and own files by a key; what was opened stays as it was left.

    Parameters
    ----------
    samples : Samples, optional
        Default: the heads that come with the course, in the plane that they are measured in.

    Attributes
    ----------
    names : tuple of str
        Of the samples; empty until `look`.
    opened : dict of key to Picture
    """

    def __init__(self, samples: Samples | None = None) -> None:
        self._samples: Samples = samples or _BundledHeads()
        self.names: tuple[str, ...] = ()
        self.opened: dict[str, Picture] = {}

    def look(self) -> str:
        """Look which samples there are; returns the usual one, or the middle one where that is missing.

        Raises
        ------
        BadInput
            If their folder is missing.
        """
        self.names = tuple(self._samples.names())
        if _USUAL in self.names:
            return _USUAL
        return self.names[(len(self.names) - 1) // 2] if self.names else ""

    def take(self, key: str, method: str) -> Picture:
        """Return what is open under a key, or open the sample of that name."""
        if key not in self.opened:
            self.opened[key] = Picture.of(self._samples.load(key), method)
        return self.opened[key]

    def add(self, content: bytes, name: str, method: str) -> str:
        """Open a file that was dropped; returns its key. Of many own files the oldest are closed.

        Raises
        ------
        BadInput
            If it is no picture; nothing changes then.
        """
        picture = open_bytes(content, name, method)
        key = name if name not in self.names else f"{name} "
        own = [old for old in self.opened if old not in self.names and old != key]
        for old in own[: max(0, len(own) - _KEPT + 1)]:
            del self.opened[old]
        self.opened[key] = picture
        return key

    def menu(self) -> Iterator[tuple[str, str]]:
        """Yield the title and the key of each picture, samples first."""
        for name in self.names:
            yield title(name), name
        for key in self.opened:
            if key not in self.names:
                yield _("your file: {}").format(key), key


def title(name: str) -> str:
    """Write a picture's name for a reader.

    Examples
    --------
    >>> title("head_20w"), title("my_scan.png")
    ('head 20w', 'my_scan.png')
    """
    return name.replace("_", " ") if "." not in name else name
