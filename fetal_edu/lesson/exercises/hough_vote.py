"""Chapter 10: the votes of edge points for the centre of a circle."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(points, radius, shape):
    """Let each point vote for every centre whose distance is the radius, give or take half a pixel."""
    votes = np.zeros(shape)
    for row, column in points:
        for r in range(shape[0]):
            for c in range(shape[1]):
                away = ((r - row) ** 2 + (c - column) ** 2) ** 0.5
                if abs(away - radius) <= 0.5:
                    votes[r, c] += 1
    return votes


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw one point, two, a few on a circle, and points in tables that are no squares."""
    yield Case(
        (np.array([[3, 2]]), 2.0, (7, 6)), _("One point votes for a ring around itself, not for its inside.")
    )
    yield Case(
        (np.array([[2, 2], [2, 6]]), 2.0, (9, 9)), _("Between two points lies a centre that both vote for.")
    )
    for many, radius, shape, holds in (
        (3, 2.5, (6, 9), _("No cell has more votes than there are points.")),
        (4, 3.0, (9, 5), _("The table has the shape that was asked for, rows first.")),
        (5, 1.5, (4, 8), _("A radius needs no whole number of pixels.")),
        (6, 4.0, (8, 10), _("A vote that falls outside of the table is lost.")),
    ):
        places = rng.choice(shape[0] * shape[1], many, replace=False)
        yield Case((np.stack(np.divmod(places, shape[1]), axis=1), radius, shape), holds)


def _count(points, shape, asked) -> np.ndarray:
    """Count for each cell the points for whose (down, across) steps `asked` holds."""
    r, c = np.indices(shape)
    return sum((asked(r - row, c - column).astype(float) for row, column in points), np.zeros(shape))


def _disc(points, radius, shape):
    return _count(points, shape, lambda down, across: np.hypot(down, across) <= radius + 0.5)


def _square(points, radius, shape):
    far = lambda down, across: np.maximum(abs(down), abs(across))  # noqa: E731
    return _count(points, shape, lambda down, across: abs(far(down, across) - radius) <= 0.5)


def _blocks(points, radius, shape):
    return _count(points, shape, lambda down, across: abs(abs(down) + abs(across) - radius) <= 0.5)


def _swapped(points, radius, shape):
    return spec(np.asarray(points)[:, ::-1], radius, shape)


def _present(points, radius, shape):
    return (spec(points, radius, shape) > 0) * 1.0


def _diameter(points, radius, shape):
    return spec(points, radius / 2, shape)


def _shares(points, radius, shape):
    return spec(points, radius, shape) / len(points)


def _at_points(points, radius, shape):
    votes = np.zeros(shape)
    for row, column in points:
        votes[row, column] += 1
    return votes


def _exact(points, radius, shape):
    return _count(points, shape, lambda down, across: down**2 + across**2 == radius**2)


EXERCISE = Exercise(
    key="hough-vote",
    chapter="10",
    name="hough_vote",
    title=_("A vote for the centre"),
    task=_(
        "`points` is an array of edge points, one row and one column each, in pixels. All may lie on a "
        "circle of `radius` pixels whose centre is not known. Return a table of `shape` (rows, columns): for "
        "each cell, the number of points whose distance to it is the radius, give or take half a pixel (half a "
        "pixel included)."
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
            "on or off",
            _present,
            _("You tell where any vote fell. The centre is where many fall: count them."),
        ),
        Mutant("diameter", _diameter, _("Your rings have half the size. `radius` is not the diameter.")),
        Mutant(
            "shares", _shares, _("You divide by the number of points. The task asks for votes, not shares.")
        ),
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
