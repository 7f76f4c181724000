"""Small pictures and files that the tests of readers and of the command line share."""

import io

import numpy as np
from PIL import Image
from pydicom import Dataset, FileMetaDataset, Sequence
from pydicom.uid import ExplicitVRLittleEndian, UltrasoundImageStorage

from fetal_edu.measure import Ellipse

#: A head of 26 weeks or so in a picture of 160 x 240 pixels, 0.6 mm each.
HEAD = Ellipse(row=48.0, column=72.0, semi_major=43.0, semi_minor=34.0, angle=0.3)
SHAPE, SPACING = (160, 240), (0.6, 0.6)


class Brightness:
    """Stands in for the trained network: bright is head."""

    card = {"hc_relative_error_95": 0.05, "skips": 4}  # noqa: RUF012 - as a card, it is never changed

    def probability(self, canvas):
        return (1 / (1 + np.exp(np.clip(-(canvas - 0.5) * 20, -50, 50)))).astype(np.float32)


def bright_head(*, ellipses=(HEAD,), shape=SHAPE, spacing=SPACING):
    """Grey levels 0..255 of a picture in which only the head is bright."""
    masks = [ellipse.mask(shape, spacing) for ellipse in ellipses]
    return np.where(np.any(masks, axis=0), 220, 20).astype(np.uint8)


def noise(shape=(48, 64), seed=0):
    """Grey levels without meaning."""
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def encode(pixels, kind="PNG", **options):
    """The bytes of a picture file; `pixels` is an array or a Pillow picture."""
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def dicom_data_set(pixels):
    """A single-frame ultrasound DICOM data set, grey or RGB."""
    file = Dataset()
    file.file_meta = FileMetaDataset()
    file.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file.file_meta.MediaStorageSOPClassUID = file.SOPClassUID = UltrasoundImageStorage
    file.file_meta.MediaStorageSOPInstanceUID = file.SOPInstanceUID = "1.2.3.4"
    file.Modality, file.PatientName = "US", "Secret^Name"
    file.Rows, file.Columns = pixels.shape[:2]
    file.SamplesPerPixel = 1 if pixels.ndim == 2 else 3
    file.PhotometricInterpretation = "MONOCHROME2" if pixels.ndim == 2 else "RGB"
    if pixels.ndim == 3:
        file.PlanarConfiguration = 0
    bits = pixels.dtype.itemsize * 8
    file.BitsAllocated, file.BitsStored, file.HighBit = bits, bits, bits - 1
    file.PixelRepresentation = int(pixels.dtype.kind == "i")
    content = pixels.tobytes()
    file.PixelData = content + b"\0" * (len(content) % 2)
    file["PixelData"].VR = "OB" if bits == 8 else "OW"
    return file


def region(across_cm, down_cm, box=(0, 0, 48, 64), *, units=3):
    """One item of SequenceOfUltrasoundRegions; the box is row0, column0, row1, column1."""
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 1, 1, 0
    item.RegionLocationMinY0, item.RegionLocationMinX0 = box[0], box[1]
    item.RegionLocationMaxY1, item.RegionLocationMaxX1 = box[2] - 1, box[3] - 1
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = units
    item.PhysicalDeltaX, item.PhysicalDeltaY = across_cm, down_cm
    return item


def dicom(pixels, *, regions=(), **elements):
    """The bytes of a DICOM file; `elements` are set as they are, None removes one."""
    file = dicom_data_set(pixels)
    if regions:
        file.SequenceOfUltrasoundRegions = Sequence(regions)
    for name, value in elements.items():
        if value is None:
            delattr(file, name)
        else:
            setattr(file, name, value)
    written = io.BytesIO()
    file.save_as(written, enforce_file_format=True)
    return written.getvalue()
