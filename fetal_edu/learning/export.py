"""Ship a trained network: weights that cannot run code, a graph for onnxruntime, and a card."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from fetal_edu.data.frame import CANVAS
from fetal_edu.nets import UNet
from fetal_edu.runtime import WEIGHTS, ModelNotFoundError

__all__ = ["load_weights", "save_card", "save_graph", "save_network"]


class Probability(nn.Module):
    """What a dashboard asks for: a probability for each pixel, and a gate on each skip connection."""

    def __init__(self, net: UNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor, gates: Tensor) -> Tensor:
        """Return (B, 1, H, W) probabilities."""
        return torch.sigmoid(self.net(image, gates))


def save_network(net: UNet, card: Mapping[str, Any], *, name: str, folder: Path = WEIGHTS) -> list[Path]:
    """Write a network as ``NAME.safetensors``, ``NAME.onnx``, ``NAME.json`` and ``NAME.md``.

    The weights are kept in half precision (their files are half as large); the network in memory is
    rounded likewise, so that both files hold the same numbers.

    Parameters
    ----------
    net : UNet
    card : mapping
        What is known about the network; see `save_card`.
    name : str
    folder : Path

    Returns
    -------
    list of Path
        The files, written whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    halves = _rounded(net)
    weights, graph = folder / f"{name}.safetensors", folder / f"{name}.onnx"
    _replacing(weights, lambda file: save_file({k: v.contiguous() for k, v in halves.items()}, file))
    _replacing(graph, lambda file: _export(net, file, CANVAS))
    card = {**card, **_about(net, name, CANVAS)}
    return [weights, graph, *save_card(card, name=name, folder=folder)]


def save_graph(
    net: UNet, card: Mapping[str, Any], *, name: str, canvas: tuple[int, int], folder: Path = WEIGHTS
) -> list[Path]:
    """Write a network that only dashboards run: as `save_network`, but without ``NAME.safetensors``.

    Parameters
    ----------
    net : UNet
    card : mapping
    name : str
    canvas : (rows, columns)
        The only size that the graph takes.
    folder : Path

    Returns
    -------
    list of Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    _rounded(net)
    graph = folder / f"{name}.onnx"
    _replacing(graph, lambda file: _export(net, file, canvas))
    return [graph, *save_card({**card, **_about(net, name, canvas)}, name=name, folder=folder)]


def _rounded(net: UNet) -> dict[str, Tensor]:
    """Round a network's weights to half precision; returns them as halves."""
    net.eval().cpu().to(memory_format=torch.contiguous_format)
    halves = {k: v.half() if v.is_floating_point() else v for k, v in net.state_dict().items()}
    net.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in halves.items()})
    return halves


def _about(net: UNet, name: str, canvas: tuple[int, int]) -> dict[str, Any]:
    return {"name": name, "channels": list(net.channels), "skips": net.halvings, "canvas": list(canvas)}


def _export(net: UNet, file: Path, canvas: tuple[int, int]) -> None:
    example = (torch.zeros(1, 1, *canvas), torch.ones(net.halvings))
    with warnings.catch_warnings():
        # The tracing exporter warns of itself; its successor needs one more package for the same graph.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Probability(net).eval(),
            example,
            str(file),
            input_names=["image", "gates"],
            output_names=["probability"],
            opset_version=17,
            dynamo=False,
            # Without this the exporter folds the normalisation into the weights, which are halves no more.
            training=torch.onnx.TrainingMode.PRESERVE,
        )
    _keep_halves(file)


def _keep_halves(file: Path) -> None:
    """Store a graph's weights as halves, which they are: the file is half as large, the answers the same.

    onnxruntime widens them once, when it loads the graph.
    """
    model = onnx.load(file)
    graph, widened = model.graph, []
    for tensor in list(graph.initializer):
        weights = numpy_helper.to_array(tensor)
        if weights.dtype != np.float32 or not np.array_equal(weights.astype(np.float16), weights):
            continue
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(weights.astype(np.float16), f"{tensor.name}.half"))
        widened.append(helper.make_node("Cast", [f"{tensor.name}.half"], [tensor.name], to=TensorProto.FLOAT))
    for node in reversed(widened):
        graph.node.insert(0, node)
    onnx.save(model, file)


def _replacing(file: Path, write: Any) -> None:
    """Write beside the file first: a broken run must not leave half a file under its name."""
    unfinished = file.with_name(file.name + ".part")
    write(unfinished)
    unfinished.chmod(0o644)  # safetensors writes for its owner only; a class shares one installation
    unfinished.replace(file)


def save_card(card: Mapping[str, Any], *, name: str, folder: Path = WEIGHTS) -> list[Path]:
    """Write a card as json, for programs, and as markdown, for people."""
    as_json, as_text = folder / f"{name}.json", folder / f"{name}.md"
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    _replacing(as_json, lambda file: file.write_text(text, "utf-8"))
    _replacing(as_text, lambda file: file.write_text(_markdown(card), "utf-8"))
    return [as_json, as_text]


def load_weights(name: str = "head", *, folder: Path = WEIGHTS) -> UNet:
    """Load a shipped network as torch module, to look inside it or to train on.

    Raises
    ------
    ModelNotFoundError
        If there is none of that name.

    Examples
    --------
    >>> net = load_weights("head")
    >>> net.training, net.halvings
    (False, 4)
    """
    file = folder / f"{name}.safetensors"
    if not file.exists():
        there = sorted(f.stem for f in folder.glob("*.safetensors"))
        raise ModelNotFoundError(f"no weights {name!r}; there are: {', '.join(there) or 'none'}")
    net = UNet(json.loads(file.with_suffix(".json").read_text("utf-8"))["channels"])
    net.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(file).items()})
    return net.eval()


def _markdown(card: Mapping[str, Any]) -> str:
    """Write the card as a page that a person reads before trusting the network."""
    lines = [f"# {card['name']}: {card['title']}", "", card["purpose"], "", "## How it was made", ""]
    for key in (
        "data",
        "split",
        "command",
        "seed",
        "parameters",
        "recipe",
        "cpu_minutes",
        "versions",
        "licence",
    ):
        lines.append(f"- **{key.replace('_', ' ')}**: {card[key]}")
    lines += ["", "## How well it measures", "", card["tested_on"], ""]
    for seed, table in card["seeds"].items():
        shipped = " (the shipped weights)" if str(seed) == str(card["seed"]) else ""
        lines += [f"Seed {seed}{shipped}:", "", *_table(table, card.get("rows", "heads")), ""]
        if floor := card.get("floor", {}).get(seed):
            gain = card["above_floor"][seed]
            lines += [f"The floor, seed {seed}:", "", *_table(floor), ""]
            lines += [
                f"Dice above the floor, on the same images: {gain['mean']:.3f} "
                f"({gain['low']:.3f} to {gain['high']:.3f}, 95 % interval over examinations).",
                "",
            ]
    lines += ["## Limits", "", *(f"- {limit}" for limit in card["limits"]), ""]
    return "\n".join(lines)


def _table(table: Mapping[str, Mapping[str, Any]], first: str = "heads") -> list[str]:
    columns = list(next(iter(table.values())))
    rows = [f"| {part} | " + " | ".join(str(v) for v in row.values()) + " |" for part, row in table.items()]
    return [f"| {first} | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|", *rows]
