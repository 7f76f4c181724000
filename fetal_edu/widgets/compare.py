"""All methods on one picture, as a table whose rows can be chosen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from ..measure import Ellipse, Method, format_weeks, hc_error, surface_distances
from ..sample import Reading
from .encode import as_png, as_svg_ellipse
from .guard import CarefulWidget
from .words import _, capital
from .work import Work

__all__ = ["Comparison", "Row", "border_errors", "run_method", "table_rows"]

_HERE = Path(__file__).parent
_SMALL_SIDE = 160


@dataclass(frozen=True)
class Row:
    """What one method said of a picture.

    Parameters
    ----------
    key : str
        The method.
    reading : Reading, optional
        None where the method failed.
    ms : float
        CPU time in milliseconds.
    why : str
        A sentence where there is no outline.
    """

    key: str
    reading: Reading | None
    ms: float
    why: str = ""


class Comparison(CarefulWidget):
    """The table in the browser; Python writes every word of it.

    Examples
    --------
    >>> table, picked = Comparison(), []
    >>> table.on_pick(picked.append)
    >>> sent = {"method": "custom", "content": {"kind": "pick", "key": "x"}}
    >>> table._handle_msg({"content": {"data": sent}})
    >>> picked  # no such row
    []
    """

    _esm = (_HERE / "compare.js").read_text("utf-8")
    _css = (_HERE / "compare.css").read_text("utf-8")

    rows = traitlets.List().tag(sync=True)
    heads = traitlets.List().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)
    small = traitlets.Bytes().tag(sync=True)  # PNG

    def __init__(self) -> None:
        heads = [
            _("Picture"),
            _("Method"),
            _("HC"),
            _("Age"),
            _("Error"),
            _("Border off by"),
            _("Time"),
            _("Quality"),
        ]
        super().__init__(heads=heads)
        self._callback: Callable[[str], None] | None = None

    def on_pick(self, callback: Callable[[str], None]) -> None:
        """Call ``callback(key)`` when the reader chooses a row that has an outline."""
        self._callback = callback

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Take nothing: all values here belong to Python."""

    def show_picture(self, image: np.ndarray) -> None:
        """Show another picture, small, beside each row."""
        self.small = as_png(image, longest_side=_SMALL_SIDE)

    def take_message(self, content: Mapping[str, Any], _buffers: Sequence) -> None:
        """Take which row was chosen."""
        key = content.get("key") if content.get("kind") == "pick" else None
        if self._callback and any(row["key"] == key and row["state"] == "done" for row in self.rows):
            self._callback(key)


def run_method(method: Method, work: Work) -> Row:
    """Let one method read a picture, and time it."""
    begun = time.process_time()
    try:
        reading, why = method.read(work.sample, strokes=work.strokes, box=work.area), ""
    except Exception as error:  # a method that fails gets a sentence in its row; the others still run
        reading, why = None, str(error) or type(error).__name__
    ms = 1e3 * (time.process_time() - begun)
    if reading is not None and reading.ellipse is None:
        why = " ".join(map(capital, reading.notes))
    return Row(method.key, reading, ms, capital(why))


def table_rows(
    work: Work, methods: Mapping[str, Method], rows: Mapping[str, Row], *, running: str = ""
) -> list[dict[str, Any]]:
    """Write the table's rows: those that have run, the one that is running, those that wait."""
    return [_written(work, method, rows.get(key), running == key) for key, method in methods.items()]


def border_errors(work: Work, ellipse: Ellipse) -> tuple[float, float] | None:
    """Return mean and largest distance in mm from the true border, or None where it is unknown."""
    truth = work.truth()
    if truth is None or work.sample.spacing is None:
        return None
    masks = [outline.mask(work.sample.shape, work.step) for outline in (ellipse, truth)]
    if not all(mask.any() for mask in masks):
        return None
    largest, mean = surface_distances(*masks, work.step)
    return mean, largest


def _written(work: Work, method: Method, row: Row | None, runs: bool) -> dict[str, Any]:
    high, wide = (n * mm for n, mm in zip(work.sample.shape, work.step, strict=True))
    said = {"key": method.key, "label": method.label, "size": [high, wide], "note": "", "data": {}}
    if row is None:
        cells = ["", "", "", "", "", _("running…") if runs else ""]
        return said | {"state": "running" if runs else "waiting", "cells": cells}
    took = _("{:.0f}\u00a0ms").format(row.ms)
    if row.reading is None or row.reading.ellipse is None:
        cells = ["—", "—", "—", "—", took, _("no outline")]
        return said | {"state": "refused", "cells": cells, "note": row.why}
    ellipse, values = row.reading.ellipse, row.reading.values
    hc, age = values["hc"], values["ga"]
    length = (
        _("{:.1f}\u00a0mm").format(hc.value)
        if hc.value is not None
        else _("{:.0f} pixels").format(ellipse.circumference)
    )
    quality = {"good": _("✓ good"), "doubtful": _("? doubtful")}.get(row.reading.quality, "")
    cells = [
        length,
        "—" if age.value is None else _("{} weeks").format(format_weeks(age.value)),
        _error(work, hc.value),
        _border(work, ellipse),
        took,
        quality,
    ]
    return said | {
        "state": "done",
        "cells": cells,
        "note": " ".join(map(capital, row.reading.notes)),
        "data": {"hc": f"{ellipse.circumference:.2f}"},
        "ellipse": as_svg_ellipse(ellipse, work.step),
    }


def _error(work: Work, hc_mm: float | None) -> str:
    true = work.sample.truth.get("hc_mm")
    if hc_mm is None or not true:
        return "—"
    mm, part = hc_error(hc_mm, true)
    return _("{mm:+.1f}\u00a0mm\n{part:+.1%}").format(mm=mm, part=part)


def _border(work: Work, ellipse: Ellipse) -> str:
    errors = border_errors(work, ellipse)
    return "—" if errors is None else _("{:.1f}\u00a0mm\nat\u00a0most\u00a0{:.1f}").format(*errors)
