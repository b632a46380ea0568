"""Tables between steps: their contracts (sql/**/<table>.yml), Parquet hand-over, and the SQL of a layer.

DuckDB runs in memory on one thread; every result is conformed to its contract before it is written. Statements may call
number_of(text) and whole_number_of(text): the same readers of cells that check the deliveries.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import yaml
from duckdb.func import FunctionNullHandling

from inventory.delivered_cells import parse_number, parse_whole_number
from inventory.duckdb_settings import SEALED
from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.vocabulary import load
from inventory.vocabulary.units import unit_names_table

_NUMPY_TYPES = {"DOUBLE": "float64", "BIGINT": "int64", "BOOLEAN": "bool"}
_INPUTS = re.compile(r"^-- in:\s*(.+)$", re.MULTILINE)
_VOCABULARY_PREFIX = "vocab_"


@dataclass(frozen=True)
class Column:
    """One column of a contract."""

    name: str
    type: str
    unit: str
    not_null: bool
    description: str


@dataclass(frozen=True)
class TableContract:
    """What a table promises: columns in order, grain, and the columns that are provenance only."""

    table: str
    layer: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    provenance: tuple[str, ...]


@cache
def all_contracts() -> dict[str, TableContract]:
    """Return every contract in sql/, by table."""
    found: dict[str, TableContract] = {}
    for layer in sorted(_layers(), key=lambda folder: folder.name):
        for path in sorted(layer.iterdir(), key=lambda file: file.name):
            if path.name.endswith(".yml"):
                contract = _contract(yaml.safe_load(path.read_text(encoding="utf-8")), layer.name)
                found[contract.table] = contract
    return found


def load_contract(table: str) -> TableContract:
    """Return the contract of a table.

    Raises
    ------
    SchemaError
        If sql/ has no .yml of that name.

    """
    if table not in all_contracts():
        raise SchemaError(problem("TY1401", table))
    return all_contracts()[table]


def conform(frame: pd.DataFrame, contract: TableContract) -> pd.DataFrame:
    """Return the frame in the columns, order and types of its contract.

    Raises
    ------
    SchemaError
        For missing columns, empty values where none may be, values that do not cast, and keys that repeat; all at once.

    """
    missing = [column.name for column in contract.columns if column.name not in frame]
    if missing:
        raise SchemaError(problem("TY1403", contract.table, columns=missing))
    problems: list[Problem] = []
    data = {column.name: _cast(frame[column.name], column, contract, problems) for column in contract.columns}
    conformed = pd.DataFrame(data).reset_index(drop=True)
    problems += _repeated_keys(conformed, contract)
    if problems:
        raise SchemaError(*problems)
    return conformed


def write_table(frame: pd.DataFrame, table: str, directory: Path) -> Path:
    """Conform a frame to its contract and write it as Parquet, whole or not at all."""
    return write_parquet(conform(frame, load_contract(table)), table, directory)


def write_parquet(frame: pd.DataFrame, table: str, directory: Path) -> Path:
    """Write a frame as `<table>.parquet`: temporary name, fsync, rename."""
    path = directory / f"{table}.parquet"
    temporary = directory / f".{table}.parquet.tmp"
    frame.to_parquet(temporary, index=False)
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(path)
    return path


def read_table(table: str, directory: Path) -> pd.DataFrame:
    """Return a table of the work directory.

    Raises
    ------
    SchemaError
        If no step has written it.

    """
    path = directory / f"{table}.parquet"
    if not path.is_file():
        raise SchemaError(problem("TY1402", table))
    return pd.read_parquet(path)


def run_layer(layer: str, directory: Path, parameters: Mapping[str, Any]) -> list[str]:
    """Run every .sql of a layer in the order of its inputs and write the results, each sorted by its grain.

    Parameters
    ----------
    layer : str
        Folder of sql/, e.g. `20_staging`.
    directory : Path
        Work directory that holds the inputs and takes the results.
    parameters : mapping
        Bound by name (`$inventory_year`); a statement gets those it names.

    Returns
    -------
    list of str
        Tables written, in order.

    Raises
    ------
    SchemaError
        If an input is missing, a statement fails, or a result breaks its contract.

    """
    statements = _statements(layer)
    written: list[str] = []
    with duckdb.connect(config=SEALED) as connection:
        _add_functions(connection)
        for table in _in_order(statements):
            text = statements[table]
            for name in _inputs(text):
                connection.register(name, _input(name, directory))
            bound = {key: value for key, value in parameters.items() if f"${key}" in text}
            frame = conform(_run_statement(connection, table, text, bound), load_contract(table))
            in_order = frame.sort_values(list(load_contract(table).grain), kind="stable", ignore_index=True)
            write_parquet(in_order, table, directory)
            written.append(table)
    return written


def layer_inputs(layer: str) -> dict[str, list[str]]:
    """Return the tables that each statement of a layer reads, by table."""
    return {table: _inputs(text) for table, text in _statements(layer).items()}


def _layers() -> list[Traversable]:
    """Return the layer folders of sql/."""
    return [folder for folder in files("sql").iterdir() if folder.is_dir() and folder.name[:2].isdigit()]


def _contract(document: dict[str, Any], layer: str) -> TableContract:
    """Return the contract of a parsed .yml."""
    columns = tuple(
        Column(c["name"], c["type"], str(c["unit"]), bool(c["not_null"]), str(c["description"]))
        for c in document["columns"]
    )
    return TableContract(
        document["table"],
        layer,
        document["description"],
        tuple(document["grain"]),
        columns,
        tuple(document["provenance"]),
    )


def _cast(series: pd.Series, column: Column, contract: TableContract, problems: list[Problem]) -> pd.Series:
    """Cast one column, noting what does not fit."""
    if column.type == "VARCHAR":
        return series.astype(object).where(series.notna(), "").astype(str)
    if column.not_null and series.isna().any():
        problems.append(problem("TY1407", contract.table, column=column.name))
        return series
    if column.type == "DATE":
        return pd.to_datetime(series)
    if reason := _not_castable(series.dropna(), column.type):
        problems.append(problem("TY1408", contract.table, column=column.name, type=column.type, reason=reason))
        return series
    wanted = "Int64" if column.type == "BIGINT" and series.isna().any() else _NUMPY_TYPES[column.type]
    try:
        return series.astype(wanted)
    except (TypeError, ValueError) as error:
        problems.append(problem("TY1408", contract.table, column=column.name, type=column.type, reason=error))
        return series


def _not_castable(present: pd.Series, column_type: str) -> str:
    """Return a value that a plain cast would change without a word; empty if there is none."""
    if column_type == "BOOLEAN":
        wrong = present[~present.isin([True, False])]
    elif pd.api.types.is_float_dtype(present.dtype):
        values = present.to_numpy(dtype="float64")
        wrong = present[np.isinf(values) | ((column_type == "BIGINT") & (np.trunc(values) != values))]
    else:
        return ""
    return "" if wrong.empty else repr(wrong.iloc[0])


def _repeated_keys(frame: pd.DataFrame, contract: TableContract) -> list[Problem]:
    """Return a finding for each repeated key, naming the delivered rows where the table knows them."""
    key = list(contract.grain)
    doubled = frame[frame.duplicated(key, keep=False)]
    problems = []
    for values, rows in doubled.groupby(key, sort=True, dropna=False):
        said = ", ".join(f"{name} = {value}" for name, value in zip(key, values, strict=True))
        if not {"origin_file", "origin_row"} <= set(frame.columns):
            problems.append(problem("TY1405", contract.table, key=said))
            continue
        where = rows.sort_values(["origin_file", "origin_row"]).to_dict("records")
        cells = [CellRef.of(row) for row in where]
        place = f"{contract.table}：" + "；".join(str(cell) for cell in cells)
        problems.append(problem("TY1405", place, cell=cells[-1], key=said))
    return problems


def _statements(layer: str) -> dict[str, str]:
    """Return the SQL text of a layer by table."""
    folder = files("sql").joinpath(layer)
    names = [path.name for path in folder.iterdir() if path.name.endswith(".sql")]
    return {name.removesuffix(".sql"): folder.joinpath(name).read_text(encoding="utf-8") for name in sorted(names)}


def _inputs(text: str) -> list[str]:
    """Return the tables that the header lines (`-- in:`) of a statement name."""
    named = ",".join(_INPUTS.findall(text)).split(",")
    return [name.strip() for name in named if name.strip()]


def _add_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Let statements read cells as the checks of the deliveries do; a missing cell is null."""
    nulls = FunctionNullHandling.SPECIAL
    connection.create_function("number_of", parse_number, ["varchar"], "double", null_handling=nulls)
    connection.create_function("whole_number_of", parse_whole_number, ["varchar"], "bigint", null_handling=nulls)


def _run_statement(
    connection: duckdb.DuckDBPyConnection, table: str, text: str, bound: Mapping[str, Any]
) -> pd.DataFrame:
    """Return the result of one statement."""
    try:
        return connection.execute(text, dict(bound)).df()
    except duckdb.Error as error:
        raise SchemaError(problem("TY1406", f"{table}.sql", reason=error)) from error


def _in_order(statements: Mapping[str, str]) -> list[str]:
    """Return the tables of a layer, inputs first."""
    ordered: list[str] = []
    waiting = dict(statements)
    while waiting:
        ready = [table for table, text in waiting.items() if not set(_inputs(text)) & (set(waiting) - {table})]
        if not ready:
            raise SchemaError(problem("TY1404", ", ".join(waiting)))
        ordered += ready
        for table in ready:
            del waiting[table]
    return ordered


def _input(name: str, directory: Path) -> pd.DataFrame:
    """Return an input table: a vocabulary table or one of the work directory."""
    if name == f"{_VOCABULARY_PREFIX}unit_names":
        return unit_names_table()
    if name.startswith(_VOCABULARY_PREFIX):
        return load(name.removeprefix(_VOCABULARY_PREFIX))
    return read_table(name, directory)
