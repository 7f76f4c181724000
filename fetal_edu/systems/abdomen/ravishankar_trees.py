"""The trees of [19]: what a pixel looks like, and trees that go with a network.

Boosting by hand stands in `ravishankar_boost`. The trees that outline abdomens are scikit-learn's
`HistGradientBoostingClassifier`; `Trees` holds them as plain arrays, so that they are saved with the network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy import ndimage
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier
from torch import nn

from fetal_edu.measure import Ellipse, fit_probability
from fetal_edu.measure.skull import offsets
from fetal_edu.sample import Sample

__all__ = ["FEATURES", "Trees", "features", "fuse", "opinion"]

# --- what a pixel looks like -------------------------------------------------------------------------------

SCALES = (1.0, 2.0, 4.0)  # pixels of the canvas
FEATURES = (
    "grey",
    *(f"{what}, {scale:g} px" for scale in SCALES for what in ("smoothed", "blob", "edge", "edge outwards")),
    *(f"{what} of {side} × {side}" for side in (5, 9) for what in ("mean", "spread")),
    "depth",
    "distance from the middle",
)


def features(image: np.ndarray, roi: Ellipse | None = None) -> np.ndarray:
    """Describe each pixel by its surroundings and its place.

    Parameters
    ----------
    image : (rows, columns) float array in 0..1
    roi : Ellipse, optional
        Where the abdomen is thought to be, in pixels. Default: a circle in the middle.

    Returns
    -------
    (rows * columns, 19) float32 array
        As `FEATURES` names them. A distance of 1 is the border of the ROI. "Edge outwards" is positive where
        the picture gets brighter away from its middle. A mirrored picture has the same features.

    Examples
    --------
    >>> features(np.zeros((8, 12))).shape == (96, len(FEATURES))
    True
    """
    image = np.asarray(image, float)
    (rows, columns), half = image.shape, min(image.shape) / 2
    if roi is None:
        roi = Ellipse((rows - 1) / 2, (columns - 1) / 2, half, half, 0.0)
    row, column = np.indices(image.shape, dtype=float)
    out = np.stack([row - roi.row, column - roi.column])
    out /= np.maximum(np.hypot(*out), 1e-6)
    found = [image]
    for scale in SCALES:
        smooth = ndimage.gaussian_filter(image, scale)
        slope = scale * np.stack(np.gradient(smooth))  # (2, rows, columns), in grey levels across `scale`
        found += [smooth, scale**2 * ndimage.laplace(smooth), np.hypot(*slope), (slope * out).sum(axis=0)]
    for side in (5, 9):
        mean = ndimage.uniform_filter(image, side)
        found += [mean, np.sqrt(np.maximum(ndimage.uniform_filter(image**2, side) - mean**2, 0))]
    found += [row / rows, 1 + offsets(roi, np.stack([row.ravel(), column.ravel()], 1)).reshape(image.shape)]
    return np.stack([one.ravel() for one in found], axis=1).astype(np.float32)


# --- the region of interest --------------------------------------------------------------------------------

SHAKE = 0.1  # how far the ROI is moved and stretched while trees learn, in radii (standard deviation)
WIDE = 1.5  # as far as trees are asked, in radii
NEVER = -10.0  # log odds farther out


def shaken(ellipse: Ellipse, rng: np.random.Generator) -> Ellipse:
    """Return the ellipse as somebody finds it who errs by `SHAKE`."""
    down, right, longer, shorter = SHAKE * rng.normal(size=4)
    a, b = ellipse.semi_major * np.exp(longer), ellipse.semi_minor * np.exp(shorter)
    turn = 0.0 if a >= b else np.pi / 2
    row, column = ellipse.row + down * ellipse.semi_major, ellipse.column + right * ellipse.semi_major
    return Ellipse(row, column, max(a, b), min(a, b), ellipse.angle + turn)


def fuse(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the probability that two opinions, given as log odds, have in the mean.

    Examples
    --------
    >>> fuse(np.array([0.0, 4.0, 2.0]), np.array([0.0, 0.0, -2.0])).round(2)
    array([0.5 , 0.88, 0.5 ])
    """
    return expit((one + other) / 2)


def opinion(trees: Trees, image: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return the trees' (rows, columns) log odds in the ROI of another's, and `NEVER` outside.

    Parameters
    ----------
    trees : Trees
    image, logits : (rows, columns) arrays
        A picture, and the CNN's log odds. Where they cross 0 no ellipse fits, the trees know nothing: 0.
    """
    try:
        roi = fit_probability(expit(logits), (1.0, 1.0))
    except ValueError:
        return np.zeros(image.shape)
    described, found = features(image, roi), np.full(image.size, NEVER)
    near = described[:, -1] <= WIDE
    found[near] = trees.logits(described[near])
    return found.reshape(image.shape)


# --- trees that travel with a network ----------------------------------------------------------------------


class Trees(nn.Module):
    """Boosted trees of scikit-learn as plain arrays, so that they are saved with a network's weights.

    Parameters
    ----------
    trees, leaves : int
        How many trees, and the most leaves of one.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 3))
    >>> trees = Trees(trees=20, leaves=4).learn(x, x[:, 1] > 0)
    >>> (trees.logits(np.array([[0.0, 1, 0], [0, -1, 0]])) > 0).tolist()
    [True, False]
    """

    def __init__(self, trees: int = 60, leaves: int = 15) -> None:
        super().__init__()
        self.trees, self.leaves = trees, leaves
        shape = trees, 2 * leaves - 1  # a tree of n leaves asks n - 1 questions
        for name in ("feature", "left", "right"):
            self.register_buffer(name, torch.zeros(shape, dtype=torch.int16))
        self.register_buffer("threshold", torch.full(shape, torch.inf))
        self.register_buffer("value", torch.zeros(shape))
        self.register_buffer("start", torch.zeros(()))

    @property
    def numbers(self) -> int:
        """How many thresholds and answers are learned, at most: what weights are to a network."""
        return self.value.numel()

    def learn(self, x: np.ndarray, inside: np.ndarray, *, seed: int = 0) -> Trees:
        """Fit scikit-learn's booster to (n, features) rows and (n,) truths, and take its trees over."""
        model = HistGradientBoostingClassifier(
            max_iter=self.trees, max_leaf_nodes=self.leaves, early_stopping=False, random_state=seed
        ).fit(x, inside)
        for number, (tree,) in enumerate(model._predictors):  # scikit-learn shows its trees no other way
            nodes, here = tree.nodes, np.arange(len(tree.nodes))
            leaf = nodes["is_leaf"].astype(bool)
            for name, column in (
                ("value", nodes["value"]),
                ("left", np.where(leaf, here, nodes["left"])),  # a leaf leads to itself
                ("right", np.where(leaf, here, nodes["right"])),
                ("feature", np.where(leaf, 0, nodes["feature_idx"])),
                ("threshold", np.where(leaf, np.inf, nodes["num_threshold"])),
            ):
                getattr(self, name)[number, : len(nodes)] = torch.from_numpy(column.astype(float))
        self.start.zero_()
        self.start.fill_(float(model.decision_function(x[:1])[0] - self.logits(x[:1])[0]))
        return self

    def study(self, samples: Sequence[Sample], *, seed: int, pixels: int, in_roi: bool) -> Trees:
        """Learn from some pixels of each picture: around the true abdomen, shaken, or from all over."""
        rng, rows, inside = np.random.default_rng(seed), [], []
        for sample in samples:
            true = sample.truth["ellipse"].rescaled((1 / sample.spacing[0], 1 / sample.spacing[1]))
            described = features(sample.image, shaken(true, rng) if in_roi else None)
            near = np.flatnonzero(described[:, -1] <= (WIDE if in_roi else np.inf))
            chosen = rng.choice(near, min(pixels, len(near)), replace=False)
            rows.append(described[chosen])
            inside.append(sample.mask("abdomen").ravel()[chosen])
        return self.learn(np.concatenate(rows), np.concatenate(inside), seed=seed)

    def logits(self, x: np.ndarray) -> np.ndarray:
        """Return (n,) log odds of being inside for (n, features) rows."""
        feature, left, right = (getattr(self, name).numpy() for name in ("feature", "left", "right"))
        threshold, value = self.threshold.float().numpy(), self.value.float().numpy()
        rows, found = np.arange(len(x)), np.full(len(x), float(self.start))
        for number in range(self.trees):
            at = np.zeros(len(x), int)
            while True:
                below = x[rows, feature[number, at]] <= threshold[number, at]
                then = np.where(below, left[number, at], right[number, at])
                if (then == at).all():
                    break
                at = then
            found += value[number, at]
        return found
