"""The long form of emissions written piece by piece, into a private file that takes its place when it is whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, parquet

from inventory.errors import DataSourceError, problem

_BATCH = 50_000
"""Rows whose texts are written out at once: dictionaries are small, plain texts are not."""

_MARK = b"\xef\xbb\xbf"
"""Byte order mark: Excel opens UTF-8 with it."""


@contextmanager
def emission_file(out: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Give a function that appends tables of one schema; `out` changes when all is written, or not at all.

    Raises
    ------
    DataSourceError
        If the name ends neither in .csv nor in .parquet.

    """
    kinds: dict[str, type[_CsvFile | _ParquetFile]] = {".csv": _CsvFile, ".parquet": _ParquetFile}
    kind = kinds.get(out.suffix.lower())
    if kind is None:
        raise DataSourceError(problem("TY2308", out))
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    os.close(handle)
    try:
        with kind(Path(name)) as file:
            yield file.append
        with Path(name).open("rb") as written:
            os.fsync(written.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(out)
    finally:
        Path(name).unlink(missing_ok=True)


class _CsvFile:
    """A CSV file in UTF-8 with mark."""

    def __init__(self, path: Path) -> None:
        self._sink = path.open("wb")
        self._sink.write(_MARK)
        self._writer: csv.CSVWriter | None = None

    def __enter__(self) -> _CsvFile:
        return self

    def __exit__(self, *error: object) -> None:
        if self._writer is not None:
            self._writer.close()
        self._sink.close()

    def append(self, table: pa.Table) -> None:
        """Write rows."""
        schema = _plain(table.schema)
        if self._writer is None:
            self._writer = csv.CSVWriter(self._sink, schema, write_options=csv.WriteOptions(quoting_style="needed"))
        for batch in table.to_batches(max_chunksize=_BATCH):
            self._writer.write_table(pa.Table.from_batches([batch]).cast(schema))


class _ParquetFile:
    """A Parquet file; texts as dictionaries."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: parquet.ParquetWriter | None = None

    def __enter__(self) -> _ParquetFile:
        return self

    def __exit__(self, *error: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def append(self, table: pa.Table) -> None:
        """Write rows."""
        if self._writer is None:
            self._writer = parquet.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return a schema with plain strings in place of dictionaries."""
    fields = [
        pa.field(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type) for field in schema
    ]
    return pa.schema(fields)
