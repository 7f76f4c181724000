"""The samples that come with the course."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from fetal_edu.data import BadInput, bundled
from fetal_edu.measure import fit_mask
from fetal_edu.phantom import redraw


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the samples that a test may damage."""
    target = tmp_path / "data_samples"
    shutil.copytree(bundled.folder(), target)
    monkeypatch.setattr(bundled, "folder", lambda: target)
    return target


def test_every_file_is_registered_and_small():
    where = bundled.folder()
    registry = json.loads((where / "registry.json").read_text())["samples"]
    registered = {entry[key]["file"] for entry in registry.values() for key in ("image", "labels")}
    assert registered == {path.name for path in where.glob("*.png")}
    assert sum(path.stat().st_size for path in where.iterdir()) < 1_000_000
    assert bundled.names() == tuple(registry)


@pytest.mark.parametrize("name", bundled.names())
def test_a_sample_says_what_it_is(name):
    sample = bundled.load(name)
    assert sample.plane == "transthalamic"
    assert sample.image.dtype == np.float32
    fitted = fit_mask(sample.mask("head"), sample.spacing)
    assert fitted.circumference == pytest.approx(sample.truth["hc_mm"], rel=0.01)
    assert sample.truth["ellipse"].circumference == pytest.approx(sample.truth["hc_mm"])
    assert sample.group.startswith("phantom-")


def test_a_sample_is_redrawn_within_one_grey_level():
    # On another processor the last bit of a float can differ, and with it a grey level here and there.
    sample = bundled.load(bundled.names()[2])
    again = redraw(sample.params)
    assert np.abs(again.image - sample.image).max() <= 1.01 / 255
    assert np.array_equal(again.labels, sample.labels)


def test_ages_and_groups_differ():
    samples = [bundled.load(name) for name in bundled.names()]
    assert len({sample.group for sample in samples}) == len(samples)
    weeks = [sample.truth["ga_weeks"] for sample in samples]
    assert weeks == sorted(weeks)
    assert weeks[-1] - weeks[0] > 15


def test_unknown_name_lists_those_there_are():
    with pytest.raises(BadInput, match=bundled.names()[0]):
        bundled.load("head-99w")


def test_a_changed_file_is_noticed(copy):
    path = copy / f"{bundled.names()[0]}.png"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(BadInput, match="SHA-256"):
        bundled.load(bundled.names()[0])


def test_a_missing_file_is_named(copy):
    (copy / f"{bundled.names()[0]}-labels.png").unlink()
    with pytest.raises(BadInput, match=r"labels\.png is missing"):
        bundled.load(bundled.names()[0])


def test_a_broken_registry_is_named(copy):
    (copy / "registry.json").write_text("{")
    with pytest.raises(BadInput, match=r"registry\.json"):
        bundled.names()


def test_found_from_a_folder_below(tmp_path, monkeypatch):
    shutil.copytree(bundled.folder(), tmp_path / "data_samples")
    below = tmp_path / "notebooks" / "dashboards"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    installed = tmp_path / "elsewhere" / "fetal_edu" / "__init__.py"
    monkeypatch.setattr(bundled.fetal_edu, "__file__", str(installed))
    assert bundled.folder() == tmp_path / "data_samples"


def test_not_found_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bundled.fetal_edu, "__file__", str(tmp_path / "a" / "b" / "__init__.py"))
    with pytest.raises(BadInput, match="not found"):
        bundled.folder()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"samples": {}}, "names no samples"),
        ({"samples": [1]}, "AttributeError"),
        ({}, "KeyError"),
    ],
)
def test_a_registry_without_samples(copy, change, expected):
    (copy / "registry.json").write_text(json.dumps(change))
    with pytest.raises(BadInput, match=expected):
        bundled.load("head-20w")


@pytest.mark.parametrize(
    "change",
    [
        {"spacing": None},
        {"spacing": [0.2, float("nan")]},
        {"truth": {}},
        {"plane": 5},
        {"params": None},
        {"classes": {"head": "wide"}},
        {"image": {"file": "../secret.png", "sha256": ""}},
        {"image": {}},
    ],
)
def test_a_damaged_entry_is_named(copy, change):
    registry = json.loads((copy / "registry.json").read_text())
    registry["samples"]["head-20w"] |= change
    (copy / "registry.json").write_text(json.dumps(registry))
    with pytest.raises(BadInput, match="damaged near 'head-20w'"):
        bundled.load("head-20w")
    assert bundled.load("head-28w").image.ndim == 2, "the others are still read"
