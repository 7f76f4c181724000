"""How real simulated heads look: ``make realism`` prints the tables.

Needs HC18 (``FETAL_EDU_DATA``). By default the images judge that shaped nothing in the simulator. To work on
its look, use ``--seen``: then only the 141 images are asked that may shape it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import heads_at_hand
import numpy as np
import telling
import torch
from heads_at_hand import Look

from fetal_edu.data import BadInput

POOL = 1.5  # simulated heads to choose pairs from, for each real one
SHOWN = (
    *(
        f"{zone}/{what}"
        for zone in ("inside", "on", "outside")
        for what in ("p10", "p50", "p90", "unevenness")
    ),
    *(
        f"{zone}/{what}"
        for zone in ("inside", "outside")
        for what in ("snr", "axial_px", "lateral_px", "axial_mm", "lateral_mm")
    ),
    *(f"skull/{what}" for what in ("near", "side", "far", "thickness", "seen", "uneven", "ragged")),
)


class Version(NamedTuple):
    """Heads of one kind, with all their numbers."""

    looks: Sequence[Look]
    values: np.ndarray
    names: list[str]

    @classmethod
    def of(cls, looks: Sequence[Look]) -> Version:
        return cls(looks, *telling.table(looks))

    def spreads(self) -> dict[str, list[float]]:
        """10, 50 and 90 % of each number over the pictures."""
        parts = np.nanpercentile(self.values, (10, 50, 90), axis=0).round(3).T.tolist()
        return {name: part for name, part in zip(self.names, parts, strict=True) if name in SHOWN}


def told_apart(real: Version, false: Version) -> dict[str, list[float]]:
    """Accuracy with its interval: by all statistics, by those of one zone, by a network, by framing alone."""
    groups = [look.group for look in real.looks]
    right = {
        f"statistics, {zone}": telling.by_statistics(real.values[:, mask], false.values[:, mask], groups)
        for zone, mask in telling.by_zone(real.names).items()
    }
    crops = [np.stack([telling.crop(look) for look in version.looks]) for version in (real, false)]
    right["small network"] = telling.by_network(*crops, groups)
    right["framing alone"] = telling.by_statistics(
        telling.framing(real.looks), telling.framing(false.looks), groups
    )
    return {name: [round(x, 3) for x in telling.interval(r, groups)] for name, r in right.items()}


def print_spreads(table: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    print("10, 50 and 90 % over the pictures; grey levels 0..255\n")
    print(f"{'':<20}" + "".join(f"{name:>24}" for name in table))
    for what in SHOWN:
        cells = ("".join(f"{x:8.2f}" for x in column[what]) for column in table.values())
        print(f"{what:<20}" + "".join(cells))


def print_told(table: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    print("\nHow often a classifier tells simulated from real: 0.5 = never, 1 = always; 95 % interval\n")
    print(f"{'':<22}" + "".join(f"{name:>24}" for name in table))
    for what in next(iter(table.values())):
        cells = ("{:8.3f} [{:.3f}, {:.3f}]".format(*column[what]) for column in table.values())
        print(f"{what:<22}" + "".join(f"{cell:>24}" for cell in cells))


def options(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seen", action="store_true", help="ask only the images that may shape the simulator"
    )
    parser.add_argument("--real", type=int, default=300, help="how many real images judge")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    parser.add_argument("--keep", type=Path, help="only draw heads and keep them there, for --kept")
    kept = "heads that another version of the package kept"
    parser.add_argument("--kept", nargs=2, action="append", default=[], metavar=("NAME", "FILE"), help=kept)
    return parser.parse_args(given)


def main(given: Sequence[str]) -> int:
    """Print both tables; 1 if HC18 is missing."""
    asked = options(given)
    torch.set_num_threads(1)
    pool = int(POOL * asked.real)
    if asked.keep:
        heads_at_hand.save(heads_at_hand.simulated(pool), asked.keep)
        return 0
    try:
        real = heads_at_hand.real(seen=asked.seen, most=asked.real)
    except BadInput as missing:
        print(missing)
        return 1
    pool = int(POOL * len(real))
    versions = {"naive ellipse": heads_at_hand.naive(pool)}
    versions |= {name: heads_at_hand.load(Path(file)) for name, file in asked.kept}
    versions["this version"] = heads_at_hand.simulated(pool)
    ours = Version.of(real)
    others = {name: Version.of(heads_at_hand.paired(real, heads)) for name, heads in versions.items()}
    look = {name: version.spreads() for name, version in {"real": ours, **others}.items()}
    print_spreads(look)
    told = {name: told_apart(ours, version) for name, version in others.items()}
    print_told(told)
    print(f"\n{len(real)} HC18 images, each paired with a simulated head of nearly its circumference.")
    if asked.json:
        kept = {"real_images": len(real), "seen": asked.seen, "look": look, "told_apart": told}
        asked.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
