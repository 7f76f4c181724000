"""What a reader asks for on the skips dashboard, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .arriving import Refused, is_number
from .skip_ways import NETWORKS, SKIPS, Way
from .words import _

__all__ = ["LAST_FETUS", "SIMULATED", "WEEKS", "Asked", "checked_asked"]

#: The key of the head that is simulated on the spot.
SIMULATED = "simulated"
#: The ages that can be simulated, in weeks.
WEEKS = (12, 40)
#: Fetuses are numbered from 0 to this: the simulator's seed.
LAST_FETUS = 99_999
_FIELDS = ("head", "weeks", "seed", "network", "gates", "scale")
_LONGEST = 40


@dataclass(frozen=True)
class Asked:
    """A head, and what was done to the skips of the network that looks at it.

    Parameters
    ----------
    head : str
        The name of a sample, `SIMULATED`, or the key of an own file.
    weeks : float
    seed : int
        Age and number of the simulated head.
    network : str
        One of `skip_ways.NETWORKS`.
    gates : tuple of float
        From full size down, 0 to 1.
    scale : str
        Millimetres per pixel of an own picture, as they were typed; empty: what the file says.

    Examples
    --------
    >>> Asked("head-20w", gates=(1.0, 0.0, 1.0, 1.0)).way.title
    'skip 1 closed'
    """

    head: str
    weeks: float = 22.0
    seed: int = 7
    network: str = "skips-all"
    gates: tuple[float, ...] = (1.0,) * SKIPS
    scale: str = ""

    @property
    def way(self) -> Way:
        """The network and its gates; those of an ablation stay open."""
        return Way(gates=self.gates) if self.network == "skips-all" else Way(self.network)

    def to_dict(self) -> dict[str, Any]:
        """Return what travels to the browser."""
        return {**asdict(self), "gates": list(self.gates)}


def checked_asked(value: Any, heads: Collection[str]) -> Asked:
    """Return what a browser sent as `Asked`.

    Parameters
    ----------
    value : anything
        Should be a mapping with all fields of `Asked`.
    heads : collection of str
        The heads that there are.

    Raises
    ------
    Refused
        With a sentence for the reader.

    Examples
    --------
    >>> checked_asked(Asked("head-20w").to_dict(), ["head-20w"]) == Asked("head-20w")
    True
    """
    if not isinstance(value, Mapping) or set(value) != set(_FIELDS):
        raise Refused(_("The page asked for something in a form that does not fit; the last picture stays."))
    if not isinstance(value["head"], str) or value["head"] not in heads:
        raise Refused(
            _("There is no head “{}” here: choose one from the menu.").format(str(value["head"])[:40])
        )
    if value["network"] not in tuple(NETWORKS):
        raise Refused(_("There is no such network; there are: {}.").format(", ".join(NETWORKS)))
    if not isinstance(value["scale"], str) or len(value["scale"]) > _LONGEST:
        raise Refused(_("The scale is too long for its field: give mm per pixel, as 0.12."))
    return Asked(
        value["head"],
        _weeks(value["weeks"]),
        _fetus(value["seed"]),
        value["network"],
        _gates(value["gates"]),
        value["scale"].strip(),
    )


def _weeks(value: Any) -> float:
    if not is_number(value) or not WEEKS[0] <= value <= WEEKS[1]:
        said = _("Age in weeks: give a number from {} to {}; the last one was kept.")
        raise Refused(said.format(*WEEKS))
    return float(value)


def _fetus(value: Any) -> int:
    if not is_number(value) or value != int(value) or not 0 <= value <= LAST_FETUS:
        said = _("Fetus “{}”: give a whole number from 0 to {}; the last one was kept.")
        raise Refused(said.format(str(value)[:40], LAST_FETUS))
    return int(value)


def _gates(value: Any) -> tuple[float, ...]:
    fits = isinstance(value, (list, tuple)) and len(value) == SKIPS
    if not fits or not all(is_number(gate) and 0 <= gate <= 1 for gate in value):
        raise Refused(
            _("Gates: give {} numbers from 0 (closed) to 1 (open); they stay as they were.").format(SKIPS)
        )
    return tuple(round(float(gate), 2) for gate in value)
