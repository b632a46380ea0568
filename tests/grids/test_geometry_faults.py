"""Geometry that lies on the lines of the grid, and surrogates that are wrong or empty: nothing is lost or doubled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from grids.allocation.areas import allocate_areas, repair_polygons
from grids.allocation.lines import allocate_lines
from grids.conservation import check_weights
from grids.definition import GridDefinition
from grids.surrogates import Surrogates, check_surrogates, fallback_messages
from inventory.config import GridSpec
from inventory.errors import ConservationError, GridError

D = 1000.0
GRID = GridDefinition(GridSpec("EPSG:4510", 300_000.0, 3_400_000.0, D, 3, 3))
X, Y = 300_000.0, 3_400_000.0


def at(column: float, row: float) -> tuple[float, float]:
    return X + column * D, Y + row * D


def shares(result) -> dict[int, float]:
    return dict(zip(result.cell.tolist(), result.share.tolist(), strict=True))


class TestGe512:
    @pytest.mark.parametrize(
        ("column", "row", "cell"),
        [
            (1, 1.5, 4),
            (1.5, 1, 4),
            (1, 1, 4),
            (0, 0, 0),
            (2, 2, 8),
            (3, 1, -1),
            (1, 3, -1),
            (0, 3, -1),
            (2.9999999, 0, 2),
        ],
    )
    def test_a_point_on_an_edge_or_corner_lies_in_one_cell(self, column, row, cell):
        assert GRID.cell_of(*([value] for value in at(column, row))).tolist() == [cell]

    def test_a_lattice_of_all_corners_is_counted_once_each(self):
        corners = np.array([at(column, row) for column in range(4) for row in range(4)])
        cell = GRID.cell_of(corners[:, 0], corners[:, 1])
        assert np.bincount(cell[cell >= 0], minlength=9).tolist() == [1] * 9
        assert (cell < 0).sum() == 7

    @pytest.mark.parametrize("ends", [((0, 1), (3, 1)), ((3, 1), (0, 1))])
    def test_a_line_along_an_inner_edge_is_counted_once(self, ends):
        line = shapely.LineString([at(*end) for end in ends])
        found = allocate_lines(np.array([line], dtype=object), GRID)
        assert shares(found) == pytest.approx({3: 1 / 3, 4: 1 / 3, 5: 1 / 3}, abs=1e-15)
        assert found.outside[0] == 0.0

    def test_a_line_along_the_outer_edges_is_inside_in_the_south_and_outside_in_the_north(self):
        south, north = (shapely.LineString([at(0, row), at(3, row)]) for row in (0, 3))
        found = allocate_lines(np.array([south, north], dtype=object), GRID)
        assert found.outside.tolist() == [0.0, 1.0]
        assert found.share.sum() == pytest.approx(1.0, abs=1e-12)

    def test_a_line_through_corners_is_shared_by_the_cells_that_it_crosses(self):
        found = allocate_lines(np.array([shapely.LineString([at(0, 0), at(3, 3)])], dtype=object), GRID)
        assert shares(found) == pytest.approx({0: 1 / 3, 4: 1 / 3, 8: 1 / 3}, abs=1e-15)

    @pytest.mark.parametrize("cell", range(9))
    def test_a_polygon_that_is_a_cell_lies_in_it_alone(self, cell):
        column, row = cell % 3, cell // 3
        square = shapely.box(*at(column, row), *at(column + 1, row + 1))
        found = allocate_areas(np.array([square], dtype=object), GRID)
        assert shares(found) == {cell: 1.0}
        assert found.outside[0] == 0.0

    def test_all_cells_as_polygons_fill_the_grid_once(self):
        squares = np.array(
            [shapely.box(*at(k % 3, k // 3), *at(k % 3 + 1, k // 3 + 1)) for k in range(9)], dtype=object
        )
        found = allocate_areas(squares, GRID)
        assert np.bincount(found.cell, weights=found.share, minlength=9) == pytest.approx(np.ones(9), abs=1e-12)

    def test_overlapping_polygons_keep_their_own_mass(self):
        left, right = shapely.box(*at(0, 0), *at(1.6, 3)), shapely.box(*at(1.4, 0), *at(3, 3))
        found = allocate_areas(np.array([left, right], dtype=object), GRID)
        assert np.bincount(found.feature, weights=found.share) == pytest.approx([1.0, 1.0], abs=1e-12)


def test_ge506_a_bow_tie_keeps_both_lobes_after_repair():
    bow = shapely.Polygon([at(0, 0), at(1, 1), at(1, 0), at(0, 1)])
    repaired, which = repair_polygons(np.array([bow], dtype=object))
    assert which.tolist() == [0]
    assert bow.area == 0.0
    assert repaired[0].area == pytest.approx(0.5 * D * D, rel=1e-12)


def components(*rows) -> pd.DataFrame:
    names = ["surrogate", "component", "component_share", "district_key", "fallback", "confidence"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(origin_file="surrogates.csv", origin_row=range(2, 2 + len(frame)))


class TestIn316:
    @pytest.mark.parametrize(
        "given", [(0.6, 0.3), (0.6, 0.5), (0.0, 0.0), (1.5, -0.5), (0.5, 0.499998), (float("nan"), 0.5)]
    )
    def test_shares_that_are_not_one_are_refused_at_their_rows(self, city, given):
        table = components(*(("s", name, share, "gdp", "", "L") for name, share in zip("ab", given, strict=True)))
        with pytest.raises(GridError, match="s 的成分比例") as error:
            Surrogates(city, table)
        (found,) = error.value.problems
        assert (found.code, found.place) == ("IN316", "surrogates.csv › 2、3 › component_share")
        assert check_surrogates(table) == [found]

    def test_printed_thirds_are_one(self, city):
        table = components(
            *(("s", name, 0.33333333, "own", "", "L") for name in ("residents", "employment", "farmland"))
        )
        placed = Surrogates(city, table).place("s", "310000", "310000")
        assert placed.share.sum() + placed.outside + placed.unallocated == pytest.approx(1.0, abs=1e-12)

    @pytest.mark.parametrize(("fallback", "unallocated"), [("residents", 0.0), ("", 1.0)])
    def test_a_surrogate_of_zero_in_a_district_is_w316_and_keeps_the_mass(self, city, fallback, unallocated):
        surrogates = Surrogates(city, components(("s", "rural_residents", 1.0, "own", fallback, "L")))
        placed = surrogates.place("s", "310101", "310000")
        assert placed.unallocated == unallocated
        assert placed.share.sum() + placed.unallocated == pytest.approx(1.0, abs=1e-12)
        row = {"allocation_id": "A1", "surrogate": "s", "region_code": "310101", "note": "；".join(placed.notes)}
        (message,) = fallback_messages(pd.DataFrame([row]))
        assert message.startswith("[W316] A1")
        assert "310101" in message


def test_a_weight_set_that_lost_mass_is_refused():
    allocations = pd.DataFrame({"allocation_id": ["A"], "surrogate": ["s"], "outside": [0.0], "unallocated": [0.0]})
    weights = pd.DataFrame({"allocation_id": ["A"], "weight": [1 - 1e-9]})
    regions = pd.DataFrame({"allocation_id": ["A"], "share": [1.0]})
    with pytest.raises(ConservationError, match="TY6101"):
        check_weights(allocations, weights, regions)
