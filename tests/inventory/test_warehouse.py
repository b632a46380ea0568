"""Tables between steps: contracts, conformity, and the SQL of a layer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from inventory import warehouse
from inventory.errors import SchemaError
from inventory.warehouse import (
    Column,
    TableContract,
    all_contracts,
    conform,
    layer_inputs,
    load_contract,
    read_table,
    run_layer,
    write_parquet,
    write_table,
)


def contract(*columns: tuple[str, str, bool], grain=("key",)) -> TableContract:
    return TableContract(
        "core_thing", "30_core", "", grain, tuple(Column(name, kind, "", full, "") for name, kind, full in columns), ()
    )


KEYED = contract(("key", "VARCHAR", True), ("value", "DOUBLE", False))


def test_every_contract_declares_its_grain_and_its_provenance_among_its_columns():
    for table, promise in all_contracts().items():
        names = [column.name for column in promise.columns]
        assert len(names) == len(set(names)), table
        assert promise.grain, table
        assert {*promise.grain, *promise.provenance} <= set(names), table
        assert {column.type for column in promise.columns} <= {"VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN", "DATE"}, table


def test_an_unknown_table_has_no_contract():
    with pytest.raises(SchemaError, match="TY1401"):
        load_contract("core_nothing")


def test_a_frame_takes_the_columns_order_and_types_of_its_contract():
    frame = pd.DataFrame({"more": [1], "value": [2], "key": [7]})
    conformed = conform(frame, KEYED)
    assert list(conformed.columns) == ["key", "value"]
    assert conformed["key"].tolist() == ["7"]
    assert conformed["value"].dtype == np.float64


def test_missing_columns_are_named():
    with pytest.raises(SchemaError, match="value"):
        conform(pd.DataFrame({"key": ["a"]}), KEYED)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("BIGINT", 2021.5), ("BIGINT", float("inf")), ("DOUBLE", float("-inf")), ("DOUBLE", "many"), ("BOOLEAN", "false")],
)
def test_a_value_is_refused_rather_than_changed_by_a_cast(kind, value):
    promise = contract(("key", "VARCHAR", True), ("value", kind, True))
    with pytest.raises(SchemaError, match=f"is no {kind}"):
        conform(pd.DataFrame({"key": ["a"], "value": [value]}), promise)


def test_an_empty_value_is_refused_where_none_may_be():
    promise = contract(("key", "VARCHAR", True), ("value", "DOUBLE", True))
    with pytest.raises(SchemaError, match="value has empty values"):
        conform(pd.DataFrame({"key": ["a"], "value": [None]}), promise)


def test_a_missing_number_stays_missing():
    assert conform(pd.DataFrame({"key": ["a"], "value": [None]}), KEYED)["value"].isna().all()


def test_a_missing_whole_number_stays_missing():
    promise = contract(("key", "VARCHAR", True), ("value", "BIGINT", False))
    conformed = conform(pd.DataFrame({"key": ["a", "b"], "value": [2021.0, None]}), promise)
    assert conformed["value"].tolist() == [2021, pd.NA]


def test_a_repeated_key_names_both_delivered_rows():
    promise = contract(("key", "VARCHAR", True), ("origin_file", "VARCHAR", False), ("origin_row", "BIGINT", False))
    frame = pd.DataFrame({"key": ["a", "b", "a"], "origin_file": "tables/x.csv", "origin_row": [9, 4, 3]})
    with pytest.raises(SchemaError) as caught:
        conform(frame, promise)
    (problem,) = caught.value.problems
    assert problem.code == "TY1405"
    assert problem.place == "core_thing：tables/x.csv › 3；tables/x.csv › 9"
    assert "key = a" in problem.message_zh


def test_all_findings_of_a_table_come_in_one_pass():
    promise = contract(("key", "VARCHAR", True), ("value", "DOUBLE", True), ("year", "BIGINT", True))
    frame = pd.DataFrame({"key": ["a", "a"], "value": [None, 1.0], "year": [1.5, 2.0]})
    with pytest.raises(SchemaError) as caught:
        conform(frame, promise)
    assert sorted(problem.code for problem in caught.value.problems) == ["TY1405", "TY1407", "TY1408"]


def test_a_table_that_breaks_its_contract_is_not_written(tmp_path):
    with pytest.raises(SchemaError):
        write_table(pd.DataFrame({"surrogate": ["a"]}), "stg_surrogates_component", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_written_table_is_read_back_and_leaves_no_temporary_file(tmp_path):
    frame = pd.DataFrame({"text": ["a", ""], "number": [0.1, np.nan]})
    path = write_parquet(frame, "raw_thing", tmp_path)
    assert list(tmp_path.iterdir()) == [path]
    pd.testing.assert_frame_equal(read_table("raw_thing", tmp_path), frame.astype({"text": "str"}))


def test_a_table_that_no_step_has_written_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(SchemaError, match="TY1402") as caught:
        read_table("raw_waste", tmp_path)
    assert "[deliveries]" in caught.value.problems[0].remedy_en


@pytest.fixture
def layer(tmp_path, monkeypatch):
    """Return a function that puts statements (table → SQL) into a layer of their own."""

    def write(**statements: str):
        folder = tmp_path / "sql" / "20_staging"
        folder.mkdir(parents=True)
        for table, text in statements.items():
            (folder / f"{table}.sql").write_text(text, encoding="utf-8")
            (folder / f"{table}.yml").write_text(
                f"table: {table}\ndescription: d\ngrain: [key]\nprovenance: []\ncolumns:\n"
                "  - {name: key, type: VARCHAR, unit: '', not_null: true, description: ''}\n"
                "  - {name: value, type: DOUBLE, unit: '1', not_null: false, description: ''}\n",
                encoding="utf-8",
            )
        monkeypatch.setattr(warehouse, "files", lambda _: tmp_path / "sql")
        all_contracts.cache_clear()
        return tmp_path

    yield write
    all_contracts.cache_clear()


def test_statements_run_after_their_inputs_whatever_their_names(layer):
    folder = layer(
        stg_a="-- in: stg_b\nselect key, value * 2 as value from stg_b",
        stg_b="-- in: raw_x\nselect key, number_of(value) as value from raw_x",
    )
    write_parquet(pd.DataFrame({"key": ["k"], "value": ["1,250"]}), "raw_x", folder)
    assert run_layer("20_staging", folder, {}) == ["stg_b", "stg_a"]
    assert read_table("stg_a", folder)["value"].tolist() == [2500.0]


def test_inputs_may_stand_on_several_lines(layer):
    layer(stg_a="-- grain: one row per (key)\n-- in: raw_x, raw_y\n-- in: vocab_regions\nselect 1")
    assert layer_inputs("20_staging") == {"stg_a": ["raw_x", "raw_y", "vocab_regions"]}


def test_a_result_is_sorted_by_its_grain_whatever_the_order_of_the_input(layer):
    folder = layer(stg_a="-- in: raw_x\nselect key, number_of(value) as value from raw_x")
    write_parquet(pd.DataFrame({"key": ["c", "a", "b"], "value": ["3", "—", "2"]}), "raw_x", folder)
    run_layer("20_staging", folder, {})
    assert read_table("stg_a", folder)["key"].tolist() == ["a", "b", "c"]
    assert read_table("stg_a", folder)["value"].isna().tolist() == [True, False, False]


def test_parameters_are_bound_to_the_statements_that_name_them(layer):
    folder = layer(stg_a="select 'y' as key, $inventory_year * 1.0 as value", stg_b="select 'n' as key, 0.0 as value")
    run_layer("20_staging", folder, {"inventory_year": 2021})
    assert read_table("stg_a", folder)["value"].tolist() == [2021.0]


def test_statements_in_a_ring_are_an_error(layer):
    folder = layer(stg_a="-- in: stg_b\nselect * from stg_b", stg_b="-- in: stg_a\nselect * from stg_a")
    with pytest.raises(SchemaError, match="TY1404"):
        run_layer("20_staging", folder, {})


@pytest.mark.parametrize("text", ["select missing from raw_x", "select key, number_of('<0.1') as value from raw_x"])
def test_a_statement_that_fails_is_an_error_that_names_it(layer, text):
    folder = layer(stg_a=f"-- in: raw_x\n{text}")
    write_parquet(pd.DataFrame({"key": ["k"]}), "raw_x", folder)
    with pytest.raises(SchemaError, match="TY1406") as caught:
        run_layer("20_staging", folder, {})
    assert caught.value.problems[0].place == "stg_a.sql"
