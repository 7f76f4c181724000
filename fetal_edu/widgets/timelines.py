"""An explorer for sweeps: what each frame is called, and how wide an average should be."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from gettext import gettext as _
from typing import Any

import ipywidgets
import numpy as np

from ..figures import timelines
from ..figures.style import png

__all__ = ["TimelineExplorer"]

DPI = 96  # the picture is drawn at each move: small enough to follow the hand
STYLE = {"description_width": "11em"}
WIDE = {"width": "34em"}
TEXT = "font-size:var(--jp-content-font-size1,14px);line-height:1.5"  # as large as the notebook's own


class TimelineExplorer:
    """Timelines of a sweep, with sliders for how many frames before and after are averaged.

    Parameters
    ----------
    true : sequence of (frames,) int arrays
        For each sweep the number of each frame's name.
    probabilities : sequence of (frames, classes) arrays
        What a network makes of each frame alone.
    readers : mapping of str to sequence of (frames,) int arrays
        What others call the frames of each sweep.
    names : sequence of str
        The first stands for "none of the others".
    fps : float

    Attributes
    ----------
    widget : ipywidgets.VBox

    Examples
    --------
    >>> alone = np.eye(2)[[0, 1, 0, 1, 1]]
    >>> explorer = TimelineExplorer([np.array([0, 1, 1, 1, 1])], [alone], {}, names=["other", "4C"], fps=5)
    >>> print(explorer.move(1, before=1, after=1))
    Sweep 1 of 1, average of 1 before and 1 after. single frames: 4 of 5 right, 3 changes of name. average: \
4 of 5 right, 1 change of name. The truth changes 1 time.

    Taught in: 07_recurrence
    """

    def __init__(
        self,
        true: Sequence[np.ndarray],
        probabilities: Sequence[np.ndarray],
        readers: Mapping[str, Sequence[np.ndarray]],
        *,
        names: Sequence[str],
        fps: float,
    ) -> None:
        self.true, self.probabilities = list(true), list(probabilities)
        self.readers, self.names, self.fps = dict(readers), tuple(names), fps
        self._sweep = _slider(_("sweep"), 1, len(self.true), 1)
        self._before, self._after = _slider(_("frames before"), 0, 6, 0), _slider(_("frames after"), 0, 6, 0)
        self._picture, self._said = ipywidgets.HTML(), ipywidgets.HTML()
        sliders = (self._sweep, self._before, self._after)
        self.widget = ipywidgets.VBox([*sliders, self._said, self._picture])
        for slider in sliders:
            slider.observe(lambda _change: self._draw(), names="value")
        self._draw()

    def move(self, sweep: int | None = None, *, before: int | None = None, after: int | None = None) -> str:
        """Set the sliders without the mouse; return what is shown, in words."""
        for slider, value in ((self._sweep, sweep), (self._before, before), (self._after, after)):
            if value is not None:
                slider.value = value
        return self.describe()

    def describe(self) -> str:
        """Return what is shown, in words."""
        truth, *others = self._rows().items()
        said = [
            _("Sweep {n} of {total}, average of {before} before and {after} after.").format(
                n=self._sweep.value,
                total=len(self.true),
                before=self._before.value,
                after=self._after.value,
            )
        ]
        for name, row in others:
            right, flips = int((row == truth[1]).sum()), _changes(row)
            form = _("{name}: {right} of {n} right, {flips} change of name.")
            if flips != 1:
                form = _("{name}: {right} of {n} right, {flips} changes of name.")
            said.append(form.format(name=name, right=right, n=len(row), flips=flips))
        form = (
            _("The truth changes {n} time.") if _changes(truth[1]) == 1 else _("The truth changes {n} times.")
        )
        return " ".join([*said, form.format(n=_changes(truth[1]))])

    def _rows(self) -> dict[str, np.ndarray]:
        at, before, after = self._sweep.value - 1, self._before.value, self._after.value
        alone = self.probabilities[at]
        mixed = [alone[max(i - before, 0) : i + after + 1].mean(axis=0) for i in range(len(alone))]
        rows = {
            _("truth"): np.asarray(self.true[at]),
            _("single frames"): alone.argmax(axis=1),
            _("average"): np.argmax(mixed, axis=1),
        }
        return rows | {name: np.asarray(sweeps[at]) for name, sweeps in self.readers.items()}

    def _draw(self) -> None:
        words = self.describe()
        figure = timelines(self._rows(), self.names, fps=self.fps).figure
        data = base64.b64encode(png(figure, dpi=DPI)).decode()
        self._said.value = f"<p role='status' style='{TEXT}'>{html.escape(words)}</p>"
        self._picture.value = (
            f"<img src='data:image/png;base64,{data}' alt='{html.escape(words, quote=True)}' "
            "style='width:864px;max-width:100%;height:auto'>"
        )

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return self.widget._repr_mimebundle_(**options) | {"text/plain": self.describe()}


def _changes(row: np.ndarray) -> int:
    return int(np.count_nonzero(np.diff(row)))


def _slider(name: str, low: int, high: int, value: int) -> ipywidgets.IntSlider:
    """Return a slider that reports where it is let go, not on the way."""
    return ipywidgets.IntSlider(
        value=value,
        min=low,
        max=high,
        description=name,
        continuous_update=False,
        style=STYLE,
        layout=WIDE,
    )
