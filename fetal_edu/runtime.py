"""Trained networks in onnxruntime, for the command line and the dashboards: a Sample in, a Reading out.

No torch here. A kernel that only answers needs a third of the memory and starts in a third of the time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from scipy import ndimage

from fetal_edu.data.frame import CANVAS, Frame
from fetal_edu.measure.ellipse import Ellipse, fit_mask, fit_probability, largest_piece
from fetal_edu.measure.head import head_values
from fetal_edu.measure.ink import HEAD, NOT_HEAD, UNKNOWN, seeds
from fetal_edu.measure.metrics import dice
from fetal_edu.measure.plausible import doubts_about, no_head, share_outside, too_little_seen
from fetal_edu.sample import Quality, Reading, Sample

__all__ = ["ModelNotFoundError", "Network", "load", "models", "read_head"]

WEIGHTS = Path(__file__).parent / "weights"

# A reading is refused or doubted on these grounds. Shares are of the network's outline or canvas.
SMALLEST_HEAD = 0.004  # of the canvas: below, an outline has too few pixels to be a head
SECOND_HEAD = 0.35  # of the first one's area: above, a second piece is large enough for a head
SECOND_ELLIPTIC = 0.85  # overlap of that piece with its ellipse: below, it is a crescent of something else
ELLIPTIC = 0.92  # overlap of the outline with its ellipse: below, the outline is no head's
CONFIDENT = 0.80  # mean probability inside the outline


class ModelNotFoundError(ValueError):
    """There is no trained network of that name; the message lists those there are."""


class Network(Protocol):
    """Anything that turns a canvas into probabilities."""

    card: Mapping[str, Any]

    def probability(self, canvas: np.ndarray) -> np.ndarray:
        """Return (rows, columns) probabilities for a (rows, columns) canvas in 0..1."""
        ...


@dataclass(frozen=True)
class OnnxNetwork:
    """A trained network with its card, run by onnxruntime on one thread."""

    card: Mapping[str, Any]
    session: Any = field(repr=False)

    def probability(self, canvas: np.ndarray, gates: np.ndarray | None = None) -> np.ndarray:
        """Return the probability of each pixel.

        Parameters
        ----------
        canvas : (rows, columns) float32 array in 0..1
        gates : (skips,) array, optional
            Factor on each skip connection, from full size down; default all open.

        Returns
        -------
        (rows, columns) float32 array
        """
        skips = self.card["skips"]
        gates = np.ones(skips, np.float32) if gates is None else np.asarray(gates, np.float32)
        feed = {"image": np.ascontiguousarray(canvas[None, None], np.float32), "gates": gates}
        # A network that was built without skips has no gates, and its graph no such input.
        feed = {one.name: feed[one.name] for one in self.session.get_inputs()}
        return self.session.run(["probability"], feed)[0][0, 0]  # (rows, columns)


def models() -> tuple[str, ...]:
    """Return the names of the networks that are installed.

    Examples
    --------
    >>> "head" in models()
    True
    """
    return tuple(sorted(file.stem for file in WEIGHTS.glob("*.onnx")))


@lru_cache(maxsize=12)
def load(name: str = "head") -> OnnxNetwork:
    """Load a trained network; the second call is free.

    Raises
    ------
    ModelNotFoundError
        If there is none of that name.

    Examples
    --------
    >>> load("head").card["task"]
    'head'
    """
    file = WEIGHTS / f"{name}.onnx"
    if name not in models():
        raise ModelNotFoundError(
            f"no network {name!r}; there is: {', '.join(models()) or 'none'}. "
            "`fetal-edu train head` makes the one named head."
        )
    import onnxruntime as ort  # here, because listing models should not cost its import

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Without arena and pattern a dashboard's kernel stays 40 MB smaller, for the same speed.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    session = ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return OnnxNetwork(json.loads(file.with_suffix(".json").read_text("utf-8")), session)


def read_head(
    sample: Sample,
    *,
    model: str | Network = "head",
    box: tuple[float, float, float, float] | None = None,
    strokes: Iterable[Any] = (),
) -> Reading:
    """Outline the head, fit an ellipse, read off HC and weeks.

    Parameters
    ----------
    sample : Sample
        One picture. With spacing the values are in mm; without, in pixels.
    model : str or Network
        The name of an installed network, or a network.
    box : (row0, column0, row1, column1), optional
        Look for the head only here, in pixels.
    strokes : iterable of strokes, see `fetal_edu.measure.ink`
        What a person painted head or not head; there the network's own word does not count.

    Returns
    -------
    Reading
        With mask, ellipse and values. Where no head can be measured: quality ``"none"``, no ellipse, and
        a note that says why and what to do.

    Raises
    ------
    ValueError
        If the sample is no single picture, or the box lies outside it.
    ModelNotFoundError
        If there is no such network.

    Examples
    --------
    >>> from fetal_edu.data import bundled
    >>> sample = bundled.load(bundled.names()[0])
    >>> read_head(sample).quality in ("good", "doubtful", "none")
    True
    """
    if sample.image.ndim != 2:
        raise ValueError(f"the sample has shape {sample.shape}: give one picture, not a sweep or a volume")
    network = load(model) if isinstance(model, str) else model
    spacing = sample.spacing
    frame = Frame.of(sample.shape, spacing, tuple(network.card.get("canvas", CANVAS)), box=box)
    canvas = frame.shrink(sample.image)
    probability = network.probability(canvas)
    (top, left), (high, wide) = frame.offset, frame.inner
    inside = slice(top, top + high), slice(left, left + wide)
    ink = np.full(frame.canvas, NOT_HEAD, np.int8)  # the canvas around the picture is no head
    ink[inside] = seeds(strokes, frame.inner, sample.shape, box=frame.box)
    probability = np.where(ink == UNKNOWN, probability, ink == HEAD)
    # The card tells how far off the network is alone, without ink.
    card = network.card if (ink[inside] == UNKNOWN).all() else {}
    return _reading(sample, frame, probability, card)


def usual_error(card: Mapping[str, Any], hc_mm: float | None) -> float | None:
    """Tell how far off a network is for heads of this size, as its card has it.

    Parameters
    ----------
    card : mapping
        ``hc_relative_error_95_by_size`` lists (largest HC in mm, error), the last one without a limit;
        ``hc_relative_error_95`` is over all sizes.
    hc_mm : float, optional
        None where the scale is unknown.

    Returns
    -------
    float, or None where the card does not say
        The relative error of HC that 95 of 100 held-out heads stay below.

    Examples
    --------
    >>> card = {"hc_relative_error_95_by_size": [[100, 0.1], [None, 0.03]], "hc_relative_error_95": 0.05}
    >>> usual_error(card, 80), usual_error(card, 200), usual_error(card, None)
    (0.1, 0.03, 0.05)
    """
    if hc_mm is not None:
        for largest, error in card.get("hc_relative_error_95_by_size", ()):
            if largest is None or hc_mm <= largest:
                return error
    return card.get("hc_relative_error_95")


def _reading(sample: Sample, frame: Frame, probability: np.ndarray, card: Mapping[str, Any]) -> Reading:
    refusal = _refusal(probability)
    if refusal:
        return no_head(refusal)
    try:
        in_canvas = fit_probability(_inner(frame, probability), (1.0, 1.0))
        mask = largest_piece(frame.enlarge(probability) >= 0.5)
    except ValueError:  # a strip of ink, for example
        return no_head(
            "what was found has no outline of a head. Draw a box around the head, or undo some ink."
        )
    ellipse = _to_picture(in_canvas, frame).rescaled(sample.spacing or (1.0, 1.0))
    refusal = too_little_seen(share_outside(ellipse, sample))
    if refusal:
        return no_head(refusal)
    notes = _doubts(probability, mask, ellipse, sample)
    calibrated = sample.spacing is not None
    error = usual_error(card, ellipse.circumference if calibrated else None)
    if notes and error is not None:
        # A head that is cut, say, errs by more than the card's heads did.
        error = None
        notes.append("HC has no interval here: the network's card speaks of readings without doubt.")
    values = head_values(ellipse, calibrated=calibrated, relative_error=error)
    quality: Quality = "doubtful" if notes else "good"
    return Reading(mask=mask, ellipse=ellipse, values=values, quality=quality, notes=tuple(notes))


def _refusal(probability: np.ndarray) -> str:
    """Return why there is no single head to measure, or nothing."""
    pieces, count = ndimage.label(probability >= 0.5)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)[1:] / probability.size
    order = np.argsort(-sizes)
    if count == 0 or sizes[order[0]] < SMALLEST_HEAD:
        return (
            "no head found. If there is one, raise the gain, crop the picture to the head, or draw the "
            "outline by hand in the segment dashboard."
        )
    rivals = [i for i in order[1:] if sizes[i] > SECOND_HEAD * sizes[order[0]]]
    if any(_elliptic(pieces == i + 1) for i in rivals):
        return "two heads found: crop the picture to one of them, or draw a box around it in the dashboard."
    return ""


def _elliptic(piece: np.ndarray) -> bool:
    """Tell whether a piece of the mask has a head's shape, and not a crescent's."""
    try:
        smooth = fit_mask(piece, (1.0, 1.0)).mask(piece.shape, (1.0, 1.0))
    except ValueError:
        return False
    return dice(smooth, piece) >= SECOND_ELLIPTIC


def _inner(frame: Frame, probability: np.ndarray) -> np.ndarray:
    """Return the part of the canvas that the picture fills, so that its border is no outline."""
    top, left = frame.offset
    return probability[top : top + frame.inner[0], left : left + frame.inner[1]]


def _to_picture(ellipse: Ellipse, frame: Frame) -> Ellipse:
    """Move an ellipse from the filled part of the canvas to the picture's pixels."""
    scale = np.asarray(frame.scale)
    on_canvas = ellipse.rescaled(tuple(1 / scale))
    row0, column0 = np.asarray(frame.box[:2]) + 0.5 / scale - 0.5  # edges map onto edges, see Frame
    return Ellipse(
        on_canvas.row + row0,
        on_canvas.column + column0,
        on_canvas.semi_major,
        on_canvas.semi_minor,
        on_canvas.angle,
    )


def _doubts(probability: np.ndarray, mask: np.ndarray, ellipse: Ellipse, sample: Sample) -> list[str]:
    """Return a sentence for each reason to doubt the reading."""
    doubts = doubts_about(ellipse, sample)
    smooth = ellipse.mask(sample.shape, sample.spacing or (1.0, 1.0))
    if dice(smooth, mask) < ELLIPTIC:
        doubts.append("the outline is no ellipse: check it against the picture and correct it by hand.")
    if probability[probability >= 0.5].mean() < CONFIDENT:
        doubts.append("the network is unsure here: check the outline against the picture.")
    return doubts
