"""The target grid: half-open cells, their numbers, their places and their areas on the ellipsoid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError

from inventory.config import GridSpec
from inventory.errors import GridError, Problem, problem

GEOGRAPHIC_CRS = "EPSG:4490"
MAX_CELLS = 4_000_000
"""Cells that a grid may have: with 17 rows of doubles per proxy, one proxy of that many takes half a gigabyte."""
_ARRAY_ROWS = 17
_PLACE = "inventory.toml › grid"


@dataclass(frozen=True)
class GridDefinition:
    """A regular grid in a projected CRS.

    Cell (ix, iy) holds [x_min + ix·d, x_min + (ix+1)·d) × [y_min + iy·d, y_min + (iy+1)·d): ix counts from the west,
    iy from the south, both from 0; cell_id = iy × nx + ix.
    """

    spec: GridSpec

    def __post_init__(self) -> None:
        """Refuse a grid that cannot be laid out (GE511)."""
        if problems := check_grid(self.spec):
            raise GridError(*problems)

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.spec.nx * self.spec.ny

    @cached_property
    def projection(self) -> CRS:
        """CRS of the grid."""
        return CRS.from_user_input(self.spec.crs)

    def project(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x, y [m] of longitudes and latitudes [degree, EPSG:4490]."""
        to_grid = Transformer.from_crs(GEOGRAPHIC_CRS, self.projection, always_xy=True)
        x, y = to_grid.transform(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64), errcheck=True)
        return x, y

    def cell_of(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.int64]:
        """Return the cell_id of points [m]; -1 outside the grid."""
        ix = np.floor(self.columns(x)).astype(np.int64)
        iy = np.floor(self.rows(y)).astype(np.int64)
        inside = (ix >= 0) & (ix < self.spec.nx) & (iy >= 0) & (iy < self.spec.ny)
        return np.where(inside, iy * self.spec.nx + ix, -1)

    def columns(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return x in cells from the western edge."""
        return (np.asarray(x, dtype=np.float64) - self.spec.x_min_m) / self.spec.cell_size_m

    def rows(self, y: ArrayLike) -> NDArray[np.float64]:
        """Return y in cells from the southern edge."""
        return (np.asarray(y, dtype=np.float64) - self.spec.y_min_m) / self.spec.cell_size_m

    @cached_property
    def centers(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x, y [m] of the cell centres, shape (n_cells,)."""
        cell = np.arange(self.n_cells, dtype=np.float64)
        x: NDArray[np.float64] = self.spec.x_min_m + (cell % self.spec.nx + 0.5) * self.spec.cell_size_m
        y: NDArray[np.float64] = self.spec.y_min_m + (cell // self.spec.nx + 0.5) * self.spec.cell_size_m
        return x, y

    @cached_property
    def lon_lat(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitude, latitude [degree, EPSG:4490] of the cell centres, shape (n_cells,)."""
        to_degrees = Transformer.from_crs(self.projection, GEOGRAPHIC_CRS, always_xy=True)
        lon, lat = to_degrees.transform(*self.centers, errcheck=True)
        return lon, lat

    @cached_property
    def cell_area_m2(self) -> NDArray[np.float64]:
        """Return the area [m2] of the cells on the ellipsoid, shape (n_cells,).

        Plane area ÷ areal scale at the centre: for cells of 1 km within 1e-7 of the geodesic polygon.
        """
        scale = Proj(self.projection).get_factors(*self.lon_lat, errcheck=True).areal_scale
        return self.spec.cell_size_m**2 / np.asarray(scale, dtype=np.float64)


def check_grid(spec: GridSpec) -> list[Problem]:
    """Return why a grid cannot be laid out, before anything is computed; empty where it can.

    Looks at the step, the numbers of cells (with the memory that they would take) and the CRS. There are no bounds to
    be reversed: a grid is given by its south-west corner, step and shape.
    """
    problems = []
    if not (np.isfinite(spec.cell_size_m) and spec.cell_size_m > 0):
        problems.append(_unusable("cell_size_m", f"步长 {spec.cell_size_m:g} m", f"the step is {spec.cell_size_m:g} m"))
    if not np.isfinite([spec.x_min_m, spec.y_min_m]).all():
        problems.append(_unusable("x_min_m", "起点不是有限数", "the corner is not finite"))
    if spec.nx <= 0 or spec.ny <= 0:
        problems.append(_unusable("nx", f"nx = {spec.nx}，ny = {spec.ny}", f"nx = {spec.nx}, ny = {spec.ny}"))
    elif (n_cells := spec.nx * spec.ny) > MAX_CELLS:
        gigabytes = n_cells * _ARRAY_ROWS * 8 / 1e9
        problems.append(
            _unusable(
                "nx", f"{n_cells:,} 个格（上限 {MAX_CELLS:,}），每个代用数据约需内存 {gigabytes:,.1f} GB",
                f"{n_cells:,} cells (limit {MAX_CELLS:,}), about {gigabytes:,.1f} GB of memory for each proxy",
            )
        )  # fmt: skip
    return [*problems, *_crs_problems(spec.crs)]


def _crs_problems(name: str) -> list[Problem]:
    """Return why a CRS cannot carry a grid in metres."""
    try:
        crs = CRS.from_user_input(name)
    except CRSError:
        return [_unusable("crs", f"没有坐标系 {name}", f"no such CRS: {name}")]
    if crs.is_projected and {axis.unit_name for axis in crs.axis_info} == {"metre"}:
        return []
    return [_unusable("crs", f"{name} 不是以米为单位的投影坐标系", f"{name} is not a projected CRS in metres")]


def _unusable(key: str, what_zh: str, what_en: str) -> Problem:
    """Return the finding of a key of [grid]."""
    return problem("GE511", f"{_PLACE}.{key}", what_zh=what_zh, what_en=what_en)


def cell_frame(grid: GridDefinition, region_of_cell: ArrayLike) -> pd.DataFrame:
    """Return the table grid_cell.

    Parameters
    ----------
    grid : GridDefinition
    region_of_cell : array-like of str, shape (n_cells,)
        District with the largest share of each cell; empty outside the city.

    """
    cell = np.arange(grid.n_cells)
    lon, lat = grid.lon_lat
    return pd.DataFrame(
        {
            "cell_id": cell, "ix": cell % grid.spec.nx, "iy": cell // grid.spec.nx,
            "x_center_m": grid.centers[0], "y_center_m": grid.centers[1], "lon": lon, "lat": lat,
            "cell_area_m2": grid.cell_area_m2, "region_code": np.asarray(region_of_cell, dtype=object),
        }
    )  # fmt: skip
