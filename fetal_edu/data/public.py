"""Public data sets in their own published layout, and the list of folders where they lie."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from fetal_edu.data.files import read_image
from fetal_edu.data.limits import BadInput
from fetal_edu.data.table import read_rows
from fetal_edu.measure import fit_outline
from fetal_edu.sample import Sample

__all__ = ["HC18", "KNOWN", "PublicSet", "add_folder", "data_folder", "hc18", "known_set", "registered"]


@dataclass(frozen=True)
class PublicSet:
    """What a reader should know of a public data set before using it."""

    name: str
    title: str
    layout: str
    licence: str
    citation: str
    source: str


KNOWN = {
    "hc18": PublicSet(
        name="hc18",
        title="HC18: 999 annotated ultrasound images of the fetal head",
        layout="training_set/ with the images beside training_set_pixel_size_and_HC.csv",
        licence="CC BY 4.0 (use and share it, and name the authors)",
        citation=(
            "T. L. A. van den Heuvel, D. de Bruijn, C. L. de Korte, B. van Ginneken: Automated measurement "
            "of fetal head circumference using 2D ultrasound images. PLoS ONE 13(8): e0200412, 2018."
        ),
        source="https://doi.org/10.5281/zenodo.1327317",
    )
}

_FOLDER = "training_set"
TABLE = "training_set_pixel_size_and_HC.csv"


class HC18(Sequence):
    """The annotated images of HC18; each `Sample` is read when it is asked for.

    Parameters
    ----------
    folder : path
        The folder that holds ``training_set`` and the table. A partial copy is fine: an image counts when
        it is in the table and its annotation lies beside it.

    Attributes
    ----------
    names : tuple of str
        File names in order, ``"001_HC.png"``.
    groups : tuple of str
        The digits before the underscore: images of one examination share them. One woman can still have
        several, so a split by group can leak a little.
    hc_mm : tuple of float
        The circumferences of the published table.

    Notes
    -----
    A sample's ``truth`` holds ``hc_mm`` as published and ``ellipse``, fitted in mm to the outline that was
    drawn; its labels are that ellipse, filled. ``params["cut"]`` is True where the outline reaches the
    border of the picture.
    """

    def __init__(self, folder: str | os.PathLike) -> None:
        self.folder = _layout(Path(folder))
        rows = _hc18_rows(self.folder / TABLE)
        inside = self.folder / _FOLDER
        try:
            present = {file.name for file in inside.iterdir()}
        except OSError as error:
            raise BadInput(f"{inside} can't be opened ({error.strerror}): check its rights.") from None
        kept = [row for row in rows if row[0] in present and annotation(row[0]) in present]
        if not kept:
            raise BadInput(f"{inside} holds no image with its annotation: unpack training_set.zip there.")
        self.names, self._spacings, self.hc_mm = (tuple(column) for column in zip(*kept, strict=True))
        self.groups = tuple(name.partition("_")[0] for name in self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Sample]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: int) -> Sample:
        index = range(len(self.names))[index]  # negative ones and IndexError as for a list
        name = self.names[index]
        inside = self.folder / _FOLDER
        picture = read_image(inside / name, spacing=self._spacings[index])
        outline = read_image(inside / annotation(name)).image
        if outline.shape != picture.shape:
            raise BadInput(f"{annotation(name)} has another size than {name}: unpack the data set again.")
        try:
            ellipse = fit_outline(outline, picture.spacing)
        except ValueError:
            raise BadInput(f"{annotation(name)} holds no ellipse: unpack the data set again.") from None
        border = np.concatenate([outline[0], outline[-1], outline[:, 0], outline[:, -1]])
        return Sample(
            picture.image,
            labels=ellipse.mask(picture.shape, picture.spacing).astype(np.uint8),
            classes={"head": (1,)},
            spacing=picture.spacing,
            truth={"hc_mm": self.hc_mm[index], "ellipse": ellipse},
            origin=f"hc18/{name}",
            group=self.groups[index],
            params={**picture.params, "cut": bool(border.max() > 0.5)},
        )


def hc18(folder: str | os.PathLike | None = None) -> HC18:
    """Open the annotated images of HC18.

    Parameters
    ----------
    folder : path, optional
        Where they lie. Without it: ``hc18`` in the folder of the environment variable ``FETAL_EDU_DATA``,
        else the folder given to ``fetal-edu data add hc18 FOLDER``.

    Returns
    -------
    HC18
        A sequence of `Sample`, read one by one.

    Raises
    ------
    BadInput
        If they are not found; the message says what to do.
    """
    if folder is not None:
        return HC18(folder)
    found = data_folder("hc18")
    if found is None:
        raise BadInput(
            "The HC18 images are not on this machine: fetal-edu data get hc18 downloads them. If you have a "
            "copy, name it by fetal-edu data add hc18 FOLDER (or set FETAL_EDU_DATA to the folder that holds "
            "hc18)."
        )
    return HC18(found)


def known_set(name: str) -> PublicSet:
    """Return what is known of a data set.

    Raises
    ------
    BadInput
        If no set has this name; the message lists those that exist.
    """
    if name not in KNOWN:
        raise BadInput(f"There is no data set {name!r}; known are: {', '.join(sorted(KNOWN))}.")
    return KNOWN[name]


def data_folder(name: str) -> Path | None:
    """Find the folder of a data set: in ``FETAL_EDU_DATA`` first, then where `add_folder` was told.

    Returns
    -------
    Path or None
        None if it is nowhere. A folder that was added and then moved away counts as nowhere.
    """
    known_set(name)
    around = os.environ.get("FETAL_EDU_DATA")
    candidates = [Path(around) / name] if around else []
    if name in (known := registered()):
        candidates.append(known[name])
    return next((folder for folder in candidates if folder.is_dir()), None)


def add_folder(name: str, folder: str | os.PathLike) -> HC18:
    """Check a folder and remember it in the user's settings.

    Returns
    -------
    HC18
        The data set, opened.

    Raises
    ------
    BadInput
        If the layout is not the published one, or the settings can't be written.
    """
    known_set(name)
    opened = HC18(folder)
    file = _register()
    entries = {key: str(path) for key, path in registered().items()} | {name: str(opened.folder.resolve())}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Write beside and rename, so that a crash can't leave half a list.
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(entries, indent=2), encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise BadInput(
            f"The list of data folders {file} can't be written ({error.strerror}): set FETAL_EDU_DATA to the "
            f"folder that holds {name} instead."
        ) from None
    return opened


def registered() -> dict[str, Path]:
    """Return the folders that `add_folder` remembers; none if the list is missing or damaged."""
    try:
        entries = json.loads(_register().read_text(encoding="utf-8"))
        return {str(name): Path(folder) for name, folder in entries.items()}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return {}


def _register() -> Path:
    return platformdirs.user_config_path("fetal_edu") / "data.json"


def _layout(folder: Path) -> Path:
    """Return the folder that holds images and table, also where a person points one level too high or low."""
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}: check its name.")
    for place in (folder, folder / "hc18", folder.parent if folder.name == _FOLDER else folder):
        if (place / _FOLDER).is_dir() and (place / TABLE).is_file():
            return place
    missing = [part for part in (f"{_FOLDER}/", TABLE) if not (folder / part.rstrip("/")).exists()]
    raise BadInput(
        f"{folder} is no copy of HC18: {' and '.join(missing) or 'its layout'} missing; "
        f"expected is {KNOWN['hc18'].layout}."
    )


def annotation(name: str) -> str:
    return f"{Path(name).stem}_Annotation.png"


def _hc18_rows(table: Path) -> list[tuple[str, float, float]]:
    """Read file name, mm per pixel and HC in mm from the published table."""
    rows: dict[str, tuple[str, float, float]] = {}
    for row in read_rows(table)[1:]:
        try:
            name, spacing, hc = row[0].strip(), float(row[1]), float(row[2])
        except (IndexError, ValueError):
            raise BadInput(f"{table} is damaged near {row[0]!r}: get it again from its source.") from None
        if re.fullmatch(r"\d+_\w+\.png", name) is None:
            raise BadInput(f"{table} names an unknown file {name!r}: get it again from its source.")
        if name in rows or not (math.isfinite(hc) and hc > 0 and math.isfinite(spacing)):
            raise BadInput(f"{table} is damaged near {name!r}: get it again from its source.")
        rows[name] = name, spacing, hc
    return list(rows.values())
