"""What all reviewed systems have in common: one file each, listed without torch, shipped with a card."""

import importlib
import json
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from fetal_edu import cli
from fetal_edu.data import bundled, hc18
from fetal_edu.data.limits import BadInput
from fetal_edu.learning.trial_result import kept, kept_names
from fetal_edu.sample import Sample
from fetal_edu.systems import catalogue, parts, ship
from fetal_edu.systems.catalogue import SYSTEMS, card_in, cards, find_system, find_system_trial
from fetal_edu.systems.kit import box_around, macs, on_canvas
from fetal_edu.systems.known import FEATURES, Known, describe
from fetal_edu.systems.outline import ellipse_reading, probability_reading
from fetal_edu.systems.parts import PARTS, doubt_about_part, part_probabilities

KEYS = [card.key for card in cards()]
FOLDER = Path(catalogue.__file__).parent
MOST_LINES, MOST_BYTES = 300, 300_000

#: A ninth system, as somebody would write it.
MADE_UP = '''
"""[99] A made-up system: it says what it has heard."""

from fetal_edu.learning.trial import Trial
from fetal_edu.sample import Reading
from fetal_edu.systems.kit import Known
from fetal_edu.systems.system import System
from torch import nn


def build():
    net = nn.Sequential(nn.Flatten(), nn.LazyLinear(2))
    net.known = Known()
    return net


SYSTEM = System(
    key="madeup", cites="[99] Nobody", idea="None.", claim="It works.", task="say it", answers="anything",
    part="head", build=build, train=lambda budget, seed: build(),
    analyse=lambda net, sample: Reading(plane="abdomen"),
    trial=Trial(
        name="madeup", question="Does it?", arms={"it": lambda seed, settings: {"right": 1.0}}, baseline="it",
        claims=(), labels={"right": "right"}, settings={"quick": {}, "full": {}},
    ),
)
'''


# The list ----------------------------------------------------------------------------------------------


def test_listing_loads_neither_torch_nor_fastai():
    code = (
        "import sys; from fetal_edu import cli; cli.main(['systems'])\n"
        "assert not {'torch', 'fastai', 'torchvision'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for card in cards():
        assert card.key in done.stdout


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_file_tells_without_running_what_it_tells_when_run(name):
    module = importlib.import_module(f"fetal_edu.systems.{name.replace('/', '.')}")
    source = (FOLDER / f"{name}.py").read_text("utf-8")
    assert card_in(source) == module.SYSTEM.card
    assert name.endswith(f"/{module.SYSTEM.key}")
    assert module.__doc__.startswith(module.SYSTEM.cites.split()[0])
    assert len(source.splitlines()) <= MOST_LINES, "a file that a student reads in one sitting"


@pytest.mark.parametrize("key", KEYS)
def test_a_trial_has_claims_that_can_fail_and_enough_seeds(key):
    trial = find_system(key).trial
    assert trial.claims
    assert len(list(trial.seeds["full"])) >= 3
    assert set(trial.settings) == {"quick", "full"}


TRIED = [name for key in KEYS for name in (key, f"{key}-follow-up") if find_system_trial(name)]


@pytest.mark.parametrize("name", TRIED)
def test_the_kept_result_is_a_full_run_of_the_design_that_stands_in_the_file(name):
    assert name in kept_names(), f"run `fetal-edu trial {name} --budget full --keep`"
    result, trial = kept(name), find_system_trial(name)
    assert result.budget == "full"
    assert result.claims == tuple(trial.claims)
    assert result.seeds == tuple(trial.seeds["full"])
    assert result.made["settings"] == dict(trial.settings["full"])
    assert set(result.figures) == set(trial.only.get("full", trial.arms))
    for word in ("command", "date", "versions"):
        assert result.made[word]


def test_an_unknown_key_gets_those_there_are(capsys):
    with pytest.raises(BadInput, match="there are"):
        find_system("nobody")
    assert cli.main(["systems", "nobody"]) == 2
    assert "there are" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"key": "Two words"}, "small letters"),
        ({"claim": " "}, "claim"),
        ({"key": "other"}, "name it"),
        ({"follow_up": find_system("qu").trial}, "follow-up"),
    ],
)
def test_a_system_that_contradicts_itself_gets_a_sentence(changes, says):
    with pytest.raises(ValueError, match=says):
        replace(find_system("qu"), **changes)


def test_two_systems_in_one_file_get_a_sentence():
    with pytest.raises(ValueError, match="2 calls"):
        card_in("System(key='a')\nSystem(key='b')")


def test_a_ninth_system_is_one_file_and_one_line(tmp_path, monkeypatch, capsys):
    """Its file below a folder of the package, its line in SYSTEMS: list, ask and try know it."""
    folder = tmp_path / "systems"
    (folder / "head").mkdir(parents=True)
    (folder / "head" / "madeup.py").write_text(MADE_UP, "utf-8")
    monkeypatch.setattr(catalogue, "__file__", str(folder / "catalogue.py"))
    monkeypatch.setattr(catalogue, "SYSTEMS", ("head/madeup",))
    package = importlib.import_module("fetal_edu.systems.head")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder / "head")])
    cards.cache_clear()
    try:
        assert cli.main(["systems"]) == 0
        assert "It works." in capsys.readouterr().out
        assert cli.main(["trial", "madeup", "--out", str(tmp_path)]) == 0
        assert "Does it?" in capsys.readouterr().out
        assert cli.main(["systems", "madeup", str(bundled_file())]) == 2
        assert "fetal-edu train madeup" in capsys.readouterr().err
    finally:
        sys.modules.pop("fetal_edu.systems.head.madeup", None)
        cards.cache_clear()


def bundled_file() -> Path:
    return next((Path(__file__).parents[1] / "data_samples").rglob("*.png"))


# Shipped weights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_shipped_weights_are_small_have_a_card_and_answer(key):
    system, net = ship.load_system(key)
    card = json.loads((ship.SHELF / f"{key}.json").read_text("utf-8"))
    assert card["name"] == key
    assert card["command"] == f"fetal-edu train {key} --seed {card['seed']}"
    assert card["budget"] == "full"
    assert card["trial"] == str(kept(key)), "the card tells what its kept result tells"
    assert (ship.SHELF / f"{key}.md").read_text("utf-8").startswith(f"# {key}: ")
    assert (ship.SHELF / f"{key}.safetensors").stat().st_size <= MOST_BYTES
    noise = np.random.default_rng(0).uniform(0, 1, (120, 160)).astype(np.float32)
    reading = system.read(net, Sample(noise, spacing=(0.5, 0.5)))
    assert reading.quality != "good", "noise is no ultrasound picture"
    assert reading.notes


OTHER_PARTS = {
    "head": ("abdomen-22w-premium", "4C-24w-premium"),
    "abdomen": ("head-20w", "4C-24w-premium"),
    "heart": ("head-20w", "abdomen-22w-premium"),
}
OWN = {"head": "head-20w", "abdomen": "abdomen-22w-premium", "heart": "4C-24w-premium"}


@pytest.mark.parametrize("key", KEYS)
def test_a_picture_of_another_part_is_doubted_and_one_of_its_own_is_not_for_that(key):
    system, net = ship.load_system(key)
    for name in OTHER_PARTS[system.part]:
        reading = system.read(net, bundled.load(name))
        assert reading.quality != "good"
        assert f"and not like the {system.part}" in reading.notes[0]
    reading = system.read(net, bundled.load(OWN[system.part]))
    assert not [note for note in reading.notes if "This looks like" in note]


@pytest.mark.parametrize("key", KEYS)
def test_a_sweep_is_refused_in_a_sentence(key):
    system, net = ship.load_system(key)
    with pytest.raises(ValueError, match="one picture"):
        system.analyse(net, Sample(np.zeros((3, 64, 96), np.float32)))


def test_weights_are_rounded_once_and_come_back(tmp_path, monkeypatch):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.line, self.known = nn.Linear(3, 2), Known()

    made = Net()
    made.known.learn(np.random.default_rng(0).uniform(0, 1, (30, 16, 24)))
    system = replace(find_system("qu"), build=Net, train=lambda budget, seed: made)
    monkeypatch.setattr(ship, "find_system", lambda key: system)
    ship.make_system("qu", out=tmp_path)
    assert load_file(tmp_path / "qu.safetensors")["line.weight"].dtype == torch.float16
    _system, back = ship.load_system("qu", folder=tmp_path)
    assert torch.equal(back.line.weight, made.line.weight.half().float())
    assert torch.equal(back.known.measure, made.known.measure)
    assert not list(tmp_path.glob("*.part"))


# Which part of the fetus -------------------------------------------------------------------------------


def test_probabilities_of_parts_add_up_and_an_unknown_part_gets_those_there_are():
    sample = bundled.load("head-20w")
    likely = part_probabilities(sample)
    assert tuple(likely) == PARTS
    assert sum(likely.values()) == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="there are head"):
        doubt_about_part(sample, "knee")


def test_parts_are_retrained_by_a_command_to_weights_of_the_same_shape(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PATIENTS", 4)
    monkeypatch.setattr(parts, "TESTED", 2)
    quick = partial(parts.train_parts, patients=4, how=parts.How(steps=2, batch=4))
    monkeypatch.setattr(parts, "train_parts", quick)
    card = parts.make_parts(out=tmp_path)
    made, shipped = (load_file(folder / "parts.safetensors") for folder in (tmp_path, ship.SHELF))
    assert {k: v.shape for k, v in made.items()} == {k: v.shape for k, v in shipped.items()}
    assert len(card["trial"].splitlines()) == len(PARTS)


@pytest.mark.real_data
def test_few_real_heads_are_taken_for_another_part():
    data = hc18()
    some = [data[int(i)] for i in np.linspace(0, len(data) - 1, 40)]
    assert np.mean([doubt_about_part(one, "head") != "" for one in some]) <= 0.1


# Asked from the command line ---------------------------------------------------------------------------


def test_a_person_asks_about_pictures_of_their_own_and_one_bad_file_stops_nothing(tmp_path, capsys):
    (tmp_path / "notes.png").write_text("no picture")
    picture = Path(__file__).parents[1] / "data_samples" / "head-20w.png"
    assert cli.main(["systems", "huang", str(tmp_path / "notes.png"), str(picture), "--spacing", "0.6"]) == 2
    said = capsys.readouterr()
    assert "notes.png" in said.err
    assert "hc: " in said.out
    assert " mm" in said.out
    assert "Not a medical device" in said.out
    assert cli.main(["systems", "huang", str(picture)]) == 0
    assert "give the scale with --spacing" in capsys.readouterr().out
    assert cli.main(["systems", "huang"]) == 0
    assert "HC error" in capsys.readouterr().out


@pytest.mark.parametrize("option", [["--epochs", "3"], ["--card-only"]])
def test_a_system_has_a_recipe_of_its_own(option, capsys):
    assert cli.main(["train", "qu", *option]) == 2
    assert "its own recipe" in capsys.readouterr().err


# Outside of what was learned -----------------------------------------------------------------------------


def test_the_distance_is_mahalanobis():
    rng = np.random.default_rng(1)
    pictures = rng.uniform(0, 1, (80, 20, 30)) ** rng.uniform(0.5, 2, (80, 1, 1))
    known = Known().learn(pictures)
    rows = np.stack([describe(picture) for picture in pictures])
    spread = np.cov(rows.T) + np.diag(1e-4 * rows.var(axis=0) + 1e-8)
    far = [np.sqrt((r - rows.mean(0)) @ np.linalg.solve(spread, r - rows.mean(0))) for r in rows]
    assert known.distance(pictures[3]) == pytest.approx(far[3] / np.quantile(far, 0.99), rel=1e-3)
    assert len(describe(pictures[0])) == len(FEATURES)


def test_what_knows_nothing_doubts_everything():
    assert Known().doubt(np.full((20, 30), 0.5))


def test_a_black_and_a_flat_picture_have_finite_numbers():
    for grey in (0.0, 0.5, 1.0):
        assert np.isfinite(describe(np.full((20, 30), grey))).all()


# The kit -------------------------------------------------------------------------------------------------


def test_multiplications_are_counted_as_on_paper():
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, stride=2), nn.ConvTranspose2d(4, 3, 2, stride=2), nn.Flatten(),
        nn.Linear(3 * 8 * 12, 5),
    )  # fmt: skip
    paper = 4 * 4 * 6 * 2 * 9 + 4 * 4 * 6 * 3 * 4 + 3 * 8 * 12 * 5
    assert macs(net, (2, 8, 12)) == pytest.approx(paper / 1e6)


def test_counting_leaves_each_layer_in_its_mode():
    inner = nn.BatchNorm1d(3).eval()
    wrapper = nn.Sequential(nn.Linear(3, 3), inner)
    macs(wrapper, (3,))
    assert wrapper.training
    assert not inner.training


def test_a_box_may_reach_over_the_border_and_the_canvas_copes():
    mask = np.zeros((40, 60), bool)
    mask[0:20, 30:60] = True
    image, frame = on_canvas(Sample(np.ones((40, 60), np.float32)), (32, 48), box=box_around(mask))
    assert image.shape == (1, 1, 32, 48)
    assert frame.box[2:] == (23, 60)


# From an outline to numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["head", "abdomen"])
@pytest.mark.parametrize("spacing", [(0.4, 0.4), (0.3, 0.6)])
def test_a_perfect_probability_gives_the_true_circumference(part, spacing):
    from fetal_edu.measure import Ellipse

    shape = (200, 260)
    true = Ellipse(100 * spacing[0], 130 * spacing[1], 32.0, 26.0, 0.4)
    sample = Sample(true.mask(shape, spacing).astype(np.float32), spacing=spacing)
    image, frame = on_canvas(sample, (64, 96))
    reading = probability_reading(image[0, 0].numpy(), frame, sample, part=part)
    length = reading.values["hc" if part == "head" else "ac"].value
    assert length == pytest.approx(true.circumference, rel=0.015)
    assert reading.quality == "good"
    assert reading.values["ga"].value is not None


def test_no_outline_no_scale_and_a_cut_outline_get_sentences():
    from fetal_edu.measure import Ellipse

    sample = Sample(np.zeros((64, 96), np.float32))
    _image, frame = on_canvas(sample, (64, 96))
    nothing = probability_reading(np.zeros((64, 96)), frame, sample, part="abdomen")
    assert nothing.quality == "none"
    assert "no abdomen found" in nothing.notes[0]
    cut = ellipse_reading(Ellipse(5, 48, 30, 20, 0.0), sample, part="head", doubts=("", "a doubt"))
    assert cut.values["hc"].value is None
    assert cut.values["hc_px"].value > 0
    assert cut.quality == "doubtful"
    assert cut.notes[0] == "a doubt"
    assert "outside the picture" in cut.notes[1]
