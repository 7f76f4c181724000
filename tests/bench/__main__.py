"""What the course costs on this machine, beside its budgets: ``make bench``.

CPU time where it can be had, for it means the same on a busy machine; wall time where a reader waits. One
thread each. A budget that is not kept is told, and nothing more: no test ever depends on a clock.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")  # before numpy loads

import costs  # noqa: E402
import hovers  # noqa: E402
import pages  # noqa: E402
import records  # noqa: E402
import this_machine  # noqa: E402
import turns  # noqa: E402
from lines import Effort, Line, table  # noqa: E402

#: Each gives some lines of the table; its `Effort` says how often.
ROWS = {
    "frame": costs.frame,
    "planes": costs.planes,
    "chapters": records.chapters,
    "dashboard": pages.dashboard,
    "answers": costs.answers,
    "knobs": turns.knobs,
    "layers": hovers.layers,
    "buttons": costs.buttons,
    "commands": costs.commands,
    "sizes": costs.sizes,
    "suite": records.suite,
}


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__, formatter_class=_AS_WRITTEN)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"which, of: {', '.join(ROWS)}; default all")
    parser.add_argument("--full", action="store_true", help="run chapters and tests anew: up to an hour")
    parser.add_argument(
        "--repeats", type=int, default=99, metavar="N", help="repeat nothing more than N times"
    )
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    options = parser.parse_args(arguments)
    if unknown := set(options.rows) - set(ROWS):
        parser.error(f"no rows {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    return options


_AS_WRITTEN = argparse.RawDescriptionHelpFormatter


def measured(names: list[str], effort: Effort) -> list[Line]:
    """Measure the named rows, in the table's order, and tell on stderr how far it is."""
    lines = []
    for name, measure in ROWS.items():
        if names and name not in names:
            continue
        begun = time.monotonic()
        print(f"{name} …", end="", file=sys.stderr, flush=True)
        try:
            lines += measure(effort)
        except (ImportError, OSError, ValueError, subprocess.CalledProcessError) as reason:
            said = str(getattr(reason, "stderr", None) or reason).strip().splitlines()
            lines.append(Line(name, None, "s", (), said[-1] if said else type(reason).__name__))
        print(f" {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return lines


def main(arguments: list[str] | None = None) -> None:
    options = parsed(arguments)
    machine = this_machine.describe()
    lines = measured(options.rows, Effort(options.full, max(1, options.repeats)))
    machine["share"] = min(machine["share"], round(this_machine.share_of_a_core(), 2))
    if this_machine.is_busy(machine):
        lines = [line.doubted() for line in lines]
    if options.json:
        print(json.dumps({"machine": machine, "lines": [line.as_json() for line in lines]}, indent=1))
        return
    print(*this_machine.sentences(machine), "", *table(lines), sep="\n")


if __name__ == "__main__":
    main()
