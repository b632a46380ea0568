"""Which data sources there are: every folder of sources/ with a source.toml; no list to edit."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from inventory.errors import DataSourceError, Problem


@dataclass(frozen=True)
class SourceColumn:
    """A column that a delivery must have: type is text, code or number."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class DataSource:
    """Provenance and shape of a data source, as its source.toml says."""

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


@cache
def all_sources() -> dict[str, DataSource]:
    """Return every data source by id."""
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
        raise DataSourceError(
            Problem("TY2009", source_id, f"没有这个数据源；现有：{known}", f"no such data source; there are: {known}")
        )
    return all_sources()[source_id]


def _source(source_id: str, document: dict[str, Any]) -> DataSource:
    """Return the data source of a parsed source.toml."""
    release = document["release"]
    columns = tuple(
        SourceColumn(name, about["type"], bool(about.get("required", False)))
        for name, about in document["columns"].items()
    )
    return DataSource(
        source_id, document["group"], document["title"], document["producer"], document["citation"], document["licence"],
        str(document["version"]), str(document["accessed"]), release["file"], release["sha256"], int(release["size"]), columns,
    )  # fmt: skip
