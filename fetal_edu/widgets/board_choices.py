"""What one can choose on the board of knobs, named for readers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

from .. import runtime
from ..phantom import ANATOMIES, KNOBS, MACHINES
from .judge import rule
from .request import knobs_of

__all__ = ["DIFFICULTY", "board_choices", "board_labels", "head_networks", "knob_title", "plane_title"]

#: The name that the overall difficulty has among the knobs.
DIFFICULTY = "difficulty"


def head_networks() -> tuple[str, ...]:
    """Return the installed networks that outline heads, the one named head first.

    Examples
    --------
    >>> head_networks()[0]
    'head'
    """
    found = [name for name in runtime.models() if _card(name).get("task") == "head"]
    return tuple(sorted(found, key=lambda name: (name != "head", name)))


def board_choices(models: Sequence[str]) -> dict[str, Any]:
    """Return all menus and knobs, as they travel to the browser.

    Examples
    --------
    >>> choices = board_choices(["head"])
    >>> choices["anatomies"][0]["key"], choices["machines"][0]["key"]
    ('head', '')
    """
    machines = [{"key": "", "title": _("a mixture"), "says": _("each fetus is drawn with another machine")}]
    machines += [{"key": key, "title": _(key), "says": _(kind.says)} for key, kind in MACHINES.items()]
    return {
        "anatomies": [_anatomy(key) for key in ANATOMIES],
        "machines": machines,
        "models": [{"key": key, "title": key, "says": _learned(key)} for key in models],
    }


def knob_title(name: str) -> str:
    """Name a knob so that more of it is harder.

    Examples
    --------
    >>> knob_title("compounding"), knob_title("fluid_amount")
    ('Less compounding', 'Fluid amount')
    """
    return _TITLES[name]() if name in _TITLES else _(name.replace("_", " ").capitalize())


def plane_title(name: str) -> str:
    """Name a plane.

    Examples
    --------
    >>> plane_title("4C"), plane_title("transthalamic")
    ('four chambers (4C)', 'transthalamic')
    """
    return _PLANES[name]() if name in _PLANES else _(name.replace("_", " "))


def _anatomy(key: str) -> dict[str, Any]:
    kind = ANATOMIES[key]
    return {
        "key": key,
        "title": _(key.replace("_", " ").capitalize()),
        "planes": [{"key": plane, "title": plane_title(plane)} for plane in kind.planes],
        "weeks": list(kind.weeks),
        "knobs": [
            {"key": name, "title": knob_title(name), "says": _(meaning), "group": _group(name)}
            for name, meaning in knobs_of(key).items()
        ],
    }


def _group(name: str) -> str:
    """Sort a knob: those that only one anatomy has belong to the anatomy."""
    if name not in KNOBS:
        return "anatomy"
    return _GROUPS.get(name, "machine" if KNOBS[name].acts_on == "machine" else "sound")


def _card(name: str) -> dict[str, Any]:
    return json.loads((runtime.WEIGHTS / f"{name}.json").read_text("utf-8"))


def _learned(name: str) -> str:
    return _LEARNED[name]() if name in _LEARNED else _("its card says what it learned from")


_GROUPS = {
    "shadow": "sound",
    "occlusion": "sound",
    "frequency": "sound",
    "side_lobes": "sound",
    "gain": "machine",
    "dynamic_range": "machine",
    "compounding": "machine",
    "motion": "anatomy",
    "wall": "anatomy",
    "dropout": "anatomy",
}
_TITLES = {
    "shadow": lambda: _("Shadow"),
    "dropout": lambda: _("Gaps in the outline"),
    "gain": lambda: _("Too much gain"),
    "dynamic_range": lambda: _("Less dynamic range"),
    "frequency": lambda: _("Lower frequency"),
    "wall": lambda: _("Mother's wall"),
    "occlusion": lambda: _("Pelvic bone"),
    "motion": lambda: _("Motion"),
    "side_lobes": lambda: _("Side lobes"),
    "compounding": lambda: _("Less compounding"),
    "likeness": lambda: _("Planes more alike"),
    "deformation": lambda: _("Out of shape"),
    "fluid_lack": lambda: _("Less fluid"),
    "faint_outline": lambda: _("Fainter outline"),
    "rib_shadow": lambda: _("Shadows of ribs"),
    "lookalikes": lambda: _("Look-alikes"),
    "cue": lambda: _("Smaller cue"),
    "hand": lambda: _("Hand in front"),
    "placenta_free": lambda: _("Placenta anywhere"),
    DIFFICULTY: lambda: _("Overall difficulty"),
}
_PLANES = {
    "4C": lambda: _("four chambers (4C)"),
    "LVOT": lambda: _("left outflow tract (LVOT)"),
    "RVOT": lambda: _("right outflow tract (RVOT)"),
    "3V": lambda: _("three vessels (3V)"),
    "other": lambda: _("other planes"),
}
_LEARNED = {
    "head": lambda: _("learned from real heads and simulated ones, in the transthalamic plane"),
    "head-phantom": lambda: _("learned from simulated heads only, in the transthalamic plane"),
}


def board_labels() -> dict[str, str]:
    """Return the words of the page that Python writes once."""
    return {
        "title": _("Break a network on purpose"),
        "lead": _(
            "The simulator draws a fetus, a network outlines its head. "
            "Turn a knob: outline, millimetres and weeks go wrong."
        ),
        "warning": _("For teaching and exploration. Not a medical device: no number here is a diagnosis."),
        "anatomy": _("Anatomy"),
        "plane": _("Plane"),
        "age": _("Age"),
        "weeks": _("{} weeks"),
        "fetus": _("Fetus number"),
        "another": _("Another fetus"),
        "machine": _("Machine"),
        "model": _("Network"),
        "truth": _("true outline (blue dashes)"),
        "network": _("network's outline (yellow)"),
        "labels": _("true labels (colours)"),
        "shown": _("Show on the picture"),
        "legend": _("Labels: press one to see it alone"),
        "sound": _("Sound"),
        "machine_group": _("Machine"),
        "anatomy_group": _("Anatomy"),
        "knobs": _("Knobs: 0 clear, 1 hard"),
        "as_drawn": _("as drawn"),
        "marks": _("✗ breaks the network there, ✓ never does"),
        "reset": _("{}: leave it as drawn"),
        "breaks": _("✗ {}"),
        "breaks_said": _("turned alone, breaks the network at {}"),
        "holds": _("✓"),
        "holds_said": _("turned alone, never breaks the network"),
        "find": _("Find a failure"),
        "rule": rule(),
        "stop": _("Stop"),
        "back": _("Set back"),
        "clear": _("All as drawn"),
        "progress": _("Progress of the search"),
        "hint": _("Touch a knob, a menu or a network to read what it does."),
        "difficulty": knob_title(DIFFICULTY),
        "difficulty_says": _(
            "what is drawn where no knob is set: thicker walls, more shadows and gaps, more noise"
        ),
        "no_answer": _("No answer for 15 seconds. If it stays like this, reload the page."),
    }
