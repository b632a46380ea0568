"""Every row of a monitoring export is used, set aside with its reason, or counted as said twice."""

from __future__ import annotations

import pytest

from inventory.errors import DataSourceError
from sources.cems import blocks

ROWS = [f"2021-01-01 {hour:02d}:00,{10 + hour / 4},{100000 + hour},N" for hour in range(24)]


def codes(error) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_hours_are_utc_and_begin_where_the_header_says(read, export):
    rows = read(export("2021-01-01 00:00,12.5,100000,N")).rows
    assert str(rows["hour"][0]) == "2020-12-31 16:00:00+00:00"
    assert (rows["facility_key"][0], rows["release_point_key"][0]) == ("甲厂", "DA001")
    assert rows["so2_mg_per_m3"][0] == 12.5
    assert rows["hour_state"][0] == "normal"


@pytest.mark.parametrize("stamp", ["2021-01-02 00:00", "2021-01-01 24:00", "2021/1/2 0:00", "2021年1月2日0时"])
def test_an_hour_named_by_its_end_begins_one_hour_before(read, export, stamp):
    header = "企业名称,排放口编号,监测时间(时段结束),SO2实测浓度(mg/m3),标态烟气流量(m3/h),数据标记"
    rows = read(export(f"{stamp},12.5,100000,N", header=header)).rows
    assert str(rows["hour"][0]) == "2021-01-01 15:00:00+00:00"


@pytest.mark.parametrize(
    "stamp", ["2021-01-12", "2021/1/12", "2021年1月12日", "2021-01-12 07:30", "2021-02-29 01:00", "1021-01-01 01:00"]
)
def test_a_stamp_without_a_full_hour_sets_its_row_aside(read, export, stamp):
    found = read(export(*ROWS, f"{stamp},12.5,100000,N"))
    assert found.counts == (25, 24, 1, 0)
    assert read(export(f"{stamp},12.5,100000,N")).counts == (1, 0, 1, 0)


@pytest.mark.parametrize(
    "stamp", ["2021010107", "20210101070000", "2021-01-01T07:00:00", "2021.1.1 7:00", "２０２１年１月１日７时"]
)
def test_stamps_of_several_styles_name_one_hour(read, export, stamp):
    rows = read(export(f"{stamp},12.5,100000,N")).rows
    assert rows["hour"].astype(str).tolist() == ["2020-12-31 23:00:00+00:00"]


def test_midnight_at_the_end_of_a_day_cannot_begin_an_hour(read, export):
    found = read(export(*ROWS, "2021-01-01 24:00,12.5,100000,N"))
    assert found.counts == (25, 24, 1, 0)
    assert found.quarantine["code"].tolist() == ["TY2862"]
    assert found.quarantine["origin_row"].tolist() == [26]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("企业名称,排放口编号,监测时间,SO2实测浓度(mg/m3),标态烟气流量(m3/h),数据标记", "TY2855"),
        ("企业名称,排放口编号,时段开始时间,SO2实测浓度(ppm),标态烟气流量(m3/h),数据标记", "TY2852"),
        ("企业名称,排放口编号,时段开始时间,SO2实测浓度,标态烟气流量(m3/h),数据标记", "TY2851"),
        ("企业名称,排放口编号,时段开始时间,SO2实测浓度(mg/m3),标态烟气流量,数据标记", "TY2851"),
        ("企业名称,排放口编号,时段开始时间,SO2实测浓度(mg/m3),工况流量(m3/h),数据标记", "TY2854"),
        ("企业名称,排放口编号,时段开始时间,SO2实测浓度(mg/m3),标态烟气流量(m3/h),备注", "TY2854"),
        ("企业名称,排放口编号,时段开始时间,SO2实测浓度(mg/m3),二氧化硫实测值(mg/m3),标态流量(m3/h),数据标记", "TY2853"),
    ],
)  # fmt: skip
def test_a_header_that_leaves_something_open_is_refused(read, export, header, code):
    with pytest.raises(DataSourceError) as error:
        read(export("2021-01-01 00:00,12.5,100000,N", header=header))
    assert code in codes(error)


@pytest.mark.parametrize(
    ("concentration", "flow", "expected_mg", "expected_m3"),
    [
        ("mg/m3", "m3/h", 12.0, 40.0), ("g/Nm³", "万m³/h", 12000.0, 400000.0), ("ug/m3", "m3/s", 0.012, 144000.0),
        ("ppm干基", "千m3/h", 12 * 64.064 / 22.414, 40000.0),
    ],
)  # fmt: skip
def test_units_of_the_header_are_converted(read, export, concentration, flow, expected_mg, expected_m3):
    header = f"企业名称,排放口编号,时段开始时间,SO2实测浓度（{concentration}）,标态烟气流量({flow}),数据标记"
    found = read(export("2021-01-01 00:00,12,40,N", header=header))
    assert found.rows["so2_mg_per_m3"][0] == pytest.approx(expected_mg, rel=1e-12)
    assert found.rows["flow_m3_per_h"][0] == pytest.approx(expected_m3, rel=1e-12)


def test_a_per_cent_of_co2_holds_19635_mg(read, export):
    header = "企业名称,排放口编号,时段开始时间,CO2浓度(%),标态烟气流量(m3/h),数据标记"
    rows = read(export("2021-01-01 00:00,10,100000,N", header=header)).rows
    assert rows["co2_mg_per_m3"][0] == pytest.approx(10 * 1e4 * 44.009 / 22.414, rel=1e-12)


def test_units_may_stand_in_each_row_and_an_unknown_one_sets_the_row_aside(read, export):
    header = "企业名称,排放口编号,时段开始时间,SO2实测浓度,浓度单位,标态烟气流量(m3/h),数据标记"
    rows = [f"2021-01-01 {hour:02d}:00,12,mg/m3,100000,N" for hour in range(20)]
    found = read(export(*rows, "2021-01-02 00:00,0.012,g/m3,100000,N", "2021-01-02 01:00,4,ppm,1,N", header=header))
    assert found.rows["so2_mg_per_m3"].tolist() == [12.0] * 21
    assert found.quarantine["code"].tolist() == ["TY2865"]


def test_a_flow_in_another_magnitude_stops_unless_the_project_states_the_unit(read, export):
    content = export(*(f"2021-01-01 {hour:02d}:00,12.5,85.2,N" for hour in range(24)))
    found = read(content)
    assert [problem.code for problem in found.found.problems] == ["TY2866"]
    assert "flow_m3_per_h" in found.found.problems[0].place
    declared = read(content, columns={"标态烟气流量(m3/h)": "flow_m3_per_h [万m3/h]"})
    assert declared.found.problems == ()
    assert declared.rows["flow_m3_per_h"].tolist() == [852000.0] * 24


def test_gb18030_and_utf8_with_mark_give_the_same_rows(read, export):
    text = export(*ROWS)
    ours = read(text.encode("gb18030")).rows
    assert ours["facility_key"].astype(str).tolist() == ["甲厂"] * 24
    assert ours.equals(read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()).rows)


def test_bytes_of_no_encoding_are_named(read, export):
    content = export(*ROWS).encode() + b"\xff\xff,DA001,2021-01-02 00:00,1,1,N\n"
    with pytest.raises(DataSourceError) as error:
        read(content)
    assert codes(error) == {"TY2860"}
    assert str(len(export(*ROWS).encode())) in error.value.problems[0].message_en


def test_rows_said_twice_are_counted_and_contradicting_ones_all_set_aside(read, export):
    found = read(export(*ROWS, ROWS[3], ROWS[3], "2021-01-01 07:00,99,100007,N"))
    assert found.counts == (27, 23, 2, 2)
    assert found.quarantine["code"].tolist() == ["TY2858"] * 2
    assert sorted(found.quarantine["origin_row"]) == [9, 28]
    assert "2020-12-31 23:00:00+00:00" not in found.rows["hour"].astype(str).tolist()


def test_a_contradiction_between_files_is_found_whatever_their_order(read, export):
    one, other = export(*ROWS), export("2021-01-01 07:00,99,100007,N")
    found = read({"a.csv": one, "b.csv": other})
    assert found.counts == (25, 23, 2, 0)
    turned = read({"a.csv": other, "b.csv": one})
    origin = ["origin_file", "origin_row"]
    assert turned.rows.drop(columns=origin).equals(found.rows.drop(columns=origin))


def test_cells_that_are_no_numbers_set_their_row_aside_and_the_others_are_read(read, export):
    rows = [*(f"2021-01-{day:02d} 08:00,12,100000,N" for day in range(2, 32)), *ROWS]
    found = read(
        export(*rows, "2021-02-01 00:00,<0.1,100000,N", "2021-02-01 01:00,nan,100000,N", '2021-02-01 02:00,１２,"1,234.5",N',
               "2021-02-01 03:00,—,100000,N")
    )  # fmt: skip
    assert found.counts == (58, 56, 2, 0)
    assert found.quarantine["text"].str.contains("<0.1|nan").all()
    last = found.rows.iloc[-2:]
    assert last["so2_mg_per_m3"].iloc[0] == 12.0
    assert last["flow_m3_per_h"].iloc[0] == 1234.5
    assert last["so2_mg_per_m3"].isna().tolist() == [False, True]


def test_ragged_blank_and_empty_lines_keep_the_row_numbers_of_the_others(read, export):
    rows = [f"2021-01-{day:02d} 08:00,12,100000,N" for day in range(2, 32)]
    content = export(*rows) + "\n甲厂,DA001,2021-02-01 00:00,12\n,,,,,\n甲厂,DA001,2021-02-01 01:00,12,100000,N\n"
    found = read(content)
    assert found.counts == (34, 31, 1, 2)
    assert found.quarantine[["origin_row", "code"]].to_numpy().tolist() == [[33, "TY2857"]]
    assert found.rows["origin_row"].iloc[-1] == 35


def test_a_flag_that_nobody_knows_stops_and_an_empty_one_is_not_valid(read, export):
    found = read(export(*ROWS, "2021-01-02 00:00,12,100000,怪", "2021-01-02 01:00,12,100000,"))
    assert [problem.code for problem in found.found.problems] == ["TY2867"]
    assert "怪" in found.found.problems[0].message_zh
    assert found.rows["hour_state"].iloc[-1] == "unstated"


def test_a_file_of_which_many_rows_cannot_be_used_stops(read, export):
    found = read(export(*ROWS[:8], "2021-01-02 00:00,x,100000,N"))
    assert [problem.code for problem in found.found.problems] == ["TY2868"]


def test_quotes_that_swallow_lines_are_refused(read, export):
    with pytest.raises(DataSourceError) as error:
        read(export(*ROWS[:3], '"2021-01-01 20:00,12,100000,N', '2021-01-01 21:00,12,100000,"N'))
    assert codes(error) == {"TY2863"}


def test_blocks_of_any_size_give_the_same_rows(read, export, monkeypatch):
    content = export(*ROWS, "2021-01-02 00:00,12,100000")
    whole = read(content)
    monkeypatch.setattr(blocks, "_BLOCK_BYTES", 97)
    parts = read(content)
    assert parts.rows.equals(whole.rows)
    assert parts.quarantine.equals(whole.quarantine)
    assert parts.counts == whole.counts == (25, 24, 1, 0)


def test_decimal_commas_are_read_where_they_are_declared(read, export):
    content = export("2021-01-01 00:00,12.5,100000.5,N").replace(",", ";").replace(".", ",")
    rows = read(content, delimiter=";", decimal=",").rows
    assert rows[["so2_mg_per_m3", "flow_m3_per_h"]].to_numpy().tolist() == [[12.5, 100000.5]]


def test_a_point_under_a_declared_decimal_comma_parts_thousands_or_is_set_aside(read, export):
    rows = [f"2021-01-{day:02d} 00:00;12,{day};100000;N" for day in range(1, 31)]
    rows += ["2021-02-01 00:00;1.234;1.234.567,5;N", "2021-02-02 00:00;12.5;100000;N"]
    content = export(*rows).replace(",", ";", 5).replace("甲厂,DA001,", "甲厂;DA001;")
    found = read(content, delimiter=";", decimal=",")
    last = found.rows.sort_values("hour").iloc[-1]
    assert (last["so2_mg_per_m3"], last["flow_m3_per_h"]) == (1234.0, 1234567.5)
    assert found.quarantine["code"].tolist() == ["TY2048"]
    assert "12.5" in found.quarantine["reason"].tolist()[0]


@pytest.mark.parametrize(
    ("reference", "rows"), [("6", 25), ("0.06", 24), ("0", 24), ("1", 25), ("20", 25), ("20.5", 24)]
)
def test_a_reference_oxygen_outside_1_to_20_per_cent_is_set_aside(read, export, reference, rows):
    header = "企业名称,排放口编号,时段开始时间,SO2折算浓度(mg/m3),标干流量(m3/h),氧含量(%),基准氧含量(%),数据标记"
    lines = [f"2021-01-01 {hour:02d}:00,12,100000,8,6,N" for hour in range(24)]
    found = read(export(*lines, f"2021-01-02 00:00,12,100000,8,{reference},N", header=header))
    assert len(found.rows) == rows
    assert found.quarantine["code"].tolist() == ["TY2864"] * (25 - rows)


@pytest.mark.parametrize(
    ("flow", "said"),
    [("标态流量", True), ("标况流量", True), ("标态烟气流量", True), ("标干流量", False), ("标态干烟气流量", False),
     ("flow_m3_per_h", False)],
)  # fmt: skip
def test_a_flow_that_does_not_say_dry_is_named(read, export, flow, said):
    header = f"企业名称,排放口编号,时段开始时间,SO2实测浓度(mg/m3),{flow}(m3/h),数据标记"
    content = export(*ROWS, header=header)
    remarks = [remark for remark in read(content).found.remarks if "没有写明干基" in remark]
    assert [f"{flow}(m3/h)" in remark for remark in remarks] == ([True] if said else [])
    declared = read(content, columns={f"{flow}(m3/h)": "flow_m3_per_h [m3/h]"})
    assert not any("没有写明干基" in remark for remark in declared.found.remarks)


def test_a_header_alone_is_a_series_without_hours(read, export):
    found = read(export())
    assert found.counts == (0, 0, 0, 0)
    assert [problem.code for problem in found.found.problems] == ["TY2869"]
    assert {"facility_key", "hour", "flow_m3_per_h"} <= set(found.rows.columns)


def test_an_outlet_without_a_single_concentration_is_named(read, export):
    found = read({"a.csv": export(*ROWS), "b.csv": export("2021-01-01 00:00,,100000,N").replace("DA001", "DA002")})
    assert found.found.problems == ()
    (said,) = [remark for remark in found.found.remarks if "没有一个浓度值" in remark]
    assert said.startswith("甲厂 › DA002：")
