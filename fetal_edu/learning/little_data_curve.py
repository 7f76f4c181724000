"""Chapter 08 on trial: how many heads are enough, and the power law of a learning curve."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.optimize import curve_fit

from fetal_edu.learning import little_data as task
from fetal_edu.learning.little_data import FIGURES, How
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.learning.trial_result import TrialResult
from fetal_edu.nets import count_parameters

__all__ = ["LEARNING_CURVE", "PowerLaw", "curve_of", "fit_power_law", "resampled_laws"]


def learn(seed: int, settings: Mapping[str, Any], *, heads: int) -> dict[str, Any]:
    """Train on some of a seed's heads, for as many steps as with any other number."""
    heads = min(heads, settings["heads"])
    pictures, net = task.study(heads, seed), task.fresh_net(seed)
    did = task.train(net, pictures, how=How(steps=settings["steps"], batch=settings["batch"]), seed=seed)
    cost = {"parameters": count_parameters(net), "compute": did.pictures}
    return task.examine(net, settings, pictures) | cost


COUNTS = (8, 16, 32, 64, 128)

LEARNING_CURVE = Trial(
    name="learning-curve",
    question="How many heads are enough?",
    arms={f"{n} heads": partial(learn, heads=n) for n in COUNTS},
    baseline="8 heads",
    claims=(
        Claim("More heads make a better outline: 32 beat 8", "32 heads", "8 heads", "dice", "higher", 0.01),
        Claim("32 heads measure HC better than 8", "32 heads", "8 heads", "hc_mm", "lower", 1.0),
        Claim("It flattens: 128 are no better than 64", "128 heads", "64 heads", "dice", "same", 0.005),
    ),
    labels=FIGURES,
    settings={
        "quick": {"steps": 50, "batch": 4, "heads": 32, "tested": 16},
        "full": {"steps": 120, "batch": 8, "heads": 128, "tested": 80},
    },
    only={"quick": ("8 heads", "16 heads", "32 heads")},
    prepare=task.share,
)


@dataclass(frozen=True)
class PowerLaw:
    """Dice = best - loss * n ** -speed, fitted to a learning curve.

    Parameters
    ----------
    best : float
        What ever more pictures lead to.
    loss, speed : float
        Each doubling of n leaves ``2 ** -speed`` of what is missing to the best.
    """

    best: float
    loss: float
    speed: float

    def at(self, n: np.ndarray | float) -> np.ndarray | float:
        """Dice with `n` pictures."""
        return self.best - self.loss * np.asarray(n, float) ** -self.speed

    def enough(self, share: float = 0.99) -> float:
        """How many pictures give a share of the best."""
        return (self.loss / (self.best * (1 - share))) ** (1 / self.speed)


def fit_power_law(counts: np.ndarray, dice: np.ndarray) -> PowerLaw:
    """Fit a power law by least squares; at best a Dice of 1.

    Parameters
    ----------
    counts : (K,) array
        Numbers of pictures, at least three.
    dice : (K,) array

    Examples
    --------
    >>> counts = np.array([4, 16, 64, 256])
    >>> law = fit_power_law(counts, 0.96 - 0.4 / counts)
    >>> round(law.best, 3), round(law.speed, 2), round(law.enough(0.99))
    (0.96, 1.0, 42)
    """
    if len(counts) < 3:
        raise ValueError(
            f"{len(counts)} numbers of pictures: a power law has three unknowns, give at least 3"
        )
    least = np.min(counts)

    def missing(n: np.ndarray, best: float, gap: float, speed: float) -> np.ndarray:
        return best - gap * (n / least) ** -speed  # `gap` is what the fewest pictures miss: 0..1

    start = (min(float(np.max(dice)), 0.99), 0.1, 0.7)
    (best, gap, speed), _spread = curve_fit(missing, counts, dice, p0=start, bounds=((0, 0, 0.05), (1, 1, 5)))
    return PowerLaw(float(best), float(gap * least**speed), float(speed))


def curve_of(result: TrialResult) -> tuple[np.ndarray, np.ndarray]:
    """Return (K,) numbers of heads and (S, K) Dice of a learning-curve trial."""
    counts = np.array([int(arm.split()[0]) for arm in result.arms])
    return counts, np.stack([result.by_seed(arm, "dice") for arm in result.arms], axis=1)


def resampled_laws(
    counts: np.ndarray, dice: np.ndarray, *, draws: int = 200, rng: np.random.Generator
) -> list[PowerLaw]:
    """Fit the law again and again to seeds drawn anew: how far it can be trusted.

    Parameters
    ----------
    counts : (K,) array
    dice : (S, K) array
        As `curve_of` gives them. A seed is drawn with all its numbers of heads.
    draws : int
    rng : numpy Generator

    Returns
    -------
    list of PowerLaw
        Draws to which no law can be fitted are left out.

    Examples
    --------
    >>> counts = np.array([8, 16, 32, 64])
    >>> dice = np.stack([0.96 - a / counts for a in (0.9, 1.0, 1.1)])
    >>> laws = resampled_laws(counts, dice, draws=20, rng=np.random.default_rng(0))
    >>> bool(0.95 < np.median([law.best for law in laws]) < 0.97)
    True
    """
    laws = []
    for _draw in range(draws):
        with suppress(RuntimeError):  # the fit says so when it finds no end
            laws.append(fit_power_law(counts, dice[rng.integers(len(dice), size=len(dice))].mean(axis=0)))
    return laws
