"""CF-1.11 NetCDF: mean mass flux of the local year, a variable (time = 1, category, y, x) per species, row 0 = south.

Σ over cells of flux × cell_area × length of time_bounds gives back the mass. Classic data model in NetCDF-4, so that
CDO, ncview and models read it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grids.layers.checked_file import MassSum, check_sums, checked_file, reserve
from grids.layers.gridded import CodedName, GriddedEmissions
from grids.layers.names import (
    GWP_EN,
    GWP_ZH,
    MISSING_EN,
    MISSING_ZH,
    estimated_species,
    species_column,
    species_facts,
    standard_names,
)
from inventory.exact_sum import exact_sum

if TYPE_CHECKING:
    from netCDF4 import Dataset

_KG_PER_T = 1000.0
_SECONDS_PER_HOUR = 3600.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FILL = 9.969209968386869e36
_HEADER_BYTES = 1 << 18


def write_netcdf(gridded: GriddedEmissions, path: Path) -> None:
    """Write the flux [kg m-2 s-1] of every estimated species.

    flux = emission_t × 1000 / (cell_area × seconds of the local year), as float64: the mass comes back within 1e-12.
    The disk must have room for the uncompressed fields, about ten times the file.

    Parameters
    ----------
    gridded : GriddedEmissions
    path : Path
        File to write, ending in .nc.

    Raises
    ------
    ConservationError
        If a value is not finite, or the file read back does not sum to what was written.
    ReleaseError
        If the file cannot be written.

    """
    species = estimated_species(gridded)
    with checked_file(path) as private:
        reserve(private, _HEADER_BYTES + 8 * gridded.grid.n_cells * (len(gridded.categories) * len(species) + 3))
        _write(gridded, species, private)
        check_sums(path, _sums(gridded, species, private))


def utc_year(inventory_year: int, time_zone: str) -> tuple[datetime, datetime]:
    """Return begin and end of the local year in UTC: 2020-12-31T16:00Z to 2021-12-31T16:00Z for 2021 in Shanghai."""
    zone = ZoneInfo(time_zone)
    begin, end = (datetime(year, 1, 1, tzinfo=zone).astimezone(UTC) for year in (inventory_year, inventory_year + 1))
    return begin, end


def _write(gridded: GriddedEmissions, species: list[int], path: Path) -> None:
    """Write the file; not in memory, where HDF5 stamps the root group with the time of day."""
    from netCDF4 import Dataset  # noqa: PLC0415

    with Dataset(path, "w", format="NETCDF4_CLASSIC") as dataset:
        dataset.setncatts(_global_attributes(gridded))
        _add_axes(dataset, gridded)
        _add_time(dataset, gridded)
        _add_categories(dataset, gridded.categories)
        for s in species:
            _add_flux(dataset, gridded, s)


def _global_attributes(gridded: GriddedEmissions) -> dict[str, Any]:
    """Return the attributes of the file; no time of writing, so that two writes give the same bytes."""
    return {
        "Conventions": "CF-1.11",
        "title": gridded.title_zh,
        "institution": "编制单位见项目 inventory.toml（compiled by the owner of the inventory project）",
        "source": "Tongyuan 同源: activity × emission factor × control, allocated to cells with surrogate weights",
        "history": f"release {gridded.release_id}: written from grid_weight and core_emission by grids.layers.netcdf",
        "references": f"manifest.json and core_emission_factor (citations) of release {gridded.release_id}",
        "comment": (
            "mass of a cell [kg] = flux × cell_area × (time_bounds[0,1] − time_bounds[0,0]) in seconds; row 0 = south. "
            f"{MISSING_EN}; {GWP_EN}. 每格质量 = 通量 × cell_area × 时间界长度；{MISSING_ZH}；{GWP_ZH}。"
        ),
        "inventory_year": np.int32(gridded.inventory_year),
        "time_zone": gridded.time_zone,
        "release_id": gridded.release_id,
        "grid_id": gridded.grid.spec.grid_id,
    }


def _add_axes(dataset: Dataset, gridded: GriddedEmissions) -> None:
    """Add x, y with bounds, longitude and latitude of the centres, cell areas and the projection."""
    grid, spec = gridded.grid, gridded.grid.spec
    dataset.createDimension("category", len(gridded.categories))
    dataset.createDimension("y", spec.ny)
    dataset.createDimension("x", spec.nx)
    dataset.createDimension("nv", 2)
    for name, origin, n, zh in (("y", spec.y_min_m, spec.ny, "纵坐标"), ("x", spec.x_min_m, spec.nx, "横坐标")):
        edges = origin + np.arange(n + 1) * spec.cell_size_m
        axis = {"standard_name": f"projection_{name}_coordinate", "axis": name.upper(), "bounds": f"{name}_bounds"}
        _add(dataset, name, (name,), edges[:-1] + spec.cell_size_m / 2, {
            **axis, "units": "m", "long_name": f"{name} of the cell centre 网格中心{zh}",
        })  # fmt: skip
        _add(dataset, f"{name}_bounds", (name, "nv"), np.stack([edges[:-1], edges[1:]], axis=1), {})
    shape = (spec.ny, spec.nx)
    for name, values, standard, units, zh in (
        ("lon", grid.lon_lat[0], "longitude", "degrees_east", "经度"),
        ("lat", grid.lon_lat[1], "latitude", "degrees_north", "纬度"),
    ):
        text = {"standard_name": standard, "units": units, "long_name": f"{standard} of the cell centre 网格中心{zh}"}
        _add(dataset, name, ("y", "x"), values.reshape(shape), text)
    _add(dataset, "cell_area", ("y", "x"), grid.cell_area_m2.reshape(shape), {
        "standard_name": "cell_area", "units": "m2", "long_name": "cell area on the ellipsoid 网格椭球面面积",
        "grid_mapping": "crs", "coordinates": "lon lat",
    })  # fmt: skip
    crs = dataset.createVariable("crs", "i4", ())
    crs.setncatts({**grid.projection.to_cf(), "long_name": f"{spec.crs} 坐标系"})


def _add_time(dataset: Dataset, gridded: GriddedEmissions) -> None:
    """Add the local year as a record axis of one step, with bounds in UTC: CDO wants time first, CF wants it so."""
    begin, end = utc_year(gridded.inventory_year, gridded.time_zone)
    hours = np.array([(moment - _EPOCH).total_seconds() / _SECONDS_PER_HOUR for moment in (begin, end)])
    dataset.createDimension("time", None)
    _add(dataset, "time", ("time",), [hours.mean()], {
        "standard_name": "time", "axis": "T", "long_name": "middle of the local year 地方年中点",
        "units": "hours since 1970-01-01 00:00:00", "calendar": "standard", "units_metadata": "leap_seconds: none",
        "bounds": "time_bounds",
    })  # fmt: skip
    _add(dataset, "time_bounds", ("time", "nv"), hours[np.newaxis], {})


def _add_categories(dataset: Dataset, categories: tuple[CodedName, ...]) -> None:
    """Add code and names of the category classes as text coordinates."""
    for name, long_name, texts in (
        ("category_code", "code of the category class 排放源大类代码", [entry.code for entry in categories]),
        ("category_name_zh", "category class in Chinese 排放源大类", [entry.name_zh for entry in categories]),
        ("category_name_en", "category class in English 排放源大类英文名", [entry.name_en for entry in categories]),
    ):
        encoded = np.array([text.encode() for text in texts])
        length = f"{name}_length"
        dataset.createDimension(length, encoded.dtype.itemsize)
        variable = dataset.createVariable(name, "S1", ("category", length))
        variable.set_auto_chartostring(False)
        variable[:] = encoded.view("S1").reshape(len(texts), -1)
        variable.setncatts({"long_name": long_name, "_Encoding": "utf-8"})


def _add_flux(dataset: Dataset, gridded: GriddedEmissions, s: int) -> None:
    """Add the flux of one species, shape (1, category, y, x)."""
    entry, emission_t = gridded.species[s], gridded.emission_t[:, s]
    variable = dataset.createVariable(
        species_column(entry.code), "f8", ("time", "category", "y", "x"), fill_value=_FILL,
        chunksizes=(1, 1, gridded.grid.spec.ny, gridded.grid.spec.nx), zlib=True, complevel=4, shuffle=True,
    )  # fmt: skip
    variable[0] = emission_t * _KG_PER_T / (_area_m2(gridded) * _seconds(gridded))
    emitting = [c.code for c, values in zip(gridded.categories, emission_t, strict=True) if values.any()]
    variable.setncatts({
        **_species_attributes(entry), "units": "kg m-2 s-1", "cell_methods": "area: time: mean",
        "cell_measures": "area: cell_area", "grid_mapping": "crs",
        "coordinates": "lat lon category_code category_name_zh category_name_en",
        "total_emission_t": exact_sum(emission_t.ravel()), "emitting_categories": " ".join(emitting),
    })  # fmt: skip


def _species_attributes(species: CodedName) -> dict[str, str]:
    """Return names of a species; standard_name only where the CF table holds the right one."""
    facts = species_facts()
    expressed_as = facts["expressed_as"].get(species.code, "")
    basis_zh, basis_en = (f"（以 {expressed_as} 计）", f", as {expressed_as}") if expressed_as else ("", "")
    attributes = {
        "long_name": f"{species.name_zh}年均排放通量{basis_zh} mean emission flux of {species.name_en}{basis_en}",
        "species": species.code,
        "expressed_as": expressed_as,
        "standard_name": standard_names().get(species.code, ""),
    }
    return {key: value for key, value in attributes.items() if value}


def _add(
    dataset: Dataset, name: str, dimensions: tuple[str, ...], values: ArrayLike, attributes: dict[str, Any]
) -> None:
    """Add a coordinate-like variable without fill value."""
    is_field = dimensions == ("y", "x")
    variable = dataset.createVariable(name, "f8", dimensions, fill_value=False, zlib=is_field, complevel=4)
    variable[:] = values
    variable.setncatts(attributes)


def _area_m2(gridded: GriddedEmissions) -> NDArray[np.float64]:
    """Return cell areas, shape (ny, nx)."""
    return gridded.grid.cell_area_m2.reshape(gridded.grid.spec.ny, gridded.grid.spec.nx)


def _seconds(gridded: GriddedEmissions) -> float:
    """Return the length of the local year [s]."""
    begin, end = utc_year(gridded.inventory_year, gridded.time_zone)
    return (end - begin).total_seconds()


def _sums(gridded: GriddedEmissions, species: list[int], path: Path) -> list[MassSum]:
    """Compute the mass by species and category class as a reader does, from the file alone."""
    from netCDF4 import Dataset  # noqa: PLC0415

    sums = []
    with Dataset(path) as dataset:
        hours = dataset["time_bounds"][0]
        t_per_flux = dataset["cell_area"][:] * float(hours[1] - hours[0]) * _SECONDS_PER_HOUR / _KG_PER_T
        for s in species:
            flux = dataset[species_column(gridded.species[s].code)][0]
            for c, category in enumerate(gridded.categories):
                mass_t = np.ma.filled(flux[c] * t_per_flux, np.nan)
                sums.append(MassSum(f"{gridded.species[s].code} › {category.code}", gridded.emission_t[c, s], mass_t))
    return sums
