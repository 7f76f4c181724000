"""The simulator: scenes, heads and their truth. The physics is checked in `physics/`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fetal_edu.measure import fit_mask, hc_chart
from fetal_edu.phantom import (
    Capsule,
    Ellipsoid,
    Machine,
    Pose,
    Probe,
    Scene,
    Shell,
    Slab,
    Structure,
    Tissue,
    View,
    WavyEllipsoid,
    draw_head,
    draw_heads,
    head,
    redraw,
    render,
)

SMALL = (64, 96)


# -- the scene --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape",
    [
        Ellipsoid((30, 4, 1), (9, 5, 6), 0.4),
        Capsule((20, -8, 0), (35, 6, 2), 3.0),
        Slab((30, 0, 0), (8, 2, 10), 0.7, bend=1.5),
        Shell(Ellipsoid((30, 0, 0), (12, 9, 9)), -2.0, 1.0),
        WavyEllipsoid((34, 28, 26), ((0, 0), (0.01, 0.0), (0.0, 0.02))),
    ],
    ids=lambda shape: type(shape).__name__,
)
def test_a_shape_stays_in_its_box_and_the_painter_finds_all_of_it(shape):
    axes = np.arange(-40, 70, 1.7), np.arange(-45, 45, 1.3), [0.0, 1.0]
    down, across, out = np.meshgrid(*axes, indexing="ij")
    points = np.stack([down, across, out], -1).astype(np.float32)
    inside = shape.distance(down, across, out) < 0
    assert inside.any()
    low, high = (np.array(end) for end in shape.bounds)
    assert (points[inside] >= low - 1e-3).all()
    assert (points[inside] <= high + 1e-3).all()
    painted = Scene((Structure(shape, Tissue(2.0, 1.0, 5.0), label=7),)).at(points)
    assert ((painted.label == 7) == inside).mean() > 0.9999
    assert painted.impedance[shape.distance(down, across, out) < -1.0] == pytest.approx(2.0)


def test_a_scene_is_three_dimensional():
    scene = head(22, seed=4)
    down, across, _ = scene.outline_pose.origin
    up = np.array([[down, across, w] for w in (0, 10, 20, 60)])
    inside = np.isin(scene.labels(up), scene.classes["head"])
    assert inside.tolist() == [True, True, True, False]


def test_one_point_and_a_grid_agree():
    scene = head(30, seed=2)
    probe = Probe(depth=110, beams=48, samples=96)
    grid = scene.at(probe.points())
    for row, column in [(10, 5), (40, 24), (60, 30), (80, 40)]:
        point = scene.at(probe.points()[row, column])
        assert point.label == grid.label[row, column]
        assert point.echo == pytest.approx(grid.echo[row, column], abs=1e-3)


def test_a_point_needs_three_coordinates():
    with pytest.raises(ValueError, match="three coordinates"):
        head(20, seed=1).at(np.zeros((4, 2)))


def test_pose_goes_there_and_back():
    pose = Pose.turned((40.0, 3.0, 0.0), 0.7)
    points = np.random.default_rng(0).normal(size=(5, 3))
    assert pose.from_scene(pose.to_scene(points)) == pytest.approx(points)
    assert pose.to_scene(np.array([1.0, 0, 0])) - pose.origin == pytest.approx([np.sin(0.7), np.cos(0.7), 0])


# -- heads: truth -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "weeks"), [(1, 11), (4, 20), (7, 40)])
def test_the_true_ellipse_lies_on_the_mask(seed, weeks):
    sample = draw_head(seed, weeks=weeks)
    fitted, truth = fit_mask(sample.mask("head"), sample.spacing), sample.truth["ellipse"]
    centre = (truth.row, truth.column)
    assert (fitted.row, fitted.column) == pytest.approx(centre, abs=0.01 * truth.semi_major)
    assert truth.circumference == pytest.approx(sample.truth["hc_mm"])


def test_circumference_follows_the_chart():
    scores = []
    for seed in range(24):
        sample = draw_head(seed, weeks=20, shape=(32, 48))
        mean, sd = hc_chart(20)
        scores.append((sample.truth["hc_mm"] - mean) / sd)
    assert abs(np.mean(scores)) < 0.8
    assert 0.4 < np.std(scores) < 1.6


def test_truth_is_given_in_the_picture_and_for_other_planes():
    scene, probe = head(25, seed=3), Probe(depth=130)
    flat = render(scene, probe, Machine(), seed=1, shape=SMALL)
    above = View.whole(probe, SMALL, Pose((0.0, 0.0, 18.0)))
    higher = render(scene, probe, Machine(), seed=1, shape=SMALL, view=above)
    assert higher.truth["hc_mm"] < 0.9 * flat.truth["hc_mm"], "18 mm higher the head is narrower"
    beyond = replace(above, pose=Pose((0.0, 0.0, 90.0)))
    assert "hc_mm" not in render(scene, probe, Machine(), seed=1, shape=SMALL, view=beyond).truth


@pytest.mark.parametrize(
    ("weeks", "names"), [(12, {"ventricle"}), (21, {"csp", "thalamus"}), (35, {"csp", "thalamus"})]
)
def test_classes_are_there(weeks, names):
    sample = draw_head(5, weeks=weeks, shape=(128, 192))
    for name in {"background", "scalp", "skull", "brain", "head"} | names:
        assert sample.mask(name).any(), name
    inside = sample.mask("skull") | sample.mask("brain")
    assert np.array_equal(inside, sample.mask("head"))
    assert not (sample.mask("scalp") & sample.mask("head")).any()


# -- heads: pictures --------------------------------------------------------------------------------


def test_the_skull_is_bright_and_the_brain_dark():
    ratios = []
    for seed in range(9):
        sample = draw_head(seed, weeks=18 + 2 * seed, difficulty=0.2, shape=(128, 192))
        skull, brain = (sample.image[sample.mask(name)].mean() for name in ("skull", "brain"))
        ratios.append(skull / brain)
    assert min(ratios) > 1.1
    assert np.median(ratios) > 2


def test_one_seed_gives_the_same_bytes():
    first, second = draw_head(11, shape=SMALL), draw_head(11, shape=SMALL)
    assert first.image.tobytes() == second.image.tobytes()
    assert first.labels.tobytes() == second.labels.tobytes()
    assert draw_head(12, shape=SMALL).image.tobytes() != first.image.tobytes()


def test_a_head_depends_on_seed_and_place_alone():
    few, more = (draw_heads(n, seed=8, shape=SMALL) for n in (2, 4))
    assert [s.image.tobytes() for s in few] == [s.image.tobytes() for s in more[:2]]
    assert len({s.group for s in more}) == 4


def test_a_redrawn_sample_has_the_same_truth():
    sample = draw_head(13, weeks=27.5, difficulty=0.8, shape=SMALL)
    assert redraw(sample.params).truth == sample.truth


def test_a_machine_option_does_not_change_the_anatomy():
    scene, probe = head(20, seed=6), Probe(depth=110)
    calm = render(scene, probe, Machine(), seed=1, shape=SMALL)
    loud = render(scene, probe, Machine(noise=-40.0, looks=1), seed=1, shape=SMALL)
    assert np.array_equal(calm.labels, loud.labels)
    assert not np.array_equal(calm.image, loud.image)


def test_the_picture_has_256_grey_levels():
    levels = draw_head(1, shape=SMALL).image * 255
    assert np.abs(levels - np.round(levels)).max() < 1e-4


def away_from_the_beams():
    return render(head(20, seed=1), Probe(), Machine(), seed=1, shape=SMALL, view=View(500, 0, (0.1, 0.1)))


# -- bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [10.9, 40.1, -3, float("nan")])
def test_an_age_that_is_not_drawn(weeks):
    with pytest.raises(ValueError, match="from 11 to 40 weeks"):
        draw_head(1, weeks=weeks)
    with pytest.raises(ValueError, match="from 11 to 40 weeks"):
        head(weeks, seed=1)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: draw_head(1, shape=(8, 200)), "at least 16"),
        (lambda: draw_head(1, shape=(64,)), "rows and columns"),
        (lambda: draw_head(-1), "whole number"),
        (lambda: draw_head(1.5), "whole number"),
        (lambda: draw_head(1, difficulty=1.5), "from 0"),
        (lambda: draw_heads(0), "at least 1"),
        (lambda: redraw({"seed": 1}), "draw_head"),
        (lambda: head(20, seed=1, plane="sagittal"), "transthalamic"),
        (lambda: Probe(samples=4), "at least 16"),
        (lambda: Probe(start=50, depth=40), "above the last"),
        (lambda: Probe(f0=0), "MHz"),
        (lambda: away_from_the_beams(), "sees nothing"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
