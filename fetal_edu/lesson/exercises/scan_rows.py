"""Chapter 07: a memory along each row of a picture, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(picture, keep):
    """Walk along each row twice, and note the state at each pixel."""
    rows, columns = picture.shape
    states = np.zeros((2, rows, columns))
    for row in range(rows):
        state = 0.0
        for column in range(columns):
            state = keep * state + (1 - keep) * picture[row, column]
            states[0, row, column] = state
        state = 0.0
        for column in reversed(range(columns)):
            state = keep * state + (1 - keep) * picture[row, column]
            states[1, row, column] = state
    return states


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw single bright pixels, one row and several, more rows than columns and fewer."""
    dot = np.zeros((1, 5))
    dot[0, 1] = 8.0
    yield Case((dot, 0.5), _("A bright pixel is remembered by the pixels that come after it on the way."))
    two = np.zeros((2, 4))
    two[0, 3] = 4.0
    yield Case((two, 0.5), _("Each row begins with a state of 0."))
    yield Case((np.round(rng.normal(size=(1, 4)), 2), 0.8), _("The pixel itself is part of its state."))
    yield Case((np.full((2, 3), 1.6), 0.75), _("Also the first pixel meets a state of 0."))
    yield Case((np.round(rng.normal(size=(3, 5)), 2), 0.9), _("Both maps lie as the picture lies."))
    yield Case((np.round(rng.normal(size=(6, 4)), 2), 0.6), _("The way leads along rows."))
    yield Case((np.round(rng.normal(2, 1, (4, 4)), 2), 0.3), _("Old and new share one whole."))


def _scan(picture, keep, *, first=0.0):
    states, state = np.zeros(picture.shape), np.full(len(picture), first)
    for column in range(picture.shape[1]):
        state = keep * state + (1 - keep) * picture[:, column]
        states[:, column] = state
    return states


def _one_way(picture, keep):
    return np.stack([_scan(picture, keep)] * 2)


def _not_turned_back(picture, keep):
    return np.stack([_scan(picture, keep), _scan(picture[:, ::-1], keep)])


def _goes_on(picture, keep):
    there, back = (_scan(p.reshape(1, -1), keep).reshape(p.shape) for p in (picture, picture[:, ::-1]))
    return np.stack([there, back[:, ::-1]])


def _columns(picture, keep):
    there, back = _scan(picture.T, keep).T, _scan(picture[::-1].T, keep).T[::-1]
    return np.stack([there, back])


def _first_pixel(picture, keep):
    there = _scan(picture, keep, first=picture[:, 0])
    return np.stack([there, _scan(picture[:, ::-1], keep, first=picture[:, -1])[:, ::-1]])


def _before(picture, keep):
    there, back = spec(picture, keep)
    none = np.zeros((len(picture), 1))
    return np.stack([np.hstack([none, there[:, :-1]]), np.hstack([back[:, 1:], none])])


def _flipped(picture, keep):
    return spec(picture, 1 - keep)


def _summed(picture, keep):
    return spec(picture, keep) / (1 - keep)


def _both_added(picture, keep):
    return spec(picture, keep).sum(axis=0)


def _twice(picture, keep):
    there = _scan(picture, keep)
    return np.stack([there, _scan(there[:, ::-1], keep)[:, ::-1]])


EXERCISE = Exercise(
    key="scan-rows",
    chapter="07",
    name="scan_rows",
    title=_("Along the rows, both ways"),
    task=_(
        "`picture` is an array (rows, columns), `keep` a number between 0 and 1. Along each row, from left "
        "to right, the state becomes `keep` times itself plus (1 - `keep`) times the pixel; it begins with "
        "0. Do the same from right to left. Return the states at all pixels: an array (2, rows, columns), "
        "left to right first, both lying as the picture lies."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "one way",
            _one_way,
            _("Your two maps are equal: both go from left to right. The second begins at the right end."),
        ),
        Mutant(
            "not turned back",
            _not_turned_back,
            _(
                "Your second map is mirrored: you keep the states in the order of the walk. The state at a "
                "pixel belongs where the pixel lies."
            ),
        ),
        Mutant(
            "goes on",
            _goes_on,
            _("Your state goes on from the end of one row into the next. Begin each row with 0."),
        ),
        Mutant("columns", _columns, _("You walk down the columns. A row is a line from left to right.")),
        Mutant(
            "first pixel",
            _first_pixel,
            _("You begin with the first pixel as state. Before the walk nothing is known: begin with 0."),
        ),
        Mutant(
            "before the pixel",
            _before,
            _("You note the state before the pixel is heard. Update first, then note."),
        ),
        Mutant(
            "keep flipped",
            _flipped,
            _("You weight the pixel with `keep`, and the old state with the rest. Swap the two."),
        ),
        Mutant(
            "summed",
            _summed,
            _("Your states grow too large: the pixel has its full weight. Old and new share one whole."),
        ),
        Mutant(
            "both added",
            _both_added,
            _("You add the two directions up. Keep them apart: what follows may want to know the side."),
        ),
        Mutant(
            "twice",
            _twice,
            _("Your way back reads the states of the way there. Let it read the picture."),
        ),
    ),
    hints=(
        _("Write the way from left to right first: one loop over the columns serves all rows at once."),
        _(
            "`state = np.zeros(len(picture))` before the loop, `picture[:, column]` in it. The way back is "
            "the same on the mirrored picture, `picture[:, ::-1]`."
        ),
        _("The states of the mirrored picture lie mirrored, too: mirror them again. `np.stack` joins both."),
    ),
)
