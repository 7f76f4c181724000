"""``fetal-edu simulate``: draw any plane in any number, with its truth, into a folder."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from fetal_edu.data.limits import BadInput

if TYPE_CHECKING:
    from fetal_edu.data.produce import Production

__all__ = ["add"]

DONE, STOPPED = 0, 130
_LIST = "list"
_SAID = "Draw simulated ultrasound of any plane, with its truth, into a folder."
_MORE = "Sample number i depends on the seed and i alone. The same command goes on where a run was stopped."


def add(commands: argparse._SubParsersAction, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the others; `command` makes a parser as all of them have it."""
    made = command(commands, "simulate", _SAID)
    made.description = f"{_SAID} {_MORE}"
    made.add_argument(
        "plane", nargs="?", metavar="PLANE", help="for example abdomen or 4C; `list` prints all that there is"
    )
    made.add_argument(
        "--list", action="store_true", help="print planes, ages, machines and knobs, and draw nothing"
    )
    _add_what(made)
    _add_where(made)
    made.set_defaults(run=_simulate)


def _add_what(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--ga",
        type=_ages,
        metavar="WEEKS",
        help="20, a range 18-24, or a list 16,20,24 that is taken in turn (default: as clinics see them)",
    )
    made.add_argument("--n", type=int, metavar="N", help="how many (default: one for each age of a list)")
    made.add_argument("--seed", type=int, default=0, help="seed of everything random (default: 0)")
    made.add_argument(
        "--machine", metavar="KIND", help="premium, portable or old (default: a mixture of all)"
    )
    made.add_argument(
        "--difficulty",
        type=float,
        metavar="D",
        help="0 (clear) to 1 (hard); default: drawn for each",
    )
    made.add_argument(
        "--knob",
        action="extend",
        nargs="+",
        default=[],
        type=_knob,
        metavar="NAME=VALUE",
        help="single difficulties from 0 to 1, for example shadow=0.7 gain=0.3",
    )
    made.add_argument("--anatomy", metavar="NAME", help="for the plane other: other planes of which anatomy")
    made.add_argument(
        "--shape", type=_shape, metavar="ROWSxCOLUMNS", help="pixels (default: 256x384, of a sweep 128x192)"
    )
    kinds = made.add_mutually_exclusive_group()
    kinds.add_argument(
        "--sweep",
        dest="kind",
        action="store_const",
        const="sweep",
        help="a moving probe: PLANE may be an anatomy, as heart",
    )
    kinds.add_argument(
        "--volume", dest="kind", action="store_const", const="volume", help="parallel planes around PLANE"
    )
    made.add_argument(
        "--frames", type=int, metavar="N", help="frames of a sweep (60), planes of a volume (64)"
    )
    made.add_argument(
        "--stops",
        type=_words,
        default=(),
        metavar="A,B",
        help="planes that a sweep visits, for example 4C,LVOT,3V (default: all of the anatomy)",
    )


def _add_where(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--out", default="simulated", metavar="FOLDER", help="where they go (default: simulated)"
    )
    made.add_argument(
        "--jobs", type=int, default=-1, metavar="N", help="processes (default: one for each core)"
    )
    made.add_argument(
        "--dask", metavar="ADDRESS", help="draw on a Dask cluster instead, for example tcp://host:8786"
    )


def _simulate(arguments: argparse.Namespace) -> int:
    if arguments.list or arguments.plane == _LIST:
        return _list()
    if arguments.plane is None:
        raise BadInput("Name a plane to draw: `fetal-edu simulate list` prints all that there is.")
    from fetal_edu.data.orders import Order, series
    from fetal_edu.data.produce import Production

    if arguments.jobs == 0 or arguments.jobs < -1:
        raise BadInput(f"{arguments.jobs} processes can't draw: give 1 or more, or -1 for one on each core.")
    ages, between = arguments.ga or ((), False)
    order = Order(
        arguments.plane,
        0,
        kind=arguments.kind or "picture",
        anatomy=arguments.anatomy,
        difficulty=arguments.difficulty,
        knobs=dict(arguments.knob),
        machine=arguments.machine,
        shape=arguments.shape,
        frames=arguments.frames,
        stops=arguments.stops,
    )
    n = (1 if between else max(len(ages), 1)) if arguments.n is None else arguments.n
    orders = series(order, n, seed=arguments.seed, ages=ages, between=between)
    production = None
    try:
        with Production(orders, arguments.out) as production:
            there = n - len(production.missing)
            _draw(production, arguments.jobs, arguments.dask)
    except KeyboardInterrupt:
        _say_stopped(production)
        return STOPPED
    _say_done(production, there)
    return DONE


def _draw(production: Production, jobs: int, cluster: str | None) -> None:
    total, missing = len(production.orders), len(production.missing)
    with closing(production.run(jobs=jobs, cluster=cluster)) as made:  # so that Ctrl-C ends the workers first
        for _ in _with_bar(made, total, total - missing):
            pass


def _with_bar(made: Iterator[str], total: int, there: int) -> Iterator[str]:
    """Show how far a run is, where a person looks at the terminal."""
    visible = sys.stderr is not None and sys.stderr.isatty()
    start, shown = time.monotonic(), 0.0
    if visible:
        print(f"{_bar(there, total)}, starting", end="", file=sys.stderr, flush=True)
    for done, name in enumerate(made, start=1):
        now = time.monotonic()
        if visible and (now - shown > 0.1 or there + done == total):
            pace = _pace(total - there - done, done / (now - start))
            print(f"\r\033[K{_bar(there + done, total)}, {pace}", end="", file=sys.stderr, flush=True)
            shown = now
        yield name
    if visible:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _bar(done: int, total: int) -> str:
    filled = 24 * done // total
    return f"[{'#' * filled}{'.' * (24 - filled)}] {done}/{total}"


def _pace(missing: int, rate: float) -> str:
    left = missing / rate
    time_left = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min" if left < 6000 else "hours"
    return f"{rate:.1f} a second, {time_left} left"


def _say_stopped(production: Production | None) -> None:
    if production is None:
        print("fetal-edu: Stopped before anything was drawn.", file=sys.stderr)
        return
    total = len(production.orders)
    print(
        f"fetal-edu: Stopped: {total - len(production.missing)} of {total} samples are in "
        f"{production.folder}, all whole. Give the same command to go on.",
        file=sys.stderr,
    )


def _say_done(production: Production, there: int) -> None:
    total = len(production.orders)
    before = f" ({there} of them were there)" if there else ""
    print(f"{total} simulated sample{'s' * (total > 1)} in {production.folder}{before}")
    print(f'Read them: from fetal_edu.data import simulated; samples = simulated("{production.folder}")')


# list: what can be asked for


def _list() -> int:
    from fetal_edu.phantom import ANATOMIES, KNOBS, MACHINES

    print("Planes, by anatomy, with the weeks of gestation that they are drawn at:")
    for name, anatomy in ANATOMIES.items():
        first, last = anatomy.weeks
        print(f"  {name} ({first:g} to {last:g} weeks): {', '.join(anatomy.planes)}")
    print("\nMachines (--machine):")
    for name, kind in MACHINES.items():
        print(f"  {name}: {kind.says}")
    print("\nKnobs of difficulty (--knob NAME=VALUE), each from 0 to 1:")
    for name, knob in KNOBS.items():
        print(f"  {name}: {knob.meaning}")
    for name, anatomy in ANATOMIES.items():
        for own, knob in anatomy.knobs.items():
            print(f"  {own} (only {name}): {knob.meaning}")
    print("\nFor example: fetal-edu simulate transthalamic --ga 18-24 --n 20 --out heads")
    return DONE


# words to values; argparse turns an error into a usage line


def _ages(text: str) -> tuple[tuple[float, ...], bool]:
    """Read weeks: one, a list, or a range (then the second part is True)."""
    between = "-" in text
    try:
        ages = tuple(float(part) for part in text.split("-" if between else ","))
    except ValueError:
        ages = ()
    if not ages or (between and len(ages) != 2):
        raise argparse.ArgumentTypeError(
            f"{text!r} names no age: give weeks as 20, a range as 18-24, or a list as 16,20,24"
        )
    return ages, between


def _knob(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        if name and equals:
            return name, float(value)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} turns no knob: give NAME=VALUE, for example shadow=0.7")


def _shape(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) == 2 and all(part.isdecimal() and len(part) < 10 for part in parts):
        return int(parts[0]), int(parts[1])
    raise argparse.ArgumentTypeError(f"{text!r} is no size: give rows x columns, for example 256x384")


def _words(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)
