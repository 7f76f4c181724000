"""Jang's system: what it looks at, how a circle and a trunk's outline are voted for, and what it says."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from skimage.transform import hough_circle
from torch.nn.functional import cross_entropy

from fetal_edu.data import bundled
from fetal_edu.phantom import draw
from fetal_edu.sample import Sample
from fetal_edu.systems import find_system
from fetal_edu.systems.abdomen import jang
from fetal_edu.systems.abdomen.jang_patches import (
    CLASSES,
    PatchNet,
    Rows,
    apex_of,
    best_threshold,
    classes_of,
    edges_of,
    look,
    outline,
    patches,
    vote,
)
from fetal_edu.systems.abdomen.jang_trial import errors, mixed, places_in
from fetal_edu.systems.kit import macs


@pytest.fixture(scope="module")
def taught():
    """Train a network on a few patients, for a few steps."""
    settings = {"patients": 2, "judged": 2, "steps": 100, "rate": 4e-3}

    return jang.trained(91, settings)


def _grey(image, row, column):
    inside = 0 <= row < image.shape[0] and 0 <= column < image.shape[1]
    return float(image[row, column]) if inside else 0.0


def _mean(image, row, column):
    return np.mean([_grey(image, row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)])


@pytest.mark.parametrize("along", ["beam", "across"])
@pytest.mark.parametrize("place", [(0, 0), (20, 31), (9, 17), (39, 2)])
def test_patches_are_what_loops_cut_out(place, along):
    image, apex = np.random.default_rng(0).random((40, 50)).astype(np.float32), np.array([-30.0, 20.0])
    near, far, strip = patches(
        torch.from_numpy(image)[None],
        torch.tensor([[0, *place]]),
        torch.from_numpy(apex[None]).float(),
        along=along,
    )
    row, column = place
    steps = range(-8, 9)
    assert near[0].numpy() == pytest.approx(
        np.array([[_grey(image, row + i, column + j) for j in steps] for i in steps])
    )
    assert far[0].numpy() == pytest.approx(
        np.array([[_mean(image, row + 3 * i, column + 3 * j) for j in steps] for i in steps]), abs=1e-6
    )
    way = (apex - place) / np.hypot(*(apex - place))
    way = way if along == "beam" else np.array([-way[1], way[0]])
    path = [np.round(place + k * way.astype(np.float32)).astype(int) for k in range(49)]
    assert strip[0].numpy() == pytest.approx([_mean(image, *at) for at in path], abs=1e-6)


def test_the_strip_follows_the_beams_of_a_drawn_picture():
    sample = draw("abdomen", 5, shape=(64, 96))
    apex = np.array(apex_of(sample))
    probe, view = sample.params["probe"], sample.params["view"]
    corner = np.hypot(*((apex - (0, 0)) * sample.spacing))  # from the probe's centre to the first pixel
    assert corner == pytest.approx(np.hypot(probe["radius"] + view["top"], view["left"]))
    assert apex_of(replace(sample, params={}))[0] < -1e5, "without a probe beams run straight down"


def test_votes_are_those_of_scikit_image_and_of_a_loop():
    edges = np.zeros((25, 30), bool)
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    edges[np.round(12 + 6 * np.sin(t)).astype(int), np.round(14 + 6 * np.cos(t)).astype(int)] = True
    points, radii = np.argwhere(edges), [4, 6, 8]
    votes = vote(points, radii, edges.shape)
    for r, radius in enumerate(radii):
        for row, column in ((12, 14), (3, 20), (0, 0)):
            on = [abs(np.hypot(row - p, column - q) - radius) <= 0.5 for p, q in points]
            assert votes[r, row, column] == sum(on)
    theirs = hough_circle(edges, radii, normalize=False)
    assert np.unravel_index(votes.argmax(), votes.shape) == np.unravel_index(theirs.argmax(), theirs.shape)
    assert votes[1, 12, 14] == len(points)


def test_classes_are_the_labels_and_shadow_is_what_is_dark():
    sample = draw("abdomen", 7, shape=(64, 96), knobs={"shadow": 1.0})
    kinds = classes_of(sample)
    for name, number in (("fluid", 0), ("stomach", 1), ("umbilical_vein", 2)):
        assert ((kinds == number) == sample.mask(name)).all()
    assert sample.image[kinds == 3].mean() < 0.12 < sample.image[kinds == 4].mean()


def test_places_have_the_classes_that_they_are_said_to_have():
    samples = [draw("abdomen", seed, shape=(64, 96)) for seed in (1, 2)]
    places, kinds = places_in(samples, 3)
    truth = [classes_of(sample) for sample in samples]
    assert [truth[p][r, c] for p, r, c in places.tolist()] == kinds.tolist()
    assert torch.equal(places_in(samples, 3)[0], places)


def _ring(*, gap=0.0, shadow=False):
    """Class maps of a trunk in fluid; part of the ring's fluid is missing, or lies in shadow."""
    rows, columns = np.mgrid[:64:2, :96:2]
    away = np.hypot((rows - 32) / 17.0, (columns - 48) / 21.0)
    angle = np.arctan2(rows - 32, columns - 48) % (2 * np.pi)
    fluid = 1 / (1 + np.exp(-25 * (away - 1))) * (away < 1.45) * (angle > 2 * np.pi * gap)
    likely = np.zeros((5, 32, 48), np.float32)
    likely[0], likely[3 if shadow else 4] = fluid, 1 - fluid
    return likely


def test_the_outline_is_where_fluid_meets_the_body():
    for gap in (0.0, 0.3):
        found = outline(_ring(gap=gap))
        assert (found.semi_major, found.semi_minor) == pytest.approx((21, 17), abs=1.2)
        assert (found.row, found.column) == pytest.approx((32, 48), abs=1.0)
    assert outline(_ring(gap=0.95)) is None, "a short arc tells no circumference"


def test_where_fluid_meets_shadow_is_no_border_of_the_body():
    edges = edges_of(_ring())
    inner = np.hypot((edges.points[:, 0] - 32) / 17, (edges.points[:, 1] - 48) / 21) < 1.1
    inward = ((32, 48) - edges.points) * edges.bright
    assert inner.sum() > 40
    assert (inward.sum(axis=1)[inner] > 0).all()
    assert len(edges_of(_ring(shadow=True))) == 0
    assert outline(np.full((5, 32, 48), 0.2, np.float32)) is None


def test_half_of_the_votes_make_a_guess(taught, monkeypatch):
    sample = draw("abdomen", 3, shape=(64, 96))
    for gap, guess in ((0.0, False), (0.6, True)):
        monkeypatch.setattr(jang, "look", lambda _net, _sample, gap=gap: _ring(gap=gap))
        reading = jang.analyse(taught, sample)
        assert any("guess" in note for note in reading.notes) == guess


@pytest.mark.parametrize("options", [{}, {"along": "across"}, {"far": False}])
def test_shapes_and_gradients(options):
    net = PatchNet(**options)
    logits = net.at(torch.rand(2, 64, 96), torch.tensor([[0, 3, 4], [1, 63, 95], [1, 30, 40]]))
    assert logits.shape == (3, len(CLASSES))
    cross_entropy(logits, torch.tensor([0, 3, 4])).backward()
    assert all(bool((w.grad != 0).any()) for w in net.parameters())
    assert sum(w.numel() for w in net.parameters()) == 24_557, "all arms have as many weights"


def test_without_the_far_patch_nothing_from_afar_counts():
    torch.manual_seed(0)
    net = PatchNet(far=False).eval()
    image = torch.rand(1, 64, 96)
    other = image.clone()
    other[:, :, 62:] = 0  # twelve pixels away and more, beside the strip
    place = torch.tensor([[0, 32, 50]])
    assert torch.equal(net.at(image, place), net.at(other, place))
    assert not torch.equal(*(PatchNet().eval().at(one, place) for one in (image, other)))


def test_rows_are_taken_apart_as_they_were_put_together():
    net = PatchNet().eval()
    images, places = torch.rand(1, 64, 96), torch.tensor([[0, 10, 20], [0, 50, 60]])
    rows = torch.cat([part.flatten(1) for part in patches(images, places)], dim=1)
    assert torch.allclose(Rows(net).eval()(rows), net.at(images, places))
    assert Rows(net).train()(rows).isfinite().all()


def test_a_threshold_is_the_best_of_all():
    rng = np.random.default_rng(0)
    for _again in range(5):
        seen = rng.random(30) < 0.4
        sizes = np.round(rng.normal(seen, 0.8), 1)
        right = {t: (sizes[seen] >= t).mean() + (sizes[~seen] < t).mean() for t in sizes.tolist()}
        assert right[best_threshold(sizes, seen)] == pytest.approx(max(right.values()))


def test_looking_is_the_same_before_and_after_counting_costs(taught):
    sample = draw("abdomen", 4, shape=(64, 96))
    before = look(taught, sample)
    macs(Rows(taught), (627,))  # a fresh wrapper is in training mode, and leaves what it wraps in it
    np.testing.assert_array_equal(look(taught, sample), before)


def test_errors_are_in_percent_and_none_found_is_the_farthest():
    sample = draw("abdomen", 3, shape=(64, 96))
    true = sample.truth["ellipse"].rescaled((1 / sample.spacing[0],) * 2)
    wide = true.rescaled((1.1, 1.1))
    got = errors([true, wide, None], [sample] * 3)
    assert got["off"] == pytest.approx([0, 10, 30], abs=1e-6)
    assert got["lost"].tolist() == [0, 1, 1]


def test_mixed_up_is_none_for_the_truth_and_all_for_its_opposite():
    sample = draw("abdomen", 3, shape=(64, 96), knobs={"shadow": 0.8})
    kinds = classes_of(sample)[::2, ::2]
    truth = np.eye(5)[kinds].transpose(2, 0, 1)
    assert mixed(truth, sample) == 0
    assert mixed(truth[[3, 1, 2, 0, 4]], sample) == 1


def test_it_learns_what_fluid_and_tissue_are(taught):
    sample = draw("abdomen", 12, shape=(64, 96), knobs={"fluid_lack": 0.2, "shadow": 0.0})
    likely, kinds = look(taught, sample), classes_of(sample)[::2, ::2]
    assert likely.shape == (5, 32, 48)
    assert likely.sum(axis=0) == pytest.approx(1, abs=1e-5)
    assert likely[0][kinds == 0].mean() > 2 * likely[0][kinds == 4].mean()


@pytest.mark.parametrize("scale", [True, False])
def test_it_reads_a_sample(taught, scale):
    sample = bundled.load("abdomen-22w-premium")
    sample = sample if scale else replace(sample, spacing=None)
    reading = find_system("jang").analyse(taught, sample)
    assert reading.plane in ("abdomen", "other")
    assert {"ac", "ga", "stomach", "vein"} <= set(reading.values)
    assert reading.values["stomach"].value in (0, 100)
    if reading.quality != "none":
        assert reading.mask.shape == sample.shape
    if not scale:
        assert reading.values["ac"].value is None


def test_noise_is_doubtful_or_nothing(taught):
    noise = Sample(np.random.default_rng(0).random((128, 192)).astype(np.float32), spacing=(1.0, 1.0))
    reading = find_system("jang").analyse(taught, noise)
    assert reading.quality in ("doubtful", "none")
    assert reading.notes


def test_a_sweep_is_refused_with_a_sentence(taught):
    with pytest.raises(ValueError, match="one picture"):
        find_system("jang").analyse(taught, Sample(np.zeros((3, 32, 48), np.float32)))
