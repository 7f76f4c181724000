"""The segment dashboard inside JupyterLab: as a notebook, and as a page of its server."""

from playwright.sync_api import expect
from test_chapters import READY


def run_all(page, canvas):
    """Run the notebook once its kernel is there; where JupyterLab still drops the command, say it again."""
    page.wait_for_function(f"() => ({READY})() === 'idle'")  # without a kernel JupyterLab asks for one
    for attempt in range(6):
        # Not awaited in the page: Playwright sets no limit to that, and the command ends with the last cell.
        page.evaluate("() => { void window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        try:
            expect(canvas).to_have_attribute("data-ready", "true", timeout=20_000)
        except AssertionError:
            if attempt == 5:
                raise
        else:
            return


def test_the_dashboard_works_as_a_notebook_and_its_keys_spare_the_cells(watched, lab):
    watched.goto(f"{lab}/lab/tree/dashboards/segment.ipynb")
    cells = watched.locator(".jp-Notebook .jp-CodeCell")
    expect(cells).to_have_count(3, timeout=60_000)
    canvas = watched.locator(".fe-canvas")
    run_all(watched, canvas)
    panel = watched.locator(".fe-readout")
    expect(panel).to_contain_text("True HC")
    watched.locator(".fe-stage").focus()
    for key in (
        "Shift+ArrowRight",
        "x",
        "d",
        "d",
        "a",
        "b",
        "o",
        "0",
        "0",
    ):  # to JupyterLab: cut, delete, ...
        watched.keyboard.press(key)
    expect(panel).to_contain_text("Outline drawn by hand")
    expect(canvas).to_have_attribute("data-mode", "ellipse")
    expect(cells).to_have_count(3)
    assert watched.locator(".jp-Dialog").count() == 0


def test_the_server_of_jupyterlab_shows_it_as_a_page(page, lab):
    foreign = []
    page.on(
        "request", lambda request: foreign.append(request.url) if "127.0.0.1" not in request.url else None
    )
    page.goto(f"{lab}/voila/render/dashboards/segment.ipynb")
    expect(page.locator(".fe-canvas")).to_have_attribute("data-ready", "true", timeout=60_000)
    assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []


def test_the_board_of_knobs_works_as_a_notebook_and_its_keys_spare_the_cells(watched, lab):
    watched.goto(f"{lab}/lab/workspaces/board/tree/dashboards/phantom.ipynb")
    cells = watched.locator(".jp-Notebook .jp-CodeCell")
    expect(cells).to_have_count(3, timeout=60_000)
    board = watched.locator(".fe-board")
    run_all(watched, board)
    status = board.locator(".fe-status")
    expect(status).to_contain_text("HC ")
    board.get_by_role("slider", name="Too much gain").focus()
    for key in ("x", "d", "d", "a", "b", "0", "0", "End"):
        watched.keyboard.press(key)
    expect(status).to_contain_text("Too much gain 1.00.")
    expect(cells).to_have_count(3)
    assert watched.locator(".jp-Dialog").count() == 0
