"""Drop-down lists: what they offer is what staging understands, and closed lists hold what the example delivers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from inventory.delivered_cells import parse_number, parse_whole_number
from inventory.vocabulary.units import resolve_unit
from sources.registry import all_sources
from sources.template.choices import column_choices
from sources.template.layout import providers
from sources.template.meanings import meanings_table

TABLES = Path(__file__).parents[3] / "examples" / "shanghai" / "tables"
COLUMNS = [
    (source, column) for sources in providers().values() for source in sources for column in source.columns
]  # fmt: skip


def label(value):
    return getattr(value, "source_id", None) or getattr(value, "name", None)


def test_an_offered_unit_is_the_unit_that_its_meaning_names():
    source = all_sources()["energy_balance"]
    choices = column_choices(source, next(column for column in source.columns if column.name == "unit"))
    assert ("万吨", "wan_t 万吨") in zip(choices.names, choices.meanings, strict=True)
    for name, meaning in zip(choices.names, choices.meanings, strict=True):
        assert resolve_unit(name).code == meaning.split(" ")[0]
    assert "10^4 t" in choices.more


def test_units_of_the_source_itself_are_offered_too():
    source = all_sources()["vehicles"]
    choices = column_choices(source, next(column for column in source.columns if column.name == "unit"))
    assert {"km/a", "10^3 vehicles/a"} <= set(choices.names)


@pytest.mark.parametrize("source_id", sorted(path.stem for path in TABLES.glob("*.csv")))
def test_closed_lists_hold_every_name_that_the_example_delivers(source_id):
    source = all_sources()[source_id]
    with (TABLES / f"{source_id}.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for column in source.columns:
        choices = column_choices(source, column)
        if choices is not None and choices.is_closed and column.name in rows[0]:
            delivered = {row[column.name].strip() for row in rows} - {""}
            assert delivered <= {*choices.names, *choices.more}, column.name


@pytest.mark.parametrize(("source", "column"), COLUMNS, ids=label)
def test_the_example_of_a_column_is_a_value_that_it_accepts(source, column):
    choices = column_choices(source, column)
    if not column.example:
        return
    if column.type == "number":
        assert parse_number(column.example) is not None
    if column.type in ("integer", "year"):
        assert parse_whole_number(column.example) is not None
    if choices is not None and choices.is_closed:
        assert column.example in {*choices.names, *choices.more}


@pytest.mark.parametrize(
    ("source_id", "column", "name", "meaning"),
    [
        ("facilities", "category", "waste incineration", "生活垃圾焚烧"),
        ("districts", "indicator", "resident_population", "常住人口"),
        ("energy_balance", "item", "Thermal Power", "火力发电"),
        ("energy_balance", "fuel", "Blast Furnace Gas", "高炉煤气"),
        ("machines", "source_category", "MB.06.01", "农业机械"),
        ("fleet_classes", "default_standard", "china_6", "国六"),
        ("nonroad", "item", "port container throughput", "港口集装箱吞吐量"),
        ("vessel_register", "size_unit", "gt", "总吨"),
        ("vessel_register", "engine_family", "gt", "燃气轮机"),
    ],
)
def test_an_english_name_has_its_chinese_meaning_beside_it(source_id, column, name, meaning):
    source = all_sources()[source_id]
    choices = column_choices(source, next(each for each in source.columns if each.name == column))
    assert dict(zip(choices.names, choices.meanings, strict=True))[name] == meaning


@pytest.mark.parametrize(("source", "column"), COLUMNS, ids=label)
def test_no_name_of_a_list_that_is_english_alone_stays_unexplained(source, column):
    choices = column_choices(source, column)
    if choices is None or column.type == "unit":
        return
    pairs = zip(choices.names, choices.meanings, strict=True)
    assert [name for name, meaning in pairs if name.isascii() and not meaning] == []


def test_every_written_meaning_belongs_to_a_name_that_is_offered_or_delivered():
    offered = {}
    for source, column in COLUMNS:
        choices = column_choices(source, column)
        offered[source.source_id, column.name] = set(choices.names) if choices else set()
    table = meanings_table()
    for source_id in sorted(set(table["source_id"]) & {path.stem for path in TABLES.glob("*.csv")}):
        with (TABLES / f"{source_id}.csv").open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                for column in {"item", "vehicle_type"} & set(row):
                    offered[source_id, column].add(row[column])
    assert not table.duplicated(["source_id", "column", "code"]).any()
    assert [key for *key, _ in table.to_numpy().tolist() if key[2] not in offered[key[0], key[1]]] == []


@pytest.mark.parametrize(("source", "column"), COLUMNS, ids=label)
def test_a_column_has_a_chinese_header_and_a_required_one_an_example(source, column):
    assert column.zh
    assert column.example or not column.required
    assert "|" not in column.zh
