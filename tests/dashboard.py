"""The segment dashboard on two small pictures, with a stand-in for the network; tests play the page."""

import numpy as np
from pictures import HEAD, SPACING, Brightness, bright_head

from fetal_edu import runtime
from fetal_edu.sample import Sample
from fetal_edu.widgets.segment import Segment


def grey():
    return (bright_head() / 255).astype(np.float32)


class Shelf:
    """Two samples: one with truth, one without a scale."""

    def names(self):
        return ("known", "no-scale")

    def load(self, name):
        if name == "no-scale":
            return Sample(grey(), origin=name)
        truth = {"ellipse": HEAD, "hc_mm": HEAD.circumference, "ga_weeks": 27.0}
        return Sample(grey(), spacing=SPACING, truth=truth, origin=name)


def read(sample, box=None, strokes=()):
    return runtime.read_head(sample, model=Brightness(), box=box, strokes=strokes)


def app_with_head():
    app = Segment(samples=Shelf(), read=read)
    app.begin()
    return app


def stroke(points, *, label=1, radius=4.0):
    return {"label": label, "radius": radius, "points": points}


def caliper(start, end, name=""):
    return {"name": name, "from": list(start), "to": list(end)}


def send(widget, state=None, *, content=None, buffers=()):
    """Do as a browser does: send values of traits, or a message."""
    data = (
        {"method": "update", "state": state} if content is None else {"method": "custom", "content": content}
    )
    widget.comm.handle_msg({"content": {"data": data}, "buffers": list(buffers)})
