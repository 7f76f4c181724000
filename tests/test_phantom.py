"""The simulator: physics against theory, truth against the picture, one seed and one picture."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from fetal_edu.measure import fit_mask, hc_chart
from fetal_edu.phantom import (
    Capsule,
    Ellipsoid,
    HeadSurface,
    Machine,
    Pose,
    Probe,
    Scene,
    Shell,
    Slab,
    Structure,
    Tissue,
    View,
    draw_head,
    draw_heads,
    head,
    redraw,
    render,
)
from fetal_edu.phantom.physics import border_angle, envelope, reflection, transmission
from fetal_edu.phantom.probe import scan_map
from fetal_edu.phantom.scene import Maps
from fetal_edu.phantom.screen import log_compress, scan_convert, tgc

SMALL = (64, 96)
PLAIN = Machine(looks=1, reverberation=0.0, haze=-200.0, calm=0.0, side_lobes=-200.0)


def flat_maps(probe, *, impedance=1.6, attenuation=0.0, echo=0.0):
    shape = (probe.samples, probe.beams)
    values = (np.full(shape, x, np.float32) for x in (impedance, attenuation, echo))
    return Maps(*values, np.zeros(shape, np.uint8))


# -- physics ----------------------------------------------------------------------------------------


def test_speckle_has_the_signal_to_noise_of_fully_developed_speckle():
    probe = Probe(samples=1024, depth=110)
    amplitude = envelope(flat_maps(probe), probe, PLAIN, np.random.default_rng(1))[40:-40, 12:-12]
    assert amplitude.mean() / amplitude.std() == pytest.approx(1.913, abs=0.03)


def test_intensity_of_speckle_is_exponential():
    probe = Probe(samples=1024, depth=110)
    power = envelope(flat_maps(probe), probe, PLAIN, np.random.default_rng(2))[40:-40, 12:-12] ** 2
    assert power.mean() == pytest.approx(1.0, abs=0.05), "generic tissue has a mean power of 1"
    assert power.std() / power.mean() == pytest.approx(1.0, abs=0.05)


def test_compounding_raises_the_signal_to_noise():
    probe = Probe(samples=512)
    ratio = []
    for looks in (1, 5):
        machine = replace(PLAIN, looks=looks)
        amplitude = envelope(flat_maps(probe), probe, machine, np.random.default_rng(3))[30:-30]
        ratio.append(amplitude.mean() / amplitude.std())
    assert ratio[1] > 1.1 * ratio[0]


@pytest.mark.parametrize("attenuation", [0.3, 0.5, 0.7])
def test_attenuation_has_the_predicted_slope(attenuation):
    probe = Probe(f0=3.5, depth=80, samples=1024)
    amplitude = envelope(flat_maps(probe, attenuation=attenuation), probe, PLAIN, np.random.default_rng(4))
    decibel = 10 * np.log10((amplitude**2).mean(1))[60:-60]
    slope = -np.polyfit(probe.ranges[60:-60] / 10, decibel, 1)[0]
    assert slope == pytest.approx(2 * attenuation * 3.5, rel=0.03)


def test_shadow_of_three_millimetres_of_bone():
    probe = Probe(f0=3.5, depth=60, samples=1024)
    maps = flat_maps(probe)
    maps.attenuation[(probe.ranges > 20) & (probe.ranges <= 23)] = 10.0
    left = transmission(maps.attenuation, reflection(maps.impedance), probe)
    assert 20 * np.log10(left[-1, 0]) == pytest.approx(-2 * 10 * 3.5 * 0.3, abs=0.5)


def test_shadow_of_two_borders():
    probe = Probe(samples=256)
    impedance = np.full((256, 192), 1.6, np.float32)
    impedance[100:120] = 3.0
    left = transmission(np.zeros_like(impedance), reflection(impedance), probe)
    part = 1 - ((3.0 - 1.6) / (3.0 + 1.6)) ** 2
    assert 20 * np.log10(left[-1, 0]) == pytest.approx(40 * np.log10(part), abs=0.02)


def test_resolution_cell_follows_the_predicted_beam():
    probe = Probe(samples=1024, depth=110)
    field = envelope(flat_maps(probe), probe, PLAIN, np.random.default_rng(5)) ** 2
    for row in (300, 600, 900):
        rows = field[row - 60 : row + 60] - field[row - 60 : row + 60].mean()
        lags = np.array([(rows[:, : 192 - lag] * rows[:, lag:]).mean() for lag in range(12)])
        width = 2 * np.interp(-0.5, -lags / lags[0], np.arange(12)) * probe.beam_gap[row]
        # The autocorrelation of the intensity of speckle is as wide as the beam's amplitude: 2.355 sigma.
        assert width == pytest.approx(2.355 * probe.lateral_sigma()[row], rel=0.08)


def test_border_angle_of_a_tilted_plane():
    probe = Probe(radius=10_000, half_angle=1.0, samples=400, beams=192, depth=100)
    points = probe.points()
    tilt = np.deg2rad(20)
    impedance = np.where(points[..., 0] - 50 > np.tan(tilt) * points[..., 1], 1.8, 1.6).astype(np.float32)
    where = np.flatnonzero(np.abs(reflection(impedance)) > 0.01)
    inner = [i for i in where if 10 < i % 192 < 180]
    assert np.rad2deg(np.median(border_angle(impedance, probe, np.array(inner)))) == pytest.approx(20, abs=3)


def test_tgc_undoes_attenuation_and_then_stops():
    probe = Probe(f0=4.0, depth=100)
    gain = tgc(probe, Machine(tgc=0.5, tgc_stop=0.5))
    assert gain[0] == 0
    assert gain[-1] == pytest.approx(2 * 0.5 * 4.0 * 5.0)


def test_log_compression_ends():
    assert log_compress(np.array([10.0, 0.0, -60.0, -99.0]), 0.0, 60.0).tolist() == [1, 1, 0, 0]


def test_scan_conversion_puts_a_depth_where_it_belongs():
    probe = Probe(depth=100)
    view = View.whole(probe, (200, 200))
    polar = np.broadcast_to(probe.ranges[:, None], (probe.samples, probe.beams)).astype(np.float32)
    picture = scan_convert(np.ascontiguousarray(polar), probe, view, (200, 200))
    points = view.points((200, 200))
    depth = np.hypot(points[..., 0] + probe.radius, points[..., 1]) - probe.radius
    inside = scan_map(probe, view, (200, 200)).pixels
    assert np.abs(picture.ravel()[inside] - depth.ravel()[inside]).max() < 0.05
    assert np.delete(picture.ravel(), inside).max() == 0


# -- the scene --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape",
    [
        Ellipsoid((30, 4, 1), (9, 5, 6), 0.4),
        Capsule((20, -8, 0), (35, 6, 2), 3.0),
        Slab((30, 0, 0), (8, 2, 10), 0.7, bend=1.5),
        Shell(Ellipsoid((30, 0, 0), (12, 9, 9)), -2.0, 1.0),
        HeadSurface((34, 28, 26), ((0, 0), (0.01, 0.0), (0.0, 0.02))),
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


@pytest.mark.parametrize(("seed", "weeks"), [(1, 11), (2, 13), (3, 16), (4, 20), (5, 24), (6, 32), (7, 40)])
def test_circumference_of_the_mask_is_the_truth(seed, weeks):
    sample = draw_head(seed, weeks=weeks)
    fitted = fit_mask(sample.mask("head"), sample.spacing)
    assert fitted.circumference == pytest.approx(sample.truth["hc_mm"], rel=0.01)
    truth = sample.truth["ellipse"]
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


def test_labels_are_the_anatomy_at_the_pixel_centres():
    sample = draw_head(9, weeks=23, shape=SMALL)
    scene = head(23, seed=9, difficulty=sample.params["difficulty"])
    view = sample.params["view"]
    down, across = (
        start + np.arange(n) * mm
        for start, n, mm in zip((view["top"], view["left"]), SMALL, sample.spacing, strict=True)
    )
    points = np.stack([*np.meshgrid(down, across, indexing="ij"), np.zeros(SMALL)], -1)
    assert np.array_equal(sample.labels, scene.at(points).label)
    local = scene.outline_pose.from_scene(points)
    distance = scene.outline.distance(*np.moveaxis(local, -1, 0))
    clear = np.abs(distance) > 1e-3  # float32 decides closer ones either way
    assert np.array_equal(sample.mask("head")[clear], (distance < 0)[clear])


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


def test_any_number_of_workers_gives_the_same_bytes():
    alone = draw_heads(3, seed=8, shape=SMALL)
    shared = draw_heads(3, seed=8, shape=SMALL, jobs=2)
    more = draw_heads(4, seed=8, shape=SMALL)
    assert [s.image.tobytes() for s in alone] == [s.image.tobytes() for s in shared]
    assert [s.image.tobytes() for s in alone] == [s.image.tobytes() for s in more[:3]]
    assert len({s.group for s in more}) == 4


def test_a_sample_is_redrawn_from_its_parameters_as_json():
    sample = draw_head(13, weeks=27.5, difficulty=0.8, shape=SMALL)
    again = redraw(json.loads(json.dumps(sample.params)))
    assert again.image.tobytes() == sample.image.tobytes()
    assert again.truth == sample.truth


def test_a_machine_option_does_not_change_the_anatomy():
    scene, probe = head(20, seed=6), Probe(depth=110)
    calm = render(scene, probe, Machine(), seed=1, shape=SMALL)
    loud = render(scene, probe, Machine(noise=-40.0, looks=1), seed=1, shape=SMALL)
    assert np.array_equal(calm.labels, loud.labels)
    assert not np.array_equal(calm.image, loud.image)


def test_the_picture_has_256_grey_levels():
    levels = draw_head(1, shape=SMALL).image * 255
    assert np.abs(levels - np.round(levels)).max() < 1e-4


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
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
