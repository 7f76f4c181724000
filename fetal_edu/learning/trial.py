"""A claim on trial: arms against a baseline, over seeds, with a verdict by a rule that was set before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from fetal_edu.learning.trial_claim import Claim
from fetal_edu.learning.trial_job import Arm, Job, job_of, run_job
from fetal_edu.learning.trial_result import TrialResult

__all__ = ["Trial"]

BUDGETS = ("quick", "full")
MOST_PROCESSES = 2
PACKAGES = ("fetal_edu", "numpy", "scipy", "scikit-learn", "torch", "fastai")


@dataclass(frozen=True)
class Trial:
    """An experiment that can contradict a claim.

    Parameters
    ----------
    name : str
        Small letters, digits and hyphens.
    question : str
        What it asks, as a sentence.
    arms : mapping of name to callable
        ``arm(seed, settings)`` gives a mapping of figures: a number, or one number for each examination
        (the same ones in the same order for all arms and seeds). ``parameters`` and ``compute`` count as
        cost. One seed must mean the same patients, order and first weights in all arms, as far as they can
        share them: then differences are paired. Give an arm's options by `functools.partial`, so that
        they are part of its fingerprint.
    baseline : str
        The arm that the others are compared with in the table.
    claims : sequence of Claim
    labels : mapping of figure to label
        What the table shows; the first with its differences.
    settings : mapping of budget to settings
        For ``quick`` and ``full``; plain numbers and words.
    seeds : mapping of budget to seeds
        Fewer than three give no verdict.
    only : mapping of budget to names, optional
        For a budget that can't afford all arms: those that it has. Claims about the others are left out.
    prepare : callable, optional
        Called before each arm as ``prepare(seed, settings)``: what all arms share is made here, and its
        time is nobody's.
    edition : int
        Raise it when what the arms do has changed: what was run before then counts no longer.

    Examples
    --------
    Two dice: is the one with a 7 in place of the 6 better? Sixty throws for each seed.

    >>> from functools import partial
    >>> def throw(seed, settings, best=6):
    ...     faces = np.array([1, 2, 3, 4, 5, best])
    ...     return {"eyes": faces[np.random.default_rng(seed).integers(6, size=settings["throws"])]}
    >>> claim = Claim("A 7 helps", arm="seven", baseline="six", figure="eyes", direction="higher",
    ...               matters=0.1)
    >>> trial = Trial(
    ...     name="dice", question="Does a 7 help?", arms={"six": throw, "seven": partial(throw, best=7)},
    ...     baseline="six", claims=[claim], labels={"eyes": "eyes"},
    ...     settings={"quick": {"throws": 60}}, seeds={"quick": range(4)})
    >>> result = trial.run("quick", progress=False)
    >>> result.verdict
    'reproduced'
    >>> result.difference("seven", "eyes").over
    '4 seeds × 60 examinations'
    """

    name: str
    question: str
    arms: Mapping[str, Arm]
    baseline: str
    claims: Sequence[Claim]
    labels: Mapping[str, str]
    settings: Mapping[str, Mapping[str, Any]]
    seeds: Mapping[str, Iterable[int]] = field(default_factory=lambda: {"quick": (0,), "full": range(5)})
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    prepare: Callable[[int, Mapping[str, Any]], None] | None = None
    edition: int = 1

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9-]+", self.name):
            raise ValueError(
                f"name {self.name!r}: use small letters, digits and hyphens, as in a file's name"
            )
        named = [("baseline", self.baseline)]
        named += [(f"only, {budget}", arm) for budget, arms in self.only.items() for arm in arms]
        named += [(f"claim {c.says!r}", arm) for c in self.claims for arm in (c.arm, c.baseline)]
        for what, arm in named:
            if arm not in self.arms:
                raise ValueError(f"{what}: no arm {arm!r}; there are {', '.join(self.arms)}")
        if not self.labels:
            raise ValueError("labels: name at least one figure, the one that is compared")
        for budget in self.settings:
            if budget not in BUDGETS:
                raise ValueError(f"budget {budget!r}: there are quick and full")

    def run(
        self,
        budget: str = "quick",
        *,
        seeds: Iterable[int] | None = None,
        folder: str | Path | None = None,
        processes: int = 1,
        progress: bool = True,
        command: str = "",
    ) -> TrialResult:
        """Run each arm with each seed, or take from `folder` what an earlier run has finished.

        Parameters
        ----------
        budget : {"quick", "full"}
        seeds : iterable of int, optional
            Default: the trial's own for this budget.
        folder : path, optional
            Each arm and seed is written there as soon as it is done. A run that was stopped goes on; runs
            with other settings lie beside it and are not mixed in. Without a folder nothing is kept.
        processes : {1, 2}
        progress : bool
            Show a bar with the time left.
        command : str
            How to run it again; kept with the result.

        Returns
        -------
        TrialResult

        Raises
        ------
        ValueError
            If budget, seeds or what an arm gives can't be used. The message says which arm and seed.
        """
        if budget not in self.settings:
            raise ValueError(f"budget {budget!r}: {self.name} has {' and '.join(self.settings)}")
        if processes not in range(1, MOST_PROCESSES + 1):
            raise ValueError(f"{processes} processes: 1 or {MOST_PROCESSES}")
        chosen = _checked_seeds(self.seeds.get(budget, (0,)) if seeds is None else seeds)
        # Seed by seed: what arms share for a seed is drawn once, and a stopped run has whole seeds.
        jobs = [self._job(arm, seed, budget, folder) for seed in chosen for arm in self._arms(budget)]
        records = self._gather(jobs, processes, progress=progress)
        return self._result(budget, chosen, records, command)

    def _arms(self, budget: str) -> list[str]:
        return [arm for arm in self.arms if arm in self.only.get(budget, self.arms)]

    def _job(self, arm: str, seed: int, budget: str, folder: str | Path | None) -> Job:
        where = None if folder is None else Path(folder) / self.name
        said = (self.name, budget, self.edition)
        return job_of(
            arm,
            seed,
            self.arms[arm],
            settings=self.settings[budget],
            prepare=self.prepare,
            said=said,
            folder=where,
        )

    def _gather(self, jobs: Sequence[Job], processes: int, *, progress: bool) -> dict:
        records = {(job.arm, job.seed): record for job in jobs if (record := job.read()) is not None}
        for (arm, seed), record in records.items():
            self._check(arm, seed, record)
        left = [job for job in jobs if (job.arm, job.seed) not in records]
        parallel = Parallel(n_jobs=processes, return_as="generator_unordered", batch_size=1)
        for arm, seed, record in _shown(parallel(delayed(run_job)(job) for job in left), len(left), progress):
            self._check(arm, seed, record)
            records[arm, seed] = record
        return records

    def _check(self, arm: str, seed: int, record: Mapping[str, Any]) -> None:
        """Miss a figure after the first run, not after the last."""
        wanted = {c.figure for c in self.claims if arm in (c.arm, c.baseline)} | {next(iter(self.labels))}
        if missing := sorted(wanted - set(record["figures"])):
            raise ValueError(
                f"arm {arm!r}, seed {seed}: no figure {missing[0]!r}, which a claim or the table needs; "
                f"it gave {', '.join(record['figures'])}"
            )

    def _result(self, budget: str, seeds: tuple[int, ...], records: dict, command: str) -> TrialResult:
        figures, costs = {}, {}
        for arm in self._arms(budget):
            rows = [records[arm, seed] for seed in seeds]
            figures[arm] = _stacked(arm, [row["figures"] for row in rows])
            spent = [row["costs"] | {"cpu_seconds": row["cpu_seconds"]} for row in rows]
            costs[arm] = _stacked(arm, spent)
        return TrialResult(
            name=self.name,
            question=self.question,
            budget=budget,
            seeds=seeds,
            baseline=self.baseline,
            claims=tuple(c for c in self.claims if {c.arm, c.baseline} <= set(figures)),
            labels=dict(self.labels),
            figures=figures,
            costs=costs,
            made={
                "command": command,
                "date": max(record["date"] for record in records.values()),
                "versions": _versions(),
                "settings": dict(self.settings[budget]),
                "edition": self.edition,
                "shared_cpu_seconds": round(sum(r["prepare_seconds"] for r in records.values()), 1),
            },
        )


def _stacked(arm: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, np.ndarray]:
    """Put seeds below each other."""
    keys = list(rows[0])
    for row in rows[1:]:
        if set(row) != set(keys):
            raise ValueError(
                f"arm {arm!r}: figures {sorted(set(row) ^ set(keys))} are there with some seeds only"
            )
    try:
        return {key: np.array([row[key] for row in rows], dtype=float) for key in keys}
    except ValueError:
        raise ValueError(
            f"arm {arm!r}: seeds differ in their number of examinations; test all seeds on the same ones"
        ) from None


def _checked_seeds(seeds: Iterable[int]) -> tuple[int, ...]:
    chosen = tuple(seeds)
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(f"seeds {chosen}: give at least one, each once")
    for seed in chosen:
        if isinstance(seed, bool) or int(seed) != seed or seed < 0:
            raise ValueError(f"seed {seed}: a whole number from 0 on is needed")
    return tuple(int(seed) for seed in chosen)


def _shown(done: Iterable, total: int, progress: bool) -> Iterator:
    """Pass on what is done, beside a bar with the time left."""
    if not (progress and total):
        yield from done
        return
    try:
        from fastprogress.fastprogress import progress_bar  # comes with fastai
    except ImportError:
        yield from done
    else:
        yield from progress_bar(done, total=total)


def _versions() -> str:
    found = []
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return ", ".join(found)
