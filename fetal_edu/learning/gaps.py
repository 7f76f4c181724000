"""Put chapter 07 on trial: who closes the gaps in a skull.

The picture is a simulated head whose skull returns no echo along four tenths of its length, in three gaps.
The answer is a line two pixels wide along the border of the whole head. The line is known everywhere, and so
are the gaps: they are strokes of the scene.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from fetal_edu.learning import little_data as task
from fetal_edu.learning.little_data import How
from fetal_edu.learning.trial import Trial
from fetal_edu.learning.trial_claim import Claim
from fetal_edu.measure import Ellipse, fit_ellipse
from fetal_edu.measure.skull import offsets
from fetal_edu.nets import LineNet, count_parameters
from fetal_edu.phantom import draw, set_up
from fetal_edu.phantom.draw import seeds_of
from fetal_edu.phantom.scene import Scene, Structure, Tissue
from fetal_edu.phantom.shapes import Everywhere

__all__ = ["GAPS", "GapHead", "draw_gap_head", "ellipse_of", "examine", "line_of", "study", "tested"]

SHAPE = (48, 72)  # rows, columns; one pixel is about 1 to 2.5 mm
DROPOUT = 2 / 3  # of the knob, which takes six tenths away where it is 1: four tenths
WEEKS = (18.0, 34.0)
STUDY_SEED, TEST_SEED = 7_000, 7_999
FARTHEST = 20.0  # mm: as far off as this counts where there is no line at all
ZONE = 4  # pixels around a gap's line that belong to the gap
DRAWS = 200


class GapHead(NamedTuple):
    """A head with gaps in its skull.

    Parameters
    ----------
    image : (rows, columns) float array, 0..1
    line : (rows, columns) bool array
        The border of the head, two pixels wide.
    gap : (rows, columns) bool array
        The part of the line whose skull returns no echo.
    spacing : (float, float)
        mm
    hc_mm : float
    """

    image: np.ndarray
    line: np.ndarray
    gap: np.ndarray
    spacing: tuple[float, float]
    hc_mm: float


@cache
def draw_gap_head(seed: int, number: int = 0) -> GapHead:
    """Draw one head; all of it follows from the seed and its number.

    Examples
    --------
    >>> head = draw_gap_head(7_999)
    >>> bool((head.gap <= head.line).all()), f"{head.gap.sum() / head.line.sum():.1f}"
    (True, '0.4')
    """
    own = seeds_of(number + 1, seed)[number]
    weeks = float(np.random.default_rng([own, 70]).uniform(*WEEKS))
    knobs = {"dropout": DROPOUT}
    sample = draw("transthalamic", own, weeks=weeks, knobs=knobs, shape=SHAPE)
    with_gaps = set_up("transthalamic", own, weeks=weeks, knobs=knobs, shape=SHAPE)
    without = set_up("transthalamic", own, weeks=weeks, shape=SHAPE)
    strokes = [s for s in with_gaps.scene.structures if s not in without.scene.structures]
    # Paint the gaps alone, soft bone on hard: where half of a stroke or more is laid on, there is a gap.
    stone = Structure(Everywhere(), Tissue(impedance=9.0, attenuation=0.0, echo=0.0))
    painted = Scene((stone, *strokes)).at(with_gaps.view.points(SHAPE)).impedance
    line = line_of(sample.mask("head"))
    middle = (9.0 + strokes[0].tissue.impedance) / 2
    return GapHead(sample.image, line, line & (painted < middle), sample.spacing, sample.truth["hc_mm"])


def line_of(mask: np.ndarray) -> np.ndarray:
    """Return the border of a mask as a line two pixels wide, one inside and one outside.

    Examples
    --------
    >>> line_of(np.array([[0, 0, 1, 1, 1]], bool)).astype(int)
    array([[0, 1, 1, 0, 0]])
    """
    mask = np.asarray(mask, bool)
    if mask.all() or not mask.any():
        return np.zeros(mask.shape, bool)
    far = ndimage.distance_transform_edt
    return np.where(mask, far(mask), far(~mask)) <= 1


def study(n: int, seed: int) -> list[GapHead]:
    """Return `n` heads to learn from; another seed, other patients."""
    return [draw_gap_head(STUDY_SEED + seed, i) for i in range(n)]


def tested(n: int) -> list[GapHead]:
    """Return `n` heads to test on: the same for all seeds, none of them in any `study`."""
    return [draw_gap_head(TEST_SEED, i) for i in range(n)]


tested.__test__ = False  # not a test of pytest's


def pictures(heads: list[GapHead]) -> tuple[Tensor, Tensor]:
    """Return images and lines, each (n, 1, rows, columns) float32."""
    images, lines = (np.stack([np.asarray(head[i], np.float32) for head in heads])[:, None] for i in (0, 1))
    return torch.from_numpy(images), torch.from_numpy(lines)


# --- figures -----------------------------------------------------------------------------------------------


def examine(found: np.ndarray, head: GapHead) -> dict[str, float]:
    """Hold a line that was found against the true one, inside the gaps and outside.

    Parameters
    ----------
    found : (rows, columns) bool array
    head : GapHead

    Returns
    -------
    dict
        ``gap_recall``: share of the gaps' true pixels with a found one on them or next to them.
        ``gap_dice``: Dice within `ZONE` pixels of the gaps, and ``rest_dice`` everywhere else.
        ``gap_mm``: mean distance from the gaps' true pixels to the nearest found one, at most `FARTHEST`, and
        from the found ones within `ZONE` to the nearest true one; the mean of both.

    Examples
    --------
    >>> head = draw_gap_head(7_999)
    >>> figures = examine(head.line & ~head.gap, head)  # all but the gaps
    >>> figures["rest_dice"] > 0.95, figures["gap_dice"] < 0.2
    (True, True)
    """
    found = np.asarray(found, bool)
    to_gap, to_rest = (_distance(line, (1, 1)) for line in (head.gap, head.line & ~head.gap))
    zone = (to_gap <= ZONE) & (to_gap < to_rest)
    reached = ndimage.binary_dilation(found, np.ones((3, 3)))
    away = np.minimum(_distance(found, head.spacing), FARTHEST)[head.gap].mean()
    astray = _distance(head.line, head.spacing)[found & zone].mean() if (found & zone).any() else away
    return {
        "gap_recall": float(reached[head.gap].mean()),
        "gap_dice": _dice(found & zone, head.line & zone),
        "gap_mm": float((away + astray) / 2),
        "rest_dice": _dice(found & ~zone, head.line & ~zone),
    }


def _distance(line: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
    if not line.any():
        return np.full(line.shape, np.inf)
    return ndimage.distance_transform_edt(~line, sampling=spacing)


def _dice(one: np.ndarray, other: np.ndarray) -> float:
    total = one.sum() + other.sum()
    return float(2 * (one & other).sum() / total) if total else 1.0


def ellipse_of(found: np.ndarray, spacing: tuple[float, float], *, seed: int = 0) -> Ellipse | None:
    """Fit an ellipse to a line in pieces: six of its pixels propose, all vote, those who agree are fitted.

    Parameters
    ----------
    found : (rows, columns) bool array
    spacing : (float, float)
        mm

    Returns
    -------
    Ellipse or None
        None where no six pixels propose an ellipse that could be a head.

    Examples
    --------
    >>> head = draw_gap_head(7_999)
    >>> ellipse = ellipse_of(head.line & ~head.gap, head.spacing)
    >>> bool(abs(ellipse.circumference / head.hc_mm - 1) < 0.05)
    True
    """
    points = np.argwhere(found) * np.asarray(spacing)
    near = 1.5 * max(spacing)
    rng, best = np.random.default_rng(seed), np.zeros(len(points), bool)
    for _draw in range(DRAWS if len(points) >= 12 else 0):
        ellipse = _try(points[rng.choice(len(points), 6, replace=False)])
        if (
            ellipse is None
            or not 20 < ellipse.semi_major < 80
            or ellipse.semi_minor < 0.6 * ellipse.semi_major
        ):
            continue
        votes = np.abs(offsets(ellipse, points)) * ellipse.semi_minor < near
        best = votes if votes.sum() > best.sum() else best
    return _try(points[best]) if best.sum() >= 6 else None


def _try(points: np.ndarray) -> Ellipse | None:
    try:
        return fit_ellipse(points)
    except ValueError:
        return None


def drawn(ellipse: Ellipse | None, head: GapHead) -> np.ndarray:
    """Draw an ellipse as a line two pixels wide."""
    if ellipse is None:
        return np.zeros(head.line.shape, bool)
    places = np.indices(head.line.shape).reshape(2, -1).T * np.asarray(head.spacing)
    return line_of((offsets(ellipse, places) < 0).reshape(head.line.shape))


# --- arms --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=6)
def _trained(middle: str, seed: int, heads: int, steps: int, batch: int, rate: float) -> LineNet:
    torch.manual_seed(seed)
    net = LineNet(middle)
    task.train(net, pictures(study(heads, seed)), how=How(steps=steps, batch=batch, rate=rate), seed=seed)
    return net


def trained(middle: str, seed: int, settings: Mapping[str, Any]) -> LineNet:
    """Train a network on the heads of a seed, or return the one that was trained with these settings."""
    keys = ("heads", "steps", "batch", "rate")
    return _trained(middle, seed, **{key: settings[key] for key in keys})


def arm(seed: int, settings: Mapping[str, Any], *, middle: str, then_ellipse: bool = False) -> dict[str, Any]:
    """Train one network, and let it draw the line of each test head."""
    net, heads = trained(middle, seed, settings), tested(settings["tested"])
    lines = task.predict(net, pictures(heads)[0]) > 0.5
    fits = [ellipse_of(found, head.spacing) for found, head in zip(lines, heads, strict=True)]
    if then_ellipse:
        lines = [drawn(ellipse, head) for ellipse, head in zip(fits, heads, strict=True)]
    rows = [examine(found, head) for found, head in zip(lines, heads, strict=True)]
    figures: dict[str, Any] = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    figures["hc_mm"] = np.array([_hc_error(e, head) for e, head in zip(fits, heads, strict=True)])
    return figures | {"parameters": count_parameters(net)}


def _hc_error(ellipse: Ellipse | None, head: GapHead) -> float:
    return head.hc_mm if ellipse is None else abs(ellipse.circumference - head.hc_mm)


def share(seed: int, settings: Mapping[str, Any]) -> None:
    """Draw what all arms of a seed use, before their time is taken."""
    study(settings["heads"], seed)
    tested(settings["tested"])


GAPS = Trial(
    name="closing-gaps",
    question="Does recurrence along rows and columns close the gaps in a skull?",
    arms={
        "near": partial(arm, middle="near"),
        "far": partial(arm, middle="far"),
        "rows and columns": partial(arm, middle="rows and columns"),
        "near, then an ellipse": partial(arm, middle="near", then_ellipse=True),
    },
    baseline="near",
    claims=(
        Claim(
            "Recurrence finds more of the line in gaps than a CNN that sees 13 pixels",
            "rows and columns", "near", "gap_recall", "higher", 0.1,
        ),
        Claim("Its line in gaps overlaps better", "rows and columns", "near", "gap_dice", "higher", 0.05),
        Claim("Its line in gaps lies nearer", "rows and columns", "near", "gap_mm", "lower", 1.0),
        Claim(
            "It finds more of the line in gaps than a CNN that sees 35 pixels",
            "rows and columns", "far", "gap_recall", "higher", 0.05,
        ),
        Claim(
            "Its line in gaps is nearer than an ellipse through what the near CNN found",
            "rows and columns", "near, then an ellipse", "gap_mm", "lower", 0.5,
        ),
        Claim("An ellipse through it errs less in HC", "rows and columns", "near", "hc_mm", "lower", 1.0),
    ),
    labels={
        "gap_recall": "recall in gaps",
        "gap_dice": "Dice in gaps",
        "gap_mm": "off in gaps (mm)",
        "rest_dice": "Dice elsewhere",
        "hc_mm": "HC error (mm)",
    },
    settings={
        "quick": {"heads": 64, "tested": 24, "steps": 100, "batch": 8, "rate": 5e-3},
        "full": {"heads": 160, "tested": 60, "steps": 300, "batch": 8, "rate": 5e-3},
    },
    seeds={"quick": (0,), "full": range(3)},
    prepare=share,
)  # fmt: skip
