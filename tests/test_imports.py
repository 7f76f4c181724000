"""The floors of the house: what may load what."""

import ast
import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "fetal_edu"
LIGHT = [
    "sample",
    "measure",
    "ops",
    "phantom",
    "data",
    "figures",
    "runtime",
    "widgets",
    "lesson",
    "grading",
    "batch",
    "report",
    "cli",
]
INITS = sorted(PACKAGE.rglob("__init__.py"))


def run(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_by(modules: list[str]) -> set[str]:
    """Top-level modules that are in memory after these have been imported."""
    code = (
        f"import importlib, json, sys\n[importlib.import_module(name) for name in {modules!r}]\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    return set(json.loads(run(code)))


def modules_of(part: str) -> list[str]:
    """Name a part and every module below it."""
    name = f"fetal_edu.{part}"
    folder = PACKAGE / part
    below = pkgutil.walk_packages([str(folder)], name + ".") if folder.is_dir() else []
    return [name, *(module.name for module in below)]


def test_contracts_hold():
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=PACKAGE.parent
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("part", LIGHT)
def test_dashboards_and_command_line_do_without_torch(part):
    assert not loaded_by(modules_of(part)) & {"torch", "torchvision", "fastai"}


def test_the_package_itself_loads_nothing_heavy():
    heavy = {
        "numpy",
        "scipy",
        "skimage",
        "matplotlib",
        "PIL",
        "pydicom",
        "onnxruntime",
        "ipywidgets",
        "torch",
    }
    assert not loaded_by(["fetal_edu"]) & heavy


@pytest.mark.parametrize("init", INITS, ids=lambda path: path.parent.name)
def test_package_inits_hold_only_lazy_stubs(init):
    allowed = {"__version__", "__getattr__", "__dir__", "__all__"}
    for node in ast.parse(init.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            assert [name.name for name in node.names] == ["lazy_loader"]
        elif isinstance(node, ast.Assign):
            names = {
                leaf.id for target in node.targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)
            }
            assert names <= allowed
        else:
            assert isinstance(node, ast.Expr)
            assert isinstance(node.value, ast.Constant), f"{init}:{node.lineno} does work on import"
    assert init.with_suffix(".pyi").exists()


@pytest.mark.parametrize("init", INITS, ids=lambda path: path.parent.name)
def test_every_promised_name_is_there(init):
    package = importlib.import_module(".".join(init.parent.relative_to(PACKAGE.parent).parts))
    for name in package.__all__:
        assert getattr(package, name) is not None


def test_every_folder_of_modules_is_a_package():
    for module in PACKAGE.rglob("*.py"):
        assert (module.parent / "__init__.py").exists(), f"{module} would not be installed"


@pytest.mark.slow
def test_fastai_beside_a_cpu_torch():
    code = (
        "import fetal_edu.compat\nfrom fastai.vision.all import *\n"
        "print(vision_learner.__module__, Learner.__name__)"
    )
    assert run(code).split() == ["fastai.vision.learner", "Learner"]
