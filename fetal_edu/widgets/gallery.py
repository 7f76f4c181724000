"""The gallery of dashboards: a card with a picture, one sentence and a link for each."""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ..data.limits import BadInput

if TYPE_CHECKING:
    from IPython.display import HTML

    from ..sample import Sample

__all__ = ["Card", "cards", "gallery_html", "show_gallery"]

_CSS = Path(__file__).with_name("gallery.css")
_WIDTH = 480  # pixels of the picture on a card


@dataclass(frozen=True)
class Card:
    """One dashboard in the gallery.

    Parameters
    ----------
    notebook : str
        File name beside the gallery's own notebook.
    title, sentence : str
    """

    notebook: str
    title: str
    sentence: str


def cards() -> tuple[Card, ...]:
    """Return the dashboards in the order of the gallery.

    Examples
    --------
    >>> [card.notebook for card in cards()]
    ['segment.ipynb', 'phantom.ipynb', 'layers.ipynb']
    """
    return (
        Card(
            "segment.ipynb",
            _("Measure a fetal head"),
            _("Open a sample or your own image, correct the network's outline, and read off mm and weeks."),
        ),
        Card(
            "phantom.ipynb",
            _("Break a network on purpose"),
            _("Simulate a fetus, turn shadow, gain or motion, and watch a network lose the head."),
        ),
        Card(
            "layers.ipynb",
            _("Look into a layer"),
            _("Convolution, pooling, upsampling: point at a pixel, see what it is made of and reaches."),
        ),
    )


def gallery_html(sample: Sample | None = None) -> str:
    """Write the gallery's page.

    Parameters
    ----------
    sample : Sample, optional
        A picture for the cards, with ``truth["ellipse"]`` drawn on it.

    Returns
    -------
    str
        HTML. Links are relative, so that they hold under any base address and in JupyterLab as well.

    Examples
    --------
    >>> "href='segment.ipynb'" in gallery_html()
    True
    """
    picture, style = _picture(sample), _CSS.read_text("utf-8")
    shown = "".join(
        f"<a class='fe-card' href='{card.notebook}'>{picture}"
        f"<span class='fe-card-title'>{html.escape(card.title)}</span>"
        f"<span>{html.escape(card.sentence)}</span></a>"
        for card in cards()
    )
    return (
        f"<style>{style}</style><main class='fe-gallery' data-ready='true'>"
        f"<h1>{_('Deep learning on prenatal ultrasound: dashboards')}</h1>"
        f"<p>{_('Choose one.')}</p>"
        f"<div class='fe-cards'>{shown}</div>"
        f"<p>{_('For teaching and exploration. Not a medical device: no number here is a diagnosis.')}</p>"
        "</main>"
    )


def show_gallery() -> HTML:
    """Return the gallery for display in a notebook."""
    from IPython.display import HTML

    return HTML(gallery_html(_first_sample()))


def _first_sample() -> Sample | None:
    from ..data import bundled

    try:
        return bundled.load("head-20w")
    except BadInput:  # no samples here: the cards get a plain drawing
        return None


def _picture(sample: Sample | None) -> str:
    """Draw a sample with its true outline, or a plain stand-in, as SVG."""
    if sample is None:
        return (
            "<svg viewBox='0 0 480 320' aria-hidden='true'><rect width='480' height='320' fill='#111'/>"
            "<ellipse cx='240' cy='160' rx='130' ry='102' fill='none' stroke='#f0e442' stroke-width='5'/>"
            "</svg>"
        )
    spacing = sample.spacing or (1.0, 1.0)
    wide, high = sample.shape[1] * spacing[1], sample.shape[0] * spacing[0]
    small = Image.fromarray((sample.image * 255).astype(np.uint8)).resize(
        (_WIDTH, round(_WIDTH * high / wide))
    )
    file = io.BytesIO()
    small.save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    outline, drawn = sample.truth.get("ellipse"), ""
    if outline is not None:
        x, y = outline.column + spacing[1] / 2, outline.row + spacing[0] / 2
        drawn = (
            f"<ellipse cx='{x:.2f}' cy='{y:.2f}' rx='{outline.semi_major:.2f}' ry='{outline.semi_minor:.2f}' "
            f"transform='rotate({np.degrees(outline.angle):.2f} {x:.2f} {y:.2f})' fill='none' "
            f"stroke='#f0e442' stroke-width='{wide / 150:.2f}'/>"
        )
    said = _("Ultrasound picture of a simulated fetal head with its outline")
    return (
        f"<svg viewBox='0 0 {wide:.2f} {high:.2f}' role='img' aria-label='{html.escape(said)}'>"
        f"<image width='{wide:.2f}' height='{high:.2f}' preserveAspectRatio='none' "
        f"href='data:image/png;base64,{data}'/>{drawn}</svg>"
    )
