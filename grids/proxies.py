"""Proxies: non-negative amounts by district and cell, built from towns, facilities and lines.

Every proxy is an array of shape (n_regions + 1, n_cells) and an amount outside the grid; the last row lies in the grid
but in no district. All of them are judgement (confidence L) and are meant to be replaced by a file.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from grids.allocation.lines import allocate_lines
from grids.city import City
from grids.regions import region_of_points
from inventory.errors import GridError, problem
from inventory.exact_sum import exact_group_sum, exact_sum

Array = NDArray[np.float64]
Row = Mapping[Hashable, Any]

MAX_CELL_SHARE = 0.05
"""No cell without a point of the district holds more than this share of it."""
_LIMIT_ROUNDING = 1e-12
_BANDWIDTH_M = (600.0, 4000.0)
_KERNEL_REACH = 4.0
_FACILITY_BANDWIDTH_M = 1500.0
_URBAN_PER_KM2 = 1500.0
"""Residents per km2 from which land is urban (NBS 2006 rule on urban and rural areas; from memory, L)."""
_OPEN_LAND_PER_KM2 = 500.0
_INDUSTRIAL = (
    "power", "CHP", "steel", "coking", "refinery", "chemical", "cement", "glass", "auto plant", "machinery",
    "paint", "pharma", "semiconductor", "shipyard", "printing", "tyre",
)  # fmt: skip


@dataclass(frozen=True)
class Proxy:
    """Amounts of one proxy in its own unit.

    Attributes
    ----------
    amount : ndarray, shape (n_regions + 1, n_cells)
        Last row: in the grid, outside the city.
    outside : float
        Amount outside the grid.

    """

    amount: Array
    outside: float = 0.0


def residents(city: City) -> Proxy:
    """Residents [persons]: a Gaussian kernel around each town inside its district, sum = census."""
    return _town_kernel(city, city.towns["residents"].to_numpy(float))


def employment(city: City) -> Proxy:
    """Jobs [persons] by town where every town of a district reports them, residents elsewhere.

    Districts are comparable only through their key (employment_secondary_tertiary).
    """
    jobs = city.towns["employment"]
    complete = jobs.notna().groupby(city.towns["region"]).transform("all")
    return _town_kernel(city, jobs.where(complete, city.towns["residents"]).to_numpy(float))


def rural_residents(city: City) -> Proxy:
    """Residents [persons] of cells below the urban density."""
    everyone = residents(city).amount
    urban = _density(city, everyone) >= _URBAN_PER_KM2
    return Proxy(_capped(city, _with_outside(np.where(urban, 0.0, everyone[:-1]))))


def farmland(city: City) -> Proxy:
    """Open land [km2 weighted]: district land × 1 / (resident density + 500 per km2)."""
    density = _density(city, residents(city).amount)
    amount = _with_outside(city.land_km2 / (density + _OPEN_LAND_PER_KM2))
    return Proxy(_capped(city, amount))


def facilities(city: City) -> Proxy:
    """Industrial facilities [number], each spread by a kernel of 1.5 km on the land of its district."""
    category = city.facilities["facility_category"].astype(str)
    chosen = city.facilities[category.str.startswith(_INDUSTRIAL) & (city.facilities["region"] >= 0)]
    amount = city.nowhere.copy()
    for place in chosen.to_dict("records"):
        amount[place["region"]] += _kernel(city, place, _FACILITY_BANDWIDTH_M, city.land_km2[place["region"]])
    return Proxy(_capped(city, amount))


def line_length(city: City, network: str, line_class: str = "") -> Proxy:
    """Length [m] of the lines of a network whose class starts with `line_class`."""
    vertices = city.vertices[(city.vertices["network"] == network) & city.vertices["class"].str.startswith(line_class)]
    if vertices.empty:
        raise _unknown("lines:" + network + "/" + line_class)
    lines = np.array(
        [shapely.LineString(line[["x", "y"]]) for _, line in vertices.groupby("name_zh", sort=True)], dtype=object
    )
    steps = shapely.segmentize(lines, city.grid.spec.cell_size_m / 10)
    ends, line = shapely.get_coordinates(steps, return_index=True)
    joined = line[1:] == line[:-1]
    pieces = shapely.linestrings(np.stack([ends[:-1][joined], ends[1:][joined]], axis=1))
    shares = allocate_lines(pieces, city.grid)
    length = shapely.length(pieces)
    middle = (ends[:-1][joined] + ends[1:][joined]) / 2
    region = region_of_points(middle[:, 0], middle[:, 1], city.polygons)[shares.feature]
    row = np.where(region < 0, len(city.regions), region)
    return Proxy(
        _scatter(city, row, shares.cell, shares.share * length[shares.feature]), exact_sum(shares.outside * length)
    )


def facility_points(city: City, category: str) -> Proxy:
    """Facilities of a category, weighted by capacity where all have one in the same unit; airports as kernels."""
    chosen = city.facilities[city.facilities["facility_category"] == category]
    if chosen.empty:
        raise _unknown("points:" + category)
    capacity = chosen["capacity_value"]
    weighted = capacity.notna().all() and len(set(chosen["capacity_unit"])) == 1
    return _at_points(city, chosen, capacity.to_numpy(float) if weighted else np.ones(len(chosen)))


def named_facility(city: City, name_zh: str) -> Proxy:
    """One facility of the list by its Chinese name."""
    chosen = city.facilities[city.facilities["name_zh"] == name_zh]
    if chosen.empty:
        raise _unknown("facility:" + name_zh)
    return _at_points(city, chosen.head(1), np.ones(1))


_KERNELS: dict[str, Callable[[City], Proxy]] = {
    "residents": residents, "rural_residents": rural_residents, "employment": employment, "facilities": facilities,
    "farmland": farmland,
}  # fmt: skip


def build_proxy(city: City, component: str) -> Proxy:
    """Return the proxy of a component of surrogates.csv.

    Parameters
    ----------
    city : City
    component : str
        residents, rural_residents, employment, facilities, farmland, `lines:<network>[/<class>]`,
        `points:<facility category>` or `facility:<name>`.

    Raises
    ------
    GridError
        If the component, network or facility is unknown.

    """
    kind, _, name = component.partition(":")
    if kind in _KERNELS and not name:
        return _KERNELS[kind](city)
    if kind == "lines":
        return line_length(city, *name.split("/", 1))
    if kind == "points":
        return facility_points(city, name)
    if kind == "facility":
        return named_facility(city, name)
    raise _unknown(component)


def _unknown(component: str) -> GridError:
    """Return the error of a component that nothing builds."""
    return GridError(problem("TY6004", f"surrogates.csv › component {component}"))


def _town_kernel(city: City, amount: Array) -> Proxy:
    """Spread an amount per town on the land of its district.

    Bandwidth = half the mean distance to the three nearest towns, 0.6 to 4 km (judgement, L).
    """
    spread = city.nowhere.copy()
    bandwidth = _bandwidth(city.towns)
    for town, value, width in zip(city.towns.to_dict("records"), amount, bandwidth, strict=True):
        if value > 0:
            spread[town["region"]] += value * _kernel(city, town, width, city.land_km2[town["region"]])
    return Proxy(_capped(city, spread))


def _bandwidth(towns: pd.DataFrame) -> Array:
    """Return the kernel width [m] of each town: dense towns spread less."""
    places = towns[["x", "y"]].to_numpy()
    distance = np.hypot(places[:, None, 0] - places[None, :, 0], places[:, None, 1] - places[None, :, 1])
    nearest = np.sort(distance, axis=1)[:, 1:4]
    width: Array = np.clip(nearest.mean(axis=1) / 2, *_BANDWIDTH_M)
    return width


def _kernel(city: City, place: Row, width: float, land_km2: Array) -> Array:
    """Return a Gaussian around a place on some land, sum 1; the cell of the place where no land is in reach."""
    x, y = city.grid.centers
    squared = ((x - place["x"]) ** 2 + (y - place["y"]) ** 2) / width**2
    weight: Array = np.where(squared < _KERNEL_REACH**2, np.exp(-squared / 2), 0.0) * land_km2
    total = exact_sum(weight)
    if total > 0:
        return weight / total
    home = city.grid.cell_of([place["x"]], [place["y"]])[0]
    return np.asarray(np.arange(city.grid.n_cells) == home, dtype=np.float64)


def _at_points(city: City, chosen: pd.DataFrame, weight: Array) -> Proxy:
    """Return amounts at points; an airport is spread over its surroundings."""
    amount = city.nowhere.copy()
    outside = 0.0
    for place, value in zip(chosen.to_dict("records"), weight, strict=True):
        cell = city.grid.cell_of([place["x"]], [place["y"]])[0]
        if place["facility_category"] == "airport":
            amount += (
                value
                * _kernel(city, place, _FACILITY_BANDWIDTH_M, np.ones(city.grid.n_cells))
                * city.region_share_of_cell
            )
        elif cell >= 0:
            amount[place["region"], cell] += value
        else:
            outside += value
    return Proxy(amount, outside)


def _capped(city: City, amount: Array) -> Array:
    """Limit cells without a point of their district to MAX_CELL_SHARE of it; the others take the excess in proportion.

    A district with too few cells to keep the limit is left empty: its fallback takes over.
    """
    for row, has_point in zip(amount[:-1], city.has_point, strict=True):
        limit = MAX_CELL_SHARE * exact_sum(row)
        over = ~has_point & (row > limit)
        while over.any():
            excess = exact_sum(row[over] - limit)
            row[over] = limit
            below = (row > 0) & (has_point | (row < limit))
            room = exact_sum(row[below])
            if room <= 0:
                row[:] = 0.0
                break
            row[below] *= 1 + excess / room
            over = ~has_point & (row > limit * (1 + _LIMIT_ROUNDING))
    return amount


def _density(city: City, amount: Array) -> Array:
    """Return amount per km2 of land, shape (n_regions, n_cells); 0 where there is no land."""
    return np.divide(amount[:-1], city.land_km2, out=np.zeros_like(city.land_km2), where=city.land_km2 > 0)


def _with_outside(by_region: Array) -> Array:
    """Add the empty row of cells outside the city."""
    return np.vstack([by_region, np.zeros(by_region.shape[1])])


def _scatter(city: City, row: NDArray[np.int64], cell: NDArray[np.int64], amount: Array) -> Array:
    """Sum amounts into (n_regions + 1, n_cells)."""
    shape = (len(city.regions) + 1, city.grid.n_cells)
    return exact_group_sum(amount, row * shape[1] + cell, shape[0] * shape[1]).reshape(shape)
