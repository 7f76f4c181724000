"""The parts of the segment dashboard's page: canvas left, panel right; stacked where the page is narrow."""

from __future__ import annotations

import html
from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path

import ipywidgets

from ..measure import Method
from .canvas import Canvas
from .compare import Comparison
from .guard import shield

__all__ = ["Page"]

_CSS = Path(__file__).with_name("segment.css")


class Page:
    """The widgets of the segment dashboard; `Segment` gives them their life.

    Parameters
    ----------
    canvas : Canvas
    methods : mapping of key to Method
        What one can choose from.

    Attributes
    ----------
    choice : Dropdown of the pictures
    method, idea : RadioButtons of the methods, and the chosen one's idea in a sentence
    panel : HTML with the numbers
    lengths : HTML with the table of calipers and outline
    together : Checkbox: all open pictures show one fetus
    chart : HTML with the growth chart
    automatic, by_hand, compare, save_table, save_picture : Buttons
    table : Comparison
    scale, age : Text with mm per pixel, and with weeks by dates
    show_mask, show_truth : Checkboxes
    all : the whole page, to be displayed

    Examples
    --------
    >>> Page(Canvas(), {}).automatic.description
    'Automatic outline'
    """

    def __init__(self, canvas: Canvas, methods: Mapping[str, Method]) -> None:
        self.methods = methods
        self.choice = ipywidgets.Dropdown(description=_("Picture"))
        self.method = ipywidgets.RadioButtons(
            options=[(method.label, method.key) for method in methods.values()], description=_("Method")
        )
        self.idea = ipywidgets.HTML()
        if methods:
            self.explain(next(iter(methods.values())))
        self.panel, self.chart, self.lengths = (ipywidgets.HTML() for _number in range(3))
        self.table = Comparison()
        self.automatic = ipywidgets.Button(description=_("Automatic outline"), button_style="primary")
        self.by_hand = ipywidgets.Button(description=_("Place an outline by hand"))
        self.compare = ipywidgets.Button(description=_("Compare all methods"))
        self.save_table = ipywidgets.Button(description=_("Save numbers (CSV)"))
        self.save_picture = ipywidgets.Button(description=_("Save picture (PNG)"))
        self.age = ipywidgets.Text(
            description=_("Age by dates"), placeholder=_("weeks, for example 20+4"), continuous_update=False
        )
        self.scale = ipywidgets.Text(
            description=_("mm per pixel"), placeholder=_("for example 0.12"), continuous_update=False
        )
        self.show_mask = ipywidgets.Checkbox(True, description=_("The method's mask (orange)"), indent=False)
        self.show_truth = ipywidgets.Checkbox(
            False, description=_("True outline (blue dashes)"), indent=False
        )
        self.together = ipywidgets.Checkbox(
            False, description=_("All open pictures show one fetus"), indent=False
        )
        buttons = (self.automatic, self.by_hand, self.compare, self.save_table, self.save_picture)
        for widget in (self.choice, self.method, self.scale, self.age):
            widget.style.description_width = "110px"
        for widget in (self.choice, self.method, self.scale, self.age, *buttons):
            widget.layout.width = "auto"
        actions = _classed(ipywidgets.Box(buttons), "fe-actions")
        layers = (self.show_mask, self.show_truth)
        right = [
            self.choice,
            self.method,
            self.idea,
            actions,
            self.panel,
            self.lengths,
            self.together,
            self.chart,
            self.age,
            self.scale,
            *layers,
        ]
        self.all = _frame([canvas, self.table], right)
        shield(self.all, canvas)

    def explain(self, method: Method) -> None:
        """Show a method's idea below the choice."""
        self.idea.value = f"<p class='fe-idea'>{html.escape(method.idea)}</p>"


def _frame(left: list[ipywidgets.Widget], right: list[ipywidgets.Widget]) -> ipywidgets.Widget:
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
    columns = ipywidgets.Box([_classed(_stack(left), "fe-left"), _classed(_stack(right), "fe-right")])
    return _classed(_stack([head, _classed(columns, "fe-columns"), warning]), "fe-app")


def _stack(children: list[ipywidgets.Widget]) -> ipywidgets.VBox:
    return ipywidgets.VBox(children)


def _classed(widget: ipywidgets.DOMWidget, name: str) -> ipywidgets.DOMWidget:
    widget.add_class(name)
    return widget
