"""The classical methods side by side, as a list for menus and chapters.

Mean Dice of the ellipse and median error of HC on 60 images of HC18, chosen by lot, that no constant was set
on. "In a box": the box is drawn around the true head, with a tenth of its size to spare. The last columns
are of the methods alone: how many of the 60 they call good, and how many of these are off by more than 5 %.

=========  ============  ============  =======================  ====  =====
method     alone         in a box      CPU, one thread, ms      good  wrong
=========  ============  ============  =======================  ====  =====
threshold  0.67, 19.9 %  0.88, 2.0 %   35                          8      1
walker     0.93, 1.4 %   0.97, 1.1 %   50 (quick: 30)             38      1
watershed  0.86, 5.4 %   0.97, 1.2 %   30                         26      2
canny      0.85, 8.6 %   0.96, 1.2 %   30                         25      3
hough      0.91, 1.6 %   0.96, 1.1 %   300 (quick: 110)           40      3
=========  ============  ============  =======================  ====  =====

On simulated heads the outlines are 2 % too long: the simulator's blur carries the skull's outer slope
outwards by about 1 mm, more than the machines of HC18 do. On the smallest heads that is 6 %.

Examples
--------
>>> [method.key for method in METHODS if method.draws]
['threshold', 'walker', 'watershed']
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from gettext import gettext as _

from fetal_edu.measure.classical import canny_ellipse, threshold, walker, watershed_head
from fetal_edu.measure.hough import hough
from fetal_edu.sample import Reading

__all__ = ["METHODS", "Method"]


@dataclass(frozen=True)
class Method:
    """A way to outline the head, for lists and menus.

    Parameters
    ----------
    key : str
    label : str
        For a menu.
    idea : str
        One sentence for students.
    read : callable
        ``read(sample, strokes=(), box=None, quick=False)`` gives a `Reading`.
    draws : bool
        Whether strokes are its natural input: the brush is offered first then.
    """

    key: str
    label: str
    idea: str
    read: Callable[..., Reading]
    draws: bool


METHODS = (
    Method(
        "threshold",
        _("Threshold"),
        _("Bone is bright: keep what is brighter than a level, and fill the ring."),
        threshold,
        True,
    ),
    Method(
        "walker",
        _("Random walker"),
        _("From each pixel a walker who avoids edges sets out: which seed is reached first?"),
        walker,
        True,
    ),
    Method(
        "watershed",
        _("Watershed"),
        _("Edges are ridges: flood the land from two springs, and see where the waters meet."),
        watershed_head,
        True,
    ),
    Method(
        "canny",
        _("Edges and ellipse"),
        _("From the middle, take the strongest edge in each direction, and fit one ellipse to all."),
        canny_ellipse,
        False,
    ),
    Method(
        "hough",
        _("Hough vote"),
        _("A few edge points drawn by lot propose an ellipse, and all others vote on it."),
        hough,
        False,
    ),
)
