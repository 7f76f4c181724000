"""Recurrence: loops equal to torch's, networks that see what they say, and chapter 07's two trials."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fetal_edu import ops
from fetal_edu.figures import alt_text, timelines
from fetal_edu.learning import TRIALS, find_trial, gaps, sweep_frames, sweeps
from fetal_edu.learning import little_data as task
from fetal_edu.measure import Ellipse
from fetal_edu.nets import FrameReader, LineNet, RowsAndColumns, count_parameters
from fetal_edu.widgets import TimelineExplorer

SIZES = st.integers(1, 5)
TINY = {"heads": 3, "tested": 2, "steps": 2, "batch": 2}
TINY |= {"sweeps": 1, "cnn_steps": 2, "cnn_batch": 4, "cnn_rate": 5e-3, "rate": 5e-3}


def _weights(cell) -> dict:
    parts = (cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)
    names = ("weight_x", "weight_state", "bias_x", "bias_state")
    return {name: part.detach().numpy() for name, part in zip(names, parts, strict=True)}


# --- loops -------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), batch=SIZES, n_in=SIZES, n=SIZES)
@pytest.mark.parametrize(
    ("step", "kind"), [(ops.rnn_step, nn.RNNCell), (ops.gru_step, nn.GRUCell)], ids=["rnn", "gru"]
)
def test_a_step_is_torchs(step, kind, seed, batch, n_in, n):
    torch.manual_seed(seed)
    cell, rng = kind(n_in, n).double(), np.random.default_rng(seed)
    x, state = 3 * rng.normal(size=(batch, n_in)), rng.uniform(-1, 1, (batch, n))
    theirs = cell(torch.from_numpy(x), torch.from_numpy(state)).detach().numpy()
    np.testing.assert_allclose(step(x, state, **_weights(cell)), theirs, rtol=1e-12, atol=1e-12)
    alone = step(x[0], state[0], **_weights(cell))
    np.testing.assert_allclose(alone, theirs[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("backwards", [False, True])
def test_scanning_rows_is_torchs_gru_on_each_row(backwards):
    torch.manual_seed(0)
    gru = nn.GRU(3, 4, batch_first=True, bidirectional=True).double()
    maps = np.random.default_rng(0).normal(size=(3, 5, 7))  # channels, rows, columns
    theirs = gru(torch.from_numpy(maps.transpose(1, 2, 0)))[0].detach().numpy()  # (rows, columns, 2 * 4)
    end = "_l0_reverse" if backwards else "_l0"
    names = {
        "weight_x": "weight_ih",
        "weight_state": "weight_hh",
        "bias_x": "bias_ih",
        "bias_state": "bias_hh",
    }
    weights = {ours: getattr(gru, name + end).detach().numpy() for ours, name in names.items()}
    mine = ops.scan_rows(maps, lambda x, s: ops.gru_step(x, s, **weights), 4, backwards=backwards)
    wanted = theirs[..., 4:] if backwards else theirs[..., :4]
    np.testing.assert_allclose(mine, wanted.transpose(2, 0, 1), rtol=1e-12, atol=1e-12)


def test_loops_answer_bad_input_with_a_sentence():
    with pytest.raises(ValueError, match=r"weight_x has shape \(2, 2\): for 2 numbers .* give \(6, 2\)"):
        ops.gru_step([1.0, 2.0], [0.0, 0.0], np.zeros((2, 2)), np.zeros((6, 2)))
    with pytest.raises(ValueError, match=r"weight_state has shape \(1, 2\)"):
        ops.rnn_step([1.0], [0.0], [[1.0]], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="the sequence is empty"):
        ops.scan(np.zeros((0, 1)), ops.rnn_step, [0.0])
    with pytest.raises(ValueError, match=r"give \(channels, rows, columns\)"):
        ops.scan_rows(np.zeros((4, 5)), ops.rnn_step, 1)


# --- networks ----------------------------------------------------------------------------------------------


def _seen(net, shape=(48, 72)) -> np.ndarray:
    """Return which pixels can change the number in the middle."""
    image = torch.rand(1, 1, *shape, requires_grad=True)
    net(image)[0, 0, shape[0] // 2, shape[1] // 2].backward()
    return (image.grad[0, 0] != 0).numpy()


def test_the_three_line_nets_are_of_one_size_within_a_hundredth():
    sizes = [count_parameters(LineNet(kind)) for kind in ("near", "far", "rows and columns")]
    assert max(sizes) / min(sizes) < 1.01


@pytest.mark.parametrize("kind", ["near", "far"])
def test_a_line_net_sees_its_receptive_field_and_no_more(kind):
    torch.manual_seed(1)
    net = LineNet(kind).eval()
    seen = _seen(net)
    assert seen.any(axis=1).sum() == seen.any(axis=0).sum() == net.receptive_field


def test_rows_and_columns_see_everything():
    torch.manual_seed(1)
    net = LineNet("rows and columns").eval()
    assert net.receptive_field is None
    assert _seen(net, (16, 20)).all()


def test_rows_come_before_columns_and_keep_their_places():
    torch.manual_seed(0)
    reader, maps = RowsAndColumns(2, 3).eval(), torch.rand(1, 2, 4, 6)
    with torch.inference_mode():
        rows = torch.stack([reader.rows(maps[:, :, i].transpose(1, 2))[0][0] for i in range(4)])  # (4, 6, 6)
        columns = torch.stack([reader.columns(rows[:, j][None])[0][0] for j in range(6)])  # (6, 4, 6)
        np.testing.assert_allclose(reader(maps)[0], columns.permute(2, 1, 0), atol=1e-6)


def test_unknown_middles_and_memories_get_a_sentence():
    with pytest.raises(ValueError, match="there are near, far, rows and columns"):
        LineNet("wide")
    with pytest.raises(ValueError, match="there are none, back and both"):
        FrameReader(32, 4, memory="forward")


def test_readers_are_of_one_size_and_know_only_what_they_say():
    sizes = [count_parameters(FrameReader(32, 4, memory=memory)) for memory in ("none", "back", "both")]
    assert max(sizes) / min(sizes) < 1.05
    features, reached = torch.rand(1, 9, 32), {}
    for memory in ("none", "back", "both"):
        torch.manual_seed(2)
        reader, changed = FrameReader(32, 4, memory=memory).eval(), features.clone()
        changed[0, 4] += 1
        with torch.inference_mode():
            differs = (reader(features) - reader(changed)).abs().amax(dim=2)[0] > 0
        reached[memory] = np.flatnonzero(differs.numpy()).tolist()
    assert reached == {"none": [4], "back": [4, 5, 6, 7, 8], "both": list(range(9))}


# --- gaps --------------------------------------------------------------------------------------------------


def test_a_gap_is_where_the_skull_has_no_echo():
    levels = {True: [], False: []}
    for head in gaps.tested(12):
        assert 0.3 < head.gap.sum() / head.line.sum() < 0.5
        for here in (True, False):
            levels[here].append(head.image[head.line & (head.gap == here)].mean())
    assert np.mean(levels[False]) > 1.3 * np.mean(levels[True])


def _bar() -> gaps.GapHead:
    line, gap = np.zeros((20, 30), bool), np.zeros((20, 30), bool)
    line[9:11], gap[9:11, 10:20] = True, True
    return gaps.GapHead(np.zeros((20, 30), np.float32), line, gap, (2.0, 2.0), 180.0)


def test_figures_of_a_line_can_be_checked_by_hand():
    bar, none = _bar(), np.zeros((20, 30), bool)
    whole = gaps.examine(bar.line, bar)
    assert whole == {"gap_recall": 1.0, "gap_dice": 1.0, "gap_mm": 0.0, "rest_dice": 1.0}
    assert gaps.examine(none, bar) == {
        "gap_recall": 0.0, "gap_dice": 0.0, "gap_mm": gaps.FARTHEST, "rest_dice": 0.0,
    }  # fmt: skip
    without = gaps.examine(bar.line & ~bar.gap, bar)
    assert without["gap_recall"] == pytest.approx(0.2)  # the gap's first and last column touch the line
    assert (without["gap_dice"], without["rest_dice"]) == (0.0, 1.0)
    # Half of the way: 2, 4, 6, 8, 10 mm from either side; nothing was found within the gap to be astray.
    assert without["gap_mm"] == pytest.approx(6.0)
    everything = gaps.examine(~none, bar)
    assert everything["gap_recall"] == 1.0
    assert everything["gap_dice"] < 0.5
    # Ten rows of the zone are 8, 6, 4, 2, 0, 0, 2, 4, 6, 8 mm from the line: 4 mm on average, and 0 back.
    assert everything["gap_mm"] == pytest.approx(2.0)


def test_an_ellipse_bridges_gaps_and_bears_with_strays():
    head = gaps.tested(1)[0]
    found = head.line & ~head.gap
    found[::9, ::11] = True
    ellipse = gaps.ellipse_of(found, head.spacing)
    assert gaps.examine(gaps.drawn(ellipse, head), head)["gap_recall"] > 0.9
    assert gaps.ellipse_of(np.zeros_like(found), head.spacing) is None
    assert not gaps.drawn(None, head).any()
    flat = gaps.drawn(Ellipse(40.0, 60.0, 30.0, 20.0, 0.0), head)
    assert flat.any()


def test_a_line_is_one_pixel_on_each_side():
    mask = np.zeros((7, 9), bool)
    mask[2:5, 3:7] = True
    line = gaps.line_of(mask)
    assert line[2, 3:7].all()
    assert line[1, 3:7].all()
    assert not line[3, 4:6].any()
    assert not gaps.line_of(np.ones((4, 4), bool)).any()


def test_seeds_have_their_own_patients():
    heads = [*gaps.study(2, 0), *gaps.study(2, 1), *gaps.tested(2)]
    assert len({head.image.tobytes() for head in heads}) == 6


# --- sweeps ------------------------------------------------------------------------------------------------


def test_sweeps_go_both_ways_and_their_windows_start_anywhere():
    ways, starts = set(), set()
    for sweep in sweep_frames.tested(5):
        met = [name for name in sweep.names if name]
        ways.add(met[0] < met[-1])
        starts.add(sweep.start)
        assert 0 <= sweep.start <= sweep_frames.FRAMES - sweep_frames.WINDOW
    assert ways == {True, False}
    assert len(starts) > 1


def test_an_average_takes_what_there_is():
    numbers = np.array([[0.0], [3.0], [6.0], [3.0]])
    assert sweeps.averaged(numbers, before=0, after=0)[:, 0].tolist() == [0, 3, 6, 3]
    assert sweeps.averaged(numbers, before=2, after=0)[:, 0].tolist() == [0, 1.5, 3, 4]
    assert sweeps.averaged(numbers, before=1, after=1)[:, 0].tolist() == [1.5, 3, 4, 4.5]


def test_figures_of_names_can_be_checked_by_hand():
    names = np.zeros(sweep_frames.FRAMES, int)
    names[6:12] = 1
    sweep = sweep_frames.Frames(np.zeros((sweep_frames.FRAMES, 1, 1), np.float32), names, start=0)
    said = np.zeros(sweep_frames.WINDOW, int)
    said[6:9] = 1
    figures = sweeps.examine([said], [sweep])
    assert figures["right"].tolist() == [pytest.approx(15 / 18)]
    assert (figures["flips"].tolist(), figures["true_flips"].tolist()) == ([2], [2])
    assert figures["balanced"] == pytest.approx((1 + 0.5) / 2)


# --- trials ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["closing-gaps", "frames-of-a-sweep"])
def test_every_arm_of_a_trial_runs_and_gives_what_its_claims_need(name):
    assert name in TRIALS
    trial = find_trial(name)
    result = replace(trial, settings={"quick": trial.settings["quick"] | TINY}).run("quick", progress=False)
    assert result.arms == tuple(trial.arms)
    for claim in trial.claims:
        for arm in (claim.arm, claim.baseline):
            assert np.isfinite(result.values(arm, claim.figure)).all()


def test_an_arm_repeats_itself():
    given = sweeps.SWEEPS.settings["quick"] | TINY
    first = sweeps.read(3, given, memory="back")
    for cached in (sweeps._frame_net, sweeps._reader):
        cached.cache_clear()
    assert first["right"].tolist() == sweeps.read(3, given, memory="back")["right"].tolist()


def test_a_network_that_sees_both_ends_of_a_gap_can_learn_to_close_it():
    """A made-up task that needs reach and nothing else: a line with a gap in one row, wherever it lies."""
    rng, recall = np.random.default_rng(0), {}
    lines = np.zeros((64, 1, 12, 32), np.float32)
    for line, row in zip(lines, rng.integers(12, size=64), strict=True):
        line[0, row] = 1
    broken = lines.copy()
    broken[..., 8:24] = 0
    for kind in ("near", "rows and columns"):
        torch.manual_seed(0)
        net = LineNet(kind)
        how = task.How(steps=120, batch=16, rate=1e-2)
        task.train(net, (torch.from_numpy(broken), torch.from_numpy(lines)), how=how, seed=0)
        recall[kind] = (
            (task.predict(net, torch.from_numpy(broken)) > 0.5)[lines[:, 0] > 0]
            .reshape(64, 32)[:, 15:17]
            .mean()
        )
    assert recall["near"] < 0.1  # its field of 13 pixels lies within the gap of 16
    assert recall["rows and columns"] > 0.9


# --- what is shown -----------------------------------------------------------------------------------------


def test_timelines_tell_each_row():
    said = alt_text(timelines({"truth": [0, 0, 1, 1], "LSTM": [0, 1, 1, 2]}, ["other", "4C", "3V"], fps=2))
    assert said == (
        "Names of 4 frames, 2.0 s. truth: other 2 frames, 4C 2 frames. LSTM: other, 4C 2 frames, 3V; 2 wrong."
    )
    with pytest.raises(ValueError, match="'LSTM' has 3 frames, the first row 2"):
        timelines({"truth": [0, 1], "LSTM": [0, 1, 1]}, ["other", "4C"], fps=2)


@pytest.fixture
def explorer():
    true = [np.array([0, 0, 1, 1, 1, 0]), np.array([1, 1, 0, 0, 0, 0])]
    alone = [np.eye(2)[[0, 1, 1, 0, 1, 0]], np.eye(2)[[1, 1, 0, 0, 0, 0]]]
    return TimelineExplorer(true, alone, {"LSTM": true}, names=["other", "4C"], fps=6)


def test_the_explorer_says_what_it_shows_and_moves_without_the_mouse(explorer):
    assert repr(explorer).startswith("Sweep 1 of 2, average of 0 before and 0 after. single frames: 4 of 6")
    before = explorer._picture.value
    said = explorer.move(2, before=1, after=1)
    assert said.startswith("Sweep 2 of 2, average of 1 before and 1 after.")
    assert "LSTM: 6 of 6 right, 1 change of name." in said
    assert explorer._picture.value != before
    assert said in explorer._said.value
    assert re.search(r"alt='([^']*)'", explorer._picture.value)[1] in said
    explorer._before.value = 0
    assert "average of 0 before and 1 after" in explorer._said.value
