"""Chapter 10: how symmetric a picture is about each place, whatever its gain."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(even, odd, noise):
    """Sum what the even part has over the odd one and the noise, and divide by the energy."""
    wavelengths, rows, columns = even.shape
    left, total = np.zeros((rows, columns)), np.zeros((rows, columns))
    for w in range(wavelengths):
        energy = (even[w] ** 2 + odd[w] ** 2) ** 0.5
        threshold = noise * energy.mean()
        left += np.maximum(np.abs(even[w]) - odd[w] - threshold, 0)
        total += energy
    return left / total


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw a dark and a bright line without noise, then parts at two and three wavelengths."""
    yield Case(
        (np.array([[[4.0, -4.0, 3.0]]]), np.array([[[0.5, 0.5, 4.0]]]), 0.0),
        _("A dark line is as symmetric as a bright one; where the odd part is larger, nothing is left."),
    )
    for shape, noise, holds in (
        ((1, 2, 3), 0.2, _("With a threshold for noise, no place can reach 1.")),
        ((2, 2, 3), 0.0, _("All answers lie between 0 and 1.")),
        ((2, 3, 2), 0.3, _("Each wavelength has a threshold of its own.")),
        ((3, 2, 4), 0.5, _("Twice the even and twice the odd parts give the same answer.")),
    ):
        size = rng.uniform(1, 6, (shape[0], 1, 1))
        even, odd = size * rng.normal(0, 2, shape), size * np.abs(rng.normal(0, 0.8, shape))
        yield Case((np.round(even, 2), np.round(odd, 2), noise), holds)


def _parts(even, odd, noise):
    energy = np.hypot(even, odd)
    return energy, noise * energy.mean(axis=(1, 2), keepdims=True)


def _bright_only(even, odd, noise):
    energy, threshold = _parts(even, odd, noise)
    return np.maximum(even - odd - threshold, 0).sum(axis=0) / energy.sum(axis=0)


def _asymmetry(even, odd, noise):
    energy, threshold = _parts(even, odd, noise)
    return np.maximum(odd - np.abs(even) - threshold, 0).sum(axis=0) / energy.sum(axis=0)


def _no_floor(even, odd, noise):
    energy, threshold = _parts(even, odd, noise)
    return (np.abs(even) - odd - threshold).sum(axis=0) / energy.sum(axis=0)


def _no_threshold(even, odd, noise):
    return spec(even, odd, 0.0)


def _floor_late(even, odd, noise):
    energy, threshold = _parts(even, odd, noise)
    return np.maximum((np.abs(even) - odd - threshold).sum(axis=0), 0) / energy.sum(axis=0)


def _undivided(even, odd, noise):
    _energy, threshold = _parts(even, odd, noise)
    return np.maximum(np.abs(even) - odd - threshold, 0).sum(axis=0)


def _sum_of_sizes(even, odd, noise):
    _energy, threshold = _parts(even, odd, noise)
    left = np.maximum(np.abs(even) - odd - threshold, 0).sum(axis=0)
    return left / (np.abs(even) + odd).sum(axis=0)


def _mean_of_ratios(even, odd, noise):
    energy, threshold = _parts(even, odd, noise)
    return (np.maximum(np.abs(even) - odd - threshold, 0) / energy).mean(axis=0)


def _odd_kept(even, odd, noise):
    energy, threshold = _parts(even, odd, noise)
    return np.maximum(np.abs(even) - threshold, 0).sum(axis=0) / energy.sum(axis=0)


def _no_root(even, odd, noise):
    energy = even**2 + odd**2
    threshold = noise * energy.mean(axis=(1, 2), keepdims=True)
    return np.maximum(np.abs(even) - odd - threshold, 0).sum(axis=0) / energy.sum(axis=0)


EXERCISE = Exercise(
    key="phase-symmetry",
    chapter="10",
    name="phase_symmetry",
    title=_("Symmetry that no gain changes"),
    task=_(
        "`even` and `odd` have the shape (wavelengths, rows, columns): the even part of a picture at "
        "each wavelength, below zero where a line is dark, and the size of its odd part. The energy is the "
        "root of the sum of both squares. The threshold of a wavelength is `noise` times its mean energy. "
        "For each place, take the size of the even part, less the odd part, less the threshold; below zero "
        "counts as zero. Sum that over the wavelengths, and divide by the sum of their energies."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "bright only",
            _bright_only,
            _("You drop dark lines. Symmetry doesn't ask for bright or dark: take the even part's size."),
        ),
        Mutant(
            "asymmetry",
            _asymmetry,
            _("Your map is bright at edges, where the odd part wins. Symmetry is where the even part does."),
        ),
        Mutant(
            "no floor", _no_floor, _("Your map falls below zero. There the odd part or noise wins: zero.")
        ),
        Mutant(
            "no threshold",
            _no_threshold,
            _("You leave out the threshold, so speckle of any strength counts as a line."),
        ),
        Mutant(
            "floor too late",
            _floor_late,
            _(
                "You sum the wavelengths first and cut below zero then. So an edge at one wavelength takes "
                "away a line at another. Cut each before the sum."
            ),
        ),
        Mutant(
            "not divided",
            _undivided,
            _("Your map grows with the gain of the picture. Divide by the energy, and gain falls out."),
        ),
        Mutant(
            "sum of sizes",
            _sum_of_sizes,
            _("You divide by even plus odd. The energy is their length, as of two sides at a right angle."),
        ),
        Mutant(
            "mean of ratios",
            _mean_of_ratios,
            _("You divide at each wavelength and take the mean. A weak one then counts as much as a strong."),
        ),
        Mutant(
            "odd part kept",
            _odd_kept,
            _("You don't take the odd part away. At an edge both parts are large: it is no line."),
        ),
        Mutant("no root", _no_root, _("Your energy is a sum of squares. It lacks its root.")),
    ),
    hints=(
        _("Begin with one wavelength and no noise: where is the even part larger than the odd one?"),
        _("Each wavelength has a mean energy. Which share of it must be exceeded?"),
        _("Keep two tables, one for what is left and one for the energies. Divide once, at the end."),
    ),
)
