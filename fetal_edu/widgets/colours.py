"""The true labels of a picture in colours, and what each colour means."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import gettext as _

import numpy as np

from ..sample import Sample
from .encode import as_layer

__all__ = ["label_layer", "name_of"]

# After Okabe and Ito, then P. Tol's muted set: neighbours in the list stay apart for colour-blind readers.
_COLOURS = (
    *("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#aaaaaa"),
    *("#882255", "#44aa99", "#ddcc77", "#aa4499", "#117733", "#88ccee", "#661100", "#332288"),
)


def label_layer(sample: Sample) -> tuple[bytes, list[dict[str, str]]]:
    """Colour what is labelled in a picture.

    Parameters
    ----------
    sample : Sample
        With labels. Each label is called by the smallest class that holds it; labels of one name share a
        colour.

    Returns
    -------
    layer : bytes
        PNG; background is transparent. A name keeps its colour for all pictures of one anatomy.
    legend : list of dict
        ``{"name", "colour"}`` of each name that is in the picture, largest area first.

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> layer, legend = label_layer(draw_head(7, weeks=22, shape=(64, 96)))
    >>> legend[0]["name"], len({entry["colour"] for entry in legend}) == len(legend)
    ('brain', True)
    """
    known = sorted({label for labels in sample.classes.values() for label in labels} - {0})
    names = {label: _smallest_class(label, sample.classes) for label in known}
    order = list(dict.fromkeys(name for name in names.values() if name != "background"))
    numbers = np.zeros(256, np.uint8)
    for label, name in names.items():
        numbers[label] = order.index(name) + 1 if name in order else 0
    coloured = numbers[sample.labels]
    areas = np.bincount(coloured.ravel(), minlength=len(order) + 1)[1:]
    shown = sorted((place for place in range(len(order)) if areas[place]), key=lambda place: -areas[place])
    colours = [_colour(place) for place in range(len(order))]
    legend = [{"name": name_of(order[place]), "colour": colours[place]} for place in shown]
    return as_layer(coloured, colours), legend


def name_of(key: str) -> str:
    """Write a class's name for a reader.

    Examples
    --------
    >>> name_of("csp"), name_of("third_ventricle")
    ('cavum septi pellucidi (CSP)', 'third ventricle')
    """
    return _FULL[key]() if key in _FULL else _(key.replace("_", " "))


def _smallest_class(label: int, classes: Mapping[str, tuple[int, ...]]) -> str:
    return min((name for name in classes if label in classes[name]), key=lambda name: len(classes[name]))


def _colour(place: int) -> str:
    """Return a colour of the list; beyond its end the same ones darker."""
    colour = _COLOURS[place % len(_COLOURS)]
    if place < len(_COLOURS):
        return colour
    red, green, blue = (round(0.6 * int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"


_FULL = {
    "csp": lambda: _("cavum septi pellucidi (CSP)"),
    "falx": lambda: _("falx (midline)"),
    "fluid": lambda: _("amniotic fluid"),
}
