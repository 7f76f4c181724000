"""The head's planes: where they lie, what they show, and that sizes are those that were drawn."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest

from fetal_edu.measure import fit_mask
from fetal_edu.phantom import Ellipsoid, Pose, Structure, Tissue, draw, head
from fetal_edu.phantom.brain import Head
from fetal_edu.phantom.curves import Chain
from fetal_edu.phantom.head import HEAD
from fetal_edu.phantom.headplanes import FAR, HEAD_PLANES, TURNED, apart, section, standard_cuts
from fetal_edu.phantom.inner import Inner
from fetal_edu.phantom.sizes import atrium_chart, cisterna_chart, tcd_chart

SMALL = (64, 96)
STANDARD = HEAD_PLANES[:-1]
#: What a plane shows from 16 weeks on, and what it must not show.
SHOWS = {
    "transthalamic": (
        "csp thalamus third_ventricle falx",
        "cerebellum cisterna_magna skull_base corpus_callosum",
    ),
    "transventricular": ("csp ventricle choroid_plexus falx", "cerebellum cisterna_magna skull_base"),
    "transcerebellar": ("csp cerebellum vermis cisterna_magna fourth_ventricle brainstem", "choroid_plexus"),
    "midsagittal": (
        "csp corpus_callosum vermis cisterna_magna brainstem skull_base",
        "choroid_plexus ventricle",
    ),
    "parasagittal": ("ventricle choroid_plexus thalamus cerebellum", "vermis fourth_ventricle"),
    "coronal": ("csp ventricle corpus_callosum falx skull_base", "cerebellum cisterna_magna choroid_plexus"),
}


def plane_points(scene, pose=None, n=150):
    """Points of the scene's plane around the head, and how far apart they are in mm."""
    (down, across), reach = scene.frame.centre, 0.56 * scene.frame.length
    steps = np.linspace(-reach, reach, n)
    grid = np.stack(np.meshgrid(down + steps, across + steps, indexing="ij"), -1)
    points = np.concatenate([grid, np.zeros((n, n, 1))], -1)
    return (points if pose is None else pose.to_scene(points)), steps[1] - steps[0]


def shown(scene, pose=None):
    labels = scene.labels(plane_points(scene, pose)[0])
    return {name for name, values in scene.classes.items() if np.isin(labels, values).sum() > 3}


def measured_head(scene):
    """The head that a scene was drawn with, from its outline."""
    a, b, c = scene.outline.semi
    return Head(scene.truth["ga_weeks"], a, b, c, 1.0, 1, 0.0, scene.outline_pose)


# -- what the planes show ---------------------------------------------------------------------------


@pytest.mark.parametrize("plane", STANDARD)
@pytest.mark.parametrize(("seed", "weeks"), [(0, 17), (3, 21), (8, 34)])
def test_a_plane_shows_its_structures_and_no_others(plane, seed, weeks):
    seen = shown(head(weeks, seed=seed, plane=plane))
    there, absent = (set(names.split()) for names in SHOWS[plane])
    assert there <= seen
    assert not absent & seen


@pytest.mark.parametrize("plane", STANDARD)
def test_a_sweep_meets_the_standard_planes(plane):
    scene = head(22, seed=2)
    there, absent = (set(names.split()) for names in SHOWS[plane])
    seen = shown(scene, scene.standard[plane])
    assert there <= seen
    assert not absent & seen


@pytest.mark.parametrize("plane", STANDARD)
def test_the_requested_plane_is_the_scenes_own(plane):
    scene = head(20, seed=5, plane=plane)
    assert scene.standard[plane] == Pose()
    assert set(scene.standard) == set(STANDARD)


@pytest.mark.parametrize("plane", STANDARD)
def test_early_heads_have_wide_ventricles_and_no_cavum(plane):
    seen = shown(head(12.5, seed=4, plane=plane))
    assert not {"csp", "corpus_callosum", "third_ventricle"} & seen
    assert ("ventricle" in seen) == (plane != "midsagittal")
    assert ("cerebellum" in seen) == (plane in ("transcerebellar", "midsagittal", "parasagittal"))
    assert "atrium_mm" not in head(12.5, seed=4, plane=plane).truth


def test_an_early_brain_is_a_fourth_ventricles_or_more():
    parts = []
    for seed in range(4):
        scene = head(12, seed=seed, plane="coronal")
        labels = scene.labels(plane_points(scene)[0])
        parts.append(
            np.isin(labels, scene.classes["ventricle"]).sum() / np.isin(labels, scene.classes["head"]).sum()
        )
    assert np.mean(parts) > 0.15


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("weeks", [11, 14.9, 16, 23, 40])
def test_the_transthalamic_plane_is_left_alone(monkeypatch, seed, weeks):
    points = np.stack(np.meshgrid(np.arange(0, 150, 1.1), np.arange(-70, 70, 1.3), [0.0], indexing="ij"), -1)
    whole = head(weeks, seed=seed).at(points[..., 0, :])
    module = importlib.import_module("fetal_edu.phantom.head")
    for name in ("upper_brain", "lower_brain", "outside"):
        monkeypatch.setattr(module, name, lambda *args, **options: [])
    nowhere = Structure(Ellipsoid((9e3, 0, 0), (1, 1, 1)), Tissue(1.6, 0.5, 0.0))
    monkeypatch.setattr(module, "fontanelle", lambda *args: nowhere)
    bare = head(weeks, seed=seed).at(points[..., 0, :])
    for with_all, without in zip(whole, bare, strict=True):
        assert np.array_equal(with_all, without)


# -- truth --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", HEAD_PLANES)
def test_labels_are_those_of_the_pixel_centres(plane):
    sample = draw(plane, 6, anatomy="head", weeks=23, shape=SMALL)
    scene = head(23, seed=6, plane=plane, difficulty=sample.params["difficulty"])
    view = sample.params["view"]
    rows, columns = np.indices(SMALL)
    points = np.stack(
        [view["top"] + rows * view["spacing"][0], view["left"] + columns * view["spacing"][1], 0 * rows], -1
    )
    assert np.array_equal(sample.labels, scene.labels(points))
    # One by one: no box, no plane, no neighbours.
    assert np.array_equal(sample.labels.reshape(-1), scene.at(points.reshape(-1, 3)).label)


@pytest.mark.parametrize(
    ("plane", "weeks"), [("transthalamic", 20), ("transventricular", 13), ("transventricular", 30)]
)
def test_circumference_of_the_mask(plane, weeks):
    sample = draw(plane, 9, weeks=weeks)
    fitted = fit_mask(sample.mask("head"), sample.spacing)
    assert fitted.circumference == pytest.approx(sample.truth["hc_mm"], rel=0.01)


@pytest.mark.parametrize("plane", [p for p in HEAD_PLANES if p not in ("transthalamic", "transventricular")])
def test_other_planes_have_an_outline_that_is_no_hc(plane):
    sample = draw(plane, 3, anatomy="head", weeks=21, shape=(192, 288))
    assert "hc_mm" not in sample.truth
    truth, mask = sample.truth["ellipse"], sample.mask("head")
    area = mask.sum() * np.prod(sample.spacing)
    assert area == pytest.approx(np.pi * truth.semi_major * truth.semi_minor, rel=0.03)


@pytest.mark.parametrize(("seed", "weeks"), [(1, 13), (2, 20), (5, 33)])
def test_the_cerebellum_is_as_wide_as_its_truth(seed, weeks):
    scene = head(weeks, seed=seed, plane="transcerebellar")
    points, step = plane_points(scene, n=500)
    first, second = (np.array(scene.landmarks[f"tcd_{end}"]) for end in ("first", "second"))
    assert np.linalg.norm(second - first) == pytest.approx(scene.truth["tcd_mm"], abs=1e-6)
    inside = points[np.isin(scene.labels(points), scene.classes["cerebellum"])]
    along = inside @ ((second - first) / np.linalg.norm(second - first))
    assert np.ptp(along) == pytest.approx(scene.truth["tcd_mm"], abs=2.1 * step)


@pytest.mark.parametrize(
    ("plane", "ends", "size", "names"),
    [
        ("transventricular", ("atrium_inner", "atrium_outer"), "atrium_mm", ("ventricle",)),
        ("transcerebellar", ("cisterna_front", "cisterna_back"), "cisterna_magna_mm", ("cisterna_magna",)),
    ],
)
@pytest.mark.parametrize(("seed", "weeks"), [(0, 16), (4, 20), (7, 36)])
def test_callipers_span_what_was_drawn(plane, ends, size, names, seed, weeks):
    scene = head(weeks, seed=seed, plane=plane)
    first, second = (np.array(scene.landmarks[end]) for end in ends)
    assert abs(first[2]) < 1e-6
    assert abs(second[2]) < 1e-6
    assert np.linalg.norm(second - first) == pytest.approx(scene.truth[size], rel=0.01)
    part = np.linspace(-0.4, 1.4, 361)[:, None]
    labels = scene.labels(first + part * (second - first))
    inside = np.isin(labels, [value for name in names for value in scene.classes[name]])
    length = inside.sum() * 0.005 * scene.truth[size]
    assert length == pytest.approx(scene.truth[size], abs=0.1 + 0.04 * scene.truth[size])
    assert inside[120:240].mean() > 0.99


def test_sizes_follow_their_charts():
    scores = []
    for seed in range(40):
        truth = head(22, seed=seed).truth
        tcd, atrium, cisterna = tcd_chart(22), atrium_chart(22), cisterna_chart(22)
        values = truth["tcd_mm"], truth["atrium_mm"], np.log(truth["cisterna_magna_mm"])
        charts = (tcd, atrium, cisterna)
        scores.append([(value - mean) / sd for value, (mean, sd) in zip(values, charts, strict=True)])
    scores = np.array(scores)
    assert np.abs(scores).max() < 2.001
    assert np.abs(scores.mean(0)).max() < 0.5
    assert (scores.std(0) > 0.5).all()


@pytest.mark.parametrize("weeks", [11, 14, 20, 28, 40])
def test_the_cerebellum_fits_into_the_skull(weeks):
    for seed in range(5):
        scene = head(weeks, seed=seed, plane="transcerebellar")
        points, _ = plane_points(scene)
        labels = scene.labels(points)
        inside = scene.outline.distance(*np.moveaxis(scene.outline_pose.from_scene(points), -1, 0)) < 0
        cerebellum = np.isin(labels, scene.classes["cerebellum"])
        assert cerebellum.sum() > 30
        assert inside[cerebellum].all()


def test_one_fetus_in_all_planes():
    truths = [head(24, seed=11, plane=plane).truth for plane in STANDARD]
    assert all(truth == truths[0] for truth in truths)


# -- where the planes lie -----------------------------------------------------------------------------


def test_distances_of_the_planes_at_20_weeks():
    heights, tilts = [], []
    for seed in range(20):
        scene = head(20, seed=seed)
        raised, tilted = scene.standard["transventricular"], scene.standard["transcerebellar"]
        heights.append(abs(raised.origin[2]))
        tilts.append(np.degrees(np.arccos(abs(tilted.axes[2][2]))))
    assert 5 < min(heights) < max(heights) < 8
    assert 20 < min(tilts) < max(tilts) < 30


def test_other_planes_are_none_of_the_standard_ones():
    for seed in range(12):
        scene = head(20 + seed, seed=seed, plane="other", knobs={"likeness": 0.5 * (seed % 3)})
        far = scene.truth["off_mm"] / (FAR * scene.outline.semi[2]), scene.truth["off_degrees"] / TURNED
        assert max(far) > 1
        for pose in scene.standard.values():
            degrees = np.degrees(np.arccos(min(abs(pose.axes[2][2]), 1)))
            mm = abs(pose.origin[2])
            assert mm > FAR * scene.outline.semi[2] or degrees > TURNED


def test_likeness_brings_planes_closer():
    for plane, least in (("transventricular", 0.2), ("parasagittal", 0.15)):
        usual, alike = (head(21, seed=3, knobs={"likeness": k}).standard[plane] for k in (0.0, 1.0))
        middle = np.array(head(21, seed=3).outline_pose.origin)
        away = [abs(pose.from_scene(middle)[2]) for pose in (usual, alike)]
        assert away[1] < (1 - least) * away[0]
    tilts = [
        head(21, seed=3, knobs={"likeness": k}).standard["transcerebellar"].axes[2][2] for k in (0.0, 1.0)
    ]
    assert abs(tilts[1]) > abs(tilts[0])
    for plane in ("transventricular", "transcerebellar"):
        there = set(SHOWS[plane][0].split()) - {"fourth_ventricle", "choroid_plexus"}
        assert there <= shown(head(21, seed=3, plane=plane, knobs={"likeness": 1.0}))


def test_likeness_of_other_planes():
    away = [[], []]
    for seed in range(16):
        for k, found in zip((0.0, 1.0), away, strict=True):
            scene = head(22, seed=seed, plane="other", knobs={"likeness": k})
            mm, degrees = scene.truth["off_mm"], scene.truth["off_degrees"]
            found.append(max(mm / (FAR * scene.outline.semi[2]), degrees / TURNED))
    assert np.mean(away[1]) < 0.8 * np.mean(away[0])


@pytest.mark.parametrize("plane", ["transcerebellar", "midsagittal", "coronal"])
def test_dropout_takes_the_skull_away_in_every_plane(plane):
    bone = []
    for amount in (0.0, 1.0):
        scene = head(24, seed=1, plane=plane, difficulty=0.0, knobs={"dropout": amount})
        cut = section(measured_head(scene))
        border = np.array([cut.border(angle) for angle in np.linspace(0, 2 * np.pi, 200)])
        inner = np.array(cut.centre) + (border - cut.centre) * 0.975
        echo = scene.at(np.concatenate([inner, np.zeros((200, 1))], -1)).impedance
        bone.append((echo > 1.9).mean())
    assert bone[1] < 0.65 * bone[0]


def test_apart_is_symmetric_in_the_angle():
    h = Head(20, 30.0, 24.0, 22.0, 1.5, 1, 0.0, Pose())
    inner = Inner(20.5, 6.9, 4.5, 6.6, 0.43, 12.3, -35.0)
    cuts = standard_cuts(h, inner)
    assert apart(cuts["transthalamic"], cuts["transventricular"]) == pytest.approx((6.6, 0.0))
    assert apart(cuts["transthalamic"], cuts["coronal"])[1] == pytest.approx(90)
    for first in cuts.values():
        for second in cuts.values():
            assert apart(first, second)[1] == pytest.approx(apart(second, first)[1], abs=1e-5)


def test_a_section_is_found_where_there_is_one():
    h = measured_head(head(20, seed=0))
    beyond = replace(h, pose=Pose((50.0, 0.0, 2 * h.c)))
    with pytest.raises(ValueError, match="beside the head"):
        section(beyond)


def test_a_chain_is_the_union_of_its_pieces():
    chain = Chain(((0, 0, 0, 1), (10, 0, 0, 3), (10, 8, 2, 2)))
    rng = np.random.default_rng(0)
    points = rng.uniform(-5, 15, (3, 4000))
    pieces = [Chain(chain.nodes[:2]), Chain(chain.nodes[1:])]
    whole, parts = chain.distance(*points), [piece.distance(*points) for piece in pieces]
    assert whole == pytest.approx(np.minimum(*parts), abs=1e-5)
    low, high = (np.array(end)[:, None] for end in chain.bounds)
    inside = points[:, whole < 0]
    assert inside.size
    assert (inside >= low).all()
    assert (inside <= high).all()
    assert Chain(chain.nodes, wide=3.0).distance(*points).min() < 0


# -- pictures and bad input ---------------------------------------------------------------------------


@pytest.mark.parametrize("plane", HEAD_PLANES)
def test_one_seed_gives_the_same_bytes(plane):
    first, second = (draw(plane, 14, anatomy="head", shape=(48, 64)) for _ in range(2))
    assert first.image.tobytes() == second.image.tobytes()
    assert first.plane == plane
    assert first.truth["landmarks"].keys() >= {"tcd_first", "cisterna_back"}


def test_planes_are_those_of_the_anatomy():
    assert HEAD.planes == HEAD_PLANES
    assert set(HEAD.knobs) == {"likeness"}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: head(20, seed=1, plane="sagittal"), "midsagittal"),
        (lambda: head(9, seed=1, plane="coronal"), "from 11 to 40 weeks"),
        (lambda: draw("coronal", 1, knobs={"likeness": 2}), "from 0"),
        (lambda: draw("coronal", 1, knobs={"beauty": 1}), "likeness"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
