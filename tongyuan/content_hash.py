"""The name of a release: a hash over what its tables say, whatever engine, order, clock or locale made them.

sha256 over every core_, grid_ and out_ table: rows sorted by the grain, columns in declared order, doubles as IEEE-754
bytes, without provenance columns. Promised for one lock on one CPU architecture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from inventory.warehouse import TableContract, all_contracts, conform

HASHED_LAYERS = ("30_core", "40_grid", "90_out")
_MISSING = "\x00"
_SEPARATOR = "\x1f"


def hashed_tables() -> tuple[str, ...]:
    """Return the tables that make up the content hash, sorted."""
    return tuple(sorted(table for table, contract in all_contracts().items() if contract.layer in HASHED_LAYERS))


def content_hash(read: Callable[[str], pd.DataFrame]) -> tuple[str, dict[str, str]]:
    """Return the hash of a release and of each of its tables.

    Parameters
    ----------
    read : callable
        Returns a table by name.

    Raises
    ------
    SchemaError
        If a table breaks its contract.

    """
    by_table = {table: table_hash(read(table), all_contracts()[table]) for table in hashed_tables()}
    whole = hashlib.sha256("".join(f"{table}={digest}\n" for table, digest in by_table.items()).encode())
    return whole.hexdigest(), by_table


def table_hash(frame: pd.DataFrame, contract: TableContract) -> str:
    """Return the hash of one table, independent of the order of its rows and columns."""
    rows = conform(frame, contract).sort_values(list(contract.grain), kind="stable", ignore_index=True)
    digest = hashlib.sha256(f"{contract.table}\n{len(rows)}\n".encode())
    for column in contract.columns:
        if column.name not in contract.provenance:
            digest.update(f"{column.name}:{column.type}\n".encode())
            digest.update(_bytes(rows[column.name], column.type))
    return digest.hexdigest()


def _bytes(series: pd.Series, column_type: str) -> bytes:
    """Return the values of a column as bytes; missing values are told apart from every value."""
    if column_type == "DOUBLE":
        values = series.to_numpy(dtype="<f8", na_value=np.nan)
        return bytes(np.where(np.isnan(values), np.nan, values + 0.0).astype("<f8").tobytes())
    if column_type == "BIGINT":
        known = series.notna().to_numpy()
        return bytes(known.tobytes() + series.fillna(0).to_numpy(dtype="<i8").tobytes())
    if column_type == "BOOLEAN":
        return bytes(series.to_numpy(dtype=bool).tobytes())
    if column_type == "DATE":
        return _SEPARATOR.join(series.dt.strftime("%Y-%m-%d").fillna(_MISSING)).encode()
    return _SEPARATOR.join(series).encode()
