"""The dashboard of layers without a browser: menus, kernel, own files, and what a browser may send."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
from dashboard import send
from PIL import Image

from fetal_edu.data import bundled
from fetal_edu.sample import Sample
from fetal_edu.widgets import LayerBoard
from fetal_edu.widgets.layer_choices import kernels, layer_choices, plans
from fetal_edu.widgets.layer_pictures import SIDE, Pictures, cut_out, made_small, picture_titles

WISH = {
    "picture": "csp",
    "plan": "conv",
    "kernel": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "stride": 1,
    "padding": 1,
}


@pytest.fixture
def board():
    return LayerBoard()


def ask(board, **wish):
    """Ask as a browser does."""
    send(board.page, {"asked": {**board.page.asked, **wish}, "request": board.page.done + 1})


def drop(board, content, name="scan.png"):
    message = {"method": "custom", "content": {"kind": "file", "name": name, "request": board.page.done + 1}}
    board.page._handle_msg({"content": {"data": message}, "buffers": [memoryview(content)]})


def png(grey):
    file = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


# Pictures and towers ---------------------------------------------------------------------------------


def test_it_begins_with_a_sample_in_millimetres(board):
    assert board.page.asked == WISH
    assert board.page.status.startswith(
        "Brain: cavum septi pellucidi, 20 weeks: 64 × 64 pixels of 0.22 mm. A kernel"
    )
    assert board.explorer.tower.maps[0].shape == (SIDE, SIDE)
    assert board.explorer.tower.spacing == bundled.load("head-20w").spacing
    assert " mm." in board.explorer.describe()


@pytest.mark.parametrize("plan", plans())
@pytest.mark.parametrize("picture", ["csp", "digits"])
def test_every_operation_is_shown_with_what_it_begins_with(board, plan, picture):
    chosen = next(one for one in layer_choices()["plans"] if one["key"] == plan)
    wish = {name: chosen[name] for name in ("stride", "padding") if chosen[name] is not None}
    if chosen["kernel"]:
        wish["kernel"] = kernels()[chosen["kernel"]][1]
    ask(board, picture=picture, plan=plan, **wish)
    assert not board.page.alarm, board.page.status
    assert board.page.status.endswith(plans()[plan].says)
    assert len(board.explorer.tower.layers) == len(plans()[plan].build(WISH["kernel"], 1, 1))


@pytest.mark.parametrize("key", picture_titles())
def test_every_picture_shows_what_it_is_named_after(key):
    image = Pictures().take(key).image
    assert image.shape == ((8, 8) if key == "digits" else (SIDE, SIDE))
    assert np.ptp(image) > 0.2


def test_a_part_near_the_border_is_cut_out_whole():
    labels = np.zeros((70, 100), np.uint8)
    labels[69, 99] = 1
    sample = Sample(
        np.arange(7000, dtype=np.float32).reshape(70, 100) / 7000, labels, {"dot": (1,)}, (0.5, 0.4)
    )
    cut = cut_out(sample, "dot")
    assert cut.image.shape == (64, 64)
    assert cut.image[-1, -1] == pytest.approx(6999 / 7000)
    assert cut.spacing == (0.5, 0.4)


def test_a_picture_made_small_keeps_its_extent_and_its_mean():
    image = np.random.default_rng(0).random((130, 200), np.float32)
    small = made_small(Sample(image, spacing=(0.3, 0.2)))
    assert small.image.shape == (42, 64)
    assert np.multiply(small.spacing, small.image.shape) == pytest.approx([39, 40])
    assert small.image.mean() == pytest.approx(image.mean(), abs=2e-3)
    inside = made_small(Sample(image, params={"region": (10, 20, 40, 60)}))
    np.testing.assert_allclose(inside.image, image[10:40, 20:60])
    assert inside.spacing is None


def test_checkerboards_come_from_kernels_that_the_stride_does_not_divide(board):
    for plan, kernel in (("transposed_3", kernels()["ones"][1]), ("transposed_4", WISH["kernel"])):
        board.choose(picture="csp", plan=plan, kernel=kernel, padding=1)
        board.explorer.show(np.ones((16, 16)), board.explorer.tower.layers)
        inner = board.explorer.tower.maps[-1][3:-3, 3:-3]
        assert (np.ptp(inner) > 0) == (plan == "transposed_3")


def test_a_weight_changes_the_map_and_the_pixel_stays(board):
    board.explorer.move(layer=0, row=3, column=5)
    before = board.explorer.tower.maps[1].copy()
    ask(board, kernel=[["0", "0", "0"], [0, "−1,5", 0], ["0", "0", "0 "]])
    np.testing.assert_allclose(board.explorer.tower.maps[1], -1.5 * board.explorer.tower.maps[0], rtol=1e-6)
    assert not np.allclose(board.explorer.tower.maps[1], before)
    assert board.explorer.at == [1, 3, 5]


def test_without_the_samples_the_page_stands_and_says_so():
    class Nothing:
        def load(self, name):
            raise FileNotFoundError(name)

    board = LayerBoard(samples=Nothing())
    assert board.page.alarm
    ask(board, picture="digits")
    assert board.page.status.startswith("Small numbers")


# A file of one's own ---------------------------------------------------------------------------------


def test_an_own_picture_is_offered_and_shown(board):
    drop(board, png(np.indices((120, 200)).sum(axis=0) % 256))
    assert board.page.status.startswith("Your file: scan.png: 38 × 64 pixels. A kernel")
    assert board.page.asked["picture"] == "own: scan.png"
    assert board.page.choices["pictures"][-1] == {"key": "own: scan.png", "title": "your file: scan.png"}
    ask(board, picture="lens")
    ask(board, picture="own: scan.png", plan="max")
    assert board.explorer.tower.maps[0].shape == (38, 64)


def test_of_many_own_pictures_the_oldest_goes_unless_it_is_the_newest_again(board):
    for number in range(6):
        drop(board, png(np.indices((40 + number, 60)).sum(axis=0) % 256), f"{number}.png")
    own = [one["key"] for one in board.page.choices["pictures"] if one["key"].startswith("own")]
    assert own == [f"own: {number}.png" for number in (2, 3, 4, 5)]
    ask(board, picture="own: 0.png")
    assert "no such picture" in board.page.status
    drop(board, png(np.indices((64, 64)).sum(axis=0)), "5.png")
    assert [one["key"] for one in board.page.choices["pictures"]][-4:] == own
    assert board.explorer.tower.maps[0].shape == (64, 64)


@pytest.mark.parametrize(
    "content", [b"no picture", b"", png(np.zeros((64, 64)))], ids=["text", "empty", "flat"]
)
def test_a_file_that_is_no_picture_changes_nothing(board, content):
    drop(board, content)
    assert board.page.alarm
    assert "scan.png" in board.page.status
    assert board.page.asked == WISH
    assert board.explorer.tower.maps[0].shape == (64, 64)


def test_a_file_too_large_is_refused_unread(board):
    drop(board, bytes(board.page.file_limit + 1))
    assert "scan.png has 8.0 MB; the limit here is 8.0 MB" in board.page.status


# What a browser may send -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"picture": "../x"}, "There is no such picture to choose"),
        ({"picture": ["csp"]}, "no such picture"),
        ({"plan": "dense"}, "no such operation"),
        ({"plan": None}, "no such operation"),
        ({"stride": 4}, "no such stride"),
        ({"stride": "2"}, "no such stride"),
        ({"stride": True}, "no such stride"),
        ({"padding": -1}, "no such padding"),
        ({"kernel": [[1]]}, "three rows of three"),
        ({"kernel": "123"}, "three rows of three"),
        ({"kernel": None}, "three rows of three"),
        ({"kernel": [[0, 0, 0], [0, "one", 0], [0, 0, 0]]}, "Weight in row 1, column 1: “one” is no number"),
        ({"kernel": [[0, 0, 0], [0, 0, 0], [0, 0, 101]]}, "column 2: “101” is no number from −100 to 100"),
        ({"kernel": [["inf", 0, 0], [0, 0, 0], [0, 0, 0]]}, "row 0, column 0: “inf”"),
        ({"kernel": [["nan", 0, 0], [0, 0, 0], [0, 0, 0]]}, "“nan” is no number"),
        ({"kernel": [[[], 0, 0], [0, 0, 0], [0, 0, 0]]}, "“[]” is no number"),
        ({"more": 1}, "not whole"),
    ],
)
def test_nonsense_gets_a_sentence_and_changes_nothing(board, wish, says):
    ask(board, **wish)
    assert says in board.page.status
    assert board.page.alarm
    assert board.page.asked == WISH
    assert board.page.done == 1


def test_only_the_wish_belongs_to_the_browser(board):
    labels = dict(board.page.labels)
    send(board.page, {"labels": {}, "choices": {}, "status": "x", "file_limit": 10**9, "request": 1})
    assert board.page.labels == labels
    assert board.page.choices == layer_choices()
    assert board.page.file_limit < 10**9
    assert board.page.status != "x"


def test_what_does_not_fit_leaves_the_last_tower(board):
    drop(board, png(np.indices((32, 300)).sum(axis=0) % 256), "flat.png")
    assert board.explorer.tower.maps[0].shape == (7, 64)
    ask(board, plan="deep", padding=0)
    assert board.page.alarm
    assert board.page.status.endswith("nothing would be left. The last one stays.")
    assert board.page.asked["plan"] == "conv"
    assert board.explorer.tower.layers[0].title.startswith("convolution")
    assert len(board.explorer.tower.layers) == 1


def test_the_dashboard_loads_nothing_heavy():
    code = (
        "import sys\nfrom fetal_edu.widgets import LayerBoard\nLayerBoard()\n"
        "print(sorted({'torch', 'onnxruntime', 'pydicom', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
