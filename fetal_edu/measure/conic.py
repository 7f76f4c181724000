"""The algebra of an ellipse: its circumference, the conic nearest to some points, the axes of a conic."""

from __future__ import annotations

import numpy as np

from fetal_edu.measure.checks import checked_length

__all__ = ["axes_of_conic", "circumference", "direct_least_squares"]


def circumference(semi_a: float, semi_b: float) -> float:
    """Length of an ellipse's outline, by Ramanujan's second formula.

    Parameters
    ----------
    semi_a, semi_b : float
        The half axes, in any unit of length. Their order does not matter.

    Returns
    -------
    float
        The circumference in the same unit. For a head's shape it is exact to 0.001 %.

    References
    ----------
    S. Ramanujan, Modular equations and approximations to pi, Quart. J. Math. 45 (1914) 350-372.

    Examples
    --------
    A circle of radius 1, then a head of 90 mm by 72 mm:

    >>> print(f"{circumference(1, 1):.4f} {circumference(45, 36):.1f}")
    6.2832 255.3
    """
    semi_a, semi_b = (checked_length(axis, "half axes of an ellipse, one") for axis in (semi_a, semi_b))
    total = semi_a + semi_b
    h = ((semi_a - semi_b) / total) ** 2
    return float(np.pi * total * (1 + 3 * h / (10 + np.sqrt(4 - 3 * h))))


def direct_least_squares(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the conic (A, B, C, D, E, F) of the best ellipse, after Halíř and Flusser."""
    quadratic = np.stack([x * x, x * y, y * y], axis=1)  # (n, 3)
    linear = np.stack([x, y, np.ones_like(x)], axis=1)  # (n, 3)
    qq, ql, ll = quadratic.T @ quadratic, quadratic.T @ linear, linear.T @ linear  # (3, 3) each
    if np.linalg.cond(ll) > 1e10:
        raise ValueError("the points lie on a line: no ellipse passes through them")
    from_quadratic = -np.linalg.solve(ll, ql.T)  # the best D, E, F for given A, B, C
    reduced = qq + ql @ from_quadratic
    # The constraint 4AC - B² = 1 is what makes the conic an ellipse.
    constrained = np.stack([reduced[2] / 2, -reduced[1], reduced[0] / 2])
    _, vectors = np.linalg.eig(constrained)
    vectors = np.real(vectors)
    ellipses = np.flatnonzero(4 * vectors[0] * vectors[2] - vectors[1] ** 2 > 1e-12)
    if len(ellipses) == 0:
        raise ValueError("no ellipse passes near these points: they may lie on a line or on two branches")
    abc = vectors[:, ellipses[0]]
    return np.concatenate([abc, from_quadratic @ abc])


def axes_of_conic(conic: np.ndarray) -> tuple[float, float, float, float, float]:
    """Return centre row and column, half axes and angle of a conic that is an ellipse."""
    a, b, c, d, e, f = conic
    form = np.array([[a, b / 2], [b / 2, c]])  # acts on (x, y) = (column, row)
    x, y = np.linalg.solve(-2 * form, [d, e])
    constant = f + (d * x + e * y) / 2
    # Eigenvalues ascend, and the smaller one belongs to the longer axis.
    values, vectors = np.linalg.eigh(form * -np.sign(constant))
    if values[0] <= 0 or not np.isfinite(constant) or constant == 0:
        raise ValueError("no ellipse passes near these points: the best conic has no extent")
    semi_major, semi_minor = np.sqrt(abs(constant) / values)
    along = vectors[:, 0]
    angle = np.arctan2(along[1], along[0])
    # An axis has no front end: give the direction that lies within -90..90 degrees.
    angle = (angle + np.pi / 2) % np.pi - np.pi / 2
    return y, x, semi_major, semi_minor, angle
