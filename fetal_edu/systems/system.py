"""What a reviewed system is: its source, its claim, how it is built, trained, used and tried."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from torch import nn

    from fetal_edu.learning.trial import Trial
    from fetal_edu.sample import Reading, Sample

__all__ = ["TOLD", "Card", "System"]

#: What a system's file says of itself in plain strings; see `Card`.
TOLD = ("key", "cites", "idea", "claim", "task", "answers")


class Card(NamedTuple):
    """What can be told of a system without loading its network.

    Parameters
    ----------
    key : str
        Small letters: the first author's family name.
    cites : str
        The review's number of it, authors, year, where it was published.
    idea : str
        What is new in it, in a sentence or two.
    claim : str
        What the review or the paper says it is good for.
    task : str
        What it is trained to do.
    answers : str
        What a person gets from it for a picture of their own.
    """

    key: str
    cites: str
    idea: str
    claim: str
    task: str
    answers: str


@dataclass(frozen=True)
class System:
    """A reviewed system, rebuilt small.

    Parameters
    ----------
    key, cites, idea, claim, task, answers : str
        See `Card`. Written as plain strings, so that a list of systems can be printed without loading torch.
    build : callable
        ``build() -> nn.Module``: the network with fresh weights.
    train : callable
        ``train(budget, seed) -> nn.Module``: trained, in evaluation mode. The budget is ``quick`` or
        ``full``.
    analyse : callable
        ``analyse(net, sample) -> Reading``: what it says of one picture.
    trial : Trial
        The experiment that can contradict the claim; its name is the key.
    part : "head", "abdomen" or "heart"
        The part of the fetus that it learned from; `read` asks whether a picture shows that.
    follow_up : Trial, optional
        A second one, on the condition under which a claim that failed would hold: ``KEY-follow-up``.

    Raises
    ------
    ValueError
        If the key can't be a file's name, a string is empty, or the trial has another name.
    """

    key: str
    cites: str
    idea: str
    claim: str
    task: str
    answers: str
    build: Callable[[], nn.Module]
    train: Callable[[str, int], nn.Module]
    analyse: Callable[[Any, Sample], Reading]
    trial: Trial
    part: str
    follow_up: Trial | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z]+", self.key):
            raise ValueError(f"key {self.key!r}: use small letters, as in a file's name")
        if empty := [name for name in TOLD if not getattr(self, name).strip()]:
            raise ValueError(f"{self.key}: say something for {', '.join(empty)}")
        if self.trial.name != self.key:
            raise ValueError(f"{self.key}: its trial is named {self.trial.name!r}; name it as the system")
        if self.follow_up is not None and self.follow_up.name != f"{self.key}-follow-up":
            raise ValueError(f"{self.key}: name its follow-up {self.key}-follow-up")

    def read(self, net: Any, sample: Sample) -> Reading:
        """Say what `analyse` says, and doubt it where the picture seems to show another part of the fetus.

        Parameters
        ----------
        net : nn.Module
            As `train` gives it.
        sample : Sample

        Returns
        -------
        Reading
        """
        from fetal_edu.systems.parts import doubt_about_part

        reading = self.analyse(net, sample)
        doubt = doubt_about_part(sample, self.part)
        if not doubt:
            return reading
        quality = "doubtful" if reading.quality == "good" else reading.quality
        return replace(reading, quality=quality, notes=(doubt, *reading.notes))

    @property
    def card(self) -> Card:
        """What is told of it in plain strings."""
        return Card(*(getattr(self, name) for name in TOLD))
