"""The methods that the segment dashboard offers: the network first, then those without training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..measure import METHODS, Method
from ..sample import Reading, Sample
from .words import _

__all__ = ["COARSE_WHILE_DRAWING", "NETWORK", "all_methods", "found_by"]

NETWORK = "network"
#: These answer more coarsely while one draws; the others give the same answer, so none is asked for twice.
COARSE_WHILE_DRAWING = ("walker", "hough")


def all_methods(read_network: Callable[..., Reading]) -> dict[str, Method]:
    """Return the methods by key, in the order of the menu.

    Parameters
    ----------
    read_network : callable
        ``read(sample, box=None, strokes=()) -> Reading``.

    Examples
    --------
    >>> list(all_methods(print))
    ['network', 'threshold', 'walker', 'watershed', 'canny', 'hough']
    """

    def read(sample: Sample, *, strokes: Iterable[Any] = (), box: Any = None, quick: bool = False) -> Reading:
        return read_network(sample, box=box, strokes=strokes)

    idea = _("Trained on many outlined heads, it gives each pixel the probability that it is head.")
    network = Method(NETWORK, _("Network"), idea, read, draws=True)
    return {method.key: method for method in (network, *METHODS)}


def found_by(key: str, hint: str) -> str:
    """Say who drew an outline, and with which help.

    Parameters
    ----------
    key : str
        A method's key, ``"hand"``, or empty.
    hint : ``"box"``, ``"ink"``, ``"both"`` or empty
        What the reader had drawn for the method.

    Examples
    --------
    >>> found_by("walker", "ink")
    'Outline found by the random walker with your strokes'
    """
    if key not in _WHO:
        return _("Outline drawn by hand") if key == "hand" else ""
    return _HINTED[hint]().format(_WHO[key]())


_WHO: Mapping[str, Callable[[], str]] = {
    NETWORK: lambda: _("the network"),
    "threshold": lambda: _("the threshold"),
    "walker": lambda: _("the random walker"),
    "watershed": lambda: _("the watershed"),
    "canny": lambda: _("edges and an ellipse"),
    "hough": lambda: _("the Hough vote"),
}
_HINTED: Mapping[str, Callable[[], str]] = {
    "": lambda: _("Outline found by {}"),
    "box": lambda: _("Outline found by {} in your box"),
    "ink": lambda: _("Outline found by {} with your strokes"),
    "both": lambda: _("Outline found by {} in your box, with your strokes"),
}
