"""The release store: publish whole or not at all, one pointer, list, open and verify.

releases/<period>-<12 hex of content_hash>/   inventory.duckdb, layers, workbook, map; manifest.json written last
releases/current                              id of the current release, swapped atomically
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grids.layers.checked_file import sync
from inventory.duckdb_settings import SEALED
from inventory.errors import ReleaseError, problem
from inventory.step_report import StepReport
from tongyuan.content_hash import content_hash
from tongyuan.resume import file_digest, write_text

if TYPE_CHECKING:
    import sqlalchemy

POINTER = "current"
MANIFEST = "manifest.json"
STORE_NAME = "inventory.duckdb"
PRIVATE_FOLDER = "release"
IDENTITY_FILE = "release.json"


@dataclass(frozen=True)
class Release:
    """A published release.

    Attributes
    ----------
    path : Path
        Its folder.
    manifest : dict
        manifest.json: release_id, content_hash, input_hash, tables, files with size and sha256, and what was built.

    """

    path: Path
    manifest: dict[str, Any] = field(repr=False)

    @property
    def release_id(self) -> str:
        """Name of the release."""
        return str(self.manifest["release_id"])

    @cached_property
    def engine(self) -> sqlalchemy.Engine:
        """SQLAlchemy engine on inventory.duckdb, read-only; dispose() frees the file."""
        import sqlalchemy as sa  # noqa: PLC0415 - half a second of start-up

        sealed = {"read_only": True, "config": SEALED}
        return sa.create_engine(f"duckdb:///{self.path / STORE_NAME}", connect_args=sealed)


def publish(out: Path, work: Path, input_hash: str) -> StepReport:
    """Move the private folder to its place and point to it.

    Files are flushed and read back before the manifest is written; the manifest is last; the folder is renamed as a
    whole; the pointer is swapped atomically. A release that exists is never changed: the same content keeps its files.

    Raises
    ------
    ReleaseError
        If there is nothing to publish.

    """
    identity = _identity(work)
    release_id, folder, target = identity["release_id"], work / PRIVATE_FOLDER, out / identity["release_id"]
    message = f"{release_id}：内容与已有发布相同，文件保持不变 / same content as the published release, files kept"
    if not stands_whole(out, work):
        if not folder.is_dir():
            raise ReleaseError(problem("TY5003", folder))
        files = {
            path.relative_to(folder).as_posix(): _sealed(path) for path in sorted(folder.rglob("*")) if path.is_file()
        }
        published = datetime.now(UTC).isoformat(timespec="seconds")
        document = {**identity, "input_hash": input_hash, "files": files, "published": published}
        write_text(folder / MANIFEST, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))
        _set_aside(target)
        folder.rename(target)
        sync(out)
        message = f"{release_id}：已发布 / published"
    write_text(out / POINTER, release_id + "\n")
    return StepReport("publish", {"files": float(len(open_release(release_id, out).manifest["files"]))}, (message,))


def open_release(release: str, out: Path) -> Release:
    """Return a release by folder, id, or `current`.

    Raises
    ------
    ReleaseError
        If there is none of that name, or it has no manifest.

    """
    name = release
    if release == POINTER:
        pointer = out / POINTER
        name = pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else POINTER
    is_folder = release != POINTER and Path(name).name != name
    folder = Path(name) if is_folder else out / name
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise ReleaseError(problem("TY5004", folder, release=release))
    return Release(folder, json.loads(manifest.read_text(encoding="utf-8")))


def list_releases(out: Path) -> list[Release]:
    """Return all published releases, the newest last."""
    found = [open_release(path.parent.name, out) for path in out.glob(f"*/{MANIFEST}")]
    return sorted(found, key=lambda release: (release.manifest["published"], release.release_id))


def verify(release: Release) -> None:
    """Recompute every file's checksum and the content hash of the store.

    Raises
    ------
    ReleaseError
        With every difference at once.

    """
    from tongyuan.store import read_store_table  # noqa: PLC0415 - duckdb

    problems = [
        problem("TY5005", f"{release.release_id} › {name}")
        for name, about in release.manifest["files"].items()
        if not _is_intact(release.path / name, about)
    ]
    if not problems:
        found, by_table = content_hash(lambda table: read_store_table(release.path / STORE_NAME, table))
        recorded = release.manifest["tables"]
        problems += [
            problem("TY5008", f"{release.release_id} › {table}")
            for table in sorted({*by_table, *recorded})
            if by_table.get(table) != recorded.get(table) or found != release.manifest["content_hash"]
        ]
    if problems:
        raise ReleaseError(*problems)


def stands_whole(out: Path, work: Path) -> bool:
    """Return whether the release of this work directory is published with every file as the manifest says."""
    if not (work / IDENTITY_FILE).is_file():
        return False
    folder = out / _identity(work)["release_id"]
    if not (folder / MANIFEST).is_file():
        return False
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return all(_is_intact(folder / name, about) for name, about in files.items())


def is_current(out: Path, work: Path) -> bool:
    """Return whether the pointer names the release of this work directory."""
    pointer = out / POINTER
    return pointer.is_file() and pointer.read_text(encoding="utf-8").strip() == _identity(work)["release_id"]


def _identity(work: Path) -> dict[str, Any]:
    """Return what the assemble step named."""
    document: dict[str, Any] = json.loads((work / IDENTITY_FILE).read_text(encoding="utf-8"))
    return document


def _is_intact(path: Path, about: dict[str, Any]) -> bool:
    """Return whether a file has the size and checksum of the manifest."""
    return path.is_file() and path.stat().st_size == about["size"] and file_digest(path) == about["sha256"]


def _sealed(path: Path) -> dict[str, Any]:
    """Flush a file to the disk and return its size and checksum as read back."""
    sync(path)
    return {"size": path.stat().st_size, "sha256": file_digest(path)}


def _set_aside(target: Path) -> None:
    """Rename a damaged release of the same name, so that nothing is lost."""
    number = 1
    while target.exists():
        aside = target.with_name(f".damaged-{target.name}-{number}")
        if not aside.exists():
            target.rename(aside)
        number += 1
