"""From a delivered file to daily and annual masses, against numbers worked out by hand or by another reader."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from inventory.monitoring.series import measured_blocks, measured_years

sys.path.insert(0, str(Path(__file__).parents[2] / "projects"))
from cems_generator import write_delivery

from sources.contract import pull


def test_two_days_of_a_file_become_their_masses(read, export):
    # day 1: 10 mg/m3 × 1 000 000 m3/h × 24 h = 0.24 t
    # day 2: 6 h of calibration; 18 h of 20 mg/m3 × 500 000 m3/h = 0.18 t, × 24 / 18 = 0.24 t
    # day 3: 7 h of fault: 17 h do not make a day;  day 4: standstill
    rows = [f"2021-03-01 {hour:02d}:00,{'9.5' if hour % 2 else '10.5'},1000000,N" for hour in range(24)]
    rows += [
        f"2021-03-02 {hour:02d}:00,{19 + 2 * (hour % 2)},500000,{'C' if hour < 6 else '正常'}" for hour in range(24)
    ]
    rows += [f"2021-03-03 {hour:02d}:00,{20 + hour % 2},500000,{'D' if hour < 7 else 'N'}" for hour in range(24)]
    rows += [f"2021-03-04 {hour:02d}:00,,0,F" for hour in range(24)]
    found = read(export(*rows).encode("gb18030"))
    assert found.counts == (96, 96, 0, 0)
    (block,) = measured_blocks(found.work)
    day = {str(each): value for each, value in zip(block.clock.days, block.years["SO2"].day_t[0], strict=True)}
    assert day["2021-03-01"] == pytest.approx(0.24, rel=1e-12)
    assert day["2021-03-02"] == pytest.approx(0.24, rel=1e-12)
    assert np.isnan(day["2021-03-03"])
    assert day["2021-03-04"] == 0.0
    (year,) = measured_years(found.work).to_dict("records")
    assert (year["facility_key"], year["species"], year["inventory_year"]) == ("甲厂", "SO2", 2021)
    assert not year["is_valid"]
    assert "75%" in year["reason_zh"]
    assert year["valid_share"] == pytest.approx((24 + 18 + 17) / (8760 - 24), rel=1e-12)


def test_the_last_local_hours_of_a_year_belong_to_it(read, export):
    found = read(export("2021-12-31 23:00,10,100000,N", "2022-01-01 00:00,10,100000,N"))
    assert measured_years(found.work)["inventory_year"].tolist() == [2021, 2022]


def test_a_stack_of_which_no_value_is_valid_is_still_there(read, export):
    years = measured_years(read(export("2021-12-31 23:00,10,100000,D")).work)
    assert years[["species", "is_valid", "valid_share"]].to_numpy().tolist() == [["SO2", False, 0.0]]


def test_a_stack_of_reference_values_alone_does_not_vanish_beside_one_of_actual_values(read, export):
    header = "企业名称,排放口编号,时段开始时间,SO2实测浓度(mg/m3),SO2折算浓度(mg/m3),标干流量(m3/h),数据标记"
    one = export("2021-03-01 00:00,10,12,1000000,N", header=header)
    other = export("2021-03-01 00:00,,12,1000000,N", header=header).replace("DA001", "DA002")
    years = measured_years(read({"a.csv": one, "b.csv": other}).work).set_index("release_point_key")
    assert sorted(years.index) == ["DA001", "DA002"]
    assert years.loc["DA002", "reason_en"].startswith("only values at reference oxygen: 1 h lack the oxygen")
    assert not years.loc["DA001", "reason_en"].startswith("only values")


def test_an_empty_series_has_no_years(read, export, tmp_path):
    assert measured_years(read(export()).work).empty
    assert measured_years(tmp_path).empty


def test_synthetic_years_are_those_of_another_reader(read, tmp_path):
    paths = write_delivery(tmp_path, stacks=2, years=1, seed=11)
    found = read({path.name: path.read_bytes() for path in paths})
    assert found.counts == (2 * 8784, 2 * 8784, 0, 0)
    years = measured_years(found.work).set_index(["release_point_key", "species"])
    for path, outlet in zip(paths, ("DA001", "DA002"), strict=True):
        table = pd.read_csv(path, encoding="gb18030", parse_dates=["监测时间(时段开始)"])
        expected_t, share = _by_hand(table)
        assert years.loc[(outlet, "SO2"), "measured_t"] == pytest.approx(expected_t, rel=1e-9)
        assert years.loc[(outlet, "SO2"), "valid_share"] == pytest.approx(share, rel=1e-12)
    assert set(years.index.get_level_values("species")) == {"SO2", "NOx", "TSP", "CO2"}
    co2 = years.loc["DA001"].loc["CO2", "measured_t"] / years.loc["DA001"].loc["SO2", "measured_t"]
    # 12 % of CO2 is 235 620 mg/m3, and SO2 has a mean of 18 mg/m3
    assert co2 == pytest.approx(235_620 / 18, rel=0.02)


def _by_hand(table):
    """Return the year [t] and the valid share of SO2 of a synthetic file, day by day with pandas."""
    stamp = table["监测时间(时段开始)"]
    runs, stands = table["数据标记"] == "N", table["数据标记"] == "F"
    mass_t = (table["SO2实测浓度(mg/m3)"] * table["标态烟气流量(m3/h)"] * 1e-9).where(runs)
    mass_t = mass_t.mask(stands, 0.0)
    days = mass_t.groupby(stamp.dt.date).agg(["sum", "count"])
    days.index = pd.to_datetime(days.index)
    day_t = (days["sum"] * 24 / days["count"]).where(days["count"] >= 18)
    kinds = [days.index.quarter, days.index.dayofweek]
    filled = day_t.fillna(day_t.groupby(kinds).transform("mean"))
    return filled.sum(), (mass_t.notna() & ~stands).sum() / (~stands).sum()


def test_the_pull_step_reads_a_series_of_a_project(project, export, tmp_path):
    config = project(cems="cems_*.csv")
    work = tmp_path / "work"
    work.mkdir()
    rows = [f"2021-03-01 {hour:02d}:00,{hour + 5},1000000,N" for hour in range(24)]
    for month, outlet in ((3, "DA001"), (4, "DA002")):
        content = export(*rows).replace("2021-03", f"2021-0{month}").replace("DA001", outlet)
        (tmp_path / "project" / f"cems_{month}.csv").write_bytes(content.encode("gb18030"))
    report = pull(config, work, ["cems"])
    assert report.counts["cems"] == 48
    assert pd.read_parquet(work / "raw_cems_balance.parquet")["files"].tolist() == [2]
    assert sorted(measured_years(work)["release_point_key"]) == ["DA001", "DA002"]
