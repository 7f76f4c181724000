"""A contact sheet: all samples of a folder on one page, to look at."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fetal_edu.sample import Sample

__all__ = ["contact_sheet"]

_TILE, _GAP, _LINE = (150, 100), 8, 15  # pixels: width and height of a picture, space, height of a caption
_ACROSS = 6
_GREYS = 32
_INK, _PAPER = 40, 255


def contact_sheet(samples: Iterable[tuple[str, Sample]]) -> bytes:
    """Draw all samples small, six in a row; a sweep or a volume fills a row with six of its frames.

    Parameters
    ----------
    samples : iterable of (name, Sample)

    Returns
    -------
    bytes
        A grey PNG.

    Examples
    --------
    >>> sheet = contact_sheet([("empty", Sample(np.zeros((40, 60), np.float32)))])
    >>> Image.open(io.BytesIO(sheet)).size
    (956, 131)
    """
    rows: list[list[tuple[str, np.ndarray]]] = []
    for name, sample in samples:
        if sample.image.ndim == 3:
            rows.append(list(_moments(name, sample)))
            continue
        if not rows or len(rows[-1]) >= _ACROSS:
            rows.append([])
        rows[-1].append((name, sample.image))
    width, height = _TILE[0] + _GAP, _TILE[1] + _GAP + _LINE
    page = Image.new("L", (_ACROSS * width + _GAP, max(len(rows), 1) * height + _GAP), _PAPER)
    pen = ImageDraw.Draw(page)
    for row, tiles in enumerate(rows):
        for column, (caption, image) in enumerate(tiles):
            left, top = _GAP + column * width, _GAP + row * height
            page.paste(_small(image), (left, top))
            pen.text((left, top + _TILE[1] + 1), caption, fill=_INK, font=_font(caption))
    file = io.BytesIO()
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


def _moments(name: str, sample: Sample) -> Iterator[tuple[str, np.ndarray]]:
    """Six frames: each standard plane, and what lies far from them; the first caption has the name."""
    count = len(sample.image)
    for place, number in enumerate(_chosen(count, sample.plane)):
        word = "frame" if sample.fps is not None else "plane"
        plane = f" {sample.plane[number]}" if isinstance(sample.plane, tuple) else ""
        yield name if place == 0 else f"{word} {number + 1}/{count}{plane}", sample.image[number]


def _chosen(count: int, planes: str | tuple[str, ...] | None) -> list[int]:
    """Choose frames: the middle of each stay at a standard plane, then always the farthest from all chosen.

    Examples
    --------
    >>> _chosen(40, ("other",) * 10 + ("4C",) * 5 + ("other",) * 25)
    [0, 6, 12, 25, 32, 39]
    """
    runs: list[list[int]] = []
    for number, plane in enumerate(planes if isinstance(planes, tuple) else ()):
        if number == 0 or plane != planes[number - 1]:
            runs.append([])
        runs[-1].append(number)
    chosen = [run[len(run) // 2] for run in runs if planes[run[0]] != "other"][:_ACROSS]
    while len(chosen) < min(_ACROSS, count):
        far = {number: min((abs(number - other) for other in chosen), default=0) for number in range(count)}
        chosen.append(max(far, key=far.__getitem__))
    return sorted(chosen)


def _small(image: np.ndarray) -> Image.Image:
    """Fit a picture into a tile, centred on black."""
    levels = Image.fromarray(np.round(image * 255).astype(np.uint8))
    levels.thumbnail(_TILE, Image.Resampling.BOX, reducing_gap=None)
    tile = Image.new("L", _TILE, 0)
    tile.paste(levels, ((_TILE[0] - levels.width) // 2, (_TILE[1] - levels.height) // 2))
    step = 256 // _GREYS  # fewer greys: half the bytes, and nobody measures on a contact sheet
    return tile.point(lambda level: level // step * step)


def _font(caption: str) -> ImageFont.FreeTypeFont:
    """Choose the largest letters with which a caption is no wider than its tile."""
    for size in (11, 10, 9):
        if ImageFont.load_default(size).getlength(caption) <= _TILE[0]:
            break
    return ImageFont.load_default(size)
