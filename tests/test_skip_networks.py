"""The networks of the skips dashboard: trained alike, equal in size, and true to their card."""

import json

import numpy as np
import pytest
import torch

from fetal_edu import runtime
from fetal_edu.data import BadInput, bundled
from fetal_edu.learning import make_skips
from fetal_edu.learning.export import save_graph
from fetal_edu.learning.ship_skips import summarise_outlines
from fetal_edu.learning.skip_cards import CANVAS, ablations, lesions, skip_networks
from fetal_edu.learning.train import Recipe
from fetal_edu.measure import Ellipse, OutlineError
from fetal_edu.nets import UNet, count_parameters
from fetal_edu.runtime import read_head
from fetal_edu.widgets.skip_heads import CANVAS as SHOWN
from fetal_edu.widgets.skip_table import _CARD_ROWS
from fetal_edu.widgets.skip_ways import NETWORKS

CARD = {
    **dict.fromkeys(("data", "split", "command", "parameters", "recipe", "cpu_minutes", "versions"), "-"),
    **dict.fromkeys(("title", "purpose", "tested_on", "licence"), "-"),
    "seed": 0,
    "seeds": {},
    "limits": [],
}
TINY = {"recipe": Recipe(epochs=1, without_head=0.0), "heads": 16, "tested": 3, "progress": False}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("skips")
    return folder, make_skips(seed=0, out=folder, **TINY)


# --- skips of a U-Net, one by one --------------------------------------------------------------------------


def test_a_missing_skip_crosses_nothing_and_its_gate_does_nothing():
    torch.manual_seed(0)
    net, image = UNet((4, 8, 12, 16), skips=(True, False, True)).eval(), torch.rand(1, 1, 16, 24)
    opened = net(image)
    assert torch.equal(net(image, torch.tensor([1.0, 0.0, 1.0])), opened)
    for gates in ([0.0, 1.0, 1.0], [1.0, 1.0, 0.0]):
        assert not torch.equal(net(image, torch.tensor(gates)), opened)
    assert net.skips == (True, False, True)
    assert UNet((4, 8, 12), skips=False).skips == (False, False)


def test_skips_that_do_not_fit_get_a_sentence():
    with pytest.raises(ValueError, match="2 halvings have 2 skip connections, say it of each"):
        UNet((4, 8, 12), skips=(True,))


# --- equal parameters, equal heads -------------------------------------------------------------------------


def test_all_networks_have_equally_many_weights():
    counts = [count_parameters(UNet(c, skips=s)) for c, s in skip_networks().values()]
    assert max(counts) <= 1.01 * min(counts)
    for name, (_channels, skips) in skip_networks().items():
        assert NETWORKS[name] == tuple(level for level, there in enumerate(skips) if not there)


def test_the_card_has_a_row_for_all_that_the_dashboard_shows():
    assert {"all open", *lesions(), *ablations().values()} == set(_CARD_ROWS.values())
    assert SHOWN == CANVAS


def test_training_writes_six_graphs_and_one_card(trained):
    folder, card = trained
    assert {file.stem for file in folder.glob("*.onnx")} == set(NETWORKS)
    rows = card["seeds"]["0"]
    assert list(rows) == list(_CARD_ROWS.values())
    assert all(row["n"] == 3 for row in rows.values())
    assert json.loads((folder / "skips.json").read_text("utf-8")) == card
    text = (folder / "skips.md").read_text("utf-8")
    assert "| network | n | lost | dice |" in text
    assert "| trained without skip 2 |" in text
    assert "Not a medical device" in text
    own = json.loads((folder / "skips-no-2.json").read_text("utf-8"))
    assert list(own["seeds"]["0"]) == ["all open", "trained without skip 2"]
    assert own["seeds"]["0"]["all open"] == rows["all open"]
    assert list(json.loads((folder / "skips-all.json").read_text("utf-8"))["seeds"]["0"])[1:] == list(
        lesions()
    )


def test_another_seed_joins_the_card_and_another_recipe_does_not(trained):
    folder, card = trained
    graphs = {file.name: file.read_bytes() for file in folder.glob("*.onnx")}
    again = make_skips(seed=1, out=folder, card_only=True, **TINY)
    assert list(again["seeds"]) == list(again["minutes"]) == ["0", "1"]
    assert list(json.loads((folder / "skips-none.json").read_text("utf-8"))["seeds"]) == ["0", "1"]
    assert again["seeds"]["0"] == card["seeds"]["0"] != again["seeds"]["1"]
    assert {file.name: file.read_bytes() for file in folder.glob("*.onnx")} == graphs
    with pytest.raises(BadInput, match="other heads or another recipe"):
        make_skips(seed=1, out=folder, card_only=True, **{**TINY, "heads": 17})


def test_graphs_answer_as_the_networks_do(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "WEIGHTS", tmp_path)
    for name, skips in (("one", True), ("part", (False, True)), ("none", False)):
        torch.manual_seed(0)
        net = UNet((4, 8, 12), skips=skips)
        for batch in torch.rand(4, 2, 1, 16, 24):  # so that the running statistics are not the initial ones
            net(batch)
        save_graph(net, CARD, name=name, canvas=(16, 24), folder=tmp_path)
        network, image = runtime.load.__wrapped__(name), torch.rand(1, 1, 16, 24)
        for gates in ([1.0, 1.0], [0.0, 1.0], [1.0, 0.3]):
            with torch.inference_mode():
                expected = net(image, torch.tensor(gates)).sigmoid()[0, 0].numpy()
            found = network.probability(image[0, 0].numpy(), np.array(gates))
            assert np.abs(found - expected).max() < 1e-4


def test_means_are_over_the_found_and_medians_over_all():
    head = Ellipse(20, 30, 15, 12, 0.0)
    good, bad = OutlineError(0.9, 1.0, head), OutlineError(0.0, None, None)
    row = summarise_outlines([good, good, bad, bad, bad], [head.circumference] * 5)
    assert (row["n"], row["lost"], row["border_mm"], row["hc_mae_mm"]) == (5, 3, 1.0, 0.0)
    assert row["border_median_mm"] is row["hc_median_ae_mm"] is None  # json has no infinity
    assert row["dice"] == pytest.approx(0.36)


# --- shipped -----------------------------------------------------------------------------------------------


def shipped_card():
    return json.loads((runtime.WEIGHTS / "skips.json").read_text("utf-8"))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_shipped_network_keeps_to_its_budget_and_says_what_it_is(name):
    assert (runtime.WEIGHTS / f"{name}.onnx").stat().st_size <= 0.3e6
    network = runtime.load(name)
    channels, skips = skip_networks()[name]
    assert (tuple(network.card["channels"]), tuple(network.card["has"])) == (channels, skips)
    assert tuple(network.card["canvas"]) == CANVAS
    reading = read_head(bundled.load("head-20w"), model=name)
    assert reading.mask is not None


def test_the_shipped_card_has_three_seeds_that_agree_on_what_a_lesion_does():
    card = shipped_card()
    assert list(card["seeds"]) == ["0", "1", "2"]
    assert all(minutes <= 10 for minutes in card["minutes"].values())
    for rows in card["seeds"].values():
        opened, closed = rows["all open"], rows["all closed"]
        assert opened["dice"] > closed["dice"]
        assert opened["lost"] == 0


def test_the_shipped_networks_do_as_their_card_says():
    from fetal_edu.widgets.skip_heads import Head
    from fetal_edu.widgets.skip_ways import OPEN, STANDARD
    from fetal_edu.widgets.skips import _answer

    heads = [
        Head(bundled.load(name), _answer) for name in bundled.names(plane="transthalamic", kind="picture")
    ]
    row = shipped_card()["seeds"]["0"]
    for way, name in ((OPEN, "all open"), (STANDARD["without-all"], "trained without any")):
        found = [head.find(way).numbers.dice for head in heads]
        assert np.median(found) == pytest.approx(row[name]["dice"], abs=0.04)
