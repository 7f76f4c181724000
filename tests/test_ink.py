"""Ink: what a hand draws becomes seeds, on any grid, and nothing impossible gets in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetal_edu.measure.ink import (
    ERASE,
    HEAD,
    MOST_POINTS,
    MOST_STROKES,
    NOT_HEAD,
    UNKNOWN,
    Stroke,
    check_strokes,
    seeds,
)

SHAPE = (60, 90)


def dot(label, row, column, radius=5.0):
    return (label, radius, [[row, column]])


def test_a_dot_is_a_disc_of_the_brush():
    drawn = seeds([dot(HEAD, 30, 40, 7)], SHAPE, SHAPE)
    rows, columns = np.indices(SHAPE)
    np.testing.assert_array_equal(drawn == HEAD, np.hypot(rows - 30, columns - 40) <= 7)
    assert drawn.dtype == np.int8
    assert set(np.unique(drawn)) == {UNKNOWN, HEAD}


def test_a_line_has_no_holes_and_the_width_of_the_brush():
    drawn = seeds([(NOT_HEAD, 3, [[10, 10], [10, 70]])], SHAPE, SHAPE)
    assert (drawn[7:14, 10:71] == NOT_HEAD).all()
    assert (drawn[:7] == UNKNOWN).all()
    assert (drawn[14:] == UNKNOWN).all()


def test_the_later_stroke_counts_where_two_lie_on_each_other():
    first, second = dot(HEAD, 30, 40), dot(NOT_HEAD, 30, 40)
    assert (seeds([first, second], SHAPE, SHAPE) == HEAD).sum() == 0
    assert (seeds([second, first], SHAPE, SHAPE) == NOT_HEAD).sum() == 0


def test_the_eraser_takes_ink_away_and_only_there():
    drawn = seeds([(HEAD, 5, [[30, 20], [30, 60]]), dot(ERASE, 30, 60, 8)], SHAPE, SHAPE)
    assert drawn[30, 60] == UNKNOWN
    assert drawn[30, 20] == HEAD
    assert (seeds([(HEAD, 5, [[30, 20]]), dot(ERASE, 30, 20, 9)], SHAPE, SHAPE) == UNKNOWN).all()


@pytest.mark.parametrize(
    ("cells", "within"), [((6, 9), 0.4), ((15, 22), 0.4), ((60, 90), 0.1), ((120, 180), 0.1)]
)
def test_the_same_ink_covers_the_same_share_on_any_grid(cells, within):
    drawn = seeds([(HEAD, 12, [[30, 30], [30, 60]])], cells, SHAPE)
    share = (24 * 30 + np.pi * 12**2) / (60 * 90)
    assert (drawn == HEAD).mean() == pytest.approx(share, rel=within)
    middle = (np.argwhere(drawn == HEAD).mean(axis=0) + 0.5) / cells
    np.testing.assert_allclose(middle, [30.5 / 60, 45.5 / 90], atol=0.6 / min(cells))


@given(
    row=st.floats(0, 59),
    column=st.floats(0, 89),
    radius=st.floats(0.01, 3),
    cells=st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_thin_ink_never_vanishes_on_a_coarse_grid(row, column, radius, cells):
    drawn = seeds([dot(HEAD, row, column, radius)], cells, SHAPE)
    marked = np.argwhere(drawn == HEAD)
    assert len(marked) >= 1
    centres = (marked + 0.5) * np.array(SHAPE) / cells - 0.5
    reach = radius + np.hypot(SHAPE[0] / cells[0], SHAPE[1] / cells[1])
    assert np.hypot(*(centres - (row, column)).T).max() <= reach


def test_a_box_shows_its_part_of_the_ink():
    strokes = [(HEAD, 4, [[20, 30], [40, 60]])]
    whole = seeds(strokes, SHAPE, SHAPE)
    np.testing.assert_array_equal(seeds(strokes, (30, 40), SHAPE, box=(15, 25, 45, 65)), whole[15:45, 25:65])
    # A brush that stands outside the box reaches into it.
    edge = seeds([dot(HEAD, 20, 30, 6)], (40, 40), SHAPE, box=(20, 33, 60, 73))
    assert edge[0, 0] == HEAD
    assert (seeds([dot(HEAD, 5, 5)], (10, 10), SHAPE, box=(40, 40, 50, 50)) == UNKNOWN).all()


def test_a_brush_at_the_border_stays_inside():
    drawn = seeds([dot(HEAD, 0, 0, 10), dot(HEAD, 59, 89, 10), dot(HEAD, -0.5, 89.5, 3)], SHAPE, SHAPE)
    assert drawn[0, 0] == drawn[59, 89] == drawn[0, 89] == HEAD


def test_a_browser_may_send_mappings():
    sent = {"label": 0, "radius": 6, "points": [[5, 5], [8, 9]]}
    (stroke,) = check_strokes([sent], SHAPE)
    assert isinstance(stroke, Stroke)
    np.testing.assert_array_equal(
        seeds([sent], SHAPE, SHAPE), seeds([(0, 6, [[5, 5], [8, 9]])], SHAPE, SHAPE)
    )


@pytest.mark.parametrize(
    ("strokes", "says"),
    [
        ([(2, 5, [[1, 1]])], "label 2"),
        ([(True, 5, [[1, 1]])], "label True"),
        ([(HEAD, 0, [[1, 1]])], "radius 0"),
        ([(HEAD, float("nan"), [[1, 1]])], "radius nan"),
        ([(HEAD, 1e6, [[1, 1]])], "up to 200 pixels"),
        ([(HEAD, 5, [])], "points of shape"),
        ([(HEAD, 5, [[1, 2, 3]])], "points of shape"),
        ([(HEAD, 5, [[1, float("inf")]])], "not finite"),
        ([(HEAD, 5, [["a", "b"]])], "no number"),
        ([(HEAD, 5, [[1, 2], [3]])], "no number"),
        ([(HEAD, None, [[1, 1]])], "no number"),
        ([(HEAD, 5, [[1, 95]])], "leaves the picture of 60 x 90"),
        ([(HEAD, 5, [[-9, 5]])], "leaves the picture"),
        ([{"label": 1, "points": [[1, 1]]}], "it needs label, radius and points"),
        ([7], r"a stroke is \(label, radius, points\)"),
        (7, "strokes are a list"),
        ([dot(HEAD, 1, 1)] * (MOST_STROKES + 1), "at most 200 are kept"),
        ([(HEAD, 5, np.ones((MOST_POINTS + 1, 2)))], "20001 points"),
    ],
)
def test_what_can_not_be_drawn_is_refused_with_a_sentence(strokes, says):
    with pytest.raises(ValueError, match=says):
        check_strokes(strokes, SHAPE)


def test_the_limits_themselves_are_allowed():
    assert len(check_strokes([dot(HEAD, 1, 1)] * MOST_STROKES, SHAPE)) == MOST_STROKES
    check_strokes([(HEAD, 5, np.ones((MOST_POINTS, 2)))], SHAPE)
    assert check_strokes([], SHAPE) == ()
