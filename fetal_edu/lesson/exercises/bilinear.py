"""Chapter 04: enlarge a picture by mixing the nearest pixels, with centres where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(image, scale):
    """For each new pixel: where is its centre among the old ones? Mix the four around that place."""
    height, width = image.shape
    larger = np.zeros((height * scale, width * scale))
    for i in range(height * scale):
        above, below, down = _around((i + 0.5) / scale - 0.5, height)
        for j in range(width * scale):
            left, right, across = _around((j + 0.5) / scale - 0.5, width)
            upper = (1 - across) * image[above, left] + across * image[above, right]
            lower = (1 - across) * image[below, left] + across * image[below, right]
            larger[i, j] = (1 - down) * upper + down * lower
    return larger


def _around(place, length) -> tuple[int, int, float]:
    place = min(max(place, 0), length - 1)
    first = int(place)
    return first, min(first + 1, length - 1), place - first


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw a row, a column, odd and even factors, factor 1, negatives, one pixel, an even picture."""
    yield Case(
        (np.array([[3.0, 11.0]]), 2),
        _("The two new pixels in the middle add up to what the two old ones add up to."),
    )
    sizes = (
        ((1, 4), 3, _("With a factor of 3, every third new centre lies on an old one and has its value.")),
        ((3, 1), 2, _("Columns are mixed like rows.")),
        ((2, 3), 2, _("Beyond the outermost old centres nothing is known: there the outermost value stays.")),
        ((3, 4), 1, _("With a factor of 1, nothing changes.")),
        ((4, 3), 4, _("Seen in a mirror, the answer is that of the mirrored picture.")),
        ((5, 6), 3, _("No new value lies outside the range of the old ones.")),
    )
    for shape, scale, holds in sizes:
        yield Case((rng.normal(size=shape).round(2), scale), holds)
    yield Case((np.array([[-2.0]]), 3), _("One pixel can only be repeated."))


def _mixed(image, rows, columns) -> np.ndarray:
    """Mix along both axes by two matrices of weights, (new, old)."""
    return rows @ image @ columns.T


def _weights(places, length, *, change=lambda t: t) -> np.ndarray:
    weights = np.zeros((len(places), length))
    for i, place in enumerate(np.clip(places, 0, length - 1)):
        first = int(place)
        t = change(place - first)
        weights[i, first] += 1 - t
        weights[i, min(first + 1, length - 1)] += t
    return weights


def _centres(length, scale) -> np.ndarray:
    return (np.arange(length * scale) + 0.5) / scale - 0.5


def _both(image, scale, weights) -> np.ndarray:
    return _mixed(image, *(weights(length, scale) for length in image.shape))


def _corners_aligned(image, scale):
    def weights(length, scale):
        new = length * scale
        return _weights(np.arange(new) * (length - 1) / max(new - 1, 1), length)

    return _both(image, scale, weights)


def _no_half(image, scale):
    return _both(image, scale, lambda length, scale: _weights(np.arange(length * scale) / scale, length))


def _repeated(image, scale):
    return np.repeat(np.repeat(image, scale, axis=0), scale, axis=1)


def _far_counts_more(image, scale):
    return _both(
        image,
        scale,
        lambda length, scale: _weights(_centres(length, scale), length, change=lambda t: 1 - t if t else t),
    )


def _plain_mean(image, scale):
    return _both(
        image,
        scale,
        lambda length, scale: _weights(
            _centres(length, scale), length, change=lambda t: 0.5 if t > 1e-9 else 0.0
        ),
    )


def _wrapped(image, scale):
    def weights(length, scale):
        found = _weights(_centres(length, scale), length)
        for i, place in enumerate(_centres(length, scale)):
            if place < 0:  # index -1 is the last pixel
                found[i] = 0
                found[i, -1] -= place
                found[i, 0] += 1 + place
        return found

    return _both(image, scale, weights)


def _carried_on(image, scale):
    def weights(length, scale):
        found = _weights(_centres(length, scale), length)
        for i, place in enumerate(_centres(length, scale)):
            if place < 0:
                found[i] = 0
                found[i, 0] += 1 - place
                found[i, min(1, length - 1)] += place
        return found

    return _both(image, scale, weights)


def _dark_around(image, scale):
    def weights(length, scale):
        return np.maximum(0, 1 - abs(_centres(length, scale)[:, None] - np.arange(length)))

    return _both(image, scale, weights)


def _one_axis(image, scale):
    rows = _weights(_centres(image.shape[0], scale), image.shape[0])
    return np.repeat(rows @ image, scale, axis=1)


EXERCISE = Exercise(
    key="bilinear",
    chapter="04",
    name="bilinear",
    title=_("Bilinear interpolation"),
    task=_(
        "`image` is an array of (rows, columns), `scale` a whole number. Return the picture `scale` times as "
        "high and as wide. Both pictures cover the same area, and a pixel's value belongs to its centre, "
        "half a pixel from its corner. Along each axis, mix by distance between old centres; beyond the "
        "outermost ones, the outermost value stays."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "corners aligned",
            _corners_aligned,
            _(
                "You lay the first and the last centre of both pictures on each other. But a small pixel's "
                "centre is nearer to the rim than a large one's: both pictures should end at the same rim. "
                "torch calls yours `align_corners=True`; with it, the spacing in mm is no longer divided by "
                "the factor."
            ),
        ),
        Mutant(
            "no half",
            _no_half,
            _(
                "You divide the pixel's number by the factor. That is right for corners, and moves the "
                "picture up and left. A value belongs to the centre, half a pixel further, in the old "
                "picture and in the new one."
            ),
        ),
        Mutant(
            "repeated",
            _repeated,
            _("You repeat each pixel: nearest-neighbour. Here a new pixel mixes those around its centre."),
        ),
        Mutant(
            "far counts more",
            _far_counts_more,
            _("Two weights are swapped: with yours, the farther pixel counts more. The nearer one should."),
        ),
        Mutant(
            "plain mean",
            _plain_mean,
            _("You take the plain mean of the neighbours. How much each counts depends on how near it is."),
        ),
        Mutant(
            "wrapped",
            _wrapped,
            _(
                "In the first rows and columns, the last ones mix in. Before the first centre your index "
                "becomes -1, and that is the last pixel. Keep the place between the outermost centres."
            ),
        ),
        Mutant(
            "carried on",
            _carried_on,
            _(
                "Before the first centre you carry the slope on, and get values that no pixel has. There "
                "the outermost value stays: keep the place between the outermost centres."
            ),
        ),
        Mutant(
            "dark around",
            _dark_around,
            _(
                "You mix in zeros from beyond the rim: the border gets dark, as if the picture lay on "
                "black. Beyond the outermost centres the outermost value stays."
            ),
        ),
        Mutant(
            "one axis",
            _one_axis,
            _("You mix along the columns of pixels and repeat along the rows. Both axes need mixing."),
        ),
    ),
    hints=(
        _("Take one axis first. For each new pixel ask: where among the old centres does its centre lie?"),
        _(
            "In units of old pixels, counted from the first corner, the new centre number i lies at (i + "
            "½) / scale, and the old centre number k at k + ½. So what is the place, counted in old centres?"
        ),
        _(
            "Limit the place to 0 up to the last centre. Its whole part names one neighbour, the rest is "
            "the weight of the next one. Do it for rows and for columns."
        ),
    ),
)
