"""The explorer of layers without a browser: windows, fields and reach by brute force; words; bad input."""

from __future__ import annotations

import re
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from dashboard import send

from fetal_edu.widgets import (
    Bilinear,
    BlurPool,
    Conv,
    LayerExplorer,
    MaxPool,
    MeanPool,
    Nearest,
    Relu,
    TransposedConv,
    Unpool,
)
from fetal_edu.widgets.layer_numbers import digits_of, trimmed, written
from fetal_edu.widgets.layer_sent import map_bytes, place_bytes, tower_state
from fetal_edu.widgets.layer_tower import Tower

RNG = np.random.default_rng(5)
KERNEL, FLAT, EVEN = RNG.uniform(0.5, 2, (3, 3)), RNG.uniform(-2, -0.5, (2, 3)), RNG.uniform(0.5, 2, (4, 4))
SHAPE = (6, 7)

#: One of each kind, with odd sizes, steps and borders.
SINGLE = {
    "conv": [Conv(KERNEL)],
    "conv, padded": [Conv(KERNEL, padding=1)],
    "conv, stride": [Conv(FLAT, stride=2, padding=2)],
    "max": [MaxPool(2)],
    "max, overlapping": [MaxPool(3, stride=2)],
    "max, with gaps": [MaxPool(2, stride=3)],
    "mean": [MeanPool(3)],
    "mean, overlapping": [MeanPool(3, stride=1)],
    "blur": [BlurPool()],
    "blur, stride 3": [BlurPool(3)],
    "nearest": [Nearest(2)],
    "bilinear": [Bilinear(2)],
    "bilinear, scale 3": [Bilinear(3)],
    "transposed 3": [TransposedConv(KERNEL)],
    "transposed 4": [TransposedConv(EVEN, padding=1)],
    "transposed, gaps": [TransposedConv(FLAT, stride=4)],
    "relu": [Relu()],
}
#: Where a number was taken from depends on the picture.
UNPOOLING = {
    "unpool": [MaxPool(2), Unpool(0)],
    "unpool, overlapping": [MaxPool(3, stride=2), Unpool(0)],
    "down and up": [MaxPool(2), Conv(KERNEL, padding=1), Unpool(0), Conv(KERNEL[:2, :2])],
}
#: What they make of one another.
TOWERS = {
    "chain": [Conv(KERNEL, padding=1), Relu(), MaxPool(2), Conv(KERNEL[:2, :2])],
    "stripes": [BlurPool(), TransposedConv(KERNEL, stride=3), Bilinear(2), MeanPool(2)],
    "gaps": [TransposedConv(np.ones((1, 1)), stride=3), Nearest(2)],
}
PLAIN = SINGLE | TOWERS
ALL = PLAIN | UNPOOLING


def image(shape=SHAPE, seed=0):
    return np.random.default_rng(seed).permutation(np.prod(shape)).reshape(shape) / 7.0 - 3


def leaning():
    """Pictures in which each pixel of a window is once its largest, and not that of the next window."""
    rows, columns = np.indices(SHAPE)
    for down, right in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        for phase in np.ndindex(2, 2):
            picture = image() + 20 * (down * rows + right * columns)
            picture[phase[0] :: 2, phase[1] :: 2] += 200
            yield picture


def remade(tower, number, changed):
    """All maps from a changed one on; a pooling before it keeps its places."""
    maps, places = [changed.astype(np.float32)], dict(enumerate(tower.places[:number]))
    for at in range(number, len(tower.layers)):
        shown = SimpleNamespace(maps=tower.maps, places_of=lambda of, _shape: np.asarray(places[of]))
        made, places[at] = tower.layers[at].apply(maps[-1].astype(float), shown)
        maps.append(np.asarray(made, np.float32))
    return maps


def changes(tower, number):
    """Which pixels of later maps (last axes) each pixel of one map (first axes) changes, by brute force."""
    old, shape = tower.maps[number:], tower.maps[number].shape
    found = [np.zeros(shape + one.shape, bool) for one in old]
    for place in np.ndindex(shape):
        for much in (500.0, -500.0):
            changed = old[0].copy()
            changed[place] += much
            for mask, new, before in zip(found, remade(tower, number, changed), old, strict=True):
                mask[place] |= new != before
    return found


def told(tower, number, *, forward):
    """The same as the tower tells it, from the pixel on or from what it reaches back."""
    shape, later = tower.maps[number].shape, range(number, len(tower.maps))
    found = [np.zeros(shape + tower.maps[at].shape, bool) for at in later]
    if forward:
        for place in np.ndindex(shape):
            for mask, reached in zip(found, tower.ahead(number, *place), strict=True):
                mask[place] = reached
    else:
        for at, mask in zip(later, found, strict=True):
            for place in np.ndindex(tower.maps[at].shape):
                mask[..., *place] = tower.behind(at, *place)[number]
    return found


# Windows, fields and reach ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLAIN)
def test_reach_and_field_are_what_a_changed_pixel_changes(name):
    tower = Tower(image(), PLAIN[name])
    for number in range(len(tower.maps)):
        wanted = changes(tower, number)
        for forward in (True, False):
            for found, mask in zip(told(tower, number, forward=forward), wanted, strict=True):
                np.testing.assert_array_equal(found, mask)


@pytest.mark.parametrize("name", UNPOOLING)
def test_an_unpooling_sees_what_puts_a_number_there_and_what_decides_its_place(name):
    towers = [Tower(picture, UNPOOLING[name]) for picture in leaning()]
    for number in range(len(towers[0].maps)):
        by_force = [changes(tower, number) for tower in towers]
        ever = [np.logical_or.reduce(masks) for masks in zip(*by_force, strict=True)]
        for tower, wanted in zip(towers, by_force, strict=True):
            for forward in (True, False):
                for found, mask, once in zip(told(tower, number, forward=forward), wanted, ever, strict=True):
                    assert not (mask & ~found).any()
                    assert not (found & ~once).any()


@pytest.mark.parametrize("name", ALL)
def test_a_window_times_its_weights_is_the_number(name):
    tower = Tower(image(), ALL[name])
    for number in range(1, len(tower.maps)):
        layer, before, places = tower.layers[number - 1], tower.maps[number - 1], tower.places[number - 1]
        high, wide = before.shape
        for place in np.ndindex(tower.maps[number].shape):
            terms = [term for line in tower.window(number, *place) for term in line]
            inside = [(r, c, w) for r, c, w in terms if 0 <= r < high and 0 <= c < wide]
            value = tower.maps[number][place]
            if places is not None:
                source = places[place]
                assert value == (before.ravel()[source] if source >= 0 else 0)
                assert source < 0 or divmod(int(source), wide) in {(r, c) for r, c, _w in inside}
            if layer.kind == "max":
                assert value == max(before[r, c] for r, c, _w in inside)
            elif layer.kind == "relu":
                assert value == max(0, before[inside[0][:2]])
            elif layer.kind != "unpool":
                assert value == pytest.approx(sum(w * before[r, c] for r, c, w in inside), abs=1e-4)


def test_zeros_of_the_padding_are_told_of_where_they_count():
    tower = Tower(image(), [Conv(KERNEL, padding=1), MaxPool(2)])
    assert tower.sees_padding(tower.behind(2, 0, 1))
    assert not tower.sees_padding(tower.behind(2, 1, 1))
    assert not tower.sees_padding(tower.behind(0, 0, 0))
    assert "At the border it also sees zeros" in LayerExplorer(image(), tower.layers).describe(1, 0, 1)


def test_steps_are_in_pixels_of_the_image_and_in_mm():
    layers = [Conv(KERNEL, stride=2, padding=1), MaxPool(2, stride=1), Nearest(3), MaxPool(3), Unpool(3)]
    tower = Tower(np.eye(12), layers, spacing=(0.5, 0.3))
    assert [step[0] for step in tower.steps] == pytest.approx([1, 2, 2, 2 / 3, 2, 2 / 3])
    assert tower.mm(5) == pytest.approx((1 / 3, 0.2))
    state = tower_state(tower)
    assert state["maps"][1]["scale"] == "1 × 0.6 mm per pixel".replace(" ", "\u00a0")
    assert tower_state(Tower(np.eye(4), [MaxPool(2)]))["maps"][1]["scale"] == "1 pixel = 2 of the image"


def test_maps_travel_as_they_are():
    tower = Tower(image(), [MaxPool(2), Unpool(0)])
    sent = np.frombuffer(map_bytes(tower), "<f4")
    np.testing.assert_array_equal(sent, np.concatenate([one.ravel() for one in tower.maps]))
    places = np.frombuffer(place_bytes(tower), "<i4")
    np.testing.assert_array_equal(places, np.concatenate([one.ravel() for one in tower.places]))


# Words -----------------------------------------------------------------------------------------------

DIGITS = np.array([[1, 2, 3, 4], [8, 7, 6, 5], [0, 0, 9, 0], [0, 1, 0, 0]], float)


@pytest.mark.parametrize(
    ("layer", "place", "says"),
    [
        (
            Conv([[0, 1, 0], [1, -4, 1], [0, 1, 0]], padding=1),
            (0, 3),
            "Layer 0 (convolution 3 × 3, padding 1), row 0, column 3: −8. Made of rows −1 to 1, columns 2 "
            "to 4 of "
            "the image: 9 numbers, each times its weight, added up. Outside the map, and therefore 0: 5 "
            "of them. "
            "Receptive field in the image: 2 × 2 pixels, 1 × 0.6 mm. At the border it also sees zeros of the "
            "padding.\n0 × 0 + 0 × 1 + 0 × 0 + 3 × 1 + 4 × −4 + 0 × 1 + 6 × 0 + 5 × 1 + 0 × 0 = −8",
        ),
        (
            MaxPool(2),
            (1, 1),
            "Layer 0 (max pooling 2 × 2), row 1, column 1: 9. The largest number in rows 2 to 3, columns "
            "2 to 3 of "
            "the image: it stands in row 2, column 2. Receptive field in the image: 2 × 2 pixels, 1 × 0.6 mm."
            "\nmax(9, 0, 0, 0) = 9",
        ),
        (
            MeanPool(2),
            (1, 1),
            "Layer 0 (mean pooling 2 × 2), row 1, column 1: 2.25. The mean of rows 2 to 3, columns 2 to 3 "
            "of the "
            "image: the sum 9, divided by 4. Receptive field in the image: 2 × 2 pixels, 1 × 0.6 mm."
            "\n(9 + 0 + 0 + 0) ÷ 4 = 2.25",
        ),
        (
            BlurPool(),
            (0, 1),
            "Layer 0 (blur pooling 3 × 3, stride 2), row 0, column 1: 4.50. Made of rows 0 to 1, columns "
            "1 to 3 of "
            "the image: 9 numbers, each times its weight, added up. Beyond the border the map is mirrored. "
            "Receptive field in the image: 2 × 3 pixels, 1 × 0.9 mm.\n"
            "7 × 0.0625 + 6 × 0.125 + 5 × 0.0625 + 2 × 0.125 + 3 × 0.25 + 4 × 0.125 + 7 × 0.0625 + "
            "6 × 0.125 + 5 × 0.0625 = 4.50",
        ),
        (
            Nearest(2),
            (3, 0),
            "Layer 0 (nearest neighbour × 2), row 3, column 0: 8. A copy of row 1, column 0 of the image. "
            "Receptive field in the image: 1 × 1 pixels, 0.5 × 0.3 mm.",
        ),
        (
            Bilinear(2),
            (0, 1),
            "Layer 0 (bilinear × 2), row 0, column 1: 1.25. Mixed from row 0, columns 0 to 1 of the "
            "image: the "
            "nearer a number lies, the more it weighs. Receptive field in the image: 1 × 2 pixels, 0.5 × "
            "0.6 mm."
            "\n1 × 0.75 + 2 × 0.25 = 1.25",
        ),
        (
            TransposedConv([[1, 2, 3]], stride=2),
            (0, 2),
            "Layer 0 (transposed convolution 1 × 3, stride 2), row 0, column 2: 5. 2 stamps overlap here, "
            "those of "
            "row 0, columns 0 to 1 of the image: each number times its weight, added up. Receptive field "
            "in the "
            "image: 1 × 2 pixels, 0.5 × 0.6 mm.\n1 × 3 + 2 × 1 = 5",
        ),
        (
            TransposedConv([[1]], stride=2),
            (0, 1),
            "Layer 0 (transposed convolution 1 × 1, stride 2), row 0, column 1: 0. No stamp falls here, "
            "so it is 0. "
            "Nothing in the image can change it.",
        ),
        (
            Relu(),
            (2, 0),
            "Layer 0 (ReLU), row 2, column 0: 0. In the image it is 0, not above 0, so it becomes 0. "
            "Receptive "
            "field in the image: 1 × 1 pixels, 0.5 × 0.3 mm.",
        ),
    ],
    ids=lambda value: value.kind if hasattr(value, "kind") else "",
)
def test_it_says_what_a_pixel_is_made_of(layer, place, says):
    explorer = LayerExplorer(DIGITS, [layer], spacing=(0.5, 0.3))
    assert explorer.move(layer=0, row=place[0], column=place[1]) == says


def test_an_unpooled_pixel_says_where_it_comes_from():
    explorer = LayerExplorer(DIGITS, [MaxPool(2), Unpool(0)])
    assert explorer.describe(1, 1, 0) == (
        "Layer 1 (unpooling of layer 0), row 1, column 0: 8. Put here from row 0, column 0 of layer 0: "
        "the maximum "
        "of layer 0 stood here. Receptive field in the image: 2 × 2 pixels."
    )
    assert "row 0, column 0: 0. Zero: no maximum fell here. Receptive" in explorer.describe(1, 0, 0)


def test_the_image_says_what_it_reaches_in_the_next_and_in_the_last_map():
    layers = [Conv(KERNEL, padding=1), Relu(), MaxPool(2), Conv(KERNEL, padding=1)]
    said = LayerExplorer(np.eye(8), layers).describe("image", 3, 3)
    assert said == "Image, row 3, column 3: 1. It reaches 3 × 3 pixels of layer 0, 4 × 4 pixels of layer 3."
    said = LayerExplorer(np.eye(8), [MaxPool(2, stride=3)]).describe("image", 2, 2)
    assert said.endswith("It reaches nothing of layer 0.")


def test_a_long_sum_is_not_written_out():
    said = LayerExplorer(np.eye(8), [Conv(np.ones((6, 6)))]).describe()
    assert said.endswith("\nthe sum of 36 products = 6")
    assert LayerExplorer(np.eye(8), [MaxPool(6)]).describe().endswith("\nmax(36 numbers) = 1")


@pytest.mark.parametrize(
    ("value", "digits", "says"),
    [
        (0.125, 2, "0.13"),
        (-0.125, 2, "−0.13"),
        (-0.004, 2, "0.00"),
        (0.995, 2, "1.00"),
        (12, 0, "12"),
        (-0.5, 0, "−1"),
    ],
)
def test_numbers_are_rounded_half_away_from_zero(value, digits, says):
    assert written(value, digits) == says


def test_numbers_have_the_digits_they_deserve():
    assert trimmed(2.5) == "2.5"
    assert trimmed(100.0) == "100"
    assert digits_of(np.array([1e-4, 2.5e-5])) == 6
    assert digits_of(np.array([0.0, 0.0])) == 0
    assert digits_of(np.array([123.456])) == 1
    assert digits_of(np.array([1 / 16]), exact=4) == 4


# Moving and showing ----------------------------------------------------------------------------------


def test_moving_keeps_what_is_not_named_and_begins_in_the_middle_of_the_last_map():
    explorer = LayerExplorer(image((8, 8)), [MaxPool(2), Relu()])
    assert explorer.at == [2, 2, 2]
    explorer.move(row=0)
    assert explorer.at == [2, 0, 2]
    explorer.move(layer="image", column=7)
    assert explorer.at == [0, 4, 7]
    assert explorer.describe() == repr(explorer)
    before = explorer.at
    explorer.describe(layer=0, row=1, column=1)
    assert explorer.at == before


def test_a_saved_notebook_holds_the_whole_text():
    explorer = LayerExplorer(DIGITS, [MaxPool(2)])
    data, _metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.describe()
    assert "application/vnd.jupyter.widget-view+json" in data


def test_another_tower_is_shown_from_its_own_middle():
    explorer = LayerExplorer(DIGITS, [MaxPool(2)])
    explorer.pinned, rev = True, explorer.rev
    explorer.show(image(), [Nearest(2)], spacing=(1, 1))
    assert (explorer.at, explorer.pinned, explorer.rev) == ([1, 6, 7], False, rev + 1)
    with pytest.raises(ValueError, match="does not fit"):
        explorer.show(DIGITS, [MaxPool(8)])
    assert explorer.at == [1, 6, 7]
    assert len(explorer.tower.layers) == 1


# What a browser may send -----------------------------------------------------------------------------


def test_a_browser_moves_the_pixel_and_nothing_else():
    explorer = LayerExplorer(DIGITS, [MaxPool(2)])
    patterns = dict(explorer.patterns)
    send(explorer, {"at": [0, 3, 2], "pinned": True, "patterns": {}, "maps": b"", "rev": 9})
    assert (explorer.at, explorer.pinned, explorer.rev) == ([0, 3, 2], True, 1)
    assert explorer.patterns == patterns
    assert explorer.describe().startswith("Image, row 3, column 2: 0.")


@pytest.mark.parametrize(
    "at",
    [
        [0, 4, 0],
        [2, 0, 0],
        [-1, 0, 0],
        [0, 0],
        [0, 0.5, 0],
        [0, True, 0],
        "abc",
        None,
        {},
        [[], 0, 0],
        [0, 10**400, 0],
    ],
)
def test_nonsense_from_a_browser_changes_nothing(at):
    explorer = LayerExplorer(DIGITS, [MaxPool(2)])
    before = explorer.at
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        send(explorer, {"at": at, "pinned": "perhaps"})
    assert explorer.at == before
    assert explorer.pinned is False


# Bad input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: LayerExplorer(np.zeros(4)), r"shape \(4,\): give rows × columns"),
        (lambda: LayerExplorer(np.zeros((3, 4, 4))), "one channel"),
        (lambda: LayerExplorer(np.zeros((0, 4))), "give rows"),
        (lambda: LayerExplorer("picture"), "no table of numbers"),
        (lambda: LayerExplorer(np.zeros((300, 4))), "at most 256 pixels a side"),
        (lambda: LayerExplorer(np.array([[np.nan]])), "The image holds numbers that are not finite"),
        (lambda: LayerExplorer(np.full((2, 2), 2e6)), "a million and more: scale it"),
        (lambda: LayerExplorer(np.full((2, 2), 9e5), [Conv([[9]])]), "map of layer 0 holds numbers"),
        (
            lambda: LayerExplorer(DIGITS, [MaxPool(2), MaxPool(3)]),
            r"Layer 1 \(max pooling 3 × 3\) does not fit on",
        ),
        (lambda: LayerExplorer(np.eye(99), [Nearest(3)]), "more than 256 pixels a side"),
        (lambda: LayerExplorer(np.eye(1), [BlurPool()]), "mirrored"),
        (lambda: LayerExplorer(DIGITS, [Relu] * 17), "show at most 16"),
        (lambda: LayerExplorer(DIGITS, [Relu]), "Layer 0 is .*: give layers such as"),
        (lambda: LayerExplorer(DIGITS, [Unpool(0)]), r"Unpool\(0\): give the number of a MaxPool before it"),
        (lambda: LayerExplorer(DIGITS, [Relu(), Unpool(0)]), "number of a MaxPool"),
        (
            lambda: LayerExplorer(DIGITS, [MaxPool(2), Nearest(2), Unpool(0)]),
            "made 2 × 2 maxima, .* is 4 × 4",
        ),
        (lambda: LayerExplorer(DIGITS, spacing=(0.5,)), "give mm per pixel along rows and columns"),
        (lambda: LayerExplorer(DIGITS, spacing=(0.5, -1)), "spacing is"),
        (lambda: LayerExplorer(DIGITS, spacing=0.5), "spacing is 0.5"),
        (lambda: Conv([1, 2]), r"has shape \(2,\)"),
        (lambda: Conv([[1], [2, 3]]), "table of numbers"),
        (lambda: Conv([[np.inf]]), "finite"),
        (lambda: Conv([[1]], stride=0), "stride is 0: give a whole number from 1 to 16"),
        (lambda: Conv([[1]], padding=-1), "padding is -1"),
        (lambda: MaxPool(2.5), "size is 2.5"),
        (lambda: MeanPool(2, stride=True), "stride is True"),
        (lambda: Bilinear(0), "scale is 0"),
        (
            lambda: LayerExplorer(DIGITS).describe(layer=0),
            r'give "image" or the number of a layer \(none here\)',
        ),
        (lambda: LayerExplorer(DIGITS, [Relu()]).describe(layer=-1), r"number of a layer \(0 to 0\)"),
        (lambda: LayerExplorer(DIGITS).move(row=4), "row 4: this map has 4, counted from 0 to 3"),
        (lambda: LayerExplorer(DIGITS).move(column=1.0), "column 1.0"),
    ],
)
def test_bad_input_gets_a_sentence(make, says):
    with pytest.raises(ValueError, match=says) as refusal:
        make()
    assert re.search(r"[.)]$", str(refusal.value)) or "mirrored" in says


def test_layers_compare_by_what_they_do():
    assert Conv(np.eye(2)) == Conv([[1, 0], [0, 1]])
    assert Conv(np.eye(2)) != Conv(np.eye(2), stride=2)
    assert MaxPool(2) != MeanPool(2)
    assert len({Conv(np.eye(2)), Conv(np.eye(2)), BlurPool()}) == 2
