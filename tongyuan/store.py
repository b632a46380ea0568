"""The DuckDB file of a release: every table of the contracts with its types, key and comments."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from inventory.duckdb_settings import CLOSED, SEALED
from inventory.errors import ReleaseError, problem
from inventory.warehouse import TableContract, all_contracts, read_table
from sources.registry import all_sources


def write_store(work: Path, path: Path) -> dict[str, int]:
    """Write all tables of a work directory into a new DuckDB file.

    Tables with a contract get its types, primary key and comments; raw tables are text, as delivered. Series are not
    copied: core_delivery names their checksums, and the archive of deliveries keeps the files.

    Returns
    -------
    dict of str to int
        Rows by table.

    """
    tables = sorted(file.stem for file in work.glob("*.parquet") if not _is_series(file.stem))
    try:
        with duckdb.connect(str(path), config=CLOSED) as connection:
            _fill_all(connection, work, tables)
    except duckdb.Error as error:
        raise ReleaseError(problem("TY5009", path.name, reason=error)) from error
    return _read_back(path, work, tables)


def _is_series(table: str) -> bool:
    """Return whether a table is a delivered series or made of one: hours and positions stay in the archive."""
    series = [source.source_id for source in all_sources().values() if source.is_series]
    return any(table == f"raw_{name}" or table.startswith((f"raw_{name}_", f"stg_{name}_")) for name in series)


def read_store_table(path: Path, table: str) -> pd.DataFrame:
    """Return a table of a store, opened read-only.

    Raises
    ------
    ReleaseError
        If the file cannot be read or lacks the table.

    """
    try:
        with duckdb.connect(str(path), read_only=True, config=SEALED) as connection:
            return connection.table(table).df()
    except duckdb.Error as error:
        raise ReleaseError(problem("TY5006", f"{path.name} › {table}", reason=error)) from error


def _create(connection: duckdb.DuckDBPyConnection, contract: TableContract) -> None:
    """Create an empty table as its contract says: types, key, comments."""
    import sqlalchemy as sa  # noqa: PLC0415 - half a second of start-up
    from duckdb_sqlalchemy import Dialect  # noqa: PLC0415
    from sqlalchemy.schema import CreateTable, SetColumnComment, SetTableComment  # noqa: PLC0415

    types = {"VARCHAR": sa.String, "DOUBLE": sa.Double, "BIGINT": sa.BigInteger, "BOOLEAN": sa.Boolean, "DATE": sa.Date}
    columns = [
        sa.Column(
            column.name, types[column.type](), primary_key=column.name in contract.grain, nullable=not column.not_null,
            autoincrement=False, comment=f"[{column.unit}] {column.description}" if column.unit else column.description,
        )
        for column in contract.columns
    ]  # fmt: skip
    table = sa.Table(contract.table, sa.MetaData(), *columns, comment=contract.description)
    statements: list[sa.schema.ExecutableDDLElement] = [CreateTable(table), SetTableComment(table)]
    statements += [SetColumnComment(column) for column in table.columns]
    for statement in statements:
        connection.execute(str(statement.compile(dialect=Dialect())))


def _fill_all(connection: duckdb.DuckDBPyConnection, work: Path, tables: list[str]) -> None:
    """Create and fill every table in one transaction; a table without a contract takes the columns of its frame."""
    connection.begin()
    for table in tables:
        rows = connection.from_df(read_table(table, work))
        contract = all_contracts().get(table)
        if contract is None:
            rows.create(table)
        else:
            _create(connection, contract)
            rows.project(", ".join(_quoted(column.name) for column in contract.columns)).insert_into(table)
    connection.commit()
    connection.execute("checkpoint")


def _read_back(path: Path, work: Path, tables: list[str]) -> dict[str, int]:
    """Open the file again and compare its rows with what was handed over."""
    counts: dict[str, int] = {}
    with duckdb.connect(str(path), read_only=True, config=SEALED) as connection:
        for table in tables:
            found = connection.table(table).count("*").fetchone()
            counts[table] = int(found[0]) if found else 0
    wrong = [table for table in tables if counts[table] != len(read_table(table, work))]
    if wrong:
        raise ReleaseError(problem("TY5007", path.name, wrong=wrong))
    return counts


def _quoted(name: str) -> str:
    """Return an identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'
