"""Hours, days and years of a monitor; which estimate counts; records with measurements."""

import numpy as np
import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.methods.monitoring import hours, priority, stack, year

MONITOR, TEST = stack.METHODS
YEAR = pd.date_range("2021-01-01", "2021-12-31")


def test_milligrams_become_tonnes_by_ten_to_the_ninth():
    # 30 mg/m3 × 10^6 m3/h = 30 kg/h
    assert hours.emission_of_hour(30.0, flow_m3_per_h=1e6, hours=8000.0) == pytest.approx(240.0, rel=1e-12)
    assert hours.emission_of_hours([30.0, 50.0], flow_m3_per_h=[1e6, 2e6]) == pytest.approx(0.13, rel=1e-12)


def test_hours_without_flow_or_concentration_are_left_out():
    found = hours.emission_of_hours([30.0, np.nan, -1.0, 40.0], flow_m3_per_h=[1e6, 1e6, 1e6, np.nan])
    assert found == pytest.approx(0.03, rel=1e-12)


def test_day_is_scaled_to_24_hours():
    concentration = [30.0] * 20 + [np.nan] * 4
    day = hours.emission_of_day(concentration, flow_m3_per_h=np.full(24, 1e6))
    assert (day.status, day.valid_hours) == ("valid_day", 20)
    assert day.emission_t == pytest.approx(0.72, rel=1e-12)


def test_standstill_is_valid_and_not_scaled_away():
    day = hours.emission_of_day(np.full(24, 30.0), flow_m3_per_h=[1e6] * 12 + [0.0] * 12)
    assert day.emission_t == pytest.approx(12 * 0.03, rel=1e-12)


@pytest.mark.parametrize(("valid", "status"), [(18, "valid_day"), (17, "fallback_same_quarter_weekday")])
def test_eighteen_hours_make_a_day(valid, status):
    day = hours.emission_of_day(np.full(valid, 30.0), flow_m3_per_h=np.full(valid, 1e6))
    assert day.status == status == hours.day_status(valid)
    assert np.isnan(day.emission_t) == (valid == 17)


def test_day_of_25_hours_is_refused():
    with pytest.raises(SchemaError, match="TY3161"):
        hours.emission_of_day(np.ones(25), flow_m3_per_h=np.ones(25))


def test_missing_day_is_the_mean_of_its_quarter_and_weekday():
    emission_t = np.ones(365)
    mondays_of_spring = np.flatnonzero((YEAR.quarter == 2) & (YEAR.dayofweek == 0))
    emission_t[mondays_of_spring] = 3.0
    emission_t[mondays_of_spring[0]] = np.nan
    emission_t[mondays_of_spring[1]] = 9.0
    found = year.emission_of_year(YEAR, emission_t=emission_t)
    others = [9.0] + [3.0] * (len(mondays_of_spring) - 2)
    assert np.flatnonzero(found.is_filled).tolist() == [mondays_of_spring[0]]
    assert found.days_t[mondays_of_spring[0]] == pytest.approx(sum(others) / len(others), rel=1e-12)
    plain_days = 365 - len(mondays_of_spring)
    assert found.emission_t == pytest.approx(plain_days + sum(others) * (1 + 1 / len(others)), rel=1e-12)


def test_day_that_is_not_in_the_table_is_filled_too():
    found = year.emission_of_year(YEAR[:-1], emission_t=np.full(364, 2.0))
    assert found.days_t.shape == (365,)
    assert found.emission_t == 730.0


def test_order_of_the_days_does_not_change_a_bit():
    emission_t = np.random.default_rng(1).random(365)
    shuffled = np.random.default_rng(2).permutation(365)
    straight = year.emission_of_year(YEAR, emission_t=emission_t).emission_t
    assert year.emission_of_year(YEAR[shuffled], emission_t=emission_t[shuffled]).emission_t == straight


def test_kind_of_day_without_any_valid_one_is_named():
    emission_t = np.ones(365)
    emission_t[(YEAR.quarter == 3) & (YEAR.dayofweek == 6)] = np.nan
    with pytest.raises(SchemaError, match="Q3 › 7"):
        year.emission_of_year(YEAR, emission_t=emission_t)


@pytest.mark.parametrize("days", [["2021-01-01", "2022-01-01"], ["2021-01-01", "2021-01-01"], []])
def test_days_are_of_one_year_and_once_there(days):
    with pytest.raises(SchemaError, match="TY3163"):
        year.emission_of_year(np.array(days, dtype="datetime64[D]"), emission_t=np.ones(len(days)))


def test_first_valid_estimate_counts_and_says_why():
    candidates = {"default": 9.0, "mass_balance": 5.0, "continuous_monitoring": 4.0, "unit_measurement": np.nan}
    assert priority.preferred_estimate(candidates).kind == "continuous_monitoring"
    found = priority.preferred_estimate(candidates, invalid={"continuous_monitoring": "60 %"})
    assert (found.kind, found.emission_t) == ("mass_balance", 5.0)
    assert "60 %" in found.reason_zh
    assert "unit_measurement: no data" in found.reason_en


def test_no_estimate_is_none_and_never_zero():
    found = priority.preferred_estimate({"default": None})
    assert (found.kind, found.emission_t) == ("none", None)
    assert priority.preferred_estimate({"default": 0.0}).emission_t == 0.0


def test_unknown_kind_of_estimate_is_refused():
    with pytest.raises(SchemaError, match="TY3164"):
        priority.preferred_estimate({"guess": 1.0})


@pytest.mark.parametrize(("valid", "operating", "expected"), [(1500, 2000, True), (1499, 2000, False), (0, 0, False)])
def test_three_quarters_of_the_hours_must_be_valid(valid, operating, expected):
    assert priority.has_valid_capture(valid, operating_hours=operating) is expected


CEMS = {
    "cems_mean_mg_per_m3:NOx": 40.0, "cems_flow_nm3_per_h": 1e6, "operating_hours": 5000.0, "cems_valid_hours": 4500.0,
    "cems_flagged_hours": 500.0,
}  # fmt: skip


def test_monitored_record_beats_its_control_train(make_record, make_context):
    record = make_record(source_category="FC.01.01", parameters=CEMS | {"removal:NOx": 0.9})
    assert MONITOR.applies(record, "NOx")
    assert not MONITOR.applies(record, "SO2")
    found = MONITOR.estimate(record, "NOx", make_context())
    assert (found.emission_t, found.control_efficiency) == (pytest.approx(200.0, rel=1e-12), 0.0)


def test_flagged_hours_count_against_the_monitor(make_record, make_context):
    record = make_record(source_category="FC.01.01", parameters=CEMS | {"cems_flagged_hours": 1000.0})
    with pytest.raises(SchemaError, match="TY3165"):
        MONITOR.estimate(record, "NOx", make_context())


def test_measured_record_is_scaled_by_load(make_record, make_context):
    parameters = {
        "tested_mg_per_m3:SO2": 20.0, "tested_flow_nm3_per_h": 1e6, "operating_hours": 5000.0,
        "mean_load_per_tested_load": 0.8,
    }  # fmt: skip
    record = make_record(source_category="FC.01.01", parameters=parameters)
    assert TEST.estimate(record, "SO2", make_context()).emission_t == pytest.approx(80.0, rel=1e-12)


def test_monitor_of_many_records_has_the_bits_of_each(make_record, make_context):
    means = np.array([11.1, 22.2, 33.3])
    given = CEMS | {"cems_mean_mg_per_m3:NOx": means}
    together = MONITOR.estimate(make_record(source_category="FC.01.01", parameters=given), "NOx", make_context())
    for mean, emission_t in zip(means, together.emission_t, strict=True):
        one = make_record(source_category="FC.01.01", parameters=CEMS | {"cems_mean_mg_per_m3:NOx": float(mean)})
        assert MONITOR.estimate(one, "NOx", make_context()).emission_t == emission_t
