"""The command ``fetal-edu``: measure, draw, point at data, train, grade a class, ask what is installed."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import fetal_edu
from fetal_edu import cli_data, cli_grade, cli_simulate, cli_systems, cli_trial
from fetal_edu.data.limits import BadInput
from fetal_edu.systems.catalogue import keys

__all__ = ["main"]

NOT_A_DEVICE = "For teaching and exploration. Not a medical device: never decide about a patient by it."

#: What the network can't know, said below its numbers.
ASSUMES_A_HEAD = "The network does not check the plane: it takes for granted that it sees a head, axially."

#: What the shell gets: all done; something needed is missing; something given can't be used; Ctrl-C.
DONE, MISSING, REFUSED, STOPPED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after ``fetal-edu``; the command line's own by default.

    Returns
    -------
    int
        0 if all went well, else 2. ``doctor`` gives 1 where something needed is missing.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that knows no umlauts shall show a replacement, not an error.
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    try:
        code = arguments.run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except BadInput as refused:
        _say(str(refused))
    except ImportError as error:
        _say(f"A package is missing or broken ({error}): `fetal-edu doctor` says how to mend it.")
    except KeyboardInterrupt:
        _say("Stopped.")
        return STOPPED
    except BrokenPipeError:
        _drop_output()  # its reader went away (`| head`): no reason for a complaint
    except OSError as error:
        _say(f"The results can't be written ({error.strerror or error}): is the disk full?")
        _drop_output()
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fetal-edu", description="Learn deep learning on prenatal ultrasound.", epilog=NOT_A_DEVICE
    )
    parser.add_argument("--version", action="version", version=f"fetal_edu {fetal_edu.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_measure(commands)
    cli_simulate.add(commands, _command)
    cli_data.add(commands, _command)
    _add_train(commands)
    cli_systems.add(commands, _command)
    cli_trial.add(commands, _command)
    cli_grade.add(commands, _command)
    _add_doctor(commands)
    return parser


def _command(commands: argparse._SubParsersAction, name: str, text: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=text, description=text, epilog=NOT_A_DEVICE)


def _drop_output() -> None:
    """Send what is left to print nowhere; Python would complain of it once more at its exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str) -> None:
    print(f"fetal-edu: {sentence}", file=sys.stderr)


# measure: results on stdout, sentences about what went wrong on stderr


def _add_measure(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "measure", "Measure the head in ultrasound pictures.")
    made.add_argument("images", nargs="+", metavar="IMAGE", help="PNG, JPEG, DICOM or NIfTI")
    made.add_argument(
        "--spacing",
        metavar="MM | ROW,COL | table.csv",
        help="mm per pixel; mm between rows, between columns; or a table of file name and mm per pixel",
    )
    made.add_argument(
        "--frame",
        type=_frame,
        metavar="N | all",
        help="of a clip or a volume: the frame, from 1 (default: the middle one), or all of them",
    )
    made.add_argument("--model", default="head", metavar="NAME", help="the network (default: head)")
    made.add_argument("--save", metavar="FOLDER", help="save each outline as a picture and as a mask (PNG)")
    made.add_argument("--json", action="store_true", help="print one JSON object for each image, one a line")
    made.set_defaults(run=_measure)


def _measure(arguments: argparse.Namespace) -> int:
    from fetal_edu import batch, report

    outcomes = batch.measure_files(
        arguments.images,
        spacing=arguments.spacing,
        model=arguments.model,
        save=arguments.save,
        frame=arguments.frame,
    )
    code, shown = DONE, False
    for outcome in _with_progress(outcomes, arguments.images):
        if arguments.json:
            print(json.dumps(outcome.said), flush=True)
        elif outcome.read:
            print("\n".join(report.describe(outcome.said)), flush=True)
            shown = True
        for problem in outcome.problems:
            _say(problem)
        if not outcome.measured:
            code = REFUSED
    if shown:
        print(ASSUMES_A_HEAD)
        print(NOT_A_DEVICE)
    return code


def _frame(text: str) -> int | str:
    if text == "all":
        return text
    number = int(text)  # argparse turns its ValueError into a usage line
    if number < 1:
        raise argparse.ArgumentTypeError(f"frames count from 1, so there is no frame {number}")
    return number


def _with_progress(outcomes: Iterable, names: Sequence[str]) -> Iterator:
    """Show how far a long run is, where a person looks at the terminal."""
    visible = len(names) > 3 and sys.stderr is not None and sys.stderr.isatty()
    done = iter(outcomes)
    for n, name in enumerate(names, start=1):
        last = False
        while not last:
            if visible:
                print(f"\r\033[K{n}/{len(names)} {name}", end="", file=sys.stderr, flush=True)
            outcome = next(done)
            last = outcome.last
            if visible:
                print("\r\033[K", end="", file=sys.stderr, flush=True)
            yield outcome


# train: the only command that loads torch


def _add_train(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "train", "Train a network that the project ships.")
    systems = (*keys(), "parts")
    made.add_argument(
        "name",
        choices=("head", "head-phantom", "skips", *systems),
        metavar="NAME",
        help="head: outline of the fetal head; head-phantom: the same, from simulated heads alone; "
        f"skips: small networks with and without skip connections; or a system: {', '.join(systems[:-1])}; "
        "parts: which part of the fetus a picture shows, asked before a system is believed",
    )
    made.add_argument("--seed", type=int, default=0, help="seed of everything random (default: 0)")
    made.add_argument(
        "--epochs", type=int, metavar="N", help="passes over the pictures (default: as shipped)"
    )
    made.add_argument("--data", metavar="FOLDER", help="HC18's folder (default: see fetal-edu data list)")
    made.add_argument("--out", metavar="FOLDER", help="where weights and card go (default: in the package)")
    made.add_argument(
        "--card-only", action="store_true", help="keep the weights, add this seed to their card"
    )
    made.set_defaults(run=_train)


def _train(arguments: argparse.Namespace) -> int:
    if arguments.epochs is not None and arguments.epochs < 1:
        raise BadInput(f"{arguments.epochs} epochs train nothing: give 1 or more.")
    if arguments.seed < 0:
        raise BadInput(f"The seed {arguments.seed} is negative: give 0 or more.")
    if arguments.name in (*keys(), "parts"):
        return cli_systems.train(arguments)
    from fetal_edu import batch, runtime
    from fetal_edu.data import hc18

    # What is wrong is said now, not after half an hour.
    out = batch.writable_folder(arguments.out or runtime.WEIGHTS)
    if arguments.card_only and not (out / f"{arguments.name}.json").is_file():
        raise BadInput(f"There is no card in {out}: train once without --card-only.")
    # Simulated heads need no real image; without HC18 they are tested on others of their kind.
    folder = hc18(arguments.data).folder if arguments.name == "head" or arguments.data else None
    try:
        import torch

        from fetal_edu.learning import ship, ship_phantom, ship_skips
        from fetal_edu.learning.train import Recipe
    except ImportError as error:
        raise BadInput(f"Training needs more packages ({error}): pip install 'fetal_edu[train]'.") from None
    torch.set_num_threads(1)  # with bfloat16 one thread is fastest, and it leaves the machine usable
    make, recipe = {
        "head": (ship.make_head, Recipe()),
        "head-phantom": (ship_phantom.make_head_phantom, ship_phantom.PHANTOM_RECIPE),
        "skips": (ship_skips.make_skips, ship_skips.SKIPS_RECIPE),
    }[arguments.name]
    if arguments.epochs is not None:
        recipe = replace(recipe, epochs=arguments.epochs)
    data = {} if arguments.name == "skips" else {"data": folder}
    card = make(seed=arguments.seed, out=out, recipe=recipe, card_only=arguments.card_only, **data)
    seed = str(arguments.seed)
    _print_table(card["seeds"][seed])
    if "floor" in card:
        print("The floor, bright ellipses with speckle:")
        _print_table(card["floor"][seed])
        gain = card["above_floor"][seed]
        print(f"Dice above the floor: {gain['mean']:.3f} ({gain['low']:.3f} to {gain['high']:.3f})")
    print(f"Saved in {out}")
    return DONE


def _print_table(table: Mapping[str, Mapping[str, float]]) -> None:
    wide = max(map(len, table), default=0)
    for part, row in table.items():
        print(f"{part:<{wide}} {row['n']:>4} heads, Dice {row['dice']:.3f}, mean HC error ", end="")
        print("unknown" if row["hc_mae_mm"] is None else f"{row['hc_mae_mm']:.2f} mm", end="")
        within = row.get("within_3_percent")
        print(f", lost {row['lost']}" if within is None else f", within 3 %: {within:.0%}")


# doctor: what is installed, what is missing, how to mend it


def _add_doctor(commands: argparse._SubParsersAction) -> None:
    made = _command(commands, "doctor", "Say what is installed, what is missing and how to mend it.")
    made.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from fetal_edu import doctor

    code = DONE
    for check in doctor.checks():
        mark = "ok" if check.ok else ("MISSING" if check.needed else "absent")
        print(f"{mark:<8} {check.name}: {check.said}", flush=True)
        if not check.ok:
            print(f"         -> {check.mend}")
            code = MISSING if check.needed else code
    print(
        "All that is needed is here."
        if code == DONE
        else "Something needed is missing: mend the lines above."
    )
    return code


if __name__ == "__main__":
    sys.exit(main())
