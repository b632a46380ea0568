"""The archive of raw deliveries: every file under its content hash, written once, checked, never changed or deleted.

Knows folders, hashes and atomic writes; what a delivery means: sources/accepted.py.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from inventory.errors import DataSourceError, problem

_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,10}){0,2}")


@dataclass(frozen=True)
class Snapshot:
    """A file of the archive that stands for something remote.

    Attributes
    ----------
    path : Path
        Where it lies in the archive.
    name : str
        What places call it: the address, or `db:<database>/<table>`.
    remarks : tuple of str
        What a compiler should know: fetched now, or taken from the archive.

    """

    path: Path
    name: str
    sha256: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Archive:
    """The folder `deliveries` of an output directory."""

    root: Path

    @classmethod
    def of(cls, out: Path) -> Archive:
        """Return the archive of an output directory; nothing is created yet."""
        return cls(out / "deliveries")

    def path_of(self, sha256: str, suffix: str = "") -> Path:
        """Return `<sha256[:2]>/<sha256><suffix>`.

        Raises
        ------
        ValueError
            If the hash or the suffix could name another place.

        """
        if not _SHA256.fullmatch(sha256) or not _SUFFIX.fullmatch(suffix):
            message = f"not a hash with a suffix: {sha256!r}, {suffix!r}"
            raise ValueError(message)
        return self.root / sha256[:2] / f"{sha256}{suffix.lower()}"

    def find(self, sha256: str, suffix: str = "") -> Path | None:
        """Return an archived file whose bytes still have their hash; None where there is none."""
        path = self.path_of(sha256, suffix)
        return path if path.is_file() and file_sha256(path) == sha256 else None

    def keep(self, path: Path, *, suffix: str | None = None) -> Path:
        """Copy a file into the archive and return its place there; a file that is there already stays as it is.

        Raises
        ------
        DataSourceError
            If the copy, read back, is not what was read.

        """
        with path.open("rb") as source:
            return self.keep_chunks(_chunks(source), suffix=file_suffix(path.name) if suffix is None else suffix)

    def keep_chunks(self, chunks: Iterable[bytes], *, suffix: str) -> Path:
        """Write bytes into the archive and return their place; see `keep`."""
        private = self.private_file(f"keep-{os.getpid()}-{os.urandom(6).hex()}")
        digest = hashlib.sha256()
        try:
            with private.open("xb") as handle:
                for chunk in chunks:
                    digest.update(chunk)
                    handle.write(chunk)
                handle.flush()
                os.fsync(handle.fileno())
            return self._settle(private, digest.hexdigest(), suffix)
        finally:
            private.unlink(missing_ok=True)

    def private_file(self, name: str) -> Path:
        """Return a path for a file that is not finished, on the same file system as the archive."""
        folder = self.root / ".incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def read_document(self, name: str) -> dict[str, Any]:
        """Return a JSON document of the archive; empty where there is none.

        Raises
        ------
        DataSourceError
            If it is no JSON object: then nobody knows what was published, and that is not passed over.

        """
        path = self.root / name
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise DataSourceError(problem("TY2501", f"deliveries/{name}"))
        return document

    def write_document(self, name: str, document: dict[str, Any]) -> None:
        """Write a JSON document of the archive: temporary name, fsync, rename."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        private = self.private_file(f"document-{os.getpid()}-{os.urandom(6).hex()}")
        try:
            with private.open("x", encoding="utf-8") as handle:
                json.dump(document, handle, ensure_ascii=False, indent=1, sort_keys=True)
                handle.flush()
                os.fsync(handle.fileno())
            private.replace(path)
            _sync_folder(path.parent)
        finally:
            private.unlink(missing_ok=True)

    @contextlib.contextmanager
    def changing_document(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield a document to change, and write it; others who change documents of this archive wait.

        Raises
        ------
        DataSourceError
            As `read_document`.

        """
        with self.private_file("documents.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            document = self.read_document(name)
            yield document
            self.write_document(name, document)

    def _settle(self, private: Path, sha256: str, suffix: str) -> Path:
        """Give a finished private file its name, unless the archive holds it already."""
        path = self.path_of(sha256, suffix)
        if path.exists():
            if file_sha256(path) == sha256:
                return path
            path.rename(_aside(path))
        if file_sha256(private) != sha256:
            raise DataSourceError(problem("TY2502", path.name))
        path.parent.mkdir(parents=True, exist_ok=True)
        private.chmod(0o444)
        private.rename(path)
        _sync_folder(path.parent)
        return path


def file_sha256(path: Path) -> str:
    """Return the checksum of a file without holding it in memory."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        for chunk in _chunks(handle):
            digest.update(chunk)
    return digest.hexdigest()


def file_suffix(name: str) -> str:
    """Return the suffix of a file name if it is a plain one (`.csv`, `.nmea.gz`), else nothing."""
    suffixes = Path(name).suffixes
    compressed = len(suffixes) > 1 and suffixes[-1].lower() in {".gz", ".zip"}
    suffix = "".join(suffixes[-2:] if compressed else suffixes[-1:])
    return suffix.lower() if _SUFFIX.fullmatch(suffix) else ""


def _chunks(handle: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of an open file."""
    while chunk := handle.read(_CHUNK):
        yield chunk


def _aside(path: Path) -> Path:
    """Return a free name beside a damaged file, which is kept for whoever looks into it."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return aside


def _sync_folder(folder: Path) -> None:
    """Make a rename last; some file systems cannot sync a folder."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
