"""One master list: who is one facility, under which name, id and outlets, whatever the order of the lists."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.facilities import (
    MASTER_TABLES,
    facility_facts,
    facility_id,
    facility_master,
    facility_references,
    facility_tables,
    settle_facilities,
)
from inventory.identifiers import plain_text
from inventory.warehouse import conform, load_contract

CODE = "91110000600037341L"


def rows(*given: dict) -> pd.DataFrame:
    """Return staged facilities; what is not given is plain."""
    plain = {
        "name_zh": "一厂", "name_en": "", "facility_category": "CHP", "region_code": "310115", "lon": 121.5, "lat": 31.2,
        "accuracy_m": 100.0, "capacity_value": 1.0, "capacity_unit": "MW", "activity_value": np.nan, "activity_unit": "",
        "data_year": 2021, "citation": "s", "confidence": "H", "note": "", "district_delivered": "浦东新区",
        "district_code": "", "credit_code": "", "site_name": "", "closed_year": None, "origin_file": "f.csv",
        "origin_sheet": "", "origin_sha256": "0",
    }  # fmt: skip
    frame = pd.DataFrame([{"origin_row": number, **plain, **row} for number, row in enumerate(given, start=2)])
    return frame.astype({"closed_year": "Int64"})


def named(*given: tuple[str, str, str]) -> pd.DataFrame:
    """Return staged identifiers of (facility, scheme, identifier)."""
    frame = pd.DataFrame(given, columns=["facility", "scheme", "identifier"])
    return frame.assign(
        valid_from="", valid_to="", citation="s", confidence="H", note="", origin_file="i.csv", origin_sheet="",
        origin_row=range(2, len(given) + 2), origin_sha256="0",
    )  # fmt: skip


def outlets(*given: dict) -> pd.DataFrame:
    plain = {
        "outlet_name": "", "stack_height_m": np.nan, "stack_diameter_m": np.nan, "exit_temperature_k": np.nan,
        "exit_velocity_m_s": np.nan, "exit_flow_m3_h": np.nan, "lon": np.nan, "lat": np.nan, "control_path_id": "",
        "citation": "s", "confidence": "H", "note": "", "origin_file": "p.csv", "origin_sheet": "", "origin_sha256": "0",
    }  # fmt: skip
    return pd.DataFrame([{"origin_row": number, **plain, **row} for number, row in enumerate(given, start=2)])


def units(*given: dict) -> pd.DataFrame:
    plain = {
        "unit_code": "MF0001", "unit_name": "", "unit_type": "", "process": "", "capacity_value": np.nan,
        "capacity_unit": "", "fuel": "", "commissioned_year": None, "closed_year": None, "outlet": "",
        "control_path_id": "", "citation": "s", "confidence": "H", "facility": "一厂",
    }  # fmt: skip
    return pd.DataFrame([plain | row for row in given])


def sha12(text: str) -> str:
    return "F" + hashlib.sha256(text.encode()).hexdigest()[:12]


def test_the_id_is_that_of_name_and_district_or_of_code_and_site():
    assert facility_id("一厂", "310115") == sha12("一厂|310115")
    two = settle_facilities(
        rows({"credit_code": CODE, "name_zh": "东厂"}, {"credit_code": CODE, "name_zh": "西厂", "site_name": "西区"})
    )
    assert dict(zip(two["name_zh"], two["facility_id"], strict=True)) == {
        "东厂": sha12(f"{CODE}|东厂"), "西厂": sha12(f"{CODE}|西区"),
    }  # fmt: skip


def test_without_optional_tables_each_facility_has_one_outlet_without_stack():
    facility, alias, point = facility_tables(rows({"name_en": "Plant 1"}))
    assert facility["facility_id"].tolist() == [sha12("一厂|310115")]
    assert set(zip(alias["scheme"], alias["alias"], strict=True)) == {("name_zh", "一厂"), ("name_en", "Plant 1")}
    assert point[["release_point_id", "lon", "lat"]].to_numpy().tolist() == [[sha12("一厂|310115") + ":1", 121.5, 31.2]]
    assert point[["stack_height_m", "exit_velocity_m_s"]].isna().all(axis=None)


def test_staged_tables_without_the_optional_columns_still_do():
    frame = rows({}).drop(columns=["credit_code", "site_name", "closed_year", "district_code", "district_delivered"])
    assert facility_tables(frame)[0]["credit_code"].tolist() == [""]


def test_a_declared_former_name_makes_two_rows_one_facility_under_the_declaring_name():
    staged = rows(
        {"name_zh": "老厂", "data_year": 2019, "activity_value": 5.0}, {"name_zh": "新厂", "activity_value": 7.0}
    )
    identifiers = named(("新厂", "former_name", "老厂"))
    settled = settle_facilities(staged, identifiers)
    facility, alias, _ = facility_tables(settled, identifiers)
    assert facility[["name_zh", "facility_id"]].to_numpy().tolist() == [["新厂", sha12("新厂|310115")]]
    assert {("name_zh", "老厂"), ("facility_id", sha12("老厂|310115"))} <= set(
        zip(alias["scheme"], alias["alias"], strict=True)
    )
    facts = facility_facts(settled)
    assert dict(zip(facts["data_year"], facts["value"], strict=True)) == {2019: 5.0, 2021: 7.0}
    assert set(facts["facility_name"]) == {"新厂"}


def test_a_merged_row_without_activity_makes_no_second_fact_of_a_year():
    staged = rows({"name_zh": "老厂"}, {"name_zh": "新厂", "activity_value": 7.0})
    facts = facility_facts(settle_facilities(staged, named(("新厂", "former_name", "老厂"))))
    assert facts["value"].tolist() == [7.0]


def test_two_activities_of_one_facility_year_stop_with_both_rows():
    staged = rows({"name_zh": "老厂", "activity_value": 5.0}, {"name_zh": "新厂", "activity_value": 7.0})
    with pytest.raises(SchemaError) as caught:
        facility_tables(staged, named(("新厂", "former_name", "老厂")))
    (problem,) = caught.value.problems
    assert problem.code == "IN205"
    assert "f.csv › 2" in problem.message_zh
    assert "f.csv › 3" in problem.message_zh


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([{}, {"lon": 121.6}], "IN401"),
        ([{}, {"name_zh": "一 厂", "lon": 121.6}], "IN401"),
        ([{}, {"lon": 121.6, "data_year": 2020}], "IN401"),
        ([{}, {}], "IN205"),
        ([{}, {"name_zh": "一　厂"}], "IN205"),
        ([{"credit_code": CODE}, {"credit_code": CODE, "name_zh": "二厂", "lon": 121.6}], "IN401"),
        ([{"credit_code": CODE}, {"credit_code": CODE, "region_code": "310113", "lon": 121.4}], "IN401"),
    ],
)
def test_rows_that_contradict_each_other_stop_and_are_both_shown(given, code):
    with pytest.raises(SchemaError) as caught:
        facility_tables(rows(*given))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert "f.csv › 2" in problem.message_zh
    assert "f.csv › 3" in problem.message_zh
    assert problem.cell.row == 3


def test_sites_of_one_credit_code_are_facilities_of_their_own():
    given = [
        {"credit_code": CODE, "site_name": "东"},
        {"credit_code": CODE, "name_zh": "二厂", "site_name": "西", "lon": 121.6},
    ]
    facility, alias, _ = facility_tables(rows(*given))
    assert len(facility) == 2
    assert "credit_code" not in set(alias["scheme"])


def test_facilities_of_one_name_in_two_districts_stay_two_with_their_district_behind_the_name():
    staged = rows({"activity_value": 1.0}, {"region_code": "310113", "lon": 121.4, "activity_value": 2.0})
    settled = settle_facilities(staged)
    facility, alias, _ = facility_tables(settled)
    assert sorted(facility["name_zh"]) == ["一厂（宝山区）", "一厂（浦东新区）"]
    assert "一厂" not in set(alias["alias"])
    facts = facility_facts(settled)
    assert dict(zip(facts["facility_name"], facts["value"], strict=True)) == {
        "一厂（浦东新区）": 1.0,
        "一厂（宝山区）": 2.0,
    }
    assert len(facility_references(settled)[plain_text("一厂")]) == 2


def test_a_facility_of_several_years_stands_as_in_the_inventory_year_else_the_year_before():
    staged = rows(*({"data_year": year, "capacity_value": float(year)} for year in (2018, 2020, 2023)))
    for year, wanted in ((2020, 2020.0), (2021, 2020.0), (2017, 2018.0), (2024, 2023.0)):
        assert facility_tables(staged, inventory_year=year)[0]["capacity_value"].tolist() == [wanted]


def test_a_name_in_another_spelling_is_the_same_facility_in_another_year():
    settled = settle_facilities(rows({"name_zh": "一厂(东)"}, {"name_zh": "一厂（东）", "data_year": 2020}))
    assert settled["facility_id"].tolist() == [sha12("一厂(东)|310115")] * 2


def test_a_closed_facility_takes_no_part_in_splits_over_operating_ones():
    staged = rows({"closed_year": 2020}, {"name_zh": "二厂", "lon": 121.6, "closed_year": 2021})
    notes = facility_tables(staged, inventory_year=2021)[0].set_index("name_zh")["note"]
    assert "not in operation" in notes["一厂"]
    assert notes["二厂"] == ""


def test_the_crosswalk_fills_the_credit_code_but_does_not_change_the_id():
    facility, alias, _ = facility_tables(rows({}), named(("一厂", "credit_code", CODE)), inventory_year=2021)
    assert facility[["facility_id", "credit_code"]].to_numpy().tolist() == [[sha12("一厂|310115"), CODE]]
    assert ("credit_code", CODE) in set(zip(alias["scheme"], alias["alias"], strict=True))


def test_a_code_that_has_ended_is_not_that_of_the_year():
    ended = named(("一厂", "credit_code", CODE)).assign(valid_to="2015-06-30")
    assert facility_tables(rows({}), ended, inventory_year=2021)[0]["credit_code"].tolist() == [""]
    assert facility_tables(rows({}), ended, inventory_year=2015)[0]["credit_code"].tolist() == [CODE]


def test_tables_do_not_depend_on_the_order_of_any_list():
    staged = rows(
        {"name_zh": "甲"}, {"name_zh": "乙", "data_year": 2018}, {"name_zh": "丙", "data_year": 2019}, {"name_zh": "丁"},
        {"name_zh": "丁", "region_code": "310113", "lon": 121.4}, {"name_zh": "戊", "credit_code": CODE},
    )  # fmt: skip
    identifiers = named(
        ("甲", "former_name", "乙"),
        ("乙", "former_name", "丙"),
        ("甲", "ets", "SH-0001"),
        ("戊", "permit", CODE + "001P"),
    )
    points = outlets(
        {"facility": "甲", "outlet": "DA002"},
        {"facility": "乙", "outlet": "DA001"},
        {"facility": "戊", "outlet": "da001"},
    )
    wanted = facility_tables(staged, identifiers, points, inventory_year=2021)
    facts = facility_facts(settle_facilities(staged, identifiers))
    assert len(wanted[0]) == 4
    generator = np.random.default_rng(4)
    for _ in range(30):
        mixed = [frame.iloc[generator.permutation(len(frame))] for frame in (staged, identifiers, points)]
        for got, table in zip(facility_tables(*mixed, inventory_year=2021), wanted, strict=True):
            pd.testing.assert_frame_equal(got, table)
        pd.testing.assert_frame_equal(facility_facts(settle_facilities(*mixed[:2])), facts)


def test_a_name_that_two_facilities_claim_merges_nothing():
    staged = rows({"name_zh": "甲"}, {"name_zh": "乙"}, {"name_zh": "丙"})
    settled = settle_facilities(staged, named(("甲", "former_name", "丙"), ("乙", "former_name", "丙")))
    assert sorted(settled["name_zh"]) == ["丙", "乙", "甲"]
    assert (settled["facility_id"] == settled["own_id"]).all()


def test_a_list_without_rows_makes_empty_tables():
    empty = rows({}).head(0)
    tables = dict(
        zip(
            MASTER_TABLES,
            (empty, named(), outlets({"facility": "", "outlet": ""}).head(0), units({}).head(0)),
            strict=True,
        )
    )
    master = facility_master(tables, 2021)
    assert [len(table) for table in (master.facility, master.alias, master.point, master.unit)] == [0, 0, 0, 0]
    assert facility_facts(master.rows).empty


def test_the_master_holds_the_chain_from_unit_to_outlet_under_the_contracts():
    tables = dict(
        zip(MASTER_TABLES, (rows({}), named(("一厂", "ets", "SH-0001")), outlets({"facility": "SH-0001", "outlet": "DA001"}),
                            units({"facility": "一厂", "outlet": "DA001"})), strict=True)
    )  # fmt: skip
    master = facility_master(tables, 2021)
    for table, name in (
        (master.facility, "core_facility"),
        (master.alias, "core_facility_alias"),
        (master.point, "core_release_point"),
    ):
        conform(table, load_contract(name))
    assert master.unit["release_point_id"].tolist() == master.point["release_point_id"].tolist()
    assert master.point["release_point_id"].tolist() == [sha12("一厂|310115") + ":DA001"]
