"""One Voila server and the system's Chromium for all browser tests."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from reader import Dashboard
from serving import BOARD, ROOT, SKIPS, STAND_IN, chromium, notebook, serving, serving_voila

expect.set_options(timeout=30_000)  # Playwright's own 5 s are too few where all cores are busy

#: The explorer of chapter 06 with a stand-in for the trained network: torch would cost seconds.
GATES = """
from fetal_edu.phantom import draw_head
from fetal_edu.widgets import GateExplorer

heads = [draw_head(seed, weeks=weeks, shape=(48, 72)) for seed, weeks in ((7, 21), (8, 30))]

def found(number, gates):
    return heads[number].mask("head") * (0.4 + 0.6 * gates[0]) * (gates[1] > 0)

explorer = GateExplorer(heads, found, gates=(0.0, 1.0))
explorer
"""

#: The explorer of chapter 01, with a bright line for a head: the chapter's physics would cost seconds.
ECHOES = """
import numpy as np
from dataclasses import replace
from fetal_edu.measure import Ellipse
from fetal_edu.sample import Sample
from fetal_edu.widgets import EchoExplorer

head = Ellipse(36.0, 48.0, 30.0, 24.0, 0.0)
inner = replace(head, semi_major=28.0, semi_minor=22.0)
line = head.mask((120, 160), (0.6, 0.6)) & ~inner.mask((120, 160), (0.6, 0.6))
truth = {"ellipse": head, "hc_mm": head.circumference, "cell_mm": (0.44, 1.2)}

def look(frequency, gain, turn, bone):
    image = np.where(line, 1, np.clip(0.3 + gain / 40, 0, 1)).astype(np.float32)
    image[:, : int(20 * bone)] *= 0.05
    return Sample(image, spacing=(0.6, 0.6), truth=truth)

explorer = EchoExplorer(look)
explorer
"""

#: An explorer of layers with small numbers, so that a test can reckon along.
TOWER = """
import numpy as np
from fetal_edu.widgets import Conv, LayerExplorer, MaxPool, Unpool

digits = np.array([[1, 2, 3, 4], [8, 7, 6, 5], [0, 0, 9, 0], [0, 1, 0, 0]], float)
cross = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
explorer = LayerExplorer(digits, [Conv(cross, padding=1), MaxPool(2), Unpool(1)], spacing=(0.5, 0.5))
explorer
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, and keep it on one worker: there is one server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def base_url() -> str:
    """Take the place of pytest-base-url's own fixture, which pytest 9 warns of; nothing here needs it."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Use the system's Chromium; root needs it without its sandbox."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": ["--no-sandbox"] if is_root else [],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """A laptop's window."""
    return {**browser_context_args, "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="session")
def voila(tmp_path_factory: pytest.TempPathFactory):
    """Address of a Voila server that shows the dashboards, and four stand-ins."""
    chromium()  # no server where there is nothing to look at it with
    more = {"stand-in": STAND_IN, "board": BOARD, "tower": TOWER, "gates": SKIPS}
    more = {f"{name}.ipynb": notebook(code) for name, code in more.items()}
    with serving_voila(tmp_path_factory.mktemp("voila"), more) as address:
        yield address


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory):
    """Address of the JupyterLab that `make run` opens, on a copy, so that it can't save into the project."""
    chromium()
    project = tmp_path_factory.mktemp("project")
    for part in ("notebooks/dashboards", "binder", "fetal_edu/widgets/share"):
        shutil.copytree(ROOT / part, project / part)
    for file in ("notebooks/lab.py", "notebooks/index.md", "notebooks/00_start.ipynb", "voila.json"):
        shutil.copy(ROOT / file, project / file)
    for name, code in (("gates", GATES), ("echoes", ECHOES), ("tower", TOWER)):
        (project / "notebooks" / f"{name}.ipynb").write_text(notebook(code))
    options = ["notebooks/lab.py", "--no-browser", "--IdentityProvider.token="]
    options.append("--LabApp.expose_app_in_browser=True")  # so that a test can call its commands
    # What a reader answers, and what this user has open, stay out of each other's way.
    homes = {"FETAL_EDU_HOME": str(project / "home"), "JUPYTERLAB_WORKSPACES_DIR": str(project / "spaces")}
    with serving(options, project.parent / "lab.log", "/api", cwd=project, paths=homes) as address:
        yield address


@pytest.fixture
def watched(page):
    """A page that fails its test on console errors, script errors, and requests to any other host."""
    wrong = []

    def listen(said):
        # JupyterLab asks its own server for things that may not be there yet; that is not this page's doing.
        of_lab = "/lab/" in page.url and "404" in said.text
        if said.type == "error" and not of_lab:
            wrong.append(f"console: {said.text} {said.location.get('url', '')}")

    page.on("console", listen)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))

    def check(request):
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            wrong.append(f"foreign: {request.url}")

    page.on("request", check)
    page.set_default_timeout(30_000)
    yield page
    assert wrong == []


@pytest.fixture
def dashboard(watched, voila):
    watched.goto(f"{voila}/voila/render/stand-in.ipynb")
    opened = Dashboard(watched)
    opened.wait()
    expect(opened.status).to_contain_text("Outline found by the network")
    return opened
