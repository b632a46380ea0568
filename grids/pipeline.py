"""The allocate and profile steps: one sparse weight set per key, one set of fractions per temporal profile."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from grids.allocation.tracks import TrackShares, allocate_tracks
from grids.city import DISTRICT_POLYGONS, City, load_city
from grids.conservation import check_weights
from grids.definition import GridDefinition, cell_frame
from grids.link_surrogates import link_placements
from grids.profiles.calendar import hourly_fractions
from grids.profiles.temporal import temporal_profiles
from grids.proxies import named_facility
from grids.surrogates import Placement, Surrogates, fallback_messages
from inventory.config import RunConfig
from inventory.errors import CellRef, GridError, problem
from inventory.exact_sum import exact_group_sum, exact_sum
from inventory.step_report import StepReport
from inventory.warehouse import read_table, write_table

Row = Mapping[Hashable, Any]

NO_ALLOCATION = "none"
_TRACKS = "ais|"
_PROFILES = "stg_temporal_profiles_weight"
OUTSIDE_CITY = "outside_city"
_TABLES = ("stg_towns_town", "stg_networks_vertex", "stg_fact", "core_facility", DISTRICT_POLYGONS)
_HOURLY_TOLERANCE = 1e-12


def allocate(config: RunConfig, work: Path) -> StepReport:
    """Place every allocation key on the grid.

    Reads core_allocation_request, core_facility and the staged geometry; writes grid_cell, grid_allocation, grid_weight
    and grid_allocation_region.

    Raises
    ------
    GridError
        For surrogates, districts or facilities that do not exist.
    ConservationError
        If a weight set does not sum to 1.

    """
    grid = GridDefinition(config.grid)
    tables = {table: read_table(table, work) for table in _TABLES}
    city = load_city(grid, config.region_code, tables, inventory_year=config.inventory_year)
    surrogates = Surrogates(city, read_table("stg_surrogates_component", work))
    requests = read_table("core_allocation_request", work).sort_values("allocation_id", ignore_index=True)
    rows = requests.to_dict("records")
    tracks = _tracks(rows, grid, work)
    links = read_table("stg_link_traffic_surrogate", work)
    fallbacks = {
        name: surrogates.place(name, config.region_code, config.region_code) for name in sorted(set(links["fallback"]))
    }
    on_links = link_placements(links, city, fallbacks)
    placements = [
        _on_tracks(row, city, tracks)
        if tracks and _is_track(row)
        else on_links.get(row["surrogate"]) or _place(row, city, surrogates, config.region_code)
        for row in rows
    ]
    allocations = pd.DataFrame(
        [_allocation_row(row, placed, config) for row, placed in zip(rows, placements, strict=True)]
    )
    weights = _weights(requests["allocation_id"], placements)
    regions = _regions(requests["allocation_id"], placements, city)
    check_weights(allocations, weights, regions)
    write_table(cell_frame(grid, city.region_of_cell), "grid_cell", work)
    write_table(allocations, "grid_allocation", work)
    write_table(weights, "grid_weight", work)
    write_table(regions, "grid_allocation_region", work)
    return _report(city, allocations, weights)


def profile(config: RunConfig, work: Path) -> StepReport:
    """Write grid_temporal_profile and prove that each profile fills the hours of the local year exactly.

    Raises
    ------
    GridError
        If the holiday calendar does not know the year or a profile does not sum to 1 over its hours.

    """
    profiles, messages = temporal_profiles(config.packs, config.inventory_year, read_table(_PROFILES, work))
    for name, rows in profiles.groupby("temporal_profile_id"):
        total = exact_sum(hourly_fractions(rows, config.inventory_year))
        if abs(total - 1) > _HOURLY_TOLERANCE:
            raise GridError(problem("TY6201", name, total=total))
    write_table(profiles, "grid_temporal_profile", work)
    return StepReport("profile", {"temporal_profiles": float(profiles["temporal_profile_id"].nunique())}, messages)


def _is_track(request: Row) -> bool:
    """Return whether a key stands for positions of ships."""
    return str(request["geometry_key"]).startswith(_TRACKS)


def _tracks(rows: list[dict[Hashable, Any]], grid: GridDefinition, work: Path) -> TrackShares | None:
    """Return the weights of ships' tracks; None where no record has any."""
    if not any(_is_track(row) for row in rows):
        return None
    return allocate_tracks(work / "stg_ais_segment.parquet", work / "stg_ais_track.parquet", grid)


def _on_tracks(request: Row, city: City, tracks: TrackShares) -> Placement:
    """Return the placement of the tracks of one key."""
    cell, weight, outside = tracks.of(str(request["geometry_key"]))
    share = city.nowhere.copy()
    share[:, cell] = city.region_share_of_cell[:, cell] * weight
    return Placement(share, outside, confidence="M")


def _place(request: Row, city: City, surrogates: Surrogates, city_code: str) -> Placement:
    """Return the placement of one key."""
    if request["allocation_id"] == NO_ALLOCATION:
        return Placement(city.nowhere, outside=1.0, confidence="H")
    if request["facility_id"]:
        return _at_facility(request["facility_id"], city)
    if request["geometry_key"]:
        proxy = named_facility(city, request["geometry_key"])
        return Placement(proxy.amount, proxy.outside)
    return surrogates.place(request["surrogate"], request["region_code"] or city_code, city_code)


def _at_facility(facility_id: str, city: City) -> Placement:
    """Return the placement of a facility's point."""
    place = city.facilities[city.facilities["facility_id"] == facility_id].to_dict("records")[0]
    cell = city.grid.cell_of([place["x"]], [place["y"]])[0]
    if cell < 0:
        at = CellRef.of(place, "lon")
        said = f"{at} ({place['name_zh']})"
        raise GridError(problem("TY6020", said, cell=at, lon=f"{place['lon']:g}", lat=f"{place['lat']:g}"))
    share = city.nowhere.copy()
    share[place["region"], cell] = 1.0
    return Placement(share, confidence=place["confidence"])


def _allocation_row(request: Row, placement: Placement, config: RunConfig) -> dict[str, Any]:
    """Return the row of grid_allocation."""
    method = "point" if request["facility_id"] else "surrogate"
    return {
        "allocation_id": request["allocation_id"],
        "surrogate": request["surrogate"],
        "region_code": request["region_code"],
        "geometry_key": request["facility_id"] or request["geometry_key"],
        "grid_id": config.grid.grid_id,
        "outside": placement.outside,
        "unallocated": placement.unallocated,
        "n_cells": int((placement.share.sum(axis=0) > 0).sum()),
        "method": "none" if request["allocation_id"] == NO_ALLOCATION else method,
        "confidence": placement.confidence,
        "note": "；".join(placement.notes),
    }


def _weights(keys: pd.Series, placements: list[Placement]) -> pd.DataFrame:
    """Return grid_weight."""
    rows = []
    for key, placement in zip(keys, placements, strict=True):
        region, place = np.nonzero(placement.share)
        weight = exact_group_sum(placement.share[region, place], place, placement.share.shape[1])
        cell = np.flatnonzero(weight)
        rows.append(pd.DataFrame({"allocation_id": key, "cell_id": cell, "weight": weight[cell]}))
    return pd.concat(rows, ignore_index=True)


def _regions(keys: pd.Series, placements: list[Placement], city: City) -> pd.DataFrame:
    """Return grid_allocation_region."""
    codes = np.array([*city.regions, OUTSIDE_CITY], dtype=object)
    rows = []
    for key, placement in zip(keys, placements, strict=True):
        region, cell = np.nonzero(placement.share)
        share = exact_group_sum(placement.share[region, cell], region, len(codes))
        rows.append(pd.DataFrame({"allocation_id": key, "region_code": codes, "share": share})[share > 0])
    return pd.concat(rows, ignore_index=True)


def _report(city: City, allocations: pd.DataFrame, weights: pd.DataFrame) -> StepReport:
    """Return counts, both areas of the city, and the fallbacks taken."""
    fallbacks = allocations[allocations["note"] != ""]
    counts = {
        "allocations": float(len(allocations)), "weights": float(len(weights)), "cells": float(city.grid.n_cells),
        "district_polygons_km2": float(city.district_km2.sum()), "land_used_km2": float(city.land_km2.sum()),
    }  # fmt: skip
    messages = (
        f"区界面积 {counts['district_polygons_km2']:,.0f} km²（含滩涂水面），"
        f"面源权重只用其中 {counts['land_used_km2']:,.0f} km²（距镇、路、点源 3 km 内）",
        f"代用数据缺失而改用备用的权重组：{len(fallbacks)} 个（见 grid_allocation.note）",
        *fallback_messages(allocations),
    )
    return StepReport("allocate", counts, messages)
