"""The anatomies that the simulator knows, and which one shows which plane.

An anatomy is a function that makes a `Scene`, with an entry of its own beside it. Adding one touches its
file and the list here.
"""

from __future__ import annotations

from collections.abc import Mapping

from .abdomen import ABDOMEN
from .anatomy import Anatomy
from .face import FACE
from .first_trimester import FIRST_TRIMESTER
from .head import HEAD

__all__ = ["ANATOMIES", "PLANES", "anatomy_of", "checked_age"]

ANATOMIES: Mapping[str, Anatomy] = {
    "head": HEAD,
    "abdomen": ABDOMEN,
    "face": FACE,
    "first_trimester": FIRST_TRIMESTER,
}

#: All planes.
PLANES: tuple[str, ...] = tuple(
    dict.fromkeys(plane for anatomy in ANATOMIES.values() for plane in anatomy.planes)
)


def anatomy_of(plane: str, name: str | None = None) -> tuple[str, Anatomy]:
    """Find the anatomy that shows a plane.

    Parameters
    ----------
    plane : str
        For example ``"transthalamic"``.
    name : str, optional
        The anatomy, where several have the plane: ``"other"`` is a plane of each.

    Returns
    -------
    name, Anatomy

    Raises
    ------
    ValueError
        For an unknown plane or anatomy; the message lists those there are.

    Examples
    --------
    >>> anatomy_of("transthalamic")[0]
    'head'
    """
    if name is not None and name not in ANATOMIES:
        raise ValueError(f"there is no anatomy {name!r}: there are {', '.join(ANATOMIES)}")
    for key in ANATOMIES if name is None else (name,):
        if plane in ANATOMIES[key].planes:
            return key, ANATOMIES[key]
    known = PLANES if name is None else ANATOMIES[name].planes
    raise ValueError(
        f"there is no plane {plane!r}{f' of the {name}' if name else ''}: there are {', '.join(known)}"
    )


def checked_age(weeks: float, name: str) -> float:
    """Return an age in weeks that the anatomy can be drawn at, or raise a sentence.

    Examples
    --------
    >>> checked_age(20, "head")
    20.0
    """
    weeks, (first, last) = float(weeks), ANATOMIES[name].weeks
    if not first <= weeks <= last:
        raise ValueError(
            f"{weeks:g} weeks: the {name} is drawn from {first:g} to {last:g} weeks of gestation"
        )
    return weeks
