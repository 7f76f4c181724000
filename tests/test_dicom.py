"""DICOM as machines write it: clips, colours, palettes, compressed pixels, the scan among its writing."""

import io

import numpy as np
import pytest
from pictures import dicom, dicom_data_set, encode, noise, region
from pydicom import Sequence, examples
from pydicom.encaps import encapsulate
from pydicom.uid import (
    MPEG4HP41,
    ExplicitVRBigEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from fetal_edu.data import BadInput, read_bytes, read_image
from fetal_edu.data.stack import split_frames

GREY = noise()
EXACT = GREY.astype(np.float32) / 255
SMOOTH = np.add.outer(np.arange(48), np.arange(64)).astype(np.uint8)
#: Six frames, each a little brighter than the one before.
CLIP = np.stack([SMOOTH // 2 + 10 * n for n in range(6)])


def notes(sample):
    return " ".join(sample.params["notes"])


def written(file):
    target = io.BytesIO()
    file.save_as(target, enforce_file_format=True)
    return target.getvalue()


def clip(frames=CLIP, **elements):
    """A multi-frame file, as `dicom` makes a single one."""
    elements = {"NumberOfFrames": len(frames), "PixelData": frames.tobytes(), **elements}
    return dicom(frames[0], **elements)


def packed(frames, syntax, pixels, **elements):
    """A file whose frames are compressed already; `pixels` is one frame as it will be unpacked."""
    file = dicom_data_set(pixels)
    file.file_meta.TransferSyntaxUID = syntax
    file.PixelData = encapsulate(frames)
    file["PixelData"].is_undefined_length = True
    if len(frames) > 1:
        file.NumberOfFrames = len(frames)
    for name, value in elements.items():
        setattr(file, name, value)
    return written(file)


def refusal(content, **options):
    with pytest.raises(BadInput) as refused:
        read_bytes(content, "a.dcm", **options)
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith(".")
    return said


# ------------------------------------------------------------------------------------ one picture


def test_dicom_keeps_every_grey_level_and_no_patient():
    sample = read_bytes(dicom(GREY, regions=[region(0.02, 0.03)]), "a.dcm")
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-6)
    assert sample.params == {"kind": "DICOM", "notes": (), "region": (0, 0, 48, 64)}
    assert "Secret" not in repr(sample)


def test_dicom_regions_are_in_cm_and_x_is_columns():
    sample = read_bytes(dicom(GREY, regions=[region(0.02, 0.03)], PixelSpacing=[1, 1]), "a.dcm")
    assert sample.spacing == pytest.approx((0.3, 0.2))


def test_dicom_region_with_a_signed_step():
    sample = read_bytes(dicom(GREY, regions=[region(0.02, -0.03)]), "a.dcm")
    assert sample.spacing == pytest.approx((0.3, 0.2))


def test_dicom_takes_the_largest_region_and_says_so():
    small, large = region(0.05, 0.05, (0, 0, 10, 10)), region(0.03, 0.03, (12, 0, 48, 64))
    sample = read_bytes(dicom(GREY, regions=[small, large]), "a.dcm")
    assert sample.spacing == pytest.approx((0.3, 0.3))
    assert sample.params["region"] == (12, 0, 48, 64)
    assert "different scales" in notes(sample)


@pytest.mark.parametrize("units", [0, 4, 5])  # none, seconds, hertz: an M-mode or Doppler strip
def test_dicom_region_in_other_units_gives_no_mm(units):
    sample = read_bytes(dicom(GREY, regions=[region(0.02, 0.02, units=units)]), "a.dcm")
    assert sample.spacing is None
    assert "no scale" in notes(sample)


def test_dicom_pixel_spacing_is_rows_then_columns():
    assert read_bytes(dicom(GREY, PixelSpacing=[0.4, 0.25]), "a.dcm").spacing == (0.4, 0.25)


@pytest.mark.parametrize("own", [[0, 0], [-1, 1], [90, 90], [0.001, 0.001]])
def test_dicom_with_an_impossible_scale_is_read_without(own):
    sample = read_bytes(dicom(GREY, PixelSpacing=own), "a.dcm")
    assert sample.spacing is None
    assert "not possible" in notes(sample)


def test_dicom_inverted():
    sample = read_bytes(dicom(GREY, PhotometricInterpretation="MONOCHROME1"), "a.dcm")
    np.testing.assert_allclose(sample.image, 1 - EXACT, atol=1e-6)


def test_dicom_rgb():
    sample = read_bytes(dicom(np.dstack([GREY] * 3)), "a.dcm")
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-5)


def test_dicom_ybr():
    even = np.full_like(GREY, 128)
    content = dicom(np.dstack([GREY, even, even]), PhotometricInterpretation="YBR_FULL")
    np.testing.assert_allclose(read_bytes(content, "a.dcm").image, EXACT, atol=1.5 / 255)


def test_dicom_ybr_that_is_named_as_its_half():
    even = np.full_like(GREY, 128)
    content = dicom(np.dstack([GREY, even, even]), PhotometricInterpretation="YBR_FULL_422")
    np.testing.assert_allclose(read_bytes(content, "a.dcm").image, EXACT, atol=1.5 / 255)


def test_dicom_ybr_at_half_the_colours():
    """Two brightnesses share their two colours."""
    even = np.full((48, 32), 128, np.uint8)
    halved = np.dstack([GREY[:, ::2], GREY[:, 1::2], even, even])
    content = dicom(
        np.dstack([GREY] * 3), PhotometricInterpretation="YBR_FULL_422", PixelData=halved.tobytes()
    )
    np.testing.assert_allclose(read_bytes(content, "a.dcm").image, EXACT, atol=1.5 / 255)


def test_dicom_planar_colours():
    planes = np.stack([GREY] * 3)  # all red, then all green, then all blue
    content = dicom(np.dstack([GREY] * 3), PlanarConfiguration=1, PixelData=planes.tobytes())
    np.testing.assert_allclose(read_bytes(content, "a.dcm").image, EXACT, atol=1e-5)


def test_dicom_12_bits_in_16():
    content = dicom(GREY.astype(np.uint16) * 16, BitsStored=12, HighBit=11)
    np.testing.assert_allclose(read_bytes(content, "a.dcm").image, GREY * (16 / 4095), atol=1e-4)


def test_dicom_with_more_pixels_than_it_says():
    sample = read_bytes(dicom(GREY, Columns=63), "a.dcm")
    assert "more pixels" in notes(sample)


def test_dicom_jpeg_inside():
    smooth = np.add.outer(np.arange(48), np.arange(64)).astype(np.uint8)
    file = dicom_data_set(smooth)
    file.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    file.PixelData = encapsulate([encode(smooth, "JPEG", quality=95)])
    file["PixelData"].is_undefined_length = True
    written = io.BytesIO()
    file.save_as(written, enforce_file_format=True)
    np.testing.assert_allclose(read_bytes(written.getvalue(), "a.dcm").image, smooth / 255, atol=0.02)


def test_dicom_without_the_preamble():
    file = dicom_data_set(GREY)
    written = io.BytesIO()
    file.save_as(written, enforce_file_format=True)
    sample = read_bytes(written.getvalue()[132:], "a.dcm")
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-6)


# ------------------------------------------------------------------------------------ clips


def test_of_a_clip_the_middle_frame_is_read_and_said():
    sample = read_bytes(clip(), "clip.dcm")
    np.testing.assert_allclose(sample.image, CLIP[2] / 255, atol=1e-6)
    assert (sample.params["frames"], sample.params["frame"], sample.fps) == (6, 3, None)
    assert "clip.dcm holds 6 frames; frame 3, the middle one, was read." in notes(sample)


@pytest.mark.parametrize("number", [1, 4, 6, np.int64(2)])
def test_a_frame_that_is_chosen(number):
    sample = read_bytes(clip(), "clip.dcm", frame=number)
    np.testing.assert_allclose(sample.image, CLIP[number - 1] / 255, atol=1e-6)
    assert "middle" not in notes(sample)


@pytest.mark.parametrize("number", [0, 7, -1, True, 1.0, "first", 10**30])
def test_a_frame_that_is_not_there(number):
    assert f"There is no frame {number} in a.dcm, which holds 6 frames: give one from 1 to 6" in refusal(
        clip(), frame=number
    )


@pytest.mark.parametrize(
    ("elements", "fps"),
    [
        ({"FrameTime": "40"}, 25.0),
        ({"FrameTimeVector": ["0", "20", "30", "20", "30", "25"]}, 40.0),
        ({"CineRate": "31"}, 31.0),
        ({"RecommendedDisplayFrameRate": "24"}, 24.0),
        ({"FrameTime": "40", "CineRate": "31", "RecommendedDisplayFrameRate": "24"}, 25.0),
        ({"FrameTime": "0", "CineRate": "31"}, 31.0),
        ({"FrameTimeVector": ["0"], "CineRate": "0"}, None),
        ({"FrameTime": "-5"}, None),
        ({}, None),
    ],
)
def test_all_frames_are_a_sweep_with_its_frames_per_second(elements, fps):
    sweep = read_bytes(clip(**elements), "clip.dcm", frame="all")
    np.testing.assert_allclose(sweep.image, CLIP / 255, atol=1e-6)
    assert sweep.fps == fps
    assert "frame" not in sweep.params


def test_a_sweep_has_two_spacings_and_falls_into_pictures():
    content = clip(SequenceOfUltrasoundRegions=Sequence([region(0.02, 0.03)]), FrameTime="40")
    sweep = read_bytes(content, "clip.dcm", frame="all")
    assert sweep.spacing == pytest.approx((0.3, 0.2))
    pictures = list(split_frames(sweep))
    assert [one.params["frame"] for one in pictures] == [1, 2, 3, 4, 5, 6]
    for number, one in enumerate(pictures, start=1):
        alone = read_bytes(content, "clip.dcm", frame=number)
        np.testing.assert_array_equal(one.image, alone.image)
        assert (one.spacing, one.fps) == (alone.spacing, None)


def test_all_of_a_single_picture_is_a_sweep_of_one():
    for content, name in ((dicom(GREY), "a.dcm"), (encode(GREY), "a.png")):
        sweep = read_bytes(content, name, frame="all")
        assert sweep.shape == (1, 48, 64)
        np.testing.assert_allclose(sweep.image[0], EXACT, atol=1e-6)
    assert "which holds one picture" in refusal(dicom(GREY), frame=2)


def test_frames_of_more_than_8_bits_are_scaled_alike():
    """The first frame alone would fill 8 bits only, and be read as bright as the others."""
    dark = np.stack([SMOOTH.astype(np.uint16), SMOOTH.astype(np.uint16) * 30])
    sweep = read_bytes(clip(dark), "clip.dcm", frame="all")
    alone = read_bytes(clip(dark), "clip.dcm", frame=1)
    np.testing.assert_array_equal(alone.image, sweep.image[0])
    assert alone.image.max() == pytest.approx(110 / 4095, abs=1e-6)


def test_a_clip_that_is_shorter_than_it_says():
    assert "can't be decoded" in refusal(clip(NumberOfFrames=7))
    assert "can't be decoded" in refusal(clip(NumberOfFrames=-2))


def test_a_clip_that_is_longer_than_it_says():
    sweep = read_bytes(clip(NumberOfFrames=5), "a.dcm", frame="all")
    np.testing.assert_allclose(sweep.image, CLIP[:5] / 255, atol=1e-6)
    assert "more pixels than its stated size" in notes(sweep)
    colours = np.stack([np.dstack([frame] * 3) for frame in CLIP])
    assert read_bytes(clip(colours, NumberOfFrames=5), "a.dcm", frame="all").shape == (5, 48, 64)


def test_a_clip_that_would_fill_the_memory():
    content = clip(NumberOfFrames=30_000)
    assert "holds 30000 frames of 64 x 48 pixels, more than can be read at once" in refusal(
        content, frame="all"
    )


def test_a_clip_as_a_machine_packs_it():
    """JPEG baseline in colour: what most machines send."""
    frames = [encode(np.dstack([frame] * 3), "JPEG", quality=95) for frame in CLIP]
    colours = np.dstack([SMOOTH] * 3)
    content = packed(
        frames, JPEGBaseline8Bit, colours, PhotometricInterpretation="YBR_FULL_422", FrameTime="33"
    )
    sweep = read_bytes(content, "clip.dcm", frame="all")
    np.testing.assert_allclose(sweep.image, CLIP / 255, atol=0.02)
    assert sweep.fps == pytest.approx(30.303)
    alone = read_bytes(content, "clip.dcm", frame=5)
    np.testing.assert_array_equal(alone.image, sweep.image[4])


# ------------------------------------------------------------------------------------ colours


def palette(levels, colours, *, bits=16, **elements):
    """A palette file; `colours` is (256, 3) in 0..255."""
    table = colours.astype(np.uint16) * 257 if bits == 16 else colours.astype(np.uint8)
    parts = {}
    for i, colour in enumerate(("Red", "Green", "Blue")):
        parts[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, bits]
        parts[f"{colour}PaletteColorLookupTableData"] = table[:, i].tobytes()
    parts = {name: value for name, value in (parts | elements).items() if value is not None}
    return dicom(levels, PhotometricInterpretation="PALETTE COLOR", **parts)


RAMP = np.tile(np.arange(256)[:, None], (1, 3))


@pytest.mark.parametrize("bits", [8, 16])
def test_a_palette_of_greys_reads_as_grey(bits):
    sample = read_bytes(palette(GREY, RAMP[::-1], bits=bits), "a.dcm")
    np.testing.assert_allclose(sample.image, 1 - EXACT, atol=1e-5)
    assert "colour" not in notes(sample)


def test_a_palette_of_colours_is_read_by_its_brightness_and_said():
    heat = np.stack([np.arange(256), np.arange(256) // 2, np.zeros(256, int)], axis=1)
    sample = read_bytes(palette(GREY, heat), "a.dcm")
    np.testing.assert_allclose(sample.image, heat[GREY] @ [0.299, 0.587, 0.114] / 255, atol=1e-5)
    assert "% of the picture is in colour" in notes(sample)


def segmented(words):
    names = ("Red", "Green", "Blue")
    data = np.array(words, np.uint16).tobytes()
    return {f"{name}PaletteColorLookupTableData": None for name in names} | {
        f"Segmented{name}PaletteColorLookupTableData": data for name in names
    }


def test_a_palette_in_segments():
    ramp = segmented([0, 1, 0, 1, 255, 65535])  # one entry of 0, then a line of 255 entries up to white
    np.testing.assert_allclose(read_bytes(palette(GREY, RAMP, **ramp), "a.dcm").image, EXACT, atol=1e-4)


def test_a_palette_that_would_fill_the_memory():
    for words in ([0, 1, 9] + [1, 65535, 5] * 3000, [0, 1, 9] + [2, 60000, 0, 0] * 40):
        assert "palette in a rare form" in refusal(palette(GREY, RAMP, **segmented(words)))
    assert "brings none" in refusal(dicom(GREY, PhotometricInterpretation="PALETTE COLOR"))


def test_calipers_in_colour_are_said_also_in_a_png():
    colours = np.dstack([GREY] * 3)
    colours[10:14, 10:30] = 255, 255, 0
    for content, name in ((dicom(colours), "a.dcm"), (encode(colours), "a.png")):
        sample = read_bytes(content, name)
        assert "2.6 % of the picture is in colour (calipers, writing or Doppler)" in notes(sample)
        assert sample.image[12, 20] == pytest.approx(0.886, abs=1e-3)


def test_colours_outside_the_scan_are_not_of_interest():
    colours = np.dstack([GREY] * 3)
    colours[:8] = 30, 60, 200  # the maker's blue band
    content = dicom(colours, regions=[region(0.03, 0.03, (8, 0, 48, 64))])
    assert "colour" not in notes(read_bytes(content, "a.dcm"))


@pytest.mark.parametrize("kind", ["ARGB", "HSV", "YBR_PARTIAL_420", "CMYK", ""])
def test_colours_that_are_not_known(kind):
    said = refusal(dicom(np.dstack([GREY] * 3), PhotometricInterpretation=kind))
    assert (
        f"stores its colours as {kind}, which this version can't read" in said or "can't be decoded" in said
    )


# ------------------------------------------------------------------------------------ compressed pixels


def run_lengths(plane):
    """RLE, PS3.5 annex G: each byte is a run of its own."""
    body = np.insert(plane.ravel(), np.arange(plane.size), 0).astype(np.uint8).tobytes()
    return np.array([1, 64, *[0] * 14], "<u4").tobytes() + body


def test_compressed_without_loss():
    for content in (
        packed([encode(GREY, "JPEG2000")], JPEG2000Lossless, GREY),
        packed([run_lengths(GREY)], RLELossless, GREY),
    ):
        np.testing.assert_allclose(read_bytes(content, "a.dcm").image, EXACT, atol=1e-6)


@pytest.mark.parametrize(
    ("syntax", "said"),
    [
        (JPEGLSLossless, "JPEG-LS Lossless"),
        (JPEGLosslessSV1, "JPEG Lossless, Non-Hierarchical"),
        (MPEG4HP41, "MPEG-4 AVC/H.264"),
    ],
)
def test_compressed_in_a_way_that_nothing_here_unpacks(syntax, said):
    refused = refusal(packed([b"whatever"], syntax, GREY))
    assert f"is compressed as {said}" in refused
    assert "export it uncompressed, as JPEG or as PNG." in refused


def test_12_bits_in_jpeg():
    twelve = GREY.astype(np.uint16)
    assert "no decoder" in refusal(packed([encode(GREY, "JPEG")], JPEGExtended12Bit, twelve, BitsStored=12))


def test_a_form_of_the_makers_own():
    file = dicom_data_set(GREY)
    file.file_meta.TransferSyntaxUID = "1.2.840.113619.5.2"
    target = io.BytesIO()
    file.save_as(target, implicit_vr=True, little_endian=True, enforce_file_format=True)
    assert "form of its maker's own" in refusal(target.getvalue())


def test_a_picture_inside_that_is_larger_than_stated():
    larger = encode(np.tile(SMOOTH, (8, 8)), "JPEG")
    assert "states 64 x 48 pixels and holds 512 x 384" in refusal(packed([larger], JPEGBaseline8Bit, SMOOTH))


def test_run_lengths_that_would_fill_the_memory():
    head = np.array([1, 64, *[0] * 14], "<u4").tobytes()
    for body in (b"\x81\xff" * 40_000, b"\x80" * 40_000):  # runs of 128 bytes; nothing at all, often
        assert "can't be decoded" in refusal(packed([head + body], RLELossless, GREY))


def test_big_endian():
    file = dicom_data_set(GREY.astype(np.uint16) * 257)
    file.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    file.PixelData = (GREY.astype(">u2") * 257).astype(">u2").tobytes()
    target = io.BytesIO()
    file.save_as(target, implicit_vr=False, little_endian=False, enforce_file_format=True)
    np.testing.assert_allclose(read_bytes(target.getvalue(), "a.dcm").image, EXACT, atol=1e-4)


# ------------------------------------------------------------------------------------ brightness


def test_a_window_is_applied_as_a_viewer_does():
    window = {"WindowCenter": [100, 40], "WindowWidth": [101, 400]}
    sample = read_bytes(dicom(GREY, **window), "a.dcm")
    np.testing.assert_allclose(sample.image, np.clip((GREY - 49.5) / 100, 0, 1), atol=1e-4)
    assert "window (brightness and contrast) was applied" in notes(sample)
    inverted = read_bytes(dicom(GREY, PhotometricInterpretation="MONOCHROME1", **window), "a.dcm")
    np.testing.assert_allclose(inverted.image, 1 - sample.image, atol=1e-6)


def test_a_window_that_changes_nothing_is_not_told():
    sample = read_bytes(dicom(GREY, WindowCenter=128, WindowWidth=256), "a.dcm")
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-4)
    assert "window" not in notes(sample)


def test_a_window_on_rescaled_levels():
    rescaled = {"RescaleSlope": -2, "RescaleIntercept": 100, "WindowCenter": 0.5, "WindowWidth": 201}
    sample = read_bytes(dicom(GREY, **rescaled), "a.dcm")
    np.testing.assert_allclose(sample.image, np.clip((100 - 2.0 * GREY + 100) / 200, 0, 1), atol=1e-3)


@pytest.mark.parametrize("width", [0, -5, 0.5])
def test_a_window_that_is_none_is_left_out(width):
    sample = read_bytes(dicom(GREY, WindowCenter=128, WindowWidth=width), "a.dcm")
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-6)


def test_a_falling_scale_turns_black_and_white():
    sample = read_bytes(dicom(GREY, RescaleSlope=-1, RescaleIntercept=255), "a.dcm")
    np.testing.assert_allclose(sample.image, 1 - EXACT, atol=1e-6)


def test_levels_with_a_sign():
    signed = GREY.astype(np.int16) - 128
    sample = read_bytes(dicom(signed), "a.dcm")
    np.testing.assert_allclose(sample.image, EXACT, atol=1e-6)


# ------------------------------------------------------------------------------------ the scan in its picture


SCAN = (10, 8, 46, 60)


def test_a_narrow_region_is_where_the_scan_lies():
    sample = read_bytes(dicom(GREY, regions=[region(0.03, 0.03, SCAN)]), "a.dcm")
    assert sample.params["region"] == SCAN
    assert sample.shape == (48, 64)


def test_a_black_scan_among_writing_is_refused():
    """The writing alone would have contrast enough."""
    picture = np.zeros_like(GREY)
    picture[:8] = GREY[:8]
    assert "black all over" in refusal(dicom(picture, regions=[region(0.03, 0.03, SCAN)]))


@pytest.mark.parametrize("box", [(10, 8, 518, 60), (0, 0, 480, 640), (300, 300, 340, 340)])
def test_a_region_of_another_picture_gives_no_scale(box):
    """A picture that was made smaller keeps its tags: its scale would be wrong by that factor."""
    sample = read_bytes(dicom(GREY, regions=[region(0.03, 0.03, box)], PixelSpacing=[0.3, 0.3]), "a.dcm")
    assert sample.spacing is None
    assert "region" not in sample.params
    assert "cut or resized after the scan" in notes(sample)


def test_a_region_that_counts_one_pixel_too_many():
    sample = read_bytes(dicom(GREY, regions=[region(0.03, 0.03, (0, 0, 49, 65))]), "a.dcm")
    assert (sample.spacing, sample.params["region"]) == ((0.3, 0.3), (0, 0, 48, 64))


def test_a_region_whose_place_was_not_filled_in_is_the_picture():
    sample = read_bytes(dicom(GREY, regions=[region(0.03, 0.03, (0, 0, 1, 1))]), "a.dcm")
    assert (sample.spacing, sample.params["region"]) == (pytest.approx((0.3, 0.3)), (0, 0, 48, 64))


def test_a_strip_is_no_place_for_a_head():
    sample = read_bytes(dicom(GREY, regions=[region(0.03, 0.03, (0, 0, 20, 64))]), "a.dcm")
    assert sample.spacing == pytest.approx((0.3, 0.3))
    assert "region" not in sample.params


def test_tissue_comes_before_the_colours_drawn_on_it():
    tissue, flow = region(0.03, 0.03, SCAN), region(0.03, 0.03, (0, 0, 48, 64))
    flow.RegionDataType = 2
    sample = read_bytes(dicom(GREY, regions=[flow, tissue]), "a.dcm")
    assert sample.params["region"] == SCAN
    assert notes(sample) == ""


def test_a_trace_below_the_scan_is_no_scan():
    trace = region(0.01, 0.0, (0, 0, 48, 64), units=4)
    trace.RegionSpatialFormat = 4  # a waveform
    sample = read_bytes(dicom(GREY, regions=[trace, region(0.03, 0.03, SCAN)]), "a.dcm")
    assert (sample.spacing, sample.params["region"]) == (pytest.approx((0.3, 0.3)), SCAN)


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ((0, 0, 48, 32), (0, 32, 48, 64), "left"),
        ((0, 32, 48, 64), (0, 0, 48, 32), "left"),
        ((0, 0, 40, 64), (40, 0, 80, 64), "upper"),
        ((0, 30, 48, 64), (0, 0, 48, 30), "largest"),
    ],
)
def test_two_scans_side_by_side(first, second, place):
    pixels = noise((max(first[2], second[2]), 64))
    sample = read_bytes(dicom(pixels, regions=[region(0.03, 0.03, box) for box in (first, second)]), "a.dcm")
    assert f"2 scans side by side; the {place} one was taken. To measure another, crop" in notes(sample)


@pytest.mark.parametrize("change", [{"PhysicalDeltaX": None}, {"RegionLocationMinY0": 2**32 - 9}])
def test_a_damaged_region_is_passed_over(change):
    broken = region(0.02, 0.02)
    for name, value in change.items():
        setattr(broken, name, value)
    sample = read_bytes(dicom(GREY, regions=[broken, region(0.03, 0.03)]), "a.dcm")
    assert sample.spacing == pytest.approx((0.3, 0.3))


def test_writing_that_the_file_admits():
    sample = read_bytes(dicom(GREY, BurnedInAnnotation="YES"), "a.dcm")
    assert "writing is burnt into its picture" in notes(sample)
    assert "burnt" not in notes(read_bytes(dicom(GREY, BurnedInAnnotation="NO"), "a.dcm"))


def test_an_overlay_is_left_out_and_said():
    file = dicom_data_set(GREY)
    file.add_new(0x60003000, "OW", bytes(48 * 8))
    assert "an overlay; it was left out" in notes(read_bytes(written(file), "a.dcm"))


def test_a_dicom_volume():
    assert "is a DICOM volume" in refusal(clip(SOPClassUID="1.2.840.10008.5.1.4.1.1.6.2"))


def test_nothing_of_the_patient_is_even_read(monkeypatch):
    read = []

    def keep(file, *rest):
        read.append(file)
        return None, None

    monkeypatch.setattr("fetal_edu.data.dicom.find_scale", keep)
    content = clip()
    assert b"Secret^Name" in content
    sample = read_bytes(content, "a.dcm")
    assert "Rows" in read[0]
    assert "Secret" not in repr(sample) + str(read[0])


# ------------------------------------------------------------------------------------ from real machines

# pydicom brings four ultrasound files, of three makers, for its own examples.


def test_a_palette_from_a_machine():
    sample = read_image(examples.get_path("palette_color"))
    assert sample.shape == (350, 800)
    assert "16.5 % of the picture is in colour" in notes(sample)
    # Its maker's picture was 600 rows high: the example was cut, its tags were not.
    assert "cut or resized after the scan" in notes(sample)
    assert sample.image[105, 460] > 0.5 > sample.image[330, 300]


def test_a_clip_from_a_machine():
    sweep = read_image(examples.get_path("ybr_color"), frame="all")
    assert (sweep.shape, sweep.fps, sweep.spacing) == ((30, 240, 320), 30.0, None)
    assert np.abs(np.diff(sweep.image, axis=0)).max() > 0.2, "the heart beats"


@pytest.mark.parametrize(("name", "shape"), [("rgb_color", (240, 320)), ("jpeg2k", (480, 640))])
def test_colours_from_a_machine(name, shape):
    sample = read_image(examples.get_path(name))
    assert sample.shape == shape
    assert "in colour" in notes(sample)
    assert "no scale" in notes(sample)
