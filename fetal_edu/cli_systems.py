"""``fetal-edu systems``: what the review cites and how it came out; ask a system, or train it again."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from fetal_edu.data.limits import BadInput
from fetal_edu.systems.catalogue import cards

if TYPE_CHECKING:
    from fetal_edu.learning.trial_result import TrialResult
    from fetal_edu.systems.system import Card

__all__ = ["add", "train"]

DONE, REFUSED = 0, 2
WIDE = 88
TRAINED_ON = "Trained on simulated pictures. For teaching and exploration. Not a medical device."


def add(commands: argparse._SubParsersAction, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the others; `command` makes a parser as all of them have it."""
    made = command(
        commands, "systems", "List the systems that the review cites, or ask one about pictures of your own."
    )
    made.add_argument("key", nargs="?", metavar="KEY", help="the system; without a key all are listed")
    made.add_argument("images", nargs="*", metavar="IMAGE", help="PNG, JPEG, DICOM or NIfTI")
    made.add_argument(
        "--spacing",
        metavar="MM | ROW,COL | table.csv",
        help="mm per pixel; mm between rows, between columns; or a table of file name and mm per pixel",
    )
    made.set_defaults(run=_systems)


def _systems(arguments: argparse.Namespace) -> int:
    if arguments.key is None:
        return _list()
    known = {card.key: card for card in cards()}
    if arguments.key not in known:
        raise BadInput(f"No system {arguments.key!r}: there are {', '.join(known)}.")
    if not arguments.images:
        return _describe(known[arguments.key])
    return _ask(arguments)


def _list() -> int:
    from fetal_edu.learning import kept, kept_names

    have = kept_names()
    for card in cards():
        result = kept(card.key) if card.key in have else None
        verdict = "not tried in full yet" if result is None else _verdict(result)
        print(f"{card.key:<12} {verdict}")
        for text in (card.cites, f"Claim: {card.claim}"):
            print(textwrap.indent(textwrap.fill(text, WIDE), " " * 4))
    print("`fetal-edu systems KEY` tells more, `fetal-edu trial KEY --kept` shows the table.")
    return DONE


def _verdict(result: TrialResult) -> str:
    from fetal_edu.learning.trial_claim import NOT, PARTLY, REPRODUCED

    words = [verdict.word for verdict in result.verdicts]
    counts = [f"{words.count(word)} {word}" for word in (REPRODUCED, PARTLY, NOT) if word in words]
    return f"{result.verdict} (of {len(words)} statements {', '.join(counts)}; {len(result.seeds)} seeds)"


def _describe(card: Card) -> int:
    from fetal_edu.learning import kept, kept_names

    for label, text in card._asdict().items():
        print(textwrap.fill(f"{label + ':':<10} {text}", WIDE, subsequent_indent=" " * 11))
    if card.key in kept_names():
        print(f"\n{kept(card.key)}")
    return DONE


def _ask(arguments: argparse.Namespace) -> int:
    from fetal_edu.batch import Scales

    scales, code, asked = Scales(arguments.spacing), DONE, False
    try:
        import torch

        from fetal_edu.systems.ship import load_system
    except ImportError as error:
        raise BadInput(f"A system needs more packages ({error}): pip install 'fetal_edu[train]'.") from None
    torch.set_num_threads(1)
    system, net = load_system(arguments.key)
    for file in arguments.images:
        try:
            sample, hints = scales.read(file)
            reading = system.read(net, sample)
        except ValueError as wrong:
            print(f"{file}: {wrong}", file=sys.stderr)
            code = REFUSED
            continue
        print(f"{file}: {reading.quality}")
        if reading.plane is not None:
            print(f"  plane: {reading.plane}")
        for name, value in reading.values.items():
            print(f"  {name.replace('_', ' ')}: {value}")
        in_mm = any(value.value is None and value.unit == "mm" for value in reading.values.values())
        for note in (*reading.notes, *(hints if in_mm else ())):
            print(textwrap.indent(textwrap.fill(note, WIDE), "  "))
        asked = True
    if asked:
        print(TRAINED_ON)
    return code


def train(arguments: argparse.Namespace) -> int:
    """Train a system, or the network that names parts, as ``fetal-edu train`` was told to."""
    if arguments.epochs is not None or arguments.data or arguments.card_only:
        raise BadInput("A system has its own recipe: --epochs, --data and --card-only are for the others.")
    from fetal_edu import batch

    try:
        import torch

        from fetal_edu.systems.parts import make_parts
        from fetal_edu.systems.ship import SHELF, make_system
    except ImportError as error:
        raise BadInput(f"Training needs more packages ({error}): pip install 'fetal_edu[train]'.") from None
    out = batch.writable_folder(arguments.out or SHELF)
    torch.set_num_threads(1)
    make = make_parts if arguments.name == "parts" else partial(make_system, arguments.name)
    card = make(seed=arguments.seed, out=out)
    print(
        f"{card['name']}: {card['parameters']:,} weights, {card['cpu_minutes']} CPU minutes. Saved in {out}"
    )
    return DONE
