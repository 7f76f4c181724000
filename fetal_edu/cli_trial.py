"""``fetal-edu trial``: run an experiment of the course again, or show what its full run gave."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fetal_edu.data.limits import BadInput

__all__ = ["add"]

DONE = 0
REAL_HEADS = 60


def add(commands: argparse._SubParsersAction, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the others; `command` makes a parser as all of them have it."""
    made = command(commands, "trial", "Put a claim on trial: run its experiment, or show the kept result.")
    made.add_argument("name", nargs="?", metavar="NAME", help="the trial; without a name all are listed")
    made.add_argument(
        "--budget", choices=("quick", "full"), default="quick", help="how long (default: quick)"
    )
    made.add_argument("--seeds", type=int, metavar="N", help="seeds 0 to N - 1 (default: the trial's own)")
    made.add_argument(
        "--out", default="trials", metavar="FOLDER", help="where runs are kept; a rerun goes on"
    )
    made.add_argument("--processes", type=int, default=1, choices=(1, 2), help="how many at a time")
    made.add_argument("--real", action="store_true", help="test on real heads of HC18 as well")
    made.add_argument("--keep", action="store_true", help="put a full run among those of the course")
    made.add_argument("--kept", action="store_true", help="show the result that comes with the course")
    made.set_defaults(run=_trial)


def _trial(arguments: argparse.Namespace) -> int:
    if arguments.name is None:
        return _list()
    if arguments.kept:
        from fetal_edu.learning import kept

        print(kept(arguments.name))
        return DONE
    if arguments.seeds is not None and arguments.seeds < 1:
        raise BadInput(f"{arguments.seeds} seeds run nothing: give 1 or more.")
    if arguments.keep and arguments.budget != "full":
        raise BadInput("Only a full run is kept: add --budget full.")
    try:
        import torch

        from fetal_edu.learning import find_trial
        from fetal_edu.systems.catalogue import find_system_trial
    except ImportError as error:
        raise BadInput(f"A trial needs more packages ({error}): pip install 'fetal_edu[train]'.") from None
    trial = find_system_trial(arguments.name) or find_trial(arguments.name)
    if arguments.real:
        trial = replace(trial, settings=_with_real(trial.settings))
    torch.set_num_threads(1)  # so that CPU seconds mean the same for all
    result = trial.run(
        arguments.budget,
        seeds=None if arguments.seeds is None else range(arguments.seeds),
        folder=arguments.out,
        processes=arguments.processes,
        command=_command_line(arguments),
    )
    path = Path(arguments.out) / f"{trial.name}-{arguments.budget}.json"
    if arguments.keep:
        from fetal_edu.learning.trial_result import RESULTS

        path = RESULTS / f"{trial.name}.json"
    result.save(path)
    print(f"\n{result}\nSaved in {path}")
    return DONE


def _list() -> int:
    from fetal_edu.learning import TRIALS, kept, kept_names
    from fetal_edu.systems.catalogue import keys

    have, known = kept_names(), [*TRIALS, *keys()]
    names = [*known, *(other for other in have if other not in known)]
    for name in names:
        result = kept(name) if name in have else None
        told = "not kept yet" if result is None else f"{result.verdict:<15} {result.question}"
        print(f"{name:<{max(map(len, names))}} {told}")
    return DONE


def _with_real(settings: dict) -> dict:
    from fetal_edu.data import hc18

    hc18()  # what is missing is said now
    return {budget: {**one, "real": REAL_HEADS} for budget, one in settings.items()}


def _command_line(arguments: argparse.Namespace) -> str:
    words = ["fetal-edu", "trial", arguments.name, "--budget", arguments.budget]
    words += [] if arguments.seeds is None else ["--seeds", str(arguments.seeds)]
    return " ".join(words + (["--real"] if arguments.real else []))
