"""The repository keeps its word: links lead somewhere, environments agree, nothing heavy comes in."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import tomllib
from importlib.metadata import distributions, version
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pytest_socket import SocketConnectBlockedError

import fetal_edu
from fetal_edu import cli
from fetal_edu.data import bundled

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MEGABYTE = 1_000_000
CONDA_NAMES = {"matplotlib": "matplotlib-base", "torch": "pytorch-cpu"}
LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*(\S+)|(?:src|href)=\"([^\"]+)\"", re.MULTILINE)


def tracked() -> list[Path]:
    """Every file that is, or could be, committed."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


FILES = tracked()
TEXTS = [
    path for path in FILES if path.suffix in {".md", ".ipynb", ".py", ".js", ".yml", ".toml", ".json", ".txt"}
]
TEXTS += [ROOT / name for name in ("Makefile", ".ci/run", "binder/postBuild", "binder/start")]
PAGES = [path for path in FILES if path.suffix in {".md", ".ipynb"}]
README = (ROOT / "README.md").read_text("utf-8")


def prose(document: Path) -> str:
    """Return the text of a document: Markdown as it is, of a notebook the Markdown cells."""
    text = document.read_text("utf-8")
    if document.suffix == ".md":
        return text
    return "\n".join(
        "".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"
    )


def links(document: Path) -> list[str]:
    return ["".join(found) for found in LINK.findall(prose(document))]


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(document):
    for link in links(document):
        address = urlsplit(link)
        if address.scheme or link.startswith(("#", "attachment:")):
            continue
        path = unquote(address.path)
        # JupyterLab serves the dashboards under this address, from the folder notebooks/.
        base = ROOT / "notebooks" if path.startswith("/voila/render/") else document.parent
        target = base / path.removeprefix("/voila/render/")
        assert target.exists(), f"{document.name} links to {link}, which is not there"


def launches() -> list[str]:
    return [link for link in links(ROOT / "README.md") if "mybinder.org/v2/" in link]


def launched(link: str) -> str:
    """Return the file that a Binder launch link opens."""
    query = parse_qs(urlsplit(link).query)
    (path,) = query.get("labpath") or query["urlpath"]
    return path.removeprefix("voila/render/")


def test_launch_links_name_this_repository():
    repository = PROJECT["urls"]["Repository"].removeprefix("https://github.com/")
    assert launches()
    for link in launches():
        assert link.startswith(f"https://mybinder.org/v2/gh/{repository}/HEAD?"), (
            f"{link} is not about {repository}, the Repository of pyproject.toml: write that into README.md"
        )


def test_launch_links_open_the_course_and_every_dashboard():
    opened = {launched(link) for link in launches()}
    dashboards = {str(path.relative_to(ROOT)) for path in (ROOT / "notebooks/dashboards").glob("*.ipynb")}
    assert dashboards
    assert opened == dashboards | {"notebooks/index.md"}


def test_binder_start_mends_the_dashboard_links(tmp_path):
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks/index.md", tmp_path / "notebooks/index.md")
    command = [ROOT / "binder/start", "sh", "-c", "echo $OMP_NUM_THREADS"]
    environment = os.environ | {"JUPYTERHUB_SERVICE_PREFIX": "/user/ann/", "OMP_NUM_THREADS": "8"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
    text = (tmp_path / "notebooks/index.md").read_text("utf-8")
    assert "](/user/ann/voila/render/notebooks/dashboards/index.ipynb)" in text
    assert "](/voila/" not in text


def pip_requirements(*extras: str) -> dict[str, Requirement]:
    lines = PROJECT["dependencies"] + [
        line for extra in extras for line in PROJECT["optional-dependencies"][extra]
    ]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def test_conda_environment_agrees_with_pyproject():
    text = (ROOT / "environment.yml").read_text("utf-8")
    lines = re.findall(r"^  - (?!python=|conda-forge|nodefaults|pip$)(.+)$", text, re.MULTILINE)
    conda = {canonicalize_name(Requirement(line).name): str(Requirement(line).specifier) for line in lines}
    wanted = pip_requirements("train", "lab")
    assert conda == {CONDA_NAMES.get(name, name): str(found.specifier) for name, found in wanted.items()}


def test_binder_has_the_same_environment():
    assert (ROOT / "binder/environment.yml").read_bytes() == (ROOT / "environment.yml").read_bytes()
    for script in ("binder/postBuild", "binder/start", ".ci/run"):
        assert os.access(ROOT / script, os.X_OK), f"{script} must be executable"


def test_pins_agree_with_the_readme_and_with_pyproject():
    pins = [
        Requirement(line)
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if line[0] != "#"
    ]
    wanted = pip_requirements("train")
    for pin in pins:
        (number,) = [part.version for part in pin.specifier]
        assert wanted[pin.name].specifier.contains(number)
        assert {*re.findall(rf"\b{pin.name}==([\d.]+)", README)} <= {number}
    assert re.search(r"torch==[\d.]+\+cpu", README)


def test_the_command_in_the_readme_measures(monkeypatch, capsys):
    ((command, name, spacing),) = re.findall(
        r"^fetal-edu (measure data_samples/(\S+)\.png --spacing (\S+))$", README, re.MULTILINE
    )
    assert bundled.load(name).spacing == pytest.approx([float(spacing)] * 2, rel=0.005)
    assert f"at {spacing} mm per pixel" in README
    monkeypatch.chdir(ROOT)
    assert cli.main(command.split()) == 0
    assert "mm" in capsys.readouterr().out


def test_the_network_is_cut():
    with pytest.raises(SocketConnectBlockedError), pytest.warns(UserWarning, match="192.0.2.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    assert os.environ["https_proxy"].endswith(":9")


def test_no_cuda_package_came_along():
    names = {canonicalize_name(package.metadata["Name"]) for package in distributions()}
    assert not [
        name
        for name in names
        if name.startswith(("nvidia-", "cuda-")) or name in {"triton", "pytorch-triton"}
    ]


def test_version_stands_in_one_place():
    assert "version" in PROJECT["dynamic"]
    assert version("fetal_edu") == fetal_edu.__version__
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert fetal_edu.__version__ in re.findall(r"^## (\S+)", changes, re.MULTILINE)


def test_every_sample_is_registered():
    folder = ROOT / "data_samples"
    files = {str(path.relative_to(folder)) for path in FILES if path.is_relative_to(folder)}
    files -= {"registry.json", "README.md", "contact-sheet.png"}
    samples = json.loads((folder / "registry.json").read_text("utf-8"))["samples"].values()
    registered = {
        entry[part]["file"]: entry[part]["sha256"]
        for entry in samples
        for part in ("image", "labels", "preview")
        if part in entry
    }
    assert files
    assert registered == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}


@pytest.mark.parametrize(("folder", "megabytes"), [("data_samples", 10), ("fetal_edu/weights", 15)])
def test_folders_stay_small(folder, megabytes):
    sizes = [path.stat().st_size for path in FILES if path.is_relative_to(ROOT / folder)]
    assert 0 < sum(sizes) <= megabytes * MEGABYTE


def test_files_stay_small():
    weights = ROOT / "fetal_edu/weights"
    large = [
        path for path in FILES if path.stat().st_size > 2 * MEGABYTE and not path.is_relative_to(weights)
    ]
    assert not large


def test_readme_pictures_stay_small():
    pictures = [path for path in FILES if path.is_relative_to(ROOT / "notebooks/pictures")]
    assert pictures
    assert not [path for path in pictures if path.stat().st_size > 200_000]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_path_of_a_machine_and_no_package_index(path):
    text = path.read_text("utf-8")
    folders = {f"{ROOT}/", f"{Path.home()}/"} - {"/"}
    assert not [folder for folder in folders if folder in text]
    assert not re.findall(r"(?<![\w.~])/(?:home|Users|root|opt|mnt|srv)/[\w.]+", text)
    allowed = indexes(ROOT / "Makefile") if path.name in {"Makefile", "README.md"} else set()
    assert indexes(path) <= allowed


def indexes(path: Path) -> set[str]:
    """Return the package indexes that a file names."""
    hosts = r"(?:[\w-]+\.)*(?:pypi|pythonhosted|anaconda)\.(?:org|com)|download\.pytorch\.org"
    return set(re.findall(hosts, path.read_text("utf-8")))


def test_one_package_index_is_named():
    """PyTorch's own, for builds without CUDA."""
    assert len(indexes(ROOT / "Makefile")) == 1


def test_readme_states_the_accuracy_on_the_card():
    card = json.loads((ROOT / "fetal_edu" / "weights" / "head.json").read_text("utf-8"))
    row = card["seeds"][str(card["seed"])]["all"]
    off, beyond = round(row["hc_mae_mm"], 1), round(100 * (1 - row["within_3_percent"]))
    said = (
        f"{row['n']} held-out ones, HC is off by {off} mm on average, and {beyond} % are off by more than 3 %"
    )
    assert said in " ".join((ROOT / "README.md").read_text("utf-8").split())


def test_readme_states_what_simulated_heads_reach():
    card = json.loads((ROOT / "fetal_edu" / "weights" / "head-phantom.json").read_text("utf-8"))
    said = (ROOT / "README.md").read_text("utf-8")
    for row in (card["seeds"][str(card["seed"])]["all"], card["floor"][str(card["seed"])]["all"]):
        numbers = f"| {row['dice']:.3f} | {row['hc_mae_mm']:.1f} mm | {row['within_3_percent']:.0%} |"
        assert numbers.replace("%", " %") in said
