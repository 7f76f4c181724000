"""Whether a picture looks like those that a network learned from: a distance kept with its weights."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn

__all__ = ["FEATURES", "Known", "describe"]

#: What a picture is described by, see `describe`.
FEATURES = (
    "mean grey", "spread of grey", "black", "white", "grain down", "grain across", "edges down",
    "edges across", "brightness, top to bottom", "brightness, middle to sides",
)  # fmt: skip
RARE = 0.99  # share of the pictures that it learned from which count as usual
SLACK = 1.5  # a picture is outside from this multiple of their distance on


def describe(image: np.ndarray) -> np.ndarray:
    """Describe a picture by ten numbers that know nothing of anatomy.

    Parameters
    ----------
    image : (rows, columns) float array in 0..1

    Returns
    -------
    (10,) float array
        Mean and spread of the grey levels; shares of black (below .02) and of white (above .98); grain, the
        correlation of neighbours after the slow changes are taken away, down and across; mean step to the
        neighbour, down and across, in spreads; brightness of the lower half minus the upper, and of the
        middle half minus the sides.

    Examples
    --------
    >>> describe(np.full((8, 12), 0.5))[:4].round(2)
    array([0.5, 0. , 0. , 0. ])
    """
    image = np.asarray(image, float)
    rough = image - ndimage.gaussian_filter(image, 2.0)
    spread, rows, quarter = image.std() + 1e-6, image.shape[0] // 2, image.shape[1] // 4
    power = (rough**2).mean() + 1e-9
    middle = image[:, quarter : image.shape[1] - quarter].mean()
    return np.array([
        image.mean(), image.std(), (image < 0.02).mean(), (image > 0.98).mean(),
        (rough[1:] * rough[:-1]).mean() / power, (rough[:, 1:] * rough[:, :-1]).mean() / power,
        np.abs(np.diff(image, axis=0)).mean() / spread, np.abs(np.diff(image, axis=1)).mean() / spread,
        image[rows:].mean() - image[:rows].mean(), middle - image.mean(),
    ])  # fmt: skip


class Known(nn.Module):
    """The pictures that a network learned from, as a cloud of points: ten numbers a picture.

    The distance of a new picture is Mahalanobis's: how many spreads it lies from the middle of the cloud,
    in a measure that knows which numbers move together. What the cloud can't tell: a picture of something
    else that looks alike in all ten.

    Make it a part of a network (``net.known = Known()``): it is saved with the weights.

    References
    ----------
    P. C. Mahalanobis, On the generalized distance in statistics, Proc. Natl. Inst. Sci. India 2 (1936) 49-55.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> known = Known().learn(rng.uniform(0.2, 0.8, (60, 24, 36)))
    >>> known.doubt(rng.uniform(0.2, 0.8, (24, 36))), known.doubt(np.zeros((24, 36))) != ""
    ('', True)
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(len(FEATURES)))
        self.register_buffer("measure", torch.eye(len(FEATURES)))
        self.register_buffer("usual", torch.tensor(0.0))

    def learn(self, images: Iterable[np.ndarray] | Tensor) -> Known:
        """Learn the cloud from pictures (n, rows, columns) or (n, 1, rows, columns) in 0..1."""
        rows = np.stack([describe(np.asarray(image).squeeze()) for image in images])
        spread = np.cov(rows.T) + np.diag(1e-4 * rows.var(axis=0) + 1e-8)
        self.middle = torch.tensor(rows.mean(axis=0), dtype=torch.float32)
        self.measure = torch.tensor(np.linalg.inv(spread), dtype=torch.float32)
        self.usual = torch.tensor(float(np.quantile([self._from(row) for row in rows], RARE)))
        return self

    def distance(self, image: np.ndarray) -> float:
        """How far a picture lies outside: up to 1 is as usual as 99 of 100 that were learned from."""
        usual = float(self.usual)
        return self._from(describe(np.asarray(image).squeeze())) / usual if usual else float("inf")

    def doubt(self, image: np.ndarray) -> str:
        """Return a sentence where a picture is unlike all that were learned from, or nothing."""
        far = self.distance(image)
        if far <= SLACK:
            return ""
        return _(
            "This picture is unlike those that the network learned from, which were simulated "
            "({:.1f} times as far from their middle as 99 of 100 of them): don't trust what it says."
        ).format(far)

    def _from(self, row: np.ndarray) -> float:
        away = row - self.middle.double().numpy()
        return float(np.sqrt(max(away @ self.measure.double().numpy() @ away, 0.0)))
