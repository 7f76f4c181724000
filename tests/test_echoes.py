"""The explorer of chapter 01: what its sliders do, and what it says in words; and how a skull stands out."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from fetal_edu.measure import Ellipse, outline_contrast
from fetal_edu.sample import Sample
from fetal_edu.widgets import EchoExplorer

SHAPE, SPACING = (120, 160), (0.6, 0.6)
HEAD = Ellipse(36.0, 48.0, 30.0, 24.0, 0.0)


def ring(skull=1.0, tissue=0.3, ellipse=HEAD):
    """Draw a head: a bright line of 2 mm in even tissue."""
    inner = replace(ellipse, semi_major=ellipse.semi_major - 2, semi_minor=ellipse.semi_minor - 2)
    line = ellipse.mask(SHAPE, SPACING) & ~inner.mask(SHAPE, SPACING)
    image = np.where(line, skull, tissue).astype(np.float32)
    return Sample(image, spacing=SPACING, truth={"ellipse": ellipse, "hc_mm": ellipse.circumference})


def look(frequency, gain, turn, bone):
    """Stand in for the chapter's physics: gain brightens the tissue, bone takes the left half away."""
    sample = ring(tissue=float(np.clip(0.3 + gain / 40, 0, 1)))
    image = sample.image.copy()
    image[:, : int(20 * bone)] *= 0.05
    turned = replace(HEAD, angle=float(np.radians(turn)))
    truth = sample.truth | {"ellipse": turned, "cell_mm": (1.5 / frequency, 4 / frequency)}
    return replace(sample, image=image, truth=truth)


@pytest.fixture
def explorer():
    return EchoExplorer(look)


def test_it_says_in_words_what_it_shows(explorer):
    said = explorer.describe()
    assert said.startswith(
        "3.5 MHz, gain 0 dB, head turned by 0°, 0 mm of bone: the skull stands out along 17"
    )
    assert f"of {HEAD.circumference:.0f} mm" in said
    assert "cell in its middle: 0.43 × 1.14 mm." in said
    assert repr(explorer) == said
    hc = float(re.search(r"HC of ([\d.]+) mm", said)[1])
    assert hc == pytest.approx(HEAD.circumference, rel=0.02)


def test_each_slider_changes_words_and_picture(explorer):
    for slider, value, says in zip(
        explorer._sliders,
        (7.0, 10, 15, 2),
        ("7 MHz", "gain 10 dB", "turned by 15°", "2 mm of bone"),
        strict=True,
    ):
        before = explorer._picture.value
        slider.value = value
        assert says in explorer._said.value
        assert explorer._picture.value != before
    assert explorer.settings == (7.0, 10.0, 15.0, 2.0)


def test_moving_without_the_mouse_is_the_same_and_leaves_the_others(explorer):
    said = explorer.move(bone=3)
    assert said.startswith("3.5 MHz, gain 0 dB, head turned by 0°, 3 mm of bone:")
    assert said in explorer._said.value
    assert explorer.move(gain=-5).startswith("3.5 MHz, gain -5 dB, head turned by 0°, 3 mm of bone:")


def test_what_is_lost_is_counted_in_mm_and_where_nothing_is_left_it_says_so(explorer):
    def seen(said):
        return int(re.search(r"stands out along (\d+) of", said)[1])

    whole = seen(explorer.describe())
    assert seen(explorer.move(bone=4)) < 0.75 * whole
    gone = explorer.move(bone=0, gain=30)
    assert seen(gone) == 0
    assert "Too little of its border is left to follow." in gone
    assert "100% is white" in gone


def test_the_first_picture_stays_for_comparison(explorer):
    first = explorer._first
    explorer.move(gain=20)
    assert explorer._first is first
    alt = re.search(r"alt='([^']*)'", explorer._picture.value)[1]
    assert alt.startswith("Two ultrasound pictures")
    assert explorer.describe() in alt
    assert len(explorer._picture.value) < 400_000


def test_sliders_report_where_they_are_let_go_and_are_named_with_units(explorer):
    names = ["frequency (MHz)", "gain (dB)", "turn of head (°)", "bone above (mm)"]
    assert [slider.description for slider in explorer._sliders] == names
    assert not any(slider.continuous_update for slider in explorer._sliders)


# ------------------------------------------------------------------------------------- how a skull stands out
@pytest.mark.parametrize(("skull", "tissue"), [(1.0, 0.2), (0.6, 0.5), (0.2, 0.4)])
def test_contrast_is_skull_less_tissue(skull, tissue):
    found = outline_contrast(ring(skull, tissue), HEAD)
    wanted = skull - tissue if skull > tissue else 0.0  # a dark line: the brightest there is the tissue
    assert found == pytest.approx(np.full(360, wanted), abs=0.01)


def test_contrast_knows_the_direction():
    sample = ring()
    image = sample.image.copy()
    image[:, :80] = 0.3  # the left half of the skull is missing
    found = outline_contrast(replace(sample, image=image), HEAD) > 0.25
    columns = HEAD.points(360)[:, 1]
    assert found[columns > 50].all()
    assert not found[columns < 46].any()


def test_contrast_keeps_to_the_picture_where_the_outline_leaves_it():
    outside = replace(HEAD, column=80.0)
    assert np.isfinite(outline_contrast(ring(), outside)).all()


def test_contrast_needs_millimetres_and_room():
    with pytest.raises(ValueError, match="no spacing"):
        outline_contrast(replace(ring(), spacing=None), HEAD)
    with pytest.raises(ValueError, match=r"14\.0 mm wide: to look 8 mm inside it, more than 16 are needed"):
        outline_contrast(ring(), Ellipse(36.0, 48.0, 9.0, 7.0, 0.0))
