"""The heart: its planes, its sizes, its beat, and speckle that moves with the tissue."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from scipy import ndimage

from fetal_edu.measure import fit_mask
from fetal_edu.phantom import Machine, Pose, Probe, View, draw, draw_sweep, heart, render, tissue_noise
from fetal_edu.phantom.draw import set_up
from fetal_edu.phantom.heart import CLASSES, PLANES
from fetal_edu.phantom.heart_beat import Beat, contraction, inflow, outflow
from fetal_edu.phantom.heart_sizes import (
    aortic_valve_chart,
    cardiac_circumference_chart,
    pulmonary_valve_chart,
    thoracic_circumference_chart,
)
from fetal_edu.phantom.path import STEADY, plane_distance
from fetal_edu.phantom.physics import envelope
from fetal_edu.phantom.scene import Maps

SMALL = (96, 120)
CHAMBERS = ("left_ventricle", "right_ventricle", "left_atrium", "right_atrium")
#: Nothing but blur and scatterers.
PLAIN = Machine(looks=1, reverberation=0.0, haze=-200.0, calm=0.0, side_lobes=-200.0, rough=0.0)


@lru_cache(maxsize=64)
def mask_of(seed, plane, weeks=24, phase=0.0, shape=(160, 200), **kind):
    """Labels of the fetus alone in a picture that shows all of the thorax, with the spacing."""
    scene = heart(weeks, seed=seed, plane=plane, phase=phase, **kind)
    view = whole(scene, shape)
    return scene, scene.labels(view.pose.to_scene(view.points(shape))), view.spacing[0]


def whole(scene, shape):
    (down, across), half = scene.frame.centre, 1.5 * max(scene.frame.half)
    mm = 2 * half / (shape[0] - 1)
    return View(down - half, across - mm * (shape[1] - 1) / 2, (mm, mm))


def named(labels, name):
    return np.isin(labels, CLASSES[name])


# -- what the planes show ------------------------------------------------------------------------------------

SHOWN = {
    "4C": (*CHAMBERS, "septum", "valve", "moderator_band", "myocardium", "descending_aorta", "spine", "lung"),
    "LVOT": ("left_ventricle", "right_ventricle", "aorta", "septum", "descending_aorta", "spine"),
    "RVOT": ("right_ventricle", "pulmonary_trunk", "aorta", "superior_vena_cava", "descending_aorta"),
    "3V": ("pulmonary_trunk", "aorta", "superior_vena_cava", "trachea", "descending_aorta", "spine"),
}
ABSENT = {
    "4C": ("aorta", "pulmonary_trunk", "superior_vena_cava", "thymus", "trachea", "liver"),
    "LVOT": ("pulmonary_trunk", "moderator_band", "thymus", "liver"),
    "RVOT": ("left_ventricle", "left_atrium", "right_atrium", "moderator_band", "liver"),
    "3V": (*CHAMBERS, "myocardium", "septum", "liver"),
}


@pytest.mark.parametrize("plane", PLANES)
def test_a_plane_shows_what_belongs_to_it_and_nothing_else(plane):
    for seed, weeks in ((1, 17), (2, 20), (3, 24), (4, 30), (5, 37), (6, 22)):
        _, labels, _ = mask_of(seed, plane, weeks)
        missing = [name for name in SHOWN[plane] if not named(labels, name).any()]
        wrong = [name for name in ABSENT[plane] if named(labels, name).any()]
        assert not missing, f"seed {seed}, {weeks} weeks"
        assert not wrong, f"seed {seed}, {weeks} weeks"


def test_other_is_far_from_every_standard_plane():
    kinds = set()
    for seed in range(40):
        scene = heart(24, seed=seed, plane="other")
        long = scene.truth["heart_length_mm"] / 2
        front = scene.frame.centre
        near = [plane_distance(scene.standard[name], Pose(), front) for name in PLANES]
        mm, degrees = np.array(near).T
        assert ((mm > 0.24 * long) | (degrees > 24)).all(), seed
        kinds.add("tilted" if degrees.min() > 24 else "shifted")
    assert kinds == {"tilted", "shifted"}


@pytest.mark.parametrize("plane", ["LVOT", "3V"])
def test_a_sweep_meets_the_standard_planes_of_the_same_fetus(plane):
    shape = (100, 120)
    here, there = (heart(26, seed=8, plane=p, phase=0.1) for p in ("4C", plane))
    view = whole(there, shape)
    points = view.points(shape)
    travelled = here.labels(here.standard[plane].to_scene(points))
    direct = there.labels(points)
    fetus = [value for name in SHOWN[plane] for value in CLASSES[name]]
    either = np.isin(travelled, fetus) | np.isin(direct, fetus)
    assert either.sum() > 300
    assert (travelled != direct)[either].mean() < 0.002  # a border may fall on a pixel's centre


def test_the_three_vessels_stand_in_a_row_and_get_smaller():
    for seed in range(6):
        _, labels, mm = mask_of(seed, "3V", 28, shape=(300, 360))
        wide, middle = [], []
        for name in ("pulmonary_trunk", "aorta", "superior_vena_cava"):
            mask = named(labels, name)
            wide.append(2 * mm * ndimage.distance_transform_edt(mask).max())
            middle.append(np.argwhere(mask).mean(0) * mm)
        assert wide[0] > 0.95 * wide[1] > 1.1 * wide[2], seed
        way = middle[2] - middle[0]
        part = (middle[1] - middle[0]) @ way / (way @ way)
        beside = np.linalg.norm(middle[1] - middle[0] - part * way)
        assert 0.2 < part < 0.8, seed
        assert beside < 0.35 * np.linalg.norm(way), seed


def test_the_aorta_leaves_the_left_ventricle_and_the_trunk_the_right_one():
    for seed in range(5):
        for plane, vessel, ventricle in (
            ("LVOT", "aorta", "left_ventricle"),
            ("RVOT", "pulmonary_trunk", "right_ventricle"),
        ):
            _, labels, _ = mask_of(seed, plane, 26)
            grown = ndimage.binary_dilation(named(labels, vessel), iterations=2)
            assert (grown & named(labels, ventricle)).any(), (seed, plane)


def test_the_heart_lies_as_a_sonographer_expects():
    for seed in range(8):
        scene, labels, _ = mask_of(seed, "4C", 25)
        spine, aorta, all_ = (
            np.argwhere(named(labels, n)).mean(0) for n in ("spine", "descending_aorta", "lung")
        )
        front = (all_ - spine) / np.linalg.norm(all_ - spine)
        angle = np.deg2rad(scene.tells(labels, Pose())["heart_angle_deg"])
        apex = np.array([np.sin(angle), np.cos(angle)])
        axis = np.degrees(np.arccos(front @ apex))
        assert 28 < axis < 67, "45 degrees to the left, 35 to 60 drawn"
        left = np.array([-front[1], front[0]])
        both = (left @ apex) * (left @ (aorta - spine))
        assert both > 0, "apex and descending aorta lie on the same side, the left"
        centres = {name: np.argwhere(named(labels, name)).mean(0) for name in CHAMBERS}
        far = {name: np.linalg.norm(centre - spine) for name, centre in centres.items()}
        assert min(far, key=far.get) == "left_atrium", "the left atrium is the chamber at the back"
        assert np.linalg.norm(aorta - spine) < far["left_atrium"], "the aorta runs before the spine"
        assert (centres["right_ventricle"] - spine) @ front > (centres["left_ventricle"] - spine) @ front


# -- truth ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", [*PLANES, "other"])
def test_labels_are_the_anatomy_at_the_pixel_centres(plane):
    sample = draw(plane, 5, anatomy="heart", shape=SMALL)
    setup = set_up(plane, 5, anatomy="heart", shape=SMALL)
    points = setup.view.pose.to_scene(setup.view.points(SMALL))
    assert np.array_equal(sample.labels, setup.scene.at(points).label)
    assert set(np.unique(sample.labels)) <= {value for values in CLASSES.values() for value in values}


@pytest.mark.parametrize(
    ("seed", "weeks", "phase"), [(1, 18, 0.0), (2, 24, 0.21), (3, 30, 0.1), (4, 36, 0.0)]
)
def test_the_true_outline_lies_on_the_mask(seed, weeks, phase):
    scene, labels, mm = mask_of(seed, "4C", weeks, phase, (300, 360))
    view = whole(scene, (300, 360))
    distance = scene.outline.distance(
        *np.moveaxis(scene.outline_pose.from_scene(view.points((300, 360))), -1, 0)
    )
    mask = named(labels, "heart")
    assert ((mask != (distance < 0)) & (np.abs(distance) > 1e-3)).sum() == 0
    truth = render(scene, Probe(depth=150), Machine(), seed=1, shape=(300, 360), view=view).truth
    fitted = fit_mask(mask, (mm, mm))
    assert fitted.circumference == pytest.approx(truth["cc_mm"], rel=0.01)
    if phase == 0:
        assert truth["cc_mm"] == pytest.approx(truth["cardiac_circumference_mm"], rel=0.002)


def test_sizes_follow_their_charts():
    charts = {
        "cardiac_circumference_mm": cardiac_circumference_chart,
        "aortic_valve_mm": aortic_valve_chart,
        "pulmonary_valve_mm": pulmonary_valve_chart,
        "thoracic_circumference_mm": thoracic_circumference_chart,
    }
    for weeks in (17, 23, 36):
        truths = [heart(weeks, seed=seed).truth for seed in range(30)]
        for name, chart in charts.items():
            mean, sd = chart(weeks)
            scores = (np.array([t[name] for t in truths]) - mean) / sd
            assert abs(scores).max() <= 2.01, (name, weeks)
            assert abs(scores.mean()) < 0.6, (name, weeks)
            assert 0.5 < scores.std() < 1.3, (name, weeks)
        assert all(120 <= t["rate_bpm"] <= 160 for t in truths)


def test_the_vessels_are_as_wide_as_the_truth_says():
    for seed in range(4):
        scene, labels, mm = mask_of(seed, "3V", 30, 0.0, (300, 360))
        wide = 2 * mm * ndimage.distance_transform_edt(named(labels, "aorta")).max()
        assert wide == pytest.approx(scene.truth["aortic_valve_mm"], rel=0.12)


def test_landmarks_lie_where_they_should():
    for phase in (0.0, 0.21):
        scene = heart(27, seed=3, phase=phase)
        at = {name: scene.labels(np.array([point]))[0] for name, point in scene.landmarks.items()}
        assert at["crux"] in CLASSES["septum"]
        assert at["apex"] in CLASSES["myocardium"]
        assert at["aortic_valve"] in (*CLASSES["aorta"], *CLASSES["valve"])
        assert at["pulmonary_valve"] in (*CLASSES["pulmonary_trunk"], *CLASSES["valve"])
    for plane in PLANES:
        scene, labels, mm = mask_of(3, plane, 27)
        down, across, out = scene.landmarks["heart_centre"]
        assert abs(out) < 0.2, "the middle of the heart lies in the plane"
        told = scene.tells(labels, Pose())
        assert told["heart_centre_mm"] == pytest.approx((down, across), abs=0.3)
        inside = np.isin(
            labels, [v for name in (*CHAMBERS, "aorta", "superior_vena_cava") for v in CLASSES[name]]
        )
        view = whole(scene, labels.shape)
        place = np.argwhere(inside) * mm + [view.top, view.left] - [down, across]
        within = np.linalg.norm(place, axis=1) < 1.05 * told["heart_radius_mm"]
        assert within.mean() > 0.95, plane


def test_a_frame_of_a_sweep_knows_where_its_heart_lies():
    here = heart(26, seed=8, phase=0.1)
    for plane in PLANES:
        there = heart(26, seed=8, plane=plane, phase=0.1)
        frame, picture = here.tells(None, here.standard[plane]), there.tells(None, Pose())
        for key, value in picture.items():
            assert frame[key] == pytest.approx(value, abs=0.02), (plane, key)
    levels = [here.tells(None, here.standard[plane])["heart_level"] for plane in PLANES]
    assert levels == sorted(levels)
    assert levels[0] == pytest.approx(0, abs=0.01)
    sample = draw("LVOT", 3, anatomy="heart", shape=SMALL)
    row, column = sample.truth["landmarks"]["heart_centre"][:2]
    top, left = (sample.params["view"][key] for key in ("top", "left"))
    assert sample.truth["heart_centre_mm"] == pytest.approx((row + top, column + left), abs=0.3)
    apex, crux = (np.array(sample.truth["landmarks"][name][:2]) for name in ("apex", "crux"))
    way = apex - crux
    assert np.degrees(np.arctan2(*way)) == pytest.approx(sample.truth["heart_angle_deg"], abs=8)


def test_a_sweep_leads_upwards_through_a_beating_heart():
    sweep = draw_sweep(
        "heart", 5, weeks=26, waypoints=["4C", "LVOT", "3V"], frames=13, fps=20, hand=STEADY, shape=(32, 48)
    )
    met = dict.fromkeys(plane for plane in sweep.plane if plane != "other")
    assert [plane for plane in met if plane != "RVOT"] == ["4C", "LVOT", "3V"]
    frames = sweep.truth["frames"]
    levels = [frame["heart_level"] for frame in frames]
    assert levels == sorted(levels)
    beats = np.diff([frame["phase"] for frame in frames]) % 1
    assert beats == pytest.approx(sweep.truth["rate_bpm"] / 60 / 20)
    at_4c = [frame["visibility"] for frame, plane in zip(frames, sweep.plane, strict=True) if plane == "4C"]
    assert min(at_4c) > 0.6


# -- the beat ------------------------------------------------------------------------------------------------


def test_a_beat_squeezes_the_ventricles_and_fills_the_atria():
    for seed in range(3):
        count = {}
        for phase in (0.0, 0.21, 0.6):
            _, labels, _ = mask_of(seed, "4C", 26, phase)
            count[phase] = {name: named(labels, name).sum() for name in (*CHAMBERS, "heart")}
        for name in CHAMBERS:
            ratio = count[0.21][name] / count[0.0][name]
            assert (0.55 < ratio < 0.80) if "ventricle" in name else (1.1 < ratio < 1.4), name
            assert count[0.6][name] == pytest.approx(count[0.0][name], rel=0.03)
        assert 0.85 < count[0.21]["heart"] / count[0.0]["heart"] < 0.97


def test_another_phase_is_the_same_fetus_at_another_moment():
    shape = (100, 120)
    still, later = (heart(24, seed=6, phase=phase) for phase in (0.0, 0.21))
    points = whole(still, shape).points(shape)
    first, second = still.at(points), later.at(points)
    far = np.linalg.norm(still.material(points) - later.material(points), axis=-1) == 0
    assert 0.3 < far.mean() < 0.95
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one[far], other[far])
    moving = {"phase", "contraction"}
    assert {k: v for k, v in still.truth.items() if k not in moving} == {
        k: v for k, v in later.truth.items() if k not in moving
    }
    again = heart(24, seed=6, phase=1.0).at(points)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    drawn = heart(24, seed=6)
    assert 0 <= drawn.truth["phase"] < 1
    assert drawn.truth["rate_bpm"] == still.truth["rate_bpm"]


def test_the_valves_open_in_turn():
    for phase, mouths, vessels in ((0.2, 0.0, 1.0), (0.6, 1.0, 0.0)):
        assert (inflow(phase), outflow(phase)) == (mouths, vessels)
    assert contraction(0.21) == 1.0
    assert contraction(0.0) == contraction(0.7) == 0.0
    for seed in range(3):
        share = {}
        for phase in (0.0, 0.6):  # relaxed both times
            scene = heart(26, seed=seed, phase=phase)
            long = scene.truth["heart_length_mm"] / 2
            p, q = np.meshgrid(np.linspace(-0.3, -0.05, 60), np.linspace(0.20, 0.36, 30), indexing="ij")
            points = np.stack([p * long, q * long, 0 * p], -1)
            share[phase] = named(scene.labels(scene.outline_pose.to_scene(points)), "valve").any(0).mean()
        assert share[0.0] > 0.9, "closed leaflets cross the mitral mouth"
        assert share[0.6] < 0.1, "open ones leave its middle free"


def test_the_beat_is_smooth_and_can_be_undone():
    beat = Beat(1.0, (15.0, 12.0, 9.3))
    steps = [np.linspace(-1.4, 1.4, 41) * s for s in beat.semi]
    now = np.meshgrid(*steps, indexing="ij")
    rest = beat(*now)
    jacobian = np.stack([np.stack(np.gradient(x, *steps), -1) for x in rest], -2)
    assert np.linalg.det(jacobian).min() > 0.1, "no tissue is folded"
    moved = np.linalg.norm(np.stack(rest) - np.stack(now), axis=0)
    assert 0.1 * beat.semi[0] < moved.max() <= beat.reach
    outside = sum((x / s) ** 2 for x, s in zip(now, beat.semi, strict=True)) > 1.5626
    assert not moved[outside].any()
    points = np.random.default_rng(0).uniform(-1, 1, (50, 3)) * beat.semi
    assert np.abs(np.stack(beat(*beat.forward(points).T), -1) - points).max() < 0.02


# -- speckle -------------------------------------------------------------------------------------------------


def uniform(probe, noise):
    """Echoes of uniform tissue with these scatterers, without their mean."""
    n = (probe.samples, probe.beams)
    maps = Maps(*(np.full(n, x, np.float32) for x in (1.6, 0, 0)), np.zeros(n, np.uint8))
    return envelope(maps, probe, PLAIN, np.random.default_rng(0), noise)


def alike(first, second):
    return np.corrcoef(first, second)[0, 1]


def test_speckle_follows_the_beating_heart():
    relaxed, tight = (heart(26, seed=2, phase=phase) for phase in (0.0, 0.21))
    down = relaxed.landmarks["heart_centre"][0]
    probe = Probe(depth=down + 35, start=max(down - 35, 0), f0=6, samples=768, half_angle=25)
    points = probe.points()
    rest = tight.material(points)
    first, second = (uniform(probe, tissue_noise(s.material(points), 5)) for s in (relaxed, tight))
    fresh = uniform(probe, tissue_noise(points, 6))
    row = (np.hypot(rest[..., 0] + probe.radius, rest[..., 1]) - probe.radius - probe.start) / probe.step
    turn = np.arctan2(rest[..., 1], rest[..., 0] + probe.radius) / np.deg2rad(probe.half_angle)
    undone = ndimage.map_coordinates(first, [row, (turn + 1) * (probe.beams - 1) / 2], order=1)
    moved = np.linalg.norm(rest - points, axis=-1)
    heart_, lung = moved > 0.7, moved == 0
    assert heart_.sum() > 3000
    assert alike(undone[heart_], second[heart_]) > 0.85
    assert alike(first[heart_], second[heart_]) < 0.3
    assert abs(alike(fresh[heart_], second[heart_])) < 0.15
    assert alike(first[lung], second[lung]) > 0.98, "what lies still keeps its speckle"


def test_pictures_of_two_moments_share_their_speckle():
    shape = (128, 160)
    setup = set_up("4C", 4, anatomy="heart", weeks=28, difficulty=0.2, shape=shape)
    scenes = [heart(28, seed=4, difficulty=0.2, phase=phase) for phase in (0.0, 0.07)]
    first, second, other = (
        render(s, setup.probe, setup.machine, seed=seed, shape=shape, view=setup.view, moving=True)
        for s, seed in ((scenes[0], 4), (scenes[1], 4), (scenes[1], 5))
    )
    lung = ndimage.binary_erosion(first.mask("lung"), iterations=4) & (first.image > 0) & (second.image > 0)
    grain = [x.image - ndimage.gaussian_filter(x.image, 4) for x in (first, second, other)]
    assert alike(grain[0][lung], grain[1][lung]) > 0.8
    assert abs(alike(grain[0][lung], grain[2][lung])) < 0.3


@pytest.mark.parametrize(
    "probe", [Probe(), Probe(depth=60, f0=6, beams=96), Probe(depth=160, f0=2.5, half_angle=36)], ids=str
)
def test_moving_speckle_is_as_bright_and_as_grainy_as_fresh_speckle(probe):
    inner, power, grain = np.s_[40:-40, 12:-12], [], []
    for seed in range(5):
        echoes = uniform(probe, tissue_noise(probe.points(), seed))[inner]
        power.append((echoes**2).mean(1))
        even = echoes / np.sqrt((echoes**2).mean(1, keepdims=True))
        grain.append(even.mean() / even.std())
    for part in np.array_split(np.mean(power, 0), 3):
        assert abs(10 * np.log10(part.mean())) < 0.4, "power 1 at each depth"
    assert np.mean(grain) == pytest.approx(1.91, abs=0.05)


def test_a_moved_tissue_takes_its_speckle_along():
    probe = Probe(samples=512)
    points = probe.points()
    first = uniform(probe, tissue_noise(points, 1))
    for n in (2, 6):
        later = uniform(probe, tissue_noise(points - np.float32([n * probe.step, 0, 0]), 1))
        middle = np.s_[:, 84:108]  # beams that point down, as the tissue moves
        there, here = later[40 + n : -40 + n][middle].ravel(), first[40:-40][middle].ravel()
        assert alike(there, here) > 0.95
        assert alike(later[40:-40][middle].ravel(), here) < 0.4


# -- knobs ---------------------------------------------------------------------------------------------------


def test_the_cue_tells_lvot_from_4c_and_can_be_taken_away():
    shape = (160, 200)
    for seed in (1, 2):
        areas = []
        for cue in (0.0, 0.5, 1.0):
            scene = heart(26, seed=seed, plane="LVOT", phase=0.0, knobs={"cue": cue})
            areas.append(named(scene.labels(whole(scene, shape).points(shape)), "aorta").sum())
        assert areas[0] > 1.5 * areas[1] > 2 * areas[2]
        plain, taken = (heart(26, seed=seed, phase=0.0, knobs={"cue": cue}) for cue in (0.0, 1.0))
        points = whole(plain, shape).points(shape)
        assert np.array_equal(plain.labels(points), taken.labels(points)), "4C does not show the root"


def test_dropouts_let_the_border_of_the_heart_fade():
    contrast = []
    for amount in (0.0, 1.0):
        scene = heart(26, seed=3, phase=0.0, knobs={"dropout": amount})
        angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
        ring = (
            np.stack([np.cos(angle), np.sin(angle) * 0.8, 0 * angle], -1) * scene.truth["heart_length_mm"] / 2
        )
        inner, outer = (scene.at(scene.outline_pose.to_scene(part * ring)) for part in (0.93, 1.12))
        contrast.append((outer.echo - inner.echo > 2.0).mean())
    assert contrast[0] > 0.6
    assert contrast[1] < contrast[0] - 0.25


def test_a_thick_wall_puts_the_heart_deeper():
    thin, thick = (heart(24, seed=2, knobs={"wall": w}).landmarks["heart_centre"][0] for w in (0.0, 1.0))
    assert thick - thin == pytest.approx(46)


def test_the_ribs_take_sound_away():
    weaker = []
    probe = Probe(depth=120)
    for seed in range(8):
        maps = heart(32, seed=seed, difficulty=0.0).at(probe.points())
        rib = np.isin(maps.label, CLASSES["rib"])
        crosses = rib.sum(0) * probe.step > 1.0  # mm
        if not 0.05 < crosses.mean() < 0.95:
            continue  # this plane runs between two ribs
        lost = np.where(rib, maps.attenuation, 0).sum(0) * probe.step / 10 * 2 * probe.f0
        weaker.append(np.median(lost[crosses]))
    assert len(weaker) >= 4
    assert min(weaker) > 1.5, "dB there and back"
    assert np.median(weaker) > 3


# -- pictures and bad input ----------------------------------------------------------------------------------


def test_chambers_are_dark_and_lungs_are_not_uniform():
    ratios, spread = [], []
    for seed in range(5):
        sample = draw("4C", seed, anatomy="heart", weeks=24, difficulty=0.2, shape=(128, 160))
        lung = sample.mask("lung") & (sample.image > 0)
        blood = sample.mask("left_ventricle") | sample.mask("right_atrium")
        ratios.append(sample.image[lung].mean() / (sample.image[blood].mean() + 0.01))
        scene = heart(24, seed=seed)
        maps = scene.at(whole(scene, SMALL).points(SMALL))
        spread.append(maps.echo[np.isin(maps.label, CLASSES["lung"])].std())
    assert min(ratios) > 1.3
    assert np.median(ratios) > 2
    assert min(spread) > 1.2, "dB"


def test_one_seed_gives_the_same_bytes():
    first, again = (draw("RVOT", 3, anatomy="heart", shape=SMALL) for _ in range(2))
    assert first.image.tobytes() == again.image.tobytes()
    assert first.labels.tobytes() == again.labels.tobytes()
    assert first.truth == again.truth
    assert draw("RVOT", 4, anatomy="heart", shape=SMALL).image.tobytes() != first.image.tobytes()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: heart(15.9, seed=1), "from 16 to 38 weeks"),
        (lambda: heart(float("nan"), seed=1), "from 16 to 38 weeks"),
        (lambda: heart(24, seed=1, plane="5C"), "4C, LVOT, RVOT, 3V and other"),
        (lambda: heart(24, seed=1, phase=float("inf")), "number from 0 to 1"),
        (lambda: draw("4C", 1, weeks=40, shape=SMALL), "16 to 38 weeks"),
        (lambda: draw("4C", 1, knobs={"cue": 2}, shape=SMALL), "cue is 2"),
        (lambda: draw("4C", 1, knobs={"clue": 1}, shape=SMALL), "cue"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
