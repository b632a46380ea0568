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


@pytest.mark.parametrize(("source", "column"), COLUMNS, ids=label)
def test_a_column_has_a_chinese_header_and_a_required_one_an_example(source, column):
    assert column.zh
    assert column.example or not column.required
    assert "|" not in column.zh
