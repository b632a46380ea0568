"""Stacks and units: what is missing stays missing, what is delivered keeps its meaning."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from inventory.identifiers import plain_text
from inventory.release_points import facility_unit_table, release_point_table, stack_notices
from inventory.warehouse import conform, load_contract

REFERENCES = {plain_text("一厂"): ("F1",), plain_text("二厂"): ("F2",), plain_text("同名"): ("F1", "F2")}
FACILITY = pd.DataFrame({"facility_id": ["F1", "F2"], "lon": [121.5, 121.6], "lat": [31.2, 31.3]})


def points(*given):
    plain = {
        "facility": "一厂", "outlet": "DA001", "stack_height_m": np.nan, "stack_diameter_m": np.nan,
        "exit_temperature_k": np.nan, "exit_velocity_m_s": np.nan, "exit_flow_m3_h": np.nan, "lon": np.nan, "lat": np.nan,
        "control_path_id": "", "origin_file": "p.csv", "origin_sheet": "",
    }  # fmt: skip
    return pd.DataFrame([{**plain, **row, "origin_row": number} for number, row in enumerate(given, start=2)])


def units(*given):
    plain = {
        "facility": "一厂", "unit_code": "MF0001", "unit_name": "", "unit_type": "boiler", "process": "",
        "capacity_value": np.nan, "capacity_unit": "", "fuel": "", "commissioned_year": pd.NA, "closed_year": pd.NA,
        "outlet": "", "control_path_id": "", "citation": "s", "confidence": "H", "origin_file": "u.csv",
        "origin_sheet": "", "origin_sha256": "0",
    }  # fmt: skip
    return pd.DataFrame([{**plain, **row, "origin_row": number} for number, row in enumerate(given, start=2)])


def test_outlets_take_the_place_of_their_facility_where_they_have_none_and_others_keep_one():
    table = release_point_table(
        FACILITY, points({"stack_height_m": 80.0}, {"outlet": "da002", "lon": 121.51, "lat": 31.21}), REFERENCES
    )
    placed = {row.release_point_id: (row.lon, row.lat) for row in table.itertuples()}
    assert placed == {"F1:DA001": (121.5, 31.2), "F1:DA002": (121.51, 31.21), "F2:1": (121.6, 31.3)}
    assert table["stack_height_m"].tolist()[0] == 80.0
    assert table["stack_height_m"].isna().tolist() == [False, True, True]
    assert table["is_delivered"].tolist() == [True, True, False]
    assert list(conform(table, load_contract("core_release_point"))["release_point_id"]) == list(placed)


def test_a_flow_without_velocity_gives_the_velocity():
    table = release_point_table(
        FACILITY, points({"stack_diameter_m": 2.0, "exit_flow_m3_h": 3600 * math.pi * 12}), REFERENCES
    )
    assert table["exit_velocity_m_s"].tolist()[0] == pytest.approx(12.0, rel=1e-12)


def test_an_outlet_of_an_ambiguous_or_unknown_facility_belongs_to_none():
    table = release_point_table(FACILITY, points({"facility": "同名"}, {"facility": "三厂"}), REFERENCES)
    assert table["release_point_id"].tolist() == ["F1:1", "F2:1"]


@pytest.mark.parametrize(
    ("value", "count"), [({"stack_height_m": 4.9}, 1), ({"stack_height_m": 5.0}, 0), ({"stack_height_m": 401.0}, 1),
                         ({"stack_diameter_m": 15.1}, 1), ({"exit_temperature_k": 52.0}, 1), ({"exit_temperature_k": 325.15}, 0),
                         ({"exit_velocity_m_s": 61.0}, 1), ({}, 0)],
)  # fmt: skip
def test_stacks_beyond_the_usual_are_noticed_at_their_cell(value, count):
    notices = stack_notices(points(value))
    assert [notice.code for notice in notices] == ["TY1605"] * count
    if count:
        assert notices[0].cell.column.split("_")[1] == next(iter(value)).split("_")[1]


@pytest.mark.parametrize(("flow", "said"), [(36_000.0, None), (42_000.0, None), (50_000.0, ""), (24_000.0, "标况")])
def test_a_flow_that_is_not_area_times_velocity_is_noticed(flow, said):
    # area 1 m2, 10 m/s: 36,000 m3/h; at 409.725 K = 1.5 × 273.15 K the flow at 0 °C is 24,000 m3/h
    given = points(
        {
            "stack_diameter_m": math.sqrt(4 / math.pi),
            "exit_velocity_m_s": 10.0,
            "exit_flow_m3_h": flow,
            "exit_temperature_k": 409.725,
        }
    )
    notices = stack_notices(given)
    assert [notice.code for notice in notices] == ([] if said is None else ["TY1606"])
    if said is not None:
        assert "36,000" in notices[0].message_zh
        assert ("标况" in notices[0].message_zh) == (said == "标况")


def test_units_lead_to_their_outlet_or_the_only_one_and_take_its_train():
    outlets = points(
        {"control_path_id": "ultra_low"},
        {"facility": "二厂", "outlet": "DA001"},
        {"facility": "二厂", "outlet": "DA002"},
    )
    table = facility_unit_table(
        units({}, {"unit_code": "MF0002", "control_path_id": "vru", "outlet": "da001"}, {"facility": "二厂"}),
        outlets,
        REFERENCES,
    )
    led = [(row.facility_id, row.unit_code, row.release_point_id, row.control_path_id) for row in table.itertuples()]
    assert led == [
        ("F1", "MF0001", "F1:DA001", "ultra_low"),
        ("F1", "MF0002", "F1:DA001", "vru"),
        ("F2", "MF0001", "", ""),
    ]


def test_units_of_a_facility_without_outlets_lead_to_its_own_point():
    assert facility_unit_table(units({}), points({"facility": "二厂"}), REFERENCES)["release_point_id"].tolist() == [
        "F1:1"
    ]


def test_no_units_make_an_empty_table():
    assert facility_unit_table(units({}).head(0), points({}).head(0), REFERENCES).empty
