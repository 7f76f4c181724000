"""``fetal-edu data``: which public data sets there are, where they lie, and how to get one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import suppress

from fetal_edu.data.limits import BadInput

__all__ = ["add"]

DONE = 0
_YES = ("y", "yes")


def add(commands: argparse._SubParsersAction, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the others; `command` makes a parser as all of them have it."""
    made = command(commands, "data", "Public data sets: get them, and say where they lie on this machine.")
    actions = made.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = "List the data sets: where they lie, how many images, licence and citation."
    command(actions, "list", listing).set_defaults(run=_list)
    get = command(actions, "get", "Download a data set, after showing its licence and citation.")
    get.add_argument("name", metavar="NAME", help="for example hc18")
    get.add_argument("--folder", metavar="FOLDER", help="where to put it; gets a folder NAME")
    get.add_argument("--yes", action="store_true", help="agree to the licence without being asked")
    get.set_defaults(run=_get)
    at = command(actions, "add", "Point at a folder that holds a data set in its published layout.")
    at.add_argument("name", metavar="NAME", help="for example hc18")
    at.add_argument("folder", metavar="FOLDER", help="where you unpacked it")
    at.set_defaults(run=_add)


def _list(arguments: argparse.Namespace) -> int:
    from fetal_edu.data import public

    _list_samples()
    for name, known in sorted(public.KNOWN.items()):
        folder = public.data_folder(name)
        print(f"{name}: {known.title}")
        if folder is None:
            print(f"  not on this machine: fetal-edu data get {name} downloads it")
            print(f"  a copy that you have: fetal-edu data add {name} FOLDER")
        else:
            try:
                opened = public.hc18(folder)
                print(f"  {_count(opened)} in {opened.folder}")
            except BadInput as refused:  # one that is damaged must not hide the others
                print(f"  {refused}")
        _terms(known)
    return DONE


def _list_samples() -> None:
    from fetal_edu.data import bundled
    from fetal_edu.data.folder import KINDS

    print("samples: simulated, with exact truth; they come with the course")
    try:
        samples = bundled.samples()
    except BadInput as refused:
        print(f"  {refused}")
        return
    counts = ", ".join(f"{len(samples.names(kind=kind))} {kind}s" for kind in KINDS)
    print(f"  {counts} in {samples.folder}")
    print("  more of them: fetal-edu simulate list")


def _add(arguments: argparse.Namespace) -> int:
    from fetal_edu.data import public

    opened = public.add_folder(arguments.name, arguments.folder)
    known = public.known_set(arguments.name)
    print(known.title)
    _found(opened)
    _terms(known)
    return DONE


def _get(arguments: argparse.Namespace) -> int:
    from fetal_edu.data import download, public

    name = arguments.name
    known = public.known_set(name)
    print(known.title)
    there = download.what_is_there(name, arguments.folder)
    if there is not None:
        print("  It is here already, so nothing was downloaded.")
        _found(there)
        _terms(known)
        return DONE
    _terms(known)
    size = sum(remote.size for remote in download.FILES[name])
    print(f"  download: {size / 1e6:.0f} MB, into {download.target_folder(name, arguments.folder)}")
    if not arguments.yes:
        _ask(name)
    opened = download.get(name, arguments.folder, agreed=True, progress=_progress())
    print("Downloaded, unpacked and verified.")
    for remote in download.FILES[name]:
        by = "the SHA-256 that is published for it" if remote.known_hash else "its rows, see below"
        print(f"  {remote.name}: compared with {by}")
    _found(opened)
    return DONE


def _ask(name: str) -> None:
    """Ask the person; without one, or without a clear yes, nothing is downloaded."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise BadInput(
            "Nobody is here to agree to the licence: read it above, then run "
            f"fetal-edu data get {name} --yes."
        )
    answer = ""
    with suppress(EOFError):
        answer = input("Do you agree to the licence and want to download it? [y/N] ")
    if answer.strip().lower() not in _YES:
        raise BadInput("Nothing was downloaded: the licence was not agreed to.")


def _progress() -> Callable[[str, int, int], None] | None:
    """Show how far a download is, where a person looks at the terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    shown = ""

    def show(name: str, done: int, total: int) -> None:
        nonlocal shown
        said = f"{name}: {done / 1e6:.0f} of {total / 1e6:.0f} MB"
        if said != shown:  # once for each MB
            end = "\n" if done >= total else ""
            print(f"\r\033[K{said}", end=end, file=sys.stderr, flush=True)
            shown = said

    return show


def _found(opened: object) -> None:
    from fetal_edu.data.verify import verify

    print(f"  {opened.folder}\n  {_count(opened)}\n  {verify(opened)}")


def _count(opened: object) -> str:
    return f"{len(opened)} annotated images of {len(set(opened.groups))} examinations"


def _terms(known: object) -> None:
    print(f"  licence: {known.licence}\n  cite: {known.citation}\n  source: {known.source}")
