"""Which files a layer consists of and what they are: told by content and copied aside before GDAL opens them.

Only GeoPackage, Shapefile (its parts, or a zip of them) and GeoJSON are layers; a VRT in any of these names is refused.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from inventory.errors import DataSourceError, Problem, problem
from sources.delivery import DeliveredFile, shapefile_parts, whole_sha256

GEOPACKAGE, SHAPEFILE, GEOJSON = "GPKG", "ESRI Shapefile", "GeoJSON"
"""Names that a layer may have."""

_NOT_LOCAL = re.compile(r"(^|/)[A-Za-z][A-Za-z0-9+._-]+:|(^|/)vsi[a-z0-9_]+(/|$)|^(\\\\|//)|\x00")
_SNIFFED = 4096
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
_SHP_MAGIC = b"\x00\x00\x27\x0a"
_NEEDED = ("shp", "shx", "dbf")
_PARTS = (*_NEEDED, "prj", "cpg")
_MAX_BYTES = 2 << 30
_CHUNK = 1 << 20
_POINTERS = (b"<OGRVRT", b"<VRTDATASET", b"<GDAL_WMS", b"<GDAL_WCS", b"<OGRWFS", b"<WFS", b"<WMS")


@dataclass(frozen=True)
class LayerFiles:
    """A layer's own copy on the local disk.

    Attributes
    ----------
    driver : str
        GEOPACKAGE, SHAPEFILE or GEOJSON.
    path : Path
        What to open; the parts of a Shapefile stand beside it under the same stem.
    codepage : str
        What .cpg says; empty where there is none.

    """

    driver: str
    path: Path
    codepage: str = ""


@contextmanager
def local_copy(file: DeliveredFile) -> Iterator[LayerFiles]:
    """Give a private copy of a layer's files, for as long as the block runs.

    Raises
    ------
    DataSourceError
        SC903 for anything that is not a local file or points to other files, TY2901 for other content, IN113 for
        missing parts of a Shapefile, TY2905 or TY2012 for a file that is being edited.

    """
    _require_local(file)
    driver = _sniffed(file)
    with TemporaryDirectory(prefix="tongyuan-layer-") as folder:
        if driver == SHAPEFILE:
            yield _shapefile(_siblings(file), Path(folder), file)
        elif driver == "zip":
            yield _zipped(Path(folder), file)
        else:
            wal = file.path.with_name(file.path.name + "-wal")
            if wal.is_file() and wal.stat().st_size:
                raise DataSourceError(problem("TY2905", file.name))
            copy = Path(folder) / f"layer.{'gpkg' if driver == GEOPACKAGE else 'geojson'}"
            shutil.copyfile(file.path, copy)
            _require_unchanged(copy, file)
            yield LayerFiles(driver, copy)


def _require_local(file: DeliveredFile) -> None:
    """Refuse addresses, GDAL's virtual file systems and connection strings."""
    for text in (file.name, file.path.as_posix()):
        if _NOT_LOCAL.search(text) and not re.match(r"^[A-Za-z]:[\\/]", text):
            raise DataSourceError(_elsewhere(file.name, text.replace("\x00", "\\0")))
    if not file.path.is_file():
        raise DataSourceError(_elsewhere(file.name, file.name))


def _sniffed(file: DeliveredFile) -> str:
    """Return the driver that the content asks for, or `zip`."""
    with file.path.open("rb") as handle:
        head = handle.read(_SNIFFED)
    if any(sign in head.upper() for sign in _POINTERS):
        raise DataSourceError(_elsewhere(file.name, "VRT/WFS/WMS"))
    found = _by_magic(head)
    named = {".gpkg": GEOPACKAGE, ".shp": SHAPEFILE, ".zip": "zip"}.get(file.path.suffix.lower(), GEOJSON)
    if not found or found != named:
        kind = found or repr(head[:16])
        raise DataSourceError(
            problem(
                "TY2901", file.name,
                what_zh=f"名称像 {named}，内容是 {kind}", what_en=f"named like {named}, its content is {kind}",
            )
        )  # fmt: skip
    return found


def _by_magic(head: bytes) -> str:
    """Return what the first bytes say, empty if nothing that is read here."""
    if head.startswith(b"SQLite format 3\x00") and head[68:72] in _GPKG_IDS:
        return GEOPACKAGE
    if head.startswith(_SHP_MAGIC):
        return SHAPEFILE
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    return GEOJSON if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else ""


def _require_unchanged(path: Path, file: DeliveredFile) -> None:
    """Refuse a copy that is not what was announced."""
    with path.open("rb") as handle:
        if hashlib.file_digest(handle, "sha256").hexdigest() != file.sha256:
            raise DataSourceError(problem("TY2012", file.name))


def _zipped(folder: Path, file: DeliveredFile) -> LayerFiles:
    """Return the Shapefile of a zip."""
    try:
        with zipfile.ZipFile(file.path) as archive:
            return _shapefile(_members(archive, file), folder, file)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, UnicodeError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: DeliveredFile, error: Exception) -> DataSourceError:
    """Return the error of a file that breaks while it is read."""
    return DataSourceError(problem("TY2901", file.name, what_zh=f"读不了：{error}", what_en=f"cannot be read: {error}"))


def _siblings(file: DeliveredFile) -> dict[str, IO[bytes]]:
    """Return the parts of a Shapefile in a folder, open, by suffix."""
    if whole_sha256(file.path) != file.sha256:
        raise DataSourceError(problem("TY2012", file.name))
    return {path.suffix[1:].lower(): path.open("rb") for path in shapefile_parts(file.path)}


def _members(archive: zipfile.ZipFile, file: DeliveredFile) -> dict[str, IO[bytes]]:
    """Return the parts of the one Shapefile in a zip, open, by suffix."""
    _require_unchanged(file.path, file)
    files = [entry for entry in archive.infolist() if not entry.is_dir() and "__MACOSX" not in entry.filename]
    shapes = [entry for entry in files if entry.filename.lower().endswith(".shp")]
    wanted = _parts_of(shapes[0], files) if len(shapes) == 1 else {}
    is_encrypted = any(entry.flag_bits & 1 for entry in wanted.values())
    if not wanted or is_encrypted or sum(entry.file_size for entry in wanted.values()) > _MAX_BYTES:
        raise DataSourceError(
            problem(
                "TY2901", file.name, what_zh=f"zip 应恰有一个未加密、不超过 2 GB 的 Shapefile，现有 {len(shapes)} 个",
                what_en=f"a zip holds one Shapefile, not encrypted and below 2 GB; there are {len(shapes)}",
            )
        )  # fmt: skip
    return {part: archive.open(entry) for part, entry in wanted.items()}


def _parts_of(shape: zipfile.ZipInfo, files: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the entries that belong to a .shp by suffix, in the order of _PARTS."""
    stem = shape.filename.rpartition(".")[0].lower()
    named = [entry.filename.lower().rpartition(".") for entry in files]
    found = {suffix: entry for (before, _, suffix), entry in zip(named, files, strict=True) if before == stem}
    return {part: found[part] for part in _PARTS if part in found}


def _shapefile(parts: dict[str, IO[bytes]], folder: Path, file: DeliveredFile) -> LayerFiles:
    """Copy the parts of a Shapefile side by side; .cpg stays away, so that the bytes of the text can be looked at."""
    try:
        missing = [f".{part}" for part in _NEEDED if part not in parts]
        if missing:
            names = "、".join(missing)
            raise DataSourceError(_incomplete(file, f"缺少 {names}", f"{names} missing"))
        codepage = parts["cpg"].read(64).decode("ascii", "replace").strip() if "cpg" in parts else ""
        for part in (*_NEEDED, *(["prj"] if "prj" in parts else [])):
            _copy_limited(parts[part], folder / f"layer.{part}", file)
    except OSError as error:
        raise _unreadable(file, error) from error
    finally:
        for handle in parts.values():
            handle.close()
    _require_whole(folder, file)
    return LayerFiles(SHAPEFILE, folder / "layer.shp", codepage)


def _copy_limited(handle: IO[bytes], target: Path, file: DeliveredFile) -> None:
    """Copy a part, but no more than a layer may have: a zip can announce less than it holds."""
    left = _MAX_BYTES
    with target.open("wb") as out:
        while chunk := handle.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise DataSourceError(problem("TY2901", file.name, what_zh="超过 2 GB", what_en="more than 2 GB"))
            out.write(chunk)


def _require_whole(folder: Path, file: DeliveredFile) -> None:
    """Refuse parts that were cut or belong to another layer: GDAL would fill what is missing with nothing."""
    shp, dbf = _head(folder / "layer.shp"), _head(folder / "layer.dbf")
    size = {part: (folder / f"layer.{part}").stat().st_size for part in _NEEDED}
    features = max(size["shx"] - 100, 0) // 8
    rows, header, width = (int.from_bytes(dbf[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    faults = []
    if int.from_bytes(shp[24:28], "big") * 2 > size["shp"]:
        faults.append((".shp 被截断", ".shp is cut short"))
    if size["dbf"] < header + rows * width:
        faults.append((".dbf 被截断", ".dbf is cut short"))
    if rows != features:
        faults.append(
            (f".dbf 有 {rows} 行，.shx 有 {features} 个要素", f"{rows} rows in .dbf, {features} features in .shx")
        )
    if faults:
        raise DataSourceError(*(_incomplete(file, zh, en) for zh, en in faults))


def _head(path: Path) -> bytes:
    """Return the header of a part."""
    with path.open("rb") as handle:
        return handle.read(100)


def _incomplete(file: DeliveredFile, what_zh: str, what_en: str) -> Problem:
    """Return the finding of a Shapefile."""
    return problem("IN113", file.name, what_zh=what_zh, what_en=what_en)


def _elsewhere(name: str, target: str) -> Problem:
    """Return the finding of a file that is an address or points to one."""
    return problem("SC903", name, reason_zh=target, reason_en=target)
