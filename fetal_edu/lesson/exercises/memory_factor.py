"""Chapter 07: how much a recurrent network's last state still depends on its first."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(inputs, weight, first):
    """Go along, and multiply by what each step hands on."""
    state, factor = first, 1.0
    for x in inputs:
        state = np.tanh(weight * state + x)
        factor *= weight * (1 - state**2)
    return float(factor)


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw no step and one, quiet inputs and loud ones, a negative weight, one above 1."""
    yield Case(([0.0], 0.5, 0.0), _("Around 0, tanh has a slope of 1: one step hands on the weight."))
    yield Case(([], 0.8, 0.3), _("Without a step, the last state is the first."))
    yield Case(([0.0, 0.0, 0.0], 0.9, 0.0), _("Each step multiplies."))
    yield Case(([3.0], 0.9, 0.2), _("A loud input drives tanh to where it is flat."))
    yield Case(([0.4, -0.7], 1.2, 0.5), _("The slope is that of the state that the step arrives at."))
    yield Case((np.round(rng.normal(0, 0.5, 3), 2).tolist(), -0.8, 0.4), _("A negative weight changes sign."))
    yield Case((np.round(rng.normal(0, 0.6, 5), 2).tolist(), 0.9, -0.6), _("The inputs move the state."))
    yield Case((np.round(rng.normal(0, 0.3, 8), 2).tolist(), 1.1, 0.2), _("Each step counts once."))


def _states(inputs, weight, first):
    states = [first]
    for x in inputs:
        states.append(np.tanh(weight * states[-1] + x))
    return np.array(states)


def _weight_alone(inputs, weight, first):
    return float(weight ** len(inputs))


def _slopes_alone(inputs, weight, first):
    return float(np.prod(1 - _states(inputs, weight, first)[1:] ** 2))


def _slope_before(inputs, weight, first):
    return float(np.prod(weight * (1 - _states(inputs, weight, first)[:-1] ** 2)))


def _no_square(inputs, weight, first):
    return float(np.prod(weight * (1 - _states(inputs, weight, first)[1:])))


def _sum(inputs, weight, first):
    return float(np.sum(weight * (1 - _states(inputs, weight, first)[1:] ** 2)))


def _last_step(inputs, weight, first):
    steps = weight * (1 - _states(inputs, weight, first)[1:] ** 2)
    return float(steps[-1]) if len(steps) else 1.0


def _one_too_many(inputs, weight, first):
    return float(np.prod(weight * (1 - _states(inputs, weight, first) ** 2)))


def _last_state(inputs, weight, first):
    return float(_states(inputs, weight, first)[-1])


EXERCISE = Exercise(
    key="memory-factor",
    chapter="07",
    name="memory_factor",
    title=_("What is left of the first state"),
    task=_(
        "A plain recurrent unit goes from state to state by tanh(`weight` × state + input), for each number "
        "of the list `inputs`, and begins with `first`. Return the derivative of the last state by `first`, "
        "a number. The slope of tanh, at the state that a step arrives at, is 1 - state²."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "weight alone",
            _weight_alone,
            _("You multiply weights, and leave out that tanh is flat for loud states. Its slope counts too."),
        ),
        Mutant(
            "slopes alone",
            _slopes_alone,
            _("You multiply the slopes of tanh. On its way into tanh the state meets the weight, as well."),
        ),
        Mutant(
            "slope before",
            _slope_before,
            _("You take the slope at the state before each step. It belongs to the state after it."),
        ),
        Mutant("no square", _no_square, _("The slope of tanh needs the square of the state.")),
        Mutant(
            "sum",
            _sum,
            _("You add up the steps. One step acts on what the last one handed on: what follows from that?"),
        ),
        Mutant(
            "last step",
            _last_step,
            _("Your answer is that of the last step alone. How did the first state get there?"),
        ),
        Mutant(
            "one too many",
            _one_too_many,
            _("You count one step too many: the first state was given, no step led to it."),
        ),
        Mutant(
            "last state",
            _last_state,
            _("That is the last state itself. Asked is how much it changes if the first changes a little."),
        ),
    ),
    hints=(
        _("By the chain rule, the derivatives of single steps are multiplied."),
        _("Begin with a factor of 1. In a loop over the inputs, find the new state, then update the factor."),
        _("One step hands on: the weight, times the slope of tanh at the new state."),
    ),
)
