"""Delivered files: encodings, rows, headers, workbooks, paths."""

from __future__ import annotations

import hashlib

import openpyxl
import pytest

from inventory.errors import DataSourceError
from sources.delivery import open_delivery, read_delivered_table

HEADER = "item,item_zh,value,unit,year,source,confidence,note"
ROW = "cement,水泥,380,10^4 t,2021,年鉴,H,"


def read(config, source_id="industry"):
    return read_delivered_table(open_delivery(config, source_id))


def refusal(config):
    """Return the only finding of a delivery that is refused."""
    with pytest.raises(DataSourceError) as caught:
        read(config)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_chinese_text_is_read_in_utf8_and_gb18030(industry, encoding):
    frame = read(industry(f"{HEADER}\n{ROW}\n".encode(encoding)))
    assert (frame["item"][0], frame["item_zh"][0], frame["source"][0]) == ("cement", "水泥", "年鉴")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(industry, line_end):
    assert len(read(industry(line_end.join([HEADER, ROW, ROW])))) == 2


def test_another_encoding_is_refused(industry):
    problem = refusal(industry(f"{HEADER}\n{ROW}\n".encode("utf-16")))
    assert (problem.code, problem.place) == ("TY2002", "industry.csv")
    assert problem.remedy_zh == "另存为 UTF-8 CSV"


@pytest.mark.parametrize("content", ["", "\n\n", ",,,\n,,,\n", "\ufeff"])
def test_a_file_without_content_is_refused(industry, content):
    assert refusal(industry(content)).code == "TY2005"


def test_origin_names_file_row_and_checksum(industry):
    text = f"{HEADER}\n{ROW}\n{ROW}\n"
    frame = read(industry(text))
    assert list(frame["origin_row"]) == [2, 3]
    assert set(frame["origin_file"]) == {"industry.csv"}
    assert set(frame["origin_sheet"]) == {""}
    assert set(frame["origin_sha256"]) == {hashlib.sha256(text.encode()).hexdigest()}


def test_empty_rows_are_passed_over_and_still_counted(industry):
    frame = read(industry(f"{HEADER}\n\n{ROW}\n,,,,,,,\n{ROW}\n"))
    assert list(frame["origin_row"]) == [3, 5]


def test_a_header_alone_is_an_empty_table(industry):
    frame = read(industry(HEADER + "\n"))
    assert len(frame) == 0
    assert list(frame["origin_row"]) == []


def test_every_ragged_row_is_named(industry):
    with pytest.raises(DataSourceError) as caught:
        read(industry(f"{HEADER}\n{ROW}\na,b\n{ROW},surplus\n"))
    assert [(problem.code, problem.place) for problem in caught.value.problems] == [
        ("TY2004", "industry.csv › 3"),
        ("TY2004", "industry.csv › 4"),
    ]
    assert "2 格，表头有 8 格" in caught.value.problems[0].message_zh


def test_a_quote_that_never_closes_is_refused_at_its_line(industry):
    problem = refusal(industry(f'{HEADER}\n"cement,水泥\n'))
    assert problem.code == "TY2004"
    assert problem.place == "industry.csv › line 2"


def test_a_quoted_comma_and_line_break_stay_inside_their_cell(industry):
    frame = read(industry(f'{HEADER}\n"cement, all",水泥,380,10^4 t,2021,"年鉴\n2022",H,\n'))
    assert (frame["item"][0], frame["source"][0]) == ("cement, all", "年鉴\n2022")


def test_a_repeated_header_is_refused(industry):
    problem = refusal(industry(f"{HEADER},value\n{ROW},1\n"))
    assert (problem.code, problem.place) == ("TY2003", "industry.csv › 1")
    assert "value" in problem.message_zh


def test_a_delivery_cannot_bring_origin_columns_of_its_own(industry):
    assert refusal(industry(f"{HEADER},origin_row\n{ROW},9\n")).code == "TY2003"


def test_columns_without_name_and_content_are_passed_over(industry):
    frame = read(industry(f"{HEADER},,\n{ROW},,\n"))
    assert "" not in frame.columns


def test_a_column_with_content_needs_a_name(industry):
    assert "第 [9] 列" in refusal(industry(f"{HEADER},\n{ROW},forgotten\n")).message_zh


def workbook(path, rows):
    book = openpyxl.Workbook()
    book.active.title = "产品产量"
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_the_first_sheet_of_a_workbook_is_read_as_text(project):
    config = project(industry="industry.xlsx")
    rows = [HEADER.split(","), ["cement", "水泥", 380.5, "10^4 t", 2021, "年鉴", "H", None]]
    workbook(config.project_dir / "industry.xlsx", rows)
    frame = read(config)
    assert (frame["value"][0], frame["year"][0], frame["note"][0]) == ("380.5", "2021", "")
    assert (frame["origin_sheet"][0], frame["origin_row"][0]) == ("产品产量", 2)


def test_rows_of_a_workbook_keep_their_numbers_below_an_empty_one(project):
    config = project(industry="industry.xlsx")
    workbook(config.project_dir / "industry.xlsx", [HEADER.split(","), [], ROW.split(",")])
    assert list(read(config)["origin_row"]) == [3]


def test_what_is_no_workbook_is_refused(project):
    config = project(industry="industry.xlsx")
    (config.project_dir / "industry.xlsx").write_text("not a workbook", encoding="utf-8")
    assert refusal(config).code == "TY2013"


def test_a_missing_file_is_named_as_the_project_names_it(project):
    problem = refusal(project(industry="tables/industry.csv"))
    assert (problem.code, problem.place) == ("TY2001", "tables/industry.csv")


def test_a_folder_is_not_a_delivery(project):
    config = project(industry="tables")
    (config.project_dir / "tables").mkdir()
    assert refusal(config).code == "TY2001"


def test_an_absolute_path_outside_the_project_is_allowed_and_shown_as_given(project, tmp_path):
    elsewhere = tmp_path / "archive" / "industry.csv"
    elsewhere.parent.mkdir()
    elsewhere.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    frame = read(project(industry=elsewhere.as_posix()))
    assert frame["origin_file"][0] == elsewhere.as_posix()


def test_a_relative_path_outside_the_project_is_shown_as_given(project, tmp_path):
    (tmp_path / "industry.csv").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    assert read(project(industry="../industry.csv"))["origin_file"][0] == "../industry.csv"


def test_a_source_that_the_project_does_not_name_is_refused(industry):
    with pytest.raises(DataSourceError, match="TY2010"):
        open_delivery(industry(HEADER), "waste")


def test_a_file_that_changes_while_it_is_read_is_refused(industry):
    config = industry(f"{HEADER}\n{ROW}\n")
    delivery = open_delivery(config, "industry")
    delivery.path.write_text(f"{HEADER}\n{ROW}\n{ROW}\n", encoding="utf-8")
    with pytest.raises(DataSourceError, match="TY2012"):
        read_delivered_table(delivery)
