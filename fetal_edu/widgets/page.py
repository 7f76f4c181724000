"""The parts of the segment dashboard's page: canvas left, panel right; stacked where the page is narrow."""

from __future__ import annotations

import html
from collections.abc import Iterable
from gettext import gettext as _
from pathlib import Path

import ipywidgets

from ..measure import Method
from .canvas import Canvas

__all__ = ["Page"]

_CSS = Path(__file__).with_name("segment.css")


class Page:
    """The widgets of the segment dashboard; `Segment` gives them their life.

    Parameters
    ----------
    canvas : Canvas
    methods : iterable of Method
        What one can choose from.

    Attributes
    ----------
    choice : Dropdown of the pictures
    method, idea : RadioButtons of the methods, and the chosen one's idea in a sentence
    panel : HTML with the numbers
    automatic, by_hand : Buttons
    scale : Text with mm per pixel
    show_mask, show_truth : Checkboxes
    all : the whole page, to be displayed

    Examples
    --------
    >>> Page(Canvas(), ()).automatic.description
    'Automatic outline'
    """

    def __init__(self, canvas: Canvas, methods: Iterable[Method]) -> None:
        methods = list(methods)
        self.choice = ipywidgets.Dropdown(description=_("Picture"))
        self.method = ipywidgets.RadioButtons(
            options=[(method.label, method.key) for method in methods], description=_("Method")
        )
        self.idea = ipywidgets.HTML()
        if methods:
            self.explain(methods[0])
        self.panel = ipywidgets.HTML()
        self.automatic = ipywidgets.Button(description=_("Automatic outline"), button_style="primary")
        self.by_hand = ipywidgets.Button(description=_("Place an outline by hand"))
        self.scale = ipywidgets.Text(
            description=_("mm per pixel"), placeholder=_("for example 0.12"), continuous_update=False
        )
        self.show_mask = ipywidgets.Checkbox(True, description=_("The method's mask (orange)"), indent=False)
        self.show_truth = ipywidgets.Checkbox(
            False, description=_("True outline (blue dashes)"), indent=False
        )
        for widget in (self.choice, self.method, self.scale):
            widget.style.description_width = "110px"
        for widget in (self.choice, self.method, self.scale, self.automatic, self.by_hand):
            widget.layout.width = "auto"
        right = [
            self.choice,
            self.method,
            self.idea,
            self.panel,
            self.automatic,
            self.by_hand,
            self.scale,
            self.show_mask,
            self.show_truth,
        ]
        self.all = _frame(canvas, right)

    def explain(self, method: Method) -> None:
        """Show a method's idea below the choice."""
        self.idea.value = f"<p class='fe-idea'>{html.escape(method.idea)}</p>"


def _frame(canvas: Canvas, right: list[ipywidgets.Widget]) -> ipywidgets.Widget:
    style = f"<style>{_CSS.read_text('utf-8')}</style>"
    head = ipywidgets.HTML(
        f"{style}<h1 class='fe-title'>{_('Measure a fetal head')}</h1>"
        "<p class='fe-lead'>"
        + _(
            "Choose who outlines the head: a network, or a method without training. "
            "Help it with a box or a brush, or correct the outline by its handles."
        )
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
