"""The classical methods side by side, as a list for menus and chapters.

Mean Dice of the ellipse and median error of HC on 60 images of HC18, chosen by lot, that no constant was set
on. "In a box": the box is drawn around the true head, with a tenth of its size to spare.

=========  ============  =============  =====================
method     alone         in a box       CPU, one thread, ms
=========  ============  =============  =====================
threshold  0.72, 17.5 %  0.91, 1.5 %    30
walker     0.93, 1.4 %   0.98, 1.2 %    40 (quick: 15 to 30)
watershed  0.86, 7.8 %   0.97, 1.3 %    25
canny      0.86, 5.3 %   0.97, 1.2 %    20
hough      0.91, 1.5 %   0.97, 1.4 %    400 (quick: 110)
=========  ============  =============  =====================

On simulated heads the outlines are 2 % too long: the simulator's blur carries the skull's outer slope
outwards by about 1 mm, more than the machines of HC18 do.

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
