"""Recurrence as loops that one can read aloud: one step, a row of steps, all rows of a map.

A step takes what comes in and the state so far, and gives the new state. Weights are laid out as torch's
`RNNCell` and `GRUCell` keep them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["gru_step", "rnn_step", "scan", "scan_rows"]

Step = Callable[[np.ndarray, np.ndarray], np.ndarray]


def rnn_step(
    x: Any, state: Any, weight_x: Any, weight_state: Any, *, bias_x: Any = 0.0, bias_state: Any = 0.0
) -> np.ndarray:
    """Mix what comes in with the state, and squeeze the sum into -1..1.

    Parameters
    ----------
    x : (..., n_in) array
    state : (..., n) array
    weight_x : (n, n_in) array
    weight_state : (n, n) array
    bias_x, bias_state : (n,) arrays, optional

    Returns
    -------
    (..., n) array
        The new state.

    Raises
    ------
    ValueError
        If the shapes don't fit together.

    References
    ----------
    J. Elman, Finding structure in time, Cognitive Science 1990, 14: 179, doi 10.1207/s15516709cog1402_1.

    Examples
    --------
    >>> rnn_step([1.0], [0.0], [[0.5]], [[2.0]]).round(3)
    array([0.462])
    >>> rnn_step([0.0], [0.462], [[0.5]], [[2.0]]).round(3)
    array([0.728])
    """
    x, state, weight_x, weight_state = _checked(x, state, weight_x, weight_state, gates=1)
    return np.tanh(x @ weight_x.T + bias_x + state @ weight_state.T + bias_state)


def gru_step(
    x: Any, state: Any, weight_x: Any, weight_state: Any, *, bias_x: Any = 0.0, bias_state: Any = 0.0
) -> np.ndarray:
    """Let two gates decide how much of the old state stays, and how much of it the new one may ask.

    Parameters
    ----------
    x : (..., n_in) array
    state : (..., n) array
    weight_x : (3 n, n_in) array
        n rows for the reset gate, n for the keep gate (torch calls it update), n for the proposal.
    weight_state : (3 n, n) array
        In the same order.
    bias_x, bias_state : (3 n,) arrays, optional

    Returns
    -------
    (..., n) array
        The new state. Keep gate 1: the old state, untouched. Keep gate 0: the proposal.

    Raises
    ------
    ValueError
        If the shapes don't fit together.

    References
    ----------
    K. Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014, arXiv 1406.1078. As
    in torch, the reset gate acts on the state's part of the proposal after its weights.

    Examples
    --------
    A keep gate near 1 holds the state against any input:

    >>> hold = np.array([0.0, 30.0, 0.0])
    >>> gru_step([5.0], [0.7], np.zeros((3, 1)), np.zeros((3, 1)), bias_x=hold).round(3)
    array([0.7])
    """
    x, state, weight_x, weight_state = _checked(x, state, weight_x, weight_state, gates=3)
    n = state.shape[-1]
    from_x, from_state = x @ weight_x.T + bias_x, state @ weight_state.T + bias_state  # (..., 3 n) each
    reset = _sigmoid(from_x[..., :n] + from_state[..., :n])
    keep = _sigmoid(from_x[..., n : 2 * n] + from_state[..., n : 2 * n])
    proposal = np.tanh(from_x[..., 2 * n :] + reset * from_state[..., 2 * n :])
    return keep * state + (1 - keep) * proposal


def scan(sequence: Any, step: Step, state: Any, *, backwards: bool = False) -> np.ndarray:
    """Go along a sequence, and keep the state at each place.

    Parameters
    ----------
    sequence : (length, ..., n_in) array
    step : callable
        ``step(x, state) -> state``.
    state : (..., n) array
        What is known before the first place.
    backwards : bool
        Go from the last place to the first. The states still come in the order of the sequence.

    Returns
    -------
    (length, ..., n) array

    Examples
    --------
    >>> numbers, add = [[1.0], [2.0], [3.0]], lambda x, state: x + state
    >>> scan(numbers, add, [0.0])[:, 0], scan(numbers, add, [0.0], backwards=True)[:, 0]
    (array([1., 3., 6.]), array([6., 5., 3.]))
    """
    sequence, state = np.asarray(sequence, float), np.asarray(state, float)
    if not len(sequence):
        raise ValueError("the sequence is empty: there is nothing to go along")
    states = [None] * len(sequence)
    places = range(len(sequence))
    for place in reversed(places) if backwards else places:
        state = step(sequence[place], state)
        states[place] = state
    return np.stack(states)


def scan_rows(maps: Any, step: Step, units: int, *, backwards: bool = False) -> np.ndarray:
    """Go along each row of a map, from left to right, all rows at once; each begins with zeros.

    Parameters
    ----------
    maps : (n_in, h, w) array
        Channels, rows, columns.
    step : callable
        ``step(x, state) -> state`` for x (h, n_in) and state (h, units).
    units : int
        Numbers in the state.
    backwards : bool
        From right to left.

    Returns
    -------
    (units, h, w) array
        What was known at each pixel, the pixel itself included.

    Examples
    --------
    The sum so far of each row:

    >>> scan_rows([[[1, 2, 3], [0, 5, 0]]], lambda x, state: x + state, 1)
    array([[[1., 3., 6.],
            [0., 5., 5.]]])
    """
    maps = np.asarray(maps, float)
    if maps.ndim != 3:
        raise ValueError(f"maps have shape {maps.shape}: give (channels, rows, columns)")
    columns = maps.transpose(2, 1, 0)  # (w, h, n_in): one column after the other
    states = scan(columns, step, np.zeros((maps.shape[1], units)), backwards=backwards)  # (w, h, units)
    return states.transpose(2, 1, 0)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))  # the same as 1 / (1 + exp(-x)), without overflow


def _checked(x: Any, state: Any, weight_x: Any, weight_state: Any, *, gates: int) -> tuple[np.ndarray, ...]:
    x, state, weight_x, weight_state = (np.asarray(a, float) for a in (x, state, weight_x, weight_state))
    if x.ndim < 1 or state.ndim < 1:
        raise ValueError(f"x {x.shape} and state {state.shape}: give one-dimensional arrays or more")
    n, n_in = state.shape[-1], x.shape[-1]
    for name, weight, wanted in (
        ("weight_x", weight_x, (gates * n, n_in)),
        ("weight_state", weight_state, (gates * n, n)),
    ):
        if weight.shape != wanted:
            raise ValueError(
                f"{name} has shape {weight.shape}: for {n_in} numbers that come in and {n} in the state, "
                f"give {wanted}"
            )
    return x, state, weight_x, weight_state
