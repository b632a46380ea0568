"""How a project delivers a data source: files, a table of a database or an address, and how to read them.

Knows the forms that a line of [deliveries] may take; opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from inventory.errors import Problem, problem

LAYER_SUFFIXES = (".gpkg", ".shp", ".geojson", ".json", ".zip")
"""Names that a layer may have."""

_DEGREE_CODES = (4490, 4326)


@dataclass(frozen=True)
class DeliverySpec:
    """One line of [deliveries] in inventory.toml.

    Attributes
    ----------
    file : tuple of str
        Paths or patterns relative to the project, e.g. `tables/cems/*.csv`; one of file, url and database is given.
    sheet : str
        Sheet of a workbook, or layer of a GeoPackage; empty: the template's sheet of the source, else the first.
    header_rows : int
        Rows of the header (merged cells in them are filled and joined by `›`).
    first_row : int
        Row on which the header begins, 1-based.
    delimiter, decimal, encoding : str
        Of text files; empty encoding: UTF-8, then GB18030, both strict.
    crs : str
        Of a layer that does not say it, or says it wrongly. Tables hold degrees: for them EPSG:4490 or 4326 alone,
        which states that the coordinates are right where they look shifted.
    columns : mapping of str to str
        Our column name by delivered header.
    url, sha256 : str
        Address to fetch, and the checksum that it must have.
    database, table, watermark : str
        Name of a section [databases.<name>], an allowed table of it, and the column that grows with every change.

    """

    file: tuple[str, ...] = ()
    sheet: str = ""
    header_rows: int = 1
    first_row: int = 1
    delimiter: str = ","
    decimal: str = "."
    encoding: str = ""
    crs: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    sha256: str = ""
    database: str = ""
    table: str = ""
    watermark: str = ""


_TYPES = {each.name: (int if each.name.endswith(("_row", "_rows")) else str) for each in fields(DeliverySpec)}


def parse_delivery(source_id: str, value: object) -> tuple[DeliverySpec | None, list[Problem]]:
    """Return the spec of a value of [deliveries]: a path, a list of paths, or a table of DeliverySpec's fields."""
    document: dict[str, Any] = dict(value) if isinstance(value, Mapping) else {"file": value}
    place = f"inventory.toml › deliveries.{source_id}"
    wrong = [f"{key}" for key, given in document.items() if not _fits(key, given)]
    if wrong:
        return None, [problem("TY1007", f"{place}.{key}", known="、".join(_TYPES)) for key in wrong]
    if sum(bool(document.get(key)) for key in ("file", "url", "database")) != 1:
        return None, [problem("TY1008", place)]
    files = document.get("file", ())
    document["file"] = (files,) if isinstance(files, str) else tuple(files)
    spec = DeliverySpec(**document)
    problems = _crs_problems(spec, f"{place}.crs")
    return (None, problems) if problems else (spec, [])


def is_in_degrees(crs: str) -> bool:
    """Return whether a CRS is stated and is EPSG:4490 or 4326, in whichever way it is written."""
    if not crs.strip():
        return False
    from pyproj import CRS  # noqa: PLC0415 - few projects state one
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        stated = CRS.from_user_input(crs)
    except CRSError:
        return False
    return any(stated.equals(CRS.from_epsg(code), ignore_axis_order=True) for code in _DEGREE_CODES)


def is_layer_name(name: str) -> bool:
    """Return whether a path, pattern or address ends as a layer does."""
    return PurePosixPath(name).suffix.lower() in LAYER_SUFFIXES


def _crs_problems(spec: DeliverySpec, place: str) -> list[Problem]:
    """Return what is wrong with a stated CRS: unknown, or of a table whose coordinates nobody would transform."""
    if not spec.crs or is_in_degrees(spec.crs):
        return []
    from pyproj import CRS  # noqa: PLC0415
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        CRS.from_user_input(spec.crs)
    except CRSError:
        return [problem("GE504", place, crs=spec.crs[:80])]
    names = (*spec.file, *((urlsplit(spec.url).path,) if spec.url else ()))
    is_layer = bool(names) and all(is_layer_name(name) for name in names)
    return [] if is_layer else [problem("TY2906", place, crs=spec.crs[:80])]


def _fits(key: str, given: object) -> bool:
    """Return whether a key is known and its value has the right type."""
    if key == "file":
        return isinstance(given, str) or (isinstance(given, list) and all(isinstance(item, str) for item in given))
    if key == "columns":
        return isinstance(given, Mapping) and all(isinstance(name, str) for name in given.values())
    return key in _TYPES and isinstance(given, _TYPES[key]) and not isinstance(given, bool)
