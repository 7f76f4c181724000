"""The data card of the bundled samples: what is there, how to read it, what it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["data_card"]

_TEXT = """# Simulated samples

Drawn by the project's own simulator. No patient is in these pictures.

![All samples, six in a row: heads, the other planes, hard cases, sweeps and volumes](contact-sheet.png)

`NAME.png` is a picture with 8 bits, `NAME-labels.png` holds a number for each pixel. A sweep or a volume is
`NAME.nii.gz` with `NAME-labels.nii.gz`, and `NAME.gif` to look at. `registry.json` has, for each sample:
SHA-256 of its files, plane, mm per pixel, exact truth in mm and weeks, seed, the names of the labels, and
all that it was drawn from.

```python
from fetal_edu.data import bundled

sample = bundled.load("head-20w")  # one, by name
bundled.names(plane="abdomen", kind="picture")  # which there are
```

## Every plane

Each plane at three ages, and the same fetus on two machines: `premium` compounds many angles with short
pulses, `old` does neither. The two share their `group`: a split keeps them together.

{planes}

`other` are planes between and around the standard ones of the same anatomy.

## Six heads that chapters and tests use

{heads}

## Hard for one reason

One knob is turned up, all else is fairly clear.

{hard}

## Sweeps and volumes

{stacks}

A sweep has a plane, a time, a pose and a truth for each frame. Its gain stays as it is, and speckle moves
with the tissue.

## Truth

Labels are computed at the pixels' centres from the anatomy itself, not drawn over a picture. HC is the
circumference of the ellipse that fits the outer border of the skull best, as in HC18; the scalp lies
outside. AC follows the skin in the same way. The borders themselves are not quite ellipses, as in a real
fetus.

## How real they look

A classifier tells simulated heads from real ones (HC18) in 94 of 100 cases; from brain or skull alone in
about 80 (`make realism`). Someone who knows such pictures notices:

- The skull is too even. Real plates differ in curvature, overlap at sutures and shine in broad, fading arcs.
- The brain is a sketch. The cavum is a dark oval between two dashes, sulci have no pattern, the Sylvian
  fissure shows no insula that one would know, and the near half is too clean.
- Womb, placenta and limbs are smooth shapes with ripples.
- Abdomen: one smooth vein, few vessels in the liver, too regular ribs. Heart: smooth chambers, plain lungs.
  Face: a smooth egg with a schematic nose. First trimester: one posture, a straight trunk.

Abdomens, faces and early pregnancies were not compared with real pictures side by side.

## Limits

- The physics is linear, with single scattering, straight rays and one speed of sound.
- The anatomy is a sketch. Sizes follow published charts; finer structure is drawn at random. No disease is
  shown.
- Heads below 14 weeks extrapolate the INTERGROWTH-21st curve, which starts there.
- Seeds were taken as they came. Where a spine or a limb hid the whole plane, another one was taken; the six
  heads were chosen by eye. These are examples to learn from, not a set to test a method on.
- Not for beamforming research, never for diagnosis.

`make samples` draws all of them again. Another processor may change a grey level by one.
`fetal-edu simulate` draws more, in any number.
"""


def data_card(entries: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the card of a folder's samples, in Markdown.

    Parameters
    ----------
    entries : mapping of name to dict
        Of the registry.

    Examples
    --------
    >>> "## Limits" in data_card({})
    True
    """
    groups: dict[str, list[str]] = {"planes": [], "heads": [], "hard": [], "stacks": []}
    for name, entry in entries.items():
        groups[_group(name, entry)].append(name)
    tables = {
        "planes": _planes(groups["planes"], entries),
        **{key: _listed(groups[key], entries) for key in ("heads", "hard", "stacks")},
    }
    return _TEXT.format(**tables)


def _group(name: str, entry: Mapping[str, Any]) -> str:
    request = entry["request"]
    if entry["kind"] != "picture":
        return "stacks"
    if request["machine"] is not None:
        return "planes"
    return "hard" if request["knobs"] else "heads"


def _planes(names: list[str], entries: Mapping[str, Mapping[str, Any]]) -> str:
    """Give each plane of each anatomy a row."""
    rows: dict[str, tuple[str, str, list[float], str]] = {}
    for name in names:
        entry, title = entries[name], name.rsplit("-", 2)[0]
        anatomy = entry["request"]["anatomy"].replace("_", " ")
        ages = rows.get(title, ("", "", [], ""))[2]
        if entry["truth"]["ga_weeks"] not in ages:
            ages = [*ages, entry["truth"]["ga_weeks"]]
        rows[title] = (anatomy, entry["plane"], ages, name)
    lines = ["| plane | anatomy | weeks | for example |", "|---|---|---|---|"]
    for anatomy, plane, ages, example in rows.values():
        weeks = ", ".join(f"{age:g}" for age in ages)
        lines.append(f"| `{plane}` | {anatomy} | {weeks} | `{example}` |")
    return "\n".join(lines)


def _listed(names: list[str], entries: Mapping[str, Mapping[str, Any]]) -> str:
    lines = ["| sample | weeks | what it shows |", "|---|---|---|"]
    for name in names:
        entry = entries[name]
        lines.append(f"| `{name}` | {entry['truth']['ga_weeks']:g} | {entry['shows']} |")
    return "\n".join(lines)
