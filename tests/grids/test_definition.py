"""Cells, their numbers and their areas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pyproj import Geod, Transformer

from grids.definition import GridDefinition, cell_frame, check_grid
from inventory.config import GridSpec
from inventory.errors import GridError

SHANGHAI = GridDefinition(GridSpec("EPSG:4510", 290000.0, 3380000.0, 1000.0, 150, 155))


def test_cell_id_counts_rows_from_the_south():
    assert SHANGHAI.cell_of([290000.0, 291500.0], [3380000.0, 3381500.0]).tolist() == [0, 151]
    assert SHANGHAI.cell_of(*SHANGHAI.centers).tolist() == list(range(150 * 155))


def test_cell_areas_agree_with_geodesic_polygons():
    back = Transformer.from_crs("EPSG:4510", "EPSG:4490", always_xy=True)
    for cell in (0, 149, 11_700, 23_249):
        x, y = SHANGHAI.centers[0][cell], SHANGHAI.centers[1][cell]
        step = np.linspace(-500, 500, 21)
        edge_x = np.concatenate([x + step, np.full(21, x + 500), x - step, np.full(21, x - 500)])
        edge_y = np.concatenate([np.full(21, y - 500), y + step, np.full(21, y + 500), y - step])
        area, _ = Geod(ellps="GRS80").polygon_area_perimeter(*back.transform(edge_x, edge_y))
        assert SHANGHAI.cell_area_m2[cell] == pytest.approx(abs(area), rel=1e-6)


def test_cell_areas_differ_across_the_city_as_the_projection_does():
    assert 1e-4 < np.ptp(SHANGHAI.cell_area_m2) / 1e6 < 5e-3


def test_longitudes_come_first():
    lon, lat = SHANGHAI.lon_lat
    assert 120.7 < lon.min() < lon.max() < 122.5
    assert 30.4 < lat.min() < lat.max() < 32.0


def test_a_geographic_grid_crs_is_refused():
    with pytest.raises(GridError, match="GE511"):
        GridDefinition(GridSpec("EPSG:4490", 120.0, 30.0, 0.01, 10, 10))


def test_the_cell_table_has_one_row_per_cell():
    frame = cell_frame(SHANGHAI, np.full(SHANGHAI.n_cells, ""))
    assert len(frame) == SHANGHAI.n_cells
    assert (frame["cell_id"] == frame["iy"] * 150 + frame["ix"]).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cell_size_m": 0.0}, "grid.cell_size_m"),
        ({"cell_size_m": -1000.0}, "grid.cell_size_m"),
        ({"cell_size_m": float("nan")}, "grid.cell_size_m"),
        ({"nx": 0}, "grid.nx"),
        ({"ny": -5}, "grid.nx"),
        ({"x_min_m": float("inf")}, "grid.x_min_m"),
        ({"crs": "EPSG:4326"}, "grid.crs"),
        ({"crs": "EPSG:999999"}, "grid.crs"),
        ({"crs": "EPSG:2263"}, "grid.crs"),  # New York, US survey feet
        ({"crs": "EPSG:4978"}, "grid.crs"),  # geocentric
        # 150 km x 155 km in cells of 1 m: 23.25e9 cells x 17 rows x 8 bytes = 3,162 GB
        ({"cell_size_m": 1.0, "nx": 150_000, "ny": 155_000}, "23,250,000,000 cells .*3,162.0 GB"),
    ],
)
def test_grids_that_cannot_be_laid_out_are_ge511(change, said):
    spec = replace(SHANGHAI.spec, **change)
    with pytest.raises(GridError, match=said) as error:
        GridDefinition(spec)
    assert {found.code for found in error.value.problems} == {"GE511"}
    assert error.value.exit_code == 3
    assert check_grid(spec) == list(error.value.problems)


def test_all_faults_of_a_grid_are_said_at_once():
    assert len(check_grid(GridSpec("EPSG:4490", 0.0, 0.0, -1.0, 0, 5))) == 3


def test_the_grid_of_the_example_has_no_fault():
    assert check_grid(SHANGHAI.spec) == []
