"""A layer as attributes in text and geometries: GeoJSON by the JSON parser alone, the others by GDAL.

Decides on encodings and on how numbers are written; knows nothing of coordinate systems or of what a source wants.
"""

from __future__ import annotations

import codecs
import json
import math
import sqlite3
import warnings
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from inventory.delivery_spec import DeliverySpec
from inventory.errors import CellRef, DataSourceError, Problem, problem
from sources.delivery import DeliveredFile
from sources.reading.gdal_guard import guard_gdal
from sources.reading.layer_files import GEOJSON, SHAPEFILE, LayerFiles
from sources.registry import DataSource

_EXACT = 2**53
_CURVES = {"CIRCULARSTRING", "COMPOUNDCURVE", "CURVEPOLYGON", "MULTICURVE", "MULTISURFACE", "CURVE", "SURFACE"}
_UTF8, _GB = "utf-8", "gb18030"


@dataclass(frozen=True)
class Layer:
    """The features of a layer in their order.

    Attributes
    ----------
    name : str
        Of the layer; empty for GeoJSON and Shapefile.
    columns : list of str
    rows : list of list of str
        Attributes as a CSV would hold them; row k stands in row k + 2 of such a CSV.
    geometry : ndarray of Geometry, shape (n,)
        None where there is none or it cannot be read.
    crs : str
        As the file declares it; empty where it does not.
    is_crs_implied : bool
        The format implies the CRS (GeoJSON): the delivery may say otherwise.
    remarks, problems : tuple
        As in Cells.

    """

    name: str
    columns: list[str]
    rows: list[list[str]]
    geometry: NDArray[np.object_]
    crs: str
    is_crs_implied: bool = False
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_features(files: LayerFiles, file: DeliveredFile, *, source: DataSource, spec: DeliverySpec) -> Layer:
    """Return the features of a layer.

    Raises
    ------
    DataSourceError
        TY2901 if the file is no layer, TY2902 if it lacks the layer that is asked for, IN113 for an unclear encoding.

    """
    if files.driver == GEOJSON:
        return _geojson(files, file)
    if files.driver == SHAPEFILE:
        return _shapefile(files, file, spec)
    return _geopackage(files, file, wanted=(spec.sheet, source.zh, source.source_id))


def cell_text(value: object) -> str:
    """Return a value as a CSV holds it: 58847 for 58847.0, else the shortest digits of the same number, '' for none."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        return "" if math.isnan(value) else _number_text(float(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None or str(value) == "NaT" else str(value)


def _number_text(number: float) -> str:
    """Return a number as a CSV holds it."""
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else repr(number)


def _geojson(files: LayerFiles, file: DeliveredFile) -> Layer:
    """Return the features of a GeoJSON feature collection."""
    text, remarks = _decoded(files.path.read_bytes(), file)
    document = _feature_collection(text, file)
    records, shapes = [], []
    for number, feature in enumerate(document["features"], start=2):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise _unreadable(file, f"第 {number - 1} 个不是 Feature", f"item {number - 1} is not a Feature")
        properties = feature.get("properties") or {}
        records.append(properties if isinstance(properties, dict) else {})
        shapes.append(json.dumps(feature.get("geometry")))
    columns = list(dict.fromkeys(name for record in records for name in record))
    values = [[record.get(name) for record in records] for name in columns]
    geometry = np.asarray(shapely.from_geojson(np.array(shapes, dtype=object), on_invalid="ignore"), dtype=object)
    crs, is_implied = _geojson_crs(document.get("crs"), file)
    problems = _lost_digits(columns, values, file, "")
    return Layer("", columns, _rows(values, len(records)), geometry, crs, is_implied, remarks, problems)


def _feature_collection(text: str, file: DeliveredFile) -> dict[str, Any]:
    """Return a GeoJSON document whose `features` are a list."""
    try:
        document = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, f"JSON：{error}", f"JSON: {error}") from error
    is_collection = isinstance(document, dict) and document.get("type") == "FeatureCollection"
    if not is_collection or not isinstance(document.get("features"), list):
        raise _unreadable(file, "不是 FeatureCollection", "not a FeatureCollection")
    return dict(document)


def _geojson_crs(member: object, file: DeliveredFile) -> tuple[str, bool]:
    """Return the CRS that an old-style `crs` member names, WGS84 by the standard (RFC 7946) without one."""
    if member is None:
        return "EPSG:4326", True
    properties = member.get("properties") if isinstance(member, dict) else None
    if isinstance(member, dict) and member.get("type") == "name" and isinstance(properties, dict):
        return str(properties.get("name", "")), False
    what = ("crs 成员不是名称", "the crs member is not a name")
    raise DataSourceError(problem("GE501", file.name, what_zh=what[0], what_en=what[1]))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose keys occur once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key occurs twice / 键重复"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> float:
    """Refuse NaN and Infinity, which JSON does not have."""
    message = f"{name} is not JSON"
    raise ValueError(message)


def _decoded(content: bytes, file: DeliveredFile) -> tuple[str, tuple[str, ...]]:
    """Return a text and what was found about its encoding."""
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return content.decode(_GB), (f"{file.name}：按 GB18030 读取 / read as GB18030",)
    except UnicodeDecodeError as error:
        raise _unreadable(file, "编码既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030") from error


def _geopackage(files: LayerFiles, file: DeliveredFile, *, wanted: Sequence[str]) -> Layer:
    """Return the features of a layer of a GeoPackage."""
    guard_gdal()
    import pyogrio  # noqa: PLC0415 - a third of a second of start-up

    known = _with_gdal(file, lambda: [str(name) for name, kind in pyogrio.list_layers(files.path) if kind])[0]
    if not known or (wanted[0] and wanted[0] not in known):
        raise DataSourceError(
            problem("TY2902", file.name, layer=wanted[0] or "（空间）", known="、".join(known) or "—")
        )
    name = next((each for each in wanted if each in known), known[0])
    remark = f"{file.name}：读取图层 {name} / layer read: {name}（{known}）"
    layer = _read(files, file, name)
    return _with_remarks(layer, (*([remark] if len(known) > 1 else []), *_curve_remarks(files, name)))


def _shapefile(files: LayerFiles, file: DeliveredFile, spec: DeliverySpec) -> Layer:
    """Return the features of a Shapefile, its text decoded strictly."""
    raw = _read(files, file, None, encoding="ISO-8859-1")
    declared = spec.encoding or files.codepage
    texts = _not_ascii((raw.columns, *raw.rows))
    encoding = _codec(declared, file) if declared else _likely(texts)
    problems = list(raw.problems)

    def decoded(text: str, place: object, cell: CellRef | None) -> str:
        try:
            return text.encode("latin-1").decode(encoding)
        except UnicodeDecodeError:
            what = (f"按 {encoding} 解码失败（可能在汉字中间被截断）", f"not {encoding}, perhaps cut in mid-character")
            problems.append(problem("IN113", place, cell=cell, what_zh=what[0], what_en=what[1]))
            return ""

    columns = [decoded(name, f"{file.name} › {name.encode('latin-1')!r}", None) for name in raw.columns]
    if not all(columns):
        raise DataSourceError(*problems)
    rows = []
    for number, row in enumerate(raw.rows, start=2):
        cells = [CellRef(file.name, "", number, column) for column in columns]
        rows.append([decoded(text, cell, cell) for text, cell in zip(row, cells, strict=True)])
    remark = f"{file.name}：没有 .cpg，按 {encoding} 读取 / no .cpg, read as {encoding}"
    layer = Layer("", columns, rows, raw.geometry, raw.crs, problems=tuple(problems))
    return _with_remarks(layer, (*raw.remarks, *([remark] if texts and not declared else [])))


def _not_ascii(rows: Sequence[Sequence[str]]) -> list[bytes]:
    """Return the bytes of the texts on which the encoding matters."""
    return [text.encode("latin-1") for row in rows for text in row if not text.isascii()]


def _codec(name: str, file: DeliveredFile) -> str:
    """Return Python's name of a code page; GBK and GB2312 are read as their superset GB18030."""
    plain = name.strip().lower().removeprefix("ansi ").removeprefix("oem ")
    if plain in ("gbk", "gb2312", "936", "cp936", "gb18030", "54936"):
        return _GB
    try:
        return codecs.lookup({"65001": _UTF8}.get(plain, f"cp{plain}" if plain.isdigit() else plain)).name
    except LookupError as error:
        what = (f"未知的编码 {name}", f"unknown encoding {name}")
        raise DataSourceError(problem("IN113", file.name, what_zh=what[0], what_en=what[1])) from error


def _likely(texts: Sequence[bytes]) -> str:
    """Return UTF-8 if most texts are valid in it, else GB18030; a cut text must not turn the others into mojibake."""
    valid = sum(_is_valid(text) for text in texts)
    return _UTF8 if 2 * valid >= len(texts) else _GB


def _is_valid(text: bytes) -> bool:
    """Return whether a text is UTF-8."""
    try:
        text.decode(_UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _read(files: LayerFiles, file: DeliveredFile, name: str | None, *, encoding: str | None = None) -> Layer:
    """Return the features that GDAL reads, after making sure that the driver is the one that the content asks for."""
    guard_gdal()
    import pyogrio  # noqa: PLC0415 - a third of a second of start-up

    about, _ = _with_gdal(file, lambda: pyogrio.read_info(files.path, layer=name, encoding=encoding))
    if about["driver"] != files.driver:
        raise _unreadable(file, f"GDAL 认作 {about['driver']}", f"GDAL takes it for {about['driver']}")
    (meta, _, wkb, fields), warned = _with_gdal(
        file, lambda: pyogrio.raw.read(files.path, layer=name, encoding=encoding, datetime_as_string=True)
    )
    columns = [str(field) for field in meta["fields"]]
    n = len(wkb) if wkb is not None else len(fields[0]) if fields else 0
    empty = np.full(n, None, dtype=object)
    geometry = empty if wkb is None else np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    crs = "" if not meta["crs"] or "undefined" in str(meta["crs"])[:40].lower() else str(meta["crs"])
    problems = _lost_digits(columns, fields, file, name or "")
    return Layer(name or "", columns, _rows(fields, n), geometry, crs, remarks=warned, problems=problems)


def _with_gdal(file: DeliveredFile, call: Callable[[], Any]) -> tuple[Any, tuple[str, ...]]:
    """Return what a call of pyogrio returns, and its warnings as remarks."""
    from pyogrio import errors  # noqa: PLC0415 - a third of a second of start-up

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = call()
        except (errors.DataSourceError, errors.DataLayerError, errors.GeometryError, RuntimeError, ValueError) as error:
            said = str(error).replace(str(file.path.parent), "")
            raise _unreadable(file, said, said) from error
    return found, tuple(dict.fromkeys(f"{file.name}：{item.message}" for item in caught))


def _curve_remarks(files: LayerFiles, name: str) -> tuple[str, ...]:
    """Return a remark if a layer of a GeoPackage is declared as curves, which GDAL hands over as chords."""
    query = "select geometry_type_name from gpkg_geometry_columns where table_name = ?"
    with closing(sqlite3.connect(f"{files.path.as_uri()}?mode=ro", uri=True)) as connection:
        kinds = {str(kind).upper() for (kind,) in connection.execute(query, (name,))}
    return (f"{name}：曲线按弦线读取 / curves read as chords",) if kinds & _CURVES else ()


def _rows(fields: Sequence[Any], n: int) -> list[list[str]]:
    """Return columns of values as rows of text."""
    texts = [[cell_text(value) for value in values] for values in fields]
    return [[column[k] for column in texts] for k in range(n)]


def _lost_digits(columns: list[str], fields: Sequence[Any], file: DeliveredFile, sheet: str) -> tuple[Problem, ...]:
    """Return whole numbers that a double cannot hold: an 18-digit code would change without a word."""
    found = []
    for column, values in zip(columns, fields, strict=True):
        for number, value in enumerate(values, start=2):
            if isinstance(value, float | np.floating) and float(value).is_integer() and abs(float(value)) >= _EXACT:
                cell = CellRef(file.name, sheet, number, column)
                found.append(problem("TY2903", cell, cell=cell, value=f"{value:.17g}"))
    return tuple(found)


def _with_remarks(layer: Layer, remarks: tuple[str, ...]) -> Layer:
    """Return a layer with remarks."""
    return Layer(
        layer.name, layer.columns, layer.rows, layer.geometry, layer.crs, layer.is_crs_implied,
        (*layer.remarks, *remarks), layer.problems,
    )  # fmt: skip


def _unreadable(file: DeliveredFile, what_zh: str, what_en: str) -> DataSourceError:
    """Return the error of a file that is no layer."""
    return DataSourceError(problem("TY2901", file.name, what_zh=what_zh, what_en=what_en))
