"""Default technologies: the table holds known codes and says why; the most specific category, then fuel, wins."""

import csv
from collections import Counter
from pathlib import Path

import pytest

import inventory
from inventory.factors.default_technology import default_technologies, judged_default

VOCABULARY = Path(inventory.__file__).parent / "vocabulary"


def rows(name):
    with (VOCABULARY / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def codes(*names):
    return {row["code"] for name in names for row in rows(name)}


@pytest.mark.parametrize(
    ("column", "tables"),
    [
        ("source_category", ("categories", "category_branches")),
        ("fuel_or_product", ("fuels", "products")),
        ("technology", ("technologies",)),
        ("size_class", ("size_classes",)),
    ],
)
def test_the_table_holds_known_codes(column, tables):
    assert {row[column] for row in rows("default_technologies")} <= codes(*tables)


def test_a_category_and_a_fuel_stand_once_and_sorted():
    keys = [(row["source_category"], row["fuel_or_product"]) for row in rows("default_technologies")]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert keys == sorted(keys)


def test_a_judgement_has_source_and_confidence_and_every_row_its_reason_in_both_languages():
    for row in rows("default_technologies"):
        is_judgement = (row["technology"], row["size_class"]) != ("any", "any")
        assert bool(row["source"]) == is_judgement, row
        assert (row["confidence"] in {"H", "M", "L"}) == is_judgement, row
        assert row["reason_zh"], row
        assert row["reason_en"], row


@pytest.mark.parametrize(
    ("leaf", "fuel", "technology"),
    [
        ("FC.03.13", "raw_coal", "grate_boiler_mechanical"),
        ("FC.03.13", "coke_oven_gas", "gas_boiler"),
        ("FC.03.13", "diesel", "oil_boiler"),
        ("FC.02.02", "coal", "grate_boiler_mechanical"),
        ("FC.02.01", "coal", "pulverised_coal_boiler"),
        ("FC.07.01", "natural_gas", "household_boiler"),
        ("FC.07.01", "lpg", "household_stove"),
    ],
)
def test_the_most_specific_category_then_fuel_wins(leaf, fuel, technology):
    assert judged_default(leaf, fuel).technology == technology


def test_the_leaf_comes_first_and_takes_the_size_of_the_table():
    found = default_technologies("FC.01.02", "raw_coal")
    assert [(default.technology, default.size_class) for default in found] == [
        ("fluidised_bed_boiler", "mw_ge_300"), ("pulverised_coal_boiler", "mw_ge_300"),
    ]  # fmt: skip
    assert [default.confidence for default in found] == ["M", "M"]
    assert [default.confidence for default in default_technologies("FC.01.05", "natural_gas")] == [""]


@pytest.mark.parametrize("leaf", ["MB.01.01", "MB.02.04", "MB.03.01", "MB.05.01", "MB.07.01", "MB.08.01", "MB.10.01"])
def test_no_standard_stage_or_engine_is_assumed(leaf):
    assert default_technologies(leaf, "diesel") == ()
    assert judged_default(leaf, "diesel").reason_en


def test_what_the_table_does_not_know_has_no_default():
    assert judged_default("SV.04.01", "architectural_paint") is None
    assert default_technologies("SV.04.01", "architectural_paint") == ()
