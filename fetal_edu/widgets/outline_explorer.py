"""An explorer for measuring: hide a part of a skull, and see what each way makes of the outline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from gettext import gettext as _
from typing import Any

import ipywidgets
import numpy as np

from ..figures import canvas, overlay
from ..measure import fit_probability
from ..phantom import draw
from ..sample import Sample
from .sliding import picture_of, sentence, slider

__all__ = ["VISIBLE", "OutlineExplorer"]

#: Percent of the skull that returns its echo; the knob `dropout` takes up to six tenths away.
VISIBLE = (100, 90, 80, 70, 60, 50, 40)
SHAPE = (128, 192)
WEEKS = 22.0

Measure = Callable[[np.ndarray, tuple[float, float]], float]


@lru_cache(maxsize=64)
def _head(seed: int, visible: int) -> Sample:
    return draw("transthalamic", seed, weeks=WEEKS, knobs={"dropout": (100 - visible) / 60}, shape=SHAPE)


class OutlineExplorer:
    """Two sliders: how much of the skull is visible, and whose head it is.

    Parameters
    ----------
    find : callable
        ``find(image)`` gives the probability of each pixel of a (128, 192) picture.
    measures : mapping of name to callable
        ``measure(probability, spacing)`` gives the head circumference in mm.
    heads : sequence of int
        Seeds of the heads.
    visible : int
        Percent of the skull that is visible at first.

    Attributes
    ----------
    widget : ipywidgets.VBox

    Examples
    --------
    >>> explorer = OutlineExplorer(lambda image: np.ones((128, 192)), {"a guess": lambda p, mm: 200.0})
    >>> print(explorer.describe())
    Head 0, 100 % of the skull visible. True HC 201.4 mm. By a guess: 200.0 mm (-1.4).

    Taught in: 09_head
    """

    def __init__(
        self,
        find: Callable[[np.ndarray], np.ndarray],
        measures: Mapping[str, Measure],
        *,
        heads: Sequence[int] = (0, 1, 2, 3),
        visible: int = 100,
    ) -> None:
        if not measures:
            raise ValueError("give at least one way to measure")
        if visible not in VISIBLE:
            raise ValueError(f"visible {visible}: there are {', '.join(map(str, VISIBLE))} percent")
        self.find, self.measures = find, dict(measures)
        self._visible = slider(_("skull visible (%)"), VISIBLE)
        self._visible.value = visible
        self._head = slider(_("head"), tuple(heads))
        self._picture, self._said = ipywidgets.HTML(), ipywidgets.HTML()
        self.widget = ipywidgets.VBox([self._visible, self._head, self._said, self._picture])
        for one in (self._visible, self._head):
            one.observe(lambda _change: self._draw(), names="value")
        self._draw()

    def move(self, visible: int, head: int = 0) -> str:
        """Set both sliders without the mouse; return what is shown, in words."""
        self._visible.value, self._head.value = visible, head
        return self.describe()

    def describe(self) -> str:
        """Return what is shown, in words."""
        return self._words(*self._now())

    def _words(self, sample: Sample, probability: np.ndarray) -> str:
        true = sample.truth["hc_mm"]
        said = [
            _("Head {head}, {visible} % of the skull visible. True HC {true:.1f} mm.").format(
                head=self._head.value, visible=self._visible.value, true=true
            )
        ]
        for name, measure in self.measures.items():
            mm = _measured(measure, probability, sample.spacing)
            if mm is None:
                said.append(_("By {name}: nothing to measure.").format(name=name))
            else:
                said.append(_("By {name}: {mm:.1f} mm ({off:+.1f}).").format(name=name, mm=mm, off=mm - true))
        return " ".join(said)

    def _now(self) -> tuple[Sample, np.ndarray]:
        sample = _head(self._head.value, self._visible.value)
        return sample, np.asarray(self.find(sample.image))

    def _draw(self) -> None:
        sample, probability = self._now()
        _figure, (left, right) = canvas(1, 2, width=9, height=3.2)
        overlay(sample.image, spacing=sample.spacing, title=_("picture"), ax=left)
        found = _fitted(probability, sample.spacing)
        overlay(
            sample.image,
            mask=probability >= 0.5,
            ellipse=found,
            spacing=sample.spacing,
            title=_("the network's head, an ellipse"),
            ax=right,
        )
        words = self._words(sample, probability)
        told = _("A head without and with what a network took for head, and an ellipse around that.")
        self._said.value = sentence(words)
        self._picture.value = picture_of(right, told, words, width=864)

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return self.widget._repr_mimebundle_(**options) | {"text/plain": self.describe()}


def _measured(measure: Measure, probability: np.ndarray, spacing: tuple[float, float]) -> float | None:
    """Return mm; None where the outline carries no measure."""
    try:
        return float(measure(probability, spacing))
    except ValueError:
        return None


def _fitted(probability: np.ndarray, spacing: tuple[float, float]) -> Any:
    try:
        return fit_probability(probability, spacing)
    except ValueError:
        return None
