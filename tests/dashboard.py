"""The segment dashboard on two small pictures, with a stand-in for the network; tests play the page."""

from dataclasses import replace

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


class Clip(Shelf):
    """A clip of four frames besides: the head grows from frame to frame."""

    def names(self):
        return ("no-scale", "known", "clip")

    def load(self, name):
        if name != "clip":
            return super().load(name)
        heads = [replace(HEAD, semi_major=size, semi_minor=0.8 * size) for size in (34.0, 37.0, 40.0, 43.0)]
        frames = np.stack([bright_head(ellipses=(head,)) / 255 for head in heads])
        truth = {"hc_mm": tuple(head.circumference for head in heads)}
        return Sample(frames.astype(np.float32), spacing=SPACING, truth=truth, fps=20.0, origin=name)


def read(sample, box=None, strokes=()):
    return runtime.read_head(sample, model=Brightness(), box=box, strokes=strokes)


def app_with_head(samples=None):
    app = Segment(samples=samples or Shelf(), read=read)
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


GOOD = HEAD.to_dict()


def moved(**changes):
    """The true outline as a browser sends it, with some of its numbers changed."""
    return {**GOOD, **{name: GOOD[name] + change for name, change in changes.items()}}


def send_file(canvas, content, name="scan.png", **more):
    """Drop a file."""
    send(canvas, content={"kind": "file", "name": name, "request": 9, **more}, buffers=[content])


def ink(app, *strokes, drawing=False):
    """Draw."""
    send(app.canvas, {"strokes": list(strokes), "drawing": drawing, "request": 1})
