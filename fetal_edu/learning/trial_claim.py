"""A claim, and the rule that says whether it came out; both are written down before the result is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _

from fetal_edu.learning.trial_stats import Difference

__all__ = ["NOT", "OPEN", "PARTLY", "REPRODUCED", "Claim", "Verdict", "judge", "together"]

REPRODUCED, PARTLY, NOT = "reproduced", "partly", "not reproduced"
OPEN = "no verdict"  # a rehearsal with one or two seeds
FEWEST_SEEDS = 3
DIRECTIONS = ("higher", "lower", "same")


@dataclass(frozen=True)
class Claim:
    """What is said of an arm, in a form that a result can contradict.

    Parameters
    ----------
    says : str
        The claim as a sentence.
    arm, baseline : str
        Names of the two arms.
    figure : str
        Name of the figure.
    direction : {"higher", "lower", "same"}
        Where the arm's figure lies, seen from the baseline's.
    matters : float
        The smallest difference that matters, in the figure's unit; above 0.

    Examples
    --------
    >>> Claim("Turning helps", arm="rotate", baseline="none", figure="dice", direction="up", matters=0.02)
    Traceback (most recent call last):
        ...
    ValueError: direction 'up': say higher, lower or same
    """

    says: str
    arm: str
    baseline: str
    figure: str
    direction: str
    matters: float

    def __post_init__(self) -> None:
        if self.direction not in DIRECTIONS:
            raise ValueError(f"direction {self.direction!r}: say higher, lower or same")
        if not self.matters > 0:
            raise ValueError(
                f"matters {self.matters}: the smallest difference that matters is above 0; "
                "say how much better is worth having"
            )
        if self.arm == self.baseline:
            raise ValueError(f"{self.arm!r} can't be compared with itself: name another baseline")


@dataclass(frozen=True)
class Verdict:
    """How a claim came out, and why.

    Parameters
    ----------
    word : str
        ``reproduced``, ``partly``, ``not reproduced``; ``no verdict`` with fewer than three seeds.
    reason : str
    """

    word: str
    reason: str

    def __str__(self) -> str:
        return f"{_(self.word)}: {self.reason}"


def judge(claim: Claim, difference: Difference, *, seeds: int) -> Verdict:
    """Hold a difference against its claim.

    The rule asks two things. Is the difference **large enough**: at least what matters, in the direction
    that was claimed? Is it **certain**: does the interval leave out zero, on the claimed side? Both:
    reproduced. One: partly. None: not reproduced. A claim of sameness asks whether the mean difference is
    below what matters (if not: not reproduced), and whether the whole interval is (if not: partly).

    Parameters
    ----------
    claim : Claim
    difference : Difference
        Arm minus baseline.
    seeds : int
        Below three there is no verdict.

    Examples
    --------
    >>> claim = Claim("Turning helps", "rotate", "none", "dice", "higher", matters=0.02)
    >>> for numbers in ((0.05, 0.03, 0.08), (0.01, 0.005, 0.015), (0.05, -0.01, 0.1), (0, -0.03, 0.03)):
    ...     print(judge(claim, Difference(*numbers, "5 seeds"), seeds=5).word)
    reproduced
    partly
    partly
    not reproduced
    """
    says = f"{difference.text()} {_('over')} {difference.over}"
    if seeds < FEWEST_SEEDS or difference.low is None or difference.high is None:
        return Verdict(OPEN, _("{says}; a verdict takes {n} seeds").format(says=says, n=FEWEST_SEEDS))
    if claim.direction == "same":
        word, reason = _judge_sameness(claim, difference.mean, difference.low, difference.high)
    elif claim.direction == "higher":
        word, reason = _judge_change(claim, difference.mean, difference.low, difference.high)
    else:
        word, reason = _judge_change(claim, -difference.mean, -difference.high, -difference.low)
    return Verdict(word, f"{says}; {reason.format(matters=f'{claim.matters:g}')}")


def _judge_change(claim: Claim, mean: float, low: float, high: float) -> tuple[str, str]:
    """Judge a difference that counts upwards in the claimed direction."""
    large, certain = mean >= claim.matters, low > 0
    if large and certain:
        return REPRODUCED, _("at least {matters}, and the interval leaves out zero")
    if large:
        return PARTLY, _("at least {matters}, but it can be chance: the interval holds zero")
    if certain:
        return PARTLY, _("the direction is certain, but it is less than {matters}")
    if high < 0:
        return NOT, _("the opposite is the case")
    if high < claim.matters:
        return NOT, _("the interval rules out {matters}")
    return NOT, _("less than {matters}, and it can be chance; these seeds can't rule {matters} out")


def _judge_sameness(claim: Claim, mean: float, low: float, high: float) -> tuple[str, str]:
    if abs(mean) >= claim.matters:
        certain = low > 0 or high < 0
        return NOT, _("they differ by {matters} or more") + ("" if certain else _(", which can be chance"))
    if max(abs(low), abs(high)) < claim.matters:
        return REPRODUCED, _("the whole interval is below {matters}")
    return PARTLY, _("less than {matters}, but the interval reaches beyond it")


def together(words: Sequence[str]) -> str:
    """One word for several claims: all reproduced, none, or partly.

    Examples
    --------
    >>> together(["reproduced", "not reproduced"]), together(["reproduced"] * 2), together([])
    ('partly', 'reproduced', 'no verdict')
    """
    if not words or OPEN in words:
        return OPEN
    return words[0] if len(set(words)) == 1 else PARTLY
