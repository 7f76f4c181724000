"""How far a probability map's outline is from the truth: along the border, in circumference, in overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fetal_edu.measure.ellipse import Ellipse, fit_probability
from fetal_edu.measure.metrics import dice, surface_distances

__all__ = ["OutlineError", "outline_error"]


@dataclass(frozen=True)
class OutlineError:
    """A found outline beside another one, most often the true one.

    Parameters
    ----------
    dice : float
        Overlap of both masks.
    border : float or None
        Mean distance between both borders, there and back, in the spacing's unit; None where nothing was
        found.
    ellipse : Ellipse or None
        Through the outline of the largest piece; None where none fits.
    """

    dice: float
    border: float | None
    ellipse: Ellipse | None

    @property
    def lost(self) -> bool:
        """Whether no outline was found that an ellipse could be fitted to."""
        return self.border is None or self.ellipse is None

    def hc_error(self, true: float) -> float | None:
        """Circumference less the true one; None where the head is lost."""
        return None if self.lost else self.ellipse.circumference - true


def outline_error(probability: np.ndarray, other: np.ndarray, spacing: tuple[float, float]) -> OutlineError:
    """Set what a network found beside the truth, or beside what another one found.

    All pieces of the mask count for Dice and for the border: an island far away is an error. The ellipse
    follows the largest piece, as in `fit_probability`.

    Parameters
    ----------
    probability : (rows, columns) array, 0..1
        What reaches one half belongs to the head.
    other : (rows, columns) bool array
        The mask to compare with.
    spacing : (row, column) spacing in mm; (1, 1) measures in pixels

    Returns
    -------
    OutlineError

    Raises
    ------
    ValueError
        If the shapes differ, or `other` is empty: then there is nothing to compare with.

    Examples
    --------
    >>> truth = Ellipse(row=20, column=30, semi_major=15, semi_minor=12, angle=0.0).mask((40, 60), (1, 1))
    >>> moved = np.roll(truth, 2, axis=1).astype(float)
    >>> error = outline_error(moved, truth, (1, 1))
    >>> print(f"{error.border:.1f} mm, HC {error.hc_error(85.0):+.1f} mm, Dice {error.dice:.2f}")
    1.1 mm, HC -0.2 mm, Dice 0.91
    >>> outline_error(np.zeros((40, 60)), truth, (1, 1)).lost
    True
    """
    other = np.asarray(other, bool)
    if not other.any():
        raise ValueError("the mask to compare with is empty: it has no border")
    mask = np.asarray(probability) >= 0.5
    overlap = dice(mask, other)
    if not mask.any():
        return OutlineError(overlap, None, None)
    try:
        ellipse = fit_probability(probability, spacing)
    except ValueError:
        ellipse = None
    return OutlineError(overlap, surface_distances(mask, other, spacing)[1], ellipse)
