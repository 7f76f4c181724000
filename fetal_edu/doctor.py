"""What is installed, what is missing and how to mend it. Nothing here may fail where something is missing."""

from __future__ import annotations

import importlib
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

__all__ = ["Check", "checks"]

#: Packages whose import name differs from the name that pip knows.
_IMPORT_NAMES = {
    "pillow": "PIL",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "pytest-playwright": "pytest_playwright",
}
#: What each group of packages is for; the first is needed, the others are for parts of the course.
_EXTRAS = {"": "measuring and dashboards", "train": "chapters that train", "lab": "notebooks and dashboards"}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class Check:
    """One line of the doctor's report.

    Parameters
    ----------
    name : str
        What was looked at.
    ok : bool
        Whether it is there and works.
    said : str
        What was found.
    mend : str
        What to do where it is not.
    needed : bool
        Whether measuring pictures needs it; the rest is for chapters, tests and real data.
    """

    name: str
    ok: bool
    said: str
    mend: str = ""
    needed: bool = False


def checks() -> Iterator[Check]:
    """Look at everything that the course uses, one thing after the other.

    Yields
    ------
    Check
        Python, packages, torch, weights, data, browser, folders.

    Examples
    --------
    >>> first = next(checks())
    >>> first.name, first.ok
    ('Python', True)
    """
    yield _python()
    yield from _packages()
    yield from _torch()
    yield from _weights()
    yield from _data()
    yield _browser()
    yield from _folders()


def _python() -> Check:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    said = f"{platform.python_version()} on {machine}"
    return Check("Python", sys.version_info >= (3, 11), said, "install Python 3.11 or newer", needed=True)


def _packages() -> Iterator[Check]:
    try:
        requirements = metadata.requires("fetal_edu") or []
    except metadata.PackageNotFoundError:
        mend = "in the project's folder run: pip install -e ."
        yield Check("fetal_edu", False, "runs from its folder, not installed", mend, needed=True)
        return
    for requirement in requirements:
        found = re.match(r"([\w.-]+)\s*(?:\[.*?\])?\s*([^;]*)(?:;.*extra == ['\"](\w+)['\"])?", requirement)
        name, wanted, extra = found[1], found[2].strip(" ()"), found[3] or ""
        if extra in _EXTRAS and name != "fetal_edu":
            yield _package(name, wanted, extra)


def _package(name: str, wanted: str, extra: str) -> Check:
    """Import one package; torch and what stands on it are imported later, see `_torch`."""
    needed, purpose = extra == "", _EXTRAS[extra]
    mend = f"pip install '{name}{wanted}'" if needed else f"pip install 'fetal_edu[{extra}]'"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, False, f"not installed ({purpose})", mend, needed)
    if not _fits(version, wanted):
        return Check(name, False, f"{version} is installed, {wanted} is needed ({purpose})", mend, needed)
    if name in ("torchvision", "fastai"):
        return Check(name, True, version)
    problem = _import_problem(_IMPORT_NAMES.get(name, name.replace("-", "_")))
    if problem:
        return Check(
            name, False, f"{version} can't be imported: {problem}", f"{mend} --force-reinstall", needed
        )
    return Check(name, True, version, needed=needed)


def _fits(version: str, wanted: str) -> bool:
    try:
        from packaging.specifiers import SpecifierSet

        return SpecifierSet(wanted).contains(version, prereleases=True)
    except (ImportError, ValueError):
        return True  # can't tell, so don't complain


def _import_problem(module: str) -> str:
    """Import a module and return what went wrong, in one line; empty if nothing did."""
    try:
        importlib.import_module(module)
    except (Exception, SystemExit) as error:  # a broken package may raise anything
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


def _torch() -> Iterator[Check]:
    if _import_problem("torch"):
        return  # the list of packages has said so
    import torch

    build = f"for CUDA {torch.version.cuda}" if torch.version.cuda else "for CPU"
    yield Check("torch build", True, f"{build}, {torch.get_num_threads()} threads")
    problem = _import_problem("fetal_edu.compat")
    if problem:
        yield Check("torchvision operators", False, problem, "pip install 'fetal_edu[train]'")
        return
    from fetal_edu.compat import prepare_torchvision

    kind = prepare_torchvision()
    said = {
        "native": "torchvision's own",
        "declared": "declared by fetal_edu.compat (no detection models, all else works)",
    }.get(kind, "torchvision is not installed")
    yield Check("torchvision operators", kind != "absent", said, "pip install 'fetal_edu[train]'")
    problem = _import_problem("fastai.vision.all")
    yield Check("fastai.vision", not problem, problem or "imports", "pip install 'fetal_edu[train]'")
    fast = _bf16()
    yield Check(
        "bf16", True, "in the processor: training uses it" if fast else "not in the processor: float32"
    )


def _bf16() -> bool:
    try:
        from fetal_edu.learning import cpu_has_bf16

        return cpu_has_bf16()
    except Exception:  # absent or broken: the lines above say why
        return False


def _weights() -> Iterator[Check]:
    folder = Path(__file__).parent / "weights"
    found = sorted(file.stem for file in folder.glob("*.onnx")) if folder.is_dir() else []
    if "head" not in found:
        mend = "fetal-edu train head, or get the project again: its weights are part of it"
        yield Check("network head", False, f"no head.onnx in {folder}", mend, needed=True)
        return
    problem = _load_problem()
    mend = "get the file again from the project"
    yield Check(
        "network head", not problem, problem or f"loads; networks here: {', '.join(found)}", mend, True
    )


def _load_problem() -> str:
    try:
        from fetal_edu import runtime

        runtime.load("head")
    except Exception as error:  # any damage of the file or of onnxruntime
        return f"can't be loaded: {error}".splitlines()[0]
    return ""


def _data() -> Iterator[Check]:
    try:
        from fetal_edu.data import bundled

        yield Check("samples", True, f"{len(bundled.names())} that ship with the project")
    except Exception as error:  # also a damaged registry
        yield Check("samples", False, str(error).splitlines()[0], "get the folder data_samples again")
    yield _public_set("hc18")


def _public_set(name: str) -> Check:
    mend = f"fetal-edu data get {name}, or of a copy that you have: fetal-edu data add {name} FOLDER"
    try:
        from fetal_edu.data import public

        folder = public.data_folder(name)
        if folder is None:
            return Check(name, False, "not on this machine; simulated pictures do without", mend)
        return Check(name, True, f"{len(public.hc18(folder))} annotated images in {folder}")
    except Exception as error:  # a damaged copy, or a package that the reader needs is missing
        return Check(name, False, str(error).splitlines()[0], mend)


def _browser() -> Check:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    mend = "install Chromium; only the tests of dashboards need it"
    return Check("Chromium", found is not None, found or "not found", mend)


def _folders() -> Iterator[Check]:
    places = {"folder now": Path.cwd(), "folder of temporary files": Path(tempfile.gettempdir())}
    try:
        import platformdirs

        places["folder of settings"] = platformdirs.user_config_path("fetal_edu")
    except ImportError:
        pass  # the list of packages has said so
    for name, place in places.items():
        yield Check(name, *_writable(place))


def _writable(place: Path) -> tuple[bool, str, str]:
    mend = "work in a folder that you may write to"
    while not place.exists() and place != place.parent:
        place = place.parent  # it is made when it is first used
    try:
        with tempfile.TemporaryFile(dir=place):
            return True, f"{place} can be written", ""
    except OSError as error:
        return False, f"{place} can't be written ({error.strerror})", mend
