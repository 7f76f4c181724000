"""The doctor answers on a healthy machine, and above all on a sick one."""

import subprocess
import sys
from importlib import metadata

import pytest

from fetal_edu import cli, doctor, runtime

PACKAGES = ("numpy", "pydicom", "onnxruntime", "anywidget", "torch", "fastai", "voila")


def by_name(checks):
    return {check.name: check for check in checks}


@pytest.mark.slow
def test_every_check_that_fails_says_how_to_mend_it():
    for check in doctor.checks():
        assert check.name
        assert "\n" not in check.said
        assert check.ok or check.mend


def test_it_names_what_matters():
    found = by_name(doctor.checks())
    assert {"Python", *PACKAGES, "network head", "samples", "hc18", "Chromium"} <= found.keys()
    assert found["numpy"].said == metadata.version("numpy")
    assert found["torch build"].said.startswith(("for CPU", "for CUDA"))
    assert found["torchvision operators"].ok
    assert found["fastai.vision"].ok
    assert found["numpy"].needed
    assert not found["torch"].needed


def test_a_package_that_is_missing(monkeypatch):
    sound = metadata.version

    def version(name):
        if name in ("pydicom", "voila"):
            raise metadata.PackageNotFoundError(name)
        return sound(name)

    monkeypatch.setattr(metadata, "version", version)
    found = by_name(doctor._packages())
    assert (found["pydicom"].ok, found["pydicom"].needed) == (False, True)
    assert found["pydicom"].mend.startswith("pip install 'pydicom>=")
    assert (found["voila"].ok, found["voila"].needed) == (False, False)
    assert found["voila"].mend == "pip install 'fetal_edu[lab]'"


def test_a_package_that_is_too_old(monkeypatch):
    sound = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.1" if name == "scipy" else sound(name))
    found = by_name(doctor._packages())
    assert not found["scipy"].ok
    assert "0.1 is installed, >=" in found["scipy"].said


def test_weights_that_are_missing_or_damaged(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "__file__", str(tmp_path / "doctor.py"))
    (check,) = doctor._weights()
    assert (check.ok, check.needed) == (False, True)
    assert "fetal-edu train head" in check.mend
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "head.onnx").write_bytes(b"not a network")
    monkeypatch.setattr(runtime, "WEIGHTS", tmp_path / "weights")
    runtime.load.cache_clear()
    (check,) = doctor._weights()
    assert not check.ok
    assert "can't be loaded" in check.said
    runtime.load.cache_clear()


def test_folders_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    assert doctor._writable(tmp_path / "made" / "later")[0]
    ok, said, mend = doctor._writable(tmp_path / "file")
    assert not ok
    assert "can't be written" in said
    assert mend


def test_a_damaged_copy_of_hc18(monkeypatch, tmp_path):
    (tmp_path / "hc18").mkdir()
    monkeypatch.setenv("FETAL_EDU_DATA", str(tmp_path))
    check = doctor._public_set("hc18")
    assert not check.ok
    assert "no copy of HC18" in check.said


SICK = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in {blocked!r}:
            raise ImportError('No module named ' + repr(name))

sys.meta_path.insert(0, Missing())
from fetal_edu.cli import main
sys.exit(main(['doctor']))
"""


@pytest.mark.slow
def test_it_answers_where_packages_are_broken():
    blocked = ["numpy", "PIL", "scipy", "onnxruntime", "platformdirs", "packaging", "torch", "fastai"]
    done = subprocess.run(
        [sys.executable, "-c", SICK.format(blocked=blocked)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "can't be imported: ImportError" in done.stdout
    assert "-> pip install" in done.stdout
    assert "Chromium" in done.stdout, "it stopped before the end"
    assert "Something needed is missing" in done.stdout


def test_without_torch_nothing_is_said_of_its_build(monkeypatch):
    monkeypatch.setattr(doctor, "_import_problem", lambda module: "ImportError: no torch")
    assert list(doctor._torch()) == []


@pytest.mark.parametrize(("needed", "code"), [(True, 1), (False, 0)])
def test_exit_code(needed, code, monkeypatch, capsys):
    sick = doctor.Check("thing", False, "not there", "get one", needed)
    monkeypatch.setattr(doctor, "checks", lambda: iter([doctor.Check("other", True, "here"), sick]))
    assert cli.main(["doctor"]) == code
    out = capsys.readouterr().out
    assert "ok       other: here" in out
    assert "-> get one" in out
    assert ("MISSING  thing" in out) == needed


def test_not_installed_but_run_from_its_folder(monkeypatch):
    def requires(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    (check,) = doctor._packages()
    assert "pip install -e ." in check.mend
