"""What a reader takes home: a table and a picture with the outline, made in memory and never on disk."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..measure import Ellipse
from ..sample import Reading, Value
from .calipers import caliper_tags
from .encode import as_grey
from .lengths import about_caliper, caliper_records
from .methods import found_by
from .readout import short_sentence
from .work import Work

__all__ = ["COLUMNS", "as_picture", "as_table", "file_stem"]

#: The columns of the table. Lengths in mm, ages in weeks, weights in g; the ellipse in mm, or in pixels
#: without a scale; ends of calipers in pixels.
COLUMNS = (
    *("file", "method", "measures", "hc_mm", "hc_low_mm", "hc_high_mm", "hc_px"),
    *("ga_weeks", "ga_low_weeks", "ga_high_weeks", "ga_hadlock_weeks"),
    *("ellipse_row", "ellipse_column", "ellipse_semi_major", "ellipse_semi_minor", "ellipse_angle_rad"),
    *("ellipse_unit", "quality", "notes", "spacing_row_mm", "spacing_column_mm", "true_hc_mm", "time_ms"),
    *("length_mm", "length_px", "centile", "weight_hadlock_g", "weight_intergrowth_g"),
    *("from_row", "from_column", "to_row", "to_column"),
)
_LEAST_WIDTH = 900  # of the picture: a small one is enlarged, so that the writing can be read
_YELLOW, _BLUE = (240, 228, 66), (86, 180, 233)


def file_stem(name: str) -> str:
    """Make a file's name without its ending from a picture's, with nothing that a disk refuses.

    Examples
    --------
    >>> file_stem("../scan 12.dcm"), file_stem("head-20w"), file_stem("///")
    ('scan-12', 'head-20w', 'picture')
    """
    last = re.split(r"[\\\\/]", name)[-1]
    last = re.sub(r"\.(png|jpe?g|dcm|dicom|ima|nii(\.gz)?)$", "", last.strip(), flags=re.IGNORECASE)
    return re.sub(r"[^\w.+-]+", "-", last).strip("-.")[:80] or "picture"


def as_table(name: str, work: Work, rows: Sequence[tuple[str, Reading | None, float, str]] = ()) -> bytes:
    """Write the shown outline, what each compared method said, and each caliper as CSV.

    Parameters
    ----------
    name : str
        The picture's.
    work : Work
    rows : sequence of (method, reading, ms, why)
        Of a comparison that still holds for this picture.

    Returns
    -------
    bytes
        UTF-8, with `COLUMNS` as its first line. What is absent stays empty, and ``notes`` say why.
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    if work.outline is not None:
        own = work.reading if work.read_now else None
        shown = Reading(
            ellipse=work.outline,
            values=work.values,
            quality=own.quality if own else "none",
            notes=own.notes if own else (_("Drawn by hand."),),
        )
        judged = {} if own else {"quality": ""}
        writer.writerow(_record(name, work, work.source + _hint(work), shown) | judged)
    for key, reading, ms, why in rows:
        record = _record(name, work, key, reading or Reading(notes=(why,)))
        writer.writerow(record | {"time_ms": f"{ms:.1f}"})
    for record in caliper_records(work):
        writer.writerow(_about(name, work) | record)
    return file.getvalue().encode()


def as_picture(name: str, work: Work, *, with_truth: bool = False) -> bytes:
    """Draw outline and calipers into the picture, and write below it what they measure.

    Returns
    -------
    bytes
        PNG.
    """
    picture = as_grey(work.sample.image).convert("RGB")
    factor = max(1, -(-_LEAST_WIDTH // picture.width))
    picture = picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.BICUBIC)
    pen, wide = ImageDraw.Draw(picture), max(3, picture.width // 280)
    truth = work.truth() if with_truth else None
    if truth is not None:
        at = _pixels(truth, work, factor)
        for start in range(0, len(at) - 1, 8):
            pen.line(at[start : start + 5], fill=_BLUE, width=wide)
    if work.outline is not None:
        at = _pixels(work.outline, work, factor)
        pen.line(at, fill=(0, 0, 0), width=2 * wide + 1, joint="curve")
        pen.line(at, fill=_YELLOW, width=wide, joint="curve")
    _draw_calipers(pen, work, factor, wide)
    file = io.BytesIO()
    _with_caption(picture, _caption(name, work)).save(file, "PNG")
    return file.getvalue()


def _hint(work: Work) -> str:
    return f"+{work.hint}" if work.hint and work.source != "hand" else ""


def _record(name: str, work: Work, method: str, reading: Reading) -> dict[str, Any]:
    values, ellipse = reading.values, reading.ellipse
    spacing = work.sample.spacing
    record: dict[str, Any] = _about(name, work) | {
        "method": method,
        "measures": "HC",
        **_numbers("hc", "mm", values.get("hc")),
        "hc_px": _number(values.get("hc_px")),
        **_numbers("ga", "weeks", values.get("ga")),
        "ga_hadlock_weeks": _number(values.get("ga_hadlock")),
        "ellipse_unit": "" if ellipse is None else "px" if spacing is None else "mm",
        "quality": reading.quality,
        "notes": _plain(" ".join(dict.fromkeys(_reasons(work, reading)))),
        "true_hc_mm": _millimetres(work.sample.truth.get("hc_mm")),
    }
    if ellipse is not None:
        for key, value in ellipse.to_dict().items():
            record["ellipse_angle_rad" if key == "angle" else f"ellipse_{key}"] = f"{value:.4f}"
    return record


def _about(name: str, work: Work) -> dict[str, str]:
    spacing = work.sample.spacing
    known = {} if spacing is None else {"row": spacing[0], "column": spacing[1]}
    return {"file": _plain(name)} | {f"spacing_{axis}_mm": f"{mm:.6g}" for axis, mm in known.items()}


def _reasons(work: Work, reading: Reading) -> list[str]:
    absent = [value.reason for value in reading.values.values() if value.value is None]
    said = [*work.sample.params.get("notes", ()), *reading.notes, *absent]
    return [
        text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".") for text in said if text
    ]


def _numbers(name: str, unit: str, value: Value | None) -> dict[str, str]:
    low, high = (None, None) if value is None or value.value is None else (value.low, value.high)
    return {
        f"{name}_{unit}": _number(value),
        f"{name}_low_{unit}": "" if low is None else f"{low:.2f}",
        f"{name}_high_{unit}": "" if high is None else f"{high:.2f}",
    }


def _number(value: Value | None) -> str:
    return "" if value is None or value.value is None else f"{value.value:.2f}"


def _millimetres(length: float | None) -> str:
    return "" if length is None else f"{length:.2f}"


def _plain(text: str) -> str:
    """Keep a spreadsheet from running a text that begins like a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _pixels(ellipse: Ellipse, work: Work, factor: int) -> list[tuple[float, float]]:
    at = (ellipse.points(240) / np.asarray(work.step) + 0.5) * factor  # (240, 2), row and column
    return [(column, row) for row, column in np.concatenate([at, at[:1]])]


def _draw_calipers(pen: ImageDraw.ImageDraw, work: Work, factor: int, wide: int) -> None:
    arm, font = 4 * wide, ImageFont.load_default(max(16, 7 * wide))
    for caliper, tag in zip(work.calipers, caliper_tags(work.calipers), strict=True):
        ends = [tuple((at + 0.5) * factor for at in caliper[end][::-1]) for end in ("from", "to")]
        for colour, width in (("black", 2 * wide + 1), ("white", wide)):
            pen.line(ends, fill=colour, width=width)
            for x, y in ends:
                pen.line([(x - arm, y), (x + arm, y)], fill=colour, width=width)
                pen.line([(x, y - arm), (x, y + arm)], fill=colour, width=width)
        x, y = ends[1]
        pen.text((x + arm, y + arm), tag, "white", font, stroke_width=2, stroke_fill="black")


def _caption(name: str, work: Work) -> list[str]:
    lines = [name]
    if work.outline is not None:
        lines.append(f"{found_by(work.source, work.hint)}: {short_sentence(work.values)}")
    lines += [about_caliper(work, place) for place in range(len(work.calipers))]
    return [*lines, _("For teaching. Not a medical device.")]


def _with_caption(picture: Image.Image, lines: Sequence[str]) -> Image.Image:
    size = max(14, picture.width // 50)
    sheet = Image.new(
        "RGB", (picture.width, picture.height + round(size * (1.4 * len(lines) + 0.8))), "white"
    )
    sheet.paste(picture, (0, 0))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size)
    for number, line in enumerate(lines):
        pen.text((size // 2, picture.height + size * (0.4 + 1.4 * number)), line, fill="black", font=font)
    return sheet
