"""Whatever is given: a Sample, or one sentence that says what is wrong and what to do."""

import gzip

import nibabel
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import dicom, encode, noise, region
from PIL import Image
from skimage.data import camera

from fetal_edu.data import BadInput, limits, read_bytes, read_image
from fetal_edu.data.limits import check_spacing
from fetal_edu.data.table import read_spacings
from fetal_edu.sample import Sample

GREY = noise()


def nifti(levels):
    return nibabel.Nifti1Image(levels.T, np.diag([0.3, 0.3, 1, 1])).to_bytes()


SOUND = {
    "png": encode(GREY),
    "palette png": encode(Image.fromarray(np.dstack([GREY] * 3)).quantize(16)),
    "jpeg": encode(camera()[::8, ::8], "JPEG"),
    "dicom": dicom(GREY, regions=[region(0.03, 0.03)]),
    "dicom in colour": dicom(np.dstack([GREY] * 3), PixelSpacing=[0.3, 0.3]),
    "dicom clip": dicom(GREY, NumberOfFrames=3, PixelData=np.stack([GREY] * 3).tobytes()),
    "nifti": nifti(GREY),
    "packed nifti": gzip.compress(nifti(GREY), mtime=0),
}


def refusal(content, name="scan.png", **options):
    """Read bytes that can't be read and return the sentence."""
    with pytest.raises(BadInput) as refused:
        read_bytes(content, name, **options)
    return sentence(refused)


def sentence(refused):
    """Check what makes a sentence: one line that ends, and no remains of the code."""
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith((".", ").")), said
    assert "Error" not in said
    assert "Traceback" not in said
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    return said


def huge(rows, columns):
    """A PNG of many pixels and few bytes."""
    return encode(Image.new("1", (columns, rows)))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty (0 bytes): export it again"),
        (encode(np.zeros((48, 64), np.uint8)), "black all over"),
        (encode(np.full((48, 64), 99, np.uint8)), "one grey level all over"),
        (encode(np.zeros((48, 64), np.uint16)), "black all over"),
        (encode(np.zeros((48, 64, 4), np.uint8)), "black all over"),
        (encode(np.zeros((1, 1), np.uint8)), "only 1 x 1 pixels: at least 32 x 32"),
        (encode(noise((31, 500))), "only 500 x 31 pixels"),
        (huge(4000, 5000), "5000 x 4000 pixels (20 megapixels); the limit is 16: crop"),
        (huge(20000, 20000), "megapixels"),
        (SOUND["png"][:1000], "damaged or cut short"),
        (SOUND["jpeg"][:1000], "damaged or cut short"),
        (b"\x89PNG\r\n\x1a\n", "damaged or cut short"),
        (b"Dear colleague, please find attached", "no picture that can be read"),
        (b"\0" * 5000, "no picture that can be read"),
        (encode(GREY, "GIF"), "is a GIF picture: save it as PNG"),
        (encode(GREY, "BMP"), "is a BMP picture"),
        (encode(GREY, "TIFF"), "is a TIFF picture"),
        (b"%PDF-1.7 ...", "is a PDF document"),
        (b"PK\x03\x04....", "is a zip archive"),
    ],
)
def test_picture_files(content, expected):
    assert expected in refusal(content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (dicom(GREY, NumberOfFrames=30), "can't be decoded"),
        (dicom(GREY, PixelData=None), "without a picture"),
        (dicom(GREY, Rows=None), "without a picture"),
        (SOUND["dicom"][:2000], "can't be decoded"),
        (dicom(GREY, Rows=480, Columns=640), "can't be decoded"),
        (dicom(GREY, Rows=5000, Columns=5000), "25 megapixels"),
        (dicom(GREY, Rows=1, Columns=1), "only 1 x 1 pixels"),
        (dicom(np.zeros_like(GREY)), "black all over"),
        (dicom(GREY, PhotometricInterpretation="PALETTE COLOR"), "has a colour palette and brings none"),
        (dicom(GREY, BitsAllocated=7), "can't be decoded"),
        (b"\0" * 128 + b"DICM", "without a picture"),
        (b"\0" * 128 + b"DICM" + b"\xff" * 500, "DICOM"),
        (SOUND["dicom"].replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99\0"), "deflated"),
    ],
)
def test_dicom_files(content, expected):
    assert expected in refusal(content, "scan.dcm")


def test_a_large_file_is_refused_before_it_is_decoded(monkeypatch, tmp_path):
    with (tmp_path / "scan.png").open("wb") as file:
        file.truncate(limits.MAX_BYTES + 1)  # takes no room on the disk

    def never(path):
        raise AssertionError("the file was read")

    monkeypatch.setattr("pathlib.Path.read_bytes", never)
    with pytest.raises(BadInput, match="64 MB") as refused:
        read_image(tmp_path / "scan.png")
    assert "limit is 64 MB" in sentence(refused)
    assert "limit is 64 MB" in refusal(SOUND["png"] + bytes(limits.MAX_BYTES))


def test_many_pixels_are_refused_before_they_are_decoded(monkeypatch):
    def never(self, *args):
        raise AssertionError("the picture was decoded")

    content = huge(4000, 5000)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", never)
    assert "20 megapixels" in refusal(content)


def test_paths(tmp_path):
    (tmp_path / "scans").mkdir()
    for path, expected in (
        (tmp_path / "none.png", "There is no file"),
        (tmp_path / "scans", "is a folder: give the pictures in it"),
        ("", "is a folder"),
        ("a\0b.png", ""),
        ("x" * 5000, "can't be opened"),
        ("/dev/null", "no ordinary file"),
    ):
        with pytest.raises(BadInput) as refused:
            read_image(path)
        assert expected in sentence(refused)


@pytest.mark.parametrize(
    "spacing",
    [
        *(0, -0.1, np.nan, np.inf, 0.004, 5.1, 1e300, (0.1, 0), (0.1, -1), (0.1, np.nan), "wide", True),
        *((), (0.1,), (0.1, 0.1, 0.1), ("a", "b"), [[0.1], [0.2]], {"a": 1}, 10**400, b"0.1x", object()),
    ],
)
def test_spacing(spacing):
    with pytest.raises(BadInput) as refused:
        check_spacing(spacing)
    assert "pacing" in sentence(refused)
    refusal(SOUND["png"], spacing=spacing)


def test_spacing_that_no_body_fits():
    assert "would be 0.32 x 0.24 mm" in refusal(SOUND["png"], spacing=0.005)
    assert "check the spacing" in refusal(encode(noise((300, 400))), spacing=4)


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_cut_at_any_length(kind):
    content = SOUND[kind]
    for length in {*range(0, 400, 7), *range(400, len(content), len(content) // 40)}:
        try:
            read_bytes(content[:length], "a")
        except BadInput:
            continue
        # Pictures are only accepted short of their last bytes: the end mark and its neighbours.
        assert length > 0.9 * len(content), f"{kind} cut at {length} of {len(content)} bytes was accepted"


@pytest.mark.parametrize("kind", sorted(SOUND))
@given(changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), min_size=1, max_size=12))
def test_any_bits_flipped(kind, changes):
    content = bytearray(SOUND[kind])
    for place, flip in changes:
        # Headers are short and matter most: every second change hits the first 600 bytes.
        at = int(place * len(content)) if flip % 2 else int(place * min(600, len(content)))
        content[at] ^= flip
    check_that_it_is_read_or_refused(bytes(content))


@given(
    start=st.sampled_from([b"", *(content[:140] for content in SOUND.values())]), rest=st.binary(max_size=400)
)
def test_any_bytes(start, rest):
    check_that_it_is_read_or_refused(start + rest)


def check_that_it_is_read_or_refused(content):
    try:
        sample = read_bytes(content, "a")
    except BadInput:
        return
    assert isinstance(sample, Sample)
    assert min(sample.shape) >= limits.MIN_SIDE
    assert sample.image.size <= limits.MAX_PIXELS


def test_a_message_never_names_the_patient():
    content = dicom(GREY, NumberOfFrames=2)
    assert "Secret" not in refusal(content)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("filename,pixel size(mm),head circumference (mm)\n001_HC.png,0.09,56\n", {"001_HC.png": 0.09}),
        ("\ufefffilename;mm per pixel\na.png;0,09\n\nscans\\b.png;0,1\n", {"a.png": 0.09, "b.png": 0.1}),
        ("a.png,0.2\nfolder/b.png, 0.3\n", {"a.png": 0.2, "b.png": 0.3}),
        ("id\timage\tspacing\n1\ta.png\t0.5\n", {"a.png": 0.5}),
    ],
)
def test_tables_that_are_read(tmp_path, text, expected):
    (tmp_path / "scale.csv").write_text(text, encoding="utf-8")
    assert read_spacings(tmp_path / "scale.csv") == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "has no lines"),
        (b"filename,mm per pixel\na.png\n", "line 2 has too few columns"),
        (b"filename,mm per pixel\na.png,wide\n", "'wide' is no number"),
        (b"filename,mm per pixel\na.png,nan\n", "'nan' is no number"),
        (b"filename,mm per pixel\na.png,0_1\n", "'0_1' is no number"),
        (b"a.png,0.1\na.png,0.2\n", "two different scales for a.png"),
        (b"patient,age\n1,2x\n", "lacks columns"),
        (b"\x89PNG\r\n\x1a\n\xff", "is no text"),
        (b"a.png," + b"1" * 200_000, "no csv table"),
    ],
)
def test_tables_that_are_refused(tmp_path, content, expected):
    (tmp_path / "scale.csv").write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_spacings(tmp_path / "scale.csv")
    assert expected in sentence(refused)


def test_a_table_that_is_missing(tmp_path):
    with pytest.raises(BadInput, match="can't be read") as refused:
        read_spacings(tmp_path / "scale.csv")
    sentence(refused)
