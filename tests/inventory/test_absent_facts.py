"""A fact that the map expects must be delivered: a lost row or a mistyped year is an error, an empty value is said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from inventory.absent_facts import require_expected_facts
from inventory.activity_map import ActivityMap, load_activity_map, match_facts
from inventory.errors import SchemaError

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai"


@pytest.fixture(scope="module")
def cattle_map():
    """The rows of the example's map on dairy and layers."""
    whole = load_activity_map(EXAMPLE)
    rows = whole.rows[whole.rows["item"].isin(["dairy cattle stock", "layer stock"])].reset_index(drop=True)
    assert len(rows) > 1
    return ActivityMap(rows, whole.parameters)


def facts_of(activity_map, **changes):
    """Return one fact of 2021 for each item of a map; `changes` by item: a value, a year as text, or None to drop it."""
    rows = []
    for item in dict.fromkeys(activity_map.rows["item"]):
        change = changes.get(item.replace(" ", "_"), 1.0)
        if change is None:
            continue
        rows.append(
            {
                "source_id": "agriculture", "item": item, "fuel": "", "region_code": "", "facility_name": "",
                "data_year": int(change) if isinstance(change, str) else 2021,
                "value": 1.0 if isinstance(change, str) else change, "unit": "head", "fact_id": item,
                "origin_file": "a.csv", "origin_sheet": "", "origin_row": len(rows) + 2,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def notices(activity_map, **changes):
    facts = facts_of(activity_map, **changes)
    return require_expected_facts(activity_map, facts, match_facts(facts, activity_map, 2021), 2021)


def test_complete_facts_give_no_notice(cattle_map):
    assert notices(cattle_map) == ()


@pytest.mark.parametrize("change", [None, "2020"])
def test_a_lost_row_and_a_row_of_another_year_are_errors(cattle_map, change):
    with pytest.raises(SchemaError) as caught:
        notices(cattle_map, layer_stock=change)
    assert {found.code for found in caught.value.problems} == {"TY3058"}
    assert all("layer stock" in found.message_zh for found in caught.value.problems)


def test_a_fact_without_a_value_is_said(cattle_map):
    said = notices(cattle_map, layer_stock=float("nan"))
    assert len(said) == 1
    assert said[0].startswith("[W209] a.csv › ")


def test_a_source_without_any_row_is_no_lost_row(cattle_map):
    facts = facts_of(cattle_map).iloc[:0]
    assert require_expected_facts(cattle_map, facts, facts.assign(map_row=[], map_treatment=[]), 2021) == ()
