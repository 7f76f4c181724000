"""Figures say in words what they show, draw where the millimetres are, and stay out of pyplot."""

from __future__ import annotations

import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from fetal_edu import figures
from fetal_edu.figures.style import COLOURS, MAPS, png, round_length
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Value

HEAD = Ellipse(30, 40, 25, 20, 0.4)
PICTURE = np.linspace(0, 1, 120 * 160, dtype=np.float32).reshape(120, 160)


def _all_figures():
    yield figures.overlay(
        PICTURE, ellipse=HEAD, mask=HEAD.mask(PICTURE.shape, (0.5, 0.5)), spacing=(0.5, 0.5)
    )
    yield figures.overlay(PICTURE, title="no scale")
    yield figures.feature_maps(np.random.default_rng(0).normal(size=(5, 8, 12)), title="five")
    yield figures.growth_chart(
        hc=Value(172.5, "mm", low=167, high=178), ga=Value(19.9, "weeks", low=19, high=21)
    )
    yield figures.growth_chart(
        hc=Value(None, "mm", reason="no scale"), ga=Value(None, "weeks", reason="no scale")
    )
    yield figures.dots({"a": [1.0, 2.0], "b": [3.0]}, label="error (mm)", zero=True)
    yield figures.loss_curve([1.0, 0.5, 0.2], valid=[0.4])
    yield figures.unet_diagram((8, 16, 32), (64, 96))
    at = np.linspace(0, 100, 50)
    yield figures.curves({"tissue": (at, -at / 3), "bone": (at, -at)}, x="depth (mm)", y="level (dB)")


@pytest.mark.parametrize("drawn", list(_all_figures()), ids=lambda drawn: figures.alt_text(drawn)[:24])
def test_every_figure_draws_and_describes_itself(drawn):
    assert len(figures.alt_text(drawn)) > 20
    picture = Image.open(io.BytesIO(png(drawn, dpi=50)))
    assert min(picture.size) > 100
    assert np.asarray(picture.convert("L")).std() > 5  # something was drawn


def test_no_figure_is_left_open_in_pyplot():
    assert plt.get_fignums() == []


def test_outlines_lie_at_their_millimetres_with_unequal_spacing():
    ax = figures.overlay(PICTURE, ellipse=HEAD, truth=HEAD, spacing=(0.5, 0.25))
    found = next(line for line in ax.lines if line.get_label() == "found")
    rows, columns = found.get_ydata(), found.get_xdata()
    assert rows.mean() == pytest.approx(30, abs=0.2)
    assert columns.mean() == pytest.approx(40, abs=0.2)
    assert ax.images[0].get_extent() == [
        -0.125,
        39.875,
        59.75,
        -0.25,
    ]  # pixel centres on multiples of spacing


def test_overlay_says_what_it_drew():
    ax = figures.overlay(
        PICTURE, ellipse=HEAD, truth=Ellipse(30, 40, 26, 20, 0.4), mask=PICTURE > 0.5, spacing=(0.5, 0.5)
    )
    text = figures.alt_text(ax)
    assert "60 x 80 mm" in text
    assert f"{HEAD.circumference:.1f} mm" in text
    assert "covers 50%" in text
    assert re.search(r"True: .* 52\.0 by 40\.0 mm", text)


def test_without_spacing_nothing_is_called_millimetres():
    text = figures.alt_text(figures.overlay(PICTURE, ellipse=HEAD))
    assert "pixels" in text
    assert "mm" not in text


def test_overlays_share_a_figure():
    figure, (left, right) = figures.canvas(1, 2)
    assert figures.overlay(PICTURE, ax=left, title="one") is left
    figures.overlay(PICTURE, ax=right, title="two")
    assert figures.alt_text(figure).count("Ultrasound picture") == 2


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: figures.overlay(np.zeros((2, 3, 4))), "one picture"),
        (lambda: figures.overlay(PICTURE, mask=np.ones((3, 3), bool)), "mask has shape"),
        (lambda: figures.feature_maps([]), "needs maps"),
        (lambda: figures.feature_maps(np.zeros((2, 4, 4)), titles=["one"]), "1 titles for 2 maps"),
        (lambda: figures.dots({}, label="mm"), "at least one value"),
        (lambda: figures.dots({"a": []}, label="mm"), "at least one value"),
        (lambda: figures.unet_diagram((8, 16, 32), (50, 72)), "multiples of 4"),
        (lambda: figures.describe(figures.canvas()[1], "  "), "empty description"),
        (lambda: figures.show(figures.canvas()[0]), "no description"),
    ],
)
def test_errors_say_what_to_do(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_feature_maps_have_their_own_scales_or_a_shared_one():
    maps = np.array([[[-1.0, 1.0]], [[-4.0, 2.0]]])
    for shared, tops in ((False, [1, 4]), (True, [4, 4])):
        figure = figures.feature_maps(maps, shared=shared)
        assert [ax.images[0].get_clim() for ax in figure.axes] == [(-top, top) for top in tops]


def test_show_gives_a_screen_reader_the_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    figure, _ = figures.canvas()
    figures.show(figure, alt='A "head" & <skull>.')
    page = shown[0]["text/html"]
    assert 'alt="A &quot;head&quot; &amp; &lt;skull&gt;."' in page
    assert page.startswith('<img src="data:image/png;base64,')
    assert "head" in shown[0]["text/plain"]


@pytest.mark.parametrize(("longest", "bar"), [(34.0, 20.0), (0.7, 0.5), (10.0, 10.0), (9.9, 5.0), (1.0, 1.0)])
def test_scale_bar_is_a_round_length(longest, bar):
    assert round_length(longest) == bar


# What the two commonest kinds of colour blindness make of a colour: Viénot, Brettel and Mollon 1999, on
# linear RGB. Rows give red, green, blue.
PROTAN = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])
DEUTAN = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])


def _linear(colour: str | tuple) -> np.ndarray:
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("eye", [np.eye(3), PROTAN, DEUTAN], ids=["full", "protan", "deutan"])
@pytest.mark.parametrize(("one", "other"), [("reading", "truth"), ("line", "accent"), ("mask", "truth")])
def test_colours_that_meet_are_told_apart(one, other, eye):
    seen_one, seen_other = (np.clip(eye @ _linear(COLOURS[name]), 0, 1) ** (1 / 2.2) for name in (one, other))
    apart = np.abs(seen_one - seen_other)
    assert apart.max() > 0.2


def test_the_map_for_positive_values_grows_evenly_in_lightness():
    import matplotlib

    colours = matplotlib.colormaps[MAPS["positive"]](np.linspace(0, 1, 64))
    luminance = [_linear(tuple(colour)) @ [0.2126, 0.7152, 0.0722] for colour in colours]
    assert np.all(np.diff(luminance) > 0)


def test_quiet_text_has_contrast_on_white():
    luminance = _linear(COLOURS["quiet"]) @ [0.2126, 0.7152, 0.0722]
    assert 1.05 / (luminance + 0.05) > 4.5


def test_curves_say_ends_and_peaks_and_draw_dots_without_a_line():
    at = np.linspace(-3, 3, 61)
    bell = np.exp(-(at**2))
    ax = figures.curves(
        {"bell": (at, bell), "seen": (at, -bell)}, x="x (mm)", y="y", dots=["seen"], title="A"
    )
    text = figures.alt_text(ax)
    assert text.startswith("A: y over x (mm). bell: 0 at -3, 1 at 0, 0 at 3.")
    assert "seen: 0 at -3, -1 at 0, 0 at 3." in text
    line, dots = ax.lines
    assert (line.get_marker(), dots.get_linestyle()) == ("None", "None")
    assert line.get_color() != dots.get_color()


def test_curves_refuse_what_cannot_be_read():
    at = np.arange(3)
    with pytest.raises(ValueError, match="draw one to four"):
        figures.curves({str(i): (at, at) for i in range(5)}, x="x", y="y")
    with pytest.raises(ValueError, match="'a' needs as many y as x"):
        figures.curves({"a": (at, at[:2])}, x="x", y="y")


def test_number_table_says_every_number_and_where_it_stands():
    ax = figures.number_table(
        [[0.5, -1], [-0.001, 2]], rows=["a", "b"], columns=["x", "y"], down="true", across="named", digits=1
    )
    text = figures.alt_text(ax)
    assert text == "Table of numbers, rows: true, columns: named. a: x 0.5, y −1.0. b: x 0.0, y 2.0."
    assert [one.get_text() for one in ax.texts] == ["0.5", "−1.0", "0.0", "2.0"]
    assert ax.texts[2].get_color() == "black"  # zero is white where numbers have a sign
    plain = figures.number_table(np.arange(4).reshape(2, 2), title="window")
    assert figures.alt_text(plain) == "window: Table of numbers. 0, 1. 2, 3."
    assert [one.get_color() for one in plain.texts] == ["white", "white", "black", "black"]


def test_number_table_refuses_what_cannot_be_read():
    with pytest.raises(ValueError, match="13 × 1 numbers can't be read"):
        figures.number_table(np.zeros((13, 1)))
    with pytest.raises(ValueError, match="rows and columns"):
        figures.number_table(np.zeros(3))
    with pytest.raises(ValueError, match="1 names for 2 columns"):
        figures.number_table(np.zeros((2, 2)), columns=["a"])
