"""Rows that cannot be used, with file, row, reason and text: written as they come, counted by reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from inventory.errors import problem
from sources.series import QUARANTINE_SCHEMA

_HELD = 50_000


@dataclass
class Quarantine:
    """Rows set aside; `counts`, `first` and the `cells` by code, `of_file` by file."""

    path: Path
    counts: Counter[str] = field(default_factory=Counter)
    of_file: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    cells: dict[str, set[str]] = field(default_factory=dict)
    _held: list[dict[str, object]] = field(default_factory=list)
    _writer: pq.ParquetWriter | None = None

    def add(self, file: str, row: int, code: str, *, text: str, cell: str = "") -> None:
        """Set a row aside; `cell` is what the reason speaks of."""
        found = problem(code, f"{file} › {row}", text=cell)
        self._held.append(
            {
                "origin_file": file, "origin_row": row, "code": code,
                "reason": f"{found.message_zh} / {found.message_en}", "text": text,
            }
        )  # fmt: skip
        self.counts[code] += 1
        self.of_file[file] += 1
        self.cells.setdefault(code, set()).add(cell.strip())
        self.first.setdefault(code, f"{found}")
        if len(self._held) >= _HELD:
            self._flush()

    def close(self) -> int:
        """Write what is left and give the file its name; return the number of rows."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        self._temporary.replace(self.path)
        return self.counts.total()

    @property
    def _temporary(self) -> Path:
        """Name while it is being written."""
        return self.path.with_name(f".{self.path.name}.tmp")

    def _flush(self) -> None:
        """Write the rows held."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._temporary, QUARANTINE_SCHEMA)
        self._writer.write_table(pa.Table.from_pylist(self._held, schema=QUARANTINE_SCHEMA))
        self._held.clear()
