"""The samples that come with the course: every plane with exact truth, in ``data_samples/``."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import fetal_edu
from fetal_edu.sample import Sample

from .folder import REGISTRY, SampleFolder
from .limits import BadInput

__all__ = ["folder", "load", "make", "names", "samples"]

_FOLDER = "data_samples"
_MEND = "Restore it from the project."


def folder() -> Path:
    """Find ``data_samples/``: beside the package, or in the working folder or one of its parents.

    Raises
    ------
    BadInput
        If it is in none of them.
    """
    here = Path.cwd()
    for base in (Path(fetal_edu.__file__).parent.parent, here, *here.parents):
        if (base / _FOLDER / REGISTRY).is_file():
            return base / _FOLDER
    raise BadInput(
        f"The folder {_FOLDER}/ was not found beside the package or from {here} upwards: "
        "run this inside a copy of the project, or draw a head with fetal_edu.phantom.draw_head(seed)."
    )


def samples() -> SampleFolder:
    """Open the bundled samples as a folder: what the registry says of each, without reading their files.

    Examples
    --------
    >>> samples().entries["head-20w"]["shows"]
    'clear: the 20-week scan'
    """
    return SampleFolder(folder(), mend=_MEND)


def names(*, plane: str | Collection[str] | None = None, kind: str | None = None) -> tuple[str, ...]:
    """Names of the bundled samples: first six heads, youngest first, then the other planes.

    Parameters
    ----------
    plane : str or several, optional
        Only those that show one of these planes.
    kind : ``"picture"``, ``"sweep"`` or ``"volume"``, optional
        Only those.

    Examples
    --------
    >>> names(plane="transthalamic", kind="picture")[:3]
    ('head-12w', 'head-17w', 'head-20w')
    """
    return samples().names(plane=plane, kind=kind)


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
    return samples().load(name)


def make(target: Path | str) -> tuple[Path, ...]:
    """Draw the bundled samples anew, with their registry, contact sheet and data card; takes a few minutes.

    Parameters
    ----------
    target : path
        A new folder, or one of samples, which are replaced.

    Returns
    -------
    tuple of paths
        The files that were written.
    """
    from .recipes import make_samples  # reading samples does not need the simulator

    return make_samples(target)
