"""Facts that only check: their statistic against the sum of the records that the map names."""

import pandas as pd
import pytest

from inventory.checked_facts import compare_checked_facts

RECORDS = pd.DataFrame(
    [("IP.05.01", "bof_steel", 900.0, "t"), ("IP.06.01", "eaf_steel", 0.1, "kt_"), ("IP.06.01", "eaf_steel", 140.0, "t"),
     ("IP.08.02", "cement", 7.0, "GJ")],
    columns=["source_category", "fuel_or_product", "activity_value", "activity_unit"],
)  # fmt: skip


def fact(value: float = 1000.0, **about: str) -> pd.DataFrame:
    """Return one matched fact of treatment check."""
    default = {"fact_id": "a", "item": "crude steel", "fuel": "", "unit": "t", "origin_file": "i.csv", "origin_row": 9,
               "map_row": 5, "map_treatment": "check", "map_source_category": "IP.05.01;IP.06.01",
               "map_fuel_or_product": "", "map_tolerance": ""}  # fmt: skip
    return pd.DataFrame([default | {"value": value} | about])


def test_a_statistic_within_the_tolerance_says_nothing():
    assert compare_checked_facts(fact(1000.0), RECORDS) == []


def test_one_beyond_it_is_a_notice_with_both_numbers():
    (found,) = compare_checked_facts(fact(980.0), RECORDS)
    assert (found.code, found.place) == ("TY3046", "i.csv › 9")
    assert "980 t" in found.message_en
    assert "1,040" in found.message_en
    assert "+6.1%" in found.message_en


@pytest.mark.parametrize(("tolerance", "n"), [("0.03", 1), ("0.05", 0), ("0", 1)])
def test_the_tolerance_is_the_maps(tolerance, n):
    assert len(compare_checked_facts(fact(1000.0, map_tolerance=tolerance), RECORDS)) == n


def test_the_product_narrows_the_records_and_units_are_converted():
    assert compare_checked_facts(fact(140_000.0, map_fuel_or_product="eaf_steel", unit="kg"), RECORDS) == []


def test_nothing_to_compare_with_is_told():
    for about in ({"map_source_category": "IP.01.01"}, {"map_source_category": "IP.08.02"}):
        assert [found.code for found in compare_checked_facts(fact(**about), RECORDS)] == ["TY3047"]


def test_a_row_without_category_and_other_treatments_compare_nothing():
    assert compare_checked_facts(fact(1.0, map_source_category=""), RECORDS) == []
    assert compare_checked_facts(fact(1.0, map_treatment="aggregate"), RECORDS) == []
