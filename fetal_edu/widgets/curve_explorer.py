"""An explorer for a learning curve: fit it to few numbers of pictures, and see what it promises for more."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.axes import Axes

from ..figures import canvas
from ..figures.style import COLOURS
from .sliding import picture_of, sentence, slider

__all__ = ["CurveExplorer"]

DRAWS = 100  # fits to seeds drawn anew: half a second at each move
FEWEST = 3  # a power law has three unknowns

Law = tuple[float, float, float]


class CurveExplorer:
    """Two sliders: up to which number of pictures a law is fitted, and for which number it is asked.

    Parameters
    ----------
    counts : (K,) array
        Numbers of pictures, at least three, rising.
    dice : (S, K) array
        Dice of each seed at each number.
    fit : callable
        ``fit(counts, dice)`` gives (best, loss, speed) of the law best - loss * n ** -speed.
    known : int
        At first, the law is fitted to so many of the numbers.
    ask : int
        For which number of pictures it is asked at first.

    Attributes
    ----------
    widget : ipywidgets.VBox

    Examples
    --------
    >>> counts, dice = np.array([8, 16, 32, 64]), np.array([[0.82, 0.86, 0.88, 0.89]] * 2)
    >>> explorer = CurveExplorer(counts, dice, lambda counts, dice: (0.9, 0.64, 1.0), ask=64)
    >>> print(explorer.describe())
    Fitted to 8, 16 and 32 heads. For 64 heads the law says Dice 0.890 (0.890 to 0.890). Measured: 0.890.

    Taught in: 08_little_data
    """

    def __init__(
        self,
        counts: np.ndarray,
        dice: np.ndarray,
        fit: Callable[[np.ndarray, np.ndarray], Law],
        *,
        known: int = FEWEST,
        ask: int = 128,
    ) -> None:
        self.counts, self.dice, self.fit = np.asarray(counts, float), np.asarray(dice, float), fit
        if len(self.counts) < FEWEST or self.dice.shape[1:] != self.counts.shape:
            raise ValueError(f"give at least {FEWEST} counts, and dice as (seeds, counts)")
        last = int(counts[-1])
        asked = [int(n) for n in counts] + [last * 2**k for k in (1, 2, 3)]
        if ask not in asked:
            raise ValueError(f"ask for one of {asked}, not for {ask}")
        self._known = slider(_("fitted up to (heads)"), [int(n) for n in counts[FEWEST - 1 :]])
        self._known.value = int(counts[known - 1])
        self._ask = slider(_("asked for (heads)"), asked)
        self._ask.value = ask
        self._picture, self._said = ipywidgets.HTML(), ipywidgets.HTML()
        self.widget = ipywidgets.VBox([self._known, self._ask, self._said, self._picture])
        for one in (self._known, self._ask):
            one.observe(lambda _change: self._draw(), names="value")
        self._draw()

    def move(self, known: int, ask: int) -> str:
        """Set both sliders, in numbers of heads, without the mouse; return what is shown, in words."""
        self._known.value, self._ask.value = known, ask
        return self.describe()

    def describe(self) -> str:
        """Return what is shown, in words."""
        n = self._ask.value
        law, laws = self._laws()
        low, high = np.percentile(_at(laws, n), [2.5, 97.5])
        *first, last = [f"{count:.0f}" for count in self.counts[: self._used]]
        said = _(
            "Fitted to {first} and {last} heads. For {n} heads the law says Dice {dice:.3f} "
            "({low:.3f} to {high:.3f})."
        ).format(first=", ".join(first), last=last, n=n, dice=float(_at(law, n)), low=low, high=high)
        if n not in self.counts:
            return said + " " + _("Nobody measured there.")
        true = self.dice[:, list(self.counts).index(n)].mean()
        return said + " " + _("Measured: {true:.3f}.").format(true=true)

    @property
    def _used(self) -> int:
        return int(np.searchsorted(self.counts, self._known.value)) + 1

    def _laws(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the law (3,), and those of seeds drawn anew (DRAWS, 3); always the same draws."""
        counts, dice, rng = self.counts[: self._used], self.dice[:, : self._used], np.random.default_rng(0)
        drawn = rng.integers(len(dice), size=(DRAWS, len(dice)))
        laws = [self.fit(counts, dice[row].mean(axis=0)) for row in drawn]
        return np.array(self.fit(counts, dice.mean(axis=0))), np.array(laws)

    def _draw(self) -> None:
        ax = canvas(width=8, height=4.2)[1]
        law, laws = self._laws()
        self._paint(ax, law, laws)
        words = self.describe()
        told = _("A learning curve, a law fitted to it, and its interval.")
        self._said.value = sentence(words)
        self._picture.value = picture_of(ax, told, words, width=768)

    def _paint(self, ax: Axes, law: np.ndarray, laws: np.ndarray) -> None:
        across = np.geomspace(self.counts[0], self._ask.options[-1], 60)
        low, high = np.percentile(_at(laws, across[:, None]), [2.5, 97.5], axis=1)
        ax.fill_between(across, low, high, color=COLOURS["line"], alpha=0.2, lw=0, label=_("its interval"))
        ax.plot(across, _at(law, across), color=COLOURS["line"], lw=2.2, label=_("law"))
        for used, face, label in ((True, COLOURS["accent"], _("fitted to")), (False, "white", _("not seen"))):
            part = slice(None, self._used) if used else slice(self._used, None)
            mean = self.dice[:, part].mean(axis=0)
            if len(mean):
                ax.plot(self.counts[part], mean, "o", ms=9, mec=COLOURS["accent"], mfc=face, label=label)
        ax.axvline(self._ask.value, color="0.5", ls=":", lw=1.5)
        ax.set_xscale("log", base=2)
        ticks = self._ask.options
        ax.set_xticks(ticks, [str(n) for n in ticks])
        ax.set(xlabel=_("heads to learn from"), ylabel=_("Dice, mean of seeds"), ylim=(0.7, 1.0))
        ax.grid(color="0.92")
        ax.legend(loc="lower right", frameon=False, ncols=2)

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return self.widget._repr_mimebundle_(**options) | {"text/plain": self.describe()}


def _at(laws: np.ndarray, n: np.ndarray | float) -> np.ndarray:
    """Return Dice by one law (3,) or several (D, 3)."""
    best, loss, speed = np.moveaxis(laws, -1, 0)
    return best - loss * np.asarray(n, float) ** -speed
