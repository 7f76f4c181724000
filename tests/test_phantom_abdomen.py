"""The abdomen: sizes, which plane shows what, its own difficulties, and that it is a body with depth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from fetal_edu.measure import ac_chart, fit_ellipse, fit_mask
from fetal_edu.phantom import (
    ANATOMIES,
    Ellipsoid,
    Hand,
    Pose,
    Scene,
    Shell,
    Structure,
    Tissue,
    WavyEllipsoid,
    abdomen,
    abdomen_shows,
    draw,
    draw_sweep,
    redraw,
)
from fetal_edu.phantom.abdomen_shapes import Ribs, Row, Tube
from fetal_edu.phantom.abdomen_sizes import kidney_chart, vein_chart
from fetal_edu.phantom.shapes import Both

SMALL = (96, 144)
ALWAYS = {"liver", "stomach", "umbilical_vein", "spine", "aorta", "vena_cava"}
ELSEWHERE = {"heart", "lung", "kidney", "bladder", "bowel"}


def window(scene, n=120):
    """Points of the scene's plane around the trunk."""
    sides = (
        m + 1.1 * e * np.linspace(-1, 1, n) for m, e in zip(scene.frame.centre, scene.frame.half, strict=True)
    )
    return np.stack([*np.meshgrid(*sides, indexing="ij"), np.zeros((n, n))], -1)


def told(scene, pose=None):
    pose = pose or Pose()
    return scene.tells(scene.labels(pose.to_scene(window(scene))), pose)


def shown(scene, pose=None):
    return {name for name, seen in told(scene, pose)["visible"].items() if seen}


def turned(seed, **knobs):
    return draw("abdomen", seed, weeks=24, difficulty=0.2, knobs=knobs, shape=SMALL)


# -- shapes -----------------------------------------------------------------------------------------

SURFACE = WavyEllipsoid((30, 27, 60), ((0, 0), (0.01, 0.0)))


@pytest.mark.parametrize(
    "shape",
    [
        Row(Ellipsoid((4, 2, 1), (3, 2, 1.5), 0.4), 5.0, -3, 2, pair=True),
        Tube(((-20, -9, 0), (0, 6, 3), (22, 5, -8)), (3.0, 2.0)),
        Both(Shell(SURFACE, -5.0, -2.0), Ribs(9.0, 3.0, 1.0, 0.1, 5.0, -12.0, 0.8)),
    ],
    ids=["Row", "Tube", "Ribs"],
)
def test_a_shape_is_painted_where_its_distance_is_negative(shape):
    axes = np.arange(-40, 40, 1.7), np.arange(-40, 40, 1.3), np.arange(-20, 20, 4.1)
    u, v, w = (x.astype(np.float32) for x in np.meshgrid(*axes, indexing="ij"))
    inside = shape.distance(u, v, w) < 0
    assert inside.any()
    points = np.stack([u, v, w], -1)
    low, high = (np.array(end) for end in shape.bounds)
    assert (points[inside] >= low - 1e-3).all()
    assert (points[inside] <= high + 1e-3).all()
    painted = Scene((Structure(shape, Tissue(2.0, 1.0, 5.0), label=7, edge=0.1),)).at(points)
    assert np.array_equal(painted.label == 7, inside)


def test_a_part_of_a_shell_is_where_shell_and_part_are():
    half = Both(Shell(SURFACE, -np.inf, -2.0), Ellipsoid((20, 0, 0), (25, 15, 30)))
    whole = Structure(Shell(SURFACE, -np.inf, 0.0), Tissue(1.6, 0.5, 0.0), label=1)
    points = np.stack(np.meshgrid(np.arange(-40, 40, 0.9), np.arange(-40, 40, 1.1), [3.0], indexing="ij"), -1)
    both = Scene((whole, Structure(half, Tissue(2.0, 1.0, 5.0), label=2))).labels(points)[..., 0]
    u, v, w = points[..., 0, :].astype(np.float32).transpose(2, 0, 1)
    expected = (Shell(SURFACE, -np.inf, -2.0).distance(u, v, w) < 0) & (half.second.distance(u, v, w) < 0)
    assert np.array_equal(both == 2, expected)


# -- truth ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "weeks"), [(1, 12), (4, 20), (6, 30), (7, 40)])
def test_circumference_and_labels_are_those_of_the_outline(seed, weeks):
    sample = draw("abdomen", seed, weeks=weeks, difficulty=0.5)
    mask, truth = sample.mask("abdomen"), sample.truth
    fitted = fit_mask(mask, sample.spacing)
    assert fitted.circumference == pytest.approx(truth["ac_mm"], rel=0.01)
    assert (fitted.row, fitted.column) == pytest.approx(
        (truth["ellipse"].row, truth["ellipse"].column), abs=0.01 * fitted.semi_major
    )
    scene = abdomen(weeks, seed=seed, difficulty=0.5)
    view = sample.params["view"]
    rows, columns = (np.arange(n) * mm for n, mm in zip(sample.shape, view["spacing"], strict=True))
    down, across = np.meshgrid(view["top"] + rows, view["left"] + columns, indexing="ij")
    points = np.stack([down, across, np.zeros_like(down)], -1).astype(np.float32)
    distance = scene.outline.distance(*np.moveaxis(scene.outline_pose.from_scene(points), -1, 0))
    clear = np.abs(distance) > 1e-3  # rounding
    assert np.array_equal(mask[clear], (distance < 0)[clear])


def test_sizes_follow_their_charts():
    scores = {"ac": [], "vein": [], "kidney": []}
    for seed in range(30):
        weeks = 12 + 28 * seed / 29
        truth = abdomen(weeks, seed=seed, difficulty=0.0).truth
        ac = np.pi * (truth["transverse_mm"] + truth["depth_mm"]) / 2  # within 0.1 %: it is nearly round
        mean, sd = ac_chart(weeks, extrapolate=True)
        scores["ac"].append((ac - mean) / sd)
        for name, chart in (("vein", vein_chart), ("kidney", kidney_chart)):
            mean, sd = chart(weeks)
            scores[name].append((truth[f"{name}_mm"] - mean) / sd)
    for name, found in scores.items():
        assert np.abs(found).max() < 2.6, name
        assert abs(np.mean(found)) < 0.6, name
        assert 0.5 < np.std(found) < 1.5, name


def test_vein_and_kidney_are_as_large_as_the_truth_says():
    scene = abdomen(26, seed=2)
    to_trunk = scene.outline_pose
    a, b = scene.truth["transverse_mm"] / 2, scene.truth["depth_mm"] / 2
    step = 0.2
    u, v = np.arange(-0.3 * a, 0.2 * a, step), np.arange(-0.6 * b, 0.1 * b, step)
    flat = np.stack([*np.meshgrid(u, v, indexing="ij"), np.zeros((len(u), len(v)))], -1)
    vein = np.isin(scene.labels(to_trunk.to_scene(flat)), scene.classes["umbilical_vein"])
    widest = 2 * step * ndimage.distance_transform_edt(vein).max()
    assert widest == pytest.approx(scene.truth["vein_mm"], abs=3 * step)
    u, w = np.arange(0.1 * a, 0.8 * a, 0.5), np.arange(-2.0 * a, 0.0, 0.25)
    upright = np.stack(np.meshgrid(u, np.arange(0.2 * b, 0.75 * b, 0.5), w, indexing="ij"), -1)
    kidney = np.isin(scene.labels(to_trunk.to_scene(upright)), scene.classes["kidney"]).any((0, 1))
    # Its capsule bends by up to 1 % of the trunk's half width.
    assert 0.25 * kidney.sum() == pytest.approx(scene.truth["kidney_mm"], abs=2.0)


# -- planes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [12, 20, 40])
def test_the_standard_plane_shows_stomach_vein_and_spine(weeks):
    for seed in range(6):
        scene = abdomen(weeks, seed=seed)
        seen, truth = shown(scene), told(scene)
        assert seen >= ALWAYS, ALWAYS - seen
        assert not seen & ELSEWHERE
        assert truth["tilt_deg"] < 3.1
        assert abs(truth["off_mm"]) < 0.021 * scene.truth["transverse_mm"] / 2


def test_other_planes_miss_the_stomach_or_the_vein():
    kinds = {"high": 0, "low": 0, "oblique": 0}
    for seed in range(24):
        scene = abdomen(14 + seed, seed=seed, plane="other")
        seen, truth = shown(scene), told(scene)
        assert not {"stomach", "umbilical_vein"} <= seen
        half = scene.truth["transverse_mm"] / 2
        if truth["tilt_deg"] > 20:
            kinds["oblique"] += 1
            assert truth["tilt_deg"] >= 28
        else:
            assert abs(truth["off_mm"]) > 0.35 * half
            assert seen & ({"lung", "heart"} if truth["off_mm"] > 0 else {"kidney", "bowel", "gall_bladder"})
            kinds["high" if truth["off_mm"] > 0 else "low"] += 1
    assert min(kinds.values()) >= 3, kinds


def test_an_other_plane_knows_the_way_to_the_standard_one():
    for seed in (1, 2, 9):
        scene = abdomen(22, seed=seed, plane="other")
        there = scene.standard["abdomen"]
        assert shown(scene, there) >= ALWAYS
        assert told(scene, there)["off_mm"] == pytest.approx(0, abs=1e-6)
        assert told(scene, there)["tilt_deg"] == pytest.approx(0, abs=1e-4)
    assert abdomen(22, seed=1).standard == {"abdomen": Pose()}


def test_the_back_points_anywhere_and_left_stays_left():
    angles, sides = [], []
    for seed in range(40):
        scene = abdomen(20, seed=seed)
        angles.append(np.deg2rad(scene.tells(np.zeros((2, 2)), Pose())["spine_deg"]))
        assert np.linalg.det(scene.outline_pose.axes) == pytest.approx(1)  # never a mirror image
        sides.append(scene.outline_pose.axes[2][2] > 0)
    assert abs(np.exp(1j * np.array(angles)).mean()) < 0.3
    assert len(np.unique(np.floor(np.array(angles) / (np.pi / 2)))) == 4
    assert 10 < sum(sides) < 30  # seen from the feet and from the head


def test_organs_lie_on_their_sides():
    for seed in range(5):
        scene = abdomen(22, seed=seed)
        points = window(scene)
        labels, own = scene.labels(points), scene.outline_pose.from_scene(points)
        left, back = ({n: own[np.isin(labels, scene.classes[n]), i].mean() for n in ALWAYS} for i in (0, 1))
        assert left["stomach"] > 0 > left["liver"]
        assert left["aorta"] > 0 > left["vena_cava"]
        assert abs(left["spine"]) < 0.05 * scene.truth["transverse_mm"]
        assert back["spine"] > back["aorta"] > back["stomach"] > back["umbilical_vein"]
        spine = scene.labels(np.array([scene.landmarks["spine"]]))
        assert spine[0] in scene.classes["spine"]


def test_what_a_picture_tells_follows_its_plane():
    scene = abdomen(24, seed=3)
    up = np.sign(scene.outline_pose.axes[2][2])
    start = told(scene)["off_mm"]
    for mm in (-9.0, 12.0):
        assert told(scene, Pose((0.0, 0.0, up * mm)))["off_mm"] - start == pytest.approx(mm, abs=0.05)
    assert "heart" in shown(scene, Pose((0.0, 0.0, up * 28.0)))
    assert "kidney" in shown(scene, Pose((0.0, 0.0, -up * 20.0)))


def test_organs_have_depth():
    scene = abdomen(28, seed=4, difficulty=0)
    a = scene.truth["transverse_mm"] / 2
    heights = np.arange(-2.2, 2.2, 0.05) * a
    grid = np.stack(np.meshgrid(np.arange(-1, 1, 0.06) * a, np.arange(-1, 1, 0.06) * a, heights), -1)
    labels = scene.labels(scene.outline_pose.to_scene(grid))
    middle, extent = {}, {}
    for name in ("spine", "stomach", "heart", "kidney", "bladder", "umbilical_vein"):
        found = heights[np.isin(labels, scene.classes[name]).any((0, 1))] / a
        middle[name], extent[name] = found.mean(), np.ptp(found)
    assert middle["heart"] > 0.8 > abs(middle["stomach"]) * 10
    assert middle["kidney"] < -0.5
    assert middle["bladder"] < middle["kidney"]
    assert extent["spine"] > 4
    assert 0.4 < extent["stomach"] < 0.65
    assert 0.7 < extent["umbilical_vein"] < 1.0


def test_a_sweep_meets_the_plane_and_tells_what_each_frame_shows():
    sweep = draw_sweep(
        "abdomen",
        5,
        weeks=22,
        frames=7,
        fps=7,
        hand=Hand(margin=26, drift=0, rocking=0, jitter=0, bumps=0),
        shape=(48, 72),
    )
    assert sweep.plane == ("other",) * 3 + ("abdomen",) + ("other",) * 3
    first, last = sweep.truth["frames"][0], sweep.truth["frames"][-1]
    assert abs(first["off_mm"]) > 24
    assert first["off_mm"] * last["off_mm"] < 0
    high, low = (first, last) if first["off_mm"] > 0 else (last, first)
    assert high["visible"]["heart"]
    assert not high["visible"]["kidney"]
    assert low["visible"]["kidney"]
    assert sweep.truth["frames"][3]["visible"]["stomach"]


# -- knobs ------------------------------------------------------------------------------------------


def test_deformation_bends_the_outline_away_from_its_ellipse():
    def off_ellipse(scene):
        points = scene.outline.outline(256)
        fitted = fit_ellipse(points)
        x, y = (points - [fitted.row, fitted.column]).T
        c, s = np.cos(fitted.angle), np.sin(fitted.angle)
        along, beside = x * s + y * c, x * c - y * s
        return np.std(np.hypot(along / fitted.semi_major, beside / fitted.semi_minor))

    found = [
        [off_ellipse(abdomen(24, seed=s, knobs={"deformation": k})) for s in range(6)] for k in (0, 0.5, 1)
    ]
    clear, half, hard = np.mean(found, 1)
    assert clear < 0.02 < 0.03 < hard
    assert clear < half < hard
    flat = abdomen(24, seed=1, knobs={"deformation": 1.0}).truth
    round_ = abdomen(24, seed=1, knobs={"deformation": 0.0}).truth
    assert flat["depth_mm"] / flat["transverse_mm"] < 0.82 * round_["depth_mm"] / round_["transverse_mm"]


def test_fluid_lack_takes_the_rim_away():
    share = []
    for lack in (0.0, 0.5, 1.0):
        scene = abdomen(24, seed=3, knobs={"fluid_lack": lack})
        a = scene.truth["transverse_mm"] / 2
        points = window(scene, 160)
        distance = scene.outline.distance(*np.moveaxis(scene.outline_pose.from_scene(points), -1, 0))
        ring = (distance > 0.5) & (distance < 0.15 * a)
        share.append(np.isin(scene.labels(points), scene.classes["fluid"])[ring].mean())
    assert share[0] > 0.9
    assert share[1] > 0.5
    assert share[2] == 0


def test_faint_outline_takes_the_contrast_of_the_border():
    contrast = []
    for faint in (0.0, 1.0):
        steps = []
        for seed in range(3):
            sample = turned(seed, faint_outline=faint, fluid_lack=1.0)
            mask = sample.mask("abdomen")
            border = mask ^ ndimage.binary_erosion(mask, iterations=2)
            near = ndimage.binary_dilation(mask, iterations=8) ^ ndimage.binary_erosion(mask, iterations=8)
            steps.append(sample.image[border].mean() / sample.image[near & ~border].mean())
        contrast.append(np.mean(steps))
    assert contrast[0] > 1.15
    assert contrast[1] < 0.5 * contrast[0] + 0.5


def test_ribs_and_limbs_take_sound_away():
    kept = []
    for seed in range(5):
        clear, hard = (turned(seed, rib_shadow=k) for k in (0.0, 1.0))
        kept.append(hard.image[hard.mask("abdomen")].mean() / clear.image[clear.mask("abdomen")].mean())
    assert np.mean(kept) < 0.85
    assert max(kept) < 1.05


def test_lookalikes_stand_beside_the_trunk():
    for seed in range(3):
        plain, crowded = (abdomen(24, seed=seed, knobs={"lookalikes": k}) for k in (0.0, 1.0))
        points = window(plain, 100)
        points[..., :2] = (points[..., :2] - plain.frame.centre) * 2 + plain.frame.centre
        trunk = np.isin(plain.labels(points), plain.classes["abdomen"])
        within = ndimage.binary_erosion(trunk, iterations=2)  # clear of its soft border
        one, other = plain.at(points), crowded.at(points)
        assert np.array_equal(one.label[trunk], other.label[trunk])
        changed = np.abs(one.impedance - other.impedance) > 0.001
        assert changed[~trunk].mean() > 0.15
        assert not changed[within].any()


@pytest.mark.parametrize("name", ["wall", "dropout", *ANATOMIES["abdomen"].knobs])
def test_each_knob_changes_the_picture_and_only_deformation_the_trunk(name):
    clear, hard = turned(4, **{name: 0.0}), turned(4, **{name: 1.0})
    assert not np.array_equal(clear.image, hard.image)
    for size in ("transverse_mm", "vein_mm", "kidney_mm"):
        assert name == "deformation" or clear.truth[size] == hard.truth[size]
    assert clear.truth["ga_weeks"] == hard.truth["ga_weeks"]


def test_dropout_takes_six_tenths_of_the_skin_away():
    share = []
    for seed in range(6):
        clear, hard = (abdomen(24, seed=seed, knobs={"dropout": k, "faint_outline": 0.0}) for k in (0.0, 1.0))
        skin = clear.outline.outline(400) * (1 - 0.5 / (clear.truth["transverse_mm"] / 2))
        points = clear.outline_pose.to_scene(np.column_stack([skin, np.zeros(400)]))
        share.append((clear.at(points).impedance - hard.at(points).impedance > 0.01).mean())
    assert np.mean(share) == pytest.approx(0.6, abs=0.1)


# -- pictures ---------------------------------------------------------------------------------------


def test_stomach_and_vein_are_dark_and_bone_is_bright():
    bone = []
    for seed in range(4):
        sample = draw("abdomen", seed, weeks=26, difficulty=0.1, machine="premium", shape=(128, 192))
        grey = {n: np.median(sample.image[sample.mask(n)]) for n in ("liver", "stomach", "umbilical_vein")}
        assert grey["stomach"] < 0.5 * grey["liver"]
        assert grey["umbilical_vein"] < 0.7 * grey["liver"]
        bone.append(np.percentile(sample.image[sample.mask("spine")], 95) / grey["liver"])
    assert np.median(bone) > 1.5


def test_one_seed_gives_the_same_bytes():
    for plane in ("abdomen", "other"):
        first, second = (draw(plane, 11, anatomy="abdomen", shape=SMALL) for _ in range(2))
        assert first.image.tobytes() == second.image.tobytes()
        assert first.labels.tobytes() == second.labels.tobytes()
        assert first.plane == plane
        assert redraw(first.params).truth == first.truth
    assert "ac_mm" not in first.truth


# -- bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: abdomen(11.9, seed=1), "from 12 to 40 weeks"),
        (lambda: abdomen(float("nan"), seed=1), "from 12 to 40 weeks"),
        (lambda: draw("abdomen", 1, weeks=41), "from 12 to 40 weeks"),
        (lambda: abdomen(20, seed=1, plane="4C"), "'abdomen' and 'other'"),
        (lambda: draw("abdomen", 1, knobs={"rib_shadow": 2}), "from 0"),
        (lambda: draw("transthalamic", 1, knobs={"rib_shadow": 0.5}), "no knob 'rib_shadow'"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_nothing_is_shown_where_there_is_no_trunk():
    assert not any(abdomen_shows(np.zeros((8, 8), np.uint8)).values())
