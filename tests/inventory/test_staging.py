"""The stage step on the example, with single cells and statements changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from inventory import staging, warehouse
from inventory.config import load_config
from inventory.errors import InventoryError, SchemaError, UnitError
from inventory.staging import stage
from inventory.warehouse import load_contract, read_table
from sources.contract import pull, write_undelivered
from tests.projects.tables import deliver_tables

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai"
SQL = Path(__file__).parents[2] / "sql" / "20_staging"


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    """Work directory of the example, staged, and the report of the step."""
    work = tmp_path_factory.mktemp("staged")
    config = load_config(EXAMPLE)
    pull(config, work)
    write_undelivered(config, work)
    return work, stage(config, work)


@pytest.fixture
def raw(staged, tmp_path):
    """A copy of the raw tables of the example."""
    for path in staged[0].glob("raw_*.parquet"):
        shutil.copy(path, tmp_path / path.name)
    return tmp_path


def change(work: Path, table: str, where: dict[str, str], **cells: str) -> int:
    """Change cells of the first raw row that fits and return its number in the delivery."""
    frame = pd.read_parquet(work / f"{table}.parquet")
    fits = pd.Series(True, index=frame.index)
    for name, value in where.items():
        fits &= frame[name] == value
    row = frame.index[fits][0]
    for name, value in cells.items():
        frame.loc[row, name] = value
    frame.to_parquet(work / f"{table}.parquet", index=False)
    return int(frame.loc[row, "origin_row"])


def delivered(work: Path, table: str, row: int) -> str:
    """Return file › sheet › row of a delivered row."""
    first = read_table(table, work).iloc[0]
    return f"{first['origin_file']} › {first['origin_sheet']} › {row}"


def only_problem(work: Path, error: type[InventoryError]):
    with pytest.raises(error) as caught:
        stage(load_config(EXAMPLE), work)
    (problem,) = caught.value.problems
    return problem


def test_every_delivered_row_is_staged_once(staged):
    _, report = staged
    delivered = sum(
        len(path.read_text(encoding="utf-8-sig").splitlines()) - 1 for path in (EXAMPLE / "tables").glob("*.csv")
    )
    assert sum(report.counts.values()) == delivered


def test_shuffled_tables_stage_as_the_workbooks_do(staged, tmp_path):
    project = tmp_path / "project"
    shutil.copytree(EXAMPLE, project)
    deliver_tables(project)
    for path in (project / "tables").glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        mixed = frame.sample(frac=1, random_state=11).sample(frac=1, axis=1, random_state=5)
        mixed.to_csv(path, index=False, encoding="gb18030")
    work = tmp_path / "work"
    work.mkdir()
    config = load_config(project)
    pull(config, work)
    write_undelivered(config, work)
    report = stage(config, work)
    assert set(report.counts) == {path.stem for path in SQL.glob("*.sql")}
    for table in report.counts:
        before, after = read_table(table, staged[0]), read_table(table, work)
        told = load_contract(table).provenance
        pd.testing.assert_frame_equal(after.drop(columns=list(told)), before.drop(columns=list(told)), check_exact=True)


def test_an_activity_in_an_unknown_unit_stops_at_its_cell(raw):
    row = change(raw, "raw_industry", {"item": "chemical fibres"}, unit="10^4 tt")
    problem = only_problem(raw, UnitError)
    assert (problem.code, problem.place) == ("TY1201", f"{delivered(raw, 'raw_industry', row)} › unit")
    assert "10^4 tt" in problem.message_zh
    assert problem.remedy_zh


def test_a_fact_with_several_uses_is_named_once(raw):
    change(raw, "raw_industry", {"item": "primary plastics"}, unit="10^4 tt")
    assert only_problem(raw, UnitError).code == "TY1201"


def test_a_wrong_unit_without_a_value_stops_nothing(raw):
    change(raw, "raw_industry", {"item": "chemical fibres"}, unit="10^4 tt", value="—")
    assert stage(load_config(EXAMPLE), raw).step == "stage"


def test_an_activity_in_an_ambiguous_unit_stops_at_its_cell(raw):
    row = change(raw, "raw_industry", {"item": "chemical fibres"}, unit="ton")
    problem = only_problem(raw, UnitError)
    assert (problem.code, problem.place) == ("TY1202", f"{delivered(raw, 'raw_industry', row)} › unit")
    assert "short_ton" in problem.remedy_zh


def test_a_fact_that_is_no_activity_keeps_its_own_unit(staged):
    facts = read_table("stg_fact", staged[0])
    intensity = facts[facts["item"] == "coal intensity of supply, city average"]
    assert intensity["unit"].tolist() == ["gce/kWh"]
    assert intensity["value"].notna().all()


def test_a_unit_that_the_multiplier_does_not_expect_stops_at_its_row(raw):
    row = change(raw, "raw_land", {"item": "open construction sites"}, unit="building lots")
    problem = only_problem(raw, SchemaError)
    assert problem.code == "TY3040"
    assert f"› {row} (open construction sites" in problem.place
    assert "building lots" in problem.message_zh


def test_a_facility_activity_in_an_unknown_unit_stops_at_its_cell(raw):
    row = change(raw, "raw_facilities", {"activity_unit": "Mt cement"}, activity_unit="Mt cemnt")
    problem = only_problem(raw, UnitError)
    assert (problem.code, problem.place) == ("TY1201", f"{delivered(raw, 'raw_facilities', row)} › activity_unit")


def test_a_known_unit_that_the_facility_map_does_not_hold_stops_too(raw):
    change(raw, "raw_facilities", {"activity_unit": "Mt cement"}, activity_unit="10^4 t")
    facility = read_table("raw_facilities", raw)
    assert "10^4 t" in set(facility["activity_unit"])
    assert only_problem(raw, UnitError).code == "TY1503"


def test_a_fuel_that_the_vocabulary_does_not_know_stops_at_its_row(raw):
    row = change(raw, "raw_energy_balance", {"item": "Coking", "fuel": "Coke"}, fuel="Cok")
    problem = only_problem(raw, SchemaError)
    assert (problem.code, problem.place) == ("TY1502", delivered(raw, "raw_energy_balance", row))
    assert "Cok" in problem.message_zh


@pytest.mark.parametrize(
    ("table", "column", "good", "bad"),
    [
        ("raw_districts", "gb_code", "310101", "310199"),
        ("raw_towns", "district_code", "310101", "31010"),
    ],
)
def test_a_region_that_the_vocabulary_does_not_know_stops_at_its_row(raw, table, column, good, bad):
    row = change(raw, table, {column: good}, **{column: bad})
    problem = only_problem(raw, SchemaError)
    assert (problem.code, problem.place) == ("TY1502", delivered(raw, table, row))


def test_two_rows_of_one_item_fuel_region_and_year_are_an_error_that_names_both(raw):
    frame = pd.read_parquet(raw / "raw_industry.parquet")
    again = frame[frame["item"] == "cement"].assign(origin_row=99, value="1")
    first = int(frame.loc[frame["item"] == "cement", "origin_row"].iloc[0])
    pd.concat([frame, again]).to_parquet(raw / "raw_industry.parquet", index=False)
    problem = only_problem(raw, SchemaError)
    assert problem.code == "TY1405"
    assert problem.place == "stg_fact：" + "；".join(delivered(raw, "raw_industry", row) for row in (first, 99))
    assert "item = cement" in problem.message_zh


@pytest.mark.parametrize(
    ("addition", "said"), [("where vertex.seq <> '1'", "交付 427 行，暂存 "), ("limit 400", "交付 427 行，暂存 400 行")]
)
def test_a_statement_that_drops_rows_is_found_with_source_and_counts(raw, monkeypatch, addition, said):
    statements = dict(warehouse._statements("20_staging"))
    statements["stg_networks_vertex"] = statements["stg_networks_vertex"].replace(
        "from raw_networks", f"from raw_networks as vertex {addition}"
    )
    monkeypatch.setattr(warehouse, "_statements", lambda _: statements)
    problem = only_problem(raw, SchemaError)
    assert (problem.code, problem.place) == ("TY1501", "raw_networks → stg_networks_vertex")
    assert said in problem.message_zh
    assert delivered(raw, "raw_networks", 0).removesuffix("0") in problem.message_zh


def test_a_statement_that_doubles_rows_is_found_with_source_and_counts(raw, monkeypatch):
    statements = dict(warehouse._statements("20_staging"))
    statements["stg_networks_vertex"] = (
        statements["stg_networks_vertex"]
        .replace("whole_number_of(seq) as seq", "whole_number_of(seq) + 1000 * copy as seq")
        .replace("from raw_networks", "from raw_networks cross join (values (0), (1)) as copies (copy)")
    )
    monkeypatch.setattr(warehouse, "_statements", lambda _: statements)
    problem = only_problem(raw, SchemaError)
    assert (problem.code, problem.place) == ("TY1501", "raw_networks → stg_networks_vertex")
    assert "交付 427 行，暂存 854 行" in problem.message_zh


def test_problems_of_codes_and_units_come_in_one_pass(raw):
    change(raw, "raw_industry", {"item": "chemical fibres"}, unit="ton")
    change(raw, "raw_districts", {"gb_code": "310101"}, gb_code="310199")
    with pytest.raises(SchemaError) as caught:
        stage(load_config(EXAMPLE), raw)
    assert sorted(problem.code for problem in caught.value.problems) == ["TY1202", "TY1502"]


def test_the_layer_of_the_step_is_the_staging_layer():
    assert {load_contract(table).layer for table in warehouse.layer_inputs(staging._LAYER)} == {"20_staging"}
