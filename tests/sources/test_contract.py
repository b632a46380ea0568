"""What a delivery must hold: columns, required cells, numbers, years, units, confidences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inventory.errors import ConservationError, DataSourceError
from inventory.warehouse import read_table
from sources.contract import pull, write_undelivered
from sources.registry import all_sources
from sources.row_balance import write_row_balance

HEADER = "item,item_zh,value,unit,year,source,confidence,note"
ROW = "cement,水泥,380,10^4 t,2021,年鉴,H,"


def row(**cells: str) -> str:
    """Return ROW with some cells replaced."""
    own = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | cells
    return ",".join(f'"{cell}"' for cell in own.values())


def problems(config, work):
    with pytest.raises(DataSourceError) as caught:
        pull(config, work)
    return caught.value.problems


def test_the_raw_table_is_the_delivery_as_text(industry, work):
    report = pull(industry(f"{HEADER}\n{ROW}\n"), work)
    raw = read_table("raw_industry", work)
    assert list(raw.columns) == [*HEADER.split(","), "origin_file", "origin_sheet", "origin_row", "origin_sha256"]
    assert ",".join(raw.loc[0, HEADER.split(",")]) == ROW
    assert report.counts == {"industry": 1}


def test_an_undeclared_column_is_reported_and_not_read(industry, work):
    report = pull(industry(f"{HEADER},source_id\n{ROW},mine\n"), work)
    assert "source_id" not in read_table("raw_industry", work)
    assert any("未声明的列" in message and "source_id" in message for message in report.messages)


def test_columns_may_come_in_any_order(industry, work):
    names = HEADER.split(",")
    text = ",".join(reversed(names)) + "\n" + ",".join(reversed(ROW.split(","))) + "\n"
    pull(industry(text), work)
    assert read_table("raw_industry", work)["item"][0] == "cement"


def test_a_renamed_column_is_missing_and_the_new_name_is_shown(industry, work):
    (problem,) = problems(industry(f"{HEADER.replace('value', 'amount')}\n{ROW}\n"), work)
    assert (problem.code, problem.place) == ("IN201", "industry.csv › 1")
    assert "value" in problem.message_zh
    assert "amount" in problem.message_zh


def test_every_missing_column_is_named(industry, work):
    found = problems(industry("item,value,source\na,1,s\n"), work)
    missing = ["item_zh", "unit", "year", "confidence", "note"]
    assert [problem.code for problem in found] == ["IN201"] * 5
    assert all(name in problem.message_zh for name, problem in zip(missing, found, strict=True))


def test_a_delivery_that_is_not_the_registered_release_is_reported(industry, work):
    report = pull(industry(f"{HEADER}\n{ROW}\n"), work)
    assert any("登记版本不同" in message for message in report.messages)


def test_a_delivery_with_a_header_alone_is_accepted_and_reported(industry, work):
    report = pull(industry(HEADER + "\n"), work)
    assert report.counts == {"industry": 0}
    assert any("只有表头" in message for message in report.messages)
    assert list(read_table("raw_industry", work).columns)[:2] == ["item", "item_zh"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *(
            (cell, "IN303")
            for cell in ("<0.1", "未检出", "12%", "约380", "38O", "3,80", "1_000", "10³", "1 234", "12吨")
        ),
        *((cell, "IN301") for cell in ("NaN", "nan", "inf", "-Infinity", "1e999")),
    ],
)
def test_a_cell_that_is_no_number_is_refused_with_place_and_remedy(industry, work, cell, code):
    (problem,) = problems(industry(f"{HEADER}\n{ROW}\n{row(value=cell, item='glass')}\n"), work)
    assert (problem.code, problem.place) == (code, "industry.csv › 3 › value")
    assert cell in problem.message_zh
    assert "留空" in problem.remedy_zh
    assert "empty" in problem.remedy_en


@pytest.mark.parametrize("cell", ["", "—", "–", "-", "/", "  "])
def test_a_missing_number_is_accepted_and_stays_as_delivered(industry, work, cell):
    pull(industry(f"{HEADER}\n{row(value=cell)}\n"), work)
    assert read_table("raw_industry", work)["value"][0] == cell.strip()


@pytest.mark.parametrize("cell", ["2021.5", "21", "20211", "二〇二一", "2021年"])
def test_a_year_that_is_no_whole_year_is_refused(industry, work, cell):
    (problem,) = problems(industry(f"{HEADER}\n{row(year=cell)}\n"), work)
    assert (problem.code, problem.place) == ("IN312", "industry.csv › 2 › year")


@pytest.mark.parametrize("cell", ["2021", "2021.0", "２０２１"])
def test_a_year_may_be_written_as_workbooks_write_it(industry, work, cell):
    assert pull(industry(f"{HEADER}\n{row(year=cell)}\n"), work).counts == {"industry": 1}


@pytest.mark.parametrize("column", ["item", "year", "source", "confidence"])
def test_a_required_cell_must_be_filled(industry, work, column):
    (problem,) = problems(industry(f"{HEADER}\n{row(**{column: ' '})}\n"), work)
    assert (problem.code, problem.place) == ("TY2007", f"industry.csv › 2 › {column}")


def test_a_confidence_is_high_medium_or_low(industry, work):
    (problem,) = problems(industry(f"{HEADER}\n{row(confidence='good')}\n"), work)
    assert (problem.code, problem.place) == ("TY2017", "industry.csv › 2 › confidence")


def test_all_problems_of_all_deliveries_come_in_one_pass(project, work):
    config = project(industry="industry.csv", waste="waste.csv")
    (config.project_dir / "industry.csv").write_text(f"{HEADER}\n{row(value='x', year='y')}\n", encoding="utf-8")
    assert {(problem.code, problem.place) for problem in problems(config, work)} == {
        ("IN303", "industry.csv › 2 › value"),
        ("IN312", "industry.csv › 2 › year"),
        ("TY2001", "waste.csv"),
    }


def test_a_wrong_row_is_set_aside_where_the_project_says_so(industry, work):
    config = replace(industry(f"{HEADER}\n{ROW}\n{row(value='12吨', item='glass')}\n"), bad_rows="quarantine")
    report = pull(config, work)
    assert read_table("raw_industry", work)["item"].tolist() == ["cement"]
    aside = read_table("raw_industry_quarantine", work)
    assert aside[["origin_row", "column_name", "code", "delivered"]].to_numpy().tolist() == [
        [3, "value", "IN303", "12吨"]
    ]
    assert any("[IN303] industry.csv › 3 › value" in message for message in report.messages)
    write_row_balance(["industry"], work)
    balance = read_table("core_delivery", work)
    assert balance[["rows_in", "used", "quarantined", "rejected"]].to_numpy().tolist() == [[2, 1, 1, 0]]


def test_a_row_that_got_lost_on_the_way_is_an_error(industry, work):
    pull(industry(f"{HEADER}\n{ROW}\n{row(item='glass')}\n"), work)
    read_table("raw_industry", work).head(1).to_parquet(work / "raw_industry.parquet", index=False)
    with pytest.raises(ConservationError) as caught:
        write_row_balance(["industry"], work)
    assert caught.value.problems[0].code == "TY2021"


def test_a_required_source_must_be_delivered_and_the_others_are_empty_tables(project, work):
    with pytest.raises(DataSourceError) as caught:
        write_undelivered(project(waste="waste.csv"), work)
    assert {problem.code for problem in caught.value.problems} == {"TY2020"}
    required = {source.source_id: "x.csv" for source in all_sources().values() if source.is_required}
    write_undelivered(project(**required), work)
    optional = {
        source.source_id for source in all_sources().values() if not source.is_required and source.kind == "table"
    }
    for source_id in optional:
        assert len(read_table(f"raw_{source_id}", work)) == 0


def test_no_raw_table_is_written_from_a_refused_delivery(industry, work):
    problems(industry(f"{HEADER}\n{row(value='x')}\n"), work)
    assert list(work.iterdir()) == []


VEHICLES = "vehicle_type,vehicle_type_zh,fuel,metric,standard,value,unit,year,source,confidence,note"


@pytest.mark.parametrize("unit", ["10^3 vehicles", "km/a", "10^4 t"])
def test_a_unit_of_the_vocabulary_or_of_the_source_is_accepted(project, work, unit):
    config = project(vehicles="v.csv")
    line = f"truck,货车,diesel,stock,all,1,{unit},2021,s,H,"
    (config.project_dir / "v.csv").write_text(f"{VEHICLES}\n{line}\n", encoding="utf-8")
    assert pull(config, work).counts == {"vehicles": 1}


@pytest.mark.parametrize("unit", ["10^3 vehicels", "ton", "卡"])
def test_an_unknown_or_ambiguous_unit_stops_with_its_place(project, work, unit):
    config = project(vehicles="v.csv")
    line = f"truck,货车,diesel,stock,all,1,{unit},2021,s,H,"
    (config.project_dir / "v.csv").write_text(f"{VEHICLES}\n{line}\n", encoding="utf-8")
    (problem,) = problems(config, work)
    assert (problem.code, problem.place) == ("IN304", "v.csv › 2 › unit")
    assert unit in problem.message_zh
    assert "km/a" in problem.remedy_zh
