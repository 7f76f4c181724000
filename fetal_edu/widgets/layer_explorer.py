"""An explorer for layers: point at a pixel of any map, and see what it is made of and what it reaches.

All maps and windows go to the browser once; there a hover needs no kernel. What the page says in words comes
from the same patterns as `LayerExplorer.describe`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import traitlets

from .guard import CarefulWidget
from .layer_sent import map_bytes, place_bytes, tower_state
from .layer_taps import Layer
from .layer_tower import Tower
from .layer_words import Telling, sentences
from .words import _

__all__ = ["LayerExplorer"]

_HERE = Path(__file__).parent
_SCRIPTS = (
    *("dom.js", "layer_geometry.js", "layer_words.js", "layer_paint.js", "layer_parts.js"),
    *("layer_table.js", "layer_explorer.js"),
)
IMAGE = "image"


class LayerExplorer(CarefulWidget):
    """All maps of a small tower of layers side by side; each pixel shows its window, its sum, its reach.

    Parameters
    ----------
    image : (h, w) array of float
        Up to 256 pixels a side; 64 show best.
    layers : sequence of Layer
        `Conv`, `MaxPool`, `MeanPool`, `BlurPool`, `Nearest`, `Bilinear`, `Unpool`, `TransposedConv`, `Relu`,
        from the image on.
    spacing : (row, column) in mm per pixel, optional

    Attributes
    ----------
    tower : Tower
        The maps and their windows.
    at : list of int
        Number of the map (0 is the image), row and column of the pixel that is shown.
    pinned : bool
        Whether it stays when the mouse moves on.

    Raises
    ------
    ValueError
        If the image is no table of finite numbers, or a layer does not fit on the map before it.

    Examples
    --------
    >>> from fetal_edu.widgets import MaxPool
    >>> explorer = LayerExplorer(np.arange(16.0).reshape(4, 4), [MaxPool(2)], spacing=(0.5, 0.5))
    >>> print(explorer.move(layer=0, row=0, column=1))
    Layer 0 (max pooling 2 × 2), row 0, column 1: 7. The largest number in rows 0 to 1, columns 2 to 3 of \
the image: it stands in row 1, column 3. Receptive field in the image: 2 × 2 pixels, 1 × 1 mm.
    max(2, 3, 6, 7) = 7
    >>> print(explorer.describe(layer="image", row=1, column=2))
    Image, row 1, column 2: 6. It reaches 1 pixel of layer 0.
    """

    _esm = "\n".join((_HERE / name).read_text("utf-8") for name in _SCRIPTS)
    _css = (_HERE / "layer_explorer.css").read_text("utf-8")
    sent = ("at", "pinned")

    # From Python to the browser.
    state = traitlets.Dict().tag(sync=True)
    maps = traitlets.Bytes().tag(sync=True)
    places = traitlets.Bytes().tag(sync=True)
    patterns = traitlets.Dict().tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    rev = traitlets.Int(0).tag(sync=True)  # grows with each new tower

    # Both ways, without an echo: it would pull the pixel back to where the hand was.
    at = traitlets.List([0, 0, 0]).tag(sync=True, echo_update=False)
    pinned = traitlets.Bool(False).tag(sync=True, echo_update=False)

    def __init__(
        self,
        image: np.ndarray,
        layers: Sequence[Layer] = (),
        *,
        spacing: tuple[float, float] | None = None,
    ) -> None:
        super().__init__(patterns=sentences(), labels=_labels())
        self.show(image, layers, spacing=spacing)

    def show(
        self,
        image: np.ndarray,
        layers: Sequence[Layer] = (),
        *,
        spacing: tuple[float, float] | None = None,
    ) -> None:
        """Show another image or other layers: same pixel, or the middle of the last map in a new shape."""
        tower, before = Tower(image, layers, spacing=spacing), getattr(self, "tower", None)
        same = before is not None and _shapes(before) == _shapes(tower)
        with self.hold_sync():
            self.tower, self.state = tower, tower_state(tower)
            self.maps, self.places = map_bytes(tower), place_bytes(tower)
            if not same:
                high, wide = tower.maps[-1].shape
                self.at, self.pinned = [len(tower.layers), high // 2, wide // 2], False
            self.rev += 1

    def move(
        self,
        *,
        layer: int | Literal["image"] | None = None,
        row: int | None = None,
        column: int | None = None,
    ) -> str:
        """Show another pixel, and return what is shown, in words.

        Parameters
        ----------
        layer : int or "image", optional
            Counted from 0. Default: the one that is shown; in another one the middle is shown.
        row, column : int, optional
            Counted from 0. Default: those that are shown.
        """
        self.at = self._place(layer, row, column)
        return self.describe()

    def describe(
        self,
        layer: int | Literal["image"] | None = None,
        row: int | None = None,
        column: int | None = None,
    ) -> str:
        """Return what is shown, or what another pixel would show, in words: see `move`."""
        place = self._place(layer, row, column)
        telling = Telling(self.tower, self.state, self.patterns)
        return "\n".join(filter(None, (telling.words(*place), telling.numbers(*place))))

    def _place(self, layer: int | str | None, row: int | None, column: int | None) -> list[int]:
        number, *shown = self.at
        if layer is not None:
            number = _number_of(layer, len(self.tower.layers))
        shape = self.tower.maps[number].shape
        if number != self.at[0]:
            shown = [n // 2 for n in shape]
        found = [old if new is None else new for old, new in zip(shown, (row, column), strict=True)]
        for at, n, name in zip(found, shape, (_("row"), _("column")), strict=True):
            if isinstance(at, bool) or not isinstance(at, (int, np.integer)) or not 0 <= at < n:
                said = _("{name} {at!r}: this map has {n}, counted from 0 to {last}.")
                raise ValueError(said.format(name=name, at=at, n=n, last=n - 1))
        return [number, *map(int, found)]

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Take which pixel the reader points at; all else belongs to Python."""
        for name in self.sent:
            if name in sync_data:
                try:
                    super().set_state({name: sync_data[name]})
                except traitlets.TraitError:
                    self.send_state(name)  # the browser goes back to the last good value

    @traitlets.validate("at")
    def _check_at(self, proposal: dict) -> list[int]:
        place = proposal["value"]
        whole = len(place) == 3 and all(type(at) is int for at in place)
        if not whole or not 0 <= place[0] < len(self.tower.maps):
            raise traitlets.TraitError(_("A place is three whole numbers: map, row, column."))
        if not all(0 <= at < n for at, n in zip(place[1:], self.tower.maps[place[0]].shape, strict=True)):
            raise traitlets.TraitError(_("That pixel lies outside its map."))
        return place

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        found = super()._repr_mimebundle_(**options)
        data = found[0] if isinstance(found, tuple) else found
        if data:
            data["text/plain"] = self.describe()  # ipywidgets would cut it off after 110 characters
        return found


def _shapes(tower: Tower) -> list[tuple[int, ...]]:
    return [one.shape for one in tower.maps]


def _number_of(layer: int | str, count: int) -> int:
    """Return the number of a layer's map."""
    if layer == IMAGE:
        return 0
    if isinstance(layer, bool) or not isinstance(layer, (int, np.integer)) or not 0 <= layer < count:
        known = _("0 to {last}").format(last=count - 1) if count else _("none here")
        said = _('layer {layer!r}: give "image" or the number of a layer ({known}).')
        raise ValueError(said.format(layer=layer, known=known))
    return int(layer) + 1


def _labels() -> dict[str, str]:
    return {
        "maps": _("Maps, from the image to the last layer"),
        "role": _("map"),
        "numbers": _("Where the number comes from"),
        "window": _("numbers"),
        "weights": _("weights"),
        "products": _("products"),
        "sum": _("sum"),
        "divided": _("divided by {count}"),
        "winner": _("largest"),
        "outside": _("padding"),
        "mirrored": _("mirrored"),
        "pinned": _("Pinned: click it again or press Esc to let go."),
        "help": _(
            "Point at any pixel; a click pins it. Keys: arrows move, Home and End go to the ends of a row, "
            "Page Up and Page Down change the map, Enter pins, Esc lets go."
        ),
        "key_at": _("this pixel"),
        "key_behind": _("what it is made of"),
        "key_ahead": _("what it reaches"),
        "key_zero": _("zeros of the padding"),
        "many": _("{count} numbers: too many to show"),
    }
