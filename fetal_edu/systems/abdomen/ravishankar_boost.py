"""Boosting by hand, for [19]: stumps, each of them fitted to what the ones before have left."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Boosted", "Stump", "best_stump", "boost"]


class Stump(NamedTuple):
    """A tree of one question: whether a feature is at most the threshold.

    Parameters
    ----------
    feature : int
        Column of the table of features.
    threshold : float
    low, high : float
        The answer up to the threshold, and above it.
    """

    feature: int
    threshold: float
    low: float
    high: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Answer for each row of an (n, features) table: (n,)."""
        return np.where(x[:, self.feature] <= self.threshold, self.low, self.high)


def best_stump(x: np.ndarray, residuals: np.ndarray) -> Stump:
    """Return the stump that leaves the smallest sum of squared residuals.

    Parameters
    ----------
    x : (n, features) array
    residuals : (n,) array

    Raises
    ------
    ValueError
        If all rows are equal: then there is nothing to ask.

    Examples
    --------
    >>> best_stump(np.array([[0.0], [1.0], [4.0], [6.0]]), np.array([2.0, 2.0, 8.0, 6.0]))
    Stump(feature=0, threshold=2.5, low=2.0, high=7.0)
    """
    best, most = None, -np.inf
    n, total = len(x), residuals.sum()
    for feature in range(x.shape[1]):
        order = np.argsort(x[:, feature], kind="stable")
        value, below = x[order, feature], residuals[order].cumsum()[:-1]  # (n,), (n - 1,)
        count = np.arange(1, n)
        # The mean of each side is its best answer; what a split gains is the squares of the two sums.
        gain = below**2 / count + (total - below) ** 2 / (n - count)
        gain[value[1:] == value[:-1]] = -np.inf  # equal values can't be parted
        at = int(gain.argmax())
        if gain[at] > most:
            most, mean = gain[at], below[at] / count[at]
            rest = (total - below[at]) / (n - count[at])
            best = Stump(feature, float((value[at] + value[at + 1]) / 2), float(mean), float(rest))
    if best is None:
        raise ValueError("all rows are equal, so no question parts them: give features that differ")
    return best


class Boosted(NamedTuple):
    """A sum of stumps: ``start + rate * (first answer + second answer + ...)``.

    Parameters
    ----------
    start : float
    rate : float
    stumps : tuple of Stump
    """

    start: float
    rate: float
    stumps: tuple[Stump, ...]

    def __call__(self, x: np.ndarray, rounds: int | None = None) -> np.ndarray:
        """Answer for each row of an (n, features) table, after all rounds or the first few."""
        return self.start + self.rate * sum((stump(x) for stump in self.stumps[:rounds]), np.zeros(len(x)))


def boost(x: np.ndarray, y: np.ndarray, *, rounds: int, rate: float = 0.1) -> Boosted:
    """Add up stumps, each of them fitted to what the ones before have left.

    Parameters
    ----------
    x : (n, features) array
    y : (n,) array
        What is to be answered.
    rounds : int
        How many stumps.
    rate : float
        The share of each answer that is taken, 0 to 1. A small one needs more rounds.

    References
    ----------
    J. H. Friedman, Greedy function approximation: a gradient boosting machine, Ann. Statist. 29 (2001)
    1189-1232, doi 10.1214/aos/1013203451.

    Examples
    --------
    >>> x = np.linspace(0, 1, 50)[:, None]
    >>> y = x[:, 0] ** 2
    >>> for rounds in (0, 1, 10):
    ...     print(f"{np.square(boost(x, y, rounds=rounds, rate=0.5)(x) - y).mean():.4f}")
    0.0927
    0.0388
    0.0022
    """
    start, stumps = float(np.mean(y)), []
    residuals = y - start
    for _round in range(rounds):
        stumps.append(best_stump(x, residuals))
        residuals = residuals - rate * stumps[-1](x)
    return Boosted(start, rate, tuple(stumps))
