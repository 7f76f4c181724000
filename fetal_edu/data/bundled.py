"""The samples that come with the course: simulated heads with exact truth, in ``data_samples/``."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import fetal_edu
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample

from .limits import BadInput, check_pixels

__all__ = ["folder", "load", "make", "names"]

_REGISTRY = "registry.json"
_FOLDER = "data_samples"


@dataclass(frozen=True)
class _Recipe:
    """What a bundled sample is drawn from, and a line that says what it shows."""

    name: str
    seed: int
    weeks: float
    difficulty: float
    shows: str


_RECIPES = (
    _Recipe("head-12w", 17, 12.6, 0.2, "early: the plexus fills the brain like wings"),
    _Recipe("head-17w", 24, 17.2, 0.3, "clear: a small head with fluid in front of it"),
    _Recipe("head-20w", 35, 20.3, 0.1, "clear: the 20-week scan"),
    _Recipe("head-21w-hard", 42, 21.0, 1.0, "hard: two shadows cross the head"),
    _Recipe("head-28w", 54, 28.4, 0.5, "usual: third trimester"),
    _Recipe("head-36w-hard", 66, 36.0, 0.9, "hard: a large, faint head whose sides lie in shadow"),
)


def folder() -> Path:
    """Find ``data_samples/``: beside the package, or in the working folder or one of its parents.

    Raises
    ------
    BadInput
        If it is in none of them.
    """
    here = Path.cwd()
    for base in (Path(fetal_edu.__file__).parent.parent, here, *here.parents):
        if (base / _FOLDER / _REGISTRY).is_file():
            return base / _FOLDER
    raise BadInput(
        f"The folder {_FOLDER}/ was not found beside the package or from {here} upwards: "
        "run this inside a copy of the project, or draw a head with fetal_edu.phantom.draw_head(seed)."
    )


def names() -> tuple[str, ...]:
    """Names of the bundled samples, youngest head first.

    Examples
    --------
    >>> names()[0]
    'head-12w'
    """
    return tuple(_registry(folder()))


def load(name: str) -> Sample:
    """Read one bundled sample, its files checked against their SHA-256.

    Parameters
    ----------
    name : str
        One of `names`.

    Raises
    ------
    BadInput
        For an unknown name, a missing file, or one that is not the one that was registered.

    Examples
    --------
    >>> sample = load("head-20w")
    >>> sample.plane, round(sample.truth["ga_weeks"], 1)
    ('transthalamic', 20.3)
    """
    where = folder()
    entries = _registry(where)
    if name not in entries:
        raise BadInput(f"There is no bundled sample {name!r}: there are {', '.join(entries)}.")
    try:
        return _read(where, entries[name])
    except BadInput:
        raise
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        raise BadInput(
            f"{where / _REGISTRY} is damaged near {name!r}: restore it from the project."
        ) from None


def _read(where: Path, entry: dict[str, Any]) -> Sample:
    image = _picture(where, entry["image"])
    truth = dict(entry["truth"])
    truth["ellipse"] = Ellipse(**truth["ellipse"])
    for key, kind in (("plane", str), ("group", str), ("seed", int), ("params", dict)):
        if not isinstance(entry[key], kind):
            raise TypeError(f"{key} is {entry[key]!r}")
    return Sample(
        image.astype(np.float32) / np.float32(255),
        labels=_picture(where, entry["labels"]),
        classes={key: tuple(map(int, values)) for key, values in entry["classes"].items()},
        spacing=tuple(entry["spacing"]),
        plane=entry["plane"],
        truth=truth,
        origin=f"{_FOLDER}/{entry['image']['file']}",
        group=entry["group"],
        seed=entry["seed"],
        params=entry["params"],
    )


def make(target: Path | str) -> tuple[Path, ...]:
    """Draw the bundled samples anew.

    Parameters
    ----------
    target : path
        Folder for the pictures, their labels and ``registry.json``; made if needed.

    Returns
    -------
    tuple of paths
        The files that were written.
    """
    from fetal_edu.phantom import draw_head  # reading samples does not need the simulator

    target = Path(target)
    target.mkdir(parents=True, exist_ok=True)
    entries, written = {}, []
    for recipe in _RECIPES:
        sample = draw_head(recipe.seed, weeks=recipe.weeks, difficulty=recipe.difficulty)
        grey = np.round(sample.image * 255).astype(np.uint8)
        files = {"image": f"{recipe.name}.png", "labels": f"{recipe.name}-labels.png"}
        for key, values in (("image", grey), ("labels", sample.labels)):
            Image.fromarray(values).save(target / files[key], optimize=True)
            written.append(target / files[key])
        entries[recipe.name] = _entry(sample, recipe, target, files)
    registry = target / _REGISTRY
    registry.write_text(json.dumps({"format": 1, "samples": entries}, indent=1) + "\n", encoding="utf-8")
    return (*written, registry)


def _entry(sample: Sample, recipe: _Recipe, target: Path, files: dict[str, str]) -> dict[str, object]:
    truth = {**sample.truth, "ellipse": sample.truth["ellipse"].to_dict()}
    hashed = {key: {"file": file, "sha256": _sha256(target / file)} for key, file in files.items()}
    return {
        **hashed,
        "shows": recipe.shows,
        "plane": sample.plane,
        "spacing": sample.spacing,
        "truth": truth,
        "group": sample.group,
        "seed": sample.seed,
        "classes": sample.classes,
        "params": sample.params,
    }


def _registry(where: Path) -> dict[str, dict]:
    try:
        samples = json.loads((where / _REGISTRY).read_text(encoding="utf-8"))["samples"]
        if samples and all(isinstance(entry, dict) for entry in samples.values()):
            return samples
        reason = "it names no samples"
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        reason = type(error).__name__
    raise BadInput(f"{where / _REGISTRY} can't be read ({reason}): restore it from the project.")


def _picture(where: Path, entry: dict[str, str]) -> np.ndarray:
    if Path(entry["file"]).name != entry["file"]:  # of another folder
        raise ValueError(f"{entry['file']!r} is no file beside the registry")
    path = where / entry["file"]
    if not path.is_file():
        raise BadInput(f"{path} is missing: restore it from the project.")
    if _sha256(path) != entry["sha256"]:
        raise BadInput(
            f"{path} was changed: its SHA-256 is not the one in {_REGISTRY}. Restore it from the project."
        )
    with Image.open(path, formats=("PNG",)) as picture:
        check_pixels(path.name, picture.height, picture.width)
        if picture.mode != "L":
            raise ValueError(f"{path} is no grey picture")
        return np.asarray(picture)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
