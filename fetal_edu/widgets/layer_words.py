"""What the explorer says of a pixel, in words: one set of sentences for Python and for the browser.

`sentences` gives them as patterns, in the reader's language; the browser gets the same ones and fills them
in the same way, see `layer_words.js`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .layer_numbers import trimmed, written
from .layer_tower import Tower
from .words import _

__all__ = ["Telling", "sentences"]

MOST_TERMS = 25  # a longer sum is not written out
_SUMS = ("conv", "blur", "bilinear", "transposed")


def sentences() -> dict[str, str]:
    """Return the patterns by their key."""
    return {
        "place": _("{title}, row {row}, column {column}: {value}."),
        "row": _("row {first}"),
        "rows": _("rows {first} to {last}"),
        "column": _("column {first}"),
        "columns": _("columns {first} to {last}"),
        "region": _("{rows}, {columns}"),
        "conv": _("Made of {region} of {before}: {count} numbers, each times its weight, added up."),
        "outside": _("Outside the map, and therefore 0: {outside} of them."),
        "blur": _("Made of {region} of {before}: {count} numbers, each times its weight, added up."),
        "mirrored": _("Beyond the border the map is mirrored."),
        "max": _("The largest number in {region} of {before}: it stands in row {row}, column {column}."),
        "mean": _("The mean of {region} of {before}: the sum {sum}, divided by {count}."),
        "copy": _("A copy of {region} of {before}."),
        "bilinear": _("Mixed from {region} of {before}: the nearer a number lies, the more it weighs."),
        "transposed": _(
            "{count} stamps overlap here, those of {region} of {before}: each number times its weight, "
            "added up."
        ),
        "stamp": _("One stamp falls here, that of {region} of {before}: the number times its weight."),
        "no_stamp": _("No stamp falls here, so it is 0."),
        "kept": _("In {before} it is above 0, so it stays."),
        "cut": _("In {before} it is {x}, not above 0, so it becomes 0."),
        "unpool": _("Put here from {region} of {before}: the maximum of layer {of} stood here."),
        "zero": _("Zero: no maximum fell here."),
        "field": _("Receptive field in the image: {high} × {wide} pixels."),
        "field_mm": _("Receptive field in the image: {high} × {wide} pixels, {high_mm} × {wide_mm} mm."),
        "field_none": _("Nothing in the image can change it."),
        "padding": _("At the border it also sees zeros of the padding."),
        "reach": _("It reaches {list}."),
        "reached": _("{high} × {wide} pixels of {name}"),
        "reached_one": _("1 pixel of {name}"),
        "unreached": _("nothing of {name}"),
        "and": ", ",
        "term": "{x} × {weight}",
        "plus": " + ",
        "numbers_sum": "{terms} = {value}",
        "numbers_many": _("the sum of {count} products = {value}"),
        "numbers_max": "max({terms}) = {value}",
        "numbers_mean": "({terms}) ÷ {count} = {value}",
        "many": _("{count} numbers"),
    }


@dataclass(frozen=True)
class Telling:
    """What is said of one pixel of a tower.

    Parameters
    ----------
    tower : Tower
    state : dict
        Of the tower, see `layer_sent.tower_state`.
    patterns : dict of str
        See `sentences`.

    Examples
    --------
    >>> from fetal_edu.widgets import MaxPool
    >>> from fetal_edu.widgets.layer_sent import tower_state
    >>> tower = Tower(np.arange(16.0).reshape(4, 4), [MaxPool(2)], spacing=(0.5, 0.5))
    >>> telling = Telling(tower, tower_state(tower), sentences())
    >>> print(telling.words(0, 1, 2))
    Image, row 1, column 2: 6. It reaches 1 pixel of layer 0.
    >>> print(telling.numbers(1, 0, 1))
    max(2, 3, 6, 7) = 7
    """

    tower: Tower
    state: dict[str, Any]
    patterns: dict[str, str]

    def words(self, number: int, row: int, column: int) -> str:
        """Return the sentences: what it is made of, what it sees of the image, and what it reaches."""
        title, value = self.state["maps"][number]["title"], self._value(number, row, column)
        said = [self._fill("place", title=title, row=row, column=column, value=value)]
        if number:
            said += self._made(number, row, column)
            said += self._field(number, row, column)
        if number < len(self.tower.layers):
            said.append(self._reach(number, row, column))
        return " ".join(said)

    def numbers(self, number: int, row: int, column: int) -> str:
        """Return the sum, or what else it is made of, as one line; empty where there is nothing to reckon."""
        if not number:
            return ""
        kind, terms = self.state["layers"][number - 1]["kind"], self._terms(number, row, column)
        value, count = self._value(number, row, column), len(terms)
        if kind in ("max", "mean"):
            listed = ", " if kind == "max" else self.patterns["plus"]
            within = listed.join(self._digits(number - 1, x) for _r, _c, _w, x in terms)
            within = within if count <= MOST_TERMS else self._fill("many", count=count)
            return self._fill(f"numbers_{kind}", terms=within, count=count, value=value)
        if kind not in _SUMS or not count or _pattern(kind, count) == "copy":
            return ""
        if count > MOST_TERMS:
            return self._fill("numbers_many", count=count, value=value)
        digits = self.state["layers"][number - 1]["digits"]
        each = (
            self._fill("term", x=self._digits(number - 1, x), weight=trimmed(weight, digits))
            for _r, _c, weight, x in terms
        )
        return self._fill("numbers_sum", terms=self.patterns["plus"].join(each), value=value)

    def _made(self, number: int, row: int, column: int) -> list[str]:
        kind, terms = self.state["layers"][number - 1]["kind"], self._terms(number, row, column)
        about = {
            "before": self.state["maps"][number - 1]["name"],
            "region": self._region([term[:2] for term in terms]),
            "count": len(terms),
        }
        if kind in ("max", "unpool"):
            return [self._chosen(number, row, column, about)]
        if kind == "relu":
            x = terms[0][3]
            return [self._fill("kept" if x > 0 else "cut", x=self._digits(number - 1, x), **about)]
        if kind == "mean":
            total = self._digits(number - 1, sum(x for _r, _c, _w, x in terms))
            return [self._fill("mean", sum=total, **about)]
        return [self._fill(_pattern(kind, len(terms)), **about), *self._beyond(number, terms)]

    def _beyond(self, number: int, terms: list[tuple]) -> list[str]:
        outside = sum(not self._inside(number - 1, r, c) for r, c, _w, _x in terms)
        if outside:
            return [self._fill("outside", outside=outside)]
        twice = len({term[:2] for term in terms}) < len(terms)
        return [self._fill("mirrored")] if twice else []

    def _chosen(self, number: int, row: int, column: int, about: dict[str, Any]) -> str:
        """Say where a number was taken from."""
        layer, wide = self.state["layers"][number - 1], self.state["maps"][number - 1]["shape"][1]
        source = int(self.tower.places[number - 1][row, column])
        if source < 0:
            return self._fill("zero")
        r, c = divmod(source, wide)
        if layer["kind"] == "max":
            return self._fill("max", row=r, column=c, **about)
        return self._fill("unpool", **{**about, "region": self._region([(r, c)]), "of": layer["of"]})

    def _field(self, number: int, row: int, column: int) -> list[str]:
        masks = self.tower.behind(number, row, column)
        high, wide = _extent(masks[0])
        if not high:
            return [self._fill("field_none")]
        about, mm = {"high": high, "wide": wide}, self.state["maps"][0]["mm"]
        if mm is None:
            said = [self._fill("field", **about)]
        else:
            lengths = {"high_mm": trimmed(high * mm[0]), "wide_mm": trimmed(wide * mm[1])}
            said = [self._fill("field_mm", **about, **lengths)]
        return [*said, self._fill("padding")] if self.tower.sees_padding(masks) else said

    def _reach(self, number: int, row: int, column: int) -> str:
        later = list(enumerate(self.tower.ahead(number, row, column), number))[1:]
        if len(later) > 3:
            later = [later[0], later[-1]]
        listed = []
        for at, mask in later:
            high, wide = _extent(mask)
            key = "unreached" if not high else "reached_one" if high * wide == 1 else "reached"
            listed.append(self._fill(key, high=high, wide=wide, name=self.state["maps"][at]["name"]))
        return self._fill("reach", list=self.patterns["and"].join(listed))

    def _terms(self, number: int, row: int, column: int) -> list[tuple[int, int, float, float]]:
        """Return row, column, weight and number of each term."""
        return [
            (
                r,
                c,
                weight,
                float(self.tower.maps[number - 1][r, c]) if self._inside(number - 1, r, c) else 0.0,
            )
            for line in self.tower.window(number, row, column)
            for r, c, weight in line
        ]

    def _inside(self, number: int, row: int, column: int) -> bool:
        high, wide = self.state["maps"][number]["shape"]
        return 0 <= row < high and 0 <= column < wide

    def _region(self, places: list[tuple[int, int]]) -> str:
        if not places:
            return ""
        rows, columns = zip(*places, strict=True)
        said = {"rows": self._span("row", rows), "columns": self._span("column", columns)}
        return self._fill("region", **said)

    def _span(self, name: str, places: tuple[int, ...]) -> str:
        first, last = (str(at).replace("-", "−") for at in (min(places), max(places)))
        return self._fill(name if first == last else name + "s", first=first, last=last)

    def _value(self, number: int, row: int, column: int) -> str:
        return self._digits(number, float(self.tower.maps[number][row, column]))

    def _digits(self, number: int, x: float) -> str:
        return written(x, self.state["maps"][number]["digits"])

    def _fill(self, key: str, **values: Any) -> str:
        return self.patterns[key].format(**values)


def _pattern(kind: str, count: int) -> str:
    """Choose the sentence for a layer that adds up."""
    if kind == "transposed":
        return "transposed" if count > 1 else "stamp" if count else "no_stamp"
    if kind == "nearest" or (kind == "bilinear" and count == 1):
        return "copy"
    return kind


def _extent(mask: np.ndarray) -> tuple[int, int]:
    """Return height and width of the box around what is set."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1) if rows.size else (0, 0)
