"""Cells, their numbers and their areas."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod, Transformer

from grids.definition import GridDefinition, cell_frame
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
    with pytest.raises(GridError, match="TY6001"):
        GridDefinition(GridSpec("EPSG:4490", 120.0, 30.0, 0.01, 10, 10))


def test_the_cell_table_has_one_row_per_cell():
    frame = cell_frame(SHANGHAI, np.full(SHANGHAI.n_cells, ""))
    assert len(frame) == SHANGHAI.n_cells
    assert (frame["cell_id"] == frame["iy"] * 150 + frame["ix"]).all()
