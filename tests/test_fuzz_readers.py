"""Every reader of files, fed with what no one would write: a result, or one sentence."""

import copy
import gzip
import io
import json
import math
import shutil
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from fuzzing import check_sample, fuzzed, read_or_refuse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from nibabel.nifti1 import Nifti1Header
from nibabel.nifti2 import Nifti2Header
from pictures import bright_head, dicom_data_set, encode, noise, region
from PIL import Image
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.encaps import encapsulate
from pydicom.tag import Tag
from pydicom.uid import (
    JPEG2000,
    UID,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

from fetal_edu.data import bundled, download, public, read_bytes
from fetal_edu.data.table import read_spacings

GREY = noise()

odd_numbers = st.one_of(
    st.sampled_from(
        [0, 1, 2, 3, 8, 16, 31, 32, 33, 48, 64, 255, 256, 65535, 2**31 - 1, 2**32 - 1, -1, -32768]
    ),
    st.integers(-(2**33), 2**33),
    st.floats(),
)
small = st.integers(0, 300)
BOMB = zlib.compress(bytes(3_000_000))


def mostly(sound, odd):
    """Nine sound values to an odd one: what is refused at once shows little."""
    return st.integers(0, 9).flatmap(lambda n: odd if n == 9 else sound)


FRAMES = mostly(st.sampled_from([None, "all", 1]), st.sampled_from([2, 3, 0, -1, 10**9, True]))


@st.composite
def damaged(draw, contents):
    """Bytes with some changed, left out, put in twice, or cut."""
    content = bytearray(draw(contents))
    for _ in range(draw(st.sampled_from([0] * 6 + [1, 1, 1, 3]))):
        if not content:
            break
        # Headers are short and matter most.
        at = draw(st.integers(0, min(700, len(content) - 1)) | st.integers(0, len(content) - 1))
        kind = draw(st.sampled_from(["flip", "cut", "drop", "twice", "word"]))
        if kind == "flip":
            content[at] ^= draw(st.integers(1, 255))
        elif kind == "cut":
            del content[at:]
        elif kind == "drop":
            del content[at : at + draw(st.integers(1, 40))]
        elif kind == "twice":
            content[at:at] = content[at : at + draw(st.integers(1, 200))]
        else:
            content[at : at + 4] = struct.pack(
                draw(st.sampled_from("<>")) + "I", draw(st.integers(0, 2**32 - 1))
            )
    return bytes(content)


def check(content, frame=None):
    sample = read_or_refuse(read_bytes, content, "a", frame=frame)
    if sample is not None:
        check_sample(sample, stack=frame == "all")


# ------------------------------------------------------------------------------------ PNG and JPEG


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


sides = mostly(st.integers(32, 80), st.sampled_from([0, 1, 31, 4001, 70_000, 2**31 - 1]) | st.integers(0, 40))
extra_chunks = st.tuples(
    st.sampled_from(
        [b"PLTE", b"tRNS", b"gAMA", b"iCCP", b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"acTL", b"fcTL"]
    ),
    st.binary(max_size=60) | st.sampled_from([BOMB, b"k\0\0" + BOMB]),
)


@st.composite
def png(draw):
    """A PNG whose checksums are right, whatever it says."""
    wide, high = draw(sides), draw(sides)
    depth = draw(mostly(st.sampled_from([8, 8, 16]), st.sampled_from([0, 1, 2, 3, 4])))
    colour = draw(mostly(st.sampled_from([0, 2, 3, 4, 6]), st.just(5)))
    header = struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, draw(mostly(st.just(0), small)) % 256)
    row = 1 + (wide * depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 1) + 7) // 8
    grey = np.random.default_rng(draw(small)).integers(0, 255, 20_000, np.uint8).tobytes()
    rows = [b"\0" + (grey * (row // 20_000 + 1))[: row - 1]] * min(high, 80) if row < 100_000 else []
    pixels = b"".join(rows)[: draw(mostly(st.just(10**6), st.integers(0, 20_000)))]
    chunks = [chunk(kind, content) for kind, content in draw(st.lists(extra_chunks, max_size=2))]
    if colour == 3:
        chunks.insert(
            0, chunk(b"PLTE", bytes(i % 256 for i in range(3 * draw(st.sampled_from([256, 16, 2])))))
        )
    body = [*chunks, chunk(b"IDAT", zlib.compress(pixels, 1)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(body)


SMOOTH = np.add.outer(np.arange(48), np.arange(64)).astype(np.uint8)
JPEGS = [encode(Image.fromarray(SMOOTH).convert(mode), "JPEG") for mode in ("L", "RGB", "CMYK")]
JPEGS += [encode(SMOOTH, "JPEG", progressive=True), encode(noise((40, 50, 3)), "JPEG", subsampling=2)]


@st.composite
def jpeg(draw):
    """A JPEG with marker segments put in and its frame header changed."""
    content = draw(st.sampled_from(JPEGS))
    segments = draw(st.lists(st.tuples(st.integers(0xC0, 0xFE), st.binary(max_size=60)), max_size=3))
    exif = b"Exif\0\0II*\0\x08\0\0\0" + draw(st.binary(max_size=80))
    if draw(st.booleans()):
        segments.append((0xE1, exif))
    put = b"".join(bytes([0xFF, kind]) + struct.pack(">H", len(body) + 2) + body for kind, body in segments)
    content = content[:2] + put + content[2:]
    start = content.find(b"\xff\xc0")
    if start > 0 and draw(st.booleans()):
        size = struct.pack(">HH", *(draw(sides) % 65536 for _ in range(2)))
        content = content[: start + 5] + size + content[start + 9 :]
    return content


@fuzzed
@given(content=damaged(png()), frame=FRAMES)
def test_png(content, frame):
    check(content, frame)


@fuzzed
@given(content=damaged(jpeg()), frame=FRAMES)
def test_jpeg(content, frame):
    check(content, frame)


# ------------------------------------------------------------------------------------ DICOM

IMAGE_TAGS = [
    *("Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PlanarConfiguration", "PixelRepresentation"),
    *(
        "BitsAllocated",
        "BitsStored",
        "HighBit",
        "PhotometricInterpretation",
        "PixelSpacing",
        "BurnedInAnnotation",
    ),
    *("RescaleSlope", "RescaleIntercept", "WindowCenter", "WindowWidth", "VOILUTFunction", "SOPClassUID"),
    *("FrameTime", "FrameTimeVector", "CineRate", "RecommendedDisplayFrameRate", "OverlayData", "PixelData"),
    *("RedPaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData", "ModalityLUTSequence"),
    *("SegmentedRedPaletteColorLookupTableData", "ExtendedOffsetTable", "ExtendedOffsetTableLengths"),
    *("SequenceOfUltrasoundRegions", "VOILUTSequence"),
]
REGION_TAGS = [
    *("RegionSpatialFormat", "RegionDataType", "RegionLocationMinX0", "RegionLocationMinY0"),
    *("RegionLocationMaxX1", "RegionLocationMaxY1", "PhysicalUnitsXDirection", "PhysicalUnitsYDirection"),
    *("PhysicalDeltaX", "PhysicalDeltaY"),
]
KINDS = [
    "MONOCHROME1",
    "MONOCHROME2",
    "RGB",
    "YBR_FULL",
    "YBR_FULL_422",
    "YBR_RCT",
    "YBR_PARTIAL_420",
    "PALETTE COLOR",
]
UNPACKED = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
PACKED = [JPEGBaseline8Bit, JPEG2000, JPEG2000Lossless, RLELossless]
SYNTAXES = [*pydicom.uid.AllTransferSyntaxes, UID("1.2.3"), UID("")]
words = st.one_of(st.sampled_from([0, 1, 2, 3, 8, 16, 31, 33, 48, 255, 32768, 65535]), st.integers(0, 65535))
long_words = st.one_of(words, st.integers(0, 2**32 - 1))
texts = st.sampled_from(
    [
        *("", "0", "1", "-1", "3", "30", "x", "nan", "inf", "1e400", "0.3", "2147483647", "33.333", "\u00e4"),
        *KINDS,
    ]
)
RAW = {
    "US": st.lists(words, max_size=4).map(lambda some: struct.pack(f"<{len(some)}H", *some)),
    "UL": st.lists(long_words, max_size=2).map(lambda some: struct.pack(f"<{len(some)}L", *some)),
    "FD": (st.floats() | st.sampled_from([0.03, -0.03, 0.0])).map(lambda one: struct.pack("<d", one)),
    "text": st.lists(texts, max_size=4).map("\\".join).map(lambda some: some.encode("latin-1")),
    "bytes": st.binary(max_size=300),
}


def put(draw, data_set, keyword):
    """Set an element to bytes that its type allows, or not, and that nobody would choose."""
    tag = Tag(0x60003000 if keyword == "OverlayData" else keyword)
    kind = "OW" if keyword == "OverlayData" else dictionary_VR(tag).split()[0]
    usual = RAW["text"] if kind in ("CS", "DS", "IS", "UI") else RAW.get(kind, RAW["bytes"])
    value = draw(mostly(usual, RAW["bytes"]))
    value += bytes(len(value) % 2)
    data_set[tag] = RawDataElement(tag, kind, len(value), value, 0, False, True)


@st.composite
def pixel_module(draw):
    """A data set with sound pixels of some kind, before anything is changed."""
    frames, kind = draw(st.sampled_from([1, 1, 2, 5])), draw(st.sampled_from(KINDS))
    deep = draw(st.sampled_from([np.uint8, np.uint8, np.uint16, np.int16]))
    colours = () if kind.startswith(("MONO", "PALETTE")) else (3,)
    levels = np.random.default_rng(draw(small)).integers(0, 250, (frames, 40, 48, *colours)).astype(deep)
    file = dicom_data_set(levels[0])
    file.PhotometricInterpretation = kind
    file.PixelData = levels.tobytes()
    if frames > 1 or draw(st.booleans()):
        file.NumberOfFrames = frames
    if kind == "PALETTE COLOR":
        for colour in ("Red", "Green", "Blue"):
            setattr(file, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
            setattr(
                file, f"{colour}PaletteColorLookupTableData", (np.arange(256, dtype="<u2") * 257).tobytes()
            )
    return file, levels


def run_lengths(frame):
    """One frame in RLE, each byte of it a run of its own."""
    planes = np.moveaxis(frame, -1, 0) if frame.ndim == 3 else frame[None]
    segments = [
        np.insert(plane.ravel(), np.arange(plane.size), 0).astype(np.uint8).tobytes() for plane in planes
    ]
    offsets = np.cumsum([64, *(len(segment) for segment in segments)])[: len(segments)]
    head = struct.pack("<16L", len(segments), *offsets, *[0] * (15 - len(segments)))
    return head + b"".join(segments)


@st.composite
def packed(draw, levels, syntax):
    """Frames as a transfer syntax would hold them, or as none would."""
    frames = []
    for frame in levels.astype(np.uint8):
        how = draw(mostly(st.just("sound"), st.sampled_from(["runs", "bytes", "huge", "larger", "RLE"])))
        if how == "sound":
            kind = "JPEG2000" if "2000" in syntax.name else "JPEG"
            frames.append(run_lengths(frame) if syntax == RLELossless else encode(frame, kind))
        elif how == "RLE":
            frames.append(run_lengths(frame))
        elif how == "runs":
            runs = bytes(draw(st.lists(st.integers(0, 255), max_size=60))) * draw(st.sampled_from([1, 50]))
            offsets = draw(st.lists(st.integers(0, 300), min_size=15, max_size=15))
            frames.append(struct.pack("<16L", draw(st.integers(0, 20)), *offsets) + runs)
        elif how == "huge":  # a small picture that says it is a large one
            frames.append(encode(noise((40, 48)), "JPEG").replace(b"\0\x28\0\x30", b"\xff\xff\xff\xff", 1))
        elif how == "larger":
            frames.append(encode(noise((400, 480)), "JPEG", quality=5))
        else:
            frames.append(draw(st.binary(max_size=200)) or b"\0\0")
    return encapsulate(frames, has_bot=draw(st.booleans()))


@st.composite
def dicom_file(draw):
    file, levels = draw(pixel_module())
    if draw(st.booleans()):
        items = []
        for _ in range(draw(st.integers(1, 3))):
            item = region(0.03, 0.03, (0, 0, 40, 48))
            for tag in draw(st.lists(st.sampled_from(REGION_TAGS), max_size=4)):
                put(draw, item, tag)
            items.append(item)
        file.SequenceOfUltrasoundRegions = pydicom.Sequence(items)
    for tag in draw(st.lists(st.sampled_from(IMAGE_TAGS), max_size=draw(st.sampled_from([0, 1, 1, 4])))):
        put(draw, file, tag)
    syntax = draw(mostly(st.sampled_from([*UNPACKED, *UNPACKED, *PACKED]), st.sampled_from(SYNTAXES)))
    file.file_meta.TransferSyntaxUID = syntax
    if syntax in SYNTAXES[:-2] and syntax.is_encapsulated:
        file.PixelData = draw(packed(levels, syntax))
        file["PixelData"].is_undefined_length = True
    target = io.BytesIO()
    try:
        pydicom.dcmwrite(
            target, file, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=True, overwrite=True
        )
    except Exception:  # a data set that no one can write is no input
        assume(False)
    content = target.getvalue()
    return content if content[128:132] == b"DICM" else bytes(128) + b"DICM" + content


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")  # it warns of what is written here on purpose
@settings(fuzzed, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(content=damaged(dicom_file()), frame=FRAMES)
def test_dicom(content, frame):
    check(content, frame)


# ------------------------------------------------------------------------------------ NIfTI


@st.composite
def nifti_file(draw):
    """A header whose fields hold anything, before pixels of some length."""
    kind = draw(st.sampled_from([Nifti1Header, Nifti1Header, Nifti2Header]))
    header = kind(endianness=draw(st.sampled_from("<<>")))
    header.set_data_dtype(
        draw(st.sampled_from([np.uint8, np.int16, np.uint16, np.float32, np.float64, np.int32]))
    )
    sound = st.sampled_from([(40, 50), (40, 50, 1), (40, 50, 4), (40, 50, 1, 3)])
    shape = draw(mostly(sound, st.sampled_from([(40, 50, 2, 2), (40,), (31, 40), (8000, 8000)])))
    header.set_data_shape(shape)
    header.set_xyzt_units(
        *draw(st.sampled_from([("mm", "sec"), ("micron", "msec"), ("meter", None), (None, None)]))
    )
    header["pixdim"][1:4] = draw(st.sampled_from([0.3, 0.0003, 300.0]))
    block, stored = header.structarr, header.get_data_dtype()
    for field in draw(st.lists(st.sampled_from(block.dtype.names), max_size=draw(st.integers(0, 2)))):
        place = block[field]
        with np.errstate(all="ignore"):
            number = draw(odd_numbers)
            try:
                if place.shape:
                    place[draw(st.integers(0, place.shape[0] - 1))] = number
                else:
                    block[field] = draw(st.binary(max_size=8)) if place.dtype.kind == "S" else number
            except (OverflowError, ValueError):
                pass
    random = np.random.default_rng(draw(small))
    count = min(math.prod(shape), 8000)
    if draw(st.booleans()):  # as a machine would write, else any bytes: NaN, infinities, 1e38
        pixels = random.integers(0, 120, count).astype(stored).tobytes()
    else:
        pixels = random.integers(0, 256, count * 8, np.uint8).tobytes()
    return written_header(header) + pixels


def written_header(header):
    return header.structarr.tobytes() + bytes(4)


@st.composite
def gzipped(draw, contents):
    content = draw(contents)
    return gzip.compress(content, 1) if draw(st.booleans()) else content


@fuzzed
@given(content=damaged(gzipped(damaged(nifti_file()))), frame=FRAMES)
def test_nifti(content, frame):
    check(content, frame)


# ------------------------------------------------------------------------------------ any bytes

STARTS = [
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    bytes(128) + b"DICM",
    b"\x08\0\x05\0",
    b"\x1f\x8b\x08\0",
    b"\x5c\x01\0\0",
]


@fuzzed
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=1500), frame=FRAMES)
def test_any_bytes(start, rest, frame):
    check(start + rest, frame)


# ------------------------------------------------------------------------------------ tables and lists

HEADER = "filename,pixel size(mm),head circumference (mm)"
cells = st.one_of(
    st.sampled_from(
        ["001_HC.png", "002_HC.png", "0.09", "56.8", "", " ", "nan", "inf", "-1", "1e400", "0,2", "1_0"]
    ),
    st.text(max_size=12),
    odd_numbers.map(str),
)
numbers = mostly(st.just("0.6"), cells)
rows = mostly(
    st.tuples(st.sampled_from(["001_HC.png", "002_HC.png"]), numbers, numbers), st.lists(cells, max_size=5)
)
tables = st.one_of(
    st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=400),
    *[st.lists(rows.map(",".join), max_size=3).map(lambda some: "\n".join([HEADER, *some]).encode())] * 4,
)


@pytest.fixture(scope="module")
def folder():
    """A copy of HC18 with two images, whose table and outlines a test writes anew for each input."""
    with tempfile.TemporaryDirectory() as made:
        inside = Path(made) / "hc18" / "training_set"
        inside.mkdir(parents=True)
        for name in ("001_HC", "002_HC"):
            for part in (f"{name}.png", f"{name}_Annotation.png"):
                (inside / part).write_bytes(encode(bright_head()))
        yield inside.parent


@fuzzed
@given(content=tables)
def test_tables(folder, content):
    file = folder / public.TABLE
    file.write_bytes(content)
    scales = read_or_refuse(read_spacings, file)
    assert scales is None or all(isinstance(mm, float) and np.isfinite(mm) for mm in scales.values())
    images = read_or_refuse(public.hc18, folder)
    if images is not None:
        assert len(set(images.names)) == len(images) > 0
        assert all(np.isfinite(mm) and mm > 0 for mm in images.hc_mm)
        read_or_refuse(images.__getitem__, 0)


@st.composite
def outline(draw):
    """A few points, or a line, in a picture of the right size."""
    picture = np.zeros((160, 240), np.uint8)
    points = st.tuples(st.integers(0, 159), st.integers(0, 239))
    for row, column in draw(st.lists(points, max_size=9)):
        picture[row, column] = draw(st.sampled_from([255, 255, 120]))
    if draw(st.booleans()):
        row, column = draw(points)
        picture[row, : column + 1] = picture[row // 2, column // 2 :] = 255
    return encode(picture)


@fuzzed
@given(outline=damaged(mostly(outline(), png() | st.just(encode(bright_head())))))
def test_outlines(folder, outline):
    (folder / public.TABLE).write_text(f"{HEADER}\n001_HC.png,0.6,240\n")
    (folder / "training_set" / "001_HC_Annotation.png").write_bytes(outline)
    sample = read_or_refuse(lambda: public.hc18(folder)[0])
    assert sample is None or sample.truth["ellipse"].circumference > 0


json_values = st.recursive(
    st.none()
    | st.booleans()
    | odd_numbers
    | st.text(max_size=8)
    | st.sampled_from(["../../etc", "head-20w.png"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)
SAMPLES = bundled.folder()
REGISTRY = json.loads((SAMPLES / "registry.json").read_text())
REGISTRY["samples"] = {name: REGISTRY["samples"][name] for name in ("head-12w", "head-17w", "head-20w")}


@st.composite
def registries(draw):
    """The registry with some of its values replaced, at any depth."""
    registry = copy.deepcopy(REGISTRY)
    for _ in range(draw(st.integers(1, 3))):
        place = registry
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list) or draw(st.integers(0, 5)) == 0:
                if draw(st.booleans()) and isinstance(place, dict):
                    del place[key]
                else:
                    place[key] = draw(json_values)
                break
            place = place[key]
    return json.dumps(registry).encode()


@pytest.fixture(scope="module")
def samples():
    """A copy of the bundled samples."""
    with tempfile.TemporaryDirectory() as made:
        target = Path(made) / "data_samples"
        shutil.copytree(SAMPLES, target)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(bundled, "folder", lambda: target)
            yield target


@fuzzed
@given(content=st.one_of(registries(), json_values.map(json.dumps).map(str.encode), st.binary(max_size=60)))
def test_registry_of_the_samples(samples, content):
    (samples / "registry.json").write_bytes(content)
    names = read_or_refuse(bundled.names)
    assert names is None or all(isinstance(name, str) for name in names)
    for name in (*(names or ())[:2], "head-20w"):
        sample = read_or_refuse(bundled.load, name)
        assert sample is None or sample.image.ndim == 2


@fuzzed
@given(content=st.one_of(json_values.map(json.dumps).map(str.encode), st.binary(max_size=60)))
def test_list_of_folders(content):
    with tempfile.TemporaryDirectory() as made, pytest.MonkeyPatch.context() as patched:
        patched.setattr("platformdirs.user_config_path", lambda name: Path(made))
        patched.delenv("FETAL_EDU_DATA", raising=False)
        (Path(made) / "data.json").write_bytes(content)
        found = read_or_refuse(public.data_folder, "hc18")
        assert found is None or found.is_dir()


def test_a_list_of_folders_that_is_nested_for_ever():
    with tempfile.TemporaryDirectory() as made, pytest.MonkeyPatch.context() as patched:
        patched.setattr("platformdirs.user_config_path", lambda name: Path(made))
        (Path(made) / "data.json").write_text("[" * 100_000)
        assert public.registered() == {}


# ------------------------------------------------------------------------------------ archives


@st.composite
def archives(draw):
    file = io.BytesIO()
    names = st.sampled_from(
        [
            "training_set/001_HC.png",
            "training_set/",
            "../x.png",
            "/x.png",
            "training_set/../../x.png",
            "C:\\x",
        ]
    )
    with zipfile.ZipFile(
        file, "w", draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    ) as packing:
        for name in draw(st.lists(names | st.text(min_size=1, max_size=8), max_size=3, unique=True)):
            packing.writestr(zipfile.ZipInfo(name), draw(st.binary(max_size=200)))
    return file.getvalue()


@fuzzed
@given(content=damaged(archives()))
def test_archives(content):
    with tempfile.TemporaryDirectory() as made:
        outer, inner = Path(made), Path(made) / "a" / "b"
        inner.mkdir(parents=True)
        (outer / "training_set.zip").write_bytes(content)
        read_or_refuse(download._unpack, outer / "training_set.zip", inner)
        outside = {file.relative_to(outer) for file in outer.rglob("*") if file.is_file()}
        assert all(str(file).startswith("a/b/training_set/") for file in outside - {Path("training_set.zip")})
