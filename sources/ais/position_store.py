"""Positions from any number of files, in any order → one sorted Parquet file without repeats, by parts that fit memory.

A part holds all messages of the vessels whose MMSI leave the same remainder; the result does not depend on the order of
lines and files.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sources.ais.batch import Positions

PARTS = 16
SCHEMA = pa.schema(
    [
        ("mmsi", pa.int64()), ("time_utc", pa.timestamp("ms", tz="UTC")), ("lon", pa.float64()), ("lat", pa.float64()),
        ("sog_kn", pa.float64()), ("nav_status", pa.int8()),
    ]
)  # fmt: skip
"""Columns of raw_ais: degrees WGS84; sog_kn [kn] null where not given; nav_status 15 where not given."""


class PositionStore:
    """Takes positions and writes them sorted by part, vessel and time; a row group holds one part."""

    def __init__(self, work: Path) -> None:
        """Open the parts in a private folder of the work directory."""
        self._work = work
        self._folder = work / ".raw_ais_parts"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._writers = [
            pq.ParquetWriter(self._folder / f"{part}.parquet", SCHEMA, compression="lz4") for part in range(PARTS)
        ]

    def __enter__(self) -> PositionStore:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the parts."""
        for writer in self._writers:
            writer.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, positions: Positions) -> None:
        """Take positions."""
        part = positions.mmsi % PARTS
        for number in np.unique(part):
            self._writers[int(number)].write_table(_table(positions.where(part == number)))

    def finish(self) -> tuple[int, int]:
        """Write raw_ais.parquet; return the rows written and the repeated messages left out."""
        for writer in self._writers:
            writer.close()
        written = repeated = 0
        temporary = self._work / ".raw_ais.parquet.tmp"
        with pq.ParquetWriter(temporary, SCHEMA) as out:
            for part in range(PARTS):
                table = pq.read_table(self._folder / f"{part}.parquet")
                kept = _sorted_without_repeats(table)
                written, repeated = written + len(kept), repeated + len(table) - len(kept)
                if len(kept):
                    out.write_table(kept, row_group_size=len(kept))
        with temporary.open("rb") as handle:
            os.fsync(handle.fileno())
        temporary.replace(self._work / "raw_ais.parquet")
        return written, repeated


def _table(positions: Positions) -> pa.Table:
    """Return positions as a table of SCHEMA."""
    sog = pa.array(positions.sog_kn, mask=np.isnan(positions.sog_kn))
    columns = [
        positions.mmsi, pa.array(positions.time_ms).cast(SCHEMA.field("time_utc").type), positions.lon, positions.lat,
        sog, positions.nav_status,
    ]  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


def _sorted_without_repeats(table: pa.Table) -> pa.Table:
    """Return a part in order, one row per vessel, time and place."""
    columns: list[NDArray[np.float64]] = [
        table["mmsi"].to_numpy(), table["time_utc"].cast(pa.int64()).to_numpy(), table["lon"].to_numpy(),
        table["lat"].to_numpy(), table["sog_kn"].to_numpy(zero_copy_only=False), table["nav_status"].to_numpy(),
    ]  # fmt: skip
    order = np.lexsort(columns[::-1])
    key = [column[order] for column in columns[:4]]
    is_new = np.ones(len(table), dtype=np.bool_)
    is_new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in key])
    return table.take(pa.array(order[is_new]))
