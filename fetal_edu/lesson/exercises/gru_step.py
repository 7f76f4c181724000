"""Chapter 07: one step of a gated recurrent unit."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(x, state, weight_x, weight_state, bias):
    """Go through the units one by one: two gates, a proposal, and their mixture."""
    n = len(state)
    new = np.zeros(n)
    for unit in range(n):
        heard, known = [], []
        for part in range(3):
            row = part * n + unit
            total = bias[row]
            for i in range(len(x)):
                total += weight_x[row, i] * x[i]
            heard.append(total)
            known.append(sum(weight_state[row, j] * state[j] for j in range(n)))
        reset, keep = (1 / (1 + np.exp(-heard[part] - known[part])) for part in (0, 1))
        proposal = np.tanh(heard[2] + reset * known[2])
        new[unit] = keep * state[unit] + (1 - keep) * proposal
    return new


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw one unit with gates open and shut, then several units and inputs."""
    one, none = np.ones((3, 1)), np.zeros((3, 1))
    yield Case(
        (np.array([2.0]), np.array([0.6]), none, none, np.array([0.0, 4.0, 0.0])),
        _("Where the keep gate is almost 1, the old state hardly changes."),
    )
    yield Case(
        (np.array([2.0]), np.array([0.6]), one, one, np.array([0.0, -40.0, 0.0])),
        _("Where the keep gate is 0, the proposal takes the state's place."),
    )
    yield Case(
        (np.array([0.5]), np.array([0.9]), one, one, np.array([-40.0, -40.0, 0.0])),
        _("Where the reset gate is 0, the proposal hears what comes in and nothing else."),
    )
    for n_in, n in ((1, 1), (2, 1), (1, 2), (3, 2), (2, 4)):
        yield Case(
            tuple(
                np.round(part, 2)
                for part in (
                    rng.normal(0, 1, n_in),
                    rng.uniform(-0.9, 0.9, n),
                    rng.normal(0, 1, (3 * n, n_in)),
                    rng.normal(0, 1, (3 * n, n)),
                    rng.normal(0, 0.5, 3 * n),
                )
            ),
            _("The rows of the weights come in three blocks: reset, keep, proposal."),
        )


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _parts(x, state, weight_x, weight_state, bias):
    return np.split(weight_x @ x + bias, 3), np.split(weight_state @ state, 3)


def _flipped(x, state, weight_x, weight_state, bias):
    heard, known = _parts(x, state, weight_x, weight_state, bias)
    reset, keep = _sigmoid(heard[0] + known[0]), _sigmoid(heard[1] + known[1])
    return (1 - keep) * state + keep * np.tanh(heard[2] + reset * known[2])


def _no_reset(x, state, weight_x, weight_state, bias):
    heard, known = _parts(x, state, weight_x, weight_state, bias)
    keep = _sigmoid(heard[1] + known[1])
    return keep * state + (1 - keep) * np.tanh(heard[2] + known[2])


def _reset_all(x, state, weight_x, weight_state, bias):
    heard, known = _parts(x, state, weight_x, weight_state, bias)
    reset, keep = _sigmoid(heard[0] + known[0]), _sigmoid(heard[1] + known[1])
    return keep * state + (1 - keep) * np.tanh(reset * (heard[2] + known[2]))


def _order(x, state, weight_x, weight_state, bias):
    heard, known = _parts(x, state, weight_x, weight_state, bias)
    keep, reset = _sigmoid(heard[0] + known[0]), _sigmoid(heard[1] + known[1])
    return keep * state + (1 - keep) * np.tanh(heard[2] + reset * known[2])


def _sigmoid_proposal(x, state, weight_x, weight_state, bias):
    heard, known = _parts(x, state, weight_x, weight_state, bias)
    reset, keep = _sigmoid(heard[0] + known[0]), _sigmoid(heard[1] + known[1])
    return keep * state + (1 - keep) * _sigmoid(heard[2] + reset * known[2])


def _tanh_gates(x, state, weight_x, weight_state, bias):
    heard, known = _parts(x, state, weight_x, weight_state, bias)
    reset, keep = np.tanh(heard[0] + known[0]), np.tanh(heard[1] + known[1])
    return keep * state + (1 - keep) * np.tanh(heard[2] + reset * known[2])


def _added(x, state, weight_x, weight_state, bias):
    heard, known = _parts(x, state, weight_x, weight_state, bias)
    reset, keep = _sigmoid(heard[0] + known[0]), _sigmoid(heard[1] + known[1])
    return keep * state + np.tanh(heard[2] + reset * known[2])


def _proposal_alone(x, state, weight_x, weight_state, bias):
    heard, known = _parts(x, state, weight_x, weight_state, bias)
    return np.tanh(heard[2] + _sigmoid(heard[0] + known[0]) * known[2])


EXERCISE = Exercise(
    key="gru-step",
    chapter="07",
    name="gru_step",
    title=_("One step of a GRU"),
    task=_(
        "`x` comes in, `state` is known: two vectors. `weight_x` and `weight_state` have three blocks of "
        "rows, and `bias` three parts: reset gate, keep gate, proposal. Return the new state, as long as the "
        "old one."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "keep flipped",
            _flipped,
            _(
                "Your keep gate works the wrong way round: where it is 1 you take the proposal. It is named "
                "for what it does to the old state."
            ),
        ),
        Mutant(
            "no reset",
            _no_reset,
            _("Your proposal asks the whole old state. The reset gate says how much of it may be asked."),
        ),
        Mutant(
            "reset all",
            _reset_all,
            _(
                "Your reset gate also weakens what comes in. It acts on the state's part of the proposal "
                "alone: with a reset of 0, the new pixel still speaks."
            ),
        ),
        Mutant(
            "order",
            _order,
            _("You take the blocks in another order: the first rows belong to reset, the next to keep."),
        ),
        Mutant(
            "sigmoid proposal",
            _sigmoid_proposal,
            _("Your proposal is never negative. Gates are shares, 0 to 1; a state runs from -1 to 1."),
        ),
        Mutant(
            "tanh gates",
            _tanh_gates,
            _("Your gates can be negative. A gate is a share, 0 to 1: it needs the other squeeze."),
        ),
        Mutant(
            "added",
            _added,
            _(
                "You keep a share of the old state and add the whole proposal: the state can grow beyond 1. "
                "Old and new share one whole."
            ),
        ),
        Mutant(
            "proposal alone",
            _proposal_alone,
            _("Your new state is the proposal. What is left of the old state is missing: ask the keep gate."),
        ),
    ),
    hints=(
        _("Four lines: reset, keep, proposal, and the mixture of old state and proposal."),
        _(
            "`weight_x @ x + bias` gives all three blocks at once, and `weight_state @ state` too. "
            "`np.split(numbers, 3)` cuts them apart. Keep the two apart until the reset gate has acted."
        ),
        _(
            "Gates: sigmoid of the sum of both parts. Proposal: tanh of what is heard, plus the reset gate "
            "times what is known. If the keep gate is 0.9, nine tenths of the old state stay."
        ),
    ),
)
