"""The machine that the bench ran on: numbers mean little without it."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import psutil

PACKAGES = ("numpy", "scipy", "scikit-image", "torch", "onnxruntime", "voila", "playwright")
BUSY = 0.9  # of a core: where a loop gets less, others are at work


def describe() -> dict[str, object]:
    """What a reader needs to compare the figures with others."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "bf16": _bf16(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "load": round(psutil.getloadavg()[0], 2),
        "share": round(share_of_a_core(), 2),
    }


def sentences(machine: dict[str, object]) -> Iterator[str]:
    """The description for people, with a warning where others work on the machine too."""
    bf16 = {True: "bf16 in hardware", False: "no bf16 in hardware", None: "bf16 not known"}[machine["bf16"]]
    yield f"{machine['processor']}, {machine['cores']} cores, {bf16}, {machine['memory_gib']} GiB of memory"
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    yield f"{machine['system']}, Python {machine['python']}, {packages}"
    busy = is_busy(machine)
    warning = ": BUSY, so wall times (strokes, pages) come out too long, CPU times a little" if busy else ""
    yield f"load {machine['load']}; a loop got {machine['share']:.0%} of a core{warning}"


def is_busy(machine: dict[str, object]) -> bool:
    """Whether others work here too, so that a wall time says little."""
    return machine["share"] < BUSY or machine["load"] > machine["cores"]


def share_of_a_core(seconds: float = 0.5) -> float:
    """Which part of a core a busy loop gets now: 1 on an idle machine."""
    wall, cpu = time.monotonic(), time.process_time()
    while time.monotonic() - wall < seconds:
        pass
    return min(1.0, (time.process_time() - cpu) / seconds)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _cpuinfo(name: str) -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")


def _processor() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _bf16() -> bool | None:
    """Whether the processor multiplies bfloat16, by the system's own list; None where there is none."""
    flags = _cpuinfo("flags").split()
    return bool({"amx_bf16", "avx512_bf16"} & set(flags)) if flags else None
