"""Readers who look at the same pictures and err by chance, and how far they agree."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import cohen_kappa_score

__all__ = ["agreement", "agreement_between", "readers"]


def readers(truth: ArrayLike, n: int, flip: float, seed: int) -> np.ndarray:
    """Simulate readers who say yes or no to each picture.

    Each errs by himself: on any picture with the same chance, whatever the others say. Real readers err
    on the same hard pictures, so at the same number of errors they agree more than these.

    Parameters
    ----------
    truth : (pictures,) bool array
    n : int
        How many readers.
    flip : float, 0..1
        The chance that a reader says the opposite of the truth. Two readers then agree on a share of
        ``(1 - flip)**2 + flip**2`` of the pictures: 0.905 with 0.05.
    seed : int
        Another seed, other errors.

    Returns
    -------
    (n, pictures) bool array

    Raises
    ------
    ValueError
        If the chance is outside 0..1.

    Examples
    --------
    >>> said = readers(np.ones(1000, bool), 3, 0.05, seed=1)
    >>> said.shape, said.mean(axis=1).round(2)
    ((3, 1000), array([0.96, 0.96, 0.96]))
    """
    if not 0 <= flip <= 1:
        raise ValueError(f"flip {flip}: the chance of an error lies between 0 and 1")
    truth = np.asarray(truth, bool)
    return truth ^ (np.random.default_rng([seed, 170]).random((n, len(truth))) < flip)


def agreement(said: ArrayLike, others: np.ndarray) -> float:
    """Mean kappa of one judge with each of several readers.

    Kappa counts how far two agree beyond what they would by chance: 1 always, 0 no more than by chance.

    Parameters
    ----------
    said : (pictures,) bool array
    others : (readers, pictures) bool array

    References
    ----------
    J. Cohen, A coefficient of agreement for nominal scales, Educ. Psychol. Meas. 20 (1960) 37-46.

    Examples
    --------
    Agreed on 3 of 4; by chance it would be 2 of 4, so kappa is (3 - 2) / (4 - 2):

    >>> agreement([True, True, False, False], np.array([[True, True, True, False]]))
    0.5
    """
    said = np.asarray(said, bool)
    return float(np.mean([_kappa(said, other) for other in others]))


def agreement_between(said: np.ndarray) -> float:
    """Mean kappa of all pairs of readers; `said` is (readers, pictures).

    Examples
    --------
    >>> agreement_between(np.array([[True, False], [True, False], [True, False]]))
    1.0
    """
    return float(np.mean([_kappa(one, other) for one, other in combinations(said, 2)]))


def _kappa(one: np.ndarray, other: np.ndarray) -> float:
    if (one == one[0]).all() and (one == other).all():
        return 1.0  # both always say the same word: the formula divides 0 by 0
    return float(cohen_kappa_score(one, other))
