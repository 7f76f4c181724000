"""What a page and a file say about each caliper: a sentence, and a line of the table that one takes home."""

from __future__ import annotations

from ..measure import Disagreement, both_charts, both_weights, centile_at
from ..sample import Value
from .calipers import body_lengths, caliper_length, caliper_tags
from .words import _, capital
from .work import Work

__all__ = ["DATED", "about_caliper", "caliper_records"]

#: The lengths that charts turn into an age; none dates an OFD.
DATED = ("hc", "bpd", "ac", "fl")


def about_caliper(work: Work, place: int) -> str:
    """Say in a sentence what one caliper measures.

    Parameters
    ----------
    work : Work
    place : int
        In its list of calipers.
    """
    caliper, tag = work.calipers[place], caliper_tags(work.calipers)[place]
    spacing = work.sample.spacing
    length = caliper_length(caliper, spacing)
    if spacing is None:
        return _("{tag}: {length:.0f} pixels. Give the mm per pixel to see mm.").format(
            tag=tag, length=length
        )
    said = [_("{tag}: {length:.1f} mm.").format(tag=tag, length=length)]
    name = caliper["name"].partition("_")[0]
    value = body_lengths(work.calipers, spacing).get(name)
    if value is not None and value.value is None:
        said.append(f"{capital(value.reason)}.")
    elif value is not None:
        if name == "ac":
            said.append(_("AC {:.1f} mm.").format(value.value))
        if name in DATED:
            said.append(both_charts(value.value, length=name).sentence)
    return " ".join(said)


def caliper_records(work: Work) -> list[dict[str, str]]:
    """Write a line for each caliper, then for the AC of two diameters and for the weight, where known.

    Returns
    -------
    list of dict
        Keys are of `export.COLUMNS`.
    """
    spacing = work.sample.spacing
    lines = []
    for caliper, tag in zip(work.calipers, caliper_tags(work.calipers), strict=True):
        length = caliper_length(caliper, spacing)
        line = {"method": "caliper", "measures": tag}
        line |= {"length_px" if spacing is None else "length_mm": f"{length:.2f}"}
        for end in ("from", "to"):
            line |= {f"{end}_row": f"{caliper[end][0]:.1f}", f"{end}_column": f"{caliper[end][1]:.1f}"}
        if spacing is not None:
            line |= _on_charts(caliper["name"], length, work.age)
        lines.append(line)
    lengths = body_lengths(work.calipers, spacing, outline=work.outline)
    if "ac" in lengths:
        lines.append(_abdomen(lengths["ac"], work.age))
    mm = {name: value.value for name, value in lengths.items() if value.value is not None}
    if {"hc", "ac", "fl"} <= set(mm):
        lines.append(_weight(mm))
    return lines


def _abdomen(ac: Value, weeks: float | None) -> dict[str, str]:
    line = {"method": "calipers", "measures": "AC"}
    if ac.value is None:
        return line | {"notes": f"{capital(ac.reason)}."}
    return line | {"length_mm": f"{ac.value:.2f}"} | _on_charts("ac", ac.value, weeks)


def _weight(mm: dict[str, float]) -> dict[str, str]:
    both = both_weights(hc_mm=mm["hc"], ac_mm=mm["ac"], fl_mm=mm["fl"], bpd_mm=mm.get("bpd"))
    line = {"method": "outline and calipers", "measures": "EFW", "notes": both.sentence}
    for chart in ("hadlock", "intergrowth"):
        value = getattr(both, chart).value
        line[f"weight_{chart}_g"] = "" if value is None else f"{value:.0f}"
    return line


def _on_charts(name: str, mm: float, weeks: float | None) -> dict[str, str]:
    line = _ages(both_charts(mm, length=name)) if name in DATED else {}
    if weeks is not None and name in (*DATED, "ofd"):
        place = centile_at(mm, weeks, length=name)
        line["centile"] = "" if place.value is None else f"{place.value:.1f}"
    return line


def _ages(both: Disagreement) -> dict[str, str]:
    line = {"notes": both.sentence}
    for key, age in (("ga", both.intergrowth), ("ga_hadlock", both.hadlock)):
        line[f"{key}_weeks"] = "" if age.value is None else f"{age.value:.2f}"
    if both.intergrowth.low is not None:
        line |= {
            "ga_low_weeks": f"{both.intergrowth.low:.2f}",
            "ga_high_weeks": f"{both.intergrowth.high:.2f}",
        }
    return line
