"""Measure many files in a row; one bad file never stops the rest."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from fetal_edu import report, runtime
from fetal_edu.data.files import read_image
from fetal_edu.data.files import stem as file_stem
from fetal_edu.data.limits import BadInput, check_spacing
from fetal_edu.data.stack import split_frames
from fetal_edu.data.table import read_spacings

if TYPE_CHECKING:
    from fetal_edu.sample import Reading, Sample

__all__ = ["Outcome", "Scales", "Store", "measure_files", "writable_folder"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file, or of one frame.

    Parameters
    ----------
    said : dict
        The record, see `fetal_edu.report.record`.
    measured : bool
        Whether a head was measured in mm and everything that was asked for was saved.
    problems : list of str
        Sentences on what went wrong.
    read : bool
        Whether the picture could be read at all.
    last : bool
        Whether it is the last one of its file: a clip that is read whole has one for each frame.
    """

    said: dict[str, Any]
    measured: bool
    problems: list[str] = field(default_factory=list)
    read: bool = True
    last: bool = True


def measure_files(
    files: Sequence[str],
    *,
    spacing: str | None = None,
    model: str = "head",
    save: str | None = None,
    frame: int | Literal["all"] | None = None,
) -> Iterator[Outcome]:
    """Measure the head in each file.

    Parameters
    ----------
    files : sequence of str
        PNG, JPEG, DICOM or NIfTI.
    spacing : str, optional
        Millimetres per pixel as ``"0.12"``, ``"0.2,0.1"`` (between rows, between columns) or the name of a
        csv table.
    model : str
        The network's name.
    save : str, optional
        A folder for the outlines; it is made where it is missing.
    frame : int, "all" or None
        Which frame of a clip or slice of a volume, from 1; the middle one by default.

    Yields
    ------
    Outcome
        One for each file, in order, as soon as it is done; with "all" one for each frame.

    Raises
    ------
    BadInput
        Before the first file, if the spacing, the network or the folder can't be used.
    """
    scales = Scales(spacing)
    store = None if save is None else Store(save)
    try:
        runtime.load(model)  # a wrong name is refused once, not for each picture
    except runtime.ModelNotFoundError as error:
        raise BadInput(str(error)) from None
    except Exception as error:  # onnxruntime raises types of its own for damaged files
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise BadInput(
            f"The network {model} can't be loaded ({reason}): get its files again, or ask fetal-edu doctor."
        ) from None
    return (outcome for file in files for outcome in _measure_file(file, scales, model, store, frame))


def _measure_file(
    file: str, scales: Scales, model: str, store: Store | None, frame: int | Literal["all"] | None
) -> Iterator[Outcome]:
    try:
        sample, missing = scales.read(file, frame=frame)
    except Exception as error:  # one picture must not stop the others, whatever it met
        yield _failed(file, error, model)
        return
    if frame != "all":
        if frame is None and "frames" in sample.params:
            missing.append("--frame 1, say, reads another one, and --frame all reads each.")
        yield _measure_picture(file, sample, missing, model, store)
        return
    count = len(sample.image)
    for number, picture in enumerate(split_frames(sample), start=1):
        yield replace(_measure_picture(file, picture, missing, model, store), last=number == count)


def _measure_picture(
    file: str, sample: Sample, missing: list[str], model: str, store: Store | None
) -> Outcome:
    """Read one picture; of a DICOM only the ultrasound, so that the writing around it can't be a head."""
    number = sample.params.get("frame") if "frames" in sample.params else None
    frame = {} if number is None else {"frame": number, "frames": sample.params["frames"]}
    try:
        reading = runtime.read_head(sample, model=model, box=sample.params.get("region"))
        said = report.record(file, sample, reading, model=model) | frame
    except Exception as error:
        failed = _failed(file, error, model)
        return replace(failed, said=failed.said | frame)
    said["notes"] += missing
    problems = [] if store is None else store.keep(file, sample, reading)
    return Outcome(said, said["hc_mm"] is not None and not problems, problems)


def _failed(file: str, error: Exception, model: str) -> Outcome:
    if isinstance(error, BadInput):
        sentence = str(error)
    else:
        sentence = f"{file} could not be measured ({type(error).__name__}: {error}): please report this."
    return Outcome(report.failure(file, sentence, model=model), False, [sentence], read=False)


class Scales:
    """The ``--spacing`` of the command line: a number, two numbers, or a table.

    Examples
    --------
    >>> Scales("0.2,0.1").given
    (0.2, 0.1)
    """

    def __init__(self, text: str | None) -> None:
        self.given: tuple[float, float] | None = None
        self.table: dict[str, float] | None = None
        self.name = ""
        if text is None:
            return
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError:
            self.table, self.name = read_spacings(text), Path(text).name
        else:
            self.given = check_spacing(numbers[0] if len(numbers) == 1 else numbers)

    def read(self, file: str, *, frame: int | Literal["all"] | None = None) -> tuple[Sample, list[str]]:
        """Read a picture with its scale; the second part are sentences where a scale is missing."""
        spacing = self.given
        if self.table is not None:
            spacing = self.table.get(Path(file).name)
        sample = read_image(file, spacing=spacing, frame=frame)
        if sample.spacing is not None:
            return sample, []
        if self.table is not None:
            return sample, [f"{Path(file).name} is not in {self.name}: add a line with its mm per pixel."]
        return sample, ["For mm give the scale with --spacing, for example --spacing 0.12 (mm per pixel)."]


class Store:
    """A folder for outlines: ``NAME_overlay.png`` to look at, ``NAME_mask.png`` to compute with."""

    def __init__(self, folder: str | os.PathLike) -> None:
        self.folder = writable_folder(folder)
        self._stems: set[str] = set()

    def keep(self, file: str, sample: Sample, reading: Reading) -> list[str]:
        """Save what was found in one picture.

        Returns
        -------
        list of str
            A sentence if it could not be saved; empty otherwise, also where there is nothing to save.
        """
        if reading.ellipse is None and reading.mask is None:
            return []
        frame = f"_frame{sample.params['frame']}" if "frames" in sample.params else ""
        stem = self._free_stem(file_stem(file) + frame)
        try:
            self._draw(self.folder / f"{stem}_overlay.png", sample, reading)
            if reading.mask is not None:
                from PIL import Image

                Image.fromarray(reading.mask.astype("uint8") * 255).save(self.folder / f"{stem}_mask.png")
        except OSError as error:
            return [f"The outline of {file} could not be saved in {self.folder} ({_reason(error)})."]
        return []

    def _free_stem(self, stem: str) -> str:
        """Give the second picture of a name a number: it may come from another folder."""
        free, n = stem, 1
        while free in self._stems:
            n += 1
            free = f"{stem}_{n}"
        self._stems.add(free)
        return free

    def _draw(self, path: Path, sample: Sample, reading: Reading) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # slow to import, so only here
        from matplotlib.figure import Figure

        from fetal_edu.figures import overlay

        # The outline alone: a veil over the marked pixels would hide the skull that it should follow.
        figure = Figure(figsize=(8, 6), layout="constrained")
        FigureCanvasAgg(figure)
        hc = reading.values.get("hc") or reading.values.get("hc_px")
        overlay(
            sample.image,
            ellipse=reading.ellipse,
            spacing=sample.spacing,
            title="" if hc is None else f"HC {hc}",
            ax=figure.add_subplot(),
        )
        figure.savefig(path, dpi=120, bbox_inches="tight", pad_inches=0.1)


def writable_folder(folder: str | os.PathLike) -> Path:
    """Make a folder where it is missing, and try whether a file can be written there.

    Raises
    ------
    BadInput
        If not.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, ValueError) as error:
        raise BadInput(
            f"Nothing can be saved in {folder} ({_reason(error)}): give a folder that you may write to."
        ) from None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
