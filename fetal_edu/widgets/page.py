"""The parts of the segment dashboard's page: canvas, controls, numbers; how they lie is in segment.css."""

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
        controls = [self.choice, self.method, self.idea, _stack(*buttons, name="fe-actions")]
        settings = _stack(self.scale, self.show_mask, self.show_truth, name="fe-settings")
        growth = _stack(self.chart, self.age, name="fe-grown")
        columns = _stack(
            _stack(canvas, name="fe-left"),
            _stack(_stack(*controls, name="fe-controls"), self.panel, settings, name="fe-right"),
            _stack(self.table, self.lengths, self.together, growth, name="fe-more"),
            name="fe-columns",
        )
        self.all = _stack(_head(), columns, _foot(), name="fe-app")
        shield(self.all, canvas)

    def explain(self, method: Method) -> None:
        """Show a method's idea below the choice."""
        self.idea.value = f"<p class='fe-idea'>{html.escape(method.idea)}</p>"


def _head() -> ipywidgets.Widget:
    lead = _(
        "Choose who outlines the head: a network, or a method without training. "
        "Help it with a box or a brush, or correct the outline by its handles."
    )
    return ipywidgets.HTML(
        f"<style>{_CSS.read_text('utf-8')}</style><h1 class='fe-title'>{_('Measure a fetal head')}</h1>"
        f"<p class='fe-lead'>{lead}</p>"
    )


def _foot() -> ipywidgets.Widget:
    warning = _("For teaching and exploration. Not a medical device: no number here is a diagnosis.")
    return ipywidgets.HTML(f"<p class='fe-warning'>{warning}</p>")


def _stack(*children: ipywidgets.Widget, name: str) -> ipywidgets.VBox:
    box = ipywidgets.VBox(children)
    box.add_class(name)
    return box
