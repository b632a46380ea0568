"""How a project delivers a data source: files, a table of a database or an address, and how to read them.

Knows the forms that a line of [deliveries] may take; opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from inventory.errors import Problem, problem


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
        Of coordinates, where they are not EPSG:4490 or 4326, or the file does not say.
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
    return DeliverySpec(**document), []


def _fits(key: str, given: object) -> bool:
    """Return whether a key is known and its value has the right type."""
    if key == "file":
        return isinstance(given, str) or (isinstance(given, list) and all(isinstance(item, str) for item in given))
    if key == "columns":
        return isinstance(given, Mapping) and all(isinstance(name, str) for name in given.values())
    return key in _TYPES and isinstance(given, _TYPES[key]) and not isinstance(given, bool)
