"""From an outline of the head to what a person reads: HC in mm, and weeks."""

from __future__ import annotations

from fetal_edu.measure.checks import checked_number
from fetal_edu.measure.dating import weeks_from_hc
from fetal_edu.measure.ellipse import Ellipse
from fetal_edu.sample import Value

__all__ = ["NO_SCALE", "head_values"]

NO_SCALE = "the scale of the picture is not known: give the mm per pixel"


def head_values(
    ellipse: Ellipse, *, calibrated: bool, relative_error: float | None = None
) -> dict[str, Value]:
    """Head circumference and gestational age of an outline.

    Parameters
    ----------
    ellipse : Ellipse
        The outer border of the skull, in mm; in pixels where `calibrated` is False.
    calibrated : bool
        Whether the spacing of the picture is known, so that the ellipse is in mm.
    relative_error : float, optional
        Half width of the interval of HC as a fraction: 0.05 gives HC +- 5 %. A network's card has it,
        from heads that the network was not trained on. A person's own outline has none.

    Returns
    -------
    dict of Value
        ``hc`` in mm, ``ga`` and ``ga_hadlock`` in weeks. Without a scale also ``hc_px``, and the other
        three are absent with the reason.

    Examples
    --------
    >>> values = head_values(Ellipse(50, 60, 30.4, 24.2, 0.0), calibrated=True, relative_error=0.03)
    >>> print(values["hc"], "|", values["ga"])
    172.1 mm (166.9 to 177.2) | 20.0 weeks (19.0 to 21.0)
    """
    hc = ellipse.circumference
    low, high = None, None
    if relative_error is not None:
        relative_error = checked_number(relative_error, "a relative error")
        if relative_error < 0:
            raise ValueError(f"a relative error of {relative_error}: it is 0 or above")
        low, high = hc * (1 - relative_error), hc * (1 + relative_error)
    if not calibrated:
        return {
            "hc": Value(None, "mm", reason=NO_SCALE),
            "hc_px": Value(hc, "pixels", low=low, high=high),
            "ga": Value(None, "weeks", reason=NO_SCALE),
            "ga_hadlock": Value(None, "weeks", reason=NO_SCALE),
        }
    return {
        "hc": Value(hc, "mm", low=low, high=high),
        "ga": weeks_from_hc(hc),
        "ga_hadlock": weeks_from_hc(hc, chart="hadlock"),
    }
