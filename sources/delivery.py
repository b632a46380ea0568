"""What was delivered for a data source: its files with their checksums. What they hold: sources/reading."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from inventory.config import RunConfig
from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError, Problem, SchemaError, problem
from inventory.safe_paths import require_inside
from sources.archive import file_sha256
from sources.registry import DataSource, find_source
from sources.remote.pulling import RemoteAccess, open_remote

__all__ = ["DeliveredFile", "Delivery", "file_sha256", "open_delivery", "shapefile_parts", "whole_sha256"]

_COMPANIONS = (".shx", ".dbf", ".prj", ".cpg")
"""Parts of a Shapefile beside the .shp, in a fixed order."""


@dataclass(frozen=True)
class DeliveredFile:
    """One delivered file; `name` is its path inside the project, or as the project gives it."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True)
class Delivery:
    """The files of a data source, sorted by name, how to read them, and what was noticed when they were fetched."""

    source: DataSource
    files: tuple[DeliveredFile, ...]
    spec: DeliverySpec
    remarks: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Checksum of the file; of all checksums where there are several."""
        if len(self.files) == 1:
            return self.files[0].sha256
        return hashlib.sha256("".join(file.sha256 for file in self.files).encode()).hexdigest()

    @property
    def name(self) -> str:
        """Name of the file, or of the first of several."""
        return self.files[0].name


def open_delivery(config: RunConfig, source_id: str, access: RemoteAccess | None = None) -> Delivery:
    """Return the delivery of a source with its checksums; `access` lets addresses and databases be asked.

    Raises
    ------
    DataSourceError
        If there is no such source, the project names no file for it, or a file cannot be read; all findings at once.

    """
    source = find_source(source_id)
    spec = config.deliveries.get(source_id)
    if spec is None:
        raise DataSourceError(problem("TY2010", f"inventory.toml › deliveries.{source_id}"))
    if spec.url or spec.database:
        return _remote(source, spec, access)
    place = f"inventory.toml › deliveries.{source_id}"
    problems: list[Problem] = []
    files: dict[str, DeliveredFile] = {}
    for pattern in spec.file:
        try:
            found = _matching(config, pattern, place)
        except SchemaError as error:
            problems += error.problems
            continue
        for path, name in found:
            if not path.is_file():
                problems.append(problem("TY2001", name))
                continue
            try:
                files[name] = DeliveredFile(path, name, whole_sha256(path))
            except OSError as error:
                problems.append(problem("TY2011", name, reason=error.strerror))
    if problems:
        raise DataSourceError(*problems)
    return Delivery(source, tuple(files[name] for name in sorted(files)), spec)


def shapefile_parts(path: Path) -> tuple[Path, ...]:
    """Return the files that belong to a .shp, itself first: all of them decide what is read; else the file alone."""
    if path.suffix.lower() != ".shp":
        return (path,)
    same = {each.suffix.lower(): each for each in path.parent.glob("*") if each.stem.lower() == path.stem.lower()}
    return (path, *(same[part] for part in _COMPANIONS if part in same))


def whole_sha256(path: Path) -> str:
    """Return the checksum of a file; of a Shapefile, over all its parts."""
    parts = shapefile_parts(path)
    if len(parts) == 1:
        return file_sha256(path)
    return hashlib.sha256("".join(file_sha256(part) for part in parts).encode()).hexdigest()


def _remote(source: DataSource, spec: DeliverySpec, access: RemoteAccess | None) -> Delivery:
    """Return the snapshot of an address or a database; our own snapshots are CSV in UTF-8."""
    if access is None:
        raise DataSourceError(problem("TY2022", f"inventory.toml › deliveries.{source.source_id}"))
    snapshot = open_remote(source.source_id, spec, access)
    if spec.database:
        spec = replace(spec, sheet="", header_rows=1, first_row=1, delimiter=",", decimal=".", encoding="utf-8")
    return Delivery(
        source, (DeliveredFile(snapshot.path, snapshot.name, snapshot.sha256),), spec, tuple(snapshot.remarks)
    )


def _matching(config: RunConfig, pattern: str, place: str) -> list[tuple[Path, str]]:
    """Return the files of a pattern with their names; a pattern that matches nothing stands for itself.

    Raises
    ------
    SchemaError
        If the pattern, or a link that it matches, leaves the project and its declared folders.

    """
    project_dir = config.project_dir
    require_inside(project_dir, pattern, roots=config.allowed_roots, place=place)
    found = sorted(project_dir.glob(pattern)) if any(sign in pattern for sign in "*?[") else []
    layers = {path.with_suffix("") for path in found if path.suffix.lower() == ".shp"}
    found = [path for path in found if path.suffix.lower() not in _COMPANIONS or path.with_suffix("") not in layers]
    paths = found or [project_dir / pattern]
    inside = [path.relative_to(project_dir) if path.is_relative_to(project_dir) else path for path in paths]
    for name in inside:
        require_inside(project_dir, name.as_posix(), roots=config.allowed_roots, place=place)
    return [(path, name.as_posix()) for path, name in zip(paths, inside, strict=True)]
