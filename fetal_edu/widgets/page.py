"""The parts of the segment dashboard's page: canvas left, panel right; stacked where the page is narrow."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import ipywidgets

from .canvas import Canvas

__all__ = ["Page"]

_CSS = Path(__file__).with_name("segment.css")


class Page:
    """The widgets of the segment dashboard; `Segment` gives them their life.

    Parameters
    ----------
    canvas : Canvas

    Attributes
    ----------
    choice : Dropdown of the pictures
    panel : HTML with the numbers
    automatic, by_hand : Buttons
    scale : Text with mm per pixel
    show_mask, show_truth : Checkboxes
    all : the whole page, to be displayed

    Examples
    --------
    >>> Page(Canvas()).automatic.description
    'Automatic outline'
    """

    def __init__(self, canvas: Canvas) -> None:
        self.choice = ipywidgets.Dropdown(description=_("Picture"))
        self.panel = ipywidgets.HTML()
        self.automatic = ipywidgets.Button(description=_("Automatic outline"), button_style="primary")
        self.by_hand = ipywidgets.Button(description=_("Place an outline by hand"))
        self.scale = ipywidgets.Text(
            description=_("mm per pixel"), placeholder=_("for example 0.12"), continuous_update=False
        )
        self.show_mask = ipywidgets.Checkbox(True, description=_("Network's mask (orange)"), indent=False)
        self.show_truth = ipywidgets.Checkbox(
            False, description=_("True outline (blue dashes)"), indent=False
        )
        for widget in (self.choice, self.scale):
            widget.style.description_width = "110px"
        for widget in (self.choice, self.scale, self.automatic, self.by_hand):
            widget.layout.width = "auto"
        right = [
            self.choice,
            self.panel,
            self.automatic,
            self.by_hand,
            self.scale,
            self.show_mask,
            self.show_truth,
        ]
        self.all = _frame(canvas, right)


def _frame(canvas: Canvas, right: list[ipywidgets.Widget]) -> ipywidgets.Widget:
    style = f"<style>{_CSS.read_text('utf-8')}</style>"
    head = ipywidgets.HTML(
        f"{style}<h1 class='fe-title'>{_('Measure a fetal head')}</h1>"
        "<p class='fe-lead'>"
        + _("A network outlines the head. Correct it by its handles, or draw a box and let it look there.")
        + "</p>"
    )
    warning = ipywidgets.HTML(
        "<p class='fe-warning'>"
        + _("For teaching and exploration. Not a medical device: no number here is a diagnosis.")
        + "</p>"
    )
    columns = ipywidgets.Box(
        [_classed(ipywidgets.Box([canvas]), "fe-left"), _classed(_stack(right), "fe-right")]
    )
    return _classed(_stack([head, _classed(columns, "fe-columns"), warning]), "fe-app")


def _stack(children: list[ipywidgets.Widget]) -> ipywidgets.VBox:
    return ipywidgets.VBox(children)


def _classed(widget: ipywidgets.DOMWidget, name: str) -> ipywidgets.DOMWidget:
    widget.add_class(name)
    return widget
