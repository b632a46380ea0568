"""Delivered points on the map: in the district that they name, with axes in order, in the declared datum.

Finds and proposes; moves nothing. A point at most 500 m outside its district is accepted and recorded. Which shift of a
web map fits is judged in grids/datum_shift.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from grids.datum_shift import point_place, shift_findings
from grids.definition import GEOGRAPHIC_CRS, GridDefinition
from grids.regions import load_districts, region_of_points
from inventory.config import RunConfig
from inventory.delivery_spec import is_in_degrees
from inventory.errors import Problem, problem
from inventory.facility_checks import Findings, read_facility_list
from inventory.release_points import outlets_of
from inventory.warehouse import read_table

BORDER_M = 500.0
"""A point this far [m] outside its district is accepted: district lines are generalised (fault catalogue, GE505)."""
_WHOLE_FILE = 0.5
"""Share of a file's points from which swapped axes are said of the file, not of each point."""
_NULL_ISLAND_DEGREES = 0.01
_POLYGONS = "stg_district_polygons_district"
_ORIGIN = ["origin_file", "origin_sheet", "origin_row"]
_COLUMNS = ["source_id", "name", "facility_id", "region_code", "lon", "lat", *_ORIGIN]


@dataclass(frozen=True)
class Ground:
    """Districts in the grid's CRS, and the grid's frame.

    Attributes
    ----------
    codes, names : tuple of str
    polygons : ndarray of Polygon, shape (n_districts,), grid CRS
    grid : GridDefinition

    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    polygons: NDArray[np.object_]
    grid: GridDefinition

    def project(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x, y [m]; infinite where coordinates [degree] cannot be projected."""
        to_grid = Transformer.from_crs(GEOGRAPHIC_CRS, self.grid.projection, always_xy=True)
        x, y = to_grid.transform(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        return x, y

    def distance_m(self, lon: ArrayLike, lat: ArrayLike, codes: ArrayLike) -> NDArray[np.float64]:
        """Return the distance [m] of points to the district they name, 0 inside; to the grid's frame where none."""
        x, y = self.project(lon, lat)
        named = np.asarray(codes, dtype=object)
        distance = np.full(len(x), np.inf)
        elsewhere = np.isfinite(x) & np.isfinite(y)
        for polygon, code in zip(self.polygons, self.codes, strict=True):
            of_code = np.flatnonzero(elsewhere & (named == code))
            elsewhere[of_code] = False
            distance[of_code] = 0.0
            rest = of_code[~shapely.intersects_xy(polygon, x[of_code], y[of_code])]
            distance[rest] = shapely.distance(polygon, shapely.points(x[rest], y[rest]))
        in_frame = self.grid.cell_of(x[elsewhere], y[elsewhere]) >= 0
        distance[elsewhere] = np.where(in_frame, 0.0, np.inf)
        return distance

    def district_of(self, lon: ArrayLike, lat: ArrayLike) -> list[str]:
        """Return the name of the district that holds each point; empty outside the city."""
        x, y = self.project(lon, lat)
        usable = np.isfinite(x) & np.isfinite(y)
        found = region_of_points(np.where(usable, x, 0.0), np.where(usable, y, 0.0), self.polygons)
        return [self.names[index] if index >= 0 else "" for index in found]

    def name_of(self, code: str) -> str:
        """Return the name of a district; the domain for a point that names none."""
        return dict(zip(self.codes, self.names, strict=True)).get(code, "网格范围")


def check_places(config: RunConfig, work: Path) -> Findings:
    """Return what is wrong or doubtful about the places of facilities, outlets, towns and network vertices.

    Raises
    ------
    GridError
        If the districts or the grid cannot be used.

    """
    ground = load_ground(config, work)
    points = delivered_points(work)
    is_declared = {source for source, spec in config.deliveries.items() if is_in_degrees(spec.crs)}
    measured = points.assign(distance_m=ground.distance_m(points["lon"], points["lat"], points["region_code"]))
    placed = place_findings(measured, ground)
    shifts = shift_findings(measured, ground.distance_m, is_declared)
    return Findings((*shifts.errors, *placed.errors), (*shifts.notices, *placed.notices))


def load_ground(config: RunConfig, work: Path) -> Ground:
    """Return the districts of a project in the CRS of its grid."""
    grid = GridDefinition(config.grid)
    districts = load_districts(config.region_code, read_table(_POLYGONS, work))
    polygons = districts.geometry.to_crs(grid.projection).to_numpy()
    shapely.prepare(polygons)
    return Ground(tuple(districts["region_code"]), tuple(districts["name_zh"]), polygons, grid)


def delivered_points(work: Path) -> pd.DataFrame:
    """Return every delivered point with the district that it names; empty or `outside` where it names none."""
    listed = read_facility_list(work)
    outlets = outlets_of(listed.points, listed.references)
    region = dict(zip(listed.rows["facility_id"], listed.rows["region_code"], strict=True))
    towns, vertices = read_table("stg_towns_town", work), read_table("stg_networks_vertex", work)
    frames = [
        listed.rows.assign(source_id="facilities", name=listed.rows["name_zh"]),
        outlets.assign(
            source_id="release_points", name=outlets["facility"] + " " + outlets["outlet"],
            region_code=outlets["facility_id"].map(region).fillna(""),
        ),
        towns.assign(source_id="towns", name=towns["town_zh"], facility_id=""),
        vertices.assign(source_id="networks", name=vertices["name_zh"], facility_id="", region_code=""),
    ]  # fmt: skip
    points = pd.concat([frame[_COLUMNS] for frame in frames], ignore_index=True)
    given = points["lon"].notna() & points["lat"].notna()
    return points[given].sort_values(["source_id", *_ORIGIN], ignore_index=True)


def place_findings(points: pd.DataFrame, ground: Ground) -> Findings:
    """Return points that are no places, have swapped axes, or lie outside the district that they name.

    Parameters
    ----------
    points : DataFrame
        Result of `delivered_points` with distance_m to the district that each names.
    ground : Ground

    """
    lon, lat = points["lon"], points["lat"]
    is_null = (lon.abs() < _NULL_ISLAND_DEGREES) & (lat.abs() < _NULL_ISLAND_DEGREES)
    is_no_place = is_null | (lon.abs() > 180) | (lat.abs() > 90)
    is_placed = (points["distance_m"] <= BORDER_M) & ~is_no_place
    is_swapped = _are_swapped(points, ~is_placed & ~is_null, ground)
    names_none = ~points["region_code"].isin(ground.codes)
    of_file = is_swapped.groupby([points["source_id"], points["origin_file"]]).transform("mean")
    is_outside = (is_no_place | (~is_placed & ~names_none)) & ~is_swapped & (of_file < _WHOLE_FILE)
    at_border = is_placed & (points["distance_m"] > 0)
    errors = [*_swapped(points, is_swapped, ground), *_outside(points[is_outside], is_no_place[is_outside], ground)]
    return Findings(tuple(errors), tuple(_at_border(points[at_border], ground)))


def _are_swapped(judged: pd.DataFrame, doubtful: pd.Series, ground: Ground) -> pd.Series:
    """Return which doubtful points lie in their district, or in the frame, with lon and lat exchanged."""
    found = pd.Series(False, index=judged.index)
    asked = judged[doubtful & (judged["lon"].abs() <= 90)]
    if len(asked):
        found[asked.index] = ground.distance_m(asked["lat"], asked["lon"], asked["region_code"]) <= BORDER_M
    return found


def _swapped(judged: pd.DataFrame, is_swapped: pd.Series, ground: Ground) -> Iterator[Problem]:
    """Yield swapped points: one finding for a file where most are, else one each."""
    for (source, file), group in judged.groupby(["source_id", "origin_file"], sort=True):
        swapped = group[is_swapped[group.index]]
        share = len(swapped) / len(group)
        if share >= _WHOLE_FILE and len(swapped) > 1:
            said = {
                "share_zh": f"{share:.0%} 的点（{len(swapped)}/{len(group)}）",
                "share_en": f"{share:.0%} of the points",
            }
            yield _swap(
                next(swapped.itertuples()),
                f"{source}（{file}）",
                "所填的区或网格",
                "their districts or the grid",
                **said,
            )
            continue
        for row in swapped.itertuples():
            where = ground.name_of(row.region_code)
            yield _swap(row, row.name, where, where, share_zh="该点", share_en="it")


def _swap(row: object, name: str, where_zh: str, where_en: str, **said: str) -> Problem:
    """Return the proposal to swap the axes."""
    cell, place = point_place(row)
    lon, lat = _degrees(row)
    return problem("GE502", place, cell=cell, name=name, lon=lon, lat=lat, where_zh=where_zh, where_en=where_en, **said)


def _outside(rows: pd.DataFrame, is_no_place: pd.Series, ground: Ground) -> Iterator[Problem]:
    """Yield points outside the district that they name, and points that are no places."""
    holders = ground.district_of(rows["lon"], rows["lat"])
    hints = _minutes_hints(rows, ground)
    for row, no_place, holder, hint in zip(rows.itertuples(), is_no_place, holders, hints, strict=True):
        wanted, far = ground.name_of(row.region_code), f"{row.distance_m / 1000:,.1f}"
        if no_place:
            zh, en = "不是一个地点：为 (0, 0) 或超出经纬度范围", "is no place: (0, 0), or beyond the range of degrees"
        elif holder:
            zh, en = f"在{holder}，不在{wanted}，相距 {far} km", f"lies in {holder}, {far} km from {wanted}"
        else:
            zh, en = f"在全市界外，距{wanted} {far} km", f"lies outside the city, {far} km from {wanted}"
        cell, place = point_place(row)
        lon, lat = _degrees(row)
        yield problem(
            "GE505", place, cell=cell, name=row.name, lon=lon, lat=lat, where_zh=zh + hint[0], where_en=en + hint[1]
        )


def _minutes_hints(rows: pd.DataFrame, ground: Ground) -> list[tuple[str, str]]:
    """Return, for points that fit when 121.2830 is read as 121°28′30″, words that say so."""
    lon, lat = (_from_packed_minutes(rows[axis].to_numpy(dtype=float)) for axis in ("lon", "lat"))
    fits = ground.distance_m(lon, lat, rows["region_code"]) <= BORDER_M
    said = ("；按度分秒读则在该区内，请换算为十进制度", "; read as degrees, minutes and seconds it fits: convert it")
    return [said if fit else ("", "") for fit in fits]


def _from_packed_minutes(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return degrees of DD.MMSS; not a number where minutes or seconds would be 60 or more."""
    degrees = np.floor(value)
    packed = np.round((value - degrees) * 10_000, 6)
    minutes, seconds = np.floor(packed / 100), packed % 100
    return np.where((minutes < 60) & (seconds < 60), degrees + minutes / 60 + seconds / 3600, np.nan)


def _at_border(rows: pd.DataFrame, ground: Ground) -> Iterator[Problem]:
    """Yield the record of points that are accepted outside their district."""
    for row in rows[rows["region_code"].isin(ground.codes)].itertuples():
        (cell, place), district = point_place(row), ground.name_of(row.region_code)
        yield problem("TY1611", place, cell=cell, name=row.name, district=district, distance=f"{row.distance_m:.0f}")


def _degrees(row: object) -> tuple[str, str]:
    """Return lon and lat as they are shown."""
    return f"{row.lon:.6g}", f"{row.lat:.6g}"  # type: ignore[attr-defined]
