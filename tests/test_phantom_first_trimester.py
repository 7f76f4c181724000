"""The simulated first trimester: lengths and volumes near the published ones, a placenta anywhere."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from fetal_edu.phantom import draw, draw_volume, first_trimester, redraw
from fetal_edu.phantom.early_sizes import crl_chart, fetus_ml, placenta_ml, sac_ml
from fetal_edu.phantom.first_trimester import OTHERS
from fetal_edu.phantom.womb import POSITIONS

SHAPE = (128, 192)


def grid(scene, spacing):
    """Points of the scene's plane that hold the whole womb, and their labels."""
    (down, across), half = scene.frame.centre, max(scene.frame.half) + 12
    steps = np.arange(-half, half, spacing)
    points = np.stack(np.meshgrid(down + steps, across + steps, [0.0], indexing="ij"), -1)[:, :, 0]
    return points.astype(np.float32), scene.labels(points)


def drawn(seed, weeks=12.5, plane="first_trimester", **knobs):
    return draw(
        plane,
        seed,
        anatomy="first_trimester",
        weeks=weeks,
        difficulty=0.1,
        knobs=knobs,
        shape=SHAPE,
    )


@pytest.fixture(scope="module")
def volume():
    return draw_volume("first_trimester", 8, weeks=12.5, size=(56, 60, 80), difficulty=0.1)


# -- sizes ------------------------------------------------------------------------------------------


def test_published_means():
    assert crl_chart(12)[0] == pytest.approx(55.585, abs=0.001)
    assert [fetus_ml(crl) for crl in (43.8, 78.8)] == pytest.approx([5.8, 33.3], rel=0.02)
    assert [sac_ml(weeks) for weeks in (10, 11, 97 / 7)] == pytest.approx([44, 69, 144])
    assert placenta_ml(12) == pytest.approx(83, abs=0.1)


@pytest.mark.parametrize("weeks", [10, 11, 12, 13, 14])
def test_lengths_and_volumes_are_near_their_charts(weeks):
    truths = [first_trimester(weeks, seed=seed).truth for seed in range(24)]
    mean, sd = crl_chart(weeks)
    scores = (np.array([truth["crl_mm"] for truth in truths]) - mean) / sd
    assert np.abs(scores).max() < 2.5
    assert abs(scores.mean()) < 0.7
    means = {name: np.mean([truth[name] for truth in truths]) for name in ("sac_ml", "placenta_ml")}
    assert means["sac_ml"] == pytest.approx(sac_ml(weeks), rel=0.25)
    assert means["placenta_ml"] == pytest.approx(placenta_ml(weeks), rel=0.15)
    for truth in truths:
        assert truth["fetus_ml"] == pytest.approx(fetus_ml(truth["crl_mm"]), rel=0.45 if weeks < 11 else 0.3)
        assert truth["fetus_ml"] < 0.4 * truth["sac_ml"]


def test_voxels_add_up_to_the_volumes(volume):
    ml = np.prod(volume.spacing) / 1000
    counted = {name: volume.mask(name).sum() * ml for name in ("sac", "placenta", "trunk", "head")}
    assert counted["sac"] == pytest.approx(volume.truth["sac_ml"], rel=0.05)
    assert counted["placenta"] == pytest.approx(volume.truth["placenta_ml"], rel=0.05)
    assert counted["trunk"] + counted["head"] == pytest.approx(volume.truth["fetus_ml"], rel=0.06)


def test_the_length_is_that_of_the_voxels(volume):
    crown, rump = (np.array(volume.truth["landmarks"][name]) for name in ("crown", "rump"))
    length = np.linalg.norm(crown - rump)
    assert length == pytest.approx(volume.truth["crl_mm"], abs=0.01)
    body = volume.mask("fetus") & ~volume.mask("limbs")
    along = np.argwhere(body) * volume.spacing @ ((crown - rump) / length)
    assert np.ptp(along) == pytest.approx(length, abs=1.5 * max(volume.spacing))


# -- the plane from crown to rump ---------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [10, 12, 14])
def test_the_plane_shows_the_fetus_whole(weeks):
    for seed in range(6):
        scene = first_trimester(weeks, seed=seed)
        crown, rump = (np.array(scene.landmarks[name]) for name in ("crown", "rump"))
        assert [crown[2], rump[2]] == pytest.approx([0, 0], abs=1e-6)
        assert np.linalg.norm(crown - rump) == pytest.approx(scene.truth["crl_mm"], abs=0.01)
        points, labels = grid(scene, 0.5)
        body = np.isin(labels, [*scene.classes["head"], *scene.classes["trunk"]])
        along = points[body] @ ((crown - rump) / scene.truth["crl_mm"])
        assert np.ptp(along) == pytest.approx(scene.truth["crl_mm"], abs=1.5)


def test_the_fetus_lies_in_the_sac():
    wet = []
    for seed in range(12):
        scene = first_trimester(10 + seed / 3, seed=seed)
        _, labels = grid(scene, 0.5)
        fetus = np.isin(labels, [*scene.classes["fetus"], *scene.classes["cord"]])
        beside = np.zeros_like(fetus)
        beside[1:], beside[:, 1:] = beside[1:] | fetus[:-1], beside[:, 1:] | fetus[:, :-1]
        beside[:-1], beside[:, :-1] = beside[:-1] | fetus[1:], beside[:, :-1] | fetus[:, 1:]
        around = labels[beside & ~fetus]
        fluid = np.isin(around, scene.classes["fluid"])
        wet.append(fluid.mean())
        assert not np.isin(around, 0).any(), "nothing of it lies outside of the womb"
    assert min(wet) > 0.65, "here and there it lies on the wall"
    assert np.mean(wet) > 0.85


def test_classes_and_their_unions():
    for seed in range(4):
        sample = drawn(seed, weeks=11 + seed)
        for name in ("fetus", "head", "trunk", "bone", "fluid", "placenta", "uterus", "sac"):
            assert sample.mask(name).any(), name
        parts = [sample.mask(name) for name in ("head", "trunk", "limbs")]
        assert np.array_equal(np.logical_or.reduce(parts), sample.mask("fetus"))
        assert not (sample.mask("sac") & sample.mask("placenta")).any()


def test_the_cavity_has_no_gap_to_the_muscle():
    for seed in range(4):
        scene = first_trimester(12, seed=seed)
        _, labels = grid(scene, 0.5)
        inside = labels > 0
        rows = np.flatnonzero(inside.any(1))
        for row in rows[::8]:
            first, last = np.flatnonzero(inside[row])[[0, -1]]
            assert inside[row, first : last + 1].all()


def test_labels_at_pixel_centres_are_the_scene_s():
    sample = drawn(3)
    scene = first_trimester(12.5, seed=3, difficulty=0.1)
    rows, columns = np.random.default_rng(0).integers(0, SHAPE, (300, 2)).T
    view = sample.params["view"]
    step = view["spacing"]
    places = view["top"] + rows * step[0], view["left"] + columns * step[1], np.zeros(300)
    assert np.array_equal(scene.labels(np.stack(places, -1)), sample.labels[rows, columns])


def test_fluid_is_dark_and_placenta_brighter_than_muscle():
    fluid, placenta = [], []
    for seed in range(8):
        sample = drawn(seed)
        grey = {name: np.median(sample.image[sample.mask(name)]) for name in ("fluid", "fetus", "placenta")}
        fluid.append(grey["fluid"] / grey["fetus"])
        placenta.append(grey["placenta"] / max(np.median(sample.image[sample.mask("uterus")]), 0.01))
    assert np.median(fluid) < 0.4
    assert np.median(placenta) > 1.2


# -- the placenta -------------------------------------------------------------------------------------


def test_the_placenta_lies_anywhere():
    found = Counter(first_trimester(12, seed=seed).truth["placenta"] for seed in range(60))
    assert set(found) == set(POSITIONS)
    assert found["anterior"] + found["posterior"] > 30


def test_a_placenta_that_is_not_free_lies_behind():
    for seed in range(8):
        scene = first_trimester(12, seed=seed, knobs={"placenta_free": 0.0})
        assert scene.truth["placenta"] == "posterior"
        points, labels = grid(scene, 1.0)
        placenta, sac = (points[np.isin(labels, scene.classes[name])] for name in ("placenta", "sac"))
        assert placenta[:, 0].mean() > sac[:, 0].mean() + 8


def test_an_anterior_placenta_lies_before_the_sac():
    seeds = [s for s in range(40) if first_trimester(12, seed=s).truth["placenta"] == "anterior"]
    for seed in seeds[:5]:
        scene = first_trimester(12, seed=seed)
        points, labels = grid(scene, 1.0)
        placenta, sac = (points[np.isin(labels, scene.classes[name])] for name in ("placenta", "sac"))
        assert placenta[:, 0].mean() < sac[:, 0].mean() - 4


# -- planes around, knobs, bad input ------------------------------------------------------------------


def test_other_planes_are_clearly_others():
    shown = set()
    for seed in range(16):
        scene = first_trimester(12, seed=seed, plane="other")
        shown.add(scene.truth["shows"])
        away = [abs(scene.landmarks[name][2]) for name in ("crown", "rump")]
        assert max(away) > 0.16 * scene.truth["crl_mm"]
        _, labels = grid(scene, 1.0)
        if scene.truth["shows"] == "across the head":
            assert np.isin(labels, scene.classes["head"]).any()
        if scene.truth["shows"] == "across the belly":
            assert np.isin(labels, scene.classes["trunk"]).any()
    assert shown == set(OTHERS)


def test_from_another_plane_the_way_leads_to_the_fetus():
    for seed in range(4):
        scene = first_trimester(12, seed=seed, plane="other")
        pose = scene.standard["first_trimester"]
        places = {name: pose.from_scene(np.array(at)) for name, at in scene.landmarks.items()}
        usual = first_trimester(12, seed=seed).landmarks
        for name, place in places.items():
            assert place == pytest.approx(usual[name], abs=1e-6)


def test_dropout_hides_the_sac_s_border():
    clear, veiled = (first_trimester(12, seed=2, knobs={"dropout": value}) for value in (0.0, 1.0))
    points, labels = grid(clear, 1.0)
    assert np.array_equal(labels, veiled.labels(points))
    fluid = np.isin(labels, clear.classes["fluid"])
    echo = [scene.at(points).echo[fluid] for scene in (clear, veiled)]
    assert (echo[1] - echo[0] > 6).mean() > 0.08


def test_one_seed_gives_the_same_bytes():
    first = drawn(11)
    again = redraw(first.params)
    assert first.image.tobytes() == again.image.tobytes()
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.truth == again.truth
    assert drawn(12).image.tobytes() != first.image.tobytes()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: first_trimester(9.9, seed=1), "10 to 14 weeks"),
        (lambda: first_trimester(float("nan"), seed=1), "10 to 14 weeks"),
        (lambda: first_trimester(12, seed=1, plane="coronal"), "'first_trimester' and 'other'"),
        (lambda: draw("first_trimester", 1, weeks=20), "10 to 14 weeks"),
        (lambda: draw("first_trimester", 1, knobs={"placenta_free": 2}), "from 0"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
