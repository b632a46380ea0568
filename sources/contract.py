"""Deliveries in, raw tables out: every delivered row is used, set aside or rejected, and the three add up.

A source is a folder with source.toml (provenance, columns) and extract.py (delivered file → raw table). What cells must
hold: sources/cell_checks.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from inventory.config import RunConfig
from inventory.errors import ConservationError, DataSourceError, Problem, problem
from inventory.step_report import StepReport
from inventory.warehouse import write_parquet
from sources.cell_checks import absent_columns, wrong_cells
from sources.delivery import Delivery, open_delivery
from sources.history import History
from sources.reading.cells import ORIGIN_COLUMNS, DeliveredTable
from sources.reading.guarded import WorkbookReader
from sources.registry import DataSource, all_sources, provider_maps
from sources.remote.pulling import RemoteAccess
from sources.series import SeriesExtraction

__all__ = ["Extraction", "extract", "open_delivery", "provider_maps", "pull", "table_sha256", "write_undelivered"]

UNREGISTERED = "W208"
"""Code of the remark that a table is not the release that source.toml registers: every project of one's own has it."""

_QUARANTINE_COLUMNS = (
    "source_id", "origin_file", "origin_sheet", "origin_row", "column_name", "code", "delivered", "message_zh",
    "message_en",
)  # fmt: skip


@dataclass(frozen=True)
class Extraction:
    """The raw table of a delivery, and what was left out of it.

    Attributes
    ----------
    frame : DataFrame
        Rows that are used: the columns that source.toml declares, as text, then the origin columns.
    set_aside : DataFrame
        Quarantined cells: one row per finding, columns of raw_<source>_quarantine.
    delivered : DataFrame
        The table as extract.py returned it.
    rows_in, rejected : int
        Rows delivered, and rows passed over by declaration; rows_in = len(frame) + quarantined + rejected.
    problems : tuple of Problem
        Why rows were set aside.
    unused_columns, remarks : tuple of str
        Delivered columns that source.toml does not declare; what the reader noticed.

    """

    frame: pd.DataFrame
    set_aside: pd.DataFrame
    delivered: pd.DataFrame
    rows_in: int
    rejected: int
    problems: tuple[Problem, ...] = ()
    unused_columns: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def quarantined(self) -> int:
        """Rows that were set aside."""
        return len(self.set_aside[["origin_file", "origin_sheet", "origin_row"]].drop_duplicates())


def pull(
    config: RunConfig,
    work: Path,
    source_ids: Sequence[str] | None = None,
    *,
    history: History | None = None,
    access: RemoteAccess | None = None,
) -> StepReport:
    """Read deliveries and write their raw tables, quarantines and row balances.

    Parameters
    ----------
    config : RunConfig
        Names the delivery of each source, and what a wrong row does (`bad_rows`).
    work : Path
        Takes `raw_<source>.parquet`, `raw_<source>_quarantine.parquet` and `raw_<source>_balance.parquet`.
    source_ids : sequence of str, optional
        Only these; all by default.
    history : History, optional
        Keeps what was delivered and says what changed since the last release.
    access : RemoteAccess, optional
        Lets addresses and databases be asked.

    Raises
    ------
    DataSourceError
        With every finding of every delivery; a delivery with a wrong cell writes nothing, unless its rows may be
        set aside. RemoteUnavailableError where one could not be reached.
    ConservationError
        If the rows of a delivery do not add up.

    """
    counts: dict[str, float] = {}
    messages: list[str] = []
    errors: list[DataSourceError] = []
    for source_id in source_ids or sorted(config.deliveries):
        try:
            delivery = open_delivery(config, source_id, access)
            pull_one = _pull_series if delivery.source.is_series else _pull_table
            used, remarks = pull_one(delivery, config, work, history=history)
        except DataSourceError as error:
            errors.append(error)
            continue
        for name, table in provider_maps(source_id).items():
            write_parquet(table, f"raw_{source_id}_{name}", work)
        counts[source_id] = used
        messages += [*delivery.remarks, *remarks]
    if errors:
        raise joined_errors(errors)
    return StepReport("pull", counts, tuple(messages))


def extract(delivery: Delivery, reader: WorkbookReader | None = None) -> Extraction:
    """Run the extract.py of a source and check the result against its source.toml; `reader` reads many workbooks.

    Raises
    ------
    DataSourceError
        For missing columns: without them no row can be judged.

    """
    module = import_module(f"sources.{delivery.source.source_id}.extract")
    table: DeliveredTable = module.extract(delivery, reader) if reader else module.extract(delivery)
    frame = _trimmed(table.frame)
    declared = [column.name for column in delivery.source.columns]
    unused = tuple(str(name) for name in frame.columns if name not in {*declared, *ORIGIN_COLUMNS})
    if absent := absent_columns(table, delivery, unused):
        raise DataSourceError(*absent, *table.problems)
    for column in delivery.source.columns:
        if column.optional and column.name not in frame:
            frame[column.name] = ""
    problems = [*table.problems]
    told = {found.cell for found in problems}
    for column in delivery.source.columns:
        problems += [found for found in wrong_cells(table, frame, column) if found.cell not in told]
    set_aside = _set_aside(frame, problems, delivery.source)
    key = ["origin_file", "origin_sheet", "origin_row"]
    bad = set(set_aside[key].itertuples(index=False, name=None))
    is_used = [row not in bad for row in frame[key].itertuples(index=False, name=None)]
    used = frame.loc[is_used, [*declared, *ORIGIN_COLUMNS]].reset_index(drop=True)
    return Extraction(
        used, set_aside, table.frame, len(frame) + len(table.rejected), len(table.rejected), tuple(problems), unused,
        table.remarks,
    )  # fmt: skip


def joined_errors(errors: Sequence[DataSourceError]) -> DataSourceError:
    """Return one error with every finding; its kind is that of the highest exit code."""
    worst = max(errors, key=lambda error: error.exit_code)
    return type(worst)(*(found for error in errors for found in error.problems))


def _trimmed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table without blanks around its cells: a line break after a unit must not hide the unit."""
    text = {name: frame[name].map(str.strip) for name in frame.columns if name not in ORIGIN_COLUMNS}
    return frame.assign(**text)


def write_undelivered(config: RunConfig, work: Path) -> None:
    """Write the raw tables of sources that the project does not deliver: their columns and no rows.

    Raises
    ------
    DataSourceError
        Naming every required source that the project leaves out.

    """
    absent = [source for source in all_sources().values() if source.source_id not in config.deliveries]
    required = [source for source in absent if source.is_required]
    if required:
        raise DataSourceError(
            *(problem("TY2020", "inventory.toml › deliveries", source_id=source.source_id) for source in required)
        )
    for source in absent:
        if not source.is_series:
            columns = [*(column.name for column in source.columns), *ORIGIN_COLUMNS]
            empty = pd.DataFrame({name: pd.Series([], dtype=str) for name in columns}).astype({"origin_row": "int64"})
            write_parquet(empty, f"raw_{source.source_id}", work)
            for name, table in provider_maps(source.source_id).items():
                write_parquet(table, f"raw_{source.source_id}_{name}", work)


def _pull_table(
    delivery: Delivery, config: RunConfig, work: Path, *, history: History | None
) -> tuple[float, list[str]]:
    """Write the raw table of a delivery of text rows; return the rows used and what a compiler should know."""
    source_id = delivery.source.source_id
    extraction = extract(delivery)
    if extraction.problems and config.bad_rows != "quarantine":
        raise DataSourceError(*extraction.problems)
    changes = (
        history.note_table(delivery, extraction.delivered, extraction.remarks, config=config, work=work)
        if history
        else ()
    )
    counts = {
        "rows_in": extraction.rows_in, "used": len(extraction.frame), "quarantined": extraction.quarantined,
        "rejected": extraction.rejected,
    }  # fmt: skip
    _write_balance(delivery, counts, work)
    write_parquet(extraction.frame, f"raw_{source_id}", work)
    write_parquet(extraction.set_aside, f"raw_{source_id}_quarantine", work)
    return float(len(extraction.frame)), [*_remarks(delivery, extraction), *changes]


def _pull_series(
    delivery: Delivery, config: RunConfig, work: Path, *, history: History | None
) -> tuple[float, list[str]]:
    """Let a source stream its delivery, and prove that no row was lost."""
    source_id = delivery.source.source_id
    module = import_module(f"sources.{source_id}.extract")
    found: SeriesExtraction = module.extract_series(delivery, work)
    if found.problems:
        raise DataSourceError(*found.problems)
    counts = {
        "rows_in": found.rows_in, "used": found.used, "quarantined": found.quarantined, "rejected": found.rejected,
    }  # fmt: skip
    written = pq.read_metadata(work / f"raw_{source_id}.parquet").num_rows
    if written != found.used:
        raise ConservationError(_unbalanced(delivery, counts | {"used": written}))
    _write_balance(delivery, counts, work)
    said = [f"{source_id}：{remark}" for remark in found.remarks]
    said += history.note_series(delivery, found.rows_in, config=config, work=work) if history else ()
    if found.quarantined:
        said.append(f"{source_id}：隔离 {found.quarantined} 行 / rows quarantined: {found.quarantined}")
    return float(found.used), said


def _write_balance(delivery: Delivery, counts: Mapping[str, int], work: Path) -> None:
    """Write the row balance of a delivery, or refuse it."""
    if counts["rows_in"] != counts["used"] + counts["quarantined"] + counts["rejected"]:
        raise ConservationError(_unbalanced(delivery, counts))
    row = {"source_id": delivery.source.source_id, **counts, "files": len(delivery.files), "sha256": delivery.sha256}
    write_parquet(pd.DataFrame([row]), f"raw_{delivery.source.source_id}_balance", work)


def _unbalanced(delivery: Delivery, counts: Mapping[str, int]) -> Problem:
    """Return the finding of a delivery whose rows do not add up."""
    said = {name: counts[name] for name in ("rows_in", "used", "quarantined", "rejected")}
    return problem("TY2021", delivery.source.source_id, cell=None, **said)


def _set_aside(frame: pd.DataFrame, problems: Sequence[Problem], source: DataSource) -> pd.DataFrame:
    """Return the quarantined cells with what they hold and why.

    Raises
    ------
    DataSourceError
        If a finding belongs to no row: it holds for the whole delivery.

    """
    places = zip(frame["origin_file"], frame["origin_sheet"], frame["origin_row"], strict=True)
    position = {place: number for number, place in enumerate(places)}
    cells = [found.cell for found in problems]
    if any(cell is None or (cell.file, cell.sheet, cell.row) not in position for cell in cells):
        raise DataSourceError(*problems)
    rows = []
    for found in problems:
        cell = found.cell
        if cell is None:
            continue
        place = (cell.file, cell.sheet, cell.row)
        text = str(frame[cell.column].iloc[position[place]]) if cell.column in frame else ""
        rows.append((source.source_id, *place, cell.column, found.code, text, found.message_zh, found.message_en))
    return pd.DataFrame(rows, columns=list(_QUARANTINE_COLUMNS)).astype({"origin_row": "int64"})


def table_sha256(frame: pd.DataFrame, source: DataSource) -> str:
    """Return the checksum of a table as CSV: the same in whatever format it was delivered, and that of [release]."""
    columns = [column.name for column in source.columns if not column.optional or (frame[column.name] != "").any()]
    text = frame[columns].to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _release_remarks(frame: pd.DataFrame, source: DataSource) -> list[str]:
    """Say when a table is not the registered release."""
    found = table_sha256(frame, source)
    if not source.release_sha256 or found == source.release_sha256:
        return []
    return [
        f"[{UNREGISTERED}] {source.source_id}：表的内容与登记版本不同 / the table differs from the registered release"
        f" ({source.release_sha256[:12]} → {found[:12]})"
    ]


def _remarks(delivery: Delivery, extraction: Extraction) -> list[str]:
    """Return what a compiler should know about a delivery that was accepted."""
    source_id = delivery.source.source_id
    remarks = [f"{source_id}：{remark}" for remark in extraction.remarks]
    remarks += _release_remarks(extraction.frame, delivery.source)
    if extraction.unused_columns:
        names = "、".join(extraction.unused_columns)
        remarks.append(f"[W202] {source_id}：未声明的列，没有读入 / undeclared columns, not read: {names}")
    if extraction.frame.empty:
        remarks.append(f"[W206] {source_id}：只有表头，没有数据 / a header without data")
    remarks += [
        f"[{found.code}] {found.place}：已隔离 / quarantined: {found.message_zh}" for found in extraction.problems
    ]
    return remarks
