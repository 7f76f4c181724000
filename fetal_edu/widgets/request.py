"""What a reader asks the simulator for on the board of knobs, checked before it is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from gettext import gettext as _
from typing import Any

from ..phantom import ANATOMIES, KNOBS, MACHINES, draw
from ..sample import Sample
from .arriving import Refused, is_number

__all__ = ["LAST_FETUS", "Request", "checked_request", "knobs_of"]

#: Fetuses are numbered from 0 to this: the simulator's seed.
LAST_FETUS = 99_999
_FIELDS = ("anatomy", "plane", "weeks", "seed", "machine", "model", "difficulty", "knobs")


@dataclass(frozen=True)
class Request:
    """One picture that was asked for, and the network that reads it.

    Parameters
    ----------
    anatomy, plane : str
        As in `fetal_edu.phantom.ANATOMIES`.
    weeks : float
    seed : int
        The number of the fetus.
    machine : str
        A key of `fetal_edu.phantom.MACHINES`, or empty for a mixture.
    model : str
        The network.
    difficulty : float
        0 (clear) to 1 (hard), for all that no knob sets.
    knobs : mapping of name to number
        Those that were set; the others stay as the difficulty draws them.

    Examples
    --------
    >>> Request(knobs={"shadow": 0.5}).draw((32, 48)).shape
    (32, 48)
    """

    anatomy: str = "head"
    plane: str = "transthalamic"
    weeks: float = 22.0
    seed: int = 7
    machine: str = ""
    model: str = "head"
    difficulty: float = 0.2
    knobs: Mapping[str, float] = field(default_factory=dict)

    def draw(self, shape: tuple[int, int]) -> Sample:
        """Let the simulator draw it."""
        return draw(**self.to_draw(), shape=shape)

    def to_draw(self) -> dict[str, Any]:
        """Return the arguments of `fetal_edu.phantom.draw`, but the shape."""
        return {
            "plane": self.plane,
            "seed": self.seed,
            "anatomy": self.anatomy,
            "weeks": self.weeks,
            "difficulty": self.difficulty,
            "knobs": self.knobs,
            "machine": self.machine or None,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return what travels to the browser."""
        return asdict(self) | {"knobs": dict(self.knobs)}


def knobs_of(anatomy: str) -> dict[str, str]:
    """Return the knobs of an anatomy, its own ones last, each with its meaning.

    Examples
    --------
    >>> knobs_of("head")["motion"].startswith("three frames are averaged")
    True
    """
    return {name: knob.meaning for name, knob in {**KNOBS, **ANATOMIES[anatomy].knobs}.items()}


def checked_request(value: Any, models: Collection[str]) -> Request:
    """Return what a browser sent as a `Request`.

    Parameters
    ----------
    value : anything
        Should be a mapping with all fields of a `Request`.
    models : collection of str
        The networks that there are.

    Raises
    ------
    Refused
        With a sentence for the reader.

    Examples
    --------
    >>> checked_request(Request().to_dict(), ["head"]) == Request()
    True
    """
    if not isinstance(value, Mapping) or set(value) != set(_FIELDS):
        raise Refused(_("The page asked for a picture in a form that does not fit; the last one was kept."))
    anatomy = _one_of(value["anatomy"], ANATOMIES)
    kind = ANATOMIES[anatomy]
    first, last = kind.weeks
    return Request(
        anatomy,
        _one_of(value["plane"], kind.planes),
        _number(value["weeks"], _("Age in weeks"), first, last),
        _fetus(value["seed"]),
        _one_of(value["machine"], ["", *MACHINES]),
        _one_of(value["model"], models),
        _number(value["difficulty"], _("Overall difficulty"), 0, 1),
        _knobs(value["knobs"], anatomy),
    )


def _one_of(value: Any, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise Refused(_("There is no “{}” here; there are: {}.").format(str(value)[:40], _listed(known)))
    return value


def _listed(known: Collection[str]) -> str:
    return ", ".join(name or _("a mixture") for name in known)


def _number(value: Any, name: str, low: float, high: float) -> float:
    if not is_number(value) or not low <= value <= high:
        said = _("{name}: give a number from {low:g} to {high:g}; the last one was kept.")
        raise Refused(said.format(name=name, low=low, high=high))
    return float(value)


def _fetus(value: Any) -> int:
    if not is_number(value) or value != int(value) or not 0 <= value <= LAST_FETUS:
        said = _("Fetus “{}”: give a whole number from 0 to {}; the last one was kept.")
        raise Refused(said.format(str(value)[:40], LAST_FETUS))
    return int(value)


def _knobs(value: Any, anatomy: str) -> dict[str, float]:
    known = knobs_of(anatomy)
    if not isinstance(value, Mapping):
        raise Refused(_("The knobs came in a form that does not fit; they stay where they were."))
    return {
        _one_of(name, known): round(_number(amount, _("Knob {}").format(str(name)[:40]), 0, 1), 2)
        for name, amount in value.items()
    }
