"""NIfTI: pictures, volumes and sweeps, whatever their unit, type and packing."""

import gzip
import zlib

import nibabel
import numpy as np
import pytest
from nibabel.nifti1 import Nifti1Header
from pictures import encode, noise

from fetal_edu.data import BadInput, read_bytes, read_image
from fetal_edu.data.stack import split_frames

GREY = noise()
EXACT = GREY.astype(np.float32) / 255
#: Slices, rows, columns: each slice differs.
VOLUME = np.stack([noise((40, 56), seed=n) // 2 + 10 * n for n in range(5)])


def notes(sample):
    return " ".join(sample.params["notes"])


def nifti(levels, zooms, *, unit="mm", time=None, kind=nibabel.Nifti1Image, affine=None, **fields):
    """The bytes of a file; `levels` in this project's axis order, `zooms` in NIfTI's."""
    stored = np.asarray(levels).T
    made = kind(stored, np.diag([*(*zooms, 1, 1)[:3], 1.0]) if affine is None else affine)
    made.header.set_zooms((*zooms, 1, 1, 1)[: stored.ndim])
    made.header.set_xyzt_units(unit, time)
    content = made.to_bytes()
    size = made.header.template_dtype.itemsize
    header = type(made.header)(content[:size], check=False)
    for name, value in fields.items():  # afterwards, for nibabel would mend or refuse them
        header[name] = value
    return header.structarr.tobytes() + content[size:]


def refusal(content, name="a.nii", **options):
    with pytest.raises(BadInput) as refused:
        read_bytes(content, name, **options)
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith(".")
    return said


# ------------------------------------------------------------------------------------ axes and lengths


@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_picture(kind, pack):
    name = "head.nii.gz" if pack is gzip.compress else "head.nii"
    sample = read_bytes(pack(nifti(GREY, (0.25, 0.4), kind=kind)), name)
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-7)
    assert sample.spacing == pytest.approx((0.4, 0.25))
    assert (sample.params["kind"], sample.group, notes(sample)) == ("NIfTI", "head", "")


def test_rows_are_the_second_axis_and_columns_the_first(tmp_path):
    """As nibabel itself sees the file, so that the axes can't be wrong on both sides."""
    levels = np.zeros((64, 48), np.uint8)  # i, j
    levels[10, 3] = 255
    nibabel.save(nibabel.Nifti1Image(levels, np.eye(4)), tmp_path / "a.nii.gz")
    sample = read_image(tmp_path / "a.nii.gz")
    assert sample.shape == (48, 64)
    assert np.argwhere(sample.image > 0).tolist() == [[3, 10]]


def test_a_volume_has_depth_first_and_three_spacings():
    volume = read_bytes(nifti(VOLUME, (0.3, 0.4, 1.5)), "volume.nii", frame="all")
    np.testing.assert_allclose(volume.image, VOLUME / 255, atol=1e-7)
    assert volume.spacing == pytest.approx((1.5, 0.4, 0.3))
    assert volume.extent_mm == pytest.approx((7.5, 16.0, 16.8))
    assert (volume.fps, volume.params["frames"]) == (None, 5)


def test_of_a_volume_the_middle_slice_is_read_and_said():
    content = nifti(VOLUME, (0.3, 0.4, 1.5))
    sample = read_bytes(content, "volume.nii")
    np.testing.assert_allclose(sample.image, VOLUME[2] / 255, atol=1e-7)
    assert sample.spacing == pytest.approx((0.4, 0.3))
    assert "volume.nii holds 5 slices; slice 3, the middle one, was read." in notes(sample)
    np.testing.assert_allclose(read_bytes(content, "a.nii", frame=5).image, VOLUME[4] / 255, atol=1e-7)
    assert "There is no slice 6 in a.nii, which holds 5 slices" in refusal(content, frame=6)


def test_slices_of_a_volume_are_pictures():
    pictures = list(split_frames(read_bytes(nifti(VOLUME, (0.3, 0.4, 1.5)), "a.nii", frame="all")))
    assert [one.params["frame"] for one in pictures] == [1, 2, 3, 4, 5]
    assert pictures[0].spacing == pytest.approx((0.4, 0.3))


@pytest.mark.parametrize(("time", "step", "fps"), [("sec", 0.04, 25.0), ("msec", 20, 50.0), (None, 1, None)])
def test_a_plane_over_time_is_a_sweep(time, step, fps):
    content = nifti(VOLUME[:, None], (0.3, 0.4, 9.0, step), time=time)
    sweep = read_bytes(content, "sweep.nii", frame="all")
    np.testing.assert_allclose(sweep.image, VOLUME / 255, atol=1e-7)
    assert (sweep.spacing, sweep.fps) == (pytest.approx((0.4, 0.3)), fps)
    alone = read_bytes(content, "sweep.nii")
    assert alone.fps is None
    assert "holds 5 frames; frame 3" in notes(alone)


def test_a_single_slice_in_three_axes_is_a_picture():
    sample = read_bytes(nifti(GREY[None], (0.3, 0.4, 1.0)), "a.nii")
    assert (sample.shape, sample.spacing) == ((48, 64), pytest.approx((0.4, 0.3)))
    assert notes(sample) == ""


@pytest.mark.parametrize("shape", [(2, 3, 40, 50), (3, 2, 1, 40, 50)])
def test_a_volume_that_moves(shape):
    content = nifti(np.zeros(shape, np.uint8), (0.3,) * len(shape))
    assert "holds a volume that moves" in refusal(content)


@pytest.mark.parametrize(("unit", "factor"), [("mm", 1), ("meter", 1000), ("micron", 0.001)])
def test_units(unit, factor):
    sample = read_bytes(nifti(GREY, (0.25 / factor, 0.5 / factor), unit=unit), "a.nii")
    assert sample.spacing == pytest.approx((0.5, 0.25))


def test_a_unit_that_is_not_stated_is_not_guessed():
    sample = read_bytes(nifti(GREY, (0.25, 0.5), unit=None), "a.nii")
    assert sample.spacing is None
    assert "steps of 0.5 x 0.25 without their unit" in notes(sample)
    assert "if they are mm, give them as the spacing" in notes(sample)
    given = read_bytes(nifti(VOLUME, (0.3, 0.4, 1.5)), "a.nii", frame="all", spacing=(0.5, 0.6))
    assert given.spacing == pytest.approx((1.5, 0.5, 0.6))
    assert "the file itself states 0.4 x 0.3" in notes(given)


def test_a_unit_that_does_not_exist():
    sample = read_bytes(nifti(GREY, (0.25, 0.5), xyzt_units=7), "a.nii")
    assert sample.spacing is None
    assert "without their unit" in notes(sample)


@pytest.mark.parametrize("zooms", [(0, 0.4), (np.nan, 0.4), (np.inf, 1)])
def test_no_scale(zooms):
    sample = read_bytes(nifti(GREY, (0.25, 0.4), pixdim=[1, *zooms, 1, 1, 1, 1, 1]), "a.nii")
    assert sample.spacing is None
    assert "no scale" in notes(sample)


def test_a_negative_step_is_a_direction():
    content = nifti(GREY, (0.25, 0.4), pixdim=[1, -0.25, 0.4, 1, 1, 1, 1, 1])
    assert read_bytes(content, "a.nii").spacing == pytest.approx((0.4, 0.25))


def test_a_scale_that_no_body_fits():
    sample = read_bytes(nifti(VOLUME, (30, 30, 30)), "a.nii", frame="all")
    assert sample.spacing is None
    assert "30 x 30 x 30 mm per pixel: not possible" in notes(sample)


def test_the_rotation_is_told_and_not_applied():
    affine = np.diag([-0.3, -0.4, 1.5, 1.0])
    sample = read_bytes(nifti(VOLUME, (0.3, 0.4, 1.5), affine=affine), "a.nii", frame="all")
    assert sample.params["orientation"] == "SPL"
    np.testing.assert_allclose(sample.image, VOLUME / 255, atol=1e-7)
    alone = read_bytes(nifti(GREY, (0.3, 0.4), affine=affine), "a.nii")
    assert alone.params["orientation"] == "PL"


def test_a_rotation_that_is_none_does_no_harm():
    sample = read_bytes(nifti(GREY, (0.25, 0.4), quatern_b=9.0, qform_code=1, sform_code=0), "a.nii")
    assert sample.spacing == pytest.approx((0.4, 0.25))


# ------------------------------------------------------------------------------------ grey levels


@pytest.mark.parametrize(
    ("levels", "expected", "said"),
    [
        (GREY.astype(np.uint16) * 257, EXACT, ""),
        (GREY.astype(np.int16) * 16, GREY * (16 / 4095), "12 of 16 bits"),
        (GREY.astype(np.float32) / 255, EXACT, ""),
        (GREY.astype(np.float64), EXACT, ""),
        (GREY.astype(">i2") * 16, GREY * (16 / 4095), "12 of 16 bits"),
        (GREY.astype(np.float32) * 4 - 20, EXACT, "reach from -20 to 1000"),
        (GREY.astype(np.int32) * 10_000, EXACT, "more than 16 bits"),
    ],
)
def test_types(levels, expected, said):
    sample = read_bytes(nifti(levels, (0.3, 0.3)), "a.nii")
    np.testing.assert_allclose(sample.image, expected, atol=1e-4)
    assert said in notes(sample)


def test_a_scale_of_levels_is_applied():
    content = nifti(GREY, (0.3, 0.3), scl_slope=0.002, scl_inter=0.1)
    np.testing.assert_allclose(read_bytes(content, "a.nii").image, GREY * 0.002 + 0.1, atol=1e-6)


def test_all_slices_are_scaled_alike():
    deep = VOLUME.astype(np.float32) * np.arange(1, 6)[:, None, None] * 3
    content = nifti(deep, (0.3, 0.3, 0.3))
    volume = read_bytes(content, "a.nii", frame="all")
    for number in (1, 5):
        alone = read_bytes(content, "a.nii", frame=number)
        np.testing.assert_array_equal(alone.image, volume.image[number - 1])
    whole = nifti((deep * 4).astype(np.uint16), (0.3, 0.3, 0.3))
    np.testing.assert_array_equal(
        read_bytes(whole, "a.nii", frame=1).image, read_bytes(whole, "a.nii", frame="all").image[0]
    )


def test_what_is_no_number_is_black():
    levels = GREY.astype(np.float32) / 255
    levels[:5] = np.nan
    levels[5:8] = np.inf
    sample = read_bytes(nifti(levels, (0.3, 0.3)), "a.nii")
    assert sample.image[:8].max() == 0
    np.testing.assert_allclose(sample.image[8:], EXACT[8:], atol=1e-6)
    assert "no numbers (NaN or infinite)" in notes(sample)
    assert "holds no numbers" in refusal(nifti(np.full((48, 64), np.nan, np.float32), (0.3, 0.3)))


def test_colours():
    colours = np.zeros((64, 48), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    for channel in "RGB":
        colours[channel] = GREY.T
    colours["R"][:4] = 255
    content = nibabel.Nifti1Image(colours, np.eye(4)).to_bytes()
    sample = read_bytes(content, "a.nii")
    np.testing.assert_allclose(sample.image[:, 4:], EXACT[:, 4:], atol=1e-5)
    assert "in colour" in notes(sample)


def test_complex_numbers():
    assert "complex numbers" in refusal(nifti(GREY.astype(np.complex64), (0.3, 0.3)))


# ------------------------------------------------------------------------------------ bad files


def test_the_name_does_not_decide():
    assert "was read as NIfTI" in notes(read_bytes(nifti(GREY, (0.3, 0.3)), "a.png"))
    assert "although" not in notes(read_bytes(nifti(GREY, (0.3, 0.3)), "a.nii.gz"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (nifti(GREY, (0.3, 0.3))[:1000], "is damaged or cut short"),
        (gzip.compress(nifti(GREY, (0.3, 0.3)), mtime=0)[:-400], "is damaged or cut short"),
        (nifti(GREY, (0.3, 0.3), magic=b"ni1"), "one half of a NIfTI pair"),
        (nifti(GREY, (0.3, 0.3), datatype=9999), "is damaged"),
        (nifti(GREY, (0.3, 0.3), vox_offset=16), "is damaged"),
        (nifti(GREY, (0.3, 0.3), vox_offset=1e20), "MB of memory"),
        (nifti(np.zeros(500, np.uint8), (0.3,)), "without a picture"),
        (nifti(np.zeros((31, 40), np.uint8), (0.3, 0.3)), "only 40 x 31 pixels"),
        (nifti(np.zeros((48, 64), np.uint8), (0.3, 0.3)), "black all over"),
        (gzip.compress(b"Dear colleague", mtime=0), "is a gzip archive"),
        (gzip.compress(encode(GREY), mtime=0), "is a gzip archive"),
        (b"\x1f\x8b", "is a gzip archive"),
        (bytes([0x5C, 1, 0, 0]) + bytes(400), "is an ANALYZE header"),
    ],
)
def test_bad_files(content, expected):
    assert expected in refusal(content)


def test_a_packed_file_whose_checksum_is_wrong():
    content = bytearray(gzip.compress(nifti(GREY, (0.3, 0.3))))
    content[-8] ^= 1
    assert "is damaged" in refusal(bytes(content), "a.nii.gz")


@pytest.fixture(scope="module")
def nothing():
    """A quarter of a gigabyte of nothing, packed."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()


def promise(shape, dtype):
    """A packed header that promises a lot."""
    header = Nifti1Header()
    header.set_data_dtype(dtype)
    header.set_data_shape(shape)
    return gzip.compress(header.structarr.tobytes() + bytes(4))


@pytest.mark.parametrize(
    ("shape", "dtype", "frame", "expected"),
    [
        ((3000, 3000, 100), np.uint8, None, "would fill 900 MB of memory; the limit is 256"),
        ((1000, 1000, 60), np.float64, None, "would fill 480 MB of memory"),
        ((1000, 1000, 100), np.uint8, "all", "more than can be read at once (64 megapixels)"),
        ((32767, 32767), np.uint8, None, "the limit is 16"),
    ],
)
def test_what_would_fill_the_memory_is_not_unpacked(monkeypatch, nothing, shape, dtype, frame, expected):
    unpacked = []
    real = gzip.GzipFile.read

    def watched(self, length=-1):
        unpacked.append(length)
        return real(self, length)

    monkeypatch.setattr(gzip.GzipFile, "read", watched)
    assert expected in refusal(promise(shape, dtype) + nothing, "a.nii.gz", frame=frame)
    assert set(unpacked) == {540}, "more than the header was unpacked"
