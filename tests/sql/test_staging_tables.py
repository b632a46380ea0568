"""Every staging table: given rows (tests/sql/<table>/<case>/raw_*.csv) → expected rows (expected.csv), by hand.

Tables that a case does not give are empty. Expected rows stand in the order of the grain; an empty number is null.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pytest

from inventory.warehouse import all_contracts, layer_inputs, load_contract, read_table, run_layer, write_parquet
from sources.reading.cells import ORIGIN_COLUMNS
from sources.registry import all_sources, provider_maps

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/*/expected.csv"))
STAGED = sorted(table for table, contract in all_contracts().items() if contract.layer == "20_staging")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write_given(case: Path, work: Path) -> None:
    """Write every raw table: those of the case, the others empty."""
    for source_id, source in all_sources().items():
        names = [column.name for column in source.columns]
        path = case / f"raw_{source_id}.csv"
        given = rows(path) if path.is_file() else []
        frame = pd.DataFrame(given, columns=names, dtype=str).assign(
            origin_file="given.csv", origin_sheet="", origin_sha256="0", origin_row=range(2, len(given) + 2)
        )
        write_parquet(frame[[*names, *ORIGIN_COLUMNS]], f"raw_{source_id}", work)
        for name, table in provider_maps(source_id).items():
            own = case / f"raw_{source_id}_{name}.csv"
            frame = pd.DataFrame(rows(own), dtype=str) if own.is_file() else table
            write_parquet(frame, f"raw_{source_id}_{name}", work)


def same(value: object, expected: str, kind: str) -> bool:
    """Return whether a staged value is what the case expects."""
    if kind == "VARCHAR":
        return value == expected
    if expected == "":
        return pd.isna(value)
    return isinstance(value, int | float) and math.isclose(value, float(expected), rel_tol=1e-15, abs_tol=0.0)


def test_every_staging_table_has_a_statement_a_contract_and_a_case():
    assert len(STAGED) == 20
    assert sorted(layer_inputs("20_staging")) == STAGED
    assert sorted({case.parent.name for case in CASES}) == STAGED


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_given_rows_become_the_expected_rows(case, tmp_path):
    table = case.parent.name
    write_given(case, tmp_path)
    run_layer("20_staging", tmp_path, {"inventory_year": 2021})
    staged = read_table(table, tmp_path)
    expected = rows(case / "expected.csv")
    kinds = {column.name: column.type for column in load_contract(table).columns if column.name not in ORIGIN_COLUMNS}
    assert set(expected[0]) == set(kinds)
    assert len(staged) == len(expected)
    for number, (got, wanted) in enumerate(zip(staged.to_dict("records"), expected, strict=True), start=1):
        wrong = {name: got[name] for name, kind in kinds.items() if not same(got[name], wanted[name], kind)}
        assert not wrong, f"row {number}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_every_staged_row_keeps_the_origin_of_its_raw_row(case, tmp_path):
    write_given(case, tmp_path)
    run_layer("20_staging", tmp_path, {"inventory_year": 2021})
    given = [path for path in case.glob("raw_*.csv") if path.stem.removeprefix("raw_") in all_sources()]
    staged = read_table(case.parent.name, tmp_path)
    assert set(staged["origin_file"]) == {"given.csv"}
    assert sorted(staged["origin_row"]) == sorted(row for path in given for row in range(2, len(rows(path)) + 2))


def test_columns_that_a_staged_table_must_fill_are_required_of_the_delivery():
    """An empty cell stops at its place in the delivery, not as a broken contract of the staged table."""
    for source in all_sources().values():
        required = {column.name for column in source.columns if column.required}
        numbers = {column.name for column in source.columns if column.type in {"number", "integer", "year"}}
        for table, inputs in layer_inputs("20_staging").items():
            if f"raw_{source.source_id}" not in inputs:
                continue
            full = {
                column.name
                for column in load_contract(table).columns
                if column.not_null and column.type in {"DOUBLE", "BIGINT"}
            }
            delivered = {{"data_year": "year", "residents": "value"}.get(name, name) for name in full}
            assert delivered <= numbers & required, (source.source_id, table)
