"""The skips dashboard without a browser: lesions, ablations, the strip, the table, own pictures."""

import io
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from skip_boards import (
    CARD_ROW,
    COSTS,
    HEAD,
    PIXEL,
    Heads,
    answer,
    ask,
    board,
    card,
    draw,
    finish,
    numbers,
    press,
    sample,
)

from fetal_edu.measure import outline_error
from fetal_edu.sample import Sample
from fetal_edu.widgets import SkipBoard
from fetal_edu.widgets.skip_heads import Head, Numbers, smaller
from fetal_edu.widgets.skip_table import WAYS, answer_in_words, median_interval, table
from fetal_edu.widgets.skip_ways import NETWORKS, OPEN, STANDARD, Way

CLOSED_2 = [1.0, 1.0, 0.0, 1.0]


def png(image):
    file = io.BytesIO()
    Image.fromarray((image * 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


# Ways ------------------------------------------------------------------------------------------------


def test_words_tell_a_lesion_from_an_ablation():
    assert OPEN.sentence == "Reference: all skips open."
    assert Way(gates=(0, 1, 0.5, 1)).sentence == "Lesion: skip 0 closed, skip 2 at 0.50, after training."
    assert Way(gates=(0, 0, 0, 0)).title == "all skips closed"
    assert Way("skips-no-3").sentence == "Ablation: trained without skip 3."
    assert Way("skips-none").title == "trained without any skip"
    kinds = [way.kind for way in STANDARD.values()]
    assert kinds == ["lesion"] * 5 + ["ablation"] * 5


# The two pictures ------------------------------------------------------------------------------------


def test_the_picture_stands_before_a_network_is_asked():
    asked = []

    def asking(network, canvas, gates):
        asked.append(network)
        return answer(network, canvas, gates)

    made = SkipBoard(samples=Heads(), answer=asking, draw=draw, card={})
    assert made.page.image
    assert made.page.truth
    assert not asked
    assert "being loaded" in made.page.status
    press(made, "step")  # too early: nothing happens
    assert not asked
    press(made, "ready")
    press(made, "ready")
    assert set(asked) == {"skips-all"}
    assert made.page.status.startswith("Reference: all skips open. The border is off by 0.")


def test_a_closed_gate_moves_the_border_by_what_it_costs():
    made = board()
    before, opened = made.page.map_now, numbers(made.page.panel_open)
    ask(made, gates=CLOSED_2)
    found = numbers(made.page.panel_now)
    assert found["kind"] == "lesion"
    assert float(found["border"]) == pytest.approx(COSTS[2] * PIXEL, abs=0.35)
    grown = float(found["hc"]) - float(opened["hc"])
    assert grown == pytest.approx(2 * math.pi * COSTS[2] * PIXEL, rel=0.1)
    assert made.page.map_now != before == made.page.map_open
    assert numbers(made.page.panel_open) == opened
    said = made.page.status
    assert said.startswith("Lesion: skip 2 closed, after training. The border is off by ")
    assert re.search(r"With all open: 0\.\d\d mm, [+-]\d\.\d mm, 0\.9\d\.$", said)
    assert made.page.now["name"] == "LESION"
    ask(made, gates=[1, 1, 0.5, 1])
    assert float(numbers(made.page.panel_now)["border"]) == pytest.approx(COSTS[2] * PIXEL / 2, abs=0.5)


def test_an_ablation_is_another_network_and_its_gates_stay_open():
    made = board()
    ask(made, gates=CLOSED_2)
    ask(made, network="skips-no-3")
    assert made.page.now == {**made.page.now, "kind": "ablation", "title": "trained without skip 3"}
    assert float(numbers(made.page.panel_now)["border"]) < 1.2
    assert made.page.status.startswith("Ablation: trained without skip 3.")
    assert made.page.asked["gates"] == CLOSED_2, "as they were, for the way back"
    ask(made, network="skips-all")
    assert made.page.status.startswith("Lesion: skip 2 closed")


def test_a_lost_head_is_called_lost():
    made = board()
    ask(made, network="skips-none")
    assert f"No outline is found: the whole HC of {made.head.true_hc:.1f} mm is missed." in made.page.status
    assert numbers(made.page.panel_now) == {"kind": "ablation", "dice": "0.0000", "border": "", "hc": ""}
    assert made.page.alt_now.endswith("trained without any skip: no outline.")


def test_pictures_are_told_in_words():
    made = board()
    ask(made, gates=CLOSED_2)
    assert re.fullmatch(
        r"Ultrasound picture, head-3\. True outline: \d+ by \d+ mm, its middle at 4\d% of the width, "
        r"4\d% of the height\. Lesion, skip 2 closed: \d+ by \d+ mm, .*\.",
        made.page.alt_now,
    )
    assert "Reference, all skips open:" in made.page.alt_open


def test_another_head_and_a_simulated_one():
    made = board()
    first = made.page.image
    ask(made, head="head-0", gates=CLOSED_2)
    assert made.page.image != first
    small = float(numbers(made.page.panel_open)["hc"])
    ask(made, head="simulated", weeks=30, seed=3)
    assert float(numbers(made.page.panel_open)["hc"]) > small
    assert made.page.alt_open.startswith("Ultrasound picture, simulated head 3, 30 weeks.")
    assert made.page.status.startswith("Lesion: skip 2 closed"), "the gates stay"


def test_a_head_that_cannot_be_drawn_leaves_the_last_one():
    def fragile(seed, *, weeks=None):
        if seed == 13:
            raise ValueError("nothing to see")
        return draw(seed, weeks=weeks)

    made = board(draw=fragile)
    before = made.page.asked, made.page.image, made.page.panel_now
    ask(made, head="simulated", seed=13)
    assert made.page.alarm
    assert made.page.status == "nothing to see. The last picture stays."
    assert (made.page.asked, made.page.image, made.page.panel_now) == before


# The strip and the table -----------------------------------------------------------------------------


def test_the_strip_shows_each_skip_in_turn():
    made = board()
    assert not made.page.strip
    while not made.page.strip:
        press(made, "step")
    assert list(made.page.strip) == list(STANDARD)
    cell = made.page.strip["closed-3"]
    assert cell["says"] == f"{made.head.find(STANDARD['closed-3']).numbers.border:.2f} mm"
    assert cell["alt"] == f"Lesion, skip 3 closed: border off by {cell['says']}"
    assert len(cell["map"]) == math.prod(made.page.grid)
    assert made.page.strip["without-all"]["says"] == "lost"
    ask(made, head="head-1")
    assert not made.page.strip, "another head: the old pictures would be wrong"
    ask(made, gates=CLOSED_2)
    while not made.page.strip:
        press(made, "step")
    shown = made.page.strip
    ask(made, gates=[1, 1, 1, 1])
    assert made.page.strip == shown, "the same head: nothing to do anew"


def test_the_table_measures_every_head_under_every_way():
    made = board()
    finish(made)
    assert made.page.work == {"running": False, "done": 7, "all": 7}
    assert len(made.measuring.rows) == 7
    rows = dict(re.findall(r"data-key='([\w-]+)' data-border='([^']*)'", made.page.table))
    assert list(rows) == list(WAYS)
    assert float(rows["closed-3"]) == pytest.approx(COSTS[3] * PIXEL, abs=0.4)
    assert rows["without-all"] == ""
    row = made.page.table.split("data-key='closed-3'")[1].split("</tr>")[0]
    assert re.search(r"<td>\d\.\d\d mm \(\d\.\d\d to \d\.\d\d\)</td>", row), row
    assert "<td>0.70 mm · 0.70 mm · 0.70 mm</td>" in row
    assert f"in 3 trainings, {CARD_ROW['n']} other heads" in made.page.table
    opened, lesion, ablation, trainings = made.page.answer
    assert opened.startswith("Over 7 heads the border is off by 0.")
    assert lesion.startswith("Lesion: skip 3 costs most when it is closed, 6.")
    assert "too few" not in lesion
    assert ablation.endswith("without any, lost."), "no word that the skips are not needed"
    assert trainings.endswith("without any, 0.70 mm · 0.70 mm · 0.70 mm.")


def test_measuring_the_table_leaves_the_shown_head_alone():
    made = board()
    finish(made)
    head, strip = made.head, made.page.strip
    ask(made, gates=CLOSED_2)
    assert made.head is head
    assert made.page.strip == strip


def test_the_order_of_the_skips_is_not_claimed_where_it_may_be_chance():
    def rows(*border):
        numbers_of = [Numbers(mm, 180.0, 0.0, 0.9) for mm in border]
        return [
            {key: numbers_of[place] if key == "closed-1" else numbers_of[0] for key in WAYS}
            for place in [1] * 6
        ]

    assert "too few to settle" not in answer_in_words(rows(1.0, 2.0), {})[1]
    assert "too few to settle" in answer_in_words(rows(1.0, 2.0)[:5], {})[1]
    mixed = [{**row, "closed-1": Numbers(0.5 + n, 180.0, 0.0, 0.9)} for n, row in enumerate(rows(1.0, 2.0))]
    assert "too few to settle" in answer_in_words(mixed, {})[1]


def test_a_lesion_that_differs_between_trainings_is_told():
    made_up = card()
    for seed, median in (("0", 0.6), ("1", 2.3), ("2", None)):
        made_up["seeds"][seed] = {
            **made_up["seeds"][seed],
            "skip 3 closed": {**CARD_ROW, "border_median_mm": median},
        }
    row = dict.fromkeys(WAYS, Numbers(1.0, 180.0, 0.0, 0.9))
    said = answer_in_words([row] * 6, made_up)[3]
    assert "skip 3 closed, 0.60 mm · 2.30 mm · lost; without any, 0.70 mm · 0.70 mm" in said
    assert said.endswith("A lesion tells of one network: the next training gives another number.")


def test_more_heads_are_simulated_for_the_table():
    made = board()
    press(made, "more")
    assert made.page.status == "Simulating 10 more heads for the table."
    finish(made)
    assert (made.page.work["done"], len(made.measuring.rows)) == (17, 17)
    assert "data-heads='17'" in made.page.table
    for _number in range(9):
        press(made, "more")
    assert not made.page.alarm
    press(made, "more")
    assert made.page.status == "Enough heads for this page: the table holds no more."


def test_a_head_that_fails_does_not_keep_the_page_busy_for_ever():
    class Broken(Heads):
        def load(self, name):
            if name == "head-5":
                raise OSError("gone")
            return super().load(name)

    made = board(samples=Broken())
    finish(made)
    assert made.page.alarm
    assert "gone" in made.page.status
    ask(made, gates=CLOSED_2)
    finish(made)
    assert len(made.measuring.rows) == 6
    assert made.page.work == {"running": False, "done": 7, "all": 7}


@pytest.mark.parametrize("n", [6, 9, 15, 40])
def test_the_interval_of_a_median_holds_it_as_often_as_it_says(n):
    rng = np.random.default_rng(n)
    draws = rng.exponential(size=(4000, n))
    held = np.mean([low <= math.log(2) <= high for low, high in map(median_interval, draws.tolist())])
    assert 0.945 <= held <= 0.995  # whole numbers of values: never less than it says, sometimes more


def test_lost_heads_count_as_the_worst():
    def numbers_of(border):
        return Numbers(border, None if border is None else 180.0, None if border is None else 1.0, 0.9)

    rows = [dict.fromkeys(WAYS, numbers_of(border)) for border in (1.0, 2.0, None, None, None, 3.0, 1.5)]
    assert "<td>3.00 mm (1.00 to lost)</td>" in table(rows, {})
    assert "<td>lost</td>" not in table(rows[:2], {})
    rows = [dict.fromkeys(WAYS, numbers_of(None))] * 6
    assert "the border is off by lost" in answer_in_words(rows, {})[0]


# Own pictures ----------------------------------------------------------------------------------------


def test_an_own_picture_has_no_error_but_a_difference_to_all_open():
    made = board()
    press(made, "file", [png(sample().image)], name="scan.png")
    assert made.page.asked["head"] == "scan.png"
    assert made.page.menu[-1] == {"key": "scan.png", "title": "your file: scan.png"}
    assert made.page.truth == b""
    assert "No truth is known here" in made.page.status
    assert " px" in made.page.panel_open
    ask(made, gates=CLOSED_2)
    assert re.search(
        r"The border lies \d\.\d\d pixels from that with all open\. Dice of both 0\.\d\d", made.page.status
    )
    assert "true" not in made.page.panel_now.replace("no truth", "")
    ask(made, scale="0,5")
    assert float(numbers(made.page.panel_now)["border"]) == pytest.approx(0.5 * PIXEL * COSTS[2], abs=0.2)
    assert made.page.levels[0] == "1.0 mm"
    finish(made)
    assert made.page.strip["closed-0"]["alt"].startswith("Lesion, skip 0 closed: border moved by ")
    assert len(made.measuring.rows) == 7, "no truth, no row"


@pytest.mark.parametrize(
    ("text", "says"), [("a lot", "is no scale"), ("0", "not possible"), ("0.01", "would be 1.92 x 1.28 mm")]
)
def test_a_scale_that_is_not_possible_changes_nothing(text, says):
    made = board()
    press(made, "file", [png(sample().image)], name="scan.png")
    ask(made, scale="0.5")
    before = made.page.panel_now, made.page.asked
    ask(made, scale=text)
    assert made.page.alarm
    assert says in made.page.status
    assert (made.page.panel_now, made.page.asked) == before


@pytest.mark.parametrize(
    ("content", "says"), [(b"no picture at all", "scan.png"), (png(np.zeros((64, 96))), "scan.png")]
)
def test_a_file_that_is_no_picture_of_anything_changes_nothing(content, says):
    made = board()
    before = made.page.asked, made.page.image, made.page.menu
    press(made, "file", [content], name="scan.png")
    assert made.page.alarm
    assert says in made.page.status
    assert (made.page.asked, made.page.image, made.page.menu) == before


def test_a_picture_without_a_head_gets_a_sentence_and_goes():
    def blind(network, canvas, gates):
        return answer(network, canvas if canvas.max() > 0.7 else 0 * canvas, gates)

    made = board(answer=blind)
    press(made, "file", [png(sample().image)], name="scan.png")
    before = made.page.asked, made.page.image, made.page.menu
    press(made, "file", [png(0.7 * sample().image)], name="dark.png")
    assert made.page.status.startswith("With all skips open no head is found in this picture")
    assert (made.page.asked, made.page.image, made.page.menu) == before
    ask(made, gates=CLOSED_2)
    assert not made.page.alarm, "the picture that was there is still open"


def test_large_pictures_are_made_smaller_and_keep_their_millimetres_and_their_pixels():
    large = np.kron(sample().image, np.ones((5, 5), np.float32))
    small, per_pixel = smaller(Sample(large, spacing=(0.2, 0.2)))
    assert max(small.shape) == 400
    assert small.extent_mm == pytest.approx(sample().extent_mm)
    found = Head(small, answer, per_pixel=per_pixel).find(OPEN)
    assert found.numbers.hc == pytest.approx(HEAD.circumference, rel=0.02)

    made = board()
    press(made, "file", [png(large)], name="large.png")
    assert float(numbers(made.page.panel_open)["hc"]) == pytest.approx(5 * HEAD.circumference, rel=0.02)
    assert made.page.levels[0] == "10.0 px"
    ask(made, scale="0.2")
    assert float(numbers(made.page.panel_open)["hc"]) == pytest.approx(HEAD.circumference, rel=0.02)
    assert "mm" in made.page.panel_open


# The measure -----------------------------------------------------------------------------------------


def test_an_island_counts_in_border_and_dice_but_not_in_hc():
    truth = HEAD.mask((128, 192), (1, 1))
    found = truth.astype(float)
    found[5:12, 5:12] = 1
    alone, with_island = (
        outline_error(truth.astype(float), truth, (1, 1)),
        outline_error(found, truth, (1, 1)),
    )
    assert with_island.border > alone.border + 0.5
    assert with_island.dice < alone.dice
    assert with_island.ellipse == alone.ellipse
    with pytest.raises(ValueError, match="no border"):
        outline_error(found, np.zeros_like(truth), (1, 1))


# Shipped ---------------------------------------------------------------------------------------------

MEASURED = """
import sys
from fetal_edu.widgets import SkipBoard
from fetal_edu.widgets.skip_ways import NETWORKS
board = SkipBoard()
board.begin()
for number in range(60):
    gates = [number % 3 / 2, 1, number % 5 / 4, 0.5]
    network = list(NETWORKS)[number % 6] if number % 2 else "skips-all"
    head = "simulated" if number % 4 else "head-20w"
    change = {"gates": gates, "network": network, "head": head, "seed": number}
    board.page.set_state({"asked": {**board.page.asked, **change}})
    assert not board.page.alarm, board.page.status
board.simulate_more()
while board.page.work["running"]:
    board._step()
assert len(board.measuring.rows) == board.measuring.count, board.page.status
assert not {"torch", "fastai", "matplotlib"} & set(sys.modules)
import psutil
print(psutil.Process().memory_full_info().pss / 1e6)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's own share of memory (PSS)")
def test_the_dashboard_needs_little_memory_and_no_torch():
    """The budget of a kernel is 200 MB; ipykernel itself takes about 30 of them."""
    run = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert float(run.stdout) < 165


def test_the_shipped_networks_find_the_first_head_and_closing_all_harms():
    made = SkipBoard()
    made.begin()
    opened = float(numbers(made.page.panel_open)["border"])
    assert opened < 2.5
    ask(made, gates=[0, 0, 0, 0])
    closed = numbers(made.page.panel_now)["border"]
    assert not closed or float(closed) > opened
    for network in NETWORKS:
        ask(made, network=network)
        assert not made.page.alarm, made.page.status
