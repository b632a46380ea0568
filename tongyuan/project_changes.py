"""What changed in the tables of a project since its last release: no edited share or removal stays unsaid."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from inventory.config import RunConfig
from sources.archive import Archive
from tongyuan.resume import file_digest

_RECORD = "project_tables.json"
_SHOWN = 3


def keep_project_tables(config: RunConfig, out: Path) -> None:
    """Keep the tables and settings of a published build, for `project_changes` of the next one."""
    archive = Archive.of(out)
    kept: dict[str, str] = {}
    for path in _tables(config):
        kept[_name(config, path)] = file_digest(path)
        archive.keep(path)
    archive.write_document(_RECORD, archive.read_document(_RECORD) | {config.region_code: kept})


def project_changes(config: RunConfig, out: Path) -> list[str]:
    """Return a sentence for each table of the project that differs from the one of the last release."""
    archive = Archive.of(out)
    kept = archive.read_document(_RECORD).get(config.region_code, {})
    sentences = []
    for path in _tables(config):
        name = _name(config, path)
        before = kept.get(name, "")
        if before and before != file_digest(path):
            earlier = archive.find(before, path.suffix)
            sentences += _difference(name, path, earlier.read_bytes() if earlier else b"")
    return sentences


def _tables(config: RunConfig) -> list[Path]:
    """Return the settings and tables at the top of a project, and its local factors."""
    folders = [config.project_dir, *([config.local_factors] if config.local_factors else [])]
    found = (path for folder in folders for path in folder.iterdir())
    return sorted(path for path in found if path.suffix in {".toml", ".csv"} and path.is_file())


def _name(config: RunConfig, path: Path) -> str:
    """Return the path of a table inside the project."""
    inside = path.is_relative_to(config.project_dir)
    return (path.relative_to(config.project_dir) if inside else path).as_posix()


def _difference(name: str, path: Path, before: bytes) -> list[str]:
    """Return how many lines are new and gone, with the first of each; the order of lines says nothing."""
    new_lines, old_lines = (
        Counter(text.decode("utf-8", "replace").splitlines()) for text in (path.read_bytes(), before)
    )
    added, removed = list((new_lines - old_lines).elements()), list((old_lines - new_lines).elements())
    if not added and not removed:
        return []
    shown = "；".join(
        [*(f"+ {line[:80]}" for line in added[:_SHOWN]), *(f"− {line[:80]}" for line in removed[:_SHOWN])]
    )
    return [
        f"[W207] {name}：与上次发布相比新增或改动 {len(added)} 行，删去或改动 {len(removed)} 行"
        f" / lines new and gone since the last release：{shown}"
    ]
