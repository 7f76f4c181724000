"""Walls around a student's code, built from inside the process that will run it. They can't be taken down.

Two of them, one behind the other:

- On Linux from 5.13 on, *Landlock*: the kernel itself lets this process read what Python needs and nothing
  else, write nothing, start no program, open no connection, and signal no other process. It holds against
  compiled code as well.
- Everywhere, an *audit hook*: Python asks it before it opens a file. It tells the grader when somebody asks
  for the lesson's own files, and ends the process.

Like `_child`, this file is loaded without fetal_edu.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import suppress

__all__ = ["guard", "installed", "landlock", "within"]

# Numbers of linux/landlock.h, the same on every processor.
CREATE, ADD, RESTRICT = 444, 445, 446
NO_NEW_PRIVILEGES = 38
READ_FILE, READ_FOLDER, WRITE_FILE = 1 << 2, 1 << 3, 1 << 1
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
TCP_BOTH = 3  # bind, connect; from version 4 on
SCOPED = 3  # abstract sockets, signals; from version 6 on
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
FACTS = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/usr/share/zoneinfo")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


def installed(package: str) -> list[str]:
    """Return the folders that Python and what is installed with it lie in, and that of a package."""
    parts = ("stdlib", "platstdlib", "purelib", "platlib")
    found = [sysconfig.get_paths()[part] for part in parts]
    found += [os.path.join(base, "lib") for base in (sys.prefix, sys.base_prefix)]  # noqa: PTH118
    folders = [os.path.realpath(folder) for folder in [*found, package]]
    return [folder for folder in dict.fromkeys(folders) if os.path.isdir(folder)]  # noqa: PTH112


def within(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies in it; both without links, in small or capital letters.

    Examples
    --------
    >>> within("/a/b/c", "/a/b"), within("/a/bc", "/a/b")
    (True, False)
    """
    path, folder = path.casefold(), folder.casefold()  # some systems take both for the same
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


# ----------------------------------------------------------------------------------------- the kernel's
def landlock(readable: list[str], *, secret: list[str]) -> bool:
    """Let this process read only what lies in some folders; False where the system knows no such wall.

    Parameters
    ----------
    readable : list of str
        Folders and files, without links.
    secret : list of str
        Folders within them that stay closed.
    """
    if sys.platform != "linux":
        return False
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    version = call(CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    size = 8 if version < 4 else 16 if version < 6 else 24
    closed = struct.pack("=QQQ", RIGHTS[min(version, 5)], TCP_BOTH, SCOPED)[:size]
    ruleset = call(CREATE, closed, ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    opened = ((path, READ_FILE | READ_FOLDER) for path in (*readable, *SYSTEM, *FACTS))
    for path, rights in [*opened, *((path, READ_FILE | WRITE_FILE) for path in DEVICES)]:
        for part, only in _around(path, secret):
            _allow(call, ruleset, part, rights & only)
    ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    held = call(RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return held


def _around(path: str, secret: list[str]) -> Iterator[tuple[str, int]]:
    """Give a folder with all rights, or where something secret lies in it, all in it but that.

    The names in such a folder can be read, also those of what is secret: Python looks there for modules.
    """
    path = os.path.realpath(path)
    if any(within(path, one) for one in secret):
        return
    if not any(within(one, path) for one in secret):
        yield path, ~0
        return
    yield path, READ_FOLDER
    with suppress(OSError):
        for name in sorted(os.listdir(path)):  # noqa: PTH208
            yield from _around(os.path.join(path, name), secret)  # noqa: PTH118


def _allow(call: Callable[..., int], ruleset: int, path: str, rights: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not on this machine
        return
    if not os.path.isdir(path):  # noqa: PTH112
        rights &= READ_FILE | WRITE_FILE
    call(ADD, ruleset, 1, struct.pack("=Qi", rights, folder), 0)
    os.close(folder)


# ------------------------------------------------------------------------------------------ Python's own
def guard(
    readable: list[str], *, secret: list[str], own: str, tell: Callable[[str], None]
) -> Callable[[str, tuple], None]:
    """Return an audit hook that ends the process where it asks for something secret.

    Parameters
    ----------
    readable : list of str
        Where files may be read; anything else is refused with a sentence.
    secret : list of str
        Folders of the lesson.
    own : str
        Name of the file that makes the calls: refused as well, but no secret, for a traceback looks there.
    tell : callable
        Gets what was asked for before the end.
    """
    lesson = "fetal_edu.lesson"

    def hook(event: str, details: tuple, end: Callable[[int], None] = os._exit) -> None:
        if event == "import":
            name = str(details[0])
            if name == lesson or name.startswith(lesson + "."):
                tell(name)
                return end(0)
        elif event == "open" and isinstance(details[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(details[0]))
            hidden = any(within(path, one) for one in secret)
            if hidden and os.path.basename(path) != own:  # noqa: PTH119
                tell(path)
                return end(0)
            if path not in DEVICES and (hidden or not any(within(path, one) for one in readable)):
                raise PermissionError(
                    errno.EACCES, "an exercise needs its arguments only; reading a file is closed to it"
                )
        elif event.startswith(("ctypes.", "gc.")):
            raise PermissionError(f"an exercise needs its arguments only; {event} is closed to it")

    return hook
