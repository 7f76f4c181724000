"""A folder of simulated samples: pictures, sweeps and volumes beside one ``registry.json``."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample

from .limits import BadInput, check_pixels

__all__ = ["KINDS", "REGISTRY", "SampleFolder", "read_registry", "sha256", "simulated"]

REGISTRY = "registry.json"
#: A still picture; frames over time; planes in depth.
KINDS = ("picture", "sweep", "volume")
_AGAIN = "Draw it again with fetal-edu simulate."
_DAMAGES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def simulated(folder: str | os.PathLike) -> SampleFolder:
    """Open a folder that ``fetal-edu simulate`` has written.

    Parameters
    ----------
    folder : path

    Returns
    -------
    SampleFolder
        Each `Sample` is read when it is asked for.

    Raises
    ------
    BadInput
        If it holds no simulated samples.

    Examples
    --------
    >>> from fetal_edu.data import bundled
    >>> samples = simulated(bundled.folder())
    >>> samples.names(plane="transthalamic", kind="picture")[0]
    'head-12w'
    """
    return SampleFolder(folder)


class SampleFolder(Sequence):
    """The simulated samples of a folder, by name or by number.

    Parameters
    ----------
    folder : path
        It holds ``registry.json`` and the files that this names.
    mend : str
        The sentence that tells a reader what to do about a damaged file.

    Attributes
    ----------
    folder : Path
    entries : mapping of name to dict
        What the registry says of each: files with SHA-256, plane, spacing, truth, group, seed.

    Examples
    --------
    >>> from fetal_edu.data import bundled
    >>> samples = SampleFolder(bundled.folder())
    >>> samples["head-20w"].plane
    'transthalamic'
    """

    def __init__(self, folder: str | os.PathLike, *, mend: str = _AGAIN) -> None:
        self.folder, self._mend = Path(folder), mend
        self.entries: Mapping[str, dict[str, Any]] = read_registry(self.folder, mend=mend)

    def names(
        self, *, plane: str | Collection[str] | None = None, kind: str | None = None
    ) -> tuple[str, ...]:
        """Names of the samples, in the registry's order.

        Parameters
        ----------
        plane : str or several, optional
            Only those that show one of these planes; a sweep shows several.
        kind : ``"picture"``, ``"sweep"`` or ``"volume"``, optional
            Only those.

        Raises
        ------
        ValueError
            For an unknown kind.
        """
        if kind is not None and kind not in KINDS:
            raise ValueError(f"there is no kind {kind!r}: there are {', '.join(KINDS)}")
        wanted = None if plane is None else {plane} if isinstance(plane, str) else set(plane)
        return tuple(
            name
            for name, entry in self.entries.items()
            if (kind is None or entry.get("kind", "picture") == kind)
            and (wanted is None or not wanted.isdisjoint(_planes(entry)))
        )

    def load(self, name: str) -> Sample:
        """Read one sample; its files, and no others, are checked against their SHA-256.

        Raises
        ------
        BadInput
            For an unknown name, a missing file, or one that is not the one that was registered.
        """
        if name not in self.entries:
            shown = ", ".join(list(self.entries)[:20])
            more = len(self.entries) - 20
            raise BadInput(
                f"There is no sample {name!r} in {self.folder}: there are {shown}"
                f"{f' and {more} more' if more > 0 else ''}."
            )
        try:
            return self._read(self.entries[name])
        except BadInput:
            raise
        except _DAMAGES:
            raise BadInput(f"{self.folder / REGISTRY} is damaged near {name!r}. {self._mend}") from None

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def __iter__(self) -> Iterator[Sample]:
        return (self.load(name) for name in self.entries)

    def __getitem__(self, index: int | str) -> Sample:
        return self.load(index if isinstance(index, str) else list(self.entries)[index])

    def _read(self, entry: dict[str, Any]) -> Sample:
        truth = entry["truth"]
        if not truth:
            raise ValueError("no truth")
        for key, kind in (("plane", str | list), ("group", str), ("seed", int), ("params", dict)):
            if not isinstance(entry[key], kind):
                raise TypeError(f"{key} is {entry[key]!r}")
        plane, fps = entry["plane"], entry.get("fps")
        image = self._pixels(entry["image"])
        return Sample(
            image.astype(np.float32) / np.float32(255),
            labels=self._pixels(entry["labels"]),
            classes={key: tuple(map(int, values)) for key, values in entry["classes"].items()},
            spacing=tuple(entry["spacing"]),
            plane=plane if isinstance(plane, str) else tuple(map(str, plane)),
            truth=_revived(truth),
            origin=f"{self.folder.name}/{entry['image']['file']}",
            group=entry["group"],
            seed=entry["seed"],
            fps=None if fps is None else float(fps),
            params=entry["params"],
        )

    def _pixels(self, entry: dict[str, str]) -> np.ndarray:
        """Read a registered file: uint8, (rows, columns), of a sweep or volume with a leading axis."""
        name = entry["file"]
        if Path(name).name != name:  # of another folder
            raise ValueError(f"{name!r} is no file beside the registry")
        path = self.folder / name
        if not path.is_file():
            raise BadInput(f"{path} is missing. {self._mend}")
        content = path.read_bytes()
        if sha256(content) != entry["sha256"]:
            raise BadInput(f"{path} was changed: its SHA-256 is not the one in {REGISTRY}. {self._mend}")
        if name.endswith((".nii", ".nii.gz")):
            from . import nifti  # nibabel takes half a second to import

            levels, _ = nifti.decode(content, name, frame="all")
            return np.rint(levels * 255).astype(np.uint8)
        with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
            check_pixels(name, picture.height, picture.width)
            if picture.mode != "L":
                raise ValueError(f"{path} is no grey picture")
            return np.asarray(picture)


def read_registry(folder: Path, *, mend: str = _AGAIN) -> dict[str, dict[str, Any]]:
    """Read the entries of a folder's ``registry.json``.

    Raises
    ------
    BadInput
        If it is missing, damaged, or names no samples.
    """
    path = Path(folder) / REGISTRY
    try:
        samples = json.loads(path.read_text(encoding="utf-8"))["samples"]
        if samples and all(isinstance(entry, dict) for entry in samples.values()):
            return samples
        reason = "it names no samples"
    except FileNotFoundError:
        reason = "there is none"
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        reason = type(error).__name__
    raise BadInput(f"{path} can't be read ({reason}). {mend}")


def sha256(content: bytes) -> str:
    """Give the SHA-256 of bytes, in hexadecimal.

    Examples
    --------
    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def _planes(entry: Mapping[str, Any]) -> list[str]:
    planes = entry.get("plane")
    return [planes] if isinstance(planes, str) else [p for p in planes or () if isinstance(p, str)]


def _revived(truth: Any) -> Any:
    """Turn what JSON knows back into what a Sample holds: tuples, ellipses."""
    if isinstance(truth, list):
        return tuple(map(_revived, truth))
    if not isinstance(truth, dict):
        return truth
    return {key: (_ellipse if key == "ellipse" else _revived)(value) for key, value in truth.items()}


def _ellipse(value: Any) -> Any:
    """Revive an ellipse; of a sweep one for each frame, None where the plane misses the border."""
    if value is None:
        return None
    return tuple(map(_ellipse, value)) if isinstance(value, list) else Ellipse(**value)
