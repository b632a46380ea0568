"""Findings on facilities, identifiers, outlets and units, from raw tables staged beside those of the example."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from inventory.config import load_config
from inventory.facility_checks import check_facilities
from inventory.warehouse import read_table, run_layer, write_parquet
from sources.contract import pull, write_undelivered
from sources.reading.cells import ORIGIN_COLUMNS
from sources.registry import find_source

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai"
CONFIG = load_config(EXAMPLE)
CODE = "91110000600037341L"
PLANT, LON, LAT = "外高桥第一发电厂", 121.5983, 31.3558
"""First facility of the example, in 浦东新区."""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    work = tmp_path_factory.mktemp("raw")
    pull(CONFIG, work)
    write_undelivered(CONFIG, work)
    return work


@pytest.fixture(scope="module")
def first(delivered):
    """Return where the first facility was delivered: file › row."""
    frame = read_table("raw_facilities", delivered)
    row = frame[frame["name_zh"] == PLANT].iloc[0]
    return f"{row['origin_file']} › {row['origin_row']} "


@pytest.fixture
def check(delivered, tmp_path):
    """Return a function that changes cells of the first facility, adds rows of other sources, and checks."""

    def run(changes=(), **added):
        work = tmp_path / "work"
        shutil.copytree(delivered, work)
        frame = read_table("raw_facilities", work)
        more = [
            frame[frame["name_zh"] == PLANT].assign(origin_row=900 + at, **row)
            for at, row in enumerate(added.pop("facilities", []))
        ]
        for column, text in dict(changes).items():
            frame.loc[frame["name_zh"] == PLANT, column] = text
        write_parquet(pd.concat([frame, *more]), "raw_facilities", work)
        for source, rows in added.items():
            write_parquet(raw_rows(source, rows), f"raw_{source}", work)
        run_layer("20_staging", work, {"inventory_year": 2021})
        return check_facilities(CONFIG, work)

    return run


def raw_rows(source, given):
    names = [column.name for column in find_source(source).columns]
    plain = dict.fromkeys(names, "") | {"facility": PLANT, "source": "s", "confidence": "H", "outlet": "DA001"}
    if source == "facility_units":
        plain |= {"unit_code": "MF0001", "outlet": ""}
    frame = pd.DataFrame([{**plain, **row} for row in given]).reindex(columns=names)
    origin = frame.assign(
        origin_file=f"{source}.csv", origin_sheet="", origin_sha256="0", origin_row=range(2, len(given) + 2)
    )
    return origin[[*names, *ORIGIN_COLUMNS]]


def codes(problems):
    return [problem.code for problem in problems]


def test_the_example_has_no_error(check):
    findings = check()
    assert findings.errors == ()
    assert set(codes(findings.notices)) <= {"TY1603"}


def test_a_full_chain_of_unit_outlet_and_control_is_accepted(check):
    stack = {"stack_height_m": "210", "stack_diameter_m": "6.5", "exit_temperature_c": "50", "exit_velocity_m_s": "14"}
    findings = check(
        release_points=[stack | {"lon": "121.599", "lat": "31.356", "control_path_id": "ultra_low"}],
        facility_units=[{"outlet": "DA001", "unit_type": "boiler", "fuel": "原煤", "process": "发电"}],
        facility_identifiers=[
            {"scheme": "credit_code", "identifier": CODE},
            {"scheme": "permit", "identifier": CODE + "001P"},
        ],
    )
    assert findings.errors == ()


def test_a_second_row_of_a_name_at_another_place_shows_both_rows(check, first):
    (error,) = check(facilities=[{"lon": "121.7"}]).errors
    assert error.code == "IN401"
    assert first in error.message_zh
    assert " › 900 " in error.message_zh
    assert (error.cell.row, error.cell.column) == (900, "name_zh")


def test_the_same_row_twice_is_a_duplicate_key_with_both_places(check, first):
    (error,) = check(facilities=[{}]).errors
    assert error.code == "IN205"
    assert first in error.message_zh
    assert "› 900 " in error.message_zh


@pytest.mark.parametrize("source", ["facility_identifiers", "release_points", "facility_units"])
def test_a_row_of_an_unknown_facility_is_an_orphan_with_a_suggestion(check, source):
    added = {source: [{"facility": "外高桥第一电厂", "scheme": "ets", "identifier": "SH-0001"}]}
    (error,) = check(**added).errors
    assert (error.code, error.place) == ("IN403", f"{source}.csv › 2 › facility")
    assert PLANT in error.message_zh


def test_a_closed_facility_with_activity_is_refused(check):
    (error,) = check({"closed_year": "2020"}).errors
    assert error.code == "IN403"
    assert "2020" in error.message_zh
    assert error.cell.column == "activity"


def test_a_facility_that_closed_in_the_inventory_year_may_have_activity(check):
    assert check({"closed_year": "2021"}).errors == ()


def test_a_facility_whose_units_all_closed_counts_as_closed_but_not_if_one_runs(check):
    shut = {"unit_code": "MF0001", "closed_year": "2018"}
    assert codes(check(facility_units=[shut]).errors) == ["IN403"]


def test_one_running_unit_keeps_a_facility_open(check):
    assert check(facility_units=[{"closed_year": "2018"}, {"unit_code": "MF0002"}]).errors == ()


@pytest.mark.parametrize("code", [CODE[:17] + "K", CODE[:17], "9.11E+17"])
def test_a_wrong_credit_code_stops_at_its_cell(check, code):
    (error,) = check({"credit_code": code}).errors
    assert (error.code, error.cell.column) == ("TY1601", "credit_code")


def test_a_code_of_two_facilities_in_the_crosswalk_shows_both_rows(check):
    rows = [
        {"scheme": "ets", "identifier": "SH-0001"},
        {"facility": "外高桥第二发电厂", "scheme": "ets", "identifier": "sh-0001"},
    ]
    (error,) = check(facility_identifiers=rows).errors
    assert error.code == "IN401"
    assert "facility_identifiers.csv › 2" in error.message_zh
    assert "facility_identifiers.csv › 3" in error.message_zh


def test_a_code_that_moves_from_one_facility_to_another_in_time_is_accepted(check):
    rows = [
        {"scheme": "ets", "identifier": "SH-0001", "valid_to": "2015"},
        {"facility": "外高桥第二发电厂", "scheme": "ets", "identifier": "SH-0001", "valid_from": "2016"},
    ]
    assert check(facility_identifiers=rows).errors == ()


def test_a_permit_with_the_credit_code_of_another_facility_is_refused(check):
    rows = [{"facility": "外高桥第二发电厂", "scheme": "permit", "identifier": CODE + "001P"}]
    assert codes(check({"credit_code": CODE}, facility_identifiers=rows).errors) == ["IN401"]


def test_a_former_name_that_another_facility_bears_is_refused_unless_declared_only_once(check):
    rows = [
        {"scheme": "former_name", "identifier": "外高桥第二发电厂"},
        {"facility": "外高桥第三发电厂", "scheme": "former_name", "identifier": "外高桥第二发电厂"},
    ]
    assert "IN401" in codes(check(facility_identifiers=rows).errors)


def test_likeness_is_shown_and_nothing_is_merged(check, first):
    findings = check(facilities=[{"name_zh": "上海外高桥第一发电厂有限公司", "lon": "121.5990", "activity": ""}])
    assert findings.errors == ()
    assert any(
        "外高桥第一发电厂有限公司" in notice.message_zh and first in notice.message_zh for notice in findings.notices
    )


def test_traditional_and_spaced_districts_are_read_and_recorded(check):
    findings = check({"district_zh": "浦東新區 "})
    assert findings.errors == ()
    (notice,) = [notice for notice in findings.notices if notice.code == "TY1608"]
    assert "浦東新區  → 浦东新区" in notice.message_zh


def test_an_unknown_district_or_fuel_comes_with_a_suggestion(check):
    findings = check({"district_zh": "浦东新"}, facility_units=[{"fuel": "原媒"}])
    said = {error.code + error.cell.column: error.message_zh for error in findings.errors}
    assert "浦东新区" in said["IN318district_zh"]
    assert "原煤" in said["IN318fuel"]


def test_district_name_and_code_must_agree(check):
    assert check({"district_code": "310115"}).errors == ()


def test_a_district_code_of_another_district_is_refused(check):
    (error,) = check({"district_code": "310113"}).errors
    assert error.code == "TY1604"
    assert "310115" in error.message_zh


def test_an_outlet_beyond_two_kilometres_names_both(check):
    near, far = {"lon": "121.6193", "lat": "31.3558"}, {"outlet": "DA002", "lon": "121.6195", "lat": "31.3558"}
    # a degree of longitude at 31.3558°N is 111.195 km × cos = 94.95 km: 2 km are 0.02106°
    (error,) = check(release_points=[near, far]).errors
    assert error.code == "TY1607"
    assert "DA002" in error.message_zh
    assert PLANT in error.message_zh
    assert "2.0 km" in error.message_zh


def test_an_outlet_or_unit_twice_is_a_duplicate(check):
    findings = check(release_points=[{}, {"outlet": "da001"}], facility_units=[{}, {}])
    assert codes(findings.errors) == ["IN205", "IN205"]


def test_a_unit_leads_to_a_listed_outlet_and_both_to_known_trains(check):
    findings = check(
        release_points=[{"control_path_id": "ultralow"}], facility_units=[{"outlet": "DA009", "unit_type": "oven"}]
    )
    assert sorted(codes(findings.errors)) == ["IN403", "IN403", "TY1609"]
    assert any("ultra_low" in error.message_zh for error in findings.errors)


def test_an_ambiguous_reference_shows_what_it_may_be(check, first):
    findings = check(
        facilities=[{"district_zh": "宝山区", "lon": "121.4", "lat": "31.4", "activity": ""}], release_points=[{}]
    )
    (error,) = findings.errors
    assert error.code == "TY1602"
    assert first in error.message_zh
    assert "› 900 " in error.message_zh
