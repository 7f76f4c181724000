"""Chapter 06: from an ellipse in pixels to its circumference in millimetres."""

from __future__ import annotations

import math
from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(height, width, spacing):
    """Half axes in millimetres, then Ramanujan's second formula."""
    a = height / 2 * spacing[0]
    b = width / 2 * spacing[1]
    h = ((a - b) / (a + b)) ** 2
    return math.pi * (a + b) * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw circles and heads, with even and uneven spacing."""
    yield Case((20, 20, (1.0, 1.0)), _("This is a circle: its length is pi times its diameter."))
    yield Case((20, 20, (0.5, 0.5)), _("Half the spacing makes half the length."))
    yield Case(
        (150, 190, (0.4, 0.4)), _("A head lies between the circles on its short and its long diameter.")
    )
    yield Case((190, 150, (0.4, 0.4)), _("A head that lies crosswise is not a longer one."))
    yield Case((100, 200, (0.4, 0.2)), _("In pixels it looks long, in millimetres it is a circle."))
    for _number in range(4):
        height, width = (int(n) for n in rng.integers(60, 300, 2))
        low, high = rng.uniform(0.1, 0.25), rng.uniform(0.3, 0.5)
        spacing = (round(float(low), 3), round(float(high), 3))
        yield Case((height, width, spacing), _("Each diameter is scaled by the spacing of its own axis."))


def _ramanujan(a: float, b: float) -> float:
    h = ((a - b) / (a + b)) ** 2
    return math.pi * (a + b) * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))


def _half_axes(height, width, spacing) -> tuple[float, float]:
    return height / 2 * spacing[0], width / 2 * spacing[1]


def _mean_radius(height, width, spacing):
    a, b = _half_axes(height, width, spacing)
    return math.pi * (a + b)


def _root_mean_square(height, width, spacing):
    a, b = _half_axes(height, width, spacing)
    return 2 * math.pi * math.sqrt((a * a + b * b) / 2)


def _diameters(height, width, spacing):
    return _ramanujan(height * spacing[0], width * spacing[1])


def _mean_scale(height, width, spacing):
    return _ramanujan(height / 2, width / 2) * (spacing[0] + spacing[1]) / 2


def _in_pixels(height, width, spacing):
    return _ramanujan(height / 2, width / 2)


def _swapped(height, width, spacing):
    return _ramanujan(*_half_axes(height, width, spacing[::-1]))


def _area(height, width, spacing):
    a, b = _half_axes(height, width, spacing)
    return math.pi * a * b


def _h_without_square(height, width, spacing):
    a, b = _half_axes(height, width, spacing)
    h = abs(a - b) / (a + b)
    return math.pi * (a + b) * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))


EXERCISE = Exercise(
    key="circumference",
    chapter="06",
    name="circumference_mm",
    title=_("Ellipse to circumference"),
    task=_(
        "An upright ellipse is `height` pixels high and `width` pixels wide, border to border. `spacing` is "
        "(mm per row, mm per column). Return its circumference in mm by Ramanujan's second formula, "
        "pi (a + b) (1 + 3h / (10 + sqrt(4 - 3h))) with h = ((a - b) / (a + b))², where a and b are the half "
        "axes. An error of one part in 10,000 counts as right."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "pi times the sum",
            _mean_radius,
            _(
                "That is pi (a + b), the circle on the mean radius. It is right for a circle and too short "
                "for every other ellipse. What does the factor with h do?"
            ),
        ),
        Mutant(
            "root mean square",
            _root_mean_square,
            _(
                "You take the root of the mean square of a and b as a radius. That common rule of thumb is "
                "too long for every ellipse but a circle. Ramanujan's formula is far nearer."
            ),
        ),
        Mutant(
            "diameters for radii",
            _diameters,
            _(
                "Your circumference is twice as long as it should be. The formula wants half axes; "
                "`height` and `width` go from border to border."
            ),
        ),
        Mutant(
            "mean scale",
            _mean_scale,
            _(
                "You measure in pixels and multiply by the mean spacing. Where rows and columns are spaced "
                "differently, the ellipse in the patient has another shape than on the screen. Scale each "
                "axis first."
            ),
        ),
        Mutant(
            "in pixels",
            _in_pixels,
            _("Your circumference is in pixels. A growth chart wants millimetres: use `spacing`."),
        ),
        Mutant(
            "swapped",
            _swapped,
            _("The two spacings have changed places. The height counts rows, so it takes mm per row."),
        ),
        Mutant(
            "area",
            _area,
            _("That is pi a b, the area inside, in mm². HC is the length of the border."),
        ),
        Mutant(
            "h without square",
            _h_without_square,
            _("Nearly: look at h once more. In the formula it is a square."),
        ),
    ),
    hints=(
        _("First find a and b: half axes, in millimetres. Only then use the formula."),
        _("Half of the height is a number of rows. Each row has `spacing[0]` mm. The width goes likewise."),
        _(
            "Give h its own line, and compare it with the formula sign by sign: a difference, a sum, a "
            "square."
        ),
    ),
    rtol=1e-4,
)
