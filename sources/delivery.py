"""What was delivered for a data source: its files with their checksums. What they hold: sources/reading."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from inventory.config import RunConfig
from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError, Problem, problem
from sources.registry import DataSource, find_source

_CHUNK = 1 << 20


@dataclass(frozen=True)
class DeliveredFile:
    """One delivered file; `name` is its path inside the project, or as the project gives it."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True)
class Delivery:
    """The files of a data source, sorted by name, and how to read them."""

    source: DataSource
    files: tuple[DeliveredFile, ...]
    spec: DeliverySpec

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


def open_delivery(config: RunConfig, source_id: str) -> Delivery:
    """Return the delivery of a source with its checksums.

    Raises
    ------
    DataSourceError
        If there is no such source, the project names no file for it, or a file cannot be read; all findings at once.

    """
    source = find_source(source_id)
    spec = config.deliveries.get(source_id)
    if spec is None:
        raise DataSourceError(problem("TY2010", f"inventory.toml › deliveries.{source_id}"))
    problems: list[Problem] = []
    files: dict[str, DeliveredFile] = {}
    for pattern in spec.file:
        for path, name in _matching(config.project_dir, pattern):
            if not path.is_file():
                problems.append(problem("TY2001", name))
                continue
            try:
                files[name] = DeliveredFile(path, name, file_sha256(path))
            except OSError as error:
                problems.append(problem("TY2011", name, reason=error.strerror))
    if problems:
        raise DataSourceError(*problems)
    return Delivery(source, tuple(files[name] for name in sorted(files)), spec)


def file_sha256(path: Path) -> str:
    """Return the checksum of a file without holding it in memory."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _matching(project_dir: Path, pattern: str) -> list[tuple[Path, str]]:
    """Return the files of a pattern with their names; a pattern that matches nothing stands for itself."""
    found = sorted(project_dir.glob(pattern)) if any(sign in pattern for sign in "*?[") else []
    paths = found or [project_dir / pattern]
    return [
        (path, (path.relative_to(project_dir) if path.is_relative_to(project_dir) else path).as_posix())
        for path in paths
    ]
