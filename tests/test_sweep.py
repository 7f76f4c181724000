"""Sweeps: the way of the probe, what each frame says of itself, and speckle that moves with the tissue."""

from __future__ import annotations

import json

import numpy as np
import pytest

from fetal_edu.phantom import (
    Hand,
    Machine,
    Pose,
    Probe,
    View,
    draw_sweep,
    head,
    redraw,
    render,
    tissue_noise,
    tone_of,
)
from fetal_edu.phantom.path import STEADY, lead, nearest_plane, plane_distance

SMALL = (48, 72)
CENTRE = (60.0, 0.0)


def led(*stops, frames=41, hand=STEADY, seed=0):
    return lead(list(stops), CENTRE, frames=frames, fps=20, rng=np.random.default_rng(seed), hand=hand)


def tilted(degrees):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turned = Pose((0, 0, 0), ((1, 0, 0), (0, c, s), (0, -s, c)))
    return turned


# -- the way ----------------------------------------------------------------------------------------


def test_a_steady_hand_meets_each_plane():
    planes = {"low": Pose(), "high": tilted(25)}
    poses = led(*planes.values())
    shown = [nearest_plane(pose, planes, CENTRE, (1.0, 3.0)) for pose in poses]
    assert [name for name, last in zip(shown, [None, *shown], strict=False) if name != last] == [
        "other",
        "low",
        "other",
        "high",
        "other",
    ]
    assert plane_distance(poses[0], Pose(), CENTRE) == pytest.approx((7.0, 0.0))


@pytest.mark.parametrize("z", [12.0, -12.0])
def test_a_sweep_begins_before_the_first_plane_and_ends_behind_the_last(z):
    places = [pose.origin[2] for pose in led(Pose(), Pose((0.0, 0.0, z)))]
    assert places[0] == pytest.approx(-7.0 * np.sign(z))
    assert places[-1] == pytest.approx(z + 7.0 * np.sign(z))
    assert np.all(np.diff(places) * np.sign(z) > 0)


def test_the_middle_of_the_picture_stays_while_planes_turn():
    middle = np.array([*CENTRE, 0.0])
    first, last = tilted(0), tilted(40)
    around = Pose(tuple(middle - middle @ np.asarray(last.axes)), last.axes)
    for pose in led(first, around, hand=Hand(0.4, 0.0, 0.0, 0.0, 0.0, 0, 0.0)):
        assert pose.to_scene(middle) == pytest.approx(middle, abs=1e-9)


def test_an_unsteady_hand_wanders_as_far_as_asked():
    still = np.array([pose.origin for pose in led(Pose(), frames=600)])
    for hand, sd in ((Hand(0.4, 7, 2.0, 0, 0, 0), 2.0), (Hand(0.4, 7, 0, 0, 0.5, 0), 0.5)):
        moved = np.array([p.origin for p in led(Pose(), frames=600, hand=hand, seed=3)]) - still
        assert moved[:, 1].std() == pytest.approx(sd, rel=0.35)
    knocked = (
        np.array([p.origin for p in led(Pose(), frames=600, hand=Hand(0.4, 7, 0, 0, 0, 1, 4.0))]) - still
    )
    assert 2.0 < np.linalg.norm(knocked, axis=1).max() <= 4.0
    assert (np.linalg.norm(knocked, axis=1) > 0.1).mean() < 0.1


def test_no_plane_no_way():
    with pytest.raises(ValueError, match="at least one plane"):
        led()


# -- the sweep --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sweep():
    return draw_sweep("head", 5, weeks=22, waypoints=["transthalamic"], frames=9, fps=10, shape=SMALL)


def test_each_frame_has_plane_time_pose_and_visibility(sweep):
    assert sweep.shape == (9, *SMALL)
    assert sweep.labels.shape == sweep.shape
    assert len(sweep.plane) == len(sweep.truth["frames"]) == 9
    assert sweep.plane[4] == "transthalamic"
    assert sweep.plane[0] != "transthalamic"
    assert [frame["time_s"] for frame in sweep.truth["frames"]] == pytest.approx(np.arange(9) / 10)
    assert max(frame["visibility"] for frame in sweep.truth["frames"]) == 1
    sizes = sweep.mask("head").sum((1, 2))
    seen = [frame["visibility"] for frame in sweep.truth["frames"]]
    assert seen == pytest.approx(sizes / sizes.max(), abs=1e-3)


def test_a_frame_is_the_scene_where_its_pose_says(sweep):
    scene = head(22, seed=5, difficulty=sweep.params["difficulty"])
    told = sweep.truth["frames"][2]["pose"]
    view = View(**{**sweep.params["view"], "pose": Pose(**told)})
    assert np.array_equal(scene.labels(view.pose.to_scene(view.points(SMALL))), sweep.labels[2])


def test_the_same_seed_gives_the_same_sweep(sweep):
    again = draw_sweep("head", 5, weeks=22, waypoints=["transthalamic"], frames=9, fps=10, shape=SMALL)
    assert again.image.tobytes() == sweep.image.tobytes()
    assert again.truth == sweep.truth


def test_a_sweep_is_redrawn(sweep):
    again = redraw(json.loads(json.dumps(sweep.params)))
    assert again.image.tobytes() == sweep.image.tobytes()


def test_progress_is_told():
    told = []
    draw_sweep("head", 1, waypoints=["transthalamic"], frames=3, shape=(16, 24), on_frame=told.append)
    assert told == [1, 2, 3]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: draw_sweep("hand", 1), "no anatomy 'hand'"),
        (lambda: draw_sweep("head", 1, waypoints=["sideways"]), "no plane 'sideways' of the head"),
        (lambda: draw_sweep("head", 1, frames=1), "2 frames or more"),
        (lambda: draw_sweep("head", 1, fps=0), "speed above 0"),
        (lambda: draw_sweep("head", 1, weeks=50), "weeks"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# -- speckle that moves -----------------------------------------------------------------------------


def correlation(one, other):
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_speckle_moves_with_the_probe_and_fades_out_of_the_plane():
    scene, probe, machine = head(22, seed=3), Probe(depth=110), Machine(looks=1, calm=0, blur=0)
    tone = tone_of(scene, probe, machine, seed=1, moving=True)
    brain = {}
    for name, (across, out) in {
        "here": (0, 0),
        "beside": (2.4, 0),
        "near": (0, 0.4),
        "far": (0, 4.0),
    }.items():
        view = View(40, -15 - across, (0.3, 0.3), Pose((0.0, float(across), float(out))))
        drawn = render(scene, probe, machine, seed=1, shape=(96, 96), view=view, tone=tone, moving=True)
        brain[name] = drawn.image[20:70, 20:80]
    # The probe has moved 2.4 mm, and the view as much back: the same tissue lies at the same pixel.
    assert correlation(brain["here"], brain["beside"]) > 0.6
    assert correlation(brain["here"], brain["near"]) > 0.8
    # What is left at 4 mm are the structures, which reach that far.
    assert correlation(brain["here"], brain["far"]) < correlation(brain["here"], brain["near"]) - 0.15


def test_tissue_noise_has_mean_power_one_everywhere():
    rng = np.random.default_rng(1)
    points = rng.uniform(-200, 200, (4, 40000, 3)).astype(np.float32)
    points[1, :, 1] = np.float32(0.8 * 7 + 0.4)  # half-way between two cells
    noise = tissue_noise(points, seed=2)
    assert (np.abs(noise) ** 2).mean(1) == pytest.approx(1.0, abs=0.05)
    assert np.abs(noise.mean(1)).max() < 0.03
