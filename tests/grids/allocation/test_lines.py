"""Lines: by length, once, as driven."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from grids.allocation.lines import allocate_lines
from grids.definition import GridDefinition
from inventory.config import GridSpec
from inventory.errors import GridError

GRID = GridDefinition(GridSpec("EPSG:4510", 0.0, 0.0, 10.0, 3, 3))


def shares_of(*lines):
    """Return cell → share of the first line, and all results."""
    shares = allocate_lines(np.array(lines, dtype=object), GRID)
    first = shares.feature == 0
    return dict(zip(shares.cell[first].tolist(), shares.share[first].tolist(), strict=True)), shares


def test_a_diagonal_line_is_shared_by_length():
    cells, _ = shares_of(shapely.LineString([(0, 0), (30, 30)]))
    assert cells == pytest.approx({0: 1 / 3, 4: 1 / 3, 8: 1 / 3}, abs=1e-15)


def test_a_line_along_an_edge_is_counted_once_on_the_northern_side():
    cells, _ = shares_of(shapely.LineString([(0, 10), (30, 10)]))
    assert cells == pytest.approx({3: 1 / 3, 4: 1 / 3, 5: 1 / 3}, abs=1e-15)


def test_an_out_and_back_line_counts_both_ways():
    cells, _ = shares_of(shapely.LineString([(5, 5), (15, 5), (5, 5), (5, 15)]))
    assert cells == pytest.approx({0: 15 / 30, 1: 10 / 30, 3: 5 / 30}, abs=1e-15)


def test_the_half_outside_is_kept_as_outside():
    cells, shares = shares_of(shapely.LineString([(-10, 5), (10, 5)]))
    assert cells == pytest.approx({0: 0.5})
    assert shares.outside[0] == pytest.approx(0.5)


def test_parts_of_a_multiline_are_not_joined():
    cells, _ = shares_of(shapely.MultiLineString([[(0, 5), (10, 5)], [(20, 25), (30, 25)]]))
    assert cells == pytest.approx({0: 0.5, 8: 0.5})


def test_shares_and_outside_sum_to_one_for_any_line():
    rng = np.random.default_rng(2)
    lines = np.array([shapely.LineString(rng.uniform(-10, 40, (7, 2))) for _ in range(300)], dtype=object)
    shares = allocate_lines(lines, GRID)
    total = np.bincount(shares.feature, shares.share, 300) + shares.outside
    assert np.abs(total - 1).max() < 1e-14


def test_shares_agree_with_geos_on_lines_that_do_not_overlap_themselves():
    rng = np.random.default_rng(3)
    lines = np.array([shapely.LineString(rng.uniform(-5, 35, (2, 2))) for _ in range(200)], dtype=object)
    shares = allocate_lines(lines, GRID)
    ours = np.zeros((200, 9))
    ours[shares.feature, shares.cell] = shares.share
    boxes = [shapely.box(x, y, x + 10, y + 10) for y in (0, 10, 20) for x in (0, 10, 20)]
    geos = np.array([shapely.length(shapely.intersection(line, boxes)) / line.length for line in lines])
    assert np.abs(ours - geos).max() < 1e-12


def test_a_line_without_length_is_an_error():
    with pytest.raises(GridError, match="TY6002"):
        shares_of(shapely.LineString([(5, 5), (5, 5)]))
