"""An explorer for a vote: press a trunk, drain its fluid, shade it, and see which edges still vote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from gettext import gettext as _
from typing import Any

import ipywidgets
import numpy as np

from ..figures import canvas, overlay
from ..figures.style import COLOURS
from ..measure import Ellipse
from ..phantom import draw
from ..sample import Sample
from .sliding import picture_of, sentence, slider

__all__ = ["LACK", "PERCENT", "TrunkExplorer"]

#: Percent of the simulator's knobs for deformation and shadow; for lack of fluid. 30 of it is usual.
PERCENT, LACK, USUAL = (0, 20, 40, 60, 80, 100), (0, 30, 50, 60, 70, 80, 90, 100), 30
SHAPE = (64, 96)
WEEKS = 22.0

Find = Callable[[Sample], tuple[np.ndarray, Ellipse | None]]


@lru_cache(maxsize=64)
def _trunk(seed: int, pressed: int, drained: int, shaded: int) -> Sample:
    knobs = {"deformation": pressed, "fluid_lack": drained, "shadow": shaded}
    shares = {name: percent / 100 for name, percent in knobs.items()} | {"rib_shadow": 0.0}
    return draw("abdomen", seed, weeks=WEEKS, knobs=shares, shape=SHAPE)


class TrunkExplorer:
    """Four sliders: how far a trunk is pressed, drained of fluid and shaded, and whose trunk it is.

    Parameters
    ----------
    find : callable
        ``find(sample)`` gives edge points (n, 2), row and column in mm, and the ellipse in mm that they
        voted for, or None.
    trunks : sequence of int
        Seeds of the trunks.

    Attributes
    ----------
    widget : ipywidgets.VBox

    Examples
    --------
    >>> explorer = TrunkExplorer(lambda sample: (np.zeros((0, 2)), None))
    >>> print(explorer.describe())
    Trunk 0: deformation 0 %, fluid lack 30 %, shadow 0 %. True AC 160.5 mm. 0 edge points: too few agree.

    Taught in: 10_abdomen
    """

    def __init__(self, find: Find, *, trunks: Sequence[int] = (0, 1, 2, 3)) -> None:
        self.find = find
        self._pressed = slider(_("deformation (%)"), PERCENT)
        self._drained = slider(_("fluid lack (%)"), LACK)
        self._drained.value = USUAL
        self._shaded = slider(_("shadow (%)"), PERCENT)
        self._seed = slider(_("trunk"), tuple(trunks))
        self._sliders = (self._pressed, self._drained, self._shaded, self._seed)
        self._picture, self._said = ipywidgets.HTML(), ipywidgets.HTML()
        self.widget = ipywidgets.VBox([*self._sliders, self._said, self._picture])
        for one in self._sliders:
            one.observe(lambda _change: self._draw(), names="value")
        self._draw()

    def move(
        self, *, deformation: int = 0, fluid_lack: int = USUAL, shadow: int = 0, trunk: int | None = None
    ) -> str:
        """Set the sliders without the mouse; return what is shown, in words."""
        for one, value in zip(self._sliders, (deformation, fluid_lack, shadow, trunk), strict=True):
            if value is None:
                continue
            if value not in one.options:
                there = ", ".join(map(str, one.options))
                raise ValueError(f"{one.description}: {value} is not there, but {there}")
            one.value = value
        return self.describe()

    def describe(self) -> str:
        """Return what is shown, in words."""
        sample = self._sample()
        return self._words(sample, *self.find(sample))

    def _sample(self) -> Sample:
        return _trunk(self._seed.value, self._pressed.value, self._drained.value, self._shaded.value)

    def _words(self, sample: Sample, points: np.ndarray, ellipse: Ellipse | None) -> str:
        true = sample.truth["ac_mm"]
        said = _(
            "Trunk {trunk}: deformation {pressed} %, fluid lack {drained} %, shadow {shaded} %. "
            "True AC {true:.1f} mm. {n} edge points: {found}."
        )
        found = _("too few agree")
        if ellipse is not None:
            off = ellipse.circumference - true
            found = _("AC {mm:.1f} mm ({off:+.1f} mm, {percent:+.1f} %)").format(
                mm=ellipse.circumference, off=off, percent=100 * off / true
            )
        return said.format(
            trunk=self._seed.value,
            pressed=self._pressed.value,
            drained=self._drained.value,
            shaded=self._shaded.value,
            true=true,
            n=len(points),
            found=found,
        )

    def _draw(self) -> None:
        sample = self._sample()
        points, ellipse = self.find(sample)
        _figure, (left, right) = canvas(1, 2, width=9, height=3.2)
        overlay(
            sample.image,
            truth=sample.truth["ellipse"],
            spacing=sample.spacing,
            title=_("the trunk to measure"),
            ax=left,
        )
        look = {"color": COLOURS["mask"], "markersize": 4, "label": _("edge points")}
        right.plot(points[:, 1], points[:, 0], "o", **look)
        title = _("edge points, and their vote")
        overlay(sample.image, ellipse=ellipse, spacing=sample.spacing, title=title, ax=right)
        words = self._words(sample, points, ellipse)
        told = _("A trunk with its true outline, and with places where fluid meets tissue and their ellipse.")
        self._said.value = sentence(words)
        self._picture.value = picture_of(right, told, words, width=864)

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return self.widget._repr_mimebundle_(**options) | {"text/plain": self.describe()}
