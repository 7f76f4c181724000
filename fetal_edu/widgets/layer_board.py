"""The dashboard of layers: choose a picture and an operation, and look into it pixel by pixel.

The whole application is Python that runs without a browser: `LayerBoard` answers to the same values that a
page sends, so that tests can play the reader.
"""

from __future__ import annotations

import ipywidgets

from ..data.limits import BadInput
from .arriving import Refused
from .guard import guarded
from .layer_choices import plans
from .layer_explorer import LayerExplorer
from .layer_numbers import trimmed
from .layer_page import LayerPage
from .layer_pictures import Cut, Pictures, Samples, picture_titles
from .words import _, capital

__all__ = ["LayerBoard"]


class LayerBoard:
    """The dashboard's application: what happens when a reader does something.

    Parameters
    ----------
    samples : Samples, optional
        Where samples are loaded from; default those that come with the course.

    Attributes
    ----------
    page : LayerPage
        The controls.
    explorer : LayerExplorer
        The maps.
    all : ipywidgets.VBox
        What to display.

    Examples
    --------
    >>> board = LayerBoard()
    >>> board.choose(picture="digits", plan="max")
    >>> board.page.status
    'Small numbers, 8 × 8: 8 × 8 pixels. Only the largest number of each window goes on.'
    """

    def __init__(self, samples: Samples | None = None) -> None:
        self.page, self._plans, self._pictures = LayerPage(), plans(), Pictures(samples)
        self._titles = picture_titles()
        self.explorer = LayerExplorer([[0.0]])
        self.all = ipywidgets.VBox([self.page, self.explorer])
        self._shown = dict(self.page.asked)
        self.page.on("asked", self._asked)
        self.page.on("file", self.open_file)
        self._open()

    @property
    def canvas(self) -> LayerPage:
        """Whoever says what went wrong."""
        return self.page

    def choose(self, **wish: object) -> None:
        """Set some of picture, plan, kernel, stride, padding without a browser."""
        self.page.set_state({"asked": {**self.page.asked, **wish}})

    @guarded
    def open_file(self, content: bytes, name: str) -> None:
        """Show a reader's own image, made small: PNG, JPEG, DICOM or NIfTI."""
        from ..data.files import read_bytes  # pillow's and pydicom's readers only when they are needed

        key, title = f"own: {name}", _("your file: {}").format(name)
        oldest = self._pictures.add(key, read_bytes(content, name))
        self._titles[key] = title
        self.page.offer(key, title, in_place_of=oldest)
        self.page.asked = {**self.page.asked, "picture": key}
        self._show()

    @guarded
    def _open(self) -> None:
        self._show()

    @guarded
    def _asked(self) -> None:
        try:
            self._show()
        except (BadInput, Refused):
            self.page.asked = self._shown
            self.page.send_state("asked")  # else the browser keeps what could not be shown
            raise

    def _show(self) -> None:
        wish = self.page.wish
        cut, plan = self._pictures.take(wish["picture"]), self._plans[wish["plan"]]
        layers = plan.build(wish["kernel"], wish["stride"], wish["padding"])
        try:
            self.explorer.show(cut.image, layers, spacing=cut.spacing)
        except ValueError as refusal:
            raise BadInput(_("{} The last one stays.").format(refusal)) from refusal
        self._shown = dict(wish)
        self.page.say(f"{self._about(wish['picture'], cut)} {plan.says}")

    def _about(self, key: str, cut: Cut) -> str:
        high, wide = cut.image.shape
        size = {"title": capital(self._titles[key]), "high": high, "wide": wide}
        if cut.spacing is None:
            return _("{title}: {high} × {wide} pixels.").format(**size)
        said = _("{title}: {high} × {wide} pixels of {mm} mm.")
        return said.format(**size, mm=trimmed(cut.spacing[0]))
