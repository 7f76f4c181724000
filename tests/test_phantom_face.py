"""Simulated faces: sizes by chart, eyes where the truth says, neighbours that are clearly others."""

from __future__ import annotations

import numpy as np
import pytest

from fetal_edu.measure import bpd_chart, ofd_chart
from fetal_edu.phantom import (
    Machine,
    Probe,
    draw,
    draw_sweep,
    draw_volume,
    face,
    redraw,
    render,
    tone_of,
)
from fetal_edu.phantom.face import OTHERS
from fetal_edu.phantom.face_sizes import binocular_chart, interocular_chart, lens_chart, orbit_chart

SHAPE = (128, 192)
SEEDS = range(6)


def clear(seed, weeks=24, plane="face", **knobs):
    return draw(plane, seed, anatomy="face", weeks=weeks, difficulty=0.1, knobs=knobs, shape=SHAPE)


def grid(scene, spacing):
    """Points around the middle of the face, in the scene's plane, and their labels."""
    (down, across), half = scene.frame.centre, max(scene.frame.half) + 5
    steps = np.arange(-half, half, spacing)
    points = np.stack(np.meshgrid(down + steps, across + steps, [0.0], indexing="ij"), -1)[:, :, 0]
    return points.astype(np.float32), scene.labels(points)


# -- sizes ------------------------------------------------------------------------------------------


def test_published_means():
    assert interocular_chart(20)[0] == pytest.approx(12.504)
    assert binocular_chart(30)[0] == pytest.approx(45.19)
    assert orbit_chart(30)[0] == pytest.approx(14.34)
    assert np.pi * lens_chart(30)[0] == pytest.approx(14.78, abs=0.01)


@pytest.mark.parametrize("weeks", [16, 20, 28, 38])
def test_sizes_lie_on_their_charts(weeks):
    truths = [face(weeks, seed=seed).truth for seed in range(60)]
    charts = {
        "interocular_mm": interocular_chart,
        "binocular_mm": binocular_chart,
        "orbit_mm": orbit_chart,
        "lens_mm": lens_chart,
        "bpd_mm": bpd_chart,
        "ofd_mm": ofd_chart,
    }
    for name, chart in charts.items():
        mean, sd = chart(weeks)
        scores = (np.array([truth[name] for truth in truths]) - mean) / sd
        assert np.abs(scores).max() < 3, name
        assert abs(scores.mean()) < 0.6, name
        assert scores.std() > 0.25, name


def test_the_distances_add_up():
    for seed in SEEDS:
        truth = face(30, seed=seed).truth
        assert truth["binocular_mm"] == pytest.approx(truth["interocular_mm"] + 2 * truth["orbit_mm"])
        assert truth["lens_mm"] < 0.55 * truth["orbit_mm"]


# -- the plane through both eyes ----------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "weeks"), [(0, 16), (3, 24), (5, 38)])
def test_the_orbits_are_where_and_as_large_as_the_truth_says(seed, weeks):
    scene = face(weeks, seed=seed)
    points, labels = grid(scene, 0.25)
    orbit = np.isin(labels, scene.classes["orbit"])
    for side in ("left", "right"):
        middle = np.array(scene.landmarks[f"orbit_{side}"])
        assert middle[2] == pytest.approx(0, abs=1e-6)
        near = orbit & (np.linalg.norm(points - middle, axis=-1) < 0.7 * scene.truth["orbit_mm"])
        found = points[near]
        assert found.mean(0) == pytest.approx(middle, abs=0.3)
        across = np.subtract(scene.landmarks[f"outer_margin_{side}"], scene.landmarks[f"inner_margin_{side}"])
        assert np.linalg.norm(across) == pytest.approx(scene.truth["orbit_mm"])
        along = (found - middle) @ (across / np.linalg.norm(across))
        assert np.ptp(along) == pytest.approx(scene.truth["orbit_mm"], abs=0.5)
    outer = [np.array(scene.landmarks[f"outer_margin_{side}"]) for side in ("left", "right")]
    assert np.linalg.norm(outer[0] - outer[1]) == pytest.approx(scene.truth["binocular_mm"])


def test_each_eye_has_a_lens_in_front_of_its_middle():
    scene = face(26, seed=2)
    points, labels = grid(scene, 0.2)
    lens = points[np.isin(labels, scene.classes["lens"])]
    eyes = [np.array(scene.landmarks[f"orbit_{side}"]) for side in ("left", "right")]
    nose = points[np.isin(labels, scene.classes["nasal_bone"])].mean(0)
    back = np.array([*scene.frame.centre, 0.0])
    forward = (nose - back) / np.linalg.norm(nose - back)
    for eye in eyes:
        own = lens[np.linalg.norm(lens - eye, axis=1) < 0.6 * scene.truth["orbit_mm"]]
        assert np.pi / 4 * 0.72 * scene.truth["lens_mm"] ** 2 == pytest.approx(len(own) * 0.04, rel=0.1)
        assert (own.mean(0) - eye) @ forward > 0.15 * scene.truth["orbit_mm"]


def test_labels_at_pixel_centres_are_the_scene_s():
    sample = clear(1)
    params = sample.params
    scene = face(24, seed=1, difficulty=0.1)
    rows, columns = np.random.default_rng(0).integers(0, SHAPE, (300, 2)).T
    view = params["view"]
    step = view["spacing"]
    places = view["top"] + rows * step[0], view["left"] + columns * step[1], np.zeros(300)
    assert np.array_equal(scene.labels(np.stack(places, -1)), sample.labels[rows, columns])


def test_classes_of_the_plane():
    for seed in SEEDS:
        sample = clear(seed, weeks=17 + 4 * seed)
        for name in ("orbit", "lens", "nasal_bone", "zygoma", "skull", "brain", "soft_tissue", "skin"):
            assert sample.mask(name).any(), name
        assert not sample.mask("jaw").any()
        assert not sample.mask("tongue").any()


def test_eyes_are_dark_and_their_bones_bright():
    ratios = []
    for seed in SEEDS:
        sample = clear(seed)
        vitreous = sample.mask("orbit") & ~sample.mask("lens")
        ratios.append(sample.image[vitreous].mean() / sample.image[sample.mask("bone")].mean())
    assert np.median(ratios) < 0.45
    assert max(ratios) < 0.75


# -- planes around it ---------------------------------------------------------------------------------


def test_other_planes_miss_an_eye_by_two_millimetres():
    shown = set()
    for seed in range(24):
        scene = face(20 + seed % 3 * 8, seed=seed, plane="other")
        shown.add(scene.truth["shows"])
        away = [abs(scene.landmarks[f"orbit_{side}"][2]) for side in ("left", "right")]
        assert max(away) > scene.truth["orbit_mm"] / 2 + 2.0
        missed = [d > scene.truth["orbit_mm"] / 2 for d in away]
        assert missed.count(True) == (1 if scene.truth["shows"] == "one eye" else 2)
    assert shown == set(OTHERS)


def test_other_planes_show_what_they_say():
    for seed in range(16):
        scene = face(24, seed=seed, plane="other")
        _, labels = grid(scene, 0.8)
        has = {name: np.isin(labels, scene.classes[name]).any() for name in ("orbit", "jaw", "brain")}
        assert has["orbit"] == (scene.truth["shows"] == "one eye")
        if scene.truth["shows"] != "one eye":
            assert has["jaw"] == scene.truth["shows"].endswith("jaw")
        if scene.truth["shows"] == "forehead":
            assert has["brain"]


def test_from_another_plane_the_way_leads_to_both_eyes():
    for seed in range(4):
        scene = face(22, seed=seed, plane="other")
        pose = scene.standard["face"]
        places = [pose.from_scene(np.array(scene.landmarks[f"orbit_{side}"])) for side in ("left", "right")]
        usual = face(22, seed=seed)
        for place in places:
            assert place[2] == pytest.approx(0, abs=1e-6)
            seen = scene.labels(pose.to_scene(np.array([[place[0], place[1], 0.0]])))
            assert seen[0] in scene.classes["orbit"]
        apart = np.linalg.norm(places[0] - places[1])
        lm = usual.landmarks
        assert apart == pytest.approx(np.linalg.norm(np.subtract(lm["orbit_left"], lm["orbit_right"])))


def test_a_sweep_passes_both_eyes():
    sweep = draw_sweep("face", 4, weeks=24, frames=7, shape=(32, 48))
    shown = np.array(sweep.plane) == "face"
    counts = sweep.mask("lens").sum((1, 2))
    assert shown.any()
    assert not shown[[0, -1]].any()
    assert counts[shown].min() > 0


# -- knobs, seeds, bad input --------------------------------------------------------------------------


def test_a_hand_shadows_the_face():
    lost = []
    for seed in SEEDS:
        scenes = [face(24, seed=seed, difficulty=0.1, knobs={"hand": value}) for value in (0.0, 1.0)]
        probe = Probe(f0=4, half_angle=35, depth=120)
        tone = tone_of(scenes[0], probe, Machine(), seed=1)
        free, hidden = (render(s, probe, Machine(), seed=1, shape=SHAPE, tone=tone) for s in scenes)
        assert np.array_equal(free.labels, hidden.labels)
        seen = free.mask("face") & (free.image > 0.1)
        lost.append((hidden.image[seen] < 0.5 * free.image[seen]).mean())
    assert min(lost) > 0.25


def test_dropout_takes_the_skull_away():
    kept = []
    for seed in SEEDS:
        whole, gone = clear(seed, dropout=0.0), clear(seed, dropout=1.0)
        ring = whole.mask("skull")
        kept.append(gone.image[ring].mean() / whole.image[ring].mean())
    assert np.mean(kept) < 0.85


def test_a_wall_moves_the_face_away():
    near, far = (face(24, seed=1, knobs={"wall": value}) for value in (0.0, 1.0))
    away = far.landmarks["orbit_left"][0] - near.landmarks["orbit_left"][0]
    assert away == pytest.approx(46.0)


def test_one_seed_gives_the_same_bytes():
    first = clear(11)
    again = redraw(first.params)
    assert first.image.tobytes() == again.image.tobytes()
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.truth == again.truth
    assert clear(12).image.tobytes() != first.image.tobytes()


def test_eyes_are_balls_in_a_volume():
    volume = draw_volume("face", 2, weeks=28, size=(48, 72, 72), step_mm=0.8, difficulty=0.1)
    found = volume.mask("orbit").sum() * np.prod(volume.spacing)
    r = volume.truth["orbit_mm"] / 2
    assert found == pytest.approx(2 * 4 / 3 * np.pi * 1.04 * r**3, rel=0.06)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: face(15, seed=1), "16 to 38 weeks"),
        (lambda: face(float("nan"), seed=1), "16 to 38 weeks"),
        (lambda: face(20, seed=1, plane="profile"), "'face' and 'other'"),
        (lambda: draw("face", 1, weeks=40), "16 to 38 weeks"),
        (lambda: draw("face", 1, knobs={"placenta_free": 1}), "no knob 'placenta_free'"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
