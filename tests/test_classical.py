"""The classical methods: they find rings, obey ink and boxes, and stay calm where there is no head."""

import random

import numpy as np
import pytest
from scipy import ndimage

from fetal_edu.data import bundled, hc18
from fetal_edu.measure import Ellipse, dice
from fetal_edu.measure.classical import canny_ellipse, threshold, walker, watershed_head
from fetal_edu.measure.grid import Grid
from fetal_edu.measure.hough import Edges, find_edges, hough, vote
from fetal_edu.measure.methods import METHODS
from fetal_edu.measure.rings import bone_level, largest_ring
from fetal_edu.measure.skull import outer_border, read_outline
from fetal_edu.phantom import draw_head
from fetal_edu.sample import Sample

READERS = {method.key: method.read for method in METHODS}
BORDER_EDGES = ("canny", "hough")  # these look for edges; the others for areas

HEAD = Ellipse(row=62.0, column=95.0, semi_major=52.0, semi_minor=41.0, angle=0.25)


def ring(
    ellipse=HEAD,
    *,
    shape=(125, 190),
    spacing=(1.0, 1.0),
    brain=0.25,
    outside=0.1,
    thick=0.08,
    blur=1.0,
    seed=0,
):
    """A picture of a skull: a bright ring that ends at the ellipse, a grey inside, some speckle."""
    inner = Ellipse(
        ellipse.row,
        ellipse.column,
        ellipse.semi_major * (1 - thick),
        ellipse.semi_minor * (1 - thick),
        ellipse.angle,
    )
    whole, inside = ellipse.mask(shape, spacing), inner.mask(shape, spacing)
    image = np.where(inside, brain, np.where(whole, 0.85, outside))
    image = ndimage.gaussian_filter(image, blur)
    image += 0.03 * np.random.default_rng(seed).standard_normal(shape)
    return Sample(
        np.clip(image, 0, 1).astype(np.float32),
        labels=whole.astype(np.uint8),
        classes={"head": (1,)},
        spacing=spacing,
        truth={"hc_mm": ellipse.circumference, "ellipse": ellipse},
    )


def flat(value, shape=(80, 120)):
    return Sample(np.full(shape, value, np.float32), spacing=(0.5, 0.5))


def close_to(reading, sample, *, hc=0.03, overlap=0.96):
    truth = sample.truth["ellipse"]
    assert reading.ellipse is not None, reading.notes
    assert reading.values["hc"].value == pytest.approx(truth.circumference, rel=hc)
    assert dice(reading.ellipse.mask(sample.shape, sample.spacing), sample.mask("head")) > overlap
    assert reading.mask.shape == sample.shape
    assert reading.mask.dtype == bool
    assert reading.quality == "good", reading.notes


every = pytest.mark.parametrize("key", list(READERS))


@every
def test_a_ring_is_read_at_its_outer_border(key):
    sample = ring()
    close_to(READERS[key](sample), sample)
    assert READERS[key](sample).values["ga"].unit == "weeks"


@every
def test_rows_and_columns_of_different_spacing(key):
    truth = Ellipse(row=40.0, column=50.0, semi_major=33.0, semi_minor=26.0, angle=-0.4)
    sample = ring(truth, shape=(400, 200), spacing=(0.2, 0.5))
    close_to(READERS[key](sample), sample)


@every
def test_a_large_picture_is_read_like_a_small_one(key):
    truth = Ellipse(row=62.0 * 0.5, column=95.0 * 0.5, semi_major=26.0, semi_minor=20.5, angle=0.25)
    sample = ring(truth, shape=(500, 760), spacing=(0.125, 0.125), blur=4.0)
    close_to(READERS[key](sample), sample)


@every
def test_a_head_off_the_middle_is_found_in_its_box(key):
    truth = Ellipse(row=40.0, column=45.0, semi_major=30.0, semi_minor=24.0, angle=0.6)
    sample = ring(truth, shape=(150, 220))
    picture = sample.image.copy()
    picture[:, 120:] = np.random.default_rng(1).uniform(0, 1, (150, 100))  # a rival, full of edges
    sample = Sample(picture, sample.labels, sample.classes, (1.0, 1.0), truth=sample.truth)
    close_to(READERS[key](sample, box=(8, 8, 74, 84)), sample)


@every
def test_quick_reads_the_same_head(key):
    sample = ring()
    close_to(READERS[key](sample, quick=True), sample, hc=0.04, overlap=0.95)


@every
def test_without_a_scale_the_answer_is_in_pixels(key):
    known = ring()
    reading = READERS[key](Sample(known.image))
    assert reading.values["hc"].value is None
    assert "mm per pixel" in reading.values["hc"].reason
    assert reading.values["hc_px"].value == pytest.approx(HEAD.circumference, rel=0.03)


@every
@pytest.mark.parametrize(
    "sample",
    [flat(0.0), flat(0.5), flat(1.0), flat(0.0, (1, 1)), flat(0.4, (2, 300)), flat(0.0, (9, 9))],
    ids=["black", "grey", "white", "one pixel", "two rows", "tiny"],
)
def test_a_picture_that_shows_nothing_gives_a_sentence(key, sample):
    for strokes in ((), [(1, 1, [[0, 0]])]):
        reading = READERS[key](sample, strokes=strokes)
        assert reading.quality == "none"
        assert reading.ellipse is None
        assert reading.mask is None
        assert reading.notes[0].endswith(".")
        assert reading.values["hc"].reason == reading.notes[0]


@every
@pytest.mark.parametrize("seed", range(3))
def test_noise_and_stripes_are_never_good_and_never_crash(key, seed):
    rng = np.random.default_rng(seed)
    noise = rng.uniform(0, 1, (90, 130)).astype(np.float32)
    stripes = np.tile((np.arange(130) // 9 % 2).astype(np.float32), (90, 1))
    half = np.zeros((90, 130), np.float32)
    half[:, 65:] = 0.8
    for image in (noise, stripes, half, half.T.copy()):
        assert READERS[key](Sample(image, spacing=(1.0, 1.0))).quality in ("doubtful", "none")


@every
def test_the_same_picture_gives_the_same_answer(key):
    first, second = (READERS[key](ring(seed=3)) for _ in range(2))
    assert first.ellipse == second.ellipse
    np.testing.assert_array_equal(first.mask, second.mask)


@every
def test_misuse_is_told(key):
    sample = ring()
    with pytest.raises(ValueError, match="leaves the picture"):
        READERS[key](sample, strokes=[(1, 4, [[300, 10]])])
    with pytest.raises(ValueError, match="covers too little"):
        READERS[key](sample, box=(10, 10, 12, 60))
    with pytest.raises(ValueError, match="is not possible"):
        READERS[key](sample, box=(10, float("nan"), 60, 60))
    with pytest.raises(ValueError, match="one picture"):
        READERS[key](Sample(np.zeros((3, 20, 20), np.float32)))


@every
def test_ink_everywhere_is_no_head_but_no_accident(key):
    sample = ring(shape=(125, 190))
    brush = [[row, column] for row in range(20, 125, 60) for column in range(0, 190, 60)]
    for label in (0, 1):
        reading = READERS[key](sample, strokes=[(label, 150, brush)])
        assert reading.quality in ("none", "doubtful")


# Ink changes the answer as it should --------------------------------------------------------------


def two_rings():
    """Two heads: the one on the left is in nobody's middle."""
    left = ring(Ellipse(62.0, 50.0, 38.0, 31.0, 0.0), shape=(125, 250))
    right = ring(Ellipse(62.0, 190.0, 38.0, 31.0, 0.0), shape=(125, 250))
    image = np.maximum(left.image, right.image)
    return Sample(image, left.labels, left.classes, (1.0, 1.0), truth=left.truth)


@every
def test_a_painted_head_is_the_one_that_is_read(key):
    sample = two_rings()
    strokes = [(1, 8, [[62, 35], [62, 65]]), (0, 5, [[10, 120], [115, 120]])]
    reading = READERS[key](sample, strokes=strokes)
    assert reading.ellipse is not None, reading.notes
    assert reading.ellipse.column == pytest.approx(50, abs=4)
    close_to(reading, sample, hc=0.05, overlap=0.94)


@pytest.mark.parametrize("read", [walker, watershed_head])
def test_seeds_hold_where_the_picture_says_nothing(read):
    # Two grey halves without a skull between the seeds: only the ink tells where the head is.
    image = np.full((100, 150), 0.3, np.float32)
    image += 0.1 * ndimage.gaussian_filter(np.random.default_rng(0).standard_normal((100, 150)), 1).astype(
        "f"
    )
    sample = Sample(np.clip(image, 0, 1), spacing=(1.0, 1.0))
    left = read(sample, strokes=[(1, 12, [[50, 45]]), (0, 5, [[5, 90], [95, 90]])])
    right = read(sample, strokes=[(1, 12, [[50, 105]]), (0, 5, [[5, 60], [95, 60]])])
    assert left.mask[50, 45]
    assert not left.mask[50, 105]
    assert right.mask[50, 105]
    assert not right.mask[50, 45]


@pytest.mark.parametrize("read", [threshold, walker, watershed_head])
def test_what_is_painted_not_head_is_not_in_the_mask(read):
    sample = ring()
    before = read(sample)
    after = read(sample, strokes=[(0, 9, [[62, 143], [50, 140]])])
    assert before.mask[62, 140]
    assert not after.mask[62, 143]
    assert after.mask.sum() < before.mask.sum()


@pytest.mark.parametrize("read", [walker, watershed_head])
def test_two_seeds_in_one_place_the_later_one_counts(read):
    sample, middle = ring(), [[62, 95]]
    assert read(sample, strokes=[(0, 30, middle), (1, 30, middle)]).quality == "good"
    reading = read(sample, strokes=[(1, 30, middle), (0, 30, middle)])
    assert reading.quality == "none"
    assert "paint both" in reading.notes[0]


def test_erased_ink_is_as_if_it_had_never_been():
    sample = ring()
    strokes = [(0, 6, [[62, 95]]), (-1, 12, [[62, 95]])]
    assert walker(sample, strokes=strokes).ellipse == walker(sample).ellipse


def test_walker_and_watershed_ask_for_the_seed_that_is_missing():
    sample = ring()
    everything = [[row, column] for row in range(0, 125, 40) for column in range(0, 190, 40)]
    for read in (walker, watershed_head):
        reading = read(sample, strokes=[(0, 100, everything)])
        assert reading.quality == "none"
        assert "paint both" in reading.notes[0]


def test_ink_cuts_bright_tissue_off_the_skull_for_the_threshold():
    sample = ring()
    image = sample.image.copy()
    image[40:90, 140:185] = 0.85  # a wide block that touches the skull on the right
    touched = Sample(image, sample.labels, sample.classes, (1.0, 1.0), truth=sample.truth)
    block = [[50, 164], [66, 168], [80, 166]]
    outline = Ellipse(HEAD.row, HEAD.column, 57.0, 46.0, HEAD.angle).points(120)
    right = outline[outline[:, 1] > 130]
    right = right[np.argsort(right[:, 0])]
    cut = threshold(touched, strokes=[(0, 18, block), (0, 4, right)])
    alone = dice(threshold(touched).mask, sample.mask("head"))
    assert alone < 0.95
    assert dice(cut.mask, sample.mask("head")) > max(0.96, alone + 0.02)


def test_ink_closes_a_gap_in_the_skull_for_the_threshold():
    sample = ring(outside=0.02, brain=0.05)
    image = sample.image.copy()
    image[:, 112:] = 0.02  # a shadow takes the right third
    shadowed = Sample(image, sample.labels, sample.classes, (1.0, 1.0), truth=sample.truth)
    outline = HEAD.points(120)
    missing = outline[outline[:, 1] > 106]
    missing = missing[np.argsort(np.arctan2(missing[:, 0] - HEAD.row, missing[:, 1] - HEAD.column))]
    inked = threshold(shadowed, strokes=[(1, 3, missing)])
    assert inked.mask[62, 140]
    assert dice(inked.mask, sample.mask("head")) > 0.95


def test_a_higher_level_takes_less_and_one_above_all_takes_nothing():
    sample = ring()
    assert threshold(sample, level=0.4).quality == "good"
    assert threshold(sample, level=1.0).quality == "none"


# The parts ----------------------------------------------------------------------------------------


def test_the_outer_border_is_found_from_a_rough_outline_in_and_out():
    sample = ring()
    for factor in (0.92, 1.0, 1.08):
        rough = Ellipse(HEAD.row + 1, HEAD.column - 1, 52 * factor, 41 * factor, 0.2)
        ellipse, seen = outer_border(sample, rough)
        assert ellipse.circumference == pytest.approx(HEAD.circumference, rel=0.02)
        assert seen > 0.9
    rough = Ellipse(40.0, 50.0, 20.0, 15.0, 0.0)
    assert outer_border(flat(0.3), rough) == (rough, 0.0)


def test_an_outline_through_the_brain_finds_the_skull_where_its_sides_lie_in_shadow():
    # As the walker leaves it: too narrow, because nothing stops it at the sides that can't be seen.
    sample = ring(thick=0.06)
    image = sample.image.copy()
    image[45:80, :60] = image[45:80, 130:] = 0.1
    shadowed = Sample(image, spacing=(1.0, 1.0))
    rough = Ellipse(HEAD.row + 2, HEAD.column, 43.0, 37.5, HEAD.angle)
    ellipse, seen = outer_border(shadowed, rough)
    assert ellipse.circumference == pytest.approx(HEAD.circumference, rel=0.03)
    assert seen > 0.5


def test_a_hand_that_points_is_trusted_with_less_skull():
    image = ring(thick=0.06).image.copy()
    image[:, 111:] = 0.1  # two fifths of the head are hidden
    sample = Sample(image, spacing=(1.0, 1.0))
    alone, guided = (read_outline(sample, HEAD, guided=guided) for guided in (False, True))
    assert "seen along 61%" in alone.notes[0]
    assert (alone.quality, guided.quality) == ("doubtful", "good")
    assert alone.ellipse == guided.ellipse


@every
def test_a_box_and_ink_are_a_hand_that_points(key, monkeypatch):
    monkeypatch.setattr("fetal_edu.measure.skull.ENOUGH_GUIDED", 1.01)  # so that each guided reading doubts
    sample = ring()
    assert READERS[key](sample).quality == "good"
    for pointed in ({"box": (12, 35, 112, 155)}, {"strokes": [(1, 5, [[62, 90], [62, 100]])]}):
        assert "seen along" in READERS[key](sample, **pointed).notes[0]


@pytest.mark.parametrize("reach", [0, 0.31, float("nan")])
def test_a_look_beyond_the_middle_is_refused(reach):
    with pytest.raises(ValueError, match="a reach of"):
        outer_border(ring(), HEAD, reach=reach)


@pytest.mark.parametrize("name", bundled.names()[:6])
def test_the_walker_alone_is_near_the_truth_of_a_bundled_head_or_doubts_itself(name):
    sample = bundled.load(name)
    reading = walker(sample)
    error = reading.values["hc"].value / sample.truth["hc_mm"] - 1
    assert reading.quality == "doubtful" or abs(error) < 0.07
    if name == "head-20w":  # once 12.7 % too short, and called good
        assert abs(error) < 0.05


@pytest.mark.real_data
@pytest.mark.slow
def test_what_a_method_alone_calls_good_on_real_heads_is_seldom_wrong(real_data):
    images = hc18(real_data / "hc18")
    trusted = {"walker": [], "watershed": [], "canny": []}
    for index in random.Random(14).sample(range(len(images)), 60):
        sample = images[index]
        for key, errors in trusted.items():
            reading = READERS[key](sample)
            if reading.quality == "good":
                errors.append(abs(reading.ellipse.circumference / sample.truth["ellipse"].circumference - 1))
    for key, errors in trusted.items():
        assert len(errors) >= 18, key
        assert np.median(errors) < 0.02, key
        assert np.mean(np.array(errors) > 0.05) <= 0.15, key


def test_the_inner_border_is_not_taken_for_the_outer_one():
    thick = ring(thick=0.16)
    inner = Ellipse(HEAD.row, HEAD.column, 52 * 0.86, 41 * 0.86, HEAD.angle)
    for key in BORDER_EDGES:
        assert READERS[key](thick).ellipse.circumference > 1.1 * inner.circumference


def test_hough_finds_a_head_of_which_a_part_is_hidden():
    sample = ring()
    image = sample.image.copy()
    image[:, 118:] = 0.1  # 30 % of the outline is gone
    reading = hough(Sample(image, spacing=(1.0, 1.0)))
    assert reading.values["hc"].value == pytest.approx(HEAD.circumference, rel=0.05)


def test_hough_votes_are_reproducible_and_other_seeds_agree():
    sample = ring()
    circumferences = [hough(sample, seed=seed).ellipse.circumference for seed in range(4)]
    assert hough(sample, seed=2).ellipse.circumference == circumferences[2]
    np.testing.assert_allclose(circumferences, HEAD.circumference, rtol=0.03)


def test_votes_on_exact_points_give_the_exact_ellipse():
    points = HEAD.points(200)
    inwards = (HEAD.row, HEAD.column) - points
    inwards /= np.hypot(*inwards.T)[:, None]
    rng = np.random.default_rng(0)
    clutter = rng.uniform(0, 120, (100, 2))
    spin = rng.standard_normal((100, 2))
    edges = Edges(
        np.concatenate([points, clutter]),
        np.concatenate([inwards, spin / np.hypot(*spin.T)[:, None]]),
        np.ones(300),
    )
    found, share = vote(edges, (125, 190), np.random.default_rng(1))
    assert found.circumference == pytest.approx(HEAD.circumference, rel=0.01)
    assert share > 0.9
    # Seen from the other side the same points are an inner border: they may not vote.
    _found, share = vote(Edges(points, -inwards, np.ones(200)), (125, 190), np.random.default_rng(1))
    assert share < 0.3
    assert vote(edges.only(np.zeros(300, bool)), (125, 190), np.random.default_rng(1)) == (None, 0.0)


def test_edges_know_their_bright_side():
    edges = find_edges(ring(thick=0.3).image)
    assert len(edges) > 200
    np.testing.assert_allclose(np.hypot(*edges.bright.T), 1, atol=1e-5)
    assert len(find_edges(np.full((40, 40), 0.5, np.float32))) == 0


def test_the_grid_keeps_means_and_places():
    rng = np.random.default_rng(0)
    sample = Sample(rng.uniform(0, 1, (137, 211)).astype(np.float32), spacing=(0.2, 0.15))
    grid = Grid.over(sample, 64)
    small = grid.shrink(sample.image)
    assert max(grid.shape) == 64
    assert small.mean() == pytest.approx(sample.image.mean(), abs=1e-5)
    truth = Ellipse(13.0, 15.0, 9.0, 7.0, 0.5)
    back = grid.enlarge(grid.inside(truth))
    assert dice(back, truth.mask(sample.shape, sample.spacing)) > 0.98
    box = Grid.over(sample, 64, box=(20.5, 30, 99.2, 150))
    assert box.box == (20, 30, 100, 150)
    np.testing.assert_allclose(box.millimetres(np.zeros(2)), box.origin)
    assert not box.enlarge(np.ones(box.shape, bool))[:20].any()


def test_a_level_for_bone_lies_above_tissue():
    picture = np.repeat([0.0, 0.3, 0.9], 400).reshape(40, 30)
    assert 0.3 <= bone_level(picture) < 0.9
    assert 0 <= bone_level(np.repeat([0.0, 0.5], 100).reshape(10, 20)) < 0.5


def test_an_open_ring_is_closed_and_a_bridge_is_cut():
    rows, columns = np.indices((100, 140))
    radius = np.hypot(rows - 50, columns - 60)
    bright = (radius < 35) & (radius > 29)
    bright[45:49, :60] = False  # a gap
    bright[40:70, 118:136] = bright[52:55, 90:120] = True  # tissue that touches by a bridge
    filled = largest_ring(bright, np.array([50.0, 60.0]))
    assert dice(filled, radius < 35) > 0.95


def test_every_method_is_described_for_students():
    assert [method.key for method in METHODS] == ["threshold", "walker", "watershed", "canny", "hough"]
    assert METHODS[3].read is canny_ellipse
    for method in METHODS:
        assert method.label
        assert method.idea.endswith((".", "?"))
        assert len(method.idea) < 100


@pytest.fixture(scope="module")
def simulated():
    return [draw_head(seed, shape=(192, 256)) for seed in range(40, 48)]


@pytest.mark.parametrize(
    ("key", "error"),
    [("threshold", 0.06), ("walker", 0.04), ("watershed", 0.04), ("canny", 0.04), ("hough", 0.04)],
)
def test_simulated_heads_in_a_box_are_measured(simulated, key, error):
    errors = []
    for sample in simulated:
        points = sample.truth["ellipse"].points(90) / sample.spacing
        margin = 0.1 * np.ptp(points, axis=0).mean()
        low = np.maximum(points.min(axis=0) - margin, 0)
        high = np.minimum(points.max(axis=0) + margin, sample.shape)
        reading = READERS[key](sample, box=(*low, *high))
        measured = reading.values["hc"].value if reading.ellipse is not None else 0.0
        errors.append(abs(measured / sample.truth["hc_mm"] - 1))
    assert np.median(errors) < error, np.round(errors, 3)
