"""Ship positions: logs of NMEA sentences or CSV → typed positions, ship data and a quarantine, streamed.

Knows no ship; what positions mean is worked out by inventory/mobile/ais.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from inventory.errors import problem, problem_texts
from sources.ais.batch import Batch, StaticRecord
from sources.ais.blocks import line_blocks
from sources.ais.csv_log import csv_batches
from sources.ais.nmea import NmeaDecoder
from sources.ais.position_store import PositionStore
from sources.delivery import DeliveredFile, Delivery
from sources.series import QUARANTINE_SCHEMA, SeriesExtraction

_SENTENCE = re.compile(rb"![A-Z]{2}VD[MO],")
_LOOK_BYTES = 1 << 16
_STATIC = pa.schema(
    [
        ("mmsi", pa.int64()), ("imo", pa.int64()), ("name", pa.string()), ("ship_type", pa.int16()),
        ("length_m", pa.float64()), ("beam_m", pa.float64()), ("messages", pa.int64()),
    ]
)  # fmt: skip


@dataclass
class _Tally:
    """Counts over all files."""

    rows_in: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    static: Counter[StaticRecord] = field(default_factory=Counter)


def extract_series(delivery: Delivery, work: Path) -> SeriesExtraction:
    """Write raw_ais, raw_ais_static and raw_ais_quarantine; return what became of every line.

    Lines with ship data (types 5, 19, 24) count as rejected: they carry no position, and stand in raw_ais_static.

    Raises
    ------
    DataSourceError
        If a file is in another encoding, its header lacks a column, or it changed while it was read.

    """
    tally = _Tally()
    temporary = work / ".raw_ais_quarantine.parquet.tmp"
    with PositionStore(work) as store:
        with pq.ParquetWriter(temporary, QUARANTINE_SCHEMA) as quarantine:
            for name, batch in _named_batches(delivery):
                store.add(batch.positions)
                _count(tally, batch)
                _set_aside(quarantine, batch, name)
        used, repeated = store.finish()
    temporary.replace(work / "raw_ais_quarantine.parquet")
    _write_static(tally.static, work)
    tally.rejected["repeated message"] += repeated
    quarantined, rejected = tally.quarantined.total(), tally.rejected.total()
    problems = () if used else (
        problem("TY2772", delivery.name, lines=tally.rows_in, quarantined=quarantined, rejected=rejected),
    )  # fmt: skip
    return SeriesExtraction(tally.rows_in, used, quarantined, rejected, _remarks(tally), problems)


def _named_batches(delivery: Delivery) -> Iterator[tuple[str, Batch]]:
    """Yield the decoded blocks of all files, each with the name of its file."""
    for file in delivery.files:
        for batch in _batches(file, delivery):
            yield file.name, batch


def _batches(file: DeliveredFile, delivery: Delivery) -> Iterator[Batch]:
    """Yield the decoded blocks of a file."""
    with file.path.open("rb") as handle:
        is_nmea = _SENTENCE.search(handle.read(_LOOK_BYTES)) is not None
    if not is_nmea:
        yield from csv_batches(file, delivery)
        return
    decoder = NmeaDecoder()
    for first_line, block in line_blocks(file):
        yield decoder.decode(first_line, block)
    yield decoder.finish()


def _count(tally: _Tally, batch: Batch) -> None:
    """Add the counts of a batch."""
    tally.rows_in += batch.rows_in
    tally.rejected += batch.rejected
    tally.static += batch.static
    tally.quarantined += Counter(row.code for row in batch.set_aside)


def _set_aside(quarantine: pq.ParquetWriter, batch: Batch, name: str) -> None:
    """Write the lines of a batch that cannot be used."""
    if not batch.set_aside:
        return
    texts = problem_texts()
    rows = [
        (name, row.line, row.code, f"{texts[row.code]['zh']} / {texts[row.code]['en']}", row.text)
        for row in sorted(batch.set_aside)
    ]
    quarantine.write_table(pa.table(list(map(list, zip(*rows, strict=True))), schema=QUARANTINE_SCHEMA))


def _write_static(static: Counter[StaticRecord], work: Path) -> None:
    """Write the ship data, one row per vessel and wording, with its messages."""
    rows = [(*record, count) for record, count in sorted(static.items())]
    columns = list(map(list, zip(*rows, strict=True))) if rows else [[]] * len(_STATIC)
    temporary = work / ".raw_ais_static.parquet.tmp"
    pq.write_table(pa.table(columns, schema=_STATIC), temporary)
    temporary.replace(work / "raw_ais_static.parquet")


def _remarks(tally: _Tally) -> tuple[str, ...]:
    """Return what was passed over and set aside, by kind."""
    texts = problem_texts()
    said = [f"跳过 / passed over: {kind} × {count}" for kind, count in sorted(tally.rejected.items()) if count]
    said += [
        f"[{code}] 隔离 / quarantined × {count}: {texts[code]['zh']} / {texts[code]['en']}"
        for code, count in sorted(tally.quarantined.items())
    ]
    return tuple(said)
