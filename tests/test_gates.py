"""The switchboard of chapter 06: what its sliders do, and what it says in words."""

import re

import pytest
from scipy.ndimage import binary_dilation

from fetal_edu.phantom import draw_head
from fetal_edu.widgets import GateExplorer

HEADS = [draw_head(seed, weeks=weeks, shape=(48, 72)) for seed, weeks in ((7, 21), (8, 30))]


def _found(number, gates):
    """Stand in for a network: the true mask, fading with the first gate and empty without the second."""
    return HEADS[number].mask("head") * (0.4 + 0.6 * gates[0]) * (gates[1] > 0)


@pytest.fixture
def explorer():
    return GateExplorer(HEADS, _found, gates=(1.0, 1.0), head=2)


def test_it_says_in_words_what_it_shows(explorer):
    said = explorer.describe()
    assert said.startswith("Head 2 of 2, gates 1 and 1: HC ")
    assert f"true {HEADS[1].truth['hc_mm']:.1f} mm" in said
    assert said.endswith("Dice 1.00.")
    assert repr(explorer) == said


def test_a_moved_slider_changes_words_and_picture(explorer):
    before = explorer._picture.value
    explorer._sliders[1].value = 0.0
    assert "gates 1 and 0: no outline found, the whole HC" in explorer._said.value
    assert "Dice 0.00" in explorer._said.value
    assert explorer._picture.value != before
    explorer._head.value = 1
    assert "Head 1 of 2" in explorer._said.value


def test_each_gate_is_named_with_the_size_of_its_map(explorer):
    assert [slider.description for slider in explorer._sliders] == ["skip 0, full size", "skip 1, 1/2 size"]


def test_the_words_are_those_of_the_gates_as_set_not_of_the_open_ones(explorer):
    explorer.move(1.0, 0.0)
    assert explorer.describe() in explorer._said.value
    assert "no outline found" in explorer._said.value


def test_moving_without_the_mouse_is_the_same(explorer):
    said = explorer.move(0.0, 1.0, head=1)
    assert said.startswith("Head 1 of 2, gates 0 and 1:")
    assert "no outline found" in said  # 0.4 never reaches one half
    assert explorer.gates == (0.0, 1.0)
    assert said in explorer._said.value
    with pytest.raises(ValueError, match="3 gates for 2 skips"):
        explorer.move(1.0, 1.0, 1.0)


def test_the_picture_has_an_alternative_text(explorer):
    alt = re.search(r"alt='([^']*)'", explorer._picture.value)[1]
    assert explorer.describe() in alt
    assert len(explorer._picture.value) < 400_000


def test_the_side_of_an_error_is_named(explorer):
    grown = GateExplorer(HEADS, lambda number, _gates: _halo(HEADS[number]), gates=(1.0,))
    assert "too large" in grown.describe()


def _halo(sample):
    return binary_dilation(sample.mask("head"), iterations=2).astype(float)
