"""What a trial came to: figures of each arm and seed, differences, verdicts; kept as JSON, without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from gettext import gettext as _
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from fetal_edu.data.keep import write_whole
from fetal_edu.data.limits import BadInput
from fetal_edu.learning import trial_table
from fetal_edu.learning.trial_claim import Claim, Verdict, judge, together
from fetal_edu.learning.trial_stats import Difference, digits_of, paired_difference

__all__ = ["RESULTS", "TrialResult", "kept", "kept_names", "read_result"]

#: Results that come with the course.
RESULTS = Path(str(files("fetal_edu"))) / "results"
FORMAT = 1
EQUAL = 0.05  # parameters or compute that differ by less count as equal
NO_MACHINE = 0.2  # CPU seconds below which an arm is a yardstick (a reader, the truth), not a rival


@dataclass(frozen=True)
class TrialResult:
    """Figures of each arm and seed, and what follows from them.

    Parameters
    ----------
    name, question : str
    budget : str
        ``quick`` or ``full``.
    seeds : tuple of int
    baseline : str
        The arm that the table compares the others with.
    claims : tuple of Claim
    labels : mapping of figure to label
        The figures that the table shows, the first one with its differences.
    figures : mapping of arm to mapping of figure to (S,) or (S, E) array
        Row s belongs to seed s, column e to examination e.
    costs : mapping of arm to mapping
        ``cpu_seconds`` (S,), and where the arms tell them ``parameters`` and ``compute`` (S,).
    made : mapping
        Command, date, versions, settings: how to get the same again.
    """

    name: str
    question: str
    budget: str
    seeds: tuple[int, ...]
    baseline: str
    claims: tuple[Claim, ...]
    labels: Mapping[str, str]
    figures: Mapping[str, Mapping[str, np.ndarray]]
    costs: Mapping[str, Mapping[str, np.ndarray]]
    made: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, in the order of the trial."""
        return tuple(self.figures)

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all arms and seeds together."""
        return float(sum(cost["cpu_seconds"].sum() for cost in self.costs.values()))

    def values(self, arm: str, figure: str) -> np.ndarray:
        """Return an arm's figure: (S,), or (S, E) where examinations were told apart."""
        for kind, name, known in (("arm", arm, self.figures), ("figure", figure, self.figures.get(arm, ()))):
            if name not in known:
                raise ValueError(f"no {kind} {name!r} in {self.name}: there are {', '.join(known)}")
        return self.figures[arm][figure]

    def by_seed(self, arm: str, figure: str) -> np.ndarray:
        """Return (S,): the figure of each seed, averaged over examinations where there are any."""
        return self.values(arm, figure).reshape(len(self.seeds), -1).mean(axis=1)

    def difference(
        self, arm: str, figure: str, *, baseline: str | None = None, examinations: bool = True
    ) -> Difference:
        """Mean paired difference between an arm and a baseline, with its 95 % interval.

        See `fetal_edu.learning.paired_difference`; `baseline` is the trial's own by default.
        """
        other = self.values(baseline or self.baseline, figure)
        return paired_difference(self.values(arm, figure), other, examinations=examinations)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict for each claim, with a sentence where the contest was not equal."""
        return tuple(self._verdict(claim) for claim in self.claims)

    def _verdict(self, claim: Claim) -> Verdict:
        difference = self.difference(claim.arm, claim.figure, baseline=claim.baseline)
        verdict = judge(claim, difference, seeds=len(self.seeds))
        said = [f"{verdict.reason}."]
        if self.values(claim.arm, claim.figure).ndim == 2 and len(self.seeds) > 1:
            alone = self.difference(claim.arm, claim.figure, baseline=claim.baseline, examinations=False)
            says = _("Over {over} alone, on just these examinations: {low:+.{d}f} to {high:+.{d}f}.")
            d = digits_of(alone.mean, alone.low or 0, alone.high or 0)
            said.append(says.format(over=alone.over, low=alone.low, high=alone.high, d=d))
        said.append(self.unequal(claim.arm, claim.baseline))
        return Verdict(verdict.word, " ".join(filter(None, said)))

    @property
    def verdict(self) -> str:
        """One word for all claims together."""
        return together([verdict.word for verdict in self.verdicts])

    def unequal(self, arm: str, baseline: str) -> str:
        """Say how far two arms are from an equal contest; empty where parameters or compute are equal.

        Equal is within 5 %. Compute is what the arms tell (operations, or steps of one size); where they
        tell none, CPU seconds; but a yardstick that computes next to nothing, as a simulated reader does, is
        no rival.
        """
        said = []
        for key, words in (
            ("parameters", _("{ratio:.2g} times the parameters")),
            ("compute", _("{ratio:.2g} times the compute")),
        ):
            ratio = self._ratio(arm, baseline, key)
            if ratio is not None and abs(ratio - 1) <= EQUAL:
                return ""
            if ratio is not None:
                said.append(words.format(ratio=ratio))
        if not said:
            return ""
        return _("Not an equal contest: {arm!r} has {ratios} of {baseline!r}.").format(
            arm=arm, baseline=baseline, ratios=_(" and ").join(said)
        )

    def _ratio(self, arm: str, baseline: str, key: str) -> float | None:
        costs = (self.costs[arm], self.costs[baseline])
        if key == "compute" and not all(key in cost for cost in costs):
            key = "cpu_seconds"
            if any(np.median(cost.get(key, 0.0)) < NO_MACHINE for cost in costs):
                return None
        if not all(key in cost for cost in costs):
            return None
        mine, other = (float(np.median(cost[key])) for cost in costs)
        return mine / other if other > 0 else None

    def __str__(self) -> str:
        return trial_table.as_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return trial_table.as_html(self)

    def save(self, path: Path) -> None:
        """Write it as JSON, wholly or not at all."""
        said = {
            "format": FORMAT,
            "name": self.name,
            "question": self.question,
            "verdict": self.verdict,
            "claims": [
                asdict(claim) | asdict(verdict)
                for claim, verdict in zip(self.claims, self.verdicts, strict=True)
            ],
            "budget": self.budget,
            "seeds": list(self.seeds),
            "cpu_seconds": round(self.cpu_seconds, 1),
            **self.made,
            "baseline": self.baseline,
            "labels": dict(self.labels),
            "costs": _plain(self.costs),
            "figures": _plain(self.figures),
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, (_lines(said) + "\n").encode())
        except OSError as error:
            raise BadInput(
                f"The result can't be written to {path} ({error.strerror}): give another folder."
            ) from None


def _plain(table: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, dict[str, list]]:
    return {arm: {key: value.tolist() for key, value in row.items()} for arm, row in table.items()}


def _lines(said: Mapping[str, Any]) -> str:
    """Write one arm a line: a kept result can be read, and two be compared line by line."""
    parts = []
    for key, value in said.items():
        if key in ("figures", "costs"):
            rows = ",\n".join(f"  {json.dumps(arm)}: {json.dumps(row)}" for arm, row in value.items())
            parts.append(f"{json.dumps(key)}: {{\n{rows}\n}}")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}"


MADE = ("command", "date", "versions", "settings", "edition", "shared_cpu_seconds")


def read_result(path: str | Path) -> TrialResult:
    """Read a result that `TrialResult.save` has written.

    Raises
    ------
    BadInput
        If it is not there or not whole.
    """
    path = Path(path)
    try:
        said = json.loads(path.read_text("utf-8"))
        if said["format"] != FORMAT:
            raise BadInput(f"{path.name} has format {said['format']}, this version reads {FORMAT}.")
        keys = Claim.__dataclass_fields__
        return TrialResult(
            name=said["name"],
            question=said["question"],
            budget=said["budget"],
            seeds=tuple(said["seeds"]),
            baseline=said["baseline"],
            claims=tuple(Claim(**{key: claim[key] for key in keys}) for claim in said["claims"]),
            labels=said["labels"],
            figures=_arrays(said["figures"]),
            costs=_arrays(said["costs"]),
            made={key: said[key] for key in MADE if key in said},
        )
    except FileNotFoundError:
        raise BadInput(f"There is no result {path.name}: run the trial first.") from None
    except BadInput:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{path.name} is no kept result or is damaged ({type(error).__name__}: {error})."
        ) from None


def _arrays(table: Mapping[str, Mapping[str, list]]) -> dict[str, dict[str, np.ndarray]]:
    return {arm: {key: np.array(value, float) for key, value in row.items()} for arm, row in table.items()}


def kept_names() -> list[str]:
    """Names of the results that come with the course."""
    return sorted(path.stem for path in RESULTS.glob("*.json"))


def kept(name: str) -> TrialResult:
    """Return a result that comes with the course; neither torch nor fastai is loaded.

    Raises
    ------
    BadInput
        If there is none of that name; the message lists them.
    """
    if name not in kept_names():
        raise BadInput(f"No kept result {name!r}: there are {', '.join(kept_names()) or 'none'}.")
    return read_result(RESULTS / f"{name}.json")
