"""Chapter 10: the votes of edge points for the centre of a circle."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(points, strengths, radius, shape):
    """Let each point vote for every centre whose distance is the radius, give or take half a pixel."""
    votes = np.zeros(shape)
    for (row, column), strength in zip(points, strengths, strict=True):
        for r in range(shape[0]):
            for c in range(shape[1]):
                away = ((r - row) ** 2 + (c - column) ** 2) ** 0.5
                if abs(away - radius) <= 0.5:
                    votes[r, c] += strength
    return votes


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw one point, two, a few on a circle, and points in tables that are no squares."""
    yield Case(
        (np.array([[3, 2]]), np.array([1.7]), 2.0, (7, 6)),
        _("One point votes for a ring around itself, not for its inside."),
    )
    yield Case(
        (np.array([[2, 2], [2, 6]]), np.array([1.3, 0.8]), 2.0, (5, 9)),
        _("Between two points lies a centre that both vote for."),
    )
    for many, radius, shape, holds in (
        (3, 2.5, (7, 9), _("No cell has more than all strengths together.")),
        (4, 3.0, (9, 5), _("The table has the shape that was asked for, rows first.")),
        (5, 1.5, (5, 8), _("A radius needs no whole number of pixels.")),
        (6, 4.0, (7, 10), _("A vote that falls outside of the table is lost.")),
    ):
        places = rng.choice(shape[0] * shape[1], many, replace=False)
        points, strengths = np.stack(np.divmod(places, shape[1]), axis=1), rng.uniform(0.5, 2.5, many)
        yield Case((points, np.round(strengths, 2), radius, shape), holds)


def _count(points, strengths, shape, asked) -> np.ndarray:
    """Add up for each cell the points for whose (down, across) steps `asked` holds."""
    (r, c), votes = np.indices(shape), np.zeros(shape)
    for (row, column), strength in zip(points, strengths, strict=True):
        votes += strength * asked(r - row, c - column)
    return votes


def _disc(points, strengths, radius, shape):
    return _count(points, strengths, shape, lambda down, across: np.hypot(down, across) <= radius + 0.5)


def _square(points, strengths, radius, shape):
    far = lambda down, across: np.maximum(abs(down), abs(across))  # noqa: E731
    return _count(points, strengths, shape, lambda down, across: abs(far(down, across) - radius) <= 0.5)


def _blocks(points, strengths, radius, shape):
    return _count(points, strengths, shape, lambda down, across: abs(abs(down) + abs(across) - radius) <= 0.5)


def _swapped(points, strengths, radius, shape):
    return spec(np.asarray(points)[:, ::-1], strengths, radius, shape)


def _alike(points, strengths, radius, shape):
    return spec(points, np.ones(len(points)), radius, shape)


def _last(points, strengths, radius, shape):
    votes = np.zeros(shape)
    for point, strength in zip(points, strengths, strict=True):
        mine = spec([point], [strength], radius, shape)
        votes = np.where(mine > 0, mine, votes)
    return votes


def _diameter(points, strengths, radius, shape):
    return spec(points, strengths, radius / 2, shape)


def _at_points(points, strengths, radius, shape):
    votes = np.zeros(shape)
    for (row, column), strength in zip(points, strengths, strict=True):
        votes[row, column] += strength
    return votes


def _exact(points, strengths, radius, shape):
    return _count(points, strengths, shape, lambda down, across: down**2 + across**2 == radius**2)


EXERCISE = Exercise(
    key="hough-vote",
    chapter="10",
    name="hough_vote",
    title=_("A vote for the centre"),
    task=_(
        "`points` is an array of edge points, one row and one column each, in pixels; `strengths` says how "
        "strong each edge is. All may lie on a circle of `radius` pixels whose centre is not known. Return a "
        "table of `shape` (rows, columns): for each cell, the summed strengths of the points whose distance "
        "to it is the radius, give or take half a pixel (half a pixel included)."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "disc",
            _disc,
            _("Your points vote for all centres within the radius. A circle's centre lies at it."),
        ),
        Mutant(
            "square",
            _square,
            _("Your distance is the larger of the two steps, so your ring is a square. Use Pythagoras."),
        ),
        Mutant(
            "city blocks",
            _blocks,
            _("Your distance goes down and then across, around the corner. The straight line is shorter."),
        ),
        Mutant(
            "swapped",
            _swapped,
            _("You take a point's first number for its column. Here the row comes first, as in an array."),
        ),
        Mutant(
            "last only",
            _last,
            _("You put a vote in the place of the votes before. The centre is where many meet: add them up."),
        ),
        Mutant(
            "all alike",
            _alike,
            _("Each of your points has one vote. A strong edge has more: add its strength."),
        ),
        Mutant("diameter", _diameter, _("Your rings have half the size. `radius` is not the diameter.")),
        Mutant(
            "at the points",
            _at_points,
            _("You mark the points themselves. They lie on the circle and vote for where its centre is."),
        ),
        Mutant(
            "no tolerance",
            _exact,
            _("You take only distances that equal the radius. Pixels are a grid: hardly any cell does."),
        ),
    ),
    hints=(
        _("Start with one point and one cell. How far are they apart?"),
        _("Compare that distance with the radius. By how much may they differ?"),
        _("Now two loops over the cells of a table of zeros, inside a loop over the points."),
    ),
)
