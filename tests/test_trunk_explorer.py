"""The explorer of chapter 10: a trunk pressed, drained or shaded, and what its edges vote for."""

from __future__ import annotations

import numpy as np
import pytest

from fetal_edu.measure import Ellipse
from fetal_edu.phantom import draw
from fetal_edu.widgets import TrunkExplorer


def nothing(sample):
    return np.zeros((0, 2)), None


def bright(sample):
    """Vote for an ellipse whose size is that of all bright pixels."""
    points = np.argwhere(sample.image > 0.8) * sample.spacing
    radius = np.sqrt(len(points) * np.prod(sample.spacing) / np.pi)
    return points, Ellipse(*points.mean(axis=0), radius, radius, 0.0)


def test_it_says_what_was_voted_for_and_how_far_that_is_off():
    explorer = TrunkExplorer(bright)
    knobs = {"deformation": 0.0, "fluid_lack": 0.3, "shadow": 0.0, "rib_shadow": 0.0}
    trunk = draw("abdomen", 0, weeks=22.0, knobs=knobs, shape=(64, 96))
    points, ellipse = bright(trunk)
    found, true = ellipse.circumference, trunk.truth["ac_mm"]
    said = explorer.describe()
    assert said.startswith("Trunk 0: deformation 0 %, fluid lack 30 %, shadow 0 %.")
    assert f"True AC {true:.1f} mm. {len(points)} edge points" in said
    assert said.endswith(f"AC {found:.1f} mm ({found - true:+.1f} mm, {100 * (found / true - 1):+.1f} %).")
    assert said in explorer._said.value
    assert said in explorer._picture.value


def test_each_slider_changes_the_picture():
    explorer = TrunkExplorer(bright)
    still = explorer.move().split("True")[1]
    for change in ({"deformation": 100}, {"fluid_lack": 100}, {"shadow": 80}, {"trunk": 2}):
        assert explorer.move(**change).split("True")[1] != still
        assert explorer.describe() in explorer._said.value
    assert explorer.move(shadow=20).startswith("Trunk 2: deformation 0 %, fluid lack 30 %, shadow 20 %.")


def test_where_too_few_agree_there_is_no_ellipse():
    explorer = TrunkExplorer(nothing)
    assert explorer.describe().endswith("0 edge points: too few agree.")
    assert "img" in explorer._picture.value


def test_it_says_which_settings_there_are():
    with pytest.raises(ValueError, match="33 is not there, but 0, 20, 40"):
        TrunkExplorer(nothing).move(deformation=33)
