"""Test a network on heads that it was not trained on: overlap, millimetres, and who it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from fetal_edu.measure import dice, hc_error
from fetal_edu.runtime import read_head
from fetal_edu.sample import Sample

__all__ = ["HeadScore", "TorchNetwork", "evaluate_heads", "summarise"]

# INTERGROWTH-21st dating gives 14 and 28 weeks for these; a larger head is of the third trimester.
LARGEST_HC_MM = {"first": 97.7, "second": 258.4}
WITHIN = 0.03  # two readings by one observer differ by up to 3 % (Sarris et al. 2012)


@dataclass(frozen=True)
class TorchNetwork:
    """A torch network in the form in which `fetal_edu.runtime.read_head` takes it."""

    net: nn.Module
    card: Mapping[str, Any] = field(default_factory=dict)

    def probability(self, canvas: np.ndarray) -> np.ndarray:
        """Return (rows, columns) probabilities for a (rows, columns) canvas in 0..1."""
        with torch.inference_mode():
            logits = self.net(torch.from_numpy(canvas)[None, None])  # (1, 1, rows, columns)
        return logits.sigmoid()[0, 0].numpy()


@dataclass(frozen=True)
class HeadScore:
    """How one head was measured."""

    origin: str
    true_hc_mm: float
    hc_mm: float | None
    dice: float
    dice_ellipse: float
    quality: str

    @property
    def relative_error(self) -> float:
        """Error of HC as a fraction of the truth; a head that was not found counts as wholly wrong."""
        return -1.0 if self.hc_mm is None else hc_error(self.hc_mm, self.true_hc_mm)[1]


def evaluate_heads(network: Any, samples: Iterable[Sample]) -> list[HeadScore]:
    """Measure each sample and compare with its truth, at the picture's own resolution.

    Parameters
    ----------
    network : nn.Module, or a network for `fetal_edu.runtime.read_head`
    samples : iterable of Sample
        Each with a class ``head``, spacing and ``truth["hc_mm"]``.

    Returns
    -------
    list of HeadScore
        A head that was not found has Dice 0.
    """
    if isinstance(network, nn.Module):
        network = TorchNetwork(network.eval())
    scores = []
    for sample in samples:
        reading, truth = read_head(sample, model=network), sample.mask("head")
        found = reading.ellipse is not None
        scores.append(
            HeadScore(
                origin=sample.origin,
                true_hc_mm=float(sample.truth["hc_mm"]),
                hc_mm=reading.values["hc"].value,
                dice=dice(reading.mask, truth) if found else 0.0,
                dice_ellipse=dice(reading.ellipse.mask(sample.shape, sample.spacing), truth)
                if found
                else 0.0,
                quality=reading.quality,
            )
        )
    return scores


def trimester(hc_mm: float) -> str:
    """Name the trimester in which a head of this size is usual; by size, since HC18 gives no ages."""
    return next((name for name, largest in LARGEST_HC_MM.items() if hc_mm <= largest), "third")


def summarise(scores: Sequence[HeadScore]) -> dict[str, dict[str, float]]:
    """Average scores over all heads and over trimesters.

    Returns
    -------
    dict
        ``{"all": {"n": ..., "dice": ..., "hc_mae_mm": ...}, "first": ..., "second": ..., "third": ...}``.
        HC errors are over the heads that were measured; ``refused`` counts the others.

    Examples
    --------
    >>> score = HeadScore("a", true_hc_mm=200, hc_mm=202, dice=0.97, dice_ellipse=0.98, quality="good")
    >>> summarise([score])["all"]["hc_mae_mm"]
    2.0
    """
    table = {"all": _row(scores)}
    for name in ("first", "second", "third"):
        part = [s for s in scores if trimester(s.true_hc_mm) == name]
        if part:
            table[name] = _row(part)
    return table


def _row(scores: Sequence[HeadScore]) -> dict[str, float]:
    errors = np.array([s.hc_mm - s.true_hc_mm for s in scores if s.hc_mm is not None])
    relative = np.abs([s.relative_error for s in scores])
    numbers = {
        "dice": np.mean([s.dice for s in scores]),
        "dice_ellipse": np.mean([s.dice_ellipse for s in scores]),
        "hc_mae_mm": np.abs(errors).mean() if len(errors) else np.nan,
        "hc_bias_mm": errors.mean() if len(errors) else np.nan,
        "hc_median_ae_mm": np.median(np.abs(errors)) if len(errors) else np.nan,
        "within_3_percent": np.mean(relative <= WITHIN),
        "relative_error_95": np.quantile(relative, 0.95),
    }
    counts = {"n": len(scores), "refused": sum(s.hc_mm is None for s in scores)}
    return {**counts, **{name: round(float(value), 4) for name, value in numbers.items()}}
