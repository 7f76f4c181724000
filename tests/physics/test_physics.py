"""The simulator's physics: each check of the table holds, and fails where the physics is made wrong."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial

import against_pymust
import make_pymust
import numpy as np
import pytest
import truth
from measured import PLAIN, flat_maps, signal_to_noise
from physics_table import CHECKS, Result, main

from fetal_edu.phantom import Machine, Probe, View, physics
from fetal_edu.phantom.physics import border_angle, reflection, transmission
from fetal_edu.phantom.probe import scan_map
from fetal_edu.phantom.screen import log_compress, scan_convert, tgc

NAMES = {check.name: check for check in CHECKS}


def skip_without_features(name):
    if name.startswith("older processor") and not truth.processor_features():
        pytest.skip("numpy has no code of its own for this processor, so there is none to leave out")


@pytest.mark.parametrize("name", NAMES)
def test_physics_check(name):
    skip_without_features(name)
    result = NAMES[name].run()
    assert result.passed, f"{name}: {result}, required {result.check.required}"


# Each check can fail ---------------------------------------------------------------------------------


def wrapped(patch, owner, name, change):
    """Let `change` have the last word on what a function returns."""
    sound = getattr(owner, name)
    patch.setattr(owner, name, lambda *given, **named: change(sound(*given, **named), *given))


def without_phase(patch):
    wrapped(patch, physics, "scatterers", lambda field, *given: field.real.astype(np.complex64))


def too_strong(patch):
    wrapped(patch, physics, "scatterers", lambda field, *given: 1.05 * field)


def power_of_the_blur(patch):
    """What is left when the field is not divided by the power of pulse and beam."""

    def change(seen, field, axial, lateral):
        return seen * np.sqrt((axial**2).mean() * (lateral**2).mean((0, -1)))[:, None]

    wrapped(patch, physics, "through_probe", change)


def energy_of_the_pulse(patch):
    wrapped(patch, physics, "through_probe", lambda seen, field, axial, lateral: seen * np.sqrt(axial.mean()))


def too_wide(patch):
    wrapped(patch, Probe, "lateral_sigma", lambda sigma, probe: 1.1 * sigma)


def too_long(patch):
    wrapped(patch, Probe, "axial_sigma", lambda sigma, probe: 1.1 * sigma)


def attenuation_off(patch):
    wrapped(patch, physics, "transmission", lambda left, *given: left**1.05)


def one_way(patch):
    wrapped(patch, physics, "transmission", lambda left, *given: np.sqrt(left))


def other_carrier(patch):
    sound = against_pymust.ours
    patch.setattr(against_pymust, "ours", lambda probe, *given: sound(replace(probe, f0=3.85), *given))


def swollen_labels(patch):
    wrapped(patch, View, "points", lambda points, view, shape: 1.02 * points)


def shifted_labels(patch):
    wrapped(patch, View, "points", lambda points, view, shape: points + 0.5 * view.spacing[0])


def unseeded(patch):
    sound = np.random.default_rng
    patch.setattr(np.random, "default_rng", lambda *given: sound())


def brighter(patch):
    module = sys.modules["fetal_edu.phantom.render"]  # the package's own `render` is its function
    wrapped(patch, module, "finish", lambda picture, *given: np.minimum(picture + np.float32(2 / 255), 1))


#: A wrong physics, and the checks (by the start of their names) that have to notice.
WRONG = {
    without_phase: ("speckle",),
    too_strong: ("generic tissue",),
    power_of_the_blur: ("generic tissue", "tissue: power", "tissue: focus"),
    energy_of_the_pulse: ("border",),
    too_wide: ("lateral cell",),
    too_long: ("axial cell",),
    attenuation_off: ("slope", "shadow of 3 mm"),
    one_way: ("slope", "shadow"),
    other_carrier: ("correlation",),
    swollen_labels: ("head",),
    shifted_labels: ("labels",),
    unseeded: ("same seed", "1 or 2 workers", "redrawn"),
    brighter: ("kept", "older"),
}
CAUGHT = [
    pytest.param(wrong, check, id=f"{wrong.__name__}-{check.name}")
    for wrong, starts in WRONG.items()
    for check in CHECKS
    if check.name.startswith(starts)
]


@pytest.mark.parametrize(("wrong", "check"), CAUGHT)
def test_physics_check_notices(wrong, check, monkeypatch):
    skip_without_features(check.name)
    wrong(monkeypatch)
    result = check.run()
    # Not just an interval that is too wide: the value itself lies outside.
    values = result.values if check.each else (result.mean,)
    assert not all(check.low <= value <= check.high for value in values), str(result)


def test_each_check_has_something_to_notice():
    assert {param.values[1].name for param in CAUGHT} == set(NAMES)


def test_an_interval_that_reaches_outside_does_not_pass():
    check = replace(CHECKS[0], low=0.9, high=1.1)
    assert Result(check, (0.99, 1.0, 1.01)).passed
    assert not Result(check, (0.8, 1.0, 1.2)).passed
    assert Result(replace(check, each=True), (0.91, 1.09)).passed
    assert not Result(replace(check, each=True), (0.91, 1.0, 1.11)).passed


def test_the_kept_scene_is_the_one_that_its_script_makes():
    kept = against_pymust.frozen()
    made = make_pymust.scatterers(np.random.default_rng(make_pymust.SEED), n=make_pymust.SCATTERERS)
    assert kept.scatterers == pytest.approx(np.stack(made, -1), abs=1e-5)
    assert kept.probe == Probe(**make_pymust.PROBE)
    assert kept.amplitude.shape == (kept.probe.samples / make_pymust.EVERY, kept.probe.beams)


@pytest.mark.parametrize(
    "other",
    [{"f0": 0.7}, {"f0": 1.3}, {"cycles": 0.5}, {"cycles": 1.5}, {"aperture": 0.5}],
    ids=lambda other: "-".join(f"{name} x {by}" for name, by in other.items()),
)
def test_another_probe_does_not_make_pymusts_speckle(other):
    check = NAMES["correlation with PyMUST's speckle"]
    result = replace(check, measure=partial(against_pymust.correlation, **other)).run()
    assert result.mean < check.low, str(result)


def test_the_table_is_printed_and_says_what_failed(monkeypatch, capsys):
    sound = CHECKS[0]
    broken = replace(sound, name="broken", low=5, high=6)
    monkeypatch.setattr("physics_table.CHECKS", (sound, broken))
    assert main() == 1
    first, second = capsys.readouterr().out.splitlines()[1:3]
    assert "FAILED" not in first
    assert second.startswith("broken")
    assert second.endswith("FAILED")


# Single stages ---------------------------------------------------------------------------------------


def test_compounding_raises_the_signal_to_noise():
    assert signal_to_noise(3, looks=5) > 1.15 * signal_to_noise(3, looks=1)


def test_two_borders_let_through_what_they_do_not_reflect():
    probe = Probe(samples=256)
    impedance = np.full((256, 192), 1.6, np.float32)
    impedance[100:120] = 3.0
    left = transmission(np.zeros_like(impedance), reflection(impedance), probe)
    part = 1 - ((3.0 - 1.6) / (3.0 + 1.6)) ** 2
    assert 20 * np.log10(left[-1, 0]) == pytest.approx(40 * np.log10(part), abs=0.02)


def test_a_border_shines_less_when_it_is_tilted():
    probe = Probe(samples=256)
    maps = flat_maps(probe)
    maps.impedance[probe.points()[..., 0] > 60] = 1.8  # flat, so that only the middle beam meets it upright
    echo, _ = physics.specular(maps.impedance, probe, PLAIN)
    middle, side = echo[:, 96].max(), echo[:, 20].max()
    assert side < 0.6 * middle


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
