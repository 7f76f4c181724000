"""Which physics or anatomy buys how much on real heads: take one away, train alike, test alike.

``python tests/realism/ablation.py FOLDER`` runs every arm with three seeds, writes each run into FOLDER when
it is done and goes on there the next time; then it prints the table and writes ``ablation.json`` beside this
file. HC18 has to be at hand (``FETAL_EDU_DATA``).

Each arm draws the same 500 seeds, so anatomy, probe and framing stay the same where the arm does not change
them. The network looks at half the canvas' resolution, a fifth of the shipped one's cost.

``python tests/realism/ablation.py FOLDER --draw NAME`` only draws the heads, as an arm NAME. With another
version of the package on ``PYTHONPATH`` that version becomes an arm: it is found in FOLDER and run with the
others.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from torch import nn
from torch.utils.data import Subset

from fetal_edu import phantom
from fetal_edu.data import hc18
from fetal_edu.learning import canvases, evaluate_heads, train, untouched_hc18
from fetal_edu.nets import UNet
from fetal_edu.phantom import physics
from fetal_edu.sample import Sample

HEADS, SEEDS, REAL = 500, (0, 1, 2), 200
DATA_SEED = 79  # neither the shipped network's nor the yardsticks'
RECIPE = train.Recipe(epochs=6)
SMALL_MM = 100  # below this HC a head counts as early
RESULT = Path(__file__).with_name("ablation.json")
head_module, draw_module = (import_module(f"fetal_edu.phantom.{name}") for name in ("head", "draw"))


# The arms ------------------------------------------------------------------------------------------------


@contextmanager
def machine(**changed: object) -> Iterator[None]:
    """Draw machines as ever, then change some of their settings."""
    sound = draw_module.draw_machine
    with mock.patch.object(draw_module, "draw_machine", lambda *given: replace(sound(*given), **changed)):
        yield


@contextmanager
def no_attenuation() -> Iterator[None]:
    """Sound that is never weakened: no shadow, nothing for TGC to mend."""
    whole = mock.patch.object(physics, "transmission", lambda a, *given: np.ones_like(a))
    with whole, machine(tgc=0.0, shadows=()):
        yield


def no_speckle() -> object:
    """Scatterers in step, with white noise on them: a grey picture with grain, blurred by the probe."""

    def smooth(echo_db: np.ndarray, rng: np.random.Generator, *_noise: object) -> np.ndarray:
        noise = 1 + np.float32(0.3) * rng.standard_normal(echo_db.shape, dtype=np.float32)
        return (np.exp(echo_db * np.float32(np.log(10) / 20)) * noise).astype(np.complex64)

    return mock.patch.object(physics, "scatterers", smooth)


def no_surroundings() -> object:
    """One even tissue outside the head: no mother, no fluid, no placenta, no limbs."""
    sound = head_module.surroundings

    def plain(*given: object, **named: object) -> list:
        return [replace(sound(*given, **named)[0], textures=())]

    return mock.patch.object(head_module, "surroundings", plain)


def no_brain() -> object:
    """One speckled tissue inside the skull: no midline, no ventricles, no plexus."""
    parts = ("contents", "upper_brain", "lower_brain")
    return mock.patch.multiple(head_module, **{name: mock.Mock(return_value=[]) for name in parts})


def later_head(seed: int) -> Sample:
    """Draw a head; one that would be below 15 weeks becomes one of 15 to 35."""
    weeks = head_module.draw_weeks(np.random.default_rng([seed, 1]))
    return phantom.draw_head(seed, weeks=weeks if weeks >= 15 else 15 + 5 * (weeks - 11))


ARMS: dict[str, tuple[str, Callable[[], object]]] = {
    "full": ("everything", nullcontext),
    "no attenuation": ("no attenuation, no shadow", no_attenuation),
    "no angle": ("borders echo alike at every angle", lambda: machine(lobe=1e6, bending=0.0)),
    "no speckle": ("grey with grain in place of speckle", no_speckle),
    "no surroundings": ("even tissue outside the head", no_surroundings),
    "no brain": ("even tissue inside the skull", no_brain),
    "no early": ("no heads below 15 weeks", nullcontext),
    "naive": ("a bright ellipse, no physics", nullcontext),
}


# Drawing, training, testing ------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnCanvas:
    """A head that is on the canvas already; it has of a `Sample` what `canvases` asks for."""

    image: np.ndarray
    covered: np.ndarray
    spacing: tuple[float, float] = (1.0, 1.0)

    @property
    def shape(self) -> tuple[int, int]:
        return self.image.shape

    def mask(self, _name: str) -> np.ndarray:
        return self.covered


def heads(arm: str, count: int = HEADS) -> Iterator[Sample]:
    """Draw the heads of an arm one by one."""
    one = {"naive": phantom.draw_naive_head, "no early": later_head}.get(arm, phantom.draw_head)
    with ARMS[arm][1]() if arm in ARMS else nullcontext():
        for i in range(count):
            yield one(int(np.random.SeedSequence([DATA_SEED, i]).generate_state(1)[0]))


def drawn(arm: str, folder: Path) -> list[OnCanvas]:
    """Bring the heads of an arm onto the canvas, or take them from the folder."""
    file = folder / f"{arm}.npz"
    if not file.exists():
        images, masks = canvases(heads(arm))
        beside = file.with_suffix(".new")
        with beside.open("wb") as out:
            np.savez_compressed(out, images=images[:, 0].numpy(), masks=masks[:, 0].numpy())
        beside.replace(file)
    kept = np.load(file)
    pairs = zip(kept["images"], kept["masks"], strict=True)
    return [OnCanvas(image.astype(np.float32) / 255, mask.astype(np.float32) / 255) for image, mask in pairs]


def network() -> nn.Module:
    """A U-Net at half the canvas' resolution."""
    return nn.Sequential(
        nn.AvgPool2d(2), UNet((12, 24, 48, 96)), nn.Upsample(scale_factor=2, mode="bilinear")
    )


def run(arm: str, seed: int, folder: Path, real: Sequence[Sample]) -> dict[str, object]:
    """Train one arm with one seed, test it, keep the result."""
    file = folder / f"{arm}-{seed}.json"
    if file.exists():
        return json.loads(file.read_text("utf-8"))
    samples = drawn(arm, folder)
    net, seconds = train.train_head(
        samples, samples[:16], seed=seed, recipe=RECIPE, net=network(), progress=False
    )
    scores = evaluate_heads(net, real)
    result = {
        "arm": arm,
        "seed": seed,
        "cpu_seconds": round(seconds),
        "dice": [round(s.dice, 4) for s in scores],
        "error_mm": [None if s.hc_mm is None else round(s.hc_mm - s.true_hc_mm, 2) for s in scores],
    }
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(result), encoding="utf-8")
    beside.replace(file)
    return result


def real_heads() -> tuple[Subset, np.ndarray, np.ndarray]:
    """Return 200 HC18 images that shaped nothing, evenly spread, their circumferences and examinations."""
    untouched = untouched_hc18(hc18())
    chosen = [untouched.indices[i] for i in np.linspace(0, len(untouched) - 1, REAL).astype(int)]
    data = untouched.dataset
    names = np.unique([data.groups[i] for i in chosen], return_inverse=True)[1]
    return Subset(data, chosen), np.array([data.hc_mm[i] for i in chosen]), names


# The table -----------------------------------------------------------------------------------------------


def difference(
    values: np.ndarray, against: np.ndarray, groups: np.ndarray, *, draws: int = 2000
) -> tuple[float, float, float]:
    """Mean of paired differences with its 95 % interval, bootstrapped over examinations; NaN is left out."""
    gain = values - against
    known = ~np.isnan(gain)
    if not known.any():
        return (np.nan,) * 3
    index = np.unique(groups[known], return_inverse=True)[1]
    sums, counts = np.bincount(index, gain[known]), np.bincount(index)
    chosen = np.random.default_rng(0).integers(0, len(sums), (draws, len(sums)))
    low, high = np.quantile(sums[chosen].sum(1) / counts[chosen].sum(1), (0.025, 0.975))
    return float(gain[known].mean()), float(low), float(high)


def table(runs: Sequence[dict[str, object]], hc: np.ndarray, groups: np.ndarray) -> list[dict[str, object]]:
    """One row for each arm: means over images and seeds, and paired differences from ``full``.

    HC errors are in mm, over the heads that were found; a head that was not found has Dice 0.
    """
    dice, error = {}, {}
    for arm in dict.fromkeys(str(r["arm"]) for r in runs):
        mine = [r for r in runs if r["arm"] == arm]
        dice[arm] = np.array([r["dice"] for r in mine])  # (seeds, images)
        error[arm] = np.abs(np.array([r["error_mm"] for r in mine], float))
    early, rows = hc < SMALL_MM, []
    for arm, mine in dice.items():
        mean, found = mine.mean(0), _mean_found(error[arm])
        row = {
            "arm": arm,
            "seeds": len(mine),
            "dice": mine.mean(),
            "dice_by_seed": [float(x) for x in mine.mean(1)],
            "dice_early": mine[:, early].mean(),
            "dice_later": mine[:, ~early].mean(),
            "hc_mae_mm_early": float(np.nanmean(error[arm][:, early])),
            "hc_mae_mm_later": float(np.nanmean(error[arm][:, ~early])),
            "not_found": float(np.isnan(error[arm]).mean()),
        }
        full_dice, full_error = dice["full"].mean(0), _mean_found(error["full"])
        for name, part in (("", early | ~early), ("_early", early), ("_later", ~early)):
            row[f"dice{name}_minus_full"] = difference(mean[part], full_dice[part], groups[part])
        row["hc_later_minus_full"] = difference(found[~early], full_error[~early], groups[~early])
        rows.append(row)
    return rows


def _mean_found(error: np.ndarray) -> np.ndarray:
    """Mean over seeds of each image's error, NaN where no seed found the head."""
    count = (~np.isnan(error)).sum(0)
    return np.where(count > 0, np.nansum(error, 0) / np.maximum(count, 1), np.nan)


def print_table(rows: Sequence[dict[str, object]]) -> None:
    said = {name: text for name, (text, _) in ARMS.items()}
    columns = f"{'Dice':>7}{'early':>7}{'later':>7}{'HC mm':>7}"
    print(f"{'':<36}{columns}{'Dice minus full':>26}{'HC minus full, mm':>26}")
    for row in rows:
        dices = "".join(f"{row[name]:>7.3f}" for name in ("dice", "dice_early", "dice_later"))
        dice = "{:+.3f} [{:+.3f}, {:+.3f}]".format(*row["dice_minus_full"])
        hc = "{:+.2f} [{:+.2f}, {:+.2f}]".format(*row["hc_later_minus_full"])
        print(
            f"{said.get(row['arm'], row['arm']):<36}{dices}{row['hc_mae_mm_later']:>7.2f}{dice:>26}{hc:>26}"
        )
    print(
        f"early: HC below {SMALL_MM} mm; HC: mean absolute error of the later ones; in brackets 95 %, of the"
    )
    print("mean over seeds, bootstrapped over examinations. Not a medical device.")


def main(folder: Path, only: str | None = None) -> int:
    """Draw, train and test what is not there yet; print the table and write it."""
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    if only:
        drawn(only, folder)
        return 0
    real, hc, groups = real_heads()
    start, runs = time.process_time(), []
    others = sorted(file.stem for file in folder.glob("*.npz") if file.stem not in ARMS)
    for seed in SEEDS:
        for arm in ["full", *others, *(name for name in ARMS if name != "full")]:
            runs.append(run(arm, seed, folder, real))
            print(f"{arm}, seed {seed}: {np.mean(runs[-1]['dice']):.3f}", flush=True)
    rows = table(runs, hc, groups)
    print_table(rows)
    print(f"{(time.process_time() - start) / 60:.0f} CPU minutes for what was not there yet")
    setting = {"heads": HEADS, "epochs": RECIPE.epochs, "real_images": REAL, "data_seed": DATA_SEED}
    minutes = round(sum(r["cpu_seconds"] for r in runs) / 60, 1)
    kept = {"setting": setting, "training_cpu_minutes": minutes, "rows": _rounded(rows), "runs": runs}
    RESULT.write_text(json.dumps(kept, separators=(",", ":")) + "\n", encoding="utf-8")
    return 0


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(x) for key, x in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(x) for x in value]
    return round(float(value), 4) if isinstance(value, float) else value


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4) or (len(sys.argv) == 4 and sys.argv[2] != "--draw"):
        sys.exit("python tests/realism/ablation.py FOLDER [--draw NAME]")
    sys.exit(main(Path(sys.argv[1]), sys.argv[3] if len(sys.argv) == 4 else None))
