"""The ways to do without a skip connection: close it in a trained network, or train a network without it."""

from __future__ import annotations

from dataclasses import dataclass

from .words import _

__all__ = ["ALL", "NETWORKS", "OPEN", "SKIPS", "STANDARD", "Way", "level_title"]

#: How many skip connections the networks have; skip 0 is the one at full size.
SKIPS = 4
#: The network that was trained with all of them.
ALL = "skips-all"
#: Which skips each network never had.
NETWORKS = {
    ALL: (),
    **{f"skips-no-{level}": (level,) for level in range(SKIPS)},
    "skips-none": tuple(range(SKIPS)),
}


@dataclass(frozen=True)
class Way:
    """A network, and how far its gates are open.

    Parameters
    ----------
    network : str
        One of `NETWORKS`.
    gates : tuple of float
        From full size down: 1 open, 0 closed. Those of a network other than `ALL` are left open.

    Examples
    --------
    >>> Way(gates=(1.0, 0.0, 1.0, 1.0)).title
    'skip 1 closed'
    >>> Way("skips-no-1").kind, Way("skips-no-1").title
    ('ablation', 'trained without skip 1')
    """

    network: str = ALL
    gates: tuple[float, ...] = (1.0,) * SKIPS

    @property
    def kind(self) -> str:
        """``"reference"``: all open; ``"lesion"``: closed after training; ``"ablation"``: never there."""
        if self.network != ALL:
            return "ablation"
        return "reference" if all(gate == 1 for gate in self.gates) else "lesion"

    @property
    def title(self) -> str:
        """What was done, in a few words."""
        if self.network != ALL:
            missing = NETWORKS[self.network]
            one = _("trained without skip {}").format(*missing)
            return one if len(missing) == 1 else _("trained without any skip")
        if self.kind == "reference":
            return _("all skips open")
        if not any(self.gates):
            return _("all skips closed")
        return ", ".join(_one(level, gate) for level, gate in enumerate(self.gates) if gate != 1)

    @property
    def name(self) -> str:
        """The word for it."""
        return {"reference": _("Reference"), "lesion": _("Lesion"), "ablation": _("Ablation")}[self.kind]

    @property
    def sentence(self) -> str:
        """What was done, and when."""
        after = _(", after training") if self.kind == "lesion" else ""
        return f"{self.name}: {self.title}{after}."


def _one(level: int, gate: float) -> str:
    if gate == 0:
        return _("skip {} closed").format(level)
    return _("skip {level} at {gate:.2f}").format(level=level, gate=gate)


def level_title(level: int) -> str:
    """Name the size of the map that a skip hands over.

    Examples
    --------
    >>> level_title(0), level_title(2)
    ('full size', '1/4 size')
    """
    return _("full size") if level == 0 else _("1/{} size").format(2**level)


#: All skips open.
OPEN = Way()
#: What the strip and the table show, by key: each skip closed, then each one never there.
STANDARD = {
    **{f"closed-{n}": Way(gates=tuple(float(m != n) for m in range(SKIPS))) for n in range(SKIPS)},
    "closed-all": Way(gates=(0.0,) * SKIPS),
    **{f"without-{n}": Way(f"skips-no-{n}") for n in range(SKIPS)},
    "without-all": Way("skips-none"),
}
