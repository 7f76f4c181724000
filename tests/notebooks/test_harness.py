"""The harness itself: a notebook that is broken in a known way must fail, each for its own reason."""

from __future__ import annotations

import nbformat
import pytest
from harness import only_tagged, picture_faults, run

pytestmark = pytest.mark.notebook

SLIDER = "import ipywidgets as w\nslider = w.IntSlider(min=0, max=7)\n"

BROKEN = {
    "an error in a cell": ("1 / 0", "ZeroDivisionError"),
    "an observer that fails at the slider's end": (
        SLIDER + "slider.observe(lambda change: 1 / (change.new - 7), 'value')\ndisplay(slider)",
        "ZeroDivisionError",
    ),
    "an interact whose function fails, in its own Output widget": (
        "import ipywidgets as w\nw.interact(lambda x: [1, 2][x], x=(0, 2));",
        "IndexError",
    ),
    "a failing dropdown option": (
        "import ipywidgets as w\nbox = w.Dropdown(options=['a', 'b', 'c'])\n"
        "box.observe(lambda change: {'a': 1, 'b': 2}[change.new], 'value')",
        "KeyError",
    ),
    "a failing button": (
        "import ipywidgets as w\nb = w.Button()\nb.on_click(lambda _: open('not there'))",
        "FileNotFoundError",
    ),
    "an error that an Output widget catches and clears": (
        "import ipywidgets as w\nout = w.Output()\nwith out:\n    1 / 0\nout.clear_output()",
        "ZeroDivisionError",
    ),
    "a failing task on the loop": (
        SLIDER + "import asyncio\nasync def later(): print(1, file=__import__('sys').stderr)\n"
        "slider.observe(lambda change: asyncio.ensure_future(later()), 'value')",
        "stderr",
    ),
    "a warning": ("import warnings\nwarnings.warn('old', UserWarning)", "UserWarning"),
    "a socket, although the error is swallowed": (
        "import socket\ntry:\n    socket.socket().connect(('192.0.2.1', 80))\nexcept OSError:\n    pass",
        "reached for the network: ('192.0.2.1', 80)",
    ),
    "a name looked up": (
        "import urllib.request as u\ntry:\n    u.urlopen('http://example.org')\nexcept OSError:\n    pass",
        "reached for the network: example.org",
    ),
    "a socket of a child process": (
        "import subprocess, sys\n_ = subprocess.run([sys.executable, '-c', "
        "'import socket; socket.socket().connect_ex((\"192.0.2.1\", 80))'], capture_output=True)",
        "reached for the network",
    ),
    "too much memory, given back at once": ("data = bytearray(450 * 2**20)\ndel data", "MB are the limit"),
    "too much memory in a child process": (
        "import subprocess, sys\n_ = subprocess.run([sys.executable, '-c', "
        "'import time; data = bytearray(b\"1\") * (450 * 2**20); time.sleep(0.5)'])",
        "MB are the limit",
    ),
    "a picture without alt text": (
        "from IPython.display import display\ndisplay({'text/html': '<img src=\"x.png\">'}, raw=True)",
        "without alt text",
    ),
    "a dead kernel": ("import os\nos._exit(1)", "DeadKernelError"),
}


def _notebook(*sources: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


@pytest.mark.parametrize("what", BROKEN)
def test_harness_finds(what, tmp_path):
    source, sign = BROKEN[what]
    result = run(_notebook(source), name="broken", cwd=tmp_path, scratch=tmp_path, memory_mb=400)
    assert any(sign in fault for fault in result.faults), result.faults


def test_harness_passes_a_sound_notebook_and_measures_it(tmp_path):
    sound = _notebook(
        SLIDER
        + "seen = []\nslider.observe(lambda change: seen.append(change.new), 'value')\ndisplay(slider)",
        "import ipywidgets as w\nw.Checkbox(), w.Dropdown(options=[1, 2]), w.FloatLogSlider()",
        "w.SelectMultiple(options='ab'), w.IntRangeSlider(), w.Button(), w.IntProgress()",
        "w.RadioButtons(options='xy'), w.Text(), w.SelectionSlider(options='ab'), w.ToggleButtons()",
        "import socket, time\nsocket.create_server(('127.0.0.1', 0)).close()\n"
        "end = time.process_time() + 0.3\nwhile time.process_time() < end:\n    pass",
        "import os\nprint(os.environ['OMP_NUM_THREADS'], 'FETAL_EDU_DATA' in os.environ)",
    )
    result = run(sound, name="sound", cwd=tmp_path, scratch=tmp_path, memory_mb=400)
    assert result.faults == []
    assert result.cpu_s >= 0.3
    assert 20 < result.memory_mb < 400
    assert result.widget_moves > 10
    assert sound.cells[-1].outputs[0].text == "1 False\n"


def test_driver_reaches_both_ends_of_a_slider(tmp_path):
    book = _notebook(
        SLIDER + "slider.observe(lambda change: print('at', change.new), 'value')\nslider.value = 3",
    )
    book.cells[
        0
    ].source += "\nimport pathlib\nslider.observe(lambda c: open('seen', 'a').write(f'{c.new} '), 'value')"
    run(book, name="ends", cwd=tmp_path, scratch=tmp_path)
    assert (tmp_path / "seen").read_text().split() == ["0", "7", "3"]


def test_only_tagged_cells_are_kept():
    book = _notebook("import os", "train()", "check(os)")
    book.cells[0].metadata.tags, book.cells[2].metadata.tags = ["setup"], ["check"]
    assert [cell.source for cell in only_tagged(book, "setup", "check").cells] == ["import os", "check(os)"]
    assert len(book.cells) == 3


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        ({"text/plain": "3"}, 0),
        ({"image/png": "iVBO"}, 1),
        ({"text/html": '<img alt="A head." src="data:,">'}, 0),
        ({"text/html": '<img alt="" src="data:,">'}, 1),
        ({"text/html": "<b>no picture</b>"}, 0),
    ],
)
def test_pictures_need_alt_text(data, faults):
    assert len(picture_faults(data)) == faults
