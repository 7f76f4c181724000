"""How numbers and sentences are written for readers of a dashboard."""

from __future__ import annotations

from functools import cache
from gettext import gettext, ngettext

from ..measure import format_weeks

__all__ = ["_", "capital", "ordinal", "weeks_in_words"]

#: gettext looks for its catalogue anew at each call, 0.1 ms; a page that follows a hand says forty sentences.
_ = cache(gettext)


def capital(sentence: str) -> str:
    """Begin with a capital."""
    return sentence[:1].upper() + sentence[1:]


def weeks_in_words(weeks: float) -> str:
    """Write an age in words.

    Examples
    --------
    >>> weeks_in_words(20.5)
    '20 weeks 4 days'
    """
    full, days = map(int, format_weeks(weeks).split("+"))
    return (
        ngettext("{} week", "{} weeks", full).format(full)
        + " "
        + ngettext("{} day", "{} days", days).format(days)
    )


def ordinal(percent: float) -> str:
    """Write a centile, for example "5th"; none is called the 0th or the 100th.

    Examples
    --------
    >>> ordinal(5.2), ordinal(21.6), ordinal(99.9)
    ('5th', '22nd', 'highest (above the 99th)')
    """
    number = round(percent)
    if number < 1:
        return _("lowest (below the 1st)")
    if number > 99:
        return _("highest (above the 99th)")
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
