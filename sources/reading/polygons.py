"""Polygons in WKT cells: read, made valid where that changes nothing that counts, and compared with one another.

A repair is always recorded; one that moves the area by more than 0.1 % is a finding, not a repair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from inventory.errors import CellRef, Problem, problem
from sources.reading.cells import DeliveredTable

AREA_CHANGE = 1e-3
"""Share of its area [1] that a repair may add or take."""
_SLIVER_KM2 = 1e-4
_SAME_POLYGON = 0.5
_POLYGONS = (3, 6)


@dataclass(frozen=True)
class _Read:
    """A polygon as read and mended, what was done to it, or what is wrong with it."""

    polygon: shapely.Geometry | None
    remark: str = ""
    fault: Problem | None = None


def check_polygons(table: DeliveredTable, *, name: str, column: str = "wkt") -> DeliveredTable:
    """Return a table whose polygons are valid.

    Parameters
    ----------
    table : DeliveredTable
    name : str
        Column that names a polygon in findings.
    column : str
        Column of the WKT, in degrees.

    Returns
    -------
    DeliveredTable
        Findings: GE501 (not degrees), GE506 (self-intersection whose repair changes the area), GE507 (no polygon),
        GE508 (two polygons that are mostly the same). Remarks: repairs; W508 with the area of overlaps and gaps.

    """
    if column not in table.frame or name not in table.frame:
        return table
    frame = table.frame.copy()
    reads = []
    for row in frame.itertuples():
        cell = table.cell(column, row.origin_row, file=row.origin_file, sheet=row.origin_sheet)
        reads.append(_polygon(str(getattr(row, column)), cell))
    frame[column] = [
        text if read.polygon is None or not read.remark else shapely.to_wkt(read.polygon, rounding_precision=-1)
        for text, read in zip(frame[column], reads, strict=True)
    ]
    named = [(str(who), read.polygon) for who, read in zip(frame[name], reads, strict=True) if read.polygon is not None]
    place = str(frame["origin_file"].iloc[0]) if len(frame) else ""
    remarks, doubled = _compare(named, place)
    problems = [*(read.fault for read in reads if read.fault is not None), *doubled]
    return replace(
        table, frame=frame, problems=(*table.problems, *problems),
        remarks=(*table.remarks, *(read.remark for read in reads if read.remark), *remarks),
    )  # fmt: skip


def _polygon(text: str, cell: CellRef) -> _Read:
    """Return the polygon of a cell; an empty cell is left to the check of required cells."""
    if not text.strip():
        return _Read(None)
    try:
        polygon = shapely.from_wkt(text)
    except (shapely.errors.GEOSException, ValueError) as error:
        said = str(error).splitlines()[0][:80]
        return _Read(None, fault=_no_polygon(cell, f"WKT 读不出（{said}）", f"the WKT cannot be read ({said})"))
    if shapely.get_type_id(polygon) not in _POLYGONS or polygon.is_empty:
        kind = polygon.geom_type
        return _Read(None, fault=_no_polygon(cell, f"类型为 {kind} 或为空", f"it is a {kind}, or empty"))
    flat = shapely.force_2d(polygon)
    ends = shapely.get_coordinates(flat)
    if not np.isfinite(ends).all() or (np.abs(ends) > (180.0, 90.0)).any():
        bounds = "{:g}…{:g}, {:g}…{:g}".format(*np.array(flat.bounds)[[0, 2, 1, 3]])
        what = (f"应为经纬度（经度在前）：{bounds}", f"degrees are wanted, longitude first: {bounds}")
        return _Read(None, fault=problem("GE501", cell, cell=cell, what_zh=what[0], what_en=what[1]))
    return _Read(flat) if shapely.is_valid(flat) else _mended(flat, cell)


def _mended(polygon: shapely.Geometry, cell: CellRef) -> _Read:
    """Return a polygon made valid, or the finding of one whose area would change: lobes of a bow-tie cancel."""
    reason = str(shapely.is_valid_reason(polygon))
    valid = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    before, after = polygon.area, valid.area
    if shapely.get_type_id(valid) not in _POLYGONS or after <= 0:
        return _Read(None, fault=_no_polygon(cell, "修复后没有面积", "nothing is left after repair"))
    change = abs(after - before) / max(before, after)
    if change > AREA_CHANGE:
        return _Read(None, fault=problem("GE506", cell, cell=cell, change=f"{change:.3%}", reason=reason))
    return _Read(
        valid, f"{cell}：多边形已修复，面积变化 {change:.1e} / polygon made valid, area changed by that ({reason})"
    )


def _compare(named: list[tuple[str, shapely.Geometry]], place: str) -> tuple[tuple[str, ...], list[Problem]]:
    """Return W508 with the areas of overlaps and gaps, and GE508 for polygons that are mostly the same."""
    if len(named) < 2:
        return (), []
    polygons = np.array([polygon for _, polygon in named], dtype=object)
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    overlaps, problems, names = 0.0, [], set()
    for a, b in sorted((int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b):
        area = _km2(shapely.intersection(polygons[a], polygons[b]))
        if area <= _SLIVER_KM2:
            continue
        overlaps += area
        names.add(f"{named[a][0]}–{named[b][0]}")
        if area > _SAME_POLYGON * min(_km2(polygons[a]), _km2(polygons[b])):
            problems.append(problem("GE508", place, first=named[a][0], second=named[b][0], area=f"{area:.3f}"))
    parts = shapely.get_parts(shapely.union_all(polygons))
    gaps = sum(_km2(shapely.Polygon(hole)) for part in parts for hole in part.interiors)
    if overlaps <= _SLIVER_KM2 and gaps <= _SLIVER_KM2:
        return (), []
    shown = "、".join(sorted(names)) or "—"
    found = problem("W508", place, overlap=f"{overlaps:.4f}", gap=f"{gaps:.4f}", names=shown)
    return (f"[W508] {place}：{found.message_zh} / {found.message_en}",), problems


def _km2(polygon: shapely.Geometry) -> float:
    """Return the area [km2] on the ellipsoid."""
    from pyproj import Geod  # noqa: PLC0415 - only polygons need it

    return float(abs(Geod(ellps="GRS80").geometry_area_perimeter(shapely.orient_polygons(polygon))[0]) / 1e6)


def _no_polygon(cell: CellRef, what_zh: str, what_en: str) -> Problem:
    """Return the finding of a cell that holds no polygon."""
    return problem("GE507", cell, cell=cell, what_zh=what_zh, what_en=what_en, wanted_zh="面", wanted_en="polygon")
