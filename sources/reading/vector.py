"""A delivered layer (GeoPackage, Shapefile, GeoJSON) as the cells that a CSV of the same data would hold.

Points become lon and lat, lines one row per vertex, polygons WKT; all in EPSG:4490. Nothing is repaired here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from inventory.delivery_spec import DeliverySpec
from inventory.errors import CellRef, DataSourceError, Problem, problem
from sources.delivery import DeliveredFile
from sources.reading.cells import Cells
from sources.reading.layer_crs import to_degrees
from sources.reading.layer_features import Layer, read_features
from sources.reading.layer_files import local_copy
from sources.registry import DataSource

__all__ = ["read_layer"]

_SAME_DEGREES = 1e-6


@dataclass(frozen=True)
class _Shape:
    """What a source wants of a geometry: its columns, and the GEOS types, of which the second may have one part."""

    columns: tuple[str, ...]
    single: int
    multi: int
    zh: str
    en: str
    is_multi_kept: bool = False


_SHAPES = {
    "point": _Shape(("lon", "lat"), 0, 4, "点", "point"),
    "vertices": _Shape(("seq", "lon", "lat"), 1, 5, "线", "line"),
    "polygon": _Shape(("wkt",), 3, 6, "面", "polygon", is_multi_kept=True),
}


def read_layer(file: DeliveredFile, source: DataSource, spec: DeliverySpec) -> Cells:
    """Return a layer as rows of text below a header.

    Parameters
    ----------
    file : DeliveredFile
        .gpkg, .shp (its parts beside it), .zip of a Shapefile, .geojson.
    source : DataSource
        Its `geometry` says what becomes of the geometries.
    spec : DeliverySpec
        `sheet` names the layer, `crs` the coordinate system where the file does not say it (or says it wrongly),
        `encoding` that of a Shapefile.

    Returns
    -------
    Cells
        Row 1 is the header; features follow in their order. A feature whose geometry cannot be used keeps its row,
        with empty coordinates and a finding (GE507).

    Raises
    ------
    DataSourceError
        For what concerns the whole layer: SC903, TY2901, TY2902, TY2905, IN113, GE501, GE502, GE504.

    """
    shape = _SHAPES.get(source.geometry)
    if shape is None:
        what = (f"数据源 {source.source_id} 不收图层", f"the source {source.source_id} takes no layers")
        raise DataSourceError(problem("TY2901", file.name, what_zh=what[0], what_en=what[1]))
    with local_copy(file) as files:
        layer = read_features(files, file, source=source, spec=spec)
    flat, flat_remarks = _flat(layer.geometry, file.name)
    crs = spec.crs if spec.crs and (spec.crs != layer.crs) else layer.crs
    overruled = bool(spec.crs and layer.crs and not layer.is_crs_implied and spec.crs != layer.crs)
    degrees = to_degrees(flat, crs, " › ".join(part for part in (file.name, layer.name) if part))
    remark = f"{file.name}：坐标系按 [deliveries] 取 {crs} / CRS taken from [deliveries]（文件 / file: {layer.crs}）"
    rows, problems = _table(layer, degrees, shape, source=source, spec=spec, file=file.name)
    remarks = (*layer.remarks, *flat_remarks, *([remark] if overruled else []))
    return Cells(file.name, layer.name, rows, remarks=remarks, problems=(*layer.problems, *problems))


def _flat(geometry: NDArray[np.object_], name: str) -> tuple[NDArray[np.object_], tuple[str, ...]]:
    """Return geometries without heights and measures, and a remark where there were any."""
    high = int((shapely.has_z(geometry) | shapely.has_m(geometry)).sum())
    flat = np.asarray(shapely.force_2d(geometry), dtype=object)
    remark = (
        f"{name}：{high} 个几何的高程或测度（Z/M）没有读入 / heights or measures (Z/M) of {high} geometries not read"
    )
    return flat, (remark,) if high else ()


def _table(
    layer: Layer, geometry: NDArray[np.object_], shape: _Shape, *, source: DataSource, spec: DeliverySpec, file: str
) -> tuple[list[list[str]], list[Problem]]:
    """Return header and rows, the geometry's columns last, and the findings of single features."""
    taken = _names(shape, source, spec)
    kept = [k for k, name in enumerate(layer.columns) if name not in taken]
    rows = [[*(layer.columns[k] for k in kept), *shape.columns]]
    problems: list[Problem] = []
    for number, (attributes, one) in enumerate(zip(layer.rows, geometry, strict=True), start=1):
        row_number = len(rows) + 1
        usable, what = _usable(one, shape)
        if usable is None:
            cell = CellRef(file, layer.name, row_number, shape.columns[-1])
            problems.append(
                problem(
                    "GE507", _place(cell, number), cell=cell,
                    what_zh=what[0], what_en=what[1], wanted_zh=shape.zh, wanted_en=shape.en,
                )
            )  # fmt: skip
        values = _values(usable, shape)
        if shape is _SHAPES["point"] and usable is not None:
            problems += _contradicted(layer, attributes, values[0], taken=taken, place=(file, row_number, number))
        rows += [[*(attributes[k] for k in kept), *cells] for cells in values]
    return rows, problems


def _place(cell: CellRef, feature: int) -> str:
    """Return where a finding of a feature stands; features count from 1, as GIS software has no row of headers."""
    where = (cell.file, cell.sheet, f"要素 {feature} / feature {feature}", cell.column)
    return " › ".join(part for part in where if part)


def _names(shape: _Shape, source: DataSource, spec: DeliverySpec) -> dict[str, str]:
    """Return the names under which an attribute would be a column of the geometry: ours, Chinese, or declared."""
    names = {name: name for name in shape.columns}
    names |= {column.zh: column.name for column in source.columns if column.zh and column.name in shape.columns}
    return names | {theirs: ours for theirs, ours in spec.columns.items() if ours in shape.columns}


def _usable(one: shapely.Geometry | None, shape: _Shape) -> tuple[shapely.Geometry | None, tuple[str, str]]:
    """Return the geometry in the type that is wanted, or None and why."""
    if one is None or one.is_empty:
        return None, ("空几何或读不出", "empty or unreadable")
    kind = shapely.get_type_id(one)
    if kind == shape.multi and not shape.is_multi_kept and shapely.get_num_geometries(one) == 1:
        one, kind = shapely.get_geometry(one, 0), shape.single
    allowed = (shape.single, shape.multi) if shape.is_multi_kept else (shape.single,)
    if kind not in allowed:
        return None, (f"类型为 {one.geom_type}", f"it is a {one.geom_type}")
    if (shape.single == 1 and one.length == 0) or (shape.single == 3 and _has_no_extent(one)):
        return None, ("没有长度或面积", "it has no length or area")
    return one, ("", "")


def _has_no_extent(one: shapely.Geometry) -> bool:
    """Return whether a polygon is a line or a point; a bow-tie, whose signed area is 0, is not."""
    west, south, east, north = one.bounds
    return not (east > west and north > south)


def _values(one: shapely.Geometry | None, shape: _Shape) -> list[list[str]]:
    """Return the cells of a geometry: one list per row."""
    if one is None:
        return [["" for _ in shape.columns]]
    if shape.single == 3:
        return [[shapely.to_wkt(one, rounding_precision=-1)]]
    ends = shapely.get_coordinates(one).tolist()
    if shape.single == 0:
        return [[_degree(value) for value in ends[0]]]
    return [[str(seq), _degree(lon), _degree(lat)] for seq, (lon, lat) in enumerate(ends, start=1)]


def _degree(value: float) -> str:
    """Return a coordinate as a CSV holds it."""
    return str(int(value)) if value.is_integer() else repr(value)


def _contradicted(
    layer: Layer, attributes: list[str], values: list[str], *, taken: dict[str, str], place: tuple[str, int, int]
) -> list[Problem]:
    """Return attributes lon and lat that are not those of the geometry; `place` is file, row and feature."""
    found = []
    file, row, feature = place
    for name, text in zip(layer.columns, attributes, strict=True):
        if name not in taken or not text.strip():
            continue
        geometry = values[_SHAPES["point"].columns.index(taken[name])]
        try:
            agrees = abs(float(text) - float(geometry)) <= _SAME_DEGREES
        except ValueError:
            agrees = False
        if not agrees:
            cell = CellRef(file, layer.name, row, name)
            found.append(problem("TY2904", _place(cell, feature), cell=cell, column=name, given=text, found=geometry))
    return found
