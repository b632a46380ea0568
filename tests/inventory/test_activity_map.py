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
    with pytest.raises(SchemaError, match="TY3008"):
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


def codes_of(facts, activity_map) -> list[tuple[str, str]]:
    """Return code and place of what match_facts refuses."""
    with pytest.raises(SchemaError) as caught:
        match_facts(facts, activity_map, 2021)
    return [(found.code, found.place) for found in caught.value.problems]


def test_a_fact_in_another_unit_than_the_multiplier_expects_is_an_error():
    row = {"multiplier": 0.02, "unit": "t", "expected_unit": "head"}
    facts = facts_of({"unit": "t", "unit_delivered": "10^4 t"})
    assert codes_of(facts, map_of(row)) == [("TY3040", "f.csv › 2 (paint )")]
    assert len(match_facts(facts.assign(unit="head"), map_of(row), 2021)) == 1


def test_a_fact_without_value_needs_no_unit():
    row = {"multiplier": 0.02, "expected_unit": "head"}
    assert len(match_facts(facts_of({"value": float("nan")}), map_of(row), 2021)) == 1


def written(tmp_path: Path, **cells: str) -> Path:
    """Write a project of one row of the map."""
    row = dict.fromkeys(COLUMNS, "") | {"source_id": "industry", "item": "tyres", "treatment": "activity", "share": "1",
                                        "multiplier": "0.01", "unit": "t"}  # fmt: skip
    pd.DataFrame([row | cells]).to_csv(tmp_path / "activity_map.csv", index=False)
    pd.DataFrame(columns=["parameter_set", "name", "value", "unit", "citation", "confidence"]).to_csv(
        tmp_path / "activity_parameters.csv", index=False
    )
    return tmp_path


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"expected_unit": ""}, "TY3041"), ({"expected_unit": "kt"}, ""), ({"expected_unit": "万吨"}, "TY3042"),
        ({"expected_unit": "piece", "tolerance": "5"}, "TY3043"), ({"expected_unit": "piece", "tolerance": "x"}, "TY3043"),
    ],
)  # fmt: skip
def test_a_map_with_the_column_must_say_the_unit_of_each_multiplier(tmp_path, cells, code):
    if not code:
        assert load_activity_map(written(tmp_path, expected_unit="piece")).rows["expected_unit"].tolist() == ["piece"]
        return
    with pytest.raises(SchemaError) as caught:
        load_activity_map(written(tmp_path, **cells))
    assert [found.code for found in caught.value.problems] == [code]


def test_a_map_without_the_column_is_read_as_before(tmp_path):
    assert len(load_activity_map(written(tmp_path)).rows) == 1


PLANTS = map_of(
    {"source_id": "facilities", "item": "power coal", "fuel": "t", "treatment": "point"},
    {"source_id": "facilities", "item": "tyre", "fuel": "", "treatment": "location", "source_category": ""},
    {"source_id": "facilities", "item": "*", "fuel": "*", "treatment": "location", "source_category": ""},
)


def plant(**about) -> pd.DataFrame:
    """Return one facility as a fact."""
    return facts_of({"source_id": "facilities", "item": "power coal", "fuel": "t", "facility_name": "甲厂"} | about)


def test_a_facility_of_an_unknown_category_is_an_error_with_a_suggestion():
    with pytest.raises(SchemaError) as caught:
        match_facts(plant(item="power coals"), PLANTS, 2021)
    (found,) = caught.value.problems
    assert (found.code, found.place) == ("TY3044", "f.csv › 2 (甲厂)")
    assert "power coal;" not in found.message_en
    assert found.message_en.endswith("the nearest is power coal")


@pytest.mark.parametrize("item", ["power coal", "tyre"])
def test_an_activity_of_a_facility_in_a_unit_that_no_row_takes_is_an_error(item):
    assert codes_of(plant(item=item, fuel="GJ"), PLANTS) == [("TY3045", "f.csv › 2 (甲厂)")]


def test_a_facility_without_an_activity_is_a_location():
    for item in ("power coal", "tyre"):
        matched = match_facts(plant(item=item, fuel="", value=float("nan")), PLANTS, 2021)
        assert matched["map_treatment"].tolist() == ["location"]


def test_the_tce_row_of_a_fuel_is_no_activity_and_needs_no_row_of_the_map():
    assert match_facts(facts_of({"source_id": "energy_balance_tce"}), map_of({}), 2021).empty


def test_an_item_of_the_city_and_of_a_district_is_refused():
    facts = facts_of({}, {"region_code": "310115"}).assign(fact_id=["a", "b"])
    with pytest.raises(SchemaError) as caught:
        draft(facts, map_of({}))
    assert [found.code for found in caught.value.problems] == ["TY3054"]


def test_a_subtraction_takes_the_item_of_the_same_district():
    facts = facts_of(
        {"region_code": "310113", "value": 10.0}, {"region_code": "310115", "value": 20.0},
        {"item": "part", "region_code": "310113", "value": 1.0}, {"item": "part", "region_code": "310115", "value": 5.0},
    ).assign(fact_id=list("abcd"))  # fmt: skip
    activity_map = map_of({"subtract_items": "part"}, {"item": "part", "treatment": "view", "source_category": ""})
    found = draft(facts, activity_map).draft.activities.set_index("region_code")["activity_value"]
    assert found.to_dict() == {"310113": 9.0, "310115": 15.0}


def test_the_example_says_the_unit_of_every_multiplier():
    rows = load_activity_map(Path(__file__).parents[2] / "examples" / "shanghai").rows
    assert (rows.loc[rows["multiplier"] != 1.0, "expected_unit"] != "").all()
    assert (rows["multiplier"] != 1.0).sum() == 58
