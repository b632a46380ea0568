"""What a large series (hourly monitoring, ship positions) hands over: counts and findings; rows stand in Parquet."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from inventory.errors import Problem

QUARANTINE_SCHEMA = pa.schema(
    [
        ("origin_file", pa.string()), ("origin_row", pa.int64()), ("code", pa.string()), ("reason", pa.string()),
        ("text", pa.string()),
    ]
)  # fmt: skip
"""Columns of `raw_<source>_quarantine.parquet` of a series."""


@dataclass(frozen=True)
class SeriesExtraction:
    """Rows delivered, and what became of them: rows_in = used + quarantined + rejected.

    Attributes
    ----------
    quarantined : int
        Rows that cannot be read or used; each stands with its reason in `raw_<source>_quarantine.parquet`.
    rejected : int
        Rows passed over by declaration, e.g. messages that carry no position.

    """

    rows_in: int
    used: int
    quarantined: int
    rejected: int
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
