"""What a fact means: unmapped facts, shares, precedence of rows, subtraction."""

from pathlib import Path

import pandas as pd
import pytest

from inventory.activity import draft_activities
from inventory.activity_map import ActivityMap, load_activity_map, match_facts
from inventory.errors import SchemaError

COLUMNS = [
    "source_id",
    "item",
    "fuel",
    "year",
    "treatment",
    "share",
    "multiplier",
    "subtract_items",
    "source_category",
    "fuel_or_product",
    "technology",
    "control_path_id",
    "size_class",
    "release_point_id",
    "unit",
    "surrogate",
    "point_split",
    "facility",
    "residual_group",
    "balance_group",
    "included_species",
    "included_in",
    "parameter_set",
    "name_zh",
    "confidence",
    "reason",
]
NO_FACILITIES = pd.DataFrame(
    columns=["facility_name", "facility_category", "region_code", "capacity_value", "activity_value", "note"]
)


def map_of(*rows: dict) -> ActivityMap:
    """Return an activity map of a few rows."""
    default = dict.fromkeys(COLUMNS, "") | {"source_id": "industry", "item": "paint", "fuel": "*", "treatment": "activity",
                                            "share": 1.0, "multiplier": 1.0, "source_category": "SV.04.01",
                                            "fuel_or_product": "paint_waterborne"}  # fmt: skip
    table = pd.DataFrame([default | row | {"row": line} for line, row in enumerate(rows, start=2)])
    return ActivityMap(
        table, pd.DataFrame(columns=["parameter_set", "name", "value", "unit", "citation", "confidence"])
    )


def facts_of(*rows: dict) -> pd.DataFrame:
    """Return facts of 2021 that differ in what is given."""
    default = {"source_id": "industry", "item": "paint", "fuel": "", "region_code": "", "data_year": 2021,
               "facility_name": "", "value": 10.0, "unit": "t", "citation": "", "confidence": "M", "origin_file": "f.csv",
               "origin_sheet": "", "origin_row": 2, "origin_sha256": ""}  # fmt: skip
    table = pd.DataFrame([default | row for row in rows])
    return table.assign(fact_id=table[["item", "fuel", "data_year"]].astype(str).agg("|".join, axis=1))


def draft(facts, activity_map):
    """Match and draft."""
    matched = match_facts(facts, activity_map, 2021)
    return draft_activities(facts, matched, activity_map, NO_FACILITIES, region_code="310000")


def test_fact_that_the_map_does_not_mention_is_an_error_at_its_row():
    with pytest.raises(SchemaError, match=r"f\.csv › 7(.|\n)*glue"):
        match_facts(facts_of({}, {"item": "glue", "origin_row": 7}), map_of({}), 2021)


def test_fact_of_another_year_needs_no_row():
    assert match_facts(facts_of({"item": "glue", "data_year": 2019}), map_of({}), 2021).empty


@pytest.mark.parametrize("shares", [(0.5, 0.4), (0.5, 0.6), (0.9,)])
def test_shares_that_are_no_whole_are_an_error(shares):
    rows = [{"share": share, "release_point_id": str(share)} for share in shares]
    with pytest.raises(SchemaError, match="TY3002"):
        match_facts(facts_of({}), map_of(*rows), 2021)


def test_shares_of_a_whole_split_the_fact():
    rows = [{"share": 0.85}, {"share": 0.15, "fuel_or_product": "paint_solvent_based"}]
    found = draft(facts_of({}), map_of(*rows)).draft.activities
    assert found["activity_value"].tolist() == pytest.approx([8.5, 1.5], rel=1e-15)


def test_exact_item_and_fuel_beat_an_exact_item_beats_any_item():
    rows = [
        {"item": "*", "treatment": "not_used"}, {"treatment": "not_used"}, {"fuel": "lpg", "name_zh": "exact"},
        {"item": "*", "fuel": "lpg", "treatment": "not_used"},
    ]  # fmt: skip
    matched = match_facts(facts_of({"fuel": "lpg"}), map_of(*rows), 2021)
    assert matched["map_name_zh"].tolist() == ["exact"]


def test_subtraction_takes_off_the_named_item():
    facts = facts_of({}, {"item": "non-energy", "value": 4.0})
    rows = [{"subtract_items": "non-energy"}, {"item": "non-energy", "treatment": "feedstock"}]
    assert draft(facts, map_of(*rows)).draft.activities["activity_value"].tolist() == [6.0]


def test_negative_after_subtraction_is_an_error():
    facts = facts_of({}, {"item": "non-energy", "value": 14.0})
    rows = [{"subtract_items": "non-energy"}, {"item": "non-energy", "treatment": "feedstock"}]
    with pytest.raises(SchemaError, match="negative after subtraction"):
        draft(facts, map_of(*rows))


def test_every_fact_is_used_or_no_activity_or_without_value():
    facts = facts_of(
        {}, {"item": "check"}, {"item": "empty", "value": float("nan")}, {"item": "old", "data_year": 2010}
    )
    rows = [{}, {"item": "check", "treatment": "check"}, {"item": "empty"}]
    found = draft(facts, map_of(*rows))
    assert (found.used, found.not_an_activity, found.without_value) == (1, 2, 1)


def test_missing_value_makes_no_record_and_no_zero():
    facts = facts_of({}, {"item": "empty", "value": float("nan")})
    found = draft(facts, map_of({}, {"item": "empty"}))
    assert found.draft.activities["activity_value"].tolist() == [10.0]


def test_multiplier_and_unit_of_the_map_are_applied():
    rows = [{"multiplier": 0.5, "unit": "kg"}]
    found = draft(facts_of({}), map_of(*rows)).draft.activities
    assert (found["activity_value"].iloc[0], found["activity_unit"].iloc[0]) == (5000.0, "kg")


def test_unknown_treatments_and_parameter_sets_are_told_at_once(tmp_path):
    header = ",".join(COLUMNS)
    wrong = ["x,a,*,,maybe,1,1" + "," * 19, "x,b,*,,activity,1,1" + "," * 15 + ",no_such_set,,,"]
    (tmp_path / "activity_map.csv").write_text("\n".join([header, *wrong]) + "\n", "utf-8")
    (tmp_path / "activity_parameters.csv").write_text("parameter_set,name,value,unit,citation,confidence\n", "utf-8")
    with pytest.raises(SchemaError) as error:
        load_activity_map(tmp_path)
    assert [problem.place for problem in error.value.problems] == ["activity_map.csv › 2", "activity_map.csv › 3"]


def test_every_parameter_set_of_the_example_is_named_by_a_row():
    activity_map = load_activity_map(Path(__file__).parents[2] / "examples" / "shanghai")
    assert set(activity_map.rows["parameter_set"]) - {""} == set(activity_map.parameters["parameter_set"])
