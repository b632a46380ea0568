"""What lint finds: each fault alone, all of them in one pass, and nothing in the packs as delivered."""

import pandas as pd
import pytest

from inventory.factors.lint import NEIGHBOUR_RATIO, lint_library
from inventory.factors.pack_tables import pack_about, pack_names
from inventory.factors.row_checks import ratio_cycles

PACKS = ("cn-provincial-2025",)


@pytest.fixture(scope="module")
def delivered():
    return lint_library(pack_names())


def codes(report):
    return sorted(problem.code for problem in report.problems)


def test_packs_as_delivered_have_no_problems(delivered):
    assert delivered.problems == ()


def test_rows_far_from_their_neighbours_are_listed_and_stay_notices(delivered):
    noticed = {notice.place.rpartition(" › ")[2] for notice in delivered.notices}
    assert {notice.code for notice in delivered.notices} == {"TY4012"}
    assert {"EF00005", "EF01110"} <= noticed
    assert "EF00002" not in noticed


def test_packs_with_rows_of_no_year_state_an_open_validity():
    for pack in ("cn-provincial-2011", "cn-provincial-2025", "ipcc-2006"):
        assert pack_about(pack)["validity"] == "open"


def test_sound_local_row_adds_no_problem(local_row, local_folder):
    assert codes(lint_library(PACKS, local_folder(local_row("L1")))) == []


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"unit": ""}, "FX604"),
        ({"source": ""}, "FX604"),
        ({"confidence": ""}, "FX604"),
        ({"basis": ""}, "FX604"),
        ({"species": "NOX"}, "TY4014"),
        ({"value": "-0.1"}, "TY4015"),
        ({"value": "inf"}, "TY4015"),
        ({"year_to": "abc"}, "TY4016"),
        ({"basis": "limit"}, "TY4004"),
        ({"basis": "parameter"}, "TY4004"),
        ({"unit": "fraction"}, "TY4020"),
        ({"year_from": ""}, "TY4005"),
        ({"year_from": "2024", "year_to": "2020"}, "TY4021"),
        ({"distribution": "lognormal", "uncertainty_pct": ""}, "TY4022"),
        ({"distribution": "triangle"}, "TY4006"),
        ({"uncertainty_pct": "0"}, "TY4023"),
        ({"uncertainty_pct": "-20"}, "TY4023"),
        ({"uncertainty_pct": "abc"}, "TY4023"),
        ({"distribution": "normal", "uncertainty_pct": "100"}, "TY4024"),
        ({"status": "in force"}, "TY4405"),
        ({"reviewer": ""}, "TY4406"),
        ({"approver": "Author"}, "TY4407"),
    ],
)
def test_each_fault_is_found_alone(local_row, local_folder, cells, code):
    report = lint_library(PACKS, local_folder(local_row("L1", **cells)))
    assert codes(report) == [code]
    assert "L1" in report.problems[0].place


def test_all_faults_of_all_rows_are_found_in_one_pass(local_row, local_folder):
    rows = (local_row("L1", source="", reason=""), local_row("L2", basis="limit"), local_row("L2", species="CO"))
    assert codes(lint_library(PACKS, local_folder(*rows))) == ["FX604", "TY4003", "TY4004", "TY4406"]


def test_equal_keys_are_a_problem_unless_their_years_are_apart(local_row, local_folder):
    tied = local_folder(local_row("L1"), local_row("L2", value="4"), name="tied")
    years = {"year_from": "2024", "year_to": "2024"}
    apart = local_folder(local_row("L1", **years), local_row("L2", year_from="2025", year_to="2025"), name="apart")
    report = lint_library(PACKS, tied)
    assert codes(report) == ["TY4011"]
    assert "L1、L2" in report.problems[0].message_zh
    assert codes(lint_library(PACKS, apart)) == []


@pytest.mark.parametrize(("value", "is_noticed"), [("19.9", False), ("20.1", True), ("0.051", False), ("0.049", True)])
def test_value_is_noticed_beyond_twenty_times_the_median(local_row, local_folder, value, is_noticed):
    """Three neighbours of 1 g per body in a branch without other rows of that unit; the pack stands apart by unit."""
    key = {"source_category": "FC.03", "unit": "kg/body", "species": "Hg"}
    neighbours = [
        local_row(f"N{n}", **key, value="1", technology=t) for n, t in enumerate(("grate_boiler", "valve", "pump"))
    ]
    report = lint_library(PACKS, local_folder(*neighbours, local_row("L1", **key, value=value)))
    noticed = {notice.place for notice in report.notices}
    assert NEIGHBOUR_RATIO == 20.0
    assert ("local_factors.csv › L1" in noticed) is is_noticed


@pytest.mark.parametrize(
    ("steps", "cyclic"),
    [
        ([("diesel", "PM10", "PM2.5"), ("diesel", "PM2.5", "PM10")], ["PM10", "PM2.5"]),
        ([("diesel", "PM10", "PM2.5"), ("any", "PM2.5", "BC"), ("any", "BC", "PM10")], ["BC", "PM10", "PM2.5"]),
        ([("diesel", "PM10", "PM2.5"), ("gasoline", "PM2.5", "PM10")], []),
        ([("diesel", "PM10", "PM2.5"), ("diesel", "PM2.5", "BC")], []),
    ],
)
def test_ratios_that_lead_back_are_refused(steps, cyclic):
    columns = ["fuel_or_product", "from_species", "to_species"]
    found = ratio_cycles(pd.DataFrame(steps, columns=columns).assign(source_category="MB.12"))
    assert [problem.place.rpartition(" › ")[2] for problem in found] == cyclic
    assert {problem.code for problem in found} <= {"TY4013"}
