"""Pictures of every kind that people have become the same Sample."""

import numpy as np
import pytest
from pictures import dicom, encode, noise
from PIL import Image
from skimage.transform import resize

from fetal_edu.data import Frame, files, limits, read_bytes, read_image

GREY = noise()
EXACT = GREY.astype(np.float32) / 255


def notes(sample):
    return " ".join(sample.params["notes"])


# ------------------------------------------------------------------------------------ PNG and JPEG


def test_png_keeps_every_grey_level(tmp_path):
    (tmp_path / "scan.png").write_bytes(encode(GREY))
    sample = read_image(tmp_path / "scan.png")
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-7)
    assert (sample.spacing, sample.origin, sample.group) == (None, "scan.png", "scan")
    assert sample.params == {"kind": "PNG", "notes": ()}


def test_16_bits_are_scaled_by_the_depth_that_is_used():
    full = read_bytes(encode(GREY.astype(np.uint16) * 257), "a.png")
    np.testing.assert_allclose(full.image, EXACT, atol=1e-4)
    assert notes(full) == ""
    twelve = read_bytes(encode(GREY.astype(np.uint16) * 16), "a.png")
    np.testing.assert_allclose(twelve.image, GREY * (16 / 4095), atol=1e-4)
    assert "12 of 16 bits" in notes(twelve)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P"])
def test_every_mode_of_a_grey_picture_reads_the_same(mode):
    sample = read_bytes(encode(Image.fromarray(GREY).convert(mode)), "a.png")
    np.testing.assert_allclose(sample.image, EXACT, atol=1 / 255)
    assert notes(sample) == ""


def test_one_bit_picture():
    sample = read_bytes(encode(Image.fromarray(GREY > 127)), "a.png")
    assert set(np.unique(sample.image)) == {0.0, 1.0}


def test_transparent_parts_are_black_and_said():
    alpha = np.where(np.arange(64) < 32, 0, 255).astype(np.uint8) + np.zeros_like(GREY)
    sample = read_bytes(encode(np.dstack([GREY, GREY, GREY, alpha])), "a.png")
    assert sample.image[:, :32].max() == 0
    np.testing.assert_allclose(sample.image[:, 32:], EXACT[:, 32:], atol=1 / 255)
    assert "read as black" in notes(sample)


def test_colours_become_their_brightness():
    rgb = noise((48, 64, 3))
    sample = read_bytes(encode(rgb), "a.png")
    np.testing.assert_allclose(sample.image, rgb @ [0.299, 0.587, 0.114] / 255, atol=1.5 / 255)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg(mode):
    smooth = np.add.outer(np.arange(48), np.arange(64)).astype(np.uint8)
    sample = read_bytes(encode(Image.fromarray(smooth).convert(mode), "JPEG", quality=95), "a.jpg")
    np.testing.assert_allclose(sample.image, smooth / 255, atol=0.03)
    assert sample.params["kind"] == "JPEG"


def test_a_photo_on_its_side_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    sample = read_bytes(encode(GREY, "JPEG", exif=exif), "a.jpg")
    assert sample.shape == (64, 48)
    assert "turned upright" in notes(sample)


def test_several_pictures_in_a_png():
    moving = encode(GREY, save_all=True, append_images=[Image.fromarray(noise(seed=1))])
    sample = read_bytes(moving, "a.png")
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-7)
    assert "2 pictures; the first" in notes(sample)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.jpg", encode(GREY), "PNG"),
        ("a.png", encode(GREY, "JPEG"), "JPEG"),
        ("a.png", dicom(GREY), "DICOM"),
        ("a.txt", encode(GREY), "PNG"),
    ],
)
def test_content_decides_not_the_name(name, content, kind):
    sample = read_bytes(content, name)
    assert sample.params["kind"] == kind
    assert f"was read as {kind}" in notes(sample)


@pytest.mark.parametrize("name", ["A.PNG", "no_ending", "scan.2.png"])
def test_names_that_need_no_note(name):
    assert notes(read_bytes(encode(GREY), name)) == ""


# ------------------------------------------------------------------------------------ spacing


@pytest.mark.parametrize(
    ("given", "kept"), [(0.25, (0.25, 0.25)), ((0.4, 0.25), (0.4, 0.25)), (np.float32(0.5), (0.5, 0.5))]
)
def test_spacing_that_is_given(given, kept):
    assert read_bytes(encode(GREY), "a.png", spacing=given).spacing == kept


def test_given_spacing_wins_and_the_difference_is_said():
    content = dicom(GREY, PixelSpacing=[0.4, 0.4])
    near, far = (read_bytes(content, "a.dcm", spacing=mm) for mm in (0.405, 0.5))
    assert near.spacing == (0.405, 0.405)
    assert notes(near) == ""
    assert far.spacing == (0.5, 0.5)
    assert "states 0.4 x 0.4" in notes(far)


# ------------------------------------------------------------------------------------ the network's canvas


def disc(shape, row, column, radius, spacing=(1.0, 1.0)):
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.hypot((rows - row) * spacing[0], (columns - column) * spacing[1]) <= radius


def centre(weights):
    rows, columns = np.mgrid[: weights.shape[0], : weights.shape[1]]
    return np.array([(rows * weights).sum(), (columns * weights).sum()]) / weights.sum()


FRAMES = [
    Frame.of((540, 800)),
    Frame.of((800, 540), (0.1, 0.1)),
    Frame.of((300, 300), (0.2, 0.1)),
    Frame.of((60, 50)),
    Frame.of((540, 800), box=(100, 200, 420, 640)),
]


@pytest.mark.parametrize("frame", FRAMES)
def test_points_go_and_come_back(frame):
    points = np.random.default_rng(0).uniform(-20, 500, (50, 2))
    np.testing.assert_allclose(frame.points_to_image(frame.points_to_canvas(points)), points, atol=1e-9)


@pytest.mark.parametrize("frame", FRAMES)
def test_pixels_land_where_points_do(frame):
    row, column = np.add(frame.box[:2], frame.box[2:]) / 2 + (3.3, -4.6)
    drawn = frame.shrink(disc(frame.shape, row, column, 20))
    blob = disc(frame.shape, row, column, 20)
    there = frame.points_to_canvas(centre(blob))
    np.testing.assert_allclose(centre(drawn), there, atol=0.02)
    # and the way back, from the canvas to the picture's own pixels
    np.testing.assert_allclose(centre(frame.enlarge(drawn)), centre(blob), atol=0.1)


def test_corners_of_the_picture_are_corners_on_the_canvas():
    frame = Frame.of((540, 800))
    top, left = frame.points_to_canvas(np.array([-0.5, -0.5]))
    bottom, right = frame.points_to_canvas(np.array([539.5, 799.5]))
    assert (top, bottom) == pytest.approx((-0.5, 127.5))
    assert (left, right) == pytest.approx((0.5, 190.5))


def test_a_circle_in_the_body_is_a_circle_on_the_canvas():
    spacing = (0.1, 0.3)
    frame = Frame.of((600, 300), spacing)
    rows, columns = np.nonzero(frame.shrink(disc((600, 300), 300, 150, 25, spacing)) > 0.5)
    assert abs(np.ptp(rows) - np.ptp(columns)) <= 1
    assert frame.canvas_spacing[0] == pytest.approx(frame.canvas_spacing[1], rel=0.01)


def test_shrinking_agrees_with_skimage():
    image = resize(np.random.default_rng(0).random((54, 80)), (540, 800), order=3).clip(0, 1)
    frame = Frame.of(image.shape)
    expected = resize(image, frame.inner, order=1, anti_aliasing=True)
    drawn = frame.shrink(image.astype(np.float32))[:, 1:191]
    assert np.abs(drawn - expected).mean() < 0.004
    assert np.abs(drawn - expected).max() < 0.05


def test_speckle_does_not_alias():
    stripes = np.tile(np.array([0, 1], np.float32), (540, 400))
    drawn = Frame.of(stripes.shape).shrink(stripes)[:, 4:-4]
    assert np.ptp(drawn) < 0.15


def test_padding_is_black_and_outside_the_box_nothing_is_claimed():
    frame = Frame.of((200, 200), box=(50, 60, 150, 160))
    assert frame.shrink(np.ones((200, 200)))[:, :32].max() == 0
    full = frame.enlarge(np.ones((128, 192), np.float32))
    assert full.sum() == 100 * 100
    assert full[50:150, 60:160].min() == 1


@pytest.mark.parametrize("shape", [(32, 4000), (4000, 32)])
def test_extreme_pictures_still_fit(shape):
    frame = Frame.of(shape)
    assert frame.shrink(np.ones(shape, np.float32)).max() == 1
    assert frame.enlarge(np.ones(frame.canvas, np.float32)).min() == 1


@pytest.mark.parametrize(
    "box", [(10, 10, 10, 50), (900, 0, 950, 50), (0, 0, np.nan, 5), (5, 5, 1, 1), (-9, -9, -1, -1)]
)
def test_impossible_boxes(box):
    with pytest.raises(ValueError, match="box"):
        Frame.of((540, 800), box=box)


def test_wrong_shapes_are_refused():
    frame = Frame.of((540, 800))
    with pytest.raises(ValueError, match="made for"):
        frame.shrink(np.zeros((540, 801)))
    with pytest.raises(ValueError, match="canvas has"):
        frame.enlarge(np.zeros((540, 800)))


def test_limits_are_those_that_are_stated():
    assert limits.MAX_PIXELS == 16_000_000
    assert files.MAX_BYTES == 64_000_000
