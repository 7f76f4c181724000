"""Files of many frames: a clip or a volume in the segment dashboard, one frame at a time."""

from dataclasses import replace

import nibabel
import numpy as np
import pytest
from dashboard import Clip, app_with_head, caliper, ink, moved, send, send_file, stroke
from pictures import HEAD, SHAPE, SPACING, bright_head, dicom, region

from fetal_edu.data import files
from fetal_edu.data.limits import BadInput
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample
from fetal_edu.widgets.pictures import Picture, frame_of

SIZES = (34.0, 37.0, 40.0, 43.0)


def clip():
    app = app_with_head(Clip())
    send(app.page.choice, {"index": 2})
    return app


def turn(app, at):
    send(app.canvas, {"frame": at, "request": 1})


def test_the_first_frame_is_shown_and_the_page_knows_how_many_there_are():
    app = app_with_head(Clip())
    assert (app.canvas.frame, app.canvas.frames) == (0, 1)
    send(app.page.choice, {"index": 2})
    assert (app.canvas.frame, app.canvas.frames) == (0, 4)
    assert app.work.sample.shape == (160, 240)


def test_each_frame_has_its_own_outline_and_truth():
    app = clip()
    for at, size in enumerate(SIZES):
        turn(app, at)
        true = replace(HEAD, semi_major=size, semi_minor=0.8 * size).circumference
        assert app.work.outline.circumference == pytest.approx(true, rel=0.02)
        assert app.work.sample.truth["hc_mm"] == true
        assert "frame" not in app.canvas.status
    assert app.canvas.frame == 3


def test_what_a_hand_made_on_a_frame_stays_there():
    app = clip()
    send(app.canvas, {"ellipse": moved(row=2.0)})
    send(app.canvas, {"calipers": [caliper((10, 10), (50, 10), "fl")]})
    turn(app, 2)
    assert app.canvas.calipers == []
    assert app.work.source == "network"
    ink(app, stroke([[80, 120]]))
    turn(app, 0)
    assert (app.work.source, len(app.canvas.calipers), app.canvas.strokes) == ("hand", 1, [])
    assert app.canvas.outline.row == pytest.approx(50.0)
    turn(app, 2)
    assert len(app.canvas.strokes) == 1


def test_scale_age_and_method_go_along():
    app = clip()
    send(app.page.age, {"value": "26+0"})
    send(app.page.scale, {"value": "0.3"})
    send(app.page.method, {"index": 1})
    turn(app, 3)
    assert app.work.sample.spacing == (0.3, 0.3)
    assert (app.work.method, app.work.source) == ("threshold", "threshold")
    assert app.page.age.value == "26+0"
    assert app.work.outline.circumference == pytest.approx(HEAD.circumference / 2, rel=0.05)
    send(app.page.scale, {"value": ""})
    turn(app, 0)
    assert app.work.sample.spacing == SPACING
    assert app.page.scale.value == "0.6"


@pytest.mark.parametrize("at", [-1, 4, 10**30, 1.5, "1", None, True, [0]])
def test_a_frame_that_is_not_there_is_refused(at):
    app = clip()
    turn(app, 1)
    shown = app.canvas.image
    turn(app, at)
    assert app.canvas.frame == 1 or at is True  # True is 1 to Python
    assert app.canvas.image == shown
    assert app.canvas.done == 1


def test_a_frame_that_cannot_be_read_leaves_the_last_one():
    def load(at):
        if at == 2:
            raise BadInput("frame 3 is damaged")
        return Sample((bright_head() / 255).astype(np.float32), spacing=SPACING)

    app = clip()
    app.desk.shelf.opened["broken"] = Picture(load, count=4, method="network")
    app.desk.show("broken")
    turn(app, 1)
    turn(app, 2)
    assert app.canvas.frame == 1
    assert "frame 3 is damaged" in app.canvas.status
    assert app.canvas.alarm
    turn(app, 3)
    assert app.canvas.frame == 3


def heads():
    """Four frames in which a head grows, as grey levels 0..255."""
    return np.stack([bright_head(ellipses=(Ellipse(48, 72, size, 0.8 * size, 0.3),)) for size in SIZES])


def true_hc(at):
    return Ellipse(48, 72, SIZES[at], 0.8 * SIZES[at], 0.3).circumference


def test_a_clip_is_decoded_frame_by_frame(monkeypatch):
    asked, read_bytes = [], files.read_bytes

    def watched(content, name, *, frame=None):
        asked.append(frame)
        return read_bytes(content, name, frame=frame)

    monkeypatch.setattr(files, "read_bytes", watched)
    frames = heads()
    content = dicom(
        frames[0],
        regions=[region(0.06, 0.06, (0, 0, *SHAPE))],
        NumberOfFrames=len(frames),
        PixelData=frames.tobytes(),
    )
    app = clip()
    send_file(app.canvas, content, "clip.dcm")
    assert (app.canvas.frame, app.canvas.frames, asked) == (1, 4, [None, 2])  # the middle one first
    assert app.work.outline.circumference == pytest.approx(true_hc(1), rel=0.02)
    turn(app, 3)
    assert app.work.outline.circumference == pytest.approx(true_hc(3), rel=0.02)
    turn(app, 1)
    assert asked == [None, 2, 4]
    assert (app.desk.name, app.desk.stem) == ("clip.dcm, frame 2 of 4", "clip-frame-2")


def test_a_volume_is_shown_slice_by_slice():
    levels = np.ascontiguousarray(heads().transpose(2, 1, 0))  # columns, rows, slices
    image = nibabel.Nifti1Image(levels, np.diag([0.6, 0.6, 2.0, 1.0]))
    image.header.set_xyzt_units("mm")
    app = clip()
    send_file(app.canvas, image.to_bytes(), "volume.nii")
    assert (app.canvas.frame, app.canvas.frames) == (1, 4)
    for at in (0, 3):
        turn(app, at)
        assert app.work.sample.spacing == pytest.approx(SPACING)
        assert app.work.outline.circumference == pytest.approx(true_hc(at), rel=0.02)
    assert app.desk.stem == "volume-frame-4"


def test_a_method_looks_only_where_the_file_says_ultrasound_is():
    pixels = bright_head()
    pixels[:, 200:] = 255  # a bright menu beside the scan
    app = clip()
    send_file(app.canvas, dicom(pixels, regions=[region(0.06, 0.06, (0, 0, 160, 195))]), "menu.dcm")
    assert app.work.outline.circumference == pytest.approx(HEAD.circumference, rel=0.03)
    assert "box" not in app.canvas.status
    assert app.canvas.box is None
    app.page.compare.click()
    assert app.work.compared["network"].reading.ellipse.circumference == pytest.approx(
        HEAD.circumference, rel=0.03
    )


def test_frames_that_no_hand_touched_are_forgotten():
    stack = Sample(np.random.default_rng(0).random((40, 32, 32), np.float32), spacing=(2.0, 0.5, 0.5))
    picture = Picture.of(stack, "network")
    picture.work.calipers = [caliper((1, 1), (9, 9))]
    for at in range(40):
        picture.go(at, print)
    assert len(picture.works) < 12
    assert picture.works[0].calipers
    assert picture.work.sample.spacing == (0.5, 0.5)


def test_a_single_picture_is_its_own_frame():
    sample = Sample(np.zeros((20, 30), np.float32))
    assert frame_of(sample, 0) is sample
