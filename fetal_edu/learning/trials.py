"""All trials by name; each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from fetal_edu.data.limits import BadInput

if TYPE_CHECKING:
    from fetal_edu.learning.trial import Trial

__all__ = ["TRIALS", "find_trial"]

#: Name of a trial, and where it stands; a new trial is one more line.
TRIALS = {
    "learning-curve": "little_data_curve:LEARNING_CURVE",
    "label-noise": "little_data_labels:NOISE",
    "without-labels": "little_data_labels:LABELS",
    "augmentation": "little_data_remedies:AUGMENTATION",
    "regularisation": "little_data_remedies:REGULARISATION",
    "first-weights": "little_data_rates:FIRST_WEIGHTS",
    "learning-rates": "little_data_rates:RATES",
    "transfer": "little_data_transfer:TRANSFER",
}


def find_trial(name: str) -> Trial:
    """Return a trial by its name; this loads torch.

    Raises
    ------
    BadInput
        If there is none of that name; the message lists them.

    Examples
    --------
    >>> find_trial("augmentation").baseline
    'none'
    """
    if name not in TRIALS:
        raise BadInput(f"No trial {name!r}: there are {', '.join(TRIALS)}.")
    module, _colon, variable = TRIALS[name].partition(":")
    return getattr(import_module(f"fetal_edu.learning.{module}"), variable)
