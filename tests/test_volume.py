"""Simulated volumes: their truth, the thickness of the beam, and the files they are written to."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from fetal_edu.data import BadInput, read_image, read_nifti, write_nifti
from fetal_edu.measure import fit_mask
from fetal_edu.phantom import (
    Capsule,
    Ellipsoid,
    Machine,
    Pose,
    Probe,
    Scene,
    Structure,
    Tissue,
    View,
    draw,
    draw_volume,
    elevation_sigma,
    redraw,
    render_volume,
)
from fetal_edu.phantom.volume import plane_amplitudes
from fetal_edu.sample import Sample

SMALL = (6, 32, 48)
# No noise, no haze, one look: what is left is speckle.
BARE = Machine(looks=1, noise=-200, haze=-200, reverberation=0, side_lobes=-200, tgc=0, calm=0)
EVERYWHERE = Ellipsoid((60, 0, 0), (900, 900, 900))


@pytest.fixture(scope="module")
def volume():
    return draw_volume("transthalamic", 3, weeks=22, size=(9, 64, 96), step_mm=4)


# -- truth ------------------------------------------------------------------------------------------


def test_a_volume_is_the_picture_s_fetus(volume):
    flat = draw("transthalamic", 3, weeks=22, shape=(64, 96))
    middle = volume.truth["middle_plane"]
    assert (volume.shape, volume.spacing) == ((9, 64, 96), (4.0, *flat.spacing))
    assert np.array_equal(volume.labels[middle], flat.labels)
    assert volume.truth["hc_mm"] == flat.truth["hc_mm"]
    assert volume.group == flat.group


def test_labels_are_the_scene_s_at_the_voxels_centres(volume):
    from fetal_edu.phantom import head

    params = volume.params
    scene = head(params["weeks"], seed=3, difficulty=params["difficulty"])
    view = params["view"]
    rng = np.random.default_rng(0)
    index = rng.integers(0, volume.shape, (400, 3))
    step = np.array(volume.spacing)
    corner = np.array([-4 * 4.0, view["top"], view["left"]])
    points = (index * step + corner)[:, [1, 2, 0]]
    assert np.array_equal(scene.labels(points), volume.labels[tuple(index.T)])


def test_a_ball_has_its_volume():
    ball = Structure(Ellipsoid((50, 0, 0), (15, 15, 15)), Tissue(1.52, 0.02, -40), label=1)
    scene = Scene((ball,), classes={"ball": (1,)})
    probe = Probe(depth=90, beams=48, samples=160)
    view = View(25.0, -25.0, (1.0, 1.0))
    found = render_volume(scene, probe, Machine(), seed=1, view=view, size=(42, 50, 50), step_mm=1.0)
    assert found.mask("ball").sum() * 1e-3 == pytest.approx(4 / 3 * np.pi * 1.5**3, rel=0.01)
    core = (slice(17, 26), slice(21, 30), slice(21, 30))
    assert found.mask("ball")[core].all()
    assert found.image[core].mean() < 0.5 * found.image[~found.mask("ball")].mean()


def test_landmarks_are_in_mm_of_the_volume():
    ball = Structure(Ellipsoid((50, 4, 3), (5, 5, 5)), Tissue(1.52, 0.02, -40), label=1)
    scene = Scene((ball,), classes={"ball": (1,)}, landmarks={"middle": (50.0, 4.0, 3.0)})
    view = View(30.0, -20.0, (1.0, 1.0))
    probe = Probe(depth=80, beams=32, samples=80)
    found = render_volume(scene, probe, Machine(), seed=1, view=view, size=(20, 40, 40), step_mm=1.5)
    middle = np.argwhere(found.mask("ball")).mean(0) * found.spacing
    assert found.truth["landmarks"]["middle"] == pytest.approx(middle, abs=0.3)


def test_the_head_ends_above_and_below(volume):
    areas = volume.mask("head").sum((1, 2))
    middle = volume.truth["middle_plane"]
    assert areas[0] < 0.8 * areas[middle]
    assert areas[-1] < 0.8 * areas[middle]
    fitted = fit_mask(volume.mask("head")[middle], volume.spacing[1:])
    assert fitted.circumference == pytest.approx(volume.truth["hc_mm"], rel=0.01)


# -- the thickness of the beam ------------------------------------------------------------------------


def test_speckle_is_shared_by_planes_as_the_beam_s_thickness_says():
    scene = Scene((Structure(EVERYWHERE, Tissue(1.6, 0.0, 0.0)),))
    probe = Probe(f0=3.5, start=20, depth=110, samples=320, beams=96)
    planes = plane_amplitudes(scene, probe, BARE, seed=1, pose=Pose(), count=24, step_mm=0.75)
    power = np.square(np.stack(list(planes)))
    assert power.mean() == pytest.approx(1, abs=0.03)
    amplitude = np.sqrt(power)
    assert (amplitude.mean((0, 2)) / amplitude.std((0, 2))).mean() == pytest.approx(1.91, abs=0.04)
    sigma = elevation_sigma(probe)
    for rows in (slice(10, 60), slice(130, 180), slice(260, 310)):
        for apart in (1, 2):
            first, second = power[:-apart, rows] - 1, power[apart:, rows] - 1
            found = (first * second).mean() / np.sqrt((first**2).mean() * (second**2).mean())
            expected = np.exp(-((0.75 * apart) ** 2) / (2 * sigma[rows] ** 2)).mean()
            assert found == pytest.approx(expected, abs=0.05)


def test_planes_far_apart_share_nothing():
    scene = Scene((Structure(EVERYWHERE, Tissue(1.6, 0.0, 0.0)),))
    probe = Probe(start=40, depth=80, samples=160, beams=64)
    planes = plane_amplitudes(scene, probe, BARE, seed=2, pose=Pose(), count=6, step_mm=5.0)
    power = np.square(np.stack(list(planes))) - 1
    assert abs((power[:-1] * power[1:]).mean() / (power**2).mean()) < 0.05


def test_a_thin_vessel_across_the_planes_fades_into_its_neighbours():
    vessel = Structure(Capsule((65, -30, 0), (65, 30, 0), 0.8), Tissue(1.6, 0.0, 20.0))
    scene = Scene((Structure(EVERYWHERE, Tissue(1.6, 0.0, -20.0)), vessel))
    probe = Probe(start=50, depth=80, samples=160, beams=64)
    planes = plane_amplitudes(scene, probe, BARE, seed=1, pose=Pose(), count=9, step_mm=1.0)
    at = np.square(np.stack(list(planes)))[:, 72:88].mean((1, 2))
    sigma = elevation_sigma(probe)[80]
    assert 0.6 < sigma < 0.9
    assert at[4] > 3 * at[3] > 9 * at[0], "the plane beside it hears it too"
    assert at[0] == pytest.approx(0.01, rel=0.3), "the plane 4 mm away does not"


def test_the_beam_is_thinnest_near_the_lens_s_focus():
    probe = Probe(start=5, depth=160)
    thick = elevation_sigma(probe)
    assert 45 < probe.ranges[thick.argmin()] < 66
    assert thick[-1] > 2 * thick.min()
    assert (elevation_sigma(replace(probe, f0=6.0)) < thick).all()


# -- drawing ------------------------------------------------------------------------------------------


def test_one_seed_gives_the_same_bytes_and_progress_is_told():
    told = []
    first = draw_volume("head", 5, size=SMALL, progress=lambda done, planes: told.append((done, planes)))
    second = redraw(first.params)
    assert first.image.tobytes() == second.image.tobytes()
    assert first.labels.tobytes() == second.labels.tobytes()
    assert told == [(k, 6) for k in range(1, 7)]
    assert draw_volume("head", 6, size=SMALL).image.tobytes() != first.image.tobytes()


def test_the_planes_reach_as_far_as_the_rows():
    found = draw_volume("transthalamic", 5, size=(30, 32, 48))
    assert found.extent_mm[0] == pytest.approx(found.extent_mm[1])
    assert draw_volume("transthalamic", 5, size=(2, 32, 48)).spacing[0] == 5


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"size": (1, 32, 32)}, "at least 2 planes"),
        ({"size": (32, 32)}, "planes, rows and columns"),
        ({"size": (4000, 400, 400)}, "limit is 64 million"),
        ({"size": SMALL, "step_mm": 0}, "0.1 to 5 mm"),
        ({"size": SMALL, "step_mm": float("nan")}, "0.1 to 5 mm"),
        ({"size": SMALL, "weeks": 3}, "weeks"),
    ],
)
def test_bad_input_gets_a_sentence(options, says):
    with pytest.raises(ValueError, match=says):
        draw_volume("transthalamic", 1, **options)


def test_a_view_that_the_probe_does_not_see():
    scene = Scene((Structure(EVERYWHERE, Tissue(1.6, 0.0, 0.0)),))
    with pytest.raises(ValueError, match="sees nothing"):
        render_volume(
            scene, Probe(), Machine(), seed=1, view=View(500, 0, (1, 1)), size=(2, 16, 16), step_mm=1
        )


# -- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_a_volume_comes_back_from_its_files(tmp_path, volume, ending):
    image, labels = write_nifti(volume, tmp_path / f"head{ending}")
    back = read_nifti(image)
    assert back.image == pytest.approx(volume.image, abs=1e-6)
    assert np.array_equal(back.labels, volume.labels)
    assert back.spacing == pytest.approx(volume.spacing)
    assert back.classes == volume.classes
    assert labels.name == f"head-labels{ending}"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([image.name, labels.name])


def test_others_see_the_same_axes(tmp_path, volume):
    file = nibabel.load(write_nifti(volume, tmp_path / "a.nii.gz")[1])
    assert file.shape == (96, 64, 9)
    assert file.header.get_zooms() == pytest.approx(volume.spacing[::-1])
    assert np.array_equal(np.asarray(file.dataobj).T, volume.labels)


def test_pictures_and_sweeps_are_written_too(tmp_path, volume):
    middle = volume.image[4]
    flat = Sample(middle, spacing=(0.4, 0.3))
    back = read_nifti(write_nifti(flat, tmp_path / "flat.nii.gz")[0])
    assert (back.shape, back.spacing) == (middle.shape, pytest.approx((0.4, 0.3)))
    sweep = Sample(volume.image, labels=volume.labels, spacing=(0.4, 0.3), fps=25.0)
    back = read_nifti(write_nifti(sweep, tmp_path / "sweep.nii.gz")[0])
    assert (back.shape, back.fps, back.spacing) == (sweep.shape, 25.0, pytest.approx((0.4, 0.3)))
    assert np.array_equal(back.labels, sweep.labels)


def test_the_same_sample_gives_the_same_bytes(tmp_path, volume):
    first = [path.read_bytes() for path in write_nifti(volume, tmp_path / "a.nii.gz")]
    again = [path.read_bytes() for path in write_nifti(volume, tmp_path / "a.nii.gz")]
    assert first == again


def test_a_full_disk_leaves_nothing(tmp_path, volume, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BadInput, match=r"no space left on device.*make room"):
        write_nifti(volume, tmp_path / "a.nii.gz")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing(tmp_path, volume, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_nifti(volume, tmp_path / "a.nii.gz")
    assert list(tmp_path.iterdir()) == []


def test_names_and_samples_that_can_t_be_written(tmp_path, volume):
    with pytest.raises(BadInput, match=r"end in \.nii"):
        write_nifti(volume, tmp_path / "a.png")
    with pytest.raises(BadInput, match="no scale in mm"):
        write_nifti(replace(volume, spacing=None), tmp_path / "a.nii")
    with pytest.raises(BadInput, match="no such file"):
        write_nifti(volume, tmp_path / "nowhere" / "a.nii")


def test_labels_of_another_picture(tmp_path, volume):
    write_nifti(volume, tmp_path / "a.nii")
    write_nifti(Sample(volume.image[:, :, :40].copy(), spacing=volume.spacing), tmp_path / "a.nii")
    with pytest.raises(BadInput, match="do not belong together"):
        read_nifti(tmp_path / "a.nii")
    (tmp_path / "a-labels.nii").write_bytes(b"no file")
    with pytest.raises(BadInput, match="damaged"):
        read_nifti(tmp_path / "a.nii")


def test_the_reader_of_pictures_opens_a_volume(tmp_path, volume):
    back = read_image(write_nifti(volume, tmp_path / "a.nii.gz")[0], frame=5)
    assert back.image == pytest.approx(volume.image[4], abs=1e-6)
