"""A valid measurement stands in place of the estimates of its own records, and of nothing else; both are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.estimation import estimate_emissions
from inventory.identifiers import plain_text
from inventory.monitoring.replacement import apply_measurements
from inventory.release_points import release_point_table
from inventory.warehouse import conform, load_contract

ALIAS = pd.DataFrame(
    [
        ("F1", "name_zh", "甲厂"), ("F1", "credit_code", "91310000123456789X"), ("F2", "name_zh", "乙厂"),
        ("F2", "former_name", "老厂"), ("F3", "former_name", "老厂"),
    ],
    columns=["facility_id", "scheme", "alias"],
)  # fmt: skip
POINTS = pd.DataFrame(
    [("F1:DA001", "F1"), ("F1:DA002", "F1"), ("F2:DA001", "F2")], columns=["release_point_id", "facility_id"]
).assign(is_delivered=True)


def record(activity_id, **changes) -> dict[str, object]:
    return {
        "activity_id": activity_id, "source_category": "FC.01.01", "fuel_or_product": "raw_coal", "technology": "any",
        "control_path_id": "none", "size_class": "any", "region_code": "310000", "activity_value": 1000.0,
        "activity_unit": "t", "in_airshed": True, "balance_group": "", "included_species": "", "included_in": "",
        "facility_id": "F1", "release_point_id": "F1:DA001", "boundary": "in_domain",
        "period_start": pd.Timestamp("2021-01-01"),
    } | changes  # fmt: skip


def estimate(activity_id, emission_t, species="SO2", **changes) -> dict[str, object]:
    return {
        "activity_id": activity_id, "species": species, "emission_t": emission_t,
        "notation_key": "NE" if np.isnan(emission_t) else "", "method": "" if np.isnan(emission_t) else "factor",
        "factor_id": "" if np.isnan(emission_t) else "EF1", "fallback_chain": "exact", "tier": "2",
        "control_efficiency": 0.0, "factor_confidence": "M", "included_in": "",
    } | changes  # fmt: skip


def measurement(measured_t, species="SO2", **changes) -> dict[str, object]:
    return {
        "facility_key": "甲厂", "release_point_key": "DA001", "inventory_year": 2021, "species": species,
        "measured_t": measured_t, "hj75_t": measured_t * 1.1, "valid_share": 0.9, "substituted_share": 0.05,
        "flags": "", "is_valid": True, "reason_zh": "有效", "reason_en": "valid", "origin_file": "a.csv",
        "origin_row": 2,
    } | changes  # fmt: skip


def applied(records, estimates, measured, points=POINTS, **options):
    """Return emissions by record and species, and core_measured_emission by outlet and species."""
    emissions, core = apply_measurements(
        pd.DataFrame(records), pd.DataFrame(estimates), pd.DataFrame(measured), facility_alias=ALIAS,
        release_points=points, **options,
    )  # fmt: skip
    conform(emissions, load_contract("core_emission"))
    core = conform(core, load_contract("core_measured_emission"))
    return emissions.set_index(["activity_id", "species"]), core.set_index(["release_point_id", "species"])


def test_a_measurement_is_spread_in_proportion_to_the_estimates():
    records = [record("a:1"), record("a:2"), record("a:3", release_point_id="F1:DA002")]
    estimates = [estimate("a:1", 30.0), estimate("a:2", 10.0), estimate("a:3", 7.0), estimate("a:1", 5.0, "NOx")]
    emissions, core = applied(records, estimates, [measurement(20.0)])
    assert emissions["emission_t"].to_dict() == {
        ("a:1", "SO2"): 15.0, ("a:2", "SO2"): 5.0, ("a:3", "SO2"): 7.0, ("a:1", "NOx"): 5.0,
    }  # fmt: skip
    first = emissions.loc[("a:1", "SO2")]
    assert (first["method"], first["tier"], first["factor_id"]) == ("continuous_monitoring", "3", "")
    assert first["fallback_chain"] == "measured at F1:DA001; in place of factor EF1"
    row = core.loc[("F1:DA001", "SO2")]
    assert (row["measured_t"], row["factor_t"], row["measured_per_factor"]) == (20.0, 40.0, 0.5)
    assert row["is_used"]
    assert row["is_noticed"]
    assert row["records"] == 2


@pytest.mark.parametrize(("measured_t", "noticed"), [(52.0, False), (53.0, True), (28.0, False), (27.0, True)])
def test_a_difference_of_more_than_30_per_cent_is_noticed(measured_t, noticed):
    _, core = applied([record("a:1")], [estimate("a:1", 40.0)], [measurement(measured_t)])
    assert core["is_noticed"].tolist() == [noticed]


def test_a_measurement_that_is_not_valid_is_kept_and_not_used():
    refused = measurement(20.0, is_valid=False, reason_zh="低于 75%", reason_en="below 75 %")
    emissions, core = applied([record("a:1")], [estimate("a:1", 30.0)], [refused])
    assert emissions["emission_t"].tolist() == [30.0]
    assert emissions["method"].tolist() == ["factor"]
    row = core.iloc[0]
    assert (row["is_used"], row["measured_t"], row["factor_t"], row["reason_zh"]) == (False, 20.0, 30.0, "低于 75%")


def test_records_without_an_outlet_wait_for_all_stacks_of_the_facility():
    records = [record("a:1", release_point_id=""), record("a:2", release_point_id="")]
    estimates = [estimate("a:1", 30.0), estimate("a:2", 10.0)]
    one = measurement(20.0)
    other = measurement(4.0, release_point_key="DA002")
    emissions, core = applied(records, estimates, [one])
    assert emissions["emission_t"].tolist() == [30.0, 10.0]
    assert core["is_used"].tolist() == [False]
    assert "声明份额" in core["reason_zh"].iloc[0]
    emissions, core = applied(records, estimates, [one, other])
    assert emissions["emission_t"].tolist() == [18.0, 6.0]
    assert core["factor_t"].to_dict() == pytest.approx({("F1:DA001", "SO2"): 100 / 3, ("F1:DA002", "SO2"): 20 / 3})
    emissions, core = applied(records, estimates, [one, other | {"is_valid": False}])
    assert emissions["emission_t"].tolist() == [30.0, 10.0]
    assert core["is_used"].tolist() == [False, False]


def test_a_declared_share_lets_one_stack_stand_for_its_part():
    points = POINTS.assign(emission_share=[0.75, np.nan, np.nan])
    records = [record("a:1", release_point_id="")]
    emissions, core = applied(records, [estimate("a:1", 40.0)], [measurement(20.0)], points=points)
    # 20 measured, and the quarter of 40 that leaves by the other stack
    assert emissions["emission_t"].tolist() == [30.0]
    assert core["factor_t"].tolist() == [30.0]


def test_records_of_the_other_outlet_do_not_hinder_the_rest_of_a_facility():
    records = [record("a:1"), record("a:2", release_point_id="")]
    estimates = [estimate("a:1", 30.0), estimate("a:2", 10.0)]
    emissions, core = applied(records, estimates, [measurement(4.0, release_point_key="DA002")])
    assert emissions["emission_t"].tolist() == [30.0, 4.0]
    assert core["is_used"].tolist() == [True]


def test_one_record_without_a_factor_takes_the_measurement_and_several_stay_ne_with_the_reason():
    emissions, _ = applied([record("a:1")], [estimate("a:1", np.nan)], [measurement(20.0)])
    assert emissions["emission_t"].tolist() == [20.0]
    assert emissions["notation_key"].tolist() == [""]
    both = [record("a:1"), record("a:2")]
    emissions, core = applied(both, [estimate("a:1", np.nan), estimate("a:2", np.nan)], [measurement(20.0)])
    assert emissions["notation_key"].tolist() == ["NE", "NE"]
    assert emissions["emission_t"].isna().all()
    assert "无法分摊 / " in emissions["fallback_chain"].iloc[0]
    assert core["is_used"].tolist() == [False]
    emissions, _ = applied(both, [estimate("a:1", 10.0), estimate("a:2", np.nan)], [measurement(20.0)])
    assert emissions["emission_t"].fillna(-1.0).tolist() == [20.0, -1.0]
    assert emissions["notation_key"].tolist() == ["", "IE"]
    assert emissions["included_in"].tolist() == ["", "FC.01.01"]


def test_the_carbon_dioxide_of_a_stack_covers_fossil_and_biogenic():
    records = [record("a:1"), record("a:2", fuel_or_product="biomass")]
    estimates = [estimate("a:1", 600.0, "CO2", method="fuel_carbon"), estimate("a:2", 200.0, "CO2_BIO")]
    emissions, core = applied(records, estimates, [measurement(1000.0, "CO2")])
    assert emissions["emission_t"].to_dict() == {("a:1", "CO2"): 750.0, ("a:2", "CO2_BIO"): 250.0}
    row = core.iloc[0]
    assert (row["factor_t"], row["measured_per_factor"], row["factor_method"]) == (800.0, 1.25, "factor;fuel_carbon")


def test_fractions_keep_their_share_of_measured_dust():
    estimates = [estimate("a:1", 40.0, "TSP"), estimate("a:1", 20.0, "PM10"), estimate("a:1", 8.0, "PM2.5")]
    emissions, _ = applied([record("a:1")], estimates, [measurement(10.0, "TSP")])
    assert emissions["emission_t"].tolist() == [10.0, 5.0, 2.0]


def test_dust_without_a_record_of_it_is_kept_unless_sizes_are_declared():
    estimates = [estimate("a:1", 20.0, "PM10"), estimate("a:1", 8.0, "PM2.5"), estimate("a:1", 2.0, "BC")]
    emissions, core = applied([record("a:1")], estimates, [measurement(10.0, "TSP")])
    assert emissions["emission_t"].tolist() == [20.0, 8.0, 2.0]
    assert core["is_used"].tolist() == [False]
    sizes = {"PM10": 0.9, "PM2.5": 0.4}
    emissions, core = applied([record("a:1")], estimates, [measurement(10.0, "TSP")], size_shares=sizes)
    assert emissions["emission_t"].tolist() == [9.0, 4.0, 1.0]
    assert core["is_used"].to_dict() == {
        ("F1:DA001", "TSP"): False, ("F1:DA001", "PM10"): True, ("F1:DA001", "PM2.5"): True,
    }  # fmt: skip


def test_no_record_gets_more_fine_dust_than_coarse_of_a_measured_total():
    # TSP 10 t is PM10 9 t and PM2.5 6 t; both are split 30 : 1, by the PM10 of coal and oil
    records = [record("a:1"), record("a:2", fuel_or_product="diesel")]
    estimates = [estimate("a:1", 30.0, "PM10"), estimate("a:1", 6.0, "PM2.5"), estimate("a:2", 1.0, "PM10"),
                 estimate("a:2", 1.0, "PM2.5")]  # fmt: skip
    measured = [measurement(10.0, "TSP")]
    emissions, core = applied(records, estimates, measured, size_shares={"PM10": 0.9, "PM2.5": 0.6})
    assert emissions["emission_t"].to_dict() == pytest.approx(
        {("a:1", "PM10"): 9 * 30 / 31, ("a:1", "PM2.5"): 6 * 30 / 31, ("a:2", "PM10"): 9 / 31, ("a:2", "PM2.5"): 6 / 31}
    )
    assert core["factor_t"].to_dict()["F1:DA001", "PM2.5"] == 7.0


def test_what_does_not_leave_by_a_stack_is_not_replaced():
    outside = [
        record("a:1", source_category="OT.04.01", in_airshed=False), record("a:2", boundary="fuel_sold_outside"),
        record("a:3", source_category="MB.10.04"), record("a:4", facility_id=""),
    ]  # fmt: skip
    estimates = [estimate(each["activity_id"], 10.0, "CO2") for each in outside]
    emissions, core = applied([*outside, record("a:5")], [*estimates, estimate("a:5", 8.0, "CO2")],
                              [measurement(4.0, "CO2")])  # fmt: skip
    assert emissions["emission_t"].tolist() == [10.0, 10.0, 10.0, 10.0, 4.0]
    assert core["factor_t"].tolist() == [8.0]


def test_stacks_are_found_by_code_whatever_its_width_and_other_years_are_left_out():
    measured = [measurement(20.0, facility_key="９１３１００００１２３４５６７８９x", release_point_key="da001"),
                measurement(99.0, facility_key="丙厂", inventory_year=2020)]  # fmt: skip
    emissions, core = applied([record("a:1")], [estimate("a:1", 30.0)], measured)
    assert emissions["emission_t"].tolist() == [20.0]
    assert len(core) == 1


def test_stacks_that_are_not_in_the_master_list_are_all_named():
    measured = [
        measurement(1.0, facility_key="丙厂"), measurement(1.0, release_point_key="DA009"),
        measurement(1.0, facility_key="老厂"),
        measurement(1.0, facility_key="乙厂"), measurement(1.0, facility_key="F2"),
    ]  # fmt: skip
    with pytest.raises(SchemaError) as error:
        applied([record("a:1")], [estimate("a:1", 30.0)], measured)
    found = {problem.code: problem for problem in error.value.problems}
    assert sorted(found) == ["TY3801", "TY3802", "TY3803", "TY3804"]
    assert found["TY3801"].place == "a.csv › 2 › 丙厂 › DA001"
    assert "F2、F3" in found["TY3802"].message_zh


def test_without_measurements_nothing_changes():
    nothing = pd.DataFrame([measurement(1.0)]).iloc[:0]
    emissions, core = applied([record("a:1")], [estimate("a:1", 30.0)], nothing)
    assert emissions["emission_t"].tolist() == [30.0]
    assert core.empty


def test_hours_of_other_years_only_stop_the_build():
    measured = [measurement(1.0, inventory_year=year) for year in (2020, 2019)]
    with pytest.raises(SchemaError) as caught:
        applied([record("a:1")], [estimate("a:1", 30.0)], measured)
    (found,) = caught.value.problems
    assert (found.code, found.message_en) == ("TY3805", "hours of 2019、2020 only; the inventory year is 2021")


def invented(number="1"):
    """Return the points of a master list to which F2 delivered no outlet: it has the one that is made up for it."""
    facility = pd.DataFrame({"facility_id": ["F1", "F2"], "lon": 121.5, "lat": 31.2})
    outlet = pd.DataFrame([{"facility": "甲厂", "outlet": number, "origin_file": "p.csv", "origin_row": 2, "lon": np.nan,
                            "lat": np.nan, "stack_height_m": 80.0, "stack_diameter_m": np.nan, "exit_flow_m3_h": np.nan,
                            "exit_temperature_k": np.nan, "exit_velocity_m_s": np.nan}])  # fmt: skip
    return release_point_table(facility, outlet, {plain_text("甲厂"): ("F1",)})


@pytest.mark.parametrize("outlet", ["1", "１", "F2:1", "DA001"])
def test_the_outlet_that_a_master_list_makes_up_is_no_stack_of_the_world(outlet):
    points = invented()
    assert points["release_point_id"].tolist() == ["F1:1", "F2:1"]
    records = [record("a:1", facility_id="F2", release_point_id="")]
    measured = [measurement(39.0, facility_key="乙厂", release_point_key=outlet)]
    emissions, core = applied(records, [estimate("a:1", 40.0)], measured, points=points)
    assert emissions["emission_t"].tolist() == [40.0]
    assert core["is_used"].tolist() == [False]
    assert core["reason_zh"].tolist()[0].startswith("企业没有交付排放口表")


def test_an_outlet_of_that_number_counts_where_it_was_delivered():
    records = [record("a:1", release_point_id="")]
    measured = [measurement(39.0, release_point_key="1")]
    emissions, core = applied(records, [estimate("a:1", 40.0)], measured, points=invented())
    assert emissions["emission_t"].tolist() == [39.0]
    assert core["is_used"].tolist() == [True]


@pytest.mark.parametrize(
    ("measured_t", "accepted", "used"),
    [
        (3.9, np.nan, False), (4.0, np.nan, True), (400.0, np.nan, True), (401.0, np.nan, False), (0.0, np.nan, False),
        (0.64, 0.016, True), (0.63, 0.016, False), (401.0, 0.016, False), (800.0, 20.0, True), (801.0, 20.0, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("outlet", ["F1:DA001", ""])
def test_a_ratio_that_is_not_believed_needs_the_word_of_the_outlet(measured_t, accepted, used, outlet):
    points = POINTS.assign(accept_ratio=[accepted, np.nan, np.nan]).drop(index=1)
    records = [record("a:1", release_point_id=outlet)]
    emissions, core = applied(records, [estimate("a:1", 40.0)], [measurement(measured_t)], points=points)
    assert core["is_used"].tolist() == [used]
    assert emissions["emission_t"].tolist() == [measured_t if used else 40.0]
    assert core["measured_per_factor"].tolist() == [measured_t / 40.0]
    assert used or core["reason_en"].tolist()[0].startswith("measured per estimated is outside 0.1 to 10")


def test_stacks_that_share_records_must_all_accept_their_ratio():
    records = [record("a:1", release_point_id="")]
    measured = [measurement(0.5), measurement(0.5, release_point_key="DA002")]
    for accepted, used in (([0.02, np.nan], False), ([0.02, 0.03], False), ([0.02, 0.025], True)):
        points = POINTS.assign(accept_ratio=[*accepted, np.nan])
        _, core = applied(records, [estimate("a:1", 40.0)], measured, points=points)
        assert core["is_used"].tolist() == [used, used]


def test_the_ratio_of_a_declared_share_is_that_of_the_share():
    # a tenth of 40 t leaves here: 30 t are 7.5 times as much, 0.39 t less than a tenth of it
    points = POINTS.assign(emission_share=[0.1, np.nan, np.nan])
    records = [record("a:1", release_point_id="")]
    for measured_t, used in ((30.0, True), (41.0, False), (0.39, False)):
        _, core = applied(records, [estimate("a:1", 40.0)], [measurement(measured_t)], points=points)
        assert core["is_used"].tolist() == [used]


def test_an_estimate_of_zero_is_not_replaced_without_a_word():
    for accepted, used in ((np.nan, False), (0.5, False), (20.0, True)):
        points = POINTS.assign(accept_ratio=accepted)
        _, core = applied([record("a:1")], [estimate("a:1", 0.0)], [measurement(5.0)], points=points)
        assert core["is_used"].tolist() == [used]


def test_a_doubled_activity_changes_everything_but_what_is_measured(library, make_context):
    names = ["activity_id", "name", "value", "confidence"]
    found = {}
    for factor in (1.0, 2.0, 3.0):
        ledger = pd.DataFrame([record("a:1", activity_value=1000.0 * factor)])
        estimated = estimate_emissions(ledger, pd.DataFrame(columns=names), make_context(library))
        emissions, _ = apply_measurements(
            ledger, estimated, pd.DataFrame([measurement(10.0), measurement(5.0, "NOx")]), facility_alias=ALIAS,
            release_points=POINTS,
        )  # fmt: skip
        found[factor] = emissions.set_index("species")["emission_t"]
    measured = ["SO2", "NOx"]
    assert (
        found[1.0][measured].tolist() == found[2.0][measured].tolist() == found[3.0][measured].tolist() == [10.0, 5.0]
    )
    rest = found[1.0].drop(measured).dropna()
    assert {"CO2", "PM10", "CO"} <= set(rest.index)
    assert (found[2.0][rest.index] == 2.0 * rest).all()
    assert (rest.drop("OC") > 0.0).all()
