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
from inventory.errors import GridError, Problem

GEOGRAPHIC_CRS = "EPSG:4490"


@dataclass(frozen=True)
class GridDefinition:
    """A regular grid in a projected CRS.

    Cell (ix, iy) holds [x_min + ix·d, x_min + (ix+1)·d) × [y_min + iy·d, y_min + (iy+1)·d): ix counts from the west,
    iy from the south, both from 0; cell_id = iy × nx + ix.
    """

    spec: GridSpec

    def __post_init__(self) -> None:
        """Refuse a CRS whose unit is not the metre."""
        if self.projection.is_geographic or self.projection.axis_info[0].unit_name != "metre":
            raise GridError(
                Problem(
                    "TY6001", f"inventory.toml › grid.crs {self.spec.crs}", "网格坐标系须为以米为单位的投影坐标系",
                    "the grid CRS must be projected, in metres", "上海用 EPSG:4510", "use EPSG:4510 for Shanghai",
                )
            )  # fmt: skip

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.spec.nx * self.spec.ny

    @cached_property
    def projection(self) -> CRS:
        """CRS of the grid."""
        try:
            return CRS.from_user_input(self.spec.crs)
        except CRSError as error:
            raise GridError(
                Problem(
                    "TY6021", f"inventory.toml › grid.crs {self.spec.crs}", "没有这个坐标系", "no such CRS",
                    "上海用 EPSG:4510", "use EPSG:4510 for Shanghai",
                )
            ) from error  # fmt: skip

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
