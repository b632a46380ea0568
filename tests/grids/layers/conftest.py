"""A grid of 3 × 2 cells with values small enough to add up by hand.

South row first:  NOx 1 0 2 / 0 0 4 (FC)     CO2 100 0 0 / 0 0 50 (FC) and a removal of 30 in cell (1, 0) (LU)
PM2.5 0.5 in cell (0, 0) (FC)                SF6 nowhere
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from grids.definition import GridDefinition, cell_frame
from grids.layers.gridded import CodedName, GriddedEmissions
from inventory.config import GridSpec


@pytest.fixture
def gridded():
    grid = GridDefinition(GridSpec("EPSG:4510", 340000.0, 3450000.0, 1000.0, nx=3, ny=2))
    emission_t = np.zeros((2, 4, 2, 3))
    emission_t[0, 0] = [[100, 0, 0], [0, 0, 50]]
    emission_t[1, 0, 0, 1] = -30
    emission_t[0, 1] = [[1, 0, 2], [0, 0, 4]]
    emission_t[0, 2, 0, 0] = 0.5
    return GriddedEmissions(
        grid=grid,
        inventory_year=2021,
        time_zone="Asia/Shanghai",
        title_zh="手工小网格",
        map_approval_no="沪S(2021)000号",
        release_id="2021-0123456789ab",
        categories=(CodedName("FC", "化石燃料固定燃烧源", "fossil fuel"), CodedName("LU", "土地利用", "land use")),
        species=(
            CodedName("CO2", "二氧化碳", "carbon dioxide"),
            CodedName("NOx", "氮氧化物", "nitrogen oxides"),
            CodedName("PM2.5", "细颗粒物", "fine particles"),
            CodedName("SF6", "六氟化硫", "sulphur hexafluoride"),
        ),
        emission_t=emission_t,
    )


@pytest.fixture
def cells(gridded):
    """Shuffled: a writer must not rely on the order of the rows."""
    frame = cell_frame(gridded.grid, ["310101", "310101", "", "310151", "310151", ""])
    return frame.iloc[[3, 1, 5, 0, 4, 2]]


@pytest.fixture
def districts():
    return gpd.GeoDataFrame(
        {"region_code": ["310151", "310101"], "name_zh": ["崇明区", "黄浦区"]},
        geometry=[box(121.3, 31.18, 121.36, 31.2), box(121.3, 31.16, 121.36, 31.18)],
        crs="EPSG:4490",
    )
