"""The board of knobs on pictures that cost nothing, with a network whose errors are known."""

import re

import numpy as np
from dashboard import send

from fetal_edu.measure import Ellipse, head_values
from fetal_edu.measure.plausible import no_head
from fetal_edu.sample import Reading, Sample
from fetal_edu.widgets import KnobBoard

SHAPE, SPACING = (64, 96), (2.0, 2.0)
HEAD = Ellipse(60.0, 90.0, 35.0, 28.0, 0.3)
GROWS = 0.0995  # so that 0.50 holds and 0.51 breaks
ROWS = np.arange(SHAPE[0])[:, None] / SHAPE[0]


def draw(request):
    """A flat picture that is brighter with each knob; the head grows with the age."""
    size = request.weeks / 22
    head = Ellipse(HEAD.row, HEAD.column, size * HEAD.semi_major, size * HEAD.semi_minor, HEAD.angle)
    grey = np.clip(0.1 + 0.5 * ROWS + 0.05 * sum(request.knobs.values()) + 0 * np.zeros(SHAPE), 0, 1)
    return Sample(
        grey.astype(np.float32),
        labels=head.mask(SHAPE, SPACING).astype(np.uint8),
        classes={"background": (0,), "head": (1,)},
        spacing=SPACING,
        truth={"hc_mm": head.circumference, "ga_weeks": request.weeks, "ellipse": head},
        params={"knobs": dict(request.knobs)},
    )


def draw_no_head(request):
    """A picture without a head to measure."""
    sample = draw(request)
    return Sample(sample.image, sample.labels, {"liver": (1,)}, SPACING, params=sample.params)


def read(sample, *, model="head"):
    """Outline the head: too large by about a tenth of the gain; lost beyond a shadow of 0.63; else right."""
    knobs = sample.params["knobs"]
    if knobs.get("shadow", 0) > 0.63:
        return no_head("no head found.")
    true = sample.truth.get("ellipse", HEAD)
    grown = 1 + GROWS * knobs.get("gain", 0)
    found = Ellipse(true.row, true.column, grown * true.semi_major, grown * true.semi_minor, true.angle)
    return Reading(
        mask=found.mask(SHAPE, SPACING),
        ellipse=found,
        values=head_values(found, calibrated=True),
        quality="good",
    )


def board(**parts):
    made = KnobBoard(**{"draw": draw, "read": read, **parts})
    made.begin()
    return made


def numbers(made):
    """The ``data-`` attributes of the panel."""
    return dict(re.findall(r"data-([\w-]+)='([^']*)'", made.page.panel))


def ask(made, **change):
    """Ask for another picture as a browser does."""
    send(made.page, {"asked": {**made.page.asked, **change}, "request": made.page.done + 1})


def press(made, name):
    send(made.page, content={"kind": name, "request": made.page.done + 1})
