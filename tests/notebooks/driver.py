"""Runs inside the kernel after the last cell: drives every widget to its extremes.

The harness sends this file's text as a cell, and awaits `drive_all`. It knows ipywidgets by their traits, so
that own widgets with `min`, `max`, `options` or `click` are driven as well.
"""

import asyncio

WAIT_S = 0.15  # lets callbacks that were scheduled on the loop run
MOST_ROUNDS = 3  # widgets that a callback creates are driven too, but not for ever


def _extremes(widget):
    """Return name of the trait and the values to try; nothing for a widget without a control."""
    if getattr(widget, "disabled", False) or not widget.has_trait("value"):
        return []
    value = widget.value
    if widget.has_trait("min") and widget.has_trait("max"):
        low, high = widget.min, widget.max
        if widget.has_trait("base"):  # a logarithmic slider counts its ends in powers
            low, high = widget.base**low, widget.base**high
        if isinstance(value, tuple):
            return [(low, low), (low, high), (high, high), value]
        return [] if widget.__class__.__name__.endswith("Progress") else [low, high, value]
    if hasattr(widget, "_options_full") or widget.has_trait("_options_labels"):
        options = [option for _, option in getattr(widget, "_options_full", ())]
        if isinstance(value, tuple) and not widget.has_trait("index"):
            return []
        if widget.__class__.__name__ in ("SelectMultiple", "SelectionRangeSlider"):
            return [(options[0], options[-1]), value] if options else []
        return [*options, value]
    if isinstance(value, bool) and widget.__class__.__name__ in ("Checkbox", "ToggleButton"):
        return [not value, value]
    return []


def _all_widgets():
    import sys

    module = sys.modules.get("ipywidgets.widgets.widget")
    return dict(module._instances) if module else {}


async def drive_all():
    """Drive each widget once, also those that appear meanwhile; return the number of moves."""
    driven, moves = set(), 0
    for _ in range(MOST_ROUNDS):
        new = {key: one for key, one in _all_widgets().items() if key not in driven}
        if not new:
            break
        for key, widget in new.items():
            driven.add(key)
            for value in _extremes(widget):
                widget.value = value
                moves += 1
                await asyncio.sleep(0)
            if callable(getattr(widget, "click", None)) and not getattr(widget, "disabled", False):
                widget.click()
                moves += 1
            await asyncio.sleep(0)
        await asyncio.sleep(WAIT_S)
    return moves
