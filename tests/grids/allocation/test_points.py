"""Points belong to one half-open cell."""

from __future__ import annotations

import numpy as np

from grids.allocation.points import allocate_points
from grids.definition import GridDefinition
from inventory.config import GridSpec

GRID = GridDefinition(GridSpec("EPSG:4510", 0.0, 0.0, 10.0, 3, 3))


def test_a_point_on_an_edge_belongs_to_the_cell_east_and_north_of_it():
    shares = allocate_points([10.0, 5.0, 10.0], [5.0, 10.0, 10.0], GRID)
    assert shares.cell.tolist() == [1, 3, 4]
    assert shares.share.tolist() == [1.0, 1.0, 1.0]


def test_the_south_west_corner_is_inside_and_the_north_east_corner_outside():
    shares = allocate_points([0.0, 30.0, 29.999], [0.0, 30.0, 30.0], GRID)
    assert shares.outside.tolist() == [0.0, 1.0, 1.0]
    assert shares.feature.tolist() == [0]


def test_every_point_is_either_in_one_cell_or_outside():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-20, 50, (2, 1000))
    shares = allocate_points(x, y, GRID)
    assert np.array_equal(np.bincount(shares.feature, shares.share, 1000) + shares.outside, np.ones(1000))
