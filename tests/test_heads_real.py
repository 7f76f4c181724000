"""The shipped network on real heads that it was not trained on: what the card says, and the floor."""

import json

import numpy as np
import pytest

from fetal_edu import runtime
from fetal_edu.data import hc18
from fetal_edu.learning import evaluate_heads, split_hc18, summarise
from fetal_edu.runtime import load

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def split(real_data):
    return split_hc18(hc18(real_data / "hc18"))


@pytest.fixture(scope="module")
def table(split):
    return summarise(evaluate_heads(load("head"), split[1]))


def test_no_examination_is_on_both_sides(split):
    groups = [{side.dataset.groups[i] for i in side.indices} for side in split]
    assert not groups[0] & groups[1]
    assert len(split[1]) >= 120


def test_held_out_heads_are_measured_as_well_as_promised(table):
    everyone = table["all"]
    assert everyone["dice"] >= 0.965
    assert everyone["dice_ellipse"] >= 0.965
    assert everyone["hc_mae_mm"] <= 2.7
    assert everyone["within_3_percent"] >= 0.87
    assert everyone["refused"] <= 0.02 * everyone["n"]


def test_the_card_tells_what_is_measured(table):
    card = json.loads((runtime.WEIGHTS / "head.json").read_text("utf-8"))
    stated = card["seeds"][str(card["seed"])]["all"]
    assert table["all"]["n"] == stated["n"]
    for name in ("dice", "dice_ellipse", "within_3_percent"):
        assert table["all"][name] == pytest.approx(stated[name], abs=0.01)
    assert table["all"]["hc_mae_mm"] == pytest.approx(stated["hc_mae_mm"], abs=0.2)
    assert card["hc_relative_error_95"] == stated["relative_error_95"]


def test_seeds_agree_on_what_is_promised():
    card = json.loads((runtime.WEIGHTS / "head.json").read_text("utf-8"))
    rows = [seed["all"] for seed in card["seeds"].values()]
    assert len(rows) >= 3
    assert min(row["dice"] for row in rows) >= 0.965
    assert np.mean([row["hc_mae_mm"] for row in rows]) <= 2.7
