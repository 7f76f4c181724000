"""One open picture in the segment dashboard, and where pictures and readings come from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from gettext import gettext as _
from typing import Protocol

from ..data.limits import BadInput, check_extent, check_spacing
from ..measure import Ellipse, head_values
from ..sample import Reading, Sample, Value

__all__ = ["Samples", "Work", "bundled_samples", "parse_scale", "read_head"]

Spacing = tuple[float, ...]


class Samples(Protocol):
    """Where samples come from; the module `fetal_edu.data.bundled` is one."""

    def names(self) -> tuple[str, ...]: ...  # noqa: D102

    def load(self, name: str) -> Sample: ...  # noqa: D102


@dataclass
class Work:
    """One open picture and what was made of it; switching to another one loses nothing.

    Parameters
    ----------
    sample : Sample
        The picture, with the spacing that holds now.
    own_spacing : (float, float) or None
        The spacing that the file itself states.
    reading : Reading, optional
        The network's last word on it.
    outline : Ellipse, optional
        What is drawn now: in mm, or in pixels where the spacing is unknown.
    source : ``"network"``, ``"box"``, ``"hand"`` or empty
        Who drew it.
    box : tuple, optional
        The box that was drawn, in pixels.
    """

    sample: Sample
    own_spacing: Spacing | None
    reading: Reading | None = None
    outline: Ellipse | None = None
    source: str = ""
    box: tuple[float, ...] | None = None

    @property
    def step(self) -> Spacing:
        """Units per pixel: mm, or 1 where the spacing is unknown."""
        return self.sample.spacing or (1.0, 1.0)

    @property
    def values(self) -> dict[str, Value]:
        """What the outline measures; empty without one."""
        if self.outline is None:
            return {}
        if self.source != "hand" and self.reading is not None:
            return dict(self.reading.values)
        return head_values(self.outline, calibrated=self.sample.spacing is not None)


def parse_scale(text: str, work: Work) -> Spacing | None:
    """Turn what was typed into a spacing; nothing means: what the file says.

    Parameters
    ----------
    text : str
        ``"0.12"``, ``"0,12"``, or two numbers for rows and columns: ``"0.2 0.1"``.
    work : Work

    Raises
    ------
    BadInput
        If it is no possible scale for this picture.
    """
    text = text.strip()
    if not text:
        return work.own_spacing
    if re.fullmatch(r"\d+,\d+", text):  # a decimal comma
        text = text.replace(",", ".")
    parts = re.split(r"[\s,;]+", text)
    spacing = check_spacing(parts[0] if len(parts) == 1 else parts)
    check_extent(_("this picture"), work.sample.shape, spacing)
    return spacing


def bundled_samples() -> Samples:
    """Return the samples that come with the course."""
    from ..data import bundled

    return bundled


def read_head(sample: Sample, *, box: tuple[float, ...] | None = None) -> Reading:
    """Read a picture with the shipped network.

    Raises
    ------
    BadInput
        If the network is not installed; the sentence says how to go on by hand.
    """
    from .. import runtime  # onnxruntime and the weights, when the first picture is read

    try:
        return runtime.read_head(sample, box=box)
    except runtime.ModelNotFoundError as missing:
        advice = _("The network is not installed ({}). Press “Place an outline by hand” to go on.")
        raise BadInput(advice.format(str(missing).rstrip("."))) from None
