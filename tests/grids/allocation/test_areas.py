"""Polygons: exact shares, holes, borders and repairs."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from grids.allocation.areas import allocate_areas, repair_polygons
from grids.definition import GridDefinition
from inventory.config import GridSpec

GRID = GridDefinition(GridSpec("EPSG:4510", 0.0, 0.0, 1.0, 10, 8))
BOXES = [shapely.box(x, y, x + 1, y + 1) for y in range(8) for x in range(10)]


def shares_of(*polygons):
    """Return a dense array of shares and the outside shares."""
    shares = allocate_areas(np.array(polygons, dtype=object), GRID)
    dense = np.zeros((len(polygons), GRID.n_cells))
    dense[shares.feature, shares.cell] = shares.share
    return dense, shares.outside


def star(rng, vertices):
    """Return a star-shaped polygon that may leave the grid."""
    angle = np.sort(rng.random(vertices)) * 2 * np.pi
    radius = rng.uniform(0.2, 6) * (0.4 + 0.6 * rng.random(vertices))
    x, y = rng.uniform(-1, 11), rng.uniform(-1, 9)
    return shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))


def test_a_square_of_four_cells_gives_a_quarter_each():
    dense, outside = shares_of(shapely.box(2, 2, 4, 4))
    assert dict(zip(np.flatnonzero(dense[0]).tolist(), dense[0][dense[0] > 0].tolist(), strict=True)) == {
        22: 0.25, 23: 0.25, 32: 0.25, 33: 0.25,
    }  # fmt: skip
    assert outside.tolist() == [0.0]


def test_a_hole_takes_no_share():
    ring = shapely.Polygon([(1, 1), (5, 1), (5, 5), (1, 5)], [[(2, 2), (4, 2), (4, 4), (2, 4)]])
    dense, _ = shares_of(ring)
    assert dense[0, 22] == 0.0
    assert dense[0].sum() == pytest.approx(1.0, abs=1e-15)
    assert dense[0, 11] == pytest.approx(1 / 12, abs=1e-15)


def test_what_lies_beyond_each_border_is_outside():
    dense, outside = shares_of(
        shapely.box(-1, 0, 1, 1),
        shapely.box(9, 0, 11, 1),
        shapely.box(0, -1, 1, 1),
        shapely.box(0, 7, 1, 9),
        shapely.box(-4, 1, -1, 3),
    )
    assert outside == pytest.approx([0.5, 0.5, 0.5, 0.5, 1.0])
    assert dense.sum(axis=1) == pytest.approx([0.5, 0.5, 0.5, 0.5, 0.0])


def test_a_polygon_larger_than_the_grid_covers_every_cell():
    dense, outside = shares_of(shapely.box(-5, -6, 20, 20))
    assert np.allclose(dense[0], 1 / (25 * 26), atol=1e-16)
    assert outside[0] == pytest.approx(1 - 80 / 650)


def test_shares_agree_with_geos_within_1e_12_whatever_the_orientation():
    rng = np.random.default_rng(4)
    polygons, _ = repair_polygons(np.array([star(rng, 40) for _ in range(200)], dtype=object))
    polygons[::2] = shapely.reverse(polygons[::2])
    dense, outside = shares_of(*polygons)
    geos = np.array([shapely.area(shapely.intersection(shape, BOXES)) / shape.area for shape in polygons])
    assert np.abs(dense - geos).max() < 1e-12
    assert np.abs(dense.sum(axis=1) + outside - 1).max() < 1e-14


def test_a_repaired_bow_tie_keeps_both_lobes_and_is_reported():
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    repaired, indices = repair_polygons(np.array([bow_tie, shapely.box(0, 0, 1, 1)], dtype=object))
    assert indices.tolist() == [0]
    assert repaired[0].area == pytest.approx(2.0)
    dense, _ = shares_of(repaired[0])
    assert (dense[0] > 0).sum() == 4
