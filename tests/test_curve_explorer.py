"""The explorer of chapter 08: a law fitted to a part of a learning curve, and held against the rest."""

from __future__ import annotations

import numpy as np
import pytest

from fetal_edu.widgets import CurveExplorer

COUNTS = np.array([8, 16, 32, 64])
DICE = 0.95 - np.array([[1.0], [1.2], [1.4]]) / COUNTS


def fit(counts, dice):
    slope, best = np.polyfit(1 / counts, dice, 1)
    return best, -slope, 1.0


def test_it_says_what_the_law_promises_and_what_was_measured():
    explorer = CurveExplorer(COUNTS, DICE, fit, ask=64)
    assert "Fitted to 8, 16 and 32 heads. For 64 heads the law says Dice 0.931 (0.92" in explorer.describe()
    assert explorer.describe().endswith("Measured: 0.931.")
    assert explorer.move(64, 512).startswith("Fitted to 8, 16, 32 and 64 heads. For 512 heads")
    assert explorer.describe().endswith("Nobody measured there.")
    assert explorer.describe() in explorer._said.value


def test_it_sees_only_the_part_that_it_is_fitted_to():
    bent = DICE.copy()
    bent[:, 3] = 0.5
    seen = CurveExplorer(COUNTS, bent, fit, ask=512)
    assert seen.describe() == CurveExplorer(COUNTS, DICE, fit, ask=512).describe()
    assert seen.move(64, 512) != CurveExplorer(COUNTS, DICE, fit, known=4, ask=512).describe()


def test_it_refuses_what_it_can_not_show():
    with pytest.raises(ValueError, match="at least 3 counts"):
        CurveExplorer(COUNTS[:2], DICE[:, :2], fit)
    with pytest.raises(ValueError, match="ask for one of"):
        CurveExplorer(COUNTS, DICE, fit, ask=100)
