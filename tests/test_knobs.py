"""The vocabulary of difficulty: each knob does what its sentence says; machines differ as real ones do."""

from __future__ import annotations

import numpy as np
import pytest

from fetal_edu.phantom import KNOBS, MACHINES, Machine, Probe, draw, redraw
from fetal_edu.phantom.draw import set_up
from fetal_edu.phantom.knobs import checked_knobs, turn_machine

SMALL = (96, 144)


def turned(seed, **knobs):
    return draw("transthalamic", seed, weeks=22, difficulty=0.2, knobs=knobs, shape=SMALL)


def set_to(**knobs):
    return set_up("transthalamic", 4, weeks=22, difficulty=0.2, knobs=knobs)


@pytest.mark.parametrize("name", KNOBS)
def test_each_knob_changes_the_picture_and_not_the_head(name):
    clear, hard = turned(4, **{name: 0.0}), turned(4, **{name: 1.0})
    assert not np.array_equal(clear.image, hard.image)
    assert clear.truth["hc_mm"] == pytest.approx(hard.truth["hc_mm"])


def test_no_knob_no_change():
    plain, same = turned(4), turned(4, occlusion=0.0, dropout=0.0)
    assert plain.image.tobytes() == same.image.tobytes()


def test_wall_is_a_depth():
    for value, depth in ((0.0, 14.0), (1.0, 60.0)):
        scene = set_to(wall=value).scene
        pose, surface = scene.outline_pose, scene.outline
        points = np.stack([np.arange(5.0, 90, 0.25), np.full(340, pose.origin[1]), np.zeros(340)], -1)
        inside = surface.distance(*pose.from_scene(points).T) < 0
        assert depth < points[inside.argmax(), 0] < depth + 12


def test_frequency_leads_to_two_megahertz():
    assert set_to(frequency=1.0).probe.f0 == pytest.approx(2.0)
    assert set_to(frequency=0.0).probe.f0 == set_to().probe.f0


def test_gain_is_in_decibel():
    loud, set_well = set_to(gain=1.0).machine.white, set_to().machine.white
    assert 20 * np.log10(set_well / loud) == pytest.approx(18)
    assert turned(4, gain=1.0).image.mean() > 1.5 * turned(4).image.mean()


def test_shadow_dropout_and_occlusion_take_the_skull_away():
    for name, share in (("shadow", 0.93), ("dropout", 0.8), ("occlusion", 0.9)):
        kept = []
        for seed in range(6):
            clear, hard = turned(seed, shadow=0.0), turned(seed, **{"shadow": 0.0, name: 1.0})
            ring = clear.mask("skull")
            kept.append(hard.image[ring].mean() / clear.image[ring].mean())
        assert np.mean(kept) < share, name


def test_compounding_makes_grain():
    grain = []
    for value in (0.0, 1.0):
        image = turned(4, compounding=value).image
        grain.append(np.abs(np.diff(image, axis=1)).mean() / image.mean())
    assert grain[1] > 1.3 * grain[0]
    assert set_to(compounding=0.0).machine.looks == 7


def test_motion_smears_along_the_beams_neighbours():
    clear, moved = turned(4, motion=0.0, compounding=0.8), turned(4, motion=1.0, compounding=0.8)
    edges = [np.abs(np.diff(sample.image, axis=1)).mean() for sample in (clear, moved)]
    assert edges[1] < 0.9 * edges[0]


def test_shadows_lie_where_the_seed_says():
    one, same, other = (turn_machine(Machine(), {"shadow": 1}, np.random.default_rng(s)) for s in (1, 1, 2))
    assert one.shadows == same.shadows != other.shadows


# -- machines ---------------------------------------------------------------------------------------


def test_machines_differ_in_resolution_grain_and_noise():
    setups = {kind: set_up("transthalamic", 4, weeks=22, machine=kind) for kind in MACHINES}
    wide = {kind: setup.probe.lateral_sigma().mean() for kind, setup in setups.items()}
    assert wide["premium"] < 0.8 * min(wide["portable"], wide["old"])
    assert setups["premium"].machine.noise < setups["portable"].machine.noise
    images = {kind: draw("transthalamic", 4, weeks=22, machine=kind).image for kind in MACHINES}
    black = {kind: (image[60:200, 100:280] < 0.02).mean() for kind, image in images.items()}
    assert black["old"] > black["premium"]


def test_a_machine_does_not_change_the_anatomy():
    first, *others = (draw("transthalamic", 4, weeks=22, machine=kind, shape=SMALL) for kind in MACHINES)
    for other in others:
        assert np.array_equal(first.labels, other.labels)


def test_knobs_and_machine_are_redrawn():
    sample = draw("transthalamic", 6, knobs={"shadow": 0.4, "wall": 0.9}, machine="portable", shape=SMALL)
    again = redraw(sample.params)
    assert again.image.tobytes() == sample.image.tobytes()
    assert again.truth == sample.truth


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: checked_knobs({"rain": 0.5}), "no knob 'rain'"),
        (lambda: checked_knobs({"shadow": 1.2}), "from 0"),
        (lambda: checked_knobs({"shadow": "much"}), "a number from 0 to 1, not 'much'"),
        (lambda: checked_knobs({"shadow": float("nan")}), "from 0"),
        (lambda: draw("transthalamic", 1, machine="toy"), "no machine 'toy'"),
        (lambda: draw("sideways", 1), "no plane 'sideways'"),
        (lambda: draw("transthalamic", 1, anatomy="foot"), "no anatomy 'foot'"),
        (lambda: Probe(half_angle=0), "half angle"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
