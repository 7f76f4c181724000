"""Chapter 09: from the edges that Canny's operator found to a head circumference in mm."""

from __future__ import annotations

import math
from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from fetal_edu.measure import Ellipse, circumference, fit_ellipse

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(edges, spacing):
    """Collect the outer places, each once; bring them to mm; fit."""
    outer = set()
    for row in range(edges.shape[0]):
        marked = [column for column in range(edges.shape[1]) if edges[row, column]]
        outer |= {(row, column) for column in (marked[:1] + marked[-1:])}
    for column in range(edges.shape[1]):
        marked = [row for row in range(edges.shape[0]) if edges[row, column]]
        outer |= {(row, column) for row in (marked[:1] + marked[-1:])}
    in_mm = [(row * spacing[0], column * spacing[1]) for row, column in sorted(outer)]
    return fit_ellipse(np.array(in_mm)).circumference


def _ring(ellipse: Ellipse, shape: tuple[int, int], spacing: tuple[float, float]) -> np.ndarray:
    """Return the pixels inside that have a neighbour outside."""
    mask = np.pad(ellipse.mask(shape, spacing), 1)
    near = mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    return mask[1:-1, 1:-1] & ~near


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw a circle, heads upright, crosswise and tilted, even and uneven spacing; a skull has two edges."""
    for spacing, (a, b), angle, holds in (
        ((1.0, 1.0), (24, 24), 0.0, _("It is a circle: its length is pi times its outer diameter.")),
        ((0.5, 0.5), (14, 11), 0.0, _("At half the spacing, the same pixels are half as long.")),
        ((1.0, 1.0), (28, 20), 0.6, _("A head that is tilted is as long as an upright one.")),
        ((1.4, 0.7), (30, 23), 1.2, _("Rows and columns have different spacing here.")),
        ((0.6, 1.2), (33, 25), -0.7, _("Rows and columns have different spacing here.")),
        ((0.9, 0.9), (27, 22), 1.4, _("A skull has two edges, and HC goes around the outer one.")),
    ):
        larger = rng.uniform(0, 2)
        down, across = (round(mm * rng.uniform(0.95, 1.05), 3) for mm in spacing)
        shape = math.ceil(2.4 * 34 / down), math.ceil(2.4 * 36 / across)
        middle = shape[0] * down / 2 + rng.uniform(0, 1), shape[1] * across / 2 + rng.uniform(0, 1)
        edges, turned = np.zeros(shape, bool), angle + rng.uniform(-0.1, 0.1)
        for thick in (0, 3.2 * max(down, across)):  # mm; the outer border of the bone, the inner one
            border = Ellipse(*middle, a + larger - thick, b + larger - thick, turned)
            edges |= _ring(border, shape, (down, across))
        yield Case((edges, (down, across)), holds)


def _outer(edges) -> np.ndarray:
    """Return (n, 2): what is first or last in its row or column, row by row."""
    marked = np.asarray(edges).astype(bool)
    ends = np.zeros(marked.shape, bool)
    for axis in (0, 1):
        for some in (marked, np.flip(marked, axis)):
            first = (np.cumsum(some, axis=axis) == 1) & some
            ends |= first if some is marked else np.flip(first, axis)
    return np.argwhere(ends)


def _in_pixels(edges, spacing):
    return fit_ellipse(_outer(edges)).circumference


def _mean_scale(edges, spacing):
    return _in_pixels(edges, spacing) * (spacing[0] + spacing[1]) / 2


def _swapped(edges, spacing):
    return fit_ellipse(_outer(edges) * np.array(spacing[::-1])).circumference


def _all_edges(edges, spacing):
    return fit_ellipse(np.argwhere(edges) * np.array(spacing)).circumference


def _inner(edges, spacing):
    inside = np.array(edges, bool)
    inside[tuple(_outer(edges).T)] = False
    return fit_ellipse(np.argwhere(inside) * np.array(spacing)).circumference


def _counted(edges, spacing):
    return len(_outer(edges)) * (spacing[0] + spacing[1]) / 2


def _upright(edges, spacing):
    height, width = np.ptp(np.argwhere(edges), axis=0) * np.array(spacing)
    return circumference(max(height, width) / 2, min(height, width) / 2)


def _circle(edges, spacing):
    found = fit_ellipse(_outer(edges) * np.array(spacing))
    return math.pi * (found.bpd + found.ofd) / 2


def _area(edges, spacing):
    found = fit_ellipse(_outer(edges) * np.array(spacing))
    return math.pi * found.semi_major * found.semi_minor


EXERCISE = Exercise(
    key="canny-to-ellipse",
    chapter="09",
    name="canny_to_ellipse",
    title=_("From edges to HC"),
    task=_(
        "`edges` (rows, columns) is true where an edge of the skull was found. A skull has two edges; HC "
        "goes around the outer one. Of each row and of each column, only the first and the last edge pixel "
        "count, each pixel once. `spacing` is (mm per row, mm per column). Fit an ellipse to these places in "
        "mm, with `fit_ellipse(points)`, points (n, 2) as (row, column), and return its `.circumference`. An "
        "error of one part in a thousand counts as right."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "in pixels",
            _in_pixels,
            _("Your HC is in pixels. Without the spacing nobody can read weeks from it: use `spacing`."),
        ),
        Mutant(
            "mean scale",
            _mean_scale,
            _(
                "You fit in pixels and multiply by the mean spacing. Where rows and columns are spaced "
                "differently, pixels show another ellipse than the patient has. Scale first, then fit."
            ),
        ),
        Mutant(
            "swapped", _swapped, _("The two spacings have changed places: a row number takes mm per row.")
        ),
        Mutant(
            "both edges",
            _all_edges,
            _("You fit to both edges of the skull, so your ellipse runs inside the bone. HC goes around it."),
        ),
        Mutant(
            "inner edge",
            _inner,
            _("You measure the inner edge: HC loses about 2 pi times the thickness of the bone."),
        ),
        Mutant(
            "pixels counted",
            _counted,
            _("You count pixels. A slanting line has fewer pixels than its length: fit a smooth curve."),
        ),
        Mutant(
            "upright box",
            _upright,
            _("You take the head's height and width. Of a tilted head, these are not its diameters."),
        ),
        Mutant(
            "pi times the mean",
            _circle,
            _("You take pi times the mean diameter: right for a circle, too short for all else."),
        ),
        Mutant("area", _area, _("You return the area inside, in mm². HC is the length around it.")),
    ),
    hints=(
        _("First only find the places. `np.flatnonzero(edges[5])` gives the columns of edges in row 5."),
        _("Mark them in an empty array of the same shape. Then none counts twice; `np.argwhere` lists them."),
        _("`np.argwhere` gives rows and columns. Each has its own number of mm: multiply before you fit."),
    ),
    rtol=1e-3,
)
