"""An explorer for the physics of an ultrasound picture: turn frequency, gain, angle and bone by hand."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from gettext import gettext as _
from typing import Any

import ipywidgets
import numpy as np

from ..figures import canvas, overlay
from ..figures.style import png
from ..measure import outline_contrast
from ..measure.skull import outer_border
from ..sample import Sample

__all__ = ["EchoExplorer"]

DPI = 96  # the picture is drawn at each move: small enough to follow the hand
STANDS_OUT = 0.25  # a quarter of the grey scale
STYLE = {"description_width": "9em"}
WIDE = {"width": "32em"}
TEXT = "font-size:var(--jp-content-font-size1,14px);line-height:1.5"  # as large as the notebook's own


class EchoExplorer:
    """Sliders for four things that change a picture of a head, with what it does to its millimetres.

    Parameters
    ----------
    look : callable
        ``look(frequency, gain, turn, bone)`` gives a `Sample`: at so many MHz, with so many dB of gain, the
        head turned by so many degrees, behind so many mm of bone. Its ``truth`` holds ``ellipse``, ``hc_mm``
        and ``cell_mm``, the height and width of one resolution cell in the middle of the head.

    Attributes
    ----------
    widget : ipywidgets.VBox

    Examples
    --------
    >>> from fetal_edu.phantom import draw_head
    >>> head = draw_head(7, weeks=21, shape=(64, 96))
    >>> head.truth["cell_mm"] = (0.4, 1.2)
    >>> explorer = EchoExplorer(lambda frequency, gain, turn, bone: head)
    >>> print(explorer.describe()[:52])
    3.5 MHz, gain 0 dB, head turned by 0°, 0 mm of bone:

    Taught in: 01_ultrasound
    """

    def __init__(self, look: Callable[[float, float, float, float], Sample]) -> None:
        self.look = look
        self._sliders = (
            _slider(_("frequency (MHz)"), 2, 8, 0.5, value=3.5, form=".1f"),
            _slider(_("gain (dB)"), -30, 30, 5),
            _slider(_("turn of head (°)"), 0, 90, 15),
            _slider(_("bone above (mm)"), 0, 6, 1),
        )
        self._first = self._seen()
        self._picture, self._said = ipywidgets.HTML(), ipywidgets.HTML()
        self.widget = ipywidgets.VBox([*self._sliders, self._said, self._picture])
        for slider in self._sliders:
            slider.observe(lambda _change: self._draw(), names="value")
        self._draw()

    @property
    def settings(self) -> tuple[float, ...]:
        """Where the sliders stand: MHz, dB, degrees, mm."""
        return tuple(slider.value for slider in self._sliders)

    def move(
        self,
        *,
        frequency: float | None = None,
        gain: float | None = None,
        turn: float | None = None,
        bone: float | None = None,
    ) -> str:
        """Set some of the sliders without the mouse; return what is seen, in words."""
        for slider, value in zip(self._sliders, (frequency, gain, turn, bone), strict=True):
            if value is not None:
                slider.value = value
        return self.describe()

    def describe(self) -> str:
        """Return what is shown, in words."""
        return self._in_words(self._seen())

    def _seen(self) -> Sample:
        return self.look(*self.settings)

    def _in_words(self, sample: Sample) -> str:
        frequency, gain, turn, bone = self.settings
        where = _(
            "{frequency:g} MHz, gain {gain:g} dB, head turned by {turn:g}°, {bone:g} mm of bone:"
        ).format(frequency=frequency, gain=gain, turn=turn, bone=bone)
        return f"{where} {_outline_in_words(sample)} {_grey_in_words(sample)}"

    def _draw(self) -> None:
        now = self._seen()
        figure, panels = canvas(1, 2, height=3.9)
        for ax, sample, title in zip(
            panels, (self._first, now), (_("as at first"), _("as set")), strict=True
        ):
            overlay(sample.image, spacing=sample.spacing, title=title, ax=ax)
        words = self._in_words(now)
        told = _("Two ultrasound pictures of a simple head: as at first, and as set.")
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


def _slider(
    name: str, low: float, high: float, step: float, *, value: float = 0, form: str = ".0f"
) -> ipywidgets.FloatSlider:
    """Return one slider; it reports where it is let go, not on the way."""
    return ipywidgets.FloatSlider(
        value=value,
        min=low,
        max=high,
        step=step,
        description=name,
        readout_format=form,
        continuous_update=False,
        style=STYLE,
        layout=WIDE,
    )


def _outline_in_words(sample: Sample) -> str:
    true, ellipse = sample.truth["hc_mm"], sample.truth["ellipse"]
    share = float(np.mean(outline_contrast(sample, ellipse) > STANDS_OUT))
    seen = _("the skull stands out along {seen:.0f} of {true:.0f} mm.").format(seen=share * true, true=true)
    found, followed = outer_border(sample, ellipse)
    if not followed:
        return f"{seen} " + _("Too little of its border is left to follow.")
    error = found.circumference - true
    side = _("too large") if error > 0 else _("too small")
    measured = _("Following its border gives an HC of {hc:.1f} mm, {error:.1f} mm {side}.")
    return f"{seen} " + measured.format(hc=found.circumference, error=abs(error), side=side)


def _grey_in_words(sample: Sample) -> str:
    high, wide = sample.truth["cell_mm"]
    inside = sample.image[sample.truth["ellipse"].mask(sample.shape, sample.spacing)]
    said = _(
        "A resolution cell in its middle: {high:.2f} × {wide:.2f} mm. "
        "Of the head, {white:.0%} is white and {black:.0%} black."
    )
    return said.format(high=high, wide=wide, white=np.mean(inside > 0.99), black=np.mean(inside < 0.02))
