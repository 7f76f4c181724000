"""The skips dashboard on pictures that cost nothing, with networks whose errors are known."""

import re
from dataclasses import replace

import numpy as np
from dashboard import send
from scipy import ndimage

from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample
from fetal_edu.widgets import SkipBoard
from fetal_edu.widgets.skip_ways import NETWORKS

SHAPE, SPACING = (128, 192), (1.0, 1.0)
PIXEL = 2.0  # mm on the networks' canvas
HEAD = Ellipse(60.0, 90.0, 44.0, 34.0, 0.2)
COSTS = (0.5, 1.0, 2.0, 3.0)  # pixels of the canvas by which the border moves outwards where a skip is closed
CARD_ROW = {"n": 9, "border_median_mm": 0.7}


def sample(size=1.0, spacing=SPACING, *, known=True):
    head = replace(HEAD, semi_major=size * HEAD.semi_major, semi_minor=size * HEAD.semi_minor)
    mask = head.mask(SHAPE, SPACING)
    image = np.where(mask, 0.8, 0.1).astype(np.float32)
    if not known:
        return Sample(image, spacing=spacing, origin="own")
    return Sample(
        image,
        labels=mask.astype(np.uint8),
        classes={"background": (0,), "head": (1,)},
        spacing=spacing,
        truth={"hc_mm": head.circumference, "ga_weeks": 25.0, "ellipse": head},
        plane="transthalamic",
    )


class Heads:
    """Seven heads of growing size."""

    def names(self):
        return tuple(f"head-{number}" for number in range(7))

    def load(self, name):
        return sample(0.8 + 0.04 * int(name.rpartition("-")[2]))


def draw(seed, *, weeks=None):
    return sample((weeks or 25.0) / 25 + 0.001 * (seed % 10))


def answer(network, canvas, gates):
    """The true head, its border moved outwards: by all costs of a lesion, by a tenth of them for an ablation.

    The network without any skip finds nothing.
    """
    if network == "skips-none":
        return np.zeros_like(canvas)
    moved = sum(cost * (1 - gate) for cost, gate in zip(COSTS, gates, strict=True))
    moved += sum(0.1 * COSTS[level] for level in NETWORKS[network])
    inside = canvas > 0.45
    if not inside.any():
        return np.zeros_like(canvas)
    into, away = ndimage.distance_transform_edt(inside), ndimage.distance_transform_edt(~inside)
    distance = np.where(inside, into - 0.5, 0.5 - away)  # pixels from the border, which runs between two
    return 1 / (1 + np.exp(-3 * (distance + moved)))


def card():
    from fetal_edu.widgets.skip_table import _CARD_ROWS

    return {"seeds": {str(seed): dict.fromkeys(_CARD_ROWS.values(), CARD_ROW) for seed in range(3)}}


def board(**parts):
    made = SkipBoard(**{"samples": Heads(), "answer": answer, "draw": draw, "card": card(), **parts})
    made.begin()
    return made


def ask(made, **change):
    """Ask for something as a browser does."""
    send(made.page, {"asked": {**made.page.asked, **change}, "request": made.page.done + 1})


def press(made, kind, buffers=(), **more):
    send(made.page, content={"kind": kind, "request": made.page.done + 1, **more}, buffers=buffers)


def finish(made):
    """Do as a page does: ask for the next step as long as there is one."""
    for _number in range(2000):
        if not made.page.work["running"]:
            return
        press(made, "step")
    raise AssertionError("measuring never ends")


def numbers(panel):
    """The ``data-`` attributes of a panel."""
    return dict(re.findall(r"data-([\w-]+)='([^']*)'", panel))
