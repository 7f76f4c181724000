"""Trials: intervals, the rule of the verdict, stopping and going on, and results that are kept."""

import json
import re
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.stats import bootstrap

from fetal_edu.cli import main
from fetal_edu.data.limits import BadInput
from fetal_edu.learning import (
    TRIALS,
    Claim,
    Difference,
    Trial,
    kept,
    kept_names,
    paired_difference,
    read_result,
)
from fetal_edu.learning.trial_claim import judge, together
from fetal_edu.learning.trial_result import RESULTS
from fetal_edu.learning.trial_stats import interval, widened

CLAIM = Claim("b is better", arm="b", baseline="a", figure="dice", direction="higher", matters=0.05)


def arm(seed, settings, *, gain=0.0, **more):
    """Figures of a made-up network on 20 examinations."""
    rng = np.random.default_rng(seed)
    dice = 0.5 + rng.normal(0, 0.1) + rng.normal(0, 0.05, settings["n"]) + gain
    return {"dice": dice, "loss": 1 - dice.mean(), **more}


def trial(**changes):
    options = {
        "name": "made-up",
        "question": "Is b better?",
        "arms": {"a": partial(arm, parameters=100, compute=7), "b": partial(arm, gain=0.1, parameters=103)},
        "baseline": "a",
        "claims": (CLAIM,),
        "labels": {"dice": "Dice", "loss": "loss"},
        "settings": {"quick": {"n": 20}, "full": {"n": 30}},
        "seeds": {"quick": range(3), "full": range(5)},
    }
    return Trial(**(options | changes))


# --- intervals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_interval_over_seeds_is_scipys(level):
    values = np.random.default_rng(1).gamma(2, size=12)
    theirs = bootstrap(
        (values,), np.mean, method="percentile", confidence_level=level, n_resamples=20_000, rng=2
    ).confidence_interval
    spread = values.std() / np.sqrt(12)
    assert interval(values, level=level, draws=20_000) == pytest.approx(tuple(theirs), abs=0.05 * spread)


def test_interval_of_two_ways_is_a_loop_one_can_read():
    table = np.random.default_rng(3).normal(size=(4, 1)) + np.random.default_rng(4).normal(size=(4, 6))
    rng, means = np.random.default_rng(5), []
    for _draw in range(20_000):
        rows, columns = rng.integers(4, size=4), rng.integers(6, size=6)
        means.append(table[rows][:, columns].mean())
    spread = np.std(means)
    assert interval(table, draws=20_000) == pytest.approx(
        tuple(np.quantile(means, [0.025, 0.975])), abs=0.06 * spread
    )


def test_widening_mends_the_coverage_of_five_seeds():
    rng, held = np.random.default_rng(6), np.zeros(2)
    runs = 400
    for _run in range(runs):
        values = rng.normal(size=5)
        for i, level in enumerate((0.95, widened(0.95, 5))):
            low, high = interval(values, level=level, draws=1000, rng=rng)
            held[i] += low <= 0 <= high
    plain, wide = held / runs
    assert plain < 0.88
    assert 0.91 < wide < 0.98


def test_pairing_removes_what_both_share():
    easy = np.random.default_rng(7).normal(size=(5, 40)) * 10
    found = paired_difference(easy + 1, easy)
    assert (found.mean, found.low, found.high) == pytest.approx((1, 1, 1))
    assert paired_difference(easy + 1, easy, examinations=False).over == "5 seeds"


def test_a_shared_examination_effect_widens_only_the_interval_over_examinations():
    effect = np.tile(np.random.default_rng(8).normal(size=50), (5, 1))  # the same with all seeds
    over_seeds, over_both = (paired_difference(effect, 0 * effect, examinations=x) for x in (False, True))
    assert over_seeds.high - over_seeds.low == pytest.approx(0, abs=1e-9)
    assert over_both.high - over_both.low > 3 * effect[0].std() / np.sqrt(50)


def test_one_seed_has_no_interval_and_shapes_must_pair():
    assert str(paired_difference([2.0], [1.5])) == "+0.500"
    with pytest.raises(ValueError, match="do not pair"):
        paired_difference([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="give \\(seeds,\\)"):
        interval([])


# --- the rule ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "numbers", "word", "reason"),
    [
        ("higher", (0.08, 0.02, 0.12), "reproduced", "leaves out zero"),
        ("higher", (0.08, -0.02, 0.12), "partly", "can be chance"),
        ("higher", (0.03, 0.02, 0.04), "partly", "less than 0.05"),
        ("higher", (0.03, -0.02, 0.08), "not reproduced", "can't rule 0.05 out"),
        ("higher", (0.01, -0.02, 0.04), "not reproduced", "rules out 0.05"),
        ("higher", (-0.1, -0.2, -0.05), "not reproduced", "opposite"),
        ("lower", (-0.1, -0.2, -0.05), "reproduced", "leaves out zero"),
        ("lower", (0.1, 0.05, 0.2), "not reproduced", "opposite"),
        ("same", (0.01, -0.02, 0.04), "reproduced", "whole interval"),
        ("same", (0.01, -0.06, 0.04), "partly", "reaches beyond"),
        ("same", (-0.06, -0.08, -0.04), "not reproduced", "or more"),
    ],
)
def test_rule(direction, numbers, word, reason):
    claim = Claim("x", "b", "a", "dice", direction, 0.05)
    verdict = judge(claim, Difference(*numbers, "5 seeds"), seeds=5)
    assert verdict.word == word
    assert reason in verdict.reason


def test_two_seeds_get_no_verdict():
    assert judge(CLAIM, Difference(0.1, 0.1, 0.1, "2 seeds"), seeds=2).word == "no verdict"
    assert together(["reproduced", "no verdict"]) == "no verdict"
    assert together(["not reproduced"] * 2) == "not reproduced"


def test_a_claim_is_refused_in_sentences():
    for changes, says in (
        ({"direction": "up"}, "higher, lower or same"),
        ({"matters": 0}, "above 0"),
        ({"baseline": "b"}, "with itself"),
    ):
        with pytest.raises(ValueError, match=says):
            Claim(**({**CLAIM.__dict__} | changes))


# --- running -----------------------------------------------------------------------------------------------


def test_result_says_what_was_found_and_whether_the_contest_was_equal():
    result = trial().run(progress=False)
    assert result.verdict == "reproduced"
    assert result.difference("b", "dice").over == "3 seeds × 20 examinations"
    assert result.by_seed("b", "dice") == pytest.approx(result.by_seed("a", "dice") + 0.1, abs=1e-4)
    assert result.unequal("b", "a") == ""  # 103 and 100 weights
    arms = {"a": partial(arm, parameters=100, compute=2), "b": partial(arm, parameters=150, compute=3)}
    verdict = trial(arms=arms).run(progress=False).verdicts[0]
    assert "1.5 times the parameters and 1.5 times the compute of 'a'" in verdict.reason
    arms["b"] = partial(arm, parameters=150, compute=2)
    assert trial(arms=arms).run(progress=False).unequal("b", "a") == ""


def test_a_yardstick_without_costs_is_no_rival_in_seconds():
    result = trial().run(progress=False)
    costs = {"a": {"cpu_seconds": np.full(3, 0.01)}, "b": {"cpu_seconds": np.full(3, 20.0)}}
    assert replace(result, costs=costs).unequal("b", "a") == ""
    costs["a"] = {"cpu_seconds": np.full(3, 4.0)}
    assert "5 times the compute of 'a'" in replace(result, costs=costs).unequal("b", "a")


def test_table_as_text_and_as_html():
    result = trial(question="a < b?").run("quick", progress=False)
    text, html = str(result), result._repr_html_()
    assert "CPU s" in text
    assert "reproduced: b is better" in text
    assert "over 3 seeds × 20 examinations" in text
    assert "Over 3 seeds alone" in text
    assert "a &lt; b?" in html
    assert html.count("<th scope='row'") == 2
    line, reason = re.search("<summary>(.*)</summary><p>(.*)</p></details>", html).groups()
    assert line.startswith("<b>reproduced</b>: b is better: +0.1")
    assert "over 3 seeds × 20 examinations" in reason
    rehearsal = trial().run("quick", seeds=[4], progress=False)
    assert "One seed" in str(rehearsal)
    assert rehearsal.verdict == "no verdict"


def test_a_rerun_continues_and_does_not_mix_settings(tmp_path):
    first = trial().run(folder=tmp_path, progress=False)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    assert len(files) == 6
    again = trial().run(folder=tmp_path, seeds=range(4), progress=False)
    assert len(list(tmp_path.rglob("*.json"))) == 8
    assert all(path.stat().st_mtime_ns == then for path, then in files.items())
    assert np.array_equal(again.figures["b"]["dice"][:3], first.figures["b"]["dice"])
    for other in (
        trial(settings={"quick": {"n": 21}}),
        trial(edition=2),
        trial(arms={"a": arm, "b": partial(arm, gain=0.2)}),
    ):
        assert other.run(folder=tmp_path, progress=False).figures["b"]["dice"].shape[0] == 3
    assert len(list(tmp_path.rglob("*.json"))) == 8 + 3 * 6


def test_a_damaged_file_is_run_again(tmp_path):
    trial().run(folder=tmp_path, progress=False)
    for number, path in enumerate(sorted(tmp_path.rglob("*.json"))):
        path.write_text(
            ["", "{", "[]", '{"fingerprint": "x"}', "null", path.read_text().replace("prepare_seconds", "x")][
                number
            ]
        )
    result = trial().run(folder=tmp_path, progress=False)
    assert result.verdict == "reproduced"
    assert all(json.loads(path.read_text()) for path in tmp_path.rglob("*.json"))


def stopping(seed, settings):
    if seed == 2:
        raise KeyboardInterrupt
    return arm(seed, settings)


def test_ctrl_c_leaves_whole_files_and_the_next_run_goes_on(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        trial(arms={"a": arm, "b": stopping}).run(folder=tmp_path, progress=False)
    done = list(tmp_path.rglob("*.json"))
    assert len(done) == 5  # seed by seed: two of each, then the first arm of seed 2
    assert all(json.loads(path.read_text())["figures"] for path in done)
    assert not list(tmp_path.rglob("*.part"))


def test_two_processes_give_the_same_figures(tmp_path):
    one, two = (trial().run(processes=n, progress=False) for n in (1, 2))
    assert np.array_equal(one.figures["b"]["dice"], two.figures["b"]["dice"])
    assert one.arms == two.arms == ("a", "b")


def test_progress_tells_the_time_left(capsys):
    trial().run(progress=True)
    assert "6/6" in capsys.readouterr().out
    trial().run(progress=False)
    assert capsys.readouterr().out == ""


def failing(seed, settings):
    raise RuntimeError("diverged")


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda seed, settings: {"loss": 1.0}, "no figure 'dice'"),
        (lambda seed, settings: {"dice": float("nan")}, "not finite"),
        (lambda seed, settings: {"dice": np.zeros((2, 2))}, "shape"),
        (lambda seed, settings: {"dice": np.zeros(3 + seed)}, "test all seeds on the same ones"),
        (lambda seed, settings: {"dice": np.zeros(20), f"x{seed}": 1}, "with some seeds only"),
    ],
)
def test_what_an_arm_may_not_give(function, says):
    with pytest.raises(ValueError, match=says):
        trial(arms={"a": arm, "b": function}).run(progress=False)


def test_an_arm_that_fails_is_named():
    with pytest.raises(RuntimeError) as caught:
        trial(arms={"a": arm, "b": failing}).run(progress=False)
    assert "arm 'b' with seed 0" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "No Name"}, "small letters"),
        ({"baseline": "c"}, "no arm 'c'"),
        ({"arms": {"a": arm}}, "no arm 'b'"),
        ({"labels": {}}, "at least one figure"),
        ({"settings": {"huge": {}}}, "quick and full"),
    ],
)
def test_a_trial_is_refused_in_sentences(changes, says):
    with pytest.raises(ValueError, match=says):
        trial(**changes)


def test_a_run_is_refused_in_sentences(tmp_path):
    for options, says in (
        ({"budget": "long"}, "quick and full"),
        ({"seeds": []}, "at least one"),
        ({"seeds": [1, 1]}, "each once"),
        ({"seeds": [-1]}, "whole number"),
        ({"processes": 3}, "1 or 2"),
    ):
        with pytest.raises(ValueError, match=says):
            trial().run(progress=False, **options)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="give another folder"):
        trial().run(folder=tmp_path / "file", progress=False)
    result = trial().run(progress=False)
    with pytest.raises(ValueError, match="no arm 'c'"):
        result.values("c", "dice")
    with pytest.raises(ValueError, match="no figure 'hc'"):
        result.values("a", "hc")
    with pytest.raises(BadInput, match="another folder"):
        result.save(tmp_path / "file" / "x.json")


def test_a_budget_can_have_fewer_arms_and_then_has_fewer_claims():
    arms = {"a": arm, "b": partial(arm, gain=0.1), "c": partial(arm, gain=0.2)}
    claims = (CLAIM, Claim("c is better", "c", "a", "dice", "higher", 0.05))
    few = trial(arms=arms, claims=claims, only={"quick": ("a", "b")})
    assert few.run("quick", progress=False).arms == ("a", "b")
    assert [claim.arm for claim in few.run("quick", progress=False).claims] == ["b"]
    assert len(few.run("full", progress=False).verdicts) == 2
    with pytest.raises(ValueError, match="no arm 'd'"):
        trial(only={"quick": ("d",)})


def test_what_arms_share_is_nobodys_time():
    def prepare(seed, settings):
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass

    result = trial(prepare=prepare).run(progress=False)
    assert result.made["shared_cpu_seconds"] >= 0.3
    assert result.cpu_seconds < 0.15


# --- the command -------------------------------------------------------------------------------------------


def test_command_runs_a_trial_and_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("fetal_edu.learning.find_trial", lambda name: trial())
    assert main(["trial", "made-up", "--out", str(tmp_path)]) == 0
    assert "reproduced: b is better" in capsys.readouterr().out
    assert main(["trial", "made-up", "--seeds", "4", "--out", str(tmp_path)]) == 0
    assert len(list((tmp_path / "made-up").iterdir())) == 8
    result = read_result(tmp_path / "made-up-quick.json")
    assert result.made["command"] == "fetal-edu trial made-up --budget quick --seeds 4"


def test_command_says_what_there_is(capsys):
    assert main(["trial", "nothing"]) == 2
    assert "there are learning-curve" in capsys.readouterr().err
    assert main(["trial", "nothing", "--kept"]) == 2
    assert "No kept result" in capsys.readouterr().err
    assert main(["trial", "augmentation", "--seeds", "0"]) == 2
    assert "give 1 or more" in capsys.readouterr().err
    assert main(["trial", "augmentation", "--keep"]) == 2
    assert "add --budget full" in capsys.readouterr().err
    assert main(["trial"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in TRIALS)


# --- kept --------------------------------------------------------------------------------------------------


def test_a_result_is_kept_and_read_again(tmp_path):
    result = trial().run(progress=False, command="fetal-edu trial made-up")
    result.save(tmp_path / "made-up.json")
    again = read_result(tmp_path / "made-up.json")
    assert str(again) == str(result)
    said = json.loads((tmp_path / "made-up.json").read_text())
    assert said["verdict"] == "reproduced"
    assert said["command"] == "fetal-edu trial made-up"
    assert said["seeds"] == [0, 1, 2]
    assert "numpy" in said["versions"]
    assert said["date"] <= time.strftime("%Y-%m-%d", time.gmtime())


def test_a_damaged_result_gets_a_sentence(tmp_path):
    path = tmp_path / "x.json"
    with pytest.raises(BadInput, match="run the trial first"):
        read_result(path)
    for text in ("", "[]", "{}", '{"format": 1}', '{"format": 9}'):
        path.write_text(text)
        with pytest.raises(BadInput, match="x"):
            read_result(path)
    with pytest.raises(BadInput, match="No kept result 'nothing'"):
        kept("nothing")


@pytest.mark.parametrize("name", kept_names())
def test_kept_results_are_complete_and_say_what_their_figures_say(name):
    result = kept(name)
    said = json.loads((RESULTS / f"{name}.json").read_text())
    assert said["verdict"] == result.verdict
    assert [claim["word"] for claim in said["claims"]] == [verdict.word for verdict in result.verdicts]
    assert result.budget == "full"
    assert len(result.seeds) >= 3
    assert result.cpu_seconds > 0
    assert said["command"]
    assert str(result)


def test_reading_results_loads_neither_torch_nor_fastai():
    code = (
        "import sys; from fetal_edu.learning import kept, kept_names; [str(kept(n)) for n in kept_names()];"
        "print([m for m in ('torch', 'fastai', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
