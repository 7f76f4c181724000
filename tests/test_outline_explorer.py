"""The explorer of chapter 09: a skull that is seen in part, and what each way to measure makes of it."""

from __future__ import annotations

import numpy as np
import pytest

from fetal_edu.phantom import draw
from fetal_edu.widgets import OutlineExplorer


def bright(image):
    return (image > 0.5).astype(float)


def bright_mm2(probability, spacing):
    return probability.sum() * spacing[0] * spacing[1]


def nothing(probability, spacing):
    raise ValueError("no outline")


def test_it_says_what_each_way_measures_and_how_far_that_is_off():
    explorer = OutlineExplorer(bright, {"bright pixels": bright_mm2, "nothing": nothing})
    head = draw("transthalamic", 0, weeks=22.0, knobs={"dropout": 0.0}, shape=(128, 192))
    found, true = bright_mm2(bright(head.image), head.spacing), head.truth["hc_mm"]
    said = explorer.describe()
    assert said.startswith(f"Head 0, 100 % of the skull visible. True HC {true:.1f} mm. By bright pixels")
    assert f"{found:.1f} mm ({found - true:+.1f})." in said
    assert said.endswith("By nothing: nothing to measure.")
    assert said in explorer._said.value
    assert said in explorer._picture.value


def test_less_skull_is_darker_and_another_head_is_another():
    explorer = OutlineExplorer(bright, {"bright pixels": bright_mm2})
    found = {
        (visible, head): float(explorer.move(visible, head).split("pixels: ")[1].split(" mm")[0])
        for visible, head in ((100, 1), (40, 1), (40, 2))
    }
    assert found[40, 1] < found[100, 1]
    assert len(set(found.values())) == 3
    assert "Head 2, 40 %" in explorer.describe()


def test_a_network_that_finds_nothing_leaves_a_picture_without_an_ellipse():
    explorer = OutlineExplorer(np.zeros_like, {"nothing": nothing})
    assert "found" not in explorer._picture.value.split("alt='")[1].split("Head 0")[0]


@pytest.mark.parametrize(("options", "says"), [({"visible": 30}, "there are 100, 90"), ({}, "at least one")])
def test_it_refuses_what_it_can_not_show(options, says):
    with pytest.raises(ValueError, match=says):
        OutlineExplorer(bright, {"nothing": nothing} if options else {}, **options)
