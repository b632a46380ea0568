"""What was published last for a data source, and what a new delivery changes: nothing changes without a word.

Signatures stand in `deliveries/accepted.json` by region, source and inventory year; tables in the archive by content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from inventory.delivered_cells import MISSING, parse_whole_number
from inventory.errors import Problem, UnitError, problem
from inventory.vocabulary.units import resolve_unit
from sources.archive import Archive
from sources.cell_changes import CellChanges, compare_cells, is_unit_column, item_columns
from sources.delivery import Delivery, shapefile_parts
from sources.reading.cells import ORIGIN_COLUMNS
from sources.registry import DataSource

_ACCEPTED = "accepted.json"
_ENCODING = "编码 / encoding "
_CODES = {"header": "TY2510", "units": "TY2511", "years": "TY2512"}


@dataclass(frozen=True)
class Signature:
    """What a delivery looks like.

    Attributes
    ----------
    files : tuple of (name, sha256)
    header : tuple of str
        Delivered columns in their order; empty for a series.
    units : dict of str to tuple of str
        Units by item (`item / fuel`) as they were spelled, from the columns of type unit or named so.
    years : tuple of int
        From the columns of type year.
    rows : int
    table_sha256 : str
        The table as text in the archive (`.csv`); empty for a series.

    """

    source_id: str
    inventory_year: int
    files: tuple[tuple[str, str], ...]
    header: tuple[str, ...]
    encoding: str
    units: dict[str, tuple[str, ...]]
    years: tuple[int, ...]
    rows: int
    table_sha256: str = ""


@dataclass(frozen=True)
class Accepted:
    """The last published delivery of a source: its signature, and its table where it has one."""

    signature: Signature
    table: pd.DataFrame | None
    release: str


@dataclass(frozen=True)
class Changes:
    """What a delivery changes: remarks for the report, and what stops until it is accepted."""

    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    cells: CellChanges = field(default_factory=CellChanges)


def sign_table(delivery: Delivery, frame: pd.DataFrame, *, encoding: str, inventory_year: int) -> Signature:
    """Return the signature of a delivered table.

    Parameters
    ----------
    frame : DataFrame
        As extract.py returned it: delivered columns as text, then the origin columns.
    encoding : str
        That the files were read in; empty for workbooks and layers.

    """
    source = delivery.source
    return Signature(
        source.source_id, inventory_year, tuple((file.name, file.sha256) for file in delivery.files),
        tuple(str(name) for name in frame.columns if name not in ORIGIN_COLUMNS), encoding,
        _units_by_item(source, frame), _years(source, frame), len(frame),
        hashlib.sha256(table_bytes(frame)).hexdigest(),
    )  # fmt: skip


def sign_series(delivery: Delivery, *, rows: int, inventory_year: int) -> Signature:
    """Return the signature of a series, which is too large to be compared cell by cell."""
    files = tuple((file.name, file.sha256) for file in delivery.files)
    return Signature(delivery.source.source_id, inventory_year, files, (), "", {}, (), rows)


def encoding_of(remarks: Iterable[str]) -> str:
    """Return the encoding that reading remarked on; UTF-8 is not worth a remark."""
    found = sorted({remark.partition(_ENCODING)[2] for remark in remarks if _ENCODING in remark})
    return "、".join(found) or "UTF-8"


def table_bytes(frame: pd.DataFrame) -> bytes:
    """Return a delivered table as CSV for the archive: the same table is the same bytes."""
    kept = [name for name in frame.columns if name != "origin_sha256"]
    return bytes(frame[kept].to_csv(index=False, lineterminator="\n").encode("utf-8"))


def keep_delivery(archive: Archive, delivery: Delivery, frame: pd.DataFrame | None) -> None:
    """Keep the files of a delivery, and its table, under their hashes."""
    for file in delivery.files:
        for part in shapefile_parts(file.path):
            archive.keep(part)
    if frame is not None:
        archive.keep_chunks([table_bytes(frame)], suffix=".csv")


def write_signature(signature: Signature, work: Path) -> None:
    """Write `signature_<source>.json` into the work directory, for the publish step."""
    private = work / f".signature_{signature.source_id}.tmp"
    private.write_text(json.dumps(asdict(signature), ensure_ascii=False, sort_keys=True), encoding="utf-8")
    private.replace(work / f"signature_{signature.source_id}.json")


def read_signatures(work: Path, source_ids: Iterable[str]) -> list[Signature]:
    """Return the signatures that the pull step left in the work directory."""
    paths = [work / f"signature_{source_id}.json" for source_id in sorted(source_ids)]
    return [_signature(json.loads(path.read_text(encoding="utf-8"))) for path in paths if path.is_file()]


def publish_signatures(archive: Archive, region_code: str, signatures: Sequence[Signature], *, release: str) -> None:
    """Write down that these deliveries are published now; other regions, sources and years stay as they are."""
    with archive.changing_document(_ACCEPTED) as document:
        by_source = document.setdefault(region_code, {})
        for signature in signatures:
            entry = {"release": release, "published_at": datetime.now(UTC).isoformat(), "signature": asdict(signature)}
            by_source.setdefault(signature.source_id, {})[str(signature.inventory_year)] = entry


def find_accepted(archive: Archive, region_code: str, source_id: str, *, inventory_year: int) -> Accepted | None:
    """Return the last published delivery of a source for the inventory year, else for the year published last."""
    years = archive.read_document(_ACCEPTED).get(region_code, {}).get(source_id, {})
    if not years:
        return None
    entry = years.get(str(inventory_year)) or max(years.values(), key=lambda each: str(each["published_at"]))
    signature = _signature(entry["signature"])
    path = archive.find(signature.table_sha256, ".csv") if signature.table_sha256 else None
    table = None
    if path is not None:
        table = pd.read_csv(BytesIO(path.read_bytes()), dtype=str, keep_default_na=False)
    return Accepted(signature, table, str(entry["release"]))


def compare_with_accepted(
    signature: Signature,
    accepted: Accepted | None,
    *,
    source: DataSource,
    frame: pd.DataFrame | None = None,
    accepted_ids: Collection[str] = (),
) -> Changes:
    """Return what a delivery changes against the one that was published last.

    Columns that are gone, another unit of an item, and years that leave the inventory year behind stop, unless the
    source is in `accepted_ids`; then they are remarks like everything else: added columns, another encoding, and every
    changed, added or removed cell.

    Parameters
    ----------
    signature : Signature
        Of the new delivery.
    accepted : Accepted or None
        None: nothing was published yet, so nothing changed.
    frame : DataFrame, optional
        The new table with its origin columns; None for a series.
    accepted_ids : collection of str
        Sources whose changes the user accepts (`--accept`).

    """
    if accepted is None or _is_same(signature, accepted.signature):
        return Changes()
    declared = {column.name for column in source.columns}
    stops = [
        *_header_stops(signature, accepted, declared),
        *_unit_stops(signature, accepted),
        *_year_stops(signature, accepted),
    ]
    remarks = [*_header_remarks(signature, accepted), *_encoding_remarks(signature, accepted)]
    cells = CellChanges()
    if frame is not None and accepted.table is not None:
        cells = compare_cells(source, accepted.table, frame)
        remarks += cells.sentences(source.source_id, accepted.release)
    elif signature.files != accepted.signature.files or frame is not None:
        remarks.append(_unseen(signature, accepted))
    if source.source_id in accepted_ids:
        remarks += [f"{source.source_id}：已接受 / accepted: {stop.message_zh} / {stop.message_en}" for stop in stops]
        stops = []
    return Changes(tuple(remarks), tuple(stops), cells)


def _is_same(new: Signature, old: Signature) -> bool:
    """Return whether the table is the published one to the letter; for a series, whether the files are."""
    if new.table_sha256 or old.table_sha256:
        return new.table_sha256 == old.table_sha256 and new.encoding == old.encoding
    return sorted(sha256 for _, sha256 in new.files) == sorted(sha256 for _, sha256 in old.files)


def _stop(kind: str, signature: Signature, **values: str | int) -> Problem:
    """Return a change that stops."""
    place = signature.files[0][0] if signature.files else signature.source_id
    return problem(_CODES[kind], place, cell=None, source=signature.source_id, **values)


def _header_stops(new: Signature, accepted: Accepted, declared: Collection[str]) -> list[Problem]:
    """Return columns of the source that are gone; a series has no header, and nothing reads a column of nobody's."""
    gone = [name for name in accepted.signature.header if name not in new.header and name in declared]
    return [_stop("header", new, columns="、".join(gone))] if gone and new.header else []


def _unit_stops(new: Signature, accepted: Accepted) -> list[Problem]:
    """Return items whose units are others than before."""
    old = accepted.signature.units
    return [
        _stop("units", new, item=item, old="、".join(old[item]), new="、".join(units))
        for item, units in new.units.items()
        if item in old and set(map(_unit_code, old[item])) != set(map(_unit_code, units))
    ]


def _year_stops(new: Signature, accepted: Accepted) -> list[Problem]:
    """Return years that were replaced by others, or that lost the inventory year."""
    old, wanted = set(accepted.signature.years), new.inventory_year
    has_lost = wanted in old or not old & set(new.years)
    if not old or not new.years or wanted in new.years or not has_lost:
        return []
    shown = ["、".join(map(str, years)) for years in (sorted(old), new.years)]
    return [_stop("years", new, old=shown[0], new=shown[1], inventory_year=wanted)]


def _header_remarks(new: Signature, accepted: Accepted) -> list[str]:
    """Return columns that are new."""
    added = [name for name in new.header if name not in accepted.signature.header]
    if not added or not accepted.signature.header:
        return []
    return [f"{new.source_id}：比上次发布多了列 / columns added since {accepted.release}: {'、'.join(added)}"]


def _encoding_remarks(new: Signature, accepted: Accepted) -> list[str]:
    """Return a change of encoding."""
    old = accepted.signature.encoding
    if old == new.encoding or not old or not new.encoding:
        return []
    return [f"{new.source_id}：编码与上次发布不同 / the encoding changed: {old} → {new.encoding}"]


def _unseen(new: Signature, accepted: Accepted) -> str:
    """Return the remark on a change that cannot be shown cell by cell."""
    old = accepted.signature
    return (
        f"{new.source_id}：交付内容与上次发布（{accepted.release}）不同，无法逐格比较，行数 {old.rows} → {new.rows}"
        f" / it differs from the published delivery and cannot be compared cell by cell, rows {old.rows} → {new.rows}"
    )


def _units_by_item(source: DataSource, frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the units of every item."""
    found: dict[str, set[str]] = {}
    columns = [name for name in item_columns(source) if name in frame]
    units = [column.name for column in source.columns if is_unit_column(column) and column.name in frame]
    for unit in units:
        cells = [frame[name].str.strip() for name in (*columns, unit)]
        for *item, spelling in set(zip(*cells, strict=True)):
            if spelling not in MISSING:
                found.setdefault(" / ".join(part for part in item if part) or unit, set()).add(spelling)
    return {item: tuple(sorted(units)) for item, units in sorted(found.items())}


def _years(source: DataSource, frame: pd.DataFrame) -> tuple[int, ...]:
    """Return the years of a table; cells that are no years are findings of the contract, not of this."""
    cells = {str(cell) for name in _columns_of_type(source, frame, "year") for cell in frame[name].unique()}
    return tuple(sorted({year for cell in cells if (year := _year(cell)) is not None}))


def _columns_of_type(source: DataSource, frame: pd.DataFrame, kind: str) -> list[str]:
    """Return the declared columns of a type that the table has."""
    return [column.name for column in source.columns if column.type == kind and column.name in frame]


def _unit_code(cell: str) -> str:
    """Return the code of a unit, so that an alias is no change."""
    try:
        return resolve_unit(cell).code
    except UnitError:
        return cell.strip()


def _year(cell: str) -> int | None:
    """Return the year in a cell, if there is one."""
    try:
        return parse_whole_number(cell)
    except ValueError:
        return None


def _signature(document: dict[str, Any]) -> Signature:
    """Return a signature as JSON kept it."""
    return Signature(
        str(document["source_id"]), int(document["inventory_year"]),
        tuple((str(name), str(sha256)) for name, sha256 in document["files"]),
        tuple(document["header"]), str(document["encoding"]),
        {item: tuple(units) for item, units in document["units"].items()},
        tuple(document["years"]), int(document["rows"]), str(document["table_sha256"]),
    )  # fmt: skip
