"""An explorer for skip connections: close them one by one, and see what becomes of an outline."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence
from gettext import gettext as _
from typing import Any

import ipywidgets
import numpy as np

from ..figures import canvas, overlay
from ..figures.style import png
from ..measure import Ellipse, dice, fit_probability
from ..sample import Sample

__all__ = ["GateExplorer"]

DPI = 96  # the picture is drawn at each move: small enough to follow the hand
STEP = 0.25
STYLE = {"description_width": "9em"}
WIDE = {"width": "32em"}
TEXT = "font-size:var(--jp-content-font-size1,14px);line-height:1.5"  # as large as the notebook's own


class GateExplorer:
    """Sliders that close the skip connections of a trained network, with the outline and its millimetres.

    Parameters
    ----------
    samples : sequence of Sample
        Heads with ``truth`` and spacing.
    probability : callable
        ``probability(number, gates)`` gives what the network finds on sample ``number``, counted from 0:
        an (h, w) array of 0..1. ``gates`` is a tuple of floats, one for each skip, from full size down.
    gates : tuple of float
        Where the sliders stand at first: 1 open, 0 closed.
    head : int
        Which sample is shown at first, counted from 1.

    Attributes
    ----------
    widget : ipywidgets.VBox

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> sample = draw_head(7, weeks=21, shape=(48, 72))
    >>> whole = sample.mask("head").astype(float)
    >>> explorer = GateExplorer([sample], lambda number, gates: whole * gates[0], gates=(0.0, 1.0))
    >>> print(explorer.describe())
    Head 1 of 1, gates 0 and 1: no outline found, the whole HC of 182.5 mm is missed. Dice 0.00.

    Taught in: 06_unet
    """

    def __init__(
        self,
        samples: Sequence[Sample],
        probability: Callable[[int, tuple[float, ...]], np.ndarray],
        *,
        gates: tuple[float, ...],
        head: int = 1,
    ) -> None:
        self.samples, self.probability = list(samples), probability
        self._sliders = [_gate(level, value) for level, value in enumerate(gates)]
        self._head = ipywidgets.IntSlider(
            value=head,
            min=1,
            max=len(self.samples),
            description=_("head"),
            continuous_update=False,
            style=STYLE,
            layout=WIDE,
        )
        self._picture, self._said = ipywidgets.HTML(), ipywidgets.HTML()
        self.widget = ipywidgets.VBox([self._head, *self._sliders, self._said, self._picture])
        for slider in (self._head, *self._sliders):
            slider.observe(lambda _change: self._draw(), names="value")
        self._draw()

    @property
    def gates(self) -> tuple[float, ...]:
        """Where the gates stand, from full size down."""
        return tuple(slider.value for slider in self._sliders)

    def move(self, *gates: float, head: int | None = None) -> str:
        """Set the gates, and the head if one is given, without the mouse; return what is found, in words."""
        if len(gates) != len(self._sliders):
            raise ValueError(f"{len(gates)} gates for {len(self._sliders)} skips: give one for each")
        if head is not None:
            self._head.value = head
        for slider, value in zip(self._sliders, gates, strict=True):
            slider.value = value
        return self.describe()

    def describe(self) -> str:
        """Return what is shown, in words."""
        number, sample = self._head.value, self.samples[self._head.value - 1]
        found = self.probability(number - 1, self.gates)
        return self._in_words(found, _outline(found, sample))

    def _in_words(self, found: np.ndarray, outline: Ellipse | None) -> str:
        number, sample = self._head.value, self.samples[self._head.value - 1]
        where = _("Head {n} of {total}, gates {gates}:").format(
            n=number, total=len(self.samples), gates=_listed([f"{value:g}" for value in self.gates])
        )
        overlap = _("Dice {value:.2f}.").format(value=dice(found > 0.5, sample.mask("head")))
        return f"{where} {_hc_in_words(outline, sample)} {overlap}"

    def _draw(self) -> None:
        number, sample = self._head.value - 1, self.samples[self._head.value - 1]
        figure, panels = canvas(1, 2, height=4.2)
        opened = (1.0,) * len(self._sliders)
        for ax, gates, title in zip(
            panels, (opened, self.gates), (_("all open"), _("gates as set")), strict=True
        ):
            found = self.probability(number, gates)
            outline = _outline(found, sample)
            drawn = {"mask": found > 0.5, "ellipse": outline, "truth": sample.truth["ellipse"]}
            overlay(sample.image, spacing=sample.spacing, title=title, ax=ax, **drawn)
        words = self._in_words(found, outline)  # those of the right panel, the gates as set
        told = _("Two panels: what is found with all gates open, and with the gates as set.")
        alt = html.escape(f"{told} {words}", quote=True)
        data = base64.b64encode(png(figure, dpi=DPI)).decode()
        self._said.value = f"<p role='status' style='{TEXT}'>{html.escape(words)}</p>"
        self._picture.value = (
            f"<img src='data:image/png;base64,{data}' alt='{alt}' "
            "style='width:864px;max-width:100%;height:auto'>"
        )

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return self.widget._repr_mimebundle_(**options) | {"text/plain": self.describe()}


def _gate(level: int, value: float) -> ipywidgets.FloatSlider:
    """Return one slider; it reports where it is let go, not on the way."""
    size = _("1/{part} size").format(part=2**level) if level else _("full size")
    return ipywidgets.FloatSlider(
        value=value,
        min=0,
        max=1,
        step=STEP,
        description=_("skip {level}, {size}").format(level=level, size=size),
        readout_format=".2f",
        continuous_update=False,
        style=STYLE,
        layout=WIDE,
    )


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return _("{first} and {last}").format(first=", ".join(first), last=last) if first else last


def _outline(found: np.ndarray, sample: Sample) -> Ellipse | None:
    try:
        return fit_probability(found, sample.spacing)
    except ValueError:
        return None


def _hc_in_words(outline: Ellipse | None, sample: Sample) -> str:
    true = sample.truth["hc_mm"]
    if outline is None:
        return _("no outline found, the whole HC of {true:.1f} mm is missed.").format(true=true)
    error = outline.circumference - true
    side = _("too large") if error > 0 else _("too small")
    return _("HC {hc:.1f} mm, true {true:.1f} mm, {error:.1f} mm {side}.").format(
        hc=outline.circumference, true=true, error=abs(error), side=side
    )
