"""Ship a trained system: weights in half precision that cannot run code, and a card; load it again."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from torch import nn

from fetal_edu.data.keep import write_whole
from fetal_edu.data.limits import BadInput
from fetal_edu.learning.trial_result import kept, kept_names
from fetal_edu.nets import count_parameters
from fetal_edu.runtime import WEIGHTS
from fetal_edu.systems.catalogue import find_system
from fetal_edu.systems.system import System

__all__ = ["SHELF", "card_of", "load_system", "make_system", "read_weights", "write_weights"]

#: Where the weights of the systems lie.
SHELF = WEIGHTS / "systems"


def make_system(key: str, *, seed: int = 0, out: Path = SHELF, budget: str = "full") -> dict[str, Any]:
    """Train a system, and write ``KEY.safetensors``, ``KEY.json`` and ``KEY.md``.

    Parameters
    ----------
    key : str
    seed : int
        Of the patients, their order and the first weights.
    out : Path
    budget : "full" or "quick"

    Returns
    -------
    dict
        The card.
    """
    system = find_system(key)
    start = time.process_time()
    net = system.train(budget, seed)
    minutes = (time.process_time() - start) / 60
    card = card_of(system, net, seed=seed, minutes=minutes, budget=budget)
    write_weights(net, card, out=out)
    return card


def write_weights(net: nn.Module, card: Mapping[str, Any], *, out: Path) -> None:
    """Write a network in half precision, and its card, under the card's name."""
    out, name = Path(out), card["name"]
    out.mkdir(parents=True, exist_ok=True)
    # Weights are kept as halves. What a layer has counted, and what `Known` has learned, keeps its digits.
    trained = {key for key, _weight in net.named_parameters()}
    state = {
        key: (one.half() if key in trained else one).contiguous() for key, one in net.state_dict().items()
    }
    write_whole(out / f"{name}.safetensors", save(state))
    write_whole(out / f"{name}.json", (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())
    write_whole(out / f"{name}.md", _markdown(card).encode())


def load_system(key: str, *, folder: Path = SHELF) -> tuple[System, nn.Module]:
    """Return a system and its trained network, ready to use.

    Raises
    ------
    BadInput
        If there is no such system, or none of its weights; the message says how to make them.
    """
    system = find_system(key)
    file = Path(folder) / f"{key}.safetensors"
    if not file.exists():
        raise BadInput(f"There are no weights of {key} in {folder}: `fetal-edu train {key}` makes them.")
    return system, read_weights(system.build(), file)


def read_weights(net: nn.Module, file: Path) -> nn.Module:
    """Put shipped weights into a network of the same shape; returns it in evaluation mode."""
    state = load_file(file)
    net.load_state_dict(
        {name: one.float() if one.dtype == torch.float16 else one for name, one in state.items()}
    )
    return net.eval()


def card_of(system: System, net: nn.Module, *, seed: int, minutes: float, budget: str) -> dict[str, Any]:
    """Say what is known of trained weights: what they are for, how they were made, how well they do."""
    result = kept(system.key) if system.key in kept_names() else None
    return {
        "name": system.key,
        "cites": system.cites,
        "idea": system.idea,
        "task": system.task,
        "answers": system.answers,
        "data": "simulated patients of this project, one picture each; no real image",
        "split": "patients to learn from and patients to test on have other seeds",
        "command": f"fetal-edu train {system.key} --seed {seed}",
        "seed": seed,
        "budget": budget,
        "settings": dict(system.trial.settings[budget]),
        "parameters": count_parameters(net),
        "cpu_minutes": round(minutes, 2),
        "versions": f"torch {torch.__version__}",
        "trial": None if result is None else str(result),
        "verdict": None if result is None else result.verdict,
        "limits": "Trained on simulated pictures alone, and tried on no real ones: see the trial, which has "
        "other training runs of the same recipe. It says so when a picture is unlike those it learned from. "
        "For teaching. Not a medical device.",
    }


def _markdown(card: Mapping[str, Any]) -> str:
    lines = [
        f"# {card['name']}: {card['task']}",
        "",
        card["cites"],
        "",
        card["idea"],
        "",
        "## How it was made",
        "",
    ]
    keys = ("data", "split", "command", "seed", "settings", "parameters", "cpu_minutes", "versions")
    lines += [f"- **{key.replace('_', ' ')}**: {card[key]}" for key in keys]
    lines += ["", "## How well it does", "", f"It answers: {card['answers']}.", ""]
    lines += ["```", card["trial"], "```"] if card["trial"] else ["No full run of its trial is kept."]
    return "\n".join([*lines, "", "## Limits", "", card["limits"], ""])
