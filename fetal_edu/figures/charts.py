"""Numbers as pictures: the growth chart, results by seed, a training curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from gettext import gettext as _

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from fetal_edu.figures.style import COLOURS, LOOK, canvas, describe
from fetal_edu.measure.growth import hc_chart
from fetal_edu.sample import Value

__all__ = ["dots", "growth_chart", "loss_curve"]

Z_90 = 1.645  # the 5th and the 95th centile lie this many standard deviations from the mean


def growth_chart(*, hc: Value | None = None, ga: Value | None = None, ax: Axes | None = None) -> Axes:
    """Draw the INTERGROWTH-21st chart of head circumference, and one head on it.

    Parameters
    ----------
    hc : Value, optional
        The head circumference in mm. A bar shows its interval.
    ga : Value, optional
        The gestational age in weeks. A bar shows its interval.
    ax : Axes, optional
        A panel to draw on; without it, a new figure is made.

    Returns
    -------
    Axes
        With its description.

    References
    ----------
    A. Papageorghiou et al., Lancet 384 (2014) 869-879.

    Examples
    --------
    >>> ax = growth_chart(hc=Value(172.5, "mm"), ga=Value(19.9, "weeks", low=18.9, high=21.1))
    >>> ax.get_xlabel()
    'gestational age (weeks)'
    """
    if ax is None:
        ax = canvas(width=7.5, height=4.6)[1]
    weeks = np.arange(14.0, 40.01, 0.25)
    mean, sd = np.array([hc_chart(week) for week in weeks]).T
    told = _(
        "Growth chart: head circumference grows from {first:.0f} mm at 14 weeks to {last:.0f} mm at 40."
    ).format(first=mean[0], last=mean[-1])
    with mpl.rc_context(LOOK):
        ax.fill_between(
            weeks, mean - Z_90 * sd, mean + Z_90 * sd, color="0.85", label=_("5th to 95th centile")
        )
        ax.plot(weeks, mean, color=COLOURS["quiet"], label=_("mean"))
        if hc is not None and ga is not None and hc.value is not None and ga.value is not None:
            bars = {"xerr": _reach(ga), "yerr": _reach(hc)}
            ax.errorbar(
                ga.value,
                hc.value,
                **bars,
                fmt="o",
                ms=9,
                color=COLOURS["accent"],
                label=_("this head"),
                zorder=3,
            )
            told += " " + _("This head: {hc}, {ga}.").format(hc=hc, ga=ga)
        ax.set_xlabel(_("gestational age (weeks)"))
        ax.set_ylabel(_("head circumference (mm)"))
        ax.legend(loc="lower right", frameon=False)
    return describe(ax, told)


def _reach(value: Value) -> list[list[float]] | None:
    """Distances from a value down and up to the ends of its interval, as `errorbar` wants them."""
    if value.value is None or value.low is None or value.high is None:
        return None
    return [[value.value - value.low], [value.high - value.value]]


def dots(
    groups: Mapping[str, Sequence[float]], *, label: str, zero: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw every result as a dot, one row for each group, with its mean as a bar.

    Three seeds are three dots: no box or bar hides how few they are.

    Parameters
    ----------
    groups : mapping of name to values
    label : str
        What the values are, with their unit.
    zero : bool
        Begin the axis at zero.
    ax : Axes, optional

    Returns
    -------
    Axes
        With its description.

    Raises
    ------
    ValueError
        If there is no group, or one is empty.

    Examples
    --------
    >>> ax = dots({"with skips": [1.0, 1.2, 1.1], "without": [1.9, 2.4, 2.0]}, label="error (mm)")
    >>> from fetal_edu.figures import alt_text
    >>> alt_text(ax)
    'error (mm). with skips: mean 1.1, from 1 to 1.2 (3 dots). without: mean 2.1, from 1.9 to 2.4 (3 dots).'
    """
    if not groups or any(len(values) == 0 for values in groups.values()):
        raise ValueError("dots needs at least one value in each group")
    if ax is None:
        ax = canvas(width=8.0, height=1.3 + 0.62 * len(groups))[1]
    told = [f"{label}."]
    colours = (COLOURS["line"], COLOURS["accent"], COLOURS["second"], COLOURS["quiet"])
    with mpl.rc_context(LOOK):
        for row, (name, values) in enumerate(groups.items()):
            values = np.asarray(values, float)
            colour = colours[row % len(colours)]
            shifts = np.linspace(-0.12, 0.12, len(values)) if len(values) > 1 else [0.0]
            ax.plot(values, row + np.asarray(shifts), "osD^"[row % 4], color=colour, ms=9, alpha=0.85)
            ax.plot([values.mean()] * 2, [row - 0.3, row + 0.3], color=colour, lw=3)
            told.append(
                _("{name}: mean {mean:.3g}, from {low:.3g} to {high:.3g} ({n} dots).").format(
                    name=name, mean=values.mean(), low=values.min(), high=values.max(), n=len(values)
                )
            )
        ax.set_yticks(range(len(groups)), list(groups))
        ax.set_ylim(len(groups) - 0.5, -0.5)
        ax.set_xlabel(label)
        ax.grid(axis="x", color="0.9")
        ax.set_axisbelow(True)
        if zero:
            ax.set_xlim(0, 1.03 * ax.get_xlim()[1])  # room for the outermost dot, where values lie far from 0
    return describe(ax, " ".join(told))


def loss_curve(
    losses: Sequence[float], *, valid: Sequence[float] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how the loss fell: one value for each batch, and for each epoch on heads that were kept apart.

    Parameters
    ----------
    losses : sequence of float
        The loss of each batch.
    valid : sequence of float, optional
        The loss on the validation heads after each epoch.
    ax : Axes, optional

    Returns
    -------
    Axes
        With its description.

    Examples
    --------
    >>> loss_curve([0.9, 0.5, 0.3, 0.2], valid=[0.5, 0.25]).get_xlabel()
    'batches'
    """
    if ax is None:
        ax = canvas(width=7.5, height=3.4)[1]
    losses = np.asarray(losses, float)
    steps = np.arange(1, len(losses) + 1)
    told = _("Training loss falls from {first:.2f} to {last:.2f} in {n} batches.").format(
        first=losses[0], last=losses[-1], n=len(losses)
    )
    with mpl.rc_context(LOOK):
        ax.plot(steps, losses, color=COLOURS["line"], lw=1.5, label=_("heads in training"))
        if valid is not None:
            ends = np.linspace(0, len(losses), len(valid) + 1)[1:]
            ax.plot(ends, valid, "o--", color=COLOURS["accent"], ms=6, label=_("heads kept apart"))
            told += " " + _("On heads kept apart it ends at {last:.2f}.").format(last=valid[-1])
        ax.set_xlabel(_("batches"))
        ax.set_ylabel(_("loss"))
        ax.set_ylim(bottom=0)
        ax.legend(frameon=False)
    return describe(ax, told)
