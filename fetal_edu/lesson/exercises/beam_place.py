"""Chapter 01: scan conversion, from a place in the picture to depth and beam."""

from __future__ import annotations

import math
from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(down, across, radius):
    """All beams come from the centre of the face's arc: go there, measure the way and the angle."""
    from_centre = radius + down
    way = math.sqrt(from_centre**2 + across**2)
    return way - radius, math.degrees(math.atan2(across, from_centre))


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw places on the middle beam, on both sides, and near the face."""
    yield Case((60.0, 0.0, 50.0), _("The middle beam goes straight down."))
    yield Case((50.0, 75.0, 50.0), _("Off the middle, a place is farther from the face than it is down."))
    yield Case((50.0, -75.0, 50.0), _("Left and right are equally deep, at opposite angles."))
    yield Case((0.0, 12.0, 40.0), _("Beside the middle, the face lies higher than its middle."))
    for _number in range(4):
        down, across, radius = (round(float(x), 1) for x in rng.uniform((20, 5, 30), (120, 70, 65)))
        across *= int(rng.choice([-1, 1]))
        yield Case((down, across, radius), _("The angle is the one between this beam and the middle one."))


def _radians(down, across, radius):
    depth, angle = spec(down, across, radius)
    return depth, math.radians(angle)


def _no_radius(down, across, radius):
    return math.hypot(down, across), math.degrees(math.atan2(across, down))


def _from_the_centre(down, across, radius):
    depth, angle = spec(down, across, radius)
    return depth + radius, angle


def _straight_down(down, across, radius):
    return down, spec(down, across, radius)[1]


def _other_order(down, across, radius):
    return spec(down, across, radius)[::-1]


def _from_the_side(down, across, radius):
    return spec(down, across, radius)[0], math.degrees(math.atan2(radius + down, across))


def _unsigned(down, across, radius):
    depth, angle = spec(down, across, radius)
    return depth, abs(angle)


def _slope(down, across, radius):
    return spec(down, across, radius)[0], math.degrees(across / (radius + down))


def _depth_of_the_face(down, across, radius):
    return math.hypot(down, across), spec(down, across, radius)[1]


def _no_radius_for_angle(down, across, radius):
    return spec(down, across, radius)[0], math.degrees(math.atan2(across, down))


EXERCISE = Exercise(
    key="beam-place",
    chapter="01",
    name="beam_place",
    title=_("Scan conversion"),
    task=_(
        "`down` and `across` are a place in the picture, in mm from the middle of the probe's face. The face "
        "is an arc of `radius` mm, and the beams leave it at right angles, so that all come from the arc's "
        "centre. Return the depth, in mm from the face along the beam, and the angle of the beam, in degrees "
        "from the middle one; it grows with `across`."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant("radians", _radians, _("Your angle is in radians. Asked are degrees.")),
        Mutant(
            "no radius",
            _no_radius,
            _("Your beams start at the middle of the face. They come from the centre of its arc, above it."),
        ),
        Mutant(
            "from the centre",
            _from_the_centre,
            _("Your depth counts from the arc's centre. The face lies one radius below it."),
        ),
        Mutant(
            "straight down",
            _straight_down,
            _("Your depth is `down` itself. A beam at an angle goes farther: measure along it."),
        ),
        Mutant("other order", _other_order, _("Depth and angle have changed places: first the depth.")),
        Mutant(
            "from the side",
            _from_the_side,
            _(
                "Your middle beam has an angle of 90 degrees. What belongs above, and what below, in the "
                "tangent?"
            ),
        ),
        Mutant(
            "no sign",
            _unsigned,
            _(
                "Beams on the left have the wrong sign: the angle grows with `across`, so it is negative "
                "there."
            ),
        ),
        Mutant(
            "slope",
            _slope,
            _(
                "You take the slope for the angle. That is nearly right in the middle, and wrong at the "
                "sides."
            ),
        ),
        Mutant(
            "depth from the middle of the face",
            _depth_of_the_face,
            _(
                "Your angle is right. Your depth is the way from the middle of the face; the beam starts "
                "elsewhere on it. Go from the arc's centre, and take off what lies above the face."
            ),
        ),
        Mutant(
            "angle from the middle of the face",
            _no_radius_for_angle,
            _(
                "Your depth is right. Your angle is seen from the middle of the face, not from the arc's "
                "centre."
            ),
        ),
    ),
    hints=(
        _("Draw it: the centre of the arc lies above the face, on the middle line. How far above?"),
        _("Seen from that centre, how far down is the place, and how far across? That is a right triangle."),
        _("Its longest side is the way from the centre; `math.atan2` gives its angle, in radians."),
    ),
)
