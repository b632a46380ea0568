"""Which data sources there are: every folder of sources/ with a source.toml; no list to edit."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import pandas as pd

from inventory.errors import DataSourceError, problem

COLUMN_TYPES = ("text", "code", "number", "integer", "year", "unit", "rating")
_FIELDS = (
    "title", "group", "producer", "citation", "licence", "version", "published", "accessed", "url_main", "url_download",
)  # fmt: skip
_RELEASE_FIELDS = ("file", "sha256", "size")


GROUPS = ("statistical", "point", "mobile", "spatial")
"""Kinds of data source; a build pulls each group with its own mapped tasks."""


@dataclass(frozen=True)
class SourceColumn:
    """A column that a delivery must have.

    Attributes
    ----------
    type : str
        One of COLUMN_TYPES.
    required : bool
        No cell may be empty.
    also : tuple of str
        Units that the source uses beside those of the vocabulary; taken as delivered.
    zh, note, example : str
        Chinese header, what to write (with the unit) and an example; for templates, and `zh` is accepted as a header.
    codes : str
        Vocabulary table (`fuels`, `regions` …) or list `a|b|c` that the cells come from; for drop-downs.
    low, high : float
        Bounds of a number, inclusive; nan where there is none.
    optional : bool
        The column may be absent; its cells are empty then.

    """

    name: str
    type: str
    required: bool
    also: tuple[str, ...] = ()
    zh: str = ""
    note: str = ""
    example: str = ""
    codes: str = ""
    low: float = float("nan")
    high: float = float("nan")
    optional: bool = False


@dataclass(frozen=True)
class DataSource:
    """Provenance and shape of a data source, as its source.toml says.

    Attributes
    ----------
    kind : str
        `table`: extract.py gives text rows; `series`: it streams a large delivery into typed columns itself.
    is_required : bool
        A project must deliver it; the raw table of another one is empty where a project does not.
    geometry : str
        What a layer (GeoPackage, Shapefile, GeoJSON) becomes: `point` (columns lon, lat), `vertices` (one row per
        vertex with seq, lon, lat), `polygon` (column wkt), or empty: the source takes no layers.
    zh, provider : str
        Sheet name and workbook of its template.

    """

    source_id: str
    group: str
    title: str
    producer: str
    citation: str
    licence: str
    version: str
    accessed: str
    release_file: str
    release_sha256: str
    release_size: int
    columns: tuple[SourceColumn, ...]
    kind: str = "table"
    is_required: bool = False
    geometry: str = ""
    zh: str = ""
    provider: str = ""

    @property
    def is_series(self) -> bool:
        """Whether extract.py streams the delivery itself."""
        return self.kind == "series"


@cache
def all_sources() -> dict[str, DataSource]:
    """Return every data source by id.

    Raises
    ------
    DataSourceError
        If a source.toml lacks a field (no checksum: it does not run) or declares an unknown column type.

    """
    found: dict[str, DataSource] = {}
    for folder in files("sources").iterdir():
        path = folder.joinpath("source.toml")
        if folder.is_dir() and path.is_file():
            found[folder.name] = _source(folder.name, tomllib.loads(path.read_text(encoding="utf-8")))
    return dict(sorted(found.items()))


def find_source(source_id: str) -> DataSource:
    """Return a data source.

    Raises
    ------
    DataSourceError
        If sources/ has no such folder.

    """
    if source_id not in all_sources():
        known = "、".join(all_sources())
        raise DataSourceError(problem("TY2009", source_id, known=known))
    return all_sources()[source_id]


def provider_maps(source_id: str) -> dict[str, pd.DataFrame]:
    """Return the provider's codes in our words: every CSV beside the source.toml, by file stem."""
    folder = files("sources").joinpath(source_id)
    tables = [path for path in folder.iterdir() if path.name.endswith(".csv")]
    return {
        path.name.removesuffix(".csv"): pd.read_csv(
            StringIO(path.read_text(encoding="utf-8")), dtype=str, keep_default_na=False
        )
        for path in sorted(tables, key=lambda path: path.name)
    }


def _source(source_id: str, document: dict[str, Any]) -> DataSource:
    """Return the data source of a parsed source.toml."""
    place, release = f"sources/{source_id}/source.toml", document.get("release", {})
    missing = [name for name in (*_FIELDS, "columns") if name not in document]
    if document.get("required", False):
        missing += [f"release.{name}" for name in _RELEASE_FIELDS if not release.get(name)]
    if missing:
        raise DataSourceError(problem("TY2016", place, names=missing))
    columns = tuple(_column(name, about) for name, about in document["columns"].items())
    if document["group"] not in GROUPS:
        raise DataSourceError(problem("TY2019", place, text=document["group"]))
    unknown = sorted({column.type for column in columns} - set(COLUMN_TYPES))
    if unknown:
        raise DataSourceError(problem("TY2023", place, names=unknown))
    return DataSource(
        source_id, document["group"], document["title"], document["producer"], document["citation"],
        document["licence"], str(document["version"]), str(document["accessed"]),
        str(release.get("file", "")), str(release.get("sha256", "")), int(release.get("size", 0)), columns,
        str(document.get("kind", "table")), bool(document.get("required", False)), str(document.get("geometry", "")),
        str(document.get("zh", "")), str(document.get("provider", "")),
    )  # fmt: skip


def _column(name: str, about: dict[str, Any]) -> SourceColumn:
    """Return a column of a parsed source.toml."""
    low, high = (float(bound) for bound in about.get("range", (float("nan"), float("nan"))))
    texts = {key: str(about.get(key, "")) for key in ("zh", "note", "example", "codes")}
    return SourceColumn(
        name, about["type"], bool(about.get("required", False)), tuple(about.get("also", ())),
        low=low, high=high, optional=bool(about.get("optional", False)), **texts,
    )  # fmt: skip
