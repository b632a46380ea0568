"""Delivered files: what a project names, where it lies, and that it is read whole and unchanged."""

from __future__ import annotations

import hashlib

import openpyxl
import pytest

from inventory.errors import DataSourceError
from sources.delivery import open_delivery
from sources.reading.table import read_delivered_table

HEADER = "item,item_zh,value,unit,year,source,confidence,note"
ROW = "cement,水泥,380,10^4 t,2021,年鉴,H,"


def read(config, source_id="industry"):
    return read_delivered_table(open_delivery(config, source_id)).frame


def refusal(config):
    """Return the only finding of a delivery that is refused."""
    with pytest.raises(DataSourceError) as caught:
        read(config)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(industry, line_end):
    assert len(read(industry(line_end.join([HEADER, ROW, ROW.replace("380", "381")])))) == 2


@pytest.mark.parametrize("content", ["", "\n\n", ",,,\n,,,\n", "\ufeff"])
def test_a_file_without_content_is_refused(industry, content):
    assert refusal(industry(content)).code == "IN102"


def test_origin_names_file_row_and_checksum(industry):
    text = f"{HEADER}\n{ROW}\n\n{ROW.replace('380', '381')}\n"
    frame = read(industry(text))
    assert list(frame["origin_row"]) == [2, 4]
    assert set(frame["origin_file"]) == {"industry.csv"}
    assert set(frame["origin_sheet"]) == {""}
    assert set(frame["origin_sha256"]) == {hashlib.sha256(text.encode()).hexdigest()}


def test_a_header_alone_is_an_empty_table(industry):
    frame = read(industry(HEADER + "\n"))
    assert len(frame) == 0
    assert list(frame["origin_row"]) == []


def test_a_delivery_cannot_bring_origin_columns_of_its_own(industry):
    assert refusal(industry(f"{HEADER},origin_row\n{ROW},9\n")).code == "TY2003"


def test_the_first_sheet_of_a_workbook_is_read_as_text(project):
    config = project(industry="industry.xlsx")
    book = openpyxl.Workbook()
    book.active.title = "产品产量"
    for row in (HEADER.split(","), ["cement", "水泥", 380.5, "10^4 t", 2021, "年鉴", "H", None]):
        book.active.append(row)
    book.save(config.project_dir / "industry.xlsx")
    frame = read(config)
    assert (frame["value"][0], frame["year"][0], frame["note"][0]) == ("380.5", "2021", "")
    assert (frame["origin_sheet"][0], frame["origin_row"][0]) == ("产品产量", 2)


def test_text_under_the_name_of_a_workbook_is_judged_by_its_content(project):
    config = project(industry="industry.xlsx")
    (config.project_dir / "industry.xlsx").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    assert read(config)["value"][0] == "380"


def test_a_missing_file_is_named_as_the_project_names_it(project):
    problem = refusal(project(industry="tables/industry.csv"))
    assert (problem.code, problem.place) == ("TY2001", "tables/industry.csv")


def test_a_folder_is_not_a_delivery(project):
    config = project(industry="tables")
    (config.project_dir / "tables").mkdir()
    assert refusal(config).code == "TY2001"


@pytest.mark.parametrize("is_absolute", [True, False])
def test_a_path_outside_the_project_is_refused(project, tmp_path, is_absolute):
    (tmp_path / "industry.csv").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    assert refusal(project(industry=f"{tmp_path}/industry.csv" if is_absolute else "../industry.csv")).code == "SC902"


def test_a_source_that_the_project_does_not_name_is_refused(industry):
    with pytest.raises(DataSourceError, match="TY2010"):
        open_delivery(industry(HEADER), "waste")


def test_a_file_that_changes_while_it_is_read_is_refused(industry):
    config = industry(f"{HEADER}\n{ROW}\n")
    delivery = open_delivery(config, "industry")
    delivery.files[0].path.write_text(f"{HEADER}\n{ROW}\n{ROW}\n", encoding="utf-8")
    with pytest.raises(DataSourceError, match="TY2012"):
        read_delivered_table(delivery)
